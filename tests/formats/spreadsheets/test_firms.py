"""Names of makers to suppliers: real spellings, false friends, and what may never be guessed."""

import csv
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.errors import OptionError
from supplychain.formats import load
from supplychain.formats.spreadsheets import firm_names
from supplychain.formats.spreadsheets.firm_likeness import is_slip, likeness
from supplychain.formats.spreadsheets.firms import match_firms

REFERENCE = Path(__file__).parents[4] / "shared" / "reference"
SUPPLIERS = load("uav").suppliers
KNOWN = sorted(set(SUPPLIERS["supplier_id"]))


def frame(*rows):
    columns = ("supplier_id", "name", "name_zh", "aliases", "owner_id")
    return pd.DataFrame([dict(zip(columns, (*row, "", "", ""), strict=False)) for row in rows], columns=list(columns))


def one(name, suppliers=SUPPLIERS, **options):
    return match_firms([name], suppliers, **options)[name]


def listed(match):
    return [supplier for supplier, _, _ in match.candidates]


@pytest.mark.parametrize(
    ("name", "supplier"),
    [
        # Case, width, punctuation, blanks, marks
        ("MURATA", "murata"),
        ("ＭＵＲＡＴＡ", "murata"),
        ("T Motor", "t_motor"),
        ("TMOTOR", "t_motor"),
        ("u-blox AG", "u_blox"),
        ("ublox", "u_blox"),
        ("Brother Hobby", "brotherhobby"),
        ("HQ Prop", "hqprop"),
        ("ST Microelectronics", "stmicroelectronics"),
        ("NVIDIA®", "nvidia"),
        ("Molex™", "molex"),
        ("  Hirose  ", "hirose"),
        ("Sky Drones", "sky_drones"),
        # Legal forms
        ("Molex Inc", "molex"),
        ("Molex, LLC", "molex"),
        ("Texas Instruments Incorporated", "ti"),
        ("TDK Corporation", "tdk"),
        ("TDK株式会社", "tdk"),
        ("Diodes Inc.", "diodes_inc"),
        ("LG Chem, Ltd.", "lg_chem"),
        ("Robert Bosch GmbH & Co. KG", "robert_bosch"),
        ("Basler", "basler_ag"),
        ("SAMSUNG SDI CO., LTD", "samsung_sdi"),
        ("Samsung Electronics Co.,Ltd.", "samsung"),
        ("Parrot S.A.", "parrot"),
        ("Parrot SAS", "parrot"),
        ("Lynred S.A.S.", "lynred"),
        ("Workswell s.r.o.", "workswell"),
        ("NXP Semiconductors N.V.", "nxp"),
        ("NXP", "nxp"),
        ("TI", "ti"),
        ("ST", "stmicroelectronics"),
        ("德州儀器", "ti"),
        ("德州仪器", "ti"),
        ("Panasonic 松下", "panasonic"),
        ("Microchip Technology Inc.", "microchip"),
        ("Toray Industries, Inc.", "toray"),
        ("QST Corp", "qst"),
        ("Quectel (Pty) Ltd", "quectel"),
        # Chinese
        ("台積電", "tsmc"),
        ("臺積電", "tsmc"),
        ("台积电", "tsmc"),
        ("华邦电子", "winbond"),
        ("華邦電子股份有限公司", "winbond"),
        ("聯發科技股份有限公司", "mediatek"),
        ("大疆", "dji"),
        ("DJI 大疆", "dji"),
        ("大疆（DJI）", "dji"),
        ("DJI (大疆)", "dji"),
        # Aliases, and names with brackets
        ("FLIR", "teledyne_flir"),
        ("Gens ace", "tattu"),
        ("Walksnail", "caddxfpv"),
        ("Hex/ProfiCNC", "cubepilot"),
        ("Murata (Sony)", "murata"),
        ("Aeronaut (likely)", "aeronaut"),
        ("WCH", "wch"),
        ("Texas Instruments (TI)", "ti"),
        # A subsidiary with its parent in brackets
        ("Nexperia (Wingtech)", "nexperia"),
        ("Nexperia B.V. (Wingtech Technology)", "nexperia"),
        ("InvenSense (TDK)", "tdk_invensense"),
        ("TDK InvenSense", "tdk_invensense"),
        ("FLIR (Teledyne)", "teledyne_flir"),
        ("Livox (DJI)", "livox"),
        ("Sierra Wireless (Semtech)", "sierra_wireless"),
        ("Bosch Sensortec (Bosch)", "bosch_sensortec"),
    ],
)
def test_the_same_name_is_exact(name, supplier):
    match = one(name)
    assert (match.kind, match.supplier_id, match.candidates) == ("exact", supplier, ())
    assert match.why


