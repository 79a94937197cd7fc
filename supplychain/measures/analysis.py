"""One product seen through one lens: the propagated figures that the measures share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import (
    ASSUMED,
    DEFAULT_BASES,
    DEFAULT_LENS,
    DOCUMENTED,
    Columns,
    Compiled,
    Lens,
    Origins,
    compile_dataset,
    concern,
    propagate,
    read_origins,
)
from supplychain.countries import to_alpha3
from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.measures.facts import Facts, facts_of
from supplychain.measures.reach import Reach, descend
from supplychain.overlay import own_products

__all__ = ["Analysis", "Evidence", "analyse"]

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Evidence = Literal["all", "documented"]


@dataclass(frozen=True)
class Analysis:
    """Arrays of figures for one product; the first axis of each is (low end, high end).

    Attributes
    ----------
    compiled : Compiled
    origins : Origins
    product : int
        Code of the product.
    lens : Lens
    loss_bases : tuple of str
        Bases of the embargo loss: *made* alone unless bases were asked for.
    depth : int or None
        Sources deeper than this count as outside the lens and available; None is no limit.
    evidence : {"all", "documented"}
    """

    compiled: Compiled
    origins: Origins
    product: int
    lens: Lens
    loss_bases: tuple[str, ...]
    depth: int | None
    evidence: Evidence

    @property
    def product_id(self) -> str:
        """Id of the product."""
        return str(self.compiled.part_ids[self.product])

    @property
    def target(self) -> int:
        """Target of the product's default mix."""
        return int(self.compiled.part_target[self.product])

    @cached_property
    def reach(self) -> Reach:
        """What the product is made of."""
        return descend(self.compiled, self.target)

    @cached_property
    def facts(self) -> Facts:
        """Whose facts the lines and offers are."""
        return facts_of(self.compiled)

    @property
    def graph_depth(self) -> int:
        """Length of the longest path from the product."""
        return self.reach.depth

    @property
    def last(self) -> int:
        """Depth that is asked for: the limit, or the depth of the graph."""
        return self.graph_depth if self.depth is None else min(self.depth, self.graph_depth)

    @cached_property
    def concern(self) -> Bool:
        """Whether each option is of concern, shape (2, options)."""
        return np.stack(concern(self.compiled, self.origins, self.lens))

    @cached_property
    def cut_off(self) -> Bool:
        """Whether each option stops in an embargo, shape (2, options)."""
        return np.stack(concern(self.compiled, self.origins, self.lens, bases=self.loss_bases))

    @cached_property
    def assembly(self) -> Float:
        """Concern of the product's own makers: contact@0, shape (2,)."""
        own = self.own_concern.astype(np.float64)
        mix = self.target - self.compiled.option_count
        if 0 <= mix < self.compiled.mix_count:
            # By units, not by value as for content.
            members = slice(self.compiled.mix_pointers[mix], self.compiled.mix_pointers[mix + 1])
            return own[:, self.compiled.members.option[members]] @ self.compiled.members.share[members]
        return propagate(self.compiled, own, "own", self.columns)[:, 0, self.target]

    @cached_property
    def own_concern(self) -> Bool:
        """Concern of all options; with documented evidence the market rows of the product itself are unknown."""
        own: Bool = self.concern.copy()
        if self.evidence == "documented":
            options = self.compiled.options
            unnamed = (options.part == self.product) & (options.supplier < 0)
            own[0, unnamed] = False
            own[1, unnamed] = True
        return own

    @cached_property
    def product_options(self) -> Bool:
        """Which options are makers of the product itself."""
        mine: Bool = self.compiled.options.part == self.product
        return mine

    @cached_property
    def columns(self) -> Columns:
        """Columns (low end, high end): what is unknown or does not count is 0 at the low and 1 at the high end."""
        least = DOCUMENTED if self.evidence == "documented" else ASSUMED
        return Columns(
            take_max=np.array([False, True]), least_grade=np.array([least, least]), instead=np.array([0.0, 1.0])
        )

    def leaves(self, flagged: Bool) -> Float:
        """Concern as leaf values, in which the product's own makers count as outside."""
        return np.where(self.product_options, 0.0, flagged)

    @cached_property
    def stopped(self) -> Float:
        """What stops in an embargo, as leaf values."""
        return self.leaves(self.cut_off)

    def _propagated(self, flagged: Bool, operation: str, *, essential_only: bool = False) -> Float:
        return propagate(
            self.compiled,
            self.leaves(flagged),
            operation,
            self.columns,
            depths=self.graph_depth,
            essential_only=essential_only,
        )

    @cached_property
    def contact(self) -> Float:
        """Chance that a unit touches the lens, independent purchases, shape (2, graph_depth + 1, targets)."""
        return self._propagated(self.concern, "product")

    @cached_property
    def contact_frechet(self) -> Float:
        """Lower bound of the low end and upper bound of the high end, shape (2, graph_depth + 1, targets)."""
        lower, upper = self._propagated(self.concern, "max"), self._propagated(self.concern, "sum")
        return np.stack([lower[0], upper[1]])

    @cached_property
    def loss_reallocate(self) -> Float:
        """Output lost when the lens stops, surviving inputs going to surviving makers first, shape as `contact`."""
        return self._propagated(self.cut_off, "pooled_max", essential_only=True)

    @cached_property
    def loss_proportional(self) -> Float:
        """Output lost when the lens stops, every maker losing in proportion, shape as `contact`."""
        return self._propagated(self.cut_off, "max", essential_only=True)

    @cached_property
    def value(self) -> Float:
        """Share of the price that is earned in the lens, shape as `contact`."""
        leaves = self.own_concern.astype(np.float64)
        return propagate(self.compiled, leaves, "value", self.columns, depths=self.graph_depth)

    @cached_property
    def documented(self) -> Analysis:
        """The same with documented evidence only."""
        return self if self.evidence == "documented" else replace(self, evidence="documented")


