"""The arrays of a compiled dataset: an AND/OR graph in topological order.

An *option* is one maker of a part (an offer, a market row, a maker of unknown origin, or a class that only passes
through). It needs its *recipe*: all *slots* (AND). A slot chooses among *alternatives* by weight (OR); each leads to a
*target*: an option, a *mix* (options with shares) or a *choice* (one of several, nobody knows which). docs/model.md
defines all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.plan import Plan, make_plan
from supplychain.dataset import Dataset

__all__ = [
    "ASSUMED",
    "DOCUMENTED",
    "MARKET_AVERAGE",
    "Alternatives",
    "BomLines",
    "Compiled",
    "Entries",
    "Lines",
    "Members",
    "Options",
    "ValueTerms",
]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Text = NDArray[np.object_]

# Grades of a step, the weakest first; a chain is as good as its weakest step.
ASSUMED, MARKET_AVERAGE, DOCUMENTED = 0, 1, 2


@dataclass(frozen=True)
class BomLines:
    """The bill of materials as codes, one entry per row, sorted by parent, slot, child, supplier and offer."""

    row: Int
    parent: Int
    child: Int
    slot: Int
    maker: Int
    supplier: Int
    offer: Int
    share: Float
    quantity: Float
    cost_share: Float
    essential: Bool
    named: Bool
    assumed: Bool

    @property
    def grade(self) -> Int:
        """DOCUMENTED if the line names its supplier, MARKET_AVERAGE if not, ASSUMED if it is an assumption."""
        return np.where(self.assumed, ASSUMED, np.where(self.named, DOCUMENTED, MARKET_AVERAGE))


@dataclass(frozen=True)
class Lines(BomLines):
    """The lines with the target to which each leads."""

    target: Int


@dataclass(frozen=True)
class Options:
    """Makers of parts, sorted by level and part. `offer` is the row in the offers table, -1 for an unknown maker.

    `priced_at_mean` marks the second option of a maker without a price, which stands in a mix at the mean price of the
    others.
    """

    part: Int
    offer: Int
    supplier: Int
    recipe: Int
    planned: Bool
    is_class: Bool
    priced_at_mean: Bool
    share: Float
    cost: Float


@dataclass(frozen=True)
class Alternatives:
    """What can fill a slot, sorted by level, recipe and slot.

    `line` is -1 for an unknown remainder and for a choice among several lines. `fixed_value` is the share of the
    parent's cost that the table gives, `amount` the cost in USD that it takes per unit of the parent; both are times
    the weight.
    """

    slot: Int
    target: Int
    weight: Float
    line: Int
    grade: Int
    fixed_value: Float
    amount: Float


@dataclass(frozen=True)
class Entries:
    """The options of each choice, sorted by choice.

    `line` is the bom line that offers the option, -1 if that follows from the user.
    """

    choice: Int
    target: Int
    line: Int
    grade: Int


@dataclass(frozen=True)
class Members:
    """The options of each mix with their volume shares and value shares, sorted by mix and recipe."""

    mix: Int
    option: Int
    share: Float
    value_share: Float
    grade: Int


@dataclass(frozen=True)
class ValueTerms:
    """For every alternative that is a choice, what each of its options costs (see `Alternatives`)."""

    alternative: Int
    target: Int
    fixed_value: Float
    amount: Float
    grade: Int


@dataclass(frozen=True)
class Compiled:
    """Arrays of one dataset. Codes index the arrays `part_ids` and `supplier_ids`, which are sorted."""

    dataset: Dataset
    part_ids: Text
    supplier_ids: Text
    part_level: Int
    part_row: Int
    part_target: Int
    is_class: Bool
    is_product: Bool
    lines: Lines
    options: Options
    recipe_part: Int
    slot_recipe: Int
    slot_essential: Bool
    slot_pointers: Int
    alternatives: Alternatives
    entries: Entries
    choice_level: Int
    choice_pointers: Int
    members: Members
    mix_part: Int
    mix_pointers: Int
    value_terms: ValueTerms
    target_cost: Float
    levels: int

    @property
    def option_count(self) -> int:
        """Number of options; targets from here on are mixes."""
        return len(self.options.part)

    @property
    def mix_count(self) -> int:
        """Number of mixes; targets from `option_count + mix_count` on are choices."""
        return len(self.mix_part)

    @property
    def choice_count(self) -> int:
        """Number of choices."""
        return len(self.choice_level)

    @property
    def target_count(self) -> int:
        """Number of targets: options, mixes and choices."""
        return self.option_count + self.mix_count + self.choice_count

    @cached_property
    def plan(self) -> Plan:
        """Level boundaries and value weights, derived once."""
        return make_plan(self)

    def part_code(self, part_id: str) -> int:
        """Return the code of a part, or raise KeyError."""
        code = int(np.searchsorted(self.part_ids, part_id))
        if code == len(self.part_ids) or self.part_ids[code] != part_id:
            raise KeyError(part_id)
        return code
