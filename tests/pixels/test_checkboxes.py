"""Check boxes on scans: a square beside a text, with something in it or without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ocr_plugins import BBox, PageImage, TextLine
from ocr_plugins.pixels.checkboxes import tick

SIZE = (1240, 800)
Mark = Callable[[ImageDraw.ImageDraw, tuple[int, int, int, int]], object]


def cross(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    draw.line((left + 5, top + 5, right - 5, bottom - 5), "black", 3)
    draw.line((left + 5, bottom - 5, right - 5, top + 5), "black", 3)


def hook(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    middle = (left + right) / 2
    draw.line((left + 7, (top + bottom) / 2, middle, bottom - 7, right - 7, top + 7), "black", 4)


def nothing(_draw: ImageDraw.ImageDraw, _box: tuple[int, int, int, int]) -> None:
    pass


def form(mark: Mark = nothing, *, left: int = 100, side: int = 36, ground: str = "white", width: int = 3) -> PageImage:
    page = Image.new("RGB", SIZE, ground)
    draw = ImageDraw.Draw(page)
    box = (left, 200, left + side, 200 + side)
    draw.rectangle(box, outline="black", width=width)
    mark(draw, box)
    return PageImage(page)


def line(text: str, left: float, right: float, top: float = 196, bottom: float = 240) -> TextLine:
    return TextLine(text, BBox(left / SIZE[0], top / SIZE[1], right / SIZE[0], bottom / SIZE[1]), 0.9)


@pytest.mark.parametrize(("mark", "text"), [(nothing, "[ ] Resident"), (cross, "[x] Resident"), (hook, "[x] Resident")])
@pytest.mark.parametrize("ground", ["white", "#d8d0c0"])
def test_a_box_before_a_text_is_told_with_what_is_in_it(mark: Mark, text: str, ground: str) -> None:
    (read,) = tick(form(mark, ground=ground), [line("Resident", 160, 300)])
    assert read.text == text
    assert round(read.box.left * SIZE[0]) == 100


def test_a_box_behind_its_text() -> None:
    (read,) = tick(form(cross, left=330), [line("Resident", 160, 300)])
    assert read.text == "Resident [x]"


def test_a_box_belongs_to_the_text_behind_it_rather_than_to_that_before() -> None:
    lines = tick(form(cross, left=330), [line("Resident", 160, 300), line("Visitor", 390, 500)])
    assert [i.text for i in lines] == ["Resident", "[x] Visitor"]


def test_a_box_that_was_read_as_a_sign_is_that_sign() -> None:
    (read,) = tick(form(nothing), [line("口 Resident", 96, 300)])
    assert read.text == "[ ] Resident"


@pytest.mark.parametrize("blur", [0, 1.2])
def test_a_scan_need_not_be_sharp(blur: float) -> None:
    page = form(cross)
    image = page.image.filter(ImageFilter.GaussianBlur(blur))
    (read,) = tick(PageImage(image), [line("Resident", 160, 300)])
    assert read.text == "[x] Resident"


@pytest.mark.parametrize(
    "page",
    [
        form(left=100, side=90),
        form(left=100, side=12),
        form(left=700),
        form(width=18),
    ],
    ids=["large", "small", "far", "black"],
)
def test_what_is_no_box_of_this_text(page: PageImage) -> None:
    known = line("Resident", 200, 340)
    assert tick(page, [known]) == [known]


@pytest.mark.parametrize(
    ("wide", "high", "is_box"),
    [(18, 18, False), (30, 30, True), (60, 60, True), (90, 90, False), (36, 60, False), (60, 36, False)],
)
def test_a_box_is_a_square_about_as_high_as_its_line(wide: int, high: int, is_box: bool) -> None:
    page = Image.new("RGB", SIZE, "white")
    top = 218 - high // 2
    ImageDraw.Draw(page).rectangle((100, top, 100 + wide, top + high), outline="black", width=4)
    (read,) = tick(PageImage(page), [line("Resident", 110 + wide, 300)])
    assert (read.text == "[ ] Resident") == is_box


@pytest.mark.parametrize(("grey", "is_seen"), [(235, False), (208, True)])
def test_a_box_is_darker_than_what_is_around_it(grey: int, is_seen: bool) -> None:
    page = Image.new("RGB", SIZE, "white")
    ImageDraw.Draw(page).rectangle((100, 200, 136, 236), outline=(grey,) * 3, width=4)
    (read,) = tick(PageImage(page), [line("Resident", 160, 300)])
    assert (read.text == "[ ] Resident") == is_seen


def test_letters_and_rings_are_no_boxes() -> None:
    page = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(page)
    draw.ellipse((100, 200, 136, 236), outline="black", width=3)
    draw.line((100, 300, 136, 300, 136, 336), "black", 3)
    known = [line("Ring", 160, 300), line("Corner", 160, 300, 296, 340)]
    assert tick(PageImage(page), known) == known


@pytest.mark.parametrize("size", [12, 16, 22, 32])
def test_letters_of_all_sizes_are_letters(size: int) -> None:
    page = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(page)
    known = []
    for i, text in enumerate(("ocr over Ooh", "0 DOB 800", "QUOD", "aeo 6 9")):
        top = 100 + 3 * size * i
        draw.text((100, top), text, "black", ImageFont.load_default(size))
        known.append(line(text, 98, 100 + 0.6 * size * len(text), top - size * 0.1, top + size * 1.4))
    assert tick(PageImage(page), known) == known


def test_a_character_that_is_a_square_is_a_character() -> None:
    known = line("口腔科", 96, 300)
    assert tick(form(), [known]) == [known]


def test_a_page_without_text_has_nothing_to_tick() -> None:
    assert tick(form(cross), []) == []
