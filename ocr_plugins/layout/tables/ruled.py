"""Ruled tables: each piece of text goes into a cell of the grid, cut where it was read over a ruling line."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ocr_plugins.blocks import BBox, Cell, Table
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.layout.tables.grid import Grid, GridCell
from ocr_plugins.text import join_lines

# In heights of the running text: how far text has to reach into a cell to belong there too.
REACH = 0.6
# Where a piece is cut, the gap between two words may be so many characters from where it is expected.
MAX_SHIFT = 3
# Columns of a table whose groups of rows have titles, and of its rows, those that may be titles.
MIN_TITLED, MAX_TITLES = 3, 0.4
# A ruling line between two words is often read as one of these.
RULE_CHARACTERS = " |¦"


def ruled_table(rows: Sequence[Row], grid: Grid, unit: float) -> Table | None:
    """The text in the cells of a grid; None where it makes no table of two rows and two columns.

    Args:
        rows: Pieces of text within the grid, not joined.
        grid: Its rows and columns in which no text begins are left out.
        unit: The height of the running text.
    """
    members: dict[int, list[Row]] = {}
    bands = grid.bands()
    for row in rows:
        for index, piece in _cut(row, grid, bands, unit):
            members.setdefault(index, []).append(piece)
    return compact([_cell(grid.cells[i], pieces) for i, pieces in sorted(members.items())])


def _cell(place: GridCell, pieces: Sequence[Row]) -> Cell:
    text = join_lines([r.text for r in join_rows(pieces)])
    return Cell(place.row, place.column, text, place.row_span, place.column_span, box=place.box)


def compact(cells: Sequence[Cell]) -> Table | None:
    """The cells as a table with its header, without rows and columns in which none begins.

    Returns:
        None for a table of fewer than two rows or two columns.
    """
    rows, columns = sorted({c.row for c in cells}), sorted({c.column for c in cells})
    if len(rows) < 2 or len(columns) < 2:
        return None
    placed = []
    for cell in cells:
        row, row_span = _among(rows, cell.row, cell.row_span)
        column, column_span = _among(columns, cell.column, cell.column_span)
        placed.append(replace(cell, row=row, column=column, row_span=row_span, column_span=column_span))
    placed = with_titles(placed, len(columns))
    head = _header_rows(placed, len(rows), len(columns))
    return Table(len(rows), len(columns), tuple(replace(c, header=c.row < head) for c in placed))


def with_titles(cells: Sequence[Cell], columns: int) -> list[Cell]:
    """The cells, those that title a group of rows over all columns.

    A title stands alone in its row, which is not the first one, in the first column; rows of more cells follow each.
    """
    counts = Counter(cell.row for cell in cells)
    alone = {c.row for c in cells if counts[c.row] == 1 and c.row > 0 and c.column == 0 and c.row_span == 1}
    followed = {row for row in alone if row + 1 in counts and row + 1 not in alone}
    if columns < MIN_TITLED or len(alone) > MAX_TITLES * len(counts) or followed != alone:
        return list(cells)
    return [replace(cell, column_span=columns) if cell.row in alone else cell for cell in cells]


def _among(used: Sequence[int], start: int, span: int) -> tuple[int, int]:
    """Where a span begins among the rows or columns that are used, and how many of them it takes."""
    first = bisect.bisect_left(used, start)
    return first, bisect.bisect_left(used, start + span) - first


def _header_rows(cells: Sequence[Cell], rows: int, columns: int) -> int:
    """How many rows are the header: two where a cell of the first one spans columns, or goes on into the second."""
    first = [c for c in cells if c.row == 0]
    deep = max(c.row_span for c in first)
    if any(1 < c.column_span < columns for c in first):
        deep = max(deep, 2)
    return min(rows - 1, deep)


def _cut(row: Row, grid: Grid, bands: Sequence[Sequence[int]], unit: float) -> list[tuple[int, Row]]:
    """The piece, or its parts, with the index of the cell of each."""
    x, y = row.box.center
    level = bands[min(max(bisect.bisect_left(grid.ys, y) - 1, 0), len(bands) - 1)]
    reached = [i for i in level if row.box.overlap_x(grid.cells[i].box) > REACH * unit]
    if len(reached) < 2 or len(row.lines) != 1:
        return [(min(level, key=lambda i: _distance(grid.cells[i], x)), row)]
    parts: list[tuple[int, Row]] = []
    rest, line = row, row.lines[0]
    for left, right in pairwise(reached):
        edge = (grid.cells[left].box.right + grid.cells[right].box.left) / 2
        at = _cut_position(rest, edge)
        if at is None:
            # No gap between words is near: the word is one, whatever the ruling line says.
            continue
        first, second = rest.text[:at], rest.text[at:]
        box = rest.box
        head = BBox(box.left, box.top, edge, box.bottom)
        parts.append((left, Row((replace(line, text=first.rstrip(RULE_CHARACTERS)),), head)))
        tail = BBox(edge, box.top, box.right, box.bottom)
        rest = Row((replace(line, text=second.lstrip(RULE_CHARACTERS)),), tail)
    last = min(level, key=lambda i: _distance(grid.cells[i], rest.box.center[0]))
    return [*parts, (last, rest)]


def _cut_position(row: Row, x: float) -> int | None:
    """Index of the gap between words near ``x``, all characters taken to be as wide; None if none is near."""
    expected = len(row.text) * (x - row.box.left) / max(row.box.width, 1e-6)
    gaps = [
        m.start() for m in re.finditer(rf"[{RULE_CHARACTERS}]+", row.text) if m.start() > 0 and m.end() < len(row.text)
    ]
    nearest = min(gaps, key=lambda gap: abs(gap - expected), default=None)
    return nearest if nearest is not None and abs(nearest - expected) <= MAX_SHIFT else None


def _distance(cell: GridCell, x: float) -> float:
    return max(cell.box.left - x, x - cell.box.right, 0.0)
