"""For tests, of this package and of anyone's engine: made pages, an engine without a model, and the engine contract.

An engine's author writes::

    class TestMyEngine(EngineContract):
        def make_engine(self, **options):
            return MyEngine(**options)

and pytest runs every check of :class:`EngineContract` on it. This module needs pytest; ``import ocr_plugins`` does not
import it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from ocr_plugins.blocks import BBox, Block, BlockKind, TextLine
from ocr_plugins.contract.checks import EngineContract
from ocr_plugins.contract.pages import made_page, made_pdf
from ocr_plugins.engine import Blocks, EngineInfo, EngineOptions, Lines, Markdown, OcrEngine, PageImage, Recognition

__all__ = ["EngineContract", "FakeEngine", "made_page", "made_pdf"]


class FakeOptions(EngineOptions):
    """Options of :class:`FakeEngine`."""

    texts: tuple[str, ...] = Field(("line one", "line two"), description="what is read on every page, line by line")
    confidence: float | None = Field(0.9, ge=0, le=1, description="of every line, None for unknown")
    fail_on: int | None = Field(None, description="number of the page on which it raises")
    output: Literal["lines", "markdown", "blocks"] = Field("lines", description="the kind of result it gives")


class FakeEngine(OcrEngine):
    """Reads the same texts on every page, whatever is on it; for tests of what stands around an engine."""

    Options = FakeOptions
    options: FakeOptions
    info = EngineInfo(
        summary="Gives the texts it was made with",
        licence="Apache-2.0",
        languages="any",
        boxes=True,
        confidence=True,
        longest_edge=1000,
    )

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        return [self._read(image) for image in images]

    def _read(self, image: PageImage) -> Recognition:
        if image.number == self.options.fail_on:
            raise RuntimeError(f"made to fail on page {image.number}")
        if self.options.output == "markdown":
            return Markdown("\n\n".join(self.options.texts), self.options.confidence)
        lines = tuple(self._lines())
        if self.options.output == "lines":
            return Lines(lines)
        return Blocks(tuple(Block(BlockKind.PARAGRAPH, i.text, i.box, i.confidence, lines=(i,)) for i in lines))

    def _lines(self) -> Iterator[TextLine]:
        step = min(0.03, 0.8 / max(1, len(self.options.texts)))
        for i, text in enumerate(self.options.texts):
            top = 0.1 + i * step
            box = BBox(0.1, top, min(0.9, 0.1 + 0.012 * len(text)), top + step * 0.7)
            yield TextLine(text, box, self.options.confidence)
