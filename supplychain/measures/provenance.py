"""What every output carries: program, dataset and settings."""

from __future__ import annotations

from supplychain._version import __version__
from supplychain.dataset import Dataset
from supplychain.measures.analysis import Analysis

__all__ = ["dataset_provenance", "header"]


def dataset_provenance(dataset: Dataset) -> dict[str, object]:
    """Name, version, date and SHA-256 of a dataset, with the version of this program."""
    return {
        "program": "supplychain",
        "program_version": __version__,
        "dataset": {
            "name": dataset.name,
            "version": dataset.version,
            "date": dataset.date,
            "sha256": dataset.sha256(),
        },
    }


def header(analysis: Analysis, command: str) -> dict[str, object]:
    """Keys that stand first in every JSON output."""
    dataset = analysis.compiled.dataset
    return {
        "schema": f"supplychain/{command}/1",
        "provenance": dataset_provenance(dataset),
        "dataset": dataset.name,
        "product": analysis.product_id,
        "lens": {"countries": list(analysis.lens.countries), "bases": list(analysis.lens.bases)},
        "loss_bases": list(analysis.loss_bases),
        "min_ownership": analysis.lens.min_ownership,
        "depth": analysis.depth,
        "evidence": analysis.evidence,
    }
