"""A sweep with numba: only what the failures change, or everything where they are many (see `sweep_waves`).

This module imports numba (extra [fast]); import it late.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.sweep_links import Links, links
from supplychain.compiled.sweep_network import Losses, SweepNetwork
from supplychain.compiled.sweep_waves import floods, marks, state, waves

__all__ = ["MANY", "run"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]

# Scenarios of one wave: more share more work, until their rows no longer stay in the caches.
_LANES = 64
# Figures that the rows of one thread may hold: 256 MB, of which only those are touched that change.
_ROOM = 1 << 25
_WORTH_A_THREAD = 256
# How many random numbers tell similar scenarios.
_SIGNS = 8
# Failures of a scenario from which on it changes so much that computing everything is faster.
MANY = 64


def run(network: SweepNetwork, base: Float, value: Float, losses: Losses, *, everything: bool = False) -> Float:
    """Losses of the wanted targets in every scenario.

    Parameters
    ----------
    network : SweepNetwork
    base : array of float, shape (leaves, 2)
        What every leaf loses anyway.
    value : array of float, shape (targets, 2)
        What every target loses anyway.
    losses : Losses
    everything : bool
        Compute every node: worth it from `MANY` failures of a scenario on. Otherwise every scenario must have an entry.

    Returns
    -------
    array of float, shape (2, scenarios, wanted)
    """
    net = links(network, base, value)
    scenarios = len(losses.pointers) - 1
    result = np.empty((scenarios, 2, len(network.wanted)))
    order = np.arange(scenarios) if everything else _alike(net, losses)
    lanes = max(4, min(_LANES, scenarios, _ROOM // (2 * len(net.cells))))
    workers = max(1, min(os.cpu_count() or 1, scenarios // _WORTH_A_THREAD))

    def one(chunk: Int) -> None:
        if everything:
            floods(net, losses, chunk, result)
        else:
            waves(net, state(net, lanes), losses, chunk, result)

    if workers == 1:
        one(order)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(one, np.array_split(order, 2 * workers)))
    return result.transpose(1, 0, 2)


def _alike(net: Links, losses: Losses) -> Int:
    """Order in which scenarios stand together that change much of the same.

    What a failure changes are the nodes above it. The smallest of random numbers over two sets is the same as often as
    the sets overlap (MinHash, A. Broder 1997, doi:10.1109/SEQUEN.1997.666900): scenarios sorted by a few of them.
    """
    numbers = np.random.default_rng(0).random((len(net.cells), _SIGNS))
    found = np.minimum.reduceat(marks(net, numbers)[losses.leaf], losses.pointers[:-1], axis=0)
    return np.lexsort(found.T[::-1]).astype(np.int64)
