"""What the arrays are measured against: the best plain code for the same figures.

`prepare` does everything that may happen before the clock starts: concern of the offers, topological order,
attributes read into dicts. `walk` is the timed part: one memoised pass over a NetworkX graph, children first, that
gives contact or proportional embargo loss (docs/model.md, section 3) of the default mix of every part, both ends of the
interval. `flatten` and `run_flat` go further than the comparison asks for: the graph is gone before the clock starts,
and what is left is arithmetic over nested lists. It is close to the most that pure Python can do.

Both implement what `generate` produces: no classes, no planned offers, no `mix_complete`, no cost.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import networkx as nx
import pandas as pd

from supplychain import Dataset

__all__ = [
    "Flat",
    "Prepared",
    "build_graph",
    "flatten",
    "parse_csv",
    "parse_csv_arrow",
    "prepare",
    "run_flat",
    "slots_of",
    "walk",
]

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
        general, own = slots_of(ready, part)
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


def slots_of(ready: Prepared, part: str) -> tuple[Slots, dict[str, Slots]]:
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


# --- the same without a graph -----------------------------------------------------------------------------------------

# A slot is the place of one figure, or weighted places and weighted choices among places
Slot = int | tuple[list[tuple[float, int]], list[tuple[float, list[int]]]]
Maker = tuple[float, float, int]  # concern low and high, place of its recipe among the part's


@dataclass(frozen=True)
class Flat:
    """Parts in order, each with its recipes, chosen makers (with places), mix, and the places of its own figures."""

    measure: Literal["contact", "loss"]
    parts: list[tuple[list[list[Slot]], list[tuple[int, Maker]], list[tuple[float, Maker]], int, int]]
    names: list[str]
    size: int


def flatten(ready: Prepared, measure: Literal["contact", "loss"]) -> Flat:
    """Turn a graph into nested lists of places in two lists of figures."""
    names = ready.order
    count = len(names)
    mix_place = {part: place for place, part in enumerate(names)}
    offer_place = {offer: 2 * count + place for place, offer in enumerate(ready.concern)}

    def of_line(line: Line) -> list[int]:
        return [offer_place[option] for option in line[5]] or [mix_place[line[2]]]

    def of_slot(lines: list[Line]) -> Slot:
        if len(lines) == 1 and math.isnan(lines[0][3]):
            places = of_line(lines[0])
            return places[0] if len(places) == 1 else ([], [(1.0, places)])
        known = [(line[3], of_line(line)) for line in lines if not math.isnan(line[3])]
        undecided = [place for line in lines if math.isnan(line[3]) for place in of_line(line)]
        rest = 1.0 - sum(share for share, _ in known)
        choices = [(rest, undecided or [count + mix_place[line[2]] for line in lines])]
        choices += [(share, places) for share, places in known if len(places) > 1]
        return [(share, places[0]) for share, places in known if len(places) == 1], choices

    def of_recipe(slots: Slots) -> list[Slot]:
        needed = measure == "contact"
        return [of_slot(lines) for lines in slots.values() if needed or any(line[4] for line in lines)]

    parts = []
    for place, part in enumerate(names):
        general, own = slots_of(ready, part)
        recipes = [of_recipe(general), *(of_recipe({**general, **slots}) for slots in own.values())]
        recipe_of = {maker: number for number, maker in enumerate(own, start=1)}
        chosen = [
            (offer_place[offer], (*ready.concern[offer], recipe_of.get(maker, 0)))
            for offer, maker in ready.chosen.get(part, ())
        ]
        mix = [
            (share, (*ready.concern[offer], recipe_of.get(maker, 0))) for offer, maker, share in ready.mix.get(part, ())
        ]
        parts.append((recipes, chosen, mix, place, count + place))
    return Flat(measure, parts, names, 2 * count + len(offer_place))


def run_flat(flat: Flat) -> dict[str, Interval]:
    """Compute the measure of the default mix of every part: (low, high) by part id."""
    low, high = [0.0] * flat.size, [0.0] * flat.size
    is_contact = flat.measure == "contact"
    for recipes, chosen, mix, place, unknown in flat.parts:
        upstream = []
        for slots in recipes:
            low_clear = high_clear = 1.0
            for slot in slots:
                if slot.__class__ is int:
                    low_q, high_q = low[cast("int", slot)], high[cast("int", slot)]
                else:
                    weighted, choices = cast("tuple[list[tuple[float, int]], list[tuple[float, list[int]]]]", slot)
                    low_q = high_q = 0.0
                    for share, options in choices:
                        low_q += share * min([low[option] for option in options])
                        high_q += share * max([high[option] for option in options])
                    for share, option in weighted:
                        low_q += share * low[option]
                        high_q += share * high[option]
                if is_contact:
                    low_clear *= 1.0 - low_q
                    high_clear *= 1.0 - high_q
                else:
                    low_clear = min(low_clear, 1.0 - low_q)
                    high_clear = min(high_clear, 1.0 - high_q)
            upstream.append((1.0 - low_clear, 1.0 - high_clear))
        low[unknown], high[unknown] = upstream[0][0], 1.0
        for option, (low_own, high_own, recipe) in chosen:
            low[option] = low_own or upstream[recipe][0]
            high[option] = high_own or upstream[recipe][1]
        low_sum = high_sum = known = 0.0
        for share, (low_own, high_own, recipe) in mix:
            low_sum += share * (low_own or upstream[recipe][0])
            high_sum += share * (high_own or upstream[recipe][1])
            known += share
        low[place] = low_sum + (1.0 - known) * upstream[0][0]
        high[place] = high_sum + (1.0 - known)
    return {name: (low[place], high[place]) for place, name in enumerate(flat.names)}
