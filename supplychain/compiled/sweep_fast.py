"""A sweep with numba: only what a failure changes, or eight scenarios at a time where nearly everything changes.

`spread` follows each failure upward from the leaves. Losses only grow, so a slot's sum grows by weight times the growth
of the target and a recipe is the larger of what it was and the slot that grew: the work is the number of lines that
carry a change, not the number of lines of the recipes that they belong to. `blocks` computes every node for eight
scenarios, both ends, as sixteen numbers that stand together.

This module imports numba (extra [fast]); import it late.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.sweep_network import SweepNetwork
from supplychain.levels import pointers

__all__ = ["Links", "links", "run"]

Int = NDArray[np.int64]
Code = NDArray[np.uint32]
Float = NDArray[np.float64]
Function = TypeVar("Function", bound=Callable[..., Any])

_LANES = 64
_SIGNS = 8
_MANY = 32
_WORTH_A_THREAD = 256
# Figures that the rows of one thread may hold: 256 MB, of which only those are touched that change.
_ROOM = 1 << 25


def _inlined(function: Function) -> Function:
    """Write the function into those that call it: a call would count references to every array it is given."""
    made: Function = numba.njit(inline="always", error_model="numpy")(function)
    return made


def _compiled(function: Function) -> Function:
    """Compile at the first call and keep the machine code where that is possible."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "boundscheck": False}
    try:
        made = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # nowhere to keep it: a read-only installation of a user without a home
        made = numba.njit(**options)(function)
    found: Function = made
    return found


class Links(NamedTuple):
    """A network with its links in both directions; codes are short, because memory is what takes time."""

    recipe_level: Int
    option_level: Int
    piece_level: Int
    mix_level: Int
    choice_level: Int
    slot_pointers: Int
    slot_recipe: Code
    alternative_pointers: Int
    alternative_target: Code
    alternative_weight: Float
    option_leaf: Code
    option_recipe: Code
    piece_pointers: Int
    piece_recipe: Code
    piece_total: Float
    piece_mix: Code
    member_pointers: Int
    member_leaf: Code
    member_share: Float
    entry_pointers: Int
    entry_target: Code
    take_max: NDArray[np.bool_]
    up_pointers: Int  # of targets: the alternatives that lead to them
    up_recipe: Code
    up_slot: Int  # -1 for a slot of one alternative: its sum need not be kept
    up_weight: Float
    up_level: Int  # level of the recipe
    held_pointers: Int  # of targets: the choices among whose entries they are
    held_choice: Code
    held_level: Int
    recipe_option_pointers: Int
    recipe_option: Code
    recipe_piece_pointers: Int
    recipe_piece: Code
    leaf_option_pointers: Int
    leaf_option: Code
    leaf_option_level: Int
    leaf_piece_pointers: Int
    leaf_piece: Code
    leaf_piece_share: Float
    leaf_piece_level: Int
    wanted: Int


