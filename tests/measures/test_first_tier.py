"""Means over the first tier, by hand."""

from __future__ import annotations

import warnings

import pytest

from supplychain.dataset import Dataset
from supplychain.measures.exposure import exposure


def either(priced: str) -> Dataset:
    """A drone of 100 USD that holds a or b, nobody knows which; only one of them has a price. All from the USA."""
    offers = [
        {"part_id": "drone", "origin_country": "USA", "share": 1, "unit_cost_usd": 100},
        *(
            {"part_id": part, "origin_country": "USA", "share": 1, "unit_cost_usd": 10 if part == priced else None}
            for part in "ab"
        ),
    ]
    return Dataset.from_tables(
        {
            "parts": [{"part_id": "drone", "kind": "product"}, {"part_id": "a"}, {"part_id": "b"}],
            "bom": [{"parent_id": "drone", "child_id": part, "slot": "core", "quantity": 1} for part in "ab"],
            "offers": offers,
        }
    )


@pytest.mark.parametrize(
    "priced",
    [
        "a",
        "b",
    ],
)
def test_a_choice_whose_first_option_has_no_price(priced: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = exposure(either(priced), "drone").line_profile[-1].cost_in_contact
    assert found is not None
    assert (found.low, found.high) == (0, 0)
