"""Page furniture: running heads, feet and page numbers, by their place on the page and by repetition."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ocr_plugins.blocks import BBox, Block, BlockKind
from ocr_plugins.layout.paragraphs import goes_on
from ocr_plugins.layout.rows import Row
from ocr_plugins.text import PAGE_NUMBER, runs_on

# Shares of the page's height in which furniture stands.
TOP, BOTTOM = 0.12, 0.90
OUTER_TOP, OUTER_BOTTOM = 0.08, 0.92
# In heights of the line, between a running head and the page number beside it.
APART = 2.0
# Digits of a page number, and characters and letters of what repeats at the edge of pages.
MAX_DIGITS, MAX_LENGTH, MIN_LETTERS = 4, 120, 3
# A detector's running head stands so near the edge of the page, in shares of its height, and is set in type as small as
# this, in heights of the running text, and not bold.
EDGE, PLAIN = 0.12, 1.1
# As near the edge as this it may be anything but bold and as large as the running text, or as large as a title.
OUTER_EDGE, HEADING, TITLE = 0.05, 0.95, 1.4
# Of the size of the running text: a running head that does not repeat is set in type as small as this.
SMALL = 0.92
# In shares of the page's height: text that begins this near to where it begins on another page begins at the same line.
SAME_START = 0.006
# Pages that are remembered, so that a long document takes no more memory than a short one.
REMEMBERED = 200
# The sign of a note; a number may be that of the page.
_NOTE = re.compile(r"[*†‡§¶]\s?[^\W\d_]")
# A page number at an end of the text.
_NUMBERED = re.compile(r"^\W*\d+\s|\s\d+\W*$")


def is_page_number(block: Block) -> bool:
    """Whether a block at the upper or lower edge is nothing but a page number."""
    if block.box is None or not PAGE_NUMBER.match(block.text):
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
    if all(line.text.strip().isdecimal() for line in lines):
        return False
    ends = ((lines[0], lines[1].box.left - lines[0].box.right), (lines[-1], lines[-1].box.left - lines[-2].box.right))
    return any(
        gap > APART * height and line.text.strip().isdecimal() and len(line.text) <= MAX_DIGITS for line, gap in ends
    )


def in_place(row: Row, unit: float, page_height: float) -> Row:
    """The row, as text if a page header or footer stands too far in, in too large a type, or is a note."""
    if not row.kind.is_furniture:
        return row
    if row.kind == BlockKind.PAGE_FOOTER and _NOTE.match(row.text):
        return replace(row, kind=BlockKind.PARAGRAPH)
    edge = min(row.box.top, page_height - row.box.bottom) / page_height
    plain = row.height < PLAIN * unit and not row.bold
    heading = row.height > HEADING * unit and (row.bold or row.height > TITLE * unit)
    furniture = plain if edge > OUTER_EDGE else not heading
    return row if edge < EDGE and furniture else replace(row, kind=BlockKind.PARAGRAPH)


def outermost(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a page with page numbers told from text, and as furniture only what stands outside of all text.

    A page of nothing but furniture is a page of text: a title page, or a page of few lines.
    """
    numbered = _with_last_line([_told_from_text(block) for block in blocks])
    body = [b.box for b in numbered if b.box and not b.kind.is_furniture]
    if not body:
        return [_as_text(b) for b in blocks]
    inner = BBox.around(body)
    return [_as_text(b) if b.box and inner.top < b.box.center[1] < inner.bottom else b for b in numbered]


def _as_text(block: Block) -> Block:
    return replace(block, kind=BlockKind.PARAGRAPH) if block.kind.is_furniture else block


