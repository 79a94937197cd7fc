"""The measures against the same published and hand-worked numbers as the oracle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from supplychain.dataset import Dataset
from supplychain.measures.exposure import exposure

CASES = sorted((Path(__file__).resolve().parents[1] / "cases").glob("*.json"))
# Names of the cases, and where the figure stands in an Exposure.
ATTRIBUTES = {
    "contact": "contact",
    "contact_frechet": "contact_bounds",
    "embargo_loss_reallocate": "loss_reallocate",
    "embargo_loss_proportional": "loss_proportional",
    "value": "value",
    "face_value": "face_value",
    "hidden": "hidden",
    "first_tier_cost": "cost",
}


def figure(dataset: Dataset, product: str, measure: str, options: dict[str, Any]) -> tuple[float, float] | None:
    """One figure of an Exposure by the name that the cases use; None for what an Exposure does not hold."""
    if "country" in options:
        return None  # content by country is not in an Exposure
    options = {("basis" if name == "bases" else name): value for name, value in options.items()}
    found = exposure(dataset, product, **options)
    if measure in ATTRIBUTES:
        interval = getattr(found, ATTRIBUTES[measure])
        return interval.low, interval.high
    if measure == "clean_depth":
        return found.clean_depth, found.clean_depth_proven
    if measure == "cost_in_contact":
        interval = found.line_profile[-1].cost_in_contact
        return interval.low, interval.high
    if measure == "graph_depth":
        return (found.contact_by_depth[-1].depth,) * 2
    if measure == "opened_value":
        return (found.opened_value,) * 2
    assert measure == "assembly"
    interval = found.contact_by_depth[0].contact
    return interval.low, interval.high


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_numeric_case(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    dataset = Dataset.from_tables(case["tables"], name=path.stem, date=case["date"])
    compared = 0
    for number, expected in enumerate(case["expected"]):
        product = expected.get("product", case["product"])
        found = figure(dataset, product, expected["measure"], expected.get("options", {}))
        if found is None:
            continue
        compared += 1
        assert found == pytest.approx((expected["low"], expected["high"]), abs=1e-9), (
            f"expectation {number}: {expected}"
        )
    assert compared
