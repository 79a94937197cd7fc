"""The first-tier lines of a product and what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import DOCUMENTED, Columns, propagate
from supplychain.levels import expand_ranges
from supplychain.measures.analysis import Analysis
from supplychain.measures.interval import Interval, share

# A value that no share can have.
_NEVER = 1e9
_TRIFLE = 1e-12

__all__ = [
    "FirstTier",
    "first_tier",
    "has_cost",
    "line_figures",
    "own_figures",
    "product_makers",
    "ratio",
    "spread",
    "total",
    "upstream_value",
]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class FirstTier:
    """Cost items of the product: one per alternative with one price, a group where one of several will be bought.

    Attributes
    ----------
    maker : array of int
        Option of the product that the item belongs to.
    alternative : array of int
    target : array of int
    grade : array of int
    fixed, amount : array of float
        Share of the product's cost given by the table, and USD per unit, both times the weight of the alternative.
    group : array of int
        Items of one group exclude each other; -1 stands alone.
    no_step : array of bool
        Whether the item is at the depth of the product itself, which then is a class.
    """

    maker: Int
    alternative: Int
    target: Int
    grade: Int
    fixed: Float
    amount: Float
    group: Int
    no_step: Bool


def product_makers(analysis: Analysis) -> tuple[Int, Float, bool]:
    """Options that make the product, their value shares, and whether they exclude each other."""
    compiled, target = analysis.compiled, analysis.target
    if target < compiled.option_count:
        return np.array([target]), np.ones(1), False
    mix = target - compiled.option_count
    if mix < compiled.mix_count:
        members = slice(compiled.mix_pointers[mix], compiled.mix_pointers[mix + 1])
        return compiled.members.option[members], compiled.members.value_share[members], False
    choice = mix - compiled.mix_count
    entries = slice(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
    options = compiled.entries.target[entries]
    return options, np.ones(len(options)), True


def first_tier(analysis: Analysis) -> FirstTier:
    """Collect the cost items of all makers of the product."""
    compiled, plan, table = analysis.compiled, analysis.compiled.plan, analysis.compiled.alternatives
    makers, _, _ = product_makers(analysis)
    terms = compiled.value_terms
    maker, alternative = _alternatives_of(analysis, makers)
    plain = ~plan.has_terms[alternative]
    first = np.searchsorted(terms.alternative, alternative[~plain], side="left")
    last = np.searchsorted(terms.alternative, alternative[~plain], side="right")
    term, owner = expand_ranges(first, last)
    parts = {
        "maker": (maker[plain], maker[~plain][owner]),
        "alternative": (alternative[plain], alternative[~plain][owner]),
        "target": (table.target[alternative[plain]], terms.target[term]),
        "grade": (table.grade[alternative[plain]], terms.grade[term]),
        "fixed": (table.fixed_value[alternative[plain]], terms.fixed_value[term]),
        "amount": (table.amount[alternative[plain]], terms.amount[term]),
        "group": (np.full(int(plain.sum()), -1), owner),
    }
    joined = {name: np.concatenate(pair) for name, pair in parts.items()}
    return FirstTier(**joined, no_step=plan.behind_class[joined["alternative"]])


def _alternatives_of(analysis: Analysis, makers: Int) -> tuple[Int, Int]:
    compiled = analysis.compiled
    recipes = compiled.options.recipe[makers]
    owners, alternatives = [], []
    for maker, recipe in zip(makers, recipes, strict=True):
        slots = np.flatnonzero(compiled.slot_recipe == recipe)
        found, _ = expand_ranges(compiled.slot_pointers[slots], compiled.slot_pointers[slots + 1])
        owners.append(np.full(len(found), maker, dtype=np.int64))
        alternatives.append(found)
    return np.concatenate(owners), np.concatenate(alternatives)


def has_cost(items: FirstTier) -> bool:
    """Whether any item has a price or a cost share, without which value is not known."""
    return bool((items.fixed > 0).any() or (items.amount > 0).any())


def line_figures(analysis: Analysis, items: FirstTier, figures: Float) -> Float:
    """Figures of the items' targets, shape (2, targets) -> (2, items).

    Where only documented evidence counts, an item that is not documented is 0 at the low end and 1 at the high end.
    """
    found = figures[:, items.target]
    if analysis.evidence == "documented":
        found = np.where(items.grade < DOCUMENTED, np.array([[0.0], [1.0]]), found)
    return found


def total(analysis: Analysis, items: FirstTier, figures: Float, own: Float) -> Interval | None:
    """Cost-weighted mean of a figure over the product's first-tier items and its own value, lowest and highest.

    Parameters
    ----------
    figures : array of float, shape (2, items)
        Low and high end of the figure of each item.
    own : array of float, shape (2, makers of the product)
        The figure of the product's own value.

    Returns
    -------
    Interval or None
        None where no cost is known at all.
    """
    makers, shares, exclusive = product_makers(analysis)
    lows, highs = [], []
    for place, maker in enumerate(makers):
        lows.append(_end(analysis, items, int(maker), figures[0], float(own[0, place])))
        highs.append(-_end(analysis, items, int(maker), -figures[1], -float(own[1, place])))
    if any(np.isnan(lows)):
        return None
    if exclusive:
        return share(min(lows), max(highs))
    return share(float(np.dot(shares, lows)), float(np.dot(shares, highs)))


def ratio(analysis: Analysis, items: FirstTier, figures: Float) -> Interval | None:
    """Cost-weighted mean of a figure over the first-tier items alone, lowest and highest over all unknown choices.

    Returns
    -------
    Interval or None
        None where no cost is known at all.
    """
    makers, shares, exclusive = product_makers(analysis)
    lows = np.array([_lowest_ratio(analysis, items, int(maker), figures[0]) for maker in makers])
    highs = -np.array([_lowest_ratio(analysis, items, int(maker), -figures[1]) for maker in makers])
    known = ~np.isnan(lows)
    if not known.any():
        return None
    if exclusive:
        return share(float(lows[known].min()), float(highs[known].max()))
    if known.sum() == 1:
        return share(float(lows[known][0]), float(highs[known][0]))
    low = _pooled_ratio(analysis, items, figures[0], shares * known, lows)
    return share(low, -_pooled_ratio(analysis, items, -figures[1], shares * known, -highs))


def _pooled_ratio(analysis: Analysis, items: FirstTier, figures: Float, shares: Float, lowest: Float) -> float:
    """Lowest mean over several makers of the product: where the lowest weighted sum of (figure - level) vanishes."""
    makers, _, _ = product_makers(analysis)
    low, high = float(figures.min()), float(figures.max())
    for _ in range(60):
        level = (low + high) / 2
        gap = 0.0
        for maker, volume, own_lowest in zip(makers, shares, lowest, strict=True):
            if volume > 0:
                priced = float(analysis.compiled.options.cost[maker]) > 0
                gap += volume * (
                    _end(analysis, items, int(maker), figures - level, 0.0) if priced else own_lowest - level
                )
        low, high = (level, high) if gap > 0 else (low, level)
    return high


def _lowest_ratio(analysis: Analysis, items: FirstTier, maker: int, figures: Float) -> float:
    """Lowest mean of one maker's items over the choices that leave any cost; NaN if none does."""
    mine = items.maker == maker
    fixed, amount, group, found = items.fixed[mine], items.amount[mine], items.group[mine], figures[mine]
    if not (fixed > 0).any() and not (amount > 0).any():
        return float("nan")
    price = float(analysis.compiled.options.cost[maker])
    if not (bool(analysis.compiled.is_product[analysis.product]) and not price > 0):
        weight = fixed + (amount / price if price > 0 else 0.0)
        chosen = _cheapest_ratio(found, weight, group)
        cost = float(weight[chosen].sum())
        return float(np.dot(weight[chosen], found[chosen])) / cost if cost > 0 else float("nan")
    results = []
    if (amount > 0).any():
        # Without any amount the rest of the cost would be unknown: a large own value keeps such choices out.
        result = _extreme(found, fixed, amount, group, _NEVER, None)
        if result < _NEVER / 2:
            results.append(result)
    if (fixed > 0).any() and not (amount[group < 0] > 0).any():
        # All amounts may be 0 in some choice; then the cost shares alone decide.
        without = np.where(amount > 0, 0.0, fixed)
        chosen = _cheapest_ratio(np.where(amount > 0, _NEVER, found), without, group)
        if without[chosen].sum() > 0 and not (amount[chosen] > 0).any():
            results.append(float(np.dot(without[chosen], found[chosen]) / without[chosen].sum()))
    return min(results) if results else float("nan")


