"""Making problems out of rows."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import Dataset, Place
from supplychain.errors import Problem

__all__ = ["Mask", "cell_text", "closest", "listed", "problem_at", "problems_where", "usable_offers"]

Mask = npt.NDArray[np.bool_]

# Looking for close matches costs time in proportion to both: beyond these bounds a hint is not worth it.
_CANDIDATES = 5_000
_LOOKUPS = 25


def problem_at(  # the parts of a place, in the order in which it is read
    dataset: Dataset,
    table: str,
    row: int | None,
    column: str,
    message: str,
    hint: str = "",
    *,
    value: str | None = None,
    severity: Literal["error", "warning"] = "error",
) -> Problem:
    """Return the problem of one cell; rows are counted from 0 and printed as lines of the file."""
    place = dataset.places.get(table) or Place(table)
    if value is None:
        value = cell_text(dataset.tables[table], row, column)
    return Problem(severity, place.file_of(row), None if row is None else place.line(row), column, value, message, hint)


def problems_where(  # as above
    dataset: Dataset,
    table: str,
    column: str,
    where: Mask,
    message: str,
    hint: str = "",
    *,
    severity: Literal["error", "warning"] = "error",
) -> Iterator[Problem]:
    """Yield the same problem for every row of a mask."""
    for row in np.flatnonzero(where):
        yield problem_at(dataset, table, int(row), column, message, hint, severity=severity)


def cell_text(frame: pd.DataFrame, row: int | None, column: str) -> str:
    """Text of a cell as a person would write it."""
    if row is None or column not in frame.columns:
        return ""
    value = frame[column].to_numpy()[row]
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.12g}"
    return str(value)


def listed(names: Iterable[str], limit: int = 8) -> str:
    """Join names by commas, and count those beyond the limit."""
    every = list(names)
    more = f" and {len(every) - limit} more" if len(every) > limit else ""
    return ", ".join(every[:limit]) + more


class closest:  # noqa: N801  # used as a function that remembers how often it was asked
    """The known names that an unknown one could be meant for; gives up when that would take long."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known
        self._asked = 0
        self._found = cache(self._find)

    def __call__(self, text: str) -> str:
        """Return up to three names joined by "or"; empty if none is near."""
        return self._found(text)

    def _find(self, text: str) -> str:
        self._asked += 1
        if self._asked > _LOOKUPS or len(text) > 80:
            return ""
        folded = text.strip().casefold()
        same = [name for name in self._known if name.casefold() == folded]
        if same or len(self._known) > _CANDIDATES:
            return " or ".join(same[:3])
        return " or ".join(difflib.get_close_matches(folded, self._known, n=3, cutoff=0.7))


def usable_offers(dataset: Dataset) -> Mask:
    """Mask of the offers that count today."""
    offers = dataset.offers
    status = offers["status"].to_numpy()
    begun = (offers["available_from"] != "").to_numpy() & (offers["available_from"] <= dataset.date).to_numpy()
    usable: Mask = np.isin(status, ["", "candidate", "qualified"]) | ((status == "planned") & begun)
    return usable
