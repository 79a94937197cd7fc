"""Every word on the pages: one file per language, the same keys in each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter
from types import MappingProxyType

from supplychain.countries import Language, name_of
from supplychain.errors import OptionError

__all__ = ["LANGUAGES", "Texts", "catalogue", "placeholders", "texts_for"]

LANGUAGES: tuple[Language, ...] = ("en", "zh-Hant")
_CHINA = frozenset({"CHN", "HKG", "MAC"})


@dataclass(frozen=True)
class Texts:
    """The texts of one language, with the names of one lens already in place.

    Calling it with a key and the values of the key's placeholders gives the text.

    Attributes
    ----------
    language : {"en", "zh-Hant"}
        Code for the `lang` attribute.
    entries : mapping of str to str
    """

    language: Language
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key with its placeholders filled."""
        return _fill(self.entries[key], values)

    def has(self, key: str) -> bool:
        """Whether the catalogue has the key."""
        return key in self.entries

    def either(self, prefix: str, value: str) -> str:
        """Return the text of `prefix.value`, or the value itself where the catalogue does not know it."""
        return self.entries.get(f"{prefix}.{value}") or value.replace("_", " ")

    def counted(self, key: str, count: int, **values: object) -> str:
        """Return the text of `key.one` or `key.many`, by count."""
        return self(f"{key}.{'one' if count == 1 else 'many'}", count=count, **values)

    def named(self, name: str, name_zh: str) -> str:
        """Return the name in this language, or the other one where there is none."""
        return (name_zh or name) if self.language == "zh-Hant" else (name or name_zh)

    def subset(self, prefixes: Iterable[str]) -> dict[str, str]:
        """Return the entries whose key starts with one of the prefixes, for the script of a page."""
        wanted = tuple(prefixes)
        return {key: text for key, text in sorted(self.entries.items()) if key.startswith(wanted)}


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Read the texts of a language.

    Parameters
    ----------
    language : {"en", "zh-Hant"}

    Returns
    -------
    mapping of str to str
    """
    if language not in LANGUAGES:
        raise OptionError(f"unknown language {language}; languages are {', '.join(LANGUAGES)}")
    text = resources.files(__package__).joinpath(f"{language}.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))


def texts_for(language: Language, lens_countries: Iterable[str]) -> Texts:
    """Return the texts of a language with the lens named in them.

    Mainland China, alone or with Hong Kong and Macao, is called China; any other lens by the names of its countries.

    Parameters
    ----------
    language : {"en", "zh-Hant"}
    lens_countries : iterable of str
        Codes of the countries of the lens.
    """
    entries = catalogue(language)
    codes = sorted(set(lens_countries))
    if "CHN" in codes and _CHINA.issuperset(codes):
        values = {name: entries[f"lens.china.{name}"] for name in ("lens", "lens_input", "lens_source")}
    else:
        lens = entries["list.comma"].join(name_of(code, language) for code in codes)
        values = {"lens": lens}
        values["lens_input"] = _fill(entries["lens.other.lens_input"], values)
        values["lens_source"] = _fill(entries["lens.other.lens_source"], values)
    return Texts(language, MappingProxyType({key: _fill(text, values) for key, text in entries.items()}))


def placeholders(text: str) -> frozenset[str]:
    """Return the names of the placeholders of a text."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def _fill(text: str, values: Mapping[str, object]) -> str:
    """Fill the placeholders that have a value and leave the others; braces in a value are never read again."""
    if "{" not in text:
        return text
    pieces = []
    for literal, name, _, _ in Formatter().parse(text):
        pieces.append(literal)
        if name:
            pieces.append(str(values[name]) if name in values else f"{{{name}}}")
    return "".join(pieces)
