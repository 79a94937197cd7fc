"""Maps of columns as files."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import DataError, OptionError
from supplychain.formats.spreadsheets.columns import find_table
from supplychain.formats.spreadsheets.fields import FIELDS
from supplychain.formats.spreadsheets.map_file import read_map, write_map
from supplychain.formats.spreadsheets.values import ColumnMap, ColumnUse, Grid, QuestionsError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)
SEVERAL = [field.name for field in FIELDS.values() if field.several]


@st.composite
def maps(draw):
    columns = []
    for place in range(draw(st.integers(1, 6))):
        several = draw(st.booleans())
        field = draw(st.sampled_from(SEVERAL)) if several else draw(st.sampled_from(["", "?"]))
        columns.append(
            ColumnUse(
                place,
                draw(TEXTS),
                field,
                number=place + 1 if several else 1,
                currency=draw(st.just("") | CODES),
                per=draw(st.sampled_from([1.0, 100.0, 2.5, 1000.0])),
                unit=draw(st.sampled_from(["", "weeks", "m"])),
            )
        )
    return ColumnMap(
        draw(TEXTS),
        draw(st.integers(1, 1_048_576)),
        tuple(columns),
        draw(st.just("") | CODES),
        draw(st.dictionaries(CODES, st.floats(1e-6, 1e6), max_size=3)),
        draw(TEXTS),
    )


@given(maps())
def test_what_is_written_is_read_back(tmp_path_factory, column_map):
    path = tmp_path_factory.mktemp("maps") / "map.toml"
    write_map(column_map, path)
    assert read_map(path) == column_map


def written(tmp_path, text):
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(tmp_path, text):
    with pytest.raises(DataError) as caught:
        read_map(written(tmp_path, text))
    return [(problem.column, problem.message, problem.hint) for problem in caught.value.problems]


def test_questions_are_written_with_their_choices_and_answered_in_the_file(tmp_path):
    rows = (("Part", "Vendor", "Price", "Price"), ("Motor", "A", "1", "4"))
    grid = Grid("list.csv", "", rows, (1, 2))
    with pytest.raises(QuestionsError) as caught:
        find_table([grid])
    path = tmp_path / "map.toml"
    write_map(caught.value.column_map, path, questions=caught.value.questions)
    text = path.read_text(encoding="utf-8")
    assert "#   manufacturer: maker of the part\n#   supplier: who sells it" in text
    assert text.count("#   total_cost: price of the whole line") == 3  # two questions, and the list at the end
    assert [use.field for use in read_map(path).columns] == ["?"] * 4
    for answer in ("name", "supplier", "unit_cost", "total_cost"):
        text = text.replace('field = "?"', f'field = "{answer}"', 1)
    _, found = find_table([grid], column_map=read_map(written(tmp_path, text)))
    assert [use.field for use in found.columns] == ["name", "supplier", "unit_cost", "total_cost"]


def test_a_written_map_explains_itself(tmp_path):
    path = tmp_path / "map.toml"
    write_map(ColumnMap("", 1, (ColumnUse(27, 'Say "x"', ""),)), path)
    text = path.read_text(encoding="utf-8")
    assert tomllib.loads(text)["column"] == [{"letter": "AB", "header": 'Say "x"', "field": ""}]
    for field in FIELDS.values():
        assert f"#   {field.name}: {field.meaning}\n" in text


def test_an_existing_map_is_kept_when_writing_fails(tmp_path):
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(OptionError):
        write_map(ColumnMap("", 1, (ColumnUse(0, "Name", "name"),)), target)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_map_written_by_hand(tmp_path):
    column_map = read_map(
        written(
            tmp_path,
            '\ufeffcurrency = "eur"\n[rates]\nEUR = 1\n[[column]]\nheader = "Teil"\nfield = "Name"\n'
            '[[column]]\nheader = "Firma"\nfield = "manufacturer 2"\n[[column]]\nletter = "c"\nfield = "ignore"\n',
        )
    )
    assert column_map == ColumnMap(
        "",
        1,
        (ColumnUse(-1, "Teil", "name"), ColumnUse(-1, "Firma", "manufacturer", 2), ColumnUse(2, "", "")),
        "EUR",
        {"EUR": 1.0},
    )
    grid = Grid("x.csv", "", (("Firma", "Teil", ""), ("A", "Motor", "x")), (1, 2))
    _, found = find_table([grid], column_map=column_map)
    assert [(use.position, use.field) for use in found.columns] == [(0, "manufacturer"), (1, "name"), (2, "")]


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    found = problems(
        tmp_path,
        """
header_row = -1
currency = "Euro"
shape = 1
product = 5
[rates]
euro = 1.1
USD = -1
TWD = nan
[[column]]
letter = "1"
header = "A"
field = "manufactur"
[[column]]
header = "B"
field = "name"
number = 2
[[column]]
header = "C"
field = "name"
number = 2
per = 0
[[column]]
field = "note"
colour = "red"
""",
    )
    columns = [column for column, _, _ in found]
    assert columns == [
        "shape",
        "1: letter",
        "1: field",
        "2: number",
        "3: number",
        "3: per",
        "4",
        "4",
        "column",
        "header_row",
        "currency",
        "rates",
        "rates: USD",
        "rates: TWD",
        "product",
    ]
    assert "did you mean manufacturer" in found[2][1]
    assert found[8][1] == "two columns are name: 'B' and 'C'"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the map has no columns"),
        ("column = 1", "columns are tables"),
        ("[[column]]\nheader =", "no TOML"),
        ("a = " + "[" * 5000, "no TOML"),
        ('rates = 1\n[[column]]\nheader = "A"', "rates are a table"),
        ('[[column]]\nletter = "A"\n[[column]]\nletter = "A"', "column A is there twice"),
        ('header_row = 0\n[[column]]\nletter = "A"\nheader = "Name"', "a file without a header has no such name"),
        ("header_row = true\n[[column]]\nletter = 'A'", "no number of a row"),
    ],
)
def test_no_map(tmp_path, text, message):
    assert message in " ".join(said for _, said, _ in problems(tmp_path, text))


def test_files_that_are_no_text(tmp_path):
    path = tmp_path / "map.toml"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(DataError, match="no TOML"):
        read_map(path)
    with pytest.raises(OptionError, match="cannot be read"):
        read_map(tmp_path / "absent.toml")
    with pytest.raises(OptionError, match="cannot be read"):
        read_map(tmp_path)
    path.write_bytes(b"#" * 4_000_001)
    with pytest.raises(OptionError, match="too large"):
        read_map(path)
