"""What the parts of the score are computed from, propagated once for all depths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import ASSUMED, DOCUMENTED, Columns, propagate
from supplychain.measures.analysis import Analysis
from supplychain.measures.coverage import need_per_unit, outside_capacity
from supplychain.measures.score.lines import Below, ScoreLines, score_lines
from supplychain.measures.score.second_sources import SecondSources, second_sources
from supplychain.measures.score.settings import Settings

__all__ = ["HIGH", "LOW", "VALUE", "Figures", "wholly_open"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

# Columns: the low end of what is bad, its high end, and the value, for which unknown choices are taken both ways.
LOW, HIGH, VALUE = 0, 1, slice(2, 4)


@dataclass(frozen=True)
class Figures:
    """Figures of one product for the parts of its score. What is bad is large: losses, contact, no second source.

    The first axis of each array is (low end, high end, value with the least option of unknown choices, with the most).

    Attributes
    ----------
    analysis : Analysis
        Without a limit of depth.
    units : float or None
        Units of the product per year.
    settings : Settings
    """

    analysis: Analysis
    units: float | None
    settings: Settings

    @cached_property
    def lines(self) -> ScoreLines:
        """Essential first-tier lines."""
        return score_lines(self.analysis)

    @cached_property
    def below(self) -> Below:
        """What the lines need."""
        return Below(self.analysis)

    @cached_property
    def columns(self) -> Columns:
        """Two ends with the evidence that is asked for, and the value with all evidence."""
        least = DOCUMENTED if self.analysis.evidence == "documented" else ASSUMED
        return Columns(
            take_max=np.array([False, True, False, True]),
            least_grade=np.array([least, least, ASSUMED, ASSUMED]),
            instead=np.array([0.0, 1.0, 0.0, 1.0]),
        )

    def _prior(self, flagged: Bool) -> Float:
        """How likely each option is of concern: known, or the share of the lens in the part's market, or 0.5."""
        compiled, options = self.analysis.compiled, self.analysis.compiled.options
        market = (options.supplier < 0) & (options.offer >= 0) & ~np.isnan(options.share) & ~options.planned
        size = len(compiled.part_ids)
        total = np.bincount(options.part[market], weights=options.share[market], minlength=size)
        inside = np.bincount(
            options.part[market], weights=(options.share * flagged[LOW])[market], minlength=size
        ) / np.maximum(total, 1.0)
        prior = np.where((total > 0)[options.part] & ~options.planned, inside[options.part], 0.5)
        return np.where(flagged[LOW] == flagged[HIGH], flagged[LOW], prior)

    def _leaves(self, flagged: Bool) -> Float:
        prior = self._prior(flagged)
        return self.analysis.leaves(np.stack([flagged[LOW], flagged[HIGH], prior, prior]).astype(np.float64))

    @cached_property
    def floors(self) -> Float:
        """Availability of each part that one buyer is sure of where its supply cover is known, else 0."""
        analysis = self.analysis
        floors = np.zeros(len(analysis.compiled.part_ids))
        if self.units is None:
            return floors
        need, complete = need_per_unit(analysis)
        need = need * self.units
        known = (need > 0) & complete
        known[analysis.product] = False
        capacity = outside_capacity(analysis)
        floors[known] = np.minimum(1.0, self.settings.access * capacity[known] / need[known])
        return floors

    @cached_property
    def loss(self) -> Float:
        """Output lost when the lens stops shipping, reallocated, shape (4, depths + 1, targets)."""
        analysis, compiled = self.analysis, self.analysis.compiled
        ceiling = np.ones((4, compiled.option_count + compiled.mix_count))
        ceiling[LOW] = 1.0 - self.floors[np.concatenate([compiled.options.part, compiled.mix_part])]
        return propagate(
            compiled,
            self._leaves(analysis.cut_off),
            "pooled_max",
            self.columns,
            depths=analysis.graph_depth,
            essential_only=True,
            ceiling=ceiling,
        )

    @cached_property
    def contact(self) -> Float:
        """Chance of contact, shape (4, depths + 1, targets)."""
        analysis = self.analysis
        return propagate(
            analysis.compiled, self._leaves(analysis.concern), "product", self.columns, depths=analysis.graph_depth
        )

    @cached_property
    def second(self) -> SecondSources:
        """Which makers could be replaced by another one."""
        everything = Below(self.analysis)
        used = everything.sources(
            everything.needs(self.lines.slot, self.analysis.graph_depth, certain=True), certain=True
        )
        return second_sources(self.analysis, used)

    @cached_property
    def alone(self) -> Float:
        """Share of what fills each target that has no second source; a fifth column: of which nothing is known."""
        compiled, second = self.analysis.compiled, self.second
        leaves = 1.0 - np.stack([second.high, second.low, second.value, second.value, second.known])
        leaves[:, compiled.options.is_class] = 0.0
        columns = Columns(
            take_max=np.append(self.columns.take_max, True),
            least_grade=None if self.columns.least_grade is None else np.append(self.columns.least_grade, ASSUMED),
            instead=None if self.columns.instead is None else np.append(self.columns.instead, 1.0),
        )
        return propagate(compiled, leaves, "max", columns, depths=0, essential_only=True)[:, 0]

    def at(self, figures: Float, depth: int) -> Float:
        """Figures of the places of the lines at a depth, shape (columns, depths + 1, targets) -> (columns, places)."""
        lines, plan = self.lines, self.analysis.compiled.plan
        last = min(depth, self.analysis.graph_depth)
        found = np.where(
            plan.behind_class[lines.place],
            figures[:, last][:, lines.target],
            figures[:, max(0, last - 1)][:, lines.target],
        )
        return self.masked(found, lines.grade)

    def masked(self, found: Float, grade: Int) -> Float:
        """Figures as a step of a grade shows them: what does not count as evidence is unknown."""
        if self.analysis.evidence == "documented":
            found = found.copy()
            found[LOW] = np.where(grade < DOCUMENTED, 0.0, found[LOW])
            found[HIGH] = np.where(grade < DOCUMENTED, 1.0, found[HIGH])
        return found


def wholly_open(figures: Float) -> Bool:
    """Figures that may be anything, and for which no market or choice speaks either, shape (4, n) -> (n,)."""
    opened: Bool = (figures[LOW] == 0) & (figures[HIGH] == 1) & (figures[VALUE] == 0.5).all(axis=0)
    return opened
