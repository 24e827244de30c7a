"""Ruled grids: cells from ruling lines, with the spans that missing segments of them leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.touching import connected

# Lengths are in heights of the running text. Ruling lines this close are one.
SNAP = 0.4
# Ruling lines touch where they are closer than this.
TOUCH = 0.5
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

    def bands(self) -> list[list[int]]:
        """For each row the indices of the cells that reach into it, left to right."""
        found: list[list[int]] = [[] for _ in self.ys[1:]]
        for i in sorted(range(len(self.cells)), key=lambda i: self.cells[i].column):
            cell = self.cells[i]
            for row in range(cell.row, cell.row + cell.row_span):
                found[row].append(i)
        return found


def find_grids(rulings: Sequence[BBox], unit: float) -> list[Grid]:
    """The grids that ruling lines make where they meet, at least three of them one way and two the other.

    Args:
        rulings: In page units.
        unit: The height of the running text.
    """
    grids = []
    for group in connected(rulings, TOUCH * unit):
        across = [r for r in group if r.width >= r.height]
        down = [r for r in group if r.width < r.height]
        xs = _edges([r.center[0] for r in down], [(r.left, r.right) for r in across], unit)
        ys = _edges([r.center[1] for r in across], [(r.top, r.bottom) for r in down], unit)
        tall = bool(ys) and ys[-1] - ys[0] > 2 * unit
        if len(across) >= 2 and len(down) >= 2 and len(across) + len(down) >= 5 and tall and len(xs) >= 2:
            grids.append(Grid(tuple(xs), tuple(ys), tuple(_cells(xs, ys, across, down, unit))))
    return grids


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
    if not edges or not crossing:
        return edges
    start, end = min(a for a, _ in crossing), max(b for _, b in crossing)
    before = [start] if start < edges[0] - 2 * unit else []
    after = [end] if end > edges[-1] + 2 * unit else []
    return [*before, *edges, *after]


def _cells(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[BBox], down: Sequence[BBox], unit: float
) -> list[GridCell]:
    """Rectangles that grow to the right and then down as long as no ruling line stops them."""
    rows, columns = len(ys) - 1, len(xs) - 1
    beams = [[(r.left, r.right) for r in across if abs(r.center[1] - y) <= unit * 0.75] for y in ys]
    posts = [[(r.top, r.bottom) for r in down if abs(r.center[0] - x) <= unit * 0.75] for x in xs]
    right = [[_is_ruled(posts[j + 1], ys[i], ys[i + 1]) for j in range(columns)] for i in range(rows)]
    below = [[_is_ruled(beams[i + 1], xs[j], xs[j + 1]) for j in range(columns)] for i in range(rows)]
    taken: set[tuple[int, int]] = set()
    cells = []
    for i in range(rows):
        for j in range(columns):
            if (i, j) in taken:
                continue
            last = j
            while last + 1 < columns and not right[i][last] and (i, last + 1) not in taken:
                last += 1
            end = i
            while end + 1 < rows and _goes_down(right, below, end, j, last):
                end += 1
            taken |= {(a, b) for a in range(i, end + 1) for b in range(j, last + 1)}
            box = BBox(xs[j], ys[i], xs[last + 1], ys[end + 1])
            cells.append(GridCell(i, j, end - i + 1, last - j + 1, box))
    return cells


def _goes_down(
    right: Sequence[Sequence[bool]], below: Sequence[Sequence[bool]], row: int, first: int, last: int
) -> bool:
    """Whether the rectangle of columns ``first`` to ``last`` is open to the next row, and is one cell there."""
    is_open = not any(below[row][first : last + 1]) and not any(right[row + 1][first:last])
    closed_left = first == 0 or right[row + 1][first - 1]
    closed_right = last == len(right[row]) - 1 or right[row + 1][last]
    return is_open and closed_left and closed_right


def _is_ruled(pieces: Sequence[tuple[float, float]], start: float, end: float) -> bool:
    """Whether ruling lines cover enough of the way from ``start`` to ``end``."""
    clipped = sorted((max(a, start), min(b, end)) for a, b in pieces if b > start and a < end)
    covered, reached = 0.0, start
    for a, b in clipped:
        covered += max(0.0, b - max(a, reached))
        reached = max(reached, b)
    return covered >= MIN_RULED * (end - start)
