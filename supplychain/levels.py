"""Topological order of parts, level by level, without a Python loop over parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["expand_ranges", "heights", "pointers"]

Int = NDArray[np.int64]


def pointers(sorted_codes: Int, size: int) -> Int:
    """CSR pointers of an array of group codes that is sorted: group g occupies `[p[g], p[g + 1])`.

    Examples
    --------
    >>> pointers(np.array([0, 0, 2]), 3)
    array([0, 2, 2, 3])
    """
    return np.searchsorted(sorted_codes, np.arange(size + 1), side="left").astype(np.int64)


def expand_ranges(starts: Int, stops: Int) -> tuple[Int, Int]:
    """Concatenate the ranges `[start, stop)`; also return which range each element came from.

    Examples
    --------
    >>> expand_ranges(np.array([0, 5]), np.array([2, 6]))
    (array([0, 1, 5]), array([0, 0, 1]))
    """
    counts = stops - starts
    owner = np.repeat(np.arange(len(starts), dtype=np.int64), counts)
    offset = np.arange(counts.sum(), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    return starts[owner] + offset, owner


def heights(parent: Int, child: Int, size: int) -> Int:
    """Longest distance of each node to a node without children; -1 for nodes on or above a cycle.

    Parameters
    ----------
    parent, child : arrays of int
        Edges, as node codes from 0 to `size - 1`.
    size : int
        Number of nodes.

    Examples
    --------
    >>> heights(np.array([0, 0, 1]), np.array([1, 2, 2]), 3)
    array([2, 1, 0])
    """
    height = np.full(size, -1, dtype=np.int64)
    open_children = np.bincount(parent, minlength=size)
    order = np.argsort(child, kind="stable")
    upward = parent[order]
    bounds = pointers(child[order], size)
    frontier = np.flatnonzero(open_children == 0)
    level = 0
    while frontier.size:
        height[frontier] = level
        edges, _ = expand_ranges(bounds[frontier], bounds[frontier + 1])
        above, counts = np.unique(upward[edges], return_counts=True)
        open_children[above] -= counts
        frontier = above[open_children[above] == 0]
        level += 1
    return height
