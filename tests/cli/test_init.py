"""`supplychain init`."""

from __future__ import annotations

import json

import pytest


def test_the_workbook_works_as_it_is(run, tmp_path):
    path = tmp_path / "new" / "my_tables.xlsx"
    result = run("init", path)
    assert result.stdout == ""
    assert str(path) in result.stderr
    checked = json.loads(run("check", path, "--json").stdout)
    assert checked["problems"] == []
    assert checked["tables"]["parts"] == 2
    flags = json.loads(run("flags", path, "--json").stdout)
    assert {flag["part_id"] for flag in flags["flags"]} == {"example_motor"}
    assert "Example motor" in run("origins", path).stdout


def test_nothing_is_overwritten_unasked(run, refused, tmp_path):
    path = tmp_path / "my_tables.xlsx"
    path.write_text("mine", "utf-8")
    assert "--force" in refused("init", path)
    assert path.read_text("utf-8") == "mine"
    run("init", path, "--force")
    assert path.read_bytes()[:2] == b"PK"
    run("check", path)


@pytest.mark.parametrize("name", ["my_tables", "my_tables.csv", "my_tables.xls", "my_tables.ods", "xlsx"])
def test_the_ending_must_be_that_of_a_workbook(refused, tmp_path, name):
    assert ".xlsx" in refused("init", tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(refused, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    assert "cannot be written" in refused("init", tmp_path / "file" / "my_tables.xlsx")


def test_a_folder_is_no_file(run, tmp_path):
    (tmp_path / "folder.xlsx").mkdir()
    assert "folder.xlsx" in run("init", tmp_path / "folder.xlsx", status=2).stderr


def test_it_is_among_the_commands(run):
    assert "init" in run("--help").stdout
