"""Which files are read, the shape of a grid, sheets made to be large; and what is written is read back."""

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from small_workbooks import (
    MAIN,
    Rows,
    ods,
    ods_cell,
    ods_row,
    ods_table,
    only,
    raw_workbook,
    said,
    sheet_xml,
    text_file,
    workbook,
)

from supplychain.errors import DataError, OptionError, Problem
from supplychain.formats.spreadsheets import grid as grids
from supplychain.formats.spreadsheets.grid import read_grids
from supplychain.formats.spreadsheets.sheet import column_letter
from supplychain.formats.spreadsheets.values import Merge
from supplychain.formats.spreadsheets.xlsx import first_rows

# Which files


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("a.xls", "save it as .xlsx"),
        ("a.numbers", "export it as .xlsx"),
        ("a.pdf", "ask for the table as .xlsx or .csv"),
        ("a.XLSB", "save it as .xlsx"),
        ("a", "without ending"),
        ("a.step", "give an .xlsx, .ods, .csv or .tsv file"),
    ],
)
def test_other_files_are_refused_with_what_to_do(name: str, hint: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(OptionError, match=re.escape(hint)):
        read_grids(tmp_path / name)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="no such file"):
        read_grids(tmp_path / "a.csv")
    with pytest.raises(OptionError, match="this is a folder"):
        read_grids(tmp_path)
    with pytest.raises(OptionError, match="no such file"):
        read_grids("a\x00.csv")


