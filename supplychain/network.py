"""A dataset as a NetworkX graph, and back.

Edges point from the dependent to what it depends on. A node has a `kind` (part, supplier, country) and a name such as
`part:battery_pack`; an edge has a `kind`, and its key says which row it is:

============  =======================  ==============================================
kind          from, to                 one for each
============  =======================  ==============================================
requires      part, part               row of bom
sourced_from  part, supplier           row of offers; a market row leads to its country
made_in       supplier, country        row of offers with a supplier and an origin
located_in    supplier, country        row of suppliers with a country
owned_by      supplier, supplier       row of suppliers with an owner, and row of ownership
============  =======================  ==============================================

Columns are attributes. A column whose name is taken by the graph itself (`kind`, `row`) has an underscore behind it.
`made_in`, `located_in` and the owners of the table suppliers repeat what the offer and the supplier say; they are made
to be walked along, and reading a graph back passes over them. All other tables ride in `graph.graph["tables"]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd

from supplychain.dataset import NUMBER_DTYPES, Dataset
from supplychain.errors import OptionError
from supplychain.schema import TABLES

if TYPE_CHECKING:
    Graph = nx.MultiDiGraph[str]
else:
    Graph = nx.MultiDiGraph

__all__ = ["from_networkx", "to_networkx"]

_RESERVED = frozenset({"kind", "row"})
_NODE_TABLES = {"parts": ("part", "part_id"), "suppliers": ("supplier", "supplier_id")}
_EDGE_TABLES = {"bom": "requires", "offers": "sourced_from", "ownership": "owned_by"}
_SUPPLIER_OWNS = "suppliers"


def to_networkx(dataset: Dataset) -> Graph:
    """Return the dataset as a directed graph with parallel edges.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    networkx.MultiDiGraph

    Examples
    --------
    >>> ds = Dataset.from_tables(
    ...     {
    ...         "parts": [{"part_id": "drone", "kind": "product"}, {"part_id": "motor"}],
    ...         "bom": [{"parent_id": "drone", "child_id": "motor", "quantity": 4}],
    ...     }
    ... )
    >>> graph = to_networkx(ds)
    >>> graph.nodes["part:drone"]["kind"], graph.nodes["part:drone"]["kind_"]
    ('part', 'product')
    >>> [(tail, head, data["quantity"]) for tail, head, data in graph.edges(data=True)]
    [('part:drone', 'part:motor', 4.0)]
    """
    graph: Graph = nx.MultiDiGraph()
    left: dict[str, list[dict[str, Any]]] = {}
    for table, (kind, key) in _NODE_TABLES.items():
        for row, values in _rows(dataset.tables[table]):
            name = f"{kind}:{values[key]}"
            if values[key] == "" or name in graph:
                # A node can stand for one row only; a second one is an error of the data, and is not lost.
                left.setdefault(table, []).append({"row": row, **_attributes(values)})
            else:
                graph.add_node(name, **{"kind": kind, "row": row, **_attributes(values)})
    _add_lines(graph, dataset)
    _add_offers(graph, dataset)
    _add_owners_and_places(graph, dataset)
    others = [name for name in TABLES if name not in _NODE_TABLES and name not in _EDGE_TABLES]
    graph.graph.update(
        name=dataset.name,
        version=dataset.version,
        date=dataset.date,
        tables={name: dataset.tables[name].copy() for name in others},
        columns={name: list(dataset.tables[name].columns) for name in (*_NODE_TABLES, *_EDGE_TABLES)},
        rows_without_node=left,
    )
    return graph


def from_networkx(graph: Graph) -> Dataset:
    """Return the dataset of a graph that `to_networkx` made, or that is built in the same way.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        Nodes and edges without `row` come after those that have one, in the order in which they were added. A node
        without the key of its table (`part_id`, `supplier_id`) was only referred to and makes no row.

    Raises
    ------
    OptionError
        If it is no directed graph with parallel edges.
    """
    if not (graph.is_directed() and graph.is_multigraph()):
        raise OptionError("a MultiDiGraph is needed, as to_networkx makes it")
    rows: dict[str, list[tuple[float, dict[str, Any]]]] = {name: [] for name in (*_NODE_TABLES, *_EDGE_TABLES)}
    tables_of_nodes = {kind: (table, key) for table, (kind, key) in _NODE_TABLES.items()}
    for _, data in graph.nodes(data=True):
        table, key = tables_of_nodes.get(data.get("kind", ""), ("", ""))
        if table and key in data:
            rows[table].append(_row(data))
    tables_of_edges = {kind: table for table, kind in _EDGE_TABLES.items()}
    for _, _, edge, data in graph.edges(keys=True, data=True):
        table = tables_of_edges.get(data.get("kind", ""), "")
        if table and not str(edge).startswith(f"{_SUPPLIER_OWNS}/"):
            rows[table].append(_row(data))
    for table, left in graph.graph.get("rows_without_node", {}).items():
        rows[table] += [_row(values) for values in left]
    columns: Mapping[str, list[str]] = graph.graph.get("columns", {})
    frames = {name: _frame(name, found, columns.get(name, [])) for name, found in rows.items()}
    frames |= {name: pd.DataFrame(frame).copy() for name, frame in graph.graph.get("tables", {}).items()}
    return Dataset.from_tables(
        dict(frames),
        name=graph.graph.get("name", "unnamed"),
        version=graph.graph.get("version", ""),
        date=graph.graph.get("date", ""),
    )


def _add_lines(graph: Graph, dataset: Dataset) -> None:
    for row, values in _rows(dataset.bom):
        tail, head = _node(graph, "part", values["parent_id"]), _node(graph, "part", values["child_id"])
        graph.add_edge(tail, head, key=f"bom/{row}", **{"kind": "requires", "row": row, **_attributes(values)})


def _add_offers(graph: Graph, dataset: Dataset) -> None:
    for row, values in _rows(dataset.offers):
        tail = _node(graph, "part", values["part_id"])
        origin = values["origin_country"]
        head = _node(graph, "supplier" if values["supplier_id"] else "country", values["supplier_id"] or origin)
        key = f"offers/{row}"
        graph.add_edge(tail, head, key=key, **{"kind": "sourced_from", "row": row, **_attributes(values)})
        if values["supplier_id"] and origin:
            country = _node(graph, "country", origin)
            graph.add_edge(
                head, country, key=key, kind="made_in", part_id=values["part_id"], offer_id=values["offer_id"]
            )


def _add_owners_and_places(graph: Graph, dataset: Dataset) -> None:
    for row, values in _rows(dataset.suppliers):
        tail = _node(graph, "supplier", values["supplier_id"])
        key = f"{_SUPPLIER_OWNS}/{row}"
        if values["country"]:
            graph.add_edge(tail, _node(graph, "country", values["country"]), key=key, kind="located_in")
        if values["owner_id"]:
            owner = _node(graph, "supplier", values["owner_id"])
            graph.add_edge(tail, owner, key=key, kind="owned_by", share=values["ownership_share"])
    for row, values in _rows(dataset.tables["ownership"]):
        tail, head = _node(graph, "supplier", values["supplier_id"]), _node(graph, "supplier", values["owner_id"])
        graph.add_edge(tail, head, key=f"ownership/{row}", **{"row": row, **_attributes(values), "kind": "owned_by"})


def _node(graph: Graph, kind: str, identifier: str) -> str:
    """Name of the node, which is made if a row refers to what no table has."""
    name = f"{kind}:{identifier}"
    if name not in graph:
        graph.add_node(name, kind=kind)
    return name


def _rows(frame: pd.DataFrame) -> Iterator[tuple[int, dict[str, Any]]]:
    names = [str(name) for name in frame.columns]
    lists = [frame[name].tolist() for name in frame.columns]
    for row, values in enumerate(zip(*lists, strict=True)):
        yield row, dict(zip(names, values, strict=True))


def _attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{name}_" if name.rstrip("_") in _RESERVED else name: value for name, value in values.items()}


def _row(data: Mapping[str, Any]) -> tuple[float, dict[str, Any]]:
    """Place of the row in its table, and its columns."""
    columns = {
        name[:-1] if name.rstrip("_") in _RESERVED else name: value
        for name, value in data.items()
        if name not in _RESERVED
    }
    return float(data.get("row", np.inf)), columns


def _frame(name: str, found: list[tuple[float, dict[str, Any]]], columns: list[str]) -> pd.DataFrame:
    found.sort(key=lambda pair: pair[0])
    names = dict.fromkeys(columns)
    for _, values in found:
        names.update(dict.fromkeys(values))
    numeric = {column.name for column in TABLES[name].columns if column.dtype in NUMBER_DTYPES}
    return pd.DataFrame(
        {
            column: pd.Series(
                [values.get(column, np.nan if column in numeric else "") for _, values in found],
                dtype=None if column in numeric and found else object,
            )
            for column in names
        },
        index=range(len(found)),
    )
