"""Columns of running text, which stand side by side as the columns of a table do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import Row, same_row
from ocr_plugins.text import SENTENCE_END

# Characters that a line of running text has at least, and letters among them.
LONG, LETTERS = 25, 0.6
# In heights of the line: how much the lines of a column differ at most where they begin, and justified ones where they
# end.
ALIGNED = 0.5
# In heights of the line, from one line of a column to the next.
MAX_PITCH = 2.2
# Lines that running text goes on over.
MIN_LINES = 3
# Of the width of a place, a line that is more than one of its columns; of the characters in it, those of running text.
WIDE, MOSTLY = 0.5, 0.5


def prose_lines(lines: Sequence[Sequence[Row]]) -> set[int]:
    """Which lines are of running text in columns: text that goes on in the next line, in several of them.

    Args:
        lines: The pieces of each, left to right; top to bottom.
    """
    prose = _side_by_side([row for line in lines for row in line])
    return {i for i, line in enumerate(lines) if any(id(row) in prose for row in line)}


def is_prose(rows: Sequence[Row], box: BBox) -> bool:
    """Whether what stands in a place is mostly running text: in columns, or over most of its width."""
    running, beside = _running(rows), _side_by_side(rows)
    prose = [r for r in rows if id(r) in beside or (id(r) in running and r.box.width > WIDE * box.width)]
    return sum(len(row.text) for row in prose) > MOSTLY * sum(len(row.text) for row in rows)


def _side_by_side(rows: Sequence[Row]) -> set[int]:
    """The pieces, by identity, of text that goes on over several lines beside other such text.

    The lines of one column need not be level with those of the other one.
    """
    running = _running(rows)
    prose = sorted((row for row in rows if id(row) in running), key=lambda row: row.box.top)
    found: set[int] = set()
    for i, row in enumerate(prose):
        for other in islice(prose, i + 1, None):
            if other.box.top >= row.box.bottom:
                break
            if row.box.overlap_x(other.box) <= 0:
                found |= {id(row), id(other)}
    return found


def _running(rows: Sequence[Row]) -> set[int]:
    """The pieces, by identity, of text that goes on over several lines."""
    ordered = sorted(rows, key=lambda row: row.box.center[1])
    runs: dict[int, list[Row]] = {}
    for i, row in enumerate(ordered):
        following = _next_below(row, islice(ordered, i + 1, None))
        if following is not None and goes_on(row, following):
            run = runs.setdefault(id(row), [row])
            run.append(following)
            runs[id(following)] = run
    return {key for key, run in runs.items() if len(run) >= MIN_LINES}


def _next_below(row: Row, later: Iterable[Row]) -> Row | None:
    """The nearest piece below another one, of those whose middles are lower, top to bottom."""
    for other in later:
        if other.box.center[1] - row.box.center[1] > MAX_PITCH * row.height:
            return None
        if row.box.overlap_x(other.box) > 0 and not same_row(row.box, other.box):
            return other
    return None


def goes_on(row: Row, following: Row) -> bool:
    """Whether the text of a line goes on in the line below it."""
    a, b = row.box, following.box
    height = min(row.height, following.height)
    if abs(a.left - b.left) > ALIGNED * height or b.center[1] - a.center[1] > MAX_PITCH * height:
        return False
    if not (_is_running(row.text) and _is_running(following.text)):
        return False
    continued = following.text[:1].islower() and not SENTENCE_END.search(row.text)
    return continued or row.text.endswith("-") or abs(a.right - b.right) < ALIGNED * height


def _is_running(text: str) -> bool:
    return len(text) >= LONG and sum(map(str.isalpha, text)) >= LETTERS * len(text)
