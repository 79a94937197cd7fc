"""Cells as text, whatever the kind of file; each case by hand, and what is written is read back."""

import csv
import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from supplychain.errors import DataError, OptionError, Problem
from supplychain.formats.spreadsheets import grid as grids
from supplychain.formats.spreadsheets.grid import read_grids
from supplychain.formats.spreadsheets.number_formats import currency_of, date_text
from supplychain.formats.spreadsheets.sheet import column_letter, number_text
from supplychain.formats.spreadsheets.values import Grid, Merge
from supplychain.formats.spreadsheets.xlsx import first_rows

Rows = tuple[tuple[str, ...], ...]
DAY = dt.date(2024, 1, 31)


# Helpers that write files


def workbook(path: Path, rows: list[list[object]], **cells: object) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place, value in cells.items():
        book.active[place] = value
    book.save(path)
    return path


def raw_workbook(path: Path, sheet: str, *, styles: str = "", more: dict[str, str] | None = None) -> Path:
    """Write a workbook whose sheet is the XML that is given."""
    empty = io.BytesIO()
    openpyxl.Workbook().save(empty)
    new = {"xl/worksheets/sheet1.xml": sheet, **(more or {})}
    if styles:
        new["xl/styles.xml"] = styles
    with zipfile.ZipFile(empty) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in old.namelist():
            archive.writestr(member, new.pop(member, None) or old.read(member))
        for member, content in new.items():
            archive.writestr(member, content)
    return path


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet_xml(rows: str, after: str = "", before: str = "") -> str:
    return f"<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def ods(path: Path, tables: str, styles: str = "", mimetype: str = "spreadsheet") -> Path:
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in [("office", "office"), ("table", "table"), ("text", "text"), ("style", "style")]
    )
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    draw = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    content = (
        f"<office:document-content {names} {calc} {draw}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{mimetype}>{tables}</office:{mimetype}></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{mimetype}")
        archive.writestr("content.xml", content)
    return path


def ods_table(rows: str, name: str = "Sheet1", attributes: str = "") -> str:
    return f"<table:table table:name={quoteattr(name)} {attributes}>{rows}</table:table>"


def ods_row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def ods_cell(text: str = "", attributes: str = "") -> str:
    if not text:
        return f"<table:table-cell {attributes}/>"
    lines = "".join(f"<text:p>{ods_text(line)}</text:p>" for line in text.split("\n"))
    kind = "" if "value-type" in attributes else 'office:value-type="string"'
    return f"<table:table-cell {kind} {attributes}>{lines}</table:table-cell>"


def ods_text(line: str) -> str:
    return re.sub("  +", lambda m: f' <text:s text:c="{len(m[0]) - 1}"/>', escape(line)).replace("\t", "<text:tab/>")


def only(path: Path) -> Grid:
    (grid,) = read_grids(path)
    return grid


def said(grid: Grid) -> list[tuple[int | None, str, str]]:
    assert all(p.severity == "warning" for p in grid.problems)
    return [(p.row, p.column, p.value) for p in grid.problems]


def text_file(path: Path, content: str | bytes) -> Grid:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return only(path)


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


# Cells of .xlsx


def test_cells_of_every_kind(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [
            ["text", 4, 4.0, 0.5, 0.1 + 0.2, 1e-5, 12345678901234, True, False],
            [
                "a\nb",
                dt.date(2024, 1, 31),
                dt.datetime.fromisoformat("2024-01-31 12:30"),
                dt.time(8, 5),
                "'=1",
                "0012",
                None,
                " ",
                1e22,
            ],
        ],
    )
    assert only(path).rows == (
        ("text", "4", "4", "0.5", "0.3", "0.00001", "12345678901234", "yes", "no"),
        ("a\nb", "2024-01-31", "2024-01-31 12:30:00", "08:05:00", "'=1", "0012", "", "", "1e+22"),
    )
    assert only(path).lines == (1, 2)
    assert only(path).file == "a.xlsx, sheet Sheet"


def test_outer_blanks_go_and_inner_ones_stay(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["\u00a0 a  b \n c\u3000", "\ufeffx\t", "\u3000"]])
    assert only(path).rows == (("a  b \n c", "x"),)


