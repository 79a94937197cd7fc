"""Tables in memory.

Text columns hold `str` (empty is ""), number columns float64 (empty is NaN). Row order never matters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.countries import to_alpha3
from supplychain.errors import DataError, OptionError, Problem
from supplychain.schema import TABLES, Column, Table

__all__ = ["NUMBER_DTYPES", "Dataset", "Place"]

NUMBER_DTYPES = frozenset({"number", "integer", "share"})


@dataclass(frozen=True)
class Place:
    """Where the rows of a table stand in the file they were read from.

    Attributes
    ----------
    file : str
        Name of the file, with the sheet in a workbook.
    lines : numpy.ndarray or None
        Line of each row; None: the rows follow each other from line 2 on.
    files : numpy.ndarray or None
        File of each row, where the rows of a table come from several; None: all from `file`.
    """

    file: str
    lines: npt.NDArray[np.int64] | None = None
    files: npt.NDArray[np.object_] | None = None

    def line(self, row: int) -> int:
        """Line in the file of the row at that position."""
        return row + 2 if self.lines is None else int(self.lines[row])

    def file_of(self, row: int | None) -> str:
        """File of the row at that position; without a row, the file that stands for the table."""
        return self.file if self.files is None or row is None else str(self.files[row])


@dataclass(frozen=True)
class Dataset:
    """A set of tables that were read, or made, together.

    Attributes
    ----------
    name : str
        Short name, printed on every output.
    tables : mapping of str to pandas.DataFrame
        Every table of the schema, an absent one without rows; unknown columns are kept.
        Frames are shared between copies: treat them as read-only and use `with_tables` to change one.
    version, date : str
        Version and date of state, from datapackage.json; empty when unknown.
    path : pathlib.Path or None
        Where it was read from.
    problems : tuple of Problem
        The warnings found on reading.
    places : mapping of str to Place
        Where the rows of each table were read from; a table that was made or changed in memory has none.

    Examples
    --------
    >>> ds = Dataset.from_tables({"parts": [{"part_id": "drone", "kind": "product"}]})
    >>> ds.products()
    ('drone',)
    """

    name: str
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    version: str = ""
    date: str = ""
    path: Path | None = None
    problems: tuple[Problem, ...] = ()
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @classmethod
    def from_tables(
        cls,
        tables: Mapping[str, pd.DataFrame | list[dict[str, object]]],
        *,
        name: str = "unnamed",
        version: str = "",
        date: str = "",
        path: Path | None = None,
        problems: tuple[Problem, ...] = (),
        places: Mapping[str, Place] | None = None,
    ) -> Dataset:
        """Make a dataset from frames or lists of rows; absent tables and columns are empty, dtypes are set.

        Countries may be written as on reading a file ("Taiwan", "US"). Nothing else is validated here:
        `supplychain.check` does that.

        Raises
        ------
        OptionError
            If there is no such table.
        DataError
            If a number cannot be read as one.
        """
        unknown = sorted(set(tables) - set(TABLES))
        if unknown:
            raise OptionError(f"unknown table {', '.join(unknown)}; tables are {', '.join(TABLES)}")
        frames = {}
        for table in TABLES.values():
            rows = tables.get(table.name)
            frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows or [])
            frames[table.name] = _conform(frame, table)
        return cls(
            name=name,
            tables=MappingProxyType(frames),
            version=version,
            date=date,
            path=path,
            problems=problems,
            places=MappingProxyType(dict(places or {})),
        )

    def with_tables(self, **changed: pd.DataFrame) -> Dataset:
        """Return a copy in which the named tables are replaced; the others are shared, nothing is copied."""
        unknown = sorted(set(changed) - set(TABLES))
        if unknown:
            raise OptionError(f"unknown table {', '.join(unknown)}; tables are {', '.join(TABLES)}")
        frames = dict(self.tables)
        for name, frame in changed.items():
            frames[name] = _conform(frame, TABLES[name])
        return Dataset(
            name=self.name,
            tables=MappingProxyType(frames),
            version=self.version,
            date=self.date,
            path=self.path,
            problems=self.problems,
            places=MappingProxyType({name: place for name, place in self.places.items() if name not in changed}),
        )

    @property
    def parts(self) -> pd.DataFrame:
        """The parts table."""
        return self.tables["parts"]

    @property
    def bom(self) -> pd.DataFrame:
        """The bill of materials."""
        return self.tables["bom"]

    @property
    def offers(self) -> pd.DataFrame:
        """The offers table; every row has an offer_id."""
        return self.tables["offers"]

    @property
    def suppliers(self) -> pd.DataFrame:
        """The suppliers table."""
        return self.tables["suppliers"]

    @property
    def sources(self) -> pd.DataFrame:
        """The sources table."""
        return self.tables["sources"]

    def products(self) -> tuple[str, ...]:
        """Ids of the products: parts of kind product, or else every part that is nobody's child; sorted."""
        parts = self.parts
        ids = parts["part_id"][parts["kind"] == "product"]
        if ids.empty:
            ids = parts["part_id"][~parts["part_id"].isin(set(self.bom["child_id"]))]
        return tuple(sorted(ids))

    def sha256(self) -> str:
        """SHA-256 of the content: the same for the same rows in any order, in any file format."""
        digest = hashlib.sha256()
        for name in sorted(self.tables):
            frame = self.tables[name]
            if frame.empty:
                continue
            columns = sorted(frame.columns)
            lines = sorted(map("\x1f".join, zip(*(_canonical(frame[column]) for column in columns), strict=True)))
            digest.update(("\x1e".join([name, *columns, *lines]) + "\x1d").encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def _canonical(values: pd.Series) -> list[str]:
    """Text of each cell: numbers in their shortest exact form, once per distinct value."""
    if values.dtype == object:
        texts: list[str] = values.tolist()
        return texts
    codes, distinct = pd.factorize(values.to_numpy())
    # The last entry is for code -1, an empty cell; adding zero makes minus zero plain.
    words = np.array([*(repr(float(number) + 0.0) for number in distinct), ""], dtype=object)
    result: list[str] = words[codes].tolist()
    return result


def _conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Bring a frame to the schema's columns and dtypes; columns that the schema does not know come last, as text."""
    if not frame.columns.is_unique:
        twice = sorted({str(name) for name in frame.columns[frame.columns.duplicated()]})
        raise OptionError(f"table {table.name} has two columns {', '.join(twice)}")
    columns: dict[str, pd.Series] = {}
    for column in table.columns:
        if column.name not in frame.columns:
            numeric = column.dtype in NUMBER_DTYPES
            columns[column.name] = pd.Series(
                np.nan if numeric else "", index=range(len(frame)), dtype="float64" if numeric else object
            )
            continue
        values = frame[column.name].reset_index(drop=True)
        if column.dtype in NUMBER_DTYPES:
            columns[column.name] = _numbers(values, column, table)
        elif column.dtype == "country":
            columns[column.name] = _countries(_text(values))
        else:
            columns[column.name] = _text(values)
    for name in frame.columns:
        if name not in columns:
            columns[str(name)] = _text(frame[name].reset_index(drop=True))
    result = pd.DataFrame(columns)
    if table.name == "offers" and len(result):
        result["offer_id"] = _offer_ids(result)
    return result


def _numbers(values: pd.Series, column: Column, table: Table) -> pd.Series:
    if values.dtype == np.float64:
        return values
    numbers = pd.to_numeric(values.replace("", np.nan), errors="coerce").astype("float64")
    lost = numbers.isna() & values.notna() & (values != "")
    if lost.any():
        raise DataError(
            Problem("error", table.name, int(row) + 2, column.name, str(values[row]), "this is not a number")
            for row in np.flatnonzero(lost)
        )
    return numbers


def _countries(values: pd.Series) -> pd.Series:
    """Codes of the countries that are known; what is not known stays as it is, for `check` to name."""
    codes, distinct = pd.factorize(values.to_numpy())
    known = [to_alpha3(text) or text for text in distinct]
    if all(code == text for code, text in zip(known, distinct, strict=True)):
        return values
    return pd.Series(np.array(known, dtype=object).take(codes), dtype=object)


def _text(values: pd.Series) -> pd.Series:
    if values.dtype == object and pd.api.types.infer_dtype(values, skipna=False) in {"string", "empty"}:
        return values
    objects = values.astype(object)
    return objects.where(objects.notna(), "").map(str).astype(object)


def _offer_ids(offers: pd.DataFrame) -> pd.Series:
    """Fill empty offer ids from part, supplier (or market and country) and product name."""
    market = offers["supplier_id"] == ""
    maker = offers["supplier_id"].where(~market, "market/" + offers["origin_country"])
    product = offers["product_name"].where(offers["product_name"] == "", "/" + offers["product_name"])
    made = offers["part_id"] + "/" + maker + product
    return offers["offer_id"].where(offers["offer_id"] != "", made)
