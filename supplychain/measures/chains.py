"""Chains of evidence: paths from the product to where the lens is touched, step by step."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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
    facts : str
        In an overlay, the datasets whose line and offer this is.
    """

    part_id: str
    supplier_id: str
    country: str
    share: float | None
    grounds: str
    source_ids: tuple[str, ...]
    bases: tuple[str, ...] = ()
    facts: str = ""

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
            "facts": self.facts,
        }


@dataclass(frozen=True)
class Chain:
    """A path from the product to a source of concern.

    Attributes
    ----------
    grounds : str
        That of the weakest step.
    share : float
        Product of the shares; an unknown one counts as the largest it may be.
    certain : bool
        Whether no step is an unknown choice; else the chain is only possible.
    steps : tuple of Step
        The first is the product itself.
    """

    grounds: str
    share: float
    steps: tuple[Step, ...]
    certain: bool = True

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "grounds": self.grounds,
            "share": self.share if self.certain else None,
            "certain": self.certain,
            "steps": [step.to_json() for step in self.steps],
        }


@dataclass(frozen=True)
class _Edge:
    """From one option to another: through which line, with which share."""

    option: int
    share: float
    known: bool
    certain: bool
    grade: int
    line: int
    length: int


@dataclass(frozen=True)
class _Path:
    """A path of edges with what orders it."""

    share: float
    length: int
    grade: int
    certain: bool
    names: tuple[str, ...]
    edges: tuple[_Edge, ...]
    root: int = -1


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


def certain_first(path: _Path) -> tuple[object, ...]:
    """Chains without an unknown choice, the shortest first, then those that are only possible."""
    return (not path.certain, *shortest_first(path))


def certain_worst_first(path: _Path) -> tuple[object, ...]:
    """Chains without an unknown choice, the worst first, then those that are only possible."""
    return (not path.certain, *worst_first(path))


