"""The part of a compiled dataset on which the loss of a few targets depends, laid out for many scenarios.

What the kernel knows about cuts and undocumented steps is resolved here once, so that the engines of a sweep see plain
sums and maxima: a *recipe* is the largest of its slots, a slot the weighted sum of its targets; an *option* is the
larger of its own loss (its *leaf*) and its recipe; a *mix* the sum of its *pieces*, each the larger of the weighted
leaves of its members and its share of the recipe; a *choice* the smallest or largest of its entries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.arrays import ASSUMED, Compiled
from supplychain.compiled.kernel import Columns
from supplychain.levels import expand_ranges, pointers

__all__ = ["Losses", "SweepNetwork", "sweep_network"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


class Losses(NamedTuple):
    """Scenarios in codes of the leaves of a network: scenario i fails `leaf[pointers[i]:pointers[i + 1]]`.

    `low` and `high` are what each entry loses in the two ends; a leaf of -1 does not count.
    """

    pointers: Int
    leaf: Int
    low: Float
    high: Float


@dataclass(frozen=True)
class SweepNetwork:
    """Nodes below some targets. A target with r levels left to look below it is another node than with r - 1.

    Target nodes are options, mixes, choices and one constant, in this order. All kinds are sorted by level; the arrays
    ending in `_level` hold the first node of every level.

    Attributes
    ----------
    leaves : array of int, shape (leaves,)
        Codes of the options that count, sorted.
    wanted : array of int
        Nodes of the targets that were asked for.
    constant : array of float, shape (2,)
        What an undocumented step counts as in each end.
    take_max : array of bool, shape (2,)
        Whether an unknown choice takes the largest of its entries in each end.
    """

    leaves: Int
    wanted: Int
    constant: Float
    take_max: Bool
    levels: int
    recipe_level: Int
    slot_pointers: Int
    alternative_pointers: Int
    alternative_target: Int
    alternative_weight: Float
    option_level: Int
    option_leaf: Int
    option_recipe: Int
    mix_level: Int
    piece_pointers: Int
    piece_recipe: Int
    piece_total: Float
    member_pointers: Int
    member_leaf: Int
    member_share: Float
    choice_level: Int
    entry_pointers: Int
    entry_target: Int

    @property
    def recipe_count(self) -> int:
        """Number of recipe nodes."""
        return int(self.recipe_level[-1])

    @property
    def option_count(self) -> int:
        """Number of option nodes that some line, choice or caller looks at by themselves."""
        return int(self.option_level[-1])

    @property
    def mix_count(self) -> int:
        """Number of mix nodes."""
        return int(self.mix_level[-1])

    @property
    def choice_count(self) -> int:
        """Number of choice nodes."""
        return int(self.choice_level[-1])

    @property
    def target_count(self) -> int:
        """Number of target nodes, the constant among them."""
        return self.option_count + self.mix_count + self.choice_count + 1

    @property
    def size(self) -> int:
        """Steps of one full pass: alternatives, members and entries."""
        return len(self.alternative_target) + len(self.member_leaf) + len(self.entry_target)


@dataclass
class _Used:
    """Which targets and recipes count, by code and levels left; and the most levels that can matter below each."""

    target: Bool
    recipe: Bool
    target_height: Int
    recipe_height: Int
    ids: Int = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    recipe_ids: Int = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))


@dataclass(frozen=True)
class _Steps:
    """What a line costs in levels, and which steps count as the constant."""

    step: Int
    alternative_masked: Bool
    entry_masked: Bool


def sweep_network(
    compiled: Compiled, targets: Int, columns: Columns, *, pooled: bool, depth: int | None
) -> SweepNetwork:
    """Lay out what the loss of some targets depends on.

    Parameters
    ----------
    compiled : Compiled
    targets : array of int
        Codes of targets.
    columns : Columns
        Two columns, the low and the high end; both must have the same `least_grade`.
    pooled : bool
        Whether the makers of a mix that share a recipe also share what survives (reallocate).
    depth : int or None
        Levels below the targets that count.
    """
    steps = _steps(compiled, columns, cut=depth is not None)
    used = _used(compiled, targets, steps, depth)
    return _assemble(compiled, targets, columns, used, steps, pooled=pooled, depth=depth)


def _steps(compiled: Compiled, columns: Columns, *, cut: bool) -> _Steps:
    least = columns.least_grade
    lowest = ASSUMED if least is None or columns.instead is None else int(least[0])
    # Without a cut every level is the same: no step is counted.
    step = np.where(compiled.plan.behind_class, 0, 1) if cut else np.zeros(len(compiled.alternatives.target), np.int64)
    return _Steps(step, compiled.alternatives.grade < lowest, compiled.entries.grade < lowest)


def _used(compiled: Compiled, targets: Int, steps: _Steps, depth: int | None) -> _Used:
    """Walk down from the targets, level by level."""
    rows = 1 if depth is None else depth + 1
    used = _Used(
        target=np.zeros((compiled.target_count, rows), dtype=bool),
        recipe=np.zeros((len(compiled.recipe_part), rows), dtype=bool),
        target_height=np.zeros(compiled.target_count, dtype=np.int64),
        recipe_height=np.zeros(len(compiled.recipe_part), dtype=np.int64),
    )
    if depth is not None:
        _measure_heights(compiled, used, steps, depth)
    used.target[targets, np.minimum(rows - 1, used.target_height[targets])] = True
    plan, recipe_of = compiled.plan, compiled.options.recipe
    first_mix, first_choice = compiled.option_count, compiled.option_count + compiled.mix_count
    for level in range(compiled.levels - 1, -1, -1):
        choice, left = _nodes(used.target, first_choice, plan.choice[level], plan.choice[level + 1])
        entries, owner = expand_ranges(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
        known = ~steps.entry_masked[entries]
        _mark(used.target, used.target_height, compiled.entries.target[entries[known]], left[owner[known]])
        mix, left = _nodes(used.target, first_mix, plan.mix[level], plan.mix[level + 1])
        members, owner = expand_ranges(compiled.mix_pointers[mix], compiled.mix_pointers[mix + 1])
        _mark(used.recipe, used.recipe_height, recipe_of[compiled.members.option[members]], left[owner])
        option, left = _nodes(used.target, 0, plan.option[level], plan.option[level + 1])
        _mark(used.recipe, used.recipe_height, recipe_of[option], left)
        slots = np.arange(plan.slot[level], plan.slot[level + 1])
        slots = slots[compiled.slot_essential[slots]]
        alternatives, owner = expand_ranges(compiled.slot_pointers[slots], compiled.slot_pointers[slots + 1])
        keep = ~steps.alternative_masked[alternatives]
        alternatives, recipe = alternatives[keep], compiled.slot_recipe[slots[owner[keep]]]
        place, left = np.nonzero(used.recipe[recipe])
        left -= steps.step[alternatives[place]]
        seen = left >= 0
        below = compiled.alternatives.target[alternatives[place[seen]]]
        _mark(used.target, used.target_height, below, left[seen])
    return used


def _nodes(used: Bool, first: int, start: int, stop: int) -> tuple[Int, Int]:
    """Codes and levels left of the used nodes of one kind and level."""
    code, left = np.nonzero(used[first + start : first + stop])
    return code + start, left


def _mark(used: Bool, height: Int, codes: Int, left: Int) -> None:
    """Mark nodes; what lies deeper than anything below a node is the same node."""
    used[codes, np.minimum(left, height[codes])] = True


def _measure_heights(compiled: Compiled, used: _Used, steps: _Steps, depth: int) -> None:
    """Largest number of levels below every target and recipe that can matter, at most `depth`."""
    plan, height = compiled.plan, used.target_height
    first_mix, first_choice = compiled.option_count, compiled.option_count + compiled.mix_count
    for level in range(compiled.levels):
        slots = np.arange(plan.slot[level], plan.slot[level + 1])
        alternatives, owner = expand_ranges(compiled.slot_pointers[slots], compiled.slot_pointers[slots + 1])
        seen = np.minimum(depth, height[compiled.alternatives.target[alternatives]] + steps.step[alternatives])
        np.maximum.at(used.recipe_height, compiled.slot_recipe[slots[owner]], seen)
        options = slice(plan.option[level], plan.option[level + 1])
        height[options] = used.recipe_height[compiled.options.recipe[options]]
        mixes = np.arange(plan.mix[level], plan.mix[level + 1])
        members, owner = expand_ranges(compiled.mix_pointers[mixes], compiled.mix_pointers[mixes + 1])
        np.maximum.at(height, first_mix + mixes[owner], height[compiled.members.option[members]])
        choices = np.arange(plan.choice[level], plan.choice[level + 1])
        entries, owner = expand_ranges(compiled.choice_pointers[choices], compiled.choice_pointers[choices + 1])
        np.maximum.at(height, first_choice + choices[owner], height[compiled.entries.target[entries]])


def _assemble(
    compiled: Compiled,
    targets: Int,
    columns: Columns,
    used: _Used,
    steps: _Steps,
    *,
    pooled: bool,
    depth: int | None,
) -> SweepNetwork:
    options, members = compiled.options, compiled.members
    first_mix, first_choice = compiled.option_count, compiled.option_count + compiled.mix_count
    level_of_recipe = compiled.part_level[compiled.recipe_part]
    recipe, recipe_left = np.nonzero(used.recipe)
    order = np.argsort(level_of_recipe[recipe], kind="stable")
    recipe, recipe_left = recipe[order], recipe_left[order]
    used.recipe_ids = np.full(used.recipe.shape, -1, dtype=np.int64)
    used.recipe_ids[recipe, recipe_left] = np.arange(len(recipe))
    target, target_left = np.nonzero(used.target)
    constant = len(target)
    used.ids = np.full(used.target.shape, -1, dtype=np.int64)
    used.ids[target, target_left] = np.arange(len(target))

    slot_pointers, alternative_pointers, alternatives, below = _slots(compiled, used, steps, recipe, recipe_left)
    is_option, is_mix = target < first_mix, (target >= first_mix) & (target < first_choice)
    option, mix, choice = target[is_option], target[is_mix] - first_mix, target[target >= first_choice] - first_choice
    member, owner = expand_ranges(compiled.mix_pointers[mix], compiled.mix_pointers[mix + 1])
    member_option = members.option[member]
    piece_new = np.ones(len(member), dtype=bool)
    if pooled:
        piece_new[1:] = (owner[1:] != owner[:-1]) | (
            options.recipe[member_option[1:]] != options.recipe[member_option[:-1]]
        )
    piece_start = np.flatnonzero(piece_new)
    entry, entry_owner = expand_ranges(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
    choice_left = target_left[target >= first_choice][entry_owner]
    entry_target = _ids(used.ids, used.target_height, compiled.entries.target[entry], choice_left)
    entry_target[steps.entry_masked[entry]] = constant
    below[steps.alternative_masked[alternatives]] = constant

    leaves = np.unique(np.concatenate([option, member_option]))
    last = 0 if depth is None else depth
    return SweepNetwork(
        leaves=leaves,
        wanted=used.ids[targets, np.minimum(last, used.target_height[targets])],
        constant=np.zeros(2) if columns.instead is None else np.asarray(columns.instead, dtype=np.float64),
        take_max=columns.take_max,
        levels=compiled.levels,
        recipe_level=pointers(level_of_recipe[recipe], compiled.levels),
        slot_pointers=slot_pointers,
        alternative_pointers=alternative_pointers,
        alternative_target=below,
        alternative_weight=compiled.alternatives.weight[alternatives],
        option_level=pointers(compiled.part_level[options.part[option]], compiled.levels),
        option_leaf=np.searchsorted(leaves, option),
        option_recipe=_ids(used.recipe_ids, used.recipe_height, options.recipe[option], target_left[is_option]),
        mix_level=pointers(compiled.part_level[compiled.mix_part[mix]], compiled.levels),
        piece_pointers=pointers(owner[piece_start], len(mix)),
        piece_recipe=_ids(
            used.recipe_ids,
            used.recipe_height,
            options.recipe[member_option[piece_start]],
            target_left[is_mix][owner[piece_start]],
        ),
        piece_total=np.add.reduceat(members.share[member], piece_start) if len(member) else np.zeros(0),
        member_pointers=np.append(piece_start, len(member)).astype(np.int64),
        member_leaf=np.searchsorted(leaves, member_option),
        member_share=members.share[member],
        choice_level=pointers(compiled.choice_level[choice], compiled.levels),
        entry_pointers=pointers(entry_owner, len(choice)),
        entry_target=entry_target,
    )


def _ids(ids: Int, height: Int, codes: Int, left: Int) -> Int:
    found: Int = ids[codes, np.minimum(left, height[codes])]
    return found


def _slots(compiled: Compiled, used: _Used, steps: _Steps, recipe: Int, recipe_left: Int) -> tuple[Int, Int, Int, Int]:
    """Essential slots of the recipe nodes: pointers of both layers, the alternatives and their target nodes."""
    by_recipe = np.argsort(compiled.slot_recipe, kind="stable")
    bounds = pointers(compiled.slot_recipe[by_recipe], len(compiled.recipe_part))
    place, node = expand_ranges(bounds[recipe], bounds[recipe + 1])
    slot = by_recipe[place]
    essential = compiled.slot_essential[slot]
    slot, node = slot[essential], node[essential]
    alternatives, owner = expand_ranges(compiled.slot_pointers[slot], compiled.slot_pointers[slot + 1])
    left = recipe_left[node[owner]] - steps.step[alternatives]
    seen = left >= 0
    alternatives, owner, left = alternatives[seen], owner[seen], left[seen]
    # A slot of which nothing is seen loses nothing; the rest is renumbered without gaps.
    kept, owner = np.unique(owner, return_inverse=True)
    below = _ids(used.ids, used.target_height, compiled.alternatives.target[alternatives], left)
    return pointers(node[kept], len(recipe)), pointers(owner, len(kept)), alternatives, below
