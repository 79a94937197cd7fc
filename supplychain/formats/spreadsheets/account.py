"""An account of how a spreadsheet was read: what each column was taken for, what was assumed, what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from supplychain.errors import Problem
from supplychain.formats.spreadsheets.classes import UNCLASSIFIED, ClassMatch
from supplychain.formats.spreadsheets.counts import Count, first_price
from supplychain.formats.spreadsheets.firms import FirmMatch
from supplychain.formats.spreadsheets.pricing import Pricing
from supplychain.formats.spreadsheets.values import ColumnMap, Item, LeftRow

__all__ = ["Account", "Connection"]


@dataclass(frozen=True)
class Connection:
    """What became of one line.

    Attributes
    ----------
    row : int
    part_id : str
        Its part in the dataset.
    name : str
    match : ClassMatch
    upstream : str
        Class whose upstream tiers it got; empty if none.
    joined_offer : str
        Offer of the bundled data for the very product, or empty.
    """

    row: int
    part_id: str
    name: str
    match: ClassMatch
    upstream: str
    joined_offer: str

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "row": self.row,
            "part_id": self.part_id,
            "name": self.name,
            "class": self.match.part_class or UNCLASSIFIED,
            "rule_id": self.match.rule_id,
            "confidence": self.match.confidence,
            "why": self.match.why,
            "upstream": self.upstream,
            "joined_offer": self.joined_offer,
        }


@dataclass(frozen=True)
class Account:
    """How a spreadsheet was read.

    Attributes
    ----------
    file : str
    column_map : ColumnMap
    items : tuple of Item
    left : tuple of LeftRow
        Rows that are no lines, each with its reason.
    firms : mapping of str to FirmMatch
        By name as written.
    connections : tuple of Connection
    counts : tuple of Count
        Flat counts, exactly as the file gives them.
    pricing : Pricing
    attach_upstream : bool
    base : str
        Name of the bundled data.
    problems : tuple of Problem
        Warnings.
    """

    file: str
    column_map: ColumnMap
    items: tuple[Item, ...]
    left: tuple[LeftRow, ...]
    firms: Mapping[str, FirmMatch]
    connections: tuple[Connection, ...]
    counts: tuple[Count, ...]
    pricing: Pricing
    attach_upstream: bool
    base: str
    problems: tuple[Problem, ...]

    def assumed(self) -> list[str]:
        """Say what was assumed, one sentence for each kind."""
        return [
            *_quantities(self.items),
            *_levels(self.items),
            *self.pricing.sentences(),
            *_priced(self.items, self.pricing),
            *_makers(self.items, self.firms),
            *_classes(self.connections, self.base, attach_upstream=self.attach_upstream),
        ]

    def to_json(self) -> dict[str, object]:
        """Return the `spreadsheet` object of the JSON contract."""
        return {
            "file": self.file,
            "sheet": self.column_map.sheet,
            "header_row": self.column_map.header_row,
            "columns": [
                {
                    "position": use.position,
                    "header": use.header,
                    "field": use.field,
                    "number": use.number,
                    "currency": use.currency,
                    "per": use.per,
                    "unit": use.unit,
                }
                for use in self.column_map.columns
            ],
            "lines": len(self.items),
            "not_lines": [
                {"row": row.row, "kind": row.kind, "reason": row.reason, "text": row.text} for row in self.left
            ],
            "assumed": self.assumed(),
            "firms": [_firm(match) for _, match in sorted(self.firms.items())],
            "classes": [connection.to_json() for connection in self.connections],
            "counts": [count.to_json() for count in self.counts],
            "attach_upstream": self.attach_upstream,
            "base": self.base,
            "warnings": [str(problem) for problem in self.problems],
        }


def _firm(match: FirmMatch) -> dict[str, object]:
    return {
        "name": match.name,
        "match": match.kind,
        "supplier_id": match.supplier_id,
        "score": match.score,
        "why": match.why,
        "candidates": [
            {"supplier_id": supplier_id, "name": name, "score": score} for supplier_id, name, score in match.candidates
        ],
    }


def _some(count: int, one: str) -> str:
    return f"{count} {one}{'s' * (count != 1)}"


def _priced(items: Sequence[Item], pricing: Pricing) -> list[str]:
    """Say how many lines the figures of value stand on."""
    usable = [
        item
        for item in items
        if item.quantity is not None
        and (price := first_price(item)) is not None
        and (pricing.cost_shares or pricing.usd(price) is not None)
    ]
    if not usable or len(usable) == len(items):
        return []
    count = f"{len(usable)} of {len(items)} lines"
    return [f"Figures of value and cost stand on {count}: the others lack a price or quantity and are left out."]


def _levels(items: Sequence[Item]) -> list[str]:
    """Say that the counts do not follow the levels of the bill."""
    if all(item.parent is None for item in items):
        return []
    said = (
        "Some lines are parts of other lines: the counts of the file are flat, so that an assembly counts beside its "
    )
    return [said + "parts, each with the quantity and price of its own row."]


def _quantities(items: Sequence[Item]) -> list[str]:
    said = []
    assumed = sum(not item.quantity_stated for item in items)
    unknown = sum(item.quantity is None for item in items)
    if assumed:
        said.append(f"{_some(assumed, 'line')} without a quantity in the file: one each is assumed.")
    if unknown:
        said.append(f"{_some(unknown, 'line')} of unknown quantity: contact is computed, value is not.")
    alternates = sum(len(item.sources) > 1 for item in items)
    if alternates:
        said.append(f"{_some(alternates, 'line')} with several makers: which one is bought is not known.")
    return said


def _makers(items: Sequence[Item], firms: Mapping[str, FirmMatch]) -> list[str]:
    kinds = Counter(match.kind for match in firms.values())
    unnamed = sum(all(not source.manufacturer for source in item.sources) for item in items)
    said = []
    if unnamed:
        said.append(f"{_some(unnamed, 'line')} without a maker: its seat and owner are not known.")
    if kinds["similar"]:
        pairs = [f"{match.name} = {match.supplier_id}" for match in firms.values() if match.kind == "similar"]
        said.append(
            f"Names taken for firms of the bundled data that are written otherwise: {'; '.join(sorted(pairs))}."
        )
    if kinds["candidate"]:
        said.append(
            f"{_some(kinds['candidate'], 'name')} may mean a firm of the bundled data, and nothing is assumed: "
            "--confirm FILE lists them to be answered."
        )
    unknown = kinds["none"] + kinds["candidate"] + kinds["rejected"]
    if unknown:
        among = f" (these {kinds['candidate']} among them)" if kinds["candidate"] else ""
        said.append(
            f"{_some(unknown, 'maker')} not known in the bundled data{among}: seat and owner are those that the file "
            "gives, else unknown."
        )
    return said


def _classes(connections: Sequence[Connection], base: str, *, attach_upstream: bool) -> list[str]:
    if not attach_upstream:
        return ["Upstream tiers are not attached (--no-attach-upstream): nothing is said of what is inside the lines."]
    attached = sum(bool(connection.upstream) for connection in connections)
    open_ = sum(not connection.match.part_class for connection in connections)
    doubtful = sum(bool(connection.upstream) and connection.match.confidence == "low" for connection in connections)
    joined = sum(bool(connection.joined_offer) for connection in connections)
    said = []
    if attached:
        said.append(
            f"{_some(attached, 'line')} connected to the upstream tiers that {base} has for parts of that class: what "
            "is true of the class is taken for the part (--no-attach-upstream leaves them out)."
        )
    if doubtful:
        said.append(f"{_some(doubtful, 'line')} of these of a doubtful class: what is attached counts as assumed.")
    if open_:
        said.append(
            f"{_some(open_, 'line')} unclassified: what is inside is not known, so it cannot be cleared upstream."
        )
    if joined:
        said.append(
            f"{_some(joined, 'line')} with a product that {base} knows: what the file does not say of it is taken from "
            "there."
        )
    return said
