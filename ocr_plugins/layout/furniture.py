"""Page furniture: running heads, feet and page numbers, by their place on the page and by repetition."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ocr_plugins.blocks import Block, BlockKind

# Shares of the page's height in which furniture stands.
TOP, BOTTOM = 0.12, 0.90
OUTER_TOP, OUTER_BOTTOM = 0.08, 0.92
# In heights of the line, between a running head and the page number beside it.
APART = 2.0
# Pages that are remembered, so that a long document takes no more memory than a short one.
REMEMBERED = 200
_PAGE_NUMBER = re.compile(
    r"^[\W_]*(?:page|seite|p\.|pg\.?|-)?\s*(\d{1,4}|[ivxlc]{1,7})\s*(?:(?:of|/|von|de|sur)\s*\d{1,4})?[\W_]*$", re.I
)


def is_page_number(block: Block) -> bool:
    """Whether a block at the upper or lower edge is nothing but a page number."""
    if block.box is None or not _PAGE_NUMBER.match(block.text):
        return False
    return block.box.bottom < TOP or block.box.top > BOTTOM


def is_running_line(block: Block) -> bool:
    """Whether a block at the upper or lower edge is one line with a page number at one of its ends, set apart."""
    if block.box is None or len(block.lines) < 2 or OUTER_TOP < block.box.center[1] < OUTER_BOTTOM:
        return False
    lines = sorted(block.lines, key=lambda line: line.box.left)
    height = max(line.box.height for line in lines)
    if any(abs(line.box.center[1] - lines[0].box.center[1]) > height / 2 for line in lines):
        return False
    ends = ((lines[0], lines[1].box.left - lines[0].box.right), (lines[-1], lines[-1].box.left - lines[-2].box.right))
    return any(gap > APART * height and line.text.strip().isdecimal() and len(line.text) < 5 for line, gap in ends)


@dataclass(slots=True)
class RunningText:
    """What stands at the edges of the pages seen so far; what repeats is furniture."""

    pages: deque[frozenset[tuple[str, bool]]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def observe(self, blocks: Sequence[Block]) -> None:
        self.pages.append(frozenset(key for block in blocks if (key := _key(block))))

    def settle(self, block: Block) -> Block:
        """The block, marked as page header or footer if another page has the same text at the same edge."""
        key = _key(block)
        if key is None or block.kind.is_furniture or self._count(key) < 2:
            return block
        return replace(block, kind=BlockKind.PAGE_HEADER if key[1] else BlockKind.PAGE_FOOTER, level=0)

    def _count(self, key: tuple[str, bool]) -> int:
        return Counter(key in page for page in self.pages)[True]


def _key(block: Block) -> tuple[str, bool] | None:
    """The text without its figures, which count up, and whether it stands at the top; None elsewhere."""
    if block.box is None or len(block.text) > 120 or block.kind in (BlockKind.TABLE, BlockKind.FIGURE):
        return None
    text = re.sub(r"[\W\d_]+", "", block.text).casefold()
    if len(text) < 3 or not (block.box.bottom < TOP or block.box.top > BOTTOM):
        return None
    return text, block.box.bottom < TOP
