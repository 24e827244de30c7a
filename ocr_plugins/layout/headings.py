"""Headings: which blocks are some, and on which level over the whole document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ocr_plugins.document import Block, BlockKind
from ocr_plugins.layout.paragraphs import SENTENCE_END
from ocr_plugins.layout.rows import Row

MAX_LENGTH = 160
MAX_ROWS = 4
# Larger than the running text by this much, a short text is a heading by its size alone.
LARGER = 1.3
_DECIMAL = re.compile(r"^(\d+(?:\.\d+)+)\.?\s")


def looks_like_heading(rows: Sequence[Row], unit: float, *, classified: bool) -> bool:
    """Whether a paragraph is a heading.

    Args:
        rows: Its lines.
        unit: The height of the running text.
        classified: The layout detector says so.
    """
    text = " ".join(row.text for row in rows)
    letters = sum(c.isalpha() for c in text)
    if len(rows) > MAX_ROWS or len(text) > MAX_LENGTH or letters < 3 or letters < 0.5 * len(text.replace(" ", "")):
        return False
    if classified:
        return True
    if text.endswith((",", ";", "-")) or text[0].islower():
        return False
    height = min(row.height for row in rows)
    if height > LARGER * unit:
        return len(text) < 100 or height > 1.5 * unit
    if all(row.bold for row in rows):
        return not text.endswith(".") and len(rows) <= 2
    return bool(_DECIMAL.match(text)) and len(rows) == 1 and not SENTENCE_END.search(text) and len(text) < 80


@dataclass(slots=True)
class HeadingLevels:
    """Sizes of the headings seen so far, from which levels follow; a title is above all of them."""

    sizes: Counter[float] = field(default_factory=Counter)

    def observe(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            if block.kind == BlockKind.HEADING:
                self.sizes[_size(block)] += 1

    def settle(self, block: Block) -> Block:
        """The heading with its level: by its decimal number if it has one, by the rank of its size otherwise."""
        if block.kind != BlockKind.HEADING:
            return block
        return replace(block, level=min(6, self._level(block)))

    def _level(self, block: Block) -> int:
        ranks: list[float] = []
        for size in sorted(self.sizes, reverse=True):
            # Heights of OCR boxes scatter: what is within a seventh is one size.
            if not ranks or size < ranks[-1] * 0.86:
                ranks.append(size)
        size = _size(block)
        return 1 + sum(size < rank * 0.86 for rank in ranks[:5])


def _size(block: Block) -> float:
    """Height of the type: points for a text layer, hundredths of the page's height for OCR."""
    fonts = [line.font.size for line in block.lines if line.font]
    if fonts:
        return round(max(fonts), 1)
    heights = sorted(line.box.height for line in block.lines) or [0.0]
    return round(100 * heights[len(heights) // 2], 2)

