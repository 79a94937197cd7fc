"""-o, --json, --csv: what is written, whole or not at all, and that every output says what it was made with."""

from __future__ import annotations

import io
import json
import os
import re
import stat
from pathlib import Path
from typing import Self

import openpyxl
import pandas as pd
import pytest
from cli import small

from supplychain import __version__

ENDINGS = (".json", ".csv", ".xlsx", ".html", ".md")
COMMANDS = ("flags", "origins", "check", "products")
SHEETS = ["table", "sources", "unknowns", "read me"]


@pytest.fixture(scope="module")
def written(run, survey: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return every kind of output of every command: "flags.csv" -> path."""
    folder = tmp_path_factory.mktemp("written") / "made" / "when needed"
    for command in COMMANDS:
        for ending in ENDINGS:
            target = folder / f"{command}{ending}"
            result = run(command, survey, "-o", target)
            assert result.stdout == ""
            assert result.stderr == f"wrote {target}\n"
    return {path.name: path for path in folder.iterdir()}


def cells(path: Path, sheet: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].values)


def provenance(answer: dict) -> dict[str, str]:
    """Return what every output must say."""
    dataset = answer["provenance"]["dataset"]
    expected = {
        "program": f"supplychain {__version__}",
        "dataset": "survey",
        "dataset_version": "2.1",
        "dataset_date": "2026-05-31",
        "dataset_sha256": dataset["sha256"],
    }
    if "lens" in answer:
        expected |= {
            "lens": "CHN,HKG,MAC",
            "basis": "made,headquartered,owned",
            "depth": "all",
            "evidence": "all",
        }
    return expected


@pytest.mark.parametrize("command", COMMANDS)
def test_every_output_says_what_it_was_made_with(written: dict[str, Path], command: str) -> None:
    answer = json.loads(written[f"{command}.json"].read_text("utf-8"))
    expected = provenance(answer)
    assert re.fullmatch("[0-9a-f]{64}", expected["dataset_sha256"])
    assert answer["provenance"]["program"] == "supplychain"
    assert answer["provenance"]["program_version"] == __version__
    assert answer["provenance"]["dataset"]["version"] == "2.1"
    assert answer["provenance"]["dataset"]["date"] == "2026-05-31"

    frame = pd.read_csv(written[f"{command}.csv"], dtype=str)
    assert len(frame)
    assert {name: set(frame[name]) for name in expected} == {name: {value} for name, value in expected.items()}

    readme = {str(row[0]): row[1] for row in cells(written[f"{command}.xlsx"], "read me")}
    assert {name: readme[name.replace("_", " ")] for name in expected} == expected

    for ending in (".html", ".md"):
        text = written[f"{command}{ending}"].read_text("utf-8").replace("\\_", "_")
        missing = [name for name, value in expected.items() if f"{name.replace('_', ' ')}: {value}" not in text]
        assert missing == [], ending


def test_the_terminal_says_it_too(run, survey: Path, answer) -> None:
    for command in COMMANDS:
        shown = " ".join(run(command, survey).stdout.split())
        expected = provenance(answer(command, survey))
        missing = [name for name, value in expected.items() if f"{name.replace('_', ' ')}: {value}" not in shown]
        assert missing == [], command


def test_other_settings_are_said(run, survey: Path) -> None:
    words = ("--lens", "Japan", "--basis", "made", "--depth", "2", "--evidence", "documented")
    frame = pd.read_csv(io.StringIO(run("flags", survey, *words, "--csv").stdout))
    assert set(frame["lens"]) == {"JPN"}
    assert set(frame["basis"]) == {"made"}
    assert set(frame["depth"]) == {2}
    assert set(frame["evidence"]) == {"documented"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_holds_what_is_printed(run, survey: Path, command: str, written: dict[str, Path], tmp_path) -> None:
    printed = run(command, survey, "--json").stdout
    assert written[f"{command}.json"].read_text("utf-8") == printed
    run(command, survey, "--json", "-o", tmp_path / "x.json")
    assert (tmp_path / "x.json").read_text("utf-8") == printed
    assert written[f"{command}.csv"].read_text("utf-8") == run(command, survey, "--csv").stdout


def test_the_same_call_gives_the_same_bytes(run, survey: Path, written: dict[str, Path], tmp_path: Path) -> None:
    for ending in (".json", ".csv", ".html", ".md"):
        run("flags", survey, "-o", tmp_path / f"again{ending}")
        assert (tmp_path / f"again{ending}").read_bytes() == written[f"flags{ending}"].read_bytes()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_workbook_has_its_four_sheets(written: dict[str, Path], command: str) -> None:
    book = openpyxl.load_workbook(written[f"{command}.xlsx"])
    assert book.sheetnames == SHEETS
    frame = pd.read_csv(written[f"{command}.csv"], dtype=str)
    assert book["table"].max_row == len(frame) + 1
    assert {cell.value for cell in book["table"][1]} <= set(frame.columns)
    formulas = [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == []


def test_the_workbook_of_flags_has_numbers_sources_and_unknowns(written: dict[str, Path], answer, survey: Path) -> None:
    path = written["flags.xlsx"]
    header, *rows = cells(path, "table")
    records = [dict(zip(header, row, strict=True)) for row in rows]
    flags = answer("flags", survey)["flags"]
    assert [(row["part_id"], row["supplier_id"] or "", row["verdict"]) for row in records] == [
        (flag["part_id"], flag["supplier_id"], flag["verdict"]) for flag in flags
    ]
    assert all(isinstance(row["contact_low"], int | float) for row in records)
    assert {row[0] for row in cells(path, "sources")[1:]} == {"parts_list", "catalogue", "yearbook"}
    assert "=parts list, 2026" in {row[1] for row in cells(path, "sources")}
    unknown = cells(path, "unknowns")
    place = unknown[0].index("part_id")
    assert {"chip", "firmware", "frame", "magnet"} <= {row[place] for row in unknown[1:]}


def test_texts_that_begin_like_formulas_are_texts(written: dict[str, Path]) -> None:
    names = {row[4] if len(row) > 4 else None for row in cells(written["flags.xlsx"], "table")}
    assert small.FORMULA in names
    assert "@firmware" in names
    frame = pd.read_csv(written["flags.csv"])
    assert {"'" + small.FORMULA, "'@firmware", small.CJK, small.RTL} <= set(frame["name"])
    for name in ("flags.csv", "origins.csv"):
        found = pd.read_csv(written[name], dtype=str).to_numpy(dtype=str).ravel()
        assert [text for text in found if text[:1] in {"=", "+", "@"}] == []


def test_names_stay_names_in_pages(written: dict[str, Path]) -> None:
    for command in ("flags", "origins"):
        page = written[f"{command}.html"].read_text("utf-8")
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert small.CJK in page
        assert small.RTL in page
        assert "http://" not in page.replace("http://x.invalid", "")
        text = written[f"{command}.md"].read_text("utf-8")
        assert re.search(r"(?<!\\)<", text) is None
        assert "\\<script\\>" in text
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in _tables(text)[0]}
        assert len(widths) == 1, "a bar in a name breaks the table"


def _tables(text: str) -> list[list[str]]:
    blocks = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    assert blocks
    return blocks


def test_control_characters_in_a_name_reach_no_terminal_and_no_file(run, tmp_path: Path) -> None:
    parts = small.TABLES["parts"].replace("@firmware", '"evil \x1b[31mred\x1b]0;title\x07\x9b\nsecond line"')
    folder = small.write_tables(tmp_path / "evil", parts=parts)
    for words in (("flags",), ("flags", "--csv"), ("origins",)):
        shown = run(words[0], folder, *words[1:]).stdout
        assert "evil" in shown
        assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown) is None
    for ending in (".html", ".md", ".csv", ".xlsx"):
        run("flags", folder, "-o", tmp_path / f"x{ending}")
    for ending in (".html", ".md", ".csv"):
        text = (tmp_path / f"x{ending}").read_text("utf-8")
        assert "\N{REPLACEMENT CHARACTER}[31mred" in text.replace("\\", "")
        assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text) is None
    names = {row[4] for row in cells(tmp_path / "x.xlsx", "table")}
    assert any(str(name).endswith("\nsecond line") for name in names)
    found = json.loads(run("flags", folder, "--json").stdout)
    assert any(flag["name"].startswith("evil \x1b[31mred") for flag in found["flags"]), "JSON keeps what stands there"
    for table in _tables((tmp_path / "x.md").read_text("utf-8")):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) == 1


def test_markdown_tables_keep_their_columns(written: dict[str, Path]) -> None:
    for command in COMMANDS:
        for table in _tables(written[f"{command}.md"].read_text("utf-8")):
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_the_ending_is_known_or_refused(refused, run, survey: Path, command: str, tmp_path: Path) -> None:
    for name in ("x.docx", "x", "x.", ".json.bak", "x.csv.gz"):
        said = refused(command, survey, "-o", tmp_path / name)
        assert ".json .csv .xlsx .html .md" in said
    assert list(tmp_path.iterdir()) == []
    run(command, survey, "-o", tmp_path / "X.JSON")
    json.loads((tmp_path / "X.JSON").read_text("utf-8"))


def test_json_and_csv_together_are_refused(refused, survey: Path, tmp_path: Path) -> None:
    assert "one of them" in refused("flags", survey, "--json", "--csv")
    for words in (("--json", "-o", "x.csv"), ("--csv", "-o", "x.json"), ("--json", "-o", "x.html")):
        assert "would end in" in refused("flags", survey, *words[:2], tmp_path / words[2])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [*ENDINGS, "page.html"])
def test_a_target_that_cannot_be_written(refused, survey: Path, ending: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    command = "graph" if ending == "page.html" else "flags"
    said = refused(command, survey, "-o", tmp_path / "file" / f"x{ending}")
    assert "cannot be written" in said
    assert said.count("\n") == 1
    assert "is a directory" in refused(command, survey, "-o", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("command", ["flags", "report"])
@pytest.mark.parametrize("where", ["fdopen", "replace"])
def test_nothing_half_written_is_left(run, survey: Path, command: str, where: str, tmp_path, monkeypatch) -> None:
    target = tmp_path / "x.html"
    target.write_text("before")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    real = os.fdopen

    class Full:
        """A file on a full disk: the first write fails."""

        def __init__(self, handle: int, *_: object) -> None:
            self._file = real(handle, "wb")

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

        write = full

    monkeypatch.setattr(*((os, "fdopen", Full) if where == "fdopen" else (Path, "replace", full)))
    result = run(command, survey, "-o", target, status=2)
    assert "No space left on device" in result.stderr
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["x.html"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_page_is_for_sharing(run, survey: Path, tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        run("flags", survey, "-o", tmp_path / "x.md")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "x.md").stat().st_mode) == 0o644


def test_a_clean_dataset_gives_a_table_without_rows(run, tmp_path: Path) -> None:
    whole = small.TABLES["suppliers"].replace("Open Pilots,,", "Open Pilots,USA,")
    folder = small.write_tables(tmp_path / "clean", suppliers=whole)
    frame = pd.read_csv(io.StringIO(run("check", folder, "--csv").stdout))
    assert len(frame) == 0
    assert {"severity", "file", "row", "column", "value", "message", "hint"} <= set(frame.columns)
    run("check", folder, "-o", tmp_path / "x.xlsx")
    assert openpyxl.load_workbook(tmp_path / "x.xlsx").sheetnames == SHEETS


def test_a_part_without_lines_is_no_product(run, survey: Path) -> None:
    # Nothing to follow is not the same as nothing found: it must not look clear.
    result = run("flags", survey, "chip", status=2)
    assert "chip has no line in the bill of materials" in result.stderr


def test_check_tells_errors_in_every_format(run, wrong: Path, tmp_path: Path) -> None:
    for ending in ENDINGS:
        run("check", wrong, "-o", tmp_path / f"x{ending}", status=1)
    frame = pd.read_csv(tmp_path / "x.csv")
    assert (frame["severity"] == "error").sum() >= 5
    assert "Atlantis" in set(frame["value"])


@pytest.mark.parametrize("command", ["graph", "report"])
def test_pages_go_where_they_say(run, two: Path, command: str, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "here" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here" / "deep")
    # An id that would lead out of the folder.
    said = run(command, two, "../../glider").stdout
    assert said == f"wrote {Path('graphs') / f'glider-{command}.html'}\n"
    run(command, two, "drone", "-o", "pages/drone.html")
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert found == [f"here/deep/graphs/glider-{command}.html", "here/deep/pages/drone.html"]
    page = Path("pages/drone.html").read_text("utf-8")
    assert small.SCRIPT not in page
    for value in (__version__, "survey", "2026-05-31", "2.1"):
        assert value in page
    if command == "report":
        assert json.loads(run("products", two, "--json").stdout)["provenance"]["dataset"]["sha256"] in page


@pytest.mark.parametrize(("product", "file"), [("..", "product-graph.html"), ("x" * 300, f"{'x' * 80}-graph.html")])
def test_ids_that_are_no_names_of_files(run, product: str, file: str, tmp_path: Path, monkeypatch) -> None:
    tables = {
        name: re.sub("^drone,", f"{product},", small.TABLES[name], flags=re.MULTILINE) for name in ("parts", "bom")
    }
    folder = small.write_tables(tmp_path / "tables", **tables, demand=None)
    monkeypatch.chdir(tmp_path)
    run("graph", folder)
    assert [path.name for path in (tmp_path / "graphs").iterdir()] == [file]


@pytest.mark.parametrize("command", ["graph", "report"])
def test_pages_end_in_html(refused, survey: Path, command: str, tmp_path: Path) -> None:
    for name in ("x.pdf", "x", "x.json"):
        assert "ends in .html" in refused(command, survey, "-o", tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_all_lists_every_row(run, survey: Path) -> None:
    few, all_ = run("flags", "uav").stdout, run("flags", "uav", "--all").stdout
    assert "--all shows every one" in few
    assert "--all shows every one" not in all_
    assert len(all_) > len(few)


def test_signs_that_turn_the_direction_of_a_line_are_replaced() -> None:
    from supplychain.views.documents.document import printable

    assert printable("a\u202eb\u2066c") == "a\ufffdb\ufffdc"
    assert printable("中文 \u200fעברית") == "中文 \u200fעברית"
