"""Text tables: UTF-8, comma, semicolon or tab, quoted where needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import Place
from supplychain.errors import Problem
from supplychain.formats.cells import RawTable
from supplychain.formats.headers import plain_name, read_header
from supplychain.schema import Table

__all__ = ["read_delimited", "write_delimited"]

_DELIMITERS = (",", ";", "\t")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_delimited(path: Path, table: Table) -> RawTable:
    """Read one text table as it stands; whatever is wrong with it is among the problems of the result."""
    name = path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        return _nothing(table, _problem(name, None, f"the file cannot be read: {error.strerror}"))
    text, problem = _decoded(raw, name)
    if problem is not None:
        return _nothing(table, problem)
    delimiter = _sniffed(text, table)
    try:
        head = list(_first_rows(text, delimiter, 2))
    except csv.Error as error:
        return _nothing(table, _problem(name, 1, f"the header cannot be read: {error}", _QUOTES))
    if not head:
        return _nothing(table, _problem(name, 1, "the file is empty", f"a header: {','.join(table.column_names)}"))
    header, problems = read_header(head[0], table, name)
    if header is None:
        return RawTable(table, pd.DataFrame(), Place(name), problems)
    frame = _parsed(text, delimiter, len(header)) if len(head) < 2 or len(head[1]) <= len(header) else None
    lines = None if frame is None else _lines(text, frame, head[0], delimiter)
    if frame is None or lines is None:
        frame, lines, ragged = _parsed_slowly(text, delimiter, len(header), name)
        problems.extend(ragged)
    frame.columns = pd.Index(header, dtype=object)
    full = _not_blank(frame)
    if not full.all():
        frame, lines = frame[full].reset_index(drop=True), lines[full]
    return RawTable(table, frame, Place(name, lines), problems)


def write_delimited(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV in UTF-8 with line feeds; numbers in their shortest exact form, whole ones without point."""
    columns = []
    for name in frame.columns:
        values = frame[name]
        if values.dtype != np.float64:
            columns.append(values.tolist())
        else:
            codes, distinct = pd.factorize(values.to_numpy())
            words = np.array([*(_number_text(float(number)) for number in distinct), ""], dtype=object)
            columns.append(words[codes].tolist())
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows(zip(*columns, strict=True))


_QUOTES = "is a quotation mark left open?"


def _number_text(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _problem(file: str, row: int | None, message: str, hint: str = "") -> Problem:
    return Problem("error", file, row, "", "", message, hint)


def _nothing(table: Table, problem: Problem) -> RawTable:
    return RawTable(table, pd.DataFrame(), Place(problem.file), [problem])


def _decoded(raw: bytes, name: str) -> tuple[str, Problem | None]:
    """Text with line feeds only, or the problem."""
    utf8 = "save it as CSV UTF-8"
    if raw.startswith(_UTF16_MARKS):
        return "", _problem(name, None, "the file is UTF-16, not UTF-8", utf8)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        found = "".join(f"\\x{byte:02x}" for byte in raw[error.start : error.start + 1])
        return "", Problem("error", name, row, "", found, f"the file is not UTF-8: byte {found}", utf8)
    if "\x00" in text:
        row = text.count("\n", 0, text.index("\x00")) + 1
        return "", _problem(name, row, "the file is no text: it holds a NUL character", utf8)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.rstrip("\n") + "\n" if text.strip() else "", None


def _sniffed(text: str, table: Table) -> str:
    """Return the delimiter that splits the header into most known names, or else into most names."""
    line = text.split("\n", 1)[0][:100_000]
    known = set(table.column_names)

    def merit(delimiter: str) -> tuple[int, int]:
        try:
            names = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return sum(plain_name(name) in known for name in names), len(names)

    return max(_DELIMITERS, key=merit)


def _first_rows(text: str, delimiter: str, number: int) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text[:1_000_000]), delimiter=delimiter):
            rows.append(row)
            if len(rows) == number:
                break
    except csv.Error:
        if not rows:
            raise
    return rows


def _parsed(text: str, delimiter: str, width: int) -> pd.DataFrame | None:
    """Read the rows below the header quickly; None if a row is too long or a quotation is left open."""
    try:
        return pd.read_csv(
            io.BytesIO(text.encode("utf-8")),
            sep=delimiter,
            header=0,
            names=range(width),
            index_col=False,
            dtype=object,
            na_filter=False,
            engine="c",
            skip_blank_lines=False,
            encoding="utf-8",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        return None


def _lines(text: str, frame: pd.DataFrame, header: Sequence[str], delimiter: str) -> npt.NDArray[np.int64] | None:
    """Line of each row, or None if some row has fewer cells than the header."""
    breaks = np.zeros(len(frame), dtype=np.int64)
    inside = sum(name.count(delimiter) for name in header)
    for column in frame.columns:
        cells = frame[column].tolist()
        joined = "".join(cells)
        inside += joined.count(delimiter)
        if "\n" in joined:
            breaks += np.fromiter((cell.count("\n") for cell in cells), dtype=np.int64, count=len(cells))
    if text.count(delimiter) < inside + (len(frame) + 1) * (frame.shape[1] - 1):
        return None
    first = 2 + sum(name.count("\n") for name in header)
    above = np.cumsum(breaks) - breaks
    lines: npt.NDArray[np.int64] = first + np.arange(len(frame), dtype=np.int64) + above
    return lines


def _parsed_slowly(
    text: str, delimiter: str, width: int, name: str
) -> tuple[pd.DataFrame, npt.NDArray[np.int64], list[Problem]]:
    """Read row by row, to say which rows are too long or too short."""
    rows: list[list[str]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    short: list[int] = []
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=False)
    last_line = 0
    try:
        for row in reader:
            line, last_line = last_line + 1, reader.line_num
            if len(row) > width and any(cell.strip() for cell in row[width:]):
                extra = delimiter.join(row[width:])
                problems.append(
                    Problem("error", name, line, "", extra, f"{len(row)} cells where the header has {width}", _SIGN)
                )
            elif 0 < len(row) < width and any(row):
                short.append(line)
            rows.append((row + [""] * width)[:width])
            lines.append(line)
    except csv.Error as error:
        problems.append(_problem(name, last_line + 1, f"the row cannot be read: {error}", _QUOTES))
    if _open_quotation(rows[-1] if rows else [], text, lines[-1] if lines else 0, last_line):
        problems.append(
            _problem(
                name,
                lines[-1],
                "a quotation mark is opened here and never closed",
                'write a quotation mark inside a quoted cell twice: ""',
            )
        )
    if short:
        more = f" and {len(short) - 1} more" if len(short) > 1 else ""
        problems.append(
            Problem(
                "warning",
                name,
                short[0],
                "",
                "",
                f"fewer cells than the header{more}; the missing ones are read as empty",
                _SIGN,
            )
        )
    frame = pd.DataFrame(rows[1:], columns=range(width), dtype=object)
    return frame, np.array(lines[1:], dtype=np.int64), problems


_SIGN = "quote cells that hold the delimiter"


def _open_quotation(row: list[str], text: str, line: int, last_line: int) -> bool:
    """Whether the last row swallowed the end of the file."""
    if not row or not text:
        return False
    tail = "\n".join(text.split("\n")[line - 1 : last_line])
    return tail.count('"') % 2 == 1


def _not_blank(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    full = np.zeros(len(frame), dtype=bool)
    for column in frame.columns:
        if full.all():
            break
        full |= (frame[column] != "").to_numpy()
    return full
