"""The pages in a real headless Chromium: no request, no error, no dialog, and every interaction."""

from __future__ import annotations

from pathlib import Path

import pytest
from views import page_fixtures as fx

from supplychain.formats.files import write_text
from supplychain.views import numbers
from supplychain.views.catalogue import texts_for
from supplychain.views.graph_page import render_graph
from supplychain.views.report_page import render_report

pytestmark = pytest.mark.browser
MOTOR = "motor|maker"


def opened(page, path: Path):
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog said {dialog.message}"))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready='1']")
    return page


@pytest.fixture
def graph(browser_page, tmp_path):
    return opened(
        browser_page, write_text(tmp_path / "graph.html", render_graph(fx.dataset(), fx.structure(), fx.flags()))
    )


@pytest.fixture
def report(browser_page, tmp_path):
    text = render_report(fx.dataset(), fx.structure(), fx.flags(), fx.origins())
    return opened(browser_page, write_text(tmp_path / "report.html", text))


def visible(page) -> set[str]:
    return set(page.evaluate("supplychainPage.visible()"))


def test_a_click_on_an_entry_opens_its_facts(graph) -> None:
    place = graph.evaluate("id => supplychainPage.positionOf(id)", MOTOR)
    assert graph.evaluate("p => supplychainPage.nodeAt(p.x, p.y)", place) == MOTOR
    graph.mouse.click(place["x"], place["y"])
    panel = graph.locator("[data-part=panel]")
    assert panel.is_visible()
    text = panel.inner_text().replace("\u00a0", " ")
    for said in (
        fx.QUOTES,
        fx.HOSTILE,
        "Taiwan",
        "China content found",
        "further up",
        "94 to 100 %",
        "world-market average",
        "USD 20",
        "USD 31",
        "Japan",
    ):
        assert said in text, said
    links = panel.locator("a").evaluate_all("links => links.map(a => [a.href, a.rel])")
    assert [href for href, _ in links] == ["https://example.org/?a=1&b=%3C2%3E"]
    assert all("noopener" in rel for _, rel in links)
    # The paths up to the product and the chains down to the lens, and nothing else.
    assert graph.evaluate("supplychainPage.highlighted()") == sorted(["drone|", MOTOR, "magnet|", "ore|"])
    panel.get_by_role("button", name="Show in the picture").first.click()
    assert graph.evaluate("supplychainPage.selected()") == "magnet|"
    graph.keyboard.press("Escape")
    assert graph.evaluate("supplychainPage.selected()") is None
    assert panel.is_hidden()


def test_hostile_names_do_nothing(graph) -> None:
    for node in visible(graph):
        graph.evaluate("id => supplychainPage.select(id)", node)
    graph.locator("[data-part=table] summary").click()
    assert graph.evaluate("window.hacked") is None
    assert graph.locator("img").count() == 0
    assert graph.locator("h1").inner_text().startswith(fx.HOSTILE)


def test_only_what_reaches_the_lens(graph) -> None:
    assert visible(graph) == {"drone|", MOTOR, "board|", "frame|maker", "magnet|", "ore|"}
    graph.get_by_label("Only what reaches China").check()
    assert visible(graph) == {"drone|", MOTOR, "magnet|", "ore|"}
    assert "4 of 6" in graph.locator("[data-part=count]").inner_text()
    graph.get_by_label("Whole graph").check()
    assert len(visible(graph)) == 6


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("verdict", "clear", {"frame|maker"}),
        ("category", "motors", {MOTOR}),
        ("tier", "1", {MOTOR, "board|", "frame|maker"}),
        ("country", "CHN", {"magnet|", "ore|"}),
    ],
)
def test_filters(graph, name, value, left) -> None:
    box = graph.locator(f"[data-filter={name}]")
    box.locator("summary").click()
    box.get_by_role("button", name="None").click()
    assert visible(graph) == set()
    assert graph.locator("[data-part=empty]").is_visible()
    box.locator(f"input[value='{value}']").check()
    assert visible(graph) == left
    graph.keyboard.press("Escape")
    assert not box.evaluate("details => details.open")
    graph.locator("[data-part=reset]").click()
    assert len(visible(graph)) == 6


def test_search_by_keyboard(graph) -> None:
    graph.keyboard.press("/")
    graph.keyboard.type("中")
    assert "Nothing found" in graph.locator("[data-part=results]").inner_text()
    graph.keyboard.press("Control+a")
    graph.keyboard.type("馬達")
    assert graph.locator("[data-part=results] [role=option]").count() == 1
    graph.keyboard.press("Enter")
    assert graph.evaluate("supplychainPage.selected()") == MOTOR
    graph.keyboard.press("Control+a")
    graph.keyboard.type("a")
    graph.keyboard.press("ArrowDown")
    active = graph.locator("[data-part=search]").get_attribute("aria-activedescendant")
    assert graph.locator(f"#{active}").get_attribute("aria-selected") == "true"
    graph.keyboard.press("Enter")
    assert graph.evaluate("supplychainPage.selected()") is not None


def test_search_finds_what_a_filter_hides(graph) -> None:
    graph.get_by_label("Only what reaches China").check()
    graph.locator("[data-part=search]").fill("airframe")
    graph.keyboard.press("Enter")
    assert graph.evaluate("supplychainPage.selected()") == "frame|maker"
    assert len(visible(graph)) == 6


