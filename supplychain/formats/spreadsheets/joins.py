"""Facts of the bundled data on the very product that a line names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from supplychain.formats.spreadsheets.known import Known
from supplychain.formats.spreadsheets.values import Item, ItemSource

__all__ = ["join", "joined_offer"]

_TEXTS = ("origin_country", "design_country", "certification")
_NUMBERS = ("capacity_per_year", "recovery_days", "stock_units", "lead_time_days", "min_order_units")
_TELLING = 6  # letters and digits from which a name inside another is no accident


def joined_offer(
    known: Known, part_class: str, supplier_id: str, source: ItemSource, item: Item
) -> Mapping[str, object] | None:
    """Return the offer of the bundled data for the product of a line, where maker, class and product name agree.

    None where no offer does, or where those that do are made in different countries.
    """
    offers = known.offers.get((known.stand_ins.get(part_class, ""), supplier_id), [])
    if not offers:
        return None
    number = _plain(source.part_number)
    texts = {_plain(f"{source.manufacturer}{text}") for text in (source.part_number, item.name, item.description)}
    texts |= {number, _plain(item.name)}
    found = []
    for row in offers:
        product = _plain(str(row["product_name"]))
        inside = len(product) >= _TELLING and any(product in text for text in texts)
        if product and (product in texts or inside or (len(number) >= _TELLING and number in product)):
            found.append(row)
    return found[0] if len({row["origin_country"] for row in found}) == 1 else None


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def join(offer: dict[str, object], bundled: Mapping[str, object]) -> None:
    """Fill in what the file does not say from the bundled offer of the same product."""
    for column in _TEXTS:
        offer[column] = offer[column] or bundled[column]
    for column in _NUMBERS:
        value = bundled[column]
        if offer.get(column) is None and value == value:  # noqa: PLR0124  # not NaN
            offer[column] = value
    offer["confidence"] = bundled["confidence"]
    offer["note"] = f"what the file does not say is from {bundled['offer_id']}"