def _end(analysis: Analysis, items: FirstTier, maker: int, figures: Float, own: float) -> float:
    """Lowest weighted sum of figures and own value for one maker of the product."""
    mine = items.maker == maker
    price = float(analysis.compiled.options.cost[maker])
    unpriced_product = bool(analysis.compiled.is_product[analysis.product]) and not price > 0
    return _extreme(
        figures[mine],
        items.fixed[mine],
        items.amount[mine],
        items.group[mine],
        own,
        None if unpriced_product else price,
    )


def _extreme(figures: Float, fixed: Float, amount: Float, group: Int, own: float, price: float | None) -> float:
    """Smallest cost-weighted mean of figures and own value over all combinations of the exclusive groups.

    With a known price the groups are independent. Without one the cost is the sum of the items that are bought, a
    ratio: Dinkelbach's method finds the combination (W. Dinkelbach 1967, doi:10.1287/mnsc.13.7.492).
    """
    if price is not None:
        weight = fixed + (amount / price if price > 0 else 0.0)
        return min(
            _mean(figures, weight, own, chosen)
            for chosen in (_choose(weight * (figures - own), group), _cheapest_ratio(figures, weight, group))
        )
    chosen = _choose(fixed * (figures - own), group) if not amount.any() else _choose(amount * figures, group)
    result = np.inf
    for _ in range(100):
        fixed_sum, cost = fixed[chosen].sum(), amount[chosen].sum()
        scale = max(1.0, float(fixed_sum))
        rest = max(0.0, 1 - fixed_sum)
        inner = float(np.dot(amount[chosen], figures[chosen]) / cost) if cost > 0 else own
        current = float(np.dot(fixed[chosen], figures[chosen])) / scale + rest * inner
        if not current < result - 1e-15:
            break
        result = current
        gain = (fixed / scale) * (figures - inner) + rest * amount * (figures - inner) / (cost if cost > 0 else 1.0)
        chosen = _choose(gain, group)
    return result


