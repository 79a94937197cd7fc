"""From a questionnaire to a workbook that a firm fills in, and back to evidence."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli import small

import supplychain as sc
from supplychain.dataset import Dataset
from supplychain.errors import DataError, OptionError
from supplychain.evidence import read_question_id
from supplychain.formats import read_bill
from supplychain.formats.files import write_bytes
from supplychain.formats.questions import COLUMNS, QUESTIONS_SHEET, read_answers, with_evidence
from supplychain.measures.exposure import exposure
from supplychain.measures.gaps import Gaps, gaps
from supplychain.views.documents.questions import questionnaire, sheet_names

SIGNED = {"date": "2026-07-01", "signatory": "A. Signer", "valid_until": "2027-06-30"}
Fill = Callable[..., Path]

BOM = """\
parent_id,child_id,quantity,supplier_id,basis,source_ids
drone,motor,4,acme,published,list
drone,radio,1,talk,published,list
motor,coil,2,,,
"""
OFFERS = """\
part_id,supplier_id,origin_country,share,unit_cost_usd,source_ids
motor,acme,,,10,
radio,talk,USA,,60,
coil,,JPN,0.5,1,
"""
SUPPLIERS = """\
supplier_id,name,country,owner_id
acme,"=Acme: [motors]/x?",TWN,
talk,Talk,,
"""
PARTS = "part_id,name,name_zh,kind\ndrone,Drone,,product\nmotor,@Motor,馬達,\nradio,Radio,,\ncoil,Coil,線圈,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a dataset with gaps of each kind."""
    tables = dict.fromkeys(small.TABLES)
    tables |= {"parts": PARTS, "bom": BOM, "offers": OFFERS, "suppliers": SUPPLIERS}
    tables |= {
        "demand": "product_id,year,units\ndrone,2027,100\n",
        "sources": "source_id,title\nlist,Parts list\n",
        "datapackage": '{"name": "mine", "date_of_state": "2026-06-30"}',
    }
    return small.write_tables(tmp_path / "mine", **tables)


@pytest.fixture
def found(folder: Path) -> Gaps:
    return gaps(sc.load(folder), "drone")


@pytest.fixture
def fill(folder: Path, found: Gaps, tmp_path: Path) -> Fill:
    """Return a function that writes the questionnaire, fills in cells by question, and returns the file."""

    def write(*rows: tuple[str, dict[str, Any]], edit: Callable[[Any], None] | None = None, name: str = "q") -> Path:
        book = openpyxl.load_workbook(io.BytesIO(questionnaire(sc.load(folder), found.to_json(), folder=tmp_path)))
        wanted = dict(rows)
        for sheet in book.worksheets:
            if sheet.title in {QUESTIONS_SHEET, "countries"}:
                continue
            for cells in sheet.iter_rows(min_row=2):
                for column, value in wanted.pop(cells[0].value, {}).items():
                    cells[list(COLUMNS).index(column)].value = value
        assert not wanted, "no such question"
        if edit is not None:
            edit(book)
        path = tmp_path / f"{name}.xlsx"
        book.save(path)
        return path

    return write


def question(found: Gaps, fact: str, part: str) -> str:
    return next(gap.question_id for gap in found.gaps if (gap.fact, gap.part_id) == (fact, part))


def figure(dataset: Dataset, measure: str) -> tuple[float, float]:
    result = exposure(dataset, "drone")
    if measure == "clean_depth":
        return result.clean_depth_proven, result.clean_depth
    interval: Any = {
        "value": result.value,
        "contact": result.contact,
        "documented_value": result.documented.value,
        "documented_contact": result.documented.contact,
    }[measure]
    return interval.low, interval.high


