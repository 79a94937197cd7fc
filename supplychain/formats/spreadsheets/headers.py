"""What one header says: the field or fields that it can mean, and the number, currency and unit in it."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from supplychain.formats.spreadsheets.marks import Marks, take_marks

__all__ = [
    "IGNORED",
    "HeaderMeaning",
    "folded_header",
    "normalise",
    "one_line",
    "read_header",
    "second_choices",
    "synonyms",
]

IGNORED = ""
"""Stands for the field of a column that is known and not used, or not known."""

_LONGEST = 200  # a header is short; what is longer is a note
_CODE = re.compile(r"^[$]?[{](.+)[}]$")  # ${QUANTITY}
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】|<([^<>]*)>")
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]+|[^\W\d_{_CJK}]+|\d+|#")
_HALVES = re.compile(r"\s*[/|\n;,&]\s*|\s+-\s+")
_MOST = 20  # "Price 100" is a price from 100 units on, no hundredth maker
_TEXTS = frozenset(["name", "description", "value", "footprint", "category", "note", IGNORED])
_ALTERNATE = frozenset(["alt", "alternate", "alternative", "alternates", "second", "secondary", "2nd", "backup"])
_ALTERNATE_CHINESE = re.compile("替代|備選|備用|第二")
_ALONE = frozenset(["no", "nr", "num", "nbr", "man", "#"])  # alone they are no part of a longer name
_WHOLE = frozenset("total line sum subtotal extended gesamt summe 合計 小計 總計 合计 小计 总计".split())  # noqa: SIM905
_POSITIVE = frozenset(
    [
        "fitted",
        "populate",
        "populated",
        "place",
        "placed",
        "mount",
        "mounted",
        "assemble",
        "assembled",
        "used",
        "stuff",
    ]
)

# One word for the many spellings of the same word; everything else is told by the list of synonyms.
_SAME: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ["mfg", "mfr", "mfrs", "manf", "mnf", "man", "mfgr", "manuf", "manufacturers", "maker"], "manufacturer"
        ),
        **dict.fromkeys(["no", "nr", "num", "numb", "nbr", "nummer", "number", "#", "№"], "number"),
        **dict.fromkeys(["qty", "qnty", "qnt", "qtty", "quant", "quantities"], "quantity"),
        **dict.fromkeys(["desc", "descr", "descript", "descriptions"], "description"),
        **dict.fromkeys(["ref", "refs", "references"], "reference"),
        **dict.fromkeys(["suppliers"], "supplier"),
        **dict.fromkeys(["vendors"], "vendor"),
        **dict.fromkeys(["countries", "nation"], "country"),
        "mpn": "manufacturer part number",
        "pn": "part number",
        "partnum": "part number",
        "partno": "part number",
        "partnr": "part number",
    }
)
_TRADITIONAL = str.maketrans(
    "块数单价总额币别货应厂产国号规层级项备类说称参费图贴装种编码计财质书证态时间体积预电压贸进运经销后实际标准购买链网页仓库颜长宽连结术设开发输区册采报询选组构机来阶损关认周复联系华东严极载轴线维测统属释个两业务员团对转换补从归当录确単産図",
    "塊數單價總額幣別貨應廠產國號規層級項備類說稱參費圖貼裝種編碼計財質書證態時間體積預電壓貿進運經銷後實際標準購買鏈網頁倉庫顏長寬連結術設開發輸區冊採報詢選組構機來階損關認週複聯系華東嚴極載軸線維測統屬釋個兩業務員團對轉換補從歸當錄確單產圖",
)
_BEFORE = frozenset(
    [
        "part",
        "parts",
        "item",
        "component",
        "product",
        "device",
        "material",
        "article",
        "bom",
        "approx",
        "approximate",
        "est",
        "estimated",
        "current",
        "our",
        "preferred",
        "primary",
        "main",
        "the",
        "avg",
        "average",
        "typ",
        "typical",
        "actual",
        "target",
        "latest",
        "key",
    ]
)
_LANGUAGES = frozenset(
    "en eng english de deu ger german deutsch fr fra french zh zht zhs cn cht chs chinese tw ru rus russian ja jp "  # noqa: SIM905
    "jpn japanese ko kor korean es spa spanish it ita italian pt pl nl cs uk".split()
)
_AFTER = frozenset(
    [
        "name",
        "code",
        "text",
        "info",
        "information",
        "details",
        "detail",
        "in",
        "iso",
        "iso2",
        "iso3",
        "alpha",
        "unit",
        "net",
        "netto",
        "gross",
        "brutto",
    ]
)
_BEFORE_CHINESE = tuple(
    "零組件 零件 物料 材料 產品 商品 元件 組件 部件 元器件 器件 模塊 模組 設備 預估 參考".split()  # noqa: SIM905
)
_SELLERS = tuple(
    "digikey digi-key mouser lcsc szlcsc jlcpcb jlc farnell newark element14 arrow avnet tme rs tti future "
    "rutronik reichelt conrad amazon aliexpress taobao seeed adafruit sparkfun".replace("-", "").split()
)
_SELLER_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("", "part", "sku", "partnumber", "number", "ordernumber", "ordercode", "stockcode", "ref",
                         "reference", "id", "partreference", "productnumber", "productcode"), "supplier_part_number"),
        **dict.fromkeys(("price", "unitprice", "cost", "unitcost"), "unit_cost"),
        **dict.fromkeys(("url", "link"), "source_url"),
    }
)  # fmt: skip


@dataclass(frozen=True)
class HeaderMeaning:
    """What a header says.

    Attributes
    ----------
    key : str
        The words by which it was found, without blanks; for an unknown header all its words.
    fields : tuple of str
        Empty: not known. One: clear ("" is known and not used). Several: it can mean any of them.
    number : int
        2 for "Manufacturer 2"; else 1.
    currency, per, unit
        As in `ColumnUse`.
    seller : str
        Distributor whose numbers or prices the column holds ("LCSC Part #"), or empty.
    language : str
        Language of the texts as the header names it ("name_en"), or empty.
    """

    key: str
    fields: tuple[str, ...]
    number: int = 1
    currency: str = ""
    per: float = 1.0
    unit: str = ""
    seller: str = ""
    language: str = ""


@lru_cache(maxsize=1)
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Fields by normalised header, from the list that ships with the package."""
    text = files("supplychain.formats.spreadsheets").joinpath("synonyms.csv").read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(text.splitlines()):
        for key in _keys(row["header"]):
            known = found.get(key, ())
            if row["field"] not in known:
                found[key] = (*known, row["field"])
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def second_choices() -> Mapping[str, tuple[str, ...]]:
    """Fields by normalised header for names that say less than others, as "model" and "spec".

    Such a column is the first of the fields that no other column is; "" is: not used.
    """
    text = files("supplychain.formats.spreadsheets").joinpath("second_choices.csv").read_text("utf-8")
    return MappingProxyType(
        {
            key: tuple(IGNORED if field == "ignore" else field for field in row["fields"].split())
            for row in csv.DictReader(text.splitlines())
            for key in _keys(row["header"])
        }
    )


