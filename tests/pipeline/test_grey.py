"""Everybody who looks at a page's brightness looks at the same copy."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

import pytest
from PIL import Image

from ocr_plugins import PageImage, Pipeline
from ocr_plugins.pixels.upright import turn
from ocr_plugins.testing import made_page

pytestmark = pytest.mark.slow

# So much text that the orientation model is sure.
TEXT = [f"Line {i} of a page of running text that is long enough to be seen by a model" for i in range(24)]
PAGE = PageImage(made_page(TEXT))


@pytest.fixture
def greyed(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[int, int]]:
    """How often an image of the size of a page was turned to grey, by its size."""
    counts: Counter[tuple[int, int]] = Counter()
    convert = Image.Image.convert

    def counting(image: Image.Image, mode: str | None = None, *args: Any, **kwargs: Any) -> Image.Image:
        if mode == "L" and min(image.size) > 1000:
            counts[image.size] += 1
        return convert(image, mode, *args, **kwargs)

    monkeypatch.setattr(Image.Image, "convert", counting)
    return counts


def as_file(page: PageImage) -> bytes:
    file = io.BytesIO()
    page.image.save(file, "PNG")
    return file.getvalue()


def test_a_page_that_is_upright_and_straight_is_turned_to_grey_once(greyed: Counter[tuple[int, int]]) -> None:
    (read,) = Pipeline().read(as_file(PAGE)).pages
    assert (read.rotation, read.skew, len(read.text) > 500) == (0, 0.0, True)
    assert greyed == {PAGE.size: 1}


def test_each_turned_version_of_a_page_is_turned_to_grey_once(greyed: Counter[tuple[int, int]]) -> None:
    slanting = turn(PAGE, 2.0)
    (read,) = Pipeline().read(as_file(slanting)).pages
    assert read.skew == pytest.approx(-2.0, abs=0.1)
    assert greyed == {slanting.size: 1, turn(slanting, read.skew).size: 1}


def test_a_page_on_its_side_is_turned_to_grey_as_it_came_and_as_it_stands(greyed: Counter[tuple[int, int]]) -> None:
    (read,) = Pipeline().read(as_file(turn(PAGE, 90))).pages
    assert read.rotation == 270
    assert greyed == {PAGE.size[::-1]: 1, PAGE.size: 1}
