"""Reading and writing datasets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from supplychain import validation
from supplychain.bundled import DEFAULT_DATASET, bundled_names, bundled_path, is_bundled
from supplychain.dataset import Dataset
from supplychain.errors import DataError, OptionError, Problem
from supplychain.formats.cells import RawTable, typed
from supplychain.formats.folder import read_about, read_folder, save_folder
from supplychain.formats.kinds import WORKBOOKS, is_spreadsheet
from supplychain.overlay import overlay
from supplychain.schema import TABLES

if TYPE_CHECKING:
    from supplychain.formats.spreadsheets.read import Bill

__all__ = ["check", "load", "read_bill", "save_folder"]


def load(
    source: str | Path,
    *,
    base: str | Path = "",
    answers: str | Path | Iterable[str | Path] = (),
    date: str = "",
    strict: bool = True,
) -> Dataset:
    """Read a dataset.

    Parameters
    ----------
    source : str or pathlib.Path
        The name of a bundled dataset, a folder of CSV or Parquet tables, a workbook with a sheet per table, or a bill
        of materials in one spreadsheet (see `read_bill`), or a questionnaire that came back: the dataset that it asks
        about, with its answers.
        A bundled name comes first; write `./uav` for a folder of that name.
    base : str or pathlib.Path
        A dataset, named in the same way, that the tables are laid over (`supplychain.overlay.overlay`): what they
        refer to may then stand in either, and no table is required.
    answers : path, or iterable of paths
        Questionnaires of `supplychain gaps` that came back; what they answer is laid over the dataset.
    date : str
        Day on which evidence must be in force, as 2027-01-31: what stands on expired attestations alone counts as
        unknown, and so does an expired answer. Without it an answer must be in force on the date of state of the
        dataset, and what is in the dataset stays.
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
    from supplychain.formats.questions import dataset_of, is_questionnaire, with_evidence

    files = [answers] if isinstance(answers, str | Path) else list(answers)
    if is_questionnaire(source):
        files.insert(0, source)
        source = dataset_of(Path(source))
    return with_evidence(_load(source, base=base, strict=strict), files, date=date, strict=strict)


def _load(source: str | Path, *, base: str | Path, strict: bool) -> Dataset:
    if is_spreadsheet(source):
        return read_bill(source, base=base if base != "" else DEFAULT_DATASET).dataset
    path = _found(source)
    below = _base(base, path) if base != "" else None
    tables, about, problems = _read(path)
    if not tables:
        needed = f"; a dataset has at least {_needed()}" if below is None else f"; tables are {', '.join(TABLES)}"
        raise OptionError(f"{source}: no table found{needed}")
    dataset, found = _assembled(tables, about, path)
    if below is None:
        found += _missing(tables, path)
        skip = _unread(tables)
    else:
        dataset = overlay(replace(below, problems=()), dataset)
        found += dataset.problems
        skip = _broken(tables)
    found += [*problems, *validation.check(dataset, skip=skip)]
    # What concerns the base was said before, and comes after what concerns the tables that are read.
    ordered = sorted(found, key=lambda problem: (below is not None and _is_of(below, problem), *_order(problem)))
    if strict and any(problem.severity == "error" for problem in ordered):
        raise DataError(problem for problem in ordered if problem.severity == "error")
    return replace(dataset, path=path, problems=tuple(ordered))


