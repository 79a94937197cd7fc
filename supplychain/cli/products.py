"""`supplychain products`."""

from __future__ import annotations

import click

from supplychain.cli.options import output_options
from supplychain.cli.output import Delivery, deliver
from supplychain.cli.reading import Place, choose_dataset, dataset_options

__all__ = ["command"]


@click.command("products")
@dataset_options
@output_options
def command(
    place: Place,
    delivery: Delivery,
) -> None:
    """List the products of a dataset.

    \b
    supplychain products
    supplychain products my_tables/ --json
    """
    from supplychain.measures.provenance import dataset_provenance
    from supplychain.views.documents.check import products_document

    dataset = choose_dataset(place).dataset
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
        delivery,
    )
