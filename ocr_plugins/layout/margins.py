"""Heads and feet of a single page: lines at its edge, apart from the text, that look like no text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from ocr_plugins.blocks import BBox, Block, BlockKind, text_confidence
from ocr_plugins.layout.headings import is_numbered
from ocr_plugins.layout.rows import Row, same_row
from ocr_plugins.text import NOTE_MARK, PAGE_NUMBER, SENTENCE_END, runs_on

# Shares of the page's height in which heads and feet stand.
HEAD, FOOT = 0.12, 0.90
# As near the edge of the page as this, of its height, hardly any text begins or ends.
OUTER = 0.05
# White between them and the text, in heights of the running text; so much of it says more.
APART, FAR = 0.8, 2.0
# Lines of a head or foot, its letters and its characters, and lines of the text that it stands above or below.
MAX_LINES, MIN_LETTERS, MAX_LENGTH, MIN_TEXT = 3, 3, 200, 4
# Words of a line that ends like a sentence, and is one.
SENTENCE = 9
# In heights of the running text: white between the parts of a line that stand at both sides of the page, and between
# any two parts of it.
SIDES, PARTS = 5.0, 1.5
# In heights of the running text: smaller type than that of the text, and larger one, in which titles are set.
SMALL, LARGE = 0.92, 1.12
# Of the width of the text: the rule between it and a head or foot.
RULE = 0.5
# So many of the signs below, where a page number counts double, tell a head or foot.
ENOUGH = 3
_MONTH = r"[^\W\d_]{3,9}\.?"
# What running lines are made of, each sort counted once.
_IMPRINT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d\d){{1,2}}\b|\b(?:\d{{1,2}}\.?\s)?{_MONTH}\s(?:\d{{1,2}},\s)?(?:19|20)\d\d\b"
        r"|\b(?:19|20)\d\d[-/]\d{1,2}\b",
        r"\b(?:vol(?:ume)?|issue|band|heft|no|nr|tome)\b[.:]?\s?\d|\b(?:19|20)\d\d[,;]\s?\d+\s?[:(]"
        r"|\b\d+\s?\((?:19|20)\d\d\)",
        r"https?:|\bwww\.|\bdoi\b|\b10\.\d{4,}/|©|\bcopyright\b|\biss?[bn]n\b",
        r"\b(?:rev(?:ision)?|version|p/n|document|form|stand)\b[.:]?\s\S*\d",
        r"\b(?:[a-z]{1,6}[-/.]){1,3}\d[\w./-]*\d|\b[a-z]+\d*[-/]\d{3,}|\breport\s\d",
        r"\b(?:chap(?:ter|itre)?|ch|kapitel|section|abschnitt)\b\.?\s(?:\d|[ivxlc]+\b)",
        r"\b(?:confidential|vertraulich|confidentiel|draft|proprietary|all rights reserved)\b",
    )
)
# A page number that stands in a line with other words.
_OF_PAGES = re.compile(r"\b[Pp]age \d+ of \d+\b|\bPage \d+$")
# How a sender is reached: a letterhead.
_SENDER = re.compile(r"\b(?:tel|fax|phone|telephone|telefon|tél)\b|\w@\w", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Edge:
    """The upper or the lower edge of a page, seen from outside inwards; lengths in page units."""

    kind: BlockKind
    distance: Callable[[BBox], float]
    gap: Callable[[BBox, BBox], float]
    zone: float


def set_apart(
    rows: Sequence[Row], rulings: Sequence[BBox], unit: float, page_height: float
) -> tuple[list[Block], list[Row], list[Block]]:
    """The heads of the page, its other rows, and its feet; boxes in page units.

    A head or foot stands at the edge, apart from the text. Signs of it are a page number beside other words, words at
    both sides of the page, dates, volumes and other imprint, small type, a rule towards the text, much white. A line
    that ends a sentence, begins with the mark of a note or is set in large or bold type is text. A line in small type
    above the text that has too few signs stays text, but before all columns: other pages may tell more.

    Args:
        rows: Of one page, in any order.
        rulings: Ruling lines of the page.
        unit: The height of the running text.
        page_height: In page units.
    """
    top = _Edge(BlockKind.PAGE_HEADER, lambda b: b.bottom, lambda a, b: b.top - a.bottom, HEAD * page_height)
    foot = _Edge(
        BlockKind.PAGE_FOOTER, lambda b: page_height - b.top, lambda a, b: a.top - b.bottom, (1 - FOOT) * page_height
    )
    lines = _lines(rows)
    heads = _running(lines, top, rulings, unit, page_height)
    feet = _running(lines[len(heads) :][::-1], foot, rulings, unit, page_height)[::-1]
    first = _small_head(lines[len(heads) : len(lines) - len(feet)], top, rulings, unit)
    taken = {id(row) for line in (*heads, *first, *feet) for row in line}
    rest = [row for row in rows if id(row) not in taken]
    above = [*_blocks(heads, top.kind, unit), *_blocks(first, BlockKind.PARAGRAPH, unit)]
    return above, rest, _blocks(feet, foot.kind, unit)


def _lines(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows that stand on one line, each from left to right, from top to bottom."""
    lines: list[list[Row]] = []
    for row in sorted(rows, key=lambda r: r.box.center[1]):
        if lines and same_row(lines[-1][-1].box, row.box):
            lines[-1].append(row)
        else:
            lines.append([row])
    return [sorted(line, key=lambda r: r.box.left) for line in lines]


def _running(
    lines: Sequence[Sequence[Row]], edge: _Edge, rulings: Sequence[BBox], unit: float, page_height: float
) -> list[Sequence[Row]]:
    """The outermost lines that are furniture; ``lines`` come from the edge inwards."""
    found = 0
    while group := _group(lines[found:], edge, rulings, unit):
        text = lines[found + len(group) :]
        if len(text) < MIN_TEXT or _is_text(group, text[0], edge, unit):
            break
        if _signs(group, text, edge, rulings, unit, page_height) < ENOUGH:
            break
        found += len(group)
    return list(lines[:found])


