"""The edges of the columns and rows of a table: ruling lines, and the white between the pieces of text."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from itertools import pairwise

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.layout.tables.grid import SNAP, merge_close

# Lengths are in heights of the running text. Pieces closer than this are words of one cell.
MIN_GAP = 0.45
# Of its rows, so many may reach over a gap between two columns: headers that span them.
MAX_CROSSING = 0.2
# Ruling lines that are at least so long are the edge of a column, or of a row.
MIN_DOWN, MIN_ACROSS = 2.0, 3.0
# Ruling lines cut the rows if there are so many, and one for at least so many of the rows of text.
MIN_RULED, RULED_ROWS = 2, 0.45
# White this far from a ruling line is the edge of a column too.
CLEAR = 2.0
# An outer ruling line is this close to the text, or beyond it.
OUTER_COLUMN, OUTER_ROW = 1 / 2, 1 / 3
# A line that continues the cells above it stands closer to them than rows usually do.
CONTINUED_PITCH = 0.8
# Lines with a piece in every column, and their share of all lines, for them to tell how far rows are from one another.
MIN_FULL, FULL_LINES = 3, 1 / 4


def column_edges(rows: Sequence[Row], down: Sequence[BBox], unit: float) -> list[float]:
    """The x of the column edges, outer ones included.

    Args:
        rows: The pieces of text of a table.
        down: Its ruling lines from top to bottom.
        unit: The height of the running text.
    """
    text = BBox.around(r.box for r in rows)
    ruled = merge_close([r.center[0] for r in down if r.height > MIN_DOWN * unit], SNAP * unit)
    outer = OUTER_COLUMN * unit
    inner = [x for x in ruled if text.left + outer < x < text.right - outer]
    if len(inner) < 2:
        # White between columns counts beside a ruling line where it cuts what that leaves together.
        inner += [x for x in white_columns(rows, unit) if all(abs(x - r) > CLEAR * unit for r in inner)]
    return [min([text.left, *inner]) - unit, *sorted(inner), max([text.right, *inner]) + unit]


def row_edges(rows: Sequence[Row], across: Sequence[BBox], unit: float) -> list[float]:
    """The y of the row edges, outer ones included; ``across`` are the table's ruling lines from left to right."""
    text = BBox.around(r.box for r in rows)
    lines = join_rows(rows)
    ruled = merge_close([r.center[1] for r in across if r.width > MIN_ACROSS * unit], SNAP * unit)
    spare = OUTER_ROW * unit
    edges = [y for y in ruled if text.top + spare < y < text.bottom - spare]
    first_column = min([text.right, *white_columns(rows, unit)])
    few = len(edges) < max(MIN_RULED, RULED_ROWS * (len(lines) - 1))
    if few and not (len(edges) >= MIN_RULED and _are_all_ruled(lines, first_column, edges)):
        edges = [(a.box.bottom + b.box.top) / 2 for a, b in _row_breaks(lines, first_column, edges)]
    elif edges:
        # Of shaded rows those before the first one and after the last one have no ruling line between them.
        full = len(white_columns(rows, unit)) + 1
        outer = [(a, b) for a, b in pairwise(lines) if b.box.bottom < edges[0] or a.box.top > edges[-1]]
        edges += [(a.box.bottom + b.box.top) / 2 for a, b in outer if len(a.pieces) == len(b.pieces) == full]
    return [text.top - unit, *sorted(edges), text.bottom + unit]


def _are_all_ruled(lines: Sequence[Row], first_column: float, ruled: Sequence[float]) -> bool:
    """Whether a ruling line is between any two lines that have text in the first column."""
    begun = [bisect.bisect(ruled, line.box.center[1]) for line in lines if line.box.left < first_column]
    return len(begun) == len(set(begun)) > len(ruled)


def _row_breaks(lines: Sequence[Row], first_column: float, ruled: Sequence[float]) -> list[tuple[Row, Row]]:
    """The pairs of lines between which a row ends: not where the second one continues cells of the first.

    It does when it stands closer to the line above than rows usually do, no ruling line is between them, and its first
    column, up to ``first_column``, is empty, or it has fewer cells than the row and all of them below cells of it.
    Where most rows have no first column, no line says so.
    """
    pairs = list(pairwise(lines))
    most = max((len(line.pieces) for line in lines), default=0)
    begun = sorted(_pitch(pair) for pair in pairs if pair[1].box.left < first_column)
    full = sorted(_pitch(pair) for pair in pairs if len(pair[1].pieces) == most and pair[1].box.left < first_column)
    if not begun or 2 * len(begun) < len(pairs):
        return pairs
    usual = begun[len(begun) // 2]
    usual_full = full[len(full) // 2] if len(full) >= max(MIN_FULL, FULL_LINES * len(pairs)) else 0.0
    breaks = []
    row = lines[0]
    for a, b in pairs:
        near = _pitch((a, b)) <= CONTINUED_PITCH * (usual if b.box.left >= first_column else usual_full)
        goes_on = near and (b.box.left >= first_column or _is_below(row, b))
        if goes_on and not any(a.box.center[1] < y < b.box.center[1] for y in ruled):
            continue
        breaks.append((a, b))
        row = b
    return breaks


def _is_below(row: Row, line: Row) -> bool:
    """Whether a line has fewer pieces than the first one of a row, each of them below one of it."""
    above = row.pieces or (row.box,)
    below = line.pieces or (line.box,)
    return len(below) < len(above) and all(any(a.overlap_x(b) > 0 for a in above) for b in below)


def _pitch(pair: tuple[Row, Row]) -> float:
    return pair[1].box.center[1] - pair[0].box.center[1]


def white_columns(rows: Sequence[Row], unit: float, gap: float = MIN_GAP) -> list[float]:
    """The middle of each vertical strip that hardly any row of text reaches over."""
    return white_strips(sorted(text_edges(rows)), len(join_rows(rows)), gap * unit)


def text_edges(rows: Sequence[Row]) -> list[tuple[float, int]]:
    """Where pieces of text begin, with 0, and end, with 1; those as close as words are one."""
    return [edge for r in join_rows(rows, within=MIN_GAP) for edge in ((r.box.left, 0), (r.box.right, 1))]


def white_strips(edges: Sequence[tuple[float, int]], lines: int, least: float) -> list[float]:
    """The middle of each strip, at least so wide, that hardly any of the lines of text reaches over.

    Args:
        edges: Of the text of all lines, sorted.
        lines: How many there are.
        least: In the units of the edges.
    """
    allowed = MAX_CROSSING * lines
    strips, depth, start = [], 0, None
    for x, is_end in edges:
        before, depth = depth, depth + (-1 if is_end else 1)
        if before > allowed >= depth:
            start = x
        elif before <= allowed < depth and start is not None:
            if x - start >= least:
                strips.append((start + x) / 2)
            start = None
    return strips
