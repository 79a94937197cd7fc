# ruff: noqa: INP001  # a script, not a package
"""The keys of what `disrupt` answers; importing this adds them to those of answers.py."""

from __future__ import annotations

from answers import AMOUNT, ANSWERS, COUNT, IDS, POSITIVE, SHARE, TEXT, Record, many, or_null, record, words

BOUNDS = record(
    "known_bounds",
    "A figure of which only bounds are known; low is never above high.",
    {"low": (AMOUNT, "The smallest that it can be."), "high": (AMOUNT, "The largest that it can be.")},
)
SHARES = record(
    "share_bounds",
    "A share of which only bounds are known, from 0 to 1; low is never above high.",
    {"low": (SHARE, "The smallest that it can be."), "high": (SHARE, "The largest that it can be.")},
)
WEEK = record(
    "week_bounds",
    "A week, from 1.",
    {
        "low": (or_null(POSITIVE), "The earliest; null: never within the weeks looked at."),
        "high": (or_null(POSITIVE), "The latest; null: it may not come within the weeks looked at."),
    },
)
_KIND = words("supplier", "country", "part")
EVENT = record(
    "event",
    "One failure of a scenario.",
    {
        "kind": (words("supplier", "country", "part", "lens"), "What fails; lens: all countries of concern."),
        "id": (TEXT, "Its id or country code; empty for lens."),
        "parts": (IDS, "Only these parts; empty is all."),
        "week": ({"type": "number", "minimum": 1}, "When it begins, in weeks from 1."),
        "duration_days": (or_null(BOUNDS), "How long; null is not known: to the end of the weeks looked at."),
        "left": (SHARES, "Share of the output that is left meanwhile."),
        "note": (TEXT, "Anything a reader should know."),
        "source_ids": (IDS, "Sources of the dataset."),
    },
)
CITED = record(
    "cited",
    "A source of a scenario.",
    {
        key: (TEXT, meaning)
        for key, meaning in (
            ("title", "Title."),
            ("publisher", "Publisher."),
            ("date", "Date."),
            ("url", "Address."),
        )
    },
)
SCENARIO = record(
    "scenario",
    "What fails, when, and for how long.",
    {
        "name": (TEXT, "Name."),
        "title": (TEXT, "Title."),
        "about": (TEXT, "What it is and what it leaves out."),
        "start": (TEXT, "Day on which week 1 begins, where it is history; else empty."),
        "events": (many(EVENT), "Events."),
        "sources": (many(CITED), "Sources."),
    },
)
CURVE_ROW = record(
    "curve_row",
    "Output of one week as a share of the plan.",
    {
        "week": (POSITIVE, "Week, from 1."),
        "low": (SHARE, "Smallest."),
        "high": (SHARE, "Largest."),
        "usual": (SHARES, "Without the scenario."),
    },
)
SHORTAGE = record(
    "shortage",
    "A part that runs short.",
    {
        "part_id": (TEXT, "Part."),
        "name": (TEXT, "Its name."),
        "tier": (POSITIVE, "Distance from the product."),
        "week": (WEEK, "First week in which a maker of it cannot fill its orders."),
        "stops": ({"type": "boolean"}, "Whether the final assembly waits for it."),
    },
)
COURSE = record(
    "course",
    "What the scenario does.",
    {
        "short_week": (WEEK, "First week with less than without the scenario."),
        "stop_week": (WEEK, "First week with nothing at all."),
        "recovery_week": (WEEK, "First week from which all is as without the scenario; 1 where nothing is lost."),
        "units_lost": (BOUNDS, "Units that would have been delivered without the scenario."),
        "share_lost": (SHARES, "The same as a share of the plan of all weeks."),
        "resilience": (SHARES, "Mean output as a share of the plan."),
        "curve": (many(CURVE_ROW), "Week by week."),
        "shortages": (many(SHORTAGE), "By week and tier."),
    },
)
RATE = record(
    "rate",
    "How often something fails, as the user says.",
    {
        "kind": (_KIND, "What fails."),
        "id": (TEXT, "Its id or country code."),
        "rate_per_year": (AMOUNT, "Failures a year."),
        "duration_days": (BOUNDS, "Shortest and longest; all between are equally likely."),
        "left": (SHARE, "Share of the output that is left meanwhile."),
    },
)
TAIL = record(
    "tail",
    "Worst part of the losses.",
    {
        "level": (SHARE, "0.9 or 0.95."),
        "var": (AMOUNT, "Value at risk: the loss that is not exceeded with that probability."),
        "var_error": (AMOUNT, "Its standard error."),
        "cvar": (AMOUNT, "Mean of the losses beyond (CVaR)."),
        "cvar_error": (AMOUNT, "Its standard error."),
    },
)
LOSSES = record(
    "random_losses",
    "Units lost over all weeks at one end of the interval.",
    {
        "expected": (AMOUNT, "Mean over the runs."),
        "standard_error": (AMOUNT, "Its standard error."),
        "chance": (SHARE, "Share of the runs in which anything is lost."),
        "chance_of_stop": (SHARE, "Share of the runs with a week without any output."),
        "tails": (many(TAIL), "At 90 and 95 %."),
    },
)
DRIVER = record(
    "driver",
    "What one risk adds to the expected loss.",
    {
        "kind": (_KIND, "What fails."),
        "id": (TEXT, "Its id or country code."),
        "failures": (COUNT, "Runs in which it fails."),
        "adds": (
            record(
                "signed_bounds",
                "A figure of which only bounds are known and which may be below 0.",
                {"low": ({"type": "number"}, "Smallest."), "high": ({"type": "number"}, "Largest.")},
            ),
            "Expected loss less what it would be if this never failed, in the same runs.",
        ),
        "standard_error": (AMOUNT, "Of the larger end."),
    },
)
RANDOM = record(
    "monte_carlo",
    "Random failures.",
    {
        "runs": (POSITIVE, "Runs."),
        "seed": (COUNT, "Seed of the random numbers."),
        "rates": (many(RATE), "The rates given."),
        "low": (LOSSES, "End with the smallest expected loss."),
        "high": (LOSSES, "End with the largest; both have the same draws."),
        "drivers": (many(DRIVER), "The largest first."),
    },
)
TYPICAL = record(
    "typical_value",
    "A published range that stands in for what is not known.",
    {
        "category": (TEXT, "Category of parts, or category/subcategory."),
        "quantity": (words("recovery_days", "stock_days", "lead_time_days"), "What it is."),
        "low": (AMOUNT, "Low end."),
        "high": (AMOUNT, "High end."),
        "unit": (TEXT, "Unit."),
        **dict.fromkeys(("title", "publisher", "url", "date"), (TEXT, "Of the source.")),
        "note": (TEXT, "What the source says and what was done with it."),
    },
)
PLAN = record(
    "plan_of_units",
    "Planned volume.",
    {"per_year": (AMOUNT, "Units a year."), "plan": (TEXT, "Where it stands.")},
)
_SHARED = ("provenance", "dataset", "product", "lens", "loss_bases", "min_ownership", "depth", "evidence")

ANSWERS["disrupt"] = Record(
    "disrupt",
    "Stress test: when the line stops, what is lost, how it recovers, and what random failures cost on average.",
    {
        "schema": ({"const": "supplychain/disrupt/1"}, "Command and version of the contract."),
        **{key: kind for key, kind in ANSWERS["gaps"].keys.items() if key in _SHARED},
        "title": (TEXT, "Title of every page made from it; with assumed values it says so."),
        "weeks": (POSITIVE, "Weeks looked at."),
        "units": (PLAN, "Planned volume."),
        "assume": (or_null(words("typical", "nothing")), "What stands in for missing stocks and lead times."),
        "assumed": ({"type": "boolean"}, "Whether typical values stand in for something."),
        "typical": (many(TYPICAL), "Those values."),
        "scenario": (or_null(SCENARIO), "The scenario; null where only random failures were asked for."),
        "course": (or_null(COURSE), "What it does."),
        "monte_carlo": (or_null(RANDOM), "Random failures; null without rates."),
        **{key: ANSWERS["gaps"].keys[key] for key in ("notes", "spreadsheet")},
    },
    frozenset({"spreadsheet"}),
)
