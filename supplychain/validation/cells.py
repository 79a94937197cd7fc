"""Single cells: empty, not in a vocabulary, no country, no date, a number out of bounds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from supplychain.countries import countries
from supplychain.dataset import NUMBER_DTYPES, Dataset
from supplychain.errors import Problem
from supplychain.schema import TABLES, Column
from supplychain.validation.report import closest, problem_at, problems_where

__all__ = ["cell_problems"]

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def cell_problems(dataset: Dataset) -> Iterator[Problem]:
    """Yield what is wrong with cells, whatever the other tables say."""
    for table in TABLES.values():
        frame = dataset.tables[table.name]
        if frame.empty:
            continue
        for column in table.columns:
            values = frame[column.name]
            if column.required:
                empty = values.isna() if column.dtype in NUMBER_DTYPES else values == ""
                yield from problems_where(
                    dataset, table.name, column.name, empty.to_numpy(), "the cell is empty", column.description
                )
            if column.dtype in NUMBER_DTYPES:
                yield from _number_problems(dataset, table.name, column, values)
            elif column.vocabulary:
                yield from _vocabulary_problems(dataset, table.name, column, values)
            elif column.dtype == "country":
                yield from _country_problems(dataset, table.name, column, values)
            elif column.dtype == "date":
                yield from _date_problems(dataset, table.name, column, values)


def _number_problems(dataset: Dataset, table: str, column: Column, values: pd.Series) -> Iterator[Problem]:
    numbers = values.to_numpy()
    infinite = np.isinf(numbers)
    yield from problems_where(
        dataset, table, column.name, infinite, "this is not a finite number", "leave the cell empty if it is unknown"
    )
    negative = (numbers < 0) & ~infinite
    yield from problems_where(dataset, table, column.name, negative, "the number is negative", "0 or more")
    if column.dtype == "share":
        above = (numbers > 1) & ~infinite
        hint = "a share from 0 to 1"
        for row in np.flatnonzero(above):
            number = float(numbers[row])
            percent = f"; {number:.12g} % is {number / 100:.12g}" if number > 1.2 and number <= 100 else ""
            yield problem_at(dataset, table, int(row), column.name, "the share is above 1", hint + percent)
    if column.dtype == "integer":
        broken = np.isfinite(numbers) & (numbers != np.floor(numbers))
        yield from problems_where(dataset, table, column.name, broken, "this is not a whole number", "a whole number")


def _vocabulary_problems(dataset: Dataset, table: str, column: Column, values: pd.Series) -> Iterator[Problem]:
    allowed = {"", *column.vocabulary}
    texts = values.to_numpy()
    near = closest(column.vocabulary)
    for row in np.flatnonzero(~values.isin(allowed).to_numpy()):
        word = str(texts[row])
        guess = near(word)
        others = ", ".join(word for word in column.vocabulary if word != guess)
        hint = (
            f"{guess}; or one of {others}"
            if guess and " or " not in guess
            else f"one of {', '.join(column.vocabulary)}"
        )
        yield problem_at(dataset, table, int(row), column.name, f"{word!r} is not a word of this column", hint)


def _country_problems(dataset: Dataset, table: str, column: Column, values: pd.Series) -> Iterator[Problem]:
    known = countries()
    texts = values.to_numpy()
    near = closest([country.name for country in known.values()])
    for row in np.flatnonzero(~values.isin({"", *known}).to_numpy()):
        name = str(texts[row])
        guess = near(name)
        hint = f"{guess}?" if guess else "a name or code of ISO 3166-1, or an empty cell where it is unknown"
        yield problem_at(dataset, table, int(row), column.name, f"{name!r} is no country we know", hint)


def _date_problems(dataset: Dataset, table: str, column: Column, values: pd.Series) -> Iterator[Problem]:
    wrong = {text for text in pd.unique(values) if text and not _is_date(text)}
    if wrong:
        hint = "year-month-day such as 2026-11-22; year-month or year where no more is known"
        yield from problems_where(
            dataset, table, column.name, values.isin(wrong).to_numpy(), "this is not a date", hint
        )


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text) or not text.isascii():
        return False
    try:
        dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True
