"""Several columns of prices: for more units, for a pack, for one part or the whole line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from supplychain.formats.spreadsheets.column_states import State
from supplychain.formats.spreadsheets.headers import IGNORED, HeaderMeaning

__all__ = ["PACK", "break_in", "is_bare_price", "settle_prices"]

PACK = "pack"
"""Unit of a price column whose prices are for a pack; its size stands in the column price_per."""

_BARE = frozenset(["price", "cost", "preis", "prix", "precio", "prezzo", "價格"])
_NUMBER = re.compile(r"(\d{1,3}(?:[,.' ]\d{3})+|\d{1,7})\s*(k(?![a-z]))?", re.IGNORECASE)
_MARKED = re.compile(
    r"[@≥+]|>=|\d\s*-\s*\d|(?<![a-z])(?:from|ab)(?![a-z])|\d\s*k?\s*(?:pcs|pieces|units|stk|stück|個|个)(?![a-z])",
    re.IGNORECASE,
)
_YEARS = range(1990, 2101)


def settle_prices(states: Sequence[State]) -> None:
    """Tell columns of prices apart, and note in their states what each is for."""
    _breaks(states)
    _packs(states)
    _whole_prices(states)


def break_in(header: str) -> float:
    """Return the number of units from which the prices below a header hold, or 0 if it says none.

    Examples
    --------
    >>> break_in("Price @1k"), break_in("Unit Price 1,000+ (USD)"), break_in("Price 10-99"), break_in("Price")
    (1000.0, 1000.0, 10.0, 0.0)
    """
    match = _NUMBER.search(unicodedata.normalize("NFKC", header))
    if match is None:
        return 0.0
    return float(re.sub(r"[,.' ]", "", match[1])) * (1000.0 if match[2] else 1.0)


def is_bare_price(meaning: HeaderMeaning) -> bool:
    """Whether a header says "Price" or "Cost", and not of what."""
    key = meaning.key.removesuffix(meaning.currency.casefold())
    return key.removeprefix("estimated") in _BARE


def _breaks(states: Sequence[State]) -> None:
    """Prices "1+", "10+", "100+" are of one maker; "Price 1", "Price 2" may be of several."""
    prices = [
        state for state in states if state.field == "unit_cost" and state.meaning.per == 1 and not state.meaning.seller
    ]
    starts = [break_in(state.column.header) for state in prices]
    headed = [(state, start) for state, start in zip(prices, starts, strict=True) if start]
    bare = [state for state, start in zip(prices, starts, strict=True) if not start]
    found = {start for _, start in headed}
    if len(found) < len(headed) or len(headed) + len(bare) < 2 or not headed or len(bare) > 1:
        return
    marked = any(_MARKED.search(unicodedata.normalize("NFKC", state.column.header)) for state, _ in headed)
    numbers = {float(state.number) for state in states if state.field in {"manufacturer", "supplier"}}
    if all(start in _YEARS for start in found):
        return
    if not marked and (found <= {*map(float, range(1, len(prices) + 2))} or found <= numbers):
        return
    if bare and (1.0 in found or not is_bare_price(bare[0].meaning)):
        bare = []  # another price, which is asked about
    for state, start in (*headed, *((state, 1.0) for state in bare)):
        state.number, state.start = 1, start


def _packs(states: Sequence[State]) -> None:
    """Beside the price of one, the price of a pack is used with the pack's size, where the price of one is missing."""
    if not any(state.field == "unit_cost" for state in states):
        return
    packs = [state for state in states if state.field is None and set(state.meaning.fields) == {"unit_cost", IGNORED}]
    sizes = [
        state
        for state in states
        if state.field == "price_per" or (state.field is None and set(state.meaning.fields) == {"price_per", IGNORED})
    ]
    if len(packs) == 1 and len(sizes) == 1:
        packs[0].field, packs[0].unit = "unit_cost", PACK
        sizes[0].field = "price_per"


def _whole_prices(states: Sequence[State]) -> None:
    """A bare "Price" beside a "Unit price" and a quantity is the price of the whole line."""
    present = {state.field for state in states}
    if "quantity" not in present or "total_cost" in present:
        return
    prices = [
        state
        for state in states
        if state.field == "unit_cost" and not (state.meaning.seller or state.unit or state.start)
    ]
    bare = [state for state in prices if is_bare_price(state.meaning) and not state.answered]
    if len(prices) == 2 and len(bare) == 1 and bare[0].number == 1:
        bare[0].field = "total_cost"
