"""Sheets of .xlsx and .xlsm files.

The rows are read here and not by openpyxl: its quick mode knows no merged cells, fills every gap between two rows with
empty ones whatever the file claims, and needs a second pass to tell formulas from values. What a number format means
is still openpyxl's to say.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from xml.etree.ElementTree import Element

from supplychain.formats.archive import Archive, open_archive, refuse, xml_events
from supplychain.formats.spreadsheets.number_formats import currency_of, date_text, is_date, padded
from supplychain.formats.spreadsheets.sheet import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Fault,
    RawSheet,
    column_position,
    error_fault,
    formula_fault,
    number_text,
)

__all__ = ["first_rows", "is_xlsx", "read_xlsx"]

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MOST_STRINGS = 5_000_000
_MOST_MERGED = 200_000
_SAVE = "save the workbook again in a spreadsheet program"


@dataclass(frozen=True)
class _Style:
    """What a cell's style says of its number."""

    code: str = "General"
    date: bool = False
    currency: str = ""


@dataclass(frozen=True)
class _Shared:
    """What all sheets of a workbook share."""

    texts: list[str]
    styles: list[_Style]
    since_1904: bool


@dataclass
class _Cell:
    """The cell that is being read."""

    line: int = 0
    column: int = -1
    kind: str = "n"
    style: int = 0
    value: str | None = None
    formula: str | None = None
    parts: list[str] = field(default_factory=list)


def is_xlsx(archive: Archive) -> bool:
    """Whether an archive is an Office workbook, whatever the name of the file ends in."""
    return any(name.startswith("xl/") for name in archive.members)


def first_rows(path: Path) -> dict[str, list[str]]:
    """Return the cells of the first row of each sheet, which tell what kind of workbook it is.

    Raises
    ------
    DataError
        As `read_xlsx`.
    """
    with open_archive(path) as archive:
        rows = {sheet.name: sheet.rows.get(1, {}) for sheet in read_xlsx(archive, last_line=1)}
    return {name: [row.get(place, "") for place in range(max(row, default=-1) + 1)] for name, row in rows.items()}


def read_xlsx(archive: Archive, *, last_line: int = MOST_ROWS) -> list[RawSheet]:
    """Read every sheet, in the order of the workbook; charts are no sheets.

    Parameters
    ----------
    archive : Archive
    last_line : int
        Rows below this one are not looked at.

    Raises
    ------
    DataError
        If the workbook is broken, or larger than a spreadsheet program allows.
    """
    book = _related(archive, "").get("officeDocument", ["xl/workbook.xml"])[0]
    by_id = _targets(archive, book)
    kinds = _related(archive, book)
    found, since_1904 = _sheets(archive, book)
    shared = _Shared(
        _strings(archive, kinds["sharedStrings"][0]) if "sharedStrings" in kinds else [],
        _styles(archive, kinds["styles"][0]) if "styles" in kinds else [],
        since_1904,
    )
    sheets = []
    filled = 0
    for name, hidden, relation in found:
        kind, target = by_id.get(relation, ("", ""))
        if kind in {"chartsheet", "dialogsheet", "xlMacrosheet"}:
            continue
        if not target:
            refuse(archive.file, f"the sheet {name} is missing", _SAVE)
        sheet = RawSheet(name=name, hidden=hidden)
        filled += _read_sheet(archive, target, sheet, shared, filled, last_line)
        sheets.append(sheet)
    if not sheets:
        refuse(archive.file, "the workbook has no sheet", "an .xlsx file with a table")
    return sheets