def analyse(
    dataset: Dataset,
    product: str | None = None,
    *,
    lens: Iterable[str] = DEFAULT_LENS,
    basis: Iterable[str] | None = None,
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
) -> Analysis:
    """Prepare the analysis of a product; figures are computed when they are first asked for.

    Parameters
    ----------
    dataset : Dataset
    product : str, optional
        Part to analyse; may be left out where the dataset has one product, or one of the user's in an overlay.
    lens : iterable of str
        Countries of concern, ISO 3166-1 alpha-3.
    basis : iterable of str, optional
        made, designed, headquartered, owned. Default: made, headquartered and owned, and for the embargo loss made
        alone.
    depth : int, optional
        Deepest level that counts, 1 or more.
    evidence : {"all", "documented"}
        `documented`: market averages and assumptions count as unknown.
    min_ownership : float
        Share from which owners count, above 0 and at most 1.

    Returns
    -------
    Analysis

    Raises
    ------
    OptionError
        If the product does not exist or an option is out of range.
    """
    if depth is not None and (int(depth) != depth or depth < 1):
        raise OptionError(f"depth {depth}: give a whole number of 1 or more")
    if isinstance(lens, str) or isinstance(basis, str):
        raise OptionError("lens and basis: give a list, as ['CHN', 'HKG', 'MAC'], not one text")
    if evidence not in ("all", "documented"):
        raise OptionError(f"evidence {evidence!r}: give all or documented")
    compiled = compile_dataset(dataset)
    countries = tuple(dict.fromkeys(_country(name) for name in lens))
    chosen = Lens(countries, tuple(basis) if basis is not None else DEFAULT_BASES, min_ownership)
    return Analysis(
        compiled=compiled,
        origins=read_origins(compiled, min_ownership=min_ownership),
        product=compiled.part_code(find_product(dataset, product)),
        lens=chosen,
        loss_bases=chosen.bases if basis is not None else ("made",),
        depth=depth,
        evidence=evidence,
    )


def _country(name: str) -> str:
    code = to_alpha3(name)
    if code is None:
        raise OptionError(f"lens: {name!r} is no country that we know; give ISO codes or names, as CHN, HKG, MAC")
    return code


def _with_lines(dataset: Dataset, product: str) -> str:
    # Without lines nothing would be found and nothing unknown: it would look clear.
    if not (dataset.bom["parent_id"] == product).any():
        raise OptionError(
            f"{product} has no line in the bill of materials of dataset {dataset.name}: nothing to follow"
        )
    return product


def find_product(dataset: Dataset, product: str | None) -> str:
    """Return the id of the product that is meant, or raise OptionError with the choices."""
    products = dataset.products()
    if product is None:
        own = own_products(dataset)
        if len(own) == 1:
            return _with_lines(dataset, own[0])
        listed = ", ".join(products) if products else "none"
        raise OptionError(f"name a product of dataset {dataset.name}: {listed}")
    ids = set(dataset.parts["part_id"])
    if product in ids:
        return _with_lines(dataset, product)
    near = get_close_matches(product, sorted(ids), n=3)
    hint = f"did you mean {', '.join(near)}" if near else f"products are {', '.join(products) or 'none'}"
    raise OptionError(f"product {product!r} is not in dataset {dataset.name}: {hint}")
