"""How much of the price each maker keeps: the value kernel from the product down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import PRODUCT, datasets

from supplychain.dataset import Dataset
from supplychain.measures.analysis import analyse
from supplychain.measures.flow import value_flow

few = settings(max_examples=40)


@few
@given(datasets())
def test_flows_are_shares(dataset: Dataset) -> None:
    flow = value_flow(analyse(dataset, PRODUCT))
    assert (flow.low >= 0).all()
    assert (flow.low <= flow.high + 1e-9).all()
    assert (flow.high <= 1 + 1e-9).all()
    assert flow.low.sum() <= 1 + 1e-9


@few
@given(datasets(equal_alternative_costs=True, known_shares=True))
def test_where_nothing_is_unknown_flows_add_to_one(dataset: Dataset) -> None:
    """Also: the kernel from below and the flow from above give the same value, whatever the lens."""
    analysis = analyse(dataset, PRODUCT)
    flow = value_flow(analysis)
    assert flow.low == pytest.approx(flow.high)
    assert flow.low.sum() == pytest.approx(1)
    adjoint = (flow.low * analysis.own_concern[0]).sum()
    assert adjoint == pytest.approx(analysis.value[0, -1, analysis.target], abs=1e-9)


@few
@given(datasets(known_shares=True))
def test_known_shares_leave_no_choice(dataset: Dataset) -> None:
    analysis = analyse(dataset, PRODUCT)
    if analysis.compiled.choice_count:
        return  # several offers of one supplier
    flow = value_flow(analysis)
    assert flow.low.sum() == pytest.approx(1)
    for end, figures in enumerate((flow.low, flow.high)):
        adjoint = (figures * analysis.own_concern[end]).sum()
        assert adjoint == pytest.approx(analysis.value[end, -1, analysis.target], abs=1e-9)


@few
@given(datasets())
def test_the_known_flow_is_in_the_value(dataset: Dataset) -> None:
    """Whatever is chosen, a maker earns at least its low flow."""
    analysis = analyse(dataset, PRODUCT)
    flow = value_flow(analysis)
    assert (flow.low * analysis.own_concern[0]).sum() <= analysis.value[0, -1, analysis.target] + 1e-9


@few
@given(datasets())
def test_only_what_is_used_earns(dataset: Dataset) -> None:
    analysis = analyse(dataset, PRODUCT)
    used = analysis.reach.longest[: analysis.compiled.option_count] >= 0
    assert (value_flow(analysis).high[~used] == 0).all()


def test_by_hand() -> None:
    """A drone of 100 USD: two motors of 20 hold a magnet of 5; the frame has no price."""
    dataset = Dataset.from_tables(
        {
            "parts": [{"part_id": part} for part in ("drone", "motor", "magnet", "frame")],
            "bom": [
                {"parent_id": "drone", "child_id": "motor", "quantity": 2},
                {"parent_id": "drone", "child_id": "frame", "quantity": 1},
                {"parent_id": "motor", "child_id": "magnet", "quantity": 1},
            ],
            "offers": [
                {"offer_id": "d", "part_id": "drone", "origin_country": "TWN", "share": 1, "unit_cost_usd": 100},
                {"offer_id": "m", "part_id": "motor", "origin_country": "JPN", "share": 1, "unit_cost_usd": 20},
                {"offer_id": "c", "part_id": "magnet", "origin_country": "CHN", "share": 0.75, "unit_cost_usd": 5},
                {"offer_id": "k", "part_id": "magnet", "origin_country": "KOR", "share": 0.25, "unit_cost_usd": 5},
            ],
        }
    )
    analysis = analyse(dataset, "drone")
    flow = value_flow(analysis)
    offers = analysis.compiled.options.offer
    found = {dataset.offers["offer_id"].iloc[offers[place]]: flow.low[place] for place in np.flatnonzero(offers >= 0)}
    assert found == pytest.approx({"d": 0.6, "m": 0.3, "c": 0.075, "k": 0.025})
    assert flow.low.sum() == pytest.approx(1)


def test_the_flagship_adds_up(uav: Dataset) -> None:
    analysis = analyse(uav, "isr_quad_commodity")
    flow = value_flow(analysis)
    assert flow.low.sum() <= 1 + 1e-9 <= flow.high.sum() + 2e-9
