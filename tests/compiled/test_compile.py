"""Compiling: errors, and what it does not depend on."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import datasets

from supplychain.compiled import Compiled, compile_dataset
from supplychain.dataset import Dataset
from supplychain.errors import DataError

# Rows of the tables, which move with the order; they are compared by what stands in them.
ROWS = {"row": "bom", "offer": "offers", "part_row": "parts"}
KEYS = {"bom": ["parent_id", "child_id", "slot", "parent_supplier_id", "supplier_id", "offer_id"]}


def contents(value: Any, dataset: Dataset, name: str = "") -> Any:
    """The arrays of a compiled dataset, rows of tables replaced by what they hold."""
    if isinstance(value, Dataset):
        return None
    if is_dataclass(value):
        return {item.name: contents(getattr(value, item.name), dataset, item.name) for item in fields(value)}
    if name in ROWS and isinstance(value, np.ndarray):
        frame = dataset.tables[ROWS[name]]
        keys = KEYS.get(ROWS[name], list(frame.columns[:1]))
        rows = frame[keys].to_numpy(dtype=object).tolist()
        return [rows[row] if row >= 0 else None for row in value]
    return value


def assert_same(found: Any, expected: Any, where: str = "compiled") -> None:
    if isinstance(expected, dict):
        assert set(found) == set(expected)
        for name in expected:
            assert_same(found[name], expected[name], f"{where}.{name}")
    elif isinstance(expected, np.ndarray) and expected.dtype.kind == "f":
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12, err_msg=where)
    elif isinstance(expected, np.ndarray):
        assert found.tolist() == expected.tolist(), where
    else:
        assert found == expected, where


@settings(max_examples=30)
@given(datasets(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(dataset: Dataset, random: Any) -> None:
    frames = {}
    for name, frame in dataset.tables.items():
        order = list(range(len(frame)))
        random.shuffle(order)
        frames[name] = frame.iloc[order].reset_index(drop=True)
    mixed = dataset.with_tables(**frames)
    assert_same(contents(compile_dataset(mixed), mixed), contents(compile_dataset(dataset), dataset))


@settings(max_examples=30)
@given(datasets())
def test_targets_lead_down(dataset: Dataset) -> None:
    """An option's alternatives, a mix's members and a choice's entries are all made before it."""
    compiled: Compiled = compile_dataset(dataset)
    upper = np.concatenate(
        [
            compiled.part_level[compiled.options.part],
            compiled.part_level[compiled.mix_part],
            compiled.choice_level,
        ]
    )
    table = compiled.alternatives
    parent = compiled.recipe_part[compiled.slot_recipe[table.slot]]
    assert (upper[table.target] < compiled.part_level[parent]).all()
    assert (compiled.options.part[compiled.members.option] == compiled.mix_part[compiled.members.mix]).all()
    assert (np.diff(compiled.choice_level) >= 0).all()
    # A choice opens onto options and mixes, never onto choices.
    assert (compiled.entries.target < compiled.option_count + compiled.mix_count).all()


@settings(max_examples=30)
@given(datasets())
def test_shares_of_slots_and_mixes_add_to_one(dataset: Dataset) -> None:
    compiled = compile_dataset(dataset)
    slots = np.bincount(compiled.alternatives.slot, weights=compiled.alternatives.weight)
    assert slots == pytest.approx(np.ones(len(slots)))
    for share in (compiled.members.share, compiled.members.value_share):
        mixes = np.bincount(compiled.members.mix, weights=share, minlength=compiled.mix_count)
        assert mixes == pytest.approx(np.ones(len(mixes)))


PARTS = [{"part_id": name} for name in "abcd"]


def line(parent: str, child: str, **more: object) -> dict[str, object]:
    return {"parent_id": parent, "child_id": child, **more}


@pytest.mark.parametrize(
    ("bom", "named"),
    [
        ([line("a", "a")], {"a"}),
        ([line("a", "b"), line("b", "c"), line("c", "b")], {"a", "b", "c"}),
        ([line("a", "b"), line("b", "a", supplier_id="s"), line("c", "d")], {"a", "b"}),
    ],
)
def test_a_cycle_is_an_error(bom: list[dict[str, object]], named: set[str]) -> None:
    dataset = Dataset.from_tables({"parts": PARTS, "bom": bom, "suppliers": [{"supplier_id": "s"}]})
    with pytest.raises(DataError, match="cycle") as caught:
        compile_dataset(dataset)
    text = str(caught.value)
    listed = set(text.rsplit("above ", 1)[1].replace(",", " ").split())
    assert named <= listed
    assert "d" not in listed


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("bom", line("a", "nobody"), "child_id"),
        ("bom", line("nobody", "a"), "parent_id"),
        ("bom", line("a", "b", supplier_id="nobody"), "supplier_id"),
        ("bom", line("a", "b", parent_supplier_id="nobody"), "parent_supplier_id"),
        ("bom", line("a", "b", offer_id="nobody"), "offer_id"),
        ("offers", {"part_id": "nobody"}, "part_id"),
        ("offers", {"part_id": "a", "supplier_id": "nobody"}, "supplier_id"),
    ],
)
def test_an_unknown_id_is_an_error(table: str, row: dict[str, object], column: str) -> None:
    dataset = Dataset.from_tables({"parts": PARTS, table: [row]})
    with pytest.raises(DataError, match="unknown id 'nobody'") as caught:
        compile_dataset(dataset)
    problem = caught.value.problems[0]
    assert (problem.file, problem.column, problem.value) == (table, column, "nobody")


def test_an_empty_dataset_compiles() -> None:
    compiled = compile_dataset(Dataset.from_tables({}))
    assert compiled.target_count == 0
    with pytest.raises(KeyError):
        compiled.part_code("a")
