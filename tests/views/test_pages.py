"""The pages as text: nothing from outside, nothing that runs but our own script, the same bytes each time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from views import page_fixtures as fx

from supplychain.errors import OptionError
from supplychain.formats.files import write_text
from supplychain.views import numbers
from supplychain.views.catalogue import LANGUAGES, catalogue, placeholders, texts_for
from supplychain.views.graph_page import render_graph
from supplychain.views.pyvis_graph import plain, to_pyvis
from supplychain.views.report_page import render_report
from supplychain.views.shell import as_json, safe_link

VOID = {"meta", "link", "br", "input", "img", "hr"}


def pages(language="en") -> dict[str, str]:
    ds, structure = fx.dataset(), fx.structure()
    return {
        "graph": render_graph(ds, structure, fx.flags(), language=language),
        "report": render_report(ds, structure, fx.flags(), fx.origins(), language=language),
    }


@pytest.fixture(scope="module", params=["graph", "report"])
def page(request) -> str:
    return pages()[request.param]


class Reader(HTMLParser):
    """Collects tags, attributes and the text of scripts and styles; checks that tags close in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("script", "style"):
            self.raw.append((tag, dict(attrs), ""))

    def handle_startendtag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, f"</{tag}> closes something else at {self.getpos()}"

    def handle_data(self, data) -> None:
        if self.open and self.open[-1] in ("script", "style"):
            tag, attrs, text = self.raw[-1]
            self.raw[-1] = (tag, attrs, text + data)
        else:
            self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader


