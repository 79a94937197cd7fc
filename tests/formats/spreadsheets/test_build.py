"""From a spreadsheet to a dataset: what is the file's, what is the bundled data's, and what is not known."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import supplychain as sc
from supplychain import validation
from supplychain.errors import SupplychainError
from supplychain.formats.spreadsheets.build import UNLISTED
from supplychain.formats.spreadsheets.read import Bill


@pytest.fixture
def bill(tmp_path: Path):
    def read(text: str, **options) -> Bill:
        path = tmp_path / "my_drone.csv"
        path.write_text(text, "utf-8")
        return sc.read_bill(path, **options)

    return read


def offers_of(found: Bill, row: int):
    part = next(each.part_id for each in found.account.connections if each.row == row)
    offers = found.dataset.offers
    return offers[(offers["part_id"] == part) & (offers["dataset"] == found.dataset.name)]


def verdicts(found: Bill, **options) -> dict[str, str]:
    """Verdict of each first-tier line by the name of its part."""
    findings = sc.flags(found.dataset, **options)
    return {flag.name: flag.verdict for flag in findings.flags if flag.parent_id == found.product}


def test_the_result_is_a_dataset_without_errors_and_with_one_product(bill) -> None:
    found = bill("Name,Qty,Manufacturer,MPN\nBrushless motor 2207,4,T-Motor,F60\nWidget,1,Nobody Inc,W1\n")
    assert found.dataset.products() == (found.product,) == ("my_drone",)
    assert [str(problem) for problem in validation.check(found.dataset) if problem.severity == "error"] == []
    assert sc.load(found.dataset.path).sha256() == found.dataset.sha256()


def test_a_maker_without_a_country_is_known_by_its_seat_and_not_by_where_it_makes(bill) -> None:
    found = bill("Name,Qty,Manufacturer\nWidget,1,TSMC\n", attach_upstream=False)
    (offer,) = offers_of(found, 2).to_dict("records")
    assert (offer["supplier_id"], offer["origin_country"]) == ("tsmc", "")
    assert verdicts(found, basis=["headquartered"]) == {"Widget": "clear"}
    assert verdicts(found, basis=["made"]) == {"Widget": "unknown"}


def test_what_is_in_an_unclassified_line_is_not_known(bill) -> None:
    text = "Name,Qty,Manufacturer,Country of origin,Manufacturer country\nWidget,1,Nobody Inc,Japan,Japan\n"
    assert verdicts(bill(text), depth=1) == {"Widget": "clear"}
    assert verdicts(bill(text)) == {"Widget": "unknown"}
    assert verdicts(bill(text, attach_upstream=False)) == {"Widget": "clear"}
    inputs = [part for part in bill(text).dataset.parts["part_id"] if part.startswith(UNLISTED)]
    assert inputs == ["inputs_of_Widget"]
    assert not [p for p in bill(text, attach_upstream=False).dataset.parts["part_id"] if p.startswith(UNLISTED)]


def test_a_classified_line_gets_the_upstream_tiers_of_its_class(bill) -> None:
    text = "Name,Qty,Manufacturer,Country of origin\nBrushless motor 2207 1750KV,4,Nobody Inc,Japan\n"
    found = bill(text)
    lines = found.dataset.bom
    motor = next(each for each in found.account.connections if each.row == 2)
    assert motor.match.part_class == "motor_fpv_5in"
    mine = lines[lines["parent_id"] == motor.part_id]
    base = sc.load("uav").bom
    general = base[(base["parent_id"] == "motor_fpv_5in") & (base["parent_supplier_id"] == "")]
    assert sorted(mine["child_id"]) == sorted(general["child_id"])
    assert set(mine["dataset"]) == {"uav"}
    assert "ndfeb_magnet" in set(mine["child_id"])
    assert verdicts(found) == {"Brushless motor 2207 1750KV": "exposed"}
    alone = bill(text, attach_upstream=False)
    assert set(alone.dataset.bom["parent_id"]) == {"my_drone"}


def test_every_row_says_whose_fact_it_is(bill) -> None:
    found = bill("Name,Qty,Manufacturer\nBrushless motor 2207,4,T-Motor\n")
    for name in ("parts", "bom", "offers", "suppliers", "sources"):
        table = found.dataset.tables[name]
        assert set(table["dataset"]) == {"uav", "my_drone"} - ({"my_drone"} if name == "suppliers" else set())


def test_made_designed_seat_and_shipping_are_four_facts(bill) -> None:
    found = bill(
        "Name,Manufacturer,Country of origin,Country of design,Manufacturer country,Ship from\n"
        "Widget,Nobody Inc,Vietnam,Japan,Taiwan,Hong Kong\n"
    )
    (offer,) = offers_of(found, 2).to_dict("records")
    assert (offer["origin_country"], offer["design_country"], offer["shipped_from"]) == ("VNM", "JPN", "HKG")
    suppliers = found.dataset.suppliers.set_index("supplier_id")
    assert suppliers.at[offer["supplier_id"], "country"] == "TWN"
    counts = {(count.by, count.value): count.lines for count in found.account.counts}
    assert counts[("made", "VNM")] == counts[("designed", "JPN")] == 1
    assert counts[("headquartered", "TWN")] == counts[("shipped", "HKG")] == 1


def test_a_shipping_country_is_no_origin(bill) -> None:
    found = bill("Name,Manufacturer,Ship from\nWidget,TSMC,China\n", attach_upstream=False)
    assert verdicts(found, basis=["made"]) == {"Widget": "unknown"}
    assert [count.value for count in found.account.counts if count.by == "shipped"] == ["CHN"]


def test_a_teardown_by_seats_and_a_customs_list_by_shipping_stay_apart(tmp_path: Path) -> None:
    rows = [("DJI", "China", "Hong Kong"), ("Texas Instruments", "USA", "Malaysia"), ("TSMC", "Taiwan", "China")]
    teardown, customs = tmp_path / "teardown.csv", tmp_path / "customs.csv"
    lines = [f"Part {number},{maker},{seat},1" for number, (maker, seat, _) in enumerate(rows)]
    teardown.write_text("\n".join(["Name,Manufacturer,Brand country,Qty", *lines]), "utf-8")
    lines = [f"Part {number},{maker},{port},1" for number, (maker, _, port) in enumerate(rows)]
    customs.write_text("\n".join(["Name,Manufacturer,Departure country,Qty", *lines]), "utf-8")
    by_seat, by_port = sc.read_bill(teardown), sc.read_bill(customs)

    def counted(found: Bill, basis: str) -> dict[str, int]:
        return {count.value: count.lines for count in found.account.counts if count.by == basis}

    assert counted(by_seat, "headquartered") == {"CHN": 1, "USA": 1, "TWN": 1}
    assert counted(by_port, "shipped") == {"HKG": 1, "MYS": 1, "CHN": 1}
    assert counted(by_seat, "shipped") == counted(by_port, "headquartered") == {}
    seats = [verdicts(found, basis=["headquartered"], depth=1) for found in (by_seat, by_port)]
    assert seats[0] == seats[1] == {"Part 0": "exposed", "Part 1": "clear", "Part 2": "clear"}


def test_the_bundled_data_go_before_a_seat_in_the_file_and_the_difference_is_said(bill) -> None:
    found = bill("Name,Manufacturer,Manufacturer country\nWidget,TSMC,China\n")
    suppliers = found.dataset.suppliers.set_index("supplier_id")
    assert suppliers.at["tsmc", "country"] == "TWN"
    assert any("China here, Taiwan in the bundled data" in str(problem) for problem in found.dataset.problems)
    assert [count.value for count in found.account.counts if count.by == "headquartered"] == ["CHN"]


def contradicting(first: str, second: str, column: str) -> str:
    header = f"Name,Qty,Manufacturer,Country of origin,{column}"
    return f"{header}\nA,1,Foo,Japan,{first}\nB,1,Foo,Japan,{second}\n"


@pytest.mark.parametrize("pair", [("Taiwan", "China"), ("China", "Taiwan")])
def test_two_rows_that_disagree_on_a_seat_make_it_unknown_whichever_comes_first(bill, pair) -> None:
    found = bill(contradicting(*pair, "Manufacturer country"), attach_upstream=False)
    contact = sc.exposure(found.dataset, basis=["headquartered"]).contact
    assert (contact.low, contact.high) == (0.0, 1.0)
    assert any("it counts as unknown" in str(problem) for problem in found.dataset.problems)


@pytest.mark.parametrize("pair", [("Good Co,Taiwan", "Red Co,China"), ("Red Co,China", "Good Co,Taiwan")])
def test_two_rows_that_disagree_on_an_owner_make_it_unknown(bill, pair) -> None:
    text = contradicting(*pair, "Parent company,Owner country")
    contact = sc.exposure(bill(text, attach_upstream=False).dataset, basis=["owned"]).contact
    assert (contact.low, contact.high) == (0.0, 1.0)


def test_the_price_of_a_line_holds_for_each_of_its_makers(bill) -> None:
    found = bill(
        "Name,Qty,Manufacturer 1,Manufacturer 2,Price (USD)\nChip,1,Texas Instruments,DJI,10\nOther,1,TSMC,,10\n",
        attach_upstream=False,
    )
    exposure = sc.exposure(found.dataset, basis=["headquartered"])
    assert (exposure.face_value.low, exposure.face_value.high) == pytest.approx((0.0, 0.5))
    assert (exposure.cost.low, exposure.cost.high) == pytest.approx((20, 20))


def test_each_maker_is_counted_with_its_own_price(bill) -> None:
    found = bill("Name,Qty,Manufacturer 1,Price 1 (USD),Manufacturer 2,Price 2 (USD)\nChip,2,TI,10,DJI,15\n")
    costs = {count.value: dict(count.cost) for count in found.account.counts if count.by == "maker"}
    assert costs == {"TI": {"USD": 20.0}, "DJI": {"USD": 30.0}}


def test_how_many_lines_the_figures_of_value_stand_on_is_said(bill) -> None:
    found = bill("Name,Qty,Manufacturer,Price (USD)\nA,1,TI,5\nB,,DJI,7\nC,1,DJI,\n", attach_upstream=False)
    assert any("stand on 1 of 3 lines" in sentence for sentence in found.account.assumed())
    assert not any("stand on" in each for each in bill("Name,Qty,Price (USD)\nA,1,5\n").account.assumed())


def test_an_owner_in_the_file_is_followed(bill) -> None:
    found = bill(
        "Name,Manufacturer,Country of origin,Parent company,Owner country\nWidget,Nobody Inc,Japan,BYD,China\n"
    )
    findings = sc.flags(found.dataset, basis=["owned"], depth=1)
    assert findings.verdict == "exposed"


def test_several_makers_are_a_choice_that_is_not_known(bill) -> None:
    found = bill(
        "Name,Qty,Manufacturer 1,MPN 1,Manufacturer 2,MPN 2\nWidget,1,DJI,A,TSMC,B\n",
        attach_upstream=False,
    )
    contact = sc.exposure(found.dataset, basis=["headquartered"]).contact
    assert (contact.low, contact.high) == (0.0, 1.0)
    assert any("several makers" in sentence for sentence in found.account.assumed())


def test_lines_that_the_file_opens_get_no_upstream_tiers_of_their_own(bill) -> None:
    found = bill(
        "Level,Name,Qty,Manufacturer\n1,Brushless motor 2207,4,T-Motor\n2,NdFeB magnet,14,Nobody Inc\n1,Frame,1,TSMC\n"
    )
    upstream = {each.row: each.upstream for each in found.account.connections}
    assert upstream[2] == ""
    lines = found.dataset.bom
    motor = next(each.part_id for each in found.account.connections if each.row == 2)
    assert list(lines["child_id"][lines["parent_id"] == motor]) == [
        next(each.part_id for each in found.account.connections if each.row == 3)
    ]
    assert list(lines["quantity"][lines["parent_id"] == motor]) == [14.0]


def value_of(found: Bill, **options):
    return sc.exposure(found.dataset, basis=["made"], depth=1, **options)


def priced(currency: str) -> str:
    header = "Name,Qty,Manufacturer,Country of origin,Price,Currency"
    return f"{header}\nA,3,X Co,China,10,{currency}\nB,1,Y Co,Japan,70,{currency}\n"


@pytest.mark.parametrize("options", [{}, {"rates": {"EUR": 1.08}}])
def test_shares_of_cost_need_no_rate_and_the_cost_does(bill, options) -> None:
    found = bill(priced("EUR"), attach_upstream=False, **options)
    exposure = value_of(found)
    assert exposure.face_value.low == exposure.face_value.high == pytest.approx(0.3)
    if options:
        assert exposure.cost.low == pytest.approx(108)
        assert any("at 1.08 USD each" in sentence for sentence in found.account.assumed())
    else:
        assert exposure.cost is None
        assert any("--rate EUR=USD" in sentence for sentence in found.account.assumed())
    assert set(found.dataset.offers["price_currency"]) == {"EUR"}


def test_prices_without_a_currency_are_shares_until_it_is_named(bill) -> None:
    text = priced("").replace(",Currency", "").replace(",\n", "\n")
    assert value_of(bill(text, attach_upstream=False)).cost is None
    assert value_of(bill(text, attach_upstream=False, currency="USD")).cost.low == pytest.approx(100)


def test_prices_in_two_currencies_are_not_added(bill) -> None:
    text = priced("USD").replace("70,USD", "70,EUR")
    found = bill(text, attach_upstream=False)
    exposure = value_of(found)
    assert exposure.cost.low == pytest.approx(30)
    assert any("in EUR not used" in str(problem) for problem in found.dataset.problems)
    assert any("no price or no quantity known for B" in note for note in exposure.notes)


def test_the_price_of_an_assembly_bounds_what_is_in_it(bill) -> None:
    found = bill(
        "Level,Name,Qty,Manufacturer,Country of origin,Price,Currency\n"
        "1,Box,1,X Co,Japan,100,TWD\n2,Inside,2,Y Co,China,20,TWD\n1,Lid,1,X Co,Japan,100,TWD\n",
        attach_upstream=False,
    )
    exposure = sc.exposure(found.dataset, basis=["made"])
    assert exposure.value.low == exposure.value.high == pytest.approx(0.2)


def test_one_part_in_two_lines_is_one_part(bill) -> None:
    found = bill("Name,Qty,Manufacturer,MPN\nCap,3,TSMC,CC1\nCap again,2,TSMC,cc1\nCap,1,Murata,CC1\n")
    parts = [each.part_id for each in found.account.connections]
    assert parts[0] == parts[1] != parts[2]
    lines = found.dataset.bom[found.dataset.bom["parent_id"] == found.product]
    assert sorted(lines["quantity"]) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("turn", [1, -1])
def test_a_part_in_two_lines_of_two_classes_takes_the_same_one_in_any_order(bill, turn: int) -> None:
    rows = ["Brushless motor 2207 1750KV,4,T-Motor,X1", "LiPo battery 6S 1300mAh,1,T-Motor,X1"][::turn]
    found = bill("\n".join(["Name,Qty,Manufacturer,MPN", *rows]))
    parts = {each.part_id for each in found.account.connections}
    children = set(found.dataset.bom["child_id"][found.dataset.bom["parent_id"].isin(parts)])
    assert len(parts) == 1
    assert "cell_pouch" in children or "lithium_ion_cell" in children
    assert "ndfeb_magnet" not in children


def test_the_product_itself_is_looked_up_in_the_bundled_data(bill) -> None:
    offers = sc.load("uav").offers
    known = offers[(offers["part_id"] == "motor_fpv_5in") & (offers["supplier_id"] == "t_motor")].iloc[0]
    found = bill(f"Name,Qty,Manufacturer,MPN\nBrushless motor 2207,4,T-Motor,{known['product_name']}\n")
    (offer,) = offers_of(found, 2).to_dict("records")
    assert offer["origin_country"] == known["origin_country"] != ""
    assert known["offer_id"] in offer["note"]
    assert set(known["source_ids"].split(";")) <= set(offer["source_ids"].split(";"))
    other = bill("Name,Qty,Manufacturer,MPN\nBrushless motor 2207,4,T-Motor,Q99\n")
    assert offers_of(other, 2)["origin_country"].tolist() == [""]


def test_what_the_file_says_goes_before_the_bundled_offer(bill) -> None:
    offers = sc.load("uav").offers
    known = offers[(offers["part_id"] == "motor_fpv_5in") & (offers["supplier_id"] == "t_motor")].iloc[0]
    found = bill(f"Name,Manufacturer,MPN,Made in\nBrushless motor 2207,T-Motor,{known['product_name']},Vietnam\n")
    assert offers_of(found, 2)["origin_country"].tolist() == ["VNM"]


def test_ids_never_meet_those_of_the_bundled_data(bill) -> None:
    found = bill(
        "Internal part number,Name,Qty\nndfeb_magnet,Motor mount,1\nuav,Motor mount,1\ninputs_of_row_2,Motor mount,1\n"
    )
    ids = [each.part_id for each in found.account.connections]
    assert not set(ids) & set(sc.load("uav").parts["part_id"])
    assert len(set(ids)) == 3


def test_columns_that_are_not_used_are_carried_along(bill) -> None:
    found = bill("Name,Qty,Colour of box,dataset\nWidget,1,red,=1+1\n")
    line = found.dataset.bom[found.dataset.bom["parent_id"] == found.product].iloc[0]
    assert line["Colour of box"] == "red"
    assert line["dataset (file)"] == "=1+1"
    assert line["dataset"] == "my_drone"


def test_taiwan_hong_kong_and_macao_are_counted_apart(bill) -> None:
    rows = "\n".join(f"P{n},1,{c}" for n, c in enumerate(["臺灣", "Taiwan", "ROC", "香港", "澳門", "中國大陸", "PRC"]))
    found = bill(f"Name,Qty,原產地\n{rows}\n")
    counts = {count.value: (count.lines, count.name) for count in found.account.counts if count.by == "made"}
    assert counts == {"TWN": (3, "Taiwan"), "HKG": (1, "Hong Kong"), "MAC": (1, "Macao"), "CHN": (2, "China")}


def test_two_countries_in_a_cell_are_none(bill) -> None:
    found = bill("Name,Qty,原產地\nWidget,1,中國/台灣\n")
    assert [(count.value, count.written) for count in found.account.counts if count.by == "made"] == [
        ("中國/台灣", ("中國/台灣",))
    ]


def test_the_order_of_rows_does_not_matter(bill) -> None:
    header, *rows = [
        "Name,Qty,Manufacturer,MPN,Country of origin,Price (USD)",
        "Brushless motor 2207,4,T-Motor,F60,China,27",
        "Frame,1,Nobody Inc,F1,,12",
        "LiPo battery 6S 1300mAh,1,Tattu,R-Line,,40",
        "Flight controller F7,1,Holybro,Kakute,China,60",
        "Widget,2,TSMC,W,Taiwan,3",
    ]
    first = sc.exposure(bill("\n".join([header, *rows])).dataset)
    random.Random(4).shuffle(rows)
    second = sc.exposure(bill("\n".join([header, *rows])).dataset)
    for name in ("face_value", "value", "hidden", "contact"):
        one, other = getattr(first, name), getattr(second, name)
        assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1e-12)


CELL = st.one_of(
    st.sampled_from(
        ["", "motor", "4", "-1", "China", "Taiwan", "DJI", "=1+1", "1.5", "$3", "€2", "x" * 300, "C1-C9", "总计"]
    ),
    st.text(max_size=12),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=5, max_size=5), max_size=6))
def test_whatever_the_cells_hold_there_is_a_dataset_or_one_clear_error(tmp_path_factory, rows) -> None:
    import csv

    path = tmp_path_factory.mktemp("any") / "any.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows([["Name", "Qty", "Manufacturer", "Country of origin", "Price"], *rows])
    try:
        found = sc.read_bill(path)
    except SupplychainError as refused:
        message = str(refused)
    else:
        message = ""
    if message:
        assert "any.csv" in message
        return
    assert [str(each) for each in validation.check(found.dataset) if each.severity == "error"] == []
    left = {row.row for row in found.account.left}
    lines = {item.row for item in found.account.items}
    assert not left & lines
    exposure = sc.exposure(found.dataset)
    assert 0.0 <= exposure.contact.low <= exposure.contact.high <= 1.0
