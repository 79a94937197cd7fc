"""What the arrays are measured against: the best plain code for the same figures.

`prepare` does everything that may happen before the clock starts: concern of the offers, topological order,
attributes read into dicts. `walk` is the timed part: one memoised pass over a NetworkX graph, children first, that
gives contact or proportional embargo loss (docs/model.md, section 3) of the default mix of every part, both ends of the
interval.

It implements what `generate` produces: no classes, no planned offers, no `mix_complete`, no cost.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import networkx as nx
import pandas as pd

from supplychain import Dataset

__all__ = ["Prepared", "build_graph", "parse_csv", "parse_csv_arrow", "prepare", "walk"]

LENS = frozenset({"CHN", "HKG", "MAC"})
MIN_OWNERSHIP = 0.25
EXPOSURE_BASES = ("made", "headquartered", "owned")
EMBARGO_BASES = ("made",)

Interval = tuple[float, float]
Concern = dict[str, Interval]
Edge = tuple[str, str, int]
Line = tuple[str, str, str, float, bool, list[str]]  # slot, maker it is limited to, child, share, essential, offers
Slots = dict[str, list[Line]]


# --- loaders ----------------------------------------------------------------------------------------------------------


def parse_csv(folder: Path) -> dict[str, pd.DataFrame]:
    """Parse every CSV file of a folder with pandas, as anybody would."""
    return {path.stem: pd.read_csv(path) for path in sorted(folder.glob("*.csv"))}


def parse_csv_arrow(folder: Path) -> dict[str, pd.DataFrame]:
    """Parse every CSV file of a folder with pandas and the parser of Arrow, the fastest there is."""
    return {path.stem: pd.read_csv(path, engine="pyarrow") for path in sorted(folder.glob("*.csv"))}


def build_graph(tables: dict[str, pd.DataFrame]) -> nx.MultiDiGraph:
    """Build the graph of parts, suppliers, lines and offers, the rows as attributes."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(_rows(tables["parts"], "part_id", "part:"))
    graph.add_nodes_from(_rows(tables["suppliers"], "supplier_id", "supplier:"))
    graph.add_edges_from(_edges(tables["bom"], "parent_id", "part:", "child_id", "part:", kind="requires"))
    graph.add_edges_from(_edges(tables["offers"], "part_id", "part:", "supplier_id", "supplier:", kind="sourced_from"))
    return graph


def _rows(table: pd.DataFrame, key: str, prefix: str) -> Iterable[tuple[str, dict[str, Any]]]:
    columns = list(table.columns)
    place = columns.index(key)
    for row in zip(*(table[column].tolist() for column in columns), strict=True):
        yield prefix + row[place], dict(zip(columns, row, strict=True))


def _edges(
    table: pd.DataFrame, source: str, source_prefix: str, target: str, target_prefix: str, *, kind: str
) -> Iterable[tuple[str, str, dict[str, Any]]]:
    columns = list(table.columns)
    first, second = columns.index(source), columns.index(target)
    for row in zip(*(table[column].tolist() for column in columns), strict=True):
        attributes = dict(zip(columns, row, strict=True))
        attributes["kind"] = kind
        # Market rows have no supplier: they share one node for all makers without a name
        yield f"{source_prefix}{row[first]}", f"{target_prefix}{row[second]}", attributes


# --- before the clock starts ------------------------------------------------------------------------------------------