@pytest.mark.parametrize(
    ("name", "supplier", "why"),
    [
        # Regions
        ("Murata Electronics North America", "murata", "left out: electronics, north america"),
        ("Samsung Electro-Mechanics America, Inc", "samsung_em", "left out: america"),
        ("Nexperia USA Inc.", "nexperia", "left out: usa"),
        ("Murata (China)", "murata", "left out: China"),
        ("SHENZHEN HOBBYWING TECHNOLOGY CO.,LTD", "hobbywing", "left out: shenzhen, technology"),
        ("杭州海康威視", "hikvision", "left out: 杭州"),
        # Kinds of business
        ("Hirose Electric Co Ltd", "hirose", "left out: electric"),
        ("Panasonic Electronic Components", "panasonic", "left out: electronic components"),
        ("Molicel Holdings", "molicel", "left out: holdings"),
        # Short for the only supplier of the name
        ("Infineon", "infineon", "short for 'Infineon Technologies'"),
        ("Micron", "micron", "short for 'Micron Technology'"),
        ("Winbond", "winbond", "short for 'Winbond Electronics'"),
        ("Anduril", "anduril", "short for 'Anduril Industries'"),
        # Slips of the pen
        ("Hobywing", "hobbywing", "a slip of the pen"),
        ("STMicroelectronic", "stmicroelectronics", "a slip of the pen"),
        ("Texas Intsruments", "ti", "a slip of the pen"),
        ("Andurill Industries", "anduril", "a slip of the pen"),
        # Others
        ("InvenSense", "tdk_invensense", "without its owner TDK"),
        ("Gens ace / Tattu", "tattu", "all the names in the cell"),
    ],
)
def test_a_difference_that_does_not_matter_is_said(name, supplier, why):
    match = one(name)
    assert (match.kind, match.supplier_id) == ("similar", supplier)
    assert why in match.why
    assert 0.9 < match.score <= 1


