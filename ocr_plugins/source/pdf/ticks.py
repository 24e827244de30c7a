"""Check boxes and radio buttons of a PDF form, written beside their labels: ``[x] Resident``."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ocr_plugins.blocks import BBox, Font
from ocr_plugins.source.pdf.forms import Tick
from ocr_plugins.source.pdf.frames import Frame
from ocr_plugins.source.pdf.pieces import Piece
from ocr_plugins.source.textlayer import UNMARKED

# In heights of the box: so far its label may be.
REACH = 3.0
# A label behind the box may be so many times farther from it than what is before it, which has a box of its own.
BEHIND = 2.0
# Points: a ruling line so near a box is its own frame; the grid in which labels are looked for.
FRAME, CELL = 3.0, 24.0


@dataclass(frozen=True, slots=True)
class _Place:
    """Beside a character of a piece, so many points from the box."""

    distance: float
    piece: int
    character: int
    behind: bool
    """The character stands behind the box."""


def with_ticks(pieces: Sequence[Piece], ticks: Sequence[Tick], rulings: Sequence[BBox]) -> list[Piece]:
    """The pieces with the boxes of a form in the text.

    A box without a label beside it is a piece of its own.

    Args:
        pieces: Of a page; those with labels are changed.
        ticks: In points.
        rulings: Ruling lines, in points: a label is in the same cell of a table as its box.
    """
    if not ticks:
        return list(pieces)
    frames = {piece.frame for piece in pieces}
    grids = [_Grid(frame, pieces, rulings) for frame in frames]
    alone: list[Piece] = []
    wanted: dict[int, list[tuple[_Place, Tick]]] = defaultdict(list)
    for tick in ticks:
        places = (place for grid in grids if (place := grid.label(tick.box)))
        place = min(places, key=lambda found: found.distance, default=None)
        if place is None:
            alone.append(_piece(tick))
        else:
            wanted[place.piece].append((place, tick))
    for number, found in wanted.items():
        _write(pieces[number], found)
    return [*pieces, *alone]


class _Grid:
    """The characters that run one way, by their place."""

    def __init__(self, frame: Frame | None, pieces: Sequence[Piece], rulings: Sequence[BBox]) -> None:
        self._frame = frame
        self._cells: dict[tuple[int, int], list[tuple[int, int, BBox]]] = defaultdict(list)
        for number, piece in enumerate(pieces):
            if piece.frame is frame:
                for i, box in enumerate(piece.boxes):
                    x, y = box.center
                    self._cells[int(x // CELL), int(y // CELL)].append((number, i, box))
        upright = [r for r in (frame.into(r) if frame else r for r in rulings) if r.height > r.width]
        self._walls = np.array([(*r.center, r.top, r.bottom) for r in upright]).reshape(-1, 4)

    def label(self, box: BBox) -> _Place | None:
        """The place beside the character that stands nearest to a box."""
        box = self._frame.into(box) if self._frame else box
        y = box.center[1]
        reach = REACH * box.height
        before: _Place | None = None
        behind: _Place | None = None
        for number, i, other in self._near(box, reach):
            if abs(other.center[1] - y) > max(box.height, other.height) / 2:
                continue
            after = other.center[0] > box.center[0]
            distance = max(0.0, other.left - box.right if after else box.left - other.right)
            best = behind if after else before
            if distance > reach or (best and best.distance <= distance) or self._is_parted(box, other):
                continue
            place = _Place(distance, number, i, after)
            before, behind = (before, place) if after else (place, behind)
        if before and behind:
            return behind if behind.distance <= BEHIND * max(before.distance, 1.0) else before
        return behind or before

    def _near(self, box: BBox, reach: float) -> Iterator[tuple[int, int, BBox]]:
        columns = range(int((box.left - reach) // CELL), int((box.right + reach) // CELL) + 1)
        rows = range(int((box.top - box.height) // CELL), int((box.bottom + box.height) // CELL) + 1)
        for cell in itertools.product(columns, rows):
            yield from self._cells.get(cell, ())

    def _is_parted(self, box: BBox, other: BBox) -> bool:
        """Whether a ruling line stands between a box and a character."""
        left, right = (box.right, other.left) if other.left > box.left else (other.right, box.left)
        x, _, top, bottom = self._walls.T
        framed = (np.abs(x - box.left) < FRAME) | (np.abs(x - box.right) < FRAME)
        y = box.center[1]
        return bool(((x > left) & (x < right) & (top < y) & (bottom > y) & ~framed).any())


def _signs(tick: Tick) -> list[str]:
    return ["[", "x" if tick.checked else " ", "]"]


def _piece(tick: Tick) -> Piece:
    signs = _signs(tick)
    boxes = [tick.box for sign in signs if sign != " "]
    return Piece(signs, boxes, [Font(round(tick.box.height, 2))] * len(boxes), [UNMARKED] * len(boxes))


def _write(piece: Piece, found: Sequence[tuple[_Place, Tick]]) -> None:
    """Put boxes into the text of a piece, the last one first."""
    text_of = [i for i, char in enumerate(piece.text) if char != " "]
    for place, tick in sorted(found, key=lambda pair: (pair[0].character, pair[1].box.left), reverse=True):
        signs, i = _signs(tick), place.character
        box = piece.frame.into(tick.box) if piece.frame else tick.box
        at, k = (text_of[i], i) if place.behind else (text_of[i] + 1, i + 1)
        count = sum(sign != " " for sign in signs)
        piece.text[at:at] = [" ", *signs, " "]
        piece.boxes[k:k] = [box] * count
        piece.fonts[k:k] = [piece.fonts[i]] * count
        piece.marks[k:k] = [piece.marks[i]] * count
