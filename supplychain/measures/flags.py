"""Findings: which line and which source reaches the lens, how, and on what grounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.compiled import BASES, DEFAULT_LENS
from supplychain.compiled.origin import concern_by_basis
from supplychain.dataset import Dataset
from supplychain.measures.analysis import Analysis, Evidence, analyse
from supplychain.measures.chains import (
    Chain,
    ChainFinder,
    best_grounds_first,
    shortest_first,
    worst_first,
)
from supplychain.measures.interval import Interval, share

__all__ = ["Flag", "find_flags", "flags_frame", "occurrences", "verdict_of"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True)
class Flag:
    """One line (parent, part) and one named supplier; an empty supplier_id is all market rows and any unknown remainder.

    Attributes
    ----------
    parent_id, part_id, supplier_id : str
    name, category, theme, stage : str
        Of the part.
    tier : int
        Shortest distance from the product.
    verdict : {"exposed", "unknown", "clear"}
        On contact at the depth asked for.
    reach : {"direct", "upstream"} or None
        Whether the source itself is (or may be) of concern; None if clear.
    bases : tuple of str
        Bases on which the source itself is known to be in the lens.
    bases_unknown : tuple of str
        Bases that are not known.
    grounds : str or None
        Of the best chain; None without one.
    contact, value : Interval
        Of this source: chance that a unit of it touches the lens; share of its price earned there.
    loss_reallocate, loss_proportional : Interval
        Share of this supply lost when the lens stops.
    chains : tuple of Chain
        The three worst, the shortest, and one on the best grounds.
    open_chains : tuple of Chain
        For a verdict of unknown: the worst and the shortest chain to where nothing is known.
    """

    parent_id: str
    part_id: str
    supplier_id: str
    name: str
    category: str
    theme: str
    stage: str
    tier: int
    verdict: str
    reach: str | None
    bases: tuple[str, ...]
    bases_unknown: tuple[str, ...]
    grounds: str | None
    contact: Interval
    loss_reallocate: Interval
    loss_proportional: Interval
    value: Interval
    chains: tuple[Chain, ...]
    open_chains: tuple[Chain, ...]

    def to_json(self) -> dict[str, object]:
        """Return the flag of the JSON contract."""
        return {
            "parent_id": self.parent_id,
            "part_id": self.part_id,
            "supplier_id": self.supplier_id,
            "name": self.name,
            "category": self.category,
            "theme": self.theme,
            "tier": self.tier,
            "stage": self.stage,
            "verdict": self.verdict,
            "reach": self.reach,
            "bases": list(self.bases),
            "bases_unknown": list(self.bases_unknown),
            "grounds": self.grounds,
            "contact": self.contact.to_json(),
            "embargo_loss": {
                "reallocate": self.loss_reallocate.to_json(),
                "proportional": self.loss_proportional.to_json(),
            },
            "value": self.value.to_json(),
            "chains": [chain.to_json() for chain in self.chains],
            "open_chains": [chain.to_json() for chain in self.open_chains],
        }


def verdict_of(contact: Interval) -> str:
    """Exposed if contact is known, clear if it is impossible, else unknown.

    Examples
    --------
    >>> verdict_of(Interval(0.0, 1.0))
    'unknown'
    """
    if contact.low > 0:
        return "exposed"
    return "clear" if contact.high == 0 else "unknown"


def flags_frame(
    dataset: Dataset,
    product: str | None = None,
    *,
    lens: Iterable[str] = DEFAULT_LENS,
    basis: Iterable[str] | None = None,
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
) -> pd.DataFrame:
    """All lines of a product with verdict, reach, grounds and intervals, one row per flag.

    Parameters
    ----------
    dataset, product, lens, basis, depth, evidence, min_ownership
        See `supplychain.measures.analysis.analyse`.

    Returns
    -------
    pandas.DataFrame
        Columns parent_id, part_id, supplier_id, name, category, theme, stage, tier, verdict, reach, bases, grounds, and
        contact, loss, value with the endings _low and _high.
    """
    analysis = analyse(
        dataset, product, lens=lens, basis=basis, depth=depth, evidence=evidence, min_ownership=min_ownership
    )
    rows = [
        {
            "parent_id": flag.parent_id,
            "part_id": flag.part_id,
            "supplier_id": flag.supplier_id,
            "name": flag.name,
            "category": flag.category,
            "theme": flag.theme,
            "stage": flag.stage,
            "tier": flag.tier,
            "verdict": flag.verdict,
            "reach": flag.reach or "",
            "bases": ", ".join(flag.bases),
            "grounds": flag.grounds or "",
            "contact_low": flag.contact.low,
            "contact_high": flag.contact.high,
            "loss_low": flag.loss_reallocate.low,
            "loss_high": flag.loss_reallocate.high,
            "value_low": flag.value.low,
            "value_high": flag.value.high,
        }
        for flag in find_flags(analysis, chains=False)
    ]
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class Occurrence:
    """A line in use and the options behind it that belong to one flag.

    `share` are the shares of the options within the flag (they add to 1), None where one of them will be bought; `volume` is the
    share of the slot that the flag has.
    `sure` is False where the line may turn out to be bought from another maker.
    """

    recipe: int
    line: int
    options: tuple[int, ...]
    share: tuple[float, ...] | None
    sure: bool
    volume: float
    tier: int
    grade: int


def occurrences(analysis: Analysis) -> dict[tuple[int, int, int], list[Occurrence]]:
    """All flags of a product, by (parent, part, supplier) codes; supplier -1 is the market and everything unknown."""
    compiled, table, plan = analysis.compiled, analysis.compiled.alternatives, analysis.compiled.plan
    first_choice = compiled.option_count + compiled.mix_count
    result: dict[tuple[int, int, int], list[Occurrence]] = {}
    for slot in np.flatnonzero(analysis.reach.recipe_longest[compiled.slot_recipe] >= 0):
        recipe = int(compiled.slot_recipe[slot])
        parent = int(compiled.recipe_part[recipe])
        for place in range(compiled.slot_pointers[slot], compiled.slot_pointers[slot + 1]):
            line, target, grade = int(table.line[place]), int(table.target[place]), int(table.grade[place])
            tier = int(analysis.reach.recipe_tier[recipe]) + (0 if plan.behind_class[place] else 1)
            if line < 0 and target >= first_choice:
                for entry_line, inner, sure, entry_grade in _split_entries(analysis, target - first_choice):
                    for key, found in _group(analysis, parent, inner, float(table.weight[place]), sure=sure):
                        result.setdefault(key, []).append(
                            Occurrence(recipe, entry_line, *found, tier, min(grade, entry_grade))
                        )
                continue
            for key, found in _group(analysis, parent, [target], float(table.weight[place]), sure=True):
                result.setdefault(key, []).append(Occurrence(recipe, line, *found, tier, grade))
    return result


def _split_entries(analysis: Analysis, choice: int) -> Iterator[tuple[int, list[int], bool, int]]:
    """Lines of a split slot with the targets of each: (line, targets, line is sure to be used, grade)."""
    compiled = analysis.compiled
    span = range(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
    by_line: dict[tuple[int, int], list[int]] = {}
    for entry in span:
        target = int(compiled.entries.target[entry])
        line = int(compiled.entries.line[entry])
        by_line.setdefault((line, -1 if line >= 0 else target), []).append(entry)
    for (line, _), entries in sorted(by_line.items()):
        targets = [int(compiled.entries.target[entry]) for entry in entries]
        yield line, targets, True, int(compiled.entries.grade[entries[0]])


def _group(
    analysis: Analysis, parent: int, targets: list[int], weight: float, *, sure: bool
) -> Iterator[tuple[tuple[int, int, int], tuple[tuple[int, ...], tuple[float, ...] | None, bool, float]]]:
    """Split the options behind a line into flags."""
    compiled, options = analysis.compiled, analysis.compiled.options
    members: list[tuple[int, float | None]] = []
    for target in targets:
        if target < compiled.option_count:
            members.append((target, None if len(targets) > 1 else 1.0))
        elif target < compiled.option_count + compiled.mix_count:
            mix = target - compiled.option_count
            span = range(compiled.mix_pointers[mix], compiled.mix_pointers[mix + 1])
            members += [(int(compiled.members.option[p]), float(compiled.members.share[p])) for p in span]
        else:
            choice = target - compiled.option_count - compiled.mix_count
            span = range(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
            members += [(int(compiled.entries.target[p]), None) for p in span]
    groups: dict[tuple[int, int], list[tuple[int, float | None]]] = {}
    for option, volume in members:
        groups.setdefault((int(options.part[option]), int(options.supplier[option])), []).append((option, volume))
    chosen = any(volume is None for _, volume in members)
    for (part, supplier), rows in sorted(groups.items()):
        total = sum(volume or 0.0 for _, volume in rows)
        ids = tuple(option for option, _ in rows)
        volumes = tuple((volume or 0.0) / total for _, volume in rows) if not chosen and total > 0 else None
        volume = weight * (total if volumes is not None else 1.0)
        yield (parent, part, supplier), (ids, volumes, sure and not (chosen and len(groups) > 1), volume)


def find_flags(analysis: Analysis, *, chains: bool = True) -> list[Flag]:
    """All flags of an analysis within its depth, by tier, then ids.

    Parameters
    ----------
    analysis : Analysis
    chains : bool
        Leave the chains out where they are not needed: they take most of the time.
    """
    found = occurrences(analysis)
    finder = ChainFinder(analysis)
    open_finder = ChainFinder(analysis, analysis.concern[1] & ~analysis.concern[0])
    own = _Bases(analysis)
    flags = []
    for (parent, part, supplier), places in found.items():
        tier = min(place.tier for place in places)
        if tier > analysis.last:
            continue
        flags.append(
            _flag(analysis, parent, part, supplier, places, tier, own, finder, open_finder, with_chains=chains)
        )
    return sorted(flags, key=lambda flag: (flag.tier, flag.parent_id, flag.part_id, flag.supplier_id))


class _Bases:
    """Concern of every option on each of the four bases."""

    def __init__(self, analysis: Analysis) -> None:
        pairs = [
            (basis, *concern_by_basis(analysis.compiled, analysis.origins, analysis.lens, basis)) for basis in BASES
        ]
        self.known = {basis: known for basis, known, _ in pairs}
        self.unknown = {basis: unknown for basis, _, unknown in pairs}
        self._class = analysis.compiled.options.is_class

    def of(self, options: list[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Bases on which some option is in the lens, and bases that are unknown for some option."""
        real = [option for option in options if not self._class[option]]
        hit = tuple(basis for basis in BASES if self.known[basis][real].any())
        return hit, tuple(basis for basis in BASES if basis not in hit and self.unknown[basis][real].any())


