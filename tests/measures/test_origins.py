"""Where everything in a product comes from."""

from __future__ import annotations

import json
from typing import Any

import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import PRODUCT, datasets

from supplychain.dataset import Dataset
from supplychain.measures.analysis import analyse
from supplychain.measures.exposure import _face_value, _value, exposure
from supplychain.measures.first_tier import first_tier
from supplychain.measures.flags import find_flags
from supplychain.measures.origins import Group, origins

few = settings(max_examples=40)
GROUPS = ("by_category", "by_theme", "by_stage", "by_tier")


def has_weights(dataset: Dataset) -> bool:
    return oracle.cost_in_contact(dataset, PRODUCT) is not None


def check_by_country(dataset: Dataset, **options: Any) -> None:
    content = origins(dataset, PRODUCT, **options).by_basis["made"]
    if not has_weights(dataset):
        return
    expected = oracle.by_country(dataset, PRODUCT, **options)
    unknown, nowhere = expected.pop("unknown")
    found = {row.country: (row.value.low, row.value.high) for row in content.countries if row.value is not None}
    # What is nowhere named is named by nothing: such countries have the high end of the unknown alone.
    assert {country for country, (low, _) in expected.items() if low > 1e-12} <= set(found)
    for country, pair in found.items():
        assert pair == pytest.approx(expected.get(country, (0.0, nowhere)), abs=1e-9), country
    assert content.unknown_value == pytest.approx(unknown, abs=1e-9)


@few
@given(datasets(equal_alternative_costs=True, known_shares=True), st.sampled_from((None, 2)))
def test_by_country_equals_the_oracle_where_prices_are_even(dataset: Dataset, depth: int | None) -> None:
    check_by_country(dataset, depth=depth)


@few
@given(datasets(known_shares=True), st.sampled_from(("all", "documented")))
def test_by_country_equals_the_oracle(dataset: Dataset, evidence: str) -> None:
    check_by_country(dataset, evidence=evidence)


@few
@given(datasets())
def test_lows_and_the_unknown_add_to_one(dataset: Dataset) -> None:
    for content in origins(dataset, PRODUCT).by_basis.values():
        if content.unknown_value is None:
            continue
        lows = [row.value.low for row in content.countries if row.value is not None]
        assert sum(lows) + content.unknown_value == pytest.approx(1)
        assert len(lows) == len(content.countries)
        for row in content.countries:
            assert row.value is not None
            assert row.value.high <= 1
            if (dataset.offers["status"] != "planned").all():  # a planned maker counts where it is, and may not come
                assert row.value.high - row.value.low <= content.unknown_value + 1e-9
        assert lows == sorted(lows, reverse=True)


@few
@given(datasets(), st.sampled_from(("made", "headquartered")))
def test_the_content_of_a_country_is_the_value_through_its_lens(dataset: Dataset, basis: str) -> None:
    for row in origins(dataset, PRODUCT).by_basis[basis].countries:
        analysis = analyse(dataset, PRODUCT, lens=[row.country], basis=[basis])
        items = first_tier(analysis)
        pairs = ((row.value, _value(analysis, items)), (row.first_tier_value, _face_value(analysis, items)))
        for ours, theirs in pairs:
            assert (ours is None) == (theirs is None)
            if ours is not None and theirs is not None:
                assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@few
@given(datasets(equal_alternative_costs=True, known_shares=True, known_origins=True))
def test_groups_add_up_to_the_value(dataset: Dataset) -> None:
    found, value = origins(dataset, PRODUCT), exposure(dataset, PRODUCT).value
    own = next((part.value for part in found.parts if part.part_id == PRODUCT), None)
    if value is None or own is None:
        assert all(group.value is None for name in GROUPS for group in getattr(found, name))
        return
    # A product without a price has nothing of its own, and costs what its lines cost: no known total to add up to.
    if not dataset.offers["unit_cost_usd"][dataset.offers["part_id"] == PRODUCT].notna().all():
        return
    for name in GROUPS:
        groups: tuple[Group, ...] = getattr(found, name)
        total = sum(group.value.low for group in groups if group.value is not None)
        assert total + own.low == pytest.approx(value.low, abs=1e-9), name
        made = sum(sum(group.made.values()) for group in groups)
        assert made <= 1 + 1e-9


