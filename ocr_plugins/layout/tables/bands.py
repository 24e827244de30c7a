"""Rows and columns of a ruled grid that no ruling line tells apart, but the text that stands side by side in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.layout.tables.grid import Grid, GridCell
from ocr_plugins.layout.tables.prose import goes_on

# Of the lines that begin a row, those that a column has text on; of the lines of a column, those that end a text.
FULL, ENDED = 0.8, 0.75
# Columns that tell rows, and lines that do; two lines are as often a name and its unit, unless so many columns are
# figures.
MIN_LISTS, MIN_ROWS, MIN_FIGURES = 2, 3, 2
# With so few ruled rows, one is the header and the other may be all the others.
FEW_ROWS = 2
# In heights of the text: what is left free within a cell beside its text.
PADDING = 1.0

# The text of a cell by the number of its line.
Column = Mapping[int, Row]


def split_spans(grid: Grid, rows: Sequence[Row]) -> Grid:
    """The grid, a cell over several columns cut where its texts stand in these columns: a header without rules."""
    cells: list[GridCell] = []
    for cell, texts in zip(grid.cells, grid.placed(rows), strict=True):
        xs = grid.xs[cell.column : cell.column + cell.column_span + 1]
        crossed = any(r.box.left < x < r.box.right for r in texts for x in xs[1:-1])
        used = sum(any(a < r.box.center[0] < b for r in texts) for a, b in pairwise(xs)) if len(texts) > 1 else 0
        if crossed or used < max(2.0, FULL * cell.column_span):
            cells.append(cell)
            continue
        for k, (left, right) in enumerate(pairwise(xs)):
            box = replace(cell.box, left=left, right=right)
            cells.append(GridCell(cell.row, cell.column + k, cell.row_span, 1, box))
    return replace(grid, cells=tuple(cells))


def split_bands(grid: Grid, rows: Sequence[Row]) -> Grid:
    """The grid, each ruled row cut where there are several rows of text in it.

    There are where at least two columns have a text on each of several lines that does not go on in the next one: it
    is a number, or there was room for the first word of the next line. One column at least is of figures. Other lines
    go on with the row above them, and a cell with fewer texts than there are rows spans them.
    """
    texts = grid.placed(rows)
    cuts: dict[int, list[float]] = {}
    for band, indices in enumerate(grid.bands()):
        if all(grid.cells[i].row_span == 1 for i in indices):
            members = [(grid.cells[i].box, texts[i]) for i in indices if texts[i]]
            cuts[band] = _cuts(members, alone=len(grid.ys) - 1 <= FEW_ROWS)
    if not any(cuts.values()):
        return grid
    ys = sorted([*grid.ys, *(y for some in cuts.values() for y in some)])
    first = [ys.index(y) for y in grid.ys]
    cells = [
        part
        for cell, inside in zip(grid.cells, texts, strict=True)
        for part in _cut(cell, ys[first[cell.row] : first[cell.row + cell.row_span] + 1], first[cell.row], inside)
    ]
    return Grid(grid.xs, tuple(ys), tuple(cells))


def _cuts(cells: Sequence[tuple[BBox, Sequence[Row]]], *, alone: bool) -> list[float]:
    """The y at which rows without a ruling line begin within a ruled row, but for the first one.

    Args:
        cells: Those of the row that have text, and it.
        alone: It is the only one below the header.
    """
    lines = join_rows([r for _, texts in cells for r in texts])
    columns = [(box, _column(texts, lines)) for box, texts in cells]
    lists = [column for box, column in columns if _is_list(column, box)]
    begun = [i for i in range(len(lines)) if sum(i in column for column in lists) >= MIN_LISTS]
    lists = [column for column in lists if sum(i in column for i in begun) >= FULL * len(begun)]
    if len(lists) < MIN_LISTS or len(begun) < MIN_LISTS or begun[0] > 0:
        return []
    figures = sum(all(is_number(line.text) for line in column.values()) for column in lists)
    if figures >= (1 if len(begun) >= MIN_ROWS else MIN_FIGURES):
        told = True
    else:
        # Names above one another may be a cell of several lines, but hardly so in every column of the only row.
        told = alone and len(begun) >= MIN_ROWS and len(begun) == len(lines) and len(lists) == len(columns)
    return [(lines[i - 1].box.bottom + lines[i].box.top) / 2 for i in begun[1:]] if told else []


def _column(texts: Sequence[Row], lines: Sequence[Row]) -> Column:
    found: dict[int, list[Row]] = {}
    for row in texts:
        line = min(range(len(lines)), key=lambda i: abs(lines[i].box.center[1] - row.box.center[1]))
        found.setdefault(line, []).append(row)
    return {i: join_rows(pieces)[0] for i, pieces in sorted(found.items())}


def _is_list(column: Column, cell: BBox) -> bool:
    """Whether the lines of a cell are texts of their own."""
    ended = [_ends(a, b, cell) for a, b in pairwise(column.values())]
    return bool(ended) and sum(ended) >= ENDED * len(ended)


def _ends(line: Row, following: Row, cell: BBox) -> bool:
    """Whether a line ends because its text does, and not because the next word found no room."""
    if is_number(line.text) and is_number(following.text):
        return True
    if goes_on(line, following):
        return False
    word = following.text.split()[0]
    wide = following.box.width * (len(word) + 1) / len(following.text)
    return line.box.width + wide + PADDING * line.box.height < cell.width


def is_number(text: str) -> bool:
    """Whether a text is mostly figures: an amount, a date, a code."""
    return sum(map(str.isdigit, text)) > sum(map(str.isalpha, text))


def _cut(cell: GridCell, ys: Sequence[float], first: int, texts: Sequence[Row]) -> Iterator[GridCell]:
    """A cell at its place among new rows: cut at them, or spanning them where it has text on too few."""
    rows = len(ys) - 1
    if cell.row_span > 1 or (texts and len(join_rows(texts)) < FULL * rows):
        yield replace(cell, row=first, row_span=rows)
        return
    for i, (top, bottom) in enumerate(pairwise(ys)):
        yield GridCell(first + i, cell.column, 1, cell.column_span, replace(cell.box, top=top, bottom=bottom))
