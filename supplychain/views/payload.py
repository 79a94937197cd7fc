"""What the graph page reads: nodes and edges as columns, everything named once.

The keys are the payload's own contract with assets/map-model.js (`supplychain/graph-page/1`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from supplychain.countries import name_of
from supplychain.dataset import Dataset
from supplychain.overlay import FACTS, is_overlay
from supplychain.views.catalogue import Texts
from supplychain.views.pyvis_graph import plain
from supplychain.views.shell import safe_link

if TYPE_CHECKING:
    from pyvis.network import Network

__all__ = ["SCHEMA", "cited_sources", "graph_payload"]

SCHEMA = "supplychain/graph-page/1"
_PARTS = ("name", "name_zh", "category", "subcategory", "theme", "stage", "kind", "description")
_FACT_TEXTS = ("verdict.", "reach.", "grounds.", "basis.", "stage.", "kind.", "category.", "status.", "confidence.")
_TEXTS = (*_FACT_TEXTS, "number.", "origin.", "tier.", "graph.", "list.")
_OFFERS = (
    *("offer_id", "part_id", "supplier_id", "product_name", "made", "designed", "headquartered", "owned"),
    *("unit_cost_usd", "status", "confidence", "note", "source_ids"),
)
_CHAINS = 4
# Whose facts they are: a column of its own, in an overlay alone.
_FACTS = "facts"


def graph_payload(ds: Dataset, network: Network, flags: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    """Return what the graph page reads.

    Parameters
    ----------
    ds : Dataset
        For alternatives, suppliers and sources.
    network : pyvis.network.Network
        What `to_pyvis` returned; nodes and edges are taken from it.
    flags : mapping
        The `flags` object (DESIGN.md section 6), for chains, lens and names.
    texts : Texts
        The texts of the page.
    """
    nodes = [{"id": node["id"], "x": node["x"], "y": node["y"], **node["data"]} for node in network.nodes]
    place = {node["id"]: number for number, node in enumerate(nodes)}
    edges = [{**edge["data"], "from": place[edge["from"]], "to": place[edge["to"]]} for edge in network.edges]
    by_key = {(node["part_id"], node["supplier_id"]): number for number, node in enumerate(nodes)}
    offers = _offers(ds, nodes)
    chains = _chains(flags, by_key)
    return {
        "schema": SCHEMA,
        "language": texts.language,
        "part_names": _part_names(ds, chains, texts),
        "product": _product(nodes, flags),
        "lens": {"countries": list(flags["lens"]["countries"]), "bases": list(flags["lens"]["bases"])},
        "parts": _parts(nodes),
        "nodes": _node_columns(nodes, offers),
        "edges": _edge_columns(edges),
        "offers": offers,
        "chains": chains,
        "sources": cited_sources(ds, _all_source_ids(nodes, edges, offers, chains)),
        "countries": _country_names(nodes, offers, chains, texts),
        "suppliers": _supplier_names(ds, nodes, offers, chains, texts),
        "texts": texts.subset(_TEXTS),
    }


def cited_sources(ds: Dataset, source_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return title, publisher, date and link of each source cited, by id; one that is not listed has its id only."""
    wanted = sorted(set(source_ids) - {""})
    rows = ds.sources.set_index("source_id") if len(ds.sources) else None
    found: dict[str, dict[str, str]] = {}
    for source_id in wanted:
        if rows is None or source_id not in rows.index:
            found[source_id] = {"title": "", "publisher": "", "date": "", "url": ""}
            continue
        row = rows.loc[[source_id]].iloc[0]
        found[source_id] = {
            "title": str(row["title"]),
            "publisher": str(row["publisher"]),
            "date": str(row["date"]),
            "url": safe_link(row["url"]),
        }
    return found


def _product(nodes: list[dict[str, Any]], flags: Mapping[str, Any]) -> dict[str, Any]:
    for number, node in enumerate(nodes):
        if node["part_id"] == flags["product"] and node["tier"] == 0:
            return {"node": number, "part_id": node["part_id"], "name": node["name"], "name_zh": node["name_zh"]}
    return {"node": 0, "part_id": flags["product"], "name": flags["product"], "name_zh": ""}


