"""Questionnaires that came back: from the sheets of a workbook to answers, and which evidence counts on a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from supplychain.answers import with_answers
from supplychain.bundled import is_bundled
from supplychain.countries import to_alpha3
from supplychain.dataset import Dataset
from supplychain.errors import DataError, OptionError, Problem
from supplychain.evidence import Answer, read_question_id, without_expired
from supplychain.formats.kinds import QUESTIONS_SHEET, WORKBOOKS
from supplychain.formats.spreadsheets.values import Grid

__all__ = [
    "ABOUT_DATASET",
    "ABOUT_SHA256",
    "COLUMNS",
    "QUESTIONS_SHEET",
    "Returned",
    "dataset_of",
    "is_questionnaire",
    "read_answers",
    "with_evidence",
]

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "question_id": "Question id 題號",
        "part": "Part 零件",
        "question": "Question",
        "question_zh": "問題",
        "answer": "Answer 回答",
        "firm": "Firm named 所填公司名稱",
        "firm_country": "Its head office 該公司總部所在地",
        "document": "Document 佐證文件",
        "date": "Date 日期",
        "valid_until": "Valid until 有效期限",
        "signatory": "Signed by 簽署人",
    }
)
"""Columns of a sheet of questions, with what their header says."""
ABOUT_DATASET, ABOUT_SHA256 = "dataset", "sha256"
_OPEN = ("answer", "firm", "firm_country", "document")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T].*)?")


@dataclass(frozen=True)
class Returned:
    """What a questionnaire says.

    Attributes
    ----------
    dataset, sha256 : str
        The dataset that it asks about, and its content then; empty in a file that holds single sheets.
    answers : tuple of Answer
        Those that are signed, dated and whole.
    open : int
        Questions without an answer.
    problems : tuple of Problem
        Answers that cannot be used, and why; an error is one that cannot be understood.
    """

    dataset: str
    sha256: str
    answers: tuple[Answer, ...]
    open: int
    problems: tuple[Problem, ...]


def read_answers(path: str | Path, *, date: str = "", today: str = "") -> Returned:
    """Read a questionnaire that `supplychain gaps -o` wrote, whole or sheet by sheet.

    Parameters
    ----------
    path : str or pathlib.Path
    date : str
        Day on which an answer must not be past its last valid day, as 2027-01-31; none if empty.
    today : str
        Day on which an answer must have been signed; none if empty.

    Raises
    ------
    OptionError
        If there is no such file, or no sheet of it holds questions.
    DataError
        If the file is broken or unsafe.
    """
    from supplychain.formats.spreadsheets.grid import read_grids

    file = Path(path)
    about: dict[str, str] = {}
    found: list[Answer] = []
    problems: list[Problem] = []
    open_, sheets = 0, 0
    for grid in read_grids(file):
        if grid.sheet == QUESTIONS_SHEET:
            about = {row[0].strip().casefold(): row[1].strip() for row in grid.rows if len(row) > 1}
            continue
        header = _header(grid)
        if header is None:
            continue
        sheets += 1
        top, columns = header
        problems += grid.problems
        for row, line in zip(grid.rows[top + 1 :], grid.lines[top + 1 :], strict=True):
            cells = {name: row[place].strip() for name, place in columns.items()}
            if not any(cells.get(name) for name in _OPEN):
                open_ += bool(cells["question_id"])
                continue
            reading = _Row(grid.file, line, cells)
            answer = reading.answer(date, today)
            problems += reading.problems
            if answer is not None:
                found.append(answer)
    if not sheets:
        raise OptionError(f"{path}: no sheet with questions found; give a file that supplychain gaps -o wrote")
    return Returned(about.get(ABOUT_DATASET, ""), about.get(ABOUT_SHA256, ""), tuple(found), open_, tuple(problems))


def is_questionnaire(source: str | Path) -> bool:
    """Whether a source is a whole questionnaire, which names its dataset."""
    from supplychain.formats.spreadsheets.xlsx import first_rows

    if is_bundled(source):
        return False
    path = Path(source)
    try:
        if path.suffix.casefold() not in WORKBOOKS or not path.is_file():
            return False
        return QUESTIONS_SHEET in first_rows(path)
    except (OSError, ValueError, DataError):  # who reads it as a workbook says what is wrong with it
        return False


def dataset_of(path: Path) -> str:
    """Return the dataset that a questionnaire asks about: a bundled name, or a path as seen from the questionnaire."""
    named = read_answers(path).dataset
    if not named:
        raise OptionError(
            f"{path}: it does not say which dataset it asks about (sheet {QUESTIONS_SHEET}); "
            "give the dataset, and this file as answers"
        )
    return named if is_bundled(named) else str(path.parent / named)


def with_evidence(
    dataset: Dataset, answers: str | Path | Iterable[str | Path] = (), *, date: str = "", strict: bool = True
) -> Dataset:
    """Return a dataset with the answers of questionnaires, and without what stands on expired attestations alone.

    Parameters
    ----------
    dataset : Dataset
    answers : path, or iterable of paths
        Questionnaires that came back.
    date : str
        Day on which evidence must be in force, from the day of its signature on; else an answer must not have expired
        on the dataset's date of state, and what is in the dataset stays.
    strict : bool
        Raise if an answer cannot be understood; else that is among the problems of the result.

    Raises
    ------
    DataError
        With all answers that cannot be understood.
    OptionError
        If the date is none, or a file is no questionnaire.
    """
    day = _day(date) if date else ""
    if date and not day:
        raise OptionError(f"date {date}: give a day, as 2027-01-31")
    known = dataset
    if day:
        dataset = without_expired(dataset, day)
    paths = [answers] if isinstance(answers, str | Path) else list(answers)
    if not paths:
        return dataset
    files = [(path, read_answers(path, date=day or dataset.date, today=day)) for path in paths]
    problems = [problem for _, returned in files for problem in returned.problems]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors and strict:
        raise DataError(errors)
    changed = [path for path, returned in files if returned.sha256 not in {"", known.sha256()}]
    for path in changed:
        message = "the dataset has changed since these questions were written"
        problems.append(Problem("warning", Path(path).name, None, "", "", message, "answers that still fit are used"))
    dataset = with_answers(dataset, [answer for _, returned in files for answer in returned.answers])
    return replace(dataset, problems=(*problems, *dataset.problems))


def _header(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """Row of the header and place of each column, however the columns were moved; None if this is no such sheet."""
    names = {_plain(title): name for name, title in COLUMNS.items()}
    for number, row in enumerate(grid.rows[:20]):
        columns = {names[_plain(cell)]: place for place, cell in enumerate(row) if _plain(cell) in names}
        if {"question_id", "answer"} <= columns.keys():
            return number, columns
    return None


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


def _day(text: str) -> str:
    """Return a day as ISO 8601 writes it, empty if the text is none."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return ""
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return ""


