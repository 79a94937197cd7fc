"""The command line on a bill of materials in one spreadsheet: questions, maps, names to confirm, prices, documents."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from cli import small
from click.testing import CliRunner

from supplychain.cli import main

PLAIN = """\
Manufacturer,Manufacturer Part Number,Description,Quantity,Unit Price (USD)
STMicroelectronics,STM32F427VIT6,microcontroller,1,9.5
Yageo,CC0402ZRY5V7BB104,ceramic capacitor 0.1 uF,12,0.02
"""
ASKED = """\
Vendor,Part,Country,Qty,Price
Yageo,CC0402ZRY5V7BB104,Taiwan,12,0.02
Murata,GRM155R71C104KA88D,Japan,3,0.03
"""
ANSWERS = (
    "--column",
    "Vendor=manufacturer",
    "--column",
    "Part=manufacturer_part_number",
    "--column",
    "Country=country_of_origin",
)
KEYS = {
    "file",
    "sheet",
    "header_row",
    "columns",
    "lines",
    "not_lines",
    "assumed",
    "firms",
    "classes",
    "counts",
    "attach_upstream",
    "base",
    "warnings",
}


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.csv"
    path.write_text(PLAIN, "utf-8")
    return path


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    path = tmp_path / "asked.csv"
    path.write_text(ASKED, "utf-8")
    return path


def fields(answer: dict) -> dict[str, str]:
    return {column["header"]: column["field"] for column in answer["spreadsheet"]["columns"]}


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# Questions


def test_a_question_in_a_pipe_names_every_choice_and_writes_nothing(refused, asked: Path) -> None:
    said = refused("flags", asked, "-o", asked.with_name("out.json"))
    for header, choices in {
        "Vendor": ("manufacturer", "supplier"),
        "Part": ("name", "manufacturer_part_number", "part_id", "reference_designator"),
        "Country": ("country_of_origin", "headquarters_country", "shipping_country", "design_country"),
    }.items():
        assert f"'{header}'" in said
        for choice in choices:
            assert f"    {choice}: " in said
    assert "--column 'Vendor=" in said
    assert "--map FILE" in said
    assert files(asked.parent) == {"asked.csv"}


def test_columns_answer_the_questions(answer, asked: Path) -> None:
    found = answer("flags", asked, *ANSWERS)
    assert fields(found) == {
        "Vendor": "manufacturer",
        "Part": "manufacturer_part_number",
        "Country": "country_of_origin",
        "Qty": "quantity",
        "Price": "unit_cost",
    }
    counts = {count["value"]: count["quantity"] for count in found["spreadsheet"]["counts"] if count["by"] == "made"}
    assert counts == {"TWN": 12.0, "JPN": 3.0}


def test_an_answer_left_out_is_still_asked(refused, asked: Path) -> None:
    said = refused("flags", asked, *ANSWERS[:4])
    assert "'Country'" in said
    assert "'Vendor'" not in said


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("Vendr=manufacturer", "Vendor"),
        ("Vendor=manufacturr", "manufacturer"),
        ("Vendor", "HEADER=FIELD"),
        ("=manufacturer", "HEADER=FIELD"),
        ("Vendor=", "HEADER=FIELD"),
    ],
)
def test_an_answer_that_fits_nothing_is_refused_with_what_would(refused, asked: Path, given: str, named: str) -> None:
    assert named in refused("flags", asked, "--column", given)


def test_a_header_with_an_equals_sign_can_be_answered(answer, tmp_path: Path) -> None:
    path = tmp_path / "signs.csv"
    path.write_text("MPN,Manufacturer,n = pieces\nA1,Yageo,4\n", "utf-8")
    found = answer("flags", path, "--column", "n = pieces=quantity")
    assert fields(found)["n = pieces"] == "quantity"


# On a terminal


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, typed: str, *arguments: object) -> tuple[int, str]:
    streams = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True), stderr=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("supplychain.cli.reading.sys", streams)
    result = CliRunner().invoke(main, [str(word) for word in arguments], input=typed, prog_name="supplychain")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_a_terminal_is_asked_and_the_answers_are_used(monkeypatch: pytest.MonkeyPatch, asked: Path) -> None:
    map_file = asked.with_name("map.toml")
    status, shown = at_a_terminal(monkeypatch, "1\n2\n0\n", "flags", asked, "--map", map_file)
    assert status == 0
    assert "The column 'Vendor' (for example " in shown
    assert "1  manufacturer: " in shown
    text = map_file.read_text("utf-8")
    assert 'header = "Vendor"\nfield = "manufacturer"' in text
    assert 'field = "?"' not in text
    assert 'header = "Country"\nfield = ""' in text


def test_a_terminal_asks_again_for_what_is_no_choice(monkeypatch: pytest.MonkeyPatch, asked: Path) -> None:
    status, shown = at_a_terminal(monkeypatch, "9\nx\n1\n2\n1\n", "flags", asked)
    assert status == 0
    assert shown.count("Which") >= 5


def test_leaving_a_question_writes_nothing(monkeypatch: pytest.MonkeyPatch, asked: Path) -> None:
    status, shown = at_a_terminal(monkeypatch, "1\n", "flags", asked, "--map", asked.with_name("map.toml"))
    assert status != 0
    assert "Traceback" not in shown
    assert files(asked.parent) == {"asked.csv"}


# Maps


def test_a_map_with_open_questions_is_written_answered_and_read(run, answer, refused, asked: Path) -> None:
    map_file = asked.with_name("map.toml")
    said = refused("flags", asked, "--map", map_file)
    assert "with these questions: answer them there" in said
    text = map_file.read_text("utf-8")
    assert text.count('field = "?"') == 3
    assert "#   supplier: " in text
    assert "'Vendor'" in refused("flags", asked, "--map", map_file)
    for field in ("manufacturer", "manufacturer_part_number", "country_of_origin"):
        text = text.replace('field = "?"', f'field = "{field}"', 1)
    map_file.write_text(text, "utf-8")
    found = answer("flags", asked, "--map", map_file)
    assert fields(found)["Vendor"] == "manufacturer"
    assert map_file.read_text("utf-8") == text
    assert run("flags", asked, "--map", map_file).stderr == ""


def test_a_map_without_questions_is_written_and_read_by_a_file_in_another_order(run, answer, plain: Path) -> None:
    map_file = plain.with_name("map.toml")
    assert f"wrote {map_file}" in run("flags", plain, "--map", map_file).stderr
    rows = list(csv.reader(io.StringIO(PLAIN)))
    other = plain.with_name("other.csv")
    other.write_text("\n".join(",".join(reversed(row)) for row in rows) + "\n", "utf-8")
    found = answer("flags", other, "--map", map_file)
    first = answer("flags", plain)
    assert fields(found) == fields(first)
    assert found["exposure"]["value"] == first["exposure"]["value"]
    assert found["spreadsheet"]["counts"] == first["spreadsheet"]["counts"]


def test_an_edited_map_decides(answer, run, plain: Path) -> None:
    map_file = plain.with_name("map.toml")
    run("flags", plain, "--map", map_file)
    text = map_file.read_text("utf-8")
    map_file.write_text(
        text.replace('field = "manufacturer"', 'field = ""').replace('product = ""', 'product = "My drone"')
    )
    found = answer("flags", plain, "--map", map_file)
    assert fields(found)["Manufacturer"] == ""
    assert found["product"] == "My_drone"


def test_a_map_that_is_wrong_or_does_not_fit_is_refused(refused, run, plain: Path, asked: Path) -> None:
    map_file = plain.with_name("map.toml")
    run("flags", plain, "--map", map_file)
    assert "Manufacturer Part Number" in refused("flags", asked, "--map", map_file)
    map_file.write_text(map_file.read_text("utf-8").replace('"quantity"', '"quantum"').replace('"B"', '"B2"'), "utf-8")
    said = refused("flags", plain, "--map", map_file)
    assert "quantum" in said
    assert 'column 2: letter: "B2" is no letter of a column' in said


def test_a_map_that_cannot_be_written_is_said(refused, plain: Path) -> None:
    before = plain.read_bytes()
    assert "map.toml: cannot be written" in refused("flags", plain, "--map", plain / "map.toml")
    assert plain.read_bytes() == before


# Names to confirm


def confirmable(tmp_path: Path) -> Path:
    path = tmp_path / "firms.csv"
    path.write_text("Manufacturer,MPN,Quantity\nASIX,AX88772A,1\nMurata,GRM155,2\n", "utf-8")
    return path


def test_names_are_listed_confirmed_and_used(run, answer, tmp_path: Path) -> None:
    path, confirm = confirmable(tmp_path), tmp_path / "confirm.csv"
    assert "1 name to confirm" in run("flags", path, "--confirm", confirm).stderr
    text = confirm.read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["name"], row["supplier_id"], row["decision"]) for row in rows] == [("ASIX", "asix_electronics", "")]

    def match(decision: str) -> dict[str, str]:
        confirm.write_text(text.replace("asix_electronics,,", f"asix_electronics,{decision},"), "utf-8-sig")
        firms = answer("flags", path, "--confirm", confirm)["spreadsheet"]["firms"]
        return {firm["name"]: firm["match"] for firm in firms}

    assert match("") == {"ASIX": "candidate", "Murata": "exact"}
    assert match("yes") == {"ASIX": "confirmed", "Murata": "exact"}
    assert match("no") == {"ASIX": "rejected", "Murata": "exact"}


def test_a_confirmation_that_is_wrong_is_refused(refused, tmp_path: Path) -> None:
    path, confirm = confirmable(tmp_path), tmp_path / "confirm.csv"
    confirm.write_text("name,supplier_id,decision\nASIX,asix_electronic,yes\nMurata,murata,perhaps\n", "utf-8")
    said = refused("flags", path, "--confirm", confirm)
    assert "asix_electronics" in said
    assert "perhaps" in said


# Prices


def money(tmp_path: Path, header: str = "Unit price") -> Path:
    path = tmp_path / "money.csv"
    path.write_text(f"Manufacturer,MPN,Quantity,{header},Made in\nYageo,A,1,10,China\nMurata,B,1,30,Japan\n", "utf-8")
    return path


def test_a_currency_is_not_guessed_and_not_converted_without_a_rate(answer, tmp_path: Path) -> None:
    path = money(tmp_path)
    costs = [count["cost"] for count in answer("flags", path)["spreadsheet"]["counts"] if count["by"] == "made"]
    assert costs == [{"": 10.0}, {"": 30.0}]
    euros = answer("flags", path, "--currency", "eur")["spreadsheet"]
    assert [count["cost"] for count in euros["counts"] if count["by"] == "made"] == [{"EUR": 10.0}, {"EUR": 30.0}]


def test_a_rate_converts(answer, tmp_path: Path) -> None:
    from supplychain import read_bill

    path = money(tmp_path, "Unit price (EUR)")
    answer("flags", path, "--rate", "eur=1.25")
    offers = read_bill(path, rates={"EUR": 1.25}).dataset.offers
    assert sorted(offers.loc[offers["part_id"].isin(["A", "B"]), "unit_cost_usd"]) == [12.5, 37.5]
    said = " ".join(answer("flags", path)["spreadsheet"]["assumed"])
    assert "EUR" in said
    assert "--rate" in said


@pytest.mark.parametrize(
    "given", ["EUR", "EUR=", "EUR=0", "EUR=-1", "EUR=nan", "EUR=inf", "EUR=x", "EURO=1", "12=1", "=1"]
)
def test_a_rate_that_is_none_is_refused(refused, plain: Path, given: str) -> None:
    said = refused("flags", plain, "--rate", given)
    assert f"--rate {given}" in said
    assert "EUR=1.08" in said


@pytest.mark.parametrize("given", ["EURO", "€", "12E", "us"])
def test_a_currency_that_is_none_is_refused(refused, plain: Path, given: str) -> None:
    assert f"--currency {given}: give a known currency by its three letters" in refused(
        "flags", plain, "--currency", given
    )


# Sheets and upstream tiers


def test_a_sheet_is_chosen(answer, refused, tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    book = openpyxl.Workbook()
    for sheet, part in ((book.active, "A1"), (book.create_sheet("Variant"), "B1")):
        for row in (("Manufacturer", "MPN", "Quantity"), ("Yageo", part, 2), ("Murata", f"{part}x", 1)):
            sheet.append(row)
    book.active.title = "Base"
    book.save(path)
    said = refused("flags", path)
    assert "Base" in said
    assert "Variant" in said
    assert "--sheet" in said
    found = answer("flags", path, "--sheet", "Variant")["spreadsheet"]
    assert (found["sheet"], [each["name"] for each in found["classes"]]) == ("Variant", ["B1", "B1x"])
    assert "Variant" in refused("flags", path, "--sheet", "Varant")


def test_upstream_tiers_can_be_left_out(answer, plain: Path) -> None:
    attached, alone = answer("flags", plain), answer("flags", plain, "--no-attach-upstream")
    assert attached["spreadsheet"]["attach_upstream"] is True
    assert alone["spreadsheet"]["attach_upstream"] is False
    assert any(each["upstream"] for each in attached["spreadsheet"]["classes"])
    assert not any(each["upstream"] for each in alone["spreadsheet"]["classes"])
    assert {flag["tier"] for flag in alone["flags"]} == {1}
    assert max(flag["tier"] for flag in attached["flags"]) > 1
    assert any("--no-attach-upstream" in sentence for sentence in alone["spreadsheet"]["assumed"])


@pytest.mark.parametrize(
    "option",
    [
        ("--map", "m.toml"),
        ("--column", "Vendor=manufacturer"),
        ("--confirm", "c.csv"),
        ("--sheet", "bom"),
        ("--currency", "USD"),
        ("--rate", "EUR=1.1"),
        ("--no-attach-upstream",),
    ],
    ids=lambda option: option[0],
)
def test_options_for_spreadsheets_are_refused_with_a_dataset(
    refused, survey: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    for dataset in ("uav", survey):
        said = refused("check", dataset, *option)
        assert f"{dataset} is a dataset: {option[0]} " in said
    assert files(tmp_path) == set()


# Answers and documents


@pytest.mark.parametrize("command", ["flags", "origins", "check", "gaps"])
def test_json_says_how_the_file_was_read(answer, plain: Path, command: str) -> None:
    told = answer(command, plain)["spreadsheet"]
    assert set(told) == KEYS
    assert (told["file"], told["header_row"], told["lines"]) == ("plain.csv", 1, 2)
    assert [row["kind"] for row in told["not_lines"]] == ["header"]
    assert {count["by"] for count in told["counts"]} == {"maker"}


def test_json_of_a_dataset_has_no_such_key(answer, survey: Path) -> None:
    assert "spreadsheet" not in answer("flags", survey)


FORMULA = '=HYPERLINK("http://x.invalid","y")'
SCRIPT = "<script>alert(1)</script>"
HOSTILE = ("@SUM(A1)", "+cmd|calc", "-1+1", SCRIPT, "a\x1b[31mred\x07", "| *b* | `c` |")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Return a list whose texts try to break out of every format, with a row that is refused."""
    path = tmp_path / "hostile.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Manufacturer", "MPN", "Description", "Category", "Quantity", SCRIPT])
        for text in HOSTILE:
            writer.writerow([f"{text} maker", f"{text} number", f"{text} words", f"{text} kind", 1, text])
        writer.writerow([SCRIPT, SCRIPT, FORMULA, FORMULA, -1, SCRIPT])
    return path


