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
from ocr_plugins.engine import EngineInfo, LayoutDetector, Lines, OcrEngine, PageImage, Recognition
from ocr_plugins.errors import EngineError, OcrError, PageError
from ocr_plugins.pipeline.blocks import (
    TEXT_LAYER,
    certainty,
    characters,
    glyphs,
    layer_page,
    mixed_page,
    recognized_blocks,
)
from ocr_plugins.pipeline.boundary import checked
from ocr_plugins.pipeline.judgement import TextPolicy, judge
from ocr_plugins.pipeline.warnings import page_warnings
from ocr_plugins.pixels.orientation import PageOrientation
from ocr_plugins.runtime.interrupt import never_swallowed, raise_if_interrupted
from ocr_plugins.runtime.leaving import working
from ocr_plugins.source.open import SourceInput, open_source
from ocr_plugins.source.page import Source, SourcePage

if TYPE_CHECKING:
    from PIL.Image import Image

    from ocr_plugins.blocks import BBox, TextLine
    from ocr_plugins.pixels.tiles import Tile
    from ocr_plugins.pixels.upright import Upright
    from ocr_plugins.source.textlayer import TextLayer

# Of the text that a PDF has itself: an engine that reads a page as a whole has read that too if it gives so much.
WHOLE = 0.9
# And one that gives less than this share of it has read the page worse than it is there, sound or not.
EMPTIER = 0.5


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
    not sound. ``layer`` is a sound text beside which something else looks like text: what was ``missed``, in 0..1.
    ``spare`` is one that is not sound, and better than nothing.
    The engine sees each way in ``parts``, most pages in one.
    ``xfa`` is whether an XFA form is to take the page's place; ``amount`` is set where there can hardly be so much text
    on the page, or so little.
    """

    page: Page
    ways: list[Upright] = field(default_factory=list)
    parts: list[list[Tile]] = field(default_factory=list)
    upright: Callable[[], Image] | None = None
    distrust: str | None = None
    layer: TextLayer | None = None
    spare: TextLayer | None = None
    missed: Sequence[BBox] = ()
    xfa: bool = False
    amount: Literal["little", "much"] | None = None

    @property
    def finished(self) -> bool:
        return not self.ways

    @property
    def images(self) -> list[PageImage]:
        """What the engine is to read."""
        return [tile.page for parts in self.parts for tile in parts]


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
        images = [image for draft in drafts for image in draft.images]
        results = iter(self.recognize(images))
        pages = [self.finished(d, [next(results) for _ in d.images], source.name) for d in drafts]
        return pages, (time.perf_counter() - began) / len(numbers)

    def draft(self, source: Source, number: int) -> Draft:
        """A page as far as it can be brought without the engine; safe in several threads at once."""
        with never_swallowed(), working():
            return self._draft(source.page(number), source)

    def finished(self, draft: Draft, results: Sequence[Recognition | Exception], name: str) -> Page:
        """The page of a draft.

        Args:
            draft: Finished, or with ways that the engine has read.
            results: Of its images, in order.
            name: The document's.
        """
        done = draft if draft.finished else self._finish(draft, results)
        in_part = draft.layer is not None
        warnings = page_warnings(
            done.page, self.info, done.distrust, done.missed, in_part=in_part, xfa=draft.xfa, amount=done.amount
        )
        if done.page.error is None:
            done.page = replace(done.page, warnings=tuple(warnings))
        return self._with_figures(done, name)

    def page_image(self, source: SourceInput, page: Page, password: str | None) -> Image:
        """The pixels that the boxes of a page refer to."""
        from ocr_plugins.report.picture import page_picture

        enlarge_to = self.info.enlarge_to if page.engine != TEXT_LAYER else 0
        edge = self.info.longest_edge
        with open_source(source, password=password) as opened:
            return page_picture(
                opened, page.number, rotation=page.rotation, skew=page.skew, edge=edge, enlarge_to=enlarge_to
            )

    def close(self) -> None:
        with self.lock:
            if self.engine:
                self.engine.close()

    def _draft(self, source_page: SourcePage, source: Source) -> Draft:
        """What can be done without the engine."""
        from ocr_plugins.pixels.tiles import drawing_edge, tiles
        from ocr_plugins.pixels.upright import Upright

        page = Page(source_page.number, total_pages=source.total_pages)
        try:
            with self.shared.source_lock:
                width, height = source_page.size
                page = replace(page, label=source_page.label, width=width, height=height)
            judged = judge(source_page, self.policy.text, engine=self.engine is not None, lock=self.shared.source_lock)
            layer, distrust, missed = judged.layer, judged.distrust, judged.missed
            xfa = layer is not None and layer.xfa
            draw = functools.partial(source_page.render, self.info.longest_edge)
            if layer is not None and judged.taken == "text":
                return Draft(layer_page(page, layer), upright=draw, distrust=distrust, missed=missed, xfa=xfa)
            if judged.taken == "nothing":
                return Draft(page)
            edge = self.info.longest_edge
            with self.shared.source_lock:
                drawn = source_page.render(drawing_edge((width, height), edge))
            image = PageImage(drawn, page.number, source.name)
            ways = [Upright(image)] if missed else self._ways_upright(image)
            parts = [tiles(way.page, edge) for way in ways]
            beside, spare = (layer, None) if missed else (None, layer)
            return Draft(page, ways, parts, draw, distrust, beside, spare, missed, xfa)
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
        from ocr_plugins.pixels.amount import wrong_amount
        from ocr_plugins.pixels.tiles import joined

        good, coming = [], iter(results)
        for way, parts in zip(draft.ways, draft.parts, strict=True):
            read = [next(coming) for _ in parts]
            sound = [part for part in read if not isinstance(part, Exception)]
            if len(sound) == len(read):
                good.append((joined(parts, sound), way, parts))
        if draft.layer is not None:
            return self._completed(draft, draft.layer, good[0][0] if good else None)
        if not good:
            return Draft(self._failed(draft.page, next(r for r in results if isinstance(r, Exception))))
        result, upright, parts = max(good, key=lambda way: certainty(way[0], way[1].page.size))
        if draft.spare and characters(result) < EMPTIER * draft.spare.legible_characters():
            return Draft(layer_page(draft.page, draft.spare), upright=draft.upright, distrust=draft.distrust)
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
            missed: Sequence[BBox] = ()
            if isinstance(result, Lines):
                lines, missed = self._all_lines(result.lines, upright.page)
                result = replace(result, lines=lines)
            # Regions are found on whole pages, of the shape of pages.
            layout = self.shared.layout if len(parts) == 1 else None
            page = page.replace_blocks(recognized_blocks(result, upright.page, page, layout, self.shared.lock))
            # Letters of a page that is read in parts are too small on the whole of it.
            placed = isinstance(result, Lines) or len(parts) > 1
            amount = None if placed else wrong_amount(upright.page, glyphs(page.blocks))
            draw = functools.partial(getattr, upright.page, "image")
            return Draft(page, upright=draw, distrust=draft.distrust, missed=missed, amount=amount)
        except Exception as e:
            return Draft(self._failed(page, e))

    def _all_lines(self, lines: Sequence[TextLine], page: PageImage) -> tuple[tuple[TextLine, ...], Sequence[BBox]]:
        """The lines of a page with those that a second look finds, and what looks like text and still is not read."""
        from ocr_plugins.pipeline.unread import doubted, read_again, split
        from ocr_plugins.pixels.unread import explains, unread_lines

        missed = unread_lines(page, [line.box for line in lines if explains(line, page)])
        if missed:
            lines = read_again(lines, missed, page, lambda image: self.recognize([image])[0])
            explained = [line.box for line in lines if explains(line, page)]
            _, missed = split(missed, explained)
        return tuple(doubted(lines, missed)), missed

    def _completed(self, draft: Draft, layer: TextLayer, result: Recognition | None) -> Draft:
        """A page's own text with what was read beside it."""
        from ocr_plugins.pipeline.unread import added, split

        upright = draft.ways[0]
        page, missed = draft.page, draft.missed
        draw = functools.partial(getattr, upright.page, "image")
        if isinstance(result, Lines):
            own = layer.without(layer.doubtful).places()
            lines = added(own, result.lines)[len(own) :]
            doubtful = [line.box for line in layer.doubtful]
            boxes = [line.box for line in lines]
            _, missed = split([box for box in missed if box not in doubtful], boxes)
            if lines:
                reread = frozenset(split(doubtful, boxes)[0])
                layer = layer.without({line for line in layer.doubtful if line.box in reread})
                page = replace(page, engine=self.policy.engine_name, truncated=result.truncated)
                page = mixed_page(page, layer, lines, upright.page, self.shared.layout, self.shared.lock)
                return Draft(page, upright=draw, distrust=draft.distrust, missed=missed)
        elif result is not None and characters(result) >= WHOLE * sum(len(line.text) for line in layer.places()):
            page = replace(page, engine=self.policy.engine_name, truncated=result.truncated)
            blocks = recognized_blocks(result, upright.page, page, self.shared.layout, self.shared.lock)
            return Draft(page.replace_blocks(blocks), upright=draw, distrust=draft.distrust)
        return Draft(layer_page(page, layer), upright=draw, distrust=draft.distrust, missed=missed)

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
