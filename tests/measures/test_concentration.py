"""Concentration of a product, its categories and parts: by hand, against other measures, and what it promises."""

from __future__ import annotations

import doctest
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import PRODUCT, datasets

import supplychain as sc
from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.measures.analysis import analyse
from supplychain.measures.concentration import concentration
from supplychain.measures.hhi import hhi, hhi_bounds
from supplychain.measures.holders import BY, HolderShares, country_shares, holder_shares
from supplychain.measures.origins import origins

few = settings(max_examples=20)
KINDS = st.sampled_from(BY)
EVIDENCE = st.sampled_from(("all", "documented"))
DEPTHS = st.sampled_from((None, 1, 2, 3))


def drone(**changes: Any) -> Dataset:
    """A drone of 100 USD: two motors of 20 with a magnet of 5 each, a frame of 30; 30 USD are its own."""
    tables: dict[str, list[dict[str, Any]]] = {
        "parts": [
            {"part_id": "drone", "kind": "product"},
            {"part_id": "motor", "category": "motors"},
            {"part_id": "magnet", "category": "rare_earths"},
            {"part_id": "frame", "category": "airframe"},
        ],
        "bom": [
            {"parent_id": "drone", "child_id": "motor", "quantity": 2},
            {"parent_id": "drone", "child_id": "frame", "quantity": 1},
            {"parent_id": "motor", "child_id": "magnet", "quantity": 1},
        ],
        "offers": [
            {"part_id": "drone", "supplier_id": "d", "origin_country": "TWN", "share": 1, "unit_cost_usd": 100},
            {"part_id": "motor", "supplier_id": "m", "origin_country": "JPN", "share": 0.5, "unit_cost_usd": 20},
            {"part_id": "motor", "supplier_id": "n", "origin_country": "TWN", "share": 0.5, "unit_cost_usd": 20},
            {"part_id": "magnet", "origin_country": "CHN", "share": 0.8, "unit_cost_usd": 5},
            {"part_id": "frame", "supplier_id": "f", "origin_country": "TWN", "share": 1, "unit_cost_usd": 30},
        ],
        "suppliers": [
            {"supplier_id": "d", "country": "TWN"},
            {"supplier_id": "m", "country": "JPN", "owner_id": "holding"},
            {"supplier_id": "n", "country": "TWN", "owner_id": "middle", "ownership_share": 0.6},
            {"supplier_id": "middle", "country": "TWN", "owner_id": "holding"},
            {"supplier_id": "f", "country": "TWN", "owner_id": "small", "ownership_share": 0.1},
            {"supplier_id": "holding", "country": "JPN"},
            {"supplier_id": "small", "country": "CHN"},
        ],
    }
    return Dataset.from_tables({**tables, **changes})


def shares(found: HolderShares) -> dict[str, tuple[float, float]]:
    return {holder.id: (holder.share.low, holder.share.high) for holder in found.holders}


# By hand


def test_countries_look_through() -> None:
    row = concentration(drone(), "drone").of("product", "drone")
    # 30 own + 30 frame + 20 of motors less 5 of magnets; magnets: 8 known as Chinese and 2 of unknown origin.
    known = {"TWN": 0.75, "JPN": 0.15, "CHN": 0.08}
    found = shares(row.shares)
    assert {country: low for country, (low, _) in found.items()} == pytest.approx(known)
    assert {country: high for country, (_, high) in found.items()} == pytest.approx(
        {country: low + 0.02 for country, low in known.items()}
    )
    assert row.shares.unknown == pytest.approx(0.02)
    expected = hhi_bounds(known, 0.02)
    assert (row.hhi.low, row.hhi.high) == pytest.approx((expected.low, expected.high))
    assert (row.largest_share.low, row.largest_share.high) == pytest.approx((0.75, 0.77))
    assert (row.n_minus_1.low, row.n_minus_1.high) == pytest.approx((0.23, 0.25))
    assert row.effective_number.low == pytest.approx(1 / expected.high)
    assert row.highly_concentrated == "yes"
    assert row.one_country_above_65 == "yes"


def test_depth_says_how_far_prices_are_opened() -> None:
    analysis = analyse(drone(), "drone")
    first, whole = (country_shares(analysis, depth=depth) for depth in (1, 2))
    assert first is not None
    assert whole is not None
    assert shares(first) == {"TWN": pytest.approx((0.8, 0.8)), "JPN": pytest.approx((0.2, 0.2))}
    assert whole == country_shares(analysis)
    assert whole == country_shares(analyse(drone(), "drone", depth=2))


