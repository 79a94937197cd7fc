"""The lines that the score speaks of, and the sources that a product needs down to a depth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import DOCUMENTED, Compiled
from supplychain.levels import expand_ranges, pointers
from supplychain.measures.analysis import Analysis
from supplychain.measures.first_tier import product_makers

__all__ = ["Below", "ScoreLines", "score_lines"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class ScoreLines:
    """Essential first-tier lines of a product: one for each thing that it cannot do without.

    The rows of one slot are alternatives and together one line. A line leads to *places*, its alternatives with their
    shares.

    Attributes
    ----------
    slot : array of int, shape (lines,)
    recipe : array of int, shape (lines,)
        Place in `recipe_share` of the recipe that the line belongs to.
    recipe_share : array of float
        Share of the product that is made by each recipe.
    exclusive : bool
        Nobody knows which recipe it is: the product is an unknown choice among its makers.
    starts : array of int, shape (lines + 1,)
        Where the places of each line start.
    place : array of int, shape (places,)
        Codes in `Compiled.alternatives`.
    owner : array of int, shape (places,)
        Line of each place.
    """

    compiled: Compiled
    slot: Int
    recipe: Int
    recipe_share: Float
    exclusive: bool
    starts: Int
    place: Int
    owner: Int

    def __len__(self) -> int:
        """Number of lines."""
        return len(self.slot)

    @cached_property
    def target(self) -> Int:
        """Target of each place."""
        return self.compiled.alternatives.target[self.place]

    @cached_property
    def weight(self) -> Float:
        """Share of the line that each place fills."""
        return self.compiled.alternatives.weight[self.place]

    @cached_property
    def grade(self) -> Int:
        """Grade of the step to each place."""
        return self.compiled.alternatives.grade[self.place]

    def sums(self, figures: Float) -> Float:
        """Sums over the places of each line, shape (..., places) -> (..., lines)."""
        if not len(self):
            return np.zeros((*figures.shape[:-1], 0))
        return np.add.reduceat(figures, self.starts[:-1], axis=-1)

    def some(self, chosen: Bool) -> ScoreLines:
        """The chosen lines alone."""
        slot = self.slot[chosen]
        place, owner = expand_ranges(self.compiled.slot_pointers[slot], self.compiled.slot_pointers[slot + 1])
        return ScoreLines(
            self.compiled,
            slot,
            self.recipe[chosen],
            self.recipe_share,
            self.exclusive,
            pointers(owner, len(slot)),
            place,
            owner,
        )

    def means(self, low: Float, value: Float, high: Float) -> tuple[float, float, float]:
        """Mean over the lines of each recipe, then over the recipes; 1 where nothing is needed."""
        found = []
        for recipe in np.unique(self.recipe):
            mine = self.recipe == recipe
            found.append([float(end[mine].mean()) for end in (low, value, high)])
        if not found:
            return 1.0, 1.0, 1.0
        table = np.array(found)
        if self.exclusive:
            return float(table[:, 0].min()), float(table[:, 1].mean()), float(table[:, 2].max())
        share = self.recipe_share[np.unique(self.recipe)]
        mean = share @ table / share.sum() if share.sum() > 0 else table.mean(axis=0)
        return float(mean[0]), float(mean[1]), float(mean[2])


def score_lines(analysis: Analysis) -> ScoreLines:
    """Collect the essential first-tier lines of a product."""
    compiled = analysis.compiled
    makers, shares, exclusive = product_makers(analysis)
    recipes, number = np.unique(compiled.options.recipe[makers], return_inverse=True)
    place_of = np.full(len(compiled.recipe_part), -1, dtype=np.int64)
    place_of[recipes] = np.arange(len(recipes))
    slots = np.flatnonzero((place_of[compiled.slot_recipe] >= 0) & compiled.slot_essential)
    place, owner = expand_ranges(compiled.slot_pointers[slots], compiled.slot_pointers[slots + 1])
    return ScoreLines(
        compiled,
        slots,
        place_of[compiled.slot_recipe[slots]],
        np.bincount(number, weights=shares, minlength=len(recipes)).astype(np.float64),
        exclusive and len(recipes) > 1,
        pointers(owner, len(slots)),
        place,
        owner,
    )


@dataclass(frozen=True)
class Below:
    """Walks from lines down to what they need; optional lines are left out."""

    analysis: Analysis

    @cached_property
    def _slots_of(self) -> tuple[Int, Int]:
        compiled = self.analysis.compiled
        order = np.argsort(compiled.slot_recipe, kind="stable")
        return order, pointers(compiled.slot_recipe[order], len(compiled.recipe_part))

    def _essential_slots(self, recipes: Int) -> Int:
        order, bounds = self._slots_of
        found, _ = expand_ranges(bounds[recipes], bounds[recipes + 1])
        slots = order[found]
        return slots[self.analysis.compiled.slot_essential[slots]]

    def sources(self, slots: Int, *, certain: bool) -> Int:
        """Makers that fill slots; those of a class fill the slot that leads to the class.

        Parameters
        ----------
        slots : array of int
        certain : bool
            Leave out what stands behind an unknown choice, or is not documented where only that counts.
        """
        compiled, table = self.analysis.compiled, self.analysis.compiled.alternatives
        mixes, first = compiled.option_count, compiled.option_count + compiled.mix_count
        documented = certain and self.analysis.evidence == "documented"
        found = []
        while len(slots):
            places, _ = expand_ranges(compiled.slot_pointers[slots], compiled.slot_pointers[slots + 1])
            keep = table.weight[places] > 0
            if documented:
                keep &= table.grade[places] >= DOCUMENTED
            targets = np.unique(table.target[places[keep]])
            while (choices := targets[targets >= first] - first).size:
                entries, _ = expand_ranges(compiled.choice_pointers[choices], compiled.choice_pointers[choices + 1])
                inside = np.zeros(0, dtype=np.int64) if certain else compiled.entries.target[entries]
                targets = np.unique(np.concatenate([targets[targets < first], inside]))
            mixed = targets[targets >= mixes] - mixes
            members, _ = expand_ranges(compiled.mix_pointers[mixed], compiled.mix_pointers[mixed + 1])
            members = members[compiled.members.share[members] > 0]
            options = np.unique(np.concatenate([targets[targets < mixes], compiled.members.option[members]]))
            classes = compiled.options.is_class[options]
            found.append(options[~classes])
            slots = self._essential_slots(np.unique(compiled.options.recipe[options[classes]]))
        return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)

    def needs(self, slots: Int, depth: int, *, certain: bool) -> Int:
        """Slots that lines need, themselves among them, down to a depth."""
        seen = np.zeros(len(self.analysis.compiled.slot_recipe), dtype=bool)
        seen[slots] = True
        front = slots
        for _ in range(1, depth):
            recipes = np.unique(self.analysis.compiled.options.recipe[self.sources(front, certain=certain)])
            front = self._essential_slots(recipes)
            front = front[~seen[front]]
            if not len(front):
                break
            seen[front] = True
        return np.flatnonzero(seen)
