"""`supplychain origins`."""

from __future__ import annotations

import click

from supplychain.cli.options import choose, exposure_options, output_options, place_options, settings
from supplychain.cli.output import deliver, working

__all__ = ["command"]


@click.command("origins")
@place_options
@exposure_options
@output_options
def command(
    places: tuple[str, ...],
    data_option: str | None,
    product_option: str | None,
    lens: str,
    basis: str | None,
    depth: int | None,
    evidence: str,
    min_ownership: float,
    as_json: bool,
    as_csv: bool,
    output: str | None,
    everything: bool,
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

    options = settings(lens, basis, depth, evidence, min_ownership)
    request = choose(places, data_option, product_option)
    with working("Following every part"):
        answer = origins(request.dataset, request.product, **options).to_json()
    deliver(
        answer,
        lambda rows: origins_document(request.dataset, answer, rows=rows),
        as_json=as_json,
        as_csv=as_csv,
        output=output,
        everything=everything,
    )
