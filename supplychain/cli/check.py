"""`supplychain check`."""

from __future__ import annotations

import click

from supplychain.cli.options import is_dataset, output_options, place_options
from supplychain.cli.output import deliver, working
from supplychain.errors import OptionError

__all__ = ["command"]


@click.command("check")
@place_options
@output_options
@click.pass_context
def command(
    ctx: click.Context,
    places: tuple[str, ...],
    data_option: str | None,
    product_option: str | None,
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
    from supplychain.bundled import DEFAULT_DATASET
    from supplychain.formats import load
    from supplychain.measures.provenance import dataset_provenance
    from supplychain.views.documents.check import check_document

    if product_option is not None or len(places) + (data_option is not None) > 1:
        raise OptionError("check: give one DATASET; all of it is checked, whatever the product")
    source = data_option or (places[0] if places else DEFAULT_DATASET)
    if not is_dataset(source):
        raise OptionError(f"{source}: no such folder, workbook or bundled dataset")
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
