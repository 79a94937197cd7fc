"""The program as a process of its own: pipes, colours, speed of the help."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-m", "supplychain"]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "COLUMNS", "NO_COLOR"}}
    return {**kept, "PYTHONUTF8": "1", **more}


def start(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *map(str, words)],
        env=environment(**more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


@pytest.mark.skipif(os.name != "posix", reason="a shell with pipes")
@pytest.mark.parametrize("option", ["", "--json"])
def test_a_reader_that_stops_early_is_no_error(option: str) -> None:
    command = f'"{sys.executable}" -m supplychain flags {option} | head -1'
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=environment(), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_a_pipe_gets_no_colours_no_progress_and_whole_rows(survey: Path) -> None:
    done = start("flags", survey, TERM="xterm-256color")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert "\r" not in done.stdout
    # The width of a terminal is nothing to a pipe.
    assert start("flags", survey, COLUMNS="40").stdout == done.stdout


def test_bad_input_is_one_line_on_standard_error(survey: Path) -> None:
    done = start("report", survey, "nope")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_a_pipe_gets_utf_8_and_a_poorer_encoding_no_traceback(survey: Path) -> None:
    def printed(**more: str) -> bytes:
        done = subprocess.run(
            [*PROGRAM, "products", str(survey)],
            env={**environment(), "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", **more},
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.stderr == b""
        assert done.returncode == 0
        return done.stdout

    assert "測繪無人機" in printed().decode("utf-8")
    assert "???" in printed(PYTHONIOENCODING="ascii").decode("ascii")


def test_without_a_command_it_helps_and_does_nothing(tmp_path: Path) -> None:
    done = subprocess.run(PROGRAM, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Commands:" in done.stdout
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timing
def test_help_and_flags_are_quick() -> None:
    def seconds(*words: str) -> float:
        best = float("inf")
        for _ in range(3):
            began = time.perf_counter()
            assert start(*words).returncode == 0
            best = min(best, time.perf_counter() - began)
        return best

    assert seconds("--help") < 0.4
    assert seconds("flags", "--help") < 0.4
    assert seconds("flags") < 1.5
