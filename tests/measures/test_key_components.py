"""The key-component table."""

from __future__ import annotations

import json

import pytest

from supplychain.dataset import Dataset
from supplychain.measures.analysis import analyse
from supplychain.measures.flags import find_flags
from supplychain.measures.key_components import ROWS, KeyComponent, key_components

LENS = ["CHN", "HKG", "MAC"]


def table(dataset: Dataset, product: str) -> tuple[KeyComponent, ...]:
    analysis = analyse(dataset, product, lens=LENS)
    return key_components(analysis, find_flags(analysis))


@pytest.fixture(scope="module")
def flagship(uav: Dataset) -> tuple[KeyComponent, ...]:
    return table(uav, "isr_quad_taiwan")


def test_rows_come_in_the_order_of_the_frame(flagship: tuple[KeyComponent, ...]) -> None:
    labels = list(dict.fromkeys((row.group, row.row) for row in flagship))
    assert labels == [*((group, label) for group, label, _ in ROWS), ("other", "other first-tier line")]
    for label in labels:
        keys = [(row.tier, row.part_id, row.supplier_id) for row in flagship if (row.group, row.row) == label]
        assert keys == sorted(keys)


def test_chosen_sources_of_the_flagship_stand_in_their_rows(flagship: tuple[KeyComponent, ...]) -> None:
    first = {(row.row, row.part_id, row.supplier_id) for row in flagship if row.tier == 1}
    assert {
        ("flight control", "flight_controller", "cubepilot"),
        ("communication", "data_link_radio", "microhard"),
        ("positioning", "gnss_module", "cubepilot"),
        ("flight control software", "flight_control_software", "ardupilot"),
        ("ground control software", "ground_control_software", "dronecode"),
        ("motors", "motor_multirotor_mid", "liujun_electric"),
        ("battery pack", "battery_pack_li_ion_6s", "simplo_technology"),
        ("other first-tier line", "airframe", "carbon_based_technology"),
    } <= first


def test_every_first_tier_line_and_every_themed_part_stands_once(
    uav: Dataset, flagship: tuple[KeyComponent, ...]
) -> None:
    keys = [(row.part_id, row.supplier_id) for row in flagship]
    assert len(set(keys)) == len(keys)
    lines = uav.bom[uav.bom["parent_id"] == "isr_quad_taiwan"]
    assert set(zip(lines["child_id"], lines["supplier_id"], strict=True)) <= set(keys)
    themes = uav.parts.set_index("part_id")["theme"]
    for row in flagship:
        assert row.group == (themes[row.part_id] or "other")
        assert row.tier == 1 or row.group != "other"


def test_classes_are_passed_through(uav: Dataset) -> None:
    kinds = uav.parts.set_index("part_id")["kind"]
    assert not [row.part_id for row in table(uav, "uav") if kinds[row.part_id] == "class"]


def test_where_the_lens_is_first_met(flagship: tuple[KeyComponent, ...]) -> None:
    found = {(row.part_id, row.supplier_id): row for row in flagship}
    motor = found["motor_multirotor_mid", "liujun_electric"]
    assert motor.countries == ("TWN",)
    assert motor.first_tier_at is not None
    assert (motor.first_tier_at["part_id"], motor.first_tier_at["tier"]) == ("ndfeb_magnet", 2)
    assert motor.first_tier_at["country"] == "CHN"
    clear = found["ground_control_software", "dronecode"]
    assert (clear.verdict, clear.first_tier_at, clear.grounds) == ("clear", None, None)


@pytest.mark.parametrize("product", ["isr_quad_taiwan", "fpv_commodity", "uav"])
def test_a_ratio_needs_two_prices_on_either_side(uav: Dataset, product: str) -> None:
    for row in table(uav, product):
        price = row.price
        assert (price.lens_median is None) == (price.lens_n == 0)
        assert (price.other_median is None) == (price.other_n == 0)
        if price.lens_n >= 2 and price.other_n >= 2 and price.lens_median:
            assert price.ratio == pytest.approx(price.other_median / price.lens_median)
        else:
            assert price.ratio is None


# Prices in data/uav/offers.csv, sorted; medians by hand. A price of unknown origin is on neither side.
GNSS_INSIDE = ((20.0 + 52.5) / 2, 4)  # 11.5, 20, 52.5, 279
GNSS_OUTSIDE = ((225.0 + 325.0) / 2, 6)  # 55, 200, 225, 325, 2650, 3750
MOTOR_INSIDE = (76.0, 7)  # 51, 52.78, 68, 76, 84, 96.9, 99.99
MOTOR_OUTSIDE = (65.87, 5)  # 34.15, 39.8, 65.87, 99.34, 149.03


