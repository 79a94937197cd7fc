"""From the text of cells to values: numbers, codes and vocabulary words.

What cannot be read as a number is a problem of the cell; everything else that can be wrong with a value is left as it
is for `supplychain.validation`, which knows the other tables as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import NUMBER_DTYPES, Place
from supplychain.errors import Problem
from supplychain.schema import Column, Table

__all__ = ["RawTable", "typed"]

_PLAIN = "a plain number such as 1250.5, or an empty cell for unknown"
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
_THOUSANDS_COMMA = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_THOUSANDS_POINT = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_GROUPED = re.compile(r"[+-]?\d{1,3}((,\d{3})+(\.\d+)?|(\.\d{3})+(,\d+)?|([ \u00a0\u202f']\d{3})+([.,]\d+)?)")
_PERCENT = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*%")
_MONEY = re.compile(r"(?:USD|US\$|\$)?\s*(\d+(?:\.\d+)?)\s*(?:USD|US\$|\$)?", re.IGNORECASE)


@dataclass(frozen=True)
class RawTable:
    """A table as it stands in a file: text, or numbers where the file knows them.

    Attributes
    ----------
    table : Table
    frame : pandas.DataFrame
        Columns named as in the schema where they are known.
    place : Place
        The file and the lines in it.
    problems : list of Problem
        What was found wrong on reading the file.
    """

    table: Table
    frame: pd.DataFrame
    place: Place
    problems: list[Problem] = field(default_factory=list)


def typed(raw: RawTable) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the frame with numbers as numbers and words as the schema writes them, and the problems of its cells."""
    problems: list[Problem] = []
    columns: dict[str, object] = {str(name): raw.frame[name] for name in raw.frame.columns}
    texts: dict[str, tuple[Column, npt.NDArray[np.intp], list[str]]] = {}
    for column in raw.table.columns:
        values = columns.get(column.name)
        if not isinstance(values, pd.Series):
            continue
        if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
            if column.dtype not in NUMBER_DTYPES:
                columns[column.name] = _per_distinct(values.map(str), _number_as_text)
            continue
        if column.dtype in NUMBER_DTYPES:
            codes, found = pd.factorize(values.to_numpy(dtype=object))
            texts[column.name] = (column, codes, [str(text).strip() for text in found])
        elif column.vocabulary:
            columns[column.name] = _per_distinct(values, partial(_word, {w.casefold(): w for w in column.vocabulary}))
        elif _is_identifier(column, raw.table):
            if column.dtype == "country":
                problems.extend(_read_as_namibia(column, values, raw.place))
            if _has_outer_blanks(values):
                columns[column.name] = _per_distinct(values, str.strip)
    comma = any(_is_decimal_comma(text) for _, _, distinct in texts.values() for text in distinct)
    for name, (column, codes, distinct) in texts.items():
        numbers, wrong = _numbers(distinct, decimal_comma=comma)
        columns[name] = np.append(numbers, np.nan)[codes]  # code -1, an absent cell, takes the last
        problems.extend(_number_problems(column, codes, distinct, wrong, raw.place))
    return pd.DataFrame(columns, index=raw.frame.index), problems


def _is_identifier(column: Column, table: Table) -> bool:
    """Whether blanks around the text have no meaning."""
    return bool(column.references) or column.dtype in {"country", "date", "ids"} or column.name in {*table.key, "unit"}


def _read_as_namibia(column: Column, values: pd.Series, place: Place) -> Iterator[Problem]:
    """Warn of the code NA, which can be meant as "not available" and would then make an unknown origin a known one."""
    for row in np.flatnonzero(values.isin(["NA", "na", "Na", " NA", "NA "]).to_numpy()):
        message = "NA is read as Namibia"
        hint = "NAM if that is meant; an empty cell if it is unknown"
        yield Problem("warning", place.file, place.line(int(row)), column.name, "NA", message, hint)


