from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import supplychain


def test_the_version_stands_in_one_place(root: Path) -> None:
    assert re.fullmatch(r"0\.\d+\.\d+", supplychain.__version__)
    holders = [
        path.name
        for path in (root / "supplychain").rglob("*.py")
        if f'"{supplychain.__version__}"' in path.read_text("utf-8")
    ]
    assert holders == ["_version.py"]
    assert f"## [{supplychain.__version__}]" in (root / "CHANGELOG.md").read_text("utf-8")
    assert f"version: {supplychain.__version__}" in (root / "CITATION.cff").read_text("utf-8")


def test_every_public_name_is_there_and_documented() -> None:
    for name in supplychain.__all__:
        value = getattr(supplychain, name)
        assert name == "__version__" or value.__doc__, name
    assert set(dir(supplychain)) == set(supplychain.__all__)


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, supplychain; print(*(m for m in ('pandas', 'numpy', 'networkx', 'scipy') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_constraints_name_versions_only(root: Path) -> None:
    for line in (root / "constraints.txt").read_text("utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9A-Za-z.]*", line) or line.startswith("#"), line
