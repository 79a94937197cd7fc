"""The one propagation kernel: from the leaves of the AND/OR graph up to every target, level by level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.arrays import ASSUMED, Compiled
from supplychain.compiled.plan import Run

__all__ = ["OPERATIONS", "Columns", "propagate"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

OPERATIONS = ("product", "max", "pooled_max", "sum", "value", "kept_value", "own")


@dataclass(frozen=True)
class Columns:
    """What distinguishes the scenario columns besides their leaves.

    Attributes
    ----------
    take_max : array of bool, shape (scenarios,)
        Whether an unknown choice takes its largest option in that column, else its smallest.
    least_grade : array of int, shape (scenarios,), optional
        A step of a lower grade (see `supplychain.compiled.arrays`) counts as `instead` in that column.
    instead : array of float, shape (scenarios,), optional
        The figure of such a step.
    """

    take_max: Bool
    least_grade: Int | None = None
    instead: Float | None = None

    def repeat(self, times: int) -> Columns:
        """Columns for `times` scenarios of each kind, kind by kind."""
        return Columns(
            take_max=np.repeat(self.take_max, times),
            least_grade=None if self.least_grade is None else np.repeat(self.least_grade, times),
            instead=None if self.instead is None else np.repeat(self.instead, times),
        )


def propagate(
    compiled: Compiled,
    leaves: Float,
    operation: str,
    columns: Columns,
    *,
    depths: int | None = None,
    essential_only: bool = False,
    ceiling: Float | None = None,
) -> Float:
    """Propagate figures of makers to all targets.

    Parameters
    ----------
    compiled : Compiled
    leaves : array of float, shape (scenarios, options)
        What each option is by itself.
    operation : {"product", "max", "pooled_max", "sum", "value", "kept_value", "own"}
        How an option joins its own figure x with those of its slots q_k, a slot being the weighted mean of its
        alternatives: `product` 1 - (1 - x) prod (1 - q_k) (contact, independent); `max` max(x, q_k) (contact, lower
        Frechet bound; loss, proportional); `pooled_max` the same, but makers of a mix that share a recipe also share
        what survives (docs/model.md, reallocate); `sum` min(1, x + sum q_k) (contact, upper Frechet bound);
        `value` sum of w_k v_k + (1 - sum of w_k) x with the cost shares w; `kept_value` the same, but what lies below a
        cut counts where the last maker above it is, so that all of the price is told; `own` x alone, passed through
        classes.
        All are written so that nothing in gives exactly nothing out.
    columns : Columns
    depths : int, optional
        Compute the figure for every remaining depth from 0 to this one; sources further down count as 0.
    essential_only : bool
        Leave optional slots out.
    ceiling : array of float, shape (scenarios, options + mixes), optional
        The figure of an option or a mix is never above it.

    Returns
    -------
    array of float, shape (scenarios, depths + 1, targets), or (scenarios, 1, targets) without `depths`
        Element [s, r, t]: figure of target t in scenario s if nothing more than r levels below it counts.
    """
    if operation not in OPERATIONS:
        raise ValueError(f"operation {operation!r}: one of {', '.join(OPERATIONS)}")
    sweep = _Sweep(compiled, leaves, operation, columns, depths=depths, essential_only=essential_only, ceiling=ceiling)
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
        *,
        depths: int | None,
        essential_only: bool,
        ceiling: Float | None,
    ) -> None:
        self.compiled, self.leaves, self.columns, self.ceiling = compiled, leaves, columns, ceiling
        self.cut = depths is not None
        self.kept = self.cut and operation == "kept_value"
        self.operation = "value" if operation == "kept_value" else operation
        self.rows = 1 if depths is None else depths + 1
        scenarios = len(leaves)
        self.result = np.zeros((scenarios, self.rows, compiled.target_count))
        recipes = len(compiled.recipe_part)
        self.recipe = np.zeros((scenarios, self.rows, recipes))
        if self.operation == "value":
            # Sums over the lines of a recipe: value and weight, by fixed share and by USD.
            self.sums = [np.zeros((scenarios, self.rows, recipes)) for _ in range(2)]
        self.essential_only = essential_only
        self.plan = compiled.plan

    def level(self, level: int) -> None:
        """Compute the recipes, options, mixes and choices of one level, in this order."""
        plan, compiled = self.plan, self.compiled
        slots = slice(plan.slot[level], plan.slot[level + 1])
        if (slots.stop > slots.start and self.operation != "own") or (
            self.operation == "own" and plan.class_level[level]
        ):
            self._recipes(slots)
        options = slice(plan.option[level], plan.option[level + 1])
        self._options(options)
        self._limit(options)
        mixes = slice(plan.mix[level], plan.mix[level + 1])
        if mixes.stop > mixes.start:
            self._mixes(mixes)
            self._limit(slice(compiled.option_count + mixes.start, compiled.option_count + mixes.stop))
        choices = slice(plan.choice[level], plan.choice[level + 1])
        if choices.stop > choices.start:
            entries = slice(compiled.choice_pointers[choices.start], compiled.choice_pointers[choices.stop])
            figures = self._mask(self.result[:, :, compiled.entries.target[entries]], compiled.entries.grade[entries])
            starts = compiled.choice_pointers[choices.start : choices.stop] - entries.start
            first = compiled.option_count + compiled.mix_count
            self.result[:, :, first + choices.start : first + choices.stop] = self._extreme(figures, starts)

    def _limit(self, targets: slice) -> None:
        if self.ceiling is not None:
            found = self.result[:, :, targets]
            np.minimum(found, self.ceiling[:, None, targets], out=found)

    def _extreme(self, figures: Float, starts: Int) -> Float:
        take_max = self.columns.take_max
        low = np.minimum.reduceat(figures, starts, axis=2)
        if not take_max.any():
            return low
        high = np.maximum.reduceat(figures, starts, axis=2)
        return np.where(take_max[:, None, None], high, low)

    def _mask(self, figures: Float, grade: Int) -> Float:
        least, instead = self.columns.least_grade, self.columns.instead
        if least is None or instead is None or least.max() <= ASSUMED:
            return figures
        return np.where(grade < least[:, None, None], instead[:, None, None], figures)

    def _reach(self, target: Int, grade: Int, keep_depth: Bool) -> Float:
        """Figures of targets as a line sees them: one level further down, except behind a class."""
        if not self.cut:
            return self._mask(self.result[:, :, target], grade)
        figures = np.empty((len(self.leaves), self.rows, len(target)))
        # What lies below the cut does not count, whether it is documented or not.
        figures[:, 0] = 0.0
        figures[:, 1:] = self._mask(self.result[:, :-1, target], grade)
        if keep_depth.any():
            figures[:, :, keep_depth] = self._mask(self.result[:, :, target[keep_depth]], grade[keep_depth])
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
        figures = self._reach(target, table.grade[alternatives], plan.behind_class[alternatives])
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
            filled[:, :, ~compiled.slot_essential[slots]] = 0.0
        if self.operation == "product":
            joined = 1.0 - np.multiply.reduceat(1.0 - filled, run.starts, axis=2)
        elif self.operation == "sum":
            joined = np.minimum(1.0, np.add.reduceat(filled, run.starts, axis=2))
        else:
            joined = np.maximum.reduceat(filled, run.starts, axis=2)
        self.recipe[:, :, run.recipes] = joined

    def _value_recipes(self, figures: Float, alternatives: slice, slots: slice, run: Run) -> None:
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
            value = self._value_options(options, own, recipe)
            if self.kept:
                # The last maker above the cut has all of its price; a class has none, and adds no depth.
                value[:, 0] = np.where(compiled.options.is_class[options], value[:, 0], own[:, 0])
            self.result[:, :, options] = value
            return
        if self.operation == "own":
            passed = np.broadcast_to(own, (len(self.leaves), self.rows, own.shape[2])).copy()
            classes = compiled.options.is_class[options]
            if classes.any():
                passed[:, :, classes] = self.recipe[:, :, recipe[classes]]
                # A class has no figure of its own, whatever its leaf says.
                nothing = np.where(classes, 0.0, own)
                passed[:, :, classes] += self._choice_effects(options, nothing, passed.shape)[:, :, classes]
            self.result[:, :, options] = passed
            return
        needed = self.recipe[:, :, recipe]
        if self.operation == "sum":
            self.result[:, :, options] = np.minimum(1.0, own + needed)
        elif self.operation == "product":
            self.result[:, :, options] = own + (1.0 - own) * needed
        else:
            self.result[:, :, options] = np.maximum(own, needed)

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
        figures = self._reach(plan.term_target[terms], plan.term_grade[terms], plan.term_behind_class[terms])
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
        if self.operation == "pooled_max":
            groups = self.plan.groups(span)
            share = members.share[span]
            stopped = np.add.reduceat(self.leaves[:, option] * share, groups.starts, axis=1)[:, None, :]
            total = np.add.reduceat(share, groups.starts)
            starved = self.recipe[:, :, compiled.options.recipe[option[groups.starts]]] * total
            pooled = np.maximum(stopped, starved)
            figures = np.add.reduceat(pooled, groups.of_mix(starts), axis=2)
        else:
            share = members.value_share[span] if self.operation in ("value", "own") else members.share[span]
            figures = np.add.reduceat(self.result[:, :, option] * share, starts, axis=2)
        self.result[:, :, compiled.option_count + mixes.start : compiled.option_count + mixes.stop] = figures
