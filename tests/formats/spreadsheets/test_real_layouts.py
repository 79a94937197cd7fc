"""Layouts met in published bills of materials, with made-up rows: one small list for each fault that was mended."""

import pytest

from supplychain.formats.spreadsheets.classes import load_rules, match_class
from supplychain.formats.spreadsheets.columns import find_table
from supplychain.formats.spreadsheets.designators import expand
from supplychain.formats.spreadsheets.headers import read_header
from supplychain.formats.spreadsheets.prices import pack_hint, read_money
from supplychain.formats.spreadsheets.values import Item, QuestionsError
from tests.formats.spreadsheets.test_columns import grid
from tests.small_tables import kinds, read, said

RULES = load_rules()


def fields(*rows):
    """What each header of a list is used for; "?" is asked about."""
    try:
        _, found = find_table([grid(*rows)])
    except QuestionsError as error:
        found = error.column_map
    return {use.header: use.field + (str(use.number) if use.number > 1 else "") for use in found.columns}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("unit_eur", "unit_cost"),
        ("Est_USD", "unit_cost"),
        ("unit_cost_eur_net", "unit_cost"),
        ("Price (total) (USD)", "total_cost"),
        ("# Component", "name"),
        ("Key Specifications", "description"),
        ("Bauteilname", "name"),
        ("模块名称", "name"),
        ("PRECO UNITARIO (EUR)", "unit_cost"),
        ("Ilosc", "quantity"),
        ("À-pris", "unit_cost"),
        ("Кол-во", "quantity"),
        ("メーカー", "manufacturer"),
        ("수량", "quantity"),
    ],
)
def test_headers(header, field):
    assert field in read_header(header).fields


def test_currency_of_a_unit_in_a_header():
    assert read_header("unit_eur").currency == read_header("unit_cost_eur_net").currency == "EUR"


def test_of_two_languages_english_is_used():
    found = fields(["name_ru", "name_en", "qty"], ["Гайка", "Nut", "4"], ["Винт", "Screw", "2"])
    assert found == {"name_ru": "", "name_en": "name", "qty": "quantity"}
    assert fields(["name_zh", "qty"], ["螺帽", "4"])["name_zh"] == "name"


def test_an_empty_column_is_not_asked_about():
    rows = (["Ref", "Qnty", "Value", "Vendor"], ["C1", "1", "10n", ""], ["R1", "1", "1k", "-"])
    assert fields(*rows)["Vendor"] == ""
    assert fields(*rows, ["U1", "1", "X1", "Acme"])["Vendor"] == "?"


def test_source_is_asked_about_unless_it_holds_addresses():
    head = ["Name", "Qty", "Source"]
    assert fields(head, ["Nut", "4", "https://shop.example/1"], ["Bolt", "2", "local shop"])["Source"] == "source_url"
    assert fields(head, ["Nut", "4", "shop"], ["Bolt", "2", "other shop"])["Source"] == "?"


def test_price_beside_unit_price_is_that_of_the_line():
    rows = (["Name", "Quantity", "Unit Price (USD)", "Price (USD)"], ["Nut", "4", "0.1", "0.4"])
    assert fields(*rows)["Price (USD)"] == "total_cost"
    rows = (["Name", "Price (USD)", "Unit Price (USD)"], ["Nut", "0.4", "0.1"])
    assert fields(*rows)["Price (USD)"] == "?"


def test_item_with_words_is_a_name_and_with_numbers_a_number():
    head = ["Item", "Description", "Qty"]
    assert fields(head, ["Pack 4S 1500", "Battery", "1"], ["Frame 210", "Frame", "1"])["Item"] == "name"
    assert fields(head, ["1", "Battery", "1"], ["2.1", "Frame", "1"])["Item"] == "item_number"
    assert fields(head, ["A123-4", "Battery", "1"], ["Frame", "Frame", "1"])["Item"] == "?"


