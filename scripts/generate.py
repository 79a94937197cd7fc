# ruff: noqa: INP001  # a script, not a package
"""Write what comes from the schema: the data dictionary and the resources of each datapackage.json.

Run it after a change of the schema or of the data: `python scripts/generate.py`. A test fails when it was forgotten.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from supplychain.schema import TABLES, Column, Table

ROOT = Path(__file__).resolve().parents[1]
DICTIONARY = ROOT / "docs" / "data-dictionary.md"
PACKAGES = tuple(sorted((ROOT / "data").glob("*/datapackage.json")))

_TYPES = {"number": "number", "share": "number", "integer": "integer"}
_PATTERNS = {"country": "[A-Z]{3}", "date": r"\d{4}(-\d{2}(-\d{2})?)?"}
_READ_AS = {
    "text": "text",
    "number": "number, 0 or more",
    "integer": "whole number",
    "share": "number from 0 to 1",
    "country": "country: code or name",
    "date": "date: year-month-day, year-month or year",
    "ids": "list joined by semicolons",
}

_INTRODUCTION = """\
A dataset is a folder of CSV or Parquet files, or one workbook with a sheet per table. {required}
are required, the other tables may be absent. A missing column that is not required is empty, and an empty cell means
unknown unless the column says otherwise. Unknown columns are kept and carried along.

Files are UTF-8 with or without byte-order mark; comma, semicolon or tab is told from the header. Names of files, sheets
and columns are recognised whatever their case. A decimal comma is read where it can mean nothing else (`0,5`); `1,234`
is refused. Countries are codes of ISO 3166-1 inside; names, alpha-2 codes and common aliases in English and Chinese are
accepted.

A date may be a year, or a year and a month, where no more is known. *Key* marks the columns that together may stand
only once; *required* cells may not be empty."""


def datapackage(path: Path) -> str:
    """Return the text of a datapackage.json: its own head, and the resources as schema and files say."""
    package: dict[str, Any] = json.loads(path.read_text("utf-8"))
    package["resources"] = [
        _resource(table, path.parent / f"{table.name}.csv")
        for table in TABLES.values()
        if (path.parent / f"{table.name}.csv").is_file()
    ]
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(table: Table, path: Path) -> dict[str, Any]:
    raw = path.read_bytes()
    frame = pd.read_csv(path, dtype=object, keep_default_na=False)
    fields = [
        _field(table.column(name)) if name in table.column_names else {"name": name, "type": "string"} for name in frame
    ]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    # Frictionless allows no empty cell in a primary key.
    if table.key and all((frame[name] != "").all() for name in table.key):
        schema["primaryKey"] = list(table.key)
    keys = [_foreign_key(column, table) for column in table.columns if column.references and column.dtype != "ids"]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": path.name,
        "title": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(raw),
        "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(column.dtype, "string"),
        "description": column.description + (f" ({column.unit})" if column.unit and column.unit != "1" else ""),
    }
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.dtype in _TYPES:
        constraints["minimum"] = 0
    if column.dtype == "share":
        constraints["maximum"] = 1
    if column.vocabulary:
        constraints["enum"] = list(column.vocabulary)
    if column.dtype in _PATTERNS:
        constraints["pattern"] = _PATTERNS[column.dtype]
    if constraints:
        field["constraints"] = constraints
    return field


def _foreign_key(column: Column, table: Table) -> dict[str, Any]:
    target, _, key = column.references.partition(".")
    # An empty resource is how Frictionless says "this one".
    return {"fields": column.name, "reference": {"resource": "" if target == table.name else target, "fields": key}}


def data_dictionary() -> str:
    """Return docs/data-dictionary.md."""
    lines = [
        "# Data dictionary",
        "",
        "<!-- Written by scripts/generate.py from supplychain/schema.py. Do not edit. -->",
        "",
        _INTRODUCTION.format(required=_and([table.name for table in TABLES.values() if table.required])),
    ]
    for table in TABLES.values():
        need = "required" if table.required else "optional"
        lines += ["", f"## {table.name}", "", f"{table.description} ({need}).", ""]
        lines += ["| column | read as | meaning | values |", "|---|---|---|---|"]
        lines += [_row(column, table) for column in table.columns]
    return "\n".join(lines) + "\n"


def _row(column: Column, table: Table) -> str:
    marks = [word for word, on in (("key", column.name in table.key), ("required", column.required)) if on]
    name = f"`{column.name}`" + (f" ({', '.join(marks)})" if marks else "")
    meaning = column.description + (f", in {column.unit}" if column.unit and column.unit != "1" else "")
    values = ", ".join(f"`{word}`" for word in column.vocabulary)
    if column.references:
        values = f"one of `{column.references}`"
    return f"| {name} | {_READ_AS[column.dtype]} | {meaning} | {values} |"


def _and(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def main() -> None:
    """Write the files."""
    DICTIONARY.write_text(data_dictionary(), "utf-8", newline="\n")
    for path in PACKAGES:
        path.write_text(datapackage(path), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