@pytest.fixture
def documents(run, hostile: Path) -> Callable[[str], Path]:
    """Return a function that writes the findings with an ending."""

    def write(ending: str) -> Path:
        path = hostile.with_name(f"out{ending}")
        run("flags", hostile, "-o", path)
        return path

    return write


def controls(text: str) -> set[str]:
    return {sign for sign in text if ord(sign) < 32 and sign not in "\n\r\t"}


HELD = ("How your file was read", "Columns of your file", "Rows that are no lines", "refused", "hostile.csv")


def test_markdown_holds_the_account_and_nothing_hostile(documents) -> None:
    text = documents(".md").read_text("utf-8")
    assert [piece for piece in HELD if piece not in text] == []
    assert "<script" not in text.replace("\\<script", "")
    assert controls(text) == set()
    assert "| *b* |" not in text


def test_html_holds_the_account_and_nothing_hostile(documents) -> None:
    text = documents(".html").read_text("utf-8")
    assert [piece for piece in HELD if piece not in text] == []
    assert "alert(1)" in text
    assert "<script" not in text
    assert controls(text) == set()


def test_a_workbook_holds_the_account_and_no_formula(documents) -> None:
    book = openpyxl.load_workbook(documents(".xlsx"))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    texts = [str(cell.value) for cell in cells]
    assert any(text.startswith("@SUM(A1)") for text in texts), "kept as a text"
    assert controls("".join(texts)) == set()
    whole = "\n".join(texts)
    assert "hostile.csv" in whole
    assert {"how the file was read", "Maker", "Category", "Columns of your file", "Rows that are no lines"} <= set(
        book.sheetnames
    )
    assert [row[1] for row in book["Rows that are no lines"].values] == ["What it is", "refused", "header"]


