"""The compiled part of a fast sweep: failures spread upward, many scenarios in one wave.

A scenario and an end of the interval are a *lane*; a node that changes has a *row* with a figure for each lane, or
stands for a multiple of another's row. Losses only grow, so a slot's sum grows by weight times the growth of the target
and a recipe is the larger of what it was and the slot that grew: the work is the number of lines that carry a change.
Where nothing was lost before, the first line that carries a loss to a recipe only passes the row on, and so does every
further line from the same row: above a part through which all changes run, nothing is computed lane by lane.

This module imports numba (extra [fast]); import it late. Arrays are given to the small functions one by one: reading
them from a tuple inside a loop would count references.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.sweep_links import CHOICE, KINDS, MIX, OPTION, RECIPE, SLOT, Links
from supplychain.compiled.sweep_network import Losses

__all__ = ["State", "floods", "marks", "state", "waves"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Records = NDArray[np.void]
Function = TypeVar("Function", bound=Callable[..., Any])

# Row 0 holds a constant for a moment.
_CONSTANT = 0
# Scenarios of one flood: few enough that all nodes stay in the caches.
_FLOOD = 16


def _inlined(function: Function) -> Function:
    """Write the function into those that call it."""
    return cast("Function", numba.njit(inline="always", error_model="numpy")(function))


def _compiled(function: Function) -> Function:
    """Compile at the first call and keep the machine code where that is possible."""
    return _made(function, {})


def _unowned(function: Function) -> Function:
    """Compile a function that makes no arrays: without counting references, which takes a third of its time."""
    return _made(function, {"_nrt": False})


def _made(function: Function, options: dict[str, Any]) -> Function:
    options = {"nogil": True, "error_model": "numpy", "boundscheck": False, **options}
    try:
        return cast("Function", numba.njit(cache=True, **options)(function))
    except RuntimeError:  # nowhere to keep it: a read-only installation of a user without a home
        return cast("Function", numba.njit(**options)(function))


class State(NamedTuple):
    """What one thread works with; a row of -1 is a node that has not changed."""

    cells: Records
    options: Records
    pieces: Records
    rows: Float
    free: Int  # the next row that nobody has
    lists: Int  # nodes that change, group by group
    counts: Int
    leaves: Records


def state(net: Links, lanes: int) -> State:
    """Room for waves of so many scenarios."""
    # No node needs more than a row, except that every piece of a mix may add one.
    room = len(net.cells) + 2 * len(net.pieces) + 1
    return State(
        cells=net.cells.copy(),
        options=net.options.copy(),
        pieces=net.pieces.copy(),
        rows=_aligned(room, 2 * lanes),
        free=np.ones(1, dtype=np.int64),
        lists=np.empty(len(net.cells), dtype=np.int64),
        counts=np.zeros(len(net.first), dtype=np.int64),
        leaves=net.leaves.copy(),
    )


def _aligned(rows: int, width: int) -> Float:
    """An array whose rows start where cache lines do, or every vector would be read from two of them."""
    whole = np.empty(rows * width + 8)
    skip = -whole.ctypes.data % 64 // 8
    return whole[skip : skip + rows * width].reshape(rows, width)


# --- rows -------------------------------------------------------------------------------------------------------------


@_inlined
def _larger(one: Any, other: Any) -> Any:
    """The larger of two numbers, neither of them NaN: `max` would also look for NaN and would not become one vector."""
    return one if one > other else other  # noqa: FURB136


@_inlined
def _fill(rows: Any, row: Any, low: Any, high: Any) -> None:
    """One figure for each end in all lanes: the low ends stand first."""
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
def _largest(rows: Any, row: Any, scale: Any, one: Any, other_scale: Any, other: Any) -> None:
    for lane in range(rows.shape[1]):
        rows[row, lane] = _larger(scale * rows[one, lane], other_scale * rows[other, lane])


@_inlined
def _sum(rows: Any, row: Any, scale: Any, one: Any, other_scale: Any, other: Any) -> None:
    for lane in range(rows.shape[1]):
        rows[row, lane] = scale * rows[one, lane] + other_scale * rows[other, lane]


@_inlined
def _new(free: Any) -> Any:
    row = free[0]
    free[0] = row + 1
    return row


# --- nodes ------------------------------------------------------------------------------------------------------------


@_inlined
def _put(cells: Any, groups: Any, lists: Any, counts: Any, first: Any, node: Any) -> None:
    """Put a node on the list of its group unless it stands there."""
    if cells[node].listed == 0:
        cells[node].listed = 1
        group = groups[node]
        lists[first[group] + counts[group]] = node
        counts[group] += 1


@_inlined
def _keep(cells: Any, node: Any, row: Any, scale: Any, own: Any) -> None:
    """A node has a row of its own, or stands for a multiple of one that must not be changed."""
    cells[node].row = row
    cells[node].scale = scale
    cells[node].own = own


@_inlined
def _meet(rows: Any, free: Any, cells: Any, node: Any, scale: Any, row: Any, adds: Any) -> None:
    """Join a multiple of a row with the figures of a slot (which adds) or a recipe (which takes the larger)."""
    if cells[node].own == 1:
        if adds:
            _add(rows, cells[node].row, scale, row)
        else:
            _raise(rows, cells[node].row, scale, row)
    elif cells[node].row == row:
        if adds:
            cells[node].scale += scale
        else:
            cells[node].scale = _larger(cells[node].scale, scale)
    else:
        own = _new(free)
        if adds:
            _sum(rows, own, cells[node].scale, cells[node].row, scale, row)
        else:
            _largest(rows, own, cells[node].scale, cells[node].row, scale, row)
        _keep(cells, node, own, 1.0, 1)


@_inlined
def _begin(rows: Any, free: Any, cells: Any, before: Any, node: Any, scale: Any, row: Any) -> Any:
    """First change of a slot or recipe; whether the row still has to be joined with what was lost before."""
    if cells[node].clear == 1:
        _keep(cells, node, row, scale, 0)
        return False
    own = _new(free)
    _fill(rows, own, before[node, 0], before[node, 1])
    _keep(cells, node, own, 1.0, 1)
    return True


@_unowned
def _fail(net: Any, now: Any, losses: Any, scenarios: Any) -> None:
    """Let the leaves of some scenarios fail, one lane each; of two losses of a leaf the larger one counts."""
    cells, rows, free, lists, counts = now.cells, now.rows, now.free, now.lists, now.counts
    leaves, options, pieces = now.leaves, now.options, now.pieces
    first, groups, first_option = net.first, net.groups, net.first_option
    leaf_option, leaf_piece = net.leaf_option, net.leaf_piece
    bounds, leaf, lost_low, lost_high = losses.pointers, losses.leaf, losses.low, losses.high
    lanes = rows.shape[1] // 2
    for lane in range(len(scenarios)):
        scenario = scenarios[lane]
        for entry in range(bounds[scenario], bounds[scenario + 1]):
            code = leaf[entry]
            if code < 0:
                continue
            if leaves[code].seen != scenario:
                leaves[code].seen = scenario
                leaves[code].low, leaves[code].high = leaves[code].base_low, leaves[code].base_high
            low = _larger(lost_low[entry] - leaves[code].low, 0.0)
            high = _larger(lost_high[entry] - leaves[code].high, 0.0)
            if low == 0 and high == 0:
                continue
            leaves[code].low = _larger(leaves[code].low, lost_low[entry])
            leaves[code].high = _larger(leaves[code].high, lost_high[entry])
            for place in range(leaves[code].option, leaves[code].option_stop):
                option = leaf_option[place]
                if options[option].row < 0:
                    options[option].row = _new(free)
                    _fill(rows, options[option].row, options[option].low, options[option].high)
                    _put(cells, groups, lists, counts, first, first_option + option)
                row = options[option].row
                rows[row, lane], rows[row, lanes + lane] = leaves[code].low, leaves[code].high
            for place in range(leaves[code].piece, leaves[code].piece_stop):
                piece, share = leaf_piece[place].place, leaf_piece[place].share
                if pieces[piece].row < 0:
                    pieces[piece].row = _new(free)
                    _fill(rows, pieces[piece].row, pieces[piece].low, pieces[piece].high)
                    _put(cells, groups, lists, counts, first, pieces[piece].mix)
                row = pieces[piece].row
                rows[row, lane] += share * low
                rows[row, lanes + lane] += share * high


@_inlined
def _raise_by_recipe(rows: Any, cells: Any, before: Any, row: Any, recipe: Any, times: Any) -> None:
    if cells[recipe].row >= 0:
        _raise(rows, row, times * cells[recipe].scale, cells[recipe].row)
    elif cells[recipe].clear == 0:
        _fill(rows, _CONSTANT, before[recipe, 0], before[recipe, 1])
        _raise(rows, row, times, _CONSTANT)


@_inlined
def _option(rows: Any, free: Any, cells: Any, before: Any, options: Any, option: Any, node: Any) -> None:
    recipe, row = options[option].recipe, options[option].row
    low, high = options[option].low, options[option].high
    if row < 0 and low == 0 and high == 0:
        _keep(cells, node, cells[recipe].row, cells[recipe].scale, 0)
    else:
        if row < 0:
            row = _new(free)
            _fill(rows, row, low, high)
        _raise_by_recipe(rows, cells, before, row, recipe, 1.0)
        _keep(cells, node, row, 1.0, 1)


@_inlined
def _piece(rows: Any, free: Any, cells: Any, before: Any, pieces: Any, piece: Any) -> tuple[Any, Any]:
    """Row and multiple of one piece of a mix; a row of -1 where it loses nothing."""
    recipe, total, row, scale = pieces[piece].recipe, pieces[piece].total, pieces[piece].row, 1.0
    low, high = pieces[piece].low, pieces[piece].high
    if row < 0 and cells[recipe].row < 0:
        low, high = _larger(low, total * before[recipe, 0]), _larger(high, total * before[recipe, 1])
        if low > 0 or high > 0:
            row = _new(free)
            _fill(rows, row, low, high)
    elif row < 0 and low == 0 and high == 0:
        row, scale = cells[recipe].row, total * cells[recipe].scale
    else:
        if row < 0:
            row = _new(free)
            _fill(rows, row, low, high)
        _raise_by_recipe(rows, cells, before, row, recipe, total)
    return row, scale


@_inlined
def _mix(rows: Any, free: Any, cells: Any, before: Any, pieces: Any, node: Any) -> None:
    cells[node].row = -1
    for piece in range(len(pieces)):
        row, scale = _piece(rows, free, cells, before, pieces, piece)
        if row >= 0:
            if cells[node].row < 0:
                _keep(cells, node, row, scale, 0)
            else:
                _meet(rows, free, cells, node, scale, row, True)


@_inlined
def _choice(rows: Any, free: Any, cells: Any, before: Any, entries: Any, node: Any, take_max: Any) -> None:
    row, lanes = _new(free), rows.shape[1] // 2
    for entry in range(len(entries)):
        target = entries[entry]
        other, scale = cells[target].row, cells[target].scale
        if other < 0:
            other, scale = _CONSTANT, 1.0
            _fill(rows, _CONSTANT, before[target, 0], before[target, 1])
        if entry == 0:
            _sum(rows, row, scale, other, 0.0, other)
            continue
        for end in range(2):
            sign = 1.0 if take_max[end] else -1.0
            for lane in range(end * lanes, end * lanes + lanes):
                rows[row, lane] = sign * _larger(sign * rows[row, lane], sign * scale * rows[other, lane])
    _keep(cells, node, row, 1.0, 1)


@_unowned
def _spread(net: Any, now: Any) -> None:
    """Compute the nodes that change, group by group, and pass each one's figures on to the nodes above at once.

    Slots and recipes have theirs when their turn comes.
    """
    cells, rows, free, lists, counts = now.cells, now.rows, now.free, now.lists, now.counts
    options, pieces, piece_pointers = now.options, now.pieces, net.piece_pointers
    entries, entry_pointers, take_max = net.entries, net.entry_pointers, net.take_max
    groups, before = net.groups, net.before
    first, up_pointers, up, wake_pointers, wake = net.first, net.up_pointers, net.up, net.wake_pointers, net.wake
    first_option, first_mix, first_choice = net.first_option, net.first_mix, net.first_choice
    for group in range(KINDS * net.levels):
        kind = group % KINDS
        for place in range(first[group], first[group] + counts[group]):
            node = lists[place]
            if kind == OPTION:
                _option(rows, free, cells, before, options, node - first_option, node)
            elif kind == MIX:
                mix = node - first_mix
                _mix(rows, free, cells, before, pieces[piece_pointers[mix] : piece_pointers[mix + 1]], node)
            elif kind == CHOICE:
                choice = node - first_choice
                _choice(
                    rows,
                    free,
                    cells,
                    before,
                    entries[entry_pointers[choice] : entry_pointers[choice + 1]],
                    node,
                    take_max,
                )
            row, scale = cells[node].row, cells[node].scale
            for link in range(wake_pointers[node], wake_pointers[node + 1]):
                _put(cells, groups, lists, counts, first, wake[link])
            for link in range(up_pointers[node], up_pointers[node + 1]):
                above, weight = up[link].to, up[link].weight
                adds = cells[above].adds == 1
                if cells[above].row < 0:
                    _put(cells, groups, lists, counts, first, above)
                    if not _begin(rows, free, cells, before, above, weight * scale, row):
                        continue
                if adds and cells[above].own == 1 and cells[node].clear == 0:
                    # What the alternative lost before is in the sum: it comes off, the whole goes on.
                    _fill(rows, _CONSTANT, weight * before[node, 0], weight * before[node, 1])
                    _add(rows, cells[above].row, -1.0, _CONSTANT)
                _meet(rows, free, cells, above, weight * scale, row, adds)


@_unowned
def _forget(net: Any, now: Any) -> None:
    """Let all nodes be as they were before the wave."""
    cells, lists, counts, options, pieces = now.cells, now.lists, now.counts, now.options, now.pieces
    first, piece_pointers, first_option, first_mix = net.first, net.piece_pointers, net.first_option, net.first_mix
    now.free[0] = 1
    for group in range(len(counts)):
        kind = group % KINDS
        for place in range(first[group], first[group] + counts[group]):
            node = lists[place]
            cells[node].row = -1
            cells[node].listed = 0
            if kind == OPTION:
                options[node - first_option].row = -1
            elif kind == MIX:
                for piece in range(piece_pointers[node - first_mix], piece_pointers[node - first_mix + 1]):
                    pieces[piece].row = -1
        counts[group] = 0


@_compiled
def waves(net: Any, now: Any, losses: Any, chosen: Any, result: Any) -> None:
    """Compute the chosen scenarios into `result`, as many at a time as a row has lanes for."""
    cells, rows, wanted, before = now.cells, now.rows, net.wanted, net.before
    lanes = rows.shape[1] // 2
    for first in range(0, len(chosen), lanes):
        here = min(lanes, len(chosen) - first)
        _fail(net, now, losses, chosen[first : first + here])
        _spread(net, now)
        for place in range(len(wanted)):
            node = wanted[place]
            row, scale = cells[node].row, cells[node].scale
            for lane in range(here):
                scenario = chosen[first + lane]
                result[scenario, 0, place] = before[node, 0] if row < 0 else scale * rows[row, lane]
                result[scenario, 1, place] = before[node, 1] if row < 0 else scale * rows[row, lanes + lane]
        _forget(net, now)


# --- everything -------------------------------------------------------------------------------------------------------


@_inlined
def _scaled(figures: Any, node: Any, scale: Any, other: Any) -> None:
    for lane in range(figures.shape[1]):
        figures[node, lane] = scale * figures[other, lane]


@_inlined
def _whole_mix(rows: Any, figures: Any, pieces: Any, node: Any) -> None:
    _fill(figures, node, 0.0, 0.0)
    for piece in range(len(pieces)):
        recipe, total, row = pieces[piece].recipe, pieces[piece].total, pieces[piece].row
        low, high = pieces[piece].low, pieces[piece].high
        if row < 0 and low == 0 and high == 0:
            _add(figures, node, total, recipe)
            continue
        if row < 0:
            row = _CONSTANT
            _fill(rows, row, low, high)
        for lane in range(figures.shape[1]):
            figures[node, lane] += _larger(rows[row, lane], total * figures[recipe, lane])


@_inlined
def _whole_choice(figures: Any, entries: Any, node: Any, take_max: Any) -> None:
    lanes = figures.shape[1] // 2
    _scaled(figures, node, 1.0, entries[0])
    for entry in range(1, len(entries)):
        other = entries[entry]
        for end in range(2):
            sign = 1.0 if take_max[end] else -1.0
            for lane in range(end * lanes, end * lanes + lanes):
                figures[node, lane] = sign * _larger(sign * figures[node, lane], sign * figures[other, lane])


@_unowned
def _compute(net: Any, now: Any, order: Any, figures: Any) -> None:
    """Compute all nodes of the order from those below them."""
    rows, options, pieces, piece_pointers = now.rows, now.options, now.pieces, net.piece_pointers
    down_pointers, down, groups = net.down_pointers, net.down, net.groups
    entries, entry_pointers, take_max = net.entries, net.entry_pointers, net.take_max
    first_option, first_mix, first_choice = net.first_option, net.first_mix, net.first_choice
    for place in range(len(order)):
        node = order[place]
        kind = groups[node] % KINDS
        if kind in (SLOT, RECIPE):
            start, stop = down_pointers[node], down_pointers[node + 1]
            if start == stop:
                continue  # nothing below: nothing is lost, as at the start
            _scaled(figures, node, down[start].weight, down[start].to)
            for link in range(start + 1, stop):
                if kind == SLOT:
                    _add(figures, node, down[link].weight, down[link].to)
                else:
                    _raise(figures, node, down[link].weight, down[link].to)
        elif kind == OPTION:
            option = node - first_option
            row, recipe = options[option].row, options[option].recipe
            if row < 0:
                _fill(figures, node, options[option].low, options[option].high)
                _raise(figures, node, 1.0, recipe)
            else:
                for lane in range(figures.shape[1]):
                    figures[node, lane] = _larger(rows[row, lane], figures[recipe, lane])
        elif kind == MIX:
            mix = node - first_mix
            _whole_mix(rows, figures, pieces[piece_pointers[mix] : piece_pointers[mix + 1]], node)
        else:
            choice = node - first_choice
            _whole_choice(figures, entries[entry_pointers[choice] : entry_pointers[choice + 1]], node, take_max)


@_compiled
def _flood(net: Any, now: Any, order: Any, figures: Any, losses: Any, chosen: Any, result: Any) -> None:
    wanted = net.wanted
    lanes = figures.shape[1] // 2
    for first in range(0, len(chosen), lanes):
        here = min(lanes, len(chosen) - first)
        _fail(net, now, losses, chosen[first : first + here])
        _compute(net, now, order, figures)
        for place in range(len(wanted)):
            for lane in range(here):
                result[chosen[first + lane], 0, place] = figures[wanted[place], lane]
                result[chosen[first + lane], 1, place] = figures[wanted[place], lanes + lane]
        _forget(net, now)


def floods(net: Links, losses: Losses, chosen: Int, result: Float) -> None:
    """As `waves`, but every node is computed: for scenarios that change nearly everything."""
    now = state(net, _FLOOD)
    order = np.argsort(net.groups, kind="stable")[:-1]
    figures = _aligned(len(net.cells), 2 * _FLOOD)
    figures[:] = np.repeat(net.before, _FLOOD, axis=1)
    _flood(net, now, order, figures, losses, chosen, result)


@_compiled
def marks(net: Any, numbers: Any) -> Any:
    """Smallest of the numbers of all nodes above each leaf, for several columns of numbers, one row per node."""
    result = np.full((len(net.leaves), numbers.shape[1]), np.inf)
    order = np.argsort(net.groups)
    for back in range(len(order)):
        node = order[len(order) - 1 - back]
        for link in range(net.up_pointers[node], net.up_pointers[node + 1]):
            for place in range(numbers.shape[1]):
                numbers[node, place] = min(numbers[node, place], numbers[net.up[link].to, place])
        for link in range(net.wake_pointers[node], net.wake_pointers[node + 1]):
            for place in range(numbers.shape[1]):
                numbers[node, place] = min(numbers[node, place], numbers[net.wake[link], place])
    for code in range(len(net.leaves)):
        for link in range(net.leaves[code].option, net.leaves[code].option_stop):
            for place in range(numbers.shape[1]):
                node = net.first_option + net.leaf_option[link]
                result[code, place] = min(result[code, place], numbers[node, place])
        for link in range(net.leaves[code].piece, net.leaves[code].piece_stop):
            for place in range(numbers.shape[1]):
                node = net.pieces[net.leaf_piece[link].place].mix
                result[code, place] = min(result[code, place], numbers[node, place])
    return result
