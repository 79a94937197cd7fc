"""Published indicators of supply risk against published numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import OptionError
from supplychain.measures.hhi import hhi
from supplychain.measures.supply_risk import (
    criticality_potential,
    eu_supply_risk,
    geometric_mean,
    geopolrisk,
    import_reliance,
    supply_risk_of_concern,
    three_factor_supply_risk,
    weighted_hhi,
    weighted_hhi_bounds,
)

FORMULAS = Path(__file__).resolve().parents[1] / "cases" / "formulas"
UNIT = st.integers(0, 20).map(lambda number: number / 20)


def case(name: str) -> dict[str, Any]:
    return json.loads((FORMULAS / f"{name}.json").read_text(encoding="utf-8"))


def eu_risk(row: dict[str, Any]) -> float:
    """One row of the Commission's table as inputs of the formula."""
    used = row["supply_used"]
    return eu_supply_risk(
        None if used == "EUS only" else row["HHI_WGIt_GS"],
        None if used == "GS only" else row["HHI_WGIt_EU"],
        import_reliance=row["IR"],
        recycling_input_rate=row["EoL_RIR"],
        substitution_index=row["SI_SR"],
    )


def test_eu_list_of_2017() -> None:
    """All 78 materials: inside what the rounding of the published inputs allows, and as near as the case says."""
    numbers = case("eu_supply_risk_2017")
    expected = numbers["expected"]
    differences = []
    for row in numbers["inputs"]["rows"]:
        material, found = row["material"], eu_risk(row)
        assert found == pytest.approx(expected["SR_from_rounded_inputs"][material], abs=1e-4), material
        low, high = expected["interval"][material]
        assert low <= expected["SR"][material] <= high
        assert low - 1e-3 <= found <= high + 1e-3, material
        differences.append(abs(found - expected["SR"][material]))
    assert len(differences) == 78
    counts = [sum(difference <= limit + 1e-9 for difference in differences) for limit in (0.05, 0.10, 0.20)]
    assert counts == [47, 61, 76]


@pytest.mark.parametrize("material", sorted(case("supply_shares_2023")["inputs"]))
def test_weights_of_trade(material: str) -> None:
    numbers = case("supply_shares_2023")
    given_, expected = numbers["inputs"][material], numbers["expected"][material]
    assert weighted_hhi(given_["shares"], trade=given_["t"]) == pytest.approx(expected["hhi_t_weighted"], abs=1e-6)


def test_geopolrisk() -> None:
    numbers = case("geopolrisk")
    inputs, expected = numbers["inputs"], numbers["expected"]
    found = geopolrisk(
        inputs["production"],
        [row["q"] for row in inputs["imports"]],
        [row["instability"] for row in inputs["imports"]],
        domestic_production=inputs["domestic_production"],
    )
    assert found.hhi == pytest.approx(expected["hhi"], abs=1e-12)
    assert found.import_risk == pytest.approx(expected["import_risk"], abs=1e-12)
    assert found.score == pytest.approx(expected["score"], abs=1e-12)
    assert found.assumed_share == 0.0


def test_geopolrisk_by_name_and_with_gaps() -> None:
    found = geopolrisk({"CHN": 80, "AUS": 20}, {"CHN": 60, "MMR": 40}, {"CHN": 0.6}, domestic_production=100)
    assert found.import_risk == pytest.approx((0.6 * 60 + 0.5 * 40) / 200)
    assert found.assumed_share == pytest.approx(0.4)
    worse = geopolrisk({"CHN": 80, "AUS": 20}, {"CHN": 60, "MMR": 40}, {"CHN": 0.6}, domestic_production=100, missing=1)
    assert worse.score > found.score
    alone = geopolrisk([1.0], [0.0], [None], domestic_production=5)
    assert (alone.import_risk, alone.score) == (0.0, 0.0)


def test_geometric_means() -> None:
    numbers = case("geometric_criticality")
    inputs, expected = numbers["inputs"], numbers["expected"]
    found = criticality_potential(inputs["R"], inputs["G"], inputs["M"])
    assert found == pytest.approx(expected["C"], abs=1e-12)
    found = three_factor_supply_risk(inputs["DP"], inputs["TE"], inputs["EV"])
    assert found == pytest.approx(expected["SR_three_factor"], abs=1e-12)
    assert (criticality_potential(0.5, 0.0, 0.9) == 0.0) is expected["zero_factor_gives_zero"]


def test_import_reliance() -> None:
    assert import_reliance(0, 10) == 1.0
    assert import_reliance(100, 10, 50) == 0.0
    assert import_reliance(30, 80, 10) == pytest.approx(0.7)


def test_one_supply_alone_stands_by_itself() -> None:
    assert eu_supply_risk(2.4) == 2.4
    assert eu_supply_risk(None, 0.2, recycling_input_rate=0.08, substitution_index=0.9) == pytest.approx(0.1656)
    assert eu_supply_risk(2.0, 4.0, import_reliance=1.0) == pytest.approx(3.0)
    assert eu_supply_risk(2.0, 4.0, import_reliance=0.0) == pytest.approx(4.0)


# Properties


