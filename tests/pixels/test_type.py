"""What is measured of the pixels of one line: its ends, its capitals, its slant, the bullet before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ocr_plugins.blocks import BBox, TextLine
from ocr_plugins.pixels.type import _bullet, _cap_height, _is_slanted, _level, _measured, _with_bullet
from ocr_plugins.runtime.onnx import Array

# Of a line, in pixels.
HEIGHT, WIDTH = 50, 400


def paper(*bars: tuple[int, int, int, int], grey: int = 0) -> Array:
    """A white line with dark bars, each of a left, top, right and bottom."""
    pixels = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for left, top, right, bottom in bars:
        pixels[top:bottom, left:right] = grey
    return pixels


def square(left: int, size: int, middle: int = 25) -> tuple[int, int, int, int]:
    top = middle - size // 2
    return left, top, left + size, top + size


def marked(pixels: Array, text: str = "words", left: int = 300) -> TextLine:
    """A line that begins at ``left``, with the bullet that the pixels tell."""
    line = TextLine(text, BBox(left / WIDTH, 0, 1, 1))
    return _with_bullet(pixels, line, replace(line, confidence=0.9))


# The line begins at 300; 200 pixels are looked at before it.
@pytest.mark.parametrize(
    ("pixels", "found"),
    [
        pytest.param(paper(), False, id="nothing"),
        pytest.param(paper(square(260, 12)), True, id="a bullet"),
        pytest.param(paper(square(115, 12)), True, id="within four heights"),
        pytest.param(paper(square(80, 12)), False, id="farther away"),
        pytest.param(paper(square(112, 12)), True, id="white before it"),
        pytest.param(paper(square(108, 12)), False, id="hardly any white before it"),
        pytest.param(paper(square(260, 7)), True, id="small"),
        pytest.param(paper((260, 22, 270, 27)), False, id="a short stroke"),
        pytest.param(paper(square(240, 26)), True, id="half as high as the line"),
        pytest.param(paper(square(240, 29)), False, id="a letter"),
        pytest.param(paper(square(260, 12, 17)), True, id="rather high"),
        pytest.param(paper(square(260, 12, 13)), False, id="too high"),
        pytest.param(paper(square(260, 12, 36)), True, id="rather low"),
        pytest.param(paper(square(260, 12, 40)), False, id="a full stop"),
        pytest.param(paper(square(240, 12), square(270, 12)), False, id="two of them"),
    ],
)
def test_a_bullet_is_a_small_spot_before_the_middle_of_a_line(pixels: Array, found: bool) -> None:
    assert (marked(pixels).text[0] == "•") == found


@pytest.mark.parametrize(("hole", "found"), [(12, True), (14, False)])
def test_a_bullet_is_full(hole: int, found: bool) -> None:
    pixels = paper(square(250, 20))
    left, top, right, bottom = square(250 + (20 - hole) // 2, hole)
    pixels[top:bottom, left:right] = 255
    assert (marked(pixels).text[0] == "•") == found


@pytest.mark.parametrize(
    ("dash", "found"),
    [
        pytest.param((240, 22, 254, 27), True, id="14 by 5"),
        pytest.param((240, 22, 250, 27), False, id="a short stroke"),
        pytest.param((240, 22, 278, 27), True, id="38 wide"),
        pytest.param((240, 22, 284, 27), False, id="a rule"),
        pytest.param((230, 20, 264, 27), True, id="7 high"),
        pytest.param((230, 20, 264, 29), False, id="a bar"),
    ],
)
def test_a_dash_is_flat_and_about_half_as_wide_as_the_line_is_high(
    dash: tuple[int, int, int, int], found: bool
) -> None:
    assert (_bullet(paper(dash) < 128)[0] == "–") == found


def test_an_item_begins_with_its_bullet() -> None:
    assert marked(paper(square(260, 12))).box.left * WIDTH == pytest.approx(260, abs=1)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("Words", "• Words", id="not read"),
        pytest.param("a Words", "• Words", id="read as a letter"),
        pytest.param("-Words", "• Words", id="read as a dash"),
        pytest.param("• Words", "• Words", id="read"),
        pytest.param("470.1", "470.1", id="a figure"),
        pytest.param("1.6E-3", "1.6E-3", id="a figure with its exponent"),
    ],
)
def test_a_bullet_within_a_line_is_told_by_the_gap_behind_it(text: str, read: str) -> None:
    pixels = paper(square(101, 14), *((left, 12, left + 6, 38) for left in range(140, 360, 10)))
    assert marked(pixels, text, left=100).text == read


@pytest.mark.parametrize(("gap", "found"), [(12, True), (8, False)])
def test_behind_a_bullet_there_is_more_white_than_within_a_word(gap: int, found: bool) -> None:
    pixels = paper(square(101, 14), *((left, 12, left + 6, 38) for left in range(115 + gap, 360, 10)))
    assert (marked(pixels, "Words", left=100).text == "• Words") == found


@pytest.mark.parametrize(("hole", "text"), [(4, "• Words"), (8, "a Words")])
def test_a_bullet_that_was_read_as_a_letter_is_solid(hole: int, text: str) -> None:
    pixels = paper(square(101, 14), *((left, 12, left + 6, 38) for left in range(140, 360, 10)))
    left, top, right, bottom = square(101 + (14 - hole) // 2, hole)
    pixels[top:bottom, left:right] = 255
    assert marked(pixels, "a Words", left=100).text == text


def test_a_bullet_may_be_grey_around_a_small_dark_core() -> None:
    pixels = paper(square(260, 12), grey=150)
    pixels[23:28, 264:268] = 0
    assert marked(pixels).text[0] == "•"


@pytest.mark.parametrize(("fall", "height"), [(0, 50), (4, 50), (6, 44), (-6, 44)])
def test_a_line_that_falls_is_set_level(fall: int, height: int) -> None:
    pixels = np.full((HEIGHT + 10, WIDTH), 255, np.uint8)
    middle = np.round(np.linspace(0, fall, WIDTH)).astype(int) + max(0, -fall)
    pixels[20 + middle, np.arange(WIDTH)] = 0
    level = _level(pixels, (0, 0, WIDTH, HEIGHT), fall)
    assert len(level) == height
    if height < HEIGHT:
        assert (level[20] == 0).all()


def rows(*parts: tuple[int, int]) -> Array:
    """The ink of a line: numbers of rows, and how many of 200 pixels in each of them are ink."""
    return np.array([np.arange(200) < ink for count, ink in parts for _ in range(count)])


@pytest.mark.parametrize(
    ("ink", "height"),
    [
        pytest.param(rows((5, 0), (20, 100), (5, 0)), 20, id="capitals"),
        pytest.param(rows((5, 0), (10, 30), (20, 100), (5, 0)), 30, id="letters with stems"),
        pytest.param(rows((5, 14), (20, 100), (5, 0)), 25, id="few stems"),
        pytest.param(rows((5, 10), (20, 100), (5, 0)), 20, id="specks above"),
        pytest.param(rows((5, 0), (20, 100), (5, 36)), 20, id="letters below the baseline"),
        pytest.param(rows((5, 0), (20, 100), (5, 44)), 25, id="letters with feet"),
        pytest.param(rows((5, 0), (20, 100), (3, 0), (2, 200)), 20, id="underlined"),
        pytest.param(rows((5, 0), (20, 140), (5, 0)), 20, id="close letters"),
        pytest.param(rows((2, 200), (3, 0), (20, 100)), 20, id="a rule above"),
        pytest.param(rows((2, 0), (30, 40), (2, 140), (2, 0)), 32, id="a few rows of more ink"),
    ],
)
def test_capitals_reach_from_the_first_stem_to_the_baseline(ink: Array, height: int) -> None:
    assert _cap_height(ink) == height


def lean(tangent: float) -> Array:
    """The stems of letters that lean to the right."""
    y, x = np.mgrid[0:40, 0:400]
    stems: Array = (x + tangent * y) % 20 < 4
    return stems


@pytest.mark.parametrize(
    ("tangent", "italic"), [(0.0, False), (0.105, False), (0.12, True), (0.21, True), (-0.21, False)]
)
def test_italic_letters_lean_to_the_right_by_a_fifth(tangent: float, italic: bool) -> None:
    assert _is_slanted(lean(tangent)) == italic


def measured(pixels: Array, text: str = "words", left: float = 0.0) -> tuple[TextLine, float, bool]:
    line, measure, italic = _measured(pixels, TextLine(text, BBox(left, 0, 1, 1)))
    assert measure is not None
    return line, measure.cap_height, italic


@pytest.mark.parametrize(("text", "italic"), [("abc", False), ("abcd", True)])
def test_a_few_characters_are_not_said_to_be_italic(text: str, italic: bool) -> None:
    pixels = np.full((HEIGHT, WIDTH), 255, np.uint8)
    pixels[5:45][lean(0.21)] = 0
    assert measured(pixels, text)[2] == italic


@pytest.mark.parametrize(("pixels", "share"), [(paper((100, 0, 300, 50)), 1.1), (paper((100, 20, 300, 29)), 0.66)])
def test_the_height_of_capitals_is_one_that_fits_the_box(pixels: Array, share: float) -> None:
    # They are 0.72 of the size of the type, and that is this share of the height of the box.
    assert measured(pixels)[1] == pytest.approx(share * 0.72 * HEIGHT)


@pytest.mark.parametrize(("reach", "left"), [(8, 100), (13, 20)])
def test_ink_of_the_line_above_does_not_widen_a_box(reach: int, left: int) -> None:
    line, _, _ = measured(paper((100, 15, 300, 35), (20, 0, 60, reach)))
    assert line.box.left * WIDTH == left - 1
    assert line.box.right * WIDTH == 301
