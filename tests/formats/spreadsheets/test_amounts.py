"""Numbers, quantities, prices and lead times as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.formats.spreadsheets.amounts import (
    decimal_sign,
    is_placeholder,
    read_days,
    read_number,
    read_quantity,
)
from supplychain.formats.spreadsheets.prices import (
    currency_code,
    pack_hint,
    price_at,
    read_money,
    settle_currency,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4.0),
        ("0.5", 0.5),
        (".5", 0.5),
        ("0,5", 0.5),
        ("-3", -3.0),
        ("−3", -3.0),
        ("1e-05", 1e-05),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("1'234.50", 1234.5),
        ("1’234,567", 1234.567),
        ("12 345,6", 12345.6),
        ("１２．５", 12.5),
        ("0,125", 0.125),
        ("1234,567", 1234.567),
        ("½", 0.5),
        ("1½", 1.5),
    ],
)
def test_a_number_that_says_what_it_is(text, value):
    assert read_number(text).value == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "1,23,4", "1e999", "9" * 500, "--5", "1 2", "1..2", "0x10", "٣"])
def test_no_number(text):
    amount = read_number(text)
    assert amount.value is None
    assert amount.doubt


def test_a_thousands_sign_alone_is_never_guessed():
    assert read_number("1,234").value is None
    assert "comma may be a decimal or a thousands sign" in read_number("1,234").doubt
    assert read_number("1.234").value is None
    assert read_number("1,234", ".").value == 1234.0
    assert read_number("1,234", ",").value == 1.234
    assert read_number("2.5", ",").value == 2.5  # it says itself what it is


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["1,234", "0,250"], ","),
        (["4,000", "12,5 m"], ","),
        (["1,234", "0.5"], "."),
        (["1,234", "2"], ""),
        (["1,5", "1.5"], ""),
        (["1=1.23,10=0.97"], "."),
        (["1=1,23; 10=0,97"], ","),
        (["NT$1,234.50"], "."),
        ([], ""),
    ],
)
def test_decimal_sign_of_a_column(cells, sign):
    assert decimal_sign(cells) == sign


STYLES = {
    "plain": ("", "."),
    "comma": ("", ","),
    "english": (",", "."),
    "german": (".", ","),
    "swiss": ("'", "."),
    "french": (" ", ","),
}


def written(number, thousands, decimal):
    whole, fraction = f"{number:,.2f}".split(".")
    return whole.replace(",", thousands) + decimal + fraction


@given(st.integers(0, 10**11), st.sampled_from(sorted(STYLES)), st.booleans())
def test_numbers_in_any_style_are_read_back(cents, style, full_width):
    number = cents / 100
    text = written(number, *STYLES[style])
    if full_width:
        text = text.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789.,"})
    assert read_number(text).value == pytest.approx(number, rel=1e-12)


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=20), st.sampled_from(["english", "german"]))
def test_a_column_in_one_style_is_read_back_or_left_unknown(values, style):
    thousands, decimal = STYLES[style]
    texts = [f"{value:,}".replace(",", thousands) for value in values]
    sign = decimal_sign(texts)
    assert sign in {"", decimal}
    for value, text in zip(values, texts, strict=True):
        assert read_number(text, sign).value in {float(value), None}


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error(text):
    for read in (read_number, read_quantity, read_days):
        amount = read(text)
        assert amount.value is None or amount.value == amount.value
    money = read_money(text)
    price_at(money, 3.0)
    pack_hint(text)
    is_placeholder(text)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("4", 4.0, ""),
        ("4 pcs", 4.0, "pcs"),
        ("4pcs.", 4.0, "pcs"),
        ("0.5 m", 0.5, "m"),
        ("4個", 4.0, "個"),
        ("２０顆", 20.0, "顆"),
        ("2x", 2.0, ""),
        ("x2", 2.0, ""),
        ("4 (pcs)", 4.0, "pcs"),
        ("½ m", 0.5, "m"),
        ("-2", -2.0, ""),
        ("0", 0.0, ""),
    ],
)
def test_quantity(text, value, unit):
    amount = read_quantity(text)
    assert (amount.value, amount.unit, amount.doubt) == (value, unit, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A/R", "as required"),
        ("as required", "as required"),
        ("適量", "as required"),
        ("-", "not stated"),
        ("n/a", "not stated"),
        ("TBD", "not stated"),
        ("待定", "not stated"),
        ("2 x 3", "more than one number"),
        ("1/2", "more than one number"),
        ("1-2", "more than one number"),
        ("2+1", "more than one number"),
        ("4 (2 spare)", "more than one number"),
        ("10k", "more than one number"),
        ("several", "not a number"),
        ("1,234", "decimal or a thousands sign"),
    ],
)
def test_quantity_that_is_unknown_says_why(text, said):
    amount = read_quantity(text)
    assert amount.value is None
    assert said in amount.doubt
    assert "unknown" in amount.doubt


def test_a_quantity_in_packs_or_about_is_said():
    amount = read_quantity("2 pairs")
    assert amount.value == 2.0
    assert amount.pack
    assert "not in single parts" in amount.doubt
    assert "about" in read_quantity("約 3").doubt


@pytest.mark.parametrize(
    ("text", "header", "days"),
    [
        ("14", "Lead time (days)", 14.0),
        ("4 weeks", "", 28.0),
        ("8", "Lead time weeks", 56.0),
        ("2-3 weeks", "", 21.0),
        ("3 個月", "交期", 90.0),
        ("10 days", "Lead time weeks", 10.0),
        ("in stock", "", None),
        ("n/a", "", None),
        ("1,5 Wochen", "", 10.5),
    ],
)
def test_lead_time(text, header, days):
    assert read_days(text, header).value == days


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$1.20", 1.2, "$"),
        ("US$ 1.20", 1.2, "USD"),
        ("1.20 USD", 1.2, "USD"),
        ("€1,50", 1.5, "EUR"),
        ("1.234,50 €", 1234.5, "EUR"),
        ("£3", 3.0, "GBP"),
        ("¥300", 300.0, "¥"),
        ("￥300.5", 300.5, "¥"),
        ("NT$1,250.00", 1250.0, "TWD"),
        ("TWD 520", 520.0, "TWD"),
        ("NT$520元", 520.0, "TWD"),
        ("520元", 520.0, "元"),
        ("RMB 12.5", 12.5, "CNY"),
        ("300円", 300.0, "JPY"),
        ("12,- €", 12.0, "EUR"),
        ("12.50 EUR (net)", 12.5, "EUR"),
        ("5 ea", 5.0, ""),
        ("5.00/pc", 5.0, ""),
        ("12.50", 12.5, ""),
        ("0.004", 0.004, ""),
    ],
)
def test_price(text, amount, currency):
    money = read_money(text)
    assert price_at(money, None)[0] == pytest.approx(amount)
    assert money.currency == currency


@pytest.mark.parametrize(
    "text",
    ["call for price", "n/a", "-", "TBD", "from 12", "<5", "5+", "$10 / €9", "12/7", "-4", "12-10", "1,234", "x" * 900],
)
def test_price_that_is_unknown_says_why(text):
    amount, doubt = price_at(read_money(text), 1.0)
    assert amount is None
    assert "unknown" in doubt


def test_an_empty_price_says_nothing():
    assert price_at(read_money(""), 1.0) == (None, "")


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("12.50 per 100", 100.0),
        ("€12.50/100", 100.0),
        ("12.50 / 1k", 1000.0),
        ("12.50/1000pcs", 1000.0),
        ("12,50 je 100 Stk", 100.0),
        ("12.50 each", 1.0),
    ],
)
def test_price_for_several_units(text, per):
    money = read_money(text)
    amount, doubt = price_at(money, 4)
    assert money.per == per
    assert amount == pytest.approx(12.5 / per)
    assert (per == 1.0) == (doubt == "")


def test_price_for_a_pack_is_said_and_not_divided():
    amount, doubt = price_at(read_money("12.50 per pack"), 4)
    assert amount == 12.5
    assert "pack" in doubt


@pytest.mark.parametrize(
    ("text", "quantity", "amount"),
    [
        ("1=1.23, 10=0.97 (USD)", 1, 1.23),
        ("1=1.23, 10=0.97 (USD)", 10, 0.97),
        ("1=1.23,10=0.97", 9, 1.23),
        ("1: 1.23; 10: 0.97", 25, 0.97),
        ("10=0.97; 100=0.5", 3, 0.97),
        ("1=1,23; 10=0,97", 10, 0.97),
        ("1+: $1.23 / 10+: $0.97", 12, 0.97),
        ("1=1.23, 10=0.97", None, 1.23),
    ],
)
def test_price_breaks(text, quantity, amount):
    price, doubt = price_at(read_money(text), quantity)
    assert price == pytest.approx(amount)
    assert "price break" in doubt


def test_a_range_gives_its_middle_and_says_so():
    assert price_at(read_money("10-12 USD"), 1) == (11.0, "a range: its middle, 11, is used")
    assert price_at(read_money("$10 – $12"), 1)[0] == 11.0


def test_a_price_of_nothing_is_said():
    amount, doubt = price_at(read_money("0.00"), 1)
    assert amount == 0.0
    assert "free" in doubt


def test_currencies_that_share_a_sign():
    assert settle_currency("¥", [], "") == ("", "¥ may be JPY or CNY; the currency is unknown")
    assert settle_currency("¥", ["", "CNY"], "") == ("CNY", "")
    assert settle_currency("元", [], "TWD") == ("TWD", "")
    assert settle_currency("元", ["USD"], "")[0] == ""
    assert settle_currency("$", [], "TWD") == ("TWD", "")
    code, doubt = settle_currency("$", [])
    assert code == "USD"
    assert "read as US dollars" in doubt


def test_the_nearest_currency_wins_and_another_is_said():
    assert settle_currency("", ["", "EUR"], "USD") == ("EUR", "")
    assert settle_currency("", [], "USD") == ("USD", "")
    assert settle_currency("", []) == ("", "")
    code, doubt = settle_currency("EUR", ["USD"])
    assert code == "EUR"
    assert "USD" in doubt


@pytest.mark.parametrize(
    ("text", "code"),
    [("usd", "USD"), ("NT$", "TWD"), ("新台幣", "TWD"), ("人民币", "CNY"), ("Euro", "EUR"), ("xyz", "")],
)
def test_currency_code(text, code):
    assert currency_code(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "Propeller 5 inch, pack of 4",
        "M3 nuts 4-pack",
        "Propeller (4 pcs)",
        "set of 4",
        "pair of antennas",
        "0402 reel of 5000",
        "螺旋槳 4入",
        "1包",
        "bag of 100",
    ],
)
def test_words_of_a_pack(text):
    assert pack_hint(text)


@pytest.mark.parametrize(
    "text", ["repair kit", "Battery pack 4S", "twisted pair cable", "4S 1500mAh", "set screw M3", ""]
)
def test_words_of_no_pack(text):
    assert pack_hint(text) == ""
