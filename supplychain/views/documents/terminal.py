"""A document on a terminal, or as plain text in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supplychain.views.documents.document import Document, Table

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["show"]

_STYLES = {"exposed": "bold red", "error": "bold red", "unknown": "yellow", "warning": "yellow", "clear": "green"}


def show(document: Document, console: Console) -> None:
    """Print a document on a rich console."""
    from rich.text import Text

    console.print(Text(document.title, style="bold"))
    for line in document.lead:
        console.print(Text(line))
    for section in document.sections:
        console.print()
        if section.title:
            console.print(Text(section.title, style="bold underline"))
        for line in section.lines:
            console.print(Text(line))
        if section.table is not None:
            console.print(_table(section.table))
    console.print()
    console.print(
        Text("; ".join(f"{k.replace('_', ' ')}: {v}" for k, v in document.provenance.items() if v), style="dim")
    )


def _table(table: Table) -> RenderableType:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    grid = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    for column in table.columns:
        grid.add_column(
            Text(column.title), justify="right" if column.numeric else "left", no_wrap=column.numeric, overflow="fold"
        )
    styles = table.styles or ("",) * len(table.rows)
    for row, style in zip(table.rows, styles, strict=True):
        cells = [Text(cell) for cell in row]
        for cell in cells:
            if style and cell.plain.startswith(_VERDICT_WORDS.get(style, "\0")):
                cell.stylize(_STYLES[style])
        grid.add_row(*cells)
    return grid


# The one cell of a row that is coloured; the word itself is the second cue.
_VERDICT_WORDS = {
    "exposed": "China content found",
    "unknown": "not known",
    "clear": "none possible",
    "error": "error",
    "warning": "warning",
}