@pytest.mark.parametrize(("country", "side"), [("New Zealand", "to"), ("中國大陸", "to_inside")])
@pytest.mark.parametrize(
    ("fact", "part"), [("origin", "motor"), ("origin", "coil"), ("owner", "radio"), ("upstream_source", "motor")]
)
def test_a_filled_questionnaire_gives_what_was_promised(
    folder: Path, found: Gaps, fill: Fill, fact: str, part: str, country: str, side: str
) -> None:
    key = question(found, fact, part)
    firm = {"firm": "Coils & Co", "firm_country": country} if fact == "upstream_source" else {}
    path = fill((key, {"answer": country, **firm, **SIGNED}))
    dataset = sc.load(path)  # it names the dataset itself
    assert not [problem for problem in dataset.problems if "q.xlsx" in problem.file]
    gap = next(gap for gap in found.gaps if gap.question_id == key)
    settled = [row for row in gap.settles if row.measure != "line_contact"]
    assert settled
    for row in settled:
        promised = getattr(row, side)
        assert figure(dataset, row.measure) == pytest.approx((promised.low, promised.high)), row.measure
    assert key not in {left.question_id for left in gaps(dataset, "drone").gaps}
    assert figure(sc.load(folder, answers=[path]), settled[0].measure) == figure(dataset, settled[0].measure)


def test_an_answer_is_a_source_with_its_date_and_signatory(folder: Path, found: Gaps, fill: Fill) -> None:
    path = fill((question(found, "origin", "motor"), {"answer": "Taiwan", "document": "certificate 7", **SIGNED}))
    dataset = sc.load(folder, answers=path)
    (offer,) = dataset.offers[dataset.offers["part_id"] == "motor"].to_dict("records")
    (source,) = dataset.sources[dataset.sources["source_id"] == offer["source_ids"]].to_dict("records")
    assert offer["origin_country"] == "TWN"
    assert (source["kind"], source["date"], source["valid_until"]) == ("attestation", "2026-07-01", "2027-06-30")
    assert source["title"].endswith("signed by A. Signer")
    assert "certificate 7" in source["note"]
    assert [problem for problem in sc.check(dataset) if problem.severity == "error"] == []


def test_amounts_are_read_back(folder: Path, found: Gaps, fill: Fill) -> None:
    path = fill(
        (question(found, "capacity", "motor"), {"answer": 8000, **SIGNED}),
        (question(found, "lead_time", "motor"), {"answer": "21", **SIGNED}),
    )
    offers = sc.load(folder, answers=path).offers
    (row,) = offers[offers["part_id"] == "motor"].to_dict("records")
    assert (row["capacity_per_year"], row["lead_time_days"]) == (8000.0, 21.0)


def test_an_owner_may_be_named(folder: Path, found: Gaps, fill: Fill) -> None:
    path = fill(
        (
            question(found, "owner", "radio"),
            {"answer": "USA", "firm": "Big Holding", "firm_country": "PRC", **SIGNED},
        )
    )
    suppliers = sc.load(folder, answers=path).suppliers.set_index("supplier_id")
    assert suppliers.loc["talk", ["country", "owner_id", "owner_country"]].tolist() == ["USA", "big_holding", "CHN"]
    assert suppliers.loc["big_holding", "country"] == "CHN"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"answer": "Taiwan", "date": "2026-07-01"}, "not signed"),
        ({"answer": "Taiwan", "signatory": "A"}, "no date"),
        ({"document": "certificate", **SIGNED}, "no answer"),
        ({"answer": "Taiwan", **SIGNED, "valid_until": "2026-01-31"}, "expired on 2026-01-31"),
    ],
)
def test_what_is_not_whole_is_not_used_and_said(
    folder: Path, found: Gaps, fill: Fill, cells: dict[str, Any], said: str
) -> None:
    path = fill((question(found, "origin", "motor"), cells))
    dataset = sc.load(folder, answers=path)
    (problem,) = [problem for problem in dataset.problems if "q.xlsx" in problem.file]
    assert problem.severity == "warning"
    assert said in problem.message
    assert problem.row is not None
    assert figure(dataset, "value") == figure(sc.load(folder), "value")


