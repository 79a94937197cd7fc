"""A sweep over failures against one propagation for each of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import datasets

from supplychain.compiled import propagate
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


@settings(max_examples=150)
@given(datasets(), st.data())
@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_a_sweep_is_one_propagation_for_each_scenario(engine: str, dataset: Dataset, data: Any) -> None:
    if engine == "numba":
        pytest.importorskip("numba")
    evidence = data.draw(st.sampled_from(("all", "documented")))
    analysis = analyse(dataset, "p00", evidence=evidence)
    compiled = analysis.compiled
    base = data.draw(
        st.sampled_from((np.zeros((2, compiled.option_count)), analysis.stopped * 1.0, analysis.stopped / 2))
    )
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