def test_rich_text_is_joined_and_its_pronunciation_left_out(tmp_path: Path) -> None:
    rich = CellRichText("motor ", TextBlock(InlineFont(b=True), "KV"), " 920")
    path = workbook(tmp_path / "a.xlsx", [[rich]])
    assert only(path).rows == (("motor KV 920",),)
    said_so = '<rPh sb="0" eb="1"><t>セイ</t></rPh>'
    cell = f'<c r="A1" t="inlineStr"><is><r><t>製</t></r><r><t>品</t></r>{said_so}</is></c>'
    assert only(raw_workbook(tmp_path / "b.xlsx", sheet_xml(f"<row>{cell}</row>"))).rows == (("製品",),)


def test_escapes_of_the_format(tmp_path: Path) -> None:
    cells = "".join(
        f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        for text in ["a_x000D_\nb", "x_x005F_x0041_", "c\rd", "e_x0007_f", "_xD83D_", "a_x_b"]
    )
    path = raw_workbook(tmp_path / "b.xlsx", sheet_xml(f"<row>{cells}</row>"))
    assert only(path).rows == (("a\nb", "x_x0041_", "c\nd", "ef", "_xD83D_", "a_x_b"),)


def test_formulas_count_by_their_saved_value(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c>'
        '<c r="C1" t="str"><f>A1&amp;"x"</f><v>2x</v></c><c r="D1" t="b"><f>TRUE()</f><v>1</v></c>'
        '<c r="E1"><f t="shared" si="0"/><v>7</v></c><c r="F1"><f>SUM(A1:A9)</f></c><c r="G1"><f>B1*2</f><v/></c></row>'
        '<row r="2"><c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B2" t="e"><v>#N/A</v></c>'
        '<c r="C2" t="inlineStr"><is><t>#REF!</t></is></c></row>'
    )
    grid = only(raw_workbook(tmp_path / "a.xlsx", sheet_xml(rows)))
    assert grid.rows == (("2", "", "2x", "yes", "7"), ("", "", "#REF!", "", ""))
    assert said(grid) == [
        (1, "F", "=SUM(A1:A9)"),
        (1, "G", "=B1*2"),
        (2, "A", "#DIV/0!"),
        (2, "B", "#N/A"),
    ]
    assert "save it" in grid.problems[0].hint and "divides by zero" in grid.problems[2].message


def test_many_formulas_are_counted(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["n", "=A1"] for _ in range(50)])
    grid = only(path)
    assert len(grid.problems) == 21
    assert grid.problems[-1].message.startswith("30 more cells: the formula has no saved value")


def test_dates_that_are_none(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["x", 45000]])
    book = openpyxl.load_workbook(path)
    book.active["B1"].number_format = "yyyy-mm-dd"
    book.active["C1"], book.active["C1"].number_format = 1e9, "yyyy-mm-dd"
    book.save(path)
    grid = only(path)
    assert grid.rows == (("x", "2023-03-15"),)
    assert [(p.row, p.column, p.value, p.message) for p in grid.problems] == [
        (1, "C", "1000000000", "the number is no date; it is read as empty")
    ]


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (45000, "yyyy-mm-dd", "2023-03-15"),
        (45000.520833, "d/m/yy h:mm", "2023-03-15 12:30:00"),
        (0.25, "h:mm", "06:00:00"),
        (1.5, "[h]:mm", "36:00:00"),
        (61, "d.m.yy", "1900-03-01"),
    ],
)
def test_date_text(number: float, code: str, text: str) -> None:
    assert date_text(number, code) == text


