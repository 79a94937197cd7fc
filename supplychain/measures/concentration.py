"""How concentrated a product's supply is: over countries, suppliers and owners; in all, per category and per part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.compiled import DEFAULT_LENS
from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.measures.analysis import Analysis, Evidence, analyse
from supplychain.measures.exposure import cost_notes
from supplychain.measures.first_tier import first_tier, has_cost
from supplychain.measures.hhi import HIGHLY_CONCENTRATED
from supplychain.measures.holders import (
    BY,
    CLASS,
    UNKNOWN,
    By,
    HolderShares,
    from_bounds,
    holder_codes,
    holder_shares,
)
from supplychain.measures.interval import Interval
from supplychain.measures.names import part_table, supplier_table
from supplychain.measures.provenance import header
from supplychain.measures.uses import Amounts, Uses, amounts_of_uses, amounts_of_value, uses_of

__all__ = ["ONE_COUNTRY", "Concentration", "ConcentrationTable", "Verdict", "concentration", "concentration_of"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Scope = Literal["product", "category", "part"]
Verdict = Literal["yes", "no", "undecided"]

# Regulation (EU) 2024/1252 (Critical Raw Materials Act), article 5: not more than 65 % of the Union's annual
# consumption of a strategic raw material, at any relevant stage of processing, from a single third country by 2030.
ONE_COUNTRY = 0.65
_TRIFLE = 1e-12


@dataclass(frozen=True)
class Concentration:
    """Concentration of one thing over one kind of holder.

    Attributes
    ----------
    scope : {"product", "category", "part"}
    id, name : str
        Of the product, category or part.
    view : {"first_tier", "look_through", "mix"}
        first_tier: cost of the first-tier lines; look_through: value earned at any tier (of a category: by the makers
        of its parts); mix: the sources of a part, each line that uses it counting once.
    shares : HolderShares
        Shares with their bounds, what they are of, and what is unknown.
    names : dict of str to str
        Names of the holders.
    """

    scope: Scope
    id: str
    name: str
    view: str
    shares: HolderShares
    names: dict[str, str] = field(repr=False)

    @property
    def by(self) -> By:
        """Kind of holder: country, supplier or owner."""
        return self.shares.by

    @property
    def hhi(self) -> Interval:
        """Herfindahl-Hirschman index, 0..1."""
        return self.shares.hhi

    @property
    def hhi_points(self) -> Interval:
        """The index in points, 0 to 10000."""
        return Interval(10_000 * self.hhi.low, 10_000 * self.hhi.high)

    @property
    def effective_number(self) -> Interval:
        """Number of equal holders that would be as concentrated, 1 / HHI; the high end may be infinite."""
        return Interval(1 / self.hhi.high, 1 / self.hhi.low if self.hhi.low > 0 else float("inf"))

    @property
    def largest_share(self) -> Interval:
        """Share of the largest holder, 0..1."""
        return self.shares.largest_share

    @property
    def n_minus_1(self) -> Interval:
        """What is left without the largest holder, 0..1."""
        return Interval(1 - self.largest_share.high, 1 - self.largest_share.low)

    @property
    def highly_concentrated(self) -> Verdict:
        """Whether the HHI is above 0.18: "2023 Merger Guidelines, 1800 points", a line drawn for firms in a market."""
        return _above(self.hhi, HIGHLY_CONCENTRATED)

    @property
    def one_country_above_65(self) -> Verdict | None:
        """Whether one country has more than 65 %, the line of the EU's Critical Raw Materials Act; None for firms."""
        return _above(self.largest_share, ONE_COUNTRY) if self.by == "country" else None

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values; an unbounded effective number is null."""
        effective = self.effective_number
        return {
            "scope": self.scope,
            "id": self.id,
            "name": self.name,
            "view": self.view,
            "by": self.by,
            "weight": self.shares.weight,
            "hhi": self.hhi.to_json(),
            "hhi_points": self.hhi_points.to_json(),
            "effective_number": {
                "low": effective.low,
                "high": effective.high if np.isfinite(effective.high) else None,
            },
            "largest": self.shares.largest or None,
            "largest_share": self.largest_share.to_json(),
            "n_minus_1": self.n_minus_1.to_json(),
            "unknown": self.shares.unknown,
            "highly_concentrated": self.highly_concentrated,
            "one_country_above_65": self.one_country_above_65,
            "holders": [
                {"id": holder.id, "name": self.names.get(holder.id, holder.id), **holder.share.to_json()}
                for holder in self.shares.holders
            ],
        }


@dataclass(frozen=True)
class ConcentrationTable:
    """Concentration of a product, its categories and its parts.

    Attributes
    ----------
    analysis : Analysis
    basis : str
        Which place of a source counts as its country.
    rows : tuple of Concentration
        The product first, then categories, then parts by tier; of each, countries, suppliers and owners.
    notes : tuple of str
    """

    analysis: Analysis = field(repr=False)
    basis: str
    rows: tuple[Concentration, ...]
    notes: tuple[str, ...]

    def of(self, scope: Scope, key: str, *, by: By = "country", view: str | None = None) -> Concentration:
        """Return one row; without `view` the look-through of a product, and the one there is of anything else.

        Raises
        ------
        OptionError
            If there is no such row.
        """
        wanted = view or ("look_through" if scope == "product" else None)
        for row in self.rows:
            if (row.scope, row.id, row.by) == (scope, key, by) and wanted in (None, row.view):
                return row
        raise OptionError(f"no concentration of {scope} {key!r} by {by} here")

    def to_json(self) -> dict[str, object]:
        """Return the `concentration` object of the JSON contract, version 1."""
        return {
            **header(self.analysis, "concentration"),
            "basis": self.basis,
            "thresholds": {"hhi": HIGHLY_CONCENTRATED, "one_country": ONE_COUNTRY},
            "rows": [row.to_json() for row in self.rows],
            "notes": list(self.notes),
        }

    def frame(self) -> pd.DataFrame:
        """One row per thing and kind of holder, intervals as two columns."""
        records = []
        for row in self.rows:
            record: dict[str, object] = {
                "scope": row.scope,
                "id": row.id,
                "name": row.name,
                "view": row.view,
                "by": row.by,
                "weight": row.shares.weight,
            }
            for measure in ("hhi", "hhi_points", "effective_number", "largest_share", "n_minus_1"):
                interval: Interval = getattr(row, measure)
                record |= {f"{measure}_low": interval.low, f"{measure}_high": interval.high}
            records.append(
                record
                | {
                    "largest": row.shares.largest,
                    "unknown": row.shares.unknown,
                    "highly_concentrated": row.highly_concentrated,
                    "one_country_above_65": row.one_country_above_65 or "",
                }
            )
        return pd.DataFrame(records)


def concentration(
    dataset: Dataset,
    product: str | None = None,
    *,
    lens: Iterable[str] = DEFAULT_LENS,
    by: By | Iterable[By] = BY,
    basis: str = "made",
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
) -> ConcentrationTable:
    """How concentrated the supply of a product is, over countries, suppliers and owners.

    Parameters
    ----------
    dataset, product, depth, evidence, min_ownership
        See `supplychain.measures.analysis.analyse`. To a depth, sources are opened so far; the price of the last one
        counts whole where it is. Owners are followed from `min_ownership` on.
    lens : iterable of str
        Stands in the output's head alone: concentration does not ask which country it is.
    by : {"country", "supplier", "owner"}, or several
    basis : {"made", "designed", "headquartered", "owned"}
        Which place of a source counts as its country.

    Returns
    -------
    ConcentrationTable
        HHI (0..1 and points), effective number, largest share and N-1, as intervals, with two flags.

    Raises
    ------
    OptionError
        If the product does not exist or an option is out of range.

    Notes
    -----
    HHI = sum s_i^2. Low: what is unknown is spread over very many; high: it belongs to the largest
    (`supplychain.measures.hhi`). The flags: HHI above 0.18 (United States Merger Guidelines 2023, 1800 points), and one
    country above 65 % (Regulation (EU) 2024/1252, article 5). Both lines were drawn for markets, not for a product.

    Examples
    --------
    >>> import supplychain as sc
    >>> row = sc.concentration(sc.load("uav"), "fpv_commodity").of("product", "fpv_commodity")
    >>> row.shares.largest, row.highly_concentrated, row.one_country_above_65
    ('CHN', 'yes', 'yes')
    """
    analysis = analyse(dataset, product, lens=lens, depth=depth, evidence=evidence, min_ownership=min_ownership)
    return concentration_of(analysis, by=by, basis=basis)


def concentration_of(analysis: Analysis, *, by: By | Iterable[By] = BY, basis: str = "made") -> ConcentrationTable:
    """Compute the concentration of an analysis (see `concentration`)."""
    kinds: tuple[By, ...] = (by,) if isinstance(by, str) else tuple(by)
    priced = has_cost(first_tier(analysis))
    uses = uses_of(analysis)
    firms = {key: str(row.get("name") or key) for key, row in supplier_table(analysis.compiled.dataset).items()}
    rows: list[Concentration] = []
    for kind in kinds:
        codes, names = holder_codes(analysis, kind, basis=basis)
        labels = {} if kind == "country" else firms
        rows += _product_rows(analysis, kind, basis, labels, priced=priced)
        rows += _category_rows(analysis, kind, codes, names, labels, uses, priced=priced)
        rows += _part_rows(analysis, kind, codes, names, labels, uses)
    order: dict[str, int] = {"product": 0, "category": 1, "part": 2}
    tiers = _tiers(analysis)
    rows.sort(key=lambda row: (order[row.scope], tiers.get(row.id, 0) if row.scope == "part" else 0, row.id))
    notes = []
    if not priced:
        notes.append(
            "concentration: no first-tier line has a price or a cost share; first-tier lines are counted, each once"
        )
    else:
        # Shares of cost say nothing of what has no cost.
        said = cost_notes(analysis, first_tier(analysis))
        notes += [f"concentration: {note.removeprefix('value: ')}" for note in said]
    return ConcentrationTable(analysis, basis, tuple(rows), tuple(notes))


def _above(interval: Interval, limit: float) -> Verdict:
    if interval.low > limit + _TRIFLE:
        return "yes"
    return "no" if interval.high <= limit + _TRIFLE else "undecided"


def _product_rows(
    analysis: Analysis, by: By, basis: str, names: dict[str, str], *, priced: bool
) -> list[Concentration]:
    part = part_table(analysis.compiled.dataset)[analysis.product_id]
    rows = []
    for view in ("look_through", "first_tier") if priced else ("first_tier",):
        shares = holder_shares(analysis, by, view=view, basis=basis)
        if shares is not None:
            name = str(part["name"] or analysis.product_id)
            rows.append(Concentration("product", analysis.product_id, name, view, shares, names))
    return rows


def _tiers(analysis: Analysis) -> dict[str, int]:
    """Tier of each part in use."""
    compiled = analysis.compiled
    tier = analysis.reach.tier[: compiled.option_count]
    used = np.flatnonzero(tier >= 0)
    nearest = np.full(len(compiled.part_ids), analysis.graph_depth + 1)
    np.minimum.at(nearest, compiled.options.part[used], tier[used])
    parts = np.unique(compiled.options.part[used])
    return {str(compiled.part_ids[part]): int(nearest[part]) for part in parts}


def _part_rows(
    analysis: Analysis, by: By, codes: Int, names: list[str], labels: dict[str, str], uses: Uses
) -> list[Concentration]:
    options, parts = analysis.compiled.options, part_table(analysis.compiled.dataset)
    group = np.where((codes == CLASS) | analysis.product_options, -1, options.part)
    result = []
    for code, shares in _by_group(analysis, by, "lines", names, amounts_of_uses(uses, codes, group)).items():
        part_id = str(analysis.compiled.part_ids[code])
        name = str(parts[part_id]["name"] or part_id)
        result.append(Concentration("part", part_id, name, "mix", shares, labels))
    return result


def _category_rows(
    analysis: Analysis,
    by: By,
    codes: Int,
    names: list[str],
    labels: dict[str, str],
    uses: Uses,
    *,
    priced: bool,
) -> list[Concentration]:
    compiled = analysis.compiled
    text = compiled.dataset.parts["category"].to_numpy(dtype=object)[compiled.part_row]
    categories, place = np.unique(text.astype(str), return_inverse=True)
    group = place[compiled.options.part]
    group = np.where((codes == CLASS) | analysis.product_options | (categories[group] == ""), -1, group)
    found = _by_group(analysis, by, "lines", names, amounts_of_uses(uses, codes, group))
    if priced:
        # Where nothing of a category has a price, its lines are counted.
        found |= _by_group(analysis, by, "cost", names, amounts_of_value(analysis, codes, group))
    return [
        Concentration(
            "category",
            str(categories[code]),
            str(categories[code]),
            "look_through" if shares.weight == "cost" else "mix",
            shares,
            labels,
        )
        for code, shares in sorted(found.items())
    ]


def _by_group(
    analysis: Analysis, by: By, weight: Literal["cost", "lines"], names: list[str], amounts: Amounts
) -> dict[int, HolderShares]:
    """Shares of the holders of each group from bounds of their amounts."""
    result = {}
    for place, code in enumerate(amounts.group):
        span = slice(amounts.pointers[place], amounts.pointers[place + 1])
        holder, low, high = amounts.holder[span], amounts.low[span], amounts.high[span]
        least, most = float(amounts.total_low[place]), float(amounts.total_high[place])
        known = holder != UNKNOWN
        if not most > 0:
            continue
        # Two ways to bound a share: by the whole, and by what the others may have at most and at least.
        others = high.sum() - high
        smallest = np.maximum(low / most, _ratio(low, low + others))
        largest = np.ones(len(high))
        if analysis.evidence == "all":
            # What nobody knows may be anyone's.
            possible = high + np.where(known, high[~known].sum(), 0.0)
            largest = np.minimum(_ratio(possible, np.full(len(possible), least)), 1.0)
            largest = np.minimum(largest, _ratio(possible, possible + low[known].sum() - low))
        listed = [names[one] for one in holder[known]]
        result[int(code)] = from_bounds(by, weight, listed, smallest[known], largest[known])
    return result


def _ratio(part: Float, whole: Float) -> Float:
    """Part of a whole; 1 where the whole may be nothing."""
    return np.divide(part, whole, out=np.ones_like(part), where=whole > 0)
