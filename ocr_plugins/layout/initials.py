"""Drop caps: a large letter beside the first lines of a paragraph, which begins its first word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import Row

# In heights of the running text: a letter as large as this, the white behind it, and how well its top is aligned.
LARGE, BEHIND, ALIGNED = 1.8, 1.0, 0.8
# Letters that are words, with more white behind them than there is within a word.
WORDS, SPACE = frozenset("AIO"), 0.3


def join_initials(rows: Sequence[Row], unit: float) -> list[Row]:
    """The rows of a page, drop caps joined to the words that they begin; boxes in page units.

    Args:
        rows: Pieces of lines, in any order.
        unit: The height of the running text.
    """
    joined = list(rows)
    for cap in rows:
        if len(cap.text) != 1 or not cap.text.isupper() or max(cap.height, cap.box.height) < LARGE * unit:
            continue
        beside = [r for r in joined if r is not cap and _is_beside(cap.box, r.box, unit)]
        first = min(beside, key=lambda r: r.box.top, default=None)
        if first is None or len(beside) < 2 or abs(first.box.top - cap.box.top) > ALIGNED * unit:
            continue
        space = " " if cap.text in WORDS and first.box.left - cap.box.right > SPACE * unit else ""
        line = replace(first.lines[0], text=f"{cap.text}{space}{first.lines[0].text}")
        wide = {id(r): _widened(r, cap.box.left) for r in beside}
        wide[id(first)] = replace(wide[id(first)], lines=(line, *first.lines[1:]))
        joined = [wide.get(id(r), r) for r in joined if r is not cap]
    return joined


def _widened(row: Row, left: float) -> Row:
    """The row as if it were not set in beside the letter."""
    return replace(row, box=BBox(left, row.box.top, row.box.right, row.box.bottom))


def _is_beside(cap: BBox, box: BBox, unit: float) -> bool:
    return -BEHIND * unit / 2 < box.left - cap.right < BEHIND * unit and cap.top < box.center[1] < cap.bottom
