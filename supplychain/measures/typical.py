"""Typical stocks and times to recover by category: published ranges, used only when a user asks for them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.errors import OptionError

__all__ = ["DAYS_PER_YEAR", "QUANTITIES", "Quantity", "Typical", "TypicalValue", "read_assume", "typical_values"]

Quantity = Literal["recovery_days", "stock_days", "lead_time_days"]
DAYS_PER_YEAR = 365.0
QUANTITIES = ("recovery_days", "stock_days", "lead_time_days")


@dataclass(frozen=True)
class TypicalValue:
    """One published range.

    Attributes
    ----------
    category : str
        Category of parts, or `category/subcategory` where it holds for these alone.
    quantity : {"recovery_days", "stock_days", "lead_time_days"}
        Days to recover after a failure, stock in days of the maker's own output, days from order to delivery.
    low, high : float
    unit : str
    title, publisher, url, date : str
        The source.
    note : str
        What the source says and what was done with it.
    """

    category: str
    quantity: str
    low: float
    high: float
    unit: str
    title: str
    publisher: str
    url: str
    date: str
    note: str


@dataclass(frozen=True)
class Typical:
    """The table of typical values."""

    rows: tuple[TypicalValue, ...]

    def value_of(self, category: str, subcategory: str, quantity: Quantity) -> TypicalValue | None:
        """The row for a category of parts, the one for its subcategory first; None without one."""
        for key in (f"{category}/{subcategory}", category):
            for row in self.rows:
                if row.quantity == quantity and row.category.casefold() == key.strip().casefold():
                    return row
        return None

    def of_parts(self, parts: pd.DataFrame, quantity: Quantity) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Low and high end for every row of a parts table, NaN where no category has one."""
        keys = parts[["category", "subcategory"]].fillna("").astype(str)
        low, high = np.full(len(keys), np.nan), np.full(len(keys), np.nan)
        category, subcategory = (keys[name].to_numpy(dtype=object) for name in ("category", "subcategory"))
        for pair in keys.drop_duplicates().itertuples(index=False, name=None):
            row = self.value_of(pair[0], pair[1], quantity)
            if row is not None:
                here = (category == pair[0]) & (subcategory == pair[1])
                low[here], high[here] = row.low, row.high
        return low, high


def typical_values() -> Typical:
    """Read the table that comes with the package.

    A category without a published value is absent. Every row names its source.

    Examples
    --------
    >>> all(row.url and row.low <= row.high for row in typical_values().rows)
    True
    """
    text = resources.files("supplychain.measures").joinpath("typical.csv").read_text(encoding="utf-8")
    rows = []
    for row in csv.DictReader(text.splitlines()):
        low, high = float(row.pop("low")), float(row.pop("high"))
        rows.append(TypicalValue(low=low, high=high, **row))
    return Typical(tuple(rows))


def read_assume(assume: str | None) -> Typical | None:
    """The table that the option `assume` names, None without one."""
    if assume is None:
        return None
    if assume != "typical":
        raise OptionError(f"assume {assume!r}: give typical, or leave it out")
    return typical_values()