def test_days_counted_from_1904(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = dt.date(2024, 2, 29)
    book.save(path)
    assert only(path).rows == (("2024-02-29",),)


def test_leading_zeros_of_a_format(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [[123, 1.5]])
    book = openpyxl.load_workbook(path)
    book.active["A1"].number_format = "00000"
    book.active["B1"].number_format = "00"
    book.save(path)
    assert only(path).rows == (("00123", "1.5"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4", "4"),
        ("4.0", "4"),
        ("0.10000000000000001", "0.1"),
        ("1E-3", "0.001"),
        ("1.5e-7", "0.00000015"),
        ("-1.5E-5", "-0.000015"),
        ("1e5", "100000"),
        ("-0", "0"),
        ("007", "7"),
        ("1e300", "1e+300"),
        ("1e-300", "1e-300"),
    ],
)
def test_number_text(text: str, expected: str) -> None:
    assert number_text(text) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_text_is_exact(number: float) -> None:
    assert float(number_text(repr(number))) == number


# Currencies


@pytest.mark.parametrize(
    ("code", "currency"),
    [
        ('"€"#,##0.00', "EUR"),
        ('#,##0.00\\ "€"', "EUR"),
        ("#,##0.00 [$€-407]", "EUR"),
        ("[$€-2] #,##0.00", "EUR"),
        ("[$NT$-404]#,##0", "TWD"),
        ('"NT$"#,##0', "TWD"),
        ("[$$-404]#,##0", "TWD"),
        ("[$¥-411]#,##0", "JPY"),
        ("[$¥-804]#,##0", "CNY"),
        ("[$￥-804]#,##0", "CNY"),
        ("[$$-409]#,##0.00", "USD"),
        ("[$$-C09]#,##0.00", "AUD"),
        ("[$USD] #,##0.00", "USD"),
        ("[$USD-409] #,##0.00", "USD"),
        ('#,##0.00 "USD"', "USD"),
        ("#,##0.00 \\U\\S\\D", ""),
        ("[$£-809]#,##0.00", "GBP"),
        ('[Red]-[$€-407]#,##0.00;"$"0', "EUR"),
        ("[$HK$-C04]#,##0.00", "HKD"),
        ("[$CHF] #,##0.00", "CHF"),
        ("[$kr-41D] 0", "SEK"),
        ('"$"#,##0.00', ""),
        ("$#,##0.00", ""),
        ('_("$"* #,##0_)', ""),
        ("[$¥] 0", ""),
        ('"¥"0', ""),
        ("[$-409]d/m/yy", ""),
        ('0" pcs"', ""),
        ("General", ""),
        ("0.00%", ""),
        ('0" TRY again"', "TRY"),
        ("[>=100]0", ""),
        ("[$", ""),
    ],
)
def test_currency_of(code: str, currency: str) -> None:
    assert currency_of(code) == currency


def test_currencies_by_place(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B3"], sheet["B4"], sheet["B5"] = 2.5, 3, "text"
    sheet["A3"] = "x"
    for place in ("B3", "B5", "B6"):
        sheet[place].number_format = "[$NT$-404]#,##0.00"
    sheet["B4"].number_format = '"$"#,##0.00'
    book.save(path)
    grid = only(path)
    assert dict(grid.currencies) == {(2, 1): "TWD"}
    assert grid.rows[2] == ("x", "2.5")


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


# Cells of .ods


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


# Text files


def test_a_text_file(tmp_path: Path) -> None:
    grid = text_file(tmp_path / "a.csv", 'Name,Note\n"a ""b"", c","line 1\nline 2"\n\nx, y \n,\n')
    assert grid.rows == (("Name", "Note"), ('a "b", c', "line 1\nline 2"), ("", ""), ("x", "y"))
    assert grid.lines == (1, 2, 4, 5)
    assert (grid.file, grid.sheet, grid.problems) == ("a.csv", "", ())


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8-sig", b""), ("utf-8", b""), ("utf-16", b""), ("utf-16-be", b"\xfe\xff")]
)
def test_encodings_that_are_sure(encoding: str, mark: bytes, tmp_path: Path) -> None:
    grid = text_file(tmp_path / "a.csv", mark + "品名,數量\r\n馬達,4\r\n".encode(encoding))
    assert grid.rows == (("品名", "數量"), ("馬達", "4")) and grid.problems == ()


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("項次,品名,規格,數量,單價\n1,無刷馬達,2207 1750KV,4,450\n2,電子變速器,4合1,1,1200\n", "big5", "Big5"),
        ("品名;數量\nmotor;4\n", "big5", "Big5"),
        ("品名,规格,数量,单价\n无刷电机,2207,4,85\n电调,四合一,1,210\n", "gb18030", "GB 18030"),
        ("序号\t名称\n1\t螺旋桨\n", "gbk", "GB 18030"),
        ("Stückliste;Menge\nKühlkörper;4\nKondensator 10 µF ±5%;2\n", "cp1252", "Windows-1252"),
        ("Description,Qté\nRésistance 10 kO,3\nCondensateur 4,7 µF,2\n", "cp1252", "Windows-1252"),
        ("Part;Price\nmotor;4 €\n", "cp1252", "Windows-1252"),
        ("Part;Value\ncap;10µF\ncap;22µF\n", "cp1252", "Windows-1252"),
    ],
)
def test_encodings_that_are_guessed_are_said(text: str, encoding: str, name: str, tmp_path: Path) -> None:
    grid = text_file(tmp_path / "a.csv", text.encode(encoding))
    (problem,) = grid.problems
    assert problem.severity == "warning" and name in problem.message and "UTF-8" in problem.hint
    assert problem.value in text and not problem.value.isascii()
    for row in grid.rows:
        assert all(cell in text for cell in row)


