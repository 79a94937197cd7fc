"""Printing and writing what a command answers."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from supplychain.errors import OptionError

if TYPE_CHECKING:
    from supplychain.views.documents.document import Document

__all__ = ["ENDINGS", "Delivery", "deliver", "to_json", "working"]

ENDINGS = (".json", ".csv", ".xlsx", ".html", ".md")
_ROWS = 40


@dataclass(frozen=True)
class Delivery:
    """Where an answer goes: the options --json, --csv, -o and --all."""

    as_json: bool
    as_csv: bool
    output: str | None
    everything: bool


def to_json(answer: Mapping[str, Any]) -> str:
    """Return JSON text; a number that is not finite is null."""
    return json.dumps(_finite(answer), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def deliver(answer: Mapping[str, Any], document: Callable[[int | None], Document], delivery: Delivery) -> None:
    """Print an answer, or write it to a file by its ending.

    Parameters
    ----------
    answer : mapping
        The JSON answer.
    document : callable
        Makes the document; its argument limits the rows that people are shown (None: all).
    delivery : Delivery
    """
    if "spreadsheet" in answer:
        document = _accounted(answer, document)
    output = delivery.output
    if delivery.as_json and delivery.as_csv:
        raise OptionError("--json and --csv: give one of them")
    if output is not None:
        asked = ".json" if delivery.as_json else ".csv" if delivery.as_csv else ""
        if asked and not output.lower().endswith(asked):
            raise OptionError(f"--{asked[1:]} and -o {output}: the file would end in {asked}")
        _write(answer, document, output)
        return
    if delivery.as_json:
        click.echo(to_json(answer), nl=False)
        return
    if delivery.as_csv:
        from supplychain.views.documents.writers import to_csv

        click.echo(to_csv(document(None)), nl=False)
        return
    _show(document(None if delivery.everything else _ROWS))


def _accounted(
    answer: Mapping[str, Any], document: Callable[[int | None], Document]
) -> Callable[[int | None], Document]:
    """The same document, which also says how the file was read."""
    from supplychain.views.documents.account import with_account

    return lambda rows: with_account(document(rows), answer["spreadsheet"], rows=rows)


def _write(answer: Mapping[str, Any], document: Callable[[int | None], Document], output: str) -> None:
    from supplychain.formats.files import write_bytes, write_text
    from supplychain.views.documents import writers

    ending = Path(output).suffix.lower()
    if ending == ".json":
        write_text(output, to_json(answer))
    elif ending == ".xlsx":
        from supplychain.views.documents.workbook import to_workbook

        write_bytes(output, to_workbook(document(None)))
    else:
        writer = {".csv": writers.to_csv, ".html": writers.to_html, ".md": writers.to_markdown}[ending]
        write_text(output, writer(document(None)))
    click.echo(f"wrote {output}", err=True)


def _show(document: Document) -> None:
    from rich.console import Console

    from supplychain.views.documents.terminal import show

    # In a pipe there is no width to fit: rows stay whole.
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False, soft_wrap=False)
    show(document, console)


class working:  # noqa: N801  # reads as a verb: with working("reading")
    """Show that work is going on, on a terminal, if it takes more than a moment; nothing in a pipe."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._status: Any = None

    def __enter__(self) -> None:
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status(self._text)
            self._status.start()

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()
