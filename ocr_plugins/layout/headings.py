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

# Characters and rows of a heading.
MAX_LENGTH, MAX_ROWS = 160, 4
# Letters of a heading, and their share of its characters without spaces.
MIN_LETTERS, LETTERS = 3, 0.5
# Characters and rows of one in type hardly larger than the running text.
MAX_SAME_SIZE, MAX_SAME_ROWS = 110, 2
# Characters of one that only its number tells from the running text.
MAX_NUMBERED = 80
# A heading that ends like a sentence is shorter than most sentences.
MAX_WORDS = 9
# Pieces of a line farther apart than this are fields of a form or cells, in heights of the running text.
MAX_GAP = 2.0
# Larger than the running text by this much, a short text is a heading by its size alone, a longer one too, and a text
# that the layout detector calls a heading is one.
LARGER, MUCH_LARGER, SLIGHTLY_LARGER = 1.3, 1.5, 1.12
# Smaller than this, bold type is a label or a mark on the page.
SMALLER = 0.85
# Markdown and HTML have no deeper level.
DEEPEST = 6
# Sizes measured on a scan scatter: what is closer than this ratio counts as one size.
SAME_SIZE = 0.93
# On texts of fewer characters they scatter more.
SHORT, UNSURE_SIZE = 10, 0.85
# It goes on behind this; or a colon, and nothing but signs behind it: the label of a field.
_OPEN_END = re.compile(r"[,;-]$|:\W*$")
_ROMAN = re.compile(r"^\W*[ivxlc]+\W*$")
_DECIMAL = re.compile(r"^(\d+(?:\.\d+)+)\.?\s")


@dataclass(frozen=True, slots=True)
class _Look:
    """What a paragraph looks like: its size in heights of the running text, and what all of its rows have in common."""

    text: str
    rows: int
    size: float
    bold: bool
    italic: bool
    capitals: bool
    measured: bool

    @property
    def is_sentence(self) -> bool:
        return SENTENCE_END.search(self.text) is not None

    @property
    def is_short(self) -> bool:
        return len(self.text) < MAX_SAME_SIZE


def looks_like_heading(rows: Sequence[Row], unit: float, *, classified: bool) -> bool:
    """Whether a paragraph is a heading.

    Args:
        rows: Its lines.
        unit: The height of the running text.
        classified: The layout detector says so.
    """
    look = _look(rows, unit)
    if not _could_be(look) or _has_fields(rows, unit):
        return False
    if classified and _is_likely(look):
        return True
    if _OPEN_END.search(look.text) or split_marker(look.text):
        return False
    return _is_large(look) or _is_heavy(look) or _is_numbered(look)


def _look(rows: Sequence[Row], unit: float) -> _Look:
    return _Look(
        text=" ".join(row.text for row in rows),
        rows=len(rows),
        size=min(row.height for row in rows) / unit,
        bold=all(row.bold for row in rows),
        italic=all(row.italic for row in rows),
        capitals=all(row.capitals for row in rows),
        measured=rows[0].measured,
    )


def _could_be(look: _Look) -> bool:
    """The text is not too long, begins like a heading and is made of words."""
    text = look.text
    if look.rows > MAX_ROWS or len(text) > MAX_LENGTH or text[:1].islower() or _ROMAN.match(text):
        return False
    letters = sum(c.isalpha() for c in text)
    return letters >= MIN_LETTERS and letters >= LETTERS * len(text.replace(" ", ""))


def _has_fields(rows: Sequence[Row], unit: float) -> bool:
    """A row has pieces that stand apart: the fields of a form, or cells."""
    return any(b.left - a.right > MAX_GAP * unit for row in rows for a, b in pairwise(row.pieces))


def _is_likely(look: _Look) -> bool:
    """The layout detector's word is to be believed: the type is set off, or nobody knows it."""
    set_off = look.bold or look.italic or look.capitals or look.size > SLIGHTLY_LARGER
    return set_off or (look.is_short and not look.is_sentence and not look.measured)


def _is_large(look: _Look) -> bool:
    return look.size > MUCH_LARGER or (look.size > LARGER and look.is_short)


def _is_heavy(look: _Look) -> bool:
    """Bold or in capitals, and brief."""
    if not (look.bold or look.capitals) or look.size <= SMALLER or look.rows > MAX_SAME_ROWS:
        return False
    return look.is_short and (not look.is_sentence or look.text.count(" ") < MAX_WORDS)


def _is_numbered(look: _Look) -> bool:
    """``3.1 Results``"""
    brief = look.rows == 1 and len(look.text) < MAX_NUMBERED and not look.is_sentence
    return brief and _DECIMAL.match(look.text) is not None


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
        return replace(block, level=min(DEEPEST, self._level(block)))

    def _level(self, block: Block) -> int:
        size, italic = self._sure(_style(block)) if _is_unsure(block) else _style(block)
        styles = {*self.styles, *map(self._sure, self.unsure)}
        if number := _DECIMAL.match(block.text):
            titled = any(other > size / SAME_SIZE for other, _ in styles)
            return number[1].count(".") + 1 + titled
        ranks = _ranks(styles)
        above = sum(len(slants) for rank, slants in ranks if size < rank * SAME_SIZE)
        beside = next((slants for rank, slants in ranks if size >= rank * SAME_SIZE), set())
        return 1 + above + (italic and False in beside)

    def _sure(self, style: Style) -> Style:
        """The style of the longer headings that is most like this one; itself if none is alike."""
        alike = [other for other in self.styles if UNSURE_SIZE * style[0] < other[0] < style[0] / UNSURE_SIZE]
        return min(alike, key=lambda other: abs(other[0] - style[0]), default=style)


def _ranks(styles: Iterable[Style]) -> list[tuple[float, set[bool]]]:
    """The sizes of the styles, largest first and alike ones as one, each with what it comes in: italic, upright."""
    ranks: list[tuple[float, set[bool]]] = []
    for size, italic in sorted(styles, reverse=True):
        if not ranks or size < ranks[-1][0] * SAME_SIZE:
            ranks.append((size, set()))
        ranks[-1][1].add(italic)
    return ranks


def _is_unsure(block: Block) -> bool:
    """Whether the type was measured, and on a short text. Text layers, which know it, have no confidence."""
    return block.confidence is not None and len(block.text) < SHORT


def _style(block: Block) -> Style:
    """Height of the type, the median over its lines, and whether it is italic."""
    sizes = sorted(line.font.size if line.font else line.box.height for line in block.lines) or [0.0]
    italic = bool(block.lines) and all(line.font is not None and line.font.italic for line in block.lines)
    return round(sizes[len(sizes) // 2], 2), italic