def _with_last_line(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, a page footer that ends the sentence of the last paragraph as its last line."""
    whole: list[Block] = []
    for block in blocks:
        text = replace(block, kind=BlockKind.PARAGRAPH)
        before = next((b for b in reversed(whole) if not b.kind.is_furniture), None)
        ends = block.kind == BlockKind.PAGE_FOOTER and before and _is_last_line(text, before)
        whole.append(replace(text, continues=True) if ends else block)
    return whole


def _is_last_line(line: Block, before: Block) -> bool:
    """Whether a line below a paragraph goes on with its sentence."""
    below = before.box and line.box and 2 * before.box.overlap_x(line.box) > line.box.width
    return bool(below) and goes_on(before, line) and runs_on(before.text, line.text)


def _told_from_text(block: Block) -> Block:
    if is_page_number(block):
        return replace(block, kind=BlockKind.PAGE_NUMBER, level=0)
    if block.box and block.kind != BlockKind.TABLE and is_running_line(block):
        kind = BlockKind.PAGE_HEADER if block.box.top < 0.5 else BlockKind.PAGE_FOOTER
        return replace(block, kind=kind, level=0)
    return block


def _size(blocks: Sequence[Block]) -> float:
    """The size of the type of half of the characters, 0 where it is not known."""
    sizes = sorted((line.font.size, len(line.text)) for b in blocks for line in b.lines if line.font)
    half, seen = sum(length for _, length in sizes) / 2, 0
    for size, length in sizes:
        seen += length
        if seen >= half:
            return size
    return 0.0


@dataclass(frozen=True, slots=True)
class _Start:
    """Where the text of a page begins, in 0..1, and the small line above it that may be a running head."""

    top: float
    head: Block | None = None


def _start(blocks: Sequence[Block]) -> _Start | None:
    """Where the text begins; None on a page without text."""
    body = sorted((b for b in blocks if b.box and not b.kind.is_furniture), key=lambda b: b.box.top if b.box else 0.0)
    tops = [b.box.top for b in body if b.box]
    if not body:
        return None
    first = body[0]
    alone = len(body) > 1 and first.box is not None and first.box.bottom < tops[1]
    # The type of a table is as small.
    text = [block for block in body[1:] if block.kind != BlockKind.TABLE] or body[1:]
    small = 0 < _size([first]) < SMALL * _size(text)
    if alone and small and first.kind == BlockKind.PARAGRAPH and _key(first):
        return _Start(tops[1], first)
    return _Start(tops[0])


@dataclass(slots=True)
class RunningText:
    """What stands at the edges of the pages seen so far; what repeats is furniture.

    So is a small line above the place where the text of other pages begins too: a document of two pages has its running
    head once.
    """

    pages: deque[frozenset[tuple[str, bool]]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    titles: deque[tuple[str, bool]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    starts: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def observe(self, blocks: Sequence[Block]) -> None:
        self.pages.append(frozenset(key for block in blocks if (key := _key(block))))
        if start := _start(blocks):
            self.starts.append(start.top)

    def settled(self, blocks: Sequence[Block]) -> list[Block]:
        """The blocks of a page, what repeats on other pages marked as furniture where no text stands outside of it."""
        head = self._head(blocks)
        settled = [
            replace(block, kind=BlockKind.PAGE_HEADER, level=0) if block is head else self.settle(block)
            for block in blocks
        ]
        body = [b.box for b in settled if b.box and not b.kind.is_furniture]
        if not body:
            return settled
        inner = BBox.around(body)
        return [
            old if new is not old and old.box and inner.top < old.box.center[1] < inner.bottom else new
            for old, new in zip(blocks, settled, strict=True)
        ]

    def settle(self, block: Block) -> Block:
        """The block, marked as page header or footer if another page has the same text at the same edge.

        A heading stays where it stands for the first time: running heads repeat the title of their chapter.
        """
        key = _key(block)
        if key is None or block.kind.is_furniture or self._count(key) < 2:
            return block
        titled = block.kind in (BlockKind.HEADING, BlockKind.TITLE) and not _NUMBERED.search(block.text)
        if titled and key not in self.titles:
            self.titles.append(key)
            return block
        return replace(block, kind=BlockKind.PAGE_HEADER if key[1] else BlockKind.PAGE_FOOTER, level=0)

    def _head(self, blocks: Sequence[Block]) -> Block | None:
        """The small line above the text of a page, where the text of another page begins at the same height."""
        start = _start(blocks)
        if start is None or start.head is None:
            return None
        same = sum(abs(top - start.top) < SAME_START for top in self.starts)
        return start.head if same > 1 else None

    def _count(self, key: tuple[str, bool]) -> int:
        return Counter(key in page for page in self.pages)[True]


def _key(block: Block) -> tuple[str, bool] | None:
    """The text without its figures, which count up, and whether it stands at the top; None elsewhere."""
    if block.box is None or len(block.text) > MAX_LENGTH or block.kind in (BlockKind.TABLE, BlockKind.FIGURE):
        return None
    text = re.sub(r"[\W\d_]+", "", block.text).casefold()
    if len(text) < MIN_LETTERS or not (block.box.bottom < TOP or block.box.top > BOTTOM):
        return None
    return text, block.box.bottom < TOP
