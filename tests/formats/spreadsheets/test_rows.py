"""Rows of a table to lines of the bill: every row ends somewhere, and what is assumed is said."""

from __future__ import annotations

import re
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.formats.spreadsheets.rows import read_items
from supplychain.formats.spreadsheets.values import ColumnMap, ColumnUse, Grid, Merge, Price

SHORT = {
    "maker": "manufacturer",
    "mpn": "manufacturer_part_number",
    "price": "unit_cost",
    "total": "total_cost",
    "ref": "reference_designator",
    "dnp": "do_not_place",
    "origin": "country_of_origin",
    "item": "item_number",
    "-": "",
}


def column(position, word):
    """A column from a word: "maker2" is manufacturer 2, "price:USD" a price in USD, "price/100" one for a hundred."""
    match = re.fullmatch(r"(?P<name>[a-z_-]+?)(?P<number>\d*)(?::(?P<currency>[A-Z]{3}))?(?:/(?P<per>\d+))?", word)
    name = match["name"]
    return ColumnUse(
        position,
        word,
        SHORT.get(name, name),
        number=int(match["number"] or 1),
        currency=match["currency"] or "",
        per=float(match["per"] or 1),
    )


def read(header, *rows, merged=(), currencies=(), sheet="", **options):
    words = header.split()
    width = max(len(words), *(len(row) for row in rows)) if rows else len(words)
    cells = [tuple(words), *rows]
    grid = Grid(
        file="list.csv",
        sheet=sheet,
        rows=tuple(tuple(row) + ("",) * (width - len(row)) for row in cells),
        lines=tuple(range(1, len(cells) + 1)),
        merged=tuple(Merge(*block) for block in merged),
        currencies=MappingProxyType(dict(currencies)),
    )
    uses = tuple(column(position, word) for position, word in enumerate(words))
    return read_items(grid, ColumnMap(sheet=sheet, header_row=1, columns=uses, **options))


def kinds(left):
    return {row.row: row.kind for row in left if row.kind != "header" or row.row != 1}


def said(problems, text, row=None):
    return [p for p in problems if re.search(text, str(p)) and row in {None, p.row}]


def rows_said(problems, text):
    """Number of rows for which something is said."""
    found = said(problems, text)
    more = [re.search(r"so in (\d+) more", problem.message) for problem in found]
    return len(found) + sum(int(match[1]) for match in more if match)


def prices(items):
    return [item.sources[0].price and (item.sources[0].price.amount, item.sources[0].price.currency) for item in items]


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


# Numbers


def test_decimal_commas_by_the_column():
    items, _, problems = read("name quantity price:EUR", ("Motor", "4,000", "1.234,50"), ("Cable", "0,250", "0,80"))
    assert [item.quantity for item in items] == [4.0, 0.25]
    assert prices(items) == [(1234.5, "EUR"), (0.8, "EUR")]
    assert problems == ()


def test_decimal_commas_by_another_column():
    items, _, _ = read("name quantity price:EUR", ("Motor", "4,000", "25,90"), ("Cable", "2,000", "0,80"))
    assert [item.quantity for item in items] == [4.0, 2.0]


def test_a_lone_thousands_sign_is_unknown_and_said():
    items, _, problems = read("name quantity price:USD", ("Motor", "4", "1,234"))
    assert prices(items) == [None]
    assert said(problems, "decimal or a thousands sign", 2)


def test_a_column_with_both_signs_gets_no_help():
    items, _, problems = read("name quantity price:USD", ("A", "1", "1,5"), ("B", "1", "2.5"), ("C", "1", "1,234"))
    assert prices(items) == [(1.5, "USD"), (2.5, "USD"), None]
    assert said(problems, "decimal or a thousands sign", 4)


def test_the_numbers_of_a_workbook_have_a_point():
    items, _, _ = read("name quantity price:USD", ("Motor", "4", "1.234"), sheet="BOM")
    assert prices(items) == [(1.234, "USD")]


def test_the_numbers_of_a_workbook_among_texts_with_a_comma():
    rows = [("Motor", "1.125", "12,50 €"), ("Cable", "2", "1.234")]
    items, _, problems = read("name quantity price", *rows, sheet="BOM")
    assert items[0].quantity == 1.125  # a number, whatever the other column's texts show
    assert prices(items) == [(12.5, "EUR"), None]
    assert said(problems, "decimal or a thousands sign", 3)


# Prices


def test_currency_by_what_is_nearest():
    rows = [("A", "1", "€5", "TWD"), ("B", "1", "5", "TWD"), ("C", "1", "6", "")]
    items, _, _ = read("name quantity price currency", *rows, currencies=[((2, 2), "JPY")], currency="GBP")
    assert [code for _, code in prices(items)] == ["EUR", "JPY", "GBP"]
    items, _, problems = read("name quantity price", ("A", "1", "5"))
    assert prices(items) == [(5.0, "")]
    assert said(problems, "no currency is stated")


def test_an_unknown_currency_is_said():
    items, _, problems = read("name quantity price currency", ("A", "1", "5", "Flux"), ("B", "1", "¥5", ""))
    assert prices(items) == [(5.0, ""), (5.0, "")]
    assert said(problems, "Flux.*no currency")
    assert said(problems, "JPY or CNY")


