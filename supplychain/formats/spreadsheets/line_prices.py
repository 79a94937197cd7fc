"""The price of a line: of one, of so many, of a pack or of the whole line, from the columns that tell it."""

from __future__ import annotations

from dataclasses import replace

from supplychain.formats.spreadsheets.amounts import LARGEST, SMALLEST, is_pack_word, is_placeholder, read_quantity
from supplychain.formats.spreadsheets.price_columns import PACK
from supplychain.formats.spreadsheets.prices import (
    Money,
    currency_code,
    pack_hint,
    price_at,
    read_money,
    settle_currency,
)
from supplychain.formats.spreadsheets.table import Doubts, Table, cell, decimal_of, name_of_column, texts, uses_of
from supplychain.formats.spreadsheets.values import ColumnUse, Price

__all__ = ["line_price"]

_Found = tuple[ColumnUse, str, Money]


def line_price(
    table: Table,
    row: int,
    number: int,
    *,
    quantity: float | None,
    stated: bool,
    doubts: Doubts,
    extra: dict[str, str],
) -> Price | None:
    """Return the price of one, as far as the columns of one maker tell it.

    Parameters
    ----------
    table : Table
    row : int
        Place in the grid.
    number : int
        Of the maker's columns.
    quantity : float or None
        Of the line, for price breaks and totals.
    stated : bool
        Whether the file says the quantity.
    doubts : Doubts
        Takes what was assumed or is doubtful.
    extra : dict
        Takes the cells that are not used.
    """
    found = _found(table, row, number, quantity, doubts, extra)
    total = _total(table, row, number, doubts)
    if found is None:
        price = _from_total(table, row, total, quantity=quantity, stated=stated, doubts=doubts)
        return price and _of_a_size(table, row, price, quantity, total, doubts)
    use, text, money = found
    amount, doubt = price_at(money, quantity)
    if amount is None:
        return None
    if doubt:
        doubts.say(table.grid.lines[row], name_of_column(use), text, doubt)
    per = _per(table, row, number, use, money, doubts)
    if per is None:
        extra.setdefault(name_of_column(use), text)
        return None
    price = _of_a_size(
        table, row, Price(amount / per, _currency(table, row, use, money, doubts), text), quantity, found, doubts
    )
    if price is None:
        extra.setdefault(name_of_column(use), text)
        return None
    if use.unit != PACK:
        _say_pack(table, row, use, text, doubts)
    _say_break(table, row, number, quantity, doubts)
    if total and quantity is not None and stated:
        _compare(table, row, price, quantity, total, doubts)
    return price


def _found(
    table: Table, row: int, number: int, quantity: float | None, doubts: Doubts, extra: dict[str, str]
) -> _Found | None:
    """Price columns of a row: the first with a price, before one for a pack; those with price breaks together."""
    prices: list[_Found] = []
    for use in sorted(table.uses.get(("unit_cost", number), ()), key=lambda each: each.unit == PACK):
        text = cell(table, row, use.position)
        if not text:
            continue
        money = read_money(text, decimal_of(table, use, text))
        if money.breaks:
            prices.append((use, text, money))
        elif money.doubt:
            doubts.say(table.grid.lines[row], name_of_column(use), text, money.doubt + _shown(text))
            extra.setdefault(name_of_column(use), text)
    if not prices:
        return None
    first = prices[0]
    steps = [each for each in prices if each[0].start and len(each[2].breaks) == 1]
    if first in steps and len(steps) > 1:
        return _from_steps(table, row, steps, quantity, doubts)
    for use, text, _ in prices[1:]:
        extra.setdefault(name_of_column(use), text)
        if use.unit == PACK:
            message = f"a price of one stands beside it and is used: {name_of_column(first[0])}"
            doubts.say(table.grid.lines[row], name_of_column(use), text, message)
    return first


def _from_steps(table: Table, row: int, steps: list[_Found], quantity: float | None, doubts: Doubts) -> _Found:
    """Columns such as "Price 1", "Price 10" as the price breaks of one cell, named by the column that is used."""
    by_start = {use.start: (use, text, money) for use, text, money in steps}
    reached = [start for start in by_start if quantity is not None and start <= quantity]
    use, text, money = by_start[max(reached) if reached else min(by_start)]
    if len({each.currency for _, _, each in by_start.values()}) > 1:
        doubts.say(table.grid.lines[row], name_of_column(use), text, "price breaks in several currencies")
    breaks = tuple((start, each.breaks[0][1] / each.per) for start, (_, _, each) in sorted(by_start.items()))
    return use, text, replace(money, breaks=breaks, per=1.0)


def _of_a_size(
    table: Table, row: int, price: Price, quantity: float | None, found: _Found | None, doubts: Doubts
) -> Price | None:
    """A price, unless it or its product with the quantity is of a size that no bill holds."""
    if price.amount == 0.0 or (price.amount >= SMALLEST and price.amount * max(quantity or 0.0, 1.0) <= LARGEST):
        return price
    if found is not None:
        message = f"quantity times price is beyond {LARGEST:g}, or the price below {SMALLEST:g}; the price is unknown"
        doubts.say(table.grid.lines[row], name_of_column(found[0]), found[1], message)
    return None


def _shown(text: str) -> str:
    return f': "{text[:60]}"' if any(sign.isalpha() for sign in text) else ""


def _total(table: Table, row: int, number: int, doubts: Doubts) -> _Found | None:
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
    total: _Found | None,
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


def _compare(table: Table, row: int, price: Price, quantity: float, total: _Found, doubts: Doubts) -> None:
    use, text, money = total
    product, said = price.amount * quantity, money.breaks[0][1]
    if abs(product - said) > 0.01 * max(abs(product), abs(said)) + 1e-9:
        message = (
            f"quantity times price is {product:.6g}, but the total says {said:.6g}; the price of one, "
            f"{price.amount:.6g}, is used"
        )
        doubts.say(table.grid.lines[row], name_of_column(use), text, message)


def _per(table: Table, row: int, number: int, use: ColumnUse, money: Money, doubts: Doubts) -> float | None:
    """Units that the price is for, beyond what the cell itself says: column price_per, else the header.

    Beside a price of a pack, the column price_per is the size of the pack; None: it is not stated.
    """
    if money.per != 1.0 and use.unit != PACK:
        return 1.0
    line = table.grid.lines[row]
    pack = use.unit == PACK
    if not pack and any(each.unit == PACK for each in uses_of(table, "unit_cost")):
        return use.per if use.per > 0.0 else 1.0
    for column, text in texts(table, row, "price_per", number) or texts(table, row, "price_per"):
        per = read_quantity(text, decimal_of(table, column, text)).value
        if per is None or per <= 0.0:
            message = "the number of units that the price is for cannot be read; "
            message += "the price is unknown" if pack else "taken as 1"
            doubts.say(line, name_of_column(column), text, message, "right is a number such as 100")
            return None if pack else 1.0
        if per != 1.0:
            doubts.say(line, name_of_column(column), text, f"the price is for {per:g} units; divided")
        return per
    if pack:
        message = "the price of a pack whose size is not stated; the price of one is unknown"
        doubts.say(line, name_of_column(use), "", message, "right is the number of parts in the pack")
        return None
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