def _flag(
    analysis: Analysis,
    parent: int,
    part: int,
    supplier: int,
    places: list[Occurrence],
    tier: int,
    own: _Bases,
    finder: ChainFinder,
    open_finder: ChainFinder,
    *,
    with_chains: bool,
) -> Flag:
    compiled = analysis.compiled
    rest = analysis.last - tier
    contact = _join(analysis, places, analysis.contact[:, rest], (0.0, 1.0))
    options = sorted({option for place in places for option in place.options})
    verdict = verdict_of(contact)
    direct = analysis.concern[0, options].any() if verdict == "exposed" else analysis.concern[1, options].any()
    hit, unknown = own.of(options)
    edges = [
        (place.recipe, edge)
        for place in places
        for _, edge in finder.edges_to({place.recipe})
        if edge.option in place.options and edge.line == place.line
    ]
    best = finder.through(edges, best_grounds_first, 1) if verdict == "exposed" else []
    chains: list[Chain] = []
    open_chains: list[Chain] = []
    if with_chains and verdict == "exposed":
        chains = list(
            dict.fromkeys([*finder.through(edges, worst_first, 3), *finder.through(edges, shortest_first, 1), *best])
        )
    elif with_chains and verdict == "unknown":
        open_chains = list(
            dict.fromkeys([*open_finder.through(edges, worst_first, 1), *open_finder.through(edges, shortest_first, 1)])
        )
    row = compiled.dataset.parts.iloc[int(compiled.part_row[part])]
    return Flag(
        parent_id=str(compiled.part_ids[parent]),
        part_id=str(compiled.part_ids[part]),
        supplier_id=str(compiled.supplier_ids[supplier]) if supplier >= 0 else "",
        name=str(row["name"] or row["part_id"]),
        category=str(row["category"]),
        theme=str(row["theme"]),
        stage=str(row["stage"]),
        tier=tier,
        verdict=verdict,
        reach=None if verdict == "clear" else ("direct" if direct else "upstream"),
        bases=hit,
        bases_unknown=unknown,
        grounds=best[0].grounds if best else None,
        contact=contact,
        loss_reallocate=_join(analysis, places, analysis.loss_reallocate[:, rest], (0.0, 1.0), pooled=True),
        loss_proportional=_join(analysis, places, analysis.loss_proportional[:, rest], (0.0, 1.0)),
        value=_join(analysis, places, analysis.value[:, rest], (0.0, 1.0)),
        chains=tuple(chains),
        open_chains=tuple(open_chains),
    )


