"""Rows to paragraphs: where a paragraph ends, and how its lines are joined."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ocr_plugins.blocks import STANDS_BETWEEN, BBox, Block, BlockKind, TextLine
from ocr_plugins.layout.rows import Row
from ocr_plugins.text import HYPHENS, SENTENCE_END, runs_on, split_marker

# Of the usual pitch of the column: a row farther down than this starts a paragraph.
NEW_PARAGRAPH_PITCH = 1.35
# In heights of the running text: rows farther apart than this say nothing about the pitch.
MAX_PITCH = 3.0
# Of the height of its rows, what the pitch of large type is at least.
LEAST_PITCH = 0.95
# Ratio of two rows' heights that parts them: running text, what the layout detector calls a heading, and where the
# weight changes too.
SIZE_CHANGE, HEADING_SIZE_CHANGE, BOLD_SIZE_CHANGE = 1.4, 1.22, 1.12
# In heights of the running text: the rows of a title are bold or as large as this.
TITLE = 1.12
# In heights of the row, how far a first line is set in behind a line that ends a sentence, and behind another one; and
# of that how far the next one comes back at least.
SMALL_INDENT, INDENT, BACK = 0.6, 0.8, 0.6
# Ratio of the heights of two lines of one title, as they are measured on a scan, and the most that their pitch is in
# heights of the type: 1.0 to 1.4 on pages with titles of several lines.
SAME_TYPE, TITLE_PITCH = 1.1, 1.5
# The same where a text layer tells it.
SAME_KNOWN_TYPE = 1.03
_NUMBERED = re.compile(r"\d+(?:\.\d+)*\.?\s+[^\W\d_a-z]")
# Beside a word that had room there is this much more of it: characters, and heights of the row.
SPACES, SPARE = 2, 0.5
# Of the column's width, what a full line may be short of, and what a line that ends no sentence leaves free on purpose.
FULL, FREE = 0.15, 0.35
# Of the widest line: so many lines as long as that tell how wide the column is.
LONG, RUNNING = 0.7, 6
# Pairs of lines that tell whether sentences run on from one to the next, and what most of them are short of.
MIN_SHORT, SHORT = 3, 0.15
# In heights of the running text: pieces at both sides of a page, and what counts as set in.
FAR_APART, HANGING = 10.0, 0.7
# How far the text of a list item may be set in from its marker, and how well its lines are aligned.
MAX_MARKER, ALIGNED = 3.5, 0.5
# How far a centred line is set in from both sides, and how well it stands in the middle.
CENTRED, MIDDLE = 1.5, 0.75
_WORD = re.compile(r"[^\W\d_]{3}")
# Who speaks in minutes and transcripts, and questions and answers, whose first lines are set in.
_SPEAKER, _SPEECH = re.compile(r"[A-Z][A-Z.'’ -]{3,30}:\s"), re.compile(r"[QA]\.\s")
# Of ``M. Byrne`` and ``d. h.``, what may stand at the begin and at the end of a line.
_INITIAL, _ABBREVIATED = re.compile(r"[A-Z]\."), re.compile(r"(?:^|\s)[^\W\d_]\.$")
# In widths of a character: how far the first line of a paragraph is set in at least.
SET_IN = 1.5
# Characters from which a text is more than a label.
RUNNING_TEXT = 60


def split_paragraphs(rows: Sequence[Row], unit: float) -> list[list[Row]]:
    """Cut the rows of one column into paragraphs, list items and headings; lines broken on purpose are marked.

    Args:
        rows: Top to bottom.
        unit: The height of the running text.
    """
    if not rows:
        return []
    column = text_column(rows, unit)
    pitches = [b.box.top - a.box.top for a, b in pairwise(rows) if b.box.top > a.box.top]
    near = [p for p in pitches if p < MAX_PITCH * unit]
    pitch = statistics.median_low(near) if near else unit
    apart = _never_wraps(rows, column, pitch)
    paragraphs = [[rows[0]]]
    for i, row in enumerate(rows[1:], 1):
        following = rows[i + 1] if i + 1 < len(rows) else None
        if _starts_new(paragraphs[-1], row, following, column, pitch, unit, apart=apart):
            paragraphs.append([row])
        else:
            paragraphs[-1].append(row)
    return [[replace(row, broken=apart) for row in paragraph] for paragraph in paragraphs]


def text_column(rows: Sequence[Row], unit: float) -> BBox:
    """The box of the running text: a foot with the page number, or a date at the right, may reach beyond it."""
    boxes = [row.box for row in rows if not _stands_apart(row, unit)]
    widest = max((box.width for box in boxes), default=0.0)
    long = [box for box in boxes if box.width >= LONG * widest]
    return BBox.around(long if len(long) >= RUNNING else [row.box for row in rows])


def is_centred(row: Row, column: BBox, unit: float) -> bool:
    """Whether a line stands in the middle of its column, set in from both sides."""
    left, right = row.box.left - column.left, column.right - row.box.right
    return min(left, right) > CENTRED * unit and abs(left - right) < 2 * MIDDLE * unit


def _never_wraps(rows: Sequence[Row], column: BBox, pitch: float) -> bool:
    """The lines are broken on purpose, as those of an address are: no sentence runs on from one to the next."""
    pairs = [(a, b) for a, b in pairwise(rows) if not _is_farther_down(a, b, pitch)]
    short = sum(a.box.right < column.right - SHORT * column.width for a, _ in pairs)
    runs = any(runs_on(a.text, b.text) or a.text.endswith(HYPHENS) or (a.text + b.text).isupper() for a, b in pairs)
    return len(pairs) >= MIN_SHORT and short > len(pairs) / 2 and not runs


def _stands_apart(row: Row, unit: float) -> bool:
    """The row has pieces at both sides of the page."""
    return any(right.left - left.right >= FAR_APART * unit for left, right in pairwise(row.pieces))


def split_sides(paragraph: list[Row], unit: float) -> list[list[Row]]:
    """A lone line whose pieces stand at both sides of the page as two: a title, and the date at its right.

    A figure at the right belongs to its label.
    """
    (row, *others) = paragraph
    if others or len(row.pieces) != 2 or len(row.lines) != 2:
        return [paragraph]
    first, second = row.lines
    if not _stands_apart(row, unit) or not _WORD.search(first.text) or not _WORD.search(second.text):
        return [paragraph]
    return [[replace(row, lines=(line,), box=box, pieces=())] for line, box in zip(row.lines, row.pieces, strict=True)]


def _starts_new(
    paragraph: list[Row], row: Row, following: Row | None, column: BBox, pitch: float, unit: float, *, apart: bool
) -> bool:
    last = paragraph[-1]
    if is_one_title(last, row, unit):
        return False
    if (
        row.kind != last.kind
        or row.entry
        or last.entry
        or _is_farther_down(last, row, pitch)
        or _changes(last, row, column, unit)
    ):
        return True
    if _is_item(paragraph, row, column, unit):
        return True
    if _SPEAKER.match(row.text):
        return True
    if split_marker(paragraph[0].text) and row.box.left < paragraph[0].box.left - HANGING * unit:
        if _SPEECH.match(paragraph[0].text):
            return _ended_early(last, row, column)
        return not (runs_on(last.text, row.text) or _is_full(last, column))
    if _hangs(paragraph[0], row, unit) or _is_under_item(paragraph, row, unit):
        return False
    if _is_centred_alone(last, row, column, unit):
        return True
    if _are_title(last, row, unit):
        return False
    return not apart and (_indented(paragraph, row, following) or _ended_early(last, row, column))


def _is_centred_alone(last: Row, row: Row, column: BBox, unit: float) -> bool:
    """One of the lines is centred, the other is running text, and no sentence runs on from one to the other."""
    centred, other = sorted((last, row), key=lambda r: r.box.width)
    if abs(centred.box.left - other.box.left) < ALIGNED * unit:
        return False
    flush = other.box.left - column.left < ALIGNED * unit or other.box.width > LONG * column.width
    titled = (centred.bold and other.bold) or (centred.capitals and other.capitals)
    return flush and not titled and is_centred(centred, column, unit) and not runs_on(last.text, row.text)


def _is_farther_down(last: Row, row: Row, pitch: float) -> bool:
    """The row is farther below the last one than the rows of a paragraph are."""
    least = LEAST_PITCH * (row.box.height + last.box.height) / 2
    return row.box.top - last.box.top > NEW_PARAGRAPH_PITCH * max(pitch, least)


def _changes(last: Row, row: Row, column: BBox, unit: float) -> bool:
    """The size or weight of the type changes, or the region, and no sentence runs on over it."""
    if runs_on(last.text, row.text):
        return False
    smaller, larger = sorted((row.height, last.height))
    if last.italic != row.italic and last.confidence is row.confidence is None and not _is_full(last, column):
        return True
    if row.bold != last.bold and (larger > BOLD_SIZE_CHANGE * smaller or not _is_full(last, column)):
        return True
    if _are_title(last, row, unit) and last.confidence is row.confidence is None:
        return larger > SAME_KNOWN_TYPE * smaller or last.italic != row.italic
    ratio = HEADING_SIZE_CHANGE if row.kind == BlockKind.HEADING else SIZE_CHANGE
    return larger > ratio * smaller or (row.region != last.region and not _is_full(last, column))


def is_one_title(last: Row, row: Row, unit: float) -> bool:
    """Large type goes on in the next line in the same style, with the more white between, and over a region's edge."""
    smaller, larger = sorted((last.height, row.height))
    same = SAME_KNOWN_TYPE if last.confidence is row.confidence is None else SAME_TYPE
    return (
        smaller > TITLE * unit
        and larger < same * smaller
        and (last.bold, last.italic) == (row.bold, row.italic)
        and row.box.top - last.box.top < TITLE_PITCH * smaller
        and last.box.overlap_x(row.box) > 0
        and not SENTENCE_END.search(last.text.rstrip(":"))
        and not _NUMBERED.match(row.text)
        and split_marker(row.text) is None
        and not (row.entry or last.entry)
    )