def _mean(figures: Float, weight: Float, own: float, chosen: Int) -> float:
    """Mean of the chosen items and, for the rest of the price, the own value; weights above 1 are scaled to it."""
    used = weight[chosen] / max(1.0, float(weight[chosen].sum()))
    return float(np.dot(used, figures[chosen]) + (1 - used.sum()) * own)


def _cheapest_ratio(figures: Float, weight: Float, group: Int) -> Int:
    """Combination with the smallest mean of the items alone, which decides where they cost more than the price."""
    # Of options alike, one that costs something: without a cost there is no mean.
    chosen = _choose(weight * (figures - _TRIFLE), group)
    level = np.inf
    for _ in range(100):
        total_weight = float(weight[chosen].sum())
        mean = float(np.dot(weight[chosen], figures[chosen])) / total_weight if total_weight > 0 else 0.0
        if not mean < level - 1e-15:
            break
        level = mean
        chosen = _choose(weight * (figures - level - _TRIFLE), group)
    return chosen


def _choose(gain: Float, group: Int) -> Int:
    """Items that stand alone, and of every group the one with the smallest gain."""
    alone = np.flatnonzero(group < 0)
    grouped = np.flatnonzero(group >= 0)
    if not grouped.size:
        return alone
    order = grouped[np.lexsort((gain[grouped], group[grouped]))]
    first = np.ones(len(order), dtype=bool)
    first[1:] = group[order][1:] != group[order][:-1]
    return np.concatenate([alone, order[first]])


def own_figures(analysis: Analysis, figures: Float) -> Float:
    """Figures of the product's own makers, shape (2, makers)."""
    makers, _, _ = product_makers(analysis)
    return figures[:, makers]


def spread(analysis: Analysis, figures: Float, *, whatever_evidence: bool = False) -> Float:
    """Pass figures of options on to mixes, choices and classes, by value; shape (2, options) -> (2, targets)."""
    columns = Columns(take_max=np.array([False, True])) if whatever_evidence else analysis.columns
    return propagate(analysis.compiled, figures, "own", columns)[:, 0]


def upstream_value(analysis: Analysis, option: int, rest: int) -> float:
    """Largest share of an option's price that its inputs, not itself, may earn in the lens within `rest` levels."""
    compiled, plan = analysis.compiled, analysis.compiled.plan
    if rest < 1:
        return 0.0
    value = analysis.value[1, rest - 1]
    documented_only = analysis.evidence == "documented"

    def seen(targets: Int, grades: Int) -> Float:
        return np.where(grades < DOCUMENTED, 1.0, value[targets]) if documented_only else value[targets]

    table, weights, terms = compiled.alternatives, plan.weights, compiled.value_terms
    _, places = _alternatives_of(analysis, np.array([option]))
    places = places[~plan.has_terms[places]]
    weight = (table.fixed_value[places] + table.amount[places] * plan.inverse_cost[option]) * plan.option_scale[option]
    result = float(np.dot(weight, seen(table.target[places], table.grade[places])))
    for group in range(plan.term_group_bounds[option], plan.term_group_bounds[option + 1]):
        span = slice(plan.term_starts[group], plan.term_starts[group + 1])
        term = weights.term[span]
        result += float((weights.term_weight[span] * seen(terms.target[term], terms.grade[term])).max())
    return min(1.0, result)
