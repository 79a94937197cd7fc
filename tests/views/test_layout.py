"""Positions: one column per tier, few crossings, the same whatever the order of the rows."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from supplychain.views.layout import COLUMN_GAP, ROW_GAP, count_crossings, layered_positions


@st.composite
def layered(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    tiers = [0, *draw(st.lists(st.integers(0, 4), max_size=14))]
    ids = [f"{draw(st.sampled_from('abxyz'))}{number}" for number in range(len(tiers))]
    pairs = draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=25))
    return pd.DataFrame({"node_id": ids, "tier": tiers}), pd.DataFrame(pairs, columns=["parent", "child"])


@given(layered(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(graph, random) -> None:
    nodes, edges = graph
    shuffled = (
        nodes.sample(frac=1, random_state=random.randint(0, 999)),
        edges.sample(frac=1, random_state=random.randint(0, 999)),
    )
    pd.testing.assert_frame_equal(layered_positions(nodes, edges), layered_positions(*shuffled))


@given(layered())
def test_columns_are_tiers_and_no_two_entries_share_a_place(graph) -> None:
    nodes, edges = graph
    places = layered_positions(nodes, edges)
    tiers = nodes.set_index("node_id")["tier"]
    assert set(places.index) == set(nodes["node_id"])
    assert (places["x"] == tiers.loc[places.index] * COLUMN_GAP).all()
    for _, column in places.groupby("x"):
        rows = np.sort(column["y"].to_numpy())
        assert (np.diff(rows) >= ROW_GAP - 0.02).all()
        assert abs(rows.sum()) < 0.5


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(0, 6)), max_size=20))
def test_crossings_are_counted_as_by_hand(edges) -> None:
    by_hand = sum(a[0] == b[0] and (a[1] - b[1]) * (a[2] - b[2]) < 0 for a, b in combinations(edges, 2))
    group, upper, lower = np.array(edges, dtype=np.int64).reshape(-1, 3).T
    assert count_crossings(group, upper, lower) == by_hand


def test_a_tangle_that_can_be_undone_is_undone() -> None:
    nodes = pd.DataFrame({"node_id": ["p", *"abcdefgh", *"ABCDEFGH"], "tier": [0] + [1] * 8 + [2] * 8})
    edges = pd.DataFrame(
        [("p", n) for n in "abcdefgh"] + list(zip("abcdefgh", "HGFEDCBA", strict=True)), columns=["parent", "child"]
    )
    places = layered_positions(nodes, edges)
    order = "".join(places[places["x"] == COLUMN_GAP].index)
    assert "".join(places[places["x"] == 2 * COLUMN_GAP].index) == order.translate(
        str.maketrans("abcdefgh", "HGFEDCBA")
    )
