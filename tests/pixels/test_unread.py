"""Ink that no text explains: lines of letters outside of the boxes that were read, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_plugins import BBox, PageImage, TextLine
from ocr_plugins.pixels.unread import LEAST_LETTERS, LONGEST_CHARACTER, explains, unread_lines
from ocr_plugins.testing import made_page

LINES = ["The first line of the page is read.", "The second one is overlooked by all.", "The third one is read again."]


def page_of(image: Image.Image) -> PageImage:
    return PageImage(image)


def box_of(page: Image.Image, row: int, *, size: int = 32, margin: int = 120) -> BBox:
    top = margin + 1.5 * size * row
    return BBox(0, top / page.height, 1, (top + 1.4 * size) / page.height)


def test_a_line_that_nobody_read_is_found_where_it_stands() -> None:
    page = made_page(LINES)
    (missed,) = unread_lines(page_of(page), [box_of(page, 0), box_of(page, 2)])
    assert missed.mostly_in(box_of(page, 1))
    assert missed.width > 0.3
    assert unread_lines(page_of(page), [box_of(page, i) for i in range(3)]) == []


@pytest.mark.parametrize(("ground", "ink"), [("black", "white"), ("#bbccdd", "#102040"), ("#305090", "#e0e8f0")])
def test_ink_may_be_lighter_than_its_ground(ground: str, ink: str) -> None:
    page = Image.new("RGB", (1240, 1754), ground)
    ImageDraw.Draw(page).text((120, 400), LINES[1], ink, ImageFont.load_default(32))
    assert len(unread_lines(page_of(page), [])) == 1


@pytest.mark.parametrize("size", [16, 24, 80])
def test_type_of_all_usual_sizes_is_seen(size: int) -> None:
    page = made_page(["Quick grey foxes jump."], size=(1240, 1754), font_size=size)
    assert len(unread_lines(page_of(page), [])) == 1


def test_a_few_letters_are_no_line_of_text() -> None:
    page = made_page([" ".join("n" * count) for count in (LEAST_LETTERS - 1, 0, 0, LEAST_LETTERS)])
    (missed,) = unread_lines(page_of(page), [])
    assert missed.mostly_in(box_of(page, 3))


def test_rules_frames_specks_and_pictures_are_no_text() -> None:
    page = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(page)
    for i in range(20):
        draw.line((100, 100 + 30 * i, 1100, 100 + 30 * i), "black", 2)
    for i in range(8):
        draw.rectangle((100 + 120 * i, 800, 200 + 120 * i, 900), outline="black", width=3)
    random = np.random.default_rng(3)
    for x, y in random.integers((0, 950), (1240, 1200), (300, 2)).tolist():
        draw.rectangle((x, y, x + 2, y + 2), "black")
    shades = Image.fromarray(random.integers(0, 255, (12, 20), np.uint8)).resize((800, 400), Image.Resampling.BICUBIC)
    page.paste(shades.convert("RGB"), (200, 1250))
    assert unread_lines(page_of(page), []) == []


def test_a_screened_picture_is_looked_at_in_bounded_time() -> None:
    dots = np.full((1500, 1000), 255, np.uint8)
    dots[::6, ::6] = dots[1::6, ::6] = dots[::6, 1::6] = dots[1::6, 1::6] = 0
    assert unread_lines(page_of(Image.fromarray(dots).convert("RGB")), []) == []


def test_a_text_is_as_long_as_its_line() -> None:
    page = PageImage(Image.new("RGB", (1000, 1000)))
    box = BBox(0.1, 0.1, 0.7, 0.12)
    least = round(box.width / box.height / LONGEST_CHARACTER)
    assert explains(TextLine("x" * (least + 1), box), page)
    assert not explains(TextLine("x" * (least - 1), box), page)
    assert explains(TextLine("x" * (least + 1), BBox(0.1, 0.1, 0.12, 0.7)), page), "also of a line that stands upright"
