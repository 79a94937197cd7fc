"""Headers, the table among the sheets, and what its columns are used for."""

import csv
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import OptionError
from supplychain.formats.spreadsheets.columns import describe, field_named, find_table
from supplychain.formats.spreadsheets.fields import FIELDS
from supplychain.formats.spreadsheets.headers import normalise, read_header, second_choices, synonyms
from supplychain.formats.spreadsheets.sheet import column_letter
from supplychain.formats.spreadsheets.values import ColumnMap, ColumnUse, Grid, Merge, QuestionsError

REFERENCE = Path(__file__).parents[4] / "shared" / "reference"
SYNONYMS = list(
    csv.DictReader(files("supplychain.formats.spreadsheets").joinpath("synonyms.csv").read_text("utf-8").splitlines())
)


def grid(*rows, sheet="", file="list.csv", merged=(), lines=None):
    width = max((len(row) for row in rows), default=0)
    filled = tuple(tuple(row) + ("",) * (width - len(row)) for row in rows)
    return Grid(file, sheet, filled, lines or tuple(range(1, len(rows) + 1)), tuple(merged))


def table(*headers, rows=2):
    return grid(headers, *([f"cell {row}.{place}" for place in range(len(headers))] for row in range(rows)))


def uses(*headers, **options):
    """Fields by header; a number is added to those of a second maker."""
    try:
        _, found = find_table([table(*headers)], **options)
    except QuestionsError as error:
        found = error.column_map
    return {use.header: use.field + (f" {use.number}" if use.number > 1 else "") for use in found.columns}


def asked(*headers, **options):
    with pytest.raises(QuestionsError) as caught:
        find_table([table(*headers)], **options)
    return {question.header: [choice for choice, _ in question.choices] for question in caught.value.questions}


# Headers, one by one


@pytest.mark.parametrize("field", ["", *FIELDS])
def test_every_synonym_is_read_as_its_field(field):
    headers = [row["header"] for row in SYNONYMS if row["field"] == field]
    assert headers
    for header in headers:
        for written in (header, header.upper(), f" {header} *", header.replace(" ", "_"), header.replace(" ", "\n")):
            assert field in read_header(written).fields, written


def test_synonyms_name_fields_and_where_they_were_seen():
    assert {row["field"] for row in SYNONYMS} <= {"", *FIELDS}
    assert all(row["seen_in"] for row in SYNONYMS)
    rows = [(row["header"].casefold(), row["field"]) for row in SYNONYMS]
    assert len(rows) == len(set(rows))


def test_second_choices_are_of_known_headers_with_one_field():
    for key, chain in second_choices().items():
        assert synonyms()[key] == (chain[0],), key
        assert set(chain) <= {"", *FIELDS}


@pytest.mark.skipif(not REFERENCE.exists(), reason="needs ../shared/reference")
def test_collected_names_of_other_tools_are_known():
    with (REFERENCE / "column_synonyms.csv").open(encoding="utf-8") as stream:
        names = [row["synonym"].split(' ("')[0].split(" + ")[0] for row in csv.DictReader(stream)]
    unknown = [name for name in names if not read_header(name.replace("<distributor>", "Mouser ")).fields]
    assert unknown == []


