"""Where everything in a product comes from: content by country and basis, and by part, category, theme, stage and tier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.compiled import BASES, DEFAULT_LENS, propagate
from supplychain.dataset import Dataset
from supplychain.measures.analysis import Analysis, Evidence, analyse
from supplychain.measures.first_tier import first_tier, has_cost, line_figures, own_figures, spread, total
from supplychain.measures.flags import Flag, find_flags, occurrences
from supplychain.measures.flow import value_flow
from supplychain.measures.interval import Interval, share
from supplychain.measures.provenance import header

__all__ = ["CountryContent", "Group", "Origins", "PartOrigin", "SourceOrigin", "origins", "origins_of"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class CountryContent:
    """What comes from one country on one basis.

    Attributes
    ----------
    country : str
    value : Interval or None
        Share of the product's cost that is earned there, at any tier.
    first_tier_value : Interval or None
        Share of the product's cost in first-tier lines whose source is there.
    parts : int
        Parts of which some source in use is there.
    """

    country: str
    value: Interval | None
    first_tier_value: Interval | None
    parts: int

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "country": self.country,
            "value": self.value.to_json() if self.value else None,
            "first_tier_value": self.first_tier_value.to_json() if self.first_tier_value else None,
            "parts": self.parts,
        }


@dataclass(frozen=True)
class BasisContent:
    """Content by country on one basis; `unknown_value` is 1 minus the sum of the lows."""

    basis: str
    countries: tuple[CountryContent, ...]
    unknown_value: float | None
    unknown_parts: int

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "by_country": [row.to_json() for row in self.countries],
            "unknown_value": self.unknown_value,
            "unknown_parts": self.unknown_parts,
        }


@dataclass(frozen=True)
class SourceOrigin:
    """One source of a part in use.

    Attributes
    ----------
    offer_id, supplier_id : str
        Both empty for a maker of whom nothing is known.
    made, designed, headquartered, owned : str
        Countries; empty is unknown.
    share : float or None
        Share of the part's supply in this product, None where it is not one known number.
    low, high : float
        Bounds of that share.
    grounds : str
    candidates : tuple of str
        For an unknown source: offers that are known for the part.
    """

    offer_id: str
    supplier_id: str
    made: str
    designed: str
    headquartered: str
    owned: str
    share: float | None
    low: float
    high: float
    grounds: str
    candidates: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values; an unknown country is null."""
        return {
            "offer_id": self.offer_id,
            "supplier_id": self.supplier_id,
            "made": self.made or None,
            "designed": self.designed or None,
            "headquartered": self.headquartered or None,
            "owned": self.owned or None,
            "share": self.share,
            "low": self.low,
            "high": self.high,
            "grounds": self.grounds,
            "candidates": list(self.candidates),
        }


@dataclass(frozen=True)
class PartOrigin:
    """A part in use with its sources, the largest first."""

    part_id: str
    name: str
    tier: int
    stage: str
    category: str
    theme: str
    value: Interval
    sources: tuple[SourceOrigin, ...]

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "part_id": self.part_id,
            "name": self.name,
            "tier": self.tier,
            "stage": self.stage,
            "category": self.category,
            "theme": self.theme,
            "value": self.value.to_json(),
            "sources": [source.to_json() for source in self.sources],
        }


@dataclass(frozen=True)
class Group:
    """Parts of one category, theme, stage or tier.

    Attributes
    ----------
    key : str or int
    parts : int
    exposed, unknown, clear : int
        Parts by the verdict of their worst line.
    value : Interval
        Share of the product's price that these parts earn in the lens.
    made : dict of str to float
        Share of the product's price that they earn, by country where made ("" is unknown); known part.
    """

    key: str | int
    parts: int
    exposed: int
    unknown: int
    clear: int
    value: Interval
    made: dict[str, float]

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "key": self.key,
            "parts": self.parts,
            "exposed": self.exposed,
            "unknown": self.unknown,
            "clear": self.clear,
            "value": self.value.to_json(),
            "made": dict(self.made),
        }


