"""Blocks by the author's own tags, where they describe the page that is seen; pure, as the geometry beside it."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ocr_plugins.blocks import BBox, Block, BlockKind, Region, TextLine
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.code import code_text, find_code
from ocr_plugins.layout.furniture import is_page_number
from ocr_plugins.layout.headings import LARGER, looks_like_heading
from ocr_plugins.layout.lists import is_entry, without_leader
from ocr_plugins.layout.margins import set_apart
from ocr_plugins.layout.place import insert, insert_answer
from ocr_plugins.layout.rows import Row, same_row, typical_height
from ocr_plugins.layout.tagged.drafts import Draft, find_drafts
from ocr_plugins.layout.tagged.fragments import has_words, is_amid, length, lines_of, style_of
from ocr_plugins.layout.tagged.lists import labelled, nested
from ocr_plugins.layout.tagged.sound import is_all_headings, is_broken, is_misplaced
from ocr_plugins.layout.tagged.tables import tagged_table
from ocr_plugins.layout.touching import pictures
from ocr_plugins.source.textlayer import ARTIFACT, Element, Fragment, Tagged
from ocr_plugins.text import is_bullet, join_lines, split_marker

# Shares of the page's characters: that tags must name, and that may be marked as no content.
MIN_COVERED, MAX_ARTIFACTS = 0.8, 0.4
# A paragraph of more lines than this is cut by geometry, and a heading of more characters is none.
MAX_LINES, MAX_HEADING = 30, 400
# Headings of one style from which on a paragraph of that style is one whose tag was forgotten.
SISTERS = 2
# Answers that are put behind their labels one by one, which takes long where there are thousands; forms have dozens.
MOST_ANSWERS = 200
# In heights of a line: so far the next piece of it may begin before the end of the last one.
MAX_OVERLAP = 0.5
_HEADINGS = frozenset({BlockKind.TITLE, BlockKind.HEADING})
_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.CODE, None})
_SYMBOL = re.compile(r"^([^\w\s\"'(\[«“„¿¡$€£@#&])\s+(?=\S)")


def tagged_blocks(tagged: Tagged, rulings: Sequence[BBox], size: tuple[float, float]) -> tuple[Block, ...] | None:
    """The blocks by the author's tags; None where these name little of the page, and geometry serves better.

    Of tags that contradict the page that is seen, what does not is kept: the order, paragraphs or headings are then
    those that geometry sees. Text that no tag names is put where it stands. What is marked as an artifact is page
    furniture, unless it stands amid the text. Headings have the author's level.

    Args:
        tagged: The tags, and the text that they name.
        rulings: Ruling lines, in 0..1.
        size: Width and height of the page, in points.
    """
    drafts = _merged(find_drafts(tagged.tree))
    page = _Page(tagged, drafts, rulings, size)
    if page.covered < MIN_COVERED:
        return None
    blocks = page.read(drafts)
    for is_wrong, kinds in ((is_broken, frozenset({BlockKind.PARAGRAPH})), (is_all_headings, _HEADINGS)):
        if is_wrong(blocks):
            drafts = _merged(Draft(None, marks=draft.marks) if draft.kind in kinds else draft for draft in drafts)
            blocks = page.read(drafts)
    figures = {mark for draft in drafts if draft.kind == BlockKind.FIGURE for mark in draft.marks}
    heads, feet = page.running()
    left_over = page.left_over([box for mark, box in tagged.images if mark != ARTIFACT and mark not in figures])
    if is_misplaced(blocks):
        blocks = page.ordered([*blocks, *left_over])
    else:
        for block in left_over:
            insert(blocks, block)
    for block in page.answers():
        insert_answer(blocks, block)
    return (*page.furniture(top=True), *heads, *blocks, *feet, *page.furniture(top=False))


def _merged(drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts without empty ones; text of no paragraph is one draft until the next tag."""
    merged: list[Draft] = []
    for draft in drafts:
        if draft.kind is None and merged and merged[-1].kind is None:
            merged[-1].marks += draft.marks
        elif draft.marks or draft.label or draft.alt:
            merged.append(draft)
    return merged


