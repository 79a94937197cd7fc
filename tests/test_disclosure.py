"""What is shown to others: no name of a private row's supplier, and the same figures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given

import supplychain as sc
from supplychain.cli import main
from supplychain.dataset import Dataset
from supplychain.disclosure import disclosed, private_names, public
from supplychain.disclosure.mentions import domain_names, mentioned
from supplychain.disclosure.words import first_word, forms_of, words_of
from supplychain.overlay import FACTS, overlay
from supplychain.views.report_page import report_html
from tests.strategies import datasets

OWN: dict[str, list[dict[str, Any]]] = {
    "parts": [
        {"part_id": "my_drone", "name": "My drone", "kind": "product", "description": "flown with Zephyrine motors"},
        {
            "part_id": "zephyrine_m5",
            "name": "Zephyrine M5-X motor",
            "name_zh": "澤風 M5-X 馬達",
            "category": "propulsion",
        },
        {"part_id": "frame", "name": "Frame", "category": "airframe", "manufacturer": "Quillon Works"},
    ],
    "bom": [
        {
            "parent_id": "my_drone",
            "child_id": "zephyrine_m5",
            "quantity": 4,
            "supplier_id": "zephyrine",
            "note": "ask Ms Li",
        },
        {"parent_id": "my_drone", "child_id": "frame", "quantity": 1, "slot": "zephyrine frame"},
        {"parent_id": "my_drone", "child_id": "flight_controller", "quantity": 1, "supplier_id": "holybro"},
    ],
    "offers": [
        {
            "part_id": "zephyrine_m5",
            "supplier_id": "zephyrine",
            "product_name": "M5-X",
            "origin_country": "TWN",
            "unit_cost_usd": 40,
            "certification": "certified by Zephyrine",
            "note": "quote of May",
            "source_ids": "zephyrine_quote",
            "seller": "Harbour Traders",
        },
        {"part_id": "frame", "supplier_id": "frames", "product_name": "Frame", "origin_country": "CHN"},
    ],
    "suppliers": [
        {
            "supplier_id": "zephyrine",
            "name": "Zephyrine Technology Co., Ltd.",
            "name_zh": "澤風科技股份有限公司",
            "aliases": "Zeph Motors;澤風",
            "country": "TWN",
            "owner_id": "mistral",
            "owner_country": "CHN",
            "ownership_share": 0.6,
            "note": "met in Taipei",
        },
        {"supplier_id": "mistral", "name": "Mistral Holdings", "country": "CHN"},
        {"supplier_id": "frames", "name": "Quillon Works", "country": "CHN"},
    ],
    "listings": [{"supplier_id": "mistral", "entity_name": "Mistral Holdings Group", "list_name": "A list"}],
    "sources": [
        {
            "source_id": "zephyrine_quote",
            "title": "Quote by Zephyrine",
            "publisher": "Li",
            "url": "https://zephyrine.example",
        }
    ],
}
SECRETS = (
    *(
        "zephyrine",
        "zeph motors",
        "澤風",
        "mistral",
        "quillon",
        "harbour traders",
        "m5-x",
        "m5_x",
        "ms li",
        "quote of may",
    ),
    *("met in taipei", "holybro", "pixhawk 6x"),
)


@pytest.fixture(scope="module")
def laid(uav: Dataset) -> Dataset:
    return overlay(uav, Dataset.from_tables(OWN, name="mine"))


@pytest.fixture(scope="module")
def shown(laid: Dataset) -> Dataset:
    return public(laid, private=private_names(laid))


def texts(dataset: Dataset) -> str:
    """Everything that stands in a dataset."""
    cells = [dataset.name, *map(str, dataset.problems)]
    for frame in dataset.tables.values():
        cells += [str(cell) for name in frame.columns for cell in frame[name].unique()]
    return "\n".join(cells).casefold()


@pytest.mark.parametrize("secret", SECRETS)
def test_no_table_tells_a_name(laid: Dataset, shown: Dataset, secret: str) -> None:
    assert secret.replace("_", "-") in texts(laid).replace("_", "-")
    assert secret not in texts(shown)


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_no_page_tells_a_name(laid: Dataset, language: Any) -> None:
    found = disclosed(laid, private=["mine"])
    page = report_html(found.dataset, "my_drone", language=language, names_left_out=True)
    for secret in SECRETS:
        assert secret not in page.casefold()
    assert {
        "en": "Names of suppliers, parts and models in private data are left out.",
        "zh-Hant": "私有資料中的供應商、零件與型號名稱已略去。",
    }[language] in page
    assert "left out." not in report_html(laid, "my_drone")


def test_figures_and_verdicts_stay(laid: Dataset, shown: Dataset) -> None:
    before: Any = sc.flags(laid, "my_drone").to_json()
    after: Any = sc.flags(shown, "my_drone").to_json()
    for key in ("face_value", "value", "hidden", "contact", "contact_by_depth", "clean_depth", "line_profile"):
        assert after["exposure"][key] == before["exposure"][key]
    rows = [
        sorted((f["tier"], f["verdict"], f["contact"]["low"], f["contact"]["high"], f["facts"]) for f in a["flags"])
        for a in (before, after)
    ]
    assert rows[0] == rows[1]


def test_suppliers_are_numbered_by_first_use_and_keep_countries_and_owners(shown: Dataset) -> None:
    found = shown.suppliers[shown.suppliers["name"].str.startswith("Supplier ")].set_index("supplier_id")
    # Of the lines flight_controller, frame (no supplier), motor; then the offers, then owners.
    assert found["name"].to_dict()["supplier_1"] == "Supplier 1"
    owned = found[found["owner_id"] != ""]
    (maker,) = owned.index
    assert found.loc[maker, ["name_zh", "country", "owner_country", "ownership_share", "aliases", "note"]].tolist() == [
        f"供應商 {maker.removeprefix('supplier_')}",
        "TWN",
        "CHN",
        0.6,
        "",
        "",
    ]
    assert found.loc[owned["owner_id"].iloc[0], "country"] == "CHN"
    assert set(shown.bom["supplier_id"]) >= {"supplier_1", maker}


def test_names_do_not_decide_the_numbers(laid: Dataset) -> None:
    other = {name: [dict(row) for row in rows] for name, rows in OWN.items()}
    for row in [*other["suppliers"], *other["offers"], *other["bom"], *other["listings"]]:
        for key in ("supplier_id", "owner_id"):
            row.update({key: {"zephyrine": "aaa_first"}.get(row.get(key, ""), row.get(key, ""))})
    renamed = overlay(sc.load("uav"), Dataset.from_tables(other, name="mine"))
    numbers = [disclosed(data, private=["mine"]).suppliers for data in (laid, renamed)]
    assert numbers[0]["zephyrine"] == numbers[1]["aaa_first"]


def test_what_private_rows_lose(shown: Dataset) -> None:
    mine = shown.offers[shown.offers[FACTS] == "mine"]
    assert set(mine["product_name"]) | set(mine["certification"]) | set(mine["note"]) == {""}
    assert mine["unit_cost_usd"].max() == 40
    assert "seller" not in shown.offers.columns
    assert "manufacturer" not in shown.parts.columns
    source = shown.sources[shown.sources[FACTS] == "mine"].iloc[0]
    assert source["source_id"] in mine["source_ids"].tolist()
    assert source.drop(["source_id", "kind", FACTS]).tolist() == [""] * (len(source) - 3)
    assert set(shown.tables["listings"].query("dataset == 'mine'")["entity_name"]) == {""}


def test_private_parts_are_named_by_group_and_lose_their_texts(shown: Dataset) -> None:
    mine = shown.parts[shown.parts[FACTS] == "mine"].set_index("name")
    assert sorted(mine.index) == ["Airframe 1", "My drone", "Propulsion 1"]
    assert set(mine["description"]) == {""}
    assert set(mine["part_id"]) == {"my_drone", "part_1", "part_2"}
    assert mine.loc["Propulsion 1", "part_id"] in set(shown.bom["child_id"])


def test_names_inside_texts_are_replaced(uav: Dataset) -> None:
    rows = {**OWN, "parts": [{**OWN["parts"][0], "name": "Drone by Zephyrine"}, *OWN["parts"][1:]]}
    found = public(overlay(uav, Dataset.from_tables(rows, name="zephyrine")), private=["zephyrine"])
    assert found.name == "[supplier]"
    assert found.parts.set_index("part_id").loc["my_drone", "name"] == "Drone by [supplier]"


def test_the_rest_of_the_bundled_data_stays(laid: Dataset, shown: Dataset) -> None:
    before, after = laid.suppliers.set_index("supplier_id"), shown.suppliers.set_index("supplier_id")
    kept = sorted(set(before.index) & set(after.index))
    assert len(kept) > 350
    assert before.loc[kept, "name"].equals(after.loc[kept, "name"])
    assert [len(shown.tables[name]) for name in shown.tables] == [len(laid.tables[name]) for name in laid.tables]


def test_bundled_data_alone_stay_as_they_are(uav: Dataset) -> None:
    assert private_names(uav) == ()
    assert public(uav, private=private_names(uav)) is uav


def test_what_is_private(uav: Dataset, laid: Dataset) -> None:
    mine = Dataset.from_tables(OWN, name="uav")
    # A name is no proof: the bundled dataset is the one at its place.
    assert private_names(mine) == ("uav",)
    assert private_names(laid) == ("mine",)
    answered = uav.with_tables(offers=uav.offers.assign(note="answered by letter"))
    assert private_names(answered) == ("uav",)
    unmarked = laid.with_tables(demand=uav.tables["demand"])
    assert private_names(unmarked) == ("mine",)


def test_firms_tied_by_ownership_are_not_named_either(uav: Dataset) -> None:
    line = {"parent_id": "kit", "child_id": "imu", "supplier_id": "tdk_invensense"}
    rows: dict[str, list[dict[str, Any]]] = {"parts": [{"part_id": "kit", "kind": "product"}], "bom": [line]}
    found = disclosed(overlay(uav, Dataset.from_tables(rows, name="mine")), private=["mine"])
    assert {"tdk", "tdk_invensense", "dongguan_poweramp"} <= set(found.suppliers)
    assert "invensense" not in texts(found.dataset)


def test_a_taken_number_is_passed_over(uav: Dataset) -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "parts": [{"part_id": "kit", "kind": "product"}, {"part_id": "motor"}],
        "bom": [{"parent_id": "kit", "child_id": "motor", "supplier_id": "acme"}],
        "suppliers": [{"supplier_id": "acme", "name": "Acme"}],
    }
    base = Dataset.from_tables({"suppliers": [{"supplier_id": "supplier_1", "name": "Some firm"}]}, name="uav")
    found = public(overlay(base, Dataset.from_tables(rows, name="mine")), private=["mine"])
    assert dict(zip(found.suppliers["supplier_id"], found.suppliers["name"], strict=True)) == {
        "supplier_2": "Supplier 2",
        "supplier_1": "Some firm",
    }


@given(datasets())
def test_figures_of_any_dataset_stay(dataset: Dataset) -> None:
    found = disclosed(dataset, private=[dataset.name])
    before, after = (
        sc.exposure(data, found_product)
        for data, found_product in ((dataset, "p00"), (found.dataset, found.parts.get("p00", "p00")))
    )
    for name in ("contact", "clean_depth", "clean_depth_proven"):
        assert getattr(after, name) == getattr(before, name)
    for name in ("face_value", "value"):
        one, other = getattr(before, name), getattr(after, name)
        assert (one is None) == (other is None)
        if one is not None:
            assert (other.low, other.high) == pytest.approx((one.low, one.high), abs=1e-9)


@pytest.mark.parametrize(
    "text",
    ["T-Motor", "t-motor", "TMotor", "T_MOTOR", "t motor", "Ｔ－Ｍｏｔｏｒ", "by T‑Motor."],
)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert "[supplier]" in words_of(["T-Motor"], []).replaced(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("T-Motor", "a motor, T-Motors"),
        ("ON", "an add-on board"),
        ("Amass", "amassed"),
        ("2207", "a motor of 22071"),
        ("大疆", "大學"),
    ],
)
def test_other_words_stay(name: str, text: str) -> None:
    assert words_of([name], []).replaced(text) == text


def test_short_names_are_found_in_their_capitals_and_long_ones_first() -> None:
    words = words_of(["ON", "ON Semi"], ["F7"])
    assert (
        words.replaced("ON makes it; turn on; On Semi too; F7 board")
        == "[supplier] makes it; turn on; [supplier] too; [product] board"
    )
    assert words.stands_in("part_on")
    assert not words.stands_in("part_on", short=False)


def test_forms_of_a_name() -> None:
    assert forms_of("大疆股份有限公司", frozenset()) == {"大疆股份有限公司", "大疆"}
    assert "Nexperia" in forms_of("Nexperia B.V. (Wingtech)", frozenset())
    assert "Wingtech" in forms_of("Nexperia B.V. (Wingtech)", frozenset())
    # Countries, remarks and words of the trade are no names.
    assert not {"Taiwan", "likely", "Motor", "United"} & (
        forms_of("Acme (Taiwan)", frozenset())
        | forms_of("Acme (likely)", frozenset())
        | forms_of("Motor Technology", frozenset({"motor"}))
        | forms_of("United Electronics", frozenset())
    )


def write(folder: Path, **tables: str) -> Path:
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def test_report_for_publication(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "mine",
        parts="part_id,name,kind\nzephyrine_drone,Zephyrine drone,product\nmotor_x,Motor,component\n",
        bom="parent_id,child_id,quantity,supplier_id\nzephyrine_drone,motor_x,4,zephyrine\n",
        offers="part_id,supplier_id,product_name,origin_country\nmotor_x,zephyrine,ZX-77,TWN\n",
        suppliers="supplier_id,name,country\nzephyrine,Zephyrine Inc.,TWN\n",
    )
    page = tmp_path / "page.html"
    result = CliRunner().invoke(main, ["report", str(folder), "--public", "-o", str(page)])
    assert result.exit_code == 0, result.output
    text = page.read_text("utf-8")
    assert "zephyrine" not in text.casefold()
    assert "zx-77" not in text.casefold()
    assert "Names of suppliers, parts and models in private data are left out." in text
    assert "Supplier 1" in text


def test_public_says_when_there_is_nothing_to_leave_out(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = CliRunner().invoke(main, ["report", "uav", "fpv_allied", "--public", "-o", str(page)])
    assert result.exit_code == 0
    assert "--public changes nothing: dataset uav comes with the package" in result.output
    assert "private data" not in page.read_text("utf-8")


# Firms, shops, brands and models of the X650 list; what of them the bundled data say of other parts is not told of it.
BRANDS = (
    *("Holybro", "Matek", "Tattu", "ASIX", "Livox", "DJI", "genstattu", "mateksys", "amazon", "store.dji.com"),
    *("H-RTK", "PM12S", "8000mAh", "Baseboard", "AX88772A", "Mid-360S", "X650 kit", "Doodle", "RM-2450", "Boxer"),
    *("RadioMaster", "R86C", "G-Tech", "NVIDIA", "ArduCam", "Microhard"),
)
MORE = (
    "3,RadioMaster Boxer RC CC2500,radio with R86C V2,100,radiomasterrc.com",
    "4,Doodle Labs RM-2450-11N3,radio module,1700,mouser.ca",
    "5,Power board,supply for Doodle and a G-Tech pack,20,amazon.ca",
    "6,Microhard Telemetry Radio V2,link of NVIDIA Orin and ArduCam,449,holybro.com",
)
MAKERS = {"1": "Holybro", "2": "Holybro", "7": "Matek", "8": "Tattu", "13": "Livox", "4": "Doodle Labs"}


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
@pytest.mark.parametrize("maker", [False, True])
def test_public_report_on_a_list_names_no_brand(tmp_path: Path, root: Path, language: str, maker: bool) -> None:
    text = (root / "tests" / "data" / "own_data" / "aas_quadcopter_x650.csv").read_text("utf-8")
    header, *lines = [*text.splitlines(), *MORE]
    if maker:
        header += ",Maker"
        lines = [f"{line},{MAKERS.get(line.partition(',')[0], '')}" for line in lines]
    listed, page = tmp_path / "my_quad.csv", tmp_path / "page.html"
    listed.write_text("\n".join([header, *lines]), "utf-8")
    columns = ["--column", "Part=name", *(["--column", "Maker=manufacturer"] if maker else [])]
    options = ["report", str(listed), *columns, "--lang", language, "-o", str(page)]
    assert CliRunner().invoke(main, options).exit_code == 0
    assert "Holybro X650 kit" in page.read_text("utf-8")
    result = CliRunner().invoke(main, [*options, "--public"])
    assert result.exit_code == 0, result.output
    shown = page.read_text("utf-8")
    # Short names stand by chance inside the signs of the scripts on the page.
    assert not [brand for brand in BRANDS if re.search(rf"(?<![a-z]){re.escape(brand)}(?![a-z])", shown, re.IGNORECASE)]
    assert ("Lidar scanner (row 8)" if language == "en" else "光達（第 8 列）") in shown
    assert "my_quad" in shown


def test_figures_of_a_list_stay(root: Path, uav: Dataset) -> None:
    path = root / "tests" / "data" / "own_data" / "aas_quadcopter_x650.csv"
    bill = sc.read_bill(path, columns={"Part": "name"})
    found = disclosed(bill.dataset, private=private_names(bill.dataset), known=uav)
    product = found.parts.get(bill.product, bill.product)
    before: Any = sc.flags(bill.dataset, bill.product).to_json()
    after: Any = sc.flags(found.dataset, product).to_json()
    for key in ("face_value", "value", "hidden", "contact", "contact_by_depth", "clean_depth", "line_profile"):
        assert after["exposure"][key] == before["exposure"][key]


def test_a_part_without_class_is_named_by_its_row_and_so_is_what_goes_into_it() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "parts": [
            {"part_id": "kit", "kind": "product"},
            {"part_id": "gizmo", "name": "Acme gizmo", "category": "unclassified"},
            {"part_id": "inside", "name": "What goes into Acme gizmo"},
        ],
        "bom": [
            {"parent_id": "kit", "child_id": "gizmo", "slot": "row 7"},
            {"parent_id": "kit", "child_id": "gizmo", "slot": "row 9"},
            {"parent_id": "gizmo", "child_id": "inside"},
        ],
    }
    found = public(Dataset.from_tables(rows, name="mine"), private=["mine"]).parts
    assert found["name"].tolist()[1:] == ["Part of rows 7, 9", "What goes into the part of rows 7, 9"]
    assert found["name_zh"].tolist()[1:] == ["第 7、9 列的零件", "第 7、9 列零件的投入"]
    assert found["part_id"].tolist() == ["kit", "part_1", "part_2"]


def test_a_first_word_is_a_name_where_others_do_not_have_it() -> None:
    def everyday(word: str) -> bool:
        return word == "thunder"

    assert first_word("Doodle Labs", frozenset(), everyday) == {"Doodle"}
    names = ("Thunder Tiger", "Analog Devices", "Taiwan Widgets", "Motor Works", "Doodle", "Shin Works")
    assert [first_word(name, frozenset({"motor"}), everyday) for name in names] == [set()] * 6


def test_shops_are_found_by_their_addresses() -> None:
    assert domain_names(["https://store.acme.co.uk/x", "see M2.5 and 3.3V"]) == {"store.acme.co.uk", "acme"}
    assert mentioned(["radiowidgetshop.com"], {"RadioWidget": {"rw"}, "Wid": {"w"}}) == {"rw"}
    assert mentioned(["store.wid.com"], {"WID": {"w"}}) == {"w"}


def test_a_firm_that_only_the_bundled_data_know_is_left_out_of_private_texts() -> None:
    known = Dataset.from_tables(
        {"suppliers": [{"supplier_id": "falcon", "name": "Falcon"}, {"supplier_id": "qx", "name": "Quillon Works"}]}
    )
    rows = {"parts": [{"part_id": "kit", "name": "Quillon falcon", "kind": "product"}]}
    found = public(
        Dataset.from_tables(rows, name="mine"), private=["mine"], known=known, everyday={"falcon"}.__contains__
    )
    assert found.parts["name"].tolist() == ["[supplier] falcon"]