@pytest.mark.parametrize(
    ("name", "suppliers"),
    [
        ("Samsung", ["samsung", "samsung_em", "samsung_sdi"]),
        ("Bosch", ["bosch_sensortec", "robert_bosch"]),
        ("LG", ["lg_chem", "lg_energy_solution"]),
        ("POSCO", ["posco", "posco_group"]),
        ("Proterial (China)", ["proterial", "proterial_china"]),
        ("Trinamic (Analog Devices)", ["adi"]),
        ("SOYO (Pololu)", ["pololu"]),
        ("Livox (Huawei)", ["livox", "huawei"]),
        ("Huawei (HiSilicon)", ["huawei", "hisilicon"]),
        ("Dronecode/Auterion", ["auterion"]),
        ("TE Connectivity / Raychem", ["te_connectivity"]),
        ("Analog Devices Inc./Maxim Integrated", ["adi"]),
        ("TDK Group", ["tdk", "tdk_invensense"]),
        ("NXP USA Inc.", ["nxp"]),
        ("KDE", ["kde_direct"]),
        ("Xilinx", ["amd"]),
        ("Hobbyking", ["hobbywing"]),
        ("Infinion", ["infineon"]),
        ("Falcon Electronics", ["falcon"]),
        ("Micron Electronics", ["micron"]),
        ("Shenzhen Falcon", ["falcon"]),
        ("JST Sales America Inc.", ["jst"]),
        ("TDK Taiwan", ["tdk"]),
        ("华为技术有限公司", ["huawei"]),
        ("Advent", ["advent_international"]),
        ("Motorola", ["motorola_solutions"]),
        ("China Southern Rare Earth Group", ["china_northern_re"]),
        ("Sony Semiconductor Solutions", ["sony_semi", "sony_group"]),
        ("大疆創新科技有限公司", ["dji"]),
        ("杭州海康威视数字技术股份有限公司", ["hikvision"]),
        ("Amass?", ["amass"]),
        ("Amass (clone)", ["amass"]),
        ("Hobbywing (compatible)", ["hobbywing"]),
        ("DJI 相容", ["dji"]),
        ("Dibi International", ["digi_international"]),
    ],
)
def test_what_is_not_sure_is_a_candidate(name, suppliers):
    match = one(name)
    assert (match.kind, match.supplier_id) == ("candidate", "")
    assert set(suppliers) <= set(listed(match))
    assert match.score == match.candidates[0][2]
    assert all(0.75 <= score <= 1 for _, _, score in match.candidates)


@pytest.mark.parametrize(
    ("name", "stranger"),
    [
        ("Honor", "honeywell"),
        ("Amazon", "amass"),
        ("TII", "ti"),
        ("Sonyu", "sony_group"),
        ("Motorola", "t_motor"),
        ("HobbyKing", "hobbywing"),
        ("STM", "stmicroelectronics"),
        ("DJY", "dji"),
        ("MKT", "mks"),
        ("EMAX 2", "emax"),
        ("Murata Machinery", "murata"),
        ("Sony Music", "sony_group"),
        ("Samsung SDS", "samsung_sdi"),
        ("Foxteck", "foxtech"),
        ("EV Motors", "eu_motors"),
        ("Lattice Technology", "lattice"),
        ("Union Robot", "union_robotics"),
    ],
)
def test_false_friends_are_not_taken(name, stranger):
    suppliers = pd.concat([SUPPLIERS, frame(("honeywell", "Honeywell"))])
    match = one(name, suppliers)
    assert match.kind in {"candidate", "none"}
    assert match.supplier_id == ""
    if name in {"Honor", "Amazon", "TII", "STM", "DJY", "MKT"}:
        assert stranger not in listed(match)


@pytest.mark.parametrize(
    "name", ["", " ", "-", "n/a", "N.A.", "various", "Generic", "TBD", "unknown", "不明", "123", "?"]
)
def test_no_firm_is_named(name):
    match = one(name)
    assert (match.kind, match.supplier_id, match.candidates, match.why) == ("none", "", (), "names no firm")


def test_a_parent_alone_is_never_taken_for_its_subsidiary():
    parent = frame(("tdk", "TDK"))
    for name in ("InvenSense (TDK)", "TDK InvenSense", "TDK-InvenSense", "InvenSense (a TDK company)", "TDK-Lambda"):
        match = one(name, parent)
        assert (match.kind, listed(match)) == ("candidate", ["tdk"]), name


def test_an_owner_in_brackets_is_said():
    family = frame(("acorn", "Acornix", "", "", "oakwood"), ("oakwood", "Oakwood Holding"))
    match = one("Acornix Ltd (part of Oakwood)", family)
    assert (match.kind, match.supplier_id) == ("exact", "acorn")
    assert "(part of Oakwood) is its owner" in match.why


def test_an_unknown_word_in_brackets_is_said():
    match = one("Hobbywing (Yangfan)")
    assert (match.kind, match.supplier_id) == ("exact", "hobbywing")
    assert "(Yangfan) left out" in match.why


