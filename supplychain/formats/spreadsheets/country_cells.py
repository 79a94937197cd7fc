"""Cells that name a country: one is read; several, or one that is marked as doubtful, are unknown, and said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from supplychain.countries import to_alpha3
from supplychain.formats.spreadsheets.amounts import plain_text
from supplychain.formats.spreadsheets.table import Doubts, Table, name_of_column, texts

__all__ = ["COUNTRIES", "read_country"]

COUNTRIES = (
    "country_of_origin",
    "design_country",
    "headquarters_country",
    "shipping_country",
    "owner_country",
)
"""Fields that hold a country."""

_APART = re.compile(r"\s*[/;&+|、；／\n]\s*")
_BETWEEN = re.compile(r"\s*(?:[/;,+&|、，；／\n]|\band\b|\bor\b|\bund\b|\bvs\b)\s*", re.IGNORECASE)
_LOOSELY = re.compile(r"[\s/;,+&|、，；／()（）-]+")
_MADE_IN = re.compile(r"(?:made|manufactured|produced)\s+in\s+(?P<where>.+)", re.IGNORECASE | re.DOTALL)
_MADE_IN_CHINESE = re.compile(r"(?P<where>.+?)\s*(?:製造|制造|製|制)")
_DOUBT = re.compile(
    r"[?？*~≈]|(?<![a-z])(?:probably|possibly|maybe|perhaps|likely|partly|mostly|mainly|assumed|tbc|unsure|unverified)"
    r"(?![a-z])|可能|部分|部份|疑似|待確認|待确认",
    re.IGNORECASE,
)


def read_country(
    table: Table, row: int, name: str, numbers: Sequence[int], doubts: Doubts, extra: dict[str, str]
) -> str:
    """Return the alpha-3 code of the one country that the columns of a field name in a row, or "".

    Parameters
    ----------
    table : Table
    row : int
        Place in the grid.
    name : str
        One of `COUNTRIES`.
    numbers : sequence of int
        Numbers of the columns: those of one maker, or of a line that has one.
    doubts : Doubts
        Takes what is doubtful.
    extra : dict
        Takes the cells that name no country, or several.
    """
    found: dict[str, None] = {}
    line = table.grid.lines[row]
    for use, text in (each for number in numbers for each in texts(table, row, name, number)):
        code, message, hint = _read(text, origin=name == "country_of_origin")
        column = name_of_column(use)
        if message:
            extra.setdefault(column, text)
            doubts.say(line, column, text, message, hint)
            return ""
        found[code] = None
        if len(found) > 1:
            extra.setdefault(column, text)
            message = f"the row names several countries: {', '.join(sorted(found))}; which one is unknown"
            doubts.say(line, column, text, message, "right is one country for each maker")
            return ""
    return next(iter(found), "")


def _read(text: str, *, origin: bool) -> tuple[str, str, str]:
    """Code of the country that a text names, or why it names none, and what would be right."""
    plain = plain_text(text[:200])
    if origin and (made := _MADE_IN.fullmatch(plain) or _MADE_IN_CHINESE.fullmatch(plain)):
        plain = made["where"]
    # "China/Taiwan" are two, though the sign between would not matter in a name; "Hong Kong, China" is a name.
    codes = _codes(_APART, plain)
    if len(codes) < 2 or "" in codes:
        whole = to_alpha3(plain)
        codes = {whole} if whole else _codes(_BETWEEN, plain)
    if len(codes) == 1 and "" not in codes:
        return codes.pop(), "", ""
    if "" in codes:
        # Here "in", "is" and "no" are words, "IN" and "TW" are codes.
        words = [word for word in _LOOSELY.split(_DOUBT.sub(" ", plain)) if len(word) > 3 or not word.islower()]
        codes = {to_alpha3(word) or "" for word in words}
    codes.discard("")
    if len(codes) > 1:
        which = ", ".join(sorted(codes))
        message = f'"{text[:60]}" names several countries: {which}; which one is unknown'
        return "", message, "right is one country in a cell"
    if codes and _DOUBT.search(plain):
        return "", f'"{text[:60]}" is marked as doubtful; the country is unknown', "right is a country alone"
    message = f'"{text[:60]}" is no country that is known; left empty'
    return "", message, "right is a name or code such as Taiwan or TWN"


def _codes(between: re.Pattern[str], plain: str) -> set[str]:
    """Countries that the parts of a text name; "" stands for a part that names none."""
    return {to_alpha3(part) or "" for part in between.split(plain) if part.strip()} or {""}
