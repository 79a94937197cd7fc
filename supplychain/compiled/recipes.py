"""Recipes: which lines each maker of a part needs, by slot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.arrays import BomLines
from supplychain.levels import expand_ranges, pointers

__all__ = ["Recipes"]

Int = NDArray[np.int64]


class Recipes:
    """Which lines each maker's recipe has: the general recipe of part p has the code p, own recipes follow."""

    def __init__(self, lines: BomLines, part_count: int) -> None:
        parent, maker, slot = lines.parent, lines.maker, lines.slot
        own = np.flatnonzero(maker >= 0)
        suppliers = int(maker.max()) + 1 if len(maker) else 0
        keys, own_recipe = np.unique(parent[own] * max(suppliers, 1) + maker[own], return_inverse=True)
        self.part_count = part_count
        self.part = np.concatenate([np.arange(part_count), keys // max(suppliers, 1)]).astype(np.int64)
        self._keys, self._suppliers = keys, max(suppliers, 1)
        general = np.flatnonzero(maker < 0)
        bounds = pointers(parent[general], part_count)
        own_parts = self.part[part_count:]
        inherited, owner = expand_ranges(bounds[own_parts], bounds[own_parts + 1])
        inherited_lines = general[inherited]
        slots = int(slot.max()) + 1 if len(slot) else 1
        replaced = np.isin(owner * slots + slot[inherited_lines], own_recipe * slots + slot[own])
        self.recipe = np.concatenate([parent[general], part_count + own_recipe, part_count + owner[~replaced]]).astype(
            np.int64
        )
        self.line = np.concatenate([general, own, inherited_lines[~replaced]]).astype(np.int64)

    def of(self, part: Int, supplier: Int) -> Int:
        """Code of the recipe of a supplier for a part: its own one if it has any, else the general one."""
        key = part * self._suppliers + supplier
        place = np.searchsorted(self._keys, key)
        place = np.minimum(place, max(len(self._keys) - 1, 0))
        own = np.zeros(len(part), dtype=bool)
        if len(self._keys):
            own = (supplier >= 0) & (supplier < self._suppliers) & (self._keys[place] == key)
        return np.where(own, self.part_count + place, part)
