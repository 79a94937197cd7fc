"""What an answer would settle, held against laying that answer over the data and computing again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import PRODUCT, datasets

from supplychain.answers import with_answers
from supplychain.dataset import Dataset
from supplychain.evidence import Answer, Question, read_question_id
from supplychain.measures import gap_effects
from supplychain.measures.analysis import analyse
from supplychain.measures.coverage import coverage
from supplychain.measures.exposure import exposure
from supplychain.measures.flags import find_flags
from supplychain.measures.gaps import Gap, gaps
from supplychain.validation import check

few = settings(max_examples=12)
small = datasets(most_parts=8)
OUTSIDE, INSIDE = "NZL", "CHN"


def drone(**changed: list[dict[str, Any]]) -> Dataset:
    """100 USD: motors of a firm (40), a radio of a firm of unknown seat (60); half the coils are of no known maker."""
    tables: dict[str, list[dict[str, Any]]] = {
        "parts": [
            {"part_id": "drone", "kind": "product"},
            {"part_id": "motor", "name": "Motor", "name_zh": "馬達", "unit": "piece"},
            {"part_id": "radio", "name": "Radio"},
            {"part_id": "coil", "name": "Coil"},
        ],
        "bom": [
            {"parent_id": "drone", "child_id": "motor", "supplier_id": "acme", "quantity": 4},
            {"parent_id": "drone", "child_id": "radio", "supplier_id": "talk", "quantity": 1},
            {"parent_id": "motor", "child_id": "coil", "quantity": 2},
        ],
        "offers": [
            {"offer_id": "m", "part_id": "motor", "supplier_id": "acme", "unit_cost_usd": 10},
            {"offer_id": "r", "part_id": "radio", "supplier_id": "talk", "origin_country": "USA", "unit_cost_usd": 60},
            {"offer_id": "c", "part_id": "coil", "origin_country": "JPN", "share": 0.5, "unit_cost_usd": 1},
        ],
        "suppliers": [
            {"supplier_id": "acme", "name": "Acme", "country": "TWN"},
            {"supplier_id": "talk", "name": "Talk"},
        ],
        "demand": [{"product_id": "drone", "year": 2027, "units": 100}],
    }
    return Dataset.from_tables({**tables, **changed}, date="2026-06-30")


def answer(gap: Gap, country: str, **more: Any) -> Answer:
    question = read_question_id(gap.question_id)
    assert question is not None
    firm = {"firm": "Somebody new", "firm_country": country} if gap.fact == "upstream_source" else {}
    return Answer(question, country=country, **{"date": "2026-07-01", "signatory": "A. Signer", **firm, **more})


def figure(dataset: Dataset, row: Any, product: str, **options: Any) -> tuple[float, float | None] | None:
    """The figure that a row of `settles` is about, computed anew."""
    found = exposure(dataset, product, **options)
    if row.measure == "line_contact":
        flags = find_flags(analyse(dataset, product, **options), chains=False, grounds=False)
        for flag in flags:
            if (flag.parent_id, flag.part_id, flag.supplier_id) == (row.parent_id, row.part_id, row.supplier_id):
                return flag.contact.low, flag.contact.high
        return None
    if row.measure == "clean_depth":
        return found.clean_depth_proven, found.clean_depth
    interval = {
        "value": found.value,
        "contact": found.contact,
        "documented_value": found.documented.value,
        "documented_contact": found.documented.contact,
    }[row.measure]
    return None if interval is None else (interval.low, interval.high)


def named(found: list[Gap], fact: str, part: str) -> Gap:
    return next(gap for gap in found if (gap.fact, gap.part_id) == (fact, part))


def test_the_gaps_of_a_drone_by_hand() -> None:
    found = list(gaps(drone(), "drone").gaps)
    assert {(gap.fact, gap.supplier_id, gap.part_id) for gap in found} == {
        ("origin", "acme", "motor"),
        ("origin", "", "coil"),
        ("owner", "talk", "radio"),
        ("upstream_source", "acme", "motor"),
        ("capacity", "acme", "motor"),
        ("capacity", "talk", "radio"),
        ("lead_time", "acme", "motor"),
        ("lead_time", "talk", "radio"),
    }
    # The radio is 60 of 100 USD, the motors keep 40 - 8 for themselves, half of 8 is of coils that nobody knows.
    value = {gap.part_id: row for gap in found for row in gap.settles if row.measure == "value"}
    assert {part: (row.start.low, row.start.high) for part, row in value.items()} == dict.fromkeys(
        ("radio", "motor", "coil"), (0.0, pytest.approx(0.96))
    )
    assert (value["radio"].to.high, value["radio"].to_inside.low) == (pytest.approx(0.36), pytest.approx(0.6))
    assert (value["motor"].to.high, value["motor"].to_inside.low) == (pytest.approx(0.64), pytest.approx(0.32))
    assert (value["coil"].to.high, value["coil"].to_inside.low) == (pytest.approx(0.92), pytest.approx(0.04))


def test_what_settles_most_comes_first() -> None:
    found = gaps(drone(), "drone").gaps
    # The radio's verdict is decided by its firm's seat; the motor stays open for its coils, whose own line is decided.
    assert [(gap.part_id, gap.verdicts) for gap in found[:3]] == [("radio", 1), ("coil", 1), ("motor", 0)]
    assert [gap.settles for gap in found if gap.fact == "lead_time"] == [(), ()]
    assert {gap.fact: gap.grounds for gap in found if gap.supplier_id == "acme"} == {
        "origin": "documented",
        "capacity": "documented",
        "lead_time": "documented",
        "upstream_source": "market_average",
    }


def test_a_capacity_is_asked_for_with_what_meets_the_need() -> None:
    dataset = drone(offers=[{**row, "origin_country": "TWN"} for row in drone().offers.to_dict("records")])
    gap = named(list(gaps(dataset, "drone").gaps), "capacity", "motor")
    (row,) = gap.settles
    assert (row.measure, row.start.low, row.to.low, row.least) == ("coverage", 0.0, 1.0, 400.0)
    question = read_question_id(gap.question_id)
    assert question is not None
    laid = with_answers(dataset, [Answer(question, number=row.least, date="2026-07-01", signatory="A")])
    (cover,) = [item for item in coverage(analyse(laid, "drone"), 100) if item.part_id == "motor"]
    assert cover.low == pytest.approx(1.0)
    assert not [item for item in gaps(laid, "drone").gaps if item.question_id == gap.question_id]


def test_questions_are_plain_and_in_two_languages() -> None:
    gap = named(list(gaps(drone(), "drone").gaps), "origin", "motor")
    assert gap.question == "In which country is your Motor made?"
    assert gap.question_zh == "貴公司的「馬達」在哪個國家或地區製造？"


def test_no_question_names_another_firm() -> None:
    for gap in gaps(drone(), "drone").gaps:
        others = {"Acme", "Talk"} - {gap.supplier_name}
        assert not [name for name in others if name in gap.question + gap.question_zh + gap.question_id]


def test_the_json_keys() -> None:
    data = json.loads(json.dumps(gaps(drone(), "drone").to_json(), allow_nan=False))
    assert data["schema"] == "supplychain/gaps/1"
    first = data["gaps"][0]
    assert set(first) >= {"supplier_id", "part_id", "fact", "settles", "question", "question_zh", "question_id"}
    assert set(first["settles"][0]) >= {"measure", "from", "to", "to_inside"}


@pytest.mark.parametrize(
    "options",
    [{}, {"depth": 1}, {"basis": ["made"]}, {"basis": ["designed", "owned"]}, {"lens": ["JPN", "USA"]}],
    ids=str,
)
def test_every_promise_is_kept(options: dict[str, Any]) -> None:
    check_promises(drone(), "drone", options)


@few
@given(small, st.sampled_from((None, 2)), st.sampled_from((None, ("made",), ("designed", "owned"))))
def test_every_promise_is_kept_in_any_network(dataset: Dataset, depth: int | None, basis: Any) -> None:
    check_promises(dataset, PRODUCT, {"depth": depth, "basis": basis})


def check_promises(dataset: Dataset, product: str, options: dict[str, Any]) -> None:
    """Lay each answer over the data: the figure lies within `from`, and is the one that was promised."""
    lens = options.get("lens", ["CHN", "HKG", "MAC"])
    for gap in gaps(dataset, product, **options).gaps:
        for country, key in ((OUTSIDE, "to"), (lens[0], "to_inside")):
            if gap.fact not in {"origin", "owner", "upstream_source"} or not gap.settles:
                continue
            laid = with_answers(dataset, [answer(gap, country)])
            for row in gap.settles:
                found = figure(laid, row, product, **options)
                if found is None:
                    continue
                promised = getattr(row, key)
                assert found == pytest.approx((promised.low, promised.high), abs=1e-9), (gap.question_id, row, key)
                if row.measure == "documented_value":
                    continue  # a named source may cost what its mix does not
                assert row.start.low - 1e-9 <= promised.low
                assert promised.high <= row.start.high + 1e-9


@few
@given(small)
def test_an_answered_gap_is_gone(dataset: Dataset) -> None:
    for gap in gaps(dataset, PRODUCT).gaps[:4]:
        more: dict[str, Any] = {"number": 5.0} if gap.fact in {"capacity", "lead_time"} else {}
        if gap.fact == "maker":
            more = {"country": "", "firm": makers_listed(dataset, gap)[0]}
        more = {"country": OUTSIDE, **more}
        laid = with_answers(dataset, [answer(gap, **more)])
        assert not [item for item in gaps(laid, PRODUCT).gaps if item.question_id == gap.question_id], gap.question_id


def makers_listed(dataset: Dataset, gap: Gap) -> list[str]:
    question = read_question_id(gap.question_id)
    assert question is not None
    bom = dataset.bom
    lines = (bom["parent_id"] == question.part_id) & (bom["child_id"] == question.input_id)
    slots = bom["slot"].where(bom["slot"] != "", bom["child_id"])
    return sorted(set(bom["supplier_id"][lines & (slots == question.slot)]))


def two_makers(**columns: Any) -> Dataset:
    """The drone's motors come from one of two firms, one of them Chinese, and nothing says from which."""
    base = drone()
    motor = {"parent_id": "drone", "child_id": "motor", "quantity": 4, "slot": "row 2"}
    return drone(
        bom=[
            {**motor, "supplier_id": "acme", "offer_id": "m"},
            {**motor, "supplier_id": "dragon", "offer_id": "d"},
            {"parent_id": "drone", "child_id": "radio", "supplier_id": "talk", "quantity": 1},
        ],
        offers=[
            {"offer_id": "m", "part_id": "motor", "supplier_id": "acme", "origin_country": "TWN", "unit_cost_usd": 10},
            {
                "offer_id": "d",
                "part_id": "motor",
                "supplier_id": "dragon",
                "origin_country": "CHN",
                "unit_cost_usd": 10,
            },
            {"offer_id": "r", "part_id": "radio", "supplier_id": "talk", "origin_country": "USA", "unit_cost_usd": 60},
        ],
        suppliers=[
            *base.suppliers[base.suppliers["supplier_id"] == "acme"].to_dict("records"),
            {"supplier_id": "dragon", "name": "Dragon", "country": "CHN"},
            {"supplier_id": "talk", "name": "Talk", "country": "USA", **columns},
        ],
    )


