"""A slow second implementation of docs/model.md, to compare every measure with.

Nothing here is shared with the package but `Dataset`, the container of tables. Each function builds a NetworkX graph
from the tables and walks it by plain recursion, one source at a time, one end of the interval at a time. Clarity goes
before speed. `oracle_network` holds what leads where, `oracle_recursion` the recursion, this module the functions for
tests.

Every function takes (dataset, product) and the options lens, bases, depth, evidence, min_ownership, and returns
(low, high), or a dict of such pairs, or None where the figure is not defined.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from oracle_network import CHINA, NOWHERE, THREE_BASES, Choice, ClassOf, Maker, Mix
from oracle_recursion import Oracle

from supplychain.dataset import Dataset

__all__ = [
    "CHINA",
    "THREE_BASES",
    "Chain",
    "Oracle",
    "Step",
    "assembly",
    "by_country",
    "chains",
    "clean_depth",
    "contact",
    "contact_by_depth",
    "contact_frechet",
    "cost_in_contact",
    "embargo_loss_proportional",
    "embargo_loss_reallocate",
    "face_value",
    "first_tier_cost",
    "flags",
    "graph_depth",
    "hidden",
    "line_profile",
    "opened_value",
    "tiers",
    "value",
]

Interval = tuple[float, float]


# ---------------------------------------------------------------------------------------------------------------------
# Functions for tests


def _oracle(dataset: Dataset, options: dict[str, Any], *, embargo: bool = False) -> tuple[Oracle, float]:
    options = dict(options)
    depth = options.pop("depth", None)
    if options.get("bases") is None:
        options["bases"] = ("made",) if embargo else THREE_BASES
    return Oracle(dataset, **options), math.inf if depth is None else depth


def _both(figure: Callable[[str], Any]) -> Any:
    low, high = figure("low"), figure("high")
    return None if low is None or high is None else (low, high)


def contact(dataset: Dataset, product: str, **options: Any) -> Interval:
    """Share of units that touch the lens at depth 1 to k; depth 0 is the place of assembly."""
    oracle, depth = _oracle(dataset, options)
    if depth == 0:
        return _both(lambda end: oracle.assembly(product, end))
    return _both(lambda end: oracle.contact(product, depth, end))


def assembly(dataset: Dataset, product: str, **options: Any) -> Interval:
    """Contact at depth 0."""
    return contact(dataset, product, **{**options, "depth": 0})


def contact_frechet(dataset: Dataset, product: str, **options: Any) -> Interval:
    """Lower Fréchet bound of the low end, upper bound of the high end."""
    oracle, depth = _oracle(dataset, options)
    if depth == 0:
        return _both(lambda end: oracle.assembly(product, end))
    return _both(lambda end: oracle.contact(product, depth, end, f"frechet {end}"))


def graph_depth(dataset: Dataset, product: str) -> int:
    """Depth of the product's graph."""
    return Oracle(dataset).depth(product)


def contact_by_depth(dataset: Dataset, product: str, **options: Any) -> dict[int, Interval]:
    """Contact at depth 1 to the depth of the product's graph."""
    oracle, _ = _oracle(dataset, options)
    return {k: _both(lambda end, k=k: oracle.contact(product, k, end)) for k in range(1, oracle.depth(product) + 1)}


def embargo_loss_reallocate(dataset: Dataset, product: str, **options: Any) -> Interval:
    """Output lost, surviving inputs going first to surviving makers."""
    oracle, depth = _oracle(dataset, options, embargo=True)
    return _both(lambda end: oracle.loss(product, depth, end, "reallocate"))


def embargo_loss_proportional(dataset: Dataset, product: str, **options: Any) -> Interval:
    """Output lost, every maker losing in proportion."""
    oracle, depth = _oracle(dataset, options, embargo=True)
    return _both(lambda end: oracle.loss(product, depth, end, "proportional"))


def value(dataset: Dataset, product: str, **options: Any) -> Interval:
    """Look-through value."""
    oracle, depth = _oracle(dataset, options)
    return _both(lambda end: oracle.value(product, depth, end))


