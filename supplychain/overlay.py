"""A user's tables laid over another dataset; every row says whose fact it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import Dataset, Place
from supplychain.errors import Problem
from supplychain.schema import TABLES, Table
from supplychain.validation.keys import key_codes, row_codes
from supplychain.validation.report import closest, listed, problem_at

__all__ = ["FACTS", "is_overlay", "overlay", "own_products"]

FACTS = "dataset"
"""Column that names the dataset whose fact a row is; only the tables of an overlay have it."""

_Mask = npt.NDArray[np.bool_]


def overlay(base: Dataset, own: Dataset) -> Dataset:
    """Lay a user's tables over another dataset.

    A row with the key of a row of the base replaces it, every other row is added, and an offer of status `withdrawn`
    takes the base's offer away. Tables without a key get the rows that the base does not have. Every table of the
    result has a column `dataset` (`FACTS`) with the name of the dataset whose fact the row is; a row that both have
    in the same words is the base's.

    Parameters
    ----------
    base, own : Dataset
        Neither is changed.

    Returns
    -------
    Dataset
        Named after `own` ("NAME (own)" if the base has that name), with its version, and its date or else the base's.
        Its problems are those of both and the warnings of laying one over the other, the user's first.

    Examples
    --------
    >>> base = Dataset.from_tables({"parts": [{"part_id": "motor", "name": "Motor"}]}, name="base")
    >>> own = Dataset.from_tables({"parts": [{"part_id": "motor", "name": "My motor"}]}, name="own")
    >>> overlay(base, own).parts[["name", "dataset"]].to_dict("records")
    [{'name': 'My motor', 'dataset': 'own'}]
    """
    owners = {base.name, *(name for frame in base.tables.values() for name in _marks(frame))}
    name = f"{own.name} (own)" if own.name in owners else own.name
    warnings = [*_taken_column(own, {own.name, *owners}), *_withdraws_nothing(base, own), *_shared_slots(base, own)]
    own = own if own.parts.empty and own.bom.empty else _with_products(base, own)
    laid = {table.name: _laid(base, own, table, name) for table in TABLES.values() if table.name != "offers"}
    named = {*laid["bom"][0]["offer_id"], *laid["properties"][0]["offer_id"]}
    laid["offers"] = _laid(base, own, TABLES["offers"], name, named)
    return Dataset(
        name=name,
        tables=MappingProxyType({table: laid[table][0] for table in TABLES}),
        version=own.version,
        date=own.date or base.date,
        path=own.path,
        problems=(*own.problems, *warnings, *base.problems),
        places=MappingProxyType({table: laid[table][1] for table in TABLES}),
    )


def is_overlay(dataset: Dataset) -> bool:
    """Whether the rows of the dataset are the facts of several datasets."""
    return len({name for frame in dataset.tables.values() for name in _marks(frame)}) > 1


def own_products(dataset: Dataset) -> tuple[str, ...]:
    """Products that are the user's own in an overlay, sorted; every product of any other dataset.

    A product is the user's own if its row of `parts` is. If there is none, those of which the user states a line.

    Examples
    --------
    >>> own_products(Dataset.from_tables({"parts": [{"part_id": "drone", "kind": "product"}]}))
    ('drone',)
    """
    products = dataset.products()
    if not is_overlay(dataset):
        return products
    for table, column in (("parts", "part_id"), ("bom", "parent_id")):
        frame = dataset.tables[table]
        mine = set(frame[column][frame[FACTS] == dataset.name]) if FACTS in frame.columns else set()
        if mine & set(products):
            return tuple(product for product in products if product in mine)
    return products


def _marks(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in pd.unique(frame[FACTS]) if name] if FACTS in frame.columns else []


def _with_products(base: Dataset, own: Dataset) -> Dataset:
    """Mark as products the parts that are products in the user's tables alone, which name none.

    Beside the products of the base they would else be parts that nobody needs.
    """
    parts = own.parts
    if (parts["kind"] == "product").any() or not (base.parts["kind"] == "product").any():
        return own
    used = set(own.bom["child_id"]) | set(base.bom["child_id"])
    tops = parts["part_id"].isin(set(own.bom["parent_id"]) - used) & (parts["kind"] == "")
    if not tops.any():
        return own
    changed = parts.assign(kind=parts["kind"].where(~tops, "product"))
    return replace(own, tables=MappingProxyType({**own.tables, "parts": changed}))


def _laid(
    base: Dataset, own: Dataset, table: Table, name: str, named: set[str] | None = None
) -> tuple[pd.DataFrame, Place]:
    """Rows of one table, the user's first, and where they stand; `named` are the offers that some row names."""
    below, above = _marked(base, table, base.name), own.tables[table.name].assign(**{FACTS: name})
    replaced, replacing = _same(below, above, table)
    restated = _same_words(below, above)
    keep_above = ~restated[1]
    keep_below = ~replaced | restated[0]
    if named is not None:
        withdrawn = replacing & (above["status"] == "withdrawn").to_numpy()
        keep_above &= ~withdrawn
        # An offer that a line names stays, for the line to be understood; a withdrawn one never counts.
        gone = below["offer_id"].isin(set(above["offer_id"][withdrawn]) & named).to_numpy()
        keep_below |= gone
        below = below.assign(
            status=below["status"].where(~gone, "withdrawn"), **{FACTS: below[FACTS].where(~gone, name)}
        )
    frame = _stacked(above[keep_above], below[keep_below])
    return frame, _place(base, own, table, keep_above, keep_below)


