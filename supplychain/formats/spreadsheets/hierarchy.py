"""Which line is part of which: from levels, outline numbers (1, 1.1, 1.1.2) or the id of the parent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from supplychain.formats.spreadsheets.amounts import LONGEST, is_placeholder, plain_text

__all__ = ["Place", "Structure", "arrange", "read_level"]

DEEPEST = 100
"""A bill of materials has a few levels; a larger number is no level."""

_NUMBERS = re.compile(r"[0-9]{1,9}")
_MARKED = re.compile(r"(?:[^\W\d_]{1,12})?[\s.\-+*>|_]*(?P<number>[0-9]{1,9})[\s.\-)]*")
_OUTLINE = re.compile(r"[\s.\-+*>|_]*(?P<parts>[0-9]{1,9}(?:\.[0-9]{1,9})+)\.?")
_MARKS = re.compile(r"(?P<marks>[.\-+*>|]+)")


@dataclass(frozen=True)
class Place:
    """What a row says about its place in the bill.

    Attributes
    ----------
    row : int
        Number in the file; a number may stand in several keys but only once as a row.
    level, outline, parent_id : str
        Cells of the columns level, item_number and parent_id; empty where there is none.
    keys : tuple of str
        How a parent_id may name this row, the strongest first: number of the firm, of the maker, name.
    """

    row: int
    level: str = ""
    outline: str = ""
    parent_id: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Structure:
    """The bill as a tree.

    Attributes
    ----------
    parents : mapping of int to (int or None)
        Row of the line that each row is part of; None: of the product.
    product : int or None
        Row that is the product itself.
    refused : mapping of int to str
        Rows that have no place, and why.
    doubts : tuple of (int, str, str, str)
        Row, field, cell and what was assumed.
    """

    parents: Mapping[int, int | None]
    product: int | None = None
    refused: Mapping[int, str] = field(default_factory=dict)
    doubts: tuple[tuple[int, str, str, str], ...] = ()


def read_level(text: str) -> int | None:
    """Return the level that a cell tells: "2", ".2", "..2", "-2-", "L2", or "1.2.3" and "..." by their parts.

    Examples
    --------
    >>> [read_level(text) for text in ("2", "..2", "L3", "-1-", "1.2.3", "**", "upper")]
    [2, 2, 3, 1, 3, 2, None]
    """
    plain = plain_text(text)
    if len(plain) > LONGEST:
        return None
    outline = _OUTLINE.fullmatch(plain)
    if outline:
        return len(_parts(outline["parts"]))
    marked = _MARKED.fullmatch(plain)
    if marked:
        level = int(marked["number"])
        return level if level <= DEEPEST else None
    marks = _MARKS.fullmatch(plain)
    return len(marks["marks"]) if marks and len(marks["marks"]) <= DEEPEST else None


def arrange(places: Sequence[Place], *, product: str = "") -> Structure:
    """Return the tree that the rows tell: by level, else by parent, else by outline number, else none.

    Parameters
    ----------
    places : sequence of Place
        The lines of the bill in the order of the file.
    product : str
        Name or number of the product, as a parent_id may name it.
    """
    if sum(read_level(place.level) is not None for place in places) * 2 > len(places):
        return _by_level(places)
    if any(not is_placeholder(place.parent_id) for place in places):
        return _by_parent(places, product)
    if _is_outline(places):
        return _by_outline(places)
    return Structure({place.row: None for place in places})


def _parts(text: str) -> tuple[int, ...]:
    """Numbers of an outline; "1.0" is "1"."""
    parts = [int(number) for number in _NUMBERS.findall(text)]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _by_level(places: Sequence[Place]) -> Structure:
    doubts: list[tuple[int, str, str, str]] = []
    levels: list[int] = []
    for place in places:
        level = read_level(place.level)
        if level is None:
            level = levels[-1] if levels else 1
            doubts.append((place.row, "level", place.level, "no level; taken to be at the level of the line above"))
        levels.append(level)
    top = min(levels)
    product = places[0].row if levels[0] == top and levels.count(top) == 1 and len(levels) > 1 else None
    parents: dict[int, int | None] = {}
    stack: list[tuple[int, int]] = []
    for place, level in zip(places, levels, strict=True):
        while stack and stack[-1][0] >= level:
            stack.pop()
        above = stack[-1] if stack else None
        if level - (above[0] if above else top - 1) > 1:
            what = f"the line of row {above[1]}" if above else "the product"
            doubts.append((place.row, "level", place.level, f"the level jumps; taken to be a part of {what}"))
        parents[place.row] = above[1] if above else None
        stack.append((level, place.row))
    return _without_product(parents, product, {}, doubts)


def _without_product(
    parents: dict[int, int | None],
    product: int | None,
    refused: dict[int, str],
    doubts: list[tuple[int, str, str, str]],
) -> Structure:
    """The lines of the product's own row are lines of the product."""
    if product is not None:
        parents.pop(product, None)
        parents = {row: None if parent == product else parent for row, parent in parents.items()}
    return Structure(parents, product, refused, tuple(doubts))


