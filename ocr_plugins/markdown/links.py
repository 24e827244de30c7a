"""Links and scripts put into the Markdown of blocks, where the words that they lie over are found again."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ocr_plugins.blocks import BBox, Block, BlockKind, Cell
from ocr_plugins.markdown.escape import link_text
from ocr_plugins.markdown.inline import shows
from ocr_plugins.source.textlayer import Anchor, Script

_WITHOUT = (BlockKind.FIGURE, BlockKind.CODE, BlockKind.FORMULA)
_Span = tuple[int, int, str]


def link_blocks(
    blocks: Iterable[Block], anchors: Sequence[Anchor], scripts: Sequence[Script] = ()
) -> tuple[Block, ...]:
    """The blocks with their links, superscripts and subscripts as Markdown; their text stays plain.

    Tables have no links, code has neither.
    """
    placed = _Scripts(scripts)
    return tuple(_table(b, placed) if b.table else _linked(b, anchors, placed) for b in blocks)


class _Scripts:
    """The scripts of a page, asked for those in a box."""

    def __init__(self, scripts: Sequence[Script]) -> None:
        # In the order of the text, within one height too.
        self._sorted = sorted(enumerate(scripts), key=lambda pair: pair[1].box.center[1])
        self._heights = [script.box.center[1] for _, script in self._sorted]

    def spans(self, text: str, box: BBox) -> list[_Span]:
        """Start, end and tag of those in the text that stands in a box."""
        some = self._sorted[bisect_left(self._heights, box.top) : bisect_right(self._heights, box.bottom)]
        spans: list[_Span] = []
        cursor = 0
        for _, script in sorted(some, key=lambda pair: pair[0]):
            if box.contains(*script.box.center) and (found := _find(text, script, cursor)):
                cursor = found[1]
                spans.append((*found, script.tag))
        return spans


def _table(block: Block, scripts: _Scripts) -> Block:
    assert block.table is not None
    cells = tuple(_cell(cell, scripts) for cell in block.table.cells)
    return replace(block, table=replace(block.table, cells=cells)) if cells != block.table.cells else block


def _cell(cell: Cell, scripts: _Scripts) -> Cell:
    if cell.box is None or cell.markdown is not None:
        return cell
    text = " ".join(cell.text.split())
    spans = scripts.spans(text, cell.box)
    markdown = link_text(text, (), spans, in_heading=True) if spans else ""
    return replace(cell, markdown=markdown) if spans and shows(markdown, text) else cell


def _linked(block: Block, anchors: Sequence[Anchor], scripts: _Scripts) -> Block:
    box, lines = block.box, "\n" in block.text
    # Lines that stay lines are all that there is in the Markdown of a block that layout made.
    if block.kind in _WITHOUT or box is None or (block.markdown is not None and not lines):
        return block
    text = block.text.replace("\n", " ")
    links = _links(text, box, anchors)
    raised = [span for span in scripts.spans(text, box) if not any(_crosses(span, link) for link in links)]
    in_heading = block.kind in (BlockKind.TITLE, BlockKind.HEADING)
    if raised:
        markdown = link_text(block.text, links, raised, in_heading=in_heading).replace("\n", "<br>")
        # Beside a tag a sign may mean something else, such as the end of a formula.
        if shows(markdown, text):
            return replace(block, markdown=markdown)
    if links:
        markdown = link_text(block.text, links, in_heading=in_heading).replace("\n", "<br>")
        return replace(block, markdown=markdown)
    return block


def _links(text: str, box: BBox, anchors: Sequence[Anchor]) -> list[_Span]:
    spans: list[_Span] = []
    cursor = 0
    for anchor in anchors:
        if not box.contains(*anchor.box.center):
            continue
        found = _find(text, anchor, cursor)
        if found is None:
            continue
        start, cursor = found
        if spans and spans[-1][2] == anchor.url and not text[spans[-1][1] : start].strip():
            # It goes on from the line before.
            start = spans.pop()[0]
        spans.append((start, cursor, anchor.url))
    return spans


def _crosses(span: _Span, link: _Span) -> bool:
    """Whether it lies partly in a link."""
    return span[0] < link[1] and link[0] < span[1] and not link[0] <= span[0] < span[1] <= link[1]


def _find(text: str, found: Anchor | Script, cursor: int) -> tuple[int, int] | None:
    """Where words stand in a text, from ``cursor`` on; what is around them tells the right ones."""
    words = " ".join(found.text.split())
    before, after = " ".join(found.before.split()), " ".join(found.after.split())
    before += " " if before and found.before.endswith(" ") else ""
    after = " " + after if after and found.after.startswith(" ") else after
    for head, tail in ((before, after), (before, ""), ("", after), ("", "")):
        # A single figure stands in many places.
        if isinstance(found, Script) and not (head or tail):
            continue
        for shown in dict.fromkeys((words, words.rstrip("-\u00ad\u2010"))):
            at = text.find(f"{head}{shown}{tail}", max(0, cursor - len(head))) if shown else -1
            if at >= 0:
                return at + len(head), at + len(head) + len(shown)
    return None
