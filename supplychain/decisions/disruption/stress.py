"""The stress test of one product: when the line stops, what is lost, and what it loses on average."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import DEFAULT_LENS
from supplychain.dataset import Dataset
from supplychain.decisions.disruption.course import SAME, Course, run_course
from supplychain.decisions.disruption.ends import End, Settings, make_ends
from supplychain.decisions.disruption.hits import Cause
from supplychain.decisions.disruption.montecarlo import MonteCarlo, monte_carlo
from supplychain.decisions.disruption.rates import Rate, find_rates, read_rates
from supplychain.decisions.disruption.scenario import Scenario, embargo_scenario, find_scenario
from supplychain.decisions.disruption.supply import WEEKS_PER_YEAR, Assume, read_supply, values_used
from supplychain.errors import OptionError
from supplychain.measures.analysis import Analysis, Evidence, analyse
from supplychain.measures.coverage import planned_units
from supplychain.measures.names import part_name
from supplychain.measures.provenance import header
from supplychain.measures.typical import TypicalValue

__all__ = ["StressTest", "disrupt"]

_MOST_RUNS = 1_000_000  # more would only fill the memory: the standard error is printed


@dataclass(frozen=True)
class StressTest:
    """Answer of `disrupt`.

    Attributes
    ----------
    analysis : Analysis
    weeks : int
    units : float
        Planned units a year.
    plan : str
        Where that number stands.
    assume : {"typical", "nothing"} or None
    assumed : bool
        Whether typical values stand in for something: every title then says "assumed".
    typical : tuple of TypicalValue
        Those values, with their sources.
    scenario : Scenario or None
    course : Course or None
        What the scenario does.
    monte_carlo : MonteCarlo or None
    notes : tuple of str
    """

    analysis: Analysis = field(repr=False)
    weeks: int
    units: float
    plan: str
    assume: Assume | None
    assumed: bool
    typical: tuple[TypicalValue, ...]
    scenario: Scenario | None
    course: Course | None
    monte_carlo: MonteCarlo | None
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the `disrupt` object of the JSON contract, version 1."""
        return {
            **header(self.analysis, "disrupt"),
            "title": self.title,
            "weeks": self.weeks,
            "units": {"per_year": self.units, "plan": self.plan},
            "assume": self.assume,
            "assumed": self.assumed,
            "typical": [dict(value.__dict__) for value in self.typical],
            "scenario": None if self.scenario is None else self.scenario.to_json(),
            "course": None if self.course is None else self.course.to_json(),
            "monte_carlo": None if self.monte_carlo is None else self.monte_carlo.to_json(),
            "notes": list(self.notes),
        }

    @property
    def title(self) -> str:
        """Title of every page made from this."""
        name = part_name(self.analysis.compiled.dataset, self.analysis.product_id)
        return f"Stress test{' (assumed values)' if self.assumed else ''}: {name} [{self.analysis.product_id}]"


def disrupt(
    dataset: Dataset,
    product: str | None = None,
    *,
    scenario: Scenario | str | Path | None = None,
    rates: tuple[Rate, ...] | str | Path | None = None,
    runs: int = 10_000,
    seed: int = 1,
    weeks: int = 52,
    units: float | None = None,
    assume: Assume | None = None,
    qualification_weeks: float | None = None,
    ramp_weeks: float = 1.0,
    lens: Iterable[str] = DEFAULT_LENS,
    basis: Iterable[str] | None = None,
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
) -> StressTest:
    """Simulate a disruption week by week: when the line stops, what is lost, and how it recovers.

    Inventories, a Leontief recipe for every maker and pro-rata rationing, as in the ARIO model (S. Hallegatte 2008,
    doi:10.1111/j.1539-6924.2008.01046.x; 2013, doi:10.1111/j.1539-6924.2012.01869.x); docs/methods/disruption.md says
    what is simplified. The result is an interval where stocks, capacities, origins or lead times are not known.

    Parameters
    ----------
    dataset, product, lens, basis, depth, evidence, min_ownership
        See `supplychain.measures.analysis.analyse`. A country fails on the basis *made*, or on those asked for.
    scenario : Scenario, str or Path, optional
        A scenario, the name of one in the folder `scenarios` of the dataset, or a file. Without a scenario and without
        rates: `embargo`, the countries of concern stop shipping for good.
    rates : tuple of Rate, str or Path, optional
        How often what fails, or a CSV file with that: a Monte Carlo simulation.
    runs, seed : int
        Of the Monte Carlo simulation; the same seed gives the same numbers.
    weeks : int
        How long to look, 1 to 1040.
    units : float, optional
        Planned units a year; default is the largest volume in the demand table.
    assume : {"typical", "nothing"}, optional
        What stands in for missing stocks and lead times: published ranges by category, or everything from none to no
        limit. Without it a missing one is an error that names it.
    qualification_weeks : float, optional
        Weeks to qualify a candidate. Without it a candidate may step in at the favourable end and never does at the
        other.
    ramp_weeks : float
        Weeks in which a maker that steps in comes up to its capacity.

    Returns
    -------
    StressTest

    Raises
    ------
    OptionError
        If an option is out of range, or stocks or lead times are missing.
    DataError
        If the scenario or the rates have errors.

    Examples
    --------
    >>> from supplychain import load
    >>> test = disrupt(load("resilience_demo"), scenario="magnet_maker_fails")
    >>> test.course.stop_week
    (14, 14)
    """
    analysis = analyse(
        dataset, product, lens=lens, basis=basis, depth=depth, evidence=evidence, min_ownership=min_ownership
    )
    settings, plan = _settings(analysis, units, weeks, assume, qualification_weeks, ramp_weeks)
    if not 1 <= runs <= _MOST_RUNS or seed < 0:
        raise OptionError(f"runs {runs}, seed {seed}: give 1 to {_MOST_RUNS:,} runs and a seed of 0 or more")
    if scenario is None and rates is None:
        scenario = embargo_scenario()
    if isinstance(scenario, str | Path):
        scenario = find_scenario(dataset, scenario)
    if isinstance(rates, str | Path):
        rates = read_rates(find_rates(dataset, rates), dataset)
    supply = read_supply(analysis.compiled, assume=assume)
    notes: list[str] = []
    course = simulated = None
    every: tuple[End, ...] = ()
    if scenario is not None:
        every = ends = make_ends(analysis, [Cause.of(event) for event in scenario.events], settings, supply)
        course = run_course(analysis, ends, scenario.events, settings)
        notes += _scenario_notes(scenario, ends)
    if rates is not None:
        ends = make_ends(analysis, [rate.cause for rate in rates], settings, supply)
        every += ends
        simulated = monte_carlo(ends, tuple(rates), weeks=weeks, runs=runs, seed=seed)
        untouched = [f"{rate.kind} {rate.id}" for rate, hit in zip(rates, _hit(ends), strict=True) if not hit]
        if untouched:
            notes.append(f"The product uses nothing of {', '.join(untouched)}: these rates have no effect.")
    typical = values_used(analysis.compiled, supply, _used(every, analysis.compiled.option_count))
    assumed = bool(typical)
    return StressTest(
        analysis=analysis,
        weeks=weeks,
        units=settings.per_week * WEEKS_PER_YEAR,
        plan=plan,
        assume=assume,
        assumed=assumed,
        typical=typical,
        scenario=scenario,
        course=course,
        monte_carlo=simulated,
        notes=(*dict.fromkeys(notes), *_general_notes(every, settings, assumed=assumed)),
    )


