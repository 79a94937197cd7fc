"""Whose work the cost of a product is, down to a depth: by country, for diversity and transparency."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import propagate
from supplychain.measures.first_tier import (
    FirstTier,
    first_tier,
    has_cost,
    own_figures,
    ratio,
    total,
)
from supplychain.measures.interval import Interval
from supplychain.measures.score.figures import Figures

__all__ = ["Content", "CountryShares"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
_CELLS = 20_000_000


@dataclass(frozen=True)
class CountryShares:
    """Shares of a cost by country where it is made, shape (countries,) each.

    Attributes
    ----------
    countries : tuple of str
    low, high : array of float
        What is known, and what is possible.
    value : array of float
        With the market of the part for what is unknown; adds to 1 or less.
    """

    countries: tuple[str, ...]
    low: Float
    high: Float
    value: Float

    def largest(self, count: int) -> tuple[tuple[str, float], ...]:
        """Countries with the largest shares, the largest first."""
        order = sorted(range(len(self.countries)), key=lambda place: (-self.value[place], self.countries[place]))
        return tuple((self.countries[place], float(self.value[place])) for place in order[:count])


@dataclass(frozen=True)
class Content:
    """Cost by country at one depth: what a maker at that depth buys further up counts where the maker is."""

    figures: Figures
    depth: int

    @cached_property
    def items(self) -> FirstTier:
        """First-tier cost items."""
        return first_tier(self.figures.analysis)

    @cached_property
    def _codes(self) -> Int:
        options = self.figures.analysis.compiled.options
        return np.where(options.is_class, -2, self.figures.analysis.origins.made)

    @cached_property
    def present(self) -> Int:
        """Codes of the countries where something in use is made, or may be by the market of its part."""
        analysis = self.figures.analysis
        used = analysis.reach.tier[: analysis.compiled.option_count] >= 0
        options = analysis.compiled.options
        parts = np.zeros(len(analysis.compiled.part_ids), dtype=bool)
        parts[options.part[used]] = True
        market = (options.supplier < 0) & (options.offer >= 0)
        chosen = (used | (market & parts[options.part])) & (self._codes >= 0)
        return np.unique(self._codes[chosen])

    @cached_property
    def _market(self) -> Float:
        """Shares of the countries in the market of every part, shape (countries, parts); nothing without a market."""
        compiled, options = self.figures.analysis.compiled, self.figures.analysis.compiled.options
        size = len(compiled.part_ids)
        rows = np.flatnonzero(
            (options.supplier < 0) & (options.offer >= 0) & ~np.isnan(options.share) & ~options.planned
        )
        rows = rows[np.isin(self._codes[rows], self.present)]
        total_share = np.maximum(np.bincount(options.part[rows], weights=options.share[rows], minlength=size), 1.0)
        table = np.zeros((len(self.present), size))
        place = np.searchsorted(self.present, self._codes[rows])
        np.add.at(table, (place, options.part[rows]), options.share[rows] / total_share[options.part[rows]])
        return table

    def _leaves(self, places: Int) -> Float:
        """Shares of some countries in what each option makes, shape (4, countries, options)."""
        analysis = self.figures.analysis
        options = analysis.compiled.options
        code = self.present[places][:, None]
        known = self._codes[None, :] == code
        open_ = (self._codes == -1) | (options.planned & ~options.is_class)
        possible = known | open_[None, :]
        guessed = np.where((self._codes == -1)[None, :], self._market[places][:, options.part], known)
        # What is planned may turn out to be another source.
        low, high = known & ~options.planned, possible
        if analysis.evidence == "documented":
            unnamed = analysis.product_options & (options.supplier < 0)
            low, high = low & ~unnamed, possible | unnamed
        return np.stack([low, high, guessed, guessed]).astype(np.float64)

    @cached_property
    def _propagated(self) -> tuple[Float, Float]:
        """Shares of the countries in the price of every item's target, and in the product's own value."""
        analysis, figures = self.figures.analysis, self.figures
        compiled = analysis.compiled
        rest = min(self.depth, analysis.graph_depth) - 1
        whole = self.depth >= analysis.graph_depth
        rows = 1 if whole else rest + 2
        step = max(1, _CELLS // max(1, 4 * rows * compiled.target_count))
        found, own = [], []
        for start in range(0, len(self.present), step):
            places = np.arange(start, min(start + step, len(self.present)))
            leaves = self._leaves(places)
            result = propagate(
                compiled,
                leaves.reshape(-1, leaves.shape[2]),
                "kept_value",
                figures.columns.repeat(len(places)),
                depths=None if whole else rest + 1,
            ).reshape(4, len(places), rows, -1)
            seen = result[:, :, 0 if whole else rest][:, :, self.items.target]
            if self.items.no_step.any() and not whole:
                seen = np.where(self.items.no_step, result[:, :, rest + 1][:, :, self.items.target], seen)
            found.append(figures.masked(seen, self.items.grade))
            own.append(np.stack([own_figures(analysis, leaves[:, place]) for place in range(len(places))], axis=1))
        return np.concatenate(found, axis=1), np.concatenate(own, axis=1)

    def product(self) -> CountryShares | None:
        """Shares of the product's cost; None where no cost is known."""
        if not has_cost(self.items) or not len(self.present):
            return None
        analysis = self.figures.analysis
        found, own = self._propagated
        ends = [total(analysis, self.items, found[:2, place], own[:2, place]) for place in range(len(self.present))]
        guesses = [total(analysis, self.items, found[2:, place], own[2:, place]) for place in range(len(self.present))]
        return self._shares(ends, guesses)

    def some(self, chosen: Bool) -> CountryShares | None:
        """Shares of the cost of some first-tier items; None where they have none."""
        if not chosen.any() or not len(self.present):
            return None
        analysis = self.figures.analysis
        items = FirstTier(**{field.name: getattr(self.items, field.name)[chosen] for field in fields(FirstTier)})
        if not has_cost(items):
            return None
        found = self._propagated[0][:, :, chosen]
        if len(items.target) == 1:
            # One item is its own mean; products have thousands of lines.
            low, high, least, most = np.clip(found[:, :, 0], 0.0, 1.0)
            return self._named(low, np.maximum(low, high), (least + most) / 2)
        ends = [ratio(analysis, items, found[:2, place]) for place in range(len(self.present))]
        guesses = [ratio(analysis, items, found[2:, place]) for place in range(len(self.present))]
        return self._shares(ends, guesses)

    def _shares(self, ends: list[Interval | None], guesses: list[Interval | None]) -> CountryShares | None:
        if any(end is None for end in ends) or any(guess is None for guess in guesses):
            return None
        return self._named(
            np.array([end.low for end in ends if end is not None]),
            np.array([end.high for end in ends if end is not None]),
            np.array([(guess.low + guess.high) / 2 for guess in guesses if guess is not None]),
        )

    def _named(self, low: Float, high: Float, value: Float) -> CountryShares:
        names = tuple(self.figures.analysis.origins.country(int(code)) for code in self.present)
        return CountryShares(names, low / max(1.0, float(low.sum())), high, value / max(1.0, float(value.sum())))
