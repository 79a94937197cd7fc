"""The pieces of the score for people: figures as text and as ends of bars, for the report and the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from supplychain.countries import name_of
from supplychain.views.catalogue import Texts
from supplychain.views.numbers import interval, percent

__all__ = [
    "depth_text",
    "headline",
    "line_names",
    "lowering_sentences",
    "part_rows",
    "profile_rows",
    "score_number",
    "score_text",
    "sentences",
]

Names = Mapping[str, str]
_SOME = 5


def score_number(value: float | None, texts: Texts) -> str:
    """Return a score as a whole number."""
    return texts("number.not_known") if value is None else f"{value:.0f}"


def score_text(row: Mapping[str, Any], texts: Texts) -> str:
    """Return a score with its interval."""
    return f"{score_number(row['value'], texts)} ({_bounds(row, texts)})"


def _bounds(row: Mapping[str, Any], texts: Texts) -> str:
    low, high = f"{row['low']:.0f}", f"{row['high']:.0f}"
    return low if low == high else texts("number.interval", low=low, high=high)


def depth_text(depth: int | str, texts: Texts) -> str:
    """Return a depth in words."""
    return texts("score.depth_all") if depth == "all" else texts("score.depth_n", count=depth)


def headline(answer: Mapping[str, Any], texts: Texts) -> str:
    """Return the score in one line, or that there is none and why; with "assumed" where typical values were taken."""
    if answer["scored"]:
        score = answer["score"]
        text = texts(
            "score.headline",
            value=score_number(score["value"], texts),
            depth=depth_text(answer["depth"], texts),
            interval=_bounds(score, texts),
        )
    else:
        missing = texts("list.comma").join(texts(f"score.{name}") for name in answer["without_data"])
        text = texts("score.not_scored", parts=missing)
    return f"{text}{texts('list.comma')}{texts('score.assumed')}" if answer["assumed"] else text


def _ends(part: Mapping[str, Any] | None, scale: float = 1.0) -> dict[str, float]:
    """Ends and value of an interval in percent of a bar's length."""
    if part is None:
        return {"low": 0.0, "high": 100.0, "value": 0.0}
    return {key: round(100 * float(part[key] or 0.0) / scale, 2) for key in ("low", "value", "high")}


def part_rows(answer: Mapping[str, Any], texts: Texts) -> list[dict[str, Any]]:
    """Return the five parts with what they mean."""
    settings = answer["settings"]
    values = {"days": f"{settings['horizon_days']:g}", "limit": f"{100 * settings['price_limit']:g}"}
    return [
        {
            "name": texts(f"score.{name}"),
            "note": texts(f"score.{name}_note", **values),
            "text": texts("score.no_data") if part is None else percent(part["value"], texts),
            "interval": "" if part is None else interval(part, texts),
            "weight": percent(answer["weights"][name], texts),
            "known": part is not None,
            **_ends(part),
        }
        for name, part in answer["parts"].items()
    ]


def profile_rows(answer: Mapping[str, Any], texts: Texts) -> list[dict[str, Any]]:
    """Return the score and its parts at every depth of the profile."""
    return [
        {
            "depth": depth_text(row["depth"], texts),
            "text": score_text(row, texts),
            "parts": [
                texts("score.no_data") if part is None else percent(part["value"], texts)
                for part in row["parts"].values()
            ],
            "known": row["value"] is not None,
            **_ends(row, 100.0),
        }
        for row in answer["profile"]
    ]


def line_names(lines: Sequence[Mapping[str, Any]], names: Names, texts: Texts, *, most: int = _SOME) -> str:
    """Return the names of the first lines, and how many more there are."""
    text = texts("list.comma").join(names.get(line["part_id"], line["part_id"]) for line in lines[:most])
    more = len(lines) - most
    return texts("report.clean.and_more", names=text, count=more) if more > 0 else text


def lowering_sentences(answer: Mapping[str, Any], names: Names, texts: Texts, *, most: int = 5) -> list[str]:
    """Say which parts lower the score most, and through what."""
    return [_lowering(row, names, texts) for row in answer["lowers"][:most] if row["gain"] >= 0.5]


def _lowering(row: Mapping[str, Any], names: Names, texts: Texts) -> str:
    text = texts("score.lowers_part", part=texts(f"score.{row['part']}"), gain=f"{row['gain']:.0f}")
    if row["lines"]:
        return texts("score.lowers_lines", text=text, names=line_names(row["lines"], names, texts))
    if row["countries"]:
        shares = texts("list.comma").join(_shares(row["countries"], texts))
        return texts("score.lowers_countries", text=text, names=shares)
    return text


def _shares(rows: Iterable[Mapping[str, Any]], texts: Texts) -> list[str]:
    return [
        texts("score.share_in", country=name_of(row["country"], texts.language), share=percent(row["share"], texts))
        for row in rows
        if row["share"] > 0
    ]


def sentences(answer: Mapping[str, Any], names: Names, texts: Texts) -> list[str]:
    """Say what stands beside the score: what stops the product, single sources, transparency, sensitivity."""
    found = []
    stops = answer["stops"]
    if stops is not None and not stops["lines"]:
        found.append(texts("score.stops_none", interval=interval(stops, texts)))
    elif stops is not None:
        found.append(
            texts(
                "score.stops",
                names=line_names(stops["lines"], names, texts),
                value=percent(stops["value"], texts),
                interval=interval(stops, texts),
            )
        )
    if answer["single_sourced"]:
        found.append(texts("score.single", names=line_names(answer["single_sourced"], names, texts)))
    if answer["transparency"] is None:
        found.append(texts("score.transparency_none"))
    else:
        depth = depth_text(answer["depth"], texts)
        found.append(texts("score.transparency", value=percent(answer["transparency"], texts), depth=depth))
    weights, arithmetic = answer["sensitivity"]["weights"], answer["sensitivity"]["arithmetic"]
    if weights is not None:
        found.append(
            texts(
                "score.sensitivity",
                low=f"{weights['p05']:.0f}",
                high=f"{weights['p95']:.0f}",
                arithmetic=score_number(arithmetic, texts),
            )
        )
    if answer["assumed"]:
        found.append(texts("score.assumed_note"))
    return found
