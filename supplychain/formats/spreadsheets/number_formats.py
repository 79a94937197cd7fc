"""What the number format of a cell says of its number: a currency, a date, leading zeros."""

from __future__ import annotations

import datetime as dt
import re

__all__ = ["currency_of", "date_text", "is_date", "padded"]

_CODES = frozenset(
    [
        "AED",
        "ARS",
        "AUD",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "EGP",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "JPY",
        "KRW",
        "MXN",
        "MYR",
        "NOK",
        "NZD",
        "PEN",
        "PHP",
        "PKR",
        "PLN",
        "RON",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TRY",
        "TWD",
        "UAH",
        "USD",
        "VND",
        "ZAR",
    ]
)
_SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "₩": "KRW",
    "₹": "INR",
    "₪": "ILS",
    "₺": "TRY",
    "₴": "UAH",
    "฿": "THB",
    "₫": "VND",
    "₱": "PHP",
    "zł": "PLN",
    "NT$": "TWD",
    "NT": "TWD",
    "NTD": "TWD",
    "新台幣": "TWD",
    "新臺幣": "TWD",
    "US$": "USD",
    "HK$": "HKD",
    "S$": "SGD",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "NZ$": "NZD",
    "R$": "BRL",
    "RMB": "CNY",
    "人民币": "CNY",
    "人民幣": "CNY",
    "円": "JPY",
    "JP¥": "JPY",
    "CN¥": "CNY",
}
# Symbols that several countries use, clear only with the number of the language (LCID) in the format.
_BY_LANGUAGE = {
    ("$", 0x409): "USD",
    ("$", 0x404): "TWD",
    ("$", 0xC04): "HKD",
    ("$", 0x1004): "SGD",
    ("$", 0xC09): "AUD",
    ("$", 0x1009): "CAD",
    ("$", 0xC0C): "CAD",
    ("$", 0x1409): "NZD",
    ("$", 0x80A): "MXN",
    ("¥", 0x411): "JPY",
    ("¥", 0x804): "CNY",
    ("元", 0x404): "TWD",
    ("元", 0x804): "CNY",
    ("kr", 0x41D): "SEK",
    ("kr", 0x414): "NOK",
    ("kr", 0x406): "DKK",
}
_BRACKET = re.compile(r"\[\$([^\]]*)\]")
_QUOTED = re.compile(r'"([^"]*)"')
_CONDITIONS = re.compile(r"\[[^$\]][^\]]*\]")  # colours and conditions
_WORDS = re.compile(r"[^\W\d_]+\$?|[€£₩₹₪₺₴฿₫₱¥￥$]")


def currency_of(code: str) -> str:
    """Return the ISO 4217 code of the currency that a number format shows, or "" if none or not clear which.

    Examples
    --------
    >>> currency_of('[$NT$-404]#,##0'), currency_of('#,##0.00 "EUR"'), currency_of('"$"#,##0')
    ('TWD', 'EUR', '')
    """
    code = _CONDITIONS.sub("", code[:500].split(";", maxsplit=1)[0])
    for bracket in _BRACKET.findall(code):
        symbol, dash, language = bracket.rpartition("-")
        if not dash:
            symbol, language = bracket, ""
        found = _of_symbol(symbol.strip(), language)
        if found:
            return found
    rest = _BRACKET.sub(" ", code)
    texts = [*_QUOTED.findall(rest), _QUOTED.sub(" ", rest).replace("\\", " ")]
    for text in texts:
        words = [text.strip(), *_WORDS.findall(text)]
        for word in words:
            found = _of_symbol(word, "")
            if found:
                return found
    return ""


def _of_symbol(symbol: str, language: str) -> str:
    symbol = symbol.strip().replace("￥", "¥")
    if symbol in _CODES:
        return symbol
    if symbol in _SYMBOLS:
        return _SYMBOLS[symbol]
    try:
        # The upper half of the number holds the calendar and the digits.
        number = int(language, 16) & 0xFFFF
    except ValueError:
        return ""
    return _BY_LANGUAGE.get((symbol, number), "")


def is_date(code: str) -> bool:
    """Whether a number format shows a date or a time."""
    from openpyxl.styles.numbers import is_date_format

    return bool(is_date_format(code))


def date_text(number: float, code: str, *, since_1904: bool = False) -> str:
    """Return a date, a time or both in ISO 8601.

    Raises
    ------
    ValueError
        If the number is no date that a spreadsheet program would show.
    """
    from openpyxl.styles.numbers import is_timedelta_format
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    try:
        value = from_excel(
            number, MAC_EPOCH if since_1904 else WINDOWS_EPOCH, timedelta=bool(is_timedelta_format(code))
        )
    except OverflowError as error:
        raise ValueError(str(error)) from error
    if isinstance(value, dt.datetime):
        # Serial numbers are inexact: 12:30 can be stored as 12:29:59.9997.
        value = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, dt.time):
        return value.replace(microsecond=0).isoformat()
    raise ValueError(f"{number} is no date")


def padded(text: str, code: str) -> str:
    """Return a whole number with the leading zeros that a format of zeros alone shows: order number 00123."""
    return text.zfill(len(code)) if code.strip("0") == "" and len(code) > 1 and text.isdigit() else text
