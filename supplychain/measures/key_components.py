"""The key-component table: three chips, two software, motors, batteries, rare earths, then other first-tier lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import concern
from supplychain.measures.analysis import Analysis
from supplychain.measures.chains import Step
from supplychain.measures.flags import Flag
from supplychain.measures.names import Row, Rows, part_table, split_ids, supplier_table

__all__ = ["KeyComponent", "PriceComparison", "key_components"]

Bool = NDArray[np.bool_]

# Rows of the analyst's frame: (theme, label, subcategories); the last of a theme takes the rest.
ROWS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("three_chips", "flight control", ("flight_control",)),
    ("three_chips", "communication", ("communication", "modem", "datalink", "video", "control")),
    ("three_chips", "positioning", ("positioning",)),
    ("two_software", "flight control software", ("flight_control",)),
    ("two_software", "ground control software", ("ground_control",)),
    ("motors", "motors", ()),
    ("batteries", "battery pack", ("pack",)),
    ("batteries", "battery cell", ("cell",)),
    ("rare_earths", "magnet", ("magnet",)),
    ("rare_earths", "rare-earth chain", ()),
)


@dataclass(frozen=True)
class PriceComparison:
    """Prices listed for a part, inside the lens and known to be outside; no ratio below two prices on either side."""

    lens_median: float | None
    lens_n: int
    other_median: float | None
    other_n: int
    ratio: float | None

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class KeyComponent:
    """A row of the key-component table.

    Attributes
    ----------
    group, row : str
        Theme ("other" for first-tier lines without one) and row of the table.
    part_id, name, name_zh, supplier_id, supplier_name : str
    tier : int
    countries : tuple of str
        Where the chosen source is made, the largest first; an empty one is unknown.
    first_tier_at : dict or None
        Tier, part, country and bases at which the lens first appears below the product.
    verdict : str
    grounds : str or None
    other_sources : int
        Priced sources known to be outside the lens.
    price : PriceComparison
    source_ids : tuple of str
    """

    group: str
    row: str
    part_id: str
    name: str
    name_zh: str
    supplier_id: str
    supplier_name: str
    tier: int
    countries: tuple[str, ...]
    first_tier_at: dict[str, object] | None
    verdict: str
    grounds: str | None
    other_sources: int
    price: PriceComparison
    source_ids: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the row of the JSON contract."""
        return {
            "group": self.group,
            "row": self.row,
            "part_id": self.part_id,
            "name": self.name,
            "name_zh": self.name_zh,
            "supplier_id": self.supplier_id,
            "supplier_name": self.supplier_name,
            "tier": self.tier,
            "countries": list(self.countries),
            "first_tier_at": self.first_tier_at,
            "verdict": self.verdict,
            "grounds": self.grounds,
            "non_chinese_sources": self.other_sources,
            "price": self.price.to_json(),
            "source_ids": list(self.source_ids),
        }


def key_components(analysis: Analysis, flags: list[Flag]) -> tuple[KeyComponent, ...]:
    """Build the table from the flags of an analysis; every part and source stands once, at its first tier."""
    compiled = analysis.compiled
    parts, suppliers = part_table(compiled.dataset), supplier_table(compiled.dataset)
    order = {(theme, label): place for place, (theme, label, _) in enumerate(ROWS)}
    first: dict[tuple[str, str], Flag] = {}
    for flag in flags:
        if parts[flag.part_id]["kind"] == "class":
            continue
        if _row_of(parts[flag.part_id]) or flag.tier == 1:
            first.setdefault((flag.part_id, flag.supplier_id), flag)
    prices = _Prices(analysis)
    rows = []
    for flag in first.values():
        part = parts[flag.part_id]
        place = _row_of(part) or ("other", "other first-tier line")
        rows.append(
            KeyComponent(
                group=place[0],
                row=place[1],
                part_id=flag.part_id,
                name=flag.name,
                name_zh=str(part["name_zh"]),
                supplier_id=flag.supplier_id,
                supplier_name=str(suppliers[flag.supplier_id]["name"]) if flag.supplier_id else "",
                tier=flag.tier,
                countries=_countries(analysis, flag),
                first_tier_at=_first_touch(flag, parts),
                verdict=flag.verdict,
                grounds=flag.grounds,
                other_sources=prices.other_sources(flag.part_id),
                price=prices.compare(flag.part_id),
                source_ids=_sources(analysis, flag),
            )
        )
    rows.sort(key=lambda row: (order.get((row.group, row.row), len(order)), row.tier, row.part_id, row.supplier_id))
    return tuple(rows)


