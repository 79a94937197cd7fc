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
            self._own[supplier] = {"supplier_id": supplier, "name": f"Maker not named (row {item.row})"}
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
        """Take a fact on a maker from the file; what the bundled data or an earlier row say otherwise stays."""
        if not value:
            return
        row = self._own.get(supplier) or self._base[supplier]
        before = str(row.get(column, "") or "")
        if before == value:
            return
        if before:
            whose = "an earlier row" if supplier in self._own and supplier not in self._base else "the bundled data"
            said, kept = (name_of(text) if column != "owner_id" else text for text in (value, before))
            self.problems.append(
                Problem(
                    "warning",
                    self._file,
                    item.row,
                    column,
                    said,
                    f"{row['name']}: {said} here, {kept} in {whose}",
                    f"{kept} is used; the counts of the file stay as they are",
                )
            )
            return
        self._own[supplier] = {**{str(key): str(text) for key, text in row.items() if text == text}, column: value}  # noqa: PLR0124
