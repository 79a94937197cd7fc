"""Workbooks (.xlsx) with a sheet per table."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from supplychain.dataset import Place
from supplychain.errors import DataError, Problem
from supplychain.formats.cells import RawTable
from supplychain.formats.headers import read_header, table_named
from supplychain.schema import Table

__all__ = ["read_workbook"]

_FORMULA = re.compile(rb"<f[ >/]")


def read_workbook(path: Path) -> dict[str, RawTable]:
    """Read every sheet that is named after a table; of a formula the value that was saved with it counts."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets errors of zipfile, XML and its own through
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(
            [Problem("error", path.name, None, "", "", f"the workbook cannot be read: {reason}", "an .xlsx file")]
        ) from error
    tables: dict[str, RawTable] = {}
    try:
        for sheet in book.worksheets:
            table = table_named(sheet.title)
            if table is None:
                continue
            file = f"{path.name}, sheet {sheet.title}"
            if table.name in tables:
                problem = Problem("error", file, None, "", "", f"two sheets hold the table {table.name}", "keep one")
                tables[table.name].problems.append(problem)
                continue
            sheet.reset_dimensions()  # some writers state a wrong range
            tables[table.name] = _read_sheet(sheet.iter_rows(values_only=True), table, file)
        unsaved = _unsaved_formulas(path, openpyxl, tables)
    except (KeyError, ValueError, TypeError, AttributeError, SyntaxError, zipfile.BadZipFile, EOFError) as error:
        raise DataError(
            [Problem("error", path.name, None, "", "", f"a sheet cannot be read: {error}", "an .xlsx file")]
        ) from error
    finally:
        book.close()
    for name, problems in unsaved.items():
        tables[name].problems.extend(problems)
    return tables


def _read_sheet(rows: Iterable[tuple[object, ...]], table: Table, file: str) -> RawTable:
    iterator = iter(rows)
    header, problems = read_header([_text(value) for value in next(iterator, ())], table, file)
    if header is None:
        return RawTable(table, pd.DataFrame(), Place(file), problems)
    width = len(header)
    cells: list[list[str]] = []
    lines: list[int] = []
    for line, row in enumerate(iterator, start=2):
        texts = [_text(value) for value in row]
        beyond = [text for text in texts[width:] if text]
        if beyond:
            problems.append(
                Problem("error", file, line, "", beyond[0], "a cell right of the header", "name the column")
            )
        if any(texts):
            cells.append((texts + [""] * width)[:width])
            lines.append(line)
    frame = pd.DataFrame(cells, columns=pd.Index(header, dtype=object), dtype=object)
    return RawTable(table, frame, Place(file, np.array(lines, dtype=np.int64)), problems)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("_x000D_", "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value)


def _unsaved_formulas(path: Path, openpyxl: object, tables: dict[str, RawTable]) -> dict[str, list[Problem]]:
    """Formulas without a saved value: a program wrote them and no spreadsheet has computed them yet."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(_FORMULA.search(archive.read(name)) for name in sheets):
            return {}
    book = openpyxl.load_workbook(path, read_only=True, data_only=False)  # type: ignore[attr-defined]
    values = openpyxl.load_workbook(path, read_only=True, data_only=True)  # type: ignore[attr-defined]
    found: dict[str, list[Problem]] = {}
    try:
        for sheet in book.worksheets:
            table = table_named(sheet.title)
            if table is None or table.name not in tables:
                continue
            file = tables[table.name].place.file
            header: list[str] = []
            both = zip(sheet.iter_rows(values_only=True), values[sheet.title].iter_rows(values_only=True), strict=False)
            for line, (formulas, saved) in enumerate(both, start=1):
                header = header or [_text(value) for value in formulas]
                for position, (formula, value) in enumerate(zip(formulas, saved, strict=False)):
                    if isinstance(formula, str) and formula.startswith("=") and value is None:
                        column = header[position] if position < len(header) else ""
                        found.setdefault(table.name, []).append(
                            Problem("error", file, line, column, formula, "the formula has no saved value", _COMPUTE)
                        )
    finally:
        book.close()
        values.close()
    return found


_COMPUTE = "open the workbook in a spreadsheet program and save it, or write the value"
