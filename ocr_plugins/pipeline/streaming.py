"""A document as one stream through an engine that reads several pages at the same time."""

from __future__ import annotations

import functools
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from ocr_plugins.document import Page
from ocr_plugins.engine import PageImage, Recognition, StreamingEngine
from ocr_plugins.errors import EngineError
from ocr_plugins.pipeline.boundary import checked
from ocr_plugins.pipeline.parallel import ahead
from ocr_plugins.pipeline.worker import Draft, Worker
from ocr_plugins.runtime.interrupt import never_swallowed
from ocr_plugins.runtime.leaving import working
from ocr_plugins.source.page import Source

# So many pages in a row that need no engine end a stream: they are to come out, instead of being gathered at once.
MOST_PASSED = 16


def read_stream(
    worker: Worker,
    engine: StreamingEngine,
    source: Source,
    numbers: Sequence[int],
    *,
    threads: int,
    cancelled: Callable[[], bool],
) -> Generator[tuple[list[Page], float]]:
    """The pages in order, one by one, each with the seconds since the one before that were not the caller's.

    Args:
        worker: Draws the pages and makes pages of results.
        engine: The worker's.
        source: The document.
        numbers: Its pages that are wanted.
        threads: That draw pages ahead.
        cancelled: Asked before each page and about once a second; reading ends when it says True.
    """
    with (
        closing(ahead(functools.partial(worker.draft, source), numbers, threads)) as drafts,
        closing(_Stream(worker, engine, source.name, drafts, cancelled).pages()) as pages,
    ):
        began = time.perf_counter()
        for page in pages:
            yield [page], time.perf_counter() - began
            began = time.perf_counter()


@dataclass(eq=False, slots=True)
class _Sheet:
    """A page that was drawn and not given out yet; ``outcome`` is the page, or the error that ends the document."""

    draft: Draft
    images: int
    results: dict[int, Recognition | Exception] = field(default_factory=dict)
    outcome: Page | Exception | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One of the images of a page."""

    sheet: _Sheet
    place: int
    image: PageImage


class _Stream:
    def __init__(
        self,
        worker: Worker,
        engine: StreamingEngine,
        name: str,
        drafts: Iterator[Draft],
        cancelled: Callable[[], bool],
    ) -> None:
        self._worker = worker
        self._engine = engine
        self._name = name
        self._drafts = drafts
        self._cancelled = cancelled
        self._failure: Exception | None = None
        # In the order of the pages, and what of them the engine was not given yet.
        self._sheets: deque[_Sheet] = deque()
        self._unasked: deque[_Asked] = deque()

    def pages(self) -> Generator[Page]:
        """In order, each as soon as it and those before it are there."""
        while not self._cancelled():
            if self._unasked:
                with closing(self._recognized()) as breaths:
                    for _ in breaths:
                        yield from self._complete()
                        if self._cancelled():
                            return
            elif not self._draw():
                break
            yield from self._complete()
        if self._failure and not self._sheets:
            raise self._failure

    def _complete(self) -> Iterator[Page]:
        while self._sheets and (outcome := self._sheets[0].outcome) is not None:
            self._sheets.popleft()
            if isinstance(outcome, Exception):
                raise outcome
            yield outcome

    def _draw(self) -> bool:
        """Take the next page; False where there is none. Why it cannot be drawn is said after the pages before it."""
        try:
            draft = next(self._drafts, None)
        except Exception as e:
            self._failure, draft = e, None
        if draft is None:
            return False
        images = draft.images
        sheet = _Sheet(draft, len(images))
        self._sheets.append(sheet)
        self._unasked.extend(_Asked(sheet, i, image) for i, image in enumerate(images))
        if draft.finished:
            self._finish(sheet)
        return True

    def _feed(self, asked: dict[int, _Asked]) -> Iterator[PageImage]:
        """What the engine is given, noted by its place."""
        place = passed = 0
        while not self._cancelled():
            if self._unasked:
                asked[place] = self._unasked.popleft()
                yield asked[place].image
                place, passed = place + 1, 0
            elif passed == MOST_PASSED or not self._draw():
                return
            else:
                passed += 1

    def _recognized(self) -> Generator[None]:
        """Read what was drawn and what follows, with a breath after each result and now and then."""
        asked: dict[int, _Asked] = {}
        results = self._engine.recognize_stream(self._feed(asked))
        try:
            while self._answered(results, asked):
                yield
        finally:
            getattr(results, "close", lambda: None)()
        for left in list(asked.values()):
            (result,) = self._worker.recognize([left.image])
            self._answer(left, result)
            yield

    def _answered(self, results: Iterator[object], asked: dict[int, _Asked]) -> bool:
        """Take a result; False where there is no other, or the stream broke."""
        try:
            with never_swallowed(), working(), self._worker.lock:
                result = next(results, ...)
            if result is ...:
                return False
            if result is not None:
                match result:
                    case (int() as place, answer) if place in asked:
                        page = asked.pop(place)
                    case _:
                        raise EngineError(
                            f"{self._worker.policy.engine_name} gave {result!r}, not a page and its result."
                        )
                (good,) = checked([answer], [page.image], self._worker.policy.engine_name)
                self._answer(page, good)
        except Exception as e:
            self._worker.raise_if_general(e)
            return False
        return True

    def _answer(self, asked: _Asked, result: Recognition | Exception) -> None:
        sheet = asked.sheet
        sheet.results[asked.place] = result
        if len(sheet.results) == sheet.images:
            self._finish(sheet)

    def _finish(self, sheet: _Sheet) -> None:
        results = [sheet.results[place] for place in range(sheet.images)]
        try:
            sheet.outcome = self._worker.finished(sheet.draft, results, self._name)
        except Exception as e:
            sheet.outcome = e
