"""The oracle's first part: graph, what can be bought, recipes, origin, evidence (docs/model.md, sections 1 and 2).

Words: a *maker* is a source of one part; an *option* is what a line leads to (one maker, an unknown choice, a mix, a
class); an *end* is "low" (everything unknown is outside the lens) or "high" (everything unknown is inside it).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import networkx as nx

from supplychain.dataset import Dataset

CHINA = frozenset({"CHN", "HKG", "MAC"})
THREE_BASES = ("made", "headquartered", "owned")
NOWHERE = "no such country"


# ---------------------------------------------------------------------------------------------------------------------
# Small frozen things that the recursion talks about


@dataclass(frozen=True)
class Maker:
    """A source of a part.

    `state` is "known" (an offer that counts today), "planned" (counts in the low end only), "named" (only the firm is
    known, not where it makes the part) or "unknown". `recipe` is the supplier whose own lines it uses, empty for the
    general recipe.
    """

    part: str
    supplier: str = ""
    offer: str = ""
    state: str = "unknown"
    recipe: str = ""
    price: float | None = None


@dataclass(frozen=True)
class Choice:
    """One of the makers, nobody knows which."""

    makers: tuple[Maker, ...]


@dataclass(frozen=True)
class Mix:
    """Makers with their shares of the volume; the shares add to 1."""

    makers: tuple[tuple[float, Maker], ...]


@dataclass(frozen=True)
class ClassOf:
    """A class part, which is passed through."""

    part: str


Option = Maker | Choice | Mix | ClassOf


@dataclass(frozen=True)
class Slot:
    """What fills one need: lines with known shares, lines that split the rest, and an unknown remainder."""

    name: str
    essential: bool
    fixed: tuple[tuple[float, int], ...]
    undecided: tuple[int, ...]
    rest: float
    children: tuple[str, ...]

    @property
    def lines(self) -> tuple[int, ...]:
        return tuple(line for _, line in self.fixed) + self.undecided


def number(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


# ---------------------------------------------------------------------------------------------------------------------
# The graph


def graph_of(dataset: Dataset) -> Any:
    """Parts, offers and suppliers as nodes; lines, offers and holdings as edges, each with its row."""
    graph: Any = nx.MultiDiGraph(date=dataset.date)
    for row in dataset.tables["parts"].to_dict("records"):
        graph.add_node(("part", row["part_id"]), **row)
    for row in dataset.tables["suppliers"].to_dict("records"):
        graph.add_node(("supplier", row["supplier_id"]), **row)
    for line, row in enumerate(dataset.tables["bom"].to_dict("records")):
        graph.add_edge(("part", row["parent_id"]), ("part", row["child_id"]), key=line, kind="requires", row=row)
    for row in dataset.tables["offers"].to_dict("records"):
        graph.add_node(("offer", row["offer_id"]), **row)
        graph.add_edge(("part", row["part_id"]), ("offer", row["offer_id"]), kind="sourced_from", row=row)
    for row in dataset.tables["suppliers"].to_dict("records"):
        if row["owner_id"] or row["owner_country"]:
            held = number(row["ownership_share"])
            owner = row["owner_id"] or f"(owner of {row['supplier_id']})"
            graph.add_edge(
                ("supplier", row["supplier_id"]),
                ("supplier", owner),
                kind="owned_by",
                share=1.0 if held is None else held,
                country=row["owner_country"],
            )
    for row in dataset.tables["ownership"].to_dict("records"):
        if row["until"] and row["until"] < dataset.date:
            continue
        held = number(row["share"])
        graph.add_edge(
            ("supplier", row["supplier_id"]),
            ("supplier", row["owner_id"]),
            kind="owned_by",
            share=1.0 if held is None else held,
            country="",
        )
    return graph


class Network:
    """The tables as a graph, with the rules that say what leads where."""

    def __init__(
        self,
        dataset: Dataset,
        *,
        lens: frozenset[str] = CHINA,
        bases: Iterable[str] = THREE_BASES,
        evidence: str = "all",
        min_ownership: float = 0.25,
        essential_only: bool = False,
    ) -> None:
        self.graph = graph_of(dataset)
        self.lens = frozenset(lens)
        self.bases = tuple(bases)
        self.documented_only = evidence == "documented"
        self.min_ownership = min_ownership
        # `essential_only` leaves optional lines out everywhere: only for the tables of the data's README.
        self.rows: dict[int, dict[str, Any]] = {
            key: data["row"]
            for _, _, key, data in self.graph.edges(keys=True, data=True)
            if data["kind"] == "requires" and not (essential_only and data["row"]["essential"] == "no")
        }
        for name in ("recipe", "option", "in_lens"):
            setattr(self, name, functools.cache(getattr(self, name)))

    # -- section 1: what can be bought ----------------------------------------------------------------------------

    def part(self, part: str) -> dict[str, Any]:
        return self.graph.nodes.get(("part", part), {})

    def is_class(self, part: str) -> bool:
        return self.part(part).get("kind") == "class"

    def lines_of(self, part: str) -> list[int]:
        if ("part", part) not in self.graph:
            return []
        return sorted(
            key
            for _, _, key, data in self.graph.out_edges(("part", part), keys=True, data=True)
            if data["kind"] == "requires" and key in self.rows
        )

    def offers_of(self, part: str) -> list[dict[str, Any]]:
        if ("part", part) not in self.graph:
            return []
        edges = self.graph.out_edges(("part", part), data=True)
        return sorted((d["row"] for _, _, d in edges if d["kind"] == "sourced_from"), key=lambda row: row["offer_id"])

    def standing(self, offer: dict[str, Any]) -> str:
        """Usable, planned or gone."""
        status = offer["status"]
        if status in ("unavailable", "withdrawn"):
            return "gone"
        if status == "planned":
            date = self.graph.graph["date"]
            return "usable" if offer["available_from"] and date and offer["available_from"] <= date else "planned"
        return "usable"

    def recipe_key(self, part: str, supplier: str) -> str:
        """The supplier if it has lines of its own for the part, else empty: makers with equal keys share a recipe."""
        own = supplier and any(self.rows[line]["parent_supplier_id"] == supplier for line in self.lines_of(part))
        return supplier if own else ""

    def maker_of(self, offer: dict[str, Any]) -> Maker:
        """The maker that an offer stands for. A planned one keeps its recipe and its price in both ends."""
        return Maker(
            part=offer["part_id"],
            supplier=offer["supplier_id"],
            offer=offer["offer_id"],
            state="known" if self.standing(offer) == "usable" else "planned",
            recipe=self.recipe_key(offer["part_id"], offer["supplier_id"]),
            price=number(offer["unit_cost_usd"]),
        )

    def default_mix(self, part: str) -> Option:
        if self.is_class(part):
            return ClassOf(part) if self.lines_of(part) else Maker(part)
        offers = [offer for offer in self.offers_of(part) if self.standing(offer) != "gone"]
        shared = [offer for offer in offers if number(offer["share"]) is not None]
        if shared:
            total = sum(offer["share"] for offer in shared)
            makers = [(offer["share"] / max(total, 1.0), self.maker_of(offer)) for offer in shared]
            if total < 1.0 - 1e-12:
                makers.append((1.0 - total, Maker(part)))
            return Mix(tuple(self.priced_at_the_mean(makers)))
        usable = tuple(self.maker_of(offer) for offer in offers if self.standing(offer) == "usable")
        if usable and self.part(part).get("mix_complete") == "yes":
            return usable[0] if len(usable) == 1 else Choice(usable)
        return Maker(part)

    @staticmethod
    def priced_at_the_mean(makers: list[tuple[float, Maker]]) -> list[tuple[float, Maker]]:
        """Give makers without a price the share-weighted mean of those with one (section 4)."""
        priced = [(share, maker.price) for share, maker in makers if maker.price is not None]
        volume = sum(share for share, _ in priced)
        if volume == 0:
            return makers
        mean = sum(share * price for share, price in priced) / volume
        return [(share, maker if maker.price is not None else replace(maker, price=mean)) for share, maker in makers]

    def option(self, line: int) -> Option:
        """What a line leads to."""
        row = self.rows[line]
        part, supplier = row["child_id"], row["supplier_id"]
        if row["offer_id"]:
            offer = self.graph.nodes.get(("offer", row["offer_id"]))
            if offer is not None and self.standing(offer) != "gone":
                return self.maker_of(offer)
            firm = supplier or (offer["supplier_id"] if offer else "")
            return self.named(part, firm)
        if supplier:
            offers = [offer for offer in self.offers_of(part) if offer["supplier_id"] == supplier]
            usable = [offer for offer in offers if self.standing(offer) == "usable"]
            planned = [offer for offer in offers if self.standing(offer) == "planned"]
            priced = [offer for offer in usable if number(offer["unit_cost_usd"]) is not None]
            candidates = priced or usable or planned
            if not candidates:
                return self.named(part, supplier)
            makers = tuple(self.maker_of(offer) for offer in candidates)
            return makers[0] if len(makers) == 1 else Choice(makers)
        return self.default_mix(part)

    def named(self, part: str, supplier: str) -> Maker:
        """A firm that is named but has no offer that can be bought: where it makes the part is unknown."""
        if not supplier:
            return Maker(part)
        return Maker(part, supplier=supplier, state="named", recipe=self.recipe_key(part, supplier))

    def recipe(self, part: str, supplier: str = "") -> tuple[Slot, ...]:
        """What the part needs as this supplier makes it."""
        general: dict[str, list[int]] = {}
        own: dict[str, list[int]] = {}
        for line in self.lines_of(part):
            row = self.rows[line]
            name = row["slot"] or row["child_id"]
            if not row["parent_supplier_id"]:
                general.setdefault(name, []).append(line)
            elif row["parent_supplier_id"] == supplier:
                own.setdefault(name, []).append(line)
        return tuple(self.slot(name, own.get(name) or general[name]) for name in sorted({*general, *own}))

    def slot(self, name: str, lines: list[int]) -> Slot:
        shares = {line: number(self.rows[line]["share"]) for line in lines}
        if len(lines) == 1 and shares[lines[0]] is None:
            shares[lines[0]] = 1.0
        known = {line: share for line, share in shares.items() if share is not None}
        total = sum(known.values())
        left = 1.0 - total if total < 1.0 - 1e-12 else 0.0
        return Slot(
            name=name,
            essential=any(self.rows[line]["essential"] != "no" for line in lines),
            fixed=tuple((share / max(total, 1.0), line) for line, share in known.items()),
            undecided=tuple(line for line in lines if shares[line] is None),
            rest=left,
            children=tuple(sorted({self.rows[line]["child_id"] for line in lines})),
        )

    # -- section 2: origin, lens, evidence -------------------------------------------------------------------------

    def bases_of(self, maker: Maker) -> dict[str, str]:
        """Countries by basis (all but owned), empty where unknown."""
        if maker.state == "unknown":
            return {"made": "", "designed": "", "headquartered": ""}
        firm = self.graph.nodes.get(("supplier", maker.supplier), {})
        home = firm.get("country", "")
        if maker.state == "named":
            return {"made": "", "designed": "", "headquartered": home}
        offer = self.graph.nodes[("offer", maker.offer)]
        made = offer["origin_country"]
        if not made and self.part(maker.part).get("kind") == "software":
            made = offer["design_country"] or home
        if not maker.supplier:
            return {"made": made, "designed": made, "headquartered": made}
        return {"made": made, "designed": offer["design_country"], "headquartered": home}

    def owners_of(self, supplier: str) -> list[tuple[str, float, str]]:
        if ("supplier", supplier) not in self.graph:
            return []
        edges = self.graph.out_edges(("supplier", supplier), data=True)
        return [(owner[1], d["share"], d["country"]) for _, owner, d in edges if d["kind"] == "owned_by"]

    def owner_inside(self, owner: str, row_country: str, end: str, walked: frozenset[str]) -> bool:
        """Is this owner in the lens: by its country, by the country of the row that names it, or by its own owners?"""
        country = self.graph.nodes.get(("supplier", owner), {}).get("country", "")
        if country in self.lens or row_country in self.lens:
            return True
        if not country and not row_country and end == "high":
            return True
        if owner in walked:  # a cross-holding ends the walk
            return False
        return self.held_inside(owner, end, walked | {owner})

    def held_inside(self, supplier: str, end: str, walked: frozenset[str]) -> bool:
        held = sum(
            share
            for owner, share, country in self.owners_of(supplier)
            if self.owner_inside(owner, country, end, walked)
        )
        return held > 0 and held >= self.min_ownership - 1e-12

    def owned_inside(self, supplier: str, end: str) -> bool:
        owners = self.owners_of(supplier)
        if not owners or sum(share for _, share, _ in owners) < self.min_ownership - 1e-12:
            home = self.graph.nodes.get(("supplier", supplier), {}).get("country", "")
            return home in self.lens or (not home and end == "high")
        return self.held_inside(supplier, end, frozenset({supplier}))

    def in_lens(self, maker: Maker, end: str) -> bool:
        """The concern of a source at one end of the interval."""
        if maker.state == "planned" and end == "high":
            return bool(self.bases)
        countries = self.bases_of(maker)
        for basis in self.bases:
            if basis == "owned" and maker.supplier and maker.state != "unknown":
                if self.owned_inside(maker.supplier, end):
                    return True
                continue
            country = countries["made"] if basis == "owned" else countries[basis]
            if country in self.lens or (not country and end == "high"):
                return True
        return False

    def assumed(self, line: int) -> bool:
        """Is the line an assumption, or of low confidence without a source?"""
        row = self.rows[line]
        return row["basis"] == "assumption" or (row["confidence"] == "low" and not row["source_ids"])

    def documented(self, line: int) -> bool:
        """Does the line name its supplier, on something better than an assumption?"""
        row = self.rows[line]
        return bool(row["supplier_id"] or row["offer_id"]) and not self.assumed(line)

    def hidden_from_view(self, line: int | None) -> bool:
        """With evidence = documented: is this line (None: a remainder) to be taken as unknown through and through?"""
        if not self.documented_only:
            return False
        if line is None:
            return True
        child = self.rows[line]["child_id"]
        if self.is_class(child) and self.lines_of(child):
            return self.assumed(line)
        return not self.documented(line)
