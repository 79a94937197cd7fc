"""The rules of one week: production with too little input, and who gets what is left (ARIO)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from supplychain.errors import OptionError

__all__ = ["ration", "required_inventory", "week_of_production"]

Float = NDArray[np.float64]


def required_inventory(output: ArrayLike, *, coefficient: ArrayLike, stock_time: ArrayLike, psi: float = 1.0) -> Float:
    """Input inventory below which production falls short: need = s x_opt a psi.

    The rule of the ARIO model (S. Hallegatte 2008, doi:10.1111/j.1539-6924.2008.01046.x, and 2013,
    doi:10.1111/j.1539-6924.2012.01869.x), as the BoARIO description words it
    (https://spjuhel.github.io/BoARIO/boario-math.html).

    Parameters
    ----------
    output : array of float
        Optimal output x_opt, in units per step.
    coefficient : array of float
        Amount of the input per unit of output, a.
    stock_time : array of float
        Steps of production that the stock is meant to cover, s.
    psi : float
        Share of that stock below which production suffers, 0 to 1.

    Returns
    -------
    array of float
        In units of the input.

    Examples
    --------
    >>> float(required_inventory(100, coefficient=0.2, stock_time=3, psi=0.8))
    48.0
    """
    factors = (np.asarray(factor, dtype=np.float64) for factor in (output, coefficient, stock_time))
    need: Float = np.asarray(math.prod(factors) * psi)
    return need


def week_of_production(demand: ArrayLike, capacity: ArrayLike, inventory: ArrayLike, required: ArrayLike) -> Float:
    """Output of one step: x_opt = min(demand, capacity), and x = x_opt min(1, inventory / required).

    Source as for `required_inventory`. With several inputs give the smallest ratio's pair, or call it once for each and
    take the smallest: an output needs all of its inputs (Leontief).

    Parameters
    ----------
    demand, capacity : array of float
        Units per step, 0 or more.
    inventory, required : array of float
        Units of the input; what requires nothing is not limited by it.

    Returns
    -------
    array of float
        Units per step, at most min(demand, capacity).

    Raises
    ------
    OptionError
        If a value is negative or no number.

    Examples
    --------
    >>> float(week_of_production(100, 120, 30, 48))
    62.5
    """
    for name, values in (("demand", demand), ("capacity", capacity), ("inventory", inventory), ("required", required)):
        _not_negative(name, values)
    optimal = np.minimum(demand, capacity)
    needed = np.asarray(required, dtype=np.float64)
    ratio = np.where(needed > 0, np.asarray(inventory) / np.where(needed > 0, needed, 1.0), 1.0)
    output: Float = optimal * np.clip(ratio, 0.0, 1.0)
    return output


def ration(available: ArrayLike, orders: ArrayLike) -> Float:
    """Share of every order that is filled when orders exceed what is available: the same for all (pro rata).

    Proportional rationing, as in ARIO (source as for `required_inventory`).

    Parameters
    ----------
    available, orders : array of float
        What there is and the sum of the orders, in the same unit, 0 or more.

    Returns
    -------
    array of float
        0 to 1; without orders 1.

    Examples
    --------
    >>> float(ration(30, 120))
    0.25
    """
    asked = np.asarray(orders, dtype=np.float64)
    share: Float = np.minimum(1.0, np.asarray(available) / np.where(asked > 0, asked, 1.0))
    return np.where(asked > 0, share, 1.0)


def _not_negative(name: str, values: ArrayLike) -> None:
    if not np.all(np.asarray(values, dtype=np.float64) >= 0):
        raise OptionError(f"{name}: give numbers of 0 or more")
