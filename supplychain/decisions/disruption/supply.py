"""What is known of each maker: stock, lead time, capacity; as given, as typical of its category, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import Compiled
from supplychain.measures.typical import Quantity, TypicalValue, typical_values

__all__ = ["WEEKS_PER_DAY", "WEEKS_PER_YEAR", "Assume", "Supply", "read_supply"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Assume = Literal["typical", "nothing"]

WEEKS_PER_DAY = 1.0 / 7.0
WEEKS_PER_YEAR = 365.0 / 7.0
GIVEN, TYPICAL, UNKNOWN = 0, 1, 2


@dataclass(frozen=True)
class Supply:
    """Facts of the options; the first axis is (lowest, highest) where there is one.

    Attributes
    ----------
    stock : array of float, shape (options,)
        Units, NaN where not given.
    stock_weeks : array of float, shape (2, options)
        Weeks of the planned use where a typical range stands in, else NaN.
    lead : array of float, shape (2, options)
        Weeks from order to delivery, NaN where nothing is known.
    lead_from, stock_from : array of int, shape (options,)
        GIVEN, TYPICAL or UNKNOWN.
    capacity : array of float, shape (options,)
        Units per week, NaN where not given.
    used : tuple of TypicalValue
        Published ranges that stand in for something, with their sources.
    """

    stock: Float
    stock_weeks: Float
    lead: Float
    stock_from: Int
    lead_from: Int
    capacity: Float
    used: tuple[TypicalValue, ...]


def read_supply(compiled: Compiled, *, assume: Assume | None) -> Supply:
    """Read the offers table for every option.

    Parameters
    ----------
    compiled : Compiled
    assume : {"typical", "nothing"}, optional
        `typical`: published ranges by category stand in for what is empty.
    """
    offers = compiled.dataset.offers
    options = compiled.options

    def column(name: str) -> Float:
        values = np.append(offers[name].to_numpy(dtype=np.float64), np.nan)
        return np.asarray(values[options.offer], dtype=np.float64)  # -1, an unknown maker, is the last

    stock, days = column("stock_units"), column("lead_time_days")
    lead = np.tile(days * WEEKS_PER_DAY, (2, 1))
    stock_weeks = np.full((2, len(stock)), np.nan)
    # A market row or a maker of unknown origin stands for many firms, whose capacity is not ours.
    named = (options.offer >= 0) & (options.supplier >= 0)
    capacity = np.where(named, column("capacity_per_year") / WEEKS_PER_YEAR, np.nan)
    stock_from = np.where(np.isnan(stock), UNKNOWN, GIVEN)
    lead_from = np.where(np.isnan(days), UNKNOWN, GIVEN)
    used: tuple[TypicalValue, ...] = ()
    if assume == "typical":
        used = _fill_in(compiled, (("stock_days", stock_weeks, stock_from), ("lead_time_days", lead, lead_from)))
    return Supply(stock, stock_weeks, lead, stock_from, lead_from, capacity, used)


def _fill_in(compiled: Compiled, targets: tuple[tuple[Quantity, Float, Int], ...]) -> tuple[TypicalValue, ...]:
    """Put published ranges where nothing is given: the one place at which typical values enter."""
    typical = typical_values()
    options, parts = compiled.options, compiled.dataset.parts
    used: list[TypicalValue] = []
    for quantity, target, origin in targets:
        row = compiled.part_row[options.part]
        days = np.stack(typical.of_parts(parts, quantity))[:, row]
        filled = (origin == UNKNOWN) & ~np.isnan(days[0])
        target[:, filled] = days[:, filled] * WEEKS_PER_DAY
        origin[filled] = TYPICAL
        kinds = parts.iloc[np.unique(row[filled])][["category", "subcategory"]].drop_duplicates()
        found = (
            typical.value_of(str(category), str(subcategory), quantity)
            for category, subcategory in kinds.itertuples(index=False, name=None)
        )
        used += [value for value in found if value is not None and value not in used]
    return tuple(used)
