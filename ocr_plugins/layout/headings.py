"""Headings: which blocks are some, and on which level over the whole document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ocr_plugins.blocks import Block, BlockKind
from ocr_plugins.layout.rows import Row
from ocr_plugins.text import SENTENCE_END, split_marker

MAX_LENGTH = 160
# In type hardly larger than the running text.
MAX_SAME_SIZE = 110
MAX_ROWS = 4
# A heading that ends like a sentence is shorter than most sentences.
MAX_WORDS = 9
# Pieces of a line farther apart than this are fields of a form or cells, in heights of the running text.
MAX_GAP = 2.0
# Larger than the running text by this much, a short text is a heading by its size alone.
LARGER, SLIGHTLY_LARGER = 1.3, 1.12
# Smaller than this, bold type is a label or a mark on the page.
SMALLER = 0.85
# Sizes measured on a scan scatter: what is closer than this ratio counts as one size.
SAME_SIZE = 0.93
# On texts of fewer characters they scatter more.
SHORT, UNSURE_SIZE = 10, 0.85
# A colon, and nothing but signs behind it: the label of a field.
_LABEL = re.compile(r":\W*$")
_ROMAN = re.compile(r"^\W*[ivxlc]+\W*$")
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
    if text[0].islower() or _ROMAN.match(text):
        return False
    if any(b.left - a.right > MAX_GAP * unit for row in rows for a, b in pairwise(row.pieces)):
        return False
    height = min(row.height for row in rows)
    bold = all(row.bold for row in rows)
    sentence = SENTENCE_END.search(text) is not None
    capitals = all(row.capitals for row in rows)
    italic = all(row.italic for row in rows)
    distinct = bold or italic or capitals or height > SLIGHTLY_LARGER * unit
    short = len(text) < MAX_SAME_SIZE
    if classified and (distinct or (short and not sentence and not rows[0].measured)):
        return True
    if text.endswith((",", ";", "-")) or split_marker(text) or _LABEL.search(text):
        return False
    if height > LARGER * unit:
        return short or height > 1.5 * unit
    if (bold or capitals) and height > SMALLER * unit:
        return short and len(rows) <= 2 and (not sentence or text.count(" ") < MAX_WORDS)
    return bool(_DECIMAL.match(text)) and len(rows) == 1 and not sentence and len(text) < 80


Style = tuple[float, bool]
"""Height of the type, and whether it is italic."""


@dataclass(slots=True)
class HeadingLevels:
    """The styles of the headings seen so far, from which levels follow: by size, and upright before italic.

    Type measured on a few letters is uncertain: such headings take the style of the longer ones that are like them.
    """

    styles: Counter[Style] = field(default_factory=Counter)
    unsure: Counter[Style] = field(default_factory=Counter)

    def observe(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            if block.kind == BlockKind.HEADING and not block.level:
                (self.unsure if _is_unsure(block) else self.styles)[_style(block)] += 1

    def settle(self, block: Block) -> Block:
        """The heading with its level: by its decimal number if it has one, by the rank of its style otherwise.

        A level that an engine or the author of a PDF gave is kept.
        """
        if block.kind != BlockKind.HEADING or block.level:
            return block
        return replace(block, level=min(6, self._level(block)))

    def _level(self, block: Block) -> int:
        size, italic = self._sure(_style(block)) if _is_unsure(block) else _style(block)
        styles = {*self.styles, *map(self._sure, self.unsure)}
        if number := _DECIMAL.match(block.text):
            titled = any(other > size / SAME_SIZE for other, _ in styles)
            return number[1].count(".") + 1 + titled
        ranks: list[tuple[float, set[bool]]] = []
        for other, slanted in sorted(styles, reverse=True):
            if not ranks or other < ranks[-1][0] * SAME_SIZE:
                ranks.append((other, set()))
            ranks[-1][1].add(slanted)
        above = sum(len(slants) for rank, slants in ranks if size < rank * SAME_SIZE)
        beside = next((slants for rank, slants in ranks if size >= rank * SAME_SIZE), set())
        return 1 + above + (italic and False in beside)

    def _sure(self, style: Style) -> Style:
        """The style of the longer headings that is most like this one; itself if none is alike."""
        alike = [other for other in self.styles if UNSURE_SIZE * style[0] < other[0] < style[0] / UNSURE_SIZE]
        return min(alike, key=lambda other: abs(other[0] - style[0]), default=style)


def _is_unsure(block: Block) -> bool:
    """Whether the type was measured, and on a short text. Text layers, which know it, have no confidence."""
    return block.confidence is not None and len(block.text) < SHORT


def _style(block: Block) -> Style:
    """Height of the type, the median over its lines, and whether it is italic."""
    sizes = sorted(line.font.size if line.font else line.box.height for line in block.lines) or [0.0]
    italic = bool(block.lines) and all(line.font is not None and line.font.italic for line in block.lines)
    return round(sizes[len(sizes) // 2], 2), italic
