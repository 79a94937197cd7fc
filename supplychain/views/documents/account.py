"""How a spreadsheet was read, as sections of a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from supplychain.formats.spreadsheets.fields import FIELDS
from supplychain.formats.spreadsheets.sheet import column_letter
from supplychain.views.catalogue import Texts, texts_for
from supplychain.views.documents.document import Column, Document, Section, Table
from supplychain.views.spreadsheet_parts import count_groups, file_sentence

__all__ = ["with_account"]


def with_account(document: Document, account: Mapping[str, Any], *, rows: int | None = None) -> Document:
    """Put how the file was read around an answer: the short of it before, the lists after.

    Parameters
    ----------
    document : Document
        The answer.
    account : mapping
        The `spreadsheet` object of the JSON contract.
    rows : int, optional
        How many rows of each list to show; all by default.
    """
    before = [_read(account), *_assumed(account, rows), *_counts(account, rows)]
    after = [_columns(account), *_left(account, rows), *_firms(account, rows), *_classes(account, rows)]
    return replace(document, sections=(*before, *document.sections, *after), account=(*before, *after))


def _read(account: Mapping[str, Any]) -> Section:
    used = [column for column in account["columns"] if column["field"]]
    taken = "; ".join(f"{' '.join(column['header'].split())} = {_meaning(column)}" for column in used)
    lines = (
        file_sentence(account, texts_for("en", ())),
        f"Columns taken for: {taken}. --map FILE saves this to be edited and used again.",
    )
    return Section("How your file was read", lines)


def _meaning(column: Mapping[str, Any]) -> str:
    number = f" {column['number']}" if column["number"] > 1 else ""
    per = f"for {column['per']:g}" if column["per"] != 1 else ""
    marks = ", ".join(filter(None, [column["currency"], column["unit"], per]))
    return f"{column['field'].replace('_', ' ')}{number}{f' ({marks})' if marks else ''}"


def _assumed(account: Mapping[str, Any], rows: int | None) -> list[Section]:
    lines = [*account["assumed"], *account["warnings"][:rows]]
    hidden = len(account["assumed"]) + len(account["warnings"]) - len(lines)
    if hidden:
        lines.append(f"{hidden} more warnings; --all shows every one.")
    return [Section("What was assumed, and what is doubtful", tuple(lines))] if lines else []


def _counts(account: Mapping[str, Any], rows: int | None) -> list[Section]:
    texts = texts_for("en", ())
    groups = count_groups(account, texts, rows=rows)
    sections = []
    for group in groups:
        shown, total = len(group["rows"]), group["total"]
        lines = (f"The first {shown} of {total}; --all shows every one.",) if shown < total else ()
        sections.append(Section(group["title"], lines, _count_table(group, texts)))
    if not any(group["by"] not in {"maker", "category"} for group in groups):
        sections.append(Section("Countries, as the file gives them", (texts("file.no_countries"),)))
    return sections


def _count_table(group: Mapping[str, Any], texts: Texts) -> Table:
    columns = (
        Column(group["column"]),
        Column(texts("file.written")),
        Column(texts("file.lines"), numeric=True),
        Column(texts("file.quantity"), numeric=True),
        Column(texts("file.cost"), numeric=True),
    )
    return Table(columns, tuple(tuple(row.values()) for row in group["rows"]))


def _columns(account: Mapping[str, Any]) -> Section:
    rows = tuple(
        (
            column_letter(column["position"]),
            " ".join(column["header"].split()),
            _meaning(column) if column["field"] else "kept, not used",
            FIELDS[column["field"]].meaning if column["field"] in FIELDS else "",
        )
        for column in account["columns"]
    )
    columns = (Column("Column"), Column("Header"), Column("Taken for"), Column("That is"))
    return Section("Columns of your file", (), Table(columns, rows))


def _left(account: Mapping[str, Any], rows: int | None) -> list[Section]:
    others = [row for row in account["not_lines"] if row["kind"] != "blank"]
    if not others:
        return []
    others = sorted(others, key=lambda row: (row["kind"] != "refused", row["row"]))
    shown = others[:rows]
    cells = tuple((str(row["row"]), row["kind"].replace("_", " "), row["reason"], row["text"][:100]) for row in shown)
    columns = (Column("Row", numeric=True), Column("What it is"), Column("Why"), Column("Its cells"))
    styles = tuple("error" if row["kind"] == "refused" else "" for row in shown)
    lines = (f"The first {len(shown)} of {len(others)}; --all shows every one.",) if len(shown) < len(others) else ()
    return [Section("Rows that are no lines", lines, Table(columns, cells, styles, styled=1))]


def _firms(account: Mapping[str, Any], rows: int | None) -> list[Section]:
    firms = [firm for firm in account["firms"] if firm["match"] != "exact"]
    if not firms:
        return []
    order = {"candidate": 0, "similar": 1, "none": 2, "rejected": 3, "confirmed": 4}
    firms = sorted(firms, key=lambda firm: (order.get(firm["match"], 5), firm["name"].casefold()))
    shown = firms[:rows]
    cells = tuple(
        (
            firm["name"],
            firm["match"],
            firm["supplier_id"],
            ", ".join(f"{each['name']} ({each['score']:.2f})" for each in firm["candidates"][:3]),
            firm["why"],
        )
        for firm in shown
    )
    columns = (Column("Maker in the file"), Column("Match"), Column("Taken for"), Column("Candidates"), Column("Why"))
    lines = [f"{len(account['firms']) - len(firms)} of {len(account['firms'])} names are firms of the bundled data."]
    if len(shown) < len(firms):
        lines.append(f"The first {len(shown)} of the other {len(firms)}; --all shows every one.")
    return [Section("Makers that are not surely known", tuple(lines), Table(columns, cells))]


def _classes(account: Mapping[str, Any], rows: int | None) -> list[Section]:
    shown = account["classes"][:rows]
    cells = tuple(
        (
            str(each["row"]),
            each["name"][:60],
            each["class"],
            each["confidence"],
            each["why"],
            "yes" if each["upstream"] else "no",
        )
        for each in shown
    )
    columns = (
        Column("Row", numeric=True),
        Column("Part"),
        Column("Class"),
        Column("Confidence"),
        Column("Why"),
        Column("Upstream attached"),
    )
    total = len(account["classes"])
    lines = (f"The first {len(shown)} of {total}; --all shows every one.",) if len(shown) < total else ()
    return [Section("Lines and the classes they were taken for", lines, Table(columns, cells))]
