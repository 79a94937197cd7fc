"""How much of a product depends on the lens: the figures of docs/model.md, section 3, for the product as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import DEFAULT_LENS, DOCUMENTED
from supplychain.dataset import Dataset
from supplychain.measures.analysis import Analysis, Evidence, analyse
from supplychain.measures.coverage import coverage, planned_units
from supplychain.measures.exposure_rows import DepthContact, Documented, Exposure, LineProfile
from supplychain.measures.first_tier import (
    FirstTier,
    first_tier,
    has_cost,
    line_figures,
    own_figures,
    product_makers,
    ratio,
    spread,
    total,
    upstream_value,
)
from supplychain.measures.interval import Interval, share
from supplychain.measures.tightest import tightest_stage

__all__ = [
    "DepthContact",
    "Documented",
    "Exposure",
    "LineProfile",
    "ProductLines",
    "clean_depth",
    "cost_notes",
    "exposure",
    "exposure_of",
    "line_contact",
    "product_lines",
]

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


def exposure(
    dataset: Dataset,
    product: str | None = None,
    *,
    lens: Iterable[str] = DEFAULT_LENS,
    basis: Iterable[str] | None = None,
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
    units: float | None = None,
) -> Exposure:
    """How much of a product depends on the countries of a lens, as intervals.

    Parameters
    ----------
    dataset, product, lens, basis, depth, evidence, min_ownership
        See `supplychain.measures.analysis.analyse`.
    units : float, optional
        Planned units per year for the supply cover; default is the largest volume in the demand table.

    Returns
    -------
    Exposure

    Raises
    ------
    OptionError
        If the product does not exist or an option is out of range.

    Notes
    -----
    Value content is the value-added content of input-output analysis, v(I - A)^-1 (Miller and Blair 2009, chapter 2),
    computed by propagation; the bounds of contact are those of Frechet (1935). The embargo loss is our own,
    docs/model.md.

    Examples
    --------
    >>> import supplychain as sc
    >>> sc.exposure(sc.load("uav"), "fpv_commodity").clean_depth
    0
    """
    analysis = analyse(
        dataset, product, lens=lens, basis=basis, depth=depth, evidence=evidence, min_ownership=min_ownership
    )
    return exposure_of(analysis, units=units)


def exposure_of(analysis: Analysis, *, units: float | None = None) -> Exposure:
    """Compute the exposure of an analysis (see `exposure`)."""
    last, target = analysis.last, analysis.target
    items = first_tier(analysis)
    notes = list(cost_notes(analysis, items))
    planned = planned_units(analysis.compiled.dataset, analysis.product_id) if units is None else (units, "as given")
    if planned is None:
        notes.append("supply cover: no planned volume in the demand table; give one with units")
    elif units is None:
        notes.append(f"supply cover: {planned[0]:,.0f} units a year ({planned[1]})")
    contact = analysis.contact[:, :, target]
    frechet = analysis.contact_frechet[:, last, target]
    documented = analysis.documented
    found = share(*contact[:, last])
    return Exposure(
        face_value=_face_value(analysis, items),
        value=_value(analysis, items),
        hidden=_hidden(analysis, items),
        contact=found,
        contact_bounds=Interval(min(share(*frechet).low, found.low), max(share(*frechet).high, found.high)),
        contact_by_depth=_contact_by_depth(analysis),
        clean_depth=clean_depth(contact[0]),
        clean_depth_proven=clean_depth(contact[1]),
        line_profile=tuple(_line_profile(analysis, items)),
        opened_value=_opened_value(analysis, items),
        loss_reallocate=share(*analysis.loss_reallocate[:, last, target]),
        loss_proportional=share(*analysis.loss_proportional[:, last, target]),
        tightest_stage=tightest_stage(analysis),
        coverage=coverage(analysis, planned[0]) if planned else (),
        units=planned[0] if planned else None,
        documented=Documented(
            value=_value(documented, items),
            contact=share(*documented.contact[:, last, target]),
            loss_reallocate=share(*documented.loss_reallocate[:, last, target]),
            loss_proportional=share(*documented.loss_proportional[:, last, target]),
        ),
        cost=first_tier_cost(analysis, items),
        notes=tuple(notes),
    )


def _below(analysis: Analysis, items: FirstTier, figures: Float) -> Float:
    """Figures, shape (2, depths, targets), of the items as the product sees them at the depth asked for."""
    direct = figures[:, analysis.last - 1] if analysis.last >= 1 else np.zeros_like(figures[:, 0])
    found = line_figures(analysis, items, direct)
    if items.no_step.any():
        found[:, items.no_step] = line_figures(analysis, items, figures[:, analysis.last])[:, items.no_step]
    return found


def _value(analysis: Analysis, items: FirstTier) -> Interval | None:
    if not has_cost(items):
        return None
    own = own_figures(analysis, analysis.own_concern.astype(np.float64))
    return total(analysis, items, _below(analysis, items, analysis.value), own)


def _nothing(analysis: Analysis) -> Float:
    return own_figures(analysis, np.zeros((2, analysis.compiled.option_count)))


def _face_value(analysis: Analysis, items: FirstTier) -> Interval | None:
    if not has_cost(items):
        return None
    figures = spread(analysis, analysis.concern.astype(np.float64))
    return total(analysis, items, line_figures(analysis, items, figures), _nothing(analysis))


def _hidden(analysis: Analysis, items: FirstTier) -> Interval | None:
    if not has_cost(items):
        return None
    if analysis.last < 1:
        return Interval(0.0, 0.0)
    rest = analysis.last - 1
    value = analysis.value[:, rest, : analysis.compiled.option_count]
    upstream = value[1].copy()
    doubtful = analysis.concern[1] & ~analysis.concern[0]
    for option in np.flatnonzero(doubtful & (analysis.reach.tier[: len(doubtful)] == 1)):
        upstream[option] = upstream_value(analysis, int(option), rest)
    figures = np.stack([np.where(analysis.concern[1], 0.0, value[0]), np.where(analysis.concern[0], 0.0, upstream)])
    found = line_figures(analysis, items, spread(analysis, np.clip(figures, 0.0, 1.0)))
    return total(analysis, items, found, _nothing(analysis))


def _opened_value(analysis: Analysis, items: FirstTier) -> float | None:
    if not has_cost(items):
        return None
    weight = np.minimum(1.0, analysis.compiled.plan.weights.smallest)
    opened = ratio(
        analysis, items, spread(analysis, np.stack([weight, weight]), whatever_evidence=True)[:, items.target]
    )
    return None if opened is None else opened.low


def _contact_by_depth(analysis: Analysis) -> tuple[DepthContact, ...]:
    contact = analysis.contact[:, :, analysis.target]
    stages = stages_by_depth(analysis)
    rows = [DepthContact(0, stages.get(0, ""), share(*analysis.assembly))]
    rows += [
        DepthContact(depth, stages.get(depth, ""), share(*contact[:, depth])) for depth in range(1, analysis.last + 1)
    ]
    return tuple(rows)


def stages_by_depth(analysis: Analysis) -> dict[int, str]:
    """Stage of most of the parts whose shortest distance is each depth; the more upstream one where two are as many."""
    compiled = analysis.compiled
    order = ("product", "assembly", "component", "sub_component", "processed_material", "raw_material")
    tier = analysis.reach.tier[: compiled.option_count]
    used = np.flatnonzero((tier >= 0) & ~compiled.options.is_class)
    stage = compiled.dataset.parts["stage"].to_numpy(dtype=object)[compiled.part_row]
    counts: dict[int, dict[str, set[int]]] = {}
    for option in used:
        part = int(compiled.options.part[option])
        counts.setdefault(int(tier[option]), {}).setdefault(str(stage[part]), set()).add(part)
    rank = {name: place for place, name in enumerate(order)}
    return {
        depth: max(names, key=lambda name: (len(names[name]), rank.get(name, -1), name))
        for depth, names in counts.items()
    }


def clean_depth(contact: Float) -> int:
    """Largest k >= 1 with no contact through depth k; contact is monotone in depth."""
    touched = np.flatnonzero(contact[1:] > 0)
    return int(touched[0]) if touched.size else len(contact) - 1


@dataclass(frozen=True)
class ProductLines:
    """First-tier lines of the product.

    Attributes
    ----------
    line : array of int
        Bom lines.
    target, grade : array of int
    rest : array of int
        Target of the unknown remainder of the line's slot, -1 without one.
    no_step : array of bool
    choice : array of int
        The same number for the lines of a slot that split its volume in an unknown way, each of which may not be used
        at all; -1 for a line that is used.
    """

    line: Int
    target: Int
    grade: Int
    rest: Int
    no_step: Bool
    choice: Int

    def at_least(self, low: Float) -> Float:
        """Low ends of the lines, shape (..., lines): of a choice that of its least line, as any of them may be used."""
        found = low.copy()
        mine = np.flatnonzero(self.choice >= 0)
        if not len(mine):
            return found
        order = mine[np.argsort(self.choice[mine], kind="stable")]
        starts = np.flatnonzero(np.diff(self.choice[order], prepend=-1))
        least = np.minimum.reduceat(low[..., order], starts, axis=-1)
        found[..., order] = np.repeat(least, np.diff(starts, append=len(order)), axis=-1)
        return found


def product_lines(analysis: Analysis) -> ProductLines:
    """Collect the first-tier lines of all makers of the product."""
    compiled, table, plan = analysis.compiled, analysis.compiled.alternatives, analysis.compiled.plan
    used = compiled.options.recipe[
        np.flatnonzero(analysis.product_options & (analysis.reach.longest[: compiled.option_count] >= 0))
    ]
    slots = np.flatnonzero(np.isin(compiled.slot_recipe, used))
    found: dict[int, tuple[int, int, int, bool, int]] = {}
    first = compiled.option_count + compiled.mix_count
    for slot in slots:
        span = range(compiled.slot_pointers[slot], compiled.slot_pointers[slot + 1])
        rest = -1
        rows: list[tuple[int, int, int, bool, int]] = []
        for place in span:
            target = int(table.target[place])
            if table.line[place] >= 0:
                grade, no_step = int(table.grade[place]), bool(plan.behind_class[place])
                rows.append((int(table.line[place]), target, grade, no_step, -1))
                continue
            entries = range(0)
            if target >= first:
                choice = target - first
                entries = range(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
            lines = {int(compiled.entries.line[entry]) for entry in entries} - {-1}
            if not lines:
                rest = target
            for line in sorted(lines):
                # All options of one supplier's line share its grade; the line's own target holds their bounds.
                grade = next(int(compiled.entries.grade[e]) for e in entries if compiled.entries.line[e] == line)
                no_step = bool(plan.behind_class[place])
                rows.append(
                    (line, int(compiled.lines.target[line]), grade, no_step, int(slot) if len(lines) > 1 else -1)
                )
        for line, target, grade, no_step, choice_of in rows:
            found[line] = (target, grade, rest, no_step, choice_of)
    lines_ = sorted(found)
    columns = np.array([found[line][:3] for line in lines_], dtype=np.int64).reshape(-1, 3)
    return ProductLines(
        line=np.array(lines_, dtype=np.int64),
        target=columns[:, 0],
        grade=columns[:, 1],
        rest=columns[:, 2],
        no_step=np.array([found[line][3] for line in lines_], dtype=bool),
        choice=np.array([found[line][4] for line in lines_], dtype=np.int64),
    )


def line_contact(analysis: Analysis, lines: ProductLines, depth: int) -> Float:
    """Contact of each first-tier line through `depth`, shape (2, lines).

    An unknown remainder of the line's slot raises the high end; lines that are a choice have the low end of the least.
    """
    figures = analysis.contact[:, min(depth, analysis.graph_depth) - 1]
    found = figures[:, lines.target]
    deeper = analysis.contact[:, min(depth, analysis.graph_depth)]
    found = np.where(lines.no_step, deeper[:, lines.target], found)
    if analysis.evidence == "documented":
        found = np.where(lines.grade < DOCUMENTED, np.array([[0.0], [1.0]]), found)
    found[0] = lines.at_least(found[0])
    open_slot = lines.rest >= 0
    found[1, open_slot] = np.maximum(found[1, open_slot], figures[1, lines.rest[open_slot]])
    return found


def _line_profile(analysis: Analysis, items: FirstTier) -> list[LineProfile]:
    lines = product_lines(analysis)
    if analysis.graph_depth < 1:
        return [LineProfile(depth, 0, 0, 0, None) for depth in (1, 2, 3, None)]
    rows = []
    for depth in (1, 2, 3, None):
        reached = analysis.last if depth is None else min(depth, analysis.last)
        low, high = line_contact(analysis, lines, reached)
        exposed, clear = int((low > 0).sum()), int((high == 0).sum())
        rows.append(
            LineProfile(
                depth=depth,
                exposed=exposed,
                unknown=len(low) - exposed - clear,
                clear=clear,
                cost_in_contact=_cost_in_contact(analysis, items, reached),
            )
        )
    return rows


def _cost_in_contact(analysis: Analysis, items: FirstTier, depth: int) -> Interval | None:
    if not has_cost(items):
        return None
    figures = analysis.contact[:, depth - 1][:, items.target]
    figures = np.where(items.no_step, analysis.contact[:, depth][:, items.target], figures)
    if analysis.evidence == "documented":
        figures = np.where(items.grade < DOCUMENTED, np.array([[0.0], [1.0]]), figures)
    return ratio(analysis, items, (figures > 0).astype(np.float64))


def first_tier_cost(analysis: Analysis, items: FirstTier) -> Interval | None:
    """Cost of the first-tier lines in USD: the priced ones / (1 - the cost shares given for the others).

    Where every line has a cost share, those that have a price as well tell the cost: their prices / their shares.
    """
    makers, shares, exclusive = product_makers(analysis)
    ends = [[_maker_cost(items, int(maker), dearest=dearest) for maker in makers] for dearest in (False, True)]
    if np.isnan(ends).any():
        return _cost_from_shares(analysis, items)
    if exclusive:
        return Interval(min(ends[0]), max(ends[1]))
    return Interval(float(np.dot(shares, ends[0])), float(np.dot(shares, ends[1])))


def _maker_cost(items: FirstTier, maker: int, *, dearest: bool) -> float:
    """First-tier cost of one maker with the cheapest or the dearest option of every choice; NaN if unknown."""
    pick = np.max if dearest else np.min
    mine = items.maker == maker
    alone = mine & (items.group < 0)
    amount, fixed = float(items.amount[alone].sum()), float(items.fixed[alone].sum())
    for group in np.unique(items.group[mine & (items.group >= 0)]):
        member = mine & (items.group == group)
        amount += float(pick(items.amount[member]))
        fixed += float(pick(items.fixed[member]))
    return amount / (1 - fixed) if amount > 0 and fixed < 1 else float("nan")


def _cost_from_shares(analysis: Analysis, items: FirstTier) -> Interval | None:
    compiled = analysis.compiled
    line = compiled.alternatives.line[items.alternative]
    known = (line >= 0) & (items.fixed > 0) & (items.group < 0) & (items.amount == 0)
    line, item = line[known], np.flatnonzero(known)
    price = compiled.lines.quantity[line] * compiled.target_cost[items.target[item]]
    priced = ~np.isnan(price) & (price > 0)
    fixed = compiled.lines.cost_share[line]
    if not priced.any() or items.amount.any():
        return None
    cost = float(price[priced].sum() / fixed[priced].sum())
    return Interval(cost, cost)


def cost_notes(analysis: Analysis, items: FirstTier) -> list[str]:
    """Say what figures of cost and value leave out (no price, no quantity) or scale (inputs above a price)."""
    compiled = analysis.compiled
    notes = []
    if not has_cost(items):
        notes.append("value: no first-tier line has a price or a cost share, so value figures are not known")
        return notes
    fixed_or_priced = {int(alternative) for alternative in items.alternative[(items.fixed > 0) | (items.amount > 0)]}
    free = {
        int(alternative)
        for alternative, target in zip(items.alternative, items.target, strict=True)
        if compiled.target_cost[target] == 0
    }
    unpriced = sorted(
        {
            str(compiled.part_ids[compiled.lines.child[compiled.alternatives.line[alternative]]])
            for alternative in np.unique(items.alternative)
            if int(alternative) not in fixed_or_priced | free and compiled.alternatives.line[alternative] >= 0
        }
    )
    if unpriced:
        notes.append(f"value: no price or no quantity known for {', '.join(unpriced)}; left out of cost and value")
    largest = compiled.plan.weights.largest
    used = np.flatnonzero(analysis.reach.longest[: compiled.option_count] >= 0)
    over = sorted({str(compiled.part_ids[compiled.options.part[option]]) for option in used[largest[used] > 1 + 1e-9]})
    if over:
        notes.append(f"value: inputs cost more than the price of {', '.join(over)}; scaled to it")
    return notes
