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
    from supplychain.errors import DataError, MissingExtraError, OptionError, Problem, SupplychainError
    from supplychain.formats import check, load, read_bill, save_folder
    from supplychain.measures.chokepoints import chokepoints
    from supplychain.measures.exposure import exposure
    from supplychain.measures.findings import flags
    from supplychain.measures.origins import origins
    from supplychain.network import from_networkx, to_networkx

__all__ = [
    "DataError",
    "Dataset",
    "MissingExtraError",
    "OptionError",
    "Problem",
    "SupplychainError",
    "__version__",
    "check",
    "chokepoints",
    "exposure",
    "flags",
    "from_networkx",
    "load",
    "origins",
    "read_bill",
    "save_folder",
    "to_networkx",
]

# Where each name lives; a new public name goes into all three lists.
_HOMES = {
    "DataError": "errors",
    "Dataset": "dataset",
    "MissingExtraError": "errors",
    "OptionError": "errors",
    "Problem": "errors",
    "SupplychainError": "errors",
    "check": "formats",
    "chokepoints": "measures.chokepoints",
    "exposure": "measures.exposure",
    "flags": "measures.findings",
    "from_networkx": "network",
    "load": "formats",
    "origins": "measures.origins",
    "read_bill": "formats",
    "save_folder": "formats",
    "to_networkx": "network",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