@pytest.mark.parametrize(
    ("header", "field", "number", "currency", "per", "unit"),
    [
        ("Manufacturer 2", "manufacturer", 2, "", 1, ""),
        ("MFR2", "manufacturer", 2, "", 1, ""),
        ("Manufacturer 3 Part Number", "manufacturer_part_number", 3, "", 1, ""),
        ("Supplier 2 SKU", "supplier_part_number", 2, "", 1, ""),
        ("S2PN", "supplier_part_number", 2, "", 1, ""),
        ("Alternate Manufacturer", "manufacturer", 2, "", 1, ""),
        ("Alt. MPN 1", "manufacturer_part_number", 2, "", 1, ""),
        ("第二供應商", "supplier", 2, "", 1, ""),
        ("替代品牌", "manufacturer", 2, "", 1, ""),
        ("製造商3", "manufacturer", 3, "", 1, ""),
        ("Smelter Name (1)", "manufacturer", 1, "", 1, ""),
        ("Price per 100 (EUR)", "unit_cost", 1, "EUR", 100, ""),
        ("Unit Price [NT$]", "unit_cost", 1, "TWD", 1, ""),
        ("price /1k", "unit_cost", 1, "", 1000, ""),
        ("USD/100pcs", "unit_cost", 1, "USD", 100, ""),
        ("Price per 1,000 pcs (US$)", "unit_cost", 1, "USD", 1000, ""),
        ("Price (USD or EUR)", "unit_cost", 1, "", 1, ""),
        ("Price ($)", "unit_cost", 1, "", 1, ""),
        ("單價（元）", "unit_cost", 1, "", 1, ""),
        ("单价(美元)", "unit_cost", 1, "USD", 1, ""),
        ("台幣單價", "unit_cost", 1, "TWD", 1, ""),
        ("人民币单价", "unit_cost", 1, "CNY", 1, ""),
        ("Einzelpreis in €", "unit_cost", 1, "EUR", 1, ""),
        ("Preis/Stück", "unit_cost", 1, "", 1, ""),
        ("總價(NT$)", "total_cost", 1, "TWD", 1, ""),
        ("Price USD (smallest break, PX4 parts database)", "unit_cost", 1, "USD", 1, ""),
        ("Lead Time (weeks)", "lead_time_days", 1, "", 1, "weeks"),
        ("lead_time_weeks", "lead_time_days", 1, "", 1, "weeks"),
        ("交期（週）", "lead_time_days", 1, "", 1, "weeks"),
        ("Lieferzeit in Tagen", "lead_time_days", 1, "", 1, "days"),
        ("Quantity (m)", "quantity", 1, "", 1, "m"),
        ("Populate", "do_not_place", 1, "", 1, "fitted"),
        ("Not fitted", "do_not_place", 1, "", 1, ""),
        ("品名 Part Name", "name", 1, "", 1, ""),
        ("Quantity 數量", "quantity", 1, "", 1, ""),
        ("數量/Qty.", "quantity", 1, "", 1, ""),
        ("製造商\n(Manufacturer)", "manufacturer", 1, "", 1, ""),
        ("供应商名称", "supplier", 1, "", 1, ""),
        ("ＭＰＮ", "manufacturer_part_number", 1, "", 1, ""),
        ("Mfr's P/N", "manufacturer_part_number", 1, "", 1, ""),
        ("ManufacturerPartNumber", "manufacturer_part_number", 1, "", 1, ""),
        ("Digi-Key Part Number", "supplier_part_number", 1, "", 1, ""),
        ("LCSC Part #", "supplier_part_number", 1, "", 1, ""),
        ("Mouser price (EUR)", "unit_cost", 1, "EUR", 1, ""),
        ("${QUANTITY}", "quantity", 1, "", 1, ""),
        ("#", "item_number", 1, "", 1, ""),
        ("C.O.O.", "country_of_origin", 1, "", 1, ""),
        ("Country of manufacture", "country_of_origin", 1, "", 1, ""),
        ("Country of manufacturer", "headquarters_country", 1, "", 1, ""),
        ("Brand country", "headquarters_country", 1, "", 1, ""),
        ("Ship from", "shipping_country", 1, "", 1, ""),
        ("出口國", "shipping_country", 1, "", 1, ""),
        ("country_designed", "design_country", 1, "", 1, ""),
        ("Component.Name", "name", 1, "", 1, ""),
    ],
)
def test_header(header, field, number, currency, per, unit):
    meaning = read_header(header)
    assert meaning.fields == (field,)
    assert (meaning.number, meaning.currency, meaning.per, meaning.unit) == (number, currency, per, unit)


@pytest.mark.parametrize("header", ["", "   ", "Foo bar", "元", "Project: X", "x" * 500, "4", "(", "/", "元件壽命"])
def test_unknown_header(header):
    assert read_header(header).fields == ()


def test_words_of_another_meaning_do_not_count_as_the_same():
    assert normalise("Manufacturer") != normalise("Manufacturer #")
    assert read_header("mfg").fields == ("manufacturer",)
    assert read_header("mfg#").fields == ("manufacturer_part_number",)
    assert set(read_header("Vendor").fields) == {"manufacturer", "supplier"}
    assert read_header("Vendor#").fields == ("supplier_part_number",)


def test_a_second_language_or_a_remark_can_make_a_header_clear():
    assert read_header("供應商 Vendor").fields == ("supplier",)
    assert read_header("Vendor (manufacturer)").fields == ("manufacturer",)
    assert set(read_header("廠商 Vendor").fields) == {"manufacturer", "supplier"}
    assert set(read_header("製造商/Supplier").fields) == {"manufacturer", "supplier"}  # two that disagree


@given(st.text(max_size=60))
def test_no_header_is_too_strange(text):
    meaning = read_header(text)
    assert set(meaning.fields) <= {"", *FIELDS}
    assert meaning.number >= 1
    assert meaning.per > 0


# Columns beside each other


