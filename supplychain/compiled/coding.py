"""Ids as integers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.errors import DataError, Problem

__all__ = ["code_ids", "sorted_ids"]

Int = NDArray[np.int64]
Text = NDArray[np.object_]


def sorted_ids(ids: pd.Series) -> tuple[Text, Int]:
    """Ids in the order of their text, and the row of each."""
    values = ids.to_numpy(dtype=object)
    order = np.argsort(values, kind="stable")
    return values[order], order.astype(np.int64)


def code_ids(values: pd.Series | Text, index: pd.Index[Any], *, table: str, column: str, optional: bool) -> Int:
    """Code each value by its place in `index`; an empty optional one is -1."""
    text = np.asarray(values, dtype=object)
    codes = index.get_indexer(pd.Index(text, dtype=object)).astype(np.int64)
    missing = codes < 0
    if optional:
        missing &= text != ""
    if missing.any():
        rows = np.flatnonzero(missing)
        raise DataError(
            [
                Problem("error", table, int(row) + 2, column, str(text[row]), f"unknown id {text[row]!r}")
                for row in rows[:50]
            ]
        )
    return codes
