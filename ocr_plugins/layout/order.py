"""Reading order: columns are found as corridors of white that run down between two blocks of text."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import same_row
from ocr_plugins.text import runs_on

# White between two columns, in heights of the running text.
MIN_GUTTER = 0.7
# Of two corridors nearly as long the wider one is taken: each height of its gutter, up to so many, makes it longer by
# this share.
WIDE_GUTTER, LONGER = 3.0, 0.1
# White between short texts at both sides of the page.
FAR_GUTTER = 6.0
# White that runs across the page and ends such texts.
MIN_BAND = 2.0
# Heights over which two columns stand side by side.
MIN_BESIDE = 2.0
# Of the characters of running text; with fewer letters it is figures.
MIN_LETTERS = 0.5
# Lines of prose are no farther apart, in their heights.
MAX_PITCH = 2.5
# The pitch of running text in its heights, and the square of the height that a character takes.
PITCH, CHARACTER = 1.3, 0.65


class _Column(NamedTuple):
    """What makes text a column: lines, characters a line, width in heights of the running text, share of ink.

    Labels with figures beside them are none.
    """

    lines: float
    characters: float
    width: float
    density: float


NEAR_COLUMN = _Column(3, 14, 7.0, 0.3)
# Lines of prose in a column that may hold much else, such as tables whose cells are short: so many in succession, each
# as wide as that, of the column's width, with sentences that run on over so many of their ends.
PROSE_LINES, FILLED, RUNS_ON = 3, 0.75, 1
# Behind a wide gutter short lines are enough: two addresses side by side.
FAR_COLUMN = _Column(3, 7, 4.0, 0.1)
# Pieces at each side of a gutter that are rows of one table if they all stand on the same lines, and what these leave
# of the gutter at most.
LEVEL, NARROWER = 3, 0.5


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be put in order: a line, or a whole table or figure.

    Attributes:
        box: In page units.
        characters: How long its text is.
        letters: How many of them are letters.
        solid: A table or figure, which counts as running text whatever its length.
        text: What a sentence is read in that goes on from line to line.
    """

    box: BBox
    characters: int = 0
    letters: int = 0
    solid: bool = False
    text: str = ""


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
        corridor = _best_corridor(items, group, unit)
        if corridor:
            pending += reversed(corridor.parts(items, group))
        elif group:
            columns.append(sorted(group, key=lambda i: (items[i].box.top, items[i].box.left)))
    return columns


@dataclass(frozen=True, slots=True)
class _Corridor:
    """White that runs down at ``x`` from ``top`` to ``bottom``."""

    x: float
    top: float
    bottom: float

    def holds(self, box: BBox) -> bool:
        """Whether a box stands beside it."""
        return self.top <= box.center[1] < self.bottom

    def parts(self, items: Sequence[Item], group: list[int]) -> list[list[int]]:
        """What stands above the corridor, at its left, at its right and below it."""
        parts: list[list[int]] = [[], [], [], []]
        for i in group:
            x, y = items[i].box.center
            side = 1 if x < self.x else 2
            parts[0 if y < self.top else 3 if y >= self.bottom else side].append(i)
        return parts


def _best_corridor(items: Sequence[Item], group: list[int], unit: float) -> _Corridor | None:
    """The corridor with most running text at both of its sides; None if there is none.

    Of those in the same white the longest: what ends another one reaches into the white from its own column.
    """
    scored: list[tuple[float, _Corridor, float, float]] = []
    by_middle = sorted(group, key=lambda i: (items[i].box.center[1], i))
    middles = [items[i].box.center[1] for i in by_middle]
    boxes = [items[i].box for i in group]
    # A box whose middle lies in a corridor reaches beyond it by half of its height.
    reach = max((box.height for box in boxes), default=0.0)
    best_score = 0.0
    for white in sorted(_corridors(boxes, unit), key=lambda c: c.top - c.bottom):
        # None that is shorter can have a higher score.
        if (white.bottom - white.top + reach) * (1 + LONGER * WIDE_GUTTER) < best_score:
            break
        beside = by_middle[bisect.bisect_left(middles, white.top) : bisect.bisect_left(middles, white.bottom)]
        left = [i for i in beside if items[i].box.right <= white.x]
        right = [i for i in beside if items[i].box.left >= white.x]
        corridor = _without_rows(items, left, right, white)
        left, right = ([i for i in side if corridor.holds(items[i].box)] for side in (left, right))
        score = _score(items, left, right, unit)
        if score > 0:
            edges = max(items[i].box.right for i in left), min(items[i].box.left for i in right)
            scored.append((score, corridor, *edges))
            best_score = max(best_score, score)
    if not scored:
        return None
    _, best, first, last = max(scored, key=lambda found: found[0])
    same = [c for _, c, _, _ in scored if first <= c.x <= last and c.top <= best.top and c.bottom >= best.bottom]
    return max(same, key=lambda c: c.bottom - c.top)


def _without_rows(items: Sequence[Item], left: list[int], right: list[int], corridor: _Corridor) -> _Corridor:
    """The corridor without the rows of a table over both columns, above or below their running text.

    Its cells stand on the same lines at both sides, and leave less white than the running text of the columns does.
    """
    sides = [[items[i] for i in side] for side in (left, right)]
    if not all(sides):
        return corridor
    first, second = ([item.box for item in _filling(side)] for side in sides)
    if not first or not second:
        return corridor
    begin, end = max(box.right for box in first), min(box.left for box in second)
    top, bottom = min(box.top for box in (*first, *second)), max(box.bottom for box in (*first, *second))

    def are_rows(within: Callable[[float], bool]) -> bool:
        a, b = ([item.box for item in side if within(item.box.center[1])] for side in sides)
        return _are_level(a, b) and min(x.left for x in b) - max(x.right for x in a) < NARROWER * (end - begin)

    return _Corridor(
        corridor.x,
        top if are_rows(lambda y: y < top) else corridor.top,
        bottom if are_rows(lambda y: y > bottom) else corridor.bottom,
    )