def test_an_upstream_answer_needs_the_firm(folder: Path, found: Gaps, fill: Fill) -> None:
    path = fill((question(found, "upstream_source", "motor"), {"answer": "Japan", **SIGNED}))
    assert "the firm is not named; the answer is not used" in str(sc.load(folder, answers=path).problems)


def test_all_that_cannot_be_understood_is_said_at_once(folder: Path, found: Gaps, fill: Fill) -> None:
    def edit(book: Any) -> None:
        for sheet in book.worksheets:
            for cells in sheet.iter_rows(min_row=2):
                if cells[0].value == question(found, "lead_time", "radio"):
                    cells[0].value = str(cells[0].value).replace("talk", "walk")

    path = fill(
        (question(found, "origin", "motor"), {"answer": "Atlantis", **SIGNED}),
        (question(found, "capacity", "motor"), {"answer": "a lot", **SIGNED}),
        (question(found, "lead_time", "motor"), {"answer": "12", "date": "soon", "signatory": "A"}),
        (question(found, "lead_time", "radio"), {"answer": "12", **SIGNED}),
        edit=edit,
    )
    with pytest.raises(DataError) as caught:
        sc.load(folder, answers=path)
    said = [problem.message for problem in caught.value.problems]
    assert len(said) == 4
    for words in ("Atlantis", "a lot", "soon", "was edited"):
        assert any(words in text for text in said), words
    kept = sc.load(folder, answers=path, strict=False)
    assert len([problem for problem in kept.problems if problem.severity == "error"]) == 4


def test_a_source_that_is_gone_is_said(folder: Path, found: Gaps, fill: Fill) -> None:
    path = fill((question(found, "origin", "motor"), {"answer": "Taiwan", **SIGNED}))
    (folder / "suppliers.csv").write_text(SUPPLIERS.replace("acme", "other"), "utf-8")
    (folder / "bom.csv").write_text(BOM.replace("acme", "other"), "utf-8")
    (folder / "offers.csv").write_text(OFFERS.replace("acme", "other"), "utf-8")
    said = str(sc.load(folder, answers=path).problems)
    assert "the supplier acme is no longer in the dataset; the answer is not used" in said
    assert "the dataset has changed since these questions were written" in said


def test_an_answer_replaces_what_the_dataset_says_and_both_are_named(folder: Path, found: Gaps, fill: Fill) -> None:
    path = fill((question(found, "origin", "motor"), {"answer": "China", **SIGNED}))
    (folder / "offers.csv").write_text(OFFERS.replace("motor,acme,,", "motor,acme,JPN,"), "utf-8")
    dataset = sc.load(folder, answers=path)
    said = str(dataset.problems)
    assert "the dataset says JPN (offers.csv, row 2); the signed answer CHN replaces it" in said
    assert dataset.offers.set_index("part_id").loc["motor", "origin_country"] == "CHN"


def test_what_the_dataset_knows_of_a_later_day_stays(folder: Path, found: Gaps, fill: Fill) -> None:
    key = question(found, "origin", "motor")
    later = fill((key, {"answer": "Taiwan", "date": "2026-09-01", "signatory": "B"}), name="later")
    saved = sc.load(folder, answers=later)
    dataset = with_evidence(saved, fill((key, {"answer": "China", **SIGNED})))
    assert dataset.offers.set_index("part_id").loc["motor", "origin_country"] == "TWN"
    said = " ".join(map(str, dataset.problems))
    assert "on evidence of 2026-09-01; the answer CHN is not used (it is older: 2026-07-01)" in said


