"""What is known of each maker: stock, lead time, capacity; as given, as typical of its category, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import Compiled
from supplychain.measures.typical import Quantity, TypicalValue, typical_values

__all__ = ["WEEKS_PER_DAY", "WEEKS_PER_YEAR", "Assume", "Supply", "read_supply", "values_used"]

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
    """

    stock: Float
    stock_weeks: Float
    lead: Float
    stock_from: Int
    lead_from: Int
    capacity: Float


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
    if assume == "typical":
        _fill_in(compiled, (("stock_days", stock_weeks, stock_from), ("lead_time_days", lead, lead_from)))
    return Supply(stock, stock_weeks, lead, stock_from, lead_from, capacity)


def _fill_in(compiled: Compiled, targets: tuple[tuple[Quantity, Float, Int], ...]) -> None:
    """Put published ranges where nothing is given: the one place at which typical values enter."""
    typical = typical_values()
    row = compiled.part_row[compiled.options.part]
    for quantity, target, origin in targets:
        days = np.stack(typical.of_parts(compiled.dataset.parts, quantity))[:, row]
        filled = (origin == UNKNOWN) & ~np.isnan(days[0])
        target[:, filled] = days[:, filled] * WEEKS_PER_DAY
        origin[filled] = TYPICAL


def values_used(compiled: Compiled, supply: Supply, options: Int) -> tuple[TypicalValue, ...]:
    """Published ranges that stand in for a fact of one of these options, with their sources."""
    typical, parts = typical_values(), compiled.dataset.parts
    found: list[TypicalValue] = []
    sources: tuple[tuple[Quantity, Int], ...] = (
        ("stock_days", supply.stock_from),
        ("lead_time_days", supply.lead_from),
    )
    for quantity, origin in sources:
        rows = np.unique(compiled.part_row[compiled.options.part[options[origin[options] == TYPICAL]]])
        kinds = parts.iloc[rows][["category", "subcategory"]].drop_duplicates()
        for category, subcategory in kinds.itertuples(index=False, name=None):
            value = typical.value_of(str(category), str(subcategory), quantity)
            if value is not None and value not in found:
                found.append(value)
    return tuple(found)
