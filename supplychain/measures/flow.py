"""How much of the product's price each maker earns: the value kernel read from the product down (its adjoint)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import DOCUMENTED
from supplychain.levels import expand_ranges, pointers
from supplychain.measures.analysis import Analysis

__all__ = ["ValueFlow", "value_flow"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True)
class ValueFlow:
    """Share of the product's price that each option keeps as its own value.

    Attributes
    ----------
    low, high : array of float, shape (options,)
        Without and with what depends on an unknown choice; equal where there is none.
    """

    low: Float
    high: Float


def value_flow(analysis: Analysis, *, documented_low: bool = False) -> ValueFlow:
    """Walk the value of the product down to its makers.

    It is the product's column of the Leontief inverse, v(I - A)^-1 (docs/methods/value.md). With `documented_low` the
    low end follows documented lines alone.
    """
    compiled, plan, options = analysis.compiled, analysis.compiled.plan, analysis.compiled.options
    table, weights, terms = compiled.alternatives, plan.weights, compiled.value_terms
    price = np.zeros((2, compiled.target_count))
    price[:, analysis.target] = 1.0
    order = np.argsort(compiled.slot_recipe, kind="stable")
    slot_bounds = pointers(compiled.slot_recipe[order], len(compiled.recipe_part))
    term_bounds = pointers(weights.term_option, len(options.part))
    first_choice = compiled.option_count + compiled.mix_count
    if analysis.target >= first_choice:
        # The product itself is an unknown choice among its makers.
        choice = analysis.target - first_choice
        span = slice(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
        price[1, compiled.entries.target[span]] = 1.0
    for level in range(compiled.levels - 1, -1, -1):
        mixes = np.arange(plan.mix[level], plan.mix[level + 1])
        used = mixes[price[1, compiled.option_count + mixes] > 0]
        members, owner = expand_ranges(compiled.mix_pointers[used], compiled.mix_pointers[used + 1])
        share = price[:, compiled.option_count + used[owner]] * compiled.members.value_share[members]
        _add(price, compiled.members.option[members], share)
        level_options = np.arange(plan.option[level], plan.option[level + 1])
        used = level_options[price[1, level_options] > 0]
        recipe = options.recipe[used]
        slots, owner = expand_ranges(slot_bounds[recipe], slot_bounds[recipe + 1])
        slots = order[slots]
        places, inner = expand_ranges(compiled.slot_pointers[slots], compiled.slot_pointers[slots + 1])
        option = used[owner[inner]]
        plain = ~plan.has_terms[places]
        places, option = places[plain], option[plain]
        weight = table.fixed_value[places] + table.amount[places] * plan.inverse_cost[option]
        passed = price[:, option] * weight * plan.option_scale[option]
        if documented_low:
            passed[0, table.grade[places] < DOCUMENTED] = 0.0
        _add(price, table.target[places], passed)
        found, owner = expand_ranges(term_bounds[used], term_bounds[used + 1])
        gained = price[1:, used[owner]] * weights.term_weight[found]
        _add(price, terms.target[weights.term[found]], np.concatenate([np.zeros_like(gained), gained]))
    own = np.clip(1.0 - plan.option_weight, 0.0, 1.0)
    # What an unknown choice takes may be nothing, so the maker's own share is at least 1 - the largest weights.
    least = np.clip(1.0 - np.minimum(1.0, weights.largest), 0.0, 1.0)
    flow = price[:, : compiled.option_count]
    return ValueFlow(low=flow[0] * least, high=np.minimum(1.0, flow[1] * own))


def _add(price: Float, target: Int, amount: Float) -> None:
    for row in range(2):
        np.add.at(price[row], target, amount[row])
