"""Properties of the score and of each of its parts, over drawn networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import COUNTRIES, PRODUCT, datasets

from supplychain.dataset import Dataset
from supplychain.measures.analysis import Evidence, analyse
from supplychain.measures.coverage import planned_units
from supplychain.measures.score import PARTS, ProfileRow, composite, composite_interval, default_settings
from supplychain.measures.score.figures import Figures
from supplychain.measures.score.product import profile_of

EPS = 1e-9
TABLES = ("parts", "bom", "offers", "suppliers", "ownership", "demand")


def tables_of(dataset: Dataset) -> dict[str, pd.DataFrame]:
    return {name: dataset.tables[name].copy() for name in TABLES if name in dataset.tables}


def built(tables: dict[str, Any]) -> Dataset:
    return Dataset.from_tables(tables, name="drawn", date="2026-06-30")


def end_of(part: Any, end: str) -> float:
    """An end of a part; what has no data may be anything."""
    if part is None:
        return {"low": 0.0, "high": 1.0}[end]
    return getattr(part, end)


def equipped(draw: Any, dataset: Dataset) -> Dataset:
    """The dataset with lead times, capacities and a planned volume here and there."""
    tables = tables_of(dataset)
    count = len(tables["offers"])
    days = draw(st.lists(st.sampled_from((None, 30, 300, 900)), min_size=count, max_size=count))
    capacity = draw(st.lists(st.sampled_from((None, 10, 1000, 100000)), min_size=count, max_size=count))
    tables["offers"]["lead_time_days"] = days
    tables["offers"]["capacity_per_year"] = capacity
    if draw(st.booleans()):
        tables["demand"] = pd.DataFrame([{"product_id": PRODUCT, "scenario": "plan", "year": 2026, "units": 100}])
    return built(tables)


@st.composite
def networks(draw: Any, **wishes: Any) -> Dataset:
    return equipped(draw, draw(datasets(most_parts=9, **wishes)))


def profile(dataset: Dataset, product: str = PRODUCT, *, evidence: Evidence = "all") -> list[ProfileRow]:
    analysis = analyse(dataset, product, evidence=evidence)
    planned = planned_units(dataset, product)
    return profile_of(Figures(analysis, planned[0] if planned else None, default_settings()))


def needs_no_new_maker(dataset: Dataset, part: str) -> bool:
    """Whether the source of a part is chosen on every line, or its mix has shares."""
    offers = dataset.offers[dataset.offers["part_id"] == part]
    usable = ~offers["status"].isin(["unavailable", "withdrawn"])
    if offers["share"][usable].notna().any():
        return True
    lines = dataset.bom[dataset.bom["child_id"] == part]
    return bool(len(lines)) and bool(((lines["supplier_id"] != "") | (lines["offer_id"] != "")).all())


def added(draw: Any, dataset: Dataset, part: str) -> Dataset:
    """The dataset with one offer more for a part, by somebody who has none for it yet, without a share."""
    tables = tables_of(dataset)
    taken = set(dataset.offers["supplier_id"][dataset.offers["part_id"] == part])
    taken |= set(dataset.bom["supplier_id"][dataset.bom["child_id"] == part])
    firms = [firm for firm in dataset.suppliers["supplier_id"] if firm not in taken]
    market = draw(st.integers(0, 3)) == 3 or not firms
    row = {
        "offer_id": "added",
        "part_id": part,
        "supplier_id": "" if market else draw(st.sampled_from(firms)),
        "origin_country": draw(st.sampled_from((*COUNTRIES, ""))),
        "unit_cost_usd": draw(st.sampled_from((None, 1, 20, 60))),
        "capacity_per_year": draw(st.sampled_from((None, 50, 100000))),
        "lead_time_days": draw(st.sampled_from((None, 20, 900))),
        "status": draw(st.sampled_from(("", "qualified", "planned"))),
    }
    tables["offers"] = pd.concat([tables["offers"], pd.DataFrame([row])], ignore_index=True)
    return built(tables)


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_ends_are_in_order_and_the_composite_is_made_of_the_parts(data: Any) -> None:
    dataset = data.draw(networks())
    rows = profile(dataset, evidence=data.draw(st.sampled_from(("all", "documented"))))
    for row in rows:
        for part in row.parts.values():
            if part is not None:
                assert 0 <= part.low <= part.value <= part.high <= 1
        values = {name: None if part is None else part.value for name, part in row.parts.items()}
        if row.value is None:
            assert row.data_parts == 0
        else:
            assert row.low <= row.value <= row.high
            assert row.value == pytest.approx(composite(values), abs=1e-9)
        bounds = composite_interval({n: None if p is None else p.interval for n, p in row.parts.items()})
        assert (row.low, row.high) == pytest.approx((bounds.low, bounds.high), abs=1e-9)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_an_unchosen_alternative_never_lowers_anything(data: Any) -> None:
    dataset = data.draw(networks())
    parts = [part for part in dataset.parts["part_id"] if part != PRODUCT and needs_no_new_maker(dataset, part)]
    assume(parts)
    more = added(data.draw, dataset, data.draw(st.sampled_from(parts)))
    for before, after in zip(profile(dataset), profile(more), strict=True):
        for name in PARTS:
            for end in ("low", "high"):
                assert end_of(after.parts[name], end) >= end_of(before.parts[name], end) - EPS, (name, end)
            if before.parts[name] is not None:
                assert after.parts[name] is not None
                assert after.parts[name].value >= before.parts[name].value - EPS, name
        assert after.low >= before.low - 100 * EPS
        assert after.high >= before.high - 100 * EPS
        if before.value is not None:
            assert after.value >= before.value - 100 * EPS


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_an_offer_for_an_open_mix_never_lowers_the_high_end(data: Any) -> None:
    dataset = data.draw(networks())
    complete = dataset.parts["mix_complete"] == "yes"
    parts = [
        part
        for part in dataset.parts["part_id"][~complete]
        if part != PRODUCT and not needs_no_new_maker(dataset, part)
    ]
    assume(parts)
    more = added(data.draw, dataset, data.draw(st.sampled_from(parts)))
    for before, after in zip(profile(dataset), profile(more), strict=True):
        for name in PARTS:
            assert end_of(after.parts[name], "high") >= end_of(before.parts[name], "high") - EPS, name
        assert after.high >= before.high - 100 * EPS


def unknowns_of(dataset: Dataset) -> list[tuple[str, int, str, Any]]:
    """Cells that are empty and could be known: (table, row, column, values)."""
    found: list[tuple[str, int, str, Any]] = []
    for row, offer in enumerate(dataset.offers.to_dict("records")):
        if offer["part_id"] == PRODUCT:
            continue
        if not offer["origin_country"]:
            found.append(("offers", row, "origin_country", COUNTRIES))
        if pd.isna(offer["lead_time_days"]):
            found.append(("offers", row, "lead_time_days", (10, 900)))
    for row, firm in enumerate(dataset.suppliers.to_dict("records")):
        if not firm["country"]:
            found.append(("suppliers", row, "country", COUNTRIES))
    return found


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_making_an_unknown_known_stays_inside_the_old_interval(data: Any) -> None:
    dataset = data.draw(networks())
    cells = unknowns_of(dataset)
    assume(cells)
    table, row, column, values = data.draw(st.sampled_from(cells))
    tables = tables_of(dataset)
    tables[table][column] = tables[table][column].astype(object)
    tables[table].loc[row, column] = data.draw(st.sampled_from(values))
    for before, after in zip(profile(dataset), profile(built(tables)), strict=True):
        for name in PARTS:
            assert end_of(after.parts[name], "low") >= end_of(before.parts[name], "low") - EPS, name
            assert end_of(after.parts[name], "high") <= end_of(before.parts[name], "high") + EPS, name
        assert after.low >= before.low - 100 * EPS
        assert after.high <= before.high + 100 * EPS


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_order_of_rows_and_names_of_ids_do_not_matter(data: Any) -> None:
    dataset = data.draw(networks())
    tables = tables_of(dataset)
    order = np.random.default_rng(data.draw(st.integers(0, 100)))
    renamed = {name: frame.sample(frac=1, random_state=int(order.integers(1 << 30))) for name, frame in tables.items()}
    parts = {part: f"x{99 - place:02d}" for place, part in enumerate(sorted(dataset.parts["part_id"]))}
    firms = {firm: f"z{99 - place:02d}" for place, firm in enumerate(sorted(dataset.suppliers["supplier_id"]))}
    for frame in renamed.values():
        for column in frame.columns:
            if column in ("part_id", "parent_id", "child_id", "product_id"):
                frame[column] = frame[column].map(lambda key: parts.get(key, key))
            if column in ("supplier_id", "parent_supplier_id", "owner_id"):
                frame[column] = frame[column].map(lambda key: firms.get(key, key))
    for before, after in zip(profile(dataset), profile(built(renamed), parts[PRODUCT]), strict=True):
        assert (before.value is None) == (after.value is None)
        assert (after.low, after.high) == pytest.approx((before.low, before.high), abs=1e-9)
        if before.value is not None:
            assert after.value == pytest.approx(before.value, abs=1e-9)


# The parts that do not stand on prices or on capacities outside.
_BY_SOURCE = ("independence", "n_minus_1", "substitutability")


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_learning_who_fills_a_line_stays_inside_the_old_interval(data: Any) -> None:
    tables = tables_of(data.draw(networks()))
    # The maker of a line is opened first, and known again afterwards; nobody has lines of his own.
    tables["bom"] = tables["bom"][tables["bom"]["parent_supplier_id"] == ""].reset_index(drop=True)
    classes = set(tables["parts"]["part_id"][tables["parts"]["kind"] == "class"])
    lines = [row for row, child in enumerate(tables["bom"]["child_id"]) if child not in classes]
    assume(lines)
    row = data.draw(st.sampled_from(lines))
    child = tables["bom"].loc[row, "child_id"]
    tables["bom"].loc[row, ["supplier_id", "offer_id"]] = ""
    tables["parts"].loc[tables["parts"]["part_id"] == child, "mix_complete"] = ""
    mine = tables["offers"]["part_id"] == child
    tables["offers"].loc[mine, "share"] = np.nan
    tables["offers"] = pd.concat(
        [
            tables["offers"],
            pd.DataFrame([{"offer_id": "new", "part_id": child, "supplier_id": "s3", "origin_country": "CHN"}]),
        ],
        ignore_index=True,
    )
    keys = ["parent_id", "child_id", "slot", "supplier_id", "offer_id"]
    tables["bom"] = tables["bom"].drop_duplicates(keys).reset_index(drop=True)
    opened = np.flatnonzero((tables["bom"]["child_id"] == child) & (tables["bom"]["supplier_id"] == ""))
    known = {name: frame.copy() for name, frame in tables.items()}
    firms = sorted(set(tables["offers"]["supplier_id"][tables["offers"]["part_id"] == child]) - {""})
    known["bom"].loc[opened[0], "supplier_id"] = data.draw(st.sampled_from(firms))
    assume(not known["bom"].duplicated(keys).any())
    for before, after in zip(profile(built(tables)), profile(built(known)), strict=True):
        for name in _BY_SOURCE:
            assert end_of(after.parts[name], "low") >= end_of(before.parts[name], "low") - EPS, name
            assert end_of(after.parts[name], "high") <= end_of(before.parts[name], "high") + EPS, name


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_learning_a_capacity_stays_inside_the_old_interval(data: Any) -> None:
    dataset = data.draw(networks())
    rows = np.flatnonzero(dataset.offers["capacity_per_year"].isna() & (dataset.offers["part_id"] != PRODUCT))
    assume(len(rows))
    tables = tables_of(dataset)
    tables["offers"].loc[int(data.draw(st.sampled_from(list(rows)))), "capacity_per_year"] = data.draw(
        st.sampled_from((0, 10, 100000))
    )
    for before, after in zip(profile(dataset), profile(built(tables)), strict=True):
        # A known capacity also makes the supply cover known, which lifts the high end of independence by definition.
        for name in ("n_minus_1", "substitutability"):
            assert end_of(after.parts[name], "low") >= end_of(before.parts[name], "low") - EPS, name
            assert end_of(after.parts[name], "high") <= end_of(before.parts[name], "high") + EPS, name
        assert end_of(after.parts["independence"], "low") >= end_of(before.parts["independence"], "low") - EPS
