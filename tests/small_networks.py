"""Networks worked by hand, from short lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from supplychain.dataset import Dataset


def network(lines: Iterable[str], offers: Iterable[str] = (), owners: Iterable[str] = (), **more: Any) -> Dataset:
    """A dataset from short lines.

    `parent child [slot=..] [share=..] [from=supplier] [maker=parent's supplier] [essential=no]`,
    `part supplier [country=..] [share=..]` (supplier `-` is a market row), and `supplier owner share`.
    """
    names = {"from": "supplier_id", "maker": "parent_supplier_id", "country": "origin_country"}

    def row(text: str, *first: str) -> dict[str, Any]:
        words = text.split()
        found: dict[str, Any] = dict(zip(first, words, strict=False))
        for word in words[len(first) :]:
            key, value = word.split("=")
            found[names.get(key, key)] = float(value) if key == "share" else value
        return found

    bom = [row(text, "parent_id", "child_id") for text in lines]
    listed = [row(text, "part_id", "supplier_id") for text in offers]
    listed = [{**offer, "supplier_id": offer["supplier_id"].replace("-", "")} for offer in listed]
    firms = {offer["supplier_id"] for offer in listed} | {line.get("supplier_id", "") for line in bom}
    owned = [text.split() for text in owners]
    firms |= {firm for held, owner, _ in owned for firm in (held, owner)}
    return Dataset.from_tables(
        {
            "parts": [
                {"part_id": part} for part in dict.fromkeys(end for line in bom for end in list(line.values())[:2])
            ],
            "bom": bom,
            "offers": listed,
            "suppliers": [{"supplier_id": firm} for firm in sorted(firms - {""})],
            "ownership": [
                {"supplier_id": held, "owner_id": owner, "share": float(share)} for held, owner, share in owned
            ],
            **more,
        },
        name="hand",
    )
