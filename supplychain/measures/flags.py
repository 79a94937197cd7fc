"""Findings: which line and which source reaches the lens, how, and on what grounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import BASES, DOCUMENTED
from supplychain.compiled.origin import concern_by_basis
from supplychain.measures.analysis import Analysis
from supplychain.measures.chains import (
    Chain,
    ChainFinder,
    best_grounds_first,
    certain_first,
    shortest_first,
    worst_first,
)
from supplychain.measures.interval import Interval, share

__all__ = ["Flag", "Occurrence", "find_flags", "joined", "occurrences", "product_verdict", "verdict_of"]

Float = NDArray[np.float64]
Key = tuple[int, int, int]


@dataclass(frozen=True)
class Flag:
    """One line (parent, part) and one named supplier; no supplier_id means all market rows and any unknown remainder.

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
    facts : str
        In an overlay, the dataset whose bom line it is; several are joined by semicolons.
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
    facts: str = ""

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
            "facts": self.facts,
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


def product_verdict(analysis: Analysis) -> str:
    """Verdict of the product itself at the depth asked for."""
    low, high = analysis.contact[:, analysis.last, analysis.target]
    return verdict_of(Interval(float(low), float(high)))


@dataclass(frozen=True)
class Occurrence:
    """A line in use and the options behind it that belong to one flag.

    `share` are the shares of the options within the flag (they add to 1), None where one of them will be bought;
    `volume` is the share of the slot that the flag has. `sure` is False where the line may turn out to be bought from
    another maker.
    """

    recipe: int
    line: int
    options: tuple[int, ...]
    share: tuple[float, ...] | None
    sure: bool
    volume: float
    tier: int
    grade: int


def occurrences(analysis: Analysis) -> dict[Key, list[Occurrence]]:
    """All flags of a product, by (parent, part, supplier) codes; supplier -1 is the market and everything unknown."""
    compiled, table, plan = analysis.compiled, analysis.compiled.alternatives, analysis.compiled.plan
    first_choice = compiled.option_count + compiled.mix_count
    result: dict[Key, list[Occurrence]] = {}
    for slot in np.flatnonzero(analysis.reach.recipe_longest[compiled.slot_recipe] >= 0):
        recipe = int(compiled.slot_recipe[slot])
        parent = int(compiled.recipe_part[recipe])
        for place in range(compiled.slot_pointers[slot], compiled.slot_pointers[slot + 1]):
            line, target, grade = int(table.line[place]), int(table.target[place]), int(table.grade[place])
            tier = int(analysis.reach.recipe_tier[recipe]) + (0 if plan.behind_class[place] else 1)
            if line < 0 and target >= first_choice:
                for entry_line, inner, entry_grade in _split_entries(analysis, target - first_choice):
                    for key, found in _group(analysis, parent, inner, float(table.weight[place])):
                        result.setdefault(key, []).append(
                            Occurrence(recipe, entry_line, *found, tier, min(grade, entry_grade))
                        )
                continue
            for key, found in _group(analysis, parent, [target], float(table.weight[place])):
                result.setdefault(key, []).append(Occurrence(recipe, line, *found, tier, grade))
    return result


