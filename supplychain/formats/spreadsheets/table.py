"""A grid seen through its column map: cells by what they mean, with merged texts repeated, and the numbers in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from supplychain.errors import Problem
from supplychain.formats.spreadsheets.amounts import DecimalSign, decimal_sign, is_placeholder
from supplychain.formats.spreadsheets.sheet import column_letter
from supplychain.formats.spreadsheets.values import ColumnMap, ColumnUse, Grid, Merge

__all__ = ["Doubts", "Table", "cell", "decimal_of", "filled", "look", "name_of_column", "row_text", "texts", "uses_of"]

_Key = TypeVar("_Key")

NUMBERS = frozenset(
    {"quantity", "unit_cost", "total_cost", "price_per", "price_break_quantity", "minimum_order", "attrition"}
)
_NOT_REPEATED = NUMBERS | {"reference_designator", "do_not_place", "item_number", "substitutes", ""}
_LONGEST_TEXT = 500


@dataclass(frozen=True)
class Table:
    """A grid with its column map.

    Attributes
    ----------
    grid : Grid
    column_map : ColumnMap
    uses : mapping of (str, int) to tuple of ColumnUse
        Columns by field and number.
    by_field : mapping of str to tuple of ColumnUse
        Columns by field, those of all numbers.
    start : int
        Place of the first row below the header.
    repeated : mapping of (int, int) to str
        Texts of merged blocks in the rows below their first one, for columns whose text holds for all of them.
    covered : mapping of int to tuple of Merge
        Merged blocks that begin in a row above, by row.
    decimals : mapping of int to tuple of {".", ",", ""}
        Decimal sign that each column of numbers shows, and that which the other columns show.
    """

    grid: Grid
    column_map: ColumnMap
    uses: Mapping[tuple[str, int], tuple[ColumnUse, ...]]
    by_field: Mapping[str, tuple[ColumnUse, ...]]
    start: int
    repeated: Mapping[tuple[int, int], str]
    covered: Mapping[int, tuple[Merge, ...]]
    decimals: Mapping[int, tuple[DecimalSign, DecimalSign]]


@dataclass
class Doubts:
    """What was assumed or cannot be relied on, gathered; the same of several rows is said once."""

    file: str
    found: dict[tuple[str, str, str, str], list[int]] = field(default_factory=dict)

    def say(self, row: int, column: str, value: str, message: str, hint: str = "") -> None:
        """Keep one warning of a row."""
        self.found.setdefault((column, value[:_LONGEST_TEXT], message, hint), []).append(row)

    def problems(self) -> tuple[Problem, ...]:
        """Return the warnings in the order of the rows."""
        said = []
        for (column, value, message, hint), rows in self.found.items():
            more = len(set(rows)) - 1
            text = f"{message} (so in {more} more row{'s' if more > 1 else ''})" if more else message
            said.append(Problem("warning", self.file, min(rows), column, value, text, hint))
        return tuple(sorted(said, key=lambda problem: problem.row or 0))


def look(grid: Grid, column_map: ColumnMap) -> Table:
    """Return the grid seen through its column map."""
    uses: dict[tuple[str, int], list[ColumnUse]] = {}
    by_field: dict[str, list[ColumnUse]] = {}
    for use in sorted(column_map.columns, key=lambda each: each.position):
        uses.setdefault((use.field, use.number), []).append(use)
        by_field.setdefault(use.field, []).append(use)
    start = sum(1 for line in grid.lines if line <= column_map.header_row)
    table = Table(grid, column_map, _fixed(uses), _fixed(by_field), start, {}, {}, {})
    repeated, covered = _merges(table)
    return replace(table, repeated=repeated, covered=covered, decimals=_decimals(table))


def _fixed(found: dict[_Key, list[ColumnUse]]) -> dict[_Key, tuple[ColumnUse, ...]]:
    return {key: tuple(uses) for key, uses in found.items()}


def cell(table: Table, row: int, position: int, *, repeat: bool = True) -> str:
    """Return the text of a cell, or of the merged block that it is in where that holds for it too."""
    cells = table.grid.rows[row]
    text = cells[position].strip() if 0 <= position < len(cells) else ""
    return text or (table.repeated.get((row, position), "") if repeat else "")


def uses_of(table: Table, *fields: str) -> Iterator[ColumnUse]:
    """Yield the columns of some fields, of all numbers."""
    for name in fields:
        yield from table.by_field.get(name, ())


def texts(table: Table, row: int, name: str, number: int = 1) -> list[tuple[ColumnUse, str]]:
    """Return the columns of a field that have a text in a row, and the texts; "-", "n/a" and the like are none."""
    uses = table.uses.get((name, number))
    if not uses:  # most fields of most files
        return []
    found = ((use, cell(table, row, use.position)) for use in uses)
    return [(use, text) for use, text in found if text and not is_placeholder(text)]


def filled(table: Table, row: int) -> list[int]:
    """Return the places of the cells of a row that hold a text of their own."""
    return [position for position, text in enumerate(table.grid.rows[row]) if text.strip()]


def row_text(table: Table, row: int) -> str:
    """Return the cells of a row that are not empty, joined."""
    return " | ".join(text.strip() for text in table.grid.rows[row] if text.strip())[:_LONGEST_TEXT]


def name_of_column(use: ColumnUse) -> str:
    """Return the header of a column, or its letter where it has none."""
    return " ".join(use.header.split()) if use.header else column_letter(use.position)


def decimal_of(table: Table, use: ColumnUse, text: str) -> DecimalSign:
    """Return the decimal sign for a cell: that of its column, else of the other columns of the file."""
    own, others = table.decimals.get(use.position, ("", ""))
    if table.grid.sheet and "." in text and "," not in text:
        # A workbook keeps numbers as numbers, which the grid writes with a point; but among texts with a decimal
        # comma "1.234" may be a text as well.
        return "" if own == "," else "."
    return own or others


def _decimals(table: Table) -> dict[int, tuple[DecimalSign, DecimalSign]]:
    positions = [use.position for use in uses_of(table, *NUMBERS)]
    body = table.grid.rows[table.start :]
    own = {place: decimal_sign(row[place] for row in body if place < len(row)) for place in positions}
    signs = {sign for sign in own.values() if sign}
    others: DecimalSign = signs.pop() if len(signs) == 1 else ""
    # A column that shows both signs gets no help from the others: its undecided cells stay so.
    return {place: (sign, "" if not sign and _shows_both(table, place) else others) for place, sign in own.items()}


def _shows_both(table: Table, place: int) -> bool:
    signs = {decimal_sign([row[place]]) for row in table.grid.rows[table.start :] if place < len(row)}
    return {".", ","} <= signs


def _merges(table: Table) -> tuple[dict[tuple[int, int], str], dict[int, tuple[Merge, ...]]]:
    """Texts repeated downwards, and the blocks that cover a row from above."""
    repeats = {use.position for key, uses in table.uses.items() if key[0] not in _NOT_REPEATED for use in uses}
    repeated: dict[tuple[int, int], str] = {}
    covered: dict[int, list[Merge]] = {}
    for merge in _apart(table.grid.merged):
        top, last = max(merge.top, table.start), min(merge.bottom, len(table.grid.rows) - 1)
        if merge.top != top or top >= last:
            continue
        text = cell(table, merge.top, merge.left, repeat=False)
        for row in range(top + 1, last + 1):
            covered.setdefault(row, []).append(merge)
            if text and merge.left in repeats:
                repeated[row, merge.left] = text
    return repeated, {row: tuple(merges) for row, merges in covered.items()}


def _apart(merges: Iterable[Merge]) -> Iterator[Merge]:
    """Merged blocks that do not overlap in their first column; a made-up file may hold thousands of the same."""
    ends: dict[int, int] = {}
    for merge in sorted(merges, key=lambda each: (each.left, each.top)):
        if merge.top > ends.get(merge.left, -1):
            ends[merge.left] = merge.bottom
            yield merge
