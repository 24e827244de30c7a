"""How a page is set upright and straight, and small ones enlarged."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr_plugins.engine import PageImage
from ocr_plugins.errors import MissingDependencyError
from ocr_plugins.pixels.orientation import Orientation, PageOrientation, Rotation
from ocr_plugins.pixels.upright import enlarged, skew, turn, ways_upright
from ocr_plugins.testing import made_page

PAGE = PageImage(made_page([f"Line {i} of a page of running text that is long enough to be seen" for i in range(24)]))


def drawn(line: tuple[float, float, float, float]) -> PageImage:
    image = Image.new("RGB", (800, 1000), "white")
    ImageDraw.Draw(image).line(line, "black")
    return PageImage(image)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pixels of ink were looked at for each angle that was tried."""
    sizes: list[int] = []
    count = np.bincount

    def counting(rows: Any, *args: Any, **kwargs: Any) -> Any:
        sizes.append(len(rows))
        return count(rows, *args, **kwargs)

    monkeypatch.setattr(np, "bincount", counting)
    return sizes


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [-5.0, -1.5, -0.5, 0.5, 1.5, 5.0])
def test_skew_is_found_and_undone(degrees: float) -> None:
    found = skew(turn(PAGE, degrees))
    assert found == pytest.approx(-degrees, abs=0.11)
    assert skew(turn(turn(PAGE, degrees), found)) == 0.0


def test_skew_of_light_text_on_a_dark_page_is_found() -> None:
    tilted = turn(PAGE, -2.0).image.point(lambda value: 255 - value)
    assert skew(PageImage(tilted)) == pytest.approx(2.0, abs=0.11)


@pytest.mark.parametrize("degrees", [0.0, 0.2, -0.2, 9.0])
def test_a_page_that_is_straight_or_tilted_on_purpose_is_left_alone(degrees: float) -> None:
    assert skew(turn(PAGE, degrees)) == 0.0


def test_a_page_without_lines_is_left_alone() -> None:
    image = Image.new("RGB", (800, 1000), "white")
    for x, y in np.random.default_rng(3).integers(50, 750, (100, 2)).tolist():
        ImageDraw.Draw(image).ellipse((x, y, x + 30, y + 30), "black")
    assert skew(PageImage(image)) == 0.0


def test_of_a_page_full_of_ink_a_part_is_looked_at(tried: list[int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1000, 800), np.uint8)
    skew(PageImage(Image.fromarray(noise).convert("RGB")))
    assert 40_000 < max(tried) < 80_000


def test_skew_takes_some_sixty_tries_to_the_twentieth_of_a_degree(tried: list[int]) -> None:
    found = [skew(turn(PAGE, degrees)) for degrees in (0.6, 1.05, 1.35)]
    assert found == pytest.approx([-0.6, -1.05, -1.35], abs=0.051)
    assert [round(angle * 20, 6) % 1 for angle in found] == [0, 0, 0]
    assert len(tried) <= 3 * 62


def test_a_stroke_is_no_line_and_a_rule_is_one() -> None:
    assert skew(drawn((100, 100, 220, 106))) == 0.0
    assert skew(drawn((100, 100, 500, 120))) == pytest.approx(-2.9, abs=0.2)


def test_turning_cuts_nothing_off() -> None:
    assert turn(PAGE, 0) is PAGE
    assert turn(PAGE, 90).size == PAGE.size[::-1]
    tilted = turn(PAGE, 3)
    assert tilted.size[0] > PAGE.size[0]
    assert tilted.image.getpixel((0, 0)) == (255, 255, 255)


class Says:
    """An orientation model that says always the same."""

    def __init__(self, rotation: Rotation, probability: float) -> None:
        self.answer = Orientation(rotation, probability)

    def of(self, _page: PageImage) -> Orientation:
        return self.answer


class NotInstalled:
    def of(self, _page: PageImage) -> Orientation:
        raise MissingDependencyError("no runtime")


def rotations(model: object, *, confirmed: bool) -> list[int]:
    return [way.rotation for way in ways_upright(PAGE, cast(PageOrientation, model), confirmed=confirmed)]


@pytest.mark.parametrize(("probability", "tried_out"), [(0.4, [0]), (0.6, [90, 0]), (0.95, [90, 0])])
def test_a_likely_turn_is_tried_where_the_engine_can_confirm_it(probability: float, tried_out: list[int]) -> None:
    assert rotations(Says(90, probability), confirmed=True) == tried_out


@pytest.mark.parametrize(("probability", "turned"), [(0.6, [0]), (0.85, [0]), (0.95, [90])])
def test_only_a_sure_turn_is_believed_where_nobody_confirms_it(probability: float, turned: list[int]) -> None:
    assert rotations(Says(90, probability), confirmed=False) == turned


def test_pages_stay_as_they_are_without_a_runtime_for_the_model() -> None:
    assert rotations(NotInstalled(), confirmed=True) == [0]


def test_small_images_are_enlarged_threefold_at_most_and_others_are_left_alone() -> None:
    for size, larger in (((600, 400), (1200, 800)), ((300, 200), (900, 600))):
        assert enlarged(PageImage(Image.new("RGB", size)), 1200).size == larger
    for size in ((1200, 10), (3000, 2000), (150, 150)):
        page = PageImage(Image.new("RGB", size))
        assert enlarged(page, 1200) is page
