"""Time to survive and performance impact: the two linear programs of Simchi-Levi et al. on plain arrays.

A network of nodes is hit by a failure: the failed nodes make nothing more, the stocks that lie there stay usable.
`time_to_survive` asks how long every demand can still be met, `performance_impact` what is lost until the failed nodes
have recovered. Both let stocks, capacities and flows be used as well as anybody could, so the first is an upper and the
second a lower bound of what a real firm would see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from supplychain.errors import OptionError

__all__ = ["SupplyNetwork", "performance_impact", "risk_exposure_index", "supply_network", "time_to_survive"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]

_ROUNDING = 1e-9
_SOLVED, _UNBOUNDED = 0, 3  # as scipy.optimize.linprog numbers them


@dataclass(frozen=True)
class SupplyNetwork:
    """Who needs what from whom, with stocks, capacities and demand; all in one unit of time.

    A *need* is one material of one node; the links of a need are the nodes that can supply it.

    Attributes
    ----------
    nodes : tuple of str
        Names, each once.
    stock : array of float, shape (nodes,)
        Units of its own product that lie finished at the node; infinite is allowed.
    capacity : array of float, shape (nodes,)
        Units per unit of time; infinite is allowed.
    demand : array of float, shape (nodes,)
        Units per unit of time that leave the network at the node; 0 where it sells nothing outside.
    margin : array of float, shape (nodes,)
        What one unit of lost demand costs.
    need_node : array of int, shape (needs,)
        The node that has the need.
    link_need, link_supplier : array of int, shape (links,)
        The need that a link serves, and the node that supplies it.
    link_amount : array of float, shape (links,)
        Units of the supplier's product per unit of the needing node's product, above 0.
    """

    nodes: tuple[str, ...]
    stock: Float
    capacity: Float
    demand: Float
    margin: Float
    need_node: Int
    link_need: Int
    link_supplier: Int
    link_amount: Float

    def codes(self, names: Iterable[str]) -> Int:
        """Places of the named nodes, or OptionError with the names that are not in the network."""
        if isinstance(names, str):
            raise OptionError(f"failed nodes: give a list, as [{names!r}], not one text")
        place = {name: code for code, name in enumerate(self.nodes)}
        wanted = list(names)
        strange = sorted({name for name in wanted if name not in place})
        if strange:
            raise OptionError(f"not in the network: {', '.join(strange)}")
        return np.array([place[name] for name in wanted], dtype=np.int64)


def supply_network(
    *,
    stock: Mapping[str, float],
    capacity: Mapping[str, float],
    demand: Mapping[str, float],
    needs: Mapping[str, Mapping[str, float]],
    makes: Mapping[str, str],
    links: Iterable[tuple[str, str]] | None = None,
    margin: Mapping[str, float] | None = None,
) -> SupplyNetwork:
    """Build a network from tables.

    Parameters
    ----------
    stock, capacity, demand : mapping of node to number
        Units, and units per unit of time. A node that is left out of `stock` or `demand` has 0, one that is left out of
        `capacity` has no limit.
    needs : mapping of node to {material: amount}
        Units of each material per unit of the node's product.
    makes : mapping of node to material
        What each supplier makes.
    links : iterable of (supplier, customer), optional
        Who supplies whom; without it every maker of a material supplies everyone who needs it.
    margin : mapping of node to number, optional
        What a unit of lost demand costs; 1 where it is left out.

    Raises
    ------
    OptionError
        If a number is negative or missing, an amount is not above 0, a link leads nowhere, or a need has no supplier.

    Examples
    --------
    >>> network = supply_network(
    ...     stock={"plant": 50, "maker": 80},
    ...     capacity={"plant": 150, "maker": 120},
    ...     demand={"plant": 100},
    ...     needs={"plant": {"motor": 1}},
    ...     makes={"maker": "motor"},
    ... )
    >>> round(time_to_survive(network, ["maker"]), 6)
    1.3
    """
    pairs = None if links is None else {(str(first), str(second)) for first, second in links}
    linked = sorted({name for pair in pairs or () for name in pair})
    nodes = tuple(dict.fromkeys([*demand, *needs, *makes, *stock, *capacity, *linked]))
    place = {name: code for code, name in enumerate(nodes)}
    wanted = [(node, material, amount) for node, table in needs.items() for material, amount in table.items()]
    need_node, link_need, link_supplier, link_amount = [], [], [], []
    served: set[tuple[str, str]] = set()
    for number, (node, material, amount) in enumerate(wanted):
        makers = [name for name, made in makes.items() if made == material and (pairs is None or (name, node) in pairs)]
        if not makers:
            raise OptionError(f"{node} needs {material}, and no node that supplies {node} makes it")
        served.update((maker, node) for maker in makers)
        need_node.append(place[node])
        link_need += [number] * len(makers)
        link_supplier += [place[maker] for maker in makers]
        link_amount += [float(amount)] * len(makers)
    idle = sorted((pairs or set()) - served)
    if idle:
        raise OptionError(f"link from {idle[0][0]} to {idle[0][1]}: {idle[0][1]} does not need what it makes")
    return _checked(
        SupplyNetwork(
            nodes=nodes,
            stock=np.array([float(stock.get(name, 0.0)) for name in nodes]),
            capacity=np.array([float(capacity.get(name, np.inf)) for name in nodes]),
            demand=np.array([float(demand.get(name, 0.0)) for name in nodes]),
            margin=np.array([float((margin or {}).get(name, 1.0)) for name in nodes]),
            need_node=np.array(need_node, dtype=np.int64),
            link_need=np.array(link_need, dtype=np.int64),
            link_supplier=np.array(link_supplier, dtype=np.int64),
            link_amount=np.array(link_amount, dtype=np.float64),
        )
    )


def _checked(network: SupplyNetwork) -> SupplyNetwork:
    for what, numbers in (
        ("stock", network.stock),
        ("capacity", network.capacity),
        ("demand", network.demand),
        ("margin", network.margin),
    ):
        wrong = np.flatnonzero(~(numbers >= 0))
        if len(wrong):
            raise OptionError(f"{what} of {network.nodes[wrong[0]]}: {numbers[wrong[0]]:g}; give a number of 0 or more")
    for what, numbers in (("demand", network.demand), ("margin", network.margin)):
        if not np.isfinite(numbers).all():
            raise OptionError(f"{what}: give finite numbers")
    if not ((network.link_amount > 0) & np.isfinite(network.link_amount)).all():
        raise OptionError("amounts of materials: give numbers above 0")
    return network


def time_to_survive(network: SupplyNetwork, failed: Iterable[str]) -> float:
    """How long every demand can be met after the failed nodes stop.

    Parameters
    ----------
    network : SupplyNetwork
    failed : iterable of str
        Nodes that make nothing from now on; their stocks stay usable.

    Returns
    -------
    float
        In the network's unit of time, 0 or more; infinite if the rest can supply for ever.

    Raises
    ------
    OptionError
        If a node is not in the network.

    Notes
    -----
    The TTS model of D. Simchi-Levi, W. Schmidt, Y. Wei, P. Y. Zhang, K. Combs, Y. Ge, O. Gusikhin, M. Sanders and
    D. Zhang, "Identifying risks and mitigating disruptions in the automotive supply chain", Interfaces 45(5), 2015,
    375-390, doi:10.1287/inte.2015.0804: max t subject to u_j <= sum_i y_ij / r_kj for every need k of j,
    sum_j y_ij + d_i t <= u_i + s_i, u_j <= c_j t, and u_j = 0 for failed j. It has no timing inside the period: what is
    made at its end serves its beginning. So it never falls when a stock or a capacity grows, and never grows with a
    demand, a need or a further failure.
    """
    return survival(network, network.codes(failed))


def performance_impact(network: SupplyNetwork, failed: Iterable[str], *, time_to_recover: float) -> float:
    """Least loss of margin until the failed nodes have recovered.

    Parameters
    ----------
    network : SupplyNetwork
    failed : iterable of str
        Nodes that make nothing until then; their stocks stay usable.
    time_to_recover : float
        TTR, in the network's unit of time; infinite is allowed.

    Returns
    -------
    float
        Sum of margin x units not delivered; units themselves where every margin is 1. A lower bound, because stocks
        and capacities are used as well as possible.

    Raises
    ------
    OptionError
        If a node is not in the network or the time is negative.

    Notes
    -----
    The TTR model of the paper named at `time_to_survive`: min sum_j f_j l_j with l_j + (what is delivered) >= d_j t.

    Examples
    --------
    >>> network = supply_network(
    ...     stock={"plant": 50},
    ...     capacity={},
    ...     demand={"plant": 100},
    ...     needs={"plant": {"motor": 1}},
    ...     makes={"maker": "motor"},
    ... )
    >>> performance_impact(network, ["maker"], time_to_recover=4)
    350.0
    """
    if not time_to_recover >= 0:
        raise OptionError(f"time to recover {time_to_recover:g}: give a number of 0 or more")
    return impact(network, network.codes(failed), time_to_recover)


def risk_exposure_index(impacts: Mapping[str, float]) -> dict[str, float]:
    """Performance impact of each failure in times the largest, 0 to 1 (REI of the paper at `time_to_survive`).

    Examples
    --------
    >>> risk_exposure_index({"S1": 500.0, "S3": 2000.0})
    {'S1': 0.25, 'S3': 1.0}
    """
    wrong = sorted(name for name, amount in impacts.items() if not amount >= 0)
    if wrong:
        raise OptionError(f"performance impact of {wrong[0]}: give a number of 0 or more")
    largest = max(impacts.values(), default=0.0)
    return {name: _ratio(amount, largest) for name, amount in impacts.items()}


def _ratio(amount: float, largest: float) -> float:
    if amount == largest:
        return 1.0 if largest > 0 else 0.0
    return amount / largest


def survival(network: SupplyNetwork, failed: Int, *, longest: float = float("inf")) -> float:
    """`time_to_survive` of nodes given by their places; `longest` where it is that or more.

    A finite `longest` is also much quicker: that there is no bound takes a solver long to find out.
    """
    if not (network.demand > 0).any():
        return longest
    nodes, links = len(network.nodes), len(network.link_need)
    program = _program(network, with_time=True)
    cost = np.zeros(nodes + links + 1)
    cost[-1] = -1.0
    bounds = _bounds(network, failed, extra=1)
    bounds[-1, 1] = longest
    status, point = program.solve(cost, bounds)
    if status == _SOLVED:
        found = max(0.0, float(point[-1]))
        return longest if found >= longest * (1.0 - _ROUNDING) else found
    # Standing still (t = 0) is always feasible, so without an optimum there is no bound, unless the solver has failed:
    # that must not read as "for ever".
    if status != _UNBOUNDED and _loses_for_ever(network, failed):
        raise ArithmeticError("the linear program of the time to survive found no optimum")
    return float("inf")


def impact(network: SupplyNetwork, failed: Int, time: float) -> float:
    """`performance_impact` of nodes given by their places."""
    sold = np.flatnonzero(network.demand > 0)
    if time == 0 or not len(sold):
        return 0.0
    if not np.isfinite(time):
        return float("inf") if _loses_for_ever(network, failed) else 0.0
    nodes, links = len(network.nodes), len(network.link_need)
    program = _program(network, with_time=False, time=time)
    cost = np.concatenate([np.zeros(nodes + links), network.margin[sold]])
    bounds = _bounds(network, failed, extra=len(sold))
    limited = np.isfinite(network.capacity)
    bounds[:nodes, 1] = np.where(limited, np.minimum(bounds[:nodes, 1], network.capacity * time), bounds[:nodes, 1])
    bounds[nodes + links :, 1] = network.demand[sold] * time
    status, point = program.solve(cost, bounds)
    if status != _SOLVED:  # delivering nothing at all is feasible, and the loss has a bound
        raise ArithmeticError("the linear program of the performance impact found no optimum")
    return max(0.0, float(cost @ point))


def _loses_for_ever(network: SupplyNetwork, failed: Int) -> bool:
    """Whether margin is lost in a unit of time when no finite stock helps."""
    stockless = SupplyNetwork(
        **{**network.__dict__, "stock": np.where(np.isinf(network.stock), np.inf, 0.0)},
    )
    scale = float(network.margin @ network.demand)
    return impact(stockless, failed, 1.0) > 1e-7 * scale


@dataclass(frozen=True)
class _Program:
    left: Any  # a sparse array; the type stubs of linprog know only dense ones
    right: Float

    def solve(self, cost: Float, bounds: Any) -> tuple[int, Float]:
        """Status of the solver, and the point where the optimum is taken."""
        from scipy.optimize import linprog

        found = linprog(cost, A_ub=self.left, b_ub=self.right, bounds=bounds, method="highs")
        return int(found.status), np.asarray(found.x, dtype=np.float64)


def _program(network: SupplyNetwork, *, with_time: bool, time: float = 0.0) -> _Program:
    """Rows of both programs; columns: made u, flows y, and the time t or the lost sales l."""
    from scipy.sparse import coo_array

    nodes, links, needs = len(network.nodes), len(network.link_need), len(network.need_node)
    sold = np.flatnonzero(network.demand > 0)
    bounded = np.flatnonzero(np.isfinite(network.stock))
    row_of = np.full(nodes, -1, dtype=np.int64)
    row_of[bounded] = needs + np.arange(len(bounded))
    leaving = np.flatnonzero(row_of[network.link_supplier] >= 0)
    selling = sold[row_of[sold] >= 0]
    # 1. Each need limits what its node makes: u - sum y / r <= 0.
    rows = [np.arange(needs), network.link_need]
    columns = [network.need_node, nodes + np.arange(links)]
    values = [np.ones(needs), -1.0 / network.link_amount]
    # 2. Nothing leaves a node that it neither makes nor holds: sum y + (d t - l) - u <= s.
    rows += [row_of[network.link_supplier[leaving]], row_of[bounded]]
    columns += [nodes + leaving, bounded]
    values += [np.ones(len(leaving)), -np.ones(len(bounded))]
    right = np.concatenate([np.zeros(needs), network.stock[bounded]])
    total = nodes + links
    if with_time:
        # 3. u <= c t.
        limited = np.flatnonzero(np.isfinite(network.capacity))
        caps = needs + len(bounded) + np.arange(len(limited))
        rows += [row_of[selling], caps, caps]
        columns += [np.full(len(selling), total), limited, np.full(len(limited), total)]
        values += [network.demand[selling], np.ones(len(limited)), -network.capacity[limited]]
        right = np.concatenate([right, np.zeros(len(limited))])
        width = total + 1
    else:
        rows.append(row_of[selling])
        columns.append(total + np.searchsorted(sold, selling))
        values.append(-np.ones(len(selling)))
        right[row_of[selling]] -= network.demand[selling] * time
        width = total + len(sold)
    place = (np.concatenate(rows), np.concatenate(columns))
    return _Program(coo_array((np.concatenate(values), place), shape=(len(right), width)).tocsr(), right)


def _bounds(network: SupplyNetwork, failed: Int, *, extra: int) -> Float:
    nodes = len(network.nodes)
    bounds = np.zeros((nodes + len(network.link_need) + extra, 2))
    bounds[:, 1] = np.inf
    bounds[failed, 1] = 0.0
    return bounds
