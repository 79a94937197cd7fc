"""What the kernel needs beside the arrays: where each level starts, and the value weights of options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from supplychain.levels import expand_ranges, pointers

if TYPE_CHECKING:
    from supplychain.compiled.arrays import Compiled

__all__ = ["Groups", "Plan", "Run", "ValueWeights", "make_plan", "value_weights"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Run:
    """Recipes of a run of slots, with the place in the run at which each one's slots start."""

    recipes: Int
    starts: Int


@dataclass(frozen=True)
class Groups:
    """Places at which the members of a mix with another recipe start."""

    starts: Int

    def of_mix(self, mix_starts: Int) -> Int:
        """First group of each mix."""
        return np.searchsorted(self.starts, mix_starts).astype(np.int64)


@dataclass(frozen=True)
class Plan:
    """Where each level starts in every array, and the value weights of options."""

    slot: Int
    option: Int
    mix: Int
    choice: Int
    class_level: Bool
    behind_class: Bool
    has_terms: Bool
    weights: ValueWeights
    inverse_cost: Float
    option_weight: Float
    option_scale: Float
    term_option: Int
    term_target: Int
    term_weight: Float
    term_grade: Int
    term_behind_class: Bool
    term_starts: Int
    term_group_bounds: Int
    slot_recipe: Int
    member_mix: Int
    member_recipe: Int

    def recipe_run(self, slots: slice) -> Run:
        """Recipes of a run of slots and the first slot of each, relative to the run."""
        recipe = self.slot_recipe[slots]
        new = np.ones(len(recipe), dtype=bool)
        new[1:] = recipe[1:] != recipe[:-1]
        return Run(recipe[new], np.flatnonzero(new))

    def groups(self, members: slice) -> Groups:
        """Runs of members of one mix that share a recipe, relative to the slice."""
        mix, recipe = self.member_mix[members], self.member_recipe[members]
        new = np.ones(len(mix), dtype=bool)
        new[1:] = (mix[1:] != mix[:-1]) | (recipe[1:] != recipe[:-1])
        return Groups(np.flatnonzero(new))


def make_plan(compiled: Compiled) -> Plan:
    """Derive level boundaries and value weights from the arrays."""
    levels = compiled.levels
    part_level = compiled.part_level
    options, table = compiled.options, compiled.alternatives
    slot_level = part_level[compiled.recipe_part[compiled.slot_recipe]]
    class_recipe = np.zeros(len(compiled.recipe_part), dtype=bool)
    class_recipe[options.recipe[options.is_class]] = True
    behind_class = class_recipe[compiled.slot_recipe[table.slot]]
    class_level = np.zeros(levels, dtype=bool)
    class_level[part_level[options.part[options.is_class]]] = True
    weights = value_weights(compiled)
    terms = compiled.value_terms
    has_terms = np.zeros(len(table.target), dtype=bool)
    has_terms[terms.alternative] = True
    return Plan(
        slot=pointers(slot_level, levels),
        option=pointers(part_level[options.part], levels),
        mix=pointers(part_level[compiled.mix_part], levels),
        choice=pointers(compiled.choice_level, levels),
        class_level=class_level,
        behind_class=behind_class,
        has_terms=has_terms,
        weights=weights,
        inverse_cost=weights.inverse_cost,
        option_weight=weights.plain,
        option_scale=weights.scale,
        term_option=weights.term_option,
        term_target=terms.target[weights.term],
        term_weight=weights.term_weight,
        term_grade=terms.grade[weights.term],
        term_behind_class=behind_class[terms.alternative[weights.term]],
        term_starts=weights.term_starts,
        term_group_bounds=weights.term_group_bounds,
        slot_recipe=compiled.slot_recipe,
        member_mix=compiled.members.mix,
        member_recipe=options.recipe[compiled.members.option],
    )


