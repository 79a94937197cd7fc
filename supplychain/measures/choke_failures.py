"""What can fail in a product: its suppliers, owners, countries and parts, each as the options that fail with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from supplychain.compiled import Lens, Origins, concern
from supplychain.compiled.sweep import Failures
from supplychain.countries import name_of
from supplychain.levels import pointers
from supplychain.measures.analysis import Analysis
from supplychain.measures.names import part_table, supplier_table

__all__ = ["KINDS", "UNKNOWN_MAKER", "Candidates", "base_losses", "candidates", "holdings", "in_use"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Text = NDArray[np.object_]

KINDS = ("supplier", "owner", "country", "part")
UNKNOWN_MAKER = "unknown:"  # and the part's id: the id of a maker of whom nobody knows who it is


@dataclass(frozen=True)
class Candidates:
    """What can fail; scenario i of `failures` is the failure of number i.

    Attributes
    ----------
    kind, id, name, basis : arrays of str, shape (failures,)
        `basis` is that of a country, else empty.
    failures : Failures
        Options that are known to fail have nothing left at both ends; those that may fail, at the high end alone.
    """

    kind: Text
    id: Text
    name: Text
    basis: Text
    failures: Failures

    def __len__(self) -> int:
        """Number of failures."""
        return len(self.id)


@dataclass(frozen=True)
class _Group:
    """Failures of one kind: which options fail with each (`sure`: at both ends, else at the high end alone)."""

    ids: list[str]
    names: list[str]
    scenario: Int
    option: Int
    sure: Bool
    basis: str = ""


def in_use(analysis: Analysis) -> Bool:
    """Which options are makers within the depth asked for, classes among them, shape (options,)."""
    tier = analysis.reach.tier[: analysis.compiled.option_count]
    return (tier >= 0) & (tier <= analysis.last)


def base_losses(analysis: Analysis) -> Float:
    """What is lost although nothing fails, as leaves: at the high end makers that are only planned, (2, options)."""
    planned = analysis.compiled.options.planned & ~analysis.product_options
    return np.stack([np.zeros(len(planned)), planned.astype(np.float64)])


def candidates(analysis: Analysis) -> Candidates:
    """List everything that can fail: named suppliers and unknown makers, owners, countries, parts, each by id."""
    groups = (
        ("supplier", _suppliers(analysis)),
        ("supplier", _unknown_makers(analysis)),
        ("owner", _owners(analysis)),
        *(("country", _countries(analysis, basis)) for basis in analysis.loss_bases),
        ("part", _parts(analysis)),
    )
    sizes = [len(group.ids) for _, group in groups]
    firsts = np.cumsum([0, *sizes])
    scenario = np.concatenate([group.scenario + first for (_, group), first in zip(groups, firsts[:-1], strict=True)])
    option = np.concatenate([group.option for _, group in groups])
    sure = np.concatenate([group.sure for _, group in groups])
    order = np.lexsort((option, scenario))
    left = np.zeros((2, len(order)))
    left[0] = ~sure[order]
    return Candidates(
        kind=_texts([kind for (kind, _), size in zip(groups, sizes, strict=True) for _ in range(size)]),
        id=_texts([found for _, group in groups for found in group.ids]),
        name=_texts([found for _, group in groups for found in group.names]),
        basis=_texts([group.basis for _, group in groups for _ in group.ids]),
        failures=Failures(pointers(scenario[order], int(firsts[-1])), option[order].astype(np.int64), left),
    )


def _texts(values: list[str]) -> Text:
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def _suppliers(analysis: Analysis) -> _Group:
    """Named firms; the maker of the product itself is one of them."""
    compiled = analysis.compiled
    option = np.flatnonzero(in_use(analysis) & (compiled.options.supplier >= 0))
    codes, scenario = np.unique(compiled.options.supplier[option], return_inverse=True)
    ids = [str(found) for found in compiled.supplier_ids[codes]]
    return _Group(ids, _firm_names(analysis, ids), scenario.astype(np.int64), option, np.ones(len(option), dtype=bool))


def _firm_names(analysis: Analysis, ids: list[str]) -> list[str]:
    table = supplier_table(analysis.compiled.dataset)
    return [str(table[found]["name"] or found) if found in table else found for found in ids]


def _part_names(analysis: Analysis, ids: list[str]) -> list[str]:
    table = part_table(analysis.compiled.dataset)
    return [str(table[found]["name"] or found) for found in ids]


def _unknown_makers(analysis: Analysis) -> _Group:
    """For each part whose makers are not all known, the unknown ones: it may be one firm, so at the high end it is."""
    compiled, options = analysis.compiled, analysis.compiled.options
    unknown = (options.offer < 0) & (options.supplier < 0) & ~options.is_class & ~analysis.product_options
    option = np.flatnonzero(in_use(analysis) & unknown)
    codes, scenario = np.unique(options.part[option], return_inverse=True)
    parts = [str(found) for found in compiled.part_ids[codes]]
    return _Group(
        [f"{UNKNOWN_MAKER}{part}" for part in parts],
        [f"unknown maker of {name}" for name in _part_names(analysis, parts)],
        scenario.astype(np.int64),
        option,
        np.zeros(len(option), dtype=bool),
    )


def holdings(origins: Origins, size: int, *, min_ownership: float) -> sparse.csr_array:
    """Which firms each firm owns: links are followed, and shares of owners inside the group are added up at each level.

    Parameters
    ----------
    origins : Origins
    size : int
        Number of suppliers.
    min_ownership : float
        Share from which a holding counts.

    Returns
    -------
    sparse array of bool, shape (suppliers, suppliers)
        Element [o, s]: s stops when o does. A firm is in its own group. A cross-holding ends the walk.
    """
    links = origins.links
    named = links.owner < size
    held: Any = sparse.coo_array((links.share[named], (links.owner[named], links.supplier[named])), shape=(size, size))
    held = held.tocsr()
    group = sparse.eye_array(size, format="csr")
    own = group.copy()
    while True:
        sums = (group @ held).tocsr()
        sums.data = (sums.data >= min_ownership - 1e-12).astype(np.float64)
        grown = ((sums + own) > 0).astype(np.float64).tocsr()
        # Groups only grow: with more owners inside, the sums are larger.
        if grown.nnz == group.nnz:
            inside: sparse.csr_array = (grown > 0).tocsr()
            return inside
        group = grown


def _owners(analysis: Analysis) -> _Group:
    """Firms that own another one of the product's suppliers: all that they own fails with them."""
    compiled = analysis.compiled
    size = len(compiled.supplier_ids)
    option = np.flatnonzero(in_use(analysis) & (compiled.options.supplier >= 0))
    supplier = compiled.options.supplier[option]
    group = holdings(analysis.origins, size, min_ownership=analysis.lens.min_ownership).tocoo()
    used = np.zeros(size, dtype=bool)
    used[supplier] = True
    owner, held = group.row[used[group.col]], group.col[used[group.col]]
    owners = np.unique(owner[owner != held])
    inside = np.isin(owner, owners)
    place, held = np.searchsorted(owners, owner[inside]), held[inside]
    makes = sparse.csr_array((np.ones(len(option)), (supplier, np.arange(len(option)))), shape=(size, len(option)))
    holds = sparse.csr_array((np.ones(len(place)), (place, held)), shape=(len(owners), size))
    entries = (holds @ makes).tocoo()
    ids = [str(found) for found in compiled.supplier_ids[owners]]
    return _Group(
        ids,
        _firm_names(analysis, ids),
        entries.row.astype(np.int64),
        option[entries.col],
        np.ones(entries.nnz, dtype=bool),
    )


