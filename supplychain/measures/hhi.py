"""How concentrated a market is: the Herfindahl-Hirschman index and its relatives, as plain formulas.

Shares are numbers from 0 to 1, in a list or by name. Shares that add to less than 1 leave an unknown remainder: the
plain functions then give the end at which it is spread over very many, the `..._bounds` functions both ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from supplychain.errors import OptionError
from supplychain.measures.interval import Interval

__all__ = [
    "HIGHLY_CONCENTRATED",
    "Merger",
    "Shares",
    "effective_number",
    "entropy_number",
    "hhi",
    "hhi_bounds",
    "hhi_of_intervals",
    "hhi_points",
    "largest_share",
    "largest_share_bounds",
    "merger",
    "merger_delta",
    "n_minus_1",
    "n_minus_1_bounds",
    "read_shares",
    "theil",
]

Float = NDArray[np.float64]
Shares = Mapping[str, float] | Sequence[float] | Float

# United States Department of Justice and Federal Trade Commission, Merger Guidelines (2023), Guideline 1.
HIGHLY_CONCENTRATED = 0.18
_DELTA = 0.01
_FIRM_SHARE = 0.30
# Published tables are rounded: this much more or less than 1 may come from that.
_ROUNDING = 0.05
_TRIFLE = 1e-12


@dataclass(frozen=True)
class Merger:
    """The index before and after two firms become one.

    Attributes
    ----------
    before, after, delta : float
        HHI, 0..1, and the difference.
    merged_share : float
    presumed_by_hhi : bool
        HHI after above 0.18 (1800 points) and delta above 0.01 (100 points): Merger Guidelines 2023, Guideline 1.
    presumed_by_share : bool
        Share of the merged firm above 0.3 and delta above 0.01: the same page.
    """

    before: float
    after: float
    delta: float
    merged_share: float
    presumed_by_hhi: bool
    presumed_by_share: bool


def hhi(shares: Shares) -> float:
    """How concentrated is the market? Herfindahl-Hirschman index, sum of the squared shares.

    Parameters
    ----------
    shares : mapping or sequence of float
        Shares of the market, 0..1. Taken as they stand: what they leave to 1 counts as spread over very many (the low
        end of `hhi_bounds`), and a sum up to 1.05 as rounding of the source.

    Returns
    -------
    float
        0 (very many) to 1 (a single one).

    Raises
    ------
    OptionError
        If there is no share, one is negative, not a number or above 1, or they add to more than 1.05.

    Notes
    -----
    Definition as in the Merger Guidelines of the United States Department of Justice and Federal Trade Commission,
    which use percentages (`hhi_points`).

    Examples
    --------
    >>> round(hhi([0.3, 0.3, 0.2, 0.2]), 12)
    0.26
    """
    return _squares(read_shares(shares))


def hhi_points(shares: Shares) -> float:
    """Return `hhi` in points, 0 to 10000: the sum of the squares of the shares in percent; shares are given as 0..1.

    Examples
    --------
    >>> round(hhi_points([0.3, 0.3, 0.2, 0.2]), 9)
    2600.0
    """
    return 10_000 * hhi(shares)


def hhi_bounds(
    shares: Shares, unknown: float | None = None, *, rest: Literal["anyone", "newcomer"] = "anyone"
) -> Interval:
    """Bounds of the HHI when part of the market is unknown.

    Parameters
    ----------
    shares : mapping or sequence of float
        Known shares, 0..1; may be empty.
    unknown : float, optional
        Share of which nobody knows who has it; default: what the known shares leave to 1.
    rest : {"anyone", "newcomer"}
        Who may hold it: anyone, also those who are listed, or one maker more who is not listed.

    Returns
    -------
    Interval
        Low: sum of the squares, the unknown being spread over very many. High: the sum is convex, so it is largest
        where one holder has all of the unknown, and for `anyone` that is the largest: (s_max + u)^2 in place of
        s_max^2. Both ends are exact.

    Raises
    ------
    OptionError
        As `hhi`, and if shares and unknown together are not 1 (within 0.05, rounding).

    Examples
    --------
    >>> found = hhi_bounds({"CHN": 0.6, "JPN": 0.2}, 0.2)
    >>> round(found.low, 12), round(found.high, 12)
    (0.4, 0.68)
    """
    known, left = _with_unknown(shares, unknown)
    low = _squares(known)
    most = float(known.max(initial=0.0)) if rest == "anyone" else 0.0
    return Interval(low, min(1.0, max(low, low + left * (2 * most + left))))


def hhi_of_intervals(low: Sequence[float] | Float, high: Sequence[float] | Float) -> Interval:
    """Bounds of the HHI when each share is known within bounds.

    Parameters
    ----------
    low, high : sequence of float
        Bounds of the holders' shares, 0..1. What the lows leave to 1 belongs to these holders up to their highs, the
        rest of it to others.

    Returns
    -------
    Interval
        Low: sum of low^2. High: what is left goes to the holders with the largest low + high first. The sum of squares
        is convex; this fills its concave envelope over the bounds, so it is never too small, and exact where the first
        holder can take all that is left, as with an unknown remainder that may be anyone's (`hhi_bounds`).

    Raises
    ------
    OptionError
        If the bounds do not fit together.

    Examples
    --------
    >>> found = hhi_of_intervals([0.6, 0.2], [0.7, 0.4])
    >>> round(found.low, 12), round(found.high, 12)
    (0.4, 0.59)
    """
    least, most = read_shares(low, empty=True), read_shares(high, empty=True, summed=False)
    if len(least) != len(most) or (most < least - 1e-9).any():
        raise OptionError("shares: give a low and a high end for each holder, low <= high")
    left = max(0.0, 1.0 - float(least.sum()))
    bottom = _squares(least)
    room = np.minimum(np.maximum(most - least, 0.0), left)
    # What the listed cannot hold belongs to others, at worst to one.
    slack = max(0.0, left - float(room.sum()))
    slope = np.append(2 * least + room, slack)
    room = np.append(room, slack)
    order = np.argsort(-slope, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(room[order])[:-1]])
    taken = np.clip(left - before, 0.0, room[order])
    return Interval(bottom, min(1.0, max(bottom, bottom + float(np.dot(taken, slope[order])))))


def effective_number(shares: Shares) -> float:
    """How many equal holders would be as concentrated? 1 / HHI, infinite where all shares are 0.

    Examples
    --------
    >>> effective_number([0.25] * 4)
    4.0
    """
    index = hhi(shares)
    return 1.0 / index if index > 0 else float("inf")


def largest_share(shares: Shares) -> float:
    """What has the largest holder? The largest share, 0..1.

    Examples
    --------
    >>> largest_share({"CHN": 0.938, "UKR": 0.022})
    0.938
    """
    return float(read_shares(shares).max())


def largest_share_bounds(shares: Shares, unknown: float | None = None) -> Interval:
    """Bounds of the largest share: the unknown spread over many, and all of it with the largest.

    Examples
    --------
    >>> largest_share_bounds([0.5, 0.25])
    Interval(low=0.5, high=0.75, estimate=None)
    """
    known, left = _with_unknown(shares, unknown)
    most = float(known.max(initial=0.0))
    return Interval(most, min(1.0, most + left))


def n_minus_1(shares: Shares) -> float:
    """What is left without the largest holder? 1 - largest share, the N-1 view of the International Energy Agency.

    Examples
    --------
    >>> n_minus_1([0.3, 0.3, 0.2, 0.2])
    0.7
    """
    return 1.0 - largest_share(shares)


def n_minus_1_bounds(shares: Shares, unknown: float | None = None) -> Interval:
    """Bounds of what is left without the largest holder.

    Examples
    --------
    >>> n_minus_1_bounds([0.5, 0.25])
    Interval(low=0.25, high=0.5, estimate=None)
    """
    largest = largest_share_bounds(shares, unknown)
    return Interval(1.0 - largest.high, 1.0 - largest.low)


def theil(shares: Shares) -> float:
    """How unequal are the shares? Theil's T = ln n + sum s ln s, 0 (all equal) to ln n (one has all).

    Parameters
    ----------
    shares : mapping or sequence of float
        All shares of the market; those of 0 count in n. Scaled to add to 1 exactly.

    Raises
    ------
    OptionError
        As `hhi`, and if the shares add to less than 0.95: T says nothing about a market that is partly unknown.

    Notes
    -----
    Theil, H. (1967), Economics and Information Theory, with s_i the share of i: (1/n) sum (x_i / mean) ln (x_i / mean).

    Examples
    --------
    >>> round(theil([0.5, 0.3, 0.2]), 6)
    0.068959
    """
    known = _complete(shares)
    return max(0.0, float(np.log(len(known))) - _entropy(known))


def entropy_number(shares: Shares) -> float:
    """How many equal holders would have the same entropy? exp(-sum s ln s), between 1 and n; shares as for `theil`.

    Examples
    --------
    >>> round(entropy_number([0.5, 0.3, 0.2]), 6)
    2.800094
    """
    return float(np.exp(_entropy(_complete(shares))))


def merger_delta(first: float, second: float) -> float:
    """By how much does the HHI grow when two firms become one? (a + b)^2 - a^2 - b^2 = 2ab, shares 0..1.

    Examples
    --------
    >>> merger_delta(0.25, 0.2)
    0.1
    """
    known = read_shares([first, second])
    return 2.0 * float(known[0] * known[1])


def merger(shares: Shares, first: str | int, second: str | int) -> Merger:
    """What a merger does to the concentration, and whether the Merger Guidelines of 2023 presume it harmful.

    Parameters
    ----------
    shares : mapping or sequence of float
        Shares before, 0..1.
    first, second : str or int
        The two that merge: names in a mapping, places in a sequence.

    Raises
    ------
    OptionError
        As `hhi`, and if the two are the same or not among the shares.

    Examples
    --------
    >>> found = merger([0.25, 0.20, 0.15, 0.10, 0.08, 0.07, 0.06, 0.05, 0.04], 0, 1)
    >>> round(found.before, 9), round(found.after, 9), found.presumed_by_hhi
    (0.154, 0.254, True)
    """
    known = read_shares(shares)
    names: list[str | int] = list(shares) if isinstance(shares, Mapping) else list(range(len(known)))
    if first not in names or second not in names or first == second:
        raise OptionError(f"merger of {first!r} and {second!r}: name two of the holders of the shares")
    a, b = float(known[names.index(first)]), float(known[names.index(second)])
    before, delta = _squares(known), 2 * a * b
    after = min(1.0, before + delta)
    large = delta > _DELTA + _TRIFLE
    return Merger(
        before=before,
        after=after,
        delta=delta,
        merged_share=a + b,
        presumed_by_hhi=large and after > HIGHLY_CONCENTRATED + _TRIFLE,
        presumed_by_share=large and a + b > _FIRM_SHARE + _TRIFLE,
    )


def _squares(known: Float) -> float:
    return min(1.0, float(np.dot(known, known)))


def _entropy(known: Float) -> float:
    some = known[known > 0]
    return -float(np.dot(some, np.log(some)))


def _complete(shares: Shares) -> Float:
    known = read_shares(shares)
    whole = float(known.sum())
    if whole < 1 - _ROUNDING:
        raise OptionError(f"shares add to {whole:.6g}: this measure needs all of the market")
    return known / whole


def _with_unknown(shares: Shares, unknown: float | None) -> tuple[Float, float]:
    known = read_shares(shares, empty=True)
    whole = float(known.sum())
    if unknown is None:
        return known, max(0.0, 1.0 - whole)
    if not 0 <= unknown <= 1:
        raise OptionError(f"unknown {unknown}: give a share from 0 to 1")
    if abs(whole + unknown - 1) > _ROUNDING:
        raise OptionError(f"shares add to {whole:.6g} and the unknown is {unknown:.6g}: together they should be 1")
    return known, float(unknown)


def read_shares(shares: Shares, *, empty: bool = False, summed: bool = True) -> Float:
    """Shares as an array, or OptionError saying which one cannot be used."""
    names = list(shares) if isinstance(shares, Mapping) else None
    values = list(shares.values()) if isinstance(shares, Mapping) else list(shares)
    try:
        known = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise OptionError(f"shares: numbers from 0 to 1 are needed, not {values!r}") from None
    if not len(known) and not empty:
        raise OptionError("shares: give at least one")
    wrong = np.flatnonzero(~((known >= 0) & (known <= 1 + 1e-9)))
    if wrong.size:
        place = int(wrong[0])
        who = f" of {names[place]}" if names else f" (number {place + 1})"
        hint = "; percentages are divided by 100" if known[place] > 1 else ""
        raise OptionError(f"share {known[place]:.6g}{who}: give numbers from 0 to 1{hint}")
    if summed and known.sum() > 1 + _ROUNDING:
        raise OptionError(f"shares add to {known.sum():.6g}: more than 1, and by more than rounding explains")
    return known