def _split_entries(analysis: Analysis, choice: int) -> Iterator[tuple[int, list[int], int]]:
    """Lines of a split slot with the targets of each: (line, targets, grade)."""
    compiled = analysis.compiled
    span = range(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
    by_line: dict[tuple[int, int], list[int]] = {}
    for entry in span:
        target = int(compiled.entries.target[entry])
        line = int(compiled.entries.line[entry])
        by_line.setdefault((line, -1 if line >= 0 else target), []).append(entry)
    for (line, _), entries in sorted(by_line.items()):
        targets = [int(compiled.entries.target[entry]) for entry in entries]
        yield line, targets, int(compiled.entries.grade[entries[0]])


def _group(
    analysis: Analysis, parent: int, targets: list[int], weight: float
) -> Iterator[tuple[Key, tuple[tuple[int, ...], tuple[float, ...] | None, bool, float]]]:
    """Split the options behind a line into flags: (options, shares, sure, volume) of each."""
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
        yield (parent, part, supplier), (ids, volumes, not (chosen and len(groups) > 1), volume)


def find_flags(analysis: Analysis, *, chains: bool = True, grounds: bool = True) -> list[Flag]:
    """All flags of an analysis within its depth, by tier, then ids.

    Parameters
    ----------
    analysis : Analysis
    chains, grounds : bool
        Leave the chains, and with them the grounds, out where they are not needed: they take most of the time.
    """
    search = _Search(
        analysis=analysis,
        bases=_Bases(analysis),
        known=ChainFinder(analysis),
        open=ChainFinder(analysis, analysis.concern[1] & ~analysis.concern[0]),
        with_chains=chains,
        with_grounds=chains or grounds,
    )
    flags = [
        _flag(search, key, places)
        for key, places in occurrences(analysis).items()
        if min(place.tier for place in places) <= analysis.last
    ]
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


@dataclass(frozen=True)
class _Search:
    """What all flags of an analysis are found with: chains to what is known to be of concern, and to what may be."""

    analysis: Analysis
    bases: _Bases
    known: ChainFinder
    open: ChainFinder
    with_chains: bool
    with_grounds: bool


@dataclass(frozen=True)
class _Evidence:
    """Chains of a flag: the one on the best grounds, those that are shown, and those to where nothing is known."""

    best: Chain | None
    chains: tuple[Chain, ...]
    open_chains: tuple[Chain, ...]


def _evidence(search: _Search, places: list[Occurrence], verdict: str) -> _Evidence:
    if not search.with_grounds:
        return _Evidence(None, (), ())
    edges = [
        (place.recipe, edge)
        for place in places
        for edge in search.known.edges_of(place.recipe, place.line, place.options)
    ]
    if verdict == "exposed":
        best = search.known.through(edges, best_grounds_first, 1)
        shown: list[Chain] = []
        if search.with_chains:
            worst = search.known.through(edges, worst_first, 3)
            shortest = search.known.through(edges, shortest_first, 1)
            shown = [*worst, *shortest, *best]
            if not any(chain.certain for chain in shown):
                shown += search.known.through(edges, certain_first, 1)
        return _Evidence(best[0] if best else None, tuple(dict.fromkeys(shown)), ())
    if verdict == "unknown" and search.with_chains:
        worst = search.open.through(edges, worst_first, 1)
        return _Evidence(None, (), tuple(dict.fromkeys([*worst, *search.open.through(edges, shortest_first, 1)])))
    return _Evidence(None, (), ())


def _flag(search: _Search, key: Key, places: list[Occurrence]) -> Flag:
    analysis, compiled = search.analysis, search.analysis.compiled
    parent, part, supplier = key
    tier = min(place.tier for place in places)
    rest = analysis.last - tier
    contact = _join(analysis, places, analysis.contact[:, rest])
    options = sorted({option for place in places for option in place.options})
    verdict = verdict_of(contact)
    direct = analysis.concern[0, options].any() if verdict == "exposed" else analysis.concern[1, options].any()
    hit, unknown = search.bases.of(options)
    evidence = _evidence(search, places, verdict)
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
        grounds=evidence.best.grounds if evidence.best else None,
        contact=contact,
        loss_reallocate=_join(analysis, places, analysis.loss_reallocate[:, rest], pooled=True),
        loss_proportional=_join(analysis, places, analysis.loss_proportional[:, rest]),
        value=_join(analysis, places, analysis.value[:, rest]),
        chains=evidence.chains,
        open_chains=evidence.open_chains,
        facts=analysis.facts.of_lines({place.line for place in places}),
    )


def _join(
    analysis: Analysis,
    places: list[Occurrence],
    figures: Float,
    *,
    pooled: bool = False,
) -> Interval:
    """Figure of a flag as an interval, from figures of shape (2, options)."""
    low, high = joined(analysis, places, figures, pooled=pooled)
    return share(float(low), float(high))


def joined(analysis: Analysis, places: list[Occurrence], figures: Float, *, pooled: bool = False) -> Float:
    """Figure of a flag: share-weighted over its options, widest over a choice, largest over its occurrences.

    `figures` has the shape (2, options), or (2, settings, options) for many settings at once (not for pooled figures);
    the result lacks the last axis.
    """
    ends = []
    for place in places:
        options = list(place.options)
        if analysis.evidence == "documented" and place.grade < DOCUMENTED:
            low, high = np.zeros(figures.shape[1:-1]), np.ones(figures.shape[1:-1])
        elif place.share is None:
            low, high = figures[0][..., options].min(axis=-1), figures[1][..., options].max(axis=-1)
        elif pooled and len(options) > 1:
            low, high = map(np.asarray, _pooled_loss(analysis, options, place.share, figures))
        else:
            low, high = (figures[end][..., options] @ np.array(place.share) for end in (0, 1))
        ends.append(np.stack([low if place.sure else np.zeros_like(low), high]))
    result: Float = np.max(ends, axis=0)
    return result


def _pooled_loss(
    analysis: Analysis, options: list[int], volumes: tuple[float, ...], figures: Float
) -> tuple[float, float]:
    """Loss of several makers of a mix that share a recipe: surviving inputs go to surviving makers first.

    The loss of a maker that is not cut off itself is the loss of their common recipe.
    """
    stopped = analysis.stopped
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
