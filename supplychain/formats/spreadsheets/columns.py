"""Find the table in the sheets of a file, and what each of its columns is used for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from supplychain.errors import OptionError
from supplychain.formats.spreadsheets.fields import FIELDS
from supplychain.formats.spreadsheets.header_rows import Header, best_header, header_at, is_bill_name, rows_with_content
from supplychain.formats.spreadsheets.headers import (
    IGNORED,
    folded_header,
    normalise,
    one_line,
    read_header,
    second_choices,
)
from supplychain.formats.spreadsheets.meanings import IGNORE, OPEN, Column, settle
from supplychain.formats.spreadsheets.price_columns import PACK
from supplychain.formats.spreadsheets.sheet import column_letter
from supplychain.formats.spreadsheets.titles import currency_above, product_above
from supplychain.formats.spreadsheets.values import ColumnMap, ColumnUse, Grid, Question, QuestionsError

__all__ = ["describe", "field_named", "find_table"]

_COLUMN = re.compile(r"^(.*?)\s*\(column ([A-Z]{1,3})\)$|^column ([A-Z]{1,3})$", re.IGNORECASE | re.DOTALL)
_NEARLY = 0.6  # a sheet with this share of the best one's known headers may be meant as well

_NAMES = ("name", "description", "manufacturer_part_number", "part_id")
_NAMING = frozenset({*_NAMES, "value", "reference_designator"})
_MOST_SHOWN = 20  # questions in a message


def find_table(
    grids: Sequence[Grid],
    *,
    column_map: ColumnMap | None = None,
    answers: Mapping[str, str] | None = None,
    sheet: str = "",
) -> tuple[Grid, ColumnMap]:
    """Return the sheet with the bill of materials, and the use of its columns.

    Parameters
    ----------
    grids : sequence of Grid
        The sheets of one file.
    column_map : ColumnMap, optional
        A map that was saved; its columns are found by their headers, whatever their order.
    answers : mapping of str to str, optional
        Header, as written, to the name of a field, or "ignore".
    sheet : str, optional
        Name of the sheet.

    Returns
    -------
    Grid
    ColumnMap

    Raises
    ------
    QuestionsError
        If headers can mean several things and no answer says which.
    OptionError
        If there is no table, several sheets are as good, the map does not fit, or an answer names no header or field.
    """
    if column_map is not None:
        grid, found, uses = _fit(_choose_named(grids, sheet or column_map.sheet), column_map)
    else:
        named = frozenset(normalise(header) for header in answers or ())
        grid, found = _choose(_choose_named(grids, sheet), sheet, named)
        uses = ()
    columns = _columns(grid, found)
    given = _answers(answers or {}, columns, grid.file)
    uses, questions = _settled(columns, uses, given)
    if column_map is None and not questions:
        uses, questions = _named(columns, uses, given)
    result = ColumnMap(
        sheet=grid.sheet,
        header_row=found.line,
        columns=uses,
        currency=(column_map.currency if column_map else "") or currency_above(grid, found.top),
        rates=column_map.rates if column_map else {},
        product=(column_map.product if column_map else "") or product_above(grid, found.top),
    )
    if questions:
        raise QuestionsError(_ask(grid.file, questions), questions, result)
    return grid, result


def describe(column_map: ColumnMap) -> list[tuple[str, str, str]]:
    """Return letter, header and meaning of each column, for printing.

    Examples
    --------
    >>> describe(ColumnMap("", 1, (ColumnUse(0, "Cost (USD)", "unit_cost", currency="USD"),)))
    [('A', 'Cost (USD)', 'unit_cost: price of one unit, in USD')]
    """
    return [
        (column_letter(use.position), one_line(use.header), _meaning(use))
        for use in column_map.columns
        if use.header or use.field
    ]


def field_named(text: str) -> tuple[str, int]:
    """Return the field that a person names, and its number (0: not said).

    Raises
    ------
    OptionError
        If there is no such field.

    Examples
    --------
    >>> field_named("Manufacturer part number 2"), field_named("mpn"), field_named("ignore")
    (('manufacturer_part_number', 2), ('manufacturer_part_number', 0), ('', 0))
    """
    plain = re.sub(r"[\W_]+", "_", text.strip().casefold()).strip("_")
    if plain == IGNORE:
        return IGNORED, 0
    if plain in FIELDS:
        return plain, 0
    numbered = re.fullmatch(r"(.+?)_?([1-9]\d?)", plain)
    if numbered and numbered[1] in FIELDS and FIELDS[numbered[1]].several:
        return numbered[1], int(numbered[2])
    meaning = read_header(text)
    if normalise(text) == meaning.key and meaning.fields and IGNORED not in meaning.fields:
        if len(meaning.fields) == 1 and meaning.key not in second_choices():
            return meaning.fields[0], 0  # "mpn", "qty"
        raise OptionError(f"{text!r} can mean several things; right is {' or '.join(meaning.fields)}, or {IGNORE}")
    near = difflib.get_close_matches(plain, [*FIELDS, IGNORE], n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"one of {', '.join(FIELDS)}, or {IGNORE}"
    raise OptionError(f"{text!r} is no field of a bill of materials; {hint}")


def _meaning(use: ColumnUse) -> str:
    if use.field == OPEN:
        return "can mean several things"
    if use.field == IGNORED:
        return "not used, kept as it is"
    number = f" {use.number}" if use.number > 1 else ""
    meaning = FIELDS[use.field].meaning
    text = f"{use.field}{number}: {meaning.removesuffix(', in days') if use.unit else meaning}"
    text += f", in {use.currency}" if use.currency else ""
    text += f", for {use.per:g} units" if use.per != 1 else ""
    text += f", from {use.start:g} units" if use.start else ""
    if use.unit == PACK:
        text += "; for a pack, whose size is in the column price_per"
    elif use.unit:
        text += "; the column says what is fitted" if use.unit == "fitted" else f", in {use.unit}"
    return text


def _choose_named(grids: Sequence[Grid], sheet: str) -> Sequence[Grid]:
    """Return the sheet of a name, or all of them."""
    if not grids:
        raise OptionError("the file has no sheet with cells; save the sheet with the bill of materials again")
    if not sheet:
        return grids
    named = [grid for grid in grids if grid.sheet == sheet]
    named = named or [grid for grid in grids if grid.sheet.strip().casefold() == sheet.strip().casefold()]
    if not named:
        names = ", ".join(repr(grid.sheet) for grid in grids if grid.sheet)
        has = f"its sheets are {names}" if names else "it is a text file and has no sheets"
        raise OptionError(f"{grids[0].file}: there is no sheet {sheet!r}; {has}")
    return named


def _choose(grids: Sequence[Grid], sheet: str, answered: frozenset[str]) -> tuple[Grid, Header]:
    """Return the sheet that is a bill of materials, with its header."""
    found = [(grid, header) for grid in grids if (header := best_header(grid, answered)) is not None]
    good = [(grid, header) for grid, header in found if header.sound]
    if not good:
        raise OptionError(_no_header(grids, found))
    best = max(header.known for _, header in good)
    near = [(grid, header) for grid, header in good if header.known >= max(_NEARLY * best, min(best, 3))]
    if len(near) > 1:
        named = [(grid, header) for grid, header in near if is_bill_name(grid.sheet)]
        near = named if len(named) == 1 else near
    if len(near) > 1 and not sheet:
        names = ", ".join(repr(grid.sheet) for grid, _ in near)
        raise OptionError(
            f"{near[0][0].file.split(', sheet ')[0]}: {len(near)} sheets look like a bill of materials: {names}; "
            f"say which one with --sheet {near[0][0].sheet!r}"
        )
    return near[0]


def _no_header(grids: Sequence[Grid], found: Sequence[tuple[Grid, Header]]) -> str:
    """Say that no header was found, what came nearest, and what to do."""
    how = (
        "name its columns with --map FILE, which says header_row, and for each column its letter, header and field; "
        "header_row = 0 is for a file without a header"
    )
    if not found:
        return f"{grids[0].file}: no cell has content, so there is no header; save the file with its cells"
    grid, header = max(found, key=lambda pair: pair[1].score)
    texts = " | ".join(one_line(text)[:30] for text in header.texts if text)
    return (
        f"{grid.file}: none of the first 20 rows is a header that is known; nearest is row {header.line}: "
        f"{texts[:300]} ({header.known} known); {how}"
    )


def _columns(grid: Grid, header: Header) -> list[Column]:
    below = [row for row, line in zip(grid.rows, grid.lines, strict=True) if line > header.line]
    return [Column(position, text, [row[position] for row in below]) for position, text in enumerate(header.texts)]


def _settled(
    columns: Sequence[Column], mapped: Sequence[ColumnUse], given: Mapping[int, tuple[str, int]]
) -> tuple[tuple[ColumnUse, ...], tuple[Question, ...]]:
    """Return the use of each column: as answered, else as in the map, else as the headers say."""
    if not mapped:
        return settle(columns, given)
    fixed = {use.position: (use.field, use.number) for use in mapped if use.field != OPEN}
    # A column that the map does not have is new: kept, never guessed beside what a person decided.
    known = {use.position for use in mapped}
    new = {column.position: (IGNORED, 0) for column in columns if column.position not in known}
    opened = {use.position for use in mapped if use.field == OPEN} - set(given)
    uses, questions = settle(columns, {**new, **fixed, **given}, asked=opened)
    by_position = {use.position: use for use in mapped}
    kept = []
    for use in uses:
        saved = by_position.get(use.position)
        if saved is not None and use.position not in given and use.field not in {OPEN, IGNORED}:
            marks = {name: getattr(saved, name) for name in ("currency", "per", "unit", "number", "start")}
            kept.append(replace(use, **marks))
        else:
            kept.append(use)
    return tuple(kept), questions


def _named(
    columns: Sequence[Column], uses: tuple[ColumnUse, ...], given: Mapping[int, tuple[str, int]]
) -> tuple[tuple[ColumnUse, ...], tuple[Question, ...]]:
    """Ask which column names the parts, where none that is known does."""
    if any(use.field in _NAMING for use in uses):
        return uses, ()
    meanings = (*((field, FIELDS[field].meaning) for field in _NAMES), (IGNORE, "not used"))
    asked: dict[int, Question] = {}
    for column, use in zip(columns, uses, strict=True):
        words = [text for text in column.cells if any(sign.isalpha() for sign in text)]
        if use.field == IGNORED and column.header and column.position not in given and words:
            examples = tuple(dict.fromkeys(one_line(text)[:40] for text in words))[:3]
            asked[column.position] = Question(column.header, examples, meanings)
    opened = tuple(replace(use, field=OPEN) if use.position in asked else use for use in uses)
    return opened, tuple(asked.values())


def _answers(answers: Mapping[str, str], columns: Sequence[Column], file: str) -> dict[int, tuple[str, int]]:
    """Return the answers by position; all that is wrong with them in one message."""
    given: dict[int, tuple[str, int]] = {}
    wrong = []
    for header, text in answers.items():
        try:
            field = field_named(text)
        except OptionError as error:
            wrong.append(str(error))
            continue
        places = _places(header, columns)
        if not places:
            near = difflib.get_close_matches(header, [column.header for column in columns], n=3, cutoff=0.4)
            names = near or [column.header for column in columns if column.header][:12]
            wrong.append(f"{file}: there is no column {header!r}; its headers are {', '.join(map(repr, names))}")
        for place in places:
            if given.get(place, field) != field:
                wrong.append(f"{file}: column {column_letter(place)} is given two meanings; give one")
            given[place] = field
    singles: dict[str, list[int]] = {}
    for place, (name, _) in given.items():
        if name and not FIELDS[name].several:
            singles.setdefault(name, []).append(place)
    for name, places in singles.items():
        if len(places) > 1:
            which = " and ".join(f"{columns[place].header!r} (column {column_letter(place)})" for place in places)
            wrong.append(f"{file}: {which} cannot both be {name}; name one of them, and say ignore for the other")
    if wrong:
        raise OptionError("\n".join(wrong))
    return given


def _places(header: str, columns: Sequence[Column]) -> list[int]:
    """Return the columns that a person means: by the header as written, nearly so, or by the letter."""
    plain = one_line(header)
    exact = [column.position for column in columns if one_line(column.header) == plain and plain]
    if exact:
        return exact
    if match := _COLUMN.match(plain):
        letter = (match[2] or match[3]).upper()
        return [column.position for column in columns if column_letter(column.position) == letter]
    folded = [column.position for column in columns if folded_header(column.header) == plain.casefold()]
    if folded or not normalise(header):
        return folded
    return [column.position for column in columns if normalise(column.header) == normalise(header)]


def _ask(file: str, questions: Sequence[Question]) -> str:
    """Return the questions in words, with how to answer."""
    many = len(questions) > 1
    lines = [f"{file}: {len(questions)} header{'s' if many else ''} can mean several things:"]
    for question in questions[:_MOST_SHOWN]:
        cells = ", ".join(repr(text) for text in question.examples)
        lines.append(f"  {one_line(question.header)!r}" + (f" (cells such as {cells})" if cells else ""))
        lines.extend(f"    {choice}: {meaning}" for choice, meaning in question.choices)
    if len(questions) > _MOST_SHOWN:
        lines.append(f"  and {len(questions) - _MOST_SHOWN} more")
    first = questions[0]
    lines.append(
        f"Answer with --column {f'{one_line(first.header)}={first.choices[0][0]}'!r}, or in a file with --map FILE."
    )
    return "\n".join(lines)


def _fit(grids: Sequence[Grid], column_map: ColumnMap) -> tuple[Grid, Header, tuple[ColumnUse, ...]]:
    """Return the sheet that a map fits, its header, and the map's columns where they stand in it."""
    best: tuple[int, Grid, Header, tuple[ColumnUse, ...], list[str]] | None = None
    for grid in grids:
        for header in _headers_for(grid, column_map):
            uses, missing = _place(column_map.columns, header)
            if not missing:
                return grid, header, uses
            if best is None or len(missing) < best[0]:
                best = (len(missing), grid, header, uses, missing)
    if best is None:
        raise OptionError(f"{grids[0].file}: no cell has content; save the file with its cells")
    _, grid, header, _, missing = best
    there = ", ".join(repr(one_line(text)) for text in header.texts if text)
    raise OptionError(
        f"{grid.file}: the map does not fit, as the file has no column {', '.join(missing)}; row {header.line} has "
        f"{there[:400]}; change the header in the map, or delete the column from it"
    )


