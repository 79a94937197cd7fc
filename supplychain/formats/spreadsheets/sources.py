"""Makers, sellers, prices and countries of a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from supplychain.countries import to_alpha3
from supplychain.formats.spreadsheets.amounts import (
    LONGEST,
    is_pack_word,
    is_placeholder,
    plain_text,
    read_days,
    read_quantity,
)
from supplychain.formats.spreadsheets.prices import (
    Money,
    currency_code,
    pack_hint,
    price_at,
    read_money,
    settle_currency,
)
from supplychain.formats.spreadsheets.table import Doubts, Table, cell, decimal_of, name_of_column, texts, uses_of
from supplychain.formats.spreadsheets.values import ColumnUse, ItemSource, Price

__all__ = ["country", "read_sources", "with_alternate"]

_SEVERAL = re.compile(r"\s*[;；\n]\s*|\s+[/／]\s+")
_SEVERAL_NUMBERS = re.compile(r"\s*[;；\n]\s*")
_COUNTRIES = re.compile(r"\s*(?:[/;,+&、，；／\n]|\band\b|\bor\b|\bund\b)\s*", re.IGNORECASE)
_COUNTRIES_APART = re.compile(r"\s*[/;&+、；／\n]\s*")
_COUNTRY_FIELDS = (
    "country_of_origin",
    "design_country",
    "headquarters_country",
    "shipping_country",
    "owner_country",
)
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
    numbers = sorted({use.number for use in uses_of(table, "manufacturer", "manufacturer_part_number")}) or [1]
    sources: list[ItemSource] = []
    for place, number in enumerate(numbers):
        base = _base(table, row, number, quantity=quantity, stated=stated, doubts=doubts, extra=extra)
        pairs = _makers(table, row, number, doubts)
        if place > 0 and not pairs:
            _keep(table, row, number, extra)
            continue
        sources.extend(replace(base, manufacturer=maker, part_number=part) for maker, part in pairs or [("", "")])
    for use in uses_of(table, "supplier", "supplier_part_number", "unit_cost"):
        text = cell(table, row, use.position)
        if use.number not in numbers and text:
            extra.setdefault(name_of_column(use), text)
    return _distinct(sources)


def with_alternate(sources: tuple[ItemSource, ...], added: Iterable[ItemSource]) -> tuple[ItemSource, ...]:
    """Return the makers of a line with those of a row below it; an empty first one gives way."""
    new = [source for source in added if source.manufacturer or source.part_number]
    first = sources[0]
    if not new or len(sources) > 1 or first.manufacturer or first.part_number:
        return _distinct([*sources, *new])
    price = first.price or new[0].price
    return _distinct([replace(new[0], price=new[0].price or price), *new[1:]])


def country(table: Table, row: int, name: str, number: int, doubts: Doubts, extra: dict[str, str]) -> str:
    """Return the alpha-3 code in a country column, or "" if it names none or several."""
    for use, text in texts(table, row, name, number):
        # "China/Taiwan" are two, though the sign between would not matter in a name; "Hong Kong, China" is a name.
        codes = _codes(_COUNTRIES_APART, text)
        if len(codes) < 2 or "" in codes:
            whole = to_alpha3(text[:200])
            codes = {whole} if whole else _codes(_COUNTRIES, text)
        if len(codes) == 1 and "" not in codes:
            return codes.pop()
        column = name_of_column(use)
        extra.setdefault(column, text)
        if "" in codes:
            message = f'"{text[:60]}" is no country that is known; left empty'
            doubts.say(table.grid.lines[row], column, text, message, "right is a name or code such as Taiwan or TWN")
        else:
            message = f'"{text[:60]}" names several countries: {", ".join(sorted(codes))}; which one is unknown'
            doubts.say(table.grid.lines[row], column, text, message, "right is one country in a cell")
    return ""


def _codes(between: re.Pattern[str], text: str) -> set[str]:
    """Countries that the parts of a text name; "" stands for a part that names none."""
    return {to_alpha3(part) or "" for part in between.split(plain_text(text[:200])) if part.strip()} or {""}


def _base(
    table: Table,
    row: int,
    number: int,
    *,
    quantity: float | None,
    stated: bool,
    doubts: Doubts,
    extra: dict[str, str],
) -> ItemSource:
    """What holds for all makers of one group of columns."""

    def first(name: str) -> str:
        found = texts(table, row, name, number)
        for use, text in found[1:]:
            extra.setdefault(name_of_column(use), text)
        return found[0][1] if found else ""

    countries = {name: country(table, row, name, number, doubts, extra) for name in _COUNTRY_FIELDS}
    return ItemSource(
        seller=first("supplier"),
        seller_part_number=first("supplier_part_number"),
        price=_price(table, row, number, quantity=quantity, stated=stated, doubts=doubts, extra=extra),
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


def _keep(table: Table, row: int, number: int, extra: dict[str, str]) -> None:
    """Cells of a group of columns that names no maker."""
    for name in ("supplier", "supplier_part_number", "unit_cost"):
        for use, text in texts(table, row, name, number):
            extra.setdefault(name_of_column(use), text)


def _price(
    table: Table,
    row: int,
    number: int,
    *,
    quantity: float | None,
    stated: bool,
    doubts: Doubts,
    extra: dict[str, str],
) -> Price | None:
    line = table.grid.lines[row]
    found: tuple[ColumnUse, str, Money] | None = None
    for use in table.uses.get(("unit_cost", number), ()):
        text = cell(table, row, use.position)
        if not text:
            continue
        money = read_money(text, decimal_of(table, use, text))
        if found is not None:
            extra.setdefault(name_of_column(use), text)
        elif money.breaks:
            found = (use, text, money)
        elif money.doubt:
            doubts.say(line, name_of_column(use), text, money.doubt + _shown(text))
            extra.setdefault(name_of_column(use), text)
    total = _total(table, row, number, doubts)
    if found is None:
        return _from_total(table, row, total, quantity=quantity, stated=stated, doubts=doubts)
    use, text, money = found
    amount, doubt = price_at(money, quantity)
    if amount is None:
        return None
    if doubt:
        doubts.say(line, name_of_column(use), text, doubt)
    per = _per(table, row, number, use, money, doubts)
    price = Price(amount / per, _currency(table, row, use, money, doubts), text)
    _say_pack(table, row, use, text, doubts)
    _say_break(table, row, number, quantity, doubts)
    if total and quantity is not None and stated:
        _compare(table, row, price, quantity, total, doubts)
    return price


def _shown(text: str) -> str:
    return f': "{text[:60]}"' if any(sign.isalpha() for sign in text) else ""


def _total(table: Table, row: int, number: int, doubts: Doubts) -> tuple[ColumnUse, str, Money] | None:
    for use in table.uses.get(("total_cost", number), ()):
        text = cell(table, row, use.position)
        if is_placeholder(text):
            continue
        money = read_money(text, decimal_of(table, use, text))
        if len(money.breaks) == 1:
            return use, text, money
        doubts.say(table.grid.lines[row], name_of_column(use), text, money.doubt or "no total that can be read")
    return None


def _from_total(
    table: Table,
    row: int,
    total: tuple[ColumnUse, str, Money] | None,
    *,
    quantity: float | None,
    stated: bool,
    doubts: Doubts,
) -> Price | None:
    if total is None:
        return None
    use, text, money = total
    line, column = table.grid.lines[row], name_of_column(use)
    if quantity is None or quantity <= 0.0:
        doubts.say(line, column, text, "a total without a quantity; the price of one is unknown")
        return None
    how = "the quantity" if stated else "an assumed quantity of 1"
    doubts.say(line, column, "", f"only the total is stated; the price of one is the total divided by {how}")
    return Price(money.breaks[0][1] / quantity, _currency(table, row, use, money, doubts), text)


def _compare(
    table: Table, row: int, price: Price, quantity: float, total: tuple[ColumnUse, str, Money], doubts: Doubts
) -> None:
    use, text, money = total
    product, said = price.amount * quantity, money.breaks[0][1]
    if abs(product - said) > 0.01 * max(abs(product), abs(said)) + 1e-9:
        message = (
            f"quantity times price is {product:.6g}, but the total says {said:.6g}; the price of one, "
            f"{price.amount:.6g}, is used"
        )
        doubts.say(table.grid.lines[row], name_of_column(use), text, message)


def _per(table: Table, row: int, number: int, use: ColumnUse, money: Money, doubts: Doubts) -> float:
    """Units that the price is for, beyond what the cell itself says: column price_per, else the header."""
    if money.per != 1.0:
        return 1.0
    line = table.grid.lines[row]
    for column, text in texts(table, row, "price_per", number) or texts(table, row, "price_per"):
        per = read_quantity(text, decimal_of(table, column, text)).value
        if per is None or per <= 0.0:
            message = "the number of units that the price is for cannot be read; taken as 1"
            doubts.say(line, name_of_column(column), text, message, "right is a number such as 100")
            return 1.0
        if per != 1.0:
            doubts.say(line, name_of_column(column), text, f"the price is for {per:g} units; divided")
        return per
    if use.per > 0.0 and use.per != 1.0:
        doubts.say(line, name_of_column(use), "", f"the header says that prices are for {use.per:g} units; divided")
        return use.per
    return 1.0


def _currency(table: Table, row: int, use: ColumnUse, money: Money, doubts: Doubts) -> str:
    line = table.grid.lines[row]
    stated = ""
    for column, text in texts(table, row, "currency", use.number) or texts(table, row, "currency"):
        stated = currency_code(text)
        if not stated:
            message = f'"{text[:30]}" is no currency that is known'
            doubts.say(line, name_of_column(column), text, message, "right is a code such as USD, EUR or TWD")
        break
    formatted = table.grid.currencies.get((row, use.position), "")
    code, doubt = settle_currency(money.currency, [formatted, use.currency, stated], table.column_map.currency)
    if doubt:
        doubts.say(line, name_of_column(use), "", doubt, "name the currency of prices that name none, if it is another")
    elif not code:
        doubts.say(line, name_of_column(use), "", "no currency is stated", "name the currency of prices that name none")
    return code


def _say_pack(table: Table, row: int, use: ColumnUse, price: str, doubts: Doubts) -> None:
    """A price of a pack looks like that of one part; only the words beside it tell."""
    line = table.grid.lines[row]
    for name in ("name", "description", "note", "unit"):
        for _, text in texts(table, row, name):
            hint = pack_hint(text) or (text if name == "unit" and is_pack_word(text) else "")
            if hint:
                message = f'the price may be for a pack: the row says "{hint}"; it is taken as the price of one'
                doubts.say(
                    line, name_of_column(use), price, message, "right is the price of one, or a column price per"
                )
                return


def _say_break(table: Table, row: int, number: int, quantity: float | None, doubts: Doubts) -> None:
    for use, text in texts(table, row, "price_break_quantity", number) or texts(table, row, "price_break_quantity"):
        start = read_quantity(text, decimal_of(table, use, text)).value
        if start is not None and quantity is not None and quantity < start:
            message = f"the price holds from {start:g} units, and the line takes fewer; it is used"
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
