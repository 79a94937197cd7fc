"""Tables in memory: dtypes, cheap copies, and a digest of the content alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.dataset import Dataset
from supplychain.errors import DataError, OptionError
from supplychain.formats import load
from supplychain.schema import TABLES


def test_every_table_has_every_column_and_its_dtype() -> None:
    ds = Dataset.from_tables({"parts": [{"part_id": "a"}], "bom": []})
    for table in TABLES.values():
        frame = ds.tables[table.name]
        assert list(frame.columns) == list(table.column_names)
        for column in table.columns:
            numeric = column.dtype in {"number", "integer", "share"}
            assert frame[column.name].dtype == (np.float64 if numeric else object)


def test_empty_cells_are_empty_text_and_nan() -> None:
    ds = Dataset.from_tables({"bom": [{"parent_id": "a", "child_id": None, "quantity": None, "share": ""}]})
    assert ds.bom["child_id"].tolist() == [""]
    assert np.isnan(ds.bom["quantity"]).all()
    assert np.isnan(ds.bom["share"]).all()


def test_countries_are_codes() -> None:
    ds = Dataset.from_tables({"suppliers": [{"country": "臺灣"}, {"country": "PRC"}, {"country": "Atlantis"}]})
    assert ds.suppliers["country"].tolist() == ["TWN", "CHN", "Atlantis"]


def test_what_cannot_be_used_is_refused() -> None:
    with pytest.raises(OptionError, match="unknown table"):
        Dataset.from_tables({"part": []})
    with pytest.raises(OptionError, match="unknown table"):
        load("uav").with_tables(part=pd.DataFrame())
    with pytest.raises(OptionError, match="two columns"):
        Dataset.from_tables({"parts": pd.DataFrame([["a", "b"]], columns=["part_id", "part_id"])})
    with pytest.raises(DataError, match="bom, row 3, column quantity"):
        Dataset.from_tables({"bom": [{"quantity": "1"}, {"quantity": "many"}]})


def test_offer_ids_are_made_from_part_supplier_and_product() -> None:
    offers = [
        {"part_id": "m", "supplier_id": "s", "product_name": "x"},
        {"part_id": "m", "supplier_id": "s"},
        {"part_id": "m", "origin_country": "China"},
        {"part_id": "m", "offer_id": "mine"},
    ]
    ids = Dataset.from_tables({"offers": offers}).offers["offer_id"].tolist()
    assert ids == ["m/s/x", "m/s", "m/market/CHN", "mine"]


def test_a_copy_shares_what_did_not_change() -> None:
    ds = load("uav")
    copy = ds.with_tables(bom=ds.bom.iloc[:3])
    assert copy.offers is ds.offers
    assert len(copy.bom) == 3
    assert "bom" not in copy.places
    assert "offers" in copy.places
    assert copy.sha256() != ds.sha256()


def test_products_are_the_parts_of_that_kind_or_nobodys_children() -> None:
    rows = [{"parent_id": "a", "child_id": "b"}]
    assert Dataset.from_tables({"parts": [{"part_id": "b"}, {"part_id": "a"}], "bom": rows}).products() == ("a",)
    assert load("uav").products()[-1] == "x650_research_quad"


@given(st.permutations(range(6)))
def test_the_digest_does_not_depend_on_row_order(order: list[int]) -> None:
    rows = [{"parent_id": "a", "child_id": f"c{i}", "quantity": i / 3 if i else None, "mine": i} for i in range(6)]
    plain = Dataset.from_tables({"bom": rows})
    assert Dataset.from_tables({"bom": [rows[i] for i in order]}).sha256() == plain.sha256()


def test_the_digest_depends_on_every_cell() -> None:
    rows = [{"parent_id": "a", "child_id": "b", "quantity": 1.0, "mine": "x"}]
    digests = {
        Dataset.from_tables({"bom": [rows[0] | change]}).sha256()
        for change in ({}, {"quantity": 1.0000000001}, {"mine": "y"}, {"child_id": "c"})
    }
    assert len(digests) == 4
    assert Dataset.from_tables({"bom": rows * 2}).sha256() not in digests
