# ruff: noqa: E501 - rows are easier to compare on one line
"""A hand-made product with hostile names, and generated ones of any size, in the shapes that the measures return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from supplychain.dataset import Dataset

HOSTILE = '</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
QUOTES = "\"double\" 'single' `back` {{ 7*7 }} ${1} & co"
RIGHT_TO_LEFT = "محرك كهربائي"
ANY = {"low": 0.0, "high": 1.0}


@dataclass(frozen=True)
class Structure:
    """The two frames that the pages read."""

    nodes: pd.DataFrame
    edges: pd.DataFrame


def dataset() -> Dataset:
    parts = [
        {
            "part_id": "drone",
            "name": HOSTILE,
            "name_zh": "無人機",
            "kind": "product",
            "stage": "product",
            "category": "product",
        },
        {
            "part_id": "motor",
            "name": QUOTES,
            "name_zh": "馬達",
            "kind": "component",
            "stage": "component",
            "category": "motors",
        },
        {
            "part_id": "board",
            "name": RIGHT_TO_LEFT,
            "name_zh": "飛控板",
            "kind": "component",
            "stage": "component",
            "category": "chips",
        },
        {
            "part_id": "frame",
            "name": "Airframe",
            "name_zh": "機體",
            "kind": "component",
            "stage": "component",
            "category": "airframe",
        },
        {
            "part_id": "magnet",
            "name": "Magnet",
            "name_zh": "釹鐵硼磁石",
            "kind": "material",
            "stage": "processed_material",
            "category": "rare_earths",
        },
        {
            "part_id": "ore",
            "name": "Ore",
            "name_zh": "稀土礦",
            "kind": "material",
            "stage": "raw_material",
            "category": "rare_earths",
        },
    ]
    offers = [
        {
            "offer_id": "motor/maker",
            "part_id": "motor",
            "supplier_id": "maker",
            "origin_country": "TWN",
            "unit_cost_usd": "20",
            "source_ids": "S1",
        },
        {
            "offer_id": "motor/other",
            "part_id": "motor",
            "supplier_id": "other",
            "origin_country": "JPN",
            "unit_cost_usd": "31",
            "note": HOSTILE,
        },
        {
            "offer_id": "magnet/market/CHN",
            "part_id": "magnet",
            "origin_country": "CHN",
            "share": "0.94",
            "source_ids": "S2",
        },
        {
            "offer_id": "frame/maker",
            "part_id": "frame",
            "supplier_id": "maker",
            "origin_country": "TWN",
            "unit_cost_usd": "100",
        },
    ]
    suppliers = [
        {"supplier_id": "maker", "name": HOSTILE, "name_zh": "六俊電機", "country": "TWN"},
        {"supplier_id": "other", "name": "Other", "country": "JPN"},
    ]
    sources = [
        {
            "source_id": "S1",
            "title": HOSTILE,
            "publisher": "P",
            "date": "2026",
            "url": "https://example.org/?a=1&b=<2>",
        },
        {"source_id": "S2", "title": "Bad link", "url": "javascript:window.hacked=1"},
    ]
    bom = [{"parent_id": "drone", "child_id": "motor"}]
    return Dataset.from_tables(
        {"parts": parts, "offers": offers, "suppliers": suppliers, "sources": sources, "bom": bom},
        name=HOSTILE,
        version="1",
        date="2026-07-21",
    )


def structure() -> Structure:
    ds = dataset()
    parts = ds.parts.set_index("part_id").to_dict("index")

    def node(
        part_id: str, supplier_id: str, tier: int, verdict: str, reach: str, countries: Any, **more: Any
    ) -> dict[str, Any]:
        part = parts[part_id]
        return {
            "node_id": f"{part_id}|{supplier_id}", "part_id": part_id, "supplier_id": supplier_id,
            **{key: part[key] for key in ("name", "name_zh", "category", "subcategory", "theme", "stage", "kind", "description")},
            "supplier_name": HOSTILE if supplier_id else "", "supplier_name_zh": "六俊電機" if supplier_id else "",
            "tier": tier, "countries": countries, "verdict": verdict, "reach": reach, "grounds": "market_average" if reach else "",
            "contact_low": 0.94 if reach else 0.0, "contact_high": {"exposed": 1.0, "unknown": 1.0, "clear": 0.0}[verdict],
            "bases": ("made",) if reach == "direct" else (), "source_ids": ("S1", "S2"), "offers": (), **more,
        }  # fmt: skip

    offer = {"offer_id": "motor/maker", "supplier_id": "maker", "product_name": HOSTILE, "made": "TWN", "designed": "", "headquartered": "TWN", "owned": "TWN",
             "unit_cost_usd": 20.0, "share": np.nan, "status": "qualified", "confidence": "high", "note": HOSTILE}  # fmt: skip
    nodes = [
        node("drone", "", 0, "exposed", "upstream", (("TWN", 1.0, 1.0),)),
        node("motor", "maker", 1, "exposed", "upstream", (("TWN", 1.0, 1.0),), offers=(offer,)),
        node("board", "", 1, "unknown", "", (("", 1.0, 1.0),)),
        node("frame", "maker", 1, "clear", "", (("TWN", 1.0, 1.0),)),
        node("magnet", "", 2, "exposed", "direct", (("CHN", 0.94, 0.97), ("", 0.03, 0.06))),
        node("ore", "", 3, "exposed", "direct", (("CHN", 0.7, 0.7), ("AUS", 0.3, 0.3))),
    ]

    def edge(parent: str, child: str, reaches: bool, **more: Any) -> dict[str, Any]:
        return {"parent": parent, "child": child, "slot": child, "share": 1.0, "quantity": np.nan, "unit": "piece", "essential": True,
                "basis": "published", "confidence": "high", "grounds": "documented", "source_ids": ("S1",), "note": HOSTILE, "reaches": reaches, **more}  # fmt: skip

    edges = [
        edge("drone|", "motor|maker", True),
        edge("drone|", "motor|maker", True, slot="spare", share=np.nan, essential=False),
        edge("drone|", "board|", False),
        edge("drone|", "frame|maker", False),
        edge("motor|maker", "magnet|", True, grounds="market_average"),
        edge("magnet|", "ore|", True, grounds="assumed"),
        edge("ore|", "magnet|", False, slot="back"),
    ]
    return Structure(pd.DataFrame(nodes), pd.DataFrame(edges))


def flags() -> dict[str, Any]:
    steps = [
        {"part_id": "drone", "supplier_id": "", "country": "TWN", "share": None, "source_ids": []},
        {"part_id": "motor", "supplier_id": "maker", "country": "TWN", "share": 1.0, "source_ids": ["S1"]},
        {"part_id": "magnet", "supplier_id": "", "country": "CHN", "share": 0.94, "source_ids": ["S2"]},
    ]
    chain = {"grounds": "market_average", "share": 0.94, "steps": steps}

    def flag(
        parent: str, part: str, supplier: str, tier: int, verdict: str, reach: str | None, **more: Any
    ) -> dict[str, Any]:
        return {"parent_id": parent, "part_id": part, "supplier_id": supplier, "name": part, "category": "", "theme": "", "tier": tier, "stage": "component",
                "verdict": verdict, "reach": reach, "bases": [], "bases_unknown": [], "grounds": "market_average" if verdict == "exposed" else None,
                "contact": ANY, "embargo_loss": {"reallocate": ANY, "proportional": ANY}, "value": ANY, "chains": [], "open_chains": [], **more}  # fmt: skip

    key = {"row": "motor", "group": "motors", "part_id": "motor", "name": QUOTES, "name_zh": "馬達", "supplier_id": "maker", "supplier_name": HOSTILE,
           "countries": ["TWN"], "first_tier_at": {"tier": 2, "part_id": "magnet", "name": "Magnet", "country": "CHN"}, "verdict": "exposed",
           "grounds": "market_average", "non_chinese_sources": 2, "source_ids": ["S1"],
           "price": {"lens_median": None, "lens_n": 0, "other_median": 25.5, "other_n": 2, "ratio": None}}  # fmt: skip
    return {
        "schema": "supplychain/flags/1", "dataset": HOSTILE, "product": "drone", "depth": None, "evidence": "all", "verdict": "exposed",
        "lens": {"countries": ["CHN", "HKG", "MAC"], "bases": ["made", "headquartered", "owned"]}, "grounds": "market_average",
        "exposure": {
            "face_value": {"low": 0.0, "high": 0.0}, "value": {"low": 0.043, "high": 0.31}, "hidden": None, "contact": {"low": 0.94, "high": 1.0},
            "contact_bounds": ANY, "contact_by_depth": [{"depth": 1, "stage": "component", **ANY}, {"depth": 2, "stage": "processed_material", "low": 0.94, "high": 1.0}],
            "clean_depth": 1, "clean_depth_proven": 0, "opened_value": {"low": 0.4, "high": 0.4},
            "line_profile": [{"depth": 1, "exposed": 0, "unknown": 1, "clear": 2, "cost_in_contact": None}, {"depth": "all", "exposed": 1, "unknown": 1, "clear": 1, "cost_in_contact": ANY}],
            "embargo_loss": {"reallocate": {"low": 0.6, "high": 0.7}, "proportional": {"low": 0.94, "high": 1.0},
                             "tightest_stage": {"part_id": "magnet", "name": "Magnet", "stage": "processed_material", "supplier_id": "", "loss": 0.94, "path": [], "text": ""}},
            "coverage": [{"part_id": "motor", "name": "", "needed": 4000.0, "available": 9000.0, "unit": "piece", "low": 2.25, "high": None, "basis": "named makers"}],
            "documented": {"value": ANY, "contact": ANY, "embargo_loss": {"reallocate": ANY, "proportional": ANY}},
        },
        "flags": [
            flag("drone", "motor", "maker", 1, "exposed", "upstream", chains=[chain]),
            flag("drone", "board", "", 1, "unknown", None, bases_unknown=["made"], open_chains=[{"grounds": "assumed", "share": 1.0, "steps": steps[:2]}]),
            flag("drone", "frame", "maker", 1, "clear", None),
            flag("motor", "magnet", "", 2, "exposed", "direct", chains=[chain], bases=["made"]),
            flag("magnet", "ore", "", 3, "exposed", "direct"),
        ],
        "key_components": [key],
        "provenance": {"program_version": "0.1.0", "dataset": {"name": HOSTILE, "version": "1", "date": "2026-07-21", "sha256": "0" * 64}},
        "unknowns": [{"part_id": "board", "supplier_id": "", "name": RIGHT_TO_LEFT, "measure": "value", "from": {"low": 0.04, "high": 0.31}, "to": {"low": 0.05, "high": 0.2}}],
        "unknowns_together": {"measure": "value", "from": {"low": 0.04, "high": 0.31}, "to": {"low": 0.05, "high": 0.2}},
        "notes": [HOSTILE],
        "worst_chains": [chain],
    }  # fmt: skip


def origins() -> dict[str, Any]:
    return {
        "by_country": [{"country": "TWN", "value": {"low": 0.6, "high": 0.8}, "first_tier_value": {"low": 0.7, "high": 0.9}, "parts": 2},
                       {"country": "CHN", "value": {"low": 0.04, "high": 0.31}, "first_tier_value": {"low": 0.0, "high": 0.1}, "parts": 2}],
        "unknown_value": 0.27, "by_tier": [], "by_category": [], "by_stage": [],
    }  # fmt: skip


def generated(count: int, seed: int = 0) -> tuple[Dataset, Structure, dict[str, Any]]:
    """Return a layered network of `count` entries with one and a half lines each."""
    random = np.random.default_rng(seed)
    tier = np.r_[0, np.sort(np.r_[np.arange(min(8, count - 1)) + 1, random.integers(1, 9, max(count - 9, 0))])]
    parent = np.array([0 if t <= 1 else random.choice(np.flatnonzero(tier == t - 1)) for t in tier])
    more_parent = random.integers(0, count, count // 2)
    more_child = random.integers(1, count, count // 2)
    verdict = random.choice(["exposed", "unknown", "clear"], count, p=[0.6, 0.2, 0.2])
    ids = [f"p{number}" for number in range(count)]
    ds = Dataset.from_tables(
        {
            "parts": [{"part_id": p, "name": f"Part number {p}", "kind": "component"} for p in ids],
            "bom": [],
            "offers": [],
            "suppliers": [],
        }
    )
    nodes = pd.DataFrame({
        "node_id": [f"{p}|" for p in ids], "part_id": ids, "supplier_id": "", "name": [f"Part number {p}" for p in ids], "name_zh": "",
        "supplier_name": "", "supplier_name_zh": "", "category": random.choice(["chips", "motors", "materials"], count), "subcategory": "", "theme": "",
        "stage": "component", "kind": "component", "description": "", "tier": tier, "countries": [(("CHN", 0.5, 0.6), ("USA", 0.4, 0.5))] * count,
        "verdict": verdict, "reach": np.where(verdict == "exposed", "upstream", ""), "grounds": "market_average", "contact_low": 0.5, "contact_high": 0.6,
        "bases": [()] * count, "source_ids": [()] * count, "offers": [()] * count,
    })  # fmt: skip
    start = np.r_[parent[1:], np.minimum(more_parent, more_child)]
    end = np.r_[np.arange(1, count), np.maximum(more_parent, more_child)]
    keep = start != end
    edges = pd.DataFrame({
        "parent": [f"p{number}|" for number in start[keep]], "child": [f"p{number}|" for number in end[keep]], "slot": "", "share": 1.0, "quantity": 1.0,
        "unit": "", "essential": True, "basis": "published", "confidence": "", "grounds": "market_average", "source_ids": [()] * int(keep.sum()),
        "note": "", "reaches": verdict[end[keep]] == "exposed",
    })  # fmt: skip
    return ds, Structure(nodes, edges), {**flags(), "product": "p0", "flags": [], "key_components": []}
