"""The aggregation of the score, against numbers worked out elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import OptionError
from supplychain.measures.interval import Interval
from supplychain.measures.score import (
    PARTS,
    Settings,
    aggregate,
    composite,
    composite_interval,
    default_settings,
    diversity_of_hhi,
    leave_one_out,
    read_settings,
    replaceable_share,
    weight_sensitivity,
)

CASE = json.loads((Path(__file__).resolve().parents[1] / "cases" / "formulas" / "composite_30.json").read_text("utf-8"))
SHARES = st.integers(0, 100).map(lambda number: number / 100)
PART_VALUES = st.fixed_dictionaries(dict.fromkeys(PARTS, st.one_of(st.none(), SHARES)))


def test_case_30() -> None:
    given_, expected, near = CASE["inputs"], CASE["expected"], CASE["tolerance"]["figures"]
    assert composite(given_["parts"]) == pytest.approx(expected["geometric"], abs=near)
    assert composite(given_["parts"], form="arithmetic") == pytest.approx(expected["arithmetic"], abs=near)
    ends = {name: Interval(given_["worst"][name], given_["best"][name]) for name in given_["parts"]}
    found = composite_interval(ends)
    assert (found.low, found.high) == pytest.approx(tuple(expected["interval"]), abs=near)
    drawn = weight_sensitivity(given_["parts"], draws=given_["draws"], seed=1)
    quantiles = (drawn.p05, drawn.p50, drawn.p95)
    assert quantiles == pytest.approx(tuple(expected["weights_p05_p50_p95"]), abs=CASE["tolerance"]["quantiles"])
    for form in ("arithmetic", "geometric"):
        found = [aggregate(values, form=form) for values in given_["contrast"]]
        assert found == pytest.approx(expected[f"contrast_{form}"], abs=near)


def test_a_zero_is_lifted_to_the_floor_and_not_bought_off() -> None:
    parts = {"a": 0.0, "b": 1.0}
    assert composite(parts) == pytest.approx(10.0)
    assert composite(parts, form="arithmetic") == pytest.approx(50.0)
    assert aggregate([0.0, 1.0]) == 0.0


def test_a_part_without_data_gives_its_weight_to_the_others_and_widens_the_interval() -> None:
    weights = {"a": 0.5, "b": 0.25, "c": 0.25}
    assert composite({"a": None, "b": 0.25, "c": 0.64}, weights) == pytest.approx(40.0)
    found = composite_interval({"a": None, "b": Interval(0.25, 0.25), "c": Interval(0.64, 0.64)}, weights)
    assert (found.low, found.high) == pytest.approx((100 * 0.01**0.5 * 0.4**0.5, 100 * 0.4**0.5))
    assert composite({"a": None, "b": None}) is None


@given(PART_VALUES, st.sampled_from(PARTS), SHARES)
def test_the_composite_never_falls_when_a_part_rises(parts: dict, name: str, more: float) -> None:
    if parts[name] is None:
        parts[name] = 0.3
    for form in ("geometric", "arithmetic"):
        lower = composite(parts, form=form)
        assert composite({**parts, name: max(parts[name], more)}, form=form) >= lower - 1e-9
        assert 0 <= lower <= 100


@given(PART_VALUES)
def test_the_geometric_mean_is_below_the_arithmetic_one_and_inside_the_bounds(parts: dict) -> None:
    value = composite(parts)
    if value is None:
        assert all(part is None for part in parts.values())
        return
    lifted = {name: None if part is None else max(part, 0.01) for name, part in parts.items()}
    assert value <= composite(lifted, form="arithmetic") + 1e-9
    bounds = composite_interval({n: None if part is None else Interval(part, part) for n, part in parts.items()})
    assert bounds.low - 1e-9 <= value <= bounds.high + 1e-9
    assert value == pytest.approx(composite(dict(reversed(parts.items()))), abs=1e-9)


def test_without_a_part_and_random_weights() -> None:
    parts = {"a": 0.25, "b": 0.64, "c": None}
    assert leave_one_out(parts) == pytest.approx({"a": 64.0, "b": 25.0})
    one, again, other = (weight_sensitivity(parts, draws=2000, seed=seed) for seed in (3, 3, 4))
    assert one == again
    assert one != other
    assert 25 <= one.p05 < one.p50 < one.p95 <= 64
    assert weight_sensitivity({"a": None}) is None


@pytest.mark.parametrize(
    ("parts", "weights"),
    [
        ({"a": 1.2}, None),
        ({"a": -0.1}, None),
        ({"a": 0.5}, {"b": 1.0}),
        ({"a": 0.5}, {"a": 0.0}),
        ({"a": 0.5}, {"a": -1.0}),
    ],
)
def test_wrong_parts_and_weights_are_refused(parts: dict, weights: dict | None) -> None:
    with pytest.raises(OptionError):
        composite(parts, weights)


def test_diversity_of_an_index() -> None:
    assert diversity_of_hhi(0.18) == 1.0
    assert diversity_of_hhi(0.5) == pytest.approx(0.18 / 0.82)
    assert diversity_of_hhi(1.0) == 0.0
    with pytest.raises(OptionError):
        diversity_of_hhi(0.0)


def test_replaceable_share_is_the_best_that_money_and_capacity_allow() -> None:
    assert replaceable_share(10, [20], [5], current_price=4) == 1.0
    assert replaceable_share(10, [20], [6], current_price=4) == pytest.approx(0.5)
    assert replaceable_share(10, [20], [6], current_price=4, price_limit=1.0) == 1.0
    assert replaceable_share(10, [3], [4], current_price=4) == pytest.approx(0.3)
    # What is cheaper than today pays for what is dearer.
    assert replaceable_share(10, [5, 20], [2, 8], current_price=4) == pytest.approx(1.0)
    assert replaceable_share(10, [], [], current_price=4) == 0.0
    assert replaceable_share(10, [4], [900], current_price=None) == pytest.approx(0.4)
    with pytest.raises(OptionError):
        replaceable_share(0, [1], [1], current_price=1)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=4),
    st.integers(1, 9),
    st.sampled_from((0.0, 0.25, 1.0)),
)
def test_the_greedy_order_is_optimal(offers: list, today: int, limit: float) -> None:
    from scipy.optimize import linprog

    capacity, price = [offer[0] for offer in offers], [offer[1] for offer in offers]
    found = replaceable_share(6, capacity, price, current_price=today, price_limit=limit)
    if not offers:
        assert found == 0.0
        return
    best = linprog(
        [-1.0] * len(offers),
        A_ub=[[cost - today for cost in price], [1.0] * len(offers)],
        b_ub=[limit * today * 6, 6],
        bounds=[(0, amount) for amount in capacity],
    )
    assert found == pytest.approx(-best.fun / 6, abs=1e-7)


def test_settings_come_from_a_file(tmp_path: Path) -> None:
    default = default_settings()
    assert default.weights == pytest.approx(dict.fromkeys(PARTS, 0.2))
    assert (default.floor, default.access, default.price_limit) == (0.01, 0.05, 0.25)
    path = tmp_path / "weights.toml"
    path.write_text("[weights]\nindependence = 3.0\n[settings]\naccess = 0.1\n", "utf-8")
    found = read_settings(path)
    assert found.weights["independence"] == pytest.approx(3 / 7)
    assert found.weights["buffer"] == pytest.approx(1 / 7)
    assert found.access == 0.1
    assert found.price_limit == 0.25
    assert isinstance(found, Settings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[weights]\nindependance = 1.0\n", "independance"),
        ("[weights]\nbuffer = 'much'\n", "no number"),
        ("[weights]\nbuffer = -1.0\n", "0 or more"),
        ("[settings]\naccess = 2.0\n", "access"),
        ("[wieghts]\nbuffer = 1.0\n", "wieghts"),
        ("weights = 3\n", "table"),
        ("weights [", "no TOML"),
        ("a = " + "[" * 5000, "no TOML"),
        (f"[weights]\nbuffer = 1{'0' * 400}\n", "up to"),
        ("[weights]\nbuffer = 1e308\nindependence = 1e308\n", "up to"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "weights.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(OptionError, match=said):
        read_settings(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="cannot be read"):
        read_settings(tmp_path / "none.toml")