def test_a_name_of_two_suppliers_is_asked_about():
    suppliers = frame(("one", "First Maker", "", "Shared"), ("two", "Other Firm", "", "Shared;Another"))
    match = one("SHARED Ltd.", suppliers)
    assert (match.kind, match.supplier_id, sorted(listed(match))) == ("candidate", "", ["one", "two"])
    assert match.why == "several suppliers have this name"


def test_a_full_name_goes_before_a_part_of_one():
    suppliers = frame(("joint", "Delphi / Kestrelwerk Plant"), ("real", "Delphi"))
    assert one("Delphi", suppliers).supplier_id == "real"


def test_a_slip_between_two_suppliers_is_asked_about():
    suppliers = frame(("a", "Kestrelwerke"), ("b", "Kestrelwerka"))
    match = one("Kestrelwerkx", suppliers)
    assert (match.kind, sorted(listed(match))) == ("candidate", ["a", "b"])
    assert one("Kestrelwerke", suppliers).supplier_id == "a"


def test_the_word_of_a_person_goes_first():
    confirmed = {"Samsung": "samsung_em", "Murata": "", "Bosch": "robert_bosch", "BOSCH Ltd": "bosch_sensortec"}
    found = match_firms(["Samsung", "SAMSUNG Co., Ltd.", "Murata", "Bosch", "bosch"], SUPPLIERS, confirmed=confirmed)
    assert [(match.kind, match.supplier_id) for match in found.values()] == [
        ("confirmed", "samsung_em"),
        ("confirmed", "samsung_em"),
        ("rejected", ""),
        ("confirmed", "robert_bosch"),
        ("candidate", ""),  # two spellings of it were decided differently
    ]


def test_a_confirmed_supplier_must_exist():
    with pytest.raises(OptionError, match=r"'muratta'.*near it: murata"):
        match_firms(["Murata"], SUPPLIERS, confirmed={"Murata": "muratta"})


def test_every_name_has_an_answer_in_the_order_given():
    names = ["Yageo", "Murata", "Yageo", "", "Samsung"]
    assert list(match_firms(names, SUPPLIERS)) == ["Yageo", "Murata", "", "Samsung"]
    assert match_firms([], SUPPLIERS) == {}


def test_no_suppliers_no_match():
    assert one("Murata", frame()).kind == "none"
    assert one("Murata", pd.DataFrame({"supplier_id": ["murata"], "name": ["Murata"]})).kind == "exact"


# Automatic matches of the brands in the component database, checked by hand; brands not named here must stay open.
BRANDS = {
    "Anduril": "anduril", "APC Propellers": "apc", "Brother Hobby": "brotherhobby", "Eaglepower": "eaglepower",
    "ExpressLRS": "elrs", "FLIR": "teledyne_flir", "Gens Ace": "tattu", "HQ Prop": "hqprop", "HobbyWing": "hobbywing",
    "Infineon": "infineon", "MatekSys": "matek_systems", "Hex/ProfiCNC": "cubepilot", "Veronte": "embention",
    "Walksnail": "caddxfpv", "Volz Servos": "volz", "Tarot RC": "tarot", "VESC Project": "vesc",
    "Sony": "sony_group", "NXP": "nxp", "KDE": "", "MKS Servos": "", "Hitec Commercial Solutions": "", "HobbyKing": "",
    "Cobra Aero": "", "Trinamic (Analog Devices)": "", "HP Prop (ambiguous)": "", "Teledyne Optech": "",
    "Dronecode/Auterion": "", "NextVision Stabilized Systems": "", "EaglePicher": "", "Azure Power Systems": "",
    "Blue Robotics": "", "GEM Systems": "", "Skyfront": "", "Sensata/Crydom": "", "Honeywell": "", "Solid Power": "",
}  # fmt: skip


