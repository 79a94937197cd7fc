from __future__ import annotations

import re
from pathlib import Path

import pytest

from supplychain import check, load


def _links(text: str) -> list[str]:
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    return [target for target in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in target]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/uav/README.md"])
def test_links_between_files_lead_somewhere(root: Path, page: str) -> None:
    path = root / page
    missing = [target for target in _links(path.read_text("utf-8")) if not (path.parent / target).exists()]
    assert missing == []


@pytest.fixture
def own_tables(root: Path, tmp_path: Path) -> Path:
    """Return the worked example of docs/own-tables.md as a folder."""
    text = (root / "docs" / "own-tables.md").read_text("utf-8")
    for name, content in re.findall(r"`(\w+\.csv)`[^\n]*\n\n```csv\n(.*?)```", text, flags=re.DOTALL):
        (tmp_path / name).write_text(content, "utf-8")
    return tmp_path


def test_the_worked_example_is_read_without_errors(own_tables: Path) -> None:
    assert [problem for problem in check(own_tables) if problem.severity == "error"] == []
    assert load(own_tables).products() == ("drone",)


def test_the_worked_example_gives_what_the_page_says(own_tables: Path) -> None:
    from supplychain import exposure

    found = exposure(load(own_tables), "drone")
    first, second = found.contact_by_depth[1], found.contact_by_depth[2]
    assert (first.depth, second.depth) == (1, 2)
    assert (first.contact.low, first.contact.high) == (0.0, 0.0)
    assert second.contact.low == pytest.approx(0.94)
    assert second.contact.high == pytest.approx(0.96)


def test_the_python_of_the_readme_runs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (root / "README.md").read_text("utf-8"), flags=re.DOTALL)
    assert len(blocks) == 1
    names: dict[str, object] = {}
    exec(compile(blocks[0], "README.md", "exec"), names)
    assert capsys.readouterr().out
    assert {"exposure", "flags", "origins", "graph", "changed"} <= set(names)


def test_the_readme_counts_the_bundled_data_right(root: Path) -> None:
    text = (root / "README.md").read_text("utf-8")
    found = re.search(r"(\d+) parts down to the ores, (\d+) offers, (\d+) sources", text)
    assert found
    dataset = load("uav")
    assert tuple(map(int, found.groups())) == (len(dataset.parts), len(dataset.offers), len(dataset.sources))
