"""A line detector without a model: the recursive XY-cut on clean, level pages.

Nagy and Seth, "Hierarchical representation of optically scanned documents" (ICPR 1984): a page is cut where whole rows
or columns of pixels are empty, and the parts again, until nothing is left to cut. It needs nothing but the pixels and
takes a few milliseconds, and it is for what printers and screens make: on worn, tilted or drawn-on paper rows of ink
run into one another, and a trained detector is the right one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import Field

from ocr_plugins.engine import EngineInfo, EngineOptions, LineDetector, PageImage, Quad

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["ProjectionDetector", "ProjectionOptions"]

# Longest edge at which ink is looked for; grey levels that ink differs by; runs of ink longer than this share of the
# page's edge are rules.
LONGEST_EDGE, CONTRAST, RULE = 1600, 60, 1 / 12
# Lower bands than this share of their neighbour's height, and as near, are its dots and accents.
ACCENT, ACCENT_GAP = 0.4, 0.3
# A line ends at a gap of so many times its height; it is so many pixels high, columns of lines
# stand apart by this share of the highest; each gets a margin of this share of its own.
WORDS_APART, LOWEST, HIGHEST, GUTTER, MARGIN = 1.2, 4, 48, 0.4, 0.15

Mask = npt.NDArray[np.bool_]
Span = tuple[int, int]


class ProjectionOptions(EngineOptions):
    """Options of :class:`ProjectionDetector`."""

    gap: float = Field(WORDS_APART, gt=0, description="empty width that ends a line, in heights of the line")


class ProjectionDetector(LineDetector):
    """Lines of clean pages by projection, without any model."""

    Options = ProjectionOptions
    info = EngineInfo(
        summary="Lines of clean, level pages by projection, without a model",
        licence="Apache-2.0",
        languages="any in horizontal lines",
        boxes=True,
    )
    options: ProjectionOptions

    def detect(self, images: Sequence[PageImage]) -> list[list[Quad]]:
        return [self._detect(page.image) for page in images]

    def _detect(self, image: Image) -> list[Quad]:
        step = max(1, round(max(image.size) / LONGEST_EDGE))
        grey = np.asarray(image.convert("L").reduce(step), np.int16)
        mask = np.abs(grey - np.median(grey)) > CONTRAST
        length = max(16, int(RULE * max(mask.shape)))
        mask &= ~(_long_runs(mask, length) | _long_runs(mask.T, length).T)
        return [_quad(box, step, image.size) for box in self._cut(mask, 0, 0)]

    def _cut(self, mask: Mask, top: int, left: int) -> Iterator[tuple[int, int, int, int]]:
        """Left, top, right and bottom of the lines of a part of the page that begins at ``top`` and ``left``."""
        for upper, lower in _bands(mask):
            band = mask[upper:lower]
            # What is higher than a line is several, of columns that stand closer than words of a title may.
            height = lower - upper
            gap = self.options.gap * height if height <= HIGHEST else GUTTER * HIGHEST
            columns = _spans(band.any(0), max(1, int(gap)))
            for start, end in columns:
                part = band[:, start:end]
                inner = _bands(part)
                if inner == [(0, len(part))] and len(columns) == 1:
                    # What is higher still, and cannot be cut, is a picture.
                    if LOWEST <= height <= 4 * HIGHEST:
                        yield left + start, top + upper, left + end, top + lower
                elif inner:
                    yield from self._cut(part, top + upper, left + start)


def _bands(mask: Mask) -> list[Span]:
    """Rows of ink between empty rows, with dots and accents beside the letters that they belong to."""
    bands = _spans(mask.any(1), 1)
    gaps = [below[0] - above[1] for above, below in pairwise(bands)]
    # The nearest first: a dot stands closer to its own letters than to the line above.
    for gap in sorted(set(gaps)):
        merged = bands[:1]
        for band in bands[1:]:
            (start, end), (upper, lower) = merged[-1], band
            low, high = sorted((end - start, lower - upper))
            if upper - end == gap and low < ACCENT * high and gap <= ACCENT_GAP * high:
                merged[-1] = start, lower
            else:
                merged.append(band)
        bands = merged
    return bands


def _spans(inked: npt.ArrayLike, gap: int) -> list[Span]:
    """Begin and end of the stretches that have ink, across gaps shorter than ``gap``."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inked, [False])).astype(np.int8)))
    spans: list[Span] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if spans and start - spans[-1][1] < gap:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return spans


def _long_runs(mask: Mask, length: int) -> Mask:
    """The ink that lies in rows of at least ``length`` pixels without a break."""
    padded = np.pad(mask, ((0, 0), (1, 1))).astype(np.int8)
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    found = np.zeros_like(mask)
    for i in np.flatnonzero(ends - starts >= length):
        found[rows[i], starts[i] : ends[i]] = True
    return found


def _quad(box: tuple[int, int, int, int], step: int, size: tuple[int, int]) -> Quad:
    """The corners, in pixels of the page, of a box with a margin."""
    margin = MARGIN * (box[3] - box[1])
    left, top = (max(0.0, (edge - margin) * step) for edge in box[:2])
    right, bottom = (min(float(most), (edge + margin) * step) for edge, most in zip(box[2:], size, strict=True))
    return (left, top), (right, top), (right, bottom), (left, bottom)
