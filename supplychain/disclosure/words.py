"""Names in texts: found however they are spaced, hyphenated or capitalised, and replaced."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from supplychain.countries import to_alpha3

__all__ = [
    "PRODUCT",
    "SHORT",
    "SUPPLIER",
    "Words",
    "first_word",
    "folded_of",
    "forms_of",
    "identified",
    "tokens_of",
    "words_of",
]

SUPPLIER, PRODUCT = "[supplier]", "[product]"

# Chinese, Japanese and Korean are written without blanks: every sign is a token of its own.
_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_SIGNS}]|[^\W_{_SIGNS}]+")
_SIGN = re.compile(rf"[{_SIGNS}]")
_LEGAL = re.compile(
    r"(?:\b(?:inc|incorporated|corp|corporation|co|company|ltd|limited|llc|llp|plc|gmbh|mbh|ag|kg|sa|sas|sarl|spa|srl|"
    r"bv|nv|ab|oy|oyj|as|aps|kk|pte|pty|pvt|sdn|bhd|s\.p\.a|s\.r\.l|a/s|b\.v|n\.v|co\.,?\s*ltd)\b\.?|"
    r"股份有限公司|有限责任公司|有限責任公司|有限公司|株式会社|株式會社|주식회사|集团|集團|公司)",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"\b(?:technology|technologies|electronics?|systems?|group|holdings?|industries|industry|international|"
    r"enterprises?|semiconductors?|components?|the)\b",
    re.IGNORECASE,
)
_PIECES = re.compile(r"[()\[\]（）【】/／]")
# What is left of a name must not be a word that stands in many texts.
_COMMON = frozenset(
    (
        *("advanced", "american", "asia", "beijing", "china", "east", "europe", "european", "first"),
        *("general", "global", "guangdong", "hong", "japan", "kong", "likely", "micro", "modern", "national"),
        *("new", "north", "northern", "other", "pacific", "power", "precision", "research", "science"),
        *("shanghai", "shenzhen", "smart", "south", "southern", "special", "standard", "subsidiary", "super"),
        *("taipei", "tokyo", "united", "universal", "unknown", "various", "west", "world"),
    )
)
# First words of firms' names that are not theirs alone.
_FIRST = frozenset(
    (
        *("ability", "advent", "analog", "analogue", "arnold", "chang", "diodes", "electron", "formosa", "hacker"),
        *("intermetallics", "less", "linux", "lithium", "monolithic", "robert", "seek", "urban"),
        *("custom", "flying", "great", "little", "multi", "original", "remote", "simple", "total", "true"),
    )
)
_FIRST_LEAST = 5
# Up to this many letters a name is looked for in its own capitals only: "ON" is a firm, "on" is not.
SHORT = 3
_LEAST = 2
# A number of fewer digits is a size or an amount, not the name of a product.
_DIGITS = 6


@dataclass(frozen=True)
class Words:
    """Names to leave out.

    Attributes
    ----------
    folded : mapping of str to str
        What replaces each name, written without blanks and signs, in small letters.
    exact : mapping of str to str
        The same for short names, in their own capitals.
    longest : int
        Letters of the longest name.
    """

    folded: Mapping[str, str]
    exact: Mapping[str, str]
    longest: int

    def replaced(self, text: str) -> str:
        """Return the text with every name replaced.

        Examples
        --------
        >>> words_of(["T-Motor"], []).replaced("motor of TMotor, t motor")
        'motor of [supplier], [supplier]'
        """
        pieces, end = [], 0
        for start, stop, instead in self._found(text, self.exact):
            pieces += [text[end:start], instead]
            end = stop
        return "".join([*pieces, text[end:]]) if pieces else text

    def stands_in(self, text: str, *, short: bool = True) -> bool:
        """Whether a name stands in an identifier, in which capitals say nothing; `short` looks for the shortest too."""
        exact = {key.casefold(): instead for key, instead in self.exact.items() if short or len(key) >= SHORT}
        return next(self._found(text.casefold(), exact), None) is not None

    def found(self, text: str) -> set[str]:
        """What would replace the names that stand in the text."""
        return {instead for _, _, instead in self._found(text, self.exact)}

    def _found(self, text: str, exact: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
        """Names in the order of the text, the longest at each place: start, end, what replaces it."""
        tokens = [(match.start(), match.end(), match[0]) for match in _TOKEN.finditer(text)]
        place = 0
        while place < len(tokens):
            found, plain, folded = 0, "", ""
            instead = ""
            for count, (_, _, token) in enumerate(islice(tokens, place, None), start=1):
                plain += token
                folded += _folded(token)
                if len(folded) > self.longest:
                    break
                hit = self.folded.get(folded) or exact.get(plain)
                if hit:
                    found, instead = count, hit
            if found:
                yield tokens[place][0], tokens[place + found - 1][1], instead
            place += found or 1


def words_of(suppliers: Iterable[str], products: Iterable[str]) -> Words:
    """Collect the names of suppliers and of their products; a name that is both is a supplier's."""
    kept = [name for name in suppliers if len("".join(tokens_of(name))) >= _LEAST]
    made = [name for name in products if _is_product("".join(tokens_of(name)))]
    return identified({**dict.fromkeys(made, PRODUCT), **dict.fromkeys(kept, SUPPLIER)})


