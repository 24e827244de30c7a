"""Titles: lines that stand in the middle, in italics or in type of their own, and titles over two columns."""

from __future__ import annotations

from dataclasses import replace

import pytest
from layout_lines import PITCH, SIZE, column, line, prose, texts

from ocr_plugins.blocks import BBox, BlockKind, Font, Region, TextLine
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.paragraphs import is_centred, split_paragraphs
from ocr_plugins.layout.rows import LEADING, Row

# All measures of rows are in heights of the running text; the column is 40 wide, and its lines stand 1.3 apart.
UNIT, WIDTH, STEP = 10.0, 40.0, 1.3
# It has no room behind any line of more than half of the column.
LONG = "Donaudampfschifffahrtsgesellschaften went on"


def row(
    text: str,
    number: int = 0,
    *,
    left: float = 0.0,
    width: float = WIDTH,
    height: float = 1.0,
    bold: bool = False,
    italic: bool = False,
    confidence: float | None = None,
) -> Row:
    """The row of that number in its column."""
    top = number * STEP
    box = BBox(left, top, left + width, top + height).scaled(UNIT, UNIT)
    return Row((TextLine(text, box, confidence, Font(box.height / LEADING, bold, italic)),), box)


def are_one(first: Row, second: Row) -> bool:
    """Whether two rows above a full line are one paragraph."""
    return len(split_paragraphs([first, second, row("And then a full line of it ends.", 9)], UNIT)) == 2


@pytest.mark.parametrize(
    ("left", "right", "centred"), [(1.6, 1.6, True), (1.4, 1.4, False), (5.0, 6.4, True), (5.0, 6.6, False)]
)
def test_a_centred_line_is_set_in_from_both_sides_by_the_same(left: float, right: float, centred: bool) -> None:
    box = BBox(0, 0, WIDTH * UNIT, 100)
    assert is_centred(row("A title", left=left, width=WIDTH - left - right), box, UNIT) == centred


def test_a_centred_line_is_apart_from_running_text() -> None:
    title = row("A title in the middle", left=4, width=32)
    assert not are_one(title, row(LONG, 1))
    assert not are_one(row(LONG), row("A title in the middle", 1, left=4, width=32))
    assert are_one(row("A title off the middle", left=2, width=32), row(LONG, 1))


def test_a_centred_line_is_not_apart_where_a_sentence_or_a_title_goes_on() -> None:
    assert are_one(row("A sentence in the middle", left=4, width=32), row(LONG.lower(), 1))
    assert are_one(row("A title in the middle", left=4, width=32, bold=True), row(LONG, 1, bold=True))
    assert are_one(row("A title in the middle", left=7, width=26), row(LONG, 1, left=7.5, width=25))


def test_an_italic_line_that_is_not_full_is_apart_from_an_upright_one_where_the_type_is_known() -> None:
    short = 0.8 * WIDTH
    assert not are_one(row("An italic line", width=short, italic=True), row(LONG, 1))
    assert not are_one(row("An upright line", width=short), row(LONG, 1, italic=True))
    assert are_one(row("An italic line", width=short, italic=True), row(LONG, 1, italic=True))
    assert are_one(row("An italic line", width=0.9 * WIDTH, italic=True), row(LONG, 1))
    assert are_one(row("An italic line", width=short, italic=True, confidence=0.9), row(LONG, 1, confidence=0.9))


@pytest.mark.parametrize(("height", "confidence", "one"), [(1.02, None, True), (1.04, None, False), (1.04, 0.9, True)])
def test_bold_lines_of_two_sizes_are_two_titles_where_the_type_is_known(
    height: float, confidence: float | None, one: bool
) -> None:
    first = row("A title in bold", width=20, bold=True, confidence=confidence)
    assert are_one(first, row("On two lines", 1, width=20, height=height, bold=True, confidence=confidence)) == one


def test_bold_lines_of_which_one_is_italic_are_two_titles() -> None:
    full = row("A title in bold that fills its line", bold=True)
    assert not are_one(full, row("On two lines", 1, bold=True, italic=True))
    assert are_one(full, row("On two lines", 1, bold=True))


@pytest.mark.parametrize(("text", "kind"), [("3.1 Results", BlockKind.HEADING), ("Results of 3.1", BlockKind.CAPTION)])
def test_a_number_tells_a_heading_from_what_the_detector_calls_a_caption(text: str, kind: BlockKind) -> None:
    title, body = line(text, 0.1, 0.1, bold=True), column(prose("body", 5), 0.1, 0.15, width=0.8)
    figure = Region(BlockKind.FIGURE, BBox(0.1, 0.02, 0.5, 0.095), 0.95)
    blocks = assemble([title, *body], [figure, Region(BlockKind.CAPTION, title.box, 0.9)], size=SIZE)
    assert next(b for b in blocks if b.text == text).kind == kind


def test_a_title_over_two_columns_keeps_a_last_line_that_is_no_wider_than_one() -> None:
    top = 0.1 + 1.9 * PITCH
    title = [
        line("A title that is set over both of the", 0.06, 0.1, size=16, width=0.8),
        line("columns", 0.06, top, size=16),
    ]
    sides = [column(prose(name, 8), left, 0.2, width=0.41) for name, left in (("left", 0.06), ("right", 0.52))]
    assert texts(assemble([*title, *sides[0], *sides[1]], size=SIZE), BlockKind.HEADING) == [
        "A title that is set over both of the columns"
    ]
    apart = [title[0], replace(title[1], text="1 Columns")]
    assert len(texts(assemble([*apart, *sides[0], *sides[1]], size=SIZE), BlockKind.HEADING)) == 2
