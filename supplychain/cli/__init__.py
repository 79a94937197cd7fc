"""The command line. Commands are imported when they are called, so that `--help` is quick."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from typing import Any

import click

from supplychain._version import __version__

__all__ = ["main"]

# Name -> one line of help; the module of the same name defines `command`.
_COMMANDS = {
    "init": "Write an empty workbook for your own tables.",
    "products": "List the products of a dataset.",
    "check": "Say all that is wrong with a dataset, row by row.",
    "origins": "Where everything in a product comes from, at every tier.",
    "flags": "What depends on China (or another lens), where, and how we know.",
    "gaps": "What is not known, whom to ask, and what each answer would settle.",
    "score": "How resilient it is: 0 to 100 with its interval, five parts and a profile.",
    "chokepoints": "What stops if a supplier, an owner, a country or a part fails.",
    "disrupt": "Stress test: how long until the line stops, and what is lost.",
    "graph": "Write the supply chain as one interactive HTML page.",
    "report": "Write the findings on a product as one HTML page.",
}


class _Commands(click.Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click calls it so
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click calls it so
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"supplychain.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click calls it so
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, n=1) if args else []
            if near:
                raise click.UsageError(f"{error.format_message()} Did you mean {near[0]!r}?", ctx) from None
            raise

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; a file or a pipe gets UTF-8, and a terminal that lacks a character gets a question mark for it."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                chosen = stream.isatty() or os.environ.get("PYTHONIOENCODING")
                stream.reconfigure(encoding=stream.encoding if chosen else "utf-8", errors="replace")
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; an error of ours is one line per problem and exit status 2, never a traceback."""
        from supplychain.errors import DataError, SupplychainError
        from supplychain.views.documents.document import printable

        try:
            return super().invoke(ctx)
        except DataError as error:
            for problem in error.problems:
                click.echo(f"error: {printable(str(problem))}", err=True)
            ctx.exit(2)
        except SupplychainError as error:
            click.echo(f"error: {printable(str(error))}", err=True)
            ctx.exit(2)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="DATASET is a folder of tables, a workbook, or the name of a bundled dataset (default: uav). "
    "'supplychain COMMAND --help' shows the options of a command with examples.",
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="supplychain")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Where the parts of a product come from, at every tier, and what depends on chosen countries.

    \b
    supplychain report                        the bundled flagship, as a page in graphs/
    supplychain flags uav fpv_allied          what depends on China in another drone
    supplychain origins my_tables/ my_drone   your own tables
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run() -> None:
    """Run as a program."""
    main(prog_name="supplychain")
