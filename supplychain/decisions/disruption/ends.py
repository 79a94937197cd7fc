"""The ends of the interval: one network for each combination of what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.decisions.disruption.hits import Cause, find_hits, static_losses
from supplychain.decisions.disruption.simulate import Network, Outcome, simulate
from supplychain.decisions.disruption.structure import Structure, build_structure
from supplychain.decisions.disruption.supply import UNKNOWN, Assume, Supply
from supplychain.errors import OptionError
from supplychain.measures.analysis import Analysis
from supplychain.measures.names import part_name, supplier_name

__all__ = ["End", "Settings", "make_ends"]

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Int = NDArray[np.int64]

_PLENTY = 20.0  # times the need: a capacity that is not known and may be anything


@dataclass(frozen=True)
class Settings:
    """What the user decides.

    Attributes
    ----------
    per_week : float
        Units of the product planned per week.
    weeks : int
    assume : {"typical", "nothing"} or None
    qualification_weeks : float or None
        Time to qualify a candidate; None: candidates may or may not step in.
    ramp_weeks : float
    """

    per_week: float
    weeks: int
    assume: Assume | None
    qualification_weeks: float | None
    ramp_weeks: float


@dataclass(frozen=True)
class End:
    """One network, with what the causes do to it.

    Attributes
    ----------
    worst : bool
    structure : Structure
    network : Network
    harm : array of float, shape (causes, nodes)
        Share of its output that each cause takes from each node while it lasts.
    """

    worst: bool
    structure: Structure
    network: Network
    harm: Float

    def run(self, active: Float | None, *, weeks: int) -> Outcome:
        """Simulate; `active` of shape (weeks, causes, runs), 0 to 1, is when each cause lasts, None is never."""
        if active is None:
            whole = np.ones((len(self.network.planned), 1))
            return simulate(self.network, lambda _: whole, weeks=weeks, runs=1)
        return simulate(self.network, lambda week: self.left(active[week]), weeks=weeks, runs=active.shape[2])

    def left(self, active: Float) -> Float:
        """Share of its capacity that each node has left; `active` of shape (causes, runs), 0 to 1."""
        left = np.ones((self.harm.shape[1], active.shape[1]))
        for row in np.flatnonzero(active.any(axis=1)):
            nodes = np.flatnonzero(self.harm[row])
            left[nodes] *= 1.0 - self.harm[row, nodes, None] * active[row]
        return left


def make_ends(analysis: Analysis, causes: Sequence[Cause], settings: Settings, supply: Supply) -> tuple[End, ...]:
    """Build the networks between which the truth lies.

    What only makes things better or worse (unknown stocks, capacities, origins, choices, candidates) is taken at its
    best in one half of them and at its worst in the other. A lead time does both, so each half has one network with the
    shortest and one with the longest.

    Raises
    ------
    OptionError
        If stocks or lead times are missing and nothing is to stand in for them.
    """
    ends: list[End] = []
    for worst in (False, True):
        hits = find_hits(analysis, causes, worst=worst)
        losses = static_losses(analysis, hits, worst=worst)
        stand_by = _standing_by(analysis, supply, settings, worst=worst)
        structure = build_structure(analysis, losses.sum(axis=0), stand_by, worst=worst)
        if settings.assume is None:
            _refuse_gaps(analysis, structure, supply)
        own = hits.hit * (1.0 - hits.left[:, None])
        harm = _harm(analysis, structure, own, losses, hits.left)
        for longest in (False, True):
            network = _network(analysis, structure, supply, settings, worst=worst, longest=longest)
            end = End(worst, structure, network, _shared(harm, network) if worst else harm)
            if not any(_alike(end, other) for other in ends):
                ends.append(end)
    return tuple(ends)


def _alike(one: End, other: End) -> bool:
    pairs = [(one.harm, other.harm), (one.structure.option, other.structure.option)]
    names = (
        "planned",
        "capacity",
        "stock",
        "wait",
        "slot_node",
        "edge_slot",
        "edge_node",
        "weight",
        "quantity",
        "lead",
    )
    pairs += [(getattr(one.network, name), getattr(other.network, name)) for name in names]
    return all(left.shape == right.shape and np.array_equal(left, right) for left, right in pairs)


def _standing_by(analysis: Analysis, supply: Supply, settings: Settings, *, worst: bool) -> Bool:
    """Makers without a planned share that may step in.

    Qualified ones whose lead time and capacity are known always do; the others, and candidates, only at the best end,
    because nobody knows. With a time to qualify a candidate, those count like qualified ones after it.
    """
    compiled = analysis.compiled
    options, offers = compiled.options, compiled.dataset.offers
    status = np.append(offers["status"].to_numpy(dtype=object), "")[options.offer]
    usable = (options.offer >= 0) & (options.supplier >= 0) & ~options.priced_at_mean & ~options.is_class
    usable &= ~options.planned & np.isin(status, np.array(["qualified", "candidate", ""], dtype=object))
    if not worst:
        return np.asarray(usable, dtype=bool)
    certain = (status == "qualified") | (settings.qualification_weeks is not None)
    known = ~np.isnan(supply.lead[1]) & ~np.isnan(supply.capacity)
    return np.asarray(usable & certain & known, dtype=bool)


def _harm(analysis: Analysis, structure: Structure, own: Float, losses: Float, left: Float) -> Float:
    """Share of its output that each node loses.

    A node of the network loses what it loses itself, its inputs being in the network too. A maker that stands by is
    there without its inputs, so what these lose counts at once. The maker of unknown evidence loses as much as any.
    """
    count = analysis.compiled.option_count
    harm = np.zeros((len(left), len(structure.option)))
    real = structure.option < count
    option = structure.option[real]
    stands_by = structure.need[real] <= 0
    harm[:, real] = np.where(stands_by, np.maximum(own[:, option], losses[:, option]), own[:, option])
    harm[:, structure.option == count + 1] = 1.0 - left[:, None]
    return harm


def _shared(harm: Float, network: Network) -> Float:
    """At worst a maker that is hit serves all its buyers in proportion: ours get their part of what they planned."""
    ours = np.where(network.planned > 0, np.minimum(1.0, network.planned / np.maximum(network.capacity, 1e-300)), 1.0)
    return np.where(harm > 0, 1.0 - (1.0 - harm) * ours, 0.0)


def _network(
    analysis: Analysis, structure: Structure, supply: Supply, settings: Settings, *, worst: bool, longest: bool
) -> Network:
    """Put numbers on the nodes."""
    compiled = analysis.compiled
    count = compiled.option_count
    real = structure.option < count
    option = np.where(real, structure.option, 0)
    planned = structure.need * settings.per_week
    is_class = real & compiled.options.is_class[option]
    product = real & analysis.product_options[option]
    good = structure.option == count
    reach = np.zeros(len(option))
    buyer = structure.slot_node[structure.edge_slot]
    use = np.where(buyer >= 0, planned[buyer], settings.per_week) * structure.quantity
    np.add.at(reach, structure.edge_node, use)
    measured = structure.need_known & real & ~is_class
    stock = np.where(measured, supply.stock[option], np.nan)
    typical = supply.stock_weeks[int(not worst), option] * planned
    stock = np.where(np.isnan(stock), typical, stock)
    # Finished products are held by nobody unless the table says so.
    none_known = np.where(worst | product | is_class | (planned <= 0), 0.0, _PLENTY * settings.weeks * reach)
    stock = np.where(np.isnan(stock), none_known, stock)
    capacity = np.where(measured, supply.capacity[option], np.nan)
    capacity = np.where(np.isnan(capacity), planned if worst else _PLENTY * reach, capacity)
    capacity = np.where(is_class | good, _PLENTY * reach, capacity)
    lead = supply.lead[int(longest), option]
    lead = np.where((planned <= 0) & ~np.isnan(lead), supply.lead[int(worst), option], lead)
    lead = np.where(np.isnan(lead) | is_class | ~real, 0.0, lead)
    weeks = np.clip(np.floor(lead + 0.5), 1, settings.weeks + 1).astype(np.int64)
    status = np.append(compiled.dataset.offers["status"].to_numpy(dtype=object), "")[compiled.options.offer[option]]
    qualification = settings.qualification_weeks or 0.0
    return Network(
        planned=planned,
        capacity=capacity,
        stock=np.where(good, _PLENTY * settings.weeks * reach, stock),
        wait=np.where(status == "qualified", 0.0, qualification),
        ramp=settings.ramp_weeks,
        slot_node=structure.slot_node,
        edge_slot=structure.edge_slot,
        edge_node=structure.edge_node,
        weight=structure.weight,
        quantity=structure.quantity,
        lead=weeks[structure.edge_node],
        demand=settings.per_week,
    )


def _refuse_gaps(analysis: Analysis, structure: Structure, supply: Supply) -> None:
    """Say which makers lack a stock or a lead time."""
    compiled = analysis.compiled
    real = structure.option < compiled.option_count
    nodes = np.flatnonzero(real & (structure.need > 0) & (structure.tier > 0))
    nodes = nodes[np.argsort(structure.tier[nodes], kind="stable")]
    option = structure.option[nodes]
    nodes, option = nodes[~compiled.options.is_class[option]], option[~compiled.options.is_class[option]]
    gaps = {
        "offers.stock_units": option[supply.stock_from[option] == UNKNOWN],
        "offers.lead_time_days": option[supply.lead_from[option] == UNKNOWN],
        "bom.quantity (without which a stock has no meaning)": option[~structure.need_known[nodes]],
    }
    found = [f"{column} of {_named(analysis, options)}" for column, options in gaps.items() if len(options)]
    if found:
        raise OptionError(
            f"stocks or lead times are missing for {analysis.product_id}: {'; '.join(found)}. Fill them in, look at "
            "fewer tiers (--depth 1), or say what stands in for them: --assume typical (published ranges by category) "
            "or --assume nothing (from no stock at all to no end of it)"
        )


def _named(analysis: Analysis, options: Int, most: int = 5) -> str:
    compiled, dataset = analysis.compiled, analysis.compiled.dataset
    names = []
    for option in options[:most]:
        part = part_name(dataset, str(compiled.part_ids[compiled.options.part[option]]))
        firm = int(compiled.options.supplier[option])
        if firm >= 0:
            maker = supplier_name(dataset, str(compiled.supplier_ids[firm]))
        else:
            maker = "a market row" if compiled.options.offer[option] >= 0 else "maker not known"
        names.append(f"{part} ({maker})")
    more = f" and {len(options) - most} more" if len(options) > most else ""
    return f"{len(options)} source{'s' * (len(options) != 1)}: {', '.join(names)}{more}"
