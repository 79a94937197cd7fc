"""The network of one product as the simulation walks it.

Nodes are makers, slots are inputs of a maker, and edges say who sells to whom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.compiled import DOCUMENTED, Compiled
from supplychain.levels import expand_ranges, pointers
from supplychain.measures.analysis import Analysis

__all__ = ["Structure", "build_structure"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

_STEPS = 64  # a target that still is no maker after so many mixes, choices and classes is a loop


@dataclass(frozen=True)
class Structure:
    """Who needs what from whom, at one end of the interval.

    Two makers are made up where only documented evidence counts: `option_count` always delivers and `option_count + 1`
    fails with every cause.

    Attributes
    ----------
    option : array of int, shape (nodes,)
        Options, sorted.
    need : array of float, shape (nodes,)
        Units per unit of the product that each makes by plan; 0 for makers that stand by.
    need_known : array of bool, shape (nodes,)
        Whether every quantity on the way is known; else `need` counts empty quantities as 1 and has no unit.
    tier : array of int, shape (nodes,)
    slot_node : array of int, shape (slots,)
        Node that needs the slot; -1 for slot 0, which is the demand for the product.
    slot_part : array of int, shape (slots,)
        Part of the first alternative.
    edge_slot, edge_node : arrays of int, shape (edges,)
        Sorted by slot.
    weight : array of float, shape (edges,)
        Planned share of the slot.
    quantity : array of float, shape (edges,)
        Units of the seller's part per unit of the buyer's.
    """

    option: Int
    need: Float
    need_known: Bool
    tier: Int
    slot_node: Int
    slot_part: Int
    edge_slot: Int
    edge_node: Int
    weight: Float
    quantity: Float


@dataclass
class _Rows:
    """Alternatives on the way from slots to makers."""

    slot: Int
    target: Int
    weight: Float
    quantity: Float
    grade: Int

    def take(self, chosen: Int | Bool) -> _Rows:
        return _Rows(*(getattr(self, name)[chosen] for name in ("slot", "target", "weight", "quantity", "grade")))


def _joined(pieces: list[_Rows]) -> _Rows:
    names = ("slot", "target", "weight", "quantity", "grade")
    return _Rows(*(np.concatenate([getattr(piece, name) for piece in pieces]) for name in names))


def build_structure(analysis: Analysis, harm: Float, stand_by: Bool, *, worst: bool) -> Structure:
    """Walk down from the product.

    Parameters
    ----------
    analysis : Analysis
    harm : array of float, shape (targets,)
        How badly the causes hit each target: decides unknown choices, the worst or the least bad option.
    stand_by : array of bool, shape (options,)
        Makers that may step in for their part though nothing is planned with them.
    worst : bool
        Which end of the interval.
    """
    walk = _Walk(analysis, harm, worst=worst)
    walk.down()
    return walk.structure(stand_by)


class _Walk:
    def __init__(self, analysis: Analysis, harm: Float, *, worst: bool) -> None:
        self.analysis, self.compiled, self.harm, self.worst = analysis, analysis.compiled, harm, worst
        compiled = self.compiled
        size = compiled.option_count + 2
        self.need, self.known = np.zeros(size), np.ones(size, dtype=bool)
        self.used = np.zeros(size, dtype=bool)
        self.tier = np.full(size, np.iinfo(np.int64).max)
        self.same = _one_for_each_offer(compiled)
        order = np.argsort(compiled.slot_recipe, kind="stable")
        self.slot_order = order
        self.slot_bounds = pointers(compiled.slot_recipe[order], len(compiled.recipe_part))
        alone = np.bincount(compiled.slot_recipe[compiled.slot_essential], minlength=len(compiled.recipe_part)) == 1
        # A class of one slot passes its alternatives through; one of several would be a maker without an own week.
        self.passes = compiled.options.is_class & alone[compiled.options.recipe]
        self.slots: list[Int] = []
        self.edges: list[_Rows] = []
        self.slot_count = 0

    def down(self) -> None:
        """Level by level, so that a maker's need is complete before its inputs are looked at."""
        compiled, options = self.compiled, self.compiled.options
        one = np.ones(1)
        root = _Rows(np.zeros(1, np.int64), np.array([self.analysis.target]), one, one, np.full(1, DOCUMENTED))
        self._add(np.array([-1]), root, documented=False)
        for level in range(compiled.levels - 1, -1, -1):
            here = slice(compiled.plan.option[level], compiled.plan.option[level + 1])
            makers = np.arange(here.start, here.stop)[self.used[here]]
            if self.analysis.depth is not None:
                makers = makers[self.tier[makers] < self.analysis.depth]
            recipes = options.recipe[makers]
            place, owner = expand_ranges(self.slot_bounds[recipes], self.slot_bounds[recipes + 1])
            slot = self.slot_order[place]
            essential = compiled.slot_essential[slot]
            slot, buyer = slot[essential], makers[owner[essential]]
            if len(slot):
                first = self.slot_count
                self._add(buyer, self._alternatives(slot, first), documented=self.analysis.evidence == "documented")

    def _alternatives(self, slot: Int, first: int) -> _Rows:
        compiled, table = self.compiled, self.compiled.alternatives
        place, owner = expand_ranges(compiled.slot_pointers[slot], compiled.slot_pointers[slot + 1])
        return _Rows(
            slot=first + owner,
            target=table.target[place],
            weight=table.weight[place],
            quantity=self._quantity(table.line[place]),
            grade=table.grade[place],
        )

    def _quantity(self, line: Int) -> Float:
        return np.append(self.compiled.lines.quantity, np.nan)[line]

    def _add(self, buyers: Int, rows: _Rows, *, documented: bool) -> None:
        """Follow alternatives to makers and book what is needed of these."""
        rows = self._makers(rows)
        if documented:
            weak = rows.grade < DOCUMENTED
            rows.target = np.where(weak, self.compiled.option_count + int(self.worst), rows.target)
        self.slots.append(buyers)
        slot = rows.slot - self.slot_count
        self.slot_count += len(buyers)
        # The quantity of an unknown remainder is that of the other alternatives of its slot.
        largest = np.full(len(buyers), np.nan)
        np.fmax.at(largest, slot, rows.quantity)
        rows.quantity = np.where(np.isnan(rows.quantity), largest[slot], rows.quantity)
        buyer = buyers[slot]
        amount = np.where(buyer >= 0, self.need[buyer], 1.0) * rows.weight * np.nan_to_num(rows.quantity, nan=1.0)
        np.add.at(self.need, rows.target, amount)
        sure = ~np.isnan(rows.quantity) & np.where(buyer >= 0, self.known[buyer], True)
        np.logical_and.at(self.known, rows.target, sure)
        np.minimum.at(self.tier, rows.target, np.where(buyer >= 0, self.tier[buyer] + 1, 0))
        rows.quantity = np.nan_to_num(rows.quantity, nan=1.0)
        self.used[rows.target] = True
        self.edges.append(rows)

    def _makers(self, rows: _Rows) -> _Rows:
        """Replace mixes, choices and classes by the makers behind them."""
        compiled = self.compiled
        first_choice = compiled.option_count + compiled.mix_count
        done: list[_Rows] = []
        for _ in range(_STEPS):
            passes = np.zeros(len(rows.target), dtype=bool)
            plain = rows.target < compiled.option_count
            passes[plain] = self.passes[rows.target[plain]]
            done.append(rows.take(plain & ~passes))
            if (plain & ~passes).all():
                break
            mixes = rows.take((rows.target >= compiled.option_count) & (rows.target < first_choice))
            choices = rows.take(rows.target >= first_choice)
            rows = _joined([self._members(mixes), self._chosen(choices), self._passed(rows.take(passes))])
        whole = _joined(done)
        whole.target = self.same[whole.target]
        table = pd.DataFrame({name: getattr(whole, name) for name in ("slot", "target", "quantity", "weight", "grade")})
        grouped = table.groupby(["slot", "target"], as_index=False, dropna=False, sort=True)
        merged = grouped.agg({"quantity": "max", "weight": "sum", "grade": "min"})
        return _Rows(
            merged["slot"].to_numpy(np.int64),
            merged["target"].to_numpy(np.int64),
            merged["weight"].to_numpy(np.float64),
            merged["quantity"].to_numpy(np.float64),
            merged["grade"].to_numpy(np.int64),
        )

    def _members(self, rows: _Rows) -> _Rows:
        compiled = self.compiled
        mix = rows.target - compiled.option_count
        place, owner = expand_ranges(compiled.mix_pointers[mix], compiled.mix_pointers[mix + 1])
        result = rows.take(owner)
        result.target = compiled.members.option[place]
        result.weight = result.weight * compiled.members.share[place]
        return result

    def _chosen(self, rows: _Rows) -> _Rows:
        """Of every unknown choice the option that the causes hit hardest, or least; of equals the first by id."""
        compiled, entries = self.compiled, self.compiled.entries
        choice = rows.target - compiled.option_count - compiled.mix_count
        place, owner = expand_ranges(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
        harm = self.harm[entries.target[place]]
        order = np.lexsort((entries.target[place], -harm if self.worst else harm, owner))
        first = np.ones(len(order), dtype=bool)
        first[1:] = owner[order][1:] != owner[order][:-1]
        picked = place[order[first]]
        result = rows.take(owner[order[first]])
        result.target = entries.target[picked]
        result.grade = np.minimum(result.grade, entries.grade[picked])
        own = self._quantity(entries.line[picked])
        result.quantity = np.where(np.isnan(own), result.quantity, own)
        return result

    def _passed(self, rows: _Rows) -> _Rows:
        """Alternatives of the one essential slot of a class."""
        compiled, table = self.compiled, self.compiled.alternatives
        recipe = compiled.options.recipe[rows.target]
        place, owner = expand_ranges(self.slot_bounds[recipe], self.slot_bounds[recipe + 1])
        essential = compiled.slot_essential[self.slot_order[place]]
        slot, owner = self.slot_order[place[essential]], owner[essential]
        place, inner = expand_ranges(compiled.slot_pointers[slot], compiled.slot_pointers[slot + 1])
        result = rows.take(owner[inner])
        result.target = table.target[place]
        result.weight = result.weight * table.weight[place]
        result.quantity = result.quantity * self._quantity(table.line[place])
        result.grade = np.minimum(result.grade, table.grade[place])
        return result

    def structure(self, stand_by: Bool) -> Structure:
        rows = _joined(self.edges)
        buyer = np.concatenate(self.slots)
        rows = _joined([rows, self._standing_by(rows, buyer, stand_by)])
        order = np.lexsort((rows.target, rows.slot))
        rows = rows.take(order)
        option, node = np.unique(rows.target, return_inverse=True)
        position = np.full(self.compiled.option_count + 2, -1, dtype=np.int64)
        position[option] = np.arange(len(option))
        first = np.flatnonzero(np.append(True, rows.slot[1:] != rows.slot[:-1]))
        part = np.append(self.compiled.options.part, [-1, -1])
        return Structure(
            option=option,
            need=self.need[option],
            need_known=self.known[option],
            tier=self.tier[option],
            slot_node=np.where(buyer >= 0, position[buyer], -1),
            slot_part=part[rows.target[first]],
            edge_slot=rows.slot,
            edge_node=node.astype(np.int64),
            weight=rows.weight,
            quantity=rows.quantity,
        )

    def _standing_by(self, rows: _Rows, buyer: Int, stand_by: Bool) -> _Rows:
        """Edges of weight 0 to the makers of the same parts that could step in."""
        options = self.compiled.options
        real = (rows.target < self.compiled.option_count) & (buyer[rows.slot] >= 0)
        used = pd.DataFrame(
            {"slot": rows.slot[real], "part": options.part[rows.target[real]], "quantity": rows.quantity[real]}
        )
        used = used.groupby(["slot", "part"], as_index=False).agg({"quantity": "max"})
        makers = np.flatnonzero(stand_by & (self.same[: self.compiled.option_count] == np.arange(len(stand_by))))
        others = pd.DataFrame({"part": options.part[makers], "target": makers})
        found = used.merge(others, on="part")
        taken = pd.MultiIndex.from_arrays([rows.slot, rows.target])
        found = found[~pd.MultiIndex.from_frame(found[["slot", "target"]]).isin(taken)]
        target = found["target"].to_numpy(np.int64)
        tiers = np.where(buyer >= 0, self.tier[buyer] + 1, 0)[found["slot"].to_numpy(np.int64)]
        np.minimum.at(self.tier, target, tiers)
        return _Rows(
            found["slot"].to_numpy(np.int64),
            target,
            np.zeros(len(found)),
            found["quantity"].to_numpy(np.float64),
            np.full(len(found), DOCUMENTED),
        )


def _one_for_each_offer(compiled: Compiled) -> Int:
    """Code that stands for each option: a maker that has one option in mixes and one for lines is one maker."""
    options = compiled.options
    same = np.arange(compiled.option_count + 2)
    rows = np.flatnonzero(options.offer >= 0)
    table = pd.DataFrame({"offer": options.offer[rows], "recipe": options.recipe[rows], "option": rows})
    same[rows] = table.groupby(["offer", "recipe"])["option"].transform("min").to_numpy(np.int64)
    return same
