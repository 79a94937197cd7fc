"""Cells of .xlsx as text, and what number formats say."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from small_workbooks import only, raw_workbook, said, sheet_xml, workbook

from supplychain.formats.spreadsheets.number_formats import currency_of, date_text
from supplychain.formats.spreadsheets.sheet import number_text

DAY = dt.date(2024, 1, 31)


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
