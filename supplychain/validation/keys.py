"""Keys that stand twice, and ids that stand for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import Dataset
from supplychain.errors import Problem
from supplychain.schema import TABLES, Column, Table
from supplychain.validation.report import closest, listed, problem_at

__all__ = ["duplicate_problems", "key_codes", "reference_problems", "row_codes"]


def duplicate_problems(dataset: Dataset) -> Iterator[Problem]:
    """Yield a problem for every row whose key stands in a row above it."""
    for table in TABLES.values():
        frame = dataset.tables[table.name]
        if not table.key or len(frame) < 2:
            continue
        keys = key_codes(frame, table)
        again = pd.Index(keys).duplicated()
        if not again.any():
            continue
        first = {key: row for row, key in reversed(list(enumerate(keys)))}
        for row in np.flatnonzero(again):
            if table.name != "offers" and not _complete(frame, table, int(row)):
                continue  # the empty cell is the problem
            column = table.key[0]
            above = problem_at(dataset, table.name, first[keys[row]], column, "").row
            hint = (
                "give each an offer_id, or a product_name"
                if table.name == "offers"
                else "delete one, or make the keys differ"
            )
            yield problem_at(
                dataset, table.name, int(row), column, f"the key ({', '.join(table.key)}) is that of row {above}", hint
            )


def key_codes(frame: pd.DataFrame, table: Table) -> npt.NDArray[np.int64]:
    """Return one number per row, equal where the keys are equal; an empty slot is the child_id."""
    columns = {name: frame[name] for name in table.key}
    if "slot" in columns:
        columns["slot"] = columns["slot"].where(columns["slot"] != "", frame["child_id"])
    return row_codes(columns, len(frame))


def row_codes(columns: Mapping[str, pd.Series], rows: int) -> npt.NDArray[np.int64]:
    """Return one number per row, equal where all the columns are equal (two empty numbers are)."""
    codes = np.zeros(rows, dtype=np.int64)
    for values in columns.values():
        column, distinct = pd.factorize(values.to_numpy(), use_na_sentinel=False)
        # Numbered anew after each column, so that the product cannot overflow.
        codes = pd.factorize(codes * (len(distinct) + 1) + column)[0].astype(np.int64)
    return codes


def _complete(frame: pd.DataFrame, table: Table, row: int) -> bool:
    return all(frame[name].to_numpy()[row] != "" for name in table.key if table.column(name).required)


def reference_problems(dataset: Dataset, skip: frozenset[str]) -> Iterator[Problem]:
    """Yield ids that stand in no row of the table they refer to; sources that are not listed are warnings."""
    for table in TABLES.values():
        if dataset.tables[table.name].empty:
            continue
        for column in table.columns:
            target = column.references.partition(".")[0]
            if not target or target in skip or target == "sources":
                continue
            yield from _unknown_ids(dataset, table.name, column)
    yield from _unlisted_sources(dataset)


def _unknown_ids(dataset: Dataset, table: str, column: Column) -> Iterator[Problem]:
    target, _, key = column.references.partition(".")
    values = dataset.tables[table][column.name]
    known = pd.Index(dataset.tables[target][key])
    unknown = ~(values.isin(known) | (values == "")).to_numpy()
    if not unknown.any():
        return
    near = closest([name for name in pd.unique(known) if name])
    place = problem_at(dataset, target, None, "", "").file
    for row in np.flatnonzero(unknown):
        name = str(values.to_numpy()[row])
        guess = near(name)
        hint = f"{guess}?" if guess else f"add it to {place}"
        yield problem_at(dataset, table, int(row), column.name, f"{name!r} is not in {place}", hint)


def _unlisted_sources(dataset: Dataset) -> Iterator[Problem]:
    listed_ids = set(dataset.sources["source_id"])
    for table in TABLES.values():
        frame = dataset.tables[table.name]
        if "source_ids" not in table.column_names or frame.empty:
            continue
        codes, distinct = pd.factorize(frame["source_ids"].to_numpy())
        missing = {
            code: ids
            for code, text in enumerate(distinct)
            if (ids := [part for raw in text.split(";") if (part := raw.strip()) and part not in listed_ids])
        }
        if not missing:
            continue
        rows = np.flatnonzero(np.isin(codes, np.fromiter(missing, dtype=np.intp)))
        names = list(dict.fromkeys(name for ids in missing.values() for name in ids))
        more = f" (in {len(rows)} rows, this is the first)" if len(rows) > 1 else ""
        yield problem_at(
            dataset,
            table.name,
            int(rows[0]),
            "source_ids",
            f"cited but not listed in sources: {listed(names)}{more}",
            "add a row to the table sources",
            value=";".join(missing[int(codes[rows[0]])]),
            severity="warning",
        )
