"""What a spreadsheet says as it stands, for the page and the documents: flat counts before anything is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supplychain.countries import name_of
from supplychain.views.catalogue import Texts

__all__ = ["COUNTED", "count_groups", "file_sentence"]

COUNTED = ("made", "designed", "headquartered", "shipped", "owned", "maker", "category")
_COUNTRIES = frozenset(COUNTED[:5])


def file_sentence(account: Mapping[str, Any], texts: Texts) -> str:
    """Say what was read: which file, how many lines, how many other rows."""
    others = [row for row in account["not_lines"] if row["kind"] != "blank"]
    sheet = f", {account['sheet']}" if account["sheet"] else ""
    return texts(
        "file.lead",
        file=f"{account['file']}{sheet}",
        header=str(account["header_row"]),
        lines=str(account["lines"]),
        others=str(len(others)),
        refused=str(sum(row["kind"] == "refused" for row in others)),
    )


def count_groups(account: Mapping[str, Any], texts: Texts, *, rows: int | None = None) -> list[dict[str, Any]]:
    """Flat counts by country, maker and category, exactly as the file gives them.

    Parameters
    ----------
    account : mapping
        The `spreadsheet` object of the JSON contract.
    texts : Texts
    rows : int, optional
        How many rows of each group; all by default.

    Returns
    -------
    list of dict
        by, title, column, total (rows there are) and rows of name, written, lines, quantity and cost.
    """
    groups = []
    for by in COUNTED:
        counts = [count for count in account["counts"] if count["by"] == by]
        if counts:
            title = texts(f"file.by.{by}")
            groups.append(
                {
                    "by": by,
                    "title": texts("file.as_given", what=title),
                    "column": title,
                    "total": len(counts),
                    "rows": [_row(count, texts, countries=by in _COUNTRIES) for count in counts[:rows]],
                }
            )
    return groups


def _row(count: Mapping[str, Any], texts: Texts, *, countries: bool) -> dict[str, str]:
    name = name_of(count["value"], texts.language) if countries else count["name"]
    spelled = [text for text in count["written"] if text not in {name, count["name"], count["value"]}]
    quantity = count["quantity"]
    return {
        "name": name or texts("file.empty"),
        "written": ", ".join(spelled),
        "lines": f"{count['lines']:,}",
        "quantity": texts("file.quantity_unknown") if quantity is None else f"{quantity:,.12g}",
        "cost": "; ".join(f"{amount:,.2f} {code}".strip() for code, amount in sorted(count["cost"].items())),
    }
