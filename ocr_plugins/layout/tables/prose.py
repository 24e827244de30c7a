"""Columns of running text, which stand side by side as the columns of a table do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ocr_plugins.layout.rows import Row
from ocr_plugins.text import SENTENCE_END

# Characters that a line of running text has at least, and letters among them.
LONG, LETTERS = 25, 0.6
# In heights of the line: how much the beginnings of the lines of a column differ at most, and the ends of justified ones.
SAME_LEFT, SAME_RIGHT = 0.5, 0.5
# In heights of the line, from one line of a column to the next.
MAX_PITCH = 2.2
# Columns of running text that are side by side, and lines that each goes on over.
MIN_COLUMNS, MIN_LINES = 2, 3


def prose_lines(lines: Sequence[Sequence[Row]]) -> set[int]:
    """Which lines are of running text in columns: text that goes on in the next line, in several of them.

    Args:
        lines: The pieces of each, left to right; top to bottom.
    """
    # For each piece how many lines of its column go on up to it.
    runs: dict[int, list[Row]] = {}
    for above, below in pairwise(lines):
        for row in below:
            last = next((r for r in above if _goes_on(r, row)), None)
            if last is not None:
                run = runs.setdefault(id(last), [last])
                run.append(row)
                runs[id(row)] = run
    prose = {key for key, run in runs.items() if len(run) >= MIN_LINES}
    return {i for i, line in enumerate(lines) if sum(id(row) in prose for row in line) >= MIN_COLUMNS}


def _goes_on(row: Row, following: Row) -> bool:
    """Whether the text of a line goes on in the line below it."""
    a, b = row.box, following.box
    height = min(row.height, following.height)
    if abs(a.left - b.left) > SAME_LEFT * height or b.center[1] - a.center[1] > MAX_PITCH * height:
        return False
    if not all(len(text) >= LONG and sum(map(str.isalpha, text)) >= LETTERS * len(text) for text in (row.text, following.text)):
        return False
    continued = following.text[:1].islower() and not SENTENCE_END.search(row.text)
    return continued or row.text.endswith("-") or abs(a.right - b.right) < SAME_RIGHT * height
