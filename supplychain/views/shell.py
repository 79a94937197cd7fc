"""The one HTML shell: all inlined, the data as JSON that is never executed, a policy that forbids all network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from supplychain.views.catalogue import Texts

__all__ = ["as_json", "content_security_policy", "render", "safe_link"]

# Inside a script element only these can end the element or the line; \\u escapes mean the same in JSON.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def as_json(value: object) -> Markup:
    """Return a value as JSON that can stand inside a script element; NaN is refused."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - escaped in the line above


def safe_link(url: object) -> str:
    """Return a url if it is http or https with a host, else an empty string."""
    text = str(url or "").strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    # A control character or a blank inside an address is never meant well.
    clean = text.isprintable() and " " not in text
    return text if clean and parts.scheme.lower() in ("http", "https") and parts.netloc else ""


def content_security_policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return a policy that allows these inline scripts and styles by their hashes, data: images, and nothing else."""
    script = " ".join(f"'sha256-{_digest(text)}'" for text in scripts)
    style = " ".join(f"'sha256-{_digest(text)}'" for text in styles)
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def render(
    template: str,
    *,
    texts: Texts,
    title: str,
    data: Mapping[str, object],
    scripts: Sequence[str],
    styles: Sequence[str],
    **values: Any,
) -> str:
    """Return a whole page.

    Parameters
    ----------
    template : str
        Name of a template in views/templates that extends shell.html.
    texts : Texts
        The texts of the page.
    title : str
        Title of the document.
    data : mapping
        What the scripts read; it ends up as JSON in the element `page-data`.
    scripts, styles : sequence of str
        Names of files in views/assets, joined in this order.
    **values
        What the template needs beside these.
    """
    # A script that runs before anything is drawn, so that a dark page does not flash white.
    early = _asset("theme.js")
    script = "\n".join(_asset(name) for name in scripts)
    style = "\n".join(_asset(name) for name in styles)
    page = _environment().get_template(template)
    text = page.render(
        t=texts,
        title=title,
        data=as_json(data),
        early=Markup(early),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        style=Markup(style),  # noqa: S704 - our own file
        policy=content_security_policy([early, script], [style]),
        **values,
    )
    return text if text.endswith("\n") else text + "\n"


@cache
def _asset(name: str) -> str:
    text = resources.files("supplychain.views").joinpath("assets", name).read_text(encoding="utf-8")
    if "</script" in text.lower() or "</style" in text.lower():
        raise AssertionError(name)
    return text.strip()


@cache
def _environment() -> Environment:
    def load(name: str) -> str:
        return resources.files("supplychain.views").joinpath("templates", name).read_text(encoding="utf-8")

    environment = Environment(
        loader=FunctionLoader(load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["safe_link"] = safe_link
    return environment


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
