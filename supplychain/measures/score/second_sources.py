"""Which makers of a part could be replaced by another one that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.levels import expand_ranges, pointers
from supplychain.measures.analysis import Analysis

__all__ = ["SecondSources", "second_sources"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class SecondSources:
    """For each option whether there is another usable source of the same part, shape (options,) each.

    Attributes
    ----------
    low : array of float
        1 where another one has a known lead time and capacity.
    high : array of float
        1 where another one is listed (planned ones too), or may be among the unknown.
    value : array of float
        1 where another one already supplies the product or counts at the low end; 0.5 where one is only listed.
    known : array of float
        0 for a maker of whom nothing is known and whose part has no listed source.
    """

    low: Float
    high: Float
    value: Float
    known: Float


def second_sources(analysis: Analysis, in_use: Int) -> SecondSources:
    """Look for another source of the same part for every option that the product uses.

    Parameters
    ----------
    analysis : Analysis
    in_use : array of int
        Options that the product is certain to use.

    Notes
    -----
    Two offers of one supplier are one source. A market row is a country's whole market: a maker in that country is
    no other source than the row, and the row may be no other one than the maker.
    """
    compiled, options = analysis.compiled, analysis.compiled.options
    size = compiled.option_count
    unknown_maker = (options.offer < 0) & (options.supplier < 0)
    wanted = np.flatnonzero((analysis.reach.longest[:size] >= 0) & ~options.is_class & ~analysis.product_options)
    used = np.zeros(size, dtype=bool)
    used[in_use] = True
    used_offer = np.zeros(len(compiled.dataset.offers) + 1, dtype=bool)
    used_offer[options.offer[in_use]] = True
    used_offer[-1] = False
    named_only = (options.offer < 0) & (options.supplier >= 0) & used
    listed = np.flatnonzero(((options.offer >= 0) & ~options.priced_at_mean) | named_only)
    listed = listed[np.argsort(options.part[listed], kind="stable")]
    bounds = pointers(options.part[listed], len(compiled.part_ids))
    place, owner = expand_ranges(bounds[options.part[wanted]], bounds[options.part[wanted] + 1])
    this, other = wanted[owner], listed[place]
    possible, distinct = _distinct(analysis, this, other)
    sure = _settled(analysis)
    counted = distinct & sure[other]
    supplies = used_offer[options.offer[other]] | named_only[other]

    def any_of(pairs: Bool) -> Float:
        return (np.bincount(this[pairs], minlength=size) > 0).astype(np.float64)

    low, high = any_of(counted), any_of(possible)
    running = any_of(possible & supplies & ~options.planned[other])
    # The unknown mass of a part may be many makers, and may be another source for those that are known.
    open_parts = np.zeros(len(compiled.part_ids), dtype=bool)
    open_parts[options.part[wanted[unknown_maker[wanted]]]] = True
    high = np.maximum(high, open_parts[options.part])
    low[unknown_maker] = _two_settled(analysis, sure)[options.part[unknown_maker]]
    value = np.where(low > 0, 1.0, np.where(running > 0, 1.0, 0.5 * high))
    has_listed = np.bincount(options.part[listed], minlength=len(compiled.part_ids)) > 0
    known = (~unknown_maker | has_listed[options.part]).astype(np.float64)
    return SecondSources(low, high, value, known)


def _distinct(analysis: Analysis, this: Int, other: Int) -> tuple[Bool, Bool]:
    """Whether the second option of each pair may be another source than the first, and whether it surely is."""
    options, made = analysis.compiled.options, analysis.origins.made
    firm, other_firm = options.supplier[this] >= 0, options.supplier[other] >= 0
    unknown = ~firm & (options.offer[this] < 0)
    market, other_market = ~firm & ~unknown, ~other_firm
    same_firm = firm & (options.supplier[this] == options.supplier[other])
    same_offer = (options.offer[this] >= 0) & (options.offer[this] == options.offer[other])
    one_place = (made[this] == made[other]) & (made[this] >= 0)
    no_place = (made[this] < 0) | (made[other] < 0)
    inside = market & one_place
    possible = ~(same_firm | same_offer | inside)
    doubtful = (market & no_place) | (other_market & firm & (one_place | no_place)) | unknown
    return possible, possible & ~doubtful


def _settled(analysis: Analysis) -> Bool:
    """Options that can be bought today with a known lead time and capacity."""
    options, offers = analysis.compiled.options, analysis.compiled.dataset.offers
    lead = offers["lead_time_days"].to_numpy(dtype=np.float64)
    capacity = offers["capacity_per_year"].to_numpy(dtype=np.float64)
    known = np.append(~np.isnan(lead) & ~np.isnan(capacity) & ~(capacity <= 0), False)
    return known[options.offer] & ~options.planned & ~options.priced_at_mean


def _two_settled(analysis: Analysis, sure: Bool) -> Bool:
    """Parts with two settled firms, or two settled markets: an unknown maker can be only one of the two."""
    compiled, options = analysis.compiled, analysis.compiled.options
    size = len(compiled.part_ids)

    def two(chosen: Bool, key: Int) -> Bool:
        places = np.flatnonzero(sure & chosen)
        pairs = np.unique(np.stack([options.part[places], key[places]]), axis=1)
        counted: Bool = np.bincount(pairs[0], minlength=size) >= 2
        return counted

    made = analysis.origins.made
    firms = two((options.supplier >= 0) & (options.offer >= 0), options.supplier)
    return firms | two((options.supplier < 0) & (options.offer >= 0) & (made >= 0), made)
