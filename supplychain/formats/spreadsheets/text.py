"""Spreadsheets kept as text: whatever the encoding and the delimiter."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from supplychain.errors import DataError, Problem
from supplychain.formats.archive import refuse
from supplychain.formats.spreadsheets.sheet import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, RawSheet, formula_fault

__all__ = ["read_text"]

_MOST_BYTES = 64 << 20
_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[ \t]*\n')
_SNIFFED_ROWS = 200
_SNIFFED_LETTERS = 1_000_000
_PROTECTED = re.compile(r'="(.*)"', re.DOTALL)
_FORMULA = re.compile(r"=\s*[-+(]?\s*(\$?[A-Za-z]{1,3}\$?\d|[A-Za-z][A-Za-z0-9.]*\()")


def read_text(path: Path) -> RawSheet:
    """Read a text file; every row is kept, empty ones too.

    Raises
    ------
    DataError
        If the file is no text, or too large.
    """
    file = path.name
    try:
        if path.stat().st_size > _MOST_BYTES:
            refuse(file, f"the file has {path.stat().st_size >> 20} MB", f"at most {_MOST_BYTES >> 20} MB are read")
        raw = path.read_bytes()
    except OSError as error:
        raise DataError([Problem("error", file, None, "", "", f"the file cannot be read: {error.strerror}")]) from error
    text, problems = _decoded(raw, file)
    sheet = RawSheet(numbered=False, problems=problems)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = 1
    stated = _SEPARATOR_LINE.match(text)
    if stated:  # Excel's own way to name the delimiter; not a row of the table
        text, first = text[stated.end() :], 2
    delimiter = stated[1] if stated else _delimiter(text, path.suffix)
    _read_rows(text, delimiter, first, sheet, file)
    return sheet


def _read_rows(text: str, delimiter: str, first: int, sheet: RawSheet, file: str) -> None:
    # The end of a line inside quotes must stay as it is.
    lines = _checked(io.StringIO(text, newline="\n"), delimiter, file)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=_blanks(text, delimiter))
    line = last = first
    filled = 0
    try:
        for row in reader:
            cells = {}
            for column, cell in enumerate(row):
                if cell and not cell.isspace():
                    cells[column] = _unprotected(cell, sheet, line, column)
            filled += len(cells)
            sheet.rows[line] = {column: cell for column, cell in cells.items() if cell}
            if filled > MOST_CELLS or len(sheet.rows) > MOST_ROWS:
                refuse(file, f"more than {MOST_ROWS:,} rows or {MOST_CELLS:,} filled cells", "split the file")
            last, line = line, first + reader.line_num
    except csv.Error as error:
        message = f"the row cannot be read: {error}"
        raise DataError([Problem("error", file, line, "", "", message, "is a quotation mark left open?")]) from error
    if sheet.rows and _left_open(text, last - first, delimiter):
        message = "a quotation mark is opened in this row and never closed, so that all that follows would be one cell"
        hint = 'delete it or close it; inside a quoted cell a quotation mark is written twice: ""'
        raise DataError([Problem("error", file, last, "", "", message, hint)])


def _checked(lines: Iterable[str], delimiter: str, file: str) -> Iterator[str]:
    """Pass lines on as long as no row can become a list of millions of cells."""
    for number, line in enumerate(lines, start=1):
        if len(line) > MOST_COLUMNS and line.count(delimiter) > MOST_COLUMNS:
            cells = line.count(delimiter) + 1
            refuse(file, f"line {number:,} has {cells:,} cells", f"at most {MOST_COLUMNS:,} columns exist")
        yield line


def _unprotected(cell: str, sheet: RawSheet, line: int, column: int) -> str:
    if not cell.startswith("="):
        return cell
    protected = _PROTECTED.fullmatch(cell)
    if protected:  # ="0123" keeps a spreadsheet program from making it a number
        return protected[1].replace('""', '"')
    if _FORMULA.match(cell):
        sheet.faults[line, column] = formula_fault(cell[:200])
        return ""
    return cell


def _left_open(text: str, skipped: int, delimiter: str) -> bool:
    """Whether the last row swallowed the end of the file."""
    tail = text.split("\n", skipped)[-1]
    if tail.count('"') % 2 == 0:
        return False
    blanks = _blanks(text, delimiter)
    try:
        rows = csv.reader(io.StringIO(tail, newline="\n"), delimiter=delimiter, skipinitialspace=blanks, strict=True)
        for _ in rows:
            pass
    except csv.Error as error:  # a mark within a cell, as 5" x 3", is another fault, which does no harm
        return "unexpected end of data" in str(error) or "\n" in tail.rstrip("\n")
    return False


def _blanks(text: str, delimiter: str) -> bool:
    """Whether blanks follow the delimiter, which hide a quotation mark from the parser."""
    return delimiter != "\t" and f'{delimiter} "' in text[:_SNIFFED_LETTERS]


def _delimiter(text: str, suffix: str) -> str:
    """Return the delimiter with which most of the first rows have one width, and a large one."""
    order = ("\t", *_DELIMITERS) if suffix.casefold() == ".tsv" else _DELIMITERS
    scores = {delimiter: _consistency(text[:_SNIFFED_LETTERS], delimiter) for delimiter in order}
    best = max(scores, key=lambda delimiter: scores[delimiter])  # the first of equals
    return best if scores[best] > 0 else order[0]


def _consistency(text: str, delimiter: str) -> float:
    widths: dict[int, float] = {}
    number = 0
    try:
        blanks = _blanks(text, delimiter)
        for row in csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, skipinitialspace=blanks):
            while row and not row[-1].strip():
                row.pop()
            if row:
                # A wrong delimiter cuts quoted cells in two.
                whole = not any(cell.count('"') % 2 for cell in row)
                widths[len(row)] = widths.get(len(row), 0.0) + (1.0 if whole else 0.2)
                number += 1
            if number == _SNIFFED_ROWS:
                break
    except csv.Error:
        return 0.0
    # Rows may end in empty cells, so that a width counts for the ones next below it too, but less.
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    return max(
        sum(n * (1.0 if w == width else 0.6) for w, n in wide.items() if w <= width) / number * (1 - 1 / width)
        for width in wide
    )


def _decoded(raw: bytes, file: str) -> tuple[str, list[Problem]]:
    text, problems = _guessed(raw, file)
    if "\x00" in text:
        refuse(file, "the file is no text: it holds a NUL character", "a .csv, .tsv, .xlsx or .ods file")
    return text, problems


def _guessed(raw: bytes, file: str) -> tuple[str, list[Problem]]:
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        refuse(file, "the file is no text but a workbook or document", "name it by what it is: .xlsx, .ods")
    marked = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}.get(raw[:2], "utf-8-sig")
    try:
        return raw.decode(marked), []
    except UnicodeDecodeError as error:
        if marked == "utf-16":
            raise DataError(
                [Problem("error", file, None, "", "", "the file is broken UTF-16", "save it as CSV UTF-8")]
            ) from error
        row = raw.count(b"\n", 0, error.start) + 1
    encoding = _plausible(raw)
    text = raw.decode(encoding, errors="replace")
    example = next((line.strip() for line in text.split("\n") if not line.isascii()), "")[:60]
    message = f"the file is not UTF-8; it is read as {_NAMES[encoding]}"
    if "\ufffd" in text:
        message += ", and characters that do not fit are shown as \ufffd"
    return text, [Problem("warning", file, row, "", example, message, "if the text is wrong, save it as CSV UTF-8")]


_NAMES = {
    "cp950": "Big5 (traditional Chinese)",
    "big5hkscs": "Big5 (traditional Chinese)",
    "gb18030": "GB 18030 (simplified Chinese)",
    "cp1252": "Windows-1252 (western European)",
}


def _plausible(raw: bytes) -> str:
    """Choose the encoding of a text that is not UTF-8.

    In a western text bytes above 127 stand alone between plain letters; in a Chinese one they come in pairs, and most
    pairs lie in the block of the usual characters of the right encoding (Big5 level 1, GB 2312 level 1).
    """
    high = re.findall(rb"[\x80-\xff]+", raw[:_SNIFFED_LETTERS])
    single = sum(len(run) == 1 for run in high)
    scores = {"cp1252": single / max(len(high), 1) - 0.15}
    for encoding, usual in (("cp950", _USUAL_BIG5), ("gb18030", _USUAL_GB)):
        score = _share(raw[:_SNIFFED_LETTERS], usual) - 0.5 * single / max(len(high), 1)
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            score -= 0.5
        scores[encoding] = score
    return max(scores, key=lambda encoding: scores[encoding])


# First and second byte of usual characters and of full-width signs.
_USUAL_BIG5 = re.compile(rb"[\xa1-\xa3\xa4-\xc6][\x40-\x7e\xa1-\xfe]")
_USUAL_GB = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff]")


def _share(raw: bytes, usual: re.Pattern[bytes]) -> float:
    pairs = _PAIR.findall(raw)
    return sum(usual.fullmatch(pair) is not None for pair in pairs) / max(len(pairs), 1)
