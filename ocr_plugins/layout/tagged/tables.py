"""Tables by the author's tags: cells where rows and spans put them, or where they stand if those do not agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ocr_plugins.blocks import BBox, Cell, Table
from ocr_plugins.source.textlayer import HEADINGS, Element, elements_of, marks_of

# No table on paper has more columns, and a wrong span must not fill the memory.
MAX_COLUMNS = 60
# So few cells with so many characters each only arrange the page, and so do two in one row.
FEW_CELLS, LONG_TEXT = 4, 500
ReadCell = Callable[[Sequence[int]], tuple[str, BBox | None]]


def tagged_table(element: Element, read: ReadCell) -> Table | None:
    """The table of a ``Table`` element; None where it is no table, but arranges a few texts side by side.

    Args:
        element: Its rows are found at any depth.
        read: The text and the place of what some marks name.
    """
    rows = [
        [None if cell is None else _cell(cell, read) for cell in _cells_of(row)]
        for row in elements_of(element, frozenset({"TR"}))
    ]
    grid = _by_spans(rows) or _by_place(rows)
    cells = [cell for row in grid for cell in row]
    columns = max((c.column + c.column_span for c in cells), default=0)
    if not 2 <= columns <= MAX_COLUMNS or _only_arranges(cells, len(rows) * columns):
        return None
    if not any(c.header for c in cells):
        cells = [replace(c, header=c.row == 0) for c in cells]
    return Table(len(rows), columns, tuple(cells))


def _only_arranges(cells: Sequence[Cell], positions: int) -> bool:
    """Whether the positions of a grid hold no text, two texts side by side, or a few long ones."""
    texts = [len(c.text) for c in cells if c.text]
    if positions < 3 or not texts:
        return True
    return positions <= FEW_CELLS and sum(texts) > LONG_TEXT * len(texts)


def _cells_of(row: Element) -> list[Element | None]:
    """The cells of a row, None for an empty one; a heading among them stands before the table."""
    cells = [child for child in row.children if not isinstance(child, int)]
    return [cell for cell in cells if cell is None or cell.kind not in HEADINGS]


def _cell(element: Element, read: ReadCell) -> Cell:
    text, box = read(list(marks_of(element)))
    rows, columns = (max(1, min(n, MAX_COLUMNS)) for n in (element.row_span, element.column_span))
    return Cell(0, 0, text, rows, columns, element.kind == "TH", box)


def _by_spans(rows: Sequence[Sequence[Cell | None]]) -> list[list[Cell]] | None:
    """Cells one after the other, as in HTML; None where the rows do not end in the same column, or too far out."""
    covered: dict[tuple[int, int], bool] = {}
    placed: list[list[Cell]] = []
    ends = set()
    for i, row in enumerate(rows):
        placed.append([])
        column = 0
        for cell in row:
            while (i, column) in covered:
                column += 1
            if cell is None:
                column += 1
                continue
            span = min(cell.row_span, len(rows) - i)
            placed[-1].append(replace(cell, row=i, column=column, row_span=span))
            for k in range(span):
                covered |= {(i + k, column + j): True for j in range(cell.column_span)}
            column += cell.column_span
            if column > MAX_COLUMNS:
                return None
        while (i, column) in covered:
            column += 1
        ends.add(column)
    return placed if len(ends) == 1 else None


def _by_place(rows: Sequence[Sequence[Cell | None]]) -> list[list[Cell]]:
    """Cells of the fullest rows make the columns, the others go where they stand; the spans given are wrong."""
    width = max((len(row) for row in rows), default=0)
    known = _extents([row for row in rows if len(row) == width])
    return [_row_by_place(i, row, width, known) for i, row in enumerate(rows)]


def _extents(rows: Sequence[Sequence[Cell | None]]) -> list[tuple[int, float, float]]:
    """The columns of whose cells the place is known, with their left and right ends."""
    extents = []
    for j, column in enumerate(zip(*rows, strict=True)):
        boxes = [cell.box for cell in column if cell and cell.box]
        if boxes:
            extents.append((j, min(b.left for b in boxes), max(b.right for b in boxes)))
    return extents


def _row_by_place(
    index: int, row: Sequence[Cell | None], width: int, known: Sequence[tuple[int, float, float]]
) -> list[Cell]:
    """The cells of a row, each in the column after the last one or farther right, where it stands."""
    placed: list[Cell] = []
    column = 0
    for j, cell in enumerate(row):
        if cell is not None:
            if len(row) < width and cell.box:
                left = cell.box.left
                column = max(column, min((k for k, _, right in known if right > left), default=column))
            # The cells after it need their columns too.
            column = min(column, width - len(row) + j)
            span = _reach(cell, column, known) if j == len(row) - 1 else 1
            placed.append(replace(cell, row=index, column=column, row_span=1, column_span=span))
        column += 1
    return placed


def _reach(cell: Cell, column: int, known: Sequence[tuple[int, float, float]]) -> int:
    """Over how many columns the last cell of a row reaches."""
    if cell.box is None:
        return 1
    return max([k - column + 1 for k, left, _ in known if k > column and left < cell.box.right], default=1)
