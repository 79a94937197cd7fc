"""The two linear programs against hand-worked numbers, a closed form, and what they promise of any network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.errors import OptionError
from supplychain.measures.survival import (
    SupplyNetwork,
    performance_impact,
    risk_exposure_index,
    supply_network,
    survival,
    time_to_survive,
)

CASE = Path(__file__).resolve().parents[1] / "cases" / "formulas" / "time_to_survive.json"
INFINITE = float("inf")
some = settings(max_examples=60)


def plant(**changed: Any) -> SupplyNetwork:
    """Two makers of k1 and one of k2 feed one plant: the published case, with changes."""
    inputs = json.loads(CASE.read_text(encoding="utf-8"))["inputs"]
    tables = {
        "stock": inputs["stock"],
        "capacity": inputs["capacity_per_week"],
        "demand": inputs["demand_per_week"],
        "needs": inputs["needs"],
        "makes": inputs["makes"],
        "links": inputs["links"],
        "margin": inputs["margin_per_unit"],
    }
    return supply_network(**{**tables, **changed})


def test_the_worked_case_of_one_plant_and_three_suppliers() -> None:
    case = json.loads(CASE.read_text(encoding="utf-8"))
    expected, recovers = case["expected"], case["inputs"]["ttr_weeks"]
    network = plant()
    survives = {name: time_to_survive(network, [name]) for name in recovers}
    assert survives == pytest.approx(expected["tts_weeks"], abs=1e-6)
    impacts = {name: performance_impact(network, [name], time_to_recover=weeks) for name, weeks in recovers.items()}
    assert impacts == pytest.approx(expected["performance_impact"], abs=1e-6)
    assert risk_exposure_index(impacts) == pytest.approx(expected["risk_exposure_index"], abs=1e-6)
    assert {name: survives[name] < recovers[name] for name in recovers} == expected["exposed_tts_lt_ttr"]


def test_what_never_stops_survives_for_ever() -> None:
    network = plant(capacity={"V": 150, "S1": 60, "S2": 100, "S3": 120})
    assert time_to_survive(network, ["S1"]) == INFINITE
    assert performance_impact(network, ["S1"], time_to_recover=INFINITE) == 0.0
    assert time_to_survive(network, []) == INFINITE
    assert time_to_survive(network, ["S3"]) == pytest.approx(1.3)


def test_a_loss_for_ever_is_infinite() -> None:
    assert performance_impact(plant(), ["S3"], time_to_recover=INFINITE) == INFINITE
    assert performance_impact(plant(), ["S3"], time_to_recover=0) == 0.0
    # Nothing with a margin is lost.
    assert performance_impact(plant(margin={"V": 0}), ["S3"], time_to_recover=INFINITE) == 0.0


def test_several_failures_at_once() -> None:
    # k1 from stocks alone: 50 + 40 + 20 = 100 t
    assert time_to_survive(plant(), ["S1", "S2"]) == pytest.approx(1.1)


def test_an_infinite_stock_never_runs_out() -> None:
    assert time_to_survive(plant(stock={"S3": INFINITE}), ["S3"]) == INFINITE


def test_amounts_convert_units() -> None:
    network = supply_network(
        stock={"magnets": 30, "motors": 8},
        capacity={},
        demand={"drones": 1},
        needs={"drones": {"motor": 4}, "motors": {"magnet": 14}},
        makes={"motors": "motor", "magnets": "magnet"},
    )
    # 8 motors are 2 drones, 30 magnets are 30 / 56 of one.
    assert time_to_survive(network, ["magnets"]) == pytest.approx(2 + 30 / 56)
    assert time_to_survive(network, ["motors"]) == pytest.approx(2)


def test_two_products_share_what_is_left() -> None:
    network = supply_network(
        stock={"cells": 90},
        capacity={},
        demand={"a": 1, "b": 2},
        needs={"a": {"cell": 1}, "b": {"cell": 4}},
        makes={"cells": "cell"},
        margin={"a": 1, "b": 100},
    )
    assert time_to_survive(network, ["cells"]) == pytest.approx(10)
    # In 20 days b needs 160 cells; all 90 go there, and 17.5 of b and all 20 of a are lost.
    assert performance_impact(network, ["cells"], time_to_recover=20) == pytest.approx(20 + 17.5 * 100)


def test_who_supplies_whom_is_heeded() -> None:
    tables: dict[str, Any] = {
        "stock": {},
        "capacity": {},
        "demand": {"a": 1},
        "needs": {"a": {"k": 1}},
        "makes": {"s": "k", "t": "k"},
    }
    assert time_to_survive(supply_network(**tables), ["s"]) == INFINITE
    assert time_to_survive(supply_network(**tables, links=[("s", "a")]), ["s"]) == 0.0


def test_refusals_name_what_is_wrong() -> None:
    for changed, words in (
        ({"stock": {"V": -1}}, "stock of V: -1"),
        ({"capacity": {"S1": float("nan")}}, "capacity of S1"),
        ({"demand": {"V": INFINITE}}, "demand: give finite"),
        ({"needs": {"V": {"k1": 0, "k2": 1}}}, "amounts of materials"),
        ({"makes": {"S1": "k1", "S2": "k1", "S3": "k1"}}, "V needs k2"),
        ({"links": [["S1", "V"], ["S2", "V"], ["S3", "V"], ["V", "S1"]]}, "link from V to S1"),
    ):
        with pytest.raises(OptionError, match=words):
            plant(**changed)
    with pytest.raises(OptionError, match="not in the network: X, Y"):
        time_to_survive(plant(), ["Y", "X"])
    with pytest.raises(OptionError, match="give a list"):
        time_to_survive(plant(), "S1")
    with pytest.raises(OptionError, match="time to recover"):
        performance_impact(plant(), ["S1"], time_to_recover=-1)
    with pytest.raises(OptionError, match="performance impact of a"):
        risk_exposure_index({"a": -1.0})


def test_the_index_where_impacts_are_zero_or_without_bound() -> None:
    assert risk_exposure_index({"a": 0.0, "b": 0.0}) == {"a": 0.0, "b": 0.0}
    assert risk_exposure_index({"a": 5.0, "b": INFINITE}) == {"a": 0.0, "b": 1.0}
    assert risk_exposure_index({}) == {}


# Any plant of one tier has a closed form

AMOUNTS = st.integers(0, 12).map(lambda number: number * 10.0)


@st.composite
def plants(draw: st.DrawFn) -> tuple[dict[str, Any], list[str]]:
    """A plant with one to three needs of one to three makers each, and who fails."""
    needs = {f"k{need}": draw(st.integers(1, 3)) for need in range(draw(st.integers(1, 3)))}
    makes = {f"{material}/{maker}": material for material, count in needs.items() for maker in range(count)}
    nodes = ["V", *makes]
    tables = {
        "stock": {node: draw(AMOUNTS) for node in nodes},
        "capacity": {node: draw(st.one_of(AMOUNTS, st.just(INFINITE))) for node in nodes},
        "demand": {"V": 50.0},
        "needs": {"V": {material: draw(st.sampled_from((1.0, 0.5, 4.0))) for material in needs}},
        "makes": makes,
    }
    return tables, draw(st.lists(st.sampled_from(nodes), unique=True, max_size=3))


def closed_form(tables: dict[str, Any], failed: list[str]) -> float:
    """Each need by itself: stock of the plant and of its makers, less what the makers that are left cannot supply."""
    stock, demand = tables["stock"], tables["demand"]["V"]
    alive = {node: 0.0 if node in failed else amount for node, amount in tables["capacity"].items()}
    shortfalls = [(stock["V"], demand - alive["V"])]
    for material, amount in tables["needs"]["V"].items():
        makers = [maker for maker, made in tables["makes"].items() if made == material]
        held = sum(stock[maker] for maker in makers) / amount
        shortfalls.append((stock["V"] + held, demand - sum(alive[maker] for maker in makers) / amount))
    return min((held / lacking if lacking > 0 else INFINITE) for held, lacking in shortfalls)


@some
@given(plants())
def test_one_tier_has_a_closed_form(drawn: tuple[dict[str, Any], list[str]]) -> None:
    tables, failed = drawn
    network, expected = supply_network(**tables), closed_form(*drawn)
    found = time_to_survive(network, failed)
    assert found == pytest.approx(expected, abs=1e-6)
    # Nothing is lost before, something after.
    if np.isfinite(expected):
        assert performance_impact(network, failed, time_to_recover=expected) == pytest.approx(0.0, abs=1e-5)
        assert performance_impact(network, failed, time_to_recover=expected + 1) > 1e-5


@some
@given(plants(), st.data())
def test_more_stock_or_capacity_never_hurts_and_more_failures_never_help(
    drawn: tuple[dict[str, Any], list[str]], data: st.DataObject
) -> None:
    tables, failed = drawn
    before = time_to_survive(supply_network(**tables), failed)
    lost = performance_impact(supply_network(**tables), failed, time_to_recover=7)
    node = data.draw(st.sampled_from(sorted(tables["stock"])))
    for column in ("stock", "capacity"):
        richer = {**tables, column: {**tables[column], node: tables[column][node] + 35}}
        assert time_to_survive(supply_network(**richer), failed) >= before - 1e-6
        assert performance_impact(supply_network(**richer), failed, time_to_recover=7) <= lost + 1e-5
    more = [*failed, node]
    assert time_to_survive(supply_network(**tables), more) <= before + 1e-6
    assert performance_impact(supply_network(**tables), failed, time_to_recover=9) >= lost - 1e-5


@some
@given(plants(), st.floats(0.1, 50))
def test_a_time_that_is_looked_at_no_further_is_cut_there(drawn: tuple[dict[str, Any], list[str]], end: float) -> None:
    network = supply_network(**drawn[0])
    failed = network.codes(drawn[1])
    assert survival(network, failed, longest=end) == pytest.approx(min(end, survival(network, failed)), rel=1e-6)


def test_a_solver_that_fails_is_no_endless_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supplychain.measures.survival._Program.solve", lambda *_: (4, np.array(np.nan)))
    with pytest.raises(ArithmeticError, match="no optimum"):
        time_to_survive(plant(), ["S1"])
