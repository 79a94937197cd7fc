"""Reading and writing datasets."""

from __future__ import annotations

from pathlib import Path

from supplychain import validation
from supplychain.bundled import bundled_names, bundled_path
from supplychain.dataset import Dataset
from supplychain.errors import DataError, OptionError, Problem
from supplychain.formats.cells import RawTable, typed
from supplychain.formats.folder import read_about, read_folder, save_folder
from supplychain.schema import TABLES

__all__ = ["check", "load", "save_folder"]

_WORKBOOKS = frozenset({".xlsx", ".xlsm"})


def load(source: str | Path, *, strict: bool = True) -> Dataset:
    """Read a dataset.

    Parameters
    ----------
    source : str or pathlib.Path
        The name of a bundled dataset, a folder of CSV or Parquet tables, or a workbook with a sheet per table.
        A bundled name comes first; write `./uav` for a folder of that name.
    strict : bool
        Raise if the dataset has an error; else the errors are among the problems of the result.

    Returns
    -------
    Dataset
        Its `problems` are the warnings found.

    Raises
    ------
    DataError
        If a table has an error; it names all of them.
    OptionError
        If there is no such dataset, or nothing in it is a table.
    MissingExtraError
        If the files need a package that is not installed.

    Examples
    --------
    >>> load("uav").products()[0]
    'fpv_allied'
    """
    path = _found(source)
    if path.is_dir():
        tables, problems = read_folder(path)
        about, about_problems = read_about(path)
        problems.extend(about_problems)
    else:
        from supplychain.formats.workbook import read_workbook

        tables, problems, about = read_workbook(path), [], {}
    if not tables:
        raise OptionError(f"{source}: no table found; a dataset has at least {_needed()}")
    dataset, found = _assembled(tables, about, path)
    problems = sorted([*problems, *found, *validation.check(dataset, skip=_unread(tables))], key=_order)
    if strict and any(problem.severity == "error" for problem in problems):
        raise DataError(problem for problem in problems if problem.severity == "error")
    return Dataset(
        name=dataset.name,
        tables=dataset.tables,
        version=dataset.version,
        date=dataset.date,
        path=path,
        problems=tuple(problems),
        places=dataset.places,
    )


def check(source: str | Path | Dataset) -> list[Problem]:
    """Return all that is wrong with a dataset, errors first.

    Parameters
    ----------
    source : str, pathlib.Path or Dataset
        As for `load`, or a dataset in memory.

    Examples
    --------
    >>> [problem for problem in check("uav") if problem.severity == "error"]
    []
    """
    problems = validation.check(source) if isinstance(source, Dataset) else load(source, strict=False).problems
    return sorted(problems, key=_order)


def _found(source: str | Path) -> Path:
    if isinstance(source, str) and source in bundled_names():
        return bundled_path(source)
    path = Path(source)
    try:
        if path.is_dir() or (path.is_file() and path.suffix.casefold() in _WORKBOOKS):
            return path
        exists = path.exists()
    except (OSError, ValueError):  # a name too long, or with a NUL
        exists = False
    names = ", ".join(bundled_names())
    if not exists:
        raise OptionError(f"{source}: no such folder or workbook, and no bundled dataset (there are: {names})")
    if path.suffix.casefold() in {".csv", ".tsv", ".parquet"}:
        raise OptionError(f"{source}: this is one table; give the folder that holds the tables")
    raise OptionError(f"{source}: not a kind of file that can be read; give a folder of tables or an .xlsx workbook")


def _needed() -> str:
    return ", ".join(table.name for table in TABLES.values() if table.required)


def _unread(tables: dict[str, RawTable]) -> frozenset[str]:
    """Tables that are absent or could not be read: references to them cannot be checked."""
    absent = {table.name for table in TABLES.values() if table.required and table.name not in tables}
    broken = {name for name, raw in tables.items() if raw.frame.shape[1] == 0}
    return frozenset(absent | broken)


def _assembled(tables: dict[str, RawTable], about: dict[str, str], path: Path) -> tuple[Dataset, list[Problem]]:
    problems: list[Problem] = []
    frames = {}
    for name, raw in tables.items():
        frames[name], cell_problems = typed(raw)
        problems += [*raw.problems, *cell_problems]
    for table in TABLES.values():
        if table.required and table.name not in tables:
            file = f"{table.name}.csv" if path.is_dir() else f"{path.name}, sheet {table.name}"
            problems.append(Problem("error", file, None, "", "", "the table is missing", table.description))
    dataset = Dataset.from_tables(
        frames,
        name=about.get("name") or path.resolve().stem,
        version=about.get("version", ""),
        date=about.get("date", ""),
        path=path,
        places={name: raw.place for name, raw in tables.items()},
    )
    return dataset, problems


def _order(problem: Problem) -> tuple[bool, str, int, str, str]:
    return problem.severity != "error", problem.file, problem.row or 0, problem.column, problem.message