class _Row:
    """One row of a questionnaire being read."""

    def __init__(self, file: str, line: int, cells: Mapping[str, str]) -> None:
        self.file, self.line, self.cells = file, line, cells
        self.problems: list[Problem] = []

    def _cell(self, name: str) -> str:
        return self.cells.get(name, "")

    def _say(self, severity: Literal["error", "warning"], column: str, message: str, hint: str) -> None:
        problem = Problem(severity, self.file, self.line, COLUMNS[column], self._cell(column), message, hint)
        self.problems.append(problem)

    def answer(self, day: str, today: str) -> Answer | None:
        """Return the answer, None if it cannot be used; `problems` then say why."""
        question = read_question_id(self._cell("question_id"))
        if question is None:
            self._say("error", "question_id", "the question id is not one of ours, or was edited", _COPY)
            return None
        fact, choice = question.fact, question.basis == "choice"
        amount = fact in {"capacity", "lead_time"}
        country = "" if amount or choice else self._country("answer")
        number = self._number() if amount else None
        firm = self._cell("answer") if choice else self._cell("firm")
        firm_country = self._country("firm_country")
        date, until = self._date("date"), self._date("valid_until")
        if any(problem.severity == "error" for problem in self.problems):
            return None
        unnamed = question.basis == "unnamed"
        missing = self._missing(needs_firm=fact == "upstream_source", needs_answer=not (unnamed and firm))
        if missing:
            self._say("warning", missing, f"{_LACKS[missing]}; the answer is not used", "fill it in")
        elif until and day and until < day:
            message = f"the answer expired on {until}: it counts as unknown"
            self._say("warning", "valid_until", message, "ask again")
        elif today and date > today:
            message = f"the answer is dated {date}, after {today}: it is not evidence yet"
            self._say("warning", "date", message, "correct the day, or take a later one")
        else:
            with_firm = fact in _NAME_A_FIRM
            if firm and not firm_country and with_firm and not choice:
                message = f"the head office of {firm} is not named; it counts as unknown unless the dataset has it"
                self._say("warning", "firm_country", message, "its country")
            if unnamed and not (firm and country):
                lacking = "answer" if firm else "firm"
                self._say("warning", lacking, f"{_HALF[lacking]}; that counts as unknown still", "fill it in")
            if self._cell("firm") and (choice or not with_firm):
                self._say("warning", "firm", "the question asks for no firm; it is not used", "")
            return Answer(
                question=question,
                country=country,
                number=number,
                firm=firm if with_firm else "",
                firm_country=firm_country if firm and not choice else "",
                date=date,
                valid_until=until,
                signatory=self._cell("signatory"),
                document=self._cell("document"),
                file=self.file,
                row=self.line,
            )
        return None

    def _missing(self, *, needs_firm: bool, needs_answer: bool) -> str:
        wanted = [*(["answer"] if needs_answer else []), *(["firm"] if needs_firm else []), "date", "signatory"]
        return next((name for name in wanted if not self._cell(name)), "")

    def _country(self, column: str) -> str:
        text = self._cell(column)
        code = to_alpha3(text) if text else ""
        if code is None:
            hint = "one country, as Taiwan, 臺灣 or TWN; an empty cell if it is not known"
            self._say("error", column, f"{text!r} is no country that we know", hint)
        return code or ""

    def _number(self) -> float | None:
        text = self._cell("answer")
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not 0 <= number < float("inf") or "_" in text:
            self._say("error", "answer", f"{text!r} is no amount", "a plain number of 0 or more, as 8000")
            return None
        return number

    def _date(self, column: str) -> str:
        text = self._cell(column)
        day = _day(text) if text else ""
        if text and not day:
            self._say("error", column, f"{text!r} is no day", "a day, as 2026-07-31")
        return day


_NAME_A_FIRM = frozenset({"owner", "upstream_source", "maker"})
_HALF = {"answer": "the country of making is not named", "firm": "the maker is not named"}
_COPY = "copy it from the questionnaire as it was sent"
_LACKS = {
    "answer": "there is no answer",
    "firm": "the firm is not named",
    "date": "the answer has no date",
    "signatory": "the answer is not signed",
}
