"""What counts as ink."""

from __future__ import annotations

import numpy as np

from ocr_plugins.runtime.shortlist import Array

MIN_CONTRAST = 40
# Side of the reduced page on which ink is looked for.
INK_EDGE = 1000
# Grey levels, of 255, by which ink is darker than what is around it.
DARK, FAINT = 24, 8


def ink_mask(crop: Array, dark_share: float = 4) -> Array | None:
    """A mask of the dark pixels, or of the light ones on a dark ground; None without clear contrast.

    ``dark_share`` is the percentage of pixels that are at least as dark as what counts as ink.
    """
    if not crop.size:
        return None
    dark, light = _levels(crop, dark_share)
    if light - dark < MIN_CONTRAST:
        return None
    mask: Array = crop < (dark + light) / 2
    return ~mask if mask.mean() > 0.6 else mask


def _levels(crop: Array, dark_share: float = 4) -> tuple[int, int]:
    """The grey levels of ink and of the ground: percentiles, counted since sorting the pixels takes long."""
    below = np.bincount(crop.ravel(), minlength=256).cumsum()
    dark, light = np.searchsorted(below, (dark_share / 100 * crop.size, 0.9 * crop.size))
    return int(dark), int(light)


def page_ink(grey: Array, contrast: int = DARK) -> tuple[Array, float]:
    """Dark pixels of the page reduced to ``INK_EDGE``, and the factor by which it was reduced.

    A pixel is ink when it is clearly darker than its surroundings, so shades and shadows do not count.
    """
    from PIL import Image, ImageFilter

    image = Image.fromarray(grey)
    scale = max(1.0, max(image.size) / INK_EDGE)
    if scale > 1:
        image = image.resize([max(1, round(side / scale)) for side in image.size], reducing_gap=2.0)
    around = image.filter(ImageFilter.BoxBlur(12))
    return np.asarray(around, np.int16) - np.asarray(image, np.int16) > contrast, max(grey.shape) / max(image.size)
