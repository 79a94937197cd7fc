"""Tails of a loss: value at risk and conditional value at risk, exact for what is discrete."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from supplychain.errors import OptionError

__all__ = ["Tail", "cvar", "tail_of", "value_at_risk"]

Float = NDArray[np.float64]

# Sums of probabilities that differ by less are the same: 0.7 + 0.2 is not 0.9 in binary.
_SAME = 1e-12


def value_at_risk(losses: ArrayLike, probabilities: ArrayLike | None = None, *, level: float) -> float:
    """Smallest loss that is not exceeded with the probability `level`.

    VaR_b = min {x : P(loss <= x) >= b}, as Rockafellar and Uryasev (2002, doi:10.1016/S0378-4266(02)00271-6) define it
    for discrete losses.

    Parameters
    ----------
    losses : array of float, shape (scenarios,)
        In any unit.
    probabilities : array of float, shape (scenarios,), optional
        Not negative, with the sum 1; without them all scenarios are equally likely.
    level : float
        Above 0 and below 1, as 0.95.

    Returns
    -------
    float
        One of the losses.

    Raises
    ------
    OptionError
        If the level, a loss or a probability is out of range.

    Examples
    --------
    >>> value_at_risk([0, 10, 20, 50, 100], [0.5, 0.2, 0.15, 0.1, 0.05], level=0.9)
    50.0
    """
    ordered, weight = _ordered(losses, probabilities, level)
    place = int(np.searchsorted(np.cumsum(weight), level - _SAME))
    return float(ordered[min(place, len(ordered) - 1)])


def cvar(losses: ArrayLike, probabilities: ArrayLike | None = None, *, level: float) -> float:
    """Mean of the worst `1 - level` of the losses, the scenario at the quantile counted for its part of the tail only.

    CVaR_b = min_a {a + sum_k p_k max(loss_k - a, 0) / (1 - b)}, attained at a = VaR_b (R. T. Rockafellar and S. Uryasev
    2000, doi:10.21314/JOR.2000.038; for discrete losses 2002, doi:10.1016/S0378-4266(02)00271-6).

    Parameters
    ----------
    losses, probabilities, level
        See `value_at_risk`.

    Returns
    -------
    float
        In the unit of the losses; at least VaR, at most the largest loss.

    Raises
    ------
    OptionError
        If the level, a loss or a probability is out of range.

    Examples
    --------
    Of the tail of 10 %, the scenario of 50 fills one half and that of 100 the other:

    >>> round(cvar([0, 10, 20, 50, 100], [0.5, 0.2, 0.15, 0.1, 0.05], level=0.9), 9)
    75.0
    """
    ordered, weight = _ordered(losses, probabilities, level)
    quantile = value_at_risk(ordered, weight, level=level)
    beyond = float(np.dot(weight, np.maximum(ordered - quantile, 0.0)))
    return min(quantile + beyond / (1.0 - level), float(ordered[-1]))


@dataclass(frozen=True)
class Tail:
    """Value at risk and conditional value at risk of simulated losses, each with its standard error.

    Attributes
    ----------
    level : float
    var, var_error : float
        The error is half the distance between the order statistics one standard deviation of the binomial count away.
    cvar, cvar_error : float
        The error is that of the mean of VaR + max(loss - VaR, 0) / (1 - level), whose minimum over VaR is CVaR.
    """

    level: float
    var: float
    var_error: float
    cvar: float
    cvar_error: float

    def to_json(self) -> dict[str, float]:
        """Return the fields as plain values."""
        return dict(self.__dict__)


def tail_of(losses: ArrayLike, *, level: float) -> Tail:
    """Tail of equally likely draws, with standard errors.

    Parameters
    ----------
    losses : array of float, shape (draws,)
    level : float
        Above 0 and below 1.

    Returns
    -------
    Tail

    Raises
    ------
    OptionError
        If the level or a loss is out of range.

    Examples
    --------
    >>> tail_of(np.arange(100.0), level=0.9).cvar
    94.5
    """
    ordered, _ = _ordered(losses, None, level)
    draws = len(ordered)
    quantile = value_at_risk(ordered, level=level)
    spread = np.sqrt(level * (1.0 - level) / draws)
    below = value_at_risk(ordered, level=max(level - spread, 1e-9))
    above = value_at_risk(ordered, level=min(level + spread, 1.0 - 1e-9))
    terms = quantile + np.maximum(ordered - quantile, 0.0) / (1.0 - level)
    return Tail(
        level=level,
        var=quantile,
        var_error=(above - below) / 2.0,
        cvar=cvar(ordered, level=level),
        cvar_error=standard_error(terms),
    )


def standard_error(draws: Float) -> float:
    """Standard error of the mean of independent draws; 0 for a single one, of which nothing can be said."""
    return float(np.std(draws, ddof=1) / np.sqrt(len(draws))) if len(draws) > 1 else 0.0


def _ordered(losses: ArrayLike, probabilities: ArrayLike | None, level: float) -> tuple[Float, Float]:
    if not 0 < level < 1:
        raise OptionError(f"level {level:g}: give a number above 0 and below 1, as 0.95")
    values = np.atleast_1d(np.asarray(losses, dtype=np.float64))
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise OptionError("losses: give at least one, all of them finite numbers")
    if probabilities is None:
        return np.sort(values), np.full(len(values), 1.0 / len(values))
    weight = np.asarray(probabilities, dtype=np.float64)
    if weight.shape != values.shape or not (weight >= 0).all() or abs(weight.sum() - 1.0) > 1e-9:
        raise OptionError("probabilities: give one for each loss, none below 0, with the sum 1")
    order = np.argsort(values, kind="stable")
    return values[order], weight[order]
