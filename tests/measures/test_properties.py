"""Every measure against the oracle, and the properties that the model promises, over drawn networks."""

from __future__ import annotations

from typing import Any

import oracle
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import COUNTRIES, PRODUCT, datasets

from supplychain.dataset import Dataset
from supplychain.measures.exposure import Exposure, exposure

Ends = tuple[float, float]
EVIDENCE = st.sampled_from(("all", "documented"))
DEPTHS = st.sampled_from((None, 1, 2, 3))
BASES = st.sampled_from((None, ("made",), ("designed", "owned")))
SLACK = 1e-9
# All that follows measures; the time goes into the oracle.
few = settings(max_examples=60)


def ends(interval: Any) -> Ends | None:
    return None if interval is None else (interval.low, interval.high)


def same(found: Ends | None, expected: Ends | None) -> bool:
    """Equal within the project's tolerance."""
    if found is None or expected is None:
        return found is expected
    return all(abs(a - b) <= 1e-9 + 1e-9 * abs(b) for a, b in zip(found, expected, strict=True))


def figures(found: Exposure) -> dict[str, Ends | None]:
    return {
        "contact": ends(found.contact),
        "contact bounds": ends(found.contact_bounds),
        "embargo loss, reallocate": ends(found.loss_reallocate),
        "embargo loss, proportional": ends(found.loss_proportional),
        "value": ends(found.value),
        "face value": ends(found.face_value),
        "hidden": ends(found.hidden),
    }


def prices_are_even(dataset: Dataset) -> bool:
    """Whether the makers of every mix all have a price, or none has."""
    for _, offers in dataset.offers.groupby("part_id"):
        makers = offers[offers["share"].notna() & ~offers["status"].isin(["unavailable", "withdrawn"])]
        priced = makers["unit_cost_usd"].notna()
        if priced.any() and not (priced.all() and makers["share"].sum() > 1 - 1e-9):
            return False
    return True


def has_weights(dataset: Dataset) -> bool:
    """Whether some first-tier line has a cost: without one, a product without a price has no value figures."""
    return oracle.cost_in_contact(dataset, PRODUCT) is not None


# Equality with the oracle


@few
@given(datasets(), BASES)
def test_contact_and_loss_equal_the_oracle(dataset: Dataset, bases: tuple[str, ...] | None) -> None:
    for depth in (None, 1, 2):
        found = figures(exposure(dataset, PRODUCT, basis=bases, depth=depth))
        options: dict[str, Any] = {"bases": bases, "depth": depth}
        assert same(found["contact"], oracle.contact(dataset, PRODUCT, **options))
        assert same(found["contact bounds"], oracle.contact_frechet(dataset, PRODUCT, **options))
        expected = oracle.embargo_loss_reallocate(dataset, PRODUCT, **options)
        assert same(found["embargo loss, reallocate"], expected)
        expected = oracle.embargo_loss_proportional(dataset, PRODUCT, **options)
        assert same(found["embargo loss, proportional"], expected)


@few
@given(datasets(), BASES)
def test_documented_contact_and_loss_equal_the_oracle(dataset: Dataset, bases: tuple[str, ...] | None) -> None:
    found = figures(exposure(dataset, PRODUCT, basis=bases, evidence="documented"))
    options: dict[str, Any] = {"bases": bases, "evidence": "documented"}
    assert same(found["contact"], oracle.contact(dataset, PRODUCT, **options))
    assert same(found["contact bounds"], oracle.contact_frechet(dataset, PRODUCT, **options))
    assert same(found["embargo loss, reallocate"], oracle.embargo_loss_reallocate(dataset, PRODUCT, **options))
    assert same(found["embargo loss, proportional"], oracle.embargo_loss_proportional(dataset, PRODUCT, **options))


@few
@given(datasets(), st.sampled_from((1, 2)))
def test_documented_contact_and_loss_stop_at_the_depth(dataset: Dataset, depth: int) -> None:
    found = figures(exposure(dataset, PRODUCT, depth=depth, evidence="documented"))
    options: dict[str, Any] = {"depth": depth, "evidence": "documented"}
    assert same(found["contact"], oracle.contact(dataset, PRODUCT, **options))
    assert same(found["embargo loss, reallocate"], oracle.embargo_loss_reallocate(dataset, PRODUCT, **options))