def _keys(header: str) -> set[str]:
    """Return the words of a header as written, and as written in small letters, where "RefDes" is one word."""
    return {normalise(header), normalise(header.casefold())}


def one_line(header: str) -> str:
    """Return a header as written, on one line, with single blanks."""
    return " ".join(header.split())


def folded_header(header: str) -> str:
    """Return a header on one line in small letters: as a person may write it again."""
    return one_line(header).casefold()


def normalise(header: str) -> str:
    """Return the words of a header without case, width, blanks and signs, spelt in one way.

    Examples
    --------
    >>> normalise("Mfr. Part No."), normalise("manufacturer_part_number"), normalise("ＭＰＮ *")
    ('manufacturerpartnumber', 'manufacturerpartnumber', 'manufacturerpartnumber')
    """
    return "".join(_words(header))


@lru_cache(maxsize=4096)
def read_header(header: str) -> HeaderMeaning:
    """Return what a header can mean.

    Brackets, a second language, numbers, currencies and words that add nothing are set aside step by step, so that
    the closest reading wins.

    Examples
    --------
    >>> read_header("Unit Price [NT$]").fields, read_header("Unit Price [NT$]").currency
    (('unit_cost',), 'TWD')
    >>> read_header("品名 Part Name").fields, read_header("Manufacturer 2").number
    (('name',), 2)
    """
    text = unicodedata.normalize("NFKC", header).strip()
    if not text or len(text) > _LONGEST:
        return HeaderMeaning("", ())
    if code := _CODE.match(text):
        text = code[1]
    if text in {"#", "№"}:
        return HeaderMeaning("#", ("item_number",))
    notes = [next(filter(None, match.groups()), "") for match in _BRACKETS.finditer(text)]
    plain, marks = take_marks(_BRACKETS.sub(" ", text), notes)
    meaning = next(filter(None, (_join(map(_look_up, parts)) for parts in _readings(text, plain))), None)
    for note in notes:
        said = None if note.strip().isdigit() else _look_up(note)
        if meaning is not None and meaning.fields == ("unit_cost",) and note.strip().casefold() in _WHOLE:
            meaning = replace(meaning, key="totalprice", fields=("total_cost",))  # "Price (total) (USD)"
            continue
        if said is None:
            continue
        if meaning is None:
            meaning = said  # "物 (Part name)"
        elif common := tuple(field for field in meaning.fields if field in said.fields):
            meaning = replace(meaning, fields=common)  # "Vendor (manufacturer)"
    if meaning is None and (marks.currency or marks.per != 1) and _BEFORE.issuperset(_words(plain)):
        meaning = HeaderMeaning("price", ("unit_cost",))  # "USD/100 pcs", "Est. USD"
    if meaning is None and text.startswith("#"):  # "# Component": a header marked as a comment
        return read_header(text.lstrip("# "))
    if meaning is None:
        return HeaderMeaning("".join(_words(text)), ())
    last = [note.casefold() for note in notes[-1:]] or list(_words(text))[1:][-1:]
    language = last[0] if last and last[0] in _LANGUAGES else ""
    return replace(_with_marks(meaning, marks), language=language)


