"""What is read from a spreadsheet, step by step: cells, the use of columns, lines of the bill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import field as dataclass_field
from types import MappingProxyType
from typing import Literal

from supplychain.errors import OptionError, Problem

__all__ = [
    "ColumnMap",
    "ColumnUse",
    "Grid",
    "Item",
    "ItemSource",
    "LeftRow",
    "Merge",
    "Price",
    "Question",
    "QuestionsError",
]


@dataclass(frozen=True)
class Merge:
    """A block of merged cells; places count from 0 in `Grid.rows`, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet or text file, as text.

    Attributes
    ----------
    file : str
        Name of the file for messages, with the sheet: "drone.xlsx, sheet BOM".
    sheet : str
        Name of the sheet; empty for a text file.
    rows : tuple of tuple of str
        All of one width; empty rows and columns at the end are left out, empty rows between are kept.
    lines : tuple of int
        Number of each row in the file, counted from 1.
    merged : tuple of Merge
        Only the first cell of a merged block holds its text.
    currencies : mapping of (row, column) to str
        ISO 4217 code of cells whose number format shows a currency.
    problems : tuple of Problem
        What was ignored or doubtful on reading (warnings).
    """

    file: str
    sheet: str
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    merged: tuple[Merge, ...] = ()
    currencies: Mapping[tuple[int, int], str] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ColumnUse:
    """What one column is used for.

    Attributes
    ----------
    position : int
        Place of the column, from 0.
    header : str
        As it stands in the file.
    field : str
        One of `fields.FIELDS`; empty: kept as it is, and not used.
    number : int
        1 unless the column is one of several ("Manufacturer 2": 2).
    currency : str
        ISO 4217 code that the header names ("Cost (USD)"), or empty.
    per : float
        How many units the price is for, where the header says so ("Price per 100"); else 1.
    unit : str
        Unit that the header names: "days", "weeks" or "months" of a lead time, "m" or "pcs" of a quantity. For
        `do_not_place` "fitted" means that the column says what is fitted ("Populate"), so that a no is not placed; for
        `unit_cost` "pack" means that prices are for a pack, whose size is in the column `price_per`.
    start : float
        Number of units from which the prices hold, where the header says so ("Price 100"); else 0.
    stated : bool
        Whether a person said what the column is, in an answer or a map; else its header did.
    """

    position: int
    header: str
    field: str
    number: int = 1
    currency: str = ""
    per: float = 1.0
    unit: str = ""
    start: float = 0.0
    stated: bool = dataclass_field(default=False, compare=False)


@dataclass(frozen=True)
class ColumnMap:
    """How a file is to be read: which sheet and header, and what each column is.

    Attributes
    ----------
    sheet : str
        Empty for a text file, or for the first sheet that fits.
    header_row : int
        Number of the header's last row in the file, from 1; 0: the file has no header, columns go by their letter.
    columns : tuple of ColumnUse
    currency : str
        ISO 4217 code of prices that name none; empty: not known.
    rates : mapping of str to float
        USD for one unit of a currency.
    product : str
        Name of the product; empty: the name of the file.
    """

    sheet: str
    header_row: int
    columns: tuple[ColumnUse, ...]
    currency: str = ""
    rates: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    product: str = ""


@dataclass(frozen=True)
class Question:
    """A header that can mean several things.

    Attributes
    ----------
    header : str
        As it stands in the file.
    examples : tuple of str
        A few different cells of the column.
    choices : tuple of (str, str)
        Field and what it means, in words.
    """

    header: str
    examples: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]


class QuestionsError(OptionError):
    """Raised when a file cannot be read before somebody says what its headers mean.

    Attributes
    ----------
    questions : tuple of Question
    column_map : ColumnMap
        What was found so far; the columns asked about have the field "?".
    """

    def __init__(self, message: str, questions: tuple[Question, ...], column_map: ColumnMap) -> None:
        self.questions = questions
        self.column_map = column_map
        super().__init__(message)


@dataclass(frozen=True)
class Price:
    """A price for one unit, as far as the file tells it.

    Attributes
    ----------
    amount : float
        Per unit of the line, in `currency`.
    currency : str
        ISO 4217 code; empty: not stated.
    text : str
        As it stands in the file.
    """

    amount: float
    currency: str
    text: str


@dataclass(frozen=True)
class ItemSource:
    """One maker of a line, and who sells it; every text may be empty. Countries are ISO 3166-1 alpha-3.

    Attributes
    ----------
    manufacturer, part_number : str
        Maker and its part number, as written.
    seller, seller_part_number : str
        Distributor, which is no maker.
    price : Price or None
    country_of_origin, design_country, headquarters_country, shipping_country : str
        Made in, designed in, seat of the maker, shipped from: four facts, never one.
    owner, owner_country : str
        Owner of the maker.
    lead_time_days, minimum_order : float or None
    """

    manufacturer: str = ""
    part_number: str = ""
    seller: str = ""
    seller_part_number: str = ""
    price: Price | None = None
    country_of_origin: str = ""
    design_country: str = ""
    headquarters_country: str = ""
    shipping_country: str = ""
    owner: str = ""
    owner_country: str = ""
    lead_time_days: float | None = None
    minimum_order: float | None = None


@dataclass(frozen=True)
class Item:
    """One line of the bill of materials.

    Attributes
    ----------
    row : int
        Number in the file.
    name : str
        What to call it: name, else description, else part number; never empty.
    parent : int or None
        Row number of the line it is part of; None: of the product.
    part_id : str
        The firm's own number of the part, or empty.
    description, category, value, footprint : str
        As written; `category` is the category cell, or the section heading above.
    quantity : float or None
        Per unit of the parent; None is unknown.
    quantity_stated : bool
        Whether the file says so (False: assumed, as the file has no quantities).
    unit : str
    designators : tuple of str
        Expanded: C1-C3 is C1, C2, C3.
    sources : tuple of ItemSource
        Alternatives where there are several; at least one, which may be empty.
    hs_code, certification, lifecycle, note, source_url : str
    extra : mapping of str to str
        Columns that are not used, by header.
    """

    row: int
    name: str
    parent: int | None = None
    part_id: str = ""
    description: str = ""
    category: str = ""
    value: str = ""
    footprint: str = ""
    quantity: float | None = None
    quantity_stated: bool = True
    unit: str = ""
    designators: tuple[str, ...] = ()
    sources: tuple[ItemSource, ...] = (ItemSource(),)
    hs_code: str = ""
    certification: str = ""
    lifecycle: str = ""
    note: str = ""
    source_url: str = ""
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


LeftKind = Literal["title", "header", "heading", "subtotal", "note", "blank", "not_fitted", "expired", "refused"]


@dataclass(frozen=True)
class LeftRow:
    """A row of the file that is no line of the bill, and why.

    Attributes
    ----------
    row : int
    kind : str
        title (above the header), header (repeated), heading (of a section), subtotal, note, blank, not_fitted (marked
        as not placed, or quantity 0), expired (no longer valid), refused (cannot be used).
    reason : str
        In words; for `refused` with what would be right.
    text : str
        The cells that are not empty, joined by " | ".
    """

    row: int
    kind: LeftKind
    reason: str
    text: str
