"""The oracle against published and hand-worked numbers, before anything is compared with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import oracle
import pytest

from supplychain.dataset import Dataset

HERE = Path(__file__).resolve().parent
CASES = sorted((HERE / "cases").glob("*.json"))
UAV = json.loads((HERE / "expected_uav.json").read_text(encoding="utf-8"))
TOLERANCE = 1e-9


def read_case(path: Path) -> tuple[Dataset, dict[str, Any]]:
    case = json.loads(path.read_text(encoding="utf-8"))
    return Dataset.from_tables(case["tables"], name=path.stem, date=case["date"]), case


def figure(dataset: Dataset, product: str, measure: str, options: dict[str, Any]) -> tuple[float, float]:
    """One figure by the name that the cases use."""
    options = dict(options)
    country = options.pop("country", None)
    if "lens" in options:
        options["lens"] = frozenset(options["lens"])
    result = getattr(oracle, measure)(dataset, product, **options)
    if measure == "graph_depth":
        return result, result
    return result if country is None else result[country]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_numeric_case(path: Path) -> None:
    dataset, case = read_case(path)
    for number, expected in enumerate(case["expected"]):
        product = expected.get("product", case["product"])
        low, high = figure(dataset, product, expected["measure"], expected.get("options", {}))
        where = f"expectation {number}: {expected}"
        assert low == pytest.approx(expected["low"], abs=TOLERANCE), where
        assert high == pytest.approx(expected["high"], abs=TOLERANCE), where


def percent(printed: float | list[float]) -> Any:
    """As printed with one decimal (a few with two); 0.06 covers half of the last digit and floating noise."""
    printed = printed if isinstance(printed, list) else [printed, printed]
    return pytest.approx(tuple(x / 100 for x in printed), abs=0.0006)


@pytest.fixture(scope="module")
def bundled(root: Path) -> Dataset:
    """The bundled tables, read without the package's own readers."""
    import pandas as pd

    folder = root / "data" / "uav"
    tables = {
        name: pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        for name in ("parts", "bom", "offers", "suppliers")
    }
    return Dataset.from_tables(tables, name="uav", date="2026-11-22")


@pytest.mark.parametrize("product", sorted(UAV["products"]))
def test_reference_product_as_the_prototype_printed_it(bundled: Dataset, product: str) -> None:
    expected = UAV["products"][product]

    def depth(text: str) -> int | None:
        return None if text == "all" else int(text)

    for k, counts in expected["profile"].items():
        assert list(oracle.line_profile(bundled, product, depth=depth(k)).values()) == counts, k
    for k, counts in expected.get("essential", {}).items():
        found = oracle.line_profile(bundled, product, depth=depth(k), essential_only=True)
        assert list(found.values()) == counts, k
    for k, printed in expected.get("cost_in_contact", {}).items():
        assert oracle.cost_in_contact(bundled, product, depth=depth(k)) == percent(printed), k
    if "value" in expected:
        assert oracle.value(bundled, product, bases=("made",)) == percent(expected["value"])
        assert oracle.opened_value(bundled, product) == percent(expected["opened"])
        assert oracle.first_tier_cost(bundled, product) == pytest.approx((expected["cost"],) * 2, abs=0.5)
    assert list(oracle.clean_depth(bundled, product)) == expected["clean_depth"]
    assert oracle.embargo_loss_reallocate(bundled, product) == percent(expected["loss_reallocate"])
    assert oracle.embargo_loss_proportional(bundled, product) == percent(expected["loss_proportional"])


def test_deepest_chain_of_the_flagship_runs_through_the_gimbal_to_the_ore(bundled: Dataset) -> None:
    assert oracle.graph_depth(bundled, "isr_quad_taiwan") == 8
    path = ["thermal_payload", "gimbal_motor", "ndfeb_magnet", "ndfeb_alloy", "ndpr_metal", "ndpr_oxide"]
    tiers = oracle.tiers(bundled, "isr_quad_taiwan")
    assert set(path) <= set(tiers)
    assert tiers["isr_quad_taiwan"] == 0
    assert tiers["thermal_payload"] == 1


def flagged() -> Dataset:
    """Drone: a named board with a market chip, a class of motors, a maker of unknown origin."""
    return Dataset.from_tables(
        {
            "parts": [
                {"part_id": "drone", "kind": "product"},
                {"part_id": "board"},
                {"part_id": "chip"},
                {"part_id": "motor", "kind": "class"},
                {"part_id": "small"},
                {"part_id": "large"},
                {"part_id": "magnet"},
            ],
            "bom": [
                {"parent_id": "drone", "child_id": "board", "supplier_id": "t"},
                {"parent_id": "drone", "child_id": "motor"},
                {"parent_id": "board", "child_id": "chip"},
                {"parent_id": "motor", "child_id": "small", "slot": "size", "share": 0.5, "supplier_id": "c"},
                {"parent_id": "motor", "child_id": "large", "slot": "size", "share": 0.5},
                {"parent_id": "large", "child_id": "magnet", "basis": "assumption"},
            ],
            "offers": [
                {"part_id": "board", "supplier_id": "t", "origin_country": "TWN"},
                {"part_id": "chip", "origin_country": "CHN", "share": 0.4},
                {"part_id": "chip", "origin_country": "KOR", "share": 0.4},
                {"part_id": "small", "supplier_id": "c", "origin_country": "CHN"},
                {"part_id": "magnet", "origin_country": "CHN", "share": 0.9},
                {"part_id": "magnet", "origin_country": "JPN", "share": 0.1},
            ],
            "suppliers": [{"supplier_id": "t", "country": "TWN"}, {"supplier_id": "c", "country": "CHN"}],
        }
    )


def test_flags_of_a_small_network() -> None:
    flags = oracle.flags(flagged(), "drone")
    assert flags["drone", "board", "t"] == {
        "contact": pytest.approx((0.4, 0.6)),
        "verdict": "exposed",
        "reach": "upstream",
        "tier": 1,
    }
    assert flags["board", "chip", ""]["contact"] == pytest.approx((0.4, 0.6))
    assert flags["board", "chip", ""]["reach"] == "direct"
    assert flags["drone", "motor", ""]["contact"] == pytest.approx((0.95, 1.0))
    assert flags["motor", "small", "c"] == {"contact": (1.0, 1.0), "verdict": "exposed", "reach": "direct", "tier": 1}
    # The open mix of large motors is upstream: nothing is known of its own place, its magnets are found.
    assert flags["motor", "large", ""]["contact"] == pytest.approx((0.9, 1.0))
    assert flags["motor", "large", ""]["reach"] == "upstream"
    assert flags["large", "magnet", ""]["tier"] == 2


def test_chains_of_a_small_network() -> None:
    chains = oracle.chains(flagged(), "drone")
    assert [(chain.ids, chain.share, chain.length, chain.grounds) for chain in chains] == [
        ((("motor", ""), ("small", "c")), pytest.approx(0.5), 1, "documented"),
        ((("motor", ""), ("large", ""), ("magnet", "")), pytest.approx(0.45), 2, "assumed"),
        ((("board", "t"), ("chip", "")), pytest.approx(0.4), 2, "market_average"),
    ]
