"""Tables by white: pieces of text go into the cells between columns of white and rows of text or ruling lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr_plugins.blocks import BBox, Cell, Table
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.layout.tables.edges import column_edges, row_edges
from ocr_plugins.layout.tables.ruled import compact
from ocr_plugins.layout.tables.signs import split_figures, with_signs
from ocr_plugins.text import join_lines

# Pieces of text that a table has at least.
MIN_PIECES = 3
# Lengths are in heights of the running text. A ruling line this far outside of the table may still be its edge.
OUTSIDE = 1.0
# A piece of text that reaches so far into a column, or over half of the text there, is not outside of it.
REACH = 0.5
# A ruling line this close to the edge of a column closes it.
CLOSING = 1.0
# A header stands this close above the ruling line below it, and reaches no farther than this over it.
MAX_ABOVE, MAX_INTO = 0.8, 1 / 3
# A ruling line this much of the table's width does not bind columns under one header.
MAX_BINDING = 0.85


def build_table(
    rows: Sequence[Row], box: BBox, across: Sequence[BBox], down: Sequence[BBox], unit: float
) -> Table | None:
    """Put pieces of text into the cells of a grid; None where they make no table of two rows and two columns.

    Args:
        rows: The pieces.
        box: Where the table is.
        across, down: The ruling lines of the page from left to right, and from top to bottom.
        unit: The height of the running text.
    """
    if len(rows) < MIN_PIECES:
        return None
    rows = split_figures(with_signs(rows, unit))
    spare = OUTSIDE * unit
    across = [r for r in across if r.overlap_x(box) > r.width / 2 and box.top - spare < r.top < box.bottom + spare]
    down = [r for r in down if r.overlap_y(box) > r.height / 2 and box.left - spare < r.left < box.right + spare]
    columns = _Columns.of(rows, column_edges(rows, down, unit), unit)
    return compact(_cells(rows, columns, row_edges(rows, across, unit), across, down))


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a table.

    Attributes:
        edges: Their x, outer ones included.
        extents: Where the text of each begins and ends, by the pieces that lie in it alone; of an empty one the end is
            before the beginning.
        unit: The height of the running text.
    """

    edges: Sequence[float]
    extents: Sequence[tuple[float, float]]
    unit: float

    @classmethod
    def of(cls, rows: Sequence[Row], edges: Sequence[float], unit: float) -> _Columns:
        extents = [(right, left) for left, right in pairwise(edges)]
        for box in (row.box for row in rows):
            first = _interval(edges, box.left + REACH * unit)
            if first == _interval(edges, box.right - REACH * unit):
                left, right = extents[first]
                extents[first] = min(left, box.left), max(right, box.right)
        return cls(edges, extents, unit)

    def of_box(self, box: BBox, down: Sequence[BBox]) -> tuple[int, int]:
        """The first and last column that a piece of text belongs to."""
        first, last = self._reached(box)
        if any(self._is_closed(k, box, down) for k in range(first, last)):
            first = last = _interval(self.edges, box.center[0])
        return first, last

    def _reached(self, box: BBox) -> tuple[int, int]:
        """The first and last column over whose text the box reaches, at least the one of its middle."""
        reached = [_interval(self.edges, box.center[0])]
        for k, (left, right) in enumerate(self.extents):
            over = min(box.right, right) - max(box.left, left)
            if left < right and over > min(REACH * self.unit, (right - left) / 2):
                reached.append(k)
        return min(reached), max(reached)

    def _is_closed(self, column: int, box: BBox, down: Sequence[BBox]) -> bool:
        """Whether a ruling line runs down beside the box on the right of a column."""
        x = self.edges[column + 1]
        return any(abs(r.center[0] - x) < CLOSING * self.unit and r.overlap_y(box) > box.height / 2 for r in down)

    def bound(self, column: int, box: BBox, across: Sequence[BBox]) -> tuple[int, int]:
        """The columns that a ruling line right below the box binds together, as under a header over several columns."""
        whole = self.extents[-1][1] - self.extents[0][0]
        for rule in across:
            is_below = -MAX_INTO * self.unit < rule.center[1] - box.bottom < MAX_ABOVE * self.unit
            if is_below and rule.width <= MAX_BINDING * whole and rule.left < box.center[0] < rule.right:
                bound = [k for k, (a, b) in enumerate(self.extents) if a < b and _is_mostly_over(rule, a, b)]
                if column in bound:
                    return bound[0], bound[-1]
        return column, column


def _is_mostly_over(rule: BBox, left: float, right: float) -> bool:
    return min(right, rule.right) - max(left, rule.left) > (right - left) / 2


def _cells(
    rows: Sequence[Row], columns: _Columns, edges: Sequence[float], across: Sequence[BBox], down: Sequence[BBox]
) -> list[Cell]:
    """Each piece of text goes to the cell of its middle; a piece that reaches over text of more columns spans them."""
    bands = [_interval(edges, row.box.center[1]) for row in rows]
    reached = [columns.of_box(row.box, down) for row in rows]
    taken = {(band, k) for band, (first, last) in zip(bands, reached, strict=True) for k in range(first, last + 1)}
    members: dict[tuple[int, int], list[Row]] = {}
    ends: dict[tuple[int, int], int] = {}
    for row, band, span in zip(rows, bands, reached, strict=True):
        bound = columns.bound(span[0], row.box, across) if span[0] == span[1] else span
        free = all((band, k) not in taken for k in range(bound[0], bound[1] + 1) if k != span[0])
        first, last = bound if free else span
        members.setdefault((band, first), []).append(row)
        ends[band, first] = max(last, ends.get((band, first), first))
    cells = []
    for (i, j), pieces in sorted(members.items()):
        after = ends[i, j] + 1
        # It spans no column in which another cell begins.
        end = next((k for k in range(j + 1, after) if (i, k) in members), after)
        text = join_lines([r.text for r in join_rows(pieces)])
        cells.append(Cell(i, j, text, column_span=end - j, box=BBox.around(p.box for p in pieces)))
    return cells


def _interval(edges: Sequence[float], value: float) -> int:
    """Index of the interval between two edges in which ``value`` lies, the outer ones open."""
    return max(0, min(len(edges) - 2, sum(edge <= value for edge in edges) - 1))
