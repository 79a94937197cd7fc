"""Dataset -> integer arrays (`supplychain.compiled.arrays` says what they are)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.compiled import costs
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
from supplychain.compiled.coding import code_ids, sorted_ids
from supplychain.compiled.makers import ChoiceBook, Mixes, OptionPool
from supplychain.compiled.recipes import Recipes
from supplychain.compiled.slots import Slots
from supplychain.dataset import Dataset
from supplychain.errors import DataError, Problem
from supplychain.levels import heights, pointers

__all__ = ["compile_dataset"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
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
    kind = dataset.parts["kind"].to_numpy()[part_row]
    lines = _read_lines(dataset, part_ids, supplier_ids)
    level = heights(lines["parent"], lines["child"], len(part_ids))
    if len(level) and level.min() < 0:
        loop = ", ".join(str(part_ids[code]) for code in np.flatnonzero(level < 0)[:5])
        raise DataError(
            [Problem("error", "bom", None, "child_id", "", f"the bill of materials has a cycle above {loop}")]
        )
    has_lines = np.bincount(lines["parent"], minlength=len(part_ids)) > 0
    is_class = (kind == "class") & has_lines
    is_product = np.isin(part_ids, np.array(dataset.products(), dtype=object))

    recipes = Recipes(lines, len(part_ids))
    pool = OptionPool(dataset, part_ids, supplier_ids, lines, recipes, level, is_class)
    complete = dataset.parts["mix_complete"].to_numpy()[part_row] == "yes"
    mixes = Mixes(pool, is_class, complete, len(part_ids))
    choices = ChoiceBook(pool.count + mixes.count)
    part_target = mixes.part_targets(pool, choices)
    line_target = pool.line_targets(lines, part_target, choices)
    slots = Slots(recipes, lines, line_target, pool, choices, level)

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


def _read_lines(dataset: Dataset, part_ids: Text, supplier_ids: Text) -> dict[str, Any]:
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
    recipes: Recipes,
    pool: OptionPool,
    mixes: Mixes,
    choices: ChoiceBook,
    slots: Slots,
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
    prices = costs.price(
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
    terms = costs.value_terms(alternatives, entries, lines, prices, pool.is_class, pool.recipe, slots.recipe, first)
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
