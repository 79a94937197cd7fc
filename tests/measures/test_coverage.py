"""Supply cover, worked by hand, and the flagship's figures as the README of the data has them."""

from __future__ import annotations

from typing import Any

import pytest

from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.measures.analysis import analyse
from supplychain.measures.coverage import Coverage, coverage, planned_units
from supplychain.measures.exposure import exposure

Row = dict[str, Any]


def line(parent: str, child: str, quantity: float | None = 1.0, **more: object) -> Row:
    return {"parent_id": parent, "child_id": child, "quantity": quantity, **more}


def market(part: str, country: str, share: float | None, capacity: float | None, **more: object) -> Row:
    return {"part_id": part, "origin_country": country, "share": share, "capacity_per_year": capacity, **more}


def named(part: str, supplier: str, country: str, capacity: float | None, **more: object) -> Row:
    return {
        "part_id": part,
        "supplier_id": supplier,
        "origin_country": country,
        "capacity_per_year": capacity,
        **more,
    }


def drone(bom: list[Row], offers: list[Row], **tables: list[Row]) -> Dataset:
    ids = dict.fromkeys([row["parent_id"] for row in bom] + [row["child_id"] for row in bom])
    return Dataset.from_tables(
        {
            "parts": [{"part_id": part, "kind": "product" if part == "drone" else "", "unit": "kg"} for part in ids],
            "bom": bom,
            "offers": offers,
            "suppliers": [{"supplier_id": supplier} for supplier in ("s", "t")],
            **tables,
        },
        date="2026-06-30",
    )


def cover(dataset: Dataset, units: float = 10.0, **options: Any) -> dict[str, Coverage]:
    return {row.part_id: row for row in coverage(analyse(dataset, "drone", **options), units)}


def test_market_rows_come_before_named_makers() -> None:
    """World 1000 by the rows with share and output; 0.1 of it is nobody's, and could be outside."""
    offers = [
        market("ore", "CHN", 0.7, 700),
        market("ore", "AUS", 0.2, 200),
        named("ore", "s", "AUS", 150),  # inside Australia's output: never added to it
    ]
    found = cover(drone([line("drone", "ore", 2)], offers))["ore"]
    assert (found.needed, found.available, found.unit, found.basis) == (20, 200, "kg", "country output")
    assert found.low == pytest.approx(10)
    assert found.high == pytest.approx((200 + 100) / 20)


def test_output_without_a_share_is_known_and_leaves_the_rest_open() -> None:
    found = cover(drone([line("drone", "ore", 2)], [market("ore", "AUS", None, 200)]))["ore"]
    assert (found.low, found.high) == (10, None)


def test_output_of_unknown_origin_is_possible() -> None:
    offers = [market("ore", "CHN", 0.5, 500), market("ore", "", 0.5, 500)]
    found = cover(drone([line("drone", "ore", 2)], offers))["ore"]
    assert (found.low, found.high) == (0, 25)


def test_named_makers_are_added_and_others_may_exist() -> None:
    offers = [
        named("ore", "s", "AUS", 30),
        named("ore", "t", "CHN", 900),
        named("ore", "t", "AUS", 50, status="unavailable", offer_id="gone"),
        named("ore", "t", "AUS", None, offer_id="silent"),
        market("ore", "AUS", 0.5, None),
    ]
    found = cover(drone([line("drone", "ore", 2)], offers))["ore"]
    assert (found.available, found.low, found.high, found.basis) == (30, 1.5, None, "named makers")


def test_a_plant_that_is_planned_is_not_there_yet() -> None:
    later = named("ore", "s", "AUS", 30, status="planned", available_from="2027-01-01")
    found = cover(drone([line("drone", "ore", 2)], [later]))["ore"]
    assert found.available == 0
    now = {**later, "available_from": "2026-01-01"}
    assert cover(drone([line("drone", "ore", 2)], [now]))["ore"].available == 30


def test_a_capacity_without_a_price_counts_once() -> None:
    """A maker of a mix without a price stands twice among the options; its capacity does not."""
    offers = [
        market("ore", "AUS", 0.5, 500),
        market("ore", "CHN", 0.4, 400, unit_cost_usd=2.0),
    ]
    found = cover(drone([line("drone", "ore", 1)], offers))["ore"]
    assert found.available == 500
    assert found.high == pytest.approx((500 + 100) / 10)


def test_unknown_quantities_are_left_out() -> None:
    bom = [line("drone", "motor", 4), line("motor", "ore", 0.5), line("drone", "ore", None), line("drone", "gel", None)]
    found = cover(drone(bom, [market("ore", "AUS", 1, 100), market("gel", "AUS", 1, 100)]))
    assert set(found) == {"ore"}
    assert found["ore"].needed == 10 * 4 * 0.5


def test_it_is_said_where_a_quantity_on_the_way_is_unknown() -> None:
    bom = [line("drone", "motor", 4), line("motor", "ore", 0.5), line("drone", "mast", None), line("mast", "ore", 2)]
    bom += [line("motor", "wire", 1)]
    found = cover(drone(bom, [market("ore", "AUS", 1, 100), market("wire", "AUS", 1, 100)]))
    assert found["ore"].needed == 20
    assert not found["ore"].need_complete
    assert found["wire"].need_complete