def _join(
    analysis: Analysis,
    places: list[Occurrence],
    figures: Float,
    inside: tuple[float, float],
    *,
    pooled: bool = False,
) -> Interval:
    """Figure of a flag: share-weighted over its options, widest over a choice, largest over its occurrences."""
    lows, highs = [], []
    for place in places:
        options = list(place.options)
        if analysis.evidence == "documented" and place.grade < 2:
            low, high = inside
        elif place.share is not None:
            low, high = (float(np.dot(figures[end, options], place.share)) for end in (0, 1))
            if pooled and len(options) > 1:
                low, high = _pooled_loss(analysis, options, place.share, figures)
        else:
            low, high = float(figures[0, options].min()), float(figures[1, options].max())
        if not place.sure:
            low = 0.0
        lows.append(low)
        highs.append(high)
    return share(max(lows), max(highs))


def _pooled_loss(
    analysis: Analysis, options: list[int], volumes: tuple[float, ...], figures: Float
) -> tuple[float, float]:
    """Loss of several makers of a mix that share a recipe: surviving inputs go to surviving makers first.

    The loss of a maker that is not cut off itself is the loss of their common recipe.
    """
    stopped = analysis.leaves(analysis.cut_off)
    recipe = analysis.compiled.options.recipe[options]
    volume = np.array(volumes)
    ends = []
    for end in (0, 1):
        lost = 0.0
        for code in np.unique(recipe):
            mine = np.flatnonzero(recipe == code)
            own = float(np.dot(volume[mine], stopped[end, options][mine]))
            standing = [place for place in mine if stopped[end, options[place]] < 1]
            starved = float(figures[end, options[standing[0]]]) if standing else 0.0
            lost += max(own, float(volume[mine].sum()) * starved)
        ends.append(lost)
    return ends[0], ends[1]
