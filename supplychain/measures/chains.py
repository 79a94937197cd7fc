"""Chains of evidence: paths from the product to where the lens is touched, step by step."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import DOCUMENTED
from supplychain.compiled.origin import concern_by_basis
from supplychain.measures.analysis import Analysis
from supplychain.measures.names import split_ids

__all__ = ["GROUNDS", "Chain", "ChainFinder", "Step"]

Bool = NDArray[np.bool_]

# Index is the grade of supplychain.compiled.arrays.
GROUNDS = ("assumed", "market_average", "documented")


@dataclass(frozen=True)
class Step:
    """One step of a chain: a part as one source makes it.

    Attributes
    ----------
    part_id, supplier_id : str
        supplier_id is empty for a market row, a class and a maker of unknown origin.
    country : str
        Where it is made; empty is unknown.
    share : float or None
        Share of the step before that this source supplies; None where the choice is unknown.
    grounds : {"documented", "market_average", "assumed"}
    source_ids : tuple of str
    bases : tuple of str
        Bases of the lens on which this source is of concern; empty where it is not.
    """

    part_id: str
    supplier_id: str
    country: str
    share: float | None
    grounds: str
    source_ids: tuple[str, ...]
    bases: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "part_id": self.part_id,
            "supplier_id": self.supplier_id,
            "country": self.country,
            "share": self.share,
            "grounds": self.grounds,
            "source_ids": list(self.source_ids),
            "bases": list(self.bases),
        }


@dataclass(frozen=True)
class Chain:
    """A path from the product to a source of concern.

    Attributes
    ----------
    grounds : str
        That of the weakest step.
    share : float
        Product of the shares; an unknown one counts as 1.
    steps : tuple of Step
        The first is the product itself.
    """

    grounds: str
    share: float
    steps: tuple[Step, ...]

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {"grounds": self.grounds, "share": self.share, "steps": [step.to_json() for step in self.steps]}


@dataclass(frozen=True)
class _Edge:
    """From one option to another: through which line, with which share."""

    option: int
    share: float
    known: bool
    grade: int
    line: int
    length: int


@dataclass(frozen=True)
class _Path:
    """A path of edges with what orders it."""

    share: float
    length: int
    grade: int
    names: tuple[str, ...]
    edges: tuple[_Edge, ...]


Order = Callable[[_Path], tuple[object, ...]]


def worst_first(path: _Path) -> tuple[object, ...]:
    """Largest product of shares, then the shorter, then ids."""
    return (-round(path.share, 12), path.length, len(path.edges), path.names)


def shortest_first(path: _Path) -> tuple[object, ...]:
    """Fewest levels, then the largest product of shares, then ids."""
    return (path.length, -round(path.share, 12), len(path.edges), path.names)


def best_grounds_first(path: _Path) -> tuple[object, ...]:
    """Strongest weakest step, then the largest product of shares."""
    return (-path.grade, *worst_first(path))


_EMPTY = _Path(1.0, 0, DOCUMENTED, (), ())


class ChainFinder:
    """Finds the best chains of one analysis; lists are kept per maker, so that many flags share the work.

    Parameters
    ----------
    analysis : Analysis
    ends : array of bool, shape (options,), optional
        Where chains end; default is the sources known to be of concern.
    """

    def __init__(self, analysis: Analysis, ends: Bool | None = None) -> None:
        self.analysis = analysis
        leaves = analysis.concern[0] if ends is None else ends
        self._ends = leaves & ~analysis.product_options
        self._down: dict[tuple[int, Order, int, int], tuple[_Path, ...]] = {}
        self._up: dict[tuple[int, Order, int], tuple[_Path, ...]] = {}
        self._names: dict[int, str] = {}
        dataset = analysis.compiled.dataset
        self._offer_ids = dataset.offers["offer_id"].to_numpy(dtype=object)
        self._line_sources = dataset.bom["source_ids"].to_numpy(dtype=object)
        self._offer_sources = dataset.offers["source_ids"].to_numpy(dtype=object)
        self._cited: dict[tuple[int, int], tuple[str, ...]] = {}

    @cached_property
    def roots(self) -> dict[int, tuple[float, bool]]:
        """Options that make the product, with their share and whether it is known."""
        return {option: (share, known) for option, share, known, _ in self._open(self.analysis.target)}

    def _open(self, target: int) -> Iterator[tuple[int, float, bool, int]]:
        """Options behind a target: (option, share, share known, grade)."""
        compiled = self.analysis.compiled
        if target < compiled.option_count:
            yield target, 1.0, True, DOCUMENTED
            return
        mix = target - compiled.option_count
        if mix < compiled.mix_count:
            members = compiled.members
            for place in range(compiled.mix_pointers[mix], compiled.mix_pointers[mix + 1]):
                yield int(members.option[place]), float(members.share[place]), True, int(members.grade[place])
            return
        choice = mix - compiled.mix_count
        for place in range(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1]):
            for option, share, _, grade in self._open(int(compiled.entries.target[place])):
                yield option, share, False, min(grade, int(compiled.entries.grade[place]))

    @cached_property
    def _slots_of(self) -> dict[int, list[int]]:
        compiled = self.analysis.compiled
        result: dict[int, list[int]] = {}
        used = self.analysis.reach.recipe_longest[compiled.slot_recipe] >= 0
        for slot in np.flatnonzero(used):
            result.setdefault(int(compiled.slot_recipe[slot]), []).append(int(slot))
        return result

    @cached_property
    def _edges_of(self) -> dict[int, tuple[_Edge, ...]]:
        """Edges below every recipe in use."""
        return {recipe: tuple(self._read_edges(slots)) for recipe, slots in self._slots_of.items()}

    def _read_edges(self, slots: list[int]) -> Iterator[_Edge]:
        compiled = self.analysis.compiled
        table, plan = compiled.alternatives, compiled.plan
        first_choice = compiled.option_count + compiled.mix_count
        for slot in slots:
            for place in range(compiled.slot_pointers[slot], compiled.slot_pointers[slot + 1]):
                target, line = int(table.target[place]), int(table.line[place])
                weight, length = float(table.weight[place]), 0 if plan.behind_class[place] else 1
                grade = int(table.grade[place])
                if target >= first_choice and line < 0:
                    # A split slot: each option has a line of its own.
                    choice = target - first_choice
                    for entry in range(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1]):
                        inner = min(grade, int(compiled.entries.grade[entry]))
                        for option, share, _, step in self._open(int(compiled.entries.target[entry])):
                            entry_line = int(compiled.entries.line[entry])
                            yield _Edge(option, weight * share, False, min(inner, step), entry_line, length)
                    continue
                for option, share, known, step in self._open(target):
                    yield _Edge(option, weight * share, known, min(grade, step), line, length)

    @cached_property
    def _parents_of(self) -> dict[int, list[tuple[int, _Edge]]]:
        """For every option the recipes that use it."""
        result: dict[int, list[tuple[int, _Edge]]] = {}
        for recipe, edges in self._edges_of.items():
            for edge in edges:
                result.setdefault(edge.option, []).append((recipe, edge))
        return result

    @cached_property
    def _makers_of(self) -> dict[int, list[int]]:
        """Options in use that share each recipe."""
        options = self.analysis.compiled.options
        used = np.flatnonzero(self.analysis.reach.longest[: len(options.part)] >= 0)
        result: dict[int, list[int]] = {}
        for option in used:
            result.setdefault(int(options.recipe[option]), []).append(int(option))
        return result

    def _name(self, option: int) -> str:
        if option not in self._names:
            compiled, options = self.analysis.compiled, self.analysis.compiled.options
            offer = int(options.offer[option])
            offer_id = self._offer_ids[offer] if offer >= 0 else ""
            self._names[option] = f"{compiled.part_ids[options.part[option]]}\x00{offer_id}"
        return self._names[option]

    def _extend(self, edge: _Edge, path: _Path) -> _Path:
        return _Path(
            edge.share * path.share,
            edge.length + path.length,
            min(edge.grade, path.grade),
            (self._name(edge.option), *path.names),
            (edge, *path.edges),
        )

    def down(self, option: int, order: Order, count: int, rest: int) -> tuple[_Path, ...]:
        """Best paths from a maker down to where chains end, at most `rest` levels."""
        if self._ends[option]:
            return (_EMPTY,)
        key = (option, order, count, rest)
        found = self._down.get(key)
        if found is None:
            paths = (
                self._extend(edge, path)
                for edge in self._edges_of.get(int(self.analysis.compiled.options.recipe[option]), ())
                if edge.length <= rest and edge.share > 0
                for path in self.down(edge.option, order, count, rest - edge.length)
            )
            found = tuple(heapq.nsmallest(count, paths, key=order))
            self._down[key] = found
        return found

    def up(self, option: int, order: Order, count: int) -> tuple[_Path, ...]:
        """Best paths from the product down to a maker, also through makers where other chains end."""
        key = (option, order, count)
        found = self._up.get(key)
        if found is None:
            paths = [_EMPTY] if option in self.roots else []
            paths += [
                _Path(
                    path.share * edge.share,
                    path.length + edge.length,
                    min(path.grade, edge.grade),
                    (*path.names, self._name(option)),
                    (*path.edges, edge),
                )
                for recipe, edge in self._parents_of.get(option, ())
                if edge.share > 0
                for maker in self._makers_of.get(recipe, ())
                for path in self.up(maker, order, count)
            ]
            found = tuple(heapq.nsmallest(count, paths, key=order))
            self._up[key] = found
        return found

    def through(self, edges: list[tuple[int, _Edge]], order: Order, count: int) -> list[Chain]:
        """Best chains that use one of the given edges, each with the recipe above it."""
        limit = self.analysis.last
        found: dict[tuple[_Edge, ...], _Path] = {}
        for recipe, edge in edges:
            if edge.share <= 0:
                continue
            for maker in self._makers_of.get(recipe, ()):
                for above in self.up(maker, order, count):
                    rest = limit - above.length - edge.length
                    if rest < 0:
                        continue
                    for below in self.down(edge.option, order, count, rest):
                        path = _Path(
                            above.share * edge.share * below.share,
                            above.length + edge.length + below.length,
                            min(above.grade, edge.grade, below.grade),
                            (*above.names, self._name(edge.option), *below.names),
                            (*above.edges, edge, *below.edges),
                        )
                        found.setdefault(path.edges, path)
        best = heapq.nsmallest(count, found.values(), key=order)
        return [self.chain(path) for path in best]

    def whole(self, order: Order, count: int) -> list[Chain]:
        """Best chains of the product."""
        paths = [
            path for root in self.roots for path in self.down(root, order, count, self.analysis.last) if path.edges
        ]
        unique = {path.edges: path for path in paths}
        return [self.chain(path) for path in heapq.nsmallest(count, unique.values(), key=order)]

    def edges_below(self, recipe: int) -> tuple[_Edge, ...]:
        """All edges below a recipe."""
        return self._edges_of.get(recipe, ())

    def chain(self, path: _Path) -> Chain:
        """Spell a path out."""
        compiled = self.analysis.compiled
        product = self.analysis.product_id
        root = next(iter(self.roots))
        steps = [Step(product, self._supplier(root), self._country(root), 1.0, GROUNDS[DOCUMENTED], ())]
        for edge in path.edges:
            part = str(compiled.part_ids[compiled.options.part[edge.option]])
            steps.append(
                Step(
                    part,
                    self._supplier(edge.option),
                    self._country(edge.option),
                    edge.share if edge.known else None,
                    GROUNDS[edge.grade],
                    self._sources(edge),
                    self._bases(edge.option),
                )
            )
        return Chain(GROUNDS[path.grade], path.share, tuple(steps))

    @cached_property
    def _known(self) -> dict[str, Bool]:
        """For each basis of the lens whether each option is known to be in it."""
        analysis = self.analysis
        return {
            basis: concern_by_basis(analysis.compiled, analysis.origins, analysis.lens, basis)[0]
            for basis in analysis.lens.bases
        }

    def _bases(self, option: int) -> tuple[str, ...]:
        if not self.analysis.concern[0, option]:
            return ()
        return tuple(basis for basis, known in self._known.items() if known[option])

    def _supplier(self, option: int) -> str:
        code = int(self.analysis.compiled.options.supplier[option])
        return str(self.analysis.compiled.supplier_ids[code]) if code >= 0 else ""

    def _country(self, option: int) -> str:
        return self.analysis.origins.country(int(self.analysis.origins.made[option]))

    def _sources(self, edge: _Edge) -> tuple[str, ...]:
        """Sources of the line and of the offer."""
        key = (edge.line, edge.option)
        found = self._cited.get(key)
        if found is None:
            compiled = self.analysis.compiled
            cells = [self._line_sources[compiled.lines.row[edge.line]]] if edge.line >= 0 else []
            offer = int(compiled.options.offer[edge.option])
            if offer >= 0:
                cells.append(self._offer_sources[offer])
            found = split_ids(*cells)
            self._cited[key] = found
        return found
