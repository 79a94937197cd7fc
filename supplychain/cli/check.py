"""`supplychain check`."""

from __future__ import annotations

import click

from supplychain.cli.options import choose_dataset, dataset_options, output_options
from supplychain.cli.output import deliver, working

__all__ = ["command"]


@click.command("check")
@dataset_options
@output_options
@click.pass_context
def command(
    ctx: click.Context,
    places: tuple[str, ...],
    data_option: str | None,
    as_json: bool,
    as_csv: bool,
    output: str | None,
    everything: bool,
) -> None:
    """Say all that is wrong with a dataset: file, row, column, value, what is wrong, what would be right.

    Exit status 1 if there is an error; warnings alone are 0.

    \b
    supplychain check my_tables/
    supplychain check my_tables.xlsx -o problems.csv
    """
    from supplychain.formats import load
    from supplychain.measures.provenance import dataset_provenance
    from supplychain.views.documents.check import check_document

    source = choose_dataset(places, data_option)
    with working("Checking"):
        dataset = load(source, strict=False)
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
    }
    deliver(
        answer, lambda _: check_document(answer), as_json=as_json, as_csv=as_csv, output=output, everything=everything
    )
    if any(problem.severity == "error" for problem in dataset.problems):
        ctx.exit(1)