def test_alternatives_count_in_full() -> None:
    """Whichever is chosen, it must be had; two lines to one child in a slot count the larger once."""
    bom = [
        line("drone", "ore", 3, slot="metal", share=0.5),
        line("drone", "scrap", 5, slot="metal", share=0.5),
        line("drone", "wire", 2, slot="cable", supplier_id="s"),
        line("drone", "wire", 7, slot="cable", supplier_id="t"),
        line("drone", "wire", 1, slot="antenna"),
    ]
    offers = [market(part, "AUS", 1, 1000) for part in ("ore", "scrap", "wire")]
    found = cover(drone(bom, offers), 1)
    assert {part: row.needed for part, row in found.items()} == {"ore": 3, "scrap": 5, "wire": 7 + 1}


def test_needs_add_up_over_ways() -> None:
    bom = [line("drone", "motor", 4), line("drone", "ore", 1), line("motor", "coil", 2), line("coil", "ore", 3)]
    assert cover(drone(bom, [market("ore", "AUS", 1, 100)]), 1)["ore"].needed == 4 * 2 * 3 + 1


def test_a_line_of_a_maker_that_nobody_buys_from_is_no_need() -> None:
    bom = [
        line("drone", "motor", 1, supplier_id="s"),
        line("motor", "ore", 3),
        line("motor", "ore", 50, parent_supplier_id="t"),
    ]
    offers = [market("ore", "AUS", 1, 100), named("motor", "s", "TWN", None), named("motor", "t", "TWN", None)]
    assert cover(drone(bom, offers), 1)["ore"].needed == 3


def test_the_lens_decides_what_is_outside() -> None:
    dataset = drone([line("drone", "ore", 1)], [market("ore", "CHN", 0.7, 700), market("ore", "AUS", 0.3, 300)])
    assert cover(dataset)["ore"].available == 300
    assert cover(dataset, lens=["AUS"])["ore"].available == 700
    assert cover(dataset, lens=["AUS", "CHN"])["ore"].available == 0


def test_the_tightest_comes_first() -> None:
    bom = [line("drone", "ore"), line("drone", "gel"), line("drone", "ash")]
    offers = [market("ore", "AUS", 1, 50), market("gel", "AUS", 1, 20), market("ash", "AUS", 1, 20)]
    assert [row.part_id for row in coverage(analyse(drone(bom, offers), "drone"), 1)] == ["ash", "gel", "ore"]


@pytest.mark.parametrize("units", [0, -1, float("nan"), float("inf")])
def test_units_are_a_number_above_zero(units: float) -> None:
    with pytest.raises(OptionError, match="units"):
        cover(drone([line("drone", "ore")], []), units)


def test_units_come_from_the_demand_table_or_the_option() -> None:
    demand = [
        {"product_id": "drone", "year": 2026, "units": 100, "scenario": "low"},
        {"product_id": "drone", "year": 2028, "units": 400, "scenario": "high"},
        {"product_id": "drone", "year": 2027, "units": 400, "scenario": "high"},
        {"product_id": "other", "year": 2028, "units": 9000, "scenario": "high"},
        {"product_id": "drone", "year": 2029, "units": None, "scenario": "open"},
    ]
    bom, offers = [line("drone", "ore")], [market("ore", "AUS", 1, 800)]
    planned = drone(bom, offers, demand=demand)
    assert planned_units(planned, "drone") == (400, "high 2027")
    assert planned_units(drone(bom, offers), "drone") is None
    assert exposure(planned, "drone").coverage[0].low == 2
    assert exposure(planned, "drone", units=100).coverage[0].low == 8
    assert not exposure(drone(bom, offers), "drone").coverage
    assert exposure(drone(bom, offers), "drone", units=100).coverage[0].low == 8


def test_json_is_plain() -> None:
    row = cover(drone([line("drone", "ore")], [market("ore", "AUS", 1, 800)]))["ore"]
    assert row.to_json() == {
        "part_id": "ore",
        "name": "ore",
        "needed": 10.0,
        "available": 800.0,
        "unit": "kg",
        "low": 80.0,
        "high": 80.0,
        "basis": "country output",
        "need_complete": True,
    }


# Part, need, listed outside, times the need, from: table "Supply cover" in the README of the UAV tables.
FLAGSHIP = [
    ("cell_21700", 4_320_000, 86_419_753, 20, "named makers"),
    ("battery_graphite", 77_760, 45_010_000, 579, "country output"),
    ("ndfeb_magnet", 22_752, 20_700_000, 910, "named makers"),
    ("ndpr_oxide", 8_119, 3_628_000, 447, "country output"),
    ("boron_mineral", 228, 4_863_800_000, 21_377_461, "country output"),
]


@pytest.mark.parametrize("row", FLAGSHIP, ids=lambda row: row[0])
def test_the_flagship_has_the_published_cover(uav: Dataset, row: tuple[str, float, float, float, str]) -> None:
    part, need, outside, times, basis = row
    assert planned_units(uav, "isr_quad_taiwan") == (180_000, "taiwan_target_2028 2028")
    found = {item.part_id: item for item in exposure(uav, "isr_quad_taiwan").coverage}[part]
    assert round(found.needed) == need
    assert round(found.available) == outside
    assert round(found.low) == times
    assert found.basis == basis


def test_what_the_readme_calls_unknown_has_no_row(uav: Dataset) -> None:
    found = {item.part_id for item in exposure(uav, "isr_quad_taiwan").coverage}
    unknown = {"cathode_active_material", "anode_active_material", "ndfeb_alloy", "ndpr_metal", "nd_oxide"}
    assert not found & unknown
