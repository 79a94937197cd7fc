"""Published indicators of supply risk and criticality, as plain formulas on inputs that the user gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.errors import OptionError
from supplychain.measures.hhi import Shares, hhi, read_shares
from supplychain.measures.interval import Interval

__all__ = [
    "GeoPolRisk",
    "criticality_potential",
    "eu_supply_risk",
    "geometric_mean",
    "geopolrisk",
    "import_reliance",
    "supply_risk_of_concern",
    "three_factor_supply_risk",
    "weighted_hhi",
    "weighted_hhi_bounds",
]

Float = NDArray[np.float64]
Weights = Mapping[str, float] | Sequence[float]


def weighted_hhi(shares: Shares, weight: Weights | None = None, trade: Weights | None = None) -> float:
    """How concentrated is supply in countries of weak governance? (HHI_WGI,t) = sum S_c^2 WGI_c t_c.

    Parameters
    ----------
    shares : mapping or sequence of float
        Shares of supply by country, 0..1, as for `supplychain.measures.hhi.hhi`.
    weight : mapping or sequence of float, optional
        WGI_c: governance of each country, scaled from 0 (best) to 10 (worst). One for every country of the shares; left
        out, all weigh 1.
    trade : mapping or sequence of float, optional
        t_c: above 1 for export restrictions, below for trade agreements. In a mapping, a country that is not named
        has 1.

    Returns
    -------
    float
        0 and up; with neither weight nor trade it is the HHI. Not capped at 10.

    Raises
    ------
    OptionError
        If a share, weight or parameter cannot be used, or a country has no weight.

    Notes
    -----
    European Commission (2017), Methodology for establishing the EU list of critical raw materials, and the study of the
    same year on the review of that list.

    Examples
    --------
    >>> round(weighted_hhi({"CHN": 0.826, "AUT": 0.011}, trade={"CHN": 1.1, "AUT": 0.8}), 6)
    0.7506
    """
    names, known = _named(shares)
    return float(np.dot(known**2, _factors(names, len(known), weight, trade)))


def weighted_hhi_bounds(
    shares: Shares,
    unknown: float | None = None,
    *,
    weight: Weights | None = None,
    trade: Weights | None = None,
    newcomer: float = 0.0,
) -> Interval:
    """Bounds of `weighted_hhi` when part of the supply is of unknown origin.

    Parameters
    ----------
    shares, weight, trade
        As for `weighted_hhi`.
    unknown : float, optional
        Share of unknown origin; default: what the shares leave to 1.
    newcomer : float
        Largest weight times trade parameter that a country may have which is not among the shares.

    Returns
    -------
    Interval
        Low: the unknown spread over very many countries. High: all of it in the one country where it adds most; the
        sum is convex, so no other split gives more.

    Examples
    --------
    >>> found = weighted_hhi_bounds({"CHN": 0.5, "AUS": 0.25}, weight={"CHN": 6, "AUS": 1})
    >>> found.low, found.high
    (1.5625, 3.4375)
    """
    names, known = _named(shares, empty=True)
    factors = _factors(names, len(known), weight, trade)
    if not (np.isfinite(newcomer) and newcomer >= 0):
        raise OptionError(f"newcomer {newcomer}: give a weight of 0 or more")
    left = max(0.0, 1.0 - float(known.sum())) if unknown is None else float(unknown)
    if not 0 <= left <= 1 or known.sum() + left > 1.05:
        raise OptionError(f"unknown {left:.6g}: with the shares it is above 1, or it is no share")
    low = float(np.dot(known**2, factors))
    gains = np.append(factors * left * (2 * known + left), newcomer * left**2)
    return Interval(low, low + float(gains.max()))


def import_reliance(domestic_production: float, imports: float, exports: float = 0.0) -> float:
    """How much of the need is met by imports? Net imports / (domestic production + net imports), 0..1.

    Parameters
    ----------
    domestic_production, imports, exports : float
        Quantities of one year in one unit, 0 or more.

    Returns
    -------
    float
        Negative net imports count as 0.

    Raises
    ------
    OptionError
        If a quantity is negative, or there is neither production nor net imports.

    Notes
    -----
    IR of the European Commission's methodology (2017); net imports are imports - exports.

    Examples
    --------
    >>> import_reliance(20, 100, 20)
    0.8
    """
    amounts = {"domestic_production": domestic_production, "imports": imports, "exports": exports}
    for name, amount in amounts.items():
        if not (np.isfinite(amount) and amount >= 0):
            raise OptionError(f"{name} {amount}: give a quantity of 0 or more")
    net = max(0.0, imports - exports)
    if domestic_production + net <= 0:
        raise OptionError("import reliance: neither domestic production nor net imports, so nothing to rely on")
    return net / (domestic_production + net)


def eu_supply_risk(
    global_supply: float | None,
    eu_supply: float | None = None,
    *,
    import_reliance: float | None = None,
    recycling_input_rate: float = 0.0,
    substitution_index: float = 1.0,
) -> float:
    """Supply risk (SR) of a raw material as the European Commission defines it.

    Parameters
    ----------
    global_supply, eu_supply : float or None
        (HHI_WGI,t) of global supply (GS) and of the supply of the EU (EUS), 0 and up (`weighted_hhi`). None where the
        Commission's table says "EUS only" or "GS only": the other then stands alone.
    import_reliance : float, optional
        IR, 0..1; needed where both are given.
    recycling_input_rate : float
        EoL_RIR, 0..1.
    substitution_index : float
        SI_SR, 0..1 (1: no substitute).

    Returns
    -------
    float
        SR, 0 and up; the Commission calls a material critical from SR 1.0 with an economic importance of 2.8 or more.

    Raises
    ------
    OptionError
        If an input is missing or out of range.

    Notes
    -----
    SR = [GS IR / 2 + EUS (1 - IR / 2)] (1 - EoL_RIR) SI_SR. European Commission (2017), Study on the review of the list
    of Critical Raw Materials; of extraction and processing the stage with the higher SR is taken. Made for raw
    materials, not for products; the weights are governance, not hostility (`supply_risk_of_concern`).

    Examples
    --------
    >>> round(eu_supply_risk(7.5, 1.9, import_reliance=0.44, recycling_input_rate=0.42), 3)
    1.817
    """
    core = _blend(global_supply, eu_supply, import_reliance)
    return core * _remaining(recycling_input_rate, substitution_index)


def supply_risk_of_concern(
    world_shares: Mapping[str, float] | None,
    own_shares: Mapping[str, float] | None = None,
    *,
    concern: Mapping[str, float] | Sequence[str],
    trade: Mapping[str, float] | None = None,
    import_reliance: float | None = None,
    recycling_input_rate: float = 0.0,
    substitution_index: float = 1.0,
    world_unknown: float | None = None,
    own_unknown: float | None = None,
) -> Interval:
    """Supply risk from countries of concern, in the form of the EU's but with other weights.

    It is not the EU's supply risk and must not be called so: WGI_c is replaced by a weight of concern.

    Parameters
    ----------
    world_shares, own_shares : mapping of str to float, or None
        Shares of world supply and of the supply of the buyer's own region by country, 0..1; one may be None.
    concern : mapping of str to float, or sequence of str
        Weight of each country of concern, 0..1, or their names (weight 1). All others weigh 0.
    trade : mapping of str to float, optional
        t_c, 1 where it is not given.
    import_reliance, recycling_input_rate, substitution_index : float
        As for `eu_supply_risk`.
    world_unknown, own_unknown : float, optional
        Shares of unknown origin; default: what the shares leave to 1.

    Returns
    -------
    Interval
        0 and up: 1 where all supply comes from one country of concern with weight and t of 1, without recycling
        and substitutes. Low: everything unknown outside; high: everything unknown in the country of concern where it
        adds most.

    Raises
    ------
    OptionError
        If an input is missing or out of range, or no country of concern is named.

    Notes
    -----
    Form: European Commission (2017), see `eu_supply_risk`; weights: this project.

    Examples
    --------
    >>> found = supply_risk_of_concern({"CHN": 0.75, "JPN": 0.25}, concern=["CHN"], recycling_input_rate=0.2)
    >>> round(found.low, 6), round(found.high, 6)
    (0.45, 0.45)
    """
    weights = dict(concern) if isinstance(concern, Mapping) else {str(name): 1.0 for name in _listed(concern)}
    if not weights:
        raise OptionError("concern: name at least one country")
    for name, value in weights.items():
        if not 0 <= value <= 1:
            raise OptionError(f"concern {value} of {name}: give a weight from 0 to 1")
    bounds = [
        None if shares is None else _concern_bounds(shares, unknown, weights, trade)
        for shares, unknown in ((world_shares, world_unknown), (own_shares, own_unknown))
    ]
    factor = _remaining(recycling_input_rate, substitution_index)
    lows = [None if pair is None else pair.low for pair in bounds]
    highs = [None if pair is None else pair.high for pair in bounds]
    low = _blend(lows[0], lows[1], import_reliance) * factor
    return Interval(low, max(low, _blend(highs[0], highs[1], import_reliance) * factor))


@dataclass(frozen=True)
class GeoPolRisk:
    """GeoPolRisk score with its two factors.

    Attributes
    ----------
    hhi : float
        Concentration of world production, 0..1.
    import_risk : float
        Instability of the countries of import, weighted by their share in the supply of the buyer, 0..1.
    score : float
        Product of both, 0..1.
    assumed_share : float
        Share of the imports for which `missing` stands in for an instability that is not known, 0..1.
    """

    hhi: float
    import_risk: float
    score: float
    assumed_share: float = 0.0


def geopolrisk(
    production: Mapping[str, float] | Sequence[float],
    imports: Mapping[str, float] | Sequence[float],
    instability: Mapping[str, float | None] | Sequence[float | None],
    *,
    domestic_production: float = 0.0,
    missing: float = 0.5,
) -> GeoPolRisk:
    """How large is the geopolitical supply risk of importing a material? HHI of production times import risk.

    Parameters
    ----------
    production : mapping or sequence of float
        World production by country, in any unit; the shares are computed from it.
    imports : mapping or sequence of float
        f_i: imports by country of origin, one unit for all.
    instability : mapping or sequence of float
        g_i: political instability of each country of import, 0 (stable) to 1. None where it is not known.
    domestic_production : float
        p: own production of the importing country, in the unit of the imports.
    missing : float
        Stands in for an unknown instability, 0.5 as in the authors' program; `assumed_share` says for how much.

    Returns
    -------
    GeoPolRisk

    Raises
    ------
    OptionError
        If a quantity is negative, nothing is produced or supplied, or an instability is out of range.

    Notes
    -----
    GPR = HHI sum_i g_i f_i / (p + F), F the sum of the imports: geopolrisk-py, equation 1, doi:10.21105/joss.09600.

    Examples
    --------
    >>> found = geopolrisk([80, 15, 5], [60, 40], [0.6, 0.3], domestic_production=100)
    >>> round(found.hhi, 3), round(found.import_risk, 2), round(found.score, 4)
    (0.665, 0.24, 0.1596)
    """
    _, made = _amounts("production", production)
    names, bought = _amounts("imports", imports)
    if not (np.isfinite(domestic_production) and domestic_production >= 0):
        raise OptionError(f"domestic_production {domestic_production}: give a quantity of 0 or more")
    if not 0 <= missing <= 1:
        raise OptionError(f"missing {missing}: give an instability from 0 to 1")
    if isinstance(instability, Mapping):
        if names is None:
            raise OptionError("instability: by name only where the imports are by name")
        values = [instability.get(name) for name in names]
    else:
        values = list(instability)
        if names is not None or len(values) != len(bought):
            raise OptionError("instability: give one for each of the imports, by name where these are by name")
    known = np.array([np.nan if value is None else float(value) for value in values])
    given = ~np.isnan(known)
    if ((known[given] < 0) | (known[given] > 1)).any():
        raise OptionError("instability: give numbers from 0 (stable) to 1")
    supply = domestic_production + float(bought.sum())
    if made.sum() <= 0 or supply <= 0:
        raise OptionError("GeoPolRisk: neither can production be 0 everywhere, nor imports and domestic production")
    concentration = hhi(made / made.sum())
    risk = float(np.dot(np.where(given, known, missing), bought)) / supply
    total = float(bought.sum())
    assumed = float(bought[~given].sum()) / total if total > 0 else 0.0
    return GeoPolRisk(concentration, risk, concentration * risk, assumed)


def geometric_mean(*factors: float) -> float:
    """Return the geometric mean of factors from 0 to 1; a single 0 makes it 0.

    Raises
    ------
    OptionError
        If there is no factor or one is out of range.

    Examples
    --------
    >>> round(geometric_mean(0.5, 0.2, 0.4), 6)
    0.341995
    """
    if not factors:
        raise OptionError("geometric mean: give at least one factor")
    values = np.array(factors, dtype=np.float64)
    if not ((values >= 0) & (values <= 1)).all():
        raise OptionError(f"factors {', '.join(f'{value:g}' for value in factors)}: give numbers from 0 to 1")
    if (values == 0).any():
        return 0.0
    return float(np.exp(np.log(values).mean()))


def criticality_potential(supply_risk: float, production_growth: float, market_dynamics: float) -> float:
    """Is a mineral potentially critical? C = (R G M)^(1/3), the early-warning screening of the United States.

    Parameters
    ----------
    supply_risk, production_growth, market_dynamics : float
        The indicators R, G and M, each 0..1.

    Returns
    -------
    float
        C, 0..1.

    Notes
    -----
    McCullough, E. and Nassar, N. T. (2017), Mineral Economics, doi:10.1007/s13563-017-0119-6: the geometric average
    of the three indicators of the National Science and Technology Council.

    Examples
    --------
    >>> round(criticality_potential(0.5, 0.2, 0.4), 6)
    0.341995
    """
    return geometric_mean(supply_risk, production_growth, market_dynamics)


def three_factor_supply_risk(
    disruption_potential: float, trade_exposure: float, economic_vulnerability: float
) -> float:
    """How large is the supply risk of United States manufacturing in a mineral? (DP TE EV)^(1/3).

    Parameters
    ----------
    disruption_potential, trade_exposure, economic_vulnerability : float
        Likelihood of a foreign disruption, dependency on foreign supply, and (in)ability to withstand it, each 0..1.

    Returns
    -------
    float
        0..1.

    Notes
    -----
    The three factors: Nassar, N. T. et al. (2020), Science Advances 6, eaay8647, doi:10.1126/sciadv.aay8647, whose
    abstract calls supply risk their confluence. That it is their geometric mean is this project's reading and was not
    checked in the text of the article. The method of the 2025 list (USGS Open-File Report 2025-1047) is another one.

    Examples
    --------
    >>> round(three_factor_supply_risk(0.8, 1.0, 0.3), 6)
    0.621447
    """
    return geometric_mean(disruption_potential, trade_exposure, economic_vulnerability)


def _blend(world: float | None, own: float | None, reliance: float | None) -> float:
    """World supply by IR / 2, own supply by 1 - IR / 2; one of them alone where the other is not known."""
    for name, value in (("global supply", world), ("own supply", own)):
        if value is not None and not (np.isfinite(value) and value >= 0):
            raise OptionError(f"{name} {value}: give a weighted HHI of 0 or more")
    if reliance is not None and not 0 <= reliance <= 1:
        raise OptionError(f"import_reliance {reliance}: give a share from 0 to 1")
    if world is None and own is None:
        raise OptionError("supply risk: give the concentration of global supply, of own supply, or of both")
    if own is None:
        return float(world or 0.0)
    if world is None:
        return float(own)
    if reliance is None:
        raise OptionError("import_reliance: needed where both global and own supply are given")
    return float(world * reliance / 2 + own * (1 - reliance / 2))


def _remaining(recycling: float, substitution: float) -> float:
    if not 0 <= recycling <= 1:
        raise OptionError(f"recycling_input_rate {recycling}: give a share from 0 to 1")
    if not 0 <= substitution <= 1:
        raise OptionError(f"substitution_index {substitution}: give a number from 0 to 1, 1 for no substitute")
    return (1 - recycling) * substitution


def _concern_bounds(
    shares: Mapping[str, float], unknown: float | None, weights: Mapping[str, float], trade: Mapping[str, float] | None
) -> Interval:
    if not isinstance(shares, Mapping):
        raise OptionError("shares: give them by country, as {'CHN': 0.6, 'JPN': 0.2}")
    # Countries of concern without a share are among those where the unknown may lie.
    everyone = dict.fromkeys(weights, 0.0) | dict(shares)
    weight = {name: weights.get(name, 0.0) for name in everyone}
    return weighted_hhi_bounds(everyone, unknown, weight=weight, trade=trade)


def _listed(names: Sequence[str]) -> Sequence[str]:
    if isinstance(names, str):
        raise OptionError("concern: give a list, as ['CHN', 'HKG', 'MAC'], not one text")
    return names


def _named(shares: Shares, *, empty: bool = False) -> tuple[list[str] | None, Float]:
    names = [str(name) for name in shares] if isinstance(shares, Mapping) else None
    return names, read_shares(shares, empty=empty)


def _factors(names: list[str] | None, size: int, weight: Weights | None, trade: Weights | None) -> Float:
    """Product of weight and trade parameter of each country."""
    result = np.ones(size)
    for label, given, default in (("weight", weight, None), ("trade", trade, 1.0)):
        if given is not None:
            values = _aligned(label, given, names, default)
            if len(values) != size:
                raise OptionError(f"{label}: give one for each of the {size} shares")
            result = result * values
    return result


def _aligned(label: str, given: Weights, names: list[str] | None, default: float | None) -> Float:
    if isinstance(given, Mapping):
        if names is None:
            raise OptionError(f"{label}: by name only where the shares are by name")
        absent = [name for name in names if name not in given]
        if absent and default is None:
            raise OptionError(f"{label}: missing for {', '.join(absent)}")
        values = np.array([given.get(name, default) for name in names], dtype=np.float64)
    else:
        if names is not None:
            raise OptionError(f"{label}: give it by name, as the shares are")
        values = np.array(given, dtype=np.float64)
    if not (np.isfinite(values) & (values >= 0)).all():
        raise OptionError(f"{label}: give numbers of 0 or more")
    return values


def _amounts(label: str, given: Mapping[str, float] | Sequence[float]) -> tuple[list[str] | None, Float]:
    names = [str(name) for name in given] if isinstance(given, Mapping) else None
    values = np.array(list(given.values()) if isinstance(given, Mapping) else list(given), dtype=np.float64)
    if not (np.isfinite(values) & (values >= 0)).all():
        raise OptionError(f"{label}: give quantities of 0 or more")
    return names, values