def by_country(dataset: Dataset, product: str, **options: Any) -> dict[str, Interval]:
    """Value by country of making; `unknown` holds (1 - sum of the lows, high of a country that is nowhere named)."""
    options = {**options, "bases": ("made",)}
    options.pop("lens", None)
    countries = {row["origin_country"] for row in dataset.offers.to_dict("records")}
    countries |= {row["design_country"] for row in dataset.offers.to_dict("records")}
    countries |= {row["country"] for row in dataset.suppliers.to_dict("records")}
    result = {
        country: value(dataset, product, lens=frozenset({country}), **options) for country in sorted(countries - {""})
    }
    result = {country: interval for country, interval in result.items() if interval[1] > 0}
    nowhere = value(dataset, product, lens=frozenset({NOWHERE}), **options)[1]
    result["unknown"] = (1.0 - sum(low for low, _ in result.values()), nowhere)
    return result


def face_value(dataset: Dataset, product: str, **options: Any) -> Interval | None:
    """Share of the product's cost in first-tier lines from sources of concern."""
    oracle, _ = _oracle(dataset, options)
    return _both(lambda end: oracle.face_value(product, end))


def hidden(dataset: Dataset, product: str, **options: Any) -> Interval | None:
    """Value of concern inside first-tier lines whose source is outside the lens."""
    oracle, depth = _oracle(dataset, options)
    return _both(lambda end: oracle.hidden(product, depth, end))


def line_profile(dataset: Dataset, product: str, **options: Any) -> dict[str, int]:
    """First-tier lines counted as exposed, unknown and clear at one depth."""
    oracle, depth = _oracle(dataset, options)
    counts = {"exposed": 0, "unknown": 0, "clear": 0}
    for line in oracle.first_tier_lines(product):
        counts[oracle.first_tier_verdict(product, line, depth)] += 1
    return counts


def cost_in_contact(dataset: Dataset, product: str, **options: Any) -> Interval | None:
    """Share of first-tier cost in lines exposed (low), exposed or unknown (high)."""
    oracle, depth = _oracle(dataset, options)
    return _both(lambda end: oracle.cost_in_contact(product, depth, end))


def clean_depth(dataset: Dataset, product: str, **options: Any) -> tuple[int, int]:
    """Largest depth without contact: (nothing found, nothing possible)."""
    oracle, _ = _oracle(dataset, options)
    depth = oracle.depth(product)

    def clean(end: str) -> int:
        return max((k for k in range(1, depth + 1) if oracle.contact(product, k, end) == 0), default=0)

    return clean("low"), clean("high")


def opened_value(dataset: Dataset, product: str, **options: Any) -> Interval | None:
    """Share of the first tier's worth that its own lines lead further."""
    oracle, _ = _oracle(dataset, options)
    return _both(lambda end: oracle.opened_value(product, end))


def first_tier_cost(dataset: Dataset, product: str, **options: Any) -> Interval | None:
    """Cost of the first tier in USD."""
    oracle, _ = _oracle(dataset, options)
    return _both(lambda end: oracle.first_tier_cost(product, end))


# ---------------------------------------------------------------------------------------------------------------------
# Flags: one line (parent, part) and one named supplier


def tiers(dataset: Dataset, product: str, **options: Any) -> dict[str, int]:
    """Shortest distance of every part that the product reaches; the lines of a class add nothing."""
    oracle, _ = _oracle(dataset, options)
    return {part: tier for (part, _), tier in sorted(_reached(oracle, product).items(), key=lambda x: -x[1])}


def _reached(oracle: Oracle, product: str) -> dict[tuple[str, str], int]:
    """(part, recipe) pairs that some source on the way uses, with their shortest distance."""
    distance: dict[tuple[str, str], int] = {}
    option = oracle.default_mix(product)
    recipes = [""] if isinstance(option, ClassOf) else [maker.recipe for maker in oracle.makers_of(option)]
    open_ = [((product, recipe), 0) for recipe in recipes]
    while open_:
        open_.sort(key=lambda item: item[1])
        node, tier = open_.pop(0)
        if node in distance:
            continue
        distance[node] = tier
        part, recipe = node
        step = 0 if oracle.is_class(part) else 1
        for slot in oracle.recipe(part, recipe):
            for line in slot.lines:
                above = oracle.option(line)
                if isinstance(above, ClassOf):
                    open_.append(((above.part, ""), tier + step))
                open_ += [((maker.part, maker.recipe), tier + step) for maker in oracle.makers_of(above)]
            if slot.rest > 0 and not slot.undecided:
                open_ += [((child, ""), tier + step) for child in slot.children]
    return distance


