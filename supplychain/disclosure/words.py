"""Names in texts: found however they are spaced, hyphenated or capitalised, and replaced."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from supplychain.countries import to_alpha3

__all__ = ["PRODUCT", "SHORT", "SUPPLIER", "Words", "forms_of", "tokens_of", "words_of"]

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
        """Whether a name stands in an identifier, in which capitals say nothing; `short` looks for short ones too."""
        exact = {key.casefold(): instead for key, instead in self.exact.items()} if short else {}
        return next(self._found(text.casefold(), exact), None) is not None

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
    folded: dict[str, str] = {}
    exact: dict[str, str] = {}
    longest = 0
    for names, instead in ((suppliers, SUPPLIER), (products, PRODUCT)):
        for name in names:
            tokens = tokens_of(name)
            plain = "".join(tokens)
            if len(plain) < _LEAST or (instead == PRODUCT and plain.isdecimal() and len(plain) < _DIGITS):
                continue
            longest = max(longest, len(plain), len("".join(map(_folded, tokens))))
            if len(plain) <= SHORT and not _SIGN.search(plain):
                exact.setdefault(plain, instead)
            else:
                folded.setdefault("".join(map(_folded, tokens)), instead)
    return Words(folded, exact, longest)


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