def check_value_figures(dataset: Dataset, evidence: str) -> None:
    if not has_weights(dataset):
        return
    found = exposure(dataset, PRODUCT, evidence=evidence)
    options: dict[str, Any] = {"evidence": evidence}
    assert same(ends(found.value), oracle.value(dataset, PRODUCT, **options))
    assert same(ends(found.face_value), oracle.face_value(dataset, PRODUCT, **options))
    assert same(ends(found.hidden), oracle.hidden(dataset, PRODUCT, **options))
    if (dataset.bom["parent_supplier_id"][dataset.bom["parent_id"] == PRODUCT] == "").all():
        # With own lines of its makers a product has several first tiers, and no one cost is fixed for them.
        assert same(ends(found.cost), oracle.first_tier_cost(dataset, PRODUCT, **options))
    opened = oracle.opened_value(dataset, PRODUCT)
    if opened is not None and abs(opened[0] - opened[1]) < SLACK:
        assert found.opened_value == pytest.approx(opened[0], abs=SLACK)


@few
@given(datasets(equal_alternative_costs=True, known_shares=True), EVIDENCE)
def test_value_figures_equal_the_oracle_where_prices_are_even(dataset: Dataset, evidence: str) -> None:
    check_value_figures(dataset, evidence)


@few
@given(datasets(), EVIDENCE)
def test_value_figures_equal_the_oracle(dataset: Dataset, evidence: str) -> None:
    if prices_are_even(dataset):
        check_value_figures(dataset, evidence)


@few
@given(datasets())
def test_value_figures_hold_the_oracle_whatever_has_a_price(dataset: Dataset) -> None:
    # The remainder of a slot whose price is an unknown choice is taken to choose for itself: bounds may be wider.
    if not has_weights(dataset):
        return
    found = exposure(dataset, PRODUCT)
    for ours, theirs in (
        (found.value, oracle.value(dataset, PRODUCT)),
        (found.face_value, oracle.face_value(dataset, PRODUCT)),
        (found.hidden, oracle.hidden(dataset, PRODUCT)),
    ):
        assert ours is not None
        assert theirs is not None
        assert ours.low <= theirs[0] + SLACK
        assert ours.high >= theirs[1] - SLACK


@few
@given(datasets())
def test_line_profile_and_depths_equal_the_oracle(dataset: Dataset) -> None:
    found = exposure(dataset, PRODUCT)
    assert found.contact_by_depth[-1].depth == oracle.graph_depth(dataset, PRODUCT)
    by_depth = oracle.contact_by_depth(dataset, PRODUCT)
    for row in found.contact_by_depth[1:]:
        assert same(ends(row.contact), by_depth[row.depth])
    for profile in found.line_profile:
        depth = profile.depth if isinstance(profile.depth, int) else None
        counts = oracle.line_profile(dataset, PRODUCT, depth=depth)
        assert (profile.exposed, profile.unknown, profile.clear) == tuple(counts.values())
        if prices_are_even(dataset):
            expected = oracle.cost_in_contact(dataset, PRODUCT, depth=depth)
            # None: some choice, perhaps of the product's own maker, leaves no first tier with a cost.
            assert expected is None or same(ends(profile.cost_in_contact), expected)
    assert (found.clean_depth, found.clean_depth_proven) == oracle.clean_depth(dataset, PRODUCT)


@few
@given(datasets(), EVIDENCE)
def test_place_of_assembly_equals_the_oracle(dataset: Dataset, evidence: str) -> None:
    found = exposure(dataset, PRODUCT, evidence=evidence)
    expected = oracle.assembly(dataset, PRODUCT, evidence=evidence)
    assert same(ends(found.contact_by_depth[0].contact), expected)


@few
@given(datasets())
def test_flags_equal_the_oracle(dataset: Dataset) -> None:
    from supplychain.measures.analysis import analyse
    from supplychain.measures.flags import find_flags

    expected = oracle.flags(dataset, PRODUCT)
    found = {
        (flag.parent_id, flag.part_id, flag.supplier_id): flag
        for flag in find_flags(analyse(dataset, PRODUCT), chains=False)
    }
    assert set(found) == set(expected)
    for key, flag in found.items():
        assert same(ends(flag.contact), expected[key]["contact"]), key
        assert flag.verdict == expected[key]["verdict"], key
        assert flag.reach == expected[key]["reach"], key
        assert flag.tier == expected[key]["tier"], key


# Properties


