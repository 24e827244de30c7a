"""Groups of boxes that touch: the ruling lines of a grid, the tiles of a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ocr_plugins.blocks import BBox

# Of the page: tiles of one picture are no farther apart.
TILES = 0.001


def connected(boxes: Sequence[BBox], reach: float) -> list[list[BBox]]:
    """Boxes that are within ``reach`` of one another along both axes, directly or through others, in their order."""
    if not boxes:
        return []
    left, top, right, bottom = np.array([(b.left, b.top, b.right, b.bottom) for b in boxes]).T
    alone = np.ones(len(boxes), bool)
    groups = []
    for first in range(len(boxes)):
        if not alone[first]:
            continue
        alone[first] = False
        members = [first]
        # It grows while it is walked.
        for i in members:
            beside = (left < right[i] + reach) & (right > left[i] - reach)
            near = beside & (top < bottom[i] + reach) & (bottom > top[i] - reach) & alone
            alone &= ~near
            members += np.flatnonzero(near).tolist()
        groups.append([boxes[i] for i in sorted(members)])
    return groups


def pictures(tiles: Sequence[BBox]) -> list[BBox]:
    """The images of a page, in 0..1 of it, as pictures: programs cut one into hundreds of tiles."""
    return [BBox.around(group) for group in connected(tiles, TILES)]
