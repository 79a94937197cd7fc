"""From names of makers, as a spreadsheet writes them, to suppliers of a dataset.

A name is taken for a supplier without asking only if it is the same name, or so near that only a slip of the pen, a
region or a word such as "Electronics" makes the difference. All else is a candidate, which a person confirms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import pandas as pd

from supplychain.errors import OptionError
from supplychain.formats.spreadsheets import firm_names
from supplychain.formats.spreadsheets.firm_index import FirmIndex, build_index
from supplychain.formats.spreadsheets.firm_likeness import is_slip, telling_likeness
from supplychain.formats.spreadsheets.firm_names import FirmName, parsed, without

__all__ = ["FirmMatch", "MatchKind", "match_firms"]

MatchKind = Literal["exact", "similar", "candidate", "none", "confirmed", "rejected"]

_SURE = 0.93
_MARGIN = 0.04
_POSSIBLE = 0.75
_OTHER_START = 0.88  # of names that do not begin with the same letter
_SHORTEST = 5
_MOST_CANDIDATES = 5
_ALIKE = "the names are alike, or share a word, but are not the same"
# Words in brackets that say how the other name belongs to this one.
_BETWEEN = frozenset({"a", "aka", "an", "as", "brand", "by", "ex", "fka", "former", "formerly", "is", "now", "of"}) | {
    *("owned", "part", "previously", "subsidiary", "unit", "was"),
}


@dataclass(frozen=True)
class FirmMatch:
    """What is known about the firm that a name stands for.

    Attributes
    ----------
    name : str
        As written.
    kind : str
        exact (the same name), similar (taken without asking, the difference is said in `why`), candidate (to be
        confirmed), none, confirmed or rejected (a person said so).
    supplier_id : str
        Empty unless exact, similar or confirmed.
    score : float
        Likeness of the names, from 0 to 1, of the supplier taken or the best candidate.
    candidates : tuple of (str, str, float)
        supplier_id, name and likeness, the best first; only if there is something to confirm.
    why : str
        In words.
    """

    name: str
    kind: MatchKind
    supplier_id: str
    score: float
    candidates: tuple[tuple[str, str, float], ...]
    why: str


@dataclass(frozen=True)
class _Found:
    """A supplier by its place in the index, or several that it could be."""

    kind: Literal["exact", "similar", "candidate"]
    suppliers: tuple[int, ...]
    why: str
    score: float = 1.0


def match_firms(
    names: Iterable[str], suppliers: pd.DataFrame, *, confirmed: Mapping[str, str] | None = None
) -> dict[str, FirmMatch]:
    """Find the suppliers that names of makers stand for.

    Parameters
    ----------
    names : iterable of str
        As the file writes them.
    suppliers : pandas.DataFrame
        Table `suppliers` of a dataset: supplier_id and name, and name_zh, aliases and owner_id if it has them.
    confirmed : mapping of str to str, optional
        What a person has said: name to supplier_id, or to "" if it is none of the suppliers.

    Returns
    -------
    dict of str to FirmMatch
        Every name, as written, in the order given.

    Raises
    ------
    OptionError
        If `confirmed` names a supplier that is not in the table.

    Examples
    --------
    >>> suppliers = pd.DataFrame({"supplier_id": ["murata"], "name": ["Murata"]})
    >>> found = match_firms(["MURATA Co., Ltd.", "Murata Electronics North America", "Muratec"], suppliers)
    >>> [(match.kind, match.supplier_id) for match in found.values()]
    [('exact', 'murata'), ('similar', 'murata'), ('candidate', '')]
    """
    index = build_index(suppliers)
    decided = _decided(confirmed or {}, index)
    return {name: _match(name, index, decided) for name in dict.fromkeys(names)}


def _decided(confirmed: Mapping[str, str], index: FirmIndex) -> dict[str, str]:
    """Map names, as written and without case and legal form, to suppliers; as written comes first."""
    known = set(index.ids)
    unknown = sorted({supplier for supplier in confirmed.values() if supplier and supplier not in known})
    if unknown:
        near = get_close_matches(unknown[0], index.ids, 3)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise OptionError(f"confirmed names: there is no supplier {', '.join(map(repr, unknown))}{hint}")
    by_key: dict[str, set[str]] = {}
    for name, supplier in confirmed.items():
        if _spoken(name):
            by_key.setdefault(_spoken(name), set()).add(supplier)
    # Two spellings that were decided differently say nothing about a third one.
    folded = {spoken: next(iter(found)) for spoken, found in by_key.items() if len(found) == 1}
    return {**folded, **{f"={name}": supplier for name, supplier in confirmed.items()}}


def _spoken(name: str) -> str:
    return f"{firm_names.key(parsed(name).whole)}{'?' if parsed(name).marked else ''}"


def _match(name: str, index: FirmIndex, decided: Mapping[str, str]) -> FirmMatch:
    chosen = decided.get(f"={name}", decided.get(_spoken(name)))
    if chosen is not None:
        if chosen:
            return FirmMatch(name, "confirmed", chosen, 1.0, (), "confirmed by you")
        return FirmMatch(name, "rejected", "", 0.0, (), "you said that it is none of the suppliers")
    if firm_names.is_placeholder(name):
        return FirmMatch(name, "none", "", 0.0, (), "names no firm")
    found = _found(name, index)
    if found is not None and found.kind != "candidate":
        return FirmMatch(name, found.kind, index.ids[found.suppliers[0]], found.score, (), found.why)
    first = found.suppliers if found is not None else ()
    ranked = _candidates(parsed(name), index, first)
    if not ranked:
        return FirmMatch(name, "none", "", 0.0, (), "no supplier of the dataset has a name like it")
    why = found.why if found is not None else _ALIKE
    return FirmMatch(name, "candidate", "", ranked[0][2], ranked, why)


def _found(name: str, index: FirmIndex) -> _Found | None:
    """Find what the name says, by the surest way that applies."""
    firm = parsed(name)
    found = _same(firm.whole, index)
    if firm.marked and found is not None:
        return _Found("candidate", found.suppliers, "the name has a question mark")
    if found is not None:
        return found
    for way in (_with_brackets, _in_two_scripts, _with_slash, _with_more_words, _with_fewer_words, _with_a_slip):
        found = way(firm, index)
        if found is not None:
            break
    if found is not None and firm.doubtful:
        return _Found("candidate", found.suppliers, "the file itself puts the name in doubt")
    return found


def _same(words: tuple[str, ...], index: FirmIndex) -> _Found | None:
    """Look for the name as it is; a full name goes before a part of one."""
    forms = index.exact.get(firm_names.key(words), ())
    if not forms:
        return None
    level = min(form.level for form in forms)
    best = [form for form in forms if form.level == level]
    suppliers = tuple(sorted({form.supplier for form in best}))
    if len(suppliers) > 1:
        return _Found("candidate", suppliers, "several suppliers have this name")
    form = best[0]
    if level == 0:
        return _Found("exact", suppliers, f"same name as {form.text!r}")
    rivals = index.others(words, form.supplier)
    if rivals:
        return _Found("candidate", (*suppliers, *rivals), "several suppliers have this word in their name")
    return _Found("exact" if level == 1 else "similar", suppliers, form.why)


def _with_brackets(firm: FirmName, index: FirmIndex) -> _Found | None:
    """Read "Subsidiary (Parent)": the maker stands outside, and its owner, or another word for it, inside."""
    if not firm.inside or not firm.outside:
        return None
    for inside in firm.inside:
        other = firm_names.words(inside)
        for both in ((*other, *firm.outside), (*firm.outside, *other)):
            found = _same(both, index)
            if found is not None and found.kind == "exact":
                return _Found("exact", found.suppliers, f"{found.why}, its words in another order")
    if all(firm_names.is_region(firm_names.words(inside)) for inside in firm.inside):
        return _dropped(firm.whole, index)
    maker = _plain(firm.outside, index)
    named = {inside: _named(inside, index) for inside in firm.inside}
    said = ", ".join(f"({inside})" for inside in firm.inside)
    if maker is None:
        others = tuple(dict.fromkeys(place for places in named.values() for place in places))
        return _Found("candidate", others, f"only what stands in brackets is known: {said}") if others else None
    if maker.kind == "candidate":
        return maker
    place = maker.suppliers[0]
    family = {place, *index.owners_of(place)}
    for inside, places in named.items():
        if places and family.isdisjoint(places) and not index.shares_words(place, firm_names.words(inside)):
            return _Found("candidate", (place, *places), f"the name and ({inside}) are different suppliers")
    owner = any(place not in places and not family.isdisjoint(places) for places in named.values())
    note = f"{said} is its owner" if owner else f"{said} left out"
    return _Found(maker.kind, maker.suppliers, f"{maker.why}; {note}", maker.score)


def _named(text: str, index: FirmIndex) -> tuple[int, ...]:
    """Suppliers that a text in brackets can mean: by its name, else by its words."""
    words = tuple(word for word in firm_names.words(text) if word not in _BETWEEN)
    if not words or firm_names.is_region(words):
        return ()
    found = _plain(words, index)
    return found.suppliers if found is not None else index.holding(words, alone=len(words) == 1)


def _plain(words: tuple[str, ...], index: FirmIndex) -> _Found | None:
    """Look for words alone, without brackets."""
    found = _same(words, index)
    return found if found is not None else _dropped(words, index) or _shortened(words, index)


def _in_two_scripts(firm: FirmName, index: FirmIndex) -> _Found | None:
    """Read "DJI 大疆": one name in two scripts."""
    chinese = tuple(word for word in firm.outside if firm_names.has_cjk(word))
    latin = tuple(word for word in firm.outside if not firm_names.has_cjk(word))
    if not chinese or not latin or any(firm_names.in_doubt(word) for word in chinese):
        return None
    halves = [_plain(firm_names.words(" ".join(half)), index) for half in (latin, chinese)]
    sure = [half for half in halves if half is not None and half.kind != "candidate"]
    suppliers = tuple(dict.fromkeys(place for half in halves if half is not None for place in half.suppliers))
    if len(sure) == 2 and len(suppliers) == 1:
        return _Found("exact", suppliers, f"{sure[0].why}, in two scripts")
    if len(suppliers) == 1 and halves[0] in sure and len(firm_names.key(latin)) >= _SHORTEST:
        return _Found("similar", suppliers, f"{sure[0].why}; {_written(chinese, firm)} is not known", 0.95)
    return _Found("candidate", suppliers, "only a part of the name is known") if suppliers else None


def _written(chinese: tuple[str, ...], firm: FirmName) -> str:
    # The words are simplified; the message shows what the file has.
    return "".join(sign for sign in firm.text if firm_names.has_cjk(sign)) or " ".join(chinese)


def _with_slash(firm: FirmName, index: FirmIndex) -> _Found | None:
    """Read "Maker / Other": never taken for one of them unless both are the same."""
    parts = [part for part in firm.text.replace("／", "/").split("/") if part.strip()]
    if len(parts) < 2:
        return None
    found = [_plain(parsed(part).outside, index) for part in parts]
    suppliers = tuple(dict.fromkeys(place for each in found if each is not None for place in each.suppliers))
    if not suppliers:
        return None
    if len(suppliers) == 1 and all(each is not None and each.kind != "candidate" for each in found):
        return _Found("similar", suppliers, "all the names in the cell are this supplier's", 0.95)
    return _Found("candidate", suppliers, "the cell holds several names")


def _with_more_words(firm: FirmName, index: FirmIndex) -> _Found | None:
    return _dropped(firm.whole, index)


def _with_fewer_words(firm: FirmName, index: FirmIndex) -> _Found | None:
    return _shortened(firm.whole, index)


def _dropped(words: tuple[str, ...], index: FirmIndex) -> _Found | None:
    """Find a supplier by leaving out regions ("North America") and kinds of business ("Electronics") of the name."""
    for kinds in ({"region", "legal"}, {"region", "legal", "group"}, {"region", "legal", "group", "business"}):
        cut = without(words, kinds)
        if not cut.left_out:
            continue
        found = _same(cut.kept, index)
        if found is None:
            continue
        left_out = ", ".join(word for word in cut.left_out)
        suppliers = found.suppliers
        rivals = () if found.kind == "candidate" else index.others(cut.kept, suppliers[0])
        if found.kind == "candidate" or rivals:
            return _Found("candidate", (*suppliers, *rivals), f"several suppliers without {left_out}")
        shortest = _SHORTEST if "business" in cut.kinds else _SHORTEST - 1
        if not _tells_apart(cut.kept, shortest):
            return _Found("candidate", suppliers, f"{found.why} but for {left_out}: perhaps another firm")
        return _Found("similar", suppliers, f"{found.why}; left out: {left_out}", 0.95)
    return None


def _shortened(words: tuple[str, ...], index: FirmIndex) -> _Found | None:
    """Find a supplier whose name has such words more: Infineon for Infineon Technologies."""
    forms = index.bare.get(firm_names.key(words), ())
    suppliers = tuple(sorted({form.supplier for form in forms}))
    if not suppliers:
        return None
    rivals = index.others(words, suppliers[0])
    if len(suppliers) > 1 or rivals:
        every = tuple(dict.fromkeys((*suppliers, *rivals)))
        return _Found("candidate", every, "several suppliers have this word in their name")
    if not _tells_apart(words):
        return _Found("candidate", suppliers, f"short for {forms[0].text!r}, or another firm of that name")
    return _Found("similar", suppliers, f"short for {forms[0].text!r}, the only supplier of that name", 0.95)


def _tells_apart(words: tuple[str, ...], shortest: int = _SHORTEST) -> bool:
    """Whether a name is long and rare enough to be known by itself; Chinese says as much in two characters less."""
    joined = firm_names.key(words)
    long_enough = len(joined) >= (shortest - 2 if firm_names.has_cjk(joined) else shortest)
    return long_enough and not firm_names.is_everyday(words)


def _with_a_slip(firm: FirmName, index: FirmIndex) -> _Found | None:
    """Find the one supplier whose name differs by a slip of the pen."""
    joined = firm_names.key(firm.whole)
    if len(joined) < _SHORTEST or firm_names.has_cjk(joined):
        return None
    best: dict[int, tuple[float, bool, str]] = {}
    for form in index.near(joined, _SURE - _MARGIN):
        score = telling_likeness(firm.whole, form.words) if form.level < 3 else 0.0
        if score > best.get(form.supplier, (0.0, False, ""))[0]:
            best[form.supplier] = (score, score >= _SURE and is_slip(firm.whole, form.words), form.text)
    ranked = sorted(best.items(), key=lambda pair: -pair[1][0])
    if not ranked or ranked[0][1][0] < _SURE or not ranked[0][1][1]:
        return None
    if len(ranked) > 1 and ranked[1][1][0] > ranked[0][1][0] - _MARGIN:
        return _Found("candidate", tuple(place for place, _ in ranked[:2]), "as near to another supplier")
    place, (score, _, text) = ranked[0]
    return _Found("similar", (place,), f"a slip of the pen away from {text!r}", round(score, 3))


def _candidates(firm: FirmName, index: FirmIndex, first: tuple[int, ...]) -> tuple[tuple[str, str, float], ...]:
    """Suppliers that the name may mean; those already found first, then by likeness."""
    scores: dict[int, float] = {}
    for words in dict.fromkeys((firm.whole, firm.outside)):
        plain = firm_names.bare(words)
        alone = len(without(words, {"legal", "region", "group"}).kept) == 1
        for place in index.holding(plain, alone=alone):
            scores[place] = max(scores.get(place, 0.0), _POSSIBLE)
        joined = firm_names.key(words)
        for form in index.near(joined, _POSSIBLE):
            score = telling_likeness(words, form.words)
            if score >= (_POSSIBLE if joined[0] == form.key[0] else _OTHER_START):
                scores[form.supplier] = max(scores.get(form.supplier, 0.0), score)
    for place in first:
        scores[place] = max(scores.get(place, 0.0), _POSSIBLE)
    ranked = sorted(scores, key=lambda place: (place not in first, -scores[place], index.ids[place]))
    return tuple((index.ids[place], index.names[place], round(scores[place], 3)) for place in ranked[:_MOST_CANDIDATES])
