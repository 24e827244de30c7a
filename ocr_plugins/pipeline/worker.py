"""One worker of a pipeline: batches of pages through one engine."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ocr_plugins.document import Page
from ocr_plugins.engine import EngineInfo, LayoutDetector, OcrEngine, PageImage, Recognition
from ocr_plugins.errors import EngineError, OcrError, PageError
from ocr_plugins.pipeline.blocks import TEXT_LAYER, certainty, layer_page, recognized_blocks
from ocr_plugins.pipeline.boundary import checked
from ocr_plugins.pipeline.warnings import page_warnings
from ocr_plugins.pixels.orientation import PageOrientation
from ocr_plugins.runtime.interrupt import never_swallowed, raise_if_interrupted
from ocr_plugins.runtime.leaving import working
from ocr_plugins.source.open import SourceInput, open_source
from ocr_plugins.source.page import Source, SourcePage

if TYPE_CHECKING:
    from PIL.Image import Image

    from ocr_plugins.pixels.upright import Upright

TextPolicy = Literal["auto", "ocr", "layer"]


@dataclass(frozen=True, slots=True)
class Policy:
    """What is the same for every page: see :class:`~ocr_plugins.pipeline.pipeline.Pipeline`."""

    engine_name: str
    text: TextPolicy
    upright: bool
    on_error: Literal["keep", "raise"]
    images: Path | None


@dataclass(slots=True)
class Draft:
    """A page on its way: finished, or with the ways it may stand, which the engine is to read.

    ``upright`` gives the pixels that the boxes of a finished page refer to; ``distrust`` is why the page's own text is
    not sound; ``xfa`` whether an XFA form is to take its place.
    """

    page: Page
    ways: list[Upright] = field(default_factory=list)
    upright: Callable[[], Image] | None = None
    distrust: str | None = None
    xfa: bool = False

    @property
    def finished(self) -> bool:
        return not self.ways


@dataclass(slots=True)
class Shared:
    """What the workers of a pipeline have together: the small models, for their memory, and the locks for them.

    A document is shared too: the frames of an image file are sought one by one.
    """

    orientation: PageOrientation
    layout: LayoutDetector | None
    lock: threading.RLock = field(default_factory=threading.RLock)
    source_lock: threading.RLock = field(default_factory=threading.RLock)

    def close(self) -> None:
        with self.lock:
            self.orientation.close()
            if self.layout:
                self.layout.close()


class Worker:
    """Reads batches of pages; several threads may use it, and take turns at the engine."""

    def __init__(self, policy: Policy, engine: OcrEngine | None, shared: Shared) -> None:
        self.policy = policy
        self.engine = engine
        self.shared = shared
        self.lock = threading.RLock()
        """Of the engine."""

    @property
    def info(self) -> EngineInfo:
        """The engine's; without an engine what is usual."""
        return self.engine.info if self.engine else EngineInfo()

    def another(self) -> Worker:
        """A worker that can be busy at the same time."""
        return Worker(self.policy, self.engine and self.engine.for_worker(), self.shared)

    def read_batch(self, source: Source, numbers: Sequence[int]) -> tuple[list[Page], float]:
        """The pages, and the seconds for each."""
        with never_swallowed(), working():
            return self._read_batch(source, numbers)

    def _read_batch(self, source: Source, numbers: Sequence[int]) -> tuple[list[Page], float]:
        began = time.perf_counter()
        drafts = [self._draft(source.page(n), source) for n in numbers]
        images = [way.page for draft in drafts for way in draft.ways]
        results = iter(self.recognize(images))
        pages = [self.finished(d, [next(results) for _ in d.ways], source.name) for d in drafts]
        return pages, (time.perf_counter() - began) / len(numbers)

    def draft(self, source: Source, number: int) -> Draft:
        """A page as far as it can be brought without the engine; safe in several threads at once."""
        with never_swallowed(), working():
            return self._draft(source.page(number), source)

    def finished(self, draft: Draft, results: Sequence[Recognition | Exception], name: str) -> Page:
        """The page of a draft.

        Args:
            draft: Finished, or with ways that the engine has read.
            results: Of its ways, in order.
            name: The document's.
        """
        done = draft if draft.finished else self._finish(draft, results)
        return self._with_figures(_warned(done), name)

    def page_image(self, source: SourceInput, page: Page, password: str | None) -> Image:
        """The pixels that the boxes of a page refer to."""
        from ocr_plugins.pixels.upright import enlarged, turn

        with open_source(source, password=password) as opened:
            image = PageImage(opened.page(page.number).render(self.info.longest_edge))
        if page.engine != TEXT_LAYER:
            image = enlarged(image, self.info.enlarge_to)
        return turn(turn(image, page.rotation), page.skew).image

    def close(self) -> None:
        with self.lock:
            if self.engine:
                self.engine.close()

    def _draft(self, source_page: SourcePage, source: Source) -> Draft:
        """What can be done without the engine."""
        page = Page(source_page.number, total_pages=source.total_pages)
        text = self.policy.text
        distrust, xfa = None, False
        try:
            with self.shared.source_lock:
                width, height = source_page.size
                page = replace(page, label=source_page.label, width=width, height=height)
                layer = source_page.text_layer() if text != "ocr" else None
            if layer is not None and (layer.lines or layer.turned):
                distrust = layer.distrust
            xfa = layer is not None and layer.xfa
            if layer is not None and (text == "layer" or layer.distrust is None):
                draw = functools.partial(source_page.render, self.info.longest_edge)
                return Draft(layer_page(page, layer), upright=draw, distrust=distrust, xfa=xfa)
            if self.engine is None:
                return Draft(page)
            with self.shared.source_lock:
                image = source_page.render(self.info.longest_edge)
            ways = self._ways_upright(PageImage(image, page.number, source.name))
            return Draft(page, ways, distrust=distrust, xfa=xfa)
        except Exception as e:
            return Draft(self._failed(page, e))

    def _ways_upright(self, page: PageImage) -> list[Upright]:
        from ocr_plugins.pixels.upright import Upright, enlarged, is_blank, ways_upright

        if is_blank(page):
            return []
        page = enlarged(page, self.info.enlarge_to)
        if not self.policy.upright:
            return [Upright(page)]
        with self.shared.lock:
            return ways_upright(page, self.shared.orientation, confirmed=self.info.confidence)

    def recognize(self, images: Sequence[PageImage]) -> Sequence[Recognition | Exception]:
        """Results in order; where a batch fails, each of its pages is tried alone."""
        if not images or self.engine is None:
            return []
        try:
            with self.lock:
                results = self.engine.recognize(images)
            return checked(results, images, self.policy.engine_name)
        except Exception as e:
            self.raise_if_general(e)
            if len(images) > 1:
                return [result for image in images for result in self.recognize([image])]
            return [e]

    @staticmethod
    def raise_if_general(error: Exception) -> None:
        """Raise what every page would meet, and an interrupt that was lost."""
        raise_if_interrupted(error)
        if isinstance(error, OcrError) and not isinstance(error, PageError | EngineError):
            raise error

    def _finish(self, draft: Draft, results: Sequence[Recognition | Exception]) -> Draft:
        """The page with the blocks of the best result."""
        good = [(r, way) for r, way in zip(results, draft.ways, strict=True) if not isinstance(r, Exception)]
        if not good:
            return Draft(self._failed(draft.page, next(r for r in results if isinstance(r, Exception))))
        result, upright = max(good, key=lambda way: certainty(way[0]))
        page = replace(
            draft.page,
            engine=self.policy.engine_name,
            rotation=upright.rotation,
            skew=upright.skew,
            truncated=result.truncated,
        )
        if upright.rotation in (90, 270):
            page = replace(page, width=page.height, height=page.width)
        try:
            blocks = recognized_blocks(result, upright.page, page, self.shared.layout, self.shared.lock)
            page = page.replace_blocks(blocks)
            return replace(draft, page=page, ways=[], upright=lambda: upright.page.image)
        except Exception as e:
            return Draft(self._failed(page, e))

    def _with_figures(self, draft: Draft, name: str) -> Page:
        if self.policy.images is None or draft.upright is None:
            return draft.page
        from ocr_plugins.pipeline.figures import save_figures

        upright = draft.upright

        def image() -> Image:
            with self.shared.source_lock:
                return upright()

        return save_figures(draft.page, self.policy.images, name, image)

    def _failed(self, page: Page, error: Exception) -> Page:
        raise_if_interrupted(error)
        ours = isinstance(error, OcrError)
        if self.policy.on_error == "keep":
            return replace(page, blocks=(), error=str(error) if ours else f"{type(error).__name__}: {error}")
        if ours:
            raise error
        raise PageError(f"Page {page.number}: {type(error).__name__}: {error}") from error


def _warned(draft: Draft) -> Draft:
    if draft.page.error is not None:
        return draft
    return replace(
        draft, page=replace(draft.page, warnings=tuple(page_warnings(draft.page, draft.distrust, xfa=draft.xfa)))
    )
