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

_LANES = 8
_WORTH_A_THREAD = 256


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
    # Scenarios whose first failure stands side by side mostly change the same nodes.
    order = np.argsort(np.minimum.reduceat(leaf, bounds[:-1]), kind="stable")
    workers = max(1, min(os.cpu_count() or 1, len(order) // _WORTH_A_THREAD))
    chunks = np.array_split(order, workers if workers == 1 else 4 * workers)

    def one(chunk: Int) -> None:
        waves(net, base, value, bounds, leaf, lost, chunk, result, _LANES)

    if workers == 1:
        one(order)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(one, chunks))
    return result.transpose(1, 0, 2)


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


@_compiled
def _start(net: Any, value: Any) -> tuple[Any, Any]:
    """Sums of slots and maxima of recipes before any failure."""
    alternative_pointers = net.alternative_pointers
    alternative_target = net.alternative_target
    alternative_weight = net.alternative_weight
    slot_pointers = net.slot_pointers
    slot = np.zeros((len(alternative_pointers) - 1, 2))
    recipe = np.zeros((len(slot_pointers) - 1, 2))
    for node in range(len(recipe)):
        for place in range(slot_pointers[node], slot_pointers[node + 1]):
            for line in range(alternative_pointers[place], alternative_pointers[place + 1]):
                for end in range(2):
                    slot[place, end] += alternative_weight[line] * value[alternative_target[line], end]
            for end in range(2):
                recipe[node, end] = _larger(recipe[node, end], slot[place, end])
    return slot, recipe


@_inlined
def _reset(now: Any, base: Any, node: Any, lanes: Any) -> None:
    low, high = base[node, 0], base[node, 1]
    for lane in range(lanes):
        now[node, lane] = low
        now[node, lanes + lane] = high


@_compiled
def _wide(narrow: Any, lanes: Any) -> Any:
    """Repeat both ends for every lane: all low ends first."""
    result = np.empty((len(narrow), 2 * lanes))
    for node in range(len(narrow)):
        for lane in range(lanes):
            result[node, lane] = narrow[node, 0]
            result[node, lanes + lane] = narrow[node, 1]
    return result


@_compiled
def waves(net: Any, base: Any, value: Any, bounds: Any, leaf: Any, lost: Any, chosen: Any, result: Any, lanes: Any) -> int:
    """Compute the chosen scenarios, `lanes` at a time; return the number of lines that carried a change."""
    recipe_level = net.recipe_level
    option_level = net.option_level
    piece_level = net.piece_level
    mix_level = net.mix_level
    choice_level = net.choice_level
    option_leaf = net.option_leaf
    option_recipe = net.option_recipe
    piece_pointers = net.piece_pointers
    piece_recipe = net.piece_recipe
    piece_total = net.piece_total
    piece_mix = net.piece_mix
    member_pointers = net.member_pointers
    member_leaf = net.member_leaf
    member_share = net.member_share
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
    width = 2 * lanes
    slot_base, recipe_base = _start(net, value)
    leaf_now, slot_now = _wide(base, lanes), _wide(slot_base, lanes)
    recipe_now, now = _wide(recipe_base, lanes), _wide(value, lanes)
    piece_now, stopped = np.empty(width), np.empty(width)
    pieces = len(piece_recipe)
    recipes, options = np.empty(len(recipe_now), np.uint32), np.empty(first_mix, np.uint32)
    piece_list, mixes = np.empty(pieces, np.uint32), np.empty(first_choice - first_mix, np.uint32)
    choices, slots = np.empty(choice_level[levels], np.uint32), np.empty(len(slot_now), np.uint32)
    recipe_flag, option_flag = np.zeros(len(recipe_now), np.uint8), np.zeros(first_mix, np.uint8)
    piece_flag, mix_flag = np.zeros(pieces, np.uint8), np.zeros(len(mixes), np.uint8)
    choice_flag, slot_flag = np.zeros(len(choices), np.uint8), np.zeros(len(slot_now), np.uint8)
    recipe_count, option_count = np.zeros(levels, np.int64), np.zeros(levels, np.int64)
    piece_count, mix_count = np.zeros(levels, np.int64), np.zeros(levels, np.int64)
    choice_count = np.zeros(levels, np.int64)
    raised = np.empty(max(1, first_mix, len(mixes), len(choices)), np.int64)
    steps = 0
    for first in range(0, len(chosen), lanes):
        here = min(lanes, len(chosen) - first)
        slot_total = 0
        for lane in range(here):
            scenario = chosen[first + lane]
            for entry in range(bounds[scenario], bounds[scenario + 1]):
                code = leaf[entry]
                leaf_now[code, lane] = _larger(leaf_now[code, lane], lost[entry, 0])
                leaf_now[code, lanes + lane] = _larger(leaf_now[code, lanes + lane], lost[entry, 1])
                for place in range(leaf_option_pointers[code], leaf_option_pointers[code + 1]):
                    _put(options, option_count, option_level, option_flag, leaf_option[place], leaf_option_level[place])
                for place in range(leaf_piece_pointers[code], leaf_piece_pointers[code + 1]):
                    _put(piece_list, piece_count, piece_level, piece_flag, leaf_piece[place], leaf_piece_level[place])
        for level in range(levels):
            for place in range(recipe_level[level], recipe_level[level] + recipe_count[level]):
                node = recipes[place]
                for link in range(recipe_option_pointers[node], recipe_option_pointers[node + 1]):
                    _put(options, option_count, option_level, option_flag, recipe_option[link], level)
                for link in range(recipe_piece_pointers[node], recipe_piece_pointers[node + 1]):
                    _put(piece_list, piece_count, piece_level, piece_flag, recipe_piece[link], level)
            for place in range(piece_level[level], piece_level[level] + piece_count[level]):
                _put(mixes, mix_count, mix_level, mix_flag, piece_mix[piece_list[place]], level)
            # Options and mixes first, then the choices that hold them.
            for kind in range(3):
                total = 0
                if kind == 0:
                    for place in range(option_level[level], option_level[level] + option_count[level]):
                        node = options[place]
                        code, recipe = option_leaf[node], option_recipe[node]
                        for lane in range(width):
                            now[node, lane] = _larger(leaf_now[code, lane], recipe_now[recipe, lane])
                        raised[total] = node
                        total += 1
                elif kind == 1:
                    for place in range(mix_level[level], mix_level[level] + mix_count[level]):
                        node = first_mix + mixes[place]
                        for lane in range(width):
                            now[node, lane] = 0.0
                        for piece in range(piece_pointers[mixes[place]], piece_pointers[mixes[place] + 1]):
                            share, recipe = piece_total[piece], piece_recipe[piece]
                            for lane in range(width):
                                stopped[lane] = 0.0
                            for member in range(member_pointers[piece], member_pointers[piece + 1]):
                                code, weight = member_leaf[member], member_share[member]
                                for lane in range(width):
                                    stopped[lane] += weight * leaf_now[code, lane]
                            for lane in range(width):
                                now[node, lane] += _larger(stopped[lane], share * recipe_now[recipe, lane])
                        raised[total] = node
                        total += 1
                else:
                    for place in range(choice_level[level], choice_level[level] + choice_count[level]):
                        choice = choices[place]
                        node = first_choice + choice
                        entry = entry_target[entry_pointers[choice]]
                        for lane in range(width):
                            now[node, lane] = now[entry, lane]
                        for other in range(entry_pointers[choice] + 1, entry_pointers[choice + 1]):
                            entry = entry_target[other]
                            for end in range(2):
                                if take_max[end]:
                                    for lane in range(end * lanes, end * lanes + lanes):
                                        now[node, lane] = _larger(now[node, lane], now[entry, lane])
                                else:
                                    for lane in range(end * lanes, end * lanes + lanes):
                                        now[node, lane] = -_larger(-now[node, lane], -now[entry, lane])
                        raised[total] = node
                        total += 1
                for place in range(total):
                    node = raised[place]
                    for link in range(held_pointers[node], held_pointers[node + 1]):
                        _put(choices, choice_count, choice_level, choice_flag, held_choice[link], held_level[link])
                    steps += up_pointers[node + 1] - up_pointers[node]
                    for link in range(up_pointers[node], up_pointers[node + 1]):
                        recipe, weight, slot = up_recipe[link], up_weight[link], up_slot[link]
                        _put(recipes, recipe_count, recipe_level, recipe_flag, recipe, up_level[link])
                        if slot < 0:
                            for lane in range(width):
                                recipe_now[recipe, lane] = _larger(weight * now[node, lane], recipe_now[recipe, lane])
                            continue
                        if slot_flag[slot] == 0:
                            slot_flag[slot] = 1
                            slots[slot_total] = slot
                            slot_total += 1
                        for end in range(2):
                            before = value[node, end]
                            for lane in range(end * lanes, end * lanes + lanes):
                                slot_now[slot, lane] += weight * (now[node, lane] - before)
                        for lane in range(width):
                            recipe_now[recipe, lane] = _larger(slot_now[slot, lane], recipe_now[recipe, lane])
        for place in range(len(wanted)):
            for lane in range(here):
                result[chosen[first + lane], 0, place] = now[wanted[place], lane]
                result[chosen[first + lane], 1, place] = now[wanted[place], lanes + lane]
        # As it was before.
        for lane in range(here):
            scenario = chosen[first + lane]
            for entry in range(bounds[scenario], bounds[scenario + 1]):
                leaf_now[leaf[entry], lane] = base[leaf[entry], 0]
                leaf_now[leaf[entry], lanes + lane] = base[leaf[entry], 1]
        for place in range(slot_total):
            _reset(slot_now, slot_base, slots[place], lanes)
            slot_flag[slots[place]] = 0
        for level in range(levels):
            for place in range(recipe_level[level], recipe_level[level] + recipe_count[level]):
                _reset(recipe_now, recipe_base, recipes[place], lanes)
                recipe_flag[recipes[place]] = 0
            for place in range(piece_level[level], piece_level[level] + piece_count[level]):
                piece_flag[piece_list[place]] = 0
            for place in range(option_level[level], option_level[level] + option_count[level]):
                _reset(now, value, options[place], lanes)
                option_flag[options[place]] = 0
            for place in range(mix_level[level], mix_level[level] + mix_count[level]):
                _reset(now, value, first_mix + mixes[place], lanes)
                mix_flag[mixes[place]] = 0
            for place in range(choice_level[level], choice_level[level] + choice_count[level]):
                _reset(now, value, first_choice + choices[place], lanes)
                choice_flag[choices[place]] = 0
            recipe_count[level] = option_count[level] = piece_count[level] = mix_count[level] = choice_count[level] = 0
    return steps
