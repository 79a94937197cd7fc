"""Prices of targets and the value weights of alternatives (docs/model.md, section 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.arrays import DOCUMENTED, Alternatives, BomLines, Entries, ValueTerms
from supplychain.compiled.makers import Mixes, OptionPool
from supplychain.compiled.slots import Slots
from supplychain.levels import expand_ranges, pointers

__all__ = ["Prices", "price", "value_terms"]

# Below any weight that a table can mean; keeps a division by a weight of 0 finite.
_TINY = 1e-300

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Prices:
    """Unit cost of every target (NaN is unknown or not one number) and value weights of mixes and alternatives."""

    target_cost: Float
    member_value_share: Float
    fixed_value: Float
    amount: Float
    in_class: Bool


def price(pool: OptionPool, mixes: Mixes, slots: Slots, target: Int, lines: BomLines, *, choice_count: int) -> Prices:
    """Price all targets and alternatives.

    Parameters
    ----------
    pool, mixes, slots
        Options, their mixes, and what fills the slots.
    target : array of int
        Target of every alternative.
    lines : BomLines
    choice_count : int

    Returns
    -------
    Prices
        `fixed_value` is the share of the parent's cost that the table gives (1 in total for a class), `amount` the cost
        in USD per unit of the parent, both times the weight of the alternative; 0 where unknown.
    """
    slot, weight, line = slots.alternative_slot, slots.weight, slots.line
    mix_cost, member_value_share = _price_mixes(pool.cost, mixes)
    target_cost = np.concatenate([pool.cost, mix_cost, np.full(choice_count, np.nan)])
    alternative_recipe = slots.recipe[slot]
    recipe_count = int(max(pool.recipe.max(initial=-1), slots.recipe.max(initial=-1))) + 1
    class_recipes = np.zeros(recipe_count, dtype=bool)
    class_recipes[pool.recipe[pool.is_class]] = True
    in_class = class_recipes[alternative_recipe]
    order = np.argsort(alternative_recipe, kind="stable")
    bounds = pointers(alternative_recipe[order], recipe_count)
    class_share = np.zeros(len(slot))
    for option in np.flatnonzero(pool.is_class):
        recipe = pool.recipe[option]
        inside = order[bounds[recipe] : bounds[recipe + 1]]
        unit = _unit_amount(lines, line[inside], target_cost[target[inside]])
        cost, share = _mean_and_shares(unit, weight[inside])
        # Split in an unknown way, it has as many costs as there are options (see `value_terms`).
        target_cost[option] = np.nan if slots.split[inside].any() else cost
        class_share[inside] = share
    has_line = line >= 0
    given = np.full(len(slot), np.nan)
    given[has_line] = lines.cost_share[line[has_line]]
    unit = _unit_amount(lines, line, target_cost[target])
    fixed = np.where(np.isnan(given), 0.0, weight * np.nan_to_num(given))
    amount = np.where(np.isnan(given), weight * np.nan_to_num(unit), 0.0)
    _fill_remainders(slots, given, unit, fixed, amount)
    fixed = np.where(in_class, class_share, fixed)
    amount = np.where(in_class, 0.0, amount)
    return Prices(target_cost, member_value_share, fixed, amount, in_class)


def _price_mixes(option_cost: Float, mixes: Mixes) -> tuple[Float, Float]:
    """Mean price of every mix, and the share of value of each member."""
    mix, share, count = mixes.member_mix, mixes.member_share, mixes.count
    cost = option_cost[mixes.member_option]
    priced = ~np.isnan(cost)
    weight = np.bincount(mix[priced], weights=share[priced], minlength=count)
    total = np.bincount(mix[priced], weights=(share * cost)[priced], minlength=count)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(weight > 0, total / weight, np.nan)
        spread = share * np.where(priced, cost, mean[mix])
        norm = np.bincount(mix, weights=np.nan_to_num(spread), minlength=count)[mix]
        value_share = np.where(norm > 0, spread / norm, share)
    return mean, value_share


def _unit_amount(lines: BomLines, line: Int, cost: Float) -> Float:
    """Quantity times unit cost of the child; NaN where one of them, or the line, is unknown."""
    quantity = np.full(len(line), np.nan)
    known = line >= 0
    quantity[known] = lines.quantity[line[known]]
    return quantity * cost


def _mean_and_shares(unit: Float, weight: Float) -> tuple[float, Float]:
    """Weighted mean cost over the priced alternatives, and the share of value of each (unpriced ones cost the mean)."""
    priced = ~np.isnan(unit) & (weight > 0)
    total_weight = weight.sum()
    if not priced.any() or weight[priced].sum() == 0:
        return float("nan"), weight / total_weight if total_weight > 0 else weight
    mean = float((unit * weight)[priced].sum() / weight[priced].sum())
    value = weight * np.where(np.isnan(unit), mean, unit)
    total = value.sum()
    return mean * float(total_weight), value / total if total > 0 else weight / total_weight


def _fill_remainders(slots: Slots, given: Float, unit: Float, fixed: Float, amount: Float) -> None:
    """An unknown remainder of a slot costs the share-weighted mean of the slot's alternatives that are valued."""
    slot, weight, line = slots.alternative_slot, slots.weight, slots.line
    rest = np.flatnonzero(line < 0)
    if not rest.size:
        return
    size = int(slot.max()) + 1
    valued = (line >= 0) & (~np.isnan(given) | ~np.isnan(unit)) & (weight > 0)
    base = np.bincount(slot[valued], weights=weight[valued], minlength=size)[slot[rest]]
    fixed_sum = np.bincount(slot[valued], weights=fixed[valued], minlength=size)[slot[rest]]
    amount_sum = np.bincount(slot[valued], weights=amount[valued], minlength=size)[slot[rest]]
    scale = np.divide(weight[rest], base, out=np.zeros(len(rest)), where=base > 0)
    fixed[rest] = scale * fixed_sum
    amount[rest] = scale * amount_sum


