"""The unknowns that matter: what learning an origin would do, by learning it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import PRODUCT, datasets

from supplychain.dataset import Dataset
from supplychain.measures.analysis import analyse
from supplychain.measures.exposure import exposure, product_lines
from supplychain.measures.unknowns import Unknown, unknowns

few = settings(max_examples=40)
INSIDE, OUTSIDE = "CHN", "USA"


def drone() -> Dataset:
    """Named makers and market rows of unknown origin at two tiers; the frame's mix is open, the lamp has no offer."""
    lines: list[dict[str, Any]] = [
        {"child_id": "motor", "supplier_id": "s", "quantity": 4},
        {"child_id": "radio", "supplier_id": "t", "quantity": 1},
        {"child_id": "frame", "quantity": 1},
        {"child_id": "lamp", "quantity": 1},
        {"parent_id": "motor", "child_id": "magnet", "quantity": 2},
        {"parent_id": "motor", "child_id": "coil", "quantity": 1},
        {"parent_id": "radio", "child_id": "chip", "supplier_id": "t", "quantity": 3},
        {"parent_id": "radio", "child_id": "coil", "quantity": 2},
    ]
    offers: list[dict[str, Any]] = [
        {"offer_id": "motor", "part_id": "motor", "supplier_id": "s", "origin_country": "TWN", "unit_cost_usd": 30},
        {"offer_id": "radio", "part_id": "radio", "supplier_id": "t", "origin_country": "", "unit_cost_usd": 80},
        {"offer_id": "frame", "part_id": "frame", "origin_country": "JPN", "share": 0.7, "unit_cost_usd": 50},
        {"offer_id": "magnet", "part_id": "magnet", "origin_country": "CHN", "share": 0.6, "unit_cost_usd": 3},
        {"offer_id": "magnet?", "part_id": "magnet", "origin_country": "", "share": 0.4, "unit_cost_usd": 3},
        {"offer_id": "coil?", "part_id": "coil", "origin_country": "", "share": 1, "unit_cost_usd": 5},
        {"offer_id": "chip", "part_id": "chip", "supplier_id": "t", "origin_country": "", "unit_cost_usd": 6},
    ]
    parts = dict.fromkeys(["drone", *(row["child_id"] for row in lines)])
    return Dataset.from_tables(
        {
            "parts": [{"part_id": part, "kind": "product" if part == "drone" else ""} for part in parts],
            "bom": [{"parent_id": "drone", **row} for row in lines],
            "offers": offers,
            "suppliers": [{"supplier_id": "s", "country": "TWN"}, {"supplier_id": "t", "country": "USA"}],
        }
    )


def learned(dataset: Dataset, row: Unknown, country: str) -> Dataset:
    """Fill in the origin of the makers that a row means; an open remainder becomes a market row."""
    offers, parts = dataset.offers.copy(), dataset.parts
    mine = (offers["part_id"] == row.part_id) & (offers["supplier_id"] == row.supplier_id)
    offers.loc[mine & (offers["origin_country"] == ""), "origin_country"] = country
    extra: list[dict[str, Any]] = []
    if not row.supplier_id:
        shares = offers["share"][offers["part_id"] == row.part_id]
        rest = 1 - float(shares.sum())
        if rest > 1e-9:
            priced = offers["unit_cost_usd"][(offers["part_id"] == row.part_id) & shares.notna()]
            extra = [
                {
                    "offer_id": "rest",
                    "part_id": row.part_id,
                    "origin_country": country,
                    "share": rest,
                    "unit_cost_usd": float(priced.mean()) if len(priced) else None,
                }
            ]
    tables: dict[str, Any] = {name: frame.to_dict("records") for name, frame in dataset.tables.items()}
    tables["offers"] = offers.to_dict("records") + extra
    assert len(parts)
    return Dataset.from_tables(tables, date=dataset.date)


def figure(dataset: Dataset, measure: str, **options: Any) -> tuple[float, float]:
    if measure == "value":
        value = exposure(dataset, "drone", **options).value
        assert value is not None
        return value.low, value.high
    analysis = analyse(dataset, "drone", **options)
    last = 0 if analysis.graph_depth == 0 else analysis.last - 1
    contact = analysis.contact[:, last, product_lines(analysis).target]
    return float(contact[0].mean()), float(contact[1].mean())


