# ruff: noqa: INP001  # a script, not a package
"""Write the JSON Schemas of docs/schemas/ and the tables of keys in docs/json.md from the definitions in answers.py.

Run it after a change of what a command answers: `python scripts/schemas.py`. A test fails when it was forgotten, and
when real output has a key that is not defined there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import answers_chokepoints  # noqa: F401  # adds its command to ANSWERS
import answers_disrupt  # noqa: F401
import answers_score  # noqa: F401
from answers import ANSWERS, COUNTRY, COUNTRY_OR_EMPTY, RECORDS, SHARE, Kind, Record

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = ROOT / "docs" / "schemas"
PAGE = ROOT / "docs" / "json.md"


def references(kind: Any) -> Iterator[str]:
    """Names of the records that a kind refers to, in order."""
    if isinstance(kind, dict):
        if "$ref" in kind:
            yield kind["$ref"].rpartition("/")[2]
        for value in kind.values():
            yield from references(value)
    elif isinstance(kind, list):
        for value in kind:
            yield from references(value)


def reachable(start: Record) -> list[str]:
    """Names of all records behind one, in the order in which they are first met."""
    found: list[str] = []
    waiting = list(references(start.schema()))
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found.append(name)
            waiting = [*references(RECORDS[name].schema()), *waiting]
    return found


def schema_text(command: str) -> str:
    """Return docs/schemas/COMMAND.schema.json."""
    answer = ANSWERS[command]
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"supplychain/{command}/1",
        **answer.schema(),
        "$defs": {name: RECORDS[name].schema() for name in reachable(answer)},
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def in_words(kind: Kind) -> str:
    """Say a kind as the tables of docs/json.md do."""
    named = {"boolean": "true or false", "string": "text", "null": "null", "number": "number", "integer": "integer"}
    if kind == SHARE:
        return "share"
    if kind in (COUNTRY, COUNTRY_OR_EMPTY):
        return "country"
    if "$ref" in kind:
        name = kind["$ref"].rpartition("/")[2]
        return f"[{name}](#{name})"
    if "anyOf" in kind:
        return " or ".join(in_words(option) for option in kind["anyOf"])
    if "enum" in kind or "const" in kind:
        return " \\| ".join(f"`{json.dumps(word)}`" for word in kind.get("enum", [kind.get("const")]))
    if "items" in kind:
        return f"list of {in_words(kind['items'])}"
    if "additionalProperties" in kind:
        return f"object of {in_words(kind['additionalProperties'])}"
    return " or ".join(named[name] for name in ([kind["type"]] if isinstance(kind["type"], str) else kind["type"]))


def key_table(of: Record) -> list[str]:
    """Return the table of keys of a record."""
    rows = [f"| `{key}` | {in_words(kind)} | {meaning} |" for key, (kind, meaning) in of.keys.items()]
    return ["| key | kind | meaning |", "|---|---|---|", *rows]


def key_tables() -> str:
    """Return the generated half of docs/json.md."""
    lines: list[str] = []
    for command, answer in ANSWERS.items():
        lines += [f"## {command}", "", f"{answer.about} [Schema](schemas/{command}.schema.json).", ""]
        lines += [*key_table(answer), ""]
    names = dict.fromkeys(name for answer in ANSWERS.values() for name in reachable(answer))
    lines += ["## The objects in them", ""]
    for name in names:
        lines += [f"### {name}", "", RECORDS[name].about, "", *key_table(RECORDS[name]), ""]
    return "\n".join(lines)


def page_text(before: str) -> str:
    """Return docs/json.md with its tables renewed."""
    return re.sub(
        r"(<!-- keys: [^\n]*-->\n).*(<!-- /keys -->)",
        lambda found: f"{found[1]}\n{key_tables()}\n{found[2]}",
        before,
        flags=re.DOTALL,
    )


def main() -> None:
    """Write the files."""
    SCHEMAS.mkdir(exist_ok=True)
    for command in ANSWERS:
        (SCHEMAS / f"{command}.schema.json").write_text(schema_text(command), "utf-8", newline="\n")
    PAGE.write_text(page_text(PAGE.read_text("utf-8")), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