@given(st.lists(st.integers(1, 9), min_size=2, max_size=5), st.integers(0, 9), st.lists(UNIT, min_size=5, max_size=5))
def test_weighted_bounds_hold(parts: list[int], rest: int, weights: list[float]) -> None:
    total = sum(parts) + rest
    shares, weight = [part / total for part in parts], weights[: len(parts)]
    bounds = weighted_hhi_bounds(shares, weight=weight, newcomer=0.5)
    assert bounds.low == pytest.approx(weighted_hhi(shares, weight))
    reached = [bounds.low + 0.5 * (rest / total) ** 2]
    for place in range(len(parts)):
        settled = [share + (rest / total if place == other else 0) for other, share in enumerate(shares)]
        reached.append(weighted_hhi(settled, weight))
    assert max(reached) == pytest.approx(bounds.high, abs=1e-12)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_without_weights_it_is_the_hhi(parts: list[int]) -> None:
    shares = [part / sum(parts) for part in parts]
    assert weighted_hhi(shares) == pytest.approx(hhi(shares))
    assert weighted_hhi(shares, [10.0] * len(shares)) == pytest.approx(10 * hhi(shares))


@given(UNIT, UNIT, UNIT, UNIT)
def test_concern_has_the_form_of_the_eu(world: float, own: float, reliance: float, recycled: float) -> None:
    """Weight 1 for one country: its squared shares in place of the weighted index."""
    found = supply_risk_of_concern(
        {"CHN": world, "JPN": 1 - world},
        {"CHN": own, "FRA": 1 - own},
        concern=["CHN"],
        import_reliance=reliance,
        recycling_input_rate=recycled,
    )
    expected = eu_supply_risk(world**2, own**2, import_reliance=reliance, recycling_input_rate=recycled)
    assert (found.low, found.high) == pytest.approx((expected, expected), abs=1e-9)


@given(UNIT, UNIT)
def test_unknown_origin_is_outside_or_of_concern(known: float, other: float) -> None:
    shares = {"CHN": known * 0.5, "JPN": other * 0.5}
    unknown = 1 - sum(shares.values())
    found = supply_risk_of_concern(shares, concern={"CHN": 1.0, "HKG": 0.5})
    assert found.low == pytest.approx(shares["CHN"] ** 2)
    assert found.high == pytest.approx((shares["CHN"] + unknown) ** 2)
    settled = supply_risk_of_concern({**shares, "HKG": unknown}, concern={"CHN": 1.0, "HKG": 0.5})
    assert found.low - 1e-12 <= settled.low <= settled.high <= found.high + 1e-12


def test_a_country_of_concern_that_is_not_listed_may_hold_the_unknown() -> None:
    found = supply_risk_of_concern({"JPN": 0.5}, concern=["CHN"])
    assert (found.low, found.high) == (0.0, 0.25)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: eu_supply_risk(None), "of both"),
        (lambda: eu_supply_risk(1.0, 2.0), "import_reliance: needed"),
        (lambda: eu_supply_risk(1.0, 2.0, import_reliance=44), "import_reliance 44"),
        (lambda: eu_supply_risk(-1.0), "global supply -1.0"),
        (lambda: eu_supply_risk(1.0, recycling_input_rate=42), "recycling_input_rate 42"),
        (lambda: eu_supply_risk(1.0, substitution_index=1.1), "substitution_index 1.1"),
        (lambda: import_reliance(0, 5, 5), "nothing to rely on"),
        (lambda: import_reliance(-1, 5), "domestic_production -1"),
        (lambda: weighted_hhi({"CHN": 0.5, "AUS": 0.5}, {"CHN": 6}), "weight: missing for AUS"),
        (lambda: weighted_hhi({"CHN": 0.5}, [6]), "give it by name"),
        (lambda: weighted_hhi([0.5], {"CHN": 6}), "by name only"),
        (lambda: weighted_hhi([0.5], [-1]), "numbers of 0 or more"),
        (lambda: weighted_hhi([0.5, 0.5], [1]), "one for each"),
        (lambda: weighted_hhi_bounds([0.5], 0.9), "unknown 0.9"),
        (lambda: supply_risk_of_concern({"CHN": 1.0}, concern=[]), "at least one country"),
        (lambda: supply_risk_of_concern({"CHN": 1.0}, concern="CHN"), "give a list"),
        (lambda: supply_risk_of_concern({"CHN": 1.0}, concern={"CHN": 10}), "weight from 0 to 1"),
        (lambda: supply_risk_of_concern(None, concern=["CHN"]), "of both"),
        (lambda: geopolrisk([0], [1], [0.5]), "neither"),
        (lambda: geopolrisk([1], [1], [5]), "from 0 (stable) to 1"),
        (lambda: geopolrisk([1], [1], [0.5, 0.5]), "one for each"),
        (lambda: geopolrisk([-1], [1], [0.5]), "production"),
        (geometric_mean, "at least one factor"),
        (lambda: geometric_mean(0.5, 1.2), "numbers from 0 to 1"),
    ],
)
def test_what_cannot_be_used_is_said(call: Any, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        call()
    assert message in str(caught.value)
