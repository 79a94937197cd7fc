"""A dataset and its graph say the same."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.formats import load
from supplychain.network import from_networkx, to_networkx
from supplychain.schema import TABLES

_WORDS = st.sampled_from(["", "a", "b", "TWN", "CHN", "x:y", "kind", "無人機"])
_NUMBERS = st.none() | st.floats(0, 10)
_EXTRA = st.sampled_from(["mine", "kind_", "row", "row_", "part_kind"])


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    tables: dict[str, list[dict[str, object]]] = {}
    for table in TABLES.values():
        extra = draw(st.lists(_EXTRA, max_size=2, unique=True))
        columns = draw(st.lists(st.sampled_from(table.columns), max_size=5, unique=True))
        cells: dict[str, st.SearchStrategy[object]] = {
            c.name: _NUMBERS if c.dtype in {"number", "integer", "share"} else _WORDS for c in columns
        }
        cells |= dict.fromkeys(extra, _WORDS)
        tables[table.name] = draw(st.lists(st.fixed_dictionaries(cells), max_size=4))
    return Dataset.from_tables(tables, name=draw(_WORDS) or "unnamed", version="1.2", date="2026-01-02")


def assert_same(one: Dataset, other: Dataset) -> None:
    assert (one.name, one.version, one.date) == (other.name, other.version, other.date)
    for name in TABLES:
        assert other.tables[name].equals(one.tables[name]), name


@settings(max_examples=150)
@given(datasets())
def test_there_and_back_gives_the_same_dataset(ds: Dataset) -> None:
    again = from_networkx(to_networkx(ds))
    assert_same(ds, again)
    assert again.sha256() == ds.sha256()


def test_the_bundled_data_go_there_and_back() -> None:
    ds = load("uav")
    assert_same(ds, from_networkx(to_networkx(ds)))


def test_what_the_graph_looks_like() -> None:
    line = {"parent_id": "drone", "child_id": "motor", "quantity": 4}
    ds = Dataset.from_tables(
        {
            "parts": [{"part_id": "drone", "kind": "product"}, {"part_id": "motor"}],
            "bom": [line, line],
            "offers": [
                {"part_id": "motor", "supplier_id": "acme", "origin_country": "TWN", "share": 0.1},
                {"part_id": "motor", "origin_country": "CHN", "share": 0.9},
            ],
            "suppliers": [{"supplier_id": "acme", "country": "USA", "owner_id": "holding"}],
            "ownership": [{"supplier_id": "acme", "owner_id": "fund", "share": 0.3, "kind": "shares"}],
        }
    )
    graph = to_networkx(ds)
    kinds = sorted((data["kind"], tail, head) for tail, head, data in graph.edges(data=True))
    assert kinds == [
        ("located_in", "supplier:acme", "country:USA"),
        ("made_in", "supplier:acme", "country:TWN"),
        ("owned_by", "supplier:acme", "supplier:fund"),
        ("owned_by", "supplier:acme", "supplier:holding"),
        ("requires", "part:drone", "part:motor"),
        ("requires", "part:drone", "part:motor"),
        ("sourced_from", "part:motor", "country:CHN"),
        ("sourced_from", "part:motor", "supplier:acme"),
    ]
    assert graph.nodes["part:drone"] == graph.nodes["part:drone"] | {"kind": "part", "kind_": "product"}
    assert graph.nodes["supplier:fund"] == {"kind": "supplier"}
    assert list(from_networkx(graph).suppliers["supplier_id"]) == ["acme"]


def test_an_edited_graph_is_an_edited_dataset() -> None:
    ds = load("uav")
    graph = to_networkx(ds)
    lines = [
        edge
        for *ends, key, data in graph.edges(keys=True, data=True)
        if data["kind"] == "requires"
        for edge in [(*ends, key)]
    ]
    graph.remove_edges_from(lines[:10])
    graph.add_node("part:new", kind="part", part_id="new", name="New part")
    again = from_networkx(graph)
    assert len(again.bom) == len(ds.bom) - 10
    assert again.parts["name"].tolist()[-1] == "New part"


@pytest.mark.parametrize("kind", [nx.DiGraph, nx.MultiGraph])
def test_another_kind_of_graph_is_refused(kind: type[nx.Graph]) -> None:
    with pytest.raises(OptionError, match="MultiDiGraph"):
        from_networkx(kind())
