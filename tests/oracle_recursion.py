"""The oracle's second part: the recursion (docs/model.md, sections 3 and 4).

Where a choice among prices moves the weights of a whole recipe, all combinations of choices are tried
(`Oracle.combinations`): that is exponential, and right only for small inputs.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from oracle_network import Choice, ClassOf, Maker, Mix, Network, Option, Slot, number

MOST_COMBINATIONS = 300_000
Figure = Callable[[Maker, float | None], float]


@dataclass(frozen=True)
class Entry:
    """A line (or the remainder of a slot, then `line` is None) in one combination of choices.

    `given` is its cost share when it fills the slot alone, `cost` its quantity times the unit cost; None: not known.
    """

    line: int | None
    share: float
    given: float | None
    cost: float | None
    figure: float


def _positive(value: float | None) -> float | None:
    return value if value is not None and value > 0 else None


class Oracle(Network):
    """The recursion for one dataset and one set of options."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Memo per method and arguments: (maker, remaining depth, end) and the like.
        for name in ("contact_of_maker", "available_of_maker", "value_of_maker"):
            setattr(self, name, functools.cache(getattr(self, name)))

    # -- section 3: contact ----------------------------------------------------------------------------------------

    @staticmethod
    def extreme(end: str) -> Callable[[Iterable[float]], float]:
        return min if end == "low" else max

    def over_option(self, option: Option, figure: Callable[[Maker], float], best: Callable[..., float]) -> float:
        """A figure of a line from the figures of its makers."""
        if isinstance(option, Maker):
            return figure(option)
        if isinstance(option, Choice):
            return best([figure(maker) for maker in option.makers])
        assert isinstance(option, Mix)
        return sum(share * figure(maker) for share, maker in option.makers)

    def over_slot(
        self,
        slot: Slot,
        of_line: Callable[[int], float],
        of_remainder: Callable[[str], float],
        best: Callable[..., float],
    ) -> float:
        """A figure of a slot: shares times lines, and the rest in the best or worst way."""
        total = sum(share * of_line(line) for share, line in slot.fixed)
        if slot.rest > 0 and slot.undecided:
            total += slot.rest * best([of_line(line) for line in slot.undecided])
        elif slot.rest > 0:
            total += slot.rest * best([of_remainder(child) for child in slot.children])
        return total

    def contact_of_slots(self, part: str, recipe: str, depth: float, end: str, rule: str) -> float:
        best = self.extreme(end)
        parts = [
            self.over_slot(
                slot,
                lambda line: self.contact_of_line(line, depth, end, rule),
                lambda child: self.contact_of_remainder(child, depth, end, rule),
                best,
            )
            for slot in self.recipe(part, recipe)
        ]
        if rule == "frechet low":
            return max(parts, default=0.0)
        if rule == "frechet high":
            return min(1.0, sum(parts))
        clear = 1.0
        for part_contact in parts:
            clear *= 1.0 - part_contact
        return 1.0 - clear

    def contact_of_maker(self, maker: Maker, depth: float, end: str, rule: str) -> float:
        """`depth` is how many more lines may be followed above this maker."""
        if self.in_lens(maker, end):
            return 1.0
        return self.contact_of_slots(maker.part, maker.recipe, self.above(maker.part, depth), end, rule)

    def above(self, part: str, depth: float) -> float:
        """Depth left for the lines of a source; only an unknown source of a class leaves it as it was."""
        return depth + 1 if self.is_class(part) else depth

    def contact_of_line(self, line: int, depth: float, end: str, rule: str = "independent") -> float:
        """`depth` counts this line: 1 lets its sources count, 0 nothing."""
        if depth <= 0:
            return 0.0
        if self.hidden_from_view(line):
            return 0.0 if end == "low" else 1.0
        option = self.option(line)
        if isinstance(option, ClassOf):
            return self.contact_of_slots(option.part, "", depth, end, rule)
        return self.over_option(
            option, lambda maker: self.contact_of_maker(maker, depth - 1, end, rule), self.extreme(end)
        )

    def contact_of_remainder(self, child: str, depth: float, end: str, rule: str) -> float:
        if depth <= 0:
            return 0.0
        if self.hidden_from_view(None):
            return 0.0 if end == "low" else 1.0
        return self.contact_of_maker(Maker(child), depth - 1, end, rule)

    def contact(self, product: str, depth: float, end: str, rule: str = "independent") -> float:
        """Contact of the product at depth >= 1: the place of assembly does not count."""
        option = self.default_mix(product)
        if isinstance(option, ClassOf):
            return self.contact_of_slots(product, "", depth, end, rule)
        return self.over_option(
            option,
            lambda maker: self.contact_of_slots(product, maker.recipe, depth, end, rule),
            self.extreme(end),
        )

    def assembly(self, product: str, end: str) -> float:
        option = self.default_mix(product)
        if isinstance(option, ClassOf):
            return 0.0
        return self.over_option(option, lambda maker: self.own_place(maker, end), self.extreme(end))

    def own_place(self, maker: Maker, end: str) -> float:
        """Concern of a maker of the product, who stands in no line: only a named one is documented."""
        if self.documented_only and not maker.supplier:
            return 0.0 if end == "low" else 1.0
        return float(self.in_lens(maker, end))

    # -- section 3: what is left in an embargo ---------------------------------------------------------------------

    def available_of_slots(self, part: str, recipe: str, depth: float, end: str, form: str) -> float:
        """The tightest essential slot. The low end of the loss is the high end of what is left."""
        best = max if end == "low" else min
        return min(
            (
                self.over_slot(
                    slot,
                    lambda line: self.available_of_line(line, depth, end, form),
                    lambda child: self.available_of_remainder(child, depth, end, form),
                    best,
                )
                for slot in self.recipe(part, recipe)
                if slot.essential
            ),
            default=1.0,
        )

    def available_of_maker(self, maker: Maker, depth: float, end: str, form: str) -> float:
        if self.in_lens(maker, end):
            return 0.0
        return self.available_of_slots(maker.part, maker.recipe, self.above(maker.part, depth), end, form)

    def available_of_mix(self, mix: Mix, depth: float, end: str, form: str, *, cut_off: bool = True) -> float:
        """`cut_off` False leaves the makers' own place out of it (the product)."""
        left = {maker: 0.0 if cut_off and self.in_lens(maker, end) else 1.0 for _, maker in mix.makers}
        if form == "proportional":
            return sum(
                share * left[maker] * self.available_of_slots(maker.part, maker.recipe, depth, end, form)
                for share, maker in mix.makers
            )
        total = 0.0
        for recipe in sorted({maker.recipe for _, maker in mix.makers}):
            group = [(share, maker) for share, maker in mix.makers if maker.recipe == recipe]
            part = group[0][1].part
            surviving = sum(share * left[maker] for share, maker in group)
            inputs = sum(share for share, _ in group) * self.available_of_slots(part, recipe, depth, end, form)
            total += min(surviving, inputs)
        return total

    def available_of_line(self, line: int, depth: float, end: str, form: str) -> float:
        if depth <= 0:
            return 1.0
        if self.hidden_from_view(line):
            return 1.0 if end == "low" else 0.0
        option = self.option(line)
        if isinstance(option, ClassOf):
            return self.available_of_slots(option.part, "", depth, end, form)
        if isinstance(option, Mix):
            return self.available_of_mix(option, depth - 1, end, form)
        best = max if end == "low" else min
        return self.over_option(option, lambda maker: self.available_of_maker(maker, depth - 1, end, form), best)

    def available_of_remainder(self, child: str, depth: float, end: str, form: str) -> float:
        if depth <= 0:
            return 1.0
        if self.hidden_from_view(None):
            return 1.0 if end == "low" else 0.0
        return self.available_of_maker(Maker(child), depth - 1, end, form)

    def loss(self, product: str, depth: float, end: str, form: str) -> float:
        option = self.default_mix(product)
        if isinstance(option, ClassOf):
            return 1.0 - self.available_of_slots(product, "", depth, end, form)
        if isinstance(option, Mix):
            return 1.0 - self.available_of_mix(option, depth, end, form, cut_off=False)
        best = max if end == "low" else min
        return 1.0 - self.over_option(
            option, lambda maker: self.available_of_slots(product, maker.recipe, depth, end, form), best
        )

    # -- section 4: costs ------------------------------------------------------------------------------------------

    def scenarios_of_option(
        self, option: Option, figure: Figure, unseen: float | None
    ) -> list[tuple[float | None, float]]:
        """The unit cost and the figure of an option, once for each choice that is open in it."""
        if isinstance(option, Maker):
            return [(option.price, figure(option, option.price))]
        if isinstance(option, Choice):
            return [(maker.price, figure(maker, maker.price)) for maker in option.makers]
        if isinstance(option, Mix):
            cost = _mean([(share, maker.price) for share, maker in option.makers])
            return [(cost, sum(w * figure(maker, maker.price) for w, maker in value_shares(option)))]
        slots = self.recipe(option.part)
        if len(slots) != 1:
            raise ValueError(f"class {option.part} has {len(slots)} slots: no meaning is fixed for that")
        scenarios = []
        for entries in self.scenarios_of_slot(slots[0], figure, unseen):
            volume = sum(entry.share for entry in entries)
            # As for a mix: an alternative without a cost takes the mean of the others; none has one: by share alone.
            mean = _mean([(entry.share, entry.cost) for entry in entries])
            weights = [
                entry.share * (1.0 if mean is None else mean if entry.cost is None else entry.cost) for entry in entries
            ]
            if sum(weights) == 0:
                weights = [entry.share for entry in entries]
            if volume == 0:
                continue
            scale = sum(weights)
            scenarios.append((mean, sum(w * entry.figure for w, entry in zip(weights, entries, strict=True)) / scale))
        return scenarios

    def scenarios_of_line(self, line: int, share: float, figure: Figure, unseen: float | None) -> list[Entry]:
        """`unseen` is the figure of whatever evidence = documented takes as unknown; None: evidence does not matter."""
        row = self.rows[line]
        quantity, given = number(row["quantity"]), number(row["cost_share"])
        entries = []
        hidden = unseen is not None and self.hidden_from_view(line)
        for cost, value in self.scenarios_of_option(self.option(line), figure, unseen):
            total = None if quantity is None or cost is None else quantity * cost
            entries.append(Entry(line, share, given, total, unseen if hidden else value))
        return list(dict.fromkeys(entries))

    def scenarios_of_slot(self, slot: Slot, figure: Figure, unseen: float | None) -> Iterator[tuple[Entry, ...]]:
        """Every way to fill a slot: each choice among offers, and each line that could take an open rest."""
        fixed = [self.scenarios_of_line(line, share, figure, unseen) for share, line in slot.fixed]
        for filled in itertools.product(*fixed):
            if slot.rest <= 0:
                yield filled
            elif slot.undecided:
                for line in slot.undecided:
                    for entry in self.scenarios_of_line(line, slot.rest, figure, unseen):
                        yield (*filled, entry)
            else:
                given = _mean([(entry.share, entry.given) for entry in filled])
                cost = _mean([(entry.share, entry.cost) for entry in filled if entry.given is None])
                # In a slot that mixes both, the remainder follows the lines with quantity and cost.
                for child in slot.children:
                    value = figure(Maker(child), None)
                    if unseen is not None and self.hidden_from_view(None):
                        value = unseen
                    yield (*filled, Entry(None, slot.rest, given if cost is None else None, cost, value))

    def combinations(self, part: str, recipe: str, figure: Figure, unseen: float | None) -> Iterator[tuple[Entry, ...]]:
        """Every combination of choices in one recipe."""
        slots = [list(self.scenarios_of_slot(slot, figure, unseen)) for slot in self.recipe(part, recipe)]
        if math.prod(len(slot) for slot in slots) > MOST_COMBINATIONS:
            raise ValueError(f"{part}: too many combinations of choices for the oracle")
        for combination in itertools.product(*slots):
            yield tuple(itertools.chain.from_iterable(combination))

    def weights(self, entries: tuple[Entry, ...], price: float | None, *, product: bool = False) -> list[float]:
        """Cost shares of the lines of one source; what is missing to 1 is the source's own value."""
        if product and _positive(price) is None:
            return _weights_without_price(entries)
        price = _positive(price)
        weights = []
        for entry in entries:
            if entry.given is not None:
                weights.append(entry.share * entry.given)
            elif entry.cost is not None and price is not None:
                weights.append(entry.share * entry.cost / price)
            else:
                weights.append(0.0)
        total = sum(weights)
        return [weight / total for weight in weights] if total > 1.0 else weights

    # -- section 3: value and what follows from it -----------------------------------------------------------------

    def value_of_maker(self, maker: Maker, price: float | None, depth: float, end: str, own: bool = True) -> float:
        """Value of concern in one unit of worth from this maker; `own` False leaves its own value out."""
        concern = float(own and self.in_lens(maker, end))
        return self.value_of_recipe(maker.part, maker.recipe, price, concern, depth, end, product=False)

    def value_of_recipe(
        self, part: str, recipe: str, price: float | None, concern: float, depth: float, end: str, *, product: bool
    ) -> float:
        """The smallest or largest value over the combinations of choices in the recipe."""
        deeper = self.above(part, depth)

        def figure(maker: Maker, unit_cost: float | None) -> float:
            # With no depth left, what a line leads to counts as outside. A class is passed through at the same depth.
            return 0.0 if deeper <= 0 else self.value_of_maker(maker, unit_cost, deeper - 1, end)

        unseen = 0.0 if end == "low" or deeper <= 0 else 1.0
        figures = []
        for entries in self.combinations(part, recipe, figure, unseen):
            weights = self.weights(entries, price, product=product)
            inputs = sum(w * entry.figure for w, entry in zip(weights, entries, strict=True))
            figures.append(inputs + max(0.0, 1.0 - sum(weights)) * concern)
        return self.extreme(end)(figures)

    def product_makers(self, product: str) -> list[list[tuple[float, Maker]]]:
        """The product's makers with their shares of its value, once for each open choice among them."""
        option = self.default_mix(product)
        if isinstance(option, ClassOf):
            return [[(1.0, Maker(product))]]
        if isinstance(option, Maker):
            return [[(1.0, option)]]
        if isinstance(option, Choice):
            return [[(1.0, maker)] for maker in option.makers]
        return [value_shares(option)]

    def value(self, product: str, depth: float, end: str) -> float:
        def of_maker(maker: Maker) -> float:
            concern = self.own_place(maker, end)
            return self.value_of_recipe(product, maker.recipe, maker.price, concern, depth, end, product=True)

        return self.extreme(end)(
            [sum(share * of_maker(maker) for share, maker in makers) for makers in self.product_makers(product)]
        )

    def first_tier(
        self, product: str, figure: Figure, unseen: float | None, end: str, measure: Callable[..., float | None]
    ) -> float | None:
        """Extreme of a measure(entries, weights) over the choices in the product's own recipe."""
        results = []
        for makers in self.product_makers(product):
            per_maker = []
            for share, maker in makers:
                found = [
                    measure(entries, self.weights(entries, maker.price, product=True))
                    for entries in self.combinations(product, maker.recipe, figure, unseen)
                ]
                known = [value for value in found if value is not None]
                if len(known) < len(found):
                    return None  # some choice leaves the figure open
                per_maker.append(share * self.extreme(end)(known))
            results.append(sum(per_maker))
        return self.extreme(end)(results)

    def first_tier_ratio(self, product: str, figure: Figure, end: str, hit: Callable[[Entry], float]) -> float | None:
        """Extreme, over the choices, of the first tier's weight that is hit over all of its weight."""
        ratios: list[float] = []
        for makers in self.product_makers(product):
            scenarios = []
            for share, maker in makers:
                pairs = []
                for entries in self.combinations(product, maker.recipe, figure, None):
                    weights = self.weights(entries, maker.price, product=True)
                    found = sum(w * hit(entry) for w, entry in zip(weights, entries, strict=True))
                    pairs.append((share * found, share * sum(weights)))
                scenarios.append(list(dict.fromkeys(pairs)))
            for combination in itertools.product(*scenarios):
                whole = sum(total for _, total in combination)
                if whole == 0:
                    return None  # some choice leaves the figure open
                ratios.append(sum(found for found, _ in combination) / whole)
        return self.extreme(end)(ratios)

    def face_value(self, product: str, end: str) -> float | None:
        return self.first_tier(
            product,
            lambda maker, _: float(self.in_lens(maker, end)),
            0.0 if end == "low" else 1.0,
            end,
            lambda entries, weights: sum(w * e.figure for w, e in zip(weights, entries, strict=True)),
        )

    def hidden(self, product: str, depth: float, end: str) -> float | None:
        other = "high" if end == "low" else "low"

        def figure(maker: Maker, price: float | None) -> float:
            if self.in_lens(maker, other):
                return 0.0
            return self.value_of_maker(maker, price, depth - 1, end, own=False)

        return self.first_tier(
            product,
            figure,
            0.0 if end == "low" or depth <= 0 else 1.0,
            end,
            lambda entries, weights: sum(w * e.figure for w, e in zip(weights, entries, strict=True)),
        )

    def opened_value(self, product: str, end: str) -> float | None:
        """How much of the first tier's worth its own lines lead further."""

        def opened(maker: Maker, price: float | None) -> float:
            return self.extreme(end)(
                [
                    sum(self.weights(entries, price))
                    for entries in self.combinations(maker.part, maker.recipe, lambda *_: 0.0, None)
                ]
            )

        return self.first_tier_ratio(product, opened, end, lambda entry: entry.figure)

    def first_tier_lines(self, product: str) -> list[int]:
        option = self.default_mix(product)
        makers = (
            [Maker(product)]
            if isinstance(option, ClassOf)
            else [option]
            if isinstance(option, Maker)
            else list(option.makers)
            if isinstance(option, Choice)
            else [maker for _, maker in option.makers]
        )
        recipes = {maker.recipe for maker in makers}
        return sorted({line for recipe in recipes for slot in self.recipe(product, recipe) for line in slot.lines})

    def verdict(self, low: float, high: float) -> str:
        return "exposed" if low > 0 else "clear" if high == 0 else "unknown"

    def first_tier_verdict(self, product: str, line: int, depth: float) -> str:
        """Verdict of a first-tier line; an unknown remainder of its slot raises the high end of each line in it."""
        low, high = (self.contact_of_line(line, depth, end) for end in ("low", "high"))
        recipe = self.rows[line]["parent_supplier_id"]
        slot = next(slot for slot in self.recipe(product, recipe) if line in slot.lines)
        if slot.rest > 0 and not slot.undecided:
            high = max(
                [high, *(self.contact_of_remainder(child, depth, "high", "independent") for child in slot.children)]
            )
        if line in slot.undecided and len(slot.undecided) > 1:
            low = min(self.contact_of_line(other, depth, "low") for other in slot.undecided)
        return self.verdict(low, high)

    def cost_in_contact(self, product: str, depth: float, end: str) -> float | None:
        """Verdicts are the lines', the offers' where a line is a choice, the remainder's for a remainder."""

        def touches(maker: Maker, _: float | None) -> float:
            if maker.state == "unknown" and self.hidden_from_view(None):
                return float(end == "high" and depth > 0)
            return float(depth > 0 and self.contact_of_maker(maker, depth - 1, end, "independent") > 0)

        def hit(entry: Entry) -> float:
            if entry.line is None:
                return entry.figure
            if isinstance(self.option(entry.line), Choice) and not self.hidden_from_view(entry.line):
                return entry.figure
            return float(self.contact_of_line(entry.line, depth, end) > 0)

        return self.first_tier_ratio(product, touches, end, hit)

    def first_tier_cost(self, product: str, end: str) -> float | None:
        def measure(entries: tuple[Entry, ...], weights: list[float]) -> float | None:
            given = [e for e in entries if e.given is not None]
            priced = [e.share * e.cost for e in entries if e.given is None and e.cost is not None]
            left = 1.0 - sum(e.share * e.given for e in given)
            if sum(priced) > 0 and left > 0:
                return sum(priced) / left
            # No line is known by its price alone: those with both a price and a cost share tell what 1 is.
            both = [e for e in given if e.cost is not None]
            shares = sum(e.share * e.given for e in both)
            return sum(e.share * e.cost for e in both) / shares if shares > 0 else None

        return self.first_tier(product, lambda *_: 0.0, None, end, measure)

    # -- depth -----------------------------------------------------------------------------------------------------

    def makers_of(self, option: Option) -> list[Maker]:
        if isinstance(option, Maker):
            return [option]
        if isinstance(option, Choice):
            return list(option.makers)
        if isinstance(option, Mix):
            return [maker for _, maker in option.makers]
        return []

    def depth_above(self, part: str, recipe: str) -> int:
        """Longest way up from a source, in lines; lines of a class add nothing."""
        deepest = 0
        for slot in self.recipe(part, recipe):
            for line in slot.lines:
                deepest = max(deepest, self.depth_of_option(self.option(line)))
            if slot.rest > 0 and not slot.undecided:
                deepest = max([deepest, *(self.depth_of_option(Maker(child)) for child in slot.children)])
        return deepest

    def depth_of_option(self, option: Option) -> int:
        if isinstance(option, ClassOf):
            return self.depth_above(option.part, "")
        return max(
            1
            + self.depth_above(maker.part, maker.recipe)
            - (self.is_class(maker.part) and bool(self.lines_of(maker.part)))
            for maker in self.makers_of(option)
        )

    def depth(self, product: str) -> int:
        option = self.default_mix(product)
        if isinstance(option, ClassOf):
            return self.depth_above(product, "")
        return max(self.depth_above(product, maker.recipe) for maker in self.makers_of(option))


