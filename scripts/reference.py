# ruff: noqa: INP001  # a script, not a package
"""Write docs/cli.md from the help of the commands themselves: `python scripts/reference.py`.

It reads the options, not the printed help, so that neither the width of the terminal nor the version of click matters.
A test fails when it was forgotten.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click  # noqa: TID251  # whose objects know the options

from supplychain.cli import main as program

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "cli.md"

_INTRODUCTION = """\
# Command line

<!-- Written by scripts/reference.py from the help of the commands. Do not edit. -->

## What to analyse

Most commands take `[DATASET] [PRODUCT]`:

- DATASET is a folder of tables, a workbook, or the name of a bundled dataset. Without one it is `uav`. A bundled
  name comes first; write `./uav` for a folder of that name.
- A single argument that is neither a path nor a bundled name is the PRODUCT, of the default dataset.
- `--data DATASET` and `--product PRODUCT` say the same explicitly, in any order.
- Where a dataset has one product it may be left out; where it has several, the error lists them. The bundled dataset
  shows its flagship then.

## What comes out

- A table made for reading. In a pipe it has no colours, no progress and no fitting to a width of the terminal.
- `--json`: everything, stable and versioned; see [JSON outputs](json.md).
- `--csv`: the main table, one row per finding; a text that a spreadsheet would take for a formula begins with an
  apostrophe.
- `-o FILE`: the ending decides among `.json`, `.csv`, `.xlsx`, `.html` and `.md`. A workbook has the sheets *table*,
  *sources*, *unknowns* and *read me*. Folders are made as needed, and a file is written whole or not at all.

Every output carries the version of the program; name, version, date and SHA-256 of the dataset; and where they matter,
countries of concern, bases, depth and evidence.

## Exit status

| status | meaning |
|---|---|
| 0 | done |
| 1 | `check` found an error, or `--fail-on` was met |
| 2 | the input or the options cannot be used; each reason is one line on standard error |
"""


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command with its name and a context to ask for its help in."""
    above = click.Context(program, info_name="supplychain", **program.context_settings)
    for name in program.list_commands(above):
        command = program.get_command(above, name)
        if command is not None:
            yield name, command, click.Context(command, info_name=name, parent=above)


def help_parts(command: click.Command) -> tuple[list[str], list[str]]:
    """Split the help of a command into paragraphs and examples: the lines that begin with the program's name."""
    paragraphs: list[str] = []
    examples: list[str] = []
    for block in re.split(r"\n\s*\n", inspect.cleandoc(command.help or "")):
        lines = block.removeprefix("\b").strip("\n").splitlines()
        if lines and all(line.startswith("supplychain ") for line in lines):
            examples += lines
        else:
            paragraphs.append(" ".join(lines))
    return paragraphs, examples


def section(command: click.Command, context: click.Context) -> str:
    """Return the section of one command."""
    paragraphs, examples = help_parts(command)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    lines = [f"## {context.command_path}", "", *_wrapped(_escaped(text) for text in paragraphs)]
    lines += ["```sh", *examples, "```", "", f"Usage: `{usage}`", "", "| option | meaning |", "|---|---|"]
    for parameter in command.get_params(context):
        found = parameter.get_help_record(context)
        if found is not None and isinstance(parameter, click.Option):
            names, meaning = (_escaped(text) for text in found)
            lines.append(f"| <code>{names}</code> | {re.sub(r'  +', ' ', meaning)} |")
    return "\n".join(lines) + "\n"


def _wrapped(paragraphs: Iterator[str]) -> Iterator[str]:
    for text in paragraphs:
        yield from (*textwrap.wrap(text, 120, break_long_words=False, break_on_hyphens=False), "")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "&#124;")


def page_text() -> str:
    """Return docs/cli.md."""
    parts = [_INTRODUCTION]
    listed = [
        f"| [`{name}`](#supplychain-{name}) | {_escaped(command.get_short_help_str(limit=200))} |"
        for name, command, _ in commands()
    ]
    parts.append("\n".join(["## Commands", "", "| command | answers |", "|---|---|", *listed, ""]))
    parts += [section(command, context) for _, command, context in commands()]
    return "\n".join(parts)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page_text(), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