def test_two_columns_that_never_disagree_are_one():
    rows = (["Part Name", "MANUFACTURER", "Manufacturer_Name"], ["Nut", "Acme", ""], ["Bolt", "", "Emca"])
    assert set(fields(*rows).values()) == {"name", "manufacturer"}
    rows = (["Ref", "Value", "Package", "VALUE"], ["R1", "1k", "0603", "1K"], ["U1", "X1", "SO8", ""])
    assert fields(*rows)["VALUE"] == ""
    assert fields(*rows, ["U2", "X1", "SO8", "Y2"])["VALUE"] == "?"


def test_part_code_beside_a_maker_is_its_number():
    assert (
        fields(["Part name", "Maker", "Part code"], ["Nut", "Acme", "N-1"])["Part code"] == "manufacturer_part_number"
    )
    assert fields(["Part name", "Part code"], ["Nut", "N-1"])["Part code"] == "part_id"


def test_required_is_a_quantity_only_with_numbers():
    assert fields(["Name", "Required"], ["Nut", "400"], ["Bolt", "20"])["Required"] == "quantity"
    assert fields(["Name", "Qty", "Required"], ["Nut", "4", "yes"], ["Bolt", "2", "no"])["Required"] == ""


def test_a_list_whose_names_are_not_known_is_asked_about():
    rows = (["Brgzl", "Menge", "Preis"], ["Nut", "4", "1.0"], ["Bolt", "2", "2.0"])
    with pytest.raises(QuestionsError, match="Brgzl") as caught:
        find_table([grid(*rows)], answers={"Menge": "quantity"})
    assert caught.value.questions[0].choices[0][0] == "name"
    _, found = find_table([grid(*rows)], answers={"Brgzl": "name"})
    assert [use.field for use in found.columns] == ["name", "quantity", "unit_cost"]


def test_a_list_stated_twice_counts_once():
    header = "ref value quantity"
    items, left, problems = read(
        header,
        ("C1", "10n", ""),
        ("C2", "10n", ""),
        ("R1", "1k", ""),
        ("Collated components:",),
        ("ref", "value", "quantity"),
        ("C1, C2", "10n", "2"),
        ("R1", "1k", "1"),
    )
    assert [(item.row, item.quantity) for item in items] == [(7, 2), (8, 1)]
    assert said(problems, "counted twice", 2)
    assert {row.row for row in left if "second time" in row.reason} == {2, 3, 4}


def test_two_boards_with_the_same_places_are_two():
    header = "ref value quantity"
    again = ("ref", "value", "quantity")
    board = [("C1", "10n", "1"), ("C2", "10n", "1"), ("R1", "1k", "1")]
    other = [("C1", "22p", "1"), ("C2", "10n", "1"), ("R1", "1k", "1")]
    items, _, problems = read(header, *board, ("Sky",), again, *other)
    assert [item.category for item in items] == [""] * 3 + ["Sky"] * 3
    assert not said(problems, "as well")


def test_a_place_without_a_value_is_a_line():
    items, _, problems = read("ref value quantity", ("R12, R13", "?", "2"), ("R1", "1k", "1"))
    assert [item.name for item in items] == ["R12, R13", "1k"]
    assert said(problems, "called by its reference designators", 2)


@pytest.mark.parametrize("text", ["ICSP", "Cboot", "Rg_LO", "CASE_TOP", "CVCC, D_VCC", "XXX"])
def test_places_without_a_number(text):
    assert expand(text).count == len(text.split(","))


@pytest.mark.parametrize("text", ["see note", "Grand total", "none of these", "Flux pen:"])
def test_words_are_no_places(text):
    assert expand(text).count is None


def test_sums_and_notes_in_the_column_of_places():
    items, left, _ = read(
        "ref quantity value supplier price",
        ("C1", "2", "10n", "shop", "0.10"),
        ("", "", "", "Board 0 Subtotal:", "0.20"),
        ("Board 0 (main):", "", "", "", "0.20"),
        ("TOTAL PER COMPLETE UNIT:", "", "", "", "0.20"),
        ("1. Prices of five boards, taken from the shop",),
        ("Soldering iron:", "", "", "", "25.00"),
    )
    assert [item.row for item in items] == [2]
    assert kinds(left) == {3: "subtotal", 4: "note", 5: "subtotal", 6: "note", 7: "note"}


