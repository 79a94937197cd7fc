"""Numbers and prices of a line: what a file says about them in several places."""

from __future__ import annotations

import pytest
from small_tables import prices, read, said

from supplychain.errors import OptionError
from supplychain.formats.spreadsheets.prices import checked_currency, checked_rate


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


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf"), "x", None])
def test_a_rate_that_is_none_is_refused_in_the_library_too(rate) -> None:
    with pytest.raises(OptionError, match=r"rates EUR=.*as EUR=1\.08"):
        checked_rate("EUR", rate)


def test_currencies_are_known_ones() -> None:
    assert (checked_currency("eur "), checked_currency("")) == ("EUR", "")
    assert checked_rate(" eur", 1.5) == ("EUR", 1.5)
    for text in ("EURO", "€", "12E", "XYZ"):
        with pytest.raises(OptionError, match="known currency"):
            checked_currency(text)
    with pytest.raises(OptionError, match="one USD is 1 USD"):
        checked_rate("USD", 2)
