"""The chains of flags against all chains that the oracle can walk."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import oracle as oracle_module
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import STRENGTH, Oracle
from oracle import Chain as Way
from oracle import Step as WayStep
from oracle_network import ClassOf, Mix
from strategies import PRODUCT, datasets

from supplychain.dataset import Dataset
from supplychain.measures.analysis import analyse
from supplychain.measures.chains import Chain, ChainFinder, shortest_first, worst_first
from supplychain.measures.flags import Flag, find_flags

DEPTHS = st.sampled_from((None, None, 2))
few = settings(max_examples=40)
Steps = tuple[WayStep, ...]
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Found(Way):
    """A chain with the share of the product that is made by the recipe it starts in."""

    of_product: float = 1.0

    @property
    def share(self) -> float:
        return self.of_product * super().share  # of the steps


class Walker:
    """All ways through each flagged line; the oracle's own step, taken one at a time."""

    def __init__(self, dataset: Dataset, depth: int | None) -> None:
        self.oracle, self.depth = oracle_module._oracle(dataset, {"depth": depth})
        self.through: dict[Key, list[Way]] = {}
        seen = set()
        self._known: dict[tuple[str, str, float], list[tuple[Steps, Any, float]]] = {}
        for recipe, share in self._recipes().items():
            for flagged, steps, places in self._walk(PRODUCT, recipe, self.depth, (), (), ()):
                if (flagged, places) not in seen:
                    seen.add((flagged, places))
                    self.through.setdefault(flagged, []).append(Found(steps, share))

    def _recipes(self) -> dict[str, float]:
        """Recipes of the product's makers with the share of those that use each; 1 where it is an unknown choice."""
        option = self.oracle.default_mix(PRODUCT)
        if isinstance(option, ClassOf):
            return {"": 1.0}
        if not isinstance(option, Mix):
            return {maker.recipe: 1.0 for maker in self.oracle.makers_of(option)}
        result: dict[str, float] = {}
        for share, maker in option.makers:
            result[maker.recipe] = result.get(maker.recipe, 0.0) + share
        return result

    def _edges(self, part: str, recipe: str, depth: float) -> list[tuple[Steps, Any, float]]:
        """Steps to the next maker (classes on the way), the maker, and the depth that is left before it."""
        key = (part, recipe, depth)
        if key not in self._known:

            def stop(_: Oracle, step: WayStep, maker: Any, left: float) -> Iterator[tuple[Any, ...]]:
                yield (step, (maker, left))

            before = oracle_module._ways_of_maker
            oracle_module._ways_of_maker = stop
            try:
                found = list(oracle_module._ways(self.oracle, part, recipe, depth))
            finally:
                oracle_module._ways_of_maker = before
            self._known[key] = [(tuple(steps), maker, left) for *steps, (maker, left) in found]
        return self._known[key]

    def _walk(
        self, part: str, recipe: str, depth: float, steps: Steps, places: tuple[Any, ...], passed: tuple[Key, ...]
    ) -> Iterator[tuple[Key, Steps, tuple[Any, ...]]]:
        for number, (new, maker, left) in enumerate(self._edges(part, recipe, depth)):
            here, where = (*steps, *new), (*places, (part, recipe, number))
            flagged = (*passed, *((step.parent, step.part, step.supplier) for step in new))
            if self.oracle.in_lens(maker, "low"):
                for key in flagged:
                    yield key, here, where
                flagged = ()  # what starts above ends here; lines further down are reached through it all the same
            yield from self._walk(
                maker.part, maker.recipe, self.oracle.above(maker.part, left - 1), here, where, flagged
            )


def plain(chain: Chain) -> tuple[Any, ...]:
    return tuple((s.part_id, s.supplier_id, s.country, s.grounds) for s in chain.steps[1:])


def plain_way(way: Way) -> tuple[Any, ...]:
    return tuple((s.part, s.supplier, s.country, s.grounds) for s in way.steps)


def rank(share: float, length: int) -> tuple[float, int]:
    return (-round(share, 9), length)


def key_of(flag: Flag) -> Key:
    return flag.parent_id, flag.part_id, flag.supplier_id


def kinds(dataset: Dataset) -> dict[str, str]:
    return dict(zip(dataset.parts["part_id"], dataset.parts["kind"], strict=True))


def length(chain: Chain, kind: dict[str, str]) -> int:
    return sum(kind[step.part_id] != "class" or step is chain.steps[-1] for step in chain.steps[1:])


