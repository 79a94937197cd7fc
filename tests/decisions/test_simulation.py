"""The simulation against numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.decisions.disruption.simulate import Network, simulate

# Nodes: 0 plant V, 1 and 2 makers of k1, 3 maker of k2 (the three-supplier case of the linear programs).
PLANT = Network(
    planned=np.array([100.0, 50.0, 50.0, 100.0]),
    capacity=np.array([150.0, 60.0, 60.0, 120.0]),
    stock=np.array([50.0, 40.0, 20.0, 80.0]),
    wait=np.zeros(4),
    ramp=1.0,
    slot_node=np.array([-1, 0, 0]),
    edge_slot=np.array([0, 1, 1, 2]),
    edge_node=np.array([0, 1, 2, 3]),
    weight=np.array([1.0, 0.5, 0.5, 1.0]),
    quantity=np.ones(4),
    lead=np.array([1, 1, 1, 1]),
    demand=100.0,
)


def fails(network: Network, node: int, first: int, last: int, *, weeks: int = 30, left: float = 0.0) -> np.ndarray:
    """Output of each week when a node fails from the first week to the last, counted from 0."""

    def factor(week: int) -> np.ndarray:
        whole = np.ones((len(network.planned), 1))
        if first <= week <= last:
            whole[node] = left
        return whole

    return simulate(network, factor, weeks=weeks, runs=1).delivered[:, 0]


def test_without_a_failure_everything_goes_on() -> None:
    assert fails(PLANT, 0, 99, 99).tolist() == [100.0] * 30


@pytest.mark.parametrize(("node", "weeks", "lost"), [(1, 4, 50.0), (2, 4, 50.0), (3, 4, 270.0), (0, 1, 50.0)])
def test_the_loss_is_that_of_the_linear_program_where_nothing_can_be_planned_better(node, weeks, lost) -> None:
    """Performance impact 500, 500, 2700 and 500 at a margin of 10 a unit (Simchi-Levi et al. 2015, worked by hand)."""
    output = fails(PLANT, node, 2, 2 + weeks - 1)
    assert 100.0 * len(output) - output.sum() == pytest.approx(lost, abs=1e-9)
    assert output[-5:].tolist() == pytest.approx([100.0] * 5)


def test_stock_and_goods_on_the_way_last_as_long_as_they_should() -> None:
    # k2 fails in week 0: 100 are on the way, its stock of 80 arrives in week 1, and 50 finished units are left.
    assert fails(PLANT, 3, 0, 9)[:4].tolist() == pytest.approx([100.0, 100.0, 30.0, 0.0])


def chain(*, lead: int = 1, stock: float = 0.0, wait: float = 0.0, ramp: float = 1.0, spare: float = 100.0) -> Network:
    """A plant with one maker, and one that stands by."""
    return Network(
        planned=np.array([100.0, 100.0, 0.0]),
        capacity=np.array([100.0, 100.0, spare]),
        stock=np.array([0.0, stock, 0.0]),
        wait=np.array([0.0, 0.0, wait]),
        ramp=ramp,
        slot_node=np.array([-1, 0]),
        edge_slot=np.array([0, 1, 1]),
        edge_node=np.array([0, 1, 2]),
        weight=np.array([1.0, 1.0, 0.0]),
        quantity=np.ones(3),
        lead=np.array([1, lead, lead]),
        demand=100.0,
    )


@pytest.mark.parametrize("lead", [1, 3, 6])
@pytest.mark.parametrize("stock", [0.0, 250.0])
def test_the_line_stops_after_lead_time_and_stock(lead, stock) -> None:
    output = fails(chain(lead=lead, stock=stock, spare=0.0), 1, 0, 99)
    supply = 100.0 * lead + stock
    assert output.sum() == pytest.approx(supply)
    assert output[int(supply // 100) :].max() < 100.0


@pytest.mark.parametrize(("lead", "wait"), [(1, 0), (4, 0), (2, 5)])
def test_another_maker_steps_in_after_qualification_and_lead_time(lead, wait) -> None:
    output = fails(chain(lead=lead, wait=wait), 1, 0, 99)
    # Asked in week 0, it makes from the week after; lead weeks are covered by what was on the way.
    first = 1 + wait + lead
    assert output[:lead].tolist() == [100.0] * lead
    assert output[lead:first].tolist() == [0.0] * (first - lead)
    assert output[first:].tolist() == pytest.approx([100.0] * (30 - first))


def test_it_comes_up_slowly_where_it_is_told_to() -> None:
    output = fails(chain(ramp=4.0), 1, 0, 99)
    assert output[1:7].tolist() == pytest.approx([0.0, 25.0, 50.0, 75.0, 100.0, 100.0])


def test_two_buyers_of_one_maker_share_what_is_left_in_proportion() -> None:
    # The plant needs both 0.6 of an input through A and 0.4 of it through B; the common maker keeps a half.
    network = Network(
        planned=np.array([100.0, 60.0, 40.0, 100.0]),
        capacity=np.array([100.0, 60.0, 40.0, 100.0]),
        stock=np.zeros(4),
        wait=np.zeros(4),
        ramp=1.0,
        slot_node=np.array([-1, 0, 1, 2]),
        edge_slot=np.array([0, 1, 1, 2, 3]),
        edge_node=np.array([0, 1, 2, 3, 3]),
        weight=np.array([1.0, 0.6, 0.4, 1.0, 1.0]),
        quantity=np.ones(5),
        lead=np.ones(5, dtype=np.int64),
        demand=100.0,
    )
    assert fails(network, 3, 0, 99, left=0.5)[3:].tolist() == pytest.approx([50.0] * 27)


@given(
    left=st.floats(0, 1),
    lead=st.integers(1, 5),
    stock=st.integers(0, 400),
    last=st.integers(1, 12),
    spare=st.integers(0, 150),
)
@settings(max_examples=60, deadline=None)
def test_more_left_or_more_stock_never_loses_more(left, lead, stock, last, spare) -> None:
    plain = fails(chain(lead=lead, stock=float(stock), spare=0.0), 1, 1, last, left=left)
    more = fails(chain(lead=lead, stock=stock + 100.0, spare=0.0), 1, 1, last, left=left)
    assert more.sum() >= plain.sum() - 1e-6
    milder = fails(chain(lead=lead, stock=float(stock), spare=0.0), 1, 1, last, left=min(1.0, left + 0.2))
    assert milder.sum() >= plain.sum() - 1e-6
    helped = fails(chain(lead=lead, stock=float(stock), spare=float(spare)), 1, 1, last, left=left)
    assert helped.sum() >= plain.sum() - 1e-6
    assert (plain >= 0).all() and plain.max() <= 100.0 + 1e-9


def test_runs_do_not_touch_each_other() -> None:
    factors = np.random.default_rng(3).uniform(0, 1, size=(20, 4, 5))
    together = simulate(PLANT, lambda week: factors[week], weeks=20, runs=5).delivered
    for run in range(5):
        alone = simulate(PLANT, lambda week, run=run: factors[week, :, run : run + 1], weeks=20, runs=1).delivered
        assert alone[:, 0].tolist() == pytest.approx(together[:, run].tolist(), abs=1e-9)
