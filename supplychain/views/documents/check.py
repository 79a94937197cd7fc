"""`check` and `products` as documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supplychain.views.documents.common import provenance_cells
from supplychain.views.documents.document import Column, Document, Section, Table

__all__ = ["check_document", "products_document"]

_PROBLEM = ("severity", "file", "row", "column", "value", "message", "hint")
_PRODUCT = ("dataset", "product_id", "name", "name_zh", "lines", "description")


def check_document(answer: Mapping[str, Any]) -> Document:
    """Build the document from the `check` object."""
    problems = answer["problems"]
    errors = sum(problem["severity"] == "error" for problem in problems)
    rows = tuple(
        (
            problem["severity"],
            problem["file"],
            "" if problem["row"] is None else str(problem["row"]),
            problem["column"],
            problem["value"],
            problem["message"],
            problem["hint"],
        )
        for problem in problems
    )
    columns = (
        Column("Severity"),
        Column("File"),
        Column("Row", numeric=True),
        Column("Column"),
        Column("Value"),
        Column("What is wrong"),
        Column("What would be right"),
    )
    found = (
        f"{errors} error{'s' * (errors != 1)}, {len(problems) - errors} warning{'s' * (len(problems) - errors != 1)}"
    )
    styles = tuple(problem["severity"] for problem in problems)
    return Document(
        title=f"{answer['dataset']}: {found}",
        lead=tuple(f"{table}: {count} row{'s' * (count != 1)}" for table, count in answer["tables"].items() if count),
        sections=(Section("", (), Table(columns, rows, styles)),) if rows else (),
        records=[dict(problem) for problem in problems],
        names=_PROBLEM,
        provenance=provenance_cells(answer),
    )


def products_document(answer: Mapping[str, Any]) -> Document:
    """Build the document from the `products` object."""
    rows = tuple(
        (row["dataset"], row["product_id"], row["name"], row["name_zh"], str(row["lines"]), row["description"])
        for row in answer["products"]
    )
    columns = (
        Column("Dataset"),
        Column("Product"),
        Column("Name"),
        Column("Name (zh)"),
        Column("Lines", numeric=True),
        Column("What it is"),
    )
    return Document(
        title="Products",
        sections=(Section("", (), Table(columns, rows)),),
        records=[dict(row) for row in answer["products"]],
        names=_PRODUCT,
        provenance=provenance_cells(answer),
    )