@dataclass(frozen=True)
class Origins:
    """Origins of a product.

    Attributes
    ----------
    analysis : Analysis
    basis : str
        Basis of `by_country` (the first of those asked for).
    by_basis : dict of str to BasisContent
    parts : tuple of PartOrigin
    by_category, by_theme, by_stage, by_tier : tuple of Group
    notes : tuple of str
    """

    analysis: Analysis = field(repr=False)
    basis: str
    by_basis: dict[str, BasisContent]
    parts: tuple[PartOrigin, ...]
    by_category: tuple[Group, ...]
    by_theme: tuple[Group, ...]
    by_stage: tuple[Group, ...]
    by_tier: tuple[Group, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the `origins` object of the JSON contract, version 1."""
        return {
            **header(self.analysis, "origins"),
            "basis": self.basis,
            **self.by_basis[self.basis].to_json(),
            "by_basis": {basis: content.to_json() for basis, content in self.by_basis.items()},
            "parts": [part.to_json() for part in self.parts],
            "by_category": [group.to_json() for group in self.by_category],
            "by_theme": [group.to_json() for group in self.by_theme],
            "by_stage": [group.to_json() for group in self.by_stage],
            "by_tier": [group.to_json() for group in self.by_tier],
            "notes": list(self.notes),
        }

    def frame(self) -> pd.DataFrame:
        """Content by country on every basis, one row per basis and country."""
        rows = [
            {
                "basis": basis,
                "country": row.country,
                "value_low": row.value.low if row.value else np.nan,
                "value_high": row.value.high if row.value else np.nan,
                "first_tier_low": row.first_tier_value.low if row.first_tier_value else np.nan,
                "first_tier_high": row.first_tier_value.high if row.first_tier_value else np.nan,
                "parts": row.parts,
            }
            for basis, content in self.by_basis.items()
            for row in content.countries
        ]
        return pd.DataFrame(rows)


def origins(
    dataset: Dataset,
    product: str | None = None,
    *,
    lens: Iterable[str] = DEFAULT_LENS,
    basis: Iterable[str] | None = None,
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
) -> Origins:
    """Where everything in a product comes from, at every tier.

    Parameters
    ----------
    dataset, product, lens, basis, depth, evidence, min_ownership
        See `supplychain.measures.analysis.analyse`; `by_country` is on the first basis given, by default *made*.

    Returns
    -------
    Origins

    Raises
    ------
    OptionError
        If the product does not exist or an option is out of range.

    Notes
    -----
    Value content by country is v(I - A)^-1 of input-output analysis (Miller and Blair 2009, chapter 2; OECD TiVA): what a part's
    price holds beyond its opened inputs counts where the part is made. Low is what is known, high adds everything unknown.

    Examples
    --------
    >>> import supplychain as sc
    >>> sc.origins(sc.load("uav"), "isr_quad_taiwan").by_basis["made"].countries[0].country
    'USA'
    """
    asked = tuple(basis) if basis is not None else None
    analysis = analyse(
        dataset, product, lens=lens, basis=asked, depth=depth, evidence=evidence, min_ownership=min_ownership
    )
    return origins_of(analysis, basis=asked[0] if asked else "made")


def origins_of(analysis: Analysis, *, basis: str = "made") -> Origins:
    """Compute the origins of an analysis (see `origins`)."""
    flags = find_flags(analysis, chains=False)
    own_low, own_high, lens_low, lens_high = _earned(analysis)
    table = _part_table(analysis, flags, own_low, lens_low, lens_high)
    parts = _parts(analysis, table)
    notes = []
    if not has_cost(first_tier(analysis)):
        notes.append("value: no first-tier line has a price or a cost share; content is given by count only")
    return Origins(
        analysis=analysis,
        basis=basis,
        by_basis={name: _by_basis(analysis, name, table) for name in BASES},
        parts=parts,
        by_category=_groups(table, "category"),
        by_theme=_groups(table, "theme"),
        by_stage=_groups(table, "stage"),
        by_tier=_groups(table, "tier"),
        notes=tuple(notes),
    )


def _codes(analysis: Analysis, basis: str) -> Int:
    found = {
        "made": analysis.origins.made,
        "designed": analysis.origins.designed,
        "headquartered": analysis.origins.headquartered,
        "owned": analysis.origins.owner,
    }[basis]
    return np.where(analysis.compiled.options.is_class, -2, found)


def _used(analysis: Analysis) -> Bool:
    """Options in use within the depth asked for."""
    tier = analysis.reach.tier[: analysis.compiled.option_count]
    return (tier >= 0) & (tier <= analysis.last) & ~analysis.compiled.options.is_class


def _by_basis(analysis: Analysis, basis: str, table: pd.DataFrame) -> BasisContent:
    """Content by country on one basis, all countries in one propagation."""
    compiled = analysis.compiled
    codes, used = _codes(analysis, basis), _used(analysis)
    present = np.unique(codes[used & (codes >= 0)])
    part_of = compiled.options.part
    below = used & ~analysis.product_options
    counts = {int(code): len(np.unique(part_of[below & (codes == code)])) for code in present}
    unknown_parts = len(np.unique(part_of[below & (codes == -1)]))
    values: dict[int, Interval | None] = dict.fromkeys(counts)
    faces: dict[int, Interval | None] = dict.fromkeys(counts)
    unknown_value = None
    if has_cost(first_tier(analysis)) and len(present):
        found = _country_values(analysis, codes, present)
        for place, code in enumerate(present):
            values[int(code)], faces[int(code)] = found[place]
        unknown_value = max(0.0, 1.0 - sum(interval.low for interval in values.values() if interval is not None))
    elif has_cost(first_tier(analysis)):
        unknown_value = 1.0
    rows = [
        CountryContent(analysis.origins.countries[code], values[code], faces[code], counts[code]) for code in counts
    ]
    rows.sort(key=lambda row: (-(row.value.low if row.value else 0.0), -row.parts, row.country))
    return BasisContent(basis, tuple(rows), unknown_value, unknown_parts)


def _country_values(analysis: Analysis, codes: Int, present: Int) -> list[tuple[Interval | None, Interval | None]]:
    compiled = analysis.compiled
    known = codes[None, :] == present[:, None]
    possible = known | (codes == -1) | (compiled.options.planned & ~compiled.options.is_class)
    if analysis.evidence == "documented":
        unnamed = analysis.product_options & (compiled.options.supplier < 0)
        known = known & ~unnamed
        possible = possible | unnamed
    leaves = np.concatenate([known, possible]).astype(np.float64)
    columns = analysis.columns.repeat(len(present))
    depths = None if analysis.depth is None else analysis.last
    result = propagate(compiled, leaves, "value", columns, depths=depths)
    below = result[:, max(0, analysis.last - 1) if depths is not None else 0].reshape(2, len(present), -1)
    items = first_tier(analysis)
    rows = []
    for place in range(len(present)):
        own = leaves.reshape(2, len(present), -1)[:, place]
        value = total(
            analysis,
            items,
            line_figures(analysis, items, below[:, place], inside=(0.0, 1.0)),
            own_figures(analysis, own),
        )
        face = total(
            analysis,
            items,
            line_figures(analysis, items, spread(analysis, own), inside=(0.0, 1.0)),
            own_figures(analysis, np.zeros_like(own)),
        )
        rows.append((value, face))
    return rows


def _earned(analysis: Analysis) -> tuple[Float, Float, Float, Float]:
    """Own value of each option as a share of the product's price (low, high), and what of it is in the lens (low, high)."""
    flow = value_flow(analysis)
    used = _used(analysis)
    low, high = np.where(used, flow.low, 0.0), np.where(used, flow.high, 0.0)
    return low, high, low * analysis.own_concern[0], high * analysis.own_concern[1]


def _part_table(analysis: Analysis, flags: list[Flag], own: Float, lens_low: Float, lens_high: Float) -> pd.DataFrame:
    """One row per part in use: tier, groups, verdict of its worst line, value."""
    compiled, dataset = analysis.compiled, analysis.compiled.dataset
    used = np.flatnonzero(_used(analysis))
    part = compiled.options.part[used]
    codes, inverse = np.unique(part, return_inverse=True)
    tier = np.full(len(codes), np.iinfo(np.int64).max)
    np.minimum.at(tier, inverse, analysis.reach.tier[used])
    rows = dataset.parts.iloc[compiled.part_row[codes]]
    rank = {"exposed": 2, "unknown": 1, "clear": 0}
    worst: dict[str, str] = {}
    for flag in flags:
        if rank[flag.verdict] >= rank[worst.get(flag.part_id, "clear")]:
            worst[flag.part_id] = flag.verdict
    worst.setdefault(analysis.product_id, _product_verdict(analysis))
    made = analysis.origins.made[used]
    return pd.DataFrame(
        {
            "code": codes,
            "part_id": rows["part_id"].to_numpy(dtype=object),
            "name": rows["name"].to_numpy(dtype=object),
            "category": rows["category"].to_numpy(dtype=object),
            "theme": rows["theme"].to_numpy(dtype=object),
            "stage": rows["stage"].to_numpy(dtype=object),
            "tier": tier,
            "verdict": [worst.get(str(part_id), "clear") for part_id in rows["part_id"]],
            "value_low": np.bincount(inverse, weights=lens_low[used], minlength=len(codes)),
            "value_high": np.bincount(inverse, weights=lens_high[used], minlength=len(codes)),
            "made": _made_by_part(analysis, made, own[used], inverse, len(codes)),
        }
    )


def _product_verdict(analysis: Analysis) -> str:
    low, high = analysis.contact[:, analysis.last, analysis.target]
    return "exposed" if low > 0 else ("clear" if high == 0 else "unknown")


def _made_by_part(analysis: Analysis, made: Int, own: Float, inverse: Int, size: int) -> list[dict[str, float]]:
    result: list[dict[str, float]] = [{} for _ in range(size)]
    for code, amount, place in zip(made, own, inverse, strict=True):
        if amount > 0:
            country = analysis.origins.countries[code] if code >= 0 else ""
            result[place][country] = result[place].get(country, 0.0) + float(amount)
    return result


def _groups(table: pd.DataFrame, column: str) -> tuple[Group, ...]:
    groups = []
    for key, rows in table[table["tier"] > 0].groupby(column, sort=True):
        made: dict[str, float] = {}
        for cells in rows["made"]:
            for country, amount in cells.items():
                made[country] = made.get(country, 0.0) + amount
        counts = rows["verdict"].value_counts()
        groups.append(
            Group(
                key=int(key) if column == "tier" else str(key),
                parts=len(rows),
                exposed=int(counts.get("exposed", 0)),
                unknown=int(counts.get("unknown", 0)),
                clear=int(counts.get("clear", 0)),
                value=share(float(rows["value_low"].sum()), float(rows["value_high"].sum())),
                made=dict(sorted(made.items(), key=lambda item: (-item[1], item[0]))),
            )
        )
    return tuple(groups)


def _parts(analysis: Analysis, table: pd.DataFrame) -> tuple[PartOrigin, ...]:
    shares = _source_shares(analysis)
    rows = []
    for row in table.sort_values(["tier", "part_id"]).itertuples(index=False):
        sources = [_source(analysis, option, *found) for option, found in shares.get(int(row.code), {}).items()]
        sources.sort(key=lambda source: (-source.high, -source.low, source.offer_id, source.supplier_id))
        rows.append(
            PartOrigin(
                part_id=str(row.part_id),
                name=str(row.name or row.part_id),
                tier=int(row.tier),
                stage=str(row.stage),
                category=str(row.category),
                theme=str(row.theme),
                value=share(float(row.value_low), float(row.value_high)),
                sources=tuple(sources),
            )
        )
    return tuple(rows)


def _source_shares(analysis: Analysis) -> dict[int, dict[int, tuple[float, float, int]]]:
    """For each part: option -> (smallest share, largest share, best grade) over the lines that use the part."""
    compiled = analysis.compiled
    by_line: dict[tuple[int, int, int], dict[int, tuple[float, float, int]]] = {}
    for (_, part, supplier), places in occurrences(analysis).items():
        if supplier < 0 and compiled.is_class[part]:
            continue
        for place in places:
            cell = by_line.setdefault((part, place.recipe, place.line), {})
            for number, option in enumerate(place.options):
                if place.share is None:
                    found = (0.0 if len(place.options) > 1 or not place.sure else 1.0, 1.0, place.grade)
                else:
                    volume = place.volume * place.share[number]
                    found = (volume, volume, place.grade)
                cell[option] = found
    product = {}
    for option in np.flatnonzero(analysis.product_options & (analysis.reach.longest[: compiled.option_count] >= 0)):
        product[int(option)] = _product_share(analysis, int(option))
    result: dict[int, dict[int, tuple[float, float, int]]] = {analysis.product: product}
    for (part, _, _), cell in by_line.items():
        known = result.setdefault(part, {})
        for option, (low, high, grade) in cell.items():
            before = known.get(option)
            known[option] = (
                (low, high, grade)
                if before is None
                else (min(before[0], low), max(before[1], high), max(before[2], grade))
            )
    for (part, _, _), cell in by_line.items():
        # A source that some line does not use has a smallest share of 0.
        for option, (_, high, grade) in list(result[part].items()):
            if option not in cell:
                result[part][option] = (0.0, high, grade)
    return result


def _product_share(analysis: Analysis, option: int) -> tuple[float, float, int]:
    compiled = analysis.compiled
    mix = analysis.target - compiled.option_count
    # The place of assembly is documented where the table names who assembles.
    grade = 2 if compiled.options.supplier[option] >= 0 else 1
    if analysis.target == option:
        return 1.0, 1.0, grade
    if 0 <= mix < compiled.mix_count:
        span = slice(compiled.mix_pointers[mix], compiled.mix_pointers[mix + 1])
        volume = float(compiled.members.share[span][compiled.members.option[span] == option].sum())
        return volume, volume, 1
    return 0.0, 1.0, 1


def _source(analysis: Analysis, option: int, low: float, high: float, grade: int) -> SourceOrigin:
    compiled, options, countries = analysis.compiled, analysis.compiled.options, analysis.origins.countries
    offer, supplier = int(options.offer[option]), int(options.supplier[option])
    codes = {basis: int(_codes(analysis, basis)[option]) for basis in BASES}
    names = {basis: countries[code] if code >= 0 else "" for basis, code in codes.items()}
    offer_ids = compiled.dataset.offers["offer_id"]
    candidates: tuple[str, ...] = ()
    if offer < 0:
        named = (options.offer >= 0) & (options.supplier >= 0) & ~options.priced_at_mean
        listed = np.flatnonzero((options.part == options.part[option]) & named)
        candidates = tuple(str(offer_ids.iloc[int(options.offer[place])]) for place in listed)
    return SourceOrigin(
        offer_id=str(offer_ids.iloc[offer]) if offer >= 0 else "",
        supplier_id=str(compiled.supplier_ids[supplier]) if supplier >= 0 else "",
        made=names["made"],
        designed=names["designed"],
        headquartered=names["headquartered"],
        owned=names["owned"],
        share=low if low == high else None,
        low=low,
        high=high,
        grounds=("assumed", "market_average", "documented")[grade],
        candidates=candidates,
    )
