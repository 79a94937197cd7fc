"""`score` as a document: the five parts, the profile, what lowers it, then categories, lines and other products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supplychain.countries import name_of
from supplychain.dataset import Dataset
from supplychain.views import report_parts
from supplychain.views import score_parts as parts
from supplychain.views.catalogue import Texts, texts_for
from supplychain.views.documents.common import lens_line, provenance_cells
from supplychain.views.documents.document import Column, Document, Section, Table
from supplychain.views.numbers import interval, percent

__all__ = ["score_document"]

_PARTS = ("independence", "n_minus_1", "diversity", "buffer", "substitutability")
_OF_LINES = ("independence", "n_minus_1", "substitutability")
_COLUMNS = (
    *("product", "kind", "id", "name", "depth", "value", "low", "high"),
    *(f"{part}{end}" for part in _PARTS for end in ("", "_low", "_high")),
)


def score_document(dataset: Dataset, answer: Mapping[str, Any], *, rows: int | None = None) -> Document:
    """Build the document from the `score` object.

    Parameters
    ----------
    dataset : Dataset
    answer : mapping
        The `score` object.
    rows : int, optional
        How many lines to list; all by default.
    """
    texts = texts_for("en", answer["lens"]["countries"])
    names = report_parts.part_names(dataset, texts)
    product = names.get(answer["product"], answer["product"])
    heading = texts("score.heading").lower()
    return Document(
        title=f"{product} [{answer['product']}]: {heading}, {parts.headline(answer, texts)}",
        lead=(lens_line(answer, texts, [name_of(code) for code in answer["lens"]["countries"]]), texts("score.lead")),
        sections=(
            _parts(answer, names, texts),
            _profile(answer, texts),
            Section(texts("score.lowers"), tuple(parts.lowering_sentences(answer, names, texts))),
            *_beside(answer, texts),
            *([_comparison(answer["comparison"], names, texts)] if "comparison" in answer else []),
            _groups("By category", "Category", answer["by_category"], _category, texts),
            _groups("By line", "Line", answer["by_part"], lambda row: _line(row, names), texts, rows=rows),
            Section(texts("report.notes.heading"), tuple(answer["notes"])),
        ),
        records=_records(answer),
        names=_COLUMNS,
        provenance=provenance_cells(answer),
        unknowns=_unknowns(answer),
    )


def _parts(answer: Mapping[str, Any], names: Mapping[str, str], texts: Texts) -> Section:
    rows = tuple(
        (row["name"], row["text"], row["interval"], row["weight"], row["note"])
        for row in parts.part_rows(answer, texts)
    )
    columns = (
        Column(texts("score.part")),
        Column("Value", numeric=True),
        Column("Interval", numeric=True),
        Column("Weight", numeric=True),
        Column("What it is"),
    )
    return Section("The five parts", tuple(parts.sentences(answer, names, texts)), Table(columns, rows))


def _profile(answer: Mapping[str, Any], texts: Texts) -> Section:
    rows = tuple((row["depth"], row["text"], *row["parts"]) for row in parts.profile_rows(answer, texts))
    columns = (
        Column("Depth"),
        Column(texts("score.score"), numeric=True),
        *(Column(texts(f"score.{name}"), numeric=True) for name in _PARTS),
    )
    return Section(texts("score.profile"), (texts("score.profile_note"),), Table(columns, rows))


def _beside(answer: Mapping[str, Any], texts: Texts) -> list[Section]:
    """What the score would be with other choices, and the owners."""
    sensitivity = answer["sensitivity"]
    lines = []
    beside = sensitivity["price_limit_beside"]
    if beside is not None:
        limit = 100 * answer["settings"]["price_limit_beside"]
        score = parts.score_number(sensitivity["score_beside"], texts)
        lines.append(
            f"With a price limit of +{limit:g} %: substitutability {percent(beside['value'], texts)} "
            f"({interval(beside, texts)}), score {score}."
        )
    left = [
        f"{texts('score.' + name).lower()} {parts.score_number(value, texts)}"
        for name, value in sensitivity["leave_one_out"].items()
    ]
    if left:
        lines.append(f"Leaving one part out: {', '.join(left)}.")
    owners = answer["owners_hhi"]
    if owners is not None:
        low, high = (f"{owners[end]:.2f}" for end in ("low", "high"))
        bounds = low if low == high else texts("number.interval", low=low, high=high)
        lines.append(f"Concentration of the cost by owner (HHI, 0 to 1), beside diversity and not in it: {bounds}.")
    return [Section("With other choices", tuple(lines))] if lines else []


def _comparison(found: Mapping[str, Any], names: Mapping[str, str], texts: Texts) -> Section:
    depths = (
        [parts.depth_text(row["depth"], texts) for row in found["products"][0]["profile"]] if found["products"] else []
    )
    rows = tuple(
        (
            names.get(row["product"], row["product"]),
            *(
                parts.score_text(at, texts) if row["scored"] else f"not scored ({parts.score_text(at, texts)})"
                for at in row["profile"]
            ),
        )
        for row in found["products"]
    )
    told = [_pair(pair, names) for pair in found["pairs"] if pair["overall"] != "tied on the evidence"]
    tied = sum(pair["overall"] == "tied on the evidence" for pair in found["pairs"])
    if tied:
        told.append(
            f"{tied} of {len(found['pairs'])} pairs are tied on the evidence: their intervals overlap at some depth."
        )
    columns = (Column("Product"), *(Column(depth, numeric=True) for depth in depths))
    return Section("Products by profile", tuple(told), Table(columns, rows))


def _pair(pair: Mapping[str, Any], names: Mapping[str, str]) -> str:
    first, second = (names.get(pair[key], pair[key]) for key in ("first", "second"))
    upper, lower = (first, second) if pair["overall"] == "above" else (second, first)
    return f"{upper} is above {lower} at every depth."


def _category(row: Mapping[str, Any]) -> str:
    return str(row["category"]).replace("_", " ") or "(none)"


def _line(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return names.get(row["part_id"], row["part_id"])


def _groups(
    title: str,
    column: str,
    found: Sequence[Mapping[str, Any]],
    name: Any,
    texts: Texts,
    *,
    rows: int | None = None,
) -> Section:
    shown = found if rows is None else found[:rows]
    cells = tuple(
        (
            name(row),
            parts.score_text(row, texts),
            *(
                texts("score.no_data") if part is None else percent(part["value"], texts)
                for part in (*row["parts"].values(), row["diversity"])
            ),
        )
        for row in shown
    )
    columns = (
        Column(column),
        Column(texts("score.score"), numeric=True),
        *(Column(texts(f"score.{key}"), numeric=True) for key in _OF_LINES),
        Column(f"{texts('score.diversity')} (beside)", numeric=True),
    )
    lines = [f"The first {len(shown)} of {len(found)} lines; --all shows every one."] if len(shown) < len(found) else []
    return Section(title, tuple(lines), Table(columns, cells) if cells else None)


def _records(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    """Profile, categories and lines, one row each."""
    rows = [_record(answer, "product", answer["product"], "", row["depth"], row) for row in answer["profile"]]
    rows += [
        _record(answer, "category", row["category"], row["category"], answer["depth"], row)
        for row in answer["by_category"]
    ]
    return rows + [
        _record(answer, "line", row["part_id"], row["name"], answer["depth"], row) for row in answer["by_part"]
    ]


def _record(
    answer: Mapping[str, Any], kind: str, key: str, name: str, depth: int | str, row: Mapping[str, Any]
) -> dict[str, object]:
    cells: dict[str, object] = {"product": answer["product"], "kind": kind, "id": key, "name": name, "depth": depth}
    cells |= {end: row[end] for end in ("value", "low", "high")}
    for part in _PARTS:
        found = row["parts"].get(part) or (row.get("diversity") if part == "diversity" else None)
        for end in ("value", "low", "high"):
            cells[part if end == "value" else f"{part}_{end}"] = None if found is None else found[end]
    return cells


def _unknowns(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    """Parts of the score that are not known to a point."""
    return [
        {
            "part": name,
            "low": None if part is None else part["low"],
            "high": None if part is None else part["high"],
            "share_with_data": 0.0 if part is None else part["data"],
        }
        for name, part in answer["parts"].items()
        if part is None or part["low"] < part["high"]
    ]
