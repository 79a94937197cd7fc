"""From a file to its cells as text, whatever kind of spreadsheet it is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from supplychain.errors import OptionError, Problem
from supplychain.formats.archive import open_archive, refuse
from supplychain.formats.kinds import SPREADSHEETS, TEXTS
from supplychain.formats.spreadsheets.ods import is_ods, read_ods
from supplychain.formats.spreadsheets.sheet import MOST_CELLS, RawSheet, column_letter
from supplychain.formats.spreadsheets.text import read_text
from supplychain.formats.spreadsheets.values import Grid, Merge
from supplychain.formats.spreadsheets.xlsx import is_xlsx, read_xlsx

__all__ = ["read_grids"]

_SAVE_AS = {
    ".xls": "open it in a spreadsheet program and save it as .xlsx",
    ".xlsb": "open it in a spreadsheet program and save it as .xlsx",
    ".xlt": "open it in a spreadsheet program and save it as .xlsx",
    ".fods": "open it in a spreadsheet program and save it as .ods",
    ".numbers": "export it as .xlsx (File, Export To, Excel)",
    ".pdf": "a PDF holds no cells: ask for the table as .xlsx or .csv",
    ".docx": "copy its table into a spreadsheet program and save it as .xlsx",
    ".doc": "copy its table into a spreadsheet program and save it as .xlsx",
    ".html": "open it in a spreadsheet program and save it as .xlsx",
    ".htm": "open it in a spreadsheet program and save it as .xlsx",
    ".xml": "open it in the program that wrote it and export a table as .csv or .xlsx",
    ".json": "export a table as .csv or .xlsx",
    ".zip": "unpack it, and give one file",
}
_MOST_COLUMNS = 2_000
_LONGEST_GAP = 1_000
_MOST_NAMED = 20  # cells that are named one by one; the others are counted
_BLANKS = "".join(map(chr, (*range(0x1D), *range(0x1D, 0x21), 0x85, 0xA0, 0x200B, 0x3000, 0xFEFF, 0x2028, 0x2029)))


def read_grids(path: str | Path) -> tuple[Grid, ...]:
    """Read the sheets of a spreadsheet as text.

    Parameters
    ----------
    path : str or pathlib.Path
        A file .xlsx, .xlsm, .ods, .csv, .tsv or .txt.

    Returns
    -------
    tuple of Grid
        One for each sheet, hidden ones last; one for a text file.

    Raises
    ------
    OptionError
        If there is no such file, or it is of another kind; the message says what to do.
    DataError
        If the file is broken, protected, or larger than a spreadsheet can be.
    """
    path = Path(path)
    suffix = path.suffix.casefold()
    try:
        found, folder = path.is_file(), path.is_dir()
    except (OSError, ValueError):  # a name too long, or with a NUL
        found = folder = False
    if not found:
        raise OptionError(f"{path}: {'this is a folder; give one file' if folder else 'no such file'}")
    if suffix in TEXTS:
        return (_grid(read_text(path), path.name, ()),)
    if suffix not in SPREADSHEETS:
        kinds = "give an .xlsx, .ods, .csv or .tsv file"
        hint = _SAVE_AS.get(suffix, kinds)
        raise OptionError(f"{path.name}: {suffix or 'a file without ending'} cannot be read as a spreadsheet; {hint}")
    with open_archive(path) as archive:
        if is_xlsx(archive):
            sheets = read_xlsx(archive)
        elif is_ods(archive):
            sheets = read_ods(archive)
        else:
            refuse(path.name, "the archive holds no spreadsheet", "an .xlsx or .ods file")
        problems = archive.problems
    sheets.sort(key=lambda sheet: sheet.hidden)
    return tuple(_grid(sheet, f"{path.name}, sheet {sheet.name}", problems) for sheet in sheets)


def _grid(sheet: RawSheet, file: str, ignored: Iterable[Problem]) -> Grid:
    problems = [*ignored, *sheet.problems, *_fault_problems(sheet, file)]
    stripped = _stripped(sheet)
    width = _width(stripped, file, problems)
    # Rows that hold nothing but what is left out are empty.
    stripped = {line: cells if any(c < width for c in cells) else {} for line, cells in stripped.items()}
    lines = _lines(stripped, file, problems, numbered=sheet.numbered)
    if len(lines) * width > 4 * MOST_CELLS:
        refuse(file, f"the sheet has {len(lines):,} rows of {width:,} columns", "keep the table only")
    empty = ("",) * width
    rows = []
    for line in lines:
        cells = stripped.get(line)
        if cells:
            row = [""] * width
            for column, text in cells.items():
                if column < width:
                    row[column] = text
            rows.append(tuple(row))
        else:
            rows.append(empty)
    index = {line: place for place, line in enumerate(lines)}
    merged = _merged(sheet, lines, width)
    _clear_hidden(rows, merged, file, lines, problems)
    problems.extend(_hidden_problems(sheet, file, rows, lines))
    currencies = {
        (index[line], column): code
        for (line, column), code in sheet.currencies.items()
        if line in index and column < width and rows[index[line]][column]
    }
    return Grid(
        file=file,
        sheet=sheet.name,
        rows=tuple(rows),
        lines=tuple(lines),
        merged=tuple(merged),
        currencies=MappingProxyType(currencies),
        problems=tuple(problems),
    )


def _stripped(sheet: RawSheet) -> dict[int, dict[int, str]]:
    """Cells without blanks around their text; rows that stand several times in the file stay one object."""
    done: dict[int, dict[int, str]] = {}
    rows = {}
    for line, cells in sheet.rows.items():
        same = done.get(id(cells))
        if same is None:
            same = {column: text for column, raw in cells.items() if (text := raw.strip(_BLANKS))}
            done[id(cells)] = same
        rows[line] = same
    return rows


def _width(rows: dict[int, dict[int, str]], file: str, problems: list[Problem]) -> int:
    """Number of columns up to the last with content; what stands far off to the right is left out, and said."""
    different = {id(cells): cells for cells in rows.values()}.values()
    used = sorted({column for cells in different for column in cells})
    for before, column in pairwise(used):
        if column - before > _LONGEST_GAP:
            line, cells = next((line, cells) for line, cells in rows.items() if column in cells)
            message = f"cells right of {_LONGEST_GAP:,} empty columns are left out"
            problems.append(
                Problem("warning", file, line, column_letter(column), cells[column][:100], message, "move them")
            )
            used = used[: used.index(column)]
            break
    if len(used) > _MOST_COLUMNS:
        refuse(file, f"the sheet has {len(used):,} columns with content", f"at most {_MOST_COLUMNS:,} are read")
    return used[-1] + 1 if used else 0


def _lines(rows: dict[int, dict[int, str]], file: str, problems: list[Problem], *, numbered: bool) -> list[int]:
    """Numbers of the rows to keep: up to the last with content, without long stretches of empty ones."""
    order = sorted(rows)
    filled = [line for line in order if rows[line]]
    if not filled:
        return []
    if numbered:
        lines: list[int] = []
        last = 0
        for line in filled:
            if line - last > _LONGEST_GAP:
                problems.append(_gap(file, last + 1, line - 1))
                lines.append(last + 1)
            else:
                lines.extend(range(last + 1, line))
            lines.append(line)
            last = line
        return lines
    lines = []
    blank: list[int] = []
    for line in order[: order.index(filled[-1]) + 1]:
        if not rows[line]:
            blank.append(line)
            continue
        if len(blank) > _LONGEST_GAP:
            problems.append(_gap(file, blank[0], blank[-1]))
            del blank[1:]
        lines.extend(blank)
        lines.append(line)
        blank = []
    return lines


def _gap(file: str, first: int, last: int) -> Problem:
    return Problem("warning", file, first, "", "", f"rows {first:,} to {last:,} are empty, and taken as one")


def _merged(sheet: RawSheet, lines: Sequence[int], width: int) -> list[Merge]:
    """Merged blocks by place in the grid, as far as they reach into it."""
    merged = []
    for top, left, bottom, stated in sheet.merged:
        first, last = bisect_left(lines, top), bisect_right(lines, bottom) - 1
        right = min(stated, width - 1)
        if first > last or left > right or lines[first] != top or (first, left) == (last, right):
            continue  # nothing of it is left, or only its first cell
        merged.append(Merge(first, left, last, right))
    return merged


def _clear_hidden(
    rows: list[tuple[str, ...]], merged: Sequence[Merge], file: str, lines: Sequence[int], problems: list[Problem]
) -> None:
    """Empty the cells that a merged block covers: no program shows them."""
    places = 0
    for block in merged:
        places += (block.bottom - block.top + 1) * (block.right - block.left + 1)
        if places > 4 * MOST_CELLS:
            refuse(file, "merged cells overlap again and again", "keep plain cells")
        for place in range(block.top, block.bottom + 1):
            start = block.left + (place == block.top)
            covered = rows[place][start : block.right + 1]
            if any(covered):
                column = next(column for column, text in enumerate(covered, start) if text)
                problems.append(
                    Problem(
                        "warning",
                        file,
                        lines[place],
                        column_letter(column),
                        rows[place][column][:100],
                        "a merged cell covers this text; it is left out",
                        "undo the merge to see it",
                    )
                )
                row = list(rows[place])
                row[start : block.right + 1] = [""] * len(covered)
                rows[place] = tuple(row)


def _fault_problems(sheet: RawSheet, file: str) -> list[Problem]:
    """One warning for each of the first cells without a text, and one for all others of a kind."""
    problems = []
    others: Counter[tuple[str, str]] = Counter()
    for number, ((line, column), fault) in enumerate(sorted(sheet.faults.items(), key=lambda item: item[0])):
        if number < _MOST_NAMED:
            problems.append(
                Problem(
                    "warning",
                    file,
                    line,
                    column_letter(column),
                    fault.text,
                    f"{fault.message}; it is read as empty",
                    fault.hint,
                )
            )
        else:
            others[fault.message, fault.hint] += 1
    problems.extend(
        Problem("warning", file, None, "", "", f"{count:,} more cells: {message}; they are read as empty", hint)
        for (message, hint), count in others.items()
    )
    return problems


def _hidden_problems(
    sheet: RawSheet, file: str, rows: Sequence[tuple[str, ...]], lines: Sequence[int]
) -> list[Problem]:
    problems = []
    if sheet.hidden:
        problems.append(Problem("warning", file, None, "", "", "the sheet is hidden"))
    hidden = [line for line, row in zip(lines, rows, strict=True) if line in sheet.hidden_lines and any(row)]
    if hidden:
        problems.append(
            Problem("warning", file, hidden[0], "", "", f"hidden rows are read as well: {_few(map(str, hidden))}")
        )
    columns = [
        column_letter(column)
        for column in sorted(sheet.hidden_columns)
        if rows and column < len(rows[0]) and any(row[column] for row in rows)
    ]
    if columns:
        message = f"hidden columns are read as well: {_few(columns)}"
        problems.append(Problem("warning", file, None, columns[0], "", message))
    return problems


def _few(texts: Iterable[str]) -> str:
    texts = list(texts)
    more = f" and {len(texts) - 10} more" if len(texts) > 10 else ""
    return ", ".join(texts[:10]) + more
