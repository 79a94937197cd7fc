"""Names of firms as words: without width, case, accents, punctuation and legal form.

`firm_words.csv` holds the legal forms and the other words that say little about which firm is meant;
`character_variants.csv` the traditional and Japanese forms of simplified Chinese characters.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from supplychain.countries import countries

__all__ = [
    "Cut",
    "FirmName",
    "bare",
    "has_cjk",
    "in_doubt",
    "is_everyday",
    "is_generic",
    "is_placeholder",
    "is_region",
    "key",
    "parsed",
    "without",
    "words",
]

# Longer cells are no names; what follows is not read.
LONGEST = 200
_NO_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}
)
_MARKS = re.compile(r"[®™℠©]|\((?:r|tm|c)\)", re.IGNORECASE)
_APOSTROPHES = re.compile(r"['’`´ʼ]")
_POINTED = re.compile(r"\b([^\W\d_])\.(?=[^\W\d_]\b)")
_SLASHED_FORM = re.compile(r"\b([asp])/([asl])\b")
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
# Chinese and Japanese; then Korean; then everything else that is a letter or a figure.
_RUN = re.compile(
    r"[々〇\u3040-\u30ff\u3400-\u9fff]+|[\uac00-\ud7a3]+|(?:(?![々〇\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])[^\W_])+"
)
_CJK = re.compile(r"[々〇\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_JOINING = frozenset({"and", "und", "et", "y", "e", "och"})


@dataclass(frozen=True)
class FirmName:
    """A name, taken apart.

    Attributes
    ----------
    text : str
        As written.
    whole : tuple of str
        All its words in order, those in brackets too, without the legal form.
    outside : tuple of str
        The words before and after the brackets.
    inside : tuple of str
        The text of each pair of brackets that holds more than a legal form.
    doubtful : bool
        Whether a word in brackets, or a question mark, puts the name in doubt.
    marked : bool
        Whether there is a question mark.
    """

    text: str
    whole: tuple[str, ...]
    outside: tuple[str, ...]
    inside: tuple[str, ...]
    doubtful: bool
    marked: bool


@dataclass(frozen=True)
class Cut:
    """A name without words that say little: what is left, and what was left out, in the order of the name."""

    kept: tuple[str, ...]
    left_out: tuple[str, ...]
    kinds: frozenset[str]


@lru_cache(maxsize=4096)
def parsed(text: str) -> FirmName:
    """Take a name apart.

    Examples
    --------
    >>> parsed("Nexperia B.V. (Wingtech)").outside, parsed("Nexperia B.V. (Wingtech)").inside
    (('nexperia',), ('Wingtech',))
    >>> parsed("ＭＵＲＡＴＡ Mfg. Co., Ltd.").whole, parsed("㈱村田製作所").whole
    (('murata', 'mfg'), ('村田制作所',))
    """
    plain = _folded(text)
    # The brackets as written, for messages; their kind of bracket and width do not matter.
    written = unicodedata.normalize("NFKC", _MARKS.sub(" ", text[:LONGEST]))
    inside = tuple(part.strip() for part in _BRACKETS.findall(written) if _says_something(_folded(part)))
    outside = words(_BRACKETS.sub(" ", plain))
    marked = "?" in plain
    doubtful = marked or any(_is_doubt(_folded(part)) for part in inside)
    if not inside:
        whole = outside or words(plain)
        return FirmName(text, whole, whole, (), doubtful, marked)
    return FirmName(text, words(plain), outside, inside, doubtful, marked)


def words(text: str) -> tuple[str, ...]:
    """Return the words of a name without its legal form, or with it if nothing else would be left.

    Examples
    --------
    >>> words("Robert Bosch GmbH & Co. KG"), words("股份有限公司"), words("PT Sat Nusapersada Tbk")
    (('robert', 'bosch'), ('股份有限公司',), ('sat', 'nusapersada'))
    """
    found = _split(_folded(text))
    return without(found, {"legal"}).kept or found


def key(parts: tuple[str, ...]) -> str:
    """Return the words without the blanks between them: T-Motor, TMotor and T Motor are one name."""
    return "".join(parts)


def has_cjk(text: str) -> bool:
    """Whether there are Chinese, Japanese or Korean characters."""
    return _CJK.search(text) is not None


def is_everyday(parts: tuple[str, ...]) -> bool:
    """Whether the name is one word that many firms bear."""
    return len(parts) == 1 and parts[0] in _vocabulary().singles["everyday"]


def is_generic(word: str) -> bool:
    """Whether the word is a legal form, a region, or one of those that say what a firm makes."""
    return any(word in _vocabulary().singles[kind] for kind in ("legal", "business", "trade", "group", "region"))


def is_region(parts: tuple[str, ...]) -> bool:
    """Whether the words name a region and nothing else."""
    # Cutting leaves something of every name: the word put in front.
    return bool(parts) and without(("..", *parts), {"region"}).kept == ("..",)


def in_doubt(text: str) -> bool:
    """Whether the text has a word that says that a name is not sure: compatible, 疑似."""
    folded = _folded(text)
    return _is_doubt(folded) or any(
        word in folded for word in _vocabulary().singles["doubt"] if has_cjk(word) and len(word) > 1
    )


def is_placeholder(text: str) -> bool:
    """Whether the cell names no firm: "-", "n/a", "various", 不明."""
    found = _split(_folded(text))
    spoken = " ".join(found)
    return not found or spoken in _vocabulary().singles["placeholder"] or key(found).isdigit()


def bare(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that tell firms apart: not what they make, nor where, nor the legal form."""
    return without(parts, {"legal", "group", "business", "region", "trade"}).kept