class _Page:
    def __init__(
        self, tagged: Tagged, drafts: Sequence[Draft], rulings: Sequence[BBox], size: tuple[float, float]
    ) -> None:
        self._size = size
        self._rulings = rulings
        self._drawings = tagged.drawings
        self._answers = tagged.answers
        self._headings = tagged.headings
        self._place = {id(fragment): i for i, fragment in enumerate(tagged.fragments)}
        self._by_mark: dict[int, list[Fragment]] = {}
        for fragment in tagged.fragments:
            self._by_mark.setdefault(fragment.mark, []).append(fragment)
        artifacts = self._by_mark.pop(ARTIFACT, [])
        named = {mark for draft in drafts for mark in (*draft.label, *draft.marks)}
        self._unnamed = [f for mark, found in self._by_mark.items() if mark not in named for f in found]
        every = length(tagged.fragments)
        self.covered = 1 - length(self._unnamed) / max(1, every)
        text = [f for mark in named for f in self._by_mark.get(mark, ()) if has_words(f.text)]
        is_content = length(artifacts) > MAX_ARTIFACTS * every
        self._artifacts = [f for f in artifacts if not is_content and not is_amid(f, text)]
        kept = {id(f) for f in self._artifacts}
        self._unnamed += [f for f in artifacts if id(f) not in kept]
        self.unit = typical_height(self._row(line) for line in lines_of(tagged.fragments))
        self._levels = self._styles(drafts)

    def _styles(self, drafts: Sequence[Draft]) -> dict[tuple[float, bool, bool], int]:
        """The level of each style that several headings on this page have and the running text has not."""
        headings = [(self._fragments(draft.marks), draft.level) for draft in drafts if draft.kind in _HEADINGS]
        styles = [(style_of(fragments), level) for fragments, level in headings if fragments]
        running = style_of([f for found in self._by_mark.values() for f in found])
        often = Counter(style for style, _ in styles if style != running)
        return {style: level for style, level in styles if often[style] >= SISTERS}

    def read(self, drafts: Sequence[Draft]) -> list[Block]:
        """The blocks of drafts in their order; code of several paragraphs is one."""
        blocks: list[Block] = []
        for is_mono, some in itertools.groupby(labelled(drafts, self._fragments), self._is_mono):
            run = list(some)
            blocks += (is_mono and self._code(run)) or [block for draft in run for block in self.blocks(draft)]
        return nested(blocks, self.unit, self._size)

    def _is_mono(self, draft: Draft) -> bool:
        fragments = self._fragments(draft.marks)
        return draft.kind in _TEXT and bool(fragments) and all(f.font.mono for f in fragments)

    def _code(self, drafts: Sequence[Draft]) -> list[Block]:
        """The code that the drafts make, none where they are not all code."""
        code, rest = find_code(self._rows(self._fragments([m for draft in drafts for m in draft.marks])), self.unit)
        return [] if rest else [replace(b, box=BBox.around(line.box for line in b.lines)) for b in code]

    def ordered(self, blocks: Sequence[Block]) -> list[Block]:
        """The blocks in the order in which geometry reads their lines."""
        lines = [line for block in blocks for line in block.lines]
        read = (line for block in assemble(lines, (), self._rulings, self._size) for line in block.lines)
        places = {id(line): i for i, line in enumerate(read)}
        known = [min((places[id(line)] for line in b.lines if id(line) in places), default=None) for b in blocks]
        ranked = [(place, block) for place, block in zip(known, blocks, strict=True) if place is not None]
        found = [block for _, block in sorted(ranked, key=lambda pair: pair[0])]
        for place, block in zip(known, blocks, strict=True):
            if place is None:
                insert(found, block)
        return found

    def blocks(self, draft: Draft) -> list[Block]:
        """The blocks of a draft, none where nothing of it is on the page."""
        label, fragments = self._fragments(draft.label), self._fragments(draft.marks)
        if draft.kind == BlockKind.FIGURE:
            return self._figure(draft, fragments)
        if not fragments and not label:
            return []
        if draft.table:
            return self._table(draft.table, fragments)
        rows = self._rows([*label, *fragments])
        if draft.kind is None or (draft.kind == BlockKind.PARAGRAPH and len(rows) > MAX_LINES):
            return list(self._by_geometry(lines_of(fragments)))
        if draft.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
            return self._paragraphs(draft, rows, label, fragments)
        if draft.kind == BlockKind.CODE:
            return _block(draft.kind, rows, code_text(rows))
        if draft.level and len(_text(rows)) > MAX_HEADING:
            return _block(BlockKind.PARAGRAPH, rows)
        return _block(draft.kind, rows, level=draft.level)

    def _paragraphs(
        self, draft: Draft, rows: Sequence[Row], label: Sequence[Fragment], fragments: Sequence[Fragment]
    ) -> list[Block]:
        """A paragraph or an item of a list, cut where bullets say that it is several."""
        if self._is_headed(rows):
            return self._paragraph(draft, rows[:1]) + self._paragraphs(draft, rows[1:], (), ())
        first, *items = _at_bullets(rows)
        found = self._item(draft, first, label, fragments) if label and fragments else self._paragraph(draft, first)
        return found + [block for item in items for block in self._paragraph(draft, item)]

    def _paragraph(self, draft: Draft, rows: Sequence[Row]) -> list[Block]:
        text = _text(rows)
        split = split_marker(text)
        if split is None and draft.kind == BlockKind.LIST_ITEM and (symbol := _SYMBOL.match(text)):
            split = symbol[1], text[symbol.end() :]
        if split:
            return _block(BlockKind.LIST_ITEM, rows, split[1], level=draft.level, marker=split[0])
        found = _block(draft.kind or BlockKind.PARAGRAPH, rows, text, level=draft.level)
        if draft.kind == BlockKind.PARAGRAPH and looks_like_heading(rows, self.unit, classified=False):
            return [self._heading(block) for block in found]
        return found

    def _is_headed(self, rows: Sequence[Row]) -> bool:
        """Whether the first line of a paragraph is a heading in a type of its own."""
        if len(rows) < 2 or not looks_like_heading(rows[:1], self.unit, classified=False):
            return False
        return rows[0].bold != rows[1].bold or rows[0].height > LARGER * rows[1].height

    def _heading(self, block: Block) -> Block:
        """What looks like a heading and has no such tag, as one or as a paragraph.

        Where tags name headings, it is one if several of those on this page are in its type. Where they do not, its
        level follows from its type, as that of headings found by geometry.
        """
        if not self._headings:
            return replace(block, kind=BlockKind.HEADING)
        style = style_of(block.lines)
        if style in self._levels:
            return replace(block, kind=BlockKind.HEADING, level=self._levels[style])
        return replace(block, kind=BlockKind.PARAGRAPH)

    def _item(
        self, draft: Draft, rows: Sequence[Row], label: Sequence[Fragment], fragments: Sequence[Fragment]
    ) -> list[Block]:
        marker = _text(self._rows(label))
        if split_marker(f"{marker} x") is None and any(c.isalnum() for c in marker):
            return _block(BlockKind.LIST_ITEM, rows, level=draft.level)
        body = _text(_at_bullets(self._rows(fragments))[0]) if fragments else ""
        return _block(BlockKind.LIST_ITEM, rows, body, level=draft.level, marker=marker)

    def running(self) -> tuple[list[Block], list[Block]]:
        """Heads and feet among what no tag names; they are no longer left over."""
        if not self._unnamed:
            return [], []
        width, height = self._size
        unnamed = lines_of(self._unnamed)
        left = {id(fragment) for fragment in self._unnamed}
        others = lines_of(f for found in self._by_mark.values() for f in found if id(f) not in left)
        rows = [self._row(line) for line in (*unnamed, *others)]
        heads, _, feet = set_apart(rows, [r.scaled(width, height) for r in self._rulings], self.unit, height)
        ids = {id(line) for line in unnamed}
        own = [[b for b in some if all(id(line) in ids for line in b.lines)] for some in (heads, feet)]
        taken = [line.box for some in own for block in some for line in block.lines]
        self._unnamed = [f for f in self._unnamed if not any(f.box.mostly_in(box) for box in taken)]
        relative = [[replace(b, box=BBox.around(line.box for line in b.lines)) for b in some] for some in own]
        return relative[0], relative[1]

    def left_over(self, figures: Sequence[BBox]) -> tuple[Block, ...]:
        """Blocks of what no tag names, by geometry."""
        # Nobody knows whether such an image is a figure or the ground that text is printed on.
        regions = [Region(BlockKind.FIGURE, box, confidence=0.0) for box in pictures(figures)]
        return self._by_geometry(lines_of(self._unnamed), regions)

    def answers(self) -> Sequence[Block]:
        """A block for each answer; where there are very many, by geometry."""
        if len(self._answers) > MOST_ANSWERS:
            return self._by_geometry([line for lines in self._answers for line in lines])
        return [
            Block(
                BlockKind.PARAGRAPH,
                " ".join(line.text for line in lines),
                BBox.around(line.box for line in lines),
                lines=lines,
            )
            for lines in self._answers
        ]

    def furniture(self, *, top: bool) -> list[Block]:
        """What the author marked as no part of the content, in the upper or the lower half of the page."""
        found = []
        for block in assemble(lines_of(self._artifacts), (), (), self._size):
            if block.box is None or not block.text or (block.box.center[1] < 0.5) != top:
                continue
            kind = BlockKind.PAGE_HEADER if top else BlockKind.PAGE_FOOTER
            if is_page_number(block):
                kind = BlockKind.PAGE_NUMBER
            found.append(replace(block, kind=kind, level=0, marker=None, table=None))
        return found

    def _fragments(self, marks: Sequence[int]) -> list[Fragment]:
        """What the marks name in their order, that of one line as it stands there."""
        found = [fragment for mark in dict.fromkeys(marks) for fragment in self._by_mark.get(mark, ())]
        first: dict[int, int] = {}
        for i, fragment in enumerate(found):
            first.setdefault(fragment.line, i)
        return sorted(found, key=lambda f: (first[f.line], self._place[id(f)]))

    def _row(self, line: TextLine) -> Row:
        return Row((line,), line.box.scaled(*self._size))

    def _rows(self, fragments: Sequence[Fragment]) -> list[Row]:
        """The lines of the fragments in their order, pieces that follow one another on one line joined."""
        rows: list[Row] = []
        for line in lines_of(fragments):
            row = self._row(line)
            last = rows[-1] if rows else None
            if last and same_row(last.box, row.box) and row.box.left >= last.box.right - MAX_OVERLAP * row.height:
                pieces = (*(last.pieces or (last.box,)), row.box)
                rows[-1] = Row(last.lines + row.lines, BBox.around((last.box, row.box)), pieces=pieces)
            else:
                rows.append(row)
        return rows

    def _by_geometry(self, lines: Sequence[TextLine], regions: Sequence[Region] = ()) -> tuple[Block, ...]:
        blocks = assemble(lines, regions, self._rulings, self._size)
        return tuple(self._heading(b) if b.kind == BlockKind.HEADING else b for b in blocks)

    def _figure(self, draft: Draft, fragments: Sequence[Fragment]) -> list[Block]:
        drawn = [self._drawings[mark] for mark in draft.marks if mark in self._drawings]
        boxes = [*drawn, *(f.box for f in fragments)]
        lines = tuple(lines_of(fragments))
        alt = " ".join(draft.alt.split())
        box = BBox.around(boxes).clipped() if boxes else None
        if any(has_words(line.text) for line in lines):
            words = [b if b.table else replace(b, kind=BlockKind.PARAGRAPH, level=0) for b in self._by_geometry(lines)]
            return [*([Block(BlockKind.FIGURE, alt, box, markdown=alt or None)] if drawn or alt else []), *words]
        text = "\n".join([*([alt] if alt else []), *(line.text for line in lines)])
        return [Block(BlockKind.FIGURE, text, box, lines=lines, markdown=alt or None)]

    def _table(self, element: Element, fragments: Sequence[Fragment]) -> list[Block]:
        def read(marks: Sequence[int]) -> tuple[str, BBox | None]:
            found = self._fragments(marks)
            return _text(self._rows(found)), BBox.around(f.box for f in found) if found else None

        lines = tuple(lines_of(fragments))
        table = tagged_table(element, read)
        if table is None:
            return list(self._by_geometry(lines))
        return [Block(BlockKind.TABLE, table.text, BBox.around(line.box for line in lines), lines=lines, table=table)]


def _text(rows: Iterable[Row]) -> str:
    text = " ".join(join_lines([row.text for row in rows]).split())
    return without_leader(text) if is_entry(text) else text


def _at_bullets(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows, cut where a line begins with a bullet: several items under one tag."""
    cut = [list(rows[:1])]
    for row in rows[1:]:
        split = split_marker(row.text)
        if split and is_bullet(split[0]):
            cut.append([row])
        else:
            cut[-1].append(row)
    return cut


def _block(
    kind: BlockKind, rows: Sequence[Row], text: str | None = None, *, level: int = 0, marker: str | None = None
) -> list[Block]:
    text = _text(rows) if text is None else text
    lines = tuple(line for row in rows for line in row.lines)
    if not text:
        return []
    return [Block(kind, text, BBox.around(line.box for line in lines), level=level, marker=marker, lines=lines)]
