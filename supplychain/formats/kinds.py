"""What kind of file a path leads to: a dataset, or a bill of materials in one spreadsheet."""

from __future__ import annotations

from pathlib import Path

from supplychain.bundled import is_bundled
from supplychain.errors import DataError
from supplychain.formats.headers import plain_name, table_named
from supplychain.schema import TABLES

__all__ = ["QUESTIONS_SHEET", "SPREADSHEETS", "TEXTS", "WORKBOOKS", "is_spreadsheet"]

WORKBOOKS = frozenset({".xlsx", ".xlsm"})
TEXTS = frozenset({".csv", ".tsv", ".txt"})
SPREADSHEETS = WORKBOOKS | TEXTS | {".ods"}
"""Endings of the files in which a bill of materials may stand."""

# A workbook with two sheets of these names is a dataset, whatever their headers: `check` says what is wrong with them.
_CORE = frozenset({"parts", "bom", "offers", "suppliers"})
QUESTIONS_SHEET = "about these questions"
"""Sheet of a questionnaire that says which dataset it asks about."""


def is_spreadsheet(source: str | Path) -> bool:
    """Whether a source is a bill of materials in one spreadsheet: not a dataset, not a questionnaire, not a folder.

    A workbook is a dataset if it has two of the sheets parts, bom, offers and suppliers, or one sheet with the name
    and the required columns of a table. A text file is one unless its name and header are those of a table.

    Parameters
    ----------
    source : str or pathlib.Path
        A bundled name or a path.

    Examples
    --------
    >>> is_spreadsheet("uav")
    False
    """
    if is_bundled(source):
        return False
    path = Path(source)
    ending = path.suffix.casefold()
    try:
        if ending not in SPREADSHEETS or not path.is_file():
            return False
    except (OSError, ValueError):  # a name too long, or with a NUL
        return False
    if ending in WORKBOOKS:
        return not _is_dataset_workbook(path)
    return not _is_table(path)


def _is_table(path: Path) -> bool:
    """Whether a text file is one table of a dataset: it has its name, and its required columns."""
    table = table_named(path.stem)
    if table is None:
        return False
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            line = file.readline(100_000)
    except OSError:
        return False
    return any(_has_columns(table.name, line.split(delimiter)) for delimiter in (",", ";", "\t"))


def _has_columns(table: str, cells: list[str]) -> bool:
    names = {plain_name(cell.strip().strip('"')) for cell in cells}
    needed = {column.name for column in TABLES[table].columns if column.required}
    return bool(needed) and needed <= names


def _is_dataset_workbook(path: Path) -> bool:
    from supplychain.formats.spreadsheets.xlsx import first_rows

    try:
        sheets = first_rows(path)
    except DataError:
        return False  # the reader of spreadsheets refuses it, and says why
    named = {table.name: cells for title, cells in sheets.items() if (table := table_named(title)) is not None}
    if len(_CORE & named.keys()) > 1 or QUESTIONS_SHEET in sheets:
        return True
    return any(_has_columns(name, cells) for name, cells in named.items())
