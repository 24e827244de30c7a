"""Footnotes: small type at the foot of a column, read after all columns."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace

from ocr_plugins.blocks import BBox, Block, BlockKind
from ocr_plugins.layout.rows import LEADING
from ocr_plugins.text import NOTE_MARK

# Of the height of the running text, and of the page's height.
SMALLER, FOOT = 0.92, 0.55
# A rule above a note is so close to it and at least so long, in heights of the running text.
NEAR, MIN_RULE = 1.5, 3.0


def notes_last(
    columns: Sequence[Sequence[Block]], rulings: Sequence[BBox], unit: float, page_height: float
) -> list[Block]:
    """The blocks of all columns in reading order, the footnotes behind the last column that they stand below.

    The last blocks of a column are notes if they are set in small type and the first of them has a mark, or a rule
    above it.

    Args:
        columns: In reading order, boxes in page units.
        rulings: Ruling lines of the page.
        unit: The height of the running text.
        page_height: In page units.
    """
    starts = [_notes_start(column, rulings, unit, FOOT * page_height) for column in columns]
    behind: list[list[Block]] = [[] for _ in columns]
    for i, (column, start) in enumerate(zip(columns, starts, strict=True)):
        notes = [_as_note(block) for block in column[start:]]
        behind[_last_above(notes, i, columns)] += notes
    return [
        block
        for column, start, notes in zip(columns, starts, behind, strict=True)
        for block in (*column[:start], *notes)
    ]


def _last_above(notes: Sequence[Block], own: int, columns: Sequence[Sequence[Block]]) -> int:
    """The column that the notes are read behind: what runs below them over the whole page is read after them."""
    bottom = max((block.box.bottom for block in notes if block.box), default=0.0)
    following = range(own + 1, len(columns))
    below = (i for i in following if all(block.box and block.box.top >= bottom for block in columns[i]))
    return next(below, len(columns)) - 1


def _notes_start(column: Sequence[Block], rulings: Sequence[BBox], unit: float, foot: float) -> int:
    """The index from which on the column is notes; its length if it has none."""
    start = len(column)
    for i in range(len(column) - 1, -1, -1):
        block = column[i]
        if not _is_small(block, unit) or block.box is None or block.box.top < foot:
            break
        if NOTE_MARK.match(f"{block.marker or ''} {block.text}".strip()) or _has_rule_above(block.box, rulings, unit):
            start = i
    return start


def _is_small(block: Block, unit: float) -> bool:
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FOOTNOTE):
        return block.kind.is_furniture
    sizes = [line.font.size * LEADING for line in block.lines if line.font]
    return bool(sizes) and statistics.median(sizes) < SMALLER * unit


def _has_rule_above(box: BBox, rulings: Sequence[BBox], unit: float) -> bool:
    return any(
        rule.width > MIN_RULE * unit and rule.overlap_x(box) > 0 and -NEAR * unit < box.top - rule.bottom < NEAR * unit
        for rule in rulings
        if rule.width > rule.height
    )


def _as_note(block: Block) -> Block:
    if block.kind.is_furniture:
        return block
    marked = f"{block.marker} {block.text}" if block.marker else block.text
    return replace(block, kind=BlockKind.FOOTNOTE, text=marked, marker=None, level=0)
