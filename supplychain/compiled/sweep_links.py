"""A sweep's network turned around: from every node to those above it, as flat records that compiled code reads."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.sweep_network import SweepNetwork
from supplychain.levels import pointers

__all__ = ["CHOICE", "KINDS", "MIX", "OPTION", "RECIPE", "SLOT", "Links", "links"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Records = NDArray[np.void]
Value = TypeVar("Value", bound=np.generic)

# Kinds of nodes, in the order in which those of one level are computed.
SLOT, RECIPE, OPTION, MIX, CHOICE = range(5)
KINDS = 5

# What changes in a wave, apart from what does not: the more nodes fit in the caches, the better.
_CELL = np.dtype([("scale", "f8"), ("row", "i4"), ("own", "i1"), ("listed", "i1"), ("clear", "i1"), ("adds", "i1")])
_UP = np.dtype([("to", "i8"), ("weight", "f8")])
_OPTION = np.dtype([("recipe", "i8"), ("low", "f8"), ("high", "f8"), ("row", "i8")])
_PIECE = np.dtype([("mix", "i8"), ("recipe", "i8"), ("total", "f8"), ("low", "f8"), ("high", "f8"), ("row", "i8")])
# All that a failure of a leaf needs, in one cache line: what it loses, before and in the scenario in which it was
# `seen` last, and where its options and pieces stand.
_LEAF = np.dtype(
    {
        "names": ["seen", "low", "high", "base_low", "base_high", "option", "option_stop", "piece", "piece_stop"],
        "formats": ["i8", "f8", "f8", "f8", "f8", "i4", "i4", "i4", "i4"],
        "itemsize": 64,
    }
)
_USE = np.dtype([("place", "i8"), ("share", "f8")])


class Links(NamedTuple):
    """Nodes are numbered slots (of several alternatives), recipes, options, mixes, choices; one constant stands last.

    Nodes of one level and kind are a *group*; groups are numbered in the order in which they are computed.
    """

    cells: Records  # of nodes, in a wave: its row; before: whether nothing is lost; whether it adds or takes the larger
    before: Float  # of nodes: what is lost before any failure
    groups: NDArray[np.int32]
    first: Int  # of groups: where their list starts
    up_pointers: Int
    up: Records  # the slots and recipes to which a node adds, and its weight there
    down_pointers: Int
    down: Records  # the same from above
    wake_pointers: Int
    wake: Int  # the options, mixes and choices that must be computed when a node changes
    options: Records
    pieces: Records
    piece_pointers: Int  # of mixes
    entry_pointers: Int  # of choices
    entries: Int
    leaves: Records
    leaf_option: Int
    leaf_piece: Records
    first_option: int
    first_mix: int
    first_choice: int
    levels: int
    take_max: NDArray[np.bool_]
    wanted: Int


def links(network: SweepNetwork, base: Float, value: Float) -> Links:
    """Turn a network around.

    Parameters
    ----------
    network : SweepNetwork
    base : array of float, shape (leaves, 2)
        What every leaf loses before any failure, in the low and the high end.
    value : array of float, shape (targets, 2)
        The same for every target.
    """
    slot_of, slot_base, recipe_base, slot_recipe = _slots(network, value)
    slots, recipes = int(slot_of.max(initial=-1)) + 1, network.recipe_count
    first_option = slots + recipes
    first_mix = first_option + network.option_count
    first_choice = first_mix + network.mix_count
    several = slot_of >= 0
    recipe_level = _owner(network.recipe_level)
    before = np.concatenate([slot_base[several], recipe_base, value])
    groups = _groups(network, [recipe_level[slot_recipe[several]], recipe_level])
    alternative_slot = _owner(network.alternative_pointers)
    alone = slot_of[alternative_slot] < 0
    above = np.where(alone, slots + slot_recipe[alternative_slot], slot_of[alternative_slot])
    nodes = first_choice + network.choice_count + 1
    low = np.concatenate([first_option + network.alternative_target, np.arange(slots)])
    high = np.concatenate([above, slots + slot_recipe[several]])
    weight = np.concatenate([network.alternative_weight, np.ones(slots)])
    up, up_pointers = _grouped(low, nodes, _records(_UP, to=high, weight=weight))
    down, down_pointers = _grouped(high, nodes, _records(_UP, to=low, weight=weight))
    piece_mix = first_mix + _owner(network.piece_pointers)
    wake, wake_pointers = _grouped(
        np.concatenate(
            [first_option + network.entry_target, slots + network.option_recipe, slots + network.piece_recipe]
        ),
        nodes,
        np.concatenate(
            [
                first_choice + _owner(network.entry_pointers),
                first_option + np.arange(network.option_count),
                piece_mix,
            ]
        ),
    )
    leaf_option, leaf_option_pointers = _grouped(
        network.option_leaf, len(network.leaves), np.arange(network.option_count)
    )
    member_piece = _owner(network.member_pointers)
    leaf_piece, leaf_piece_pointers = _grouped(
        network.member_leaf, len(network.leaves), _records(_USE, place=member_piece, share=network.member_share)
    )
    stopped = np.zeros((len(network.piece_recipe), 2))
    np.add.at(stopped, member_piece, network.member_share[:, None] * base[network.member_leaf])
    own = base[network.option_leaf]
    return Links(
        cells=_records(
            _CELL, scale=1.0, row=-1, own=0, listed=0, clear=(before == 0).all(axis=1), adds=np.arange(nodes) < slots
        ),
        before=before,
        groups=groups,
        first=_first(groups, network.levels),
        up_pointers=up_pointers,
        up=up,
        down_pointers=down_pointers,
        down=down,
        wake_pointers=wake_pointers,
        wake=wake,
        options=_records(_OPTION, recipe=slots + network.option_recipe, low=own[:, 0], high=own[:, 1], row=-1),
        pieces=_records(
            _PIECE,
            mix=piece_mix,
            recipe=slots + network.piece_recipe,
            total=network.piece_total,
            low=stopped[:, 0],
            high=stopped[:, 1],
            row=-1,
        ),
        piece_pointers=network.piece_pointers,
        entry_pointers=network.entry_pointers,
        entries=first_option + network.entry_target,
        leaves=_records(
            _LEAF,
            seen=-1,
            low=0.0,
            high=0.0,
            base_low=base[:, 0],
            base_high=base[:, 1],
            option=leaf_option_pointers[:-1],
            option_stop=leaf_option_pointers[1:],
            piece=leaf_piece_pointers[:-1],
            piece_stop=leaf_piece_pointers[1:],
        ),
        leaf_option=leaf_option,
        leaf_piece=leaf_piece,
        first_option=first_option,
        first_mix=first_mix,
        first_choice=first_choice,
        levels=network.levels,
        take_max=network.take_max,
        wanted=first_option + network.wanted,
    )


def _slots(network: SweepNetwork, value: Float) -> tuple[Int, Float, Float, Int]:
    """Numbers of the slots of several alternatives (-1 for the others), sums of slots, maxima and slots of recipes."""
    sums = np.zeros((len(network.alternative_pointers) - 1, 2))
    recipe = _owner(network.slot_pointers)
    found = network.alternative_weight[:, None] * value[network.alternative_target]
    np.add.at(sums, _owner(network.alternative_pointers), found)
    largest = np.zeros((network.recipe_count, 2))
    np.maximum.at(largest, recipe, sums)
    several = np.diff(network.alternative_pointers) > 1
    return np.where(several, np.cumsum(several) - 1, -1), sums, largest, recipe


def _groups(network: SweepNetwork, level: list[Int]) -> NDArray[np.int32]:
    """Level and kind of every node; the constant stands behind all, on no list."""
    level += [_owner(bounds) for bounds in (network.option_level, network.mix_level, network.choice_level)]
    group = np.concatenate([KINDS * levels + kind for kind, levels in enumerate(level)])
    return np.append(group, KINDS * network.levels).astype(np.int32)


def _first(group: NDArray[np.int32], levels: int) -> Int:
    """Where the list of each group starts."""
    sizes = np.bincount(group, minlength=KINDS * levels + 1)
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _records(kind: np.dtype[np.void], **columns: NDArray[np.generic] | float) -> Records:
    size = max(np.size(column) for column in columns.values() if not np.isscalar(column))
    result = np.empty(size, dtype=kind)
    for name, column in columns.items():
        result[name] = column
    return result


def _owner(bounds: Int) -> Int:
    """Group of every element, from pointers."""
    return np.repeat(np.arange(len(bounds) - 1, dtype=np.int64), np.diff(bounds))


def _grouped(codes: Int, size: int, values: NDArray[Value]) -> tuple[NDArray[Value], Int]:
    """Values sorted by code, and where those of each code start."""
    order = np.argsort(codes, kind="stable")
    return np.ascontiguousarray(values[order]), pointers(codes[order], size)
