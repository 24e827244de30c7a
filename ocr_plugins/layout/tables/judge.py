"""Whether ruling lines that meet are the grid of a table: text stands in its cells, and does not run across them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.tables.grid import Grid, GridCell
from ocr_plugins.layout.tables.prose import is_prose

# In heights of the running text: how far text has to reach over both sides of a ruling line to cross it.
REACH = 0.6
# Of the pieces of text in a grid, those that may cross its lines: headings that are wider than their cells.
MAX_CROSSING = 0.2
# Lines of running text in a cell; with more it is the frame of an article. Of the lines in a grid, those of articles.
LONGEST, ARTICLES = 20, 0.5
# In characters: the gap between two words of a line whose words have no places may be so far from where it is expected.
NEAR_GAP = 1.0
# Of the cells of a grid those that have text, and of its first row or column; a chart has words in few of them.
FILLED, HEADED = 0.4, 0.75
# Of the columns of a grid, without those narrower than so many heights of the running text, the ones that have text;
# between the bars of a chart there is none.
USED, NARROW = 0.6, 1.5
# Rows in which more than one cell has text.
MIN_ROWS = 2


def is_table_grid(grid: Grid, rows: Sequence[Row], unit: float) -> bool:
    """Whether a grid is one of a table.

    Args:
        grid: Of ruling lines, which may as well be the frame of a card, a slide, the axes of a chart.
        rows: The pieces of text in it.
        unit: The height of the running text.
    """
    texts = grid.placed(rows)
    cells = list(zip(grid.cells, texts, strict=True))
    crossing = sum(_crosses(row, cell, unit) for cell, some in cells for row in some)
    articles = sum(len(some) for cell, some in cells if len(some) > LONGEST and is_prose(some, cell.box))
    if crossing > MAX_CROSSING * len(rows) or articles > ARTICLES * len(rows):
        return False
    return _is_filled(grid, _reached(grid, texts, unit), unit)


def _reached(grid: Grid, texts: Sequence[Sequence[Row]], unit: float) -> list[bool]:
    """For each cell whether there is text in it; a line may have been read over the rules between some."""
    bands = grid.bands()
    filled = [bool(some) for some in texts]
    for cell, some in zip(grid.cells, texts, strict=True):
        for i in bands[cell.row] if some else ():
            filled[i] = filled[i] or any(row.box.overlap_x(grid.cells[i].box) > REACH * unit for row in some)
    return filled


def _crosses(row: Row, cell: GridCell, unit: float) -> bool:
    return any(_is_cut(row, x, REACH * unit) for x in (cell.box.left, cell.box.right))


def _is_cut(row: Row, x: float, reach: float) -> bool:
    """Whether a line at ``x`` runs through a word of the row."""
    box = row.box
    if not box.left + reach < x < box.right - reach:
        return False
    extents = list(_words(row))
    if extents:
        return any(left + reach / 2 < x < right - reach / 2 for left, right in extents)
    expected = len(row.text) * (x - box.left) / box.width
    return not any(m.start() - NEAR_GAP <= expected <= m.end() + NEAR_GAP for m in re.finditer(r"[\s|]+", row.text))


def _words(row: Row) -> Sequence[tuple[float, float]]:
    """Where the words begin and end, in page units; nothing where it is not known of all."""
    if len(row.lines) != 1 or not row.lines[0].words or not row.lines[0].box.width:
        return ()
    line = row.lines[0]
    scale = row.box.width / line.box.width
    places = [(row.box.left + (w.box.left - line.box.left) * scale, w.box.width * scale) for w in line.words]
    return [(left, left + width) for left, width in places]


def _is_filled(grid: Grid, filled: Sequence[bool], unit: float) -> bool:
    """Whether text stands in enough of the cells, in several rows of which each has several."""
    cells = [cell for cell, full in zip(grid.cells, filled, strict=True) if full]
    if sum(n > 1 for n in Counter(c.row for c in cells).values()) < MIN_ROWS:
        return False
    lefts = {column for c in cells for column in range(c.column, c.column + c.column_span)}
    wide = [k for k, (left, right) in enumerate(pairwise(grid.xs)) if right - left > NARROW * unit]
    if sum(k in lefts for k in wide) < USED * len(wide):
        return False
    pairs = list(zip(grid.cells, filled, strict=True))
    heads = [full for c, full in pairs if c.row == 0], [full for c, full in pairs if c.column == 0]
    headed = any(len(head) > 1 and sum(head) >= HEADED * len(head) for head in heads)
    return headed or len(cells) >= FILLED * len(grid.cells)
