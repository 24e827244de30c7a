"""Lines for TrOCR from any line detector: what belongs on one line is joined, in reading order along it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pydantic import Field

from ocr_plugins.engine import EngineInfo, EngineOptions, LineDetector, PageImage, Quad
from ocr_plugins.plugins import get_detector

__all__ = ["JoinedLines", "join_words"]

# Of one line are boxes that overlap by so much of the lower one's height, are at most so many times as high, and
# follow one another within so many heights. Columns stand farther apart.
OVERLAP, TALLER, GAP = 0.5, 2.2, 0.9


class JoinedOptions(EngineOptions):
    """Options of :class:`JoinedLines`."""

    detector: str = Field("rapidocr", description="name of the registered line detector")
    detector_options: dict[str, Any] = Field({}, description="its options")


class JoinedLines(LineDetector):
    """Another detector's lines, with those joined that it broke into words, as detectors do with handwriting."""

    Options = JoinedOptions
    info = EngineInfo(summary="joins words to lines", licence="Apache-2.0", languages="any", boxes=True)
    options: JoinedOptions

    @cached_property
    def _detector(self) -> LineDetector:
        return get_detector(self.options.detector, **self.options.detector_options)

    def detect(self, images: Sequence[PageImage]) -> list[list[Quad]]:
        return [join_words(quads) for quads in self._detector.detect(images)]

    def download(self) -> list[str]:
        return self._detector.download()

    def close(self) -> None:
        if "_detector" in self.__dict__:
            self._detector.close()


def join_words(quads: Sequence[Quad]) -> list[Quad]:
    """Join quads that follow one another on one line.

    Args:
        quads: In any order, in pixels.

    Returns:
        Fewer or as many, from top to bottom by their beginnings.
    """
    lines: list[Quad] = []
    for quad in sorted(quads, key=lambda q: q[0][0]):
        before = [line for line in lines if _follows(line, quad)]
        if before:
            nearest = min(before, key=lambda line: abs(_middle(line[1], line[2])[1] - _middle(quad[0], quad[3])[1]))
            lines[lines.index(nearest)] = (nearest[0], quad[1], quad[2], nearest[3])
        else:
            lines.append(quad)
    return sorted(lines, key=lambda q: (q[0][1], q[0][0]))


def _follows(line: Quad, word: Quad) -> bool:
    """Whether a word continues a line: to its right, near, at its height, and of about its size."""
    end, start = _middle(line[1], line[2]), _middle(word[0], word[3])
    heights = math.dist(line[1], line[2]), math.dist(word[0], word[3])
    lower, higher = min(heights), max(heights)
    # Lines that stand or lean a lot are left alone: their corners do not say where along them a word is.
    if lower <= 0 or higher > TALLER * lower or not (_level(line) and _level(word)):
        return False
    fall = (line[1][1] - line[0][1]) / max(1.0, line[1][0] - line[0][0]) * (start[0] - end[0])
    shared = min(line[2][1] + fall, word[3][1]) - max(line[1][1] + fall, word[0][1])
    return -0.5 * lower <= start[0] - end[0] <= GAP * lower and shared >= OVERLAP * lower


def _level(quad: Quad) -> bool:
    return abs(quad[1][1] - quad[0][1]) < 0.36 * (quad[1][0] - quad[0][0])


def _middle(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    return (first[0] + second[0]) / 2, (first[1] + second[1]) / 2
