# ruff: noqa: INP001  # a script, not a package
"""The keys of the JSON answers: each one once, with its kind and its meaning. `schemas.py` writes what comes from them.

Keys may be added at any time, so no object forbids others; changing or removing one raises the version of its command.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Kind = dict[str, Any]
RECORDS: dict[str, Record] = {}


@dataclass(frozen=True)
class Record:
    """An object: what it is, and its keys with kind and meaning. Keys may be added later, so none is forbidden."""

    name: str
    about: str
    keys: dict[str, tuple[Kind, str]]
    optional: frozenset[str] = field(default=frozenset())

    def schema(self) -> Kind:
        """Return the JSON Schema of the object."""
        return {
            "description": self.about,
            "type": "object",
            "properties": {key: {**kind, "description": meaning} for key, (kind, meaning) in self.keys.items()},
            "required": [key for key in self.keys if key not in self.optional],
        }


def record(name: str, about: str, keys: dict[str, tuple[Kind, str]], *, optional: tuple[str, ...] = ()) -> Kind:
    """Define an object and return the kind that refers to it."""
    if name in RECORDS:
        raise ValueError(f"{name}: two objects of one name")
    RECORDS[name] = Record(name, about, keys, frozenset(optional))
    return {"$ref": f"#/$defs/{name}"}


def words(*choices: str) -> Kind:
    """One of a few words."""
    return {"enum": list(choices)}


def many(kind: Kind, at_most: int | None = None) -> Kind:
    """A list."""
    return {"type": "array", "items": kind} | ({} if at_most is None else {"maxItems": at_most})


def by_key(kind: Kind, keys: str) -> Kind:
    """An object with keys that the data decide."""
    return {"type": "object", "additionalProperties": kind, "propertyNames": {"pattern": keys}}


def or_null(kind: Kind) -> Kind:
    """The same, or null where it is not known, unbounded or not there."""
    return {"anyOf": [kind, {"type": "null"}]}


TEXT: Kind = {"type": "string"}
NUMBER: Kind = {"type": "number"}
AMOUNT: Kind = {"type": "number", "minimum": 0}
COUNT: Kind = {"type": "integer", "minimum": 0}
POSITIVE: Kind = {"type": "integer", "minimum": 1}
SHARE: Kind = {"type": "number", "minimum": 0, "maximum": 1}
COUNTRY: Kind = {"type": "string", "pattern": "^[A-Z]{3}$"}
COUNTRY_OR_EMPTY: Kind = {"type": "string", "pattern": "^([A-Z]{3})?$"}
IDS: Kind = many(TEXT)
GROUNDS = words("documented", "market_average", "assumed")
VERDICT = words("exposed", "unknown", "clear")
BASES = ("made", "designed", "headquartered", "owned")
BASIS_LIST = many(words(*BASES))
FACTS = "Names of datasets, joined by semicolons, where own tables lie over another dataset; else empty."

INTERVAL = record(
    "interval",
    "A share of which only bounds are known, from 0 to 1; low is never above high.",
    {
        "low": (SHARE, "Everything unknown lies outside the countries of concern."),
        "high": (SHARE, "Everything unknown lies inside."),
        "estimate": (SHARE, "With the market share as prior for what is unknown, where one was asked for."),
    },
    optional=("estimate",),
)
DATASET = record(
    "dataset",
    "Which data were read.",
    {
        "name": (TEXT, "Name, from datapackage.json or the folder."),
        "version": (TEXT, "Version, or empty."),
        "date": (TEXT, "Date of state, or empty."),
        "sha256": ({"type": "string", "pattern": "^[0-9a-f]{64}$"}, "SHA-256 over all tables as read."),
    },
)
PROVENANCE = record(
    "provenance",
    "What the output was made with.",
    {
        "program": ({"const": "supplychain"}, "This program."),
        "program_version": (TEXT, "Its version."),
        "dataset": (DATASET, "The data."),
    },
)
LENS = record(
    "lens",
    "Through which countries and bases the answer looks.",
    {
        "countries": (many(COUNTRY) | {"minItems": 1}, "Countries of concern, ISO 3166-1 alpha-3."),
        "bases": (BASIS_LIST | {"minItems": 1}, "A source is of concern if one of these lies in the countries."),
    },
)
STEP = record(
    "step",
    "One step of a chain: a part as one source makes it.",
    {
        "part_id": (TEXT, "Part."),
        "supplier_id": (TEXT, "Its maker; empty for a market row, a class and a maker of unknown origin."),
        "country": (COUNTRY_OR_EMPTY, "Where it is made; empty is unknown."),
        "share": (or_null(SHARE), "Share of the step before that this source supplies; null is an unknown choice."),
        "grounds": (GROUNDS, "What the step stands on."),
        "source_ids": (IDS, "Sources of the line and of the offer."),
        "bases": (BASIS_LIST, "Bases of the lens on which this source is of concern; empty where it is not."),
        "facts": (TEXT, f"Whose line and offer it is. {FACTS}"),
    },
)
CHAIN = record(
    "chain",
    "A path from the product to where the countries of concern are touched.",
    {
        "grounds": (GROUNDS, "Those of the weakest step."),
        "share": (or_null(SHARE), "Product of the shares; null where a step is an unknown choice."),
        "certain": ({"type": "boolean"}, "False: a step is an unknown choice, so the chain is only possible."),
        "steps": (many(STEP) | {"minItems": 2}, "From the product down."),
    },
)
LOSS = record(
    "loss",
    "Output lost when the countries of concern stop shipping and nobody new is qualified, in two forms.",
    {
        "reallocate": (INTERVAL, "Surviving inputs go first to surviving makers: the headline."),
        "proportional": (INTERVAL, "Every maker loses in proportion; never to be shown alone."),
    },
)
TIGHTEST = record(
    "tightest_stage",
    "The input that binds in an embargo: a statement about a market, the same for every product that uses it.",
    {
        "part_id": (TEXT, "Part."),
        "name": (TEXT, "Its name."),
        "stage": (TEXT, "Its stage of production."),
        "supplier_id": (TEXT, "Its maker; empty for a market."),
        "loss": (SHARE, "Share of the supply that is lost."),
        "path": (IDS, "Parts from the product down to it."),
        "text": (TEXT, "The same as a sentence."),
    },
)
PRODUCT_LOSS = record(
    "product_loss",
    "Embargo loss of the product.",
    {
        **RECORDS["loss"].keys,
        "tightest_stage": (or_null(TIGHTEST), "The input that binds; null where nothing is known to stop."),
    },
)
DOCUMENTED = record(
    "documented",
    "The same figures with documented evidence alone.",
    {
        "value": (or_null(INTERVAL), "Look-through value; null without any price."),
        "contact": (INTERVAL, "Chance of contact."),
        "embargo_loss": (LOSS, "Embargo loss."),
    },
)
DEPTH_ROW = record(
    "contact_at_depth",
    "Chance of contact through one depth.",
    {
        "depth": (COUNT, "Depth; 0 is the place of assembly alone."),
        "stage": (TEXT, "Stage of most parts at that depth, or empty."),
        **RECORDS["interval"].keys,
    },
    optional=("estimate",),
)
PROFILE_ROW = record(
    "line_profile_row",
    "The first-tier lines, counted by verdict on contact through one depth.",
    {
        "depth": ({"enum": [1, 2, 3, "all"]}, "How far each line is followed."),
        "exposed": (COUNT, "Lines with contact."),
        "unknown": (COUNT, "Lines that cannot be cleared."),
        "clear": (COUNT, "Lines in which none is possible."),
        "cost_in_contact": (
            or_null(INTERVAL),
            "Share of first-tier cost in them; null without any price.",
        ),
    },
)
COVER_ROW = record(
    "coverage_row",
    "Supply cover of one input. Two different things can be counted, as `basis` says.",
    {
        "part_id": (TEXT, "Part."),
        "name": (TEXT, "Its name."),
        "needed": (AMOUNT, "Need of the planned volume per year."),
        "available": (AMOUNT, "Known yearly capacity outside the countries of concern."),
        "unit": (TEXT, "Unit of both."),
        "low": (AMOUNT, "available / needed."),
        "high": (or_null(AMOUNT), "With the capacity of unknown origin; null is unbounded: makers may be missing."),
        "basis": (words("country output", "named makers"), "Whose capacity was added up."),
        "need_complete": (
            {"type": "boolean"},
            "False: some line on the way has no quantity; the need is larger than said, and the cover smaller.",
        ),
    },
)
EXPOSURE = record(
    "exposure",
    "The figures of the product as a whole.",
    {
        "face_value": (or_null(INTERVAL), "Cost of first-tier lines bought from sources of concern / cost."),
        "value": (or_null(INTERVAL), "Value added in the countries of concern, at any tier / cost."),
        "hidden": (or_null(INTERVAL), "Of that, what lies in lines whose own source is elsewhere."),
        "contact": (INTERVAL, "Chance that a unit contains an input from there; independent purchases."),
        "contact_bounds": (INTERVAL, "Fréchet bounds: lower one of the low end, upper one of the high end."),
        "contact_by_depth": (many(DEPTH_ROW) | {"minItems": 1}, "Contact through depth 0, 1, 2 …"),
        "clean_depth": (COUNT, "Deepest level through which nothing is found."),
        "clean_depth_proven": (COUNT, "Deepest level through which nothing is possible."),
        "line_profile": (many(PROFILE_ROW) | {"minItems": 4, "maxItems": 4}, 'At depth 1, 2, 3 and "all".'),
        "opened_value": (or_null(SHARE), "Share of the value that the bill of materials leads further."),
        "embargo_loss": (PRODUCT_LOSS, "Output lost in an embargo."),
        "coverage": (many(COVER_ROW), "Supply cover, the tightest first; empty without need or capacity."),
        "units": (or_null(AMOUNT), "Units a year behind the cover; null if none are planned."),
        "documented": (DOCUMENTED, "With documented evidence alone."),
        "cost": (or_null(AMOUNT), "First-tier cost in USD, the low end; null without any price."),
        "cost_high": (or_null(AMOUNT), "Its high end, where a choice of prices is open."),
    },
)
FLAG = record(
    "flag",
    "One line and one supplier; an empty supplier_id stands for the market rows and the unknown rest of the line.",
    {
        "parent_id": (TEXT, "Part that needs it."),
        "part_id": (TEXT, "Part."),
        "supplier_id": (TEXT, "Its supplier, or empty."),
        "name": (TEXT, "Name of the part."),
        "category": (TEXT, "Category, or empty."),
        "theme": (TEXT, "Theme of the key-component table, or empty."),
        "tier": (POSITIVE, "Shortest distance from the product."),
        "stage": (TEXT, "Stage of production, or empty."),
        "verdict": (VERDICT, "On contact at the depth asked for."),
        "reach": (or_null(words("direct", "upstream")), "The source itself, or further up; null where clear."),
        "bases": (BASIS_LIST, "Bases on which the source itself is of concern, whatever was asked for."),
        "bases_unknown": (BASIS_LIST, "Bases on which that is not known."),
        "grounds": (or_null(GROUNDS), "Those of its best chain; null unless exposed."),
        "contact": (INTERVAL, "Chance that a unit of it contains an input from the countries of concern."),
        "embargo_loss": (LOSS, "Share of this supply that an embargo stops."),
        "value": (INTERVAL, "Share of its price that is earned there."),
        "chains": (many(CHAIN), "Where exposed: the three worst, the shortest, and one on the best grounds."),
        "open_chains": (many(CHAIN), "Where unknown: the worst and the shortest to where nothing is known."),
        "facts": (TEXT, f"Whose line it is. {FACTS}"),
    },
)
TOUCH = record(
    "first_touch",
    "Where the countries of concern first appear behind a part.",
    {
        "tier": (POSITIVE, "Levels below the product."),
        "part_id": (TEXT, "Part."),
        "name": (TEXT, "Its name."),
        "supplier_id": (TEXT, "Its maker, or empty for a market."),
        "country": (COUNTRY_OR_EMPTY, "Where it is made; it may be of concern by headquarters or owner instead."),
        "bases": (BASIS_LIST, "Bases of the lens on which it is of concern."),
    },
)
PRICE = record(
    "price",
    "Listed prices in USD on both sides.",
    {
        "lens_median": (or_null(AMOUNT), "Median of those in the countries of concern."),
        "lens_n": (COUNT, "How many they are."),
        "other_median": (or_null(AMOUNT), "Median of those known to be elsewhere."),
        "other_n": (COUNT, "How many they are."),
        "ratio": (or_null(AMOUNT), "other / lens; null below two prices on either side."),
    },
)
KEY_COMPONENT = record(
    "key_component",
    "A row of the key-component table.",
    {
        "group": (TEXT, "Theme, or `other`."),
        "row": (TEXT, "Row of the table within it."),
        "part_id": (TEXT, "Part."),
        "name": (TEXT, "Name in English."),
        "name_zh": (TEXT, "Name in Traditional Chinese, or empty."),
        "supplier_id": (TEXT, "Chosen source; empty for the default mix."),
        "supplier_name": (TEXT, "Its name, or empty."),
        "tier": (POSITIVE, "Shortest distance from the product."),
        "countries": (many(COUNTRY_OR_EMPTY), "Where it is made, the largest first; an empty one is unknown."),
        "first_tier_at": (or_null(TOUCH), "Where the countries of concern first appear; null where none is found."),
        "verdict": (VERDICT, "As of the flag."),
        "grounds": (or_null(GROUNDS), "As of the flag."),
        "non_chinese_sources": (
            COUNT,
            "Priced sources known to be outside the countries of concern.",
        ),
        "price": (PRICE, "Prices on both sides."),
        "source_ids": (IDS, "Sources."),
    },
)
UNKNOWN = record(
    "unknown",
    "What learning the origin of one source would settle; of several sources, the ids and the name are empty.",
    {
        "part_id": (TEXT, "Part."),
        "supplier_id": (TEXT, "Its maker; empty where nobody is known."),
        "name": (TEXT, "Name of the part."),
        "measure": (
            words("value", "mean_line_contact"),
            "The figure: look-through value, or the mean over the first-tier lines of the chance of contact.",
        ),
        "from": (INTERVAL, "The figure today."),
        "to": (INTERVAL, "The figure if the source is outside the countries of concern."),
        "to_inside": (INTERVAL, "The figure if it is inside."),
    },
)
BOUNDS = record(
    "bounds",
    "Ends of a figure that need not be a share.",
    {
        "low": (AMOUNT, "Low end."),
        "high": (or_null(AMOUNT), "High end; null is unbounded."),
    },
)
SETTLES = record(
    "settles",
    "A figure that an answer would move.",
    {
        "measure": (
            words(
                "value",
                "contact",
                "clean_depth",
                "line_contact",
                "documented_value",
                "documented_contact",
                "coverage",
            ),
            "The figure. `clean_depth`: low is proven, in high nothing found; `documented_…`: on documented evidence.",
        ),
        "from": (BOUNDS, "The figure today."),
        "to": (
            BOUNDS,
            "If the answer lies outside the countries of concern; of a capacity: if it is `least`; of a choice: best.",
        ),
        "to_inside": (BOUNDS, "If it lies inside; of a capacity: if there is none; of a choice: worst."),
        "parent_id": (TEXT, "Of the line of `line_contact`, else empty."),
        "part_id": (TEXT, "Of the line of `line_contact` or the part of `coverage`, else empty."),
        "supplier_id": (TEXT, "Of the line of `line_contact`, else empty."),
        "least": (or_null(AMOUNT), "Capacity a year with which the cover is 1; null for other figures."),
        "verdict_from": (or_null(VERDICT), "Verdict today; null unless the figure is a contact."),
        "verdict_to": (or_null(VERDICT), "Verdict with `to`."),
        "verdict_to_inside": (or_null(VERDICT), "Verdict with `to_inside`."),
    },
)
GAP = record(
    "gap",
    "One missing fact, and whom to ask.",
    {
        "supplier_id": (TEXT, "Whom to ask; empty where the buyer has to find out."),
        "part_id": (TEXT, "Part that it is about."),
        "fact": (words("origin", "owner", "upstream_source", "maker", "capacity", "lead_time"), "What is missing."),
        "settles": (many(SETTLES), "Figures that an answer would move; empty where it moves none."),
        "question": (TEXT, "The question in English."),
        "question_zh": (TEXT, "The question in Traditional Chinese."),
        "question_id": (TEXT, "Key of the question."),
        "basis": (
            words("made", "designed", "headquartered", "owned", "choice", "unnamed", ""),
            "origin: made, designed; owner: headquartered (itself), owned (its owner); maker: choice, unnamed.",
        ),
        "input_id": (TEXT, "upstream_source, and maker if a choice: the input whose source is not known; else empty."),
        "firm_id": (
            TEXT,
            "owner: the firm whose head office is not known; maker: what stands for the one not named; else empty.",
        ),
        "name": (TEXT, "Name of the part."),
        "supplier_name": (TEXT, "Name of the supplier, or empty."),
        "tier": (POSITIVE, "Distance of the part from the product."),
        "grounds": (
            or_null(GROUNDS),
            "What the use of the maker, or of the input, stands on, by its best line; null below the depth asked for.",
        ),
        "verdicts": (COUNT, "Lines whose verdict is unknown today and would be decided by any answer."),
    },
)
COUNTRY_ROW = record(
    "country_content",
    "What comes from one country on one basis.",
    {
        "country": (COUNTRY, "Country."),
        "value": (or_null(INTERVAL), "Share of the product's cost that is earned there; null without any price."),
        "first_tier_value": (or_null(INTERVAL), "Share of the cost in first-tier lines whose source is there."),
        "parts": (COUNT, "Parts of which some source in use is there."),
    },
)
_CONTENT = {
    "by_country": (many(COUNTRY_ROW), "Content by country, the largest first."),
    "unknown_value": (or_null(SHARE), "1 minus the sum of the lows; null without any price."),
    "unknown_parts": (COUNT, "Parts of which some source in use has no known country."),
}
CONTENT = record("basis_content", "Content by country on one basis.", _CONTENT)
SOURCE = record(
    "source",
    "One source of a part in use.",
    {
        "offer_id": (TEXT, "Offer; empty for a maker of whom nothing is known."),
        "supplier_id": (TEXT, "Supplier; empty for a market row and where nobody is known."),
        **{basis: (or_null(COUNTRY), "Country; null is unknown.") for basis in BASES},
        "share": (or_null(SHARE), "Share of the part's supply in this product; null if it is not one known number."),
        "low": (SHARE, "Lowest share."),
        "high": (SHARE, "Highest share."),
        "grounds": (GROUNDS, "What the share stands on."),
        "candidates": (IDS, "For an unknown source: offers that are known for the part."),
        "facts": (TEXT, f"Whose lines and offer these are. {FACTS}"),
    },
)
PART = record(
    "part_origin",
    "A part in use with its sources, the largest first.",
    {
        "part_id": (TEXT, "Part."),
        "name": (TEXT, "Its name."),
        "tier": (COUNT, "Shortest distance from the product, which is 0."),
        "stage": (TEXT, "Stage of production, or empty."),
        "category": (TEXT, "Category, or empty."),
        "theme": (TEXT, "Theme, or empty."),
        "value": (or_null(INTERVAL), "Share of the product's price that it earns in the countries of concern."),
        "sources": (many(SOURCE), "Its sources."),
    },
)
GROUP = record(
    "group",
    "Parts of one category, theme, stage or tier.",
    {
        "key": ({"type": ["string", "integer"]}, "Name of the group, or its tier."),
        "parts": (COUNT, "Parts in use."),
        "exposed": (COUNT, "Parts whose worst line is exposed."),
        "unknown": (COUNT, "Parts whose worst line is unknown."),
        "clear": (COUNT, "Parts all of whose lines are clear."),
        "value": (or_null(INTERVAL), "Share of the product's price that they earn in the countries of concern."),
        "made": (
            by_key(SHARE, "^([A-Z]{3})?$"),
            "Share of the product's price that they earn, by country where made; the empty key is unknown.",
        ),
    },
)
PROBLEM = record(
    "problem",
    "One thing that is wrong in the dataset.",
    {
        "severity": (words("error", "warning"), "An error stops an analysis."),
        "file": (TEXT, "File or sheet; empty for the dataset as a whole."),
        "row": (or_null(POSITIVE), "Line of the file, the header being line 1; null where no single line is meant."),
        "column": (TEXT, "Column, or empty."),
        "value": (TEXT, "What stands there."),
        "message": (TEXT, "What is wrong."),
        "hint": (TEXT, "What would be right, or empty."),
    },
)
PRODUCT = record(
    "product",
    "A product of the dataset.",
    {
        "dataset": (TEXT, "Dataset."),
        "product_id": (TEXT, "Id, as the other commands take it."),
        "name": (TEXT, "Name in English."),
        "name_zh": (TEXT, "Name in Traditional Chinese, or empty."),
        "lines": (COUNT, "Lines of its bill of materials."),
        "description": (TEXT, "What it is."),
    },
)


COLUMN_USE = record(
    "column_use",
    "What a column of the spreadsheet was taken for.",
    {
        "position": (COUNT, "Place of the column, from 0."),
        "header": (TEXT, "As it stands in the file."),
        "field": (TEXT, "Name of the field, as --column and --map take it; empty: kept, not used."),
        "number": (POSITIVE, "2 for a second maker and so on."),
        "currency": (TEXT, "Currency that the header names, or empty."),
        "per": ({"type": "number", "exclusiveMinimum": 0}, "Number of units that a price is for; prices are divided."),
        "unit": (TEXT, "Unit that the header names, or empty."),
    },
)
LEFT_ROW = record(
    "left_row",
    "A row of the spreadsheet that is no line of the bill of materials.",
    {
        "row": (POSITIVE, "Number in the file."),
        "kind": (
            words("title", "header", "heading", "subtotal", "note", "blank", "not_fitted", "expired", "refused"),
            "What it is.",
        ),
        "reason": (TEXT, "Why, and what would be right where it is refused."),
        "text": (TEXT, "Its cells."),
    },
)
FIRM_CANDIDATE = record(
    "firm_candidate",
    "A firm of the bundled data that a name may mean.",
    {"supplier_id": (TEXT, "Firm."), "name": (TEXT, "Its name."), "score": (SHARE, "Likeness of the names.")},
)
FIRM = record(
    "firm",
    "What the name of a maker was taken for.",
    {
        "name": (TEXT, "As written."),
        "match": (
            words("exact", "similar", "candidate", "none", "confirmed", "rejected"),
            "exact, similar and confirmed names are taken for the firm, a candidate waits for --confirm.",
        ),
        "supplier_id": (TEXT, "Firm of the bundled data; empty where none is taken."),
        "score": (SHARE, "Likeness of the names."),
        "why": (TEXT, "In words."),
        "candidates": (many(FIRM_CANDIDATE), "Firms that it may be, the likeliest first."),
    },
)
CLASS_OF_LINE = record(
    "class_of_line",
    "The class that a line was taken for.",
    {
        "row": (POSITIVE, "Number in the file."),
        "part_id": (TEXT, "Part of the line in the dataset."),
        "name": (TEXT, "Its name."),
        "class": (TEXT, "Part of the bundled data, or unclassified."),
        "rule_id": (TEXT, "Rule that decided; empty for none."),
        "confidence": (words("high", "medium", "low", ""), "How far the match can be trusted."),
        "why": (TEXT, "In words."),
        "upstream": (TEXT, "Class whose upstream tiers are attached; empty for none."),
        "joined_offer": (TEXT, "Offer of the bundled data for this very product; empty for none."),
    },
)
FLAT_COUNT = record(
    "flat_count",
    "How many lines of the spreadsheet say the same, exactly as the file gives it.",
    {
        "by": (
            words("made", "designed", "headquartered", "shipped", "owned", "maker", "category"),
            "Countries of making, design, maker's seat, shipping and owner are never mixed.",
        ),
        "value": (TEXT, "Country (alpha-3), maker or category; the text as written where it is no one country."),
        "name": (TEXT, "The same for people."),
        "written": (many(TEXT), "Spellings in the file."),
        "lines": (COUNT, "Lines of the bill of materials."),
        "quantity": (or_null(NUMBER), "Sum of the quantities; null where one is not known."),
        "cost": (by_key(NUMBER, "^([A-Z]{3})?$"), "Quantity times price by currency; the empty key: none is stated."),
    },
)
SPREADSHEET = record(
    "spreadsheet",
    "How a bill of materials in one spreadsheet was read.",
    {
        "file": (TEXT, "Name of the file."),
        "sheet": (TEXT, "Sheet; empty for a text file."),
        "header_row": (COUNT, "Number of the header in the file; 0: it has none."),
        "columns": (many(COLUMN_USE), "What each column was taken for."),
        "lines": (COUNT, "Lines of the bill of materials."),
        "not_lines": (many(LEFT_ROW), "All other rows, each with its reason."),
        "assumed": (many(TEXT), "What was assumed, in sentences."),
        "firms": (many(FIRM), "What the makers' names were taken for."),
        "classes": (many(CLASS_OF_LINE), "Lines and their classes."),
        "counts": (many(FLAT_COUNT), "Flat counts, exactly as the file gives them."),
        "attach_upstream": ({"type": "boolean"}, "Whether upstream tiers of the bundled data are attached."),
        "base": (TEXT, "Name of the bundled data."),
        "warnings": (many(TEXT), "What is doubtful, row by row."),
    },
)


def _head(command: str) -> dict[str, tuple[Kind, str]]:
    return {
        "schema": ({"const": f"supplychain/{command}/1"}, "Command and version of the contract."),
        "provenance": (PROVENANCE, "Version of the program; name, version, date and SHA-256 of the dataset."),
        "dataset": (TEXT, "Name of the dataset."),
    }


def _settings() -> dict[str, tuple[Kind, str]]:
    return {
        "product": (TEXT, "Id of the product."),
        "lens": (LENS, "Countries of concern and bases."),
        "loss_bases": (BASIS_LIST, "Bases of the embargo loss: made, unless bases were asked for."),
        "min_ownership": ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, "Share from which owners count."),
        "depth": (or_null(POSITIVE), "Deepest level that counts; null is all."),
        "evidence": (words("all", "documented"), "documented: market averages and assumptions count as unknown."),
    }


_SPREADSHEET = (SPREADSHEET, "How the file was read, where it is a spreadsheet and not a dataset.")
_MAYBE = frozenset({"ask", "spreadsheet"})
_NOTES = (many(TEXT), "What a reader should know: warnings of the data, and reasons of what is null.")

ANSWERS = {
    "flags": Record(
        "flags",
        "What depends on the countries of concern, where, and how we know.",
        {
            **_head("flags"),
            **_settings(),
            "verdict": (VERDICT, "Of the product, on contact at the depth asked for."),
            "grounds": (or_null(GROUNDS), "Those of the best chain; null where none is found."),
            "exposure": (EXPOSURE, "Figures of the product as a whole."),
            "flags": (many(FLAG), "Every line and supplier, by tier."),
            "key_components": (many(KEY_COMPONENT), "The key-component table."),
            "worst_chains": (many(CHAIN, 3), "The three worst chains of the product."),
            "unknowns": (many(UNKNOWN, 5), "The unknowns that matter most."),
            "unknowns_together": (or_null(UNKNOWN), "All of them at once, for the measure of the first."),
            "unknowns_together_by_measure": (
                by_key(UNKNOWN, "^(value|mean_line_contact)$"),
                "The same for each measure among them.",
            ),
            "unknowns_total": (COUNT, "Sources of unknown origin that the product has."),
            "notes": _NOTES,
            "ask": (many(GAP, 10), "The gaps that settle most, as in `gaps`; for a spreadsheet."),
            "spreadsheet": _SPREADSHEET,
        },
        _MAYBE,
    ),
    "origins": Record(
        "origins",
        "Where everything in the product comes from, at every tier.",
        {
            **_head("origins"),
            **_settings(),
            "basis": (words(*BASES), "Basis of by_country: the first asked for, else made."),
            **_CONTENT,
            "by_basis": (by_key(CONTENT, f"^({'|'.join(BASES)})$"), "The same three keys for each of the four bases."),
            "parts": (many(PART) | {"minItems": 1}, "Every part in use, the product first."),
            **{
                f"by_{key}": (many(GROUP), f"Content by {key}, without the product itself.")
                for key in ("category", "theme", "stage", "tier")
            },
            "notes": _NOTES,
            "spreadsheet": _SPREADSHEET,
        },
        _MAYBE,
    ),
    "gaps": Record(
        "gaps",
        "What is not known, whom to ask, and what each answer would settle.",
        {
            **_head("gaps"),
            **_settings(),
            "verdict": (VERDICT, "Of the product, on contact at the depth asked for."),
            "gaps": (many(GAP), "Gaps, those that settle most first and those that settle nothing last."),
            "notes": _NOTES,
            "spreadsheet": _SPREADSHEET,
        },
        _MAYBE,
    ),
    "check": Record(
        "check",
        "All that is wrong with a dataset.",
        {
            **_head("check"),
            "tables": (by_key(COUNT, "^[a-z]+$"), "Rows of each table."),
            "problems": (many(PROBLEM), "Problems, errors first."),
            "spreadsheet": _SPREADSHEET,
        },
        _MAYBE,
    ),
    "products": Record(
        "products",
        "The products of a dataset.",
        {**_head("products"), "products": (many(PRODUCT), "Products, by id.")},
    ),
}
