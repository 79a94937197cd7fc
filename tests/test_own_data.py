"""docs/own-data.md: every command of the page is run, and what it quotes is compared with what the program prints.

With the published files that the page names where they lie beside the checkout, else with stand-ins of a few lines, for
which only the commands count.
"""

from __future__ import annotations

import csv
import re
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from supplychain.cli import main

PAGE = "docs/own-data.md"
PUBLISHED = {
    "aas_quadcopter_x650.csv": "aas_quadcopter_x650.csv",
    "px4_fmuv3_rev_d.csv": "px4_fmuv3_rev_d.csv",
    "components.csv": "uas_component_database_nolab_2026-07-21.csv",
}
WITH_FIRMS = "--map x650.toml --column Maker=manufacturer --basis headquartered --confirm x650_firms.csv"
WITH_ANSWERS = "supplychain flags px4_fmuv3_rev_d.csv --map px4.toml --answers questions.xlsx"


@dataclass(frozen=True)
class Step:
    """Commands of one block of the page, and the output that it quotes."""

    commands: tuple[str, ...]
    quoted: str


def blocks(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def steps(text: str) -> list[Step]:
    found: list[Step] = []
    for language, content in blocks(text):
        if language == "sh":
            found.append(Step(tuple(content.splitlines()), ""))
        elif language == "text" and found and not found[-1].quoted:
            found[-1] = Step(found[-1].commands, content)
    return found


@pytest.fixture
def page(root: Path) -> str:
    return (root / PAGE).read_text("utf-8")


def answer_the_map(page: str) -> None:
    """Do what the page says: put the name of a field in place of the question mark."""
    path = Path("x650.toml")
    told = dict(re.findall(r'^(\w+) = "(.*)"$', dict(blocks(page))["toml"], flags=re.MULTILINE))
    before, header, after = path.read_text("utf-8").partition(f'header = "{told["header"]}"')
    assert header
    assert after.count('field = "?"') == 1
    path.write_text(before + header + after.replace('field = "?"', f'field = "{told["field"]}"'), "utf-8")


def add_makers(page: str, name: str, bundle: str | None = None) -> None:
    """Add the column of the page to the list of the X650."""
    written = re.search(r"```csv\n(#,Maker\n.*?)```", page, flags=re.DOTALL)
    assert written
    makers = dict(csv.reader(written[1].splitlines()))
    if bundle is not None:
        makers["9"] = bundle
    with Path("aas_quadcopter_x650.csv").open(encoding="utf-8", newline="") as file:
        rows = [[*row, makers[row[0]]] for row in csv.reader(file)]
    with Path(name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def confirm_asix(_page: str) -> None:
    path = Path("x650_firms.csv")
    text = path.read_text("utf-8-sig")
    assert "ASIX,asix_electronics,," in text
    path.write_text(text.replace("ASIX,asix_electronics,,", "ASIX,asix_electronics,yes,"), "utf-8-sig")


def fill_in_an_answer(_page: str) -> None:
    """Write the invented answer of the page into the sheet of its supplier."""
    book = openpyxl.load_workbook("questions.xlsx")
    sheet = book["Texas Instruments"]
    columns = {str(cell.value).split()[0]: cell.column for cell in sheet[1]}
    rows = [
        row for row in range(2, sheet.max_row + 1) if str(sheet.cell(row, 1).value).startswith("origin/made/ti/TXS0108")
    ]
    assert len(rows) == 1
    for name, text in {
        "Answer": "Philippines",
        "Date": "2026-11-02",
        "Valid": "2027-11-01",
        "Signed": "A. Example",
    }.items():
        sheet.cell(rows[0], columns[name]).value = text
    book.save("questions.xlsx")


def write_tables(page: str) -> None:
    for name, content in re.findall(r"`(my_drone/\w+\.csv)`\n\n```csv\n(.*?)```", page, flags=re.DOTALL):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(content, "utf-8")


def first_makers(page: str) -> None:
    answer_the_map(page)
    add_makers(page, "x650_makers.csv")


# What the reader of the page does by hand, before the command: and its how-manieth time on the page.
BY_HAND: dict[tuple[str, int], Callable[[str], None]] = {
    (f"supplychain flags x650_makers.csv {WITH_FIRMS}", 1): first_makers,
    (f"supplychain flags x650_makers.csv {WITH_FIRMS}", 2): confirm_asix,
    (f"supplychain flags x650_nvidia.csv {WITH_FIRMS}", 1): lambda page: add_makers(page, "x650_nvidia.csv", "NVIDIA"),
    (f"supplychain flags x650_open.csv {WITH_FIRMS}", 1): lambda page: add_makers(page, "x650_open.csv", ""),
    (f"{WITH_ANSWERS} --date 2026-12-01", 1): fill_in_an_answer,
    ("supplychain check my_drone --base uav", 1): write_tables,
}


def walk(page: str) -> list[tuple[Step, str]]:
    """Run every command in order; return each step with what was printed."""
    times: dict[str, int] = {}
    walked = []
    for step in steps(page):
        printed = ""
        for command in step.commands:
            times[command] = times.get(command, 0) + 1
            BY_HAND.get((command, times[command]), lambda _page: None)(page)
            program, *arguments = shlex.split(command)
            assert program == "supplychain", f"the test does not run {program}"
            result = CliRunner().invoke(main, arguments, prog_name="supplychain")
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                raise AssertionError(command) from result.exception
            expected = 2 if step.quoted.startswith("error:") else 0
            assert result.exit_code == expected, f"{command}\n{result.output}"
            printed += result.output
        walked.append((step, printed))
    assert set(BY_HAND) <= {(command, time) for command, last in times.items() for time in range(1, last + 1)}
    return walked


def missing(quoted: str, printed: str) -> list[str]:
    """Pieces of a quotation (between line ends and ellipses) that do not follow one another in what was printed."""
    text, place, lacking = " ".join(printed.split()), 0, []
    for piece in re.split(r"…|\n", quoted):
        wanted = " ".join(piece.split())
        found = text.find(wanted, place)
        if found < 0:
            lacking.append(wanted)
        else:
            place = found + len(wanted)
    return lacking


def written_by(page: str) -> set[str]:
    """Files that the commands of the page write."""
    commands = [command for step in steps(page) for command in step.commands]
    return {name for command in commands for name in re.findall(r"(?:-o|--map|--confirm|init) (\S+)", command)}


def test_every_command_of_the_page_runs(page: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(root / "tests" / "data" / "own_data", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    walked = walk(page)
    assert sum(len(step.commands) for step, _ in walked) >= 20
    assert {name for name in written_by(page) if not (tmp_path / name).is_file()} == set()


def test_the_page_quotes_what_the_program_says_of_the_published_files(
    page: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = root.parent / "shared" / "reference"
    if not folder.is_dir():
        pytest.skip("the published files are not beside the checkout")
    for name, published in PUBLISHED.items():
        shutil.copyfile(folder / published, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    walked = walk(page)
    lacking = {step.commands[-1]: gone for step, printed in walked if (gone := missing(step.quoted, printed))}
    assert lacking == {}
    public = (tmp_path / "x650_public.html").read_text("utf-8")
    private = (tmp_path / "x650.html").read_text("utf-8")
    for name in ("Tattu", "RadioMaster", "Doodle Labs", "Livox"):
        assert name in private
        assert name not in public


def test_stand_ins_have_the_headers_of_the_published_files(root: Path) -> None:
    folder = root.parent / "shared" / "reference"
    if not folder.is_dir():
        pytest.skip("the published files are not beside the checkout")
    for name, published in PUBLISHED.items():
        stand_in = (root / "tests" / "data" / "own_data" / name).read_text("utf-8").splitlines()
        assert stand_in[0] == (folder / published).read_text("utf-8").splitlines()[0]
        assert len(stand_in) <= 10


def test_a_quotation_that_is_not_printed_is_found() -> None:
    assert missing("a b …\nc", "a  b x\n c") == []
    assert missing("c\na", "a c") == ["a"]


def test_the_page_can_be_found(root: Path) -> None:
    assert "own-data.md" in (root / "mkdocs.yml").read_text("utf-8")
    for name in ("README.md", "docs/index.md", "docs/own-tables.md"):
        assert "own-data.md" in (root / name).read_text("utf-8"), name
