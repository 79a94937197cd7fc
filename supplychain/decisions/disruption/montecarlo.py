"""Random failures: expected loss, its tail, and what drives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.decisions.disruption.ends import End
from supplychain.decisions.disruption.rates import Rate, draw
from supplychain.decisions.disruption.risk import Tail, standard_error, tail_of
from supplychain.measures.interval import Interval

__all__ = ["Driver", "Losses", "MonteCarlo", "monte_carlo"]

Float = NDArray[np.float64]

LEVELS = (0.9, 0.95)
_CELLS = 12_000_000  # numbers that one batch of runs may hold


@dataclass(frozen=True)
class Losses:
    """Losses of one end of the interval, in units of the product over the weeks looked at.

    Attributes
    ----------
    expected, standard_error : float
    chance : float
        Share of the runs in which anything is lost.
    chance_of_stop : float
        Share of the runs in which nothing is delivered for a week or more.
    tails : tuple of Tail
        At 90 and 95 %.
    """

    expected: float
    standard_error: float
    chance: float
    chance_of_stop: float
    tails: tuple[Tail, ...]

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "expected": self.expected,
            "standard_error": self.standard_error,
            "chance": self.chance,
            "chance_of_stop": self.chance_of_stop,
            "tails": [tail.to_json() for tail in self.tails],
        }


@dataclass(frozen=True)
class Driver:
    """What one risk adds to the expected loss.

    Attributes
    ----------
    rate : Rate
    failures : int
        Runs in which it fails.
    adds : Interval
        Expected loss less what it would be if this never failed, in the same runs; the parts do not add up, because two
        failures at once can cost more or less than one after the other.
    standard_error : float
        Of the larger end.
    """

    rate: Rate
    failures: int
    adds: Interval
    standard_error: float

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "kind": self.rate.kind,
            "id": self.rate.id,
            "failures": self.failures,
            "adds": self.adds.to_json(),
            "standard_error": self.standard_error,
        }


@dataclass(frozen=True)
class MonteCarlo:
    """Answer of a simulation with random failures.

    Attributes
    ----------
    runs, seed : int
    low, high : Losses
        The end with the smallest and the one with the largest expected loss, both with the same draws.
    drivers : tuple of Driver
        Those that add most first.
    """

    runs: int
    seed: int
    low: Losses
    high: Losses
    rates: tuple[Rate, ...]
    drivers: tuple[Driver, ...]

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "runs": self.runs,
            "seed": self.seed,
            "rates": [rate.to_json() for rate in self.rates],
            "low": self.low.to_json(),
            "high": self.high.to_json(),
            "drivers": [driver.to_json() for driver in self.drivers],
        }


def monte_carlo(ends: Sequence[End], rates: tuple[Rate, ...], *, weeks: int, runs: int, seed: int) -> MonteCarlo:
    """Simulate random failures.

    Parameters
    ----------
    ends : sequence of End
        Their causes are those of the rates, in the same order.
    rates : tuple of Rate
    weeks, runs, seed : int

    Returns
    -------
    MonteCarlo
    """
    active = draw(rates, weeks=weeks, runs=runs, seed=seed)
    usual = [end.run(None, weeks=weeks).delivered for end in ends]
    results = [_lost(end, active, undisturbed) for end, undisturbed in zip(ends, usual, strict=True)]
    means = [float(lost.mean()) for lost, _ in results]
    least, most = int(np.argmin(means)), int(np.argmax(means))
    shown = (least, most) if least != most else (least,)
    drivers = []
    for row, rate in enumerate(rates):
        fails = np.flatnonzero(active[:, row].any(axis=0))
        without = active[:, :, fails].copy()
        without[:, row] = 0.0
        effects = []
        for end in shown:
            effect = np.zeros(runs)
            if len(fails):
                effect[fails] = results[end][0][fails] - _lost(ends[end], without, usual[end])[0]
            effects.append((float(effect.mean()), standard_error(effect)))
        effects.sort()
        drivers.append(Driver(rate, len(fails), Interval(effects[0][0], effects[-1][0]), effects[-1][1]))
    drivers.sort(key=lambda driver: (-driver.adds.high, -driver.adds.low, driver.rate.kind, driver.rate.id))
    low, high = _losses(*results[least]), _losses(*results[most])
    return MonteCarlo(runs=runs, seed=seed, low=low, high=high, rates=rates, drivers=tuple(drivers))


def _lost(end: End, active: Float, usual: Float) -> tuple[Float, NDArray[np.bool_]]:
    """Units lost in each run, and whether the line stood still; `usual` is what is delivered when nothing fails."""
    weeks, _, runs = active.shape
    net = end.network
    size = max(1, len(net.planned) + 6 * len(net.edge_slot) + int(net.lead.max() + 4) * len(net.slot_node))
    batch = max(1, _CELLS // size)
    lost, stopped = np.zeros(runs), np.zeros(runs, dtype=bool)
    # Runs without any failure lose nothing.
    busy = np.flatnonzero(active.any(axis=(0, 1)))
    for start in range(0, len(busy), batch):
        chosen = busy[start : start + batch]
        outcome = end.run(active[:, :, chosen], weeks=weeks)
        lost[chosen] = np.maximum((usual - outcome.delivered).sum(axis=0), 0.0)
        stopped[chosen] = ((outcome.delivered <= 1e-9 * net.demand) & (usual > 0)).any(axis=0)
    return lost, stopped


def _losses(lost: Float, stopped: NDArray[np.bool_]) -> Losses:
    return Losses(
        expected=float(lost.mean()),
        standard_error=standard_error(lost),
        chance=float((lost > 1e-9 * max(1.0, float(lost.max()))).mean()),
        chance_of_stop=float(stopped.mean()),
        tails=tuple(tail_of(lost, level=level) for level in LEVELS),
    )