@pytest.mark.parametrize("name", BRANDS)
def test_brands_of_the_component_database(name):
    assert one(name).supplier_id == BRANDS[name]


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference files are not beside the checkout")
def test_no_wrong_firm_in_the_whole_component_database():
    with next(REFERENCE.glob("uas_component_database_*.csv")).open(encoding="utf-8-sig", newline="") as handle:
        brands = sorted({row["brand"] for row in csv.DictReader(handle)})
    found = match_firms(brands, SUPPLIERS)
    taken = {name: match.supplier_id for name, match in found.items() if match.supplier_id}
    assert len(taken) > 180
    same = {}
    for _, row in SUPPLIERS.iterrows():
        for text in (row["name"], row["name_zh"], *row["aliases"].split(";")):
            same.setdefault("".join(sign for sign in text.casefold() if sign.isalnum()), set()).add(row["supplier_id"])
    # Letter for letter the name of a supplier, or checked by hand.
    other = {
        name: supplier
        for name, supplier in taken.items()
        if same.get("".join(sign for sign in name.casefold() if sign.isalnum())) != {supplier}
    }
    assert other == {
        "Anduril": "anduril",
        "ExpressLRS": "elrs",
        "Infineon": "infineon",
        "QST Corp": "qst",
    }


PX4 = {
    "AVX Corporation": "", "AVX Corp/Kyocera Corp": "", "Diodes Incorporated": "diodes_inc",
    "Hirose Electric Co Ltd": "hirose", "Honeywell Microelectronics & Precision Sensors": "",
    "Infineon Technologies": "infineon", "InvenSense": "tdk_invensense", "Kingbright": "", "Maxim Integrated": "",
    "Measurement Specialties, Inc.": "", "Micrel Inc": "", "Molex Inc": "molex",
    "Murata Electronics North America": "murata", "NDK": "", "NXP Semiconductors": "nxp", "Panasonic": "panasonic",
    "Panasonic Electronic Components": "panasonic", "STMicroelectronics": "stmicroelectronics",
    "Samsung Electro-Mechanics America, Inc": "samsung_em", "TDK Corporation": "tdk",
    "TE Connectivity / Raychem": "", "Texas Instruments": "ti", "Yageo": "",
}  # fmt: skip


@pytest.mark.parametrize("name", PX4)
def test_makers_of_the_autopilot_board(name):
    assert one(name).supplier_id == PX4[name]


def test_a_supplier_is_found_by_each_of_its_own_names():
    shared = SUPPLIERS["name"].map(lambda name: firm_names.key(firm_names.parsed(name).whole))
    for column in ("name", "name_zh"):
        own = {row[column]: row["supplier_id"] for _, row in SUPPLIERS.iterrows() if row[column]}
        found = match_firms(own, SUPPLIERS)
        assert {name: match.supplier_id for name, match in found.items()} == own
        assert {match.kind for match in found.values()} == {"exact"}
    assert shared.is_unique


FORMS = [
    "",
    " Inc.",
    ", Inc",
    " Co., Ltd.",
    " Co.,Ltd",
    " GmbH",
    " AG",
    " S.p.A.",
    " B.V.",
    " LLC",
    " 有限公司",
    " 株式会社",
]


@pytest.mark.parametrize("style", ["upper", "lower", "wide", "spaced"])
def test_case_width_and_legal_form_do_not_matter(style):
    wide = str.maketrans({at: at + 0xFEE0 for at in range(0x21, 0x7F)})
    written = {}
    for at, (name, supplier) in enumerate(zip(SUPPLIERS["name"], SUPPLIERS["supplier_id"], strict=True)):
        text = name + FORMS[at % len(FORMS)]
        changed = {
            "upper": text.upper(),
            "lower": text.lower(),
            "wide": text.translate(wide),
            "spaced": f" {text}\u200b\n",
        }
        written[changed[style]] = supplier
    found = match_firms(written, SUPPLIERS)
    assert {name: (match.kind, match.supplier_id) for name, match in found.items()} == {
        name: ("exact", supplier) for name, supplier in written.items()
    }