def _targets(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Relation id to kind and target of what a part of the workbook refers to."""
    folder, base = posixpath.split(part)
    name = posixpath.join(folder, "_rels", f"{base}.rels")
    if name.casefold() not in archive.members:
        return {}
    targets = {}
    for event, tag, element in xml_events(archive, name):
        if event == "start" and tag == "Relationship" and element.get("TargetMode", "") != "External":
            target = element.get("Target", "").replace("\\", "/")
            target = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            )
            targets[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], target)
    return targets


def _related(archive: Archive, part: str) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for kind, target in _targets(archive, part).values():
        if target.casefold() in archive.members:
            kinds.setdefault(kind, []).append(target)
    return kinds


def _sheets(archive: Archive, book: str) -> tuple[list[tuple[str, bool, str]], bool]:
    """Name, whether hidden and relation id of each sheet, and whether days are counted from 1904."""
    found = []
    since_1904 = False
    for event, tag, element in xml_events(archive, book):
        if event != "start":
            continue
        if tag == "sheet":
            relation = element.get(_RELATION) or element.get(_STRICT_RELATION) or ""
            found.append((element.get("name", ""), element.get("state", "visible") != "visible", relation))
        elif tag == "workbookPr":
            since_1904 = element.get("date1904", "0") in {"1", "true", "on"}
    return found, since_1904


def _strings(archive: Archive, name: str) -> list[str]:
    texts: list[str] = []
    parts: list[str] = []
    phonetic = 0
    for event, tag, element in xml_events(archive, name):
        if tag == "rPh":  # how Japanese words are said; no part of the text
            phonetic += 1 if event == "start" else -1
        elif event == "end" and tag == "t" and not phonetic:
            parts.append(element.text or "")
        elif event == "end" and tag == "si":
            texts.append(_unescaped("".join(parts)))
            parts = []
            if len(texts) > _MOST_STRINGS:
                refuse(archive.file, f"the workbook has more than {_MOST_STRINGS:,} texts", "split it")
    return texts


def _unescaped(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(_character, text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text)


def _character(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return match[0] if 0xD800 <= number <= 0xDFFF else chr(number)


def _styles(archive: Archive, name: str) -> list[_Style]:
    """Style of each number that cells refer to."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    codes: dict[str, str] = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    used: list[str] = []
    inside = False
    for event, tag, element in xml_events(archive, name):
        if tag == "cellXfs":
            inside = event == "start"
        elif event == "start" and tag == "numFmt":
            codes[element.get("numFmtId", "")] = element.get("formatCode", "")
        elif event == "start" and tag == "xf" and inside:
            used.append(element.get("numFmtId", "0"))
    known: dict[str, _Style] = {}
    for number in used:
        if number not in known:
            code = codes.get(number, "General")
            # 27-36 and 50-58 are dates in East Asian versions; no number is written with them elsewhere.
            eastern = number not in codes and number.isdigit() and (27 <= int(number) <= 36 or 50 <= int(number) <= 58)
            known[number] = _Style(code, eastern or is_date(code), currency_of(code))
    return [known[number] for number in used]


def _read_sheet(archive: Archive, name: str, sheet: RawSheet, shared: _Shared, before: int, last_line: int) -> int:
    """Fill a sheet; return how many cells have content."""
    cell = _Cell()
    inside = False
    phonetic = 0
    filled = 0
    for event, tag, element in xml_events(archive, name):
        if event == "start":
            if tag == "c":
                inside = True
                _begin_cell(cell, element, archive.file, sheet)
            elif tag == "row":
                _begin_row(cell, element, archive.file, sheet)
                if cell.line > last_line:
                    break
            elif tag == "rPh":
                phonetic += 1
            elif not inside:
                _layout(tag, element, archive.file, sheet)
        elif tag == "rPh":
            phonetic -= 1
        elif inside:
            if tag == "v":
                cell.value = element.text or ""
            elif tag == "f":
                cell.formula = element.text or ""
            elif tag == "t" and not phonetic:
                cell.parts.append(element.text or "")
            elif tag == "c":
                inside = False
                filled += _end_cell(cell, archive.file, sheet, shared)
                if before + filled > MOST_CELLS:
                    refuse(archive.file, f"the workbook has more than {MOST_CELLS:,} filled cells", "split it")
    return filled


def _begin_row(cell: _Cell, element: Element, file: str, sheet: RawSheet) -> None:
    stated = element.get("r")
    line = cell.line + 1 if stated is None else _whole(stated, file, sheet)
    if not 1 <= line <= MOST_ROWS:
        refuse(f"{file}, sheet {sheet.name}", f"there is a row {line:,}", f"at most {MOST_ROWS:,} rows are read")
    cell.line, cell.column = line, -1
    if element.get("hidden") in {"1", "true"}:
        sheet.hidden_lines.add(line)


def _begin_cell(cell: _Cell, element: Element, file: str, sheet: RawSheet) -> None:
    place = element.get("r")
    if place is None:
        cell.column += 1
    else:
        line, cell.column = _place(place, file, sheet)
        cell.line = line
    if cell.column >= MOST_COLUMNS:
        refuse(
            f"{file}, sheet {sheet.name}", f"there is a column {cell.column + 1:,}", f"at most {MOST_COLUMNS:,} exist"
        )
    cell.kind = element.get("t", "n")
    cell.style = _whole(element.get("s", "0"), file, sheet)
    cell.value = cell.formula = None
    cell.parts = []


def _layout(tag: str, element: Element, file: str, sheet: RawSheet) -> None:
    if tag == "mergeCell":
        first, _, last = element.get("ref", "").partition(":")
        if last:
            if len(sheet.merged) >= _MOST_MERGED:
                refuse(f"{file}, sheet {sheet.name}", f"more than {_MOST_MERGED:,} merged cells", "keep plain cells")
            sheet.merged.append((*_place(first, file, sheet), *_place(last, file, sheet)))
    elif tag == "col" and element.get("hidden") in {"1", "true"}:
        first_column = _whole(element.get("min", "1"), file, sheet)
        last_column = min(_whole(element.get("max", "1"), file, sheet), MOST_COLUMNS)
        sheet.hidden_columns.update(range(first_column - 1, last_column))


def _end_cell(cell: _Cell, file: str, sheet: RawSheet, shared: _Shared) -> bool:
    """Keep the cell that was read; return whether it has content."""
    place = (cell.line, cell.column)
    style = shared.styles[cell.style] if 0 <= cell.style < len(shared.styles) else _Style()
    # An empty text is a value of a formula, a missing one is none.
    if cell.formula is not None and not cell.value and not cell.parts and cell.kind != "str":
        sheet.faults[place] = formula_fault(f"={cell.formula}"[:200])
        return True
    if cell.kind == "e":
        sheet.faults[place] = error_fault(cell.value or "#VALUE!")
        return True
    text = _cell_text(cell, file, sheet, shared, style)
    if not text:
        return False
    sheet.rows.setdefault(cell.line, {})[cell.column] = text
    if style.currency and cell.kind == "n":
        sheet.currencies[place] = style.currency
    return True


def _cell_text(cell: _Cell, file: str, sheet: RawSheet, shared: _Shared, style: _Style) -> str:
    value = cell.value
    if cell.kind == "inlineStr":
        return _unescaped("".join(cell.parts))
    if not value:
        return ""
    if cell.kind == "s":
        index = _whole(value, file, sheet)
        if not 0 <= index < len(shared.texts):
            refuse(f"{file}, sheet {sheet.name}", f"row {cell.line}: a text is missing", _SAVE)
        return shared.texts[index]
    if cell.kind == "b":
        return "yes" if value.strip() in {"1", "true"} else "no"
    if cell.kind == "d":
        return _iso(value)
    if cell.kind == "n":
        return _number(cell, value, sheet, style, since_1904=shared.since_1904)
    return _unescaped(value)


def _number(cell: _Cell, value: str, sheet: RawSheet, style: _Style, *, since_1904: bool) -> str:
    try:
        if style.date:
            return date_text(float(value), style.code, since_1904=since_1904)
        return padded(number_text(value), style.code)
    except ValueError:
        message = "the number is no date" if style.date else "this is not a number"
        sheet.faults[cell.line, cell.column] = Fault(value[:200], message, "write the value again")
        return ""


def _iso(value: str) -> str:
    """Return a date in ISO 8601 without a midnight nobody wrote."""
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return value
    return moment.date().isoformat() if moment.time() == dt.time() else moment.replace(tzinfo=None).isoformat(sep=" ")


def _place(reference: str, file: str, sheet: RawSheet) -> tuple[int, int]:
    match = _PLACE.fullmatch(reference) or _PLACE.fullmatch(reference.upper())
    if match is None:
        refuse(f"{file}, sheet {sheet.name}", f"{reference[:40]!r} names no cell", _SAVE)
    line = int(match[2])
    if not 1 <= line <= MOST_ROWS:
        refuse(f"{file}, sheet {sheet.name}", f"there is a row {line:,}", f"at most {MOST_ROWS:,} rows are read")
    return line, _column(match[1])


_column = lru_cache(maxsize=MOST_COLUMNS)(column_position)  # asked once for each cell


def _whole(text: str, file: str, sheet: RawSheet) -> int:
    if not (text.isascii() and text.strip().isdigit() and len(text) < 12):
        refuse(f"{file}, sheet {sheet.name}", f"{text[:40]!r} is no row, text or style number", _SAVE)
    return int(text)
