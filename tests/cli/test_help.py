"""Help, as a newcomer meets it: each command explains itself, and its examples do what they say."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import openpyxl
import pytest
from cli import small
from click.testing import CliRunner

from supplychain import __version__
from supplychain.cli import main

COMMANDS = (
    *("init", "products", "check", "origins", "flags", "gaps", "score", "chokepoints", "disrupt"),
    *("graph", "report"),
)


def examples(text: str) -> list[str]:
    """Lines of a help text that begin with the program's name; the group sets a remark beside each."""
    found = re.findall(r"^ *(supplychain .*?)(?:  .*)?$", text, re.MULTILINE)
    return [line for line in found if "COMMAND" not in line and "[OPTIONS]" not in line]


def help_of(*words: str) -> str:
    return CliRunner().invoke(main, [*words, "--help"], prog_name="supplychain", terminal_width=100).stdout


EXAMPLES = sorted({line for words in ((), *((name,) for name in COMMANDS)) for line in examples(help_of(*words))})


def test_without_a_command_it_helps() -> None:
    result = CliRunner().invoke(main, [], prog_name="supplychain")
    assert result.exit_code == 0
    assert result.stderr == ""
    shown = result.stdout
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\w", shown, re.MULTILINE)
    assert "DATASET is a folder of tables" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_what_it_does_and_shows_examples(run, name: str) -> None:
    for flag in ("--help", "-h"):
        text = run(name, flag).stdout
        assert text.startswith(f"Usage: supplychain {name} ")
        assert len(examples(text)) >= 2
        assert all(line.startswith(f"supplychain {name}") for line in examples(text))


def test_options_are_named_as_the_design_says() -> None:
    exposure = ("--lens", "--basis", "--depth", "--evidence [all|documented]", "--min-ownership")
    output = ("--json", "--csv", "-o, --output FILE")
    place = ("--data", "--product")
    expected = {
        "products": (*output, "--data"),
        "check": (*output, "--data"),
        "origins": (*place, *exposure, *output),
        "flags": (*place, *exposure, *output, "--fail-on [exposed|unknown]", "--units"),
        "chokepoints": (*place, *exposure, *output, "--most-pairs"),
        "disrupt": (
            *(*place, *exposure, *output, "--scenario", "--rates FILE", "--runs", "--seed", "--weeks", "--units"),
            "--assume [typical|nothing]",
        ),
        "graph": (*place, *exposure, "-o, --output FILE", "--lang [en|zh-Hant]"),
        "report": (*place, *exposure, "-o, --output FILE", "--lang [en|zh-Hant]"),
    }
    for name, options in expected.items():
        text = help_of(name)
        assert [option for option in options if option not in text] == []
        assert "[default: CHN,HKG,MAC]" in text or "--lens" not in options


def test_the_version(run) -> None:
    assert run("--version").stdout == f"supplychain, version {__version__}\n"


def test_there_are_examples_to_run() -> None:
    assert len(EXAMPLES) >= 16


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files that the examples name."""
    folder = tmp_path_factory.mktemp("elsewhere")
    tables = {name: re.sub("^drone,", "my_drone,", text, flags=re.MULTILINE) for name, text in small.TABLES.items()}
    small.write_tables(folder / "my_tables", **tables)
    small.write_workbook(folder / "my_tables.xlsx", **tables)
    (folder / "my_weights.toml").write_text("[weights]\nbuffer = 0.5\n", "utf-8")
    return folder


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_of_the_help_runs(
    run, line: str, elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, *words = shlex.split(line)
    if words[0] == "init":  # it writes what the other examples read
        elsewhere = tmp_path
    monkeypatch.chdir(elsewhere)
    before = {path: path.stat().st_mtime_ns for path in elsewhere.rglob("*") if path.is_file()}
    result = run(*words, status=1 if "--fail-on" in words else 0)
    changed = [path for path in elsewhere.rglob("*") if path.is_file() and before.get(path) != path.stat().st_mtime_ns]
    if "-o" in words or words[0] in {"graph", "report", "init"}:
        (written,) = changed
        assert str(written.relative_to(elsewhere)) in result.output
        assert written.name in words or written.parent.name == "graphs"
        assert written.stat().st_size > 100
        if written.suffix == ".xlsx":
            openpyxl.load_workbook(written).close()
    else:
        assert changed == []
        assert result.stdout.strip()