def _is_product(plain: str) -> bool:
    return len(plain) >= _LEAST and not (plain.isdecimal() and len(plain) < _DIGITS)


def identified(names: Mapping[str, str]) -> Words:
    """Collect names with what replaces each of them; of names that are written alike the last one counts."""
    folded: dict[str, str] = {}
    exact: dict[str, str] = {}
    longest = 0
    for name, instead in names.items():
        plain, small = "".join(tokens_of(name)), folded_of(name)
        if not plain:
            continue
        longest = max(longest, len(plain), len(small))
        if len(plain) <= SHORT and not _SIGN.search(plain):
            exact[plain] = instead
        else:
            folded[small] = instead
    return Words(folded, exact, longest)


def folded_of(text: str) -> str:
    """Return a text in small letters, without blanks, signs and accents.

    Examples
    --------
    >>> folded_of("T-Motor")
    'tmotor'
    """
    return "".join(map(_folded, tokens_of(text)))


def tokens_of(text: str) -> list[str]:
    """Words and single Chinese, Japanese and Korean signs of a text.

    Examples
    --------
    >>> tokens_of("T-Motor 電機")
    ['T', 'Motor', '電', '機']
    """
    return _TOKEN.findall(text)


def forms_of(name: str, ordinary: frozenset[str]) -> set[str]:
    """Return a name and what it is shortened to: without legal form, without "Technology" and the like, in its pieces.

    Examples
    --------
    >>> sorted(forms_of("Acme Technology Co., Ltd. (Wile)", frozenset()))
    ['Acme', 'Acme Technology', 'Acme Technology Co., Ltd. (Wile)', 'Wile']
    """
    found = {name}
    for piece in [name, *_PIECES.split(name)]:
        bare = _trimmed(_LEGAL.sub(" ", piece))
        for form in (bare, _trimmed(_GENERIC.sub(" ", bare))):
            # A remark in brackets, as "(likely)", is no name.
            if (
                form
                and not _only(form, ordinary | _COMMON)
                and not to_alpha3(form)
                and (form[0].isupper() or form[0].isdigit() or _SIGN.search(form))
            ):
                found.add(form)
    return {form for form in found if not _PIECES.search(form)} | {name}


def first_word(name: str, ordinary: frozenset[str], everyday: Callable[[str], bool]) -> set[str]:
    """Return the first word of a name of several, unless it is a word that others have as well.

    Examples
    --------
    >>> first_word("Doodle Labs", frozenset(), lambda word: False)
    {'Doodle'}
    """
    first, _, rest = name.strip().partition(" ")
    small = folded_of(first)
    told = len(small) >= _FIRST_LEAST and first[:1].isupper() and small.isalpha() and not _SIGN.search(first)
    if not rest or not told or small in ordinary | _COMMON | _FIRST or everyday(small) or to_alpha3(first):
        return set()
    return {first}


def _only(text: str, ordinary: frozenset[str]) -> bool:
    return {_folded(token) for token in tokens_of(text)} <= ordinary


def _trimmed(text: str) -> str:
    return " ".join(text.split()).strip(" .,;:-–&")


def _folded(token: str) -> str:
    """Small letters without accents, in half width."""
    if token.isascii():
        return token.lower()
    plain = unicodedata.normalize("NFKD", token)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