@pytest.mark.parametrize(
    ("fact", "part", "table", "column", "row"),
    [("owner", "radio", "suppliers", "country", "talk"), ("lead_time", "motor", "offers", "lead_time_days", "acme")],
)
def test_owners_and_amounts_are_replaced_too(
    folder: Path, found: Gaps, fill: Fill, fact: str, part: str, table: str, column: str, row: str
) -> None:
    new, old = ("21", "9") if fact == "lead_time" else ("TWN", "USA")
    path = fill((question(found, fact, part), {"answer": new, **SIGNED}))
    (folder / "suppliers.csv").write_text(SUPPLIERS.replace("talk,Talk,", "talk,Talk,USA"), "utf-8")
    offers = OFFERS.replace("source_ids", "source_ids,lead_time_days").replace("acme,,,10,", "acme,,,10,,9")
    (folder / "offers.csv").write_text(offers.replace("60,\n", "60,,\n").replace("0.5,1,\n", "0.5,1,,\n"), "utf-8")
    dataset = sc.load(folder, answers=path)
    assert f"the dataset says {old} ({table}.csv, row " in str(dataset.problems)
    assert f"the signed answer {new} replaces it" in str(dataset.problems)
    value = dataset.tables[table].set_index("supplier_id").loc[row, column]
    assert value == (21.0 if fact == "lead_time" else "TWN")


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_answers_that_disagree_count_as_unknown(
    folder: Path, found: Gaps, fill: Fill, names: tuple[str, str], tmp_path: Path
) -> None:
    key = question(found, "origin", "motor")
    one = fill((key, {"answer": "Taiwan", **SIGNED}), name=names[0])
    two = fill((key, {"answer": "China", **SIGNED}), name=names[1])
    problems = []
    for paths in ([one, two], [two, one]):
        dataset = sc.load(folder, answers=paths)
        assert figure(dataset, "value") == figure(sc.load(folder), "value")
        (problem,) = [row for row in dataset.problems if "disagree" in row.message]
        problems.append(problem)
    assert problems[0] == problems[1]
    text = str(problems[0])
    for name, country in zip(names, ("TWN", "CHN"), strict=True):
        assert f"{country} ({name}.xlsx, sheet =Acme motors x, row " in text
    assert "it counts as unknown, and none of them is used" in text
    assert "already says" not in str(dataset.problems)


def test_a_copied_sheet_that_says_otherwise_is_noticed(folder: Path, found: Gaps, fill: Fill) -> None:
    def copy(book: Any) -> None:
        sheet = book.copy_worksheet(book["=Acme motors x"])
        sheet.title = "copy"
        for cells in sheet.iter_rows(min_row=2):
            if cells[list(COLUMNS).index("answer")].value == "Taiwan":
                cells[list(COLUMNS).index("answer")].value = "China"

    path = fill((question(found, "origin", "motor"), {"answer": "Taiwan", **SIGNED}), edit=copy)
    dataset = sc.load(folder, answers=path)
    (problem,) = [row for row in dataset.problems if "disagree" in row.message]
    assert "sheet copy, row" in str(problem)
    assert dataset.offers.set_index("part_id").loc["motor", "origin_country"] == ""


def test_answers_that_say_the_same_count_once(folder: Path, found: Gaps, fill: Fill) -> None:
    key = question(found, "upstream_source", "motor")
    cells = {"answer": "Japan", "firm": "Coils & Co", "firm_country": "Japan", **SIGNED}
    paths = [fill((key, cells), name="a"), fill((key, {**cells, "firm": "coils & co"}), name="b")]
    dataset = sc.load(folder, answers=paths)
    assert not [row for row in dataset.problems if "disagree" in row.message]
    assert (dataset.sources["kind"] == "attestation").sum() == 1
    assert dataset.bom["parent_supplier_id"].tolist().count("acme") == 1


def test_two_answers_on_the_seat_of_one_firm_must_agree(folder: Path, found: Gaps, fill: Fill) -> None:
    path = fill(
        (question(found, "owner", "radio"), {"answer": "Japan", **SIGNED}),
        (
            question(found, "upstream_source", "motor"),
            {"answer": "Japan", "firm": "Talk", "firm_country": "China", **SIGNED},
        ),
    )
    dataset = sc.load(folder, answers=path)
    assert "signed answers disagree on the head office of talk: " in str(dataset.problems)
    assert dataset.suppliers.set_index("supplier_id").loc["talk", "country"] == ""


