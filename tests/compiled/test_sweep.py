"""A sweep over failures against one propagation for each of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import datasets

from supplychain.compiled import Columns, propagate
from supplychain.compiled.sweep import FORMS, Failures, failures_by, failures_of, sweep, sweep_parts
from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.measures.analysis import Analysis, analyse

OPERATION = {"reallocate": "pooled_max", "proportional": "max"}


def one_by_one(
    analysis: Analysis, base: np.ndarray, failures: Failures, targets: list[int], form: str, depth: int | None
) -> np.ndarray:
    """The same with the kernel, scenario by scenario."""
    result = np.empty((2, len(failures), len(targets)))
    for scenario in range(len(failures)):
        leaves = base.copy()
        for entry in range(failures.pointers[scenario], failures.pointers[scenario + 1]):
            for end in range(2):
                option = failures.options[entry]
                leaves[end, option] = max(leaves[end, option], failures.lost[end, entry])
        figures = propagate(
            analysis.compiled, leaves, OPERATION[form], analysis.columns, depths=depth, essential_only=True
        )
        result[:, scenario] = figures[:, -1, targets]
    return result


def drawn_failures(draw: Any, options: int) -> Failures:
    """Up to six scenarios of up to all options, some twice, failing altogether or in part."""
    groups = draw(st.lists(st.lists(st.integers(0, options - 1), max_size=min(8, options + 1)), min_size=1, max_size=6))
    plain = failures_of(groups)
    kind = draw(st.sampled_from(("all", "part", "ends")))
    entries = len(plain.options)
    part = st.integers(0, 4).map(lambda number: number / 4)
    if kind == "all":
        return plain
    if kind == "part":
        left = np.array(draw(st.lists(part, min_size=entries, max_size=entries)), dtype=float)
        return Failures(plain.pointers, plain.options, left)
    left = np.array(draw(st.lists(st.tuples(part, part), min_size=entries, max_size=entries)), dtype=float)
    return Failures(plain.pointers, plain.options, left.reshape(entries, 2).max(axis=1) * np.array([[1.0], [0.5]]))


@pytest.fixture(params=["numpy", "numba", "numba, everything"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every way to compute: the third is what numba does where scenarios have many failures."""
    if request.param == "numpy":
        return "numpy"
    pytest.importorskip("numba")
    if request.param != "numba":
        from supplychain.compiled import sweep_fast

        monkeypatch.setattr(sweep_fast, "MANY", 0)
    return "numba"


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(datasets(), st.data())
def test_a_sweep_is_one_propagation_for_each_scenario(engine: str, dataset: Dataset, data: Any) -> None:
    evidence = data.draw(st.sampled_from(("all", "documented")))
    analysis = analyse(dataset, "p00", evidence=evidence)
    compiled = analysis.compiled
    nothing = np.zeros((2, compiled.option_count))
    base = data.draw(st.sampled_from((nothing, analysis.stopped, analysis.stopped / 2)))
    failures = drawn_failures(data.draw, compiled.option_count)
    targets = [analysis.target, *data.draw(st.lists(st.integers(0, compiled.target_count - 1), max_size=3))]
    depth = data.draw(st.sampled_from((None, 0, 1, 2, 3, 9)))
    for form in FORMS:
        found = sweep_parts(
            compiled,
            base,
            failures,
            targets=np.array(targets),
            columns=analysis.columns,
            form=form,
            depth=depth,
            engine=engine,
        )
        expected = one_by_one(analysis, base, failures, targets, form, depth)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def network(**bom: Any) -> Analysis:
    """A product of two boards' makers and one magnet that both buy; 60 % of the boards come from s1."""
    lines = [
        {"parent_id": "drone", "child_id": "board"},
        {"parent_id": "board", "child_id": "magnet"},
        {"parent_id": "drone", "child_id": "frame", **bom},
    ]
    offers = [
        {"offer_id": "b1", "part_id": "board", "supplier_id": "s1", "origin_country": "TWN", "share": 0.6},
        {"offer_id": "b2", "part_id": "board", "supplier_id": "s2", "origin_country": "USA", "share": 0.4},
        {"offer_id": "m1", "part_id": "magnet", "supplier_id": "s3", "origin_country": "CHN", "share": 0.9},
        {"offer_id": "f1", "part_id": "frame", "supplier_id": "s2", "origin_country": "USA", "share": 1.0},
    ]
    dataset = Dataset.from_tables(
        {
            "parts": [
                {"part_id": "drone", "kind": "product"},
                *({"part_id": part} for part in ("board", "magnet", "frame")),
            ],
            "bom": lines,
            "offers": offers,
            "suppliers": [{"supplier_id": supplier} for supplier in ("s1", "s2", "s3")],
        },
        name="boards",
        date="2026-06-30",
    )
    return analyse(dataset, "drone")


