"""Reading: the same tables in any dress are the same dataset, and what cannot be read is said in one line."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.dataset import Dataset
from supplychain.errors import DataError, MissingExtraError, OptionError, Problem, SupplychainError
from supplychain.formats import check, load, save_folder
from supplychain.schema import TABLES

TABLES_OF_A_DRONE = {
    "parts": "part_id,name,name_zh,kind,description\n"
    'drone,"Drone, small",無人機,product,"two\nlines"\nmotor,Motor,,component,"says ""hello"""\n',
    "bom": "parent_id,child_id,quantity,supplier_id,essential,mine\ndrone,motor,4.5,acme,yes,kept\n",
    "offers": "part_id,supplier_id,origin_country,unit_cost_usd,share\n"
    "motor,acme,Taiwan,1250.75,\nmotor,,China,0.5,0.95\ndrone,,,,\n",
    "suppliers": "supplier_id,name,country\nacme,Acme; Sons,臺灣\n",
}


def write(folder: Path, tables: dict[str, str], *, encoding: str = "utf-8", ending: str = "\n") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_bytes(text.replace("\n", ending).encode(encoding))
    return folder


def separated(text: str, delimiter: str, *, decimal_comma: bool = False) -> str:
    import csv
    import io

    rows = list(csv.reader(io.StringIO(text)))
    if decimal_comma:
        rows = [[cell.replace(".", ",") if cell.replace(".", "").isdigit() else cell for cell in row] for row in rows]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


@pytest.fixture
def plain(tmp_path: Path) -> Dataset:
    return load(write(tmp_path / "plain", TABLES_OF_A_DRONE))


def test_a_folder_is_read(plain: Dataset) -> None:
    assert plain.name == "plain"
    assert plain.offers["origin_country"].tolist() == ["TWN", "CHN", ""]
    assert plain.suppliers["country"].tolist() == ["TWN"]
    assert plain.bom["mine"].tolist() == ["kept"]
    assert plain.bom["quantity"].tolist() == [4.5]
    assert plain.parts["description"].tolist() == ["two\nlines", 'says "hello"']
    assert np.isnan(plain.offers["share"].tolist()[0])
    assert plain.tables["listings"].empty


DRESSES: dict[str, Callable[[Path], Path]] = {
    "byte-order mark": lambda path: write(path, TABLES_OF_A_DRONE, encoding="utf-8-sig"),
    "CRLF": lambda path: write(path, TABLES_OF_A_DRONE, ending="\r\n"),
    "semicolons": lambda path: write(path, {k: separated(v, ";") for k, v in TABLES_OF_A_DRONE.items()}),
    "tabs": lambda path: write(path, {k: separated(v, "\t") for k, v in TABLES_OF_A_DRONE.items()}),
    "decimal comma": lambda path: write(
        path, {k: separated(v, ";", decimal_comma=True) for k, v in TABLES_OF_A_DRONE.items()}
    ),
    "quoted decimal comma": lambda path: write(
        path, {k: separated(v, ",", decimal_comma=True) for k, v in TABLES_OF_A_DRONE.items()}
    ),
    "capital names": lambda path: write(
        path,
        {
            k.upper(): v.replace("part_id", "Part ID").replace("essential", " Essential ")
            for k, v in TABLES_OF_A_DRONE.items()
        },
    ),
    "blank lines": lambda path: write(path, {k: f"{v}\n\n" for k, v in TABLES_OF_A_DRONE.items()}),
    "empty columns at the right": lambda path: write(
        path, TABLES_OF_A_DRONE | {"suppliers": "supplier_id,name,country,,\nacme,Acme; Sons,TW,,\n"}
    ),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_the_dress_does_not_matter(plain: Dataset, tmp_path: Path, dress: str) -> None:
    assert load(DRESSES[dress](tmp_path / "dressed")).sha256() == plain.sha256()


def test_saving_and_loading_gives_the_same(plain: Dataset, tmp_path: Path) -> None:
    again = load(save_folder(plain, tmp_path / "again"))
    assert again.sha256() == plain.sha256()
    assert again.name == plain.name


def test_the_bundled_data_survive_a_round_trip(tmp_path: Path) -> None:
    ds = load("uav")
    again = load(save_folder(ds, tmp_path / "copy"))
    assert (again.sha256(), again.name, again.version, again.date) == (ds.sha256(), ds.name, ds.version, ds.date)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=12)


