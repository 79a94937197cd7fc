"""Where the chains of two makers of one slot meet: two suppliers that buy from one smelter are not two sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from supplychain.compiled import DOCUMENTED
from supplychain.compiled.sweep import failures_of, sweep_parts
from supplychain.levels import expand_ranges, pointers
from supplychain.measures.analysis import Analysis
from supplychain.measures.choke_failures import UNKNOWN_MAKER, in_use
from supplychain.measures.interval import Interval, share

__all__ = ["MARKET", "CommonCause", "Meeting", "find_common_causes"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

MARKET = "market:"  # and the part's id: the unnamed makers of a part, some of whom have a known country
_PAIRS = 1000  # pairs of makers that are followed at a time
_KEYS = 500  # common sources of which it is computed at a time what their failure costs


@dataclass(frozen=True)
class Meeting:
    """The first source that two chains share.

    Attributes
    ----------
    part_id : str
        What it makes.
    supplier_id : str
        Who; empty where both buy the part from its market or from a maker whom nobody knows.
    tier : int
        Where both chains have reached it, counted from the product along the longer of the two.
    """

    part_id: str
    supplier_id: str
    tier: int

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {"part_id": self.part_id, "supplier_id": self.supplier_id, "tier": self.tier}


@dataclass(frozen=True)
class CommonCause:
    """Two makers of one slot whose chains meet.

    Attributes
    ----------
    parent_id, slot : str
        The slot.
    first, second : str
        Supplier ids. `market:` and a part's id: its unnamed makers; `unknown:` and a part's id: a maker whom nobody
        knows.
    first_part_id, second_part_id : str
        What each delivers into the slot.
    meet : Meeting
        The first source that both use; of several at that tier the one whose failure costs both most.
    independent_to : int
        Deepest tier at which the two still look independent: one less than that of the meeting.
    loss_first, loss_second : Interval
        Share of its output that each loses if that source fails.
    grounds : {"documented", "market_average"}
        Whether every step of both chains names its supplier, or some step is a part's general source.
    """

    parent_id: str
    slot: str
    first: str
    second: str
    first_part_id: str
    second_part_id: str
    meet: Meeting
    independent_to: int
    loss_first: Interval
    loss_second: Interval
    grounds: str

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "parent_id": self.parent_id,
            "slot": self.slot,
            "first": self.first,
            "second": self.second,
            "first_part_id": self.first_part_id,
            "second_part_id": self.second_part_id,
            "meet": self.meet.to_json(),
            "independent_to": self.independent_to,
            "loss": {"first": self.loss_first.to_json(), "second": self.loss_second.to_json()},
            "grounds": self.grounds,
        }


@dataclass(frozen=True)
class _Units:
    """Makers of slots: one entry per slot, part and supplier (-1: the unnamed makers of the part), sorted so.

    `entry_unit` and `entry_option` list the options of each.
    """

    slot: Int
    part: Int
    supplier: Int
    entry_unit: Int
    entry_option: Int


@dataclass(frozen=True)
class _Met:
    """Pairs of units that meet: the key of the common source, a part that it makes, and the steps up to it."""

    first: Int
    second: Int
    key: Int
    part: Int
    steps: Int
    documented: Bool


def find_common_causes(analysis: Analysis, *, most_pairs: int = 20_000) -> tuple[tuple[CommonCause, ...], str]:
    """Look for the first common source of every two makers of one slot.

    Two makers are compared where they fill the same essential slot: by different lines, or as named makers in the
    default mix of its part. Chains run over essential lines only. The unnamed rest of a mix is no second maker of
    the part.

    Parameters
    ----------
    analysis : Analysis
    most_pairs : int
        Most pairs of makers that are compared, the slots nearest to the product first.

    Returns
    -------
    causes : tuple of CommonCause
        By tier of the meeting, then ids.
    note : str
        What was left out; empty if nothing.
    """
    network = _Network(analysis, documented=analysis.evidence == "documented")
    units = network.units()
    first, second, left_out = _pairs(analysis, units, most_pairs)
    note = ""
    if left_out:
        note = (
            f"common causes: {len(first) + left_out:,} pairs of makers share a slot; the {len(first):,} nearest to the "
            "product were compared"
        )
    strict = network if network.documented else _Network(analysis, documented=True)
    met = _meetings(analysis, network, strict, units, first, second)
    return _told(analysis, network, units, met), note


class _Network:
    """Who buys from whom, as sparse matrices of 0 and 1; essential lines only, classes opened."""

    def __init__(self, analysis: Analysis, *, documented: bool) -> None:
        compiled, table = analysis.compiled, analysis.compiled.alternatives
        options, members, entries = compiled.options, compiled.members, compiled.entries
        self.analysis, self.documented = analysis, documented
        count, targets, recipes = compiled.option_count, compiled.target_count, len(compiled.recipe_part)
        least = DOCUMENTED if documented else 0
        used_slot = compiled.slot_essential & (analysis.reach.recipe_tier[compiled.slot_recipe] >= 0)
        self.followed = used_slot[table.slot] & (table.weight > 0) & (table.grade >= least)
        recipe = compiled.slot_recipe[table.slot]
        buys = _ones(recipe[self.followed], table.target[self.followed], (recipes, targets))
        # Mixes, choices and classes pass on to their makers.
        in_mix = (members.share > 0) & (members.grade >= least)
        of_choice = entries.grade >= least
        step = _ones(
            np.concatenate([count + members.mix[in_mix], count + compiled.mix_count + entries.choice[of_choice]]),
            np.concatenate([members.option[in_mix], entries.target[of_choice]]),
            (targets, targets),
        )
        classes = np.flatnonzero(options.is_class)
        opened = _ones(classes, options.recipe[classes], (targets, recipes)) @ buys
        passing = ((step + opened) > 0).astype(np.float64).tocsr()
        makers = np.flatnonzero(~options.is_class)
        self.makers = _ones(makers, makers, (targets, count))
        front = passing
        while front.nnz:
            self.makers = ((self.makers + front[:, :count]) > 0).astype(np.float64).tocsr()
            front = (front @ passing).tocsr()
        keep: Any = sparse.diags_array((~options.is_class).astype(np.float64))
        self.makers = _pruned(self.makers @ keep)
        self.bought_from = _pruned(buys @ self.makers)
        self.recipe_of = _ones(makers, options.recipe[makers], (count, recipes))
        # A source is a part as one firm makes it, or as its unnamed makers do; its key is the firm, or the part.
        self.firms = len(compiled.supplier_ids)
        keys = self.firms + len(compiled.part_ids)
        self.key = np.where(options.supplier >= 0, options.supplier, self.firms + options.part)
        source, of_option = np.unique(options.part * keys + self.key, return_inverse=True)
        self.source_part, self.source_key = source // keys, source % keys
        self.source_of = _ones(makers, of_option[makers], (count, len(source)))
        self.key_of = _ones(np.arange(len(source)), self.source_key, (len(source), keys))

    def units(self) -> _Units:
        """Makers of every essential slot that the product uses, within the depth."""
        compiled, reach = self.analysis.compiled, self.analysis.reach
        table, plan = compiled.alternatives, compiled.plan
        tier = reach.recipe_tier[compiled.slot_recipe[table.slot]]
        wanted = self.followed & ~plan.behind_class & (tier < self.analysis.last)
        place = np.flatnonzero(wanted)
        found = _ones(np.arange(len(place)), table.target[place], (len(place), compiled.target_count)) @ self.makers
        found = found.tocoo()
        slot, option = table.slot[place[found.row]], found.col.astype(np.int64)
        part, supplier = compiled.options.part[option], compiled.options.supplier[option]
        order = np.lexsort((option, supplier, part, slot))
        slot, option, part, supplier = slot[order], option[order], part[order], supplier[order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (slot[1:] != slot[:-1]) | (part[1:] != part[:-1]) | (supplier[1:] != supplier[:-1])
        return _Units(slot[new], part[new], supplier[new], np.cumsum(new) - 1, option)

    def reached(self, units: _Units, some: Int) -> list[sparse.csr_array]:
        """For 0, 1, 2... steps up the chain, which sources some of the units have reached: (units, sources)."""
        bounds = pointers(units.entry_unit, len(units.slot))
        entry, owner = expand_ranges(bounds[some], bounds[some + 1])
        makers = _ones(owner, units.entry_option[entry], (len(some), len(self.key)))
        reached = [_pruned(makers @ self.source_of)]
        seen = sparse.csr_array((len(some), self.recipe_of.shape[1]))
        while len(reached) <= self.analysis.graph_depth:
            # Only recipes met for the first time: a source counts where it is nearest.
            recipes = _pruned(makers @ self.recipe_of)
            fresh = (recipes - recipes.multiply(seen)).tocsr()
            fresh.eliminate_zeros()
            if not fresh.nnz:
                break
            seen = _pruned(seen + fresh)
            makers = _pruned(fresh @ self.bought_from)
            reached.append(_pruned(reached[-1] + makers @ self.source_of))
        return reached


def _ones(rows: Int, columns: Int, shape: tuple[int, int]) -> sparse.csr_array:
    return _pruned(sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape))


def _pruned(matrix: Any) -> sparse.csr_array:
    """The same with 1 for everything that is not 0."""
    result: sparse.csr_array = sparse.csr_array(matrix)
    result.eliminate_zeros()
    result.data = np.ones(len(result.data))
    return result


def _pairs(analysis: Analysis, units: _Units, most: int) -> tuple[Int, Int, int]:
    """Every two units of one slot, the slots nearest to the product first; and how many pairs were left out."""
    count = len(units.slot)
    if not count:
        return units.slot, units.slot, 0
    bounds = pointers(units.slot, int(units.slot.max()) + 1)
    tier = analysis.reach.recipe_tier[analysis.compiled.slot_recipe[units.slot]]
    order = np.argsort(tier, kind="stable")
    partners = bounds[units.slot[order] + 1] - order - 1
    # Listing stops at ten times what is asked for: some of these are no pairs, see below.
    room = np.clip(10 * most - (np.cumsum(partners) - partners), 0, partners)
    second, owner = expand_ranges(order + 1, order + 1 + room)
    first = order[owner]
    same_part = units.part[first] == units.part[second]
    unnamed = (units.supplier[first] < 0) | (units.supplier[second] < 0)
    keep = np.flatnonzero(~(same_part & unnamed))
    left_out = int((partners - room).sum()) + max(0, len(keep) - most)
    return first[keep[:most]], second[keep[:most]], left_out


def _meetings(analysis: Analysis, network: _Network, strict: _Network, units: _Units, first: Int, second: Int) -> _Met:
    """For each pair the sources that both have reached when they first share one; several rows for several."""
    rows: list[tuple[Int, Int, Int, Int, Int, Bool]] = []
    tier = 1 + analysis.reach.recipe_tier[analysis.compiled.slot_recipe[units.slot[first]]]
    for start in range(0, len(first), _PAIRS):
        pairs = slice(start, start + _PAIRS)
        some, place = np.unique(np.concatenate([first[pairs], second[pairs]]), return_inverse=True)
        left, right = place[: len(place) // 2], place[len(place) // 2 :]
        reached, proven = network.reached(units, some), strict.reached(units, some)
        open_ = np.arange(len(left))
        for steps, sources in enumerate(reached):
            open_ = open_[tier[start + open_] + steps <= analysis.last]
            pair, key, part = _shared(network, sources[left[open_]], sources[right[open_]])
            pair = open_[pair]
            sure = _pruned(proven[min(steps, len(proven) - 1)] @ network.key_of)
            documented = _at(sure, left[pair], key) & _at(sure, right[pair], key)
            found = np.full(len(pair), steps, dtype=np.int64)
            rows.append((first[start + pair], second[start + pair], key, part, found, documented))
            open_ = np.setdiff1d(open_, pair)
            if not open_.size:
                break
    columns = [np.concatenate(column) for column in zip(*rows, strict=True)] if rows else [np.zeros(0, dtype=int)] * 6
    left_, right_, keys, parts, steps_, documented_ = columns
    return _Met(left_, right_, keys, parts, steps_, documented_.astype(bool))


def _shared(network: _Network, left: sparse.csr_array, right: sparse.csr_array) -> tuple[Int, Int, Int]:
    """Keys that both sides have, row by row, with a part that the source makes: for both, where there is such a one."""
    keys = network.key_of.shape[1]
    both = _pruned(left @ network.key_of).multiply(_pruned(right @ network.key_of)).tocoo()
    wanted = np.unique(both.row.astype(np.int64) * keys + both.col)
    part = np.full(len(wanted), -1, dtype=np.int64)
    for sources in (left, left.multiply(right)):
        found = sources.tocoo()
        code = found.row.astype(np.int64) * keys + network.source_key[found.col]
        inside = np.isin(code, wanted)
        # The later rows win, so the first part by id does; what both buy overwrites what the first one buys.
        order = np.argsort(-network.source_part[found.col[inside]], kind="stable")
        part[np.searchsorted(wanted, code[inside][order])] = network.source_part[found.col[inside]][order]
    return wanted // keys, wanted % keys, part


def _at(matrix: sparse.csr_array, row: Int, column: Int) -> Bool:
    return np.asarray(matrix[row, column]).ravel() > 0 if len(row) else np.zeros(0, dtype=bool)


def _told(analysis: Analysis, network: _Network, units: _Units, met: _Met) -> tuple[CommonCause, ...]:
    """Keep for each pair the common source that costs both most."""
    loss_first, loss_second = _losses(analysis, network, units, met)
    weaker = np.minimum(loss_first, loss_second)
    # The higher end first decides whether it matters at all: a step through an unknown choice is only possible.
    keep = np.flatnonzero(weaker[1] > 0)
    order = keep[np.lexsort((met.key[keep], -weaker[1][keep], -weaker[0][keep], met.second[keep], met.first[keep]))]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (met.first[order][1:] != met.first[order][:-1]) | (met.second[order][1:] != met.second[order][:-1])
    market = np.zeros(len(units.slot), dtype=bool)
    market[units.entry_unit[analysis.compiled.options.offer[units.entry_option] >= 0]] = True
    teller = _Teller(analysis, network, units, _slot_names(analysis), market)
    causes: dict[tuple[str, ...], CommonCause] = {}
    for row in order[new]:
        cause = teller.cause(met, int(row), loss_first[:, row], loss_second[:, row])
        key = (cause.parent_id, cause.slot, cause.first, cause.second, cause.first_part_id, cause.second_part_id)
        # The same slot in the recipes of several makers: the nearest meeting.
        if key not in causes or cause.meet.tier < causes[key].meet.tier:
            causes[key] = cause
    return tuple(causes[key] for key in sorted(causes, key=lambda key: (causes[key].meet.tier, key)))


def _losses(analysis: Analysis, network: _Network, units: _Units, met: _Met) -> tuple[Float, Float]:
    """What the failure of each common source costs the two makers, shape (2, rows) each."""
    result = np.zeros((2, 2, len(met.key)))
    keys = np.unique(met.key)
    used = np.flatnonzero(in_use(analysis) & ~analysis.compiled.options.is_class)
    used = used[np.argsort(network.key[used], kind="stable")]
    bounds = np.searchsorted(network.key[used], np.stack([keys, keys + 1]))
    unit_bounds = pointers(units.entry_unit, len(units.slot))
    nothing = np.zeros((2, analysis.compiled.option_count))
    for start in range(0, len(keys), _KEYS):
        chunk = slice(start, start + _KEYS)
        groups = [used[low:high] for low, high in bounds[:, chunk].T]
        rows = np.flatnonzero((met.key >= keys[chunk][0]) & (met.key <= keys[chunk][-1]))
        scenario = np.searchsorted(keys[chunk], met.key[rows])
        for side, unit in enumerate((met.first[rows], met.second[rows])):
            entry, owner = expand_ranges(unit_bounds[unit], unit_bounds[unit + 1])
            option = units.entry_option[entry]
            targets, place = np.unique(option, return_inverse=True)
            found = sweep_parts(
                analysis.compiled, nothing, failures_of(groups), targets=targets, columns=analysis.columns
            )
            figures = found[:, scenario[owner], place]
            starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
            result[side, 0, rows] = np.minimum.reduceat(figures[0], starts)
            result[side, 1, rows] = np.maximum.reduceat(figures[1], starts)
    return result[0], result[1]


def _slot_names(analysis: Analysis) -> NDArray[np.object_]:
    """Name of every slot: that of its lines, or the child's id."""
    compiled = analysis.compiled
    bom, table = compiled.dataset.bom, compiled.alternatives
    line = np.full(len(compiled.slot_recipe), -1, dtype=np.int64)
    first_choice = compiled.option_count + compiled.mix_count
    choice = np.flatnonzero((table.line < 0) & (table.target >= first_choice))
    entry = compiled.choice_pointers[table.target[choice] - first_choice]
    np.maximum.at(line, table.slot[choice], compiled.entries.line[entry])
    np.maximum.at(line, table.slot, table.line)
    row = compiled.lines.row[np.maximum(line, 0)]
    name = bom["slot"].to_numpy(dtype=object)[row]
    return np.where(name == "", bom["child_id"].to_numpy(dtype=object)[row], name)


