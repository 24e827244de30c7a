"""Ink that no text explains: lines of letters outside of the boxes that were read, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_plugins import BBox, PageImage, TextLine
from ocr_plugins.pixels.unread import explains, unread_lines
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


def is_text(
    *,
    tops: Sequence[int] = (0,),
    count: int = 8,
    width: int = 8,
    height: int = 12,
    gap: int = 6,
    outline: bool = False,
) -> bool:
    """Whether bars that stand in a row as letters do are a line of text, on a page that is not reduced.

    Args:
        tops: Pixels by which they are lower than the first one; the others follow in turns.
        count: Of the bars.
        width: Of a bar.
        height: Of a bar.
        gap: Between two bars.
        outline: They are hollow.
    """
    page = Image.new("RGB", (1000, 1000), "white")
    draw = ImageDraw.Draw(page)
    for i in range(count):
        left, top = 100 + i * (width + gap), 500 + tops[i % len(tops)]
        draw.rectangle((left, top, left + width - 1, top + height - 1), None if outline else "black", "black")
    return bool(unread_lines(page_of(page), []))


@pytest.mark.parametrize(
    ("bars", "is_line"),
    [
        pytest.param({"count": 7}, True, id="seven"),
        pytest.param({"count": 5}, False, id="five"),
        pytest.param({"height": 5}, True, id="as small as type is"),
        pytest.param({"height": 3, "gap": 4}, False, id="smaller"),
        pytest.param({"height": 50, "gap": 20}, True, id="as large as a headline"),
        pytest.param({"height": 80, "gap": 20}, False, id="larger"),
        pytest.param({"width": 42}, True, id="a few letters that touch"),
        pytest.param({"width": 84}, False, id="bars"),
        pytest.param({"width": 12, "outline": True}, True, id="strokes around a little white"),
        pytest.param({"width": 25, "height": 25, "outline": True}, False, id="frames"),
        pytest.param({"gap": 15}, True, id="a space apart"),
        pytest.param({"gap": 24}, False, id="farther apart"),
        pytest.param(
            {"tops": (0, 3, 0, 0, -3, 3, 0, -3, 0, 3), "count": 10, "height": 20}, True, id="nearly on a line"
        ),
        pytest.param(
            {"tops": (0, 6, 0, 0, -6, 6, 0, -6, 0, 6), "count": 10, "height": 20}, False, id="every other one off it"
        ),
        pytest.param({"tops": (0, 6, 0, 0, 0, 6, 0, 0, 0, 6), "count": 10, "height": 20}, True, id="a few below it"),
    ],
)
def test_letters_are_pieces_of_ink_that_stand_in_a_row(bars: dict[str, Any], is_line: bool) -> None:
    assert is_text(**bars) == is_line


def beside(*bars: tuple[int, int, int, int]) -> bool:
    """Whether bars of a left, top, width and height are a line of text."""
    page = Image.new("RGB", (1000, 1000), "white")
    for left, top, width, height in bars:
        page.paste("black", (left, top, left + width, top + height))
    return bool(unread_lines(page_of(page), []))


@pytest.mark.parametrize(("tall", "is_line"), [(24, True), (36, False)])
def test_the_letters_of_a_line_differ_by_twice_their_height(tall: int, is_line: bool) -> None:
    """Of small ones alone there are too few, and of tall ones."""
    heights = [12, tall] * 5
    assert beside(*((100 + 20 * i, 500 - height, 8, height) for i, height in enumerate(heights))) == is_line


@pytest.mark.parametrize(("raised", "is_line"), [(4, True), (8, False)])
def test_half_of_a_letter_stands_beside_the_one_before_it(raised: int, is_line: bool) -> None:
    """There are too few before the one that is raised, and behind it."""
    five, four = ([(left + 14 * i, 500, 8, 12) for i in range(n)] for left, n in ((100, 5), (204, 4)))
    assert beside(*five, (174, 500 - raised, 24, 12), *four) == is_line


@pytest.mark.parametrize(("below", "is_seen"), [(6, False), (8, True)])
def test_what_a_box_leaves_of_its_letters_is_not_unread(below: float, is_seen: bool) -> None:
    page = Image.new("RGB", (1000, 1000), "white")
    for i in range(8):
        page.paste("black", (100 + 14 * i, 500, 108 + 14 * i, 520))
    assert bool(unread_lines(page_of(page), [BBox(0.05, 0.48, 0.5, 0.5205 - below / 1000)])) == is_seen


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


@pytest.mark.parametrize(("rows", "is_seen"), [(90, True), (150, False)])
def test_a_screened_picture_is_looked_at_in_bounded_time(rows: int, is_seen: bool) -> None:
    dots = np.full((1500, 1000), 255, np.uint8)
    dots[: 6 * rows : 6, ::6] = 0
    page = Image.fromarray(dots).convert("RGB")
    ImageDraw.Draw(page).text((120, 1200), LINES[1], "black", ImageFont.load_default(32))
    assert bool(unread_lines(page_of(page), [])) == is_seen


@pytest.mark.parametrize(("characters", "is_read"), [(12, True), (8, False)])
def test_a_text_is_as_long_as_its_line(characters: int, is_read: bool) -> None:
    page = PageImage(Image.new("RGB", (1000, 1000)))
    level, upright = BBox(0.1, 0.1, 0.7, 0.12), BBox(0.1, 0.1, 0.12, 0.7)
    assert [explains(TextLine("x" * characters, box), page) for box in (level, upright)] == [is_read, is_read]
