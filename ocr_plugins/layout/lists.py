"""List items: a line that begins with a bullet or a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ocr_plugins.document import Block, BlockKind

# In heights of the running text; items set in by less stand on one level.
INDENT = 0.7
_BULLET = re.compile(r"^([•●○◦▪■□▸►‣∙·➢➤✓❖]|[-–—*o](?=\s))\s*(?=\S)")
_NUMBER = re.compile(r"^((?:\((?=\w+\)))?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[A-Z])[.)])\s+(?=\S)")


def split_marker(text: str) -> tuple[str, str] | None:
    """The list marker at the start of a line and what follows it; None where there is no marker.

    ``3.``, ``(a)`` and ``iv)`` are markers, ``3.1 Results``, ``1984 was`` and ``(e. g.`` are not.
    """
    match = _BULLET.match(text) or _NUMBER.match(text)
    return (match[1], text[match.end() :]) if match else None


def is_bullet(marker: str) -> bool:
    return _NUMBER.match(f"{marker} x") is None


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
