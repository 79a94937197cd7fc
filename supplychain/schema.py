"""Tables, columns, dtypes, units and vocabularies: the one definition.

Validation, the data dictionary in docs/ and datapackage.json come from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

__all__ = [
    "CONFIDENCE",
    "TABLES",
    "Column",
    "Dtype",
    "Table",
]

Dtype = Literal["text", "number", "integer", "share", "country", "date", "ids"]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
    dtype : {"text", "number", "integer", "share", "country", "date", "ids"}
        How the text of a cell is read. `share` is a number from 0 to 1, `country` a code of ISO 3166-1 alpha-3
        (names and alpha-2 codes are accepted on reading), `ids` a list joined by semicolons.
    description : str
    unit : str
        Unit of a number, empty where it has none.
    vocabulary : tuple of str
        The values allowed, empty where any is.
    required : bool
        Whether an empty cell is an error.
    references : str
        `table.column` that a value must be found in.
    """

    name: str
    dtype: Dtype
    description: str
    unit: str = ""
    vocabulary: tuple[str, ...] = ()
    required: bool = False
    references: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, its key, and whether a dataset can do without it."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    required: bool = False

    def column(self, name: str) -> Column:
        """Return the column of that name, or raise KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns in their order."""
        return tuple(column.name for column in self.columns)


CONFIDENCE = ("high", "medium", "low")
_YES_NO = ("yes", "no")
_SOURCES = Column("source_ids", "ids", "Sources of the row, joined by semicolons", references="sources.source_id")
_NOTE = Column("note", "text", "Anything a reader should know")
_CONFIDENCE = Column("confidence", "text", "How far the row can be trusted", vocabulary=CONFIDENCE)

_PARTS = Table(
    "parts",
    "Everything that is bought, made or mined: products, assemblies, components, software, materials",
    (
        Column("part_id", "text", "Key of the part", required=True),
        Column("name", "text", "Name in English"),
        Column("name_zh", "text", "Name in Traditional Chinese"),
        Column("category", "text", "Broad group of parts, free text"),
        Column("subcategory", "text", "Finer group, free text"),
        Column(
            "theme",
            "text",
            "Theme of the key-component table: three_chips, two_software, motors, batteries, rare_earths, or empty",
        ),
        Column(
            "kind",
            "text",
            "What the part is; a class is a grouping that passes its alternatives through and adds no depth",
            vocabulary=("product", "assembly", "component", "software", "material", "class"),
        ),
        Column(
            "stage",
            "text",
            "Stage of production",
            vocabulary=("product", "assembly", "component", "sub_component", "processed_material", "raw_material"),
        ),
        Column("unit", "text", "Unit in which quantities and capacities of the part are counted"),
        Column("mix_complete", "text", "yes: the offers listed are all makers there are", vocabulary=_YES_NO),
        Column("description", "text", "What the part is and does"),
    ),
    key=("part_id",),
    required=True,
)

_BOM = Table(
    "bom",
    "Bill of materials: one line says that a parent needs a child",
    (
        Column("parent_id", "text", "Part that needs the child", required=True, references="parts.part_id"),
        Column("child_id", "text", "Part that is needed", required=True, references="parts.part_id"),
        Column(
            "quantity",
            "number",
            "Amount of the child per unit of the parent; empty is unknown",
            unit="unit of the line",
        ),
        Column("unit", "text", "Unit of the quantity; empty is the unit of the child"),
        Column("slot", "text", "Lines of one slot are alternatives; empty is the child_id"),
        Column(
            "supplier_id",
            "text",
            "Source chosen for this line; empty is the default mix",
            references="suppliers.supplier_id",
        ),
        Column("offer_id", "text", "The one offer meant", references="offers.offer_id"),
        Column("share", "share", "Share of the slot's volume that this alternative takes", unit="1"),
        Column("essential", "text", "no: the parent works without the slot; empty is yes", vocabulary=_YES_NO),
        Column(
            "parent_supplier_id",
            "text",
            "The line holds for the parent as this supplier makes it",
            references="suppliers.supplier_id",
        ),
        Column("cost_share", "share", "Share of the parent's cost when this alternative fills the slot", unit="1"),
        Column(
            "basis",
            "text",
            "What the line stands on; reference is a choice that defines the product",
            vocabulary=("published", "derived", "assumption", "reference"),
        ),
        _CONFIDENCE,
        _SOURCES,
        _NOTE,
    ),
    key=("parent_id", "slot", "child_id", "supplier_id", "offer_id", "parent_supplier_id"),
    required=True,
)

_OFFERS = Table(
    "offers",
    "Who makes a part where; a row without supplier_id is a country's whole market (a market row)",
    (
        Column("offer_id", "text", "Key; empty is made from part, supplier and product name"),
        Column("part_id", "text", "Part offered", required=True, references="parts.part_id"),
        Column("supplier_id", "text", "Maker; empty for a market row", references="suppliers.supplier_id"),
        Column("product_name", "text", "Name of the product"),
        Column("origin_country", "country", "Where it is made; empty is unknown"),
        Column("design_country", "country", "Where it is designed; empty is unknown"),
        Column("share", "share", "Share of the part's default mix", unit="1"),
        Column("unit_cost_usd", "number", "Price per unit of the part", unit="USD"),
        Column("cost_basis", "text", "What the price is"),
        Column("cost_year", "integer", "Year of the price", unit="year"),
        Column("capacity_per_year", "number", "What the source can make in a year", unit="unit of the part per year"),
        Column("lead_time_days", "number", "Time from order to delivery", unit="days"),
        Column("min_order_units", "number", "Smallest order", unit="unit of the part"),
        Column("qualification_cost_usd", "number", "Cost of qualifying the source", unit="USD"),
        Column("recovery_days", "number", "Time to recover after a failure", unit="days"),
        Column("stock_units", "number", "Stock held", unit="unit of the part"),
        Column(
            "status",
            "text",
            "qualified and candidate offers count today, planned ones only in the favourable end; empty is candidate; "
            "withdrawn removes a row in an overlay",
            vocabulary=("qualified", "candidate", "planned", "unavailable", "withdrawn"),
        ),
        Column("available_from", "date", "Day from which a planned offer counts"),
        Column("certification", "text", "Certification or list, as the source words it"),
        _CONFIDENCE,
        _SOURCES,
        _NOTE,
    ),
    key=("offer_id",),
    required=True,
)

