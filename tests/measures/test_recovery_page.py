"""The worked example of docs/methods/recovery.md gives its numbers, and its table is the one of the package."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from supplychain.dataset import Dataset
from supplychain.measures.recovery import Recovery, recovery
from supplychain.measures.typical import typical_values


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "methods" / "recovery.md").read_text("utf-8")


@pytest.fixture(scope="module")
def found(page: str) -> Recovery:
    bom, offers = (pd.read_csv(StringIO(text)) for text in re.findall(r"```csv\n(.*?)```", page, re.DOTALL))
    suppliers = sorted(offers["supplier_id"])
    dataset = Dataset.from_tables(
        {
            "parts": pd.DataFrame({"part_id": ["drone", "motor", "radio", "magnet"], "kind": ["product", "", "", ""]}),
            "bom": bom,
            "offers": offers,
            "suppliers": pd.DataFrame({"supplier_id": suppliers}),
        }
    )
    return recovery(dataset, units=3650)


def cells(page: str, first: str) -> list[str]:
    row = re.search(rf"^\| {first} \|(.*)\|$", page, re.MULTILINE)
    assert row is not None
    return [cell.strip() for cell in row.group(1).split("|")]


def ends(text: str) -> tuple[float, float]:
    if text == "not known":
        return 0.0, float("inf")
    low, _, high = text.partition(" to ")
    return float(low), float("inf") if high == "unlimited" else float(high or low)


@pytest.mark.parametrize("supplier", ["radio_a", "magnet_a", "motor_a", "motor_b"])
def test_the_table_of_suppliers(page: str, found: Recovery, supplier: str) -> None:
    row = next(row for row in found.rows if row.supplier_id == supplier)
    for figure, text in zip((row.tts, row.ttr, row.ratio, row.impact), cells(page, supplier), strict=False):
        assert (figure.low, figure.high) == pytest.approx(ends(text), abs=0.006), (supplier, text)


def test_the_buffer(page: str, found: Recovery) -> None:
    assert "The low end of the buffer is 0" in page
    assert "the high end, 0.67, is motor_b" in page
    assert found.buffer is not None
    assert (found.buffer.low, found.buffer.high) == pytest.approx((0, 2 / 3), abs=1e-6)


def test_the_table_of_typical_values(page: str) -> None:
    printed = re.findall(r"^\| (\S+) \| (\w+_days) \| (\S+) to (\S+) \| (.+?) \| (.+?) \|$", page, re.MULTILINE)
    rows = typical_values().rows
    assert [(a, b, float(c), float(d), e, f) for a, b, c, d, e, f in printed] == [
        (row.category, row.quantity, row.low, row.high, row.publisher, row.date) for row in rows
    ]
