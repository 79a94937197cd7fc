"""A sweep with numpy and scipy: all nodes of the network for a batch of scenarios, level by level.

The scenarios are the last axis: a node's figures stand together in memory, which is what sums over nodes want.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.sweep_network import SweepNetwork

__all__ = ["Layers", "evaluate", "layers"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class _Maxima:
    """Largest of each run of rows, without a loop over runs: pass j takes the j-th row of all runs that long."""

    order: Int  # runs, the longest first
    passes: tuple[Int, ...]  # rows of pass j, for the first runs in that order


@dataclass(frozen=True)
class _Level:
    recipes: slice
    slots: Any  # weights, slots x targets
    maxima: _Maxima
    options: slice
    pieces: slice
    stopped: Any  # shares, pieces x leaves
    mixes: slice
    pooled: Any  # ones, mixes x pieces
    choices: slice
    entries: Int
    starts: Int


@dataclass(frozen=True)
class Layers:
    """A network cut into levels."""

    network: SweepNetwork
    levels: tuple[_Level, ...]


def layers(network: SweepNetwork) -> Layers:
    """Cut a network into levels, with the sums of each as sparse matrices."""
    return Layers(network, tuple(_level(network, level) for level in range(network.levels)))


def _level(network: SweepNetwork, level: int) -> _Level:
    def of(bounds: Int) -> slice:
        return slice(int(bounds[level]), int(bounds[level + 1]))

    recipes, mixes, choices = of(network.recipe_level), of(network.mix_level), of(network.choice_level)
    slots = slice(network.slot_pointers[recipes.start], network.slot_pointers[recipes.stop])
    pieces = slice(int(network.piece_pointers[mixes.start]), int(network.piece_pointers[mixes.stop]))
    entry = network.entry_pointers[choices.start : choices.stop + 1]
    of_mix = network.piece_pointers[mixes.start : mixes.stop + 1] - pieces.start
    count = pieces.stop - pieces.start
    return _Level(
        recipes=recipes,
        slots=_matrix(
            network.alternative_pointers,
            slots,
            network.alternative_target,
            network.alternative_weight,
            network.target_count,
        ),
        maxima=_maxima(network.slot_pointers[recipes.start : recipes.stop + 1] - slots.start),
        options=of(network.option_level),
        pieces=pieces,
        stopped=_matrix(
            network.member_pointers, pieces, network.member_leaf, network.member_share, len(network.leaves)
        ),
        mixes=mixes,
        pooled=_csr(of_mix, np.arange(count), np.ones(count), (mixes.stop - mixes.start, count)),
        choices=choices,
        entries=network.entry_target[entry[0] : entry[-1]],
        starts=entry[:-1] - entry[0],
    )


def _matrix(bounds: Int, rows: slice, columns: Int, weights: Float, width: int) -> Any:
    inside = slice(bounds[rows.start], bounds[rows.stop])
    found = bounds[rows.start : rows.stop + 1] - inside.start
    return _csr(found, columns[inside], weights[inside], (len(found) - 1, width))


def _csr(bounds: Int, columns: Int, weights: Float, shape: tuple[int, int]) -> Any:
    from scipy.sparse import csr_array

    return csr_array((weights, columns, bounds), shape=shape)


def _maxima(bounds: Int) -> _Maxima:
    counts = np.diff(bounds)
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] > 0]
    starts, sizes = bounds[order], counts[order]
    longest = int(sizes.max(initial=0))
    return _Maxima(order, tuple(starts[: np.searchsorted(-sizes, -place)] + place for place in range(longest)))


def evaluate(layered: Layers, leaves: Float) -> Float:
    """Figures of all targets.

    Parameters
    ----------
    layered : Layers
    leaves : array of float, shape (leaves, 2, scenarios)
        What each leaf loses in each end.

    Returns
    -------
    array of float, shape (targets, 2, scenarios)
    """
    network, scenarios = layered.network, leaves.shape[2]
    flat = leaves.reshape(len(leaves), -1)
    width = flat.shape[1]
    value = np.zeros((network.target_count, width))
    value[-1] = np.repeat(network.constant, scenarios)
    recipe = np.zeros((network.recipe_count, width))
    first_mix = network.option_count
    first_choice = first_mix + network.mix_count
    for level in layered.levels:
        if len(level.maxima.order):
            slots = level.slots @ value
            recipe[level.recipes.start + level.maxima.order] = _largest(slots, level.maxima)
        options = level.options
        if options.stop > options.start:
            own = np.take(flat, network.option_leaf[options], axis=0)
            needed = np.take(recipe, network.option_recipe[options], axis=0)
            np.maximum(own, needed, out=value[options])
        if level.mixes.stop > level.mixes.start:
            starved = np.take(recipe, network.piece_recipe[level.pieces], axis=0)
            starved *= network.piece_total[level.pieces, None]
            pieces = np.maximum(level.stopped @ flat, starved, out=starved)
            value[first_mix + level.mixes.start : first_mix + level.mixes.stop] = level.pooled @ pieces
        if level.choices.stop > level.choices.start:
            found = np.take(value, level.entries, axis=0)
            for end in range(2):
                columns = slice(end * scenarios, (end + 1) * scenarios)
                extreme = np.maximum if network.take_max[end] else np.minimum
                value[first_choice + level.choices.start : first_choice + level.choices.stop, columns] = (
                    extreme.reduceat(found[:, columns], level.starts, axis=0)
                )
    return value.reshape(network.target_count, 2, scenarios)


def _largest(rows: Float, maxima: _Maxima) -> Float:
    result = np.take(rows, maxima.passes[0], axis=0)
    for places in maxima.passes[1:]:
        part = result[: len(places)]
        np.maximum(part, np.take(rows, places, axis=0), out=part)
    return result
