"""A document: the one form in which commands answer, whatever the output format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Column", "Document", "Section", "Table"]


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and whether its cells are numbers (set to the right)."""

    title: str
    numeric: bool = False
    # Narrow terminals drop columns of a lower priority first.
    wide: bool = False


@dataclass(frozen=True)
class Table:
    """A table of plain texts; `None` is an empty cell. `styles` names a style for each row ("exposed", "unknown", "clear", "")."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    styles: tuple[str, ...] = ()


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
    provenance : dict of str to str
        Program, dataset and settings.
    unknowns : sequence of dict
        What is not known, for the workbook.
    sources : sequence of dict
        Sources used, for the workbook.
    """

    title: str
    lead: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    records: Sequence[dict[str, object]] = ()
    provenance: dict[str, str] = field(default_factory=dict)
    unknowns: Sequence[dict[str, object]] = ()
    sources: Sequence[dict[str, object]] = ()
