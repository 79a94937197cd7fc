"""Prices as people write them: signs and codes of currencies, price breaks, ranges, prices for a hundred or a pack."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from supplychain.errors import OptionError
from supplychain.formats.spreadsheets.amounts import (
    LONGEST,
    NUMBER,
    DecimalSign,
    is_pack_word,
    is_placeholder,
    plain_text,
    read_number,
    split_breaks,
)

__all__ = [
    "Money",
    "checked_currency",
    "checked_rate",
    "currency_code",
    "pack_hint",
    "price_at",
    "read_money",
    "settle_currency",
]

_CODES = (
    "USD EUR GBP JPY CNY TWD KRW HKD CHF SEK NOK DKK PLN CZK HUF RON BGN AUD NZD CAD SGD INR ILS TRY UAH THB MYR IDR "
    "PHP VND BRL MXN ZAR AED SAR RUB"
)
_NAMES = MappingProxyType(
    {
        **{code.casefold(): code for code in _CODES.split()},
        **dict.fromkeys(("us$", "usd$", "u$s", "us dollar", "us dollars", "美元", "美金"), "USD"),
        **dict.fromkeys(("€", "euro", "euros", "歐元", "欧元"), "EUR"),
        **dict.fromkeys(("£", "pound sterling", "英鎊", "英镑"), "GBP"),
        **dict.fromkeys(("jp¥", "円", "yen", "日圓", "日元", "日幣"), "JPY"),
        **dict.fromkeys(("cn¥", "rmb", "cnh", "人民幣", "人民币"), "CNY"),
        **dict.fromkeys(("nt$", "nt", "ntd", "twd$", "新台幣", "新臺幣", "台幣", "臺幣", "新台币", "台币"), "TWD"),
        **dict.fromkeys(("₩", "韓元", "韩元"), "KRW"),
        **dict.fromkeys(("hk$", "港幣", "港币", "港元"), "HKD"),
        **dict.fromkeys(("a$", "au$"), "AUD"),
        **dict.fromkeys(("c$", "ca$"), "CAD"),
        **dict.fromkeys(("s$", "sg$"), "SGD"),
        **dict.fromkeys(("fr.", "sfr."), "CHF"),
        "nz$": "NZD",
        "₹": "INR",
        "₪": "ILS",
        **dict.fromkeys(("zł", "zl"), "PLN"),
        **dict.fromkeys(("₽", "руб", "руб."), "RUB"),
        **dict.fromkeys(("₴", "грн", "грн."), "UAH"),
        "kč": "CZK",
        "$": "$",
        "¥": "¥",
        "元": "元",
    }
)
_MEANINGS = MappingProxyType(
    {
        "$": ("USD", "TWD", "HKD", "AUD", "CAD", "SGD", "NZD", "MXN"),
        "¥": ("JPY", "CNY"),
        "元": ("TWD", "CNY", "HKD"),
    }
)


def _bounded(name: str) -> str:
    left = r"(?<![A-Za-z])" if name[0].isalpha() and name[0].isascii() else ""
    right = r"(?![A-Za-z])" if name[-1].isalpha() and name[-1].isascii() else ""
    return left + re.escape(name) + right


_CURRENCY = re.compile("|".join(map(_bounded, sorted(_NAMES, key=len, reverse=True))), re.IGNORECASE)

_WORD = r"(?:pcs?|pieces?|each|ea|units?|stk|stück|st|個|个|只|隻|顆|颗|片|支|條|條|件)"
_PER = re.compile(
    rf"(?:/\s*(?P<slash>1?k|[0-9]+)\s*{_WORD}?|(?:per|je|pro|每|@)\s*(?P<word>1?k|[0-9][0-9,.' ]*)\s*{_WORD}?"
    rf"|/\s*(?P<unit>[^\W\d_]+)|(?:per|je|pro|每)\s*(?P<name>[^\W\d_]+)|{_WORD})\.?\s*$",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"\([^()0-9]*\)|含稅|未稅|含税|未税|税込|税抜|(?:incl|excl)\.?\s*(?:vat|tax|mwst)\.?", re.IGNORECASE
)
_ABOUT = re.compile(r"(?:~|≈|ca\.?|approx\.?|about|around|circa|約|约)\s*", re.IGNORECASE)
_BOUND = re.compile(
    r"(?:from|starting at|up to|ab|bis|over|under|<|>|≤|≥)\s*[0-9.,]|.*[0-9]\s*(?:\+|起)$", re.IGNORECASE
)
_RANGE = re.compile(rf"(?P<low>{NUMBER})\s*(?:-|~|to|bis|至|到)\s*(?P<high>{NUMBER})", re.IGNORECASE)
_BREAK = re.compile(r"(?P<quantity>[0-9]{1,9})\s*\+?\s*[=:]\s*(?P<price>.+)", re.DOTALL)
_WHOLE = re.compile(r"[.,](?:-+|--)$")

_PACK = re.compile(
    r"(?P<text>\b(?:pack|set|box|bag|kit|lot|reel|roll|tube|tray)\s*(?:of\s*[0-9]{1,6}\b|/\s*[0-9]{1,6}\b(?!\s*[a-z]))"
    r"|\b[0-9]{1,6}\s?-?\s?(?:packs?|pk|er[ -]?pack)\b(?!\s+(?!of\b)[a-z])"
    r"|(?:\b[0-9]{2,6}|^[0-9]{1,6})\s?pcs\b"
    r"|\(\s*[0-9]{1,6}\s*(?:pcs?|pieces|pack|pairs?|個|个|入|片|只|支|顆)\s*\)"
    r"|\b[0-9]{1,6}\s?(?:pcs?|pieces)\s?/\s?(?:pack|set|bag|box|包|組|套)"
    r"|(?<!twisted )(?<!twisted-)\bpairs?\b(?!\s*(?:cable|wire|of wires))"
    r"|[0-9]{1,6}\s?(?:入|個裝|个装|片裝|片装|個/包|pcs/包)|[一二兩两三四五六七八九十0-9]{1,4}\s?[對对雙双包盒](?:裝|装)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Money:
    """What a price cell says.

    Attributes
    ----------
    breaks : tuple of (float, float)
        Number from which a price holds, and the price; several where the cell holds price breaks; none if it holds
        no price that can be read.
    currency : str
        ISO 4217 code, or a sign that several currencies share ("$", "¥", "元"), or empty.
    per : float
        How many units the price is for.
    doubt : str
        What was assumed, or why there is no price; empty: nothing to say.
    """

    breaks: tuple[tuple[float, float], ...]
    currency: str = ""
    per: float = 1.0
    doubt: str = ""


def checked_currency(text: str, *, place: str = "currency") -> str:
    """Return the ISO 4217 code that a person gives by its three letters; empty if the text is.

    Parameters
    ----------
    text : str
    place : str
        Where it is given, for the message.

    Raises
    ------
    OptionError
        If it is no currency that is known.
    """
    plain = text.strip()
    code = currency_code(plain)
    if plain and (len(plain) != 3 or not code):
        raise OptionError(
            f"{place}: give a known currency by its three letters, as USD, EUR or TWD; a rate as EUR=1.08"
        )
    return code


def checked_rate(currency: str, usd: float | str, *, place: str = "rates") -> tuple[str, float]:
    """Return the code of a currency, and the USD for one unit of it.

    Raises
    ------
    OptionError
        If the currency is not known, or the rate is no number above 0.
    """
    given = f"{place} {currency}={usd}"
    try:
        rate = float(usd)
    except (TypeError, ValueError):
        rate = 0.0
    if not currency.strip() or not 0.0 < rate < float("inf"):
        raise OptionError(f"{given}: give the USD for one unit of a currency, as EUR=1.08")
    code = checked_currency(currency, place=given)
    if code == "USD" and rate != 1.0:
        raise OptionError(f"{given}: one USD is 1 USD")
    return code, rate


def currency_code(text: str) -> str:
    """Return the ISO 4217 code of a currency's code, sign or name; a shared sign as it is; "" if it is neither.

    Examples
    --------
    >>> currency_code("nt$"), currency_code("US Dollars"), currency_code("¥"), currency_code("Flux")
    ('TWD', 'USD', '¥', '')
    """
    return _NAMES.get(plain_text(text).casefold().strip("()[] "), "")


def settle_currency(found: str, context: Iterable[str], default: str = "") -> tuple[str, str]:
    """Decide what a sign such as "$" means from what else the file says.

    Parameters
    ----------
    found : str
        Code or sign in the cell, or empty.
    context : iterable of str
        What the file says beside it, the nearest first: format of the cell, header, currency column.
    default : str
        Currency of prices that name none.

    Returns
    -------
    tuple of (str, str)
        ISO 4217 code, or "" if it is not known; and what to say about it.

    Examples
    --------
    >>> settle_currency("$", ["", "TWD"]), settle_currency("EUR", [], "USD"), settle_currency("¥", [])[0]
    (('TWD', ''), ('EUR', ''), '')
    """
    stated = [code for code in (found, *context) if code]
    known = list(dict.fromkeys(code for code in (*stated, default) if code and code not in _MEANINGS))
    if not stated:
        return default, ""
    first = stated[0]
    if first not in _MEANINGS:
        others = [code for code in known if code not in {first, default}]
        return first, f"{first} and {', '.join(others)} are both named; {first} is used" if others else ""
    code = next((code for code in known if code in _MEANINGS[first]), "")
    if code:
        return code, ""
    if first == "$":
        return "USD", "$ is read as US dollars, as nothing else names the currency"
    return "", f"{first} may be {' or '.join(_MEANINGS[first])}; the currency is unknown"


def read_money(text: str, decimal: DecimalSign = "") -> Money:
    """Read a price cell.

    Examples
    --------
    >>> read_money("NT$1,200", ".")
    Money(breaks=((1.0, 1200.0),), currency='TWD', per=1.0, doubt='')
    >>> read_money("1=1.23, 10=0.97 (USD)").breaks
    ((1.0, 1.23), (10.0, 0.97))
    >>> read_money("call for price").doubt
    'no price that can be read; it is unknown'
    """
    plain = plain_text(text)
    if not plain:
        return Money(())
    if is_placeholder(plain):
        return Money((), doubt="the price is not stated; it is unknown")
    if len(plain) > LONGEST * 2:
        return Money((), doubt="too long for a price; it is unknown")
    codes = list(dict.fromkeys(_NAMES[found.casefold()] for found in _CURRENCY.findall(plain)))
    currency = next((code for code in codes if code not in _MEANINGS), next(iter(codes), ""))
    if any(code != currency and currency not in _MEANINGS.get(code, ()) for code in codes):
        return Money((), doubt="more than one currency; the price is unknown")
    pieces = [_BREAK.fullmatch(piece.strip()) for piece in split_breaks(plain)]
    if all(pieces) and (len(pieces) > 1 or "=" in plain):
        return _price_breaks([piece for piece in pieces if piece], currency, decimal)
    amount, per, doubt = _one_price(plain, decimal)
    return Money(() if amount is None else ((1.0, amount),), currency, per, doubt)


def price_at(money: Money, quantity: float | None) -> tuple[float | None, str]:
    """Return the price at a quantity: the largest break that it reaches, else the smallest; and what to say.

    Examples
    --------
    >>> money = read_money("1=1.23, 10=0.97")
    >>> price_at(money, 12)[0], price_at(money, 3)[0]
    (0.97, 1.23)
    """
    if not money.breaks:
        return None, money.doubt
    doubts = [money.doubt] if money.doubt else []
    reached = [entry for entry in money.breaks if quantity is not None and entry[0] <= quantity]
    start, amount = max(reached) if reached else min(money.breaks)
    if len(money.breaks) > 1 or start > 1.0:
        why = "that the quantity reaches" if reached else "as the smallest break"
        doubts.append(f"price breaks: the price from {start:g} units is used, {why}")
    if amount == 0.0:
        doubts.append("the price is 0: is it free, or not known?")
    return amount / money.per, "; ".join(doubts)


def pack_hint(text: str) -> str:
    """Return the words of a name or description that tell of a pack, or "".

    Examples
    --------
    >>> pack_hint("Propeller 5x4.3 (4 pcs)"), pack_hint("M3 screw, pack of 100"), pack_hint("Repair manual")
    ('(4 pcs)', 'pack of 100', '')
    """
    match = _PACK.search(plain_text(text[: LONGEST * 2]))
    return match["text"].strip() if match else ""


def _price_breaks(pieces: list[re.Match[str]], currency: str, decimal: DecimalSign) -> Money:
    breaks: dict[float, float] = {}
    pers: set[float] = set()
    for piece in pieces:
        amount, per, doubt = _one_price(piece["price"], decimal)
        if amount is None:
            return Money((), currency, 1.0, doubt)
        breaks.setdefault(float(piece["quantity"]), amount)
        pers.add(per)
    if len(pers) > 1:
        return Money((), currency, 1.0, "price breaks for different numbers of units; the price is unknown")
    return Money(tuple(sorted(breaks.items())), currency, pers.pop())


def _one_price(plain: str, decimal: DecimalSign) -> tuple[float | None, float, str]:
    """Amount, number of units that it is for, and what to say."""
    bare = _CURRENCY.sub(" ", _REMARK.sub(" ", plain)).strip(" ()[]:;")
    per, doubt, bare = _units(bare)
    if per is None:
        return None, 1.0, doubt
    bare = _WHOLE.sub("", bare.strip())
    if _BOUND.fullmatch(bare) or _BOUND.match(bare):
        return None, per, "only a bound of the price is stated; it is unknown"
    doubts = [doubt] if doubt else []
    about = _ABOUT.match(bare)
    if about:
        bare = bare[about.end() :]
        doubts.append("only about that much")
    between = _RANGE.fullmatch(bare)
    if between:
        low, high = (read_number(between[end], decimal) for end in ("low", "high"))
        if low.value is None or high.value is None or low.value > high.value:
            return None, per, "a range that cannot be read; the price is unknown"
        doubts.append(f"a range: its middle, {(low.value + high.value) / 2:g}, is used")
        return (low.value + high.value) / 2, per, "; ".join(doubts)
    amount = read_number(bare, decimal)
    if amount.value is None:
        why = "no price that can be read" if amount.doubt == "not a number" else amount.doubt
        return None, per, f"{why}; it is unknown"
    if amount.value < 0.0:
        return None, per, "a price below zero; it is unknown"
    return amount.value, per, "; ".join(doubts)


def _units(bare: str) -> tuple[float | None, str, str]:
    """Units that the price is for (None: not readable), what to say, and the text without them."""
    match = _PER.search(bare)
    if match is None or match.start() == 0:
        return 1.0, "", bare
    rest = bare[: match.start()].strip()
    word = match["unit"] or match["name"]
    if word:
        if is_pack_word(word):
            return 1.0, f"the price is for a {word}, whose number is not stated; it is taken as the price of one", rest
        return 1.0, "", rest
    number = match["slash"] or match["word"]
    if number is None:
        return 1.0, "", rest
    folded = number.strip().casefold()
    if match["slash"] and folded not in {"k", "1k", "1", "10", "100", "1000", "10000"}:
        return None, "a fraction or a price for a number of units; it is unknown", rest
    per = 1000.0 if folded in {"k", "1k"} else read_number(number, ".").value
    if not per or per < 0.0:
        return None, "the number of units that the price is for cannot be read; it is unknown", rest
    return per, "" if per == 1.0 else f"the price is for {per:g} units; divided", rest