@few
@given(datasets(most_parts=7), DEPTHS)
def test_chains_are_the_worst_and_the_shortest_of_all(dataset: Dataset, depth: int | None) -> None:
    walker, kind = Walker(dataset, depth), kinds(dataset)
    for flag in find_flags(analyse(dataset, PRODUCT, depth=depth)):
        ways = walker.through.get(key_of(flag), [])
        if flag.verdict != "exposed":
            assert not flag.chains
            continue
        known = {plain_way(way) for way in ways}
        assert {plain(chain) for chain in flag.chains} <= known, key_of(flag)
        assert min(length(chain, kind) for chain in flag.chains) == min(way.length for way in ways), key_of(flag)
        if any(step.share is None for way in ways for step in way.steps):
            continue  # see test_an_unknown_choice_counts_as_one
        found = sorted(rank(chain.share, length(chain, kind)) for chain in flag.chains)
        expected = sorted(rank(way.share, way.length) for way in ways)
        assert found[0] == expected[0], key_of(flag)
        if max(Counter(plain_way(way) for way in ways).values()) == 1:
            worst = [rank(chain.share, length(chain, kind)) for chain in flag.chains[:3]]
            assert worst[: min(3, len(ways))] == expected[:3], key_of(flag)


@few
@given(datasets(most_parts=7), DEPTHS)
def test_grounds_are_the_best_of_all_chains(dataset: Dataset, depth: int | None) -> None:
    walker = Walker(dataset, depth)
    for flag in find_flags(analyse(dataset, PRODUCT, depth=depth), chains=False):
        if flag.verdict != "exposed":
            assert flag.grounds is None
            continue
        best = max((way.grounds for way in walker.through[key_of(flag)]), key=STRENGTH.__getitem__)
        assert flag.grounds == best, key_of(flag)


@few
@given(datasets())
def test_a_chain_ends_at_the_first_source_of_concern(dataset: Dataset) -> None:
    planned = set(dataset.offers["part_id"][dataset.offers["status"] == "planned"])
    lines = set(zip(dataset.bom["parent_id"], dataset.bom["child_id"], strict=True))
    for flag in find_flags(analyse(dataset, PRODUCT, basis=["made"])):
        for chain in flag.chains:
            ids = [step.part_id for step in chain.steps]
            assert ids[0] == PRODUCT
            assert set(pairwise(ids)) <= lines
            assert chain.steps[-1].country in {"CHN", "HKG"}
            at = next(
                place
                for place in range(1, len(ids))
                if (ids[place - 1], ids[place], chain.steps[place].supplier_id) == key_of(flag)
            )
            assert all(step.country not in {"CHN", "HKG"} for step in chain.steps[at:-1])
        for chain in flag.open_chains:
            assert flag.verdict == "unknown"
            assert chain.steps[-1].country == "" or chain.steps[-1].part_id in planned


@few
@given(datasets())
def test_shares_and_grounds_of_a_chain_are_those_of_its_steps(dataset: Dataset) -> None:
    for flag in find_flags(analyse(dataset, PRODUCT)):
        for chain in (*flag.chains, *flag.open_chains):
            assert STRENGTH[chain.grounds] == min(STRENGTH[step.grounds] for step in chain.steps)
            if all(step.share is not None for step in chain.steps):
                product = 1.0
                for step in chain.steps:
                    product *= step.share or 0.0
                assert chain.share == pytest.approx(product)
            assert 0 < chain.share <= 1 + 1e-9
        assert len(set(flag.chains)) == len(flag.chains)
        if flag.chains:
            assert flag.grounds in {chain.grounds for chain in flag.chains}


@few
@given(datasets(most_parts=7), DEPTHS)
def test_chains_of_the_product_equal_the_oracle(dataset: Dataset, depth: int | None) -> None:
    kind = kinds(dataset)
    expected = oracle_module.chains(dataset, PRODUCT, depth=depth)
    finder = ChainFinder(analyse(dataset, PRODUCT, depth=depth))
    found = finder.whole(worst_first, 400)
    assert {plain(chain) for chain in found} == {plain_way(way) for way in expected}
    if found:
        shares = [round(chain.share, 9) for chain in found]
        assert shares == sorted(shares, reverse=True)
        shortest = finder.whole(shortest_first, 1)[0]
        assert length(shortest, kind) == min(way.length for way in expected)


# By hand


def drone(bom: list[dict[str, Any]], offers: list[dict[str, Any]], **tables: Any) -> Dataset:
    parts = dict.fromkeys(["drone", *(row["child_id"] for row in bom)])
    return Dataset.from_tables(
        {
            "parts": [{"part_id": part, "kind": "product" if part == "drone" else ""} for part in parts],
            "bom": [{"parent_id": "drone", **row} for row in bom],
            "offers": offers,
            "suppliers": [{"supplier_id": "s", "country": "TWN"}, {"supplier_id": "t", "country": "CHN"}],
            **tables,
        }
    )


def test_a_flag_below_a_source_of_concern_has_its_chain_through_it() -> None:
    bom = [{"child_id": "pack", "supplier_id": "t"}, {"parent_id": "pack", "child_id": "cell"}]
    offers = [
        {"part_id": "pack", "supplier_id": "t", "origin_country": "CHN"},
        {"part_id": "cell", "origin_country": "CHN", "share": 0.8},
        {"part_id": "cell", "origin_country": "KOR", "share": 0.2},
    ]
    flags = {flag.part_id: flag for flag in find_flags(analyse(drone(bom, offers), "drone"))}
    assert [step.part_id for step in flags["pack"].chains[0].steps] == ["drone", "pack"]
    assert [step.part_id for step in flags["cell"].chains[0].steps] == ["drone", "pack", "cell"]
    assert flags["cell"].chains[0].share == pytest.approx(0.8)
    assert flags["pack"].grounds == "documented"
    assert flags["cell"].grounds == "market_average"


