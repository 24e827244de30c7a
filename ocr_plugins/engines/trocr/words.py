"""Lines for TrOCR from any line detector: what belongs on one line is joined, in reading order along it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pydantic import Field

from ocr_plugins.engine import EngineInfo, EngineOptions, LineDetector, PageImage, Quad
from ocr_plugins.plugins import get_detector

__all__ = ["JoinedLines", "join_words"]

# Of one line are boxes that overlap by so much of the lower one's height, are at most so many times as high, and
# follow one another within so many heights. Lines that are so many heights away show whether a gap is a gutter.
OVERLAP, TALLER, GAP, NEIGHBOURS = 0.5, 2.2, 0.9, 5


class JoinedOptions(EngineOptions):
    """Options of :class:`JoinedLines`."""

    detector: str = Field("rapidocr", description="name of the registered line detector")
    detector_options: dict[str, Any] = Field({}, description="its options")


class JoinedLines(LineDetector):
    """Another detector's lines, with those joined that it broke into words, as detectors do with handwriting."""

    Options = JoinedOptions
    info = EngineInfo(summary="joins words to lines", licence="Apache-2.0", languages="any", boxes=True)
    options: JoinedOptions

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._detector = get_detector(self.options.detector, **self.options.detector_options)

    def detect(self, images: Sequence[PageImage]) -> list[list[Quad]]:
        return [join_words(quads) for quads in self._detector.detect(images)]

    def download(self) -> list[str]:
        return self._detector.download()

    def close(self) -> None:
        self._detector.close()


def join_words(quads: Sequence[Quad]) -> list[Quad]:
    """Join quads that follow one another on one line.

    Args:
        quads: In any order, in pixels.

    Returns:
        Fewer or as many, from top to bottom by their beginnings.
    """
    words = sorted(quads, key=lambda quad: quad[0][0])
    gaps = [gap for right, word in enumerate(words) if (gap := _gap_before(words, right)) is not None]
    lines = list(words)
    for left, right in gaps:
        if not _is_gutter(left, right, words, gaps):
            # From left to right: what stands before has been joined to its own beginning already.
            joined = _around(lines[left], words[right])
            lines = [joined if line is lines[left] or line is lines[right] else line for line in lines]
    return sorted(dict.fromkeys(lines), key=lambda quad: (quad[0][1], quad[0][0]))


def _gap_before(words: Sequence[Quad], right: int) -> tuple[int, int] | None:
    """The word that a word continues, if any: the nearest in height, then the nearest."""
    before = [left for left in range(right) if _follows(words[left], words[right])]
    if not before:
        return None
    start = _middle(words[right][0], words[right][3])
    ends = {left: _middle(words[left][1], words[left][2]) for left in before}
    return min(before, key=lambda left: abs(ends[left][1] - start[1]) + abs(ends[left][0] - start[0])), right


def _is_gutter(left: int, right: int, words: Sequence[Quad], gaps: Sequence[tuple[int, int]]) -> bool:
    """Whether gaps of three lines or more stand one below the other, as between columns: words do not line up so."""
    start, end = words[left][1][0], words[right][0][0]
    beside = [
        (words[other][1][0], words[next_][0][0])
        for other, next_ in gaps
        if abs(words[other][1][1] - words[left][1][1]) < NEIGHBOURS * math.dist(words[left][1], words[left][2])
    ]
    shared = [min(end, other_end) - max(start, other_start) for other_start, other_end in beside]
    return sum(share > 0.5 * (end - start) > 0 for share in shared) >= 3


def _around(line: Quad, word: Quad) -> Quad:
    """The line with the word: along both their middles, and as high as to hold the corners of both."""
    corners = (*line, *word)
    last = word if word[1][0] > line[1][0] else line
    (left, start), (right, end) = _middle(line[0], line[3]), _middle(last[1], last[2])
    slope = (end - start) / max(1.0, right - left)
    offsets = [y - start - slope * (x - left) for x, y in corners]
    top, bottom = min(offsets), max(offsets)
    return (left, start + top), (right, end + top), (right, end + bottom), (left, start + bottom)


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
