"""Reference designators and their ranges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.formats.spreadsheets.designators import expand


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("C1-C3,C7", ["C1", "C2", "C3", "C7"]),
        ("C103-C105,C109-C111", ["C103", "C104", "C105", "C109", "C110", "C111"]),
        ("R1 R2", ["R1", "R2"]),
        ("R1;R2", ["R1", "R2"]),
        ("R1、R2，R3", ["R1", "R2", "R3"]),
        ("D1..D4", ["D1", "D2", "D3", "D4"]),
        ("D1…D3", ["D1", "D2", "D3"]),
        ("C1 - C3", ["C1", "C2", "C3"]),
        ("C1 – C3", ["C1", "C2", "C3"]),
        ("C1-3", ["C1", "C2", "C3"]),
        ("C1 to C3", ["C1", "C2", "C3"]),
        ("C1~C3", ["C1", "C2", "C3"]),
        ("Ｃ１－Ｃ３", ["C1", "C2", "C3"]),
        ("C008-C011", ["C008", "C009", "C010", "C011"]),
        ("J1-1", ["J1-1"]),
        ("LED6010, LED6011", ["LED6010", "LED6011"]),
        ("TP_1\nTP_2", ["TP_1", "TP_2"]),
        ("U1", ["U1"]),
        ("U$2", ["U$2"]),
        ("", []),
    ],
)
def test_expand(text, names):
    found = expand(text)
    assert list(found.names) == names
    assert found.doubts == ()
    assert found.count == (len(names) if names else None)


def test_units_of_one_part_count_once():
    assert expand("U1A, U1B, U2").count == 2
    assert expand("U1A").count == 1


@pytest.mark.parametrize("text", ["C1-C1000000000", "C1-C999999999999999999", "C1-R5", "C5-C1"])
def test_a_range_that_is_none_is_said_and_not_counted(text):
    found = expand(text)
    assert found.count is None
    assert any("not written out" in doubt for doubt in found.doubts)


def test_many_ranges_stay_small():
    found = expand(",".join(f"C{n}0000-C{n}9999" for n in range(1, 400)))
    assert len(found.names) <= 10_400
    assert found.count is None


def test_a_text_is_no_list_of_places():
    found = expand("see schematic")
    assert found.names == ()
    assert found.count is None
    assert "no reference designators" in found.doubts[0]


def test_a_place_named_twice_counts_once():
    found = expand("C1, C1, C2")
    assert found.count == 2
    assert "more than once" in found.doubts[0]


@st.composite
def ranges(draw):
    """A list in the way KiCad writes it, and the names it stands for."""
    names, pieces = [], []
    start = 1
    for _ in range(draw(st.integers(1, 6))):
        start += draw(st.integers(1, 5))
        length = draw(st.integers(1, 8))
        run = [f"C{number}" for number in range(start, start + length)]
        names += run
        sign = draw(st.sampled_from(["-", " - ", "..", "–"]))
        pieces.append(run[0] if length == 1 else f"{run[0]}{sign}{run[-1]}")
        start += length
    return draw(st.sampled_from([",", ", ", " ", ";"])).join(pieces), names


@given(ranges())
def test_what_is_grouped_is_written_out_again(case):
    text, names = case
    found = expand(text)
    assert list(found.names) == names
    assert found.count == len(names)
    assert expand(", ".join(found.names)) == found


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text):
    found = expand(text)
    assert len(set(found.names)) == len(found.names)
    assert found.count is None or 0 < found.count <= len(found.names)
