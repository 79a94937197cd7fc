# ruff: noqa: INP001  # a script, not a package
"""Put the real output of commands into README.md and docs/: between `<!-- output: COMMAND -->` and `<!-- /output -->`.

A command is a `supplychain` one; `| from TEXT` after it starts at the first line with that text, and `| head -N` keeps
N lines. Run it when what is printed has changed: `make pages-text`. With `--check` it only compares, and says which
pages differ.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
MARKED = re.compile(r"(<!-- output: ([^\n]*?) -->\n)(.*?)(<!-- /output -->)", re.DOTALL)
WIDTH = 100


def output_of(command: str) -> str:
    """Run a command as the page shows it and return what it prints."""
    call, *filters = (piece.strip() for piece in command.split("|"))
    program, *arguments = shlex.split(call)
    environment = {**os.environ, "COLUMNS": str(WIDTH), "NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1"}
    done = subprocess.run(  # noqa: S603
        [Path(sys.executable).with_name(program), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in {0, 1}:  # 1: a check or rule found something
        sys.exit(f"{command}: exit status {done.returncode}\n{done.stderr}")
    lines = [line.rstrip() for line in done.stdout.strip("\n").splitlines()]
    for words in filters:
        verb, _, rest = words.partition(" ")
        if verb == "from":
            start = next((place for place, line in enumerate(lines) if rest in line), None)
            if start is None:
                sys.exit(f"{command}: no line with {rest!r}")
            lines = lines[start:]
        elif len(lines) > (count := int(rest.lstrip("-"))):
            lines = [*lines[:count], "…"]
    return "\n".join(lines)


def filled(text: str) -> str:
    """Return a page with its outputs renewed."""
    return MARKED.sub(lambda found: f"{found[1]}\n```text\n{output_of(found[2])}\n```\n\n{found[4]}", text)


def main() -> None:
    """Renew the pages, or compare them."""
    check = "--check" in sys.argv[1:]
    differ = []
    for page in PAGES:
        before = page.read_text("utf-8")
        after = filled(before)
        if before != after and check:
            differ.append(page)
            print(*difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1), sep="\n")
        elif before != after:
            page.write_text(after, "utf-8")
            print(f"renewed {page.relative_to(ROOT)}")
    if differ:
        names = ", ".join(str(page.relative_to(ROOT)) for page in differ)
        sys.exit(f"{names}: not what the program prints now; run `make pages-text`")


if __name__ == "__main__":
    main()
