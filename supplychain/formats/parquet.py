"""Parquet tables; needs the extra `parquet`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import NUMBER_DTYPES, Place
from supplychain.errors import MissingExtraError, Problem
from supplychain.formats.cells import RawTable
from supplychain.formats.headers import read_header
from supplychain.schema import Table

__all__ = ["read_parquet"]


def read_parquet(path: Path, table: Table) -> RawTable:
    """Read one Parquet file; a list in a cell is joined by semicolons."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError(
            f"{path.name}: reading Parquet needs pyarrow; install it with: pip install 'supplychain[parquet]'"
        ) from None
    try:
        read = parquet.read_table(path)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        problem = Problem("error", path.name, None, "", "", f"the file cannot be read: {reason}", "a Parquet file")
        return RawTable(table, pd.DataFrame(), Place(path.name), [problem])
    header, problems = read_header(read.column_names, table, path.name)
    if header is None:
        return RawTable(table, pd.DataFrame(), Place(path.name), problems)
    numeric = {column.name for column in table.columns if column.dtype in NUMBER_DTYPES}
    columns: dict[str, object] = {}
    for name, array in zip(header, read.columns, strict=False):
        kind = array.type
        if name in numeric and (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            columns[name] = array.cast(pa.float64(), safe=False).to_numpy()
        else:
            columns[name] = _texts(array.to_pylist())
    return RawTable(table, pd.DataFrame(columns), Place(path.name), problems)


def _texts(values: list[object]) -> npt.NDArray[np.object_]:
    texts = np.empty(len(values), dtype=object)
    texts[:] = [value if isinstance(value, str) else _text(value) for value in values]
    return texts


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(_text(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
