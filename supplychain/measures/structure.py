"""The graph that people look at: sourced parts and the lines between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from supplychain.compiled import DEFAULT_LENS
from supplychain.dataset import Dataset
from supplychain.measures.analysis import Analysis, Evidence, analyse
from supplychain.measures.chains import GROUNDS
from supplychain.measures.flags import Flag, Occurrence, find_flags, occurrences, product_verdict
from supplychain.measures.names import Row, part_table, split_ids, supplier_table

__all__ = ["Structure", "structure", "structure_of"]


@dataclass(frozen=True)
class Structure:
    """Nodes and edges of a product's graph.

    Attributes
    ----------
    nodes : pandas.DataFrame
        One row per sourced part: node_id (`part_id|supplier_id`, supplier_id empty for the market and everything
        unknown), part_id, supplier_id, names, groups, tier, countries (tuple of (country or "", low, high) shares),
        verdict, reach, grounds, contact_low, contact_high, bases, source_ids, offers (tuple of dict), facts (in an
        overlay, whose lines lead to it).
    edges : pandas.DataFrame
        One row per line and source: parent, child (node ids), slot, share, quantity, unit, essential, basis,
        confidence, grounds, source_ids, note, facts (whose line it is), reaches (whether some chain to the lens may
        run over it).
    """

    analysis: Analysis = field(repr=False)
    nodes: pd.DataFrame
    edges: pd.DataFrame


def structure(
    dataset: Dataset,
    product: str | None = None,
    *,
    lens: Iterable[str] = DEFAULT_LENS,
    basis: Iterable[str] | None = None,
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
) -> Structure:
    """Return the graph of a product (see `Structure`); parameters as `supplychain.measures.analysis.analyse`."""
    analysis = analyse(
        dataset, product, lens=lens, basis=basis, depth=depth, evidence=evidence, min_ownership=min_ownership
    )
    return structure_of(analysis, find_flags(analysis, chains=False))


def structure_of(analysis: Analysis, flags: list[Flag]) -> Structure:
    """Build the graph from the flags of an analysis."""
    found = occurrences(analysis)
    nodes = _nodes(analysis, flags, found)
    known = set(nodes["node_id"])
    return Structure(analysis, nodes, _edges(analysis, found, known))


def _node_id(analysis: Analysis, part: int, supplier: int) -> str:
    compiled = analysis.compiled
    return f"{compiled.part_ids[part]}|{compiled.supplier_ids[supplier] if supplier >= 0 else ''}"


def _nodes(analysis: Analysis, flags: list[Flag], found: dict[tuple[int, int, int], list[Occurrence]]) -> pd.DataFrame:
    compiled = analysis.compiled
    parts, suppliers = part_table(compiled.dataset), supplier_table(compiled.dataset)
    rank = {"exposed": 2, "unknown": 1, "clear": 0}
    # A source that several lines use takes its facts from the line nearest to the product, the worse verdict first.
    best: dict[str, Flag] = {}
    facts: dict[str, set[str]] = {}
    for flag in sorted(flags, key=lambda flag: (flag.tier, -rank[flag.verdict], flag.parent_id)):
        best.setdefault(f"{flag.part_id}|{flag.supplier_id}", flag)
        facts.setdefault(f"{flag.part_id}|{flag.supplier_id}", set()).update(flag.facts.split(";"))
    options: dict[str, set[int]] = {}
    shares: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for (_, code, supplier), places in found.items():
        key = _node_id(analysis, code, supplier)
        for place in places:
            options.setdefault(key, set()).update(place.options)
            _add_countries(analysis, shares.setdefault(key, {}), place)
    rows = [_product_node(analysis, parts[analysis.product_id])]
    for key, flag in best.items():
        part = parts[flag.part_id]
        ends = {
            country: (min(low for low, _ in pairs), max(high for _, high in pairs))
            for country, pairs in shares.get(key, {}).items()
        }
        rows.append(
            {
                **_names(part, suppliers.get(flag.supplier_id, {}), flag.supplier_id),
                "tier": flag.tier,
                "countries": () if part["kind"] == "class" else _sorted_countries(ends),
                "verdict": flag.verdict,
                "reach": flag.reach or "",
                "grounds": flag.grounds or "",
                "contact_low": flag.contact.low,
                "contact_high": flag.contact.high,
                "bases": flag.bases,
                "source_ids": _offer_sources(analysis, options.get(key, set())),
                "offers": tuple(_offers(analysis, compiled.part_code(flag.part_id))),
                "facts": analysis.facts.joined(facts[key]),
            }
        )
    return pd.DataFrame(rows)


def _names(part: Row, supplier: Row, supplier_id: str) -> dict[str, object]:
    return {
        "node_id": f"{part['part_id']}|{supplier_id}",
        "part_id": part["part_id"],
        "supplier_id": supplier_id,
        "name": part["name"] or part["part_id"],
        "name_zh": part["name_zh"],
        "supplier_name": supplier.get("name", "") or supplier_id,
        "supplier_name_zh": supplier.get("name_zh", ""),
        "category": part["category"],
        "subcategory": part["subcategory"],
        "theme": part["theme"],
        "stage": part["stage"],
        "kind": part["kind"],
        "description": part["description"],
    }


def _product_node(analysis: Analysis, part: Row) -> dict[str, object]:
    compiled = analysis.compiled
    low, high = analysis.contact[:, analysis.last, analysis.target]
    verdict = product_verdict(analysis)
    reached = analysis.reach.longest[: compiled.option_count] >= 0
    makers = np.flatnonzero(analysis.product_options & reached)
    ends: dict[str, tuple[float, float]] = {}
    for option in makers:
        country = analysis.origins.country(int(analysis.origins.made[option]))
        volume = 1.0 if len(makers) == 1 else float(np.nan_to_num(compiled.options.share[option]))
        before = ends.get(country, (0.0, 0.0))
        ends[country] = (before[0] + volume, before[1] + volume)
    return {
        **_names(part, {}, ""),
        "tier": 0,
        "countries": _sorted_countries(ends),
        "verdict": verdict,
        "reach": "" if verdict == "clear" else "upstream",
        "grounds": "",
        "contact_low": float(low),
        "contact_high": float(high),
        "bases": (),
        "source_ids": _offer_sources(analysis, {int(option) for option in makers}),
        "offers": tuple(_offers(analysis, analysis.product)),
        "facts": analysis.facts.of_part(analysis.product),
    }


def _sorted_countries(ends: dict[str, tuple[float, float]]) -> tuple[tuple[str, float, float], ...]:
    """Largest first; the unknown share last."""
    rows = [(country, *pair) for country, pair in ends.items()]
    return tuple(sorted(rows, key=lambda row: (row[0] == "", -row[1], -row[2], row[0])))


def _add_countries(analysis: Analysis, countries: dict[str, list[tuple[float, float]]], place: Occurrence) -> None:
    """Shares by country of making within one line's flag."""
    totals: dict[str, tuple[float, float]] = {}
    for number, option in enumerate(place.options):
        country = analysis.origins.country(int(analysis.origins.made[option]))
        if place.share is not None:
            low = high = place.share[number]
        else:
            low, high = (1.0 if len(place.options) == 1 else 0.0), 1.0
        before = totals.get(country, (0.0, 0.0))
        totals[country] = (min(1.0, before[0] + low), min(1.0, before[1] + high))
    for country, pair in totals.items():
        countries.setdefault(country, []).append(pair)


