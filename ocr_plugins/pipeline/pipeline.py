"""The pipeline: source → upright page images → engine → layout → pages.

Pages stream: memory is bounded by a batch and the look-ahead, whatever the length of the document.
"""

from __future__ import annotations

import copy
import functools
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from ocr_plugins.document import OcrDocument, Page
from ocr_plugins.engine import EngineInfo, OcrEngine, PageImage, Recognition
from ocr_plugins.errors import EngineError, OcrError, OptionError, PageError
from ocr_plugins.layout.settle import Settler
from ocr_plugins.pipeline.blocks import certainty, layer_page, recognized_blocks
from ocr_plugins.pipeline.parallel import in_order
from ocr_plugins.plugins import engine_for_worker, layout_detector
from ocr_plugins.source.open import SourceInput, open_source, select_pages
from ocr_plugins.source.page import Source, SourcePage

if TYPE_CHECKING:
    from PIL.Image import Image

    from ocr_plugins.pixels.upright import Upright

__all__ = ["Pipeline", "Progress", "TextPolicy"]

log = logging.getLogger(__name__)

TextPolicy = Literal["auto", "ocr", "layer"]
# Pages that iter_pages reads ahead to settle headings and running heads.
LOOK_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Progress:
    """Reported after each page is read.

    Attributes:
        page: Its number, from 1.
        done: Pages read so far.
        total: Pages that were asked for.
        seconds: Spent on it, its share of a batch included.
        error: Why it failed, None if it did not.
    """

    page: int
    done: int
    total: int
    seconds: float
    error: str | None = None


@dataclass(slots=True)
class _Draft:
    """A page on its way: finished, or with the images that the engine is to read.

    ``upright`` gives the pixels that the boxes of a finished page refer to.
    """

    page: Page
    images: list[Upright]
    upright: Callable[[], Image] | None = None

    @property
    def finished(self) -> bool:
        return not self.images


