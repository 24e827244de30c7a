"""What the neighbouring pages decide: heading levels, and running heads that repeat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocr_plugins.blocks import BBox, Block, BlockKind, Font, TextLine
from ocr_plugins.document import Page
from ocr_plugins.layout.settle import Settler


def heading(text: str, size: float, *, italic: bool = False) -> Block:
    box = BBox(0.1, 0.3, 0.6, 0.33)
    return Block(BlockKind.HEADING, text, box, lines=(TextLine(text, box, None, Font(size, True, italic)),))


def head(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text, BBox(0.1, 0.02, 0.6, 0.04))


def settled(pages: list[Page], *, observed: int | None = None) -> list[Page]:
    settler = Settler()
    for page in pages[:observed]:
        settler.observe(page)
    return [settler.settle(page) for page in pages]


def levels(pages: list[Page]) -> list[int]:
    return [b.level for p in pages for b in p.blocks if b.kind == BlockKind.HEADING]


def test_levels_follow_the_sizes_of_all_headings_seen() -> None:
    pages = [Page(1, blocks=(heading("Part", 14),)), Page(2, blocks=(heading("Title", 20), heading("Part", 14.3)))]
    assert levels(settled(pages)) == [2, 1, 2]
    assert levels(settled(pages, observed=1)) == [1, 1, 1]


def measured(text: str, size: float) -> Block:
    return replace(heading(text, size), confidence=0.9)


def test_a_short_heading_whose_type_was_measured_takes_the_level_of_longer_ones_like_it() -> None:
    long = [measured("A long heading", 14), measured("A deeper heading", 11)]
    page = Page(1, blocks=(*long, measured("Exhibit", 15.5), measured("Other", 10)))
    assert levels(settled([page])) == [1, 2, 1, 2]
    alone = Page(1, blocks=(measured("One", 20), measured("Two", 15), measured("Three", 12)))
    assert levels(settled([alone])) == [1, 2, 3]


@pytest.mark.parametrize(("size", "level"), [(13.3, 1), (13.0, 2)])
def test_measured_sizes_that_differ_by_little_are_one(size: float, level: int) -> None:
    page = Page(1, blocks=(measured("The first part", 14), measured("Another part", size)))
    assert levels(settled([page])) == [1, level]


@pytest.mark.parametrize(("size", "level"), [(13.8, 1), (13.3, 2)])
def test_known_sizes_differ_by_less(size: float, level: int) -> None:
    assert levels(settled([Page(1, blocks=(heading("Part", 14), heading("Other", size)))])) == [1, level]


@pytest.mark.parametrize(
    ("text", "size", "alike"), [("A report", 16, True), ("A report", 16.6, False), ("The report", 16, False)]
)
def test_a_text_of_ten_letters_is_long_enough_to_be_measured(text: str, size: float, alike: bool) -> None:
    page = Page(1, blocks=(measured("A heading that is long enough for any measure", 14), measured(text, size)))
    assert levels(settled([page])) == ([1, 1] if alike else [2, 1])


def test_italic_headings_stand_below_upright_ones_of_their_size() -> None:
    page = Page(1, blocks=(heading("Upright", 14), heading("Slanted", 14, italic=True), heading("Small", 10)))
    assert levels(settled([page])) == [1, 2, 3]


def test_decimal_numbers_give_levels_below_a_title_whatever_the_size() -> None:
    parts = (heading("1 Part", 12), heading("1.1 Detail", 12), heading("1.1.1 More", 13), heading("References", 12))
    assert levels(settled([Page(1, blocks=(heading("Title", 20), *parts))])) == [1, 2, 3, 4, 2]


def test_the_first_depth_of_an_excerpt_is_right_below_its_title() -> None:
    page = Page(1, blocks=(heading("Title", 20), heading("1.2 Part", 12), heading("1.2.3 Detail", 12)))
    assert levels(settled([page])) == [1, 2, 3]


def test_of_one_size_bold_stands_above_light_and_what_comes_first_above_what_comes_later() -> None:
    light = replace(heading("Light", 14), lines=(TextLine("Light", BBox(0, 0, 1, 1), None, Font(14)),))
    page = Page(1, blocks=(light, heading("ALL IN CAPITALS", 14), heading("In small letters", 14), heading("FAQ", 14)))
    assert levels(settled([page])) == [3, 1, 2, 2]


def test_levels_end_at_six() -> None:
    page = Page(1, blocks=tuple(heading("x", size) for size in (40, 35, 30, 25, 20, 15, 12, 10)))
    assert levels(settled([page])) == [1, 2, 3, 4, 5, 6, 6, 6]


def test_what_repeats_at_the_edge_of_pages_is_furniture_whatever_its_number() -> None:
    pages = [Page(n, blocks=(head(f"Annual report {n}"), heading("x", 12))) for n in (1, 2)]
    assert [p.blocks[0].kind for p in settled(pages)] == [BlockKind.PAGE_HEADER] * 2
    assert settled(pages, observed=1)[0].blocks[0].kind == BlockKind.PARAGRAPH


def test_what_repeats_inside_of_pages_is_text() -> None:
    block = Block(BlockKind.PARAGRAPH, "Signature", BBox(0.1, 0.5, 0.3, 0.52))
    pages = [Page(n, blocks=(block,)) for n in (1, 2, 3)]
    assert [p.blocks[0].kind for p in settled(pages)] == [BlockKind.PARAGRAPH] * 3


def test_a_sentence_that_goes_on_over_the_page_end_is_marked() -> None:
    first = Block(BlockKind.PARAGRAPH, "The sentence goes", BBox(0.1, 0.8, 0.9, 0.85))
    rest = Block(BlockKind.PARAGRAPH, "on here.", BBox(0.1, 0.1, 0.9, 0.12))
    new = Block(BlockKind.PARAGRAPH, "A new one.", BBox(0.1, 0.1, 0.9, 0.12))
    pages = settled([Page(1, blocks=(first,)), Page(2, blocks=(rest,)), Page(3, blocks=(new,))])
    assert [p.blocks[0].continues for p in pages] == [False, True, False]


def test_levels_that_an_engine_or_an_author_gave_are_kept() -> None:
    given = Block(BlockKind.HEADING, "1.2 Part", level=3)
    tagged = replace(heading("Small", 8), level=1)
    assert levels(settled([Page(1, blocks=(given, tagged, heading("Title", 20)))])) == [3, 1, 1]


def test_a_page_of_nothing_but_what_repeats_keeps_its_text() -> None:
    pages = [Page(n, blocks=(head(f"Form {n}"),)) for n in (1, 2, 3)]
    assert [p.text for p in settled(pages)] == ["Form 1", "Form 2", "Form 3"]
