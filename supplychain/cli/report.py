"""`supplychain report`."""

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


@click.command("report")
@place_options
@exposure_options
@language_option
@click.option(
    "--public",
    is_flag=True,
    help="For publication: leave out the names of firms, parts and models that private data name.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="The page to write. Default: graphs/PRODUCT-report.html.",
)
def command(
    place: Place,
    options: dict[str, Any],
    language: Language,
    public: bool,
    output: str | None,
) -> None:
    """Write the findings on a product as one HTML page that needs no network.

    Without arguments: the flagship of the bundled dataset, into graphs/.

    \b
    supplychain report
    supplychain report uav fpv_allied --evidence documented
    supplychain report my_tables/ my_drone -o my_drone.html
    supplychain report my_tables/ my_drone --base uav --public
    """
    from supplychain.bundled import DEFAULT_DATASET
    from supplychain.disclosure import disclosed, private_names
    from supplychain.formats import load
    from supplychain.measures.analysis import find_product
    from supplychain.views.report_page import report_html

    target = page_path(output)
    request = choose(place)
    dataset = request.dataset
    product = find_product(dataset, request.product)
    private = private_names(dataset) if public else ()
    if public and not private:
        click.echo(f"--public changes nothing: dataset {dataset.name} comes with the package", err=True)
    with working("Writing the report"):
        if private:
            shown = disclosed(dataset, private=private, known=load(DEFAULT_DATASET), everyday=_is_everyday)
            dataset, product = shown.dataset, shown.parts.get(product, product)
        # How the file was read quotes its makers: on a page for publication it has no place.
        account = None if private else request.told.get("spreadsheet")
        page = report_html(
            dataset, product, language=language, names_left_out=bool(private), account=account, **options
        )
    write_page(page, target, product=product, kind="report")


def _is_everyday(word: str) -> bool:
    """Whether a word is no name of a firm by itself: many firms bear it, or it says what they make."""
    from supplychain.formats.spreadsheets.firm_names import is_everyday, is_generic

    return is_everyday((word,)) or is_generic(word)