def _row_of(part: Row) -> tuple[str, str] | None:
    theme, subcategory = str(part["theme"]), str(part["subcategory"])
    candidates = [row for row in ROWS if row[0] == theme]
    for _, label, subcategories in candidates:
        if subcategory in subcategories:
            return theme, label
    return (theme, candidates[-1][1]) if candidates else None


def _first_touch(flag: Flag, parts: Rows) -> dict[str, object] | None:
    """Where the shortest chain of the flag ends."""
    if not flag.chains:
        return None
    shortest = min(flag.chains, key=lambda chain: (not chain.certain, _levels(chain.steps, parts), -chain.share))
    end = shortest.steps[-1]
    name = parts[end.part_id]["name"]
    return {
        "tier": _levels(shortest.steps, parts),
        "part_id": end.part_id,
        "name": str(name or end.part_id),
        "supplier_id": end.supplier_id,
        "country": end.country,
        "bases": list(end.bases),
    }


def _levels(steps: Sequence[Step], parts: Rows) -> int:
    """Levels of a chain below the product; what stands directly behind a class is at the level of the class."""
    return sum(1 for above, _ in pairwise(steps) if parts[above.part_id]["kind"] != "class")


def _options_of(analysis: Analysis, flag: Flag) -> list[int]:
    compiled = analysis.compiled
    part = compiled.part_code(flag.part_id)
    supplier = int(np.searchsorted(compiled.supplier_ids, flag.supplier_id)) if flag.supplier_id else -1
    reached = analysis.reach.longest[: compiled.option_count] >= 0
    mine = (compiled.options.part == part) & (compiled.options.supplier == supplier) & reached
    return [int(option) for option in np.flatnonzero(mine)]


def _countries(analysis: Analysis, flag: Flag) -> tuple[str, ...]:
    options = _options_of(analysis, flag)
    volume = {option: float(np.nan_to_num(analysis.compiled.options.share[option], nan=0.0)) for option in options}
    codes = [
        int(analysis.origins.made[option]) for option in sorted(options, key=lambda option: (-volume[option], option))
    ]
    return tuple(dict.fromkeys(analysis.origins.country(code) for code in codes))


def _sources(analysis: Analysis, flag: Flag) -> tuple[str, ...]:
    found: list[str] = []
    for chain in flag.chains or flag.open_chains:
        for step in chain.steps:
            if step.part_id == flag.part_id:
                found += step.source_ids
    offers = analysis.compiled.options.offer[_options_of(analysis, flag)]
    cells = analysis.compiled.dataset.offers["source_ids"].to_numpy(dtype=object)[offers[offers >= 0]]
    return split_ids(*found, *cells)


class _Prices:
    """Listed prices by part, inside the lens and known to be outside."""

    def __init__(self, analysis: Analysis) -> None:
        self._compiled = analysis.compiled
        self._inside, possible = concern(analysis.compiled, analysis.origins, analysis.lens)
        self._outside = ~possible
        options = analysis.compiled.options
        offers = analysis.compiled.dataset.offers["unit_cost_usd"].to_numpy(dtype=np.float64)
        self._price = np.where(options.offer >= 0, offers[options.offer] if len(offers) else np.nan, np.nan)
        self._priced = (options.offer >= 0) & ~np.isnan(self._price) & ~options.planned & ~options.priced_at_mean

    def _of(self, part_id: str) -> Bool:
        mine: Bool = self._compiled.options.part == self._compiled.part_code(part_id)
        return mine & self._priced

    def other_sources(self, part_id: str) -> int:
        """Number of priced suppliers (market rows count as one each) known to be outside the lens."""
        options = self._compiled.options
        found = np.flatnonzero(self._of(part_id) & self._outside)
        named = {int(options.supplier[option]) for option in found if options.supplier[option] >= 0}
        return len(named) + int((options.supplier[found] < 0).sum())

    def compare(self, part_id: str) -> PriceComparison:
        """Median prices with their numbers, and their ratio from two prices on either side."""
        lens = self._price[self._of(part_id) & self._inside]
        other = self._price[self._of(part_id) & self._outside]
        lens_median = float(np.median(lens)) if len(lens) else None
        other_median = float(np.median(other)) if len(other) else None
        ratio = None
        if len(lens) >= 2 and len(other) >= 2 and lens_median and other_median is not None:
            ratio = other_median / lens_median
        return PriceComparison(lens_median, len(lens), other_median, len(other), ratio)
