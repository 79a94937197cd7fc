"""Products beside each other: by profile, never by a single number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from supplychain.compiled import DEFAULT_LENS
from supplychain.dataset import Dataset
from supplychain.measures.analysis import Evidence
from supplychain.measures.score.product import score
from supplychain.measures.score.rows import ProfileRow, Score, depth_name
from supplychain.measures.score.settings import Settings

__all__ = ["Comparison", "PairRow", "compare", "compare_scores"]

Order = Literal["above", "below", "tied on the evidence"]
_TIED: Order = "tied on the evidence"


@dataclass(frozen=True)
class PairRow:
    """Two products, depth by depth.

    Attributes
    ----------
    first, second : str
        Products.
    by_depth : tuple of (int or None, str)
        Whether the first is above or below the second, or the intervals overlap.
    overall : {"above", "below", "tied on the evidence"}
        The same answer at every depth, else tied.
    """

    first: str
    second: str
    by_depth: tuple[tuple[int | None, Order], ...]
    overall: Order

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "first": self.first,
            "second": self.second,
            "by_depth": [{"depth": depth_name(depth), "order": order} for depth, order in self.by_depth],
            "overall": self.overall,
        }


@dataclass(frozen=True)
class Comparison:
    """Products with their profiles, and every pair of them.

    Attributes
    ----------
    scores : tuple of Score
        In the order of the table of products.
    pairs : tuple of PairRow
    """

    scores: tuple[Score, ...]
    pairs: tuple[PairRow, ...]

    def to_json(self) -> dict[str, object]:
        """Return the comparison as plain values."""
        return {
            "products": [
                {
                    "product": found.analysis.product_id,
                    "scored": found.scored,
                    "profile": [row.to_json() for row in found.profile],
                }
                for found in self.scores
            ],
            "pairs": [pair.to_json() for pair in self.pairs],
        }


def compare(
    dataset: Dataset,
    products: Iterable[str] | None = None,
    *,
    lens: Iterable[str] = DEFAULT_LENS,
    basis: Iterable[str] | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
    units: float | None = None,
    settings: Settings | None = None,
    assume: str | None = None,
) -> Comparison:
    """Which of several products is more resilient? Pairs by profile; where intervals overlap, they are tied.

    Parameters
    ----------
    dataset : Dataset
    products : iterable of str, optional
        All products of the dataset if not given.
    lens, basis, evidence, min_ownership, units, settings, assume
        See `supplychain.measures.score.score`.

    Returns
    -------
    Comparison

    Raises
    ------
    OptionError
        If a product does not exist or an option is out of range.
    """
    asked = tuple(products) if products is not None else tuple(dataset.products())
    countries, bases = tuple(lens), None if basis is None else tuple(basis)
    found = [
        score(
            dataset,
            product,
            lens=countries,
            basis=bases,
            evidence=evidence,
            min_ownership=min_ownership,
            units=units,
            settings=settings,
            assume=assume,
        )
        for product in asked
    ]
    return compare_scores(found)


def compare_scores(found: Sequence[Score]) -> Comparison:
    """Compare scores that were computed before, pair by pair.

    At one depth a product is above another one only if its lowest score is above the other's highest, and in all only
    if it is so at every depth.
    """
    return Comparison(tuple(found), tuple(_pair(first, second) for first, second in combinations(found, 2)))


def _pair(first: Score, second: Score) -> PairRow:
    rows = tuple((mine.depth, _order(mine, other)) for mine, other in zip(first.profile, second.profile, strict=True))
    orders = {order for _, order in rows}
    overall = orders.pop() if len(orders) == 1 else _TIED
    return PairRow(first.analysis.product_id, second.analysis.product_id, rows, overall)


def _order(mine: ProfileRow, other: ProfileRow) -> Order:
    if mine.low > other.high:
        return "above"
    return "below" if mine.high < other.low else _TIED
