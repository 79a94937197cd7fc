"""Pairs of suppliers that stop a product although neither does alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import Columns
from supplychain.compiled.sweep import Failures, sweep
from supplychain.levels import expand_ranges
from supplychain.measures.analysis import Analysis
from supplychain.measures.choke_failures import base_losses
from supplychain.measures.interval import Interval, share

__all__ = ["STOPPED", "PairSearch", "find_pairs"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]

_ROOM = 20  # pairs that are listed for each one that is computed, so that the largest are found among them
STOPPED = 1.0 - 1e-12  # a loss from here on is everything: shares are added up in floating point


@dataclass(frozen=True)
class PairSearch:
    """Minimal pairs of failures, and whether all were looked at.

    Attributes
    ----------
    first, second : arrays of int
        Numbers of the failures of each pair.
    losses : tuple of Interval
        What both together cost.
    checked, possible : int
        Pairs that were computed, and pairs that could stop the product at all; where they are equal the list is
        complete.
    """

    first: Int
    second: Int
    losses: tuple[Interval, ...]
    checked: int
    possible: int


def find_pairs(
    analysis: Analysis, failures: Failures, alone: Float, some: Int, *, most_pairs: int = 20_000
) -> PairSearch:
    """Find the pairs of failures that stop the product although neither does alone.

    A pair is certain if it stops the product for certain and neither does alone for certain, and possible if both may
    stop it together and neither may alone. Losses add up at most (each step of the recursion is a maximum or a weighted
    sum), so that only pairs whose losses add to 1 or more, unknown choices taken at their largest, need to be
    computed; the list is complete unless there are more than `most_pairs` of those.

    Parameters
    ----------
    analysis : Analysis
    failures : Failures
    alone : array of float, shape (2, failures)
        What each failure costs alone (reallocate).
    some : array of int
        Numbers of the failures to combine.
    most_pairs : int
        Most pairs to compute; those that may be certain come first, then those with the largest sums.

    Returns
    -------
    PairSearch
    """
    least, instead = analysis.columns.least_grade, analysis.columns.instead
    largest = Columns(take_max=np.array([True, True]), least_grade=least, instead=instead)
    base = base_losses(analysis)
    bound = sweep(
        analysis.compiled,
        base,
        _join(failures, some[:, None]),
        target=analysis.target,
        columns=largest,
        depth=analysis.depth,
    )
    stops = alone[:, some] >= STOPPED
    chosen, sums, left_out = [], [], 0
    # Certain pairs at the low end, possible ones at the high end: neither alone stops it there, and each does harm.
    for end in range(2):
        place = np.flatnonzero(~stops[end] & (bound[end] > 0))
        place = place[np.argsort(-bound[end, place], kind="stable")]
        first, second, skipped = _adding_to_one(bound[end, place], _ROOM * most_pairs)
        left_out += skipped
        chosen.append(np.sort(np.stack([place[first], place[second]]), axis=0))
        # Pairs that may stop it for certain come first.
        sums.append(bound[end, place[first]] + bound[end, place[second]] + (2.0 if end == 0 else 0.0))
    code, where = np.unique(np.concatenate(chosen, axis=1), axis=1, return_inverse=True)
    total = np.zeros(code.shape[1])
    np.maximum.at(total, where.ravel(), np.concatenate(sums))
    order = np.argsort(-total, kind="stable")[:most_pairs]
    pairs = code[:, order].T
    loss = sweep(
        analysis.compiled,
        base,
        _join(failures, some[pairs]),
        target=analysis.target,
        columns=analysis.columns,
        depth=analysis.depth,
    )
    together = loss >= STOPPED
    minimal = together & ~stops[:, pairs[:, 0]] & ~stops[:, pairs[:, 1]]
    keep = np.flatnonzero(minimal.any(axis=0))
    return PairSearch(
        first=some[pairs[keep, 0]],
        second=some[pairs[keep, 1]],
        losses=tuple(share(float(low), float(high)) for low, high in loss[:, keep].T),
        checked=len(order),
        # A pair left out at both ends was counted at each; there are never more than all pairs.
        possible=min(code.shape[1] + left_out, len(some) * (len(some) - 1) // 2),
    )


def _adding_to_one(size: Float, most: int) -> tuple[Int, Int, int]:
    """Places of every two that add to 1 or more, of sizes in falling order; and how many there are beyond `most`."""
    own = np.arange(len(size))
    stop = np.searchsorted(-size, size - (STOPPED - 1e-9), side="right")
    counts = np.maximum(stop - own - 1, 0)
    room = np.clip(most - (np.cumsum(counts) - counts), 0, counts)
    second, first = expand_ranges(own + 1, own + 1 + room)
    return first, second, int((counts - room).sum())


def _join(failures: Failures, groups: Int) -> Failures:
    """One scenario per row of numbers: all of them fail together."""
    number = groups.ravel()
    entry, _ = expand_ranges(failures.pointers[number], failures.pointers[number + 1])
    size = np.diff(failures.pointers)[groups].sum(axis=1) if groups.size else np.zeros(len(groups), dtype=np.int64)
    left = None if failures.left is None else np.broadcast_to(failures.left, (2, len(failures.options)))[:, entry]
    return Failures(np.concatenate([[0], np.cumsum(size)]).astype(np.int64), failures.options[entry], left)
