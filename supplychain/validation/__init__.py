"""What is wrong with a dataset: everything at once, each with its place and what would be right."""

from __future__ import annotations

from collections.abc import Iterator

from supplychain.dataset import Dataset
from supplychain.errors import Problem
from supplychain.validation.cells import cell_problems
from supplychain.validation.keys import duplicate_problems, reference_problems
from supplychain.validation.lines import line_problems
from supplychain.validation.loops import bom_cycles, cross_holdings
from supplychain.validation.shares import share_problems

__all__ = ["check"]


def check(dataset: Dataset, *, skip: frozenset[str] = frozenset()) -> list[Problem]:
    """Return all errors and warnings of a dataset in memory, errors first, in the order of files and rows.

    Parameters
    ----------
    dataset : Dataset
    skip : frozenset of str
        Tables that could not be read: nothing is said about references to them.

    Examples
    --------
    >>> check(Dataset.from_tables({"parts": [{"part_id": "drone", "kind": "produkt"}]}))[0].hint
    'product; or one of assembly, component, software, material, class'
    """
    return sorted(_problems(dataset, skip), key=_order)


def _problems(dataset: Dataset, skip: frozenset[str]) -> Iterator[Problem]:
    yield from cell_problems(dataset)
    yield from duplicate_problems(dataset)
    yield from reference_problems(dataset, skip)
    yield from share_problems(dataset)
    yield from bom_cycles(dataset)
    yield from cross_holdings(dataset)
    if not skip & {"parts", "bom", "offers"}:
        yield from line_problems(dataset)


def _order(problem: Problem) -> tuple[bool, str, int, str, str, str]:
    return (
        problem.severity != "error",
        problem.file,
        problem.row or 0,
        problem.column,
        problem.message,
        problem.value,
    )
