"""A dataset compiled to arrays, and the one propagation kernel that every measure runs on."""

from supplychain.compiled.arrays import ASSUMED, DOCUMENTED, MARKET_AVERAGE, Compiled
from supplychain.compiled.build import compile_dataset
from supplychain.compiled.kernel import OPERATIONS, Columns, propagate
from supplychain.compiled.origin import BASES, DEFAULT_BASES, DEFAULT_LENS, Lens, Origins, concern, read_origins

__all__ = [
    "ASSUMED",
    "BASES",
    "DEFAULT_BASES",
    "DEFAULT_LENS",
    "DOCUMENTED",
    "MARKET_AVERAGE",
    "OPERATIONS",
    "Columns",
    "Compiled",
    "Lens",
    "Origins",
    "compile_dataset",
    "concern",
    "propagate",
    "read_origins",
]
