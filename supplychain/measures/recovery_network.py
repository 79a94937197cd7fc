"""The network of a product as the linear programs of `survival` read it, once for each end of the interval.

Unknown figures are set so that every time to survive is smallest at the low end and largest at the high end. That is
exact in direction, because a time to survive never falls when a stock or a capacity grows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.levels import expand_ranges
from supplychain.measures.analysis import Analysis
from supplychain.measures.survival import SupplyNetwork
from supplychain.measures.typical import DAYS_PER_YEAR, Quantity, Typical

__all__ = ["RecoveryNetwork", "recovery_network"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

# A source of unknown capacity makes what is drawn from it today; the margin keeps rounding from stopping the line.
_SLACK = 1.0 + 1e-9


@dataclass(frozen=True)
class RecoveryNetwork:
    """Nodes and figures of one product.

    Nodes are the targets of the compiled dataset (options, mixes, choices), then one per recipe, then one unknown maker
    per part for steps that the evidence asked for does not cover.

    Attributes
    ----------
    analysis : Analysis
    low, high : SupplyNetwork
        Time in days, every flow as a multiple of what the planned volume needs in a day. Equal in nodes, not in links.
    code : array of int, shape (all nodes,)
        Place of each node in each of the two networks (first axis: low, high), -1 where the product does not use it.
    certain : array of bool, shape (options,)
        Options that the product uses whatever the unknown choices are.
    ttr : array of float, shape (2, options)
        Days to recover, the shortest and the longest; 0 and infinite where unknown.
    stock_known, ttr_known : array of bool, shape (options,)
    assumed : array of bool, shape (2, options)
        Options with a typical value for the stock, and for the time to recover.
    """

    analysis: Analysis
    low: SupplyNetwork
    high: SupplyNetwork
    code: Int
    certain: Bool
    ttr: Float
    stock_known: Bool
    ttr_known: Bool
    assumed: Bool

    @cached_property
    def used(self) -> Bool:
        """Options in scope: used by the product, not deeper than asked, no class and no software."""
        options = self.analysis.compiled.options
        found: Bool = (self.code[0, : len(options.part)] >= 0) & _can_fail(self.analysis)
        return found

    @cached_property
    def unknown(self) -> Bool:
        """Used options of which no maker is named and that are no market row."""
        options = self.analysis.compiled.options
        found: Bool = self.used & (options.supplier < 0) & (options.offer < 0)
        return found

    @cached_property
    def undocumented(self) -> dict[int, int]:
        """The unknown maker behind steps that the evidence does not cover: part, and its node."""
        compiled = self.analysis.compiled
        parts = np.arange(len(compiled.part_ids))
        nodes = self.code.shape[1] - len(parts) + parts
        software = (compiled.dataset.parts["kind"] == "software").to_numpy()[compiled.part_row]
        found = (self.code[0, nodes] >= 0) & ~software
        return {int(part): int(nodes[part]) for part in parts[found]}


def _can_fail(analysis: Analysis) -> Bool:
    """Options that can run out: a class makes nothing, and software is copied, not used up."""
    compiled = analysis.compiled
    software = (compiled.dataset.parts["kind"] == "software").to_numpy()[compiled.part_row]
    found: Bool = ~compiled.options.is_class & ~software[compiled.options.part]
    return found


@dataclass(frozen=True)
class _Links:
    """Links of the node graph: a need of `node` (links of the same `need` are alternatives), and what one takes."""

    need: Int
    node: Int
    supplier: Int
    amount: Float  # per unit of the node; NaN unknown
    share: Float  # of the need
    sure: Bool  # used whatever the unknown choices are


def recovery_network(analysis: Analysis, *, units: float | None, typical: Typical | None = None) -> RecoveryNetwork:
    """Lay out the product's network.

    Parameters
    ----------
    analysis : Analysis
        Its depth cuts the network: deeper sources are always available.
    units : float or None
        Units per year; None where no volume is planned: stocks and capacities in units then say nothing.
    typical : Typical, optional
        Typical values for what is missing.
    """
    compiled = analysis.compiled
    figures = _figures(analysis, typical)
    ends = [_end(analysis, figures, units, high=high) for high in (False, True)]
    ttr = np.stack([np.nan_to_num(figures["recovery"][0], nan=0.0), np.nan_to_num(figures["recovery"][1], nan=np.inf)])
    ttr[1, compiled.options.planned] = np.inf
    ttr[0, compiled.options.planned & np.isnan(figures["recovery"][0])] = 0.0
    return RecoveryNetwork(
        analysis=analysis,
        low=ends[0][0],
        high=ends[1][0],
        code=np.stack([ends[0][1], ends[1][1]]),
        certain=ends[1][2],
        ttr=ttr,
        stock_known=~np.isnan(figures["stock"]) | ~np.isnan(figures["cover"][0]),
        ttr_known=~np.isnan(figures["recovery"][0]),
        assumed=figures["assumed"] > 0,
    )


def _figures(analysis: Analysis, typical: Typical | None) -> dict[str, Float]:
    """Stock (units), capacity (units a day), days to recover and days of cover of every option; NaN is unknown."""
    compiled = analysis.compiled
    offers, options = compiled.dataset.offers, compiled.options
    has = options.offer >= 0

    def column(name: str) -> Float:
        numbers = offers[name].to_numpy(dtype=np.float64)
        found: Float = np.full(len(options.offer), np.nan)
        found[has] = numbers[options.offer[has]]
        return found

    stock, stated = column("stock_units"), column("recovery_days")
    # Nobody else is known to hold finished products: none, unless the table gives some.
    own = analysis.product_options & (options.supplier < 0) & np.isnan(stock)
    stock[own] = 0.0
    recovery = np.stack([stated, stated])
    cover = np.full((2, len(stock)), np.nan)
    assumed = np.zeros((2, len(stock)))
    if typical is not None:
        fills = _can_fail(analysis)
        part = compiled.part_row[options.part]
        wanted: tuple[tuple[Quantity, Float, Bool], ...] = (
            ("stock_days", cover, np.isnan(stock)),
            ("recovery_days", recovery, np.isnan(stated)),
        )
        for place, (name, target, missing) in enumerate(wanted):
            low, high = typical.of_parts(compiled.dataset.parts, name)
            found = fills & missing & ~np.isnan(low[part])
            target[0, found], target[1, found] = low[part][found], high[part][found]
            assumed[place, found] = 1.0
    return {
        "stock": stock,
        "capacity": column("capacity_per_year") / DAYS_PER_YEAR,
        "recovery": recovery,
        "cover": cover,
        "assumed": assumed,
    }


def _end(
    analysis: Analysis, figures: dict[str, Float], units: float | None, *, high: bool
) -> tuple[SupplyNetwork, Int, Bool]:
    """One end: the network, the place of each node in it (-1: unused), and which options are used for certain."""
    compiled, options = analysis.compiled, analysis.compiled.options
    count = len(options.part)
    links = _links(analysis, high=high)
    nodes = compiled.target_count + len(compiled.recipe_part) + len(compiled.part_ids)
    amount = np.where(np.isnan(links.amount), 1.0, links.amount)
    # A need of nothing is always met.
    void = np.isin(links.need, links.need[amount <= 0])
    links = _Links(**{name: values[~void] for name, values in links.__dict__.items()})
    amount = amount[~void]
    used = _flow(analysis.target, nodes, links, np.ones(len(amount))) > 0
    kept = used[links.node]
    links = _Links(**{name: values[kept] for name, values in links.__dict__.items()})
    amount = amount[kept]
    need = _flow(analysis.target, nodes, links, amount)
    drawn = _flow(analysis.target, nodes, links, amount * links.share)
    vague = _flow(analysis.target, nodes, links, np.ones(len(amount)), first=np.isnan(links.amount)) > 0
    sure = _certain(analysis, nodes, links)
    scale = np.where(used & (need > 0), need, 1.0)
    base = drawn / scale * _SLACK
    stock, capacity = np.zeros(nodes), np.full(nodes, np.inf)
    unnamed = slice(nodes - len(compiled.part_ids), nodes)
    # The unknown maker of an undocumented step: what is drawn from it, or anything.
    stock[unnamed], capacity[unnamed] = (np.inf, np.inf) if high else (0.0, base[unnamed])
    limited = np.flatnonzero(_can_fail(analysis))
    held, limit = _held_and_made(analysis, figures, base[:count], scale[:count], units, vague=vague[:count], high=high)
    stock[limited] = held[limited]
    # The plan is met before the failure: nobody can make less than is drawn from it.
    capacity[limited] = np.maximum(limit[limited], base[limited])
    code = np.full(nodes, -1, dtype=np.int64)
    present = np.flatnonzero(used)
    code[present] = np.arange(len(present))
    demand = np.zeros(len(present))
    demand[code[analysis.target]] = 1.0
    order, first = np.unique(links.need, return_index=True)
    network = SupplyNetwork(
        nodes=tuple(str(node) for node in present),
        stock=stock[present],
        capacity=capacity[present],
        demand=demand,
        margin=np.ones(len(present)),
        need_node=code[links.node[first]],
        link_need=np.searchsorted(order, links.need),
        link_supplier=code[links.supplier],
        link_amount=amount * scale[links.node] / scale[links.supplier],
    )
    return network, code, sure[:count]


def _held_and_made(
    analysis: Analysis,
    figures: dict[str, Float],
    base: Float,
    scale: Float,
    units: float | None,
    *,
    vague: Bool,
    high: bool,
) -> tuple[Float, Float]:
    """Stock and capacity of every option at one end, in days and shares of what the plan needs of it a day.

    `vague` marks options below a line of unknown quantity, whose units say nothing about days.
    """
    planned = analysis.compiled.options.planned
    day = scale * units / DAYS_PER_YEAR if units else np.full(len(scale), np.nan)
    # With no planned volume only an empty stock says something.
    held = np.where(figures["stock"] == 0, 0.0, figures["stock"] / day)
    held = np.where(np.isnan(held), figures["cover"][int(high)] * base, held)
    limit = figures["capacity"] / day
    if high:
        held = np.where(np.isnan(held) | (vague & (held > 0)), np.inf, held)
        return held, np.where(np.isnan(limit) | vague, np.inf, limit)
    held = np.where(np.isnan(held) | vague | planned, 0.0, held)
    return held, np.where(np.isnan(limit) | vague | planned, 0.0, limit)


def _flow(start: int, nodes: int, links: _Links, amount: Float, *, first: Bool | None = None) -> Float:
    """Amount that one unit of the start takes from every node; with `first`, of what follows those links."""
    from scipy.sparse import csr_array

    down = csr_array((amount, (links.supplier, links.node)), shape=(nodes, nodes))
    if first is None:
        wave = np.zeros(nodes)
        wave[start] = 1.0
    else:
        wave = np.zeros(nodes)
        wave[links.supplier[first]] = 1.0
    total = wave.copy()
    while wave.any():
        wave = np.asarray(down @ wave, dtype=np.float64)
        total += wave
    return total


def _certain(analysis: Analysis, nodes: int, links: _Links) -> Bool:
    """Which nodes the product uses whatever the unknown choices are."""
    compiled, entries = analysis.compiled, analysis.compiled.entries
    first, start = compiled.option_count + compiled.mix_count, compiled.choice_pointers[:-1]
    # Whichever maker it is, a recipe that all of them share is used.
    recipe = np.full(compiled.target_count, -1, dtype=np.int64)
    recipe[: compiled.option_count] = compiled.options.recipe
    of_entry = recipe[entries.target]
    own = np.where(of_entry >= 0, of_entry, -2 - np.arange(len(of_entry)))
    choice = np.flatnonzero(_single(entries.choice, own, compiled.choice_count))
    recipe_of = of_entry[start[choice]]
    kept = recipe_of >= 0
    down = _Links(
        need=np.zeros(0, dtype=np.int64),
        node=np.concatenate([links.node[links.sure], first + choice[kept]]),
        supplier=np.concatenate([links.supplier[links.sure], compiled.target_count + recipe_of[kept]]),
        amount=np.zeros(0),
        share=np.zeros(0),
        sure=np.zeros(0, dtype=bool),
    )
    return _flow(analysis.target, nodes, down, np.ones(len(down.node))) > 0


def _links(analysis: Analysis, *, high: bool) -> _Links:
    """All links between nodes, down to the depth asked for, essential slots only."""
    compiled, options, reach = analysis.compiled, analysis.compiled.options, analysis.reach
    table, members, entries = compiled.alternatives, compiled.members, compiled.entries
    count, targets = compiled.option_count, compiled.target_count
    first_choice = count + compiled.mix_count
    # Options need their recipe as a whole.
    has_slots = np.zeros(len(compiled.recipe_part), dtype=bool)
    has_slots[compiled.slot_recipe] = True
    makers = np.flatnonzero(has_slots[options.recipe])
    blocks = [_block(makers, targets + options.recipe[makers], 1.0, 1.0, sure=True)]
    # A recipe needs every essential slot that is not deeper than asked.
    step = np.where(compiled.plan.behind_class, 0, 1)
    tier = reach.recipe_tier[compiled.slot_recipe[table.slot]]
    kept = (tier >= 0) & compiled.slot_essential[table.slot] & (table.weight > 0)
    if analysis.depth is not None:
        kept &= tier + step <= analysis.depth
    places = np.flatnonzero(kept)
    amount = _amounts(analysis, high=high)[places]
    least = int(analysis.columns.least_grade[0]) if analysis.columns.least_grade is not None else 0
    # A step below the grade asked for leads to an unknown maker with nothing known above it.
    unknown_maker = targets + len(compiled.recipe_part) + _part_of(analysis, np.arange(targets))
    target = table.target[places]
    supplier = np.where(table.grade[places] >= least, target, unknown_maker[target])
    owner = targets + compiled.slot_recipe[table.slot[places]]
    sure = np.ones(len(places), dtype=bool)
    blocks.append(_block(owner, supplier, amount, table.weight[places], sure=sure, need=table.slot[places]))
    # A mix takes from all its makers that have a share.
    inside = np.flatnonzero(members.share > 0)
    mix = count + members.mix[inside]
    blocks.append(_block(mix, members.option[inside], 1.0, members.share[inside], sure=True, need=members.mix[inside]))
    # An unknown choice: each option must do at the low end, any at the high end.
    found = np.arange(len(entries.target))
    quantity = np.where(entries.line >= 0, compiled.lines.quantity[entries.line], 1.0)
    single = _single(entries.choice, _maker_of(analysis, entries.target), compiled.choice_count)
    choice = first_choice + entries.choice
    need = entries.choice if high else found
    supplier = np.where(entries.grade >= least, entries.target, unknown_maker[entries.target])
    blocks.append(_block(choice, supplier, quantity, 1.0, sure=single[entries.choice], need=need))
    return _joined(blocks)


def _block(
    node: Int,
    supplier: Int,
    amount: Float | float,
    share: Float | float,
    *,
    sure: Bool | bool,
    need: Int | None = None,
) -> _Links:
    size = len(node)
    return _Links(
        need=np.arange(size) if need is None else need,
        node=node,
        supplier=supplier,
        amount=np.broadcast_to(np.asarray(amount, dtype=np.float64), size).copy(),
        share=np.broadcast_to(np.asarray(share, dtype=np.float64), size).copy(),
        sure=np.broadcast_to(np.asarray(sure, dtype=bool), size).copy(),
    )


def _joined(blocks: list[_Links]) -> _Links:
    """One table, in which every block has needs of its own."""
    offset, needs = 0, []
    for block in blocks:
        needs.append(block.need + offset)
        offset += int(block.need.max(initial=-1)) + 1
    rest = {
        name: np.concatenate([getattr(block, name) for block in blocks])
        for name in ("node", "supplier", "amount", "share", "sure")
    }
    return _Links(need=np.concatenate(needs).astype(np.int64), **rest)


def _amounts(analysis: Analysis, *, high: bool) -> Float:
    """Units of the child per unit of the parent for every alternative; a remainder takes an extreme of its slot."""
    compiled, table, entries = analysis.compiled, analysis.compiled.alternatives, analysis.compiled.entries
    quantity = compiled.lines.quantity
    amount = np.where(table.line >= 0, quantity[table.line], np.nan)
    first = compiled.option_count + compiled.mix_count
    choice = np.where(table.target >= first, table.target - first, 0)
    by_entry = np.zeros(max(compiled.choice_count, 1), dtype=bool)
    by_entry[entries.choice[entries.line >= 0]] = True
    # The entries of a choice among lines carry the quantities themselves.
    among_lines = (table.target >= first) & (table.line < 0) & by_entry[choice]
    amount[among_lines] = 1.0
    rest = np.flatnonzero((table.line < 0) & ~among_lines)
    if len(rest):
        places, owner = expand_ranges(
            compiled.slot_pointers[table.slot[rest]], compiled.slot_pointers[table.slot[rest] + 1]
        )
        stated = pd.Series(np.where(table.line[places] >= 0, quantity[table.line[places]], np.nan)).groupby(owner)
        extreme = stated.min() if high else stated.max()
        named = pd.Series(table.line[places] >= 0).groupby(owner).sum()
        amount[rest] = np.where(stated.count() == named, extreme, np.nan)
    return amount


def _part_of(analysis: Analysis, target: Int) -> Int:
    """Part of each target; a choice has that of its first option."""
    compiled = analysis.compiled
    first = compiled.option_count + compiled.mix_count
    inner = target.copy()
    while (inner >= first).any():
        inner = np.where(
            inner >= first, compiled.entries.target[compiled.choice_pointers[np.maximum(inner - first, 0)]], inner
        )
    part = np.concatenate([compiled.options.part, compiled.mix_part])
    return part[inner]


def _maker_of(analysis: Analysis, target: Int) -> Int:
    """Supplier of each target that is one named maker, else a number of its own below -1."""
    supplier = analysis.compiled.options.supplier
    is_option = target < len(supplier)
    found = np.where(is_option, supplier[np.minimum(target, len(supplier) - 1)], -1)
    return np.where(found >= 0, found, -2 - np.arange(len(target)))


def _single(choice: Int, maker: Int, choices: int) -> Bool:
    """Whether all options of each choice are of one maker."""
    table = pd.Series(maker).groupby(choice).nunique().reindex(np.arange(choices), fill_value=0)
    return (table == 1).to_numpy()