@few
@given(datasets())
def test_groups_count_every_part_once(dataset: Dataset) -> None:
    found = origins(dataset, PRODUCT)
    below = [part for part in found.parts if part.tier > 0]
    verdicts: dict[str, set[str]] = {}
    for flag in find_flags(found.analysis, chains=False):
        verdicts.setdefault(flag.part_id, set()).add(flag.verdict)
    for name in GROUPS:
        groups: tuple[Group, ...] = getattr(found, name)
        assert sum(group.parts for group in groups) == len(below)
        assert all(group.parts == group.exposed + group.unknown + group.clear for group in groups)
        exposed = sum("exposed" in verdicts.get(part.part_id, ()) for part in below)
        assert sum(group.exposed for group in groups) == exposed
        assert len({group.key for group in groups}) == len(groups)
    tiers = oracle.tiers(dataset, PRODUCT)
    assert {part.part_id: part.tier for part in found.parts}.items() <= tiers.items()


@few
@given(datasets())
def test_sources_of_a_part_are_shares_of_it(dataset: Dataset) -> None:
    for part in origins(dataset, PRODUCT).parts:
        assert part.sources, part.part_id
        for source in part.sources:
            assert 0 <= source.low <= source.high + 1e-9
            assert source.high <= 1 + 1e-9
            assert (source.share is None) == (source.low != source.high)
            assert not (source.offer_id and source.candidates)
        highs = [source.high for source in part.sources]
        assert highs == sorted(highs, reverse=True)
        offers = [source.offer_id for source in part.sources if source.offer_id]
        assert len(set(offers)) == len(offers), part.part_id


# By hand


def drone(bom: list[dict[str, Any]], offers: list[dict[str, Any]]) -> Dataset:
    ids = dict.fromkeys(["drone", *(row["child_id"] for row in bom)])
    return Dataset.from_tables(
        {
            "parts": [
                {"part_id": part, "kind": "product" if part == "drone" else "", "category": part[:1]} for part in ids
            ],
            "bom": [{"parent_id": "drone", **row} for row in bom],
            "offers": offers,
            "suppliers": [
                {"supplier_id": "s", "country": "TWN", "owner_id": "t"},
                {"supplier_id": "t", "country": "CHN"},
            ],
        }
    )


BOM: list[dict[str, Any]] = [
    {"child_id": "motor", "supplier_id": "s", "quantity": 1},
    {"child_id": "mast", "quantity": 1},
    {"parent_id": "motor", "child_id": "magnet", "quantity": 1},
]
OFFERS: list[dict[str, Any]] = [
    {"offer_id": "m", "part_id": "motor", "supplier_id": "s", "origin_country": "VNM", "unit_cost_usd": 60},
    {"offer_id": "a", "part_id": "mast", "origin_country": "USA", "share": 0.75, "unit_cost_usd": 40},
    {"offer_id": "c", "part_id": "magnet", "origin_country": "CHN", "share": 0.9, "unit_cost_usd": 6},
    {"offer_id": "d", "part_id": "drone", "origin_country": "TWN", "share": 1, "unit_cost_usd": 200},
    {"offer_id": "e", "part_id": "magnet", "supplier_id": "s", "origin_country": "JPN"},
]


def test_content_by_country_by_hand() -> None:
    """Of 200: the product 100, the motor 54 of its 60, the magnet 6 (0.1 open), the mast 40 (0.25 open)."""
    found = origins(drone(BOM, OFFERS), "drone")
    made = {row.country: row.value for row in found.by_basis["made"].countries}
    lows = {country: value.low for country, value in made.items() if value is not None}
    assert lows == pytest.approx({"TWN": 0.5, "VNM": 0.27, "USA": 0.15, "CHN": 0.027})
    assert found.by_basis["made"].unknown_value == pytest.approx(0.003 + 0.05)
    assert all(value.high - value.low == pytest.approx(0.053) for value in made.values() if value is not None)
    faces = {row.country: row.first_tier_value for row in found.by_basis["made"].countries}
    assert faces["VNM"] is not None
    assert faces["VNM"].low == pytest.approx(0.3)
    assert {row.country: row.parts for row in found.by_basis["made"].countries} == {
        "TWN": 0,
        "VNM": 1,
        "USA": 1,
        "CHN": 1,
    }
    owned = {row.country: row.value for row in found.by_basis["owned"].countries}
    assert owned["CHN"] is not None
    assert owned["CHN"].low == pytest.approx(0.27 + 0.027)
    assert {row.country for row in found.by_basis["headquartered"].countries} >= {"TWN", "USA", "CHN"}


