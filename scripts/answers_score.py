# ruff: noqa: INP001  # a script, not a package
"""The keys of what `score` answers; importing this adds them to those of answers.py."""

from __future__ import annotations

from answers import (
    AMOUNT,
    ANSWERS,
    COUNT,
    COUNTRY,
    IDS,
    POSITIVE,
    SHARE,
    TEXT,
    Record,
    by_key,
    many,
    or_null,
    record,
    words,
)

_PARTS = ("independence", "n_minus_1", "diversity", "buffer", "substitutability")
_OF_LINES = ("independence", "n_minus_1", "substitutability")
SCORE = {"type": "number", "minimum": 0, "maximum": 100}
DEPTH = {"enum": [1, 2, 3, "all"]}
TRUE = {"type": "boolean"}
PART = record(
    "score_part",
    "One part of the score, 0 to 1, higher is better.",
    {
        "value": (
            SHARE,
            "Best single figure; for what is unknown the market of the part, else the middle.",
        ),
        "low": (SHARE, "Everything unknown against the product."),
        "high": (SHARE, "Everything unknown for it."),
        "data": (SHARE, "Share of the lines (diversity: of the cost) about which anything is known."),
    },
)
_MEANINGS = {
    "independence": "Mean over the essential first-tier lines of what is left when the lens stops shipping.",
    "n_minus_1": "Share of the sources that have another usable source.",
    "diversity": "Spread of the look-through cost over countries.",
    "buffer": "Smallest min(1, time to survive / time to recover) over the suppliers.",
    "substitutability": "Share of lines that are clean or whose exposed volume can be replaced.",
}
PARTS = record(
    "score_parts",
    "The five parts; null is a part without data.",
    {name: (or_null(PART), _MEANINGS[name]) for name in _PARTS},
)
LINE_PARTS = record(
    "score_parts_of_lines",
    "The parts that lines have by themselves; null is a part without data.",
    {name: (or_null(PART), _MEANINGS[name]) for name in _OF_LINES},
)
_ENDS = {
    "value": (or_null(SCORE), "Best single figure, 0 to 100; null where no part has data."),
    "low": (SCORE, "Low end: what is not known about origins and data, and a part without data at the floor."),
    "high": (SCORE, "High end; a part without data at 1."),
}
HEADLINE = record("score_value", "The score, 0 to 100.", _ENDS)
PROFILE = record(
    "score_profile_row",
    "The score at one depth.",
    {
        "depth": (DEPTH, "Sources further up count as outside and available."),
        **_ENDS,
        "data_parts": (COUNT, "How many of the five parts have data."),
        "parts": (PARTS, "The parts at this depth."),
        "transparency": (or_null(SHARE), "Share of the cost with a documented origin."),
    },
)
_LINE = {
    "part_id": (TEXT, "What is needed; of alternatives the one with the largest share."),
    "name": (TEXT, "Its name."),
    "slot": (TEXT, "Slot of the bill of materials."),
    "supplier_ids": (IDS, "Suppliers that the lines of the slot name."),
    "category": (TEXT, "Category of the part, or empty."),
}
LINE = record("score_line", "An essential line: the rows of one slot together.", _LINE)
SINGLE = record(
    "single_source",
    "A need that one source fills, without another one that is listed.",
    {"parent_id": (TEXT, "Part that needs it."), **_LINE},
)
STOPS = record(
    "score_stops",
    "The line that stops the product: the smallest availability.",
    {
        "value": (SHARE, "What is left of it."),
        "low": (SHARE, "Low end of the smallest."),
        "high": (SHARE, "High end of the smallest."),
        "lines": (many(LINE), "Lines that have it; none where nothing is lost."),
    },
)
LOWERING = record(
    "score_lowering",
    "How much one part lowers the score.",
    {
        "part": (words(*_PARTS), "Part."),
        "gain": (SCORE, "Points gained if it were 1."),
        "lines": (many(LINE), "Lines below the mean, the lowest first, at most five."),
        "countries": (
            many(
                record(
                    "country_share",
                    "Share of one country in the cost.",
                    {
                        "country": (COUNTRY, "Country."),
                        "share": (SHARE, "Share; the market of the part for what is unknown."),
                    },
                )
            ),
            "Diversity: the countries with the largest shares.",
        ),
    },
)
BY_PART = record(
    "score_of_line",
    "The score of one line, at the depth of the headline.",
    {
        **_LINE,
        **_ENDS,
        "parts": (LINE_PARTS, "The parts it is made of; they share the weights."),
        "diversity": (or_null(PART), "Spread of its cost over countries, beside the score."),
    },
)
BY_CATEGORY = record(
    "score_of_category",
    "The score of the lines of one category, at the depth of the headline.",
    {
        "category": (TEXT, "Category, or empty."),
        "lines": (POSITIVE, "Lines."),
        **_ENDS,
        "parts": (LINE_PARTS, "The parts it is made of; they share the weights."),
        "diversity": (or_null(PART), "Spread of their cost over countries, beside the score."),
    },
)
DRAWN = record(
    "weight_sensitivity",
    "The score with weights drawn from Dirichlet(1, ..., 1).",
    {
        "p05": (SCORE, "5th percentile."),
        "p50": (SCORE, "Median."),
        "p95": (SCORE, "95th percentile."),
        "draws": (POSITIVE, "Draws."),
        "seed": ({"type": "integer"}, "Seed."),
    },
)
SENSITIVITY = record(
    "score_sensitivity",
    "How much the score hangs on what was chosen; none of this is in its interval.",
    {
        "weights": (or_null(DRAWN), "Random weights; null where no part has data."),
        "arithmetic": (or_null(SCORE), "An arithmetic mean with the same weights."),
        "leave_one_out": (by_key(or_null(SCORE), f"^({'|'.join(_PARTS)})$"), "Without each part in turn."),
        "price_limit_beside": (or_null(PART), "Substitutability with the second price limit."),
        "score_beside": (or_null(SCORE), "The score with it."),
    },
)
SETTINGS = record(
    "score_settings",
    "Settings beside the weights.",
    {
        "floor": (SHARE, "No part is taken below this."),
        "access": (SHARE, "Share of the capacity outside that one buyer can get, at most."),
        "horizon_days": (AMOUNT, "Time in which a source can be replaced."),
        "price_limit": (AMOUNT, "What replacing may add to the price."),
        "price_limit_beside": (AMOUNT, "A second limit, beside."),
    },
)
ORDER = words("above", "below", "tied on the evidence")
PAIR = record(
    "score_pair",
    "Two products by profile.",
    {
        "first": (TEXT, "Product."),
        "second": (TEXT, "Product."),
        "by_depth": (
            many(
                record(
                    "score_order",
                    "Two products at one depth.",
                    {"depth": (DEPTH, "Depth."), "order": (ORDER, "Of the first; tied where the intervals overlap.")},
                )
            ),
            "At each depth.",
        ),
        "overall": (ORDER, "The same at every depth, else tied."),
    },
)
COMPARISON = record(
    "score_comparison",
    "All products of the dataset.",
    {
        "products": (
            many(
                record(
                    "score_product",
                    "A product with its profile.",
                    {
                        "product": (TEXT, "Product."),
                        "scored": (TRUE, "Whether it has a headline."),
                        "profile": (many(PROFILE), "Its profile."),
                    },
                )
            ),
            "The products.",
        ),
        "pairs": (many(PAIR), "Every pair."),
    },
)
HHI = record(
    "owners_hhi",
    "Herfindahl-Hirschman index, 0 to 1.",
    {"low": (SHARE, "What is unknown spread over very many."), "high": (SHARE, "All of it with the largest.")},
)
_SHARED = ("provenance", "dataset", "product", "lens", "loss_bases", "min_ownership", "evidence")

