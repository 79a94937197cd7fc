"""Text files in any encoding and with any delimiter."""

import csv
import io
from pathlib import Path

import pytest
from small_workbooks import (
    said,
    text_file,
)

from supplychain.errors import DataError


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
    for last in ("cable,1\nwire,2\n", ""):
        with pytest.raises(DataError, match=r"row 3: a quotation mark is opened in this row and never closed"):
            text_file(tmp_path / "a.csv", f'Name,Size\nprop,5\n"blade, 5\n{last}')
    grid = text_file(tmp_path / "b.csv", 'Name,Size\nprop 5",1\nprop 6",2\nprop 7",3\n')
    assert [row[1] for row in grid.rows] == ["Size", "1", "2", "3"]


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
