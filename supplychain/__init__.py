"""Where the parts of a product come from, at every tier, and what depends on chosen countries.

The public functions take a dataset and keyword options and return frames or small frozen dataclasses. Names are
imported when they are first used, so that `import supplychain` and `supplychain --help` stay quick.

Examples
--------
>>> import supplychain as sc
>>> ds = sc.load("uav")
>>> ds.products()[0]
'fpv_allied'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from supplychain._version import __version__

if TYPE_CHECKING:
    from supplychain.dataset import Dataset
    from supplychain.decisions.disruption import cvar, disrupt
    from supplychain.errors import DataError, MissingExtraError, OptionError, Problem, SupplychainError
    from supplychain.formats import check, load, read_bill, save_folder
    from supplychain.measures.chokepoints import chokepoints
    from supplychain.measures.concentration import concentration
    from supplychain.measures.exposure import exposure
    from supplychain.measures.findings import flags
    from supplychain.measures.gaps import gaps
    from supplychain.measures.hhi import (
        effective_number,
        entropy_number,
        hhi,
        hhi_bounds,
        hhi_points,
        largest_share,
        merger,
        n_minus_1,
        theil,
    )
    from supplychain.measures.origins import origins
    from supplychain.measures.recovery import recovery
    from supplychain.measures.score import aggregate, compare, composite, composite_interval, score, weight_sensitivity
    from supplychain.measures.supply_risk import (
        criticality_potential,
        eu_supply_risk,
        geopolrisk,
        import_reliance,
        supply_risk_of_concern,
        three_factor_supply_risk,
        weighted_hhi,
    )
    from supplychain.measures.survival import (
        performance_impact,
        risk_exposure_index,
        supply_network,
        time_to_survive,
    )
    from supplychain.measures.typical import typical_values
    from supplychain.network import from_networkx, to_networkx

__all__ = [
    "DataError",
    "Dataset",
    "MissingExtraError",
    "OptionError",
    "Problem",
    "SupplychainError",
    "__version__",
    "aggregate",
    "check",
    "chokepoints",
    "compare",
    "composite",
    "composite_interval",
    "concentration",
    "criticality_potential",
    "cvar",
    "disrupt",
    "effective_number",
    "entropy_number",
    "eu_supply_risk",
    "exposure",
    "flags",
    "from_networkx",
    "gaps",
    "geopolrisk",
    "hhi",
    "hhi_bounds",
    "hhi_points",
    "import_reliance",
    "largest_share",
    "load",
    "merger",
    "n_minus_1",
    "origins",
    "performance_impact",
    "ration",
    "read_bill",
    "recovery",
    "required_inventory",
    "risk_exposure_index",
    "save_folder",
    "score",
    "supply_network",
    "supply_risk_of_concern",
    "theil",
    "three_factor_supply_risk",
    "time_to_survive",
    "to_networkx",
    "typical_values",
    "value_at_risk",
    "week_of_production",
    "weight_sensitivity",
    "weighted_hhi",
]

# Where each name lives; a new public name goes into all three lists.
_HOMES = {
    "DataError": "errors",
    "Dataset": "dataset",
    "MissingExtraError": "errors",
    "OptionError": "errors",
    "Problem": "errors",
    "SupplychainError": "errors",
    "aggregate": "measures.score",
    "check": "formats",
    "chokepoints": "measures.chokepoints",
    "compare": "measures.score",
    "composite": "measures.score",
    "composite_interval": "measures.score",
    "concentration": "measures.concentration",
    "criticality_potential": "measures.supply_risk",
    "cvar": "decisions.disruption",
    "disrupt": "decisions.disruption",
    "effective_number": "measures.hhi",
    "entropy_number": "measures.hhi",
    "eu_supply_risk": "measures.supply_risk",
    "exposure": "measures.exposure",
    "flags": "measures.findings",
    "from_networkx": "network",
    "gaps": "measures.gaps",
    "geopolrisk": "measures.supply_risk",
    "hhi": "measures.hhi",
    "hhi_bounds": "measures.hhi",
    "hhi_points": "measures.hhi",
    "import_reliance": "measures.supply_risk",
    "largest_share": "measures.hhi",
    "load": "formats",
    "merger": "measures.hhi",
    "n_minus_1": "measures.hhi",
    "origins": "measures.origins",
    "performance_impact": "measures.survival",
    "ration": "decisions.disruption",
    "read_bill": "formats",
    "recovery": "measures.recovery",
    "required_inventory": "decisions.disruption",
    "risk_exposure_index": "measures.survival",
    "save_folder": "formats",
    "score": "measures.score",
    "supply_network": "measures.survival",
    "supply_risk_of_concern": "measures.supply_risk",
    "theil": "measures.hhi",
    "three_factor_supply_risk": "measures.supply_risk",
    "time_to_survive": "measures.survival",
    "to_networkx": "network",
    "typical_values": "measures.typical",
    "value_at_risk": "decisions.disruption",
    "week_of_production": "decisions.disruption",
    "weight_sensitivity": "measures.score",
    "weighted_hhi": "measures.supply_risk",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
