"""The bundled data, looked up by class and by maker: gathered once for all lines of a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from supplychain.dataset import Dataset

__all__ = ["Known"]

Row = Mapping[str, object]


@dataclass(frozen=True)
class Known:
    """Look-ups in the bundled data.

    Attributes
    ----------
    base : Dataset
    """

    base: Dataset

    @cached_property
    def parts(self) -> Mapping[str, Row]:
        """Rows of the parts by id."""
        return {str(row["part_id"]): _row(row) for row in self.base.parts.to_dict("records")}

    @cached_property
    def suppliers(self) -> Mapping[str, Row]:
        """Rows of the suppliers by id."""
        return {str(row["supplier_id"]): _row(row) for row in self.base.suppliers.to_dict("records")}

    @cached_property
    def recipes(self) -> Mapping[str, npt.NDArray[np.int64]]:
        """Places of the lines of each parent in the bill of materials."""
        groups = self.base.bom.groupby("parent_id", sort=False).indices
        return {str(parent): np.sort(places).astype(np.int64) for parent, places in groups.items()}

    @cached_property
    def offers(self) -> Mapping[tuple[str, str], list[Row]]:
        """Rows of the offers by part and supplier; market rows are left out."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.base.offers.to_dict("records"):
            if row["supplier_id"]:
                found.setdefault((row["part_id"], row["supplier_id"]), []).append(_row(row))
        return found

    @cached_property
    def stand_ins(self) -> Mapping[str, str]:
        """Part whose recipe stands for each part: itself, or, of a grouping, the alternative with the largest share."""
        return {part: self._stand_in(part) for part in self.parts}

    def like(self, part_class: str) -> Row:
        """Row of the part that stands for a class; empty for no class."""
        return self.parts.get(self.stand_ins.get(part_class, ""), {})

    def _stand_in(self, part: str) -> str:
        seen: set[str] = set()
        while self.parts[part]["kind"] == "class" and part not in seen and part in self.recipes:
            seen.add(part)
            inside = self.base.bom.iloc[self.recipes[part]]
            order = np.lexsort((inside["child_id"], -inside["share"].fillna(0.0)))
            part = str(inside["child_id"].iloc[order[0]])
        return part


def _row(row: Mapping[object, object]) -> dict[str, object]:
    return {str(key): value for key, value in row.items()}
