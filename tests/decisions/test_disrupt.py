"""The stress test of a whole product."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import datasets

from supplychain.dataset import Dataset
from supplychain.decisions.disruption import disrupt
from supplychain.decisions.disruption.rates import Rate
from supplychain.decisions.disruption.scenario import Event, Scenario
from supplychain.errors import OptionError
from supplychain.formats import load
from supplychain.measures.exposure import exposure


@pytest.fixture(scope="module")
def demo() -> Dataset:
    return load("resilience_demo")


def offer(part: str, maker: str, country: str, **more: object) -> dict[str, object]:
    facts = {"stock_units": 0.0, "lead_time_days": 7.0, "capacity_per_year": 730.0, "status": "qualified"}
    return {"part_id": part, "supplier_id": maker, "origin_country": country, **facts, **more}


def small(*offers: dict[str, object], **lines: object) -> Dataset:
    """A product of one part; 365 units a year, 7 a week."""
    return Dataset.from_tables(
        {
            "parts": [{"part_id": "drone", "kind": "product"}, {"part_id": "motor"}],
            "bom": [{"parent_id": "drone", "child_id": "motor", "quantity": 2, "supplier_id": "a", **lines}],
            "offers": list(offers),
            "suppliers": [{"supplier_id": name, "country": "TWN"} for name in ("a", "b", "c")],
            "demand": [{"product_id": "drone", "year": 2027, "units": 365}],
        }
    )


def stops(*events: Event) -> Scenario:
    return Scenario("test", events)


FAILS = stops(Event("supplier", "a"))


def test_by_hand() -> None:
    # 14 motors a week: one week on the way, 35 in stock last two and a half.
    found = disrupt(small(offer("motor", "a", "TWN", stock_units=35)), scenario=FAILS, weeks=10).course
    assert found.short_week == (4, 4)
    assert found.stop_week == (5, 5)
    assert found.recovery_week == (None, None)
    assert found.units_lost.low == pytest.approx(10 * 7 - 3.5 * 7)
    assert found.units_lost == type(found.units_lost)(found.units_lost.low, found.units_lost.low)
    assert found.resilience.low == pytest.approx(0.35)
    assert [(row.part_id, row.week, row.stops) for row in found.shortages] == [("motor", (3, 3), True)]


def test_it_recovers() -> None:
    scenario = stops(Event("supplier", "a", week=3, duration_days=(14, 14)))
    found = disrupt(small(offer("motor", "a", "TWN")), scenario=scenario, weeks=10).course
    assert found.curve[:, 0].tolist() == [1, 1, 1, 0, 0, 1, 1, 1, 1, 1]
    assert (found.short_week, found.stop_week, found.recovery_week) == ((4, 4), (4, 4), (6, 6))


def test_a_range_of_durations_and_what_is_left_gives_an_interval() -> None:
    scenario = stops(Event("supplier", "a", duration_days=(14, 28), left=(0.25, 0.5)))
    found = disrupt(small(offer("motor", "a", "TWN")), scenario=scenario, weeks=10).course
    assert (found.units_lost.low, found.units_lost.high) == pytest.approx((2 * 7 * 0.5, 4 * 7 * 0.75))


SPARE = {"capacity_per_year": 2000, "lead_time_days": 14}


@pytest.mark.parametrize(
    ("second", "lost_weeks"),
    [
        (offer("motor", "b", "TWN", **SPARE), (2, 2)),  # asked in week 1, it makes in week 2, which arrives in week 4
        (offer("motor", "b", "TWN", **SPARE, status="candidate"), (2, 9)),
        (offer("motor", "b", "TWN", capacity_per_year=2000, lead_time_days=None), (1, 9)),
        (offer("motor", "b", "TWN", lead_time_days=14, capacity_per_year=None), (2, 9)),
        (offer("motor", "b", "TWN", **SPARE, status="planned"), (9, 9)),
        (offer("motor", "b", "TWN", **SPARE, status="unavailable"), (9, 9)),
    ],
)
def test_who_steps_in(second: dict[str, object], lost_weeks: tuple[int, int]) -> None:
    found = disrupt(small(offer("motor", "a", "TWN"), second), scenario=FAILS, weeks=10).course
    assert (found.units_lost.low, found.units_lost.high) == pytest.approx((7 * lost_weeks[0], 7 * lost_weeks[1]))


def test_a_candidate_steps_in_after_its_qualification() -> None:
    data = small(offer("motor", "a", "TWN"), offer("motor", "b", "TWN", **SPARE, status="candidate"))
    found = disrupt(data, scenario=FAILS, weeks=10, qualification_weeks=3).course
    assert (found.units_lost.low, found.units_lost.high) == pytest.approx((7 * 5, 7 * 5))


def test_who_stands_by_with_the_same_input_is_no_help() -> None:
    """b would step in, but needs magnets of the country that fails."""
    data = small(offer("motor", "a", "CHN"), offer("motor", "b", "TWN", **SPARE))
    magnets = [
        {"parent_id": "motor", "child_id": "magnet", "quantity": 3, "supplier_id": "c", "parent_supplier_id": "b"}
    ]
    frames = {name: data.tables[name].to_dict("records") for name in ("parts", "bom", "offers", "suppliers", "demand")}
    frames["parts"].append({"part_id": "magnet"})
    frames["bom"] += magnets
    frames["offers"].append(offer("magnet", "c", "CHN"))
    found = disrupt(Dataset.from_tables(frames), scenario=stops(Event("country", "CHN")), weeks=10).course
    assert found.units_lost.low == pytest.approx(7 * 9)
    alone = disrupt(data, scenario=stops(Event("country", "CHN")), weeks=10).course
    assert alone.units_lost.high == pytest.approx(7 * 2)


def test_an_unknown_origin_fails_at_one_end_only() -> None:
    found = disrupt(small(offer("motor", "a", "")), scenario=stops(Event("country", "CHN")), weeks=10).course
    assert (found.units_lost.low, found.units_lost.high) == pytest.approx((0, 63))


def test_an_event_may_be_about_some_parts_only() -> None:
    data = small(offer("motor", "a", "TWN"))
    assert disrupt(data, scenario=stops(Event("supplier", "a", parts=("motor",)))).course.units_lost.low > 0
    found = disrupt(data, scenario=stops(Event("supplier", "a", parts=("drone",))))
    assert found.course.units_lost.high == 0
    assert any("has no effect" in note for note in found.notes)


def test_at_worst_a_maker_that_is_hit_shares_with_its_other_buyers() -> None:
    data = small(offer("motor", "a", "TWN", capacity_per_year=7300))  # ten times the need
    found = disrupt(data, scenario=stops(Event("supplier", "a", left=(0.5, 0.5))), weeks=10).course
    assert (found.units_lost.low, found.units_lost.high) == pytest.approx((0, 9 * 3.5))


def test_missing_stocks_and_lead_times_are_named() -> None:
    data = small(offer("motor", "a", "TWN", stock_units=None, lead_time_days=None))
    with pytest.raises(
        OptionError, match=r"stock_units of 1 source: motor \(a\).*lead_time_days of 1 source.*--assume"
    ):
        disrupt(data, scenario=FAILS)
    found = disrupt(data, scenario=FAILS, weeks=10, assume="nothing")
    assert (found.course.units_lost.low, found.course.units_lost.high) == pytest.approx((0, 63))
    assert not found.assumed
    with pytest.raises(OptionError, match=r"bom\.quantity"):
        disrupt(small(offer("motor", "a", "TWN"), quantity=None), scenario=FAILS)


def test_typical_values_are_said_in_the_title() -> None:
    data = small(offer("motor", "a", "TWN", stock_units=0, lead_time_days=None))
    parts = data.parts.assign(category=["products", "motors"])
    found = disrupt(data.with_tables(parts=parts), scenario=FAILS, assume="typical", weeks=40)
    assert found.assumed
    assert "assumed" in found.title
    assert {(value.category, value.quantity) for value in found.typical} == {("motors", "lead_time_days")}
    # 84 to 112 days on the way: 12 to 16 weeks.
    assert (found.course.stop_week) == (13, 17)
    given = disrupt(small(offer("motor", "a", "TWN")), scenario=FAILS, assume="typical")
    assert not given.assumed
    assert "assumed" not in given.title


@pytest.mark.parametrize(
    "wrong",
    [{"weeks": 0}, {"weeks": 2.5}, {"units": -1}, {"assume": "much"}, {"runs": 0}, {"seed": -1}, {"ramp_weeks": -1}],
)
def test_options_out_of_range(demo: Dataset, wrong: dict[str, object]) -> None:
    with pytest.raises(OptionError):
        disrupt(demo, **wrong)


def test_without_a_plan_units_must_be_given() -> None:
    data = small(offer("motor", "a", "TWN"))
    data = data.with_tables(demand=data.tables["demand"].iloc[:0])
    with pytest.raises(OptionError, match="give units"):
        disrupt(data, scenario=FAILS)
    assert disrupt(data, scenario=FAILS, units=365, weeks=10).course.units_lost.low == pytest.approx(63)


RATES = (Rate("supplier", "a", 0.6, (30.0, 90.0), 0.2), Rate("country", "JPN", 1.0, (30.0, 30.0), 0.0))


def test_random_failures() -> None:
    data = small(offer("motor", "a", "TWN", stock_units=20))
    found = disrupt(data, rates=RATES, runs=2000, seed=3).monte_carlo
    assert found.low == found.high
    assert found.low.standard_error < 0.1 * found.low.expected
    assert found.low.expected < found.low.tails[0].cvar < found.low.tails[1].cvar
    first, second = found.drivers
    assert first.rate.id == "a"
    assert first.adds.low == pytest.approx(found.low.expected), "without it nothing is lost"
    assert (second.rate.id, second.adds.high) == ("JPN", 0.0)
    assert (
        disrupt(data, rates=RATES, runs=2000, seed=3).to_json()
        == disrupt(data, rates=RATES, runs=2000, seed=3).to_json()
    )
    other = disrupt(data, rates=RATES, runs=2000, seed=4).monte_carlo
    assert other.low.expected != found.low.expected
    assert other.low.expected == pytest.approx(found.low.expected, abs=5 * found.low.standard_error)


def test_a_failure_in_every_run_costs_what_its_scenario_costs() -> None:
    """Random failures that always last from near the start to the end lose what a lasting failure does, on average."""
    data = small(offer("motor", "a", "TWN"))
    forever = (Rate("supplier", "a", 900.0, (9000.0, 9000.0), 0.0),)
    random = disrupt(data, rates=forever, runs=200, weeks=20).monte_carlo
    certain = disrupt(data, scenario=FAILS, weeks=20).course
    assert random.low.expected == pytest.approx(certain.units_lost.low, rel=0.02)


def test_the_example_says_that_it_is_invented(demo: Dataset) -> None:
    assert "invented" in demo.name
    readme = (Path(str(demo.path)) / "README.md").read_text("utf-8")
    assert "invented" in readme.splitlines()[0]
    assert "nvented" in disrupt(demo, weeks=5).title
    assert all("nvented" in name for name in [*demo.parts["name"], *demo.suppliers["name"]])


def test_the_two_motor_makers_are_one_risk(demo: Dataset) -> None:
    """Either maker alone may fail without stopping the line; the maker of the magnets may not."""
    for maker in ("motor_north", "motor_south"):
        assert disrupt(demo, scenario=stops(Event("supplier", maker))).course.stop_week == (None, None)
    assert disrupt(demo, scenario=stops(Event("supplier", "magnet_main"))).course.stop_week == (14, 14)


def _finite(value: object) -> None:
    json.dumps(value, allow_nan=False)


SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(
    datasets(),
    st.sampled_from(["nothing", "typical"]),
    st.sampled_from(["all", "documented"]),
    st.sampled_from([None, 1, 2]),
)
@SETTINGS
def test_ends_hold_on_any_network(data: Dataset, assume, evidence, depth) -> None:
    found = disrupt(data, "p00", units=520, weeks=15, assume=assume, evidence=evidence, depth=depth)
    _finite(found.to_json())
    course = found.course
    assert (course.curve[:, 0] <= course.curve[:, 1]).all()
    assert (course.curve >= 0).all()
    assert (course.curve <= 1).all()
    for figure in (course.units_lost, course.share_lost, course.resilience):
        assert 0 <= figure.low <= figure.high
    assert course.share_lost.high <= 1 + 1e-9
    for low, high in (course.short_week, course.stop_week, course.recovery_week):
        assert high is None or (low is not None and low <= high)


@given(datasets(known_shares=True))
@SETTINGS
def test_no_more_is_lost_than_an_embargo_takes_in_the_end(data: Dataset) -> None:
    """Stocks and other makers only help: the output never falls below what the static embargo loss leaves."""
    found = disrupt(data, "p00", units=520, weeks=40, assume="nothing").course
    static = exposure(data, "p00").loss_reallocate
    floor = np.minimum(1.0 - static.high, found.usual[:, 0])
    assert (found.curve[:, 0] >= floor - 1e-6).all()
    if static.high == 0:
        assert found.units_lost.high == pytest.approx(0, abs=1e-6)


@given(datasets(known_shares=True, known_origins=True, essential_only=True))
@SETTINGS
def test_a_product_that_an_embargo_stops_for_certain_stops(data: Dataset) -> None:
    static = exposure(data, "p00").loss_reallocate
    found = disrupt(data, "p00", units=520, weeks=60, assume="nothing", qualification_weeks=None).course
    named = data.offers["supplier_id"] != ""
    if static.low == 1 and not (named & data.offers["capacity_per_year"].notna()).any():
        assert found.stop_week[0] is not None


@given(datasets(), st.randoms())
@SETTINGS
def test_the_order_of_rows_does_not_matter(data: Dataset, random) -> None:
    mixed = {
        name: data.tables[name].sample(frac=1, random_state=random.randint(0, 999)).reset_index(drop=True)
        for name in ("parts", "bom", "offers", "suppliers")
    }
    answers = [
        disrupt(each, "p00", units=520, weeks=12, assume="nothing").to_json()
        for each in (data, data.with_tables(**mixed))
    ]
    for answer in answers:
        answer.pop("provenance")
    first, second = (np.array([[row["low"], row["high"]] for row in answer["course"]["curve"]]) for answer in answers)
    assert np.allclose(first, second, atol=1e-9)
