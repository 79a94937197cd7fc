"""One hypothesis strategy for small multi-tier networks that show everything the model speaks of.

Nothing is filtered: whatever is drawn is a dataset. Parts are numbered so that lines lead from a lower to a higher
number (no cycles); every part but the product gets a parent at once, so that everything drawn is reached. Integers are
drawn and divided, because they shrink to readable numbers; every list of choices begins with the plainest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from supplychain.dataset import Dataset

__all__ = ["COUNTRIES", "DATE", "FEATURES", "PRODUCT", "datasets", "features"]

PRODUCT = "p00"
DATE = "2026-06-30"
# Repeated, so that most sources are outside the lens: where everything touches it, every figure is 1.
COUNTRIES = ("TWN", "USA", "KOR", "TWN", "USA", "JPN", "CHN", "KOR", "TWN", "CHN", "USA", "HKG")
_MOST_PARTS = 14
_MOST_TIERS = 5
_SUPPLIERS = ("s0", "s1", "s2", "s3")
_OWNERS = ("o0", "o1", "o2")

Row = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What a property can stand: see `datasets`."""

    known_shares: bool = False
    essential_only: bool = False
    equal_alternative_costs: bool = False
    known_origins: bool = False
    prices: bool = True


@dataclass
class _Tables:
    parts: list[Row] = field(default_factory=list)
    bom: list[Row] = field(default_factory=list)
    offers: list[Row] = field(default_factory=list)
    suppliers: list[Row] = field(default_factory=list)
    ownership: list[Row] = field(default_factory=list)
    prices: dict[str, int] = field(default_factory=dict)  # of parts whose makers all ask the same and have a share


def datasets(
    *,
    known_shares: bool = False,
    essential_only: bool = False,
    equal_alternative_costs: bool = False,
    known_origins: bool = False,
    prices: bool = True,
    most_parts: int = _MOST_PARTS,
) -> SearchStrategy[Dataset]:
    """Datasets of one product with 3 to `most_parts` parts in up to five tiers.

    Parameters
    ----------
    known_shares : bool
        Every slot and every mix has shares that add to 1; no choice is open.
    essential_only : bool
        No optional line.
    equal_alternative_costs : bool
        What fills a slot costs the same whichever alternative it is, and all makers of a part ask the same price.
    known_origins : bool
        Every offer says where it is made and designed, every supplier and owner has a country, nothing is planned.
    prices : bool
        Whether quantities, prices and cost shares occur.
    """
    wish = Wish(known_shares, essential_only, equal_alternative_costs, known_origins, prices)
    return _datasets(wish, most_parts)


_FULL = ("full",)
_ALL_SHARES = ("full", "less", "more")
_ANY_SHARES = ("full", "less", "none", "some", "more")

# Draws, from the plain to the odd; the first value is what a failing example shrinks to.


def _often(draw: DrawFn, odds: int = 3) -> bool:
    """False once in `odds` + 1 times; shrinks to False."""
    return draw(st.integers(0, odds)) > 0


def _seldom(draw: DrawFn, odds: int = 3) -> bool:
    """True once in `odds` + 1 times; shrinks to False."""
    return draw(st.integers(0, odds)) == odds


def _country(draw: DrawFn, wish: Wish) -> str:
    return draw(st.sampled_from(COUNTRIES if wish.known_origins else (*COUNTRIES, "")))


def _shares(draw: DrawFn, count: int, kinds: tuple[str, ...]) -> list[float | None]:
    """Shares of `count` alternatives: of all, of some, of none; adding to 1, to less, or (rounded sources) to more."""
    parts = draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    total = sum(parts)
    kind = draw(st.sampled_from(kinds))
    if kind == "none":
        return [None] * count
    scale = {"full": 1.0, "less": 0.8, "some": 0.9, "more": 1.1}[kind]
    if kind == "more" and count == 1:
        scale = 1.0  # a single share above 1 is an error of the data
    shares: list[float | None] = [min(1.0, scale * part / total) for part in parts]
    if kind == "some":
        shares[draw(st.integers(0, count - 1))] = None
    return shares


