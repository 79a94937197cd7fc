"""What an answer to each missing fact would settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from supplychain.answers import with_answers
from supplychain.countries import countries
from supplychain.dataset import Dataset
from supplychain.evidence import Answer
from supplychain.measures.analysis import Analysis, analyse
from supplychain.measures.chains import GROUNDS
from supplychain.measures.coverage import coverage, need_per_unit
from supplychain.measures.flags import occurrences, verdict_of
from supplychain.measures.flow import value_flow
from supplychain.measures.gap_search import Missing, is_exact, learned
from supplychain.measures.interval import Interval
from supplychain.measures.settling import Outcome, outcomes, settings_of

__all__ = ["Bounds", "Effects", "Settles", "hypothetical"]

Bool = NDArray[np.bool_]
_CELLS = 60_000_000
_FEWEST = 8
_MOST_COMPILED = 60
_USEFUL = 1e-12
_VERDICTS = frozenset({"contact", "line_contact"})


@dataclass(frozen=True)
class Bounds:
    """Ends of a figure; None is unbounded."""

    low: float
    high: float | None

    def to_json(self) -> dict[str, float | None]:
        """Return `{"low", "high"}`."""
        return {"low": self.low, "high": self.high}

    @property
    def width(self) -> float:
        """How much is unknown; infinite where there is no bound."""
        return float("inf") if self.high is None else self.high - self.low


@dataclass(frozen=True)
class Settles:
    """A figure that an answer would move.

    Attributes
    ----------
    measure : str
        value, contact, clean_depth (low: proven, high: nothing found), line_contact, documented_value,
        documented_contact, coverage.
    start, to, to_inside : Bounds
        Today; if the answer is outside the lens; if it is inside. For a capacity: if it is at least `least`; if it is
        nothing. For a choice among makers: of the one that is best for the figure, and of the worst.
    parent_id, part_id, supplier_id : str
        line_contact: the line; coverage: the part.
    least : float or None
        Capacity from which on `to` holds.
    """

    measure: str
    start: Bounds
    to: Bounds
    to_inside: Bounds
    parent_id: str = ""
    part_id: str = ""
    supplier_id: str = ""
    least: float | None = None

    @property
    def narrowed(self) -> float:
        """Width that goes in the worse of the two cases."""
        if self.start.high is None:
            return 0.0
        return self.start.width - max(self.to.width, self.to_inside.width)

    def to_json(self) -> dict[str, object]:
        """Return the object of the JSON contract."""
        verdicts = {
            key: verdict_of(Interval(bounds.low, bounds.high or 0.0)) if self.measure in _VERDICTS else None
            for key, bounds in (
                ("verdict_from", self.start),
                ("verdict_to", self.to),
                ("verdict_to_inside", self.to_inside),
            )
        }
        return {
            "measure": self.measure,
            "from": self.start.to_json(),
            "to": self.to.to_json(),
            "to_inside": self.to_inside.to_json(),
            "parent_id": self.parent_id,
            "part_id": self.part_id,
            "supplier_id": self.supplier_id,
            "least": self.least,
            **verdicts,
        }


def hypothetical(missing: Missing, country: str) -> Answer:
    """The answer that says one country throughout, from a firm that nobody knows."""
    firm = "\x00answer" if missing.question.fact in {"upstream_source", "maker"} else ""
    return Answer(missing.question, country=country, firm=firm, firm_country=country if firm else "")


class Effects:
    """Figures of today, and of every answer."""

    def __init__(self, analysis: Analysis, found: list[Missing], units: float | None) -> None:
        self.analysis, self.found, self.units = analysis, found, units
        self.left_out = 0
        places = {
            key: rows for key, rows in occurrences(analysis).items() if min(row.tier for row in rows) <= analysis.last
        }
        # Grade of the best line to each maker, and of each line.
        self._grades: dict[tuple[str, str], int] = {}
        self._line_grades: dict[tuple[str, str], int] = {}
        for key, rows in places.items():
            parent, part, maker = _names(analysis, key)
            grade = max(row.grade for row in rows)
            self._grades[part, maker] = max(grade, self._grades.get((part, maker), grade))
            self._line_grades[parent, part] = max(grade, self._line_grades.get((parent, part), grade))
        today = outcomes(analysis, settings_of(analysis, 1), list(places.values()))[0]
        unknown = ~_decided(today.lines)
        self.flags = {key: rows for (key, rows), open_ in zip(places.items(), unknown, strict=True) if open_}
        self.today = replace(today, lines=today.lines[:, unknown])
        self.names = [_names(analysis, key) for key in self.flags]
        self.tiers = [min(row.tier for row in rows) for rows in self.flags.values()]

    def grounds(self, missing: Missing) -> str | None:
        """What the use of the maker stands on, by its best line; None below the depth that is asked for."""
        if missing.question.fact == "upstream_source":
            grade = self._line_grades.get((missing.question.part_id, missing.question.input_id))
        elif missing.question.basis == "choice":
            grade = self._line_grades.get((missing.question.part_id, missing.part_id))
        else:
            grade = self._grades.get((missing.part_id, _maker(missing)))
        return None if grade is None else GROUNDS[grade]

    def makers(self, missing: Missing) -> tuple[str, ...]:
        """Ids of the makers among whom one is meant; empty for every other fact."""
        if missing.question.basis != "choice":
            return ()
        compiled = self.analysis.compiled
        return tuple(
            str(compiled.supplier_ids[maker]) for maker in np.unique(compiled.options.supplier[missing.options])
        )

    def of_all(self) -> list[tuple[tuple[Settles, ...], int]]:
        """Of every gap, the figures that it settles and the number of verdicts."""
        moved = self._by_countries()
        others = self._documented() | self._covers()
        return [
            self._settles(missing, moved[number]) if number in moved else (others.get(number, ()), 0)
            for number, missing in enumerate(self.found)
        ]

    def _by_countries(self) -> dict[int, tuple[Outcome, ...]]:
        """Outcomes of origins, owners and makers; in one batch where an answer changes countries alone.

        They are two, outside and inside, and of a choice among makers one for each.
        """
        facts = {"origin", "owner", "maker"}
        asked = [number for number, missing in enumerate(self.found) if missing.question.fact in facts]
        exact = [number for number in asked if is_exact(self.analysis, self.found[number])]
        cells = 4 * (self.analysis.graph_depth + 1) * max(1, self.analysis.compiled.target_count)
        most = max(_FEWEST, _CELLS // cells)
        rest = [number for number in asked if number not in set(exact)]
        self.left_out += max(0, len(exact) - most) + max(0, len(rest) - _MOST_COMPILED)
        exact, rest = self._first(exact, most), self._first(rest, _MOST_COMPILED)
        result: dict[int, tuple[Outcome, ...]] = {number: self._compiled(self.found[number]) for number in rest}
        if exact:
            settings = np.stack(
                [
                    learned(self.analysis, self.found[number], inside=inside)
                    for inside in (False, True)
                    for number in exact
                ],
                axis=1,
            )
            found = outcomes(self.analysis, settings, list(self.flags.values()))
            pairs = zip(found[: len(exact)], found[len(exact) :], strict=True)
            result.update(zip(exact, pairs, strict=True))
        return result

    def _first(self, numbers: list[int], most: int) -> list[int]:
        """The gaps through which most value flows, and among equals those nearest to the product."""
        if len(numbers) <= most:
            return numbers
        flow = value_flow(self.analysis).high

        def rank(number: int) -> tuple[float, int, int]:
            missing = self.found[number]
            return -float(flow[missing.options].sum()), missing.tier, number

        return sorted(numbers, key=rank)[:most]

    def _answered(self, answer: Answer) -> Analysis:
        return _again(self.analysis, with_answers(self.analysis.compiled.dataset, [answer]))

    def _sides(self) -> tuple[str, str]:
        lens = self.analysis.lens.countries
        return next(code for code in countries() if code not in lens), lens[0]

    def _answers(self, missing: Missing) -> list[Answer]:
        """The answers that are tried: a country outside and one inside the lens, or each of the makers listed."""
        if missing.question.basis == "choice":
            return [Answer(missing.question, firm=maker) for maker in self.makers(missing)]
        return [hypothetical(missing, country) for country in self._sides()]

    def _compiled(self, missing: Missing) -> tuple[Outcome, ...]:
        """Outcomes of an answer that changes more than countries: the dataset is compiled with it."""
        results = []
        for answer in self._answers(missing):
            analysis = self._answered(answer)
            flags = {_names(analysis, key): rows for key, rows in occurrences(analysis).items()}
            present = [number for number, names in enumerate(self.names) if names in flags]
            found = outcomes(analysis, settings_of(analysis, 1), [flags[self.names[number]] for number in present])[0]
            lines = self.today.lines.copy()
            lines[:, present] = found.lines
            results.append(replace(found, lines=lines))
        return tuple(results)

    def _settles(self, missing: Missing, ways: Sequence[Outcome]) -> tuple[tuple[Settles, ...], int]:
        today, rows = self.today, []
        ends = _best_and_worst if missing.question.basis == "choice" else _first_two
        for measure in ("value", "contact", "clean_depth"):
            start, found = getattr(today, measure), [getattr(way, measure) for way in ways]
            if start is not None and None not in found:
                to, to_inside = ends([_bounds(interval) for interval in found], more_is_better=measure == "clean_depth")
                rows.append(Settles(measure, _bounds(start), to, to_inside))
        lines = np.stack([way.lines for way in ways])
        verdicts = int(np.all([_decided(way) for way in lines], axis=0).sum())
        # The lines of the maker itself, and what they make of the first tier.
        mine = (missing.part_id, _maker(missing))
        for number in np.flatnonzero((np.abs(lines - today.lines) > _USEFUL).any(axis=(0, 1))):
            names = self.names[number]
            if self.tiers[number] == 1 or names[1:] == mine:
                start = Bounds(*map(float, today.lines[:, number]))
                to, to_inside = ends([Bounds(*map(float, way[:, number])) for way in lines], more_is_better=False)
                rows.append(Settles("line_contact", start, to, to_inside, *names))
        return tuple(row for row in rows if _moves(row)), verdicts

    def _documented(self) -> dict[int, tuple[Settles, ...]]:
        """What naming the source of a line would settle on documented evidence."""
        asked = [number for number, missing in enumerate(self.found) if missing.question.fact == "upstream_source"]
        self.left_out += max(0, len(asked) - _MOST_COMPILED)
        if not asked:
            return {}
        today = outcomes(self.analysis.documented, settings_of(self.analysis, 1))[0]
        result: dict[int, tuple[Settles, ...]] = {}
        for number in self._first(asked, _MOST_COMPILED):
            analysis = self._answered(hypothetical(self.found[number], self._sides()[0])).documented
            # The new firm makes this one part: the other answer is the same network with its maker inside.
            new = np.flatnonzero(~np.isin(analysis.compiled.supplier_ids, self.analysis.compiled.supplier_ids))
            settings = settings_of(analysis, 2)
            settings[:, 1, np.isin(analysis.compiled.options.supplier, new)] = True
            outside, inside = outcomes(analysis, settings)
            rows = []
            for measure in ("value", "contact"):
                start, to, to_inside = (getattr(outcome, measure) for outcome in (today, outside, inside))
                if start is not None and to is not None and to_inside is not None:
                    rows.append(Settles(f"documented_{measure}", _bounds(start), _bounds(to), _bounds(to_inside)))
            result[number] = tuple(row for row in rows if _moves(row))
        return result

    def _covers(self) -> dict[int, tuple[Settles, ...]]:
        """What a capacity would add to the supply cover of its part, where that is not met without it."""
        if self.units is None:
            return {}
        analysis = self.analysis
        need = need_per_unit(analysis)[0] * self.units
        known = {row.part_id: row for row in coverage(analysis, self.units)}
        result: dict[int, tuple[Settles, ...]] = {}
        for number, missing in enumerate(self.found):
            needed = float(need[analysis.compiled.part_code(missing.part_id)])
            cover = known.get(missing.part_id)
            # What may be cut off does not count, and where a country's output is known single makers do not either.
            if missing.question.fact != "capacity" or not needed > 0 or analysis.cut_off[1, missing.options].any():
                continue
            low = 0.0 if cover is None else cover.low
            if low >= 1 or (cover is not None and cover.basis == "country output"):
                continue
            start = Bounds(low, None)
            row = Settles("coverage", start, Bounds(1.0, None), start, "", missing.part_id, "", needed * (1 - low))
            result[number] = (row,)
        return result


def _again(analysis: Analysis, dataset: Dataset) -> Analysis:
    """The same analysis of another dataset."""
    return analyse(
        dataset,
        analysis.product_id,
        lens=analysis.lens.countries,
        basis=analysis.lens.bases,
        depth=analysis.depth,
        evidence=analysis.evidence,
        min_ownership=analysis.lens.min_ownership,
    )


def _decided(lines: NDArray[np.float64]) -> Bool:
    """Whether contact is known, or impossible, for each flag."""
    decided: Bool = (lines[0] > 0) | (lines[1] == 0)
    return decided


def _maker(missing: Missing) -> str:
    """The maker that a fact is about, who need not be the firm that is asked."""
    question = missing.question
    return question.firm_id if question.basis == "unnamed" else question.supplier_id


def _first_two(ways: Sequence[Bounds], *, more_is_better: bool) -> tuple[Bounds, Bounds]:  # noqa: ARG001  # as below
    return ways[0], ways[1]


def _best_and_worst(ways: Sequence[Bounds], *, more_is_better: bool) -> tuple[Bounds, Bounds]:
    """The best and the worst, by the middle of each."""

    def rank(way: Bounds) -> tuple[float, float]:
        high = way.low if way.high is None else way.high
        return way.low + high, high

    lowest, highest = min(ways, key=rank), max(ways, key=rank)
    return (highest, lowest) if more_is_better else (lowest, highest)


def _names(analysis: Analysis, key: tuple[int, int, int]) -> tuple[str, str, str]:
    """Ids of a flag: parent, part, supplier."""
    compiled, (parent, part, supplier) = analysis.compiled, key
    maker = str(compiled.supplier_ids[supplier]) if supplier >= 0 else ""
    return str(compiled.part_ids[parent]), str(compiled.part_ids[part]), maker


def _bounds(interval: Interval) -> Bounds:
    return Bounds(interval.low, interval.high)


def _moves(row: Settles) -> bool:
    """Whether some answer changes the figure."""
    return any(
        abs(getattr(answer, end) - getattr(row.start, end)) > _USEFUL
        for answer in (row.to, row.to_inside)
        for end in ("low", "high")
    )