def _readings(text: str, plain: str) -> Iterator[list[str]]:
    """Yield readings of a header from the whole to its parts; the parts of one reading say the same twice."""
    yield [text]
    yield [plain]
    if chinese := re.findall(rf"[{_CJK}]+", plain):
        yield [*chinese, re.sub(rf"[{_CJK}]+", " ", plain)]
    for whole in (plain, _BRACKETS.sub(" ", text)):
        halves = [half for half in _HALVES.split(whole) if half.strip()]
        if len(halves) > 1:
            yield halves


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text, spelt in one way; camelCase is several words, Chinese text is one."""
    text = re.sub(r"(?i)['’]s\b", "", unicodedata.normalize("NFKC", text))
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", text).casefold()
    text = re.sub(r"\bp\s*/\s*n\b", "pn", text)
    text = re.sub(r"(?<![^\W_])([^\W\d_])\.(?=[^\W\d_](?![^\W_]))", r"\1", text)  # C.O.O.
    words = _WORD.findall(text.translate(_TRADITIONAL).replace("制造", "製造"))
    if len(words) == 1 and words[0] in _ALONE:
        yield words[0]
        return
    for word in words:
        yield from _SAME.get(word, word).split()


def _look_up(text: str) -> HeaderMeaning | None:
    """Return the meaning of a text, with or without its number and words that add nothing; None: not known."""
    known = synonyms()
    for number, words in _numbered(tuple(_words(text))):
        for shorter in _shorter(words):
            key = "".join(shorter)
            fields = known.get(key)
            if fields and (number == 1 or number <= _MOST or fields == ("unit_cost",)):
                seller = next((name for name in _SELLERS if key.startswith((name, "oc" + name))), "")
                return HeaderMeaning(key, fields, number, seller=seller if fields == ("supplier_part_number",) else "")
        if found := _of_seller("".join(words)):
            return replace(found, number=number)
    return None


def _numbered(words: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the words as they are, then without the number that tells alternatives apart."""
    if not words:
        return
    yield 1, words
    digits = [place for place, word in enumerate(words) if word.isdecimal() and len(word) < 8]
    number, rest = 1, words
    if digits:
        place = digits[-1]
        number, rest = max(int(words[place]), 1), words[:place] + words[place + 1 :]
        if rest:
            yield number, rest
    plain = tuple(word for word in rest if word not in _ALTERNATE)
    if plain and plain != rest:
        yield number + 1, plain
    elif match := _ALTERNATE_CHINESE.match(rest[0] if rest else ""):
        yield number + 1, (rest[0][match.end() :], *rest[1:])


