"""Currencies, "per 100" and units that stand in a header beside its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Marks", "currency_in", "take_marks"]

# Signs and words by ISO 4217 code. A bare $, ¥ or 元 may be any of several currencies: it names none.
_NAMES = {
    "TWD": "nt$ ntd twd 新臺幣 新台幣 新台币 臺幣 台幣 台币",
    "USD": "us$ usd 美元 美金 美圓",
    "EUR": "€ eur euro euros 歐元 欧元",
    "GBP": "£ gbp 英鎊 英镑",
    "CNY": "cny rmb yuan 人民幣 人民币",
    "JPY": "jpy yen 日圓 日元 日幣 日币 円",
    "HKD": "hk$ hkd 港幣 港币 港元",
    "KRW": "₩ krw won 韓元 韩元 韓幣 韩币",
    "AUD": "a$ aud 澳幣 澳币 澳元",
    "CAD": "c$ cad 加幣 加币 加元",
    "SGD": "s$ sgd 新加坡幣 新加坡元",
    "CHF": "chf sfr",
    "INR": "₹ inr",
    "ILS": "₪ ils nis",
    "UAH": "₴ uah",
    "BRL": "r$ brl",
    "RUB": "₽ rub",
    **{
        code.upper(): code
        for code in [
            "sek",
            "nok",
            "dkk",
            "pln",
            "czk",
            "huf",
            "thb",
            "vnd",
            "myr",
            "idr",
            "php",
            "mxn",
            "zar",
            "nzd",
            "ron",
            "bgn",
            "isk",
            "aed",
            "sar",
        ]
    },
}
_CODES = {name: code for code, names in _NAMES.items() for name in names.split()}
_CURRENCY = re.compile(
    "|".join(
        (r"(?<![a-z])" if name[0].isascii() and name[0].isalpha() else "")
        + re.escape(name)
        + (r"(?![a-z])" if name[-1].isascii() and name[-1].isalpha() else "")
        for name in sorted(_CODES, key=len, reverse=True)
    ),
    re.IGNORECASE,
)
_BARE = re.compile(
    r"[$¥￥]|(?<=[價价額额])\s*元(?=$|/)|^\s*[元圓圆]\s*(?=$|/)|(?<![a-z])dollars?(?![a-z])", re.IGNORECASE
)
_PIECE = r"(?:pcs|pieces?|pc|units?|ea|each|parts?|stk|stück|stueck|個|个|件|只|片|支|顆|颗)"
_PER = re.compile(
    rf"(?:(?<![a-z])(?:per|pro|je|por)(?![a-z])|/|每|@\s*per)\s*(?:"
    rf"(?P<number>\d[\d.,]*)?\s*(?P<many>k|thousand|hundred|tsd|千|百)(?![a-z])\.?\s*{_PIECE}?(?![a-z])"
    rf"|(?P<only>\d[\d.,]*)\s*{_PIECE}?(?![a-z])"
    rf"|{_PIECE}(?![a-z])\.?)",
    re.IGNORECASE,
)
# "Price @ 1k": the price from so many units on, no price for so many.
_FROM = re.compile(rf"@\s*\d[\d.,]*\s*k?\s*\+?\s*{_PIECE}?(?![a-z])", re.IGNORECASE)
# "Price 100 pcs", "Preis ab 100", "Price 10-99".
_SO_MANY = re.compile(
    r"(?<![a-z])(?:from|ab)\s*\d[\d.,]*\s*k?(?![a-z])|(?<!\d)\d+\s*-\s*\d+(?!\d)"
    r"|\d[\d.,]*\s*k?\s*(?:pcs|pieces|units|stk|stück|個|个)(?![a-z])",
    re.IGNORECASE,
)
_MONEY = re.compile(r"price|cost|preis|[價价]", re.IGNORECASE)
_EACH = re.compile(r"(?<![a-z])(?:each|ea)(?![a-z])\.?", re.IGNORECASE)
_MANY = {"k": 1000, "thousand": 1000, "tsd": 1000, "千": 1000, "hundred": 100, "百": 100}
_TIMES = {
    "days": "d day days calendar days working days business days tage tagen 天 日 工作天 工作日",
    "weeks": "w wk wks week weeks woche wochen 週 周 星期",
    "months": "mo month months monat monate monaten 月 個月 个月",
}
_TIME = {
    **{word: unit for unit, words in _TIMES.items() for word in words.split()},
    **dict.fromkeys(("calendar days", "working days", "business days"), "days"),
}
_LAST_TIME = re.compile(
    r"[\s_]+(?:in[\s_]+)?(" + "|".join(word for word in _TIME if len(word) > 2 and word.isascii()) + r")\s*$",
    re.IGNORECASE,
)
_COUNTED = frozenset(
    [
        "pcs",
        "pc",
        "pieces",
        "ea",
        "each",
        "m",
        "mm",
        "cm",
        "g",
        "kg",
        "l",
        "ml",
        "set",
        "sets",
        "stk",
        "stück",
        "個",
        "个",
        "件",
        "只",
        "片",
        "支",
        "組",
        "组",
        "套",
        "米",
        "公尺",
    ]
)


@dataclass(frozen=True)
class Marks:
    """What stands beside the name in a header.

    Attributes
    ----------
    currency : str
        ISO 4217 code, or empty.
    per : float
        Number of units that a price is for.
    unit : str
        "days", "weeks", "months", or a unit of quantity as written.
    """

    currency: str = ""
    per: float = 1.0
    unit: str = ""


def currency_in(text: str) -> str:
    """Return the ISO 4217 code of the one currency that a text names, else an empty text.

    Examples
    --------
    >>> currency_in("All prices in NT$"), currency_in("$"), currency_in("USD or EUR")
    ('TWD', '', '')
    """
    codes = {_CODES[match[0].casefold()] for match in _CURRENCY.finditer(text)}
    return codes.pop() if len(codes) == 1 else ""


def take_marks(outside: str, inside: Iterable[str]) -> tuple[str, Marks]:
    """Take currency, count and unit out of a header.

    Parameters
    ----------
    outside : str
        The header without its brackets.
    inside : iterable of str
        What stands in the brackets.

    Returns
    -------
    str
        `outside` without them.
    Marks
    """
    notes = [note.strip() for note in inside]
    unit = next((_unit(note) for note in notes if _unit(note)), "")
    if match := _LAST_TIME.search(outside):
        unit = _TIME[match[1].casefold()]
        outside = outside[: match.start()]
    texts = [outside, *notes]
    per = next((_count(match) for text in texts for match in _PER.finditer(text)), 1.0)
    currency = currency_in(" ".join(texts).replace("_", " "))
    plain = _EACH.sub(" ", _FROM.sub(" ", _PER.sub(" ", outside)))
    if _MONEY.search(plain):
        plain = _SO_MANY.sub(" ", plain)
    plain = _BARE.sub(" ", _CURRENCY.sub(" ", plain.replace("_", " ")))
    return plain.strip(), Marks(currency, per, unit)


def _unit(note: str) -> str:
    """Return the unit that a note in brackets is, or an empty text."""
    folded = note.casefold().removeprefix("in ").rstrip(".")
    return _TIME.get(folded, note if folded in _COUNTED else "")


def _count(match: re.Match[str]) -> float:
    """Return the number of units in "per 100", "/1k", "each"."""
    digits = re.sub(r"[.,](?=\d{3}(?!\d))", "", match["number"] or match["only"] or "1").replace(",", ".").rstrip(".")
    try:
        number = float(digits)
    except ValueError:  # 1.2.3
        return 1.0
    return (number or 1.0) * _MANY.get((match["many"] or "").casefold(), 1)
