"""Several columns of countries and prices, and what one of them alone means: from the text of a file to its lines."""

from __future__ import annotations

import pytest
from small_workbooks import text_file

from supplychain.errors import OptionError
from supplychain.formats.spreadsheets.columns import describe, field_named, find_table
from supplychain.formats.spreadsheets.counts import count_by
from supplychain.formats.spreadsheets.map_file import read_map, write_map
from supplychain.formats.spreadsheets.rows import read_items
from supplychain.formats.spreadsheets.values import QuestionsError

BREAKS = "Name,Maker,Qty,Unit Price 1+,Unit Price 10+,Unit Price 100+,Currency\n"


def lines(tmp_path, text, **options):
    grid, column_map = find_table([text_file(tmp_path / "a.csv", text)], **options)
    items, left, problems = read_items(grid, column_map)
    return items, left, [str(problem) for problem in problems], (grid, column_map)


def amounts(items):
    return [item.sources[0].price and item.sources[0].price.amount for item in items]


# Countries


def test_each_country_belongs_to_its_maker(tmp_path):
    text = (
        "Name,Maker 1,MPN 1,Maker 2,MPN 2,Qty,Country of Origin 1,Country of Origin 2\n"
        "Chip,Acme,A1,Bolt,B1,1,USA,China\nGear,Acme,A2,,,1,USA,\nPin,Acme,A3,,,1,USA,China\n"
    )
    items, _, said, (grid, column_map) = lines(tmp_path, text)
    assert [[each.country_of_origin for each in item.sources] for item in items] == [["USA", "CHN"], ["USA"], ["USA"]]
    assert len(said) == 1
    assert "row 4, column Country of Origin 2" in said[0]
    assert "maker 2 that is not named" in said[0]
    made = {count.value: count.lines for count in count_by(grid, column_map, items) if count.by == "made"}
    assert made == {"USA": 3, "CHN": 1}


def test_a_second_country_without_a_second_maker_is_no_choice_of_ours(tmp_path):
    text = "Name,Maker,Qty,Country of Origin 1,Country of Origin 2\nGear,Acme,1,USA,China\nPin,Acme,1,USA,USA\n"
    items, _, said, _ = lines(tmp_path, text)
    assert [item.sources[0].country_of_origin for item in items] == ["", "USA"]
    assert "several countries: CHN, USA" in said[0]


@pytest.mark.parametrize(
    ("makers", "countries", "message"),
    [
        ("Maker 1,MPN 1,Maker 2,MPN 2", ["TWN", "TWN"], "taken for each of them"),
        ("Maker,MPN,Maker 2,MPN 2", ["TWN", ""], "taken for the first of them"),
    ],
)
def test_one_country_beside_several_makers(tmp_path, makers, countries, message):
    items, _, said, _ = lines(tmp_path, f"Name,{makers},Qty,Country of Origin\nChip,Acme,A1,Bolt,B1,1,Taiwan\n")
    assert [each.country_of_origin for each in items[0].sources] == countries
    assert [message in text for text in said] == [True]


def test_one_seat_is_never_that_of_all_makers(tmp_path):
    text = "Name,Maker 1,Maker 2,Qty,HQ Country\nChip,Acme,Bolt,1,Taiwan\n"
    items, _, said, _ = lines(tmp_path, text)
    assert [each.headquarters_country for each in items[0].sources] == ["TWN", ""]
    assert "unknown for the others" in said[0]


@pytest.mark.parametrize(
    ("cell", "code", "message"),
    [
        ("Made in China", "CHN", ""),
        ("made in Taiwan", "TWN", ""),
        ("台灣製造", "TWN", ""),
        ("Hong Kong, China", "HKG", ""),
        ("Made in China / Taiwan", "", "several countries: CHN, TWN"),
        ("China, Taiwan", "", "several countries: CHN, TWN"),
        ("China-Taiwan", "", "several countries: CHN, TWN"),
        ("CN TW", "", "several countries: CHN, TWN"),
        ("Taiwan?", "", "marked as doubtful"),
        ("~Taiwan", "", "marked as doubtful"),
        ("Taiwan*", "", "marked as doubtful"),
        ("probably Taiwan", "", "marked as doubtful"),
        ("Atlantis", "", "no country that is known"),
    ],
)
def test_what_a_country_cell_says(tmp_path, cell, code, message):
    items, _, said, _ = lines(tmp_path, f'Name,Maker,Qty,Country of Origin\nGear,Acme,1,"{cell}"\n')
    assert items[0].sources[0].country_of_origin == code
    assert [message in text for text in said] == ([True] if message else [])


