"""`supplychain disrupt`."""

from __future__ import annotations

from typing import Any

import click

from supplychain.cli.options import exposure_options, output_options, packed
from supplychain.cli.output import Delivery, deliver, working
from supplychain.cli.reading import Place, choose, place_options

__all__ = ["command"]


def _stress(rates_file: str | None, **others: Any) -> dict[str, Any]:
    """Keyword options of the stress test; `rates` is taken by the currencies of a spreadsheet."""
    return {"rates": rates_file, **others}


_stress_options = packed(
    "stress",
    _stress,
    click.option(
        "--scenario",
        metavar="NAME|FILE",
        help="What fails when: a scenario of the dataset, or a TOML file. Default, without --rates: embargo, the "
        "countries of concern stop shipping for good.",
    ),
    click.option(
        "--rates",
        "rates_file",
        metavar="FILE",
        help="How often what fails: a CSV with kind, id, rate_per_year, duration_days_low, duration_days_high, left. "
        "Random failures are then simulated.",
    ),
    click.option("--runs", type=int, default=10_000, show_default=True, metavar="N", help="Random runs with --rates."),
    click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Same seed, same numbers."),
    click.option("--weeks", type=int, default=52, show_default=True, metavar="N", help="How long to look."),
    click.option(
        "--units", type=float, metavar="N", help="Units a year that are planned. Default: the largest plan in the data."
    ),
    click.option(
        "--assume",
        type=click.Choice(["typical", "nothing"]),
        help="What stands in for missing stocks and lead times: published ranges by category (every title then says "
        "assumed), or everything from none to no limit.",
    ),
    click.option(
        "--qualification-weeks",
        type=float,
        metavar="N",
        help="Time to qualify a candidate. Without it a candidate helps at the favourable end only.",
    ),
    click.option(
        "--ramp-weeks",
        type=float,
        default=1.0,
        show_default=True,
        metavar="N",
        help="Weeks in which a maker that steps in comes up to its capacity.",
    ),
)


@click.command("disrupt")
@place_options
@_stress_options
@exposure_options
@output_options
def command(place: Place, stress: dict[str, Any], options: dict[str, Any], delivery: Delivery) -> None:
    """How long until the line stops, what is lost, and how bad it is on average: a stress test, week by week.

    A scenario says which suppliers, countries or parts fail, when and for how long; stocks, goods on the way, other
    makers and their lead times decide what follows. With --rates failures come at random: expected loss, its worst 10
    and 5 % (CVaR), and what drives it.

    \b
    supplychain disrupt resilience_demo
    supplychain disrupt resilience_demo --scenario magnet_maker_fails
    supplychain disrupt resilience_demo --rates rates --runs 2000 --seed 7
    supplychain disrupt uav isr_quad_taiwan --scenario rare_earth_licences_2025 --assume typical
    """
    from supplychain.decisions.disruption import disrupt
    from supplychain.views.documents.disrupt import disrupt_document

    request = choose(place)
    with working("Going through the weeks"):
        answer = disrupt(request.dataset, request.product, **stress, **options).to_json() | request.told
    deliver(answer, lambda rows: disrupt_document(request.dataset, answer, rows=rows), delivery)