def test_first_tier_lines_leave_the_product_itself_out() -> None:
    row = concentration(drone(), "drone").of("product", "drone", view="first_tier")
    assert shares(row.shares) == {"TWN": pytest.approx((5 / 7, 5 / 7)), "JPN": pytest.approx((2 / 7, 2 / 7))}
    assert row.shares.weight == "cost"


def test_suppliers_and_owners() -> None:
    table = concentration(drone(), "drone")
    suppliers = table.of("product", "drone", by="supplier").shares
    assert {key: low for key, (low, _) in shares(suppliers).items()} == pytest.approx(
        {"d": 0.3, "f": 0.3, "m": 0.15, "n": 0.15}
    )
    # All magnets are bought on a market: nobody knows of whom.
    assert suppliers.unknown == pytest.approx(0.1)
    owners = table.of("product", "drone", by="owner")
    # n by way of middle; a tenth of f does not count.
    assert {key: low for key, (low, _) in shares(owners.shares).items()} == pytest.approx(
        {"d": 0.3, "f": 0.3, "holding": 0.3}
    )
    assert owners.one_country_above_65 is None
    tenth = concentration(drone(), "drone", min_ownership=0.1).of("product", "drone", by="owner").shares
    assert set(shares(tenth)) == {"d", "small", "holding"}


def test_firms_that_hold_each_other_are_one_owner() -> None:
    suppliers = [
        {"supplier_id": "d", "country": "TWN"},
        {"supplier_id": "m", "country": "JPN", "owner_id": "n"},
        {"supplier_id": "n", "country": "TWN", "owner_id": "f"},
        {"supplier_id": "f", "country": "TWN", "owner_id": "m"},
    ]
    found = concentration(drone(suppliers=suppliers), "drone").of("product", "drone", by="owner").shares
    assert {key: low for key, (low, _) in shares(found).items()} == pytest.approx({"d": 0.3, "f": 0.6})


def test_an_owner_without_a_name_is_unknown() -> None:
    suppliers = [
        {"supplier_id": name, "country": "TWN", "owner_country": "CHN" if name == "f" else ""} for name in "dmnf"
    ]
    found = concentration(drone(suppliers=suppliers), "drone").of("product", "drone", by="owner").shares
    assert "f" not in shares(found)
    assert found.unknown == pytest.approx(0.4)


def test_parts_and_categories() -> None:
    table = concentration(drone(), "drone")
    motor = table.of("part", "motor")
    assert shares(motor.shares) == {"JPN": pytest.approx((0.5, 0.5)), "TWN": pytest.approx((0.5, 0.5))}
    assert motor.hhi.low == motor.hhi.high == pytest.approx(0.5)
    assert motor.one_country_above_65 == "no"
    assert (motor.view, motor.shares.weight) == ("mix", "lines")
    magnet = table.of("part", "magnet")
    assert (magnet.hhi.low, magnet.hhi.high) == pytest.approx((0.64, 1.0))
    assert table.of("category", "motors").hhi.low == pytest.approx(0.5)
    assert table.of("category", "rare_earths").shares.unknown == pytest.approx(0.2)
    assert [row.id for row in table.rows if (row.scope, row.by) == ("part", "country")] == ["frame", "motor", "magnet"]


def test_flags_say_undecided_where_the_interval_straddles() -> None:
    offers = [
        {"part_id": "drone", "origin_country": "TWN", "share": 0.5, "unit_cost_usd": 100},
        {"part_id": "motor", "origin_country": "JPN", "share": 0.6, "unit_cost_usd": 20},
        {"part_id": "frame", "origin_country": "TWN", "share": 0.1, "unit_cost_usd": 30},
    ]
    table = concentration(drone(offers=offers), "drone")
    motor, frame = table.of("part", "motor"), table.of("part", "frame")
    assert (motor.highly_concentrated, motor.one_country_above_65) == ("yes", "undecided")
    assert (frame.highly_concentrated, frame.one_country_above_65) == ("undecided", "undecided")
    magnet = table.of("part", "magnet")
    assert (magnet.hhi.low, magnet.hhi.high) == (0.0, 1.0)
    assert magnet.effective_number.high == float("inf")
    assert magnet.to_json()["effective_number"] == {"low": 1.0, "high": None}
    assert magnet.shares.largest == ""


