"""Sums that a list states, against its lines: they show whether a price is for one or for the whole line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from supplychain.formats.spreadsheets.prices import read_money
from supplychain.formats.spreadsheets.table import Doubts, Table, cell, decimal_of, name_of_column, row_text
from supplychain.formats.spreadsheets.values import ColumnUse, Item, LeftRow

__all__ = ["check_totals"]


_NO_SUMS = frozenset({"quantity", "item_number", "level", "price_per", "minimum_order", "lead_time_days"})


@dataclass
class _Sums:
    """Sums of the lines so far: price times quantity, prices alone, charges, and lines of which one is not known."""

    whole: float = 0.0
    alone: float = 0.0
    charges: float = 0.0
    lines: int = 0
    unknown: int = 0

    def add(self, item: Item) -> None:
        price = item.sources[0].price
        if price is None or item.quantity is None:
            self.unknown += 1
            self.alone += price.amount if price else 0.0
            return
        self.lines += 1
        self.whole += price.amount * item.quantity
        self.alone += price.amount


def check_totals(
    table: Table,
    totals: Mapping[int, bool],
    items: Mapping[int, Item],
    *,
    charges: Collection[int],
    flat: bool,
    doubts: Doubts,
) -> tuple[list[LeftRow], bool]:
    """Return the rows with sums as rows left out, and say what they tell about the prices.

    The second value is whether a sum decides if the prices are of one or of the whole line.

    Parameters
    ----------
    table : Table
    totals : mapping of int to bool
        Places of the rows with sums; False where only the amount tells.
    items : mapping of int to Item
        Lines by place.
    charges : collection of int
        Places of rows such as shipping and tax, which a total may include.
    flat : bool
        Whether no line is part of another, and all prices are in one currency; else sums are not compared.
    doubts : Doubts
    """
    left: list[LeftRow] = []
    all_lines, block = _Sums(), _Sums()
    decided = False
    compared = False  # of several sums in a row only the first is one of lines
    for row in range(table.start, len(table.grid.rows)):
        if row in items:
            all_lines.add(items[row])
            block.add(items[row])
        if row in charges:
            charge = _amount(table, row)
            all_lines.charges += charge[1] if charge else 0.0
        if row not in totals:
            continue
        number, text = table.grid.lines[row], row_text(table, row)
        found = _amount(table, row)
        fits = found is not None and _fits(found[1], block, all_lines)
        if not totals[row] and not fits:
            reason = "no name and no part number; right is a name, a description or a part number in every line"
            left.append(LeftRow(number, "refused", reason, text))
            continue
        left.append(LeftRow(number, "subtotal", "a total of the lines above", text))
        if found is not None and flat and (block.lines or not compared):
            compared = True
            decided = _compare(number, found, block, all_lines, doubts) or decided
        block = _Sums()
    return left, decided


def _amount(table: Table, row: int) -> tuple[ColumnUse, float] | None:
    """Amount of a row with a sum: of the total column, else of the price column, else the last one in any column."""
    columns = table.column_map.columns
    for name in ("total_cost", "unit_cost", "", "any"):
        uses = [use for use in columns if use.field == name or (name == "any" and use.field not in _NO_SUMS)]
        for use in uses if name in {"total_cost", "unit_cost"} else reversed(uses):
            text = cell(table, row, use.position, repeat=False)
            money = read_money(text, decimal_of(table, use, text))
            if len(money.breaks) == 1:
                return use, money.breaks[0][1]
    return None


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 0.01 * max(abs(one), abs(other)) + 1e-9


def _fits(amount: float, *sums: _Sums) -> bool:
    return any(each.lines and (_near(amount, each.whole) or _near(amount, each.alone)) for each in sums)


def _compare(number: int, found: tuple[ColumnUse, float], block: _Sums, all_lines: _Sums, doubts: Doubts) -> bool:
    """Say what a sum tells against the lines; whether it fits either reading of the prices."""
    use, amount = found
    sums = [each for each in (block, all_lines) if each.lines]
    if not sums:
        return False
    if any(_near(amount, each.whole) or _near(amount, each.whole + each.charges) for each in sums):
        return True
    column, value = name_of_column(use), f"{amount:.6g}"
    if any(_near(amount, each.alone) for each in sums):
        message = (
            f"the total {value} is the sum of the prices alone; quantity times price is {all_lines.whole:.6g}: the "
            "prices may be for the whole line, not for one"
        )
        hint = "if so, the price column is the price of the whole line (total_cost)"
        doubts.say(number, column, value, message, hint)
        return True
    message = f"the total says {value}, but quantity times price of the lines above is {all_lines.whole:.6g}"
    if all_lines.unknown:
        message += f" (of {all_lines.unknown} lines the price or quantity is unknown)"
    doubts.say(number, column, value, message)
    return False