def without(parts: tuple[str, ...], kinds: set[str]) -> Cut:
    """Cut words of these kinds (legal, group, business, region, trade) off both ends, as far as something is left.

    Examples
    --------
    >>> without(("murata", "electronics", "north", "america"), {"region"})
    Cut(kept=('murata', 'electronics'), left_out=('north america',), kinds=frozenset({'region'}))
    """
    vocabulary = _vocabulary()
    front: list[str] = []
    back: list[str] = []
    used: set[str] = set()
    left = parts
    while True:
        step = _cut_once(left, kinds, vocabulary)
        if step is None or not any(len(part) > 1 for part in step[0]):
            break
        left, word, kind, place = step
        (front.append(word) if place == "front" else back.insert(0, word))
        used.add(kind)
    return Cut(left, (*front, *back), frozenset(used))


@dataclass(frozen=True)
class _Vocabulary:
    phrases: Mapping[tuple[str, str], Mapping[tuple[str, ...], str]]  # (kind, place) -> words -> as written
    edges: Mapping[tuple[str, str], frozenset[str]]  # (kind, place) -> outermost words of the phrases
    endings: Mapping[tuple[str, str], tuple[tuple[str, str], ...]]  # (kind, place) -> Chinese words, longest first
    singles: Mapping[str, frozenset[str]]  # kind -> words joined by a blank


@lru_cache(maxsize=1)
def _variants() -> dict[int, str]:
    rows = csv.DictReader(_resource("character_variants.csv").splitlines())
    return {ord(variant): row["simplified"] for row in rows for variant in row["variants"]}


@lru_cache(maxsize=1)
def _vocabulary() -> _Vocabulary:
    phrases: dict[tuple[str, str], dict[tuple[str, ...], str]] = {}
    endings: dict[tuple[str, str], dict[str, str]] = {}
    singles: dict[str, set[str]] = {}
    for word, kind, where in _listed():
        found = _split(_folded(word))
        singles.setdefault(kind, set()).add(" ".join(found))
        for place in ("front", "end") if where == "both" else (where,):
            if has_cjk(word):
                endings.setdefault((kind, place), {})[key(found)] = word
            phrases.setdefault((kind, place), {})[found] = word
    return _Vocabulary(
        MappingProxyType(phrases),
        MappingProxyType(
            {name: frozenset(some[0 if name[1] == "front" else -1] for some in held) for name, held in phrases.items()}
        ),
        MappingProxyType(
            {name: tuple(sorted(some.items(), key=lambda pair: -len(pair[0]))) for name, some in endings.items()}
        ),
        MappingProxyType({kind: frozenset(some) for kind, some in singles.items()}),
    )


