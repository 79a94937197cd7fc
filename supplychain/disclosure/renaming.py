"""Who is not named, and what the ids become."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

import numpy as np
import numpy.typing as npt

from supplychain.dataset import Dataset
from supplychain.disclosure.words import SHORT, SUPPLIER, Words, forms_of, tokens_of, words_of
from supplychain.overlay import FACTS
from supplychain.schema import TABLES

__all__ = ["Renaming", "private_rows", "renaming_of"]

Mask = npt.NDArray[np.bool_]

# Columns with these words in their names hold names of firms or numbers that they give, whoever made the table.
_MAKER = (
    *("manufacturer", "maker", "supplier", "vendor", "seller", "distributor", "brand", "firm", "company", "mpn"),
    *("part_number", "sku", "製造商", "制造商", "供應商", "供应商", "廠", "厂", "品牌", "賣", "卖", "料號", "料号"),
)


@dataclass(frozen=True)
class Renaming:
    """What is left out.

    Attributes
    ----------
    suppliers, parts, offers, slots, sources : mapping of str to str
        New ids by old ones.
    words : Words
        Names of the suppliers and of their products.
    """

    suppliers: Mapping[str, str]
    parts: Mapping[str, str]
    offers: Mapping[str, str]
    slots: Mapping[str, str]
    sources: Mapping[str, str]
    words: Words


def private_rows(dataset: Dataset, private: frozenset[str]) -> dict[str, Mask]:
    """Mask of the private rows of each table; a row without a mark is a fact of the dataset's own."""
    masks: dict[str, Mask] = {}
    for table, frame in dataset.tables.items():
        if FACTS in frame.columns:
            marks = frame[FACTS].where(frame[FACTS] != "", dataset.name)
            masks[table] = marks.isin(private).to_numpy()
        else:
            masks[table] = np.full(len(frame), dataset.name in private)
    return masks


def renaming_of(dataset: Dataset, rows: Mapping[str, Mask]) -> Renaming:
    """Find the suppliers that private rows name, and new ids for them and for whatever bears their names."""
    hidden = _with_owners(dataset, _named(dataset, rows))
    words = _words(dataset, rows, hidden)
    taken = set(dataset.suppliers["supplier_id"]) - hidden
    new_suppliers = _numbered(_by_first_use(dataset, hidden), "supplier", taken)
    parts = _telling(dataset, rows, "parts", "part_id", words, "part")
    slots = {
        **_new_ids(sorted(set(dataset.bom["slot"]) - {""} - set(dataset.parts["part_id"])), words, "slot"),
        **parts,
    }
    return Renaming(
        suppliers=new_suppliers,
        parts=parts,
        offers=_offer_ids(dataset, hidden, new_suppliers, parts, words),
        slots=slots,
        sources=_telling(dataset, rows, "sources", "source_id", words, "source"),
        words=words,
    )


def _named(dataset: Dataset, rows: Mapping[str, Mask]) -> set[str]:
    """Suppliers that a private row names, or whose offer it names."""
    found: set[str] = set()
    offers: set[str] = set()
    for table in TABLES.values():
        mine = dataset.tables[table.name][rows[table.name]]
        for column in table.columns:
            if column.references == "suppliers.supplier_id" or (table.name, column.name) == (
                "suppliers",
                "supplier_id",
            ):
                found.update(mine[column.name])
            elif column.references == "offers.offer_id":
                offers.update(mine[column.name])
    chosen = dataset.offers["offer_id"].isin(offers - {""})
    found.update(dataset.offers["supplier_id"][chosen])
    return found - {""}


def _with_owners(dataset: Dataset, named: set[str]) -> set[str]:
    """Add every firm that is tied to them by ownership: a named owner or subsidiary would tell who they are."""
    tied: dict[str, set[str]] = {}
    for frame in (dataset.suppliers, dataset.tables["ownership"]):
        for firm, owner in zip(frame["supplier_id"], frame["owner_id"], strict=True):
            if owner:
                tied.setdefault(firm, set()).add(owner)
                tied.setdefault(owner, set()).add(firm)
    found, waiting = set(named), list(named)
    while waiting:
        new = tied.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _words(dataset: Dataset, rows: Mapping[str, Mask], hidden: set[str]) -> Words:
    ordinary = _ordinary(dataset, rows)
    names: set[str] = set()
    mine = dataset.suppliers[dataset.suppliers["supplier_id"].isin(hidden)]
    for column in ("name", "name_zh"):
        names.update(mine[column])
    for cell in mine["aliases"]:
        names.update(alias.strip() for alias in cell.split(";"))
    listed = dataset.tables["listings"]
    names.update(listed["entity_name"][listed["supplier_id"].isin(hidden)])
    made = dataset.offers["supplier_id"].isin(hidden).to_numpy() | rows["offers"]
    products = set(dataset.offers["product_name"][made])
    for table, column in _maker_columns(dataset):
        values = set(dataset.tables[table][column][rows[table]])
        (products if _is_number(column) else names).update(values)
    forms = {form for name in names if name for form in forms_of(name, ordinary)}
    firms = words_of(sorted(forms | _spelled(hidden)), [])
    plain = {form for product in products for form in (product, *_without_maker(product, firms))}
    return words_of(
        sorted(forms | _spelled(hidden)), sorted(form for form in plain if not _is_ordinary(form, ordinary))
    )


