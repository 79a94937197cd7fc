"""[DATASET] [PRODUCT]: what a command line means."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli import small

FLAGSHIP = "isr_quad_taiwan"


def meant(answer, *arguments: object) -> tuple[str, str]:
    found = answer("origins", *arguments, "--depth", "1")
    return found["dataset"], found["product"]


def test_without_arguments_it_is_the_flagship_of_the_bundled_dataset(answer) -> None:
    assert meant(answer) == ("uav", FLAGSHIP)
    assert meant(answer, "uav") == ("uav", FLAGSHIP)
    assert meant(answer, "--data", "uav") == ("uav", FLAGSHIP)


def test_a_single_argument_that_is_no_dataset_is_a_product_of_the_default_one(answer) -> None:
    assert meant(answer, "fpv_allied") == ("uav", "fpv_allied")
    assert meant(answer, "--product", "fpv_allied") == ("uav", "fpv_allied")
    # The name of the dataset wins; its product of the same name is the second argument.
    assert meant(answer, "uav", "uav") == ("uav", "uav")


@pytest.mark.parametrize(
    "words",
    [
        ["{data}"],
        ["{data}", "drone"],
        ["--data", "{data}"],
        ["--data", "{data}", "drone"],
        ["drone", "--data", "{data}"],
        ["{data}", "--product", "drone"],
        ["--product", "drone", "--data", "{data}"],
    ],
    ids=" ".join,
)
def test_options_and_arguments_say_the_same(answer, survey: Path, words: list[str]) -> None:
    assert meant(answer, *(word.format(data=survey) for word in words)) == ("survey", "drone")


def test_any_part_can_be_analysed(answer, survey: Path) -> None:
    assert meant(answer, survey, "motor") == ("survey", "motor")


def test_a_workbook_and_a_relative_path(answer, survey: Path, tmp_path: Path, monkeypatch) -> None:
    small.write_workbook(tmp_path / "tables.xlsx")
    shutil.copytree(survey, tmp_path / "uav")
    monkeypatch.chdir(tmp_path)
    assert meant(answer, "tables.xlsx") == ("tables", "drone")
    assert meant(answer, "./uav") == ("survey", "drone")
    assert meant(answer, "uav") == ("uav", FLAGSHIP)


def test_a_folder_of_this_name_is_the_dataset(answer, survey: Path, monkeypatch) -> None:
    monkeypatch.chdir(survey.parent)
    assert meant(answer, "survey") == ("survey", "drone")


@pytest.mark.parametrize("command", ["flags", "origins", "graph", "report"])
def test_several_products_and_none_named_lists_them(refused, two: Path, command: str, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = refused(command, two)
    assert "../../glider, drone" in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["flags", "origins", "graph", "report"])
def test_an_unknown_product_comes_with_the_nearest(refused, command: str, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = refused(command, "isr_quad_taiwn")
    assert said.startswith("error: ")
    assert "'isr_quad_taiwn'" in said
    assert "did you mean isr_quad_taiwan" in said
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_product_with_nothing_near_lists_what_there_is(refused, survey: Path) -> None:
    assert "products are drone" in refused("flags", survey, "zzzzzz")


@pytest.mark.parametrize(
    "words",
    [
        ("flags", "uav", "fpv_allied", "more"),
        ("flags", "--data", "uav", "uav", "fpv_allied"),
        ("flags", "--product", "fpv_allied", "uav", "fpv_allied"),
        ("flags", "--data", "uav", "--product", "fpv_allied", "fpv_allied"),
        ("check", "uav", "fpv_allied"),
        ("check", "--data", "uav", "uav"),
        ("products", "uav", "fpv_allied"),
        ("products", "--data", "uav", "uav"),
    ],
    ids=" ".join,
)
def test_too_many_places_are_refused(refused, words: tuple[str, ...]) -> None:
    assert refused(*words).startswith("error: ")


@pytest.mark.parametrize("command", ["flags", "check", "products", "report"])
@pytest.mark.parametrize("option", [[], ["--data"]])
def test_an_empty_text_is_not_the_folder_we_are_in(refused, survey: Path, command: str, option, monkeypatch) -> None:
    monkeypatch.chdir(survey)
    assert "empty text" in refused(command, *option, "")


def test_checking_and_listing_take_no_product(refused) -> None:
    for command in ("check", "products"):
        assert "No such option" in refused(command, "uav", "--product", "fpv_allied")


@pytest.mark.parametrize("command", ["flags", "check", "products", "origins", "graph", "report"])
def test_a_path_that_is_not_there(refused, command: str, tmp_path: Path) -> None:
    said = refused(command, tmp_path / "nothing")
    assert "no such folder" in said
    assert "(there are: uav)" in said


@pytest.mark.parametrize("command", ["flags", "check", "products"])
def test_a_folder_without_tables(refused, command: str, tmp_path: Path) -> None:
    assert "parts, bom, offers, suppliers" in refused(command, tmp_path)


def test_one_table_or_another_kind_of_file_is_no_dataset(refused, survey: Path, tmp_path: Path) -> None:
    assert "give the folder" in refused("flags", survey / "parts.csv")
    (tmp_path / "notes.txt").write_text("x")
    assert "none of the first 20 rows is a header" in refused("flags", tmp_path / "notes.txt")
    (tmp_path / "notes.pdf").write_text("x")
    assert "not a kind of file" in refused("flags", tmp_path / "notes.pdf")
    (tmp_path / "fake.xlsx").write_text("x")
    assert "cannot be read" in refused("flags", tmp_path / "fake.xlsx")


@pytest.mark.parametrize("command", ["flags", "origins", "graph", "report", "products"])
def test_a_broken_dataset_gets_every_error_in_one_go(refused, command: str, wrong: Path, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = refused(command, wrong).splitlines()
    assert len(lines) >= 5
    assert all(line.startswith("error: ") for line in lines)
    assert any("offers.csv, row 2, column origin_country" in line for line in lines)
    assert any("suppliers.csv, row 7" in line for line in lines)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"\xff\xfeb\x00a\x00d\x00",
        b'part_id,name\n"open,x\n',
        b"part_id,part_id\na,b\n",
        b"\n\n\n",
    ],
)
def test_files_of_garbage_are_named(run, content: bytes, tmp_path: Path) -> None:
    folder = small.write_tables(tmp_path / "garbage")
    (folder / "parts.csv").write_bytes(content)
    result = run("flags", folder, status=2)
    assert "parts.csv" in result.stderr
    assert "parts.csv" in run("check", folder, status=1).stdout


def test_an_output_never_lands_on_an_input(refused, survey: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    bill = tmp_path / "bill.csv"
    bill.write_text("Name,Qty\nWidget,1\n", "utf-8")
    (tmp_path / "map.json").write_text("x", "utf-8")
    before = bill.read_bytes()
    for words in (
        ("flags", bill, "-o", bill),
        ("gaps", bill, "-o", "./bill.csv"),
        ("flags", bill, "--map", "map.json", "-o", "map.json"),
        ("flags", survey, "--answers", "bill.csv", "-o", bill),
    ):
        assert "that is an input" in refused(*words)
    assert bill.read_bytes() == before
    assert (tmp_path / "map.json").read_text("utf-8") == "x"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rate", "USD=2"), "one USD is 1 USD"),
        (("--rate", "FOO=1"), "a known currency"),
        (("--currency", "ZZZ"), "a known currency"),
        (("--rate", "EUR=1", "--rate", "EUR=2"), "in another --rate"),
        (("--column", "Qty=name", "--column", "Qty=quantity"), "in another --column"),
        (("--rate", "EUR=-1"), "as EUR=1.08"),
    ],
)
def test_options_that_contradict_or_mean_nothing_are_refused(refused, tmp_path: Path, words, said: str) -> None:
    bill = tmp_path / "bill.csv"
    bill.write_text("Name,Qty\nWidget,1\n", "utf-8")
    assert said in refused("flags", bill, *words)