@dataclass(frozen=True)
class _Branches:
    """Ways in which alternatives may turn out.

    `target` and `line` are what an alternative turns out to be, `factor` how many of it a unit takes.
    """

    alternative: Int
    target: Int
    line: Int
    grade: Int
    factor: Float
    inside_class: Bool

    def at(self, places: Int | Bool) -> _Branches:
        """Some of the branches."""
        return _Branches(*(column[places] for column in vars(self).values()))

    def followed_by(self, other: _Branches) -> _Branches:
        """These branches, then others."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return _Branches(*(np.concatenate(pair) for pair in pairs))


def value_terms(
    alternatives: Alternatives,
    entries: Entries,
    lines: BomLines,
    prices: Prices,
    *,
    pool: OptionPool,
    slot_recipe: Int,
    first_choice: int,
) -> ValueTerms:
    """For each alternative that is an unknown choice, the value weights that each option would have.

    A class that only splits in an unknown way is opened: the options of its slot are the options of the choice.
    """
    opened = _open_classes(alternatives, pool, slot_recipe, first_choice)
    branches = _branches(alternatives, entries, lines, opened, first_choice)
    branches = branches.at(np.lexsort((branches.line, branches.target, branches.alternative)))
    alternative, target, line = branches.alternative, branches.target, branches.line
    weight = alternatives.weight[alternative]
    given = np.where(line >= 0, lines.cost_share[np.maximum(line, 0)] if len(lines.row) else np.nan, np.nan)
    unit = _unit_amount(lines, line, prices.target_cost[target]) * branches.factor
    fixed = np.where(np.isnan(given), 0.0, weight * np.nan_to_num(given))
    amount = np.where(np.isnan(given), weight * np.nan_to_num(unit), 0.0)
    in_class = prices.in_class[alternative]
    fixed = np.where((line < 0) | in_class, prices.fixed_value[alternative], fixed)
    amount = np.where(line < 0, prices.amount[alternative], amount)
    amount = np.where(in_class, 0.0, amount)
    terms = ValueTerms(alternative, target, fixed, amount, branches.grade)
    return _with_open_remainders(terms, alternatives, in_class=prices.in_class, first_choice=first_choice)


def _with_open_remainders(
    terms: ValueTerms, alternatives: Alternatives, *, in_class: Bool, first_choice: int
) -> ValueTerms:
    """Add terms for the remainder of a slot whose price is an unknown choice: it costs what one of the options costs.

    The remainder is taken to choose for itself, so the bounds of value hold but need not be reached.
    """
    rest = np.flatnonzero(
        (alternatives.line < 0)
        & (alternatives.grade < DOCUMENTED)
        & (alternatives.target < first_choice)
        & (alternatives.fixed_value == 0)
        & (alternatives.amount == 0)
        & ~in_class
    )
    slot_of_term = alternatives.slot[terms.alternative]
    first = np.searchsorted(slot_of_term, alternatives.slot[rest], side="left")
    last = np.searchsorted(slot_of_term, alternatives.slot[rest], side="right")
    place, owner = expand_ranges(first, last)
    if not place.size:
        return terms
    added = rest[owner]
    scale = alternatives.weight[added] / np.maximum(alternatives.weight[terms.alternative[place]], _TINY)
    alternative = np.concatenate([terms.alternative, added])
    target = np.concatenate([terms.target, alternatives.target[added]])
    fixed = np.concatenate([terms.fixed_value, scale * terms.fixed_value[place]])
    amount = np.concatenate([terms.amount, scale * terms.amount[place]])
    grade = np.concatenate([terms.grade, alternatives.grade[added]])
    order = np.argsort(alternative, kind="stable")
    return ValueTerms(alternative[order], target[order], fixed[order], amount[order], grade[order])


def _branches(
    alternatives: Alternatives, entries: Entries, lines: BomLines, opened: Int, first_choice: int
) -> _Branches:
    """Follow every alternative that is a choice, or a class opened to one, until no choice is left."""
    bounds = pointers(entries.choice, int(entries.choice.max(initial=-1)) + 1)
    count = len(alternatives.target)
    result = _Branches(
        alternative=np.arange(count, dtype=np.int64),
        target=alternatives.target,
        line=alternatives.line,
        grade=alternatives.grade,
        factor=np.ones(count),
        inside_class=np.zeros(count, dtype=bool),
    )
    choice_of = np.append(opened, -1)

    def is_open(targets: Int) -> Bool:
        return (targets >= first_choice) | (choice_of[np.minimum(targets, len(choice_of) - 1)] >= 0)

    result = result.at(is_open(result.target))
    while (more := is_open(result.target)).any():
        through_class = more & (result.target < first_choice)
        choice = result.target.copy()
        choice[through_class] = choice_of[result.target[through_class]]
        number = choice[more] - first_choice
        place, owner = expand_ranges(bounds[number], bounds[number + 1])
        source = np.flatnonzero(more)[owner]
        above = result.at(source)
        outer = above.line
        quantity = np.where(through_class[source] & (outer >= 0), lines.quantity[np.maximum(outer, 0)], 1.0)
        # The cost share or quantity of the outer line to a class applies to whatever the class turns out to be.
        nested = above.inside_class | through_class[source]
        outer_given = np.where(outer >= 0, lines.cost_share[np.maximum(outer, 0)], np.nan)
        keep_outer = nested & ~np.isnan(outer_given)
        entry_line = entries.line[place]
        below = _Branches(
            alternative=above.alternative,
            target=entries.target[place],
            line=np.where((entry_line >= 0) & ~keep_outer, entry_line, outer),
            grade=np.minimum(above.grade, entries.grade[place]),
            factor=above.factor * quantity,
            inside_class=nested,
        )
        result = result.at(~more).followed_by(below)
    return result


def _open_classes(alternatives: Alternatives, pool: OptionPool, slot_recipe: Int, first_choice: int) -> Int:
    """For each option: the choice that a class with one slot of wholly unknown split amounts to, else -1."""
    result = np.full(pool.count, -1, dtype=np.int64)
    if not len(alternatives.slot):
        return result
    recipe = slot_recipe[alternatives.slot]
    size = int(max(pool.recipe.max(initial=-1), recipe.max(initial=-1))) + 1
    count = np.bincount(recipe, minlength=size)
    only = np.full(size, -1, dtype=np.int64)
    only[recipe] = alternatives.target
    classes = np.flatnonzero(pool.is_class)
    recipe_of = pool.recipe[classes]
    pure = (count[recipe_of] == 1) & (only[recipe_of] >= first_choice)
    result[classes[pure]] = only[recipe_of[pure]]
    return result
