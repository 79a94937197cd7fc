"""Answers of suppliers laid over the tables of a dataset."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from supplychain.dataset import Dataset
from supplychain.errors import Problem
from supplychain.evidence import Answer, Question, agreeing, unnamed_makers
from supplychain.overlay import FACTS, is_overlay

__all__ = ["mean_price", "with_answers"]

_Mask = npt.NDArray[np.bool_]
_DEAD = ("unavailable", "withdrawn")


def with_answers(dataset: Dataset, answers: Iterable[Answer]) -> Dataset:
    """Lay answers over a dataset; each becomes a source of kind attestation, and the facts that it settles.

    Where answers disagree on a fact, none of them is used. A fact that the dataset has gives way to a signed answer,
    unless its own evidence is of a later day; both are said.

    Parameters
    ----------
    dataset : Dataset
    answers : iterable of Answer
        Checked ones: signed, dated, in force.

    Returns
    -------
    Dataset
        Its problems begin with what could not be used, and why.
    """
    tables = _Tables(dataset)
    used, disagreements = agreeing(answers, tables.firm_key)
    for answer in used:
        tables.lay(answer)
    result = dataset.with_tables(**tables.changed())
    # Lines of the files are still those of the rows that were there before.
    places = {name: place for name, place in dataset.places.items() if name not in tables.resized}
    return replace(result, places=places, problems=(*disagreements, *tables.problems, *dataset.problems))


def mean_price(offers: pd.DataFrame, part_id: str, supplier_id: str = "", offer_id: str = "") -> float:
    """Price of what a line leads to: of a named source, or the share-weighted mean of the default mix; NaN if unknown.

    Examples
    --------
    >>> dataset = Dataset.from_tables({"offers": [{"part_id": "nut", "share": 1, "unit_cost_usd": 2}]})
    >>> mean_price(dataset.offers, "nut")
    2.0
    """
    mine = offers[(offers["part_id"] == part_id) & ~offers["status"].isin(_DEAD) & offers["unit_cost_usd"].notna()]
    if offer_id or supplier_id:
        mine = mine[mine["offer_id"] == offer_id] if offer_id else mine[mine["supplier_id"] == supplier_id]
        return float(mine["unit_cost_usd"].iloc[0]) if len(mine) == 1 else float("nan")
    mine = mine[mine["share"].notna() & (mine["share"] > 0)]
    if mine.empty:
        return float("nan")
    return float(np.average(mine["unit_cost_usd"], weights=mine["share"]))


class _Tables:
    """Tables being changed, as lists of new rows and edited frames."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.frames = {name: dataset.tables[name] for name in ("offers", "suppliers", "bom", "sources")}
        self.edited: set[str] = set()
        self.resized: set[str] = set()
        self.problems: list[Problem] = []
        self._facts = is_overlay(dataset)
        self._unnamed = unnamed_makers(dataset)
        self._gone: set[str] = set()

    def changed(self) -> dict[str, pd.DataFrame]:
        """Frames that are no longer those of the dataset."""
        if self._gone:
            suppliers = self.frames["suppliers"]
            self.frames["suppliers"] = suppliers[~suppliers["supplier_id"].isin(self._gone)].reset_index(drop=True)
        return {name: self.frames[name] for name in sorted(self.edited)}

    def lay(self, answer: Answer) -> None:
        """Lay one answer over the tables, or say why it cannot be used."""
        question = answer.question
        if question.supplier_id and not self._has("suppliers", "supplier_id", question.supplier_id):
            self._refuse(answer, f"the supplier {question.supplier_id} is no longer in the dataset")
        elif question.part_id and not (self.dataset.parts["part_id"] == question.part_id).any():
            self._refuse(answer, f"the part {question.part_id} is no longer in the dataset")
        else:
            getattr(self, f"_{question.fact}")(answer)

    def _refuse(self, answer: Answer, why: str) -> None:
        hint = "ask again with a new questionnaire"
        self.problems.append(answer.problem(f"{why}; the answer is not used", hint, column="question_id"))

    def _has(self, table: str, column: str, value: str) -> bool:
        return bool((self.frames[table][column] == value).any())

    # Changing rows

    def edit(self, table: str, mask: _Mask, source_id: str, **values: Any) -> None:
        """Set columns of the rows of a mask, and add the source to them."""
        frame = self.frames[table].copy()
        for column, value in values.items():
            frame.loc[mask, column] = value
        if source_id:
            frame.loc[mask, "source_ids"] = [
                f"{cell};{source_id}" if cell else source_id for cell in frame.loc[mask, "source_ids"]
            ]
        if self._facts and FACTS in frame.columns:
            frame.loc[mask, FACTS] = self.dataset.name
        self.frames[table] = frame
        self.edited.add(table)

    def append(self, table: str, row: dict[str, object]) -> None:
        """Add a row; columns that it does not name are empty."""
        frame = self.frames[table]
        if self._facts and FACTS in frame.columns:
            row = {**row, FACTS: self.dataset.name}
        full = {
            name: [row.get(str(name), np.nan if dtype == np.float64 else "")] for name, dtype in frame.dtypes.items()
        }
        added = pd.DataFrame(full).astype(frame.dtypes.to_dict())
        self.frames[table] = pd.concat([frame, added], ignore_index=True)
        self.edited.add(table)
        self.resized.add(table)

    def source(self, answer: Answer) -> str:
        """Add the answer to the sources and return its id."""
        question = answer.question
        by_buyer = question.supplier_id in self._unnamed or question.fact == "maker"
        who = (not by_buyer and self._name(question.supplier_id)) or "the buyer"
        said = (answer.country, answer.number, answer.firm, answer.firm_country)
        signed = (answer.date, answer.valid_until, answer.signatory, answer.document)
        words = "\x1f".join(map(str, (question.question_id, *said, *signed)))
        source_id = f"answer-{hashlib.sha256(words.encode()).hexdigest()[:10]}"
        if not self._has("sources", "source_id", source_id):
            self.append(
                "sources",
                {
                    "source_id": source_id,
                    "title": f"Answer of {who}, signed by {answer.signatory}",
                    "publisher": who,
                    "date": answer.date,
                    "kind": "attestation",
                    "valid_until": answer.valid_until,
                    "note": "; ".join(filter(None, [question.question_id, answer.document])),
                },
            )
        return source_id

    def _name(self, supplier_id: str) -> str:
        frame = self.frames["suppliers"]
        names = frame["name"][frame["supplier_id"] == supplier_id]
        return str(names.iloc[0] or supplier_id) if len(names) else ""

    # Facts

    def _origin(self, answer: Answer) -> None:
        question = answer.question
        column = "design_country" if question.basis == "designed" else "origin_country"
        mine = self._offers(question.part_id, question.supplier_id)
        empty = mine & (self.frames["offers"][column] == "").to_numpy()
        gap = self._rest(question.part_id) if not question.supplier_id and column == "origin_country" else 0.0
        stray = self._dead_lines(question.part_id, question.supplier_id)
        rests = self._slot_rests(question.part_id) if not question.supplier_id else []
        if not empty.any() and not gap and not stray.any() and not rests:
            self._other_origin(answer, mine, column)
            return
        source = self.source(answer)
        if empty.any():
            self.edit("offers", empty, source, **{column: answer.country})
        if gap:
            row = {"part_id": question.part_id, "share": gap, "origin_country": answer.country, "source_ids": source}
            self.append("offers", {**row, "offer_id": self._new_id(f"{question.part_id}: answered origin")})
        if stray.any():
            self._back(stray, question, source, **{column: answer.country})
        for line, price in rests:
            offer_id = self._new_id(f"{question.part_id}: answered origin")
            row = {"part_id": question.part_id, "offer_id": offer_id, "origin_country": answer.country}
            self.append("offers", {**row, "unit_cost_usd": price, "source_ids": source})
            self.append("bom", {**line, "offer_id": offer_id, "source_ids": source})

    def _other_origin(self, answer: Answer, mine: _Mask, column: str) -> None:
        """An answer to what the dataset says itself."""
        supplier, part = answer.question.supplier_id, answer.question.part_id
        known = sorted(set(self.frames["offers"].loc[mine, column]) - {""})
        listed = ", ".join(known)
        if known == [answer.country]:
            return
        if not known:
            self._refuse(answer, f"{supplier or 'nobody unknown'} makes no {part}")
        elif not supplier:
            self._refuse(answer, f"no maker of {part} is unknown any more: the dataset says {listed}")
        elif len(known) > 1:
            self._refuse(answer, f"the dataset has {part} of {supplier} from {listed}, and the answer names one place")
        elif self._replaces(answer, "offers", mine, listed, answer.country):
            self.edit("offers", mine, self.source(answer), **{column: answer.country})

    def _replaces(self, answer: Answer, table: str, mask: _Mask, known: str, said: str) -> bool:
        """Whether a fact of the dataset gives way to another one that was answered; either is said."""
        frame, sources = self.frames[table], self.frames["sources"]
        cited = {piece.strip() for cell in frame["source_ids"][mask] for piece in cell.split(";")}
        latest = max(sources["date"][sources["source_id"].isin(cited - {""})], default="")
        place, row = self.dataset.places.get(table), int(np.flatnonzero(mask)[0])
        # Rows that an answer added come after those of the files.
        from_file = place is not None and row < len(self.dataset.tables[table])
        where = f"{place.file_of(row)}, row {place.line(row)}" if place is not None and from_file else table
        if latest > answer.date:
            message = f"the dataset says {known} ({where}) on evidence of {latest}; the answer {said} is not used"
            hint = f"it is older: {answer.date}"
        else:
            message = f"the dataset says {known} ({where}); the signed answer {said} replaces it"
            hint = "leave the answer out if the dataset is right"
        self.problems.append(answer.problem(message, hint, column="answer", value=said))
        return latest <= answer.date

    def _offers(self, part_id: str, supplier_id: str) -> _Mask:
        offers = self.frames["offers"]
        mine = (offers["part_id"] == part_id) & (offers["supplier_id"] == supplier_id)
        return (mine & ~offers["status"].isin(_DEAD)).to_numpy()

    def _rest(self, part_id: str) -> float:
        """Share of the part's default mix of which nobody is known."""
        offers = self.frames["offers"]
        mine = offers[(offers["part_id"] == part_id) & ~offers["status"].isin(_DEAD)]
        parts = self.dataset.parts
        row = parts[parts["part_id"] == part_id].iloc[0]
        if row["kind"] == "class" and (self.frames["bom"]["parent_id"] == part_id).any():
            return 0.0
        shares = mine["share"].dropna()
        if shares.empty and row["mix_complete"] == "yes" and (mine["status"] != "planned").any():
            return 0.0
        rest = 1.0 - float(shares.sum())
        return rest if rest > 1e-12 else 0.0

    def _slot_rests(self, part_id: str) -> list[tuple[dict[str, Any], float]]:
        """Lines for what the shares of a slot of that one part leave, with the mean price of the others."""
        bom = self.frames["bom"]
        slots = bom["slot"].where(bom["slot"] != "", bom["child_id"])
        near = bom["parent_id"].isin(set(bom["parent_id"][bom["child_id"] == part_id]))
        result = []
        for _, lines in bom[near].groupby([bom["parent_id"], slots, bom["parent_supplier_id"]]):
            rest = 1.0 - float(lines["share"].sum())
            if set(lines["child_id"]) != {part_id} or lines["share"].isna().any() or not rest > 1e-12:
                continue
            prices = np.array(
                [
                    mean_price(self.frames["offers"], part_id, str(line["supplier_id"]), str(line["offer_id"]))
                    for _, line in lines.iterrows()
                ]
            )
            priced = ~np.isnan(prices)
            weight = lines["share"].to_numpy(dtype=np.float64)[priced]
            price = float(np.average(prices[priced], weights=weight)) if weight.sum() > 0 else float("nan")
            first = {str(name): lines.iloc[0][name] for name in bom.columns}
            first |= {"supplier_id": "", "share": rest, "basis": "", "confidence": "medium", "note": ""}
            result.append((first, price))
        return result

    def _dead_lines(self, part_id: str, supplier_id: str) -> _Mask:
        """Lines that mean a supplier's product of which there is no usable offer."""
        bom, offers = self.frames["bom"], self.frames["offers"]
        mine = offers[(offers["part_id"] == part_id) & (offers["supplier_id"] == supplier_id)]
        dead = set(mine["offer_id"][mine["status"].isin(_DEAD)])
        backed = len(dead) < len(mine)
        lines = bom["child_id"] == part_id
        by_name = (bom["supplier_id"] == supplier_id) & (bom["offer_id"] == "") & bool(supplier_id and not backed)
        return (lines & (bom["offer_id"].isin(dead) | by_name)).to_numpy()

    def _back(self, lines: _Mask, question: Question, source: str, **facts: object) -> None:
        """Add an offer behind lines that have none; those that name a dead one are led to it."""
        offer_id = self._new_id(f"{question.part_id}: {question.supplier_id}")
        row: dict[str, object] = {"part_id": question.part_id, "supplier_id": question.supplier_id}
        self.append("offers", {**row, "offer_id": offer_id, "source_ids": source, **facts})
        dead = lines & (self.frames["bom"]["offer_id"] != "").to_numpy()
        if dead.any():
            self.edit("bom", dead, "", offer_id=offer_id)

    def _new_id(self, wish: str) -> str:
        taken, number, name = set(self.frames["offers"]["offer_id"]), 1, wish
        while name in taken:
            number += 1
            name = f"{wish} ({number})"
        return name

    def _owner(self, answer: Answer) -> None:
        suppliers, firm = self.frames["suppliers"], answer.question.firm_id
        mine = (suppliers["supplier_id"] == firm).to_numpy()
        if not mine.any():
            self._refuse(answer, f"the firm {firm} is no longer in the dataset")
            return
        row = suppliers[mine].iloc[0]
        facts: dict[str, Any] = {}
        seat, owner = str(row["country"]), str(row["owner_id"] or row["owner_country"])
        if seat != answer.country and (not seat or self._replaces(answer, "suppliers", mine, seat, answer.country)):
            facts["country"] = answer.country
        # An owner of whom the dataset has the country alone, and the same, gets its name.
        same = {owner, firm} if row["owner_id"] else {firm}
        agrees = not row["owner_id"] and owner in {"", answer.firm_country}
        other = answer.firm and self.firm_key(answer.firm) not in same
        if other and (agrees or self._replaces(answer, "suppliers", mine, owner, answer.firm)):
            facts |= {"owner_country": answer.firm_country, "ownership_share": np.nan}
        if not facts:
            return
        source = self.source(answer)
        if "owner_country" in facts:
            facts["owner_id"] = self._firm(answer.firm, answer.firm_country, source)
        mine = (self.frames["suppliers"]["supplier_id"] == firm).to_numpy()  # a row for the owner may be new
        self.edit("suppliers", mine, source, **facts)

    def firm_key(self, name: str) -> str:
        """Id of the supplier of that name, or the name itself, without case, if there is none."""
        return self._firm_id(name) or " ".join(name.casefold().split())

    def _firm_id(self, name: str) -> str:
        """Id of the supplier of that name; empty if there is none."""
        suppliers = self.frames["suppliers"]
        wanted = name.casefold()
        for column in ("supplier_id", "name", "name_zh"):
            found = suppliers["supplier_id"][suppliers[column].str.casefold() == wanted]
            if len(found):
                return str(found.iloc[0])
        for supplier_id, aliases in zip(suppliers["supplier_id"], suppliers["aliases"], strict=True):
            if wanted in {alias.strip().casefold() for alias in aliases.split(";")}:
                return str(supplier_id)
        return ""

    def _firm(self, name: str, country: str, source: str, **facts: object) -> str:
        """Id of the supplier of that name; a new row if there is none."""
        known = self._firm_id(name)
        if known:
            return known
        suppliers, wanted = self.frames["suppliers"], name.casefold()
        stem = re.sub(r"[^\w]+", "_", wanted).strip("_") or "firm"
        supplier_id, number = stem, 1
        while (suppliers["supplier_id"] == supplier_id).any():
            number += 1
            supplier_id = f"{stem}_{number}"
        row = {"supplier_id": supplier_id, "name": name, "country": country, "source_ids": source}
        self.append("suppliers", {**facts, **row, "kind": "firm"})
        return supplier_id

    def _lines(self, question: Question) -> tuple[_Mask, bool]:
        """Lines that a question about an input means, and whether they stand for every maker of the part."""
        bom = self.frames["bom"]
        slots = np.where(bom["slot"] == "", bom["child_id"], bom["slot"])
        there = ((bom["parent_id"] == question.part_id) & (bom["child_id"] == question.input_id)).to_numpy()
        there = there & (slots == question.slot)
        general = there & (bom["parent_supplier_id"] == "").to_numpy()
        own = there & (bom["parent_supplier_id"] == question.supplier_id).to_numpy()
        return (own, False) if own.any() else (general, True)

    def _maker(self, answer: Answer) -> None:
        if answer.question.basis == "unnamed":
            self._name_maker(answer)
            return
        question, bom = answer.question, self.frames["bom"]
        lines, general = self._lines(question)
        makers = sorted(set(bom["supplier_id"][lines]) - {""})
        chosen = lines & (bom["supplier_id"] == self._firm_id(answer.firm)).to_numpy()
        if not chosen.any():
            names = ", ".join(self._name(maker) for maker in makers) or "none is listed any more"
            self._refuse(answer, f"{answer.firm} is none of the makers listed for {question.input_id} ({names})")
            return
        if len(makers) == 1:
            return
        source = self.source(answer)
        if question.supplier_id and general:
            for _, line in bom[chosen].iterrows():
                kept = {str(name): line[name] for name in bom.columns}
                maker = {"parent_supplier_id": question.supplier_id, "source_ids": source, "share": np.nan, "note": ""}
                self.append("bom", {**kept, **maker})
            return
        # The others stay as what could be bought.
        self.edit("bom", lines & ~chosen, source, share=0.0)
        self.edit("bom", chosen, source, share=1.0 if chosen.sum() == 1 else np.nan)

    def _name_maker(self, answer: Answer) -> None:
        """Put a firm, or the place where it makes the part, in the place of a maker that was not named."""
        question, stand_in = answer.question, answer.question.firm_id
        suppliers = self.frames["suppliers"]
        row = suppliers[(suppliers["supplier_id"] == stand_in).to_numpy()]
        if stand_in not in self._unnamed or row.empty or stand_in in self._gone:
            self._refuse(answer, f"the maker of {question.part_id} that was not named is no longer in the dataset")
            return
        source = self.source(answer)
        mine = (self.frames["offers"]["supplier_id"] == stand_in).to_numpy()
        if answer.country:
            open_ = mine & (self.frames["offers"]["origin_country"] == "").to_numpy()
            other = mine & ~open_ & (self.frames["offers"]["origin_country"] != answer.country).to_numpy()
            if other.any():
                known = ", ".join(sorted(set(self.frames["offers"]["origin_country"][other])))
                open_ = open_ | (other & self._replaces(answer, "offers", other, known, answer.country))
            self.edit("offers", open_, source, origin_country=answer.country)
        if not answer.firm:
            return
        told = {str(name): row.iloc[0][name] for name in ("owner_id", "owner_country", "ownership_share")}
        told["country"] = answer.firm_country or str(row.iloc[0]["country"])
        firm = self._firm(answer.firm, str(told.pop("country")), source, **told)
        seat = (self.frames["suppliers"]["supplier_id"] == firm).to_numpy()
        if answer.firm_country and not self.frames["suppliers"]["country"][seat].iloc[0]:
            self.edit("suppliers", seat, source, country=answer.firm_country)
        for table, column in (("offers", "supplier_id"), ("bom", "supplier_id"), ("bom", "parent_supplier_id")):
            named = (self.frames[table][column] == stand_in).to_numpy()
            if named.any():
                self.edit(table, named, source, **{column: firm})
        self._gone.add(stand_in)
        self.resized.add("suppliers")

    def _upstream_source(self, answer: Answer) -> None:
        question, bom = answer.question, self.frames["bom"]
        lines, general = self._lines(question)
        if lines.sum() != 1:
            self._refuse(answer, f"{question.part_id} has no single line for {question.input_id} any more")
            return
        line, replaced = bom[lines].iloc[0], not (question.supplier_id and general)
        before = str(line["supplier_id"])
        differs = before and replaced and before != self._firm_id(answer.firm)
        if differs and not self._replaces(answer, "bom", lines, before, answer.firm):
            return
        source = self.source(answer)
        named = (str(line["supplier_id"]), str(line["offer_id"]))
        price = mean_price(self.frames["offers"], question.input_id, *named)
        firm = self._firm(answer.firm, answer.firm_country, source)
        offer_id = self._offer_of(firm, answer, source, price)
        facts: dict[str, Any] = {"supplier_id": firm, "offer_id": offer_id, "share": np.nan}
        facts |= {"basis": "", "confidence": "medium"}
        if not replaced:
            kept = {str(name): line[name] for name in bom.columns}
            maker = {"parent_supplier_id": question.supplier_id, "source_ids": source, "note": ""}
            self.append("bom", {**kept, **facts, **maker})
        else:
            self.edit("bom", lines, source, **facts)

    def _offer_of(self, firm: str, answer: Answer, source: str, price: float) -> str:
        """Id of the firm's offer of the input from that country; a new row if there is none."""
        part, offers = answer.question.input_id, self.frames["offers"]
        mine = self._offers(part, firm)
        same = offers["offer_id"][mine & (offers["origin_country"] == answer.country).to_numpy()]
        if len(same):
            return str(min(same))
        row: dict[str, object] = {"part_id": part, "supplier_id": firm, "origin_country": answer.country}
        if not np.isnan(price):
            # Without a price the line would drop out of the value; the answer gives none.
            row |= {"unit_cost_usd": price, "cost_basis": "price of the source it replaces; not stated by the firm"}
        offer_id = self._new_id(f"{part}: {firm}")
        self.append("offers", {**row, "offer_id": offer_id, "confidence": "medium", "source_ids": source})
        return offer_id

    def _capacity(self, answer: Answer) -> None:
        self._amount(answer, "capacity_per_year", every=False)

    def _lead_time(self, answer: Answer) -> None:
        self._amount(answer, "lead_time_days", every=True)

    def _amount(self, answer: Answer, column: str, *, every: bool) -> None:
        question, offers = answer.question, self.frames["offers"]
        mine = self._offers(question.part_id, question.supplier_id)
        stray = self._dead_lines(question.part_id, question.supplier_id)
        stated = offers[column].notna().to_numpy()
        if (mine & stated).any() and (not every or (mine <= stated).all()):
            values = offers.loc[mine & stated, column]
            known = [float(values.sum())] if not every else sorted({float(value) for value in values})
            texts = (", ".join(f"{value:.12g}" for value in known), f"{answer.number:.12g}")
            if known != [answer.number] and self._replaces(answer, "offers", mine & stated, *texts):
                source = self.source(answer)
                if not every:
                    self.edit("offers", mine & stated, source, **{column: np.nan})
                first = (offers["offer_id"] == min(offers["offer_id"][mine & stated])).to_numpy()
                self.edit("offers", mine & (stated if every else first), source, **{column: answer.number})
            return
        if mine.any():
            chosen = mine & ~stated
            if not every:
                # A total over all offers of the supplier: it stands with the first.
                chosen = chosen & (offers["offer_id"] == min(offers["offer_id"][mine])).to_numpy()
            self.edit("offers", chosen, self.source(answer), **{column: answer.number})
        elif stray.any():
            self._back(stray, question, self.source(answer), **{column: answer.number})
        else:
            self._refuse(answer, f"{question.supplier_id} makes no {question.part_id}")
