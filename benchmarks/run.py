"""Compare the arrays with plain code, in one run: results are checked equal before any time is printed.

python benchmarks/run.py                      10^3, 10^4 and 10^5 lines
python benchmarks/run.py --lines 1000000
python benchmarks/run.py --write              also into docs/performance.md
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import numpy as np
from baselines import (
    EMBARGO_BASES,
    EXPOSURE_BASES,
    build_graph,
    flatten,
    parse_csv,
    parse_csv_arrow,
    prepare,
    run_flat,
    walk,
)
from generate import generate, write_csv
from numpy.typing import NDArray
from sweeps import measure_sweeps

import supplychain as sc
from supplychain.compiled import Columns, Compiled, Lens, compile_dataset, concern, propagate
from supplychain.compiled.origin import read_origins
from supplychain.formats import load

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
TOLERANCE = 1e-9
LINES_OF_TARGET = 100_000
WORKLOADS = ("exposure", "loading", "failures", "commands")

Measure = Literal["contact", "loss"]
Interval = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class Row:
    """One comparison: seconds of the arrays and of what they are compared with."""

    workload: str
    ours: float
    against: str
    theirs: float | None = None
    target: str = ""
    note: str = ""

    @property
    def cells(self) -> list[str]:
        """The row as text."""
        ratio = "" if self.theirs is None else f"{self.theirs / self.ours:.2f}"
        theirs = "" if self.theirs is None else _seconds(self.theirs)
        return [self.workload, _seconds(self.ours), self.against, theirs, ratio, self.target, self.note]


HEADER = ["workload", "arrays", "compared with", "takes", "ratio", "target", "note"]


def _seconds(value: float) -> str:
    if value < 1e-3:
        return f"{value * 1e6:.1f} µs"
    return f"{value * 1e3:.2f} ms" if value < 1 else f"{value:.2f} s"


def measure_arrays(compiled: Compiled, measure: Measure, leaves: NDArray[np.float64]) -> Interval:
    """Compute a measure of the default mix of every part with the kernel: (low, high).

    This is the only place that knows how the kernel is called.
    """
    columns = Columns(take_max=np.array([False, True]))
    operation = "product" if measure == "contact" else "max"
    touched = propagate(compiled, leaves, operation, columns, essential_only=measure == "loss")
    low, high = touched[:, 0, compiled.part_target]
    return low, high


def leaves_of(compiled: Compiled, bases: tuple[str, ...]) -> NDArray[np.float64]:
    """Return what each option is by itself, one row per end of the interval."""
    low, high = concern(compiled, read_origins(compiled), Lens(bases=bases))
    return np.stack([low, high]).astype(np.float64)


def fastest(*functions: Callable[[], object], repeats: int) -> list[float]:
    """Return the shortest time of each function; the calls take turns, so that a busy moment hits all."""
    best = [float("inf")] * len(functions)
    for _ in range(repeats):
        for place, function in enumerate(functions):
            gc.collect()
            gc.disable()
            started = time.perf_counter()
            function()
            best[place] = min(best[place], time.perf_counter() - started)
            gc.enable()
    return best


def exposure_rows(dataset: sc.Dataset, *, lines: int, repeats: int) -> list[Row]:
    """Contact and proportional embargo loss of all parts, against one pass over NetworkX."""
    compiled = compile_dataset(dataset)
    rows = []
    measures: tuple[tuple[Measure, tuple[str, ...]], ...] = (("contact", EXPOSURE_BASES), ("loss", EMBARGO_BASES))
    for measure, bases in measures:
        ready = prepare(dataset, bases)
        flat = flatten(ready, measure)
        leaves = leaves_of(compiled, bases)
        arrays = partial(measure_arrays, compiled, measure, leaves)
        inside = check_equal(walk(ready, measure), arrays(), compiled)
        check_equal(run_flat(flat), arrays(), compiled)
        ours, graph, lists = fastest(arrays, partial(walk, ready, measure), partial(run_flat, flat), repeats=repeats)
        workload = f"{measure} of all parts, both ends"
        note = f"{inside:.0%} of the results are strictly between 0 and 1"
        target = ">= 50" if lines == LINES_OF_TARGET else ""
        rows += [
            Row(workload, ours, "plain pass over NetworkX", graph, target, note),
            Row(workload, ours, "nested lists, no graph left to walk", lists),
        ]
    return rows


def check_equal(expected: dict[str, tuple[float, float]], found: Interval, compiled: Compiled) -> float:
    """Stop if any result differs; return the share of results that are neither 0 nor 1."""
    theirs = np.array([expected[part] for part in compiled.part_ids])
    ours = np.stack(found, axis=1)
    difference = np.abs(theirs - ours)
    if not (difference <= TOLERANCE).all():
        part, end = np.unravel_index(int(difference.argmax()), difference.shape)
        sys.exit(
            f"results differ: part {compiled.part_ids[part]}, {'low' if end == 0 else 'high'} end: "
            f"arrays {ours[part, end]}, plain code {theirs[part, end]}; no times are printed"
        )
    return float(((ours > TOLERANCE) & (ours < 1 - TOLERANCE)).mean())


def loading_rows(dataset: sc.Dataset, folder: Path, *, repeats: int) -> list[Row]:
    """From a folder of CSV files to compiled arrays, against a plain parse and against building the graph."""
    write_csv(dataset, folder)
    tables = dict(dataset.tables)
    check_loaded(dataset, folder)
    ours, parse, arrow, graph, compiling, building = fastest(
        lambda: compile_dataset(load(folder)),
        lambda: parse_csv(folder),
        lambda: parse_csv_arrow(folder),
        lambda: build_graph(parse_csv(folder)),
        lambda: compile_dataset(dataset),
        lambda: build_graph(tables),
        repeats=repeats,
    )
    whole = "CSV to compiled arrays, checks included"
    return [
        Row(whole, ours, "pandas.read_csv alone", parse),
        Row(whole, ours, "pandas.read_csv, Arrow's parser, alone", arrow),
        Row(whole, ours, "read_csv and building the NetworkX graph", graph),
        Row("tables in memory to compiled arrays", compiling, "building the NetworkX graph", building),
    ]


def check_loaded(dataset: sc.Dataset, folder: Path) -> None:
    """Stop if the files give another dataset than the one they were written from."""
    loaded, built = compile_dataset(load(folder)), compile_dataset(dataset)
    for name in ("part_target", "slot_pointers", "mix_pointers"):
        if not np.array_equal(getattr(loaded, name), getattr(built, name)):
            sys.exit(f"results differ: {name} after reading the CSV files; no times are printed")


def failure_rows(dataset: sc.Dataset, *, lines: int, repeats: int) -> list[Row]:
    """One failure after the other, and many at once: seconds for one scenario."""
    names = {"numba": "", "numpy": ", without [fast]"}
    rows = []
    for place, found in enumerate(measure_sweeps(dataset, repeats=repeats)):
        for engine in ("numba", "numpy"):
            if engine not in found.seconds:
                continue
            ours = found.seconds[engine]
            fast = engine == "numba" and lines == LINES_OF_TARGET
            target = (">= 10,000 a second" if place else ">= 1000") if fast else ""
            note = f"{found.scenarios:,} scenarios, {1 / ours:,.0f} a second; {found.note}"
            name = f"{found.workload}, one scenario{names[engine]}"
            rows += [
                Row(name, ours, "plain code, only what lies above", found.seconds["plain"], target, note),
                Row(name, ours, "whole propagations, 8 scenarios each", found.seconds["kernel"]),
            ]
    return rows


def command_rows(*, repeats: int) -> list[Row]:
    """Whole processes: what somebody waits for at the terminal."""
    program = Path(sys.executable).with_name("supplychain")
    rows = []
    commands = ((["--help"], "<= 0.4 s"), (["flags", "uav", "isr_quad_taiwan"], "<= 1.5 s"))
    for arguments, target in commands:

        def run(arguments: list[str] = arguments) -> None:
            subprocess.run([program, *arguments], check=True, capture_output=True)  # noqa: S603

        run()  # the first start writes byte code
        rows.append(Row(f"supplychain {' '.join(arguments)}", fastest(run, repeats=repeats)[0], "", target=target))
    return rows


def as_table(rows: list[Row]) -> str:
    """Return a Markdown table, aligned so that it also reads well in a terminal."""
    cells = [HEADER, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADER))]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def machine() -> str:
    """Return what the numbers depend on."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "networkx"))
    day = dt.datetime.now(tz=dt.UTC).date().isoformat()
    return f"{day}; {os.cpu_count()} cores, {model}; Python {platform.python_version()}, {packages}"


