"""The file in which a person says which suppliers are meant: CSV with a row for each open name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from supplychain.errors import DataError, OptionError, Problem
from supplychain.formats.files import write_bytes
from supplychain.formats.spreadsheets.firms import FirmMatch

__all__ = ["read_confirm", "write_confirm"]

_COLUMNS = ("name", "supplier_id", "decision", "candidates", "note")
_NOTE = "decision: yes or no; empty stays open. Put another supplier_id where the one given is not the right one."
_YES = frozenset({"yes", "y", "true", "1", "x", "ok", "ja", "是", "對", "对", "確認", "确认"})
_NO = frozenset({"no", "n", "false", "0", "nein", "否", "不", "不是"})
_FORMULA = frozenset("=+-@\t\r\n")
_LARGEST = 32 * 1024 * 1024


def write_confirm(matches: Iterable[FirmMatch] | Mapping[str, FirmMatch], path: Path, suppliers: pd.DataFrame) -> Path:
    """Write the names that are open, with the suppliers that they may mean; the best one is filled in.

    Parameters
    ----------
    matches : iterable or mapping of FirmMatch
        Result of `match_firms`; only candidates are written.
    path : pathlib.Path
        Name ending in .csv; a file that is there already is left alone.
    suppliers : pandas.DataFrame
        Table `suppliers`, for the countries.

    Raises
    ------
    OptionError
        If there is such a file, the ending is another one, or it cannot be written.
    """
    target = Path(path)
    _check_ending(target)
    if target.exists():
        raise OptionError(f"{target} exists already; it is only read. Give the name of a new file to write a new one")
    every = matches.values() if isinstance(matches, Mapping) else matches
    countries = _countries(suppliers)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    first = True
    for match in every:
        if match.kind != "candidate":
            continue
        best = match.candidates[0][0] if match.candidates else ""
        listed = "; ".join(_said(candidate, countries) for candidate in match.candidates)
        note = f"{match.why}. {_NOTE}" if first else match.why
        writer.writerow([_neutral(text) for text in (match.name, best, "", listed, note)])
        first = False
    # The mark tells Excel that the file is UTF-8.
    return write_bytes(target, stream.getvalue().encode("utf-8-sig"))


def read_confirm(path: Path, suppliers: pd.DataFrame) -> dict[str, str]:
    """Read what a person has decided.

    Parameters
    ----------
    path : pathlib.Path
        As written by `write_confirm`; the columns name, supplier_id and decision are read.
    suppliers : pandas.DataFrame
        Table `suppliers`, which has to have every supplier named.

    Returns
    -------
    dict of str to str
        Name to supplier_id, or to "" where the answer is no. Names without decision are left out.

    Raises
    ------
    OptionError
        If there is no such file.
    DataError
        If anything in it cannot be used; all of it is named.
    """
    target = Path(path)
    _check_ending(target)
    rows, header_problems = _rows(_text(target), target.name)
    if header_problems:
        raise DataError(header_problems)
    known = sorted({str(name) for name in suppliers["supplier_id"] if isinstance(name, str) and name})
    decided: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    for line, row in rows:
        found = _decision(target.name, line, row, known)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        if found is None:
            continue
        name, supplier = found
        if name in decided and decided[name] != supplier:
            message = f"row {lines[name]} says something else about {name!r}"
            problems.append(_problem(target.name, line, "name", name, message, "one decision for each name"))
            continue
        decided[name] = supplier
        lines.setdefault(name, line)
    if problems:
        raise DataError(problems)
    return decided


def _decision(file: str, line: int, row: Mapping[str, str], known: Sequence[str]) -> tuple[str, str] | Problem | None:
    """Name and supplier of a row; None if it is open or empty."""
    name, supplier, decision = row["name"], row["supplier_id"], row["decision"].casefold()
    if not decision:
        return None
    if not name:
        return _problem(file, line, "name", "", "there is a decision, but no name", "the name as the file has it")
    if decision in _NO:
        return name, ""
    if decision not in _YES:
        message = f"{row['decision']!r} is no decision"
        return _problem(
            file, line, "decision", row["decision"], message, "yes or no, or an empty cell to leave it open"
        )
    if not supplier:
        return _problem(file, line, "supplier_id", "", "yes, but to which supplier?", "a supplier_id of the dataset")
    if supplier not in known:
        near = get_close_matches(supplier.casefold(), known, 3, 0.5)
        hint = f"near it: {', '.join(near)}" if near else "a supplier_id of the dataset"
        return _problem(file, line, "supplier_id", supplier, f"there is no supplier {supplier!r}", hint)
    return name, supplier


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise OptionError(f"{path}: too large for a list of names ({_LARGEST // 1024 // 1024} MB at most)")
        raw = path.read_bytes()
    except OSError as error:
        raise OptionError(f"{path}: cannot be read ({error.strerror or error})") from error
    encoding = "utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError([_problem(path.name, None, "", "", "the file is not UTF-8", "save it as CSV UTF-8")]) from error


def _rows(text: str, file: str) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Rows with the line they start on; the delimiter is the one that splits the header."""
    head = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, dict[str, str]]] = []
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            if not header:
                header = [cell.strip().casefold() for cell in cells]
                missing = [name for name in _COLUMNS[:3] if name not in header] if any(header) else []
                if missing:
                    hint = f"a header with {', '.join(_COLUMNS[:3])}"
                    return [], [_problem(file, line, "", "", f"there is no column {', '.join(missing)}", hint)]
                header = header if any(header) else []
            elif any(cell.strip() for cell in cells):
                filled = dict(zip(header, (_plain(cell) for cell in cells), strict=False))
                rows.append((line, {name: filled.get(name, "") for name in _COLUMNS}))
            line = reader.line_num + 1
    except csv.Error as error:
        return [], [_problem(file, line, "", "", f"the row cannot be read: {error}", "is a quotation mark left open?")]
    if not header:
        return [], [_problem(file, 1, "", "", "the file is empty", f"a header: {','.join(_COLUMNS)}")]
    return rows, []


def _check_ending(path: Path) -> None:
    if path.suffix.casefold() != ".csv":
        raise OptionError(f"{path}: the file with decisions is a CSV file; give a name that ends in .csv")


def _countries(suppliers: pd.DataFrame) -> dict[str, str]:
    if "country" not in suppliers:
        return {}
    pairs = zip(suppliers["supplier_id"], suppliers["country"], strict=True)
    return {str(name): country for name, country in pairs if isinstance(country, str)}


def _said(candidate: tuple[str, str, float], countries: Mapping[str, str]) -> str:
    supplier, name, score = candidate
    country = countries.get(supplier, "")
    return f"{supplier} = {name}{f' ({country})' if country else ''} {score:.2f}"


def _neutral(text: str) -> str:
    # A spreadsheet must not take a name for a formula. An apostrophe of its own gets one as well, to be told apart.
    return f"'{text}" if text[:1] in _FORMULA or text[:1] == "'" else text


def _plain(text: str) -> str:
    text = text.strip()
    return text[1:] if text[:1] == "'" and (text[1:2] in _FORMULA or text[1:2] == "'") and len(text) > 1 else text


def _problem(file: str, row: int | None, column: str, value: str, message: str, hint: str) -> Problem:
    return Problem("error", file, row, column, value, message, hint)
