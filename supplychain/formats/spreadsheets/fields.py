"""What a column of a spreadsheet can hold: the names by which maps and options speak of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["FIELDS", "Field"]


@dataclass(frozen=True)
class Field:
    """A kind of column.

    Attributes
    ----------
    name : str
    meaning : str
        In words, for the question what a column is.
    several : bool
        Whether a file may have several of them (Manufacturer 1, Manufacturer 2).
    """

    name: str
    meaning: str
    several: bool = False


FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        each.name: each
        for each in (
            Field("item_number", "running number of the row, or its place in an outline (1.2.3)"),
            Field("level", "level in the bill of materials"),
            Field("parent_id", "part that this line belongs to"),
            Field("part_id", "your own number of the part"),
            Field("name", "name of the part"),
            Field("description", "description of the part"),
            Field("value", "electrical value, as 10k"),
            Field("footprint", "package or footprint"),
            Field("category", "category, section or sub-category", several=True),
            Field("reference_designator", "places on the board, as C1, C2"),
            Field("quantity", "quantity per unit of what it goes into"),
            Field("unit", "unit of the quantity"),
            Field("attrition", "extra for scrap or set-up"),
            Field("do_not_place", "mark of parts that are not fitted"),
            Field("manufacturer", "maker of the part", several=True),
            Field("manufacturer_part_number", "the maker's number or model", several=True),
            Field("substitutes", "parts that may be used instead", several=True),
            Field("supplier", "who sells it: shop or distributor, not the maker", several=True),
            Field("supplier_part_number", "the seller's order number", several=True),
            Field("unit_cost", "price of one unit", several=True),
            Field("price_per", "number of units that the price is for"),
            Field("price_break_quantity", "number of units from which the price holds"),
            Field("total_cost", "price of the whole line: quantity times price"),
            Field("currency", "currency of the prices"),
            Field("country_of_origin", "country where the part is made", several=True),
            Field("design_country", "country where the part is designed", several=True),
            Field("headquarters_country", "country of the maker's seat", several=True),
            Field("shipping_country", "country that the part is shipped from", several=True),
            Field("owner", "owner of the maker", several=True),
            Field("owner_country", "country of the owner", several=True),
            Field("lead_time_days", "time from order to delivery, in days", several=True),
            Field("minimum_order", "smallest order", several=True),
            Field("hs_code", "customs code"),
            Field("lifecycle", "life-cycle status, as active or obsolete"),
            Field("certification", "certification or list"),
            Field("valid_until", "last day on which the line is valid"),
            Field("note", "note"),
            Field("source_url", "address of a page about the part"),
        )
    }
)
