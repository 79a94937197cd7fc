"""What the commands that write pages share."""

from __future__ import annotations

import re
from pathlib import Path

import click

from supplychain.errors import OptionError

__all__ = ["language_option", "page_path", "write_page"]

_LONGEST = 80  # characters of a product's id in the name of a file

language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "zh-Hant"]),
    default="en",
    show_default=True,
    help="Language of the page: English or Traditional Chinese.",
)


def page_path(output: str | None) -> Path | None:
    """Return the path asked for, or raise OptionError if it is no page."""
    if output is None:
        return None
    path = Path(output)
    if path.suffix.lower() not in {".html", ".htm"}:
        raise OptionError(f"-o {output}: a page ends in .html")
    return path


def write_page(page: str, target: Path | None, *, product: str, kind: str) -> None:
    """Write a page, by default into graphs/, and say where it is."""
    from supplychain.formats.files import write_text

    # A product id is the user's text: nothing of it may lead out of the folder.
    safe = re.sub(r"[^\w.-]+", "_", product).strip("._")[:_LONGEST] or "product"
    path = write_text(target or Path("graphs") / f"{safe}-{kind}.html", page)
    click.echo(f"wrote {path}")
