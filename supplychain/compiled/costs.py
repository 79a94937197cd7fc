"""Prices of targets and the value weights of alternatives (docs/model.md, section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from supplychain.levels import expand_ranges, pointers

if TYPE_CHECKING:
    from supplychain.compiled.arrays import Alternatives, Entries, Lines

__all__ = ["Prices", "price", "value_terms"]

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


def price(
    *,
    lines: Lines,
    option_cost: Float,
    option_recipe: Int,
    option_is_class: Bool,
    member_mix: Int,
    member_option: Int,
    member_share: Float,
    mix_count: int,
    entries: Entries,
    choice_count: int,
    alternative: tuple[Int, Int, Float, Int],
    slot_recipe: Int,
    class_order: Int,
) -> Prices:
    """Price all targets and alternatives.

    Returns
    -------
    Prices
        `fixed_value` is the share of the parent's cost that the table gives (1 in total for a class), `amount` the cost in
        USD per unit of the parent, both times the weight of the alternative; 0 where unknown.
    """
    slot, target, weight, line = alternative
    mix_cost, member_value_share = _price_mixes(option_cost, member_mix, member_option, member_share, mix_count)
    target_cost = np.concatenate([option_cost, mix_cost, np.full(choice_count, np.nan)])
    first_choice = len(option_cost) + mix_count
    recipe_count = int(max(option_recipe.max(initial=-1), slot_recipe.max(initial=-1))) + 1
    class_recipes = np.zeros(recipe_count, dtype=bool)
    class_recipes[option_recipe[option_is_class]] = True
    in_class = class_recipes[slot_recipe[slot]] if len(slot) else np.zeros(0, dtype=bool)
    bounds = pointers(slot_recipe_order(slot_recipe, slot), len(class_recipes))
    order = np.argsort(slot_recipe[slot], kind="stable") if len(slot) else np.zeros(0, dtype=np.int64)
    class_share = np.zeros(len(slot))
    for option in class_order:
        recipe = option_recipe[option]
        inside = order[bounds[recipe] : bounds[recipe + 1]]
        unit = _unit_amount(lines, line[inside], target_cost[target[inside]])
        cost, share = _mean_and_shares(unit, weight[inside])
        target_cost[option] = cost if (target[inside] < first_choice).all() else np.nan
        class_share[inside] = share
    has_line = line >= 0
    given = np.full(len(slot), np.nan)
    given[has_line] = lines.cost_share[line[has_line]]
    unit = _unit_amount(lines, line, target_cost[target])
    fixed = np.where(np.isnan(given), 0.0, weight * np.nan_to_num(given))
    amount = np.where(np.isnan(given), weight * np.nan_to_num(unit), 0.0)
    _fill_remainders(slot, weight, line, given, unit, fixed, amount)
    fixed = np.where(in_class, class_share, fixed)
    amount = np.where(in_class, 0.0, amount)
    return Prices(target_cost, member_value_share, fixed, amount, in_class)


def slot_recipe_order(slot_recipe: Int, slot: Int) -> Int:
    """Recipes of all alternatives in sorted order, for pointers."""
    return np.sort(slot_recipe[slot], kind="stable") if len(slot) else np.zeros(0, dtype=np.int64)


def _price_mixes(
    option_cost: Float, member_mix: Int, member_option: Int, member_share: Float, mix_count: int
) -> tuple[Float, Float]:
    cost = option_cost[member_option]
    priced = ~np.isnan(cost)
    weight = np.bincount(member_mix[priced], weights=member_share[priced], minlength=mix_count)
    total = np.bincount(member_mix[priced], weights=(member_share * cost)[priced], minlength=mix_count)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(weight > 0, total / weight, np.nan)
        spread = member_share * np.where(priced, cost, mean[member_mix])
        norm = np.bincount(member_mix, weights=np.nan_to_num(spread), minlength=mix_count)[member_mix]
        value_share = np.where(norm > 0, spread / norm, member_share)
    return mean, value_share


def _unit_amount(lines: Lines, line: Int, cost: Float) -> Float:
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


def _fill_remainders(
    slot: Int, weight: Float, line: Int, given: Float, unit: Float, fixed: Float, amount: Float
) -> None:
    """An unknown remainder of a slot costs the share-weighted mean of the slot's alternatives that are valued."""
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