def test_a_seat_is_not_made_in_a_country(tmp_path):
    items, _, said, _ = lines(tmp_path, "Name,Maker,Qty,HQ Country\nGear,Acme,1,Made in China\n")
    assert items[0].sources[0].headquarters_country == ""
    assert "no country that is known" in said[0]


# Prices


def test_columns_of_price_breaks(tmp_path):
    text = BREAKS + "Nut,Acme,11,1.0,0.9,0.5,USD\nRod,Acme,200,1.0,0.9,0.5,USD\nPin,Acme,2,1.0,,0.5,USD\n"
    text += 'Cap,Acme,12,"1: 2.00; 10: 1.50",,,USD\nHub,Acme,5,,0.9,0.5,USD\n'
    items, _, said, _ = lines(tmp_path, text)
    assert amounts(items) == [0.9, 0.5, 1.0, 1.5, 0.9]
    assert any("row 2, column Unit Price 10+" in each and "that the quantity reaches" in each for each in said)
    assert any("from 1 units" in each for each in said)


@pytest.mark.parametrize(
    "headers",
    ["Price 1,Price 10,Price 100", "Price @1,Price @10,Price @100", "Price,Price 10 pcs,Price 100 pcs",
     "Preis,Preis ab 10,Preis ab 100", "Price 1-9,Price 10-99,Price 100+"],
)  # fmt: skip
def test_ways_to_write_price_breaks(tmp_path, headers):
    items, *_ = lines(tmp_path, f"Name,Maker,Qty,{headers}\nNut,Acme,11,3,2,1\nRod,Acme,1,3,2,1\n")
    assert amounts(items) == [2.0, 3.0]


def test_prices_of_several_makers_are_no_price_breaks(tmp_path):
    text = "Name,Maker 1,Price 1,Maker 2,Price 2,Qty,Currency\nNut,Acme,10,Bolt,15,2,USD\n"
    items, *_ = lines(tmp_path, text)
    assert [each.price.amount for each in items[0].sources] == [10.0, 15.0]


def test_price_breaks_are_kept_in_a_map(tmp_path):
    _, _, _, (grid, column_map) = lines(tmp_path, BREAKS + "Nut,Acme,11,1.0,0.9,0.5,USD\n")
    write_map(column_map, tmp_path / "m.toml")
    again = find_table([grid], column_map=read_map(tmp_path / "m.toml"))[1]
    assert again == column_map
    assert [use.start for use in again.columns if use.field == "unit_cost"] == [1.0, 10.0, 100.0]
    assert ("F", "Unit Price 100+", "unit_cost: price of one unit, from 100 units") in describe(again)


def test_a_unit_price_beside_the_price_of_a_pack(tmp_path):
    text = "Name,Maker,Qty,Unit Price,Currency,Pack Qty,Pack Price\nMotor,Acme,4,10,USD,,\n"
    text += "Screw,Bolt,8,,USD,100,5.00\nRod,Bolt,8,2,USD,10,15\nPin,Bolt,8,,USD,,7\n"
    items, _, said, (grid, column_map) = lines(tmp_path, text)
    assert amounts(items) == [10.0, 0.05, 2.0, None]
    assert any("row 3" in each and "100 units; divided" in each for each in said)
    assert any("row 4, column Pack Price" in each and "a price of one stands beside it" in each for each in said)
    assert any("row 5" in each and "size is not stated" in each for each in said)
    write_map(column_map, tmp_path / "m.toml")
    assert find_table([grid], column_map=read_map(tmp_path / "m.toml"))[1] == column_map


