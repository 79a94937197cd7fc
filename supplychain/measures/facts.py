"""Whose facts a finding stands on: the user's or those of the dataset below, in an overlay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import Compiled
from supplychain.overlay import FACTS, is_overlay

__all__ = ["Facts", "facts_of"]

Text = NDArray[np.object_]


@dataclass(frozen=True)
class Facts:
    """Marks of the rows of an overlay; without an overlay every answer is empty.

    Attributes
    ----------
    own : str
        The user's dataset: its name comes first where several are named.
    parts, lines, offers : numpy.ndarray or None
        Mark of each part code, bom line and offer.
    offer_of : numpy.ndarray
        Row of the offer of each option, -1 where there is none.
    """

    own: str
    parts: Text | None
    lines: Text | None
    offers: Text | None
    offer_of: NDArray[np.int64]

    def of_part(self, code: int) -> str:
        """Whose row of the table `parts` it is."""
        return "" if self.parts is None else str(self.parts[code])

    def of_lines(self, lines: Iterable[int]) -> str:
        """Whose lines these are; a remainder that stands in no line (-1) is nobody's."""
        if self.lines is None:
            return ""
        return self.joined(str(self.lines[line]) for line in lines if line >= 0)

    def of_source(self, lines: Iterable[int], option: int) -> str:
        """Whose facts say that the lines lead to this maker: those of the lines and of its offer."""
        if self.lines is None or self.offers is None:
            return ""
        offer = int(self.offer_of[option])
        found = [str(self.lines[line]) for line in lines if line >= 0]
        return self.joined([*found, str(self.offers[offer])] if offer >= 0 else found)

    def joined(self, names: Iterable[str]) -> str:
        """Each name once, joined by semicolons, the user's first."""
        return ";".join(sorted({name for name in names if name}, key=lambda name: (name != self.own, name)))


def facts_of(compiled: Compiled) -> Facts:
    """Read the marks of a compiled dataset."""
    dataset = compiled.dataset
    if not is_overlay(dataset):
        return Facts(dataset.name, None, None, None, compiled.options.offer)
    parts, bom, offers = (
        table[FACTS].to_numpy(dtype=object) if FACTS in table.columns else np.full(len(table), "", dtype=object)
        for table in (dataset.parts, dataset.bom, dataset.offers)
    )
    return Facts(dataset.name, parts[compiled.part_row], bom[compiled.lines.row], offers, compiled.options.offer)
