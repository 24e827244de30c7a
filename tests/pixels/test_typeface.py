"""The size and weight of type, from the measures of single lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PIL import ImageFont

from ocr_plugins.pixels.typeface import Measure, measured_type

SIZE, STROKE = 30.0, 3.0
# Twenty characters.
TEXT = "plain words of it ab"


def line(text: str = TEXT, size: float = SIZE, stroke: float = STROKE) -> Measure:
    """What is measured of a line in an ordinary typeface."""
    width = ImageFont.load_default(100).getlength(text) / 100
    return Measure(cap_height=0.72 * size, width=width * size, height=size, stroke=stroke, text=text)


HEAVY = line(stroke=2 * STROKE)


def bold(measures: list[Measure]) -> list[bool]:
    return [is_bold for _, is_bold in measured_type(measures)]


def test_a_page_without_lines_has_no_type() -> None:
    assert measured_type([]) == []


def test_the_size_follows_from_the_height_of_the_capitals() -> None:
    assert [size for size, _ in measured_type([line(), line("Other words", 60)])] == pytest.approx([30, 60])


@pytest.mark.parametrize("change", [{"cap_height": 99.0}, {"width": 1.0}, {"height": 1.0}])
def test_one_measure_that_fails_does_not_matter(change: dict[str, Any]) -> None:
    sizes = [size for size, _ in measured_type([*[line()] * 5, replace(line(), **change)])]
    assert sizes[-1] == pytest.approx(SIZE)


@pytest.mark.parametrize(("thicker", "is_bold"), [(1.15, False), (1.23, True)])
def test_bold_type_is_a_fifth_thicker_than_the_rest(thicker: float, is_bold: bool) -> None:
    assert bold([*[line()] * 6, line(stroke=thicker * STROKE)]) == [False] * 6 + [is_bold]


@pytest.mark.parametrize(("stroke", "is_bold"), [(3.8, False), (4.0, True)])
def test_bold_type_is_thicker_than_the_scatter_of_the_rest(stroke: float, is_bold: bool) -> None:
    # Of the others two are a tenth thinner: 0.3 pixels.
    others = [*[line(stroke=2.7)] * 2, *[line()] * 7]
    assert bold([*others, line(stroke=stroke)]) == [False] * 9 + [is_bold]


@pytest.mark.parametrize(("thicker", "is_bold"), [(1.40, False), (1.53, True)])
def test_strokes_of_larger_type_are_somewhat_thicker(thicker: float, is_bold: bool) -> None:
    assert bold([*[line()] * 6, line(size=60, stroke=thicker * STROKE)])[-1] == is_bold


@pytest.mark.parametrize(("regular", "found"), [(4, True), (3, False)])
def test_a_third_of_a_page_is_regular(regular: int, found: bool) -> None:
    assert bold([line()] * regular + [HEAVY] * (10 - regular)) == [False] * regular + [found] * (10 - regular)


@pytest.mark.parametrize(("lines", "found"), [(3, False), (4, True)])
def test_on_a_page_of_few_lines_nothing_is_bold(lines: int, found: bool) -> None:
    assert bold([line()] * (lines - 1) + [HEAVY])[-1] == found


@pytest.mark.parametrize(("heavy", "found"), [(5, True), (6, False)])
def test_a_long_line_counts_no_more_than_three_short_ones(heavy: int, found: bool) -> None:
    # It is the regular one: of 160 characters that count 60 are enough, of 180 they are not.
    assert bold([line(TEXT * 30)] + [HEAVY] * heavy)[1:] == [found] * heavy


def test_bold_type_is_no_larger_though_it_runs_wider() -> None:
    # Its other measures fail, one way and the other, so that the width decides.
    heavy = replace(HEAVY, cap_height=1.2 * HEAVY.cap_height, width=1.07 * HEAVY.width, height=0.8 * HEAVY.height)
    size, is_bold = measured_type([*[line()] * 6, heavy])[-1]
    assert is_bold
    assert size == pytest.approx(SIZE)
