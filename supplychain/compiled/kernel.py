"""The one propagation kernel: from the leaves of the AND/OR graph up to every target, level by level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.build import Compiled
from supplychain.compiled.order import expand_ranges, pointers

__all__ = ["OPERATIONS", "Columns", "propagate"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

OPERATIONS = ("product", "min", "pooled_min", "sum", "value", "own")


@dataclass(frozen=True)
class Columns:
    """What distinguishes the scenario columns besides their leaves.

    Attributes
    ----------
    take_max : array of bool, shape (scenarios,)
        Whether an unknown choice takes its largest option in that column, else its smallest.
    documented_only : array of bool, shape (scenarios,), optional
        Whether a step that is not documented counts as `undocumented` in that column.
    undocumented : array of float, shape (scenarios,), optional
        The figure of such a step.
    """

    take_max: Bool
    documented_only: Bool | None = None
    undocumented: Float | None = None


def propagate(
    compiled: Compiled,
    leaves: Float,
    operation: str,
    columns: Columns,
    *,
    depths: int | None = None,
    essential_only: bool = False,
) -> Float:
    """Propagate figures of makers to all targets.

    Parameters
    ----------
    compiled : Compiled
    leaves : array of float, shape (scenarios, options)
        What each option is by itself.
    operation : {"product", "min", "pooled_min", "sum", "value", "own"}
        How an option joins its own figure x with those of its slots q_k, a slot being the weighted mean of its alternatives:
        `product` x * prod q_k (no contact, independent); `min` x * min q_k (no contact, lower Frechet bound; availability,
        proportional); `pooled_min` the same, but makers of a mix that share a recipe also share what survives
        (docs/model.md, reallocate); `sum` min(1, x + sum q_k) (contact, upper Frechet bound);
        `value` sum of w_k v_k + (1 - sum of w_k) x with the cost shares w; `own` x alone, passed through classes.
    columns : Columns
    depths : int, optional
        Compute the figure for every remaining depth from 0 to this one; sources further down count as neutral.
    essential_only : bool
        Leave optional slots out.

    Returns
    -------
    array of float, shape (scenarios, depths + 1, targets), or (scenarios, 1, targets) without `depths`
        Element [s, r, t]: figure of target t in scenario s if nothing more than r levels below it counts.
    """
    if operation not in OPERATIONS:
        raise ValueError(f"operation {operation!r}: one of {', '.join(OPERATIONS)}")
    sweep = _Sweep(compiled, leaves, operation, columns, depths, essential_only)
    for level in range(compiled.levels):
        sweep.level(level)
    return sweep.result


class _Sweep:
    """State of one propagation; arrays are (scenarios, depths, things)."""

    def __init__(
        self,
        compiled: Compiled,
        leaves: Float,
        operation: str,
        columns: Columns,
        depths: int | None,
        essential_only: bool,
    ) -> None:
        self.compiled, self.leaves, self.operation, self.columns = compiled, leaves, operation, columns
        self.cut = depths is not None
        self.rows = 1 if depths is None else depths + 1
        self.neutral = 0.0 if operation in ("sum", "value", "own") else 1.0
        scenarios = len(leaves)
        self.result = np.full((scenarios, self.rows, compiled.target_count), self.neutral)
        recipes = len(compiled.recipe_part)
        self.recipe = np.full((scenarios, self.rows, recipes), self.neutral)
        if operation == "value":
            # Sums over the lines of a recipe: value and weight, by fixed share and by USD.
            self.sums = [np.zeros((scenarios, self.rows, recipes)) for _ in range(2)]
        self.essential_only = essential_only
        self.plan = _plan(compiled)

    def level(self, level: int) -> None:
        plan, compiled = self.plan, self.compiled
        slots = slice(plan.slot[level], plan.slot[level + 1])
        if slots.stop > slots.start and self.operation != "own":
            self._recipes(slots)
        elif self.operation == "own" and plan.class_level[level]:
            self._recipes(slots)
        options = slice(plan.option[level], plan.option[level + 1])
        self._options(options)
        mixes = slice(plan.mix[level], plan.mix[level + 1])
        if mixes.stop > mixes.start:
            self._mixes(mixes)
        choices = slice(plan.choice[level], plan.choice[level + 1])
        if choices.stop > choices.start:
            entries = slice(compiled.choice_pointers[choices.start], compiled.choice_pointers[choices.stop])
            figures = self._mask(
                self.result[:, :, compiled.entries.target[entries]], compiled.entries.documented[entries]
            )
            starts = compiled.choice_pointers[choices.start : choices.stop] - entries.start
            first = compiled.option_count + compiled.mix_count
            self.result[:, :, first + choices.start : first + choices.stop] = self._extreme(figures, starts)

    def _extreme(self, figures: Float, starts: Int) -> Float:
        take_max = self.columns.take_max
        low = np.minimum.reduceat(figures, starts, axis=2)
        if not take_max.any():
            return low
        high = np.maximum.reduceat(figures, starts, axis=2)
        return np.where(take_max[:, None, None], high, low)

    def _mask(self, figures: Float, documented: Bool) -> Float:
        only = self.columns.documented_only
        fill = self.columns.undocumented
        if only is None or fill is None or documented.all():
            return figures
        return np.where(only[:, None, None] & ~documented, fill[:, None, None], figures)

    def _reach(self, target: Int, keep_depth: Bool) -> Float:
        """Figures of targets as a line sees them: one level further down, except behind a class."""
        if not self.cut:
            return self.result[:, :, target]
        figures = np.empty((len(self.leaves), self.rows, len(target)))
        figures[:, 0] = self.neutral
        figures[:, 1:] = self.result[:, :-1, target]
        if keep_depth.any():
            figures[:, :, keep_depth] = self.result[:, :, target[keep_depth]]
        return figures

    def _recipes(self, slots: slice) -> None:
        compiled, plan = self.compiled, self.plan
        alternatives = slice(compiled.slot_pointers[slots.start], compiled.slot_pointers[slots.stop])
        table = compiled.alternatives
        target = table.target[alternatives]
        if self.operation == "own":
            alternatives_used = np.flatnonzero(plan.behind_class[alternatives])
            if not alternatives_used.size:
                return
        figures = self._reach(target, plan.behind_class[alternatives])
        figures = self._mask(figures, table.documented[alternatives])
        run = plan.recipe_run(slots)
        if self.operation in ("value", "own"):
            self._value_recipes(figures, alternatives, slots, run)
            return
        starts = compiled.slot_pointers[slots.start : slots.stop] - alternatives.start
        if len(starts) == figures.shape[2]:
            filled = figures * table.weight[alternatives]
        else:
            filled = np.add.reduceat(figures * table.weight[alternatives], starts, axis=2)
        if self.essential_only:
            filled[:, :, ~compiled.slot_essential[slots]] = self.neutral
        if self.operation == "product":
            joined = np.multiply.reduceat(filled, run.starts, axis=2)
        elif self.operation == "sum":
            joined = np.minimum(1.0, np.add.reduceat(filled, run.starts, axis=2))
        else:
            joined = np.minimum.reduceat(filled, run.starts, axis=2)
        self.recipe[:, :, run.recipes] = joined

    def _value_recipes(self, figures: Float, alternatives: slice, slots: slice, run: _Run) -> None:
        table, plan = self.compiled.alternatives, self.plan
        starts = self.compiled.slot_pointers[slots.start : slots.stop][run.starts] - alternatives.start
        plain = ~plan.has_terms[alternatives]
        fixed = np.where(plain, table.fixed_value[alternatives], 0.0)
        amount = np.where(plain, table.amount[alternatives], 0.0)
        if self.operation == "own":
            fixed = np.where(plan.behind_class[alternatives], fixed, 0.0)
            self.recipe[:, :, run.recipes] = np.add.reduceat(figures * fixed, starts, axis=2)
            return
        self.sums[0][:, :, run.recipes] = np.add.reduceat(figures * fixed, starts, axis=2)
        self.sums[1][:, :, run.recipes] = np.add.reduceat(figures * amount, starts, axis=2)

    def _options(self, options: slice) -> None:
        compiled = self.compiled
        own = self.leaves[:, None, options]
        recipe = compiled.options.recipe[options]
        if self.operation == "value":
            self.result[:, :, options] = self._value_options(options, own, recipe)
            return
        if self.operation == "own":
            passed = np.broadcast_to(own, (len(self.leaves), self.rows, own.shape[2])).copy()
            classes = compiled.options.is_class[options]
            if classes.any():
                passed[:, :, classes] = self.recipe[:, :, recipe[classes]]
                passed[:, :, classes] += self._choice_effects(options, own, passed.shape)[:, :, classes]
            self.result[:, :, options] = passed
            return
        needed = self.recipe[:, :, recipe]
        if self.operation == "sum":
            self.result[:, :, options] = np.minimum(1.0, own + needed)
        elif self.operation == "pooled_min":
            self.result[:, :, options] = np.minimum(own, needed)
        else:
            self.result[:, :, options] = own * needed

    def _value_options(self, options: slice, own: Float, recipe: Int) -> Float:
        plan = self.plan
        inverse = plan.inverse_cost[options]
        value = self.sums[0][:, :, recipe] + self.sums[1][:, :, recipe] * inverse
        weight = plan.option_weight[options]
        value = value * plan.option_scale[options] + (1 - weight) * own
        if len(plan.term_option):
            value += self._choice_effects(options, own, value.shape)
        return value

    def _choice_effects(self, options: slice, own: Float, shape: tuple[int, ...]) -> Float:
        """What unknown choices add to the value of options: weight times (figure - own), smallest or largest."""
        plan = self.plan
        effect = np.zeros(shape)
        span = slice(plan.term_group_bounds[options.start], plan.term_group_bounds[options.stop])
        if span.stop == span.start:
            return effect
        terms = slice(plan.term_starts[span.start], plan.term_starts[span.stop])
        figures = self._mask(
            self._reach(plan.term_target[terms], plan.term_behind_class[terms]), plan.term_documented[terms]
        )
        place = plan.term_option[terms] - options.start
        gain = plan.term_weight[terms] * (figures - own[:, :, place])
        chosen = self._extreme(gain, plan.term_starts[span] - terms.start)
        owner = plan.term_option[plan.term_starts[span]] - options.start
        new = np.ones(len(owner), dtype=bool)
        new[1:] = owner[1:] != owner[:-1]
        effect[:, :, owner[new]] = np.add.reduceat(chosen, np.flatnonzero(new), axis=2)
        return effect

    def _mixes(self, mixes: slice) -> None:
        compiled, members = self.compiled, self.compiled.members
        span = slice(compiled.mix_pointers[mixes.start], compiled.mix_pointers[mixes.stop])
        starts = compiled.mix_pointers[mixes.start : mixes.stop] - span.start
        option = members.option[span]
        if self.operation == "pooled_min":
            groups = self.plan.groups(span)
            share = members.share[span]
            surviving = np.add.reduceat(self.leaves[:, option] * share, groups.starts, axis=1)[:, None, :]
            total = np.add.reduceat(share, groups.starts)
            needed = self.recipe[:, :, compiled.options.recipe[option[groups.starts]]] * total
            pooled = np.minimum(surviving, needed)
            figures = np.add.reduceat(pooled, groups.of_mix(starts), axis=2)
        else:
            share = members.value_share[span] if self.operation in ("value", "own") else members.share[span]
            figures = np.add.reduceat(self.result[:, :, option] * share, starts, axis=2)
        self.result[:, :, compiled.option_count + mixes.start : compiled.option_count + mixes.stop] = figures


@dataclass(frozen=True)
class _Run:
    recipes: Int
    starts: Int


@dataclass(frozen=True)
class _Groups:
    starts: Int

    def of_mix(self, mix_starts: Int) -> Int:
        """First group of each mix."""
        return np.searchsorted(self.starts, mix_starts).astype(np.int64)


@dataclass(frozen=True)
class _Plan:
    """Where each level starts in every array, and the value weights of options."""

    slot: Int
    option: Int
    mix: Int
    choice: Int
    class_level: Bool
    behind_class: Bool
    has_terms: Bool
    inverse_cost: Float
    option_weight: Float
    option_scale: Float
    term_option: Int
    term_target: Int
    term_weight: Float
    term_documented: Bool
    term_behind_class: Bool
    term_starts: Int
    term_group_bounds: Int
    slot_recipe: Int
    member_mix: Int
    member_recipe: Int

    def recipe_run(self, slots: slice) -> _Run:
        """Recipes of a run of slots and the first slot of each, relative to the run."""
        recipe = self.slot_recipe[slots]
        new = np.ones(len(recipe), dtype=bool)
        new[1:] = recipe[1:] != recipe[:-1]
        return _Run(recipe[new], np.flatnonzero(new))

    def groups(self, members: slice) -> _Groups:
        """Runs of members of one mix that share a recipe, relative to the slice."""
        mix, recipe = self.member_mix[members], self.member_recipe[members]
        new = np.ones(len(mix), dtype=bool)
        new[1:] = (mix[1:] != mix[:-1]) | (recipe[1:] != recipe[:-1])
        return _Groups(np.flatnonzero(new))


def _plan(compiled: Compiled) -> _Plan:
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
    return _Plan(
        slot=pointers(slot_level, levels),
        option=pointers(part_level[options.part], levels),
        mix=pointers(part_level[compiled.mix_part], levels),
        choice=pointers(compiled.choice_level, levels),
        class_level=class_level,
        behind_class=behind_class,
        has_terms=has_terms,
        inverse_cost=weights.inverse_cost,
        option_weight=weights.plain,
        option_scale=weights.scale,
        term_option=weights.term_option,
        term_target=terms.target[weights.term],
        term_weight=weights.term_weight,
        term_documented=terms.documented[weights.term],
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

    `plain` is the scaled sum over lines with one known price, `scale` what brings sums above 1 down to 1. The terms are
    (option, choice, alternative offer) triples, sorted by option and choice.
    """

    inverse_cost: Float
    plain: Float
    scale: Float
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
    fixed = np.bincount(recipe_of_alternative[plain], weights=table.fixed_value[plain], minlength=recipes)
    amount = np.bincount(recipe_of_alternative[plain], weights=table.amount[plain], minlength=recipes)
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
    largest = plain_weight.copy()
    if len(starts):
        np.add.at(largest, term_option[starts], np.maximum.reduceat(term_weight, starts))
    scale = np.where(largest > 1, 1 / np.where(largest > 1, largest, 1.0), 1.0)
    group_option = term_option[starts]
    return ValueWeights(
        inverse_cost=inverse,
        plain=plain_weight * scale,
        scale=scale,
        largest=largest,
        term_option=term_option,
        term=term,
        term_weight=term_weight * scale[term_option],
        term_starts=np.append(starts, len(term)).astype(np.int64),
        term_group_bounds=pointers(group_option, len(options.part)),
    )


def _largest_by_recipe(values: Float, alternative: Int, recipe: Int, recipes: int) -> Float:
    """Sum over the choices of each recipe of their largest option."""
    result = np.zeros(recipes)
    if len(values):
        starts = np.flatnonzero(np.append(True, alternative[1:] != alternative[:-1]))
        np.add.at(result, recipe[starts], np.maximum.reduceat(values, starts))
    return result
