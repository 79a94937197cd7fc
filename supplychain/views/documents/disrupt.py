"""`disrupt` as a document: the stress test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supplychain.countries import name_of
from supplychain.dataset import Dataset
from supplychain.measures.names import part_name, supplier_name
from supplychain.views.catalogue import texts_for
from supplychain.views.documents.common import cited_rows, lens_line, provenance_cells
from supplychain.views.documents.document import Column, Document, Section, Table

__all__ = ["disrupt_document"]

_BAR = 30  # characters of a full bar of the curve


def disrupt_document(dataset: Dataset, answer: Mapping[str, Any], *, rows: int | None = None) -> Document:
    """Build the document from the `disrupt` object.

    Parameters
    ----------
    dataset : Dataset
    answer : mapping
        The `disrupt` object.
    rows : int, optional
        How many weeks and parts to list; all by default.
    """
    texts = texts_for("en", answer["lens"]["countries"])
    scenario, course, random = answer["scenario"], answer["course"], answer["monte_carlo"]
    sections: list[Section] = []
    if course is not None:
        sections += [_scenario(dataset, scenario), _summary(answer), _curve(course, rows), _shortages(course, rows)]
    if random is not None:
        sections += [_losses(answer, random), _drivers(dataset, random, rows)]
    if answer["typical"]:
        sections.append(_typical(answer["typical"]))
    sections.append(Section(texts("report.notes.heading"), tuple(answer["notes"])))
    cited = [source for event in (scenario or {"events": []})["events"] for source in event["source_ids"]]
    own = [dict(source) for source in (scenario or {"sources": []})["sources"]]
    return Document(
        title=answer["title"],
        lead=(
            lens_line(answer, texts, [name_of(code) for code in answer["lens"]["countries"]]),
            _plan(dataset, answer),
        ),
        sections=tuple(sections),
        records=_records(answer),
        names=("product", "week", "output_low", "output_high", "usual_low", "usual_high")
        if course is not None
        else _DRIVER_COLUMNS,
        provenance=provenance_cells(answer) | _settings(answer),
        sources=[*cited_rows(dataset, cited), *own, *_typical_sources(answer["typical"])],
    )


_DRIVER_COLUMNS = ("product", "kind", "id", "failures", "adds_low", "adds_high", "standard_error")


def _plan(dataset: Dataset, answer: Mapping[str, Any]) -> str:
    units = answer["units"]
    planned = f"{units['per_year']:,.0f} units a year planned ({units['plan']})"
    return f"{planned}, {answer['weeks']} weeks; dataset {dataset.name}."


def _settings(answer: Mapping[str, Any]) -> dict[str, str]:
    scenario, random = answer["scenario"], answer["monte_carlo"]
    return {
        "scenario": "" if scenario is None else scenario["name"],
        "weeks": str(answer["weeks"]),
        "units_per_year": f"{answer['units']['per_year']:.10g}",
        "assume": answer["assume"] or "",
        "runs": "" if random is None else str(random["runs"]),
        "seed": "" if random is None else str(random["seed"]),
    }


def _name(dataset: Dataset, kind: str, name: str) -> str:
    if kind == "country":
        return name_of(name)
    if kind == "lens":
        return "countries of concern"
    return supplier_name(dataset, name) if kind == "supplier" else part_name(dataset, name)


def _scenario(dataset: Dataset, scenario: Mapping[str, Any]) -> Section:
    lines = [line for line in (scenario["about"],) if line]
    if scenario["start"]:
        lines.append(f"Week 1 begins on {scenario['start']}.")
    rows = tuple(
        (
            event["kind"],
            _name(dataset, event["kind"], event["id"]),
            ", ".join(part_name(dataset, part) for part in event["parts"]) or "all parts",
            f"{event['week']:g}",
            _duration(event["duration_days"]),
            _percent(event["left"]),
            event["note"],
        )
        for event in scenario["events"]
    )
    columns = (
        Column("What"),
        Column("Fails"),
        Column("Parts"),
        Column("From week", numeric=True),
        Column("Days", numeric=True),
        Column("Left", numeric=True),
        Column("Note"),
    )
    lines += [f"Source: {_source(source)}" for source in scenario["sources"]]
    return Section(f"Scenario: {scenario['title']}", tuple(lines), Table(columns, rows))


def _source(source: Mapping[str, str]) -> str:
    return ", ".join(source[key] for key in ("title", "publisher", "date", "url") if source[key])


def _duration(bounds: Mapping[str, float] | None) -> str:
    return "not known" if bounds is None else _range(bounds["low"], bounds["high"])


def _range(low: float, high: float) -> str:
    first, last = f"{low:,.0f}", f"{high:,.0f}"
    return first if first == last else f"{first} to {last}"


def _percent(bounds: Mapping[str, float]) -> str:
    low, high = 100 * bounds["low"], 100 * bounds["high"]
    first, last = f"{low:.3g}", f"{high:.3g}"
    return f"{first} %" if first == last else f"{first} to {last} %"


def _week(bounds: Mapping[str, int | None], never: str) -> str:
    low, high = bounds["low"], bounds["high"]
    if low is None:
        return never
    if high is None:
        return f"week {low} at the earliest, or {never}"
    return f"week {low}" if low == high else f"week {low} to {high}"


def _summary(answer: Mapping[str, Any]) -> Section:
    course = answer["course"]
    within = f"not within {answer['weeks']} weeks"
    lost = course["units_lost"]
    lines = (
        f"The line stops: {_week(course['stop_week'], within)}.",
        f"First shortfall of finished products: {_week(course['short_week'], within)}.",
        f"Back to normal: {_week(course['recovery_week'], within)}.",
        f"Units lost: {_range(lost['low'], lost['high'])} ({_percent(course['share_lost'])} of the plan).",
        f"Resilience, the mean output as a share of the plan: {_percent(course['resilience'])}.",
    )
    return Section("What happens", lines)


def _curve(course: Mapping[str, Any], limit: int | None) -> Section:
    curve = course["curve"]
    told = [(_percent(row), _percent(row["usual"]), _bar(row["low"])) for row in curve]
    # Weeks in which nothing changes are told once.
    shown = [place for place in range(len(curve)) if limit is None or place == 0 or told[place] != told[place - 1]]
    cut = shown if limit is None else shown[:limit]
    rows = tuple((str(curve[place]["week"]), *told[place]) for place in cut)
    columns = (
        Column("Week", numeric=True),
        Column("Output, share of plan", numeric=True),
        Column("Without the scenario", numeric=True),
        Column("Unfavourable end"),
    )
    lines = ["A week that is not listed is like the one before it."] if len(shown) < len(curve) else []
    if len(cut) < len(shown):
        lines.append(f"The first {len(cut)} of {len(shown)} weeks with a change; --all shows every week.")
    return Section("Output week by week", tuple(lines), Table(columns, rows))


def _bar(share: float) -> str:
    return "█" * round(share * _BAR) + "·" * (_BAR - round(share * _BAR))


def _shortages(course: Mapping[str, Any], limit: int | None) -> Section:
    found = course["shortages"]
    shown = found if limit is None else found[:limit]
    rows = tuple(
        (_week(row["week"], "never"), row["name"], str(row["tier"]), "yes" if row["stops"] else "") for row in shown
    )
    if not rows:
        return Section("What runs short", ("Nothing runs short.",))
    columns = (Column("From"), Column("Part"), Column("Tier", numeric=True), Column("Holds up the final assembly"))
    lines = [f"The first {len(shown)} of {len(found)} parts; --all shows every one."] if len(shown) < len(found) else []
    return Section("What runs short", tuple(lines), Table(columns, rows))


def _losses(answer: Mapping[str, Any], random: Mapping[str, Any]) -> Section:
    low, high = random["low"], random["high"]
    ends = (low,) if low == high else (low, high)
    rows = [("Expected loss", *(_with_error(end["expected"], end["standard_error"]) for end in ends))]
    for place, tail in enumerate(low["tails"]):
        level = f"{100 * tail['level']:g} %"
        found = [end["tails"][place] for end in ends]
        rows.append((f"Value at risk, {level}", *(_with_error(row["var"], row["var_error"]) for row in found)))
        rows.append(
            (
                f"Mean of the worst {100 - 100 * tail['level']:g} % (CVaR {level})",
                *(_with_error(row["cvar"], row["cvar_error"]) for row in found),
            )
        )
    rows.append(("Chance of any loss", *(f"{100 * end['chance']:.3g} %" for end in ends)))
    rows.append(("Chance that the line stops", *(f"{100 * end['chance_of_stop']:.3g} %" for end in ends)))
    heads = ("Units",) if len(ends) == 1 else ("Favourable end", "Unfavourable end")
    columns = (Column("Loss"), *(Column(head, numeric=True) for head in heads))
    lead = (
        f"{random['runs']:,} runs of {answer['weeks']} weeks, seed {random['seed']}; units of the product, "
        "± standard error. The rates are those given, not ours."
    )
    return Section("Random failures: what is lost", (lead,), Table(columns, tuple(rows)))


def _with_error(value: float, error: float) -> str:
    return f"{value:,.1f} ± {error:,.1f}"


def _drivers(dataset: Dataset, random: Mapping[str, Any], limit: int | None) -> Section:
    found = random["drivers"]
    shown = found if limit is None else found[:limit]
    rates = {(rate["kind"], rate["id"]): rate for rate in random["rates"]}
    rows = tuple(
        (
            row["kind"],
            _name(dataset, row["kind"], row["id"]),
            f"{rates[row['kind'], row['id']]['rate_per_year']:g}",
            _duration(rates[row["kind"], row["id"]]["duration_days"]),
            _driver_range(row["adds"]),
            f"{row['standard_error']:,.1f}",
        )
        for row in shown
    )
    columns = (
        Column("What"),
        Column("Fails"),
        Column("A year", numeric=True),
        Column("Days", numeric=True),
        Column("Adds to the expected loss", numeric=True),
        Column("±", numeric=True),
    )
    lead = "What the expected loss would fall by if this never failed, in the same runs; the parts need not add up."
    return Section("Random failures: what drives the loss", (lead,), Table(columns, rows))


def _driver_range(bounds: Mapping[str, float]) -> str:
    first, last = f"{bounds['low']:,.1f}", f"{bounds['high']:,.1f}"
    return first if first == last else f"{first} to {last}"


def _typical(values: Sequence[Mapping[str, Any]]) -> Section:
    rows = tuple(
        (value["category"], value["quantity"], _range(value["low"], value["high"]), _source(value)) for value in values
    )
    columns = (Column("Category"), Column("Quantity"), Column("Days", numeric=True), Column("Source"))
    lead = "These published ranges stand in where the data have nothing. They are assumed, not known of this product."
    return Section("Assumed values", (lead,), Table(columns, rows))


def _typical_sources(values: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    return [{key: value[key] for key in ("title", "publisher", "date", "url")} for value in values]


def _records(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    product = answer["product"]
    if answer["course"] is not None:
        return [
            {
                "product": product,
                "week": row["week"],
                "output_low": row["low"],
                "output_high": row["high"],
                "usual_low": row["usual"]["low"],
                "usual_high": row["usual"]["high"],
            }
            for row in answer["course"]["curve"]
        ]
    return [
        {
            "product": product,
            **{key: row[key] for key in ("kind", "id", "failures")},
            "adds_low": row["adds"]["low"],
            "adds_high": row["adds"]["high"],
            "standard_error": row["standard_error"],
        }
        for row in answer["monte_carlo"]["drivers"]
    ]
