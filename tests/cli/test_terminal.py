"""Tables made for reading: in columns where there is room, row by row where there is not, never a word cut in two."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from supplychain.views.documents.document import Column, Document, Section, Table
from supplychain.views.documents.terminal import show

WORDS = "Autopilot microcontroller of the flight-control module"
TABLE = Table(
    (Column("Component"), Column("Chosen source"), Column("Median price elsewhere", numeric=True), Column("Grounds")),
    (
        (WORDS, "usual mix of sources, origin not known", "USD 10,000 (n = 3)", "world-market average"),
        ("Rotor", "Contoso", "–", ""),
    ),
    ("exposed", "clear"),
    styled=1,
)


def shown(width: int, table: Table = TABLE, **options: object) -> list[str]:
    stream = io.StringIO()
    console = Console(file=stream, width=width, highlight=False, **options)
    show(Document("Title", sections=(Section("", (), table),), provenance={"program": "supplychain 1"}), console)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 60, 72, 80, 100, 160])
def test_no_word_and_no_line_is_too_long(width: int) -> None:
    lines = shown(width)
    assert max(map(len, lines)) <= width
    pieces = {word.strip("(),:") for line in lines for word in line.split()}
    for text in (WORDS, "usual mix of sources, origin not known", "10,000", "world-market average"):
        assert {word.strip(",") for word in text.split()} <= pieces


def test_numbers_keep_their_unit_where_there_is_room() -> None:
    assert any("USD 10,000 (n = 3)" in line for line in shown(80))


def test_a_narrow_terminal_gets_the_rows_one_by_one() -> None:
    lines = shown(40)
    assert any(line.startswith("Component: Autopilot") for line in lines)
    assert "  Chosen source: Contoso" in lines
    assert not any("–" in line for line in lines)


def test_one_cell_of_a_row_is_coloured() -> None:
    text = "\n".join(shown(160, force_terminal=True, color_system="standard"))
    assert "\x1b[1;31musual mix of sources" in text
    assert "\x1b[32mContoso" in text
    assert "\x1b[32mRotor" not in text


def test_a_table_without_rows_and_wide_characters() -> None:
    assert shown(30, Table((Column("A", numeric=True),), ()))
    table = Table((Column("零件"), Column("來源")), (("自動駕駛儀微控制器" * 4, "通常的來源"),))
    assert any("通常的來源" in line for line in shown(60, table))
