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


def bands(*shades: int, top: int = 400, height: int = 40, length: int = 900) -> list[int]:
    """The y of the ruling lines of rows that are filled with a shade, one below the other on a white page."""
    image = Image.new("RGB", (1600, 1600), "white")
    draw = ImageDraw.Draw(image)
    for i, shade in enumerate(shades):
        draw.rectangle((300, top + height * i, 299 + length, top + height * (i + 1) - 1), (shade, shade, shade))
    across = [r for r in find_rulings(PageImage(image)) if r.width > r.height]
    assert all(r.width == pytest.approx(length / 1600, abs=0.01) for r in across)
    # A light shade is told by its ink as well, beside the edge.
    return sorted({round(r.center[1] * 1600 / 10) * 10 for r in across})


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


@pytest.mark.parametrize(
    ("shades", "edges"),
    [
        pytest.param([30], 2, id="a dark header"),
        pytest.param([225], 2, id="a tinted one"),
        pytest.param([235], 2, id="a lightly tinted one"),
        pytest.param([243], 0, id="what is hardly seen"),
        pytest.param([30, 225, 255, 225, 255, 225], 7, id="a header and every other row"),
    ],
)
def test_the_edges_of_shaded_rows_are_ruling_lines(shades: list[int], edges: int) -> None:
    assert bands(*shades) == [400 + 40 * i for i in range(edges)]


@pytest.mark.parametrize(("height", "count"), [(6, 0), (15, 2), (150, 2), (175, 0)])
def test_a_shaded_row_is_as_high_as_rows_are(height: int, count: int) -> None:
    assert len(bands(30, height=height)) == count


@pytest.mark.parametrize(("length", "count"), [(120, 0), (180, 2)])
def test_a_shaded_row_is_as_long_as_a_table_is_wide(length: int, count: int) -> None:
    assert len(bands(30, length=length)) == count


def test_the_edges_of_a_band_are_where_its_text_and_rules_cut_them_too() -> None:
    page = Image.new("RGB", (1600, 1600), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((300, 400, 1199, 450), (30, 40, 90))
    for x in (300, 600, 900, 1199):
        draw.rectangle((x - 1, 400, x + 1, 700), "black")
    draw.text((320, 415), "Category", "white", font_size=24)
    lower = [r for r in find_rulings(PageImage(page)) if r.width > r.height and abs(r.top * 1600 - 450) < 6]
    assert sum(r.width for r in lower) * 1600 > 850


def test_lines_of_text_have_no_edges() -> None:
    page = Image.new("RGB", (1600, 1600), "white")
    draw = ImageDraw.Draw(page)
    for i in range(20):
        draw.text((200, 200 + 40 * i), "the northern warehouse would end in June " * 2, "black", font_size=26)
    assert find_rulings(PageImage(page)) == []