def flags(dataset: Dataset, product: str, **options: Any) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Per (parent, part, supplier): contact, verdict, reach and tier.

    Market rows and unknown makers of a line have the empty supplier. Where a key occurs in several lines (own lines of
    several makers of the parent), the worst one counts at each end. The tier is the shortest way through the line.
    """
    oracle, depth = _oracle(dataset, options)
    found: dict[tuple[str, str, str], list[tuple[float, float, bool, bool]]] = {}
    tier: dict[tuple[str, str, str], int] = {}
    for (part, recipe), distance in _reached(oracle, product).items():
        here = distance + (0 if oracle.is_class(part) else 1)
        left = depth - here + 1  # a line at tier t is looked at to depth k - t
        if left <= 0:
            continue
        for slot in oracle.recipe(part, recipe):
            figures = []
            for line in slot.lines:
                child = oracle.rows[line]["child_id"]
                figures += [((part, child, firm), f) for firm, f in _flag_figures(oracle, line, left).items()]
            if slot.rest > 0 and not slot.undecided:
                for child in slot.children:
                    low, high = (oracle.contact_of_remainder(child, left, e, "independent") for e in ("low", "high"))
                    figures.append(((part, child, ""), (low, high, False, True)))
            for key, figure in figures:
                found.setdefault(key, []).append(figure)
                tier[key] = min(here, tier.get(key, here))
    result = {}
    for key, lines in sorted(found.items()):
        low, high = max(f[0] for f in lines), max(f[1] for f in lines)
        verdict = oracle.verdict(low, high)
        direct = any(f[2 if verdict == "exposed" else 3] for f in lines)
        reach = None if verdict == "clear" else "direct" if direct else "upstream"
        result[key] = {"contact": (low, high), "verdict": verdict, "reach": reach, "tier": tier[key]}
    return result


def _flag_figures(oracle: Oracle, line: int, depth: float) -> dict[str, tuple[float, float, bool, bool]]:
    """Contact and own concern of a line, by supplier."""
    option = oracle.option(line)
    if isinstance(option, ClassOf) or oracle.hidden_from_view(line):
        low, high = (oracle.contact_of_line(line, depth, end) for end in ("low", "high"))
        supplier = "" if isinstance(option, ClassOf) else oracle.rows[line]["supplier_id"]
        return {supplier: (low, high, False, not isinstance(option, ClassOf) and depth > 0)}
    shares = dict.fromkeys(oracle.makers_of(option), 1.0)
    if isinstance(option, Mix):
        shares = {}
        for share, maker in option.makers:
            shares[maker] = shares.get(maker, 0.0) + share
    result = {}
    for supplier in sorted({maker.supplier for maker in shares}):
        makers = [maker for maker in shares if maker.supplier == supplier]
        ends = []
        for end in ("low", "high"):
            figures = [
                oracle.contact_of_maker(maker, depth - 1, end, "independent") if depth > 0 else 0.0 for maker in makers
            ]
            if isinstance(option, Mix):
                volume = sum(shares[maker] for maker in makers)
                weights = [shares[maker] / volume if volume else 1.0 / len(makers) for maker in makers]
                ends.append(sum(w * f for w, f in zip(weights, figures, strict=True)))
            else:
                ends.append(oracle.extreme(end)(figures))
        if isinstance(option, Choice) and len({maker.supplier for maker in shares}) > 1:
            ends[0] = 0.0  # another maker may be the one
        direct = [any(oracle.in_lens(maker, end) for maker in makers) and depth > 0 for end in ("low", "high")]
        result[supplier] = (ends[0], ends[1], direct[0], direct[1])
    return result


# ---------------------------------------------------------------------------------------------------------------------
# Chains (section 5)

STRENGTH = {"documented": 2, "market_average": 1, "assumed": 0}


@dataclass(frozen=True)
class Step:
    """One step of a chain; `share` is None through an unknown choice. A step into a class has no maker."""

    parent: str
    part: str
    supplier: str
    country: str
    share: float | None
    grounds: str
    is_class: bool = False


@dataclass(frozen=True)
class Chain:
    """A way from the product to the first source of concern."""

    steps: tuple[Step, ...]

    @property
    def share(self) -> float:
        """Product of the known shares."""
        return math.prod(step.share for step in self.steps if step.share is not None)

    @property
    def length(self) -> int:
        """Steps, classes left out."""
        return sum(not step.is_class for step in self.steps)

    @property
    def ids(self) -> tuple[tuple[str, str], ...]:
        """Part and supplier of every step."""
        return tuple((step.part, step.supplier) for step in self.steps)

    @property
    def grounds(self) -> str:
        """The weakest step's."""
        return min((step.grounds for step in self.steps), key=STRENGTH.__getitem__)

    @property
    def order(self) -> tuple[float, int, tuple[tuple[str, str], ...]]:
        """Worst first: largest share, then shortest, then by id."""
        return (-self.share, self.length, self.ids)


