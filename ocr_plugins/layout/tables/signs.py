"""Figures of a table: a sign that stands apart from its figure, and figures that stand too close."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import replace

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import Row, join_rows

# In heights of the running text: a sign is no farther from its figure, and its box reaches no farther into that of it.
BEFORE, BEHIND, OVER = 8.0, 1.5, 0.5
# Lines on which as many figures stand close to one another, to be columns.
MIN_LINES = 3
_BEFORE = re.compile(r"[(\-\u2212+]?[$\u20ac\u00a3\u00a5]\s?\(?|\(")
_BEHIND = re.compile(r"\)|\)?\s?[%\u2030\u20ac]")
_FIGURE = re.compile(r"[(\-\u2212+]?\d[\d.,\s]*\)?|[-\u2013\u2014]")
# A decimal tells columns of figures from digits in groups, as of a telephone number or of ``1 234 567``.
_DECIMAL = re.compile(r"[(\-\u2212+]?\d+[.,]\d+[)%]?")


def with_signs(rows: Sequence[Row], unit: float) -> list[Row]:
    """The pieces of text, each sign joined with its figure: ``$ 178``, ``(12 )``, ``5 %``.

    Args:
        rows: Of a table, not joined.
        unit: The height of the running text.
    """
    by_middle = sorted(rows, key=lambda r: r.box.center[1])
    middles = [r.box.center[1] for r in by_middle]
    joined: dict[int, Row] = {}
    gone: set[int] = set()
    for sign in rows:
        before = bool(_BEFORE.fullmatch(sign.text))
        if not before and not _BEHIND.fullmatch(sign.text):
            continue
        y, half = sign.box.center[1], sign.box.height / 2
        beside = by_middle[bisect.bisect_left(middles, y - half) : bisect.bisect_right(middles, y + half)]
        gaps = {
            i: _gap(sign, r) if before else _gap(r, sign) for i, r in enumerate(beside) if _FIGURE.fullmatch(r.text)
        }
        near = [i for i, gap in gaps.items() if -OVER * unit <= gap < (BEFORE if before else BEHIND) * unit]
        if near:
            figure = beside[min(near, key=gaps.__getitem__)]
            (joined[id(figure)],) = join_rows((joined.get(id(figure), figure), sign))
            gone.add(id(sign))
    return [joined.get(id(row), row) for row in rows if id(row) not in gone]


def _gap(left: Row, right: Row) -> float:
    return right.box.left - left.box.right


def split_figures(rows: Sequence[Row]) -> list[Row]:
    """The pieces of text, those cut that are figures of neighbouring columns on line after line, ``6.25 12.5``."""
    close = [row for row in rows if len(row.lines) == 1 and _are_figures(row.text.split())]
    found: list[Row] = []
    for row in rows:
        parts = row.text.split()
        same = [r for r in close if len(r.text.split()) == len(parts) and r.box.overlap_x(row.box) > row.box.width / 2]
        found += _cut(row, parts) if len(row.lines) == 1 and len(same) >= MIN_LINES else [row]
    return found


def _are_figures(parts: Sequence[str]) -> bool:
    return len(parts) > 1 and any(map(_DECIMAL.fullmatch, parts)) and all(map(_FIGURE.fullmatch, parts))


def _cut(row: Row, parts: Sequence[str]) -> list[Row]:
    """The parts as pieces, all characters taken to be as wide."""
    line, box = row.lines[0], row.box
    wide = box.width / len(row.text)
    pieces, start = [], 0
    for part in parts:
        start = row.text.index(part, start)
        place = BBox(box.left + start * wide, box.top, box.left + (start + len(part)) * wide, box.bottom)
        pieces.append(replace(row, lines=(replace(line, text=part),), box=place))
        start += len(part)
    return pieces
