"""What counts as ink."""

from __future__ import annotations

import numpy as np

from ocr_plugins.runtime.shortlist import Array

MIN_CONTRAST = 40


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
