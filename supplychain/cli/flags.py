"""`supplychain flags`."""

from __future__ import annotations

from typing import Any

import click

from supplychain.cli.options import exposure_options, output_options
from supplychain.cli.output import Delivery, deliver, working
from supplychain.cli.reading import Place, choose, place_options

__all__ = ["command"]

_QUESTIONS = 10  # that are shown for a spreadsheet


@click.command("flags")
@place_options
@exposure_options
@click.option(
    "--units", type=float, metavar="N", help="Units a year for the supply cover. Default: the largest plan in the data."
)
@click.option(
    "--fail-on",
    type=click.Choice(["exposed", "unknown"]),
    help="Exit status 1 if the product is exposed; with 'unknown' also if it cannot be cleared.",
)
@output_options
@click.pass_context
def command(
    ctx: click.Context,
    place: Place,
    options: dict[str, Any],
    units: float | None,
    fail_on: str | None,
    delivery: Delivery,
) -> None:
    """What depends on China (or another lens), where in the chain, and how we know.

    Key components first, then the first-tier lines by depth, the China-free depth, value, supply cover and the loss
    after an embargo, each as an interval with what it stands on; the worst chains, the unknowns that matter, and every
    line.

    \b
    supplychain flags
    supplychain flags uav fpv_commodity --evidence documented
    supplychain flags my_tables/ my_drone --lens CHN --depth 2 --fail-on exposed
    supplychain flags uav isr_quad_taiwan --json -o flags.json
    """
    from supplychain.measures.findings import flags
    from supplychain.measures.gaps import gaps_of
    from supplychain.views.documents.flags import flags_document

    request = choose(place)
    with working("Following every chain"):
        found = flags(request.dataset, request.product, units=units, **options)
        answer = found.to_json() | request.told
        if request.account is not None:
            answer["ask"] = [gap.to_json() for gap in gaps_of(found.analysis, units=units).gaps[:_QUESTIONS]]
    deliver(
        answer,
        lambda rows: flags_document(request.dataset, answer, rows=rows),
        delivery,
    )
    if (found.verdict == "exposed" and fail_on) or (found.verdict == "unknown" and fail_on == "unknown"):
        ctx.exit(1)