@pytest.mark.skipif(not REFERENCE.exists(), reason="needs ../shared/reference")
def test_real_autopilot_list():
    _, found = find_table([read(REFERENCE / "px4_fmuv3_rev_d.csv")])
    assert [(use.field, use.number, use.currency) for use in found.columns] == [
        ("manufacturer", 1, ""),
        ("manufacturer_part_number", 1, ""),
        ("description", 1, ""),
        ("reference_designator", 1, ""),
        ("value", 1, ""),
        ("quantity", 1, ""),
        ("footprint", 1, ""),
        ("unit_cost", 1, "USD"),
        ("price_break_quantity", 1, ""),
    ]


@pytest.mark.skipif(not REFERENCE.exists(), reason="needs ../shared/reference")
def test_real_quadcopter_list_asks_about_part():
    file = read(REFERENCE / "aas_quadcopter_x650.csv")
    with pytest.raises(QuestionsError) as caught:
        find_table([file])
    (question,) = caught.value.questions
    assert question.header == "Part"
    assert question.examples[0].startswith("Holybro X650")
    assert [use.field for use in caught.value.column_map.columns] == [
        "item_number",
        "?",
        "description",
        "unit_cost",
        "supplier",
    ]
    assert "--column 'Part=name'" in str(caught.value)
    _, found = find_table([file], answers={"part": "name"})
    assert found.columns[1].field == "name"


@pytest.mark.skipif(not REFERENCE.exists(), reason="needs ../shared/reference")
def test_real_component_database():
    _, found = find_table([read(REFERENCE / "uas_component_database_nolab_2026-07-21.csv")])
    used = {use.header: (use.field, use.number) for use in found.columns if use.field}
    assert used == {
        "id": ("part_id", 1),
        "subsystem": ("category", 1),
        "brand": ("manufacturer", 1),
        "model": ("manufacturer_part_number", 1),
        "technology": ("category", 2),
        "hs_code": ("hs_code", 1),
        "country_of_manufacture": ("country_of_origin", 1),
        "country_designed": ("design_country", 1),
        "blue_uas_status": ("certification", 1),
        "source_url": ("source_url", 1),
        "price_usd": ("unit_cost", 1),
        "specs": ("note", 1),
    }
    assert len(found.columns) == 23  # nothing is dropped


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return grid(*csv.reader(stream), file=path.name)


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        # KiCad 8, Altium, Eagle, JLCPCB, OrCAD
        (
            ["Reference", "Qty", "Value", "DNP", "Exclude from BOM", "Exclude from Board", "Footprint", "Datasheet"],
            ["reference_designator", "quantity", "value", "do_not_place", "", "", "footprint", "source_url"],
        ),
        (
            ["Comment", "Description", "Designator", "Footprint", "LibRef", "Quantity"],
            ["value", "description", "reference_designator", "footprint", "", "quantity"],
        ),
        (
            ["Qty", "Value", "Device", "Package", "Parts", "Description"],
            ["quantity", "value", "", "footprint", "reference_designator", "description"],
        ),
        (
            ["Comment", "Designator", "Footprint", "LCSC Part #"],
            ["description", "reference_designator", "footprint", "supplier_part_number"],
        ),
        (
            ["Item", "Quantity", "Reference", "Value"],
            ["item_number", "quantity", "reference_designator", "value"],
        ),
        (["Id", "Designator", "Package", "Quantity", "Designation"],
         ["item_number", "reference_designator", "footprint", "quantity", "description"]),
        # InvenTree, SAP
        (
            ["BOM Level", "Component.IPN", "Component.Name", "Quantity", "Total Quantity", "Substitute 1",
             "Supplier 1", "Supplier 1 SKU", "Manufacturer 1", "Manufacturer 1 MPN", "Manufacturer 2",
             "Manufacturer 2 MPN"],
            ["level", "part_id", "name", "quantity", "", "substitutes", "supplier", "supplier_part_number",
             "manufacturer", "manufacturer_part_number", "manufacturer 2", "manufacturer_part_number 2"],
        ),
        (
            ["STUFE", "POSNR", "IDNRK", "OJTXP", "MENGE", "MEINS", "WERKS"],
            ["level", "item_number", "part_id", "description", "quantity", "unit", ""],
        ),
        (
            ["Stufe", "Pos.", "Komponente", "Objektkurztext", "Menge", "ME", "Hersteller", "Hersteller-Teilenr.",
             "Preis", "Preiseinheit", "Währung"],
            ["level", "item_number", "part_id", "description", "quantity", "unit", "manufacturer",
             "manufacturer_part_number", "unit_cost", "price_per", "currency"],
        ),
        # made by hand
        (
            ["項次", "品名", "規格", "廠牌", "料號", "原廠料號", "數量", "單位", "單價", "金額", "原產國", "備註"],
            ["item_number", "name", "description", "manufacturer", "part_id", "manufacturer_part_number", "quantity",
             "unit", "unit_cost", "total_cost", "country_of_origin", "note"],
        ),
        (
            ["序号", "名称", "规格型号", "数量", "单位", "单价", "总价", "供应商", "产地", "位号", "类别", "交期"],
            ["item_number", "name", "manufacturer_part_number", "quantity", "unit", "unit_cost", "total_cost",
             "supplier", "country_of_origin", "reference_designator", "category", "lead_time_days"],
        ),
        (["Qty", "Value", "Device", "Package", "Parts", "MF", "MPN", "OC_FARNELL", "OC_NEWARK"],
         ["quantity", "value", "", "footprint", "reference_designator", "manufacturer", "manufacturer_part_number",
          "supplier_part_number", "supplier_part_number 2"]),
        (["Number", "Name", "Quantity", "Find Number"], ["part_id", "name", "quantity", "item_number"]),
        (["品名", "購買鏈接", "单价(元)", "複價"], ["name", "source_url", "unit_cost", "total_cost"]),
        (["部品名称", "メーカー", "型番", "数量", "単価", "原産国"],
         ["name", "manufacturer", "manufacturer_part_number", "quantity", "unit_cost", "country_of_origin"]),
        (["Name", "Qty", "Price per"], ["name", "quantity", "unit_cost"]),
        (["Name", "Price", "Price per"], ["name", "unit_cost", "price_per"]),
        # the two part numbers
        (["Name", "Part Number", "MPN"], ["name", "part_id", "manufacturer_part_number"]),
        (["Name", "IPN", "Part #"], ["name", "part_id", "manufacturer_part_number"]),
        (["Name", "Manufacturer", "P/N"], ["name", "manufacturer", "manufacturer_part_number"]),
        (["Name", "MPN", "Model"], ["name", "manufacturer_part_number", ""]),
        # amounts and numbers that the others make clear
        (["Name", "Qty", "Unit price", "Amount"], ["name", "quantity", "unit_cost", "total_cost"]),
        (["Name", "Amount", "Total price"], ["name", "quantity", "total_cost"]),
        (["No.", "Name", "Qty"], ["item_number", "name", "quantity"]),
        (["Component", "Brand", "Model"], ["name", "manufacturer", "manufacturer_part_number"]),
        (["Item", "Brand", "Price"], ["name", "manufacturer", "unit_cost"]),
        (["Name", "Price", "Price min", "Price max"], ["name", "unit_cost", "", ""]),
        (["Name", "Qty", "Units"], ["name", "quantity", "unit"]),
        (["Name", "Comment"], ["name", "note"]),
        (["Name", "Category", "Sub-category"], ["name", "category", "category 2"]),
        (["Name", "Description", "Description 2"], ["name", "description", "note"]),
        (["Name", "Customs value", "Value"], ["name", "total_cost", "value"]),
        (["Name", "LCSC Part #", "Digikey", "Supplier", "Supplier PN"],
         ["name", "supplier_part_number 2", "supplier_part_number 3", "supplier", "supplier_part_number"]),
    ],
)  # fmt: skip
def test_columns_that_are_clear_together(headers, fields):
    _, found = find_table([table(*headers)])
    assert [use.field + (f" {use.number}" if use.number > 1 else "") for use in found.columns] == fields


