"""`supplychain score`."""

from __future__ import annotations

from typing import Any

import click

from supplychain.cli.options import exposure_options, output_options
from supplychain.cli.output import Delivery, deliver, working
from supplychain.cli.reading import Place, choose, place_options

__all__ = ["command"]


@click.command("score")
@place_options
@exposure_options
@click.option(
    "--units", type=float, metavar="N", help="Units a year, for capacities. Default: the largest plan in the data."
)
@click.option(
    "--weights",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="A TOML file with [weights] of the five parts and [settings]. Default: equal weights.",
)
@click.option(
    "--assume",
    type=click.Choice(["typical"]),
    help="Take published typical values where stocks and times to recover are missing; the title says so.",
)
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Of the random weights.")
@click.option("--compare", "beside", is_flag=True, help="Put all products of the dataset beside it, by profile.")
@output_options
def command(
    place: Place,
    options: dict[str, Any],
    units: float | None,
    weights: str | None,
    assume: str | None,
    seed: int,
    beside: bool,
    delivery: Delivery,
) -> None:
    """How resilient a product is: 0 to 100 with its interval, five parts and a profile by depth.

    Independence, second sources, diversity, buffer and substitutability, put together so that one weak part is not made
    up for by the others. The headline is at depth 1, or at --depth; the profile at 1, 2, 3 and all stands beside it.
    What lowers it most, and the score of each category and line, follow.

    \b
    supplychain score
    supplychain score uav fpv_allied --compare
    supplychain score my_tables/ my_drone --weights my_weights.toml --units 5000
    supplychain score uav isr_quad_taiwan --json -o score.json
    """
    from supplychain.measures.score import compare_scores, default_settings, read_settings, score
    from supplychain.views.documents.score import score_document

    request = choose(place)
    settings = default_settings() if weights is None else read_settings(weights)
    with working("Scoring"):
        choices = {**options, "units": units, "settings": settings, "assume": assume, "seed": seed}
        found = score(request.dataset, request.product, **choices)
        answer = found.to_json() | request.told
        if beside:
            others = [
                found if product == found.analysis.product_id else score(request.dataset, product, **choices)
                for product in dict.fromkeys([*request.dataset.products(), found.analysis.product_id])
            ]
            answer["comparison"] = compare_scores(others).to_json()
    deliver(answer, lambda rows: score_document(request.dataset, answer, rows=rows), delivery)
