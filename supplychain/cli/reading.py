"""Which dataset and product a command line means, and how they are read."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from supplychain.bundled import DEFAULT_DATASET, FLAGSHIPS, bundled_names, is_bundled
from supplychain.cli.options import packed
from supplychain.cli.output import working
from supplychain.errors import OptionError

if TYPE_CHECKING:
    from supplychain.dataset import Dataset  # brings pandas, which --help can do without
    from supplychain.formats.spreadsheets.account import Account
    from supplychain.formats.spreadsheets.read import Bill
    from supplychain.formats.spreadsheets.values import QuestionsError

__all__ = ["Place", "Request", "choose", "choose_dataset", "dataset_options", "place_options"]


@dataclass(frozen=True)
class Reading:
    """How a dataset is to be read.

    Attributes
    ----------
    base : str or None
        Name of the bundled dataset that the tables are laid over.
    answers : tuple of str
        Questionnaires that came back.
    date : str or None
        Day on which evidence must hold; None is today.
    attach_upstream : bool
        Whether the lines of a spreadsheet are connected to the bundled upstream tiers.
    map_file, confirm : str or None
        Files with the use of a spreadsheet's columns, and with the firms that its makers' names mean.
    columns, rates : mapping
        Field of each header; USD for one unit of each currency.
    sheet, currency : str
    """

    base: str | None = None
    answers: tuple[str, ...] = ()
    date: str | None = None
    attach_upstream: bool = True
    map_file: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    confirm: str | None = None
    sheet: str = ""
    currency: str = ""
    rates: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """What a command line names: the arguments, and the options that say the same."""

    places: tuple[str, ...]
    data_option: str | None
    product_option: str | None
    reading: Reading


@dataclass(frozen=True)
class Request:
    """A dataset that was read, the product that is meant, and what was made of a spreadsheet."""

    dataset: Dataset
    product: str | None
    account: Account | None = None

    @property
    def told(self) -> dict[str, dict[str, object]]:
        """What a JSON answer says of the spreadsheet that was read: one key, or none."""
        return {} if self.account is None else {"spreadsheet": self.account.to_json()}


def _pairs(option: str, values: tuple[str, ...], form: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for value in values:
        key, sign, text = value.rpartition("=")
        if not sign or not key.strip() or not text.strip():
            raise OptionError(f"{option} {value}: give {form}")
        if pairs.setdefault(key.strip(), text.strip()) != text.strip():
            raise OptionError(f"{option} {value}: {key.strip()} is {pairs[key.strip()]} in another {option}")
    return pairs


def _currency(text: str) -> str:
    if not text.strip():
        return ""
    from supplychain.formats.spreadsheets.prices import checked_currency

    return checked_currency(text, place=f"--currency {text}")


def _rates(values: tuple[str, ...]) -> dict[str, float]:
    if not values:
        return {}
    from supplychain.formats.spreadsheets.prices import checked_rate

    pairs = _pairs("--rate", values, "CURRENCY=USD, as EUR=1.08")
    return dict(checked_rate(code, text, place="--rate") for code, text in pairs.items())


def _place(
    places: tuple[str, ...],
    data_option: str | None,
    product_option: str | None = None,
    *,
    base: str | None,
    answers: tuple[str, ...],
    date: str | None,
    attach_upstream: bool,
    map_file: str | None,
    columns: tuple[str, ...],
    confirm: str | None,
    sheet: str,
    currency: str,
    rates: tuple[str, ...],
) -> Place:
    reading = Reading(
        base=base,
        answers=answers,
        date=date,
        attach_upstream=attach_upstream,
        map_file=map_file,
        columns=_pairs("--column", columns, "HEADER=FIELD, as 'Vendor=manufacturer'"),
        confirm=confirm,
        sheet=sheet,
        currency=_currency(currency),
        rates=_rates(rates),
    )
    return Place(places, data_option, product_option, reading)


_READING = (
    click.option(
        "--base", metavar="NAME", help="Lay the tables over a bundled dataset: same keys replace, others add."
    ),
    click.option(
        "--answers", multiple=True, metavar="FILE", help="A questionnaire of 'gaps' that came back filled in."
    ),
    click.option("--date", metavar="DAY", help="Day on which evidence must be valid, as 2027-01-31. Default: today."),
    click.option(
        "--attach-upstream/--no-attach-upstream",
        default=True,
        show_default=True,
        help="Spreadsheet: connect its lines to the upstream tiers of the bundled data.",
    ),
    click.option(
        "--map",
        "map_file",
        metavar="FILE",
        help="Spreadsheet: what each column is. Written if there is no such file, else read.",
    ),
    click.option(
        "--column",
        "columns",
        multiple=True,
        metavar="HEADER=FIELD",
        help="Spreadsheet: what one column is, as 'Vendor=manufacturer'.",
    ),
    click.option(
        "--confirm",
        metavar="FILE",
        help="Spreadsheet: which firms its makers' names mean. Written if there is no such file, else read.",
    ),
    click.option("--sheet", default="", metavar="NAME", help="Spreadsheet: the sheet with the bill of materials."),
    click.option(
        "--currency", default="", metavar="CODE", help="Spreadsheet: currency of prices that name none, as USD."
    ),
    click.option(
        "--rate",
        "rates",
        multiple=True,
        metavar="CODE=USD",
        help="Spreadsheet: USD for one unit of a currency, as EUR=1.08. Without it prices stay as they are.",
    ),
)

dataset_options = packed(
    "place",
    _place,
    click.argument("places", nargs=-1, metavar="[DATASET]"),
    click.option("--data", "data_option", metavar="DATASET", help="The dataset; the same as the argument."),
    *_READING,
)
place_options = packed(
    "place",
    _place,
    click.argument("places", nargs=-1, metavar="[DATASET] [PRODUCT]"),
    click.option("--data", "data_option", metavar="DATASET", help="The dataset; the same as the first argument."),
    click.option(
        "--product", "product_option", metavar="PRODUCT", help="The product; the same as the second argument."
    ),
    *_READING,
)


def _refuse_overwriting(source: str, reading: Reading) -> None:
    """Refuse an output that is one of the inputs, before anything is read."""
    context = click.get_current_context(silent=True)
    output = context.params.get("output") if context is not None else None
    if not output:
        return
    inputs = (source, reading.base, reading.map_file, reading.confirm, *reading.answers)
    target = Path(output).resolve()
    for name in filter(None, inputs):
        if name not in bundled_names() and Path(name).resolve() == target:
            raise OptionError(f"-o {output}: that is an input of this command; give another name")


def choose_dataset(place: Place, *, strict: bool = True) -> Request:
    """Read the dataset that is meant, for commands that take no product."""
    given = [*place.places, *([] if place.data_option is None else [place.data_option])]
    if len(given) > 1:
        raise OptionError(f"give one DATASET; too many: {' '.join(given)}")
    source = given[0] if given else DEFAULT_DATASET
    if not source:
        raise OptionError("an empty text is no DATASET")
    if not _is_dataset(source):
        names = ", ".join(bundled_names())
        raise OptionError(f"{source}: no such folder or file, and no bundled dataset (there are: {names})")
    return _read(source, place.reading, strict=strict)


def choose(place: Place) -> Request:
    """Read the dataset that is meant, and the product.

    A single argument that is neither a path nor a bundled name is a product of the default dataset.
    """
    left = list(place.places)
    source, product = place.data_option, place.product_option
    if len(left) > 2 - (source is not None) - (product is not None):
        raise OptionError(f"too many arguments: {' '.join(left)}; give DATASET and PRODUCT at most")
    if source is None and left and (len(left) == 2 or product is not None or _is_dataset(left[0])):
        source = left.pop(0)
    if product is None and left:
        product = left.pop(0)
    source = source if source is not None else DEFAULT_DATASET
    if "" in (source, product):
        raise OptionError("an empty text is no DATASET and no PRODUCT")
    request = _read(source, place.reading)
    if product is None and source in FLAGSHIPS:
        product = FLAGSHIPS[source]
    return Request(request.dataset, product, request.account)


def _is_dataset(text: str) -> bool:
    """Whether an argument names a dataset: a bundled name, something on disk, or what is written like a path."""
    from supplychain.formats.kinds import SPREADSHEETS

    if is_bundled(text):
        return True
    try:
        # Nothing at all would be the folder we are in.
        if text and Path(text).exists():
            return True
    except (OSError, ValueError):
        return False
    return any(mark in text for mark in ("/", "\\")) or Path(text).suffix.lower() in SPREADSHEETS


def _read(source: str, reading: Reading, *, strict: bool = True) -> Request:
    from supplychain import formats
    from supplychain.formats.kinds import is_spreadsheet
    from supplychain.formats.questions import with_evidence

    _refuse_overwriting(source, reading)
    day = _day(reading.date)
    if not is_spreadsheet(source):
        _refuse_spreadsheet_options(source, reading)
        base = reading.base or ""
        with working("Reading"):
            dataset = formats.load(source, base=base, answers=reading.answers, date=day, strict=strict)
        return Request(dataset, None)
    bill = _read_bill(Path(source), reading)
    with working("Reading"):
        dataset = with_evidence(bill.dataset, reading.answers, date=day, strict=strict)
    return Request(dataset, None, bill.account)


def _day(text: str | None) -> str:
    """Day on which evidence must be in force; the command line is the only place that reads the clock."""
    today = dt.datetime.now(tz=dt.UTC).date()
    if text is None:
        return today.isoformat()
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise OptionError(f"--date {text}: give a day as {today.isoformat()}") from None


def _refuse_spreadsheet_options(source: str, reading: Reading) -> None:
    given = {
        "--map": reading.map_file,
        "--column": reading.columns,
        "--confirm": reading.confirm,
        "--sheet": reading.sheet,
        "--currency": reading.currency,
        "--rate": reading.rates,
        "--no-attach-upstream": not reading.attach_upstream,
    }
    wrong = [name for name, value in given.items() if value]
    if wrong:
        raise OptionError(f"{source} is a dataset: {', '.join(wrong)} {_FOR_SPREADSHEETS}")


_FOR_SPREADSHEETS = "is for a bill of materials in one spreadsheet, as my_drone.xlsx"


def _read_bill(path: Path, reading: Reading) -> Bill:
    """Read a spreadsheet; what cannot be known is asked for on a terminal, and refused with the choices in a pipe."""
    from supplychain.formats import read_bill
    from supplychain.formats.spreadsheets.confirm_file import write_confirm
    from supplychain.formats.spreadsheets.map_file import write_map
    from supplychain.formats.spreadsheets.values import QuestionsError

    map_file = None if reading.map_file is None else Path(reading.map_file)
    confirm = None if reading.confirm is None else Path(reading.confirm)
    known = map_file is not None and map_file.exists()
    answers = dict(reading.columns)
    while True:
        try:
            with working("Reading"):
                bill = read_bill(
                    path,
                    base=reading.base or DEFAULT_DATASET,
                    map_file=map_file if known else None,
                    columns=answers,
                    sheet=reading.sheet,
                    confirm=confirm if confirm is not None and confirm.exists() else None,
                    attach_upstream=reading.attach_upstream,
                    currency=reading.currency,
                    rates=reading.rates,
                )
            break
        except QuestionsError as error:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                if map_file is not None and not known:
                    write_map(error.column_map, map_file, questions=error.questions)
                    raise OptionError(f"{error}\nwrote {map_file} with these questions: answer them there") from error
                raise
            answers |= _asked(error)
    if map_file is not None and not known:
        write_map(bill.account.column_map, map_file)
        click.echo(f"wrote {map_file}: what each column is taken for", err=True)
    if confirm is not None and not confirm.exists():
        open_ = [match for match in bill.account.firms.values() if match.kind == "candidate"]
        write_confirm(open_, confirm, bill.base.suppliers)
        click.echo(f"wrote {confirm}: {len(open_)} name{'s' * (len(open_) != 1)} to confirm", err=True)
    return bill


def _asked(error: QuestionsError) -> dict[str, str]:
    """Ask on the terminal what each header means."""
    answers = {}
    for question in error.questions:
        examples = f" (for example {', '.join(question.examples)})" if question.examples else ""
        click.echo(f"\nThe column {question.header!r}{examples} can be:", err=True)
        for number, (name, meaning) in enumerate(question.choices, start=1):
            click.echo(f"  {number}  {name}: {meaning}", err=True)
        click.echo("  0  none of these: keep it, and do not use it", err=True)
        try:
            number = click.prompt("Which", type=click.IntRange(0, len(question.choices)), err=True)
        except click.Abort:
            raise OptionError(f"{question.header!r} was not answered") from error
        answers[question.header] = question.choices[number - 1][0] if number else "ignore"
    return answers
