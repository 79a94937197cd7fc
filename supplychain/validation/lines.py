"""What lines, offers and suppliers say about each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import Dataset
from supplychain.errors import Problem
from supplychain.validation.report import Mask, listed, problem_at, problems_where, usable_offers

__all__ = ["line_problems"]

_Codes = npt.NDArray[np.int64]


def line_problems(dataset: Dataset) -> Iterator[Problem]:
    """Yield chosen sources that cannot be meant, and the warnings about lines, offers and suppliers."""
    yield from _chosen_offers(dataset)
    yield from _chosen_suppliers(dataset)
    yield from _lines_without_source(dataset)
    yield from _units(dataset)
    yield from _classes(dataset)
    yield from _suppliers_without_country(dataset)


def _chosen_offers(dataset: Dataset) -> Iterator[Problem]:
    """Offers that belong to another part or supplier, or cannot be bought."""
    bom, offers = dataset.bom, dataset.offers
    rows = np.flatnonzero((bom["offer_id"] != "").to_numpy())
    index = pd.Index(offers["offer_id"])
    if not len(rows) or index.has_duplicates:
        return
    found = index.get_indexer(pd.Index(bom["offer_id"].to_numpy()[rows]))
    rows, found = rows[found >= 0], found[found >= 0]
    part, supplier = offers["part_id"].to_numpy()[found], offers["supplier_id"].to_numpy()[found]
    child, chosen = bom["child_id"].to_numpy()[rows], bom["supplier_id"].to_numpy()[rows]
    status = offers["status"].to_numpy()[found]
    for at in np.flatnonzero(part != child):
        message = f"the offer is one of {part[at]}, not of {child[at]}"
        yield problem_at(
            dataset, "bom", int(rows[at]), "offer_id", message, _offers_hint(dataset, child[at], chosen[at])
        )
    for at in np.flatnonzero((part == child) & (chosen != "") & (chosen != supplier)):
        message = f"the offer is of {supplier[at] or 'no named supplier'}, not of {chosen[at]}"
        yield problem_at(
            dataset, "bom", int(rows[at]), "offer_id", message, _offers_hint(dataset, child[at], chosen[at])
        )
    for at in np.flatnonzero((part == child) & np.isin(status, ["unavailable", "withdrawn"])):
        message = f"the chosen offer is {status[at]}; its maker counts as unknown"
        yield problem_at(
            dataset, "bom", int(rows[at]), "offer_id", message, "an offer that can be bought", severity="warning"
        )


def _offers_hint(dataset: Dataset, part: str, supplier: str) -> str:
    offers = dataset.offers
    fitting = (offers["part_id"] == part) & ((offers["supplier_id"] == supplier) if supplier else True)
    names = offers["offer_id"][fitting].tolist()
    return f"one of {listed(names)}" if names else f"an offer of {part}"


def _pair_codes(dataset: Dataset) -> tuple[_Codes, _Codes]:
    """Numbers of the pairs (child, supplier) of the lines and (part, supplier) of the offers, equal where they are."""
    bom, offers = dataset.bom, dataset.offers
    parts = pd.factorize(np.concatenate([bom["child_id"].to_numpy(), offers["part_id"].to_numpy()]))[0]
    makers, names = pd.factorize(np.concatenate([bom["supplier_id"].to_numpy(), offers["supplier_id"].to_numpy()]))
    pairs = parts.astype(np.int64) * (len(names) + 1) + makers
    return pairs[: len(bom)], pairs[len(bom) :]


def _chosen_suppliers(dataset: Dataset) -> Iterator[Problem]:
    """Suppliers that do not offer the part, or offer it several times."""
    bom, offers = dataset.bom, dataset.offers
    chosen = (bom["supplier_id"] != "").to_numpy()
    if not chosen.any():
        return
    known = bom["supplier_id"].isin(dataset.suppliers["supplier_id"]).to_numpy()
    lines, offered = _pair_codes(dataset)
    without = chosen & known & ~pd.Series(lines).isin(offered).to_numpy()
    wanted = offers[offers["part_id"].isin(set(bom["child_id"].to_numpy()[without])) & (offers["supplier_id"] != "")]
    makers_of = {part: list(makers) for part, makers in wanted.groupby("part_id")["supplier_id"].unique().items()}
    for row in np.flatnonzero(without):
        child, supplier = str(bom["child_id"].to_numpy()[row]), str(bom["supplier_id"].to_numpy()[row])
        makers = makers_of.get(child, [])
        hint = f"add the offer, or choose one of {listed(makers)}" if makers else "add the offer"
        yield problem_at(dataset, "bom", int(row), "supplier_id", f"{supplier} has no offer of {child}", hint)
    # A choice is unknown if several offers can be bought and not exactly one of them has a price.
    usable = usable_offers(dataset)
    priced = usable & offers["unit_cost_usd"].notna().to_numpy()
    counts = pd.Series(usable.astype(np.int64)).groupby(offered).sum()
    prices = pd.Series(priced.astype(np.int64)).groupby(offered).sum()
    open_pairs = counts.index[(counts > 1) & (prices != 1)]
    vague = chosen & (bom["offer_id"] == "").to_numpy() & pd.Series(lines).isin(open_pairs).to_numpy()
    meant = np.isin(offered, lines[vague]) & usable
    names_of = pd.Series(offers["offer_id"].to_numpy()[meant]).groupby(offered[meant]).agg(list).to_dict()
    for row in np.flatnonzero(vague):
        names = names_of[lines[row]]
        yield problem_at(
            dataset,
            "bom",
            int(row),
            "supplier_id",
            f"the supplier offers the part {len(names)} times, and which is meant is unknown: {listed(names)}",
            "name one in offer_id",
            severity="warning",
        )


def _lines_without_source(dataset: Dataset) -> Iterator[Problem]:
    """Essential lines that lead to a part of which nothing is known."""
    bom = dataset.bom
    usable = usable_offers(dataset)
    sourced = dataset.offers["part_id"][usable]
    lost: Mask = (
        (bom["essential"] != "no")
        & (bom["supplier_id"] == "")
        & (bom["offer_id"] == "")
        & ~bom["child_id"].isin(sourced)
        & ~bom["child_id"].isin(bom["parent_id"])
    ).to_numpy()
    yield from problems_where(
        dataset,
        "bom",
        "child_id",
        lost,
        "an essential line without a source: the part has no offer and no lines of its own",
        "an offer, a country's market, or a supplier on the line; else its origin is unknown",
        severity="warning",
    )


def _suppliers_without_country(dataset: Dataset) -> Iterator[Problem]:
    suppliers = dataset.suppliers
    for row in np.flatnonzero((suppliers["country"] == "").to_numpy()):
        name = suppliers["name"].to_numpy()[row] or suppliers["supplier_id"].to_numpy()[row]
        hint = "the country where it is headquartered; else this counts as unknown"
        yield problem_at(dataset, "suppliers", int(row), "country", f"{name} has no country", hint, severity="warning")


def _units(dataset: Dataset) -> Iterator[Problem]:
    bom, parts = dataset.bom, dataset.parts
    if parts["part_id"].duplicated().any():
        return
    units = bom["child_id"].map(dict(zip(parts["part_id"], parts["unit"], strict=True))).fillna("")
    differ: Mask = ((bom["unit"] != "") & (units != "") & (bom["unit"] != units)).to_numpy()
    for row in np.flatnonzero(differ):
        unit = units.to_numpy()[row]
        message = f"the part is counted in {unit}, the line in {bom['unit'].to_numpy()[row]}"
        hint = f"the quantity in {unit}; it is used as if it were"
        yield problem_at(dataset, "bom", int(row), "unit", message, hint, severity="warning")


def _classes(dataset: Dataset) -> Iterator[Problem]:
    """Groupings that are more than that."""
    parts, bom, offers = dataset.parts, dataset.bom, dataset.offers
    is_class = (parts["kind"] == "class").to_numpy()
    if not is_class.any():
        return
    lines = bom[bom["parent_id"].isin(parts["part_id"][is_class])]
    slots = lines["slot"].where(lines["slot"] != "", lines["child_id"]).groupby(lines["parent_id"]).nunique()
    offered = set(offers["part_id"])
    for row in np.flatnonzero(is_class):
        name = str(parts["part_id"].to_numpy()[row])
        number = int(slots.get(name, 0))
        if number > 1:
            message = f"the class {name} has {number} slots; its lines should be alternatives of one"
            yield problem_at(
                dataset, "parts", int(row), "kind", message, "one slot, or another kind", severity="warning"
            )
        if name in offered:
            message = f"the class {name} has offers, which are passed over"
            hint = "offers of its alternatives, or another kind"
            yield problem_at(dataset, "parts", int(row), "kind", message, hint, severity="warning")
