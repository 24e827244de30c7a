"""What counts as ink: what differs from the ground around it, whether it is darker or lighter.

:func:`depth` says by how much, on a page or on a line. :func:`strokes` is for measuring what is known to be a line: it
says where strokes end, which is half way between ink and ground, however strong the ink is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ocr_plugins.engine import PageImage
from ocr_plugins.runtime.shortlist import Array

Mask = npt.NDArray[np.bool_]

# Grey levels, of 255, by which the ink of a page differs from its ground, and ink that is hardly seen does.
CONTRAST, FAINT = 30, 8
# Pixels, about, of the longest side of the reduced page on which ink is looked for: to tell lines apart, and to tell
# where there is any.
EDGE, COARSE_EDGE = 1000, 500
# So many squares along that side have a ground of their own: several times as large as letters, so that it is that of
# most of their pixels.
SQUARES = 25
# Grey levels, of 255, between ink and ground from which the ends of strokes can be told.
CLEAR = 40
# Share of the pixels that are at least as dark as the ground; ink covers less than LIGHT_ON_DARK of a line.
GROUND, LIGHT_ON_DARK = 0.9, 0.6


def depth(grey: Array, square: tuple[int, int]) -> Array:
    """By how many grey levels each pixel is darker than its ground; negative where it is lighter.

    The ground is the median of each part of the size ``square``, height × width, and in between what lies between them:
    so shades and shadows have no depth, and light letters on a dark ground have.
    """
    from PIL import Image
    from PIL.Image import Resampling

    counts = [max(1, round(side / length)) for side, length in zip(grey.shape, square, strict=True)]
    # Every other pixel, both ways, is enough for a median.
    steps = [max(1, round(side / count / 2)) for side, count in zip(grey.shape, counts, strict=True)]
    (rows, columns), (high, wide) = counts, steps
    samples = np.asarray(Image.fromarray(grey).resize((columns * wide, rows * high), Resampling.NEAREST))
    parts = samples.reshape(rows, high, columns, wide).swapaxes(1, 2).reshape(rows, columns, high * wide)
    shades = np.median(parts, axis=2).astype(np.float32)
    # Beyond the last parts the shade goes on as it goes there.
    around = Image.fromarray(np.pad(shades, 1, mode="reflect", reflect_type="odd"))
    inside = (1, 1, columns + 1, rows + 1)
    ground = np.asarray(around.resize(grey.shape[::-1], Resampling.BILINEAR, inside), np.float32)
    return ground.clip(0, 255) - grey


def page_depth(page: PageImage, edge: int = EDGE) -> tuple[Array, int]:
    """The depth of a page reduced to about ``edge``, and how many pixels of the page a pixel of it stands for."""
    from PIL import Image

    step = max(1, round(max(page.size) / edge))
    reduced = np.asarray(Image.fromarray(page.grey).reduce(step))
    square = round(edge / SQUARES)
    return depth(reduced, (square, square)), step


def inked_part(page: PageImage, margin: int = 0) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of what is inked, in pixels with a margin; None for a page without ink."""
    depths, step = page_depth(page, COARSE_EDGE)
    ink = np.abs(depths) > CONTRAST
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if not len(rows):
        return None
    width, height = page.size
    return (
        max(0, int(columns[0]) * step - margin),
        max(0, int(rows[0]) * step - margin),
        min(width, (int(columns[-1]) + 1) * step + margin),
        min(height, (int(rows[-1]) + 1) * step + margin),
    )


def strokes(crop: Array, dark_share: float = 4) -> Mask | None:
    """A mask of the dark pixels of a line, or of the light ones on a dark ground; None without clear contrast.

    ``dark_share`` is the percentage of pixels that are at least as dark as ink.
    """
    if not crop.size:
        return None
    dark, light = levels(crop, dark_share)
    if light - dark < CLEAR:
        return None
    mask: Mask = crop < (dark + light) / 2
    return ~mask if mask.mean() > LIGHT_ON_DARK else mask


def levels(crop: Array, dark_share: float = 4) -> tuple[int, int]:
    """The grey levels of ink and of the ground: percentiles, counted since sorting the pixels takes long."""
    below = np.bincount(crop.ravel(), minlength=256).cumsum()
    dark, light = np.searchsorted(below, (dark_share / 100 * crop.size, GROUND * crop.size))
    return int(dark), int(light)