@pytest.mark.parametrize(
    ("headers", "questions"),
    [
        (["Name", "Vendor"], {"Vendor": {"manufacturer", "supplier"}}),
        (["Name", "Manufacturer", "Vendor"], {"Vendor": {"manufacturer", "supplier"}}),
        (["品名", "廠商"], {"廠商": {"manufacturer", "supplier"}}),
        (
            ["Part", "Description", "MPN"],
            {"Part": {"name", "manufacturer_part_number", "part_id", "reference_designator"}},
        ),
        (
            ["Name", "Country"],
            {"Country": {"country_of_origin", "headquarters_country", "shipping_country", "design_country"}},
        ),
        (
            ["品名", "國家"],
            {"國家": {"country_of_origin", "headquarters_country", "shipping_country", "design_country"}},
        ),
        (["Name", "Part Number"], {"Part Number": {"part_id", "manufacturer_part_number"}}),
        (["Name", "Number"], {"Number": {"quantity", "item_number", "part_id"}}),
        (["Name", "Amount"], {"Amount": {"total_cost", "quantity"}}),
        (["Metal", "Smelter Country (*)"], {"Smelter Country (*)": {"country_of_origin", "headquarters_country"}}),
        (["Name", "Supplier country"], {"Supplier country": {"headquarters_country", "shipping_country"}}),
        (["Name", "Value (USD)"], {"Value (USD)": {"unit_cost", "total_cost"}}),
        (["Name", "Price", "Pack size"], {"Pack size": {"price_per"}}),
        (["品名", "廠牌/型號"], {"廠牌/型號": {"manufacturer", "manufacturer_part_number"}}),
        (
            ["Name", "Price 2023", "Price 2024"],
            {header: {"unit_cost", "total_cost"} for header in ("Price 2023", "Price 2024")},
        ),
        (["Name", "Qty 10"], {"Qty 10": {"quantity"}}),
        (
            ["Name", "Brand", "Manufacturer"],
            {"Brand": {"manufacturer", "supplier"}, "Manufacturer": {"manufacturer", "supplier"}},
        ),
        (
            ["Name", "Price (USD)", "Price (EUR)"],
            {"Price (USD)": {"unit_cost", "total_cost"}, "Price (EUR)": {"unit_cost", "total_cost"}},
        ),
        (
            ["Name", "Price", "Price"],
            {header: {"unit_cost", "total_cost"} for header in ("Price (column B)", "Price (column C)")},
        ),
    ],
)
def test_columns_that_are_asked_about(headers, questions):
    found = asked(*headers)
    assert {header: set(choices) - {"ignore"} for header, choices in found.items()} == questions
    assert all(choices[-1] == "ignore" for choices in found.values())