def _offer_sources(analysis: Analysis, options: set[int]) -> tuple[str, ...]:
    compiled = analysis.compiled
    cells = compiled.dataset.offers["source_ids"].to_numpy(dtype=object)
    offers = compiled.options.offer[sorted(options)]
    return split_ids(*cells[offers[offers >= 0]])


def _offers(analysis: Analysis, part: int) -> list[dict[str, object]]:
    """All offers of a part that can be bought or are planned, for the panel of alternatives."""
    compiled, options, origins = analysis.compiled, analysis.compiled.options, analysis.origins
    rows = []
    for option in np.flatnonzero(options.part == part):
        offer = int(options.offer[option])
        if offer < 0 or options.priced_at_mean[option]:
            continue
        row = compiled.dataset.offers.iloc[offer]
        rows.append(
            {
                "offer_id": row["offer_id"],
                "supplier_id": row["supplier_id"],
                "product_name": row["product_name"],
                "made": origins.country(int(origins.made[option])),
                "designed": origins.country(int(origins.designed[option])),
                "headquartered": origins.country(int(origins.headquartered[option])),
                "owned": origins.country(int(origins.owner[option])),
                "unit_cost_usd": None if np.isnan(row["unit_cost_usd"]) else float(row["unit_cost_usd"]),
                "share": None if np.isnan(row["share"]) else float(row["share"]),
                "status": row["status"],
                "confidence": row["confidence"],
                "note": row["note"],
                "facts": analysis.facts.of_source((), int(option)),
            }
        )
    return rows


def _edges(analysis: Analysis, found: dict[tuple[int, int, int], list[Occurrence]], known: set[str]) -> pd.DataFrame:
    compiled, options = analysis.compiled, analysis.compiled.options
    bom = compiled.dataset.bom
    reached = analysis.reach.longest[: compiled.option_count] >= 0
    makers: dict[int, set[int]] = {}
    for option in np.flatnonzero(reached):
        makers.setdefault(int(options.recipe[option]), set()).add(int(options.supplier[option]))
    rows = []
    for (_, part, supplier), places in found.items():
        child = _node_id(analysis, part, supplier)
        for place in places:
            row = bom.iloc[int(compiled.lines.row[place.line])] if place.line >= 0 else None
            parent_part = int(compiled.recipe_part[place.recipe])
            for maker in sorted(makers.get(place.recipe, ())):
                parent = (
                    f"{analysis.product_id}|"
                    if parent_part == analysis.product
                    else _node_id(analysis, parent_part, maker)
                )
                if parent not in known or child not in known:
                    continue
                rows.append(
                    {
                        "parent": parent,
                        "child": child,
                        "slot": str(row["slot"] or row["child_id"]) if row is not None else "",
                        "share": place.volume if place.share is not None else np.nan,
                        "quantity": float(row["quantity"]) if row is not None else np.nan,
                        "unit": str(row["unit"]) if row is not None else "",
                        "essential": bool(row["essential"] != "no") if row is not None else True,
                        "basis": str(row["basis"]) if row is not None else "",
                        "confidence": str(row["confidence"]) if row is not None else "",
                        "grounds": GROUNDS[place.grade],
                        "source_ids": split_ids(str(row["source_ids"])) if row is not None else (),
                        "note": str(row["note"]) if row is not None else "",
                        "facts": analysis.facts.of_lines([place.line]),
                        "reaches": bool((analysis.contact[0, -1, list(place.options)] > 0).any()),
                    }
                )
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    return frame.drop_duplicates(["parent", "child", "slot", "share", "quantity"]).reset_index(drop=True)