def value_terms(
    alternatives: Alternatives,
    entries: Entries,
    lines: Lines,
    prices: Prices,
    option_is_class: Bool,
    option_recipe: Int,
    slot_recipe: Int,
    first_choice: int,
) -> tuple[Int, Int, Float, Float, Int]:
    """For each alternative that is an unknown choice, the value weights that each option would have.

    A class that only splits in an unknown way is opened: the options of its slot are the options of the choice.
    """
    bounds = pointers(entries.choice, int(entries.choice.max(initial=-1)) + 1)
    opened = _open_classes(alternatives, option_is_class, option_recipe, slot_recipe, first_choice)
    alternative = np.arange(len(alternatives.target), dtype=np.int64)
    target = alternatives.target
    line = alternatives.line
    grade = alternatives.grade
    factor = np.ones(len(target))
    inside_class = np.zeros(len(target), dtype=bool)
    is_opened = np.append(opened, -1)

    def wanted(targets: Int) -> Bool:
        return (targets >= first_choice) | (is_opened[np.minimum(targets, len(is_opened) - 1)] >= 0)

    keep = wanted(target)
    alternative, target, line, grade = alternative[keep], target[keep], line[keep], grade[keep]
    factor, inside_class = factor[keep], inside_class[keep]
    while len(target) and wanted(target).any():
        more = wanted(target)
        through_class = more & (target < first_choice)
        with_quantity = np.where(through_class & (line >= 0), lines.quantity[np.maximum(line, 0)], 1.0)
        choice = target.copy()
        choice[through_class] = is_opened[target[through_class]]
        number = choice[more] - first_choice
        place, owner = expand_ranges(bounds[number], bounds[number + 1])
        above = np.flatnonzero(more)[owner]
        # The cost share or quantity of the outer line to a class applies to whatever the class turns out to be.
        nested = inside_class[above] | through_class[above]
        entry_line = entries.line[place]
        outer = line[above]
        outer_given = np.where(outer >= 0, lines.cost_share[np.maximum(outer, 0)], np.nan)
        keep_outer = nested & ~np.isnan(outer_given)
        next_line = np.where((entry_line >= 0) & ~keep_outer, entry_line, outer)
        alternative = np.concatenate([alternative[~more], alternative[above]])
        factor = np.concatenate([factor[~more], (factor * with_quantity)[above]])
        target = np.concatenate([target[~more], entries.target[place]])
        line = np.concatenate([line[~more], next_line])
        grade = np.concatenate([grade[~more], np.minimum(grade[above], entries.grade[place])])
        inside_class = np.concatenate([inside_class[~more], nested])
    order = np.lexsort((line, target, alternative))
    alternative, target, line = alternative[order], target[order], line[order]
    grade, factor = grade[order], factor[order]
    weight = alternatives.weight[alternative]
    given = np.where(line >= 0, lines.cost_share[np.maximum(line, 0)] if len(lines.row) else np.nan, np.nan)
    unit = _unit_amount(lines, line, prices.target_cost[target]) * factor
    fixed = np.where(np.isnan(given), 0.0, weight * np.nan_to_num(given))
    amount = np.where(np.isnan(given), weight * np.nan_to_num(unit), 0.0)
    rest = line < 0
    fixed = np.where(rest, prices.fixed_value[alternative], fixed)
    amount = np.where(rest, prices.amount[alternative], amount)
    in_class = prices.in_class[alternative]
    fixed = np.where(in_class, prices.fixed_value[alternative], fixed)
    amount = np.where(in_class, 0.0, amount)
    return alternative, target, fixed, amount, grade


def _open_classes(
    alternatives: Alternatives, option_is_class: Bool, option_recipe: Int, slot_recipe: Int, first_choice: int
) -> Int:
    """For each option: the choice that a class with one slot of wholly unknown split amounts to, else -1."""
    result = np.full(len(option_is_class), -1, dtype=np.int64)
    if not len(alternatives.slot):
        return result
    recipe = slot_recipe[alternatives.slot]
    size = int(max(option_recipe.max(initial=-1), recipe.max(initial=-1))) + 1
    count = np.bincount(recipe, minlength=size)
    only = np.full(size, -1, dtype=np.int64)
    only[recipe] = alternatives.target
    classes = np.flatnonzero(option_is_class)
    pure = (count[option_recipe[classes]] == 1) & (only[option_recipe[classes]] >= first_choice)
    result[classes[pure]] = only[option_recipe[classes[pure]]]
    return result
