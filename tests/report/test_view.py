"""The HTML file of a document: what is on it, and what cannot come through."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from seen_documents import HOSTILE, Element, document, hostile, letter, parsed

from ocr_plugins import BBox, Block, BlockKind, OcrDocument, Page, Table, TextLine
from ocr_plugins.testing import made_page

PLACE = BBox(0.1, 0.2, 0.5, 0.3)


def boxes(shown: Element, layer: str) -> list[Element]:
    (group,) = [group for group in shown.all("g") if group.attributes.get("class") == layer]
    return group.all("rect")


def test_a_block_and_its_box_lead_to_one_another() -> None:
    shown = parsed(letter().to_html())
    for key in ("1-1", "1-2", "1-5", "3-1"):
        text, box = shown.by_id(f"t{key}"), shown.by_id(f"b{key}")
        assert [a.attributes["href"] for a in text.all("a", "number")] == [f"#b{key}"]
        assert box.attributes["href"] == f"#t{key}"


def test_a_box_lies_where_the_block_is() -> None:
    (box,) = (
        parsed(document(Block(BlockKind.PARAGRAPH, "a", BBox(0.1, 0.2, 0.5, 0.3))).to_html()).by_id("b1-1").all("rect")
    )
    # The drawing is 1000 units wide, and the page is 600 by 800.
    assert [float(box.attributes[name]) for name in ("x", "y", "width", "height")] == pytest.approx(
        [100, 266.7, 400, 133.3], abs=0.1
    )


def test_it_says_what_the_document_is() -> None:
    shown = parsed(letter().to_html())
    assert [h.text for h in shown.all("h1")] == ["letter.pdf"]
    assert shown.all("p", "facts")[0].text == "3 pages · rapidocr · confidence 0.89 · 2 warnings · 1 error"
    assert [h.text for h in shown.all("h2")] == ["Page 1 of 3 (i)", "Page 2 of 3", "Page 3 of 3"]


def test_headings_stand_below_those_of_pages() -> None:
    blocks = [Block(BlockKind.TITLE, "t"), *(Block(BlockKind.HEADING, f"{n}", level=n) for n in (0, 1, 2, 3, 4, 6))]
    (text,) = parsed(document(*blocks).to_html()).all("div", "text")
    tags = [e.tag for e in text.all() if re.fullmatch(r"h\d", e.tag)]
    assert tags == ["h3", "h3", "h3", "h4", "h5", "h6", "h6"]


def test_the_index_marks_pages_with_something_wrong() -> None:
    (index,) = parsed(letter().to_html()).all("nav")
    assert [(a.attributes["href"], a.attributes["aria-label"]) for a in index.all("a")] == [
        ("#p1", "Page 1, with warnings"),
        ("#p2", "Page 2, not read"),
        ("#p3", "Page 3"),
    ]
    assert parsed(document().to_html()).all("nav") == []


def test_a_warning_stands_where_it_is_and_above_the_page() -> None:
    shown = parsed(letter().to_html())
    notes = [note.text for notes in shown.all("ul", "notes") for note in notes.all("li")]
    assert notes == [
        "Unread ink There is ink at the foot. Show",
        "Low confidence Much of it is in doubt.",
        "Not read The page is damaged.",
    ]
    assert shown.by_id("t1-w1").all("a")[0].attributes["href"] == "#b1-w1"
    assert len(shown.by_id("b1-w1").all("rect")) == 1


def test_a_word_in_doubt_is_marked_on_both_sides() -> None:
    shown = parsed(letter().to_html())
    assert [(m.text, m.attributes["title"]) for m in shown.all("mark")] == [("harbour", "confidence 0.42")]
    (group,) = [g for g in shown.by_id("p1").all("g") if g.attributes.get("class") == "doubts"]
    assert len(group.all("rect")) == 1


def test_reading_order_goes_through_the_text_and_not_through_page_furniture() -> None:
    number = Block(BlockKind.PAGE_NUMBER, "7", BBox(0.4, 0.9, 0.6, 1))
    blocks = [Block(BlockKind.PARAGRAPH, "a", PLACE), number, Block(BlockKind.PARAGRAPH, "b", BBox(0.5, 0.5, 0.7, 0.7))]
    shown = parsed(document(*blocks).to_html())
    assert [line.attributes["points"] for line in shown.all("polyline")] == ["300,333 600,800"]
    assert [n.text for n in shown.all("text")] == ["1", "2", "3"]


def test_a_box_that_goes_over_the_edge_is_cut_and_one_outside_is_told() -> None:
    over, outside = BBox(0.9, 0.5, 1.4, 0.6), BBox(1.1, 0.5, 1.4, 0.6)
    shown = parsed(document(*(Block(BlockKind.PARAGRAPH, "a", box) for box in (over, outside, None))).to_html())
    assert [float(rect.attributes["width"]) for rect in boxes(shown, "blocks")] == [100]
    told = ["without a place" in block.attributes["aria-label"] for block in shown.all("div", "block")]
    assert told == [False, True, True]
    assert [len(block.all("a")[0].attributes.get("href", "")) > 0 for block in shown.all("div", "block")] == [
        True,
        False,
        False,
    ]


def test_a_long_page_is_not_made_to_fit_the_window() -> None:
    pages = tuple(Page(i, width=100, height=height) for i, height in enumerate((299, 301), 1))
    shown = parsed(OcrDocument("a.pdf", pages).to_html())
    assert [scan.attributes["class"] for scan in shown.all("div", "scan")] == ["scan", "scan long"]


def test_a_page_without_text_says_so() -> None:
    assert "No text on this page." in parsed(document().to_html()).text
    failed = parsed(document(error="It is damaged.").to_html()).text
    assert ("This page was not read." in failed, "No text" in failed) == (True, False)


def test_text_that_a_reader_of_the_page_cannot_see_is_folded_away() -> None:
    (details,) = parsed(document(hidden=(TextLine("white on white", PLACE),)).to_html()).all("details")
    assert "open" not in details.attributes
    assert details.text == "1 line in the file that a reader of the page cannot seewhite on white"


def test_long_tables_and_long_blocks_are_whole() -> None:
    table = Block(BlockKind.TABLE, table=Table.from_rows([[f"row {i}", "x"] for i in range(5000)]))
    text = "word " * 20_000
    shown = parsed(
        document(table, Block(BlockKind.PARAGRAPH, text, PLACE, 0.5, lines=(TextLine(text, PLACE, 0.5),))).to_html()
    )
    assert len(shown.all("tr")) == 5000
    assert text in shown.by_id("t1-2").text


def test_pages_are_drawn_from_the_source_that_is_given() -> None:
    ink = made_page(["ink"], size=(300, 200))
    read = OcrDocument("gone.png", (Page(1, width=300, height=200), Page(2)), 2)
    shown = parsed(read.to_html(ink))
    (picture,) = [img for img in shown.all("img") if img.attributes["alt"] == "Page 1 as it looks"]
    assert picture.attributes["src"].startswith("data:image/webp;base64,")
    assert (picture.attributes["loading"], picture.attributes["decoding"]) == ("lazy", "async")
    # The second page is not in it.
    assert "has 1 page only" in shown.by_id("p2").text


def test_without_its_source_boxes_are_on_blank_paper_and_the_reader_is_told() -> None:
    shown = parsed(letter().to_html())
    assert shown.all("img") == []
    assert "There is no file letter.pdf here" in shown.all("p", "note")[0].text


def test_nothing_that_stands_in_a_scan_becomes_html() -> None:
    shown = parsed(hostile().to_html())
    assert [
        element.tag for element in shown.all() if element.tag in ("script", "style", "img", "iframe", "object")
    ] == ["style", "script"]
    for element in shown.all():
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"], element
        assert not element.attributes.get("href", "#").lower().startswith(("javascript:", "data:", "vbscript:"))
    # Nothing is lost either.
    plain = [i for i, block in enumerate(hostile().pages[0].blocks, 1) if block.markdown is None]
    assert [i for i in plain if HOSTILE not in shown.by_id(f"t1-{i}").text] == []


def test_its_policy_lets_in_its_own_style_and_script_alone() -> None:
    html = letter().to_html()
    shown = parsed(html)
    (policy,) = [m.attributes["content"] for m in shown.all("meta") if m.attributes.get("http-equiv")]
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (content,) = [element.text for element in shown.all(tag)]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "http" not in re.sub(r"https?-equiv|http-equiv", "", html)


def test_what_a_screen_reader_says() -> None:
    shown = parsed(letter().to_html())
    assert shown.by_id("t1-2").attributes["aria-label"] == "2, paragraph, confidence 0.90"
    assert shown.by_id("t1-2").attributes["role"] == "group"
    assert all(svg.attributes["aria-hidden"] == "true" for svg in shown.all("svg"))
    assert shown.by_id("found").attributes["aria-live"] == "polite"
    assert shown.all("a", "skip")[0].attributes["href"] == "#pages"
    assert [len(items.all("li")) for items in shown.all("ul", "items")] == [2]
    assert [th.attributes["scope"] for th in shown.all("th")] == ["col", "col"]