def _mean(pairs: list[tuple[float, float | None]]) -> float | None:
    known = [(share, value) for share, value in pairs if value is not None]
    volume = sum(share for share, _ in known)
    return sum(share * value for share, value in known) / volume if volume > 0 else None


def value_shares(mix: Mix) -> list[tuple[float, Maker]]:
    """A mix by worth: volume share times unit cost, normalised; by volume where no maker has a price."""
    worth = [share * (maker.price or 0.0) for share, maker in mix.makers]
    if sum(worth) == 0:
        return list(mix.makers)
    return [(w / sum(worth), maker) for w, (_, maker) in zip(worth, mix.makers, strict=True)]


def _weights_without_price(entries: tuple[Entry, ...]) -> list[float]:
    """A product without a price: cost shares first, the other lines share the rest by quantity times unit cost."""
    given = [entry.share * entry.given if entry.given is not None else 0.0 for entry in entries]
    priced = [entry.share * entry.cost if entry.given is None and entry.cost is not None else 0.0 for entry in entries]
    if sum(given) > 1.0:
        given = [weight / sum(given) for weight in given]
    rest = max(0.0, 1.0 - sum(given))
    if sum(priced) == 0:
        return given
    return [g + rest * p / sum(priced) for g, p in zip(given, priced, strict=True)]