@settings(max_examples=40)
@given(
    names=st.lists(TEXT, min_size=1, max_size=5),
    quantities=st.lists(st.none() | st.floats(0, 1e12), min_size=1, max_size=5),
    extra=TEXT,
)
def test_any_text_and_number_survives(
    names: list[str], quantities: list[float | None], extra: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ds = Dataset.from_tables(
        {
            "parts": [{"part_id": f"p{i}", "name": name, "mine": extra} for i, name in enumerate(names)],
            "bom": [
                {"parent_id": "p0", "child_id": "q", "slot": f"s{i}", "quantity": n} for i, n in enumerate(quantities)
            ],
        }
    )
    folder = save_folder(ds, tmp_path_factory.mktemp("any") / "ds")
    assert load(folder, strict=False).sha256() == ds.sha256()


def test_parquet_gives_the_same(plain: Dataset, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    for name in ("parts", "bom", "offers", "suppliers"):
        frame = plain.tables[name].replace("", None)
        frame.to_parquet(tmp_path / f"{name}.parquet")
    assert load(tmp_path).sha256() == plain.sha256()


def test_without_pyarrow_the_install_command_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "parts.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'supplychain\[parquet\]'"):
        load(tmp_path)


def book(tables: dict[str, pd.DataFrame], path: Path) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, frame in tables.items():
        sheet = workbook.create_sheet(name)
        sheet.append(list(frame.columns))
        for row in frame.itertuples(index=False):
            sheet.append([None if value == "" or pd.isna(value) else value for value in row])
    workbook.create_sheet("Notes").append(["not a table"])
    workbook.save(path)
    return path


def test_a_workbook_gives_the_same(plain: Dataset, tmp_path: Path) -> None:
    path = book({n.title(): plain.tables[n] for n in ("parts", "bom", "offers", "suppliers")}, tmp_path / "plain.xlsx")
    assert load(path).sha256() == plain.sha256()


def test_a_formula_without_saved_value_is_an_error(plain: Dataset, tmp_path: Path) -> None:
    tables = {n: plain.tables[n].copy() for n in ("parts", "bom", "offers", "suppliers")}
    tables["bom"]["quantity"] = "=2+2"
    problems = check(book(tables, tmp_path / "f.xlsx"))
    assert [(p.row, p.column, p.value) for p in problems if p.severity == "error"] == [(2, "quantity", "=2+2")]


# What is wrong is said with its place


def problems_of(tmp_path: Path, **changed: str) -> list[Problem]:
    return [p for p in check(write(tmp_path / "bad", TABLES_OF_A_DRONE | changed)) if p.severity == "error"]


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ('"1,234"', "1234 or 1.234"),
        ('"1,234,567"', "1234567"),
        ('"1,234.5"', "1234.5"),
        ('"1.234,5"', "1234.5"),
        ("50%", "0.5"),
        ("$12", "12"),
        ("1 234", "1234"),
        ("about 4", "a plain number"),
        ("nan", "a plain number"),
        ("inf", "a plain number"),
        ("1_000", "a plain number"),
    ],
)
def test_a_cell_that_is_no_number(tmp_path: Path, cell: str, hint: str) -> None:
    bom = f"parent_id,child_id,quantity\ndrone,motor,{cell}\n"
    (problem,) = problems_of(tmp_path, bom=bom)
    assert (problem.file, problem.row, problem.column, problem.value) == ("bom.csv", 2, "quantity", cell.strip('"'))
    assert hint in problem.hint


def test_a_point_is_ambiguous_where_other_cells_have_a_decimal_comma(tmp_path: Path) -> None:
    bom = "parent_id;child_id;slot;quantity\ndrone;motor;a;0,5\ndrone;motor;b;1.234\n"
    (problem,) = problems_of(tmp_path, bom=bom)
    assert (problem.row, problem.value) == (3, "1.234")


def test_rows_are_lines_of_the_file_even_after_quoted_newlines(tmp_path: Path) -> None:
    bom = 'parent_id,child_id,note,quantity,slot\n\ndrone,motor,"a\nb\nc",1,x\ndrone,motor,d,about 4,y\n'
    (problem,) = problems_of(tmp_path, bom=bom)
    assert problem.row == 6


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        parts="part_id,kind\ndrone,produkt\nmotor,component\nmotor,component\n",
        bom="parent_id,child_id,quantity\ndrone,moter,x\n",
        offers="part_id,supplier_id,origin_country\nmotor,acme,Atlantis\n",
    )
    assert [(p.file, p.row, p.column) for p in problems] == [
        ("bom.csv", 2, "child_id"),
        ("bom.csv", 2, "quantity"),
        ("offers.csv", 2, "origin_country"),
        ("parts.csv", 2, "kind"),
        ("parts.csv", 4, "part_id"),
    ]
    with pytest.raises(DataError) as caught:
        load(tmp_path / "bad")
    assert list(caught.value.problems) == problems


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bom": "parent_id,child_id,child_id\n"}, "two columns have this name"),
        ({"bom": "parent_id,Child ID,child_id\n"}, "two columns have this name"),
        ({"bom": "parent_id,chlid_id\n"}, "the column is missing"),
        ({"bom": ""}, "the file is empty"),
        ({"bom": "\n\n"}, "the file is empty"),
        ({"bom": "parent_id,,child_id\n"}, "column 2 has no name"),
        ({"bom": "parent_id,child_id\ndrone,motor,4\n"}, "3 cells where the header has 2"),
        ({"bom": "parent_id,child_id\ndrone,motor\ndrone,motor,4\n"}, "3 cells where the header has 2"),
        ({"bom": 'parent_id,child_id\ndrone,"motor\n'}, "never closed"),
        ({"bom": "parent_id,child_id\ndrone,mo\x00tor\n"}, "NUL"),
    ],
)
def test_a_table_that_cannot_be_read(tmp_path: Path, changed: dict[str, str], said: str) -> None:
    assert any(said in problem.message for problem in problems_of(tmp_path, **changed))