def links(network: SweepNetwork) -> Links:
    """Turn the links of a network around."""
    slot_recipe = _owner(network.slot_pointers)
    alternative_slot = _owner(network.alternative_pointers)
    recipe_level = _owner(network.recipe_level)
    piece_level = network.piece_pointers[network.mix_level]
    up, up_pointers = _turned(network.alternative_target, network.target_count)
    alone = np.diff(network.alternative_pointers)[alternative_slot[up]] == 1
    held, held_pointers = _turned(network.entry_target, network.target_count)
    held_choice = _owner(network.entry_pointers)[held]
    recipe_option, recipe_option_pointers = _turned(network.option_recipe, network.recipe_count)
    recipe_piece, recipe_piece_pointers = _turned(network.piece_recipe, network.recipe_count)
    leaf_option, leaf_option_pointers = _turned(network.option_leaf, len(network.leaves))
    member, leaf_piece_pointers = _turned(network.member_leaf, len(network.leaves))
    leaf_piece = _owner(network.member_pointers)[member]
    up_recipe = slot_recipe[alternative_slot[up]]
    return Links(
        recipe_level=network.recipe_level,
        option_level=network.option_level,
        piece_level=piece_level,
        mix_level=network.mix_level,
        choice_level=network.choice_level,
        slot_pointers=network.slot_pointers,
        slot_recipe=_code(slot_recipe),
        alternative_pointers=network.alternative_pointers,
        alternative_target=_code(network.alternative_target),
        alternative_weight=network.alternative_weight,
        option_leaf=_code(network.option_leaf),
        option_recipe=_code(network.option_recipe),
        piece_pointers=network.piece_pointers,
        piece_recipe=_code(network.piece_recipe),
        piece_total=network.piece_total,
        piece_mix=_code(_owner(network.piece_pointers)),
        member_pointers=network.member_pointers,
        member_leaf=_code(network.member_leaf),
        member_share=network.member_share,
        entry_pointers=network.entry_pointers,
        entry_target=_code(network.entry_target),
        take_max=network.take_max,
        up_pointers=up_pointers,
        up_recipe=_code(up_recipe),
        up_slot=np.where(alone, -1, alternative_slot[up]),
        up_weight=network.alternative_weight[up],
        up_level=recipe_level[up_recipe],
        held_pointers=held_pointers,
        held_choice=_code(held_choice),
        held_level=_owner(network.choice_level)[held_choice],
        recipe_option_pointers=recipe_option_pointers,
        recipe_option=_code(recipe_option),
        recipe_piece_pointers=recipe_piece_pointers,
        recipe_piece=_code(recipe_piece),
        leaf_option_pointers=leaf_option_pointers,
        leaf_option=_code(leaf_option),
        leaf_option_level=_owner(network.option_level)[leaf_option],
        leaf_piece_pointers=leaf_piece_pointers,
        leaf_piece=_code(leaf_piece),
        leaf_piece_share=network.member_share[member],
        leaf_piece_level=_owner(piece_level)[leaf_piece],
        wanted=network.wanted,
    )


def _owner(bounds: Int) -> Int:
    """Group of every element, from pointers."""
    return np.repeat(np.arange(len(bounds) - 1, dtype=np.int64), np.diff(bounds))


def _turned(codes: Int, size: int) -> tuple[Int, Int]:
    """Places of every code, and where the places of each start."""
    order = np.argsort(codes, kind="stable").astype(np.int64)
    return order, pointers(codes[order], size)


def _code(values: Int) -> Code:
    return values.astype(np.uint32)


