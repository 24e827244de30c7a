"""Stretches of cells that nothing but aligned columns of white tells from text."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.layout.tables.edges import text_edges, white_strips
from ocr_plugins.layout.tables.prose import prose_lines
from ocr_plugins.text import split_marker

# Lines in pieces that a table has at least, the more the fewer strips of white they keep.
MIN_LINES, MIN_LINES_OF_TWO = 3, 4
# Of all lines of a table, those that are in pieces.
FILLED = 0.6
# Characters that pieces of a table have on average at most: where one strip of white is all that tells, and where more.
SHORT, SHORT_OF_MANY = 25, 40
# In heights of the running text: the width of a strip of white, and the white between two lines of a table.
MIN_STRIP = 0.9
MAX_LINE_GAP = 2.5
# Lines that are looked at beyond the last one that may end a table: reading on at each line would take forever.
MOST_BEYOND = 60
# A line so many times farther from the next one than that from its next is none of the table's rows.
APART = 2.0
# A lone sum below a table is no farther from it than so many times its last two rows from one another.
SUM_PITCH = 1.2
# In heights of the sum: it begins or ends no farther than this from where a cell above does.
SUM_EDGE = 0.5

# Of the pieces of lists that stand side by side, those that begin with a marker; of a table's, one column's at most.
MARKED = 0.6
# Of the lines in pieces, those that are items of a list; characters of a marker.
LIST_ITEMS, MAX_MARKER = 0.75, 5
# Of the cells those with text, and of the columns those with more than one.
FILLED_CELLS, USED_COLUMNS = 0.5, 0.6

# The pieces of one line, left to right.
Line = Sequence[Row]


def split_aligned(rows: Sequence[Row], unit: float) -> list[tuple[bool, list[Row]]]:
    """Cut the pieces of one column of the page into stretches of text and of aligned cells.

    Cells stand in several pieces per line, with the same strips of white between them on several lines in a row. Two
    strips of pieces are only taken for a table where the pieces are short. Of lists side by side each is a stretch.

    Returns:
        Pairs of whether the stretch may be a table, and its pieces, top to bottom.
    """
    lines = _lines_of(rows)
    prose = prose_lines(lines)
    stretches: list[tuple[bool, list[Row]]] = []
    goes_on = False
    start = 0
    while start < len(lines):
        until = next((i for i in range(start, len(lines)) if i in prose), len(lines))
        end = _aligned_until(lines[:until], start, unit) if start < until else start
        aligned = end > start
        end = max(end, start + 1)
        pieces = [piece for line in lines[start:end] for piece in line]
        lists = aligned and sum(split_marker(piece.text) is not None for piece in pieces) > MARKED * len(pieces)
        if lists:
            stretches += [(False, column) for column in _columns(lines[start:end], unit)]
        elif goes_on and not aligned:
            stretches[-1][1].extend(pieces)
        else:
            stretches.append((aligned, pieces))
        goes_on = not aligned
        start = end
    return stretches


def _lines_of(rows: Sequence[Row]) -> list[Line]:
    """The pieces line by line, top to bottom."""
    piece_of = {id(line): row for row in rows for line in row.lines}
    lines: list[Line] = []
    for joined in join_rows(rows):
        pieces = {id(piece): piece for piece in (piece_of[id(line)] for line in joined.lines)}
        lines.append(sorted(pieces.values(), key=lambda piece: piece.box.left))
    return lines


@dataclass(slots=True)
class _Stretch:
    """Lines in a row, and what tells whether they are a table."""

    lines: int = 0
    in_pieces: int = 0
    pieces: int = 0
    characters: int = 0
    edges: list[tuple[float, int]] = field(default_factory=list)

    def add(self, line: Line) -> None:
        self.lines += 1
        self.in_pieces += len(line) > 1
        self.pieces += len(line)
        self.characters += sum(len(piece.text) for piece in line)
        for edge in text_edges(line):
            bisect.insort(self.edges, edge)

    def strips(self, unit: float) -> int:
        """How many strips of white the lines keep."""
        return len(white_strips(self.edges, self.lines, MIN_STRIP * unit))

    def is_table(self, strips: int) -> bool:
        """Whether enough lines of short pieces keep so many strips."""
        lines, characters = (MIN_LINES, SHORT_OF_MANY) if strips > 1 else (MIN_LINES_OF_TWO, SHORT)
        enough = self.in_pieces >= max(lines, FILLED * self.lines)
        return enough and self.characters <= characters * self.pieces


def _aligned_until(lines: Sequence[Line], start: int, unit: float) -> int:
    """The end of the longest stretch from ``start`` whose lines keep a column of white; ``start`` if there is none."""
    if len(lines[start]) < 2 or _stands_apart(lines, start):
        return start
    best = start
    stretch = _Stretch()
    for end, last in _ends(lines, start, unit):
        stretch.add(lines[end - 1])
        strips = stretch.strips(unit)
        if not strips or end - best > MOST_BEYOND:
            break
        if stretch.is_table(strips):
            best = last
    if best > start and (_is_list(lines[start:best]) or not _is_even(lines[start:best], unit)):
        return start
    return best + 1 if best > start + 1 and _closes(lines, best) else best


def _is_even(lines: Sequence[Line], unit: float) -> bool:
    """Whether lines fill their columns, which the labels of a chart do not."""
    columns = _columns(lines, unit)
    filled = sum(min(len(column), len(lines)) for column in columns)
    several = sum(len(column) > 1 for column in columns)
    return filled >= FILLED_CELLS * len(columns) * len(lines) and several >= USED_COLUMNS * len(columns)


def _columns(lines: Sequence[Line], unit: float) -> list[list[Row]]:
    """The pieces of lines between the strips of white that they keep, left to right."""
    edges = sorted(edge for line in lines for edge in text_edges(line))
    strips = white_strips(edges, len(lines), MIN_STRIP * unit)
    columns: list[list[Row]] = [[] for _ in range(len(strips) + 1)]
    for line in lines:
        for piece in line:
            columns[bisect.bisect(strips, piece.box.center[0])].append(piece)
    return columns


def _is_list(lines: Sequence[Line]) -> bool:
    """Whether lines of two pieces are items of a list with their markers."""
    items = sum(len(line) == 2 and split_marker(f"{line[0].text} {line[1].text}") is not None for line in lines)
    return items >= LIST_ITEMS * len(lines) and all(len(line[0].text) <= MAX_MARKER for line in lines if len(line) == 2)


def _ends(lines: Sequence[Line], start: int, unit: float) -> Iterator[tuple[int, int]]:
    """The ends of ever longer stretches from ``start``, each with the end of its last line in pieces.

    None goes on over a wide gap, nor over two lines in a row that are not in pieces.
    """
    last = start
    for end in range(start + 1, len(lines) + 1):
        line = lines[end - 1]
        if end > start + 1 and line[0].box.top - lines[end - 2][0].box.bottom > MAX_LINE_GAP * unit:
            return
        last = end if len(line) > 1 else last
        if end - last > 1:
            return
        yield end, last


def _stands_apart(lines: Sequence[Line], start: int) -> bool:
    """Whether the two lines below stand much closer to one another than to this one."""
    if start + 2 >= len(lines):
        return False
    return _pitch(lines, start + 1) > APART * _pitch(lines, start + 2) > 0


def _closes(lines: Sequence[Line], end: int) -> bool:
    """Whether the line at ``end`` is a lone sum below a column other than the first, at the pitch of the rows."""
    if end >= len(lines) or len(lines[end]) > 1 or _pitch(lines, end) > SUM_PITCH * _pitch(lines, end - 1):
        return False
    box = lines[end][0].box
    near = SUM_EDGE * box.height
    return any(min(abs(p.box.right - box.right), abs(p.box.left - box.left)) < near for p in lines[end - 1][1:])


def _pitch(lines: Sequence[Line], index: int) -> float:
    """From the middle of the line above the one at ``index`` to its own."""
    return lines[index][0].box.center[1] - lines[index - 1][0].box.center[1]
