"""What lies on every path from a raw material to a product, and how many single failures a network survives.

The functions on plain edges treat every node as OR: any path will do. They describe a structure and decide nothing,
because a part that needs all of its inputs is stopped by any of them. `single_failure_survival` asks the same of a
dataset with its slots: AND over slots, OR over the alternatives of one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from supplychain.compiled import Columns, compile_dataset
from supplychain.compiled.sweep import failures_of, sweep
from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.measures.analysis import find_product
from supplychain.measures.choke_pairs import STOPPED

__all__ = [
    "Survival",
    "immediate_dominators",
    "path_survival",
    "single_failure_survival",
    "unavoidable_nodes",
]

Edges = Iterable[tuple[Hashable, Hashable]]


@dataclass(frozen=True)
class Survival:
    """Share of single failures after which the product is still supplied, 0 to 1.

    Attributes
    ----------
    node, arc, both : float or None
        Of nodes (without the source and the product), of arcs, and of both together; None where there is none.
    unavoidable : tuple
        Nodes whose failure stops the product, sorted.
    """

    node: float | None
    arc: float | None
    both: float | None
    unavoidable: tuple[Hashable, ...]


def immediate_dominators(edges: Edges, start: Hashable) -> dict[Hashable, Hashable]:
    """Find the last node before each one through which every path from a start must pass.

    Parameters
    ----------
    edges : iterable of (from, to)
    start : hashable

    Returns
    -------
    dict
        Immediate dominator of every node that the start reaches, without the start itself.

    Raises
    ------
    OptionError
        If the start is on no edge.

    Notes
    -----
    K. D. Cooper, T. J. Harvey and K. Kennedy, *A Simple, Fast Dominance Algorithm* (2006), as in NetworkX.

    Examples
    --------
    >>> found = immediate_dominators([(1, 2), (1, 3), (2, 5), (3, 4), (4, 5)], 1)
    >>> sorted(found.items())
    [(2, 1), (3, 1), (4, 3), (5, 1)]
    """
    graph: nx.DiGraph[Hashable] = nx.DiGraph(list(edges))
    _known(graph, start)
    found = nx.immediate_dominators(graph, start)
    # Older versions of NetworkX list the start as its own dominator, newer ones leave it out.
    return {node: found[node] for node in graph if node in found and node != start}


def unavoidable_nodes(edges: Edges, start: Hashable, end: Hashable) -> tuple[Hashable, ...]:
    """List the nodes between start and end that lie on every path, in the order of the way.

    Every node counts as OR: an end that needs several inputs at once is stopped by others too (`chokepoints`).

    Parameters
    ----------
    edges : iterable of (from, to)
        Material flows this way.
    start, end : hashable

    Returns
    -------
    tuple
        Empty where nothing is unavoidable.

    Raises
    ------
    OptionError
        If start or end is on no edge, or no path leads from one to the other.

    Examples
    --------
    >>> edges = [("R", "S1"), ("R", "S2"), ("S1", "M"), ("S2", "M"), ("M", "P")]
    >>> unavoidable_nodes(edges, "R", "P")
    ('M',)
    """
    listed = list(edges)
    above = immediate_dominators(listed, start)
    _known(nx.DiGraph(listed), end)
    if end == start:
        return ()
    if end not in above:
        raise OptionError(f"no path leads from {start} to {end}")
    way = []
    node = above[end]
    while node != start:
        way.append(node)
        node = above[node]
    return tuple(reversed(way))


def path_survival(edges: Edges, source: Hashable, product: Hashable) -> Survival:
    """Count the single failures of nodes and arcs after which some path still leads from source to product.

    Parameters
    ----------
    edges : iterable of (from, to)
    source, product : hashable
        Neither of them fails itself. Nodes and arcs on no path between them count, and do no harm.

    Returns
    -------
    Survival

    Raises
    ------
    OptionError
        If source or product is on no edge, or no path leads from one to the other.

    Notes
    -----
    The idea is that of Y. Kim, Y.-S. Chen and K. Linderman (2015), Supply network disruption and resilience: a network
    structural perspective, *Journal of Operations Management*; the shares as defined here are ours.

    Examples
    --------
    >>> edges = [("A", "B"), ("A", "D"), ("B", "C"), ("D", "C"), ("C", "P")]
    >>> found = path_survival(edges, "A", "P")
    >>> round(found.node, 4), found.arc, found.both, found.unavoidable
    (0.6667, 0.8, 0.75, ('C',))
    """
    graph = nx.DiGraph(list(edges))
    stopping = set(unavoidable_nodes(graph.edges, source, product))
    nodes = [node for node in graph if node not in (source, product)]
    reached, reaching = nx.descendants(graph, source) | {source}, nx.ancestors(graph, product) | {product}
    arcs = list(graph.edges)
    bridges = 0
    for one, other in arcs:
        if one in reached and other in reaching:
            without = nx.restricted_view(graph, [], [(one, other)])
            bridges += not nx.has_path(without, source, product)
    return _survival({node: node in stopping for node in nodes}, [place < bridges for place in range(len(arcs))])


def single_failure_survival(dataset: Dataset, product: str | None = None, *, source: str | None = None) -> Survival:
    """Count the single failures of parts and lines after which some of a product's output is left.

    AND over the slots of a part, OR over the alternatives of a slot: with one alternative each, every failure stops the
    product. Only essential slots count.

    Parameters
    ----------
    dataset : Dataset
    product : str, optional
        Part to look at; may be left out where the dataset has one product.
    source : str, optional
        A part that does not fail itself: only parts and lines between it and the product count. Without it, all below
        the product.

    Returns
    -------
    Survival
        `node` counts parts, `arc` lines.

    Raises
    ------
    OptionError
        If the product or the source is not in the dataset, or the product does not use the source.

    Notes
    -----
    The idea of Kim, Chen and Linderman (2015), see `path_survival`, on the AND/OR graph. Each line is made a part of
    its own, so that one sweep of failures tells both.

    Examples
    --------
    >>> import supplychain as sc
    >>> lines = [("P", "C", "c"), ("C", "B", "feed"), ("C", "D", "feed"), ("B", "A", "a"), ("D", "A", "a")]
    >>> ds = sc.Dataset.from_tables(
    ...     {
    ...         "parts": [{"part_id": part} for part in "PABCD"],
    ...         "bom": [{"parent_id": one, "child_id": other, "slot": slot} for one, other, slot in lines],
    ...         "offers": [],
    ...         "suppliers": [],
    ...     }
    ... )
    >>> single_failure_survival(ds, source="A").both
    0.75
    """
    name = find_product(dataset, product)
    split, lines = _with_lines_as_parts(dataset)
    graph = nx.DiGraph(list(zip(split.bom["parent_id"], split.bom["child_id"], strict=True)))
    below = nx.descendants(graph, name)
    if source is not None:
        if source not in set(dataset.parts["part_id"]):
            raise OptionError(f"source {source!r} is no part of dataset {dataset.name}")
        if source not in below:
            raise OptionError(f"{name} does not use {source}")
        below &= nx.ancestors(graph, source)
    compiled = compile_dataset(split)
    parts = sorted(below)
    codes = [compiled.part_code(part) for part in parts]
    found = sweep(
        compiled,
        np.zeros((2, compiled.option_count)),
        failures_of([np.flatnonzero(compiled.options.part == code) for code in codes]),
        target=int(compiled.part_target[compiled.part_code(name)]),
        # What may be left is left: an alternative of unknown share can take over.
        columns=Columns(take_max=np.array([False, False])),
    )
    stops = dict(zip(parts, found[0] >= STOPPED, strict=True))
    return _survival(
        {part: bool(stopped) for part, stopped in stops.items() if part not in lines},
        [bool(stopped) for part, stopped in stops.items() if part in lines],
    )


def _with_lines_as_parts(dataset: Dataset) -> tuple[Dataset, set[str]]:
    """Put a part into the middle of each line: parent -> line -> child. Its failure is that of the line."""
    bom = dataset.bom.reset_index(drop=True)
    taken = set(dataset.parts["part_id"])
    names = [f"line {number}" for number in range(len(bom))]
    while taken & set(names):
        names = [f"{name}'" for name in names]
    upper = bom.assign(child_id=names, supplier_id="", offer_id="")
    # Where no slot is named, it is the child's id.
    upper["slot"] = bom["slot"].where(bom["slot"] != "", bom["child_id"])
    lower = pd.DataFrame(
        {
            "parent_id": names,
            "child_id": bom["child_id"],
            "supplier_id": bom["supplier_id"],
            "offer_id": bom["offer_id"],
        }
    )
    tables: dict[str, pd.DataFrame] = dict(dataset.tables)
    tables["parts"] = pd.concat([dataset.parts, pd.DataFrame({"part_id": names})], ignore_index=True)
    tables["bom"] = pd.concat([upper, lower], ignore_index=True)
    return Dataset.from_tables(tables, name=dataset.name, date=dataset.date), set(names)


def _survival(nodes: Mapping[Hashable, bool], arcs: list[bool]) -> Survival:
    """Count from what stops the product."""
    stopped_nodes, stopped_arcs = sum(nodes.values()), sum(arcs)
    everything = len(nodes) + len(arcs)
    return Survival(
        node=1 - stopped_nodes / len(nodes) if nodes else None,
        arc=1 - stopped_arcs / len(arcs) if arcs else None,
        both=1 - (stopped_nodes + stopped_arcs) / everything if everything else None,
        unavoidable=tuple(sorted((node for node, stopped in nodes.items() if stopped), key=str)),
    )


def _known(graph: nx.DiGraph[Hashable], node: Hashable) -> None:
    if node not in graph:
        raise OptionError(f"{node!r} is on no edge")