def _shorter(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the words, then fewer and fewer of them: without words at the end and in front that add nothing."""
    starts = [words]
    while len(starts[-1]) > 1 and starts[-1][0] in _BEFORE:
        starts.append(starts[-1][1:])
    starts += [
        (words[0].removeprefix(prefix), *words[1:])
        for prefix in _BEFORE_CHINESE
        if words[0].startswith(prefix) and words[0] != prefix
    ]
    for start in starts:
        rest = start
        yield rest
        while len(rest) > 1 and (rest[-1] in _AFTER or rest[-1] in _LANGUAGES):
            rest = rest[:-1]
            yield rest


def _of_seller(key: str) -> HeaderMeaning | None:
    """Return the meaning of a header that names a well-known distributor."""
    for seller in _SELLERS:
        if key.startswith(seller) and (field := _SELLER_HEADERS.get(key.removeprefix(seller))):
            return HeaderMeaning(key, (field,), seller=seller)
    return None


def _join(parts: Iterable[HeaderMeaning | None]) -> HeaderMeaning | None:
    """Join what the parts of a header say: what all say; else, of words about the name, the first; else any."""
    found = [part for part in parts if part is not None]
    if not found:
        return None
    first = found[0]
    number = max(each.number for each in found)
    common = tuple(field for field in first.fields if all(field in each.fields for each in found))
    if common:
        return replace(first, fields=common, number=number)
    if all(len(each.fields) == 1 and each.fields[0] in _TEXTS for each in found):
        return first
    every = tuple(dict.fromkeys(field for each in found for field in each.fields if field != IGNORED))
    return replace(first, key="".join(each.key for each in found), fields=every or (IGNORED,), number=number)


def _with_marks(meaning: HeaderMeaning, marks: Marks) -> HeaderMeaning:
    """Keep the currency, count and unit that mean something for the field."""
    fields = set(meaning.fields)
    if meaning.key in _POSITIVE:
        return replace(meaning, unit="fitted")
    if fields == {"value"} and marks.currency:  # of customs lists: the value of the goods
        return replace(meaning, key="valueofgoods", fields=("unit_cost", "total_cost"), currency=marks.currency)
    if fields == {"unit"} and marks.currency:  # "unit_eur" is the price of a unit
        return replace(meaning, key="unitprice", fields=("unit_cost",), currency=marks.currency, per=marks.per)
    if fields & {"unit_cost", "total_cost"}:
        return replace(meaning, currency=marks.currency, per=marks.per)
    if fields == {"quantity"} and (marks.per != 1 or meaning.number > 1):  # "Qty per 100", "Qty 10": of what?
        return replace(meaning, key="quantityper", fields=("quantity", IGNORED))
    if fields & {"lead_time_days"}:
        return replace(meaning, unit=marks.unit if marks.unit in {"days", "weeks", "months"} else "")
    if fields & {"quantity"}:
        return replace(meaning, unit="" if marks.unit in {"days", "weeks", "months"} else marks.unit)
    return meaning
