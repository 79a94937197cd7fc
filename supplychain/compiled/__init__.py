"""A dataset compiled to arrays, and the one propagation kernel that every measure runs on."""

from supplychain.compiled.build import Compiled, compile_dataset
from supplychain.compiled.kernel import OPERATIONS, Columns, propagate
from supplychain.compiled.origin import Lens, Origins, concern

__all__ = ["OPERATIONS", "Columns", "Compiled", "Lens", "Origins", "compile_dataset", "concern", "propagate"]
