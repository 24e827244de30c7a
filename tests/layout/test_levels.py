"""Levels of headings over a document: which styles are one, which lines repeat, and where the title stands."""

from __future__ import annotations

import pytest

from ocr_plugins.blocks import BBox, Block, BlockKind, Font, TextLine
from ocr_plugins.layout.levels import HeadingLevels, without_banner

LEFT = BBox(0.1, 0.3, 0.6, 0.33)


def block(
    text: str,
    size: float = 12.0,
    *,
    box: BBox = LEFT,
    kind: BlockKind = BlockKind.HEADING,
    confidence: float | None = None,
    bold: bool = False,
) -> Block:
    return Block(kind, text, box, confidence, lines=(TextLine(text, box, confidence, Font(size, bold)),))


def running(text: str = "It goes on to its end.", size: float = 10.0) -> Block:
    return block(text, size, kind=BlockKind.PARAGRAPH)


def lines(number: int, size: float = 12.0) -> list[Block]:
    """Paragraphs of one line that end no sentence."""
    return [block(f"Line {'x' * i}", size, kind=BlockKind.PARAGRAPH) for i in range(1, number + 1)]


def levels(*blocks: Block) -> list[int]:
    """The level of each block, 0 of a paragraph."""
    found = HeadingLevels()
    found.observe(blocks)
    return [found.settle(b).level for b in blocks]


@pytest.mark.parametrize(("least", "number"), [(12.7, 1), (12.55, 2)])
def test_measured_sizes_in_a_row_are_one_unless_the_last_is_far_from_the_first(least: float, number: int) -> None:
    sizes = (14, 13.3, least)
    found = levels(*(block(f"A long heading {size}", size, confidence=0.9) for size in sizes))
    assert max(found) == number


@pytest.mark.parametrize(("text", "level"), [("INDEX", 2), ("FAQS", 1)])
def test_capitals_of_a_few_letters_are_an_abbreviation(text: str, level: int) -> None:
    assert levels(block("In small letters"), block(text)) == [1, level]


@pytest.mark.parametrize(("number", "level"), [(3, 1), (2, 0)])
def test_lines_of_a_style_that_repeats_are_headings(number: int, level: int) -> None:
    assert levels(*lines(number), running()) == [*[level] * number, 0]


@pytest.mark.parametrize(("size", "level"), [(11.2, 1), (10.8, 0)])
def test_a_style_that_repeats_is_larger_than_the_running_text(size: float, level: int) -> None:
    assert levels(*lines(3, size), running()) == [level] * 3 + [0]


def test_a_style_that_running_text_has_too_makes_no_heading() -> None:
    assert levels(*lines(3), running("It is set larger.", 12), running("It goes on and on to its end.")) == [0] * 5


def test_without_running_text_no_line_is_a_heading() -> None:
    assert levels(*lines(3)) == [0] * 3


def test_repeated_lines_take_their_level_among_the_headings() -> None:
    assert levels(block("Title", 20), *lines(3), block("Detail", 11), running()) == [1, 2, 2, 2, 3, 0]


def centred(text: str, *, margin: float = 0.3, off: float = 0.0) -> Block:
    """A heading so far from the left edge of the page as from the right one, and then so far off its middle."""
    return block(text, box=BBox(margin + off, 0.1, 1 - margin + off, 0.13))


@pytest.mark.parametrize(
    ("title", "apart"),
    [
        (centred("A title", off=0.015), True),
        (centred("A title", off=0.025), False),
        (centred("A title", margin=0.13), True),
        (centred("A title", margin=0.11), False),
    ],
)
def test_a_centred_title_stands_above_headings_of_its_style_that_are_not(title: Block, apart: bool) -> None:
    assert levels(title, block("A part"), block("Another")) == ([1, 2, 2] if apart else [1, 1, 1])


def test_among_centred_headings_the_first_is_no_title() -> None:
    assert levels(centred("A title"), centred("A part")) == [1, 1]


def test_a_title_stands_above_numbered_headings_of_its_style() -> None:
    assert levels(block("A title"), block("1 Part"), block("1.1 Detail")) == [1, 2, 3]
    assert levels(block("A title"), block("A part"), block("Another")) == [1, 1, 1]


def test_a_document_that_begins_with_text_or_with_a_number_has_no_title() -> None:
    for first in (running(), block("1 Part")):
        assert levels(first, centred("A title"), block("A part"))[1:] == [1, 1]


def test_a_lone_heading_above_the_numbered_ones_has_no_level_of_its_own() -> None:
    title, numbered = block("Title", 20), [block("1 Part", 12), block("1.1 Detail", 11)]
    assert levels(title, *numbered) == [1, 2, 3]
    assert levels(title, block("Contents", 16), *numbered) == [1, 2, 2, 3]
    assert levels(title, block("Part one", 16), block("Part two", 16), *numbered) == [1, 2, 2, 3, 4]


@pytest.mark.parametrize(
    ("size", "length", "banner"), [(14.5, 20, True), (13.5, 20, False), (18, 105, True), (18, 115, False)]
)
def test_what_stands_above_a_larger_title_is_no_heading_where_it_is_brief(
    size: float, length: int, banner: bool
) -> None:
    first, *rest = without_banner([block("x" * length, 11.7), block("A title", size), block("A part", 11)])
    assert first.kind == (BlockKind.PARAGRAPH if banner else BlockKind.HEADING)
    assert [b.kind for b in rest] == [BlockKind.HEADING] * 2
