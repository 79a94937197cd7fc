"""Questions about missing facts, answers to them, and evidence that is past its last day."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import Dataset
from supplychain.errors import Problem

__all__ = ["FACT_NAMES", "Answer", "Question", "agreeing", "read_question_id", "unnamed_makers", "without_expired"]

FACT_NAMES = ("origin", "owner", "upstream_source", "maker", "capacity", "lead_time")
_Mask = npt.NDArray[np.bool_]
_EXPIRES = ("attestation", "certificate of origin")


@dataclass(frozen=True)
class Question:
    """One missing fact.

    Attributes
    ----------
    fact : {"origin", "owner", "upstream_source", "maker", "capacity", "lead_time"}
    basis : str
        origin: made or designed; owner: headquartered (of the firm asked) or owned (of an owner of it); maker: choice
        (which of several makers a line is bought from) or unnamed (who makes it).
    supplier_id, part_id : str
        The maker and what it makes; an empty supplier_id is a maker that is not known.
    input_id, slot : str
        upstream_source: the line of the part whose source is not known; maker: the line that has several.
    firm_id : str
        owner: the firm whose head office is not known; maker: the supplier that stands for the one not named.
    """

    fact: str
    basis: str = ""
    supplier_id: str = ""
    part_id: str = ""
    input_id: str = ""
    slot: str = ""
    firm_id: str = ""

    @property
    def question_id(self) -> str:
        """Key of the question: its fields and a check sum, so that an edited one is noticed.

        Examples
        --------
        >>> Question("lead_time", "", "acme", "motor").question_id
        'lead_time//acme/motor////b513'
        """
        text = "/".join(quote(str(value), safe=" ") for value in vars(self).values())
        return f"{text}/{hashlib.sha256(text.encode()).hexdigest()[:4]}"


def read_question_id(text: str) -> Question | None:
    """Return the question of an id, None if it is none or was edited."""
    fields = [unquote(piece) for piece in text.strip().split("/")[:-1]]
    if len(fields) != len(vars(Question(""))) or fields[0] not in FACT_NAMES:
        return None
    question = Question(*fields)
    return question if question.question_id == text.strip() else None


@dataclass(frozen=True)
class Answer:
    """What a supplier answered to a question, and how far it can be trusted.

    Attributes
    ----------
    question : Question
    country : str
        Answer to origin, owner and upstream_source: alpha-3 code.
    number : float or None
        Answer to capacity (a year) and lead_time (days).
    firm, firm_country : str
        The owner (owner), the source (upstream_source) or the maker (maker), and where its head office is.
    date, valid_until, signatory, document : str
    file : str
        Where the answer stands.
    row : int or None
    """

    question: Question
    country: str = ""
    number: float | None = None
    firm: str = ""
    firm_country: str = ""
    date: str = ""
    valid_until: str = ""
    signatory: str = ""
    document: str = ""
    file: str = ""
    row: int | None = None

    def problem(self, message: str, hint: str = "", *, column: str = "", value: str = "") -> Problem:
        """Return a warning about the answer."""
        return Problem("warning", self.file, self.row, column, value, message, hint)


def unnamed_makers(dataset: Dataset) -> frozenset[str]:
    """Suppliers that stand for makers whom a spreadsheet does not name: the column `named` says "no"."""
    suppliers = dataset.suppliers
    if "named" not in suppliers.columns:
        return frozenset()
    return frozenset(suppliers["supplier_id"][suppliers["named"] == "no"])


# Answers that disagree


@dataclass
class _Said:
    """What answers say on one fact."""

    about: str
    values: dict[str, list[Answer]] = field(default_factory=dict)


def agreeing(answers: Iterable[Answer], firm_id: Callable[[str], str]) -> tuple[list[Answer], list[Problem]]:
    """Leave out answers that disagree with each other on a fact, and those that another says in the same words.

    Parameters
    ----------
    answers : iterable of Answer
    firm_id : callable
        Returns the id of the firm that a name means.

    Returns
    -------
    list of Answer
        Of those that say the same, the one with the latest date.
    list of Problem
        A warning for each fact on which answers disagree, whichever comes first.
    """
    found = sorted(dict.fromkeys(answers), key=lambda answer: (answer.file, answer.row or 0))
    facts: dict[tuple[str, ...], _Said] = {}
    for answer in found:
        for key, (about, value) in _statements(answer, firm_id).items():
            facts.setdefault(key, _Said(about)).values.setdefault(value, []).append(answer)
    refused: set[Answer] = set()
    problems = []
    for said in facts.values():
        if len(said.values) > 1:
            mine = [answer for group in said.values.values() for answer in group]
            refused.update(mine)
            problems.append(_disagreement(said, mine[0]))
    best: dict[object, Answer] = {}
    for answer in found:
        if answer not in refused:
            words = (answer.question, answer.country, answer.number, firm_id(answer.firm) if answer.firm else "")
            if words not in best or answer.date > best[words].date:
                best[words] = answer
    return list(best.values()), problems


def _statements(answer: Answer, firm_id: Callable[[str], str]) -> dict[tuple[str, ...], tuple[str, str]]:
    """What an answer says: of each fact what it is about, in words, and its value."""
    question = answer.question
    asked: tuple[str, ...] = tuple(vars(question).values())
    firm = firm_id(answer.firm) if answer.firm else ""
    result: dict[tuple[str, ...], tuple[str, str]] = {}
    if question.fact == "owner":
        result["seat", question.firm_id] = (f"the head office of {question.firm_id}", answer.country)
        result["owner", question.firm_id] = (f"the owner of {question.firm_id}", firm or "no other firm")
    elif question.fact == "origin":
        verb = "designed" if question.basis == "designed" else "made"
        result["where", *asked] = (f"where {question.part_id} is {verb}", answer.country)
    elif question.fact in {"upstream_source", "maker"}:
        part = question.input_id or question.part_id
        if answer.country:
            result["where", *asked] = (f"where {part} is made", answer.country)
        if firm:
            result["who", *asked] = (f"who makes {part}", firm)
    else:
        about = f"the {question.fact.replace('_', ' ')} of {question.part_id}"
        result["amount", *asked] = (about, f"{answer.number:.12g}")
    if firm and answer.firm_country:
        # What two answers say of the head office of one firm must agree, whoever was asked.
        result.setdefault(("seat", firm), (f"the head office of {firm}", answer.firm_country))
    return result


def _disagreement(said: _Said, first: Answer) -> Problem:
    cells = " and ".join(
        f"{value} ({'; '.join(f'{answer.file}, row {answer.row}' for answer in group)})"
        for value, group in sorted(said.values.items(), key=lambda item: (item[1][0].file, item[1][0].row or 0))
    )
    message = f"signed answers disagree on {said.about}: {cells}; it counts as unknown, and none of them is used"
    hint = "ask which one holds, and leave the other out"
    return first.problem(message, hint, column="answer", value=" / ".join(said.values))


# Evidence that is past its last day

_LOST = {
    "offers": ("origin_country", "design_country", "capacity_per_year", "lead_time_days", "certification"),
    "suppliers": ("country", "owner_id", "owner_country", "ownership_share"),
    "bom": ("supplier_id", "offer_id"),
}


def without_expired(dataset: Dataset, date: str) -> Dataset:
    """Take facts that stand on expired attestations or certificates of origin alone as unknown, and say so.

    Of an offer they are its countries, capacity, lead time and certification, of a supplier its country and owner, of
    a line of the bill of materials its source. A holding in the table `ownership` stays: that its evidence is old does
    not mean that nobody owns the firm.

    Parameters
    ----------
    dataset : Dataset
    date : str
        The day, as 2027-01-31; a source is expired if its `valid_until` is before it.

    Returns
    -------
    Dataset
        Its problems begin with a warning for each row. The dataset itself if nothing has expired.
    """
    sources = dataset.sources
    ended = (sources["valid_until"] != "") & (sources["valid_until"] < date) & sources["kind"].isin(_EXPIRES)
    until = dict(zip(sources["source_id"][ended], sources["valid_until"][ended], strict=True))
    if not until:
        return dataset
    changed: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for table, columns in _LOST.items():
        frame = dataset.tables[table]
        rows = np.array([_all_in(cell, until) for cell in frame["source_ids"]], dtype=bool)
        filled = np.zeros(len(frame), dtype=bool)
        for column in columns:
            filled = filled | (frame[column].notna() & (frame[column] != "")).to_numpy()
        rows = rows & filled
        if rows.any():
            problems += _expired_problems(dataset, table, rows, until)
            new = frame.copy()
            for column in columns:
                new.loc[rows, column] = np.nan if new[column].dtype == np.float64 else ""
            changed[table] = new
    if not changed:
        return dataset
    result = dataset.with_tables(**changed)
    return replace(result, places=dataset.places, problems=(*problems, *dataset.problems))


def _all_in(cell: str, until: dict[str, str]) -> bool:
    ids = [piece.strip() for piece in cell.split(";") if piece.strip()]
    return bool(ids) and all(source_id in until for source_id in ids)


def _expired_problems(dataset: Dataset, table: str, rows: _Mask, until: dict[str, str]) -> Iterator[Problem]:
    place, frame = dataset.places.get(table), dataset.tables[table]
    for row in np.flatnonzero(rows):
        source = str(frame["source_ids"].iloc[row]).split(";")[0].strip()
        yield Problem(
            "warning",
            place.file_of(int(row)) if place else table,
            place.line(int(row)) if place else None,
            "source_ids",
            source,
            f"the evidence {source} expired on {until[source]}: what it says counts as unknown",
            "ask again, or give a newer source",
        )
