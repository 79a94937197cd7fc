"""From the lines of a spreadsheet to the tables of a dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count

from supplychain.dataset import Dataset
from supplychain.errors import Problem
from supplychain.formats.headers import plain_name
from supplychain.formats.spreadsheets.classes import UNCLASSIFIED, ClassMatch
from supplychain.formats.spreadsheets.counts import first_price
from supplychain.formats.spreadsheets.firms import FirmMatch
from supplychain.formats.spreadsheets.identity import Names, slug
from supplychain.formats.spreadsheets.joins import join, joined_offer
from supplychain.formats.spreadsheets.known import Known
from supplychain.formats.spreadsheets.makers import Makers
from supplychain.formats.spreadsheets.pricing import Pricing, pricing_of
from supplychain.formats.spreadsheets.upstream import Attachment, upstream_of
from supplychain.formats.spreadsheets.values import Item, ItemSource
from supplychain.overlay import overlay
from supplychain.schema import TABLES

__all__ = ["UNLISTED", "Built", "build"]

# Beginning of the id of the part that stands for the inputs of a line of which nothing is known.
UNLISTED = "inputs_of_"
_TAKEN = frozenset({"dataset", "reference_designators", *TABLES["bom"].column_names})

Chosen = list[tuple[str, str]]


@dataclass(frozen=True)
class Built:
    """What became of a spreadsheet.

    Attributes
    ----------
    dataset : Dataset
    product : str
        Its id.
    parts : mapping of int to str
        Id of the part of each row of the file.
    attached : mapping of int to str
        Class whose upstream tiers each row got.
    joined : mapping of int to str
        Offer of the bundled data that tells where the product in a row is made.
    pricing : Pricing
    problems : tuple of Problem
    """

    dataset: Dataset
    product: str
    parts: Mapping[int, str]
    attached: Mapping[int, str]
    joined: Mapping[int, str]
    pricing: Pricing
    problems: tuple[Problem, ...]


@dataclass
class _Work:
    """What is at hand while the lines are gone through, and the rows made so far."""

    known: Known
    makers: Makers
    pricing: Pricing
    source_id: str
    bom: list[dict[str, object]] = field(default_factory=list)
    offers: dict[tuple[str, str], dict[str, dict[str, object]]] = field(default_factory=dict)  # then by id
    offer_ids: dict[tuple[tuple[str, object], ...], str] = field(default_factory=dict)  # by what an offer says
    parts: dict[str, dict[str, object]] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    attached: dict[int, str] = field(default_factory=dict)
    joined: dict[int, str] = field(default_factory=dict)


def build(
    items: Sequence[Item],
    *,
    file: str,
    name: str,
    base: Dataset,
    firms: Mapping[str, FirmMatch],
    classes: Mapping[int, ClassMatch],
    attach_upstream: bool,
    rates: Mapping[str, float],
) -> Built:
    """Make a dataset of one product from the lines of its bill of materials.

    Parameters
    ----------
    items : sequence of Item
    file : str
        For messages and as the source of every row.
    name : str
        Name of the product and of the dataset.
    base : Dataset
        The bundled data.
    firms : mapping of str to FirmMatch
        By name as written.
    classes : mapping of int to ClassMatch
        By row.
    attach_upstream : bool
        Whether lines get the upstream tiers of their classes. A line without class gets one input of which nothing is
        known: what is not known must not look clear. A line that the file itself opens gets nothing.
    rates : mapping of str to float
        USD for one unit of a currency.

    Returns
    -------
    Built
        Its dataset holds the rows of the file and what they need of the bundled data; the column `dataset` says whose
        fact each row is.
    """
    names = Names(base.parts["part_id"])
    product = names.new(name, "product")
    opened = {item.parent for item in items if item.parent is not None}
    part_of = _part_ids(items, names, opened)
    source_id = f"file_{slug(file)}"
    known = Known(base)
    work = _Work(known, Makers(known, firms, file), pricing_of(items, rates), source_id)
    work.parts[product] = _product(product, name)
    for item in items:
        part, match, is_opened = part_of[item.row], classes[item.row], item.row in opened
        new = part not in work.parts
        chosen = _sources(item, part, match.part_class, work)
        work.bom += _lines(item, part, product if item.parent is None else part_of[item.parent], chosen, work)
        if new:
            work.parts[part] = _part(item, part, match.part_class, known, opened=is_opened)
        if attach_upstream and not is_opened and match.part_class:
            work.attached[item.row] = match.part_class
            work.attachments[part] = _attachment(part, match, chosen, work.attachments.get(part))
        elif attach_upstream and not is_opened and new:
            _write_unlisted(item, part, names, work)
    own = Dataset.from_tables(
        {
            "parts": list(work.parts.values()),
            "bom": work.bom,
            "offers": [offer for offers in work.offers.values() for offer in offers.values()],
            "suppliers": work.makers.rows(),
            "sources": [{"source_id": source_id, "title": file, "note": "the bill of materials that was read"}],
        },
        name=slug(name) or "bill",
    )
    return Built(
        dataset=overlay(upstream_of(known, work.attachments.values(), work.makers.used()), own),
        product=product,
        parts=part_of,
        attached=work.attached,
        joined=work.joined,
        pricing=work.pricing,
        problems=(*work.makers.problems, *work.pricing.problems(file)),
    )


def _product(part: str, name: str) -> dict[str, object]:
    return {"part_id": part, "name": name, "category": "product", "kind": "product", "stage": "product"}


def _write_unlisted(item: Item, part: str, names: Names, work: _Work) -> None:
    """Write one input of which nothing is known, for a part that is in no class."""
    inputs = names.new(f"{UNLISTED}{part}", f"{UNLISTED}row_{item.row}")
    name, name_zh = f"What goes into {item.name}", f"{item.name} 的投入"
    names_of = {"name": name, "name_zh": name_zh}
    work.parts[inputs] = {"part_id": inputs, **names_of, "category": UNCLASSIFIED, "kind": "material"}
    note = "no class of the bundled data fits: what is inside is not known"
    work.bom.append({"parent_id": part, "child_id": inputs, "basis": "assumption", "note": note})


def _attachment(part: str, match: ClassMatch, chosen: Chosen, before: Attachment | None) -> Attachment:
    """Connection of a part; where its lines are of two classes, that of the surer match, whatever their order."""
    suppliers = {firm for firm, _ in chosen if firm} | set(before.supplier_ids if before is not None else ())
    found = Attachment(part, match.part_class, tuple(sorted(suppliers)), match.confidence == "low", match.why)
    if before is not None and (before.assumed, before.part_class) < (found.assumed, found.part_class):
        return replace(before, supplier_ids=found.supplier_ids)
    return found


def _part_ids(items: Sequence[Item], names: Names, opened: set[int]) -> dict[int, str]:
    """Id of each line's part: lines with the same number, or the same maker and number, are one part.

    A line that the file opens is a part of its own, as two of the same name can have different lines.
    """
    found: dict[int, str] = {}
    same: dict[tuple[str, ...], str] = {}
    for item in items:
        first = item.sources[0]
        text = item.part_id or first.part_number or item.name
        if item.row in opened:
            found[item.row] = names.new(text, f"row_{item.row}")
            continue
        if item.part_id:
            key: tuple[str, ...] = ("number", item.part_id.casefold())
        elif first.part_number:
            key = ("maker", first.manufacturer.casefold(), first.part_number.casefold())
        else:
            key = ("text", item.name.casefold(), item.description.casefold(), item.value.casefold(), item.footprint)
        if key not in same:
            same[key] = names.new(text, f"row_{item.row}")
        found[item.row] = same[key]
    return found


def _part(item: Item, part: str, part_class: str, known: Known, *, opened: bool) -> dict[str, object]:
    stands_for = known.like(part_class)
    kind = "assembly" if opened else str(stands_for.get("kind", "component"))
    return {
        "part_id": part,
        "name": item.name,
        "category": stands_for.get("category", UNCLASSIFIED),
        "subcategory": stands_for.get("subcategory", ""),
        "theme": stands_for.get("theme", ""),
        "kind": "component" if kind in {"product", "class"} else kind,
        "stage": "assembly" if opened else stands_for.get("stage", "component"),
        "unit": item.unit,
        "description": item.description if item.description != item.name else "",
        "part_class": part_class or UNCLASSIFIED,
        "category_as_written": item.category,
        "part_number": item.sources[0].part_number,
        "value": item.value,
        "footprint": item.footprint,
        "hs_code": item.hs_code,
        "lifecycle": item.lifecycle,
        "source_url": item.source_url,
    }


def _sources(item: Item, part: str, part_class: str, work: _Work) -> Chosen:
    """Write the offers of a line; return supplier and offer of each of its makers."""
    chosen: Chosen = []
    for source in item.sources:
        bundled = joined_offer(work.known, part_class, work.makers.bundled(source.manufacturer), source, item)
        # A line has one price, whichever of its makers it comes from, unless each has its own.
        offer = _offer(item, part, source, work.pricing.usd(source.price or first_price(item)))
        cited = [work.source_id]
        if bundled is not None:
            join(offer, bundled)
            work.joined[item.row] = str(bundled["offer_id"])
            cited.append(str(bundled["source_ids"]))
        told = [value for key, value in offer.items() if key != "part_id" and value not in ("", None)]
        if not told and not source.manufacturer and not source.headquarters_country and not source.owner:
            continue
        offer["supplier_id"] = work.makers.supplier_of(source, item)
        offer["source_ids"] = ";".join(filter(None, cited))
        chosen.append((str(offer["supplier_id"]), _offer_id(offer, item, work)))
    return list(dict.fromkeys(chosen))


def _offer(item: Item, part: str, source: ItemSource, cost: float | None) -> dict[str, object]:
    return {
        "part_id": part,
        "product_name": source.part_number,
        "origin_country": source.country_of_origin,
        "design_country": source.design_country,
        "unit_cost_usd": cost,
        "cost_basis": f"row {item.row} of the file" if cost is not None else "",
        "lead_time_days": source.lead_time_days,
        "min_order_units": source.minimum_order,
        "certification": item.certification,
        "seller": source.seller,
        "seller_part_number": source.seller_part_number,
        "shipped_from": source.shipping_country,
        "price_as_written": source.price.text if source.price is not None else "",
        "price_currency": source.price.currency if source.price is not None else "",
    }


def _offer_id(offer: dict[str, object], item: Item, work: _Work) -> str:
    """Keep the offer, unless the same one stands there already, and return its id."""
    part, supplier = str(offer["part_id"]), str(offer["supplier_id"])
    stem = "/".join(filter(None, [part, supplier, slug(str(offer["product_name"]))]))
    said = tuple(sorted((key, value) for key, value in offer.items() if key != "cost_basis" and value is not None))
    if said in work.offer_ids:
        return work.offer_ids[said]
    earlier = work.offers.setdefault((part, supplier), {})
    # Part numbers of one row may differ in signs alone, which an id does not hold.
    names = chain((stem, f"{stem}/row_{item.row}"), (f"{stem}/row_{item.row}/{number}" for number in count(2)))
    offer["offer_id"] = work.offer_ids[said] = next(name for name in names if name not in earlier)
    earlier[work.offer_ids[said]] = offer
    return work.offer_ids[said]


def _lines(item: Item, part: str, parent: str, chosen: Chosen, work: _Work) -> list[dict[str, object]]:
    """Rows of the bill of materials for a line: one for each maker."""
    line: dict[str, object] = {
        **{_free_name(name): text for name, text in item.extra.items() if text},
        "parent_id": parent,
        "child_id": part,
        "quantity": item.quantity,
        "unit": item.unit,
        "slot": f"row {item.row}",
        "cost_share": work.pricing.cost_shares.get(item.row),
        "basis": "reference",
        "source_ids": work.source_id,
        "note": "; ".join(filter(None, [f"row {item.row}", item.note])),
        "reference_designators": " ".join(item.designators),
    }
    return [{**line, "supplier_id": supplier, "offer_id": offer} for supplier, offer in chosen or [("", "")]]


def _free_name(header: str) -> str:
    """Name for a column that is carried along: its header, unless a column of ours has that name."""
    name = " ".join(header.split()) or "column without name"
    return f"{name} (file)" if plain_name(name) in _TAKEN else name
