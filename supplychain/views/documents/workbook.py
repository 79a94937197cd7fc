"""A document as a workbook: the table, the sources used, the unknowns, and a read-me sheet."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from supplychain.views.documents.document import Document, Section, printable

__all__ = ["to_workbook", "write_cell"]

_LONGEST = 32767  # characters that a cell may hold
_LONGEST_TITLE = 31


def to_workbook(document: Document) -> bytes:
    """Return the bytes of an .xlsx file; texts are texts there, never formulas."""
    from openpyxl import Workbook

    book: Any = Workbook()
    sheet = book.active
    sheet.title = "table"
    _fill(sheet, document.records, document.names)
    _fill(book.create_sheet("sources"), document.sources)
    _fill(book.create_sheet("unknowns"), document.unknowns)
    _fill_account(book, document.account)
    readme = book.create_sheet("read me")
    _fill(
        readme,
        [
            {"what": "title", "value": document.title},
            *({"what": "summary", "value": line} for line in document.lead),
            *({"what": name.replace("_", " "), "value": value} for name, value in document.provenance.items()),
        ],
    )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill_account(book: Any, sections: Sequence[Section]) -> None:
    """Write how a spreadsheet was read: a sheet with its sentences, and one for each of its tables."""
    if not sections:
        return
    said = [{"about": section.title, "what": line} for section in sections for line in section.lines]
    _fill(book.create_sheet("how the file was read"), said)
    for section in sections:
        if section.table is None:
            continue
        names = [column.title for column in section.table.columns]
        rows = [dict(zip(names, row, strict=True)) for row in section.table.rows]
        _fill(book.create_sheet(section.title.partition(",")[0][:_LONGEST_TITLE].strip()), rows, names)


def _fill(sheet: Any, rows: Sequence[Mapping[str, object]], names: Sequence[str] = ()) -> None:
    from openpyxl.styles import Font

    names = list(names) or list(dict.fromkeys(name for row in rows for name in row))
    for place, name in enumerate(names or ["(nothing)"], start=1):
        write_cell(sheet.cell(1, place), name)
        sheet.cell(1, place).font = Font(bold=True)
    for number, row in enumerate(rows, start=2):
        for place, name in enumerate(names, start=1):
            if row.get(name) is not None:
                write_cell(sheet.cell(number, place), row[name])
    sheet.freeze_panes = "A2"
    for place, name in enumerate(names, start=1):
        longest = max([len(name), *(len(str(row.get(name) or "")) for row in rows[:200])])
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = min(60, max(8, longest + 2))


def write_cell(cell: Any, value: object) -> None:
    """Write a value; a text stays a text, also where somebody edits the cell later."""
    if isinstance(value, bool | int | float):
        cell.value = value
        return
    cell.value = printable(str(value))[:_LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = cell.value[:1] in {"=", "+", "-", "@"}
