"""Ruling lines of a page image: which strokes count."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw

from ocr_plugins.blocks import BBox
from ocr_plugins.engine import PageImage
from ocr_plugins.pixels.rulings import find_rulings

Bar = tuple[int, int, int, int]


def found(bars: Sequence[Bar], *, side: int = 1600, ink: int = 0, ground: Image.Image | None = None) -> list[BBox]:
    """The ruling lines of a page with bars on it, each of a left, top, width and height in pixels."""
    image = ground or Image.new("RGB", (side, side), "white")
    draw = ImageDraw.Draw(image)
    for left, top, width, height in bars:
        draw.rectangle((left, top, left + width - 1, top + height - 1), (ink, ink, ink))
    return find_rulings(PageImage(image))


@pytest.mark.parametrize(("length", "count"), [(50, 1), (30, 0)])
@pytest.mark.parametrize("turned", [False, True])
def test_a_stroke_is_longer_than_a_letter(length: int, count: int, turned: bool) -> None:
    assert len(found([(800, 800, 2, length) if turned else (800, 800, length, 2)])) == count


@pytest.mark.parametrize(("thickness", "count"), [(1, 1), (5, 1), (8, 0), (200, 0)])
def test_a_thick_bar_is_none(thickness: int, count: int) -> None:
    assert len(found([(400, 400, 600, thickness)])) == count


@pytest.mark.parametrize(("fall", "count"), [(6, 1), (14, 0)])
def test_a_line_may_be_some_pixels_off_level(fall: int, count: int) -> None:
    steps = [(200 + 60 * i, 400 + i, 60, 2) for i in range(fall)]
    assert len(found(steps)) == count


@pytest.mark.parametrize(("length", "count"), [(100, 1), (60, 0)])
def test_a_large_page_is_reduced_first(length: int, count: int) -> None:
    assert len(found([(800, 800, length, 4)], side=3200)) == count


@pytest.mark.parametrize(("depth", "count"), [(10, 0), (17, 1)])
def test_a_line_is_darker_than_its_ground(depth: int, count: int) -> None:
    assert len(found([(400, 400, 600, 2)], ink=255 - depth)) == count


def test_a_line_is_found_near_the_edge_of_a_shade() -> None:
    page = Image.new("RGB", (1600, 1600), "white")
    ImageDraw.Draw(page).rectangle((200, 400, 1400, 1000), (200, 200, 200))
    (line,) = found([(300, 418, 1000, 2)], ground=page)
    assert line.width == pytest.approx(1000 / 1600, abs=0.01)


@pytest.mark.parametrize(("rows", "count"), [(60, 1800), (75, 2000)])
def test_of_very_many_strokes_the_first_ones_are_enough(rows: int, count: int) -> None:
    assert len(found([(10 + 52 * i, 10 + 20 * j, 46, 2) for j in range(rows) for i in range(30)])) == count
