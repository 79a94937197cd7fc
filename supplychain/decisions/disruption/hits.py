"""Which makers an event hits, and how hard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import Columns, Lens, concern, propagate
from supplychain.decisions.disruption.scenario import Event
from supplychain.measures.analysis import Analysis

__all__ = ["Cause", "Hits", "find_hits", "static_losses"]

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Cause:
    """Something that can fail, without the time at which it does."""

    kind: str
    id: str
    left: tuple[float, float]
    parts: tuple[str, ...] = ()

    @classmethod
    def of(cls, event: Event) -> Cause:
        """Return what fails in an event."""
        return cls(event.kind, event.id, event.left, event.parts)


@dataclass(frozen=True)
class Hits:
    """Which options each cause hits at one end of the interval.

    Attributes
    ----------
    hit : array of bool, shape (causes, options)
    left : array of float, shape (causes,)
        Share of their output that is left meanwhile.
    """

    hit: Bool
    left: Float


def find_hits(analysis: Analysis, causes: Sequence[Cause], *, worst: bool) -> Hits:
    """Find the makers that fail; at the worst end also those whose country is not known.

    The product's own makers are hit by their own failure, but not by that of a country: an embargo concerns what is
    bought, as in `supplychain.measures.analysis.Analysis.leaves`.
    """
    compiled = analysis.compiled
    options = compiled.options
    hit = np.zeros((len(causes), compiled.option_count), dtype=bool)
    for row, cause in enumerate(causes):
        if cause.kind == "supplier":
            hit[row] = compiled.supplier_ids[options.supplier] == cause.id if len(compiled.supplier_ids) else False
            hit[row] &= options.supplier >= 0
        elif cause.kind == "part":
            hit[row] = compiled.part_ids[options.part] == cause.id
        else:
            countries = analysis.lens.countries if cause.kind == "lens" else (cause.id,)
            lens = Lens(countries, analysis.lens.bases, analysis.lens.min_ownership)
            low, high = concern(compiled, analysis.origins, lens, bases=analysis.loss_bases)
            hit[row] = (high if worst else low) & ~analysis.product_options
        if cause.parts:
            hit[row] &= np.isin(compiled.part_ids[options.part], np.array(cause.parts, dtype=object))
    hit &= ~options.is_class
    left = np.array([cause.left[0] if worst else cause.left[1] for cause in causes], dtype=np.float64)
    return Hits(hit, left)


def static_losses(analysis: Analysis, hits: Hits, *, worst: bool) -> Float:
    """Output that each target loses while a cause lasts, without any stock, shape (causes, targets).

    The `reallocate` form of docs/model.md, section 3.
    """
    causes = len(hits.left)
    if not causes:
        return np.zeros((0, analysis.compiled.target_count))
    leaves = hits.hit * (1.0 - hits.left[:, None])
    columns = Columns(
        take_max=np.full(causes, worst),
        least_grade=np.full(causes, analysis.columns.least_grade[0])
        if analysis.columns.least_grade is not None
        else None,
        instead=np.full(causes, float(worst)),
    )
    return propagate(analysis.compiled, leaves, "pooled_max", columns, essential_only=True)[:, 0]
