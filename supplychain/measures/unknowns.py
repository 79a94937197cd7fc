"""The unknowns that matter: what would be settled if the origin of a source were learned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import propagate
from supplychain.measures.analysis import Analysis
from supplychain.measures.exposure import product_lines
from supplychain.measures.first_tier import first_tier, line_figures, own_figures, total
from supplychain.measures.flow import value_flow
from supplychain.measures.interval import Interval, share
from supplychain.measures.names import part_name

__all__ = ["Unknown", "Unknowns", "unknowns"]

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
_CANDIDATES = 64


@dataclass(frozen=True)
class Unknown:
    """A source whose origin is not known.

    Attributes
    ----------
    part_id, supplier_id, name : str
        supplier_id is empty for a maker of whom nothing is known.
    to : Interval
        The figure if the source turns out to be outside the lens.
    to_inside : Interval
        The figure if it turns out to be inside.
    """

    part_id: str
    supplier_id: str
    name: str
    to: Interval
    to_inside: Interval

    @property
    def narrowed(self) -> float:
        """Width that remains in the worse of the two cases."""
        return max(self.to.width, self.to_inside.width)


@dataclass(frozen=True)
class Unknowns:
    """The unknowns that matter most and what learning all of them would do.

    Attributes
    ----------
    measure : {"value", "mean_line_contact"}
        The share of value in the lens; where no cost is known the mean contact of the first-tier lines.
    start : Interval
    rows : tuple of Unknown
    together : Unknown or None
    total : int
        How many sources of unknown origin the product has.
    """

    measure: str
    start: Interval
    rows: tuple[Unknown, ...]
    together: Unknown | None
    total: int

    def to_json(self) -> dict[str, object]:
        """Return `unknowns` and `unknowns_together` of the JSON contract."""
        return {
            "unknowns": [self._row(row) for row in self.rows],
            "unknowns_together": self._row(self.together) if self.together else None,
            "unknowns_total": self.total,
        }

    def _row(self, row: Unknown) -> dict[str, object]:
        return {
            "part_id": row.part_id,
            "supplier_id": row.supplier_id,
            "name": row.name,
            "measure": self.measure,
            "from": self.start.to_json(),
            "to": row.to.to_json(),
            "to_inside": row.to_inside.to_json(),
        }


def unknowns(analysis: Analysis, *, count: int = 5) -> Unknowns:
    """Rank the sources of unknown origin by how much learning it narrows the figure.

    Parameters
    ----------
    analysis : Analysis
    count : int
        How many to return.

    Notes
    -----
    Each source is put outside and inside the lens in turn, all else unchanged, and the figure is computed again in one batch.
    Candidates are first cut to the 64 through which most value flows.
    """
    compiled, options = analysis.compiled, analysis.compiled.options
    reached = analysis.reach.longest[: compiled.option_count] >= 0
    open_ = analysis.concern[1] & ~analysis.concern[0] & reached & ~analysis.product_options & ~options.is_class
    places = np.flatnonzero(open_)
    keys = options.part[places] * (len(compiled.supplier_ids) + 1) + options.supplier[places] + 1
    unique, group = np.unique(keys, return_inverse=True)
    if not len(unique):
        start = _figures(analysis, analysis.concern[:, None, :])
        return Unknowns(_measure(analysis), start[0], (), None, 0)
    flow = value_flow(analysis)
    near = 1.0 / (1.0 + analysis.reach.tier[places])
    priority = np.zeros(len(unique))
    np.add.at(priority, group, flow.high[places] + 1e-9 * near)
    chosen = np.argsort(-priority, kind="stable")[:_CANDIDATES]
    masks = [places[group == number] for number in chosen]
    rows = _evaluate(analysis, masks)
    ranked = sorted(rows, key=lambda row: (round(row.narrowed, 12), row.part_id, row.supplier_id))[:count]
    by_key = {(row.part_id, row.supplier_id): mask for row, mask in zip(rows, masks, strict=True)}
    start = _figures(analysis, analysis.concern[:, None, :])[0]
    useful = [row for row in ranked if row.narrowed < start.width - 1e-12]
    together = None
    if useful:
        every = np.concatenate([by_key[row.part_id, row.supplier_id] for row in useful])
        joint = _evaluate(analysis, [every])[0]
        together = Unknown("", "", "", joint.to, joint.to_inside)
    return Unknowns(_measure(analysis), start, tuple(useful), together, len(unique))


def _measure(analysis: Analysis) -> str:
    items = first_tier(analysis)
    return "value" if (items.fixed > 0).any() or (items.amount > 0).any() else "mean_line_contact"


def _evaluate(analysis: Analysis, masks: list[NDArray[np.int64]]) -> list[Unknown]:
    """The figure with each set of options outside and inside."""
    compiled, options = analysis.compiled, analysis.compiled.options
    concern = np.repeat(analysis.concern[:, None, :], 2 * len(masks), axis=1)
    for number, mask in enumerate(masks):
        concern[1, number, mask] = False
        concern[0, len(masks) + number, mask] = True
    figures = _figures(analysis, concern)
    rows = []
    for number, mask in enumerate(masks):
        option = int(mask[0])
        supplier = int(options.supplier[option])
        part_id = str(compiled.part_ids[options.part[option]])
        rows.append(
            Unknown(
                part_id=part_id,
                supplier_id=str(compiled.supplier_ids[supplier]) if supplier >= 0 else "",
                name=part_name(compiled.dataset, part_id),
                to=figures[number],
                to_inside=figures[len(masks) + number],
            )
        )
    return rows


def _figures(analysis: Analysis, concern: Bool) -> list[Interval]:
    """The figure for many settings of concern, shape (2, settings, options), in one propagation."""
    settings = concern.shape[1]
    flat = concern.reshape(2 * settings, -1)
    by_value = _measure(analysis) == "value"
    base = analysis.columns(0.0, 1.0) if by_value else analysis.columns(1.0, 0.0, low_takes_max=True)
    columns = base.repeat(settings)
    depths = None if analysis.depth is None else analysis.last
    if by_value:
        result = propagate(analysis.compiled, flat.astype(np.float64), "value", columns, depths=depths)
    else:
        kept = analysis.kept(flat)
        result = 1.0 - propagate(analysis.compiled, kept, "product", columns, depths=depths)
    found = result[:, max(0, analysis.last - 1) if depths is not None else 0].reshape(2, settings, -1)
    if not by_value:
        lines = product_lines(analysis)
        means = found[:, :, lines.target].mean(axis=2)
        return [share(*means[:, setting]) for setting in range(settings)]
    items = first_tier(analysis)
    own = own_figures(analysis, analysis.own_concern.astype(np.float64))
    intervals = []
    for setting in range(settings):
        figures = line_figures(analysis, items, found[:, setting], inside=(0.0, 1.0))
        interval = total(analysis, items, figures, own)
        intervals.append(interval or Interval(0.0, 1.0))
    return intervals
