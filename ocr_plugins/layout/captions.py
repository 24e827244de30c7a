"""Captions: told from other text by their label, and read together with the figure or table that they stand next to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ocr_plugins.blocks import Block, BlockKind

# After the number comes punctuation, a title or nothing: ``Figure 3 shows`` begins a sentence.
_LABEL = re.compile(
    r"(?i:(?P<table>tables?|tableau|tabelle|tabella|tabla|tab\.)"
    r"|figures?|figura|fig\.?|abbildung|abb\.|scheme|schema|chart|diagram|graph|plate|photo)"
    r"\s?(?:\d{1,3}(?:[.-]\d{1,3})*[a-z]?|[IVX]{1,5}|[A-Z](?:\.?\d{1,3})?)"
    r"(?:\s?[.:)|\u2013\u2014-]|\s+[(\"'\u201c\u201e\u00ab]?[A-Z0-9\u00c0-\u00de]|$)"
)
# White between a caption and its object, in heights of the running text.
MAX_GAP = 3.0
# Of the narrower one's width, what the two must have in common.
MIN_COMMON = 0.5


def bind_captions(blocks: Sequence[Block], unit: float) -> list[Block]:
    """Put each caption directly before or after its figure or table, as it stands above or below; nothing else moves.

    Args:
        blocks: Of a page in reading order. Besides captions, headings and paragraphs with a label (``Fig. 2:``) count,
            and become captions where they stand next to a figure or table.
        unit: The height of the running text, in the units of the boxes.
    """
    above: defaultdict[int, list[Block]] = defaultdict(list)
    below: defaultdict[int, list[Block]] = defaultdict(list)
    bound = set()
    for i, block in enumerate(blocks):
        found = _object_of(i, blocks, unit)
        if found is not None:
            bound.add(i)
            side = below if _is_below(block, blocks[found]) else above
            side[found].append(replace(block, kind=BlockKind.CAPTION, level=0))
    return [b for i, block in enumerate(blocks) if i not in bound for b in (*above[i], _unbound(block), *below[i])]


def _unbound(block: Block) -> Block:
    """What a layout detector takes for a caption is none without a figure or a label."""
    none = block.kind == BlockKind.CAPTION and not _LABEL.match(block.text)
    return replace(block, kind=BlockKind.PARAGRAPH) if none else block


def _object_of(caption: int, blocks: Sequence[Block], unit: float) -> int | None:
    """The figure or table right above or below a caption; None where there is none, and for what is no caption.

    One of the kind that the label names comes first, then the nearest; of parts that stand side by side, the one that
    is read next to the caption.
    """
    block = blocks[caption]
    label = _LABEL.match(block.text)
    if block.kind != BlockKind.CAPTION and not (label and block.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH)):
        return None
    named = (BlockKind.TABLE if label["table"] else BlockKind.FIGURE) if label else None
    near = [
        (named not in (None, other.kind), round(_gap(block, other) / unit), abs(i - caption), i)
        for i, other in enumerate(blocks)
        if _is_near(block, other, blocks, unit)
    ]
    return min(near)[-1] if near else None


def _is_near(caption: Block, other: Block, blocks: Sequence[Block], unit: float) -> bool:
    """Whether the other block is a figure or table that the caption can be of."""
    if other.kind not in (BlockKind.FIGURE, BlockKind.TABLE) or _gap(caption, other) >= MAX_GAP * unit:
        return False
    return not any(_stands_between(block, caption, other) for block in blocks)


def _gap(caption: Block, other: Block) -> float:
    """The white between the two, one above the other; infinite where they stand otherwise."""
    a, b = caption.box, other.box
    if a is None or b is None or b.top < a.center[1] < b.bottom:
        return float("inf")
    if a.overlap_x(b) < MIN_COMMON * min(a.width, b.width):
        return float("inf")
    return max(0.0, a.top - b.bottom, b.top - a.bottom)


def _stands_between(block: Block, caption: Block, other: Block) -> bool:
    if block is caption or block is other or block.box is None or caption.box is None or other.box is None:
        return False
    upper, lower = (other.box, caption.box) if _is_below(caption, other) else (caption.box, other.box)
    return upper.bottom <= block.box.center[1] <= lower.top and block.box.overlap_x(caption.box) > 0


def _is_below(caption: Block, other: Block) -> bool:
    return bool(caption.box and other.box and caption.box.center[1] > other.box.center[1])
