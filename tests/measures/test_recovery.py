"""Recovery on datasets: hand-worked networks, missing data as intervals, and what holds of any network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import datasets

from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.measures.analysis import analyse
from supplychain.measures.interval import Interval
from supplychain.measures.recovery import Recovery, RecoveryRow, buffer_of, recovery

Row = dict[str, Any]
INFINITE = float("inf")
YEAR = 365.0
CASE = Path(__file__).resolve().parents[1] / "cases" / "formulas" / "time_to_survive.json"
few = settings(max_examples=40)


def line(parent: str, child: str, **more: object) -> Row:
    return {"parent_id": parent, "child_id": child, "quantity": 1, **more}


def offer(part: str, supplier: str, **more: object) -> Row:
    return {"part_id": part, "supplier_id": supplier, **more}


def drone(bom: list[Row], offers: list[Row], parts: list[Row] | None = None, **tables: list[Row]) -> Dataset:
    """A drone that its own maker can build without limit, so that only what it is made of counts."""
    ids = dict.fromkeys([row["parent_id"] for row in bom] + [row["child_id"] for row in bom])
    given_parts = {row["part_id"]: row for row in parts or []}
    suppliers = {str(row["supplier_id"]) for row in [*bom, *offers] if row.get("supplier_id")}
    return Dataset.from_tables(
        {
            "parts": [
                {"part_id": part, "kind": "product" if part == "drone" else "", **given_parts.get(part, {})}
                for part in ids
            ],
            "bom": bom,
            "offers": [*offers, offer("drone", "assembler", share=1, stock_units=0, recovery_days=0)],
            "suppliers": [{"supplier_id": supplier} for supplier in sorted({*suppliers, "assembler"})],
            **tables,
        },
        date="2026-06-30",
    )


def rows(found: Recovery) -> dict[str, RecoveryRow]:
    return {row.supplier_id or row.name: row for row in found.rows}


def tts(dataset: Dataset, units: float | None = YEAR, **options: Any) -> dict[str, tuple[float, float]]:
    """Times to survive at one unit a day, so that a unit of stock is a day."""
    return {name: (row.tts.low, row.tts.high) for name, row in rows(recovery(dataset, units=units, **options)).items()}


def near(*ends: float) -> Any:
    return pytest.approx(ends, abs=1e-6)


def test_the_worked_case_as_a_dataset() -> None:
    case = json.loads(CASE.read_text(encoding="utf-8"))
    inputs, expected = case["inputs"], case["expected"]

    def made(part: str, supplier: str, share: float) -> Row:
        return offer(
            part,
            supplier,
            share=share,
            stock_units=inputs["stock"][supplier],
            capacity_per_year=inputs["capacity_per_week"][supplier] * YEAR / 7,
            recovery_days=inputs["ttr_weeks"][supplier] * 7,
        )

    dataset = Dataset.from_tables(
        {
            "parts": [{"part_id": "p", "kind": "product"}, {"part_id": "k1"}, {"part_id": "k2"}],
            "bom": [line("p", "k1"), line("p", "k2")],
            "offers": [made("k1", "S1", 0.5), made("k1", "S2", 0.5), made("k2", "S3", 1), made("p", "V", 1)],
            "suppliers": [{"supplier_id": name} for name in inputs["stock"]],
        }
    )
    found = recovery(dataset, units=inputs["demand_per_week"]["V"] * YEAR / 7)
    by_name = rows(found)
    for name, weeks in expected["tts_weeks"].items():
        row = by_name[name]
        assert (row.tts.low / 7, row.tts.high / 7) == near(weeks, weeks)
        units = expected["performance_impact"][name] / inputs["margin_per_unit"]["V"]
        assert (row.impact.low, row.impact.high) == near(units, units)
        index = expected["risk_exposure_index"][name]
        assert (row.exposure_index.low, row.exposure_index.high) == near(index, index)
        assert row.at_risk == "yes"
    # The plant itself (0.5 of 1 week) stands outside the buffer; S3 is 1.3 of 4 weeks.
    assert found.buffer is not None
    assert (found.buffer.low, found.buffer.high) == near(0.325, 0.325)
    assert not found.assumed
    assert found.notes == ()


def test_stocks_add_up_along_a_chain() -> None:
    dataset = drone(
        [line("drone", "motor", quantity=4, supplier_id="m"), line("motor", "magnet", quantity=14, supplier_id="g")],
        [offer("motor", "m", stock_units=8), offer("magnet", "g", stock_units=112)],
    )
    # 8 motors are 2 days; 112 magnets are 2 days more where only the magnet maker stops.
    assert tts(dataset) == {"assembler": near(0, 0), "m": near(2, 2), "g": near(4, 4)}


def test_twice_the_demand_halves_the_time() -> None:
    dataset = drone([line("drone", "motor", supplier_id="m")], [offer("motor", "m", stock_units=30)])
    assert tts(dataset, units=2 * YEAR)["m"] == near(15, 15)


def test_the_demand_table_gives_the_volume() -> None:
    bom, offers = [line("drone", "motor", supplier_id="m")], [offer("motor", "m", stock_units=30)]
    plan = [{"product_id": "drone", "year": 2027, "units": 365}, {"product_id": "drone", "year": 2028, "units": 730}]
    assert tts(drone(bom, offers, demand=plan), units=None)["m"] == near(15, 15)


def test_a_second_source_takes_over_as_far_as_its_capacity_goes() -> None:
    def found(capacity: float | None) -> tuple[float, float]:
        offers = [
            offer("motor", "a", share=0.5, stock_units=10, capacity_per_year=YEAR),
            offer("motor", "b", share=0.5, stock_units=0, capacity_per_year=capacity),
        ]
        return tts(drone([line("drone", "motor")], offers))["a"]

    assert found(YEAR) == (INFINITE, INFINITE)
    assert found(0.75 * YEAR) == near(40, 40)  # 10 = (1 - 0.75) t
    # Unknown: at least what is drawn today, a half; perhaps any amount.
    low, high = found(None)
    assert low == pytest.approx(20, abs=1e-6)
    assert high == INFINITE


def test_a_plan_beyond_the_known_capacity_is_no_failure() -> None:
    offers = [
        offer("motor", "a", share=0.5, stock_units=10, capacity_per_year=0),
        offer("motor", "b", share=0.5, stock_units=10, capacity_per_year=0),
    ]
    # Each makes the half that is drawn from it.
    assert tts(drone([line("drone", "motor")], offers))["a"] == near(40, 40)


def test_alternatives_of_a_slot_replace_each_other() -> None:
    bom = [
        line("drone", "small", slot="motor", share=0.5, quantity=4, supplier_id="a"),
        line("drone", "large", slot="motor", share=0.5, quantity=1, supplier_id="b"),
    ]
    offers = [offer("small", "a", stock_units=8), offer("large", "b", stock_units=0, capacity_per_year=0.9 * YEAR)]
    # 8 small motors fly 2 drones; 2 = (1 - 0.9) t
    assert tts(drone(bom, offers))["a"] == near(20, 20)


def test_an_optional_line_stops_nothing() -> None:
    bom = [line("drone", "motor", supplier_id="m"), line("drone", "lamp", supplier_id="l", essential="no")]
    offers = [offer("motor", "m", stock_units=5), offer("lamp", "l", stock_units=0)]
    assert set(tts(drone(bom, offers))) == {"assembler", "m"}


def test_a_supplier_fails_with_all_that_it_makes() -> None:
    bom = [line("drone", "motor", supplier_id="m"), line("drone", "esc", supplier_id="m")]
    offers = [
        offer("motor", "m", stock_units=30, recovery_days=10),
        offer("esc", "m", stock_units=7, recovery_days=50),
    ]
    row = rows(recovery(drone(bom, offers), units=YEAR))["m"]
    assert row.parts == ("esc", "motor")
    assert (row.tts.low, row.tts.high) == near(7, 7)
    assert row.ttr == Interval(50, 50)


def test_own_lines_of_a_maker() -> None:
    bom = [
        line("drone", "motor", supplier_id="m"),
        line("motor", "magnet", supplier_id="g"),
        line("motor", "magnet", supplier_id="h", parent_supplier_id="m"),
    ]
    offers = [
        offer("motor", "m", stock_units=1),
        offer("magnet", "g", stock_units=2),
        offer("magnet", "h", stock_units=3),
    ]
    assert tts(drone(bom, offers)) == {"assembler": near(0, 0), "m": near(1, 1), "h": near(4, 4)}


def test_a_class_adds_no_stock_and_no_depth() -> None:
    bom = [
        line("drone", "motor"),
        line("motor", "small", slot="size", supplier_id="s", quantity=2),
        line("small", "magnet", supplier_id="g"),
    ]
    offers = [offer("small", "s", stock_units=6), offer("magnet", "g", stock_units=4)]
    dataset = drone(bom, offers, [{"part_id": "motor", "kind": "class"}])
    assert tts(dataset) == {"assembler": near(0, 0), "s": near(3, 3), "g": near(5, 5)}
    assert set(tts(dataset, depth=1)) == {"assembler", "s"}


def test_software_does_not_run_out() -> None:
    bom = [line("drone", "motor", supplier_id="m"), line("drone", "firmware", supplier_id="f")]
    offers = [offer("motor", "m", stock_units=5), offer("firmware", "f", recovery_days=30)]
    found = recovery(drone(bom, offers, [{"part_id": "firmware", "kind": "software"}]), units=YEAR)
    assert set(rows(found)) == {"assembler", "m"}
    assert not any("firmware" in note for note in found.notes)


def test_depth_leaves_deeper_sources_available() -> None:
    bom = [line("drone", "motor", supplier_id="m"), line("motor", "magnet", supplier_id="g")]
    offers = [
        offer("motor", "m", stock_units=5, recovery_days=5),
        offer("magnet", "g", stock_units=0, recovery_days=50),
    ]
    dataset = drone(bom, offers)
    assert set(tts(dataset, depth=1)) == {"assembler", "m"}
    shallow = buffer_of(analyse(dataset, depth=1), units=YEAR)
    deep = buffer_of(analyse(dataset), units=YEAR)
    assert shallow is None or shallow == Interval(1, 1)
    assert deep is not None
    assert (deep.low, deep.high) == near(0.1, 0.1)  # 5 motors against 50 days


# What is not known


def test_an_unknown_stock_is_empty_to_unlimited() -> None:
    found = recovery(
        drone([line("drone", "motor", supplier_id="m")], [offer("motor", "m", recovery_days=30)]), units=YEAR
    )
    row = rows(found)["m"]
    assert (row.tts.low, row.tts.high) == (0, INFINITE)
    assert (row.ratio.low, row.ratio.high) == (0, 1)
    assert row.at_risk == "undecided"
    assert (row.impact.low, row.impact.high) == near(0, 30)
    assert row.missing == ("stock_units",)
    assert "offers, column stock_units: empty for makers of motor" in found.notes[0]
    assert found.buffer is None


def test_an_unknown_time_to_recover_is_0_to_unlimited() -> None:
    found = recovery(drone([line("drone", "motor", supplier_id="m")], [offer("motor", "m", stock_units=3)]), units=YEAR)
    row = rows(found)["m"]
    assert row.ttr == Interval(0, INFINITE)
    assert (row.ratio.low, row.ratio.high) == (0, 1)
    assert row.to_json()["ttr"] == {"low": 0.0, "high": None}
    assert row.impact.high == INFINITE
    assert any("column recovery_days: empty for makers of motor" in note for note in found.notes)


def test_without_a_volume_only_empty_stocks_say_something() -> None:
    bom = [line("drone", "motor", supplier_id="m"), line("drone", "esc", supplier_id="e")]
    offers = [offer("motor", "m", stock_units=3), offer("esc", "e", stock_units=0)]
    found = recovery(drone(bom, offers))
    by_name = rows(found)
    assert (by_name["m"].tts.low, by_name["m"].tts.high) == (0, INFINITE)
    assert (by_name["e"].tts.low, by_name["e"].tts.high) == (0, 0)
    assert np.isnan(by_name["m"].impact.low)
    assert by_name["m"].to_json()["impact"] == {"low": None, "high": None}
    assert any("no planned volume of drone" in note for note in found.notes)


def test_an_unknown_quantity_makes_the_stock_worth_nothing_or_anything() -> None:
    def found(stock: float) -> tuple[float, float]:
        bom = [line("drone", "motor", quantity=None, supplier_id="m")]
        return tts(drone(bom, [offer("motor", "m", stock_units=stock)]))["m"]

    assert found(50) == (0, INFINITE)
    assert found(0) == (0, 0)


def test_an_open_mix_is_one_unknown_maker_that_may_fail() -> None:
    found = recovery(drone([line("drone", "motor")], [offer("motor", "m", stock_units=9, recovery_days=3)]), units=YEAR)
    assert set(rows(found)) == {"assembler", "unknown maker of motor"}
    row = rows(found)["unknown maker of motor"]
    assert (row.tts.low, row.tts.high, row.ttr) == (0, INFINITE, Interval(0, INFINITE))
    assert "nobody is named as maker of all or some of motor" in found.notes[-1]


def test_a_choice_among_makers_needs_the_worst_and_the_best() -> None:
    """Nobody knows which of two makers it is: neither is sure to matter, each may."""
    bom = [line("drone", "motor"), line("motor", "magnet", supplier_id="g")]
    offers = [
        offer("motor", "a", stock_units=2, recovery_days=10),
        offer("motor", "b", stock_units=6, recovery_days=10),
        offer("magnet", "g", stock_units=1, recovery_days=10),
    ]
    found = tts(drone(bom, offers, [{"part_id": "motor", "mix_complete": "yes"}]))
    assert found["a"] == (pytest.approx(2, abs=1e-6), INFINITE)
    assert found["b"] == (pytest.approx(6, abs=1e-6), INFINITE)
    # Whoever makes the motors buys magnets there: 2 or 6 motors in stock, then magnets.
    assert found["g"][0] >= 2
    assert found["g"][1] < INFINITE


def test_offers_of_one_named_supplier_fail_together() -> None:
    bom = [line("drone", "motor", supplier_id="m")]
    offers = [
        offer("motor", "m", product_name="x", unit_cost_usd=1, stock_units=2, recovery_days=10),
        offer("motor", "m", product_name="y", unit_cost_usd=2, stock_units=6, recovery_days=20),
    ]
    row = rows(recovery(drone(bom, offers), units=YEAR))["m"]
    assert row.tts.low == pytest.approx(2, abs=1e-6)
    assert row.tts.high == pytest.approx(8, abs=1e-6)  # any of the two, so at most both stocks
    assert row.ttr.high == 20


def test_planned_sources_may_not_be_there() -> None:
    offers = [
        offer("motor", "m", share=1, stock_units=9, recovery_days=10, status="planned", available_from="2027-01-01")
    ]
    row = rows(recovery(drone([line("drone", "motor")], offers), units=YEAR))["m"]
    assert row.tts.low == 0
    assert row.tts.high == pytest.approx(9, abs=1e-6)
    assert row.ttr == Interval(10, INFINITE)


def test_documented_evidence_knows_only_named_lines() -> None:
    bom = [line("drone", "motor"), line("drone", "esc", supplier_id="e")]
    offers = [
        offer("motor", "m", share=1, stock_units=9, recovery_days=10),
        offer("esc", "e", stock_units=4, recovery_days=8),
    ]
    dataset = drone(bom, offers)
    assert set(tts(dataset)) == {"assembler", "m", "e"}
    found = tts(dataset, evidence="documented")
    assert set(found) == {"assembler", "e", "unknown maker of motor"}
    assert found["e"] == near(4, 4)
    assert found["unknown maker of motor"] == (0, INFINITE)
    buffer = buffer_of(analyse(dataset, evidence="documented"), units=YEAR)
    assert buffer is not None
    assert (buffer.low, buffer.high) == near(0, 0.5)


def test_finished_products_of_nobody_in_particular_are_none_unless_given() -> None:
    bom, offers = [line("drone", "motor", supplier_id="m")], [offer("motor", "m", stock_units=3)]

    def found(*own: Row) -> tuple[float, float]:
        dataset = drone(bom, offers)
        kept = dataset.offers[dataset.offers["part_id"] != "drone"]
        tables = {name: table.to_dict("records") for name, table in dataset.tables.items() if name != "offers"}
        return tts(Dataset.from_tables({**tables, "offers": [*kept.to_dict("records"), *own]}))["m"]

    assert found() == near(3, 3)
    assert found({"part_id": "drone", "origin_country": "TWN", "share": 1}) == near(3, 3)
    assert found({"part_id": "drone", "origin_country": "TWN", "share": 1, "stock_units": 4}) == near(7, 7)
    # A named maker may hold any number.
    assert found(offer("drone", "assembler", share=1)) == (pytest.approx(3, abs=1e-6), INFINITE)


# The buffer


def test_the_buffer_is_the_least_covered_supplier() -> None:
    bom = [line("drone", "motor", supplier_id="m"), line("drone", "esc", supplier_id="e")]
    offers = [
        offer("motor", "m", stock_units=30, recovery_days=60),
        offer("esc", "e", stock_units=9, recovery_days=10),
    ]
    found = buffer_of(analyse(drone(bom, offers)), units=YEAR)
    assert found is not None
    assert (found.low, found.high) == near(0.5, 0.5)


def test_stock_that_outlasts_every_repair_fills_the_buffer() -> None:
    bom = [line("drone", "motor", supplier_id="m")]
    found = buffer_of(analyse(drone(bom, [offer("motor", "m", stock_units=30, recovery_days=30)])), units=YEAR)
    assert found is not None
    assert (found.low, found.high) == near(1, 1)


def test_one_unknown_supplier_leaves_only_an_upper_bound() -> None:
    bom = [line("drone", "motor", supplier_id="m"), line("drone", "esc", supplier_id="e")]
    offers = [offer("motor", "m", stock_units=30, recovery_days=60), offer("esc", "e")]
    found = buffer_of(analyse(drone(bom, offers)), units=YEAR)
    assert found is not None
    assert (found.low, found.high) == near(0, 0.5)


def test_no_data_no_buffer() -> None:
    bom = [line("drone", "motor", supplier_id="m")]
    assert buffer_of(analyse(drone(bom, [offer("motor", "m", stock_units=30)])), units=YEAR) is None
    assert buffer_of(analyse(drone(bom, [offer("motor", "m", recovery_days=30)])), units=YEAR) is None


def test_an_unchosen_offer_changes_nothing() -> None:
    bom = [line("drone", "motor", supplier_id="m")]
    offers = [offer("motor", "m", stock_units=30, recovery_days=60)]
    more = [*offers, offer("motor", "n", stock_units=99, recovery_days=1)]
    assert buffer_of(analyse(drone(bom, offers)), units=YEAR) == buffer_of(analyse(drone(bom, more)), units=YEAR)


def test_refused_options() -> None:
    analysis = analyse(drone([line("drone", "motor")], []))
    for units in (0, -1, INFINITE, float("nan")):
        with pytest.raises(OptionError, match="units"):
            buffer_of(analysis, units=units)
    with pytest.raises(OptionError, match="assume 'guess'"):
        buffer_of(analysis, assume="guess")


def test_the_frame_has_a_row_per_supplier() -> None:
    found = recovery(drone([line("drone", "motor", supplier_id="m")], [offer("motor", "m", stock_units=3)]), units=YEAR)
    frame = found.frame()
    assert list(frame["supplier_id"]) == [row.supplier_id for row in found.rows]
    assert frame.loc[frame["supplier_id"] == "m", "tts_low"].item() == pytest.approx(3, abs=1e-6)
    # JSON proper, without NaN or infinity.
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["units"] == YEAR


# Any network


COLUMNS = {
    "stock_units": (0.0, 3.0, 40.0),
    "recovery_days": (0.0, 5.0, 60.0),
    "capacity_per_year": (0.0, 150.0, 4000.0),
}


@st.composite
def stocked(draw: st.DrawFn) -> tuple[Dataset, Dataset]:
    """A network in which some stocks, capacities and times to recover are known, and the same with one more."""
    dataset = draw(datasets(most_parts=8))
    offers = dataset.offers.copy()
    for column, values in COLUMNS.items():
        offers[column] = [draw(st.sampled_from((*values, np.nan))) for _ in range(len(offers))]
    # The finished products of nobody in particular count as none unless they are given.
    nobody = (offers["part_id"] == "p00") & (offers["supplier_id"] == "")
    missing = [
        (row, column)
        for column in COLUMNS
        for row in offers.index[offers[column].isna()]
        if column != "stock_units" or not nobody[row]
    ]
    more = offers.copy()
    if missing:
        row, column = draw(st.sampled_from(missing))
        more.loc[row, column] = draw(st.sampled_from(COLUMNS[column]))
    return dataset.with_tables(offers=offers), dataset.with_tables(offers=more)


def at_most(one: float, other: float) -> bool:
    """Not above, within the precision of the linear programs."""
    return one <= other or (np.isfinite(one) and one <= other + 1e-6 * (1 + abs(other)))


def inside(inner: Interval, outer: Interval) -> bool:
    return at_most(outer.low, inner.low) and at_most(inner.high, outer.high)


@few
@given(stocked(), st.sampled_from((None, 1, 2)), st.sampled_from(("all", "documented")))
def test_what_becomes_known_stays_inside_what_was_possible(
    drawn: tuple[Dataset, Dataset], depth: int | None, evidence: Any
) -> None:
    before, after = (recovery(dataset, units=730, depth=depth, evidence=evidence) for dataset in drawn)
    old = rows(before)
    assert set(rows(after)) == set(old)
    for name, row in rows(after).items():
        assert row.tts.low <= row.tts.high
        assert row.impact.low <= row.impact.high
        for figure in ("tts", "ttr", "ratio", "impact", "exposure_index"):
            assert inside(getattr(row, figure), getattr(old[name], figure)), (name, figure)
    if before.buffer is not None and after.buffer is not None:
        assert inside(after.buffer, before.buffer)


@few
@given(stocked(), st.sampled_from((None, 1, 2)))
def test_the_buffer_is_the_smallest_ratio_below_the_product(drawn: tuple[Dataset, Dataset], depth: int | None) -> None:
    dataset = drawn[0]
    makers = set(dataset.offers["supplier_id"][dataset.offers["part_id"] == "p00"])
    found = recovery(dataset, units=730, depth=depth)
    ratios = [row.ratio for row in found.rows if row.supplier_id not in makers and row.parts != ("p00",)]
    if makers & {row.supplier_id for row in found.rows} or found.buffer is None:
        return  # a maker of the product that also makes a part fails with both in its row, with the part in the buffer
    low, high = min((r.low for r in ratios), default=1.0), min((r.high for r in ratios), default=1.0)
    assert found.buffer.low == pytest.approx(low, abs=1e-6)
    assert found.buffer.high <= high + 1e-6


@few
@given(stocked(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(drawn: tuple[Dataset, Dataset], random: Any) -> None:
    dataset = drawn[0]
    offers, bom = (
        table.sample(frac=1, random_state=random.randrange(2**31)).reset_index(drop=True)
        for table in (dataset.offers, dataset.bom)
    )
    one = rows(recovery(dataset, units=730))
    two = rows(recovery(dataset.with_tables(offers=offers, bom=bom), units=730))
    assert set(one) == set(two)
    for name, row in one.items():
        assert inside(row.tts, two[name].tts)
        assert inside(two[name].tts, row.tts)
        assert row.ttr == two[name].ttr
