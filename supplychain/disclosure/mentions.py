"""Which firms the texts of private rows speak of: a line that has no maker names it in its text all the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import Dataset
from supplychain.disclosure.words import Words, first_word, folded_of, forms_of, identified
from supplychain.overlay import FACTS
from supplychain.schema import TABLES

__all__ = ["domain_names", "firm_forms", "mentioned", "private_texts"]

Mask = npt.NDArray[np.bool_]
Everyday = Callable[[str], bool]

_DOMAIN = re.compile(r"(?<![\w.-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w-])", re.IGNORECASE)
# Labels of an address that say nothing of whose it is.
_LABELS = frozenset({"www", "store", "shop", "online", "com", "co", "org", "net", "gov", "edu", "ac", "http", "https"})
# A firm with a shorter name is not looked for inside the name of a shop.
_INSIDE = 5


def firm_forms(dataset: Dataset, ordinary: frozenset[str], everyday: Everyday) -> dict[str, set[str]]:
    """Return what each firm of a dataset is called, full and short, without single words that are not its own."""
    forms: dict[str, set[str]] = {}
    for supplier, name in _names(dataset):
        for form in {*forms_of(name, ordinary), *first_word(name, ordinary, everyday)}:
            if " " in form or not (everyday(folded_of(form)) or folded_of(form) in ordinary):
                forms.setdefault(form, set()).add(supplier)
    return forms


def _names(dataset: Dataset) -> Iterator[tuple[str, str]]:
    suppliers = dataset.suppliers
    for columns in zip(*(suppliers[name] for name in ("supplier_id", "name", "name_zh", "aliases")), strict=True):
        supplier, *names, aliases = map(str, columns)
        yield from ((supplier, name) for name in (*names, *map(str.strip, aliases.split(";"))) if name)


def private_texts(dataset: Dataset, rows: Mapping[str, Mask]) -> set[str]:
    """Return the texts of private rows: what a person wrote, no ids that refer to other rows."""
    found: set[str] = set()
    for table in TABLES.values():
        frame = dataset.tables[table.name]
        for name in map(str, frame.columns):
            if frame[name].dtype != object or name in {"source_ids", "offer_id"}:
                continue
            if name != FACTS and name in table.column_names:
                column = table.column(name)
                if column.references or column.vocabulary or column.dtype in {"country", "date"}:
                    continue
            found.update(map(str, pd.unique(frame[name].to_numpy(dtype=object)[rows[table.name]])))
    return found - {""}


def mentioned(texts: Iterable[str], forms: Mapping[str, set[str]]) -> set[str]:
    """Return the firms whose names stand in some texts, and those in whose names a shop's address is."""
    words: Words = identified({form: "\n".join(sorted(firms)) for form, firms in forms.items()})
    plain = {folded_of(form): firms for form, firms in forms.items()}
    found: set[str] = set()
    for text in texts:
        for firms in words.found(text):
            found.update(firms.split("\n"))
        for label in map(folded_of, domain_names([text])):
            found |= plain.get(label, set())
            found.update(
                firm for form, owners in plain.items() if len(form) >= _INSIDE and form in label for firm in owners
            )
    return found


def domain_names(texts: Iterable[str]) -> set[str]:
    """Return addresses of shops, and the word of each that says whose it is.

    Examples
    --------
    >>> sorted(domain_names(["store.acme.com", "a 0.5 m cable, M2.5"]))
    ['acme', 'store.acme.com']
    """
    found: set[str] = set()
    for text in texts:
        for match in _DOMAIN.finditer(text):
            # A file's ending or a decimal is no address.
            labels = [label for label in match[0].split(".")[:-1] if label.casefold() not in _LABELS]
            telling = [label for label in labels if sum(map(str.isalpha, label)) > 1]
            if telling:
                found |= {match[0], telling[-1]}
    return found