def test_price_breaks_by_the_quantity_of_the_line():
    items, _, problems = read(
        "name quantity price", ("A", "25", "1=1.23, 10=0.97 (USD)"), ("B", "3", "10: 1.23; 100: 0.97")
    )
    assert prices(items) == [(0.97, "USD"), (1.23, "")]
    assert said(problems, "price breaks", 2)
    assert said(problems, "smallest break", 3)


def test_a_price_that_holds_only_from_more_is_said():
    _, _, problems = read(
        "name quantity price:USD price_break_quantity", ("A", "4", "0.2", "10"), ("B", "25", "0.03", "10")
    )
    assert said(problems, "holds from 10 units", 2)
    assert len(problems) == 1


def test_a_total_gives_the_price_of_one_and_says_so():
    items, _, problems = read("name quantity total:USD", ("A", "4", "100"), ("B", "", "7"))
    assert prices(items) == [(25.0, "USD"), None]
    assert said(problems, "only the total", 2)
    assert said(problems, "without a quantity", 3)


def test_a_total_that_does_not_fit_is_said_with_both_numbers():
    items, _, problems = read("name quantity price:USD total:USD", ("A", "4", "25", "100"), ("B", "4", "25", "25"))
    assert prices(items) == [(25.0, "USD"), (25.0, "USD")]
    assert len(problems) == 1
    assert "100" in problems[0].message
    assert "25" in problems[0].message
    assert problems[0].row == 3


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("name quantity price:EUR/100", ("A", "2", "12.50")),
        ("name quantity price:EUR price_per", ("A", "2", "12.50", "100")),
        ("name quantity price", ("A", "2", "€12.50 per 100")),
        ("name quantity price:EUR/100 price_per", ("A", "2", "12.50", "100")),  # said twice, divided once
    ],
)
def test_prices_for_a_hundred_are_divided_and_said(header, row):
    items, _, problems = read(header, row)
    assert prices(items) == [(pytest.approx(0.125), "EUR")]
    assert said(problems, "100 units; divided")


def test_a_price_for_nothing_units_is_taken_for_one():
    items, _, problems = read("name quantity price:EUR price_per", ("A", "2", "12.50", "0"))
    assert prices(items) == [(12.5, "EUR")]
    assert said(problems, "cannot be read; taken as 1")


@pytest.mark.parametrize(
    "name", ["Propeller, pack of 4", "Propeller 4-pack", "Propellers (set of 4)", "Propeller (4 pcs)", "螺旋槳 4入"]
)
def test_a_pack_is_said_and_not_divided(name):
    items, _, problems = read("name quantity price:USD", (name, "4", "3.20"))
    assert prices(items) == [(3.2, "USD")]
    assert said(problems, "may be for a pack.*4", 2)
    assert read("name quantity price:USD", (name, "4", ""))[2] == ()


def test_a_unit_that_is_a_pack_is_said():
    items, _, problems = read("name quantity unit price:USD", ("Propeller", "2", "pair", "3.20"))
    assert items[0].unit == "pair"
    assert said(problems, "pack.*pair")


def test_a_range_and_a_text_for_a_price():
    items, _, problems = read("name quantity price:USD", ("A", "1", "10-12"), ("B", "1", "call for price"))
    assert prices(items) == [(11.0, "USD"), None]
    assert said(problems, "middle", 2)
    assert said(problems, "call for price", 3)
    assert items[1].extra["price:USD"] == "call for price"


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


# Quantities


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


# Sections


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


# Makers


def test_numbered_makers():
    items, _, problems = read(
        "name quantity maker1 mpn1 maker2 mpn2 maker3",
        ("A", "1", "Murata", "GRM", "Yageo", "CC", ""),
        ("B", "1", "TDK", "C1", "", "", ""),
        ("C", "1", "", "", "", "", ""),
    )
    assert [[(each.manufacturer, each.part_number) for each in item.sources] for item in items] == [
        [("Murata", "GRM"), ("Yageo", "CC")],
        [("TDK", "C1")],
        [("", "")],
    ]
    assert problems == ()


def makers(items):
    return [[(each.manufacturer, each.part_number) for each in item.sources] for item in items]


def test_several_makers_in_one_cell():
    items, _, problems = read(
        "name quantity maker mpn",
        ("A", "1", "Murata / TDK", "GRM / C1005"),
        ("B", "1", "Murata; TDK", "GRM"),
        ("C", "1", "Murata / TDK", ""),
        ("D", "1", "Murata", "GRM1; GRM2"),
    )
    assert makers(items) == [
        [("Murata", "GRM"), ("TDK", "C1005")],
        [("Murata", "GRM"), ("TDK", "")],
        [("Murata", ""), ("TDK", "")],
        [("Murata", "GRM1"), ("Murata", "GRM2")],
    ]
    assert rows_said(problems, "alternatives") == 4
    assert said(problems, "which part number belongs to which", 3)


