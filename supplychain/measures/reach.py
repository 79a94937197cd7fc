"""What a product is made of: everything on a path below it, with distances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import Compiled
from supplychain.levels import expand_ranges, pointers

__all__ = ["Reach", "descend"]

Int = NDArray[np.int64]

_FAR = np.iinfo(np.int64).max // 4


@dataclass(frozen=True)
class Reach:
    """Distances from the product; a class adds none.

    Attributes
    ----------
    tier : array of int, shape (targets,)
        Shortest distance of every target, -1 if the product does not use it.
    longest : array of int, shape (targets,)
        Longest distance, -1 if not used.
    recipe_tier, recipe_longest : array of int, shape (recipes,)
        The same for the makers of each recipe.
    depth : int
        Longest distance of any option.
    """

    tier: Int
    longest: Int
    recipe_tier: Int
    recipe_longest: Int
    depth: int


def descend(compiled: Compiled, start: int) -> Reach:
    """Walk down from a target, level by level."""
    plan, options, table = compiled.plan, compiled.options, compiled.alternatives
    near = np.full(compiled.target_count, _FAR, dtype=np.int64)
    far = np.full(compiled.target_count, -1, dtype=np.int64)
    near[start] = far[start] = 0
    recipe_near = np.full(len(compiled.recipe_part), _FAR, dtype=np.int64)
    recipe_far = np.full(len(compiled.recipe_part), -1, dtype=np.int64)
    slot_bounds = pointers(compiled.slot_recipe[np.argsort(compiled.slot_recipe, kind="stable")], len(recipe_near))
    slot_order = np.argsort(compiled.slot_recipe, kind="stable")

    def pass_on(targets: Int, owner_near: Int, owner_far: Int) -> None:
        np.minimum.at(near, targets, owner_near)
        np.maximum.at(far, targets, owner_far)

    first_choice = compiled.option_count + compiled.mix_count
    for level in range(compiled.levels - 1, -1, -1):
        choices = np.arange(plan.choice[level], plan.choice[level + 1])
        used = choices[far[first_choice + choices] >= 0]
        entries, owner = expand_ranges(compiled.choice_pointers[used], compiled.choice_pointers[used + 1])
        from_choice = first_choice + used[owner]
        pass_on(compiled.entries.target[entries], near[from_choice], far[from_choice])
        mixes = np.arange(plan.mix[level], plan.mix[level + 1])
        used = mixes[far[compiled.option_count + mixes] >= 0]
        members, owner = expand_ranges(compiled.mix_pointers[used], compiled.mix_pointers[used + 1])
        from_mix = compiled.option_count + used[owner]
        pass_on(compiled.members.option[members], near[from_mix], far[from_mix])
        level_options = np.arange(plan.option[level], plan.option[level + 1])
        used = level_options[far[level_options] >= 0]
        np.minimum.at(recipe_near, options.recipe[used], near[used])
        np.maximum.at(recipe_far, options.recipe[used], far[used])
        recipes = np.unique(options.recipe[used])
        slots, _ = expand_ranges(slot_bounds[recipes], slot_bounds[recipes + 1])
        slots = slot_order[slots]
        alternatives, owner = expand_ranges(compiled.slot_pointers[slots], compiled.slot_pointers[slots + 1])
        recipe = compiled.slot_recipe[slots[owner]]
        step = np.where(plan.behind_class[alternatives], 0, 1)
        pass_on(table.target[alternatives], recipe_near[recipe] + step, recipe_far[recipe] + step)
    used_option = far[: compiled.option_count]
    real = used_option[~options.is_class]
    return Reach(
        tier=np.where(far >= 0, near, -1),
        longest=far,
        recipe_tier=np.where(recipe_far >= 0, recipe_near, -1),
        recipe_longest=recipe_far,
        depth=int(real.max(initial=0)),
    )
