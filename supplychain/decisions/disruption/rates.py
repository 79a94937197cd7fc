"""How often things fail, as the user says: a table of rates, and random failures drawn from it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from supplychain.countries import to_alpha3
from supplychain.dataset import Dataset
from supplychain.decisions.disruption.hits import Cause
from supplychain.decisions.disruption.supply import WEEKS_PER_DAY, WEEKS_PER_YEAR
from supplychain.errors import DataError, OptionError, Problem

__all__ = ["COLUMNS", "Rate", "draw", "find_rates", "read_rates"]

Float = NDArray[np.float64]

COLUMNS = ("kind", "id", "rate_per_year", "duration_days_low", "duration_days_high", "left")
_KINDS = ("supplier", "country", "part")


@dataclass(frozen=True)
class Rate:
    """How often something fails, for how long, and what is left.

    Attributes
    ----------
    kind : {"supplier", "country", "part"}
    id : str
    rate_per_year : float
        Mean number of failures a year.
    duration_days : tuple of float
        Shortest and longest; every length between is equally likely.
    left : float
        Share of the output that is left meanwhile.
    """

    kind: str
    id: str
    rate_per_year: float
    duration_days: tuple[float, float]
    left: float

    @property
    def cause(self) -> Cause:
        """What fails."""
        return Cause(self.kind, self.id, (self.left, self.left))

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        low, high = self.duration_days
        return {
            "kind": self.kind,
            "id": self.id,
            "rate_per_year": self.rate_per_year,
            "duration_days": {"low": low, "high": high},
            "left": self.left,
        }


def find_rates(dataset: Dataset, name: str | Path) -> Path:
    """Path of a table of rates: a file, or the name of one in the folder `scenarios` of the dataset.

    Raises
    ------
    OptionError
        If there is none.
    """
    path = Path(name)
    if path.is_file():
        return path
    folder = None if dataset.path is None else dataset.path / "scenarios"
    if folder is not None and path.name == str(name):
        for file in (folder / path.name, folder / f"{path.name}.csv"):
            if file.is_file() and file.suffix == ".csv":
                return file
    raise OptionError(f"rates {str(name)!r}: no such file; give a CSV with the columns {', '.join(COLUMNS)}")


def read_rates(path: str | Path, dataset: Dataset) -> tuple[Rate, ...]:
    """Read a table of rates: CSV with the columns of `COLUMNS`; an empty `left` is 0.

    Raises
    ------
    OptionError
        If the file cannot be read.
    DataError
        If it has errors; all of them are named.
    """
    file = Path(path)
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise OptionError(f"{file}: the file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise OptionError(f"{file}: this is no text in UTF-8") from error
    try:
        table = csv.DictReader(io.StringIO(text, newline=""))
        names, rows = table.fieldnames or (), [(table.line_num, row) for row in table]
    except csv.Error as error:
        raise OptionError(f"{file}: this is no CSV file: {error}") from error
    problems: list[Problem] = []
    missing = [name for name in COLUMNS[:-1] if name not in names]
    if missing:
        message = (
            f"the column{'s' * (len(missing) > 1)} {', '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing"
        )
        raise DataError([Problem("error", file.name, 1, "", "", message, f"columns are {', '.join(COLUMNS)}")])
    known = {"supplier": set(dataset.suppliers["supplier_id"]), "part": set(dataset.parts["part_id"])}
    rates: dict[tuple[str, str], Rate] = {}
    for line, row in rows:
        if not any((value or "").strip() for value in row.values() if isinstance(value, str)):
            continue
        rate = _rate(_Row(file.name, line, row, problems), known)
        if (rate.kind, rate.id) in rates:
            problems.append(Problem("error", file.name, line, "id", rate.id, "this stands in the table twice"))
        rates[rate.kind, rate.id] = rate
    if not rates and not problems:
        problems.append(Problem("error", file.name, None, "", "", "the table has no row", "one row for each risk"))
    if problems:
        raise DataError(problems)
    return tuple(rates.values())


@dataclass(frozen=True)
class _Row:
    file: str
    line: int
    cells: Mapping[str, str | None]
    problems: list[Problem]

    def text(self, name: str) -> str:
        return (self.cells.get(name) or "").strip()

    def wrong(self, name: str, message: str, hint: str) -> None:
        self.problems.append(Problem("error", self.file, self.line, name, self.text(name), message, hint))

    def number(self, name: str, *, least: float, most: float, default: float | None = None) -> float:
        if not self.text(name) and default is not None:
            return default
        limits = f"a number from {least:g}" + (f" to {most:g}" if np.isfinite(most) else "")
        try:
            value = float(self.text(name))
        except ValueError:
            self.wrong(name, "this is not a number" if self.text(name) else "the cell is empty", limits)
            return least
        if not least <= value <= most or not np.isfinite(value):
            self.wrong(name, "this is out of range", limits)
            return least
        return value


def _rate(row: _Row, known: Mapping[str, set[str]]) -> Rate:
    kind, name = row.text("kind"), row.text("id")
    if kind not in _KINDS:
        row.wrong("kind", f"{kind!r} is no kind of failure", f"one of {', '.join(_KINDS)}")
    elif kind == "country":
        code = to_alpha3(name)
        if code is None:
            row.wrong("id", f"{name!r} is no country that we know", "a code as CHN, or a name")
        name = code or name
    elif name not in known[kind]:
        row.wrong("id", f"{kind} {name!r} is not in the dataset", "an id of its tables")
    low = row.number("duration_days_low", least=0.0, most=np.inf)
    high = row.number("duration_days_high", least=0.0, most=np.inf, default=low)
    if low > high:
        row.wrong("duration_days_high", "this is below duration_days_low", f"{low:g} or more")
    return Rate(
        kind=kind,
        id=name,
        rate_per_year=row.number("rate_per_year", least=0.0, most=1000.0),
        duration_days=(low, max(low, high)),
        left=row.number("left", least=0.0, most=1.0, default=0.0),
    )


def draw(rates: tuple[Rate, ...], *, weeks: int, runs: int, seed: int) -> Float:
    """Draw when what fails: the share of each week in which each cause lasts.

    Failures of one cause come at random and independently of all others: a Poisson process with the given rate, which
    begins with everything in order. Every row has its own stream of random numbers, so that leaving out one changes
    nothing in the others.

    Returns
    -------
    array of float, shape (weeks, causes, runs)
        0 to 1.

    Examples
    --------
    >>> often = Rate("country", "CHN", 50.0, (7.0, 7.0), 0.0)
    >>> draw((often,), weeks=52, runs=4, seed=1).shape
    (52, 1, 4)
    """
    active = np.zeros((weeks, len(rates), runs))
    edges = np.arange(weeks, dtype=np.float64)
    for row, rate in enumerate(rates):
        stream = np.random.default_rng([seed, *f"{rate.kind}/{rate.id}".encode()])
        count = stream.poisson(rate.rate_per_year * weeks / WEEKS_PER_YEAR, size=runs)
        run = np.repeat(np.arange(runs), count)
        start = stream.uniform(0.0, weeks, size=len(run))
        length = stream.uniform(*rate.duration_days, size=len(run)) * WEEKS_PER_DAY
        order = np.lexsort((start, run))
        run, start, length = run[order], start[order], length[order]
        stop = start + length
        for week in edges:
            part = np.clip(np.minimum(stop, week + 1) - np.maximum(start, week), 0.0, 1.0)
            touched = part > 0
            np.add.at(active[int(week), row], run[touched], part[touched])
    return np.minimum(active, 1.0)
