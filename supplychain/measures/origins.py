"""Where everything in a product comes from: content by country and basis, by category, theme, stage, tier and part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.compiled import BASES, DEFAULT_LENS, DOCUMENTED, MARKET_AVERAGE, propagate
from supplychain.dataset import Dataset
from supplychain.measures.analysis import Analysis, Evidence, analyse
from supplychain.measures.chains import GROUNDS
from supplychain.measures.first_tier import first_tier, has_cost, line_figures, own_figures, spread, total
from supplychain.measures.flags import Flag, find_flags, occurrences, product_verdict
from supplychain.measures.flow import value_flow
from supplychain.measures.interval import Interval, share
from supplychain.measures.origin_rows import (
    BasisContent,
    CountryContent,
    Group,
    Origins,
    PartOrigin,
    SourceOrigin,
)

__all__ = [
    "BasisContent",
    "CountryContent",
    "Group",
    "Origins",
    "PartOrigin",
    "SourceOrigin",
    "origins",
    "origins_of",
]

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]
Key = tuple[int, int, int]
# Smallest share, largest share, best grade.
Share = tuple[float, float, int]


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
    Value content by country is v(I - A)^-1 of input-output analysis (Miller and Blair 2009, chapter 2; OECD TiVA):
    what a part's price holds beyond its opened inputs counts where the part is made. Low is what is known, high adds
    everything unknown.

    Examples
    --------
    >>> import supplychain as sc
    >>> sc.origins(sc.load("uav"), "isr_quad_taiwan").by_basis["made"].countries[0].country
    'TWN'
    """
    asked = tuple(basis) if basis is not None else None
    analysis = analyse(
        dataset, product, lens=lens, basis=asked, depth=depth, evidence=evidence, min_ownership=min_ownership
    )
    return origins_of(analysis, basis=asked[0] if asked else "made")


def origins_of(analysis: Analysis, *, basis: str = "made") -> Origins:
    """Compute the origins of an analysis (see `origins`)."""
    flags = find_flags(analysis, chains=False, grounds=False)
    table = _part_table(analysis, flags)
    parts = _parts(analysis, table)
    notes = []
    if not has_cost(first_tier(analysis)):
        notes.append("value: no first-tier line has a price or a cost share; content is given by count only")
    return Origins(
        analysis=analysis,
        basis=basis,
        by_basis={name: _by_basis(analysis, name) for name in BASES},
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


def _by_basis(analysis: Analysis, basis: str) -> BasisContent:
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
            line_figures(analysis, items, below[:, place]),
            own_figures(analysis, own),
        )
        face = total(
            analysis,
            items,
            line_figures(analysis, items, spread(analysis, own)),
            own_figures(analysis, np.zeros_like(own)),
        )
        rows.append((value, face))
    return rows


def _part_table(analysis: Analysis, flags: list[Flag]) -> pd.DataFrame:
    """One row per part in use: tier, groups, verdict of its worst line, value."""
    compiled, dataset = analysis.compiled, analysis.compiled.dataset
    flow = value_flow(analysis)
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
    worst.setdefault(analysis.product_id, product_verdict(analysis))
    lens_low, lens_high = flow.low * analysis.own_concern[0], flow.high * analysis.own_concern[1]
    # Without any cost at the first tier, value is not known: NaN stays NaN through every sum.
    unknown = 0.0 if has_cost(first_tier(analysis)) else np.nan
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
            "value_low": np.bincount(inverse, weights=lens_low[used], minlength=len(codes)) + unknown,
            "value_high": np.bincount(inverse, weights=lens_high[used], minlength=len(codes)) + unknown,
            "made": _made_by_part(analysis, used, flow.low[used], inverse, len(codes)),
        }
    )


def _made_by_part(analysis: Analysis, options: Int, own: Float, part: Int, size: int) -> list[dict[str, float]]:
    """Value of the options of each part by the country where they are made."""
    result: list[dict[str, float]] = [{} for _ in range(size)]
    for option, amount, place in zip(options, own, part, strict=True):
        if amount > 0:
            country = analysis.origins.country(int(analysis.origins.made[option]))
            result[place][country] = result[place].get(country, 0.0) + float(amount)
    return result