def chains(dataset: Dataset, product: str, **options: Any) -> list[Chain]:
    """All ways from the product to the first source of concern (low end), worst first. For small graphs."""
    oracle, depth = _oracle(dataset, options)
    option = oracle.default_mix(product)
    recipes = {""} if isinstance(option, ClassOf) else {maker.recipe for maker in oracle.makers_of(option)}
    found = set()
    for recipe in recipes:
        found |= {Chain(steps) for steps in _ways(oracle, product, recipe, depth)}
    return sorted(found, key=lambda chain: chain.order)


def _ways(oracle: Oracle, part: str, recipe: str, depth: float) -> Iterator[tuple[Step, ...]]:
    if depth <= 0:
        return
    for slot in oracle.recipe(part, recipe):
        shares: list[tuple[float | None, int]] = [*slot.fixed]
        if slot.rest > 0:
            # One line that takes a rest which nobody else can take is no choice.
            lone = slot.rest if len(slot.undecided) == 1 else None
            shares += [(lone, line) for line in slot.undecided]
        for share, line in shares:
            yield from _ways_of_line(oracle, part, line, share, depth)
        if slot.rest > 0 and not slot.undecided:
            for child in slot.children:
                known = slot.rest if len(slot.children) == 1 else None
                step = Step(part, child, "", "", known, "market_average")
                yield from _ways_of_maker(oracle, step, Maker(child), depth)


def _ways_of_line(
    oracle: Oracle, part: str, line: int, share: float | None, depth: float
) -> Iterator[tuple[Step, ...]]:
    row, option = oracle.rows[line], oracle.option(line)
    child = row["child_id"]
    if oracle.hidden_from_view(line):
        return
    if isinstance(option, ClassOf):
        # Passed through: it weakens a chain only if it is an assumption itself.
        grounds = "assumed" if oracle.assumed(line) else "documented"
        step = Step(part, child, "", "", share, grounds, is_class=True)
        for way in _ways(oracle, option.part, "", depth):
            yield (step, *way)
        return
    makers = (
        option.makers
        if isinstance(option, Mix)
        else tuple((1.0 if isinstance(option, Maker) else None, maker) for maker in oracle.makers_of(option))
    )
    for part_of_mix, maker in makers:
        if oracle.documented(line):
            grounds = "documented"
        else:
            offer = oracle.graph.nodes.get(("offer", maker.offer), {})
            thin = offer.get("confidence") == "low" and not offer.get("source_ids")
            grounds = "assumed" if oracle.assumed(line) or thin else "market_average"
        product = None if share is None or part_of_mix is None else share * part_of_mix
        country = oracle.bases_of(maker)["made"]
        yield from _ways_of_maker(oracle, Step(part, child, maker.supplier, country, product, grounds), maker, depth)


def _ways_of_maker(oracle: Oracle, step: Step, maker: Maker, depth: float) -> Iterator[tuple[Step, ...]]:
    if oracle.in_lens(maker, "low"):
        yield (step,)
        return
    for way in _ways(oracle, maker.part, maker.recipe, oracle.above(maker.part, depth - 1)):
        yield (step, *way)
