"""The unknowns that matter: what would be settled if the origin of a source were learned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import DOCUMENTED
from supplychain.measures.analysis import Analysis
from supplychain.measures.exposure import product_lines
from supplychain.measures.first_tier import first_tier, has_cost
from supplychain.measures.flow import value_flow
from supplychain.measures.interval import Interval, share
from supplychain.measures.names import part_table
from supplychain.measures.settling import contact_figures, settings_of, value_intervals

__all__ = ["Unknown", "Unknowns", "unknowns"]

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]
_CANDIDATES = 64
_CELLS = 2_000_000
_USEFUL = 1e-12


@dataclass(frozen=True)
class Unknown:
    """A source whose origin is not known, or several of them.

    Attributes
    ----------
    part_id, supplier_id, name : str
        supplier_id is empty for a maker of whom nothing is known; all are empty for several sources.
    measure : {"value", "mean_line_contact"}
        The figure that learning the origin narrows: the share of value in the lens, or the mean over the first-tier
        lines of the chance of contact.
    start : Interval
        The figure today.
    to, to_inside : Interval
        The figure if the source turns out to be outside the lens, and inside.
    """

    part_id: str
    supplier_id: str
    name: str
    measure: str
    start: Interval
    to: Interval
    to_inside: Interval

    @property
    def narrowed(self) -> float:
        """Width that is gone in the worse of the two cases."""
        return self.start.width - max(self.to.width, self.to_inside.width)

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "part_id": self.part_id,
            "supplier_id": self.supplier_id,
            "name": self.name,
            "measure": self.measure,
            "from": self.start.to_json(),
            "to": self.to.to_json(),
            "to_inside": self.to_inside.to_json(),
        }


@dataclass(frozen=True)
class Unknowns:
    """The unknowns that matter most, and what learning all of them would do.

    Attributes
    ----------
    rows : tuple of Unknown
        First those that narrow the value, then those that narrow the contact of the lines alone.
    together : tuple of Unknown
        All rows at once, for each measure among them.
    total : int
        How many sources of unknown origin the product has.
    """

    rows: tuple[Unknown, ...]
    together: tuple[Unknown, ...]
    total: int

    def to_json(self) -> dict[str, object]:
        """Return the keys of the JSON contract."""
        return {
            "unknowns": [row.to_json() for row in self.rows],
            "unknowns_together": self.together[0].to_json() if self.together else None,
            "unknowns_together_by_measure": {row.measure: row.to_json() for row in self.together},
            "unknowns_total": self.total,
        }


def unknowns(analysis: Analysis, *, count: int = 5) -> Unknowns:
    """Rank the sources of unknown origin by how much learning one narrows the figures.

    Parameters
    ----------
    analysis : Analysis
    count : int
        How many to return.

    Notes
    -----
    Each source is put outside and inside the lens in turn, all else unchanged, and the figures are computed again in
    one batch. Where there are more than 64, those through which most value flows and those nearest to the product are
    tried.
    """
    compiled, options = analysis.compiled, analysis.compiled.options
    reached = analysis.reach.longest[: compiled.option_count] >= 0
    open_ = analysis.concern[1] & ~analysis.concern[0] & reached & ~analysis.product_options & ~options.is_class
    places = np.flatnonzero(open_)
    keys = options.part[places] * (len(compiled.supplier_ids) + 1) + options.supplier[places] + 1
    unique, group = np.unique(keys, return_inverse=True)
    if not len(unique):
        return Unknowns((), (), 0)
    masks = [places[group == number] for number in _candidates(analysis, places, group, len(unique))]
    rows: list[Unknown] = []
    used: list[Int] = []
    taken: set[tuple[str, str]] = set()
    for measure in ("value", "mean_line_contact") if has_cost(first_tier(analysis)) else ("mean_line_contact",):
        found = _evaluate(analysis, masks, measure)
        order = sorted(
            range(len(found)),
            key=lambda place: (-round(found[place].narrowed, 12), found[place].part_id, found[place].supplier_id),
        )
        for place in order:
            row = found[place]
            key = (row.part_id, row.supplier_id)
            if len(rows) < count and row.narrowed > _USEFUL and key not in taken:
                rows.append(row)
                used.append(masks[place])
                taken.add(key)
    measures = list(dict.fromkeys(row.measure for row in rows))
    together = [_evaluate(analysis, [np.concatenate(used)], measure, name="")[0] for measure in measures]
    return Unknowns(tuple(rows), tuple(together), len(unique))


def _candidates(analysis: Analysis, places: Int, group: Int, size: int) -> Int:
    """Groups worth trying: through which most value flows, the nearest ones first among equals."""
    priority = np.zeros(size)
    nearness = np.zeros(size)
    np.add.at(priority, group, value_flow(analysis).high[places])
    np.maximum.at(nearness, group, 1.0 / (1.0 + analysis.reach.tier[places]))
    # Each candidate is four columns over all targets: fewer of them on a large network.
    most = min(_CANDIDATES, max(8, _CELLS // analysis.compiled.target_count))
    by_value = np.argsort(-priority, kind="stable")[: most // 2]
    by_place = np.lexsort((np.arange(size), -priority, -nearness))
    return np.array(list(dict.fromkeys([*by_value, *by_place]))[:most], dtype=np.int64)


def _evaluate(analysis: Analysis, masks: list[Int], measure: str, *, name: str | None = None) -> list[Unknown]:
    """The figure today, and with each set of options outside and inside."""
    compiled, options = analysis.compiled, analysis.compiled.options
    concern = settings_of(analysis, 2 * len(masks) + 1)
    for number, mask in enumerate(masks):
        concern[1, number, mask] = False
        concern[0, len(masks) + number, mask] = True
    figures = _figures(analysis, concern, measure)
    parts = part_table(compiled.dataset)
    rows = []
    for number, mask in enumerate(masks):
        supplier = int(options.supplier[mask[0]])
        part_id = str(compiled.part_ids[options.part[mask[0]]])
        supplier_id = str(compiled.supplier_ids[supplier]) if supplier >= 0 else ""
        several = name is not None
        rows.append(
            Unknown(
                part_id="" if several else part_id,
                supplier_id="" if several else supplier_id,
                name=name if name is not None else str(parts[part_id]["name"] or part_id),
                measure=measure,
                start=figures[-1],
                to=figures[number],
                to_inside=figures[len(masks) + number],
            )
        )
    return rows


def _figures(analysis: Analysis, concern: Bool, measure: str) -> list[Interval]:
    """The figure for many settings of concern, shape (2, settings, options), in one propagation."""
    settings = concern.shape[1]
    if measure == "value":
        return value_intervals(analysis, concern) or [Interval(0.0, 1.0)] * settings
    depths = None if analysis.depth is None else analysis.last
    found = contact_figures(analysis, concern, depths=depths)
    lines = product_lines(analysis)
    contact = found[:, :, 0 if depths is None else max(0, analysis.last - 1), lines.target]
    if analysis.evidence == "documented":
        contact = np.where(lines.grade < DOCUMENTED, np.array([0.0, 1.0])[:, None, None], contact)
    contact = np.stack([lines.at_least(contact[0]), contact[1]])
    means = contact.mean(axis=2) if len(lines.line) else np.zeros((2, settings))
    return [share(*means[:, setting]) for setting in range(settings)]
