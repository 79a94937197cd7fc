"""`chokepoints` on the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl


def test_what_stops_it_stands_in_the_title_and_first(run: Any, survey: Path) -> None:
    shown = run("chokepoints", survey).stdout
    assert shown.splitlines()[0].endswith("2 suppliers each stop it alone")
    assert shown.index("Single points of failure") < shown.index("Pairs of suppliers") < shown.index("Common causes")


def test_the_table_holds_every_failure_and_its_own_basis(run: Any, answer: Any, survey: Path) -> None:
    options = ("chokepoints", survey, "--basis", "made,headquartered")
    failures = answer(*options)["failures"]
    rows = list(csv.DictReader(io.StringIO(run(*options, "--csv").stdout)))
    assert [row["id"] for row in rows] == [failure["id"] for failure in failures]
    assert {row["country_basis"] for row in rows if row["kind"] == "country"} == {"made", "headquartered"}
    assert {row["basis"] for row in rows} == {"made,headquartered"}


def test_the_workbook_lists_the_unknown_makers(run: Any, survey: Path, tmp_path: Path) -> None:
    run("chokepoints", survey, "-o", tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx", read_only=True)
    unknown = [row[0] for row in book["unknowns"].iter_rows(min_row=2, values_only=True)]
    assert sorted(unknown) == ["chip", "frame", "magnet"]
    book.close()


def test_pairs_must_be_a_number(refused: Any) -> None:
    assert "--most-pairs" in refused("chokepoints", "--most-pairs", "-1")
