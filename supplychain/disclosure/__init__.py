"""What of a dataset can be shown to others: the figures of private rows without the names of their suppliers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from supplychain import validation
from supplychain.bundled import bundled_names, bundled_path
from supplychain.dataset import Dataset
from supplychain.disclosure.renaming import private_rows, renaming_of
from supplychain.disclosure.tables import rewritten
from supplychain.overlay import FACTS

__all__ = ["Disclosed", "disclosed", "private_names", "public"]


@dataclass(frozen=True)
class Disclosed:
    """A dataset that can be shown.

    Attributes
    ----------
    dataset : Dataset
    parts : mapping of str to str
        New ids of the parts whose ids bore a name.
    suppliers : mapping of str to str
        New ids of the suppliers that are not named. It undoes what was done: keep it private.
    """

    dataset: Dataset
    parts: Mapping[str, str]
    suppliers: Mapping[str, str]


def _no_word(_: str) -> bool:
    return False


def public(
    dataset: Dataset,
    *,
    private: Iterable[str],
    known: Dataset | None = None,
    everyday: Callable[[str], bool] = _no_word,
) -> Dataset:
    """Return a dataset for publication: no supplier that a private row names keeps its name anywhere.

    These suppliers, those that the texts of private rows speak of, and the firms tied to them by ownership become
    "Supplier 1", "Supplier 2" and so on, in private rows and in all others; countries, owners and figures stay as they
    are. Private parts are named by class and row of the file, or by group and number. Private rows lose descriptions,
    product names, certifications, notes, addresses and every column that the schema does not know, their sources all
    but id and kind. A product keeps its own name. Names of these suppliers and their products inside other texts become
    "[supplier]" and "[product]"; private ids, and others that bear a name, are numbered.

    What is told of a firm beside its name (countries, prices, lists that it stands on) can still let a reader guess.

    Parameters
    ----------
    dataset : Dataset
        It is not changed.
    private : iterable of str
        Datasets whose rows are private: marks of an overlay, or the name of the dataset itself (`private_names`).
    known : Dataset, optional
        The bundled data: names of its firms are looked for in private rows as well, and its parts name the classes.
    everyday : callable, optional
        Whether a word in small letters is no name of a firm by itself ("falcon", "power").

    Returns
    -------
    Dataset

    Examples
    --------
    >>> rows = {"suppliers": [{"supplier_id": "acme", "name": "Acme Ltd", "country": "Taiwan"}]}
    >>> public(Dataset.from_tables(rows, name="mine"), private=["mine"]).suppliers["name"].tolist()
    ['Supplier 1']
    """
    return disclosed(dataset, private=private, known=known, everyday=everyday).dataset


def disclosed(
    dataset: Dataset,
    *,
    private: Iterable[str],
    known: Dataset | None = None,
    everyday: Callable[[str], bool] = _no_word,
) -> Disclosed:
    """Return a dataset for publication with the ids that were changed (see `public`)."""
    secret = frozenset(private)
    rows = private_rows(dataset, secret)
    if not any(mask.any() for mask in rows.values()):
        return Disclosed(dataset, MappingProxyType({}), MappingProxyType({}))
    renaming = renaming_of(dataset, rows, known=known, everyday=everyday)
    # A dataset that bears a supplier's name cannot keep it.
    marks = {
        name: (renaming.private if name in secret else renaming.words).replaced(name)
        for name in {*_marked(dataset), dataset.name, ""}
    }
    frames = {
        table: frame.assign(**{FACTS: frame[FACTS].map(marks)}) if FACTS in frame.columns else frame
        for table, frame in rewritten(dataset, rows, renaming).items()
    }
    # Path, places and problems quote what is left out; the problems are found again in what remains.
    result = Dataset.from_tables(frames, name=marks[dataset.name], version=dataset.version, date=dataset.date)
    # Rows are no longer those of any file; without them many warnings say the same.
    warnings = (replace(found, row=None) for found in validation.check(result) if found.severity == "warning")
    distinct = tuple({str(warning): warning for warning in warnings}.values())
    return Disclosed(replace(result, problems=distinct), renaming.parts, renaming.suppliers)


def private_names(dataset: Dataset) -> tuple[str, ...]:
    """Names of the datasets whose rows are private: all that do not come with the package.

    Examples
    --------
    >>> private_names(Dataset.from_tables({}, name="mine"))
    ('mine',)
    """
    marks = _marked(dataset)
    if marks != {dataset.name}:
        return tuple(sorted(marks - set(bundled_names())))
    return () if _is_bundled(dataset) else (dataset.name,)


def _is_bundled(dataset: Dataset) -> bool:
    """Whether it is a bundled dataset as it was read; a table that was changed since has no place."""
    if dataset.name not in bundled_names() or dataset.path != bundled_path(dataset.name):
        return False
    return all(table in dataset.places for table, frame in dataset.tables.items() if len(frame))


def _marked(dataset: Dataset) -> set[str]:
    """Names of the datasets whose facts there are; a row without a mark is a fact of the dataset's own."""
    found: set[str] = set()
    for frame in dataset.tables.values():
        if len(frame):
            found.update(frame[FACTS] if FACTS in frame.columns else [""])
    return {str(name) or dataset.name for name in found} or {dataset.name}