def _are_title(last: Row, row: Row, unit: float) -> bool:
    """The lines of a title, which are centred or broken by sense."""
    return all(r.bold or r.height > TITLE * unit for r in (last, row))


def _is_item(paragraph: list[Row], row: Row, column: BBox, unit: float) -> bool:
    """The row begins a list item; after a line that ends no sentence, ``b) and`` might as well go on with it."""
    split = split_marker(row.text)
    if split is None:
        return False
    last = paragraph[-1]
    if split_marker(paragraph[0].text) is not None:
        return True
    flush = abs(row.box.left - column.left) < ALIGNED * unit
    if flush and (_is_full(last, column) or (_INITIAL.match(split[0]) and not _ended_early(last, row, column))):
        return False
    if _ABBREVIATED.search(last.text) and split[0][0].isalpha():
        return False
    return split[1][0].isupper() or not (runs_on(last.text, row.text) or (split[1][0].islower() and not _ends(last)))


def _ends(row: Row) -> bool:
    return SENTENCE_END.search(row.text) is not None


def _is_full(last: Row, column: BBox) -> bool:
    """The line fills its column and ends no sentence: bold words in it do not make it a heading."""
    return last.box.right > column.right - FULL * column.width and not SENTENCE_END.search(last.text)


def _hangs(first: Row, row: Row, unit: float) -> bool:
    """The row stands under the text of its paragraph, and the paragraph's label to the left of it."""
    return len(first.pieces) == 2 and abs(row.box.left - first.pieces[1].left) < HANGING * unit


