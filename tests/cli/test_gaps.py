"""`supplychain gaps` in every form."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli import small

FACTS = {"origin", "owner", "upstream_source", "maker", "capacity", "lead_time"}


def test_the_terminal_says_whom_to_ask_first(run, survey: Path) -> None:
    text = run("gaps", survey).stdout
    assert "Survey drone [drone]: what is not known, and whom to ask" in text
    assert "Whom to ask" in text
    assert "Open Pilots" in text


def test_what_settles_nothing_is_counted_on_a_terminal_and_listed_with_all(run, answer, survey: Path) -> None:
    found = answer("gaps", survey)["gaps"]
    settling = [bool(gap["settles"] or gap["verdicts"]) for gap in found]
    assert 0 < sum(settling) < len(found)
    assert settling == sorted(settling, reverse=True)
    text = run("gaps", survey).stdout
    assert f"{len(found) - sum(settling)} more move no figure today" in text
    assert "lead time" not in text.split("What to ask")[-1].split("─\n")[1]
    assert text.count("lead time") < run("gaps", survey, "--all").stdout.count("lead time")


def test_the_contract(answer, survey: Path) -> None:
    found: dict[str, Any] = answer("gaps", survey)
    assert (found["schema"], found["product"]) == ("supplychain/gaps/1", "drone")
    assert {gap["fact"] for gap in found["gaps"]} <= FACTS
    assert len({gap["question_id"] for gap in found["gaps"]}) == len(found["gaps"])
    for gap in found["gaps"]:
        for row in gap["settles"]:
            assert set(row) >= {"measure", "from", "to", "to_inside"}
            assert set(row["from"]) == {"low", "high"}
    open_pilots = [gap for gap in found["gaps"] if (gap["supplier_id"], gap["fact"]) == ("open_pilots", "owner")]
    assert len(open_pilots) == 1
    assert open_pilots[0]["question"].startswith("In which country is the head office of Open Pilots?")
    verdicts = {row["verdict_to"] for row in open_pilots[0]["settles"] if row["measure"] == "line_contact"}
    assert verdicts == {"clear"}


def test_the_csv_is_neutral(run, survey: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("gaps", survey, "--csv").stdout)))
    assert rows
    assert not [cell for row in rows for cell in row.values() if cell[:1] in {"=", "+", "-", "@"}]
    assert {row["fact"] for row in rows} <= FACTS
    assert {row["fact_basis"] for row in rows if row["fact"] == "origin"} == {"made"}
    assert {row["basis"] for row in rows} == {"made,headquartered,owned"}


@pytest.mark.parametrize("ending", [".json", ".csv", ".html", ".md"])
def test_files(run, survey: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"gaps{ending}"
    run("gaps", survey, "-o", target)
    text = target.read_text("utf-8")
    assert "Open Pilots" in text
    assert small.SCRIPT not in text or ending != ".html"


def test_a_workbook_is_the_questionnaire(run, survey: Path, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "questions.xlsx"
    result = run("gaps", survey, "-o", target)
    assert "one sheet of questions for each supplier" in result.stderr
    book = openpyxl.load_workbook(target)
    assert {"Open Pilots", "makers not known"} <= set(book.sheetnames)
    assert [path.name for path in target.parent.iterdir()] == ["questions.xlsx"]


def test_a_questionnaire_is_a_dataset(run, answer, survey: Path, tmp_path: Path) -> None:
    target = tmp_path / "questions.xlsx"
    run("gaps", survey, "-o", target)
    assert answer("flags", target)["exposure"] == answer("flags", survey)["exposure"]


def test_an_answer_counts_in_every_command(run, answer, survey: Path, tmp_path: Path) -> None:
    target = tmp_path / "questions.xlsx"
    run("gaps", survey, "-o", target)
    (gap,) = [
        row for row in answer("gaps", survey)["gaps"] if (row["supplier_id"], row["fact"]) == ("open_pilots", "owner")
    ]
    book = openpyxl.load_workbook(target)
    for cells in book["Open Pilots"].iter_rows(min_row=2):
        if cells[0].value == gap["question_id"]:
            cells[4].value, cells[8].value, cells[10].value = "Taiwan", "2026-06-01", "A. Signer"
            cells[9].value = "2027-05-31"
    book.save(target)
    found = answer("flags", survey, "--answers", target, "--date", "2026-12-31")
    verdicts = {flag["part_id"]: flag["verdict"] for flag in found["flags"]}
    assert verdicts["firmware"] == "clear"
    late = answer("flags", survey, "--answers", target, "--date", "2027-06-01")
    assert {flag["part_id"]: flag["verdict"] for flag in late["flags"]}["firmware"] == "unknown"
    assert "expired on 2027-05-31" in " ".join(late["notes"])


def test_json_into_a_workbook_is_refused(refused, survey: Path, tmp_path: Path) -> None:
    assert "--json" in refused("gaps", survey, "--json", "-o", tmp_path / "q.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_units_must_be_a_number_above_zero(refused, survey: Path) -> None:
    assert "above 0" in refused("gaps", survey, "--units", "-3")


def test_where_nothing_is_missing_it_says_so(run, tmp_path: Path) -> None:
    folder = small.write_tables(
        tmp_path / "whole",
        **{
            **dict.fromkeys(small.TABLES),
            "parts": "part_id,kind\ndrone,product\nmotor,\n",
            "bom": "parent_id,child_id,quantity,supplier_id,basis\ndrone,motor,1,acme,published\n",
            "offers": "part_id,supplier_id,origin_country,capacity_per_year,lead_time_days\nmotor,acme,TWN,9,9\n",
            "suppliers": "supplier_id,country\nacme,TWN\n",
        },
    )
    assert "Nothing that can be asked is unknown." in run("gaps", folder).stdout
    run("gaps", folder, "-o", tmp_path / "q.xlsx")