@st.composite
def _datasets(draw: DrawFn, wish: Wish, most_parts: int) -> Dataset:
    tables = _Tables()
    _draw_suppliers(draw, wish, tables)
    children = _draw_tree(draw, most_parts)
    kinds = _draw_kinds(draw, wish, children)
    for number in range(len(children)):
        part = _name(number)
        complete = {"mix_complete": "yes"} if not wish.known_shares and _seldom(draw, 2) else {}
        tables.parts.append({"part_id": part, "kind": kinds[number], **complete})
        if kinds[number] != "class":
            _draw_offers(draw, wish, tables, part, kinds[number])
    for number, needs in enumerate(children):
        if needs:
            _draw_recipe(draw, wish, tables, number, needs, kinds)
    return Dataset.from_tables(
        {
            "parts": tables.parts,
            "bom": tables.bom,
            "offers": tables.offers,
            "suppliers": tables.suppliers,
            "ownership": tables.ownership,
        },
        name="drawn",
        date=DATE,
    )


def _name(number: int) -> str:
    return f"p{number:02d}"


def _draw_suppliers(draw: DrawFn, wish: Wish, tables: _Tables) -> None:
    """Suppliers with none, one or several owners, who have owners in turn; holdings may cross."""
    for supplier in (*_SUPPLIERS, *_OWNERS):
        row: Row = {"supplier_id": supplier, "country": _country(draw, wish)}
        if _seldom(draw, 1 if supplier in _OWNERS else 3):
            owners = [owner for owner in _OWNERS if owner != supplier]
            row["owner_id"] = draw(st.sampled_from(owners))
            row["ownership_share"] = draw(st.sampled_from((None, 0.15, 0.3, 0.6)))
            if _seldom(draw):
                row["owner_country"] = draw(st.sampled_from(COUNTRIES))
        tables.suppliers.append(row)
    for _ in range(draw(st.integers(0, 2))):
        supplier, owner = draw(st.sampled_from(_SUPPLIERS)), draw(st.sampled_from(_OWNERS))
        if any(row["supplier_id"] == supplier and row["owner_id"] == owner for row in tables.ownership):
            continue
        if any(row["supplier_id"] == supplier and row.get("owner_id") == owner for row in tables.suppliers):
            continue
        tables.ownership.append(
            {
                "supplier_id": supplier,
                "owner_id": owner,
                "share": draw(st.sampled_from((0.15, 0.3, None))),
                "until": draw(st.sampled_from(("", "2030-01-01", "2020-01-01"))),
            }
        )


def _draw_tree(draw: DrawFn, most_parts: int) -> list[list[int]]:
    """For each part the parts it needs: a tree first, then a few lines across it."""
    count = draw(st.integers(3, most_parts))
    tier = [0]
    children: list[list[int]] = [[]]
    for number in range(1, count):
        # One of the last few makes chains, the product itself makes fans.
        could = [parent for parent in range(number) if tier[parent] < _MOST_TIERS]
        parent = could[-1 - draw(st.integers(0, min(3, len(could) - 1)))] if _often(draw) else could[0]
        children[parent].append(number)
        children.append([])
        tier.append(tier[parent] + 1)
    for _ in range(draw(st.integers(0, 3))):
        child = draw(st.integers(1, count - 1))
        parent = draw(st.integers(0, child - 1))
        # Across only if that keeps the number of tiers: the child's own tree hangs below it.
        if child not in children[parent] and tier[parent] < tier[child]:
            children[parent].append(child)
    return children


