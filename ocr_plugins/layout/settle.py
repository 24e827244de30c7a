"""What one page cannot tell: heading levels, running heads that repeat, paragraphs that go on over a page end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ocr_plugins.blocks import STANDS_BETWEEN, Block
from ocr_plugins.document import Page
from ocr_plugins.layout.furniture import RunningText
from ocr_plugins.layout.levels import HeadingLevels, without_banner
from ocr_plugins.layout.paragraphs import goes_on


@dataclass(slots=True)
class Settler:
    """Observe pages in order, then settle them.

    What :meth:`settle` decides depends on the pages observed until then: all of them in ``Pipeline.read``, those up to
    the look-ahead in ``Pipeline.iter_pages``. Its memory does not grow with the document.
    """

    running: RunningText = field(default_factory=RunningText)
    levels: HeadingLevels = field(default_factory=HeadingLevels)
    _last: tuple[int, Block | None] = (0, None)

    def observe(self, page: Page) -> None:
        self.running.observe(page.blocks)
        self.levels.observe(self._titled(page))

    def settle(self, page: Page) -> Page:
        """The page as settled; call it in the order of the pages."""
        settled = self.running.settled(self._titled(page))
        # A page that holds nothing but what repeats, such as a numbered form, keeps its text.
        kept = settled if any(not block.kind.is_furniture for block in settled) else page.blocks
        return page.replace_blocks(self._continued(page.number, [self.levels.settle(block) for block in kept]))

    def _titled(self, page: Page) -> Sequence[Block]:
        return without_banner(page.blocks) if page.number == 1 else page.blocks

    def _continued(self, number: int, blocks: list[Block]) -> list[Block]:
        """The blocks of a page, the first of the text marked if a paragraph of the page before goes on with it."""
        body = [i for i, b in enumerate(blocks) if not b.kind.is_furniture and b.kind not in STANDS_BETWEEN]
        if body:
            first = blocks[body[0]]
            before, last = self._last
            if last is not None and before == number - 1 and goes_on(last, first):
                blocks[body[0]] = replace(first, continues=True)
            self._last = number, blocks[body[-1]]
        return blocks
