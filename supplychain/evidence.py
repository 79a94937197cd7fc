"""Questions about missing facts, answers to them, and evidence that is past its last day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import Dataset
from supplychain.errors import Problem

__all__ = ["FACT_NAMES", "Answer", "Question", "read_question_id", "without_expired"]

FACT_NAMES = ("origin", "owner", "upstream_source", "capacity", "lead_time")
_Mask = npt.NDArray[np.bool_]
_EXPIRES = ("attestation", "certificate of origin")


@dataclass(frozen=True)
class Question:
    """One missing fact.

    Attributes
    ----------
    fact : {"origin", "owner", "upstream_source", "capacity", "lead_time"}
    basis : str
        origin: made or designed; owner: headquartered (of the firm asked) or owned (of an owner of it).
    supplier_id, part_id : str
        The maker and what it makes; an empty supplier_id is a maker that is not known.
    input_id, slot : str
        upstream_source: the line of the part whose source is not known.
    firm_id : str
        owner: the firm whose head office is not known.
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
        The owner (owner) or the source (upstream_source), and where its head office is.
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
