"""What one page cannot tell: heading levels, running heads that repeat, paragraphs that go on over a page end."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from ocr_plugins.blocks import STANDS_BETWEEN, Block, BlockKind
from ocr_plugins.document import Page
from ocr_plugins.layout.furniture import RunningText
from ocr_plugins.layout.levels import HeadingLevels, without_banner
from ocr_plugins.layout.lists import carried, is_new_item, nest
from ocr_plugins.layout.paragraphs import continued, goes_on


@dataclass(slots=True)
class Settler:
    """Observe pages in order, then settle them.

    What :meth:`settle` decides depends on the pages observed until then: all of them in ``Pipeline.read``, those up to
    the look-ahead in ``Pipeline.iter_pages``. Its memory does not grow with the document.
    """

    running: RunningText = field(default_factory=RunningText)
    levels: HeadingLevels = field(default_factory=HeadingLevels)
    _last: tuple[int, list[Block]] = field(default=(0, []))

    def observe(self, page: Page) -> None:
        self.running.observe(page.blocks)
        self.levels.observe(self._titled(page))

    def settle(self, page: Page) -> Page:
        """The page as settled; call it in the order of the pages."""
        settled = self.running.settled(self._titled(page))
        # A page that holds nothing but what repeats, such as a numbered form, keeps its text.
        kept = settled if any(not block.kind.is_furniture for block in settled) else page.blocks
        return page.replace_blocks(self._continued(page, [self.levels.settle(block) for block in kept]))

    def _titled(self, page: Page) -> Sequence[Block]:
        return without_banner(page.blocks) if page.number == 1 else page.blocks

    def _continued(self, page: Page, blocks: list[Block]) -> list[Block]:
        """The blocks of a page, the first of the text marked if a paragraph or a list of the page before goes on."""
        body = [i for i, b in enumerate(blocks) if not b.kind.is_furniture and b.kind not in STANDS_BETWEEN]
        if body:
            before, last = self._last
            if before == page.number - 1:
                if last and goes_on(last[-1], blocks[body[0]]):
                    blocks[body[0]] = continued(last[-1], blocks[body[0]])
                blocks = _nested(last, blocks, page)
            self._last = page.number, [blocks[i] for i in body]
        return blocks


def _nested(last: list[Block], blocks: list[Block], page: Page) -> list[Block]:
    """The blocks of a page, the items of a list that goes on from the page before as deep as they are there."""
    open_items, shift = carried(last, blocks)
    end = next((i for i, b in enumerate(blocks) if not (b.kind.is_furniture or b.kind == BlockKind.LIST_ITEM)), None)
    heights = [line.box.height * page.height for block in blocks[:end] for line in block.lines]
    first = next((block for block in blocks[:end] if is_new_item(block)), None)
    # What an engine or the author of a document nested stays so.
    if not open_items or not heights or first is None or first.level:
        return blocks
    unit = statistics.median(heights) / page.width
    return (
        [*nest(blocks[:end], unit, open_items, shift), *blocks[end:]] if end else nest(blocks, unit, open_items, shift)
    )
