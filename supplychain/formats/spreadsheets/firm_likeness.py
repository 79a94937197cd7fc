"""How alike two names of firms are."""

from __future__ import annotations

from functools import lru_cache

from supplychain.formats.spreadsheets import firm_names

__all__ = ["is_slip", "likeness", "telling_likeness"]


def likeness(one: str, other: str) -> float:
    """Share of letters, from 0 to 1, that two texts have in common in the same order.

    Examples
    --------
    >>> round(likeness("hobbywing", "hobbywin"), 3), likeness("abc", "abc"), likeness("abc", "xyz")
    (0.941, 1.0, 0.0)
    """
    if not one or not other:
        return 0.0
    # Longest common subsequence, a row of the table as the bits of one number (Hyyrö 2004).
    places = _places(one)
    full = (1 << len(one)) - 1
    row = full
    for sign in other:
        met = row & places.get(sign, 0)
        row = ((row + met) | (row - met)) & full
    return 2 * (len(one) - row.bit_count()) / (len(one) + len(other))


def telling_likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Likeness of two names, or of what is left of them without a common ending, whichever is less.

    That both end in "Technologies" makes no two names alike.

    Examples
    --------
    >>> round(telling_likeness(("neros", "technologies"), ("logos", "technologies")), 3)
    0.4
    """
    whole = likeness(firm_names.key(one), firm_names.key(other))
    while len(one) > 1 and len(other) > 1 and firm_names.is_generic(other[-1]) and likeness(one[-1], other[-1]) > 0.85:
        one, other = one[:-1], other[:-1]
    return min(whole, likeness(firm_names.key(one), firm_names.key(other)))


@lru_cache(maxsize=16)
def _places(text: str) -> dict[str, int]:
    """Where each letter stands, as bits; one name is compared with many, so the last few are kept."""
    places: dict[str, int] = {}
    for at, sign in enumerate(text):
        places[sign] = places.get(sign, 0) | 1 << at
    return places


def is_slip(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names differ by no more than a slip of the pen: not by a figure, a word or the first letter.

    Examples
    --------
    >>> is_slip(("hobywing",), ("hobbywing",)), is_slip(("area", "51"), ("area", "52"))
    (True, False)
    >>> is_slip(("china", "northern", "metals"), ("china", "southern", "metals"))
    False
    """
    joined, joined_other = firm_names.key(one), firm_names.key(other)
    if joined[0] != joined_other[0] or _figures(joined) != _figures(joined_other):
        return False
    allowed = 1 if min(len(joined), len(joined_other)) < 12 else 2
    if _edits(joined, joined_other, allowed) > allowed:
        return False
    if len(one) != len(other):
        return True
    # A whole word may not become another one: each keeps its first letter, and short words keep all.
    return all(
        word == match or (word[0] == match[0] and min(len(word), len(match)) > 3)
        for word, match in zip(one, other, strict=True)
    )


def _figures(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _edits(one: str, other: str, most: int) -> int:
    """Count letters added, left out, replaced or swapped with their neighbour; counting ends beyond `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        row = [i]
        for j, match in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (sign != match))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == match:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]