def _per_distinct(values: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Apply a function of text once per distinct value."""
    codes, distinct = pd.factorize(values.to_numpy(dtype=object), use_na_sentinel=False)
    before = distinct.tolist()
    after = list(map(change, before))
    if after == before:
        return values
    return pd.Series(np.array(after, dtype=object).take(codes), index=values.index, dtype=object)


def _has_outer_blanks(values: pd.Series) -> bool:
    """Whether some text begins or ends with white space; one search in all texts is quicker than one in each."""
    joined = "\x1f".join(["", *values.tolist(), ""])
    return any(f"\x1f{blank}" in joined or f"{blank}\x1f" in joined for blank in " \t\n\u00a0\u3000")


def _word(words: dict[str, str], text: str) -> str:
    """Word of a vocabulary, however it is capitalised."""
    return words.get(text.strip().casefold(), text.strip())


def _number_as_text(text: str) -> str:
    """Undo what spreadsheets do to an identifier that looks like a number: 12.0 is 12."""
    return text.removesuffix(".0")


def _is_decimal_comma(text: str) -> bool:
    return bool(_DECIMAL_COMMA.fullmatch(text)) and not _THOUSANDS_COMMA.fullmatch(text)


def _numbers(distinct: list[str], *, decimal_comma: bool) -> tuple[npt.NDArray[np.float64], dict[int, tuple[str, str]]]:
    """Numbers of the distinct texts, and for those that are none what is wrong and what would be right."""
    numbers = np.full(len(distinct), np.nan)
    wrong: dict[int, tuple[str, str]] = {}
    for index, text in enumerate(distinct):
        if not text:
            continue
        if decimal_comma and _THOUSANDS_POINT.fullmatch(text):
            wrong[index] = _ambiguous(text, "point")
            continue
        try:
            number = float(text)
        except ValueError:
            if _is_decimal_comma(text):
                numbers[index] = float(text.replace(",", "."))
            elif _THOUSANDS_COMMA.fullmatch(text):
                wrong[index] = _ambiguous(text, "comma")
            else:
                wrong[index] = ("this is not a number", _number_hint(text))
            continue
        if "_" in text or not np.isfinite(number):
            wrong[index] = ("this is not a finite number", _PLAIN)
        else:
            numbers[index] = number
    return numbers, wrong


def _ambiguous(text: str, sign: str) -> tuple[str, str]:
    joined = re.sub("[.,]", "", text)
    pointed = text.replace(",", ".")
    other = "" if sign == "comma" else ", as other cells of the file have a decimal comma"
    return (
        f"the {sign} can be a decimal or a thousands separator{other}",
        f"{joined} or {pointed}0" if sign == "point" else f"{joined} or {pointed}",
    )


def _number_hint(text: str) -> str:
    percent = _PERCENT.fullmatch(text)
    if percent:
        return f"write {float(percent[1].replace(',', '.')) / 100:.12g}"
    if _GROUPED.fullmatch(text):
        last = max(text.rfind(","), text.rfind("."))
        # Groups of three after the last sign, and no other kind of sign before it, leave no decimals.
        decimals = last if last >= 0 and (len(text) - last != 4 or len(set(re.findall(r"\D", text))) > 1) else len(text)
        whole, part = re.sub(r"[^\d+-]", "", text[:decimals]), text[decimals + 1 :]
        return f"write {whole}{'.' + part if part else ''}"
    money = _MONEY.fullmatch(text)
    if money:
        return f"write {money[1]}"
    return _PLAIN


def _number_problems(
    column: Column,
    codes: npt.NDArray[np.intp],
    distinct: list[str],
    wrong: dict[int, tuple[str, str]],
    place: Place,
) -> Iterator[Problem]:
    if not wrong:
        return
    for row in np.flatnonzero(np.isin(codes, np.fromiter(wrong, dtype=np.intp))):
        index = int(codes[row])
        message, hint = wrong[index]
        yield Problem("error", place.file, place.line(int(row)), column.name, distinct[index], message, hint)
