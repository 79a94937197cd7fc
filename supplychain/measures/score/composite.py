"""Five parts to one number: the aggregation of the score, and how much it hangs on the weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from supplychain.errors import OptionError
from supplychain.measures.interval import Interval

__all__ = ["WeightSensitivity", "aggregate", "composite", "composite_interval", "leave_one_out", "weight_sensitivity"]

Float = NDArray[np.float64]
Form = Literal["geometric", "arithmetic"]
Parts = Mapping[str, float | None]

FLOOR = 0.01
_DRAWS = 20_000


def aggregate(
    values: Sequence[float], weights: Sequence[float] | None = None, *, form: Form = "geometric", floor: float = 0.0
) -> float:
    """One number from several: a weighted mean.

    Parameters
    ----------
    values : sequence of float
        0 or more, on one scale.
    weights : sequence of float, optional
        0 or more, only their ratios count; equal if not given.
    form : {"geometric", "arithmetic"}
        Arithmetic: a large value makes up for a small one in full. Geometric: prod max(x, floor)^w, in part only.
    floor : float
        In the geometric form no value is taken below this.

    Raises
    ------
    OptionError
        If there are no values, one is negative, or the weights do not fit.

    Notes
    -----
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6: weighting and aggregation.

    Examples
    --------
    >>> aggregate([21, 1, 1, 1], form="arithmetic"), round(aggregate([21, 1, 1, 1]), 2)
    (6.0, 2.14)
    """
    found = np.asarray(values, dtype=np.float64)
    share = _normal(np.ones(len(found)) if weights is None else np.asarray(weights, dtype=np.float64), len(found))
    if not len(found) or not np.isfinite(found).all() or (found < 0).any():
        raise OptionError("aggregate: give one or more numbers of 0 or more")
    if form == "arithmetic":
        return float(np.dot(share, found))
    if form != "geometric":
        raise OptionError(f"form {form!r}: give geometric or arithmetic")
    used = share > 0
    lifted = np.maximum(found[used], floor)
    return 0.0 if (lifted == 0).any() else float(np.exp(np.dot(share[used], np.log(lifted))))


def _normal(weights: Float, size: int) -> Float:
    if len(weights) != size or not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum() > 0:
        raise OptionError("weights: give one for each value, 0 or more, not all 0")
    share: Float = weights / weights.sum()
    return share


def composite(
    parts: Parts, weights: Mapping[str, float] | None = None, *, form: Form = "geometric", floor: float = FLOOR
) -> float | None:
    """Resilience score, 0 to 100: 100 prod_k max(x_k, floor)^w_k.

    Parameters
    ----------
    parts : mapping of str to float or None
        Each 0..1, higher is better. A part without data is None: the others share its weight.
    weights : mapping of str to float, optional
        One for each part, only their ratios count; equal if not given.
    form : {"geometric", "arithmetic"}
    floor : float

    Returns
    -------
    float or None
        None where no part has data.

    Raises
    ------
    OptionError
        If a part is not within 0..1, or the weights do not fit.

    Notes
    -----
    Geometric, because one zero must not be bought off: a drone without motors is no drone. See OECD/JRC (2008),
    Handbook on Constructing Composite Indicators, step 6; docs/methods/score.md.

    Examples
    --------
    >>> parts = {"independence": 0.35, "n_minus_1": 0.6, "diversity": 0.5, "buffer": 0.8, "substitutability": 0.4}
    >>> round(composite(parts), 2), round(composite(parts, form="arithmetic"), 2)
    (50.73, 53.0)
    """
    names, share = _weights(parts, weights)
    known = [(name, value) for name in names if (value := parts[name]) is not None]
    for name, value in known:
        if not 0 <= value <= 1:
            raise OptionError(f"{name} {value}: give a number from 0 to 1")
    used = [share[name] for name, _ in known]
    if not known or not sum(used) > 0:
        return None
    return 100 * aggregate([value for _, value in known], used, form=form, floor=floor)


def _weights(parts: Mapping[str, object], weights: Mapping[str, float] | None) -> tuple[list[str], dict[str, float]]:
    names = list(parts)
    if weights is None:
        return names, dict.fromkeys(names, 1.0)
    if set(weights) != set(names):
        raise OptionError(f"weights: give one for each of {', '.join(names)}")
    _normal(np.array([weights[name] for name in names], dtype=np.float64), len(names))
    return names, {name: float(weights[name]) for name in names}


def composite_interval(
    parts: Mapping[str, Interval | None], weights: Mapping[str, float] | None = None, *, floor: float = FLOOR
) -> Interval:
    """Bounds of the score from bounds of its parts.

    Parameters
    ----------
    parts : mapping of str to Interval or None
        A part without data is None: it may be anything from the floor to 1, with its own weight.
    weights, floor
        See `composite`.

    Returns
    -------
    Interval
        0 to 100; exact, because the score never falls when a part rises. The value that `composite` gives for values
        inside the bounds lies inside.

    Examples
    --------
    >>> found = composite_interval({"a": Interval(0.25, 0.64), "b": None})
    >>> round(found.low, 9), round(found.high, 9)
    (5.0, 80.0)
    """
    low = {name: floor if part is None else part.low for name, part in parts.items()}
    high = {name: 1.0 if part is None else part.high for name, part in parts.items()}
    ends = [composite(end, weights, floor=floor) or 0.0 for end in (low, high)]
    return Interval(ends[0], max(ends))


def leave_one_out(
    parts: Parts, weights: Mapping[str, float] | None = None, *, floor: float = FLOOR
) -> dict[str, float | None]:
    """The score without each part in turn, the others sharing its weight.

    Examples
    --------
    >>> {name: round(score, 2) for name, score in leave_one_out({"a": 0.25, "b": 0.64}).items()}
    {'a': 64.0, 'b': 25.0}
    """
    return {name: composite({**parts, name: None}, weights, floor=floor) for name in parts if parts[name] is not None}


@dataclass(frozen=True)
class WeightSensitivity:
    """Where the score lies when the weights are drawn at random.

    Attributes
    ----------
    p05, p50, p95 : float
        Quantiles, 0 to 100.
    draws, seed : int
    """

    p05: float
    p50: float
    p95: float
    draws: int
    seed: int

    def to_json(self) -> dict[str, float | int]:
        """Return the fields as plain values."""
        return dict(vars(self))


def weight_sensitivity(
    parts: Parts, *, draws: int = _DRAWS, seed: int = 0, floor: float = FLOOR
) -> WeightSensitivity | None:
    """How much the score hangs on the weights: weights from Dirichlet(1, ..., 1), quantiles of the score.

    Parameters
    ----------
    parts : mapping of str to float or None
        Parts without data take no weight.
    draws, seed : int

    Returns
    -------
    WeightSensitivity or None
        None where no part has data.

    Notes
    -----
    Every set of weights is as likely as any other; uncertainty analysis as in OECD/JRC (2008), step 7.

    Examples
    --------
    >>> weight_sensitivity({"a": 0.5, "b": 0.5}).p95
    50.0
    """
    if draws < 1:
        raise OptionError(f"draws {draws}: give 1 or more")
    values = np.array([value for value in parts.values() if value is not None], dtype=np.float64)
    if not len(values):
        return None
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(values)), size=draws)
    scores = 100 * np.exp(weights @ np.log(np.maximum(values, floor)))
    low, middle, high = (float(round(quantile, 10)) for quantile in np.quantile(scores, (0.05, 0.5, 0.95)))
    return WeightSensitivity(low, middle, high, draws, seed)
