"""The pipeline: source → upright page images → engine → layout → pages.

Pages stream: memory is bounded by a batch and the look-ahead, whatever the length of the document.
"""

from __future__ import annotations

import functools
import itertools
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import KW_ONLY, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from ocr_plugins.document import OcrDocument, Page
from ocr_plugins.engine import LayoutDetector, OcrEngine, StreamingEngine
from ocr_plugins.errors import CancelledError, OptionError
from ocr_plugins.layout.settle import Settler
from ocr_plugins.pipeline.judgement import TextPolicy
from ocr_plugins.pipeline.parallel import in_order
from ocr_plugins.pipeline.streaming import read_stream
from ocr_plugins.pipeline.worker import Policy, Shared, Worker
from ocr_plugins.pixels.orientation import PageOrientation
from ocr_plugins.plugins import engine_for_workers, layout_detector, runtime_options
from ocr_plugins.progress import bar
from ocr_plugins.source.open import PageSelection, SourceInput, open_source, select_pages
from ocr_plugins.source.page import Source
from ocr_plugins.text import counted

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["OnProgress", "Pipeline", "Progress", "TextPolicy"]

log = logging.getLogger(__name__)

# Pages that iter_pages reads ahead to settle headings and running heads.
LOOK_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Progress:
    """Reported after each page is read.

    Attributes:
        source: The document's name.
        page: Its number, from 1.
        done: Pages of the document read so far.
        total: Pages of the document that were asked for.
        seconds: Spent on it, its share of a batch included.
        error: Why it failed, None if it did not.
    """

    source: str
    page: int
    done: int
    total: int
    seconds: float
    error: str | None = None


OnProgress = bool | Callable[[Progress], object] | None