@dataclass(frozen=True)
class _Teller:
    """What is needed to put a meeting into words."""

    analysis: Analysis
    network: _Network
    units: _Units
    slot_names: NDArray[np.object_]
    market: Bool  # units with an offer

    def cause(self, met: _Met, row: int, loss_first: Float, loss_second: Float) -> CommonCause:
        """The common cause of a row."""
        compiled, units = self.analysis.compiled, self.units
        first, second, key = int(met.first[row]), int(met.second[row]), int(met.key[row])
        slot = int(units.slot[first])
        recipe = int(compiled.slot_recipe[slot])
        tier = int(self.analysis.reach.recipe_tier[recipe]) + 1 + int(met.steps[row])
        supplier = str(compiled.supplier_ids[key]) if key < self.network.firms else ""
        return CommonCause(
            parent_id=str(compiled.part_ids[compiled.recipe_part[recipe]]),
            slot=str(self.slot_names[slot]),
            first=self._maker(first),
            second=self._maker(second),
            first_part_id=str(compiled.part_ids[units.part[first]]),
            second_part_id=str(compiled.part_ids[units.part[second]]),
            meet=Meeting(str(compiled.part_ids[met.part[row]]), supplier, tier),
            independent_to=tier - 1,
            loss_first=share(float(loss_first[0]), float(loss_first[1])),
            loss_second=share(float(loss_second[0]), float(loss_second[1])),
            grounds="documented" if met.documented[row] else "market_average",
        )

    def _maker(self, unit: int) -> str:
        compiled, units = self.analysis.compiled, self.units
        supplier, part = int(units.supplier[unit]), compiled.part_ids[units.part[unit]]
        if supplier >= 0:
            return str(compiled.supplier_ids[supplier])
        return f"{MARKET if self.market[unit] else UNKNOWN_MAKER}{part}"
