"""`supplychain origins`."""

from __future__ import annotations

from typing import Any

import click

from supplychain.cli.options import exposure_options, output_options
from supplychain.cli.output import Delivery, deliver, working
from supplychain.cli.reading import Place, choose, place_options

__all__ = ["command"]


@click.command("origins")
@place_options
@exposure_options
@output_options
def command(
    place: Place,
    options: dict[str, Any],
    delivery: Delivery,
) -> None:
    """Where everything in a product comes from, at every tier.

    Content by country (made, designed, headquartered, owned), by tier, stage, category and theme, and every source of
    every part. By value where cost shares exist, by count always; what is not known is always said.

    \b
    supplychain origins
    supplychain origins uav fpv_allied --basis headquartered
    supplychain origins my_tables/ my_drone -o origins.xlsx
    """
    from supplychain.measures.origins import origins
    from supplychain.views.documents.origins import origins_document

    request = choose(place)
    with working("Following every part"):
        answer = origins(request.dataset, request.product, **options).to_json() | request.told
    deliver(
        answer,
        lambda rows: origins_document(request.dataset, answer, rows=rows),
        delivery,
    )
