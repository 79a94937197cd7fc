"""`supplychain disrupt` in every form."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methods" / "disruption.md"


def test_the_terminal_says_when_the_line_stops_and_that_it_is_invented(run) -> None:
    text = run("disrupt", "resilience_demo", "--scenario", "magnet_maker_fails").stdout
    assert text.startswith("Stress test: Invented demonstration drone [demo_drone]\n")
    assert "dataset resilience_demo (invented)" in text
    assert "The line stops: week 14." in text
    assert "Units lost: 642 (12.4 % of the plan)." in text


def test_the_page_on_methods_says_what_comes_out(answer) -> None:
    text = PAGE.read_text("utf-8")
    course = answer("disrupt", "resilience_demo", "--scenario", "magnet_maker_fails")["course"]
    for name, key in (("first shortfall", "short_week"), ("line stops", "stop_week"), ("as before", "recovery_week")):
        assert f"| {name} | week {course[key]['low']} |" in text
        assert course[key]["low"] == course[key]["high"]
    lost = re.search(r"\| units lost \| ([\d,]+) of ([\d,]+) \| ([\d.]+) %", text)
    assert lost
    plan = course["units_lost"]["low"] / course["share_lost"]["low"]
    assert [float(piece.replace(",", "")) for piece in lost.groups()] == [
        round(course["units_lost"]["low"]),
        round(plan),
        round(100 * course["share_lost"]["low"], 1),
    ]
    found = answer("disrupt", "resilience_demo", "--rates", "rates", "--runs", 2000, "--seed", 7)["monte_carlo"]
    for name, key in (("expected loss, units a year", None), (r"CVaR 95 %", "cvar")):
        row = re.search(rf"\| {name} \| (\d+) \| (\d+) \|", text)
        assert row
        ends = (found["low"], found["high"])
        values = [end["expected"] if key is None else end["tails"][1][key] for end in ends]
        assert [int(piece) for piece in row.groups()] == [round(value) for value in values]
    assert found["drivers"][0]["id"] == "magnet_main"


def test_the_contract(answer) -> None:
    found: dict[str, Any] = answer("disrupt", "resilience_demo", "--weeks", 20)
    assert (found["schema"], found["product"], found["weeks"]) == ("supplychain/disrupt/1", "demo_drone", 20)
    assert found["scenario"]["name"] == "embargo"
    assert [row["week"] for row in found["course"]["curve"]] == list(range(1, 21))
    assert found["monte_carlo"] is None
    both = answer(
        "disrupt", "resilience_demo", "--scenario", "export_stop", "--rates", "rates", "--runs", 50, "--units", 520
    )
    assert both["course"] is not None
    assert both["monte_carlo"]["runs"] == 50
    assert both["units"] == {"per_year": pytest.approx(520), "plan": "as asked"}


def test_the_same_seed_gives_the_same_answer(run) -> None:
    words = ("disrupt", "resilience_demo", "--rates", "rates", "--runs", 100, "--json")
    first, again, other = (run(*words, "--seed", seed).stdout for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("ending", [".json", ".csv", ".html", ".md", ".xlsx"])
def test_every_page_says_that_it_is_invented(run, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"stress{ending}"
    run("disrupt", "resilience_demo", "--scenario", "export_stop", "-o", target)
    if ending == ".xlsx":
        book = openpyxl.load_workbook(target)
        cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
        assert any("invented" in cell for cell in cells)
    elif ending == ".csv":
        rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"))))
        assert len(rows) == 52
    else:
        assert "invented" in target.read_text("utf-8")


@pytest.mark.parametrize("command", ["flags", "origins", "check", "products", "gaps"])
def test_other_commands_find_the_example_too(run, command: str) -> None:
    assert "invented" in run(command, "resilience_demo").stdout.lower()


def test_a_preset_on_the_bundled_data_says_assumed_in_its_title(run) -> None:
    words = ("disrupt", "uav", "isr_quad_taiwan", "--scenario", "rare_earth_licences_2025", "--assume")
    text = run(*words, "typical").stdout
    assert re.match(r"Stress test \(assumed values\): ", text)
    assert "Week 1 begins on 2025-04-04." in text
    assert "Assumed values" in text
    assert not run(*words, "nothing").stdout.splitlines()[0].count("assumed")


def test_missing_stocks_are_one_line(refused) -> None:
    said = refused("disrupt", "uav", "isr_quad_taiwan", "--scenario", "molicel_fire_2025")
    assert said.count("\n") == 1
    assert "offers.stock_units" in said
    assert "offers.lead_time_days" in said
    assert "--assume typical" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--scenario", "flood"), "embargo, export_stop, magnet_maker_fails"),
        (("--rates", "none.csv"), "kind, id, rate_per_year"),
        (("--weeks", "0"), "weeks 0"),
        (("--runs", "0"), "runs 0"),
        (("--units", "-5"), "units -5"),
        (("--ramp-weeks", "-1"), "ramp_weeks -1"),
    ],
)
def test_options_that_cannot_be_used(refused, words: tuple[str, ...], message: str) -> None:
    assert message in refused("disrupt", "resilience_demo", *words)