def test_a_bare_price_is_said_once(tmp_path):
    text = "Name,Maker,Qty,Cost (USD)\nMotor,Acme,4,10\nRod,Acme,2,5\n"
    _, _, said, _ = lines(tmp_path, text)
    found = [each for each in said if "taken as the price of one" in each]
    assert len(found) == 1
    assert found[0].startswith("a.csv, row 2, column Cost (USD): ")
    assert "--column 'Cost (USD)=total_cost'" in found[0]
    for clear in (text.replace("Cost", "Unit Cost"), text.replace(",4,", ",1,").replace(",2,", ",1,")):
        assert not any("taken as the price of one" in each for each in lines(tmp_path, clear)[2])
    assert not any("of one" in each for each in lines(tmp_path, text, answers={"Cost (USD)": "unit_cost"})[2])


@pytest.mark.parametrize(("total", "message"), [("50", ""), ("15", "sum of the prices alone")])
def test_a_total_decides_what_a_bare_price_is(tmp_path, total, message):
    text = f"Name,Maker,Qty,Cost (USD)\nMotor,Acme,4,10\nRod,Acme,2,5\nTotal,,,{total}\n"
    said = lines(tmp_path, text)[2]
    assert not any("taken as the price of one" in each for each in said)
    assert any(message in each for each in said) or not message


def test_absurd_sizes_are_unknown(tmp_path):
    text = "Name,Maker,Qty,Unit Price USD\nA,X,1e308,1e308\nB,X,1e-320,1e-320\nC,X,99999999999999,1\n"
    items, _, said, _ = lines(tmp_path, text + "D,X,1e12,1e3\nE,X,2,1e9\n")
    assert [item.quantity for item in items] == [None, None, None, 1e12, 2.0]
    assert amounts(items) == [None, None, 1.0, None, 1e9]
    assert any("row 5" in each and "quantity times price is beyond 1e+12" in each for each in said)


# The product's own row, maps and answers


def test_what_the_row_of_the_product_says_is_not_lost_in_silence(tmp_path):
    text = "Level,Part Number,Name,Qty,Unit Price (USD),Maker,Country of Origin\n0,D,Drone,1,1000,Acme,Taiwan\n"
    _, left, said, _ = lines(tmp_path, text + "1,M,Motor,4,10,Bolt,China\n")
    reason = "the product itself, not a line of it; its price, maker and country are not used"
    assert [row.reason for row in left if row.row == 2] == [reason]
    assert any("row 2" in each and reason in each for each in said)
    _, left, said, _ = lines(tmp_path, "Level,Name,Qty,Maker\n0,Drone,1,\n1,Motor,4,Bolt\n")
    assert [row.reason for row in left if row.row == 2] == ["the product itself, not a line of it"]
    assert said == []


def test_an_open_question_of_a_map_is_asked(tmp_path):
    grid = text_file(tmp_path / "a.csv", "Name,Maker,Qty,Country of Origin\nGear,Acme,1,China\n")
    (tmp_path / "m.toml").write_text(
        'header_row = 1\n[[column]]\nheader = "Name"\nfield = "name"\n'
        '[[column]]\nheader = "Country of Origin"\nfield = "?"\n',
        "utf-8",
    )
    column_map = read_map(tmp_path / "m.toml")
    with pytest.raises(QuestionsError) as caught:
        find_table([grid], column_map=column_map)
    assert [question.header for question in caught.value.questions] == ["Country of Origin"]
    choices = [choice for choice, _ in caught.value.questions[0].choices]
    assert choices[0] == "country_of_origin"
    assert "shipping_country" in choices
    _, answered = find_table([grid], column_map=column_map, answers={"Country of Origin": "shipping_country"})
    assert answered.columns[3].field == "shipping_country"


@pytest.mark.parametrize(
    ("text", "field"),
    [("mpn", "manufacturer_part_number"), ("Qty", "quantity"), ("maker", "manufacturer"), ("price", "unit_cost")],
)
def test_a_header_that_everybody_knows_names_its_field(text, field):
    assert field_named(text) == (field, 0)


def test_a_header_of_several_meanings_names_none():
    with pytest.raises(OptionError, match="manufacturer or supplier"):
        field_named("vendor")
