"""Who has how much of what a product costs: shares of countries, suppliers and owners, each with its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import BASES, propagate
from supplychain.errors import OptionError
from supplychain.levels import expand_ranges
from supplychain.measures.analysis import Analysis
from supplychain.measures.first_tier import (
    first_tier,
    has_cost,
    line_figures,
    own_figures,
    product_makers,
    ratio,
    total,
)
from supplychain.measures.flow import value_flow
from supplychain.measures.hhi import hhi_of_intervals
from supplychain.measures.interval import Interval, share

__all__ = [
    "BY",
    "CLASS",
    "UNKNOWN",
    "By",
    "Holder",
    "HolderShares",
    "View",
    "country_shares",
    "from_bounds",
    "holder_codes",
    "holder_shares",
]

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]
By = Literal["country", "supplier", "owner"]
View = Literal["first_tier", "look_through"]

BY: tuple[By, ...] = ("country", "supplier", "owner")
# Codes of holders: nobody knows who, and a class, which holds nothing.
UNKNOWN, CLASS = -1, -2
# Numbers that one propagation may hold, 8 bytes each.
_BUDGET = 16_000_000
# Of more holders than this, the exact bounds of the largest alone are computed.
_EXACT = 64
_TRIFLE = 1e-12


@dataclass(frozen=True)
class Holder:
    """One holder: country code, supplier id or id of the owner, and its share, 0..1."""

    id: str
    share: Interval


@dataclass(frozen=True)
class HolderShares:
    """Shares of all holders of something; they add to 1 together with what is unknown.

    Attributes
    ----------
    by : {"country", "supplier", "owner"}
    weight : {"cost", "lines"}
        What the shares are of: the cost, or, where no cost is known, the lines, each counting once.
    holders : tuple of Holder
        The largest known share first.
    unknown : float
        1 minus the sum of the lows: what cannot be told to belong to one of them, 0..1.
    """

    by: By
    weight: Literal["cost", "lines"]
    holders: tuple[Holder, ...]
    unknown: float

    @property
    def low(self) -> Float:
        """Low ends of the shares, shape (holders,)."""
        return np.array([holder.share.low for holder in self.holders], dtype=np.float64)

    @property
    def high(self) -> Float:
        """High ends of the shares, shape (holders,)."""
        return np.array([holder.share.high for holder in self.holders], dtype=np.float64)

    @cached_property
    def hhi(self) -> Interval:
        """Herfindahl-Hirschman index, 0..1 (`supplychain.measures.hhi.hhi_of_intervals`)."""
        return hhi_of_intervals(self.low, self.high)

    @property
    def largest(self) -> str:
        """Holder of the largest known share; empty where nothing is known."""
        return self.holders[0].id if self.holders and self.holders[0].share.low > 0 else ""

    @property
    def largest_share(self) -> Interval:
        """Share of the largest holder, whoever it is; what nobody listed can hold may be one more holder's."""
        others = max(0.0, 1.0 - float(self.high.sum()))
        return share(float(self.low.max(initial=0.0)), max(float(self.high.max(initial=0.0)), others))


def country_shares(analysis: Analysis, *, basis: str = "made", depth: int | None = None) -> HolderShares | None:
    """Look-through cost of a product by country: where the money is earned, opened to a depth.

    Parameters
    ----------
    analysis : Analysis
    basis : {"made", "designed", "headquartered", "owned"}
        `owned`: the country of the owner that controls the supplier.
    depth : int, optional
        Sources to this depth are opened, 1 or more; the price of a source at that depth counts whole where it is.
        Default: the depth of the analysis.

    Returns
    -------
    HolderShares or None
        An interval for each country. None where no first-tier line has a price or a cost share.

    Notes
    -----
    v(I - A)^-1 of input-output analysis (Miller and Blair 2009, chapter 2; docs/methods/value.md), cut off at a depth
    in such a way that the shares add to 1. A planned source is of unknown origin.

    Examples
    --------
    >>> import supplychain as sc
    >>> from supplychain.measures.analysis import analyse
    >>> country_shares(analyse(sc.load("uav"), "isr_quad_taiwan"), depth=1).largest
    'TWN'
    """
    return holder_shares(analysis, "country", basis=basis, depth=depth, lines_without_cost=False)


