"""Where the chains of two makers of one slot meet: by hand, and against a search that walks chain by chain."""

from __future__ import annotations

from typing import Any

import oracle
from hypothesis import given, settings
from oracle_network import ClassOf, Maker, Mix
from small_networks import network
from strategies import PRODUCT, datasets

from supplychain.dataset import Dataset
from supplychain.measures.analysis import analyse
from supplychain.measures.chokepoints import chokepoints
from supplychain.measures.common_causes import find_common_causes


def told(dataset: Dataset, **options: Any) -> list[tuple[str, str, str, str, int, int]]:
    """First, second, part and firm at which they meet, its tier, and how far down they look independent."""
    causes, _ = find_common_causes(analyse(dataset, **options))
    return [
        (cause.first, cause.second, cause.meet.part_id, cause.meet.supplier_id, cause.meet.tier, cause.independent_to)
        for cause in causes
    ]


def test_two_suppliers_one_smelter() -> None:
    dataset = network(
        [
            "P motor slot=m share=0.5 from=one",
            "P motor slot=m share=0.5 from=two",
            "motor magnet maker=one from=alpha",
            "motor magnet maker=two from=beta",
            "magnet metal maker=alpha from=smelter",
            "magnet metal maker=beta from=smelter",
        ],
        ["motor one", "motor two", "magnet alpha", "magnet beta", "metal smelter"],
    )
    assert told(dataset) == [("one", "two", "metal", "smelter", 3, 2)]
    (cause,), note = find_common_causes(analyse(dataset))
    assert (cause.loss_first.low, cause.loss_second.low, cause.grounds, note) == (1, 1, "documented", "")
    assert told(dataset, depth=2) == []
    found = chokepoints(dataset)
    points = {point.id for point in found.single_points if point.kind == "supplier"}
    assert points == {"smelter"}


def test_chains_of_different_length_meet_where_the_longer_one_arrives() -> None:
    dataset = network(
        [
            "P a slot=s share=0.5 from=one",
            "P b slot=s share=0.5 from=two",
            "a metal from=smelter",
            "b wire from=drawer",
            "wire metal from=smelter",
        ],
        ["a one", "b two", "wire drawer", "metal smelter"],
    )
    assert told(dataset) == [("one", "two", "metal", "smelter", 3, 2)]


def test_one_firm_that_sells_different_parts_is_one_firm() -> None:
    dataset = network(
        ["P a slot=s share=0.5 from=one", "P b slot=s share=0.5 from=two", "a x from=giant", "b y from=giant"],
        ["a one", "b two", "x giant", "y giant"],
    )
    assert told(dataset) == [("one", "two", "x", "giant", 2, 1)]


def test_a_maker_that_buys_from_the_other_one() -> None:
    dataset = network(
        ["P a slot=s share=0.5 from=one", "P b slot=s share=0.5 from=two", "b x from=one"],
        ["a one", "b two", "x one"],
    )
    assert told(dataset) == [("one", "two", "a", "one", 2, 1)]


def test_one_firm_in_both_alternatives_is_not_independent_at_all() -> None:
    dataset = network(
        ["P a slot=s share=0.5 from=one", "P b slot=s share=0.5 from=one"],
        ["a one", "b one"],
    )
    assert told(dataset) == [("one", "one", "a", "one", 1, 0)]


def test_makers_of_a_default_mix_meet_in_its_general_source() -> None:
    dataset = network(["P a", "a x"], ["a one share=0.5", "a two share=0.3", "x - country=CHN share=0.9"])
    (cause,), _ = find_common_causes(analyse(dataset, "P"))
    # Nobody says that these two buy there: the rest of the mix, whom nobody knows, is no second maker.
    assert (cause.first, cause.second, cause.grounds) == ("one", "two", "market_average")
    assert (cause.meet.part_id, cause.meet.supplier_id, cause.meet.tier) == ("x", "", 2)
    assert find_common_causes(analyse(dataset, "P", evidence="documented"))[0] == ()


def test_of_several_sources_at_one_tier_the_one_that_costs_most() -> None:
    dataset = network(
        [
            "P a slot=s share=0.5 from=one",
            "P b slot=s share=0.5 from=two",
            "a little slot=l share=0.2 from=small",
            "a other slot=l share=0.8",
            "b little slot=l share=0.2 from=small",
            "b other2 slot=l share=0.8",
            "a vital from=zebra",
            "b vital from=zebra",
        ],
        ["a one", "b two", "little small", "vital zebra"],
    )
    assert told(dataset) == [("one", "two", "vital", "zebra", 2, 1)]


