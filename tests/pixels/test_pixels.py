"""What is found in the pixels of a page: orientation and skew, ruling lines, ink, bullets and the weight of type."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_plugins.blocks import BBox, TextLine
from ocr_plugins.engine import PageImage
from ocr_plugins.pixels.rulings import find_rulings
from ocr_plugins.pixels.type import measure_lines
from ocr_plugins.pixels.upright import is_blank
from ocr_plugins.testing import made_page

TEXT = [f"Line {i} of a page of running text that is long enough to be seen by a model" for i in range(24)]


@pytest.fixture(scope="module")
def page() -> PageImage:
    return PageImage(made_page(TEXT))


def test_a_faint_page_is_not_blank() -> None:
    faint = Image.new("RGB", (800, 1000), (250, 250, 250))
    ImageDraw.Draw(faint).text((100, 100), "hardly to be seen", (225, 225, 225), ImageFont.load_default(30))
    assert not is_blank(PageImage(faint))


def test_ruling_lines_are_found_where_they_are_and_text_is_none(page: PageImage) -> None:
    ruled = page.image.copy()
    draw = ImageDraw.Draw(ruled)
    draw.line((100, 1600, 1100, 1600), "black", 3)
    draw.line((600, 1500, 600, 1700), "black", 3)
    across, down = sorted(find_rulings(PageImage(ruled)), key=lambda r: -r.width)
    assert (across.left * ruled.width, across.right * ruled.width) == pytest.approx((100, 1100), abs=6)
    assert across.center[1] * ruled.height == pytest.approx(1600, abs=4)
    assert (down.top * ruled.height, down.bottom * ruled.height) == pytest.approx((1500, 1700), abs=6)
    assert find_rulings(page) == []


def lines_of(draw: ImageDraw.ImageDraw, texts: list[tuple[str, int]], size: tuple[int, int]) -> list[TextLine]:
    """Draw lines one below the other, each with its stroke width, and give them with boxes that are too wide."""
    lines = []
    for i, (text, stroke) in enumerate(texts):
        place, font = (200, 100 + 60 * i), ImageFont.load_default(32)
        draw.text(place, text, "black", font, stroke_width=stroke)
        left, top, right, bottom = draw.textbbox(place, text, font, stroke_width=stroke)
        box = BBox(left - 15, top - 6, right + 15, bottom + 6).scaled(1 / size[0], 1 / size[1])
        lines.append(TextLine(text, box))
    return lines


def test_bold_type_its_size_and_the_ends_of_the_ink_are_measured() -> None:
    image = Image.new("RGB", (1000, 800), "white")
    texts = [("Plain words of one line", 0)] * 6 + [("Heavy words of one line", 1)]
    lines = lines_of(ImageDraw.Draw(image), texts, image.size)
    measured = measure_lines(PageImage(image), lines, page_height=800.0)
    assert [m.font.bold for m in measured if m.font] == [False] * 6 + [True]
    assert [m.font.italic for m in measured if m.font] == [False] * 7
    for before, after in zip(lines, measured, strict=True):
        assert after.font is not None
        assert after.font.size == pytest.approx(32, rel=0.15)
        assert after.box.left - before.box.left == pytest.approx(0.015, abs=0.005)
        assert after.text == before.text


def test_most_of_a_page_may_be_bold() -> None:
    image = Image.new("RGB", (1000, 800), "white")
    texts = [("Heavy words of one line", 1)] * 4 + [("Plain words of one line", 0)] * 3
    measured = measure_lines(PageImage(image), lines_of(ImageDraw.Draw(image), texts, image.size), page_height=800.0)
    assert [m.font.bold for m in measured if m.font] == [True] * 4 + [False] * 3


@pytest.mark.parametrize("text", ["on a sea of sense", "GREAT BIG LETTERS", "no. 1,234,567 (old)", "jumpy pigs gag"])
def test_the_size_of_type_hardly_depends_on_the_letters(text: str) -> None:
    image = Image.new("RGB", (1000, 800), "white")
    texts = [("The quick brown fox jumps over it", 0)] * 6 + [(text, 0)]
    measured = measure_lines(PageImage(image), lines_of(ImageDraw.Draw(image), texts, image.size), page_height=800.0)
    *others, last = (m.font.size for m in measured if m.font)
    assert last == pytest.approx(others[0], rel=0.15)


def test_the_type_of_a_line_that_falls_is_measured_along_the_line() -> None:
    image = Image.new("RGB", (1000, 800), "white")
    lines = lines_of(ImageDraw.Draw(image), [("The quick brown fox jumps over the dog", 0)] * 6, image.size)
    fall = 40
    slanting = image.transform(
        image.size, Image.Transform.AFFINE, (1, 0, 0, -fall / 600, 1, 200 * fall / 600), Image.Resampling.BICUBIC,
        fillcolor="white",
    )  # fmt: skip
    sloped = [
        replace(
            x,
            box=BBox(x.box.left, x.box.top, x.box.right, x.box.bottom + x.box.width * 1000 * fall / 600 / 800),
            slope=x.box.width * 1000 * fall / 600 / 800,
        )
        for x in lines
    ]
    for level, falling in zip(
        measure_lines(PageImage(image), lines, 800.0), measure_lines(PageImage(slanting), sloped, 800.0), strict=True
    ):
        assert level.font is not None
        assert falling.font is not None
        assert falling.font.size == pytest.approx(level.font.size, rel=0.15)


@pytest.mark.parametrize(("shift", "found"), [(0, True), (8, True), (30, False)])
def test_bullets_before_lines_become_their_markers_where_they_are_aligned(shift: int, found: bool) -> None:
    image = Image.new("RGB", (1000, 800), "white")
    draw = ImageDraw.Draw(image)
    texts = ["An item of a list", "A line of plain text", "4,711.50", "Another item"]
    lines = lines_of(draw, [(text, 0) for text in texts], image.size)
    for left, top in ((160, 114), (160, 234), (160 - shift, 294)):
        draw.ellipse((left, top, left + 12, top + 12), "black")
    first, second, figure, fourth = measure_lines(PageImage(image), lines, page_height=800.0)
    assert figure.text == "4,711.50"
    assert first.text == ("• An item of a list" if found else "An item of a list")
    assert fourth.text == ("• Another item" if found else "Another item")
    assert second.text == "A line of plain text"
