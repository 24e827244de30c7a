"""Pieces of text and ruling lines for tests of the layout, in units of which the running text is 10 high."""

from __future__ import annotations

from ocr_plugins.blocks import BBox, TextLine
from ocr_plugins.layout.rows import Row

UNIT = 10.0


def piece(text: str, left: float, top: float, right: float | None = None) -> Row:
    """A piece of text, a character of it 5 wide unless its right end is given."""
    box = BBox(left, top, left + 5 * len(text) if right is None else right, top + UNIT)
    return Row((TextLine(text, box),), box)


def across(y: float, left: float, right: float) -> BBox:
    return BBox(left, y, right, y)


def down(x: float, top: float, bottom: float) -> BBox:
    return BBox(x, top, x, bottom)
