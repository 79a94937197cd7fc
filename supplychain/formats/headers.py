"""The names of columns and tables, as people write them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from supplychain.errors import Problem
from supplychain.schema import TABLES, Table

__all__ = ["plain_name", "read_header", "table_named"]


def table_named(text: str) -> Table | None:
    """Return the table that a file or a sheet is named after; case, blanks, points and hyphens do not matter."""
    return TABLES.get(plain_name(text))


def read_header(cells: Sequence[str], table: Table, file: str) -> tuple[list[str] | None, list[Problem]]:
    """Return the names of the columns, None if they cannot be used, and what is wrong with them.

    Known names are recognised whatever their case and blanks ("Part ID"); unknown columns keep their names.
    """
    known = set(table.column_names)
    names = [plain_name(cell) if plain_name(cell) in known else cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()  # a spreadsheet's empty columns at the right
    problems = []
    if not names:
        problems.append(
            Problem("error", file, 1, "", "", "the header is empty", f"a header: {','.join(table.column_names)}")
        )
    for position, name in enumerate(names):
        if not name:
            problems.append(
                Problem("error", file, 1, "", "", f"column {position + 1} has no name", "name it, or delete it")
            )
        elif names.index(name) < position:
            problems.append(Problem("error", file, 1, name, name, "two columns have this name", "rename or delete one"))
    present = set(names)
    missing = [column for column in table.columns if column.required and column.name not in present]
    unknown = [name for name in names if name not in known]
    for column in missing:
        near = difflib.get_close_matches(column.name, unknown, n=1, cutoff=0.6)
        found = f"; is it the column {near[0]!r}?" if near else ""
        problems.append(Problem("error", file, 1, column.name, "", "the column is missing", column.description + found))
    absent = [column.name for column in table.columns if not column.required and column.name not in present]
    for name in unknown:
        near = difflib.get_close_matches(name.casefold(), absent, n=1, cutoff=0.8)
        if near:
            problems.append(
                Problem("warning", file, 1, name, name, "unknown column, kept but not used", f"is it {near[0]}?")
            )
    usable = not any(problem.severity == "error" for problem in problems)
    return (names if usable else None), problems


def plain_name(text: str) -> str:
    """Lower case, with one underscore for blanks, points and hyphens."""
    return re.sub(r"[\W_]+", "_", text.strip().casefold()).strip("_")
