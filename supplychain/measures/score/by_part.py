"""Scores of the lines of a product and of their categories."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from supplychain.measures.score.naming import Naming
from supplychain.measures.score.parts import AtDepth
from supplychain.measures.score.rows import CategoryScore, LineScore, PartFigure, together

__all__ = ["category_scores", "line_scores"]


def _scored(view: AtDepth, parts: Mapping[str, PartFigure | None]) -> tuple[float | None, float, float]:
    value, bounds = together(parts, view.figures.settings)
    return value, bounds.low, bounds.high


def line_scores(view: AtDepth, naming: Naming) -> tuple[LineScore, ...]:
    """Score of every first-tier line, the lowest first; lines that tie by id."""
    found = []
    for line, name in enumerate(naming.every):
        chosen = np.arange(len(naming.every)) == line
        parts = view.of_lines(chosen)
        found.append(LineScore(name, *_scored(view, parts), parts, view.diversity_of_lines(chosen)))
    return tuple(
        sorted(
            found,
            key=lambda row: (101.0 if row.value is None else round(row.value, 9), row.line.part_id, row.line.slot),
        )
    )


def category_scores(view: AtDepth, naming: Naming) -> tuple[CategoryScore, ...]:
    """Score of the lines of each category, the lowest first."""
    categories = np.array([line.category for line in naming.every], dtype=object)
    found = []
    for category in sorted(set(categories)):
        chosen = categories == category
        parts = view.of_lines(chosen)
        found.append(
            CategoryScore(category, int(chosen.sum()), *_scored(view, parts), parts, view.diversity_of_lines(chosen))
        )
    return tuple(sorted(found, key=lambda row: (101.0 if row.value is None else round(row.value, 9), row.category)))