def _settings(
    analysis: Analysis,
    units: float | None,
    weeks: int,
    assume: Assume | None,
    qualification_weeks: float | None,
    ramp_weeks: float,
) -> tuple[Settings, str]:
    if int(weeks) != weeks or not 1 <= weeks <= 1040:
        raise OptionError(f"weeks {weeks:g}: give a whole number from 1 to 1040")
    if assume not in (None, "typical", "nothing"):
        raise OptionError(f"assume {assume!r}: give typical or nothing, or leave it out")
    for name, value in (("qualification_weeks", qualification_weeks), ("ramp_weeks", ramp_weeks)):
        if value is not None and not 0 <= value < np.inf:
            raise OptionError(f"{name} {value:g}: give a number of 0 or more")
    plan = "as asked"
    if units is None:
        found = planned_units(analysis.compiled.dataset, analysis.product_id)
        if found is None:
            raise OptionError(f"no volume is planned for {analysis.product_id} in the table demand: give units a year")
        units, plan = found
    if not 0 < units < np.inf:
        raise OptionError(f"units {units:g}: give a number above 0")
    return Settings(units / WEEKS_PER_YEAR, int(weeks), assume, qualification_weeks, ramp_weeks), plan


def _hit(ends: tuple[End, ...]) -> list[bool]:
    """Whether each cause hits anything that is planned."""
    found = [end.harm[:, end.network.planned > 0].any(axis=1) for end in ends]
    return [bool(any(column)) for column in zip(*found, strict=True)]


def _used(ends: tuple[End, ...], options: int) -> NDArray[np.int64]:
    """Options that stand in some network."""
    used = np.unique(np.concatenate([end.structure.option for end in ends]))
    return used[used < options]


def _scenario_notes(scenario: Scenario, ends: tuple[End, ...]) -> list[str]:
    notes = []
    for event, hit in zip(scenario.events, _hit(ends), strict=True):
        name = f"{event.kind} {event.id}".strip() if event.kind != "lens" else "countries of concern"
        if not hit:
            notes.append(f"The product uses nothing of what fails in the event '{name}': it has no effect.")
        if event.duration_days is None and scenario.name != "embargo":
            notes.append(f"How long '{name}' lasts is not known: it is followed to the end of the weeks looked at.")
    return notes


def _general_notes(ends: tuple[End, ...], settings: Settings, *, assumed: bool) -> list[str]:
    notes = [
        "Nothing arrives in the week in which it is sent; what is on the way when a maker fails still arrives.",
        "Demand that is not met in its week is lost.",
        "A stated capacity counts as open to this product.",
        "Makers behind a market row, and those not known, serve others too: at worst they send no more than planned.",
        "At worst a maker that is hit shares what it has left among all its buyers in proportion to what they planned.",
    ]
    if assumed:
        notes.append("Assumed: typical stocks and lead times by category stand in where the data have none.")
    if settings.assume is not None:
        notes.append(
            "A stock that is still not known is none at the unfavourable end and endless at the favourable one; a lead "
            "time that is not known is one week."
        )
    below = max((float(np.max(end.network.planned - end.network.capacity, initial=0.0)) for end in ends), default=0.0)
    if below > SAME * settings.per_week:
        notes.append(
            "Some maker has less capacity than the plan needs: even without any event the plan is not reached."
        )
    return notes
