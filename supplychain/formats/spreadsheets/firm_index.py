"""The names of all suppliers, arranged for looking up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from supplychain.formats.spreadsheets import firm_names
from supplychain.formats.spreadsheets.firm_names import bare, key, parsed, without

__all__ = ["FirmForm", "FirmIndex", "build_index"]


@dataclass(frozen=True)
class FirmForm:
    """One way to write the name of a supplier.

    Attributes
    ----------
    supplier : int
        Place in the table of suppliers.
    words : tuple of str
    key : str
        The words without blanks.
    text : str
        The name as the table has it.
    level : int
        0: a name or alias; 1: what stands before brackets; 2: another part of a name.
    why : str
        In words, why the form stands for the supplier.
    """

    supplier: int
    words: tuple[str, ...]
    key: str
    text: str
    level: int
    why: str


@dataclass(frozen=True)
class FirmIndex:
    """Names of suppliers; places count from 0 in the table of suppliers.

    Attributes
    ----------
    ids, names : tuple of str
    owners : tuple of int
        Place of the owner, or -1.
    exact : mapping of str to tuple of FirmForm
        By the words without blanks.
    bare : mapping of str to tuple of FirmForm
        By the words without kinds of business: "infineon" for Infineon Technologies.
    holders : mapping of str to frozenset of int
        Suppliers that have a word in one of their names.
    starters : mapping of str to frozenset of int
        Suppliers one of whose names starts with a word.
    beginnings : mapping of tuple of str to frozenset of int
        Suppliers one of whose full names starts with these words.
    forms : tuple of FirmForm
    pieces : mapping of str to tuple of int
        Places in `forms` by three letters in a row.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    owners: tuple[int, ...]
    exact: Mapping[str, tuple[FirmForm, ...]]
    bare: Mapping[str, tuple[FirmForm, ...]]
    holders: Mapping[str, frozenset[int]]
    starters: Mapping[str, frozenset[int]]
    beginnings: Mapping[tuple[str, ...], frozenset[int]]
    forms: tuple[FirmForm, ...]
    pieces: Mapping[str, tuple[int, ...]]

    def others(self, words: tuple[str, ...], supplier: int) -> tuple[int, ...]:
        """Suppliers but this one whose names start with these words."""
        return tuple(sorted(self.beginnings.get(words, frozenset()) - {supplier}))

    def owners_of(self, supplier: int) -> tuple[int, ...]:
        """Owners of a supplier, the nearest first."""
        found: list[int] = []
        place = self.owners[supplier]
        while place >= 0 and place != supplier and place not in found:
            found.append(place)
            place = self.owners[place]
        return tuple(found)

    def shares_words(self, supplier: int, words: tuple[str, ...]) -> bool:
        """Whether all the words stand in names of the supplier or of its owners."""
        return any(place in self._with_all(words) for place in (supplier, *self.owners_of(supplier)))

    def holding(self, words: tuple[str, ...], *, alone: bool) -> tuple[int, ...]:
        """Suppliers that hold all these words in a name, or whose whole name stands among them.

        A short or common word counts only as the first one, and if the name is that word `alone`: TE is the first word
        of TE Connectivity.
        """
        if not words:
            return ()
        found: set[int] = set()
        if len(words) > 1 or _telling(words[0]):
            found |= self._with_all(words)
        if alone or _telling(words[0]):
            found |= self.starters.get(words[0], frozenset())
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                part = words[start:end]
                if start == 0 or _telling(key(part)):
                    found |= {form.supplier for form in self.exact.get(key(part), ()) if form.level < 2}
                    found |= {form.supplier for form in self.bare.get(key(part), ()) if _telling(key(part))}
        for word in words:
            # Chinese has no blanks between words: a known name inside a longer one.
            if firm_names.has_cjk(word):
                found |= {
                    form.supplier
                    for form in self.forms
                    if len(form.key) > 1 and firm_names.has_cjk(form.key) and (form.key in word or word in form.key)
                }
        return tuple(sorted(found))

    def near(self, joined: str, at_least: float) -> Iterator[FirmForm]:
        """Forms that can be as alike as `at_least`, by their length and the pieces they share."""
        if len(joined) < 4:
            return
        counts: Counter[int] = Counter()
        for piece in _pieces(joined):
            counts.update(self.pieces.get(piece, ()))
        for place, shared in counts.items():
            form = self.forms[place]
            shorter, longer = sorted((len(joined), len(form.key)))
            # Names that share less than a quarter of their pieces are alike by chance.
            if shorter >= 4 and 4 * shared >= max(8, shorter) and 2 * shorter >= at_least * (shorter + longer):
                yield form

    def _with_all(self, words: tuple[str, ...]) -> frozenset[int]:
        sets = [self.holders.get(word, frozenset()) for word in words]
        return frozenset.intersection(*sets) if sets else frozenset()


