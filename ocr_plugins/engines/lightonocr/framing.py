"""The image that the model is given of a page: no side thinner than a token, no column that its merger would drop."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ocr_plugins.blocks import Block
from ocr_plugins.engine import Blocks

if TYPE_CHECKING:
    from PIL.Image import Image

    from ocr_plugins.engines.lightonocr.families import Family

__all__ = ["Framed", "framed"]

# Patches on a side of the square that becomes one token.
MERGED = 2


@dataclass(frozen=True, slots=True)
class Framed:
    """A page's image as the model gets it.

    Attributes:
        image: The page itself, or with some of its ground added on the right and below.
        width: Of the image, where the page's own is 1.
        height: Likewise.
    """

    image: Image
    width: float = 1.0
    height: float = 1.0

    def on_page(self, read: Blocks) -> Blocks:
        """Blocks with their boxes in 0..1 of the page."""
        if self.width == self.height == 1:
            return read
        return replace(read, blocks=tuple(self._scaled(block) for block in read.blocks))

    def _scaled(self, block: Block) -> Block:
        return replace(block, box=block.box.scaled(self.width, self.height).clipped()) if block.box else block


def framed(page: Image, family: Family, edge: int) -> Framed:
    """What the model is to see of a page.

    Args:
        page: RGB, of any size.
        family: Of the model.
        edge: Longest edge of what it sees, in pixels.
    """
    thickness = math.ceil(family.patch * max(1.0, max(page.size) / edge))
    thick = _extended(page, (max(page.width, thickness), max(page.height, thickness)))
    width, height = thick.width / page.width, thick.height / page.height
    sides = _seen(thick, edge, family.patch // MERGED)
    if family.architecture != "lighton_ocr" or not any(side % family.patch for side in sides):
        return Framed(thick, width, height)
    # An edge that is no whole number of tokens would be exceeded by what is added.
    sides = _seen(thick, edge // family.patch * family.patch, family.patch // MERGED)
    from PIL.Image import Resampling

    # As the image processor does it, which then finds nothing to do.
    small = thick.resize(sides, Resampling.BICUBIC)
    whole = tuple(math.ceil(side / family.patch) * family.patch for side in sides)
    return Framed(_extended(small, (whole[0], whole[1])), width * whole[0] / sides[0], height * whole[1] / sides[1])


def _seen(image: Image, edge: int, patch: int) -> tuple[int, int]:
    """Width and height to which Pixtral's image processor brings an image: reduced, then stretched to whole patches."""
    ratio = max(1.0, max(image.size) / edge)
    width, height = (math.ceil(math.floor(side / ratio) / patch) * patch for side in image.size)
    return width, height


def _extended(image: Image, size: tuple[int, int]) -> Image:
    """The image with its ground added on the right and below, as far as it is smaller than ``size``."""
    if image.size == size:
        return image
    import PIL.Image
    from PIL.ImageStat import Stat

    page = PIL.Image.new("RGB", size, tuple(Stat(image).median))
    page.paste(image)
    return page
