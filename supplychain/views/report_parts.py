"""The pieces of the report: rows and figures as text and shares, ready for the template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from supplychain.countries import name_of
from supplychain.dataset import Dataset
from supplychain.views import words
from supplychain.views.catalogue import Texts
from supplychain.views.numbers import amount, interval, interval_amount, money, percent_number, times
from supplychain.views.pyvis_graph import Structured

__all__ = [
    "contact_rows",
    "country_rows",
    "coverage_rows",
    "footnotes",
    "key_groups",
    "keys_as_text",
    "loss_figures",
    "part_names",
    "profile_rows",
    "supplier_names",
    "tier_rows",
    "unknown_rows",
    "value_figures",
    "worst_chains",
]

_GROUPS = ("three_chips", "two_software", "motors", "batteries", "rare_earths", "other")
_VERDICTS = ("exposed", "unknown", "clear")
_COUNTRIES = 15
_SMALL = 0.005


def part_names(ds: Dataset, texts: Texts) -> dict[str, str]:
    """Return the names of all parts in the language of the texts."""
    rows = zip(ds.parts["part_id"], ds.parts["name"], ds.parts["name_zh"], strict=True)
    return {key: texts.named(name, name_zh) or key for key, name, name_zh in rows}


def supplier_names(ds: Dataset, texts: Texts) -> dict[str, str]:
    """Return the names of all suppliers in the language of the texts."""
    rows = zip(ds.suppliers["supplier_id"], ds.suppliers["name"], ds.suppliers["name_zh"], strict=True)
    return {key: texts.named(name, name_zh) or key for key, name, name_zh in rows}


def key_groups(
    rows: Iterable[Mapping[str, Any]], names: Mapping[str, str], suppliers: Mapping[str, str], texts: Texts
) -> list[dict[str, Any]]:
    """Return the key-component table: groups in their order, each with its rows as text."""
    groups: dict[str, list[dict[str, Any]]] = {group: [] for group in _GROUPS}
    for row in rows:
        groups.setdefault(row["group"], []).append(_key_row(row, names, suppliers, texts))
    return [{"name": texts.either("group", key), "rows": found} for key, found in groups.items() if found]


def _key_row(
    row: Mapping[str, Any], names: Mapping[str, str], suppliers: Mapping[str, str], texts: Texts
) -> dict[str, Any]:
    supplier_id = row.get("supplier_id") or ""
    name = texts.named(row.get("name") or "", row.get("name_zh") or "") or names.get(row["part_id"], row["part_id"])
    codes = list(row.get("countries") or ())
    places = [name_of(code, texts.language) if code else texts("origin.unknown") for code in codes]
    supplier = suppliers.get(supplier_id) or row.get("supplier_name") or texts("origin.default_mix")
    price = row.get("price") or {}
    role = "" if row["group"] in ("other", "motors") else row.get("row") or ""
    return {
        "row": texts.either("row", role) if role else "",
        "name": name,
        "supplier": supplier,
        "countries": texts("list.comma").join(places) or texts("origin.unknown"),
        "known": bool(codes) and "" not in codes,
        "verdict": row["verdict"],
        "reach": "direct" if _at_itself(row) else "upstream",
        "first": _first_tier(row, names, texts),
        "grounds": texts.either("grounds", row["grounds"]) if row.get("grounds") else "",
        "alternatives": str(row.get("non_chinese_sources") or 0),
        "price_lens": _median(price.get("lens_median"), price.get("lens_n"), texts),
        "price_other": _median(price.get("other_median"), price.get("other_n"), texts),
        "ratio": "–" if price.get("ratio") is None else f"{amount(float(price['ratio']))}×",
        "source_ids": [source_id for source_id in row.get("source_ids") or () if source_id],
    }


def _at_itself(row: Mapping[str, Any]) -> bool:
    first = row.get("first_tier_at") or {}
    return str(first.get("part_id")) == str(row["part_id"])


def _first_tier(row: Mapping[str, Any], names: Mapping[str, str], texts: Texts) -> str:
    first = row.get("first_tier_at")
    if not first:
        return texts.either("verdict", row["verdict"])
    country = words.touched_place(first, texts)
    if _at_itself(row):
        return texts("report.keys.at_itself", country=country, tier=first["tier"])
    name = names.get(first["part_id"]) or first.get("name") or first["part_id"]
    return texts("report.keys.at_tier", tier=first["tier"], name=name, country=country)


def _median(value: float | None, count: int | None, texts: Texts) -> str:
    if value is None:
        return "–"
    return texts("report.keys.median", price=money(float(value), texts), count=int(count or 0))


def footnotes(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Number the sources in the order in which they are first cited."""
    numbers: dict[str, int] = {}
    for row in rows:
        for source_id in row["source_ids"]:
            numbers.setdefault(source_id, len(numbers) + 1)
    return numbers


