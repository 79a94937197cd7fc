"""What a scenario does to one product, week by week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.decisions.disruption.ends import End, Settings
from supplychain.decisions.disruption.scenario import Event
from supplychain.decisions.disruption.supply import WEEKS_PER_DAY
from supplychain.measures.analysis import Analysis
from supplychain.measures.interval import Interval
from supplychain.measures.names import part_name

__all__ = ["SAME", "Course", "Shortage", "run_course"]

Float = NDArray[np.float64]

SAME = 1e-6  # of the demand; a smaller gap is rounding


@dataclass(frozen=True)
class Shortage:
    """A part that runs short.

    Attributes
    ----------
    part_id, name : str
    tier : int
    week : tuple of (int or None)
        First week in which some maker of it cannot fill its orders: earliest and latest over the ends; None is never.
    stops : bool
        Whether the product's own makers wait for it.
    """

    part_id: str
    name: str
    tier: int
    week: tuple[int | None, int | None]
    stops: bool

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "part_id": self.part_id,
            "name": self.name,
            "tier": self.tier,
            "week": {"low": self.week[0], "high": self.week[1]},
            "stops": self.stops,
        }


@dataclass(frozen=True)
class Course:
    """What a scenario does, week by week; every pair is the earliest (or smallest) and the latest (or largest).

    Attributes
    ----------
    short_week, stop_week : tuple
        First week with less than planned, and first week with nothing at all; None is never within the weeks.
    recovery_week : tuple
        First week from which everything is as without the scenario; None is not within the weeks. Where nothing is
        lost: 1.
    units_lost : Interval
        Units that would have been delivered without the scenario.
    share_lost : Interval
        The same as a share of the plan of all weeks.
    resilience : Interval
        Mean of output over plan: (1/T) integral of x(t)/x0 (METHODS: "resilience as an integral").
    curve : array of float, shape (weeks, 2)
        Output as a share of the plan.
    usual : array of float, shape (weeks, 2)
        The same without the scenario.
    shortages : tuple of Shortage
        By week and tier.
    """

    short_week: tuple[int | None, int | None]
    stop_week: tuple[int | None, int | None]
    recovery_week: tuple[int | None, int | None]
    units_lost: Interval
    share_lost: Interval
    resilience: Interval
    curve: Float
    usual: Float
    shortages: tuple[Shortage, ...]

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            **{key: _ends(getattr(self, key)) for key in ("short_week", "stop_week", "recovery_week")},
            "units_lost": self.units_lost.to_json(),
            "share_lost": self.share_lost.to_json(),
            "resilience": self.resilience.to_json(),
            "curve": [
                {"week": week, "low": low, "high": high, "usual": {"low": usual[0], "high": usual[1]}}
                for week, ((low, high), usual) in enumerate(
                    zip(self.curve.tolist(), self.usual.tolist(), strict=True), start=1
                )
            ],
            "shortages": [row.to_json() for row in self.shortages],
        }


def _schedule(events: tuple[Event, ...], weeks: int, *, worst: bool) -> Float:
    """Share of each week in which each event lasts, shape (weeks, events)."""
    edges = np.arange(weeks, dtype=np.float64)[:, None]
    start = np.array([event.week - 1.0 for event in events])
    days = [np.inf if event.duration_days is None else event.duration_days[int(worst)] for event in events]
    stop = start + np.array(days) * WEEKS_PER_DAY
    lasts: Float = np.clip(np.minimum(stop, edges + 1) - np.maximum(start, edges), 0.0, 1.0)
    return lasts


def run_course(analysis: Analysis, ends: tuple[End, ...], events: tuple[Event, ...], settings: Settings) -> Course:
    """Go through the weeks of a scenario at every end, with and without its events."""
    weeks = settings.weeks
    outputs, usual = np.empty((len(ends), weeks)), np.empty((len(ends), weeks))
    short, starved = [], []
    for place, end in enumerate(ends):
        active = _schedule(events, weeks, worst=end.worst)
        usual[place] = end.run(None, weeks=weeks).delivered[:, 0]
        outcome = end.run(active[:, :, None], weeks=weeks)
        outputs[place] = outcome.delivered[:, 0]
        short.append(outcome.short[:, 0])
        starved.append(outcome.starved[:, 0])
    demand = settings.per_week
    missing = usual - outputs > SAME * demand
    lost = np.maximum((usual - outputs).sum(axis=1), 0.0)
    lost[~missing.any(axis=1)] = 0.0
    shares = np.clip(np.stack([outputs.min(axis=0), outputs.max(axis=0)], axis=1) / demand, 0.0, 1.0)
    recovery = [_recovered(row) for row in missing]
    return Course(
        short_week=_span([_first(row) for row in missing]),
        stop_week=_span([_first(row) for row in (outputs <= SAME * demand) & missing]),
        recovery_week=_span(recovery),
        units_lost=Interval(float(lost.min()), float(lost.max())),
        share_lost=Interval(float(lost.min()) / (demand * weeks), float(lost.max()) / (demand * weeks)),
        resilience=_mean(outputs / demand),
        curve=shares.round(12),
        usual=np.clip(np.stack([usual.min(axis=0), usual.max(axis=0)], axis=1) / demand, 0.0, 1.0).round(12),
        shortages=_shortages(analysis, ends, short, starved),
    )


def _mean(shares: Float) -> Interval:
    means = np.clip(shares, 0.0, 1.0).mean(axis=1)
    return Interval(float(means.min()), float(means.max()))


def _first(row: NDArray[np.bool_]) -> int | None:
    return int(np.argmax(row)) + 1 if row.any() else None


def _recovered(missing: NDArray[np.bool_]) -> int | None:
    """First week after the last one that is short."""
    if not missing.any():
        return 1
    last = len(missing) - int(np.argmax(missing[::-1]))
    return last + 1 if last < len(missing) else None


def _span(weeks: list[int | None]) -> tuple[int | None, int | None]:
    """Earliest and latest, where None is later than all."""
    known = [week for week in weeks if week is not None]
    if not known:
        return None, None
    return min(known), max(known) if len(known) == len(weeks) else None


def _ends(pair: tuple[int | None, int | None]) -> dict[str, int | None]:
    return {"low": pair[0], "high": pair[1]}


def _shortages(
    analysis: Analysis, ends: tuple[End, ...], short: list[NDArray[np.int64]], starved: list[NDArray[np.int64]]
) -> tuple[Shortage, ...]:
    """Parts that run short in some end, by week."""
    compiled = analysis.compiled
    weeks: dict[int, list[int | None]] = {}
    tiers: dict[int, int] = {}
    stops: set[int] = set()
    for place, end in enumerate(ends):
        structure = end.structure
        real = structure.option < compiled.option_count
        for node in np.flatnonzero(real & (short[place] >= 0) & (structure.tier > 0)):
            part = int(compiled.options.part[structure.option[node]])
            row = weeks.setdefault(part, [None] * len(ends))
            week = int(short[place][node]) + 1
            row[place] = week if row[place] is None else min(week, row[place] or week)
            tiers[part] = min(tiers.get(part, len(structure.tier)), int(structure.tier[node]))
        product = structure.slot_node >= 0
        product[product] = structure.tier[structure.slot_node[product]] == 0
        stops |= set(structure.slot_part[product & (starved[place] >= 0)].tolist())
    rows = [
        Shortage(
            part_id=str(compiled.part_ids[part]),
            name=part_name(compiled.dataset, str(compiled.part_ids[part])),
            tier=tiers[part],
            week=_span(found),
            stops=part in stops,
        )
        for part, found in weeks.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.week[0] or 0, row.tier, row.part_id)))
