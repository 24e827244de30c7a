"""How much text a page may have is told by its ink."""

from __future__ import annotations

from random import Random

import pytest
from PIL import Image, ImageDraw

from ocr_plugins import PageImage
from ocr_plugins.pixels.amount import wrong_amount
from ocr_plugins.testing import made_page

LINE = "Nobody had asked the keeper of the lamp about it."
COUNT = len(LINE.replace(" ", ""))


def page(lines: int) -> PageImage:
    return PageImage(made_page([LINE] * lines, size=(1000, 1300)))


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, "little"), (0.08, "little"), (0.4, None), (1.0, None), (1.6, None), (6.0, "much")]
)
def test_far_less_and_far_more_than_is_printed_is_told(share: float, expected: str | None) -> None:
    assert wrong_amount(page(20), round(share * 20 * COUNT)) == expected


def test_a_few_words_are_worth_none() -> None:
    assert wrong_amount(page(2), 0) is None
    assert wrong_amount(page(0), 90) is None
    assert wrong_amount(page(0), 120) == "much"


def test_a_picture_is_no_text_that_was_left_out() -> None:
    image = Image.new("RGB", (1000, 1300), "white")
    draw = ImageDraw.Draw(image)
    random = Random(3)
    for _ in range(1500):
        x, y = random.randrange(980), random.randrange(1280)
        draw.ellipse((x, y, x + random.randrange(5, 20), y + random.randrange(5, 20)), fill="black")
    assert wrong_amount(PageImage(image), 0) is None