def test_three_worst_then_the_shortest_then_the_best_grounds() -> None:
    """Four chains in one line; that of the smallest share is the shortest and rests on a named maker."""
    bom: list[dict[str, Any]] = [{"child_id": "kit", "supplier_id": "s"}]
    for name, share in (("a", 0.5), ("b", 0.3), ("c", 0.15)):
        bom += [
            {"parent_id": "kit", "child_id": name, "slot": "core", "share": share},
            {"parent_id": name, "child_id": f"{name}_ore"},
        ]
    bom.append({"parent_id": "kit", "child_id": "d", "slot": "core", "share": 0.05, "supplier_id": "t"})
    offers: list[dict[str, Any]] = [{"part_id": "kit", "supplier_id": "s", "origin_country": "TWN"}]
    for name in "abc":
        offers += [
            {"part_id": name, "origin_country": "USA", "share": 1},
            {"part_id": f"{name}_ore", "origin_country": "CHN", "share": 1},
        ]
    offers.append({"part_id": "d", "supplier_id": "t", "origin_country": "CHN"})
    flag = next(flag for flag in find_flags(analyse(drone(bom, offers), "drone")) if flag.part_id == "kit")
    assert [chain.steps[-1].part_id for chain in flag.chains] == ["a_ore", "b_ore", "c_ore", "d"]
    assert [round(chain.share, 9) for chain in flag.chains] == [0.5, 0.3, 0.15, 0.05]
    assert [chain.grounds for chain in flag.chains] == ["market_average"] * 3 + ["documented"]
    assert flag.grounds == "documented"


def test_sources_of_line_and_offer_are_cited() -> None:
    bom = [{"child_id": "pack", "supplier_id": "t", "source_ids": "x1;x2"}]
    offers = [{"part_id": "pack", "supplier_id": "t", "origin_country": "CHN", "source_ids": "x2;x3"}]
    flag = find_flags(analyse(drone(bom, offers), "drone"))[0]
    chain = json.loads(json.dumps(flag.to_json()))["chains"][0]
    assert chain["grounds"] == "documented"
    assert chain["steps"][1] == {
        "part_id": "pack",
        "supplier_id": "t",
        "country": "CHN",
        "share": 1.0,
        "grounds": "documented",
        "source_ids": ["x1", "x2", "x3"],
        "bases": ["made", "headquartered", "owned"],
        "facts": "",
    }


def test_an_unknown_source_has_an_open_chain() -> None:
    bom = [{"child_id": "pack", "supplier_id": "s"}, {"parent_id": "pack", "child_id": "cell"}]
    offers = [{"part_id": "pack", "supplier_id": "s", "origin_country": "TWN"}]
    flag = next(flag for flag in find_flags(analyse(drone(bom, offers), "drone")) if flag.part_id == "pack")
    assert (flag.verdict, flag.reach, flag.chains, flag.grounds) == ("unknown", "upstream", (), None)
    assert [[step.part_id for step in chain.steps] for chain in flag.open_chains] == [["drone", "pack", "cell"]]


CHOICE = [{"child_id": "pack", "slot": "power"}, {"child_id": "tank", "slot": "power"}]
TANK = {"part_id": "tank", "origin_country": "USA", "share": 1}


def test_an_unknown_choice_has_no_share() -> None:
    """Two alternatives without a share: nobody knows which."""
    offers = [{"part_id": "pack", "origin_country": "CHN", "share": 1}, TANK]
    flag = next(flag for flag in find_flags(analyse(drone(CHOICE, offers), "drone")) if flag.part_id == "pack")
    assert flag.chains[0].steps[1].share is None
    assert flag.chains[0].share == 1
    assert not flag.chains[0].certain
    assert flag.to_json()["chains"][0]["share"] is None  # type: ignore[index]


@pytest.mark.parametrize(("case", "largest"), [("mix", 0.5), ("rest", 0.4)])
def test_an_unknown_choice_counts_as_the_largest_share_it_may_have(case: str, largest: float) -> None:
    """docs/model.md, section 5: such a step has no share; in the order of the chains it has the most it can have."""
    bom, offers = list(CHOICE), [{"part_id": "pack", "origin_country": "CHN", "share": 1.0}, TANK]
    if case == "mix":
        offers[0]["share"] = 0.5
        offers.append({"part_id": "pack", "origin_country": "KOR", "share": 0.5})
    else:
        bom.append({"child_id": "cell", "slot": "power", "share": 0.6})  # type: ignore[dict-item]
    flag = next(flag for flag in find_flags(analyse(drone(bom, offers), "drone")) if flag.part_id == "pack")
    assert flag.chains[0].steps[1].share is None
    assert flag.chains[0].share == pytest.approx(largest)
