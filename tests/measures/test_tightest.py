"""The binding input of the embargo loss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from strategies import PRODUCT, datasets

from supplychain.dataset import Dataset
from supplychain.measures.analysis import Analysis, analyse
from supplychain.measures.tightest import tightest_stage

CASES = Path(__file__).resolve().parents[1] / "cases"
PRODUCTS = ["uav", "fpv_commodity", "fpv_allied", "isr_quad_taiwan", "isr_quad_commodity", "x650_research_quad"]


def loss(analysis: Analysis) -> float:
    return float(analysis.loss_reallocate[0, analysis.last, analysis.target])


def small(bom: list[dict[str, Any]], offers: list[dict[str, Any]]) -> Dataset:
    parts = dict.fromkeys(["drone", *(row["child_id"] for row in bom)])
    return Dataset.from_tables(
        {
            "parts": [{"part_id": part} for part in parts],
            "bom": bom,
            "offers": offers,
            "suppliers": [{"supplier_id": "s", "name": "Stern"}],
        }
    )


def test_of_a_chain_of_markets_the_magnet_binds() -> None:
    case = json.loads((CASES / "chain_of_markets.json").read_text(encoding="utf-8"))
    found = tightest_stage(analyse(Dataset.from_tables(case["tables"]), "drone"))
    assert found is not None
    assert (found.part_id, found.supplier_id, found.path) == ("magnet", "", ("drone", "magnet"))
    assert found.loss == pytest.approx(0.94)
    assert found.text.startswith("94.0 % of the world's magnet ")


def test_a_stage_further_up_binds_if_more_is_lost_there() -> None:
    bom = [{"parent_id": "drone", "child_id": "magnet"}, {"parent_id": "magnet", "child_id": "metal"}]
    offers = [
        {"part_id": "magnet", "origin_country": "CHN", "share": 0.3},
        {"part_id": "magnet", "origin_country": "JPN", "share": 0.7},
        {"part_id": "metal", "origin_country": "CHN", "share": 0.8},
        {"part_id": "metal", "origin_country": "VNM", "share": 0.2},
    ]
    found = tightest_stage(analyse(small(bom, offers), "drone"))
    assert found is not None
    assert (found.part_id, found.path) == ("metal", ("drone", "magnet", "metal"))
    assert found.loss == pytest.approx(0.8)


def test_the_worst_slot_binds_and_optional_ones_do_not() -> None:
    bom = [
        {"parent_id": "drone", "child_id": "frame"},
        {"parent_id": "drone", "child_id": "motor", "supplier_id": "s"},
        {"parent_id": "drone", "child_id": "lamp", "essential": "no"},
    ]
    offers = [
        {"part_id": "frame", "origin_country": "CHN", "share": 0.6},
        {"part_id": "frame", "origin_country": "USA", "share": 0.4},
        {"part_id": "motor", "origin_country": "TWN", "supplier_id": "s"},
        {"part_id": "lamp", "origin_country": "CHN", "share": 1},
    ]
    found = tightest_stage(analyse(small(bom, offers), "drone"))
    assert found is not None
    assert found.part_id == "frame"
    offers[2]["origin_country"] = "CHN"
    found = tightest_stage(analyse(small(bom, offers), "drone"))
    assert found is not None
    assert (found.part_id, found.supplier_id, found.loss) == ("motor", "s", 1.0)
    assert found.text == "motor comes from Stern alone, which would stop; it binds before everything else."
    assert found.to_json()["path"] == ["drone", "motor"]


def test_where_nothing_stops_nothing_binds() -> None:
    bom = [{"parent_id": "drone", "child_id": "frame"}]
    clear = small(bom, [{"part_id": "frame", "origin_country": "USA", "share": 1}])
    assert tightest_stage(analyse(clear, "drone")) is None
    assert tightest_stage(analyse(small(bom, []), "drone")) is None  # unknown counts as outside


def test_depth_hides_what_lies_deeper() -> None:
    case = json.loads((CASES / "chain_of_markets.json").read_text(encoding="utf-8"))
    tables = case["tables"]
    tables["offers"] = [row for row in tables["offers"] if row["part_id"] != "magnet"]
    dataset = Dataset.from_tables(tables)
    assert tightest_stage(analyse(dataset, "drone", depth=1)) is None
    found = tightest_stage(analyse(dataset, "drone", depth=2))
    assert found is not None
    assert found.part_id == "metal"


def test_the_flagship_is_bound_by_graphite(uav: Dataset) -> None:
    found = tightest_stage(analyse(uav, "isr_quad_taiwan"))
    assert found is not None
    assert (found.part_id, found.supplier_id) == ("battery_graphite", "")
    assert round(100 * found.loss, 1) == 95.7
    assert found.path[0] == "isr_quad_taiwan"
    assert found.path[-2:] == ("anode_active_material", "battery_graphite")


def test_the_commodity_build_is_bound_by_a_named_source(uav: Dataset) -> None:
    found = tightest_stage(analyse(uav, "fpv_commodity"))
    assert found is not None
    offers = uav.offers[(uav.offers["part_id"] == found.part_id) & (uav.offers["supplier_id"] == found.supplier_id)]
    assert found.supplier_id
    assert found.loss == 1
    assert offers["origin_country"].isin(["CHN", "HKG", "MAC"]).any()


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_stage_agrees_with_the_loss(uav: Dataset, product: str) -> None:
    analysis = analyse(uav, product)
    found = tightest_stage(analysis)
    assert found is not None
    assert found.loss == pytest.approx(loss(analysis), abs=1e-9)
    lines = set(zip(uav.bom["parent_id"], uav.bom["child_id"], strict=True))
    assert set(zip(found.path, found.path[1:], strict=False)) <= lines


@settings(max_examples=40)
@given(datasets())
def test_there_is_a_stage_where_something_is_lost(dataset: Dataset) -> None:
    """It stops at least in part itself, and stands on a way from the product."""
    analysis = analyse(dataset, PRODUCT)
    found = tightest_stage(analysis)
    assert (found is None) == (loss(analysis) == 0)
    if found is None:
        return
    assert 0 < found.loss <= 1 + 1e-9
    lines = set(zip(dataset.bom["parent_id"], dataset.bom["child_id"], strict=True))
    assert set(zip(found.path, found.path[1:], strict=False)) <= lines
    assert found.path[0] == PRODUCT or (PRODUCT, found.path[0]) in lines
