"""Names of parts and suppliers for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from supplychain.dataset import Dataset

__all__ = ["part_name", "part_table", "split_ids", "stage_name", "supplier_name", "supplier_table"]


def part_table(dataset: Dataset) -> Mapping[str, Mapping[str, Any]]:
    """Rows of the parts table by id."""
    return _rows(dataset.parts, "part_id")


def supplier_table(dataset: Dataset) -> Mapping[str, Mapping[str, Any]]:
    """Rows of the suppliers table by id."""
    return _rows(dataset.suppliers, "supplier_id")


def _rows(frame: pd.DataFrame, key: str) -> Mapping[str, Mapping[str, Any]]:
    return {str(row[key]): row for row in frame.to_dict("records")}


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
