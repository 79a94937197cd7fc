"""`supplychain gaps`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from supplychain.cli.options import exposure_options, output_options
from supplychain.cli.output import Delivery, deliver, working
from supplychain.cli.reading import Place, choose, place_options

__all__ = ["command"]


@click.command("gaps")
@place_options
@exposure_options
@click.option(
    "--units", type=float, metavar="N", help="Units a year for the supply cover. Default: the largest plan in the data."
)
@output_options
def command(place: Place, options: dict[str, Any], units: float | None, delivery: Delivery) -> None:
    """What is not known, whom to ask, and what each answer would settle.

    Per supplier the facts that are missing (origin, owner, upstream source, maker, capacity, lead time), with the
    figures and verdicts that an answer would move and by how much; those that move none come last. An .xlsx file is a
    questionnaire, with a sheet of questions for each supplier in English and Traditional Chinese; --answers of every
    command reads it back as evidence.

    \b
    supplychain gaps
    supplychain gaps uav fpv_allied --json
    supplychain gaps my_tables/ my_drone -o questions.xlsx
    """
    from supplychain.measures.gaps import gaps
    from supplychain.views.documents.gaps import gaps_document

    request = choose(place)
    with working("Asking what each answer would settle"):
        answer = gaps(request.dataset, request.product, units=units, **options).to_json() | request.told
    plain = not delivery.as_json and not delivery.as_csv
    if plain and delivery.output is not None and Path(delivery.output).suffix.lower() == ".xlsx":
        from supplychain.formats.files import write_bytes
        from supplychain.views.documents.questions import questionnaire

        target = Path(delivery.output)
        write_bytes(target, questionnaire(request.dataset, answer, folder=target.parent))
        click.echo(f"wrote {target}: one sheet of questions for each supplier", err=True)
        return
    deliver(answer, lambda rows: gaps_document(request.dataset, answer, rows=rows), delivery)
