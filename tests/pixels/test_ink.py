"""What counts as ink, on a page and on the crop of a line."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr_plugins.engine import PageImage
from ocr_plugins.pixels.ink import inked_part, page_depth, strokes
from ocr_plugins.pixels.upright import is_blank
from ocr_plugins.runtime.onnx import Array
from ocr_plugins.testing import made_page

PAPER = 150
SPOT = (300, 400, 312, 412)


def grey_page(pixels: Array) -> PageImage:
    return PageImage(Image.fromarray(pixels.astype(np.uint8)).convert("RGB"))


def spotted(difference: int, size: tuple[int, int] = (800, 1000), spot: tuple[int, int, int, int] = SPOT) -> PageImage:
    """A page with one spot that is so many grey levels lighter than the paper."""
    pixels = np.full(size[::-1], PAPER)
    left, top, right, bottom = spot
    pixels[top:bottom, left:right] += difference
    return grey_page(pixels)


@pytest.mark.parametrize("difference", [-40, 40])
def test_ink_is_what_is_clearly_darker_or_lighter_than_the_paper(difference: int) -> None:
    assert inked_part(spotted(difference)) == SPOT


def test_where_the_ink_is_is_told_to_a_five_hundredth_of_the_page() -> None:
    assert inked_part(spotted(-100, (1402, 2000))) == SPOT
    assert inked_part(spotted(-100, (1402, 2000), (302, 402, 314, 414))) == (300, 400, 316, 416)


@pytest.mark.parametrize("difference", [-15, 15])
def test_what_shines_through_from_the_back_is_no_ink(difference: int) -> None:
    assert inked_part(spotted(difference)) is None


def test_the_margin_around_the_ink_stays_on_the_page() -> None:
    assert inked_part(spotted(-40), 64) == (236, 336, 376, 476)
    assert inked_part(spotted(-40), 350) == (0, 50, 662, 762)
    assert inked_part(spotted(-40, (350, 450)), 64) == (236, 336, 350, 450)


@pytest.mark.parametrize(("difference", "blank"), [(-12, False), (12, False), (-5, True), (5, True), (0, True)])
def test_a_page_is_blank_when_not_even_faint_ink_is_on_it(difference: int, blank: bool) -> None:
    assert is_blank(spotted(difference)) == blank


@pytest.mark.parametrize("ground", ["white", (40, 40, 40)])
def test_a_page_of_one_colour_is_blank_and_one_of_text_is_not(ground: str | tuple[int, int, int]) -> None:
    assert is_blank(PageImage(Image.new("RGB", (800, 1000), ground)))
    assert not is_blank(PageImage(made_page(["A line"])))


def test_light_letters_on_a_dark_page_are_ink() -> None:
    page = made_page(["A line"]).point(lambda value: 255 - value)
    assert not is_blank(PageImage(page))
    assert inked_part(PageImage(page)) is not None


@pytest.mark.parametrize(("size", "reduced", "step"), [((1400, 2000), (1000, 700), 2), ((400, 300), (300, 400), 1)])
def test_ink_is_looked_for_on_a_page_of_about_a_thousand_pixels(
    size: tuple[int, int], reduced: tuple[int, int], step: int
) -> None:
    depths, stands_for = page_depth(PageImage(Image.new("RGB", size)))
    assert (depths.shape, stands_for) == (reduced, step)


def test_a_shadow_is_no_ink() -> None:
    folds = 40 * np.sin(np.arange(800) * 2 * np.pi / 200)
    assert inked_part(grey_page(np.tile(PAPER + folds, (1000, 1)))) is None
    slope = np.linspace(40, 240, 800)
    assert is_blank(grey_page(np.tile(slope, (1000, 1))))


def test_the_largest_letters_are_ink_to_their_middle() -> None:
    image = Image.new("RGB", (800, 1000), "white")
    ImageDraw.Draw(image).rectangle((390, 400, 409, 600), "black")
    depths, _ = page_depth(PageImage(image))
    assert depths[500, 400] > 200


def stripes(letter: int, paper: int, share: float) -> Array:
    """A line of so dark letters on so dark paper, of which they cover a share."""
    line = np.full((40, 400), paper, np.uint8)
    line[:, np.arange(400) % 20 < 20 * share] = letter
    return line


@pytest.mark.parametrize(("letter", "paper", "share"), [(0, 255, 0.2), (0, 255, 0.4), (120, 0, 0.2), (90, 150, 0.2)])
def test_strokes_are_told_from_the_ground_whichever_is_darker(letter: int, paper: int, share: float) -> None:
    line = stripes(letter, paper, share)
    mask = strokes(line)
    assert mask is not None
    assert (mask == (line == letter)).all()


def test_a_line_without_clear_contrast_has_no_strokes() -> None:
    assert strokes(stripes(125, 150, 0.2)) is None
    assert strokes(np.zeros((0, 40), np.uint8)) is None


def test_strokes_end_half_way_between_ink_and_ground() -> None:
    line = stripes(40, 240, 0.2)
    line[:, ::20], line[:, 3::20] = 130, 150
    mask = strokes(line)
    assert mask is not None
    assert mask[0, :4].tolist() == [True, True, True, False]
