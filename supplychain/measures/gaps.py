"""What is not known about a product, whom to ask, and what each answer would settle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from supplychain.compiled import DEFAULT_LENS
from supplychain.dataset import Dataset
from supplychain.evidence import unnamed_makers
from supplychain.measures.analysis import Analysis, Evidence, analyse
from supplychain.measures.coverage import planned_units
from supplychain.measures.flags import verdict_of
from supplychain.measures.gap_effects import Effects, Settles
from supplychain.measures.gap_questions import question_texts
from supplychain.measures.gap_search import missing_facts
from supplychain.measures.interval import Interval
from supplychain.measures.names import Row, part_table, supplier_table
from supplychain.measures.provenance import header

__all__ = ["Gap", "Gaps", "gaps", "gaps_of"]

_CONTACTS = ("contact", "line_contact", "documented_contact")


@dataclass(frozen=True)
class Gap:
    """One missing fact.

    Attributes
    ----------
    supplier_id : str
        Whom to ask; empty where no maker is known, and the buyer has to find out.
    part_id : str
    fact : {"origin", "owner", "upstream_source", "maker", "capacity", "lead_time"}
    settles : tuple of Settles
        The figures that an answer moves; empty where it moves none.
    question, question_zh : str
        In plain words, English and Traditional Chinese.
    question_id : str
    basis : str
        origin: made or designed; owner: headquartered or owned; maker: choice (which of several) or unnamed (who).
    input_id, firm_id : str
        upstream_source, maker: the input whose source is not known; owner: the firm whose head office is not known;
        maker: the supplier that stands for the one that is not named.
    name, supplier_name : str
    tier : int
        Distance of the part from the product.
    grounds : str or None
        What the use of this maker (or input) stands on, by its best line; None below the depth that is asked for.
    verdicts : int
        Lines of unknown verdict that any answer would decide.
    """

    supplier_id: str
    part_id: str
    fact: str
    settles: tuple[Settles, ...]
    question: str
    question_zh: str
    question_id: str
    basis: str
    input_id: str
    firm_id: str
    name: str
    supplier_name: str
    tier: int
    grounds: str | None
    verdicts: int

    def narrowed(self, *measures: str) -> float:
        """Largest width that goes, in the worse of the two cases, among some measures."""
        return max((row.narrowed for row in self.settles if row.measure in measures), default=0.0)

    def to_json(self) -> dict[str, object]:
        """Return the object of the JSON contract."""
        return {**vars(self), "settles": [row.to_json() for row in self.settles]}


@dataclass(frozen=True)
class Gaps:
    """All gaps of a product, those that settle most first and those that settle nothing last."""

    analysis: Analysis = field(repr=False)
    verdict: str
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the `gaps` object of the JSON contract, version 1."""
        return {
            **header(self.analysis, "gaps"),
            "verdict": self.verdict,
            "gaps": [gap.to_json() for gap in self.gaps],
            "notes": list(self.notes),
        }


def gaps(
    dataset: Dataset,
    product: str | None = None,
    *,
    lens: Iterable[str] = DEFAULT_LENS,
    basis: Iterable[str] | None = None,
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
    units: float | None = None,
) -> Gaps:
    """Facts that are missing about the makers of a product, by what learning each would settle.

    Parameters
    ----------
    dataset, product, lens, basis, depth, evidence, min_ownership
        See `supplychain.measures.analysis.analyse`.
    units : float, optional
        Planned units per year for the supply cover; default is the largest volume in the demand table.

    Returns
    -------
    Gaps

    Raises
    ------
    OptionError
        If the product does not exist or an option is out of range.

    Notes
    -----
    Each fact is put outside and inside the lens in turn, all else unchanged, and the figures are computed again
    (docs/methods/gaps.md).

    Examples
    --------
    >>> import supplychain as sc
    >>> found = sc.gaps(sc.load("uav"), "fpv_allied")
    >>> {gap.fact for gap in found.gaps} <= {"origin", "owner", "upstream_source", "maker", "capacity", "lead_time"}
    True
    """
    analysis = analyse(
        dataset, product, lens=lens, basis=basis, depth=depth, evidence=evidence, min_ownership=min_ownership
    )
    return gaps_of(analysis, units=units)


def gaps_of(analysis: Analysis, *, units: float | None = None) -> Gaps:
    """Collect the gaps of an analysis (see `gaps`)."""
    dataset = analysis.compiled.dataset
    if units is None:
        planned = planned_units(dataset, analysis.product_id)
        units = planned[0] if planned is not None else None
    notes = [str(problem) for problem in dataset.problems]
    if units is None:
        notes.append("supply cover: no planned volume in the demand table; give one with units")
    found = missing_facts(analysis)
    effects = Effects(analysis, found, units)
    parts, suppliers, unnamed = part_table(dataset), supplier_table(dataset), unnamed_makers(dataset)
    result = []
    for missing, (settles, verdicts) in zip(found, effects.of_all(), strict=True):
        question = missing.question
        texts = question_texts(
            question,
            parts,
            suppliers,
            min_ownership=analysis.lens.min_ownership,
            unnamed=unnamed,
            makers=effects.makers(missing),
        )
        # Who is asked of several makers is the buyer: no firm is told of another.
        asked = "" if question.supplier_id in unnamed or question.fact == "maker" else question.supplier_id
        result.append(
            Gap(
                supplier_id=asked,
                part_id=missing.part_id,
                fact=question.fact,
                settles=settles,
                question=texts[0],
                question_zh=texts[1],
                question_id=question.question_id,
                basis=question.basis,
                input_id=question.input_id,
                firm_id=question.firm_id,
                name=_name(parts.get(missing.part_id), missing.part_id),
                supplier_name=_name(suppliers.get(asked), asked),
                tier=missing.tier,
                grounds=effects.grounds(missing),
                verdicts=verdicts,
            )
        )
    if effects.left_out:
        notes.append(f"settles: not computed for {effects.left_out} gaps of a network this large; they come last")
    low, high = analysis.contact[:, analysis.last, analysis.target]
    verdict = verdict_of(Interval(float(low), float(high)))
    return Gaps(analysis, verdict, tuple(sorted(result, key=_rank)), tuple(notes))


def _name(row: Row | None, key: str) -> str:
    return key if row is None else str(row["name"] or key)


def _rank(gap: Gap) -> tuple[object, ...]:
    """What settles nothing last; verdicts first, then value, contact and the rest; what is nearer where they tie."""
    widths = (gap.narrowed("value", "documented_value"), gap.narrowed(*_CONTACTS), gap.narrowed("clean_depth"))
    return (
        not gap.settles and not gap.verdicts,
        -gap.verdicts,
        *(-round(width, 12) for width in widths),
        gap.tier,
        gap.supplier_id,
        gap.part_id,
        gap.question_id,
    )
