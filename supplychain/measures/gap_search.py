"""Which facts about a product are missing, and what would be if one were learned."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import DOCUMENTED, concern
from supplychain.evidence import Question, unnamed_makers
from supplychain.measures.analysis import Analysis

__all__ = ["Missing", "is_exact", "learned", "missing_facts"]

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Missing:
    """A fact that is missing.

    Attributes
    ----------
    question : Question
    part_id : str
        Part that it concerns; for an owner the nearest part that the firm asked makes.
    tier : int
        Distance of that part from the product.
    options : array of int
        The makers meant; of a line whose source is missing, those that stand for it (of the first tier) or that use it.
    """

    question: Question
    part_id: str
    tier: int
    options: Int


def missing_facts(analysis: Analysis) -> list[Missing]:
    """All facts that are missing about the makers that a product may use, by tier, supplier, part and fact."""
    groups = _groups(analysis)
    unnamed = _unnamed(analysis)
    named = [group for group in groups if group.supplier not in unnamed]
    found = [
        *_origins(analysis, groups, unnamed),
        *_owners(analysis, groups, unnamed),
        *_makers(analysis, [group for group in groups if group.supplier in unnamed]),
        *_upstream(analysis, unnamed),
        *_choices(analysis, unnamed),
        *_amounts(analysis, named),
    ]
    return sorted(found, key=lambda item: (item.tier, item.question.supplier_id, item.part_id, item.question.fact))


@dataclass(frozen=True)
class _Group:
    """Makers of one part under one name, of which the product may use some."""

    part: int
    supplier: int
    tier: int
    options: Int


def _groups(analysis: Analysis) -> list[_Group]:
    compiled, options = analysis.compiled, analysis.compiled.options
    tier = analysis.reach.tier[: compiled.option_count]
    used = np.flatnonzero((tier >= 0) & ~analysis.product_options & ~options.is_class)
    result = []
    width = len(compiled.supplier_ids) + 1
    # An offer counts in a mix and where a line names it: what is learned of one option holds for its twin.
    key = options.part * width + options.supplier + 1
    order = np.argsort(key, kind="stable")
    for wanted in np.unique(key[used]):
        span = order[np.searchsorted(key[order], wanted) : np.searchsorted(key[order], wanted, side="right")]
        span = span[~options.is_class[span]]
        reached = span[tier[span] >= 0]
        result.append(
            _Group(int(options.part[span[0]]), int(options.supplier[span[0]]), int(tier[reached].min()), span)
        )
    return result


def _unnamed(analysis: Analysis) -> frozenset[int]:
    """Codes of the suppliers that stand for makers who are not named."""
    ids = analysis.compiled.supplier_ids
    return frozenset(
        int(place) for place in np.flatnonzero(np.isin(ids, list(unnamed_makers(analysis.compiled.dataset))))
    )


def _id(analysis: Analysis, supplier: int) -> str:
    return str(analysis.compiled.supplier_ids[supplier]) if supplier >= 0 else ""


def _reached(analysis: Analysis, options: Int) -> Int:
    return options[analysis.reach.tier[options] >= 0]


def _origins(analysis: Analysis, groups: list[_Group], unnamed: frozenset[int]) -> Iterator[Missing]:
    origins, compiled = analysis.origins, analysis.compiled
    wanted = [("made", origins.made)]
    if "designed" in analysis.lens.bases:
        wanted.append(("designed", origins.designed))
    nowhere = _among_several(analysis)
    for group in groups:
        for basis, codes in wanted:
            # A market is one place on every basis; where a maker that is not named makes it is asked with its name.
            if (basis == "designed" and group.supplier < 0) or (basis == "made" and group.supplier in unnamed):
                continue
            used = np.setdiff1d(_reached(analysis, group.options), nowhere)
            if (codes[used] < 0).any():
                part = str(compiled.part_ids[group.part])
                question = Question("origin", basis, _id(analysis, group.supplier), part)
                yield Missing(question, part, group.tier, group.options[codes[group.options] < 0])


def _among_several(analysis: Analysis) -> Int:
    """Makers that stand only for the rest of a slot of several parts: nobody can say which of the parts it is."""
    compiled, table, entries = analysis.compiled, analysis.compiled.alternatives, analysis.compiled.entries
    first_choice = compiled.option_count + compiled.mix_count
    used = analysis.reach.recipe_longest[compiled.slot_recipe[table.slot]] >= 0
    rest = np.unique(table.target[used & (table.line < 0) & (table.target >= first_choice)]) - first_choice
    among = np.isin(entries.choice, rest) & (entries.line < 0)
    if not among.any():
        return np.zeros(0, dtype=np.int64)
    elsewhere = np.concatenate([table.target[used], compiled.members.option, entries.target[~among]])
    return np.setdiff1d(entries.target[among], elsewhere)


def _makers(analysis: Analysis, groups: list[_Group]) -> Iterator[Missing]:
    """Makers that are not named, where that leaves open where something is made or whose it is."""
    origins = analysis.origins
    for group in groups:
        used = _reached(analysis, group.options)
        if origins.links.home[group.supplier] < 0 or (origins.made[used] < 0).any():
            part = str(analysis.compiled.part_ids[group.part])
            question = Question("maker", "unnamed", part_id=part, firm_id=_id(analysis, group.supplier))
            yield Missing(question, part, group.tier, group.options)


def _owners(analysis: Analysis, groups: list[_Group], unnamed: frozenset[int]) -> Iterator[Missing]:
    """Firms in use, and firms above them, whose head office is not known; the firm itself or one below it is asked.

    Of makers that are not named those above are asked for alone.
    """
    links, compiled = analysis.origins.links, analysis.compiled
    nearest: dict[int, _Group] = {}
    for group in sorted(groups, key=lambda item: (item.tier, item.part)):
        if group.supplier >= 0:
            nearest.setdefault(group.supplier, group)
    asked = {firm: firm for firm in nearest}
    waiting = deque(sorted(nearest, key=lambda firm: (nearest[firm].tier, firm)))
    country_given: set[int] = set()
    links_of, options_of = _places_of(links.supplier), _places_of(compiled.options.supplier)
    while waiting:
        firm = waiting.popleft()
        for place in links_of.get(firm, ()):
            owner = int(links.owner[place])
            if owner >= len(links.home):
                continue
            if owner not in asked:
                asked[owner] = asked[firm]
                waiting.append(owner)
                if links.country[place] >= 0:
                    country_given.add(owner)
    for firm, contact in sorted(asked.items()):
        if firm in unnamed or links.home[firm] >= 0 or (firm in country_given and firm not in nearest):
            continue
        group = nearest[contact]
        basis = "headquartered" if firm == contact else "owned"
        question = Question("owner", basis, _id(analysis, contact), firm_id=_id(analysis, firm))
        options = options_of.get(firm, np.zeros(0, dtype=np.int64))
        yield Missing(question, str(compiled.part_ids[group.part]), group.tier, options)


def _places_of(values: Int) -> dict[int, Int]:
    """Where each value stands, in order; one look at all of them instead of one for each."""
    order = np.argsort(values, kind="stable").astype(np.int64)
    distinct, starts = np.unique(values[order], return_index=True)
    return dict(zip(distinct.tolist(), np.split(order, starts[1:]), strict=True)) if len(order) else {}


def _upstream(analysis: Analysis, unnamed: frozenset[int]) -> Iterator[Missing]:
    """Lines that are not documented, of the product and of makers to whom documented lines lead.

    Further up an answer would settle nothing: the way there is not documented.
    """
    compiled, options, table = analysis.compiled, analysis.compiled.options, analysis.compiled.alternatives
    first_choice = compiled.option_count + compiled.mix_count
    waiting = deque(sorted(int(option) for option in _reached(analysis, np.flatnonzero(analysis.product_options))))
    slots_of = _places_of(compiled.slot_recipe)
    seen = set(waiting)
    asked: set[str] = set()
    while waiting:
        option = waiting.popleft()
        for slot in slots_of.get(int(options.recipe[option]), ()):
            places = np.arange(compiled.slot_pointers[slot], compiled.slot_pointers[slot + 1])
            known = places[(table.grade[places] >= DOCUMENTED) & (table.line[places] >= 0)]
            for target in (int(place) for place in table.target[known]):
                following = [target] if target < compiled.option_count else []
                if target >= first_choice:
                    choice = target - first_choice
                    span = slice(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
                    following = [int(entry) for entry in compiled.entries.target[span]]
                for maker in following:
                    supplier = int(options.supplier[maker])
                    asked_first = supplier in unnamed
                    if maker not in seen and not asked_first and (supplier >= 0 or options.is_class[maker]):
                        seen.add(maker)
                        waiting.append(maker)
            if len(places) == 1 and not len(known) and not options.is_class[option]:
                found = _line_question(analysis, option, int(places[0]))
                if found is not None and found.question.question_id not in asked:
                    asked.add(found.question.question_id)
                    yield found


def _line_question(analysis: Analysis, option: int, place: int) -> Missing | None:
    compiled = analysis.compiled
    line = int(compiled.alternatives.line[place])
    if line < 0 or compiled.is_class[compiled.lines.child[line]]:
        return None
    row = compiled.dataset.bom.iloc[int(compiled.lines.row[line])]
    question = Question(
        "upstream_source",
        supplier_id=_id(analysis, int(compiled.options.supplier[option])),
        part_id=str(row["parent_id"]),
        input_id=str(row["child_id"]),
        slot=str(row["slot"] or row["child_id"]),
    )
    tier = int(analysis.reach.tier[option]) + 1
    child = np.flatnonzero(compiled.options.part == compiled.lines.child[line])
    return Missing(question, str(row["parent_id"]), tier, child if tier == 1 else np.array([option], dtype=np.int64))


def _choices(analysis: Analysis, unnamed: frozenset[int]) -> Iterator[Missing]:
    """Lines of the buyer that name several makers, of which nothing says from whom it buys.

    The buyer's are those of the product and of what nobody else is known to make.
    """
    compiled, options, table = analysis.compiled, analysis.compiled.options, analysis.compiled.alternatives
    first_choice = compiled.option_count + compiled.mix_count
    waiting = sorted(int(option) for option in _reached(analysis, np.flatnonzero(analysis.product_options)))
    seen, asked = set(waiting), set()
    while waiting:
        option = waiting.pop(0)
        for slot in np.flatnonzero(compiled.slot_recipe == options.recipe[option]):
            for target in table.target[compiled.slot_pointers[slot] : compiled.slot_pointers[slot + 1]]:
                if target < compiled.option_count:
                    nobody = options.supplier[target] < 0 or int(options.supplier[target]) in unnamed
                    if nobody and not options.is_class[target] and int(target) not in seen:
                        seen.add(int(target))
                        waiting.append(int(target))
                elif target >= first_choice:
                    found = _choice_question(analysis, option, int(target) - first_choice)
                    if found is not None and found.question.question_id not in asked:
                        asked.add(found.question.question_id)
                        yield found


def _choice_question(analysis: Analysis, option: int, choice: int) -> Missing | None:
    """Ask which maker of one part is meant; None if the choice is among several parts, or no lines state it."""
    compiled = analysis.compiled
    entries = slice(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
    lines = compiled.entries.line[entries]
    if (lines < 0).any() or len(np.unique(compiled.lines.child[lines])) > 1:
        return None
    rows = compiled.dataset.bom.iloc[compiled.lines.row[lines]]
    if (rows["supplier_id"] == "").any() or rows["supplier_id"].nunique() < 2:
        return None
    first = rows.iloc[0]
    question = Question(
        "maker",
        "choice",
        supplier_id=_id(analysis, int(compiled.options.supplier[option])),
        part_id=str(first["parent_id"]),
        input_id=str(first["child_id"]),
        slot=str(first["slot"] or first["child_id"]),
    )
    tier = int(analysis.reach.tier[option]) + 1
    return Missing(question, str(first["child_id"]), tier, compiled.entries.target[entries])


def _amounts(analysis: Analysis, groups: list[_Group]) -> Iterator[Missing]:
    compiled, options = analysis.compiled, analysis.compiled.options
    offers = compiled.dataset.offers
    kinds = compiled.dataset.parts["kind"].to_numpy(dtype=object)[compiled.part_row]
    columns = {
        "capacity": offers["capacity_per_year"].to_numpy(dtype=np.float64),
        "lead_time": offers["lead_time_days"].to_numpy(dtype=np.float64),
    }
    for group in groups:
        if group.supplier < 0 or kinds[group.part] == "software":
            continue
        backed = group.options[options.offer[group.options] >= 0]
        for fact, values in columns.items():
            stated = ~np.isnan(values[options.offer[backed]])
            # A capacity is a total over the offers of a firm; a lead time is one of each.
            if stated.any() if fact == "capacity" else (len(stated) and stated.all()):
                continue
            part = str(compiled.part_ids[group.part])
            question = Question(fact, "", _id(analysis, group.supplier), part)
            yield Missing(question, part, group.tier, group.options)


def is_exact(analysis: Analysis, missing: Missing) -> bool:
    """Whether an answer changes nothing but countries, so that `learned` says what it does.

    Else it adds rows that other lines may lead to as well.
    """
    question, compiled, options = missing.question, analysis.compiled, analysis.compiled.options
    if question.fact == "owner":
        return True
    if question.fact != "origin" and question.basis != "unnamed":
        return False
    without_offer = missing.options[options.offer[missing.options] < 0]
    if not len(without_offer):
        return True
    if question.basis == "unnamed":
        return False
    if question.supplier_id:
        row = compiled.dataset.parts.iloc[int(compiled.part_row[options.part[without_offer[0]]])]
        return question.basis == "made" and row["mix_complete"] != "yes"
    plain = without_offer[~options.priced_at_mean[without_offer]]
    return len(plain) <= 1 and not np.isin(without_offer, _slot_remainders(analysis)).any()


def _slot_remainders(analysis: Analysis) -> Int:
    """Options that stand for the rest of a slot whose shares leave one."""
    compiled, table = analysis.compiled, analysis.compiled.alternatives
    first_choice = compiled.option_count + compiled.mix_count
    targets = table.target[table.line < 0]
    rests = compiled.entries.target[
        (compiled.entries.line < 0) & np.isin(compiled.entries.choice, targets[targets >= first_choice] - first_choice)
    ]
    return np.concatenate([targets[targets < compiled.option_count], rests])


def learned(analysis: Analysis, missing: Missing, *, inside: bool) -> Bool:
    """Concern of every option, shape (2, options), if the missing country is inside the lens, or outside."""
    origins, options = analysis.origins, analysis.compiled.options
    # Two countries more: one of the lens, and one that is in no lens.
    code = len(origins.countries) + (0 if inside else 1)
    made, designed, headquartered = origins.made.copy(), origins.designed.copy(), origins.headquartered.copy()
    links = origins.links
    mine = missing.options
    kinds = analysis.compiled.dataset.parts["kind"].to_numpy(dtype=object)[analysis.compiled.part_row]
    falls_back = (kinds[options.part[mine]] == "software") & (options.offer[mine] >= 0) & (made[mine] < 0)
    if missing.question.fact in {"owner", "maker"}:
        firm = int(np.flatnonzero(analysis.compiled.supplier_ids == missing.question.firm_id)[0])
        home = links.home.copy()
        home[firm] = code
        links = replace(links, home=home)
        mine_made = mine[falls_back] if missing.question.fact == "owner" else mine[made[mine] < 0]
        headquartered[mine] = code
        made[mine_made] = code
    elif missing.question.basis == "designed":
        designed[mine] = code
        made[mine[falls_back]] = code
    else:
        made[mine] = code
        if not missing.question.supplier_id:
            designed[mine] = headquartered[mine] = code
    changed = replace(
        origins,
        countries=(*origins.countries, analysis.lens.countries[0], ""),
        made=made,
        designed=designed,
        headquartered=headquartered,
        links=links,
    )
    low, high = concern(analysis.compiled, changed, analysis.lens)
    if missing.question.fact == "origin" and not missing.question.supplier_id:
        # The row that the answer adds for an unknown maker is a market, with one country on every basis.
        unknown = mine[options.offer[mine] < 0]
        low[unknown] = high[unknown] = inside
    return np.stack([low, high])
