"""Many failures of one network at once: what a product loses in each of thousands of scenarios.

A scenario names the options (makers of parts) that fail and what is left of each. The figure is the output lost of
docs/model.md, section 3 (embargo loss), `reallocate` or `proportional`; this module only computes it for many leaf
values without repeating what they share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled.arrays import Compiled
from supplychain.compiled.kernel import Columns
from supplychain.compiled.sweep_network import Losses, SweepNetwork, sweep_network
from supplychain.compiled.sweep_numpy import Layers, evaluate, layers
from supplychain.errors import OptionError
from supplychain.levels import pointers

__all__ = ["ENGINES", "FORMS", "Failures", "failures_by", "failures_of", "sweep", "sweep_parts"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Form = Literal["reallocate", "proportional"]
Engine = Literal["auto", "numpy", "numba"]

FORMS = ("reallocate", "proportional")
ENGINES = ("auto", "numpy", "numba")
# Figures that one batch may hold: 64 MB.
_BATCH = 1 << 23
# Steps from which numba pays: numpy takes some seconds for them, loading the compiled code takes one.
_WORTH_COMPILING = 500_000_000


@dataclass(frozen=True)
class Failures:
    """Scenarios of failure: scenario i fails `options[pointers[i]:pointers[i + 1]]`.

    Attributes
    ----------
    pointers : array of int, shape (scenarios + 1,)
    options : array of int, shape (entries,)
        Codes of options; one that stands in a scenario twice loses the larger loss.
    left : array of float, shape (entries,) or (2, entries), optional
        What is left of the option's supply, 0 to 1; 0 when not given. With two rows the first is for the low end of
        the loss and the second for its high end: an option that *may* fail has 1 left in the first and 0 in the second.
    """

    pointers: Int
    options: Int
    left: Float | None = None

    def __len__(self) -> int:
        """Number of scenarios."""
        return len(self.pointers) - 1

    @property
    def scenario(self) -> Int:
        """Scenario of every entry."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.pointers))

    @property
    def lost(self) -> Float:
        """What every entry loses, shape (2, entries): for the low end of the loss and for its high end."""
        if self.left is None:
            return np.ones((2, len(self.options)))
        return np.broadcast_to(1.0 - np.asarray(self.left, dtype=np.float64), (2, len(self.options)))

    def __add__(self, other: Failures) -> Failures:
        """The scenarios of both, one after the other."""
        both = (self, other)
        left = None
        if self.left is not None or other.left is not None:
            left = 1.0 - np.concatenate([one.lost for one in both], axis=1)
        return Failures(
            pointers=np.concatenate([self.pointers, self.pointers[-1] + other.pointers[1:]]),
            options=np.concatenate([self.options, other.options]),
            left=left,
        )


def failures_of(groups: Sequence[Int | Sequence[int]]) -> Failures:
    """Scenarios in which each group of options fails altogether.

    Examples
    --------
    >>> failures_of([[4], [], [1, 2]]).pointers
    array([0, 1, 1, 3])
    """
    arrays = [np.asarray(group, dtype=np.int64) for group in groups]
    sizes = np.array([len(array) for array in arrays], dtype=np.int64)
    return Failures(
        pointers=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        options=np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64),
    )


def failures_by(codes: Int, size: int, *, unknown: Bool | None = None) -> Failures:
    """One scenario per code: all options that carry it fail, and those of which it is unknown may fail.

    Parameters
    ----------
    codes : array of int, shape (options,)
        Supplier, owner or country of every option, -1 for none (or an unknown one).
    size : int
        Number of codes.
    unknown : array of bool, shape (options,), optional
        Options that may carry any code: they fail in the high end of every scenario.

    Examples
    --------
    >>> failures_by(np.array([1, -1, 0, 1]), 2).options
    array([2, 0, 3])
    """
    order = np.argsort(codes, kind="stable").astype(np.int64)
    order = order[codes[order] >= 0]
    bounds = pointers(codes[order], size)
    if unknown is None or not unknown.any():
        return Failures(bounds, order)
    open_options = np.flatnonzero(unknown)
    scenario = np.concatenate([codes[order], np.repeat(np.arange(size), len(open_options))])
    option = np.concatenate([order, np.tile(open_options, size)])
    left = np.zeros((2, len(option)))
    left[0, len(order) :] = 1.0
    place = np.argsort(scenario, kind="stable")
    return Failures(pointers(scenario[place], size), option[place].astype(np.int64), left[:, place])