def test_two_columns_for_one_field_are_no_question_if_equal_or_empty():
    same = grid(["Name", "Quantity", "Qty"], ["Motor", "4", "4"], ["ESC", "1", "1"])
    empty = grid(["Name", "Quantity", "Qty"], ["Motor", "", "4"], ["ESC", "", "1"])
    assert [use.field for use in find_table([same])[1].columns] == ["name", "quantity", ""]
    assert [use.field for use in find_table([empty])[1].columns] == ["name", "", "quantity"]
    other = grid(["Name", "Quantity", "Qty"], ["Motor", "4", "4"], ["ESC", "1", "2"])
    with pytest.raises(QuestionsError):
        find_table([other])


def test_equal_columns_in_two_currencies_are_a_question():
    rows = grid(["Name", "Price (USD)", "Price (EUR)"], ["Motor", "4", "4"])
    with pytest.raises(QuestionsError):
        find_table([rows])


def test_makers_with_the_same_headers_are_numbered_in_order():
    found = grid(["Name", "Manufacturer", "MPN", "Manufacturer", "MPN"], ["Cap", "Yageo", "A", "TDK", "B"])
    _, column_map = find_table([found])
    assert [(use.field, use.number) for use in column_map.columns] == [
        ("name", 1),
        ("manufacturer", 1),
        ("manufacturer_part_number", 1),
        ("manufacturer", 2),
        ("manufacturer_part_number", 2),
    ]


def test_cells_never_decide():
    def first(cells):
        rows = grid(["Vendor", "Name"], *([cell, "Motor"] for cell in cells))
        with pytest.raises(QuestionsError) as caught:
            find_table([rows])
        return caught.value.questions[0]

    makers, shops = first(["Yageo", "TDK"]), first(["amazon.com", "amazon.com", "x" * 90])
    assert makers.choices == shops.choices
    assert makers.examples == ("Yageo", "TDK")
    assert shops.examples == ("amazon.com", "x" * 39 + "…")


CLEAR = ["Name", "Manufacturer", "MPN", "Qty", "Unit price (EUR)", "Country of origin", "Notes", "Colour", "Mystery"]


@given(st.permutations(CLEAR))
def test_order_of_columns_does_not_matter(headers):
    assert uses(*headers) == uses(*CLEAR)


@given(st.lists(st.sampled_from(sorted({row["header"] for row in SYNONYMS})), min_size=1, max_size=12))
def test_any_known_headers_give_a_whole_map(headers):
    rows = grid(["Name", *headers], ["Motor", *map(str, range(len(headers)))])
    try:
        _, found = find_table([rows])
        questions = ()
    except QuestionsError as error:
        found, questions = error.column_map, error.questions
    except OptionError:  # a row of numbers is no header; "Name" alone beside unknown ones
        pytest.fail("a row of known headers is a header")
    assert [use.header for use in found.columns] == ["Name", *headers]
    assert sum(use.field == "?" for use in found.columns) == len(questions)
    seen = defaultdict(int)
    for use in found.columns:
        if use.field not in {"", "?"}:
            seen[use.field, use.number] += 1
    assert all(count == 1 for count in seen.values()), seen


# The table among the rows and sheets


@pytest.mark.parametrize("row", [1, 4, 20])
def test_header_below_titles(row):
    titles = [[f"Title {number}"] for number in range(1, row)]
    _, found = find_table([grid(*titles, ["Name", "Qty", "MPN"], ["Motor", "4", "MN5008"])])
    assert found.header_row == row


