"""`gaps` as a document: whom to ask, what, and what each answer would settle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from supplychain.countries import name_of
from supplychain.dataset import Dataset
from supplychain.views import report_parts as parts
from supplychain.views.catalogue import Texts, texts_for
from supplychain.views.documents.common import lens_line, provenance_cells
from supplychain.views.documents.document import Column, Document, Section, Table
from supplychain.views.numbers import interval

__all__ = ["ask_section", "gaps_document"]

_COLUMNS = (
    *("product", "supplier_id", "supplier", "part_id", "name", "tier", "fact", "fact_basis", "verdicts", "measure"),
    *("parent_id", "line_part_id", "line_supplier_id", "from_low", "from_high", "to_low", "to_high"),
    *("to_inside_low", "to_inside_high", "least", "question", "question_zh", "question_id"),
)
_FACTS = {
    "origin": "origin",
    "owner": "head office",
    "upstream_source": "source of an input",
    "maker": "maker",
    "capacity": "capacity",
    "lead_time": "lead time",
}
# The figure that is shown where an answer moves several: the first of these.
_ORDER = ("value", "contact", "clean_depth", "line_contact", "documented_value", "documented_contact", "coverage")
_LEAD = (
    "What settles most comes first: verdicts, then the share of value, then contact. "
    "The effects of two answers do not add up."
)
_NAMES = {
    "value": "share of value",
    "contact": "contact",
    "clean_depth": "clear through tier",
    "line_contact": "contact of a line",
    "documented_value": "share of value, documented",
    "documented_contact": "contact, documented",
    "coverage": "supply cover",
}


def gaps_document(dataset: Dataset, answer: Mapping[str, Any], *, rows: int | None = None) -> Document:
    """Build the document from the `gaps` object.

    Parameters
    ----------
    dataset : Dataset
    answer : mapping
        The `gaps` object.
    rows : int, optional
        How many gaps to list, of those that settle something; all gaps by default.
    """
    texts = texts_for("en", answer["lens"]["countries"])
    product = parts.part_names(dataset, texts).get(answer["product"], answer["product"])
    found = answer["gaps"]
    return Document(
        title=f"{product} [{answer['product']}]: what is not known, and whom to ask",
        lead=(
            lens_line(answer, texts, [name_of(code) for code in answer["lens"]["countries"]]),
            _summary(found),
        ),
        sections=(
            _listed(found, texts, rows),
            _firms(found, rows),
            *([Section(texts("report.notes.heading"), tuple(answer["notes"]))] if answer["notes"] else []),
        ),
        records=_records(answer),
        names=_COLUMNS,
        provenance=provenance_cells(answer),
    )


def ask_section(found: Sequence[Mapping[str, Any]], texts: Texts) -> Section:
    """Whom to ask first, and what, in words: the gaps that settle most.

    Parameters
    ----------
    found : sequence of mapping
        The first of the `gaps` of the JSON contract.
    texts : Texts
    """
    rows = tuple(
        (_asked(gap), gap["name"], gap["question"], *_figure(gap, texts)[:2]) for gap in found if _settles(gap)
    )
    columns = (
        Column("Ask"),
        Column("Part"),
        Column("Question"),
        Column("Figure that it narrows"),
        Column("Today", numeric=True),
    )
    lead = f"{_LEAD} 'supplychain gaps' lists every question; with -o questions.xlsx it writes a sheet for each firm."
    return Section("What to ask first, and whom", (lead,), Table(columns, rows) if rows else None)


def _asked(gap: Mapping[str, Any]) -> str:
    return gap["supplier_name"] or ("(the buyer)" if gap["basis"] == "choice" else "(maker not known)")


def _summary(found: Sequence[Mapping[str, Any]]) -> str:
    settling = [gap for gap in found if _settles(gap)]
    firms = {gap["supplier_id"] for gap in found} - {""}
    if not found:
        return "Nothing that can be asked is unknown."
    return (
        f"{len(found)} facts are missing, {len(settling)} of them would settle a figure or a verdict; "
        f"{len(firms)} firm{'s' * (len(firms) != 1)} can be asked. -o questions.xlsx writes the questions."
    )


def _settles(gap: Mapping[str, Any]) -> bool:
    return bool(gap["settles"] or gap["verdicts"])


def _others(found: Sequence[Mapping[str, Any]]) -> str:
    """How many gaps settle nothing, by fact."""
    counts = Counter(_FACTS[gap["fact"]] for gap in found if not _settles(gap))
    return ", ".join(f"{fact} {number:,}" for fact, number in counts.most_common())


def _listed(found: Sequence[Mapping[str, Any]], texts: Texts, limit: int | None) -> Section:
    settling = [gap for gap in found if _settles(gap)]
    shown = found if limit is None else settling[:limit]
    rows = tuple(
        (
            _asked(gap),
            gap["name"],
            _FACTS[gap["fact"]],
            str(gap["verdicts"] or ""),
            *_figure(gap, texts),
            *([gap["question"]] if limit is None else []),
        )
        for gap in shown
    )
    columns = (
        Column("Ask"),
        Column("Part"),
        Column("What"),
        Column("Verdicts settled", numeric=True),
        Column("Figure"),
        Column("Today", numeric=True),
        Column("If elsewhere", numeric=True),
        Column("If there", numeric=True),
        # On a terminal, where the rows are limited, a sentence in each would leave no room for the rest.
        *([Column("Question")] if limit is None else []),
    )
    lines = [_LEAD]
    if limit is not None and len(shown) < len(settling):
        lines.append(f"The first {len(shown)} of {len(settling)} that settle something.")
    others = len(found) - len(settling)
    if others:
        where = "last in this list" if limit is None else "--all, --json and --csv list them"
        verb = "moves" if others == 1 else "move"
        lines.append(f"{others:,} more {verb} no figure today ({_others(found)}); {where}.")
    return Section("What to ask", tuple(lines), Table(columns, rows) if rows else None)


def _figure(gap: Mapping[str, Any], texts: Texts) -> tuple[str, str, str, str]:
    row = min(
        gap["settles"],
        key=lambda item: (item["to"] == item["from"], _ORDER.index(item["measure"])),
        default=None,
    )
    if row is None:
        return "", "", "", ""
    ends = tuple(_ends(row["measure"], row[key], texts) for key in ("from", "to", "to_inside"))
    name = _NAMES[row["measure"]]
    if row["least"] is not None:
        name = f"{name}, if at least {row['least']:,.10g}"
    return name, ends[0], ends[1], ends[2]


def _ends(measure: str, bounds: Mapping[str, Any], texts: Texts) -> str:
    low, high = bounds["low"], bounds["high"]
    if measure == "clean_depth":
        return str(low) if low == high else f"{low} to {high}"
    if measure == "coverage":
        return f"{low:.3g} or more"
    return interval(bounds, texts)


def _firms(found: Sequence[Mapping[str, Any]], limit: int | None) -> Section:
    """Whom to ask, and how much; where rows are limited, only whose answers would settle something."""
    firms: dict[str, list[Mapping[str, Any]]] = {}
    for gap in found:
        firms.setdefault(_asked(gap), []).append(gap)
    rows = tuple(
        (
            name,
            str(len(gaps)),
            str(sum(_settles(gap) for gap in gaps)),
            ", ".join(dict.fromkeys(_FACTS[gap["fact"]] for gap in gaps)),
        )
        for name, gaps in firms.items()
        if limit is None or any(_settles(gap) for gap in gaps)
    )
    others = len(firms) - len(rows)
    lines = (f"The answers of {others:,} more would move no figure today.",) if others else ()
    columns = (
        Column("Ask"),
        Column("Questions", numeric=True),
        Column("That settle something", numeric=True),
        Column("About"),
    )
    return Section("Whom to ask", lines, Table(columns, rows) if rows else None)


def _records(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    records: list[dict[str, object]] = []
    for gap in answer["gaps"]:
        head = {
            "product": answer["product"],
            "supplier_id": gap["supplier_id"],
            "supplier": gap["supplier_name"],
            **{key: gap[key] for key in ("part_id", "name", "tier", "fact", "verdicts")},
            # `basis` is the column of the settings, which every output carries.
            "fact_basis": gap["basis"],
        }
        tail = {key: gap[key] for key in ("question", "question_zh", "question_id")}
        figures = [_settled(row) for row in gap["settles"]] or [{}]
        records += [{**head, **figure, **tail} for figure in figures]
    return records


def _settled(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "measure": row["measure"],
        "parent_id": row["parent_id"],
        "line_part_id": row["part_id"],
        "line_supplier_id": row["supplier_id"],
        **{f"{key}_{end}": row[key][end] for key in ("from", "to", "to_inside") for end in ("low", "high")},
        "least": row["least"],
    }