def concern_of_offers(dataset: Dataset, bases: tuple[str, ...]) -> Concern:
    """Concern of every offer as (low, high), docs/model.md section 2."""
    suppliers = {
        row["supplier_id"]: row
        for row in dataset.suppliers[
            ["supplier_id", "country", "owner_id", "owner_country", "ownership_share"]
        ].to_dict("records")
    }
    inside: dict[str, bool] = {}

    def is_inside(supplier: str) -> bool:
        if supplier not in inside:
            row = suppliers[supplier]
            inside[supplier] = row["country"] in LENS or owner_is_inside(row)
        return inside[supplier]

    def controls(row: dict[str, Any]) -> bool:
        share = row["ownership_share"]
        return bool(row["owner_id"]) and (math.isnan(share) or share >= MIN_OWNERSHIP)

    def owner_is_inside(row: dict[str, Any]) -> bool:
        return controls(row) and (row["owner_country"] in LENS or is_inside(row["owner_id"]))

    concern: Concern = {}
    offers = dataset.offers
    for offer, supplier, origin in zip(
        offers["offer_id"], offers["supplier_id"], offers["origin_country"], strict=True
    ):
        figures = {"made": origin}
        if supplier:
            row = suppliers[supplier]
            figures["headquartered"] = row["country"]
            own = owner_is_inside(row) or (not controls(row) and row["country"] in LENS)
            figures["owned"] = "CHN" if own else ("outside" if controls(row) else row["country"])
        values = [figures.get(basis, origin) for basis in bases]
        low = any(value in LENS for value in values)
        concern[offer] = (float(low), float(low or "" in values))
    return concern


@dataclass(frozen=True)
class _Offers:
    """The usable offers, by part: those with a share (the mix) and all named ones by supplier."""

    mix: dict[str, list[tuple[str, str, float]]]
    named: dict[tuple[str, str], list[str]]
    maker: dict[str, str]


def _usable_offers(dataset: Dataset) -> _Offers:
    mix: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    named: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
    maker = {}
    columns = ["offer_id", "part_id", "supplier_id", "share", "unit_cost_usd", "status"]
    for offer, part, supplier, share, cost, status in zip(
        *(dataset.offers[column].tolist() for column in columns), strict=True
    ):
        maker[offer] = supplier
        if status not in ("unavailable", "withdrawn"):
            if not math.isnan(share):
                mix[part].append((offer, supplier, share))
            if supplier:
                named[part, supplier].append((offer, not math.isnan(cost)))
    chosen = {}
    for key, offers in named.items():
        priced = [offer for offer, has_price in offers if has_price]
        chosen[key] = priced if len(priced) == 1 else [offer for offer, _ in offers]
    return _Offers(dict(mix), chosen, maker)


def children_first(dataset: Dataset) -> list[str]:
    """Part ids in an order in which every child stands before its parents."""
    graph = nx.DiGraph()
    graph.add_nodes_from(dataset.parts["part_id"])
    graph.add_edges_from(zip(dataset.bom["parent_id"], dataset.bom["child_id"], strict=True))
    return list(reversed(list(nx.topological_sort(graph))))


@dataclass(frozen=True)
class Prepared:
    """A graph and everything that the timed pass looks up."""

    order: list[str]
    graph: nx.MultiDiGraph
    lines: dict[Edge, Line]
    concern: Concern
    mix: dict[str, list[tuple[str, str, float]]]
    chosen: dict[str, list[tuple[str, str]]]


def prepare(dataset: Dataset, bases: tuple[str, ...]) -> Prepared:
    """Read a dataset into a graph and dicts, with the concern of every offer under the default lens."""
    offers = _usable_offers(dataset)
    order = children_first(dataset)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(order)
    lines: dict[Edge, Line] = {}
    chosen: dict[str, dict[str, str]] = defaultdict(dict)
    columns = ["parent_id", "child_id", "share", "slot", "essential", "parent_supplier_id", "supplier_id", "offer_id"]
    for parent, child, share, slot, essential, for_maker, supplier, offer in zip(
        *(dataset.bom[column].tolist() for column in columns), strict=True
    ):
        options = [offer] if offer else offers.named[child, supplier] if supplier else []
        edge = (parent, child, graph.add_edge(parent, child))
        lines[edge] = (slot or child, for_maker, child, share, essential != "no", options)
        for option in options:
            chosen[child][option] = offers.maker[option]
    makers = {part: list(found.items()) for part, found in chosen.items()}
    return Prepared(order, graph, lines, concern_of_offers(dataset, bases), offers.mix, makers)


