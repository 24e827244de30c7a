"""Tables: a grid from ruling lines where there are some, from aligned columns of white otherwise."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr_plugins.blocks import BBox, BlockKind, Region, Table
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.layout.tables.cells import build_table, text_edges, white_columns, white_strips
from ocr_plugins.layout.tables.grid import Grid, find_grids
from ocr_plugins.layout.tables.ruled import ruled_table

# Of a table's text, what a grid has to hold to be the table.
MIN_IN_GRID = 0.85
# Lengths are in heights of the running text. What looks like a table without a region or ruling lines that say so.
MIN_LINES, MIN_LINES_OF_TWO = 3, 4
MIN_STRIP = 0.9
MIN_RULE = 8.0
MAX_LINE_GAP = 2.5
# Lines that are looked at beyond the last one that may end a table: reading on at each line would take forever.
MOST_BEYOND = 60
# A line so many times farther from the next one than that from its next is none of the table's rows.
APART = 2.0


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
    candidates: list[tuple[BBox, Grid | None]] = [(r.box, None) for r in regions if r.kind == BlockKind.TABLE]
    for grid in find_grids(rulings, unit):
        near = [c for c in candidates if c[0].share_in(grid.box) > 0.5 or grid.box.share_in(c[0]) > 0.5]
        candidates = [c for c in candidates if c not in near] + [(BBox.around([grid.box, *(c[0] for c in near)]), grid)]
    for box in _between_rules(rows, across, unit):
        if not any(box.share_in(c[0]) > 0 for c in candidates):
            candidates.append((box, None))
    found: list[FoundTable] = []
    taken: set[int] = set()
    for box, known in sorted(candidates, key=lambda c: -c[0].area):
        inside = [r for r in rows if id(r) not in taken and r.box.share_in(box) > 0.5]
        table = _ruled(inside, known, unit) or build_table(inside, box, across, down, unit)
        if table is not None:
            taken |= {id(r) for r in inside}
            found.append(FoundTable(table, BBox.around([box, *(r.box for r in inside)]), tuple(inside)))
    return found


def _between_rules(rows: Sequence[Row], across: Sequence[BBox], unit: float) -> list[BBox]:
    """Where three or more rules as long as one another have nothing but lines of several short pieces between them."""
    families: list[list[BBox]] = []
    for rule in sorted((r for r in across if r.width > MIN_RULE * unit), key=lambda r: r.top):
        near = (f for f in families if max(abs(f[-1].left - rule.left), abs(f[-1].right - rule.right)) < unit)
        family = next(near, None)
        if family is None:
            families.append([rule])
        elif rule.top - family[-1].top > unit:
            family.append(rule)
    boxes = [BBox.around(family) for family in families if len(family) >= 3]
    return [box for box in boxes if _is_tabular([r for r in rows if r.box.share_in(box) > 0.5], unit)]


def _is_tabular(rows: Sequence[Row], unit: float) -> bool:
    """Whether short pieces of text stand in columns, on nearly all of their lines."""
    lines = join_rows(rows)
    split = sum(len(line.lines) > 1 for line in lines)
    short = sum(len(r.text) for r in rows) <= 25 * len(rows)
    return len(lines) >= 3 and split > 0.7 * len(lines) and short and bool(white_columns(rows, unit, gap=MIN_STRIP))


def _ruled(rows: Sequence[Row], grid: Grid | None, unit: float) -> Table | None:
    """The table of a grid, if the grid holds the rows and its ruling lines tell the rows of text apart."""
    if grid is None or sum(r.box.share_in(grid.box) > 0.5 for r in rows) < MIN_IN_GRID * len(rows):
        return None
    if len(grid.ys) <= 3 and any(_has_open_rows(rows, band) for band in pairwise(grid.ys)):
        return None
    return ruled_table(rows, grid, unit)


def _has_open_rows(rows: Sequence[Row], band: tuple[float, float]) -> bool:
    """Whether a band of the grid holds several rows of cells, with no ruling lines between them."""
    lines = join_rows([r for r in rows if band[0] < r.box.center[1] < band[1]])
    return len(lines) >= 3 and sum(len(line.lines) > 1 for line in lines) > 0.7 * len(lines)


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
    if len(lines[start]) < 2 or _stands_apart(lines, start):
        return best
    last_aligned = start
    edges: list[tuple[float, int]] = []
    count = characters = filled = 0
    for end in range(start + 1, len(lines) + 1):
        line = lines[end - 1]
        if end > start + 1 and line[0].box.top - lines[end - 2][0].box.bottom > MAX_LINE_GAP * unit:
            break
        last_aligned = end if len(line) > 1 else last_aligned
        if end - last_aligned > 1 or end - best > MOST_BEYOND:
            break
        for edge in text_edges(line):
            bisect.insort(edges, edge)
        strips = white_strips(edges, end - start, MIN_STRIP * unit)
        if not strips:
            break
        filled += len(line) > 1
        count += len(line)
        characters += sum(len(p.text) for p in line)
        enough = MIN_LINES if len(strips) > 1 else MIN_LINES_OF_TWO
        short = characters <= (40 if len(strips) > 1 else 25) * count
        if filled >= max(enough, 0.6 * (end - start)) and short:
            best = last_aligned
    return best + 1 if best > start + 1 and _closes(lines, best) else best


def _stands_apart(lines: Sequence[Sequence[Row]], start: int) -> bool:
    """Whether the two lines below stand much closer to one another than to this one."""
    if start + 2 >= len(lines):
        return False
    return _pitch(lines, start + 1) > APART * _pitch(lines, start + 2) > 0


def _closes(lines: Sequence[Sequence[Row]], end: int) -> bool:
    """Whether the line at ``end`` is a lone sum below a column other than the first, at the pitch of the rows."""
    if end >= len(lines) or len(lines[end]) > 1 or _pitch(lines, end) > 1.2 * _pitch(lines, end - 1):
        return False
    box = lines[end][0].box
    above = lines[end - 1][1:]
    return any(min(abs(p.box.right - box.right), abs(p.box.left - box.left)) < 0.5 * box.height for p in above)


def _pitch(lines: Sequence[Sequence[Row]], index: int) -> float:
    return lines[index][0].box.center[1] - lines[index - 1][0].box.center[1]
