"""`supplychain products`."""

from __future__ import annotations

import click

from supplychain.cli.options import choose_dataset, dataset_options, output_options
from supplychain.cli.output import deliver

__all__ = ["command"]


@click.command("products")
@dataset_options
@output_options
def command(
    places: tuple[str, ...],
    data_option: str | None,
    as_json: bool,
    as_csv: bool,
    output: str | None,
    everything: bool,
) -> None:
    """List the products of a dataset.

    \b
    supplychain products
    supplychain products my_tables/ --json
    """
    from supplychain.formats import load
    from supplychain.measures.provenance import dataset_provenance
    from supplychain.views.documents.check import products_document

    dataset = load(choose_dataset(places, data_option))
    parts = dataset.parts.set_index("part_id")
    counts = dataset.bom["parent_id"].value_counts()
    answer = {
        "schema": "supplychain/products/1",
        "provenance": dataset_provenance(dataset),
        "dataset": dataset.name,
        "products": [
            {
                "dataset": dataset.name,
                "product_id": product,
                "name": parts.at[product, "name"],
                "name_zh": parts.at[product, "name_zh"],
                "lines": int(counts.get(product, 0)),
                "description": parts.at[product, "description"],
            }
            for product in dataset.products()
        ],
    }
    deliver(
        answer,
        lambda _: products_document(answer),
        as_json=as_json,
        as_csv=as_csv,
        output=output,
        everything=everything,
    )