def test_a_choice_among_offers_of_one_firm_leaves_no_doubt_about_the_firm() -> None:
    offers = [
        {"part_id": "motor", "offer_id": "a", "supplier_id": "m", "origin_country": "JPN", "unit_cost_usd": 20},
        {"part_id": "motor", "offer_id": "b", "supplier_id": "m", "origin_country": "TWN", "unit_cost_usd": 40},
    ]
    bom = [{"parent_id": "drone", "child_id": "motor", "quantity": 2, "supplier_id": "m"}]
    table = concentration(drone(offers=offers, bom=bom), "drone")
    for scope, key in (("part", "motor"), ("category", "motors")):
        row = table.of(scope, key, by="supplier")  # type: ignore[arg-type]
        assert (row.hhi.low, row.hhi.high) == (1.0, 1.0)
        assert table.of(scope, key).hhi.low == 0.0  # type: ignore[arg-type]
    assert shares(table.of("product", "drone", by="supplier", view="first_tier").shares) == {"m": (1.0, 1.0)}


def test_without_any_price_lines_are_counted() -> None:
    offers = [
        {"part_id": "motor", "origin_country": "JPN", "share": 1},
        {"part_id": "frame", "origin_country": "TWN", "share": 1},
    ]
    dataset = drone(offers=offers)
    table = concentration(dataset, "drone")
    row = table.of("product", "drone", view="first_tier")
    assert row.shares.weight == "lines"
    assert shares(row.shares) == {"JPN": pytest.approx((0.5, 0.5)), "TWN": pytest.approx((0.5, 0.5))}
    assert "each once" in table.notes[0]
    assert country_shares(analyse(dataset, "drone")) is None
    with pytest.raises(OptionError):
        table.of("product", "drone")


def test_what_is_not_documented_is_unknown() -> None:
    found = concentration(drone(), "drone", evidence="documented").of("product", "drone").shares
    # No line names its supplier; only the makers of the product are known.
    assert shares(found) == {
        country: pytest.approx((0.3 if country == "TWN" else 0.0, 1.0 if country == "TWN" else 0.7))
        for country in ("TWN", "JPN", "CHN")
    }


def test_a_planned_source_is_of_unknown_origin() -> None:
    offers = [
        {"part_id": "drone", "origin_country": "TWN", "share": 1, "unit_cost_usd": 100},
        {"part_id": "frame", "origin_country": "TWN", "share": 1, "unit_cost_usd": 30, "status": "planned"},
    ]
    bom = [{"parent_id": "drone", "child_id": "frame", "quantity": 1}]
    found = concentration(drone(offers=offers, bom=bom), "drone").of("product", "drone").shares
    assert shares(found) == {"TWN": pytest.approx((0.7, 1.0))}
    assert found.unknown == pytest.approx(0.3)


def test_options_that_cannot_be_used_are_said() -> None:
    for call, message in (
        (lambda: concentration(drone(), "drone", by="colour"), "country, supplier, owner"),  # type: ignore[arg-type]
        (lambda: concentration(drone(), "drone", basis="sold"), "basis 'sold'"),
        (lambda: country_shares(analyse(drone(), "drone"), depth=0), "depth 0"),
        (lambda: concentration(drone(), "drone").of("part", "wing"), "'wing'"),
    ):
        with pytest.raises(OptionError) as caught:
            call()
        assert message in str(caught.value)


# Over drawn networks


@few
@given(datasets(), KINDS, EVIDENCE, DEPTHS)
def test_shares_and_figures_fit_together(dataset: Dataset, by: Any, evidence: Any, depth: int | None) -> None:
    table = concentration(dataset, PRODUCT, by=by, evidence=evidence, depth=depth)
    assert {row.scope for row in table.rows} >= {"product"}
    for row in table.rows:
        low, high = row.shares.low, row.shares.high
        assert (low >= 0).all()
        assert (low <= high).all()
        assert (high <= 1).all()
        assert low.sum() + row.shares.unknown == pytest.approx(1, abs=1e-9)
        for figure in (row.hhi, row.largest_share, row.n_minus_1):
            assert 0 <= figure.low <= figure.high <= 1
        assert row.largest_share.low**2 - 1e-12 <= row.hhi.low
        assert row.hhi.high <= row.largest_share.high + 1e-9
        assert row.effective_number.low >= 1
        if not row.shares.unknown:
            assert row.hhi.low == pytest.approx(row.hhi.high, abs=1e-9)
            assert row.hhi.low == pytest.approx(hhi(low), abs=1e-9)
    assert len(table.frame()) == len(table.rows)
    json.dumps(table.to_json(), allow_nan=False)


