"""Concentration formulas against published numbers, and what they promise of any shares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import OptionError
from supplychain.measures.hhi import (
    HIGHLY_CONCENTRATED,
    effective_number,
    entropy_number,
    hhi,
    hhi_bounds,
    hhi_of_intervals,
    hhi_points,
    largest_share,
    largest_share_bounds,
    merger,
    merger_delta,
    n_minus_1,
    n_minus_1_bounds,
    theil,
)

FORMULAS = Path(__file__).resolve().parents[1] / "cases" / "formulas"


def case(name: str) -> dict[str, Any]:
    return json.loads((FORMULAS / f"{name}.json").read_text(encoding="utf-8"))


@st.composite
def markets(draw: st.DrawFn, *, whole: bool = False) -> list[float]:
    """Shares that add to 1, or to less."""
    parts = draw(st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(any))
    rest = 0 if whole else draw(st.integers(0, 20))
    return [part / (sum(parts) + rest) for part in parts]


# Published and hand-worked numbers


def test_four_firms() -> None:
    numbers = case("hhi_four_firms")
    shares = [percent / 100 for percent in numbers["inputs"]["shares_percent"]]
    expected = numbers["expected"]
    assert hhi_points(shares) == pytest.approx(expected["hhi_10000"], abs=1e-9)
    assert hhi(shares) == pytest.approx(expected["hhi_1"], abs=1e-9)
    assert effective_number(shares) == pytest.approx(expected["effective_number"], abs=1e-9)
    assert largest_share(shares) == pytest.approx(expected["largest_share"], abs=1e-9)
    assert n_minus_1(shares) == pytest.approx(expected["n_minus_1_remaining"], abs=1e-9)


def test_mergers() -> None:
    numbers = case("hhi_mergers")
    expected = numbers["expected"]
    shares = {name: [percent / 100 for percent in row] for name, row in numbers["inputs"].items()}
    for name, row in shares.items():
        assert hhi_points(row) == pytest.approx(expected[name], abs=1e-9)
    small, large = merger(shares["before"], 7, 8), merger(shares["before"], 0, 1)
    assert 1e4 * small.before == pytest.approx(expected["before"], abs=1e-9)
    assert 1e4 * small.after == pytest.approx(expected["merge_two_smallest"], abs=1e-9)
    assert 1e4 * large.after == pytest.approx(expected["merge_two_largest"], abs=1e-9)
    assert 1e4 * large.delta == pytest.approx(expected["delta_two_largest"], abs=1e-9)
    assert small.presumed_by_hhi is expected["presumption_2023_two_smallest"]
    assert large.presumed_by_hhi is expected["presumption_2023_two_largest"]
    assert large.presumed_by_share
    assert not small.presumed_by_share


def test_theil() -> None:
    numbers = case("theil_entropy")
    inputs, expected = numbers["inputs"], numbers["expected"]
    assert theil(inputs["shares"]) == pytest.approx(expected["theil"], abs=1e-9)
    assert theil(inputs["equal"]) == pytest.approx(expected["theil_equal"], abs=1e-9)
    assert theil(inputs["monopoly"]) == pytest.approx(expected["theil_monopoly"], abs=1e-9)
    assert hhi(inputs["shares"]) == pytest.approx(expected["hhi"], abs=1e-9)
    assert effective_number(inputs["shares"]) == pytest.approx(expected["effective_number_hhi"], abs=1e-9)
    assert entropy_number(inputs["shares"]) == pytest.approx(expected["effective_number_entropy"], abs=1e-9)


def test_unknown_remainder() -> None:
    numbers = case("hhi_unknown_remainder")
    known, unknown = numbers["inputs"]["known"], numbers["inputs"]["unknown"]
    expected = numbers["expected"]
    found = hhi_bounds(known, unknown)
    assert found.low == pytest.approx(expected["lower_unknown_atomistic"], abs=1e-12)
    assert found.high == pytest.approx(expected["upper_unknown_belongs_to_largest"], abs=1e-12)
    newcomer = hhi_bounds(known, unknown, rest="newcomer")
    assert newcomer.high == pytest.approx(expected["upper_one_new_supplier"], abs=1e-12)
    implied = hhi_bounds(known)
    assert (implied.low, implied.high) == pytest.approx((found.low, found.high), abs=1e-12)


@pytest.mark.parametrize("material", sorted(case("supply_shares_2023")["inputs"]))
def test_world_supply(material: str) -> None:
    numbers = case("supply_shares_2023")
    shares, expected = numbers["inputs"][material]["shares"], numbers["expected"][material]
    assert hhi(shares) == pytest.approx(expected["hhi"], abs=1e-6)
    rest = hhi_bounds(shares, rest="newcomer")
    assert rest.high == pytest.approx(expected["hhi_upper_if_rest_is_one_supplier"], abs=1e-6)
    assert largest_share(shares) == pytest.approx(expected["largest_share"], abs=1e-6)
    assert max(shares, key=lambda name: shares[name]) == expected["largest"]
    assert n_minus_1(shares) == pytest.approx(expected["n_minus_1"], abs=1e-6)


# Properties


@given(markets(whole=True))
def test_between_equal_and_one(shares: list[float]) -> None:
    index = hhi(shares)
    assert 1 / len(shares) - 1e-12 <= index <= 1
    assert 1 - 1e-9 <= effective_number(shares) <= len(shares) + 1e-9
    # The two effective numbers are Hill numbers of order 2 and 1, which fall with the order.
    assert effective_number(shares) <= entropy_number(shares) + 1e-9
    assert 0 <= theil(shares) <= np.log(len(shares)) + 1e-12
    assert theil(shares) == pytest.approx(np.log(len(shares) / entropy_number(shares)), abs=1e-12)
    assert largest_share(shares) ** 2 - 1e-12 <= index <= largest_share(shares) + 1e-12


@given(markets(), st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(shares: list[float], random: Any) -> None:
    mixed = list(shares)
    random.shuffle(mixed)
    assert hhi(mixed) == pytest.approx(hhi(shares), abs=1e-12)
    assert hhi({f"firm {place}": share for place, share in enumerate(mixed)}) == pytest.approx(hhi(shares), abs=1e-12)


@given(markets(), st.lists(st.integers(0, 9), min_size=1, max_size=7))
def test_any_split_of_the_unknown_stays_inside(shares: list[float], split: list[int]) -> None:
    """The unknown goes to those listed and to newcomers in any way; the high end is where the largest has it."""
    unknown = 1 - sum(shares)
    bounds = hhi_bounds(shares)
    total = sum(split) or 1
    given_out = [unknown * part / total for part in split]
    width = max(len(shares), len(split))
    settled = [
        (shares[place] if place < len(shares) else 0) + (given_out[place] if place < len(split) else 0)
        for place in range(width)
    ]
    assert bounds.low - 1e-12 <= hhi(settled) <= bounds.high + 1e-12
    largest = int(np.argmax(shares))
    worst = [share + (max(0.0, unknown) if place == largest else 0) for place, share in enumerate(shares)]
    assert hhi(worst) == pytest.approx(bounds.high, abs=1e-12)
    for measure, ends in ((largest_share, largest_share_bounds(shares)), (n_minus_1, n_minus_1_bounds(shares))):
        assert ends.low - 1e-12 <= measure(settled) <= ends.high + 1e-12


@given(
    markets(), st.lists(st.integers(0, 10), min_size=6, max_size=6), st.lists(st.integers(0, 9), min_size=6, max_size=6)
)
def test_bounds_of_each_share(shares: list[float], room: list[int], split: list[int]) -> None:
    """Whatever the highs allow of what is left stays inside; without limits it is the plain bound."""
    unknown = max(0.0, 1 - sum(shares))
    high = [min(1.0, share + unknown * extra / 10) for share, extra in zip(shares, room, strict=False)]
    bounds = hhi_of_intervals(shares, high)
    total = sum(split[: len(shares)]) or 1
    settled = [
        min(most, share + unknown * part / total) for share, most, part in zip(shares, high, split, strict=False)
    ]
    assert bounds.low - 1e-12 <= hhi(settled) <= bounds.high + 1e-12
    others = max(0.0, 1 - sum(settled))
    assert hhi([*settled, others]) <= bounds.high + 1e-12 or sum(high) < 1 - 1e-12
    plain, free = hhi_bounds(shares), hhi_of_intervals(shares, [min(1.0, share + unknown) for share in shares])
    assert (free.low, free.high) == pytest.approx((plain.low, plain.high), abs=1e-9)
    assert bounds.high <= plain.high + 1e-9


@given(markets(whole=True))
def test_mergers_concentrate(shares: list[float]) -> None:
    if len(shares) < 2:
        return
    found = merger(shares, 0, 1)
    assert found.delta == pytest.approx(merger_delta(shares[0], shares[1]))
    assert found.after == pytest.approx(hhi([shares[0] + shares[1], *shares[2:]]))
    assert found.after >= found.before


def test_monopoly_and_nobody() -> None:
    assert hhi([1.0]) == 1.0
    assert n_minus_1([1.0]) == 0.0
    assert theil([1.0]) == 0.0
    nobody = hhi_bounds([])
    assert (nobody.low, nobody.high) == (0.0, 1.0)
    assert effective_number([0.0]) == float("inf")
    assert HIGHLY_CONCENTRATED == 0.18


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hhi([]), "at least one"),
        (
            lambda: hhi([30, 30, 20, 20]),
            "share 30 (number 1): give numbers from 0 to 1; percentages are divided by 100",
        ),
        (lambda: hhi({"CHN": -0.1}), "share -0.1 of CHN"),
        (lambda: hhi([float("nan")]), "give numbers from 0 to 1"),
        (lambda: hhi(["a"]), "numbers from 0 to 1 are needed"),  # type: ignore[list-item]
        (lambda: hhi([0.6, 0.6]), "shares add to 1.2"),
        (lambda: hhi_bounds([0.5], 0.1), "together they should be 1"),
        (lambda: hhi_bounds([0.5], -0.1), "unknown -0.1"),
        (lambda: hhi_of_intervals([0.5], [0.4]), "low <= high"),
        (lambda: theil([0.5]), "needs all of the market"),
        (lambda: entropy_number([0.5, 0.1]), "needs all of the market"),
        (lambda: merger([0.5, 0.5], 0, 0), "name two"),
        (lambda: merger({"a": 0.5, "b": 0.5}, "a", "c"), "name two"),
    ],
)
def test_what_cannot_be_used_is_said(call: Any, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        call()
    assert message in str(caught.value)
