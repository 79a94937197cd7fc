"""The bundled datasets are found in the checkout and in an installed package, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from supplychain import bundled
from supplychain.errors import OptionError
from supplychain.formats import load

REFERENCE = ("fpv_allied", "fpv_commodity", "isr_quad_commodity", "isr_quad_taiwan", "x650_research_quad")


def test_the_uav_dataset_is_there() -> None:
    assert bundled.DEFAULT_DATASET in bundled.bundled_names()
    assert (bundled.bundled_path("uav") / "README.md").is_file()


def test_examples_are_found_by_name_and_listed_only_where_they_are_asked_for() -> None:
    assert "resilience_demo" not in bundled.bundled_names()
    assert "resilience_demo" in bundled.bundled_names(examples=True)
    assert bundled.is_bundled("resilience_demo")
    assert load("resilience_demo").products() == ("demo_drone",)
    assert load("resilience_demo").problems == ()


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(OptionError, match="uav"):
        bundled.bundled_path("drones")


def test_the_reference_products_are_there() -> None:
    assert set(REFERENCE) <= set(load("uav").products())


def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, folder: str) -> None:
    package = tmp_path / "supplychain"
    package.mkdir()
    (tmp_path / folder / "mine").mkdir(parents=True)
    (tmp_path / folder / "mine" / "parts.csv").write_text("part_id\n")
    monkeypatch.setattr(bundled, "__file__", str(package / "bundled.py"))


def test_an_installed_package_has_its_data_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, monkeypatch, folder="supplychain/_data")
    assert bundled.bundled_names() == ("mine",)


def test_an_installed_package_has_its_examples_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, monkeypatch, folder="supplychain/_data/examples")
    assert bundled.bundled_names() == ()
    assert bundled.bundled_names(examples=True) == ("mine",)
    assert bundled.bundled_path("mine").parent.name == "examples"


def test_examples_beside_an_installed_package_are_somebody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch, folder="data/examples")
    assert bundled.bundled_names(examples=True) == ()


def test_a_folder_beside_an_installed_package_is_somebody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch, folder="data")
    assert bundled.bundled_names() == ()
    (tmp_path / "pyproject.toml").write_text("")
    assert bundled.bundled_names() == ("mine",)


def test_the_wheel_holds_the_datasets_with_their_examples_and_scenarios(root: Path) -> None:
    wheels = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed")
    held = {file.distribution_path for file in wheels.WheelBuilder(str(root)).recurse_included_files()}
    folder = "supplychain/_data"
    assert {
        f"{folder}/uav/parts.csv",
        f"{folder}/uav/scenarios/molicel_fire_2025.toml",
        f"{folder}/examples/resilience_demo/parts.csv",
        f"{folder}/examples/resilience_demo/README.md",
        f"{folder}/examples/resilience_demo/scenarios/rates.csv",
    } <= {path.replace("\\", "/") for path in held}
