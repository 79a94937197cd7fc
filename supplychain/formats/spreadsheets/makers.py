"""The makers that a spreadsheet names, as suppliers: of the bundled data where they are known, else our own rows."""

from __future__ import annotations

from collections.abc import Mapping

from supplychain.countries import name_of
from supplychain.errors import Problem
from supplychain.formats.spreadsheets.firms import FirmMatch
from supplychain.formats.spreadsheets.identity import Names
from supplychain.formats.spreadsheets.known import Known
from supplychain.formats.spreadsheets.values import Item, ItemSource

__all__ = ["Makers"]

_FACTS = {"country": "country of the seat", "owner_id": "owner", "owner_country": "country of the owner"}


class Makers:
    """Collects the suppliers of a bill while its lines are read."""

    def __init__(self, known: Known, firms: Mapping[str, FirmMatch], file: str) -> None:
        self._file = file
        self._firms = firms
        self._base = known.suppliers
        self._names = Names(self._base)
        self._ids: dict[str, str] = {}
        self._own: dict[str, dict[str, str]] = {}
        self._used: set[str] = set()
        # What the rows say of a firm: value -> first row.
        self._said: dict[tuple[str, str], dict[str, int]] = {}
        self.problems: list[Problem] = []

    def bundled(self, name: str) -> str:
        """Id of the firm of the bundled data that a name means; empty if none is known to."""
        match = self._firms.get(name)
        return match.supplier_id if match is not None else ""

    def supplier_of(self, source: ItemSource, item: Item) -> str:
        """Id of the maker of a line; a maker that is not named gets a row of its own, of which nothing is known."""
        if source.manufacturer:
            supplier = self._named(source.manufacturer)
        else:
            supplier = self._names.new(f"maker_not_named_row_{item.row}", "maker_not_named")
            name = f"Maker not named (row {item.row})"
            self._own[supplier] = {"supplier_id": supplier, "name": name, "named": "no"}
        self._learn(supplier, "country", source.headquarters_country, item)
        if source.owner:
            self._learn(supplier, "owner_id", self._named(source.owner), item)
        self._learn(supplier, "owner_country", source.owner_country, item)
        return supplier

    def used(self) -> set[str]:
        """Firms of the bundled data that lines name."""
        return self._used

    def rows(self) -> list[dict[str, object]]:
        """Rows of the suppliers table that are the user's."""
        return [dict(row) for row in self._own.values()]

    def _named(self, name: str) -> str:
        known = self.bundled(name)
        if known:
            self._used.add(known)
            return known
        key = " ".join(name.casefold().split())
        if key not in self._ids:
            supplier = self._names.new(name, "maker")
            self._ids[key] = supplier
            self._own[supplier] = {"supplier_id": supplier, "name": name, "kind": "firm"}
        return self._ids[key]

    def _learn(self, supplier: str, column: str, value: str, item: Item) -> None:
        """Take a fact on a maker from the file; what the bundled data say otherwise stays.

        Two rows of the file that disagree make the fact unknown, whichever comes first.
        """
        if not value:
            return
        said = self._said.setdefault((supplier, column), {})
        said.setdefault(value, item.row)
        row = self._own.get(supplier) or self._base[supplier]
        bundled = str(self._base.get(supplier, {}).get(column, "") or "")
        if bundled:
            if bundled != value:
                self._differ(
                    row,
                    column,
                    item,
                    f"{_word(column, value)} here, {_word(column, bundled)} in the bundled data",
                    "that is used",
                )
            return
        known = {str(key): str(text) for key, text in row.items() if text == text}  # noqa: PLR0124
        if len(said) == 1:
            self._own[supplier] = {**known, column: value}
            return
        places = ", ".join(f"{_word(column, other)} in row {number}" for other, number in said.items())
        self._differ(row, column, item, places, "it counts as unknown")
        self._own[supplier] = {**known, column: self._unknown_owner(supplier) if column == "owner_id" else ""}
        if column == "owner_country":
            self._own[supplier]["owner_id"] = self._unknown_owner(supplier)

    def _unknown_owner(self, supplier: str) -> str:
        """Id of an owner of whom nothing is known: an empty owner would mean that the firm owns itself."""
        owner = f"owner_not_known_of_{supplier}"
        self._own[owner] = {"supplier_id": owner, "name": f"Owner not known of {self._own[supplier]['name']}"}
        return owner

    def _differ(self, row: Mapping[str, object], column: str, item: Item, places: str, kept: str) -> None:
        message = f"{row['name']}, {_FACTS[column]}: {places}"
        hint = f"{kept}; the counts of the file stay as they are"
        self.problems.append(Problem("warning", self._file, item.row, column, "", message, hint))


def _word(column: str, value: str) -> str:
    return value if column == "owner_id" else name_of(value)
