"""Numbers as people write them in lists: decimal comma or point, thousands signs, units, and words for "not known".

Whether "1,234" is a bit more than one or more than a thousand is decided by the other cells of the column
(`decimal_sign`), never by the cell alone; what cannot be decided stays unknown and says so.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "LARGEST",
    "LONGEST",
    "NUMBER",
    "SMALLEST",
    "Amount",
    "DecimalSign",
    "decimal_sign",
    "is_pack_word",
    "is_placeholder",
    "plain_text",
    "read_days",
    "read_number",
    "read_quantity",
    "split_breaks",
]

DecimalSign = Literal[".", ",", ""]

LONGEST = 200
"""Longer texts are no amounts."""

LARGEST = 1e12
SMALLEST = 1e-12
"""Sizes beyond which a number is no quantity and no price."""

_DASHES = str.maketrans(
    {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"), "\u2019": "'", "\u00b4": "'"}
)
NUMBER = r"[0-9]{1,3}(?:[ '][0-9]{3})+(?![0-9])(?:[.,][0-9]+)?|[.,]?[0-9]+(?:[.,][0-9]+)*"
"""A number without its sign, as a regular expression; well-formed or not."""

_TOKEN = re.compile(NUMBER)
_EXPONENT = r"[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}"
_SIGNED_EXPONENT = re.compile(r"[+-]?" + _EXPONENT)
_UNDECIDED = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_BREAKS = re.compile(r"(?:[;,|/\n]|\s)+(?=[0-9]+\s*\+?\s*[=:])")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split("|"))


_PLACEHOLDERS = _set(
    "/|.|..|...|?|??|n/a|na|n.a|n.a.|#n/a|tbd|t.b.d.|tbc|tba|nil|none|null|nan|unknown|unk|not known|not available|"
    "not applicable|not stated|to be determined|to be confirmed|k.a.|k. a.|unbekannt|無|无|未知|不明|待定|未定|待確認|"
    "待确认|暫無|暂无"
)
_AS_REQUIRED = _set(
    "a/r|ar|a.r.|as required|as req'd|as req|as reqd|as needed|nach bedarf|n. bedarf|適量|适量|依需求|依需要|按需|"
    "視需要|视需要|若干|一批"
)
_PACKS = _set(
    "pack|packs|packet|packets|pk|pkg|pkt|set|sets|kit|kits|pair|pairs|pr|reel|reels|roll|rolls|box|boxes|bag|bags|"
    "lot|lots|spool|packung|paar|satz|rolle|beutel|包|組|组|套|盒|捲|卷|對|对|雙|双|批|箱|袋"
)
_QUANTITY = re.compile(
    rf"(?P<about>~|≈|ca\.?|approx\.?|about|約|约)?\s*(?:x\s*(?=[0-9]))?"
    rf"(?P<number>[+-]?\s?(?:{_EXPONENT}|{NUMBER}))\.?\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_UNIT = re.compile(r"\(?\s*(?P<unit>[^\W\d_]{1,14}[23]?)\.?\s*\)?")
_TIMES = _set("x|×|*")

_DAYS = re.compile(
    r"(?:(?P<low>[0-9]+(?:[.,][0-9]+)?)\s*(?:-|~|to|bis|至|到)\s*)?(?P<high>[0-9]+(?:[.,][0-9]+)?)\s*\+?\s*"
    r"(?P<unit>[^\W\d_]*)\.?\s*(?:aro|lead time)?",
    re.IGNORECASE,
)
_UNIT_DAYS = {
    **dict.fromkeys(_set("d|day|days|tag|tage|tagen|天|日|工作天"), 1.0),
    **dict.fromkeys(_set("w|wk|wks|week|weeks|woche|wochen|週|周|星期"), 7.0),
    **dict.fromkeys(_set("mo|mon|month|months|monat|monate|monaten|月|個月|个月"), 30.0),
}


@dataclass(frozen=True)
class Amount:
    """A number read from a cell.

    Attributes
    ----------
    value : float or None
        None: the cell does not say it in a way that can be relied on.
    unit : str
        The word after the number, as written.
    doubt : str
        What was assumed, or why the value is unknown; empty: nothing to say.
    pack : bool
        Whether the unit is a pack, set, pair or reel, so that the number does not count single parts.
    """

    value: float | None
    unit: str = ""
    doubt: str = ""
    pack: bool = False


def plain_text(text: str) -> str:
    """Full-width signs as plain ones, one kind of dash and of apostrophe, single blanks, none around."""
    if text.isascii() and "  " not in text and "\t" not in text:  # most cells by far
        return text.strip()
    parts = (_fraction(sign) for sign in text[: LONGEST * 2]) if any(map(_is_fraction, text)) else (text,)
    folded = unicodedata.normalize("NFKC", "".join(parts)).translate(_DASHES)
    return re.sub(r"[^\S\n]+", " ", folded).strip()


def is_placeholder(text: str) -> bool:
    """Whether a cell says "not known" or "none" in one of the usual ways, or is empty.

    Examples
    --------
    >>> is_placeholder("N/A"), is_placeholder("—"), is_placeholder("Nvidia")
    (True, True, False)
    """
    if len(text) > LONGEST:
        return False
    folded = plain_text(text).casefold()
    return not folded or folded in _PLACEHOLDERS or not folded.strip("-_ ")


def decimal_sign(texts: Iterable[str]) -> DecimalSign:
    """Return the decimal sign that the numbers in some cells show, or "" if none or both are shown.

    Examples
    --------
    >>> decimal_sign(["1,234", "12,5"]), decimal_sign(["1,234.50"]), decimal_sign(["1,234"])
    (',', '.', '')
    """
    shown: set[str] = set()
    for text in texts:
        if len(text) > LONGEST or not ("," in text or "." in text):
            continue
        for piece in split_breaks(plain_text(text)):
            shown.update(filter(None, map(_shown_sign, _TOKEN.findall(piece))))
        if len(shown) == 2:
            return ""
    if "." in shown:
        return "."
    return "," if shown else ""


def read_number(text: str, decimal: DecimalSign = "") -> Amount:
    """Read a number that stands alone.

    Parameters
    ----------
    text : str
    decimal : {".", ",", ""}
        Decimal sign of the column; "" if it is not known.

    Examples
    --------
    >>> read_number("1.234,5").value, read_number("12'000").value, read_number("1,234", ".").value
    (1234.5, 12000.0, 1234.0)
    >>> read_number("1,234").value is None
    True
    """
    plain = plain_text(text)
    if len(plain) > LONGEST:
        return Amount(None, doubt="too long for a number")
    if _SIGNED_EXPONENT.fullmatch(plain):
        return _finite(float(plain))
    sign = -1.0 if plain.startswith("-") else 1.0
    body = (plain[1:].strip() if plain[:1] in {"+", "-"} else plain).removesuffix(".")
    if not _TOKEN.fullmatch(body):
        return Amount(None, doubt="not a number")
    used = _shown_sign(body)
    if used is None:
        return Amount(None, doubt="not a number")
    if not used and _UNDECIDED.fullmatch(body):
        used = decimal
        if not used:
            mark = "comma" if "," in body else "point"
            return Amount(None, doubt=f"the {mark} may be a decimal or a thousands sign, and no other cell decides it")
    other = {".": ",", ",": ".", "": ""}[used]
    for drop in {" ", "'", other} - {""}:
        body = body.replace(drop, "")
    return _finite(sign * float(body.replace(",", ".")))


def read_quantity(text: str, decimal: DecimalSign = "") -> Amount:
    """Read how many: "4", "4 pcs", "0.5 m", "2x", "約 3", "A/R".

    Ranges, sums, products and fractions ("1-2", "2+1", "2 x 3", "1/2") are not read: a list means several things by
    them. The single sign "½" is.

    Examples
    --------
    >>> read_quantity("4 pcs")
    Amount(value=4.0, unit='pcs', doubt='', pack=False)
    >>> read_quantity("as required").doubt
    '"as required" is no number; the quantity is unknown'
    """
    plain = plain_text(text)
    folded = plain.casefold()
    if not plain:
        return Amount(None)
    if folded in _AS_REQUIRED:
        return Amount(None, doubt='"as required" is no number; the quantity is unknown')
    if is_placeholder(plain):
        return Amount(None, doubt="the quantity is not stated; it is unknown")
    match = _QUANTITY.fullmatch(plain) if len(plain) <= LONGEST else None
    if match is None:
        return Amount(None, doubt="not a number; the quantity is unknown")
    amount = read_number(match["number"], decimal)
    if amount.value is None:
        return Amount(None, doubt=f"{amount.doubt}; the quantity is unknown")
    rest = match["rest"].strip()
    unit = ""
    if rest and rest.casefold() not in _TIMES:
        word = _UNIT.fullmatch(rest)
        if word is None or word["unit"].casefold() == "k":
            return Amount(None, doubt="more than one number and a unit; the quantity is unknown")
        unit = word["unit"]
    pack = unit.casefold() in _PACKS
    doubts = ["only about that many"] if match["about"] else []
    if pack:
        doubts.append(f"counted in {unit}, not in single parts; {amount.value:g} is used as the quantity")
    return Amount(amount.value, unit, "; ".join(doubts), pack)


def read_days(text: str, header: str = "") -> Amount:
    """Read a lead time in days; weeks and months where the cell, or else the header, says so.

    Examples
    --------
    >>> read_days("4 weeks").value, read_days("8-10", "Lead time (weeks)").value, read_days("in stock").value
    (28.0, 70.0, None)
    """
    plain = plain_text(text)
    if is_placeholder(plain):
        return Amount(None)
    match = _DAYS.fullmatch(plain) if len(plain) <= LONGEST else None
    if match is None:
        return Amount(None, doubt="not a number of days; the lead time is unknown")
    doubts: list[str] = []
    factor = _UNIT_DAYS.get(match["unit"].casefold())
    if match["unit"] and factor is None:
        return Amount(None, doubt="not a number of days; the lead time is unknown")
    if factor is None:
        factor = next((_UNIT_DAYS[word] for word in _words(header) if _UNIT_DAYS.get(word, 1.0) > 1.0), 1.0)
    if factor > 1.0:
        doubts.append("weeks counted as 7 days" if factor < 30.0 else "months counted as 30 days")
    if match["low"]:
        doubts.append("a range: the longer time is used")
    value = read_number(match["high"], ".").value
    return Amount(None if value is None else value * factor, match["unit"], "; ".join(doubts))


def split_breaks(plain: str) -> list[str]:
    """Cut "1=1.23, 10=0.97" before each number that a price follows."""
    return _BREAKS.split(plain)


def is_pack_word(text: str) -> bool:
    """Whether a unit is a pack, set, pair or reel rather than a single part."""
    return plain_text(text).casefold().rstrip(".") in _PACKS


def _words(header: str) -> list[str]:
    folded = plain_text(header).casefold()
    return re.findall(r"[a-zäöüß]+|[週周月天]", folded)


def _finite(value: float) -> Amount:
    """Return a number of a size that a bill can hold; beyond, products of such numbers overflow."""
    if not math.isfinite(value) or abs(value) > LARGEST:
        return Amount(None, doubt=f"beyond {LARGEST:g}, too large for a bill of materials")
    if 0.0 < abs(value) < SMALLEST:
        return Amount(None, doubt=f"below {SMALLEST:g}, too small for a bill of materials")
    return Amount(value)


def _shown_sign(token: str) -> str | None:
    """Decimal sign that a number itself shows; "" if it shows none; None if it is no well-formed number."""
    points, commas = token.count("."), token.count(",")
    if not points and not commas:
        return ""
    if " " in token or "'" in token:  # thousands are marked otherwise, so what is left is the decimal sign
        return "." if points else ","
    if points and commas:
        last = "." if token.rfind(".") > token.rfind(",") else ","
        first = "," if last == "." else "."
        whole, _, _ = token.rpartition(last)
        return last if token.count(last) == 1 and _grouped(whole, first) else None
    sign = "." if points else ","
    if token.count(sign) > 1:
        return ("," if sign == "." else ".") if _grouped(token, sign) else None
    return "" if _UNDECIDED.fullmatch(token) else sign


def _grouped(whole: str, sign: str) -> bool:
    head, *groups = whole.split(sign)
    return 1 <= len(head) <= 3 and all(len(group) == 3 for group in groups)


def _is_fraction(sign: str) -> bool:
    return sign > "\x7f" and unicodedata.decomposition(sign).startswith("<fraction>")


def _fraction(sign: str) -> str:
    """Write a sign such as ½ as ".5", which stays right after a whole number: 1½ is 1.5."""
    if not _is_fraction(sign):
        return sign
    try:
        value = unicodedata.numeric(sign)
    except ValueError:
        return sign
    return f"{value:.6f}".rstrip("0").lstrip("0") if 0.0 < value < 1.0 else sign
