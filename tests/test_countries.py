"""The country table: what people write, and what must never be mixed up."""

from __future__ import annotations

import csv
from pathlib import Path

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.countries import Country, _folded, countries, name_of, to_alpha3

TAIWAN = (
    "TWN",
    "TW",
    "tw",
    "Taiwan",
    "TAIWAN",
    "臺灣",
    "台灣",
    "台湾",
    "Taiwan, Province of China",
    "Taiwan (Province of China)",
    "Taiwan, Republic of China",
    "Republic of China",
    "Republic of China (Taiwan)",
    "ROC",
    "R.O.C.",
    "Chinese Taipei",
    "Taiwan (R.O.C.)",
    "Taiwan, China",
    "Taiwan (China)",
    "China (Taiwan)",
    "China, Republic of",
    "China (Republic of)",
    "China, Taiwan Province of",
    "Taipei, Chinese",
    "中華民國",
    "中华民国",
    "中華民國（臺灣）",
    "中华台北",
    "中華臺北",
    "中国台湾",
    "中國臺灣",
    "中国台湾省",
    "臺灣省",
    "Ｔａｉｗａｎ",
    " taiwan\u3000",
    "Separate Customs Territory of Taiwan, Penghu, Kinmen and Matsu",
)
CHINA = (
    "CHN",
    "CN",
    "China",
    "china ",
    "中國",
    "中国",
    "PRC",
    "P.R.C.",
    "P. R. China",
    "P.R. China",
    "PR China",
    "Mainland China",
    "China (mainland)",
    "China, mainland",
    "中國大陸",
    "中国大陆",
    "大陸",
    "People's Republic of China",
    "People’s Republic of China",
    "China, People's Republic of",
    "The People's Republic of China",
    "中華人民共和國",
    "中华人民共和国",
    "ＣＨＩＮＡ",
)
HONG_KONG = (
    "HKG",
    "HK",
    "Hong Kong",
    "Hongkong",
    "HONG-KONG",
    "Hong Kong SAR",
    "Hong Kong S.A.R.",
    "Hong Kong, China",
    "Hong Kong (China)",
    "China, Hong Kong SAR",
    "Hong Kong SAR, China",
    "Hong Kong Special Administrative Region of China",
    "China, Hong Kong Special Administrative Region",
    "香港",
    "中國香港",
    "中国香港特别行政区",
    "香港特別行政區",
)
MACAO = (
    "MAC",
    "MO",
    "Macao",
    "Macau",
    "Macao SAR",
    "Macau, China",
    "China, Macao SAR",
    "Macao Special Administrative Region of China",
    "澳門",
    "澳门",
    "中國澳門",
    "中国澳门特别行政区",
    "澳門特別行政區",
)
OTHERS = {
    "USA": ("US", "U.S.", "U.S.A.", "United States", "United States of America", "the United States", "美國", "美国"),
    "KOR": (
        "South Korea",
        "Republic of Korea",
        "Korea, Republic of",
        "Korea (the Republic of)",
        "Korea, South",
        "ROK",
        "南韓",
        "韓國",
        "韩国",
        "大韓民國",
    ),
    "PRK": (
        "North Korea",
        "DPRK",
        "Korea, Democratic People's Republic of",
        "Korea (the Democratic People's Republic of)",
        "北韓",
        "朝鲜",
    ),
    "CZE": ("Czechia", "Czech Republic", "the Czech Republic", "捷克"),
    "TUR": ("Türkiye", "Turkiye", "Turkey", "TÜRKİYE", "土耳其"),
    "GBR": ("UK", "U.K.", "Great Britain", "United Kingdom of Great Britain and Northern Ireland", "英國", "英国"),
    "VNM": ("Viet Nam", "Vietnam", "越南"),
    "RUS": ("Russia", "Russian Federation", "the Russian Federation", "俄羅斯", "俄罗斯"),
    "CIV": ("Côte d'Ivoire", "Côte d’Ivoire", "Cote d'Ivoire", "Ivory Coast", "象牙海岸", "科特迪瓦"),
    "COD": (
        "Congo, The Democratic Republic of the",
        "Democratic Republic of the Congo",
        "DRC",
        "Congo (the Democratic Republic of the)",
    ),
    "COG": ("Congo", "Congo (the)", "Republic of the Congo"),
    "IRN": ("Iran", "Iran, Islamic Republic of", "Iran (Islamic Republic of)", "Islamic Republic of Iran"),
    "BOL": ("Bolivia", "Bolivia (Plurinational State of)", "Bolivia, Plurinational State of"),
    "MDA": ("Moldova", "Moldova, Republic of", "Republic of Moldova", "Moldova (the Republic of)"),
    "ITA": ("Italy", "義大利", "意大利"),
    "BIH": ("Bosnia and Herzegovina", "Bosnia & Herzegovina"),
    "NLD": ("Netherlands", "The Netherlands", "Netherlands (the)", "Holland", "荷蘭"),
    "NAM": ("NA", "Namibia"),
}