@pytest.mark.parametrize("options", [{}, {"depth": 1}, {"basis": ["made"]}, {"lens": ["JPN", "CHN"]}], ids=str)
def test_each_row_is_the_exposure_of_a_dataset_with_that_origin(options: dict[str, Any]) -> None:
    dataset = drone()
    found = unknowns(analyse(dataset, "drone", **options), count=20)
    assert found.rows
    for row in found.rows:
        assert (row.start.low, row.start.high) == pytest.approx(figure(dataset, row.measure, **options))
        for interval, country in ((row.to, OUTSIDE), (row.to_inside, INSIDE)):
            expected = figure(learned(dataset, row, country), row.measure, **options)
            assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-9), (row.part_id, country)


def test_together_is_the_exposure_with_all_of_them() -> None:
    dataset = drone()
    found = unknowns(analyse(dataset, "drone"), count=3)
    for together in found.together:
        for interval, country in ((together.to, OUTSIDE), (together.to_inside, INSIDE)):
            filled = dataset
            for row in found.rows:
                filled = learned(filled, row, country)
            assert (interval.low, interval.high) == pytest.approx(figure(filled, together.measure), abs=1e-9)


def test_all_unknowns_of_the_drone_are_found_in_order() -> None:
    found = unknowns(analyse(drone(), "drone"), count=20)
    assert {(row.part_id, row.supplier_id) for row in found.rows} == {
        ("radio", "t"),
        ("chip", "t"),
        ("coil", ""),
        ("magnet", ""),
        ("frame", ""),
        ("lamp", ""),
    }
    assert found.total == 6
    by_value = [row for row in found.rows if row.measure == "value"]
    assert found.rows[: len(by_value)] == tuple(by_value)
    narrowed = [row.narrowed for row in by_value]
    assert narrowed == sorted(narrowed, reverse=True)
    # The radio keeps 80 - 18 - 10 of 250 USD; the lamp has no price and narrows the contact alone.
    assert (by_value[0].part_id, by_value[0].narrowed) == ("radio", pytest.approx(52 / 250))
    assert [row.part_id for row in found.rows[len(by_value) :]] == ["lamp"]


def test_the_count_limits_the_rows_and_not_the_total() -> None:
    found = unknowns(analyse(drone(), "drone"), count=2)
    assert (len(found.rows), found.total) == (2, 6)
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert len(data["unknowns"]) == 2
    assert data["unknowns_total"] == 6
    assert set(data["unknowns"][0]) == {"part_id", "supplier_id", "name", "measure", "from", "to", "to_inside"}


def test_where_all_is_known_there_are_none() -> None:
    dataset = Dataset.from_tables(
        {
            "parts": [{"part_id": "drone"}, {"part_id": "motor"}],
            "bom": [{"parent_id": "drone", "child_id": "motor", "quantity": 1}],
            "offers": [{"part_id": "motor", "origin_country": "CHN", "share": 1, "unit_cost_usd": 1}],
        }
    )
    assert unknowns(analyse(dataset, "drone")).to_json() == {
        "unknowns": [],
        "unknowns_together": None,
        "unknowns_together_by_measure": {},
        "unknowns_total": 0,
    }


@few
@given(datasets(), st.sampled_from(("all", "documented")), st.sampled_from((None, 2)))
def test_widths_never_grow(dataset: Dataset, evidence: str, depth: int | None) -> None:
    found = unknowns(analyse(dataset, PRODUCT, evidence=evidence, depth=depth))
    for row in (*found.rows, *found.together):
        for interval in (row.to, row.to_inside):
            assert row.start.low - 1e-9 <= interval.low
            assert interval.high <= row.start.high + 1e-9
        assert row.to.high <= row.to_inside.high + 1e-9
        assert row.to.low <= row.to_inside.low + 1e-9
    assert all(row.narrowed > 0 for row in found.rows)
    assert len({(row.part_id, row.supplier_id) for row in found.rows}) == len(found.rows) <= found.total


@few
@given(datasets())
def test_the_start_is_the_exposure(dataset: Dataset) -> None:
    value = exposure(dataset, PRODUCT).value
    for row in unknowns(analyse(dataset, PRODUCT)).rows:
        if row.measure == "value":
            assert value is not None
            assert (row.start.low, row.start.high) == pytest.approx((value.low, value.high), abs=1e-9)
