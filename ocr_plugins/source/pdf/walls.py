"""Where rules that run down cut a line of text into the cells of a table."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from ocr_plugins.blocks import BBox

# Of the height of the characters: white that a rule may stand in, and how far it may reach over the characters beside.
MIN_WHITE, OVER = 0.12, 0.05


class Walls:
    """The rules of a page that run down."""

    def __init__(self, rules: Sequence[BBox]) -> None:
        self._walls = sorted((r for r in rules if r.height > r.width), key=lambda r: r.center[0])
        self._places = [r.center[0] for r in self._walls]

    def cuts(self, boxes: Sequence[BBox]) -> list[int]:
        """Which characters of a line, left to right, stand right behind a rule.

        A rule through the middle of a word cuts nothing: it is drawn under the text.
        """
        if not self._walls or len(boxes) < 2:
            return []
        first = bisect.bisect_left(self._places, boxes[0].right)
        last = bisect.bisect_right(self._places, boxes[-1].left)
        ends = [box.right for box in boxes]
        found = set()
        for wall in self._walls[first:last]:
            x = wall.center[0]
            i = bisect.bisect_left(ends, x, hi=len(boxes) - 1)
            for k in (i, i + 1):
                if 0 < k < len(boxes) and _stands_between(x, wall, boxes[k - 1], boxes[k]):
                    found.add(k)
        return sorted(found)


def _stands_between(x: float, wall: BBox, before: BBox, box: BBox) -> bool:
    over = OVER * box.height
    between = before.right - over <= x <= box.left + over and box.left - before.right >= MIN_WHITE * box.height
    return between and wall.top < box.center[1] < wall.bottom
