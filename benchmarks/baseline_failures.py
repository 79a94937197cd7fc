"""The plain way to fail one supplier after the other: recompute what lies above the failed offers, keep the rest.

`ready_for_failures` does everything that may happen before the clock starts: the network as nested lists (see
`baselines.flatten`), the figures without a failure, and for every part the list of parts above it, in order. `fail` is
the timed part: one scenario, both ends, proportional loss of one product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from baselines import Flat, Maker, Prepared, Slot, flatten, slots_of

__all__ = ["Ready", "fail", "ready_for_failures"]

Part = tuple[list[list[Slot]], list[tuple[int, Maker]], list[tuple[float, int, Maker]], int, int]


@dataclass(frozen=True)
class Ready:
    """A network as nested lists with its figures, and for every part what has to be recomputed if it changes."""

    parts: list[Part]
    low: list[float]
    high: list[float]
    above: list[list[int]]
    part_of: dict[str, int]
    place_of: dict[str, int]
    product: int


def ready_for_failures(ready: Prepared, product: str) -> Ready:
    """Turn a graph into lists, and collect for each part the parts between it and the product (memoised)."""
    flat = flatten(ready, "loss")
    names = flat.names
    number = {name: place for place, name in enumerate(names)}
    offers = list(ready.concern)
    place_of = {offer: 2 * len(names) + place for place, offer in enumerate(offers)}
    part_of = {offer: number[part] for part, rows in ready.mix.items() for offer, _, _ in rows}
    part_of |= {offer: number[part] for part, rows in ready.chosen.items() for offer, _ in rows}
    parts = _parts(ready, flat, place_of)
    end = number[product]
    inside = {end}
    for part in range(end, -1, -1):
        if part in inside:
            inside.update(number[child] for child in _essential_children(ready, names[part]))
    above: list[list[int]] = [[] for _ in names]
    parents: list[set[int]] = [set() for _ in names]
    for part in sorted(inside):
        for child in _essential_children(ready, names[part]):
            parents[number[child]].add(part)
    found: list[set[int]] = [set() for _ in names]
    for part in sorted(inside, reverse=True):
        found[part] = {part}.union(*(found[parent] for parent in parents[part]))
        above[part] = sorted(found[part])
    made = Ready(parts, [0.0] * flat.size, [0.0] * flat.size, above, part_of, place_of, end)
    _recompute(made, range(len(parts)), {})
    return made


def _essential_children(ready: Prepared, part: str) -> list[str]:
    general, own = slots_of(ready, part)
    slots = [lines for recipe in (general, *own.values()) for lines in recipe.values()]
    return [line[2] for lines in slots if any(line[4] for line in lines) for line in lines]


def _parts(ready: Prepared, flat: Flat, place_of: dict[str, int]) -> list[Part]:
    """The lists of `flatten` with the place of every offer of a mix, to look up whether it fails."""
    parts = []
    for name, (recipes, chosen, mix, place, unknown) in zip(flat.names, flat.parts, strict=True):
        offers = [place_of[offer] for offer, _, _ in ready.mix.get(name, ())]
        named = [(share, offer, maker) for (share, maker), offer in zip(mix, offers, strict=True)]
        parts.append((recipes, chosen, named, place, unknown))
    return parts


def fail(ready: Ready, lost: dict[str, float]) -> tuple[float, float]:
    """Output of the product that is lost if some offers lose a share of their supply."""
    touched = {ready.part_of[offer] for offer in lost if offer in ready.part_of}
    dirty: set[int] = set()
    for part in touched:
        dirty.update(ready.above[part])
    order = sorted(dirty)
    kept = [(ready.parts[part][1], ready.parts[part][3], ready.parts[part][4]) for part in order]
    saved = [
        (place, ready.low[place], ready.high[place])
        for chosen, mix, unknown in kept
        for place in (mix, unknown, *(option for option, _ in chosen))
    ]
    place_of = ready.place_of
    _recompute(ready, order, {place_of[offer]: loss for offer, loss in lost.items()})
    result = ready.low[ready.product], ready.high[ready.product]
    for place, low, high in saved:
        ready.low[place], ready.high[place] = low, high
    return result


def _recompute(ready: Ready, order: range | list[int], lost: dict[int, float]) -> None:
    low, high, parts = ready.low, ready.high, ready.parts
    own_of = lost.get
    for part in order:
        recipes, chosen, mix, place, unknown = parts[part]
        upstream = []
        for slots in recipes:
            low_worst = high_worst = 0.0
            for slot in slots:
                if slot.__class__ is int:
                    low_q, high_q = low[cast("int", slot)], high[cast("int", slot)]
                else:
                    weighted, choices = cast("tuple[list[tuple[float, int]], list[tuple[float, list[int]]]]", slot)
                    low_q = high_q = 0.0
                    for share, options in choices:
                        low_q += share * min([low[option] for option in options])
                        high_q += share * max([high[option] for option in options])
                    for share, option in weighted:
                        low_q += share * low[option]
                        high_q += share * high[option]
                low_worst = max(low_q, low_worst)
                high_worst = max(high_q, high_worst)
            upstream.append((low_worst, high_worst))
        low[unknown], high[unknown] = upstream[0]
        for option, (_, _, recipe) in chosen:
            own = own_of(option, 0.0)
            low_in, high_in = upstream[recipe]
            low[option] = max(own, low_in)
            high[option] = max(own, high_in)
        low_sum = high_sum = known = 0.0
        for share, option, (_, _, recipe) in mix:
            own = own_of(option, 0.0)
            low_in, high_in = upstream[recipe]
            low_sum += share * max(own, low_in)
            high_sum += share * max(own, high_in)
            known += share
        low[place] = low_sum + (1.0 - known) * upstream[0][0]
        high[place] = high_sum + (1.0 - known) * upstream[0][1]