def test_the_buyer_is_asked_which_of_several_makers_it_buys_from() -> None:
    dataset = two_makers()
    (gap,) = [gap for gap in gaps(dataset, "drone").gaps if gap.fact == "maker"]
    assert (gap.supplier_id, gap.part_id, gap.basis) == ("", "motor", "choice")
    assert gap.question == "From which of these makers do you buy Motor: Acme, Dragon? Answer with its name."
    assert "Acme、Dragon" in gap.question_zh
    # The motors are 40 of 100 USD: all of that, or nothing.
    (value,) = [row for row in gap.settles if row.measure == "value"]
    assert (value.start.low, value.start.high) == (0.0, pytest.approx(0.4))
    assert (value.to.low, value.to.high) == (0.0, 0.0)
    assert (value.to_inside.low, value.to_inside.high) == (pytest.approx(0.4), pytest.approx(0.4))
    for maker, key in (("acme", "to"), ("Dragon", "to_inside")):
        laid = with_answers(dataset, [answer(gap, "", firm=maker)])
        assert not [row for row in laid.problems if "used" in row.message]
        assert not [row for row in check(laid) if row.severity == "error"]
        assert not [row for row in gaps(laid, "drone").gaps if row.fact == "maker"]
        for row in gap.settles:
            found, promised = figure(laid, row, "drone"), getattr(row, key)
            assert found in (None, pytest.approx((promised.low, promised.high))), row.measure