def test_a_page_is_html5_with_a_language_and_a_title(page) -> None:
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    reader = read(page)
    assert [tag for tag, _ in reader.tags].count("title") == 1
    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_nothing_is_fetched(page) -> None:
    reader = read(page)
    for tag, attrs in reader.tags:
        assert "src" not in attrs and "srcset" not in attrs and "style" not in attrs
        assert not [name for name in attrs if name.startswith("on")]
        if tag == "link":
            assert attrs["href"] == "data:,"
        elif "href" in attrs:
            assert attrs["href"].startswith("#") or (tag == "a" and attrs["href"].startswith(("http://", "https://")))
            if not attrs["href"].startswith("#"):
                assert "noopener" in attrs["rel"]
    for tag, attrs, text in reader.raw:
        if attrs.get("type") == "application/json":
            continue
        assert not re.search(
            r"\bfetch\s*\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|\bimport\s*[\"'(]", text
        )
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\s*\(|new Function", text)
        assert "@import" not in text
        assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", text)), tag


def test_the_policy_allows_our_own_script_and_style_only(page) -> None:
    reader = read(page)
    (policy,) = [attrs["content"] for tag, attrs in reader.tags if attrs.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'" and rules["base-uri"] == "'none'" and rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:"
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        texts = [text for name, attrs, text in reader.raw if name == tag and attrs.get("type") != "application/json"]
        hashes = {
            "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'" for text in texts
        }
        assert hashes == set(rules[rule].split())


def test_hostile_text_is_text(page) -> None:
    reader = read(page)
    assert "img" not in {tag for tag, _ in reader.tags}
    assert "window.hacked=1</script>" not in page
    assert fx.HOSTILE in reader.text
    assert not [attrs for _, attrs in reader.tags if (attrs.get("href") or "").startswith("javascript")]
    (data,) = [text for _, attrs, text in reader.raw if attrs.get("type") == "application/json"]
    assert not set("<>&\u2028\u2029") & set(data)
    assert json.loads(data)["graph"]["product"]["name"] == fx.HOSTILE


def test_the_same_input_gives_the_same_bytes_whatever_the_order_of_rows() -> None:
    ds, structure = fx.dataset(), fx.structure()
    turned = fx.Structure(structure.nodes.iloc[::-1], structure.edges.iloc[::-1])
    assert render_graph(ds, structure, fx.flags()) == render_graph(ds, turned, fx.flags())
    script = "from views import page_fixtures as fx; import hashlib;"
    script += "from supplychain.views.report_page import render_report as r;"
    script += "print(hashlib.sha256(r(fx.dataset(), fx.structure(), fx.flags(), fx.origins()).encode()).hexdigest())"
    tests = Path(fx.__file__).parents[1]
    found = {
        subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": f"{tests}:.", "PYTHONHASHSEED": seed},
                       capture_output=True, text=True, check=True).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1


def test_the_report_says_the_headlines_in_their_order() -> None:
    text = " ".join(read(pages()["report"]).text.split())
    heads = [
        "Key components",
        "First-tier lines by depth",
        "China-free depth",
        "Value",
        "Supply cover",
        "If exports are cut off",
    ]
    places = [text.index(head) for head in heads]
    assert places == sorted(places)
    said = [
        "No Chinese source found through tier 1 (component)",
        "proven through tier 0, because 1 origin at tier 1 is not known: " + fx.RIGHT_TO_LEFT,
        "documented: 0 to 100 %; with world-market averages: 4.3 to 31 %",
        "at least 2.25 times",
        "Tightest stage: Magnet (processed material), 94 % lost.",
        "of which 94 % of the world market is made in China",
        "Learning the origin of this part narrows the look-through value from China from 4 to 31 % to 5 to 20 %",
        "China content found",
        "none possible on the evidence",
    ]
    plain_text = text.replace("\u00a0", " ")
    for sentence in said:
        assert sentence in plain_text, sentence


def test_the_key_components_can_be_copied_with_footnotes() -> None:
    data = json.loads(next(text for _, attrs, text in read(pages()["report"]).raw if attrs.get("type")))
    lines = data["keys_text"].splitlines()
    assert any(line.count("\t") == 8 for line in lines)
    assert [line for line in lines if line.startswith("[1] ")]


def test_another_lens_is_called_by_its_name() -> None:
    flags = fx.flags()
    flags["lens"]["countries"] = ["RUS"]
    text = read(render_report(fx.dataset(), fx.structure(), flags, fx.origins())).text
    assert "Russia content found" in text and "China content found" not in text
    assert "Only what reaches Russia" in text


# -- catalogue -------------------------------------------------------------------------------------------------------


def test_languages_have_the_same_keys_and_placeholders() -> None:
    english = catalogue("en")
    for language in LANGUAGES:
        other = catalogue(language)
        assert set(other) == set(english)
        for key, text in other.items():
            assert text.strip(), (language, key)
            assert placeholders(text) == placeholders(english[key]), (language, key)


def test_every_key_that_a_page_asks_for_is_there(root) -> None:
    known, views = set(catalogue("en")), root / "supplychain" / "views"
    files = [path for pattern in ("*.py", "assets/*.js", "templates/*.html") for path in views.glob(pattern)]
    for path in files:
        for key in re.findall(r"""\b(?:t|texts)\(\s*"([a-z_][\w. ]*)"(?!\s*[+~])""", path.read_text(encoding="utf-8")):
            assert key in known, f"{path.name}: {key}"
        for key in re.findall(r"""counted\(\s*"([\w.]+)\"""", path.read_text(encoding="utf-8")):
            assert {f"{key}.one", f"{key}.many"} <= known, f"{path.name}: {key}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_for_people(language) -> None:
    texts = texts_for(language, ["CHN", "HKG", "MAC"])
    assert not [key for key, text in texts.entries.items() if "{lens" in text]
    assert read(pages(language)["report"]).text


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(OptionError, match="zh-Hant"):
        catalogue("xx")


# -- numbers, links, JSON, files -------------------------------------------------------------------------------------


def test_numbers_for_people() -> None:
    texts = texts_for("en", ["CHN"])

    def said(low, high) -> str:
        return numbers.interval({"low": low, "high": high}, texts).replace("\u00a0", " ")

    assert said(0.99, 0.994) == "99 to 99.4 %"
    assert said(0.3801, 0.3804) == "38 %"
    assert said(0.0, 0.0) == "0 %"
    assert said(1e-6, 1.0) == "<0.1 to 100 %"
    assert said(0.99999, 1.0) == ">99.9 %"
    assert said(0.0, 1e-6) == "<0.1 %"
    assert said(None, None) == "not known"
    assert numbers.times({"low": 2.25, "high": None}, texts) == "at least 2.25 times"
    assert numbers.money(1234.4, texts).replace("\u00a0", " ") == "USD 1,234"


@given(
    st.text()
    | st.sampled_from(
        ["javascript:alert(1)", "data:text/html,x", "//host/x", "http://", "https://a b", "http:///x", "HTTP://x/\n"]
    )
)
def test_links_are_http_or_nothing(url) -> None:
    link = safe_link(url)
    assert link == "" or re.match(r"https?://[^\s/]", link, re.IGNORECASE)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_json_survives_and_cannot_end_its_element(value) -> None:
    text = as_json(value)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == value


def test_plain_values() -> None:
    import datetime as dt

    import numpy as np
    import pandas as pd

    value = {
        1: {2, 1},
        "a": np.int64(3),
        "b": float("nan"),
        "c": dt.date(2026, 1, 2),
        "d": (np.float64(1), pd.NaT),
        "e": np.array([1.5]),
    }
    assert plain(value) == {"1": [1, 2], "a": 3, "b": None, "c": "2026-01-02", "d": [1.0, None], "e": [1.5]}


def test_files_are_written_whole_or_not_at_all(tmp_path, monkeypatch) -> None:
    target = tmp_path / "new" / "page.html"
    assert write_text(target, "臺灣\n") == target
    assert target.read_bytes() == "臺灣\n".encode()
    with pytest.raises(UnicodeEncodeError):
        write_text(target, "half \ud800")
    assert target.read_text(encoding="utf-8") == "臺灣\n"
    assert [path.name for path in target.parent.iterdir()] == ["page.html"]
    (tmp_path / "file").write_text("x")
    with pytest.raises(OptionError, match="cannot be written"):
        write_text(tmp_path / "file" / "page.html", "x")


# -- pyvis -----------------------------------------------------------------------------------------------------------


def test_pyvis_keeps_everything() -> None:
    structure = fx.structure()
    before = structure.nodes.copy(deep=True), structure.edges.copy(deep=True)
    network = to_pyvis(structure)
    assert network.directed
    assert len(network.nodes) == len(structure.nodes) and len(network.edges) == len(structure.edges)
    assert [node["id"] for node in network.nodes] == [f"n{number}" for number in range(len(network.nodes))]
    for node in network.nodes:
        assert set(node["data"]) == set(structure.nodes.columns)
        assert {"x", "y", "level"} <= set(node) and node["physics"] is False
    names = {node["id"]: node["data"]["node_id"] for node in network.nodes}
    lines = sorted((names[edge["from"]], names[edge["to"]], edge["data"]["slot"]) for edge in network.edges)
    assert lines == sorted(
        zip(structure.edges["parent"], structure.edges["child"], structure.edges["slot"], strict=True)
    )
    graph = nx.MultiDiGraph([(edge["from"], edge["to"]) for edge in network.edges])
    assert graph.number_of_edges() == len(structure.edges)
    json.dumps([network.nodes, network.edges], allow_nan=False)
    for now, then in zip((structure.nodes, structure.edges), before, strict=True):
        assert now.equals(then)


def test_pyvis_can_be_shown_in_a_notebook() -> None:
    html = to_pyvis(fx.structure()).generate_html(notebook=False)
    assert '"enabled": false' in html and "window.hacked=1</script>" not in html
