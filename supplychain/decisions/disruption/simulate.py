"""The simulation: weekly steps over arrays of (things, runs)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.decisions.disruption.production import ration

__all__ = ["Network", "Outcome", "simulate"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

_ROUNDS = 3  # in which orders that a maker cannot fill look for another within the week
_NOTHING = 1e-9  # relative; less is rounding


@dataclass(frozen=True)
class Network:
    """Makers with their stocks, in units per week.

    Attributes
    ----------
    planned : array of float, shape (nodes,)
        Output by plan; 0 for makers that stand by.
    capacity : array of float, shape (nodes,)
    stock : array of float, shape (nodes,)
        Finished units held at the start, which the maker also comes back to.
    wait : array of float, shape (nodes,)
        Weeks between the first order to a maker that stands by and its first output: its qualification.
    ramp : float
        Weeks in which such a maker comes up to its capacity, linearly.
    slot_node : array of int, shape (slots,)
        Node that needs it, ascending; -1 for slot 0, the demand.
    edge_slot, edge_node : arrays of int, shape (edges,)
        Sorted by slot; every slot and every node has an edge.
    weight, quantity : arrays of float, shape (edges,)
    lead : array of int, shape (edges,)
        Weeks on the way, 1 or more; for slot 0 it is not used.
    demand : float
        Units of the product per week.
    """

    planned: Float
    capacity: Float
    stock: Float
    wait: Float
    ramp: float
    slot_node: Int
    edge_slot: Int
    edge_node: Int
    weight: Float
    quantity: Float
    lead: Int
    demand: float


@dataclass(frozen=True)
class Outcome:
    """What happened.

    Attributes
    ----------
    delivered : array of float, shape (weeks, runs)
        Units of the product.
    short : array of int, shape (nodes, runs)
        First week, from 0, in which a maker could not fill its orders; -1 if there is none.
    starved : array of int, shape (slots, runs)
        First week, from 0, in which a slot held its maker up; -1 if there is none.
    """

    delivered: Float
    short: Int
    starved: Int


class _Groups:
    """Sums of edges by node, and by slot."""

    def __init__(self, network: Network) -> None:
        self.by_node = np.argsort(network.edge_node, kind="stable")
        nodes = network.edge_node[self.by_node]
        self.node_starts = np.flatnonzero(np.append(True, nodes[1:] != nodes[:-1]))
        slots = network.edge_slot
        self.slot_starts = np.flatnonzero(np.append(True, slots[1:] != slots[:-1]))

    def to_nodes(self, values: Float) -> Float:
        return np.add.reduceat(values[self.by_node], self.node_starts, axis=0)

    def to_slots(self, values: Float) -> Float:
        return np.add.reduceat(values, self.slot_starts, axis=0)


def simulate(network: Network, factor: Callable[[int], Float], *, weeks: int, runs: int) -> Outcome:
    """Run the weeks.

    In every week (1) goods arrive; (2) every maker knows what it can send: its stock and what capacity and inputs allow
    it to make; (3) every buyer orders up to its target, the use over lead time and one week, by its planned shares as
    far as those makers can send, and the rest of others of the slot that have capacity; a maker with more orders than
    goods fills all of them in proportion; (4) makers produce what they send and what their stock lacks. The demand that
    is not met in its week is lost.

    Parameters
    ----------
    network : Network
    factor : callable
        Share of its capacity that each node has in a week (from 0), shape (nodes, runs).
    weeks, runs : int

    Returns
    -------
    Outcome
    """
    state = _State(network, runs)
    delivered = np.empty((weeks, runs))
    for week in range(weeks):
        delivered[week] = state.week(week, factor(week))
    return Outcome(delivered, state.short, state.starved)


class _State:
    def __init__(self, network: Network, runs: int) -> None:
        self.net, self.sums = network, _Groups(network)
        nodes, slots = len(network.planned), len(network.slot_node)
        self.buyers = network.slot_node[1:]
        new = np.append(True, self.buyers[1:] != self.buyers[:-1])
        self.input_starts = np.flatnonzero(new) if len(self.buyers) else np.zeros(0, dtype=np.int64)
        self.with_inputs = self.buyers[self.input_starts]
        self.stock = np.repeat(network.stock[:, None], runs, axis=1)
        self.inventory = np.zeros((slots, runs))
        self.fraction = np.repeat(network.weight[:, None], runs, axis=1)
        self.rate = np.repeat(network.planned[:, None], runs, axis=1)
        self.age = np.full((nodes, runs), -1.0)
        self.stands_by = network.planned <= 0
        self.short = np.full((nodes, runs), -1, dtype=np.int64)
        self.starved = np.full((slots, runs), -1, dtype=np.int64)
        self.quantity = network.quantity[:, None]
        self._fill_pipelines(runs)

    def _fill_pipelines(self, runs: int) -> None:
        """At the start every buyer has the orders of its lead time on the way."""
        net = self.net
        slots = len(net.slot_node)
        inner = net.edge_slot > 0
        self.leads = []
        # Goods on the way that arrive within each of the lead times: what an order with that lead time can count on.
        lengths = np.unique(net.lead[inner]) if inner.any() else np.ones(1, dtype=np.int64)
        self.lengths = lengths
        for lead in np.unique(net.lead[inner]):
            edges = np.flatnonzero(inner & (net.lead == lead))
            slot = net.edge_slot[edges]
            starts = np.flatnonzero(np.append(True, slot[1:] != slot[:-1]))
            self.leads.append((int(lead), edges, starts, slot[starts]))
        longest = max((lead for lead, *_ in self.leads), default=1)
        self.ring = np.zeros((longest + 1, slots, runs))
        use = net.weight * np.where(net.slot_node[net.edge_slot] >= 0, net.planned[net.slot_node[net.edge_slot]], 0.0)
        for lead, edges, starts, slot in self.leads:
            self.ring[:lead, slot] += np.add.reduceat(use[edges], starts)[None, :, None]
        self.coming = np.stack([self.ring[:length].sum(axis=0) for length in lengths])

    def week(self, week: int, factor: Float) -> Float:
        net = self.net
        now = week % len(self.ring)
        arrived = self.ring[now].copy()
        self.inventory += arrived
        self.ring[now] = 0.0
        self.coming -= arrived
        for place, length in enumerate(self.lengths):
            # The window moves on by a week; slower orders of the past come into it.
            self.coming[place] += self.ring[(week + length) % len(self.ring)]
        capacity = net.capacity[:, None] * factor
        possible = self._possible(capacity)
        by_plan = self._by_plan(self._shares(self.stock + possible, capacity))
        orders = self.sums.to_slots(by_plan)
        sent, asked = self._trade(by_plan, orders, self.stock + possible, capacity)
        shipped = self.sums.to_nodes(sent * self.quantity)
        wanted = self.sums.to_nodes(np.maximum(by_plan, asked) * self.quantity)
        self._book(week, orders, capacity, asked, sent)
        self._note(week, shipped, wanted, possible, capacity)
        made = np.clip(shipped + net.stock[:, None] - self.stock, 0.0, possible)
        self.stock = np.maximum(self.stock + made - shipped, 0.0)
        if len(self.buyers):
            self.inventory[1:] = np.maximum(self.inventory[1:] - made[self.buyers], 0.0)
        first = net.edge_slot == 0
        result: Float = sent[first].sum(axis=0)
        return result

    def _possible(self, capacity: Float) -> Float:
        """Output that capacity and inputs allow: x = x_opt min(1, inventory / need) with a need of this week's use."""
        ramped = capacity
        if self.stands_by.any():
            since = self.age - self.net.wait[:, None] + 1.0
            up = np.where(self.age >= 0, np.clip(since / max(self.net.ramp, 1.0), 0.0, 1.0), 0.0)
            ramped = np.where(self.stands_by[:, None], capacity * up, capacity)
        if not len(self.buyers):
            return ramped
        held = np.minimum.reduceat(self.inventory[1:], self.input_starts, axis=0)
        result = ramped.copy()
        result[self.with_inputs] = np.minimum(ramped[self.with_inputs], held)
        return result

    def _shares(self, promise: Float, capacity: Float) -> Float:
        """Share of its slot that each edge is asked for: the plan, and beyond that those with capacity."""
        net = self.net
        use = np.full_like(self.inventory, net.demand)
        use[1:] = self.rate[self.buyers]
        by_plan = net.weight[:, None] * use[net.edge_slot] * self.quantity
        planned = self.sums.to_nodes(by_plan)
        able = net.weight[:, None] * ration(promise, planned)[net.edge_node]
        open_ = np.maximum(1.0 - self.sums.to_slots(able), 0.0)
        if not (open_ > _NOTHING).any():
            return able
        extra = self._spread(open_ * use, np.maximum(capacity - planned, 0.0))
        shares = able + extra / np.maximum(use, _NOTHING * net.demand)[net.edge_slot]
        # Where nobody else has any capacity the plan stands.
        total = self.sums.to_slots(shares)[net.edge_slot]
        return shares + np.maximum(1.0 - total, 0.0) * net.weight[:, None]

    def _by_plan(self, shares: Float) -> Float:
        """Orders up to the use over the lead time and this week.

        Each lead time has its own target, and only what arrives within it counts towards that (a dual-index policy):
        the quick makers are asked first, the slower ones for the rest. With one target for all, goods that are long on
        the way would keep quick orders from being placed.
        """
        net = self.net
        placed = np.zeros_like(self.inventory[1:])
        result = np.empty_like(shares)
        for length in self.lengths:
            mine = net.lead == length
            group = self.sums.to_slots(np.where(mine[:, None], shares, 0.0))
            weeks = self.sums.to_slots(shares * np.minimum(net.lead, length)[:, None])
            order = np.full_like(self.inventory, net.demand)
            target = self.rate[self.buyers] * (weeks[1:] + 1.0)
            gap = target - self.inventory[1:] - self.coming[np.searchsorted(self.lengths, length), 1:] - placed
            order[1:] = np.where(group[1:] > 0, np.maximum(0.0, gap), 0.0)
            placed += order[1:]
            part = order / np.where(group > 0, group, 1.0)
            result[mine] = shares[mine] * part[net.edge_slot[mine]]
        root = net.edge_slot == 0
        result[root] = shares[root] * net.demand
        return result

    def _trade(self, by_plan: Float, orders: Float, promise: Float, capacity: Float) -> tuple[Float, Float]:
        """What every edge sends, and what is asked of it, in units of the buyer's output."""
        net = self.net
        node, asked = net.edge_node, by_plan
        sent = asked * ration(promise, self.sums.to_nodes(asked * self.quantity))[node]
        for _ in range(_ROUNDS - 1):
            missing = np.maximum(orders - self.sums.to_slots(sent), 0.0)
            if not (missing > _NOTHING * net.demand).any():
                return sent, asked
            spare = np.maximum(promise - self.sums.to_nodes(sent * self.quantity), 0.0)
            wish = self._spread(missing, spare)
            sent = sent + wish * ration(spare, self.sums.to_nodes(wish * self.quantity))[node]
        missing = np.maximum(orders - self.sums.to_slots(sent), 0.0)
        # What nobody can send now is asked of those with capacity, who then order inputs for it.
        free = np.maximum(capacity - self.sums.to_nodes(sent * self.quantity), 0.0)
        return sent, sent + self._spread(missing, free)

    def _spread(self, missing: Float, spare: Float) -> Float:
        """Spread what a slot misses over its makers in proportion to what they have to spare."""
        room = spare[self.net.edge_node] / self.quantity
        total = self.sums.to_slots(room)
        some = total > _NOTHING * missing
        share = np.where(some, missing / np.where(some, total, 1.0), 0.0)
        return room * share[self.net.edge_slot]

    def _book(self, week: int, orders: Float, capacity: Float, asked: Float, sent: Float) -> None:
        """Send goods on their way, and let makers plan for what they were asked for."""
        net = self.net
        for lead, edges, starts, slot in self.leads:
            parcel = np.add.reduceat(sent[edges], starts, axis=0)
            self.ring[(week + lead) % len(self.ring), slot] += parcel
            self.coming[np.ix_(self.lengths >= lead, slot)] += parcel
        total = self.sums.to_slots(asked)[net.edge_slot]
        self.fraction = np.where(total > 0, asked / np.where(total > 0, total, 1.0), net.weight[:, None])
        # Each maker plans with the weekly use of its buyers, not with orders that only fill up their pipelines.
        use = np.empty_like(orders)
        use[0] = net.demand
        if len(self.buyers):
            use[1:] = self.rate[self.buyers]
        wish = self.sums.to_nodes(self.fraction * use[net.edge_slot] * self.quantity)
        planned = net.planned[:, None]
        self.rate = np.clip(wish, planned, np.maximum(capacity, planned))
        if self.stands_by.any():
            self.age = np.where(self.age >= 0, self.age + 1.0, np.where(self.sums.to_nodes(asked) > 0, 0.0, -1.0))

    def _note(self, week: int, shipped: Float, wanted: Float, possible: Float, capacity: Float) -> None:
        """Remember the first week of every shortage."""
        late = (wanted - shipped > 1e-6 * np.maximum(wanted, 1e-300)) & (self.short < 0) & ~self.stands_by[:, None]
        self.short[late] = week
        if len(self.buyers):
            held_up = possible < np.minimum(capacity, np.maximum(wanted, self.net.planned[:, None])) * (1 - 1e-6)
            mine = held_up[self.buyers] & (self.inventory[1:] <= possible[self.buyers] * (1 + 1e-9))
            fresh = mine & (self.starved[1:] < 0)
            self.starved[1:][fresh] = week
