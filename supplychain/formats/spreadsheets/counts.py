"""Counts of a spreadsheet as it stands: by country, by maker, by category, before anything is added or assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from supplychain.countries import name_of, to_alpha3
from supplychain.formats.spreadsheets.values import ColumnMap, Grid, Item, Price

__all__ = ["COUNTRY_FIELDS", "Count", "count_by", "first_price"]

# Field of the column -> basis of the count.
COUNTRY_FIELDS: Mapping[str, str] = {
    "country_of_origin": "made",
    "design_country": "designed",
    "headquarters_country": "headquartered",
    "shipping_country": "shipped",
    "owner_country": "owned",
}


@dataclass(frozen=True)
class Count:
    """How many lines say the same.

    Attributes
    ----------
    by : {"made", "designed", "headquartered", "shipped", "owned", "maker", "category"}
    value : str
        Country (alpha-3), maker or category; empty where the cell is empty.
    name : str
        For people: the name of the country, or the value.
    written : tuple of str
        The spellings in the file.
    lines : int
        Lines of the bill.
    quantity : float or None
        Sum over the lines; None if one of them has no quantity.
    cost : mapping of str to float
        Quantity times price by currency ("" where none is stated), of the lines that have both.
    """

    by: str
    value: str
    name: str
    written: tuple[str, ...]
    lines: int
    quantity: float | None
    cost: Mapping[str, float]

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "by": self.by,
            "value": self.value,
            "name": self.name,
            "written": list(self.written),
            "lines": self.lines,
            "quantity": self.quantity,
            "cost": dict(self.cost),
        }


def count_by(grid: Grid, column_map: ColumnMap, items: Sequence[Item]) -> tuple[Count, ...]:
    """Count the lines by every column that can be counted by, exactly as the file gives them.

    A line with several makers counts once for each of them, and for each of their countries. Rows are ordered by
    lines, then by name.
    """
    uses = [use for use in column_map.columns if use.field in COUNTRY_FIELDS]
    cells = {
        line: {
            field: [text for use in uses if use.field == field and (text := row[use.position])]
            for field in COUNTRY_FIELDS
        }
        for line, row in zip(grid.lines, grid.rows, strict=True)
    }
    fields = {use.field for use in column_map.columns}
    found: list[Count] = []
    for field, basis in COUNTRY_FIELDS.items():
        if field in fields:
            said = {item.row: _country(item, field, cells.get(item.row, {}).get(field, [])) for item in items}
            found += _counted(basis, items, said)
    if "manufacturer" in fields:
        found += _counted("maker", items, {item.row: _makers(item) for item in items})
    if "category" in fields or any(item.category for item in items):
        found += _counted("category", items, {item.row: _category(item) for item in items})
    return tuple(found)


@dataclass(frozen=True)
class _Said:
    """What one line says: the value to count by, its name, its spelling, and the price that goes with it."""

    value: str
    name: str
    written: str
    price: Price | None


def _country(item: Item, field: str, texts: Sequence[str]) -> list[_Said]:
    """Code, name and text of each country; what was not read as a country is counted by its text."""
    found: dict[str, _Said] = {}
    for source in item.sources:
        code = getattr(source, field)
        if code and code not in found:
            text = next((text for text in texts if to_alpha3(text) == code), texts[0] if texts else "")
            found[code] = _Said(code, name_of(code), text, source.price or first_price(item))
    text = texts[0] if texts else ""
    return list(found.values()) or [_Said(text, text, text, first_price(item))]


def _makers(item: Item) -> list[_Said]:
    found: dict[str, _Said] = {}
    for source in item.sources:
        name = source.manufacturer
        if name:
            found.setdefault(name, _Said(name, name, name, source.price or first_price(item)))
    return list(found.values()) or [_Said("", "", "", first_price(item))]


def _category(item: Item) -> list[_Said]:
    return [_Said(item.category, item.category, item.category, first_price(item))]


def _counted(by: str, items: Iterable[Item], said: Mapping[int, list[_Said]]) -> list[Count]:
    groups: dict[str, list[tuple[Item, _Said]]] = {}
    for item in items:
        for each in said[item.row]:
            groups.setdefault(each.value, []).append((item, each))
    rows = []
    for value, members in groups.items():
        quantities = [item.quantity for item, _ in members]
        rows.append(
            Count(
                by=by,
                value=value,
                name=members[0][1].name,
                written=tuple(dict.fromkeys(each.written for _, each in members if each.written)),
                lines=len(members),
                quantity=None if None in quantities else sum(filter(None, quantities)),
                cost=_cost(members),
            )
        )
    return sorted(rows, key=lambda row: (-row.lines, row.value == "", row.name))


def _cost(members: Iterable[tuple[Item, _Said]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for item, each in members:
        if each.price is not None and item.quantity is not None:
            sums[each.price.currency] = sums.get(each.price.currency, 0.0) + each.price.amount * item.quantity
    return sums


def first_price(item: Item) -> Price | None:
    """Price of the first maker that has one."""
    return next((source.price for source in item.sources if source.price is not None), None)
