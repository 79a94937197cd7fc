"""Sheets of OpenDocument files (.ods).

Read here rather than by a package: repeated cells and rows stand in the file as numbers, and a number is all that a
million of them must cost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from supplychain.errors import Problem
from supplychain.formats.archive import Archive, refuse, xml_events
from supplychain.formats.spreadsheets.sheet import (
    ERROR_VALUES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Fault,
    RawSheet,
    error_fault,
    formula_fault,
    number_text,
)

__all__ = ["is_ods", "read_ods"]

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"

# Elements with text or cells in them that are none of the sheet's: remarks, drawings, changes undone, forms.
_SKIPPED = frozenset({"annotation", "shapes", "frame", "custom-shape", "forms", "dde-links", "tracked-changes", "g"})
_NO_TEXT = frozenset({"annotation", "note", "ruby-text"})
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_SPACE = re.compile(r"[ \t\r\n]+")
_DURATION = re.compile(r"(-?)PT?(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,]\d*)?S)?")
_ERROR = re.compile(r"(#[A-Z0-9/!?_]+|Err:\d+)")
_MOST_BLANKS = 1_000


@dataclass
class _State:
    """Where in the file the reader is."""

    file: str
    sheets: list[RawSheet] = field(default_factory=list)
    hidden_styles: set[str] = field(default_factory=set)
    style: str = ""
    line: int = 1
    column: int = 0
    row_repeat: int = 1
    row_hidden: bool = False
    cells: dict[int, str] = field(default_factory=dict)
    faults: dict[int, Fault] = field(default_factory=dict)
    currencies: dict[int, str] = field(default_factory=dict)
    cell: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    table_column: int = 0
    filled: int = 0


def is_ods(archive: Archive) -> bool:
    """Whether an archive is an OpenDocument file."""
    return "content.xml" in archive.members


def read_ods(archive: Archive) -> list[RawSheet]:
    """Read every sheet, in the order of the file.

    Raises
    ------
    DataError
        If the file is broken, or no spreadsheet, or larger than a spreadsheet program allows.
    """
    state = _State(archive.file)
    skipped = 0  # how many elements are open whose inside is no part of a sheet
    tables = 0
    spreadsheet = False
    for event, tag, element in xml_events(archive, "content.xml", whole=frozenset({"p"})):
        if event == "start":
            tables += tag == "table"
            if skipped or tag in _SKIPPED or (tag == "table" and tables > 1):
                skipped += 1
            elif tag == "spreadsheet":
                spreadsheet = True
            else:
                _start(state, tag, element)
        else:
            tables -= tag == "table"
            if skipped:
                skipped -= 1
            else:
                _end(state, tag, element)
    if not spreadsheet or not state.sheets:
        refuse(archive.file, "the file holds no spreadsheet", "an .ods file with a table")
    return [sheet for sheet in state.sheets if not _is_cache(sheet, archive.file, state.sheets)]


def _is_cache(sheet: RawSheet, file: str, sheets: list[RawSheet]) -> bool:
    """Whether a sheet is only what a program remembers of another file; said on the first sheet."""
    if not re.match(r"'?(file|https?|ftp|smb)://", sheet.name, re.IGNORECASE):
        return False
    problem = Problem("warning", file, None, "", sheet.name[:100], "links to other files are ignored")
    sheets[0].problems.append(problem)
    return True


def _start(state: _State, tag: str, element: Element) -> None:
    if tag in _CELLS:
        state.cell = dict(element.attrib)
        state.texts = []
    elif tag == "table-row":
        state.row_repeat = _count(element, "number-rows-repeated", MOST_ROWS)
        state.row_hidden = element.get(f"{_TABLE}visibility", "visible") != "visible"
        state.column = 0
        state.cells, state.faults, state.currencies = {}, {}, {}
    elif tag == "table-column" and state.sheets:
        number = _count(element, "number-columns-repeated", MOST_COLUMNS)
        if element.get(f"{_TABLE}visibility", "visible") != "visible":
            columns = range(state.table_column, min(state.table_column + number, MOST_COLUMNS))
            state.sheets[-1].hidden_columns.update(columns)
        state.table_column += number
    elif tag == "table":
        name = element.get(f"{_TABLE}name", "")
        hidden = element.get(f"{_TABLE}style-name", "") in state.hidden_styles
        state.sheets.append(RawSheet(name=name, hidden=hidden))
        state.line, state.table_column = 1, 0
    elif tag == "style":
        state.style = element.get(f"{_STYLE}name", "")
    elif tag == "table-properties" and element.get(f"{_TABLE}display") == "false":
        state.hidden_styles.add(state.style)
    elif tag == "table-source" and state.sheets:
        problem = Problem("warning", state.file, None, "", "", "the sheet is a copy of another file; it may be old")
        state.sheets[-1].problems.append(problem)


def _end(state: _State, tag: str, element: Element) -> None:
    if tag == "p":
        state.texts.append(_flat(element))
    elif tag in _CELLS:
        _end_cell(state)
    elif tag == "table-row":
        _end_row(state)


def _end_cell(state: _State) -> None:
    repeat = _count_of(state.cell.get(f"{_TABLE}number-columns-repeated", "1"), MOST_COLUMNS)
    text, fault = _value(state.cell, "\n".join(state.texts))
    first, state.column = state.column, state.column + repeat
    if text or fault:
        if state.column > MOST_COLUMNS:
            refuse(_place(state), f"there is a column {state.column:,}", f"at most {MOST_COLUMNS:,} exist")
        currency = state.cell.get(f"{_OFFICE}currency", "")
        for column in range(first, state.column):
            if fault:
                state.faults[column] = fault
            else:
                state.cells[column] = text
                if re.fullmatch("[A-Z]{3}", currency):
                    state.currencies[column] = currency
    wide = _count_of(state.cell.get(f"{_TABLE}number-columns-spanned", "1"), MOST_COLUMNS)
    high = _count_of(state.cell.get(f"{_TABLE}number-rows-spanned", "1"), MOST_ROWS)
    if (wide > 1 or high > 1) and state.sheets:
        state.sheets[-1].merged.append((state.line, first, state.line + high - 1, first + wide - 1))
    state.cell, state.texts = {}, []


def _end_row(state: _State) -> None:
    first, state.line = state.line, state.line + state.row_repeat
    number = len(state.cells) + len(state.faults)
    if not number or not state.sheets:
        return
    sheet = state.sheets[-1]
    if state.line - 1 > MOST_ROWS:
        refuse(_place(state), f"there is a row {state.line - 1:,}", f"at most {MOST_ROWS:,} rows are read")
    state.filled += number * state.row_repeat
    if state.filled > MOST_CELLS:
        refuse(state.file, f"the workbook has more than {MOST_CELLS:,} filled cells", "split it")
    for line in range(first, state.line):
        sheet.rows[line] = state.cells
        sheet.faults.update({(line, column): fault for column, fault in state.faults.items()})
        sheet.currencies.update({(line, column): code for column, code in state.currencies.items()})
        if state.row_hidden:
            sheet.hidden_lines.add(line)


def _value(cell: dict[str, str], shown: str) -> tuple[str, Fault | None]:
    """Text of a cell, or why it has none."""
    formula = cell.get(f"{_TABLE}formula", "")
    kind = cell.get(f"{_OFFICE}value-type", "")
    if cell.get(f"{_CALC}value-type") == "error" or (formula and _is_error(shown)):
        return "", error_fault(shown.strip()[:200])
    if kind in {"float", "percentage", "currency"}:
        return _number(cell.get(f"{_OFFICE}value", ""), shown)
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", shown).removesuffix("T00:00:00").replace("T", " "), None
    if kind == "time":
        return _clock(cell.get(f"{_OFFICE}time-value", ""), shown), None
    if kind == "boolean":
        return ("yes" if cell.get(f"{_OFFICE}boolean-value") == "true" else "no"), None
    text = cell.get(f"{_OFFICE}string-value", shown)
    if formula and not kind and not text:
        return "", formula_fault(formula.removeprefix("of:")[:200])
    return text, None


def _is_error(shown: str) -> bool:
    return shown.strip().upper() in ERROR_VALUES or _ERROR.fullmatch(shown.strip()) is not None


def _number(value: str, shown: str) -> tuple[str, Fault | None]:
    try:
        text = number_text(value)
    except ValueError:
        return "", Fault(value[:200], "this is not a number", "write the value again")
    # An order number 00123 is a number with a format that shows the zeros.
    return (shown if shown.isdigit() and shown.isascii() and shown.lstrip("0") == text else text), None


def _clock(duration: str, shown: str) -> str:
    match = _DURATION.fullmatch(duration)
    if match is None:
        return shown
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    total = hours * 3600 + minutes * 60 + seconds
    return f"{match[1]}{total // 3600:02}:{total // 60 % 60:02}:{total % 60:02}"


def _flat(element: Element) -> str:
    """Text of a paragraph; blanks that count are elements of their own there."""
    parts = [_SPACE.sub(" ", element.text or "")]
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "s":
            count = child.get(f"{_TEXT}c", "1")
            parts.append(" " * _count_of(count, _MOST_BLANKS))
        elif name == "tab":
            parts.append("\t")
        elif name == "line-break":
            parts.append("\n")
        elif name not in _NO_TEXT:
            parts.append(_flat(child))
        parts.append(_SPACE.sub(" ", child.tail or ""))
    return "".join(parts)


def _count(element: Element, name: str, most: int) -> int:
    return _count_of(element.get(f"{_TABLE}{name}", "1"), most)


def _count_of(text: str, most: int) -> int:
    """Number of repetitions: at least one, and one more than there can be stands for all larger numbers."""
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        return 1 if len(text) <= 12 else most + 1
    return min(max(int(text), 1), most + 1)


def _place(state: _State) -> str:
    return f"{state.file}, sheet {state.sheets[-1].name}" if state.sheets else state.file