def _is_under_item(paragraph: list[Row], row: Row, unit: float) -> bool:
    """The row stands under the text of a list item, set in as far as that or as the item's lines before it."""
    first, last = paragraph[0], paragraph[-1]
    if split_marker(first.text) is None:
        return False
    if len(paragraph) > 1:
        return last.box.left > first.box.left + HANGING * unit and abs(row.box.left - last.box.left) < ALIGNED * unit
    return HANGING * unit < row.box.left - first.box.left < MAX_MARKER * unit


def _indented(paragraph: list[Row], row: Row, following: Row | None) -> bool:
    """A first line set in, after a line that was not, and followed by one that is not."""
    last = paragraph[-1]
    step = (SMALL_INDENT if SENTENCE_END.search(last.text) else INDENT) * row.height
    if row.box.left - last.box.left < step or runs_on(last.text, row.text):
        return False
    if len(paragraph) == 1 and split_marker(last.text):
        return False
    return following is None or row.box.left - following.box.left >= BACK * step or len(paragraph) > 1


def _ended_early(last: Row, row: Row, column: BBox) -> bool:
    """The first word of this row would have fitted behind the last one: the line was broken on purpose."""
    per_character = row.box.width / max(1, len(row.text))
    word = row.text.split(" ", 1)[0]
    room = column.right - last.box.right
    fits = room > (len(word) + SPACES) * per_character + SPARE * row.height
    return (
        fits
        and (bool(SENTENCE_END.search(last.text)) or room > FREE * column.width)
        and not runs_on(last.text, row.text)
    )