def test_header_after_the_first_20_rows_is_not_found():
    titles = [[f"Title {number}"] for number in range(20)]
    with pytest.raises(OptionError, match=r"none of the first 20 rows is a header") as caught:
        find_table([grid(*titles, ["Name", "Qty", "MPN"], ["Motor", "4", "MN5008"])])
    assert "--map FILE" in str(caught.value)


def test_empty_rows_do_not_count_and_keep_their_numbers():
    rows = [[""]] * 30
    found = grid(*rows, ["Name", "Qty"], ["Motor", "4"])
    assert find_table([found])[1].header_row == 31


def test_the_nearest_row_is_shown_when_there_is_no_header():
    with pytest.raises(OptionError, match=r"nearest is row 1: Bauteilchen \| Zahl \| Woher"):
        find_table([grid(["Bauteilchen", "Zahl", "Woher"], ["Motor", "4", "DE"])])


def test_an_answer_can_name_a_header_that_is_not_known():
    rows = grid(["Bauteilchen", "Zahl", "Woher"], ["Motor", "4", "DE"])
    _, found = find_table([rows], answers={"Bauteilchen": "name", "zahl": "quantity"})
    assert [use.field for use in found.columns] == ["name", "quantity", ""]


def test_a_wide_table_with_few_known_names():
    unknown = [f"Parameter {letter}" for letter in "ABCDEFGHIJKLMNOPQR"]
    assert find_table([table("Name", "Qty", *unknown)])[1].header_row == 1


def test_many_questions_are_counted():
    rows = grid(["Name", *["Vendor"] * 30], ["Motor", *map(str, range(30))])
    with pytest.raises(QuestionsError, match="30 headers can mean several things") as caught:
        find_table([rows])
    assert len(caught.value.questions) == 30
    assert "and 10 more" in str(caught.value)


def test_titles_name_the_product_and_the_currency():
    rows = grid(
        ["Project: Falcon X4  Rev: B"], ["All prices in EUR"], [], ["Name", "Qty", "Price"], ["Motor", "4", "10"]
    )
    _, found = find_table([rows])
    assert (found.header_row, found.product, found.currency) == (4, "Falcon X4", "EUR")
    rows = grid(["產品名稱：", "測繪機 A1"], ["幣別：新台幣"], ["品名", "數量", "單價"], ["馬達", "4", "10"])
    _, found = find_table([rows])
    assert (found.product, found.currency) == ("測繪機 A1", "TWD")


def test_a_title_block_with_known_words_is_no_header():
    rows = grid(
        ["Description", "Quadcopter"],
        ["Quantity", "10"],
        ["Manufacturer", "Example Ltd"],
        ["Item No", "Name", "Qty", "MPN", "Manufacturer"],
        ["1", "Motor", "4", "X", "Y"],
    )
    assert find_table([rows])[1].header_row == 4


def test_a_header_over_two_rows():
    rows = grid(
        ["Name", "Manufacturer", "", "Supplier", "", "Price", ""],
        ["", "Name", "Part Number", "Name", "Part Number", "USD", "Total"],
        ["Motor", "A", "B", "C", "D", "1", "4"],
    )
    _, found = find_table([rows])
    assert found.header_row == 2
    assert [use.field for use in found.columns] == [
        "name",
        "manufacturer",
        "manufacturer_part_number",
        "supplier",
        "supplier_part_number",
        "unit_cost",
        "total_cost",
    ]
    assert found.columns[1].header == "Manufacturer Name"


def test_merged_cells_name_groups():
    rows = grid(
        ["品名", "製造商", "", "數量"],
        ["", "名稱", "料號", ""],
        ["馬達", "A", "B", "4"],
        merged=[Merge(0, 1, 0, 2), Merge(0, 0, 1, 0), Merge(0, 3, 1, 3)],
    )
    _, found = find_table([rows])
    assert found.header_row == 2
    assert [use.field for use in found.columns] == ["name", "manufacturer", "manufacturer_part_number", "quantity"]


def test_a_second_language_in_the_row_below():
    rows = grid(["Part name", "Qty", "Brand"], ["品名", "數量", "品牌"], ["Motor", "4", "A"])
    _, found = find_table([rows])
    assert found.header_row == 2
    assert [use.field for use in found.columns] == ["name", "quantity", "manufacturer"]


def test_a_line_of_words_does_not_continue_the_header():
    rows = grid(["Name", "Category", "Manufacturer"], ["Motor", "Propulsion", "A"], ["Camera", "Payload", "B"])
    assert find_table([rows])[1].header_row == 1


BILL = (["Name", "Qty", "MPN", "Manufacturer"], ["Motor", "4", "X", "Y"])


