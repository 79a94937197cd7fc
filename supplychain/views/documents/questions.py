"""The questionnaire: a workbook with a sheet of questions for every supplier, which `load` reads back."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from supplychain.bundled import bundled_names, bundled_path
from supplychain.countries import countries
from supplychain.dataset import Dataset
from supplychain.formats.questions import ABOUT_DATASET, ABOUT_SHA256, COLUMNS, QUESTIONS_SHEET
from supplychain.views.documents.document import printable

__all__ = ["questionnaire", "sheet_names"]

_LONGEST = 32767  # characters that a cell may hold
_SHEET = 31  # and the name of a sheet
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_COUNTRIES = "countries"
_RESERVED = frozenset({QUESTIONS_SHEET, _COUNTRIES, "history"})
_UNKNOWN_MAKERS = "makers not known"
_WIDTHS = {"question_id": 14, "part": 28, "question": 52, "question_zh": 44, "answer": 24, "firm": 26}
_FILLED = ("answer", "firm", "firm_country", "document", "date", "valid_until", "signatory")
_HOW = (
    "Send each firm its own sheet alone, as a file of its own: every other sheet is about somebody else.",
    "The firm fills in the yellow cells. An answer counts only with a date and the name of who signs it.",
    "Answers to questions about a place are countries, as a name or a code; about amounts, plain numbers.",
    "Leave what is not known empty. After its last valid day an answer counts as unknown.",
    "Read the answers back with: supplychain flags DATASET --answers FILE",
    "請將各公司的工作表另存成單獨檔案後再寄出：其他工作表的內容與該公司無關。",
    "請填寫黃色欄位。回答須有日期與簽署人姓名才會採用。",
    "地點類問題請填國家或地區（名稱或代碼）；數量類問題請只填數字。",
    "不知道的項目請留白。超過有效期限的回答視為未知。",
)


def questionnaire(dataset: Dataset, answer: Mapping[str, Any], *, folder: Path | None = None) -> bytes:
    """Return the bytes of the workbook for a `gaps` object.

    Parameters
    ----------
    dataset : Dataset
    answer : mapping
        The `gaps` object.
    folder : pathlib.Path, optional
        Where the file will be: the path of the dataset is written as seen from there.

    Notes
    -----
    A sheet holds nothing but its firm's own product, inputs and owner, and what it is asked. The first sheet is the
    sender's: it says which dataset and product the questions are about, and what each sheet would settle. Firms and
    questions that would settle a figure come first.
    """
    from openpyxl import Workbook

    groups: dict[str, list[Mapping[str, Any]]] = {}
    for gap in answer["gaps"]:
        groups.setdefault(gap["supplier_id"], []).append(gap)
    book: Any = Workbook()
    titles = sheet_names(gaps[0]["supplier_name"] if key else _UNKNOWN_MAKERS for key, gaps in groups.items())
    _about(book.active, dataset, answer, folder, _contents(titles, list(groups.values())))
    for title, gaps in zip(titles, groups.values(), strict=True):
        _questions(book.create_sheet(title), gaps, dataset)
    _country_list(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet_names(names: Iterable[str]) -> list[str]:
    """Return names that a workbook takes for its sheets, each once whatever its capitals.

    Examples
    --------
    >>> sheet_names(["A/B [Taiwan]", "a b taiwan", ""])
    ['A B Taiwan', 'a b taiwan (2)', 'sheet']
    """
    taken = set(_RESERVED)
    result = []
    for name in names:
        plain = " ".join(_NOT_IN_NAMES.sub(" ", printable(name)).split()).strip("' ")[:_SHEET].strip("' ") or "sheet"
        chosen, number = plain, 1
        while chosen.casefold() in taken:
            number += 1
            mark = f" ({number})"
            chosen = plain[: _SHEET - len(mark)] + mark
        taken.add(chosen.casefold())
        result.append(chosen)
    return result


def _contents(titles: Sequence[str], groups: Sequence[Sequence[Mapping[str, Any]]]) -> list[tuple[str, str]]:
    """What there is to ask, in all and on each sheet, and how much of it would settle something."""
    settling = [sum(bool(gap["settles"] or gap["verdicts"]) for gap in gaps) for gaps in groups]
    total = sum(len(gaps) for gaps in groups)
    rows = [
        (
            "questions",
            f"{sum(settling)} that would settle a figure come first, {total - sum(settling)} others after them",
        )
    ]
    for title, count, gaps in zip(titles, settling, groups, strict=True):
        rows.append(("sheet", f"{title}: {count} that would settle a figure, {len(gaps) - count} others"))
    return rows


def _about(
    sheet: Any, dataset: Dataset, answer: Mapping[str, Any], folder: Path | None, contents: Sequence[tuple[str, str]]
) -> None:
    from openpyxl.styles import Alignment, Font

    provenance = answer["provenance"]
    sheet.title = QUESTIONS_SHEET
    rows = [
        ("what", "value"),
        (ABOUT_DATASET, _named(dataset, folder)),
        ("version", provenance["dataset"]["version"]),
        ("date of the data", provenance["dataset"]["date"]),
        (ABOUT_SHA256, provenance["dataset"]["sha256"]),
        ("product", answer["product"]),
        ("countries of concern", ",".join(answer["lens"]["countries"])),
        ("program", f"{provenance['program']} {provenance['program_version']}"),
        *(("how to", line) for line in _HOW),
        *contents,
    ]
    for number, (what, value) in enumerate(rows, start=1):
        for place, text in ((1, what), (2, value)):
            _put(sheet.cell(number, place), text)
            sheet.cell(number, place).alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 100


def _named(dataset: Dataset, folder: Path | None) -> str:
    """Name of the dataset, or its path as seen from the folder of the questionnaire."""
    if dataset.path is None:
        return ""
    path = dataset.path.resolve()
    for name in bundled_names(examples=True):
        if bundled_path(name).resolve() == path:
            return name
    try:
        return Path(os.path.relpath(path, (folder or Path()).resolve())).as_posix()
    except ValueError:  # on another drive
        return path.as_posix()


def _questions(sheet: Any, gaps: Sequence[Mapping[str, Any]], dataset: Dataset) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    zh = dict(zip(dataset.parts["part_id"], dataset.parts["name_zh"], strict=True))
    names = list(COLUMNS)
    for place, name in enumerate(names, start=1):
        cell = sheet.cell(1, place)
        _put(cell, COLUMNS[name])
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[cell.column_letter].width = _WIDTHS.get(name, 18)
    yellow = PatternFill("solid", fgColor="FFFFF2CC")
    for number, gap in enumerate(gaps, start=2):
        chinese = zh.get(gap["part_id"], "")
        texts = {
            "question_id": gap["question_id"],
            "part": f"{gap['name']} {chinese}".strip() if chinese != gap["name"] else gap["name"],
            "question": gap["question"],
            "question_zh": gap["question_zh"],
        }
        for place, name in enumerate(names, start=1):
            cell = sheet.cell(number, place)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if name in texts:
                _put(cell, texts[name])
            elif _is_asked(name, gap):
                cell.fill = yellow
    sheet.freeze_panes = "A2"
    _choices(sheet, gaps, names)


def _is_asked(column: str, gap: Mapping[str, Any]) -> bool:
    return column in _FILLED and (column not in {"firm", "firm_country"} or _asks_for_firm(gap))


def _asks_for_firm(gap: Mapping[str, Any]) -> bool:
    return gap["fact"] in {"owner", "upstream_source"} or gap["basis"] == "unnamed"


def _choices(sheet: Any, gaps: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
    """Lists of countries where a country is asked for; other spellings are taken too."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    # A quoted name, because a firm's own file may hold a copy of the list under the same name.
    source = f"'{_COUNTRIES}'!$A$1:$A${len(countries())}"
    choice: Any = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    answer, office = (get_column_letter(names.index(name) + 1) for name in ("answer", "firm_country"))
    for number, gap in enumerate(gaps, start=2):
        if gap["fact"] == "origin" or _asks_for_firm(gap):
            choice.add(f"{answer}{number}")
        if _asks_for_firm(gap):
            choice.add(f"{office}{number}")
    if choice.sqref.ranges:
        sheet.add_data_validation(choice)


def _country_list(book: Any) -> None:
    sheet = book.create_sheet(_COUNTRIES)
    for number, country in enumerate(sorted(countries().values(), key=lambda row: row.name), start=1):
        _put(sheet.cell(number, 1), country.name)
        _put(sheet.cell(number, 2), country.name_zh)
    sheet.sheet_state = "hidden"


def _put(cell: Any, text: object) -> None:
    """Write a text that stays one, also when the sheet is saved by somebody else."""
    plain = printable(str(text))[:_LONGEST]
    cell.value = plain
    # A text that begins with = would become a formula.
    cell.data_type = "s"
    if plain[:1] in {"=", "+", "-", "@"}:
        cell.quotePrefix = True