def _headers_for(grid: Grid, column_map: ColumnMap) -> list[Header]:
    """Return the rows that may be the header of a map: first the one that it names."""
    if column_map.header_row == 0:
        width = len(grid.rows[0]) if grid.rows else 0
        return [Header(top=0, bottom=-1, line=0, texts=("",) * width, known=0, score=0, sound=True)] if width else []
    rows = rows_with_content(grid)
    named = [row for row in range(len(grid.rows)) if grid.lines[row] == column_map.header_row]
    headers = []
    for row in dict.fromkeys([*named, *rows]):
        headers.append(header_at(grid, row, row))
        if row > 0:
            headers.append(header_at(grid, row - 1, row))
    return headers


def _place(uses: Sequence[ColumnUse], header: Header) -> tuple[tuple[ColumnUse, ...], list[str]]:
    """Return the columns of a map where they stand, and the names of those that are used and missing."""
    free = dict(enumerate(header.texts))
    placed: dict[int, ColumnUse] = {}
    waiting = [use for use in uses if use.header]
    for plain in (one_line, folded_header, normalise):
        spelt: dict[str, list[int]] = {}
        for place, text in free.items():
            spelt.setdefault(plain(text), []).append(place)
        left = []
        for use in waiting:
            wanted = plain(use.header)
            places = spelt.get(wanted, []) if wanted else []
            if not places:
                left.append(use)
                continue
            place = use.position if use.position in places else places[0]
            places.remove(place)
            placed[place] = replace(use, position=place, header=header.texts[place])
            del free[place]
        waiting = left
    missing = [repr(one_line(use.header)) for use in waiting if use.field not in {IGNORED, OPEN}]
    for use in uses:
        if use.header:
            continue
        if use.position in free and not free[use.position]:
            placed[use.position] = use
            del free[use.position]
        elif use.field != IGNORED:
            missing.append(column_letter(use.position))
    return tuple(placed[place] for place in sorted(placed)), missing