# --- timed ------------------------------------------------------------------------------------------------------------


def walk(ready: Prepared, measure: Literal["contact", "loss"]) -> dict[str, Interval]:
    """Compute a measure of the default mix of every part: (low, high) by part id."""
    figures = _Figures({}, {}, {})
    mixes, unknown, by_offer = figures.mixes, figures.unknown, figures.by_offer
    concern = ready.concern
    upstream_of = _contact if measure == "contact" else _loss
    for part in ready.order:
        general, own = _slots(ready, part)
        upstream = upstream_of(figures, general)
        unknown[part] = (upstream[0], 1.0)  # a maker of unknown origin: outside the lens, or inside
        recipes = {maker: upstream_of(figures, {**general, **slots}) for maker, slots in own.items()}
        for offer, maker in ready.chosen.get(part, ()):
            low, high = concern[offer]
            inputs = recipes.get(maker, upstream)
            by_offer[offer] = (low or inputs[0], high or inputs[1])
        low_sum = high_sum = known = 0.0
        for offer, maker, share in ready.mix.get(part, ()):
            low, high = concern[offer]
            inputs = recipes.get(maker, upstream)
            low_sum += share * (low or inputs[0])
            high_sum += share * (high or inputs[1])
            known += share
        rest = 1.0 - known
        mixes[part] = (low_sum + rest * upstream[0], high_sum + rest)
    return mixes


@dataclass(frozen=True)
class _Figures:
    mixes: dict[str, Interval]
    unknown: dict[str, Interval]
    by_offer: dict[str, Interval]


def _slots(ready: Prepared, part: str) -> tuple[Slots, dict[str, Slots]]:
    """Lines of a part by slot: the general ones, and by maker those that hold for one maker."""
    general: Slots = {}
    own: dict[str, Slots] = {}
    lines = ready.lines
    for edge in ready.graph.edges(part, keys=True):
        line = lines[edge]
        group = own.setdefault(line[1], {}) if line[1] else general
        slot = line[0]
        if slot in group:
            group[slot].append(line)
        else:
            group[slot] = [line]
    return general, own


def _contact(figures: _Figures, slots: Slots) -> Interval:
    low_clear = high_clear = 1.0
    for lines in slots.values():
        low, high = _alternatives(figures, lines)
        low_clear *= 1.0 - low
        high_clear *= 1.0 - high
    return 1.0 - low_clear, 1.0 - high_clear


def _loss(figures: _Figures, slots: Slots) -> Interval:
    worst_low = worst_high = 0.0
    for lines in slots.values():
        if lines[0][4] or any(line[4] for line in lines):
            low, high = _alternatives(figures, lines)
            worst_low = max(worst_low, low)
            worst_high = max(worst_high, high)
    return worst_low, worst_high


def _alternatives(figures: _Figures, lines: list[Line]) -> Interval:
    if len(lines) == 1 and math.isnan(lines[0][3]):
        return _line(figures, lines[0])
    low_sum = high_sum = known = 0.0
    undecided: list[Interval] = []
    for line in lines:
        share = line[3]
        low, high = _line(figures, line)
        if math.isnan(share):
            undecided.append((low, high))
        else:
            low_sum += share * low
            high_sum += share * high
            known += share
    # What is left: an unknown choice among the lines without share, or else among makers of unknown origin
    open_to = undecided or [figures.unknown[line[2]] for line in lines]
    rest = 1.0 - known
    return low_sum + rest * min(low for low, _ in open_to), high_sum + rest * max(high for _, high in open_to)


def _line(figures: _Figures, line: Line) -> Interval:
    options = line[5]
    if not options:
        return figures.mixes[line[2]]
    if len(options) == 1:
        return figures.by_offer[options[0]]
    values = [figures.by_offer[option] for option in options]
    return min(low for low, _ in values), max(high for _, high in values)
