"""Letters that are drawn twice, a little apart, to look bold."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ocr_plugins.blocks import BBox

# Letters closer than this many font sizes are one letter drawn twice; half the width of an ``i``, the narrowest letter.
OVERPRINT = 0.12
# Points: and no farther apart than this; the grid in which they are looked for, of cells over twice as wide.
MAX_SHIFT, CELL = 2.0, 6.0
# Numbers of cells take so many bits; in what is farther away, cells share a number.
CELL_BITS = 20


def may_repeat(chars: Sequence[str], left: npt.NDArray[np.float64], top: npt.NDArray[np.float64]) -> list[bool]:
    """Which characters share a cell with the same character: all that are drawn twice, and some others.

    Of four grids, moved by half a cell, two places nearer than that share a cell in one.
    """
    codes = np.fromiter(map(ord, chars), np.int64, len(chars)) << 2 * CELL_BITS
    shared = np.zeros(len(chars), bool)
    for x, y in itertools.product((0.0, CELL / 2), repeat=2):
        columns, rows = (np.floor((v + d) / CELL).astype(np.int64) for v, d in ((left, x), (top, y)))
        cells = codes + (columns << CELL_BITS) + rows
        order = np.argsort(cells)
        same = np.flatnonzero(np.diff(cells[order]) == 0)
        shared[order[same]] = shared[order[same + 1]] = True
    return shared.tolist()


class Overprint:
    """Tells the letters that are drawn twice."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, int, int], list[tuple[float, float]]] = {}

    def repeats(self, char: str, box: BBox, size: float) -> bool:
        """Whether the same character stands here already; if not, it does from now on."""
        near = min(OVERPRINT * size, MAX_SHIFT)
        left, top = box.left, box.top
        places = self._places
        first, last = int((top - near) // CELL), int((top + near) // CELL)
        for i in range(int((left - near) // CELL), int((left + near) // CELL) + 1):
            for j in (first, last) if first != last else (first,):
                for x, y in places.get((char, i, j), ()):
                    if abs(x - left) < near and abs(y - top) < near:
                        return True
        places.setdefault((char, int(left // CELL), int(top // CELL)), []).append((left, top))
        return False
