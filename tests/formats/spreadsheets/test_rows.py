"""Rows of a table to lines of the bill: every row ends somewhere, and what is assumed is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_tables import kinds, read, rows_said, said

from supplychain.formats.spreadsheets.rows import read_items
from supplychain.formats.spreadsheets.values import ColumnMap, ColumnUse, Grid, Price


def test_a_plain_list():
    items, left, problems = read(
        "name quantity maker mpn price:USD",
        ("Motor", "4", "T-Motor", "F60PRO", "25.90"),
        ("Frame", "1", "Holybro", "", "99"),
    )
    assert [(item.row, item.name, item.quantity, item.quantity_stated) for item in items] == [
        (2, "Motor", 4.0, True),
        (3, "Frame", 1.0, True),
    ]
    assert items[0].sources[0].manufacturer == "T-Motor"
    assert items[0].sources[0].part_number == "F60PRO"
    assert items[0].sources[0].price == Price(25.9, "USD", "25.90")
    assert kinds(left) == {}
    assert problems == ()


def test_a_name_is_found_where_there_is_one():
    items, left, _ = read(
        "name description mpn part_id value quantity",
        ("", "CAP CER", "GRM", "C-1", "100n", "1"),
        ("", "", "GRM", "C-1", "100n", "1"),
        ("", "", "", "C-1", "100n", "1"),
        ("", "", "", "", "100n", "1"),
        ("", "", "", "", "", "1"),
    )
    assert [item.name for item in items] == ["CAP CER", "GRM", "C-1", "100n"]
    assert kinds(left) == {6: "refused"}
    assert "no name and no part number; right is" in left[-1].reason


def test_no_quantity_column():
    items, _, problems = read("name price:USD", ("A", "1.5"), ("B", "2.5"))
    assert [(item.quantity, item.quantity_stated) for item in items] == [(1.0, False), (1.0, False)]
    assert len(problems) == 1
    assert said(problems, "no quantity column; one of each line is assumed.*1 more row")


def test_the_quantity_of_designators():
    items, _, problems = read("ref value quantity", ("C1-C3, C7", "100n", ""), ("R1", "10k", "1"))
    assert items[0].quantity == 4.0
    assert items[0].quantity_stated
    assert items[0].designators == ("C1", "C2", "C3", "C7")
    assert said(problems, "counted from 4", 2)
    items, _, problems = read("ref value", ("C1-C3", "100n"), ("R1", "10k"))
    assert [item.quantity for item in items] == [3.0, 1.0]
    assert len(said(problems, "no quantity column; counted")) == 1


def test_a_count_that_does_not_agree_is_said_with_both_numbers():
    items, _, problems = read("ref value quantity", ("C10-C13", "10u", "5"))
    assert items[0].quantity == 5.0
    assert said(problems, "quantity is 5, but 4 reference designators", 2)


def test_places_that_stand_twice_are_said():
    _, _, problems = read("ref value quantity", ("C1, C2", "10u", "2"), ("C2", "1u", "1"))
    assert said(problems, "C2 stands in row 2 as well", 3)


def test_no_range_without_end():
    items, _, problems = read("ref value quantity", ("C1-C1000000000", "10u", "5"))
    assert items[0].quantity == 5.0
    assert said(problems, "not written out", 2)


def test_quantities_that_are_unknown():
    items, _, problems = read(
        "name quantity unit", ("Glue", "A/R", ""), ("Tape", "some", ""), ("Wire", "", "m"), ("Tube", "0.5 m", "")
    )
    assert [item.quantity for item in items] == [None, None, None, 0.5]
    assert items[3].unit == "m"
    assert items[0].extra == {"quantity": "A/R"}
    assert said(problems, "as required", 2)
    assert said(problems, "some.*right is a number", 3)
    assert said(problems, "not stated", 4)


def test_nothing_of_it_and_less_than_nothing():
    items, left, _ = read("name quantity", ("A", "0"), ("B", "-2"), ("C", "1"))
    assert [item.name for item in items] == ["C"]
    assert kinds(left) == {2: "not_fitted", 3: "refused"}
    assert '"-2"' in left[-1].reason


@pytest.mark.parametrize(
    "mark", ["DNP", "dnf", "yes", "x", "1", "TRUE", "Do not populate", "Excluded from BOM", "不上件"]
)
def test_parts_that_are_not_fitted(mark):
    items, left, _ = read("value quantity dnp", ("10k", "1", mark), ("1k", "1", ""))
    assert [item.row for item in items] == [3]
    assert kinds(left) == {2: "not_fitted"}


@pytest.mark.parametrize("mark", ["", "no", "0", "FALSE", "-", "Fitted"])
def test_parts_that_are_fitted(mark):
    items, _, problems = read("value quantity dnp", ("10k", "1", mark))
    assert len(items) == 1
    assert problems == ()


def test_a_column_of_what_is_fitted():
    uses = (ColumnUse(0, "Value", "value"), ColumnUse(1, "Fitted", "do_not_place", unit="fitted"))
    rows = (("Value", "Fitted"), ("10k", "yes"), ("1k", "no"), ("2k", "Not Fitted"), ("3k", "Fitted"))
    items, left, _ = read_items(Grid("a.csv", "", rows, (1, 2, 3, 4, 5)), ColumnMap("", 1, uses))
    assert [item.name for item in items] == ["10k", "3k"]
    assert [row.row for row in left if row.kind == "not_fitted"] == [3, 4]


def test_a_mark_in_another_cell():
    _, left, _ = read(
        "value quantity note", ("10k DNP", "1", ""), ("1k", "DNP", ""), ("2k", "1", "DNP"), ("3k", "1", "")
    )
    assert kinds(left) == {2: "not_fitted", 3: "not_fitted", 4: "not_fitted"}


def test_a_mark_that_is_not_understood_is_said():
    items, _, problems = read("value quantity dnp", ("10k", "1", "variant B"))
    assert len(items) == 1
    assert said(problems, "right is yes, no or DNP", 2)


def test_levels():
    items, left, problems = read(
        "level name quantity", ("1", "Drone", "1"), ("2", "Board", "2"), ("3", "Chip", "1"), ("2", "Frame", "1")
    )
    assert [(item.row, item.parent) for item in items] == [(3, None), (4, 3), (5, None)]
    assert kinds(left) == {2: "title"}
    assert "product" in left[-1].reason
    assert problems == ()


def test_a_part_of_what_is_left_out_is_left_out():
    items, left, _ = read(
        "level name quantity",
        ("1", "Board", "0"),
        ("2", "Chip", "1"),
        ("3", "Die", "1"),
        ("1", "Frame", "1"),
        ("1", "Arm", "-1"),
        ("2", "Tube", "1"),
    )
    assert [item.name for item in items] == ["Frame"]
    assert kinds(left) == {2: "not_fitted", 3: "not_fitted", 4: "not_fitted", 6: "refused", 7: "refused"}


def test_a_group_without_a_quantity_is_one_and_says_so():
    items, _, problems = read("item name quantity", ("1", "Propulsion", ""), ("1.1", "Motor", "4"), ("2", "Frame", "1"))
    assert [(item.quantity, item.quantity_stated, item.parent) for item in items] == [
        (1.0, False, None),
        (4.0, True, 2),
        (1.0, True, None),
    ]
    assert said(problems, "one is assumed", 2)


def test_an_unknown_parent_is_refused():
    _, left, _ = read("part_id parent_id name quantity", ("A", "", "Board", "1"), ("B", "FRMAE", "Tube", "1"))
    assert kinds(left) == {3: "refused"}


def test_nothing_is_lost():
    items, _, problems = read(
        "name quantity - description description2 valid_until note substitutes",
        ("A", "1", "secret", "one", "two", "1999-12-31", "hello", "B-2"),
    )
    assert items[0].extra == {"-": "secret", "description2": "two", "valid_until": "1999-12-31", "substitutes": "B-2"}
    assert items[0].note == "hello"
    assert said(problems, "1999.*doubtful; the line is kept", 2)
    assert said(problems, "may be used instead", 2)


def test_lead_time_and_smallest_order():
    items, _, _ = read("name quantity lead_time_days minimum_order", ("A", "1", "4 weeks", "100 pcs"))
    assert items[0].sources[0].lead_time_days == 28.0
    assert items[0].sources[0].minimum_order == 100.0


def test_the_same_doubt_is_said_once():
    rows = [(f"Part {number}", "1", "12.5") for number in range(50)]
    _, _, problems = read("name quantity price", *rows)
    assert len(problems) == 1
    assert "49 more rows" in problems[0].message
    assert problems[0].severity == "warning"
    assert problems[0].file == "list.csv"


def test_an_empty_table():
    assert read_items(Grid("a.csv", "", (), ()), ColumnMap("", 1, ())) == ((), (), ())


CELLS = st.sampled_from(
    [
        "",
        "",
        "",
        "Motor",
        "Frame",
        "4",
        "1.5",
        "1,234",
        "Total",
        "25",
        "T-Motor",
        "Murata / TDK",
        "C1-C3",
        "DNP",
        "-1",
        "0",
        *["USD", "China", "1.1", "2", "name", "quantity", "Notes: none", "合計", "x" * 90, "n/a", "1=1, 10=0.5"],
    ]
)
HEADERS = st.sampled_from(
    [
        "name quantity maker mpn price",
        "level part_id name quantity ref",
        "item name quantity total maker",
        "part_id parent_id name maker origin",
        "category ref value dnp maker1",
        "maker mpn - price currency",
    ]
)
MERGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4), st.integers(0, 9), st.integers(0, 5)), max_size=3)


@given(HEADERS, st.lists(st.tuples(*[CELLS] * 5), min_size=1, max_size=9), MERGES)
def test_every_row_ends_in_exactly_one_place(header, rows, merged):
    items, left, problems = read(header, *rows, merged=merged)
    seen = [item.row for item in items] + [row.row for row in left]
    assert len(seen) == len(set(seen))
    added = set(range(1, len(rows) + 2)) - set(seen)
    assert len(added) == rows_said(problems, "another maker of row")
    rows_of_items = {item.row for item in items}
    assert all(item.parent is None or item.parent in rows_of_items for item in items)
    assert all(item.name and item.sources for item in items)
    assert all(row.reason for row in left)
    assert all(item.quantity is None or item.quantity > 0.0 for item in items)
    assert {problem.severity for problem in problems} <= {"warning"}


def test_long_cells_do_not_hold_it_up():
    long = "\n" * 30_000 + "; " * 30_000 + "(" * 30_000 + "C1 - " * 10_000
    header = "name quantity maker mpn ref price origin lead_time_days level dnp unit note"
    items, left, _ = read(header, (long,) * 12, ("A", "1", *[long] * 10), ("B", "1"))
    assert len(items) + len(left) == 4


def test_merged_blocks_without_end():
    blocks = [(1, 0, 10**6, 2000)] * 5000
    items, _, _ = read("name quantity maker", ("A", "1", "X"), ("", "", "Y"), merged=blocks)
    assert len(items[0].sources) == 2