def _marked(dataset: Dataset, table: Table, name: str) -> pd.DataFrame:
    """Return the table with a mark in every row: the one it has, or the name of the dataset."""
    frame = dataset.tables[table.name]
    if FACTS not in frame.columns:
        return frame.assign(**{FACTS: name})
    return frame.assign(**{FACTS: frame[FACTS].where(frame[FACTS] != "", name)})


def _stacked(above: pd.DataFrame, below: pd.DataFrame) -> pd.DataFrame:
    """One frame of both; an unknown column that one of them lacks is empty there, and the mark comes last."""
    names = list(dict.fromkeys([*above.columns, *below.columns]))
    names.append(names.pop(names.index(FACTS)))
    columns = {}
    for column in names:
        pieces = [
            frame[column].to_numpy() if column in frame.columns else np.full(len(frame), "", dtype=object)
            for frame in (above, below)
        ]
        columns[column] = pd.Series(np.concatenate(pieces), dtype=pieces[0].dtype)
    return pd.DataFrame(columns)


def _same(below: pd.DataFrame, above: pd.DataFrame, table: Table) -> tuple[_Mask, _Mask]:
    """Rows of each frame whose key stands in the other; none where the table has no key."""
    if not table.key:
        return np.zeros(len(below), dtype=bool), np.zeros(len(above), dtype=bool)
    both = pd.concat([above[list(table.key)], below[list(table.key)]], ignore_index=True)
    return _common(key_codes(both, table), len(above))


def _same_words(below: pd.DataFrame, above: pd.DataFrame) -> tuple[_Mask, _Mask]:
    """Rows of each frame that stand in the other with the same text in every column."""
    both = _stacked(above, below).drop(columns=FACTS)
    return _common(row_codes({name: both[name] for name in both.columns}, len(both)), len(above))


def _common(codes: npt.NDArray[np.int64], first: int) -> tuple[_Mask, _Mask]:
    above, below = codes[:first], codes[first:]
    return np.isin(below, above), np.isin(above, below)


def _place(base: Dataset, own: Dataset, table: Table, keep_above: _Mask, keep_below: _Mask) -> Place:
    """Where the rows stand: the user's in their file, those of the base in its file with its name before it."""
    mine = own.places.get(table.name) or Place(table.name)
    theirs = base.places.get(table.name) or Place(table.name)
    rows = [(mine, np.flatnonzero(keep_above), ""), (theirs, np.flatnonzero(keep_below), f"{base.name}: ")]
    lines = [place.line(int(row)) for place, kept, _ in rows for row in kept]
    files = [before + place.file_of(int(row)) for place, kept, before in rows for row in kept]
    return Place(mine.file, np.array(lines, dtype=np.int64), np.array(files, dtype=object))


def _taken_column(own: Dataset, known: set[str]) -> Iterator[Problem]:
    """Warn of a column of the user's that the mark takes the place of; in a saved overlay it is the mark itself."""
    for table, frame in own.tables.items():
        if set(_marks(frame)) - known:
            message = f"the column {FACTS} is replaced: it says whose fact a row is"
            yield problem_at(own, table, None, FACTS, message, "give the column another name", severity="warning")


def _withdraws_nothing(base: Dataset, own: Dataset) -> Iterator[Problem]:
    offers = own.offers
    lost = (offers["status"] == "withdrawn") & ~offers["offer_id"].isin(set(base.offers["offer_id"]))
    near = closest(base.offers["offer_id"].tolist())
    for row in np.flatnonzero(lost.to_numpy()):
        offer = offers.iloc[int(row)]
        same = base.offers["part_id"].eq(offer["part_id"]) & base.offers["supplier_id"].eq(offer["supplier_id"])
        meant = listed(base.offers["offer_id"][same]) or near(str(offer["offer_id"]))
        yield problem_at(
            own,
            "offers",
            int(row),
            "offer_id",
            f"{base.name} has no offer {offer['offer_id']!r} that could be withdrawn",
            f"one of {meant}?" if meant else "the offer_id as it stands there",
            severity="warning",
        )


def _shared_slots(base: Dataset, own: Dataset) -> Iterator[Problem]:
    """Warn of lines that stand beside lines of the base: as alternatives in a slot, or as a second need of a part."""
    if own.bom.empty or base.bom.empty:
        return
    replaced, replacing = _same(base.bom, own.bom, TABLES["bom"])
    left = base.bom[~replaced & base.bom["parent_id"].isin(set(own.bom["parent_id"])).to_numpy()]
    beside: dict[tuple[str, str, str], list[str]] = {}
    slots: dict[tuple[str, str, str], str] = {}
    for (parent, slot, child, maker), supplier in zip(_lines(left), left["supplier_id"], strict=True):
        beside.setdefault((parent, slot, maker), []).append(f"{child} of {supplier}" if supplier else child)
        slots[parent, child, maker] = slot
    for row, (parent, slot, child, maker) in enumerate(_lines(own.bom)):
        if replacing[row]:
            continue
        others, other = beside.get((parent, slot, maker)), slots.get((parent, child, maker))
        if others:
            message = f"{base.name} has lines in slot {slot} of {parent} too: {listed(others)}; all are alternatives"
            hint = "give each a share, or state the line of the base again with share 0"
        elif other is not None:
            message = f"{base.name} has {child} in slot {other} of {parent} too: it is needed twice"
            hint = f"slot {other} if it is the same"
        else:
            continue
        yield problem_at(own, "bom", row, "slot", message, hint, severity="warning")


def _lines(bom: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Parent, slot (an empty one is the child), child and the maker of the parent, of each line."""
    slots = bom["slot"].where(bom["slot"] != "", bom["child_id"])
    return list(zip(bom["parent_id"], slots, bom["child_id"], bom["parent_supplier_id"], strict=True))