def test_groups_by_hand() -> None:
    """In the lens are the motor (by its owner) and the magnet."""
    found = origins(drone(BOM, OFFERS), "drone")
    by_tier = {group.key: group for group in found.by_tier}
    assert set(by_tier) == {1, 2}
    assert (by_tier[1].parts, by_tier[1].exposed, by_tier[1].unknown, by_tier[1].clear) == (2, 1, 1, 0)
    assert by_tier[1].value is not None
    assert (by_tier[1].value.low, by_tier[1].value.high) == pytest.approx((0.27, 0.27 + 0.05))
    assert by_tier[1].made == pytest.approx({"VNM": 0.27, "USA": 0.15, "": 0.05})
    assert by_tier[2].made == pytest.approx({"CHN": 0.027, "": 0.003})
    (category,) = found.by_category
    assert (category.key, category.parts) == ("m", 3)


def test_sources_by_hand() -> None:
    found = {part.part_id: part for part in origins(drone(BOM, OFFERS), "drone").parts}
    assert [part.tier for part in found.values()] == [0, 1, 1, 2]
    (motor,) = found["motor"].sources
    assert (motor.made, motor.designed, motor.headquartered, motor.owned) == ("VNM", "", "TWN", "CHN")
    assert (motor.share, motor.grounds) == (1.0, "documented")
    market, rest = found["magnet"].sources
    assert (market.offer_id, market.made, market.share) == ("c", "CHN", pytest.approx(0.9))
    assert (rest.offer_id, rest.made, rest.share) == ("", "", pytest.approx(0.1))
    assert rest.candidates == ("e",)
    assert market.grounds == "market_average"


def test_a_source_that_one_line_does_not_use_has_a_low_of_zero() -> None:
    bom = [*BOM, {"parent_id": "mast", "child_id": "magnet", "offer_id": "e"}]
    magnet = {part.part_id: part for part in origins(drone(bom, OFFERS), "drone").parts}["magnet"]
    found = {source.offer_id: (source.low, source.high, source.share) for source in magnet.sources}
    assert found["c"] == (0.0, pytest.approx(0.9), None)
    assert found["e"] == (0.0, 1.0, None)


def test_without_costs_content_is_a_count() -> None:
    bom = [{**row, "quantity": None} for row in BOM]
    found = origins(drone(bom, OFFERS), "drone")
    content = found.by_basis["made"]
    assert content.unknown_value is None
    assert all(row.value is None and row.first_tier_value is None for row in content.countries)
    assert {row.country: row.parts for row in content.countries}["CHN"] == 1
    assert found.notes
    assert found.to_json()["unknown_value"] is None


def test_json_is_the_same_content() -> None:
    found = origins(drone(BOM, OFFERS), "drone", basis=["owned"])
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert data["basis"] == "owned"
    assert data["by_country"] == data["by_basis"]["owned"]["by_country"]
    assert [row["part_id"] for row in data["parts"]] == ["drone", "mast", "motor", "magnet"]
    source = data["parts"][2]["sources"][0]
    assert (source["made"], source["designed"], source["share"]) == ("VNM", None, 1.0)
    assert len(found.frame()) == sum(len(content["by_country"]) for content in data["by_basis"].values())


def test_the_flagship_is_taiwanese_at_the_first_tier(uav: Dataset) -> None:
    """0.7 % to 7.1 % of the value is Chinese, as the README of the data says, and none at the first tier."""
    content = {row.country: row for row in origins(uav, "isr_quad_taiwan").by_basis["made"].countries}
    assert content["CHN"].value is not None
    assert content["CHN"].first_tier_value is not None
    assert round(100 * content["CHN"].value.low, 1) == 0.7
    assert content["CHN"].first_tier_value.low == 0
