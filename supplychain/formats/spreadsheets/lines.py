"""One row of a table as a line of the bill."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from supplychain.formats.spreadsheets.amounts import is_placeholder, plain_text, read_quantity
from supplychain.formats.spreadsheets.designators import LIMIT, Designators, expand
from supplychain.formats.spreadsheets.sources import read_sources
from supplychain.formats.spreadsheets.table import (
    Doubts,
    Table,
    cell,
    decimal_of,
    name_of_column,
    row_text,
    texts,
    uses_of,
)
from supplychain.formats.spreadsheets.values import ColumnUse, Item, LeftRow

__all__ = ["Budget", "read_line"]

_NOT_PLACED = re.compile(
    r"(?:dnp|dnf|dni|dns|dnm|no ?-?pop(?:ulate)?|nf|n/f|no ?fit|no ?load|n\.?b\.?|exclude(?:d)?(?: from bom)?"
    r"|do ?not ?(?:place|fit|populate|install|stuff|mount|use)"
    r"|not ?(?:fitted|placed|populated|mounted|installed|stuffed)|unpopulated|unfitted|nicht ?(?:bestückt|bestücken)"
    r"|不上件|不貼|不贴|不裝|不装|空貼|空贴|未安裝)"
)
_YES = frozenset(("yes", "y", "true", "1", "x", "✓", "✔", "✗", "是", "v", "ja", "j", "wahr"))
_NO = frozenset(("no", "n", "false", "0", "否", "nein", "falsch", "default", "f"))
_FITTED = frozenset(
    ("fitted", "fit", "populate", "populated", "placed", "mounted", "installed", "place", "上件", "bestückt")
)
_INSIDE = re.compile(r"\b(?:DNP|DNF|DNI|NOPOP|DO NOT (?:PLACE|POPULATE|FIT))\b")
_YEAR = re.compile(r"(?<![0-9])([0-9]{4})(?![0-9])")
_OWN_PLACE = frozenset(
    (
        "name",
        "part_id",
        "description",
        "value",
        "footprint",
        "hs_code",
        "certification",
        "lifecycle",
        "source_url",
        "unit",
    )
)
_ONLY_EXTRA = ("", "valid_until", "attrition", "substitutes")
_BUDGET = 1_000_000
"""Designators of one file; ranges beyond are not written out."""


@dataclass
class Budget:
    """What is left to write out in one file; untrusted files may name ranges without end."""

    designators: int = _BUDGET


def read_line(table: Table, row: int, *, heading: str, group: bool, doubts: Doubts, budget: Budget) -> Item | LeftRow:
    """Read a row as a line of the bill.

    Parameters
    ----------
    table : Table
    row : int
        Place in the grid.
    heading : str
        Section heading above, used where the row has no category.
    group : bool
        Whether other lines are parts of it.
    doubts : Doubts
        Takes what is assumed or doubtful.
    budget : Budget
        Takes the designators that are written out.

    Returns
    -------
    Item or LeftRow
        The line, or why the row is none: not fitted, or refused.
    """
    number, text = table.grid.lines[row], row_text(table, row)
    mark = _not_fitted(table, row, doubts)
    if mark:
        return LeftRow(number, "not_fitted", mark, text)
    extra: dict[str, str] = {}
    own = {name: _text(table, row, name, extra) for name in sorted(_OWN_PLACE)}
    code = next((text for n in _numbers(table) for _, text in texts(table, row, "manufacturer_part_number", n)), "")
    name = own["name"] or own["description"] or code or own["part_id"] or own["value"]
    if not name and (called := _first_places(table, row)):
        name = called
        message = "no name, value or part number; the line is called by its reference designators"
        doubts.say(number, "", "", message, "right is a value or a part number")
    if not name:
        reason = "no name and no part number; right is a name, a description or a part number in every line"
        return LeftRow(number, "refused", reason, text)
    quantity, stated, unit, places = _quantity(table, row, group=group, doubts=doubts, budget=budget)
    if isinstance(quantity, LeftRow):
        return quantity
    if quantity is None:
        for use in uses_of(table, "quantity"):
            _put(extra, use, cell(table, row, use.position))
    _say_merged(table, row, doubts)
    _say_dates(table, row, doubts)
    sources = read_sources(table, row, quantity=quantity, stated=stated, doubts=doubts, extra=extra)
    for use in uses_of(table, *_ONLY_EXTRA):
        _put(extra, use, cell(table, row, use.position))
        if use.field == "substitutes" and not is_placeholder(cell(table, row, use.position)):
            message = "parts that may be used instead are kept with the line, not used as alternatives"
            doubts.say(
                number, name_of_column(use), "", message, "right are their makers, in rows or columns of their own"
            )
    return Item(
        row=number,
        name=" ".join(name.split()),
        part_id=own["part_id"],
        description=own["description"],
        category=_category(table, row) or heading,
        value=own["value"],
        footprint=own["footprint"],
        quantity=quantity,
        quantity_stated=stated,
        unit=own["unit"] or unit,
        designators=places.names,
        sources=sources,
        hs_code=own["hs_code"],
        certification=own["certification"],
        lifecycle=own["lifecycle"],
        note="; ".join(dict.fromkeys(text for _, text in texts(table, row, "note"))),
        source_url=own["source_url"],
        extra=MappingProxyType(extra),
    )


def _first_places(table: Table, row: int) -> str:
    """The first reference designators of a line, to call it by; "" if it names none."""
    for _, text in texts(table, row, "reference_designator"):
        found = expand(text, limit=10)
        if found.count:
            return ", ".join(found.names[:3]) + (", …" if len(found.names) > 3 else "")
    return ""


def _numbers(table: Table) -> list[int]:
    return sorted({use.number for use in uses_of(table, "manufacturer_part_number")})


def _put(extra: dict[str, str], use: ColumnUse, text: str) -> None:
    """Keep a cell by its header; a second column of the same name by its place too."""
    if not text:
        return
    key = name_of_column(use)
    if key in extra and extra[key] != text:
        key = f"{key} ({use.position + 1})"
    extra[key] = text


def _text(table: Table, row: int, name: str, extra: dict[str, str]) -> str:
    """First text of a field; further ones are kept by their headers."""
    found = [
        (use, text)
        for number in sorted({use.number for use in uses_of(table, name)})
        for use, text in texts(table, row, name, number)
    ]
    for use, text in found[1:]:
        if text != found[0][1]:
            _put(extra, use, text)
    return found[0][1] if found else ""


def _category(table: Table, row: int) -> str:
    numbers = sorted({use.number for use in uses_of(table, "category")})
    found = [text for number in numbers for _, text in texts(table, row, "category", number)]
    return " / ".join(dict.fromkeys(found))


def _not_fitted(table: Table, row: int, doubts: Doubts) -> str:
    """Why a row is not fitted, or "" if it is."""
    for use in uses_of(table, "do_not_place"):
        text = plain_text(cell(table, row, use.position)).casefold().replace("_", " ")
        column = name_of_column(use)
        if _NOT_PLACED.fullmatch(text) or text in (_NO if use.unit == "fitted" else _YES):
            return f'column {column} says "{cell(table, row, use.position)[:60]}"'
        if not (is_placeholder(text) or text in _YES | _NO | _FITTED):
            message = "not understood as a mark of parts that are not fitted; taken as fitted"
            doubts.say(table.grid.lines[row], column, text, message, "right is yes, no or DNP")
    for use in uses_of(table, "quantity", "value", "note", "manufacturer_part_number"):
        text = plain_text(cell(table, row, use.position))
        if _NOT_PLACED.fullmatch(text.casefold()) or (use.field == "value" and _INSIDE.search(text)):
            return f'column {name_of_column(use)} says "{text[:60]}"'
    return ""


def _quantity(
    table: Table, row: int, *, group: bool, doubts: Doubts, budget: Budget
) -> tuple[float | LeftRow | None, bool, str, Designators]:
    """Quantity or why the row is no line, whether the file says it, its unit, and the designators."""
    line = table.grid.lines[row]
    places, column = _designators(table, row, doubts, budget)
    for use in uses_of(table, "quantity"):
        text = cell(table, row, use.position)
        if not text:
            continue
        amount = read_quantity(text, decimal_of(table, use, text))
        name = name_of_column(use)
        if amount.value is not None and amount.value <= 0.0:
            return _none_of_it(table, row, amount.value, text), True, "", places
        if amount.doubt:
            shown = f': "{text[:60]}"' if amount.value is None else ""
            doubts.say(line, name, text, amount.doubt + shown, "" if amount.value is not None else "right is a number")
        if places.count is not None and amount.value is not None and amount.value != places.count:
            message = f"the quantity is {amount.value:g}, but {_places(places.count)} named"
            doubts.say(line, name, text, f"{message}; the quantity is used")
        return amount.value, True, amount.unit or use.unit, places
    unit = next((use.unit for use in uses_of(table, "quantity") if use.unit), "")
    if places.count:
        if any(uses_of(table, "quantity")):
            message = f"no quantity; counted from {_places(places.count, verb=False)}"
            doubts.say(line, column, "", message)
        else:
            doubts.say(line, column, "", "there is no quantity column; counted from the reference designators")
        return float(places.count), True, unit, places
    if not any(uses_of(table, "quantity")):
        if not places.names:
            message = "there is no quantity column; one of each line is assumed"
            doubts.say(line, "", "", message, "right is a column with the quantity per product")
            return 1.0, False, unit, places
        return None, True, unit, places
    if group:
        doubts.say(line, "", "", "no quantity, and other lines are parts of it; one is assumed")
        return 1.0, False, unit, places
    name = next(name_of_column(use) for use in uses_of(table, "quantity"))
    doubts.say(line, name, "", "the quantity is not stated; it is unknown", "right is a number")
    return None, True, unit, places


def _places(count: int, *, verb: bool = True) -> str:
    one, several = (
        ("reference designator is", "reference designators are")
        if verb
        else ("reference designator", "reference designators")
    )
    return f"{count} {one if count == 1 else several}"


def _none_of_it(table: Table, row: int, value: float, text: str) -> LeftRow:
    line = table.grid.lines[row]
    if value == 0.0:
        return LeftRow(line, "not_fitted", "the quantity is 0", row_text(table, row))
    reason = f'the quantity "{text[:60]}" is below zero; right is a number above zero'
    return LeftRow(line, "refused", reason, row_text(table, row))


def _designators(table: Table, row: int, doubts: Doubts, budget: Budget) -> tuple[Designators, str]:
    line = table.grid.lines[row]
    for use in uses_of(table, "reference_designator"):
        text = cell(table, row, use.position)
        if is_placeholder(text):
            continue
        found = expand(text, limit=min(LIMIT, budget.designators))
        budget.designators -= len(found.names)
        for doubt in found.doubts:
            doubts.say(line, name_of_column(use), text, doubt)
        return found, name_of_column(use)
    return Designators((), None), ""


def _say_merged(table: Table, row: int, doubts: Doubts) -> None:
    """An amount merged over several lines belongs to all of them together; it is read for the first."""
    for use in uses_of(table, "quantity", "unit_cost", "total_cost"):
        if cell(table, row, use.position):
            continue
        for merge in table.covered.get(row, ()):
            if merge.left <= use.position <= merge.right:
                first = table.grid.lines[merge.top]
                message = f"merged with row {first}, where the number stands; it is read for that row alone"
                doubts.say(table.grid.lines[row], name_of_column(use), "", message)


def _say_dates(table: Table, row: int, doubts: Doubts) -> None:
    for use, text in texts(table, row, "valid_until"):
        year = _YEAR.search(plain_text(text[:200]))
        if year and int(year[1]) < 2000:
            message = f'valid until "{text[:40]}", which is doubtful; the line is kept'
            doubts.say(table.grid.lines[row], name_of_column(use), text, message)
