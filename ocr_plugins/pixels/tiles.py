"""Long pages, such as receipts and screenshots, in parts that an engine reads at the size of their type.

Reduced as a whole to the edge that suits an engine, a receipt twenty times as long as wide has letters of a few pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr_plugins.blocks import BBox, TextLine
from ocr_plugins.engine import Blocks, Lines, Markdown, PageImage, Recognition

# How many times as long as wide a page is that is read in parts, and about how many times a part is.
LONG, PART = 3.0, 2.0
# A part is no shorter than this share of what suits an engine: a page of a pixel's width is not cut into thousands.
MOST_PARTS = 8
# Of a part's length: how far from its ideal place a cut may be, so that it goes through nothing.
REACH = 0.2
# Grey levels by which the pixels of a row differ at most where there is nothing.
EMPTY = 24
# Of a part's length, by which two parts overlap on either side of a cut through something; pixels at the end of a part
# within which a line may be cut off.
OVERLAP, AT_END = 0.05, 3
# Of a line's area, from which it is the same as one of the other part.
SAME = 0.5


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a page, over its whole width; ``top`` and ``bottom`` are in 0..1 of the page."""

    page: PageImage
    top: float = 0.0
    bottom: float = 1.0


def drawing_edge(size: tuple[float, float], longest_edge: int) -> int:
    """Pixels of the longest edge at which a page is to be drawn for an engine, more for long ones.

    Args:
        size: Of the page, in any unit.
        longest_edge: What suits the engine.
    """
    ratio = max(size) / max(1e-6, min(size))
    return longest_edge if ratio <= LONG else round(longest_edge * ratio / LONG)


def tiles(page: PageImage, longest_edge: int) -> list[Tile]:
    """The page alone, or in parts from top to bottom if it is long and has more pixels than suit the engine."""
    width, height = page.size
    if height <= LONG * width or height <= longest_edge:
        return [Tile(page)]
    part = min(float(longest_edge), max(PART * width, longest_edge / MOST_PARTS))
    differences = page.grey.max(1).astype(int) - page.grey.min(1)
    cuts: list[tuple[int, int]] = []
    at = 0
    while height - at > (1 + REACH) * part:
        reach = round(REACH * part)
        ideal = at + round(part)
        rows = differences[ideal - reach : ideal + reach]
        # In the middle of what is empty, as near as possible.
        empty = np.flatnonzero(rows <= EMPTY)
        at = ideal - reach + int(empty[np.abs(empty - reach).argmin()] if len(empty) else rows.argmin())
        over = 0 if len(empty) else round(OVERLAP * part)
        cuts.append((at - over, at + over))
    tops, bottoms = [0, *(top for top, _ in cuts)], [*(bottom for _, bottom in cuts), height]
    return [
        Tile(replace(page, image=page.image.crop((0, top, width, bottom))), top / height, bottom / height)
        for top, bottom in zip(tops, bottoms, strict=True)
    ]


def joined(parts: Sequence[Tile], results: Sequence[Recognition]) -> Recognition:
    """What was read on a page, from what was read on its parts; a line that lies in two of them is taken once."""
    if len(parts) == 1:
        return results[0]
    truncated = any(result.truncated for result in results)
    if all(isinstance(result, Lines) for result in results):
        return Lines(tuple(_lines(parts, results)), truncated)
    if all(isinstance(result, Markdown) for result in results):
        texts = [result for result in results if isinstance(result, Markdown) and result.text.strip()]
        known = [result.confidence for result in texts if result.confidence is not None]
        text = "\n\n".join(result.text for result in texts)
        return Markdown(text, math.fsum(known) / len(known) if known else None, truncated)
    blocks = [
        replace(block, box=_moved(block.box, tile) if block.box else None)
        for tile, result in zip(parts, results, strict=True)
        if isinstance(result, Blocks)
        for block in result.blocks
    ]
    return Blocks(tuple(blocks), truncated)


def _lines(parts: Sequence[Tile], results: Sequence[Recognition]) -> list[TextLine]:
    lines: list[TextLine] = []
    for i, (tile, result) in enumerate(zip(parts, results, strict=True)):
        assert isinstance(result, Lines)
        above = i > 0 and parts[i - 1].bottom > tile.top
        below = i + 1 < len(parts) and parts[i + 1].top < tile.bottom
        end = AT_END / tile.page.size[1]
        for line in result.lines:
            # What is cut off here is whole in the other part.
            if (above and line.box.top < end) or (below and line.box.bottom > 1 - end):
                continue
            moved = _moved_line(line, tile)
            if not (above and any(moved.box.share_in(known.box) > SAME for known in lines)):
                lines.append(moved)
    return lines


def _moved_line(line: TextLine, tile: Tile) -> TextLine:
    words = tuple(replace(word, box=_moved(word.box, tile)) for word in line.words)
    return replace(line, box=_moved(line.box, tile), slope=line.slope * (tile.bottom - tile.top), words=words)


def _moved(box: BBox, tile: Tile) -> BBox:
    share = tile.bottom - tile.top
    return BBox(box.left, tile.top + box.top * share, box.right, tile.top + box.bottom * share)