def lost(analysis: Analysis, failures: Failures, engine: str, **options: Any) -> list[list[float]]:
    compiled = analysis.compiled
    base = options.pop("base", np.zeros((2, compiled.option_count)))
    found = sweep(compiled, base, failures, target=analysis.target, columns=analysis.columns, engine=engine, **options)
    return np.round(found, 12).tolist()


def offer(analysis: Analysis, offer_id: str) -> int:
    row = analysis.compiled.dataset.offers["offer_id"].tolist().index(offer_id)
    return int(np.flatnonzero(analysis.compiled.options.offer == row)[0])


def test_every_supplier_alone(engine: str) -> None:
    analysis = network()
    compiled = analysis.compiled
    failures = failures_by(compiled.options.supplier, len(compiled.supplier_ids))
    # s1: 60 % of the boards; s2: the frame, which stops everything; s3: 90 % of the magnets.
    assert lost(analysis, failures, engine) == [[0.6, 1.0, 0.9], [0.6, 1.0, 0.9]]
    optional = network(essential="no")
    assert lost(optional, failures, engine) == [[0.6, 0.4, 0.9], [0.6, 0.4, 0.9]]


def test_reallocate_gives_what_survives_to_those_who_survive(engine: str) -> None:
    analysis = network(essential="no")
    both = Failures(np.array([0, 2]), np.array([offer(analysis, "b1"), offer(analysis, "m1")]), np.array([0.0, 0.5]))
    # Magnets for 55 %, boards' makers for 40 %: reallocate loses 60 %, proportional 0.6 + 0.4 x 0.45.
    assert lost(analysis, both, engine) == [[0.6], [0.6]]
    assert lost(analysis, both, engine, form="proportional") == [[0.78], [0.78]]


def test_depth_says_how_far_down_a_failure_counts(engine: str) -> None:
    analysis = network()
    magnet = failures_of([[offer(analysis, "m1")]])
    assert [lost(analysis, magnet, engine, depth=depth)[0] for depth in (0, 1, 2, 9)] == [[0], [0], [0.9], [0.9]]


def test_what_may_fail_counts_in_the_high_end_only(engine: str) -> None:
    analysis = network()
    options = analysis.compiled.options
    part = analysis.compiled.part_code("magnet")
    unknown = (options.part == part) & (options.supplier < 0)
    codes = np.where(np.arange(len(options.part)) == offer(analysis, "m1"), 0, -1)
    failures = failures_by(codes, 2, unknown=unknown)
    assert lost(analysis, failures, engine) == [[0.9, 0.0], [1.0, 0.1]]


def test_a_failure_adds_nothing_to_what_is_lost_anyway(engine: str) -> None:
    analysis = network(essential="no")
    base = np.zeros((2, analysis.compiled.option_count))
    base[:, offer(analysis, "b1")] = 0.5
    failures = Failures(
        np.array([0, 1, 2, 2]), np.array([offer(analysis, "b1"), offer(analysis, "b1")]), np.array([0.8, 0.25])
    )
    assert lost(analysis, failures, engine, base=base)[0] == [0.3, 0.45, 0.3]


def test_more_scenarios_than_one_wave_and_one_batch(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from supplychain.compiled import sweep as module

    monkeypatch.setattr(module, "_BATCH", 1000)
    analysis = network()
    rng = np.random.default_rng(1)
    options = analysis.compiled.option_count
    failures = failures_of([rng.choice(options, rng.integers(0, 3)) for _ in range(700)])
    base = np.zeros((2, options))
    expected = one_by_one(analysis, base, failures, [analysis.target], "reallocate", None)[:, :, 0]
    found = sweep(analysis.compiled, base, failures, target=analysis.target, columns=analysis.columns, engine=engine)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    assert len(set(np.round(found[0], 6))) > 3


def test_scenarios_are_joined_in_order() -> None:
    one = failures_of([[1, 2], []])
    two = Failures(np.array([0, 1]), np.array([3]), np.array([0.25]))
    both = one + two
    assert both.pointers.tolist() == [0, 2, 2, 3]
    assert both.options.tolist() == [1, 2, 3]
    assert both.lost.tolist() == [[1, 1, 0.75], [1, 1, 0.75]]
    assert both.scenario.tolist() == [0, 0, 2]
    assert (one + one).left is None
    assert len(failures_of([])) == 0


def test_no_scenario_is_no_result(engine: str) -> None:
    assert lost(network(), failures_of([]), engine) == [[], []]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"form": "all"}, "form 'all': one of reallocate, proportional"),
        ({"engine": "gpu"}, "engine 'gpu': one of auto, numpy, numba"),
        ({"base": np.zeros((2, 1))}, "base has shape"),
        ({"target": 10_000}, "target: a code is outside"),
        ({"failures": failures_of([[10_000]])}, "options: a code is outside"),
        ({"failures": Failures(np.array([0, 1]), np.array([0]), np.array([1.5]))}, "a number from 0 to 1"),
        ({"failures": Failures(np.array([0, 1]), np.array([0]), np.array([np.nan]))}, "a number from 0 to 1"),
        ({"failures": Failures(np.array([0, 2]), np.array([0]))}, "pointers"),
        ({"failures": Failures(np.array([1, 2]), np.array([0, 0]))}, "pointers"),
        ({"failures": Failures(np.array([0, 1]), np.array([0]), np.ones((3, 1)))}, "left has shape"),
        ({"columns": Columns(take_max=np.array([True]))}, "columns: give two"),
        ({"depth": -1}, "depth -1"),
    ],
)
def test_wrong_input_is_named(options: dict[str, Any], message: str) -> None:
    analysis = network()
    given = {
        "base": np.zeros((2, analysis.compiled.option_count)),
        "failures": failures_of([[0]]),
        "target": analysis.target,
        "columns": analysis.columns,
        **options,
    }
    with pytest.raises(OptionError, match=message):
        sweep(analysis.compiled, given.pop("base"), given.pop("failures"), **given)