def test_a_maker_that_is_not_listed_is_no_answer() -> None:
    dataset = two_makers()
    (gap,) = [gap for gap in gaps(dataset, "drone").gaps if gap.fact == "maker"]
    laid = with_answers(dataset, [answer(gap, "", firm="Nobody & Co")])
    assert "Nobody & Co is none of the makers listed for motor (Acme, Dragon); the answer is not used" in str(
        laid.problems
    )
    assert laid.bom.equals(dataset.bom)


def nobody_named(**talk: Any) -> Dataset:
    base = drone()
    acme = base.suppliers[base.suppliers["supplier_id"] == "acme"].to_dict("records")
    return drone(
        offers=[
            {"offer_id": "m", "part_id": "motor", "supplier_id": "acme", "origin_country": "TWN", "unit_cost_usd": 10},
            {"offer_id": "r", "part_id": "radio", "supplier_id": "talk", "unit_cost_usd": 60},
            {"offer_id": "c", "part_id": "coil", "origin_country": "JPN", "share": 1, "unit_cost_usd": 1},
        ],
        suppliers=[*acme, {"supplier_id": "talk", "name": "Maker not named (row 3)", "named": "no", **talk}],
    )


def test_of_a_maker_that_is_not_named_it_is_asked_who_it_is() -> None:
    dataset = nobody_named()
    found = gaps(dataset, "drone").gaps
    (gap,) = [gap for gap in found if gap.part_id == "radio"]
    assert (gap.fact, gap.basis, gap.supplier_id, gap.supplier_name) == ("maker", "unnamed", "", "")
    assert gap.question.startswith("Who makes Radio, and in which country is it made?")
    assert "not named (row" not in gap.question + gap.question_zh
    (value,) = [row for row in gap.settles if row.measure == "value"]
    assert (value.start.high, value.to.high, value.to_inside.low) == (pytest.approx(0.6), 0.0, pytest.approx(0.6))
    for country, key in ((OUTSIDE, "to"), (INSIDE, "to_inside")):
        laid = with_answers(dataset, [answer(gap, country, firm="New Radios", firm_country=country)])
        assert "talk" not in set(laid.suppliers["supplier_id"]) | set(laid.bom["supplier_id"])
        assert not [row for row in check(laid) if row.severity == "error"]
        assert not [row for row in gaps(laid, "drone").gaps if row.fact == "maker"]
        for row in gap.settles:
            found_now, promised = figure(laid, row, "drone"), getattr(row, key)
            assert found_now in (None, pytest.approx((promised.low, promised.high))), row.measure


