"""From the rows of a table to the lines of the bill: every row is a line, a maker of one, or left out with a reason."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from supplychain.errors import Problem
from supplychain.formats.spreadsheets.amounts import is_placeholder
from supplychain.formats.spreadsheets.country_cells import COUNTRIES
from supplychain.formats.spreadsheets.headers import read_header
from supplychain.formats.spreadsheets.hierarchy import Place, Structure, arrange
from supplychain.formats.spreadsheets.lines import Budget, read_line
from supplychain.formats.spreadsheets.price_columns import is_bare_price
from supplychain.formats.spreadsheets.repeats import without_repeats
from supplychain.formats.spreadsheets.sections import Sections, sort_rows
from supplychain.formats.spreadsheets.sources import read_sources, with_alternate
from supplychain.formats.spreadsheets.table import Doubts, Table, cell, look, name_of_column, row_text, texts, uses_of
from supplychain.formats.spreadsheets.totals import check_totals
from supplychain.formats.spreadsheets.values import ColumnMap, Grid, Item, LeftRow

__all__ = ["read_items"]

_OF_A_LINE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "price": ("unit_cost", "total_cost"),
        "maker": ("manufacturer",),
        "country": COUNTRIES,
        "owner": ("owner",),
    }
)


def read_items(grid: Grid, column_map: ColumnMap) -> tuple[tuple[Item, ...], tuple[LeftRow, ...], tuple[Problem, ...]]:
    """Read the lines of a bill of materials.

    Parameters
    ----------
    grid : Grid
    column_map : ColumnMap
        What each column is; columns that the grid lacks are empty.

    Returns
    -------
    items : tuple of Item
        In the order of the file. A row that only adds another maker is in the `sources` of the line above it.
    left : tuple of LeftRow
        Every other row, with the reason.
    problems : tuple of Problem
        Warnings: all that was assumed, and all that is doubtful.
    """
    table = look(grid, column_map)
    doubts = Doubts(grid.file)
    sections = sort_rows(table)
    for row, what in sections.doubtful.items():
        message = f"a name alone is taken as {what}, not as a part"
        doubts.say(grid.lines[row], "", "", message, "right is a quantity in every line that is a part")
    structure = arrange([_place(table, row) for row in sections.lines], product=column_map.product)
    read, refused = _read_lines(table, sections, structure, doubts)
    read, refused = _with_parents(table, read, refused, structure)
    read, more = _with_alternates(table, sections, read, doubts)
    places = {line: place for place, line in enumerate(grid.lines)}
    again = [places[row.row] for row in sections.left if row.kind == "header" and row.row != column_map.header_row]
    read, twice = without_repeats(table, read, again, doubts)
    _say_structure(table, structure, {item.row for item in read.values()}, doubts)
    _say_repeated(table, read, again, doubts)
    currencies = {item.sources[0].price.currency for item in read.values() if item.sources[0].price}
    flat = len(currencies) < 2 and all(item.parent is None for item in read.values())
    sums, decided = check_totals(table, sections.totals, read, charges=sections.charges, flat=flat, doubts=doubts)
    if not decided:
        _say_bare_price(table, read, doubts)
    left = [*sections.left, *refused.values(), *more, *twice, *sums]
    items = tuple(read[row] for row in sorted(read))
    return items, tuple(sorted(left, key=lambda each: places[each.row])), doubts.problems()


def _place(table: Table, row: int) -> Place:
    def first(name: str) -> str:
        return next((cell(table, row, use.position) for use in uses_of(table, name)), "")

    names = ["part_id", "manufacturer_part_number", "name"]
    if not any(uses_of(table, "part_id")):
        names.insert(0, "item_number")
    keys = tuple(next((text for _, text in texts(table, row, name)), "") for name in names)
    return Place(table.grid.lines[row], first("level"), first("item_number"), first("parent_id"), keys)


def _read_lines(
    table: Table, sections: Sections, structure: Structure, doubts: Doubts
) -> tuple[dict[int, Item], dict[int, LeftRow]]:
    """Lines and refused rows by their place in the grid."""
    groups = {parent for parent in structure.parents.values() if parent is not None}
    budget = Budget()
    read: dict[int, Item] = {}
    refused: dict[int, LeftRow] = {}
    for row in sections.lines:
        number, text = table.grid.lines[row], row_text(table, row)
        if number == structure.product:
            reason = f"the product itself, not a line of it{_unused(table, row)}"
            refused[row] = LeftRow(number, "title", reason, text)
            if ";" in reason:
                doubts.say(number, "", "", reason, "what is true of the product goes into its lines")
        elif number in structure.refused:
            refused[row] = LeftRow(number, "refused", structure.refused[number], text)
        else:
            heading = sections.headings[row]
            found = read_line(table, row, heading=heading, group=number in groups, doubts=doubts, budget=budget)
            if isinstance(found, LeftRow):
                refused[row] = found
            else:
                read[row] = replace(found, parent=structure.parents.get(number))
    return read, refused


def _unused(table: Table, row: int) -> str:
    """What the row of the product says that nothing uses, in words."""
    names = [word for word, fields in _OF_A_LINE.items() if any(_says(table, row, field) for field in fields)]
    if not names:
        return ""
    told = ", ".join(names[:-1]) + " and " * (len(names) > 1) + names[-1]
    return f"; its {told} {'are' if len(names) > 1 else 'is'} not used"


def _says(table: Table, row: int, name: str) -> bool:
    return any(not is_placeholder(cell(table, row, use.position)) for use in uses_of(table, name))


def _say_bare_price(table: Table, read: Mapping[int, Item], doubts: Doubts) -> None:
    """Say that a header such as "Cost", beside quantities other than 1, is taken as the price of one."""
    prices = list(uses_of(table, "unit_cost"))
    if len(prices) != 1 or any(uses_of(table, "total_cost")):
        return
    use, column = prices[0], name_of_column(prices[0])
    if use.stated or use.unit or use.per != 1.0 or not is_bare_price(read_header(use.header)):
        return
    lines = [
        item.row
        for row, item in read.items()
        if item.quantity_stated and item.quantity not in {None, 1.0} and _says(table, row, "unit_cost")
    ]
    if any(uses_of(table, "quantity")) and lines:
        message = f'"{column}" is taken as the price of one'
        doubts.say(lines[0], column, "", message, f"if it is the price of the line: --column '{column}=total_cost'")


def _with_parents(
    table: Table, read: Mapping[int, Item], refused: Mapping[int, LeftRow], structure: Structure
) -> tuple[dict[int, Item], dict[int, LeftRow]]:
    """A line whose assembly is left out is left out with it."""
    kept, out = dict(read), dict(refused)
    places = {line: place for place, line in enumerate(table.grid.lines)}
    why = {row.row: row for row in refused.values() if row.row != structure.product}
    # From the top down, so that a whole branch goes with its root, however the file orders it.
    for number in _from_the_top(structure.parents):
        parent = structure.parents[number]
        if parent not in why or number in why or places[number] not in kept:
            continue
        above = why[parent]
        verb = "not fitted" if above.kind == "not_fitted" else "refused"
        reason = f"a part of row {parent}, which is {verb}"
        row = LeftRow(number, above.kind, reason, row_text(table, places[number]))
        why[number] = out[places[number]] = row
        del kept[places[number]]
    return kept, out


def _from_the_top(parents: Mapping[int, int | None]) -> list[int]:
    below: dict[int | None, list[int]] = {}
    for row, parent in parents.items():
        below.setdefault(parent if parent in parents else None, []).append(row)
    order, waiting = [], list(below.get(None, ()))
    while waiting:
        row = waiting.pop()
        order.append(row)
        waiting.extend(below.get(row, ()))
    return order


def _with_alternates(
    table: Table, sections: Sections, read: Mapping[int, Item], doubts: Doubts
) -> tuple[dict[int, Item], list[LeftRow]]:
    """Lines with the makers of the rows below them; such a row of a line that is left out is left out too."""
    lines = dict(read)
    left: list[LeftRow] = []
    for row, (line, how) in sections.alternates.items():
        number, text = table.grid.lines[row], row_text(table, row)
        item = lines.get(line)
        if item is None:
            reason = f"another maker of row {table.grid.lines[line]}, which is left out"
            left.append(LeftRow(number, "note", reason, text))
            continue
        extra: dict[str, str] = {}
        added = read_sources(table, row, quantity=item.quantity, stated=False, doubts=doubts, extra=extra)
        lines[line] = replace(item, sources=with_alternate(item.sources, added))
        column = next((name_of_column(use) for use in uses_of(table, "manufacturer")), "")
        doubts.say(number, column, text, f"another maker of row {item.row}, as {how}")
    return lines, left


def _say_structure(table: Table, structure: Structure, kept: set[int], doubts: Doubts) -> None:
    for row, name, text, message in structure.doubts:
        if row in kept:
            column = next((name_of_column(use) for use in uses_of(table, name)), "")
            doubts.say(row, column, text, message)


def _say_repeated(table: Table, read: Mapping[int, Item], headers: Sequence[int], doubts: Doubts) -> None:
    """A place on one board holds one part; where the header stands again, another board begins."""
    first: dict[tuple[int | None, int, str], int] = {}
    column = next((name_of_column(use) for use in uses_of(table, "reference_designator")), "")
    for place, item in read.items():
        board = bisect(headers, place)
        for name in item.designators:
            other = first.setdefault((item.parent, board, name), item.row)
            if other != item.row:
                doubts.say(item.row, column, name, f"{name} stands in row {other} as well")
                break
