"""Cells of .ods as text; a million repeated cells are one number in the file."""

from pathlib import Path

import pytest
from small_workbooks import ods, ods_cell, ods_row, ods_table, only, said

from supplychain.errors import DataError
from supplychain.formats.spreadsheets.grid import read_grids
from supplychain.formats.spreadsheets.values import Merge


def test_cells_of_ods(tmp_path: Path) -> None:
    row = ods_row(
        ods_cell("4,00", 'office:value-type="float" office:value="4"'),
        ods_cell("12 %", 'office:value-type="percentage" office:value="0.12"'),
        ods_cell("NT$5", 'office:value-type="currency" office:value="5" office:currency="TWD"'),
        ods_cell("31.01.24", 'office:value-type="date" office:date-value="2024-01-31"'),
        ods_cell("x", 'office:value-type="date" office:date-value="2024-01-31T12:30:00"'),
        ods_cell("x", 'office:value-type="time" office:time-value="PT36H05M00.5S"'),
        ods_cell("WAHR", 'office:value-type="boolean" office:boolean-value="true"'),
        ods_cell(" a  b\nc\td "),
        ods_cell("00123", 'office:value-type="float" office:value="123"'),
    )
    grid = only(ods(tmp_path / "a.ods", ods_table(row)))
    assert grid.rows == (
        ("4", "0.12", "5", "2024-01-31", "2024-01-31 12:30:00", "36:05:00", "yes", "a  b\nc\td", "00123"),
    )
    assert dict(grid.currencies) == {(0, 2): "TWD"}
    assert grid.file == "a.ods, sheet Sheet1" and grid.problems == ()


def test_formulas_of_ods(tmp_path: Path) -> None:
    row = ods_row(
        ods_cell("2", 'table:formula="of:=1+1" office:value-type="float" office:value="2"'),
        ods_cell("", 'table:formula="of:=[.A1]*2"'),
        ods_cell("", 'table:formula="of:=&quot;&quot;" office:value-type="string" office:string-value=""'),
        ods_cell("#REF!", 'table:formula="of:=[.A1]" office:value-type="string" calcext:value-type="error"'),
        ods_cell("Err:502", 'table:formula="of:=X" office:value-type="string" office:string-value="Err:502"'),
        ods_cell("#N/A"),
    )
    grid = only(ods(tmp_path / "a.ods", ods_table(row)))
    assert grid.rows == (("2", "", "", "", "", "#N/A"),)
    assert said(grid) == [(1, "B", "=[.A1]*2"), (1, "D", "#REF!"), (1, "E", "Err:502")]


def test_what_is_no_cell_of_ods(tmp_path: Path) -> None:
    note = "<office:annotation><text:p>a remark</text:p></office:annotation>"
    frame = "<draw:frame><draw:text-box><text:p>drawn</text:p></draw:text-box></draw:frame>"
    link = "<text:p>see <text:a>the <text:span>page</text:span></text:a> of<text:line-break/>it</text:p>"
    cells = f'<table:table-cell office:value-type="string">{note}{link}{frame}</table:table-cell>'
    inner = f"<table:table-cell>{ods_table(ods_row(ods_cell('inner')))}</table:table-cell>"
    changes = f"<table:tracked-changes>{ods_row(ods_cell('undone'))}</table:tracked-changes>"
    table = ods_table("<table:shapes><text:p>shape</text:p></table:shapes>" + ods_row(cells, inner, ods_cell("z")))
    grid = only(ods(tmp_path / "a.ods", changes + table))
    assert grid.rows == (("see the page of\nit", "", "z"),)


def test_repeats_and_groups_of_ods(tmp_path: Path) -> None:
    two, wide = 'table:number-columns-repeated="2"', 'table:number-columns-repeated="16384"'
    twice, all_below = 'table:number-rows-repeated="2"', 'table:number-rows-repeated="1048570"'
    rows = (
        f"<table:table-header-rows>{ods_row(ods_cell('h', two))}</table:table-header-rows>"
        f"<table:table-row-group>{ods_row(ods_cell('', two), ods_cell('x'))}</table:table-row-group>"
        + ods_row(ods_cell(), attributes=twice)
        + ods_row(ods_cell("r"), attributes=twice)
        + ods_row(ods_cell("", wide), attributes=all_below)
    )
    grid = only(ods(tmp_path / "a.ods", ods_table(rows)))
    assert [row[0] for row in grid.rows] == ["h", "", "", "", "r", "r"]
    assert grid.rows[:2] == (("h", "h", ""), ("", "", "x"))
    assert grid.lines == (1, 2, 3, 4, 5, 6) and grid.problems == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ods_row(ods_cell("x", 'table:number-columns-repeated="16384"')), "16,384 columns with content"),
        (ods_row(ods_cell("x", 'table:number-columns-repeated="999999999999"')), "there is a column"),
        (ods_row(ods_cell("x"), attributes='table:number-rows-repeated="99999999999999999"'), "there is a row"),
        (
            ods_row(
                ods_cell("x", 'table:number-columns-repeated="9"'), attributes='table:number-rows-repeated="1048576"'
            ),
            "filled cells",
        ),
    ],
)
def test_repeats_made_to_be_large(row: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        read_grids(ods(tmp_path / "a.ods", ods_table(row)))


def test_spans_of_ods(tmp_path: Path) -> None:
    covered = '<table:covered-table-cell office:value-type="string"><text:p>below</text:p></table:covered-table-cell>'
    rows = ods_row(
        ods_cell("t", 'table:number-columns-spanned="2" table:number-rows-spanned="2"'), covered, ods_cell("c")
    ) + ods_row('<table:covered-table-cell table:number-columns-repeated="2"/>', ods_cell("d"))
    grid = only(ods(tmp_path / "a.ods", ods_table(rows)))
    assert grid.rows == (("t", "", "c"), ("", "", "d"))
    assert grid.merged == (Merge(0, 0, 1, 1),)
    assert said(grid) == [(1, "B", "below")]


def test_sheets_of_ods(tmp_path: Path) -> None:
    styles = (
        '<style:style style:name="ta1"><style:table-properties table:display="true"/></style:style>'
        '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    )
    column = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    tables = (
        ods_table(ods_row(ods_cell("a")), "hidden", 'table:style-name="ta2"')
        + ods_table(column + ods_row(ods_cell("b"), ods_cell("c")), "shown", 'table:style-name="ta1"')
        + ods_table("<table:table-source/>" + ods_row(ods_cell("x")), "'file:///other.ods'#$Sheet1")
    )
    found = read_grids(ods(tmp_path / "a.ods", tables, styles))
    assert [(g.sheet, g.rows) for g in found] == [("shown", (("b", "c"),)), ("hidden", (("a",),))]
    assert "hidden columns are read as well: B" in [p.message for p in found[0].problems]
    assert any("links to other files" in p.message for g in found for p in g.problems)
