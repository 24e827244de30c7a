"""The view in a real browser: what is linked, found, reached by keys, and never run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from seen_documents import HOSTILE, hostile, letter

from ocr_plugins import OcrDocument, compare
from ocr_plugins.testing import FakeEngine, made_page

keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
actions = pytest.importorskip("selenium.webdriver").ActionChains

pytestmark = pytest.mark.browser

Show = Callable[[str], Any]


def lit(browser: Any) -> list[str]:
    return [element.get_attribute("id") for element in browser.find_elements("css selector", ".on")]


def focused(browser: Any) -> str:
    return str(browser.switch_to.active_element.get_attribute("id"))


def press(browser: Any, *pressed: str) -> None:
    actions(browser).send_keys(*pressed).perform()


def search(browser: Any, text: str) -> str:
    """Search, and what the reader is told."""
    field = browser.find_element("id", "query")
    browser.execute_script("arguments[0].value = ''", field)
    field.send_keys(text)
    return str(
        browser.execute_async_script(
            "const done = arguments[0], found = document.getElementById('found');"
            "setTimeout(() => done(found.textContent), 300)"
        )
    )


def test_hovering_one_side_lights_both(show: Show) -> None:
    browser = show(letter().to_html())
    for hovered in ("t1-2", "b1-5"):
        actions(browser).move_to_element(browser.find_element("id", hovered)).perform()
        assert sorted(lit(browser)) == [f"b{hovered[1:]}", f"t{hovered[1:]}"]
    actions(browser).move_to_element(browser.find_element("tag name", "h1")).perform()
    assert lit(browser) == []


def test_a_click_on_the_page_leads_to_the_text(show: Show) -> None:
    browser = show(letter().to_html())
    browser.find_element("css selector", "#b1-5 rect").click()
    assert focused(browser) == "t1-5"
    assert sorted(lit(browser)) == ["b1-5", "t1-5"]


def test_a_warning_is_linked_with_its_place(show: Show) -> None:
    browser = show(letter().to_html())
    browser.find_element("css selector", "#t1-w1 a").click()
    # The page may have moved, and another block below the pointer is lit too.
    assert {"b1-w1", "t1-w1"} <= set(lit(browser))


def test_keys_go_from_block_to_block_over_pages(show: Show) -> None:
    browser = show(letter().to_html())
    browser.execute_script("document.getElementById('t1-1').focus()")
    press(browser, keys.ARROW_DOWN)
    assert (focused(browser), sorted(lit(browser))) == ("t1-2", ["b1-2", "t1-2"])
    press(browser, keys.END)
    assert focused(browser) == "t1-5"
    press(browser, keys.ARROW_DOWN)
    assert focused(browser) == "t3-1"
    press(browser, keys.ARROW_DOWN, keys.ARROW_UP)
    assert focused(browser) == "t1-5"
    press(browser, keys.HOME, keys.ESCAPE)
    assert (focused(browser), lit(browser)) == ("t1-1", [])


def test_the_tab_key_stops_once_a_page_and_goes_on_where_one_was(show: Show) -> None:
    browser = show(letter().to_html())
    browser.execute_script("document.getElementById('t1-1').focus()")
    press(browser, keys.ARROW_DOWN, keys.TAB)
    assert focused(browser) == "t3-1"
    actions(browser).key_down(keys.SHIFT).send_keys(keys.TAB).key_up(keys.SHIFT).perform()
    assert focused(browser) == "t1-2"


def test_the_enter_key_brings_the_place_on_the_page_into_sight(show: Show) -> None:
    browser = show(letter().to_html())
    browser.find_element("id", "show-large").click()
    browser.execute_script("document.getElementById('t1-5').focus(); scrollTo(0, document.body.scrollHeight)")
    press(browser, keys.ENTER)
    top, bottom, height = browser.execute_script(
        "const b = document.getElementById('b1-5').getBoundingClientRect(); return [b.top, b.bottom, innerHeight]"
    )
    assert 0 <= top < bottom <= height


def test_search_counts_marks_and_steps(show: Show) -> None:
    browser = show(letter().to_html())
    assert search(browser, "HARBOUR") == "1 of 3"
    hits = [e.get_attribute("id") for e in browser.find_elements("css selector", ".block.hit, .scan a.hit")]
    assert sorted(hits) == ["b1-2", "b1-5", "b3-1", "t1-2", "t1-5", "t3-1"]
    assert sorted(lit(browser)) == ["b1-2", "t1-2"]
    assert len(browser.find_elements("css selector", "nav a.hit")) == 2
    field, found = browser.find_element("id", "query"), browser.find_element("id", "found")
    field.send_keys(keys.ENTER)
    assert (found.text, sorted(lit(browser))) == ("2 of 3", ["b1-5", "t1-5"])
    field.send_keys(keys.SHIFT + keys.ENTER)
    browser.find_element("id", "previous").click()
    assert (found.text, sorted(lit(browser))) == ("3 of 3", ["b3-1", "t3-1"])
    assert browser.execute_script("return CSS.highlights.get('found').size") == 3
    field.send_keys(keys.ESCAPE)
    assert (found.text, browser.find_elements("css selector", ".hit")) == ("", [])


def test_search_finds_words_that_are_marked_and_those_of_two_cells_apart(show: Show) -> None:
    browser = show(letter().to_html())
    assert search(browser, "the harbour was") == "1 of 1"
    assert browser.execute_script("return [...CSS.highlights.get('found')][0].toString()") == "The harbour was"
    assert search(browser, "HarbourShips") == "No match"
    # The number and the kind of a block are no text.
    assert search(browser, "paragraph") == "No match"


def test_toggles(show: Show) -> None:
    browser = show(letter().to_html())

    def shown(css: str) -> bool:
        return bool(
            browser.execute_script(
                "return getComputedStyle(document.querySelector(arguments[0])).display != 'none'", css
            )
        )

    def colour() -> str:
        return str(browser.execute_script("return getComputedStyle(document.querySelector('#b1-4 rect')).stroke"))

    assert [shown(f".scan .{layer}") for layer in ("order", "lines", "doubts")] == [True, False, True]
    for layer in ("order", "lines", "doubts"):
        browser.find_element("id", f"show-{layer}").click()
    assert [shown(f".scan .{layer}") for layer in ("order", "lines", "doubts")] == [False, True, False]
    kind = colour()
    browser.find_element("id", "by-confidence").click()
    assert colour() != kind
    assert (shown(".legend.by-kind"), shown(".legend.by-confidence")) == (False, True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_reader(show: Show, chromium: Any, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser = show(letter().to_html())
    ground, ink = browser.execute_script(
        "const s = getComputedStyle(document.body); return [s.backgroundColor, s.color].map((c) => +c.match(/\\d+/)[0])"
    )
    assert (ground > ink) == (scheme == "light")


def test_boxes_lie_on_the_picture_in_wide_and_narrow_windows(show: Show, chromium: Any) -> None:
    read = OcrDocument("a.png", letter().pages[:1], 1)
    html = read.to_html(made_page(["ink"], size=(600, 800)))
    for width in (1400, 420):
        chromium.set_window_size(width, 1000)
        browser = show(html)
        picture, drawing = (
            browser.execute_script("return document.querySelector(arguments[0]).getBoundingClientRect().toJSON()", css)
            for css in (".scan img", ".scan svg")
        )
        assert picture == pytest.approx(drawing, abs=1)
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    chromium.set_window_size(1400, 1000)


def test_without_scripts_all_of_it_is_there_and_boxes_lead_to_text(show: Show, chromium: Any) -> None:
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser = show(letter().to_html())
    assert all(block.is_displayed() for block in browser.find_elements("css selector", ".block, .scan svg, .notes li"))
    assert not browser.find_element("id", "query").is_displayed()
    browser.find_element("css selector", "#b1-5 rect").click()
    assert browser.current_url.endswith("#t1-5")
    browser.find_element("id", "show-order").click()
    assert not browser.find_element("css selector", ".scan .order").is_displayed()


def test_hostile_text_runs_nothing(show: Show) -> None:
    browser = show(hostile().to_html())
    for element in browser.find_elements("css selector", ".block a[href], nav a"):
        assert not element.get_attribute("href").startswith("javascript")
    assert search(browser, HOSTILE[:20]).startswith("1 of ")
    assert browser.execute_script("return window.pwned === undefined && document.scripts.length") == 1


def test_hostile_text_runs_nothing_in_a_notebook(show: Show) -> None:
    browser = show(f"<!doctype html><meta charset='utf-8'><body>{hostile()._repr_html_()}")
    assert browser.execute_script("return window.pwned === undefined")
    browser.switch_to.frame(0)
    assert browser.execute_script("return window.pwned === undefined")
    assert browser.find_element("tag name", "html").get_attribute("class") == "js"
    browser.switch_to.default_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_comparison_shows_pictures_and_marks_in_wide_and_narrow_windows(
    show: Show, chromium: Any, tmp_path: Path, scheme: str
) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    made_page(["the quick brown fox"]).save(tmp_path / "scan.png")
    engines = [FakeEngine(texts=(text,), output="blocks") for text in ("a quick fox", f"a quack fox {HOSTILE}", "a")]
    browser = show(compare(tmp_path / "scan.png", engines).to_html())
    assert browser.execute_script("return window.pwned === undefined")
    # A page counts as loaded before its lazy pictures are: the promise fails where a picture cannot be shown.
    assert (
        browser.execute_async_script(
            "const done = arguments[0], picture = document.images[0];"
            "picture.decode().then(() => done('shown'), (error) => done(String(error)))"
        )
        == "shown"
    )
    assert [mark.is_displayed() for mark in browser.find_elements("css selector", "section :is(del, ins)")] == [
        True
    ] * 4
    tops = {}
    for width in (1400, 500):
        chromium.set_window_size(width, 1000)
        columns = browser.find_elements("css selector", ".look, .reading")
        tops[width] = len({column.rect["y"] for column in columns})
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    chromium.set_window_size(1400, 1000)
    assert tops == {1400: 1, 500: 4}
