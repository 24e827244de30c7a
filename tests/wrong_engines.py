"""Engines that keep the contract but for one thing each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from PIL import Image, ImageOps
from pydantic import ConfigDict, Field

from ocr_plugins import BBox, Lines, OcrEngine, PageImage, TextLine, Word
from ocr_plugins.engine import EngineInfo, EngineOptions, Recognition
from ocr_plugins.testing import EngineContract


def ink_of(image: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageOps.invert(image.convert("L")).getbbox()


def known_pages() -> dict[object, str]:
    contract = EngineContract()
    pages = [*([line] for line in contract.lines), contract.lines]
    return {ink_of(contract.make_page(lines)): " ".join(lines) for lines in pages}


class OracleOptions(EngineOptions):
    shout: bool = Field(False, description="nothing of importance")


class Oracle(OcrEngine):
    """Knows the pages of the contract by heart, so it keeps it; the engines below are like it but for one thing."""

    Options: ClassVar[type[EngineOptions]] = OracleOptions
    info = EngineInfo("Reads what it knows", "Apache-2.0", "any", boxes=True, confidence=True)
    known = known_pages()

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return [self.read(page) for page in images]

    def read(self, page: PageImage) -> Recognition:
        ink = ink_of(page.image)
        text = self.known.get(ink)
        if text is None or ink is None:
            return Lines()
        box = BBox(*map(float, ink)).scaled(1 / page.image.width, 1 / page.image.height)
        return Lines((TextLine(text, box, 0.9),))

    def changed(self, page: PageImage, **changes: Any) -> Recognition:
        result = Oracle.read(self, page)
        assert isinstance(result, Lines)
        return Lines(tuple(replace(line, **changes) for line in result.lines))

    def moved(self, page: PageImage, move: Callable[[BBox], BBox]) -> Recognition:
        result = Oracle.read(self, page)
        assert isinstance(result, Lines)
        return Lines(tuple(replace(line, box=move(line.box)) for line in result.lines))


class IgnoresOptions(Oracle):
    def __init__(self, **_options: Any) -> None:
        super().__init__()


class LooseOptions(EngineOptions):
    model_config = ConfigDict(frozen=False)
    shout: bool = Field(False, description="nothing of importance")


class HasLooseOptions(Oracle):
    Options = LooseOptions


class HasNoLicence(Oracle):
    info = EngineInfo("Reads what it knows", languages="any", boxes=True, confidence=True)


class LosesAPage(Oracle):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return super().recognize(images)[:1]


class MixesPagesUp(Oracle):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return sorted(super().recognize(images), key=str)


class GivesStrings(Oracle):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return ["text"] * len(images)


class MindsItsBatch(Oracle):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return [self.changed(page, text=f"{page.number} of {len(images)}") for page in images]


class InventsText(Oracle):
    def read(self, page: PageImage) -> Recognition:
        blank = page.image.size > (900, 0) and page.image.convert("L").getextrema() == (255, 255)
        line = TextLine("This page is intentionally left blank.", BBox(0, 0, 1, 1), 0.9)
        return Lines((line,)) if blank else super().read(page)


class NeedsLargePages(Oracle):
    def read(self, page: PageImage) -> Recognition:
        if min(page.size) < 32:
            raise ValueError("too small")
        return super().read(page)


class Misreads(Oracle):
    def read(self, page: PageImage) -> Recognition:
        (line,) = getattr(super().read(page), "lines", ()) or (None,)
        return self.changed(page, text=line.text.replace("o", "0")) if line else Lines()


class CountsPixels(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.changed(page, box=BBox(120, 120, 600, 150))


class TakesThePageForASquare(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.moved(page, lambda box: box.scaled(1, page.image.height / page.image.width))


class IsSureInPercent(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.changed(page, confidence=90)


class ClaimsConfidence(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.changed(page, confidence=None)


class DrawsOnThePage(Oracle):
    def read(self, page: PageImage) -> Recognition:
        if ink := ink_of(page.image):
            page.image.putpixel(((ink[0] + ink[2]) // 2, (ink[1] + ink[3]) // 2), (1, 2, 3))
        return super().read(page)


class PicklesItsModel(Oracle):
    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() | {"model": b"x" * 200_000}


class ForgetsItsOptions(Oracle):
    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__init__(shout=True)


class StaysClosed(Oracle):
    def close(self) -> None:
        self.known = {}


class ClosesOnlyWhatIsOpen(Oracle):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        self.model = object()
        return super().recognize(images)

    def close(self) -> None:
        del self.model


class BelongsToAThread(Oracle):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.thread = threading.get_ident()

    def read(self, page: PageImage) -> Recognition:
        if threading.get_ident() != self.thread:
            raise RuntimeError("wrong thread")
        return super().read(page)


class Chatters(Oracle):
    def read(self, page: PageImage) -> Recognition:
        print("reading", page.number)  # noqa: T201
        return super().read(page)


class GivesNothing(Oracle):
    """None where there is no text, as functions do that end without a return."""

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return [result if getattr(result, "lines", ()) else None for result in super().recognize(images)]


class GivesBytes(Oracle):
    def read(self, page: PageImage) -> Recognition:
        result = super().read(page)
        assert isinstance(result, Lines)
        return Lines(tuple(replace(line, text=line.text.encode()) for line in result.lines))  # type: ignore[arg-type]


class GivesExceptions(Oracle):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return [ValueError("too small") if min(page.size) < 32 else self.read(page) for page in images]


class SwapsTheSides(Oracle):
    """The box from right to left."""

    def read(self, page: PageImage) -> Recognition:
        return self.moved(page, lambda b: BBox(b.right, b.top, b.left, b.bottom))


class MirrorsThePage(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.moved(page, lambda b: BBox(1 - b.right, b.top, 1 - b.left, b.bottom))


class CountsFromTheBottom(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.moved(page, lambda b: BBox(b.left, 1 - b.bottom, b.right, 1 - b.top))


class PutsTopBeforeLeft(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.moved(page, lambda b: BBox(b.top, b.left, b.bottom, b.right))


class GivesSizes(Oracle):
    """Left, top, width, height, of a text that is wider than it is far from the left."""

    def read(self, page: PageImage) -> Recognition:
        return self.moved(page, lambda b: BBox(b.left, b.top, b.width, b.height))


class GivesThePage(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.moved(page, lambda _: BBox(0, 0, 1, 1))


class PutsWordsInTheLine(Oracle):
    """Words in 0..1 of their line, not of the page."""

    def read(self, page: PageImage) -> Recognition:
        return self.changed(page, words=(Word("The", BBox(0, 0, 0.1, 1)), Word("dog.", BBox(0.9, 0, 1, 1))))


class GivesNumPysNumbers(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.changed(page, confidence=np.float32(0.9))


class GivesLogProbabilities(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.changed(page, confidence=-0.1)


class RemembersPages(Oracle):
    """What was read before is in front of what is read now."""

    def read(self, page: PageImage) -> Recognition:
        self.before = [*getattr(self, "before", []), str(len(getattr(self, "before", [])))]
        return self.changed(page, text=" ".join(self.before))


class CannotBePickled(Oracle):
    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() | {"lock": threading.Lock()}
