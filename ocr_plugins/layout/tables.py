"""Tables: a grid from ruling lines where there are some, from aligned columns of white otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr_plugins.document import BBox, BlockKind, Cell, Table
from ocr_plugins.engine import Region
from ocr_plugins.layout.paragraphs import join_lines
from ocr_plugins.layout.rows import Row, join_rows

# Lengths are in heights of the running text.
SNAP = 0.5
MIN_GAP = 0.45
# Of its rows, so many may reach over a gap between two columns: headers that span them.
MAX_CROSSING = 0.2
# Ruling lines cut the rows if there is one for at least so many of the rows of text.
RULED_ROWS = 0.45
# What looks like a table without a region or ruling lines that say so.
MIN_LINES, MIN_LINES_OF_TWO = 3, 4
MIN_STRIP = 0.9
MAX_LINE_GAP = 2.5


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table with its place, and the rows of text that went into it."""

    table: Table
    box: BBox
    rows: tuple[Row, ...]


def find_tables(
    rows: Sequence[Row], regions: Sequence[Region], rulings: Sequence[BBox], unit: float
) -> list[FoundTable]:
    """Find the tables of a page and put its text into their cells.

    Args:
        rows: All pieces of text of the page, not joined: the cells of a table row are pieces of their own.
        regions: Of the layout detector; those that are tables are looked at.
        rulings: Ruling lines. A grid of them is a table even where no region says so.
        unit: The height of the running text. All boxes are in page units.
    """
    across = [r for r in rulings if r.width >= r.height]
    down = [r for r in rulings if r.width < r.height]
    candidates = [r.box for r in regions if r.kind == BlockKind.TABLE]
    for grid in _grids(across, down, unit):
        overlapping = [c for c in candidates if c.share_in(grid) > 0.5 or grid.share_in(c) > 0.5]
        candidates = [c for c in candidates if c not in overlapping] + [BBox.around([grid, *overlapping])]
    found: list[FoundTable] = []
    for box in sorted(candidates, key=lambda b: -b.area):
        free = [r for r in rows if not any(r in f.rows for f in found)]
        inside = [r for r in free if r.box.share_in(box) > 0.5]
        table = build_table(inside, box, across, down, unit)
        if table is not None:
            found.append(FoundTable(table, BBox.around([box, *(r.box for r in inside)]), tuple(inside)))
    return found


def split_aligned(rows: Sequence[Row], unit: float) -> list[tuple[bool, list[Row]]]:
    """Cut the pieces of one column of the page into stretches of text and of aligned cells.

    Cells stand in several pieces per line, with the same strips of white between them on several lines in a row. Two
    strips of pieces are only taken for a table where the pieces are short.

    Returns:
        Pairs of whether the stretch may be a table, and its pieces, top to bottom.
    """
    piece_of = {id(line): row for row in rows for line in row.lines}
    lines = [
        sorted({id(piece): piece for piece in (piece_of[id(x)] for x in joined.lines)}.values(), key=_left)
        for joined in join_rows(rows)
    ]
    stretches: list[tuple[bool, list[Row]]] = []
    start = 0
    while start < len(lines):
        end = _aligned_until(lines, start, unit)
        aligned = end > start
        end = max(end, start + 1)
        pieces = [piece for line in lines[start:end] for piece in line]
        if stretches and not aligned and not stretches[-1][0]:
            stretches[-1][1].extend(pieces)
        else:
            stretches.append((aligned, pieces))
        start = end
    return stretches


def _left(row: Row) -> float:
    return row.box.left


def _aligned_until(lines: Sequence[Sequence[Row]], start: int, unit: float) -> int:
    """The end of the longest stretch from ``start`` whose lines keep a column of white; ``start`` if there is none."""
    best = start
    if len(lines[start]) < 2:
        return best
    last_aligned = start
    for end in range(start + 1, len(lines) + 1):
        line = lines[end - 1]
        if end > start + 1 and line[0].box.top - lines[end - 2][0].box.bottom > MAX_LINE_GAP * unit:
            break
        last_aligned = end if len(line) > 1 else last_aligned
        if end - last_aligned > 1:
            break
        pieces = [piece for row in lines[start:end] for piece in row]
        strips = _white_columns(pieces, unit, gap=MIN_STRIP)
        if not strips:
            break
        filled = sum(len(row) > 1 for row in lines[start:end])
        length = sum(len(p.text) for p in pieces) / len(pieces)
        enough = MIN_LINES if len(strips) > 1 else MIN_LINES_OF_TWO
        if filled >= max(enough, 0.6 * (end - start)) and length <= (40 if len(strips) > 1 else 25):
            best = last_aligned
    return best


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
    cells = _cells(rows, columns, lines, down, unit)
    if len({c.row for c in cells}) < 2 or len({c.column for c in cells}) < 2:
        return None
    return _without_empty(cells)


def _columns(rows: Sequence[Row], text: BBox, down: Sequence[BBox], unit: float) -> list[float]:
    """The x of the column edges, outer ones included."""
    ruled = _merge([r.center[0] for r in down if r.height > 2 * unit], SNAP * unit)
    inner = [x for x in ruled if text.left + unit / 2 < x < text.right - unit / 2]
    white = _white_columns(rows, unit)
    # White between columns counts beside ruling lines where it cuts what they leave together.
    edges = inner + [x for x in white if all(abs(x - r) > 2 * unit for r in inner)] if len(inner) < 2 else inner
    return [min(text.left, *edges, text.left) - unit, *sorted(edges), max(text.right, *edges, text.right) + unit]