@pytest.mark.parametrize(
    ("code", "texts"), [("TWN", TAIWAN), ("CHN", CHINA), ("HKG", HONG_KONG), ("MAC", MACAO), *OTHERS.items()], ids=str
)
def test_what_people_write_is_understood(code: str, texts: tuple[str, ...]) -> None:
    assert {text: to_alpha3(text) for text in texts} == dict.fromkeys(texts, code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "n/a",
        "N/A",
        "N-A",
        "unknown",
        "various",
        "EU",
        "Korea",
        "Taiwan and China",
        "China/Taiwan/Hong Kong",
        "?",
    ],
)
def test_what_is_no_one_country_is_none(text: str) -> None:
    assert to_alpha3(text) is None


def test_taiwan_hong_kong_and_macao_are_shown_by_their_own_names() -> None:
    assert [name_of(code) for code in ("TWN", "HKG", "MAC", "CHN")] == ["Taiwan", "Hong Kong", "Macao", "China"]
    assert [name_of(code, "zh-Hant") for code in ("TWN", "HKG", "MAC", "CHN")] == ["臺灣", "香港", "澳門", "中國"]


def test_no_shown_name_but_chinas_own_says_china() -> None:
    assert [c.alpha3 for c in countries().values() if "China" in c.name or "中國" in c.name_zh] == ["CHN"]


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert name_of("ZZZ") == "ZZZ"
    assert name_of("") == ""


def test_every_name_leads_back_to_its_country() -> None:
    for country in countries().values():
        for text in (country.alpha2, country.alpha3, country.name, country.name_zh, *country.aliases):
            assert to_alpha3(text) == country.alpha3, text


def test_no_name_stands_for_two_countries() -> None:
    owners: dict[str, set[str]] = {}
    for country in countries().values():
        for text in (country.alpha2, country.alpha3, country.name, country.name_zh, *country.aliases):
            owners.setdefault(_folded(text), set()).add(country.alpha3)
    assert {text: codes for text, codes in owners.items() if len(codes) > 1} == {}


def test_the_table_is_iso_3166_1_and_kosovo() -> None:
    ours = {country.alpha3: country.alpha2 for country in countries().values()}
    iso = {country.alpha_3: country.alpha_2 for country in pycountry.countries}
    assert ours == iso | {"XKX": "XK"}


@pytest.mark.parametrize("attribute", ["name", "official_name", "common_name"])
def test_the_names_of_iso_tables_are_understood(attribute: str) -> None:
    wrong = {}
    for country in pycountry.countries:
        text = getattr(country, attribute, None)
        if text is not None and to_alpha3(text) != country.alpha_3:
            wrong[text] = to_alpha3(text)
    assert wrong == {}


def test_the_table_is_tidy() -> None:
    path = Path(__file__).parents[1] / "supplychain" / "countries.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert [row["alpha3"] for row in rows] == sorted(row["alpha3"] for row in rows)
    assert all(value == value.strip() for row in rows for value in row.values())
    assert all(row["name"] and row["name_zh"] for row in rows)
    assert isinstance(countries()["TWN"], Country)


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert to_alpha3(text) in {None, *countries()}


@pytest.mark.parametrize(
    "text", ["中國/台灣", "China; Taiwan", "China | Taiwan", "中國、臺灣", "China / Taiwan", "中國／台灣"]
)
def test_two_countries_are_none(text: str) -> None:
    assert to_alpha3(text) is None


@pytest.mark.parametrize("text", ["Taiwan?", "Taiwan (?)", "~Taiwan", "Taiwan*", "China?", "TWN?"])
def test_a_doubt_is_none(text: str) -> None:
    assert to_alpha3(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("Taiwan, China", "TWN"), ("中國臺灣", "TWN"), ("China, Hong Kong SAR", "HKG"), ("Guinea-Bissau", "GNB")],
)
def test_one_country_in_two_words_is_one(text: str, code: str) -> None:
    assert to_alpha3(text) == code
