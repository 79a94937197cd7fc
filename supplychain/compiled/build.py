"""Dataset -> integer arrays (`supplychain.compiled.arrays` says what they are)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.compiled import costs as _costs
from supplychain.compiled.arrays import (
    ASSUMED,
    DOCUMENTED,
    MARKET_AVERAGE,
    Alternatives,
    Compiled,
    Entries,
    Lines,
    Members,
    Options,
    ValueTerms,
)
from supplychain.levels import expand_ranges, heights, pointers
from supplychain.dataset import Dataset
from supplychain.errors import DataError, Problem

__all__ = ["compile_dataset"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Text = NDArray[np.object_]

_SHARE_TOLERANCE = 1e-12


def compile_dataset(dataset: Dataset) -> Compiled:
    """Compile a dataset to arrays.

    Parameters
    ----------
    dataset : Dataset
        A dataset without errors (`supplychain.check` finds them).

    Returns
    -------
    Compiled

    Raises
    ------
    DataError
        If an id is not in its table or the bill of materials has a cycle.
    """
    part_ids, part_row = _sorted_ids(dataset.parts["part_id"])
    supplier_ids, _ = _sorted_ids(dataset.suppliers["supplier_id"])
    kind = dataset.parts["kind"].to_numpy()[part_row]
    lines = _read_lines(dataset, part_ids, supplier_ids)
    level = heights(lines["parent"], lines["child"], len(part_ids))
    if len(level) and level.min() < 0:
        loop = ", ".join(str(part_ids[code]) for code in np.flatnonzero(level < 0)[:5])
        raise DataError([Problem("error", "bom", None, "child_id", "", f"the bill of materials has a cycle above {loop}")])
    has_lines = np.bincount(lines["parent"], minlength=len(part_ids)) > 0
    is_class = (kind == "class") & has_lines
    is_product = np.isin(part_ids, np.array(dataset.products(), dtype=object))

    recipes = _Recipes(lines, len(part_ids))
    pool = _OptionPool(dataset, part_ids, supplier_ids, lines, recipes, level, is_class)
    complete = dataset.parts["mix_complete"].to_numpy()[part_row] == "yes"
    mixes = _Mixes(pool, is_class, complete, len(part_ids))
    choices = _ChoiceBook(pool.count + mixes.count)
    part_target = mixes.part_targets(pool, choices)
    line_target = pool.line_targets(lines, part_target, choices)
    slots = _Slots(recipes, lines, line_target, pool, choices, level)

    table = Lines(
        row=lines["row"],
        parent=lines["parent"],
        child=lines["child"],
        slot=lines["slot"],
        maker=lines["maker"],
        supplier=lines["supplier"],
        share=lines["share"],
        quantity=lines["quantity"],
        cost_share=lines["cost_share"],
        essential=lines["essential"],
        named=lines["named"],
        assumed=lines["assumed"],
        target=line_target,
    )
    return _assemble(
        dataset=dataset,
        part_ids=part_ids,
        part_row=part_row,
        supplier_ids=supplier_ids,
        level=level,
        is_class=is_class,
        is_product=is_product,
        table=table,
        recipes=recipes,
        pool=pool,
        mixes=mixes,
        choices=choices,
        slots=slots,
        part_target=part_target,
    )


def _sorted_ids(ids: pd.Series) -> tuple[Text, Int]:
    values = ids.to_numpy(dtype=object)
    order = np.argsort(values, kind="stable")
    return values[order], order.astype(np.int64)


def _codes(values: pd.Series | Text, index: pd.Index[Any], *, table: str, column: str, optional: bool) -> Int:
    """Code each value by its place in `index`; an empty optional one is -1."""
    text = np.asarray(values, dtype=object)
    codes = index.get_indexer(pd.Index(text, dtype=object)).astype(np.int64)
    missing = codes < 0
    if optional:
        missing &= text != ""
    if missing.any():
        rows = np.flatnonzero(missing)
        raise DataError(
            [
                Problem("error", table, int(row) + 2, column, str(text[row]), f"unknown id {text[row]!r}")
                for row in rows[:50]
            ]
        )
    return codes


def _read_lines(dataset: Dataset, part_ids: Text, supplier_ids: Text) -> dict[str, Any]:
    bom = dataset.bom
    parts = pd.Index(part_ids, dtype=object)
    suppliers = pd.Index(supplier_ids, dtype=object)
    parent = _codes(bom["parent_id"], parts, table="bom", column="parent_id", optional=False)
    child = _codes(bom["child_id"], parts, table="bom", column="child_id", optional=False)
    maker = _codes(bom["parent_supplier_id"], suppliers, table="bom", column="parent_supplier_id", optional=True)
    supplier = _codes(bom["supplier_id"], suppliers, table="bom", column="supplier_id", optional=True)
    slot_text = bom["slot"].to_numpy(dtype=object)
    slot_text = np.where(slot_text == "", bom["child_id"].to_numpy(dtype=object), slot_text)
    slot = pd.factorize(slot_text, sort=True)[0].astype(np.int64)
    offer_text = bom["offer_id"].to_numpy(dtype=object)
    offer_index = pd.Index(dataset.offers["offer_id"].to_numpy(dtype=object))
    offer = _codes(offer_text, offer_index, table="bom", column="offer_id", optional=True)
    basis = bom["basis"].to_numpy(dtype=object)
    unsourced = (bom["confidence"].to_numpy(dtype=object) == "low") & (bom["source_ids"].to_numpy(dtype=object) == "")
    offer_rank = pd.factorize(offer_text, sort=True)[0]
    order = np.lexsort((offer_rank, supplier, child, slot, maker, parent))
    columns = {
        "row": np.arange(len(bom), dtype=np.int64),
        "parent": parent,
        "child": child,
        "slot": slot,
        "maker": maker,
        "supplier": supplier,
        "offer": offer,
        "share": bom["share"].to_numpy(dtype=np.float64),
        "quantity": bom["quantity"].to_numpy(dtype=np.float64),
        "cost_share": bom["cost_share"].to_numpy(dtype=np.float64),
        "essential": bom["essential"].to_numpy(dtype=object) != "no",
        "named": (supplier >= 0) | (offer >= 0),
        "assumed": (basis == "assumption") | unsourced,
    }
    return {name: values[order] for name, values in columns.items()}


class _Recipes:
    """Which lines each maker's recipe has: the general recipe of part p has the code p, own recipes follow."""

    def __init__(self, lines: dict[str, Any], part_count: int) -> None:
        parent, maker, slot = lines["parent"], lines["maker"], lines["slot"]
        own = np.flatnonzero(maker >= 0)
        suppliers = int(maker.max()) + 1 if len(maker) else 0
        keys, own_recipe = np.unique(parent[own] * max(suppliers, 1) + maker[own], return_inverse=True)
        self.part_count = part_count
        self.part = np.concatenate([np.arange(part_count), keys // max(suppliers, 1)]).astype(np.int64)
        self.maker = np.concatenate([np.full(part_count, -1), keys % max(suppliers, 1)]).astype(np.int64)
        self._keys, self._suppliers = keys, max(suppliers, 1)
        general = np.flatnonzero(maker < 0)
        bounds = pointers(parent[general], part_count)
        own_parts = self.part[part_count:]
        inherited, owner = expand_ranges(bounds[own_parts], bounds[own_parts + 1])
        inherited_lines = general[inherited]
        slots = int(slot.max()) + 1 if len(slot) else 1
        replaced = np.isin(owner * slots + slot[inherited_lines], own_recipe * slots + slot[own])
        self.recipe = np.concatenate(
            [parent[general], part_count + own_recipe, part_count + owner[~replaced]]
        ).astype(np.int64)
        self.line = np.concatenate([general, own, inherited_lines[~replaced]]).astype(np.int64)

    def of(self, part: Int, supplier: Int) -> Int:
        """Code of the recipe of a supplier for a part: its own one if it has any, else the general one."""
        key = part * self._suppliers + supplier
        place = np.searchsorted(self._keys, key)
        place = np.minimum(place, max(len(self._keys) - 1, 0))
        own = np.zeros(len(part), dtype=bool)
        if len(self._keys):
            own = (supplier >= 0) & (supplier < self._suppliers) & (self._keys[place] == key)
        return np.where(own, self.part_count + place, part)


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
    return np.divide(total, weight, out=np.full(part_count, np.nan), where=weight > 0)


class _OptionPool:
    """All makers: usable and planned offers, one maker of unknown origin (or class) per part, and named makers without offer."""

    def __init__(
        self,
        dataset: Dataset,
        part_ids: Text,
        supplier_ids: Text,
        lines: dict[str, Any],
        recipes: _Recipes,
        level: Int,
        is_class: Bool,
    ) -> None:
        offers = dataset.offers
        part = _codes(
            offers["part_id"], pd.Index(part_ids, dtype=object), table="offers", column="part_id", optional=False
        )
        supplier = _codes(
            offers["supplier_id"],
            pd.Index(supplier_ids, dtype=object),
            table="offers",
            column="supplier_id",
            optional=True,
        )
        status = offers["status"].to_numpy(dtype=object)
        start = offers["available_from"].to_numpy(dtype=object)
        planned = (status == "planned") & ~((start != "") & (start <= dataset.date))
        live = (status != "unavailable") & (status != "withdrawn")
        rank = pd.factorize(offers["offer_id"].to_numpy(dtype=object), sort=True)[0]
        rows = np.flatnonzero(live)
        rows = rows[np.lexsort((rank[rows], supplier[rows], part[rows]))]
        self._live_offer = live
        stray, stray_lines = self._stray(lines, part, supplier, live)
        share = offers["share"].to_numpy(dtype=np.float64)
        cost = offers["unit_cost_usd"].to_numpy(dtype=np.float64)
        mean = _mean_price(part[rows], share[rows], cost[rows], len(part_ids))
        # In a mix, a maker without a price costs the mean of the others; named by a line it has no price. It is two options.
        unpriced = rows[~np.isnan(share[rows]) & np.isnan(cost[rows]) & ~np.isnan(mean[part[rows]])]
        priced_mix = np.flatnonzero(~np.isnan(mean))
        count = len(part_ids)
        every = np.arange(count, dtype=np.int64)
        groups = (
            (part[rows], supplier[rows], rows),
            (every, np.full(count, -1), np.full(count, -1)),
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
        self.part = option_part[order].astype(np.int64)
        self.supplier = np.concatenate([group[1] for group in groups])[order].astype(np.int64)
        self.offer = np.concatenate([group[2] for group in groups])[order].astype(np.int64)
        self.is_class = (kind == 1) & is_class[self.part]
        self.recipe = recipes.of(self.part, self.supplier)
        self.priced_at_mean = kind >= 3
        has_offer = self.offer >= 0
        unsourced = (offers["confidence"].to_numpy(dtype=object) == "low") & (
            offers["source_ids"].to_numpy(dtype=object) == ""
        )
        twice = np.zeros(len(offers), dtype=bool)
        twice[unpriced] = True
        self.planned = _of_offer(planned, self.offer, empty=False)
        self.unsourced = _of_offer(unsourced, self.offer, empty=False)
        self.share = _of_offer(share, self.offer, empty=np.nan)
        self.share[has_offer & ~self.priced_at_mean & _of_offer(twice, self.offer, empty=False)] = np.nan
        self.cost = np.where(self.priced_at_mean, mean[self.part], _of_offer(cost, self.offer, empty=np.nan))
        self.unknown_maker = place[starts[1] + every]
        self.remainder = self.unknown_maker.copy()
        self.remainder[priced_mix] = place[starts[4] :]
        self._of_offer = np.full(len(offers), -1, dtype=np.int64)
        self._of_offer[rows] = place[: starts[1]]
        self._stray_option = place[starts[2] : starts[3]]
        self._stray_lines = stray_lines
        self.count = len(order)

    @staticmethod
    def _stray(lines: dict[str, Any], part: Int, supplier: Int, live: Bool) -> tuple[Int, Int]:
        """(part, supplier) pairs that a line names and no live offer backs, and for each line its pair (or -1)."""
        base = int(max(supplier.max(initial=-1), lines["supplier"].max(initial=-1))) + 2
        offered = np.unique(part[live] * base + supplier[live] + 1)
        offer = lines["offer"]
        offer_dead = (offer >= 0) & ~(live[offer] if len(live) else np.zeros(len(offer), dtype=bool))
        wanted_supplier = np.where(offer >= 0, supplier[offer] if len(supplier) else -1, lines["supplier"])
        key = lines["child"] * base + wanted_supplier + 1
        missing = lines["named"] & (offer_dead | ((offer < 0) & ~np.isin(key, offered)))
        keys, inverse = np.unique(key[missing], return_inverse=True)
        which = np.full(len(key), -1, dtype=np.int64)
        which[missing] = inverse
        return np.stack([keys // base, keys % base - 1], axis=1).astype(np.int64), which

    def line_targets(self, lines: dict[str, Any], part_target: Int, choices: _ChoiceBook) -> Int:
        """Target of every line."""
        target = part_target[lines["child"]].copy()
        with_offer = lines["offer"] >= 0
        target[with_offer] = self._of_offer[lines["offer"][with_offer]]
        by_supplier = (lines["supplier"] >= 0) & ~with_offer & (self._stray_lines < 0)
        if by_supplier.any():
            target[by_supplier] = self._supplier_targets(
                lines["child"][by_supplier], lines["supplier"][by_supplier], choices
            )
        stray = self._stray_lines >= 0
        target[stray] = self._stray_option[self._stray_lines[stray]]
        return target

    def _supplier_targets(self, child: Int, supplier: Int, choices: _ChoiceBook) -> Int:
        """What a supplier named without an offer means: its only priced offer, its only offer, or a choice among them."""
        base = int(self.supplier.max(initial=-1)) + 2
        named = np.flatnonzero((self.offer >= 0) & (self.supplier >= 0) & ~self.priced_at_mean)
        key = self.part[named] * base + self.supplier[named] + 1
        order = np.argsort(key, kind="stable")
        named, key = named[order], key[order]
        keys, inverse = np.unique(child * base + supplier + 1, return_inverse=True)
        first = np.searchsorted(key, keys, side="left")
        last = np.searchsorted(key, keys, side="right")
        place, owner = expand_ranges(first, last)
        option = named[place]
        # A firm offer counts before a planned one, a priced one before an unpriced one.
        grade = np.where(self.planned[option], 2, 0) + np.where(np.isnan(self.cost[option]), 1, 0)
        grade = np.where(self.planned[option], 2, grade)
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


class _ChoiceBook:
    """Collects choices; their targets start at `first`."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.count = 0
        self._choice: list[Int] = []
        self._target: list[Int] = []
        self._line: list[Int] = []

    def add(self, group: Int, target: Int, line: Int) -> Int:
        """Add one choice per group (groups are numbered from 0, sorted); options that are choices are opened. Return their targets."""
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


class _Mixes:
    """The default mix of each part, where it has shares."""

    def __init__(self, pool: _OptionPool, is_class: Bool, complete: Bool, part_count: int) -> None:
        shared = np.flatnonzero(~np.isnan(pool.share) & ~is_class[pool.part])
        part = pool.part[shared]
        total = np.bincount(part, weights=pool.share[shared], minlength=part_count)
        has_shares = np.bincount(part, minlength=part_count) > 0
        scale = np.where(total > 1, total, 1.0)
        share = pool.share[shared] / scale[part]
        rest_parts = np.flatnonzero(has_shares & (1 - total > _SHARE_TOLERANCE))
        option = np.concatenate([shared, pool.remainder[rest_parts]])
        weight = np.concatenate([share, 1 - total[rest_parts]])
        order = np.lexsort((option, pool.recipe[option], pool.part[option]))
        option, weight = option[order], weight[order]
        members = np.bincount(pool.part[option], minlength=part_count)
        # A part with one maker needs no mix. Options are sorted by level, so mixes in order of their first option are too.
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

    def part_targets(self, pool: _OptionPool, choices: _ChoiceBook) -> Int:
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


class _Slots:
    """Slots of all recipes and the alternatives that fill them, sorted by level, recipe and slot."""

    def __init__(
        self,
        recipes: _Recipes,
        lines: dict[str, Any],
        line_target: Int,
        pool: _OptionPool,
        choices: _ChoiceBook,
        level: Int,
    ) -> None:
        recipe, line = recipes.recipe, recipes.line
        order = np.lexsort((line, lines["slot"][line], recipe, level[recipes.part[recipe]]))
        recipe, line = recipe[order], line[order]
        slot_code = lines["slot"][line]
        new = np.ones(len(line), dtype=bool)
        new[1:] = (recipe[1:] != recipe[:-1]) | (slot_code[1:] != slot_code[:-1])
        slot = np.cumsum(new) - 1
        self.count = int(slot[-1]) + 1 if len(slot) else 0
        self.recipe = recipe[new]
        self.essential = np.zeros(self.count, dtype=bool)
        np.logical_or.at(self.essential, slot, lines["essential"][line])
        share = lines["share"][line]
        given = ~np.isnan(share)
        lines_in_slot = np.bincount(slot, minlength=self.count)
        total = np.bincount(slot[given], weights=share[given], minlength=self.count)
        without = np.bincount(slot[~given], minlength=self.count)
        scale = np.where(total > 1, total, 1.0)
        rest = np.maximum(1 - total, 0.0)
        rest[rest <= _SHARE_TOLERANCE] = 0.0
        lone = without[slot] == 1
        direct = given | lone
        weight = np.where(given, share / scale[slot], rest[slot])
        parts = [(slot[direct], line_target[line[direct]], weight[direct], line[direct])]
        split = ~direct
        if split.any():
            slots, group = np.unique(slot[split], return_inverse=True)
            made = choices.add(group, line_target[line[split]], line[split])
            parts.append((slots, made, rest[slots], np.full(len(slots), -1)))
        open_slot = (without == 0) & (rest > 0) & (lines_in_slot > 0)
        if open_slot.any():
            parts.append(self._remainders(open_slot, slot, lines["child"][line], rest, pool, choices))
        self.alternative_slot = np.concatenate([part[0] for part in parts])
        arrange = np.argsort(self.alternative_slot, kind="stable")
        self.alternative_slot = self.alternative_slot[arrange]
        self.target = np.concatenate([part[1] for part in parts])[arrange]
        self.weight = np.concatenate([part[2] for part in parts])[arrange]
        self.line = np.concatenate([part[3] for part in parts])[arrange].astype(np.int64)

    @staticmethod
    def _remainders(
        open_slot: Bool, slot: Int, child: Int, rest: Float, pool: _OptionPool, choices: _ChoiceBook
    ) -> tuple[Int, Int, Float, Int]:
        """The unknown rest of slots whose shares add to less than 1."""
        inside = open_slot[slot]
        base = int(child.max()) + 1
        keys = np.unique(slot[inside] * base + child[inside])
        slots, children = keys // base, keys % base
        counts = np.bincount(slots, minlength=len(open_slot))
        single = counts[slots] == 1
        target = np.full(len(open_slot), -1, dtype=np.int64)
        target[slots[single]] = pool.unknown_maker[children[single]]
        if (~single).any():
            several, group = np.unique(slots[~single], return_inverse=True)
            makers = pool.unknown_maker[children[~single]]
            target[several] = choices.add(group, makers, np.full(len(makers), -1))
        found = np.flatnonzero(open_slot)
        return found, target[found], rest[found], np.full(len(found), -1, dtype=np.int64)


def _assemble(
    *,
    dataset: Dataset,
    part_ids: Text,
    part_row: Int,
    supplier_ids: Text,
    level: Int,
    is_class: Bool,
    is_product: Bool,
    table: Lines,
    recipes: _Recipes,
    pool: _OptionPool,
    mixes: _Mixes,
    choices: _ChoiceBook,
    slots: _Slots,
    part_target: Int,
) -> Compiled:
    """Put choices in the order of their level, price everything, and freeze."""
    choice, entry_target, entry_line = choices.entries()
    upper_part = np.concatenate([pool.part, mixes.part])
    choice_level = np.zeros(choices.count, dtype=np.int64)
    np.maximum.at(choice_level, choice, level[upper_part[entry_target]])
    order = np.argsort(choice_level, kind="stable")
    place = np.empty(choices.count, dtype=np.int64)
    place[order] = np.arange(choices.count)
    first = choices.first

    def renumber(target: Int) -> Int:
        return np.where(target >= first, first + place[np.maximum(target - first, 0)] if len(place) else target, target)

    arrange = np.argsort(place[choice], kind="stable") if len(choice) else np.zeros(0, dtype=np.int64)
    # A step to a class is transparent: the lines of the class decide what is documented.
    is_class_target = np.concatenate([pool.is_class, np.zeros(mixes.count + choices.count, dtype=bool)])
    line_grade = table.grade

    def grade(line: Int, target: Int, *, without_line: Int | int) -> Int:
        own = line_grade[line] if len(line_grade) else np.zeros(len(line), dtype=np.int64)
        own = np.where(is_class_target[target] & (own > ASSUMED), DOCUMENTED, own)
        return np.where(line >= 0, own, without_line)

    # An option of a supplier that the line names is as good as the line; so is an option of a split slot, which has a line.
    entries = Entries(
        choice=place[choice][arrange],
        target=entry_target[arrange],
        line=entry_line[arrange],
        grade=grade(entry_line[arrange], entry_target[arrange], without_line=DOCUMENTED),
    )
    alternative_target = renumber(slots.target)
    split = (slots.line < 0) & (slots.target >= first)
    own_lines = np.zeros(choices.count, dtype=bool)
    own_lines[entries.choice[entries.line >= 0]] = True
    if split.any():
        split[split] = own_lines[alternative_target[split] - first]
    line_target = renumber(table.target)
    lines = replace(table, target=line_target)
    prices = _costs.price(
        lines=lines,
        option_cost=pool.cost,
        option_recipe=pool.recipe,
        option_is_class=pool.is_class,
        member_mix=mixes.member_mix,
        member_option=mixes.member_option,
        member_share=mixes.member_share,
        mix_count=mixes.count,
        entries=entries,
        choice_count=choices.count,
        alternative=(slots.alternative_slot, alternative_target, slots.weight, slots.line),
        slot_recipe=slots.recipe,
        class_order=np.flatnonzero(pool.is_class),
    )
    alternatives = Alternatives(
        slot=slots.alternative_slot,
        target=alternative_target,
        weight=slots.weight,
        line=slots.line,
        grade=grade(slots.line, slots.target, without_line=np.where(split, DOCUMENTED, MARKET_AVERAGE)),
        fixed_value=prices.fixed_value,
        amount=prices.amount,
    )
    terms = _costs.value_terms(alternatives, entries, lines, prices, pool.is_class, pool.recipe, slots.recipe, first)
    return Compiled(
        dataset=dataset,
        part_ids=part_ids,
        supplier_ids=supplier_ids,
        part_level=level,
        part_row=part_row,
        part_target=renumber(part_target),
        is_class=is_class,
        is_product=is_product,
        lines=lines,
        options=Options(
            part=pool.part,
            offer=pool.offer,
            supplier=pool.supplier,
            recipe=pool.recipe,
            planned=pool.planned,
            is_class=pool.is_class,
            priced_at_mean=pool.priced_at_mean,
            share=pool.share,
            cost=prices.target_cost[: pool.count],
        ),
        recipe_part=recipes.part,
        recipe_maker=recipes.maker,
        slot_recipe=slots.recipe,
        slot_essential=slots.essential,
        slot_pointers=pointers(slots.alternative_slot, slots.count),
        alternatives=alternatives,
        entries=entries,
        choice_level=choice_level[order],
        choice_pointers=pointers(entries.choice, choices.count),
        members=Members(
            mixes.member_mix,
            mixes.member_option,
            mixes.member_share,
            prices.member_value_share,
            np.where(pool.unsourced[mixes.member_option], ASSUMED, MARKET_AVERAGE),
        ),
        mix_part=mixes.part,
        mix_pointers=pointers(mixes.member_mix, mixes.count),
        value_terms=ValueTerms(*terms),
        target_cost=prices.target_cost,
        levels=int(level.max()) + 1 if len(level) else 0,
    )
