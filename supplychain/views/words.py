"""Sentences made from numbers. They never say more than the numbers do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supplychain.countries import name_of
from supplychain.views.catalogue import Texts
from supplychain.views.numbers import interval, percent

__all__ = [
    "both_grounds",
    "chain_sentences",
    "clean_depth_sentences",
    "names_of_first_touch",
    "names_of_unknown_origin",
    "share_along",
    "tightest_sentence",
    "touched_place",
    "unknowns_sentence",
]

_NAMES = 4


def both_grounds(value: Mapping[str, Any] | None, documented: Mapping[str, Any] | None, texts: Texts) -> str:
    """Return "documented: ...; with world-market averages: ...", or the one figure where there is no other."""
    if documented is None:
        return interval(value, texts)
    return texts("report.both", documented=interval(documented, texts), all=interval(value, texts))


def clean_depth_sentences(
    exposure: Mapping[str, Any], *, unknown_names: Sequence[str], touched_names: Sequence[str], texts: Texts
) -> list[str]:
    """Return what is known of the depth through which the product is free of the lens.

    Parameters
    ----------
    exposure : mapping
        `exposure` of the flags object.
    unknown_names : sequence of str
        What at the first tier that is not proven has an unknown origin.
    touched_names : sequence of str
        What at the first tier with contact is of concern itself.
    texts : Texts
    """
    depth, proven = int(exposure["clean_depth"]), int(exposure["clean_depth_proven"])
    stages = {row["depth"]: texts.either("stage", row.get("stage") or "") for row in exposure["contact_by_depth"]}
    if depth == 0:
        sentences = [texts("report.clean.none", stage=stages.get(1, ""))]
    else:
        text = texts("report.clean.found", depth=depth, stage=stages.get(depth, ""))
        if unknown_names and proven < depth:
            names = _some(unknown_names, texts)
            count = len(unknown_names)
            text += texts.counted("report.clean.proven_because", count, depth=proven, tier=proven + 1, names=names)
        else:
            text += texts("report.clean.proven", depth=proven)
        sentences = [text]
    if touched_names:
        sentences.append(texts("report.clean.next", tier=depth + 1, names=_some(touched_names, texts)))
    return sentences


def names_of_unknown_origin(
    flags: Mapping[str, Any], *, tier: int, names: Mapping[str, str], suppliers: Mapping[str, str]
) -> list[str]:
    """Return the entries at a tier that may be of concern and are not known to be, with their suppliers.

    Some basis that counts is not known, or the source is of concern and may not be bought from at all.
    """
    found, counted = set(), set(flags["lens"]["bases"])
    for flag in flags["flags"]:
        doubtful = counted & set(flag.get("bases_unknown") or ()) and not flag.get("bases")
        possible = flag.get("bases") and flag["contact"]["low"] == 0
        if flag["tier"] == tier and (doubtful or possible):
            name, supplier_id = names.get(flag["part_id"], flag["part_id"]), flag.get("supplier_id") or ""
            found.add(f"{name} ({suppliers.get(supplier_id, supplier_id)})" if supplier_id else name)
    return sorted(found)


def names_of_first_touch(flags: Mapping[str, Any], *, tier: int, names: Mapping[str, str]) -> list[str]:
    """Return the parts at a tier whose source itself is of concern, where that is certain and no mere possibility."""
    return sorted(
        {
            names.get(flag["part_id"], flag["part_id"])
            for flag in flags["flags"]
            if flag["tier"] == tier
            and flag["reach"] == "direct"
            and any(
                chain.get("certain", True) and chain["steps"][-1]["part_id"] == flag["part_id"]
                for chain in flag["chains"]
            )
        }
    )


def chain_sentences(
    chain: Mapping[str, Any], product: str, names: Mapping[str, str], suppliers: Mapping[str, str], texts: Texts
) -> str:
    """Return a chain in words, from the product to where the lens is touched.

    Parameters
    ----------
    chain : mapping
        With `steps`, as in the flags object.
    product : str
        The product's part_id, which is left out where it is a step.
    names, suppliers : mapping of str to str
        Names of parts and of suppliers in the language of the texts.
    texts : Texts
    """
    steps = [step for step in chain["steps"] if step["part_id"] != product]
    pieces = []
    for number, step in enumerate(steps):
        key = "report.chains.next" if number else "report.chains.first"
        text = texts(key, product=names.get(product, product), part=names.get(step["part_id"], step["part_id"]))
        pieces.append(_sourced(text, step, suppliers, texts))
    return texts("list.semicolon").join(pieces) + texts("sentence.end")


def share_along(chain: Mapping[str, Any], texts: Texts) -> str:
    """Return the product of the shares of a chain in words."""
    total = 1.0
    for step in chain["steps"]:
        if step.get("share") is None:
            return texts("report.chains.share_unknown")
        total *= float(step["share"])
    return texts("report.chains.share", share=percent(total, texts))


def unknowns_sentence(
    unknowns: Sequence[Mapping[str, Any]],
    together: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None,
    texts: Texts,
) -> str:
    """Return which figures learning the origin of these parts would narrow, and from where to where."""
    rows = [together] if isinstance(together, Mapping) else list(together or ())
    if not unknowns or not rows:
        return texts("report.unknowns.none")
    count = len(unknowns)
    first = f"report.unknowns.sentence.{'one' if count == 1 else 'many'}"
    pieces = [
        texts(
            "report.unknowns.sentence_also" if number else first,
            words=texts.either("word", str(count)),
            measure=texts.either("report.unknowns.measure", row["measure"]),
            **{"from": interval(row["from"], texts), "to": interval(row["to"], texts)},
            inside=interval(row.get("to_inside") or row["to"], texts),
        )
        for number, row in enumerate(rows)
    ]
    return "".join(pieces) + texts("sentence.end")


def tightest_sentence(tightest: Mapping[str, Any] | str | None, names: Mapping[str, str], texts: Texts) -> str:
    """Return the sentence on the input that binds, which is a statement about a market."""
    if not tightest:
        return ""
    if isinstance(tightest, str):
        return texts("report.loss.tightest_named", name=names.get(tightest, tightest))
    part_id = str(tightest.get("part_id", ""))
    name = names.get(part_id) or str(tightest.get("name") or part_id)
    loss = tightest.get("loss")
    if not isinstance(loss, Mapping):
        loss = {"low": tightest.get("low", loss), "high": tightest.get("high", loss)}
    stage = texts.either("stage", str(tightest.get("stage") or ""))
    if loss.get("low") is None and loss.get("high") is None:
        return texts("report.loss.tightest_named", name=name)
    return texts("report.loss.tightest", name=name, stage=stage, loss=interval(loss, texts))


def touched_place(touch: Mapping[str, Any], texts: Texts) -> str:
    """Return where the lens is touched: the place of making, and by what it is of concern if not by that."""
    code, bases = touch.get("country") or "", list(touch.get("bases") or ())
    place = name_of(code, texts.language) if code else texts("origin.unknown")
    if not bases or "made" in bases:
        return place
    named = texts("list.comma").join(texts(f"basis.{basis}") for basis in bases)
    return texts("report.touch_basis", place=place, bases=named)


def _sourced(text: str, step: Mapping[str, Any], suppliers: Mapping[str, str], texts: Texts) -> str:
    country, supplier_id = step.get("country") or "", step.get("supplier_id") or ""
    values: dict[str, str] = {"text": text, "country": touched_place(step, texts) if country else ""}
    if supplier_id:
        values["supplier"] = suppliers.get(supplier_id, supplier_id)
        return texts("report.chains.by_supplier" if country else "report.chains.by_supplier_unknown", **values)
    if country and step.get("share") is not None and float(step["share"]) < 1:
        return texts("report.chains.by_market", share=percent(float(step["share"]), texts), **values)
    return texts("report.chains.by_country", **values) if country else texts("report.chains.plain", **values)


def _some(names: Sequence[str], texts: Texts) -> str:
    text = texts("list.comma").join(names[:_NAMES])
    more = len(names) - _NAMES
    return texts("report.clean.and_more", names=text, count=more) if more > 0 else text