ANSWERS["score"] = Record(
    "score",
    "How resilient a product is: 0 to 100 with its interval, five parts and a profile by depth.",
    {
        "schema": ({"const": "supplychain/score/1"}, "Command and version of the contract."),
        **{key: kind for key, kind in ANSWERS["gaps"].keys.items() if key in _SHARED},
        "depth": (POSITIVE, "Depth of the headline; 1 unless --depth is given."),
        "score": (HEADLINE, "The score."),
        "scored": (TRUE, "False: three parts or more have no data, so there is no headline."),
        "data_parts": (COUNT, "How many of the five parts have data."),
        "without_data": (many(words(*_PARTS)), "Parts without data."),
        "assumed": (TRUE, "Whether typical values were taken where stocks and times to recover are missing."),
        "profile": (many(PROFILE) | {"minItems": 4}, "At depth 1, 2, 3 and all."),
        "parts": (PARTS, "The five parts at the depth of the headline."),
        "transparency": (or_null(SHARE), "Share of the cost with a documented origin; beside the score, not in it."),
        "stops": (or_null(STOPS), "The line that stops the product; null where none is essential."),
        "single_sourced": (many(SINGLE), "Single-sourced essential lines down to the depth."),
        "owners_hhi": (or_null(HHI), "Concentration of the cost by owner, beside diversity; null without any price."),
        "lowers": (many(LOWERING), "What lowers it most, first."),
        "by_category": (many(BY_CATEGORY), "By category, the lowest first."),
        "by_part": (many(BY_PART), "By line, the lowest first."),
        "weights": (by_key(SHARE, f"^({'|'.join(_PARTS)})$"), "Weights; they add to 1."),
        "settings": (SETTINGS, "Settings."),
        "units": (or_null(AMOUNT), "Units a year, for capacities; null where none are planned."),
        "sensitivity": (SENSITIVITY, "How much it hangs on what was chosen."),
        "comparison": (COMPARISON, "With --compare: all products of the dataset."),
        **{key: ANSWERS["gaps"].keys[key] for key in ("notes", "spreadsheet")},
    },
    frozenset({"spreadsheet", "comparison"}),
)
