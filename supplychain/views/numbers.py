"""Numbers as people read them. An interval whose ends agree after rounding is one number; unknown is never zero."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supplychain.views.catalogue import Texts

__all__ = ["amount", "interval", "interval_amount", "money", "percent", "percent_number", "times"]


def percent_number(share: float) -> str:
    """Return a share as a percentage with at most one decimal; what is not 0 (or 100) never reads as such.

    Examples
    --------
    >>> percent_number(0.994), percent_number(1.0), percent_number(0.0001), percent_number(0.9999)
    ('99.4', '100', '<0.1', '>99.9')
    """
    if 0 < share < 0.0005:
        return "<0.1"
    if 0.9995 <= share < 1 - 1e-9:
        return ">99.9"
    text = f"{share * 100 + 1e-9:.1f}"
    return text.removesuffix(".0").replace("-0", "0") if abs(share) < 1e-9 else text.removesuffix(".0")


def percent(share: float | None, texts: Texts) -> str:
    """Return one share as text."""
    return texts("number.not_known") if share is None else texts("number.percent", value=percent_number(share))


def interval(value: Mapping[str, Any] | None, texts: Texts) -> str:
    """Return an interval of shares as text: one number where both ends read alike."""
    if value is None or (value.get("low") is None and value.get("high") is None):
        return texts("number.not_known")
    low, high = value.get("low"), value.get("high")
    first = percent_number(0.0 if low is None else float(low))
    last = percent_number(1.0 if high is None else float(high))
    # Both ends round alike: one number, and one that does not claim more than it knows.
    if (first, last) in (("0", "<0.1"), (">99.9", "100")):
        first = last = "<0.1" if first == "0" else ">99.9"
    if first == last:
        return texts("number.percent", value=first)
    return texts("number.percent_interval", low=first, high=last)


def amount(value: float) -> str:
    """Return an amount with about three digits that count.

    Examples
    --------
    >>> amount(1234.5), amount(12.34), amount(0.01234), amount(0), amount(86_419_753)
    ('1,234', '12.3', '0.0123', '0', '86,400,000')
    """
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 100_000:
        return f"{float(f'{value:.3g}'):,.0f}"
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}".removesuffix(".0")
    if size >= 1:
        return f"{value:.2f}".removesuffix(".00")
    return f"{value:.3g}"


def interval_amount(value: Mapping[str, Any] | None, texts: Texts) -> str:
    """Return an interval of amounts as text; an open upper end reads as "at least"."""
    if value is None or value.get("low") is None:
        return texts("number.not_known")
    low, high = float(value["low"]), value.get("high")
    if high is None:
        return texts("number.at_least", low=amount(low))
    first, last = amount(low), amount(float(high))
    return first if first == last else texts("number.interval", low=first, high=last)


def money(value: float | None, texts: Texts) -> str:
    """Return an amount of US dollars as text."""
    return "–" if value is None else texts("number.usd", value=amount(value))


def times(value: Mapping[str, Any] | None, texts: Texts) -> str:
    """Return a multiple of a need as text."""
    text = interval_amount(value, texts)
    return text if text == texts("number.not_known") else texts("number.times", value=text)
