"""`supplychain graph`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from supplychain.cli.options import exposure_options
from supplychain.cli.output import working
from supplychain.cli.pages import language_option, page_path, write_page
from supplychain.cli.reading import Place, choose, place_options

if TYPE_CHECKING:
    from supplychain.countries import Language

__all__ = ["command"]


@click.command("graph")
@place_options
@exposure_options
@language_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="The page to write. Default: graphs/PRODUCT-graph.html.",
)
def command(
    place: Place,
    options: dict[str, Any],
    language: Language,
    output: str | None,
) -> None:
    """Write the supply chain of a product as one interactive HTML page that needs no network.

    \b
    supplychain graph
    supplychain graph uav fpv_allied --lang zh-Hant
    supplychain graph my_tables/ my_drone -o my_drone.html
    """
    from supplychain.measures.analysis import find_product
    from supplychain.views.graph_page import graph_html

    target = page_path(output)
    request = choose(place)
    product = find_product(request.dataset, request.product)
    with working("Drawing"):
        page = graph_html(request.dataset, product, language=language, **options)
    write_page(page, target, product=product, kind="graph")