@pytest.mark.parametrize("content", [b"a,b\n1,\x00\n", b"\xff\xfea", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_no_text(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        text_file(tmp_path / "a.csv", content)
    assert caught.value.problems[0].hint


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", " , ,\n"])
def test_an_empty_text_file(content: str, tmp_path: Path) -> None:
    assert text_file(tmp_path / "a.csv", content).rows == ()


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("Name;Menge;Preis\nMotor;4;2,50\nRegler;1;12,00\nKabel;2;0,35\n", ";"),
        ("Name\tNote\nx\ta, b, c\ny\td, e\n", "\t"),
        ("Ref|Value\nC1, C2, C3|100n\nR1, R2, R3|10k\n", "|"),
        ('Name,"Desc; long; text"\nx,"1;2;3"\ny,"4;5;6"\n', ","),
        ("Bill of materials, project X\nRev B\n\nName;Qty;Maker\nMotor, small;4;A\nESC;4;B\n", ";"),
        ("Project;Drone\nDate;2024\n\nRef,Name,Qty,Note\nC1,cap,2,a;b\nR1,res,1,c;d\n", ","),
        ("sep=;\na,b;c,d\n1,2;3,4\n", ";"),
        ("one\ntwo\n", ","),
        ('a, "b, c", d\n1, "2, 3", 4\n', ","),
    ],
)
def test_delimiters(text: str, delimiter: str, tmp_path: Path) -> None:
    stated = text.startswith("sep=")
    body = text.partition("\n")[2] if stated else text
    expected = [
        [cell.strip() for cell in row]
        for row in csv.reader(io.StringIO(body), delimiter=delimiter, skipinitialspace=True)
    ]
    grid = text_file(tmp_path / "a.csv", text)
    width = max(map(len, expected))
    assert grid.rows == tuple(tuple(row + [""] * (width - len(row))) for row in expected)
    assert grid.lines[0] == (2 if stated else 1)


def test_protected_cells_and_formulas_of_a_text_file(tmp_path: Path) -> None:
    grid = text_file(tmp_path / "a.csv", 'No,Price,Sum\n="00123","=""4""",=B2*2\n=x,= SUM(A1),-5\n')
    assert grid.rows == (("No", "Price", "Sum"), ("00123", "4", ""), ("=x", "", "-5"))
    assert said(grid) == [(2, "C", "=B2*2"), (3, "B", "= SUM(A1)")]


def test_a_quotation_that_is_never_closed(tmp_path: Path) -> None:
    grid = text_file(tmp_path / "a.csv", 'Name,Size\nprop,5\n"blade, 5\ncable,1\nwire,2\n')
    assert [(p.row, p.message.split(";")[0]) for p in grid.problems] == [
        (3, "a quotation mark is opened here and never closed")
    ]
    assert grid.rows[2][0].startswith("blade, 5\ncable")


def test_a_cell_beyond_any_size(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="row 2: the row cannot be read"):
        text_file(tmp_path / "a.csv", f'a,b\n"{"x" * 200_000}",1\n')


def test_a_line_of_a_million_delimiters(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 2 has 1,000,001 cells"):
        text_file(tmp_path / "a.csv", "a,b\n" + "," * 1_000_000)


def test_a_large_stretch_of_empty_rows(tmp_path: Path) -> None:
    grid = text_file(tmp_path / "a.csv", "a,b\n" + ",\n" * 100_000 + "c,d\n" + ",\n" * 100_000)
    assert grid.rows == (("a", "b"), ("", ""), ("c", "d"))
    assert grid.lines == (1, 2, 100_002) and len(grid.problems) == 1


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