def _parts(nodes: list[dict[str, Any]]) -> dict[str, list[Any]]:
    rows = {node["part_id"]: node for node in nodes}
    columns: dict[str, list[Any]] = {"part_id": sorted(rows)}
    for name in _PARTS:
        columns[name] = [rows[part_id].get(name) or "" for part_id in columns["part_id"]]
    return columns


def _node_columns(nodes: list[dict[str, Any]], offers: dict[str, list[Any]]) -> dict[str, list[Any]]:
    part_number = {part_id: number for number, part_id in enumerate(sorted({node["part_id"] for node in nodes}))}
    offer_number = {offer_id: number for number, offer_id in enumerate(offers["offer_id"])}
    columns: dict[str, list[Any]] = {"part": [part_number[node["part_id"]] for node in nodes]}
    for name in ("node_id", "supplier_id", "supplier_name", "supplier_name_zh", "x", "y", "tier", "verdict"):
        columns[name] = [node.get(name) for node in nodes]
    for name in ("reach", "grounds", "contact_low", "contact_high", "bases", "source_ids", "countries"):
        columns[name] = [node.get(name) for node in nodes]
    _add_facts(columns, [node.get(_FACTS) for node in nodes])
    columns["offers"] = [
        [[offer_number[offer["offer_id"]], offer.get("share")] for offer in _counted(node)] for node in nodes
    ]
    return columns


