"""The score on small products worked out by hand."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import PRODUCT, datasets

import supplychain as sc
from supplychain.compiled import Columns, propagate
from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.measures.analysis import analyse
from supplychain.measures.holders import country_shares
from supplychain.measures.score import PARTS, Score, compare, default_settings, score
from supplychain.measures.score.content import Content
from supplychain.measures.score.figures import Figures


def built(**tables: Any) -> Dataset:
    firms = {row["supplier_id"] for name in ("offers", "bom") for row in tables.get(name, []) if row.get("supplier_id")}
    tables.setdefault("suppliers", [{"supplier_id": firm, "country": "USA"} for firm in sorted(firms)])
    parts = {row[key] for row in tables["bom"] for key in ("parent_id", "child_id")}
    listed = {row["part_id"] for row in tables.setdefault("parts", [])}
    tables["parts"] = [
        *tables["parts"],
        *({"part_id": part, "kind": "product" if part == "drone" else "component"} for part in sorted(parts - listed)),
    ]
    return Dataset.from_tables(tables, name="small", date="2026-06-30")


def offer(part: str, firm: str, country: str, **cells: Any) -> dict[str, Any]:
    return {
        "offer_id": f"{part}/{firm or country}",
        "part_id": part,
        "supplier_id": firm,
        "origin_country": country,
        **cells,
    }


def line(child: str, firm: str = "", parent: str = "drone", **cells: Any) -> dict[str, Any]:
    return {"parent_id": parent, "child_id": child, "supplier_id": firm, "quantity": 1, **cells}


def at(found: Score, part: str, depth: int | None = 1) -> tuple[float, float, float]:
    row = next(row for row in found.profile if row.depth == depth)
    figure = row.parts[part]
    assert figure is not None
    return figure.low, figure.value, figure.high


READY = {"lead_time_days": 60, "capacity_per_year": 10_000}


def two_lines() -> dict[str, list[dict[str, Any]]]:
    """A motor from China and a frame from Taiwan whose resin is from China."""
    return {
        "bom": [line("motor", "m1"), line("frame", "f1"), line("resin", "r1", parent="frame", cost_share=0.5)],
        "offers": [
            offer("motor", "m1", "CHN", unit_cost_usd=10),
            offer("frame", "f1", "TWN", unit_cost_usd=30),
            offer("resin", "r1", "CHN", unit_cost_usd=1),
        ],
    }


def test_independence_is_the_mean_over_lines_at_a_depth() -> None:
    found = score(built(**two_lines()))
    assert at(found, "independence", 1) == (0.5, 0.5, 0.5)
    assert at(found, "independence", 2) == (0.0, 0.0, 0.0)
    assert at(found, "independence", None) == (0.0, 0.0, 0.0)
    assert found.stops is not None
    assert found.stops.value == 0.0
    assert [named.part_id for named in found.stops.lines] == ["motor"]


def test_alternatives_of_a_slot_are_one_line_by_their_shares() -> None:
    tables = two_lines()
    tables["bom"][0] = line("motor", "m1", share=0.25, slot="drive")
    tables["bom"].append(line("jet", "j1", share=0.75, slot="drive"))
    tables["offers"].append(offer("jet", "j1", "USA"))
    found = score(built(**tables))
    assert at(found, "independence") == pytest.approx((0.875,) * 3)
    assert found.stops is not None
    assert found.stops.value == pytest.approx(0.75)


def test_optional_lines_do_not_count() -> None:
    tables = two_lines()
    tables["bom"][0]["essential"] = "no"
    found = score(built(**tables))
    assert at(found, "independence") == (1.0, 1.0, 1.0)
    assert [row.line.part_id for row in found.by_part] == ["frame"]


def test_an_unknown_origin_takes_the_market_of_the_part_as_its_value() -> None:
    tables = two_lines()
    tables["offers"][0]["origin_country"] = ""
    assert at(score(built(**tables)), "independence") == pytest.approx((0.5, 0.75, 1.0))
    tables["offers"].append(offer("motor", "", "CHN", share=0.8))
    assert at(score(built(**tables)), "independence") == pytest.approx((0.5, 0.6, 1.0))


def test_known_supply_cover_lifts_the_high_end_alone() -> None:
    tables = two_lines()
    tables["bom"][0]["quantity"] = 4
    tables["offers"].append(offer("motor", "m2", "JPN", capacity_per_year=2_000))
    tables["demand"] = [{"product_id": "drone", "scenario": "plan", "year": 2026, "units": 100}]
    # 2000 / (100 x 4) = 5 times the need; one buyer gets 5 % of the capacity: 0.25 of the need.
    assert at(score(built(**tables)), "independence") == pytest.approx((0.5, 0.5, 0.625))
    tables["bom"][0]["quantity"] = None
    assert at(score(built(**tables)), "independence") == pytest.approx((0.5, 0.5, 0.5))


def test_second_sources_need_a_known_lead_time_and_capacity_at_the_low_end() -> None:
    tables = two_lines()
    assert at(score(built(**tables)), "n_minus_1") == (0.0, 0.0, 0.0)
    tables["offers"].append(offer("motor", "m2", "CHN"))
    assert at(score(built(**tables)), "n_minus_1") == (0.0, 0.25, 0.5)
    tables["offers"][-1] |= READY
    found = score(built(**tables))
    assert at(found, "n_minus_1") == (0.5, 0.5, 0.5)
    assert at(found, "n_minus_1", 2) == pytest.approx((1 / 3,) * 3)
    assert [row.line.part_id for row in found.single_sourced] == ["frame"]
    tables["offers"][-1]["status"] = "planned"
    assert at(score(built(**tables)), "n_minus_1") == (0.0, 0.25, 0.5)
    tables["offers"][-1]["status"] = "unavailable"
    assert at(score(built(**tables)), "n_minus_1") == (0.0, 0.0, 0.0)


def test_two_offers_of_one_firm_are_one_source_and_so_is_a_maker_in_its_own_market() -> None:
    tables = two_lines()
    tables["bom"][0] = line("motor", offer_id="motor/m1")
    tables["offers"].append({**offer("motor", "m1", "CHN", **READY), "offer_id": "motor/other"})
    assert at(score(built(**tables)), "n_minus_1") == (0.0, 0.0, 0.0)
    # The market row of another country is another source; that of its own may be nobody else.
    tables["offers"][-1] = offer("motor", "", "CHN", share=None, **READY)
    assert at(score(built(**tables)), "n_minus_1") == (0.0, 0.25, 0.5)
    tables["offers"][-1] = offer("motor", "", "JPN", share=None, **READY)
    assert at(score(built(**tables)), "n_minus_1") == (0.5, 0.5, 0.5)


def test_the_unknown_mass_of_a_part_is_one_supplier_that_can_fail() -> None:
    tables = two_lines()
    tables["bom"][0] = line("motor")
    assert at(score(built(**tables)), "n_minus_1") == (0.0, 0.25, 0.5)
    # It may be the only listed one, but not both of two.
    tables["offers"][0] |= READY
    assert at(score(built(**tables)), "n_minus_1") == (0.0, 0.25, 0.5)
    tables["offers"].append(offer("motor", "m2", "JPN", **READY))
    assert at(score(built(**tables)), "n_minus_1") == (0.5, 0.5, 0.5)


def test_a_source_in_use_counts_in_the_value_whatever_its_lead_time() -> None:
    tables = two_lines()
    tables["bom"][0] = line("motor")
    tables["offers"][0] = offer("motor", "", "CHN", share=0.6)
    tables["offers"].append(offer("motor", "", "JPN", share=0.4))
    assert at(score(built(**tables)), "n_minus_1") == (0.0, 0.5, 0.5)


def test_diversity_is_that_of_the_cost_to_a_depth() -> None:
    found = score(built(**two_lines()))
    # 10 of 40 from China, 30 from Taiwan; half of the frame's price goes on to China.
    assert at(found, "diversity") == pytest.approx((((1 / 0.625) - 1) / (1 / 0.18 - 1),) * 3)
    assert at(found, "diversity", 2) == pytest.approx(((1 / (0.375**2 + 0.625**2) - 1) / (1 / 0.18 - 1),) * 3)
    tables = two_lines()
    tables["offers"][0]["origin_country"] = ""
    low, value, high = at(score(built(**tables)), "diversity")
    assert (low, high) == pytest.approx((0.0, (1 / 0.75**2 - 1) / (1 / 0.18 - 1)))
    assert low < value < high


def test_without_prices_diversity_has_no_data() -> None:
    tables = two_lines()
    for row in tables["offers"]:
        row.pop("unit_cost_usd")
    found = score(built(**tables))
    assert found.parts["diversity"] is None
    assert found.transparency is None
    assert found.without_data == ("diversity", "buffer")
    assert found.scored
    assert found.low <= found.value <= found.high


def replacing(**cells: Any) -> tuple[float, float, float]:
    tables = two_lines()
    tables["offers"].append(offer("motor", "m2", "JPN", **cells))
    tables["demand"] = [{"product_id": "drone", "scenario": "plan", "year": 2026, "units": 1000}]
    return at(score(built(**tables)), "substitutability")


def test_substitutability_is_bound_by_time_capacity_and_price() -> None:
    assert at(score(built(**two_lines())), "substitutability") == (0.5, 0.5, 0.5)
    assert replacing(unit_cost_usd=12, lead_time_days=100, capacity_per_year=5_000) == (1.0, 1.0, 1.0)
    assert replacing(unit_cost_usd=12, lead_time_days=100, capacity_per_year=400) == pytest.approx((0.7,) * 3)
    assert replacing(unit_cost_usd=15, lead_time_days=100, capacity_per_year=5_000) == pytest.approx((0.75,) * 3)
    assert replacing(unit_cost_usd=12, lead_time_days=400, capacity_per_year=5_000) == (0.5, 0.5, 0.5)
    assert replacing(unit_cost_usd=12, capacity_per_year=5_000) == (0.5, 0.75, 1.0)
    assert replacing(lead_time_days=100, capacity_per_year=400) == pytest.approx((0.5, 0.6, 0.7))
    assert replacing(unit_cost_usd=12, lead_time_days=100, capacity_per_year=5_000, status="planned") == (
        0.5,
        0.75,
        1.0,
    )


def test_a_replacement_that_is_of_concern_further_up_is_none_at_that_depth() -> None:
    tables = two_lines()
    tables["offers"] += [offer("motor", "m2", "JPN", unit_cost_usd=10, **READY), offer("magnet", "g1", "CHN")]
    tables["bom"].append(line("magnet", "g1", parent="motor"))
    tables["demand"] = [{"product_id": "drone", "scenario": "plan", "year": 2026, "units": 10}]
    found = score(built(**tables))
    assert at(found, "substitutability", 1) == (1.0, 1.0, 1.0)
    assert at(found, "substitutability", 2) == (0.0, 0.0, 0.0)


def test_the_second_price_limit_stands_beside() -> None:
    tables = two_lines()
    tables["offers"].append(offer("motor", "m2", "JPN", unit_cost_usd=20, **READY))
    tables["demand"] = [{"product_id": "drone", "scenario": "plan", "year": 2026, "units": 10}]
    found = score(built(**tables))
    assert at(found, "substitutability") == pytest.approx((0.625,) * 3)
    assert found.sensitivity.price_limit_beside is not None
    assert found.sensitivity.price_limit_beside.value == 1.0
    assert found.sensitivity.score_beside > found.value


def clean_product() -> dict[str, list[dict[str, Any]]]:
    places = ("TWN", "USA", "JPN", "KOR", "DEU", "CAN")
    bom, offers = [], []
    for number, place in enumerate(places):
        bom += [
            line(f"part{number}", f"a{number}", share=0.5),
            line(f"part{number}", f"b{number}", share=0.5),
        ]
        other = places[(number + 1) % len(places)]
        offers += [
            offer(f"part{number}", f"a{number}", place, unit_cost_usd=10, **READY),
            offer(f"part{number}", f"b{number}", other, unit_cost_usd=10, **READY),
        ]
    return {"bom": bom, "offers": offers}


def test_a_clean_dual_sourced_product_of_many_countries_scores_above_90() -> None:
    found = score(built(**clean_product()))
    assert found.value > 90
    assert at(found, "independence") == (1.0, 1.0, 1.0)
    assert at(found, "n_minus_1") == (1.0, 1.0, 1.0)
    assert at(found, "diversity") == (1.0, 1.0, 1.0)
    assert at(found, "substitutability") == (1.0, 1.0, 1.0)
    assert not found.single_sourced
    # Without lead times the low end knows nothing of it, but the value does: both makers supply today.
    tables = clean_product()
    for row in tables["offers"]:
        row.pop("lead_time_days")
    assert score(built(**tables)).value > 90


def test_an_added_source_changes_what_it_should() -> None:
    tables = two_lines()
    tables["demand"] = [{"product_id": "drone", "scenario": "plan", "year": 2026, "units": 10}]
    before = score(built(**tables))
    tables["offers"].append(offer("motor", "m2", "JPN", unit_cost_usd=11, **READY))
    after = score(built(**tables))
    for part in ("n_minus_1", "substitutability"):
        for one, other in zip(at(before, part), at(after, part), strict=True):
            assert other > one
    assert at(after, "independence")[2] > at(before, "independence")[2]
    assert at(after, "independence")[:2] == at(before, "independence")[:2]
    assert after.value > before.value + 1


def test_with_three_parts_without_data_there_is_no_headline() -> None:
    found = score(built(bom=[line("motor"), line("frame")], offers=[]))
    assert found.data_parts == 0
    assert found.value is None
    assert (found.low, found.high) == pytest.approx((1.0, 100.0))
    assert not found.scored
    assert found.to_json()["score"] == {"value": None, "low": pytest.approx(1.0), "high": pytest.approx(100.0)}
    some = score(built(bom=[line("motor", "m1"), line("frame")], offers=[offer("motor", "m1", "USA")]))
    assert some.data_parts == 3
    assert some.scored
    assert some.value is not None


def test_stocks_and_times_to_recover_give_a_buffer() -> None:
    tables = two_lines()
    for row in tables["offers"]:
        row |= {"stock_units": 1000, "recovery_days": 10, "capacity_per_year": 10_000}
    tables["bom"][2]["quantity"] = 1
    tables["demand"] = [{"product_id": "drone", "scenario": "plan", "year": 2026, "units": 365}]
    found = score(built(**tables))
    assert at(found, "buffer") == (1.0, 1.0, 1.0)
    assert found.data_parts == 5
    tables["offers"][0]["stock_units"] = 5
    assert at(score(built(**tables)), "buffer") == pytest.approx((0.5,) * 3)


def test_what_lowers_the_score_comes_first_and_names_the_lines() -> None:
    tables = clean_product()
    tables["bom"] += [line("magnet", "x1")]
    tables["offers"] += [offer("magnet", "x1", "CHN", unit_cost_usd=1)]
    found = score(built(**tables))
    gains = [round(row.gain, 9) for row in found.lowers]
    assert gains == sorted(gains, reverse=True)
    first = found.lowers[0]
    assert first.part in ("independence", "n_minus_1", "substitutability")
    assert [named.part_id for named in first.lines] == ["magnet"]
    assert found.by_part[0].line.part_id == "magnet"
    assert found.by_part[0].parts["independence"].value == 0.0
    assert set(found.by_part[0].parts) == {"independence", "n_minus_1", "substitutability"}


def test_weights_and_settings_are_used() -> None:
    dataset = built(**two_lines())
    weights = {name: 1.0 if name == "independence" else 0.0 for name in PARTS}
    found = score(dataset, settings=type(default_settings())(**{**vars(default_settings()), "weights": weights}))
    assert found.value == pytest.approx(50.0)
    assert (found.low, found.high) == pytest.approx((50.0, 50.0))


def test_depth_moves_the_headline_and_not_the_profile() -> None:
    dataset = built(**two_lines())
    one, two = score(dataset), score(dataset, depth=2)
    assert one.profile == two.profile
    assert [row.depth for row in one.profile] == [1, 2, 3, None]
    assert (two.depth, two.value) == (2, two.profile[1].value)
    assert one.to_json()["depth"] == 1
    with pytest.raises(OptionError):
        score(dataset, depth=0)
    with pytest.raises(OptionError):
        score(dataset, units=-1)


def test_documented_evidence_widens_every_part() -> None:
    dataset = sc.load("uav")
    for wide, narrow in zip(
        score(dataset, "uav", evidence="documented").profile, score(dataset, "uav").profile, strict=True
    ):
        assert wide.low <= narrow.low + 1e-9
        assert wide.high >= narrow.high - 1e-9


def test_products_are_compared_by_profile() -> None:
    tables = clean_product()
    tables["bom"] += [line("magnet", "x1", parent="poor"), line("cell", "x2", parent="poor")]
    tables["offers"] += [offer("magnet", "x1", "CHN", unit_cost_usd=1), offer("cell", "x2", "CHN", unit_cost_usd=1)]
    tables["parts"] = [{"part_id": "poor", "kind": "product"}]
    for row in tables["offers"]:
        row |= {"stock_units": 10_000, "recovery_days": 10, "capacity_per_year": 10_000}
    tables["demand"] = [
        {"product_id": name, "scenario": "plan", "year": 2026, "units": 100} for name in ("drone", "poor")
    ]
    dataset = built(**tables)
    found = compare(dataset)
    (pair,) = found.pairs
    assert (pair.first, pair.second, pair.overall) == ("drone", "poor", "above")
    assert {order for _, order in pair.by_depth} == {"above"}
    (same,) = compare(dataset, ["drone", "drone"]).pairs
    assert same.overall == "tied on the evidence"


def test_the_bundled_products_come_out_in_the_order_that_is_expected() -> None:
    dataset = sc.load("uav")
    found = {product: score(dataset, product) for product in dataset.products()}
    value = {product: row.value for product, row in found.items()}
    low = ("fpv_commodity", "isr_quad_commodity")
    high = ("fpv_allied", "isr_quad_taiwan")
    assert max(value[name] for name in low) < value["x650_research_quad"] < min(value[name] for name in high)
    assert all(row.low <= row.value <= row.high for row in found.values())


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_cost_by_country_is_that_of_the_concentration_at_every_depth(data: Any) -> None:
    dataset = data.draw(datasets(most_parts=9))
    analysis = analyse(dataset, PRODUCT)
    for depth in (1, 2, max(1, analysis.graph_depth)):
        mine = Content(Figures(analysis, None, default_settings()), depth).product()
        other = country_shares(analysis, depth=depth)
        if mine is None or other is None:
            assert other is None or not other.holders or mine is None
            continue
        assert mine.low.sum() <= 1 + 1e-9
        found = {name: low for name, low in zip(mine.countries, mine.low, strict=True) if low > 1e-12}
        assert found == pytest.approx({held.id: held.share.low for held in other.holders if held.share.low > 1e-12})


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_cost_of_known_origin_adds_to_1_at_every_depth(data: Any) -> None:
    dataset = data.draw(datasets(most_parts=9, known_origins=True, known_shares=True))
    analysis = analyse(dataset, PRODUCT)
    for depth in (1, 2, 3):
        shares = Content(Figures(analysis, None, default_settings()), depth).product()
        if shares is not None:
            assert shares.low.sum() == pytest.approx(1.0)
            assert shares.high == pytest.approx(shares.low)


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_a_ceiling_limits_a_figure_and_what_is_above_it(data: Any) -> None:
    analysis = analyse(data.draw(datasets(most_parts=9)), PRODUCT)
    compiled = analysis.compiled
    size = compiled.option_count + compiled.mix_count
    columns = Columns(take_max=np.array([True]))
    leaves = analysis.leaves(analysis.cut_off)[1:].astype(float)
    free = propagate(compiled, leaves, "pooled_max", columns, essential_only=True)
    same = propagate(compiled, leaves, "pooled_max", columns, essential_only=True, ceiling=np.ones((1, size)))
    assert np.array_equal(free, same)
    half = propagate(compiled, leaves, "pooled_max", columns, essential_only=True, ceiling=np.full((1, size), 0.5))
    assert half.max(initial=0.0) <= 0.5
    assert (half <= free + 1e-12).all()


def test_the_page_on_methods_prints_what_comes_out(root: Path) -> None:
    page = root / "docs" / "methods" / "score.md"
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert tried > 5
    assert failed == 0