def test_the_picture_by_keyboard(graph) -> None:
    graph.locator("canvas").focus()
    graph.keyboard.press("Enter")
    assert graph.evaluate("supplychainPage.selected()") == "drone|"
    graph.keyboard.press("ArrowRight")
    first = graph.evaluate("supplychainPage.selected()")
    assert first in {MOTOR, "board|", "frame|maker"}
    graph.keyboard.press("ArrowDown")
    assert graph.evaluate("supplychainPage.selected()") != first
    graph.keyboard.press("ArrowLeft")
    assert graph.evaluate("supplychainPage.selected()") == "drone|"
    graph.keyboard.press("Enter")
    assert graph.evaluate("document.activeElement.tagName") == "H2"


def test_the_table_holds_the_same_entries(graph) -> None:
    from playwright.sync_api import expect

    graph.locator("[data-part=table] summary").click()
    rows = graph.locator("[data-part=rows] tr")
    expect(rows).to_have_count(6)  # the rows are made when the table is opened
    rows.filter(has_text="Airframe").get_by_role("button").focus()
    graph.keyboard.press("Enter")
    assert graph.evaluate("supplychainPage.selected()") == "frame|maker"
    graph.get_by_label("Only what reaches China").check()
    expect(rows).to_have_count(4)


def test_zoom_and_pan(graph) -> None:
    place = lambda: graph.evaluate("id => supplychainPage.positionOf(id)", MOTOR)
    before = place()
    graph.mouse.move(before["x"], before["y"])
    graph.mouse.wheel(0, -300)
    graph.get_by_role("button", name="Zoom out").click()
    graph.mouse.move(700, 600)
    graph.mouse.down()
    graph.mouse.move(760, 640, steps=4)
    graph.mouse.up()
    assert place() != before
    assert graph.evaluate("supplychainPage.selected()") is None
    graph.get_by_role("button", name="Fit").click()
    assert place() == pytest.approx(before)


def test_light_and_dark(graph) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    pixel = "[...document.querySelector('canvas').getContext('2d').getImageData(3, 200, 1, 1).data]"
    light, light_pixel = graph.evaluate(ground), graph.evaluate(pixel)
    graph.get_by_role("button", name="Light or dark").click()
    assert graph.evaluate(ground) != light
    assert graph.evaluate(pixel) != light_pixel
    graph.get_by_role("button", name="Light or dark").click()
    assert graph.evaluate(ground) == light


def test_numbers_read_alike_in_script_and_in_python(graph) -> None:
    texts = texts_for("en", ["CHN"])
    ends = [
        0.0,
        1e-7,
        0.0004999,
        0.0005,
        0.00125,
        0.0025,
        0.0125,
        0.1,
        0.3333,
        0.38049,
        0.5,
        0.99,
        0.9949,
        0.9995,
        0.99999,
        1.0,
        None,
    ]
    pairs = [[low, high] for low in ends for high in ends]
    in_script = graph.evaluate("pairs => pairs.map(([a, b]) => supplychainPage.formatInterval(a, b))", pairs)
    assert in_script == [numbers.interval({"low": low, "high": high}, texts) for low, high in pairs]


def test_the_report_draws_its_map_when_it_comes_near(report) -> None:
    assert report.evaluate("document.documentElement.dataset.map") is None
    report.locator("#map").scroll_into_view_if_needed()
    report.wait_for_selector("html[data-map='1']")
    report.evaluate("id => supplychainPage.select(id)", MOTOR)
    assert fx.QUOTES in report.locator("[data-part=panel]").inner_text()
    assert report.evaluate("window.hacked") is None and report.locator("img").count() == 0


def test_the_key_components_are_copied(report) -> None:
    report.context.grant_permissions(["clipboard-read", "clipboard-write"])
    report.get_by_role("button", name="Copy as text with footnotes").click()
    report.get_by_text("Copied").wait_for()
    assert report.evaluate("navigator.clipboard.readText()") == report.evaluate("supplychainReport.keysText()")


def test_the_report_prints_to_a4(report, tmp_path) -> None:
    report.evaluate("supplychainReport.startMap()")
    report.emulate_media(media="print", color_scheme="dark")
    assert report.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    file = tmp_path / "report.pdf"
    report.pdf(path=str(file), prefer_css_page_size=True)
    assert file.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_report_fits_any_width(report, width) -> None:
    report.set_viewport_size({"width": width, "height": 800})
    report.evaluate("supplychainReport.startMap()")
    assert report.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_both_languages_open(browser_page, tmp_path, language) -> None:
    text = render_graph(fx.dataset(), fx.structure(), fx.flags(), language=language)
    page = opened(browser_page, write_text(tmp_path / "graph.html", text))
    page.evaluate("id => supplychainPage.select(id)", MOTOR)
    assert page.locator("html").get_attribute("lang") == language
    assert ("馬達" if language == "zh-Hant" else fx.QUOTES) in page.locator("[data-part=panel] h2").inner_text()
    # A key that no catalogue has would stand on the page as it is.
    assert "graph." not in page.locator("[data-part=panel]").inner_text()


@pytest.mark.parametrize("count", [2, 1000, 5000])
def test_large_graphs_open(browser_page, tmp_path, count, record_property) -> None:
    page = opened(browser_page, write_text(tmp_path / "graph.html", render_graph(*fx.generated(count))))
    first = page.evaluate("performance.getEntriesByName('first-picture')[0].startTime")
    page.evaluate("supplychainPage.select('p1|')")
    drawing = page.evaluate(
        "() => { const start = performance.now(); supplychainPage.redraw(); return performance.now() - start; }"
    )
    record_property("first_picture_ms", first)
    print(f"{count} entries: first picture after {first:.0f} ms, one drawing {drawing:.0f} ms")
    assert page.evaluate("supplychainPage.selected()") == "p1|"
    assert len(visible(page)) == count
