"""What was overlooked on a page: read once more, for itself, and said where it still cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ocr_plugins.blocks import BBox, TextLine
from ocr_plugins.engine import Lines, PageImage, Recognition

if TYPE_CHECKING:
    from PIL.Image import Image

# Around what was overlooked, in 0..1 of the page's longest side, so that it is seen in its surroundings.
MARGIN = 0.03
# Of the middle of a line: what others have read of it, so that it is no other line.
SAME = 0.3
# Of a box's area: it lies in another one.
MOSTLY = 0.5
# 0..1: below it, what is read where nothing was read before is more likely a picture than text.
SURE = 0.6
# Grey levels between the strongest and the weakest colour of a pixel from which it is coloured, and the share of a
# page's pixels that are so from which a second look without colours may show more.
COLOURED, COLOURED_SHARE = 60, 0.001

Reader = Callable[[PageImage], Recognition | Exception]


def read_again(read: Sequence[TextLine], missed: Sequence[BBox], page: PageImage, reader: Reader) -> list[TextLine]:
    """The lines of a page with those that are found where something was missed.

    Args:
        read: What was read.
        missed: What looks like text beside it, in 0..1 of the page.
        page: Upright.
        reader: Reads an image.
    """
    width, height = page.size
    around = BBox.around(missed)
    edge = MARGIN * max(page.size)
    corners = (
        max(0, round(around.left * width - edge)),
        max(0, round(around.top * height - edge)),
        min(width, round(around.right * width + edge)),
        min(height, round(around.bottom * height + edge)),
    )
    part = _without_colours(page.image.crop(corners))
    result = reader(PageImage(part, page.number, page.source))
    if not isinstance(result, Lines):
        return list(read)
    scale, origin = (part.width / width, part.height / height), (corners[0] / width, corners[1] / height)
    return added(read, (_moved(line, scale, origin) for line in result.lines))


def added(read: Sequence[TextLine], others: Iterable[TextLine]) -> list[TextLine]:
    """Lines, with those of the others that are sure and stand where none of them is."""
    sure = [line for line in others if line.confidence is None or line.confidence >= SURE]
    covered = _shares([_middle(line.box) for line in sure], [line.box for line in read]).sum(1)
    return [*read, *(line for line, share in zip(sure, covered.tolist(), strict=True) if share < SAME)]


def _middle(box: BBox) -> BBox:
    """The middle half of a line, over which its neighbours do not reach, whose boxes may be high."""
    quarter = box.height / 4
    return BBox(box.left, box.top + quarter, box.right, box.bottom - quarter)


def doubted(lines: Sequence[TextLine], missed: Sequence[BBox]) -> Iterator[TextLine]:
    """The lines, without confidence in those that stand for more than was read in them."""
    wrong = np.any(_shares(missed, [line.box for line in lines]) > MOSTLY, axis=0).tolist()
    for line, doubtful in zip(lines, wrong, strict=True):
        yield replace(line, confidence=0.0) if doubtful and line.confidence is not None else line


def split(boxes: Sequence[BBox], others: Sequence[BBox]) -> tuple[list[BBox], list[BBox]]:
    """The boxes that lie mostly in one of the others, and those that do not."""
    inside = np.any(_shares(boxes, others) > MOSTLY, axis=1).tolist()
    both = list(zip(boxes, inside, strict=True))
    return [box for box, is_in in both if is_in], [box for box, is_in in both if not is_in]


def _shares(boxes: Sequence[BBox], others: Sequence[BBox]) -> npt.NDArray[np.float64]:
    """Of each box (rows) the share of its area that lies in each of the others (columns)."""
    a, b = (np.array([(i.left, i.top, i.right, i.bottom) for i in some]).reshape(-1, 4) for some in (boxes, others))
    starts, ends = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    common = (ends - starts).clip(0).prod(2)
    areas = (a[:, 2:] - a[:, :2]).prod(1)[:, None]
    shares: npt.NDArray[np.float64] = np.divide(common, areas, out=np.zeros_like(common), where=areas > 0)
    return shares


def _without_colours(image: Image) -> Image:
    """What is black stays so; what is coloured, as stamps are, is as light as its strongest colour."""
    from PIL import Image as PillowImage

    pixels = np.asarray(image)
    strongest = pixels.max(2)
    if (strongest - pixels.min(2) > COLOURED).mean() < COLOURED_SHARE:
        return image
    return PillowImage.fromarray(strongest).convert("RGB")


def _moved(line: TextLine, scale: tuple[float, float], origin: tuple[float, float]) -> TextLine:
    """A line of a part of the page, on the page."""

    def move(box: BBox) -> BBox:
        scaled = box.scaled(*scale)
        return BBox(
            scaled.left + origin[0], scaled.top + origin[1], scaled.right + origin[0], scaled.bottom + origin[1]
        ).clipped()

    words = tuple(replace(word, box=move(word.box)) for word in line.words)
    return replace(line, box=move(line.box), slope=line.slope * scale[1], words=words)
