"""The picture of a page that boxes refer to, and marks on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ocr_plugins.blocks import BBox
from ocr_plugins.engine import PageImage
from ocr_plugins.pixels.tiles import drawing_edge
from ocr_plugins.pixels.upright import enlarged, turn

if TYPE_CHECKING:
    from PIL.Image import Image

    from ocr_plugins.source.page import Source

# Pixels of the longest edge of a page as it is shown: its small print can be read, and a hundred of them be kept.
EDGE = 1600
# As a text marker does it: black text stays black, white paper takes the colour.
MARK = (255, 226, 89)
# Around a passage that is cropped, of the page's width and height: some of its surroundings say where it stands.
MARGIN = 0.03


def page_picture(
    source: Source, number: int, *, rotation: int = 0, skew: float = 0.0, edge: int = EDGE, enlarge_to: int = 0
) -> Image:
    """A page as it was read, upright and straight, mode RGB.

    Args:
        source: The document, open.
        number: Of the page, from 1.
        rotation, skew: As the page tells them, in degrees.
        edge: Pixels of its longest edge; of long pages more.
        enlarge_to: Pixels that the longest edge of a small image has at least, as engines are given it.

    Raises:
        PageError: It cannot be drawn.
    """
    page = source.page(number)
    image = enlarged(PageImage(page.render(drawing_edge(page.size, edge))), enlarge_to)
    return turn(turn(image, rotation), skew).image


def marked(picture: Image, boxes: Sequence[BBox], *, crop: bool = False) -> Image:
    """The picture with its boxes, in 0..1 of it, marked; with ``crop`` no more than these and a small margin."""
    from PIL import Image, ImageChops, ImageDraw

    marks = Image.new("RGB", picture.size, "white")
    draw = ImageDraw.Draw(marks)
    for box in boxes:
        draw.rectangle(pixels(box, picture.size), fill=MARK)
    shown = ImageChops.multiply(picture, marks)
    if not crop or not boxes:
        return shown
    around = BBox.around(boxes)
    wider = BBox(around.left - MARGIN, around.top - MARGIN, around.right + MARGIN, around.bottom + MARGIN)
    return shown.crop(pixels(wider.clipped(), picture.size))


def pixels(box: BBox, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The box in pixels, one at least."""
    width, height = size
    left, top = min(round(box.left * width), width - 1), min(round(box.top * height), height - 1)
    return left, top, max(left + 1, round(box.right * width)), max(top + 1, round(box.bottom * height))
