"""What the score answers with, and how that reads as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from supplychain.measures.analysis import Analysis
from supplychain.measures.interval import Interval
from supplychain.measures.provenance import header
from supplychain.measures.score.composite import WeightSensitivity, composite, composite_interval
from supplychain.measures.score.settings import PARTS, Settings

__all__ = [
    "CategoryScore",
    "Line",
    "LineScore",
    "Lowering",
    "PartFigure",
    "ProfileRow",
    "Score",
    "Sensitivity",
    "SingleSource",
    "Stops",
    "depth_name",
    "together",
]

# With this many parts without data there is no headline.
_TOO_FEW = 3


def depth_name(depth: int | None) -> int | str:
    """How a depth is written: "all" without a limit."""
    return "all" if depth is None else depth


@dataclass(frozen=True)
class PartFigure:
    """One of the five parts of the score.

    Attributes
    ----------
    value, low, high : float
        0..1, higher is better.
    data : float
        Share of the lines (diversity: of the cost) about which anything is known.
    """

    value: float
    low: float
    high: float
    data: float

    @property
    def interval(self) -> Interval:
        """The two ends."""
        return Interval(self.low, self.high)

    def to_json(self) -> dict[str, float]:
        """Return the fields as plain values."""
        return dict(vars(self))


Figures = Mapping[str, PartFigure | None]


def together(parts: Figures, settings: Settings) -> tuple[float | None, Interval]:
    """The composite of parts, some or all of the five: value, and low and high."""
    weights = {name: settings.weights[name] for name in parts}
    if not sum(weights.values()) > 0:
        return None, Interval(100 * settings.floor, 100.0)
    bounds = composite_interval(
        {name: None if part is None else part.interval for name, part in parts.items()},
        weights,
        floor=settings.floor,
    )
    value = composite(
        {name: None if part is None else part.value for name, part in parts.items()},
        weights,
        floor=settings.floor,
    )
    return None if value is None else min(max(value, bounds.low), bounds.high), bounds


def _figures_json(parts: Figures) -> dict[str, dict[str, float] | None]:
    return {name: None if part is None else part.to_json() for name, part in parts.items()}


@dataclass(frozen=True)
class ProfileRow:
    """The score at one depth.

    Attributes
    ----------
    depth : int or None
        None is all tiers.
    value : float or None
        None where no part has data.
    low, high : float
    parts : mapping of str to PartFigure or None
    transparency : float or None
        Share of the cost whose origin is documented to this depth; None without any price.
    """

    depth: int | None
    value: float | None
    low: float
    high: float
    parts: Figures
    transparency: float | None

    @property
    def data_parts(self) -> int:
        """How many of the five parts have data."""
        return sum(part is not None for part in self.parts.values())

    def to_json(self) -> dict[str, object]:
        """Return the row of the JSON contract."""
        return {
            "depth": depth_name(self.depth),
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "data_parts": self.data_parts,
            "parts": _figures_json(self.parts),
            "transparency": self.transparency,
        }


@dataclass(frozen=True)
class Line:
    """A line of the product by name: what it needs, and who fills it."""

    part_id: str
    name: str
    slot: str
    supplier_ids: tuple[str, ...]
    category: str

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {**vars(self), "supplier_ids": list(self.supplier_ids)}


@dataclass(frozen=True)
class Stops:
    """The line that stops the product: the smallest availability when the lens stops shipping.

    Attributes
    ----------
    value, low, high : float
        Smallest availability over the lines.
    lines : tuple of Line
        Lines that have it (in the value); none where nothing is lost.
    """

    value: float
    low: float
    high: float
    lines: tuple[Line, ...]

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {**vars(self), "lines": [line.to_json() for line in self.lines]}


@dataclass(frozen=True)
class SingleSource:
    """A need of the product that one source fills, without another one that is listed."""

    parent_id: str
    line: Line

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {"parent_id": self.parent_id, **self.line.to_json()}


@dataclass(frozen=True)
class Lowering:
    """How much one part lowers the score.

    Attributes
    ----------
    part : str
    gain : float
        Points that the score would gain if this part were 1.
    lines : tuple of Line
        The lines (diversity: none) that lower the part most.
    countries : tuple of (str, float)
        Diversity: the countries with the largest shares of the cost.
    """

    part: str
    gain: float
    lines: tuple[Line, ...]
    countries: tuple[tuple[str, float], ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "part": self.part,
            "gain": self.gain,
            "lines": [line.to_json() for line in self.lines],
            "countries": [{"country": country, "share": share} for country, share in self.countries],
        }


@dataclass(frozen=True)
class LineScore:
    """The score of one line, at the depth of the headline.

    Attributes
    ----------
    line : Line
    value : float or None
    low, high : float
        From independence, n-minus-1 and substitutability, which share the weights.
    parts : mapping of str to PartFigure or None
        These three.
    diversity : PartFigure or None
        Of the cost of the line, beside the score: a line from one country has none.
    """

    line: Line
    value: float | None
    low: float
    high: float
    parts: Figures
    diversity: PartFigure | None

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            **self.line.to_json(),
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "parts": _figures_json(self.parts),
            "diversity": self.diversity.to_json() if self.diversity else None,
        }


@dataclass(frozen=True)
class CategoryScore:
    """The score of the lines of one category, made as that of a line."""

    category: str
    lines: int
    value: float | None
    low: float
    high: float
    parts: Figures
    diversity: PartFigure | None

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        diversity = self.diversity.to_json() if self.diversity else None
        return {**vars(self), "parts": _figures_json(self.parts), "diversity": diversity}


@dataclass(frozen=True)
class Sensitivity:
    """How much the score hangs on what was chosen. None of this is in its interval.

    Attributes
    ----------
    weights : WeightSensitivity or None
    arithmetic : float or None
        The same parts and weights with an arithmetic mean.
    leave_one_out : mapping of str to float or None
        Without each part in turn.
    price_limit_beside : PartFigure or None
        Substitutability with the second price limit.
    score_beside : float or None
        The score with it.
    """

    weights: WeightSensitivity | None
    arithmetic: float | None
    leave_one_out: Mapping[str, float | None]
    price_limit_beside: PartFigure | None
    score_beside: float | None

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "weights": self.weights.to_json() if self.weights else None,
            "arithmetic": self.arithmetic,
            "leave_one_out": dict(self.leave_one_out),
            "price_limit_beside": self.price_limit_beside.to_json() if self.price_limit_beside else None,
            "score_beside": self.score_beside,
        }


@dataclass(frozen=True)
class Score:
    """How resilient a product is: 0 to 100 with its interval, its five parts and its profile by depth.

    Attributes
    ----------
    analysis : Analysis
    depth : int
        Depth of the headline.
    value : float or None
        Best single number; None where no part has data.
    low, high : float
    parts : mapping of str to PartFigure or None
        None is a part without data.
    profile : tuple of ProfileRow
        At depth 1, 2, 3 and all.
    transparency : float or None
    stops : Stops or None
        None where the product has no essential line.
    single_sourced : tuple of SingleSource
    owners : Interval or None
        HHI of the cost by owner, beside diversity and not in it.
    lowers : tuple of Lowering
        What lowers the score most, first.
    by_part : tuple of LineScore
    by_category : tuple of CategoryScore
    sensitivity : Sensitivity
    settings : Settings
    units : float or None
    assumed : bool
        Whether typical values were taken where data are missing.
    notes : tuple of str
    """

    analysis: Analysis = field(repr=False)
    depth: int
    value: float | None
    low: float
    high: float
    parts: Figures
    profile: tuple[ProfileRow, ...]
    transparency: float | None
    stops: Stops | None
    single_sourced: tuple[SingleSource, ...]
    owners: Interval | None
    lowers: tuple[Lowering, ...]
    by_part: tuple[LineScore, ...]
    by_category: tuple[CategoryScore, ...]
    sensitivity: Sensitivity
    settings: Settings
    units: float | None
    assumed: bool
    notes: tuple[str, ...]

    @property
    def data_parts(self) -> int:
        """How many of the five parts have data."""
        return sum(part is not None for part in self.parts.values())

    @property
    def scored(self) -> bool:
        """Whether enough parts have data for a headline."""
        return len(self.parts) - self.data_parts < _TOO_FEW

    @property
    def without_data(self) -> tuple[str, ...]:
        """Parts without data."""
        return tuple(name for name, part in self.parts.items() if part is None)

    def to_json(self) -> dict[str, object]:
        """Return the `score` object of the JSON contract, version 1."""
        return {
            **header(self.analysis, "score"),
            "depth": self.depth,
            "score": {"value": self.value, "low": self.low, "high": self.high},
            "scored": self.scored,
            "data_parts": self.data_parts,
            "without_data": list(self.without_data),
            "assumed": self.assumed,
            "profile": [row.to_json() for row in self.profile],
            "parts": _figures_json(self.parts),
            "transparency": self.transparency,
            "stops": self.stops.to_json() if self.stops else None,
            "single_sourced": [row.to_json() for row in self.single_sourced],
            "owners_hhi": self.owners.to_json() if self.owners else None,
            "lowers": [row.to_json() for row in self.lowers],
            "by_category": [row.to_json() for row in self.by_category],
            "by_part": [row.to_json() for row in self.by_part],
            "weights": dict(self.settings.weights),
            "settings": self.settings.to_json(),
            "units": self.units,
            "sensitivity": self.sensitivity.to_json(),
            "notes": list(self.notes),
        }

    def frame(self) -> pd.DataFrame:
        """The profile, one row per depth: score and parts with their ends."""
        rows = []
        for row in self.profile:
            cells: dict[str, object] = {"depth": depth_name(row.depth)}
            cells |= {"value": row.value, "low": row.low, "high": row.high}
            for name in PARTS:
                part = row.parts[name]
                cells[name] = np.nan if part is None else part.value
                cells[f"{name}_low"] = np.nan if part is None else part.low
                cells[f"{name}_high"] = np.nan if part is None else part.high
            rows.append(cells)
        return pd.DataFrame(rows)
