"""Options that commands share. Each decorator packs what it adds into one argument of the command."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from supplychain.cli.output import ENDINGS, Delivery
from supplychain.errors import OptionError

__all__ = ["exposure_options", "lens_codes", "output_options", "packed"]

Function = TypeVar("Function", bound=Callable[..., Any])


def packed(name: str, pack: Callable[..., object], *parameters: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """Return a decorator that adds options and arguments, and hands their values on as one argument.

    Parameters
    ----------
    name : str
        Name of that argument.
    pack : callable
        Makes it from the values of the parameters; its keywords are their names.
    *parameters : click decorators
        In the order in which `--help` shows them.
    """

    def decorate(function: Function) -> Function:
        known = {parameter.name for parameter in getattr(function, "__click_params__", [])}

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            mine = {key: kwargs.pop(key) for key in added}
            return function(*args, **{name: pack(**mine)}, **kwargs)

        call.__click_params__ = list(getattr(function, "__click_params__", []))  # type: ignore[attr-defined]
        for parameter in reversed(parameters):
            call = parameter(call)
        added = {parameter.name for parameter in call.__click_params__} - known  # type: ignore[attr-defined]
        return call  # type: ignore[return-value]

    return decorate


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


def _settings(lens: str, basis: str | None, depth: int | None, evidence: str, min_ownership: float) -> dict[str, Any]:
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


exposure_options = packed(
    "options",
    _settings,
    click.option(
        "--lens",
        default="CHN,HKG,MAC",
        show_default=True,
        metavar="LIST",
        help="Countries of concern, as codes or names.",
    ),
    click.option(
        "--basis",
        metavar="LIST",
        help="Ways to be of concern: made, designed, headquartered, owned. "
        "Default: made,headquartered,owned (loss after an embargo: made).",
    ),
    click.option("--depth", type=int, metavar="K", help="Look at most K tiers up. Default: all."),
    click.option(
        "--evidence",
        type=click.Choice(["all", "documented"]),
        default="all",
        show_default=True,
        help="documented: world-market averages and assumptions count as unknown.",
    ),
    click.option(
        "--min-ownership",
        type=float,
        default=0.25,
        show_default=True,
        metavar="X",
        help="Share from which owners inside the lens count.",
    ),
)


def _known_ending(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Refuse a file that nothing can be written to before the work is done, not after it."""
    if value is not None and Path(value).suffix.lower() not in ENDINGS:
        raise OptionError(f"-o {value}: the ending decides the format; one of {' '.join(ENDINGS)}")
    return value


output_options = packed(
    "delivery",
    Delivery,
    click.option("--json", "as_json", is_flag=True, help="Print everything as JSON (stable, versioned)."),
    click.option("--csv", "as_csv", is_flag=True, help="Print the main table as CSV."),
    click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        callback=_known_ending,
        help=f"Write to a file; its ending decides: {' '.join(ENDINGS)}.",
    ),
    click.option("--all", "everything", is_flag=True, help="List every row, not the first ones only."),
)
