"""Maps of columns as files that a person can read and edit."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from supplychain.errors import DataError, OptionError, Problem
from supplychain.formats.files import write_text
from supplychain.formats.spreadsheets.columns import field_named
from supplychain.formats.spreadsheets.fields import FIELDS
from supplychain.formats.spreadsheets.headers import IGNORED, folded_header
from supplychain.formats.spreadsheets.meanings import IGNORE, OPEN
from supplychain.formats.spreadsheets.sheet import column_letter, column_position
from supplychain.formats.spreadsheets.values import ColumnMap, ColumnUse, Question

__all__ = ["read_map", "write_map"]

_LARGEST = 4_000_000  # bytes; a map of 2,000 columns has far less
_LETTERS = re.compile(r"[A-Z]{1,3}")
_CODE = re.compile(r"[A-Z]{3}")
_LAST_ROW = 1_048_576
_KEYS = ("sheet", "header_row", "product", "currency", "rates", "column")
_COLUMN_KEYS = ("letter", "header", "field", "number", "currency", "per", "unit", "start")
_HEAD = """\
# How supplychain reads the columns of a file: use it with --map FILE.
# A column is found by its header, then by its letter; the order of the columns does not matter.
# field = "" keeps a column without using it. A field "?" is a question: put in one of the choices beside it.
"""


def write_map(column_map: ColumnMap, path: Path, *, questions: Sequence[Question] = ()) -> None:
    """Write a map, whole or not at all.

    Parameters
    ----------
    column_map : ColumnMap
    path : pathlib.Path
        TOML; an existing file is replaced.
    questions : sequence of Question, optional
        Open questions, written beside their columns.

    Raises
    ------
    OptionError
        If the file cannot be written.
    """
    choices = {folded_header(question.header): question.choices for question in questions}
    lines = [_HEAD.rstrip("\n"), ""]
    lines += [f"sheet = {_text(column_map.sheet)}  # empty: the first sheet that fits, or a text file"]
    lines += [f"header_row = {column_map.header_row}  # the last row of the header; 0: there is none"]
    lines += [f"product = {_text(column_map.product)}  # empty: the name of the file"]
    lines += [f"currency = {_text(column_map.currency)}  # ISO 4217 code of prices that name none"]
    lines += ["", "[rates]  # US dollars for one unit of a currency; without one, prices stay as they are"]
    lines += [f"{_key(code)} = {_number(rate)}" for code, rate in sorted(column_map.rates.items())]
    for use in column_map.columns:
        lines += ["", *_column_lines(use, choices)]
    lines += ["", "# Fields:", *(f"#   {field.name}: {field.meaning}" for field in FIELDS.values())]
    write_text(path, "\n".join(lines) + "\n")


def read_map(path: Path) -> ColumnMap:
    """Read a map.

    Raises
    ------
    OptionError
        If the file cannot be read.
    DataError
        If it is no map; `problems` lists all that is wrong with it.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise OptionError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(content) > _LARGEST:
        raise OptionError(f"{path}: too large for a map of columns ({_LARGEST:,} bytes at most)")
    try:
        values = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        hint = "write it as `supplychain` does; texts stand in double quotes"
        raise DataError([Problem("error", path.name, None, "", "", f"no TOML: {error}", hint)]) from error
    reader = _Reader(path.name)
    column_map = reader.column_map(values)
    if reader.problems:
        raise DataError(reader.problems)
    return column_map


