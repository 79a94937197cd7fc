"""The shared strategy shows everything that the model speaks of, and keeps what its switches promise."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from strategies import FEATURES, PRODUCT, datasets, features

from supplychain.dataset import Dataset


def test_strategies_show_each_feature() -> None:
    """Each feature occurs in the first few hundred examples."""
    seen: Counter[str] = Counter()

    @settings(max_examples=250)
    @given(datasets())
    def look(dataset: Dataset) -> None:
        seen.update(features(dataset))

    look()
    assert sorted(FEATURES - set(seen)) == []


@given(datasets(known_shares=True, essential_only=True))
def test_switches_keep_their_promise(dataset: Dataset) -> None:
    shown = features(dataset)
    assert not shown & {
        "alternatives with a remainder",
        "alternatives with some shares",
        "alternatives without shares",
        "choice of a complete mix",
        "lone line below 1",
        "mix with a remainder",
        "open mix",
        "optional line",
        "part without offers",
    }


@given(datasets())
def test_drawn_datasets_have_one_product_and_distinct_lines(dataset: Dataset) -> None:
    assert dataset.products() == (PRODUCT,)
    key = ["parent_id", "slot", "child_id", "supplier_id", "offer_id", "parent_supplier_id"]
    assert not dataset.bom.duplicated(key).any()
