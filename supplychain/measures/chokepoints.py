"""What stops a product: the failure of every supplier, owner, country and part, of two of them, and common causes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.compiled import DEFAULT_LENS, DOCUMENTED
from supplychain.compiled.sweep import Failures, sweep, sweep_parts
from supplychain.dataset import Dataset
from supplychain.levels import expand_ranges
from supplychain.measures.analysis import Analysis, Evidence, analyse
from supplychain.measures.choke_failures import KINDS, UNKNOWN_MAKER, Candidates, base_losses, candidates
from supplychain.measures.choke_pairs import STOPPED, PairSearch, find_pairs
from supplychain.measures.common_causes import CommonCause, find_common_causes
from supplychain.measures.first_tier import first_tier
from supplychain.measures.interval import Interval, share
from supplychain.measures.provenance import header

__all__ = ["Chokepoints", "Failure", "Pair", "chokepoints", "chokepoints_of"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

_FORMS: tuple[Literal["reallocate", "proportional"], ...] = ("reallocate", "proportional")


@dataclass(frozen=True)
class Failure:
    """One thing that fails, and what that costs.

    Attributes
    ----------
    kind : {"supplier", "owner", "country", "part"}
    id, name : str
        Of the firm, country or part. The unknown maker of a part has the id `unknown:` and the part's id.
    basis : str
        Of a country: made, designed, headquartered or owned; else empty.
    loss_reallocate, loss_proportional : Interval
        Share of the product's output that is lost, 0 to 1.
    stops : {"yes", "possible", "no"}
        Whether the product stops altogether: for certain, perhaps, or not.
    parts : tuple of str
        Parts that it delivers itself for certain (of a part: itself).
    stopped_lines : tuple of str
        Parts at the product's first tier of which nothing is left for certain.
    other_sources : int or None
        Of a supplier: the smallest number of other firms that the offers list for a part that it delivers, usable and
        not chosen here. None for everything else.
    """

    kind: str
    id: str
    name: str
    basis: str
    loss_reallocate: Interval
    loss_proportional: Interval
    stops: str
    parts: tuple[str, ...]
    stopped_lines: tuple[str, ...]
    other_sources: int | None

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "basis": self.basis,
            "loss": {"reallocate": self.loss_reallocate.to_json(), "proportional": self.loss_proportional.to_json()},
            "stops": self.stops,
            "parts": list(self.parts),
            "stopped_lines": list(self.stopped_lines),
            "other_sources": self.other_sources,
        }


@dataclass(frozen=True)
class Pair:
    """Two suppliers that stop the product together, and neither alone.

    Attributes
    ----------
    first, second, first_name, second_name : str
        Ids as in `Failure`, in order, and names.
    loss : Interval
        What both together cost (the same in both forms where it is all).
    stops : {"yes", "possible"}
        `yes`: together for certain, alone at most possibly. `possible`: together perhaps, alone not.
    """

    first: str
    second: str
    first_name: str
    second_name: str
    loss: Interval
    stops: str

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "first": self.first,
            "second": self.second,
            "first_name": self.first_name,
            "second_name": self.second_name,
            "loss": self.loss.to_json(),
            "stops": self.stops,
        }


@dataclass(frozen=True)
class Chokepoints:
    """The choke points of one product.

    Attributes
    ----------
    analysis : Analysis
    failures : tuple of Failure
        Everything that can fail, the largest loss first.
    pairs : tuple of Pair
        Minimal pairs of suppliers.
    pairs_checked, pairs_possible : int
        Pairs that were computed, of those that could stop the product at all: the list of pairs is complete where both
        are equal.
    common_causes : tuple of CommonCause
    loss_without_failure : tuple of Interval
        What may be missing although nothing fails, reallocate and proportional: makers that are only planned and, with
        documented evidence, everything that is not documented.
    notes : tuple of str
    """

    analysis: Analysis = field(repr=False)
    failures: tuple[Failure, ...]
    pairs: tuple[Pair, ...]
    pairs_checked: int
    pairs_possible: int
    common_causes: tuple[CommonCause, ...]
    loss_without_failure: tuple[Interval, Interval]
    notes: tuple[str, ...]

    @property
    def single_points(self) -> tuple[Failure, ...]:
        """Failures that stop the product alone: for certain, and where the failure makes the difference perhaps."""
        perhaps = self.loss_without_failure[0].high < STOPPED
        return tuple(
            found for found in self.failures if found.stops == "yes" or (perhaps and found.stops == "possible")
        )

    @property
    def survival(self) -> dict[str, Interval]:
        """Share of single failures of each kind that leave some of the product's output, 0 to 1.

        The idea of Kim, Chen and Linderman (2015), see `supplychain.measures.unavoidable`, on the AND/OR graph: a part
        needs all of its slots.
        """
        result = {}
        for kind in KINDS:
            stops = [found.stops for found in self.failures if found.kind == kind]
            if stops:
                result[kind] = Interval(stops.count("no") / len(stops), (len(stops) - stops.count("yes")) / len(stops))
        return result

    def frame(self) -> pd.DataFrame:
        """Return the failures as a table: kind, id, name, basis, the two losses (low, high), stops, parts."""
        rows = [
            {
                "kind": found.kind,
                "id": found.id,
                "name": found.name,
                "basis": found.basis,
                "loss_reallocate_low": found.loss_reallocate.low,
                "loss_reallocate_high": found.loss_reallocate.high,
                "loss_proportional_low": found.loss_proportional.low,
                "loss_proportional_high": found.loss_proportional.high,
                "stops": found.stops,
                "parts": ";".join(found.parts),
            }
            for found in self.failures
        ]
        return pd.DataFrame(rows)

    def to_json(self) -> dict[str, object]:
        """Return the `chokepoints` object of the JSON contract, version 1."""
        reallocate, proportional = self.loss_without_failure
        return {
            **header(self.analysis, "chokepoints"),
            "loss_without_failure": {"reallocate": reallocate.to_json(), "proportional": proportional.to_json()},
            "failures": [found.to_json() for found in self.failures],
            "single_points": [found.to_json() for found in self.single_points],
            "pairs": [pair.to_json() for pair in self.pairs],
            "pairs_checked": self.pairs_checked,
            "pairs_possible": self.pairs_possible,
            "common_causes": [cause.to_json() for cause in self.common_causes],
            "survival": {kind: found.to_json() for kind, found in self.survival.items()},
            "notes": list(self.notes),
        }


def chokepoints(
    dataset: Dataset,
    product: str | None = None,
    *,
    lens: Iterable[str] = DEFAULT_LENS,
    basis: Iterable[str] | None = None,
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
    most_pairs: int = 20_000,
) -> Chokepoints:
    """Say what stops if a supplier, an owner, a country or a part fails, alone or two together.

    Parameters
    ----------
    dataset, product, lens, evidence, min_ownership
        See `supplychain.measures.analysis.analyse`. The lens is only carried along: every country fails in turn.
    basis : iterable of str, optional
        Ways in which a country's firms are its own (made, designed, headquartered, owned); each is a failure of its
        own. Default: made.
    depth : int, optional
        Deepest level at which something fails, 1 or more.
    most_pairs : int
        Most pairs of suppliers that are computed (see `pairs_possible`), and most pairs of makers that are compared
        for common causes.

    Returns
    -------
    Chokepoints

    Raises
    ------
    OptionError
        If the product does not exist or an option is out of range.

    Notes
    -----
    The loss is the embargo loss of docs/model.md, section 3, with the failing makers in place of a lens: a part needs
    all of its essential slots (AND), a slot the sum of its alternatives by share (OR). Single points and minimal pairs
    are the minimal cut sets of size 1 and 2 of the AND/OR graph, as in fault-tree analysis (J. B. Fussell and
    W. E. Vesely 1972). Nobody new is qualified: an offer that is listed and not chosen does not help, and
    `other_sources` counts it.

    Examples
    --------
    >>> import supplychain as sc
    >>> first = sc.chokepoints(sc.load("uav"), "fpv_allied").single_points[0]
    >>> first.id, first.stops, first.parts
    ('am32', 'yes', ('esc_firmware',))
    """
    analysis = analyse(
        dataset, product, lens=lens, basis=basis, depth=depth, evidence=evidence, min_ownership=min_ownership
    )
    return chokepoints_of(analysis, most_pairs=most_pairs)


def chokepoints_of(analysis: Analysis, *, most_pairs: int = 20_000) -> Chokepoints:
    """Find the choke points of an analysis (see `chokepoints`)."""
    found = candidates(analysis)
    base = base_losses(analysis)
    nothing = Failures(np.zeros(2, dtype=np.int64), np.zeros(0, dtype=np.int64))
    # One call for everything that can fail; the last scenario is the one in which nothing does.
    losses = [
        sweep(
            analysis.compiled,
            base,
            found.failures + nothing,
            target=analysis.target,
            columns=analysis.columns,
            form=form,
            depth=analysis.depth,
        )
        for form in _FORMS
    ]
    alone = losses[0][:, :-1]
    firms = np.flatnonzero(found.kind == "supplier")
    pairs = find_pairs(analysis, found.failures, alone, firms, most_pairs=most_pairs)
    causes, left_out = find_common_causes(analysis, most_pairs=most_pairs)
    without = tuple(share(*loss[:, -1]) for loss in losses)
    return Chokepoints(
        analysis=analysis,
        failures=tuple(_ranked(_failures(analysis, found, alone, losses[1][:, :-1]))),
        pairs=tuple(_pairs(found, pairs)),
        pairs_checked=pairs.checked,
        pairs_possible=pairs.possible,
        common_causes=causes,
        loss_without_failure=(without[0], without[1]),
        notes=tuple(_notes(analysis, found, pairs, without[0], left_out)),
    )


def _failures(analysis: Analysis, found: Candidates, reallocate: Float, proportional: Float) -> list[Failure]:
    parts = _delivered(analysis, found)
    lines = _stopped_lines(analysis, found, reallocate)
    others = _other_sources(analysis, found)
    return [
        Failure(
            kind=str(found.kind[place]),
            id=str(found.id[place]),
            name=str(found.name[place]),
            basis=str(found.basis[place]),
            loss_reallocate=share(*reallocate[:, place]),
            loss_proportional=share(*proportional[:, place]),
            stops=_verdict(reallocate[:, place]),
            parts=parts[place],
            stopped_lines=lines.get(place, ()),
            other_sources=others.get(place),
        )
        for place in range(len(found))
    ]


def _verdict(loss: Float) -> str:
    if loss[0] >= STOPPED:
        return "yes"
    return "possible" if loss[1] >= STOPPED else "no"


def _ranked(failures: list[Failure]) -> list[Failure]:
    return sorted(
        failures,
        key=lambda found: (
            -found.loss_reallocate.low,
            -found.loss_reallocate.high,
            -found.loss_proportional.low,
            -found.loss_proportional.high,
            KINDS.index(found.kind),
            found.basis,
            found.id,
        ),
    )


def _grouped(owner: Int, values: Int, size: int) -> list[Int]:
    """Values of each owner, each once and sorted."""
    pairs = np.unique(np.stack([owner, values]), axis=1)
    return np.split(pairs[1], np.searchsorted(pairs[0], np.arange(1, size)))


def _delivered(analysis: Analysis, found: Candidates) -> list[tuple[str, ...]]:
    """Parts that each one delivers: for certain, or for an unknown maker perhaps."""
    compiled, failures = analysis.compiled, found.failures
    sure = failures.lost[0] > 0
    unknown = np.array([str(kind) == "supplier" for kind in found.kind], dtype=bool)
    counts = sure | unknown[failures.scenario]
    codes = _grouped(failures.scenario[counts], compiled.options.part[failures.options[counts]], len(found))
    return [tuple(str(compiled.part_ids[code]) for code in some) for some in codes]


def _stopped_lines(analysis: Analysis, found: Candidates, loss: Float) -> dict[int, tuple[str, ...]]:
    """Parts of the first tier of which nothing is left for certain, for the failures that stop anything."""
    compiled, items = analysis.compiled, first_tier(analysis)
    documented = (items.grade >= DOCUMENTED) | (analysis.evidence == "all")
    targets = np.unique(items.target[documented])
    places = np.flatnonzero(loss[0] > 0)
    if not len(targets) or not len(places):
        return {}
    failures = found.failures
    entry, owner = expand_ranges(failures.pointers[places], failures.pointers[places + 1])
    some = Failures(
        np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(places)))]).astype(np.int64),
        failures.options[entry],
        1.0 - failures.lost[:, entry],
    )
    stopped = sweep_parts(
        compiled,
        base_losses(analysis),
        some,
        targets=targets,
        columns=analysis.columns,
        # Seen from a line of the product, one level less is left.
        depth=None if analysis.depth is None else analysis.depth - 1,
    )[0]
    place, target = np.nonzero(stopped >= STOPPED)
    lines = compiled.lines
    child = np.full(compiled.target_count, -1, dtype=np.int64)
    child[: compiled.option_count] = compiled.options.part
    child[compiled.option_count : compiled.option_count + compiled.mix_count] = compiled.mix_part
    mine = np.isin(lines.target, targets)
    child[lines.target[mine]] = lines.child[mine]
    codes = _grouped(place.astype(np.int64), child[targets[target]], len(places))
    return {
        int(places[number]): tuple(str(compiled.part_ids[code]) for code in some_codes)
        for number, some_codes in enumerate(codes)
        if len(some_codes)
    }


def _other_sources(analysis: Analysis, found: Candidates) -> dict[int, int]:
    """For each named supplier, the smallest number of other firms with a usable offer for a part that it delivers."""
    compiled, options, failures = analysis.compiled, analysis.compiled.options, found.failures
    listed = (options.offer >= 0) & (options.supplier >= 0) & ~options.planned
    firms = np.unique(np.stack([options.part[listed], options.supplier[listed]]), axis=1)
    count = np.bincount(firms[0], minlength=len(compiled.part_ids))
    scenario = failures.scenario
    named = (found.kind == "supplier")[scenario] & (options.supplier[failures.options] >= 0)
    part, supplier = options.part[failures.options[named]], options.supplier[failures.options[named]]
    base = len(compiled.supplier_ids) + 1
    own = np.isin(part * base + supplier, firms[0] * base + firms[1])
    fewest = np.full(len(found), np.iinfo(np.int64).max)
    np.minimum.at(fewest, scenario[named], count[part] - own)
    return {int(place): int(fewest[place]) for place in np.unique(scenario[named])}


def _pairs(found: Candidates, search: PairSearch) -> list[Pair]:
    pairs = []
    for one, other, loss in zip(search.first, search.second, search.losses, strict=True):
        first, second = sorted((int(one), int(other)), key=lambda place: str(found.id[place]))
        pairs.append(
            Pair(
                first=str(found.id[first]),
                second=str(found.id[second]),
                first_name=str(found.name[first]),
                second_name=str(found.name[second]),
                loss=loss,
                stops="yes" if loss.low >= STOPPED else "possible",
            )
        )
    return sorted(pairs, key=lambda pair: (pair.stops != "yes", -pair.loss.low, pair.first, pair.second))


def _notes(analysis: Analysis, found: Candidates, pairs: PairSearch, without: Interval, left_out: str) -> list[str]:
    notes = [str(problem) for problem in analysis.compiled.dataset.problems]
    notes.append(
        "nobody new is qualified, and stocks and time do not count: what is listed and not chosen does not help"
    )
    if any(str(found_id).startswith(UNKNOWN_MAKER) for found_id in found.id):
        notes.append(
            "an unknown maker is taken for a firm of its own: at the high end one firm makes all that is unknown of a "
            "part, at the low end its failure costs nothing; no named firm is taken for it"
        )
    if (found.kind == "country").any():
        notes.append(
            "countries as in the embargo loss: what is of unknown origin may lie in any of them (high end), and the "
            "assembly of the product itself does not count"
        )
    if without.high > 0:
        why = (
            "what is not documented counts as unknown"
            if analysis.evidence == "documented"
            else "makers that are only planned may not deliver"
        )
        notes.append(f"up to {100 * without.high:.3g} % may be missing although nothing fails: {why}")
    if pairs.checked < pairs.possible:
        notes.append(
            f"pairs: {pairs.possible:,} pairs could stop the product; {pairs.checked:,} were computed, those "
            "that may be certain first, then those with the largest losses; some may be missing from the list"
        )
    if left_out:
        notes.append(left_out)
    return notes
