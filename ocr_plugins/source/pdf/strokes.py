"""How thick the strokes of a font are, by the outlines of its letters: some fonts are bold and say so nowhere."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from pypdfium2 import raw as pdfium_c

Point = tuple[float, float]
# Outlines are asked for at this size, in points, so that lengths come in ems.
EM = 1.0
# Straight pieces that stand for one curve.
PIECES = 4


def stroke(face: Any, letters: Iterable[str]) -> float:
    """The mean thickness of strokes in ems: twice the area of an outline over its length; 0 where there is none.

    Args:
        face: Of a text object.
        letters: Of the font, which it must have.
    """
    found = [2 * area / length for area, length in (_measured(face, letter) for letter in letters) if length > 0]
    return sum(found) / len(found) if found else 0.0


def _measured(face: Any, letter: str) -> tuple[float, float]:
    """Area and length of the outline of a letter."""
    area = length = 0.0
    for (ax, ay), (bx, by) in _edges(pdfium_c.FPDFFont_GetGlyphPath(face, ord(letter), EM)):
        area += (ax * by - bx * ay) / 2
        length += math.hypot(bx - ax, by - ay)
    return abs(area), length


def _edges(path: Any) -> Iterator[tuple[Point, Point]]:
    """The straight pieces of an outline, each of its parts closed."""
    start = last = (0.0, 0.0)
    curve: list[Point] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(pdfium_c.FPDFGlyphPath_CountGlyphSegments(path) if path else 0):
        segment = pdfium_c.FPDFGlyphPath_GetGlyphPathSegment(path, i)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        point = x.value, y.value
        match pdfium_c.FPDFPathSegment_GetType(segment):
            case pdfium_c.FPDF_SEGMENT_MOVETO:
                yield last, start
                start = last = point
            case pdfium_c.FPDF_SEGMENT_LINETO:
                yield last, point
                last = point
            case _:
                curve.append(point)
                if len(curve) == 3:
                    on_it = [_on_curve((last, *curve), step / PIECES) for step in range(PIECES + 1)]
                    yield from pairwise(on_it)
                    last, curve = point, []
    yield last, start


def _on_curve(points: tuple[Point, ...], t: float) -> Point:
    """The point of a cubic Bézier curve at ``t``, 0..1."""
    weights = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
    return sum(w * x for w, (x, _) in zip(weights, points, strict=True)), sum(
        w * y for w, (_, y) in zip(weights, points, strict=True)
    )
