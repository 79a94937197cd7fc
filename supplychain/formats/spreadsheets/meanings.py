"""What columns are used for: clear headers first, then those that the others make clear, then questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from supplychain.formats.spreadsheets.amounts import is_placeholder
from supplychain.formats.spreadsheets.column_states import Column, State
from supplychain.formats.spreadsheets.fields import FIELDS
from supplychain.formats.spreadsheets.headers import (
    IGNORED,
    HeaderMeaning,
    folded_header,
    one_line,
    second_choices,
)
from supplychain.formats.spreadsheets.price_columns import settle_prices
from supplychain.formats.spreadsheets.sheet import column_letter
from supplychain.formats.spreadsheets.values import ColumnUse, Question

__all__ = ["IGNORE", "OPEN", "Column", "settle"]

OPEN = "?"
"""Field of a column that somebody has to be asked about."""

IGNORE = "ignore"
"""Answer that a column is not used."""

_MOST_EXAMPLES = 3
_LONGEST_EXAMPLE = 40

# The first column of these is used, and the others are kept: a second one changes no figure.
_FIRST_WINS = frozenset(["note", "source_url", "lifecycle", "certification", "minimum_order"])
# Several of these are told apart by their order, whatever they are called.
_IN_ORDER = frozenset(["category", "substitutes"])
# Of several of these, one belongs to each maker.
_OF_MAKERS = frozenset(
    "unit_cost country_of_origin design_country headquarters_country shipping_country owner owner_country "  # noqa: SIM905
    "lead_time_days minimum_order".split()
)
_BOARD = frozenset(["footprint", "value"])
# Texts of which a file may have two columns that never disagree: they are read as one.
_MAY_AGREE = frozenset(
    "name description value footprint part_id reference_designator manufacturer manufacturer_part_number supplier "  # noqa: SIM905
    "supplier_part_number".split()
)
_RUNNING = re.compile(r"[#(]?[A-Za-z]?[0-9]{1,5}(?:[.\-/][0-9]{1,4}){0,8}[A-Za-z]?[.):]?")
_COUNT = re.compile(r"[0-9]")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)
_PART_NUMBERS = frozenset(["part_id", "manufacturer_part_number"])
_ITEM = frozenset(["item_number", "name"])
_LIBRARY = ("device", "libref", "libreference", "libraryreference", "cmpname", "cmp")


def settle(
    columns: Sequence[Column], answers: Mapping[int, tuple[str, int]], *, asked: Collection[int] = ()
) -> tuple[tuple[ColumnUse, ...], tuple[Question, ...]]:
    """Return the use of each column, and the questions that are left.

    Parameters
    ----------
    columns : sequence of Column
    answers : mapping of position to (field, number)
        What a person said; number 0 leaves the number to the header.
    asked : collection of int, optional
        Positions of columns to ask about, whatever their headers say.
    """
    states = [State.of(column) for column in columns]
    for state in states:
        meaning = state.meaning
        state.number = meaning.number
        if (answer := answers.get(state.column.position)) is not None:
            state.field, state.answered = answer[0], True
            state.number = answer[1] or meaning.number
        elif state.column.position in asked:
            continue
        elif not meaning.fields:
            state.field = IGNORED
        elif len(meaning.fields) == 1 and meaning.key not in second_choices() and not _special(meaning):
            state.field = meaning.fields[0]
    free = [state for state in states if state.column.position not in asked]
    _second_choices(free)
    for _ in range(2):  # what one rule settles may be what another waits for
        for state in free:
            if state.field is None:
                state.field = _rule(state, states)
    settle_prices(states)
    _languages(states)
    for state in states:
        if state.field is None and state.column.position in asked:
            state.choices = _choices_when_asked(state.meaning, states)
        elif state.field is None and all(map(is_placeholder, state.column.cells)) and state.column.cells:
            state.field = IGNORED  # nothing hangs on what an empty column is called
        elif state.field is None:
            state.choices = (*(field for field in state.meaning.fields if field != IGNORED), IGNORE)
    _numbers(states)
    _doubles(states)
    times = Counter(folded_header(state.column.header) for state in states)
    questions = tuple(
        _question(state, same_header=times[folded_header(state.column.header)] > 1) for state in states if state.choices
    )
    return tuple(map(_use, states)), questions


def _present(states: Iterable[State]) -> set[str]:
    return {state.field for state in states if state.field}


def _special(meaning: HeaderMeaning) -> bool:
    """Whether a header has one field but means another beside certain columns."""
    return meaning.key in _SINGLE


def _second_choices(states: Sequence[State]) -> None:
    for state in states:
        chain = second_choices().get(state.meaning.key)
        if state.field is None and chain and len(state.meaning.fields) == 1:
            # A seller's or an alternative maker's number stands beside the first one, not in its place.
            if FIELDS[chain[0]].several and state.number > 1:
                state.field = chain[0]
                continue
            present = _present(states)
            state.field = next((field for field in chain if field not in present), IGNORED)


def _languages(states: Sequence[State]) -> None:
    """Of one text in several languages ("name_zh", "name_en") the English one is used, else the first."""
    groups: dict[tuple[str, str, int], list[State]] = {}
    for state in states:
        if state.field and state.meaning.language and not state.answered and any(state.column.cells):
            groups.setdefault((state.field, state.meaning.key, state.number), []).append(state)
    for same in groups.values():
        if len({state.meaning.language for state in same}) == len(same) > 1:
            best = next((state for state in same if state.meaning.language in {"en", "eng", "english"}), same[0])
            _drop(state for state in same if state is not best)


def _rule(state: State, states: Sequence[State]) -> str | None:
    """Return the field that the other columns leave for a header, or None if they leave several."""
    others = _present(other for other in states if other is not state)
    if any(other.field is None and frozenset(other.meaning.fields) == _PART_NUMBERS for other in states):
        others = others | {"part_id"} if frozenset(state.meaning.fields) == _ITEM else others
    choices = frozenset(state.meaning.fields)
    if state.meaning.key in _SINGLE:
        return _SINGLE[state.meaning.key](others, state)
    rule = _RULES.get(choices)
    return rule(others, state) if rule else None


def _part_number(others: set[str], _state: State) -> str | None:
    if "part_id" in others:
        return IGNORED if "manufacturer_part_number" in others else "manufacturer_part_number"
    if "manufacturer_part_number" in others:
        return "part_id"
    return "manufacturer_part_number" if "manufacturer" in others else None


def _part_code(others: set[str], _state: State) -> str:
    """A code is the firm's own, unless it stands beside the maker and nothing else is the maker's number."""
    own = "manufacturer" not in others or "manufacturer_part_number" in others
    return "part_id" if own else "manufacturer_part_number"


def _origin_of_page(_others: set[str], state: State) -> str | None:
    """Addresses below a header "Source" are no shop and no country; else it is asked about."""
    cells = [text for text in state.column.cells if not is_placeholder(text)]
    addresses = sum(_ADDRESS.match(text.strip()) is not None for text in cells)
    return "source_url" if cells and 2 * addresses >= len(cells) else None


def _amount(others: set[str], _state: State) -> str | None:
    if "quantity" in others:
        return None if "total_cost" in others else "total_cost"
    return "quantity" if "total_cost" in others else None


def _total(others: set[str], _state: State) -> str | None:
    return "total_cost" if others & {"quantity", "unit_cost"} and "total_cost" not in others else None


def _sum_of_money(others: set[str], _state: State) -> str | None:
    if "total_cost" in others:
        return None if "unit_cost" in others else "unit_cost"
    return "total_cost" if others & {"unit_cost", "quantity"} else None


def _number(others: set[str], _state: State) -> str | None:
    if {"item_number", "quantity"} <= others and "part_id" not in others:
        return "part_id"
    own = others & {"part_id", "manufacturer_part_number"}
    return "item_number" if own and "quantity" in others and "item_number" not in others else None


def _running_number(others: set[str], state: State) -> str | None:
    if state.meaning.key == "no" and state.column.position == 0 and "item_number" not in others:
        return "item_number"
    return "part_id" if "item_number" in others and "part_id" not in others else None


def _item(others: set[str], state: State) -> str | None:
    if "item_number" in others:
        return None if "name" in others else "name"
    if others & {"name", "reference_designator", "level"}:
        return "item_number"
    cells = [text.strip() for text in state.column.cells if not is_placeholder(text)]
    words = sum(_RUNNING.fullmatch(text) is None for text in cells)
    if "description" in others and 10 * words >= 9 * len(cells) > 0:
        return "name"  # words number no rows
    if "description" in others and ((cells and not words) or (state.column.position == 0 and "part_id" in others)):
        return "item_number"
    return None if "description" in others else "name"


def _required(others: set[str], state: State) -> str:
    """How many are required, unless the column says whether they are."""
    cells = [text for text in state.column.cells if not is_placeholder(text)]
    counted = bool(cells) and all(_COUNT.match(text.strip()) for text in cells)
    return "quantity" if counted and "quantity" not in others else IGNORED


def _component(others: set[str], _state: State) -> str | None:
    """On a board list these are the places; a list that has places, or is of no board, calls the parts so."""
    if "reference_designator" in others or not others & _BOARD:
        return None if "name" in others else "name"
    return "reference_designator"


def _material(others: set[str], _state: State) -> str | None:
    if {"name", "part_id"} <= others:
        return IGNORED
    return "part_id" if others & {"level", "unit", "parent_id"} and "part_id" not in others else None


def _order_number(others: set[str], _state: State) -> str | None:
    if "supplier_part_number" in others and "part_id" not in others:
        return "part_id"
    return "supplier_part_number" if "supplier" in others and "supplier_part_number" not in others else None


def _vendor_number(others: set[str], _state: State) -> str | None:
    if others & {"manufacturer_part_number", "supplier"}:
        return "supplier_part_number"
    return "manufacturer_part_number" if "supplier_part_number" in others else None


def _quantity_unit(others: set[str], _state: State) -> str | None:
    return "unit" if "quantity" in others else "quantity"


def _price_per(others: set[str], _state: State) -> str:
    return "price_per" if "unit_cost" in others else "unit_cost"


def _pack_price(others: set[str], _state: State) -> str | None:
    return "unit_cost" if "price_per" in others and "unit_cost" not in others else None


def _product(others: set[str], _state: State) -> str | None:
    if "part_id" in others:
        return None if "parent_id" in others else "parent_id"
    return "part_id" if "parent_id" in others else None


def _row_identity(others: set[str], state: State) -> str:
    """Board lists count their rows in a first column "Id"."""
    board = "reference_designator" in others and state.column.position == 0
    return "item_number" if board and "item_number" not in others else "part_id"


def _comment(others: set[str], _state: State) -> str:
    """In board lists the value or part; elsewhere a remark, unless nothing else describes the part."""
    if "reference_designator" in others:
        return next((field for field in ("description", "value", "name") if field not in others), "note")
    return "note" if others & {"description", "name"} else "description"


def _specs(others: set[str], _state: State) -> str:
    named = "name" in others or not others & {"manufacturer_part_number"}
    return "description" if named and "description" not in others else "note"


def _library_name(others: set[str], _state: State) -> str:
    """Name of a symbol in a drawing library, as "C-EUC0402": better than nothing, and than nothing else."""
    return IGNORED if others & {"name", "description", "value", "manufacturer_part_number"} else "name"


_Rule = Callable[[set[str], State], str | None]
_SINGLE: Mapping[str, _Rule] = MappingProxyType(
    {
        "id": _row_identity,
        "comment": _comment,
        "specs": _specs,
        "partcode": _part_code,
        "required": _required,
        **dict.fromkeys(_LIBRARY, _library_name),
    }
)
# "vendor", "part" and a bare "country" have no rule: they are always asked about.
_RULES: Mapping[frozenset[str], _Rule] = MappingProxyType(
    {
        _PART_NUMBERS: _part_number,
        frozenset(["total_cost", "quantity"]): _amount,
        frozenset(["total_cost", "unit_cost"]): _sum_of_money,
        frozenset(["quantity", "item_number", "part_id"]): _number,
        frozenset(["item_number", "part_id"]): _running_number,
        _ITEM: _item,
        frozenset(["reference_designator", "name"]): _component,
        frozenset(["part_id", "name"]): _material,
        frozenset(["part_id", "supplier_part_number"]): _order_number,
        frozenset(["manufacturer_part_number", "supplier_part_number"]): _vendor_number,
        frozenset(["quantity", "unit"]): _quantity_unit,
        frozenset(["unit_cost", IGNORED]): _pack_price,
        frozenset(["unit_cost", "price_per"]): _price_per,
        frozenset(["parent_id", "part_id"]): _product,
        frozenset(["supplier", "source_url", "country_of_origin"]): _origin_of_page,
    }
)


def _numbers(states: Sequence[State]) -> None:
    """Number the columns that may be several and have one number: the same header twice, sellers, categories."""
    for name in (field.name for field in FIELDS.values() if field.several):
        same = [state for state in states if state.field == name and not state.unit and not state.start]
        # What a person said comes first; a seller in the header has no number of its own.
        same.sort(key=lambda state: (not state.answered, bool(state.meaning.seller)))
        taken: set[int] = set()
        first: dict[int, State] = {}
        waiting = []
        for state in same:
            if state.number not in taken:
                taken.add(state.number)
                first[state.number] = state
            elif (
                name in _IN_ORDER
                or (state.answered and first[state.number].answered)
                or (state.meaning.seller and name not in _OF_MAKERS)
                or (state.meaning.key == first[state.number].meaning.key and name not in _OF_MAKERS)
                or (name in _OF_MAKERS and _as_many_makers(states, same))
            ):
                waiting.append(state)
        for state in waiting:
            state.number = next(number for number in range(1, len(same) + len(taken) + 1) if number not in taken)
            taken.add(state.number)


def _as_many_makers(states: Sequence[State], same: Sequence[State]) -> bool:
    """Whether each of several equal headers can belong to one maker or seller."""
    headers = {state.meaning.key for state in same}
    return len(headers) == 1 and any(
        sum(state.field == field for state in states) == len(same) for field in ("manufacturer", "supplier")
    )


def _doubles(states: Sequence[State]) -> None:
    """Ask about two columns for one field, unless an answer, equal cells or empty ones decide."""
    groups: dict[tuple[str, int, str, float], list[State]] = {}
    for state in states:
        if not state.field:
            continue
        field = FIELDS[state.field]
        many_prices = field.name == "unit_cost" and any(
            other.field == "unit_cost" and other.number > 9 for other in states
        )
        number = state.number if field.several and not many_prices else 1
        groups.setdefault((field.name, number, state.unit, state.start), []).append(state)
    for (name, *_), same in groups.items():
        if not FIELDS[name].several:
            _one_of_numbered(same)
        used = [state for state in same if state.field]
        if len(used) < 2:
            continue
        answered = [state for state in used if state.answered]
        if answered and not FIELDS[name].several:
            _drop(state for state in used if not state.answered)
            continue
        filled = [state for state in used if any(state.column.cells)]
        if filled and len(filled) < len(used):
            _drop(state for state in used if state not in filled)
        if len(filled) < 2 or name in _FIRST_WINS or all(_same_use(filled[0], state) for state in filled[1:]):
            _drop((filled or used)[1:])
            continue
        if name in _MAY_AGREE and _agree(filled):
            _drop(state for state in filled[1:] if not FIELDS[name].several)
            continue
        for state in filled:
            if not state.answered:
                state.choices = _choices_of_double(name, states)
                state.field = None


def _one_of_numbered(same: Sequence[State]) -> None:
    """Of "Description", "Description 2" keep the first; the others are known, and not used."""
    lowest = min(state.number for state in same)
    _drop(state for state in same if state.number > lowest and not state.answered)
    for state in same:
        state.number = 1


def _drop(states: Iterable[State]) -> None:
    for state in states:
        state.field = IGNORED


def _same_use(first: State, second: State) -> bool:
    marks = [(each.meaning.currency, each.meaning.per, each.meaning.unit) for each in (first, second)]
    return marks[0] == marks[1] and list(first.column.cells) == list(second.column.cells)


def _agree(states: Sequence[State]) -> bool:
    """Whether no row has two different texts in some columns; of a field that is there once, the first has them all."""
    first = states[0]
    for row in zip(*(state.column.cells for state in states), strict=True):
        said = {" ".join(text.split()).casefold() for text in row if not is_placeholder(text)}
        if len(said) > 1 or (said and is_placeholder(row[0]) and not FIELDS[str(first.field)].several):
            return False
    return True


def _choices_when_asked(meaning: HeaderMeaning, states: Sequence[State]) -> tuple[str, ...]:
    """What a column can be that somebody asks about: what its header says, and near it; else any field."""
    likely = tuple(field for field in meaning.fields if field != IGNORED)
    if len(likely) == 1:
        return _choices_of_double(likely[0], states)
    return (*(likely or FIELDS), IGNORE)


def _choices_of_double(name: str, states: Sequence[State]) -> tuple[str, ...]:
    present = _present(states)
    near = {
        "unit_cost": ("total_cost",),
        "total_cost": ("unit_cost",),
        "name": ("description", "manufacturer_part_number"),
        "description": ("name", "note"),
        "manufacturer": ("supplier",),
        "supplier": ("manufacturer",),
        "part_id": ("manufacturer_part_number", "supplier_part_number"),
        "manufacturer_part_number": ("part_id", "supplier_part_number"),
        "country_of_origin": ("headquarters_country", "shipping_country", "design_country"),
        "quantity": ("minimum_order",),
    }
    return (name, *(field for field in near.get(name, ()) if field not in present), IGNORE)


def _use(state: State) -> ColumnUse:
    meaning = state.meaning
    field = OPEN if state.choices else state.field or IGNORED
    money = field in {"unit_cost", "total_cost", "currency", OPEN}
    timed = field in {"lead_time_days", "quantity", "do_not_place", OPEN}
    return ColumnUse(
        position=state.column.position,
        header=state.column.header,
        field=field,
        number=state.number if field == OPEN or (field and FIELDS[field].several) else 1,
        currency=meaning.currency if money else "",
        per=meaning.per if money else 1.0,
        unit=state.unit or (meaning.unit if timed else ""),
        start=state.start,
        stated=state.answered,
    )


def _question(state: State, *, same_header: bool) -> Question:
    header = state.column.header
    if same_header:
        header = f"{header} (column {column_letter(state.column.position)})"
    examples = list(dict.fromkeys(one_line(cell) for cell in state.column.cells if cell))[:_MOST_EXAMPLES]
    short = tuple(text if len(text) <= _LONGEST_EXAMPLE else text[: _LONGEST_EXAMPLE - 1] + "…" for text in examples)
    words = {name: field.meaning for name, field in FIELDS.items()} | {IGNORE: "not used"}
    return Question(header, short, tuple((choice, words[choice]) for choice in state.choices))
