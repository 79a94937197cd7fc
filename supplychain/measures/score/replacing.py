"""Substitutability: how much of what is exposed named makers outside the lens could replace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.errors import OptionError
from supplychain.levels import expand_ranges, pointers
from supplychain.measures.score.figures import HIGH, LOW, VALUE, Figures, wholly_open
from supplychain.measures.score.lines import ScoreLines

__all__ = ["LineReplacement", "replaceable_share", "replacement"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


def replaceable_share(
    need: float,
    capacity: Sequence[float],
    price: Sequence[float],
    *,
    current_price: float | None,
    price_limit: float = 0.25,
) -> float:
    """Share of a need that can be bought elsewhere within capacity and a limit of price.

    Parameters
    ----------
    need : float
        Units to replace, above 0.
    capacity, price : sequence of float
        What each offer can deliver (may be infinite), and asks for a unit.
    current_price : float or None
        What a unit costs today; None: the price does not limit.
    price_limit : float
        What replacing may add to the cost of all units to replace: 0.25 is +25 %.

    Returns
    -------
    float
        0..1. The cheapest offers first: a fractional knapsack, in which every unit replaced counts the same and weighs
        what it costs more than today, so that this order is optimal (Dantzig 1957, doi:10.1287/opre.5.2.266).

    Raises
    ------
    OptionError
        If a number is negative, or the lists do not fit.

    Examples
    --------
    Ten units at 4 USD may cost 10 USD more in all: five at 4 USD, then four at 6.50 USD.

    >>> replaceable_share(10, [5, 8], [4, 6.5], current_price=4)
    0.9
    """
    if not need > 0 or len(capacity) != len(price) or min([*capacity, *price], default=0) < 0:
        raise OptionError("replaceable_share: a need above 0, and a capacity and a price of 0 or more for each offer")
    money = np.inf if current_price is None else price_limit * current_price * need
    left = float(need)
    for cost, amount in sorted(zip(price, capacity, strict=True)):
        extra = 0.0 if current_price is None else cost - current_price
        taken = min(amount, left) if extra <= 0 else min(amount, left, money / extra)
        left -= taken
        money -= taken * extra if extra else 0.0
    return min(1.0, max(0.0, (need - left) / need))


@dataclass(frozen=True)
class LineReplacement:
    """Figures of substitutability per line, shape (lines,) each.

    Attributes
    ----------
    low, value, high : array of float
        1 for a line that is clean, else the share of its exposed volume that can be replaced.
    known : array of bool
        Whether anything is known about the line.
    """

    low: Float
    value: Float
    high: Float
    known: Bool


def replacement(figures: Figures, depth: int, *, price_limit: float) -> LineReplacement:
    """Substitutability of every line at a depth."""
    lines = figures.lines
    contact = figures.at(figures.contact, depth)
    exposed = lines.sums(contact * lines.weight)
    touched = np.stack([contact[LOW] > 0, contact[HIGH] > 0]).astype(np.float64)
    likely = np.where(touched[LOW] > 0, 1.0, touched[HIGH] * contact[VALUE].mean(axis=0))
    touched_low, likely_share, touched_high = lines.sums(np.stack([touched[LOW], likely, touched[HIGH]]) * lines.weight)
    low, value, high = np.ones(len(lines)), np.ones(len(lines)), np.ones(len(lines))
    market = _Offers(figures, depth)
    for line in range(len(lines)):
        if touched_high[line] <= 0:
            continue
        offers = market.of_line(lines, line)
        worst = offers.share(float(exposed[HIGH, line]), price_limit, favourable=False)
        best = offers.share(float(exposed[HIGH, line]), price_limit, favourable=True)
        least = float(exposed[LOW, line])
        most = offers.share(least, price_limit, favourable=True) if least > 0 else 1.0
        low[line] = 1 - touched_high[line] * (1 - worst)
        value[line] = 1 - likely_share[line] * (1 - (worst + best) / 2)
        high[line] = 1 - touched_low[line] * (1 - max(most, best))
        market.listed[line] = len(offers.option) > 0
    known = (lines.sums((~wholly_open(contact)).astype(np.float64)) > 0) | market.listed
    low, high = np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
    return LineReplacement(low, np.clip(value, low, np.maximum(low, high)), np.maximum(low, high), known)


@dataclass(frozen=True)
class _LineOffers:
    """Named offers that could fill one line, per unit of the product; NaN is unknown."""

    option: Int
    capacity: Float
    price: Float
    timely: Bool
    untimely: Bool
    clean: Bool
    possibly_clean: Bool
    planned: Bool
    current: tuple[float, float]

    def share(self, need: float, price_limit: float, *, favourable: bool) -> float:
        """Replaceable share of an exposed volume, with everything unknown against it or for it."""
        cheapest, dearest = self.current
        if favourable:
            usable = self.possibly_clean & ~self.untimely
            capacity = np.where(np.isnan(self.capacity), np.inf, self.capacity)[usable]
            price = np.where(np.isnan(self.price), 0.0, self.price)[usable]
            today = None if np.isnan(dearest) else dearest
        else:
            if np.isnan(cheapest):
                return 0.0
            usable = self.clean & self.timely & ~self.planned & ~np.isnan(self.capacity) & ~np.isnan(self.price)
            capacity, price, today = self.capacity[usable], self.price[usable], cheapest
        return replaceable_share(need, list(capacity), list(price), current_price=today, price_limit=price_limit)


class _Offers:
    """All named offers, and which of them fill a line."""

    def __init__(self, figures: Figures, depth: int) -> None:
        analysis = figures.analysis
        options, offers = analysis.compiled.options, analysis.compiled.dataset.offers
        self.compiled, self.units = analysis.compiled, figures.units
        rows = np.flatnonzero((options.offer >= 0) & (options.supplier >= 0) & ~options.priced_at_mean)
        self.option = rows[np.argsort(options.part[rows], kind="stable")]
        self.part = options.part[self.option]
        self.bounds = pointers(self.part, len(self.compiled.part_ids))
        self.children = np.argsort(self.compiled.lines.parent, kind="stable")
        self.child_bounds = pointers(self.compiled.lines.parent[self.children], len(self.compiled.part_ids))
        self.listed_option = np.full(len(offers) + 1, -1, dtype=np.int64)
        listed = np.flatnonzero((options.offer >= 0) & ~options.priced_at_mean)[::-1]
        self.listed_option[options.offer[listed]] = listed  # of several the first, which is written last
        contact = figures.contact[:2, max(0, min(depth, analysis.graph_depth) - 1)][:, self.option]
        self.clean, self.possibly_clean = contact[HIGH] == 0, contact[LOW] == 0
        row = options.offer[self.option]
        lead = offers["lead_time_days"].to_numpy(dtype=np.float64)[row]
        self.timely = lead <= figures.settings.horizon_days
        self.untimely = lead > figures.settings.horizon_days
        self.capacity = offers["capacity_per_year"].to_numpy(dtype=np.float64)[row]
        self.price = offers["unit_cost_usd"].to_numpy(dtype=np.float64)[row]
        self.planned = options.planned[self.option]
        self.listed = np.zeros(len(figures.lines), dtype=bool)

    def of_line(self, lines: ScoreLines, line: int) -> _LineOffers:
        """Offers of all parts that may fill the line."""
        span = slice(lines.starts[line], lines.starts[line + 1])
        quantity = self._quantities(lines, span)
        parts = np.array(sorted(quantity), dtype=np.int64)
        chosen, _ = expand_ranges(self.bounds[parts], self.bounds[parts + 1])
        per_unit = np.array([quantity[int(part)] for part in self.part[chosen]], dtype=np.float64)
        units = np.nan if self.units is None else self.units
        with np.errstate(divide="ignore", invalid="ignore"):
            capacity = np.where(self.capacity[chosen] == 0, 0.0, self.capacity[chosen] / (per_unit * units))
        used = self._used(lines, span)
        capacity = np.maximum(0.0, capacity - np.array([used.get(int(code), 0.0) for code in self.option[chosen]]))
        return _LineOffers(
            option=self.option[chosen],
            capacity=capacity,
            price=self.price[chosen] * per_unit,
            timely=self.timely[chosen],
            untimely=self.untimely[chosen],
            clean=self.clean[chosen],
            possibly_clean=self.possibly_clean[chosen],
            planned=self.planned[chosen],
            current=self._current(lines, span),
        )

    def _quantities(self, lines: ScoreLines, span: slice) -> dict[int, float]:
        """Quantity per unit of the product of every part that may fill a line; classes are opened."""
        table, bom = self.compiled, self.compiled.lines
        first = table.option_count + table.mix_count
        found: dict[int, float] = {}
        todo = []
        for place in lines.place[span]:
            target = int(table.alternatives.target[place])
            if table.alternatives.line[place] >= 0:
                todo.append((int(table.alternatives.line[place]), 1.0))
            elif target >= first:
                entries = slice(table.choice_pointers[target - first], table.choice_pointers[target - first + 1])
                todo += [(int(row), 1.0) for row in np.unique(table.entries.line[entries]) if row >= 0]
        while todo:
            row, factor = todo.pop()
            child, quantity = int(bom.child[row]), factor * float(bom.quantity[row])
            if table.is_class[child]:
                inside = self.children[self.child_bounds[child] : self.child_bounds[child + 1]]
                todo += [(int(inner), quantity) for inner in inside]
            elif child not in found or not quantity <= found[child]:
                # A part that fills the line in two ways: the larger need, and unknown where one of them is.
                found[child] = quantity
        return found

    def _used(self, lines: ScoreLines, span: slice) -> dict[int, float]:
        """What each maker already delivers for the line, per unit of the product."""
        table, members = self.compiled, self.compiled.members
        used: dict[int, float] = {}
        for place in lines.place[span]:
            target, weight = int(table.alternatives.target[place]), float(table.alternatives.weight[place])
            mix = target - table.option_count
            if mix < 0:
                used[target] = used.get(target, 0.0) + weight
            elif mix < table.mix_count:
                for member in range(table.mix_pointers[mix], table.mix_pointers[mix + 1]):
                    option = self._listed_twin(int(members.option[member]))
                    used[option] = used.get(option, 0.0) + weight * float(members.share[member])
        return used

    def _listed_twin(self, option: int) -> int:
        """The option of the same offer without the price of a mix."""
        options = self.compiled.options
        if not options.priced_at_mean[option] or options.offer[option] < 0:
            return option
        return int(self.listed_option[options.offer[option]])

    def _current(self, lines: ScoreLines, span: slice) -> tuple[float, float]:
        """What the line costs today per unit of the product: least and most over unknown choices, NaN if unknown."""
        table, bom = self.compiled, self.compiled.lines
        first = table.option_count + table.mix_count
        ends = np.zeros(2)
        total = 0.0
        for place in lines.place[span]:
            target, row = int(table.alternatives.target[place]), int(table.alternatives.line[place])
            if target >= first:
                entries = slice(table.choice_pointers[target - first], table.choice_pointers[target - first + 1])
                inner = np.where(table.entries.line[entries] >= 0, table.entries.line[entries], row)
                unit = (
                    np.where(inner >= 0, bom.quantity[inner], np.nan) * table.target_cost[table.entries.target[entries]]
                )
            else:
                unit = np.array([(float(bom.quantity[row]) if row >= 0 else np.nan) * table.target_cost[target]])
            if not np.isnan(unit).any() and len(unit):
                weight = float(table.alternatives.weight[place])
                ends += weight * np.array([unit.min(), unit.max()])
                total += weight
        return (float(ends[0] / total), float(ends[1] / total)) if total > 0 else (np.nan, np.nan)
