"""`origins` as a document: content by country and basis, then by tier, stage, category, theme, then part by part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supplychain.countries import name_of
from supplychain.dataset import Dataset
from supplychain.views import report_parts as parts
from supplychain.views.catalogue import Texts, texts_for
from supplychain.views.documents.common import cited_rows, facts_cells, facts_columns, lens_line, provenance_cells
from supplychain.views.documents.document import Column, Document, Section, Table
from supplychain.views.numbers import interval, percent

__all__ = ["origins_document"]

_SMALL = 0.005
_BASES = ("made", "designed", "headquartered", "owned")


def origins_document(dataset: Dataset, answer: Mapping[str, Any], *, rows: int | None = None) -> Document:
    """Build the document from the `origins` object; `rows` limits the countries and parts that are listed."""
    texts = texts_for("en", answer["lens"]["countries"])
    names, suppliers = parts.part_names(dataset, texts), parts.supplier_names(dataset, texts)
    product = names.get(answer["product"], answer["product"])
    return Document(
        title=f"{product} [{answer['product']}]: where it comes from",
        lead=(lens_line(answer, texts, [name_of(code) for code in answer["lens"]["countries"]]),),
        sections=(
            _countries(answer, texts, rows),
            _bases(answer, texts),
            *(_groups(answer, key, title, texts) for key, title in _GROUPS),
            _parts(answer, names, suppliers, texts, rows),
            *([Section(texts("report.notes.heading"), tuple(answer["notes"]))] if answer["notes"] else []),
        ),
        records=_records(answer),
        provenance=provenance_cells(answer),
        unknowns=_unknown_records(answer),
        sources=cited_rows(dataset, _cited(dataset, answer)),
    )


_GROUPS = (
    ("by_tier", "By tier"),
    ("by_stage", "By stage of production"),
    ("by_category", "By category"),
    ("by_theme", "By theme"),
)


def _countries(answer: Mapping[str, Any], texts: Texts, limit: int | None) -> Section:
    content = answer["by_country"]
    if limit is not None:
        content = [row for row in content if row["value"] is None or row["value"]["high"] >= _SMALL][:limit]
    rows = [
        (
            name_of(row["country"]),
            interval(row["value"], texts),
            interval(row["first_tier_value"], texts),
            str(row["parts"]),
        )
        for row in content
    ]
    unknown = answer["unknown_value"]
    rows.append((texts("report.countries.unknown"), percent(unknown, texts), "", str(answer["unknown_parts"])))
    lines = ["Low: what is known; high: with everything unknown added. Parts: with at least one source there."]
    if len(content) < len(answer["by_country"]):
        lines.append(f"The largest {len(content)} of {len(answer['by_country'])} countries; --all shows every one.")
    columns = (
        Column(f"Country, {texts('basis.' + answer['basis'])}"),
        Column("Share of value", numeric=True),
        Column("First tier alone", numeric=True),
        Column("Parts", numeric=True),
    )
    return Section("Content by country", tuple(lines), Table(columns, tuple(rows)))


def _bases(answer: Mapping[str, Any], texts: Texts) -> Section:
    """The largest countries on the four bases side by side."""
    by_basis = answer["by_basis"]
    cells = {basis: {row["country"]: row["value"] for row in by_basis[basis]["by_country"]} for basis in _BASES}
    top = {
        country: max(((cells[basis].get(country) or {"low": 0.0})["low"] for basis in _BASES), default=0.0)
        for basis in _BASES
        for country in cells[basis]
    }
    chosen = [country for country, low in sorted(top.items(), key=lambda item: (-item[1], item[0])) if low >= _SMALL][
        :8
    ]
    rows = [
        (
            name_of(country),
            *(interval(cells[basis].get(country) or {"low": 0.0, "high": 0.0}, texts) for basis in _BASES),
        )
        for country in chosen
    ]
    rows.append(
        (texts("report.countries.unknown"), *(percent(by_basis[basis]["unknown_value"], texts) for basis in _BASES))
    )
    columns = (Column("Country"), *(Column(texts(f"basis.{basis}"), numeric=True) for basis in _BASES))
    return Section("Made, designed, headquartered, owned", (), Table(columns, tuple(rows)))


def _groups(answer: Mapping[str, Any], key: str, title: str, texts: Texts) -> Section:
    rows = tuple(
        (
            _group_name(group["key"], key, texts),
            str(group["parts"]),
            str(group["exposed"]),
            str(group["unknown"]),
            str(group["clear"]),
            interval(group["value"], texts),
            ", ".join(
                f"{name_of(code) if code else texts('report.countries.unknown')} {percent(amount, texts)}"
                for code, amount in list(group["made"].items())[:3]
            ),
        )
        for group in answer[key]
    )
    columns = (
        Column(title.removeprefix("By ").capitalize()),
        Column("Parts", numeric=True),
        Column(texts("verdict.exposed"), numeric=True),
        Column(texts("verdict.unknown"), numeric=True),
        Column(texts("verdict.clear"), numeric=True),
        Column("Value from there", numeric=True),
        Column("Largest earners (share of the product's price)"),
    )
    return Section(title, (), Table(columns, rows))


def _group_name(key: object, kind: str, texts: Texts) -> str:
    if kind == "by_tier":
        return str(key)
    return texts.either({"by_stage": "stage", "by_theme": "group"}.get(kind, ""), str(key)) or "(none)"


def _parts(
    answer: Mapping[str, Any],
    names: Mapping[str, str],
    suppliers: Mapping[str, str],
    texts: Texts,
    limit: int | None,
) -> Section:
    rows = []
    shown = answer["parts"] if limit is None else answer["parts"][:limit]
    facts = facts_columns((source for part in answer["parts"] for source in part["sources"]), texts)
    for part in shown:
        for source in part["sources"]:
            maker = suppliers.get(source["supplier_id"], "")
            if not maker:
                maker = "market" if source["offer_id"] else "not known"
            rows.append(
                (
                    str(part["tier"]),
                    names.get(part["part_id"], part["part_id"]),
                    maker,
                    *(
                        name_of(source[basis]) if source[basis] else texts("report.countries.unknown")
                        for basis in _BASES
                    ),
                    interval(source, texts),
                    texts(f"grounds.{source['grounds']}"),
                    _candidates(len(source["candidates"])),
                    *facts_cells(source, facts, texts),
                )
            )
    lead = ""
    if len(shown) < len(answer["parts"]):
        lead = f"The first {len(shown)} of {len(answer['parts'])} parts; --all shows every one."
    columns = (
        Column("Tier", numeric=True),
        Column("Part"),
        Column("Maker"),
        *(Column(texts(f"basis.{basis}")) for basis in _BASES),
        Column("Share", numeric=True),
        Column("Grounds"),
        Column("Candidates"),
        *facts,
    )
    return Section("Part by part", (lead,) if lead else (), Table(columns, tuple(rows)))


def _candidates(count: int) -> str:
    return f"{count} offer{'s' * (count != 1)} listed" if count else ""


def _records(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    return [
        {
            "product": answer["product"],
            "tier": part["tier"],
            "part_id": part["part_id"],
            "name": part["name"],
            "stage": part["stage"],
            "category": part["category"],
            "theme": part["theme"],
            **{key: source[key] for key in ("offer_id", "supplier_id", *_BASES, "share", "low", "high", "grounds")},
            "candidates": ";".join(source["candidates"]),
            **({"facts": source["facts"]} if source.get("facts") else {}),
        }
        for part in answer["parts"]
        for source in part["sources"]
    ]


def _cited(dataset: Dataset, answer: Mapping[str, Any]) -> list[str]:
    by_offer = dict(zip(dataset.offers["offer_id"], dataset.offers["source_ids"], strict=True))
    used = [source["offer_id"] for part in answer["parts"] for source in part["sources"]]
    return [source.strip() for offer in used for source in str(by_offer.get(offer, "")).split(";") if source.strip()]


def _unknown_records(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    return [
        {
            "part_id": part["part_id"],
            "tier": part["tier"],
            "supplier_id": source["supplier_id"],
            "not_known": ";".join(basis for basis in _BASES if not source[basis]),
            "share_low": source["low"],
            "share_high": source["high"],
            "candidates": ";".join(source["candidates"]),
        }
        for part in answer["parts"]
        for source in part["sources"]
        if any(not source[basis] for basis in _BASES)
    ]
