"""Where sources are made, designed, headquartered and owned, and whether a lens holds them (docs/model.md, 2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.compiled.arrays import Compiled
from supplychain.errors import OptionError

__all__ = ["BASES", "DEFAULT_BASES", "DEFAULT_LENS", "Lens", "Origins", "concern", "read_origins"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

BASES = ("made", "designed", "headquartered", "owned")
DEFAULT_LENS = ("CHN", "HKG", "MAC")
DEFAULT_BASES = ("made", "headquartered", "owned")
UNKNOWN = -1


@dataclass(frozen=True)
class Lens:
    """A set of countries and a set of bases, with the ownership share from which a link counts.

    Examples
    --------
    >>> Lens().countries
    ('CHN', 'HKG', 'MAC')
    """

    countries: tuple[str, ...] = DEFAULT_LENS
    bases: tuple[str, ...] = DEFAULT_BASES
    min_ownership: float = 0.25

    def __post_init__(self) -> None:
        wrong = [basis for basis in self.bases if basis not in BASES]
        if wrong or not self.bases:
            raise OptionError(f"basis {', '.join(wrong) or '(none)'}: choose among {', '.join(BASES)}")
        if not self.countries:
            raise OptionError("lens: name at least one country, as CHN,HKG,MAC")
        if not 0 < self.min_ownership <= 1:
            raise OptionError(f"min_ownership {self.min_ownership}: give a share above 0 and at most 1, as 0.25")


@dataclass(frozen=True)
class Origins:
    """Country codes (places in `countries`, -1 unknown) of every option on the bases made, designed and headquartered.

    `owner` is the country of the owner that controls the supplier (the largest holder followed up to the top), for
    tables.
    """

    countries: tuple[str, ...]
    made: Int
    designed: Int
    headquartered: Int
    owner: Int
    links: _Links

    def country(self, code: int) -> str:
        """Country of a code; empty is unknown."""
        return self.countries[code] if code >= 0 else ""


@dataclass(frozen=True)
class _Links:
    """Ownership: supplier -> owner, the share held, and the country that the row itself gives for the owner.

    `owner` may be a code past the suppliers: an owner without a name, of which the row gives only the country.
    """

    supplier: Int
    owner: Int
    share: Float
    country: Int
    home: Int


def read_origins(compiled: Compiled, *, min_ownership: float = 0.25) -> Origins:
    """Code the origins of all options."""
    dataset = compiled.dataset
    offers, suppliers = dataset.offers, dataset.suppliers
    order = np.argsort(suppliers["supplier_id"].to_numpy(dtype=object), kind="stable")
    home_text = suppliers["country"].to_numpy(dtype=object)[order]
    holdings = _holdings(compiled, order)
    columns = [
        offers["origin_country"].to_numpy(dtype=object),
        offers["design_country"].to_numpy(dtype=object),
        home_text,
        holdings["country"].to_numpy(dtype=object),
    ]
    countries = tuple(sorted(set().union(*(set(pd.unique(column)) for column in columns)) - {""}))
    index = pd.Index(countries, dtype=object)
    made_code, design_code, home, link_country = (index.get_indexer(pd.Index(c, dtype=object)) for c in columns)
    options = compiled.options
    has_offer, has_firm = options.offer >= 0, options.supplier >= 0
    made = np.where(has_offer, _take(made_code, options.offer), UNKNOWN)
    designed = np.where(has_offer, _take(design_code, options.offer), UNKNOWN)
    headquartered = np.where(has_firm, _take(home, options.supplier), UNKNOWN)
    software = (dataset.parts["kind"].to_numpy(dtype=object)[compiled.part_row] == "software")[options.part]
    fallback = np.where(designed >= 0, designed, headquartered)
    made = np.where(software & has_offer & has_firm & (made < 0), fallback, made)
    market = has_offer & ~has_firm
    designed = np.where(market, made, designed)
    headquartered = np.where(market, made, headquartered)
    links = _Links(
        supplier=holdings["supplier"].to_numpy(dtype=np.int64),
        owner=holdings["owner"].to_numpy(dtype=np.int64),
        share=holdings["share"].to_numpy(dtype=np.float64),
        country=link_country.astype(np.int64),
        home=home.astype(np.int64),
    )
    owner_home = _controlling_country(links, min_ownership)
    owner = np.where(has_firm, _take(owner_home, options.supplier), np.where(market, made, UNKNOWN))
    return Origins(countries, made, designed, headquartered, owner, links)


def _take(values: NDArray[np.int64], places: Int) -> Int:
    if not len(values):
        return np.full(len(places), UNKNOWN, dtype=np.int64)
    return values[places].astype(np.int64)


def _holdings(compiled: Compiled, order: Int) -> pd.DataFrame:
    """Rows of suppliers and of ownership: supplier, owner, share, country; unnamed owners get codes of their own."""
    suppliers, ownership = compiled.dataset.suppliers, compiled.dataset.tables["ownership"]
    index = pd.Index(compiled.supplier_ids, dtype=object)
    owner_id = suppliers["owner_id"].to_numpy(dtype=object)[order]
    owner_country = suppliers["owner_country"].to_numpy(dtype=object)[order]
    share = suppliers["ownership_share"].to_numpy(dtype=np.float64)[order]
    has = np.flatnonzero((owner_id != "") | (owner_country != ""))
    date = compiled.dataset.date
    until = ownership["until"].to_numpy(dtype=object)
    since = ownership["since"].to_numpy(dtype=object)
    current = np.ones(len(ownership), dtype=bool)
    if date:
        current = ((until == "") | (until >= date)) & ((since == "") | (since <= date))
    more = ownership[current]
    supplier = np.concatenate([has, index.get_indexer(pd.Index(more["supplier_id"], dtype=object))])
    owner = np.concatenate(
        [
            index.get_indexer(pd.Index(owner_id[has], dtype=object)),
            index.get_indexer(pd.Index(more["owner_id"], dtype=object)),
        ]
    )
    country = np.concatenate([owner_country[has], np.full(len(more), "", dtype=object)])
    held = np.concatenate([share[has], more["share"].to_numpy(dtype=np.float64)])
    # The same holding may stand in both tables: count it once, with what either says.
    table = pd.DataFrame({"supplier": supplier, "owner": owner, "share": held, "country": country})
    table = table[table["supplier"] >= 0]
    named = table["owner"] >= 0
    table.loc[~named, "owner"] = len(index) + np.arange(int((~named).sum()))
    table = table.groupby(["supplier", "owner"], as_index=False, sort=True).agg({"share": "max", "country": "max"})
    return table.assign(share=table["share"].fillna(1.0))


def _controlling_country(links: _Links, min_ownership: float) -> Int:
    """Country of the largest holder of each supplier, followed up to the top; its own where nobody holds enough."""
    size = len(links.home)
    largest = np.zeros(size)
    np.maximum.at(largest, links.supplier, links.share)
    counts = (links.share >= min_ownership) & (links.share == largest[links.supplier])
    country = links.home.copy()
    owner = np.arange(size)
    chosen = np.flatnonzero(counts)[::-1]
    owner[links.supplier[chosen]] = links.owner[chosen]
    given = np.full(size, UNKNOWN, dtype=np.int64)
    given[links.supplier[chosen]] = links.country[chosen]
    top = np.arange(size)
    seen = [top]
    for _ in range(size):
        above = np.where(top < size, owner[np.minimum(top, size - 1)], top)
        fresh = (above != top) & (np.stack([above != earlier for earlier in seen]).all(axis=0))
        if not fresh.any():
            break
        step_country = np.where(above < size, links.home[np.minimum(above, size - 1)], UNKNOWN)
        step_country = np.where(step_country < 0, given[np.minimum(top, size - 1)], step_country)
        country = np.where(fresh, step_country, country)
        top = np.where(fresh, above, top)
        seen.append(top)
    return country


def concern(
    compiled: Compiled, origins: Origins, lens: Lens, *, bases: Iterable[str] | None = None
) -> tuple[Bool, Bool]:
    """Whether each option is of concern: known to be (low) and possibly (high).

    Parameters
    ----------
    compiled, origins
        Arrays of the dataset.
    lens : Lens
    bases : iterable of str, optional
        Bases to use instead of those of the lens.

    Returns
    -------
    low, high : arrays of bool, shape (options,)
        `low <= high`. A class is never of concern itself; a planned offer may turn out to be one of a maker of unknown
        origin.
    """
    low = np.zeros(compiled.option_count, dtype=bool)
    unknown = np.zeros(compiled.option_count, dtype=bool)
    for basis in bases if bases is not None else lens.bases:
        found, open_ = concern_by_basis(compiled, origins, lens, basis)
        low |= found
        unknown |= open_
    is_class = compiled.options.is_class
    return low & ~is_class, (low | unknown | compiled.options.planned) & ~is_class


def concern_by_basis(compiled: Compiled, origins: Origins, lens: Lens, basis: str) -> tuple[Bool, Bool]:
    """Whether each option is in the lens on one basis, and whether that is unknown."""
    inside = np.isin(np.array(origins.countries, dtype=object), np.array(lens.countries, dtype=object))
    inside = np.append(inside, False)
    if basis != "owned":
        codes = {"made": origins.made, "designed": origins.designed, "headquartered": origins.headquartered}[basis]
        return inside[codes], codes < 0
    low, high = _owned(origins.links, inside, lens.min_ownership)
    firm = compiled.options.supplier
    market = (compiled.options.offer >= 0) & (firm < 0)
    if not len(low):
        low = high = np.zeros(1, dtype=bool)
    found = np.where(firm >= 0, low[firm], np.where(market, inside[origins.made], False))
    possible = np.where(firm >= 0, high[firm], np.where(market, inside[origins.made] | (origins.made < 0), True))
    return found, possible & ~found


def _owned(links: _Links, inside: Bool, min_ownership: float) -> tuple[Bool, Bool]:
    """Whether owners inside the lens hold at least `min_ownership` of each supplier: known, and possible."""
    size = len(links.home)
    total = np.bincount(links.supplier, weights=links.share, minlength=size)
    threshold = min_ownership - 1e-12
    own_owner = total < threshold
    results = []
    for unknown_inside in (False, True):
        home_in = inside[links.home] | (unknown_inside & (links.home < 0))
        own_country = inside[links.home]
        owned = own_owner & home_in
        # An owner is inside by its country, by the country that the row gives for it, or by its own owners;
        # the least fixed point ends the walk at a cross-holding.
        named = np.minimum(links.owner, max(size - 1, 0))
        real = links.owner < size
        by_country = inside[links.country] | (real & own_country[named])
        by_country |= unknown_inside & (links.country < 0) & (~real | (links.home[named] < 0))
        for _ in range(size + 1):
            holding = by_country | (real & ~own_owner[named] & owned[named])
            sums = np.bincount(links.supplier, weights=links.share * holding, minlength=size)
            grown = owned | (~own_owner & (sums >= threshold))
            if np.array_equal(grown, owned):
                break
            owned = grown
        results.append(owned)
    return results[0], results[1]
