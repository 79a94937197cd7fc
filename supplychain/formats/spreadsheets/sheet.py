"""A sheet as a reader of one kind of file finds it, before it becomes a grid; and how much of it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from supplychain.errors import Problem

__all__ = [
    "ERROR_VALUES",
    "MOST_CELLS",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Fault",
    "RawSheet",
    "column_letter",
    "column_position",
    "error_fault",
    "formula_fault",
    "number_text",
]

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
"""Of a sheet in any spreadsheet program; cells beyond are no cells."""
MOST_CELLS = 5_000_000
"""Filled cells of all sheets of a file together."""


@dataclass(frozen=True)
class Fault:
    """A cell whose text cannot be had.

    Attributes
    ----------
    text : str
        The formula, or the error as it stands in the cell (#REF!).
    message, hint : str
    """

    text: str
    message: str
    hint: str


@dataclass(frozen=True)
class RawSheet:
    """Cells with content of one sheet.

    Attributes
    ----------
    name : str
        Empty for a text file.
    hidden : bool
    rows : dict of int to (dict of int to str)
        Line in the file, from 1, to place of the column, from 0, to text; only cells that are not empty.
    numbered : bool
        Whether lines count rows, so that a line that is not there is an empty row (not so in a text file, whose rows
        can run over several lines).
    merged : list of tuple of int
        First line, first column, last line, last column.
    currencies : dict of (int, int) to str
        Line and column to ISO 4217 code.
    faults : dict of (int, int) to Fault
    hidden_lines, hidden_columns : set of int
    problems : list of Problem
        Of the sheet as a whole.
    """

    name: str = ""
    hidden: bool = False
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    numbered: bool = True
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    currencies: dict[tuple[int, int], str] = field(default_factory=dict)
    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)
    hidden_lines: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


ERROR_VALUES: Mapping[str, str] = {
    "#REF!": "a cell that the formula uses is gone",
    "#DIV/0!": "the formula divides by zero or by an empty cell",
    "#N/A": "a look-up found nothing",
    "#NAME?": "the formula uses a name that is not known",
    "#NULL!": "the formula is wrong",
    "#NUM!": "the formula gives no number",
    "#VALUE!": "the formula uses a text as a number",
    "#GETTING_DATA": "the value was still being fetched",
    "#SPILL!": "the formula has no room for its values",
    "#CALC!": "the formula could not be computed",
}


def error_fault(text: str) -> Fault:
    """Return the fault of a cell that shows an error instead of a value."""
    reason = ERROR_VALUES.get(text.upper(), "the formula could not be computed")
    return Fault(text, f"the cell holds an error: {reason}", "mend the formula, or write the value")


def formula_fault(formula: str) -> Fault:
    """Return the fault of a formula that no spreadsheet program has computed yet."""
    return Fault(
        formula,
        "the formula has no saved value",
        "open the file in a spreadsheet program and save it, or write the value",
    )


def column_letter(position: int) -> str:
    """Return the letter that spreadsheets show for a column, counted from 0.

    Examples
    --------
    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(701), column_letter(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_position(letters: str) -> int:
    """Return the place of a column, counted from 0, by its letter in capitals; -1 for no letter.

    Examples
    --------
    >>> column_position("A"), column_position("ZZ"), column_position("")
    (0, 701, -1)
    """
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def number_text(text: str) -> str:
    """Return a stored number in its shortest exact form, without exponent where that is readable.

    Raises
    ------
    ValueError
        If the text is no number.
    """
    if text.isascii() and text.lstrip("-").isdigit() and len(text) <= 30:
        return str(int(text))
    number = float(text)
    if number.is_integer() and abs(number) < 1e21:
        return str(int(number))
    short = repr(number)
    if "e" in short and 1e-12 < abs(number) < 1:
        mantissa, _, exponent = short.partition("e-")
        digits = mantissa.lstrip("-").replace(".", "")
        return ("-" if number < 0 else "") + "0." + "0" * (int(exponent) - 1) + digits
    return short
