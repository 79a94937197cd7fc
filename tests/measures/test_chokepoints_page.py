"""The worked example of docs/methods/chokepoints.md gives the numbers that the page prints."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd
import pytest

from supplychain.dataset import Dataset
from supplychain.measures.chokepoints import Chokepoints, chokepoints


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "methods" / "chokepoints.md").read_text("utf-8")


@pytest.fixture(scope="module")
def found(page: str) -> Chokepoints:
    tables = {
        name: pd.read_csv(io.StringIO(text))
        for name, text in re.findall(r"`(\w+)\.csv`\n\n```csv\n(.*?)```", page, flags=re.DOTALL)
    }
    parts = pd.unique(pd.concat([tables["bom"]["parent_id"], tables["bom"]["child_id"]]))
    tables["parts"] = pd.DataFrame({"part_id": parts})
    tables["suppliers"] = pd.DataFrame({"supplier_id": tables["offers"]["supplier_id"].unique()})
    return chokepoints(Dataset.from_tables(tables, name="page"), "drone")


def test_the_losses_that_the_page_prints(page: str, found: Chokepoints) -> None:
    rows = re.findall(r"^\| (supplier|country|part) (\w+) \| (\d+) % \|", page, flags=re.MULTILINE)
    assert len(rows) == 5
    losses = {(failure.kind, failure.id): failure.loss_reallocate for failure in found.failures}
    for kind, name, percent in rows:
        assert losses[kind, name].low == pytest.approx(int(percent) / 100)
        assert losses[kind, name].high == pytest.approx(int(percent) / 100)
    assert [point.id for point in found.single_points if point.kind == "supplier"] == ["smelter"]


def test_the_pairs_and_the_common_cause_that_the_page_names(page: str, found: Chokepoints) -> None:
    sentence = " ".join(re.search(r"Five pairs stop it: (.*?)\.\n", page, flags=re.DOTALL)[1].split())
    assert sentence == (
        "motor_a with motor_b or magnet_b, motor_b with magnet_a, magnet_a with magnet_b, radio_a with radio_b"
    )
    assert {(pair.first, pair.second) for pair in found.pairs} == {
        ("motor_a", "motor_b"),
        ("magnet_b", "motor_a"),
        ("magnet_a", "motor_b"),
        ("magnet_a", "magnet_b"),
        ("radio_a", "radio_b"),
    }
    (cause,) = found.common_causes
    assert (cause.first, cause.second, cause.meet.supplier_id) == ("motor_a", "motor_b", "smelter")
    tiers = re.search(r"look independent down to tier (\d+); at tier (\d+) both", page)
    assert (cause.independent_to, cause.meet.tier) == (int(tiers[1]), int(tiers[2]))
