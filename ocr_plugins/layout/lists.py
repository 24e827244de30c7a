"""List items: a line that begins with a bullet or a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr_plugins.blocks import Block, BlockKind

# In heights of the running text; items set in by less stand on one level.
INDENT = 0.7


def nest(blocks: Sequence[Block], unit: float) -> list[Block]:
    """List items with their depth, from how far each is set in against the items before it.

    Args:
        blocks: Of one column, top to bottom, boxes in page units. Anything but a list item ends a list.
        unit: The height of the running text.
    """
    nested: list[Block] = []
    lefts: list[float] = []
    for block in blocks:
        if block.kind != BlockKind.LIST_ITEM or block.box is None:
            lefts = []
            nested.append(block)
            continue
        while len(lefts) > 1 and block.box.left < lefts[-1] - INDENT * unit:
            lefts.pop()
        if not lefts or block.box.left > lefts[-1] + INDENT * unit:
            lefts.append(block.box.left)
        nested.append(replace(block, level=len(lefts) - 1))
    return nested
