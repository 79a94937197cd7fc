"""Rows that are no lines: totals, headings, notes, blanks, and what stands above the header."""

from __future__ import annotations

import pytest
from small_tables import kinds, read, said

from supplychain.formats.spreadsheets.rows import read_items
from supplychain.formats.spreadsheets.values import ColumnMap, ColumnUse, Grid


def test_a_total_row_that_supports_the_prices():
    _, left, problems = read("name quantity price:USD", ("A", "2", "10"), ("B", "1", "5"), ("Total", "", "25"))
    assert kinds(left) == {4: "subtotal"}
    assert problems == ()


def test_a_total_row_that_is_the_sum_of_the_column_alone_says_so():
    _, _, problems = read("name quantity price:USD", ("A", "2", "10"), ("B", "1", "5"), ("Total", "", "15"))
    assert said(problems, "sum of the prices alone.*25.*whole line", 4)


def test_a_total_row_that_fits_nothing_is_said():
    _, _, problems = read("name quantity price:USD", ("A", "2", "10"), ("B", "1", ""), ("Total", "", "99"))
    assert said(problems, "total says 99.*20.*1 line", 4)


@pytest.mark.parametrize(
    "word",
    [
        "Total",
        "TOTAL:",
        "Grand total",
        "Sub-total",
        "Subtotal",
        "Total cost (USD)",
        "合計",
        "小計",
        "總計",
        "合 計",
        "Summe",
        "動力系統小計",
        "總計（含稅）",
        "Zwischensumme",
        "Total parts",
        "Subtotal Electronics",
    ],
)
def test_words_of_a_total(word):
    items, left, _ = read("name quantity price:USD", ("A", "2", "10"), (word, "", "20"))
    assert len(items) == 1
    assert kinds(left) == {3: "subtotal"}


def test_what_only_looks_like_a_total():
    items, left, _ = read(
        "name quantity maker price:USD",
        ("Total station", "1", "Leica", "10"),
        ("Totem", "1", "", "2"),
        ("B", "1", "", "3"),
    )
    assert len(items) == 3
    assert kinds(left) == {}


def test_a_lone_amount_is_a_total_if_it_is_the_sum():
    rows = [("A", "2", "10"), ("B", "1", "5")]
    assert kinds(read("name quantity price:USD", *rows, ("", "", "25"))[1]) == {4: "subtotal"}
    assert kinds(read("name quantity price:USD", *rows, ("", "", "26"))[1]) == {4: "refused"}


def test_sub_totals_by_their_block():
    rows = [("A", "2", "10"), ("Subtotal", "", "20"), ("B", "1", "5"), ("Subtotal", "", "5"), ("Total", "", "25")]
    _, left, problems = read("name quantity price:USD", *rows)
    assert kinds(left) == {3: "subtotal", 5: "subtotal", 6: "subtotal"}
    assert problems == ()


def test_charges_are_no_parts():
    _, left, _ = read("name quantity price:USD", ("A", "2", "10"), ("Shipping", "1", "15"), ("VAT 5%", "", "1"))
    assert kinds(left) == {3: "note", 4: "note"}
    assert "charge" in left[-1].reason


def test_sections_notes_and_blanks():
    items, left, _ = read(
        "name quantity maker",
        ("Propulsion",),
        ("Motor", "4", "T-Motor"),
        (),
        ("Electronics:",),
        ("Board", "1", "Holybro"),
        ("name", "quantity", "maker"),
        ("GNSS", "1", "u-blox"),
        (),
        ("備註：價格未稅",),
        ("All parts are bought by the lab.",),
    )
    assert [(item.name, item.category) for item in items] == [
        ("Motor", "Propulsion"),
        ("Board", "Electronics"),
        ("GNSS", "Electronics"),
    ]
    assert kinds(left) == {
        2: "heading",
        4: "blank",
        5: "heading",
        7: "header",
        9: "blank",
        10: "note",
        11: "note",
    }


def test_a_numbered_heading_and_a_merged_one():
    items, left, _ = read(
        "item name quantity",
        ("一", "動力系統"),
        ("1", "馬達", "4"),
        ("二、電子系統",),
        ("2", "飛控", "1"),
        merged=[(3, 0, 3, 2)],
    )
    assert [item.category for item in items] == ["一 動力系統", "二、電子系統"]
    assert kinds(left) == {2: "heading", 4: "heading"}