def build_index(suppliers: pd.DataFrame) -> FirmIndex:
    """Arrange the names of suppliers.

    Parameters
    ----------
    suppliers : pandas.DataFrame
        With supplier_id and name; name_zh, aliases and owner_id if known.
    """
    columns = {
        name: [str(text).strip() if isinstance(text, str) else "" for text in suppliers[name]]
        if name in suppliers
        else [""] * len(suppliers)
        for name in ("supplier_id", "name", "name_zh", "aliases", "owner_id")
    }
    ids = tuple(columns["supplier_id"])
    place_of = {name: place for place, name in enumerate(ids) if name}
    owners = tuple(place_of.get(name, -1) for name in columns["owner_id"])
    names = tuple(name or own for name, own in zip(columns["name"], ids, strict=True))
    forms: dict[tuple[int, str], FirmForm] = {}
    for place, (name, chinese, aliases) in enumerate(
        zip(columns["name"], columns["name_zh"], columns["aliases"], strict=True)
    ):
        owner = columns["name"][owners[place]] if owners[place] >= 0 else ""
        for form in _forms(place, [name, chinese, *aliases.split(";")], ids[place], owner):
            held = forms.get((place, form.key))
            if held is None or form.level < held.level:
                forms[place, form.key] = form
    every = tuple(forms.values())
    pieces: dict[str, list[int]] = defaultdict(list)
    for place, form in enumerate(every):
        for piece in _pieces(form.key):
            pieces[piece].append(place)
    full = [form for form in every if form.level < 3]
    return FirmIndex(
        ids=ids,
        names=names,
        owners=owners,
        exact=_grouped((form.key, form) for form in full),
        bare=_grouped((short, form) for form in full for short in [_short(form)] if short),
        holders=_places((word, form) for form in full for word in form.words),
        starters=_places((form.words[0], form) for form in every),
        beginnings=_places(
            (form.words[:size], form) for form in every if form.level < 2 for size in range(1, len(form.words) + 1)
        ),
        forms=every,
        pieces={piece: tuple(found) for piece, found in pieces.items()},
    )


def _forms(place: int, names: list[str], supplier_id: str, owner: str) -> Iterator[FirmForm]:
    for name in filter(None, (name.strip() for name in names)):
        firm = parsed(name)
        if not firm.whole:
            continue
        yield _form(place, firm.whole, name, 0)
        if firm.inside and firm.outside and not firm.doubtful and not _is_place(firm.inside):
            yield _form(place, firm.outside, name, 1, f"the name of {name!r} before the brackets")
        for part in name.split("/") if "/" in name else ():
            words = parsed(part).outside
            if len(key(words)) > 3:
                yield _form(place, words, name, 2, f"a part of the name {name!r}")
        rest = _without_owner(firm.whole, owner)
        if rest:
            yield _form(place, rest, name, 2, f"the name {name!r} without its owner {owner}")
    # The code of a supplier is often its usual abbreviation: worth asking, never taken.
    code = tuple(supplier_id.casefold().replace("-", "_").split("_"))
    if key(code):
        yield _form(place, code, supplier_id, 3)


def _form(place: int, words: tuple[str, ...], text: str, level: int, why: str = "") -> FirmForm:
    return FirmForm(place, words, key(words), text, level, why)


def _is_place(inside: tuple[str, ...]) -> bool:
    """Whether brackets tell a plant or an arm of a firm from the firm: (China), (China plant)."""
    found = {word for text in inside for word in firm_names.words(text)}
    if found & {"plant", "factory", "works", "branch", "subsidiary"}:
        return True
    return any(firm_names.is_region(firm_names.words(text)) for text in inside)


def _without_owner(words: tuple[str, ...], owner: str) -> tuple[str, ...]:
    """One telling word that is left of "TDK InvenSense" without its owner TDK; else nothing."""
    first = bare(parsed(owner).outside) if owner else ()
    rest = words[len(first) :] if first and words[: len(first)] == first else ()
    if len(rest) != 1 or len(rest[0]) < 6 or firm_names.is_everyday(rest) or firm_names.is_generic(rest[0]):
        return ()
    return rest


def _short(form: FirmForm) -> str:
    cut = without(form.words, {"business", "group"})
    return key(cut.kept) if cut.left_out and form.level < 2 else ""


def _telling(word: str) -> bool:
    return (len(word) > 3 or (firm_names.has_cjk(word) and len(word) > 1)) and not (
        firm_names.is_everyday((word,)) or firm_names.is_generic(word)
    )


def _pieces(joined: str) -> set[str]:
    """Groups of three letters, with the start marked."""
    marked = f"^{joined}"
    return {marked[at : at + 3] for at in range(len(marked) - 2)}


_Name = TypeVar("_Name", str, tuple[str, ...])


def _grouped(pairs: Iterator[tuple[str, FirmForm]]) -> dict[str, tuple[FirmForm, ...]]:
    found: dict[str, list[FirmForm]] = defaultdict(list)
    for name, form in pairs:
        found[name].append(form)
    return {name: tuple(forms) for name, forms in found.items()}


def _places(pairs: Iterator[tuple[_Name, FirmForm]]) -> dict[_Name, frozenset[int]]:
    found: dict[_Name, set[int]] = defaultdict(set)
    for word, form in pairs:
        found[word].add(form.supplier)
    return {word: frozenset(places) for word, places in found.items()}
