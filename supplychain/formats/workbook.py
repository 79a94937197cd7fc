"""Workbooks (.xlsx) with a sheet per table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from supplychain.dataset import Place
from supplychain.errors import Problem
from supplychain.formats.archive import open_archive
from supplychain.formats.cells import RawTable
from supplychain.formats.headers import read_header, table_named
from supplychain.formats.spreadsheets.sheet import RawSheet, column_letter
from supplychain.formats.spreadsheets.xlsx import read_xlsx
from supplychain.schema import Table

__all__ = ["read_workbook"]

_MOST_ERRORS = 100  # cells that are named one by one


def read_workbook(path: Path) -> dict[str, RawTable]:
    """Read every sheet that is named after a table; of a formula the value that was saved with it counts.

    Raises
    ------
    DataError
        If the file is broken, protected by a password, or would unpack to more than a workbook ever needs.
    """
    tables: dict[str, RawTable] = {}
    with open_archive(path) as archive:
        for sheet in read_xlsx(archive):
            table = table_named(sheet.name)
            if table is None:
                continue
            file = f"{path.name}, sheet {sheet.name}"
            if table.name in tables:
                problem = Problem("error", file, None, "", "", f"two sheets hold the table {table.name}", "keep one")
                tables[table.name].problems.append(problem)
                continue
            tables[table.name] = _read_sheet(sheet, table, file)
        for raw in list(tables.values())[:1]:  # said once, whichever table it is said of
            raw.problems.extend(archive.problems)
    return tables


def _read_sheet(sheet: RawSheet, table: Table, file: str) -> RawTable:
    first = sheet.rows.get(1, {})
    header, problems = read_header([first.get(place, "") for place in range(max(first, default=-1) + 1)], table, file)
    if header is None:
        return RawTable(table, pd.DataFrame(), Place(file), problems)
    width = len(header)
    cells: list[list[str]] = []
    lines: list[int] = []
    for line, row in sorted(sheet.rows.items()):
        if line == 1:
            continue
        beyond = [row[place] for place in sorted(row) if place >= width]
        if beyond:
            problems.append(
                Problem("error", file, line, "", beyond[0], "a cell right of the header", "name the column")
            )
        cells.append([row.get(place, "") for place in range(width)])
        lines.append(line)
    problems.extend(_faults(sheet, header, file))
    frame = pd.DataFrame(cells, columns=pd.Index(header, dtype=object), dtype=object)
    return RawTable(table, frame, Place(file, np.array(lines, dtype=np.int64)), problems)


def _faults(sheet: RawSheet, header: list[str], file: str) -> list[Problem]:
    """Cells without a value: a program wrote formulas and no spreadsheet has computed them, or they hold an error."""
    problems = []
    faults = sorted(sheet.faults.items(), key=lambda item: item[0])
    for (line, place), fault in faults[:_MOST_ERRORS]:
        column = header[place] if place < len(header) else column_letter(place)
        problems.append(Problem("error", file, line, column, fault.text, fault.message, fault.hint))
    if len(faults) > _MOST_ERRORS:
        more = f"{len(faults) - _MOST_ERRORS:,} more cells have no value"
        problems.append(Problem("error", file, None, "", "", more, faults[_MOST_ERRORS][1].hint))
    return problems
