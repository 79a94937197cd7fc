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
import pandas as pd

from supplychain.errors import OptionError, Problem
from supplychain.schema import TABLES, Table

__all__ = ["Dataset"]

_NUMBERS = frozenset({"number", "integer", "share"})


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

    Examples
    --------
    >>> ds = Dataset.from_tables({"parts": [{"part_id": "drone", "kind": "product"}], "bom": [], "offers": [], "suppliers": []})
    >>> ds.products()
    ('drone',)
    """

    name: str
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    version: str = ""
    date: str = ""
    path: Path | None = None
    problems: tuple[Problem, ...] = ()

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
    ) -> Dataset:
        """Make a dataset from frames or lists of rows; absent tables and columns are empty, dtypes are set.

        Nothing is validated here: `supplychain.check` does that.
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
        )

    def with_tables(self, **changed: pd.DataFrame) -> Dataset:
        """Return a copy in which the named tables are replaced; the others are shared, nothing is copied."""
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
            lines = sorted(
                "\x1f".join(_canonical(value) for value in row)
                for row in frame[columns].itertuples(index=False, name=None)
            )
            digest.update(("\x1e".join([name, *columns, *lines]) + "\x1d").encode())
        return digest.hexdigest()


def _canonical(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else repr(value)
    return str(value)


def _conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Bring a frame to the schema's columns and dtypes; columns that the schema does not know come last, as text."""
    columns: dict[str, pd.Series] = {}
    for column in table.columns:
        if column.name not in frame.columns:
            fill: object = np.nan if column.dtype in _NUMBERS else ""
            columns[column.name] = pd.Series(
                fill, index=range(len(frame)), dtype="float64" if column.dtype in _NUMBERS else object
            )
            continue
        values = frame[column.name].reset_index(drop=True)
        if column.dtype in _NUMBERS:
            columns[column.name] = pd.to_numeric(values.replace("", np.nan)).astype("float64")
        else:
            columns[column.name] = _text(values)
    for name in frame.columns:
        if name not in columns:
            columns[str(name)] = _text(frame[name].reset_index(drop=True))
    result = pd.DataFrame(columns)
    if table.name == "offers" and len(result):
        result["offer_id"] = _offer_ids(result)
    return result


def _text(values: pd.Series) -> pd.Series:
    objects = values.astype(object)
    return objects.where(objects.notna(), "").map(str).astype(object)


def _offer_ids(offers: pd.DataFrame) -> pd.Series:
    """Fill empty offer ids from part, supplier (or market and country) and product name."""
    market = offers["supplier_id"] == ""
    maker = offers["supplier_id"].where(~market, "market/" + offers["origin_country"])
    product = offers["product_name"].where(offers["product_name"] == "", "/" + offers["product_name"])
    made = offers["part_id"] + "/" + maker + product
    return offers["offer_id"].where(offers["offer_id"] != "", made)