def _counted(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the offers behind a node: those of its supplier, or for the usual mix those that carry a share."""
    offers = node.get("offers") or ()
    if node["supplier_id"]:
        return [offer for offer in offers if offer.get("supplier_id", node["supplier_id"]) == node["supplier_id"]]
    return [offer for offer in offers if offer.get("share") is not None]


def _edge_columns(edges: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = ("from", "to", "slot", "share", "quantity", "unit", "essential", "basis", "confidence", "grounds")
    columns = {name: [edge.get(name) for edge in edges] for name in (*names, "source_ids", "note", "reaches")}
    _add_facts(columns, [edge.get(_FACTS) for edge in edges])
    return columns


def _add_facts(columns: dict[str, list[Any]], facts: list[Any]) -> None:
    if any(facts):
        columns[_FACTS] = facts


def _offers(ds: Dataset, nodes: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return all offers of the parts on the page as columns: those counted, and those that could be bought."""
    counted = {offer["offer_id"]: offer for node in nodes for offer in node.get("offers") or ()}
    part_of = {offer["offer_id"]: node["part_id"] for node in nodes for offer in node.get("offers") or ()}
    parts = {node["part_id"] for node in nodes}
    table = ds.offers[ds.offers["part_id"].isin(parts)]
    country_of = dict(zip(ds.suppliers["supplier_id"], ds.suppliers["country"], strict=True))
    marked = is_overlay(ds)
    rows: dict[str, dict[str, Any]] = {}
    for offer in table.to_dict("records"):
        row = {key: plain(offer[key]) for key in ("offer_id", "part_id", "supplier_id", "product_name", "status")}
        row |= {key: plain(offer[key]) for key in ("unit_cost_usd", "share", "confidence", "note")}
        row[_FACTS] = offer.get(FACTS, "") if marked else ""
        row |= {"made": offer["origin_country"], "designed": offer["design_country"]}
        row["headquartered"] = country_of.get(offer["supplier_id"], "")
        row["source_ids"] = [text.strip() for text in str(offer["source_ids"]).split(";") if text.strip()]
        rows[row["offer_id"]] = row
    for offer_id, offer in counted.items():
        base = rows.setdefault(offer_id, {"offer_id": offer_id, "part_id": part_of[offer_id]})
        base |= {key: value for key, value in offer.items() if value not in (None, "") or key not in base}
    order = sorted(rows, key=lambda key: (rows[key]["part_id"], _dear(rows[key].get("unit_cost_usd")), key))
    columns = {name: [rows[key].get(name) for key in order] for name in _OFFERS}
    _add_facts(columns, [rows[key].get(_FACTS) for key in order])
    return columns


def _dear(cost: object) -> float:
    return float(cost) if isinstance(cost, int | float) else float("inf")


def _chains(flags: Mapping[str, Any], by_key: Mapping[tuple[str, str], int]) -> dict[str, list[dict[str, Any]]]:
    """Return the worst chains of each node by its number, equal ones of several lines once.

    A node of which nothing is known has open chains instead: they end where the trail does.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for flag in flags.get("flags", ()):
        number = by_key.get((flag["part_id"], flag["supplier_id"]))
        if number is None:
            continue
        kept = found.setdefault(str(number), [])
        chains = flag.get("chains") or flag.get("open_chains") or ()
        for chain in chains:
            entry = {"grounds": chain["grounds"], "open": not flag.get("chains")}
            entry["steps"] = [_step(step, by_key) for step in chain["steps"]]
            if len(kept) < _CHAINS and entry not in kept:
                kept.append(entry)
    return {number: chains for number, chains in sorted(found.items(), key=lambda item: int(item[0])) if chains}


def _step(step: Mapping[str, Any], by_key: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    part_id, supplier_id = step["part_id"], step.get("supplier_id") or ""
    return {
        "node": by_key.get((part_id, supplier_id)),
        "part_id": part_id,
        "supplier_id": supplier_id,
        "country": step.get("country") or "",
        "share": plain(step.get("share")),
        "source_ids": plain(step.get("source_ids")) or [],
    }


def _all_source_ids(
    nodes: list[dict[str, Any]],
    edges: list[dict[str, Any]],
    offers: dict[str, list[Any]],
    chains: dict[str, list[dict[str, Any]]],
) -> set[str]:
    rows: list[Any] = [row.get("source_ids") for row in (*nodes, *edges)] + offers["source_ids"]
    rows += [step["source_ids"] for many in chains.values() for chain in many for step in chain["steps"]]
    return {source_id for row in rows for source_id in row or ()}


def _country_names(
    nodes: list[dict[str, Any]], offers: dict[str, list[Any]], chains: dict[str, list[dict[str, Any]]], texts: Texts
) -> dict[str, str]:
    codes = {entry[0] for node in nodes for entry in node.get("countries") or ()}
    for name in ("made", "designed", "headquartered", "owned"):
        codes |= {code for code in offers[name] if isinstance(code, str)}
    codes |= {step["country"] for many in chains.values() for chain in many for step in chain["steps"]}
    return {code: name_of(code, texts.language) for code in sorted(codes - {""})}


def _part_names(ds: Dataset, chains: dict[str, list[dict[str, Any]]], texts: Texts) -> dict[str, str]:
    """Return names of the parts that stand in a chain but are no node of their own."""
    ids = {s["part_id"] for many in chains.values() for chain in many for s in chain["steps"] if s["node"] is None}
    table = ds.parts[ds.parts["part_id"].isin(ids)]
    rows = zip(table["part_id"], table["name"], table["name_zh"], strict=True)
    return {key: texts.named(name, name_zh) or key for key, name, name_zh in sorted(rows)}


def _supplier_names(
    ds: Dataset,
    nodes: list[dict[str, Any]],
    offers: dict[str, list[Any]],
    chains: dict[str, list[dict[str, Any]]],
    texts: Texts,
) -> dict[str, str]:
    ids = {node["supplier_id"] for node in nodes} | {
        supplier_id for supplier_id in offers["supplier_id"] if supplier_id
    }
    ids |= {step["supplier_id"] for many in chains.values() for chain in many for step in chain["steps"]}
    table = ds.suppliers[ds.suppliers["supplier_id"].isin(ids)]
    rows = zip(table["supplier_id"], table["name"], table["name_zh"], strict=True)
    return {key: texts.named(name, name_zh) or key for key, name, name_zh in sorted(rows)}
