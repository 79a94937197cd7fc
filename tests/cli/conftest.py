"""Running commands, and small datasets to run them on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli import small
from click.testing import CliRunner, Result

from supplychain.cli import main

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def run() -> Run:
    """Return a function that runs a command as a program would; a traceback fails the test."""

    def call(*arguments: object, status: int | None = 0) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in arguments], prog_name="supplychain")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        if status is not None:
            assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        assert "\x1b" not in result.output, "colours in a pipe"
        return result

    return call


@pytest.fixture(scope="session")
def refused(run: Run) -> Callable[..., str]:
    """Return a function that runs a command that must not work, and returns what it says."""

    def call(*arguments: object) -> str:
        result = run(*arguments, status=2)
        assert result.stdout == ""
        return result.stderr

    return call


@pytest.fixture(scope="session")
def answer(run: Run) -> Callable[..., Any]:
    """Return a function that runs a command with --json and parses strictly: NaN and Infinity are no JSON."""

    def no_constant(name: str) -> None:
        pytest.fail(f"{name} in JSON")

    def call(*arguments: object, status: int = 0) -> Any:
        result = run(*arguments, "--json", status=status)
        return json.loads(result.stdout, parse_constant=no_constant)

    return call


@pytest.fixture(scope="session")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small dataset."""
    return small.write_tables(tmp_path_factory.mktemp("small") / "survey")


@pytest.fixture(scope="session")
def no_prices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same without any price."""
    return small.write_tables(tmp_path_factory.mktemp("small") / "no_prices", **small.without_prices())


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same with a second product."""
    return small.write_tables(tmp_path_factory.mktemp("small") / "two", **small.with_second_product())


@pytest.fixture(scope="session")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset with errors in several files."""
    return small.write_tables(
        tmp_path_factory.mktemp("small") / "wrong",
        offers="part_id,supplier_id,origin_country,share\nmotor,nobody,Atlantis,1.5\nframe,,TWN,-1\n",
        suppliers=small.TABLES["suppliers"] + "us_chips,Twice,USA,,,\n",
    )
