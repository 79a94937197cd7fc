from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def benchmarks(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(root / "benchmarks"))


@pytest.fixture
def network(benchmarks: None) -> Any:
    from generate import generate

    return generate(20_000, seed=3)


def test_generated_networks_have_the_hard_features(network: Any) -> None:
    bom, offers, parts, suppliers = network.bom, network.offers, network.parts, network.suppliers
    assert len(bom) == 20_000
    per_part = offers.groupby("part_id").size()
    assert per_part.min() == 1
    assert per_part.max() == 12
    children, parents = bom.groupby("parent_id").size(), bom.groupby("child_id").size()
    assert children.max() > 20 * children.median()
    assert parents.max() > 20 * parents.median()
    assert set(bom["child_id"]) | set(network.products()) == set(parts["part_id"])
    slots = bom[bom["parent_supplier_id"] == ""].assign(slot=bom["slot"].where(bom["slot"] != "", bom["child_id"]))
    sizes = slots.groupby(["parent_id", "slot"])["share"].agg(["size", "count", "sum"])
    several = sizes[sizes["size"] > 1]
    assert (several["count"] == 0).any()
    assert (several["count"] == several["size"]).any()
    assert ((several["count"] > 0) & (several["sum"] < 0.99)).any()
    assert several["sum"].max() < 1 + 1e-9
    for column, table in (("origin_country", offers), ("country", suppliers)):
        assert (table[column] == "").any(), column
        assert (table[column] == "CHN").any(), column
    for column, table in (("quantity", bom), ("unit_cost_usd", offers), ("share", offers)):
        assert table[column].isna().any(), column
    for column in ("supplier_id", "offer_id", "parent_supplier_id"):
        assert (bom[column] != "").any(), column
    assert (bom["essential"] == "no").any()
    assert ((offers["supplier_id"] == "") & offers["share"].notna()).any()
    assert offers[offers["supplier_id"] != ""].duplicated(["part_id", "supplier_id"]).any()
    assert (offers["status"] == "unavailable").any()
    assert suppliers["ownership_share"].lt(0.25).any()


def test_the_seed_decides_everything(benchmarks: None) -> None:
    from generate import generate

    assert generate(1000, seed=5).sha256() == generate(1000, seed=5).sha256()
    assert generate(1000, seed=5).sha256() != generate(1000, seed=6).sha256()


def test_generated_networks_are_valid(network: Any) -> None:
    from supplychain.validation import check

    assert [problem for problem in check(network) if problem.severity == "error"] == []


@pytest.mark.parametrize("seed", range(4))
def test_the_plain_baseline_and_the_arrays_agree(benchmarks: None, seed: int) -> None:
    from baselines import EMBARGO_BASES, EXPOSURE_BASES, prepare, walk
    from generate import generate
    from run import check_equal, leaves_of, measure_arrays

    from supplychain.compiled import compile_dataset

    dataset = generate(3000, seed=seed, concern=0.05)
    compiled = compile_dataset(dataset)
    for measure, bases in (("contact", EXPOSURE_BASES), ("loss", EMBARGO_BASES)):
        found = measure_arrays(compiled, measure, leaves_of(compiled, bases))
        inside = check_equal(walk(prepare(dataset, bases), measure), found, compiled)
        assert inside > 0.05  # or nothing was compared
        assert np.all(found[0] <= found[1] + 1e-12)


def test_the_plain_failures_and_the_sweep_agree(benchmarks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    import sweeps
    from generate import generate

    monkeypatch.setattr(sweeps, "MONTE_CARLO", 600)
    # It stops with an error where plain code, kernel, numpy and numba differ.
    found = sweeps.measure_sweeps(generate(3000, seed=1), repeats=1)
    assert [one.scenarios > 50 for one in found] == [True, True, True]
    assert {"plain", "kernel", "numpy"} <= set(found[0].seconds)
    expected = np.array([[0.25, 0.5], [0.5, 0.5]])
    sweeps.same("a workload", "numpy", expected, expected + 1e-12)
    with pytest.raises(SystemExit, match="results differ: a workload, numpy"):
        sweeps.same("a workload", "numpy", expected, expected + 1e-6)


def test_the_benchmark_prints_its_table(root: Path) -> None:
    command = [sys.executable, "benchmarks/run.py", "--lines", "1000", "--repeats", "1"]
    command += ["--only", "exposure", "--only", "loading"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "| contact of all parts, both ends" in done.stdout
    assert "| CSV to compiled arrays" in done.stdout
