"""Long pages are cut into parts where nothing is, and what is read on the parts is joined without doubles."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PIL import Image, ImageDraw

from ocr_plugins import BBox, Block, BlockKind, Blocks, Lines, Markdown, PageImage, TextLine, Word
from ocr_plugins.pixels.tiles import Tile, drawing_edge, joined, tiles


def strip(width: int = 200, height: int = 4000, pitch: int = 40) -> PageImage:
    """Lines of 20 pixels, with as much between them at a pitch of 40."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for top in range(10, height - 20, pitch):
        draw.rectangle((10, top, width - 10, top + 19), "black")
    return PageImage(image, number=7, source="strip")


def test_pages_of_usual_shapes_are_drawn_and_read_as_a_whole() -> None:
    assert drawing_edge((595, 842), 2000) == drawing_edge((300, 900), 2000) == 2000
    page = PageImage(Image.new("RGB", (1414, 2000)))
    assert tiles(page, 2000) == [Tile(page)]
    small = strip(100, 1990)
    assert tiles(small, 2000) == [Tile(small)], "what an engine takes is not cut"


def test_a_long_page_is_drawn_as_large_as_one_three_times_as_long_as_wide() -> None:
    assert drawing_edge((100, 600), 2000) == drawing_edge((600, 100), 2000) == 4000


def test_parts_go_from_cut_to_cut_through_white_rows() -> None:
    page = strip()
    parts = tiles(page, 2000)
    assert [part.page.number for part in parts] == [7] * len(parts)
    assert (parts[0].top, parts[-1].bottom) == (0, 1)
    for above, below in pairwise(parts):
        assert above.bottom == below.top
        row = round(below.top * 4000)
        assert page.grey[row].min() == 255
    heights = [part.page.size[1] for part in parts]
    assert sum(heights) == 4000
    assert all(0.8 * 400 <= height <= 1.2 * 400 for height in heights[:-1]), "about twice as long as wide"


def test_parts_overlap_where_there_is_no_white_row() -> None:
    page = PageImage(Image.effect_noise((200, 3000), 120).convert("RGB"))
    parts = tiles(page, 1000)
    for above, below in pairwise(parts):
        assert round((above.bottom - below.top) * 3000) == 40


@pytest.mark.parametrize(
    ("away", "difference", "cut"),
    [(60, 0, True), (120, 0, False), (0, 16, True), (0, 36, False)],
    ids=["near", "far", "nearly empty", "not empty"],
)
def test_a_cut_goes_through_what_is_empty_near_its_ideal_place(away: int, difference: int, cut: bool) -> None:
    image = Image.new("RGB", (200, 1000), "white")
    image.paste("black", (0, 0, 100, 1000))
    image.paste("white", (0, 395 + away, 200, 405 + away))
    image.paste((255 - difference,) * 3, (0, 395 + away, 100, 405 + away))
    first, second, *_ = tiles(PageImage(image), 900)
    assert (first.bottom == second.top) == cut


def line(text: str, top: float, bottom: float, confidence: float = 0.9) -> TextLine:
    box = BBox(0.1, top, 0.9, bottom)
    return TextLine(text, box, confidence, slope=0.02, words=(Word(text, box, confidence),))


def test_lines_of_parts_stand_on_the_page_and_those_in_two_parts_once() -> None:
    image = PageImage(Image.new("RGB", (100, 500)))
    parts = [Tile(image, 0, 0.5), Tile(image, 0.4, 1)]
    first = Lines((line("a", 0.1, 0.2), line("both", 0.84, 0.9), line("cut", 0.97, 1.0)))
    second = Lines(
        (line("tail", 0.0, 0.05), line("both", 0.0333, 0.0833), line("cut", 0.14, 0.17), line("z", 0.9, 1.0))
    )
    result = joined(parts, [first, second])
    assert isinstance(result, Lines)
    assert [i.text for i in result.lines] == ["a", "both", "cut", "z"]
    assert (round(result.lines[0].box.top, 6), round(result.lines[0].box.bottom, 6)) == (0.05, 0.1)
    assert (round(result.lines[3].box.top, 6), round(result.lines[3].box.bottom, 6)) == (0.94, 1)
    assert result.lines[0].words[0].box == result.lines[0].box
    assert round(result.lines[0].slope, 6) == 0.01


PARTS = [Tile(PageImage(Image.new("RGB", (100, 500))), top, bottom) for top, bottom in ((0, 0.5), (0.4, 1))]


@pytest.mark.parametrize(("pixels", "whole"), [(2.5, False), (5, True)])
def test_a_line_at_the_very_end_of_a_part_may_be_cut_off(pixels: float, whole: bool) -> None:
    result = joined(PARTS, [Lines((line("a", 0.9, 1 - pixels / 500),)), Lines(())])
    assert bool(result.lines) == whole  # type: ignore[union-attr]


@pytest.mark.parametrize(("share", "same"), [(0.35, False), (0.6, True)])
def test_lines_of_two_parts_are_the_same_where_half_of_one_lies_in_the_other(share: float, same: bool) -> None:
    top = 0.46 - 0.04 * share
    second = line("b", (top - 0.4) / 0.6, (top + 0.04 - 0.4) / 0.6)
    result = joined(PARTS, [Lines((line("a", 0.84, 0.92),)), Lines((second,))])
    assert len(result.lines) == (1 if same else 2)  # type: ignore[union-attr]


def test_markdown_and_blocks_of_parts_follow_one_another() -> None:
    image = PageImage(Image.new("RGB", (100, 500)))
    parts = [Tile(image, 0, 0.5), Tile(image, 0.5, 1)]
    text = joined(parts, [Markdown("one", 0.8), Markdown("two", 0.6, truncated=True)])
    assert text == Markdown("one\n\ntwo", 0.7, truncated=True)
    blocks = [Blocks((Block(BlockKind.PARAGRAPH, t, BBox(0, 0, 1, 1)),)) for t in ("one", "two")]
    result = joined(parts, blocks)
    assert isinstance(result, Blocks)
    assert [(b.text, b.box) for b in result.blocks] == [("one", BBox(0, 0, 1, 0.5)), ("two", BBox(0, 0.5, 1, 1))]


def test_a_page_of_a_pixels_width_is_not_cut_into_thousands() -> None:
    assert len(tiles(PageImage(Image.new("RGB", (1, 20_000), "white")), 2000)) == 80