class Pipeline:
    """Reads documents with one engine and one set of options.

    It can be used for any number of documents and from several threads; models load at the first page that needs them
    and :meth:`close` frees them. Pickling keeps the options alone.

    Args:
        engine: The name of a registered engine, or an instance.
        engine_options: Options for an engine given by name.
        text: ``auto`` takes a PDF page's own text where it is sound and reads the page with the engine otherwise;
            ``ocr`` always uses the engine; ``layer`` never does, and a page without text is empty.
        layout: A registered layout detector, ``auto`` for the bundled one if its runtime is installed, None for layout
            by geometry alone. It serves engines that give lines.
        upright: Turn and straighten pages before the engine sees them.
        on_error: ``keep`` gives a page that failed its place in the result, with ``error`` set; ``raise`` stops there.
        batch_size: Pages that the engine is given at once; None for what its ``info`` says.
        workers: Pages, or batches, that are read at once, each with an engine of its own in a thread of its own: faster
            for documents of many pages, for the memory of so many engines (of the default one 0.3 GB each). An engine
            given by name that has an option ``threads`` gets its share of the cores.
        images: A folder: the picture of each figure is saved there as PNG and linked from the Markdown, see
            :meth:`Page.relink <ocr_plugins.document.Page.relink>`. None leaves figures as comments.
        progress: Called after each page, in the thread that reads.

    Raises:
        UnknownEngineError, MissingDependencyError, OptionError: See :func:`~ocr_plugins.plugins.get_engine`.
    """

    def __init__(
        self,
        engine: str | OcrEngine = "rapidocr",
        *,
        engine_options: Mapping[str, Any] | None = None,
        text: TextPolicy = "auto",
        layout: str | None = "auto",
        upright: bool = True,
        on_error: Literal["keep", "raise"] = "keep",
        batch_size: int | None = None,
        workers: int = 1,
        images: str | os.PathLike[str] | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        _check("text", text, ("auto", "ocr", "layer"))
        _check("on_error", on_error, ("keep", "raise"))
        if batch_size is not None and batch_size < 1:
            raise OptionError(f"batch_size={batch_size}: give 1 or more, or None.")
        if workers < 1:
            raise OptionError(f"workers={workers}: give 1 or more.")
        if engine_options and not isinstance(engine, str):
            raise OptionError("engine_options are for an engine given by name: give them to the instance itself.")
        self.text = text
        self.upright = upright
        self.on_error = on_error
        self.images = Path(images) if images is not None else None
        self.progress = progress
        self.engine_name = engine if isinstance(engine, str) else type(engine).__name__
        self._engine: OcrEngine | None = None
        if text != "layer":
            self._engine = engine_for_worker(engine, engine_options or {}, workers)
        self._layout = layout_detector(layout)
        self._batch_size = batch_size
        self._workers = workers
        self._set_up()

    def _set_up(self) -> None:
        """What is made anew after pickling."""
        self._lock = threading.RLock()
        # Workers share the document, whose frames are sought one by one, and the layout detector, for its memory.
        self._source_lock = threading.RLock()
        self._layout_lock = threading.RLock()
        self._others: list[Pipeline] = []

    def iter_pages(
        self,
        source: SourceInput,
        *,
        pages: str | None = None,
        password: str | None = None,
        name: str | None = None,
    ) -> Iterator[Page]:
        """Read page by page.

        Heading levels and running heads are settled with the pages so far and two pages ahead; :meth:`read` settles
        them with the whole document.

        Args:
            source: A path, bytes or a binary file object: PDF, PNG, JPEG, TIFF, WebP, BMP or GIF.
            pages: Such as ``1-3,7``, counted from 1; all by default.
            password: For an encrypted PDF.
            name: What messages call the document; its path by default.

        Yields:
            The pages, in the order asked for. One that failed has ``error`` set and no blocks.

        Raises:
            SourceError: The document cannot be opened; see :func:`~ocr_plugins.source.open.open_source`.
            PageError: A page failed and ``on_error`` is ``raise``.
            OSError: The picture of a figure cannot be saved.
        """
        settler = Settler()
        waiting: deque[Page] = deque()
        # The first page comes out one page earlier: whoever streams waits for it.
        ahead = 1
        failure: Exception | None = None
        try:
            for page in self._read_pages(source, pages, password, name):
                settler.observe(page)
                waiting.append(page)
                if len(waiting) > ahead:
                    yield settler.settle(waiting.popleft())
                    ahead = LOOK_AHEAD
        except Exception as e:
            # The pages before it are good, and come out first.
            failure = e
        while waiting:
            yield settler.settle(waiting.popleft())
        if failure:
            raise failure

    def read(
        self,
        source: SourceInput,
        *,
        pages: str | None = None,
        password: str | None = None,
        name: str | None = None,
    ) -> OcrDocument:
        """Read a whole document; arguments and errors as for :meth:`iter_pages`."""
        settler = Settler()
        drafts = []
        with open_source(source, password=password, name=name) as opened:
            for page in self._read_opened(opened, pages):
                settler.observe(page)
                drafts.append(page)
            return OcrDocument(opened.name, tuple(settler.settle(p) for p in drafts), opened.total_pages)

    def close(self) -> None:
        """Free the models. The pipeline can be used again."""
        with self._lock:
            if self._engine:
                self._engine.close()
            if self._layout:
                self._layout.close()
            for other in self._others:
                other.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if not k.endswith("_lock") and k != "_others"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._set_up()

    def _read_pages(
        self, source: SourceInput, pages: str | None, password: str | None, name: str | None
    ) -> Iterator[Page]:
        with open_source(source, password=password, name=name) as opened:
            yield from self._read_opened(opened, pages)

    def _read_opened(self, opened: Source, pages: str | None) -> Iterator[Page]:
        numbers = select_pages(pages, opened.total_pages, opened.name)
        size = self._batch_size or (self._engine.info.batch_size if self._engine else 1)
        batches = (numbers[start : start + size] for start in range(0, len(numbers), size))
        readers = [functools.partial(worker._read_batch, opened) for worker in self._crew(len(numbers))]
        done = 0
        with closing(in_order(readers, batches)) as results:
            for read, seconds in results:
                for page in read:
                    done += 1
                    if self.progress:
                        self.progress(Progress(page.number, done, len(numbers), seconds, page.error))
                    if page.error is not None:
                        named = page.error.startswith(opened.name)
                        log.warning("%s", page.error if named else f"{opened.name}, page {page.number}: {page.error}")
                    yield page

    def _crew(self, pages: int) -> list[Pipeline]:
        """Those who read: this pipeline and as many others as there are workers, one for a page at most."""
        with self._lock:
            while len(self._others) < min(self._workers, pages) - 1:
                other = copy.copy(self)
                other._engine = copy.deepcopy(self._engine)
                other._source_lock, other._layout_lock = self._source_lock, self._layout_lock
                self._others.append(other)
            for other in self._others:
                # Set anew on this pipeline since the last document.
                other.text, other.upright = self.text, self.upright
                other.on_error, other.images = self.on_error, self.images
            return [self, *self._others[: max(0, pages - 1)]]

    def _read_batch(self, source: Source, numbers: Sequence[int]) -> tuple[list[Page], float]:
        """The pages, and the seconds for each."""
        began = time.perf_counter()
        drafts = [self._draft(source.page(n), source.total_pages) for n in numbers]
        images = [PageImage(u.image, draft.page.number, source.name) for draft in drafts for u in draft.images]
        results = iter(self._recognize(images))
        done = [d if d.finished else self._finish(d, [next(results) for _ in d.images]) for d in drafts]
        pages = [self._with_figures(d, source.name) for d in done]
        return pages, (time.perf_counter() - began) / len(numbers)

    def _with_figures(self, draft: _Draft, name: str) -> Page:
        if self.images is None or draft.upright is None:
            return draft.page
        from ocr_plugins.pipeline.figures import save_figures

        upright = draft.upright

        def image() -> Image:
            with self._source_lock:
                return upright()

        return save_figures(draft.page, self.images, name, image)

    def _draft(self, source_page: SourcePage, total: int) -> _Draft:
        """What can be done without the engine."""
        page = Page(source_page.number, total_pages=total)
        try:
            with self._source_lock:
                width, height = source_page.size
                page = replace(page, label=source_page.label, width=width, height=height)
                layer = source_page.text_layer() if self.text != "ocr" else None
            if layer is not None and (self.text == "layer" or layer.distrust is None):
                edge = self._engine.info.longest_edge if self._engine else EngineInfo().longest_edge
                return _Draft(layer_page(page, layer), [], functools.partial(source_page.render, edge))
            if self._engine is None:
                return _Draft(page, [])
            with self._source_lock:
                image = source_page.render(self._engine.info.longest_edge)
            return _Draft(page, self._ways_upright(image, self._engine.info.enlarge_to))
        except Exception as e:
            return _Draft(self._failed(page, e), [])

    def _ways_upright(self, image: Image, enlarge_to: int) -> list[Upright]:
        from ocr_plugins.pixels.upright import Upright, enlarged, is_blank, ways_upright

        if is_blank(image):
            return []
        image = enlarged(image, enlarge_to)
        if not self.upright:
            return [Upright(image)]
        with self._lock:
            return ways_upright(image, confirmed=self._engine is not None and self._engine.info.confidence)

    def _recognize(self, images: Sequence[PageImage]) -> list[Recognition | Exception]:
        """Results in order; where a batch fails, each of its pages is tried alone."""
        if not images or self._engine is None:
            return []
        try:
            with self._lock:
                results = self._engine.recognize(images)
            if len(results) != len(images):
                raise EngineError(f"{self.engine_name} gave {len(results)} results for {len(images)} pages.")
            for result in results:
                if not isinstance(result, Recognition):
                    kind = type(result).__name__
                    raise EngineError(f"{self.engine_name} gave {kind}, not Lines, Markdown or Blocks.")
        except OcrError as e:
            if isinstance(e, PageError | EngineError):
                return self._one_by_one(images, e)
            raise
        except Exception as e:
            return self._one_by_one(images, e)
        return list(results)

    def _one_by_one(self, images: Sequence[PageImage], error: Exception) -> list[Recognition | Exception]:
        return [error] if len(images) == 1 else [r for image in images for r in self._recognize([image])]

    def _finish(self, draft: _Draft, results: Sequence[Recognition | Exception]) -> _Draft:
        """The page with the blocks of the best result."""
        good = [(r, u) for r, u in zip(results, draft.images, strict=True) if not isinstance(r, Exception)]
        if not good:
            return _Draft(self._failed(draft.page, next(r for r in results if isinstance(r, Exception))), [])
        result, upright = max(good, key=lambda pair: certainty(pair[0]))
        page = replace(
            draft.page,
            engine=self.engine_name,
            rotation=upright.rotation,
            skew=upright.skew,
            truncated=result.truncated,
        )
        if upright.rotation in (90, 270):
            page = replace(page, width=page.height, height=page.width)
        try:
            image = PageImage(upright.image, page.number)
            page = page.replace_blocks(recognized_blocks(result, image, page, self._layout, self._layout_lock))
            return _Draft(page, [], lambda: upright.image)
        except Exception as e:
            return _Draft(self._failed(page, e), [])

    def _failed(self, page: Page, error: Exception) -> Page:
        if self.on_error == "raise":
            if isinstance(error, OcrError):
                raise error
            raise PageError(f"Page {page.number}: {type(error).__name__}: {error}") from error
        message = str(error) if isinstance(error, OcrError) else f"{type(error).__name__}: {error}"
        return replace(page, blocks=(), error=message)


def _check(name: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise OptionError(f"{name}={value!r}: choose one of {', '.join(allowed)}.")
