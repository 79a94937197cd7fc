"""The JSON contract, key by key: names and kinds that other programs rely on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

HEAD = {"schema", "provenance", "dataset", "product", "lens", "depth", "evidence"}
LOSS_FORMS = {"reallocate", "proportional"}
GROUNDS = {"documented", "market_average", "assumed"}
VERDICTS = {"exposed", "unknown", "clear"}


def is_interval(value: Any, *, top: float | None = 1.0) -> bool:
    return (
        isinstance(value, dict)
        and {"low", "high"} <= set(value) <= {"low", "high", "estimate"}
        and all(isinstance(end, float) for end in value.values())
        and 0 <= value["low"] <= value["high"]
        and (top is None or value["high"] <= top)
    )


def is_loss(value: Any) -> bool:
    return set(value) >= LOSS_FORMS and all(is_interval(value[form]) for form in LOSS_FORMS)


def is_step(value: Any) -> bool:
    return (
        set(value) >= {"part_id", "supplier_id", "country", "share", "source_ids", "grounds"}
        and (value["share"] is None or 0 < value["share"] <= 1)
        and value["grounds"] in GROUNDS
        and isinstance(value["source_ids"], list)
    )


CASES = [(), ("--depth", "1"), ("--depth", "2", "--evidence", "documented"), ("--lens", "NZL")]


@pytest.fixture(scope="module", params=CASES, ids=" ".join)
def flags(request: pytest.FixtureRequest, answer, survey: Path) -> dict[str, Any]:
    return answer("flags", survey, *request.param)


def test_the_head(flags) -> None:
    assert set(flags) >= HEAD | {"verdict", "grounds", "exposure", "flags", "key_components"}
    assert flags["schema"] == "supplychain/flags/1"
    assert (flags["dataset"], flags["product"]) == ("survey", "drone")
    assert set(flags["lens"]) >= {"countries", "bases"}
    assert isinstance(flags["lens"]["countries"], list)
    assert isinstance(flags["lens"]["bases"], list)
    assert flags["depth"] is None or type(flags["depth"]) is int
    assert flags["evidence"] in {"all", "documented"}
    assert flags["verdict"] in VERDICTS
    assert (flags["grounds"] in GROUNDS) == (flags["verdict"] == "exposed")


def test_the_exposure(flags) -> None:
    found = flags["exposure"]
    for key in ("face_value", "value", "hidden", "contact", "contact_bounds"):
        assert is_interval(found[key]), key
    assert found["contact_bounds"]["low"] <= found["contact"]["low"]
    assert found["contact"]["high"] <= found["contact_bounds"]["high"]
    assert type(found["clean_depth"]) is int
    assert type(found["clean_depth_proven"]) is int
    assert 0 <= found["clean_depth_proven"] <= found["clean_depth"]
    assert isinstance(found["opened_value"], float)
    assert 0 <= found["opened_value"] <= 1


def test_contact_by_depth_starts_at_the_assembly(flags) -> None:
    rows = flags["exposure"]["contact_by_depth"]
    assert [row["depth"] for row in rows] == list(range(len(rows)))
    assert len(rows) == 1 + min(flags["depth"] or 2, 2)
    for row in rows:
        assert set(row) >= {"depth", "stage", "low", "high"}
        assert type(row["depth"]) is int
        assert isinstance(row["stage"], str)
        assert is_interval({"low": row["low"], "high": row["high"]})
    assert [row["stage"] for row in rows][:2] == ["product", "assembly"]
    last = flags["exposure"]["contact"]
    assert (rows[-1]["low"], rows[-1]["high"]) == (last["low"], last["high"])


def test_the_line_profile_is_at_depth_one_two_three_and_all(flags) -> None:
    rows = flags["exposure"]["line_profile"]
    assert [row["depth"] for row in rows] == [1, 2, 3, "all"]
    for row in rows:
        assert all(type(row[verdict]) is int for verdict in VERDICTS)
        assert sum(row[verdict] for verdict in VERDICTS) == 3
        assert is_interval(row["cost_in_contact"])


def test_the_embargo_loss_has_both_forms_everywhere(flags) -> None:
    loss = flags["exposure"]["embargo_loss"]
    assert is_loss(loss)
    tightest = loss["tightest_stage"]
    assert tightest is None or (set(tightest) >= {"part_id", "stage", "loss", "text"} and tightest["part_id"])
    documented = flags["exposure"]["documented"]
    assert set(documented) >= {"value", "contact", "embargo_loss"}
    assert is_interval(documented["value"])
    assert is_interval(documented["contact"])
    assert is_loss(documented["embargo_loss"])
    for form in LOSS_FORMS:
        assert documented["embargo_loss"][form]["low"] <= loss[form]["low"]
        assert documented["embargo_loss"][form]["high"] >= loss[form]["high"]


def test_the_coverage(flags) -> None:
    rows = flags["exposure"]["coverage"]
    assert rows
    for row in rows:
        assert set(row) >= {"part_id", "needed", "available", "unit", "low", "high"}
        assert row["low"] == pytest.approx(row["available"] / row["needed"])
        assert row["high"] is None or row["high"] >= row["low"]
        assert isinstance(row["unit"], str)


def test_the_flags(flags) -> None:
    keys = {
        *("parent_id", "part_id", "supplier_id", "name", "category", "theme", "tier", "stage", "verdict", "reach"),
        *("bases", "grounds", "contact", "embargo_loss", "value", "chains"),
    }
    assert flags["flags"]
    for flag in flags["flags"]:
        assert set(flag) >= keys
        for key in ("parent_id", "part_id", "supplier_id", "name", "category", "theme", "stage"):
            assert isinstance(flag[key], str), key
        assert type(flag["tier"]) is int
        assert flag["tier"] >= 1
        assert flag["verdict"] in VERDICTS
        assert flag["reach"] in {"direct", "upstream", None}
        assert (flag["reach"] is None) == (flag["verdict"] == "clear")
        assert set(flag["bases"]) <= {"made", "designed", "headquartered", "owned"}
        assert (flag["grounds"] in GROUNDS) == (flag["verdict"] == "exposed")
        assert is_interval(flag["contact"])
        assert is_interval(flag["value"])
        assert is_loss(flag["embargo_loss"])
        low, high = flag["contact"]["low"], flag["contact"]["high"]
        assert flag["verdict"] == ("exposed" if low > 0 else "unknown" if high > 0 else "clear")


def test_the_chains(flags) -> None:
    for flag in flags["flags"]:
        assert bool(flag["chains"]) == (flag["verdict"] == "exposed")
        for chain in flag["chains"]:
            steps = chain["steps"]
            assert set(chain) >= {"grounds", "steps"}
            assert all(is_step(step) for step in steps)
            assert steps[0]["part_id"] == "drone"
            assert (flag["part_id"], flag["supplier_id"]) in {(step["part_id"], step["supplier_id"]) for step in steps}
            order = ["assumed", "market_average", "documented"]
            assert chain["grounds"] == min((step["grounds"] for step in steps[1:]), key=order.index)
        if flag["chains"]:
            order = ["assumed", "market_average", "documented"]
            assert flag["grounds"] == max((chain["grounds"] for chain in flag["chains"]), key=order.index)


def test_the_key_components_come_in_the_order_of_the_analyst(flags) -> None:
    groups = list(dict.fromkeys(row["group"] for row in flags["key_components"]))
    order = ["three_chips", "two_software", "motors", "batteries", "rare_earths", "other"]
    assert groups == [group for group in order if group in groups]
    for row in flags["key_components"]:
        price = row["price"]
        enough = price["lens_n"] >= 2 and price["other_n"] >= 2
        assert price["ratio"] is None or enough
        assert type(row["non_chinese_sources"]) is int
        assert row["first_tier_at"] is None or row["first_tier_at"]["part_id"]


def test_numbers_that_are_known_by_heart(answer, survey: Path) -> None:
    found = answer("flags", survey)
    flags = {flag["part_id"]: flag for flag in found["flags"]}
    assert flags["frame"]["contact"] == {"low": pytest.approx(0.3), "high": pytest.approx(0.4)}
    assert flags["magnet"]["contact"] == {"low": pytest.approx(0.94), "high": pytest.approx(0.96)}
    assert flags["motor"]["contact"] == flags["magnet"]["contact"]
    assert (flags["motor"]["reach"], flags["board"]["reach"]) == ("upstream", "direct")
    assert flags["board"]["bases"] == ["owned"]
    assert flags["chip"]["verdict"] == "unknown"
    assert flags["frame"]["supplier_id"] == ""
    assert [step["part_id"] for step in flags["motor"]["chains"][0]["steps"]] == ["drone", "motor", "magnet"]
    first = found["exposure"]["line_profile"][0]
    assert (first["exposed"], first["unknown"], first["clear"]) == (2, 0, 1)


def test_without_prices_value_is_null_with_a_reason(answer, no_prices: Path) -> None:
    found = answer("flags", no_prices)
    exposure = found["exposure"]
    for key in ("face_value", "value", "hidden", "opened_value"):
        assert exposure[key] is None, key
    assert exposure["documented"]["value"] is None
    assert all(row["cost_in_contact"] is None for row in exposure["line_profile"])
    assert is_interval(exposure["contact"])
    assert any("price" in note for note in found["notes"])
    origins = answer("origins", no_prices)
    assert origins["unknown_value"] is None
    assert all(row["value"] is None and row["first_tier_value"] is None for row in origins["by_country"])
    assert any("price" in note for note in origins["notes"])


@pytest.fixture(scope="module", params=CASES, ids=" ".join)
def origins(request: pytest.FixtureRequest, answer, survey: Path) -> dict[str, Any]:
    return answer("origins", survey, *request.param)


def test_origins(origins) -> None:
    assert set(origins) >= HEAD | {"by_country", "unknown_value", "parts"}
    assert origins["schema"] == "supplychain/origins/1"
    for row in origins["by_country"]:
        assert set(row) >= {"country", "value", "first_tier_value", "parts"}
        assert len(row["country"]) == 3
        assert is_interval(row["value"])
        assert is_interval(row["first_tier_value"])
        assert type(row["parts"]) is int
    assert isinstance(origins["unknown_value"], float)
    known = sum(row["value"]["low"] for row in origins["by_country"])
    assert known + origins["unknown_value"] == pytest.approx(1)
    for part in origins["parts"]:
        assert set(part) >= {"part_id", "tier", "stage", "category", "theme", "sources"}
        assert type(part["tier"]) is int
        assert part["sources"]
        for source in part["sources"]:
            assert set(source) >= {"offer_id", "supplier_id", "share", "low", "high", "grounds"}
            for basis in ("made", "designed", "headquartered", "owned"):
                assert source[basis] is None or len(source[basis]) == 3
            assert 0 <= source["low"] <= source["high"] <= 1
            assert source["share"] is None or source["share"] == source["low"] == source["high"]
            assert source["grounds"] in GROUNDS


def test_origins_keep_the_bases_apart(answer, survey: Path) -> None:
    parts = {part["part_id"]: part for part in answer("origins", survey)["parts"]}
    (board,) = parts["board"]["sources"]
    assert (board["made"], board["headquartered"], board["owned"]) == ("USA", "USA", "CHN")
    assert [(source["made"], source["share"]) for source in parts["frame"]["sources"]] == [
        ("TWN", pytest.approx(0.6)),
        ("CHN", pytest.approx(0.3)),
        (None, pytest.approx(0.1)),
    ]
    (chip,) = parts["chip"]["sources"]
    assert chip["made"] is None
    assert len(chip["candidates"]) == 1


def test_check(answer, wrong: Path, survey: Path) -> None:
    found = answer("check", wrong, status=1)
    assert set(found) >= {"schema", "dataset", "problems"}
    assert found["schema"] == "supplychain/check/1"
    for problem in found["problems"]:
        assert set(problem) >= {"severity", "file", "row", "column", "value", "message", "hint"}
        assert problem["severity"] in {"error", "warning"}
        assert problem["row"] is None or type(problem["row"]) is int
        for key in ("file", "column", "value", "message", "hint"):
            assert isinstance(problem[key], str), key
    places = {(problem["file"], problem["row"], problem["column"]) for problem in found["problems"]}
    assert ("offers.csv", 2, "origin_country") in places
    assert [problem["severity"] for problem in found["problems"]] == sorted(
        problem["severity"] for problem in found["problems"]
    )
    assert [problem["severity"] for problem in answer("check", survey)["problems"]] == ["warning"]


def test_products(answer, two: Path) -> None:
    found = answer("products", two)
    assert found["schema"] == "supplychain/products/1"
    assert [(row["product_id"], row["lines"]) for row in found["products"]] == [("../../glider", 1), ("drone", 3)]
