"""Pieces that the documents share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supplychain.dataset import Dataset
from supplychain.views.catalogue import Texts
from supplychain.views.documents.document import Column

__all__ = ["cited_rows", "facts_cells", "facts_columns", "lens_line", "provenance_cells"]


def provenance_cells(answer: Mapping[str, Any]) -> dict[str, str]:
    """What every output carries, flat, from the head of a JSON answer."""
    provenance = answer["provenance"]
    dataset = provenance["dataset"]
    cells = {
        "program": f"{provenance['program']} {provenance['program_version']}",
        "dataset": dataset["name"],
        "dataset_version": dataset["version"],
        "dataset_date": dataset["date"],
        "dataset_sha256": dataset["sha256"],
    }
    if "lens" in answer:
        cells |= {
            "lens": ",".join(answer["lens"]["countries"]),
            "basis": ",".join(answer["lens"]["bases"]),
            "depth": "all" if answer["depth"] is None else str(answer["depth"]),
            "evidence": answer["evidence"],
            "min_ownership": f"{answer['min_ownership']:g}",
        }
    return cells


def facts_columns(rows: Iterable[Mapping[str, Any]], texts: Texts) -> tuple[Column, ...]:
    """Return the column that says whose facts rows are, where there are several datasets; else none."""
    return (Column(texts("report.facts")),) if any(row.get("facts") for row in rows) else ()


def facts_cells(row: Mapping[str, Any], columns: tuple[Column, ...], texts: Texts) -> tuple[str, ...]:
    """Return the cell of that column."""
    return (row.get("facts", "").replace(";", texts("list.comma")),) if columns else ()


def lens_line(answer: Mapping[str, Any], texts: Texts, names: Iterable[str]) -> str:
    """Say through which lens the answer looks."""
    bases = texts("list.comma").join(texts(f"basis.{basis}") for basis in answer["lens"]["bases"])
    depth = texts("report.depth_all") if answer["depth"] is None else str(answer["depth"])
    evidence = texts(f"report.evidence_{answer['evidence']}")
    return (
        f"{texts('report.lens')}: {', '.join(names)}. {texts('report.bases')}: {bases}. "
        f"{texts('report.depth')}: {depth}. {texts('report.evidence')}: {evidence}."
    )


def cited_rows(dataset: Dataset, source_ids: Iterable[str]) -> list[dict[str, object]]:
    """Rows of the sources table that are cited, in the order given; an id that is not listed stands alone."""
    known = {row["source_id"]: row for row in dataset.sources.to_dict("records")}
    return [
        {str(key): value for key, value in known.get(source_id, {"source_id": source_id}).items()}
        for source_id in dict.fromkeys(source_ids)
    ]
