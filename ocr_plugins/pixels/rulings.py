"""Ruling lines of a page image: long thin strokes, such as the frame of a table, and the edges of its shaded rows."""

from __future__ import annotations

import numpy as np

from ocr_plugins.blocks import BBox
from ocr_plugins.engine import PageImage
from ocr_plugins.runtime.shortlist import Array

# Pixels of the longest side to which a page is reduced; lengths are in pixels of that.
EDGE = 1600
MIN_LENGTH = 40
# How far a stroke may be from level, and how thick it may be on average.
MAX_THICKNESS, MAX_MEAN_THICKNESS = 10, 20 / 3
MAX_RULINGS = 2000
# Ink is this much darker than what is around it, in grey levels: in a square of so many pixels.
DARKER, AROUND = 12, 25
# A shaded row of a table: its least and its largest height, and its length. By how many grey levels it differs from
# what is above or below it, and of the shorter one of its edges, what lies below or above the other.
MIN_BAND, MAX_BAND, BAND_LENGTH = 9, 160, 150
SHADE, MIN_COMMON = 16, 0.9
# Pixels: the stem of a letter is no wider, an edge is interrupted over no more, and its shade changes over so many on
# both sides of it, on a page that is a little out of focus.
STEM, BRIDGED, BLUR = 20, 20, 2

# Left, top, width and height in pixels of the reduced page.
Stroke = tuple[int, int, int, int]


def find_rulings(page: PageImage) -> list[BBox]:
    """The ruling lines of a page, in 0..1; empty where OpenCV is not installed.

    Strokes are kept by a morphological opening with a long thin kernel; what is thick is a picture, not a line. The
    upper and lower edges of bands as high as the rows of a table are ruling lines too, whatever the shade.
    """
    try:
        import cv2
    except ImportError:
        return []
    scale = min(1.0, EDGE / max(page.size))
    width, height = (max(1, round(side * scale)) for side in page.size)
    grey = cv2.resize(page.grey, (width, height), interpolation=cv2.INTER_AREA)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, AROUND, DARKER)
    found: list[Stroke] = []
    for kernel in ((MIN_LENGTH, 1), (1, MIN_LENGTH)):
        # A stroke that is a pixel off level still counts as one.
        bridged = cv2.dilate(ink, np.ones((2, 1) if kernel[0] > 1 else (1, 2), np.uint8))
        found += _strokes(bridged, kernel)
    found += _edges_of_bands(grey)
    return [BBox(x / width, y / height, (x + w) / width, (y + h) / height) for x, y, w, h in found]


def _strokes(mask: Array, kernel: tuple[int, int]) -> list[Stroke]:
    """Left, top, width and height of what is as long as a kernel, and thin."""
    import cv2

    kept = cv2.morphologyEx(mask, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, kernel))
    _, _, stats, _ = cv2.connectedComponentsWithStats(kept)
    found = []
    for left, top, width, height, area in stats[1 : MAX_RULINGS + 1].tolist():
        length, thickness = (width, height) if kernel[0] > 1 else (height, width)
        if thickness <= MAX_THICKNESS and area / length <= MAX_MEAN_THICKNESS:
            found.append((left, top, width, height))
    return found


def _edges_of_bands(grey: Array) -> list[Stroke]:
    """The upper and lower edges of shaded rows; strokes too thin for a row are closed first, and are none."""
    import cv2

    ground = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((MIN_BAND, 1), np.uint8))
    change = np.zeros_like(grey)
    change[BLUR:-BLUR] = cv2.absdiff(ground[2 * BLUR :], ground[: -2 * BLUR])
    shaded = (change > SHADE).astype(np.uint8)
    # An edge that is a little off level is one, and so is one that is hardly seen in places.
    kept = cv2.morphologyEx(shaded, cv2.MORPH_OPEN, np.ones((1, STEM), np.uint8))
    if not kept.any():
        return []
    bridged = cv2.morphologyEx(kept, cv2.MORPH_CLOSE, np.ones((BLUR, BRIDGED), np.uint8))
    edges = _strokes(bridged, (BAND_LENGTH, 1))
    return [edge for edge in edges if any(_are_of_one_band(edge, other) for other in edges)]


def _are_of_one_band(a: Stroke, b: Stroke) -> bool:
    """Whether an edge lies right above the other one; rules that cross the band may cut one of them."""
    common = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    return common >= MIN_COMMON * min(a[2], b[2]) and MIN_BAND <= abs(a[1] - b[1]) <= MAX_BAND
