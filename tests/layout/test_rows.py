"""Rows: the height of their type, capitals, and which pieces stand on one line."""

from __future__ import annotations

import pytest

from ocr_plugins.blocks import BBox, Font, TextLine
from ocr_plugins.layout.rows import Row, join_rows, same_row, with_capitals, with_underlines


def row(text: str, left: float = 0.0, top: float = 0.0, height: float = 10.0, font: Font | None = None) -> Row:
    box = BBox(left, top, left + 50, top + height)
    return Row((TextLine(text, box, font=font),), box)


def test_the_height_of_type_that_is_known_is_that_of_a_loose_box_around_it() -> None:
    assert row("text", height=30, font=Font(10)).height == pytest.approx(12, rel=0.1)
    assert row("text", height=30).height == 30


@pytest.mark.parametrize(("capitals", "stand_out"), [(4, True), (5, False)])
def test_capitals_stand_out_unless_half_of_the_letters_are_some(capitals: int, stand_out: bool) -> None:
    first, _ = with_capitals([row("X" * capitals), row("x" * (10 - capitals))])
    assert first.capitals == stand_out


@pytest.mark.parametrize(("offset", "same"), [(4, True), (6, False)])
def test_boxes_with_half_of_their_height_in_common_stand_on_one_line(offset: float, same: bool) -> None:
    assert same_row(BBox(0, 0, 50, 10), BBox(60, offset, 90, 10 + offset)) == same


@pytest.mark.parametrize(("step", "number"), [(3.5, 1), (4.5, 2)])
def test_pieces_that_stand_lower_and_lower_are_on_one_line_as_long_as_the_first_is_near(
    step: float, number: int
) -> None:
    assert len(join_rows([row("piece", 60 * i, top=step * i) for i in range(3)])) == number


@pytest.mark.parametrize(
    ("left", "right", "bottom", "underlined"),
    [
        (0, 46, 10, True),
        (0, 44, 10, False),
        (0, 300, 14, True),
        (0, 300, 16, False),
        (0, 300, 6, True),
        (0, 300, 4, False),
    ],
)
def test_a_rule_at_the_foot_of_a_line_that_is_as_long_underlines_it(
    left: float, right: float, bottom: float, underlined: bool
) -> None:
    (row_,) = with_underlines([row("text")], [BBox(left, bottom, right, bottom + 1)])
    assert row_.underlined == underlined


def test_a_rule_that_runs_down_underlines_nothing() -> None:
    (row_,) = with_underlines([row("text")], [BBox(0, 10, 50, 90)])
    assert not row_.underlined