def keys_as_text(
    groups: Sequence[Mapping[str, Any]],
    sources: Sequence[Mapping[str, Any]],
    numbers: Mapping[str, int],
    product: str,
    texts: Texts,
) -> str:
    """Return the key-component table as text with tabs, its footnotes below."""
    heads = ("component", "source", "first", "grounds", "alternatives", "price_lens", "price_other", "ratio", "sources")
    lines = [texts("report.keys.caption", product=product), ""]
    lines.append("\t".join(texts(f"report.keys.{head}") for head in heads))
    cited: set[str] = set()
    for group in groups:
        lines.append(str(group["name"]))
        for row in group["rows"]:
            cited.update(row["source_ids"])
            marks = " ".join(f"[{numbers[source_id]}]" for source_id in row["source_ids"])
            title = f"{row['name']} ({row['row']})" if row["row"] else row["name"]
            cells = [title, f"{row['supplier']}, {row['countries']}", row["first"], row["grounds"]]
            cells += [row["alternatives"], row["price_lens"], row["price_other"], row["ratio"], marks]
            lines.append("\t".join(" ".join(str(cell).split()) for cell in cells))
    lines += ["", texts("report.keys.footnote"), ""]
    for source in sources:
        if source["id"] in cited:
            rest = [source["title"] or source["id"], source["publisher"], source["date"], source["url"]]
            lines.append(f"[{source['number']}] " + ". ".join(" ".join(text.split()) for text in rest if text))
    return "\n".join(lines) + "\n"


def profile_rows(exposure: Mapping[str, Any], texts: Texts) -> list[dict[str, Any]]:
    """Return the first-tier lines by depth, with the ends of each part of the stacked bar in percent."""
    stages = {row["depth"]: row.get("stage") for row in exposure.get("contact_by_depth") or ()}
    rows = []
    for row in exposure.get("line_profile") or ():
        depth = row["depth"]
        every = depth in (None, "all")
        name = texts("report.profile.depth_all") if every else texts.counted("report.profile.depth_n", int(depth))
        stage = row.get("stage") or stages.get(depth) or ""
        rows.append(
            {
                "depth": name,
                "stage": texts.either("stage", stage) if stage else "",
                "bars": _stacked(row),
                "cost": interval(row.get("cost_in_contact"), texts),
                **{verdict: int(row[verdict]) for verdict in _VERDICTS},
            }
        )
    return rows


def contact_rows(exposure: Mapping[str, Any], texts: Texts) -> list[dict[str, Any]]:
    """Return the chance of contact by depth."""
    rows: list[dict[str, Any]] = [
        {
            "depth": texts.counted("report.profile.depth_n", int(row["depth"])),
            "count": int(row["depth"]),
            "stage": texts.either("stage", row["stage"]) if row.get("stage") else "",
            "text": interval(row, texts),
            **_bar(row),
        }
        for row in exposure.get("contact_by_depth") or ()
        if row["depth"]
    ]
    # Deeper rows that all say the same are one row.
    while len(rows) > 1 and rows[-1]["text"] == rows[-2]["text"]:
        rows.pop()
        rows[-1]["depth"] = texts.counted("report.profile.depth_from", rows[-1]["count"])
    return rows


def value_figures(flags: Mapping[str, Any], texts: Texts) -> list[dict[str, Any]]:
    """Return face value, look-through value, hidden exposure and opened value."""
    exposure = flags["exposure"]
    documented = exposure.get("documented") or {}
    keys = (("face_value", "face"), ("value", "value"), ("hidden", "hidden"), ("opened_value", "opened"))
    figures = [
        _figure(exposure.get(key), documented.get(key), f"report.value.{name}", flags, texts) for key, name in keys
    ]
    # The first tier is the product's own bill, and how far the bill leads is a fact about it: neither rests on a chain.
    for figure in (figures[0], figures[-1]):
        figure["grounds"] = ""
    return figures


