"""What a product is made of, and how far away."""

from __future__ import annotations

import numpy as np
import oracle
from hypothesis import given, settings
from strategies import PRODUCT, datasets

from supplychain.dataset import Dataset
from supplychain.measures.analysis import Analysis, analyse


def tiers(analysis: Analysis, *, longest: bool = False) -> dict[str, int]:
    """Distance of every part in use, the shortest of its makers or the longest."""
    compiled, reach = analysis.compiled, analysis.reach
    distance = (reach.longest if longest else reach.tier)[: compiled.option_count]
    result: dict[str, int] = {}
    for option in np.flatnonzero(distance >= 0):
        part = str(compiled.part_ids[compiled.options.part[option]])
        choose = max if longest else min
        result[part] = choose(int(distance[option]), result.get(part, int(distance[option])))
    return result


@settings(max_examples=40)
@given(datasets())
def test_tiers_and_depth_equal_the_oracle(dataset: Dataset) -> None:
    analysis = analyse(dataset, PRODUCT)
    assert tiers(analysis) == oracle.tiers(dataset, PRODUCT)
    assert analysis.graph_depth == oracle.graph_depth(dataset, PRODUCT)


@settings(max_examples=40)
@given(datasets())
def test_shortest_is_at_most_longest(dataset: Dataset) -> None:
    reach = analyse(dataset, PRODUCT).reach
    assert ((reach.tier >= 0) == (reach.longest >= 0)).all()
    assert (reach.tier <= reach.longest).all()
    assert (reach.recipe_tier <= reach.recipe_longest).all()


def drone(*lines: tuple[str, str], classes: tuple[str, ...] = ()) -> Analysis:
    ids = dict.fromkeys(part for line in lines for part in line)
    kinds = {"drone": "product", **dict.fromkeys(classes, "class")}
    return analyse(
        Dataset.from_tables(
            {
                "parts": [{"part_id": part, "kind": kinds.get(part, "")} for part in ids],
                "bom": [{"parent_id": parent, "child_id": child} for parent, child in lines],
            }
        ),
        "drone",
    )


def test_the_short_and_the_long_way() -> None:
    found = drone(("drone", "motor"), ("motor", "coil"), ("coil", "wire"), ("drone", "wire"))
    assert tiers(found) == {"drone": 0, "motor": 1, "coil": 2, "wire": 1}
    assert tiers(found, longest=True) == {"drone": 0, "motor": 1, "coil": 2, "wire": 3}
    assert found.graph_depth == 3


def test_a_class_adds_no_level() -> None:
    lines = (("drone", "pack"), ("pack", "large"), ("large", "six_cells"), ("six_cells", "cell"))
    assert tiers(drone(*lines))["cell"] == 4
    found = drone(*lines, classes=("pack",))
    assert tiers(found) == {"drone": 0, "pack": 1, "large": 1, "six_cells": 2, "cell": 3}
    nested = drone(*lines, classes=("pack", "large"))
    assert tiers(nested) == {"drone": 0, "pack": 1, "large": 1, "six_cells": 1, "cell": 2}
    assert (found.graph_depth, nested.graph_depth) == (3, 2)


def test_what_is_not_used_is_not_reached() -> None:
    found = drone(("drone", "motor"), ("spare", "wire"))
    assert tiers(found) == {"drone": 0, "motor": 1}
    assert (found.reach.tier == -1).sum() == 2


def test_a_product_that_is_a_class() -> None:
    assert tiers(drone(("drone", "kit"), ("kit", "bolt"), classes=("drone",))) == {"drone": 0, "kit": 0, "bolt": 1}
