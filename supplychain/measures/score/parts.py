"""The five parts of the score at one depth (docs/methods/score.md)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from supplychain.errors import OptionError
from supplychain.measures.first_tier import has_cost
from supplychain.measures.hhi import HIGHLY_CONCENTRATED, hhi_of_intervals
from supplychain.measures.interval import Interval
from supplychain.measures.score.content import Content, CountryShares
from supplychain.measures.score.figures import HIGH, LOW, VALUE, Figures, wholly_open
from supplychain.measures.score.replacing import LineReplacement, replacement
from supplychain.measures.score.rows import PartFigure

__all__ = ["AtDepth", "diversity_of_hhi"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
_NOTHING = 1e-12


def diversity_of_hhi(hhi: float) -> float:
    """How spread out is it, 0 (one country has all) to 1 (HHI of 0.18 or less)? min(1, (1/HHI - 1) / (1/0.18 - 1)).

    Parameters
    ----------
    hhi : float
        Herfindahl-Hirschman index, above 0 and at most 1.

    Notes
    -----
    1/HHI is the number of equal holders that would be as concentrated. 0.18 is where the Merger Guidelines of the
    United States Department of Justice and Federal Trade Commission (2023) begin to speak of highly concentrated.

    Examples
    --------
    >>> diversity_of_hhi(1.0), diversity_of_hhi(0.1), round(diversity_of_hhi(0.5), 4)
    (0.0, 1.0, 0.2195)
    """
    if not 0 < hhi <= 1:
        raise OptionError(f"hhi {hhi}: give a number above 0 and at most 1")
    return min(1.0, (1 / hhi - 1) / (1 / HIGHLY_CONCENTRATED - 1))


def _part(low: float, value: float, high: float, data: float) -> PartFigure | None:
    """A part with its ends in order; None without any data. Rounding errors are clipped."""
    if not data > 0:
        return None
    low, value, high = (
        0.0 if abs(end) < _NOTHING else min(max(float(end), 0.0), 1.0) + 0.0 for end in (low, value, high)
    )
    low, value, high = (1.0 if abs(1 - end) < _NOTHING else end for end in (low, value, high))
    low, high = min(low, high), max(low, high)
    return PartFigure(min(max(value, low), high), low, high, min(1.0, float(data)))


@dataclass(frozen=True)
class AtDepth:
    """The parts of the score of one product at one depth.

    Attributes
    ----------
    figures : Figures
    depth : int
    """

    figures: Figures
    depth: int

    @cached_property
    def availability(self) -> Float:
        """What each line still gets when the lens stops shipping: low end, value, high end, shape (3, lines)."""
        lines = self.figures.lines
        lost = np.clip(lines.sums(self.figures.at(self.figures.loss, self.depth) * lines.weight), 0.0, 1.0)
        return 1.0 - np.stack([lost[HIGH], np.clip(lost[VALUE].mean(axis=0), lost[LOW], lost[HIGH]), lost[LOW]])

    @cached_property
    def _loss_known(self) -> Bool:
        """Lines of which anything is known."""
        known: Bool = (
            self.figures.lines.sums((~wholly_open(self.figures.at(self.figures.loss, self.depth))).astype(np.float64))
            > 0
        )
        return known

    def independence(self, chosen: Bool) -> PartFigure | None:
        """Mean over lines of what is left when the lens stops shipping."""
        lines = self.figures.lines.some(chosen)
        low, value, high = self.availability[:, chosen]
        known = float(self._loss_known[chosen].mean()) if len(lines) else 1.0
        return _part(*lines.means(low, value, high), known)

    @cached_property
    def _alone_by_slot(self) -> Float:
        """Share of what fills each slot of the network that has no second source, shape (5, slots)."""
        figures, compiled = self.figures, self.figures.analysis.compiled
        table = compiled.alternatives
        found = figures.masked(figures.alone[:, table.target], table.grade) * table.weight
        alone = np.add.reduceat(found, compiled.slot_pointers[:-1], axis=1) if len(table.target) else np.zeros((5, 0))
        several = _slots_of_several_parts(figures)
        # Another part that fills the same slot already supplies the product.
        alone[LOW, several] = 0.0
        alone[VALUE, several] = 0.0
        return np.clip(alone, 0.0, 1.0)

    def needed(self, chosen: Bool) -> tuple[Int, Int]:
        """Slots that some lines need down to the depth: those that surely count, and those that may."""
        slots = self.figures.lines.slot[chosen]
        below = self.figures.below
        sure = below.needs(slots, self.depth, certain=True)
        if self.figures.lines.exclusive:
            sure = sure[:0]
        return sure, np.setdiff1d(below.needs(slots, self.depth, certain=False), sure)

    def n_minus_1(self, chosen: Bool) -> PartFigure | None:
        """Share of the sources down to the depth that have another usable source."""
        sure, open_ = self.needed(chosen)
        every = np.concatenate([sure, open_])
        if not len(every):
            return _part(1.0, 1.0, 1.0, 1.0)
        alone = self._alone_by_slot
        low = 1.0 - _largest_mean(alone[HIGH, sure], alone[HIGH, open_])
        high = 1.0 + _largest_mean(-alone[LOW, sure], -alone[LOW, open_])
        value = 1.0 - float(np.clip(alone[VALUE][:, every].mean(axis=0), alone[LOW, every], alone[HIGH, every]).mean())
        return _part(low, value, high, float((alone[4, every] < 1).mean()))

    def single_sourced(self, chosen: Bool) -> Int:
        """Slots that surely count and have one source and no other one that is listed."""
        sure, _ = self.needed(chosen)
        lone: Int = sure[self._alone_by_slot[LOW, sure] >= 1.0]
        return lone

    def alone_on_first_tier(self) -> Float:
        """How much of each line has no second source (value), shape (lines,)."""
        lone: Float = self._alone_by_slot[VALUE][:, self.figures.lines.slot].mean(axis=0)
        return lone

    @cached_property
    def content(self) -> Content:
        """Cost by country."""
        return Content(self.figures, self.depth)

    @cached_property
    def shares(self) -> CountryShares | None:
        """Shares of the product's cost by country."""
        return self.content.product()

    def diversity(self) -> PartFigure | None:
        """Spread of the product's cost over countries."""
        return _diversity(self.shares)

    def diversity_of_lines(self, chosen: Bool) -> PartFigure | None:
        """Spread of the cost of some lines over countries."""
        if not has_cost(self.content.items):
            return None
        slots = self.figures.analysis.compiled.alternatives.slot[self.content.items.alternative]
        return _diversity(self.content.some(np.isin(slots, self.figures.lines.slot[chosen])))

    def replacement(self, price_limit: float) -> LineReplacement:
        """Substitutability of every line."""
        return replacement(self.figures, self.depth, price_limit=price_limit)

    @cached_property
    def _replacement(self) -> LineReplacement:
        return self.replacement(self.figures.settings.price_limit)

    def replaceable(self) -> Float:
        """Substitutability of every line (value), shape (lines,)."""
        return self._replacement.value

    def substitutability(self, chosen: Bool, *, price_limit: float | None = None) -> PartFigure | None:
        """Share of lines that are clean, or whose exposed volume can be replaced."""
        found = self._replacement if price_limit is None else self.replacement(price_limit)
        lines = self.figures.lines.some(chosen)
        known = float(found.known[chosen].mean()) if len(lines) else 1.0
        return _part(*lines.means(found.low[chosen], found.value[chosen], found.high[chosen]), known)

    def of_lines(self, chosen: Bool) -> dict[str, PartFigure | None]:
        """The parts that lines have by themselves: diversity and buffer are figures of a whole product."""
        return {
            "independence": self.independence(chosen),
            "n_minus_1": self.n_minus_1(chosen),
            "substitutability": self.substitutability(chosen),
        }

    def of_product(self, buffer: Interval | None) -> dict[str, PartFigure | None]:
        """The five parts of the product."""
        every = np.ones(len(self.figures.lines), dtype=bool)
        return {
            "independence": self.independence(every),
            "n_minus_1": self.n_minus_1(every),
            "diversity": self.diversity(),
            "buffer": _buffer(buffer),
            "substitutability": self.substitutability(every),
        }


