"""What a notebook shows: one line, and a frame of bounded size."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from commands import pdf
from seen_documents import HOSTILE, document, frame_of, hostile, letter, parsed

from ocr_plugins import Block, BlockKind, OcrDocument, Page, Pipeline, Table
from ocr_plugins.report import notebook


def test_the_line_of_a_document_says_what_it_is() -> None:
    assert repr(letter()) == "OcrDocument('letter.pdf', 3 pages, rapidocr, confidence 0.89, 2 warnings, 1 error)"
    assert repr(OcrDocument("a.pdf", (Page(3),), 9)) == "OcrDocument('a.pdf', 1 of 9 pages)"


def test_the_line_of_a_page_says_what_it_is() -> None:
    first, second, _ = letter().pages
    assert repr(first) == "Page(1 of 3, 5 blocks, rapidocr, confidence 0.87, 2 warnings)"
    assert repr(second) == "Page(2 of 3, 0 blocks, error='The page is damaged.')"
    assert repr(Page(1, truncated=True)) == "Page(1, 0 blocks, cut off)"


def test_a_document_is_drawn_from_its_source(tmp_path: Path) -> None:
    read = Pipeline(text="layer").read(pdf(tmp_path / "a.pdf", "Hello", "world"))
    shown = frame_of(read._repr_html_())
    assert [img.attributes["alt"] for img in shown.all("img")] == ["Page 1 as it looks", "Page 2 as it looks"]
    assert shown.all("p", "note") == []


@pytest.mark.parametrize("damage", ["gone", "locked", "broken"])
def test_a_source_that_cannot_be_drawn_is_told_and_the_text_is_there(tmp_path: Path, damage: str) -> None:
    path = pdf(tmp_path / "a.pdf", "Hello", password="secret" if damage == "locked" else None)
    read = Pipeline(text="layer").read(path, password="secret")
    if damage == "gone":
        path.unlink()
    elif damage == "broken":
        path.write_bytes(b"no PDF")
    shown = frame_of(read._repr_html_())
    assert shown.all("img") == []
    assert "a.pdf" in shown.all("p", "note")[0].text
    assert shown.by_id("t1-1").all("p")[0].text == "Hello"


def test_a_page_knows_no_source_and_shows_its_boxes() -> None:
    shown = frame_of(letter().pages[0]._repr_html_())
    assert [h.text for h in shown.all("h2")] == ["Page 1 of 3 (i)"]
    assert len(shown.all("svg")) == 1
    assert shown.all("p", "note") == []


def test_of_many_pages_the_first_are_shown_and_how_to_see_all() -> None:
    many = OcrDocument("a.pdf", tuple(Page(n) for n in range(1, 101)), 100)
    shown = frame_of(many._repr_html_())
    assert len(shown.all("section")) == notebook.MAX_PAGES == 5
    assert "The first 5 of 100 pages are shown." in shown.all("p", "note")[0].text
    assert "document.to_html()" in shown.all("p", "note")[0].text
    assert shown.all("p", "facts")[0].text == "100 pages"


def test_a_cell_is_never_large() -> None:
    page = document(Block(BlockKind.TABLE, table=Table.from_rows([["word"] * 20] * 5000))).pages[0]
    small = Page(1, blocks=(Block(BlockKind.PARAGRAPH, "small"),))
    for pages, count in (((page,), 0), ((small, page), 1)):
        cell = OcrDocument("a.pdf", pages)._repr_html_()
        assert len(frame_of(cell).all("section")) == count
        assert len(cell) < 1.1 * notebook.MAX_CHARACTERS
        assert "document.to_html()" in cell
    assert "This is too large for a cell." in page._repr_html_()


def test_a_document_can_do_nothing_to_the_notebook() -> None:
    cell = hostile()._repr_html_()
    shown = parsed(cell)
    assert [element.tag for element in shown.all()] == ["p", "iframe"]
    sandbox = shown.all("iframe")[0].attributes["sandbox"].split()
    assert "allow-scripts" in sandbox
    assert "allow-same-origin" not in sandbox
    assert html.escape(HOSTILE) in re.sub(r'srcdoc="[^"]*"', "", cell)
