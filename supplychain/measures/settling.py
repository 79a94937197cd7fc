"""The figures of a product if origins were other than they are: many settings in one propagation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import propagate
from supplychain.measures.analysis import Analysis
from supplychain.measures.exposure import clean_depth
from supplychain.measures.first_tier import first_tier, has_cost, line_figures, own_figures, total
from supplychain.measures.flags import Occurrence, joined
from supplychain.measures.interval import Interval, share

__all__ = ["Outcome", "contact_figures", "outcomes", "settings_of", "value_intervals"]

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
_CELLS = 8_000_000
_ROUNDING = 1e-13  # as in supplychain.measures.interval.share


@dataclass(frozen=True)
class Outcome:
    """Figures of the product in one setting.

    Attributes
    ----------
    value : Interval or None
        None where no price is known.
    contact, clean_depth : Interval
        The low end of the depth is proven, the high end is where nothing is found.
    lines : array of float, shape (2, flags)
        Contact of each flag that was asked for.
    """

    value: Interval | None
    contact: Interval
    clean_depth: Interval
    lines: Float


def settings_of(analysis: Analysis, count: int) -> Bool:
    """Return the concern of today `count` times, shape (2, count, options), to be changed."""
    return np.repeat(analysis.concern[:, None, :], count, axis=1)


def value_intervals(analysis: Analysis, concern: Bool) -> list[Interval] | None:
    """Share of value in the lens for each setting of concern, shape (2, settings, options); None without a price."""
    items = first_tier(analysis)
    if not has_cost(items):
        return None
    settings = concern.shape[1]
    leaves = concern.reshape(2 * settings, -1).astype(np.float64)
    depths = None if analysis.depth is None else analysis.last
    result = propagate(analysis.compiled, leaves, "value", analysis.columns.repeat(settings), depths=depths)
    found = result[:, 0 if depths is None else max(0, analysis.last - 1)].reshape(2, settings, -1)
    deeper = result[:, 0 if depths is None else analysis.last].reshape(2, settings, -1)
    own = own_figures(analysis, analysis.own_concern.astype(np.float64))
    intervals = []
    for setting in range(settings):
        figures = line_figures(analysis, items, found[:, setting])
        if items.no_step.any():
            figures[:, items.no_step] = line_figures(analysis, items, deeper[:, setting])[:, items.no_step]
        intervals.append(total(analysis, items, figures, own) or Interval(0.0, 1.0))
    return intervals


def contact_figures(analysis: Analysis, concern: Bool, *, depths: int | None) -> Float:
    """Contact of all targets for each setting, shape (2, settings, depths + 1, targets); one row without `depths`."""
    settings = concern.shape[1]
    leaves = analysis.leaves(concern.reshape(2 * settings, -1))
    columns = analysis.columns.repeat(settings)
    result = propagate(analysis.compiled, leaves, "product", columns, depths=depths)
    return result.reshape(2, settings, *result.shape[1:])


def outcomes(analysis: Analysis, concern: Bool, flags: Sequence[list[Occurrence]] = ()) -> list[Outcome]:
    """Figures of the product for each setting of concern.

    Parameters
    ----------
    analysis : Analysis
    concern : array of bool, shape (2, settings, options)
    flags : sequence of list of Occurrence
        The flags whose contact is wanted too (`supplychain.measures.flags.occurrences`).
    """
    rows = max(1, analysis.graph_depth + 1)
    chunk = max(1, _CELLS // (2 * rows * max(1, analysis.compiled.target_count)))
    result: list[Outcome] = []
    for start in range(0, concern.shape[1], chunk):
        result += _outcomes(analysis, concern[:, start : start + chunk], flags)
    return result


def _outcomes(analysis: Analysis, concern: Bool, flags: Sequence[list[Occurrence]]) -> list[Outcome]:
    settings = concern.shape[1]
    contact = contact_figures(analysis, concern, depths=analysis.graph_depth)
    values = value_intervals(analysis, concern)
    lines = np.zeros((2, settings, len(flags)))
    for number, places in enumerate(flags):
        rest = analysis.last - min(place.tier for place in places)
        lines[:, :, number] = joined(analysis, places, contact[:, :, rest])
    lines[np.abs(lines - 1.0) < _ROUNDING] = 1.0
    lines = np.clip(lines, 0.0, 1.0)
    lines[1] = np.maximum(lines[1], lines[0])
    product = contact[:, :, :, analysis.target]
    return [
        Outcome(
            value=None if values is None else values[setting],
            contact=share(*product[:, setting, analysis.last]),
            clean_depth=Interval(clean_depth(product[1, setting]), clean_depth(product[0, setting])),
            lines=lines[:, setting],
        )
        for setting in range(settings)
    ]
