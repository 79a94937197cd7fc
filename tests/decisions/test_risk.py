"""Tails of losses against published numbers, and against their definition."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from supplychain.decisions.disruption import cvar, tail_of, value_at_risk
from supplychain.errors import OptionError

CASE = json.loads((Path(__file__).resolve().parents[1] / "cases" / "formulas" / "cvar_25.json").read_text("utf-8"))

weights = st.lists(st.integers(1, 20), min_size=1, max_size=12)


@pytest.mark.parametrize("level", ["0.9", "0.95"])
def test_the_published_case(level: str) -> None:
    losses, probabilities = CASE["inputs"]["losses"], CASE["inputs"]["probabilities"]
    assert value_at_risk(losses, probabilities, level=float(level)) == CASE["expected"]["var"][level]
    assert cvar(losses, probabilities, level=float(level)) == pytest.approx(CASE["expected"]["cvar"][level], abs=1e-9)


@given(weights, st.sampled_from([0.5, 0.75, 0.9, 0.95]), st.randoms())
def test_it_is_the_minimum_of_the_linear_program(parts, level, random) -> None:
    probabilities = np.array(parts) / sum(parts)
    losses = np.array([random.randint(0, 100) for _ in parts], dtype=float)
    count = len(losses)
    # min a + sum p_k z_k / (1 - b), z_k >= loss_k - a, z_k >= 0
    solved = linprog(
        np.append(1.0, probabilities / (1 - level)),
        A_ub=np.column_stack([-np.ones(count), -np.eye(count)]),
        b_ub=-losses,
        bounds=[(None, None), *[(0, None)] * count],
    )
    assert cvar(losses, probabilities, level=level) == pytest.approx(solved.fun, abs=1e-6)


@given(weights, st.sampled_from([0.5, 0.9, 0.95]), st.floats(0.1, 10), st.floats(0, 50))
def test_it_is_coherent(parts, level, scale, shift) -> None:
    losses = np.array(parts, dtype=float)
    found = cvar(losses, level=level)
    assert value_at_risk(losses, level=level) - 1e-9 <= found <= losses.max()
    assert found >= losses.mean() - 1e-9
    assert cvar(losses * scale + shift, level=level) == pytest.approx(found * scale + shift, rel=1e-9)
    assert cvar(losses[::-1], level=level) == pytest.approx(found, rel=1e-12)


def test_standard_errors_are_those_of_repeated_draws() -> None:
    stream = np.random.default_rng(5)
    tails = [tail_of(stream.exponential(size=2000), level=0.9) for _ in range(300)]
    for name in ("var", "cvar"):
        spread = np.std([getattr(tail, name) for tail in tails])
        said = np.mean([getattr(tail, f"{name}_error") for tail in tails])
        assert said == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize(
    ("losses", "probabilities", "level"),
    [
        ([1.0], None, 1.0),
        ([1.0], None, 0.0),
        ([], None, 0.9),
        ([np.nan], None, 0.9),
        ([1.0, 2.0], [0.5, 0.4], 0.9),
        ([1.0, 2.0], [1.5, -0.5], 0.9),
        ([1.0], [0.5, 0.5], 0.9),
    ],
)
def test_what_makes_no_sense_is_refused(losses, probabilities, level) -> None:
    with pytest.raises(OptionError):
        cvar(losses, probabilities, level=level)
