"""Positions of a layered picture: columns by tier, in an order with few crossings.

Barycentre sweeps after Sugiyama, Tagawa and Toda (1981), on arrays. The same nodes and edges give the same
positions, whatever the order of their rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["COLUMN_GAP", "ROW_GAP", "count_crossings", "layered_positions"]

COLUMN_GAP = 240.0
ROW_GAP = 24.0
_SWEEPS = 16
# A short column may spread to this many times the row gap of the tallest one.
_MAX_SPREAD = 2.5

_Ints = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]


def layered_positions(nodes: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
    """Place nodes in columns by tier, the product at the left.

    Parameters
    ----------
    nodes : pandas.DataFrame
        Columns node_id (unique) and tier.
    edges : pandas.DataFrame
        Columns parent and child (node_ids).

    Returns
    -------
    pandas.DataFrame
        Index node_id, columns x and y; sorted by x, y.
    """
    ids = np.asarray(nodes["node_id"], dtype=object).astype(str)
    order = np.argsort(ids, kind="stable")
    ids = ids[order]
    tiers = np.asarray(nodes["tier"], dtype=np.int64)[order]
    upper, lower = _edge_codes(ids, tiers, edges)
    ranks = _best_ranks(tiers, upper, lower)
    frame = pd.DataFrame(
        {"node_id": ids, "x": tiers * COLUMN_GAP, "y": _rows(tiers, ranks)},
    )
    return frame.sort_values(["x", "y"], kind="stable").set_index("node_id")


def count_crossings(group: _Ints, upper: _Ints, lower: _Ints) -> int:
    """Count the pairs of edges that cross, within each group of edges between the same two columns.

    Two edges cross if their upper ends are in one order and their lower ends in the other: the inversions of the lower
    ends after sorting by the upper ones, counted bit by bit.
    """
    if len(group) == 0:
        return 0
    order = np.lexsort((lower, upper, group))
    group, value = group[order], lower[order]
    bits = int(value.max()).bit_length()
    total = 0
    for bit in range(bits - 1, -1, -1):
        key = (group << bits) + (value >> (bit + 1))
        index = np.argsort(key, kind="stable")
        ones = (value[index] >> bit) & 1
        before = np.cumsum(ones) - ones
        first = np.r_[True, key[index][1:] != key[index][:-1]]
        base = np.maximum.accumulate(np.where(first, before, 0))
        total += int(((before - base) * (1 - ones)).sum())
    return total


def _edge_codes(ids: npt.NDArray[np.str_], tiers: _Ints, edges: pd.DataFrame) -> tuple[_Ints, _Ints]:
    """Return the edges as sorted positions in `ids`, the end of lower tier first, loops left out."""
    if edges.empty:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    parent = np.searchsorted(ids, np.asarray(edges["parent"], dtype=object).astype(str))
    child = np.searchsorted(ids, np.asarray(edges["child"], dtype=object).astype(str))
    swap = tiers[parent] > tiers[child]
    upper, lower = np.where(swap, child, parent), np.where(swap, parent, child)
    keep = upper != lower
    upper, lower = upper[keep], lower[keep]
    order = np.lexsort((lower, upper))
    return upper[order].astype(np.int64), lower[order].astype(np.int64)


def _best_ranks(tiers: _Ints, upper: _Ints, lower: _Ints) -> _Ints:
    """Sweep down and up in turn; return the ranks within the columns that crossed least."""
    between = tiers[lower] == tiers[upper] + 1
    near_upper, near_lower = upper[between], lower[between]
    group = tiers[near_upper] if len(tiers) else near_upper
    ranks = _ranks(tiers, np.zeros(len(tiers)))
    best, fewest = ranks, count_crossings(group, ranks[near_upper], ranks[near_lower])
    columns = np.unique(tiers)
    for sweep in range(_SWEEPS):
        if fewest == 0:
            break
        down = sweep % 2 == 0
        source, target = (upper, lower) if down else (lower, upper)
        for column in columns if down else columns[::-1]:
            here = tiers[target] == column
            ranks = _reordered(tiers, ranks, column, source[here], target[here])
        crossings = count_crossings(group, ranks[near_upper], ranks[near_lower])
        if crossings < fewest:
            best, fewest = ranks, crossings
    return best


def _reordered(tiers: _Ints, ranks: _Ints, column: int, source: _Ints, target: _Ints) -> _Ints:
    """Order one column by the mean place of its neighbours; a node without any keeps its place."""
    place = _places(tiers, ranks)
    count = np.bincount(target, minlength=len(ranks))
    total = np.bincount(target, weights=place[source], minlength=len(ranks))
    mean = np.where(count > 0, total / np.maximum(count, 1), place)
    members = np.flatnonzero(tiers == column)
    order = members[np.lexsort((members, ranks[members], mean[members]))]
    result = ranks.copy()
    result[order] = np.arange(len(order))
    return result


def _places(tiers: _Ints, ranks: _Ints) -> _Floats:
    """Return the ranks as places from -0.5 to 0.5, so that columns of any height compare."""
    height = np.bincount(tiers)[tiers]
    return (ranks + 0.5) / height - 0.5


def _ranks(tiers: _Ints, value: _Floats) -> _Ints:
    """Return 0, 1, 2 ... within each column, by value, then by position."""
    if len(tiers) == 0:
        return np.zeros(0, dtype=np.int64)
    order = np.lexsort((value, tiers))
    starts = np.r_[0, np.cumsum(np.bincount(tiers))[:-1]]
    ranks = np.empty(len(tiers), dtype=np.int64)
    ranks[order] = np.arange(len(tiers)) - starts[tiers[order]]
    return ranks


def _rows(tiers: _Ints, ranks: _Ints) -> _Floats:
    """Return y: columns centred on zero, short ones spread out a little."""
    if len(tiers) == 0:
        return np.zeros(0)
    heights = np.bincount(tiers)
    tallest = max(int(heights.max()) - 1, 1)
    spread = np.clip(tallest / np.maximum(heights - 1, 1), 1.0, _MAX_SPREAD)
    rows: _Floats = (ranks - (heights[tiers] - 1) / 2) * spread[tiers] * ROW_GAP
    return np.round(rows, 2)