def _without_maker(product: str, firms: Words) -> tuple[str, ...]:
    """Name of a product without that of its maker, where a number in it keeps it from being a word of the trade."""
    bare = " ".join(firms.replaced(product).replace(SUPPLIER, " ").split()).strip(" -–,/")
    return (bare,) if len(bare) > SHORT and any(sign.isdigit() for sign in bare) else ()


def _spelled(ids: Iterable[str]) -> set[str]:
    """Ids that are long enough to be names themselves."""
    return {name for name in ids if len(name.replace("_", "")) > SHORT}


def _ordinary(dataset: Dataset, rows: Mapping[str, Mask]) -> frozenset[str]:
    """Words of the trade, which tell nobody's name: those of groups, and of the parts that are not private."""
    parts = dataset.parts
    texts = [*parts["category"], *parts["subcategory"], *parts["theme"], *parts["part_id"][~rows["parts"]]]
    return frozenset(token.casefold() for text in set(texts) for token in tokens_of(text))


def _is_ordinary(text: str, ordinary: frozenset[str]) -> bool:
    return {token.casefold() for token in tokens_of(text)} <= ordinary


def _maker_columns(dataset: Dataset) -> Iterator[tuple[str, str]]:
    for table in TABLES.values():
        for column in dataset.tables[table.name].columns:
            name = str(column)
            if name not in table.column_names and any(word in name.casefold() for word in _MAKER):
                yield table.name, name


def _is_number(column: str) -> bool:
    return any(word in column.casefold() for word in ("number", "mpn", "sku", "料號", "料号"))


def _by_first_use(dataset: Dataset, hidden: set[str]) -> list[str]:
    """Suppliers by first use in the sorted bill of materials, then by their offers; names decide nothing."""
    order: list[str] = []
    country = dict(zip(dataset.suppliers["supplier_id"], dataset.suppliers["country"], strict=True))
    for table, columns in (
        ("bom", ("parent_id", "child_id", "slot", "share")),
        ("offers", ("part_id", "share", "unit_cost_usd")),
    ):
        frame = dataset.tables[table]
        mine = frame[frame["supplier_id"].isin(hidden)]
        keyed = mine.assign(
            _country=mine["supplier_id"].map(country), _digest=mine["supplier_id"].map(_digest)
        ).sort_values([*columns, "_country", "_digest"])
        order += keyed["supplier_id"].tolist()
    rest = sorted(hidden, key=lambda name: (country.get(name, ""), _digest(name)))
    return list(dict.fromkeys([*order, *rest]))


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def _numbered(names: Iterable[str], word: str, taken: set[str]) -> dict[str, str]:
    free = (name for number in count(1) if (name := f"{word}_{number}") not in taken)
    return {name: next(free) for name in names}


def _telling(
    dataset: Dataset, rows: Mapping[str, Mask], table: str, key: str, words: Words, word: str
) -> dict[str, str]:
    """New ids for those that bear a name; a short name is looked for in private rows only."""
    frame = dataset.tables[table]
    telling = [
        name for name, mine in zip(frame[key], rows[table], strict=True) if words.stands_in(str(name), short=bool(mine))
    ]
    return _numbered(sorted(set(telling), key=_digest), word, set(frame[key]) - set(telling))


def _new_ids(names: Iterable[str], words: Words, word: str) -> dict[str, str]:
    every = list(names)
    telling = [name for name in every if words.stands_in(name)]
    return _numbered(telling, word, set(every) - set(telling))


def _offer_ids(
    dataset: Dataset, hidden: set[str], suppliers: Mapping[str, str], parts: Mapping[str, str], words: Words
) -> dict[str, str]:
    """Offers are named after their makers: all of the hidden ones, and those that bear a name, get other ids."""
    offers = dataset.offers
    found: dict[str, str] = {}
    taken = set(offers["offer_id"])
    ordered = offers.assign(_digest=offers["offer_id"].map(_digest)).sort_values(["part_id", "_digest"])
    columns = (ordered["offer_id"], ordered["part_id"], ordered["supplier_id"], ordered["origin_country"])
    for offer, part, supplier, country in zip(*columns, strict=True):
        if supplier not in hidden and part not in parts and not words.stands_in(str(offer), short=False):
            continue
        maker = suppliers.get(supplier, supplier) or f"market/{country}"
        stem = f"{parts.get(part, part)}/{maker}"
        name = next(new for number in count(1) if (new := stem if number == 1 else f"{stem}/{number}") not in taken)
        taken.add(name)
        found[str(offer)] = name
    return found