def _listed() -> Iterator[tuple[str, str, str]]:
    for row in csv.DictReader(_resource("firm_words.csv").splitlines()):
        yield row["word"], row["kind"], row["place"]
    for country in countries().values():
        yield country.name, "region", "end"
        yield country.name_zh, "region", "end"


def _resource(name: str) -> str:
    return files("supplychain.formats.spreadsheets").joinpath(name).read_text("utf-8")


def _folded(text: str) -> str:
    """Lower case, of usual width, without accents and marks; Chinese characters simplified."""
    text = _MARKS.sub(" ", text[:LONGEST])
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_variants())
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    if not plain.isascii():
        # Only Latin, Greek and Cyrillic letters are taken apart: Korean and kana would lose their parts.
        plain = "".join(sign if has_cjk(sign) else _unaccented(sign) for sign in plain)
    plain = plain.replace("&", " and ")
    plain = _APOSTROPHES.sub("", plain)
    return _POINTED.sub(r"\1", _SLASHED_FORM.sub(r"\1\2", plain))


def _unaccented(sign: str) -> str:
    parts = unicodedata.normalize("NFKD", sign.translate(_NO_DECOMPOSITION))
    return "".join(part for part in parts if not unicodedata.combining(part))


def _split(plain: str) -> tuple[str, ...]:
    found = tuple(_RUN.findall(plain))
    return tuple(word for word in found if word not in _JOINING) or found


def _says_something(inside: str) -> bool:
    found = _split(inside)
    return bool(found) and found not in _vocabulary().phrases["legal", "end"] and not _is_legal_sign(found)


def _is_legal_sign(found: tuple[str, ...]) -> bool:
    # (株), (有) and (주) are the signs ㈱, ㈲ and ㈜ taken apart; (m), (s), (pty) stand in Malaysian and other names.
    return len(found) == 1 and found[0] in {"株", "有", "주", "유", "m", "s", "pvt", "pty", "pte", "private"}


def _is_doubt(inside: str) -> bool:
    found = set(_split(inside)) | {" ".join(_split(inside))}
    return not found.isdisjoint(_vocabulary().singles["doubt"])


def _cut_once(
    parts: tuple[str, ...], kinds: set[str], vocabulary: _Vocabulary
) -> tuple[tuple[str, ...], str, str, str] | None:
    """Cut one word or phrase, the longest that fits: what is left, the word as listed, its kind and place."""
    if not parts:
        return None
    for kind in sorted(kinds):
        for place in ("end", "front"):
            phrases = vocabulary.phrases.get((kind, place), {})
            known = parts[-1 if place == "end" else 0] in vocabulary.edges.get((kind, place), ())
            for size in range(min(6, len(parts) - 1), 0, -1) if known else ():
                head, tail = (parts[:-size], parts[-size:]) if place == "end" else (parts[size:], parts[:size])
                if tail in phrases:
                    return head, phrases[tail], kind, place
            cut = _cut_characters(parts, vocabulary.endings.get((kind, place), ()), place)
            if cut is not None:
                return cut[0], cut[1], kind, place
    return None


def _cut_characters(
    parts: tuple[str, ...], endings: tuple[tuple[str, str], ...], place: str
) -> tuple[tuple[str, ...], str] | None:
    """Cut a Chinese word off the first or the last run of characters, which has no blanks."""
    at = len(parts) - 1 if place == "end" else 0
    run = parts[at]
    if not has_cjk(run) or any(run == ending for ending, _ in endings):
        return None
    for ending, word in endings:
        # One character alone is no name: 中国电子 is not 中国 + 电子 + nothing.
        if len(run) >= len(ending) + 2 and (run.endswith(ending) if place == "end" else run.startswith(ending)):
            rest = run[: -len(ending)] if place == "end" else run[len(ending) :]
            return (*parts[:at], rest, *parts[at + 1 :]), word
    return None
