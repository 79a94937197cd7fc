"""`flags` as a document, in the order in which an analyst asks: key components, lines, depth, value, cover, loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supplychain.countries import name_of
from supplychain.dataset import Dataset
from supplychain.views import report_parts as parts
from supplychain.views import words
from supplychain.views.catalogue import Texts, texts_for
from supplychain.views.documents.common import cited_rows, facts_cells, facts_columns, lens_line, provenance_cells
from supplychain.views.documents.document import Column, Document, Section, Table
from supplychain.views.documents.gaps import ask_section
from supplychain.views.numbers import interval

__all__ = ["flags_document"]

_COLUMNS = (
    *(
        "product",
        "parent_id",
        "part_id",
        "supplier_id",
        "name",
        "category",
        "theme",
        "tier",
        "stage",
        "verdict",
        "reach",
    ),
    *("bases", "grounds", "contact_low", "contact_high", "loss_reallocate_low", "loss_reallocate_high"),
    *("loss_proportional_low", "loss_proportional_high", "value_low", "value_high", "worst_chain", "source_ids"),
)
_RANK = {"exposed": 0, "unknown": 1, "clear": 2}


def flags_document(dataset: Dataset, answer: Mapping[str, Any], *, rows: int | None = None) -> Document:
    """Build the document from the `flags` object.

    Parameters
    ----------
    dataset : Dataset
    answer : mapping
        The `flags` object.
    rows : int, optional
        How many lines to list; all by default.
    """
    texts = texts_for("en", answer["lens"]["countries"])
    names, suppliers = parts.part_names(dataset, texts), parts.supplier_names(dataset, texts)
    product = names.get(answer["product"], answer["product"])
    verdict = texts(f"verdict.{answer['verdict']}")
    grounds = f" ({texts('grounds.' + answer['grounds'])})" if answer["grounds"] else ""
    exposure = answer["exposure"]
    return Document(
        title=f"{product} [{answer['product']}]: {verdict}{grounds}",
        lead=(lens_line(answer, texts, [name_of(code) for code in answer["lens"]["countries"]]),),
        sections=(
            _keys(answer, names, suppliers, texts, rows),
            _profile(exposure, texts),
            _clean(answer, names, suppliers, texts),
            _value(answer, texts),
            _cover(exposure, names, texts),
            _loss(answer, texts),
            _chains(answer, names, suppliers, texts),
            _unknowns(answer, names, suppliers, texts),
            *([ask_section(answer["ask"], texts)] if "ask" in answer else []),
            _lines(answer, names, suppliers, texts, rows),
            *([Section(texts("report.notes.heading"), tuple(answer["notes"]))] if answer["notes"] else []),
        ),
        records=_records(answer),
        names=(*_COLUMNS, "facts") if facts_columns(answer["flags"], texts) else _COLUMNS,
        provenance=provenance_cells(answer),
        unknowns=_unknown_records(answer),
        sources=cited_rows(dataset, _cited(answer)),
    )


def _keys(
    answer: Mapping[str, Any],
    names: Mapping[str, str],
    suppliers: Mapping[str, str],
    texts: Texts,
    limit: int | None,
) -> Section:
    rows: list[tuple[str, ...]] = []
    styles: list[str] = []
    for group in parts.key_groups(answer["key_components"], names, suppliers, texts):
        for row in group["rows"]:
            title = f"{row['name']} ({row['row']})" if row["row"] else row["name"]
            rows.append(
                (
                    group["name"],
                    title,
                    f"{row['supplier']}, {row['countries']}",
                    row["first"],
                    row["grounds"],
                    row["alternatives"],
                    row["price_lens"],
                    row["price_other"],
                    row["ratio"],
                )
            )
            styles.append(row["verdict"])
    columns = (
        Column("Group"),
        Column(texts("report.keys.component")),
        Column(texts("report.keys.source")),
        Column(texts("report.keys.first")),
        Column(texts("report.keys.grounds")),
        Column(texts("report.keys.alternatives"), numeric=True),
        Column(texts("report.keys.price_lens"), numeric=True),
        Column(texts("report.keys.price_other"), numeric=True),
        Column(texts("report.keys.ratio"), numeric=True),
    )
    first = [column.title for column in columns].index(texts("report.keys.first"))
    shown = rows[:limit]
    lead = (f"The first {len(shown)} of {len(rows)} rows; --all shows every one.",) if len(shown) < len(rows) else ()
    return Section(
        texts("report.keys.heading"), lead, Table(columns, tuple(shown), tuple(styles[:limit]), styled=first)
    )


def _profile(exposure: Mapping[str, Any], texts: Texts) -> Section:
    rows = tuple(
        (row["depth"], row["stage"], str(row["exposed"]), str(row["unknown"]), str(row["clear"]), row["cost"])
        for row in parts.profile_rows(exposure, texts)
    )
    columns = (
        Column(texts("report.profile.depth")),
        Column(texts("report.profile.stage")),
        Column(texts("verdict.exposed"), numeric=True),
        Column(texts("verdict.unknown"), numeric=True),
        Column(texts("verdict.clear"), numeric=True),
        Column(texts("report.profile.cost"), numeric=True),
    )
    return Section(texts("report.profile.heading"), (), Table(columns, rows))


def _clean(answer: Mapping[str, Any], names: Mapping[str, str], suppliers: Mapping[str, str], texts: Texts) -> Section:
    exposure = answer["exposure"]
    tier = int(exposure["clean_depth_proven"]) + 1
    unknown = words.names_of_unknown_origin(answer, tier=tier, names=names, suppliers=suppliers)
    touched = words.names_of_first_touch(answer, tier=int(exposure["clean_depth"]) + 1, names=names)
    lines = words.clean_depth_sentences(exposure, unknown_names=unknown, touched_names=touched, texts=texts)
    return Section(texts("report.clean.heading"), tuple(lines))


def _value(answer: Mapping[str, Any], texts: Texts) -> Section:
    lines = []
    for figure in parts.value_figures(answer, texts):
        lines.append(f"{figure['name']}: {figure['text']} ({figure['note']})")
        if figure["both"]:
            lines.append(f"  {figure['both']}")
    contact = interval(answer["exposure"]["contact"], texts)
    bounds = interval(answer["exposure"]["contact_bounds"], texts)
    term = texts("term.contact")
    lines.append(f"{term[:1].upper()}{term[1:]}: {contact} (independent purchases; whatever the dependence: {bounds})")
    # What a figure leaves out belongs beside it, not at the end.
    lines += [f"Note: {note.removeprefix('value: ')}." for note in answer["notes"] if note.startswith("value: ")]
    return Section(texts("report.value.heading"), tuple(lines))


def _cover(exposure: Mapping[str, Any], names: Mapping[str, str], texts: Texts) -> Section:
    rows = tuple(
        (row["name"], row["needed"], row["available"], row["times"])
        for row in parts.coverage_rows(exposure["coverage"], names, texts)
    )
    if not rows:
        return Section(texts("report.cover.heading"), (texts("report.cover.none"),))
    columns = (
        Column(texts("report.cover.part")),
        Column(texts("report.cover.needed"), numeric=True),
        Column(texts("report.cover.available"), numeric=True),
        Column(texts("report.cover.times"), numeric=True),
    )
    lead = f"{texts('report.cover.lead')} Planned: {exposure['units']:,.10g} units a year."
    return Section(texts("report.cover.heading"), (lead,), Table(columns, rows))


def _loss(answer: Mapping[str, Any], texts: Texts) -> Section:
    lines = [
        f"{figure['name']}: {figure['both'] or figure['text']} ({figure['note']})"
        for figure in parts.loss_figures(answer, texts)
    ]
    tightest = answer["exposure"]["embargo_loss"]["tightest_stage"]
    if tightest:
        lines.append(
            f"{texts('report.loss.tightest_prefix')}: {tightest['text']}"
            if texts.has("report.loss.tightest_prefix")
            else tightest["text"]
        )
    return Section(texts("report.loss.heading"), tuple(lines))


def _chains(answer: Mapping[str, Any], names: Mapping[str, str], suppliers: Mapping[str, str], texts: Texts) -> Section:
    lines = [
        f"{place}. {chain['text']} {chain['share']} [{chain['grounds']}]"
        for place, chain in enumerate(parts.worst_chains(answer, names, suppliers, texts), start=1)
    ]
    return Section(texts("report.chains.heading"), tuple(lines) or (texts("report.chains.none"),))


def _unknowns(
    answer: Mapping[str, Any], names: Mapping[str, str], suppliers: Mapping[str, str], texts: Texts
) -> Section:
    lines = [words.unknowns_sentence(answer["unknowns"], answer["unknowns_together"], texts)]
    rows = tuple(
        (row["name"], row["supplier"], row["measure"], row["from"], row["to"])
        for row in parts.unknown_rows(answer["unknowns"], names, suppliers, texts)
    )
    columns = (
        Column("Part"),
        Column("Supplier"),
        Column("Figure"),
        Column(texts("report.unknowns.now"), numeric=True),
        Column("If it is elsewhere", numeric=True),
    )
    return Section(texts("report.unknowns.heading"), tuple(lines), Table(columns, rows) if rows else None)


def _lines(
    answer: Mapping[str, Any],
    names: Mapping[str, str],
    suppliers: Mapping[str, str],
    texts: Texts,
    limit: int | None,
) -> Section:
    flags = sorted(answer["flags"], key=lambda flag: (flag["tier"], _RANK[flag["verdict"]], flag["part_id"]))
    shown: Sequence[Mapping[str, Any]] = flags if limit is None else flags[:limit]
    facts = facts_columns(flags, texts)
    rows = tuple(
        (
            str(flag["tier"]),
            names.get(flag["part_id"], flag["part_id"]),
            suppliers.get(flag["supplier_id"], "") or texts("origin.default_mix"),
            names.get(flag["parent_id"], flag["parent_id"]),
            texts(f"verdict.{flag['verdict']}"),
            texts(f"reach.{flag['reach']}") if flag["reach"] else "",
            texts(f"grounds.{flag['grounds']}") if flag["grounds"] else "",
            interval(flag["contact"], texts),
            *facts_cells(flag, facts, texts),
        )
        for flag in shown
    )
    columns = (
        Column("Tier", numeric=True),
        Column("Part"),
        Column("Supplier"),
        Column("Used in"),
        Column("Finding"),
        Column("Where"),
        Column("Grounds"),
        Column("Contact", numeric=True),
        *facts,
    )
    counts = {verdict: sum(flag["verdict"] == verdict for flag in flags) for verdict in _RANK}
    lead = "; ".join(f"{texts(f'verdict.{verdict}')}: {count}" for verdict, count in counts.items()) + "."
    if len(shown) < len(flags):
        lead += f" The first {len(shown)} of {len(flags)} lines; --all shows every one."
    styles = tuple(flag["verdict"] for flag in shown)
    return Section("All lines with their sources", (lead,), Table(columns, rows, styles, styled=4))


def _records(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    return [
        {
            "product": answer["product"],
            **{key: flag[key] for key in ("parent_id", "part_id", "supplier_id", "name", "category", "theme", "tier")},
            **{key: flag[key] for key in ("stage", "verdict", "reach")},
            "bases": ";".join(flag["bases"]),
            "grounds": flag["grounds"],
            "contact_low": flag["contact"]["low"],
            "contact_high": flag["contact"]["high"],
            "loss_reallocate_low": flag["embargo_loss"]["reallocate"]["low"],
            "loss_reallocate_high": flag["embargo_loss"]["reallocate"]["high"],
            "loss_proportional_low": flag["embargo_loss"]["proportional"]["low"],
            "loss_proportional_high": flag["embargo_loss"]["proportional"]["high"],
            "value_low": flag["value"]["low"],
            "value_high": flag["value"]["high"],
            "worst_chain": " > ".join(step["part_id"] for step in flag["chains"][0]["steps"]) if flag["chains"] else "",
            "source_ids": ";".join(_flag_sources(flag)),
            **({"facts": flag["facts"]} if flag.get("facts") else {}),
        }
        for flag in answer["flags"]
    ]


def _flag_sources(flag: Mapping[str, Any]) -> list[str]:
    chains = [*flag["chains"], *flag["open_chains"]]
    return list(dict.fromkeys(source for chain in chains for step in chain["steps"] for source in step["source_ids"]))


def _cited(answer: Mapping[str, Any]) -> list[str]:
    found = [source for row in answer["key_components"] for source in row["source_ids"]]
    return found + [source for flag in answer["flags"] for source in _flag_sources(flag)]


def _open(flag: Mapping[str, Any]) -> bool:
    """Whether some maker behind the line itself, and not only further up, is not known."""
    return bool(flag["reach"] == "direct" and flag["contact"]["low"] < flag["contact"]["high"])


def _unknown_records(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    return [
        {
            "parent_id": flag["parent_id"],
            "part_id": flag["part_id"],
            "supplier_id": flag["supplier_id"],
            "tier": flag["tier"],
            "verdict": flag["verdict"],
            "not_known": ";".join(flag["bases_unknown"]) or ("part of the mix" if _open(flag) else ""),
            "contact_low": flag["contact"]["low"],
            "contact_high": flag["contact"]["high"],
        }
        for flag in answer["flags"]
        if flag["bases_unknown"] or flag["verdict"] == "unknown" or _open(flag)
    ]
