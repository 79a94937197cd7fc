"""Ten ugly spreadsheets, read from file to lines; see tests/data/ugly/README.md."""

from __future__ import annotations

import importlib.util
import json
import re
import zipfile
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import openpyxl
import pytest

from supplychain.formats.spreadsheets.columns import find_table
from supplychain.formats.spreadsheets.grid import read_grids
from supplychain.formats.spreadsheets.rows import read_items
from supplychain.formats.spreadsheets.values import QuestionsError

FOLDER = Path(__file__).parents[2] / "data" / "ugly"
EXPECTED = {
    path.name.partition(".")[0]: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.expected.json"))
}
each = pytest.mark.parametrize("name", EXPECTED)


@lru_cache(maxsize=1)
def made():
    spec = importlib.util.spec_from_file_location("make_ugly", FOLDER / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FILES


@lru_cache(maxsize=20)
def table(name):
    """The grid, its columns with all questions answered, and the columns as first found."""
    expected = EXPECTED[name]
    grids = read_grids(FOLDER / expected["file"])
    questions = ()
    try:
        grid, first = find_table(grids)
    except QuestionsError as error:
        questions, first = error.questions, error.column_map
        grid, answered = find_table(grids, answers=expected["answers"])
    else:
        answered = first
    return grid, first, answered, questions


@lru_cache(maxsize=20)
def lines(name):
    grid, _, answered, _ = table(name)
    return read_items(grid, answered)


def test_there_are_ten_and_each_is_described():
    assert len(EXPECTED) == 10
    assert {expected["file"] for expected in EXPECTED.values()} == set(made())
    assert {path.name for path in FOLDER.iterdir() if path.suffix in {".csv", ".tsv", ".xlsx", ".ods"}} == set(made())


@each
def test_the_script_makes_the_file(name, tmp_path):
    file = EXPECTED[name]["file"]
    fresh = tmp_path / file
    fresh.write_bytes(made()[file]())
    if file.endswith(".xlsx"):  # another openpyxl may write other XML
        assert cells(fresh) == cells(FOLDER / file)
    elif file.endswith(".ods"):  # another zlib may pack otherwise
        assert members(fresh) == members(FOLDER / file)
    else:
        assert fresh.read_bytes() == (FOLDER / file).read_bytes()


def cells(path):
    found = {}
    for computed in (False, True):
        book = openpyxl.load_workbook(path, data_only=computed)
        for sheet in book:
            hidden = sorted(letter for letter, column in sheet.column_dimensions.items() if column.hidden)
            values = [[cell.value for cell in row] for row in sheet.iter_rows()]
            found[sheet.title, computed] = (values, sorted(map(str, sheet.merged_cells.ranges)), hidden)
    return found


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@each
def test_header(name):
    expected = EXPECTED[name]
    grid, first, _, _ = table(name)
    assert grid.sheet == expected["sheet"]
    assert first.sheet in {"", expected["sheet"]}
    assert first.header_row == expected["header_row"]


@each
def test_columns(name):
    grid, first, _, _ = table(name)
    found = {}
    for use in first.columns:
        found.setdefault(use.header, use)  # of two headers of one name the first
    for header, field, *number in EXPECTED[name]["columns"]:
        assert header in found, f"{header} is lost"
        allowed = field if isinstance(field, list) else [field]
        assert found[header].field in allowed, header
        assert found[header].number == (number[0] if number else 1), header
    header_cells = grid.rows[grid.lines.index(first.header_row)]
    assert sorted(use.position for use in first.columns if use.header) == [
        position for position, text in enumerate(header_cells) if text
    ], "a column is lost, or there twice"


@each
def test_questions(name):
    _, _, _, questions = table(name)
    asked = {question.header: {choice for choice, _ in question.choices} for question in questions}
    expected = EXPECTED[name]["questions"]
    assert set(asked) == set(expected)
    for header, choices in expected.items():
        assert set(choices) <= asked[header], header
    if expected:
        with pytest.raises(QuestionsError) as error:
            find_table(read_grids(FOLDER / EXPECTED[name]["file"]))
        message = str(error.value)
        assert "--column" in message
        assert "--map" in message
        for header, choices in expected.items():
            assert header in message
            assert all(choice in message for choice in choices)


@each
def test_rows_that_are_no_lines(name):
    _, _, answered, _ = table(name)
    _, left, _ = lines(name)
    found = {str(row.row): row.kind for row in left if row.row != answered.header_row}
    assert found == EXPECTED[name]["left"]
    assert all(row.reason for row in left)


@each
def test_nothing_is_dropped(name):
    """Every row is a line, a row left out with a reason, the header, or gives a line above it another maker."""
    grid, _, answered, _ = table(name)
    items, left, _ = lines(name)
    seen = [item.row for item in items] + [row.row for row in left]
    assert len(seen) == len(set(seen))
    silent = set(grid.lines) - set(seen) - {answered.header_row}
    assert silent == set(EXPECTED[name].get("alternates", []))


@each
def test_items(name):
    items, _, _ = lines(name)
    expected = EXPECTED[name]["items"]
    assert [item.row for item in items] == [wanted["row"] for wanted in expected]
    for item, wanted in zip(items, expected, strict=True):
        for key, value in wanted.items():
            found = getattr(item, key)
            where = f"row {item.row}, {key}"
            if key == "designators":
                assert list(found) == value, where
            elif key == "extra":
                assert {header: found.get(header) for header in value} == value, where
            elif key == "sources":
                assert [plain(source, wish) for source, wish in zip(found, value, strict=False)] == value, where
                assert len(found) == len(value), where
            elif isinstance(value, float):
                assert found == pytest.approx(value), where
            else:
                assert found == value, where


def plain(source, wish):
    """The attributes of a source that are wished for; a price as amount and currency."""
    values = asdict(source)
    price = values["price"]
    values["price"] = price and [round(price["amount"], 9), price["currency"]]
    return {key: values[key] for key in wish}


@each
def test_what_is_doubtful_is_said(name):
    grid, _, _, _ = table(name)
    _, _, problems = lines(name)
    every = [*grid.problems, *problems]
    for wanted in EXPECTED[name]["warnings"]:
        texts = [str(problem) + problem.value for problem in every if wanted["row"] in {None, problem.row}]
        assert any(re.search(wanted["matches"], text, re.IGNORECASE) for text in texts), (wanted, texts)
    assert {problem.severity for problem in every} <= {"warning"}
    assert all(EXPECTED[name]["file"] in problem.file for problem in every)