def holder_shares(
    analysis: Analysis,
    by: By,
    *,
    view: View = "look_through",
    basis: str = "made",
    depth: int | None = None,
    lines_without_cost: bool = True,
) -> HolderShares | None:
    """Return the shares of a product's cost that countries, suppliers or owners have.

    Parameters
    ----------
    analysis : Analysis
    by : {"country", "supplier", "owner"}
        owner: the firm at the top, the largest holder of each being followed from `min_ownership` on; a firm that
        nobody holds is its own. All that one owner has is added up.
    view : {"first_tier", "look_through"}
        first_tier: cost of the first-tier lines by their source. look_through: what each earns at any tier, the
        product's own makers included.
    basis : str
        Of a country, as for `country_shares`.
    depth : int, optional
        Of the look-through, as for `country_shares`.
    lines_without_cost : bool
        Count first-tier lines where no cost is known.

    Returns
    -------
    HolderShares or None
        None where no cost is known and lines are not counted.

    Raises
    ------
    OptionError
        If `by`, `basis` or `depth` is not one of the choices.
    """
    codes, names = holder_codes(analysis, by, basis=basis)
    depth = analysis.depth if depth is None else depth
    if depth is not None and (int(depth) != depth or depth < 1):
        raise OptionError(f"depth {depth}: give a whole number of 1 or more")
    priced = has_cost(first_tier(analysis))
    if not priced and not lines_without_cost:
        return None
    last = 1 if view == "first_tier" or not priced else depth
    tier = analysis.reach.tier[: analysis.compiled.option_count]
    used = (tier >= 0) & (codes >= 0) & (tier <= (analysis.graph_depth if last is None else last))
    present = np.unique(codes[used])
    if view == "first_tier" or not priced:
        bounds = _first_tier_bounds(analysis, codes, present, priced=priced)
    else:
        bounds = _value_bounds(analysis, codes, present, last)
    return from_bounds(by, "cost" if priced else "lines", [names[code] for code in present], *bounds)


def from_bounds(by: By, weight: Literal["cost", "lines"], names: list[str], low: Float, high: Float) -> HolderShares:
    """Put bounds of shares together: what is unknown, and nobody above what the others leave."""
    whole = float(low.sum())
    low = low / whole if whole > 1 else low
    unknown = max(0.0, 1.0 - float(low.sum()))
    unknown = unknown if unknown > _TRIFLE else 0.0
    high = np.minimum(np.maximum(high, low), low + unknown)
    holders = [
        Holder(name, share(float(least), float(most)))
        for name, least, most in zip(names, low, high, strict=True)
        if most > 0
    ]
    holders.sort(key=lambda holder: (-holder.share.low, -holder.share.high, holder.id))
    return HolderShares(by, weight, tuple(holders), unknown)


def holder_codes(analysis: Analysis, by: By, *, basis: str = "made") -> tuple[Int, list[str]]:
    """Holder of each option as a code (-1 unknown, -2 a class), and the names of the codes.

    Raises
    ------
    OptionError
        If `by` or `basis` is not one of the choices.
    """
    options = analysis.compiled.options
    if basis not in BASES:
        raise OptionError(f"basis {basis!r}: choose among {', '.join(BASES)}")
    if by == "country":
        origins = analysis.origins
        found = {
            "made": origins.made,
            "designed": origins.designed,
            "headquartered": origins.headquartered,
            "owned": origins.owner,
        }[basis]
        names = list(origins.countries)
    elif by == "supplier":
        found, names = options.supplier, [str(name) for name in analysis.compiled.supplier_ids]
    elif by == "owner":
        top = _owners(analysis)
        found = np.where(options.supplier >= 0, np.append(top, UNKNOWN)[options.supplier], UNKNOWN)
        names = [str(name) for name in analysis.compiled.supplier_ids]
    else:
        raise OptionError(f"by {by!r}: choose among {', '.join(BY)}")
    codes = np.where(options.planned, UNKNOWN, found)
    if analysis.evidence == "documented":
        codes = np.where(analysis.product_options & (options.supplier < 0), UNKNOWN, codes)
    return np.where(options.is_class, CLASS, codes).astype(np.int64), names


def _owners(analysis: Analysis) -> Int:
    """Firm at the top of each supplier; firms that hold each other count as the first of them; -1 without a name."""
    links, size = analysis.origins.links, len(analysis.compiled.supplier_ids)
    largest = np.zeros(size)
    np.maximum.at(largest, links.supplier, links.share)
    counts = np.flatnonzero(
        (links.share >= analysis.lens.min_ownership - _TRIFLE) & (links.share == largest[links.supplier])
    )
    # Of several that hold as much, the first; an owner without a name is the end of the walk, in place `size`.
    step = np.arange(size + 1)
    step[links.supplier[counts[::-1]]] = np.minimum(links.owner[counts[::-1]], size)
    first = np.arange(size + 1)
    for _ in range(int(size).bit_length() + 1):
        first, step = np.minimum(first, first[step]), step[step]
    # After more steps than there are firms everyone stands at a top or in a ring, whose first member is the name.
    top = first[step]
    ring = np.where(step == size, UNKNOWN, top)
    return ring[:size].astype(np.int64)