def test_gnss_modules_by_hand(flagship: tuple[KeyComponent, ...]) -> None:
    row = next(row for row in flagship if (row.part_id, row.supplier_id) == ("gnss_module", "cubepilot"))
    assert (row.price.lens_median, row.price.lens_n) == GNSS_INSIDE
    assert (row.price.other_median, row.price.other_n) == GNSS_OUTSIDE
    assert row.price.ratio == pytest.approx(GNSS_OUTSIDE[0] / GNSS_INSIDE[0])
    assert row.other_sources == GNSS_OUTSIDE[1]


def test_mid_motors_by_hand(flagship: tuple[KeyComponent, ...]) -> None:
    row = next(row for row in flagship if (row.part_id, row.supplier_id) == ("motor_multirotor_mid", "liujun_electric"))
    assert (row.price.lens_median, row.price.lens_n) == MOTOR_INSIDE
    assert (row.price.other_median, row.price.other_n) == MOTOR_OUTSIDE
    assert row.price.ratio == pytest.approx(MOTOR_OUTSIDE[0] / MOTOR_INSIDE[0])


def small(prices: list[tuple[str, float | None, str]], **part: str) -> Dataset:
    offers = [
        {
            "part_id": "cell",
            "supplier_id": f"s{number}",
            "origin_country": country,
            "unit_cost_usd": cost,
            "status": status,
        }
        for number, (country, cost, status) in enumerate(prices)
    ]
    return Dataset.from_tables(
        {
            "parts": [{"part_id": "drone", "kind": "product"}, {"part_id": "cell", **part}, {"part_id": "ore"}],
            "bom": [
                {"parent_id": "drone", "child_id": "cell", "supplier_id": "s0"},
                {"parent_id": "cell", "child_id": "ore"},
            ],
            "offers": offers,
            "suppliers": [
                {"supplier_id": f"s{number}", "name": f"Firm {number}", "country": country}
                for number, (country, _, _) in enumerate(prices)
            ],
        },
        date="2026-06-30",
    )


PRICES: list[tuple[str, float | None, str]] = [
    ("CHN", 4.0, ""),
    ("HKG", 6.0, ""),
    ("KOR", 8.0, ""),
    ("JPN", 9.0, ""),
    ("TWN", 30.0, ""),
    ("USA", None, ""),  # no price
    ("USA", 500.0, "planned"),  # cannot be bought
    ("USA", 600.0, "withdrawn"),
    ("", 700.0, ""),  # on neither side
]


def test_medians_and_what_counts() -> None:
    (row,) = table(small(PRICES), "drone")
    price = row.price
    assert (price.lens_median, price.lens_n, price.other_median, price.other_n) == (5.0, 2, 9.0, 3)
    assert price.ratio == pytest.approx(1.8)
    assert row.other_sources == 3
    assert (row.name, row.supplier_name, row.countries) == ("cell", "Firm 0", ("CHN",))


@pytest.mark.parametrize("kept", [[0, 2, 3], [0, 1, 2], [2, 3], [0, 1]])
def test_one_price_on_a_side_gives_no_ratio(kept: list[int]) -> None:
    (row,) = table(small([PRICES[number] for number in kept]), "drone")
    assert row.price.ratio is None


def test_without_themes_there_is_only_other() -> None:
    rows = table(small(PRICES), "drone")
    assert [(row.group, row.row, row.part_id) for row in rows] == [("other", "other first-tier line", "cell")]


def test_the_subcategory_chooses_the_row_and_the_last_takes_the_rest() -> None:
    assert table(small(PRICES, theme="batteries", subcategory="cell"), "drone")[0].row == "battery cell"
    assert table(small(PRICES, theme="batteries", subcategory="pack"), "drone")[0].row == "battery pack"
    assert table(small(PRICES, theme="batteries", subcategory="?"), "drone")[0].row == "battery cell"
    assert table(small(PRICES, theme="spares", subcategory="cell"), "drone")[0].group == "other"


def test_json_has_the_keys_of_the_contract() -> None:
    row = json.loads(json.dumps(table(small(PRICES), "drone")[0].to_json()))
    assert row["non_chinese_sources"] == 3
    assert row["price"] == {"lens_median": 5.0, "lens_n": 2, "other_median": 9.0, "other_n": 3, "ratio": 1.8}
    assert row["countries"] == ["CHN"]
    assert row["first_tier_at"]["part_id"] == "cell"