def _is_outline(places: Sequence[Place]) -> bool:
    """Whether the item numbers are an outline: some have several parts, and begin as another one does."""
    outlines = [plain_text(place.outline) for place in places]
    if not any(_OUTLINE.fullmatch(text) for text in outlines):
        return False
    known = {_parts(text) for text in outlines if re.fullmatch(r"[0-9.]+", text)}
    return any(len(parts) > 1 and parts[:-1] in known for parts in known)


def _by_outline(places: Sequence[Place]) -> Structure:
    doubts: list[tuple[int, str, str, str]] = []
    parents: dict[int, int | None] = {}
    rows: dict[tuple[int, ...], int] = {}
    last: int | None = None
    for place in places:
        parts = _parts(plain_text(place.outline)) if re.fullmatch(r"[0-9.]{1,60}", plain_text(place.outline)) else ()
        if not parts:
            parents[place.row] = parents[last] if last is not None else None
            doubts.append(
                (place.row, "item_number", place.outline, "no outline number; taken to be beside the line above")
            )
            last = place.row
            continue
        above = parts[:-1]
        while above and above not in rows:
            above = above[:-1]
        if len(above) + 1 < len(parts):
            what = f"the line of row {rows[above]}" if above else "the product"
            message = f"no line {'.'.join(map(str, parts[:-1]))}; taken to be a part of {what}"
            doubts.append((place.row, "item_number", place.outline, message))
        parents[place.row] = rows[above] if above else None
        if parts in rows:
            doubts.append((place.row, "item_number", place.outline, f"the number stands in row {rows[parts]} as well"))
        rows[parts] = place.row
        last = place.row
    tops = [place.row for place in places if parents[place.row] is None]
    product = tops[0] if len(tops) == 1 and len(places) > 1 and tops[0] == places[0].row else None
    return _without_product(parents, product, {}, doubts)


def _by_parent(places: Sequence[Place], product_name: str) -> Structure:
    doubts: list[tuple[int, str, str, str]] = []
    refused: dict[int, str] = {}
    named, ambiguous = _keys(places)
    wanted = {place.row: "" if is_placeholder(place.parent_id) else _key(place.parent_id) for place in places}
    unknown = Counter(name for name in wanted.values() if name and name not in named)
    tops = [place.row for place in places if not wanted[place.row]]
    root, guessed = _root(unknown, tops, _key(product_name))
    parents: dict[int, int | None] = {}
    for place in places:
        name = wanted[place.row]
        parent = named.get(name) if name else None
        if name and parent is None and name != root:
            refused[place.row] = (
                f'the parent "{place.parent_id}" is no line of the file and not the product; right is the number of '
                "a line, or an empty cell for a part of the product"
            )
            continue
        if name in ambiguous and parent is not None:
            doubts.append(
                (place.row, "parent_id", place.parent_id, f"several lines are called so; that of row {parent} is used")
            )
        parents[place.row] = parent
    if guessed:
        first = next(place for place in places if wanted[place.row] == root)
        doubts.append((first.row, "parent_id", first.parent_id, "no line of the file; taken to be the product"))
    for row in _on_cycles(parents):
        refused[row] = "the line is a part of itself, by way of its parents; right is a parent further up"
    product = tops[0] if len(tops) == 1 and tops[0] in parents.values() and not root else None
    kept = {row: parent for row, parent in parents.items() if row not in refused}
    return _without_product(kept, product, refused, doubts)


def _key(text: str) -> str:
    return plain_text(text).casefold()


def _keys(places: Sequence[Place]) -> tuple[dict[str, int], set[str]]:
    """Row of each key, the stronger kind of key first; and the keys that several rows have."""
    named: dict[str, int] = {}
    ambiguous: set[str] = set()
    for rank in range(max((len(place.keys) for place in places), default=0)):
        found: dict[str, int] = {}
        for place in places:
            key = _key(place.keys[rank]) if rank < len(place.keys) else ""
            if not key or key in named:
                continue
            if key in found:
                ambiguous.add(key)
            found.setdefault(key, place.row)
        named.update(found)
    return named, ambiguous


def _root(unknown: Counter[str], tops: Sequence[int], product: str) -> tuple[str, bool]:
    """Name by which parents speak of the product, and whether that is only likely."""
    if product and product in unknown:
        return product, False
    if tops or not unknown:
        return "", False
    (name, lines), *_ = unknown.most_common(1)
    return (name, True) if lines * 2 > unknown.total() else ("", False)


def _on_cycles(parents: Mapping[int, int | None]) -> list[int]:
    """Rows that come back to themselves when their parents are followed."""
    done: set[int] = set()
    cyclic: list[int] = []
    for start in parents:
        path: dict[int, None] = {}
        row: int | None = start
        while row is not None and row in parents and row not in done and row not in path:
            path[row] = None
            row = parents[row]
        if row is not None and row in path:
            seen = list(path)
            cyclic.extend(seen[seen.index(row) :])
        done.update(path)
    return cyclic