def test_an_answer_is_no_evidence_before_it_is_signed(folder: Path, found: Gaps, fill: Fill) -> None:
    path = fill((question(found, "origin", "motor"), {"answer": "Taiwan", **SIGNED}))
    before, on_the_day = (sc.load(folder, answers=path, date=day) for day in ("2026-06-30", "2026-07-01"))
    assert "the answer is dated 2026-07-01, after 2026-06-30: it is not evidence yet" in str(before.problems)
    assert figure(before, "value") == figure(sc.load(folder), "value")
    assert on_the_day.offers.set_index("part_id").loc["motor", "origin_country"] == "TWN"


def test_the_maker_that_a_spreadsheet_does_not_name_is_asked_of_the_buyer(tmp_path: Path) -> None:
    bill = tmp_path / "bill.csv"
    bill.write_text(
        "Manufacturer,MPN,Description,Qty,Unit Price (USD),Country of Origin\n"
        "Acme Foo,A-1,GPS module,1,40,Japan\n,X-9,carbon frame,1,60,\n",
        "utf-8",
    )
    read = read_bill(bill, attach_upstream=False).dataset
    left = gaps(read, "bill")
    (gap,) = [gap for gap in left.gaps if gap.fact == "maker"]
    path = write_bytes(tmp_path / "q.xlsx", questionnaire(read, left.to_json(), folder=tmp_path))
    book = openpyxl.load_workbook(path)
    assert not [title for title in book.sheetnames if "not named" in title]
    (row,) = [row for row in book["makers not known"].iter_rows(min_row=2) if row[0].value == gap.question_id]
    cells = {"answer": "Taiwan", "firm": "Frames & Co", "firm_country": "Taiwan", **SIGNED}
    for column, value in cells.items():
        row[list(COLUMNS).index(column)].value = value
    book.save(path)
    answered = with_evidence(read, path)
    assert not [problem for problem in answered.problems if "q.xlsx" in problem.file]
    frame = answered.offers.set_index("part_id").loc["X-9"]
    assert (frame["origin_country"], frame["supplier_id"]) == ("TWN", "frames_co")
    assert not [gap for gap in gaps(answered, "bill").gaps if gap.part_id == "X-9" and gap.settles]
    row[list(COLUMNS).index("firm")].value = None
    book.save(path)
    half = with_evidence(read, path)
    assert "the maker is not named; that counts as unknown still" in str(half.problems)
    assert half.offers.set_index("part_id").loc["X-9", "origin_country"] == "TWN"


def test_the_first_sheet_says_how_much_each_would_settle(folder: Path, found: Gaps) -> None:
    book = openpyxl.load_workbook(io.BytesIO(questionnaire(sc.load(folder), found.to_json())))
    about = [(row[0], row[1]) for row in book[QUESTIONS_SHEET].iter_rows(values_only=True)]
    settling = sum(bool(gap.settles or gap.verdicts) for gap in found.gaps)
    others = len(found.gaps) - settling
    assert ("questions", f"{settling} that would settle a figure come first, {others} others after them") in about
    assert len([what for what, _ in about if what == "sheet"]) == 3


def test_the_day_decides_what_is_in_force(folder: Path, found: Gaps, fill: Fill) -> None:
    path = fill((question(found, "origin", "motor"), {"answer": "Taiwan", **SIGNED}))
    known, unknown = (sc.load(folder, answers=path, date=day) for day in ("2027-06-30", "2027-07-01"))
    assert "TWN" in set(known.offers["origin_country"])
    assert "TWN" not in set(unknown.offers["origin_country"])
    assert "the answer expired on 2027-06-30: it counts as unknown" in str(unknown.problems)
    with pytest.raises(OptionError, match="give a day"):
        sc.load(folder, date="next week")


