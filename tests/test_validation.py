"""Each thing that can be wrong is found, at its place, and nothing else is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from supplychain.dataset import Dataset
from supplychain.errors import Problem
from supplychain.formats import check as check_source
from supplychain.validation import check
from supplychain.validation.report import closest

Rows = list[dict[str, Any]]


def dataset(**tables: Rows) -> Dataset:
    """Return a drone with one motor, with some tables replaced."""
    plain: dict[str, Rows] = {
        "parts": [{"part_id": "drone", "kind": "product"}, {"part_id": "motor", "unit": "piece"}],
        "bom": [{"parent_id": "drone", "child_id": "motor", "supplier_id": "acme"}],
        "offers": [{"part_id": "motor", "supplier_id": "acme", "origin_country": "TWN"}],
        "suppliers": [{"supplier_id": "acme", "country": "TWN"}, {"supplier_id": "other", "country": "USA"}],
    }
    return Dataset.from_tables(plain | tables, date="2026-06-30")


def found(ds: Dataset) -> list[tuple[str, str, int | None, str]]:
    return [(p.severity, p.file, p.row, p.column) for p in check(ds)]


def only(ds: Dataset) -> Problem:
    (problem,) = check(ds)
    return problem


def line(**columns: Any) -> dict[str, Any]:
    return {"parent_id": "drone", "child_id": "motor", **columns}


def offer(**columns: Any) -> dict[str, Any]:
    return {"part_id": "motor", "supplier_id": "acme", **columns}


def test_nothing_is_wrong_with_the_plain_dataset() -> None:
    assert check(dataset()) == []


def test_the_bundled_data_have_no_errors() -> None:
    assert [problem for problem in check_source("uav") if problem.severity == "error"] == []


@pytest.mark.parametrize(
    ("tables", "place"),
    [
        ({"bom": [line(supplier_id="acne")]}, ("bom", 2, "supplier_id")),
        ({"bom": [line(parent_supplier_id="nobody")]}, ("bom", 2, "parent_supplier_id")),
        ({"bom": [line(), line(child_id="motr", slot="x")]}, ("bom", 3, "child_id")),
        ({"bom": [line(offer_id="motor/other")]}, ("bom", 2, "offer_id")),
        ({"bom": [line(), line(slot="motor")]}, ("bom", 3, "parent_id")),
        ({"bom": [line(share=1.01)]}, ("bom", 2, "share")),
        ({"bom": [line(share=40.0)]}, ("bom", 2, "share")),
        ({"bom": [line(quantity=-1.0)]}, ("bom", 2, "quantity")),
        ({"bom": [line(quantity=np.inf)]}, ("bom", 2, "quantity")),
        ({"bom": [line(essential="maybe")]}, ("bom", 2, "essential")),
        ({"bom": [line(), line(parent_id="")]}, ("bom", 3, "parent_id")),
        ({"offers": [offer(origin_country="Atlantis")]}, ("offers", 2, "origin_country")),
        ({"offers": [offer(cost_year=2024.5)]}, ("offers", 2, "cost_year")),
        ({"offers": [offer(available_from="June")]}, ("offers", 2, "available_from")),
        ({"offers": [offer(available_from="2026-02-30")]}, ("offers", 2, "available_from")),
        ({"offers": [offer(), offer()]}, ("offers", 3, "offer_id")),
        ({"demand": [{"product_id": "drone", "year": np.nan}]}, ("demand", 2, "year")),
        ({"ownership": [{"supplier_id": "acme", "owner_id": "nobody"}]}, ("ownership", 2, "owner_id")),
    ],
)
def test_an_error_is_found_at_its_place(tables: dict[str, Rows], place: tuple[str, int, str]) -> None:
    assert [problem[1:] for problem in found(dataset(**tables)) if problem[0] == "error"] == [place]


def test_a_misspelt_id_is_answered_with_the_right_one() -> None:
    assert only(dataset(bom=[line(supplier_id="ACME ")])).hint == "acme?"
    problem = only(dataset(parts=[{"part_id": "drone"}, {"part_id": "motor", "kind": "componet"}]))
    assert problem.hint.startswith("component; or one of product")


def test_a_percentage_is_answered_with_the_share() -> None:
    assert "40 % is 0.4" in only(dataset(bom=[line(share=40.0)])).hint


def test_one_date_of_any_precision_is_read() -> None:
    assert (
        check(
            dataset(
                offers=[offer(available_from=date) | {"offer_id": date} for date in ("2026", "2026-03", "2026-03-01")][
                    :1
                ]
            )
        )
        == []
    )
    assert check(dataset(offers=[offer(available_from="2026-03")])) == []


@pytest.mark.parametrize(
    ("shares", "severity"),
    [
        ((0.5, 0.5), None),
        ((0.5, 0.505), None),
        ((0.5, 0.51), "warning"),
        ((0.6, 0.6), "warning"),
        ((0.7, 0.6), "error"),
    ],
)
@pytest.mark.parametrize("table", ["bom", "offers"])
def test_shares_that_add_to_more_than_one(table: str, shares: tuple[float, float], severity: str | None) -> None:
    offers = [
        offer(share=share if table == "offers" else np.nan, product_name=name)
        for share, name in zip(shares, "ab", strict=True)
    ]
    bom = [line(slot="x", share=share, offer_id=f"motor/acme/{n}") for share, n in zip(shares, "ab", strict=True)]
    ds = dataset(bom=bom if table == "bom" else bom[:1], offers=offers)
    if table == "offers":
        ds = ds.with_tables(bom=ds.bom.assign(share=np.nan))
    problems = found(ds)
    assert problems == ([] if severity is None else [(severity, table, 2, "share")])


def test_shares_of_another_parent_supplier_are_another_whole() -> None:
    bom = [line(share=0.9), line(share=0.9, parent_supplier_id="acme"), line(share=0.9, parent_supplier_id="other")]
    assert check(dataset(bom=bom)) == []


def test_offers_that_cannot_be_bought_do_not_count_in_the_sum() -> None:
    offers = [
        offer(share=0.9),
        offer(share=0.9, product_name="b", status="unavailable"),
        offer(share=0.3, product_name="c", status="planned"),
    ]
    assert check(dataset(offers=offers)) == []
    offers[2]["available_from"] = "2026-01-01"
    assert ("warning", "offers", 2, "share") in found(dataset(offers=offers))


def test_a_cycle_is_printed_as_a_chain() -> None:
    names = ("a", "b", "c")
    bom = [{"parent_id": tail, "child_id": head} for tail, head in zip(names, (*names[1:], "a"), strict=True)]
    ds = dataset(
        parts=[{"part_id": name} for name in names], bom=[*bom, {"parent_id": "c", "child_id": "c"}], offers=[]
    )
    messages = [problem.message for problem in check(ds)]
    assert messages == ["the parts need each other: a -> b -> c -> a", "the parts need each other: c -> c"]


def test_a_chosen_supplier_without_offer_is_an_error() -> None:
    problem = only(dataset(bom=[line(supplier_id="other")]))
    assert problem.message == "other has no offer of motor"
    assert problem.hint == "add the offer, or choose one of acme"


def test_an_offer_of_another_part_or_supplier_is_an_error() -> None:
    offers = [offer(), offer(part_id="drone"), offer(supplier_id="other")]
    assert "not of motor" in only(dataset(offers=offers, bom=[line(offer_id="drone/acme")])).message
    assert "not of acme" in only(dataset(offers=offers, bom=[line(supplier_id="acme", offer_id="motor/other")])).message


def test_several_offers_of_the_chosen_supplier() -> None:
    two = [offer(product_name="a", unit_cost_usd=1.0), offer(product_name="b", unit_cost_usd=2.0)]
    problem = only(dataset(offers=two))
    assert problem.severity == "warning"
    assert "motor/acme/a, motor/acme/b" in problem.message
    one_price = [two[0], offer(product_name="b")]
    no_price = [offer(product_name="a"), offer(product_name="b")]
    assert check(dataset(offers=one_price)) == []
    assert [problem[0] for problem in found(dataset(offers=no_price))] == ["warning"]
    assert check(dataset(offers=two, bom=[line(supplier_id="acme", offer_id="motor/acme/a")])) == []


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"offers": [], "bom": [line()]}, "without a source"),
        ({"suppliers": [{"supplier_id": "acme", "name": "Acme"}]}, "Acme has no country"),
        ({"bom": [line(source_ids="S1; S2")], "sources": [{"source_id": "S1"}]}, "not listed in sources: S2"),
        ({"bom": [line(unit="kg")]}, "counted in piece, the line in kg"),
        ({"offers": [offer(status="unavailable")], "bom": [line(offer_id="motor/acme")]}, "unavailable"),
        (
            {
                "suppliers": [
                    {"supplier_id": "acme", "country": "TWN", "owner_id": "other"},
                    {"supplier_id": "other", "country": "USA", "owner_id": "acme"},
                ]
            },
            "acme -> other -> acme",
        ),
        ({"parts": [{"part_id": "drone"}, {"part_id": "motor", "kind": "class"}]}, "has offers"),
    ],
)
def test_a_warning(tables: dict[str, Rows], said: str) -> None:
    problem = only(dataset(**tables))
    assert problem.severity == "warning"
    assert said in problem.message


def test_a_class_with_two_slots_is_a_warning() -> None:
    parts = [{"part_id": name, "kind": kind} for name, kind in (("drone", "class"), ("a", ""), ("b", ""))]
    bom = [{"parent_id": "drone", "child_id": name} for name in "ab"]
    offers = [{"part_id": name, "supplier_id": "acme"} for name in "ab"]
    assert "2 slots" in only(dataset(parts=parts, bom=bom, offers=offers)).message


def test_a_line_that_is_not_essential_needs_no_source() -> None:
    assert check(dataset(offers=[], bom=[line(essential="no")])) == []


def test_a_table_that_could_not_be_read_is_not_referred_to() -> None:
    ds = dataset(suppliers=[])
    assert {problem.column for problem in check(ds)} == {"supplier_id"}
    assert check(ds, skip=frozenset({"suppliers"})) == []


def test_hints_are_given_up_where_they_would_take_long() -> None:
    many = closest([f"part_{number}" for number in range(100_000)])
    assert many("PART_77") == "part_77"
    assert many("part_x") == ""
    few = closest(["alpha", "beta"])
    assert [few(f"alpha{number}") for number in range(100)].count("alpha") == 25


def test_large_data_are_checked_in_a_moment() -> None:
    size = 20_000
    numbers = np.arange(size)
    ds = Dataset.from_tables(
        {
            "parts": pd.DataFrame({"part_id": numbers.astype(str)}),
            "bom": pd.DataFrame({"parent_id": numbers[:-1].astype(str), "child_id": numbers[1:].astype(str)}),
            "offers": pd.DataFrame({"part_id": numbers.astype(str), "origin_country": "TWN"}),
        }
    )
    assert check(ds) == []
    closing = pd.concat([ds.bom, pd.DataFrame({"parent_id": [str(size - 1)], "child_id": ["0"]})], ignore_index=True)
    problem = only(ds.with_tables(bom=closing))
    assert problem.message.count(" -> ") == size
