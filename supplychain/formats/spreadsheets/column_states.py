"""A column while it is found out what it is used for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from supplychain.formats.spreadsheets.headers import HeaderMeaning, read_header

__all__ = ["Column", "State"]


@dataclass(frozen=True)
class Column:
    """One column below its header.

    Attributes
    ----------
    position : int
    header : str
        As it stands in the file.
    cells : sequence of str
        Below the header.
    """

    position: int
    header: str
    cells: Sequence[str]


@dataclass
class State:
    """The state of one column while the others are read.

    Attributes
    ----------
    column : Column
    meaning : HeaderMeaning
        What its header says.
    field : str or None
        None: not settled.
    number : int
    answered : bool
        Whether a person said what the column is.
    choices : tuple of str
        Of the question that is left.
    unit, start
        As in `ColumnUse`, of a price.
    """

    column: Column
    meaning: HeaderMeaning
    field: str | None = None
    number: int = 1
    answered: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""
    start: float = 0.0

    @classmethod
    def of(cls, column: Column) -> State:
        """Return the state of a column of which only the header is read."""
        return cls(column, read_header(column.header))