def _filling(side: Sequence[Item]) -> list[Item]:
    """The lines that fill their column."""
    width = BBox.around(item.box for item in side).width
    return [i for i in side if i.box.width >= FILLED * width and (i.solid or i.characters >= NEAR_COLUMN.characters)]


def _are_level(left: Sequence[BBox], right: Sequence[BBox]) -> bool:
    """Whether pieces at both sides stand on the same lines, as the cells of a row do."""
    if min(len(left), len(right)) < LEVEL:
        return False
    return all(any(same_row(a, b) for b in others) for side, others in ((left, right), (right, left)) for a in side)


def _corridors(boxes: Sequence[BBox], unit: float) -> Iterator[_Corridor]:
    """Every corridor there could be: down through a gap, from one box that lies across it to the next."""
    bands = _bands(boxes, MIN_BAND * unit)
    for left, right in _gaps(boxes, MIN_GUTTER * unit, FAR_GUTTER * unit):
        x = (left + right) / 2
        ends = [(box.top, box.bottom) for box in boxes if box.left < x < box.right]
        if right - left >= FAR_GUTTER * unit:
            ends += bands
        top = min(box.top for box in boxes)
        for end, start in sorted(ends):
            yield _Corridor(x, top, end)
            top = max(top, start)
        yield _Corridor(x, top, max(box.bottom for box in boxes) + 1)


def _bands(boxes: Sequence[BBox], least: float) -> list[tuple[float, float]]:
    """Top and bottom of the white bands, at least so high, that run across all boxes."""
    by_top = sorted(boxes, key=lambda box: box.top)
    bottoms = itertools.accumulate((box.bottom for box in by_top), max)
    return [(bottom, box.top) for bottom, box in zip(bottoms, by_top[1:], strict=False) if box.top - bottom >= least]


def _gaps(boxes: Sequence[BBox], least: float, far: float) -> list[tuple[float, float]]:
    """Places where a corridor could run: between some box and the next one in its row.

    Where these are not ``far`` from one another also right before the second one: what stands above and below may reach
    into the white.
    """
    gaps = set()
    by_left = sorted(boxes, key=lambda b: b.left)
    lefts = [b.left for b in by_left]
    for box in boxes:
        right_of = itertools.islice(by_left, bisect.bisect_left(lefts, box.right), None)
        beside = next((b for b in right_of if b.overlap_y(box) > 0), None)
        if beside and beside.left - box.right >= least:
            begin, end = round(box.right / least * 2), round(beside.left / least * 2)
            gaps.add((begin, end))
            if beside.left - box.right < far:
                gaps.add((end - 2, end))
    return [(a * least / 2, b * least / 2) for a, b in gaps]


def _score(items: Sequence[Item], left: list[int], right: list[int], unit: float) -> float:
    """The height over which two columns of running text stand side by side, 0 if they do not."""
    if not left or not right:
        return 0.0
    a, b = (BBox.around(items[i].box for i in side) for side in (left, right))
    far = b.left - a.right >= FAR_GUTTER * unit
    least = FAR_COLUMN if far else NEAR_COLUMN
    for side, box in ((left, a), (right, b)):
        inside = [items[i] for i in side]
        if not _is_text(inside, box, unit, least) and not _has_prose(inside, box, unit):
            return 0.0
    beside = a.overlap_y(b)
    gutter = (b.left - a.right) / unit
    return beside * (1 + LONGER * min(gutter, WIDE_GUTTER)) if beside >= MIN_BESIDE * unit else 0.0


def _is_text(side: Sequence[Item], box: BBox, unit: float, least: _Column) -> bool:
    """Whether one side is running text: enough lines, long enough, close together, and words rather than figures."""
    # A table or figure counts as the text that would fill its place.
    solids = [item.box for item in side if item.solid]
    filling = sum(box.area for box in solids) / (CHARACTER * unit**2)
    lines = len(side) - len(solids) + sum(max(1.0, box.height / (PITCH * unit)) for box in solids)
    characters = filling + sum(item.characters for item in side)
    letters = filling + sum(item.letters for item in side)
    ink = sum(item.box.area for item in side)
    column = _Column(lines, characters / lines, box.width / unit, ink / max(box.area, ink))
    return letters >= MIN_LETTERS * characters and all(a >= b for a, b in zip(column, least, strict=True))


def _has_prose(side: Sequence[Item], box: BBox, unit: float) -> bool:
    """Whether lines in succession fill the side with sentences that run on: the table below them stands in a column."""
    if box.width < NEAR_COLUMN.width * unit:
        return False
    lines, running = 0, 0
    last: Item | None = None
    for item in side:
        if item.box.width < FILLED * box.width or item.characters < NEAR_COLUMN.characters:
            last = None
            continue
        follows = last is not None and item.box.top - last.box.top < MAX_PITCH * unit
        lines = lines + 1 if follows else 1
        running = running + runs_on(last.text, item.text) if last and follows else 0
        last = item
        if lines >= PROSE_LINES and running >= RUNS_ON:
            return True
    return False
