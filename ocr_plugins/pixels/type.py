"""What the pixels of a line tell beside its text: where the ink begins and ends, and how bold the type is."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ocr_plugins.blocks import BBox, Font, TextLine
from ocr_plugins.engine import PageImage
from ocr_plugins.pixels.ink import levels, strokes
from ocr_plugins.pixels.typeface import CAP_HEIGHT, Measure, measured_type
from ocr_plugins.runtime.onnx import Array
from ocr_plugins.text import is_bullet, split_marker

# Lines that fall by less than this, of their height, are taken as they are.
MIN_FALL = 0.1
# Of the height of a line: at its top and foot ink of its neighbours is not looked at for where it begins and ends.
MARGIN = 0.2
# Tangent of an italic's angle, about 12 degrees, and how much clearer the columns of ink are once that is undone.
SLANT, CLEARER = 0.21, 1.1
# A line of fewer characters is not said to be italic.
MIN_ITALIC = 4
# A row of pixels with more ink than this, of its width, is a rule under the text.
UNDERLINE = 0.75
# Of the percentile of the ink in the rows of a line, the ink in the rows of its small letters, and in any of its rows.
USUAL, BODY, INKED = 85, 0.4, 0.12
# A detector's box is between 0.9 and 1.5 font sizes high: in heights of the box, the least and the most of the type.
LEAST_SIZE, MOST_SIZE = 0.66, 1.1
# In heights of the line: how far before it a bullet may stand, the white on both sides of it, its size, its middle.
BULLET_REACH, BULLET_SPACE = 4, 0.2
MIN_BULLET, MAX_BULLET = 0.12, 0.55
BULLET_TOP, BULLET_FOOT = 0.3, 0.75
# The same of a dash: the least and the most of its width, the most of its height.
MIN_DASH, MAX_DASH, DASH_HEIGHT = 0.25, 0.8, 0.15
# Of the height of the line: so much at its top and foot may hold ink of its neighbours.
NEIGHBOURS = 0.1
# In heights of the line: how well the bullets of a list are aligned; and so many letters are more than a figure.
BULLETS_ALIGNED, MIN_LETTERS = 0.5, 2
# Of its box, the ink of a bullet, and of one that was read as a letter; and of the pixels before a line, in per cent,
# those that are as dark as a bullet.
BULLET_FILL, SOLID, BULLET_DARK = 0.6, 0.85, 0.3


def measure_lines(page: PageImage, lines: Sequence[TextLine], page_height: float) -> list[TextLine]:
    """Narrow the boxes of recognised lines to their ink, and add their fonts.

    Args:
        page: Upright.
        lines: Of an OCR engine; detectors give boxes that are too wide, which closes narrow gutters.
        page_height: Of the page in the units of ``Page.height``, in which ``Font.size`` is given.

    Returns:
        The lines in the same order. A line without clear ink, or with a font already, stays as it is.
    """
    measured = [_measured(page.grey, line) for line in lines]
    known = [m for _, m, _ in measured if m is not None]
    to_points = page_height / page.size[1]
    fonts = iter(Font(round(size * to_points, 2), bold) for size, bold in measured_type(known))
    fitted = [
        line if measure is None else replace(line, font=replace(next(fonts), italic=italic))
        for line, measure, italic in measured
    ]
    return _with_bullets(page.grey, lines, fitted)


def _with_bullets(grey: Array, lines: Sequence[TextLine], fitted: Sequence[TextLine]) -> list[TextLine]:
    """The lines with the bullets before them that one in a column has another of: dirt before a line is alone."""
    height, width = grey.shape
    marked = [_with_bullet(grey, line, fit) for line, fit in zip(lines, fitted, strict=True)]
    lefts = sorted(
        line.box.left * width for line in marked if (split := split_marker(line.text)) and is_bullet(split[0])
    )

    def has_another(line: TextLine) -> bool:
        left, reach = line.box.left * width, BULLETS_ALIGNED * line.box.height * height
        return bisect.bisect_right(lefts, left + reach) - bisect.bisect_left(lefts, left - reach) > 1

    return [line if has_another(line) else fit for line, fit in zip(marked, fitted, strict=True)]


def _measured(grey: Array, line: TextLine) -> tuple[TextLine, Measure | None, bool]:
    """The line with its box narrowed, its measures, and whether it is italic."""
    height, width = grey.shape
    box = line.box
    left, right = int(box.left * width), max(int(box.left * width) + 1, round(box.right * width))
    top, bottom = int(box.top * height), max(int(box.top * height) + 1, round(box.bottom * height))
    crop = _level(grey, (left, top, right, bottom), line.slope * height)
    ink = None if line.font else strokes(crop)
    if ink is None:
        return line, None, False
    margin = int(MARGIN * len(ink))
    columns = np.nonzero(ink[margin : len(ink) - margin].any(0))[0]
    if len(columns):
        # One pixel of white stays: the threshold eats into soft edges.
        tight_left = max(box.left, (left + columns[0] - 1) / width)
        tight_right = min(box.right, (left + columns[-1] + 2) / width)
        box = BBox(float(tight_left), box.top, float(max(tight_left, tight_right)), box.bottom)
    # On dirty pages the measure fails.
    least, most = (share * CAP_HEIGHT * len(ink) for share in (LEAST_SIZE, MOST_SIZE))
    cap_height = min(max(_cap_height(ink), least), most)
    stroke = math.sqrt(_stem(ink) * _stroke(crop))
    measure = Measure(cap_height, box.width * width, len(ink), stroke, line.text)
    return replace(line, box=box), measure, len(line.text) >= MIN_ITALIC and _is_slanted(ink)


def _level(grey: Array, box: tuple[int, int, int, int], fall: float) -> Array:
    """The pixels of a box; each column shifted so that a line that falls by ``fall`` pixels stands level."""
    left, top, right, bottom = box
    height = bottom - top - round(abs(fall))
    if abs(fall) < MIN_FALL * (bottom - top) or height < 1:
        return grey[top:bottom, left:right]
    shifts = np.round(np.linspace(0, fall, right - left) + max(0.0, -fall)).astype(np.int64)
    rows = np.minimum(top + np.arange(height)[:, None] + shifts, len(grey) - 1)
    levelled: Array = grey[rows, np.arange(left, min(right, grey.shape[1]))[: rows.shape[1]]]
    return levelled


def _with_bullet(grey: Array, line: TextLine, fitted: TextLine) -> TextLine:
    """A line with the bullet or dash that it begins with, if any.

    Detectors overlook them before a line, recognisers within it or take them for a letter, and a list without its
    bullets is no list.

    Args:
        grey: The page.
        line: As it was detected.
        fitted: The line with its box narrowed to its ink.
    """
    text = fitted.text
    if fitted is line or sum(map(str.isalpha, text)) < MIN_LETTERS or split_marker(text) is not None:
        return fitted
    rows, width = len(grey), grey.shape[1]
    left, right = round(fitted.box.left * width), round(fitted.box.right * width)
    top, bottom = int(line.box.top * rows), max(int(line.box.top * rows) + 1, round(line.box.bottom * rows))
    height = bottom - top
    space = int(BULLET_SPACE * height)
    start = max(0, left - BULLET_REACH * height)
    before = strokes(grey[top:bottom, start : left - space], dark_share=BULLET_DARK)
    if before is not None:
        mark, first, _ = _bullet(before)
        if mark and first > space:
            box = BBox((start + first) / width, fitted.box.top, fitted.box.right, fitted.box.bottom)
            return replace(fitted, text=f"{mark} {text}", box=box)
    ink = strokes(_level(grey, (left, top, right, bottom), line.slope * rows))
    columns = np.nonzero(ink.any(0))[0] if ink is not None else np.zeros(0)
    # A gap behind the first columns of ink parts what may be a bullet from the words.
    gaps = np.nonzero(np.diff(columns) > space)[0]
    if ink is None or not len(gaps):
        return fitted
    mark, _, fill = _bullet(ink[:, : columns[gaps[0]] + 1])
    word, _, rest = text.partition(" ")
    if len(word) == 1 and rest:
        return replace(fitted, text=f"{mark} {rest}") if mark and fill > SOLID else fitted
    return replace(fitted, text=f"{mark} {text.lstrip('-–—')}") if mark else fitted


def _bullet(ink: Array) -> tuple[str, int, float]:
    """What the ink is: a bullet, one small dark spot at mid-height, or a dash; its left edge and how solid it is."""
    height = len(ink)
    margin = int(NEIGHBOURS * height)
    inside = ink[margin : height - margin]
    rows, columns = np.nonzero(inside.any(1))[0], np.nonzero(inside.any(0))[0]
    if not len(rows):
        return "", 0, 0.0
    across, down = (int(axis[-1] - axis[0] + 1) for axis in (columns, rows))
    level = BULLET_TOP < (margin + (rows[0] + rows[-1]) / 2) / height < BULLET_FOOT
    fill = float(inside[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].mean())
    if not level or fill < BULLET_FILL:
        return "", 0, fill
    if MIN_BULLET * height <= min(across, down) and max(across, down) <= MAX_BULLET * height:
        return "•", int(columns[0]), fill
    if MIN_DASH * height <= across <= MAX_DASH * height and down <= DASH_HEIGHT * height:
        return "–", int(columns[0]), fill
    return "", 0, fill


def _is_slanted(ink: Array) -> bool:
    """Whether the stems lean to the right: the columns of ink are clearer once the line is sheared upright."""
    y, x = np.nonzero(ink)

    def sharpness(shear: float) -> float:
        columns = (x + shear * y).astype(np.int64)
        return float(np.square(np.diff(np.bincount(columns))).sum())

    return sharpness(SLANT) > CLEARER * sharpness(0.0)


def _stem(ink: Array) -> float:
    """The median length of a horizontal run of ink, in pixels: about the thickness of a stem."""
    padded = np.pad(ink, ((0, 0), (1, 1)))
    steps = np.diff(padded.astype(np.int8), axis=1)
    # Both are in row-major order, so that starts and ends of runs pair up.
    runs = np.nonzero(steps == -1)[1] - np.nonzero(steps == 1)[1]
    if not len(runs):
        return 0.0
    # The mean of the middle third, since runs are whole pixels and strokes a few of them.
    runs = np.sort(runs)
    return float(runs[len(runs) // 3 : len(runs) * 2 // 3 + 1].mean())


def _stroke(crop: Array) -> float:
    """Twice the darkness over its variation along both axes, in pixels: the thickness of strokes with soft edges."""
    dark, light = levels(crop)
    depth = light - np.clip(crop, dark, light).astype(np.int16)
    across, down = (int(np.abs(np.diff(depth, axis=axis)).sum(dtype=np.int64)) for axis in (1, 0))
    return 2 * int(depth.sum(dtype=np.int64)) / max(1, across + down)


def _cap_height(ink: Array) -> float:
    """From the top of the capitals to the baseline, in pixels: comparable between lines whatever their letters."""
    profile = ink.sum(1)
    profile[profile > UNDERLINE * ink.shape[1]] = 0
    usual = np.percentile(profile, USUAL)
    body = np.nonzero(profile >= BODY * usual)[0]
    inked = np.nonzero(profile >= INKED * usual)[0]
    return float(body[-1] - inked[0] + 1) if len(body) and len(inked) else 0.0