def _chunks(analysis: Analysis, present: Int, rows: int) -> list[Int]:
    each = max(1, _BUDGET // (2 * rows * analysis.compiled.target_count))
    return [present[start : start + each] for start in range(0, len(present), each)]


def _leaves(codes: Int, present: Int) -> Float:
    """What is known to be the holders' (first half) and what may be (second half), shape (2 holders, options)."""
    known = codes[None, :] == present[:, None]
    return np.concatenate([known, known | (codes == UNKNOWN)]).astype(np.float64)


def _value_bounds(analysis: Analysis, codes: Int, present: Int, depth: int | None) -> tuple[Float, Float]:
    """Bounds of each holder's look-through value.

    Where there are many holders, small ones get the bound of `value_flow`, one walk for all: never too large, and too
    small only where something is an unknown choice.
    """
    depths = None if depth is None or depth >= analysis.graph_depth else depth
    if depths is not None or len(present) <= _EXACT:
        return _exact_bounds(analysis, codes, present, depths)
    documented = analysis.evidence == "documented"
    flow = value_flow(analysis, documented_low=documented)
    mine = codes >= 0
    size = int(present.max()) + 1
    low = np.bincount(codes[mine], weights=flow.low[mine], minlength=size)[present].astype(np.float64)
    possible = np.bincount(codes[mine], weights=flow.high[mine], minlength=size)[present]
    high = np.ones(len(present))
    largest = np.sort(np.argsort(-possible, kind="stable")[:_EXACT])
    low[largest], high[largest] = _exact_bounds(analysis, codes, present[largest], depths)
    return low, high


def _exact_bounds(analysis: Analysis, codes: Int, present: Int, depths: int | None) -> tuple[Float, Float]:
    items = first_tier(analysis)
    low, high = [], []
    for chunk in _chunks(analysis, present, 1 if depths is None else depths + 1):
        leaves = _leaves(codes, chunk)
        columns = analysis.columns.repeat(len(chunk))
        result = propagate(analysis.compiled, leaves, "kept_value", columns, depths=depths)
        shape = (2, len(chunk), -1)
        # What stands at the depth of the product itself, behind a class, has one level more below it.
        behind = result[:, 0 if depths is None else depths].reshape(shape)
        below = result[:, 0 if depths is None else depths - 1].reshape(shape)
        own = leaves.reshape(shape)
        for place in range(len(chunk)):
            figures = np.where(
                items.no_step,
                line_figures(analysis, items, behind[:, place]),
                line_figures(analysis, items, below[:, place]),
            )
            found = total(analysis, items, figures, own_figures(analysis, own[:, place]))
            low.append(found.low if found else 0.0)
            high.append(found.high if found else 1.0)
    return np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)


def _first_tier_bounds(analysis: Analysis, codes: Int, present: Int, *, priced: bool) -> tuple[Float, Float]:
    """Bounds of each holder's share of the first-tier lines, by cost or by count."""
    items = first_tier(analysis)
    low, high = [], []
    for chunk in _chunks(analysis, present, 1):
        columns = analysis.columns.repeat(len(chunk))
        passed = propagate(analysis.compiled, _leaves(codes, chunk), "own", columns)[:, 0]
        sources = passed.reshape(2, len(chunk), -1)
        for place in range(len(chunk)):
            figures = line_figures(analysis, items, sources[:, place])
            found = ratio(analysis, items, figures) if priced else _by_lines(analysis, sources[:, place])
            low.append(found.low if found else 0.0)
            high.append(found.high if found else 1.0)
    return np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)


def _by_lines(analysis: Analysis, figures: Float) -> Interval | None:
    """Mean of a figure over the slots of the product, each counting once; over its makers as `total` has it."""
    compiled, table = analysis.compiled, analysis.compiled.alternatives
    makers, shares, exclusive = product_makers(analysis)
    ends = []
    for maker in makers:
        slots = np.flatnonzero(compiled.slot_recipe == compiled.options.recipe[maker])
        places, owner = expand_ranges(compiled.slot_pointers[slots], compiled.slot_pointers[slots + 1])
        if not places.size:
            return None
        seen = figures[:, table.target[places]]
        least = analysis.columns.least_grade
        if least is not None:
            seen = np.where(table.grade[places] < least[:, None], np.array([[0.0], [1.0]]), seen)
        ends.append((seen * table.weight[places]).sum(axis=1) / len(np.unique(owner)))
    found = np.array(ends).reshape(len(makers), 2)
    if exclusive:
        return share(float(found[:, 0].min()), float(found[:, 1].max()))
    return share(float(shares @ found[:, 0]), float(shares @ found[:, 1]))
