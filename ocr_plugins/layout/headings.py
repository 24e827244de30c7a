"""Headings: which blocks are some, and on which level over the whole document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ocr_plugins.document import Block, BlockKind
from ocr_plugins.layout.paragraphs import SENTENCE_END
from ocr_plugins.layout.rows import Row

MAX_LENGTH = 160
MAX_ROWS = 4
# Pieces of a line farther apart than this are fields of a form or cells, in heights of the running text.
MAX_GAP = 2.0
# Larger than the running text by this much, a short text is a heading by its size alone.
LARGER, SLIGHTLY_LARGER = 1.3, 1.12
# Sizes measured on a scan scatter: what is larger than this ratio counts as one size.
SAME_SIZE = 0.89
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
    if len(rows) > MAX_ROWS or len(text) > MAX_LENGTH or letters < max(3, 0.5 * len(text.replace(" ", ""))):
        return False
    if any(b.left - a.right > MAX_GAP * unit for row in rows for a, b in pairwise(row.pieces)):
        return False
    height = min(row.height for row in rows)
    bold = all(row.bold for row in rows)
    sentence = SENTENCE_END.search(text) is not None
    if classified and (bold or height > SLIGHTLY_LARGER * unit or not sentence):
        return True
    if text.endswith((",", ";", "-")) or text[0].islower():
        return False
    if height > LARGER * unit:
        return len(text) < 100 or height > 1.5 * unit
    if bold or text.isupper():
        return len(rows) <= 2 and not text.endswith(":") and (not sentence or len(text) < 80)
    return bool(_DECIMAL.match(text)) and len(rows) == 1 and not sentence and len(text) < 80


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
        size = _size(block)
        if number := _DECIMAL.match(block.text):
            titled = any(other > size / SAME_SIZE for other in self.sizes)
            return number[1].count(".") + 1 + titled
        ranks: list[float] = []
        for other in sorted(self.sizes, reverse=True):
            if not ranks or other < ranks[-1] * SAME_SIZE:
                ranks.append(other)
        return 1 + sum(size < rank * SAME_SIZE for rank in ranks)


def _size(block: Block) -> float:
    """Height of the type, the median over its lines."""
    sizes = sorted(line.font.size if line.font else line.box.height for line in block.lines) or [0.0]
    return round(sizes[len(sizes) // 2], 2)

