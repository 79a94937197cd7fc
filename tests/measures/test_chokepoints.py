"""What each failure stops: against the oracle, pairs by brute force, and networks worked by hand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_network import Maker
from small_networks import network
from strategies import PRODUCT, datasets

from supplychain.compiled.sweep import Failures, sweep
from supplychain.dataset import Dataset
from supplychain.measures.analysis import analyse
from supplychain.measures.choke_failures import base_losses, candidates
from supplychain.measures.choke_pairs import STOPPED, find_pairs
from supplychain.measures.chokepoints import Chokepoints, chokepoints
from supplychain.measures.exposure import exposure

EVIDENCE = st.sampled_from(("all", "documented"))
DEPTHS = st.sampled_from((None, 1, 2))
few = settings(max_examples=40)


def of(found: Chokepoints, kind: str) -> dict[str, Any]:
    return {failure.id: failure for failure in found.failures if failure.kind == kind}


def stops(found: Chokepoints, kind: str) -> dict[str, str]:
    return {failure.id: failure.stops for failure in found.failures if failure.kind == kind}


# Against the oracle


class Failing(oracle.Oracle):
    """The oracle with makers that fail in place of a lens."""

    def __init__(self, dataset: Dataset, fails: Callable[[Maker, str], bool], **options: Any) -> None:
        super().__init__(dataset, **options)
        self.fails = fails

    def in_lens(self, maker: Maker, end: str) -> bool:
        planned = maker.state == "planned" and end == "high" and maker.part != PRODUCT
        return planned or self.fails(maker, end)

    def loss(self, product: str, depth: float, end: str, form: str) -> float:
        """Unlike in an embargo, the maker of the product may fail."""
        option = self.default_mix(product)
        if isinstance(option, oracle.ClassOf):
            return 1.0 - self.available_of_slots(product, "", depth, end, form)
        if isinstance(option, oracle.Mix):
            return 1.0 - self.available_of_mix(option, depth, end, form)
        best = max if end == "low" else min
        return 1.0 - self.over_option(option, lambda maker: self.available_of_maker(maker, depth, end, form), best)


def owned_by(dataset: Dataset, owner: str, min_ownership: float) -> set[str]:
    """Firms that stop with an owner, by going round until nothing is added."""
    held = {
        (row["supplier_id"], row["owner_id"]): 1.0 if math.isnan(row["ownership_share"]) else row["ownership_share"]
        for row in dataset.suppliers.to_dict("records")
        if row["owner_id"]
    }
    for row in dataset.tables["ownership"].to_dict("records"):
        if not row["until"] or row["until"] >= dataset.date:
            share = 1.0 if math.isnan(row["share"]) else row["share"]
            key = (row["supplier_id"], row["owner_id"])
            held[key] = max(share, held.get(key, 0.0))
    group = {owner}
    while True:
        sums: dict[str, float] = {}
        for (firm, holder), share in held.items():
            sums[firm] = sums.get(firm, 0.0) + share * (holder in group)
        more = group | {firm for firm, total in sums.items() if total >= min_ownership - 1e-12}
        if more == group:
            return group
        group = more


def fails(dataset: Dataset, kind: str, name: str) -> Callable[[Maker, str], bool]:
    if kind == "part":
        return lambda maker, _: maker.part == name
    if name.startswith("unknown:"):
        part = name.removeprefix("unknown:")
        return lambda maker, end: end == "high" and maker.part == part and maker.state == "unknown"
    group = {name} if kind == "supplier" else owned_by(dataset, name, 0.25)
    return lambda maker, _: maker.supplier in group


@few
@given(datasets(prices=False), DEPTHS, EVIDENCE)
def test_suppliers_owners_and_parts_equal_the_oracle(dataset: Dataset, depth: int | None, evidence: str) -> None:
    found = chokepoints(dataset, PRODUCT, depth=depth, evidence=evidence)
    classes = set(dataset.parts["part_id"][dataset.parts["kind"] == "class"])
    compared = 0
    for failure in found.failures:
        # The oracle knows no maker of a class that could fail; an unknown maker of one without lines is one.
        if failure.kind == "country" or (failure.kind == "part" and failure.id in classes):
            continue
        compared += 1
        slow = Failing(dataset, fails(dataset, failure.kind, failure.id), evidence=evidence)
        for form in ("reallocate", "proportional"):
            interval = getattr(failure, f"loss_{form}")
            for end in ("low", "high"):
                expected = slow.loss(PRODUCT, math.inf if depth is None else depth, end, form)
                assert getattr(interval, end) == pytest.approx(expected, abs=1e-9), (failure.kind, failure.id, form)
    assert compared


@few
@given(datasets(prices=False), DEPTHS, EVIDENCE, st.sampled_from((None, ("headquartered", "owned"))))
def test_a_country_that_fails_is_an_embargo(
    dataset: Dataset, depth: int | None, evidence: str, basis: tuple[str, ...] | None
) -> None:
    found = chokepoints(dataset, PRODUCT, depth=depth, evidence=evidence, basis=basis)
    for failure in found.failures:
        if failure.kind == "country":
            same = exposure(dataset, PRODUCT, lens=[failure.id], basis=[failure.basis], depth=depth, evidence=evidence)
            for form in ("loss_reallocate", "loss_proportional"):
                one, other = getattr(failure, form), getattr(same, form)
                assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1e-9)
    assert {failure.basis for failure in found.failures if failure.kind == "country"} <= set(basis or ("made",))


@few
@given(datasets(prices=False), DEPTHS, EVIDENCE)
def test_the_verdict_follows_from_the_loss_and_the_order_too(
    dataset: Dataset, depth: int | None, evidence: str
) -> None:
    found = chokepoints(dataset, PRODUCT, depth=depth, evidence=evidence)
    losses = [failure.loss_reallocate for failure in found.failures]
    assert [(-loss.low, -loss.high) for loss in losses] == sorted((-loss.low, -loss.high) for loss in losses)
    for failure in found.failures:
        assert failure.stops == (
            "yes" if failure.loss_reallocate.low == 1 else "possible" if failure.loss_reallocate.high == 1 else "no"
        )
        assert failure.loss_reallocate.low <= failure.loss_proportional.low + 1e-12
        assert failure.loss_reallocate.high <= failure.loss_proportional.high + 1e-12
        if failure.stopped_lines:
            assert failure.loss_reallocate.low > 0
    certain = {failure.id for failure in found.failures if failure.stops == "yes"}
    assert certain <= {failure.id for failure in found.single_points}


# Pairs


def brute_force(dataset: Dataset, **options: Any) -> dict[tuple[str, str], str]:
    """Every pair of suppliers, one by one."""
    analysis = analyse(dataset, PRODUCT, **options)
    found = candidates(analysis)
    firms = np.flatnonzero(found.kind == "supplier")

    def losses(groups: list[tuple[int, ...]]) -> Any:
        entries = [
            np.concatenate([np.arange(*found.failures.pointers[[one, one + 1]]) for one in group]) for group in groups
        ]
        pointers = np.cumsum([0, *(len(entry) for entry in entries)])
        entry = np.concatenate([np.zeros(0, dtype=np.int64), *entries]).astype(np.int64)
        joined = Failures(pointers, found.failures.options[entry], 1.0 - found.failures.lost[:, entry])
        return sweep(
            analysis.compiled,
            base_losses(analysis),
            joined,
            target=analysis.target,
            columns=analysis.columns,
            depth=analysis.depth,
        )

    alone = dict(zip(firms, (losses([(firm,) for firm in firms]) >= STOPPED).T, strict=True))
    pairs = list(itertools.combinations(firms, 2))
    result = {}
    for (one, other), loss in zip(pairs, losses(pairs).T, strict=True):
        minimal = (loss >= STOPPED) & ~alone[one] & ~alone[other]
        if minimal.any():
            first, second = sorted((str(found.id[one]), str(found.id[other])))
            result[first, second] = "yes" if loss[0] >= STOPPED else "possible"
    return result


@settings(max_examples=80)
@given(datasets(prices=False), DEPTHS, EVIDENCE)
def test_pairs_equal_brute_force(dataset: Dataset, depth: int | None, evidence: str) -> None:
    found = chokepoints(dataset, PRODUCT, depth=depth, evidence=evidence)
    assert found.pairs_checked == found.pairs_possible
    assert {(pair.first, pair.second): pair.stops for pair in found.pairs} == brute_force(
        dataset, depth=depth, evidence=evidence
    )


def test_two_sources_of_one_slot_stop_it_together() -> None:
    dataset = network(
        ["P motor slot=m share=0.6 from=one", "P motor slot=m share=0.4 from=two", "P frame from=three"],
        ["motor one", "motor two", "frame three"],
    )
    found = chokepoints(dataset)
    losses = {name: failure.loss_reallocate.low for name, failure in of(found, "supplier").items()}
    assert losses == pytest.approx({"one": 0.6, "two": 0.4, "three": 1.0})
    assert [(pair.first, pair.second, pair.stops, pair.loss.low) for pair in found.pairs] == [("one", "two", "yes", 1)]
    # `three` stops it alone: no pair with it is minimal.
    assert [point.id for point in found.single_points if point.kind == "supplier"] == ["three"]


def test_three_sources_make_no_pair() -> None:
    lines = [f"P motor slot=m share={share} from={firm}" for firm, share in (("a", 0.4), ("b", 0.3), ("c", 0.3))]
    found = chokepoints(network(lines, ["motor a", "motor b", "motor c"]))
    assert found.pairs == ()
    assert set(stops(found, "supplier").values()) == {"no"}


def test_a_pair_across_tiers() -> None:
    """One alternative is bought, the other is made of something that only the second firm sells."""
    dataset = network(
        ["P a slot=s share=0.5 from=one", "P b slot=s share=0.5", "b c from=two"],
        ["a one", "c two"],
    )
    found = chokepoints(dataset)
    assert [(pair.first, pair.second) for pair in found.pairs if pair.stops == "yes"] == [("one", "two")]
    # Whoever makes b is not known: with `one` it may stop the product, but not for certain.
    possible = [(pair.first, pair.second) for pair in found.pairs if pair.stops == "possible"]
    assert possible == [("one", "unknown:b")]


def test_a_choice_that_nobody_knows_is_certain_only_together() -> None:
    dataset = network(
        ["P a"],
        ["a one", "a two"],
        parts=[{"part_id": "P"}, {"part_id": "a", "mix_complete": "yes"}],
    )
    found = chokepoints(dataset)
    assert stops(found, "supplier") == {"one": "possible", "two": "possible"}
    assert [(pair.first, pair.second, pair.stops) for pair in found.pairs] == [("one", "two", "yes")]


def test_too_many_pairs_are_said_to_be_too_many() -> None:
    lines = [f"P {part} slot={part} share=0.5 from={part}{firm}" for part in "abcd" for firm in "12"]
    found = chokepoints(network(lines, [f"{part} {part}{firm}" for part in "abcd" for firm in "12"]), most_pairs=5)
    assert (found.pairs_checked, found.pairs_possible) == (5, 28)
    assert any("28 pairs could stop the product" in note for note in found.notes)
    whole = chokepoints(network(lines, [f"{part} {part}{firm}" for part in "abcd" for firm in "12"]))
    assert [(pair.first, pair.second) for pair in whole.pairs] == [(f"{part}1", f"{part}2") for part in "abcd"]


def test_listing_stops_in_good_time() -> None:
    """More pairs than are even listed: what is left out is counted."""
    firms = [f"s{number:03}" for number in range(60)]
    offers = [f"a {firm}" for firm in firms]
    dataset = network(["P a"], offers, parts=[{"part_id": "P"}, {"part_id": "a", "mix_complete": "yes"}])
    analysis = analyse(dataset)
    found = candidates(analysis)
    some = np.flatnonzero(found.kind == "supplier")
    alone = np.stack([np.zeros(len(found)), np.ones(len(found))])
    search = find_pairs(analysis, found.failures, alone, some, most_pairs=10)
    assert (search.checked, search.possible) == (10, 60 * 59 // 2)


# By hand


def test_all_inputs_are_needed() -> None:
    """AND is never OR: two slots with one source each are two single points."""
    found = chokepoints(network(["P a from=one", "P b from=two"], ["a one", "b two"]))
    assert stops(found, "supplier") == {"one": "yes", "two": "yes"}
    assert stops(found, "part") == {"a": "yes", "b": "yes"}
    assert found.survival["supplier"].high == 0
    assert of(found, "supplier")["one"].stopped_lines == ("a",)


def test_an_optional_line_stops_nothing() -> None:
    found = chokepoints(network(["P a from=one", "P b from=two essential=no"], ["a one", "b two"]))
    assert stops(found, "supplier") == {"one": "yes", "two": "no"}


def test_what_is_listed_and_not_chosen_does_not_help() -> None:
    found = chokepoints(network(["P a from=one"], ["a one", "a two", "a three"]))
    one = of(found, "supplier")["one"]
    assert (one.stops, one.other_sources, one.parts) == ("yes", 2, ("a",))


def test_the_maker_of_the_product_is_a_supplier() -> None:
    dataset = network(["P a from=one"], ["a one country=USA", "P maker country=JPN share=1"])
    found = chokepoints(dataset, "P")
    assert of(found, "supplier")["maker"].stops == "yes"
    # The assembly counts for no country, as in an embargo.
    assert stops(found, "country") == {"USA": "yes"}


def test_unknown_makers_may_be_one_firm() -> None:
    found = chokepoints(network(["P a", "P b"], ["b one share=0.7"]))
    losses = {name: failure.loss_reallocate for name, failure in of(found, "supplier").items()}
    assert (losses["unknown:a"].low, losses["unknown:a"].high) == (0, 1)
    assert losses["unknown:b"].high == pytest.approx(0.3)
    assert of(found, "supplier")["unknown:a"].name == "unknown maker of a"
    assert [point.id for point in found.single_points if point.stops == "possible"] == ["unknown:a"]


def test_owners_take_all_that_they_own_with_them() -> None:
    dataset = network(
        ["P a slot=s share=0.5 from=one", "P b slot=s share=0.5 from=two"],
        ["a one", "b two"],
        ["one middle 0.2", "one other 0.2", "middle top 0.6", "other top 1", "two top 0.3"],
    )
    found = chokepoints(dataset)
    # 0.2 + 0.2 by firms that the same owner controls: together they reach 0.25, alone they do not.
    assert stops(found, "owner") == {"top": "yes"}
    assert stops(chokepoints(dataset, min_ownership=0.5), "owner") == {}
    assert stops(found, "supplier") == {"one": "no", "two": "no"}


def test_planned_makers_may_be_missing_anyway() -> None:
    dataset = network(["P a from=one", "P b from=two"], ["a one status=planned", "b two"])
    found = chokepoints(dataset)
    assert (found.loss_without_failure[0].low, found.loss_without_failure[0].high) == (0, 1)
    # Where nothing need fail for a stop, only what is certain is a single point.
    assert {point.stops for point in found.single_points} == {"yes"}
    assert any("although nothing fails" in note for note in found.notes)


def test_depth_leaves_what_lies_deeper_in_place() -> None:
    dataset = network(["P a from=one", "a b from=two", "b c from=three"], ["a one", "b two", "c three"])
    assert set(of(chokepoints(dataset), "supplier")) == {"one", "two", "three"}
    found = chokepoints(dataset, depth=2)
    assert stops(found, "supplier") == {"one": "yes", "two": "yes"}
    assert of(found, "supplier")["two"].stopped_lines == ("a",)


def test_the_failure_of_a_class_stops_what_needs_it() -> None:
    dataset = network(
        ["P cells", "cells small slot=x share=0.5", "cells large slot=x share=0.5"],
        parts=[
            {"part_id": "P", "kind": "product"},
            {"part_id": "cells", "kind": "class"},
            {"part_id": "small"},
            {"part_id": "large"},
        ],
    )
    assert stops(chokepoints(dataset), "part") == {"cells": "yes", "large": "no", "small": "no"}


def test_the_table_and_the_json_say_the_same() -> None:
    found = chokepoints(network(["P a from=one", "P b"], ["a one", "b two share=0.5"]))
    frame, answer = found.frame(), found.to_json()
    assert list(frame["id"]) == [row["id"] for row in answer["failures"]]
    assert list(frame["loss_reallocate_high"]) == [row["loss"]["reallocate"]["high"] for row in answer["failures"]]
    assert answer["schema"] == "supplychain/chokepoints/1"
