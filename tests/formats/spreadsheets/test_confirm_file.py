"""The file in which a person confirms candidates: what is written, and what is read back."""

import csv

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import DataError, OptionError
from supplychain.formats.spreadsheets.confirm_file import read_confirm, write_confirm
from supplychain.formats.spreadsheets.firms import FirmMatch, match_firms

SUPPLIERS = pd.DataFrame(
    {
        "supplier_id": ["samsung", "samsung_sdi", "samsung_em", "murata"],
        "name": ["Samsung Electronics", "Samsung SDI", "Samsung Electro-Mechanics", "Murata"],
        "name_zh": ["三星電子", "", "", ""],
        "country": ["KOR", "KOR", "KOR", "JPN"],
    }
)


def written(path):
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def read(tmp_path, text, name="confirm.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read_confirm(path, SUPPLIERS)


def problems(tmp_path, text):
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    return caught.value.problems


def test_only_what_is_open_is_written(tmp_path):
    matches = match_firms(["Samsung", "Murata", "Yageo", "三星", "-"], SUPPLIERS)
    path = write_confirm(matches, tmp_path / "confirm.csv", SUPPLIERS)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = written(path)
    assert [row["name"] for row in rows] == ["Samsung", "三星"]
    assert [row["decision"] for row in rows] == ["", ""]
    assert rows[0]["supplier_id"] == matches["Samsung"].candidates[0][0]
    for supplier, name, _ in matches["Samsung"].candidates:
        assert f"{supplier} = {name} (KOR)" in rows[0]["candidates"]
    assert "decision: yes or no" in rows[0]["note"]
    assert read_confirm(path, SUPPLIERS) == {}


def test_an_answer_goes_all_the_way(tmp_path):
    path = tmp_path / "confirm.csv"
    write_confirm(match_firms(["Samsung", "三星"], SUPPLIERS).values(), path, SUPPLIERS)
    rows = written(path)
    rows[0] |= {"supplier_id": "samsung_em", "decision": "Yes"}
    rows[1] |= {"decision": "no"}
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    confirmed = read_confirm(path, SUPPLIERS)
    assert confirmed == {"Samsung": "samsung_em", "三星": ""}
    found = match_firms(["Samsung", "三星"], SUPPLIERS, confirmed=confirmed)
    assert [match.kind for match in found.values()] == ["confirmed", "rejected"]


def test_a_file_that_is_there_is_only_read(tmp_path):
    path = tmp_path / "confirm.csv"
    path.write_text("mine", "utf-8")
    with pytest.raises(OptionError, match="exists already"):
        write_confirm([], path, SUPPLIERS)
    assert path.read_text("utf-8") == "mine"


def test_only_csv(tmp_path):
    for call in (lambda path: write_confirm([], path, SUPPLIERS), lambda path: read_confirm(path, SUPPLIERS)):
        with pytest.raises(OptionError, match=r"ends in \.csv"):
            call(tmp_path / "confirm.xlsx")


def test_no_such_file(tmp_path):
    with pytest.raises(OptionError, match="cannot be read"):
        read_confirm(tmp_path / "none.csv", SUPPLIERS)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OptionError, match="cannot be read"):
        read_confirm(tmp_path / "folder.csv", SUPPLIERS)


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "utf-8"), ("\t", "utf-16")])
def test_as_spreadsheets_save_it(tmp_path, delimiter, encoding):
    rows = [["Name", "supplier_id", "Decision"], ["三星", "samsung", "是"], ["", "", ""], ["Other", "", "N"]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    assert read(tmp_path, text, encoding=encoding) == {"三星": "samsung", "Other": ""}


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    found = problems(
        tmp_path,
        "name,supplier_id,decision\n"
        "A,murate,yes\n"
        "B,murata,perhaps\n"
        "C,,yes\n"
        ",murata,yes\n"
        '"D\nd",murata,yes\n'
        '"D\nd",,no\n'
        "E,murata,\n",
    )
    assert [(problem.row, problem.column) for problem in found] == [
        (2, "supplier_id"),
        (3, "decision"),
        (4, "supplier_id"),
        (5, "name"),
        (8, "name"),
    ]
    assert found[0].hint == "near it: murata"
    assert "row 6 says something else" in found[4].message
    assert all(problem.hint and problem.file == "confirm.csv" for problem in found)


def test_the_same_decision_twice_is_one(tmp_path):
    assert read(tmp_path, "name,supplier_id,decision\nA,murata,yes\nA,murata,y\n") == {"A": "murata"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("name,decision\nA,yes\n", "no column supplier_id"),
        ("name,supplier_id,decision\n" + "x" * 200_000 + ",a,yes\n", "cannot be read"),
    ],
)
def test_files_that_are_none(tmp_path, text, message):
    (problem,) = problems(tmp_path, text)
    assert message in problem.message


def test_another_encoding_is_refused(tmp_path):
    with pytest.raises(DataError, match="save it as CSV UTF-8"):
        read(tmp_path, "name,supplier_id,decision\n三星,samsung,yes\n", encoding="big5")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20), unique=True))
def test_any_name_comes_back_as_it_was(tmp_path_factory, names):
    names = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    path = tmp_path_factory.mktemp("confirm") / "confirm.csv"
    matches = [
        FirmMatch(name, "candidate", "", 0.8, (("murata", "=Murata", 0.8),), "why")
        for name in [*names, "=HYPERLINK()", "'quoted", "''=1"]
    ]
    write_confirm(matches, path, SUPPLIERS)
    rows = written(path)
    assert not any(cell[:1] in {"=", "+", "-", "@"} for row in rows for cell in row.values())
    for row in rows:
        row["decision"] = "yes"
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, ["name", "supplier_id", "decision", "candidates", "note"])
        writer.writeheader()
        writer.writerows(rows)
    assert read_confirm(path, SUPPLIERS) == {match.name: "murata" for match in matches}