_SUPPLIERS = Table(
    "suppliers",
    "Firms, communities and state bodies, and who owns them",
    (
        Column("supplier_id", "text", "Key of the supplier", required=True),
        Column("name", "text", "Name in English"),
        Column("name_zh", "text", "Name in Traditional Chinese"),
        Column("kind", "text", "What the supplier is", vocabulary=("firm", "community", "state")),
        Column("country", "country", "Where it is headquartered; empty is unknown"),
        Column("owner_id", "text", "Owner; empty: the supplier is its own owner", references="suppliers.supplier_id"),
        Column("owner_country", "country", "Country of the owner"),
        Column("ownership_share", "share", "Share that the owner holds; empty counts as controlling", unit="1"),
        Column("aliases", "ids", "Other names, joined by semicolons"),
        _SOURCES,
        _NOTE,
    ),
    key=("supplier_id",),
    required=True,
)

_LISTINGS = Table(
    "listings",
    "Entries of official lists of entities",
    (
        Column(
            "supplier_id", "text", "Supplier listed; empty where none of ours is", references="suppliers.supplier_id"
        ),
        Column("entity_name", "text", "Name on the list"),
        Column("list_name", "text", "List", required=True),
        Column("citation", "text", "Where the entry stands"),
        Column("date_added", "date", "Day of the entry"),
        Column("date_removed", "date", "Day on which it was struck off"),
        _SOURCES,
    ),
)

_DEMAND = Table(
    "demand",
    "Planned volumes",
    (
        Column("product_id", "text", "Product planned", required=True, references="parts.part_id"),
        Column("year", "integer", "Year", unit="year", required=True),
        Column("units", "number", "Units planned in that year", unit="unit of the part"),
        Column("scenario", "text", "Plan or target that the number belongs to"),
        _SOURCES,
        _NOTE,
    ),
    key=("product_id", "year", "scenario"),
)

_INDICATORS = Table(
    "indicators",
    "Published figures that are context and enter no measure",
    (
        Column("indicator", "text", "What is measured", required=True),
        Column("period", "text", "Period"),
        Column("partner", "text", "Partner country or group, as published"),
        Column("value", "text", "Value as published: a number, a range or words"),
        Column("unit", "text", "Unit of the value"),
        _SOURCES,
        _NOTE,
    ),
)

_SOURCES_TABLE = Table(
    "sources",
    "What the facts stand on",
    (
        Column("source_id", "text", "Key of the source", required=True),
        Column("title", "text", "Title"),
        Column("publisher", "text", "Publisher"),
        Column("date", "text", "Date of publication, as given"),
        Column("url", "text", "Address"),
        Column("licence", "text", "Licence"),
        Column(
            "kind",
            "text",
            "Kind of evidence",
            vocabulary=("attestation", "certificate of origin", "datasheet", "filing", "law", "database", "press"),
        ),
        Column("valid_until", "date", "Last day on which it counts"),
        _NOTE,
    ),
    key=("source_id",),
)

_OWNERSHIP = Table(
    "ownership",
    "Further owners of suppliers",
    (
        Column("supplier_id", "text", "Supplier owned", required=True, references="suppliers.supplier_id"),
        Column("owner_id", "text", "Owner", required=True, references="suppliers.supplier_id"),
        Column("share", "share", "Share held; empty counts as controlling", unit="1"),
        Column("kind", "text", "Kind of holding"),
        Column("since", "date", "From this day"),
        Column("until", "date", "To this day"),
        _SOURCES,
    ),
    key=("supplier_id", "owner_id", "kind", "since"),
)

_ROLES = Table(
    "roles",
    "Who did what in making a part",
    (
        Column("part_id", "text", "Part", required=True, references="parts.part_id"),
        Column("supplier_id", "text", "Supplier whose product is meant", references="suppliers.supplier_id"),
        Column(
            "role",
            "text",
            "What was done",
            required=True,
            vocabulary=("designed", "assembled", "packaged", "hosted", "refined", "mined"),
        ),
        Column("firm_id", "text", "Firm that did it", references="suppliers.supplier_id"),
        Column("country", "country", "Where"),
        Column("since", "date", "From this day"),
        Column("until", "date", "To this day"),
        _SOURCES,
    ),
)

_PROPERTIES = Table(
    "properties",
    "Technical properties that decide whether a swap fits",
    (
        Column("part_id", "text", "Part", required=True, references="parts.part_id"),
        Column("offer_id", "text", "Offer; empty: holds for the part", references="offers.offer_id"),
        Column("property", "text", "Property", required=True),
        Column("value", "text", "Value"),
        Column("unit", "text", "Unit of the value"),
    ),
    key=("part_id", "offer_id", "property"),
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            _PARTS,
            _BOM,
            _OFFERS,
            _SUPPLIERS,
            _LISTINGS,
            _DEMAND,
            _INDICATORS,
            _SOURCES_TABLE,
            _OWNERSHIP,
            _ROLES,
            _PROPERTIES,
        )
    }
)