def read_bill(
    path: str | Path,
    *,
    base: str | Path = DEFAULT_DATASET,
    map_file: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str = "",
    confirm: str | Path | None = None,
    attach_upstream: bool = True,
    currency: str = "",
    rates: Mapping[str, float] | None = None,
) -> Bill:
    """Read a bill of materials from one spreadsheet, as a tool exports it or as it was typed by hand.

    Parameters
    ----------
    path : str or pathlib.Path
        .csv, .tsv, .txt, .xlsx, .xlsm or .ods.
    base : str or pathlib.Path
        Dataset in which makers are looked up, and whose upstream tiers are attached.
    map_file : str or pathlib.Path, optional
        What each column is, as `write_map` writes it.
    columns : mapping of str to str, optional
        Field of a header (`supplychain.formats.spreadsheets.fields`), "ignore" for a column to pass over. It goes
        before what is found by itself.
    sheet : str
        Sheet of a workbook; the one that looks like a bill of materials if empty.
    confirm : str or pathlib.Path, optional
        Which firms the makers' names mean, as `write_confirm` writes it.
    attach_upstream : bool
        Whether lines are connected to the upstream tiers of the bundled data for their class.
    currency : str
        ISO 4217 code of prices that name none.
    rates : mapping of str to float, optional
        USD for one unit of a currency.

    Returns
    -------
    Bill
        `dataset`, `product` and `account`.

    Raises
    ------
    QuestionsError
        If a header can mean several things; its `questions` hold the choices.
    DataError
        If the map or the confirmations have errors, or every row is refused.
    OptionError
        If there is no such file, or no header is found in it.
    """
    from supplychain.formats.spreadsheets.read import read_spreadsheet

    return read_spreadsheet(
        Path(path),
        load(base),
        map_file=None if map_file is None else Path(map_file),
        columns=columns,
        sheet=sheet,
        confirm=None if confirm is None else Path(confirm),
        attach_upstream=attach_upstream,
        currency=currency,
        rates=rates,
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
    if isinstance(source, str) and is_bundled(source):
        return bundled_path(source)
    path = Path(source)
    try:
        if path.is_dir() or (path.is_file() and path.suffix.casefold() in WORKBOOKS):
            return path
        exists = path.exists()
    except (OSError, ValueError):  # a name too long, or with a NUL
        exists = False
    names = ", ".join(bundled_names())
    if not exists:
        raise OptionError(f"{source}: no such folder or file, and no bundled dataset (there are: {names})")
    if path.suffix.casefold() in {".csv", ".tsv", ".parquet"}:
        raise OptionError(f"{source}: this is one table; give the folder that holds the tables")
    raise OptionError(
        f"{source}: not a kind of file that can be read; give a folder of tables, a workbook (.xlsx), "
        "or a list as .csv, .tsv, .xlsx or .ods"
    )


def _base(base: str | Path, path: Path) -> Dataset:
    below = _found(base)
    if below.resolve() == path.resolve():
        raise OptionError(f"{base}: this is the dataset itself; give as base the dataset that it adds to")
    return load(base)


def _is_of(base: Dataset, problem: Problem) -> bool:
    return problem.file.startswith(f"{base.name}: ")


def _read(path: Path) -> tuple[dict[str, RawTable], dict[str, str], list[Problem]]:
    if path.is_dir():
        tables, problems = read_folder(path)
        about, about_problems = read_about(path)
        return tables, about, [*problems, *about_problems]
    from supplychain.formats.workbook import read_workbook

    return read_workbook(path), {}, []


def _needed() -> str:
    return ", ".join(table.name for table in TABLES.values() if table.required)


def _missing(tables: dict[str, RawTable], path: Path) -> list[Problem]:
    return [
        Problem(
            "error",
            f"{table.name}.csv" if path.is_dir() else f"{path.name}, sheet {table.name}",
            None,
            "",
            "",
            "the table is missing",
            table.description,
        )
        for table in TABLES.values()
        if table.required and table.name not in tables
    ]


def _unread(tables: dict[str, RawTable]) -> frozenset[str]:
    """Tables that are absent or could not be read: references to them cannot be checked."""
    absent = {table.name for table in TABLES.values() if table.required and table.name not in tables}
    return _broken(tables) | absent


def _broken(tables: dict[str, RawTable]) -> frozenset[str]:
    return frozenset(name for name, raw in tables.items() if raw.frame.shape[1] == 0)


def _assembled(tables: dict[str, RawTable], about: dict[str, str], path: Path) -> tuple[Dataset, list[Problem]]:
    problems: list[Problem] = []
    frames = {}
    for name, raw in tables.items():
        frames[name], cell_problems = typed(raw)
        problems += [*raw.problems, *cell_problems]
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
