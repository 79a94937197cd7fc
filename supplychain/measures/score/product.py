"""The score of a product: its parts at every depth, put together, and what lowers it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import DEFAULT_LENS
from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.measures.analysis import Analysis, Evidence, analyse
from supplychain.measures.coverage import planned_units
from supplychain.measures.holders import holder_shares
from supplychain.measures.interval import Interval
from supplychain.measures.recovery import buffer_of
from supplychain.measures.score.by_part import category_scores, line_scores
from supplychain.measures.score.composite import (
    composite,
    leave_one_out,
    weight_sensitivity,
)
from supplychain.measures.score.figures import Figures
from supplychain.measures.score.naming import Naming
from supplychain.measures.score.parts import AtDepth
from supplychain.measures.score.rows import (
    Lowering,
    ProfileRow,
    Score,
    Sensitivity,
    SingleSource,
    Stops,
    together,
)
from supplychain.measures.score.settings import PARTS, Settings, default_settings

__all__ = ["profile_of", "score", "score_of"]

Float = NDArray[np.float64]
PROFILE = (1, 2, 3, None)
_MOST_LINES = 5
_MOST_COUNTRIES = 3
_NEAR = 1e-12


def score(
    dataset: Dataset,
    product: str | None = None,
    *,
    lens: Iterable[str] = DEFAULT_LENS,
    basis: Iterable[str] | None = None,
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
    units: float | None = None,
    settings: Settings | None = None,
    assume: str | None = None,
    seed: int = 0,
) -> Score:
    """How resilient is a product? 0 to 100 with its interval, five parts, and the profile by depth.

    Parameters
    ----------
    dataset, product, lens, basis, evidence, min_ownership
        See `supplychain.measures.analysis.analyse`.
    depth : int, optional
        Depth of the headline; 1 if not given. The profile has depth 1, 2, 3 and all in any case.
    units : float, optional
        Planned units per year, for capacities; default is the largest volume in the demand table.
    settings : Settings, optional
        Weights and settings; `default_settings` if not given.
    assume : {"typical"}, optional
        Take published typical values where stocks and times to recover are missing; the result is marked `assumed`.
    seed : int
        Of the draws of weights.

    Returns
    -------
    Score

    Raises
    ------
    OptionError
        If the product does not exist or an option is out of range.

    Notes
    -----
    Independence, n-minus-1, diversity, buffer and substitutability, each 0..1, put together as
    100 prod_k max(x_k, 0.01)^w_k (OECD/JRC 2008, Handbook on Constructing Composite Indicators). The parts are our own
    definitions, docs/methods/score.md.

    Examples
    --------
    >>> import supplychain as sc
    >>> found = sc.score(sc.load("uav"), "fpv_allied")
    >>> found.low <= found.value <= found.high, len(found.profile)
    (True, 4)
    """
    analysis = analyse(
        dataset, product, lens=lens, basis=basis, depth=depth, evidence=evidence, min_ownership=min_ownership
    )
    return score_of(analysis, units=units, settings=settings, assume=assume, seed=seed)


def score_of(
    analysis: Analysis,
    *,
    units: float | None = None,
    settings: Settings | None = None,
    assume: str | None = None,
    seed: int = 0,
) -> Score:
    """Compute the score of an analysis (see `score`); its depth is that of the headline."""
    if units is not None and not (units > 0 and np.isfinite(units)):
        raise OptionError(f"units {units:g}: give a number above 0")
    settings = settings or default_settings()
    headline = analysis.depth or 1
    planned = planned_units(analysis.compiled.dataset, analysis.product_id)
    figures = Figures(
        analysis=replace(analysis, depth=None),
        units=units if units is not None else (planned[0] if planned else None),
        settings=settings,
    )
    rows = profile_of(figures, (headline, *PROFILE), units=units, assume=assume)
    top = rows[0]
    view = AtDepth(figures, top.depth or 1)
    naming = Naming(figures)
    values = {name: None if part is None else part.value for name, part in top.parts.items()}
    beside = view.substitutability(_every(figures), price_limit=settings.price_limit_beside)
    return Score(
        analysis=figures.analysis,
        depth=headline,
        value=top.value,
        low=top.low,
        high=top.high,
        parts=top.parts,
        profile=tuple(replace(row, depth=depth) for row, depth in zip(rows[1:], PROFILE, strict=True)),
        transparency=top.transparency,
        stops=_stops(view, naming),
        single_sourced=tuple(
            SingleSource(naming.parent(int(slot)), naming.of_slot(int(slot)))
            for slot in view.single_sourced(_every(figures))
        ),
        owners=_owners(figures.analysis, view.depth),
        lowers=_lowers(view, values, naming),
        by_part=line_scores(view, naming),
        by_category=category_scores(view, naming),
        sensitivity=Sensitivity(
            weights=weight_sensitivity(values, seed=seed, floor=settings.floor),
            arithmetic=composite(values, settings.weights, form="arithmetic"),
            leave_one_out=leave_one_out(values, settings.weights, floor=settings.floor),
            price_limit_beside=beside,
            score_beside=composite(
                {**values, "substitutability": None if beside is None else beside.value},
                settings.weights,
                floor=settings.floor,
            ),
        ),
        settings=settings,
        units=figures.units,
        assumed=assume is not None,
        notes=_notes(figures, top, planned, units),
    )


def _every(figures: Figures) -> NDArray[np.bool_]:
    return np.ones(len(figures.lines), dtype=bool)


def profile_of(
    figures: Figures, depths: Iterable[int | None] = PROFILE, *, units: float | None = None, assume: str | None = None
) -> list[ProfileRow]:
    """Put the parts together at several depths; beyond the last tier all depths are alike.

    Returns
    -------
    list of ProfileRow
        One for each depth asked for; their `depth` is the tier that was reached.
    """
    settings, deepest = figures.settings, max(1, figures.analysis.graph_depth)
    rows: dict[int, ProfileRow] = {}
    found = []
    for depth in depths:
        last = deepest if depth is None else min(depth, deepest)
        if last not in rows:
            parts = AtDepth(figures, last).of_product(_buffer(figures.analysis, last, units, assume))
            value, bounds = together(parts, settings)
            rows[last] = ProfileRow(last, value, bounds.low, bounds.high, parts, _transparency(figures, last))
        found.append(rows[last])
    return found


def _buffer(analysis: Analysis, depth: int, units: float | None, assume: str | None) -> Interval | None:
    offers = analysis.compiled.dataset.offers
    if assume is None and (offers["stock_units"].isna().all() or offers["recovery_days"].isna().all()):
        return None
    return buffer_of(replace(analysis, depth=depth), units=units, assume=assume)


def _transparency(figures: Figures, depth: int) -> float | None:
    """Share of the cost whose origin is documented down to a depth."""
    documented = replace(figures, analysis=figures.analysis.documented)
    shares = AtDepth(documented, depth).shares
    return None if shares is None else min(1.0, float(shares.low.sum()))


def _owners(analysis: Analysis, depth: int) -> Interval | None:
    found = holder_shares(analysis, "owner", depth=depth, lines_without_cost=False)
    return None if found is None else found.hhi


def _stops(view: AtDepth, naming: Naming) -> Stops | None:
    if not len(view.figures.lines):
        return None
    low, value, high = view.availability
    least = float(value.min())
    lines = np.flatnonzero(value <= least + _NEAR) if least < 1.0 - _NEAR else np.zeros(0, dtype=np.int64)
    return Stops(least, float(low.min()), float(high.min()), naming.of_lines(lines))


def _lowers(view: AtDepth, values: dict[str, float | None], naming: Naming) -> tuple[Lowering, ...]:
    """The parts by what the score would gain if each were 1, with the lines that lower it."""
    settings = view.figures.settings
    now = composite(values, settings.weights, floor=settings.floor)
    if now is None:
        return ()
    blame = {
        "independence": view.availability[1],
        "n_minus_1": 1.0 - view.alone_on_first_tier(),
        "substitutability": view.replaceable(),
    }
    found = []
    for name in PARTS:
        if values[name] is None:
            continue
        best = composite({**values, name: 1.0}, settings.weights, floor=settings.floor)
        worst = naming.of_lines(_lowest(blame[name])[:_MOST_LINES]) if name in blame else ()
        countries = view.shares.largest(_MOST_COUNTRIES) if name == "diversity" and view.shares else ()
        found.append(Lowering(name, max(0.0, (best or 0.0) - now), worst, countries))
    return tuple(sorted(found, key=lambda row: (-round(row.gain, 9), PARTS.index(row.part))))


def _lowest(figures: Float) -> NDArray[np.int64]:
    """Lines below the mean, the lowest first: where all are alike, or there are none, none is to blame."""
    if not figures.size:
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(figures, kind="stable")
    below: NDArray[np.int64] = order[figures[order] < figures.mean() - _NEAR].astype(np.int64)
    return below


def _notes(
    figures: Figures, top: ProfileRow, planned: tuple[float, str] | None, units: float | None
) -> tuple[str, ...]:
    settings = figures.settings
    notes = [str(problem) for problem in figures.analysis.compiled.dataset.problems]
    missing = [name for name, part in top.parts.items() if part is None]
    reasons = {
        "independence": "nothing is known about the source of any line",
        "n_minus_1": "no source of any line is known",
        "diversity": "no price or cost share, or no known place of making",
        "buffer": "no stocks and times to recover (offers.stock_units, offers.recovery_days); see --assume typical",
        "substitutability": "nothing is known about the source of any line",
    }
    notes += [f"{name}: without data: {reasons[name]}" for name in missing]
    if figures.units is None:
        notes.append("no planned volume in the demand table: capacities cannot be compared; give one with units")
    elif units is None and planned is not None:
        notes.append(f"capacities: for {planned[0]:,.0f} units a year ({planned[1]})")
    notes.append(
        "independence, high end: where the supply cover of a part is known, one buyer gets up to "
        f"{settings.access:.0%} of the capacity outside (access)"
    )
    return tuple(notes)