def test_csv_is_the_one_table_and_has_no_formula(documents) -> None:
    text = documents(".csv").read_text("utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    cells = [cell for row in rows for cell in row]
    assert len({len(row) for row in rows}) == 1
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "-1+1"))] == []
    assert controls(text) == set()
    assert "hostile.csv" in text


def test_the_terminal_gets_no_control_characters(run, hostile: Path) -> None:
    assert controls(run("flags", hostile, "--all").stdout) == set()


def test_pages_take_hostile_texts_as_texts(run, hostile: Path) -> None:
    for command in ("report", "graph"):
        path = hostile.with_name(f"{command}.html")
        run(command, hostile, "-o", path)
        assert "<script>alert" not in path.read_text("utf-8")


def test_refused_rows_are_listed_with_number_and_reason(answer, hostile: Path) -> None:
    told = answer("flags", hostile)["spreadsheet"]
    refused_rows = [row for row in told["not_lines"] if row["kind"] == "refused"]
    assert [row["row"] for row in refused_rows] == [len(HOSTILE) + 2]
    assert "quantity" in refused_rows[0]["reason"]
    assert told["lines"] + len(told["not_lines"]) == len(HOSTILE) + 2


def test_a_file_of_refused_rows_alone_is_refused(refused, tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    path.write_text("Manufacturer,MPN,Quantity\nYageo,A,-1\nYageo,B,-2\n", "utf-8")
    said = refused("flags", path)
    assert "2" in said
    assert "3" in said
    path.write_text("Manufacturer,MPN,Quantity\n", "utf-8")
    refused("flags", path)


# What is a dataset, and what a spreadsheet


def test_datasets_are_still_datasets(answer, tmp_path: Path, survey: Path) -> None:
    book = small.write_workbook(tmp_path / "survey.xlsx")
    for dataset in (book, survey):
        assert "spreadsheet" not in answer("check", dataset)


def test_one_table_of_a_dataset_is_not_taken_for_a_list(run, tmp_path: Path) -> None:
    table = tmp_path / "parts.csv"
    table.write_text(small.TABLES["parts"], "utf-8")
    said = run("check", table, status=None).output
    assert "How your file was read" not in said
    assert "parts" in said


def test_a_list_called_parts_is_a_spreadsheet(answer, tmp_path: Path) -> None:
    path = tmp_path / "parts.csv"
    path.write_text(PLAIN, "utf-8")
    assert answer("check", path)["spreadsheet"]["lines"] == 2


def test_a_workbook_with_one_sheet_called_bom_is_a_spreadsheet(answer, tmp_path: Path) -> None:
    path = tmp_path / "drone.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "BOM"
    for row in csv.reader(io.StringIO(PLAIN)):
        book.active.append(row)
    book.save(path)
    assert answer("check", path)["spreadsheet"]["sheet"] == "BOM"


@pytest.mark.parametrize("name", ["list.xls", "list.numbers", "list.pdf"])
def test_files_of_other_kinds_are_refused(refused, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    said = refused("flags", path)
    assert f"{name}: not a kind of file that can be read" in said
    assert ".ods" in said
