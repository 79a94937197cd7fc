"""`chokepoints` as a document: what stops the product, pairs that do, common causes, then everything that can fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supplychain.dataset import Dataset
from supplychain.views import report_parts as parts
from supplychain.views.catalogue import Texts, texts_for
from supplychain.views.documents.common import cited_rows, provenance_cells
from supplychain.views.documents.document import Column, Document, Section, Table
from supplychain.views.numbers import interval

__all__ = ["chokepoints_document"]

_COLUMNS = (
    *("product", "kind", "id", "name", "country_basis", "loss_reallocate_low", "loss_reallocate_high"),
    *("loss_proportional_low", "loss_proportional_high", "stops", "parts", "stopped_lines", "other_sources"),
)
_KINDS = {"supplier": "Suppliers", "owner": "Owners", "country": "Countries", "part": "Parts"}
_ONE = {"supplier": "supplier", "owner": "owner", "country": "country", "part": "part"}
_STOPS = {"yes": "stops", "possible": "may stop", "no": ""}
_STYLES = {"yes": "exposed", "possible": "unknown", "no": ""}
_SOME_NAMES = 4


def chokepoints_document(dataset: Dataset, answer: Mapping[str, Any], *, rows: int | None = None) -> Document:
    """Build the document from the `chokepoints` object.

    Parameters
    ----------
    dataset : Dataset
    answer : mapping
        The `chokepoints` object.
    rows : int, optional
        How many rows of each table to list; all by default.
    """
    texts = texts_for("en", answer["lens"]["countries"])
    names, suppliers = parts.part_names(dataset, texts), parts.supplier_names(dataset, texts)
    product = names.get(answer["product"], answer["product"])
    certain = sum(found["stops"] == "yes" for found in answer["single_points"] if found["kind"] == "supplier")
    return Document(
        title=f"{product} [{answer['product']}]: {_headline(certain)}",
        lead=(_settings(answer, texts),),
        sections=(
            _single_points(answer, names, texts, rows),
            _possible(answer, texts, rows),
            _pairs(answer, texts, rows),
            _common_causes(answer, names, suppliers, texts, rows),
            _survival(answer, texts),
            *(_failures(answer, kind, names, texts, rows) for kind in _KINDS),
            Section(texts("report.notes.heading"), tuple(answer["notes"])),
        ),
        records=_records(answer),
        names=_COLUMNS,
        provenance=provenance_cells(answer),
        unknowns=_unknown_records(answer),
        sources=cited_rows(dataset, _cited(dataset, answer)),
    )


def _headline(certain: int) -> str:
    if certain < 2:
        return "one supplier stops it alone" if certain else "no supplier is certain to stop it alone"
    return f"{certain} suppliers each stop it alone"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _settings(answer: Mapping[str, Any], texts: Texts) -> str:
    bases = texts("list.comma").join(texts(f"basis.{basis}") for basis in answer["loss_bases"])
    depth = texts("report.depth_all") if answer["depth"] is None else str(answer["depth"])
    evidence = texts(f"report.evidence_{answer['evidence']}")
    return (
        f"Countries by: {bases}. {texts('report.depth')}: {depth}. {texts('report.evidence')}: {evidence}. "
        f"Owners count from {100 * answer['min_ownership']:g} %."
    )


def _cut(rows: Sequence[Any], limit: int | None, what: str) -> tuple[Sequence[Any], tuple[str, ...]]:
    if limit is None or len(rows) <= limit:
        return rows, ()
    return rows[:limit], (f"The first {limit} of {len(rows)} {what}; --all shows every one.",)


def _some(ids: Sequence[str], names: Mapping[str, str]) -> str:
    text = "; ".join(names.get(found, found) for found in ids[:_SOME_NAMES])
    more = len(ids) - _SOME_NAMES
    return f"{text} and {more} more" if more > 0 else text


def _label(found: Mapping[str, Any], answer: Mapping[str, Any], texts: Texts) -> str:
    """Name of what fails; of a country with its basis where there are several."""
    if not found["basis"] or len(answer["loss_bases"]) == 1:
        return str(found["name"])
    return f"{found['name']} ({texts('basis.' + found['basis'])})"


def _single_points(answer: Mapping[str, Any], names: Mapping[str, str], texts: Texts, limit: int | None) -> Section:
    found = [point for point in answer["single_points"] if point["stops"] == "yes" and point["kind"] != "part"]
    points = [point for point in answer["single_points"] if point["stops"] == "yes" and point["kind"] == "part"]
    if not found and not points:
        return Section("Single points of failure", ("No single failure stops the product for certain.",))
    lines = ["If one of these fails, the product stops for certain. Nobody new is qualified."]
    if points:
        lines.append(f"{_count(len(points), 'part')} below it would do the same if nobody delivered them (see Parts).")
    shown, more = _cut(found, limit, "single points")
    columns = (
        Column("What fails"),
        Column("Kind"),
        Column("Delivers"),
        Column("First-tier lines that stop"),
        Column("Other firms listed", numeric=True),
    )
    rows = tuple(
        (
            _label(point, answer, texts),
            _ONE[point["kind"]],
            _some(point["parts"], names),
            _some(point["stopped_lines"], names),
            "" if point["other_sources"] is None else str(point["other_sources"]),
        )
        for point in shown
    )
    return Section("Single points of failure", (*lines, *more), Table(columns, rows) if rows else None)


def _possible(answer: Mapping[str, Any], texts: Texts, limit: int | None) -> Section:
    found = [point for point in answer["single_points"] if point["stops"] == "possible"]
    if not found:
        return Section("Possible single points", ("None on the evidence.",))
    lines = ["If one of these fails, the product may stop: that depends on what is not known."]
    for kind, title in _KINDS.items():
        mine = [_label(point, answer, texts) for point in found if point["kind"] == kind]
        if mine:
            most = len(mine) if limit is None else 8
            more = f" and {len(mine) - most} more" if len(mine) > most else ""
            lines.append(f"{title}: {'; '.join(mine[:most])}{more}.")
    return Section("Possible single points", tuple(lines))


def _pairs(answer: Mapping[str, Any], texts: Texts, limit: int | None) -> Section:
    title = "Pairs of suppliers that stop it together"
    complete = answer["pairs_checked"] == answer["pairs_possible"]
    if not answer["pairs"]:
        text = "No two suppliers stop it together that do not stop it alone."
        return Section(title, (text if complete else f"None among the {answer['pairs_checked']:,} pairs computed.",))
    shown, more = _cut(answer["pairs"], limit, "pairs")
    columns = (Column("First"), Column("Second"), Column("Together"), Column("Output lost", numeric=True))
    rows = tuple(
        (pair["first_name"], pair["second_name"], _STOPS[pair["stops"]], interval(pair["loss"], texts))
        for pair in shown
    )
    lead = "Neither of the two stops the product alone."
    return Section(
        title, (lead, *more), Table(columns, rows, tuple(_STYLES[pair["stops"]] for pair in shown), styled=2)
    )


def _common_causes(
    answer: Mapping[str, Any],
    names: Mapping[str, str],
    suppliers: Mapping[str, str],
    texts: Texts,
    limit: int | None,
) -> Section:
    title = "Common causes: makers of one slot whose chains meet"
    if not answer["common_causes"]:
        return Section(title, ("No two makers of one slot are known to share a source.",))
    groups: dict[tuple[str, ...], list[str]] = {}
    for cause in answer["common_causes"]:
        meet, loss = cause["meet"], cause["loss"]
        weaker = min((loss["first"], loss["second"]), key=lambda found: (found["high"], found["low"]))
        key = (
            f"{names.get(cause['parent_id'], cause['parent_id'])}: {names.get(cause['slot'], cause['slot'])}",
            _source(meet, names, suppliers),
            str(meet["tier"]),
            interval(weaker, texts),
            texts(f"grounds.{cause['grounds']}"),
        )
        makers = groups.setdefault(key, [])
        for side in ("first", "second"):
            name = _maker(cause[side], cause[f"{side}_part_id"], names, suppliers)
            if name not in makers:
                makers.append(name)
    shown, more = _cut([*groups.items()], limit, "common causes")
    columns = (
        Column("Slot"),
        Column("Makers"),
        Column("All depend on"),
        Column("Tier", numeric=True),
        Column("Each loses at least", numeric=True),
        Column("Grounds"),
    )
    rows = tuple((key[0], "; ".join(makers), *key[1:]) for key, makers in shown)
    lead = "Makers are independent only down to the tier before the one where they meet."
    return Section(title, (lead, *more), Table(columns, rows))


def _maker(found: str, part_id: str, names: Mapping[str, str], suppliers: Mapping[str, str]) -> str:
    firm, part = suppliers.get(found), names.get(part_id, part_id)
    return f"{firm} ({part})" if firm else f"{part} (no maker named)"


def _source(meet: Mapping[str, Any], names: Mapping[str, str], suppliers: Mapping[str, str]) -> str:
    part = names.get(meet["part_id"], meet["part_id"])
    firm = suppliers.get(meet["supplier_id"], meet["supplier_id"])
    return f"{firm} ({part})" if firm else f"{part} (no maker named)"


def _survival(answer: Mapping[str, Any], texts: Texts) -> Section:
    lines = tuple(
        f"{_KINDS[kind]}: {interval(found, texts)} of single failures leave some output."
        for kind, found in answer["survival"].items()
    )
    return Section("Single failures that it survives", lines)


def _failures(
    answer: Mapping[str, Any], kind: str, names: Mapping[str, str], texts: Texts, limit: int | None
) -> Section:
    found = [failure for failure in answer["failures"] if failure["kind"] == kind]
    if not found:
        return Section(
            _KINDS[kind],
            ("None among the suppliers of the product owns another one.",) if kind == "owner" else ("None.",),
        )
    shown, more = _cut(found, limit, _KINDS[kind].lower())
    columns = (
        Column("What fails"),
        Column("Output lost", numeric=True),
        Column("every maker losing in proportion", numeric=True),
        Column("Product"),
        *((Column("Delivers"),) if kind != "part" else ()),
    )
    rows = tuple(
        (
            _label(failure, answer, texts),
            interval(failure["loss"]["reallocate"], texts),
            interval(failure["loss"]["proportional"], texts),
            _STOPS[failure["stops"]],
            *((_some(failure["parts"], names),) if kind != "part" else ()),
        )
        for failure in shown
    )
    styles = tuple(_STYLES[failure["stops"]] for failure in shown)
    return Section(_KINDS[kind], more, Table(columns, rows, styles, styled=3))


def _records(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    return [
        {
            "product": answer["product"],
            **{key: found[key] for key in ("kind", "id", "name")},
            # Not `basis`: every output carries that of the settings.
            "country_basis": found["basis"],
            "loss_reallocate_low": found["loss"]["reallocate"]["low"],
            "loss_reallocate_high": found["loss"]["reallocate"]["high"],
            "loss_proportional_low": found["loss"]["proportional"]["low"],
            "loss_proportional_high": found["loss"]["proportional"]["high"],
            "stops": found["stops"],
            "parts": ";".join(found["parts"]),
            "stopped_lines": ";".join(found["stopped_lines"]),
            "other_sources": found["other_sources"],
        }
        for found in answer["failures"]
    ]


def _unknown_records(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    return [
        {
            "part_id": found["parts"][0],
            "not_known": found["name"],
            "loss_low": found["loss"]["reallocate"]["low"],
            "loss_high": found["loss"]["reallocate"]["high"],
        }
        for found in answer["failures"]
        if found["kind"] == "supplier" and found["id"].startswith("unknown:")
    ]


def _cited(dataset: Dataset, answer: Mapping[str, Any]) -> list[str]:
    """Sources of the offers by which the suppliers that stop the product deliver."""
    stopping = {found["id"] for found in answer["single_points"] if found["kind"] == "supplier"}
    offers = dataset.offers
    cells = offers["source_ids"][offers["supplier_id"].isin(stopping)]
    return [piece.strip() for cell in cells for piece in str(cell).split(";") if piece.strip()]
