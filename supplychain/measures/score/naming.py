"""Names for the lines of the score."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from supplychain.measures.names import Rows, part_table
from supplychain.measures.score.figures import Figures
from supplychain.measures.score.rows import Line

__all__ = ["Naming"]

Int = NDArray[np.int64]


@dataclass(frozen=True)
class Naming:
    """Names of slots: the part that fills most of it, and the suppliers that are named."""

    figures: Figures

    @cached_property
    def _parts(self) -> Rows:
        return part_table(self.figures.analysis.compiled.dataset)

    def parent(self, slot: int) -> str:
        """Part that has the slot."""
        compiled = self.figures.analysis.compiled
        return str(compiled.part_ids[compiled.recipe_part[compiled.slot_recipe[slot]]])

    def _rows(self, slot: int) -> list[tuple[float, int]]:
        """Bom lines of a slot with their weights; those of an unknown choice have what it has."""
        compiled, table = self.figures.analysis.compiled, self.figures.analysis.compiled.alternatives
        first = compiled.option_count + compiled.mix_count
        found = []
        for place in range(compiled.slot_pointers[slot], compiled.slot_pointers[slot + 1]):
            target, weight = int(table.target[place]), float(table.weight[place])
            if table.line[place] >= 0:
                found.append((weight, int(table.line[place])))
            elif target >= first:
                span = slice(compiled.choice_pointers[target - first], compiled.choice_pointers[target - first + 1])
                found += [(weight, int(line)) for line in np.unique(compiled.entries.line[span]) if line >= 0]
        return found

    def of_slot(self, slot: int) -> Line:
        """Name of a slot."""
        compiled, bom = self.figures.analysis.compiled, self.figures.analysis.compiled.lines
        rows = self._rows(slot)
        if not rows:
            return Line("", "", "", (), "")
        _, main = min(rows, key=lambda row: (-row[0], str(compiled.part_ids[bom.child[row[1]]])))
        part_id = str(compiled.part_ids[bom.child[main]])
        table = compiled.dataset.bom
        offers = compiled.dataset.offers["supplier_id"].to_numpy(dtype=object)
        suppliers = set()
        for _, row in rows:
            if bom.supplier[row] >= 0:
                suppliers.add(str(compiled.supplier_ids[bom.supplier[row]]))
            elif bom.offer[row] >= 0:
                suppliers.add(str(offers[bom.offer[row]]))
        named = self._parts[part_id]
        return Line(
            part_id=part_id,
            name=str(named["name"] or part_id),
            slot=str(table["slot"].iloc[int(bom.row[main])]) or part_id,
            supplier_ids=tuple(sorted(suppliers - {""})),
            category=str(named["category"]),
        )

    def of_lines(self, lines: Int) -> tuple[Line, ...]:
        """Names of first-tier lines."""
        return tuple(self.every[int(line)] for line in lines)

    @cached_property
    def every(self) -> tuple[Line, ...]:
        """Names of all first-tier lines."""
        return tuple(self.of_slot(int(slot)) for slot in self.figures.lines.slot)
