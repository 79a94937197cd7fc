"""A document: the one form in which commands answer, whatever the output format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Column", "Document", "Section", "Table", "printable"]

# Control characters, and the signs that turn the direction of what follows them on a line.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""Return a text without control characters: on a terminal they would be obeyed, and files may not hold them.

    Examples
    --------
    >>> printable("plain \x1b[31mred")
    'plain �[31mred'
    """
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", re.sub(r"\r\n?", "\n", text))


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and whether its cells are numbers (set to the right)."""

    title: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """A table of plain texts.

    `styles` names a style for each row ("exposed", "unknown", "clear", "error", "warning", ""): that of its cell in the
    column `styled`.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    styles: tuple[str, ...] = ()
    styled: int = 0


@dataclass(frozen=True)
class Section:
    """A heading with sentences and at most one table."""

    title: str
    lines: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Document:
    """An answer.

    Attributes
    ----------
    title : str
    lead : tuple of str
        Sentences below the title.
    sections : tuple of Section
    records : sequence of dict
        The main table with raw values, one dict per row: what CSV and the first sheet of a workbook hold.
    names : sequence of str
        Columns of the main table, where it may have no row that tells them.
    provenance : dict of str to str
        Program, dataset and settings.
    unknowns : sequence of dict
        What is not known, for the workbook.
    sources : sequence of dict
        Sources used, for the workbook.
    account : tuple of Section
        How a spreadsheet was read, for the workbook: sections that stand among the others too.
    """

    title: str
    lead: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    records: Sequence[dict[str, object]] = ()
    names: Sequence[str] = ()
    provenance: dict[str, str] = field(default_factory=dict)
    unknowns: Sequence[dict[str, object]] = ()
    sources: Sequence[dict[str, object]] = ()
    account: tuple[Section, ...] = ()
