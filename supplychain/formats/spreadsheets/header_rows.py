"""Which row of a sheet is the header: the one with the most names that are known, of the first 20 with content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from supplychain.formats.spreadsheets.headers import IGNORED, normalise, read_header
from supplychain.formats.spreadsheets.values import Grid

__all__ = ["Header", "best_header", "header_at", "is_bill_name", "rows_with_content"]

SEARCHED_ROWS = 20
_LONGEST = 120  # a longer cell is a note
# A table without any of these does not say what its lines are.
_CORE = frozenset(
    [
        "name",
        "description",
        "manufacturer_part_number",
        "part_id",
        "value",
        "reference_designator",
        "manufacturer",
        "category",
    ]
)
_NUMBER = re.compile(r"^[^\w]*\d[\d\s.,:/%-]*\w{0,3}$")
_BILL = re.compile(
    r"\bbom\b|bom[_ -]?\d*$|^bom|bill of materials?|parts? ?list|stückliste|stueckliste|物料清單|物料清单|物料表|"
    r"零件表|零件清單|材料清單|材料表|料表|料件清單|材料清单|零件清单",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Header:
    """A row, or two, that may be a header.

    Attributes
    ----------
    top, bottom : int
        First and last row in `Grid.rows`.
    line : int
        Number of the last row in the file.
    texts : tuple of str
        One for each column; of two rows, joined by a blank.
    known : int
        Number of different names that are known.
    score : float
        How much it looks like a header.
    sound : bool
        Whether it can be used without a person's word.
    """

    top: int
    bottom: int
    line: int
    texts: tuple[str, ...]
    known: int
    score: float
    sound: bool


def is_bill_name(sheet: str) -> bool:
    """Whether a sheet is named as a bill of materials."""
    return _BILL.search(sheet) is not None


def rows_with_content(grid: Grid) -> list[int]:
    """Return the first rows with content, among which the header is looked for."""
    filled = (place for place, row in enumerate(grid.rows) if any(row))
    return [place for _, place in zip(range(SEARCHED_ROWS), filled, strict=False)]


def best_header(grid: Grid, named: frozenset[str] = frozenset()) -> Header | None:
    """Return the row, or two, that look most like a header; None if no cell has content.

    Parameters
    ----------
    grid : Grid
    named : frozenset of str
        Headers that a person spoke of, normalised: they are known.
    """
    best: Header | None = None
    for row in rows_with_content(grid):
        for header in _at(grid, row, named):
            if best is None or (header.sound, header.score) > (best.sound, best.score):
                best = header
    return best


def header_at(grid: Grid, top: int, bottom: int, named: frozenset[str] = frozenset()) -> Header:
    """Return the header that one row is, or two rows are together."""
    upper = grid.rows[top]
    texts = upper if top == bottom else _joined(grid, top, bottom)
    filled = [text for text in texts if text]
    short = [text for text in filled if len(text) <= _LONGEST]
    numbers = sum(_NUMBER.match(text) is not None for text in filled)
    if numbers > len(filled) / 2:  # a line of figures: spare the looking up
        return Header(top, bottom, grid.lines[bottom], tuple(texts), 0, -float(numbers), sound=False)
    spoken = {text for text in short if normalise(text) in named} - {""}
    known = {text: read_header(text) for text in short if read_header(text).fields or text in spoken}
    keys = {meaning.key for meaning in known.values()}
    useful = {known[text].key for text in known if text in spoken or known[text].fields != (IGNORED,)}
    core = bool(spoken) or any(field in _CORE for meaning in known.values() for field in meaning.fields)
    unknown = sum(text not in known for text in filled)
    below = [sum(map(bool, row)) for row in grid.rows[bottom + 1 : bottom + 11]]
    lines = any(count >= min(2, len(filled)) for count in below)
    score = len(useful) + 0.5 * (len(keys) - len(useful)) - 0.1 * unknown - numbers - (0 if lines else 2)
    enough = len(keys) >= 2 and (not unknown or len(keys) >= 3 or len(keys) >= 0.1 * len(filled))
    # One name alone heads a list of one column; above a wider table it is a title.
    alone = not unknown and len(keys) == 1 and len(filled) == len(texts)
    sound = core and numbers <= len(keys) and (enough or alone or len(spoken) > 0)
    return Header(top, bottom, grid.lines[bottom], tuple(texts), len(keys), score, sound)


def _at(grid: Grid, row: int, named: frozenset[str]) -> list[Header]:
    """Return the readings of a row as a header: alone, and with the row below where that continues it."""
    alone = header_at(grid, row, row, named)
    if row + 1 >= len(grid.rows):
        return [alone]
    below = [text for text in grid.rows[row + 1] if text]
    if not below or any(_NUMBER.match(text) or len(text) > _LONGEST for text in below):
        return [alone]
    under = header_at(grid, row + 1, row + 1, named)
    both = header_at(grid, row, row + 1, named)
    spans = any(
        merge.top <= row < merge.bottom or (merge.top == row and merge.right > merge.left) for merge in grid.merged
    )
    # A second language in the row below, or parts of a group: half of its words are names themselves.
    names = sum(bool(read_header(text).fields) for text in below)
    telling = names >= 2 and names >= 0.5 * len(below)
    if both.known > max(alone.known, under.known) and (telling or spans):
        return [alone, both]
    if telling and both.known >= alone.known and alone.known >= 2:
        # The lower row only says again what the upper one says.
        return [alone, Header(both.top, both.bottom, both.line, both.texts, both.known, both.score + 0.5, both.sound)]
    return [alone]


def _joined(grid: Grid, top: int, bottom: int) -> Sequence[str]:
    """Return the texts of two header rows; a name over several columns counts for each of them."""
    upper, lower = list(grid.rows[top]), grid.rows[bottom]
    for merge in grid.merged:
        if merge.top == top and merge.bottom == top:
            for place in range(merge.left + 1, min(merge.right + 1, len(upper))):
                upper[place] = upper[merge.left]
    if not grid.merged:
        for place in range(1, len(upper)):  # text files cannot merge: a group's name stands over its first column
            if not upper[place] and lower[place] and lower[place - 1] and upper[place - 1]:
                upper[place] = upper[place - 1]
    texts = []
    for above, below in zip(upper, lower, strict=True):
        whole = f"{above} {below}".strip()
        if above and below and not read_header(whole).fields:
            # Of a group whose name adds nothing that is known, the lower name is the header.
            whole = below if read_header(below).fields else whole
        texts.append(whole)
    return texts
