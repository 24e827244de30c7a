"""Rows that no ruling line tells apart: lines of text within one ruled row that stand side by side in its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.layout.tables.grid import Grid, GridCell

# Of the lines that begin a row, those that a column has text on; of the lines of a column, those that end a text.
FULL, ENDED = 0.8, 0.75
# Columns that tell rows, and lines that do; two lines are as often a name and its unit, unless so many columns are figures.
MIN_LISTS, MIN_ROWS, MIN_FIGURES = 2, 3, 2
# With so few ruled rows, one is the header and the other may be all the others.
FEW_ROWS = 2
# In heights of the text: what is left free within a cell beside its text.
PADDING = 1.0

Column = Mapping[int, Row]


def split_bands(grid: Grid, rows: Sequence[Row]) -> Grid:
    """The grid, each ruled row cut where there are several rows of text in it.

    There are where at least two columns have a text on each of several lines that does not go on in the next one: it
    is a number, or there was room for the first word of the next line. One column at least is of figures. Other lines
    go on with the row above them, and a cell with fewer texts than there are rows spans them.
    """
    ys = list(grid.ys)
    cells = list(grid.cells)
    for band in reversed(range(len(grid.ys) - 1)):
        whole = [c for c in cells if c.row == band and c.row_span == 1]
        if len(whole) != sum(c.row <= band < c.row + c.row_span for c in cells):
            continue
        cuts = _cuts(whole, rows, alone=len(grid.ys) - 1 <= FEW_ROWS)
        if cuts:
            ys[band + 1 : band + 1] = cuts
            cells = list(_cut(cells, band, grid.ys[band], cuts, grid.ys[band + 1], rows))
    return grid if len(ys) == len(grid.ys) else Grid(grid.xs, tuple(ys), tuple(sorted(cells, key=_place)))


def split_spans(grid: Grid, rows: Sequence[Row]) -> Grid:
    """The grid, a cell over several columns cut where its texts stand in these columns, as in a header without rules."""
    cells: list[GridCell] = []
    for cell in grid.cells:
        xs = grid.xs[cell.column : cell.column + cell.column_span + 1]
        boxes = [r.box for r in rows if cell.box.contains(*r.box.center)]
        crossed = any(box.left < x < box.right for box in boxes for x in xs[1:-1])
        used = sum(any(a < box.center[0] < b for box in boxes) for a, b in pairwise(xs))
        if used < max(2.0, FULL * cell.column_span) or crossed:
            cells.append(cell)
            continue
        for k, (left, right) in enumerate(pairwise(xs)):
            box = replace(cell.box, left=left, right=right)
            cells.append(GridCell(cell.row, cell.column + k, cell.row_span, 1, box))
    return replace(grid, cells=tuple(cells))


def _place(cell: GridCell) -> tuple[int, int]:
    return cell.row, cell.column


def _cuts(cells: Sequence[GridCell], rows: Sequence[Row], *, alone: bool) -> list[float]:
    """The y at which rows without a ruling line begin within a ruled row, but for the first one."""
    inside = [r for r in rows if any(c.box.contains(*r.box.center) for c in cells)]
    lines = join_rows(inside)
    lists = [column for cell in cells if _is_list(column := _column(cell, lines, inside), cell)]
    begun = [i for i in range(len(lines)) if sum(i in column for column in lists) >= MIN_LISTS]
    lists = [column for column in lists if sum(i in column for i in begun) >= FULL * len(begun)]
    if len(lists) < MIN_LISTS or len(begun) < 2 or begun[0] > 0:
        return []
    figures = sum(all(is_number(line.text) for line in column.values()) for column in lists)
    if figures < (1 if len(begun) >= MIN_ROWS else MIN_FIGURES):
        # Names above one another may be a cell of several lines, but hardly so in every column of the only row.
        columns = sum(bool(_column(cell, lines, inside)) for cell in cells)
        if not alone or len(begun) < MIN_ROWS or len(lists) < columns or len(begun) < len(lines):
            return []
    return [(lines[i - 1].box.bottom + lines[i].box.top) / 2 for i in begun[1:]]


def _column(cell: GridCell, lines: Sequence[Row], rows: Sequence[Row]) -> dict[int, Row]:
    """The text of a cell by the number of its line."""
    found: dict[int, list[Row]] = {}
    for row in rows:
        if cell.box.contains(*row.box.center):
            line = min(range(len(lines)), key=lambda i: abs(lines[i].box.center[1] - row.box.center[1]))
            found.setdefault(line, []).append(row)
    return {i: join_rows(pieces)[0] for i, pieces in sorted(found.items())}


def _is_list(column: Column, cell: GridCell) -> bool:
    """Whether the lines of a cell are texts of their own."""
    ended = [_ends(a, b, cell.box) for a, b in pairwise(column.values())]
    return bool(ended) and sum(ended) >= ENDED * len(ended)


def _ends(line: Row, following: Row, cell: BBox) -> bool:
    """Whether a line ends because its text does, and not because the next word found no room."""
    if is_number(line.text) and is_number(following.text):
        return True
    word = following.text.split()[0]
    wide = following.box.width * (len(word) + 1) / max(1, len(following.text))
    return line.box.width + wide + PADDING * line.box.height < cell.width


def is_number(text: str) -> bool:
    """Whether a text is mostly figures: an amount, a date, a code."""
    return sum(map(str.isdigit, text)) > sum(map(str.isalpha, text))


def _cut(
    cells: Sequence[GridCell], band: int, top: float, cuts: Sequence[float], bottom: float, rows: Sequence[Row]
) -> Iterator[GridCell]:
    """The cells after a row is cut: those in it with a text on most of the new rows are cut, the others span them."""
    edges = [top, *cuts, bottom]
    for cell in cells:
        if cell.row > band:
            yield replace(cell, row=cell.row + len(cuts))
        elif cell.row < band:
            yield cell
        else:
            inside = [r for r in rows if cell.box.contains(*r.box.center)]
            if inside and len(join_rows(inside)) < FULL * len(edges[1:]):
                yield replace(cell, row_span=len(cuts) + 1)
                continue
            for i, (above, below) in enumerate(pairwise(edges)):
                yield GridCell(band + i, cell.column, 1, cell.column_span, replace(cell.box, top=above, bottom=below))