def is_busy() -> bool:
    """Whether other work takes the machine's time."""
    return hasattr(os, "getloadavg") and os.getloadavg()[0] > 0.6 * (os.cpu_count() or 1)


def sections(sizes: list[int], *, seed: int, repeats: int, only: list[str]) -> list[str]:
    """Run everything; return Markdown."""
    texts = []
    for lines in sizes if {"exposure", "loading", "failures"} & set(only) else []:
        dataset = generate(lines, seed=seed)
        counts = ", ".join(f"{len(dataset.tables[name]):,} {name}" for name in ("bom", "parts", "offers", "suppliers"))
        rows = []
        if "exposure" in only:
            rows += exposure_rows(dataset, lines=lines, repeats=repeats)
        if "loading" in only:
            with tempfile.TemporaryDirectory(prefix="supplychain-bench-") as folder:
                rows += loading_rows(dataset, Path(folder), repeats=min(repeats, 3))
        if "failures" in only and lines > 1000:
            rows += failure_rows(dataset, lines=lines, repeats=repeats)
        texts.append(f"### {lines:,} lines ({counts})\n\n{as_table(rows)}")
    if "commands" in only:
        texts.append(f"### Whole commands\n\n{as_table(command_rows(repeats=max(3, repeats)))}")
    return texts


def write_page(text: str) -> None:
    """Replace the table in docs/performance.md."""
    page = PAGE.read_text("utf-8")
    before, rest = page.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", "utf-8")


def main(arguments: list[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description="Compare the arrays with plain code.")
    parser.add_argument("--lines", type=int, action="append", help="number of bom lines; may be given several times")
    parser.add_argument("--only", action="append", choices=WORKLOADS, help="may be given several times")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="also write the table into docs/performance.md")
    options = parser.parse_args(arguments)
    busy = is_busy()
    sizes, only = options.lines or [1_000, 10_000, 100_000], options.only or list(WORKLOADS)
    text = "\n\n".join(sections(sizes, seed=options.seed, repeats=options.repeats, only=only))
    about = f"{machine()}. Shortest of {options.repeats} turns."
    if busy or is_busy():
        about += " The machine was busy with other work: the ratios hold better than the times."
    text = f"{about}\n\n{text}"
    print(text)
    if options.write:
        write_page(text)


if __name__ == "__main__":
    main()
