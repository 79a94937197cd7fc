"""Shares of one whole that add to more than it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from supplychain.dataset import Dataset
from supplychain.errors import Problem
from supplychain.validation.report import Mask, problem_at, usable_offers

__all__ = ["SCALED_SILENTLY", "SCALED_WITH_WARNING", "share_problems"]

# Sources round: up to the first the shares are scaled to 1 and nothing is said, up to the second with a warning.
SCALED_SILENTLY = 1.005
SCALED_WITH_WARNING = 1.2
_SLACK = 1e-9


def share_problems(dataset: Dataset) -> Iterator[Problem]:
    """Yield slots and parts whose shares add to more than 1."""
    bom = dataset.bom
    if len(bom):
        slot = bom["slot"].where(bom["slot"] != "", bom["child_id"])
        yield from _above_one(
            dataset, "bom", np.ones(len(bom), dtype=bool), [bom["parent_id"], slot, bom["parent_supplier_id"]]
        )
    if len(dataset.offers):
        yield from _above_one(dataset, "offers", usable_offers(dataset), [dataset.offers["part_id"]])


def _above_one(dataset: Dataset, table: str, counted: Mask, whole: Sequence[pd.Series]) -> Iterator[Problem]:
    shares = dataset.tables[table]["share"].to_numpy()
    rows = np.flatnonzero(counted & np.isfinite(shares) & (shares > 0))
    if not len(rows):
        return
    keys = pd.DataFrame({position: values.to_numpy()[rows] for position, values in enumerate(whole)})
    groups = keys.groupby(list(keys.columns), sort=False).ngroup().to_numpy()
    sums = np.bincount(groups, weights=shares[rows])
    over = np.flatnonzero(sums > SCALED_SILENTLY + _SLACK)
    if not len(over):
        return
    first = np.full(len(sums), len(rows))
    np.minimum.at(first, groups, np.arange(len(rows)))
    largest = pd.Series(shares[rows]).groupby(groups).max().to_numpy()
    numbers = np.bincount(groups)
    for group in over:
        if largest[group] > 1:
            continue  # that share has a problem of its own
        row = int(rows[first[group]])
        names = [str(values.to_numpy()[row]) for values in whole if values.to_numpy()[row]]
        what = f"part {names[0]}" if table == "offers" else f"slot {names[1]} of {names[0]}"
        what += f" as {names[2]} makes it" if len(names) > 2 else ""
        total = f"the {numbers[group]} shares of {what} add to {sums[group]:.6g}"
        if sums[group] > SCALED_WITH_WARNING + _SLACK:
            yield problem_at(
                dataset, table, row, "share", total, f"shares that add to 1, or at most to {SCALED_WITH_WARNING}"
            )
        else:
            hint = "shares that add to 1"
            yield problem_at(dataset, table, row, "share", f"{total} and are scaled to 1", hint, severity="warning")
