"""Who is not named, and what the ids become."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

import numpy as np
import numpy.typing as npt

from supplychain.dataset import Dataset
from supplychain.disclosure.labels import ROW, Label, labels_of
from supplychain.disclosure.mentions import domain_names, firm_forms, mentioned, private_texts
from supplychain.disclosure.words import SHORT, SUPPLIER, Words, first_word, forms_of, tokens_of, words_of
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
    private : Words
        The same and the names of all other firms, for texts of private rows.
    labels : mapping of str to Label
        New names of private parts, by old id.
    """

    suppliers: Mapping[str, str]
    parts: Mapping[str, str]
    offers: Mapping[str, str]
    slots: Mapping[str, str]
    sources: Mapping[str, str]
    words: Words
    private: Words
    labels: Mapping[str, Label]


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


def renaming_of(
    dataset: Dataset, rows: Mapping[str, Mask], *, known: Dataset | None, everyday: Callable[[str], bool]
) -> Renaming:
    """Find the suppliers that private rows name, and new ids for them and for whatever bears their names.

    Parameters
    ----------
    dataset : Dataset
    rows : mapping of str to mask
        Private rows of each table.
    known : Dataset or None
        The bundled data: private rows can speak of its firms, and its parts have names that tell nothing.
    everyday : callable
        Whether a word in small letters is no name of a firm by itself.
    """
    ordinary = _ordinary(dataset, rows)
    texts = private_texts(dataset, rows)
    forms = firm_forms(dataset, ordinary, everyday)
    here = set(dataset.suppliers["supplier_id"])
    hidden = _with_owners(dataset, _named(dataset, rows) | mentioned(texts, forms) & here)
    # In other rows the name of a large shop, or of a host of documents, tells nothing.
    shops = domain_names(texts)
    names, products = _words(dataset, rows, hidden, everyday)
    others = firm_forms(known, ordinary, everyday) if known is not None else {}
    spoken_of = mentioned(texts, others)
    names |= {form for form, firms in others.items() if firms & spoken_of}
    words = words_of(sorted(names), sorted(products))
    private = words_of(sorted({*names, *shops, *forms, *others}), sorted(products))
    labels = labels_of(dataset, rows, known, private)
    taken = set(dataset.suppliers["supplier_id"]) - hidden
    new_suppliers = _numbered(_by_first_use(dataset, hidden), "supplier", taken)
    parts = _part_ids(dataset, rows, labels, words, private, set(() if known is None else known.parts["part_id"]))
    return Renaming(
        suppliers=new_suppliers,
        parts=parts,
        offers=_offer_ids(dataset, rows, hidden, new_suppliers, parts, words),
        slots={**_slots(dataset, rows, words), **parts},
        sources=_telling(dataset, rows, words),
        words=words,
        private=private,
        labels=labels,
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


def _words(
    dataset: Dataset, rows: Mapping[str, Mask], hidden: set[str], everyday: Callable[[str], bool]
) -> tuple[set[str], set[str]]:
    """Names of the suppliers and of their products in all their forms."""
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
    forms = {
        form for name in names if name for form in (*forms_of(name, ordinary), *first_word(name, ordinary, everyday))
    } | _spelled(hidden)
    firms = words_of(sorted(forms), [])
    plain = {form for product in products for form in (product, *_without_maker(product, firms))}
    return forms, {form for form in plain if not _is_ordinary(form, ordinary)}


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


def _telling(dataset: Dataset, rows: Mapping[str, Mask], words: Words) -> dict[str, str]:
    """New ids for sources: for all private ones, and for those that bear a name."""
    frame = dataset.sources
    telling = {
        str(name)
        for name, mine in zip(frame["source_id"], rows["sources"], strict=True)
        if mine or words.stands_in(str(name), short=False)
    }
    return _numbered(sorted(telling, key=_digest), "source", set(frame["source_id"]) - telling)


def _part_ids(
    dataset: Dataset,
    rows: Mapping[str, Mask],
    labels: Mapping[str, Label],
    words: Words,
    private: Words,
    bundled: set[str],
) -> dict[str, str]:
    """New ids for private parts, in the order of the list, and for others that bear a name."""
    frame = dataset.parts
    telling = [
        str(name)
        for name, mine in zip(frame["part_id"], rows["parts"], strict=True)
        if name not in labels and (private if mine else words).stands_in(str(name), short=bool(mine))
    ]
    order = [*(name for name in labels if name not in bundled), *sorted(telling, key=_digest)]
    return _numbered(dict.fromkeys(order), "part", set(frame["part_id"]) - set(order))


def _slots(dataset: Dataset, rows: Mapping[str, Mask], words: Words) -> dict[str, str]:
    """New names for the slots of private lines, but for rows of a file, and for those that bear a name."""
    slots = dataset.bom["slot"]
    told = set(slots[~rows["bom"]]) | set(dataset.parts["part_id"]) | {""}
    every = sorted(set(slots) - set(dataset.parts["part_id"]) - {""})
    telling = [name for name in every if not ROW.fullmatch(name) and (name not in told or words.stands_in(name))]
    return _numbered(sorted(telling, key=_digest), "slot", set(every) - set(telling))


def _offer_ids(
    dataset: Dataset,
    rows: Mapping[str, Mask],
    hidden: set[str],
    suppliers: Mapping[str, str],
    parts: Mapping[str, str],
    words: Words,
) -> dict[str, str]:
    """Offers are named after makers: private ones, those of hidden firms, and those with a name get other ids."""
    offers = dataset.offers
    found: dict[str, str] = {}
    taken = set(offers["offer_id"])
    ordered = offers.assign(_digest=offers["offer_id"].map(_digest), _mine=rows["offers"])
    ordered = ordered.sort_values(["part_id", "_digest"])
    columns = (ordered[name] for name in ("offer_id", "part_id", "supplier_id", "origin_country", "_mine"))
    for offer, part, supplier, country, mine in zip(*columns, strict=True):
        if not mine and supplier not in hidden and part not in parts and not words.stands_in(str(offer), short=False):
            continue
        maker = suppliers.get(supplier, supplier) or f"market/{country}"
        stem = f"{parts.get(part, part)}/{maker}"
        name = next(new for number in count(1) if (new := stem if number == 1 else f"{stem}/{number}") not in taken)
        taken.add(name)
        found[str(offer)] = name
    return found
