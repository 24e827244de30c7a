"""Rows of a ruled grid that go on above or below its ruling lines: of shaded rows every other one is white."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.layout.tables.grid import Grid, GridCell

# Of the height of the last row of the grid, from its middle to that of the next one.
NEXT_ROW = 1.3
# Of its width, how much of a piece of text lies in its column.
IN_COLUMN = 0.9


def with_rows_beyond(grid: Grid, rows: Sequence[Row]) -> Grid:
    """The grid with the lines right above and below it that stand in its columns, each as a row.

    Args:
        grid: Of ruling lines.
        rows: All pieces of text of the page, not joined.
    """
    beside = [row for row in rows if row.box.overlap_x(grid.box) > 0]
    below = join_rows([row for row in beside if row.box.center[1] > grid.ys[-1]])
    above = join_rows([row for row in beside if row.box.center[1] < grid.ys[0]])
    last, first = grid.ys[-1] - grid.ys[-2], grid.ys[1] - grid.ys[0]
    more = list(_ends(grid, below, last))
    before = list(_ends(grid, reversed(above), -first))
    if not (more or before):
        return grid
    ys = (*reversed(before), *grid.ys, *more)
    cells = [replace(cell, row=cell.row + len(before)) for cell in grid.cells]
    new = [*range(len(before)), *range(len(ys) - 1 - len(more), len(ys) - 1)]
    cells += [
        GridCell(i, k, 1, 1, BBox(left, ys[i], right, ys[i + 1]))
        for i in new
        for k, (left, right) in enumerate(pairwise(grid.xs))
    ]
    return Grid(grid.xs, ys, tuple(sorted(cells, key=lambda c: (c.row, c.column))))


def _ends(grid: Grid, lines: Iterable[Row], step: float) -> Iterable[float]:
    """The y at which each row ends that goes on, from the grid outwards; a step up is negative."""
    end = grid.ys[-1] if step > 0 else grid.ys[0]
    for line in lines:
        middle = line.box.center[1]
        if abs(middle - end) > NEXT_ROW * abs(step) / 2 + (NEXT_ROW - 1) * abs(step) or not _is_row(grid, line):
            return
        end = 2 * middle - end
        yield end


def _is_row(grid: Grid, line: Row) -> bool:
    """Whether a line is in pieces, each of them in a column of its own."""
    columns = [
        next((k for k, (a, b) in enumerate(pairwise(grid.xs)) if a < p.center[0] < b), None) for p in line.pieces
    ]
    if None in columns or len(set(columns)) < max(2, len(columns)):
        return False
    return all(
        min(p.right, grid.xs[k + 1]) - max(p.left, grid.xs[k]) >= IN_COLUMN * p.width
        for p, k in zip(line.pieces, columns, strict=True)
        if k is not None
    )
