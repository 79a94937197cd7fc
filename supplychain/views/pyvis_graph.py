"""The structure of a product as a pyvis network, for notebooks and for the graph page."""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from supplychain.views.layout import layered_positions

if TYPE_CHECKING:
    from pyvis.network import Network

__all__ = ["Structured", "plain", "to_pyvis"]

# Okabe-Ito colours, safe with any colour vision; the shape says the same again.
_LOOK = {
    "exposed": {"shape": "diamond", "color": {"background": "#D55E00", "border": "#8A3D00"}},
    "unknown": {"shape": "triangle", "color": {"background": "#FFFFFF", "border": "#6B6B6B"}},
    "clear": {"shape": "dot", "color": {"background": "#0072B2", "border": "#004A75"}},
}
_OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {"hover": True, "keyboard": True, "hideEdgesOnDrag": True},
    "edges": {"color": {"opacity": 0.5}},
}


class Structured(Protocol):
    """Anything with the two frames of a structure."""

    @property
    def nodes(self) -> pd.DataFrame:
        """One row per sourced part."""

    @property
    def edges(self) -> pd.DataFrame:
        """One row per line between two sourced parts."""


def to_pyvis(structure: Structured, *, height: str = "720px", width: str = "100%") -> Network:
    """Return a directed pyvis network with positions set and physics off; nothing is lost on the way.

    Ids are short and safe (`n0`, `n1`, ... in order of node_id); every column of a node or an edge rides under `data`;
    parallel edges are kept and curved apart. The structure is not changed.

    Parameters
    ----------
    structure : Structure
        What `supplychain.measures.structure.structure` returns.
    height, width : str
        Size of the picture, as CSS lengths.

    Returns
    -------
    pyvis.network.Network
    """
    # pyvis imports IPython; whoever does not ask for a graph does not pay for that.
    from pyvis.network import Network

    network = Network(height=height, width=width, directed=True, cdn_resources="in_line")
    network.options = copy.deepcopy(_OPTIONS)
    nodes = structure.nodes.sort_values("node_id", kind="stable")
    places = layered_positions(structure.nodes, structure.edges)
    short = {node_id: f"n{number}" for number, node_id in enumerate(nodes["node_id"])}
    for record in _records(nodes):
        _add_node(network, short[record["node_id"]], record, places.loc[record["node_id"]])
    if structure.edges.empty:
        return network
    order = [c for c in ("parent", "child", "slot", "basis", "note") if c in structure.edges.columns]
    _add_edges(network, _records(structure.edges.sort_values(order, kind="stable")), short)
    return network


def plain(value: Any) -> Any:
    """Return a value that JSON can hold: no numpy, no dates, no NaN; sets sorted, unknown objects as text."""
    if value is pd.NaT or value is pd.NA:
        return None
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=repr)
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(column) for column in frame.columns]
    return [
        dict(zip(names, (plain(value) for value in row), strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]


def _add_node(network: Network, short: str, record: dict[str, Any], place: pd.Series) -> None:
    label = str(record.get("name") or record.get("part_id") or record["node_id"])
    supplier = str(record.get("supplier_name") or "")
    network.add_node(
        short,
        label=label,
        # pyvis turns every tooltip of the page into raw HTML as soon as one contains "href".
        title="\n".join(text for text in (label, supplier, str(record.get("verdict", ""))) if text).replace(
            "href", "hre\u200bf"
        ),
        level=record["tier"],
        x=float(place["x"]),
        y=float(place["y"]),
        physics=False,
        data=record,
        **_LOOK.get(str(record.get("verdict")), _LOOK["unknown"]),
    )


def _add_edges(network: Network, records: list[dict[str, Any]], short: dict[str, str]) -> None:
    # Not add_edge: it searches a list of all nodes for each edge, seconds at 5,000 nodes.
    from pyvis.edge import Edge

    seen: dict[tuple[str, str], int] = {}
    for number, record in enumerate(records):
        ends = (short[record["parent"]], short[record["child"]])
        turn = seen.get(ends, 0)
        seen[ends] = turn + 1
        smooth: dict[str, Any] = {"enabled": True, "type": "cubicBezier", "forceDirection": "horizontal"}
        if turn:
            smooth = {"enabled": True, "type": "curvedCW" if turn % 2 else "curvedCCW", "roundness": 0.15 * turn}
        edge = Edge(*ends, True, id=f"e{number}", smooth=smooth, data=record)
        network.edges.append(edge.options)
