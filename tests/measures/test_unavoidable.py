"""Unavoidable nodes and the survival of single failures: published and hand-worked networks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.measures.chokepoints import chokepoints
from supplychain.measures.unavoidable import (
    immediate_dominators,
    path_survival,
    single_failure_survival,
    unavoidable_nodes,
)

FORMULAS = Path(__file__).resolve().parents[1] / "cases" / "formulas"


def case(name: str) -> dict[str, Any]:
    return json.loads((FORMULAS / f"{name}.json").read_text(encoding="utf-8"))


def dataset_of(edges: list[list[str]], slots: dict[str, str]) -> Dataset:
    """Edges from input to output as a bill of materials; inputs of one slot are alternatives in equal shares."""
    count = {slot: list(slots.values()).count(slot) for slot in slots.values()}
    lines = [
        {
            "parent_id": product,
            "child_id": part,
            "slot": slots.get(part, part),
            "share": 1 / count[slots[part]] if part in slots else None,
        }
        for part, product in edges
    ]
    parts = dict.fromkeys(node for edge in edges for node in edge)
    return Dataset.from_tables(
        {"parts": [{"part_id": part} for part in parts], "bom": lines, "offers": [], "suppliers": []}, name="case"
    )


def test_dominators_as_published() -> None:
    published = case("dominators")
    found = immediate_dominators(map(tuple, published["edges"]), published["start"])
    assert sorted(found.items()) == [tuple(pair) for pair in published["dominators"]]
    own = published["network"]
    way = unavoidable_nodes(map(tuple, own["edges"]), own["raw_material"], own["product"])
    assert list(way) == own["unavoidable"]


def test_the_network_of_the_dominators_as_a_dataset() -> None:
    """M is unavoidable; because P needs Q too, Q and what it is made of stop P as well, which no path shows."""
    own = case("dominators")["network"]
    dataset = dataset_of(own["edges"], own["slots"])
    found = chokepoints(dataset, "P")
    assert [failure.id for failure in found.failures if failure.kind == "part" and failure.stops == "yes"] == [
        "M",
        "Q",
        "R0",
        "S3",
    ]
    # The two makers of M's feed look independent at tier 2 and are not: both need R0.
    (cause,) = found.common_causes
    assert (cause.parent_id, cause.slot, cause.first, cause.second) == ("M", "feed", "unknown:S1", "unknown:S2")
    assert (cause.meet.part_id, cause.meet.supplier_id, cause.meet.tier, cause.independent_to) == ("R0", "", 3, 2)
    between = single_failure_survival(dataset, "P", source="R0")
    assert between.unavoidable == ("M",)


def test_survival_as_worked_by_hand() -> None:
    hand = case("single_failure_survival")
    on_paths = path_survival(map(tuple, hand["edges"]), hand["from"], hand["product"])
    on_slots = single_failure_survival(dataset_of(hand["edges"], hand["slots"]), "P", source="A")
    for found in (on_paths, on_slots):
        assert found.node == pytest.approx(hand["node"], abs=1e-12)
        assert found.arc == pytest.approx(hand["arc"], abs=1e-12)
        assert found.both == pytest.approx(hand["both"], abs=1e-12)
        assert list(found.unavoidable) == hand["unavoidable"]


def test_survival_agrees_with_the_failures_of_parts() -> None:
    hand = case("single_failure_survival")
    found = chokepoints(dataset_of(hand["edges"], hand["slots"]), "P")
    parts = {failure.id: failure.stops for failure in found.failures if failure.kind == "part"}
    assert parts == {"A": "yes", "B": "no", "C": "yes", "D": "no"}
    assert found.survival["part"].low == found.survival["part"].high == 0.5


def test_without_alternatives_every_failure_stops_it() -> None:
    """The same edges, all inputs needed: paths say that most failures do no harm, and are wrong."""
    hand = case("single_failure_survival")
    found = single_failure_survival(dataset_of(hand["edges"], {}), "P", source="A")
    assert (found.node, found.arc, found.both) == (0, 0, 0)


def test_lines_with_own_sources_fail_one_by_one() -> None:
    lines = [
        {"parent_id": "P", "child_id": "a", "slot": "s", "share": share, "supplier_id": firm}
        for firm, share in (("one", 0.7), ("two", 0.3))
    ]
    dataset = Dataset.from_tables(
        {
            "parts": [{"part_id": "P"}, {"part_id": "a"}],
            "bom": lines,
            "offers": [{"part_id": "a", "supplier_id": firm} for firm in ("one", "two")],
            "suppliers": [{"supplier_id": firm} for firm in ("one", "two")],
        },
        name="own",
    )
    found = single_failure_survival(dataset)
    assert (found.node, found.arc, found.unavoidable) == (0, 1, ("a",))


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_unavoidable_nodes_are_those_without_which_no_path_is_left(edges: list[tuple[int, int]]) -> None:
    forward = [(one, other) for one, other in edges if one < other]
    graph = nx.DiGraph(forward)
    if not (0 in graph and 7 in graph and nx.has_path(graph, 0, 7)):
        with pytest.raises(OptionError):
            unavoidable_nodes(forward, 0, 7)
        return
    slow = tuple(
        node for node in range(1, 7) if node in graph and not nx.has_path(nx.restricted_view(graph, [node], []), 0, 7)
    )
    assert unavoidable_nodes(forward, 0, 7) == slow
    found = path_survival(forward, 0, 7)
    assert found.unavoidable == slow
    arcs = [nx.has_path(nx.restricted_view(graph, [], [edge]), 0, 7) for edge in graph.edges]
    assert found.arc == pytest.approx(sum(arcs) / len(arcs))


def test_what_is_not_there_is_said() -> None:
    dataset = dataset_of([["A", "P"]], {})
    with pytest.raises(OptionError, match="no part of dataset"):
        single_failure_survival(dataset, "P", source="Z")
    with pytest.raises(OptionError, match="does not use"):
        single_failure_survival(dataset, "P", source="P")
    with pytest.raises(OptionError, match="on no edge"):
        immediate_dominators([(1, 2)], 3)
