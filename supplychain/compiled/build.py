"""Dataset -> integer arrays (`supplychain.compiled.arrays` says what they are)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.compiled import costs
from supplychain.compiled.arrays import (
    ASSUMED,
    DOCUMENTED,
    MARKET_AVERAGE,
    Alternatives,
    BomLines,
    Compiled,
    Entries,
    Lines,
    Members,
    Options,
)
from supplychain.compiled.coding import code_ids, sorted_ids
from supplychain.compiled.makers import ChoiceBook, Mixes, OptionPool
from supplychain.compiled.recipes import Recipes
from supplychain.compiled.slots import Slots
from supplychain.dataset import Dataset
from supplychain.errors import DataError, Problem
from supplychain.levels import heights, pointers

__all__ = ["compile_dataset"]

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]
Text = NDArray[np.object_]


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
    part_ids, part_row = sorted_ids(dataset.parts["part_id"])
    supplier_ids, _ = sorted_ids(dataset.suppliers["supplier_id"])
    lines = _read_lines(dataset, part_ids, supplier_ids)
    level = _levels(lines, part_ids)
    has_lines = np.bincount(lines.parent, minlength=len(part_ids)) > 0
    is_class = (dataset.parts["kind"].to_numpy()[part_row] == "class") & has_lines
    recipes = Recipes(lines, len(part_ids))
    pool = OptionPool(dataset, part_ids, supplier_ids, lines, recipes, level, is_class)
    complete = dataset.parts["mix_complete"].to_numpy()[part_row] == "yes"
    mixes = Mixes(pool, is_class, complete, len(part_ids))
    choices = ChoiceBook(pool.count + mixes.count)
    part_target = mixes.part_targets(pool, choices)
    line_target = pool.line_targets(lines, part_target, choices)
    return _assemble(
        _Draft(
            dataset=dataset,
            part_ids=part_ids,
            part_row=part_row,
            supplier_ids=supplier_ids,
            level=level,
            is_class=is_class,
            lines=lines,
            line_target=line_target,
            part_target=part_target,
            recipes=recipes,
            pool=pool,
            mixes=mixes,
            slots=Slots(recipes, lines, line_target, pool, choices, level),
            choices=choices,
        )
    )


def _read_lines(dataset: Dataset, part_ids: Text, supplier_ids: Text) -> BomLines:
    bom = dataset.bom
    parts = pd.Index(part_ids, dtype=object)
    suppliers = pd.Index(supplier_ids, dtype=object)
    parent = code_ids(bom["parent_id"], parts, table="bom", column="parent_id", optional=False)
    child = code_ids(bom["child_id"], parts, table="bom", column="child_id", optional=False)
    maker = code_ids(bom["parent_supplier_id"], suppliers, table="bom", column="parent_supplier_id", optional=True)
    supplier = code_ids(bom["supplier_id"], suppliers, table="bom", column="supplier_id", optional=True)
    slot_text = bom["slot"].to_numpy(dtype=object)
    slot_text = np.where(slot_text == "", bom["child_id"].to_numpy(dtype=object), slot_text)
    slot = pd.factorize(slot_text, sort=True)[0].astype(np.int64)
    offer_text = bom["offer_id"].to_numpy(dtype=object)
    offer_index = pd.Index(dataset.offers["offer_id"].to_numpy(dtype=object))
    offer = code_ids(offer_text, offer_index, table="bom", column="offer_id", optional=True)
    basis = bom["basis"].to_numpy(dtype=object)
    unsourced = (bom["confidence"].to_numpy(dtype=object) == "low") & (bom["source_ids"].to_numpy(dtype=object) == "")
    offer_rank = pd.factorize(offer_text, sort=True)[0]
    order = np.lexsort((offer_rank, supplier, child, slot, maker, parent))
    return BomLines(
        row=order.astype(np.int64),
        parent=parent[order],
        child=child[order],
        slot=slot[order],
        maker=maker[order],
        supplier=supplier[order],
        offer=offer[order],
        share=bom["share"].to_numpy(dtype=np.float64)[order],
        quantity=bom["quantity"].to_numpy(dtype=np.float64)[order],
        cost_share=bom["cost_share"].to_numpy(dtype=np.float64)[order],
        essential=(bom["essential"].to_numpy(dtype=object) != "no")[order],
        named=((supplier >= 0) | (offer >= 0))[order],
        assumed=((basis == "assumption") | unsourced)[order],
    )


def _levels(lines: BomLines, part_ids: Text) -> Int:
    """Longest distance of each part to a part without lines; an error if there is a cycle."""
    level = heights(lines.parent, lines.child, len(part_ids))
    if len(level) and level.min() < 0:
        loop = ", ".join(str(part_ids[code]) for code in np.flatnonzero(level < 0)[:5])
        raise DataError(
            [Problem("error", "bom", None, "child_id", "", f"the bill of materials has a cycle above {loop}")]
        )
    return level


@dataclass(frozen=True)
class _Draft:
    """The collected pieces, before choices are in the order of their level and targets have prices."""

    dataset: Dataset
    part_ids: Text
    part_row: Int
    supplier_ids: Text
    level: Int
    is_class: Bool
    lines: BomLines
    line_target: Int
    part_target: Int
    recipes: Recipes
    pool: OptionPool
    mixes: Mixes
    slots: Slots
    choices: ChoiceBook


class _ChoiceOrder:
    """The order of choices by level."""

    def __init__(self, draft: _Draft) -> None:
        choices = draft.choices
        upper_part = np.concatenate([draft.pool.part, draft.mixes.part])
        choice, target, _ = choices.entries()
        level = np.zeros(choices.count, dtype=np.int64)
        np.maximum.at(level, choice, draft.level[upper_part[target]])
        order = np.argsort(level, kind="stable")
        self._first = choices.first
        self.level = level[order]
        self.place = np.empty(choices.count, dtype=np.int64)
        self.place[order] = np.arange(choices.count)

    def renumber(self, target: Int) -> Int:
        """Targets after choices have been put in order."""
        if not len(self.place):
            return target
        return np.where(
            target >= self._first, self._first + self.place[np.maximum(target - self._first, 0)], target
        ).astype(np.int64)


class _Grades:
    """Grade of the steps to targets: that of the line, and of what stands for it where there is none."""

    def __init__(self, draft: _Draft, lines: Lines) -> None:
        self._line = lines.grade
        others = draft.mixes.count + draft.choices.count
        self._is_class = np.concatenate([draft.pool.is_class, np.zeros(others, dtype=bool)])
        self._unsourced = np.concatenate([draft.pool.unsourced, np.zeros(others, dtype=bool)])

    def of(self, line: Int, target: Int, *, without_line: Int | int) -> Int:
        """Grades of the steps over lines (-1: none) to targets."""
        own = self._line[line] if len(self._line) else np.zeros(len(line), dtype=np.int64)
        # A step to a class is transparent: the lines of the class decide what is documented.
        own = np.where(self._is_class[target] & (own > ASSUMED), DOCUMENTED, own)
        # The lone maker of a default mix is no better than its row; in a larger mix the members have grades.
        own = np.where(self._unsourced[target] & (own == MARKET_AVERAGE), ASSUMED, own)
        return np.where(line >= 0, own, without_line)


def _entries(draft: _Draft, order: _ChoiceOrder, grades: _Grades) -> Entries:
    choice, target, line = draft.choices.entries()
    arrange = np.argsort(order.place[choice], kind="stable")
    # An option of a supplier that the line names is as good as the line; so is one of a split slot, which has a line.
    return Entries(
        choice=order.place[choice][arrange],
        target=target[arrange],
        line=line[arrange],
        grade=grades.of(line[arrange], target[arrange], without_line=DOCUMENTED),
    )


def _options(pool: OptionPool, cost: NDArray[np.float64]) -> Options:
    return Options(
        part=pool.part,
        offer=pool.offer,
        supplier=pool.supplier,
        recipe=pool.recipe,
        planned=pool.planned,
        is_class=pool.is_class,
        priced_at_mean=pool.priced_at_mean,
        share=pool.share,
        cost=cost,
    )


def _assemble(draft: _Draft) -> Compiled:
    """Put choices in the order of their level, price everything, and freeze."""
    pool, mixes, slots, choices = draft.pool, draft.mixes, draft.slots, draft.choices
    order = _ChoiceOrder(draft)
    lines = Lines(**vars(draft.lines), target=order.renumber(draft.line_target))
    grades = _Grades(draft, lines)
    entries = _entries(draft, order, grades)
    target = order.renumber(slots.target)
    prices = costs.price(pool, mixes, slots, target, lines, choice_count=choices.count)
    # In a split slot the options have the lines, and with them the grades.
    alternatives = Alternatives(
        slot=slots.alternative_slot,
        target=target,
        weight=slots.weight,
        line=slots.line,
        grade=grades.of(slots.line, target, without_line=np.where(slots.split, DOCUMENTED, MARKET_AVERAGE)),
        fixed_value=prices.fixed_value,
        amount=prices.amount,
    )
    products = np.array(draft.dataset.products(), dtype=object)
    return Compiled(
        dataset=draft.dataset,
        part_ids=draft.part_ids,
        supplier_ids=draft.supplier_ids,
        part_level=draft.level,
        part_row=draft.part_row,
        part_target=order.renumber(draft.part_target),
        is_class=draft.is_class,
        is_product=np.isin(draft.part_ids, products),
        lines=lines,
        options=_options(pool, prices.target_cost[: pool.count]),
        recipe_part=draft.recipes.part,
        slot_recipe=slots.recipe,
        slot_essential=slots.essential,
        slot_pointers=pointers(slots.alternative_slot, slots.count),
        alternatives=alternatives,
        entries=entries,
        choice_level=order.level,
        choice_pointers=pointers(entries.choice, choices.count),
        members=Members(
            mix=mixes.member_mix,
            option=mixes.member_option,
            share=mixes.member_share,
            value_share=prices.member_value_share,
            grade=np.where(pool.unsourced[mixes.member_option], ASSUMED, MARKET_AVERAGE),
        ),
        mix_part=mixes.part,
        mix_pointers=pointers(mixes.member_mix, mixes.count),
        value_terms=costs.value_terms(
            alternatives,
            entries,
            lines,
            prices,
            pool=pool,
            slot_recipe=slots.recipe,
            first_choice=choices.first,
        ),
        target_cost=prices.target_cost,
        levels=int(draft.level.max()) + 1 if len(draft.level) else 0,
    )
