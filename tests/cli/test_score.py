"""`score` on the command line: what it prints, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cli import small

from supplychain.measures.score import PARTS

DEPTHS = [1, 2, 3, "all"]


@pytest.fixture(scope="module")
def found(answer, survey: Path) -> dict[str, Any]:
    return answer("score", survey)


def test_the_keys_of_the_contract(found) -> None:
    assert found["schema"] == "supplychain/score/1"
    assert set(found["score"]) == {"value", "low", "high"}
    assert found["depth"] == 1
    assert [row["depth"] for row in found["profile"]] == DEPTHS
    for row in (found, *found["profile"]):
        assert tuple(row["parts"]) == PARTS
        for part in row["parts"].values():
            if part is not None:
                assert set(part) == {"value", "low", "high", "data"}
                assert 0 <= part["low"] <= part["value"] <= part["high"] <= 1
    assert found["data_parts"] == sum(part is not None for part in found["parts"].values())
    assert set(found["weights"]) == set(PARTS)
    assert sum(found["weights"].values()) == pytest.approx(1.0)
    assert set(found["sensitivity"]) >= {"weights", "arithmetic", "leave_one_out"}
    assert 0 <= found["transparency"] <= 1
    assert found["assumed"] is False
    assert found["by_part"]
    assert found["by_category"]
    assert "comparison" not in found


def test_the_depth_is_that_of_the_headline(answer, survey: Path, found) -> None:
    deeper = answer("score", survey, "--depth", "2")
    assert deeper["depth"] == 2
    assert deeper["profile"] == found["profile"]
    assert deeper["score"] == {key: found["profile"][1][key] for key in ("value", "low", "high")}


def test_the_table_says_the_interval_the_profile_and_what_lowers_it(run, survey: Path) -> None:
    text = run("score", survey).stdout
    for said in ("resilience score", "of 100 at depth 1", "The five parts", "Profile by depth", "all tiers"):
        assert said in text
    for said in ("What lowers it most", "Transparency", "By category", "By line", "access"):
        assert said in text
    assert "assumed" not in text.splitlines()[0]


def test_assumed_values_are_in_the_title_of_every_output(run, answer, survey: Path, tmp_path: Path) -> None:
    assert run("score", survey, "--assume", "typical").stdout.splitlines()[0].endswith("assumed")
    assert answer("score", survey, "--assume", "typical")["assumed"] is True
    for ending in (".md", ".html"):
        path = tmp_path / f"score{ending}"
        run("score", survey, "--assume", "typical", "-o", path)
        text = path.read_text("utf-8")
        assert "assumed" in (
            text.splitlines()[0] if ending == ".md" else text.partition("<title>")[2].partition("<")[0]
        )


def test_without_data_there_is_no_headline(run, answer, tmp_path: Path) -> None:
    (tmp_path / "parts.csv").write_text("part_id,kind\ndrone,product\nmotor,\n", "utf-8")
    (tmp_path / "bom.csv").write_text("parent_id,child_id\ndrone,motor\n", "utf-8")
    (tmp_path / "offers.csv").write_text("part_id,supplier_id\n", "utf-8")
    (tmp_path / "suppliers.csv").write_text("supplier_id,country\n", "utf-8")
    text = run("score", tmp_path).stdout
    assert "not scored: without data for Independence, Second sources, Diversity, Buffer, Substitutability" in text
    found = answer("score", tmp_path)
    assert found["scored"] is False
    assert found["score"]["value"] is None
    assert found["data_parts"] == 0


def test_products_beside_each_other(run, answer, tmp_path: Path) -> None:
    two = small.write_tables(tmp_path / "two", **small.with_second_product())
    found = answer("score", two, "drone", "--compare")["comparison"]
    assert len(found["products"]) == 2
    assert [pair["overall"] for pair in found["pairs"]] == ["tied on the evidence"]
    assert "tied on the evidence" in run("score", two, "drone", "--compare").stdout


def test_own_weights(answer, run, survey: Path, tmp_path: Path, found) -> None:
    path = tmp_path / "weights.toml"
    path.write_text("[weights]\nn_minus_1 = 0\ndiversity = 0\nbuffer = 0\nsubstitutability = 0\n", "utf-8")
    only = answer("score", survey, "--weights", path)
    assert only["weights"]["independence"] == 1.0
    assert only["score"]["value"] == pytest.approx(100 * max(0.01, found["parts"]["independence"]["value"]))
    path.write_text("[weights]\nspeed = 1\n", "utf-8")
    refused = run("score", survey, "--weights", path, status=2)
    assert "speed" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "none.toml" in run("score", survey, "--weights", tmp_path / "none.toml", status=2).stderr


def test_the_table_for_programs_has_product_categories_and_lines(run, survey: Path) -> None:
    rows = run("score", survey, "--csv").stdout.splitlines()
    assert rows[0].startswith("product,kind,id,name,depth,value,low,high,independence,independence_low")
    kinds = [row.split(",")[1] for row in rows[1:]]
    assert kinds[:4] == ["product"] * 4
    assert {"category", "line"} <= set(kinds)


@pytest.mark.parametrize(("language", "said"), [("en", "Resilience score"), ("zh-Hant", "韌性分數")])
def test_the_report_has_the_score_its_parts_and_its_profile(
    run, survey: Path, tmp_path: Path, language: str, said: str
) -> None:
    page = tmp_path / "report.html"
    run("report", survey, "--lang", language, "-o", page)
    section = page.read_text("utf-8").partition('<section id="score">')[2].partition("</section>")[0]
    assert said in section
    assert section.count("<tr>") == 1 + len(PARTS) + len(DEPTHS)
    assert section.count("<svg") == len(PARTS) + len(DEPTHS)
    assert '<ol class="notes">' in section
