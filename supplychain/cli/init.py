"""`supplychain init`."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]


@click.command("init")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(file: str, force: bool) -> None:
    """Write an empty workbook for your own tables: notes on the columns, lists to choose from, two example rows.

    It loads as it is; replace the example rows by your own.

    \b
    supplychain init my_tables.xlsx
    supplychain init my_tables.xlsx --force
    """
    from supplychain.errors import OptionError
    from supplychain.formats.files import write_bytes
    from supplychain.formats.template import template

    path = Path(file)
    if path.suffix.lower() != ".xlsx":
        raise OptionError(f"{file}: the name must end in .xlsx")
    if path.exists() and not force:
        raise OptionError(f"{file}: the file is there already; choose another name, or write over it with --force")
    write_bytes(path, template())
    click.echo(f"wrote {file}; check it with: supplychain check {file}", err=True)
