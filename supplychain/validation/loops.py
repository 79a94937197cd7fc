"""Cycles: parts that need themselves, and owners that own each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import Dataset
from supplychain.errors import Problem
from supplychain.levels import heights
from supplychain.validation.report import problem_at

__all__ = ["bom_cycles", "cross_holdings"]

_Codes = npt.NDArray[np.intp]


def bom_cycles(dataset: Dataset) -> Iterator[Problem]:
    """Yield one cycle for every group of parts that need each other."""
    bom = dataset.bom
    for chain, row in _loops(bom["parent_id"], bom["child_id"]):
        yield problem_at(
            dataset,
            "bom",
            row,
            "child_id",
            f"the parts need each other: {' -> '.join(chain)}",
            "delete one of these lines",
        )


def cross_holdings(dataset: Dataset) -> Iterator[Problem]:
    """Yield one loop for every group of suppliers that own each other; the walk up the owners ends there."""
    suppliers, ownership = dataset.suppliers, dataset.tables["ownership"]
    owned = pd.concat([suppliers["supplier_id"], ownership["supplier_id"]], ignore_index=True)
    owner = pd.concat([suppliers["owner_id"], ownership["owner_id"]], ignore_index=True)
    for chain, row in _loops(owned, owner):
        table, position = ("suppliers", row) if row < len(suppliers) else ("ownership", row - len(suppliers))
        yield problem_at(
            dataset,
            table,
            position,
            "owner_id",
            f"the owners own each other: {' -> '.join(chain)}",
            "owners are followed up to here",
            severity="warning",
        )


def _loops(tails: pd.Series, heads: pd.Series) -> Iterator[tuple[list[str], int]]:
    """Yield a shortest cycle through the first id of every strongly connected component, and the row that closes it."""
    rows = np.flatnonzero((tails != "").to_numpy() & (heads != "").to_numpy())
    if not len(rows):
        return
    both = np.concatenate([tails.to_numpy()[rows], heads.to_numpy()[rows]])
    codes, names = pd.factorize(both)
    tail, head = codes[: len(rows)], codes[len(rows) :]
    for position in np.flatnonzero(tail == head):
        name = str(names[tail[position]])
        yield [name, name], int(rows[position])
    size = len(names)
    if heights(tail.astype(np.int64), head.astype(np.int64), size).min() >= 0:
        return
    # There is a cycle: only then is it worth the import.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(rows), dtype=np.int8), (tail, head)), shape=(size, size)).tocsr()
    number, component = connected_components(graph, directed=True, connection="strong")
    if number == size:
        return
    inside = np.flatnonzero((component[tail] == component[head]) & (tail != head))
    neighbours: dict[int, list[tuple[int, int]]] = {}
    for position in inside:
        neighbours.setdefault(int(tail[position]), []).append((int(head[position]), int(rows[position])))
    starts: dict[int, int] = {}
    for node in sorted(neighbours, key=lambda code: str(names[code])):
        starts.setdefault(int(component[node]), node)
    for start in starts.values():
        path, row = _shortest_cycle(start, neighbours)
        yield [str(names[node]) for node in path], row


def _shortest_cycle(start: int, neighbours: dict[int, list[tuple[int, int]]]) -> tuple[list[int], int]:
    before: dict[int, int] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for following, row in neighbours.get(node, ()):
            if following == start:
                path = [start]
                while node != start:
                    path.append(node)
                    node = before[node]
                return [start, *path[:0:-1], start], row
            if following not in before:
                before[following] = node
                queue.append(following)
    raise AssertionError("a strongly connected component has a cycle through each of its nodes")