def test_the_sheet_that_is_a_bill_is_taken():
    cover = grid(["Prepared by", "A. Person"], ["Date", "2026-01-01"], sheet="Cover", file="d.xlsx, sheet Cover")
    firms = grid(["Supplier", "Note"], ["A", "b"], sheet="Suppliers", file="d.xlsx, sheet Suppliers")
    bill = grid(*BILL, sheet="Tabelle1", file="d.xlsx, sheet Tabelle1")
    assert find_table([cover, firms, bill])[0] is bill


def test_sheets_that_are_as_good_are_a_question():
    sheets = [grid(*BILL, sheet=name, file=f"d.xlsx, sheet {name}") for name in ("Airframe", "Payload")]
    with pytest.raises(OptionError, match=r"d\.xlsx: 2 sheets .*'Airframe', 'Payload'.*--sheet 'Airframe'"):
        find_table(sheets)
    assert find_table(sheets, sheet="payload")[0] is sheets[1]
    named = [*sheets, grid(*BILL, sheet="BOM")]
    assert find_table(named)[0] is named[2]


def test_a_sheet_that_is_not_there():
    with pytest.raises(OptionError, match=r"no sheet 'Parts'; its sheets are 'A'"):
        find_table([grid(*BILL, sheet="A")], sheet="Parts")
    with pytest.raises(OptionError, match="has no sheets"):
        find_table([grid(*BILL)], sheet="Parts")


@pytest.mark.parametrize("grids", [[], [Grid("a.csv", "", (), ())], [grid(["", ""])]])
def test_a_file_without_cells(grids):
    with pytest.raises(OptionError, match="save"):
        find_table(grids)


# Answers


def test_answers():
    headers = ("Part", "Vendor", "Qty")
    assert uses(*headers, answers={"part": "Name", "VENDOR": "supplier"}) == {
        "Part": "name",
        "Vendor": "supplier",
        "Qty": "quantity",
    }
    assert uses(*headers, answers={"Part": "name", "Vendor": "ignore"})["Vendor"] == ""
    assert uses("Name", "Maker A", "Maker B", answers={"maker a": "manufacturer", "Maker B": "manufacturer 2"}) == {
        "Name": "name",
        "Maker A": "manufacturer",
        "Maker B": "manufacturer 2",
    }


def test_an_answer_settles_what_depends_on_it():
    assert "P/N" in asked("Name", "Vendor", "P/N")
    assert uses("Name", "Vendor", "P/N", answers={"Vendor": "manufacturer"})["P/N"] == "manufacturer_part_number"


def test_an_answer_for_one_of_two_columns_leaves_the_other_unused():
    found = uses("Name", "Title", "Qty", answers={"Title": "name"})
    assert found == {"Name": "", "Title": "name", "Qty": "quantity"}


def test_a_second_maker_is_asked_about_and_numbered_when_both_are_named():
    headers = ("Name", "Vendor", "Manufacturer")
    for order in (headers, headers[::-1]):
        assert set(asked(*order, answers={"Vendor": "manufacturer"})) == {"Manufacturer"}
        both = uses(*order, answers={"Vendor": "manufacturer", "Manufacturer": "manufacturer"})
        assert sorted(both.values()) == ["manufacturer", "manufacturer 2", "name"]
        assert uses(*order, answers={"Vendor": "supplier"})["Manufacturer"] == "manufacturer"


def test_columns_with_the_same_header_are_told_apart_by_their_letter():
    rows = grid(["Name", "Price", "Price"], ["Motor", "1", "4"])
    for key in ("Price (column C)", "column c"):
        _, found = find_table([rows], answers={key: "total_cost"})
        assert [use.field for use in found.columns] == ["name", "unit_cost", "total_cost"]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"Vendro": "supplier"}, r"no column 'Vendro'; its headers are 'Vendor'"),
        ({"Vendor": "manufactur"}, r"'manufactur' is no field.*did you mean manufacturer"),
        ({"Vendor": "xyzzy"}, r"one of item_number, level"),
        ({"Vendor": "name", "Title": "name"}, r"cannot both be name"),
        ({"Vendor": "supplier", "vendor": "manufacturer"}, r"column B is given two meanings"),
    ],
)
def test_answers_that_cannot_be_used(answers, message):
    with pytest.raises(OptionError, match=message) as caught:
        find_table([table("Name", "Vendor", "Title")], answers=answers)
    assert not isinstance(caught.value, QuestionsError)


def test_field_names():
    assert field_named("manufacturer part-number") == ("manufacturer_part_number", 0)
    assert field_named("IGNORE") == ("", 0)
    with pytest.raises(OptionError):
        field_named("name 2")  # a file has one