@given(datasets(), EVIDENCE, DEPTHS)
def test_low_is_at_most_high_and_both_are_shares(dataset: Dataset, evidence: str, depth: int | None) -> None:
    for name, interval in figures(exposure(dataset, PRODUCT, evidence=evidence, depth=depth)).items():
        if interval is not None:
            assert 0 <= interval[0] <= interval[1] <= 1, name


@few
@given(datasets(known_shares=True))
def test_lows_over_countries_and_unknown_add_to_one(dataset: Dataset) -> None:
    def value(country: str) -> Ends | None:
        return ends(exposure(dataset, PRODUCT, lens=[country], basis=["made"]).value)

    nowhere = value("ATA")
    if nowhere is None:
        return
    lows = [interval[0] for country in sorted(set(COUNTRIES)) if (interval := value(country)) is not None]
    assert nowhere[0] == 0
    assert sum(lows) + nowhere[1] == pytest.approx(1, abs=1e-9)


@given(datasets(), DEPTHS)
def test_reallocate_is_at_most_proportional_is_at_most_the_contact_bound(dataset: Dataset, depth: int | None) -> None:
    found = exposure(dataset, PRODUCT, depth=depth, basis=["made"])
    reallocate, proportional = ends(found.loss_reallocate), ends(found.loss_proportional)
    assert reallocate[0] <= proportional[0] + SLACK
    assert reallocate[1] <= proportional[1] + SLACK
    assert proportional[1] <= found.contact_bounds.high + SLACK


@given(datasets(essential_only=True, equal_alternative_costs=True), DEPTHS)
def test_value_is_at_most_the_loss_is_at_most_contact(dataset: Dataset, depth: int | None) -> None:
    """Where every line is essential and alternatives cost the same; the product's own place enters the value alone."""
    offers = dataset.offers
    elsewhere = offers.assign(origin_country=offers["origin_country"].where(offers["part_id"] != PRODUCT, "TWN"))
    elsewhere.loc[(elsewhere["part_id"] == PRODUCT) & elsewhere["share"].notna(), "share"] = 2.0  # scaled: no remainder
    found = exposure(dataset.with_tables(offers=elsewhere), PRODUCT, depth=depth, basis=["made"])
    product_has_makers = not offers[(offers["part_id"] == PRODUCT) & offers["share"].notna()].empty
    value, loss, contact = ends(found.value), ends(found.loss_reallocate), ends(found.contact)
    for end in (0, 1):
        assert loss[end] <= contact[end] + SLACK
        if value is not None and product_has_makers:
            assert value[end] <= loss[end] + SLACK


@given(datasets(), EVIDENCE)
def test_bounds_grow_with_the_depth(dataset: Dataset, evidence: str) -> None:
    previous = figures(exposure(dataset, PRODUCT, depth=1, evidence=evidence))
    for depth in (2, 3, 4, None):
        current = figures(exposure(dataset, PRODUCT, depth=depth, evidence=evidence))
        for name, before in previous.items():
            after = current[name]
            if before is not None and after is not None:
                assert before[0] <= after[0] + SLACK, name
                assert before[1] <= after[1] + SLACK, name
        previous = current


@given(datasets())
def test_documented_contains_the_default_interval(dataset: Dataset) -> None:
    wide = figures(exposure(dataset, PRODUCT, evidence="documented"))
    for name, narrow in figures(exposure(dataset, PRODUCT)).items():
        outer = wide[name]
        if narrow is not None and outer is not None:
            assert outer[0] <= narrow[0] + SLACK, name
            assert narrow[1] <= outer[1] + SLACK, name


@given(datasets(), st.data())
def test_what_is_learned_stays_inside_the_interval(dataset: Dataset, data: st.DataObject) -> None:
    kinds = dict(zip(dataset.parts["part_id"], dataset.parts["kind"], strict=True))
    offers, suppliers = dataset.offers, dataset.suppliers
    # Software without an origin is not unknown: it falls back to its design.
    open_offers = offers.index[(offers["origin_country"] == "") & (offers["part_id"].map(kinds) != "software")]
    unknowns = [("offers", "origin_country", row) for row in open_offers]
    unknowns += [("suppliers", "country", row) for row in suppliers.index[suppliers["country"] == ""]]
    if not unknowns:
        return
    table, column, row = data.draw(st.sampled_from(unknowns))
    frame = dataset.tables[table].copy()
    frame.loc[row, column] = data.draw(st.sampled_from(("TWN", "CHN")))
    learned = figures(exposure(dataset.with_tables(**{table: frame}), PRODUCT))
    for name, before in figures(exposure(dataset, PRODUCT)).items():
        after = learned[name]
        if before is not None and after is not None:
            assert before[0] <= after[0] + SLACK, name
            assert after[1] <= before[1] + SLACK, name


