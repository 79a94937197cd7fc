"""Ids for what a spreadsheet names: short, readable, and never one that is taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["Names", "slug"]

_LONGEST = 60


def slug(text: str) -> str:
    """Text as an id: no blanks and none of the signs that lists and options use; case is kept.

    Examples
    --------
    >>> slug(" MN5008  KV340; rev=B ")
    'MN5008_KV340_rev_B'
    """
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"[^\w.+#-]+", "_", plain).strip("_.")[:_LONGEST].strip("_.")


class Names:
    """Gives out ids that nobody has; `taken` are those of the bundled data."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}  # thousands of lines may be called "screw"

    def new(self, text: str, fallback: str) -> str:
        """Return an id made from a text, or from the fallback where nothing of the text is left."""
        start = slug(text) or fallback
        number = self._last.get(start, 1)
        name = start if number == 1 else f"{start}_{number}"
        while name in self._taken:
            number += 1
            name = f"{start}_{number}"
        self._last[start] = number
        self._taken.add(name)
        return name