def _white_columns(rows: Sequence[Row], unit: float, gap: float = MIN_GAP) -> list[float]:
    """The middle of each vertical strip that hardly any row of text reaches over."""
    joined = join_rows(rows, within=MIN_GAP)
    lines = len(join_rows(rows))
    events = sorted(
        [(r.box.left, 1) for r in joined] + [(r.box.right, -1) for r in joined], key=lambda e: (e[0], -e[1])
    )
    allowed = MAX_CROSSING * lines
    edges, depth, start = [], 0, None
    for x, step in events:
        before, depth = depth, depth + step
        if before > allowed >= depth:
            start = x
        elif before <= allowed < depth and start is not None:
            if x - start >= gap * unit:
                edges.append((start + x) / 2)
            start = None
    return edges


def _row_edges(rows: Sequence[Row], text: BBox, across: Sequence[BBox], unit: float) -> list[float]:
    """The y of the row edges, outer ones included."""
    clusters = join_rows(rows)
    ruled = _merge([r.center[1] for r in across if r.width > 3 * unit], SNAP * unit)
    inner = [y for y in ruled if text.top + unit / 3 < y < text.bottom - unit / 3]
    if len(inner) >= RULED_ROWS * (len(clusters) - 1):
        edges = inner
    else:
        edges = [(a.box.bottom + b.box.top) / 2 for a, b in _row_breaks(clusters, rows, text, unit)]
    return [text.top - unit, *edges, text.bottom + unit]


def _row_breaks(clusters: Sequence[Row], rows: Sequence[Row], text: BBox, unit: float) -> list[tuple[Row, Row]]:
    """The pairs of lines between which a row ends: not where the second one continues cells of the first.

    It does when its first column is empty and it stands closer to the line above than rows usually do.
    """
    edges = [text.left, *_white_columns(rows, unit)]
    first = edges[1] if len(edges) > 1 else text.right
    pairs = list(pairwise(clusters))
    pitches = sorted(b.box.center[1] - a.box.center[1] for a, b in pairs if b.box.left < first)
    usual = pitches[len(pitches) // 2] if pitches else 0.0
    return [(a, b) for a, b in pairs if b.box.left < first or b.box.center[1] - a.box.center[1] > 0.7 * usual]


def _cells(
    rows: Sequence[Row],
    columns: Sequence[float],
    lines: Sequence[float],
    down: Sequence[BBox],
    unit: float,
) -> list[Cell]:
    """Each piece of text goes to the cell of its middle; a piece that reaches over an open edge makes it span."""
    members: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        x, y = row.box.center
        i, j = _interval(lines, y), _interval(columns, x)
        first, last = _interval(columns, row.box.left + unit / 2), _interval(columns, row.box.right - unit / 2)
        if last > first and not any(_closed_column(down, columns[k + 1], row.box, unit) for k in range(first, last)):
            j = first
        members.setdefault((i, j), []).append(row)
    cells = []
    for (i, j), pieces in sorted(members.items()):
        box = BBox.around(p.box for p in pieces)
        last = max(j, _interval(columns, box.right - unit / 2))
        while last > j and (
            any((i, k) in members for k in range(j + 1, last + 1))
            or any(_closed_column(down, columns[k + 1], box, unit) for k in range(j, last))
        ):
            last -= 1
        ordered = join_rows(pieces)
        cells.append(Cell(i, j, join_lines([r.text for r in ordered]), column_span=last - j + 1, box=box))
    return cells


def _closed_column(down: Sequence[BBox], x: float, box: BBox, unit: float) -> bool:
    """Whether a ruling line runs down at ``x`` beside the box."""
    return any(abs(r.center[0] - x) < unit and r.overlap_y(box) > 0.5 * box.height for r in down)


def _without_empty(cells: Sequence[Cell]) -> Table:
    """The cells on a grid without its empty rows and columns, the first row as header."""
    used_rows = sorted({c.row for c in cells})
    used_columns = sorted({c.column for c in cells})
    placed = []
    for cell in cells:
        row, column = used_rows.index(cell.row), used_columns.index(cell.column)
        span = sum(cell.column <= c < cell.column + cell.column_span for c in used_columns)
        placed.append(Cell(row, column, cell.text, 1, max(1, span), row == 0, cell.box))
    return Table(len(used_rows), len(used_columns), tuple(placed))


def _grids(across: Sequence[BBox], down: Sequence[BBox], unit: float) -> list[BBox]:
    """Boxes of ruling lines that cross one another, at least three one way and two the other."""
    groups: list[tuple[BBox, int, int]] = []
    for ruling in [*across, *down]:
        flat = ruling.width >= ruling.height
        box, n_across, n_down = ruling, int(flat), int(not flat)
        rest = []
        for other, a, d in groups:
            near = BBox(other.left - unit, other.top - unit, other.right + unit, other.bottom + unit)
            if near.overlap_x(box) > 0 and near.overlap_y(box) > 0:
                box, n_across, n_down = BBox.around((box, other)), n_across + a, n_down + d
            else:
                rest.append((other, a, d))
        groups = [*rest, (box, n_across, n_down)]
    return [b for b, a, d in groups if a >= 2 and d >= 2 and a + d >= 5 and b.height > 2 * unit]


def _merge(values: Sequence[float], within: float) -> list[float]:
    """Values closer than ``within`` to one another become their mean."""
    merged: list[list[float]] = []
    for value in sorted(values):
        if merged and value - merged[-1][-1] <= within:
            merged[-1].append(value)
        else:
            merged.append([value])
    return [sum(m) / len(m) for m in merged]


def _interval(edges: Sequence[float], value: float) -> int:
    """Index of the interval between two edges in which ``value`` lies, the outer ones open."""
    return max(0, min(len(edges) - 2, sum(edge <= value for edge in edges) - 1))
