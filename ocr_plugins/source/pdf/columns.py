"""Vertical writing: upright characters that run down, in columns from right to left."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from ocr_plugins.blocks import BBox
from ocr_plugins.source.pdf.frames import Frame, frame_of
from ocr_plugins.source.pdf.pieces import Piece

# In font sizes: from one character of a column to the next, and how far one may stand beside the other.
MIN_PITCH, MAX_PITCH, ASIDE = 0.5, 1.3, 0.6
# Characters of a column: with none as long, what stands alone on a page stands in cells of a table.
MIN_COLUMN = 4
# Of figures that are set side by side in a column: how many, and how wide they are at most, in font sizes.
MAX_ABREAST, ABREAST = 3, 1.3
# Whole quarter turns apart, a column is a line that runs down.
_DOWN = (0.0, 1.0)


def with_columns(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a page, characters below one another as pieces that run down where it is written so."""
    runs = list(_runs(pieces))
    if not any(len(run) >= MIN_COLUMN and _is_wide(run) for run in runs):
        return list(pieces)
    frame = frame_of(*_DOWN)
    assert frame is not None
    return [piece for run in runs for piece in ([_column(run, frame)] if _is_upright(run[0]) else run)]


def _runs(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Pieces that stand below one another in the order of the file, and all others each alone."""
    run: list[Piece] = []
    for piece in pieces:
        if not piece.boxes:
            continue
        if run and not (_may_stand(run[-1]) and _may_stand(piece) and _is_below(run[-1], piece)):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _may_stand(piece: Piece) -> bool:
    """Whether a piece may be one place of a column."""
    if piece.frame or len(piece.boxes) > MAX_ABREAST:
        return False
    return len(piece.boxes) == 1 or BBox.around(piece.boxes).width <= ABREAST * piece.fonts[0].size


def _is_below(above: Piece, piece: Piece) -> bool:
    size = above.fonts[0].size
    box, other = BBox.around(piece.boxes), BBox.around(above.boxes)
    near = abs(box.center[0] - other.center[0]) <= ASIDE * size
    return near and MIN_PITCH * size <= box.center[1] - other.center[1] <= MAX_PITCH * size


def _is_wide(run: Sequence[Piece]) -> bool:
    """Whether most characters are of a script that is written downwards."""
    return sum(map(_is_upright, run)) * 2 > len(run)


def _is_upright(piece: Piece) -> bool:
    return _may_stand(piece) and unicodedata.east_asian_width(piece.text[0]) in "WF"


def _column(run: Sequence[Piece], frame: Frame) -> Piece:
    """The characters of a run as one piece, in a column as wide as its type."""
    column = Piece(frame=frame)
    x = median(box.center[0] for piece in run for box in piece.boxes)
    for piece in run:
        half = piece.fonts[0].size / 2
        column.text += [char for char in piece.text if char != " "]
        column.boxes += [frame.into(replace(box, left=x - half, right=x + half)) for box in piece.boxes]
        column.fonts += piece.fonts
        column.marks += piece.marks
        column.faces += piece.faces
    return column
