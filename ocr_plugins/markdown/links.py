"""Links put into the Markdown of blocks, where the words that they lie over are found again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ocr_plugins.blocks import Block, BlockKind
from ocr_plugins.markdown.escape import link_text
from ocr_plugins.source.textlayer import Anchor

_WITHOUT = (BlockKind.TABLE, BlockKind.FIGURE, BlockKind.CODE, BlockKind.FORMULA)


def link_blocks(blocks: Iterable[Block], anchors: Sequence[Anchor]) -> tuple[Block, ...]:
    """The blocks with their links in ``Block.markdown``; ``Block.text`` stays plain. Tables and code have none."""
    return tuple(_linked(block, anchors) if block.kind not in _WITHOUT else block for block in blocks)


def _linked(block: Block, anchors: Sequence[Anchor]) -> Block:
    box, lines = block.box, "\n" in block.text
    # Lines that stay lines are all that there is in the Markdown of a block that layout made.
    if box is None or (block.markdown is not None and not lines):
        return block
    text = block.text.replace("\n", " ")
    spans: list[tuple[int, int, str]] = []
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
    if not spans:
        return block
    in_heading = block.kind in (BlockKind.TITLE, BlockKind.HEADING)
    return replace(block, markdown=link_text(block.text, spans, in_heading=in_heading).replace("\n", "<br>"))


def _find(text: str, anchor: Anchor, cursor: int) -> tuple[int, int] | None:
    """Where the words of a link stand in a text, from ``cursor`` on; what is around them tells the right ones."""
    words = " ".join(anchor.text.split())
    before, after = " ".join(anchor.before.split()), " ".join(anchor.after.split())
    before += " " if before and anchor.before.endswith(" ") else ""
    after = " " + after if after and anchor.after.startswith(" ") else after
    for head, tail in ((before, after), (before, ""), ("", after), ("", "")):
        for shown in dict.fromkeys((words, words.rstrip("-\u00ad\u2010"))):
            at = text.find(f"{head}{shown}{tail}", max(0, cursor - len(head))) if shown else -1
            if at >= 0:
                return at + len(head), at + len(head) + len(shown)
    return None
