"""Headings: what looks like one, each measure just enough and just too little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

import pytest
from layout_lines import PITCH, SIZE, column, line, prose, texts

from ocr_plugins.blocks import BBox, Block, BlockKind, Font, Region, TextLine
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.headings import Setting, could_be_heading, looks_like_heading, settings
from ocr_plugins.layout.rows import LEADING, Row

UNIT = 10.0


def is_heading(
    text: str,
    *,
    rows: int = 1,
    size: float = 1.0,
    bold: bool = False,
    gap: float | None = None,
    classified: bool = False,
) -> bool:
    """Whether a text is a heading, on so many rows of that size, in heights of the running text, the first repeated.

    With a gap it consists of two pieces so far apart.
    """
    box = BBox(0, 0, 300, size * UNIT)
    row = Row((TextLine(text, box, font=Font(size * UNIT / LEADING, bold)),), box)
    if gap is not None:
        row = replace(row, pieces=(BBox(0, 0, 100, 10), BBox(100 + gap * UNIT, 0, 300, 10)))
    return looks_like_heading(
        [row, *repeat(replace(row, lines=(TextLine("and", box, font=row.lines[0].font),)), rows - 1)],
        UNIT,
        classified=classified,
    )


def words(characters: int) -> str:
    return ("A" + " heading" * 30)[:characters].rstrip() + "x" * (characters % 8 == 1)


@pytest.mark.parametrize(
    ("heading", "other"),
    [
        ({"text": words(150), "size": 2.0}, {"text": words(170), "size": 2.0}),
        ({"text": words(100), "bold": True}, {"text": words(120), "bold": True}),
        ({"text": words(100), "size": 1.4}, {"text": words(120), "size": 1.4}),
        ({"text": f"1.2 {words(70)}"}, {"text": f"1.2 {words(86)}"}),
        ({"text": "Ode", "bold": True}, {"text": "Od", "bold": True}),
        ({"text": "Ordinance 123456", "bold": True}, {"text": "Ordin 1234567", "bold": True}),
        ({"text": "Large", "rows": 4, "size": 2.0}, {"text": "Large", "rows": 5, "size": 2.0}),
        ({"text": "Bold", "rows": 2, "bold": True}, {"text": "Bold", "rows": 3, "bold": True}),
        (
            {"text": "What is the use of a book?", "bold": True},
            {"text": "It is of" + " no" * 8 + " use.", "bold": True},
        ),
        ({"text": "Two pieces", "bold": True, "gap": 1.7}, {"text": "Two pieces", "bold": True, "gap": 2.3}),
        ({"text": "Larger", "size": 1.4}, {"text": "Larger", "size": 1.2}),
        ({"text": words(120), "size": 1.6}, {"text": words(120), "size": 1.4}),
        ({"text": "Smaller", "bold": True, "size": 0.9}, {"text": "Smaller", "bold": True, "size": 0.8}),
        ({"text": "Slightly", "classified": True, "size": 1.2}, {"text": "Slightly", "classified": True, "size": 1.05}),
    ],
    ids=[
        *(
            "length",
            "length of bold type",
            "length of larger type",
            "length with a number",
            "letters",
            "share of letters",
        ),
        *("rows", "rows of bold type", "words of a sentence", "gap", "larger", "much larger", "bold and small"),
        "slightly larger",
    ],
)
def test_a_heading_is_told_by_its_looks(heading: dict[str, Any], other: dict[str, Any]) -> None:
    assert is_heading(**heading)
    assert not is_heading(**other)


def test_a_line_in_capitals_is_a_heading_unless_the_page_is_full_of_them() -> None:
    body = column(prose("body", 5), 0.1, 0.15, width=0.8)
    capitals = line("THE STORY OF A PAGE", 0.1, 0.05)
    assert texts(assemble([capitals, *body], size=SIZE), BlockKind.HEADING) == ["THE STORY OF A PAGE"]
    shouted = [replace(x, text=x.text.upper()) for x in body]
    assert not texts(assemble([capitals, *shouted], size=SIZE), BlockKind.HEADING)


@pytest.mark.parametrize("text", ["Date of birth:", "Telephone: ()", "Amount:$"])
def test_the_label_of_a_field_is_no_heading(text: str) -> None:
    body = column(prose("body", 5), 0.1, 0.15, width=0.8)
    assert not texts(assemble([line(text, 0.1, 0.05, bold=True), *body], size=SIZE), BlockKind.HEADING)


def test_larger_or_bold_short_lines_are_headings_and_sentences_are_not() -> None:
    rows = [
        line("Large", 0.1, 0.05, size=16),
        *column(prose("body", 4), 0.1, 0.12, width=0.8),
        line("Bold", 0.1, 0.22, bold=True),
        *column(prose("more", 4), 0.1, 0.25, width=0.8),
    ]
    blocks = assemble(rows, size=SIZE)
    assert texts(blocks, BlockKind.HEADING) == ["Large", "Bold"]
    assert len(texts(blocks, BlockKind.PARAGRAPH)) == 2


def test_an_italic_line_that_the_detector_calls_a_heading_is_one() -> None:
    text = "Fixing of the upper nut"
    italic = replace(line(text, 0.1, 0.1), font=Font(9.0, italic=True))
    below = column(prose("below", 4), 0.1, 0.1 + PITCH, width=0.8)
    region = Region(BlockKind.HEADING, BBox(0.09, 0.095, 0.5, 0.115), 0.9)
    assert texts(assemble([italic, *below], [region], size=SIZE), BlockKind.HEADING) == [text]
    assert texts(assemble([italic, *below], size=SIZE), BlockKind.HEADING) == []


# Before running text, with white above and none below.
APART = Setting(above=1.0, below=0.0, leads=True, listed=False)


def styled(
    text: str = "On the use of a book",
    *,
    size: float = 1.0,
    italic: bool = False,
    confidence: float | None = None,
    top: float = 0.0,
    left: float = 0.0,
    width: float = 30.0,
    underlined: bool = False,
) -> Row:
    """A line, all measures in heights of the running text."""
    box = BBox(left, top, left + width, top + size).scaled(UNIT, UNIT)
    return Row(
        (TextLine(text, box, confidence, Font(size * UNIT / LEADING, italic=italic)),), box, underlined=underlined
    )


def is_set_off(*rows: Row, setting: Setting = APART, **changed: Any) -> bool:
    return looks_like_heading(rows, UNIT, replace(setting, **changed))


def test_one_sign_and_its_place_tell_a_short_line_before_running_text() -> None:
    for row in (styled(italic=True), styled(underlined=True), styled(size=1.06)):
        assert is_set_off(row)
        assert is_set_off(row, above=0.0, centred=True)
        assert not is_set_off(row, above=0.0)
        assert not is_set_off(row, leads=False)
    assert not is_set_off(styled(), centred=True)


def test_a_number_is_a_sign_where_white_stands_above_it() -> None:
    assert is_set_off(styled("4 On books"))
    assert not is_set_off(styled("4 On books"), above=0.0, centred=True)


def test_two_signs_tell_a_short_line_before_running_text_wherever_it_stands() -> None:
    assert is_set_off(styled(italic=True, underlined=True), above=0.0)


def test_signs_do_not_make_a_sentence_or_a_long_line_a_heading() -> None:
    assert not is_set_off(styled("It is of use.", italic=True))
    assert is_set_off(styled(words(100), italic=True))
    assert not is_set_off(styled(words(120), italic=True))


@pytest.mark.parametrize(("above", "below", "apart"), [(0.3, 0, True), (0.2, 0, False), (1, 1, True), (1, 1.2, False)])
def test_a_heading_has_white_above_and_no_more_below(above: float, below: float, apart: bool) -> None:
    assert is_set_off(styled(italic=True), above=above, below=below) == apart


@pytest.mark.parametrize(
    ("confidence", "size", "larger"), [(None, 1.05, True), (None, 1.03, False), (0.9, 1.13, True), (0.9, 1.11, False)]
)
def test_type_that_is_known_is_larger_by_less_than_type_that_is_measured(
    confidence: float | None, size: float, larger: bool
) -> None:
    assert is_set_off(styled(size=size, confidence=confidence)) == larger


@pytest.mark.parametrize(("size", "enough"), [(0.87, True), (0.83, False)])
def test_a_small_italic_line_is_a_label(size: float, enough: bool) -> None:
    assert is_set_off(styled(size=size, italic=True)) == enough


def test_of_several_rows_each_but_the_first_needs_a_sign_of_its_own() -> None:
    one = [styled("A sign", italic=True), styled("or two", italic=True), styled("on rows", italic=True)]
    assert is_set_off(*one[:2])
    assert not is_set_off(*one)
    assert is_set_off(*(replace(row, underlined=True) for row in one))


def test_a_numbered_line_is_a_heading_where_its_neighbours_are_no_list() -> None:
    assert is_set_off(styled("4. On books", size=1.4))
    assert is_set_off(styled("4. On books", italic=True))
    assert not is_set_off(styled("4. On books", size=1.4), listed=True)
    assert not is_set_off(styled("4. on books", size=1.4))


def test_a_number_in_the_margin_is_no_field_of_a_form() -> None:
    def beside(first: str) -> Row:
        (number, words) = (TextLine(text, BBox(0, 0, 1, 1), font=Font(12)) for text in (first, "On books"))
        return Row((number, words), BBox(0, 0, 300, 14), pieces=(BBox(0, 0, 10, 14), BBox(60, 0, 300, 14)))

    assert is_set_off(beside("3.1"))
    assert not is_set_off(beside("Name"))


def set_out(*paragraphs: Sequence[Row]) -> Setting:
    """How the first of some paragraphs stands, in a column as wide as the last one."""
    return settings([*paragraphs, [styled("The last", top=50, width=50)]], UNIT)[0]


def test_white_above_a_paragraph_is_beyond_that_between_lines() -> None:
    body = [styled(top=i * 1.3, width=50) for i in range(3)]
    setting = settings([body, [styled(top=5, width=50)]], UNIT)[1]
    assert setting.above == pytest.approx(1.4 - 0.3)
    assert setting.below == float("inf")


def test_a_paragraph_is_centred_where_all_of_its_lines_are() -> None:
    assert set_out([styled(left=10)]).centred
    assert not set_out([styled(left=10), styled(top=1.3)]).centred


@pytest.mark.parametrize(
    ("following", "runs"),
    [
        (styled("This fills its line", top=2, width=42), True),
        (styled("This fills no line", top=2, width=38), False),
        (styled("This is a sentence " + "x" * 23 + ".", top=2), True),
        (styled("This is no sentence" + "x" * 23, top=2), False),
        (styled("This one is short " + "x" * 18 + ".", top=2), False),
        (styled("this goes on and fills its line", top=2, width=42), False),
    ],
)
def test_running_text_that_begins_fills_a_line_or_is_a_sentence(following: Row, runs: bool) -> None:
    assert set_out([styled()], [following]).leads == runs


def test_a_paragraph_stands_in_a_list_where_a_neighbour_has_a_marker() -> None:
    one, other = [styled("1. One")], [styled("2. Two", top=2)]
    assert [s.listed for s in settings([one, other, [styled(top=4)], [styled(top=6)]], UNIT)] == [
        *(True, True, True, False)
    ]


def line_of_text(text: str, *, confidence: float | None = None, lines: int = 1, font: bool = True) -> Block:
    made = TextLine(text, BBox(0, 0, 1, 1), confidence, Font(12) if font else None)
    return Block(BlockKind.PARAGRAPH, text, made.box, confidence, lines=(made,) * lines)


def test_one_short_line_of_known_type_that_ends_no_sentence_could_be_a_heading() -> None:
    assert could_be_heading(line_of_text("On the use of a book"))
    assert could_be_heading(line_of_text(words(75)))
    for text in ("It is of use.", "Name:", "1. Item", "on the use", "12345", words(85)):
        assert not could_be_heading(line_of_text(text))
    for unknown in ({"confidence": 0.9}, {"lines": 2}, {"font": False}):
        assert not could_be_heading(line_of_text("On the use of a book", **unknown))