def test_a_category_cell_goes_before_a_heading():
    items, _, _ = read(
        "category category2 name quantity", ("", "", "Flight", ""), ("energy", "pack", "A", "1"), ("", "", "B", "1")
    )
    assert [item.category for item in items] == ["energy / pack", "Flight"]


def test_signatures_below_the_table_are_a_note():
    row = ("製表：測試", "", "", "審核：測試")
    rows = [("1", "Motor", "4", "T-Motor"), row, ("2", "Frame", "1", ""), ("", "合計", "5", ""), row, row]
    items, left, _ = read("item name quantity maker", *rows)
    assert len(items) == 2
    assert kinds(left) == {3: "refused", 5: "subtotal", 6: "note", 7: "note"}


def test_a_level_of_nothing_is_refused_and_no_heading():
    items, left, _ = read(
        "level name quantity item", ("1", "Drone", "1"), ("2",), ("2", "Frame", "1"), ("", "", "", "7")
    )
    assert [(item.name, item.category) for item in items] == [("Frame", "")]
    assert kinds(left) == {2: "title", 3: "refused", 5: "blank"}


def test_a_list_of_names_alone_has_no_headings():
    items, left, _ = read("name", ("Motor",), ("Frame",))
    assert [item.name for item in items] == ["Motor", "Frame"]
    assert kinds(left) == {}


def test_rows_above_the_header():
    rows = (("Project: X", ""), ("", ""), ("name", "quantity"), ("A", "1"))
    uses = (ColumnUse(0, "name", "name"), ColumnUse(1, "quantity", "quantity"))
    items, left, _ = read_items(Grid("a.csv", "", rows, (1, 2, 5, 6)), ColumnMap("", 5, uses))
    assert [item.row for item in items] == [6]
    assert [(row.row, row.kind, row.text) for row in left] == [
        (1, "title", "Project: X"),
        (2, "blank", ""),
        (5, "header", "name | quantity"),
    ]


def test_a_map_for_a_file_without_a_header():
    uses = (ColumnUse(0, "", "name"), ColumnUse(1, "", "quantity"), ColumnUse(7, "", "note"))
    items, left, _ = read_items(Grid("a.csv", "", (("A", "1"), ("B", "2")), (1, 2)), ColumnMap("", 0, uses))
    assert [item.name for item in items] == ["A", "B"]
    assert left == ()


def test_a_name_alone_between_lines_may_be_a_part_and_that_is_said():
    rows = [("Motor", "4"), ("Zip ties",), ("Frame", "1"), ("Board", "1"), ("Screws",)]
    items, left, problems = read("name quantity", *rows)
    assert [item.name for item in items] == ["Motor", "Frame", "Board"]
    assert kinds(left) == {3: "heading", 6: "note"}
    assert said(problems, "taken as the heading of the lines below, not as a part", 3)
    assert said(problems, "taken as a note, not as a part", 6)


def test_a_heading_that_is_marked_is_not_doubtful():
    rows = [("Motor", "4"), ("Board:",), ("Frame", "1"), (), ("Tools",), ("Saw", "1"), ("一、電子",), ("Chip", "1")]
    _, left, problems = read("name quantity", *rows)
    assert kinds(left) == {3: "heading", 5: "blank", 6: "heading", 8: "heading"}
    assert problems == ()


def test_a_row_of_dashes_is_empty():
    _, left, _ = read("name quantity", ("Motor", "4"), ("---", "---"), ("Frame", "1"))
    assert kinds(left) == {3: "blank"}


def test_sums_of_several_currencies_are_not_compared():
    rows = [("A", "1", "€10"), ("B", "1", "US$5"), ("Total", "", "99")]
    assert read("name quantity price", *rows)[2] == ()


def test_a_total_may_include_charges():
    rows = [("A", "2", "10"), ("Shipping", "", "15")]
    assert read("name quantity price:USD", *rows, ("Total", "", "35"))[2] == ()
    assert said(read("name quantity price:USD", *rows, ("Total", "", "36"))[2], "total says 36")


def test_a_category_alone_is_a_heading_in_a_narrow_table():
    rows = [("", "Propulsion", ""), ("Motor", "", "4"), ("", "Frame", ""), ("Arm", "", "4")]
    items, left, _ = read("name category quantity", *rows)
    assert [item.category for item in items] == ["Propulsion", "Frame"]
    assert kinds(left) == {2: "heading", 4: "heading"}