def _draw_kinds(draw: DrawFn, wish: Wish, children: list[list[int]]) -> list[str]:
    kinds = ["product"]
    for needs in children[1:]:
        if needs and _seldom(draw, 4):
            kinds.append("class")
        elif not needs and not wish.known_shares and not wish.known_origins and _seldom(draw, 15):
            kinds.append("class")  # a class without lines: one source of unknown origin
        else:
            kinds.append("software" if _seldom(draw, 4) else "component")
    return kinds


def _draw_offers(draw: DrawFn, wish: Wish, tables: _Tables, part: str, kind: str) -> None:
    """Market rows, named offers, several of one supplier, planned and unavailable ones."""
    fewest = 1 if wish.known_shares else 0
    count = max(fewest, draw(st.sampled_from((1, 2, 3, 1, 2, 0))))
    kinds = _FULL if wish.known_shares else _ALL_SHARES if wish.equal_alternative_costs else _ANY_SHARES
    shares = _shares(draw, count, kinds) if count else []
    price = draw(st.integers(1, 40))
    if kind == "product":
        price *= 10  # a price near what the lines of a product add to
    priced = wish.prices and _often(draw)
    for number, share in enumerate(shares):
        market = _often(draw, 1)
        row: Row = {"offer_id": f"{part}/{number}", "part_id": part, "share": share}
        row["origin_country"] = _country(draw, wish)
        if market:
            row["share"] = draw(st.sampled_from((None, 0.1))) if share is None else share
        else:
            row["supplier_id"] = draw(st.sampled_from(_SUPPLIERS[:2]))
            row["design_country"] = _country(draw, wish)
            row["confidence"] = draw(st.sampled_from(("", "low", "high")))
            row["source_ids"] = draw(st.sampled_from(("x", "")))
        if wish.equal_alternative_costs:
            row["unit_cost_usd"] = price if priced else None
            if priced:
                tables.prices[part] = price
        elif priced and _often(draw):
            row["unit_cost_usd"] = price + draw(st.integers(0, 20))
        if not (wish.known_origins or wish.known_shares or wish.equal_alternative_costs) and _seldom(draw, 4):
            row["status"] = draw(st.sampled_from(("planned", "unavailable", "withdrawn", "qualified")))
            row["available_from"] = draw(st.sampled_from(("", "2026-01-01", "2027-01-01")))
        tables.offers.append(row)


def _draw_recipe(draw: DrawFn, wish: Wish, tables: _Tables, parent: int, needs: list[int], kinds: list[str]) -> None:
    """Slots of one to three alternatives; sometimes a supplier's own lines in place of some, or added."""
    if kinds[parent] == "class":
        _draw_slot(draw, wish, tables, parent, "sizes", needs, kinds, maker="")  # a class has one slot
        return
    slots: list[list[int]] = []
    for child in needs:
        if slots and len(slots[-1]) < 3 and _seldom(draw):
            slots[-1].append(child)
        else:
            slots.append([child])
    for number, members in enumerate(slots):
        # The slot's name may be left out where it has one child.
        name = f"slot{number}" if len(members) > 1 or _seldom(draw, 1) else ""
        _draw_slot(draw, wish, tables, parent, name, members, kinds, maker="")
        offers = (row for row in tables.offers if row["part_id"] == _name(parent))
        for maker in sorted({row["supplier_id"] for row in offers if row.get("supplier_id")}):
            if _seldom(draw):
                _draw_slot(draw, wish, tables, parent, name, members, kinds, maker=maker)
            if number == 0 and _seldom(draw, 7):
                _draw_slot(draw, wish, tables, parent, "own", [draw(st.sampled_from(needs))], kinds, maker=maker)


