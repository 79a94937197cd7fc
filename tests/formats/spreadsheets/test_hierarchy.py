"""Levels, outline numbers and parents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.formats.spreadsheets.hierarchy import Place, arrange, read_level


def by_level(*levels, first=2):
    return arrange([Place(row, level=level) for row, level in enumerate(levels, first)])


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("1", 1),
        ("0", 0),
        (".1", 1),
        ("..2", 2),
        ("-1-", 1),
        ("L2", 2),
        ("Level 3", 3),
        ("+2", 2),
        ("２", 2),
        ("**", 2),
        ("1.1.2", 3),
        ("1.0", 1),
        ("2.", 2),
        ("upper", None),
        ("", None),
        ("999999", None),
        ("9" * 4000, None),
    ],
)
def test_read_level(text, level):
    assert read_level(text) == level


@pytest.mark.parametrize(
    "levels", [("1", "2", "3", "2"), ("0", "1", "2", "1"), (".1", "..2", "...3", "..2"), ("L1", "L2", "L3", "L2")]
)
def test_the_first_line_at_the_top_is_the_product(levels):
    found = by_level(*levels)
    assert found.product == 2
    assert found.parents == {3: None, 4: 3, 5: None}
    assert found.doubts == ()


def test_several_lines_at_the_top_are_lines_of_the_product():
    found = by_level("1", "2", "1", "2", "2")
    assert found.product is None
    assert found.parents == {2: None, 3: 2, 4: None, 5: 4, 6: 4}


def test_a_flat_list_with_levels():
    assert by_level("1", "1", "1").parents == {2: None, 3: None, 4: None}
    assert by_level("1").product is None


def test_a_level_that_jumps_stays_with_the_last_open_line_and_is_said():
    found = by_level("1", "1", "3")
    assert found.parents == {2: None, 3: None, 4: 3}
    assert found.doubts == ((4, "level", "3", "the level jumps; taken to be a part of the line of row 3"),)


def test_a_line_without_level_is_beside_the_line_above():
    found = by_level("1", "2", "", "1")
    assert found.parents == {2: None, 3: 2, 4: 2, 5: None}
    assert [row for row, *_ in found.doubts] == [4]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_levels_make_a_tree_in_the_order_of_the_file(levels):
    found = by_level(*map(str, levels))
    rows = set(range(2, 2 + len(levels)))
    assert set(found.parents) | {found.product} - {None} == rows
    for row, parent in found.parents.items():
        if parent is not None:
            assert parent < row
            assert levels[parent - 2] < levels[row - 2]
            assert all(levels[other - 2] > levels[parent - 2] for other in range(parent + 1, row))


def by_outline(*numbers):
    return arrange([Place(row, outline=number) for row, number in enumerate(numbers, 2)])


def test_outline_numbers():
    found = by_outline("1", "1.1", "1.1.1", "1.2", "2", "2.1")
    assert found.product is None
    assert found.parents == {2: None, 3: 2, 4: 3, 5: 2, 6: None, 7: 6}


def test_the_only_line_at_the_top_of_an_outline_is_the_product():
    found = by_outline("1", "1.1", "1.2", "1.2.1")
    assert found.product == 2
    assert found.parents == {3: None, 4: None, 5: 4}


def test_one_point_nought_is_one():
    assert by_outline("1.0", "1.1", "2.0", "2.1").parents == {2: None, 3: 2, 4: None, 5: 4}


def test_running_numbers_are_no_outline():
    assert by_outline("1", "2", "3").parents == {2: None, 3: None, 4: None}
    assert by_outline("0010", "0020").parents == {2: None, 3: None}
    assert by_outline("1.5", "2.5").parents == {2: None, 3: None}


def test_a_gap_in_an_outline_is_said():
    found = by_outline("1", "1.1", "1.2.3", "2")
    assert found.parents[4] == 2
    assert found.doubts == ((4, "item_number", "1.2.3", "no line 1.2; taken to be a part of the line of row 2"),)


def by_parent(*pairs, product=""):
    places = [Place(row, parent_id=parent, keys=(own,)) for row, (own, parent) in enumerate(pairs, 2)]
    return arrange(places, product=product)


def test_parents_by_id():
    found = by_parent(("A", ""), ("B", "a"), ("C", "B"), ("D", ""))
    assert found.parents == {2: None, 3: 2, 4: 3, 5: None}
    assert found.product is None
    assert found.refused == {}


def test_the_line_that_all_others_go_into_is_the_product():
    found = by_parent(("P", ""), ("A", "P"), ("B", "A"))
    assert found.product == 2
    assert found.parents == {3: None, 4: 3}


def test_an_unknown_parent_does_not_hide_the_product():
    found = by_parent(("P", ""), ("A", "P"), ("B", "Q"))
    assert found.product == 2
    assert found.parents == {3: None}
    assert set(found.refused) == {4}


def test_the_product_by_name():
    found = by_parent(("A", "Drone"), ("B", "A"), product="drone")
    assert found.parents == {2: None, 3: 2}
    assert found.doubts == ()


def test_the_parent_that_is_no_line_is_the_product_and_that_is_said():
    found = by_parent(("A", "P-1"), ("B", "P-1"), ("C", "A"))
    assert found.parents == {2: None, 3: None, 4: 2}
    assert found.doubts == ((2, "parent_id", "P-1", "no line of the file; taken to be the product"),)


def test_an_unknown_parent_is_refused():
    found = by_parent(("A", ""), ("B", "FRMAE"))
    assert found.parents == {2: None}
    assert "FRMAE" in found.refused[3]
    assert "right is" in found.refused[3]
    found = by_parent(("A", "P"), ("B", "P"), ("C", "Q"))
    assert set(found.refused) == {4}
    assert set(by_parent(("A", "P"), ("B", "Q")).refused) == {2, 3}


def test_a_cycle_is_refused():
    found = by_parent(("A", "C"), ("B", "A"), ("C", "B"), ("D", ""), ("E", "E"))
    assert set(found.refused) == {2, 3, 4, 6}
    assert found.parents == {5: None}


def test_two_lines_of_one_number_are_said():
    found = by_parent(("A", ""), ("A", ""), ("B", "A"))
    assert found.parents[4] == 2
    assert "several lines" in found.doubts[0][3]


def test_a_level_goes_before_a_parent():
    """BOMNumber of an Ariba export is the number of a bill, not of a line."""
    places = [Place(2, level="1", parent_id="BOM-1"), Place(3, level="2", parent_id="BOM-1")]
    assert arrange(places).refused == {}


def test_nothing_to_arrange():
    assert arrange([]).parents == {}


@given(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from(["", *"ABCDEFG"])), min_size=1, max_size=12))
def test_parents_never_run_in_a_circle(pairs):
    found = by_parent(*pairs)
    rows = set(range(2, 2 + len(pairs)))
    assert set(found.parents) | set(found.refused) | {found.product} - {None} == rows
    for start in found.parents:
        seen = set()
        row = start
        while row is not None and row in found.parents:
            assert row not in seen
            seen.add(row)
            row = found.parents[row]
