"""The graph that people look at."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from strategies import PRODUCT, datasets

from supplychain.dataset import Dataset
from supplychain.measures.analysis import analyse
from supplychain.measures.flags import find_flags
from supplychain.measures.structure import structure, structure_of

few = settings(max_examples=40)


@few
@given(datasets())
def test_every_edge_joins_two_nodes_and_every_flag_has_one(dataset: Dataset) -> None:
    analysis = analyse(dataset, PRODUCT)
    flags = find_flags(analysis, chains=False)
    found = structure_of(analysis, flags)
    ids = list(found.nodes["node_id"])
    assert len(set(ids)) == len(ids)
    assert ids[0] == f"{PRODUCT}|"
    for flag in flags:
        assert f"{flag.part_id}|{flag.supplier_id}" in ids
    assert set(ids) == {f"{PRODUCT}|", *(f"{flag.part_id}|{flag.supplier_id}" for flag in flags)}
    assert set(found.edges["parent"]) | set(found.edges["child"]) <= set(ids)
    # Everything but the product hangs on something.
    assert set(ids[1:]) == set(found.edges["child"])


@few
@given(datasets())
def test_a_node_has_the_facts_of_its_nearest_flag(dataset: Dataset) -> None:
    analysis = analyse(dataset, PRODUCT)
    flags = find_flags(analysis, chains=False)
    rank = {"clear": 0, "unknown": 1, "exposed": 2}
    for node in structure_of(analysis, flags).nodes.iloc[1:].to_dict("records"):
        mine = [flag for flag in flags if (flag.part_id, flag.supplier_id) == (node["part_id"], node["supplier_id"])]
        tier = min(flag.tier for flag in mine)
        assert node["tier"] == tier
        near = [flag for flag in mine if flag.tier == tier]
        assert node["verdict"] == max((flag.verdict for flag in near), key=rank.__getitem__)


@few
@given(datasets())
def test_shares_of_countries_are_shares(dataset: Dataset) -> None:
    for node in structure(dataset, PRODUCT).nodes.to_dict("records"):
        for _, low, high in node["countries"]:
            assert 0 <= low <= high + 1e-9
            assert high <= 1 + 1e-9


@few
@given(datasets())
def test_depth_cuts_the_graph(dataset: Dataset) -> None:
    whole, cut = structure(dataset, PRODUCT), structure(dataset, PRODUCT, depth=1)
    assert set(cut.nodes["node_id"]) <= set(whole.nodes["node_id"])
    assert cut.nodes["tier"].max() <= 1
    assert set(cut.edges["child"]) <= set(cut.nodes["node_id"])


def drone(bom: list[dict[str, Any]], offers: list[dict[str, Any]], **tables: Any) -> Dataset:
    ids = dict.fromkeys(["drone", *(row["child_id"] for row in bom)])
    kinds = {"drone": "product"}
    return Dataset.from_tables(
        {
            "parts": [{"part_id": part, "kind": kinds.get(part, "")} for part in ids],
            "bom": [{"parent_id": "drone", **row} for row in bom],
            "offers": offers,
            "suppliers": [{"supplier_id": "s", "country": "TWN"}, {"supplier_id": "t", "country": "CHN"}],
            **tables,
        }
    )


def edges(found: pd.DataFrame) -> list[tuple[str, str]]:
    return sorted(zip(found["parent"], found["child"], strict=True))


def test_parallel_lines_are_kept() -> None:
    """The front and the rear motor are two lines to one sourced part; so are two quantities in one slot."""
    bom = [
        {"child_id": "motor", "slot": "front", "supplier_id": "s", "quantity": 2},
        {"child_id": "motor", "slot": "rear", "supplier_id": "s", "quantity": 2},
        {"child_id": "motor", "slot": "rear", "supplier_id": "t", "quantity": 2},
    ]
    offers = [
        {"part_id": "motor", "supplier_id": "s", "origin_country": "TWN"},
        {"part_id": "motor", "supplier_id": "t", "origin_country": "CHN"},
    ]
    found = structure(drone(bom, offers), "drone")
    assert edges(found.edges) == [("drone|", "motor|s"), ("drone|", "motor|s"), ("drone|", "motor|t")]
    assert sorted(found.edges["slot"][found.edges["child"] == "motor|s"]) == ["front", "rear"]
    assert sorted(found.nodes["node_id"]) == ["drone|", "motor|s", "motor|t"]


def test_own_lines_hang_on_their_maker_alone() -> None:
    bom = [
        {"child_id": "motor", "slot": "motor", "supplier_id": "s", "share": 0.5},
        {"child_id": "motor", "slot": "motor", "supplier_id": "t", "share": 0.5},
        {"parent_id": "motor", "child_id": "magnet"},
        {"parent_id": "motor", "child_id": "magnet", "parent_supplier_id": "t", "supplier_id": "t"},
    ]
    offers = [
        {"part_id": "motor", "supplier_id": "s", "origin_country": "TWN"},
        {"part_id": "motor", "supplier_id": "t", "origin_country": "CHN"},
        {"part_id": "magnet", "origin_country": "CHN", "share": 0.9},
        {"part_id": "magnet", "supplier_id": "t", "origin_country": "CHN"},
    ]
    found = structure(drone(bom, offers), "drone")
    assert edges(found.edges) == [
        ("drone|", "motor|s"),
        ("drone|", "motor|t"),
        ("motor|s", "magnet|"),
        ("motor|t", "magnet|t"),
    ]
    node = found.nodes.set_index("node_id").loc["magnet|"]
    assert [(country, round(low, 9), round(high, 9)) for country, low, high in node["countries"]] == [
        ("CHN", 0.9, 0.9),
        ("", 0.1, 0.1),
    ]


HOSTILE = [
    "</script><script>alert(1)</script>",
    "a|b",
    "x\n\ty",
    "\u202eevil",
    "=cmd()",
    "'; drop table",
    "名稱",
    "%s{0}",
]


def test_hostile_names_pass_as_they_are() -> None:
    """Nothing is escaped or lost here: that is for what shows the graph."""
    bom: list[dict[str, Any]] = [
        {"child_id": f"p{number}", "supplier_id": "s", "slot": text, "unit": text, "note": text}
        for number, text in enumerate(HOSTILE)
    ]
    dataset = Dataset.from_tables(
        {
            "parts": [
                {"part_id": "drone", "name": HOSTILE[0], "kind": "product"},
                *({"part_id": f"p{number}", "name": text, "name_zh": text} for number, text in enumerate(HOSTILE)),
            ],
            "bom": [{"parent_id": "drone", **row} for row in bom],
            "offers": [
                {"part_id": f"p{number}", "supplier_id": "s", "product_name": text, "note": text}
                for number, text in enumerate(HOSTILE)
            ],
            "suppliers": [{"supplier_id": "s", "name": HOSTILE[1], "country": "TWN"}],
        }
    )
    found = structure(dataset, "drone")
    assert list(found.nodes["name"]) == [HOSTILE[0], *HOSTILE]
    lines = found.edges.sort_values("child")
    assert list(lines["note"]) == list(lines["unit"]) == list(lines["slot"]) == HOSTILE
    assert [offers[0]["product_name"] for offers in found.nodes["offers"].iloc[1:]] == HOSTILE


def test_hostile_ids_pass_too() -> None:
    bom: list[dict[str, Any]] = [{"child_id": text, "supplier_id": "<b>"} for text in HOSTILE]
    dataset = drone(bom, [], suppliers=[{"supplier_id": "<b>"}])
    found = structure(dataset, "drone")
    assert sorted(found.nodes["node_id"]) == sorted(["drone|", *(f"{text}|<b>" for text in HOSTILE)])
    assert len(found.edges) == len(HOSTILE)


def test_the_flagship_has_a_node_for_every_source(uav: Dataset) -> None:
    found = structure(uav, "isr_quad_taiwan")
    first = set(found.edges["child"][found.edges["parent"] == "isr_quad_taiwan|"])
    lines = uav.bom[uav.bom["parent_id"] == "isr_quad_taiwan"]
    assert first == {f"{part}|{firm}" for part, firm in zip(lines["child_id"], lines["supplier_id"], strict=True)}
    assert found.nodes["node_id"].is_unique
