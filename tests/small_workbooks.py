"""Small spreadsheets for tests: written from rows or from the XML of the format, and read."""

import io
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import openpyxl

from supplychain.formats.spreadsheets.grid import read_grids
from supplychain.formats.spreadsheets.values import Grid

Rows = tuple[tuple[str, ...], ...]


def workbook(path: Path, rows: list[list[object]], **cells: object) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place, value in cells.items():
        book.active[place] = value
    book.save(path)
    return path


def raw_workbook(path: Path, sheet: str, *, styles: str = "", more: dict[str, str] | None = None) -> Path:
    """Write a workbook whose sheet is the XML that is given."""
    empty = io.BytesIO()
    openpyxl.Workbook().save(empty)
    new = {"xl/worksheets/sheet1.xml": sheet, **(more or {})}
    if styles:
        new["xl/styles.xml"] = styles
    with zipfile.ZipFile(empty) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in old.namelist():
            archive.writestr(member, new.pop(member, None) or old.read(member))
        for member, content in new.items():
            archive.writestr(member, content)
    return path


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet_xml(rows: str, after: str = "", before: str = "") -> str:
    return f"<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def ods(path: Path, tables: str, styles: str = "", mimetype: str = "spreadsheet") -> Path:
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in [("office", "office"), ("table", "table"), ("text", "text"), ("style", "style")]
    )
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    draw = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    content = (
        f"<office:document-content {names} {calc} {draw}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{mimetype}>{tables}</office:{mimetype}></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{mimetype}")
        archive.writestr("content.xml", content)
    return path


def ods_table(rows: str, name: str = "Sheet1", attributes: str = "") -> str:
    return f"<table:table table:name={quoteattr(name)} {attributes}>{rows}</table:table>"


def ods_row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def ods_cell(text: str = "", attributes: str = "") -> str:
    if not text:
        return f"<table:table-cell {attributes}/>"
    lines = "".join(f"<text:p>{ods_text(line)}</text:p>" for line in text.split("\n"))
    kind = "" if "value-type" in attributes else 'office:value-type="string"'
    return f"<table:table-cell {kind} {attributes}>{lines}</table:table-cell>"


def ods_text(line: str) -> str:
    return re.sub("  +", lambda m: f' <text:s text:c="{len(m[0]) - 1}"/>', escape(line)).replace("\t", "<text:tab/>")


def only(path: Path) -> Grid:
    (grid,) = read_grids(path)
    return grid


def said(grid: Grid) -> list[tuple[int | None, str, str]]:
    assert all(p.severity == "warning" for p in grid.problems)
    return [(p.row, p.column, p.value) for p in grid.problems]


def text_file(path: Path, content: str | bytes) -> Grid:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return only(path)