def _buffer(found: Interval | None) -> PartFigure | None:
    if found is None:
        return None
    value = found.estimate if found.estimate is not None else (found.low + found.high) / 2
    return _part(found.low, value, found.high, 1.0)


def _diversity(shares: CountryShares | None) -> PartFigure | None:
    if shares is None:
        return None
    known = float(shares.low.sum())
    bounds = hhi_of_intervals(shares.low, np.minimum(1.0, np.maximum(shares.high, shares.low)))
    guess = hhi_of_intervals(shares.value, np.ones(len(shares.value)))
    low, high = (diversity_of_hhi(max(_NOTHING, end)) for end in (bounds.high, bounds.low))
    value = (diversity_of_hhi(max(_NOTHING, guess.high)) + diversity_of_hhi(max(_NOTHING, guess.low))) / 2
    return _part(low, value, high, known if known > _NOTHING else 0.0)


def _largest_mean(sure: Float, open_: Float) -> float:
    """Largest mean over all that surely counts and any of what may count."""
    if not len(sure):
        return float(open_.max())
    total, count = float(sure.sum()), len(sure)
    for figure in np.sort(open_)[::-1]:
        if figure * count <= total:
            break
        total, count = total + float(figure), count + 1
    return total / count


def _slots_of_several_parts(figures: Figures) -> Bool:
    """Slots that two parts or more of different makers fill at once."""
    compiled = figures.analysis.compiled
    table, options = compiled.alternatives, compiled.options
    real = np.flatnonzero((table.line >= 0) & (table.weight > 0))
    target = table.target[real]
    single = target < compiled.option_count
    supplier = np.where(single, options.supplier[np.minimum(target, compiled.option_count - 1)], -1)
    # An unknown maker may be the same as any other one.
    nobody = single & (options.offer[np.minimum(target, compiled.option_count - 1)] < 0) & (supplier < 0)
    choice = target >= compiled.option_count + compiled.mix_count
    keep = ~nobody & ~choice
    key = np.where(supplier >= 0, supplier, len(compiled.supplier_ids) + target)
    size = len(compiled.slot_recipe)

    def several(codes: Int) -> Bool:
        pairs = np.unique(np.stack([table.slot[real[keep]], codes[keep]]), axis=1)
        counted: Bool = np.bincount(pairs[0], minlength=size) >= 2
        return counted

    return several(key) & several(compiled.lines.child[table.line[real]])