def test_a_maker_that_is_not_named_may_be_a_firm_of_the_data() -> None:
    dataset = nobody_named(owner_id="acme")
    (gap,) = [gap for gap in gaps(dataset, "drone").gaps if gap.fact == "maker"]
    laid = with_answers(dataset, [answer(gap, "TWN", firm="ACME")])
    radio = laid.offers.set_index("offer_id").loc["r"]
    assert (radio["supplier_id"], radio["origin_country"]) == ("acme", "TWN")
    new = with_answers(dataset, [answer(gap, "TWN", firm="Other", firm_country="JPN")])
    assert new.suppliers.set_index("supplier_id").loc["other", ["country", "owner_id"]].tolist() == ["JPN", "acme"]


def test_of_a_maker_that_is_not_named_nothing_else_is_asked() -> None:
    found = gaps(nobody_named(), "drone", basis=["made", "designed", "headquartered"]).gaps
    mine = {(gap.fact, gap.basis, gap.supplier_id) for gap in found if gap.part_id == "radio"}
    assert mine == {("maker", "unnamed", ""), ("origin", "designed", "")}
    above = gaps(nobody_named(owner_id="acme", country="JPN"), "drone").gaps
    assert not [gap for gap in above if gap.fact == "owner"]


def test_what_settles_nothing_comes_last() -> None:
    found = [bool(gap.settles or gap.verdicts) for gap in gaps(drone(), "drone").gaps]
    assert found == sorted(found, reverse=True)
    assert not all(found)


def test_an_edited_id_is_none() -> None:
    text = Question("origin", "made", "acme", "motor").question_id
    assert read_question_id(text) == Question("origin", "made", "acme", "motor")
    assert read_question_id(text.replace("acme", "talk")) is None
    assert read_question_id("") is None
    assert read_question_id("nonsense") is None


def test_on_a_large_network_those_with_most_value_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = gaps(drone(), "drone")
    monkeypatch.setattr(gap_effects, "_FEWEST", 1)
    monkeypatch.setattr(gap_effects, "_CELLS", 1)
    found = gaps(drone(), "drone")
    (kept,) = [gap for gap in found.gaps if gap.fact in {"origin", "owner"} and gap.settles]
    assert kept.part_id == "radio"
    assert kept in whole.gaps
    assert "not computed for 2 gaps" in found.notes[-1]
    assert len(found.gaps) == len(whole.gaps)