@pytest.mark.parametrize(("encoding", "said"), [("utf-16", "UTF-16"), ("cp1252", "not UTF-8"), ("big5", "not UTF-8")])
def test_another_encoding_is_said(tmp_path: Path, encoding: str, said: str) -> None:
    folder = write(tmp_path, TABLES_OF_A_DRONE)
    text = "part_id,name\ndrone,無人機\n" if encoding == "big5" else "part_id,name\ndrone,Flügel\n"
    (folder / "parts.csv").write_bytes(text.encode(encoding))
    (problem,) = [p for p in check(folder) if p.severity == "error"]
    assert said in problem.message
    assert problem.row == (None if encoding == "utf-16" else 2)


def test_a_short_row_is_a_warning(tmp_path: Path) -> None:
    folder = write(tmp_path, TABLES_OF_A_DRONE | {"suppliers": "supplier_id,name,country\nacme\n"})
    assert any("fewer cells" in problem.message for problem in load(folder).problems)


def test_a_misspelt_column_is_a_warning(tmp_path: Path) -> None:
    folder = write(tmp_path, TABLES_OF_A_DRONE | {"bom": "parent_id,child_id,quanttiy\ndrone,motor,4\n"})
    (problem,) = [p for p in load(folder).problems if p.column == "quanttiy"]
    assert problem.hint == "is it quantity?"


def test_namibia_is_asked_about(tmp_path: Path) -> None:
    folder = write(tmp_path, TABLES_OF_A_DRONE | {"suppliers": "supplier_id,country\nacme,NA\n"})
    assert any("Namibia" in problem.message for problem in load(folder).problems)


def test_a_missing_table_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path, {name: text for name, text in TABLES_OF_A_DRONE.items() if name != "suppliers"})
    assert [p.file for p in check(folder) if p.severity == "error"] == ["suppliers.csv"]


def test_a_table_that_stands_twice_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path, TABLES_OF_A_DRONE)
    (folder / "bom.tsv").write_text("parent_id\tchild_id\n")
    (folder / "readme.csv").write_text("passed over")
    assert any("holds the table bom too" in problem.message for problem in check(folder))


@pytest.mark.parametrize("source", ["no such thing", "x\x00y", "x" * 5000, "", "/"])
def test_what_is_no_dataset(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OptionError):
        load(source)


def test_one_table_is_no_dataset(tmp_path: Path) -> None:
    write(tmp_path, TABLES_OF_A_DRONE)
    with pytest.raises(OptionError, match="give the folder"):
        load(tmp_path / "bom.csv")


def test_a_datapackage_that_is_no_json(tmp_path: Path) -> None:
    folder = write(tmp_path, TABLES_OF_A_DRONE)
    (folder / "datapackage.json").write_text("{")
    assert [p.file for p in check(folder) if p.severity == "error"] == ["datapackage.json"]
    (folder / "datapackage.json").write_text(json.dumps({"name": "mine", "created": "2026-01-02T00:00:00Z"}))
    assert (load(folder).name, load(folder).date) == ("mine", "2026-01-02")


@settings(max_examples=60)
@given(content=st.binary(max_size=200) | TEXT.map(lambda text: f"part_id,name\n{text}".encode()))
def test_no_file_gives_a_traceback(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("junk")
    for name in ("parts.csv", "bom.csv"):
        (folder / name).write_bytes(content)
    with contextlib.suppress(SupplychainError):
        load(folder)
    for problem in check(folder):
        assert str(problem)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04junk", b"not a workbook"])
def test_a_broken_workbook_or_parquet_file(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(content)
    (tmp_path / "parts.parquet").write_bytes(content)
    for source in (tmp_path / "book.xlsx", tmp_path):
        with pytest.raises(SupplychainError):
            load(source)


def test_a_huge_field_is_read(tmp_path: Path) -> None:
    folder = write(tmp_path, TABLES_OF_A_DRONE | {"suppliers": f"supplier_id,name\nacme,{'x' * 3_000_000}\n"})
    assert len(load(folder).suppliers["name"][0]) == 3_000_000


# Writing


def test_nothing_is_left_behind_when_writing_fails(
    plain: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("supplychain.formats.folder.write_delimited", fail)
    with pytest.raises(OptionError, match="No space left"):
        save_folder(plain, tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir() if path.name != "plain"] == []


def test_a_folder_is_not_overwritten_unasked(plain: Dataset, tmp_path: Path) -> None:
    target = save_folder(plain, tmp_path / "new")
    (target / "mine.txt").write_text("kept")
    with pytest.raises(OptionError, match="exists already"):
        save_folder(plain, target)
    save_folder(plain.with_tables(bom=plain.bom.iloc[:0]), target, overwrite=True)
    assert (target / "mine.txt").read_text() == "kept"
    assert load(target, strict=False).bom.empty


def test_every_schema_table_has_a_name_that_is_found() -> None:
    from supplychain.formats.headers import table_named

    assert all(table_named(f" {name.upper()} ") is table for name, table in TABLES.items())