def _draw_slot(
    draw: DrawFn,
    wish: Wish,
    tables: _Tables,
    parent: int,
    slot: str,
    members: list[int],
    kinds: list[str],
    *,
    maker: str,
) -> None:
    """One slot: its lines, their shares, sources, costs and evidence."""
    members = list(members)
    if kinds[parent] != "class" and len(members) < 3 and _seldom(draw, 4):
        members.append(members[0])  # the same child from two sources
    if len(members) == 1 and _often(draw, 1):
        shares: list[float | None] = [None]  # a lone line without a share has 1
    elif any(kinds[member] == "class" for member in members):
        # A class has no maker, so nobody could be the unknown remainder of its slot.
        shares = _shares(draw, len(members), _FULL if wish.known_shares else ("full", "none", "more"))
    else:
        shares = _shares(draw, len(members), _FULL if wish.known_shares else _ANY_SHARES)
    essential = wish.essential_only or _often(draw)
    costs = _draw_costs(draw, wish, tables, members, kinds, in_class=kinds[parent] == "class")
    lines: dict[tuple[str, ...], Row] = {}
    for member, share, cost in zip(members, shares, costs, strict=True):
        row: Row = {
            "parent_id": _name(parent),
            "child_id": _name(member),
            "slot": slot,
            "share": share,
            "parent_supplier_id": maker,
            "essential": "" if wish.essential_only or (essential and _often(draw, 7)) else "no",
            "basis": draw(st.sampled_from(("", "published", "assumption"))),
            "confidence": draw(st.sampled_from(("", "low", "high"))),
            "source_ids": draw(st.sampled_from(("x", ""))),
            "supplier_id": "",
            "offer_id": "",
            **cost,
        }
        if kinds[member] != "class":
            row |= _draw_source(draw, wish, tables, row["child_id"])
        twin = lines.setdefault((row["child_id"], row["supplier_id"], row["offer_id"]), row)
        if twin is not row and twin["share"] is not None and share is not None:
            twin["share"] += share  # two lines with one key are one line
    tables.bom += lines.values()


def _draw_source(draw: DrawFn, wish: Wish, tables: _Tables, child: str) -> Row:
    """Leave the line to the default mix, or name an offer, or a supplier (with or without an offer)."""
    offers = [offer for offer in tables.offers if offer["part_id"] == child]
    named = [offer["supplier_id"] for offer in offers if offer.get("supplier_id")]
    if wish.known_shares:
        named = [supplier for supplier in named if named.count(supplier) == 1]
    # "anyone" may have no offer for the part: then where it is made is unknown, and so is the price.
    nobody = wish.known_shares or wish.known_origins or wish.equal_alternative_costs
    how = draw(st.sampled_from(("mix", "offer", "supplier", *(() if nobody else ("anyone",)))))
    if how == "offer" and offers:
        offer = draw(st.sampled_from(offers))
        return {"offer_id": offer["offer_id"], "supplier_id": offer.get("supplier_id", "")}
    if how == "supplier" and named:
        return {"supplier_id": draw(st.sampled_from(named))}
    return {"supplier_id": draw(st.sampled_from(_SUPPLIERS))} if how == "anyone" else {}


def _draw_costs(
    draw: DrawFn, wish: Wish, tables: _Tables, members: list[int], kinds: list[str], *, in_class: bool
) -> list[Row]:
    """Quantities and cost shares of a slot. Within one slot either all lines have a cost share or none."""
    if not wish.prices:
        return [{} for _ in members]
    by_cost_share = not in_class and _seldom(draw)
    cost_share = draw(st.integers(1, 8)) / 20
    if wish.equal_alternative_costs:
        cost = draw(st.integers(1, 20))
        if by_cost_share:
            return [{"cost_share": cost_share} for _ in members]
        if all(_name(member) in tables.prices for member in members):
            return [{"quantity": cost / tables.prices[_name(member)]} for member in members]
        return [{} for _ in members]
    rows: list[Row] = []
    for member in members:
        row: Row = {}
        if by_cost_share:
            row["cost_share"] = cost_share + draw(st.integers(0, 2)) / 20
        if _often(draw, 5) and not (by_cost_share and kinds[member] == "class"):
            row["quantity"] = draw(st.integers(1, 8)) / 4
        rows.append(row)
    return rows