def test_optional_inputs_are_no_common_cause() -> None:
    dataset = network(
        [
            "P a slot=s share=0.5 from=one",
            "P b slot=s share=0.5 from=two",
            "a x from=giant essential=no",
            "b x from=giant essential=no",
        ],
        ["a one", "b two", "x giant"],
    )
    assert told(dataset) == []


def test_too_many_pairs_are_said_to_be_too_many() -> None:
    firms = [f"s{number}" for number in range(9)]
    lines = [f"P a slot=s share={1 / 9} from={firm}" for firm in firms]
    dataset = network([*lines, "a x from=giant"], [*(f"a {firm}" for firm in firms), "x giant"])
    causes, note = find_common_causes(analyse(dataset), most_pairs=10)
    assert len(causes) == 10
    assert "36 pairs of makers share a slot; the 10 nearest" in note
    assert len(find_common_causes(analyse(dataset))[0]) == 36


# Against a walk along every chain


class Walk:
    """Sources above every maker with their shortest distance, by plain recursion over essential lines."""

    def __init__(self, dataset: Dataset) -> None:
        self.network = oracle.Oracle(dataset)

    def of_line(self, line: int) -> set[Maker]:
        option = self.network.option(line)
        if isinstance(option, ClassOf):
            return {
                maker for slot in self.network.recipe(option.part, "") if slot.essential for maker in self.of_slot(slot)
            }
        if isinstance(option, Maker):
            return {option}
        if isinstance(option, Mix):
            return {maker for share, maker in option.makers if share > 0}
        return set(option.makers)

    def of_slot(self, slot: Any) -> set[Maker]:
        lines = [line for share, line in slot.fixed if share > 0]
        found = set()
        if slot.rest > 0:
            lines += slot.undecided
            if not slot.undecided:
                found = {Maker(child) for child in slot.children}
        return found.union(*(self.of_line(line) for line in lines))

    def key(self, maker: Maker) -> tuple[str, str]:
        return ("", maker.supplier) if maker.supplier else (maker.part, "")

    def above(self, makers: set[Maker]) -> dict[tuple[str, str], int]:
        """Key of every source -> fewest steps up."""
        steps, near, seen = 0, {}, set()
        while makers:
            for maker in makers:
                near.setdefault(self.key(maker), steps)
            seen |= {(maker.part, maker.recipe) for maker in makers}
            slots = [
                slot for maker in makers for slot in self.network.recipe(maker.part, maker.recipe) if slot.essential
            ]
            makers = {maker for slot in slots for maker in self.of_slot(slot)}
            makers = {
                maker for maker in makers if (maker.part, maker.recipe) not in seen or self.key(maker) not in near
            }
            steps += 1
        return near


def expected(dataset: Dataset) -> dict[frozenset[tuple[str, str]], int]:
    """For the slots of the product as its general recipe has them: pairs of (part, firm) -> steps to the meeting."""
    walk = Walk(dataset)
    result = {}
    for slot in walk.network.recipe(PRODUCT, ""):
        if not slot.essential:
            continue
        units: dict[tuple[str, str], set[Maker]] = {}
        for maker in walk.of_slot(slot):
            units.setdefault((maker.part, maker.supplier), set()).add(maker)
        for one, other in ((a, b) for a in units for b in units if a < b):
            if one[0] == other[0] and not (one[1] and other[1]):
                continue
            left, right = walk.above(units[one]), walk.above(units[other])
            steps = [max(left[key], right[key]) for key in left.keys() & right.keys()]
            if steps:
                pair = frozenset({one, other})
                result[pair] = min(*steps, result.get(pair, 99))
    return result


@settings(max_examples=100)
@given(datasets(prices=False))
def test_meetings_equal_the_walk(dataset: Dataset) -> None:
    if (dataset.bom["parent_supplier_id"][dataset.bom["parent_id"] == PRODUCT] != "").any():
        return  # several recipes of the product: the walk knows the general one
    causes, note = find_common_causes(analyse(dataset, PRODUCT))
    assert note == ""
    found: dict[frozenset[tuple[str, str]], int] = {}
    for cause in causes:
        if cause.parent_id == PRODUCT:
            ends = [
                (part, "" if firm.startswith(("market:", "unknown:")) else firm)
                for part, firm in ((cause.first_part_id, cause.first), (cause.second_part_id, cause.second))
            ]
            pair = frozenset(ends)
            found[pair] = min(cause.meet.tier - 1, found.get(pair, 99))
    assert found == expected(dataset)
