"""Reading order: columns are found as corridors of white that run down between two blocks of text."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from ocr_plugins.blocks import BBox

# Text stands in columns only where both sides are running text, not labels with figures beside them.
MIN_GUTTER = 0.7
FAR_GUTTER = 6.0
# Short texts at both sides of the page end where a white band runs across.
MIN_BAND = 2.0
MIN_LETTERS = 0.5


@dataclass(frozen=True, slots=True)
class _Column:
    """What makes text a column: lines, characters a line, width in heights of the running text, share of ink."""

    lines: float
    characters: float
    width: float
    density: float


NEAR_COLUMN = _Column(3, 14, 7.0, 0.3)
# Behind a wide gutter short lines are enough: two addresses side by side.
FAR_COLUMN = _Column(3, 7, 4.0, 0.1)


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be put in order: a line, or a whole table or figure.

    Attributes:
        box: In page units.
        characters: How long its text is.
        letters: How many of them are letters.
        solid: A table or figure, which counts as running text whatever its length.
    """

    box: BBox
    characters: int = 0
    letters: int = 0
    solid: bool = False


def reading_order(items: Sequence[Item], unit: float) -> list[list[int]]:
    """Group items into columns, in reading order.

    Args:
        items: Lines, tables and figures of one page.
        unit: The height of the running text, in the units of the boxes.

    Returns:
        Columns as lists of indices into ``items``, each from top to bottom. A title across two columns is a column of
        its own before them.
    """
    columns: list[list[int]] = []
    pending = [list(range(len(items)))]
    while pending:
        group = pending.pop()
        corridor = _widest_corridor(items, group, unit)
        if corridor is None:
            if group:
                columns.append(sorted(group, key=lambda i: (items[i].box.top, items[i].box.left)))
            continue
        x, top, bottom = corridor
        centers = {i: items[i].box.center for i in group}
        pending += [
            [i for i in group if centers[i][1] >= bottom],
            [i for i in group if top <= centers[i][1] < bottom and centers[i][0] >= x],
            [i for i in group if top <= centers[i][1] < bottom and centers[i][0] < x],
            [i for i in group if centers[i][1] < top],
        ]
    return columns


def _widest_corridor(items: Sequence[Item], group: list[int], unit: float) -> tuple[float, float, float] | None:
    """The corridor with most text along it: its middle, its top and its bottom; None if there is none."""
    if len(group) < 2:
        return None
    best, best_score = None, 0.0
    by_middle = sorted((items[i].box.center[1], i) for i in group)
    bands = _bands([items[i].box for i in group], MIN_BAND * unit)
    for left, right in _gaps([items[i].box for i in group], MIN_GUTTER * unit):
        x = (left + right) / 2
        crossing = sorted((items[i].box.top, items[i].box.bottom) for i in group if _crosses(items[i].box, x))
        if right - left >= FAR_GUTTER * unit:
            crossing = sorted([*crossing, *bands])
        whole = [(middle, i) for middle, i in by_middle if not _crosses(items[i].box, x)]
        top = min(items[i].box.top for i in group)
        for start, end in [*crossing, (float("inf"), float("inf"))]:
            inside = [i for _, i in whole[bisect.bisect_left(whole, (top,)) : bisect.bisect_left(whole, (start,))]]
            sides = [i for i in inside if items[i].box.right <= x], [i for i in inside if items[i].box.left >= x]
            score = _score(items, sides[0], sides[1], unit)
            if score > best_score:
                bottom = start if start != float("inf") else max(items[i].box.bottom for i in group) + 1
                best, best_score = (x, top, bottom), score
            top = max(top, end)
    return best


def _bands(boxes: Sequence[BBox], least: float) -> list[tuple[float, float]]:
    """Top and bottom of the white bands, at least so high, that run across all boxes."""
    bands = []
    bottom = float("inf")
    for box in sorted(boxes, key=lambda b: b.top):
        if box.top - bottom >= least:
            bands.append((bottom, box.top))
        bottom = max(box.bottom, bottom) if bottom != float("inf") else box.bottom
    return bands


def _crosses(box: BBox, x: float) -> bool:
    return box.left < x < box.right


def _gaps(boxes: Sequence[BBox], least: float) -> list[tuple[float, float]]:
    """Places where a corridor could run: right of some box and left of the next one in its row."""
    gaps = set()
    by_left = sorted(boxes, key=lambda b: b.left)
    lefts = [b.left for b in by_left]
    for box in boxes:
        right_of = itertools.islice(by_left, bisect.bisect_left(lefts, box.right), None)
        beside = next((b for b in right_of if b.overlap_y(box) > 0.3 * min(b.height, box.height)), None)
        if beside and beside.left - box.right >= least:
            gaps.add((round(box.right / least * 2), round(beside.left / least * 2)))
    return [(a * least / 2, b * least / 2) for a, b in gaps]


def _score(items: Sequence[Item], left: list[int], right: list[int], unit: float) -> float:
    """The height over which two columns of running text stand side by side, 0 if they do not."""
    if not left or not right:
        return 0.0
    a, b = (BBox.around(items[i].box for i in side) for side in (left, right))
    far = b.left - a.right >= FAR_GUTTER * unit
    least = FAR_COLUMN if far else NEAR_COLUMN
    if not all(_is_text([items[i] for i in side], box, unit, least) for side, box in ((left, a), (right, b))):
        return 0.0
    beside = a.overlap_y(b)
    if beside < 2 * unit:
        return 0.0
    gutter = b.left - a.right
    return beside * (1 + min(gutter / unit, 3) / 10)


def _is_text(side: Sequence[Item], box: BBox, unit: float, least: _Column) -> bool:
    """Whether one side is running text: enough lines, long enough, close together, and words rather than figures."""
    # A table or figure counts as the text that would fill its place.
    lines = sum(max(1.0, item.box.height / (1.3 * unit)) if item.solid else 1.0 for item in side)
    filling = sum(item.box.area / (0.65 * unit**2) for item in side if item.solid)
    characters = sum(item.characters for item in side)
    letters = sum(item.letters for item in side)
    return (
        lines >= least.lines
        and box.width >= least.width * unit
        and (characters + filling) / lines >= least.characters
        and letters + filling >= MIN_LETTERS * (characters + filling)
        and sum(item.box.area for item in side) >= least.density * box.area
    )
