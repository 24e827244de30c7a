"""What stands in the margin beside running text: notes, and the numbers of lines."""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise

from ocr_plugins.blocks import BBox, Block, BlockKind, text_confidence
from ocr_plugins.layout.rows import Row, same_row
from ocr_plugins.text import HYPHENS, runs_on

# Of the height of the lines beside it: a note is set in type as small as this.
SMALL = 0.92
# In heights of the running text: white between a note and the text, and between two lines of a note.
GUTTER, LEADING = 0.6, 0.8
# Of the width of the text, what a note is wide at most, and a line of running text at least.
NARROW, FILLED = 0.6, 0.7
# Line numbers in a margin, how many digits they have, and how well they are aligned, in heights of the running text.
MIN_NUMBERS, MAX_DIGITS, ALIGNED = 5, 3, 0.6
# Numbered lines that go on with the sentence of the line before: the items of a list begin sentences.
WITHIN_SENTENCES = 2


def take_line_numbers(rows: Sequence[Row], unit: float) -> tuple[list[Row], list[Row]]:
    """The numbers that count the lines of a page in its margin, from top to bottom, and the other rows.

    They stand one below the other outside of the text and count up by one step, and sentences run on from a numbered
    line to the next.

    Args:
        rows: Of one page, in any order, boxes in page units.
        unit: The height of the running text.
    """
    digits = [row for row in rows if row.text.strip().isdecimal() and len(row.text.strip()) <= MAX_DIGITS]
    for edge in (lambda box: box.right, lambda box: box.left):
        numbers = _aligned(digits, edge, unit)
        text = _without(rows, numbers)
        if len(numbers) >= MIN_NUMBERS and _counts_up(numbers) and _is_outside(numbers, text, unit):
            lines = sorted(text, key=lambda row: row.box.center[1])
            width = max((row.box.width for row in lines), default=0.0)
            within = sum(
                runs_on(a.text, b.text)
                for a, b in pairwise(lines)
                if a.box.width > FILLED * width and any(same_row(b.box, number.box) for number in numbers)
            )
            if within >= WITHIN_SENTENCES:
                return numbers, text
    return [], list(rows)


def numbers_block(numbers: Sequence[Row]) -> list[Block]:
    """Line numbers as page furniture; nothing where there are none."""
    if not numbers:
        return []
    lines = tuple(line for row in numbers for line in row.lines)
    box = BBox.around(row.box for row in numbers)
    text = "\n".join(row.text for row in numbers)
    return [Block(BlockKind.PAGE_FOOTER, text, box, text_confidence(lines), lines=lines)]


def _aligned(digits: Sequence[Row], edge: Callable[[BBox], float], unit: float) -> list[Row]:
    """Most of the figures, one below the other: those with an edge as the middle one has it."""
    if not digits:
        return []
    middle = statistics.median_low(edge(row.box) for row in digits)
    aligned = [row for row in digits if abs(edge(row.box) - middle) < ALIGNED * unit]
    return sorted(aligned, key=lambda row: row.box.center[1])


def _counts_up(numbers: Sequence[Row]) -> bool:
    steps = [int(b.text) - int(a.text) for a, b in pairwise(numbers)]
    step = statistics.median_low(steps)
    return step > 0 and 2 * sum(s == step for s in steps) > len(steps)


def _is_outside(numbers: Sequence[Row], text: Sequence[Row], unit: float) -> bool:
    """Whether all text beside the numbers stands on one side of them."""
    box = BBox.around(row.box for row in numbers)
    beside = [row.box for row in text if row.box.overlap_y(box) > 0]
    left, right = (box.left + ALIGNED * unit, box.right - ALIGNED * unit)
    return bool(beside) and (all(b.left > right for b in beside) or all(b.right < left for b in beside))


