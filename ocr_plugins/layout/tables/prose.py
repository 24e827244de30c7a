"""Columns of running text, which stand side by side as the columns of a table do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.text import SENTENCE_END

# Characters that a line of running text has at least, and letters among them.
LONG, LETTERS = 25, 0.6
# In heights of the line: how much the lines of a column differ at most where they begin, and justified ones where they
# end.
ALIGNED = 0.5
# In heights of the line, from one line of a column to the next.
MAX_PITCH = 2.2
# Columns of running text that are side by side, and lines that each goes on over.
MIN_COLUMNS, MIN_LINES = 2, 3
# Of the width of a place, a line that is more than one of its columns; of the characters in it, those of running text.
WIDE, MOSTLY = 0.5, 0.5


def prose_lines(lines: Sequence[Sequence[Row]]) -> set[int]:
    """Which lines are of running text in columns: text that goes on in the next line, in several of them.

    Args:
        lines: The pieces of each, left to right; top to bottom.
    """
    prose = _running(lines)
    return {i for i, line in enumerate(lines) if sum(id(row) in prose for row in line) >= MIN_COLUMNS}


def is_prose(rows: Sequence[Row], box: BBox) -> bool:
    """Whether what stands in a place is mostly running text: in columns, or over most of its width."""
    row_of = {id(row.lines[0]): row for row in rows}
    lines = [[row_of[id(line)] for line in joined.lines if id(line) in row_of] for joined in join_rows(rows)]
    running = _running(lines)
    prose = [
        row
        for line in lines
        for row in line
        if id(row) in running
        and (sum(id(r) in running for r in line) >= MIN_COLUMNS or row.box.width > WIDE * box.width)
    ]
    return sum(len(row.text) for row in prose) > MOSTLY * sum(len(row.text) for row in rows)


def _running(lines: Sequence[Sequence[Row]]) -> set[int]:
    """The pieces, by identity, of text that goes on over several lines."""
    runs: dict[int, list[Row]] = {}
    for above, below in pairwise(lines):
        for row in below:
            last = next((r for r in above if goes_on(r, row)), None)
            if last is not None:
                run = runs.setdefault(id(last), [last])
                run.append(row)
                runs[id(row)] = run
    return {key for key, run in runs.items() if len(run) >= MIN_LINES}


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