def sweep(
    compiled: Compiled,
    base: Float,
    failures: Failures,
    *,
    target: int,
    columns: Columns,
    form: Form = "reallocate",
    depth: int | None = None,
    engine: Engine = "auto",
) -> Float:
    """Output of one target that each scenario of failure costs, on top of what is lost anyway.

    Parameters
    ----------
    compiled : Compiled
    base : array of float, shape (2, options)
        What each option loses anyway, 0 to 1, for the low and the high end. An option that fails as well loses the
        larger of both.
    failures : Failures
    target : int
        Code of the target, as `compiled.part_target[part]`.
    columns : Columns
        The two ends, as `Analysis.columns`: how unknown choices and undocumented steps are read.
    form : {"reallocate", "proportional"}
        Whether surviving inputs go to surviving makers first, or every maker loses in proportion.
    depth : int, optional
        Sources deeper than this do not fail (docs/model.md, section 3, cut at depth k).
    engine : {"auto", "numpy", "numba"}
        `auto`: numba where the extra [fast] is installed and the sweep is large. Both agree to 1e-12.

    Returns
    -------
    array of float, shape (2, scenarios)
        Output lost, 0 to 1: the low end, the high end.

    Raises
    ------
    OptionError
        If a shape, a code, the form or the engine is wrong.

    Notes
    -----
    The formula is that of the embargo loss, docs/model.md, section 3: essential slots only, AND over slots by the
    scarcest input (Leontief production, as in W. W. Leontief 1936 and in the ARIO model, S. Hallegatte 2008).

    Examples
    --------
    >>> import supplychain as sc
    >>> from supplychain.measures.analysis import analyse
    >>> analysis = analyse(sc.load("uav"), "isr_quad_taiwan")
    >>> compiled = analysis.compiled
    >>> everyone = failures_by(compiled.options.supplier, len(compiled.supplier_ids))
    >>> nothing = np.zeros((2, compiled.option_count))
    >>> lost = sweep(compiled, nothing, everyone, target=analysis.target, columns=analysis.columns)
    >>> lost.shape == (2, len(compiled.supplier_ids)), bool((lost[0] <= lost[1]).all())
    (True, True)
    """
    found = sweep_parts(
        compiled,
        base,
        failures,
        targets=np.array([target]),
        columns=columns,
        form=form,
        depth=depth,
        engine=engine,
    )
    return found[:, :, 0]


def sweep_parts(
    compiled: Compiled,
    base: Float,
    failures: Failures,
    *,
    targets: Int,
    columns: Columns,
    form: Form = "reallocate",
    depth: int | None = None,
    engine: Engine = "auto",
) -> Float:
    """Output of several targets that each scenario costs; parameters as `sweep`.

    Returns
    -------
    array of float, shape (2, scenarios, targets)
    """
    targets = np.asarray(targets, dtype=np.int64)
    _check(compiled, base, failures, targets, columns, form=form, engine=engine, depth=depth)
    network = sweep_network(compiled, targets, columns, pooled=form == "reallocate", depth=depth)
    own = np.ascontiguousarray(np.asarray(base, dtype=np.float64)[:, network.leaves].T)
    layered = layers(network)
    value = evaluate(layered, own[:, :, None])[:, :, 0]
    result = np.empty((2, len(failures), len(targets)))
    result[:] = value[network.wanted].T[:, None]
    losses = _losses(network, failures, base.shape[1])
    fast = _fast(engine, network.size * len(failures))
    if fast is not None and len(failures.options) > fast.MANY * len(failures):
        # Millions of entries: what does not count is left out where it is read.
        return np.asarray(fast.run(network, own, value, losses, everything=True))
    scenarios, losses = _that_count(own, losses)
    if len(scenarios):
        found = _by_numpy(layered, own, losses) if fast is None else fast.run(network, own, value, losses)
        result[:, scenarios] = found
    return result


def _fast(engine: Engine, steps: int) -> ModuleType | None:
    """The module that needs numba, where that is asked for or pays."""
    if engine == "numpy" or (engine == "auto" and steps <= _WORTH_COMPILING):
        return None
    try:
        return import_module("supplychain.compiled.sweep_fast")
    except ImportError as error:  # absent, or not made for this numpy
        if engine == "auto":
            return None
        raise OptionError(f"engine numba: {error}; install it with: pip install 'supplychain[fast]'") from error


