"""What the package offers for tests: made pages and the fake engine."""

from __future__ import annotations

import pypdfium2
import pytest
from PIL import Image
from wrong_engines import ink_of

from ocr_plugins import Blocks, Lines, Markdown, PageImage
from ocr_plugins.testing import FakeEngine, made_page, made_pdf


def test_a_made_page_is_black_text_on_white() -> None:
    page = made_page(["Hello"])
    assert (page.mode, page.size, page.getpixel((0, 0))) == ("RGB", (1240, 1754), (255, 255, 255))
    left, top, right, bottom = ink_of(page) or (0, 0, 0, 0)
    assert 120 <= left < 125
    assert 120 <= top < bottom < 120 + 48
    assert 180 < right < 220
    assert page.convert("L").getextrema() == (0, 255)


def test_a_made_page_without_lines_is_blank() -> None:
    assert made_page([], size=(30, 20)) == Image.new("RGB", (30, 20), "white")


@pytest.mark.parametrize("lines", [["much too long " * 9], ["many"] * 40])
def test_a_made_page_holds_all_its_text(lines: list[str]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        made_page(lines)


def test_a_made_pdf_has_an_image_per_page_and_no_text() -> None:
    with pypdfium2.PdfDocument(made_pdf([made_page(["one"]), made_page(["two"]), made_page([])])) as pdf:
        assert len(pdf) == 3
        assert [round(side) for side in pdf[0].get_size()] == [595, 842]
        assert pdf[0].get_textpage().count_chars() == 0
        drawn = pdf[0].render(scale=150 / 72).to_pil().convert("L")
    assert drawn.getextrema() == (0, 255)


def test_the_fake_engine_gives_its_texts_in_each_kind_of_result() -> None:
    page = PageImage(made_page([]))
    (lines,) = FakeEngine(texts=("a", "b")).recognize([page])
    (blocks,) = FakeEngine(texts=("a", "b"), output="blocks").recognize([page])
    (markdown,) = FakeEngine(texts=("a", "b"), output="markdown", confidence=None).recognize([page])
    assert isinstance(lines, Lines)
    assert isinstance(blocks, Blocks)
    assert [(i.text, i.confidence) for i in lines.lines] == [("a", 0.9), ("b", 0.9)]
    assert lines.lines[0].box.bottom < lines.lines[1].box.top
    assert [b.lines for b in blocks.blocks] == [(line,) for line in lines.lines]
    assert markdown == Markdown("a\n\nb", None)


def test_the_fake_engine_fails_on_the_page_it_is_told_to() -> None:
    engine = FakeEngine(fail_on=2)
    assert len(engine.recognize([PageImage(made_page([]), 1)])) == 1
    with pytest.raises(RuntimeError, match="page 2"):
        engine.recognize([PageImage(made_page([]), 1), PageImage(made_page([]), 2)])