@given(datasets(), st.randoms(use_true_random=False))
def test_row_order_does_not_matter(dataset: Dataset, random: Any) -> None:
    def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
        order = list(range(len(frame)))
        random.shuffle(order)
        return frame.iloc[order].reset_index(drop=True)

    mixed = dataset.with_tables(**{name: shuffled(frame) for name, frame in dataset.tables.items()})
    found = figures(exposure(mixed, PRODUCT))
    for name, interval in figures(exposure(dataset, PRODUCT)).items():
        assert same(found[name], interval), name


@given(datasets())
def test_names_do_not_matter(dataset: Dataset) -> None:
    """Ids are turned around, so that their order changes."""

    def renamed(value: str) -> str:
        return value[::-1] + "_" if value and value != PRODUCT else value

    columns = {
        "parts": ["part_id"],
        "bom": ["parent_id", "child_id", "supplier_id", "offer_id", "parent_supplier_id"],
        "offers": ["offer_id", "part_id", "supplier_id"],
        "suppliers": ["supplier_id", "owner_id"],
        "ownership": ["supplier_id", "owner_id"],
    }
    frames = {}
    for name, ids in columns.items():
        frames[name] = dataset.tables[name].copy()
        for column in ids:
            frames[name][column] = frames[name][column].map(renamed)
    found = figures(exposure(dataset.with_tables(**frames), PRODUCT))
    for name, interval in figures(exposure(dataset, PRODUCT)).items():
        assert same(found[name], interval), name


@given(datasets(), st.data())
def test_a_pass_through_assembly_changes_nothing(dataset: Dataset, data: st.DataObject) -> None:
    """A part made by a named offer is put into an assembly of the same offer at the same price, which holds only it."""
    bom = dataset.bom
    chosen = bom.index[bom["offer_id"] != ""]
    if chosen.empty:
        return
    row = data.draw(st.sampled_from(list(chosen)))
    offer = dataset.offers[dataset.offers["offer_id"] == bom.loc[row, "offer_id"]].iloc[0]
    parts = pd.concat([dataset.parts, pd.DataFrame([{"part_id": "kit", "kind": "assembly"}])], ignore_index=True)
    kind = dataset.parts.set_index("part_id")["kind"][offer["part_id"]]
    parts.loc[parts["part_id"] == "kit", "kind"] = kind
    kit = {**offer.to_dict(), "offer_id": "kit/0", "part_id": "kit"}
    offers = pd.concat([dataset.offers, pd.DataFrame([kit])], ignore_index=True)
    lines = bom.copy()
    slot = lines.loc[row, "slot"] or lines.loc[row, "child_id"]
    same_slot = (lines["parent_id"] == lines.loc[row, "parent_id"]) & (
        lines["slot"].where(lines["slot"] != "", lines["child_id"]) == slot
    )
    shares = lines.loc[same_slot, "share"]
    if len(shares) == shares.notna().sum() and shares.sum() < 1 - 1e-9:
        return  # the unknown remainder of the slot would become one of assemblies
    lines.loc[same_slot, "slot"] = slot
    inner = {
        "parent_id": "kit",
        "child_id": offer["part_id"],
        "supplier_id": offer["supplier_id"],
        "offer_id": offer["offer_id"],
        "quantity": 1.0,
        "cost_share": 1.0,
        "basis": lines.loc[row, "basis"],
        "confidence": lines.loc[row, "confidence"],
        "source_ids": lines.loc[row, "source_ids"],
    }
    lines.loc[row, ["child_id", "offer_id"]] = ["kit", "kit/0"]
    lines = pd.concat([lines, pd.DataFrame([inner])], ignore_index=True)
    found = figures(exposure(dataset.with_tables(parts=parts, offers=offers, bom=lines), PRODUCT))
    for name, interval in figures(exposure(dataset, PRODUCT)).items():
        # Hidden exposure leaves the value of the first tier itself out, and the first tier is now the assembly.
        if name != "hidden":
            assert same(found[name], interval), name