def loss_figures(flags: Mapping[str, Any], texts: Texts) -> list[dict[str, Any]]:
    """Return the output lost, in both of its forms."""
    losses = flags["exposure"].get("embargo_loss") or {}
    documented = (flags["exposure"].get("documented") or {}).get("embargo_loss") or {}
    return [
        _figure(losses.get(form), documented.get(form), f"report.loss.{form}", flags, texts)
        for form in ("reallocate", "proportional")
    ]


def _figure(
    value: Any, documented: Mapping[str, Any] | None, key: str, flags: Mapping[str, Any], texts: Texts
) -> dict[str, Any]:
    if isinstance(value, int | float):
        value = {"low": value, "high": value}
    grounds = (value or {}).get("grounds") or flags.get("grounds") or ""
    return {
        "name": texts(key),
        "note": texts(f"{key}_note"),
        "text": interval(value, texts),
        "known": value is not None and value.get("low") is not None,
        "both": words.both_grounds(value, documented, texts)
        if documented and flags.get("evidence") != "documented"
        else "",
        "grounds": texts("report.grounds_are", grounds=texts.either("grounds", grounds)) if grounds else "",
        **_bar(value),
    }


def coverage_rows(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str], texts: Texts) -> list[dict[str, str]]:
    """Return the supply cover of each input, the scarcest first."""
    order = sorted(rows, key=lambda row: (row.get("low") is None, row.get("low") or 0.0, row["part_id"]))
    return [
        {
            "name": names.get(row["part_id"], row["part_id"]),
            "needed": _needed(row, texts),
            # No maker is listed and more may exist: that is not a cover of zero.
            "available": _quantity(row.get("available") or None, row.get("unit"), texts),
            "times": times(
                {"low": row.get("low") or None if row.get("high") is None else row.get("low"), "high": row.get("high")},
                texts,
            ),
        }
        for row in order
    ]


def _needed(row: Mapping[str, Any], texts: Texts) -> str:
    text = _quantity(row.get("needed"), row.get("unit"), texts)
    return text if row.get("need_complete", True) else texts("report.cover.more_than", needed=text)


def _quantity(value: Any, unit: object, texts: Texts) -> str:
    if value is None:
        return texts("number.not_known")
    text = interval_amount(value, texts) if isinstance(value, Mapping) else amount(float(value))
    return f"{text} {unit}" if unit else text


def tier_rows(
    origins: Mapping[str, Any],
    structure: Structured,
    flags: Mapping[str, Any],
    names: Mapping[str, str],
    suppliers: Mapping[str, str],
    texts: Texts,
) -> list[dict[str, Any]]:
    """Return per tier the counts as a stacked bar and the flags as rows."""
    places = {
        (node["part_id"], node["supplier_id"]): [entry[0] for entry in node["countries"] or ()]
        for node in structure.nodes.to_dict("records")
    }
    by_tier: dict[int, list[dict[str, Any]]] = {}
    for flag in flags["flags"]:
        supplier_id = flag.get("supplier_id") or ""
        codes = places.get((flag["part_id"], supplier_id), [])
        row = {key: flag.get(key) or "" for key in ("verdict", "reach")}
        row |= {
            "name": names.get(flag["part_id"], flag["part_id"]),
            "parent": names.get(flag["parent_id"], flag["parent_id"]),
        }
        row["supplier"] = suppliers.get(supplier_id) or supplier_id or texts("origin.default_mix")
        row["countries"] = _places(codes, texts)
        row["contact"] = interval(flag.get("contact"), texts)
        row["grounds"] = texts.either("grounds", flag["grounds"]) if flag.get("grounds") else ""
        row["facts"] = (flag.get("facts") or "").replace(";", texts("list.comma"))
        by_tier.setdefault(int(flag["tier"]), []).append(row)
    counts = {int(row["key"]): row for row in origins.get("by_tier") or () if str(row["key"]).isdigit()}
    rows = []
    for tier in sorted(by_tier):
        found = Counter(row["verdict"] for row in by_tier[tier])
        flagged = {verdict: found.get(verdict, 0) for verdict in _VERDICTS}
        rows.append(
            {
                "tier": tier,
                "name": texts("tier.product") if tier == 0 else texts("tier.numbered", tier=tier),
                "entries": texts.counted("tier.parts", len(by_tier[tier])),
                "bars": _stacked(flagged),
                "value": interval(counts[tier]["value"], texts) if tier in counts and counts[tier].get("value") else "",
                "flags": by_tier[tier],
                **flagged,
            }
        )
    return rows


