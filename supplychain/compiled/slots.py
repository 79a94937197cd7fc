"""Slots of all recipes and the alternatives that fill them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.arrays import BomLines
from supplychain.compiled.makers import SHARE_TOLERANCE, ChoiceBook, OptionPool
from supplychain.compiled.recipes import Recipes

__all__ = ["Slots"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

_SPLIT = -2


class Slots:
    """Slots of all recipes and the alternatives that fill them, sorted by level, recipe and slot."""

    def __init__(
        self,
        recipes: Recipes,
        lines: BomLines,
        line_target: Int,
        pool: OptionPool,
        choices: ChoiceBook,
        level: Int,
    ) -> None:
        recipe, line = recipes.recipe, recipes.line
        order = np.lexsort((line, lines.slot[line], recipe, level[recipes.part[recipe]]))
        recipe, line = recipe[order], line[order]
        slot_code = lines.slot[line]
        new = np.ones(len(line), dtype=bool)
        new[1:] = (recipe[1:] != recipe[:-1]) | (slot_code[1:] != slot_code[:-1])
        slot = np.cumsum(new) - 1
        self.count = int(slot[-1]) + 1 if len(slot) else 0
        self.recipe = recipe[new]
        self.essential = np.zeros(self.count, dtype=bool)
        np.logical_or.at(self.essential, slot, lines.essential[line])
        share = lines.share[line]
        given = ~np.isnan(share)
        lines_in_slot = np.bincount(slot, minlength=self.count)
        total = np.bincount(slot[given], weights=share[given], minlength=self.count)
        without = np.bincount(slot[~given], minlength=self.count)
        scale = np.where(total > 1, total, 1.0)
        rest = np.maximum(1 - total, 0.0)
        rest[rest <= SHARE_TOLERANCE] = 0.0
        lone = without[slot] == 1
        direct = given | lone
        weight = np.where(given, share / scale[slot], rest[slot])
        parts = [(slot[direct], line_target[line[direct]], weight[direct], line[direct])]
        split = ~direct
        if split.any():
            slots, group = np.unique(slot[split], return_inverse=True)
            made = choices.add(group, line_target[line[split]], line[split])
            parts.append((slots, made, rest[slots], np.full(len(slots), _SPLIT)))
        open_slot = (without == 0) & (rest > 0) & (lines_in_slot > 0)
        if open_slot.any():
            parts.append(self._remainders(open_slot, slot, lines.child[line], rest, pool, choices))
        self.alternative_slot = np.concatenate([part[0] for part in parts])
        arrange = np.argsort(self.alternative_slot, kind="stable")
        self.alternative_slot = self.alternative_slot[arrange]
        self.target = np.concatenate([part[1] for part in parts])[arrange]
        self.weight = np.concatenate([part[2] for part in parts])[arrange]
        line_or_kind = np.concatenate([part[3] for part in parts])[arrange].astype(np.int64)
        self.line = np.maximum(line_or_kind, -1)
        # Lines that split the slot in an unknown way stand as one alternative, a choice among them.
        self.split = line_or_kind == _SPLIT

    @staticmethod
    def _remainders(
        open_slot: Bool, slot: Int, child: Int, rest: Float, pool: OptionPool, choices: ChoiceBook
    ) -> tuple[Int, Int, Float, Int]:
        """The unknown rest of slots whose shares add to less than 1."""
        inside = open_slot[slot]
        base = int(child.max()) + 1
        keys = np.unique(slot[inside] * base + child[inside])
        slots, children = keys // base, keys % base
        counts = np.bincount(slots, minlength=len(open_slot))
        single = counts[slots] == 1
        target = np.full(len(open_slot), -1, dtype=np.int64)
        target[slots[single]] = pool.unknown_maker[children[single]]
        if (~single).any():
            several, group = np.unique(slots[~single], return_inverse=True)
            makers = pool.unknown_maker[children[~single]]
            target[several] = choices.add(group, makers, np.full(len(makers), -1))
        found = np.flatnonzero(open_slot)
        return found, target[found], rest[found], np.full(len(found), -1, dtype=np.int64)
