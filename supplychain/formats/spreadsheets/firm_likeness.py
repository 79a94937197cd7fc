"""How alike two names of firms are."""

from __future__ import annotations

from supplychain.formats.spreadsheets import firm_names

__all__ = ["is_slip", "likeness"]


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
    places: dict[str, int] = {}
    for at, sign in enumerate(one):
        places[sign] = places.get(sign, 0) | 1 << at
    full = (1 << len(one)) - 1
    row = full
    for sign in other:
        met = row & places.get(sign, 0)
        row = ((row + met) | (row - met)) & full
    return 2 * (len(one) - row.bit_count()) / (len(one) + len(other))


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
