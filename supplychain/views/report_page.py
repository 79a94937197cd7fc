"""The report page: the findings on one product, in the order in which an analyst asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supplychain.countries import Language, name_of
from supplychain.dataset import Dataset
from supplychain.measures.analysis import Evidence
from supplychain.measures.findings import flags as find_flags
from supplychain.measures.origins import origins_of
from supplychain.measures.score import score_of
from supplychain.measures.structure import structure_of
from supplychain.views import report_parts as parts
from supplychain.views import score_parts, words
from supplychain.views.catalogue import Texts, texts_for
from supplychain.views.graph_page import MAP_SCRIPTS, MAP_STYLES, footer
from supplychain.views.payload import cited_sources, graph_payload
from supplychain.views.pyvis_graph import Structured, plain, to_pyvis
from supplychain.views.shell import render
from supplychain.views.spreadsheet_parts import count_groups, file_sentence

__all__ = ["render_report", "report_html"]

_COUNTS = 25  # rows of each flat count on the page


def report_html(
    ds: Dataset,
    product: str,
    *,
    lens: Sequence[str] = ("CHN", "HKG", "MAC"),
    basis: Sequence[str] | None = None,
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
    language: Language = "en",
    names_left_out: bool = False,
    account: Mapping[str, Any] | None = None,
) -> str:
    """Return the report on a product: one HTML file that asks for nothing from the network.

    Parameters
    ----------
    ds : Dataset
    product : str
        Its part_id.
    lens : sequence of str
        Countries of concern, alpha-3.
    basis : sequence of str, optional
        Ways in which a source counts as of concern; the measure's default if not given.
    depth : int, optional
        How many tiers to look up; all if not given.
    evidence : {"all", "documented"}
    min_ownership : float
    language : {"en", "zh-Hant"}
    names_left_out : bool
        Say on the page that the dataset is one for publication (`supplychain.disclosure.public`).
    account : mapping, optional
        The `spreadsheet` object of the JSON contract: its flat counts stand on the page as well.

    Returns
    -------
    str
        The page.
    """
    found = find_flags(ds, product, lens=lens, basis=basis, depth=depth, evidence=evidence, min_ownership=min_ownership)
    graph = structure_of(found.analysis, list(found.flags))
    answers = found.to_json(), origins_of(found.analysis).to_json()
    return render_report(
        ds,
        graph,
        *answers,
        score=score_of(found.analysis).to_json(),
        language=language,
        names_left_out=names_left_out,
        account=account,
    )


def render_report(
    ds: Dataset,
    structure: Structured,
    flags: Mapping[str, Any],
    origins: Mapping[str, Any],
    *,
    score: Mapping[str, Any] | None = None,
    language: Language = "en",
    names_left_out: bool = False,
    account: Mapping[str, Any] | None = None,
) -> str:
    """Return the report from measures that were computed before.

    Parameters
    ----------
    ds : Dataset
    structure : Structure
        What `supplychain.measures.structure.structure` returned.
    flags, origins : mapping
        The `flags` and `origins` objects of the same product and options.
    score : mapping, optional
        The `score` object of the same product; without it the page has no score.
    language : {"en", "zh-Hant"}
    names_left_out : bool
        Say so on the page.
    account : mapping, optional
        How a spreadsheet was read.
    """
    texts = texts_for(language, flags["lens"]["countries"])
    graph = graph_payload(ds, to_pyvis(structure), flags, texts)
    names = parts.part_names(ds, texts)
    suppliers = parts.supplier_names(ds, texts)
    name = names.get(flags["product"]) or flags["product"]
    other = graph["product"]["name"] if language == "zh-Hant" else graph["product"]["name_zh"]
    chains = parts.worst_chains(flags, names, suppliers, texts)
    keys = parts.key_groups(flags["key_components"], names, suppliers, texts)
    numbers = parts.footnotes([*(row for group in keys for row in group["rows"]), *chains])
    listed = cited_sources(ds, numbers)
    sources = [{"number": number, "id": key, **listed[key]} for key, number in numbers.items()]
    product_name, other_name = name, other if other != name else ""
    return render(
        "report.html",
        texts=texts,
        title=texts("report.title", product=name),
        data={"graph": graph, "keys_text": parts.keys_as_text(keys, sources, numbers, product_name, texts)},
        scripts=("common.js", *MAP_SCRIPTS, "report-page.js"),
        styles=(*MAP_STYLES, "report.css"),
        product_name=product_name,
        other_name=other_name,
        about=_about(flags, texts),
        standfirst=_standfirst(flags, texts),
        left_out=texts("report.public") if names_left_out else "",
        keys=keys,
        numbers=numbers,
        profile=parts.profile_rows(flags["exposure"], texts),
        clean=_clean(flags, names, suppliers, texts),
        contact=parts.contact_rows(flags["exposure"], texts),
        figures=parts.value_figures(flags, texts),
        score=_score(score, names, texts) if score is not None else None,
        coverage=parts.coverage_rows(flags["exposure"].get("coverage") or (), names, texts),
        losses=parts.loss_figures(flags, texts),
        tightest=words.tightest_sentence(_tightest(flags), names, texts),
        tiers=parts.tier_rows(origins, structure, flags, names, suppliers, texts),
        countries=parts.country_rows(origins, texts),
        chains=chains,
        unknowns=parts.unknown_rows(flags.get("unknowns") or (), names, suppliers, texts),
        unknowns_sentence=words.unknowns_sentence(flags.get("unknowns") or (), _together(flags), texts),
        file_sentence=file_sentence(account, texts) if account is not None else "",
        file_counts=count_groups(account, texts, rows=_COUNTS) if account is not None else [],
        notes_list=[str(note) for note in flags.get("notes") or ()],
        sources=sources,
        glossary=_glossary(texts),
        provenance=_provenance(flags, texts),
        overlaid=any(flag.get("facts") for flag in flags["flags"]),
        footer=footer(flags, texts),
    )


def _together(flags: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    by_measure = flags.get("unknowns_together_by_measure") or {}
    together = flags.get("unknowns_together")
    return list(by_measure.values()) or ([together] if together else [])


def _tightest(flags: Mapping[str, Any]) -> Any:
    return (flags["exposure"].get("embargo_loss") or {}).get("tightest_stage")


def _about(flags: Mapping[str, Any], texts: Texts) -> list[tuple[str, str]]:
    lens = flags["lens"]
    depth = flags.get("depth")
    date = ((flags.get("provenance") or {}).get("dataset") or {}).get("date", "")
    comma = texts("list.comma")
    return [
        (texts("report.lens"), comma.join(name_of(code, texts.language) for code in lens["countries"])),
        (texts("report.bases"), comma.join(texts.either("basis", basis) for basis in lens["bases"])),
        (texts("report.evidence"), texts(f"report.evidence_{flags['evidence']}")),
        (texts("report.depth"), texts("report.depth_all") if depth is None else str(depth)),
        *([(texts("report.state"), str(date))] if date else []),
    ]


def _standfirst(flags: Mapping[str, Any], texts: Texts) -> dict[str, str]:
    grounds = flags.get("grounds") or ""
    return {
        "verdict": flags["verdict"],
        "grounds": texts.either("grounds.long", grounds) if grounds else "",
    }


def _clean(
    flags: Mapping[str, Any],
    names: Mapping[str, str],
    suppliers: Mapping[str, str],
    texts: Texts,
) -> list[str]:
    exposure = flags["exposure"]
    return words.clean_depth_sentences(
        exposure,
        unknown_names=words.names_of_unknown_origin(
            flags, tier=int(exposure["clean_depth_proven"]) + 1, names=names, suppliers=suppliers
        ),
        touched_names=words.names_of_first_touch(flags, tier=int(exposure["clean_depth"]) + 1, names=names),
        texts=texts,
    )


def _score(score: Mapping[str, Any], names: Mapping[str, str], texts: Texts) -> dict[str, Any]:
    return {
        "headline": score_parts.headline(score, texts),
        "scored": score["scored"],
        "parts": score_parts.part_rows(score, texts),
        "profile": score_parts.profile_rows(score, texts),
        "lowers": score_parts.lowering_sentences(score, names, texts),
        "sentences": score_parts.sentences(score, names, texts),
    }


def _glossary(texts: Texts) -> list[tuple[str, str]]:
    entries = [text.split("|", 1) for key, text in texts.entries.items() if key.startswith("glossary.")]
    return [(term, meaning) for term, meaning in entries]


def _provenance(flags: Mapping[str, Any], texts: Texts) -> list[tuple[str, str]]:
    provenance = flags.get("provenance") or {}
    dataset = provenance.get("dataset") or {}
    known = {"program_version", "dataset", "lens", "basis", "bases", "depth", "evidence", "product"}
    rest = {key: plain(value) for key, value in provenance.items() if key not in known and value not in (None, "")}
    rows = [
        (texts("report.provenance.program"), f"supplychain {provenance.get('program_version', '')}".strip()),
        (texts("report.provenance.dataset"), f"{dataset.get('name', '')} {dataset.get('version', '')}".strip()),
        (texts("report.provenance.date"), str(dataset.get("date") or "")),
        (texts("report.provenance.sha256"), str(dataset.get("sha256") or "")),
        (texts("report.provenance.options"), "; ".join(f"{key}: {value}" for key, value in sorted(rest.items()))),
    ]
    return [(term, value) for term, value in rows if value]
