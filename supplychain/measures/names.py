"""Names of parts and suppliers for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from supplychain.dataset import Dataset

__all__ = ["Row", "Rows", "part_name", "part_table", "split_ids", "stage_name", "supplier_name", "supplier_table"]

Row = Mapping[str, Any]
Rows = Mapping[str, Row]


def part_table(dataset: Dataset) -> Rows:
    """Rows of the parts table by id."""
    return _rows(dataset.parts, "part_id")


def supplier_table(dataset: Dataset) -> Rows:
    """Rows of the suppliers table by id."""
    return _rows(dataset.suppliers, "supplier_id")


def _rows(frame: pd.DataFrame, key: str) -> Rows:
    names = [str(name) for name in frame.columns]
    rows = (dict(zip(names, row, strict=True)) for row in frame.itertuples(index=False, name=None))
    return {str(row[key]): row for row in rows}


def _cell(frame: pd.DataFrame, key: str, value: str, column: str) -> str:
    found = frame[column][frame[key] == value]
    return str(found.iloc[0]) if len(found) else ""


def part_name(dataset: Dataset, part_id: str) -> str:
    """English name of a part, or its id."""
    return _cell(dataset.parts, "part_id", part_id, "name") or part_id


def supplier_name(dataset: Dataset, supplier_id: str) -> str:
    """English name of a supplier, or its id."""
    return _cell(dataset.suppliers, "supplier_id", supplier_id, "name") or supplier_id


def stage_name(dataset: Dataset, part_id: str) -> str:
    """Stage of a part, as the table has it."""
    return _cell(dataset.parts, "part_id", part_id, "stage")


def split_ids(*cells: str) -> tuple[str, ...]:
    """Ids of cells that are joined by semicolons, each once, in their order.

    Examples
    --------
    >>> split_ids("H1-03;H1-04", "H1-03")
    ('H1-03', 'H1-04')
    """
    return tuple(dict.fromkeys(found for cell in cells for piece in cell.split(";") if (found := piece.strip())))
