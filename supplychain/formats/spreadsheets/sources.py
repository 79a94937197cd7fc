"""Makers, sellers, prices and countries of a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from supplychain.formats.spreadsheets.amounts import (
    LONGEST,
    read_days,
    read_quantity,
)
from supplychain.formats.spreadsheets.country_cells import COUNTRIES, read_country
from supplychain.formats.spreadsheets.line_prices import line_price
from supplychain.formats.spreadsheets.table import Doubts, Table, cell, decimal_of, name_of_column, texts, uses_of
from supplychain.formats.spreadsheets.values import ItemSource

__all__ = ["read_sources", "with_alternate"]

_SEVERAL = re.compile(r"\s*[;；\n]\s*|\s+[/／]\s+")
_SEVERAL_NUMBERS = re.compile(r"\s*[;；\n]\s*")
_MAKERS = ("manufacturer", "manufacturer_part_number")
_OF_MAKERS = (
    *("supplier", "supplier_part_number", "unit_cost", "owner", "lead_time_days", "minimum_order"),
    *COUNTRIES,
)
_OF_THE_PART = frozenset({"country_of_origin", "design_country", "shipping_country"})
_HAS_NUMBER = re.compile(r"\d")
_MOST = 50
"""Makers of one line; a cell that names more is no list of makers."""


def read_sources(
    table: Table, row: int, *, quantity: float | None, stated: bool, doubts: Doubts, extra: dict[str, str]
) -> tuple[ItemSource, ...]:
    """Return the makers of a line, at least one, which may be empty.

    Parameters
    ----------
    table : Table
    row : int
        Place in the grid.
    quantity : float or None
        Of the line, for price breaks and totals.
    stated : bool
        Whether the file says the quantity.
    doubts : Doubts
        Takes what is doubtful.
    extra : dict
        Takes the cells that have no other place.
    """
    numbers = sorted({use.number for use in uses_of(table, *_MAKERS)}) or [1]
    sources: list[ItemSource] = []
    for place, number in enumerate(numbers):
        pairs = _makers(table, row, number, doubts)
        if place > 0 and not pairs:
            _keep(table, row, number, doubts, extra)
            continue
        # Columns of a further maker where the file has none belong to the line.
        more = [each for each in _numbers(table, *COUNTRIES) if each not in numbers] if place == 0 else []
        base = _base(table, row, [number, *more], quantity=quantity, stated=stated, doubts=doubts, extra=extra)
        sources.extend(replace(base, manufacturer=maker, part_number=part) for maker, part in pairs or [("", "")])
    for use in uses_of(table, *(name for name in _OF_MAKERS if name not in COUNTRIES)):
        text = cell(table, row, use.position)
        if use.number not in numbers and text:
            extra.setdefault(name_of_column(use), text)
    return _for_all(table, row, _distinct(sources), doubts)


def _numbers(table: Table, *names: str) -> list[int]:
    return sorted({use.number for use in uses_of(table, *names)})


def _for_all(table: Table, row: int, sources: tuple[ItemSource, ...], doubts: Doubts) -> tuple[ItemSource, ...]:
    """Give what one column without a number says of the part to all makers of a line with numbered makers."""
    makers = _numbers(table, *_MAKERS)
    if len(sources) < 2 or len(makers) < 2:
        return sources
    numbered = all(_HAS_NUMBER.search(use.header) for use in uses_of(table, "manufacturer") if use.number == 1)
    for name in (*COUNTRIES, "owner"):
        columns = list(uses_of(table, name))
        first = getattr(sources[0], name)
        if not first or len(columns) != 1 or _HAS_NUMBER.search(columns[0].header):
            continue
        column, text = name_of_column(columns[0]), cell(table, row, columns[0].position)
        if numbered and name in _OF_THE_PART:
            sources = tuple(replace(source, **{name: getattr(source, name) or first}) for source in sources)
            message = "one column for all makers of the line: taken for each of them"
        else:
            message = "one column beside several makers: taken for the first of them, unknown for the others"
        doubts.say(table.grid.lines[row], column, text, message, f"right is a column for each, as {column} 2")
    return sources


def with_alternate(sources: tuple[ItemSource, ...], added: Iterable[ItemSource]) -> tuple[ItemSource, ...]:
    """Return the makers of a line with those of a row below it; an empty first one gives way."""
    new = [source for source in added if source.manufacturer or source.part_number]
    first = sources[0]
    if not new or len(sources) > 1 or first.manufacturer or first.part_number:
        return _distinct([*sources, *new])
    price = first.price or new[0].price
    return _distinct([replace(new[0], price=new[0].price or price), *new[1:]])


def _base(
    table: Table,
    row: int,
    numbers: Sequence[int],
    *,
    quantity: float | None,
    stated: bool,
    doubts: Doubts,
    extra: dict[str, str],
) -> ItemSource:
    """What holds for all makers of one group of columns; countries may stand in columns of further numbers."""
    number = numbers[0]

    def first(name: str) -> str:
        found = texts(table, row, name, number)
        for use, text in found[1:]:
            extra.setdefault(name_of_column(use), text)
        return found[0][1] if found else ""

    countries = {name: read_country(table, row, name, numbers, doubts, extra) for name in COUNTRIES}
    return ItemSource(
        seller=first("supplier"),
        seller_part_number=first("supplier_part_number"),
        price=line_price(table, row, number, quantity=quantity, stated=stated, doubts=doubts, extra=extra),
        owner=first("owner"),
        lead_time_days=_lead_time(table, row, number, doubts, extra),
        minimum_order=_minimum(table, row, number, doubts),
        **countries,
    )


def _makers(table: Table, row: int, number: int, doubts: Doubts) -> list[tuple[str, str]]:
    """Makers and part numbers of one group of columns; several names in one cell are alternatives."""
    names = texts(table, row, "manufacturer", number)
    codes = texts(table, row, "manufacturer_part_number", number)
    if not names and not codes:
        return []
    name = names[0][1] if names else ""
    code = codes[0][1] if codes else ""
    line = table.grid.lines[row]
    makers, parts = _split(_SEVERAL, name), _split(_SEVERAL, code)
    if len(parts) != len(makers):
        parts = _split(_SEVERAL_NUMBERS, code)
    if len(parts) == 1 and code and len(makers) > 1 and len(_split(_SEVERAL_NUMBERS, name)) == 1:
        # "TE Connectivity / Raychem" beside one part number: one part is made by one firm, whatever its names.
        message = "several names beside one part number are taken as one maker, as written"
        doubts.say(
            line, name_of_column(names[0][0]), name, message, "right is a row or column for each of several makers"
        )
        return [(name, code)]
    if len(makers) == 1 and len(parts) == 1:
        return [(name, code)]
    use, text = names[0] if len(makers) > 1 else codes[0]
    message = f"{max(len(makers), len(parts))} in one cell are taken as alternatives"
    if len(makers) == 1:
        doubts.say(line, name_of_column(use), text, message)
        return [(makers[0], part) for part in parts]
    if len(parts) != len(makers):
        if code:
            message += "; which part number belongs to which is not stated, so they stay with the first"
        parts = ["; ".join(parts), *[""] * (len(makers) - 1)]
    doubts.say(line, name_of_column(use), text, message)
    return list(zip(makers, parts, strict=True))


def _split(between: re.Pattern[str], text: str) -> list[str]:
    """Parts of a cell, at least one; what stands in brackets is not cut: "Cloud Cap (RTX / Collins)" is one."""
    if len(text) > LONGEST * 2:  # no list of makers, and long to search
        return [text.strip()]
    parts, start = [], 0
    for match in between.finditer(text):
        before = text[: match.start()]
        if before.count("(") + before.count("（") > before.count(")") + before.count("）"):
            continue
        parts.append(text[start : match.start()].strip())
        start = match.end()
        if len(parts) >= _MOST:
            break
    parts.append(text[start:].strip())
    return [part for part in parts if part] or [""]


def _distinct(sources: Iterable[ItemSource]) -> tuple[ItemSource, ...]:
    found: dict[tuple[str, str], ItemSource] = {}
    for source in sources:
        found.setdefault((source.manufacturer.casefold(), source.part_number.casefold()), source)
    return tuple(found.values()) or (ItemSource(),)


def _keep(table: Table, row: int, number: int, doubts: Doubts, extra: dict[str, str]) -> None:
    """Cells of a group of columns that names no maker."""
    for name in _OF_MAKERS:
        for use, text in texts(table, row, name, number):
            extra.setdefault(name_of_column(use), text)
            if name in COUNTRIES:
                message = f'"{text[:60]}" stands beside a maker {number} that is not named; it is not used'
                doubts.say(table.grid.lines[row], name_of_column(use), text, message)


def _lead_time(table: Table, row: int, number: int, doubts: Doubts, extra: dict[str, str]) -> float | None:
    for use, text in texts(table, row, "lead_time_days", number):
        amount = read_days(text, f"{use.header} {use.unit}")
        if amount.doubt:
            doubts.say(table.grid.lines[row], name_of_column(use), text, amount.doubt)
        if amount.value is None:
            extra.setdefault(name_of_column(use), text)
        return amount.value
    return None


def _minimum(table: Table, row: int, number: int, doubts: Doubts) -> float | None:
    for use, text in texts(table, row, "minimum_order", number):
        amount = read_quantity(text, decimal_of(table, use, text))
        if amount.value is None or amount.value < 0.0:
            doubts.say(table.grid.lines[row], name_of_column(use), text, "no number; the smallest order is unknown")
            return None
        return amount.value
    return None