def _small_head(
    lines: Sequence[Sequence[Row]], edge: _Edge, rulings: Sequence[BBox], unit: float
) -> Sequence[Sequence[Row]]:
    """The first line, if it is set in small type, apart from the text, and is no text by itself."""
    group = _group(lines, edge, rulings, unit)
    if not group or len(group) > 1 or len(lines) <= MIN_TEXT or _is_text(group, lines[1], edge, unit):
        return ()
    if is_numbered(" ".join(row.text for row in group[0])) or any(_is_unsure(row) for row in group[0]):
        return ()
    return group if _is_small(group[0], unit) else ()


def _is_unsure(row: Row) -> bool:
    """Capitals alone: on a scan, where the height of the type is measured, it comes out smaller than it is."""
    return row.capitals and row.confidence is not None


def _is_small(line: Sequence[Row], unit: float) -> bool:
    return all(row.measured and row.height < SMALL * unit for row in line)


def _group(
    lines: Sequence[Sequence[Row]], edge: _Edge, rulings: Sequence[BBox], unit: float
) -> Sequence[Sequence[Row]] | None:
    """The lines at the edge up to the first white or rule; None where there is none near it."""
    for i, (line, following) in enumerate(pairwise(lines[: MAX_LINES + 1]), 1):
        box, inner = _box(line), _box(following)
        if edge.distance(box) > edge.zone:
            return None
        if edge.gap(box, inner) >= APART * unit or _has_rule(box, inner, inner.width, rulings):
            return lines[:i]
    return None


def _is_text(group: Sequence[Sequence[Row]], inner: Sequence[Row], edge: _Edge, unit: float) -> bool:
    """A title, a note, contents, a sentence, or the end of the one before."""
    if any(row.entry for line in group for row in line):
        return True
    texts = [" ".join(row.text for row in line) for line in group]
    if any(row.height > LARGE * unit or (row.bold and row.height > SMALL * unit) for line in group for row in line):
        return True
    if sum(map(len, texts)) > MAX_LENGTH or any(SENTENCE_END.search(t) and t.count(" ") >= SENTENCE for t in texts):
        return True
    if edge.kind == BlockKind.PAGE_HEADER:
        return False
    goes_on = runs_on(inner[-1].text, texts[-1])
    return goes_on or any(len(line) == 1 and NOTE_MARK.match(line[0].text) for line in group)


def _signs(
    group: Sequence[Sequence[Row]],
    text: Sequence[Sequence[Row]],
    edge: _Edge,
    rulings: Sequence[BBox],
    unit: float,
    page_height: float,
) -> int:
    """How much tells that the lines are no text."""
    box, around = BBox.around(map(_box, group)), BBox.around(map(_box, text))
    words = " ".join(row.text for line in group for row in line)
    imprint = min(2, sum(pattern.search(words) is not None for pattern in _IMPRINT))
    numbered = _OF_PAGES.search(words) is not None or any(any(_numbers(line, unit)) for line in group)
    small = all(_is_small(line, unit) for line in group)
    ruled = _has_rule(box, _box(text[0]), around.width, rulings)
    outer = edge.distance(box) - box.height < OUTER * page_height
    far = edge.gap(box, _box(text[0])) > FAR * unit
    sides = any(b.box.left - a.box.right > SIDES * unit for line in group for a, b in pairwise(line))
    if PAGE_NUMBER.match(words):
        return ENOUGH
    worded = sum(map(str.isalpha, words)) >= MIN_LETTERS
    if not (numbered or sides or (imprint and (small or ruled))) or not worded or _SENDER.search(words):
        return 0
    # Letters and forms begin with a date at the right, or with their sender in several lines.
    set_off = (small or ruled or outer) and (len(group) == 1 or imprint > 1)
    if edge.kind == BlockKind.PAGE_HEADER and not (numbered or set_off):
        return 0
    return 2 * numbered + imprint + small + ruled + outer + far + sides


def _numbers(line: Sequence[Row], unit: float) -> list[bool]:
    """Which parts of the line are a page number at one of its ends, apart from words."""
    numbers = [PAGE_NUMBER.match(row.text) is not None for row in line]
    apart = [True, *(b.box.left - a.box.right > PARTS * unit for a, b in pairwise(line)), True]
    ends = [i in (0, len(line) - 1) and apart[i] and apart[i + 1] and number for i, number in enumerate(numbers)]
    return ends if not all(numbers) else [len(line) == 1] * len(line)


def _has_rule(outer: BBox, inner: BBox, width: float, rulings: Sequence[BBox]) -> bool:
    low, high = sorted((outer.center[1], inner.center[1]))
    return any(
        rule.width > RULE * width and rule.width > rule.height and low < rule.center[1] < high for rule in rulings
    )


def _box(line: Sequence[Row]) -> BBox:
    return BBox.around(row.box for row in line)


def _blocks(lines: Sequence[Sequence[Row]], kind: BlockKind, unit: float) -> list[Block]:
    """A block for each line, and for each page number: what stands beside it repeats on other pages."""
    blocks = []
    for line in lines:
        for is_number, part in groupby(zip(_numbers(line, unit), line, strict=True), key=lambda pair: pair[0]):
            rows = [row for _, row in part]
            pieces = tuple(piece for row in rows for piece in row.lines)
            text = " ".join(row.text for row in rows)
            one = BlockKind.PAGE_NUMBER if is_number else kind
            blocks.append(Block(one, text, _box(rows), text_confidence(pieces), lines=pieces))
    return blocks
