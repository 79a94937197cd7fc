"""A bill of materials in one spreadsheet, from the file to a dataset and an account of the reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from supplychain.dataset import Dataset
from supplychain.errors import DataError, OptionError, Problem
from supplychain.formats.spreadsheets.account import Account, Connection
from supplychain.formats.spreadsheets.build import Built, build
from supplychain.formats.spreadsheets.classes import ClassMatch, load_rules, match_classes
from supplychain.formats.spreadsheets.columns import find_table
from supplychain.formats.spreadsheets.confirm_file import read_confirm
from supplychain.formats.spreadsheets.counts import count_by
from supplychain.formats.spreadsheets.firms import match_firms
from supplychain.formats.spreadsheets.grid import read_grids
from supplychain.formats.spreadsheets.map_file import read_map
from supplychain.formats.spreadsheets.prices import checked_currency, checked_rate
from supplychain.formats.spreadsheets.rows import read_items
from supplychain.formats.spreadsheets.values import Grid, Item, LeftRow

__all__ = ["Bill", "read_spreadsheet"]


@dataclass(frozen=True)
class Bill:
    """A bill of materials that was read from a spreadsheet.

    Attributes
    ----------
    dataset : Dataset
        One product, with the bundled upstream tiers of its lines; `problems` say what was assumed and what is doubtful.
    product : str
        Id of the product.
    account : Account
        How it was read, row by row.
    base : Dataset
        The data in which its makers and classes were looked up.
    """

    dataset: Dataset
    product: str
    account: Account
    base: Dataset


def read_spreadsheet(
    path: Path,
    base: Dataset,
    *,
    map_file: Path | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str = "",
    confirm: Path | None = None,
    attach_upstream: bool = True,
    currency: str = "",
    rates: Mapping[str, float] | None = None,
) -> Bill:
    """Read a bill of materials from one spreadsheet; see `supplychain.read_bill`."""
    money = checked_currency(currency)
    converted = dict(checked_rate(code, usd) for code, usd in (rates or {}).items())
    known = None if map_file is None else read_map(map_file)
    grid, column_map = find_table(read_grids(path), column_map=known, answers=columns, sheet=sheet)
    column_map = replace(column_map, currency=money or column_map.currency, rates={**column_map.rates, **converted})
    items, left, problems = read_items(grid, column_map)
    if not items:
        raise _nothing(grid, left)
    names = sorted(
        {name for item in items for each in item.sources for name in (each.manufacturer, each.owner) if name}
    )
    confirmed = None if confirm is None else read_confirm(confirm, base.suppliers)
    firms = match_firms(names, base.suppliers, confirmed=confirmed)
    matches = match_classes(items, load_rules(), parts=base.parts)
    classes = {item.row: match for item, match in zip(items, matches, strict=True)}
    name = column_map.product or path.stem
    built = build(
        items,
        file=grid.file,
        name=name,
        base=base,
        firms=firms,
        classes=classes,
        attach_upstream=attach_upstream,
        rates=column_map.rates,
    )
    account = Account(
        file=path.name,
        column_map=column_map,
        items=items,
        left=left,
        firms=firms,
        connections=_connections(items, built, classes),
        counts=count_by(grid, column_map, items),
        pricing=built.pricing,
        attach_upstream=attach_upstream,
        base=base.name,
        problems=(*grid.problems, *problems, *built.problems),
    )
    said = [Problem("warning", path.name, None, "", "", sentence) for sentence in account.assumed()]
    refused = [
        Problem("warning", grid.file, row.row, "", row.text[:80], f"row left out: {row.reason}")
        for row in left
        if row.kind == "refused"
    ]
    dataset = replace(built.dataset, path=path, problems=(*said, *refused, *account.problems))
    return Bill(dataset, built.product, account, base)


def _connections(items: tuple[Item, ...], built: Built, classes: Mapping[int, ClassMatch]) -> tuple[Connection, ...]:
    return tuple(
        Connection(
            row=item.row,
            part_id=built.parts[item.row],
            name=item.name,
            match=classes[item.row],
            upstream=built.attached.get(item.row, ""),
            joined_offer=built.joined.get(item.row, ""),
        )
        for item in items
    )


def _nothing(grid: Grid, left: tuple[LeftRow, ...]) -> OptionError | DataError:
    refused = [row for row in left if row.kind == "refused"]
    if refused:
        return DataError(Problem("error", grid.file, row.row, "", row.text[:80], row.reason) for row in refused)
    return OptionError(f"{grid.file}: no line of a bill of materials below the header")
