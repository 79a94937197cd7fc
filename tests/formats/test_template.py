"""The empty workbook: complete, explained, and a dataset as it is."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from supplychain.countries import countries
from supplychain.formats import load
from supplychain.formats.template import EXAMPLES, template
from supplychain.measures.analysis import find_product
from supplychain.schema import TABLES

REQUIRED = [table.name for table in TABLES.values() if table.required]
LONGEST_LIST = 255  # characters that Excel takes in a list written into the cell


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    target = tmp_path_factory.mktemp("template") / "my_tables.xlsx"
    target.write_bytes(template())
    return target


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def header(sheet):
    return [cell.value for cell in sheet[1]]


def choices(sheet, column):
    """The validation of a column's cells, or None."""
    letter = sheet.cell(1, header(sheet).index(column) + 1).column_letter
    found = [one for one in sheet.data_validations.dataValidation if f"{letter}2" in one.sqref]
    assert len(found) <= 1
    return found[0] if found else None


def test_it_loads_without_error_or_warning(path):
    dataset = load(path)
    assert dataset.problems == ()
    assert dataset.products() == ("example_drone",)
    assert find_product(dataset, None) == "example_drone"
    assert {name: len(dataset.tables[name]) for name in REQUIRED} == dict.fromkeys(REQUIRED, 2)


def test_the_examples_say_that_they_are_examples(path):
    dataset = load(path)
    for name in REQUIRED:
        frame = dataset.tables[name]
        marks = frame["note"] if "note" in frame else frame["description"]
        assert marks.str.startswith("Example: delete this row").all()
    assert dataset.suppliers["name"].str.startswith("Example").all(), "an invented firm must not look like a real one"


def test_examples_fill_only_columns_that_exist():
    assert sorted(EXAMPLES) == sorted(REQUIRED)
    for name, rows in EXAMPLES.items():
        assert len(rows) == 2
        assert all(set(row) <= set(TABLES[name].column_names) for row in rows)


def test_every_table_has_a_sheet_and_the_required_come_first(book):
    first, *sheets, last = book.sheetnames
    assert (first, last) == ("read me", "countries")
    assert sorted(sheets) == sorted(TABLES)
    assert set(sheets[: len(REQUIRED)]) == set(REQUIRED)
    for name in sheets:
        assert header(book[name]) == list(TABLES[name].column_names)
        assert book[name].freeze_panes == "A2"


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_explained(book, name):
    for cell, column in zip(book[name][1], TABLES[name].columns, strict=True):
        note = cell.comment.text
        assert note.startswith(column.description)
        assert ("Required." in note) == column.required
        assert all(word in note for word in column.vocabulary)
        assert column.unit in note
        if column.references:
            assert column.references.partition(".")[0] in note


@pytest.mark.parametrize("name", TABLES)
def test_a_vocabulary_is_a_list_to_choose_from(book, name):
    for column in TABLES[name].columns:
        found = choices(book[name], column.name)
        if column.vocabulary:
            assert found.formula1 == f'"{",".join(column.vocabulary)}"'
            assert len(found.formula1) <= LONGEST_LIST
            assert not any("," in word for word in column.vocabulary)
            assert found.showErrorMessage, "another word is an error on loading as well"
        elif column.dtype == "country":
            assert found.formula1 == f"countries!$A$2:$A${len(countries()) + 1}"
            assert not found.showErrorMessage, "a name is as good as a code"


def test_a_reference_offers_the_keys_of_its_table(book):
    assert choices(book["bom"], "child_id").formula1.startswith("parts!$A$2:")
    assert choices(book["offers"], "supplier_id").formula1.startswith("suppliers!$A$2:")
    assert choices(book["bom"], "source_ids") is None, "several keys cannot be chosen from a list"
    for name, table in TABLES.items():
        for column in table.columns:
            if column.references and column.dtype == "text":
                sheet, _, block = choices(book[name], column.name).formula1.partition("!")
                place = block.split("$")[1]
                assert f"{sheet}.{book[sheet][f'{place}1'].value}" == column.references


def test_all_countries_stand_in_their_list(book):
    codes = [row[0].value for row in book["countries"].iter_rows(min_row=2)]
    assert codes == list(countries())
    names = {row[0].value: (row[1].value, row[2].value) for row in book["countries"].iter_rows(min_row=2)}
    assert names["TWN"] == ("Taiwan", "臺灣")


def test_texts_are_texts(book):
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not isinstance(cell.value, dt.date)


def test_keys_that_look_like_numbers_or_days_stay_texts(book):
    """The columns are set to text, so that 007 keeps its zeros and 1-2 is no day."""
    parts = book["parts"]
    assert parts.column_dimensions["A"].number_format == "@"
    offers = book["offers"]
    price = offers.cell(1, header(offers).index("unit_cost_usd") + 1).column_letter
    assert offers.column_dimensions[price].number_format == "General"


def test_it_loads_when_filled_in(path, tmp_path):
    """As a user would: examples deleted, own rows typed in."""
    book = openpyxl.load_workbook(path)
    own = {
        "parts": [{"part_id": "007", "kind": "product"}, {"part_id": "1-2", "kind": "component"}],
        "bom": [{"parent_id": "007", "child_id": "1-2", "quantity": 2, "basis": "published"}],
        "offers": [{"part_id": "1-2", "supplier_id": "me", "origin_country": "臺灣", "status": "qualified"}],
        "suppliers": [{"supplier_id": "me", "name": "=me", "country": "Taiwan"}],
    }
    for name, rows in own.items():
        sheet = book[name]
        sheet.delete_rows(2, 2)
        for number, row in enumerate(rows, start=2):
            for column, value in row.items():
                cell = sheet.cell(number, header(sheet).index(column) + 1, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(tmp_path / "filled.xlsx")
    dataset = load(tmp_path / "filled.xlsx")
    assert dataset.products() == ("007",)
    assert list(dataset.bom["child_id"]) == ["1-2"]
    assert list(dataset.offers["origin_country"]) == ["TWN"]
    assert list(dataset.suppliers["name"]) == ["=me"]
