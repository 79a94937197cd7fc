"""`supplychain chokepoints`."""

from __future__ import annotations

from typing import Any

import click

from supplychain.cli.options import exposure_options, output_options
from supplychain.cli.output import Delivery, deliver, working
from supplychain.cli.reading import Place, choose, place_options

__all__ = ["command"]


@click.command("chokepoints")
@place_options
@exposure_options
@click.option(
    "--most-pairs",
    type=click.IntRange(min=0),
    default=20_000,
    show_default=True,
    metavar="N",
    help="Most pairs of suppliers that are tried, and most that are searched for a common source.",
)
@output_options
def command(place: Place, options: dict[str, Any], most_pairs: int, delivery: Delivery) -> None:
    """What stops if a supplier, an owner, a country or a part fails, alone or two together.

    Single points of failure, pairs of suppliers that stop the product although neither does alone, and common causes:
    two makers of one slot that buy from the same source further up. A part needs all of its inputs; what is listed and
    not chosen does not help. Countries fail by place of making, or by each of --basis; --lens does not matter here.

    \b
    supplychain chokepoints
    supplychain chokepoints uav fpv_allied --depth 2
    supplychain chokepoints my_tables/ my_drone --basis made,headquartered --all
    supplychain chokepoints uav isr_quad_taiwan -o chokepoints.xlsx
    """
    from supplychain.measures.chokepoints import chokepoints
    from supplychain.views.documents.chokepoints import chokepoints_document

    request = choose(place)
    with working("Failing everything in turn"):
        found = chokepoints(request.dataset, request.product, most_pairs=most_pairs, **options)
        answer = found.to_json() | request.told
    deliver(answer, lambda rows: chokepoints_document(request.dataset, answer, rows=rows), delivery)
