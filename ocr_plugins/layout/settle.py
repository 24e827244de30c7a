"""What one page cannot tell: heading levels, and running heads that repeat."""

from __future__ import annotations

from dataclasses import dataclass, field

from ocr_plugins.document import Page
from ocr_plugins.layout.furniture import RunningText
from ocr_plugins.layout.headings import HeadingLevels


@dataclass(slots=True)
class Settler:
    """Observe pages in order, then settle them.

    What :meth:`settle` decides depends on the pages observed until then: all of them in ``Pipeline.read``, those up to
    the look-ahead in ``Pipeline.iter_pages``. Its memory does not grow with the document.
    """

    running: RunningText = field(default_factory=RunningText)
    levels: HeadingLevels = field(default_factory=HeadingLevels)

    def observe(self, page: Page) -> None:
        self.running.observe(page.blocks)
        self.levels.observe(page.blocks)

    def settle(self, page: Page) -> Page:
        return page.replace_blocks(self.levels.settle(self.running.settle(block)) for block in page.blocks)
