"""What private parts are called on a page for others: a model tells its maker, so the name is that of the class."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from supplychain.dataset import Dataset
from supplychain.disclosure.words import Words

__all__ = ["ROW", "Label", "labels_of"]

Mask = npt.NDArray[np.bool_]

ROW = re.compile(r"row (\d+)")
"""Slot of a line that was read from a spreadsheet."""

# A class with the number of a product in its name has one maker.
_MODEL = re.compile(r"\b[A-Z]+-?\d{2,}", re.IGNORECASE)
_ROWS_SHOWN = 3
_LAST = 10**9


@dataclass(frozen=True)
class Label:
    """Name of a part in both languages; `place` orders the parts as the list does."""

    name: str
    name_zh: str
    place: tuple[int, str, str]


def labels_of(dataset: Dataset, rows: Mapping[str, Mask], known: Dataset | None, words: Words) -> dict[str, Label]:
    """Return the new name of each private part; a private product that is in no other keeps its own.

    Parameters
    ----------
    dataset : Dataset
    rows : mapping of str to mask
        Private rows of each table.
    known : Dataset or None
        The bundled data, for the names of classes.
    words : Words
        Names to leave out of groups.

    Returns
    -------
    dict of str to Label
        By part id, in the order of the list.
    """
    named = {} if known is None else {str(row["part_id"]): row for row in known.parts.to_dict("records")}
    numbers, parents = _lines(dataset, rows)
    kept = set(dataset.products()) - set(dataset.bom["child_id"])
    parts = [row for row in dataset.parts[rows["parts"]].to_dict("records") if row["part_id"] not in kept]
    found: dict[str, Label] = {}
    grouped: dict[str, list[str]] = {}
    for row in parts:
        part = str(row["part_id"])
        group, group_zh = _class(named.get(str(row.get("part_class", ""))))
        if part in named:
            bundled = named[part]
            found[part] = Label(bundled["name"], bundled["name_zh"], (_LAST, bundled["name"], part))
        elif part in numbers:
            found[part] = _of_rows(group, group_zh, sorted(numbers[part]), part)
        elif len(parents.get(part, ())) == 1 and (above := numbers.get(next(iter(parents[part])))):
            place = (min(above), "~", _digest(part))
            text, text_zh = _rows(sorted(above))
            found[part] = Label(f"What goes into the part of {text}", f"{text_zh}零件的投入", place)
        else:
            grouped.setdefault(group or _group(row, words), []).append(part)
    for group, members in grouped.items():
        for number, part in enumerate(sorted(members, key=_digest), start=1):
            found[part] = Label(f"{group} {number}", f"零件 {number}" if group == "Part" else "", (_LAST, group, part))
    return dict(sorted(found.items(), key=lambda item: (*item[1].place[:2], _digest(item[0]))))


def _lines(dataset: Dataset, rows: Mapping[str, Mask]) -> tuple[dict[str, set[int]], dict[str, set[str]]]:
    """Rows of the file in which each part stands, and the parts that it goes into."""
    numbers: dict[str, set[int]] = {}
    parents: dict[str, set[str]] = {}
    mine = dataset.bom[rows["bom"]]
    for parent, child, slot in zip(mine["parent_id"], mine["child_id"], mine["slot"], strict=True):
        parents.setdefault(child, set()).add(parent)
        if match := ROW.fullmatch(slot):
            numbers.setdefault(child, set()).add(int(match[1]))
    return numbers, parents


def _class(row: Mapping[Hashable, object] | None) -> tuple[str, str]:
    if row is None:
        return "", ""
    name, name_zh = str(row["name"]), str(row["name_zh"])
    if _MODEL.search(name):
        return _sentence(str(row["subcategory"] or row["category"])), ""
    return name, name_zh


def _of_rows(group: str, group_zh: str, numbers: list[int], part: str) -> Label:
    text, text_zh = _rows(numbers)
    place = (numbers[0], "", _digest(part))
    if not group:
        return Label(f"Part of {text}", f"{text_zh}的零件", place)
    return Label(f"{group} ({text})", f"{group_zh or group}（{text_zh}）", place)


def _rows(numbers: list[int]) -> tuple[str, str]:
    shown = ", ".join(map(str, numbers[:_ROWS_SHOWN])) + (" …" if len(numbers) > _ROWS_SHOWN else "")
    return f"row{'s' * (len(numbers) > 1)} {shown}", f"第 {shown.replace(', ', '、')} 列"


def _group(row: Mapping[Hashable, object], words: Words) -> str:
    """Category or kind of a part, whichever is given."""
    for column in ("subcategory", "category", "kind"):
        text = words.replaced(str(row[column])).strip()
        if text and "[" not in text and text != "unclassified":
            return _sentence(text)
    return "Part"


def _sentence(text: str) -> str:
    text = text.replace("_", " ")
    return text[:1].upper() + text[1:]


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
