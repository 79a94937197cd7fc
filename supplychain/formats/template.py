"""An empty workbook to fill in: a sheet per table, notes on its columns, lists to choose from, two example rows."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from supplychain.countries import countries
from supplychain.schema import TABLES, Column, Table

__all__ = ["EXAMPLES", "template"]

_LAST_ROW = 5000  # so far down reach the lists to choose from
_COUNTRIES = "countries"
_MARK = "Example: delete this row"

EXAMPLES: Mapping[str, tuple[Mapping[str, str | float], ...]] = MappingProxyType(
    {
        "parts": (
            {
                "part_id": "example_drone",
                "name": "Example drone",
                "kind": "product",
                "stage": "product",
                "unit": "piece",
                "description": _MARK,
            },
            {
                "part_id": "example_motor",
                "name": "Example motor",
                "category": "propulsion",
                "kind": "component",
                "stage": "component",
                "unit": "piece",
                "description": _MARK,
            },
        ),
        "bom": (
            {
                "parent_id": "example_drone",
                "child_id": "example_motor",
                "quantity": 4,
                "unit": "piece",
                "slot": "motors",
                "supplier_id": "example_maker",
                "share": 0.75,
                "basis": "assumption",
                "note": f"{_MARK}. Lines of one slot are alternatives",
            },
            {
                "parent_id": "example_drone",
                "child_id": "example_motor",
                "quantity": 4,
                "unit": "piece",
                "slot": "motors",
                "supplier_id": "example_second_maker",
                "share": 0.25,
                "basis": "assumption",
                "note": f"{_MARK}. The other quarter of the motors",
            },
        ),
        "offers": (
            {
                "part_id": "example_motor",
                "supplier_id": "example_maker",
                "product_name": "Motor A",
                "origin_country": "TWN",
                "unit_cost_usd": 20,
                "note": _MARK,
            },
            {
                "part_id": "example_motor",
                "supplier_id": "example_second_maker",
                "product_name": "Motor B",
                "origin_country": "JPN",
                "unit_cost_usd": 25,
                "note": _MARK,
            },
        ),
        "suppliers": (
            {
                "supplier_id": "example_maker",
                "name": "Example Maker",
                "kind": "firm",
                "country": "TWN",
                "note": f"{_MARK}. The firm is invented",
            },
            {
                "supplier_id": "example_second_maker",
                "name": "Example Second Maker",
                "kind": "firm",
                "country": "JPN",
                "note": f"{_MARK}. The firm is invented",
            },
        ),
    }
)
"""Rows of the tables that every dataset has: together a dataset without error or warning."""

_README = (
    ("What this is", "Tables for supplychain: one sheet per table, one row per fact."),
    ("", "這是 supplychain 的資料表：每張工作表是一個表，每一列是一項事實。"),
    ("How to begin", "Replace the example rows of parts, bom, offers and suppliers by your own; all other sheets are"),
    ("", "optional and may stay empty. Keep the names of the sheets and of the columns."),
    ("", "請以自己的資料取代 parts、bom、offers、suppliers 的範例列；其他工作表可以留白。請勿更改工作表與欄位的名稱。"),
    ("Columns", "Point at a column's name to read what it holds. Blue names are required, the others may stay empty."),
    ("", "將游標移到欄位名稱上即可看到說明。藍色欄位為必填，其餘可以留白。"),
    ("Empty cells", "Empty means unknown: not zero, and not none. Own columns may be added; they are kept."),
    ("", "空白代表未知，不代表零或沒有。可以自行增加欄位，內容會保留。"),
    ("Countries", "A code, or a name in English or Chinese. Taiwan is TWN; Hong Kong is HKG, Macao is MAC."),
    ("", "可填代碼或中英文國名。臺灣為 TWN，香港為 HKG，澳門為 MAC。"),
    ("Then", "supplychain check FILE.xlsx says what is wrong, row by row; supplychain flags FILE.xlsx answers."),
)


def template() -> bytes:
    """Return the bytes of an .xlsx file that loads as it is.

    Every table of `schema.TABLES` has a sheet, the required ones first. A column's name carries a note that says what
    the column holds; where it takes one of a few words, or a country, there is a list to choose from. The four tables
    that every dataset has hold two example rows each.

    Examples
    --------
    >>> template()[:2]
    b'PK'
    """
    from openpyxl import Workbook

    book: Any = Workbook()
    _write_readme(book.active)
    for table in sorted(TABLES.values(), key=lambda table: not table.required):
        _write_table(book.create_sheet(table.name), table)
    _write_countries(book.create_sheet(_COUNTRIES))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_readme(sheet: Any) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.title = "read me"
    for number, (title, text) in enumerate(_README, start=1):
        _put(sheet, number, 1, title).font = Font(bold=True)
        _put(sheet, number, 2, text)
    start = len(_README) + 2
    _put(sheet, start, 1, "Sheets").font = Font(bold=True)
    for number, table in enumerate(sorted(TABLES.values(), key=lambda table: not table.required), start=start):
        needed = "required" if table.required else "optional"
        _put(sheet, number, 2, f"{table.name} ({needed}): {table.description}")
    for row in sheet.iter_rows(min_col=2, max_col=2):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 100


def _write_table(sheet: Any, table: Table) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill

    rows = EXAMPLES.get(table.name, ())
    for place, column in enumerate(table.columns, start=1):
        cell = _put(sheet, 1, place, column.name)
        cell.font = Font(bold=True)
        if column.required:
            cell.fill = PatternFill("solid", start_color="BDD7EE")
        note = _note(column)
        cell.comment = Comment(
            note, "supplychain", width=340, height=30 + 18 * (note.count("\n") + 1 + len(note) // 45)
        )
        letter = cell.column_letter
        for number, row in enumerate(rows, start=2):
            if column.name in row:
                _put(sheet, number, place, row[column.name])
        texts = [column.name, *(str(row.get(column.name, "")) for row in rows)]
        sheet.column_dimensions[letter].width = min(48, max(10, *(len(text) + 3 for text in texts)))
        _offer_choices(sheet, letter, column)
        if column.dtype in {"text", "ids", "date", "country"}:
            # A spreadsheet program would make a day of 1-2 and drop the zeros of 007.
            sheet.column_dimensions[letter].number_format = "@"
            for number in range(2, len(rows) + 2):
                sheet.cell(number, place).number_format = "@"
    sheet.freeze_panes = "A2"


def _note(column: Column) -> str:
    """What a column holds, as the data dictionary says it."""
    lines = [column.description + "."]
    if column.required:
        lines.append("Required.")
    if column.vocabulary:
        lines.append(f"One of: {', '.join(column.vocabulary)}.")
    if column.unit and column.unit != "1":
        lines.append(f"Unit: {column.unit}.")
    if column.references:
        lines.append(f"A key of {column.references.partition('.')[0]}, column {column.references.partition('.')[2]}.")
    lines.append(_FORMS[column.dtype])
    return "\n".join(line for line in lines if line)


_FORMS = {
    "text": "",
    "number": "A number, 0 or more.",
    "integer": "A whole number.",
    "share": "A number from 0 to 1.",
    "country": "A country: code or name, see the sheet countries.",
    "date": "A day: 2026-01-31; or 2026-01, or 2026.",
    "ids": "Several are joined by semicolons.",
}


def _offer_choices(sheet: Any, letter: str, column: Column) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    strict = bool(column.vocabulary)
    if column.vocabulary:
        source = f'"{",".join(column.vocabulary)}"'
    elif column.dtype == "country":
        source = f"{_COUNTRIES}!$A$2:$A${len(countries()) + 1}"
    elif column.references and column.dtype == "text":
        table, _, name = column.references.partition(".")
        place = _letter(TABLES[table].column_names.index(name))
        source = f"{table}!${place}$2:${place}${_LAST_ROW}"
    else:
        return
    choices = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=strict)
    if strict:
        choices.errorTitle = column.name[:32]
        choices.error = f"One of: {', '.join(column.vocabulary)}"[:225]
    choices.add(f"{letter}2:{letter}{_LAST_ROW}")
    sheet.add_data_validation(choices)


def _write_countries(sheet: Any) -> None:
    """The codes to choose from; no table of the dataset has this name."""
    rows: Sequence[tuple[str, str, str]] = [
        ("code", "name", "name_zh"),
        *((country.alpha3, country.name, country.name_zh) for country in countries().values()),
    ]
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            _put(sheet, number, place, text)
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["B"].width = sheet.column_dimensions["C"].width = 36


def _letter(position: int) -> str:
    from openpyxl.utils import get_column_letter

    letter: str = get_column_letter(position + 1)
    return letter


def _put(sheet: Any, row: int, column: int, value: str | float) -> Any:
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = would become a formula
    return cell
