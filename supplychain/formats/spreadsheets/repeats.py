"""A list that a file states twice, part by part and grouped, as one export of KiCad does: it is counted once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise

from supplychain.formats.spreadsheets.table import Doubts, Table, row_text
from supplychain.formats.spreadsheets.values import Item, LeftRow

__all__ = ["without_repeats"]

_FEWEST = 3  # places; two boards may well share one or two
_Place = tuple[str, tuple[str, str, str]]


def without_repeats(
    table: Table, read: Mapping[int, Item], headers: Sequence[int], doubts: Doubts
) -> tuple[dict[int, Item], list[LeftRow]]:
    """Return the lines without those of a second list of the same places, and the rows that are left out.

    Parameters
    ----------
    table : Table
    read : mapping of int to Item
        Lines by their place in the grid.
    headers : sequence of int
        Places where the header stands again: a second list begins there.
    doubts : Doubts
        Takes which rows are left out.
    """
    kept = dict(read)
    left: list[LeftRow] = []
    # By their places, as a long print repeats its header on every page.
    stated: dict[frozenset[_Place], list[int]] = {}
    for rows in _lists(read, headers):
        places = _places(read, rows)
        if not places:
            continue
        earlier = stated.setdefault(places, rows)
        if earlier is rows:
            continue
        # The grouped list is what is bought; of two that are as long, the first.
        out, stays = (earlier, rows) if len(rows) < len(earlier) else (rows, earlier)
        stated[places] = stays
        first, last = read[stays[0]].row, read[stays[-1]].row
        reason = f"the same places as in rows {first} to {last}, listed a second time"
        left.extend(LeftRow(read[row].row, "note", reason, row_text(table, row)) for row in out)
        message = (
            f"rows {read[out[0]].row} to {read[out[-1]].row} list the same reference designators with the same "
            f"values as rows {first} to {last}; they are left out, so that nothing is counted twice"
        )
        doubts.say(read[out[0]].row, "", "", message)
        for row in out:
            del kept[row]
    return kept, left


def _lists(read: Mapping[int, Item], headers: Sequence[int]) -> list[list[int]]:
    """Rows of the lines between two headers."""
    if not headers:
        return []
    order = sorted(read)
    cuts = [0, *(bisect_left(order, header) for header in sorted(headers)), len(order)]
    return [order[start:end] for start, end in pairwise(cuts)]


def _places(read: Mapping[int, Item], rows: Sequence[int]) -> frozenset[_Place]:
    """Each place with what stands there; empty if some line has none, or they are few."""
    found: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        item = read[row]
        if not item.designators:
            return frozenset()
        for name in item.designators:
            if name in found:
                return frozenset()
            found[name] = (item.value, item.footprint, item.sources[0].part_number)
    return frozenset(found.items()) if len(found) >= _FEWEST else frozenset()