def goes_on(last: Block, first: Block) -> bool:
    """Whether a paragraph or list item that was broken off goes on with ``first``.

    No sentence ends before. It begins small, or the line before filled its column: a name may come next, or a figure.
    """
    if last.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) or first.kind != BlockKind.PARAGRAPH:
        return False
    if runs_on(last.text, first.text):
        return True
    return not SENTENCE_END.search(last.text) and _fills(last, first) and not _is_set_in(first)


def continued(last: Block, first: Block) -> Block:
    """``first`` as what goes on from ``last``."""
    return replace(first, kind=last.kind, level=last.level, continues=True)


def _fills(last: Block, first: Block) -> bool:
    """Whether the last line of several of one type had no room for the first word of the next block."""
    if not _is_running(last) or not last.lines or not first.lines or last.markdown or first.markdown:
        return False
    end, begin = last.lines[-1], first.lines[0]
    if not _is_one_type(end, begin):
        return False
    right = max(line.box.right for line in last.lines)
    if end.box.top <= last.lines[0].box.top:
        # A line alone is as wide as those that follow.
        right = max(right, end.box.left + max(line.box.width for line in first.lines))
    per_character = end.box.width / max(1, len(end.text))
    return right - end.box.right < (len(begin.text.split(" ", 1)[0]) + SPACES) * per_character


def _is_running(block: Block) -> bool:
    """Whether the block is more than a label."""
    return len(block.text) >= RUNNING_TEXT or block.marker is not None


def _is_one_type(a: TextLine, b: TextLine) -> bool:
    if a.font is None or b.font is None:
        smaller, larger = sorted((a.box.height, b.box.height))
        return larger < SIZE_CHANGE * smaller
    smaller, larger = sorted((a.font.size, b.font.size))
    return larger < SAME_TYPE * smaller and a.font.bold == b.font.bold


def _is_set_in(block: Block) -> bool:
    """Whether the first line is set in against the second one."""
    first = block.lines[0]
    below = next((line for line in block.lines if line.box.top > first.box.center[1]), None)
    return below is not None and first.box.left - below.box.left > SET_IN * first.box.width / max(1, len(first.text))


def mark_continued(columns: Sequence[Sequence[Block]]) -> list[list[Block]]:
    """The blocks of each column, marked where a paragraph goes on at the head of a column or behind a figure."""
    marked: list[list[Block]] = []
    last: Block | None = None
    for column in columns:
        broken = True
        marked.append([])
        for block in column:
            if block.kind.is_furniture or block.kind in STANDS_BETWEEN:
                broken = True
                marked[-1].append(block)
                continue
            # Scraps at both sides of a form end no sentence either.
            goes = last is not None and _is_running(last) and broken and goes_on(last, block)
            last, broken = continued(last, block) if last and goes else block, False
            marked[-1].append(last)
    return marked
