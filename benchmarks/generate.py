"""A seeded generator of multi-tier supply networks, from 10^3 to 10^6 bom lines.

The networks have what makes real ones hard: heavy-tailed numbers of parents and children, 8 to 15 tiers, 1 to 12 offers
per part, market rows, shares that leave a remainder, alternatives in slots (with and without shares), optional lines,
lines that hold for one maker of the parent only, suppliers with owners, and missing origins, prices and quantities.
Every part can be reached from a product, and inputs never cost more than their parent.

    python benchmarks/generate.py 100000 --seed 1 --out FOLDER
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain import Dataset

__all__ = ["generate", "write_csv", "write_parquet"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]

LINES_PER_PART = 4.0
OFFERS_PER_LINE = 0.64
MAX_OFFERS = 12

COUNTRIES = np.array(
    [
        *("USA", "TWN", "JPN", "KOR", "DEU", "VNM", "MYS", "FRA", "GBR", "CAN", "AUS", "CHE", "ITA", "THA", "POL"),
        *("UKR", "ISR", "IND", "MEX", "CZE", "SWE", "NLD", "AUT", "SGP", "CHL", "BRA", "ZAF", "IDN", "PHL", "FIN"),
    ],
    dtype=object,
)


@dataclass(frozen=True)
class _Shape:
    """Parts by tier: part codes ascend with the tier, tier t is `[first[t], first[t + 1])`."""

    tier: Ints
    first: Ints

    @property
    def parts(self) -> int:
        return len(self.tier)

    @property
    def tiers(self) -> int:
        return len(self.first) - 1


def generate(lines: int, *, seed: int = 0, concern: float = 0.005, products: int | None = None) -> Dataset:
    """Make a dataset.

    Parameters
    ----------
    lines : int
        Number of bom lines, met exactly. There are about 0.25 parts and 0.64 offers per line.
    seed : int
        The same numbers give the same dataset.
    concern : float
        Share of parts with a maker in CHN; gaps (missing origins, open mixes, remainders) are rare in proportion. Small
        on purpose: deep networks saturate, and a comparison in which every result is 1 compares nothing.
    products : int, optional
        Number of products; about one in 500 parts when not given.

    Returns
    -------
    Dataset
        Valid: `supplychain.check` finds no errors in it.
    """
    rng = np.random.default_rng(seed)
    shape = _shape(rng, lines, products)
    part_ids = _ids("p", shape.parts)
    price = np.exp(rng.normal(6.0 - 8.0 * shape.tier / shape.tiers, 0.7))
    offers, makers = _offers(rng, shape, lines=lines, price=price, part_ids=part_ids, concern=concern)
    bom = _bom(rng, shape, lines=lines, price=price, part_ids=part_ids, makers=makers)
    supplier_count = int(makers["supplier"].max()) + 1
    return Dataset.from_tables(
        {
            "parts": _parts(shape, part_ids),
            "bom": bom,
            "offers": offers,
            "suppliers": _suppliers(rng, supplier_count, concern),
        },
        name=f"generated-{lines}-{seed}",
        version="1",
        date="2026-01-01",
    )


def _ids(prefix: str, count: int) -> Texts:
    return np.array([f"{prefix}{number:07d}" for number in range(count)], dtype=object)


def _shape(rng: np.random.Generator, lines: int, products: int | None) -> _Shape:
    parts = max(24, round(lines / LINES_PER_PART))
    tiers = int(rng.integers(8, 16))
    top = products or max(1, parts // 500)
    # Few products, a broad middle, fewer materials
    profile = np.interp(np.arange(1, tiers), [1, tiers * 0.5, tiers - 1], [0.4, 1.0, 0.25])
    counts = np.concatenate([[top], np.maximum(1, np.floor((parts - top) * profile / profile.sum()))]).astype(np.int64)
    counts[tiers // 2] += parts - counts.sum()
    return _Shape(np.repeat(np.arange(tiers), counts), np.concatenate([[0], np.cumsum(counts)]))


def _parts(shape: _Shape, part_ids: Texts) -> pd.DataFrame:
    kind = np.where(shape.tier == 0, "product", np.where(shape.tier < shape.tiers * 0.6, "component", "material"))
    stages = np.array(["product", "assembly", "component", "sub_component", "processed_material", "raw_material"])
    position = np.minimum(5, np.ceil(shape.tier / (shape.tiers - 1) * 5)).astype(np.int64)
    return pd.DataFrame(
        {
            "part_id": part_ids,
            "name": part_ids,
            "category": np.array(["electronics", "mechanics", "materials"], dtype=object)[shape.tier % 3],
            "kind": kind.astype(object),
            "stage": stages[position].astype(object),
            "unit": "piece",
        }
    )


# --- offers -----------------------------------------------------------------------------------------------------------


def _offers(
    rng: np.random.Generator, shape: _Shape, *, lines: int, price: Floats, part_ids: Texts, concern: float
) -> tuple[pd.DataFrame, dict[str, Ints]]:
    """Return the offers, and the named ones as codes (for the lines that choose them)."""
    counts = _offer_counts(rng, shape.parts, round(lines * OFFERS_PER_LINE))
    part = np.repeat(np.arange(shape.parts), counts)
    total = len(part)
    # Materials are mostly bought on a world market, assemblies from named makers
    is_market = rng.random(shape.parts) < np.interp(shape.tier, [0, shape.tiers - 1], [0.0, 0.7])
    market = is_market[part]
    mixed = is_market | (rng.random(shape.parts) < 1.0 - 5.0 * concern)
    share = _shares(rng, part, shape.parts, remainder=rng.random(shape.parts) < 2 * concern)
    share[~mixed[part]] = np.nan
    touched = rng.random(shape.parts) < concern
    origin = COUNTRIES[_skewed(rng, total, len(COUNTRIES))]
    first = np.concatenate([[True], part[1:] != part[:-1]])
    origin[touched[part] & first] = "CHN"
    # A part is known or not: missing origins come in clusters, or every deep product would be unknown
    foggy = rng.random(shape.parts) < concern
    origin[foggy[part] & (rng.random(total) < 0.5) & ~market] = ""
    origin, market_key = _distinct_markets(origin, part, market)
    supplier = _skewed(rng, total, max(8, total // 4))
    supplier = np.where(market, -1, _distinct_suppliers(rng, supplier, part, count=max(8, total // 4)))
    cost = price[part] * np.exp(rng.normal(0.0, 0.05, total))
    cost[rng.random(total) < 0.1] = np.nan
    offer_ids = _ids("o", total)
    supplier_ids = _ids("s", int(supplier.max(initial=0)) + 1)
    status = np.array(["qualified", "candidate", "", "unavailable"], dtype=object)[
        rng.choice(4, total, p=[0.2, 0.5, 0.28, 0.02])
    ]
    status[~np.isnan(share)] = "candidate"
    frame = pd.DataFrame(
        {
            "offer_id": offer_ids,
            "part_id": part_ids[part],
            "supplier_id": np.where(market, "", supplier_ids[supplier]),
            "origin_country": origin,
            "share": share,
            "unit_cost_usd": cost,
            "capacity_per_year": np.where(rng.random(total) < 0.5, np.exp(rng.normal(12, 2, total)), np.nan),
            "status": status,
            "confidence": np.array(["high", "medium", "low"], dtype=object)[rng.integers(0, 3, total)],
        }
    )[market_key]
    named = np.flatnonzero(market_key & ~market & (status != "unavailable"))
    makers = {"part": part[named], "supplier": supplier[named], "offer": named}
    shuffled = frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
    return shuffled, makers


def _offer_counts(rng: np.random.Generator, parts: int, total: int) -> Ints:
    """Offers per part, 1 to 12, heavy-tailed, adding up to about `total`."""
    weight = rng.pareto(1.5, parts) + 0.3
    low, high = 0.0, 1e3
    for _ in range(60):  # the scale at which the clipped counts add up
        scale = (low + high) / 2
        if np.clip(np.round(weight * scale), 1, MAX_OFFERS).sum() < total:
            low = scale
        else:
            high = scale
    return np.clip(np.round(weight * high), 1, MAX_OFFERS).astype(np.int64)


def _skewed(rng: np.random.Generator, size: int, choices: int) -> Ints:
    """Codes below `choices`, the low ones far more often."""
    return np.floor(choices * rng.random(size) ** 2.2).astype(np.int64)


def _shares(rng: np.random.Generator, group: Ints, groups: int, *, remainder: Bools) -> Floats:
    """Random shares that add up to 1 in each group, or to 0.6 to 0.95 where a remainder is asked for."""
    weight = rng.exponential(1.0, len(group)) + 0.02
    total = np.bincount(group, weight, minlength=groups)
    known = np.where(remainder, rng.uniform(0.6, 0.95, groups), 1.0)
    return weight / total[group] * known[group]


def _distinct_markets(origin: Texts, part: Ints, market: Bools) -> tuple[Texts, Bools]:
    """Keep one market row per part and country."""
    codes, _ = pd.factorize(origin)
    key = part * (codes.max(initial=0) + 1) + codes
    repeated = pd.Series(np.where(market, key, -1 - np.arange(len(key)))).duplicated().to_numpy()
    return origin, ~repeated


def _distinct_suppliers(rng: np.random.Generator, supplier: Ints, part: Ints, *, count: int) -> Ints:
    """Let nearly every offer of a part be of another supplier; some suppliers have several offers of one part."""
    place = np.arange(len(part)) - np.searchsorted(part, part, side="left")
    spread = (supplier + place * 7) % count
    same = np.concatenate([[False], part[1:] == part[:-1]]) & (rng.random(len(part)) < 0.08)
    return np.where(same, np.concatenate([[0], spread[:-1]]), spread)


def _suppliers(rng: np.random.Generator, count: int, concern: float) -> pd.DataFrame:
    ids = _ids("s", count)
    country = COUNTRIES[_skewed(rng, count, len(COUNTRIES))]
    country[rng.random(count) < concern / 20] = "CHN"
    # Owners have lower codes than what they own: no cross-holdings
    owned = (rng.random(count) < 0.1) & (np.arange(count) > 0)
    owner = np.floor(rng.random(count) * np.arange(count)).astype(np.int64)
    country[(rng.random(count) < concern / 5) & ~np.isin(np.arange(count), owner[owned])] = ""
    return pd.DataFrame(
        {
            "supplier_id": ids,
            "name": ids,
            "kind": "firm",
            "country": country,
            "owner_id": np.where(owned, ids[owner], ""),
            "owner_country": np.where(owned, country[owner], ""),
            "ownership_share": np.where(owned, rng.choice([0.1, 0.3, 0.51, 1.0, np.nan], count), np.nan),
        }
    )


# --- bill of materials ------------------------------------------------------------------------------------------------


def _bom(
    rng: np.random.Generator, shape: _Shape, *, lines: int, price: Floats, part_ids: Texts, makers: dict[str, Ints]
) -> pd.DataFrame:
    parent, child = _edges(rng, shape, lines)
    total = len(parent)
    same_parent = np.concatenate([[False], parent[1:] == parent[:-1]])
    own_of = _own_lines(rng, parent, makers) * same_parent - (~same_parent).astype(np.int64)
    own = own_of >= 0
    after_own = np.concatenate([[False], own[:-1]])
    # A slot's lines stand together; it opens wherever a line does not join the one before it
    joins = same_parent & ~own & ~after_own & (rng.random(total) < 0.12)
    slot = np.cumsum(~joins & ~own) - 1
    size = np.bincount(slot, ~own)
    several = size[slot] > 1
    share, optional = _slot_shares(rng, slot, own, several)
    slot_names = _ids("alternatives", int(slot.max()) + 1)
    opener = pd.Series(child).where(~joins & ~own).ffill().to_numpy(dtype=np.int64)
    slot_text = np.where(several, slot_names[slot], np.where(own, part_ids[opener], "")).astype(object)

    # Cost shares of the slots of a parent add up to 0.3 to 0.9 of its price; quantities follow from the prices
    weight = (rng.exponential(1.0, int(slot.max()) + 1) + 0.02)[slot]
    per_parent = np.bincount(parent, weight * ~own, minlength=shape.parts)
    opened = rng.uniform(0.3, 0.9, shape.parts)
    quantity = opened[parent] * weight / per_parent[parent] * price[parent] / price[child]
    quantity[rng.random(total) < 0.1] = np.nan

    chosen = _choices(rng, child, makers)
    has = chosen >= 0
    named = np.where(has, chosen, 0)
    supplier_ids = _ids("s", int(makers["supplier"].max()) + 1)
    offer_text = np.array([f"o{code:07d}" for code in makers["offer"]], dtype=object)[named]
    basis = np.array(["published", "derived", "assumption", "reference"], dtype=object)
    frame = pd.DataFrame(
        {
            "parent_id": part_ids[parent],
            "child_id": part_ids[child],
            "quantity": quantity,
            "slot": slot_text,
            "supplier_id": np.where(has, supplier_ids[makers["supplier"][named]], ""),
            "offer_id": np.where(has & (rng.random(total) < 0.8), offer_text, ""),
            "share": share,
            "essential": np.where(optional, "no", "").astype(object),
            "parent_supplier_id": np.where(own, supplier_ids[makers["supplier"][np.maximum(own_of, 0)]], ""),
            "basis": basis[rng.choice(4, total, p=[0.5, 0.1, 0.3, 0.1])],
            "confidence": np.array(["high", "medium", "low"], dtype=object)[rng.integers(0, 3, total)],
        }
    )
    return frame.iloc[rng.permutation(total)].reset_index(drop=True)


def _edges(rng: np.random.Generator, shape: _Shape, lines: int) -> tuple[Ints, Ints]:
    """Distinct parent-child pairs sorted by parent, exactly `lines` of them; each part below the top has a parent."""
    below = np.arange(shape.first[1], shape.parts)
    reach = (_in_tier(rng, shape, shape.tier[below] - 1, skew=1.5), below)
    keys = reach[0] * shape.parts + reach[1]
    inner = int(shape.first[-2])  # parts of the last tier have no children
    while len(keys) < lines:
        wanted = int((lines - len(keys)) * 1.3) + 16
        activity = np.minimum(rng.pareto(1.3, inner), 300.0) + 0.1
        parent = rng.choice(inner, wanted, p=activity / activity.sum())
        drop = np.minimum(rng.geometric(0.75, wanted), shape.tiers - 1 - shape.tier[parent])
        child = _in_tier(rng, shape, shape.tier[parent] + drop, skew=2.5)
        fresh = np.setdiff1d(parent * shape.parts + child, keys)
        keys = np.concatenate([keys, rng.permutation(fresh)[: lines - len(keys)]])
    keys.sort()
    return keys // shape.parts, keys % shape.parts


def _in_tier(rng: np.random.Generator, shape: _Shape, tier: Ints, *, skew: float) -> Ints:
    """A random part of each tier; the first ones of a tier are the hubs."""
    first, count = shape.first[tier], shape.first[tier + 1] - shape.first[tier]
    return first + np.floor(count * rng.random(len(tier)) ** skew).astype(np.int64)


def _own_lines(rng: np.random.Generator, parent: Ints, makers: dict[str, Ints]) -> Ints:
    """Maker (as a row of `makers`) that a line is limited to, -1 for most lines."""
    return _choices(rng, parent, makers, probability=0.02)


def _choices(rng: np.random.Generator, part: Ints, makers: dict[str, Ints], *, probability: float = 0.35) -> Ints:
    """A named maker of each part (as a row of `makers`), -1 where none is chosen."""
    start = np.searchsorted(makers["part"], part, side="left")
    count = np.searchsorted(makers["part"], part, side="right") - start
    picked = start + np.floor(count * rng.random(len(part))).astype(np.int64)
    return np.where((count > 0) & (rng.random(len(part)) < probability), picked, -1)


def _slot_shares(rng: np.random.Generator, slot: Ints, own: Bools, several: Bools) -> tuple[Floats, Bools]:
    slots = int(slot.max()) + 1
    general = np.flatnonzero(~own)
    share = np.full(len(slot), np.nan)
    share[general] = _shares(rng, slot[general], slots, remainder=rng.random(slots) < 0.02)
    undecided = rng.random(slots) < 0.15  # alternatives without shares: an unknown choice
    share[~several | undecided[slot]] = np.nan
    optional = (rng.random(slots) < 0.12)[slot]
    return share, optional


# --- files ------------------------------------------------------------------------------------------------------------


def write_csv(dataset: Dataset, folder: Path) -> None:
    """Write the tables that have rows, one CSV file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in dataset.tables.items():
        if len(table):
            table.to_csv(folder / f"{name}.csv", index=False)


def write_parquet(dataset: Dataset, folder: Path) -> None:
    """Write the tables that have rows, one Parquet file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in dataset.tables.items():
        if len(table):
            table.to_parquet(folder / f"{name}.parquet", index=False)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("lines", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--format", choices=["csv", "parquet"], default="csv")
    options = parser.parse_args()
    started = time.perf_counter()
    dataset = generate(options.lines, seed=options.seed)
    sizes = ", ".join(f"{len(table):,} {name}" for name, table in dataset.tables.items() if len(table))
    print(f"{sizes} in {time.perf_counter() - started:.1f} s")
    if options.out:
        (write_parquet if options.format == "parquet" else write_csv)(dataset, options.out)


if __name__ == "__main__":
    _main()