def take_notes(rows: Sequence[Row], unit: float) -> tuple[list[list[Row]], list[Row]]:
    """The notes in the margins, each as its lines from top to bottom, and the other rows.

    A note is set in smaller type than the running text beside it, outside of all that stands on its lines.

    Args:
        rows: Of one page, in any order, boxes in page units.
        unit: The height of the running text.
    """
    by_middle = sorted(rows, key=lambda row: row.box.center[1])
    middles = [row.box.center[1] for row in by_middle]
    reach = max((row.box.height for row in rows), default=0.0)

    def near(box: BBox) -> list[Row]:
        """The rows that reach into the height of the box or stand right above or below it."""
        return by_middle[bisect_left(middles, box.top - reach) : bisect_right(middles, box.bottom + reach)]

    small = [row for row in by_middle if row.measured and _is_apart(row, near(row.box), unit)]
    text = _without(rows, small)
    notes = [
        note
        for note in _stacks(small, unit)
        if _is_note(note, near(box := BBox.around(r.box for r in note))) and _in_margin(box, near(box), text)
    ]
    return notes, _without(rows, [row for note in notes for row in note])


def _is_apart(row: Row, near: Sequence[Row], unit: float) -> bool:
    """Whether the row is small and stands at one side of all larger type on its lines, apart from it."""
    beside = [r for r in near if r is not row and r.box.overlap_y(row.box) > 0]
    larger = [r.box for r in beside if r.measured and row.height < SMALL * r.height]
    alike = [r.box for r in beside if r.box not in larger and r.box.overlap_x(row.box) <= 0]
    if not larger or alike:
        return False
    gutter = GUTTER * unit
    return all(b.left - row.box.right > gutter for b in larger) or all(row.box.left - b.right > gutter for b in larger)


def _stacks(small: Sequence[Row], unit: float) -> list[list[Row]]:
    """Rows right below one another, from top to bottom."""
    stacks: list[list[Row]] = []
    for row in small:
        above = (
            stack
            for stack in reversed(stacks)
            if stack[-1].box.overlap_x(row.box) > 0
            and row.box.top - stack[-1].box.bottom < LEADING * unit
            and row.box.top > stack[-1].box.top
        )
        stack = next(above, None)
        if stack is None:
            stacks.append([row])
        else:
            stack.append(row)
    return stacks


def _is_note(note: Sequence[Row], near: Sequence[Row]) -> bool:
    """Whether the note is narrow, has words, and running text stands beside it."""
    box = BBox.around(row.box for row in note)
    beside = [row for row in near if row.box.overlap_x(box) <= 0]
    widest = max((row.box.width for row in beside), default=0.0)
    if box.width > NARROW * widest or not any(
        len(word) > 1 and word.isalpha() for r in note for word in r.text.split()
    ):
        return False
    return any(
        a.box.width > FILLED * widest and (runs_on(a.text, b.text) or a.text.endswith(HYPHENS))
        for a, b in pairwise(beside)
    )


def _in_margin(box: BBox, near: Sequence[Row], text: Sequence[Row]) -> bool:
    """Whether no text stands above or below the note, farther out than the text beside it."""
    inner = [row.box for row in near if row.box.overlap_y(box) > 0 and row.box.overlap_x(box) <= 0]
    if all(other.left > box.right for other in inner):
        edge = min(other.left for other in inner)
        return not any(row.box.right < edge for row in text)
    edge = max(other.right for other in inner)
    return not any(row.box.left > edge for row in text)


def insert_notes(blocks: Sequence[Block], notes: Sequence[Block]) -> list[Block]:
    """The blocks of a page in reading order, each note behind the one that it begins beside; boxes in page units.

    It stands before the last one, which may go on on the next page.
    """
    places: dict[int, list[Block]] = {}
    tops = [block.box.top if block.box else 0.0 for block in blocks]
    for note in notes:
        middle = note.box.center[1] if note.box else 0.0
        nearest = max((i for i, top in enumerate(tops) if top < middle), key=tops.__getitem__, default=-1)
        places.setdefault(max(0, min(nearest + 1, len(blocks) - 1)), []).append(note)
    return [b for i, block in enumerate(blocks) for b in (*places.get(i, ()), block)] if blocks else list(notes)


def _without(rows: Sequence[Row], taken: Sequence[Row]) -> list[Row]:
    known = set(map(id, taken))
    return [row for row in rows if id(row) not in known]
