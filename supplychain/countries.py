"""Countries: ISO 3166-1 codes, their names in English and Traditional Chinese, and what people write instead.

Inside the program a country is an alpha-3 code. TWN is Taiwan (臺灣): it is never shown as part of another country
and never matches "China". HKG and MAC are codes of their own. "Republic of China" is TWN, "People's Republic of
China" is CHN, and "China" alone is CHN.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

__all__ = ["Country", "Language", "countries", "name_of", "to_alpha3"]

Language = Literal["en", "zh-Hant"]

_ARTICLE = re.compile(r"\bthe\b")
# Between alternatives, or for a doubt or a footnote.
_NO_NAME = "/;|+、?~*"
_DASH = re.compile(r"\s*[-\u2013\u2014]\s*")
# "中國 台灣" may be two countries; as one name it is written without a gap.
_SPACED_CHINESE = re.compile(r"[\u4e00-\u9fff][\s,\-\u2013\u2014]+[\u4e00-\u9fff]")
_IN_CODES = str.maketrans("", "", ". \t\n\r")


@dataclass(frozen=True)
class Country:
    """One row of the country table.

    Attributes
    ----------
    alpha3, alpha2 : str
        Codes of ISO 3166-1; Kosovo has none and stands under XKX and XK, the codes in common use.
    name, name_zh : str
        Short name in English and in Traditional Chinese.
    aliases : tuple of str
        Other names that are read as this country, among them the formal and the inverted names of ISO 3166-1.
    """

    alpha3: str
    alpha2: str
    name: str
    name_zh: str
    aliases: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def countries() -> Mapping[str, Country]:
    """All countries by alpha-3 code, in the order of the codes."""
    text = files("supplychain").joinpath("countries.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType(
        {
            row["alpha3"]: Country(
                alpha3=row["alpha3"],
                alpha2=row["alpha2"],
                name=row["name"],
                name_zh=row["name_zh"],
                aliases=tuple(filter(None, row["aliases"].split(";"))),
            )
            for row in rows
        }
    )


def to_alpha3(text: str) -> str | None:
    """Return the alpha-3 code of what someone wrote, or None if it is no country that is known.

    Case, width, accents, punctuation and white space do not matter. Codes (alpha-2, alpha-3, "U.S.", "PRC") may
    hold points and blanks but no other signs, so that "n/a" is not Namibia. A sign that stands between alternatives
    ("中國/台灣", "China; Taiwan", "China - Taiwan") or for a doubt ("Taiwan?") makes a text no country.

    Examples
    --------
    >>> to_alpha3("中國大陸"), to_alpha3("U.S."), to_alpha3("Taiwan, Province of China"), to_alpha3("ROC")
    ('CHN', 'USA', 'TWN', 'TWN')
    >>> to_alpha3("Korea, Republic of"), to_alpha3("Hong Kong, China"), to_alpha3("Atlantis")
    ('KOR', 'HKG', None)
    """
    codes, names = _lookup()
    plain = unicodedata.normalize("NFKC", text)
    if any(sign in plain for sign in _NO_NAME) or _SPACED_CHINESE.search(plain.strip()):
        return None
    sides = _DASH.split(plain, maxsplit=1)
    if len(sides) == 2 and len({to_alpha3(side) for side in sides} - {None}) == 2:
        return None
    code = plain.translate(_IN_CODES).casefold()
    return codes.get(code) or names.get(_folded(text))


def name_of(code: str, language: Language = "en") -> str:
    """Return the name of an alpha-3 code; a code that is not in the table is returned as it is.

    Examples
    --------
    >>> name_of("TWN"), name_of("TWN", "zh-Hant"), name_of("HKG")
    ('Taiwan', '臺灣', 'Hong Kong')
    """
    country = countries().get(code)
    if country is None:
        return code
    return country.name_zh if language == "zh-Hant" else country.name


@lru_cache(maxsize=1)
def _lookup() -> tuple[dict[str, str], dict[str, str]]:
    """Codes and short forms of up to three letters, which must match as they are, and the longer names, folded."""
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for country in countries().values():
        codes[country.alpha2.casefold()] = country.alpha3
        codes[country.alpha3.casefold()] = country.alpha3
        for name in (country.name, country.name_zh, *country.aliases):
            folded = _folded(name)
            if folded.isascii() and len(folded) <= 3:
                codes[folded] = country.alpha3
            else:
                names[folded] = country.alpha3
    # With brackets it is Taiwan's own name of old, without them two countries: here the brackets count.
    codes["china(taiwan)"] = "TWN"
    return codes, names


def _folded(text: str) -> str:
    """Lower case, without accents, punctuation, white space and the word "the"."""
    decomposed = unicodedata.normalize("NFKD", text).casefold().replace("&", " and ")
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return "".join(sign for sign in _ARTICLE.sub(" ", plain) if sign.isalnum())
