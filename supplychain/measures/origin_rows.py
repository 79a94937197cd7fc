"""What `supplychain.measures.origins` answers with, and how that reads as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from supplychain.measures.analysis import Analysis
from supplychain.measures.interval import Interval
from supplychain.measures.provenance import header

__all__ = ["BasisContent", "CountryContent", "Group", "Origins", "PartOrigin", "SourceOrigin"]


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
    facts : str
        In an overlay, the datasets whose lines and offer these are, joined by semicolons.
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
    facts: str = ""

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
            "facts": self.facts,
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
    value: Interval | None
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
            "value": self.value.to_json() if self.value else None,
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
    value: Interval | None
    made: dict[str, float]

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "key": self.key,
            "parts": self.parts,
            "exposed": self.exposed,
            "unknown": self.unknown,
            "clear": self.clear,
            "value": self.value.to_json() if self.value else None,
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
