"""Code: lines of one pitch that read like a program, with their indents and line ends."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from itertools import pairwise

from ocr_plugins.blocks import BBox, Block, BlockKind, text_confidence
from ocr_plugins.layout.rows import Row, join_rows

# In widths of a character: the white beside the ink of a line that was measured.
BESIDE_INK = 0.3
# How much the pitch of lines set in one monospaced type scatters where it was measured; in proportional type it is 0.05
# and more. Lines of fewer characters say nothing of it.
SCATTER, MIN_CHARACTERS = 0.03, 6
# Lines of code at least, where the font says that it is monospaced and where it was measured; of them, those that have
# the pitch, and those that read like a program.
MIN_LINES, MIN_MEASURED = 2, 4
SAME_PITCH, SIGNS, SIGNS_MEASURED = 0.7, 0.3, 0.5
# In heights of the running text: the most white between two lines of one piece of code.
MAX_WHITE = 3.5
# In widths of a character: how far some lines of code that was measured are set in.
INDENT = 1.5
_SIGN = re.compile(
    "|".join(
        (
            r"[{};]$",
            r"[^\W\d]\w*\(|\(\)|\]\)|\w\[",
            r"\s(?:[<>=!+*/%|&]=?|==|->|=>|:=)\s|\w=[\w\"'({\[]|::",
            r"\w_\w|\w\.\w+\.\w|</\w+>|\"{3}",
            r"^(?:#|//|/\*|\*/|\$\s|>>>|</?\w|--?\w[\w-]*[ ,=])",
            r"^(?:def|elif|import|return|package|const|var|let|fn|func)\b",
            r"^(?:if|for|while|class|else|try|with)\b.*:$",
        )
    )
)


def find_code(rows: Sequence[Row], unit: float) -> tuple[list[Block], list[Row]]:
    """The code among the rows of a page as blocks, and the other rows; boxes in page units.

    Prose set in monospaced type, as on a typewriter, is none: it does not read like a program.

    Args:
        rows: Not joined, in any order.
        unit: The height of the running text.
    """
    candidates = [row for row in rows if _is_monospaced(row) or not _has_face(row)]
    found = [group for group in _groups(candidates, rows, unit) if _is_code(group)]
    taken = {id(line) for group in found for row in group for line in row.lines}
    rest = [row for row in rows if not any(id(line) in taken for line in row.lines)]
    return [_block(group) for group in found], rest


def code_text(rows: Sequence[Row]) -> str:
    """The text of lines of code, with the indents, the gaps and the blank lines that their places tell."""
    width = _width(rows)
    left = min(row.box.left for row in rows)
    pitches = [b.box.center[1] - a.box.center[1] for a, b in pairwise(rows)]
    pitch = min((p for p in pitches if p > rows[0].box.height / 2), default=0.0)
    lines: list[str] = []
    for above, row in zip([None, *rows], rows, strict=False):
        down = row.box.center[1] - above.box.center[1] if above else 0.0
        lines += [""] * (round(down / pitch) - 1 if pitch else 0)
        lines.append(_placed(row, left, width))
    return "\n".join(lines)


def _placed(row: Row, left: float, width: float) -> str:
    text = ""
    for line, box in zip(row.lines, row.pieces or (row.box,), strict=False):
        column = round((box.left - left) / width)
        text += " " * max(column - len(text), 1 if text else 0) + line.text
    return text


def _has_face(row: Row) -> bool:
    """Whether the font's name is known, from a text layer, and not only what the pixels tell."""
    return row.confidence is None


def _is_monospaced(row: Row) -> bool:
    return all(line.font is not None and line.font.mono for line in row.lines)


def _width(rows: Sequence[Row]) -> float:
    """The width of a character, the median over the pieces."""
    return statistics.median(_pitch(row) for row in rows)


def _pitch(row: Row) -> float:
    """The width of a character of the row's longest piece."""
    line, box = max(zip(row.lines, row.pieces or (row.box,), strict=False), key=lambda pair: len(pair[0].text))
    beside = 0.0 if line.confidence is None else BESIDE_INK
    return box.width / max(1.0, len(line.text) - beside)


def _groups(candidates: Sequence[Row], rows: Sequence[Row], unit: float) -> list[list[Row]]:
    """Candidates one below the other, with little white between them, joined where they stand on one line."""
    ids = {id(line) for row in candidates for line in row.lines}
    others = [row.box for row in rows if id(row.lines[0]) not in ids]
    groups: list[list[Row]] = []
    for row in join_rows(candidates):
        last = groups[-1][-1] if groups else None
        near = last is not None and row.box.top - last.box.bottom < MAX_WHITE * unit
        if last and near and _is_like(last, row) and not _is_between(others, last.box, row.box):
            groups[-1].append(row)
        else:
            groups.append([row])
    return [g for g in groups if not any(o.mostly_in(BBox.around(r.box for r in g)) for o in others)]


def _is_between(others: Sequence[BBox], last: BBox, box: BBox) -> bool:
    """Whether a line of another type stands between two."""
    both = BBox.around((last, box))
    return any(last.center[1] < o.center[1] < box.center[1] and o.overlap_x(both) > 0 for o in others)


def _is_like(last: Row, row: Row) -> bool:
    """Whether two measured rows may be set in one monospaced type; short ones are, and those whose font says so."""
    if _has_face(row) or min(len(last.text), len(row.text)) < MIN_CHARACTERS:
        return True
    a, b = _pitch(last), _pitch(row)
    return abs(a - b) < 2 * SCATTER * max(a, b)


def _signs(rows: Sequence[Row]) -> int:
    return sum(_SIGN.search(row.text) is not None for row in rows)


def _is_code(group: Sequence[Row]) -> bool:
    if all(map(_has_face, group)):
        return len(group) >= MIN_LINES and _signs(group) >= SIGNS * len(group)
    # Of figures and ditto marks in a typewritten table, an engine makes signs of all kinds.
    long = [row for row in group if len(row.text) >= MIN_CHARACTERS]
    if len(long) < MIN_MEASURED or _signs(long) < SIGNS_MEASURED * len(group):
        return False
    width = _width(long)
    lefts = [row.box.left for row in group]
    if max(lefts) - min(lefts) < INDENT * width:
        return False
    return sum(abs(_pitch(row) - width) < SCATTER * width for row in long) >= SAME_PITCH * len(long)


def _block(group: Sequence[Row]) -> Block:
    lines = tuple(line for row in group for line in row.lines)
    box = BBox.around(row.box for row in group)
    return Block(BlockKind.CODE, code_text(group), box, text_confidence(lines), lines=lines)
