"""Which way characters run, and the frames in which turned ones stand upright."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

from ocr_plugins.blocks import BBox

# Degrees: text that rises or falls less is level, as on a scan that lies askew; no watermark is as flat.
MAX_SLOPE = 15
QUARTER = 90
# Height of a loose character box, in font sizes: of a letter at an angle only the box around its box is known.
LOOSE = 1.2
# In font sizes: no letter is narrower.
NARROWEST = 0.1


@dataclass(frozen=True, slots=True)
class Frame:
    """The page, turned about its upper left corner until text that runs at an angle is upright.

    Attributes:
        degrees: Clockwise, from level to where the text runs.
    """

    degrees: int

    @property
    def oblique(self) -> bool:
        """Whether it is not a quarter turn."""
        return self.degrees % QUARTER != 0

    def character(self, box: BBox, size: float) -> BBox:
        """The box of a character of a size in points, in this frame."""
        if not self.oblique:
            return _turned(box, -self.degrees)
        u, v = _rotated(*box.center, -self.degrees)
        cos, sin = (abs(part) for part in _direction(self.degrees))
        height = LOOSE * size
        width = (box.width - height * sin) / cos if cos >= sin else (box.height - height * cos) / sin
        width = max(width, NARROWEST * size)
        return BBox(u - width / 2, v - height / 2, u + width / 2, v + height / 2)

    def into(self, box: BBox) -> BBox:
        """A box on the page, in this frame; around it where the frame is oblique."""
        return _turned(box, -self.degrees)

    def back(self, box: BBox) -> BBox:
        """A box of this frame on the page; around it where the frame is oblique."""
        return _turned(box, self.degrees)


@functools.cache
def _frame(degrees: int) -> Frame:
    return Frame(degrees)


def frame_of(right: float, down: float) -> Frame | None:
    """The frame of text that runs in a direction on the page, None where that is level or no direction at all."""
    if right > 0 and abs(down) < math.tan(math.radians(MAX_SLOPE)) * right:
        return None
    degrees = round(math.degrees(math.atan2(down, right))) % 360
    quarters = round(degrees / QUARTER) * QUARTER
    if abs(degrees - quarters) < MAX_SLOPE:
        degrees = quarters % 360
    return _frame(degrees) if degrees else None


@functools.cache
def _direction(degrees: int) -> tuple[float, float]:
    if degrees % QUARTER == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[degrees // QUARTER % 4]
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))


def _rotated(x: float, y: float, degrees: int) -> tuple[float, float]:
    cos, sin = _direction(degrees)
    return x * cos - y * sin, x * sin + y * cos


def _turned(box: BBox, degrees: int) -> BBox:
    corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
    xs, ys = zip(*(_rotated(x, y, degrees) for x, y in corners), strict=True)
    return BBox(min(xs), min(ys), max(xs), max(ys))
