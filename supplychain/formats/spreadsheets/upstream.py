"""What the bundled data know above a part: its recipe, and all that lies further up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import Dataset
from supplychain.formats.spreadsheets.known import Known

__all__ = ["Attachment", "upstream_of"]


@dataclass(frozen=True)
class Attachment:
    """A part of ours that is connected to the upstream tiers of a class.

    Attributes
    ----------
    part_id : str
        Our part.
    part_class : str
        Part of the bundled data that it is one of.
    supplier_ids : tuple of str
        Its makers, where the bundled data know them: lines that hold for them alone come along.
    assumed : bool
        Whether the match is doubtful: the lines are assumptions then.
    why : str
        How the match was found.
    """

    part_id: str
    part_class: str
    supplier_ids: tuple[str, ...]
    assumed: bool
    why: str


def upstream_of(known: Known, attachments: Iterable[Attachment], supplier_ids: Iterable[str]) -> Dataset:
    """Cut out of the bundled data what lies above some parts.

    Parameters
    ----------
    known : Known
    attachments : iterable of Attachment
        Each part gets the lines of its class: the general ones, and those that hold for its makers.
    supplier_ids : iterable of str
        Firms to take along whatever happens, with their owners and listings.

    Returns
    -------
    Dataset
        Named as the base; all rows are facts of the base.
    """
    base = known.base
    lines = _lines(known, list(attachments))
    parts = _closure(base, set(lines["child_id"]))
    bom = pd.concat([base.bom[base.bom["parent_id"].isin(parts)], lines], ignore_index=True)
    offers = base.offers[base.offers["part_id"].isin(parts)]
    firms = {*supplier_ids, *bom["supplier_id"], *bom["parent_supplier_id"], *offers["supplier_id"]}
    return _cut(base, parts, bom, offers, _with_owners(base, firms - {""}))


def _lines(known: Known, attachments: Sequence[Attachment]) -> pd.DataFrame:
    """Lines of the classes, as lines of our parts."""
    bom = known.base.bom
    own_of = bom["parent_supplier_id"].to_numpy(dtype=object)
    places: list[npt.NDArray[np.int64]] = []
    for attachment in attachments:
        recipe = known.recipes.get(known.stand_ins[attachment.part_class], np.zeros(0, dtype=np.int64))
        makers = {"", *attachment.supplier_ids}
        places.append(recipe[[own_of[place] in makers for place in recipe]] if len(recipe) else recipe)
    counts = [len(each) for each in places]
    lines = bom.iloc[np.concatenate([np.zeros(0, dtype=np.int64), *places])].reset_index(drop=True)

    def repeated(values: list[str]) -> npt.NDArray[np.object_]:
        return np.repeat(np.array(values, dtype=object), counts)

    notes = repeated([f"as {each.part_class}: {each.why}" for each in attachments])
    assumed = np.repeat(np.array([each.assumed for each in attachments], dtype=bool), counts)
    return lines.assign(
        slot=lines["slot"].where(lines["slot"] != "", lines["child_id"]),
        parent_id=repeated([each.part_id for each in attachments]),
        basis=lines["basis"].mask(assumed, "assumption"),
        note=[f"{note}; {text}" if text else note for note, text in zip(notes, lines["note"], strict=True)],
    )


def _closure(base: Dataset, children: set[str]) -> set[str]:
    """Parts that are reached from some parts."""
    below: dict[str, list[str]] = {}
    for parent, child in zip(base.bom["parent_id"], base.bom["child_id"], strict=True):
        below.setdefault(parent, []).append(child)
    found: set[str] = set()
    waiting = list(children)
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting.extend(below.get(part, ()))
    return found


def _with_owners(base: Dataset, firms: set[str]) -> set[str]:
    owners: dict[str, list[str]] = {}
    for table in (base.suppliers, base.tables["ownership"]):
        for firm, owner in zip(table["supplier_id"], table["owner_id"], strict=True):
            if owner:
                owners.setdefault(firm, []).append(owner)
    found: set[str] = set()
    waiting = list(firms)
    while waiting:
        firm = waiting.pop()
        if firm not in found:
            found.add(firm)
            waiting.extend(owners.get(firm, ()))
    return found


def _cut(base: Dataset, parts: set[str], bom: pd.DataFrame, offers: pd.DataFrame, firms: set[str]) -> Dataset:
    tables = {
        "parts": base.parts[base.parts["part_id"].isin(parts)],
        "bom": bom,
        "offers": offers,
        "suppliers": base.suppliers[base.suppliers["supplier_id"].isin(firms)],
        "listings": base.tables["listings"][base.tables["listings"]["supplier_id"].isin(firms)],
        "ownership": base.tables["ownership"][base.tables["ownership"]["supplier_id"].isin(firms)],
        "roles": base.tables["roles"][base.tables["roles"]["part_id"].isin(parts)],
        "properties": base.tables["properties"][base.tables["properties"]["part_id"].isin(parts)],
    }
    cited = {
        source.strip()
        for frame in tables.values()
        if "source_ids" in frame.columns
        for cell in frame["source_ids"].unique()
        for source in str(cell).split(";")
    }
    tables["sources"] = base.sources[base.sources["source_id"].isin(cited)]
    whole = {name: frame.reset_index(drop=True) for name, frame in tables.items()}
    return Dataset.from_tables(whole, name=base.name, version=base.version, date=base.date)
