"""Tables without what is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import Dataset
from supplychain.disclosure.renaming import Renaming
from supplychain.overlay import FACTS
from supplychain.schema import TABLES, Table

__all__ = ["rewritten"]

Mask = npt.NDArray[np.bool_]

# Columns that private rows, and rows of suppliers that are not named, do not show.
_DROPPED = {
    "bom": ("note",),
    "parts": ("description",),
    "offers": ("product_name", "cost_basis", "certification", "note"),
    "suppliers": ("aliases", "note"),
    "listings": ("entity_name",),
    "demand": ("note",),
    "indicators": ("note",),
    "sources": ("title", "publisher", "date", "url", "licence", "valid_until", "note"),
}
# Words of the model, which bear nobody's name.
_KEPT = frozenset({"stage", "unit", "list_name", "property"})
# Groups decide rows of the tables that are shown; those of rows that are not private are kept as they are.
_GROUPS = frozenset({"category", "subcategory", "theme"})


def rewritten(dataset: Dataset, rows: Mapping[str, Mask], renaming: Renaming) -> dict[str, pd.DataFrame]:
    """Return all tables with new ids, without names, and without what private rows do not show."""
    silent = _silent_sources(dataset, rows, renaming)
    frames = {}
    for table in TABLES.values():
        frame = dataset.tables[table.name]
        mine = rows[table.name]
        hidden = mine | _of_hidden(frame, renaming)
        if table.name == "bom":
            # A bundled line of a private part says which of its words decided its class.
            hidden |= frame["parent_id"].isin(set(dataset.parts["part_id"][rows["parts"]])).to_numpy()
        if table.name == "sources":
            hidden = mine | frame["source_id"].isin(silent).to_numpy()
        frames[table.name] = _table(frame, table, mine, hidden, renaming)
    return frames


def _of_hidden(frame: pd.DataFrame, renaming: Renaming) -> Mask:
    """Rows about a supplier that is not named."""
    mask = np.zeros(len(frame), dtype=bool)
    for name in {"supplier_id", "parent_supplier_id", "firm_id"} & set(frame.columns):
        mask |= frame[name].isin(set(renaming.suppliers)).to_numpy()
    return mask


def _silent_sources(dataset: Dataset, rows: Mapping[str, Mask], renaming: Renaming) -> set[str]:
    """Sources that are cited for private rows and hidden suppliers alone: their titles would tell."""
    quiet: set[str] = set()
    open_: set[str] = set()
    for table in TABLES.values():
        frame = dataset.tables[table.name]
        if "source_ids" not in frame.columns:
            continue
        hidden = rows[table.name] | _of_hidden(frame, renaming)
        for cell, secret in zip(frame["source_ids"], hidden, strict=True):
            (quiet if secret else open_).update(part.strip() for part in cell.split(";") if part.strip())
    return quiet - open_


def _table(frame: pd.DataFrame, table: Table, mine: Mask, hidden: Mask, renaming: Renaming) -> pd.DataFrame:
    columns: dict[str, pd.Series] = {}
    for name in map(str, frame.columns):
        values = frame[name]
        if values.dtype != object or name == FACTS:
            columns[name] = values
        elif name not in table.column_names:
            kept = _each(values, renaming.words.replaced).where(~mine, "")
            if (kept != "").any():
                columns[name] = kept
        else:
            columns[name] = _column(values, table, name, mine, hidden, renaming)
    result = pd.DataFrame(columns)
    if table.name == "suppliers":
        return _named_anew(result, frame["supplier_id"], renaming)
    if table.name == "parts":
        return _labelled(_never_nameless(result), frame["part_id"], renaming)
    return result


def _column(values: pd.Series, table: Table, name: str, mine: Mask, hidden: Mask, renaming: Renaming) -> pd.Series:
    column = table.column(name)
    ids = {
        "suppliers.supplier_id": renaming.suppliers,
        "parts.part_id": renaming.parts,
        "offers.offer_id": renaming.offers,
        "sources.source_id": renaming.sources,
    }
    own_key = f"{table.name}.{name}"
    if name == "slot":
        return _each(values, lambda text: renaming.slots.get(text, text))
    if name == "source_ids":
        return _each(values, lambda text: _renamed_list(text, renaming.sources))
    target = ids.get(column.references, ids.get(own_key))
    if target is not None:
        return _each(values, lambda text: target.get(text, text))
    if column.vocabulary or column.dtype in {"country", "date"} or name in _KEPT:
        return values.where(~hidden, "") if name in _DROPPED.get(table.name, ()) else values
    if name == "url":
        values = values.where(~_each(values, lambda text: "x" * renaming.words.stands_in(text)).astype(bool), "")
    scrubbed = _each(values, renaming.private.replaced).where(mine, _each(values, renaming.words.replaced))
    if name == "publisher":
        # As in the name of a repository, where capitals say nothing.
        scrubbed = _each(scrubbed, lambda text: "" if renaming.words.stands_in(text, short=False) else text)
    if name in _GROUPS:
        scrubbed = scrubbed.where(mine, values)
    return scrubbed.where(~hidden, "") if name in _DROPPED.get(table.name, ()) else scrubbed


def _renamed_list(text: str, ids: Mapping[str, str]) -> str:
    return ";".join(ids.get(part.strip(), part.strip()) for part in text.split(";")) if text else ""


def _named_anew(suppliers: pd.DataFrame, before: pd.Series, renaming: Renaming) -> pd.DataFrame:
    hidden = before.isin(set(renaming.suppliers))
    number = _each(suppliers["supplier_id"], lambda supplier: supplier.rpartition("_")[2])
    return suppliers.assign(
        name=suppliers["name"].where(~hidden, "Supplier " + number),
        name_zh=suppliers["name_zh"].where(~hidden, "供應商 " + number),
    )


def _labelled(parts: pd.DataFrame, before: pd.Series, renaming: Renaming) -> pd.DataFrame:
    """Name private parts by their classes and rows, without the names that a class bears."""
    labels = [renaming.labels.get(part) for part in before]
    new = {
        column: [
            old if label is None else renaming.words.replaced(getattr(label, column))
            for old, label in zip(parts[column], labels, strict=True)
        ]
        for column in ("name", "name_zh")
    }
    return parts.assign(**{column: pd.Series(texts, index=parts.index, dtype=object) for column, texts in new.items()})


def _never_nameless(parts: pd.DataFrame) -> pd.DataFrame:
    """Add its group to a part whose name was nothing but names of suppliers and products."""
    bare = parts["name"].str.replace(r"\[(?:supplier|product)\]", "", regex=True).str.contains(r"\w", regex=True)
    lost = ~bare & parts["name"].str.contains("[", regex=False)
    group = parts["subcategory"].where(parts["subcategory"] != "", parts["category"]).str.replace("_", " ")
    return parts.assign(name=parts["name"].where(~lost | (group == ""), group + " " + parts["name"]))


def _each(values: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Apply a function of text once per distinct value."""
    codes, distinct = pd.factorize(values.to_numpy(dtype=object), use_na_sentinel=False)
    after = np.array([change(str(text)) for text in distinct], dtype=object)
    return pd.Series(after.take(codes), index=values.index, dtype=object)
