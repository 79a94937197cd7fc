"""Reference designators: the places of a part on a board, with ranges written out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from supplychain.formats.spreadsheets.amounts import plain_text

__all__ = ["LIMIT", "Designators", "expand"]

LIMIT = 10_000
"""Designators of one cell; more are a mistake, or meant to exhaust the memory."""

_DESIGNATOR = re.compile(r"[A-Za-z]{1,8}[-_.$]?[0-9]{1,9}(?:[A-Za-z]|[-_.:/][A-Za-z0-9]{1,6})?|[A-Za-z]{1,4}[?*]")
_RANGE_SIGN = re.compile(r"\s*(?:-|~|\.{2,3}|\bto\b|\bbis\b|至|到)\s*(?=[A-Za-z_]{0,8}[0-9])")
_RANGE = re.compile(
    r"(?P<prefix>[A-Za-z_]{1,8})(?P<first>[0-9]{1,18})\s*(?:-|~|\.{2,3}|\bto\b|\bbis\b|至|到)\s*"
    r"(?P<again>[A-Za-z_]{0,8})(?P<last>[0-9]{1,18})"
)
# Names without a number, as "ICSP", "Rg_LO", "CASE_TOP": in capitals or with an underscore, so that no prose is one.
_NAME = re.compile(
    r"(?=[^ ]{1,16}$)(?:[A-Z][A-Z0-9]*[a-z]{0,5}|[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+|[A-Z][a-z]?[A-Z][A-Za-z]*)[+-]?"
)
_SPLIT = re.compile(r"[,;\s、|+&/]+")
_HALF = re.compile(r"(?P<stem>[A-Za-z]{1,8}[0-9]{1,9})[A-Za-z]")


@dataclass(frozen=True)
class Designators:
    """The places that a cell names.

    Attributes
    ----------
    names : tuple of str
        Each once, in the order of the cell.
    count : int or None
        How many parts they are: units of one part (U1A, U1B) count once. None: the cell does not tell.
    doubts : tuple of str
        What could not be read as it stands.
    """

    names: tuple[str, ...]
    count: int | None
    doubts: tuple[str, ...] = ()


def expand(text: str, *, limit: int = LIMIT) -> Designators:
    """Write out the designators of a cell.

    Parameters
    ----------
    text : str
        "C1-C3, C7", "R1 R2", "D1..D4"; full-width signs are read too.
    limit : int
        Largest number to write out.

    Examples
    --------
    >>> expand("C1-C3,C7").names
    ('C1', 'C2', 'C3', 'C7')
    >>> expand("U1A, U1B").count
    1
    """
    plain = _plain(text)
    if not plain:
        return Designators((), None)
    names: dict[str, None] = {}
    doubts: list[str] = []
    counted = True
    repeated: set[str] = set()
    for token in _tokens(plain):
        found = _range(token, limit - len(names))
        if isinstance(found, str):
            doubts.append(found)
            counted = False
            found = [token]
        for name in found:
            if name in names:
                repeated.add(name)
            names[name] = None
    listed = len(names) == 1 or re.search(r"[,;、|\n]", text) is not None
    known = sum(1 for name in names if _DESIGNATOR.fullmatch(name) or (listed and _NAME.fullmatch(name)))
    if counted and known * 2 <= len(names):
        return Designators((), None, ("no reference designators such as C1, C2",))
    if repeated:
        doubts.append(f"{', '.join(sorted(repeated)[:3])} named more than once; counted once")
    if len(names) > limit:
        return Designators((), None, (f"more than {limit} reference designators in one cell",))
    count = _count(names) if counted else None
    return Designators(tuple(names), count, tuple(doubts))


def _plain(text: str) -> str:
    return " ".join(plain_text(text.replace("…", "..")).split())


def _tokens(plain: str) -> Iterator[str]:
    """Pieces between commas and blanks; blanks around the sign of a range belong to the range."""
    joined = _RANGE_SIGN.sub("-", plain)
    return (piece for piece in _SPLIT.split(joined) if piece)


def _range(token: str, room: int) -> list[str] | str:
    """Names of a range, the token itself if it is none, or what is wrong with the range."""
    match = _RANGE.fullmatch(token)
    if match is None:
        return [token]
    first, last = int(match["first"]), int(match["last"])
    if not match["again"] and last <= first:  # J1-1 is a name; a range would go up
        return [token]
    if match["again"] and match["again"].casefold() != match["prefix"].casefold():
        return f"{token} goes from one letter to another; not written out"
    if last < first:
        return f"{token} goes down; not written out"
    if last - first + 1 > room:
        return f"{token} is {last - first + 1} places; not written out"
    width = len(match["first"]) if match["first"].startswith("0") else 0
    return [f"{match['prefix']}{number:0{width}d}" for number in range(first, last + 1)]


def _count(names: dict[str, None]) -> int:
    """Parts that the names are: U1A and U1B are two units of U1, but U1A alone, or R5a beside R6, is a name."""
    stems = Counter(match["stem"] for name in names if (match := _HALF.fullmatch(name)))
    return len(names) - sum(number - 1 for number in stems.values() if number > 1)