def test_the_content_tells_the_kind_of_a_workbook(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", ods_table(ods_row(ods_cell("x"))))
    path.rename(tmp_path / "a.xlsx")
    assert only(tmp_path / "a.xlsx").rows == (("x",),)
    with pytest.raises(DataError, match="no text but a workbook"):
        text_file(tmp_path / "a.csv", (tmp_path / "a.xlsx").read_bytes())


def test_a_text_document_is_no_spreadsheet(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no spreadsheet"):
        read_grids(ods(tmp_path / "a.ods", ods_table(ods_row(ods_cell("x"))), mimetype="text"))


# Shape


def test_rows_are_of_one_width_and_ends_are_left_out(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a"], [], [None, "b", None], [None, " "], []])
    grid = only(path)
    assert grid.rows == (("a", ""), ("", ""), ("", "b"))
    assert grid.lines == (1, 2, 3)


def test_an_empty_sheet(tmp_path: Path) -> None:
    grid = only(workbook(tmp_path / "a.xlsx", []))
    assert (grid.rows, grid.lines, grid.problems) == ((), (), ())


def test_sheets_hidden_ones_last(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "first"
    book.active.sheet_state = "hidden"
    book.active["A1"] = 1
    book.create_sheet("second")["A1"] = 2
    book.create_sheet("third").sheet_state = "veryHidden"
    book.create_chartsheet("chart")
    book.create_sheet("四")["A1"] = 4
    book.active = 1
    book.save(tmp_path / "a.xlsx")
    found = read_grids(tmp_path / "a.xlsx")
    assert [(g.sheet, g.file) for g in found][:2] == [("second", "a.xlsx, sheet second"), ("四", "a.xlsx, sheet 四")]
    assert [g.sheet for g in found][2:] == ["first", "third"]
    assert "the sheet is hidden" in [p.message for p in found[2].problems]
    assert not found[0].problems


def test_hidden_rows_and_columns_are_read_and_said(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a", "b", "c"], [1, 2, 3], [4, 5, 6]])
    book = openpyxl.load_workbook(path)
    book.active.column_dimensions["B"].hidden = True
    book.active.column_dimensions["Z"].hidden = True
    book.active.row_dimensions[3].hidden = True
    book.save(path)
    grid = only(path)
    assert grid.rows[2] == ("4", "5", "6")
    assert [p.message for p in grid.problems] == [
        "hidden rows are read as well: 3",
        "hidden columns are read as well: B",
    ]


def test_merged_cells(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["title"], ["x", "y", "z"], ["1", "2", "3"], ["4", "5", "6"]])
    book = openpyxl.load_workbook(path)
    for block in ("A1:C1", "B3:B4", "A9:C9", "C4:F20"):
        book.active.merge_cells(block)
    book.save(path)
    grid = only(path)
    # C4:F20 reaches out of the table, and A9:C9 lies outside.
    assert grid.merged == (Merge(0, 0, 0, 2), Merge(2, 1, 3, 1))
    assert grid.rows == (("title", "", ""), ("x", "y", "z"), ("1", "2", "3"), ("4", "", "6"))


def test_text_under_a_merged_cell_is_said(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="2"><c r="A2"><v>3</v></c><c r="B2"><v>4</v></c></row>'
    )
    merged = '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'
    grid = only(raw_workbook(tmp_path / "a.xlsx", sheet_xml(rows, merged)))
    assert grid.rows == (("1", ""), ("", ""))
    assert said(grid) == [(1, "B", "2"), (2, "A", "3")]


def test_merged_cells_that_overlap_a_thousand_times(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="T{n}"><v>1</v></c></row>' for n in range(1, 2001))
    merged = "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 2000 + "</mergeCells>"
    with pytest.raises(DataError, match="overlap"):
        read_grids(raw_workbook(tmp_path / "a.xlsx", sheet_xml(rows, merged)))


@pytest.mark.parametrize(
    "dimension", ["", '<dimension ref="A1"/>', '<dimension ref="A1:XFD1048576"/>', '<dimension ref="nonsense"/>']
)
def test_the_stated_dimension_does_not_matter(dimension: str, tmp_path: Path) -> None:
    rows = '<row r="2"><c r="B2"><v>1</v></c></row><row r="4"><c r="C4"><v>2</v></c></row>'
    grid = only(raw_workbook(tmp_path / "a.xlsx", sheet_xml(rows, before=dimension)))
    assert grid.rows == (("", "", ""), ("", "1", ""), ("", "", ""), ("", "", "2"))
    assert grid.lines == (1, 2, 3, 4)


def test_cells_without_places(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/><c><v>3</v></c></row>"
    assert only(raw_workbook(tmp_path / "a.xlsx", sheet_xml(rows))).rows == (("1", "2"), ("", ""), ("", "3"))


def test_strict_workbooks(tmp_path: Path) -> None:
    sheet = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>').replace(
        MAIN, 'xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"'
    )
    assert only(raw_workbook(tmp_path / "a.xlsx", sheet)).rows == (("1",),)


# Sheets made to be large


def test_a_million_empty_cells_cost_nothing(tmp_path: Path) -> None:
    filled = "".join(f'<c r="{column_letter(n)}1" s="0"/>' for n in range(16_384))
    blank = "".join(f'<row r="{n}"/>' for n in range(3, 300_000))
    rows = f'<row r="1">{filled}</row><row r="2"><c r="A2"><v>1</v></c></row>{blank}'
    grid = only(raw_workbook(tmp_path / "a.xlsx", sheet_xml(rows)))
    assert grid.rows == (("",), ("1",)) and grid.problems == ()


def test_a_cell_far_below(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>'
    grid = only(raw_workbook(tmp_path / "a.xlsx", sheet_xml(rows)))
    assert grid.rows == (("1",), ("",), ("2",)) and grid.lines == (1, 2, 1_048_576)
    assert [p.message for p in grid.problems] == ["rows 2 to 1,048,575 are empty, and taken as one"]


def test_a_cell_far_to_the_right(tmp_path: Path) -> None:
    grid = only(workbook(tmp_path / "a.xlsx", [["x", "y"]], XFD1="stray", XFD9="alone"))
    assert grid.rows == (("x", "y"),)
    assert said(grid) == [(1, "XFD", "stray")]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048577"><c><v>1</v></c></row>',
        '<row r="999999999999999999"/>',
        '<row r="0"/>',
        '<row r="-4"/>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="A9999999"><v>1</v></c></row>',
        '<row r="1"><c r="1A"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        '<row r="1"><c r="A1" s="-1"><v>1</v></c></row>',
        "<row><c>" + "<d>" * 300 + "</d>" * 300 + "</c></row>",
        "<row>",
    ],
)
def test_sheets_that_cannot_be(rows: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_grids(raw_workbook(tmp_path / "a.xlsx", sheet_xml(rows)))
    (problem,) = caught.value.problems
    assert problem.file.startswith("a.xlsx") and problem.hint


def test_a_number_that_is_none(tmp_path: Path) -> None:
    grid = only(
        raw_workbook(tmp_path / "a.xlsx", sheet_xml('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>x</v></c></row>'))
    )
    assert grid.rows == (("1",),)
    assert said(grid) == [(1, "B", "x")]


def test_too_many_columns(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="2,001 columns with content"):
        read_grids(workbook(tmp_path / "a.xlsx", [[1] * 2001]))
    assert len(only(workbook(tmp_path / "a.xlsx", [[1] * 2000])).rows[0]) == 2000


def test_too_many_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supplychain.formats.spreadsheets.xlsx.MOST_CELLS", 10)
    monkeypatch.setattr("supplychain.formats.spreadsheets.ods.MOST_CELLS", 10)
    monkeypatch.setattr("supplychain.formats.spreadsheets.text.MOST_CELLS", 10)
    (tmp_path / "a.csv").write_text("1,2,3\n" * 4)
    repeated = ods_row(ods_cell("x"), attributes='table:number-rows-repeated="11"')
    for path in (
        workbook(tmp_path / "a.xlsx", [[1, 2, 3]] * 4),
        tmp_path / "a.csv",
        ods(tmp_path / "a.ods", ods_table(repeated)),
    ):
        with pytest.raises(DataError, match="10 filled cells"):
            read_grids(path)


def test_few_cells_that_would_make_a_large_grid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "MOST_CELLS", 1000)
    path = workbook(tmp_path / "a.xlsx", [[1] for _ in range(100)], CV1=1)
    with pytest.raises(DataError, match="100 rows of 100 columns"):
        read_grids(path)


def test_first_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a", None, "c"], ["x"]])
    assert first_rows(path) == {"Sheet": ["a", "", "c"]}


# What is written is read back

CELL_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")) | st.just("\n"), max_size=12
).map(str.strip)


def shaped(rows: list[list[str]]) -> Rows:
    """Rows as a grid has them: of one width, without empty ends."""
    blanks = grids._BLANKS
    table = [[cell.strip(blanks) for cell in row] for row in rows]
    while table and not any(table[-1]):
        table.pop()
    width = max((n + 1 for row in table for n, cell in enumerate(row) if cell), default=0)
    return tuple(tuple((row + [""] * width)[:width]) for row in table)


def is_plain(text: str) -> bool:
    """Whether a text means itself in the format of .xlsx, and is no formula or error to openpyxl."""
    return not re.search("_x[0-9A-Fa-f]{4}_", text) and not text.startswith("=") and not text.startswith("#")


@given(st.lists(st.lists(CELL_TEXTS.filter(is_plain), max_size=4), max_size=5))
def test_texts_of_xlsx(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = workbook(tmp_path_factory.mktemp("x") / "a.xlsx", [[cell or None for cell in row] for row in rows])
    assert only(path).rows == shaped(rows)


@given(st.lists(st.lists(CELL_TEXTS, max_size=4), max_size=5))
def test_texts_of_ods(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    table = ods_table("".join(ods_row(*map(ods_cell, row)) for row in rows))
    assert only(ods(tmp_path_factory.mktemp("o") / "a.ods", table)).rows == shaped(rows)


@given(st.lists(st.integers(-(10**14), 10**14) | st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_of_xlsx_and_ods(tmp_path_factory: pytest.TempPathFactory, numbers: list[float]) -> None:
    folder = tmp_path_factory.mktemp("n")
    cells = [ods_cell("shown", f'office:value-type="float" office:value="{number!r}"') for number in numbers]
    path = ods(folder / "a.ods", ods_table("".join(map(ods_row, cells))))
    assert [float(row[0]) for row in only(path).rows] == numbers
    path = workbook(folder / "a.xlsx", [[number] for number in numbers])
    written = [row[0] for row in openpyxl.load_workbook(path).active.values]  # openpyxl writes 16 digits
    assert [float(row[0]) for row in only(path).rows] == written


@given(
    st.lists(st.lists(CELL_TEXTS, min_size=3, max_size=3), min_size=3, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_texts_of_csv(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, encoding: str, end: str
) -> None:
    # Cells that hold other delimiters make the choice a guess; formulas are none of the texts.
    assume(not any(set(cell) & set('=,;\t|"\ufeff') for row in rows for cell in row))
    rows = [["Name", "Quantity", "Note"], *rows]
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    path = tmp_path_factory.mktemp("c") / "a.csv"
    grid = text_file(path, stream.getvalue().encode(encoding))
    assert grid.rows == shaped(rows)


@given(st.binary(max_size=200))
def test_any_bytes_as_text(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    try:
        grid = text_file(tmp_path_factory.mktemp("b") / "a.csv", content)
    except DataError as error:
        problems: tuple[Problem, ...] = error.problems
        assert problems
    else:
        assert len({len(row) for row in grid.rows}) <= 1 and len(grid.rows) == len(grid.lines)


@given(st.integers(0, 16_383))
def test_column_letters(position: int) -> None:
    assert openpyxl.utils.get_column_letter(position + 1) == column_letter(position)
