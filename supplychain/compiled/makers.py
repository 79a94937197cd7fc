"""Makers of parts: options, default mixes, and choices that nobody has settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.compiled.arrays import BomLines
from supplychain.compiled.coding import code_ids
from supplychain.compiled.recipes import Recipes
from supplychain.dataset import Dataset
from supplychain.levels import expand_ranges, pointers

__all__ = ["SHARE_TOLERANCE", "ChoiceBook", "Mixes", "OptionPool"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Text = NDArray[np.object_]

# Rounding alone leaves less than this of a whole.
SHARE_TOLERANCE = 1e-12


def _of_offer(values: NDArray[Any], offer: Int, *, empty: float | bool) -> NDArray[Any]:
    """Values of the offers of options; an option without an offer has the empty one."""
    if not len(values):
        return np.full(len(offer), empty)
    return np.where(offer >= 0, values[offer], empty)


def _mean_price(part: Int, share: Float, cost: Float, part_count: int) -> Float:
    """Share-weighted mean price of the makers in each part's default mix; NaN where none has a price."""
    priced = ~np.isnan(share) & ~np.isnan(cost)
    weight = np.bincount(part[priced], weights=share[priced], minlength=part_count)
    total = np.bincount(part[priced], weights=(share * cost)[priced], minlength=part_count)
    mean = np.full(part_count, np.nan)
    np.divide(total, weight, out=mean, where=weight > 0)
    return mean


@dataclass(frozen=True)
class _Offers:
    """Columns of the offers table as codes; `live` are those that can be bought or are planned."""

    part: Int
    supplier: Int
    planned: Bool
    live: Bool
    unsourced: Bool
    share: Float
    cost: Float
    rank: Int

    @property
    def rows(self) -> Int:
        """Live offers by part, supplier and id."""
        rows = np.flatnonzero(self.live)
        return rows[np.lexsort((self.rank[rows], self.supplier[rows], self.part[rows]))]


def _read_offers(dataset: Dataset, part_ids: Text, supplier_ids: Text) -> _Offers:
    offers = dataset.offers
    parts, suppliers = pd.Index(part_ids, dtype=object), pd.Index(supplier_ids, dtype=object)
    status = offers["status"].to_numpy(dtype=object)
    start = offers["available_from"].to_numpy(dtype=object)
    doubtful = offers["confidence"].to_numpy(dtype=object) == "low"
    return _Offers(
        part=code_ids(offers["part_id"], parts, table="offers", column="part_id", optional=False),
        supplier=code_ids(offers["supplier_id"], suppliers, table="offers", column="supplier_id", optional=True),
        planned=(status == "planned") & ~((start != "") & (start <= dataset.date)),
        live=(status != "unavailable") & (status != "withdrawn"),
        unsourced=doubtful & (offers["source_ids"].to_numpy(dtype=object) == ""),
        share=offers["share"].to_numpy(dtype=np.float64),
        cost=offers["unit_cost_usd"].to_numpy(dtype=np.float64),
        rank=pd.factorize(offers["offer_id"].to_numpy(dtype=object), sort=True)[0].astype(np.int64),
    )


