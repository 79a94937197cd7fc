"""A document as text: Markdown, HTML, CSV."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence

from supplychain.views.documents.document import Document, Section, Table, printable

__all__ = ["neutral", "to_csv", "to_html", "to_markdown"]

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2327; --paper: #fff; --line: #c9d1d6; --soft: #5b6770; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaec; --paper: #14191c; --line: #3a444a; --soft: #9aa7af; } }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
footer { margin-top: 2rem; color: var(--soft); font-size: .85rem; }
"""


def neutral(value: object) -> object:
    """Return a cell that a spreadsheet takes as text: a leading = + - @ or control character gets an apostrophe.

    Examples
    --------
    >>> neutral("=1+1"), neutral(-3.5), neutral("plain")
    ("'=1+1", -3.5, 'plain')
    """
    if not isinstance(value, str):
        return value
    text = printable(value)
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\n"} else text


def to_csv(document: Document) -> str:
    """Return the main table; every row ends with what it was made with."""
    rows = [{**row, **document.provenance} for row in document.records]
    names = list(dict.fromkeys([*document.names, *(name for row in rows for name in row), *document.provenance]))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: "" if value is None else neutral(value) for name, value in row.items()})
    return stream.getvalue()


def to_markdown(document: Document) -> str:
    """Return the document as Markdown."""
    blocks = [f"# {_escape(document.title)}", *(_escape(line) for line in document.lead)]
    for section in document.sections:
        if section.title:
            blocks.append(f"## {_escape(section.title)}")
        blocks += [_escape(line) for line in section.lines]
        if section.table is not None:
            blocks.append(_markdown_table(section.table))
    blocks.append(_escape(_provenance(document)))
    return "\n\n".join(blocks) + "\n"


def _escape(text: str) -> str:
    text = printable(text)
    for mark in ("\\", "`", "*", "_", "<", ">", "|", "[", "]", "#"):
        text = text.replace(mark, "\\" + mark)
    return text.replace("\n", " ")


def _markdown_table(table: Table) -> str:
    lines = [
        "| " + " | ".join(_escape(column.title) for column in table.columns) + " |",
        "|" + "|".join("---:" if column.numeric else "---" for column in table.columns) + "|",
    ]
    lines += ["| " + " | ".join(_escape(cell) for cell in row) + " |" for row in table.rows]
    return "\n".join(lines)


def to_html(document: Document) -> str:
    """Return the document as one plain page that asks for nothing from outside."""
    body = [f"<h1>{_html(document.title)}</h1>", *_paragraphs(document.lead)]
    for section in document.sections:
        body += _html_section(section)
    body.append(f"<footer>{_html(_provenance(document))}</footer>")
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_html(document.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _html(text: str) -> str:
    return html.escape(printable(text))


def _paragraphs(lines: Sequence[str]) -> list[str]:
    return [f"<p>{_html(line)}</p>" for line in lines]


def _html_section(section: Section) -> list[str]:
    blocks = [f"<h2>{_html(section.title)}</h2>"] if section.title else []
    blocks += _paragraphs(section.lines)
    if section.table is None:
        return blocks
    classes = [' class="n"' if column.numeric else "" for column in section.table.columns]
    head = "".join(
        f'<th scope="col"{mark}>{_html(column.title)}</th>'
        for column, mark in zip(section.table.columns, classes, strict=True)
    )
    rows = "".join(
        "<tr>" + "".join(f"<td{mark}>{_html(cell)}</td>" for cell, mark in zip(row, classes, strict=True)) + "</tr>\n"
        for row in section.table.rows
    )
    blocks.append(f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>')
    return blocks


def _provenance(document: Document) -> str:
    return "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in document.provenance.items() if value)