@dataclass(frozen=True)
class ValueWeights:
    """Cost shares as options see them.

    `plain` is the scaled sum over lines with one known price, `scale` what brings sums above 1 down to 1; `smallest`
    and `largest` are the unscaled sums with the cheapest and the dearest option of every unknown choice. The terms are
    (option, choice, alternative offer) triples, sorted by option and choice.
    """

    inverse_cost: Float
    plain: Float
    scale: Float
    smallest: Float
    largest: Float
    term_option: Int
    term: Int
    term_weight: Float
    term_starts: Int
    term_group_bounds: Int


def value_weights(compiled: Compiled) -> ValueWeights:
    """Cost shares of the lines of every option (docs/model.md, section 4).

    A product without a price costs what its lines cost, the largest option of every unknown choice taken.
    """
    options, table, terms = compiled.options, compiled.alternatives, compiled.value_terms
    recipes = len(compiled.recipe_part)
    recipe_of_alternative = compiled.slot_recipe[table.slot]
    plain = np.ones(len(table.target), dtype=bool)
    plain[terms.alternative] = False
    fixed = _sums(recipe_of_alternative[plain], table.fixed_value[plain], recipes)
    amount = _sums(recipe_of_alternative[plain], table.amount[plain], recipes)
    term_recipe = recipe_of_alternative[terms.alternative]
    order = np.argsort(term_recipe, kind="stable")
    bounds = pointers(term_recipe[order], recipes)
    place, term_option = expand_ranges(bounds[options.recipe], bounds[options.recipe + 1])
    term = order[place]
    product = compiled.is_product[options.part] & np.isnan(options.cost)
    price = np.where(product, np.nan, options.cost)
    if product.any():
        largest_amount = _largest_by_recipe(terms.amount, terms.alternative, term_recipe, recipes)
        largest_fixed = _largest_by_recipe(terms.fixed_value, terms.alternative, term_recipe, recipes)
        total = (amount + largest_amount)[options.recipe]
        rest = 1 - (fixed + largest_fixed)[options.recipe]
        priced = product & (total > 0) & (rest > 1e-12)
        price[priced] = (total / np.where(rest > 0, rest, 1.0))[priced]
    with np.errstate(divide="ignore"):
        inverse = np.where(price > 0, 1 / price, 0.0)
    term_weight = terms.fixed_value[term] + terms.amount[term] * inverse[term_option]
    alternative = terms.alternative[term]
    new = np.ones(len(term), dtype=bool)
    new[1:] = (term_option[1:] != term_option[:-1]) | (alternative[1:] != alternative[:-1])
    starts = np.flatnonzero(new)
    plain_weight = fixed[options.recipe] + amount[options.recipe] * inverse
    smallest, largest = plain_weight.copy(), plain_weight.copy()
    if len(starts):
        np.add.at(smallest, term_option[starts], np.minimum.reduceat(term_weight, starts))
        np.add.at(largest, term_option[starts], np.maximum.reduceat(term_weight, starts))
    scale = np.where(largest > 1, 1 / np.where(largest > 1, largest, 1.0), 1.0)
    group_option = term_option[starts]
    return ValueWeights(
        inverse_cost=inverse,
        plain=plain_weight * scale,
        scale=scale,
        smallest=smallest,
        largest=largest,
        term_option=term_option,
        term=term,
        term_weight=term_weight * scale[term_option],
        term_starts=np.append(starts, len(term)).astype(np.int64),
        term_group_bounds=pointers(group_option, len(options.part)),
    )


def _sums(recipe: Int, values: Float, recipes: int) -> Float:
    return np.bincount(recipe, weights=values, minlength=recipes).astype(np.float64)


def _largest_by_recipe(values: Float, alternative: Int, recipe: Int, recipes: int) -> Float:
    """Sum over the choices of each recipe of their largest option."""
    result = np.zeros(recipes)
    if len(values):
        starts = np.flatnonzero(np.append(True, alternative[1:] != alternative[:-1]))
        np.add.at(result, recipe[starts], np.maximum.reduceat(values, starts))
    return result