def test_two_names_of_one_part_are_one_maker():
    items, _, problems = read("name quantity maker mpn", ("Fuse", "1", "TE Connectivity / Raychem", "MICROSMD035F"))
    assert makers(items) == [[("TE Connectivity / Raychem", "MICROSMD035F")]]
    assert said(problems, "taken as one maker", 2)


def test_names_in_brackets_are_not_cut():
    items, _, problems = read("name quantity maker mpn", ("A", "1", "Cloud Cap (RTX / Collins)", "VNIR (current; new)"))
    assert makers(items) == [[("Cloud Cap (RTX / Collins)", "VNIR (current; new)")]]
    assert problems == ()


def test_a_slash_without_blanks_is_part_of_a_name():
    items, _, problems = read("name quantity maker", ("A", "1", "Hex/ProfiCNC"))
    assert [each.manufacturer for each in items[0].sources] == ["Hex/ProfiCNC"]
    assert problems == ()


def test_rows_that_only_name_another_maker():
    items, left, problems = read(
        "name quantity maker mpn price:USD",
        ("Cap", "4", "Murata", "GRM", "0.5"),
        ("", "", "Yageo", "CC", "0.4"),
        ("B", "1"),
    )
    assert [item.row for item in items] == [2, 4]
    assert [(each.manufacturer, each.price.amount) for each in items[0].sources] == [("Murata", 0.5), ("Yageo", 0.4)]
    assert kinds(left) == {}
    assert said(problems, "another maker of row 2", 3)


def test_makers_only_below_the_line():
    items, _, _ = read(
        "name quantity maker mpn", ("Cap", "4", "", ""), ("", "", "Murata", "GRM"), ("", "", "Yageo", "CC")
    )
    assert [each.manufacturer for each in items[0].sources] == ["Murata", "Yageo"]


def test_cells_merged_downwards():
    items, left, problems = read(
        "category name quantity maker price:USD",
        ("Passives", "Cap", "4", "Murata", "0.5"),
        ("", "", "", "Yageo", "0.6"),
        ("", "Res", "2", "Yageo", "0.1"),
        merged=[(1, 0, 3, 0), (1, 1, 2, 1), (1, 2, 2, 2)],
    )
    assert [(item.name, item.category, len(item.sources)) for item in items] == [
        ("Cap", "Passives", 2),
        ("Res", "Passives", 1),
    ]
    assert [row.row for row in left] == [1]
    assert said(problems, "another maker of row 2, as the cells", 3)


def test_a_maker_merged_over_lines_holds_for_all():
    items, _, _ = read("name quantity maker", ("A", "1", "T-Motor"), ("B", "2", ""), merged=[(1, 2, 2, 2)])
    assert [item.sources[0].manufacturer for item in items] == ["T-Motor", "T-Motor"]


def test_a_price_merged_over_lines_is_read_once_and_said():
    items, _, problems = read("name quantity price:USD", ("A", "1", "10"), ("B", "2", ""), merged=[(1, 2, 2, 2)])
    assert prices(items) == [(10.0, "USD"), None]
    assert said(problems, "merged with row 2", 3)


def test_a_line_repeated_for_each_approved_maker():
    items, _, problems = read(
        "item part_id name quantity maker mpn",
        ("1", "C-1", "Cap", "4", "Murata", "GRM"),
        ("1", "C-1", "Cap", "4", "Yageo", "CC"),
        ("2", "C-1", "Cap", "2", "Murata", "GRM"),
    )
    assert [(item.row, len(item.sources)) for item in items] == [(2, 2), (4, 1)]
    assert said(problems, "repeated with another maker", 3)


def test_sellers_are_no_makers():
    items, _, _ = read(
        "name quantity maker supplier supplier_part_number supplier2",
        ("A", "1", "Murata", "Mouser", "81-X", "Digi-Key"),
    )
    (source,) = items[0].sources
    assert (source.manufacturer, source.seller, source.seller_part_number) == ("Murata", "Mouser", "81-X")
    assert items[0].extra == {"supplier2": "Digi-Key"}


# Countries


def test_four_countries_are_four_facts():
    items, _, problems = read(
        "name quantity origin design_country headquarters_country shipping_country owner_country",
        ("A", "1", "臺灣", "USA", "CH", "Hong Kong", "Japan"),
    )
    (source,) = items[0].sources
    assert source.country_of_origin == "TWN"
    assert source.design_country == "USA"
    assert source.headquarters_country == "CHE"
    assert source.shipping_country == "HKG"
    assert source.owner_country == "JPN"
    assert problems == ()


def test_no_country_and_several():
    items, _, problems = read(
        "name quantity origin",
        ("A", "1", "Atlantis"),
        ("B", "1", "China/Taiwan"),
        ("C", "1", "Taiwan, Province of China"),
    )
    assert [item.sources[0].country_of_origin for item in items] == ["", "", "TWN"]
    assert items[0].extra["origin"] == "Atlantis"
    assert items[1].extra["origin"] == "China/Taiwan"
    assert said(problems, "Atlantis.*no country", 2)
    assert said(problems, "several countries: CHN, TWN; which", 3)


# Structure


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


# What is not used


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