class _Reader:
    """Checks values one by one and gathers what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def column_map(self, values: Mapping[str, Any]) -> ColumnMap:
        """Return the map that the values of a file tell."""
        self._known(values, _KEYS, "")
        columns = values.get("column", [])
        if not isinstance(columns, list) or not all(isinstance(each, dict) for each in columns):
            self._wrong("column", columns, "columns are tables", "one [[column]] for each column")
            columns = []
        elif not columns:
            self._wrong("column", "", "the map has no columns", "one [[column]] for each column")
        uses = tuple(self._column(each, place + 1) for place, each in enumerate(columns))
        self._no_doubles(uses)
        row = values.get("header_row", 1)
        if not isinstance(row, int) or isinstance(row, bool) or not 0 <= row <= _LAST_ROW:
            self._wrong("header_row", row, "no number of a row", f"a whole number from 0 to {_LAST_ROW:,}")
            row = 1
        if row == 0:
            for use in uses:
                if use.header:
                    self._wrong(
                        "header", use.header, "a file without a header has no such name", 'header = "", and a letter'
                    )
        return ColumnMap(
            sheet=self._string(values, "sheet", ""),
            header_row=row,
            columns=uses,
            currency=self._currency(values, ""),
            rates=self._rates(values.get("rates", {})),
            product=self._string(values, "product", ""),
        )

    def _column(self, values: Mapping[str, Any], place: int) -> ColumnUse:
        where = str(place)  # a message says "column" before it
        self._known(values, _COLUMN_KEYS, where)
        header = self._string(values, "header", where)
        written = self._string(values, "letter", where)
        letter = written.strip().upper()
        if letter and not _LETTERS.fullmatch(letter):
            message = f'"{written[:40]}" is no letter of a column'
            self._wrong(f"{where}: letter", written, message, "A to ZZZ, as spreadsheets show it")
            letter = ""
        if not letter and not header:
            self._wrong(where, "", "the column has neither header nor letter", "the header as it stands in the file")
        field, number = self._field(values, where)
        number = self._count(values, "number", where, number or 1)
        if number > 1 and field in FIELDS and not FIELDS[field].several:
            self._wrong(f"{where}: number", number, f"a file has one {field}", "number = 1, or leave it out")
        return ColumnUse(
            position=column_position(letter),
            header=header,
            field=field,
            number=number,
            currency=self._currency(values, where),
            per=self._amount(values.get("per", 1), f"{where}: per"),
            unit=self._string(values, "unit", where),
            start=self._amount(values["start"], f"{where}: start") if "start" in values else 0.0,
        )

    def _field(self, values: Mapping[str, Any], where: str) -> tuple[str, int]:
        text = self._string(values, "field", where).strip()
        if text in {"", OPEN}:
            return text, 0
        try:
            return field_named(text)
        except OptionError as error:
            self._wrong(f"{where}: field", text, str(error), "")
            return IGNORED, 0

    def _rates(self, rates: Any) -> Mapping[str, float]:
        if not isinstance(rates, dict):
            self._wrong("rates", rates, "rates are a table", "[rates], then a line such as EUR = 1.1")
            return MappingProxyType({})
        for code in rates:
            if not _CODE.fullmatch(code):
                self._wrong("rates", code, f"{code!r} is no ISO 4217 code", "three capital letters, as EUR")
        return MappingProxyType({code: self._amount(rate, f"rates: {code}") for code, rate in rates.items()})

    def _currency(self, values: Mapping[str, Any], where: str) -> str:
        code = self._string(values, "currency", where).strip().upper()
        if code and not _CODE.fullmatch(code):
            name = f"{where}: currency" if where else "currency"
            self._wrong(name, code, f"{code!r} is no ISO 4217 code", "three letters, as EUR, or empty")
            return ""
        return code

    def _string(self, values: Mapping[str, Any], key: str, where: str) -> str:
        text = values.get(key, "")
        if not isinstance(text, str):
            self._wrong(f"{where}: {key}" if where else key, text, "no text", "a text in double quotes")
            return ""
        return text

    def _count(self, values: Mapping[str, Any], key: str, where: str, default: int) -> int:
        number = values.get(key, default)
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= 999:
            self._wrong(f"{where}: {key}", number, "no number of a column", "a whole number from 1")
            return default
        return number

    def _amount(self, number: Any, name: str) -> float:
        usable = isinstance(number, int | float) and not isinstance(number, bool)
        if not usable or not math.isfinite(number) or number <= 0:
            self._wrong(name, number, "no usable number", "a number above 0, with a decimal point")
            return 1.0
        return float(number)

    def _known(self, values: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
        for key in values:
            if key not in keys:
                self._wrong(where or key, key, f"{key!r} means nothing here", f"one of {', '.join(keys)}")

    def _no_doubles(self, uses: Sequence[ColumnUse]) -> None:
        seen: dict[tuple[str, int, str, float], ColumnUse] = {}
        letters: dict[int, ColumnUse] = {}
        for use in uses:
            if use.position >= 0 and use.position in letters:
                letter = column_letter(use.position)
                self._wrong("column", letter, f"column {letter} is there twice", "delete one, or correct its letter")
            letters[use.position] = use
            if use.field in {IGNORED, OPEN}:
                continue
            key = (use.field, use.number, use.unit if use.field == "unit_cost" else "", use.start)
            if key in seen:
                both = f"{seen[key].header or column_letter(seen[key].position)!r} and "
                both += f"{use.header or column_letter(use.position)!r}"
                hint = "give them different numbers" if FIELDS[use.field].several else 'give one of them field = ""'
                self._wrong("column", use.field, f"two columns are {use.field}: {both}", hint)
            seen[key] = use

    def _wrong(self, column: str, value: object, message: str, hint: str) -> None:
        self.problems.append(Problem("error", self.file, None, column, str(value)[:200], message, hint))


def _column_lines(use: ColumnUse, choices: Mapping[str, Sequence[tuple[str, str]]]) -> list[str]:
    lines = ["[[column]]"]
    if use.position >= 0:
        lines.append(f"letter = {_text(column_letter(use.position))}")
    lines.append(f"header = {_text(use.header)}")
    if use.field == OPEN:
        letter = column_letter(use.position)
        asked = (
            choices.get(folded_header(use.header))
            or choices.get(folded_header(f"{use.header} (column {letter})"))
            or ()
        )
        lines.append("# a question: write one of these in place of the ?")
        lines += [f"#   {choice}: {meaning}" for choice, meaning in asked]
        if not asked:
            lines.append(f"#   the name of a field (see the end of this file), or {IGNORE}")
    lines.append(f"field = {_text(use.field)}")
    if use.number != 1:
        lines.append(f"number = {use.number}")
    if use.currency:
        lines.append(f"currency = {_text(use.currency)}")
    if use.per != 1:
        lines.append(f"per = {_number(use.per)}  # the price is for so many units")
    if use.start:
        lines.append(f"start = {_number(use.start)}  # the price holds from so many units on")
    if use.unit:
        lines.append(f"unit = {_text(use.unit)}")
    return lines


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _text(text)


def _number(value: float) -> str:
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _text(text: str) -> str:
    """Return a TOML string: one line, with everything escaped that TOML does not allow."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    parts = []
    for sign in text:
        if sign in escapes:
            parts.append(escapes[sign])
        elif ord(sign) < 32 or ord(sign) == 127 or 0xD800 <= ord(sign) <= 0xDFFF:
            parts.append(f"\\u{ord(sign):04x}" if ord(sign) < 0xD800 else "\\ufffd")
        else:
            parts.append(sign)
    return '"' + "".join(parts) + '"'