_EMPTY = _Path(1.0, 0, DOCUMENTED, certain=True, names=(), edges=())
# Levels that may follow where no depth was asked for.
_UNLIMITED = -1


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
        self._prepared: set[tuple[Order, int]] = set()
        self._names: dict[int, str] = {}
        dataset = analysis.compiled.dataset
        self._offer_ids = dataset.offers["offer_id"].to_numpy(dtype=object)
        self._line_sources = dataset.bom["source_ids"].to_numpy(dtype=object)
        self._offer_sources = dataset.offers["source_ids"].to_numpy(dtype=object)
        self._cited: dict[tuple[int, int], tuple[str, ...]] = {}

    @cached_property
    def roots(self) -> dict[int, tuple[float, bool]]:
        """One maker of the product for each recipe, with the share of all that use it and whether that is known."""
        recipe = self.analysis.compiled.options.recipe
        makers = self._open(self.analysis.target)
        groups: dict[int, list[tuple[int, float, bool]]] = {}
        for option, share, known, _ in sorted(makers, key=lambda maker: (-maker[1], maker[0])):
            groups.setdefault(int(recipe[option]), []).append((option, share, known))
        if len(groups) == 1:
            return {rows[0][0]: (1.0, True) for rows in groups.values()}
        return {
            rows[0][0]: (sum(share for _, share, _ in rows), all(known for *_, known in rows))
            for rows in groups.values()
        }

    def _open(self, target: int) -> list[tuple[int, float, bool, int]]:
        """Options behind a target: (option, share, share known, grade)."""
        compiled = self.analysis.compiled
        if target < compiled.option_count:
            return [(target, 1.0, True, DOCUMENTED)]
        mix = target - compiled.option_count
        if mix < compiled.mix_count:
            members, span = compiled.members, slice(compiled.mix_pointers[mix], compiled.mix_pointers[mix + 1])
            columns = (members.option[span].tolist(), members.share[span].tolist(), members.grade[span].tolist())
            return [(option, share, True, grade) for option, share, grade in zip(*columns, strict=True)]
        choice = mix - compiled.mix_count
        return [
            (option, share, False, min(grade, int(compiled.entries.grade[place])))
            for place in range(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
            for option, share, _, grade in self._open(int(compiled.entries.target[place]))
        ]

    def _certain(self, options: list[tuple[int, float, bool, int]]) -> bool:
        """Whether the lens is touched whichever of the options is bought, or the shares are known."""
        return all(known for _, _, known, _ in options) or all(self._ends[option] for option, *_ in options)

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
                    certain = self._certain(self._open(target))
                    choice = target - first_choice
                    for entry in range(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1]):
                        inner = min(grade, int(compiled.entries.grade[entry]))
                        for option, share, _, step in self._open(int(compiled.entries.target[entry])):
                            entry_line = int(compiled.entries.line[entry])
                            yield _Edge(option, weight * share, False, certain, min(inner, step), entry_line, length)
                    continue
                options = self._open(target)
                certain = self._certain(options)
                for option, share, known, step in options:
                    yield _Edge(option, weight * share, known, known or certain, min(grade, step), line, length)

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

    def _joined(self, above: _Path, edge: _Edge, below: _Path) -> _Path:
        return _Path(
            above.share * edge.share * below.share,
            above.length + edge.length + below.length,
            min(above.grade, edge.grade, below.grade),
            above.certain and edge.certain and below.certain,
            (*above.names, self._name(edge.option), *below.names),
            (*above.edges, edge, *below.edges),
            above.root,
        )

    def down(self, option: int, order: Order, count: int, rest: int) -> tuple[_Path, ...]:
        """Best paths from a maker down to where chains end, at most `rest` levels."""
        if self._ends[option]:
            return (_EMPTY,)
        key = (option, order, count, rest)
        found = self._down.get(key)
        if found is None:
            unlimited = rest == _UNLIMITED
            paths = (
                self._joined(_EMPTY, edge, path)
                for edge in self._edges_of.get(int(self.analysis.compiled.options.recipe[option]), ())
                if (unlimited or edge.length <= rest) and edge.share > 0
                for path in self.down(edge.option, order, count, rest if unlimited else rest - edge.length)
            )
            found = tuple(heapq.nsmallest(count, paths, key=order))
            self._down[key] = found
        return found

    def up(self, option: int, order: Order, count: int) -> tuple[_Path, ...]:
        """Best paths from the product down to a maker, also through makers where other chains end."""
        key = (option, order, count)
        found = self._up.get(key)
        if found is None:
            paths = []
            if option in self.roots:
                share, known = self.roots[option]
                paths.append(replace(_EMPTY, share=share, certain=known or self._certain_root, root=option))
            paths += [
                self._joined(path, edge, _EMPTY)
                for recipe, edge in self._parents_of.get(option, ())
                if edge.share > 0
                for maker in self._makers_of.get(recipe, ())
                for path in self.up(maker, order, count)
            ]
            found = tuple(heapq.nsmallest(count, paths, key=order))
            self._up[key] = found
        return found

    @cached_property
    def _certain_root(self) -> bool:
        return len(self.roots) == 1

    def _prepare(self, order: Order, count: int) -> None:
        """Fill both tables level by level, so that no search goes deep: bills of hundreds of levels exist."""
        if (order, count) in self._prepared:
            return
        self._prepared.add((order, count))
        options = self.analysis.compiled.options
        used = np.flatnonzero(self.analysis.reach.longest[: len(options.part)] >= 0)
        by_level = used[np.argsort(self.analysis.compiled.part_level[options.part[used]], kind="stable")]
        if self.analysis.depth is None:
            for option in by_level.tolist():
                self.down(option, order, count, _UNLIMITED)
        for option in by_level[::-1].tolist():
            self.up(option, order, count)

    def through(self, edges: list[tuple[int, _Edge]], order: Order, count: int) -> list[Chain]:
        """Best chains that use one of the given edges, each with the recipe above it."""
        self._prepare(order, count)
        unlimited, limit = self.analysis.depth is None, self.analysis.last
        found: dict[tuple[int, tuple[_Edge, ...]], _Path] = {}
        for recipe, edge in edges:
            if edge.share <= 0:
                continue
            for maker in self._makers_of.get(recipe, ()):
                for above in self.up(maker, order, count):
                    rest = _UNLIMITED if unlimited else limit - above.length - edge.length
                    if not unlimited and rest < 0:
                        continue
                    for below in self.down(edge.option, order, count, rest):
                        path = self._joined(above, edge, below)
                        found.setdefault((path.root, path.edges), path)
        return [self.chain(path) for path in heapq.nsmallest(count, found.values(), key=order)]

    def whole(self, order: Order, count: int) -> list[Chain]:
        """Best chains of the product."""
        self._prepare(order, count)
        rest = _UNLIMITED if self.analysis.depth is None else self.analysis.last
        paths = [
            replace(path, share=share * path.share, certain=path.certain and (known or self._certain_root), root=root)
            for root, (share, known) in self.roots.items()
            for path in self.down(root, order, count, rest)
            if path.edges
        ]
        return [self.chain(path) for path in heapq.nsmallest(count, paths, key=order)]

    def edges_of(self, recipe: int, line: int, options: tuple[int, ...]) -> list[_Edge]:
        """Edges below a recipe that a line leads to, for the given options."""
        return [edge for option in options for edge in self._by_line.get((recipe, line, option), ())]

    @cached_property
    def _by_line(self) -> dict[tuple[int, int, int], list[_Edge]]:
        result: dict[tuple[int, int, int], list[_Edge]] = {}
        for recipe, edges in self._edges_of.items():
            for edge in edges:
                result.setdefault((recipe, edge.line, edge.option), []).append(edge)
        return result

    def chain(self, path: _Path) -> Chain:
        """Spell a path out."""
        compiled = self.analysis.compiled
        product = self.analysis.product_id
        share, known = self.roots[path.root]
        first = Step(
            product,
            self._supplier(path.root),
            self._country(path.root),
            share if known else None,
            GROUNDS[DOCUMENTED],
            (),
            facts=self.analysis.facts.of_part(self.analysis.product),
        )
        steps = [first]
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
                    self.analysis.facts.of_source([edge.line], edge.option),
                )
            )
        return Chain(GROUNDS[path.grade], path.share, tuple(steps), path.certain)

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
