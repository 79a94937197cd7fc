"""Options of the exposure: what they do, and what is refused with one line and exit status 2."""

from __future__ import annotations

from pathlib import Path

import pytest

EXPOSURE = ("flags", "origins", "graph", "report")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--lens", "nonsense"), "'nonsense' is no country"),
        (("--lens", "CHM"), "did you mean"),
        (("--lens", ","), "at least one country"),
        (("--lens", ""), "at least one country"),
        (("--basis", "assembled"), "made, designed, headquartered, owned"),
        (("--basis", ","), "made, designed, headquartered, owned"),
        (("--basis", "made;owned"), "made, designed, headquartered, owned"),
        (("--depth", "0"), "1 or more"),
        (("--depth", "-1"), "1 or more"),
        (("--depth", "x"), "'x' is not a valid integer"),
        (("--depth", "1.5"), "'1.5' is not a valid integer"),
        (("--min-ownership", "0"), "above 0 and at most 1"),
        (("--min-ownership", "2"), "above 0 and at most 1"),
        (("--min-ownership", "nan"), "above 0 and at most 1"),
        (("--min-ownership", "-inf"), "above 0 and at most 1"),
        (("--min-ownership", "x"), "'x' is not a valid float"),
        (("--evidence", "hearsay"), "'all', 'documented'"),
        (("--evidence",), "requires an argument"),
        (("--nonsense",), "--nonsense"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("command", EXPOSURE)
def test_bad_values_are_refused(
    refused, survey: Path, command: str, words, expected: str, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = refused(command, survey, *words)
    assert expected in said
    assert [line for line in said.splitlines() if line.startswith(("error: ", "Error: "))]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("units", ["0", "-5", "nan", "inf"])
def test_units_must_be_a_number_above_zero(refused, survey: Path, units: str) -> None:
    assert "above 0" in refused("flags", survey, "--units", units)


def test_options_of_other_commands_are_refused(refused, survey: Path) -> None:
    for words in (("origins", "--units", "3"), ("origins", "--fail-on", "exposed"), ("check", "--lens", "CHN")):
        assert "No such option" in refused(words[0], survey, *words[1:])
    assert "'sometimes' is not one of" in refused("flags", survey, "--fail-on", "sometimes")
    assert "'fr' is not one of" in refused("report", survey, "--lang", "fr")


def test_a_misspelt_command_comes_with_the_nearest(refused) -> None:
    assert "Did you mean 'origins'?" in refused("origin")
    assert "No such command 'zzz'" in refused("zzz")


@pytest.mark.parametrize(
    "text", ["CHN,HKG,MAC", "China, Hong Kong ,Macao", "cn,hk,mo", "中國,香港,澳門", "PRC,HKG,MAC,CHN,"]
)
def test_a_lens_takes_codes_and_names(answer, survey: Path, text: str) -> None:
    assert answer("flags", survey, "--lens", text)["lens"]["countries"] == ["CHN", "HKG", "MAC"]


def test_taiwan_is_not_in_a_lens_of_china(answer, survey: Path) -> None:
    assert answer("flags", survey, "--lens", "Republic of China (Taiwan)")["lens"]["countries"] == ["TWN"]
    motor = {flag["part_id"]: flag for flag in answer("flags", survey, "--depth", "1")["flags"]}["motor"]
    assert motor["verdict"] == "clear"


def test_bases(answer, survey: Path) -> None:
    found = answer("flags", survey, "--basis", " Made ,owned,made")
    assert found["lens"]["bases"] == ["made", "owned"]
    assert found["loss_bases"] == ["made", "owned"]
    default = answer("flags", survey)
    assert default["lens"]["bases"] == ["made", "headquartered", "owned"]
    assert default["loss_bases"] == ["made"]


def test_the_share_of_owners(answer, survey: Path) -> None:
    def board(*words: str) -> str:
        found = answer("flags", survey, "--depth", "1", *words)
        return next(flag["verdict"] for flag in found["flags"] if flag["part_id"] == "board")

    assert board() == "exposed"  # 30 % held from China
    assert board("--min-ownership", "0.3") == "exposed"
    assert board("--min-ownership", "0.31") == "clear"
    assert board("--basis", "made") == "clear"


def test_depth(answer, survey: Path) -> None:
    one, two, many = (answer("flags", survey, "--depth", str(depth)) for depth in (1, 2, 99))
    assert [found["depth"] for found in (one, two, many)] == [1, 2, 99]
    assert {flag["tier"] for flag in one["flags"]} == {1}
    assert two["flags"] == many["flags"] == answer("flags", survey)["flags"]
    assert len(answer("origins", survey, "--depth", "1")["parts"]) == 4


def test_units_scale_the_cover(answer, survey: Path) -> None:
    planned, more = answer("flags", survey), answer("flags", survey, "--units", "4000")
    assert (planned["exposure"]["units"], more["exposure"]["units"]) == (1000, 4000)
    cover = {row["part_id"]: row for row in planned["exposure"]["coverage"]}
    assert (cover["motor"]["needed"], cover["motor"]["available"], cover["motor"]["low"]) == (4000, 8000, 2)
    for row in more["exposure"]["coverage"]:
        assert row["low"] == pytest.approx(cover[row["part_id"]]["low"] / 4)


@pytest.mark.parametrize(
    ("words", "fail_on", "status"),
    [
        ((), "exposed", 1),
        ((), "unknown", 1),
        (("--lens", "NZL"), "exposed", 0),
        (("--lens", "NZL"), "unknown", 1),
        (("--lens", "NZL", "--basis", "headquartered", "--depth", "1"), "exposed", 0),
    ],
)
def test_fail_on(run, survey: Path, words: tuple[str, ...], fail_on: str, status: int) -> None:
    run("flags", survey, *words)
    result = run("flags", survey, *words, "--fail-on", fail_on, status=status)
    assert "countries of concern" in result.stdout.lower()


def test_fail_on_writes_its_file_all_the_same(run, survey: Path, tmp_path: Path) -> None:
    run("flags", survey, "--fail-on", "exposed", "-o", tmp_path / "x.csv", status=1)
    assert (tmp_path / "x.csv").stat().st_size > 0


def test_check_fails_on_errors_alone(run, survey: Path, wrong: Path) -> None:
    assert "0 errors, 1 warning" in run("check", survey).stdout
    found = run("check", wrong, status=1).stdout
    assert "What would be right" in found
