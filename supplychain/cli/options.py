"""Options that commands share, and what they mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from supplychain.bundled import DEFAULT_DATASET, FLAGSHIPS, bundled_names
from supplychain.cli.output import ENDINGS
from supplychain.errors import OptionError

if TYPE_CHECKING:
    from supplychain.dataset import Dataset  # brings pandas, which --help can do without

__all__ = [
    "Request",
    "choose",
    "choose_dataset",
    "dataset_options",
    "exposure_options",
    "lens_codes",
    "output_options",
    "place_options",
    "settings",
]

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Request:
    """What dataset and product a command line means."""

    dataset: Dataset
    product: str | None


def dataset_options(function: Function) -> Function:
    """Add [DATASET] and --data."""
    for option in (
        click.option("--data", "data_option", metavar="DATASET", help="The dataset; the same as the argument."),
        click.argument("places", nargs=-1, metavar="[DATASET]"),
    ):
        function = option(function)
    return function


def place_options(function: Function) -> Function:
    """Add [DATASET] [PRODUCT], --data and --product."""
    for option in (
        click.option(
            "--product", "product_option", metavar="PRODUCT", help="The product; the same as the second argument."
        ),
        click.option("--data", "data_option", metavar="DATASET", help="The dataset; the same as the first argument."),
        click.argument("places", nargs=-1, metavar="[DATASET] [PRODUCT]"),
    ):
        function = option(function)
    return function


def choose_dataset(places: tuple[str, ...], data_option: str | None) -> str:
    """Return the dataset that is meant, for commands that take no product."""
    if len(places) + (data_option is not None) > 1:
        raise OptionError(f"give one DATASET; too many: {' '.join([*places, data_option or ''])}".rstrip())
    source = data_option if data_option is not None else (places[0] if places else DEFAULT_DATASET)
    if not source:
        raise OptionError("an empty text is no DATASET")
    if not is_dataset(source):
        names = ", ".join(bundled_names())
        raise OptionError(f"{source}: no such folder or workbook, and no bundled dataset (there are: {names})")
    return source


def choose(places: tuple[str, ...], data_option: str | None, product_option: str | None) -> Request:
    """Read the dataset that is meant, and the product.

    A single argument that is neither a path nor a bundled name is a product of the default dataset.
    """
    from supplychain.formats import load

    left = list(places)
    if len(left) > 2 - (data_option is not None) - (product_option is not None):
        raise OptionError(f"too many arguments: {' '.join(places)}; give DATASET and PRODUCT at most")
    source, product = data_option, product_option
    if source is None and left and (len(left) == 2 or product is not None or is_dataset(left[0])):
        source = left.pop(0)
    if product is None and left:
        product = left.pop(0)
    source = source if source is not None else DEFAULT_DATASET
    if "" in (source, product):
        raise OptionError("an empty text is no DATASET and no PRODUCT")
    dataset = load(source)
    if product is None and source in FLAGSHIPS:
        product = FLAGSHIPS[source]
    return Request(dataset, product)


def is_dataset(text: str) -> bool:
    """Whether an argument names a dataset: a bundled name, something on disk, or what is written like a path."""
    if text in bundled_names():
        return True
    try:
        # Nothing at all would be the folder we are in.
        if text and Path(text).exists():
            return True
    except (OSError, ValueError):
        return False
    return any(mark in text for mark in ("/", "\\")) or Path(text).suffix.lower() in {".xlsx", ".xlsm", ".csv", ".ods"}


def lens_codes(text: str) -> tuple[str, ...]:
    """Countries of a lens, given as codes or names and separated by commas."""
    from difflib import get_close_matches

    from supplychain.countries import countries, to_alpha3

    codes = []
    for name in filter(None, (piece.strip() for piece in text.split(","))):
        code = to_alpha3(name)
        if code is None:
            near = get_close_matches(name.upper(), list(countries()), n=2)
            hint = f"did you mean {', '.join(near)}" if near else "give ISO codes or names, as CHN,HKG,MAC"
            raise OptionError(f"--lens: {name!r} is no country that we know; {hint}")
        codes.append(code)
    if not codes:
        raise OptionError("--lens: name at least one country, as CHN,HKG,MAC")
    return tuple(dict.fromkeys(codes))


def exposure_options(function: Function) -> Function:
    """Add --lens, --basis, --depth, --evidence and --min-ownership."""
    for option in (
        click.option(
            "--min-ownership",
            type=float,
            default=0.25,
            show_default=True,
            metavar="X",
            help="Share from which owners inside the lens count.",
        ),
        click.option(
            "--evidence",
            type=click.Choice(["all", "documented"]),
            default="all",
            show_default=True,
            help="documented: world-market averages and assumptions count as unknown.",
        ),
        click.option("--depth", type=int, metavar="K", help="Look at most K tiers up. Default: all."),
        click.option(
            "--basis",
            metavar="LIST",
            help="Ways to be of concern: made, designed, headquartered, owned. "
            "Default: made,headquartered,owned (loss after an embargo: made).",
        ),
        click.option(
            "--lens",
            default="CHN,HKG,MAC",
            show_default=True,
            metavar="LIST",
            help="Countries of concern, as codes or names.",
        ),
    ):
        function = option(function)
    return function


def settings(lens: str, basis: str | None, depth: int | None, evidence: str, min_ownership: float) -> dict[str, Any]:
    """Keyword options of the measures."""
    from supplychain.compiled import BASES

    bases = None
    if basis is not None:
        bases = tuple(dict.fromkeys(piece.strip().lower() for piece in basis.split(",") if piece.strip()))
        wrong = [name for name in bases if name not in BASES]
        if wrong or not bases:
            raise OptionError(f"--basis: {', '.join(wrong) or '(none)'}; choose among {', '.join(BASES)}")
    return {
        "lens": lens_codes(lens),
        "basis": bases,
        "depth": depth,
        "evidence": evidence,
        "min_ownership": min_ownership,
    }


def _known_ending(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Refuse a file that nothing can be written to before the work is done, not after it."""
    if value is not None and Path(value).suffix.lower() not in ENDINGS:
        raise OptionError(f"-o {value}: the ending decides the format; one of {' '.join(ENDINGS)}")
    return value


def output_options(function: Function) -> Function:
    """Add --json, --csv, -o and --all."""
    for option in (
        click.option("--all", "everything", is_flag=True, help="List every row, not the first ones only."),
        click.option(
            "-o",
            "--output",
            type=click.Path(dir_okay=False),
            metavar="FILE",
            callback=_known_ending,
            help=f"Write to a file; its ending decides: {' '.join(ENDINGS)}.",
        ),
        click.option("--csv", "as_csv", is_flag=True, help="Print the main table as CSV."),
        click.option("--json", "as_json", is_flag=True, help="Print everything as JSON (stable, versioned)."),
    ):
        function = option(function)
    return function
