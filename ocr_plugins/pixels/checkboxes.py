"""Check boxes of printed forms: squares beside a text, empty or with a mark in them."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr_plugins.blocks import BBox, TextLine
from ocr_plugins.engine import PageImage
from ocr_plugins.runtime.shortlist import Array

__all__ = ["tick"]

# A box is so many times as high as the usual line's box, and about as wide as high.
LEAST_HEIGHT, MOST_HEIGHT, LEAST_RATIO, MOST_RATIO = 0.5, 1.6, 0.8, 1.25
# Pixels to which lines are reduced, about: enough to tell a stroke.
LINE_HEIGHT = 20
# Pixels, below which nobody sees whether something is in it.
LEAST_SIDE = 8
# Pieces of ink of this size; more are a pattern.
MOST_CANDIDATES = 5000
# Ink is darker by so many grey levels than what is around it, in a square of so many line heights.
DARKER, AROUND = 25, 3
# Of a side: how far from the edge its stroke is, how much of its length it has, and what is a corner, in which rings
# have no ink.
EDGE, DRAWN, CORNER = 0.2, 0.9, 0.12
# Of the square within: how far from the edges it begins, and how much ink makes a mark.
INSIDE, MARKED = 0.25, 0.06
# Of a box's width: how far away its text begins, or ends before it.
NEAR = 2.5
# What a recogniser takes a box for that it reads with its text.
LOOKS_LIKE_A_BOX = frozenset("□☐☑☒▢■◻口回区囗図")
# Chinese and Japanese characters, of which some are squares.
_CHINESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Square:
    """In pixels."""

    left: int
    top: int
    side: int
    marked: bool

    @property
    def text(self) -> str:
        return "[x]" if self.marked else "[ ]"


def tick(page: PageImage, lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines, those beside a check box with ``[x]`` or ``[ ]``; as they are where OpenCV is not installed."""
    heights = [line.box.height * page.size[1] for line in lines if line.box.width > line.box.height]
    ticked = list(lines)
    for square in _squares(page, statistics.median(heights)) if heights else ():
        place = _label(square, ticked, page.size)
        if place is not None:
            ticked[place] = _ticked(ticked[place], square, page.size)
    return ticked


def _squares(page: PageImage, height: float) -> Iterator[_Square]:
    try:
        import cv2
    except ImportError:
        return
    from PIL import Image

    step = max(1, round(height / LINE_HEIGHT))
    height /= step
    around = max(LEAST_SIDE, round(AROUND * height)) | 1
    grey = np.asarray(Image.fromarray(page.grey).reduce(step))
    # Darker than what is around, also where the whole page is not white.
    ink = cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, around, DARKER)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    wide, high = stats[:, 2], stats[:, 3]
    fits = (high >= max(LEAST_SIDE, LEAST_HEIGHT * height)) & (high <= MOST_HEIGHT * height)
    fits &= (wide >= LEAST_RATIO * high) & (wide <= MOST_RATIO * high)
    candidates = np.flatnonzero(fits).tolist()
    for i in candidates if len(candidates) <= MOST_CANDIDATES else ():
        left, top, w, h = (int(v) for v in stats[i, :4])
        if _is_frame(labels[top : top + h, left : left + w] == i):
            inner = ink[top + round(INSIDE * h) : top + h - round(INSIDE * h), left + round(INSIDE * w) :]
            inner = inner[:, : w - 2 * round(INSIDE * w)]
            yield _Square(left * step, top * step, max(w, h) * step, float(inner.mean()) >= MARKED)


def _is_frame(piece: Array) -> bool:
    """Whether there is a stroke along each of its sides."""
    for sides in (piece, piece.T):
        band = max(1, round(EDGE * len(sides)))
        filled = sides.mean(1)
        if filled[:band].max() < DRAWN or filled[-band:].max() < DRAWN:
            return False
    corner = max(1, round(CORNER * min(piece.shape)))
    rows, columns = (piece[:corner], piece[-corner:]), (slice(corner), slice(-corner, None))
    # Not a square that is black all over.
    return bool(piece.mean() < DRAWN and all(row[:, column].any() for row in rows for column in columns))


def _label(square: _Square, lines: Sequence[TextLine], size: tuple[int, int]) -> int | None:
    """The line that a box belongs to: that behind it, or that which ends before it."""
    width, height = size
    middle, center = (square.top + square.side / 2) / height, (square.left + square.side / 2) / width
    beside = [i for i, line in enumerate(lines) if line.box.top <= middle <= line.box.bottom]
    near = NEAR * square.side / width
    left, right = square.left / width, (square.left + square.side) / width
    behind = [i for i in beside if left - near <= _starts(lines[i]) <= right + near and _is_before(center, lines[i])]
    if behind:
        return min(behind, key=lambda i: abs(_starts(lines[i]) - right))
    before = [i for i in beside if left - near <= _ends(lines[i]) <= center]
    return max(before, key=lambda i: _ends(lines[i])) if before else None


def _starts(line: TextLine) -> float:
    return line.words[0].box.left if line.words else line.box.left


def _ends(line: TextLine) -> float:
    return line.words[-1].box.right if line.words else line.box.right


def _is_before(center: float, line: TextLine) -> bool:
    """Whether what stands there is not the first letter of a line, but what the recogniser took for one."""
    return center < _starts(line) or (line.text[:1] in LOOKS_LIKE_A_BOX and not _is_chinese(line.text))


def _is_chinese(text: str) -> bool:
    """Whether a text begins with Chinese characters, not with one that stands for a box before other letters."""
    start = text[1:].lstrip() if text[:1] in LOOKS_LIKE_A_BOX else text
    return bool(_CHINESE.match(start))


def _ticked(line: TextLine, square: _Square, size: tuple[int, int]) -> TextLine:
    box = BBox(
        square.left / size[0],
        square.top / size[1],
        (square.left + square.side) / size[0],
        (square.top + square.side) / size[1],
    )
    around = BBox.around((line.box, box))
    if box.center[0] > line.box.center[0]:
        return replace(line, text=f"{line.text} {square.text}", box=around)
    text = line.text
    if text[:1] in LOOKS_LIKE_A_BOX:
        # The box was read as a part of the text.
        text = text[1:].lstrip()
    return replace(line, text=f"{square.text} {text}", box=around)
