"""Typical values: a table in which every row has its source, and that enters only when it is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import supplychain as sc
from supplychain.dataset import Dataset
from supplychain.measures.analysis import analyse
from supplychain.measures.recovery import buffer_of, recovery
from supplychain.measures.typical import QUANTITIES, Typical, TypicalValue, typical_values

INFINITE = float("inf")
YEAR = 365.0


def test_every_row_has_a_range_and_a_source() -> None:
    rows = typical_values().rows
    assert rows
    for row in rows:
        assert row.quantity in QUANTITIES, row
        assert 0 <= row.low <= row.high, row
        assert row.unit == "days", row
        assert row.title, row
        assert row.publisher, row
        assert row.date, row
        assert row.note, row
        assert all(url.startswith(("http://", "https://")) for url in row.url.split(" ; ")), row
    keys = [(row.category, row.quantity) for row in rows]
    assert keys == sorted(set(keys))


def test_its_categories_are_those_of_the_bundled_data() -> None:
    parts = sc.load("uav").parts
    known = set(parts["category"]) | set(parts["category"] + "/" + parts["subcategory"])
    assert {row.category for row in typical_values().rows} <= known


def value(category: str, quantity: str, low: float, high: float) -> TypicalValue:
    return TypicalValue(category, quantity, low, high, "days", "title", "publisher", "https://example.org", "2025", "")


def test_a_subcategory_comes_before_its_category() -> None:
    table = Typical((value("chips", "stock_days", 5, 40), value("chips/memory", "stock_days", 1, 2)))
    parts = pd.DataFrame(
        {"category": ["chips", "Chips", "chips", "motors", ""], "subcategory": ["", "logic", "memory", "", "memory"]}
    )
    low, high = table.of_parts(parts, "stock_days")
    np.testing.assert_array_equal(low, [5, 5, 1, np.nan, np.nan])
    np.testing.assert_array_equal(high, [40, 40, 2, np.nan, np.nan])
    assert table.value_of("chips", "memory", "recovery_days") is None


def board(**more: object) -> Dataset:
    """A board with one chip of one maker."""
    return Dataset.from_tables(
        {
            "parts": [{"part_id": "board", "kind": "product"}, {"part_id": "chip", "category": "chips"}],
            "bom": [{"parent_id": "board", "child_id": "chip", "quantity": 2, "supplier_id": "s"}],
            "offers": [{"part_id": "chip", "supplier_id": "s", **more}],
            "suppliers": [{"supplier_id": "s"}],
        }
    )


def chip(**more: object) -> tuple[TypicalValue, TypicalValue]:
    found = typical_values()
    stock, repair = found.value_of("chips", "", "stock_days"), found.value_of("chips", "", "recovery_days")
    assert stock is not None
    assert repair is not None
    return stock, repair


def of_s(found: Any) -> Any:
    return next(row for row in found.rows if row.supplier_id == "s")


@pytest.mark.parametrize("units", [None, YEAR, 1000 * YEAR])
def test_typical_values_enter_as_intervals_and_are_marked(units: float | None) -> None:
    """Days of stock are days, whatever the volume."""
    stock, repair = chip()
    found = recovery(board(), units=units, assume="typical")
    row = of_s(found)
    assert (row.tts.low, row.tts.high) == pytest.approx((stock.low, stock.high), abs=1e-6)
    assert (row.ttr.low, row.ttr.high) == (repair.low, repair.high)
    assert row.assumed
    assert found.assumed
    assert found.assumptions == (repair, stock)
    assert found.buffer is not None
    ends = (stock.low / repair.high, min(1.0, stock.high / repair.low))
    assert (found.buffer.low, found.buffer.high) == pytest.approx(ends, abs=1e-6)
    assert "chip" not in " ".join(note for note in found.notes if "offers, column" in note)


def test_nothing_is_assumed_unasked() -> None:
    found = recovery(board(), units=YEAR)
    assert not found.assumed
    assert found.assumptions == ()
    assert found.buffer is None
    assert (of_s(found).tts.low, of_s(found).tts.high) == (0, INFINITE)


def test_what_is_known_stays() -> None:
    _, repair = chip()
    found = recovery(board(stock_units=20), units=YEAR, assume="typical")
    assert (of_s(found).tts.low, of_s(found).tts.high) == pytest.approx((10, 10), abs=1e-6)
    assert found.assumptions == (repair,)
    known = recovery(board(stock_units=20, recovery_days=30), units=YEAR, assume="typical")
    assert not known.assumed
    assert known.assumptions == ()
    assert known.buffer == buffer_of(analyse(board(stock_units=20, recovery_days=30)), units=YEAR)


def test_a_category_without_a_row_stays_unknown() -> None:
    dataset = board()
    parts = dataset.parts.assign(category=["", "balloons"])
    found = recovery(dataset.with_tables(parts=parts), units=YEAR, assume="typical")
    assert not found.assumed
    assert found.buffer is None
    assert any("stock_units: empty for makers of chip" in note for note in found.notes)


def test_the_narrower_the_table_the_narrower_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = of_s(recovery(board(), units=YEAR, assume="typical"))
    rows = tuple(replace(row, high=row.low) for row in typical_values().rows)
    monkeypatch.setattr("supplychain.measures.typical.typical_values", lambda: Typical(rows))
    narrow = of_s(recovery(board(), units=YEAR, assume="typical"))
    assert narrow.tts.low == pytest.approx(narrow.tts.high)
    assert wide.ratio.low <= narrow.ratio.low <= narrow.ratio.high <= wide.ratio.high
