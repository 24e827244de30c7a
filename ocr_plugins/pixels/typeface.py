"""Size and weight of the type, from what was measured of each line by itself.

Each measure fails on some lines: capitals are not found where there are none, widths differ between typefaces, a
detector's box is loose. Compared with the page's usual line and taken together they hold.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ocr_plugins.runtime.onnx import Array

# Of the font size, in most Latin typefaces.
CAP_HEIGHT = 0.72
# How much thicker than regular type bold type is, and how far out of the scatter of the regular type.
BOLD, OUTSIDE = 1.19, 3.0
# How much wider it runs.
WIDER_BOLD = 1.07
# Strokes grow less than the type does.
GROWTH = 0.3
# Regular type is expected on at least so much of a page's text; on pages of few lines nothing is bold by comparison.
REGULAR_SHARE = 0.35
MIN_LINES = 4
# A long line counts no more than so many characters.
MAX_WEIGHT = 60


@dataclass(frozen=True, slots=True)
class Measure:
    """What the pixels of one line say, in pixels.

    Attributes:
        cap_height: From the top of the capitals to the baseline.
        width: Of the ink.
        height: Of the box that the detector gave.
        stroke: Thickness of the strokes.
        text: What is written there.
    """

    cap_height: float
    width: float
    height: float
    stroke: float
    text: str


def measured_type(measures: Sequence[Measure]) -> list[tuple[float, bool]]:
    """The font size of each line in pixels, and whether it is bold."""
    if not measures:
        return []
    bold = _bold(measures, _sizes(measures, np.zeros(len(measures), bool)))
    return [(float(size), bool(b)) for size, b in zip(_sizes(measures, bold), bold, strict=True)]


def _sizes(measures: Sequence[Measure], bold: Array) -> Array:
    """The median of three measures, each relative to the page's usual line."""
    weights = _weights(measures)
    estimates = np.array([[m.cap_height / CAP_HEIGHT, m.width / _length(m.text), m.height] for m in measures])
    estimates[bold, 1] /= WIDER_BOLD
    estimates = np.maximum(estimates, 1e-3)
    usual = np.array([_quantile(column, weights, 0.5) for column in estimates.T])
    relative = np.median(estimates / usual, axis=1)
    sizes: Array = relative * usual[0]
    return sizes


def _bold(measures: Sequence[Measure], sizes: Array) -> Array:
    """Which lines are set in a bold face, by comparison with the thinner strokes of the same page."""
    if len(measures) < MIN_LINES:
        return np.zeros(len(measures), bool)
    strokes = np.array([m.stroke for m in measures]) / sizes**GROWTH
    weights = _weights(measures)
    regular, thin = (_quantile(strokes, weights, share) for share in (REGULAR_SHARE, REGULAR_SHARE / 3))
    thick: Array = strokes > max(BOLD * regular, regular + OUTSIDE * (regular - thin))
    return thick


def _weights(measures: Sequence[Measure]) -> Array:
    return np.array([min(len(m.text), MAX_WEIGHT) for m in measures], float)


def _quantile(values: Array, weights: Array, share: float) -> float:
    order = np.argsort(values)
    running = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(running, share * running[-1])])


def _length(text: str) -> float:
    """The width of a text in an ordinary typeface of size 1."""
    return max(0.2, float(_ordinary_font().getlength(text)) / 100)


@functools.cache
def _ordinary_font() -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(100)
