"""Ink that no text explains: what looks like lines of text on a page and lies in none of the boxes that were read.

Letters are pieces of ink of about one size that stand on a common line. Pictures have few of these, rules and frames
none, and specks are too small.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ocr_plugins.blocks import BBox, TextLine
from ocr_plugins.engine import PageImage
from ocr_plugins.pixels.ink import CONTRAST, page_depth
from ocr_plugins.runtime.shortlist import Array

# Pixels of the page reduced to about EDGE: the heights of letters, from the x-height of type of five points on A4 to
# letters of a headline, and how much wider than high a piece of ink may be that is a letter, or a few that touch.
LEAST_LETTER, LARGEST_LETTER, MOST_WIDTH = 4, 60, 5.0
# Less of their boxes is ink in frames and combs.
LEAST_FILL = 0.2
# Of a letter's height: how far away the next one may be; how many times as high as the other one of two neighbours may
# be, and how much of the smaller one stands beside the other.
NEXT, LARGER, BESIDE = 1.6, 2.5, 0.5
# Most letters of a line, at least this share, end on its base line, within so much of their usual height.
ON_LINE, OFF_LINE = 0.6, 0.2
# So many letters in a row are text, and so many lines of that are worth a word.
LEAST_LETTERS = 6
# Of a line's height for each of its characters: what is longer is not explained by them. Latin print has 0.3 to 0.7,
# Chinese 1; a script that a model does not know becomes a full stop for a whole line.
LONGEST_CHARACTER = 3.0
# Pixels by which the boxes of text are enlarged before their ink is taken away.
AROUND = 2
# More pieces of ink than this are a screened picture.
MOST_PIECES = 20_000


def unread_lines(page: PageImage, read: Iterable[BBox]) -> list[BBox]:
    """What looks like lines of text and was not read, in 0..1 of the page; empty where OpenCV is not installed.

    Args:
        page: Upright.
        read: Boxes of what was read, and of what is known to be no text, in 0..1.
    """
    try:
        import cv2
    except ImportError:
        return []
    depths, _ = page_depth(page)
    ink = (np.abs(depths) > CONTRAST).astype(np.uint8)
    height, width = ink.shape
    for box in read:
        top, bottom = int(box.top * height) - AROUND, int(box.bottom * height) + AROUND + 1
        left, right = int(box.left * width) - AROUND, int(box.right * width) + AROUND + 1
        ink[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = 0
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    if count > MOST_PIECES:
        return []
    return [
        BBox(left / width, top / height, right / width, bottom / height)
        for left, top, right, bottom in rows_of(letters_of(stats[1:, :5]))
    ]


def explains(line: TextLine, page: PageImage) -> bool:
    """Whether its text is long enough for what it was read in."""
    width, height = line.box.width * page.size[0], line.box.height * page.size[1]
    return max(width, height) <= LONGEST_CHARACTER * min(width, height) * len(line.text)


def letters_of(pieces: Array) -> Array:
    """Left, top, right and bottom of the pieces that may be letters."""
    left, top, wide, high, ink = pieces.T
    fits = (high >= LEAST_LETTER) & (high <= LARGEST_LETTER) & (wide <= MOST_WIDTH * high)
    fits &= ink >= LEAST_FILL * wide * high
    letters: Array = np.stack([left, top, left + wide, top + high], 1)[fits]
    return letters


def rows_of(letters: Array) -> list[tuple[int, int, int, int]]:
    """Rows of letters that stand on one line, each as a box."""
    rows: list[list[Sequence[int]]] = []
    for letter in sorted(letters.tolist()):
        row = next((row for row in reversed(rows) if _follows(row[-1], letter)), None)
        if row is None:
            rows.append([letter])
        else:
            row.append(letter)
    return [
        (row[0][0], min(i[1] for i in row), max(i[2] for i in row), max(i[3] for i in row))
        for row in rows
        if len(row) >= LEAST_LETTERS and _is_line(np.array(row))
    ]


def _follows(last: Sequence[int], letter: Sequence[int]) -> bool:
    high, other = last[3] - last[1], letter[3] - letter[1]
    small, tall = min(high, other), max(high, other)
    beside = min(last[3], letter[3]) - max(last[1], letter[1])
    return tall <= LARGER * small and beside >= BESIDE * small and -tall < letter[0] - last[2] <= NEXT * tall


def _is_line(row: Array) -> bool:
    ends, heights = row[:, 3], row[:, 3] - row[:, 1]
    on_line = np.abs(ends - np.median(ends)) <= max(1.0, OFF_LINE * float(np.median(heights)))
    return bool(on_line.mean() >= ON_LINE)