def _interval(low: float, high: float) -> Interval | None:
    return None if np.isnan(low) else share(low, high)


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
                key=int(rows["tier"].iloc[0]) if column == "tier" else str(key),
                parts=len(rows),
                exposed=int(counts.get("exposed", 0)),
                unknown=int(counts.get("unknown", 0)),
                clear=int(counts.get("clear", 0)),
                value=_interval(
                    float(rows["value_low"].sum(skipna=False)), float(rows["value_high"].sum(skipna=False))
                ),
                made=dict(sorted(made.items(), key=lambda item: (-item[1], item[0]))),
            )
        )
    return tuple(groups)


def _parts(analysis: Analysis, table: pd.DataFrame) -> tuple[PartOrigin, ...]:
    by_line = _shares_by_line(analysis)
    shares = _source_shares(analysis, by_line)
    lines: dict[int, set[int]] = {}
    for (_, _, line), cell in by_line.items():
        for option in cell:
            lines.setdefault(option, set()).add(line)
    rows = []
    for row in table.sort_values(["tier", "part_id"]).to_dict("records"):
        sources = [
            replace(
                _source(analysis, option, *found),
                facts=analysis.facts.of_source(lines.get(option, ()), option)
                or analysis.facts.of_part(int(row["code"])),
            )
            for option, found in shares.get(int(row["code"]), {}).items()
        ]
        sources.sort(key=lambda source: (-source.high, -source.low, source.offer_id, source.supplier_id))
        rows.append(
            PartOrigin(
                part_id=str(row["part_id"]),
                name=str(row["name"] or row["part_id"]),
                tier=int(row["tier"]),
                stage=str(row["stage"]),
                category=str(row["category"]),
                theme=str(row["theme"]),
                value=_interval(float(row["value_low"]), float(row["value_high"])),
                sources=tuple(sources),
            )
        )
    return tuple(rows)


def _source_shares(analysis: Analysis, by_line: dict[Key, dict[int, Share]]) -> dict[int, dict[int, Share]]:
    """For each part: options with their shares over all lines that use the part."""
    compiled = analysis.compiled
    makers = np.flatnonzero(analysis.product_options & (analysis.reach.longest[: compiled.option_count] >= 0))
    product = {int(option): _product_share(analysis, int(option)) for option in makers}
    result: dict[int, dict[int, Share]] = {analysis.product: product}
    for (part, _, _), cell in by_line.items():
        known = result.setdefault(part, {})
        for option, (low, high, grade) in cell.items():
            least, most, best = known.get(option, (low, high, grade))
            known[option] = (min(least, low), max(most, high), max(best, grade))
    for (part, _, _), cell in by_line.items():
        # A source that some line does not use has a smallest share of 0.
        for option, (_, high, grade) in result[part].items():
            if option not in cell:
                result[part][option] = (0.0, high, grade)
    return result


def _shares_by_line(analysis: Analysis) -> dict[Key, dict[int, Share]]:
    """Options with their shares by (part, recipe, line)."""
    by_line: dict[Key, dict[int, Share]] = {}
    for (_, part, supplier), places in occurrences(analysis).items():
        if supplier < 0 and analysis.compiled.is_class[part]:
            continue
        for place in places:
            cell = by_line.setdefault((part, place.recipe, place.line), {})
            for number, option in enumerate(place.options):
                if place.share is None:
                    certain = len(place.options) == 1 and place.sure
                    cell[option] = (1.0 if certain else 0.0, 1.0, place.grade)
                else:
                    volume = place.volume * place.share[number]
                    cell[option] = (volume, volume, place.grade)
    return by_line


def _product_share(analysis: Analysis, option: int) -> Share:
    compiled = analysis.compiled
    mix = analysis.target - compiled.option_count
    # The place of assembly is documented where the table names who assembles.
    grade = DOCUMENTED if compiled.options.supplier[option] >= 0 else MARKET_AVERAGE
    if analysis.target == option:
        return 1.0, 1.0, grade
    if 0 <= mix < compiled.mix_count:
        span = slice(compiled.mix_pointers[mix], compiled.mix_pointers[mix + 1])
        volume = float(compiled.members.share[span][compiled.members.option[span] == option].sum())
        return volume, volume, MARKET_AVERAGE
    return 0.0, 1.0, MARKET_AVERAGE


def _source(analysis: Analysis, option: int, low: float, high: float, grade: int) -> SourceOrigin:
    compiled, options = analysis.compiled, analysis.compiled.options
    offer, supplier = int(options.offer[option]), int(options.supplier[option])
    names = {basis: analysis.origins.country(int(_codes(analysis, basis)[option])) for basis in BASES}
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
        grounds=GROUNDS[grade],
        candidates=candidates,
    )