def _places(codes: Sequence[str], texts: Texts) -> str:
    shown = [name_of(code, texts.language) if code else texts("origin.unknown") for code in codes[:4]]
    text = texts("list.comma").join(shown) or texts("origin.unknown")
    return texts("report.clean.and_more", names=text, count=len(codes) - 4) if len(codes) > 4 else text


def country_rows(origins: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    """Return the content by country: the largest first, the small ones counted, the unknown last."""
    rows = sorted(
        origins.get("by_country") or (),
        key=lambda row: (-_ends(row["value"])[0], -_ends(row["value"])[1], -int(row.get("parts") or 0), row["country"]),
    )
    priced = any(row["value"] for row in rows)
    # Without prices there is no value to be small: then the countries with most parts are shown.
    large = [row for row in rows if not priced or _ends(row["value"])[1] >= _SMALL][:_COUNTRIES]
    unknown = origins.get("unknown_value")
    if isinstance(unknown, int | float):
        unknown = {"low": unknown, "high": unknown}
    tops = [_ends(row["value"])[1] for row in large] + [_ends(unknown)[1]]
    scale = next(top for top in (0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if top >= min(max(tops), 1.0) - 1e-9)
    found = [
        {
            "name": name_of(row["country"], texts.language),
            "text": interval(row["value"], texts),
            "first": interval(row.get("first_tier_value"), texts),
            "parts": row.get("parts", ""),
            **_bar(row["value"], scale),
        }
        for row in large
    ]
    last = {"text": interval(unknown, texts), **_bar(unknown, scale)} if unknown else None
    found = [row | ({} if priced else {"low": 0.0, "high": 0.0}) for row in found]
    ticks = [(index * 25, percent_number(scale * index / 4)) for index in range(5)]
    small = len(rows) - len(large)
    return {"rows": found, "unknown": last, "small": small, "ticks": ticks}


def _ends(value: Mapping[str, Any] | None) -> tuple[float, float]:
    value = value or {}
    return float(value.get("low") or 0.0), float(value.get("high") or 0.0)


def worst_chains(
    flags: Mapping[str, Any], names: Mapping[str, str], suppliers: Mapping[str, str], texts: Texts
) -> list[dict[str, Any]]:
    """Return the three worst chains of the product in words."""
    return [
        {
            "text": words.chain_sentences(chain, flags["product"], names, suppliers, texts),
            "share": words.share_along(chain, texts),
            "grounds": texts.either("grounds.long", chain["grounds"]),
            "source_ids": list(
                dict.fromkeys(key for step in chain["steps"] for key in step.get("source_ids") or () if key)
            ),
        }
        for chain in flags.get("worst_chains") or ()
    ]


def unknown_rows(
    rows: Iterable[Mapping[str, Any]], names: Mapping[str, str], suppliers: Mapping[str, str], texts: Texts
) -> list[dict[str, str]]:
    """Return the unknowns that matter most, each with what learning it alone would give."""
    return [
        {
            "name": names.get(row["part_id"]) or row.get("name") or row["part_id"],
            "supplier": suppliers.get(row.get("supplier_id") or "") or texts("origin.default_mix"),
            "measure": texts.either("report.unknowns.measure", row["measure"]),
            "from": interval(row["from"], texts),
            "to": interval(row["to"], texts),
        }
        for row in rows
    ]


def _bar(value: Mapping[str, Any] | None, scale: float = 1.0) -> dict[str, float]:
    """Return the ends of an interval in percent of a bar's length."""
    if value is None or (value.get("low") is None and value.get("high") is None):
        return {"low": 0.0, "high": 100.0}
    low, high = value.get("low"), value.get("high")
    first = 0.0 if low is None else float(low)
    last = 1.0 if high is None else float(high)
    return {"low": _part(first / scale), "high": _part(last / scale)}


def _part(share: float) -> float:
    return round(min(max(share, 0.0), 1.0) * 100, 2)


def _stacked(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of a stacked bar with their starts and widths in percent."""
    total = sum(int(counts[verdict]) for verdict in _VERDICTS)
    bars, start = [], 0.0
    for verdict in _VERDICTS:
        width = 100 * int(counts[verdict]) / total if total else 0.0
        if width:
            middle = round(start + width / 2, 2)
            bars.append(
                {
                    "verdict": verdict,
                    "start": round(start, 2),
                    "width": round(width, 2),
                    "middle": middle,
                    "count": int(counts[verdict]),
                }
            )
        start += width
    return bars