def _countries(analysis: Analysis, basis: str) -> _Group:
    """Countries with some maker on a basis; what may lie there fails at the high end, as in an embargo."""
    compiled, origins = analysis.compiled, analysis.origins
    used = in_use(analysis) & ~analysis.product_options
    ids: list[str] = []
    scenario: list[Int] = []
    option: list[Int] = []
    sure: list[Bool] = []
    for country in origins.countries:
        lens = Lens((country,), (basis,), analysis.lens.min_ownership)
        low, high = concern(compiled, origins, lens)
        if not (low & used).any():
            continue
        found = np.flatnonzero(high & used)
        scenario.append(np.full(len(found), len(ids), dtype=np.int64))
        option.append(found)
        sure.append(low[found])
        ids.append(country)
    nothing = np.zeros(0, dtype=np.int64)
    return _Group(
        ids,
        [name_of(country) for country in ids],
        np.concatenate([nothing, *scenario]),
        np.concatenate([nothing, *option]),
        np.concatenate([nothing.astype(bool), *sure]),
        basis,
    )


def _parts(analysis: Analysis) -> _Group:
    """Every part below the product: nobody delivers it."""
    compiled = analysis.compiled
    option = np.flatnonzero(in_use(analysis) & ~analysis.product_options)
    codes, scenario = np.unique(compiled.options.part[option], return_inverse=True)
    ids = [str(found) for found in compiled.part_ids[codes]]
    return _Group(ids, _part_names(analysis, ids), scenario.astype(np.int64), option, np.ones(len(option), dtype=bool))
