"""`supplychain check`."""

from __future__ import annotations

import click

from supplychain.cli.options import output_options
from supplychain.cli.output import Delivery, deliver
from supplychain.cli.reading import Place, choose_dataset, dataset_options

__all__ = ["command"]


@click.command("check")
@dataset_options
@output_options
@click.pass_context
def command(
    ctx: click.Context,
    place: Place,
    delivery: Delivery,
) -> None:
    """Say all that is wrong with a dataset: file, row, column, value, what is wrong, what would be right.

    Exit status 1 if there is an error; warnings alone are 0.

    \b
    supplychain check my_tables/
    supplychain check my_tables.xlsx -o problems.csv
    """
    from supplychain.measures.provenance import dataset_provenance
    from supplychain.views.documents.check import check_document

    request = choose_dataset(place, strict=False)
    dataset = request.dataset
    answer = {
        "schema": "supplychain/check/1",
        "provenance": dataset_provenance(dataset),
        "dataset": dataset.name,
        "tables": {name: len(frame) for name, frame in dataset.tables.items()},
        "problems": [
            {
                "severity": problem.severity,
                "file": problem.file,
                "row": problem.row,
                "column": problem.column,
                "value": problem.value,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in dataset.problems
        ],
        **request.told,
    }
    deliver(answer, lambda _: check_document(answer), delivery)
    if any(problem.severity == "error" for problem in dataset.problems):
        ctx.exit(1)
