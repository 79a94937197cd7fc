"""Reading and writing datasets."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from supplychain.bundled import bundled_names, bundled_path
from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.schema import TABLES

__all__ = ["load"]


def load(source: str | Path, *, strict: bool = True) -> Dataset:
    """Read a dataset from a folder, or a bundled one by its name."""
    path = bundled_path(source) if isinstance(source, str) and source in bundled_names() else Path(source)
    if not path.is_dir():
        raise OptionError(f"{source}: neither a folder nor a bundled dataset")
    tables = {
        name: pd.read_csv(path / f"{name}.csv", dtype=object, keep_default_na=False, encoding="utf-8-sig")
        for name in TABLES
        if (path / f"{name}.csv").is_file()
    }
    package = path / "datapackage.json"
    about = json.loads(package.read_text("utf-8")) if package.is_file() else {}
    return Dataset.from_tables(
        tables, name=about.get("name", path.name), version=about.get("version", ""), date=about.get("date_of_state", ""), path=path
    )