def test_dashes_beside_a_total():
    items, left, _ = read("name mpn quantity total", ("Chip", "X1", "2", "8"), ("合计", "-", "-", "8"))
    assert len(items) == 1
    assert kinds(left) == {3: "subtotal"}


def test_remarks_below_a_total():
    rows = [
        ("Nut", "4", "1.0", "4.0"),
        ("Total bought", "", "", "4.0"),
        ("Budget", "", "", "70"),
        ("Left", "", "", "66"),
    ]
    items, left, _ = read("name quantity price total", *rows)
    assert [item.name for item in items] == ["Nut"]
    assert kinds(left) == {3: "subtotal", 4: "note", 5: "note"}
    items, _, _ = read("name quantity price total", *rows, ("Bolt", "2", "1.0", "2.0"))
    assert "Budget" in [item.name for item in items]  # lines follow: it may be a part


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Estimated cost", "subtotal"),
        ("Estimated total (essentials only)", "subtotal"),
        ("Known project total", "subtotal"),
        ("Hardware shipping costs", "note"),
    ],
)
def test_names_of_sums(name, kind):
    items, left, _ = read("name quantity price total", ("Nut", "4", "1.0", "4.0"), (name, "", "", "4.0"))
    assert len(items) == 1
    assert kinds(left) == {3: kind}


def test_a_note_about_shipping_leaves_the_line():
    items, _, _ = read("name quantity price note", ("Nut", "4", "1.0", "includes shipping"))
    assert len(items) == 1


def test_a_second_total_in_a_row_is_not_compared():
    rows = [("Nut", "4", "1.0", "4.0"), ("Total", "", "", "4.0"), ("Tools total", "", "", "51")]
    _, _, problems = read("name quantity price total", *rows)
    assert not said(problems, "the total says")


def test_lines_that_share_a_placeholder_are_two():
    rows = [("1", "Case", "Acme", "1", "n/a"), ("2", "Tube", "Emca", "1", "n/a")]
    items, _, _ = read("item name maker quantity ref", *rows)
    assert [item.name for item in items] == ["Case", "Tube"]


@pytest.mark.parametrize("text", ["2Pcs Pressure sensor", "Capacitor 10 values 300 pcs", "Screws, 100 pack"])
def test_packs(text):
    assert pack_hint(text)


@pytest.mark.parametrize("text", ["Spring-loaded tube / 9 g servo", "19 Pack straps"])
def test_no_packs(text):
    assert not pack_hint(text)


@pytest.mark.parametrize(("text", "code"), [("84,90 zl", "PLN"), ("7019 руб.", "RUB"), ("63 грн", "UAH")])
def test_currencies(text, code):
    money = read_money(text, ",")
    assert (money.currency, bool(money.breaks)) == (code, True)


@pytest.mark.parametrize(
    ("name", "description", "part_class"),
    [
        ("Servo board", "Servo controller", ""),
        ("6 gauge wire", "Wire for high current servo power", ""),
        ("SMA female for antenna", "", ""),
        ("Female header 1x19 for ESP32", "", "connector_signal"),
        ("RP2040", "A microcontroller by Raspberry Pi", ""),
        ("Motor coreless 8520", "", ""),
        ("LiPo battery 1S 450 mAh", "with JST-PH 2.0", "battery_pack"),
        ("Shoulder screw for the gimbal", "", ""),
        ("Encoder PCB", "", ""),
        ("MicroSD card module", "", ""),
        ("Raspberry Pi HQ Camera (SC0261)", "", "camera_visible"),
        ("Pack 14S3P with BMS", "", ""),
        ("Ceramic 10uF 16V X7R", "", "passives_mlcc"),
        ("10V 3A Schottky barrier diodes", "", "discrete_protection"),
        ("C0402C104K3RACTU", "", "passives_mlcc"),
        ("SMBJ110CA", "", "discrete_protection"),
        ("IRS21867SPBF", "", "gate_driver"),
    ],
)
def test_classes(name, description, part_class):
    assert match_class(Item(1, name, description=description), RULES).part_class == part_class