@few
@given(datasets(), st.sampled_from(("made", "designed", "headquartered", "owned")))
def test_countries_are_those_of_the_origins(dataset: Dataset, basis: str) -> None:
    """Where nothing is planned, the look-through of all tiers is the content by country."""
    if (dataset.offers["status"] == "planned").any():
        return
    found = holder_shares(analyse(dataset, PRODUCT), "country", basis=basis, lines_without_cost=False)
    content = origins(dataset, PRODUCT).by_basis[basis]
    if found is None:
        assert all(row.value is None for row in content.countries)
        return
    lows = {holder.id: holder.share.low for holder in found.holders}
    for row in content.countries:
        assert row.value is not None
        assert lows.get(row.country, 0.0) == pytest.approx(row.value.low, abs=1e-9)
    assert found.unknown == pytest.approx(content.unknown_value, abs=1e-9)


@few
@given(datasets())
def test_the_deepest_depth_is_no_limit(dataset: Dataset) -> None:
    analysis = analyse(dataset, PRODUCT)
    whole = country_shares(analysis)
    for depth in (max(1, analysis.graph_depth), analysis.graph_depth + 3):
        assert country_shares(analysis, depth=depth) == whole
    if analysis.graph_depth > 1:
        nearly = country_shares(analysis, depth=analysis.graph_depth - 1)
        assert (nearly is None) is (whole is None)


@few
@given(datasets(known_shares=True, known_origins=True))
def test_where_all_is_known_the_index_is_one_number(dataset: Dataset) -> None:
    if analyse(dataset, PRODUCT).compiled.choice_count:
        return  # several offers of one supplier
    for row in concentration(dataset, PRODUCT, by="country").rows:
        assert row.shares.unknown == pytest.approx(0, abs=1e-9)
        assert row.hhi.low == pytest.approx(row.hhi.high, abs=1e-9)


@few
@given(datasets(), st.data())
def test_making_an_unknown_known_stays_inside(dataset: Dataset, data: st.DataObject) -> None:
    """An offer without a country of origin gets one: every index and share lies in the interval from before."""
    # Software without a place of making is made where it is designed, so its place is known.
    software = set(dataset.parts["part_id"][dataset.parts["kind"] == "software"])
    hardware = ~dataset.offers["part_id"].isin(software)
    empty = np.flatnonzero(((dataset.offers["origin_country"] == "") & hardware).to_numpy())
    if not empty.size:
        return
    offers = dataset.offers.copy()
    row = int(data.draw(st.sampled_from(empty.tolist())))
    offers.loc[offers.index[row], "origin_country"] = data.draw(st.sampled_from(("CHN", "TWN", "FRA")))
    settled = Dataset.from_tables({**dataset.tables, "offers": offers}, name=dataset.name, date=dataset.date)
    assert_inside(dataset, settled, "country")


def assert_inside(before: Dataset, after: Dataset, by: Any) -> None:
    """Every figure of the one lies in the interval of the other."""
    wide = {(row.scope, row.id, row.view): row for row in concentration(before, PRODUCT, by=by).rows}
    for row in concentration(after, PRODUCT, by=by).rows:
        old = wide[(row.scope, row.id, row.view)]
        for name in ("hhi", "largest_share", "n_minus_1"):
            outer, inner = getattr(old, name), getattr(row, name)
            assert outer.low - 1e-9 <= inner.low, (row.scope, row.id, row.view, name)
            assert inner.high <= outer.high + 1e-9, (row.scope, row.id, row.view, name)


