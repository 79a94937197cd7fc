"""A document on a terminal, or as plain text in a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from supplychain.views.documents.document import Document, Table, printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["show"]

_STYLES = {"exposed": "bold red", "error": "bold red", "unknown": "yellow", "warning": "yellow", "clear": "green"}


def show(document: Document, console: Console) -> None:
    """Print a document on a rich console."""
    from rich.text import Text

    console.print(Text(printable(document.title), style="bold"))
    for line in document.lead:
        console.print(Text(printable(line)))
    for section in document.sections:
        console.print()
        if section.title:
            console.print(Text(section.title, style="bold underline"))
        for line in section.lines:
            console.print(Text(printable(line)))
        if section.table is not None:
            console.print(_table(section.table, console.width))
    console.print()
    made_with = "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in document.provenance.items() if value)
    console.print(Text(printable(made_with), style="dim"))


def _table(table: Table, room: int) -> RenderableType:
    """Lay a table out in columns, or where they would be too narrow to read, row by row."""
    from rich.console import Group

    table = replace(table, rows=tuple(tuple(map(printable, row)) for row in table.rows))
    widths = _widths(table, room - _BETWEEN * (len(table.columns) - 1))
    return Group(*_one_by_one(table)) if widths is None else _grid(table, widths)


def _grid(table: Table, widths: Sequence[int]) -> RenderableType:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    grid = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    for column, width in zip(table.columns, widths, strict=True):
        side: Literal["left", "right"] = "right" if column.numeric else "left"
        grid.add_column(Text(column.title), justify=side, width=width, overflow="fold")
    for row, style in _styled_rows(table):
        grid.add_row(*(Text(cell, style if place == table.styled else "") for place, cell in enumerate(row)))
    return grid


def _one_by_one(table: Table) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    for row, style in _styled_rows(table):
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            if cell not in {"", "–"}:
                text = Text.assemble((f"{column.title}: ", "dim"), (cell, style if place == table.styled else ""))
                yield Padding(text, (0, 0, 0, 2 if place else 0), expand=False)


def _styled_rows(table: Table) -> Iterator[tuple[tuple[str, ...], str]]:
    """Rows with the style of the one cell that is coloured; its words are the second cue."""
    for row, style in zip(table.rows, table.styles or ("",) * len(table.rows), strict=True):
        yield row, _STYLES.get(style, "")


def _widths(table: Table, room: int) -> list[int] | None:
    """Widths of the columns that fit and break no word of usual length; None where there is no room for that."""
    from rich.cells import cell_len

    columns = list(zip([column.title for column in table.columns], *table.rows, strict=True))
    wanted = [max(map(cell_len, cells)) for cells in columns]
    longest = [max(map(cell_len, " ".join(cells).split()), default=0) for cells in columns]
    # A number stands on one line with its unit; its heading may take several.
    numbers = [
        max(map(cell_len, cells[1:]), default=0) if column.numeric else 0
        for column, cells in zip(table.columns, columns, strict=True)
    ]
    for word, whole in _TRIED:
        least = [max(min(width, word), number * whole) for width, number in zip(longest, numbers, strict=True)]
        if sum(least) <= room:
            break
    else:
        return None
    # The widest columns give way first, down to what they need.
    widths, most = wanted, max(wanted)
    while sum(widths) > room:
        most -= 1
        widths = [max(low, min(high, most)) for low, high in zip(least, wanted, strict=True)]
    for place, high in enumerate(wanted):
        if sum(widths) < room and widths[place] < high:
            widths[place] += 1
    return widths


# Columns stand this far apart.
_BETWEEN = 3
# Words up to this length are not broken, and whether numbers are not, the better first.
_TRIED = ((24, True), (24, False), (16, False))
