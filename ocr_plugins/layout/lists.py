"""Lists: lines that begin with a bullet or a number, and tables of contents."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from ocr_plugins.blocks import STANDS_BETWEEN, Block, BlockKind
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.text import PAGE_NUMBER, is_bullet, split_marker

# In heights of the running text; items set in by less stand on one level.
INDENT = 0.7
# The same where the marker is of another kind.
OTHER_INDENT = 0.25
# In heights of the running text: the white between a bullet and its text, how well bullets are aligned, and the most
# white between two entries of a table of contents.
MAX_MARKER, ALIGNED, MAX_WHITE = 4.0, 0.5, 2.0
# In heights of the running text: white before a bullet.
BEFORE = 8.0
# So many bullets that might be letters or strokes make a list, so many lines with leaders a table of contents.
MIN_ITEMS, MIN_ENTRIES = 2, 3
# Dots between an entry and its page number; an engine may read a few of them.
_LEADER = re.compile(r"\s*(?:(?:[.·‥_]\s?){4,}|(?:…\s?){2,})(?=\s*\(?(?:[A-Za-z]{1,2}[-.])?[\divxlc]{1,6}\)?$)")
_WORD = re.compile(r"[^\W\d_]{2}")
_REST = re.compile(r"\s+[.·…](?:\s?[.·…])*$|[.·…]{3,}$|^[.·…]+\s+[\divxlc]+$")
_DOTS = re.compile(r"(?:\s*[.·…‥_]){3,}\s*|\s+[.·…]+(?=\s|$)|…\s*")


def is_entry(text: str) -> bool:
    """Whether dots lead to a page number, as in a line of a table of contents."""
    return _LEADER.search(text) is not None


def without_leader(text: str) -> str:
    """A line of a table of contents without the dots between its words and its page number."""
    return " ".join(_DOTS.sub(" ", text).split())


def join_items(rows: Sequence[Row], unit: float) -> list[Row]:
    """The rows of a page, bullets joined to the text beside them, and so the parts of the lines of contents.

    Their white is not that between the columns of a table.

    Args:
        rows: Pieces of lines, boxes in page units, in any order.
        unit: The height of the running text.
    """
    return _with_entries(_with_bullets(rows, unit), unit)


def _with_bullets(rows: Sequence[Row], unit: float) -> list[Row]:
    bullets = [
        row for row in rows if (split := split_marker(f"{row.text} x")) and split[1] == "x" and is_bullet(split[0])
    ]
    if not bullets:
        return list(rows)
    by_middle = sorted(rows, key=_middle)
    middles = [_middle(row) for row in by_middle]
    # Two rows of one line have their middles no farther apart than half the height of the higher one.
    reach = max(row.box.height for row in rows) / 2
    lefts: dict[str, list[float]] = {}
    for bullet in sorted(bullets, key=lambda row: row.box.left):
        lefts.setdefault(bullet.text, []).append(bullet.box.left)
    joined: dict[int, Row] = {}
    for bullet in bullets:
        y, left = _middle(bullet), bullet.box.left
        near = by_middle[bisect.bisect_left(middles, y - reach) : bisect.bisect_right(middles, y + reach)]
        beside = [r for r in near if r is not bullet and _on_line(bullet, r)]
        if any(_has_bullet(r) and r.box.left < bullet.box.right for r in beside if r.box.right > bullet.box.right):
            # The pixels told it as well.
            joined[id(bullet)] = bullet
            continue
        text = min((r for r in beside if r.box.left >= bullet.box.right), key=lambda r: r.box.left, default=None)
        if text is None or text.box.left - bullet.box.right > MAX_MARKER * unit or not _WORD.search(text.text):
            continue
        # A stroke in a cell is no bullet.
        first = not any(0 <= left - r.box.right < BEFORE * unit for r in beside)
        same, slack = lefts[bullet.text], ALIGNED * unit
        alike = bisect.bisect_left(same, left + slack) - bisect.bisect_right(same, left - slack)
        if first and alike >= MIN_ITEMS and id(text) not in joined:
            joined[id(text)] = join_rows([bullet, text])[0]
            joined[id(bullet)] = bullet
    taken = {id(b) for b in bullets if id(b) in joined}
    return [joined.get(id(row), row) for row in rows if id(row) not in taken]


def _has_bullet(row: Row) -> bool:
    split = split_marker(row.text)
    return split is not None and is_bullet(split[0])


def _middle(row: Row) -> float:
    return row.box.center[1]


def _on_line(a: Row, b: Row) -> bool:
    return a.box.top < b.box.center[1] < a.box.bottom or b.box.top < a.box.center[1] < b.box.bottom


def _with_entries(rows: Sequence[Row], unit: float) -> list[Row]:
    dotted = [row for row in rows if _LEADER.search(row.text) or _REST.search(row.text)]
    if not dotted:
        return list(rows)
    lines = join_rows(rows)
    stretches: list[list[Row]] = [[lines[0]]]
    for last, line in pairwise(lines):
        if line.box.top - last.box.bottom > MAX_WHITE * unit:
            stretches.append([])
        stretches[-1].append(line)
    entries = [entry for stretch in stretches for entry in _entries(stretch)]
    taken = {id(line) for entry in entries for line in entry.lines}
    rest = [row for row in rows if not any(id(line) in taken for line in row.lines)]
    return [*rest, *(replace(entry, entry=True) for entry in entries)]


def _entries(lines: Sequence[Row]) -> list[Row]:
    """The lines from the first to the last one with a leader, if most of them end with a page number or have one."""
    dotted = [i for i, line in enumerate(lines) if _has_leader(line)]
    if not dotted:
        return []
    between = lines[dotted[0] : dotted[-1] + 1]
    numbered = [line for line in between if _has_leader(line) or _ends_with_number(line)]
    if len(dotted) >= MIN_ENTRIES and 2 * len(numbered) > len(between):
        return list(between)
    return [line for line in between if _LEADER.search(line.text)]


def _has_leader(line: Row) -> bool:
    return bool(_LEADER.search(line.text)) or any(_REST.search(piece.text) for piece in line.lines)


def _ends_with_number(line: Row) -> bool:
    return len(line.lines) > 1 and PAGE_NUMBER.match(line.lines[-1].text) is not None


def nest(
    blocks: Sequence[Block], unit: float, open_items: Sequence[tuple[float, str]] = (), shift: float = 0.0
) -> list[Block]:
    """List items with their depth, from how far each is set in against the items before it.

    Args:
        blocks: Of one column, top to bottom, boxes in page units. Text that is no item ends a list.
        unit: The height of the running text.
        open_items: Of the list that the column begins in the midst of, from :func:`open_after`.
        shift: How much farther to the right this column is than the one of the open items.
    """
    nested: list[Block] = []
    still = [(left + shift, kind) for left, kind in open_items]
    for block in blocks:
        if is_new_item(block):
            assert block.box is not None
            left, kind = block.box.left, _marker_kind(block.marker)
            while len(still) > 1 and left < still[-1][0] - _indent(kind, still[-1][1]) * unit:
                still.pop()
            if not still or left > still[-1][0] + _indent(kind, still[-1][1]) * unit:
                still.append((left, kind))
            nested.append(replace(block, level=len(still) - 1))
            continue
        if not _stands_in_list(block):
            still = []
        nested.append(block)
    return nested


def nest_columns(columns: Sequence[Sequence[Block]], unit: float) -> list[list[Block]]:
    """The columns of a page, each as :func:`nest` does it; a list goes on at the head of the next column."""
    nested: list[list[Block]] = []
    for column in columns:
        last = nested[-1] if nested else []
        nested.append(nest(column, unit, *carried(last, column)))
    return nested


def carried(last: Sequence[Block], column: Sequence[Block]) -> tuple[list[tuple[float, str]], float]:
    """The items that the first list of a column goes on with, and how much farther to the right it stands.

    An item stands as deep as the last one of its kind; where none is of a kind that is open, the left edges of the
    columns tell.

    Args:
        last: The blocks of the column before, items with their depth.
        column: Boxes in the same units.
    """
    open_items = open_after(last)
    for block in column:
        if is_new_item(block):
            assert block.box is not None
            for left, kind in reversed(open_items):
                if kind == _marker_kind(block.marker):
                    return open_items, block.box.left - left
        elif not _stands_in_list(block):
            break
    return open_items, _left_edge(column) - _left_edge(last)


def open_after(blocks: Iterable[Block]) -> list[tuple[float, str]]:
    """The left edge and the kind of marker of the last item of each depth, where a list may go on behind the blocks."""
    still: list[tuple[float, str]] = []
    for block in blocks:
        if is_new_item(block):
            assert block.box is not None
            still = [*still[: block.level], (block.box.left, _marker_kind(block.marker))]
        elif not _stands_in_list(block):
            still = []
    return still


def is_new_item(block: Block) -> bool:
    """Whether a list item begins with the block, at a known place."""
    return block.kind == BlockKind.LIST_ITEM and block.box is not None and not _is_rest(block)


def _is_rest(block: Block) -> bool:
    """Whether the block is the rest of an item that was broken off."""
    return block.continues and block.marker is None


def _stands_in_list(block: Block) -> bool:
    return block.kind.is_furniture or block.kind in STANDS_BETWEEN or block.kind == BlockKind.LIST_ITEM


def _left_edge(blocks: Iterable[Block]) -> float:
    return min((b.box.left for b in blocks if b.box is not None and not b.kind.is_furniture), default=0.0)


def _indent(kind: str, other: str) -> float:
    return INDENT if kind == other else OTHER_INDENT


def _marker_kind(marker: str | None) -> str:
    """The marker with what counts up replaced: ``(0)`` of ``(12)``, ``a)`` of ``c)``; dashes are of one kind."""
    kind = re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", re.sub(r"\d+", "0", marker or "")))
    return re.sub(r"^[-–—]$", "–", kind)
