"""The schema is whole, and what is made from it is up to date."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from supplychain.formats import load
from supplychain.schema import TABLES

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "scripts" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_keys_and_references_exist() -> None:
    for table in TABLES.values():
        assert set(table.key) <= set(table.column_names)
        assert len(set(table.column_names)) == len(table.columns)
        for column in table.columns:
            assert column.description
            if column.references:
                target, _, name = column.references.partition(".")
                assert name in TABLES[target].column_names
    with pytest.raises(KeyError):
        TABLES["bom"].column("nothing")


def test_four_tables_are_required() -> None:
    assert [table.name for table in TABLES.values() if table.required] == ["parts", "bom", "offers", "suppliers"]


def test_the_data_dictionary_is_up_to_date(generate: ModuleType) -> None:
    assert generate.DICTIONARY.read_text("utf-8") == generate.data_dictionary(), "run: python scripts/generate.py"


def test_every_datapackage_is_up_to_date(generate: ModuleType) -> None:
    assert generate.PACKAGES
    for path in generate.PACKAGES:
        assert path.read_text("utf-8") == generate.datapackage(path), "run: python scripts/generate.py"


def test_the_bundled_tables_have_the_columns_of_the_schema_in_their_order() -> None:
    for path in sorted((ROOT / "data" / "uav").glob("*.csv")):
        assert list(pd.read_csv(path, nrows=0).columns) == list(TABLES[path.stem].column_names)


def test_the_datapackage_says_name_version_date_and_licence() -> None:
    package = json.loads((ROOT / "data" / "uav" / "datapackage.json").read_text("utf-8"))
    ds = load("uav")
    assert (package["name"], package["version"], package["date_of_state"]) == (ds.name, ds.version, ds.date)
    assert ds.date == "2026-11-22"
    assert package["licenses"]
    assert {resource["name"] for resource in package["resources"]} == {n for n, f in ds.tables.items() if len(f)}
