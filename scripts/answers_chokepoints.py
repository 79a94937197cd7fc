# ruff: noqa: INP001  # a script, not a package
"""The keys of what `chokepoints` answers; importing this adds them to those of answers.py."""

from __future__ import annotations

from answers import (
    ANSWERS,
    BASES,
    COUNT,
    IDS,
    SHARE,
    TEXT,
    Record,
    by_key,
    many,
    or_null,
    record,
    words,
)

BOUNDS = record(
    "loss_bounds",
    "A share of which only bounds are known, from 0 to 1; low is never above high.",
    {
        "low": (SHARE, "The smallest that it can be."),
        "high": (SHARE, "The largest that it can be."),
    },
)
LOSS = record(
    "output_lost",
    "Share of the product's output that is lost, in the two forms of the embargo loss.",
    {
        "reallocate": (BOUNDS, "Surviving inputs go to surviving makers first: the headline."),
        "proportional": (BOUNDS, "Every maker loses in proportion."),
    },
)
_FIRM = "Id of the supplier; `unknown:` and a part's id is the unknown maker of that part."
FAILURE = record(
    "failure",
    "One thing that fails, and what that costs.",
    {
        "kind": (words("supplier", "owner", "country", "part"), "What fails; an owner with all that it owns."),
        "id": (
            TEXT,
            "Supplier, owner, country (alpha-3) or part; the unknown maker of a part is `unknown:` and its id.",
        ),
        "name": (TEXT, "Its name."),
        "basis": (words(*BASES, ""), "Of a country: in which way it counts as the country's; else empty."),
        "loss": (LOSS, "Output of the product that is lost."),
        "stops": (
            words("yes", "possible", "no"),
            "Whether nothing is left of the output: for certain, perhaps, or not.",
        ),
        "parts": (IDS, "Parts that it delivers itself for certain; of a part: itself; of an unknown maker: its part."),
        "stopped_lines": (IDS, "Parts at the product's first tier of which nothing is left for certain."),
        "other_sources": (
            or_null(COUNT),
            "Of a named supplier: fewest other firms that the offers list for a part of its; no help unless chosen.",
        ),
    },
)
PAIR = record(
    "pair",
    "Two suppliers that stop the product together, and neither alone.",
    {
        "first": (TEXT, _FIRM),
        "second": (TEXT, _FIRM),
        "first_name": (TEXT, "Name of the first."),
        "second_name": (TEXT, "Name of the second."),
        "loss": (BOUNDS, "Output that both together cost."),
        "stops": (words("yes", "possible"), "yes: for certain, and neither does alone for certain. possible: perhaps."),
    },
)
MEETING = record(
    "meeting",
    "The first source that two chains share.",
    {
        "part_id": (TEXT, "What it makes."),
        "supplier_id": (TEXT, "Who; empty where no maker is named."),
        "tier": ({"type": "integer", "minimum": 1}, "Tier at which both chains have reached it."),
    },
)
_MAKER = "Id of the supplier; `market:` or `unknown:` and a part's id where no maker is named."
COMMON_CAUSE = record(
    "common_cause",
    "Two makers of one slot whose chains meet.",
    {
        "parent_id": (TEXT, "Part that has the slot."),
        "slot": (TEXT, "The slot."),
        "first": (TEXT, _MAKER),
        "second": (TEXT, _MAKER),
        "first_part_id": (TEXT, "What the first delivers into the slot."),
        "second_part_id": (TEXT, "What the second delivers into the slot."),
        "meet": (MEETING, "Where their chains meet first."),
        "independent_to": (COUNT, "Deepest tier at which the two still look independent."),
        "loss": (
            record(
                "loss_of_two",
                "Share of its output that each of two makers loses if their common source fails.",
                {"first": (BOUNDS, "Lost by the first."), "second": (BOUNDS, "Lost by the second.")},
            ),
            "What each loses if the common source fails.",
        ),
        "grounds": (
            words("documented", "market_average"),
            "Whether every step of both chains names its supplier, or some step is a part's general source.",
        ),
    },
)

_SHARED = ("provenance", "dataset", "product", "lens", "loss_bases", "min_ownership", "depth", "evidence")

ANSWERS["chokepoints"] = Record(
    "chokepoints",
    "What stops if a supplier, an owner, a country or a part fails, alone or two together.",
    {
        "schema": ({"const": "supplychain/chokepoints/1"}, "Command and version of the contract."),
        **{key: kind for key, kind in ANSWERS["gaps"].keys.items() if key in _SHARED},
        "loss_without_failure": (
            LOSS,
            "What may be missing although nothing fails: planned makers, and with documented evidence all else.",
        ),
        "failures": (many(FAILURE), "Everything that can fail, the largest loss first."),
        "single_points": (
            many(FAILURE),
            "Those that stop the product for certain, and those that may where the failure makes the difference.",
        ),
        "pairs": (many(PAIR), "Minimal pairs of suppliers."),
        "pairs_checked": (COUNT, "Pairs that were computed."),
        "pairs_possible": (COUNT, "Pairs that could stop the product; where equal, the list of pairs is complete."),
        "common_causes": (many(COMMON_CAUSE), "By tier of the meeting."),
        "survival": (
            by_key(BOUNDS, "^(supplier|owner|country|part)$"),
            "Share of single failures of a kind that leave some output.",
        ),
        **{key: ANSWERS["gaps"].keys[key] for key in ("notes", "spreadsheet")},
    },
    frozenset({"spreadsheet"}),
)
