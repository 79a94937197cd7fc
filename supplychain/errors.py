"""The one hierarchy of errors. A message says where, what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["DataError", "MissingExtraError", "OptionError", "Problem", "SupplychainError"]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in a dataset.

    Attributes
    ----------
    severity : {"error", "warning"}
        An error stops an analysis; a warning is said and passed over.
    file : str
        File (or sheet) in which it stands; empty when it concerns the dataset as a whole.
    row : int or None
        Line in that file, the header being line 1; None when no single line is meant.
    column, value : str
        Column and the text found there.
    message : str
        What is wrong.
    hint : str
        What would be right.
    """

    severity: Literal["error", "warning"]
    file: str
    row: int | None
    column: str
    value: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}"
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} ({self.hint})" if self.hint else text


class SupplychainError(Exception):
    """Raised when the input or the options cannot be used; every error of this package derives from it."""


class OptionError(SupplychainError):
    """Raised when an option, a product or a dataset name is not one that can be used."""


class MissingExtraError(SupplychainError):
    """Raised when a file needs an optional package that is not installed; the message names the install command."""


class DataError(SupplychainError):
    """Raised when a dataset has errors; `problems` lists all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