# Maps


def saved(*columns, header_row=1, sheet=""):
    return ColumnMap(
        sheet,
        header_row,
        tuple(ColumnUse(place, header, field) for place, (header, field) in enumerate(columns)),
        "EUR",
        {"EUR": 1.1},
        "Falcon",
    )


def test_a_map_fits_whatever_the_order():
    column_map = saved(("Teilchen", "name"), ("Wieviele", "quantity"), ("Dings", ""))
    rows = grid(["Title"], ["wieviele", "Neu", "TEILCHEN"], ["4", "x", "Motor"])
    _, found = find_table([rows], column_map=column_map)
    assert [(use.header, use.field) for use in found.columns] == [
        ("wieviele", "quantity"),
        ("Neu", ""),
        ("TEILCHEN", "name"),
    ]
    assert (found.header_row, found.currency, found.rates, found.product) == (2, "EUR", {"EUR": 1.1}, "Falcon")


def test_a_new_column_is_kept_and_not_guessed():
    column_map = saved(("Name", "name"), ("Brand", "manufacturer"))
    _, found = find_table([table("Name", "Brand", "Manufacturer")], column_map=column_map)
    assert [use.field for use in found.columns] == ["name", "manufacturer", ""]


def test_a_map_of_columns_that_the_file_lacks():
    column_map = saved(("Name", "name"), ("Menge X", "quantity"), ("Egal", ""))
    with pytest.raises(OptionError, match=r"no column 'Menge X'; row 1 has 'Name', 'Other'"):
        find_table([table("Name", "Other")], column_map=column_map)


def test_a_map_keeps_what_a_person_said_about_a_column():
    use = ColumnUse(1, "Price", "unit_cost", currency="TWD", per=100.0)
    column_map = ColumnMap("", 1, (ColumnUse(0, "Name", "name"), use))
    assert find_table([table("Name", "Price")], column_map=column_map)[1].columns[1] == use


def test_a_map_decides_what_would_be_asked():
    column_map = saved(("Part", "name"), ("Vendor", "manufacturer"))
    assert [use.field for use in find_table([table("Part", "Vendor")], column_map=column_map)[1].columns] == [
        "name",
        "manufacturer",
    ]
    _, found = find_table([table("Part", "Vendor")], column_map=column_map, answers={"Vendor": "supplier"})
    assert found.columns[1].field == "supplier"


def test_an_open_question_of_a_map_is_asked_again():
    column_map = saved(("Part", "?"), ("Vendor", "manufacturer"))
    with pytest.raises(QuestionsError) as caught:
        find_table([table("Part", "Vendor")], column_map=column_map)
    assert [question.header for question in caught.value.questions] == ["Part"]


def test_a_map_for_a_file_without_a_header():
    column_map = ColumnMap("", 0, (ColumnUse(1, "", "quantity"), ColumnUse(0, "", "name")))
    _, found = find_table([grid(["Motor", "4", "x"], ["ESC", "1", "y"])], column_map=column_map)
    assert found.header_row == 0
    assert [use.field for use in found.columns] == ["name", "quantity", ""]


def test_a_map_finds_its_sheet():
    sheets = [grid(*BILL, sheet=name) for name in ("A", "B")]
    column_map = saved(("Name", "name"), ("Qty", "quantity"), sheet="B")
    assert find_table(sheets, column_map=column_map)[0] is sheets[1]


def test_a_map_that_was_found_fits_its_own_file():
    rows = grid(["Titel"], ["Name", "Manufacturer", "MPN", "Manufacturer", "MPN", "Price per 100 (EUR)", "Foo"], ["x"])
    _, found = find_table([rows])
    assert find_table([rows], column_map=found)[1] == found


# Printing


def test_describe():
    _, found = find_table(
        [table("Name", "Manufacturer 2", "Price per 100 (EUR)", "Lead time (weeks)", "Fitted", "Mystery\nbox")]
    )
    assert describe(found) == [
        ("A", "Name", "name: name of the part"),
        ("B", "Manufacturer 2", "manufacturer 2: maker of the part"),
        ("C", "Price per 100 (EUR)", "unit_cost: price of one unit, in EUR, for 100 units"),
        ("D", "Lead time (weeks)", "lead_time_days: time from order to delivery, in weeks"),
        ("E", "Fitted", "do_not_place: mark of parts that are not fitted; the column says what is fitted"),
        ("F", "Mystery box", "not used, kept as it is"),
    ]


@given(st.integers(0, 18_277))
def test_letters_of_columns_are_as_in_spreadsheets(position):
    from openpyxl.utils import get_column_letter

    assert column_letter(position) == get_column_letter(position + 1)
