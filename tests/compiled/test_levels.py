"""Heights, pointers and ranges against plain loops and NetworkX."""

from __future__ import annotations

import doctest

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from supplychain import levels
from supplychain.levels import expand_ranges, heights, pointers

EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16)


def codes(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@given(EDGES)
def test_heights_are_longest_distances_down(pairs: list[tuple[int, int]]) -> None:
    edges = [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(8))
    found = heights(codes([a for a, _ in edges]), codes([b for _, b in edges]), 8)
    expected = dict.fromkeys(graph, 0)
    for node in reversed(list(nx.topological_sort(graph))):
        expected[node] = max((1 + expected[child] for child in graph.successors(node)), default=0)
    assert found.tolist() == [expected[node] for node in range(8)]


@given(EDGES)
def test_on_and_above_a_cycle_there_is_no_height(edges: list[tuple[int, int]]) -> None:
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(8))
    loops = {node for part in nx.strongly_connected_components(graph) if len(part) > 1 for node in part}
    loops |= set(nx.nodes_with_selfloops(graph))
    lost = loops.union(*(nx.ancestors(graph, node) for node in loops))
    found = heights(codes([a for a, _ in edges]), codes([b for _, b in edges]), 8)
    assert set(np.flatnonzero(found < 0).tolist()) == lost


def test_heights_without_edges_or_nodes() -> None:
    assert heights(codes([]), codes([]), 3).tolist() == [0, 0, 0]
    assert heights(codes([]), codes([]), 0).tolist() == []


@given(st.lists(st.integers(0, 6)))
def test_pointers_enclose_every_group(values: list[int]) -> None:
    ordered = sorted(values)
    found = pointers(codes(ordered), 7)
    assert len(found) == 8
    for group in range(7):
        assert ordered[found[group] : found[group + 1]] == [group] * values.count(group)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5))))
def test_ranges_are_joined(ranges: list[tuple[int, int]]) -> None:
    found, owner = expand_ranges(codes([start for start, _ in ranges]), codes([a + n for a, n in ranges]))
    assert found.tolist() == [value for start, count in ranges for value in range(start, start + count)]
    assert owner.tolist() == [number for number, (_, count) in enumerate(ranges) for _ in range(count)]


def test_each_function_has_an_example() -> None:
    found = {test.name.rsplit(".", 1)[-1]: test.examples for test in doctest.DocTestFinder().find(levels)}
    assert all(found[name] for name in levels.__all__)