@settings(max_examples=50)
@given(datasets(), st.data())
def test_settling_a_choice_stays_inside(dataset: Dataset, data: st.DataObject) -> None:
    """A line that names a supplier with several offers names one of them.

    Inputs dearer than the price are scaled to it, by the dearest choice: there the value itself moves.
    """
    if (analyse(dataset, PRODUCT).compiled.plan.weights.largest > 1).any():
        return
    usable = ~dataset.offers["status"].isin(["planned", "unavailable", "withdrawn"])
    offers = dataset.offers[usable & dataset.offers["unit_cost_usd"].notna()]
    found = []
    for place, line in enumerate(dataset.bom.itertuples()):
        if line.supplier_id and not line.offer_id:
            mine = offers[(offers["part_id"] == line.child_id) & (offers["supplier_id"] == line.supplier_id)]
            found += [(place, offer) for offer in mine["offer_id"] if len(mine) > 1]
    if not found:
        return
    place, offer = data.draw(st.sampled_from(found))
    bom = dataset.bom.copy()
    bom.loc[bom.index[place], "offer_id"] = offer
    settled = Dataset.from_tables({**dataset.tables, "bom": bom}, name=dataset.name, date=dataset.date)
    for by in BY:
        assert_inside(dataset, settled, by)


@few
@given(datasets(), KINDS, st.integers(0, 5))
def test_row_order_does_not_matter(dataset: Dataset, by: Any, seed: int) -> None:
    mixed = {
        name: table.sample(frac=1, random_state=seed).reset_index(drop=True) for name, table in dataset.tables.items()
    }
    other = Dataset.from_tables(mixed, name=dataset.name, date=dataset.date)
    for one, two in zip(
        concentration(dataset, PRODUCT, by=by).rows, concentration(other, PRODUCT, by=by).rows, strict=True
    ):
        assert (one.scope, one.id, one.view) == (two.scope, two.id, two.view)
        assert (one.hhi.low, one.hhi.high) == pytest.approx((two.hhi.low, two.hhi.high), abs=1e-9)


# Many holders


@few
@given(datasets(), EVIDENCE)
def test_of_many_holders_the_small_have_bounds_that_hold(dataset: Dataset, evidence: Any) -> None:
    analysis = analyse(dataset, PRODUCT, evidence=evidence)
    for by in BY:
        exact = holder_shares(analysis, by, lines_without_cost=False)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("supplychain.measures.holders._EXACT", 1)
            rough = holder_shares(analysis, by, lines_without_cost=False)
        if exact is None or rough is None:
            assert exact is rough
            continue
        inner, outer = shares(exact), shares(rough)
        for name, (low, high) in inner.items():
            assert outer[name][0] <= low + 1e-9
            assert high <= outer[name][1] + 1e-9
        assert rough.hhi.low <= exact.hhi.low + 1e-9
        assert exact.hhi.high <= rough.hhi.high + 1e-9


# The bundled data


def test_the_bundled_products(uav: Dataset) -> None:
    for product in uav.products():
        table = sc.concentration(uav, product)
        assert {row.by for row in table.rows} == set(BY)
    china = sc.concentration(uav, "fpv_commodity").of("product", "fpv_commodity")
    assert china.shares.largest == "CHN"
    assert china.hhi.low > 0.18
    magnet = sc.concentration(uav, "fpv_commodity", by="country").of("part", "ndfeb_magnet")
    assert magnet.one_country_above_65 == "yes"


def test_the_numbers_of_the_page(root: Path) -> None:
    page = root / "docs" / "methods" / "concentration.md"
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert tried > 10
    assert not failed


def test_what_has_no_price_is_named_where_shares_of_cost_are_told() -> None:
    tables = {
        "parts": [{"part_id": "drone", "kind": "product"}, {"part_id": "motor"}, {"part_id": "frame"}],
        "bom": [
            {"parent_id": "drone", "child_id": "motor", "quantity": 1, "supplier_id": "a"},
            {"parent_id": "drone", "child_id": "frame", "quantity": 1, "supplier_id": "b"},
        ],
        "offers": [
            {"part_id": "motor", "supplier_id": "a", "origin_country": "CHN", "unit_cost_usd": 10},
            {"part_id": "frame", "supplier_id": "b", "origin_country": "TWN"},
        ],
        "suppliers": [{"supplier_id": "a", "country": "CHN"}, {"supplier_id": "b", "country": "TWN"}],
    }
    notes = concentration(Dataset.from_tables(tables), "drone").notes
    assert any("no price or no quantity known for frame" in note for note in notes)
    tables["offers"][1]["unit_cost_usd"] = 5
    assert concentration(Dataset.from_tables(tables), "drone").notes == ()