class OptionPool:
    """All makers of parts.

    They are the usable and planned offers, one maker of unknown origin (or class) per part, and makers that a line
    names without an offer.
    """

    def __init__(
        self,
        dataset: Dataset,
        part_ids: Text,
        supplier_ids: Text,
        lines: BomLines,
        recipes: Recipes,
        level: Int,
        is_class: Bool,
    ) -> None:
        offers = _read_offers(dataset, part_ids, supplier_ids)
        rows, part, supplier = offers.rows, offers.part, offers.supplier
        stray, self._stray_lines = self._stray(lines, offers)
        mean = _mean_price(part[rows], offers.share[rows], offers.cost[rows], len(part_ids))
        # In a mix, a maker without a price costs the mean of the others; named by a line it has no price: two options.
        without = ~np.isnan(offers.share[rows]) & np.isnan(offers.cost[rows])
        unpriced = rows[without & ~np.isnan(mean[part[rows]])]
        priced_mix = np.flatnonzero(~np.isnan(mean))
        every = np.arange(len(part_ids), dtype=np.int64)
        groups = (
            (part[rows], supplier[rows], rows),
            (every, np.full(len(every), -1), np.full(len(every), -1)),
            (stray[:, 0], stray[:, 1], np.full(len(stray), -1)),
            (part[unpriced], supplier[unpriced], unpriced),
            (priced_mix, np.full(len(priced_mix), -1), np.full(len(priced_mix), -1)),
        )
        sizes = [len(group[0]) for group in groups]
        starts = np.cumsum([0, *sizes])
        option_part = np.concatenate([group[0] for group in groups])
        kind = np.repeat(np.arange(len(groups)), sizes)
        order = np.lexsort((np.arange(len(option_part)), kind, option_part, level[option_part]))
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        kind = kind[order]
        self.count = len(order)
        self.part: Int = option_part[order].astype(np.int64)
        self.supplier: Int = np.concatenate([group[1] for group in groups])[order].astype(np.int64)
        self.offer: Int = np.concatenate([group[2] for group in groups])[order].astype(np.int64)
        self.is_class: Bool = (kind == 1) & is_class[self.part]
        self.recipe = recipes.of(self.part, self.supplier)
        self.priced_at_mean: Bool = kind >= 3
        twice = np.zeros(len(part), dtype=bool)
        twice[unpriced] = True
        self.planned: Bool = _of_offer(offers.planned, self.offer, empty=False)
        self.unsourced: Bool = _of_offer(offers.unsourced, self.offer, empty=False)
        self.share: Float = _of_offer(offers.share, self.offer, empty=np.nan)
        self.share[~self.priced_at_mean & _of_offer(twice, self.offer, empty=False)] = np.nan
        cost = _of_offer(offers.cost, self.offer, empty=np.nan)
        self.cost: Float = np.where(self.priced_at_mean, mean[self.part], cost)
        self.unknown_maker: Int = place[starts[1] + every]
        self.remainder = self.unknown_maker.copy()
        self.remainder[priced_mix] = place[starts[4] :]
        self._of_offer = np.full(len(part), -1, dtype=np.int64)
        self._of_offer[rows] = place[: starts[1]]
        self._stray_option = place[starts[2] : starts[3]]

    @staticmethod
    def _stray(lines: BomLines, offers: _Offers) -> tuple[Int, Int]:
        """(part, supplier) pairs that a line names and no live offer backs, and for each line its pair (or -1)."""
        part, supplier, live = offers.part, offers.supplier, offers.live
        base = int(max(supplier.max(initial=-1), lines.supplier.max(initial=-1))) + 2
        offered = np.unique(part[live] * base + supplier[live] + 1)
        offer = lines.offer
        offer_dead = (offer >= 0) & ~(live[offer] if len(live) else np.zeros(len(offer), dtype=bool))
        wanted_supplier = np.where(offer >= 0, supplier[offer] if len(supplier) else -1, lines.supplier)
        key = lines.child * base + wanted_supplier + 1
        missing = lines.named & (offer_dead | ((offer < 0) & ~np.isin(key, offered)))
        keys, inverse = np.unique(key[missing], return_inverse=True)
        which = np.full(len(key), -1, dtype=np.int64)
        which[missing] = inverse
        return np.stack([keys // base, keys % base - 1], axis=1).astype(np.int64), which

    def line_targets(self, lines: BomLines, part_target: Int, choices: ChoiceBook) -> Int:
        """Target of every line."""
        target = part_target[lines.child].copy()
        with_offer = lines.offer >= 0
        target[with_offer] = self._of_offer[lines.offer[with_offer]]
        by_supplier = (lines.supplier >= 0) & ~with_offer & (self._stray_lines < 0)
        if by_supplier.any():
            target[by_supplier] = self._supplier_targets(lines.child[by_supplier], lines.supplier[by_supplier], choices)
        stray = self._stray_lines >= 0
        target[stray] = self._stray_option[self._stray_lines[stray]]
        return target

    def _supplier_targets(self, child: Int, supplier: Int, choices: ChoiceBook) -> Int:
        """What a supplier named without an offer means: its only priced offer, its only one, or a choice among them."""
        base = int(self.supplier.max(initial=-1)) + 2
        named = np.flatnonzero((self.offer >= 0) & (self.supplier >= 0) & ~self.priced_at_mean)
        key = self.part[named] * base + self.supplier[named] + 1
        order = np.argsort(key, kind="stable")
        named, key = named[order], key[order]
        keys, inverse = np.unique(child * base + supplier + 1, return_inverse=True)
        bounds = np.searchsorted(key, np.stack([keys, keys + 1]), side="left")
        place, owner = expand_ranges(bounds[0], bounds[1])
        option = named[place]
        # A firm offer counts before a planned one, a priced one before an unpriced one.
        grade = np.where(self.planned[option], 2, np.where(np.isnan(self.cost[option]), 1, 0))
        best = np.full(len(keys), 9, dtype=np.int64)
        np.minimum.at(best, owner, grade)
        chosen = grade == best[owner]
        option, owner = option[chosen], owner[chosen]
        counts = np.bincount(owner, minlength=len(keys))
        result = np.full(len(keys), -1, dtype=np.int64)
        single = counts[owner] == 1
        result[owner[single]] = option[single]
        several = np.flatnonzero(counts > 1)
        if several.size:
            number = np.full(len(keys), -1, dtype=np.int64)
            number[several] = np.arange(len(several))
            result[several] = choices.add(number[owner[~single]], option[~single], np.full((~single).sum(), -1))
        return result[inverse]


class ChoiceBook:
    """Collects choices; their targets start at `first`."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.count = 0
        self._choice: list[Int] = []
        self._target: list[Int] = []
        self._line: list[Int] = []

    def add(self, group: Int, target: Int, line: Int) -> Int:
        """Add one choice per group and return their targets.

        Groups are numbered from 0, sorted; options that are choices themselves are opened.
        """
        groups = int(group.max()) + 1
        nested = target >= self.first
        if nested.any():
            choice, inner, _ = self.entries()
            bounds = pointers(choice, self.count)
            number = target[nested] - self.first
            place, owner = expand_ranges(bounds[number], bounds[number + 1])
            group = np.concatenate([group[~nested], group[nested][owner]])
            target = np.concatenate([target[~nested], inner[place]])
            line = np.concatenate([line[~nested], line[nested][owner]])
        order = np.lexsort((line, target, group))
        self._choice.append(group[order] + self.count)
        self._target.append(target[order])
        self._line.append(line[order])
        made = self.first + self.count + np.arange(groups, dtype=np.int64)
        self.count += groups
        return made

    def entries(self) -> tuple[Int, Int, Int]:
        """Choice, target and line of every entry, sorted by choice."""
        empty = [np.zeros(0, dtype=np.int64)]
        return (
            np.concatenate(self._choice or empty),
            np.concatenate(self._target or empty),
            np.concatenate(self._line or empty),
        )


class Mixes:
    """The default mix of each part, where it has shares."""

    def __init__(self, pool: OptionPool, is_class: Bool, complete: Bool, part_count: int) -> None:
        shared = np.flatnonzero(~np.isnan(pool.share) & ~is_class[pool.part])
        part = pool.part[shared]
        total = np.bincount(part, weights=pool.share[shared], minlength=part_count)
        has_shares = np.bincount(part, minlength=part_count) > 0
        scale = np.where(total > 1, total, 1.0)
        share = pool.share[shared] / scale[part]
        rest_parts = np.flatnonzero(has_shares & (1 - total > SHARE_TOLERANCE))
        option = np.concatenate([shared, pool.remainder[rest_parts]])
        weight = np.concatenate([share, 1 - total[rest_parts]])
        order = np.lexsort((option, pool.recipe[option], pool.part[option]))
        option, weight = option[order], weight[order]
        members = np.bincount(pool.part[option], minlength=part_count)
        # A part with one maker needs no mix. Options are sorted by level, so are mixes in order of their first option.
        mixed_parts = np.flatnonzero(members > 1)
        first_option = pool.unknown_maker[mixed_parts]
        self.part = mixed_parts[np.argsort(first_option, kind="stable")]
        self.count = len(self.part)
        number = np.full(part_count, -1, dtype=np.int64)
        number[self.part] = np.arange(self.count)
        in_mix = number[pool.part[option]] >= 0
        mix = number[pool.part[option[in_mix]]]
        arrange = np.argsort(mix, kind="stable")
        self.member_mix = mix[arrange]
        self.member_option = option[in_mix][arrange]
        self.member_share = weight[in_mix][arrange]
        self._number, self._has_shares, self._is_class, self._complete = number, has_shares, is_class, complete
        self._lone_part, self._lone_option = pool.part[option[~in_mix]], option[~in_mix]

    def part_targets(self, pool: OptionPool, choices: ChoiceBook) -> Int:
        """Target of the default mix of every part."""
        target = pool.unknown_maker.copy()
        target[self._lone_part] = self._lone_option
        mixed = self._number >= 0
        target[mixed] = pool.count + self._number[mixed]
        listed = self._complete & ~self._has_shares & ~self._is_class
        options = np.flatnonzero((pool.offer >= 0) & ~pool.planned & ~pool.priced_at_mean & listed[pool.part])
        options = options[np.argsort(pool.part[options], kind="stable")]
        counts = np.bincount(pool.part[options], minlength=len(target))
        single = counts[pool.part[options]] == 1
        target[pool.part[options[single]]] = options[single]
        several = np.flatnonzero(counts > 1)
        if several.size:
            number = np.full(len(target), -1, dtype=np.int64)
            number[several] = np.arange(len(several))
            rest = options[~single]
            target[several] = choices.add(number[pool.part[rest]], rest, np.full(len(rest), -1))
        return target
