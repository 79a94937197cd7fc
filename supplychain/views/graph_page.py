"""The graph page: the whole supply chain of a product as one picture to walk through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supplychain.countries import Language
from supplychain.dataset import Dataset
from supplychain.measures.analysis import Evidence
from supplychain.measures.findings import flags as find_flags
from supplychain.measures.structure import structure_of
from supplychain.views.catalogue import Texts, texts_for
from supplychain.views.payload import graph_payload
from supplychain.views.pyvis_graph import Structured, to_pyvis
from supplychain.views.shell import render

__all__ = ["MAP_SCRIPTS", "MAP_STYLES", "footer", "graph_html", "render_graph"]

MAP_SCRIPTS = ("map-model.js", "map-canvas.js", "map-panel.js", "map.js")
MAP_STYLES = ("base.css", "map.css")


def graph_html(
    ds: Dataset,
    product: str,
    *,
    lens: Sequence[str] = ("CHN", "HKG", "MAC"),
    basis: Sequence[str] | None = None,
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
    language: Language = "en",
) -> str:
    """Return the graph page of a product: one HTML file that asks for nothing from the network.

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

    Returns
    -------
    str
        The page.
    """
    found = find_flags(ds, product, lens=lens, basis=basis, depth=depth, evidence=evidence, min_ownership=min_ownership)
    graph = structure_of(found.analysis, list(found.flags))
    return render_graph(ds, graph, found.to_json(), language=language)


def render_graph(ds: Dataset, structure: Structured, flags: Mapping[str, Any], *, language: Language = "en") -> str:
    """Return the graph page from measures that were computed before.

    Parameters
    ----------
    ds : Dataset
    structure : Structure
        What `supplychain.measures.structure.structure` returned.
    flags : mapping
        The `flags` object of the same product and options.
    language : {"en", "zh-Hant"}
    """
    texts = texts_for(language, flags["lens"]["countries"])
    data = graph_payload(ds, to_pyvis(structure), flags, texts)
    product = data["product"]
    name = texts.named(product["name"], product["name_zh"]) or product["part_id"]
    other = product["name"] if language == "zh-Hant" else product["name_zh"]
    return render(
        "graph.html",
        texts=texts,
        title=texts("graph.title", product=name),
        data={"graph": data},
        scripts=("common.js", *MAP_SCRIPTS, "graph-page.js"),
        styles=MAP_STYLES,
        product_name=name,
        other_name=other if other != name else "",
        footer=footer(flags, texts),
    )


def footer(flags: Mapping[str, Any], texts: Texts) -> str:
    """Return the line that says what a page was made with."""
    provenance = flags.get("provenance") or {}
    dataset = provenance.get("dataset") or {}
    return texts(
        "page.footer",
        version=provenance.get("program_version", ""),
        dataset=dataset.get("name", ""),
        dataset_version=dataset.get("version", ""),
        date=dataset.get("date", ""),
        sha256=dataset.get("sha256", ""),
        lens=texts("list.comma").join(flags["lens"]["countries"]),
        basis=texts("list.comma").join(texts.either("basis", basis) for basis in flags["lens"]["bases"]),
        depth=texts("report.depth_all") if flags.get("depth") is None else flags["depth"],
        evidence=texts(f"report.evidence_{flags.get('evidence') or 'all'}"),
    )
