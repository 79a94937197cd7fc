"""The JSON Schemas and the pages made by scripts are up to date, and real output is what they say."""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cli import small
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from supplychain.cli import main

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ("flags", "origins", "gaps", "check", "products", "chokepoints", "disrupt", "score")


@pytest.fixture(scope="module")
def scripts() -> Iterator[dict[str, ModuleType]]:
    """Return the scripts as modules."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        yield {name: importlib.import_module(name) for name in ("answers", "schemas", "reference")}
    finally:
        sys.path.remove(str(ROOT / "scripts"))


_SHEET = """Level,Name,Qty,Manufacturer,Made in,Price (EUR)
1,Frame,1,TSMC,Taiwan,12
1,Brushless motor 2207,4,T-Motor,China/Taiwan,20
2,NdFeB magnet,14,Murrata,Japan,1
1,,,,,
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return places of small datasets by name."""
    top = tmp_path_factory.mktemp("schemas")
    (top / "sheet.csv").write_text(_SHEET, "utf-8")
    return {
        "sheet": str(top / "sheet.csv"),
        "survey": str(small.write_tables(top / "survey")),
        "no_prices": str(small.write_tables(top / "no_prices", **small.without_prices())),
        "two": str(small.write_tables(top / "two", **small.with_second_product())),
        "wrong": str(small.write_tables(top / "wrong", offers=None, suppliers="supplier_id\na\na\n")),
    }


def test_the_schemas_are_up_to_date(scripts: dict[str, ModuleType]) -> None:
    schemas = scripts["schemas"]
    for command in COMMANDS:
        path = schemas.SCHEMAS / f"{command}.schema.json"
        assert path.read_text("utf-8") == schemas.schema_text(command), "run: python scripts/schemas.py"
    assert {path.name for path in schemas.SCHEMAS.iterdir()} == {f"{command}.schema.json" for command in COMMANDS}


def test_the_page_on_json_is_up_to_date(scripts: dict[str, ModuleType]) -> None:
    page = scripts["schemas"].PAGE.read_text("utf-8")
    assert page == scripts["schemas"].page_text(page), "run: python scripts/schemas.py"
    assert page.count("\n## flags\n") == 1


def test_the_page_on_commands_is_up_to_date(scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in ("40", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        text = scripts["reference"].PAGE.read_text("utf-8")
        assert text == scripts["reference"].page_text(), "run: python scripts/reference.py"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_schema_is_a_schema_that_forbids_no_key(command: str) -> None:
    schema = json.loads((ROOT / "docs" / "schemas" / f"{command}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema"]["const"] == f"supplychain/{command}/1"
    assert '"additionalProperties": false' not in json.dumps(schema)


CASES = [
    ("flags",),
    ("flags", "uav", "fpv_commodity"),
    ("flags", "uav", "x650_research_quad", "--depth", "2", "--evidence", "documented"),
    ("flags", "uav", "uav"),
    ("flags", "uav", "fpv_allied", "--lens", "TWN", "--basis", "made"),
    ("flags", "{survey}"),
    ("flags", "{survey}", "--depth", "1"),
    ("flags", "{survey}", "--depth", "2", "--evidence", "documented", "--basis", "designed,owned"),
    ("flags", "{survey}", "--lens", "NZL", "--min-ownership", "1", "--units", "0.5"),
    ("flags", "{no_prices}"),
    ("flags", "{no_prices}", "--evidence", "documented", "--lens", "NZL"),
    ("flags", "{two}", "../../glider"),
    ("origins",),
    ("origins", "uav", "fpv_allied", "--depth", "1", "--basis", "owned"),
    ("origins", "uav", "uav"),
    ("origins", "{survey}"),
    ("origins", "{survey}", "--depth", "2", "--evidence", "documented"),
    ("origins", "{no_prices}"),
    ("gaps", "uav", "fpv_allied"),
    ("gaps", "{survey}", "--depth", "1", "--units", "7"),
    ("gaps", "{no_prices}", "--evidence", "documented", "--basis", "designed,owned"),
    ("chokepoints",),
    ("chokepoints", "uav", "fpv_allied", "--depth", "2", "--basis", "made,owned"),
    ("chokepoints", "{survey}", "--evidence", "documented"),
    ("chokepoints", "{no_prices}", "--most-pairs", "0"),
    ("disrupt", "resilience_demo"),
    ("disrupt", "resilience_demo", "--rates", "rates", "--runs", "50"),
    ("disrupt", "uav", "isr_quad_taiwan", "--scenario", "gallium_germanium_2023", "--assume", "typical"),
    ("disrupt", "uav", "fpv_allied", "--units", "9", "--depth", "2", "--evidence", "documented", "--assume", "nothing"),
    ("score",),
    ("score", "uav", "fpv_allied", "--compare", "--assume", "typical", "--depth", "2"),
    ("score", "{survey}", "--evidence", "documented", "--units", "500"),
    ("score", "{no_prices}"),
    ("check",),
    ("check", "{survey}"),
    ("check", "{wrong}"),
    ("products",),
    ("products", "{two}"),
    *((command, "{sheet}") for command in ("flags", "origins", "gaps", "check", "products", "chokepoints", "score")),
    ("disrupt", "{sheet}", "--units", "100", "--assume", "nothing", "--weeks", "5"),
    ("flags", "{sheet}", "--no-attach-upstream", "--rate", "EUR=1.08"),
]


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_real_output_is_what_the_schema_says(
    case: tuple[str, ...], folders: dict[str, str], scripts: dict[str, ModuleType]
) -> None:
    arguments = [word.format(**folders) for word in case]
    result = CliRunner().invoke(main, [*arguments, "--json"])
    assert result.exit_code in (0, 1), result.output
    answer = json.loads(result.stdout)
    schema = json.loads((ROOT / "docs" / "schemas" / f"{case[0]}.schema.json").read_text("utf-8"))
    wrong = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(answer)]
    assert wrong == []
    assert sorted(_undefined(answer, schema, schema["$defs"])) == [], "define the key in scripts/answers.py"
    assert sorted(_crossed(answer)) == []


def _undefined(value: Any, schema: dict[str, Any], records: dict[str, Any], path: str = "$") -> set[str]:
    """Keys of real output that the schema does not name: allowed for readers, but then nobody has documented them."""
    if "$ref" in schema:
        schema = records[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema and value is not None:
        return _undefined(value, schema["anyOf"][0], records, path)
    if isinstance(value, list) and "items" in schema:
        return {key for item in value for key in _undefined(item, schema["items"], records, f"{path}[]")}
    if not isinstance(value, dict):
        return set()
    found = set()
    for key, item in value.items():
        inner = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
        found |= {f"{path}.{key}"} if inner is None else _undefined(item, inner, records, f"{path}.{key}")
    return found


def _crossed(value: Any, path: str = "$") -> list[str]:
    """Intervals whose low end is above their high end."""
    if isinstance(value, list):
        return [place for number, item in enumerate(value) for place in _crossed(item, f"{path}[{number}]")]
    if not isinstance(value, dict):
        return []
    low, high = value.get("low"), value.get("high")
    here = [path] if isinstance(low, float) and isinstance(high, float) and low > high else []
    return here + [place for key, item in value.items() for place in _crossed(item, f"{path}.{key}")]


def test_what_the_page_on_json_says_of_intervals_holds(folders: dict[str, str]) -> None:
    for arguments in (["uav", "fpv_allied"], [folders["survey"]]):
        answer = json.loads(CliRunner().invoke(main, ["flags", *arguments, "--json"]).stdout)
        strict = json.loads(
            CliRunner().invoke(main, ["flags", *arguments, "--evidence", "documented", "--json"]).stdout
        )
        found, documented = answer["exposure"], answer["exposure"]["documented"]
        assert found["clean_depth_proven"] <= found["clean_depth"]
        assert _holds(found["contact_bounds"], found["contact"])
        for figure in ("value", "contact"):
            assert _holds(documented[figure], found[figure])
            assert strict["exposure"][figure] == documented[figure]
        for form in ("reallocate", "proportional"):
            assert _holds(documented["embargo_loss"][form], found["embargo_loss"][form])
            assert strict["exposure"]["embargo_loss"][form] == documented["embargo_loss"][form]
        assert len({row["exposed"] + row["unknown"] + row["clear"] for row in found["line_profile"]}) == 1
        origins = json.loads(CliRunner().invoke(main, ["origins", *arguments, "--json"]).stdout)
        for content in origins["by_basis"].values():
            known = sum(row["value"]["low"] for row in content["by_country"])
            assert known + content["unknown_value"] == pytest.approx(1)


def test_the_python_of_the_page_on_json_runs(
    scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", scripts["schemas"].PAGE.read_text("utf-8"), flags=re.DOTALL)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    exec(compile(block, "json.md", "exec"), {})
    assert capsys.readouterr().out


def _holds(outer: dict[str, float], inner: dict[str, float]) -> bool:
    return outer["low"] <= inner["low"] + 1e-12 and inner["high"] <= outer["high"] + 1e-12