ENDINGS = st.sampled_from(["", " (TDK)", " / Murata", "?", "大疆"])


@given(st.lists(st.builds(str.__add__, st.text(max_size=60), ENDINGS), min_size=1, max_size=20, unique=True))
@settings(max_examples=50)
def test_any_text_has_an_answer(texts):
    found = match_firms(texts, SUPPLIERS)
    assert list(found) == texts
    for match in found.values():
        assert (match.supplier_id != "") == (match.kind in {"exact", "similar"})
        assert (match.candidates != ()) == (match.kind == "candidate")
        assert match.why


@pytest.mark.parametrize("figure", ["2", "07", "X1"])
def test_a_figure_more_is_another_name(figure):
    found = match_firms([f"{name} {figure}" for name in SUPPLIERS["name"]], SUPPLIERS)
    assert {name: match.kind for name, match in found.items() if match.kind not in {"candidate", "none"}} == {}


@given(st.text("abcde", min_size=1, max_size=12), st.text("abcde", min_size=1, max_size=12))
def test_likeness_counts_the_letters_in_order(one_text, other):
    rows = [[0] * (len(other) + 1) for _ in range(len(one_text) + 1)]
    for i, sign in enumerate(one_text):
        for j, match in enumerate(other):
            rows[i + 1][j + 1] = rows[i][j] + 1 if sign == match else max(rows[i][j + 1], rows[i + 1][j])
    assert likeness(one_text, other) == pytest.approx(2 * rows[-1][-1] / (len(one_text) + len(other)))
    assert likeness(one_text, other) == likeness(other, one_text)


@pytest.mark.parametrize(
    ("one_name", "other", "slip"),
    [
        ("hobywing", "hobbywing", True),
        ("intsruments", "instruments", True),
        ("obbywing", "hobbywing", False),
        ("area51", "area52", False),
        ("abcdefgh", "abcdxxgh", False),
    ],
)
def test_slips_of_the_pen(one_name, other, slip):
    assert is_slip((one_name,), (other,)) is slip


@pytest.mark.parametrize(
    "name", ["Co", "The Company", "AS", "Ltd.", "股份有限公司", "GmbH & Co. KG", "株式会社", "Group", "(Ltd)"]
)
def test_a_name_is_never_cut_to_nothing(name):
    assert firm_names.key(firm_names.parsed(name).whole)


@pytest.mark.parametrize(
    "name", ["(" * 5000, "a." * 5000, "A/S " * 3000, "株" * 5000, "Co " * 3000, "/" * 5000, "()" * 3000, "\x00\u202e"]
)
def test_hostile_names_cost_nothing(name):
    assert one(name).supplier_id == ""


def test_word_list_is_well_formed():
    path = Path(firm_names.__file__).with_name("firm_words.csv")
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    places = {(row["kind"], row["place"]) for row in rows}
    assert {kind for kind, _ in places} == {
        "legal", "group", "business", "trade", "region", "doubt", "placeholder", "everyday"
    }  # fmt: skip
    assert {place for _, place in places} <= {"end", "front", "both", "any"}
    assert all(row["word"].strip() == row["word"] != "" for row in rows)
    seen = [(row["word"], row["kind"], row["place"]) for row in rows]
    assert len(seen) == len(set(seen))


def test_no_variant_of_a_character_is_its_own_simplified_form():
    path = Path(firm_names.__file__).with_name("character_variants.csv")
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    simplified = {row["simplified"] for row in rows}
    variants = [sign for row in rows for sign in row["variants"]]
    assert len(variants) == len(set(variants))
    assert simplified.isdisjoint(variants)


@pytest.mark.timing
def test_five_thousand_names_in_seconds():
    names = [f"{name} {word} {number}" for name in SUPPLIERS["name"] for word in ("Motor", "X") for number in range(7)]
    started = time.process_time()
    assert len(match_firms(names[:5000], SUPPLIERS)) == 5000
    assert time.process_time() - started < 6
