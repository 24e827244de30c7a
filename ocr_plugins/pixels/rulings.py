"""Ruling lines of a page image: long thin horizontal and vertical strokes, such as the frame of a table."""

from __future__ import annotations

import numpy as np

from ocr_plugins.blocks import BBox
from ocr_plugins.engine import PageImage

# Pixels of the longest side to which a page is reduced; lengths are in pixels of that.
EDGE = 1600
MIN_LENGTH = 40
# How far a stroke may be from level, and how thick it may be on average.
MAX_THICKNESS, MAX_MEAN_THICKNESS = 10, 20 / 3
MAX_RULINGS = 2000
# Ink is this much darker than what is around it, in grey levels: in a square of so many pixels.
DARKER, AROUND = 12, 25


def find_rulings(page: PageImage) -> list[BBox]:
    """The ruling lines of a page, in 0..1; empty where OpenCV is not installed.

    Strokes are kept by a morphological opening with a long thin kernel; what is thick is a picture, not a line.
    """
    try:
        import cv2
    except ImportError:
        return []
    scale = min(1.0, EDGE / max(page.size))
    width, height = (max(1, round(side * scale)) for side in page.size)
    grey = cv2.resize(page.grey, (width, height), interpolation=cv2.INTER_AREA)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, AROUND, DARKER)
    rulings = []
    for kernel in ((MIN_LENGTH, 1), (1, MIN_LENGTH)):
        horizontal = kernel[0] > 1
        # A stroke that is a pixel off level still counts as one.
        bridged = cv2.dilate(ink, np.ones((2, 1) if horizontal else (1, 2), np.uint8))
        strokes = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, kernel))
        _, _, stats, _ = cv2.connectedComponentsWithStats(strokes)
        for left, top, w, h, area in stats[1 : MAX_RULINGS + 1].tolist():
            length, thickness = (w, h) if horizontal else (h, w)
            if thickness <= MAX_THICKNESS and area / length <= MAX_MEAN_THICKNESS:
                rulings.append(BBox(left / width, top / height, (left + w) / width, (top + h) / height))
    return rulings
