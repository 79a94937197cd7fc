"""Own tables over another dataset: what replaces, adds and withdraws, and whose fact each row is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import supplychain as sc
from supplychain.dataset import Dataset
from supplychain.errors import DataError, OptionError, Problem
from supplychain.overlay import FACTS, is_overlay, overlay, own_products
from supplychain.schema import TABLES
from tests.strategies import datasets

Rows = dict[str, list[dict[str, Any]]]

BASE: Rows = {
    "parts": [
        {"part_id": "drone", "kind": "product", "name": "Drone"},
        {"part_id": "motor", "name": "Motor"},
        {"part_id": "magnet", "name": "Magnet"},
    ],
    "bom": [
        {"parent_id": "drone", "child_id": "motor", "quantity": 4, "supplier_id": "north"},
        {"parent_id": "motor", "child_id": "magnet", "quantity": 1},
    ],
    "offers": [
        {"part_id": "motor", "supplier_id": "north", "origin_country": "TWN", "unit_cost_usd": 40},
        {"part_id": "magnet", "origin_country": "CHN", "share": 1},
    ],
    "suppliers": [{"supplier_id": "north", "name": "North", "country": "TWN"}],
    "listings": [{"list_name": "A list", "entity_name": "Somebody"}],
    "sources": [{"source_id": "s1", "title": "A source"}],
}


def make(rows: Rows, name: str, date: str = "") -> Dataset:
    return Dataset.from_tables(rows, name=name, date=date)


def laid(own: Rows, name: str = "mine") -> Dataset:
    return overlay(make(BASE, "base", "2026-01-31"), make(own, name))


def marks(dataset: Dataset, table: str, key: str) -> dict[str, str]:
    frame = dataset.tables[table]
    return dict(zip(frame[key], frame[FACTS], strict=True))


def messages(dataset: Dataset) -> list[str]:
    return [problem.message for problem in dataset.problems]


def test_same_key_replaces_and_others_add() -> None:
    found = laid({"parts": [{"part_id": "motor", "name": "My motor"}, {"part_id": "frame", "name": "Frame"}]})
    assert dict(zip(found.parts["part_id"], found.parts["name"], strict=True)) == {
        "drone": "Drone",
        "motor": "My motor",
        "magnet": "Magnet",
        "frame": "Frame",
    }
    assert marks(found, "parts", "part_id") == {"drone": "base", "motor": "mine", "magnet": "base", "frame": "mine"}


def test_every_table_has_the_mark_and_it_comes_last() -> None:
    for frame in laid({"parts": [{"part_id": "frame", "colour": "red"}]}).tables.values():
        assert frame.columns[-1] == FACTS


def test_an_empty_slot_is_the_child_when_keys_are_compared() -> None:
    line = {"parent_id": "drone", "child_id": "motor", "slot": "motor", "supplier_id": "north", "quantity": 6}
    found = laid({"bom": [line]})
    assert found.bom["quantity"].tolist() == [6, 1]


def test_an_offer_id_that_is_made_is_a_key_too() -> None:
    found = laid({"offers": [{"part_id": "motor", "supplier_id": "north", "unit_cost_usd": 55}]})
    mine = found.offers[found.offers["offer_id"] == "motor/north"]
    assert mine["unit_cost_usd"].tolist() == [55]
    # The row replaces the other as a whole: what it leaves empty is unknown.
    assert mine["origin_country"].tolist() == [""]


def test_rows_without_a_key_are_one_only_if_they_are_the_same_in_every_column() -> None:
    same, other = BASE["listings"][0], {"list_name": "A list", "entity_name": "Somebody", "citation": "p. 2"}
    found = laid({"listings": [same, other]}).tables["listings"]
    assert found[["citation", FACTS]].to_numpy().tolist() == [["p. 2", "mine"], ["", "base"]]


def test_what_both_say_in_the_same_words_is_the_bases_fact() -> None:
    found = laid({"suppliers": [BASE["suppliers"][0]], "sources": [{"source_id": "s1", "title": "Another title"}]})
    assert marks(found, "suppliers", "supplier_id") == {"north": "base"}
    assert marks(found, "sources", "source_id") == {"s1": "mine"}


def test_withdrawn_takes_the_offer_away() -> None:
    found = laid({"offers": [{"offer_id": "motor/north", "status": "withdrawn"}]})
    assert found.offers["offer_id"].tolist() == ["magnet/market/CHN"]
    assert not found.problems


def test_withdrawing_nothing_is_said_with_what_could_be_meant() -> None:
    row = {"part_id": "motor", "supplier_id": "north", "product_name": "M1", "status": "withdrawn"}
    (problem,) = laid({"offers": [row]}).problems
    assert problem.severity == "warning"
    assert "base has no offer 'motor/north/M1'" in problem.message
    assert problem.hint == "one of motor/north?"


def test_a_withdrawn_offer_that_a_line_names_stays_and_never_counts() -> None:
    line = {"parent_id": "drone", "child_id": "motor", "supplier_id": "north", "offer_id": "motor/north"}
    base = make({**BASE, "bom": [{**line, "quantity": 4}]}, "base")
    found = overlay(base, make({"offers": [{"offer_id": "motor/north", "status": "withdrawn"}]}, "mine"))
    assert found.offers[["offer_id", "status", FACTS]].to_numpy().tolist() == [
        ["motor/north", "withdrawn", "mine"],
        ["magnet/market/CHN", "", "base"],
    ]
    (problem,) = sc.check(found)
    assert "the chosen offer is withdrawn" in problem.message


def test_a_line_beside_a_line_of_the_base_is_warned_of() -> None:
    own = {"bom": [{"parent_id": "drone", "child_id": "motor", "quantity": 4, "supplier_id": "south"}]}
    found = laid(own)
    assert len(found.bom) == 3
    assert messages(found) == ["base has lines in slot motor of drone too: motor of north; all are alternatives"]


def test_a_part_in_a_second_slot_is_warned_of() -> None:
    own = {"bom": [{"parent_id": "drone", "child_id": "motor", "slot": "drive", "supplier_id": "north"}]}
    assert messages(laid(own)) == ["base has motor in slot motor of drone too: it is needed twice"]


def test_a_line_for_one_maker_alone_is_no_alternative_of_the_general_line() -> None:
    own = {"bom": [{"parent_id": "motor", "child_id": "magnet", "parent_supplier_id": "north"}]}
    assert messages(laid(own)) == []


def test_name_date_and_problems_of_both() -> None:
    warning = Problem("warning", "parts.csv", 2, "", "", "mine to say")
    below = Problem("warning", "parts.csv", 2, "", "", "said before")
    base = Dataset.from_tables(BASE, name="base", date="2026-01-31", problems=(below,))
    found = overlay(base, Dataset.from_tables({}, name="mine", version="3", problems=(warning,)))
    assert (found.name, found.version, found.date) == ("mine", "3", "2026-01-31")
    assert found.problems == (warning, below)
    assert overlay(base, make({}, "mine", "2026-05-01")).date == "2026-05-01"


def test_own_tables_of_the_same_name_are_told_apart() -> None:
    found = laid({"parts": [{"part_id": "frame"}]}, name="base")
    assert found.name == "base (own)"
    assert set(marks(found, "parts", "part_id").values()) == {"base", "base (own)"}


def test_an_overlay_can_be_the_base() -> None:
    first = laid({"parts": [{"part_id": "frame"}]}, name="company")
    found = overlay(first, make({"parts": [{"part_id": "mast"}]}, "team"))
    assert marks(found, "parts", "part_id") == {
        "mast": "team",
        "frame": "company",
        "drone": "base",
        "motor": "base",
        "magnet": "base",
    }


def test_a_column_of_the_users_with_the_name_of_the_mark_is_said_to_be_replaced() -> None:
    found = laid({"parts": [{"part_id": "frame", FACTS: "third quarter"}]})
    assert marks(found, "parts", "part_id")["frame"] == "mine"
    assert [problem.column for problem in found.problems] == [FACTS]


def test_a_copied_mark_does_not_make_a_row_the_bases() -> None:
    found = laid({"parts": [{"part_id": "motor", "name": "My motor", FACTS: "base"}]})
    assert marks(found, "parts", "part_id")["motor"] == "mine"


def test_unknown_columns_of_both_are_kept() -> None:
    base = make({"parts": [{"part_id": "a", "colour": "red"}]}, "base")
    found = overlay(base, make({"parts": [{"part_id": "b", "weight": "3"}]}, "mine")).parts
    assert found[["part_id", "weight", "colour"]].to_numpy().tolist() == [["b", "3", ""], ["a", "", "red"]]


def test_own_products() -> None:
    line = {"parent_id": "kite", "child_id": "motor"}
    declared = {"parts": [{"part_id": "kite", "kind": "product"}], "bom": [line]}
    # By itself the kite is the user's product because nobody needs it, and so it is beside the products of the base.
    bare = {"parts": [{"part_id": "kite"}], "bom": [line]}
    line_only = {"bom": [{"parent_id": "drone", "child_id": "frame"}], "parts": [{"part_id": "frame"}]}
    for own in (declared, bare):
        assert own_products(laid(own)) == ("kite",)
        assert laid(own).products() == ("drone", "kite")
    assert own_products(laid(line_only)) == ("drone",)
    assert own_products(make(BASE, "base")) == ("drone",)
    assert not is_overlay(make(BASE, "base"))


@given(datasets(), st.randoms(use_true_random=False))
def test_a_dataset_cut_in_two_is_whole_again(dataset: Dataset, random: Any) -> None:
    halves: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for table, frame in dataset.tables.items():
        mask = np.array([random.random() < 0.5 for _ in range(len(frame))], dtype=bool)
        halves[0][table], halves[1][table] = frame[mask], frame[~mask]
    found = overlay(Dataset.from_tables(halves[0], name="base"), Dataset.from_tables(halves[1], name="mine"))
    again = Dataset.from_tables({name: frame.drop(columns=FACTS) for name, frame in found.tables.items()})
    assert again.sha256() == dataset.sha256()
    for table in TABLES:
        assert (found.tables[table][FACTS] == "mine").sum() == len(halves[1][table])


@given(datasets())
def test_laying_a_dataset_over_itself_changes_nothing(dataset: Dataset) -> None:
    found = overlay(dataset, dataset)
    offers = found.offers[found.offers["status"] != "withdrawn"]
    others = [frame for table, frame in found.tables.items() if table != "offers"]
    assert {name for frame in [offers, *others] for name in frame[FACTS]} <= {dataset.name}
    assert sc.exposure(found, "p00").to_json() == sc.exposure(dataset, "p00").to_json()


def write(folder: Path, **tables: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


LINE = "parent_id,child_id,quantity,supplier_id\nmy_drone,flight_controller,1,holybro\n"


def test_load_checks_references_against_both(tmp_path: Path) -> None:
    parts = "part_id,kind\nmy_drone,product\n"
    found = sc.load(write(tmp_path / "mine", parts=parts, bom=LINE), base="uav")
    assert found.name == "mine"
    assert set(marks(found, "suppliers", "supplier_id").values()) == {"uav"}
    assert sc.flags(found).analysis.product_id == "my_drone"
    with pytest.raises(DataError, match=r"^bom\.csv, row 2, column child_id: 'flight_controler' is not in parts"):
        sc.load(write(tmp_path / "mine", bom=LINE.replace("flight_controller", "flight_controler")), base="uav")


def test_a_problem_of_the_base_names_its_file_and_comes_after_the_users(tmp_path: Path) -> None:
    offers = "part_id,supplier_id,product_name,status\nflight_controller,holybro,nowhere,withdrawn\n"
    parts = "part_id,kind\nmy_drone,product\n"
    found = sc.load(write(tmp_path / "mine", parts=parts, bom=LINE, offers=offers), base="uav", strict=False)
    files = [problem.file for problem in found.problems]
    first = [file.startswith("uav: ") for file in files].index(True)
    assert first > 0
    assert all(file.startswith("uav: ") for file in files[first:])
    below = sc.load("uav").problems
    assert {(p.row, p.message) for p in found.problems if p.file.startswith("uav: ")} == {
        (p.row, p.message) for p in below
    }


def test_what_cannot_be_a_base_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", bom=LINE)
    with pytest.raises(OptionError, match="the dataset itself"):
        sc.load(folder, base=folder)
    with pytest.raises(OptionError, match="no such folder"):
        sc.load(folder, base="nowhere")
    with pytest.raises(OptionError, match="no table found; tables are parts, bom"):
        sc.load(write(tmp_path / "empty"), base="uav")
    with pytest.raises(DataError, match="the table is missing"):
        sc.load(folder)


def test_answers_say_whose_facts_they_stand_on(tmp_path: Path) -> None:
    parts = "part_id,name,kind\nmy_drone,My drone,product\nmy_motor,My motor,component\n"
    bom = LINE + "my_drone,my_motor,4,acme\n"
    offers = "part_id,supplier_id,origin_country\nmy_motor,acme,TWN\n"
    suppliers = "supplier_id,name,country\nacme,Acme,TWN\n"
    found = sc.load(write(tmp_path / "mine", parts=parts, bom=bom, offers=offers, suppliers=suppliers), base="uav")
    answer = sc.flags(found).to_json()
    flags: Any = answer["flags"]
    assert {flag["facts"] for flag in flags if flag["tier"] == 1} == {"mine"}
    assert {flag["facts"] for flag in flags if flag["tier"] > 1} == {"uav"}
    chain = next(flag["chains"][0] for flag in flags if flag["part_id"] == "flight_controller")
    assert [step["facts"] for step in chain["steps"]][:2] == ["mine", "mine;uav"]
    origins: Any = sc.origins(found).to_json()
    sources = {
        (part["part_id"], row["supplier_id"]): row["facts"] for part in origins["parts"] for row in part["sources"]
    }
    assert sources["my_motor", "acme"] == "mine"
    assert sources["flight_controller", "holybro"] == "mine;uav"
    assert sources["my_drone", ""] == "mine"


def test_without_overlay_no_answer_names_facts(uav: Dataset) -> None:
    answer: Any = sc.flags(uav, "fpv_allied").to_json()
    assert {flag["facts"] for flag in answer["flags"]} == {""}
    assert {step["facts"] for flag in answer["flags"] for chain in flag["chains"] for step in chain["steps"]} == {""}