# ---------------------------------------------------------------------------------------------------------------------
# What a drawn dataset shows


def features(dataset: Dataset) -> set[str]:
    """Names of the features that a dataset shows, for the test that each of them occurs."""
    tables = {name: frame.to_dict("records") for name, frame in dataset.tables.items()}
    parts = {row["part_id"]: row for row in tables["parts"]}
    shown = set()
    for name, (table, test) in _ROW_FEATURES.items():
        if any(test(row) for row in tables[table]):
            shown.add(name)
    shown |= _slot_features(tables["bom"])
    shown |= _mix_features(tables["offers"], tables["bom"], parts)
    owners = {row["supplier_id"]: row["owner_id"] for row in tables["suppliers"]}
    for supplier, owner in owners.items():
        if owner and owners.get(owner):
            shown.add("chain of owners")
            if owners[owner] == supplier:
                shown.add("cross-holding")
    shown.add(f"tiers: {_tiers(tables['bom'])}")
    return shown


def _known(value: Any) -> bool:
    return value == value and value not in ("", None)


_ROW_FEATURES: dict[str, tuple[str, Any]] = {
    "optional line": ("bom", lambda r: r["essential"] == "no"),
    "own line of a supplier": ("bom", lambda r: r["parent_supplier_id"]),
    "chosen offer": ("bom", lambda r: r["offer_id"]),
    "chosen market row": ("bom", lambda r: r["offer_id"] and not r["supplier_id"]),
    "chosen supplier": ("bom", lambda r: r["supplier_id"] and not r["offer_id"]),
    "line of the default mix": ("bom", lambda r: not r["supplier_id"] and not r["offer_id"]),
    "missing quantity": ("bom", lambda r: not _known(r["quantity"])),
    "quantity": ("bom", lambda r: _known(r["quantity"])),
    "cost share": ("bom", lambda r: _known(r["cost_share"])),
    "assumption": ("bom", lambda r: r["basis"] == "assumption"),
    "low confidence without source": ("bom", lambda r: r["confidence"] == "low" and not r["source_ids"]),
    "low confidence with source": ("bom", lambda r: r["confidence"] == "low" and r["source_ids"]),
    "offer of low confidence without source": ("offers", lambda r: r["confidence"] == "low" and not r["source_ids"]),
    "market row": ("offers", lambda r: not r["supplier_id"]),
    "missing origin": ("offers", lambda r: not r["origin_country"]),
    "price": ("offers", lambda r: _known(r["unit_cost_usd"])),
    "missing price": ("offers", lambda r: not _known(r["unit_cost_usd"])),
    "planned": ("offers", lambda r: r["status"] == "planned" and not r["available_from"]),
    "planned for later": ("offers", lambda r: r["status"] == "planned" and r["available_from"] > DATE),
    "planned and available": ("offers", lambda r: r["status"] == "planned" and "" < r["available_from"] <= DATE),
    "unavailable": ("offers", lambda r: r["status"] == "unavailable"),
    "withdrawn": ("offers", lambda r: r["status"] == "withdrawn"),
    "class": ("parts", lambda r: r["kind"] == "class"),
    "software": ("parts", lambda r: r["kind"] == "software"),
    "mix complete": ("parts", lambda r: r["mix_complete"] == "yes"),
    "owner": ("suppliers", lambda r: r["owner_id"]),
    "owner with a share": ("suppliers", lambda r: _known(r["ownership_share"])),
    "owner country": ("suppliers", lambda r: r["owner_country"]),
    "supplier without country": ("suppliers", lambda r: not r["country"]),
    "further owner": ("ownership", lambda r: not r["until"] or r["until"] > DATE),
    "holding that ended": ("ownership", lambda r: "" < r["until"] < DATE),
    "priced product": ("offers", lambda r: r["part_id"] == PRODUCT and _known(r["unit_cost_usd"])),
}


