"""How much of a part each of its makers supplies to a product, every line that uses the part counting once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.compiled import DOCUMENTED
from supplychain.levels import expand_ranges
from supplychain.measures.analysis import Analysis
from supplychain.measures.flow import value_flow

__all__ = ["Amounts", "Uses", "amounts_of_uses", "amounts_of_value", "uses_of"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Uses:
    """Options that fill the lines in use; of one place, the entries exclude each other.

    Attributes
    ----------
    place, entry, option : array of int, shape (uses,)
    amount : array of float
        What the option supplies of the slot if its entry is the one, 0..1.
    certain : array of bool
        Whether that counts as known on the evidence asked for.
    entries : array of int, shape (places,)
        Number of entries of each place.
    """

    place: Int
    entry: Int
    option: Int
    amount: Float
    certain: Bool
    entries: Int


@dataclass(frozen=True)
class Amounts:
    """Bounds of what each holder has of each group, and of the whole group.

    Attributes
    ----------
    group : array of int, shape (groups,)
    total_low, total_high : array of float, shape (groups,)
    pointers : array of int, shape (groups + 1,)
        The holders of group g stand at `[pointers[g], pointers[g + 1])`.
    holder : array of int
    low, high : array of float
    """

    group: Int
    total_low: Float
    total_high: Float
    pointers: Int
    holder: Int
    low: Float
    high: Float


def uses_of(analysis: Analysis) -> Uses:
    """Collect the lines in use down to the depth of the analysis."""
    compiled, table = analysis.compiled, analysis.compiled.alternatives
    recipe = compiled.slot_recipe[table.slot]
    step = np.where(compiled.plan.behind_class, 0, 1)
    tier = analysis.reach.recipe_tier[recipe]
    place = np.flatnonzero((tier >= 0) & (tier + step <= analysis.last))
    target, amount = table.target[place], table.weight[place].astype(np.float64)
    certain = table.grade[place] >= DOCUMENTED
    place, target, amount, certain = _open_choices(analysis, place, target, amount, certain)
    entry = np.arange(len(place))
    numbered, place = np.unique(place, return_inverse=True)
    entries = np.bincount(place, minlength=len(numbered))
    mix = target - compiled.option_count
    plain = mix < 0
    members, owner = expand_ranges(compiled.mix_pointers[mix[~plain]], compiled.mix_pointers[mix[~plain] + 1])
    mixed = np.flatnonzero(~plain)[owner]
    if analysis.evidence == "all":
        certain = np.ones(len(target), dtype=bool)
    return Uses(
        place=np.concatenate([place[plain], place[mixed]]),
        entry=np.concatenate([entry[plain], entry[mixed]]),
        option=np.concatenate([target[plain], compiled.members.option[members]]),
        amount=np.concatenate([amount[plain], amount[mixed] * compiled.members.share[members]]),
        certain=np.concatenate([certain[plain], certain[mixed]]),
        entries=entries,
    )


def _open_choices(
    analysis: Analysis, place: Int, target: Int, amount: Float, certain: Bool
) -> tuple[Int, Int, Float, Bool]:
    """Put the entries of a choice in its place, until none is a choice."""
    compiled = analysis.compiled
    first = compiled.option_count + compiled.mix_count
    while (target >= first).any():
        plain = target < first
        choice = target[~plain] - first
        found, owner = expand_ranges(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
        source = np.flatnonzero(~plain)[owner]
        known = certain[source] & (compiled.entries.grade[found] >= DOCUMENTED)
        place = np.concatenate([place[plain], place[source]])
        amount = np.concatenate([amount[plain], amount[source]])
        target = np.concatenate([target[plain], compiled.entries.target[found]])
        certain = np.concatenate([certain[plain], known])
    return place, target, amount, certain


def amounts_of_uses(uses: Uses, holder: Int, group: Int) -> Amounts:
    """Bounds by holder and group; a choice whose entries have the same holder leaves no doubt about it.

    Parameters
    ----------
    uses : Uses
    holder, group : array of int, shape (options,)
        Codes of the holder and of the group of each option; options of a negative group do not count.
    """
    counted = group[uses.option] >= 0
    frame = pd.DataFrame(
        {
            "place": uses.place[counted],
            "entry": uses.entry[counted],
            "group": group[uses.option[counted]],
            "holder": holder[uses.option[counted]],
            "low": np.where(uses.certain, uses.amount, 0.0)[counted],
            "high": uses.amount[counted],
        }
    )
    holders = _over_entries(frame, uses.entries, ["group", "holder"])
    totals = _over_entries(frame.assign(low=frame["high"]), uses.entries, ["group"])
    return _amounts(holders, totals)


def _amounts(holders: pd.DataFrame, totals: pd.DataFrame) -> Amounts:
    """Put frames with index (group, holder) and group, both sorted, into arrays."""
    group = totals.index.to_numpy(dtype=np.int64)
    of_holder = holders.index.get_level_values("group").to_numpy(dtype=np.int64)
    return Amounts(
        group=group,
        total_low=totals["low"].to_numpy(dtype=np.float64),
        total_high=totals["high"].to_numpy(dtype=np.float64),
        pointers=np.searchsorted(of_holder, np.append(group, np.iinfo(np.int64).max)).astype(np.int64),
        holder=holders.index.get_level_values("holder").to_numpy(dtype=np.int64),
        low=holders["low"].to_numpy(dtype=np.float64),
        high=holders["high"].to_numpy(dtype=np.float64),
    )


def _over_entries(frame: pd.DataFrame, entries: Int, keys: list[str]) -> pd.DataFrame:
    """Sum over the places of the smallest and the largest amount that an entry of the place gives."""
    by_entry = frame.groupby(["place", "entry", *keys], as_index=False, sort=True)[["low", "high"]].sum()
    by_place = by_entry.groupby(["place", *keys], as_index=False, sort=True).agg(
        low=("low", "min"), high=("high", "max"), found=("low", "size")
    )
    everywhere = by_place["found"].to_numpy() == entries[by_place["place"].to_numpy()]
    by_place["low"] = np.where(everywhere, by_place["low"], 0.0)
    return by_place.groupby(keys, sort=True)[["low", "high"]].sum()


def amounts_of_value(analysis: Analysis, holder: Int, group: Int) -> Amounts:
    """Bounds by holder and group of the share of the product's price that its makers earn, as `amounts_of_uses`."""
    flow = value_flow(analysis)
    known = value_flow(analysis, documented_low=True) if analysis.evidence == "documented" else flow
    tier = analysis.reach.tier[: analysis.compiled.option_count]
    counted = np.flatnonzero((group >= 0) & (tier > 0) & (tier <= analysis.last) & (flow.high > 0))
    frame = pd.DataFrame(
        {
            "group": group[counted],
            "holder": holder[counted],
            "low": np.minimum(known.low, flow.low)[counted],
            "high": flow.high[counted],
        }
    )
    holders = frame.groupby(["group", "holder"], sort=True)[["low", "high"]].sum()
    totals = frame.assign(low=flow.low[counted]).groupby("group", sort=True)[["low", "high"]].sum()
    return _amounts(holders, totals)
