"""Small tables of a spreadsheet, read to lines of the bill; for the tests of that."""

from __future__ import annotations

import re
from types import MappingProxyType

from supplychain.formats.spreadsheets.rows import read_items
from supplychain.formats.spreadsheets.values import ColumnMap, ColumnUse, Grid, Merge

SHORT = {
    "maker": "manufacturer",
    "mpn": "manufacturer_part_number",
    "price": "unit_cost",
    "total": "total_cost",
    "ref": "reference_designator",
    "dnp": "do_not_place",
    "origin": "country_of_origin",
    "item": "item_number",
    "-": "",
}


def column(position, word):
    """A column from a word: "maker2" is manufacturer 2, "price:USD" a price in USD, "price/100" one for a hundred."""
    match = re.fullmatch(r"(?P<name>[a-z_-]+?)(?P<number>\d*)(?::(?P<currency>[A-Z]{3}))?(?:/(?P<per>\d+))?", word)
    name = match["name"]
    return ColumnUse(
        position,
        word,
        SHORT.get(name, name),
        number=int(match["number"] or 1),
        currency=match["currency"] or "",
        per=float(match["per"] or 1),
        stated=True,
    )


def read(header, *rows, merged=(), currencies=(), sheet="", **options):
    words = header.split()
    width = max(len(words), *(len(row) for row in rows)) if rows else len(words)
    cells = [tuple(words), *rows]
    grid = Grid(
        file="list.csv",
        sheet=sheet,
        rows=tuple(tuple(row) + ("",) * (width - len(row)) for row in cells),
        lines=tuple(range(1, len(cells) + 1)),
        merged=tuple(Merge(*block) for block in merged),
        currencies=MappingProxyType(dict(currencies)),
    )
    uses = tuple(column(position, word) for position, word in enumerate(words))
    return read_items(grid, ColumnMap(sheet=sheet, header_row=1, columns=uses, **options))


def kinds(left):
    return {row.row: row.kind for row in left if row.kind != "header" or row.row != 1}


def said(problems, text, row=None):
    return [p for p in problems if re.search(text, str(p)) and row in {None, p.row}]


def rows_said(problems, text):
    """Number of rows for which something is said."""
    found = said(problems, text)
    more = [re.search(r"so in (\d+) more", problem.message) for problem in found]
    return len(found) + sum(int(match[1]) for match in more if match)


def prices(items):
    return [item.sources[0].price and (item.sources[0].price.amount, item.sources[0].price.currency) for item in items]


def makers(items):
    return [[(each.manufacturer, each.part_number) for each in item.sources] for item in items]
