"""Folders of tables: reading any mix of CSV and Parquet, writing CSV."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from supplychain.dataset import Dataset
from supplychain.errors import OptionError, Problem
from supplychain.formats.cells import RawTable
from supplychain.formats.delimited import read_delimited, write_delimited
from supplychain.formats.headers import table_named
from supplychain.formats.parquet import read_parquet
from supplychain.schema import TABLES

__all__ = ["read_about", "read_folder", "save_folder"]

_READERS = {".csv": read_delimited, ".tsv": read_delimited, ".parquet": read_parquet}


def read_folder(path: Path) -> tuple[dict[str, RawTable], list[Problem]]:
    """Read every file that is named after a table; other files are passed over."""
    tables: dict[str, RawTable] = {}
    problems: list[Problem] = []
    try:
        files = sorted(path.iterdir())
    except OSError as error:
        raise OptionError(f"{path}: the folder cannot be read: {error.strerror}") from error
    for file in files:
        reader = _READERS.get(file.suffix.casefold())
        table = table_named(file.stem) if reader is not None and not file.name.startswith((".", "~")) else None
        if table is None or reader is None or not file.is_file():
            continue
        if table.name in tables:
            other = tables[table.name].place.file
            problems.append(
                Problem(
                    "error", file.name, None, "", "", f"{other} holds the table {table.name} too", "keep one of them"
                )
            )
            continue
        tables[table.name] = reader(file, table)
    return tables, problems


def read_about(path: Path) -> tuple[dict[str, str], list[Problem]]:
    """Read name, version and date of state from datapackage.json, where there is one."""
    file = path / "datapackage.json"
    if not file.is_file():
        return {}, []
    try:
        package = json.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        return {}, [Problem("error", file.name, None, "", "", f"the file cannot be read: {reason}", "JSON in UTF-8")]
    if not isinstance(package, dict):
        return {}, [
            Problem("error", file.name, None, "", "", "the file holds no JSON object", "a Frictionless Data Package")
        ]
    about = {key: package.get(key, "") for key in ("name", "version", "date_of_state", "created")}
    date = about["date_of_state"] or str(about["created"])[:10]
    found = {"name": about["name"], "version": about["version"], "date": date}
    wrong = [key for key, value in found.items() if not isinstance(value, str)]
    problems = [
        Problem("error", file.name, None, key, str(found[key])[:80], "this is not a text", "a text in quotation marks")
        for key in wrong
    ]
    # A lone surrogate is no text that can be written anywhere.
    texts = {key: str(value).encode("utf-8", "replace").decode() for key, value in found.items() if key not in wrong}
    return texts, problems


def save_folder(dataset: Dataset, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a dataset as a folder of CSV files and a datapackage.json.

    Everything is written beside the folder first and then renamed, so that nothing half-written is left behind.

    Parameters
    ----------
    dataset : Dataset
    path : str or pathlib.Path
        The folder; it must not exist, or be empty.
    overwrite : bool
        Replace the tables of an existing folder; its other files are kept.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    OptionError
        If the folder has files and `overwrite` is not set, or it cannot be written.
    """
    target = Path(path)
    try:
        if target.exists() and (not target.is_dir() or (any(target.iterdir()) and not overwrite)):
            raise OptionError(f"{target} exists already; give the name of a new folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise OptionError(f"{target} cannot be written: {error.strerror}") from error
    try:
        written = _write(dataset, beside)
        if target.is_dir() and any(target.iterdir()):
            for file in target.iterdir():
                if (
                    table_named(file.stem) is not None
                    and file.suffix.casefold() in _READERS
                    and file.name not in written
                ):
                    file.unlink()
            for name in written:
                os.replace(beside / name, target / name)  # noqa: PTH105  # the one call that replaces on every system
        else:
            beside.chmod(0o755)
            if target.is_dir():
                target.rmdir()
            beside.rename(target)
    except OSError as error:
        raise OptionError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target


def _write(dataset: Dataset, folder: Path) -> list[str]:
    names = []
    for name, frame in dataset.tables.items():
        if len(frame) or TABLES[name].required:
            write_delimited(frame, folder / f"{name}.csv")
            names.append(f"{name}.csv")
    about: Mapping[str, object] = {
        "profile": "data-package",
        "name": dataset.name,
        "version": dataset.version,
        "date_of_state": dataset.date,
        "resources": [{"name": name.removesuffix(".csv"), "path": name} for name in names],
    }
    text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_text(text, "utf-8", newline="\n")
    return [*names, "datapackage.json"]
