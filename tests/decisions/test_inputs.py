"""Reading scenarios and rates: what is right, and all that is wrong at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import supplychain as sc
from supplychain.decisions.disruption.rates import Rate, draw, find_rates, read_rates
from supplychain.decisions.disruption.scenario import find_scenario, read_scenario, scenario_names
from supplychain.errors import DataError, OptionError
from supplychain.formats import load

PRESETS = ("gallium_germanium_2023", "molicel_fire_2025", "rare_earth_licences_2025", "skydio_batteries_2024")


@pytest.fixture(scope="module")
def demo():
    return load("resilience_demo")


@pytest.fixture(scope="module")
def uav():
    return load("uav")


def test_the_presets_are_history_with_sources(uav) -> None:
    assert scenario_names(uav) == PRESETS
    known = set(uav.sources["source_id"])
    for name in PRESETS:
        scenario = find_scenario(uav, name)
        assert scenario.name == name
        assert scenario.start[:2] == "20"
        assert scenario.sources
        assert all(source.url.startswith("http") and source.title and source.date for source in scenario.sources)
        assert all(set(event.source_ids) <= known for event in scenario.events)


def test_the_scenarios_of_the_example_say_that_they_are_invented(demo) -> None:
    assert scenario_names(demo) == ("export_stop", "magnet_maker_fails")
    assert all("nvented" in find_scenario(demo, name).title for name in scenario_names(demo))


def test_a_scenario_that_is_not_there_is_answered_with_those_that_are(demo) -> None:
    with pytest.raises(OptionError, match="embargo, export_stop, magnet_maker_fails"):
        find_scenario(demo, "earthquake")


def test_ranges_and_defaults(demo, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[[events]]\nkind = "country"\nid = "Taiwan"\nweek = 3\nduration_days = [7, 21]\nleft = [0.1, 0.5]\n'
        '[[events]]\nkind = "part"\nid = "cell"\n',
        "utf-8",
    )
    scenario = read_scenario(file, demo)
    first, second = scenario.events
    assert scenario.name == "mine"
    assert (first.id, first.week, first.duration_days, first.left) == ("TWN", 3.0, (7.0, 21.0), (0.1, 0.5))
    assert (second.week, second.duration_days, second.left) == (1.0, None, (0.0, 0.0))


def test_everything_that_is_wrong_with_a_scenario_is_said_at_once(demo, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(
        'colour = "red"\n'
        '[[events]]\nkind = "supplier"\nid = "nobody"\nleft = 1.5\nweek = 0\n'
        '[[events]]\nkind = "weather"\nid = "x"\nduration_days = [9, 3]\nparts = ["wheel"]\nhow = 1\n',
        "utf-8",
    )
    with pytest.raises(DataError) as caught:
        read_scenario(file, demo)
    places = {problem.column for problem in caught.value.problems}
    assert places == {
        "colour",
        *(f"events[1].{key}" for key in ("id", "left", "week")),
        *(f"events[2].{key}" for key in ("kind", "duration_days", "parts", "how")),
    }
    assert all(problem.file == "wrong.toml" for problem in caught.value.problems)


EVENT = '[[events]]\nkind = "part"\nid = "cell"\n'


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('parts = "cell"', "events[1].parts"),  # read as no limit to some parts, everything would fail
        ('parts = [["cell"]]', "events[1].parts"),
        ('source_ids = "s1"', "events[1].source_ids"),
        ("source_ids = 5", "events[1].source_ids"),
        (f"week = 1{'0' * 400}", "events[1].week"),
        ('[[sources]]\ntitle = "x"\nlink = "y"', "sources[1].link"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_its_place(demo, tmp_path: Path, line: str, place: str) -> None:
    (tmp_path / "bad.toml").write_text(EVENT + line, "utf-8")
    with pytest.raises(DataError) as caught:
        read_scenario(tmp_path / "bad.toml", demo)
    assert [problem.column for problem in caught.value.problems] == [place]


@pytest.mark.parametrize("text", ["", "[[events", "events = 3", "a = " + "[" * 5000, "a = 1" + "0" * 5000])
def test_what_is_no_scenario_is_refused(demo, tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.toml").write_text(text, "utf-8")
    with pytest.raises((DataError, OptionError), match=r"bad\.toml"):
        read_scenario(tmp_path / "bad.toml", demo)


HEAD = "kind,id,rate_per_year,duration_days_low,duration_days_high,left\n"


def test_rates(demo, tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text(HEAD + "country,China,0.5,7,14,\nsupplier,cell_one,1,30,,0.25\n\n", "utf-8")
    assert read_rates(file, demo) == (
        Rate("country", "CHN", 0.5, (7.0, 14.0), 0.0),
        Rate("supplier", "cell_one", 1.0, (30.0, 30.0), 0.25),
    )
    assert find_rates(demo, "rates").name == "rates.csv"


def test_a_table_that_is_no_csv_is_refused(demo, tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text(f'{HEAD}country,"{"x" * 200_000}",1,7,7,0\n', "utf-8")
    with pytest.raises(OptionError, match="no CSV"):
        read_rates(tmp_path / "rates.csv", demo)


def test_everything_that_is_wrong_with_rates_is_said_at_once(demo, tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    rows = "supplier,nobody,-1,9,3,2\nweather,x,often,,5,0\ncountry,CHN,1,7,7,0\ncountry,CN,1,7,7,0\n"
    file.write_text(HEAD + rows, "utf-8")
    with pytest.raises(DataError) as caught:
        read_rates(file, demo)
    found = {(problem.row, problem.column) for problem in caught.value.problems}
    assert found == {
        *((2, name) for name in ("id", "rate_per_year", "duration_days_high", "left")),
        *((3, name) for name in ("kind", "rate_per_year", "duration_days_low")),
        (5, "id"),
    }


@pytest.mark.parametrize("text", ["", HEAD, "kind,id\ncountry,CHN\n"])
def test_a_table_without_columns_or_rows_is_refused(demo, tmp_path: Path, text: str) -> None:
    (tmp_path / "rates.csv").write_text(text, "utf-8")
    with pytest.raises(DataError):
        read_rates(tmp_path / "rates.csv", demo)


def test_draws_follow_the_rates_and_the_seed() -> None:
    often, seldom = Rate("country", "CHN", 3.0, (7.0, 21.0), 0.0), Rate("supplier", "s", 0.1, (14.0, 14.0), 0.0)
    active = draw((often, seldom), weeks=52, runs=20_000, seed=7)
    assert active.min() == 0.0
    assert active.max() == 1.0
    # Of 0.1 failures a year, each two weeks long, within 52 weeks: 52 x 0.1 / (365 / 7) failures.
    chance = 1 - np.exp(-0.1 * 52 * 7 / 365)
    assert active[:, 1].any(axis=0).mean() == pytest.approx(chance, abs=0.006)
    # In the steady state 3 a year of 2 weeks on average cover 1 - exp(-3 x 14 / 365) of the time.
    assert active[10:, 0].mean() == pytest.approx(1 - np.exp(-3 * 14 / 365), rel=0.03)
    again = draw((seldom, often), weeks=52, runs=20_000, seed=7)
    assert np.array_equal(again[:, 1], active[:, 0]), "each risk has its own stream"
    assert not np.array_equal(draw((often,), weeks=52, runs=20_000, seed=8)[:, 0], active[:, 0])


@pytest.mark.parametrize("values", [(-1, 1, 1, 1), (1, float("nan"), 1, 1), (1, 1, -0.5, 1), (1, 1, 1, float("nan"))])
def test_amounts_that_are_none_are_refused(values: tuple[float, ...]) -> None:
    with pytest.raises(OptionError, match="give numbers of 0 or more"):
        sc.week_of_production(*values)


def test_more_runs_than_a_machine_holds_are_refused() -> None:
    with pytest.raises(OptionError, match="1,000,000 runs"):
        sc.disrupt(sc.load("resilience_demo"), runs=10**12)