def _slot_features(bom: list[Row]) -> set[str]:
    shown = set()
    slots: dict[tuple[str, ...], list[Row]] = {}
    for row in bom:
        key = (row["parent_id"], row["slot"] or row["child_id"], row["parent_supplier_id"])
        slots.setdefault(key, []).append(row)
    for (parent, name, maker), rows in slots.items():
        shares = [row["share"] for row in rows if _known(row["share"])]
        if len(rows) > 1:
            shown.add("alternatives")
            if len({row["child_id"] for row in rows}) == 1:
                shown.add("alternatives of one child")
            if not shares:
                shown.add("alternatives without shares")
            elif len(shares) < len(rows):
                shown.add("alternatives with some shares")
            elif sum(shares) < 0.99:
                shown.add("alternatives with a remainder")
            elif sum(shares) > 1.01:
                shown.add("alternatives above 1")
            else:
                shown.add("alternatives with all shares")
        elif shares and shares[0] < 0.99:
            shown.add("lone line below 1")
        if maker:
            shown.add("own slot in place of a general one" if (parent, name, "") in slots else "own slot added")
    return shown


def _mix_features(offers: list[Row], bom: list[Row], parts: dict[str, Row]) -> set[str]:
    shown = set()
    for part in parts:
        rows = [row for row in offers if row["part_id"] == part and row["status"] not in ("unavailable", "withdrawn")]
        shares = [row["share"] for row in rows if _known(row["share"])]
        lines = [row for row in bom if row["parent_id"] == part]
        if not rows and parts[part]["kind"] != "class":
            shown.add("part without offers")
        elif rows and not shares:
            shown.add("choice of a complete mix" if parts[part]["mix_complete"] == "yes" else "open mix")
            if lines:
                shown.add("open mix with lines")
        elif shares and sum(shares) < 0.99:
            shown.add("mix with a remainder")
        elif shares and sum(shares) > 1.01:
            shown.add("mix above 1")
        for supplier in {row["supplier_id"] for row in rows if row["supplier_id"]}:
            mine = [row for row in rows if row["supplier_id"] == supplier]
            if len(mine) > 1:
                priced = sum(_known(row["unit_cost_usd"]) for row in mine)
                how_many = "one" if priced == 1 else "some" if priced else "none"
                shown.add(f"several offers of a supplier, {how_many} priced")
    offered = {(row["part_id"], row["supplier_id"]) for row in offers}
    if any(row["supplier_id"] and (row["child_id"], row["supplier_id"]) not in offered for row in bom):
        shown.add("supplier without an offer")
    if not any(row["part_id"] == PRODUCT and _known(row["unit_cost_usd"]) for row in offers):
        shown.add("product without a price")
    return shown


def _tiers(bom: list[Row]) -> int:
    children: dict[str, set[str]] = {}
    for row in bom:
        children.setdefault(row["parent_id"], set()).add(row["child_id"])

    def above(part: str) -> int:
        return max((1 + above(child) for child in children.get(part, ())), default=0)

    return above(PRODUCT)


FEATURES = frozenset(
    {
        *_ROW_FEATURES,
        *(f"tiers: {tiers}" for tiers in range(1, _MOST_TIERS + 1)),
        "alternatives",
        "alternatives above 1",
        "alternatives of one child",
        "alternatives with a remainder",
        "alternatives with all shares",
        "alternatives with some shares",
        "alternatives without shares",
        "chain of owners",
        "choice of a complete mix",
        "cross-holding",
        "lone line below 1",
        "mix above 1",
        "mix with a remainder",
        "open mix",
        "open mix with lines",
        "own slot added",
        "own slot in place of a general one",
        "part without offers",
        "product without a price",
        "several offers of a supplier, none priced",
        "several offers of a supplier, one priced",
        "several offers of a supplier, some priced",
        "supplier without an offer",
    }
)
