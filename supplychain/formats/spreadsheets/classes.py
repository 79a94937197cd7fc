"""Which part class of the bundled data a line of a spreadsheet is: by rules that stand in class_rules.csv.

A rule looks for a pattern in one text of the line. Rules are tried by rank, the lowest first; the first rank at which a
rule matches decides. Two rules of one rank that name different classes leave the line unclassified, and so do rules
that know a thing to have no class (resistors, cables, kits of several parts): `unclassified` is an answer, not a gap.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby

import pandas as pd

from supplychain.formats.spreadsheets.values import Item

__all__ = ["UNCLASSIFIED", "ClassMatch", "Rule", "load_rules", "match_class", "match_classes"]

UNCLASSIFIED = "unclassified"
"""What stands for no class in the file of rules and in outputs."""

_LONGEST = 500
"""Characters of a text that are looked at: no line of a bill needs more, and the time stays bounded."""

_FLAGS = re.IGNORECASE | re.MULTILINE | re.DOTALL

# A column that we have no field for may still say what kind of thing a line is.
_KIND_HEADERS = frozenset(
    {
        "technology",
        "type",
        "part type",
        "component type",
        "product type",
        "subcategory",
        "sub category",
        "class",
        "kind",
        "group",
        "family",
        "part family",
        "commodity",
        "子類別",
        "類型",
        "类型",
        "種類",
        "种类",
        "品類",
        "品类",
    }
)

# Rules up to this rank know an accessory by its name ("antenna adapter"); the word in a category cell does not undo it.
_ACCESSORY_RANK = 5

_CJK = r"\u3400-\u9fff\uf900-\ufaff"
_SEAM = re.compile(rf"(?<=[{_CJK}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{_CJK}])")
_BLANK = re.compile(r"[\s_]+")
# "Electronics/Sensors/IMU" is a path; "EO/IR" is a word.
_CATEGORY_STEP = re.compile(r" ?[>»\\|] ?| / |: |(?<=\w{3})/(?=\w{3})")


@dataclass(frozen=True)
class ClassMatch:
    """The class of a line, and why.

    Attributes
    ----------
    part_class : str
        A part of the bundled data; empty: unclassified.
    rule_id : str
        The rule that decided; "named" where the category cell names the class; empty where nothing matched.
    confidence : str
        high, medium or low; empty where nothing matched.
    why : str
        In words.
    """

    part_class: str
    rule_id: str
    confidence: str
    why: str


@dataclass(frozen=True)
class Rule:
    """One row of class_rules.csv.

    Attributes
    ----------
    rule_id : str
    part_class : str
        A part of the bundled data, or "unclassified": known to have no class.
    field : str
        category, description, name, part_number (the makers' numbers, the value and the name: people write part
        numbers into each of them), footprint, designator, manufacturer; text: name, description and part number,
        each on a line of its own; any: text and category.
    pattern : re.Pattern
        Looked for in that text, whatever the case.
    unless : re.Pattern or None
        Forbids the rule where it is found in that text or in the name.
    rank : int
        Lower first.
    confidence : str
    example, counterexample : str
        A text that the rule matches, and one near it that it does not.
    note : str
        What a match says, in words.
    """

    rule_id: str
    part_class: str
    field: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    rank: int
    confidence: str
    example: str
    counterexample: str
    note: str


def load_rules() -> tuple[Rule, ...]:
    """Return the rules that come with the package, lowest rank first."""
    text = files("supplychain").joinpath("formats", "spreadsheets", "class_rules.csv").read_text("utf-8")
    rules = [
        Rule(
            rule_id=row["rule_id"],
            part_class=row["part_class"],
            field=row["field"],
            pattern=re.compile(row["pattern"], _FLAGS),
            unless=re.compile(row["unless"], _FLAGS) if row["unless"] else None,
            rank=int(row["rank"]),
            confidence=row["confidence"],
            example=row["example"],
            counterexample=row["counterexample"],
            note=row["note"],
        )
        for row in csv.DictReader(io.StringIO(text))
    ]
    return tuple(sorted(rules, key=lambda rule: rule.rank))


def match_class(item: Item, rules: Sequence[Rule], *, parts: pd.DataFrame | None = None) -> ClassMatch:
    """Return the class of one line.

    Parameters
    ----------
    item : Item
    rules : sequence of Rule
        Lowest rank first, as `load_rules` gives them.
    parts : pandas.DataFrame, optional
        Parts of the bundled data (part_id, name, name_zh): a category cell that names one of them decides.
    """
    return _match(_texts(item), rules, {} if parts is None else _class_names(parts))


def match_classes(
    items: Iterable[Item], rules: Sequence[Rule], *, parts: pd.DataFrame | None = None
) -> tuple[ClassMatch, ...]:
    """Return the class of each line, in their order; lines with the same texts are looked at once."""
    names = {} if parts is None else _class_names(parts)
    known: dict[tuple[str, ...], ClassMatch] = {}
    matches = []
    for item in items:
        texts = _texts(item)
        key = tuple(texts.values())
        if key not in known:
            known[key] = _match(texts, rules, names)
        matches.append(known[key])
    return tuple(matches)


def _match(texts: Mapping[str, str], rules: Sequence[Rule], names: Mapping[str, tuple[str, bool]]) -> ClassMatch:
    part_id, certain = names.get(_plain(texts["category"]), ("", False))
    named = ClassMatch(part_id, "named", "high", f"the category is “{texts['category']}”") if part_id else None
    if named is not None and certain:
        return named
    for rank, group in groupby(rules, key=lambda rule: rule.rank):
        if named is not None and rank > _ACCESSORY_RANK:
            break
        hits = [(rule, found) for rule in group if (found := _found(rule, texts)) is not None]
        if hits:
            return _decide(hits)
    return named or ClassMatch("", "", "", "no rule matches")


def _found(rule: Rule, texts: Mapping[str, str]) -> str | None:
    """Return the words that the rule matches, or None."""
    text = texts[rule.field]
    match = rule.pattern.search(text) if text else None
    if match is None:
        return None
    if rule.unless is not None and (rule.unless.search(text) or rule.unless.search(texts["name"])):
        return None
    words = " ".join(match.group().split())
    # A pattern of lookaheads matches no words of its own: then the whole text is what it saw.
    return words or " ".join(text.split())


def _decide(hits: Sequence[tuple[Rule, str]]) -> ClassMatch:
    if len({rule.part_class for rule, _ in hits}) > 1:
        readings = "; ".join(f"“{words}” says {rule.part_class} (rule {rule.rule_id})" for rule, words in hits)
        return ClassMatch("", "", "", f"rules disagree: {readings}")
    order = ("high", "medium", "low")
    rule, words = min(hits, key=lambda hit: order.index(hit[0].confidence))
    part_class = "" if rule.part_class == UNCLASSIFIED else rule.part_class
    return ClassMatch(part_class, rule.rule_id, rule.confidence, f"“{_shorten(words)}”: {rule.note}")


def _shorten(words: str) -> str:
    return words if len(words) <= 60 else words[:59].rstrip() + "…"


def _texts(item: Item) -> dict[str, str]:
    """Return the texts that rules look at, by the field of the rule; several texts of one field stand on lines."""
    kinds = [item.category, *(text for header, text in item.extra.items() if _plain(header) in _KIND_HEADERS)]
    numbers = [*(source.part_number for source in item.sources), item.value]
    category = _lines(_CATEGORY_STEP.sub("\n", _clean(text)) for text in kinds)
    name, description = _clean(item.name), _clean(item.description)
    part_number = _lines(_clean(text) for text in numbers)
    return {
        "category": category,
        "name": name,
        "description": description,
        "part_number": _lines((part_number, name)),
        "text": _lines((name, description, part_number)),
        "any": _lines((name, description, part_number, category)),
        "footprint": _clean(item.footprint),
        "designator": _lines(_clean(text) for text in item.designators[:20]),
        "manufacturer": _lines(_clean(source.manufacturer) for source in item.sources),
    }


def _clean(text: str) -> str:
    """Return the text in one width and on one line, words of Chinese and Latin letters kept apart, cut to its limit."""
    cut = unicodedata.normalize("NFKC", text[:_LONGEST])[:_LONGEST]
    return _BLANK.sub(" ", _SEAM.sub(" ", cut)).strip()


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))[:_LONGEST]


def _plain(text: str) -> str:
    return _clean(text).casefold()


def _class_names(parts: pd.DataFrame) -> dict[str, tuple[str, bool]]:
    """Return the part that a text names, and whether beyond doubt; names that several parts share are left out.

    Nobody writes an id such as `rf_front_end` by chance; `antenna` is a word like any other. Products are no classes:
    a line of a bill that names one is a drone inside a drone.
    """
    names: dict[str, set[str]] = {}
    ids: set[str] = set()
    columns = [column for column in ("name", "name_zh") if column in parts]
    for row in parts.loc[parts["kind"] != "product", ["part_id", *columns]].itertuples(index=False):
        part_id, *texts = (str(cell) if isinstance(cell, str) else "" for cell in row)
        if "_" in part_id:
            ids.add(_plain(part_id))
        for text in (part_id, *texts):
            if text:
                names.setdefault(_plain(text), set()).add(part_id)
    return {text: (min(found), text in ids) for text, found in names.items() if len(found) == 1}
