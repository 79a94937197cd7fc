"""Supply cover: what is left outside the lens, in times the need of the planned volume."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.levels import expand_ranges
from supplychain.measures.analysis import Analysis

__all__ = ["Coverage", "coverage", "need_per_unit", "outside_capacity", "planned_units"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True)
class Coverage:
    """Supply cover of one part.

    Attributes
    ----------
    part_id, name : str
    needed : float
        Need of the planned volume per year, in `unit`; alternatives of a slot each count in full, lines of unknown
        quantity not at all.
    available : float
        Known yearly capacity outside the lens, in `unit`.
    unit : str
    low : float
        `available / needed`.
    high : float or None
        The same with the capacity of unknown origin; None is unbounded, because makers that are not listed may exist.
    basis : str
        "country output" or "named makers".
    need_complete : bool
        False: some line on the way has no quantity, so the need is larger than `needed` by an unknown amount, and the
        cover smaller than said.
    """

    part_id: str
    name: str
    needed: float
    available: float
    unit: str
    low: float
    high: float | None
    basis: str
    need_complete: bool

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return dict(self.__dict__)


def planned_units(dataset: Dataset, product_id: str) -> tuple[float, str] | None:
    """Largest yearly volume that the demand table plans for a product, and where it stands; None without one."""
    demand = dataset.tables["demand"]
    rows = demand[(demand["product_id"] == product_id) & demand["units"].notna()]
    if rows.empty:
        return None
    best = rows.sort_values(["units", "year", "scenario"], ascending=[False, True, True]).iloc[0]
    year = int(best["year"]) if pd.notna(best["year"]) else ""
    return float(best["units"]), f"{best['scenario']} {year}".strip()


def coverage(analysis: Analysis, units: float) -> tuple[Coverage, ...]:
    """Supply cover of every part whose need and capacity are known, the tightest first.

    Parameters
    ----------
    analysis : Analysis
    units : float
        Units of the product per year.

    Raises
    ------
    OptionError
        If `units` is not positive.
    """
    if not units > 0 or not np.isfinite(units):
        raise OptionError(f"units {units:g}: give a number above 0")
    compiled = analysis.compiled
    parts = compiled.dataset.parts
    amount, complete = need_per_unit(analysis)
    need = amount * units
    result = []
    for code in np.flatnonzero(need > 0):
        if code == analysis.product:
            continue
        capacity = _capacity(analysis, int(code))
        if capacity is None:
            continue
        available, possible, basis = capacity
        row = parts.iloc[int(compiled.part_row[code])]
        result.append(
            Coverage(
                part_id=str(row["part_id"]),
                name=str(row["name"] or row["part_id"]),
                needed=float(need[code]),
                available=available,
                unit=str(row["unit"]),
                low=available / float(need[code]),
                high=None if possible is None else possible / float(need[code]),
                basis=basis,
                need_complete=bool(complete[code]),
            )
        )
    return tuple(sorted(result, key=lambda item: (item.low, item.part_id)))


def need_per_unit(analysis: Analysis) -> tuple[Float, NDArray[np.bool_]]:
    """Amount of every part per unit of the product, and whether every quantity on the way to it is known."""
    compiled, lines = analysis.compiled, analysis.compiled.lines
    used = _used_lines(analysis)
    known = used[~np.isnan(lines.quantity[used])]
    used_lines = pd.DataFrame(
        {
            "parent": lines.parent[known],
            "slot": lines.slot[known],
            "child": lines.child[known],
            "quantity": lines.quantity[known],
        }
    )
    table: pd.DataFrame = used_lines.groupby(["parent", "slot", "child"], as_index=False).agg({"quantity": "max"})
    level = compiled.part_level[table["parent"].to_numpy(dtype=np.int64)] if len(table) else np.zeros(0)
    need = np.zeros(len(compiled.part_ids))
    need[analysis.product] = 1.0
    complete = np.ones(len(need), dtype=bool)
    parent, child = lines.parent[used], lines.child[used]
    quantity_known = ~np.isnan(lines.quantity[used])
    for number in range(compiled.levels - 1, 0, -1):
        here = compiled.part_level[parent] == number
        np.logical_and.at(complete, child[here], quantity_known[here] & complete[parent[here]])
        rows = table[level == number]
        amount = need[rows["parent"].to_numpy(dtype=np.int64)] * rows["quantity"].to_numpy()
        np.add.at(need, rows["child"].to_numpy(dtype=np.int64), amount)
    return need, complete


def outside_capacity(analysis: Analysis) -> Float:
    """Known yearly capacity of every part that may lie outside the lens, shape (parts,); 0 where none is known.

    The capacity of the countries' markets with the rest of the world, or that of the named makers, whichever is more:
    named makers are inside their countries.
    """
    compiled, options = analysis.compiled, analysis.compiled.options
    size = len(compiled.part_ids)
    listed = np.flatnonzero((options.offer >= 0) & ~options.priced_at_mean)
    offers = compiled.dataset.offers
    amount = offers["capacity_per_year"].to_numpy(dtype=np.float64)[options.offer[listed]]
    share = offers["share"].to_numpy(dtype=np.float64)[options.offer[listed]]
    part, market = options.part[listed], options.supplier[listed] < 0
    stated, shared = ~np.isnan(amount), ~np.isnan(share) & (share > 0)

    def add(chosen: NDArray[np.bool_], values: Float) -> Float:
        return np.bincount(part[chosen], weights=values[chosen], minlength=size).astype(np.float64)

    outside = stated & ~analysis.cut_off[0, listed]
    both = stated & market & shared
    volume = add(both, share)
    world = np.divide(add(both, amount), volume, out=np.zeros(size), where=volume > 0)
    rest = np.maximum(0.0, 1.0 - add(market & shared, share)) * world
    most: Float = np.maximum(add(outside & market, amount) + rest, add(outside & ~market, amount))
    return most


def _used_lines(analysis: Analysis) -> Int:
    """Lines of all recipes that the product reaches."""
    compiled, table = analysis.compiled, analysis.compiled.alternatives
    slots = np.flatnonzero(analysis.reach.recipe_longest[compiled.slot_recipe] >= 0)
    places, _ = expand_ranges(compiled.slot_pointers[slots], compiled.slot_pointers[slots + 1])
    first = compiled.option_count + compiled.mix_count
    choices = table.target[places][(table.target[places] >= first) & (table.line[places] < 0)] - first
    entries, _ = expand_ranges(compiled.choice_pointers[choices], compiled.choice_pointers[choices + 1])
    found = np.concatenate([table.line[places], compiled.entries.line[entries]])
    return np.unique(found[found >= 0])


def _capacity(analysis: Analysis, part: int) -> tuple[float, float | None, str] | None:
    """Yearly capacity outside the lens: known, possible (None is unbounded), and what it rests on."""
    compiled, options = analysis.compiled, analysis.compiled.options
    mine = np.flatnonzero((options.part == part) & (options.offer >= 0) & ~options.priced_at_mean)
    share = compiled.dataset.offers["share"].to_numpy(dtype=np.float64)[options.offer[mine]]
    amount = compiled.dataset.offers["capacity_per_year"].to_numpy(dtype=np.float64)[options.offer[mine]]
    market = options.supplier[mine] < 0
    stated = ~np.isnan(amount)
    if (stated & market).any():
        rows, total = mine[stated & market], amount[stated & market]
        volume = share[stated & market]
        with_share = ~np.isnan(volume) & (volume > 0)
        world = total[with_share].sum() / volume[with_share].sum() if with_share.any() else np.nan
        listed = np.nansum(share[market])
        rest = max(0.0, 1 - listed) * world if np.isfinite(world) else None
        basis = "country output"
    elif stated.any():
        rows, total, rest, basis = mine[stated], amount[stated], None, "named makers"
    else:
        return None
    outside_known = ~analysis.cut_off[1, rows]
    outside_possible = ~analysis.cut_off[0, rows]
    possible = None if rest is None else float(total[outside_possible].sum() + rest)
    return float(total[outside_known].sum()), possible, basis
