"""Ruled grids: cells from ruling lines, with the spans that missing segments of them leave."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.touching import connected

# Lengths are in heights of the running text. Ruling lines this close are one.
SNAP = 0.4
# Ruling lines touch where they are closer than this.
TOUCH = 0.5
# Ruling lines that make a grid, and its height.
MIN_RULINGS, MIN_HEIGHT = 5, 2.0
# A frame is open where the lines that cross it go on beyond its outer ruling line by more than this.
OPEN = 2.0
# A ruling line this close to an edge of the grid lies on it.
NEAR = 0.75
# Of the side of a cell, what has to be ruled for the side to be closed.
MIN_RULED = 0.6


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell between ruling lines; row and column count from 0."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: BBox


@dataclass(frozen=True, slots=True)
class Grid:
    """The edges of a ruled grid, outer ones included, and its cells in reading order."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[GridCell, ...]

    @property
    def box(self) -> BBox:
        return BBox(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def cell_at(self, points: Sequence[tuple[float, float]]) -> list[int | None]:
        """For each point the index of the cell in which it lies; None outside of the grid."""
        index = {
            (row, column): i
            for i, cell in enumerate(self.cells)
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }
        return [index.get((bisect.bisect(self.ys, y) - 1, bisect.bisect(self.xs, x) - 1)) for x, y in points]

    def placed(self, rows: Sequence[Row]) -> list[list[Row]]:
        """For each cell the pieces of text whose middle lies in it."""
        found: list[list[Row]] = [[] for _ in self.cells]
        for row, i in zip(rows, self.cell_at([r.box.center for r in rows]), strict=True):
            if i is not None:
                found[i].append(row)
        return found

    def bands(self) -> list[list[int]]:
        """For each row the indices of the cells that reach into it, left to right."""
        found: list[list[int]] = [[] for _ in self.ys[1:]]
        for i in sorted(range(len(self.cells)), key=lambda i: self.cells[i].column):
            cell = self.cells[i]
            for row in range(cell.row, cell.row + cell.row_span):
                found[row].append(i)
        return found


def by_direction(rulings: Sequence[BBox]) -> tuple[list[BBox], list[BBox]]:
    """The ruling lines that run from left to right, and those that run from top to bottom."""
    return [r for r in rulings if r.width >= r.height], [r for r in rulings if r.width < r.height]


def find_grids(rulings: Sequence[BBox], unit: float) -> list[Grid]:
    """The grids that ruling lines make where they meet, at least three of them one way and two the other.

    Args:
        rulings: In page units.
        unit: The height of the running text.
    """
    grids = (_grid(group, unit) for group in connected(rulings, TOUCH * unit))
    return [grid for grid in grids if grid is not None]


def _grid(rulings: Sequence[BBox], unit: float) -> Grid | None:
    across, down = by_direction(rulings)
    if min(len(across), len(down)) < 2 or len(rulings) < MIN_RULINGS:
        return None
    xs = _edges([r.center[0] for r in down], [(r.left, r.right) for r in across], unit)
    ys = _edges([r.center[1] for r in across], [(r.top, r.bottom) for r in down], unit)
    if len(xs) < 2 or ys[-1] - ys[0] <= MIN_HEIGHT * unit:
        return None
    return Grid(tuple(xs), tuple(ys), tuple(_cells(xs, ys, across, down, unit)))


def merge_close(values: Sequence[float], within: float) -> list[float]:
    """Values closer than ``within`` to one another become their mean."""
    merged: list[list[float]] = []
    for value in sorted(values):
        if merged and value - merged[-1][-1] <= within:
            merged[-1].append(value)
        else:
            merged.append([value])
    return [sum(m) / len(m) for m in merged]


def _edges(ruled: Sequence[float], crossing: Sequence[tuple[float, float]], unit: float) -> list[float]:
    """The edges one way: the ruling lines, and the ends of those that cross them where a frame is open."""
    edges = merge_close(ruled, SNAP * unit)
    start, end = min(a for a, _ in crossing), max(b for _, b in crossing)
    before = [start] if start < edges[0] - OPEN * unit else []
    after = [end] if end > edges[-1] + OPEN * unit else []
    return [*before, *edges, *after]


def _cells(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[BBox], down: Sequence[BBox], unit: float
) -> list[GridCell]:
    """Rectangles that grow to the right and then down as long as no ruling line stops them."""
    walls = _Walls.of(xs, ys, across, down, NEAR * unit)
    taken: set[tuple[int, int]] = set()
    cells = []
    for i, j in product(range(len(ys) - 1), range(len(xs) - 1)):
        if (i, j) in taken:
            continue
        last = walls.last_column(i, j)
        end = walls.last_row(i, j, last)
        taken |= set(product(range(i, end + 1), range(j, last + 1)))
        box = BBox(xs[j], ys[i], xs[last + 1], ys[end + 1])
        cells.append(GridCell(i, j, end - i + 1, last - j + 1, box))
    return cells


@dataclass(frozen=True, slots=True)
class _Walls:
    """For each position of a grid, row by row, whether it is closed on its right, and below."""

    right: list[list[bool]]
    below: list[list[bool]]

    @classmethod
    def of(
        cls, xs: Sequence[float], ys: Sequence[float], across: Sequence[BBox], down: Sequence[BBox], near: float
    ) -> _Walls:
        posts = [[(r.top, r.bottom) for r in down if abs(r.center[0] - x) <= near] for x in xs[1:]]
        beams = [[(r.left, r.right) for r in across if abs(r.center[1] - y) <= near] for y in ys[1:]]
        return cls(
            [[_is_ruled(post, top, bottom) for post in posts] for top, bottom in pairwise(ys)],
            [[_is_ruled(beam, left, right) for left, right in pairwise(xs)] for beam in beams],
        )

    def last_column(self, row: int, column: int) -> int:
        """The last column of the cell that begins in a position."""
        while column + 1 < len(self.right[row]) and not self.right[row][column]:
            column += 1
        return column

    def last_row(self, row: int, first: int, last: int) -> int:
        """The last row of the cell that begins in a row and takes the columns from ``first`` to ``last``."""
        while row + 1 < len(self.below) and self._goes_down(row, first, last):
            row += 1
        return row

    def _goes_down(self, row: int, first: int, last: int) -> bool:
        """Whether the rectangle of columns ``first`` to ``last`` is open to the next row, and is one cell there."""
        beside = self.right[row + 1]
        is_open = not any(self.below[row][first : last + 1]) and not any(beside[first:last])
        closed_left = first == 0 or beside[first - 1]
        closed_right = last == len(beside) - 1 or beside[last]
        return is_open and closed_left and closed_right


def _is_ruled(pieces: Sequence[tuple[float, float]], start: float, end: float) -> bool:
    """Whether ruling lines cover enough of the way from ``start`` to ``end``."""
    clipped = sorted((max(a, start), min(b, end)) for a, b in pieces if b > start and a < end)
    covered, reached = 0.0, start
    for a, b in clipped:
        covered += max(0.0, b - max(a, reached))
        reached = max(reached, b)
    return covered >= MIN_RULED * (end - start)