def run(network: SweepNetwork, base: Float, value: Float, bounds: Int, leaf: Int, lost: Float) -> Float:
    """Losses of the wanted targets in every scenario.

    Parameters
    ----------
    network : SweepNetwork
    base : array of float, shape (leaves, 2)
        What every leaf loses anyway.
    value : array of float, shape (targets, 2)
        What every target loses anyway.
    bounds, leaf, lost : arrays
        Scenario i fails `leaf[bounds[i]:bounds[i + 1]]`; `lost` has the shape (entries, 2).

    Returns
    -------
    array of float, shape (2, scenarios, wanted)
    """
    net = links(network)
    result = np.empty((len(bounds) - 1, 2, len(network.wanted)))
    order = _alike(net, network, bounds, leaf)
    room = network.target_count + network.recipe_count + len(network.alternative_pointers) + len(network.piece_recipe)
    lanes = max(4, min(_LANES, _ROOM // (2 * room)))
    workers = max(1, min(os.cpu_count() or 1, len(order) // _WORTH_A_THREAD))
    chunks = np.array_split(order, workers if workers == 1 else 4 * workers)

    def one(chunk: Int) -> None:
        waves(net, base, value, bounds, leaf, lost, chunk, result, lanes)

    if workers == 1:
        one(order)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(one, chunks))
    return result.transpose(1, 0, 2)


def _alike(net: Links, network: SweepNetwork, bounds: Int, leaf: Int) -> Int:
    """Order in which scenarios stand together that change much of the same.

    What a failure changes are the recipes above it. The smallest of random numbers over two sets is the same as often
    as the sets overlap (MinHash, A. Broder 1997, doi:10.1109/SEQUEN.1997.666900): scenarios sorted by a few of them.
    """
    scenarios = len(bounds) - 1
    if len(leaf) > _MANY * scenarios:
        return np.arange(scenarios)  # all change nearly everything
    numbers = np.random.default_rng(0).random((network.recipe_count, _SIGNS))
    marks = _marks(net, numbers, len(network.leaves))[leaf]
    found = np.minimum.reduceat(marks, bounds[:-1], axis=0)
    return np.lexsort(found.T[::-1]).astype(np.int64)


@_inlined
def _larger(one: Any, other: Any) -> Any:
    """The larger of two numbers, neither of them NaN: `max` would also look for NaN and would not become one vector."""
    return one if one > other else other


@_inlined
def _put(bucket: Any, count: Any, first: Any, flag: Any, node: Any, level: Any) -> None:
    """Put a node on the list of its level unless it stands there."""
    if flag[node] == 0:
        flag[node] = 1
        bucket[first[level] + count[level]] = node
        count[level] += 1


@_inlined
def _fill(rows: Any, row: Any, low: Any, high: Any) -> None:
    """One figure for each end in all lanes."""
    lanes = rows.shape[1] // 2
    for lane in range(lanes):
        rows[row, lane] = low
    for lane in range(lanes, 2 * lanes):
        rows[row, lane] = high


@_inlined
def _raise(rows: Any, row: Any, scale: Any, other: Any) -> None:
    for lane in range(rows.shape[1]):
        rows[row, lane] = _larger(rows[row, lane], scale * rows[other, lane])


@_inlined
def _add(rows: Any, row: Any, scale: Any, other: Any) -> None:
    for lane in range(rows.shape[1]):
        rows[row, lane] += scale * rows[other, lane]


@_inlined
def _scaled(rows: Any, row: Any, scale: Any, other: Any) -> None:
    for lane in range(rows.shape[1]):
        rows[row, lane] = scale * rows[other, lane]


@_inlined
def _sum(rows: Any, row: Any, scale: Any, one: Any, other_scale: Any, other: Any) -> None:
    for lane in range(rows.shape[1]):
        rows[row, lane] = scale * rows[one, lane] + other_scale * rows[other, lane]


@_compiled
def _start(net: Any, base: Any, value: Any) -> tuple[Any, Any, Any]:
    """Sums of slots, maxima of recipes and what the members of pieces lose by themselves, before any failure."""
    slot = np.zeros((len(net.alternative_pointers) - 1, 2))
    recipe = np.zeros((len(net.slot_pointers) - 1, 2))
    stopped = np.zeros((len(net.piece_recipe), 2))
    for end in range(2):
        for node in range(len(recipe)):
            for place in range(net.slot_pointers[node], net.slot_pointers[node + 1]):
                for line in range(net.alternative_pointers[place], net.alternative_pointers[place + 1]):
                    slot[place, end] += net.alternative_weight[line] * value[net.alternative_target[line], end]
                recipe[node, end] = _larger(recipe[node, end], slot[place, end])
        for piece in range(len(stopped)):
            for member in range(net.member_pointers[piece], net.member_pointers[piece + 1]):
                stopped[piece, end] += net.member_share[member] * base[net.member_leaf[member], end]
    return slot, recipe, stopped


@_compiled
def _lowest(into: Any, node: Any, other: Any, of: Any) -> None:
    for place in range(into.shape[1]):
        into[node, place] = min(into[node, place], other[of, place])


@_compiled
def _marks(net: Any, numbers: Any, leaves: Any) -> Any:
    """Smallest of the random numbers of all recipes above each leaf."""
    levels = len(net.recipe_level) - 1
    first_mix = net.option_level[levels]
    first_choice = first_mix + net.mix_level[levels]
    recipes = numbers.copy()
    targets = np.full((len(net.up_pointers) - 1, numbers.shape[1]), np.inf)
    result = np.full((leaves, numbers.shape[1]), np.inf)
    for back in range(levels):
        level = levels - 1 - back
        for kind in range(3):
            if kind == 0:
                start, stop = first_choice + net.choice_level[level], first_choice + net.choice_level[level + 1]
            elif kind == 1:
                start, stop = first_mix + net.mix_level[level], first_mix + net.mix_level[level + 1]
            else:
                start, stop = net.option_level[level], net.option_level[level + 1]
            for node in range(start, stop):
                for link in range(net.up_pointers[node], net.up_pointers[node + 1]):
                    _lowest(targets, node, recipes, net.up_recipe[link])
                for link in range(net.held_pointers[node], net.held_pointers[node + 1]):
                    _lowest(targets, node, targets, first_choice + net.held_choice[link])
        for node in range(net.recipe_level[level], net.recipe_level[level + 1]):
            for link in range(net.recipe_option_pointers[node], net.recipe_option_pointers[node + 1]):
                _lowest(recipes, node, targets, net.recipe_option[link])
            for link in range(net.recipe_piece_pointers[node], net.recipe_piece_pointers[node + 1]):
                _lowest(recipes, node, targets, first_mix + net.piece_mix[net.recipe_piece[link]])
    for code in range(leaves):
        for link in range(net.leaf_option_pointers[code], net.leaf_option_pointers[code + 1]):
            _lowest(result, code, targets, net.leaf_option[link])
        for link in range(net.leaf_piece_pointers[code], net.leaf_piece_pointers[code + 1]):
            _lowest(result, code, targets, first_mix + net.piece_mix[net.leaf_piece[link]])
    return result


@_compiled
def waves(
    net: Any, base: Any, value: Any, bounds: Any, leaf: Any, lost: Any, chosen: Any, result: Any, lanes: Any
) -> int:
    """Compute the chosen scenarios, `lanes` at a time; return the number of lines that carried a change.

    What changes has a row of figures, one for each scenario and end, or stands for a multiple of another's row: where
    nothing was lost before, the first line that carries a loss upward only passes it on.
    """
    leaf_piece_share = net.leaf_piece_share
    recipe_level = net.recipe_level
    option_level = net.option_level
    mix_level = net.mix_level
    choice_level = net.choice_level
    slot_pointers = net.slot_pointers
    slot_recipe = net.slot_recipe
    option_leaf = net.option_leaf
    option_recipe = net.option_recipe
    piece_pointers = net.piece_pointers
    piece_recipe = net.piece_recipe
    piece_total = net.piece_total
    piece_mix = net.piece_mix
    entry_pointers = net.entry_pointers
    entry_target = net.entry_target
    take_max = net.take_max
    up_pointers = net.up_pointers
    up_recipe = net.up_recipe
    up_slot = net.up_slot
    up_weight = net.up_weight
    up_level = net.up_level
    held_pointers = net.held_pointers
    held_choice = net.held_choice
    held_level = net.held_level
    recipe_option_pointers = net.recipe_option_pointers
    recipe_option = net.recipe_option
    recipe_piece_pointers = net.recipe_piece_pointers
    recipe_piece = net.recipe_piece
    leaf_option_pointers = net.leaf_option_pointers
    leaf_option = net.leaf_option
    leaf_option_level = net.leaf_option_level
    leaf_piece_pointers = net.leaf_piece_pointers
    leaf_piece = net.leaf_piece
    leaf_piece_level = net.leaf_piece_level
    wanted = net.wanted
    levels = len(recipe_level) - 1
    first_mix = option_level[levels]
    first_choice = first_mix + mix_level[levels]
    slot_base, recipe_base, stopped_base = _start(net, base, value)
    slot_level = slot_pointers[recipe_level]
    leaves, targets, recipes_all = len(base), len(value), len(recipe_base)
    slots_all, pieces = len(slot_base), len(piece_recipe)
    rows = np.empty((targets + recipes_all + slots_all + 2 * pieces + 1, 2 * lanes))
    constant, free = 0, 1
    # What a leaf loses in the scenario in which it was seen last.
    seen, loss = np.full(leaves, -1, np.int64), np.empty((leaves, 2))
    option_row, piece_row = np.full(first_mix, -1, np.int32), np.full(pieces, -1, np.int32)
    target_row, target_scale = np.full(targets, -1, np.int32), np.empty(targets)
    recipe_row, recipe_scale = np.full(recipes_all, -1, np.int32), np.empty(recipes_all)
    slot_row, slot_scale = np.full(slots_all, -1, np.int32), np.empty(slots_all)
    # Whether the row is the node's own; another's must not be changed.
    recipe_own, slot_own = np.zeros(recipes_all, np.uint8), np.zeros(slots_all, np.uint8)
    recipes, slots = np.empty(recipes_all, np.uint32), np.empty(slots_all, np.uint32)
    options, mixes = np.empty(first_mix, np.uint32), np.empty(first_choice - first_mix, np.uint32)
    choices = np.empty(choice_level[levels], np.uint32)
    recipe_flag, slot_flag = np.zeros(recipes_all, np.uint8), np.zeros(slots_all, np.uint8)
    option_flag, mix_flag = np.zeros(first_mix, np.uint8), np.zeros(len(mixes), np.uint8)
    choice_flag = np.zeros(len(choices), np.uint8)
    recipe_count, slot_count = np.zeros(levels, np.int64), np.zeros(levels, np.int64)
    option_count, mix_count = np.zeros(levels, np.int64), np.zeros(levels, np.int64)
    choice_count = np.zeros(levels, np.int64)
    steps = 0
    for first in range(0, len(chosen), lanes):
        here = min(lanes, len(chosen) - first)
        for lane in range(here):
            scenario = chosen[first + lane]
            for entry in range(bounds[scenario], bounds[scenario + 1]):
                code = leaf[entry]
                if seen[code] != scenario:
                    seen[code] = scenario
                    loss[code, 0], loss[code, 1] = base[code, 0], base[code, 1]
                low = _larger(lost[entry, 0] - loss[code, 0], 0.0)
                high = _larger(lost[entry, 1] - loss[code, 1], 0.0)
                if low == 0 and high == 0:
                    continue
                loss[code, 0] = _larger(loss[code, 0], lost[entry, 0])
                loss[code, 1] = _larger(loss[code, 1], lost[entry, 1])
                for place in range(leaf_option_pointers[code], leaf_option_pointers[code + 1]):
                    node = leaf_option[place]
                    if option_row[node] < 0:
                        option_row[node] = free
                        _fill(rows, free, base[code, 0], base[code, 1])
                        free += 1
                        _put(options, option_count, option_level, option_flag, node, leaf_option_level[place])
                    rows[option_row[node], lane] = loss[code, 0]
                    rows[option_row[node], lanes + lane] = loss[code, 1]
                for place in range(leaf_piece_pointers[code], leaf_piece_pointers[code + 1]):
                    piece, share = leaf_piece[place], leaf_piece_share[place]
                    if piece_row[piece] < 0:
                        piece_row[piece] = free
                        _fill(rows, free, stopped_base[piece, 0], stopped_base[piece, 1])
                        free += 1
                        _put(mixes, mix_count, mix_level, mix_flag, piece_mix[piece], leaf_piece_level[place])
                    rows[piece_row[piece], lane] += share * low
                    rows[piece_row[piece], lanes + lane] += share * high
        for level in range(levels):
            for place in range(slot_level[level], slot_level[level] + slot_count[level]):
                slot = slots[place]
                recipe, row, scale = slot_recipe[slot], slot_row[slot], slot_scale[slot]
                if recipe_row[recipe] < 0:
                    _put(recipes, recipe_count, recipe_level, recipe_flag, recipe, level)
                    if recipe_base[recipe, 0] == 0 and recipe_base[recipe, 1] == 0:
                        recipe_row[recipe], recipe_scale[recipe], recipe_own[recipe] = row, scale, 0
                        continue
                    _fill(rows, free, recipe_base[recipe, 0], recipe_base[recipe, 1])
                    recipe_row[recipe], recipe_scale[recipe], recipe_own[recipe] = free, 1.0, 1
                    free += 1
                elif recipe_own[recipe] == 0:
                    _scaled(rows, free, recipe_scale[recipe], recipe_row[recipe])
                    recipe_row[recipe], recipe_scale[recipe], recipe_own[recipe] = free, 1.0, 1
                    free += 1
                _raise(rows, recipe_row[recipe], scale, row)
            for place in range(recipe_level[level], recipe_level[level] + recipe_count[level]):
                node = recipes[place]
                for link in range(recipe_option_pointers[node], recipe_option_pointers[node + 1]):
                    _put(options, option_count, option_level, option_flag, recipe_option[link], level)
                for link in range(recipe_piece_pointers[node], recipe_piece_pointers[node + 1]):
                    _put(mixes, mix_count, mix_level, mix_flag, piece_mix[recipe_piece[link]], level)
            # Options and mixes first, then the choices that hold them.
            for kind in range(3):
                if kind == 0:
                    listed, listed_total, shift = option_level[level], option_count[level], 0
                elif kind == 1:
                    listed, listed_total, shift = mix_level[level], mix_count[level], first_mix
                else:
                    listed, listed_total, shift = choice_level[level], choice_count[level], first_choice
                for place in range(listed, listed + listed_total):
                    if kind == 0:
                        node = np.int64(options[place])
                        code, recipe = option_leaf[node], option_recipe[node]
                        row, scale = option_row[node], 1.0
                        if row < 0 and base[code, 0] == 0 and base[code, 1] == 0:
                            row, scale = recipe_row[recipe], recipe_scale[recipe]
                        else:
                            if row < 0:
                                row = free
                                free += 1
                                _fill(rows, row, base[code, 0], base[code, 1])
                            if recipe_row[recipe] >= 0:
                                _raise(rows, row, recipe_scale[recipe], recipe_row[recipe])
                            elif recipe_base[recipe, 0] > 0 or recipe_base[recipe, 1] > 0:
                                _fill(rows, constant, recipe_base[recipe, 0], recipe_base[recipe, 1])
                                _raise(rows, row, 1.0, constant)
                    elif kind == 1:
                        mix = np.int64(mixes[place])
                        node = first_mix + mix
                        row, scale = -1, 1.0
                        for piece in range(piece_pointers[mix], piece_pointers[mix + 1]):
                            recipe, own, times = piece_recipe[piece], piece_row[piece], 1.0
                            if own < 0 and recipe_row[recipe] < 0:
                                # Unchanged: the larger of both, as before.
                                low = _larger(stopped_base[piece, 0], piece_total[piece] * recipe_base[recipe, 0])
                                high = _larger(stopped_base[piece, 1], piece_total[piece] * recipe_base[recipe, 1])
                                if low == 0 and high == 0:
                                    continue
                                own = free
                                free += 1
                                _fill(rows, own, low, high)
                            elif own < 0 and stopped_base[piece, 0] == 0 and stopped_base[piece, 1] == 0:
                                own, times = recipe_row[recipe], piece_total[piece] * recipe_scale[recipe]
                            else:
                                if own < 0:
                                    own = free
                                    free += 1
                                    _fill(rows, own, stopped_base[piece, 0], stopped_base[piece, 1])
                                if recipe_row[recipe] >= 0:
                                    _raise(rows, own, piece_total[piece] * recipe_scale[recipe], recipe_row[recipe])
                                elif recipe_base[recipe, 0] > 0 or recipe_base[recipe, 1] > 0:
                                    _fill(rows, constant, recipe_base[recipe, 0], recipe_base[recipe, 1])
                                    _raise(rows, own, piece_total[piece], constant)
                            if row < 0:
                                row, scale = own, times
                                continue
                            _sum(rows, free, scale, row, times, own)
                            row, scale = free, 1.0
                            free += 1
                    else:
                        choice = np.int64(choices[place])
                        node = first_choice + choice
                        row, scale = free, 1.0
                        free += 1
                        for entry in range(entry_pointers[choice], entry_pointers[choice + 1]):
                            target = entry_target[entry]
                            if target_row[target] >= 0:
                                _scaled(rows, constant, target_scale[target], target_row[target])
                            else:
                                _fill(rows, constant, value[target, 0], value[target, 1])
                            if entry == entry_pointers[choice]:
                                _scaled(rows, row, 1.0, constant)
                                continue
                            for end in range(2):
                                if take_max[end]:
                                    for lane in range(end * lanes, end * lanes + lanes):
                                        rows[row, lane] = _larger(rows[row, lane], rows[constant, lane])
                                else:
                                    for lane in range(end * lanes, end * lanes + lanes):
                                        rows[row, lane] = -_larger(-rows[row, lane], -rows[constant, lane])
                    target_row[node], target_scale[node] = row, scale
                    for link in range(held_pointers[node], held_pointers[node + 1]):
                        _put(choices, choice_count, choice_level, choice_flag, held_choice[link], held_level[link])
                    steps += up_pointers[node + 1] - up_pointers[node]
                    node_row, node_scale = row, scale
                    for link in range(up_pointers[node], up_pointers[node + 1]):
                        recipe, slot = up_recipe[link], up_slot[link]
                        row, scale = node_row, node_scale * up_weight[link]
                        if slot < 0:
                            if recipe_row[recipe] < 0:
                                _put(recipes, recipe_count, recipe_level, recipe_flag, recipe, up_level[link])
                                if recipe_base[recipe, 0] == 0 and recipe_base[recipe, 1] == 0:
                                    recipe_row[recipe], recipe_scale[recipe], recipe_own[recipe] = row, scale, 0
                                    continue
                                _fill(rows, free, recipe_base[recipe, 0], recipe_base[recipe, 1])
                                recipe_row[recipe], recipe_scale[recipe], recipe_own[recipe] = free, 1.0, 1
                                free += 1
                            elif recipe_own[recipe] == 0:
                                _scaled(rows, free, recipe_scale[recipe], recipe_row[recipe])
                                recipe_row[recipe], recipe_scale[recipe], recipe_own[recipe] = free, 1.0, 1
                                free += 1
                            _raise(rows, recipe_row[recipe], scale, row)
                            continue
                        if slot_row[slot] < 0:
                            _put(slots, slot_count, slot_level, slot_flag, slot, up_level[link])
                            if slot_base[slot, 0] == 0 and slot_base[slot, 1] == 0:
                                slot_row[slot], slot_scale[slot], slot_own[slot] = row, scale, 0
                                continue
                            _fill(rows, free, slot_base[slot, 0], slot_base[slot, 1])
                            slot_row[slot], slot_scale[slot], slot_own[slot] = free, 1.0, 1
                            free += 1
                        elif slot_own[slot] == 0:
                            _scaled(rows, free, slot_scale[slot], slot_row[slot])
                            slot_row[slot], slot_scale[slot], slot_own[slot] = free, 1.0, 1
                            free += 1
                        _add(rows, slot_row[slot], scale, row)
                        if value[node, 0] > 0 or value[node, 1] > 0:
                            _fill(rows, constant, value[node, 0], value[node, 1])
                            _add(rows, slot_row[slot], -up_weight[link], constant)
        for place in range(len(wanted)):
            node = wanted[place]
            for lane in range(here):
                scenario = chosen[first + lane]
                if target_row[node] >= 0:
                    result[scenario, 0, place] = target_scale[node] * rows[target_row[node], lane]
                    result[scenario, 1, place] = target_scale[node] * rows[target_row[node], lanes + lane]
                else:
                    result[scenario, 0, place], result[scenario, 1, place] = value[node, 0], value[node, 1]
        # As it was before.
        free = 1
        for level in range(levels):
            for place in range(recipe_level[level], recipe_level[level] + recipe_count[level]):
                recipe_row[recipes[place]] = -1
                recipe_flag[recipes[place]] = 0
            for place in range(slot_level[level], slot_level[level] + slot_count[level]):
                slot_row[slots[place]] = -1
                slot_flag[slots[place]] = 0
            for place in range(option_level[level], option_level[level] + option_count[level]):
                target_row[options[place]] = option_row[options[place]] = -1
                option_flag[options[place]] = 0
            for place in range(mix_level[level], mix_level[level] + mix_count[level]):
                target_row[first_mix + mixes[place]] = -1
                for piece in range(piece_pointers[mixes[place]], piece_pointers[mixes[place] + 1]):
                    piece_row[piece] = -1
                mix_flag[mixes[place]] = 0
            for place in range(choice_level[level], choice_level[level] + choice_count[level]):
                target_row[first_choice + choices[place]] = -1
                choice_flag[choices[place]] = 0
            recipe_count[level] = slot_count[level] = option_count[level] = mix_count[level] = choice_count[level] = 0
    return steps
