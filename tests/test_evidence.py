"""Evidence that is past its last day, and answers at the corners of the model."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.answers import mean_price, with_answers
from supplychain.dataset import Dataset
from supplychain.evidence import FACT_NAMES, Answer, Question, read_question_id, without_expired
from supplychain.measures.exposure import exposure

OLD, NEW = "2026-01-31", "2028-01-31"
DAY = "2027-01-31"


def proven(**changed: list[dict[str, Any]]) -> Dataset:
    """A motor of a Taiwanese firm with a Japanese owner, each fact on an attestation that has expired."""
    tables: dict[str, list[dict[str, Any]]] = {
        "parts": [{"part_id": "drone", "kind": "product"}, {"part_id": "motor"}],
        "bom": [{"parent_id": "drone", "child_id": "motor", "quantity": 1, "supplier_id": "acme", "source_ids": "a"}],
        "offers": [
            {"offer_id": "m", "part_id": "motor", "supplier_id": "acme", "origin_country": "TWN", "source_ids": "a"}
        ],
        "suppliers": [
            {"supplier_id": "acme", "country": "TWN", "owner_id": "top", "source_ids": "a"},
            {"supplier_id": "top", "country": "JPN"},
        ],
        "sources": [{"source_id": "a", "kind": "attestation", "valid_until": OLD}, {"source_id": "b"}],
    }
    return Dataset.from_tables({**tables, **changed})


def test_what_stands_on_expired_evidence_alone_is_unknown() -> None:
    dataset = without_expired(proven(), DAY)
    assert dataset.bom["supplier_id"].tolist() == [""]
    assert dataset.offers["origin_country"].tolist() == [""]
    assert dataset.suppliers[["country", "owner_id"]].to_numpy().tolist() == [["", ""], ["JPN", ""]]
    assert len(dataset.problems) == 3
    assert all(f"expired on {OLD}" in problem.message for problem in dataset.problems)


def test_a_firm_without_its_evidence_is_not_its_own_clean_owner() -> None:
    dataset = proven(bom=[{"parent_id": "drone", "child_id": "motor", "quantity": 1, "supplier_id": "acme"}])
    assert exposure(dataset, "drone").contact.high == 0
    assert exposure(without_expired(dataset, DAY), "drone", basis=["owned"]).contact.high == 1


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("valid_until", NEW),
        ("valid_until", DAY),
        ("valid_until", ""),
        ("kind", "datasheet"),
        ("kind", "law"),
    ],
)
def test_what_has_not_expired_stays(change: str, value: str) -> None:
    source = {"source_id": "a", "kind": "attestation", "valid_until": OLD, change: value}
    dataset = proven(sources=[source])
    assert without_expired(dataset, DAY) is dataset


def test_another_source_keeps_a_fact() -> None:
    offers = [{**row, "source_ids": "a;b"} for row in proven().offers.to_dict("records")]
    assert without_expired(proven(offers=offers), DAY).offers["origin_country"].tolist() == ["TWN"]


def test_an_old_certificate_of_origin_expires_and_a_holding_does_not() -> None:
    dataset = proven(
        sources=[{"source_id": "a", "kind": "certificate of origin", "valid_until": OLD}],
        ownership=[{"supplier_id": "acme", "owner_id": "top", "share": 0.5, "source_ids": "a"}],
    )
    found = without_expired(dataset, DAY)
    assert found.offers["origin_country"].tolist() == [""]
    assert len(found.tables["ownership"]) == 1


@given(
    st.sampled_from(FACT_NAMES),
    st.lists(st.text(max_size=12).filter(lambda text: text == text.strip()), min_size=6, max_size=6),
)
def test_an_id_is_read_back(fact: str, words: list[str]) -> None:
    question = Question(fact, *words)
    assert read_question_id(f" {question.question_id} ") == question
    assert "\n" not in question.question_id


def ask(fact: str, supplier: str, part: str, **more: str) -> Question:
    return Question(fact, "made" if fact == "origin" else "", supplier, part, **more)


def signed(question: Question, **values: Any) -> Answer:
    return Answer(question, date="2026-07-01", signatory="A. Signer", **values)


def test_a_line_that_names_an_offer_out_of_sale_is_led_to_the_answer() -> None:
    offers = [{"offer_id": "m", "part_id": "motor", "supplier_id": "acme", "status": "unavailable"}]
    bom = [{"parent_id": "drone", "child_id": "motor", "quantity": 1, "supplier_id": "acme", "offer_id": "m"}]
    laid = with_answers(proven(offers=offers, bom=bom), [signed(ask("origin", "acme", "motor"), country="KOR")])
    new = laid.offers[laid.offers["origin_country"] == "KOR"]
    assert laid.bom["offer_id"].tolist() == new["offer_id"].tolist()
    assert exposure(laid, "drone", basis=["made"]).contact.high == 0


def test_the_rest_of_a_slot_gets_a_line_of_its_own_at_the_price_of_the_others() -> None:
    bom = [
        {"parent_id": "drone", "child_id": "motor", "quantity": 2, "supplier_id": "acme", "share": 0.75},
        {"parent_id": "drone", "child_id": "body", "quantity": 1, "supplier_id": "acme"},
    ]
    offers = [
        {"offer_id": "m", "part_id": "motor", "supplier_id": "acme", "origin_country": "TWN", "unit_cost_usd": 10},
        {"offer_id": "b", "part_id": "body", "supplier_id": "acme", "origin_country": "TWN", "unit_cost_usd": 20},
    ]
    dataset = proven(bom=bom, offers=offers, parts=[{"part_id": "drone"}, {"part_id": "motor"}, {"part_id": "body"}])
    before = exposure(dataset, "drone").value
    after = exposure(with_answers(dataset, [signed(ask("origin", "", "motor"), country="CHN")]), "drone").value
    assert before is not None
    assert after is not None
    # A quarter of the motors is an eighth of the cost.
    assert (before.low, before.high) == pytest.approx((0, 0.125))
    assert (after.low, after.high) == pytest.approx((0.125, 0.125))


def test_a_source_that_is_named_keeps_the_price_of_what_it_replaces() -> None:
    tables: dict[str, list[dict[str, Any]]] = {
        "parts": [{"part_id": "drone"}, {"part_id": "motor"}, {"part_id": "coil"}],
        "bom": [
            {"parent_id": "drone", "child_id": "motor", "quantity": 1, "supplier_id": "acme"},
            {"parent_id": "motor", "child_id": "coil", "quantity": 1},
        ],
        "offers": [
            {"offer_id": "m", "part_id": "motor", "supplier_id": "acme", "origin_country": "TWN", "unit_cost_usd": 10},
            {"offer_id": "c", "part_id": "coil", "origin_country": "CHN", "share": 0.5, "unit_cost_usd": 4},
            {"offer_id": "d", "part_id": "coil", "origin_country": "JPN", "share": 0.5, "unit_cost_usd": 2},
        ],
    }
    dataset = proven(**tables)
    assert mean_price(dataset.offers, "coil") == 3
    question = ask("upstream_source", "acme", "motor", input_id="coil", slot="coil")
    laid = with_answers(dataset, [signed(question, country="JPN", firm="Coils", firm_country="JPN")])
    (line,) = laid.bom[laid.bom["parent_supplier_id"] == "acme"].to_dict("records")
    assert (line["child_id"], line["supplier_id"], line["quantity"]) == ("coil", "coils", 1)
    (offer,) = laid.offers[laid.offers["offer_id"] == line["offer_id"]].to_dict("records")
    assert (offer["unit_cost_usd"], offer["cost_basis"]) == (
        3,
        "price of the source it replaces; not stated by the firm",
    )
    value = exposure(laid, "drone").value
    assert value is not None
    assert (value.low, value.high) == (0, 0)


def test_a_firm_is_known_by_its_names() -> None:
    suppliers = [
        {"supplier_id": "acme", "country": "TWN"},
        {"supplier_id": "nidec", "name": "Nidec", "aliases": "日本電産"},
    ]
    dataset = proven(suppliers=suppliers, parts=[{"part_id": "drone"}, {"part_id": "motor"}])
    question = ask("upstream_source", "", "drone", input_id="motor", slot="motor")
    for name in ("NIDEC", "日本電産"):
        laid = with_answers(dataset, [signed(question, country="JPN", firm=name)])
        assert laid.bom["supplier_id"].tolist() == ["nidec"]
        assert len(laid.suppliers) == 2


def test_an_answer_about_a_line_that_is_gone_is_refused() -> None:
    question = ask("upstream_source", "acme", "motor", input_id="coil", slot="coil")
    laid = with_answers(proven(), [signed(question, country="JPN", firm="Coils", firm_country="JPN")])
    assert "motor has no single line for coil any more; the answer is not used" in str(laid.problems)
    assert laid.bom.equals(proven().bom)