def _losses(network: SweepNetwork, failures: Failures, options: int) -> Losses:
    leaf_of = np.full(options, -1, dtype=np.int64)
    leaf_of[network.leaves] = np.arange(len(network.leaves))
    if failures.left is None:
        low = high = np.ones(len(failures.options))
    elif failures.left.ndim == 1:
        low = high = 1.0 - failures.left
    else:
        low, high = 1.0 - failures.left[0], 1.0 - failures.left[1]
    return Losses(failures.pointers.astype(np.int64), leaf_of[failures.options], low, high)


def _that_count(own: Float, losses: Losses) -> tuple[Int, Losses]:
    """Scenarios that make a difference to the leaves of a network, and only the entries that do."""
    entries = np.flatnonzero(losses.leaf >= 0)
    leaf = losses.leaf[entries]
    more = (losses.low[entries] > own[leaf, 0]) | (losses.high[entries] > own[leaf, 1])
    entries, leaf = entries[more], leaf[more]
    bounds = np.searchsorted(entries, losses.pointers)
    scenarios = np.flatnonzero(bounds[1:] > bounds[:-1])
    kept = np.append(bounds[scenarios], len(entries)).astype(np.int64)
    return scenarios, Losses(kept, leaf, losses.low[entries], losses.high[entries])


def _by_numpy(layered: Layers, own: Float, losses: Losses) -> Float:
    network, scenarios = layered.network, len(losses.pointers) - 1
    result = np.empty((2, scenarios, len(network.wanted)))
    width = network.target_count + network.recipe_count + len(network.leaves) + len(network.alternative_target)
    batch = max(1, _BATCH // (2 * width))
    for start in range(0, scenarios, batch):
        stop = min(start + batch, scenarios)
        entries = slice(losses.pointers[start], losses.pointers[stop])
        column = np.repeat(np.arange(stop - start), np.diff(losses.pointers[start : stop + 1]))
        leaves = np.repeat(own[:, :, None], stop - start, axis=2)
        for end, lost in enumerate((losses.low, losses.high)):
            np.maximum.at(leaves[:, end], (losses.leaf[entries], column), lost[entries])
        result[:, start:stop] = evaluate(layered, leaves)[network.wanted].transpose(1, 2, 0)
    return result


def _check(
    compiled: Compiled,
    base: Float,
    failures: Failures,
    targets: Int,
    columns: Columns,
    *,
    form: str,
    engine: str,
    depth: int | None,
) -> None:
    if form not in FORMS:
        raise OptionError(f"form {form!r}: one of {', '.join(FORMS)}")
    if engine not in ENGINES:
        raise OptionError(f"engine {engine!r}: one of {', '.join(ENGINES)}")
    if depth is not None and depth < 0:
        raise OptionError(f"depth {depth}: give a whole number of 0 or more, or none")
    if (
        failures.pointers[0] != 0
        or failures.pointers[-1] != len(failures.options)
        or (np.diff(failures.pointers) < 0).any()
    ):
        raise OptionError("pointers of the failures: they start at 0, ascend and end at the number of options")
    if len(columns.take_max) != 2 or (columns.least_grade is not None and len(set(columns.least_grade.tolist())) != 1):
        raise OptionError("columns: give two, the low end and the high end, that leave out the same grades")
    if base.shape != (2, compiled.option_count):
        raise OptionError(f"base has shape {base.shape}: give (2, {compiled.option_count}), a loss per end and option")
    for name, codes, limit in (
        ("options", failures.options, compiled.option_count),
        ("target", targets, compiled.target_count),
    ):
        if len(codes) and (codes.min() < 0 or codes.max() >= limit):
            raise OptionError(f"{name}: a code is outside 0..{limit - 1}")
    left = failures.left
    if left is not None and left.shape not in {(len(failures.options),), (2, len(failures.options))}:
        raise OptionError(f"left has shape {left.shape}: give one number for each option, or two rows of them")
    if left is not None and not ((left >= 0) & (left <= 1)).all():
        raise OptionError("left: what is left of a supply is a number from 0 to 1")