def test_without_numba_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from supplychain.compiled import sweep as module

    def absent(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(module, "import_module", absent)
    monkeypatch.setattr(module, "_WORTH_COMPILING", 0)
    analysis = network()
    board = failures_of([[offer(analysis, "b1")]])
    with pytest.raises(OptionError, match=r"pip install 'supplychain\[fast\]'"):
        lost(analysis, board, "numba")
    assert lost(analysis, board, "auto") == [[0.6], [0.6]]


def test_only_a_large_sweep_is_worth_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    from supplychain.compiled import sweep as module

    monkeypatch.setattr(module, "import_module", lambda name: name)
    assert module._fast("auto", 1000) is None
    assert module._fast("auto", 10**10) is not None
    assert module._fast("numpy", 10**10) is None
    assert module._fast("numba", 1) is not None


def test_documented_ends_leave_out_the_same_grades() -> None:
    analysis = network()
    columns = replace(analysis.columns, least_grade=np.array([0, 2]))
    with pytest.raises(OptionError, match="the same grades"):
        sweep(
            analysis.compiled,
            np.zeros((2, analysis.compiled.option_count)),
            failures_of([[0]]),
            target=analysis.target,
            columns=columns,
        )


@pytest.mark.parametrize("between", ["chip", "module"])
def test_two_ways_to_one_chip_count_by_the_wider(engine: str, between: str) -> None:
    """Half of the makers of the arms need the chip, all makers of the board do: the drone stops with the chip."""
    lines = [
        {"parent_id": "drone", "child_id": "arm"},
        {"parent_id": "drone", "child_id": "board"},
        {"parent_id": "arm", "child_id": "chip", "parent_supplier_id": "s1"},
        {"parent_id": "board", "child_id": between},
    ]
    # The wider way is the longer one or not: whichever arrives first.
    lines += [{"parent_id": "module", "child_id": "chip"}] if between == "module" else []
    offers = [
        {"offer_id": "a1", "part_id": "arm", "supplier_id": "s1", "share": 0.5},
        {"offer_id": "a2", "part_id": "arm", "supplier_id": "s2", "share": 0.5},
        {"offer_id": "b1", "part_id": "board", "supplier_id": "s1", "share": 0.5},
        {"offer_id": "b2", "part_id": "board", "supplier_id": "s2", "share": 0.5},
        {"offer_id": "c1", "part_id": "chip", "supplier_id": "s3", "share": 0.8},
        {"offer_id": "c2", "part_id": "chip", "supplier_id": "s2", "share": 0.2},
    ]
    parts = [
        {"part_id": "drone", "kind": "product"},
        *({"part_id": part} for part in sorted({"arm", "board", between, "chip"})),
    ]
    suppliers = [{"supplier_id": supplier} for supplier in ("s1", "s2", "s3")]
    tables = {"parts": parts, "bom": lines, "offers": offers, "suppliers": suppliers}
    analysis = analyse(Dataset.from_tables(tables, name="chips", date="2026-06-30"), "drone")
    chip, arm = offer(analysis, "c1"), offer(analysis, "a2")
    # One by one: what is computed for one scenario may hide what is wrong in another.
    assert lost(analysis, failures_of([[chip]]), engine)[0] == [0.8]
    assert lost(analysis, failures_of([[arm]]), engine)[0] == [0.5]
    assert lost(analysis, failures_of([[chip, arm], [chip]]), engine)[0] == [0.9, 0.8]
