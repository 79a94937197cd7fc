"""`supplychain report`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from supplychain.cli.options import choose, exposure_options, place_options, settings
from supplychain.cli.output import working
from supplychain.cli.pages import language_option, page_path, write_page

if TYPE_CHECKING:
    from supplychain.countries import Language

__all__ = ["command"]


@click.command("report")
@place_options
@exposure_options
@language_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="The page to write. Default: graphs/PRODUCT-report.html.",
)
def command(
    places: tuple[str, ...],
    data_option: str | None,
    product_option: str | None,
    lens: str,
    basis: str | None,
    depth: int | None,
    evidence: str,
    min_ownership: float,
    language: Language,
    output: str | None,
) -> None:
    """Write the findings on a product as one HTML page that needs no network.

    Without arguments: the flagship of the bundled dataset, into graphs/.

    \b
    supplychain report
    supplychain report uav fpv_allied --evidence documented
    supplychain report my_tables/ my_drone -o my_drone.html
    """
    from supplychain.measures.analysis import find_product
    from supplychain.views.report_page import report_html

    options = settings(lens, basis, depth, evidence, min_ownership)
    target = page_path(output)
    request = choose(places, data_option, product_option)
    product = find_product(request.dataset, request.product)
    with working("Writing the report"):
        page = report_html(request.dataset, product, language=language, **options)
    write_page(page, target, product=product, kind="report")
