"""What each row of a table is: a line, another maker of the line above, a heading, a total, a note, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from supplychain.formats.spreadsheets.amounts import LONGEST, is_placeholder, plain_text
from supplychain.formats.spreadsheets.designators import expand
from supplychain.formats.spreadsheets.prices import currency_code, read_money
from supplychain.formats.spreadsheets.table import Table, cell, filled, row_text, uses_of
from supplychain.formats.spreadsheets.values import LeftRow

__all__ = ["Sections", "sort_rows"]

_IDENTITY = ("name", "description", "part_id", "manufacturer_part_number", "value")
_COUNTED = frozenset({"quantity", "unit_cost", "total_cost", "reference_designator"})
_MAKERS = frozenset({"manufacturer", "manufacturer_part_number"})
_KEYS = frozenset(
    {"name", "part_id", "reference_designator", "description", "value", "item_number", "level", "category"}
)
_STRONG = frozenset(
    {"manufacturer", "manufacturer_part_number", "supplier_part_number", "reference_designator", "quantity", "hs_code"}
    | {"unit_cost", "total_cost"}
)
_AMOUNTS = frozenset({"unit_cost", "total_cost", "quantity", "currency", "unit", ""})

_TOTAL_WORDS = frozenset(
    "total totals subtotal sum summe gesamt gesamtsumme gesamtpreis zwischensumme endsumme somme".split()  # noqa: SIM905
)
_BESIDE_TOTAL = frozenset(
    "grand sub net gross bom overall parts part project cost costs price amount value order per unit of all "  # noqa: SIM905
    "number quantity qty the incl excl vat tax in components items lines estimated est approx approximate complete "
    "build unit units kit board system first with tools each".split()
)
_TOTAL_CHINESE = re.compile(
    r".{0,12}(?:合計|小計|總計|总计|合计|小计|總和|总和|共計|共计|總額|总额|總價|总价)(?:\(.*\))?"
)
_TOTAL_OF = re.compile(r"(?:sub-?\s?total|grand total|zwischensumme)\b.{0,60}|.{0,60}\b(?:sub-?total|zwischensumme)")
_COST_OF = re.compile(r"(?:estimated|est\.?|approx\.?|overall|geschätzte) (?:total )?(?:costs?|price|kosten)\b.{0,40}")
_BRACKETS = re.compile(r"\([^()]*\)")
_CHARGE = re.compile(
    r"(?:(?:hardware|electronics|pcb|parts?|components?|estimated|additional|/) ){0,4}"
    r"(?:shipping|freight|postage|handling|insurance|sales tax|tax|vat|customs|duty|import duty|tariff|discount"
    r"|versand|versandkosten|fracht|mwst|rabatt|運費|运费|稅|稅金|税金|營業稅|關稅|关税|折扣|保險費)"
    r"(?: (?:and|&) (?:handling|vat|tax|taxes)| costs?| fees?| charges?)?\s*(?:\(?[0-9.,]+\s*%\)?)?"
)
_NOTE = re.compile(
    r"(?:notes?|remarks?|hinweise?|anmerkung(?:en)?|備註|备注|註|注|說明|说明)\s*[0-9]*\s*[:.、]|※|\*+\s?\w"
)
_HEADED = frozenset({"name", "description", "category", "part_id", "item_number", "level", "value", "parent_id", ""})
_ORDINAL = re.compile(r"[a-z]|[ivx]{1,5}|[一二三四五六七八九十甲乙丙丁]{1,3}")
_MAY_ADD = frozenset({"line", "single", "long", "loose"})
_LONG = 60
_FEW = 3  # filled cells of a row that may be no line


@dataclass(frozen=True)
class Sections:
    """The rows of a table, sorted; rows are places in the grid.

    Attributes
    ----------
    lines : tuple of int
        Rows that are lines of the bill.
    alternates : mapping of int to (int, str)
        Rows that name another maker of a line: the line, and how it shows.
    totals : mapping of int to bool
        Rows with sums; False where only the amount tells, so that it has to be checked.
    charges : frozenset of int
        Rows such as shipping and tax, which are in `left`.
    headings : mapping of int to str
        Section heading above a line.
    left : tuple of LeftRow
        All other rows.
    doubtful : mapping of int to str
        Rows left out that might be a part of which only the name is stated, and as what they are taken.
    """

    lines: tuple[int, ...]
    alternates: Mapping[int, tuple[int, str]]
    totals: Mapping[int, bool]
    charges: frozenset[int]
    headings: Mapping[int, str]
    left: tuple[LeftRow, ...]
    doubtful: Mapping[int, str]


def sort_rows(table: Table) -> Sections:
    """Say of each row of a table what it is."""
    header = table.column_map.header_row
    left: list[LeftRow] = []
    for row in range(table.start):
        number = table.grid.lines[row]
        text = row_text(table, row)
        if number == header:
            left.append(LeftRow(number, "header", "the header", text))
        elif text:
            left.append(LeftRow(number, "title", "above the header", text))
        else:
            left.append(LeftRow(number, "blank", "empty", ""))
    kinds = _first_look(table)
    return _second_look(table, kinds, left)


def _first_look(table: Table) -> dict[int, str]:
    """Kind of each row by its own cells: blank, header, total, charge, note, amounts, single or line."""
    fields = {use.position: use.field for use in table.column_map.columns}
    numbers = range(table.start, len(table.grid.rows))
    widths = [len(places) for row in numbers if (places := filled(table, row))]
    typical = median(widths) if widths else 0.0
    repeats = _header_test(table)
    kinds: dict[int, str] = {}
    for row in numbers:
        places = filled(table, row)
        if all(is_placeholder(table.grid.rows[row][place]) for place in places):
            kinds[row] = "blank"
        elif repeats(row, places):
            kinds[row] = "header"
        else:
            kinds[row] = _kind(table, row, places, fields, typical)
    return kinds


def _kind(table: Table, row: int, places: list[int], fields: Mapping[int, str], typical: float) -> str:
    texts = table.grid.rows[row]
    places = [place for place in places if not is_placeholder(texts[place])]  # "Total | - | - | 525.30"
    if len(places) <= _FEW:  # words in the column of places are a heading, a note or the name of a sum
        named = [place for place in places if fields.get(place) == "reference_designator"]
        words = {place: "" for place in named if _is_words(texts[place], alone=len(places) == 1)}
        fields = {**fields, **words}
    has = {fields.get(place, "") for place in places}
    cells = {place: plain_text(texts[place][:LONGEST]).casefold() for place in places}
    return _kind_of_sum(cells, has, fields) or _kind_of_text(table, row, cells, fields, typical)


def _is_words(text: str, *, alone: bool) -> bool:
    """Whether a cell for places holds words; "Antennas" alone in its row is a heading, no place."""
    return expand(text, limit=100).count is None or (alone and not any(map(str.isdigit, text)))


def _kind_of_sum(cells: Mapping[int, str], has: set[str], fields: Mapping[int, str]) -> str:
    """Kind of a row of amounts: total, charge or amounts; "" if it is none."""
    if not has & (_MAKERS | {"reference_designator"}) or len(cells) == 1:
        if _is_total(cells, has, fields):
            return "total"
        if any(_CHARGE.fullmatch(text) for place, text in cells.items() if fields.get(place) not in _MAKERS):
            return "charge"
    if has <= _AMOUNTS and has & {"unit_cost", "total_cost", ""}:
        words = [text for text in cells.values() if not _is_amount(text)]
        if not words:
            return "amounts"
        if len(words) == 1 and words[0].endswith((":", "：")):
            return "note"  # "Soldering iron: 25.00" below the table
    return ""


def _kind_of_text(table: Table, row: int, cells: Mapping[int, str], fields: Mapping[int, str], typical: float) -> str:
    """Kind of a row that states no sum: a line, or a text in one or two cells."""
    has = {fields.get(place, "") for place in cells}
    if has <= {"item_number", "level"} and len(has) == 1 and not any(map(_is_title, cells.values())):
        return "blank" if "item_number" in has else "line"  # a level of nothing is refused
    told = [place for place in cells if not (fields.get(place) == "item_number" and _is_ordinal(cells[place]))]
    texts = told or list(cells)
    kind = ""
    if not has & _STRONG:
        if _NOTE.match(cells[texts[0]]):
            kind = "note"
        elif len(texts) == 1 and (typical >= 2 or has == {"category"}):
            kind = "single" if fields.get(texts[0], "") in _HEADED else "note"
        elif len(texts) == 2 and typical >= 4 and max(len(cells[place]) for place in texts) > _LONG:
            kind = "long"
    if not kind and len(cells) <= 3 and not has & _COUNTED:
        named = any(cell(table, row, use.position) for use in uses_of(table, *_IDENTITY))
        kind = "" if named else "loose"
    return kind or "line"


def _is_total(cells: Mapping[int, str], has: set[str], fields: Mapping[int, str]) -> bool:
    for text in cells.values():
        bare = text.strip(" :=.").replace(" ", "") if not text.isascii() else text.strip(" :=.")
        if len(bare) > 80:
            continue
        words = re.findall(r"[^\W\d_]+", _BRACKETS.sub(" ", bare))
        spelled = [word for word in words if not currency_code(word)]
        core = _TOTAL_WORDS.intersection(words)
        if core and all(word in _TOTAL_WORDS or word in _BESIDE_TOTAL for word in spelled):
            return True
        if _TOTAL_CHINESE.fullmatch(bare) or _TOTAL_OF.fullmatch(bare):
            return True
        # "Total electronics" beside a sum is a total; "Total station", of which one is bought, is a part.
        amounts = any(fields.get(place) in {"unit_cost", "total_cost"} for place in cells)
        ends = len(words) < 6 and words[-1:] == ["total"]  # "Known project total"
        if ends and amounts and not has & {"part_id", "reference_designator", *_MAKERS}:
            return True
        told = words[:1] == ["total"] or _COST_OF.fullmatch(bare)
        if told and amounts and not has & {"quantity", "part_id", *_MAKERS}:
            return True
    return False


def _is_amount(text: str) -> bool:
    return bool(read_money(text, ".").breaks) or bool(currency_code(text)) or is_placeholder(text)


def _is_ordinal(text: str) -> bool:
    return bool(_ORDINAL.fullmatch(re.sub(r"[\s.()、]", "", text)))


def _is_title(text: str) -> bool:
    return not _is_ordinal(text) and any(sign.isalpha() for sign in text)


def _header_test(table: Table) -> Callable[[int, list[int]], bool]:
    """Return a test whether a row repeats the header."""
    headers: dict[int, set[str]] = {}
    for use in table.column_map.columns:
        headers.setdefault(use.position, set()).add(_same(use.header))
    for row in range(table.start):
        if table.grid.lines[row] == table.column_map.header_row:
            for place, text in enumerate(table.grid.rows[row]):
                headers.setdefault(place, set()).add(_same(text))
    least = min(2, sum(1 for names in headers.values() if names - {""}))

    def repeats(row: int, places: list[int]) -> bool:
        if len(places) < least or not least:
            return False
        return all(_same(table.grid.rows[row][place]) in headers.get(place, ()) for place in places)

    return repeats


def _same(text: str) -> str:
    return "".join(plain_text(text).casefold().split())


def _second_look(table: Table, kinds: Mapping[int, str], left: list[LeftRow]) -> Sections:
    """Kind of each row by the rows around it."""
    lines: list[int] = []
    alternates: dict[int, tuple[int, str]] = {}
    totals: dict[int, bool] = {}
    headings: dict[int, str] = {}
    heading = ""
    above: int | None = None  # the line that a row may add a maker to
    doubtful: dict[int, str] = {}
    charges = frozenset(row for row, kind in kinds.items() if kind == "charge")
    wide = {merge.top for merge in table.grid.merged if merge.left < merge.right}
    follows = _lines_follow(kinds)
    asides = _asides(table, kinds)
    for row, kind in kinds.items():
        number, text = table.grid.lines[row], row_text(table, row)
        if kind == "single" and above is not None and row not in wide and not _is_marked(text):
            doubtful[row] = "the heading of the lines below" if follows[row] else "a note"
        added = _adds_to(table, row, above) if kind in _MAY_ADD else None
        if added:
            alternates[row] = added
            doubtful.pop(row, None)
            continue
        if kind in {"total", "amounts"}:
            totals[row] = kind == "total"
        elif row in asides:
            left.append(LeftRow(number, "note", "an amount below a total, no line", text))
        elif kind == "line" or (kind in {"long", "loose"} and follows[row]):
            lines.append(row)
            headings[row] = heading
            above = row
            continue
        elif kind == "single" and follows[row] and len(text) <= _LONG * 2:
            heading = text.rstrip(":： ").replace(" | ", " ")
            left.append(LeftRow(number, "heading", "heading of the lines below", text))
        elif kind == "charge":
            left.append(LeftRow(number, "note", "a charge, no part", text))
        elif kind in {"blank", "header"}:
            reason = (
                "the header again"
                if kind == "header"
                else "empty but for its number"
                if any(map(str.isalnum, text))
                else "empty"
            )
            left.append(LeftRow(number, "blank" if kind == "blank" else "header", reason, text))
        else:
            left.append(LeftRow(number, "note", "a text, no line", text))
        above = None
    return Sections(tuple(lines), alternates, totals, charges, headings, tuple(left), doubtful)


def _asides(table: Table, kinds: Mapping[int, str]) -> set[int]:
    """Rows below the last total with a text and an amount alone, as "Budget: 70", if the list has quantities."""
    found: set[int] = set()
    fields = {use.position: use.field for use in table.column_map.columns}
    if not any(uses_of(table, "quantity")):
        return found
    for row in reversed(list(kinds)):
        if kinds[row] == "total":
            return found
        if kinds[row] != "line":
            continue
        has = [fields.get(place, "") for place in filled(table, row)]
        if len(has) != 2 or not {"unit_cost", "total_cost"}.intersection(has):
            break
        found.add(row)
    return set()


def _is_marked(text: str) -> bool:
    """Whether a text alone in its row shows that it is a heading or a note: by a colon, a number or its length."""
    ordinal = r"[:：.。]$|^[一二三四五六七八九十A-Z]{1,4}[、.)]"
    return len(text) > _LONG or " | " in text or bool(re.search(ordinal, text))


def _lines_follow(kinds: Mapping[int, str]) -> dict[int, bool]:
    """Whether a line comes below each row before a total or the end."""
    found: dict[int, bool] = {}
    follows = False
    for row in reversed(list(kinds)):
        found[row] = follows
        if kinds[row] == "line":
            follows = True
    return found


def _adds_to(table: Table, row: int, above: int | None) -> tuple[int, str] | None:
    """Line that a row adds a maker to, and how that shows; None if it is no such row."""
    if above is None:
        return None
    own = {use.field for use in table.column_map.columns if use.field and cell(table, row, use.position, repeat=False)}
    if not own & _MAKERS:
        return None
    fields = {use.position: use.field for use in table.column_map.columns}
    merged = {fields.get(merge.left, "") for merge in table.covered.get(row, ()) if merge.top >= above}
    if merged & _KEYS and not own & (_KEYS | {"quantity"}) - {"description", "value"}:
        return above, "the cells of the line above are merged over it"
    named = {use.field for use in uses_of(table, *_KEYS) if cell(table, above, use.position)}
    if not own & (_KEYS | {"quantity", "footprint"}) and named - {"category", "level"}:
        return above, "only the maker is stated"
    if _same_line(table, row, above):
        return above, "the line above is repeated with another maker"
    return None


def _same_line(table: Table, row: int, above: int) -> bool:
    """Whether two rows are one line, with two makers: same places, or same number of line and of part."""

    def one(name: str, of: int) -> str:
        found = (cell(table, of, use.position) for use in uses_of(table, name))
        return "\n".join(text for text in found if not is_placeholder(text)).strip()

    def equal(name: str) -> bool:
        return bool(one(name, row)) and one(name, row) == one(name, above)

    if all(one(name, row) == one(name, above) for name in _MAKERS):
        return False
    if any(one(name, row) != one(name, above) for name in ("part_id", "quantity", "level", "parent_id")):
        return False
    if one("item_number", row) and one("item_number", above) and not equal("item_number"):
        return False
    return equal("reference_designator") or (equal("item_number") and (equal("part_id") or equal("name")))