def test_what_was_saved_expires_too_and_can_be_renewed(folder: Path, found: Gaps, fill: Fill) -> None:
    key = question(found, "origin", "motor")
    saved = sc.load(folder, answers=fill((key, {"answer": "Taiwan", **SIGNED})))
    later = with_evidence(saved, date="2028-01-01")
    assert figure(later, "value") == figure(sc.load(folder), "value")
    assert "expired on 2027-06-30: what it says counts as unknown" in str(later.problems[0])
    new = fill((key, {"answer": "Taiwan", "date": "2027-12-01", "signatory": "B"}), name="again")
    renewed = with_evidence(saved, new, date="2028-01-01")
    assert figure(renewed, "value") == figure(saved, "value")


def test_one_sheet_alone_comes_back_too(folder: Path, found: Gaps, fill: Fill) -> None:
    def alone(book: Any) -> None:
        for sheet in book.worksheets:
            if sheet.title != "Talk":
                book.remove(sheet)

    path = fill((question(found, "owner", "radio"), {"answer": "Taiwan", **SIGNED}), edit=alone)
    assert sc.load(folder, answers=path).suppliers.set_index("supplier_id").loc["talk", "country"] == "TWN"
    assert read_answers(path).dataset == ""


def test_what_is_no_questionnaire_is_refused(folder: Path, tmp_path: Path) -> None:
    small.write_workbook(tmp_path / "other.xlsx")
    with pytest.raises(OptionError, match="no sheet with questions"):
        sc.load(folder, answers=tmp_path / "other.xlsx")
    with pytest.raises(OptionError):
        sc.load(folder, answers=tmp_path / "absent.xlsx")


def test_the_sheets_hold_no_formula_and_no_other_firm(folder: Path, found: Gaps) -> None:
    book = openpyxl.load_workbook(io.BytesIO(questionnaire(sc.load(folder), found.to_json())))
    assert set(book.sheetnames) == {QUESTIONS_SHEET, "Talk", "=Acme motors x", "makers not known", "countries"}
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert not [cell for cell in row if cell.data_type == "f"]
    talk = " ".join(str(cell.value) for row in book["Talk"].iter_rows() for cell in row if cell.value)
    assert "acme" not in talk.casefold()
    assert "drone" not in talk.casefold()
    assert "coil" not in talk.casefold()
    for row in book["Talk"].iter_rows(min_row=2, values_only=True):
        assert read_question_id(str(row[0])) is not None


def test_a_country_can_be_chosen_from_a_list(folder: Path, found: Gaps) -> None:
    book = openpyxl.load_workbook(io.BytesIO(questionnaire(sc.load(folder), found.to_json())))
    (choice,) = book["Talk"].data_validations.dataValidation
    names = [row[0] for row in book["countries"].iter_rows(values_only=True)]
    assert "Taiwan" in names
    assert choice.formula1 == f"'countries'!$A$1:$A${len(names)}"
    assert book["countries"].sheet_state == "hidden"


def test_names_of_sheets_are_safe_and_unique() -> None:
    names = sheet_names(["a" * 40, "A" * 40, "History", "'quoted'", "Countries", "x[1]:*?/\\y", "\x1b[31m"])
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= 31
        assert not set("[]:*?/\\") & set(name)
        assert "'" not in (name[0], name[-1])
        assert name.casefold() not in {"history", "countries"}


def test_the_bundled_dataset_is_asked_about_by_name(tmp_path: Path) -> None:
    dataset = sc.load("uav")
    answer = {**gaps(dataset, "fpv_allied", depth=1).to_json(), "gaps": []}
    path = write_bytes(tmp_path / "q.xlsx", questionnaire(dataset, answer))
    book = openpyxl.load_workbook(path)
    assert book[QUESTIONS_SHEET]["B2"].value == "uav"
