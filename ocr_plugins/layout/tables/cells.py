"""Tables by white: pieces of text go into the cells between columns of white and rows of text or ruling lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ocr_plugins.blocks import BBox, Cell, Table
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.layout.tables.grid import merge_close
from ocr_plugins.layout.tables.ruled import header_rows
from ocr_plugins.text import join_lines

# Lengths are in heights of the running text.
SNAP = 0.5
MIN_GAP = 0.45
# Of its rows, so many may reach over a gap between two columns: headers that span them.
MAX_CROSSING = 0.2
# Ruling lines cut the rows if there are so many, and one for at least so many of the rows of text.
MIN_RULED, RULED_ROWS = 2, 0.45
# A line that continues the cells above it stands closer to them than rows usually do.
CONTINUED_PITCH = 0.8
# A ruling line this much of the table's width does not bind columns under one header.
MAX_BINDING = 0.85


def build_table(
    rows: Sequence[Row], box: BBox, across: Sequence[BBox], down: Sequence[BBox], unit: float
) -> Table | None:
    """Put pieces of text into the cells of a grid; None where they make no table of two rows and two columns."""
    if len(rows) < 3:
        return None
    across = [r for r in across if r.overlap_x(box) > 0.5 * r.width and box.top - unit < r.top < box.bottom + unit]
    down = [r for r in down if r.overlap_y(box) > 0.5 * r.height and box.left - unit < r.left < box.right + unit]
    text = BBox.around(r.box for r in rows)
    columns = _columns(rows, text, down, unit)
    lines = _row_edges(rows, text, across, unit)
    if len(columns) < 3 or len(lines) < 3:
        return None
    cells = _cells(rows, columns, lines, across, down, unit)
    if len({c.row for c in cells}) < 2 or len({c.column for c in cells}) < 2:
        return None
    return _without_empty(cells)


def _columns(rows: Sequence[Row], text: BBox, down: Sequence[BBox], unit: float) -> list[float]:
    """The x of the column edges, outer ones included."""
    ruled = merge_close([r.center[0] for r in down if r.height > 2 * unit], SNAP * unit)
    inner = [x for x in ruled if text.left + unit / 2 < x < text.right - unit / 2]
    white = white_columns(rows, unit)
    # White between columns counts beside ruling lines where it cuts what they leave together.
    edges = inner + [x for x in white if all(abs(x - r) > 2 * unit for r in inner)] if len(inner) < 2 else inner
    return [min(text.left, *edges, text.left) - unit, *sorted(edges), max(text.right, *edges, text.right) + unit]


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


def _row_edges(rows: Sequence[Row], text: BBox, across: Sequence[BBox], unit: float) -> list[float]:
    """The y of the row edges, outer ones included."""
    clusters = join_rows(rows)
    ruled = merge_close([r.center[1] for r in across if r.width > 3 * unit], SNAP * unit)
    inner = [y for y in ruled if text.top + unit / 3 < y < text.bottom - unit / 3]
    if len(inner) >= max(MIN_RULED, RULED_ROWS * (len(clusters) - 1)):
        edges = inner
    else:
        edges = [(a.box.bottom + b.box.top) / 2 for a, b in _row_breaks(clusters, rows, text, inner, unit)]
    return [text.top - unit, *edges, text.bottom + unit]


def _row_breaks(
    clusters: Sequence[Row], rows: Sequence[Row], text: BBox, ruled: Sequence[float], unit: float
) -> list[tuple[Row, Row]]:
    """The pairs of lines between which a row ends: not where the second one continues cells of the first.

    It does when its first column is empty, it stands closer to the line above than rows usually do, and no ruling line
    is between them. Where most rows have no first column, no line says so.
    """
    edges = [text.left, *white_columns(rows, unit)]
    first = edges[1] if len(edges) > 1 else text.right
    pairs = list(pairwise(clusters))
    pitches = sorted(b.box.center[1] - a.box.center[1] for a, b in pairs if b.box.left < first)
    if not pitches or 2 * len(pitches) < len(pairs):
        return pairs
    usual = pitches[len(pitches) // 2]
    return [
        (a, b)
        for a, b in pairs
        if b.box.left < first
        or b.box.center[1] - a.box.center[1] > CONTINUED_PITCH * usual
        or any(a.box.center[1] < y < b.box.center[1] for y in ruled)
    ]


def _cells(
    rows: Sequence[Row],
    columns: Sequence[float],
    lines: Sequence[float],
    across: Sequence[BBox],
    down: Sequence[BBox],
    unit: float,
) -> list[Cell]:
    """Each piece of text goes to the cell of its middle; a piece that reaches over text of more columns spans them."""
    extents = _extents(rows, columns, unit)
    members: dict[tuple[int, int], list[Row]] = {}
    spans: dict[tuple[int, int], int] = {}
    for row in rows:
        i = _interval(lines, row.box.center[1])
        first, last = _reach(row.box, columns, extents, unit)
        if any(_closed_column(down, columns[k + 1], row.box, unit) for k in range(first, last)):
            first = last = _interval(columns, row.box.center[0])
        if first == last:
            first, last = _spanned_by_rule(row.box, first, extents, across, unit)
        members.setdefault((i, first), []).append(row)
        spans[i, first] = max(last, spans.get((i, first), first))
    cells = []
    for (i, j), pieces in sorted(members.items()):
        last = spans[i, j]
        while last > j and any((i, k) in members for k in range(j + 1, last + 1)):
            last -= 1
        box = BBox.around(p.box for p in pieces)
        text = join_lines([r.text for r in join_rows(pieces)])
        cells.append(Cell(i, j, text, column_span=last - j + 1, box=box))
    return cells


def _extents(rows: Sequence[Row], columns: Sequence[float], unit: float) -> list[tuple[float, float]]:
    """Where the text of each column begins and ends, by the pieces that lie in it alone."""
    extents = [(right, left) for left, right in pairwise(columns)]
    for row in rows:
        first = _interval(columns, row.box.left + unit / 2)
        if first == _interval(columns, row.box.right - unit / 2):
            left, right = extents[first]
            extents[first] = min(left, row.box.left), max(right, row.box.right)
    return extents


def _reach(box: BBox, columns: Sequence[float], extents: Sequence[tuple[float, float]], unit: float) -> tuple[int, int]:
    """The first and last column over whose text the box reaches, at least the one of its middle."""
    middle = _interval(columns, box.center[0])
    reached = [
        k
        for k, (left, right) in enumerate(extents)
        if right > left and min(box.right, right) - max(box.left, left) > min(unit, right - left) / 2
    ]
    return min([middle, *reached]), max([middle, *reached])


def _spanned_by_rule(
    box: BBox, column: int, extents: Sequence[tuple[float, float]], across: Sequence[BBox], unit: float
) -> tuple[int, int]:
    """The columns that a ruling line right below the box binds together, as under a header over several columns."""
    whole = extents[-1][1] - extents[0][0]
    for rule in across:
        below = -unit / 3 < rule.center[1] - box.bottom < 0.8 * unit
        if not below or rule.width > MAX_BINDING * whole or not rule.left < box.center[0] < rule.right:
            continue
        bound = [
            k for k, (a, b) in enumerate(extents) if b > a and min(b, rule.right) - max(a, rule.left) > (b - a) / 2
        ]
        if column in bound:
            return bound[0], bound[-1]
    return column, column


def _closed_column(down: Sequence[BBox], x: float, box: BBox, unit: float) -> bool:
    """Whether a ruling line runs down at ``x`` beside the box."""
    return any(abs(r.center[0] - x) < unit and r.overlap_y(box) > 0.5 * box.height for r in down)


def _without_empty(cells: Sequence[Cell]) -> Table:
    """The cells on a grid without its empty rows and columns."""
    used_rows = sorted({c.row for c in cells})
    used_columns = sorted({c.column for c in cells})
    placed = []
    for cell in cells:
        row, column = used_rows.index(cell.row), used_columns.index(cell.column)
        span = sum(cell.column <= c < cell.column + cell.column_span for c in used_columns)
        placed.append(Cell(row, column, cell.text, 1, max(1, span), box=cell.box))
    head = header_rows(placed, len(used_rows), len(used_columns))
    return Table(len(used_rows), len(used_columns), tuple(replace(c, header=c.row < head) for c in placed))


def _interval(edges: Sequence[float], value: float) -> int:
    """Index of the interval between two edges in which ``value`` lies, the outer ones open."""
    return max(0, min(len(edges) - 2, sum(edge <= value for edge in edges) - 1))
