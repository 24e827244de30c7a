"""What of the tags of a page is not to be believed, by the blocks that they make: the order, paragraphs, headings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ocr_plugins.blocks import Block, BlockKind
from ocr_plugins.text import SENTENCE_END

# Of the pairs of blocks one above the other, those that may come in the wrong order; few of them say nothing.
MAX_MISPLACED, FEW_PAIRS = 0.2, 3
# Of the paragraphs that follow one another, those that may break off within a sentence: more are lines, not paragraphs.
MAX_BROKEN, ENOUGH_PAIRS = 0.34, 6
# Of the widest paragraph, the width of a line that was broken because it was full.
FULL_LINE = 0.7
# Characters of a page from which on headings are less than half of it.
MAX_HEADINGS = 600


def is_misplaced(blocks: Sequence[Block]) -> bool:
    """Whether much of what stands below comes first."""
    boxes = [b.box for b in blocks if b.box and b.text and b.kind != BlockKind.FOOTNOTE]
    above = below = 0
    for i, first in enumerate(boxes):
        for second in boxes[i + 1 :]:
            if first.overlap_x(second) > min(first.width, second.width) / 2:
                above += first.center[1] <= second.top
                below += second.bottom <= first.top
    return below > max(FEW_PAIRS, MAX_MISPLACED * (above + below))


def is_broken(blocks: Sequence[Block]) -> bool:
    """Whether paragraphs are mere lines: many break off, and go on in the next."""
    pairs = [(a, b) for a, b in pairwise(blocks) if a.kind == b.kind == BlockKind.PARAGRAPH]
    full = FULL_LINE * max((a.box.width for a, _ in pairs if a.box), default=0)
    broken = sum(
        a.box is not None and a.box.width > full and not SENTENCE_END.search(a.text) and b.text[:1].islower()
        for a, b in pairs
    )
    return len(pairs) >= ENOUGH_PAIRS and broken > MAX_BROKEN * len(pairs)


def is_all_headings(blocks: Sequence[Block]) -> bool:
    """Whether headings are much of a page of text."""
    lengths = [(b.kind in (BlockKind.TITLE, BlockKind.HEADING), len(b.text)) for b in blocks]
    total = sum(length for _, length in lengths)
    return total > MAX_HEADINGS and sum(n for is_heading, n in lengths if is_heading) > total / 2
