"""The rules of a week against a hand-worked case."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from supplychain.decisions.disruption import ration, required_inventory, week_of_production

CASE = json.loads((Path(__file__).resolve().parents[1] / "cases" / "formulas" / "ario_31.json").read_text("utf-8"))


def test_the_case() -> None:
    given = CASE["inputs"]
    optimal = min(given["demand"], given["capacity"])
    required = required_inventory(
        optimal, coefficient=given["coefficient"], stock_time=given["stock_time"], psi=given["psi"]
    )
    assert float(required) == pytest.approx(CASE["expected"]["required"], abs=1e-12)
    output = week_of_production(given["demand"], given["capacity"], given["inventory"], required)
    assert float(output) == pytest.approx(CASE["expected"]["output"], abs=1e-12)


def test_more_inventory_than_required_changes_nothing_and_nothing_required_limits_nothing() -> None:
    assert week_of_production([100, 100], [120, 80], [50, 50], [48, 48]).tolist() == [100, 80]
    assert week_of_production([100], [120], [0], [0]).tolist() == [100]


def test_rationing_is_the_same_for_all_and_never_above_one() -> None:
    assert ration(np.array([30.0, 200.0, 0.0, 5.0]), np.array([120.0, 100.0, 10.0, 0.0])).tolist() == [0.25, 1, 0, 1]