@dataclass(frozen=True)
class Pipeline:
    """Reads documents with one engine and one set of options.

    It can be used for any number of documents and from several threads; models load at the first page that needs them
    and :meth:`close` frees them. It does not change: ``dataclasses.replace(pipeline, text="ocr")`` makes another one.
    Two of the same options are equal, and pickling keeps the options alone.

    Args:
        engine: The name of a registered engine, or an instance.
        engine_options: Options for an engine given by name.
        text: ``auto`` takes a PDF page's own text where it is sound and reads the page with the engine otherwise;
            ``ocr`` always uses the engine; ``layer`` never does, and a page without text is empty.
        layout: A registered layout detector or an instance, ``auto`` for the bundled one if its runtime is installed,
            None for layout by geometry alone. It serves engines that give lines.
        upright: Turn and straighten pages before the engine sees them.
        on_error: ``keep`` gives a page that failed its place in the result, with ``error`` set; ``raise`` stops there.
        batch_size: Pages that the engine is given at once; None for what its ``info`` says, or for all in one stream if
            it is a :class:`~ocr_plugins.engine.StreamingEngine`.
        workers: Pages, or batches, that are read at once, each with an engine of its own in a thread of its own: faster
            for documents of many pages, for the memory of so many engines (of the default one 0.3 GB each). An engine
            given by name that has an option ``threads`` gets its share of the cores. Of a stream, which one engine
            reads, threads that draw pages ahead.
        images: A folder: the picture of each figure is saved there as PNG and linked from the Markdown, see
            :meth:`Page.relink <ocr_plugins.document.Page.relink>`. None leaves figures as comments.

    Raises:
        UnknownEngineError, MissingDependencyError, OptionError: See :func:`~ocr_plugins.plugins.get_engine`.
    """

    engine: str | OcrEngine = "rapidocr"
    _: KW_ONLY
    engine_options: Mapping[str, Any] | None = None
    text: TextPolicy = "auto"
    layout: str | LayoutDetector | None = "auto"
    upright: bool = True
    on_error: Literal["keep", "raise"] = "keep"
    batch_size: int | None = None
    workers: int = 1
    images: str | os.PathLike[str] | None = None
    _crew: _Crew = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check("text", self.text, ("auto", "ocr", "layer"))
        _check("on_error", self.on_error, ("keep", "raise"))
        if self.batch_size is not None and self.batch_size < 1:
            raise OptionError(f"batch_size={self.batch_size}: give 1 or more, or None.")
        if self.workers < 1:
            raise OptionError(f"workers={self.workers}: give 1 or more.")
        if self.engine_options and not isinstance(self.engine, str):
            raise OptionError("engine_options are for an engine given by name: give them to the instance itself.")
        # In one form each, so that two pipelines of the same options are equal.
        object.__setattr__(self, "engine_options", dict(self.engine_options) if self.engine_options else None)
        object.__setattr__(self, "images", Path(self.images) if self.images is not None else None)
        object.__setattr__(self, "_crew", _Crew(self._first_worker(), self.workers))

    def _first_worker(self) -> Worker:
        engine: OcrEngine | None = None
        if self.text != "layer":
            engine = (
                engine_for_workers(self.engine, self.engine_options or {}, self.workers)
                if isinstance(self.engine, str)
                else self.engine
            )
        beside = engine.options if engine else None
        layout = layout_detector(self.layout, beside) if isinstance(self.layout, str) else self.layout
        orientation = PageOrientation(**runtime_options(beside, PageOrientation))
        images = Path(self.images) if self.images is not None else None
        policy = Policy(self.engine_name, self.text, self.upright, self.on_error, images)
        return Worker(policy, engine, Shared(orientation, layout))

    @property
    def engine_name(self) -> str:
        """What pages and messages call the engine: its registered name, or the class of an instance."""
        return self.engine if isinstance(self.engine, str) else type(self.engine).__name__

    def iter_pages(
        self,
        source: SourceInput,
        *,
        pages: PageSelection = None,
        password: str | None = None,
        name: str | None = None,
        progress: OnProgress = None,
        cancel: Callable[[], bool] | None = None,
    ) -> Iterator[Page]:
        """Read page by page.

        Heading levels and running heads are settled with the pages so far and two pages ahead; :meth:`read` settles
        them with the whole document.

        Args:
            source: A path, bytes, a binary file object, a Pillow image or a NumPy array: PDF, PNG, JPEG, TIFF, WebP,
                BMP or GIF.
            pages: A number, a range, several numbers, or a string such as ``1-3,7``; from 1; all by default.
            password: For an encrypted PDF.
            name: What messages call the document; its path by default.
            progress: Called after each page, in the thread that reads, before the page is given. True shows a bar: it
                needs tqdm.
            cancel: Asked before each batch, in a stream about once a second: reading stops when it says True.
                ``threading.Event().is_set`` is one.

        Yields:
            The pages, in the order asked for. One that failed has ``error`` set and no blocks.

        Raises:
            SourceError: The document cannot be opened; which of its kinds tells why.
            PageError: A page failed and ``on_error`` is ``raise``.
            CancelledError: ``cancel`` said so; the pages before have been given.
            OSError: The picture of a figure cannot be saved.
            MissingDependencyError: ``progress=True``, and tqdm is not installed.
            TypeError: ``source`` or ``pages`` is of a type that is not taken.
        """
        settler = Settler()
        waiting: deque[Page] = deque()
        # The first page comes out one page earlier: whoever streams waits for it.
        ahead = 1
        failure: Exception | None = None
        try:
            with open_source(source, password=password, name=name) as opened:
                for page in self._read(opened, pages, progress, cancel):
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
        pages: PageSelection = None,
        password: str | None = None,
        name: str | None = None,
        progress: OnProgress = None,
        cancel: Callable[[], bool] | None = None,
    ) -> OcrDocument:
        """Read a whole document; arguments and errors as for :meth:`iter_pages`."""
        settler = Settler()
        drafts = []
        with open_source(source, password=password, name=name) as opened:
            for page in self._read(opened, pages, progress, cancel):
                settler.observe(page)
                drafts.append(page)
            return OcrDocument(opened.name, tuple(settler.settle(p) for p in drafts), opened.total_pages)

    def page_image(self, source: SourceInput, page: Page | int, *, password: str | None = None) -> Image:
        """The picture of a page that the boxes of its blocks refer to: set upright and straight, mode RGB.

        Args:
            source: The document.
            page: As it was read, which is fast, or its number: then it is read once more to tell how it lies.
            password: For an encrypted PDF.

        Raises:
            SourceError, PageError: The document cannot be opened, or the page not be drawn.
            PageSelectionError: There is no page of that number.
        """
        if isinstance(page, int):
            (page,) = self.read(source, pages=page, password=password).pages
        return self._crew.first.page_image(source, page, password)

    def close(self) -> None:
        """Free the models. The pipeline can be used again."""
        self._crew.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self) if f.init}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def _read(
        self,
        opened: Source,
        pages: PageSelection,
        progress: OnProgress,
        cancel: Callable[[], bool] | None,
    ) -> Iterator[Page]:
        numbers = select_pages(pages, opened.total_pages, opened.name)
        done = 0
        with (
            bar(opened.name, len(numbers)) if progress is True else nullcontext() as shown,
            closing(self._results(opened, numbers, cancel or (lambda: False))) as results,
        ):
            for read, seconds in results:
                for page in read:
                    done += 1
                    if shown is not None:
                        shown.update()
                    elif callable(progress):
                        progress(Progress(opened.name, page.number, done, len(numbers), seconds, page.error))
                    if page.error is not None:
                        named = page.error.startswith(opened.name)
                        log.warning("%s", page.error if named else f"{opened.name}, page {page.number}: {page.error}")
                    yield page
        if done < len(numbers):
            raise CancelledError(f"{opened.name}: cancelled after {done} of {counted(len(numbers), 'page')}.")

    def _results(
        self, opened: Source, numbers: Sequence[int], cancelled: Callable[[], bool]
    ) -> Generator[tuple[list[Page], float]]:
        """The pages in order, up to where it is cancelled, with the seconds for each."""
        first = self._crew.first
        if isinstance(first.engine, StreamingEngine) and self.batch_size is None:
            return read_stream(first, first.engine, opened, numbers, threads=self.workers, cancelled=cancelled)
        size = self.batch_size or first.info.batch_size
        readers = [functools.partial(worker.read_batch, opened) for worker in self._crew.for_pages(len(numbers))]
        batches = (numbers[start : start + size] for start in range(0, len(numbers), size))
        return in_order(readers, itertools.takewhile(lambda _: not cancelled(), batches))


class _Crew:
    """The workers of a pipeline, made when a document has pages for them."""

    def __init__(self, first: Worker, most: int) -> None:
        self.first = first
        self._most = most
        self._others: list[Worker] = []
        self._lock = threading.Lock()

    def for_pages(self, pages: int) -> list[Worker]:
        """Those who read a document of so many pages: one for a page at most."""
        count = max(1, min(self._most, pages))
        with self._lock:
            while len(self._others) < count - 1:
                self._others.append(self.first.another())
            return [self.first, *self._others[: count - 1]]

    def close(self) -> None:
        with self._lock:
            for worker in (self.first, *self._others):
                worker.close()
            self.first.shared.close()


def _check(name: str, value: object, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise OptionError(f"{name}={value!r}: choose one of {', '.join(allowed)}.")
