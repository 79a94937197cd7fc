"""Thousands of failures of one product: the sweep against plain code and against whole propagations."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

import numpy as np
from baseline_failures import Ready, fail, ready_for_failures
from baselines import EMBARGO_BASES, prepare
from numpy.typing import NDArray

import supplychain as sc
from supplychain.compiled import Columns, Compiled, compile_dataset, propagate
from supplychain.compiled.origin import read_origins
from supplychain.compiled.sweep import Failures, failures_by, sweep
from supplychain.levels import expand_ranges, pointers

__all__ = ["Measured", "measure_sweeps", "same"]

Floats = NDArray[np.float64]
TOLERANCE = 1e-9
PLAIN_SCENARIOS = 40
MONTE_CARLO = 20_000
FAILING = (0.0005, 0.01)  # share of the suppliers that fail in one scenario of the two Monte Carlo runs


@dataclass(frozen=True)
class Measured:
    """Seconds for one scenario, by engine."""

    workload: str
    scenarios: int
    seconds: dict[str, float]
    note: str


def measure_sweeps(dataset: sc.Dataset, *, repeats: int) -> list[Measured]:
    """Fail every supplier and every country alone, then many suppliers in part; stop if any result differs."""
    compiled = compile_dataset(dataset)
    product = _deepest(compiled)
    plain = ready_for_failures(prepare(dataset, EMBARGO_BASES), str(compiled.part_ids[product]))
    target = int(compiled.part_target[product])
    by_supplier = failures_by(compiled.options.supplier, len(compiled.supplier_ids))
    by_country = failures_by(*_countries(compiled))
    single = _reaching(compiled, target, by_supplier + by_country)
    return [
        _measure("one supplier or country fails", compiled, target, single, plain, repeats),
        *(
            _measure(
                f"Monte Carlo, {share:.2%} of the suppliers lose a part",
                compiled,
                target,
                _reaching(compiled, target, _partial(by_supplier, share, np.random.default_rng(0))),
                plain,
                repeats,
            )
            for share in FAILING
        ),
    ]


def _deepest(compiled: Compiled) -> int:
    """The product on which most parts hang."""
    from supplychain.compiled.sweep_network import sweep_network

    def size(product: int) -> int:
        targets = compiled.part_target[[product]]
        return sweep_network(compiled, targets, _columns(), pooled=False, depth=None).size

    return int(max(np.flatnonzero(compiled.is_product), key=size))


def _columns() -> Columns:
    return Columns(take_max=np.array([False, True]))


def _countries(compiled: Compiled) -> tuple[NDArray[np.int64], int]:
    origins = read_origins(compiled)
    return origins.made, len(origins.countries)


def _reaching(compiled: Compiled, target: int, failures: Failures) -> Failures:
    """Only scenarios that reach the product: the others cost neither side anything."""
    base = np.zeros((2, compiled.option_count))
    lost = sweep(compiled, base, failures, target=target, columns=_columns(), form="proportional")
    return _some(failures, np.flatnonzero(lost[1] > 0))


def _some(failures: Failures, scenarios: NDArray[np.int64]) -> Failures:
    entries, _ = expand_ranges(failures.pointers[scenarios], failures.pointers[scenarios + 1])
    sizes = failures.pointers[scenarios + 1] - failures.pointers[scenarios]
    left = None if failures.left is None else failures.left[..., entries]
    return Failures(np.append(0, np.cumsum(sizes)).astype(np.int64), failures.options[entries], left)


def _partial(by_supplier: Failures, share: float, rng: np.random.Generator) -> Failures:
    """Scenarios in which every supplier fails with a small chance and keeps a random part of its supply."""
    suppliers = len(by_supplier)
    counts = rng.binomial(suppliers, share, MONTE_CARLO)
    failed = rng.integers(0, suppliers, counts.sum())
    left = rng.random(len(failed))
    entries, owner = expand_ranges(by_supplier.pointers[failed], by_supplier.pointers[failed + 1])
    scenario = np.repeat(np.arange(MONTE_CARLO), counts)[owner]
    return Failures(pointers(scenario, MONTE_CARLO), by_supplier.options[entries], left[owner])


def _measure(
    workload: str, compiled: Compiled, target: int, failures: Failures, plain: Ready, repeats: int
) -> Measured:
    base = np.zeros((2, compiled.option_count))
    sample = np.unique(np.linspace(0, len(failures) - 1, PLAIN_SCENARIOS).astype(np.int64))
    few = _some(failures, sample)
    columns = _columns()
    offers = compiled.dataset.offers["offer_id"].to_numpy(dtype=object)
    lost = [_as_dict(compiled, few, place, offers) for place in range(len(few))]
    run = partial(sweep, compiled, base, target=target, columns=columns, form="proportional")
    runs: dict[str, tuple[Callable[[], object], int]] = {
        "plain": (lambda: np.array([fail(plain, one) for one in lost]).T, len(few)),
        "kernel": (lambda: _whole(compiled, few, target, columns), len(few)),
    }
    part = _some(failures, np.arange(0, len(failures), max(1, len(failures) // 1000)))
    runs["numpy"] = (lambda: run(part, engine="numpy"), len(part))
    if find_spec("numba"):
        runs["numba"] = (lambda: run(failures, engine="numba"), len(failures))
    expected = np.asarray(runs["plain"][0]())
    same(workload, "kernel", expected, np.asarray(runs["kernel"][0]()))
    for engine in ("numpy", "numba")[: len(runs) - 2]:
        same(workload, engine, expected, run(failures=few, engine=engine))
    if "numba" in runs:
        same(workload, "both engines", run(part, engine="numpy"), run(part, engine="numba"))
    seconds = dict.fromkeys(runs, float("inf"))
    for turn in range(repeats):
        for name, (function, scenarios) in runs.items():
            if turn > 1 and name in ("plain", "kernel"):
                continue
            started = time.perf_counter()
            function()
            seconds[name] = min(seconds[name], (time.perf_counter() - started) / scenarios)
    inside = float(((expected > TOLERANCE) & (expected < 1 - TOLERANCE)).mean())
    return Measured(workload, len(failures), seconds, f"{inside:.0%} of the results are strictly between 0 and 1")


def _as_dict(compiled: Compiled, failures: Failures, scenario: int, offers: NDArray[np.object_]) -> dict[str, float]:
    """What every failed offer loses; an option that is no offer (an unknown maker) has no supplier and no country."""
    span = slice(failures.pointers[scenario], failures.pointers[scenario + 1])
    result: dict[str, float] = {}
    for option, loss in zip(failures.options[span], failures.lost[1, span], strict=True):
        row = compiled.options.offer[option]
        if row >= 0:
            result[offers[row]] = max(result.get(offers[row], 0.0), float(loss))
    return result


def _whole(compiled: Compiled, failures: Failures, target: int, columns: Columns) -> Floats:
    """The best that the kernel alone can do: whole propagations, eight scenarios at once."""
    result = np.empty((2, len(failures)))
    for start in range(0, len(failures), 8):
        some = np.arange(start, min(start + 8, len(failures)))
        entries, owner = expand_ranges(failures.pointers[some], failures.pointers[some + 1])
        leaves = np.zeros((2, len(some), compiled.option_count))
        for end in range(2):
            np.maximum.at(leaves[end], (owner, failures.options[entries]), failures.lost[end, entries])
        flat = leaves.reshape(2 * len(some), -1)
        figures = propagate(compiled, flat, "max", columns.repeat(len(some)), essential_only=True)
        result[:, some] = figures[:, 0, target].reshape(2, len(some))
    return result


def same(workload: str, name: str, expected: Floats, found: Floats) -> None:
    """Stop if any result differs."""
    difference = np.abs(expected - found)
    if not (difference <= TOLERANCE).all():
        sys.exit(f"results differ: {workload}, {name}, by {difference.max()}; no times are printed")
