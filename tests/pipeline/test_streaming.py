"""An engine that reads several pages at the same time is given a document as one stream."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest

from ocr_plugins import (
    Block,
    BlockKind,
    Blocks,
    CancelledError,
    ModelError,
    OcrError,
    PageError,
    PageImage,
    Pipeline,
    Progress,
    Recognition,
    StreamingEngine,
)
from ocr_plugins.pipeline.streaming import MOST_PASSED
from ocr_plugins.pixels.upright import Upright, turn
from ocr_plugins.source.pdf import document as pdf
from ocr_plugins.testing import EngineContract, made_page, made_pdf


def text_of(page: PageImage) -> Blocks:
    return Blocks((Block(BlockKind.PARAGRAPH, f"page {page.number}"),))


class Rows(StreamingEngine):
    """Writes a token of each page in its rows at a time, as many as listed for its number; notes what it does."""

    def __init__(self, rows: int = 2, tokens: dict[int, int] | None = None) -> None:
        super().__init__()
        self.rows = rows
        self.tokens = tokens or {}
        self.steps = 0
        self.taken: list[int] = []
        self.streams = 0
        self.alone: list[int] = []
        self.closed = False

    def recognize_stream(self, images: Iterable[PageImage]) -> Iterator[tuple[int, Recognition | OcrError] | None]:
        coming = enumerate(images)
        busy: list[list[Any]] = []
        self.streams += 1
        try:
            while True:
                while len(busy) < self.rows and (new := next(coming, None)):
                    self.taken.append(new[1].number)
                    busy.append([*new, self.tokens.get(new[1].number, 1)])
                if not busy:
                    return
                self.steps += 1
                for page in busy:
                    page[2] -= 1
                for place, image, _ in [page for page in busy if not page[2]]:
                    yield place, self.read(image)
                busy = [page for page in busy if page[2]]
                yield None
        finally:
            self.closed = True

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition | OcrError]:
        self.alone += [image.number for image in images]
        return [self.read(image) for image in images]

    def read(self, image: PageImage) -> Recognition | OcrError:
        return text_of(image)

    def __getstate__(self) -> dict[str, Any]:
        return {"rows": self.rows, "tokens": self.tokens}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]


def scan(pages: int, *, blank: Sequence[int] = ()) -> bytes:
    return made_pdf([made_page([] if n in blank else [f"page {n}"], size=(400, 300)) for n in range(1, pages + 1)])


def texts(pages: Iterable[Any]) -> list[str]:
    return [page.text or str(page.error) for page in pages]


def test_a_row_is_filled_again_as_soon_as_its_page_is_finished() -> None:
    engine = Rows(2, {1: 30, **dict.fromkeys(range(2, 12), 3)})
    document = Pipeline(engine, upright=False).read(scan(11))
    assert texts(document.pages) == [f"page {n}" for n in range(1, 12)]
    assert engine.streams == 1
    assert engine.steps == 30, "ten pages of three tokens fit beside one of thirty"


def test_each_page_comes_out_when_it_and_those_before_it_are_finished() -> None:
    engine = Rows(2, {1: 2, 2: 9, 3: 2})
    steps = {}
    Pipeline(engine, upright=False).read(scan(4), progress=lambda done: steps.update({done.page: engine.steps}))
    assert steps == {1: 2, 2: 9, 3: 9, 4: 9}


def test_pages_that_need_no_engine_keep_their_places_and_load_nothing() -> None:
    engine = Rows(2, {1: 3})
    assert texts(Pipeline(engine).iter_pages(scan(4, blank=(2, 3)))) == ["page 1", "None", "None", "page 4"]
    assert engine.taken == [1, 4]
    assert texts(Pipeline(engine).iter_pages(scan(2, blank=(1, 2)))) == ["None", "None"]
    assert engine.streams == 1


def test_a_stretch_of_pages_that_need_no_engine_is_not_gathered_behind_one_that_is_read() -> None:
    blank = range(2, 2 + 2 * MOST_PASSED)
    engine = Rows(2, {1: 3})
    given: list[int] = []
    drawn: list[int] = []
    Pipeline(engine).read(
        scan(3 + 2 * MOST_PASSED, blank=blank),
        progress=lambda done: given.append(done.page) or drawn.append(len(engine.taken)),  # type: ignore[func-returns-value]
    )
    assert given == list(range(1, 4 + 2 * MOST_PASSED))
    assert drawn[: MOST_PASSED + 1] == [1] * (MOST_PASSED + 1)
    assert engine.streams == 2


def test_of_two_ways_to_turn_a_page_the_surer_reading_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sure(Rows):
        def read(self, image: PageImage) -> Recognition | OcrError:
            ink = image.image.convert("L").point(lambda v: 255 * (v < 128)).getbbox()
            confidence = 0.9 if ink and ink[1] < 150 else 0.1
            return Blocks((Block(BlockKind.PARAGRAPH, f"page {image.number}", confidence=confidence),))

    def both(page: PageImage, *_: Any, **__: Any) -> list[Upright]:
        return [Upright(page), Upright(turn(page, 180), rotation=180)]

    monkeypatch.setattr("ocr_plugins.pixels.upright.ways_upright", both)
    engine = Sure(2, {2: 5})
    document = Pipeline(engine).read(scan(3))
    assert texts(document.pages) == ["page 1", "page 2", "page 3"]
    assert [page.rotation for page in document.pages] == [0, 0, 0]
    assert engine.taken == [1, 1, 2, 2, 3, 3]


def test_an_error_in_a_pages_place_is_that_pages_error() -> None:
    class Fails(Rows):
        def read(self, image: PageImage) -> Recognition | OcrError:
            return PageError("too dark") if image.number == 2 else text_of(image)

    engine = Fails()
    assert texts(Pipeline(engine, upright=False).read(scan(4)).pages) == ["page 1", "too dark", "page 3", "page 4"]
    assert engine.alone == []
    pages = Pipeline(Fails(4, {1: 9}), upright=False, on_error="raise").iter_pages(scan(4))
    assert next(pages).text == "page 1", "the pages before it come out first"
    with pytest.raises(PageError, match="too dark"):
        next(pages)


def test_when_a_stream_breaks_its_pages_are_read_one_by_one_and_another_goes_on() -> None:
    class Breaks(Rows):
        def read(self, image: PageImage) -> Recognition | OcrError:
            if image.number == 3:
                raise RuntimeError("broken")
            return text_of(image)

    engine = Breaks(3, {1: 5, 3: 2})
    document = Pipeline(engine, upright=False).read(scan(8))
    assert texts(document.pages) == [f"page {n}" if n != 3 else "RuntimeError: broken" for n in range(1, 9)]
    assert set(engine.alone) >= {1, 3}
    assert 8 not in engine.alone
    assert engine.streams == 2


@pytest.mark.parametrize("result", [(99, Blocks()), (0, Blocks(), 1), "text", (1.5, Blocks())])
def test_what_is_no_page_and_its_result_is_not_believed(result: Any) -> None:
    class Wrong(Rows):
        def recognize_stream(self, images: Iterable[PageImage]) -> Iterator[Any]:
            next(iter(images))
            yield result

    assert texts(Pipeline(Wrong(), upright=False).read(scan(2)).pages) == ["page 1", "page 2"]


def test_results_of_a_stream_are_checked_and_forgotten_pages_read_alone() -> None:
    class Sloppy(Rows):
        def recognize_stream(self, images: Iterable[PageImage]) -> Iterator[Any]:
            for place, _ in enumerate(images):
                if place != 1:
                    yield place, "text" if place == 0 else Blocks()

    engine = Sloppy()
    first, second, third = Pipeline(engine, upright=False).read(scan(3)).pages
    assert first.error is not None
    assert "gave str" in first.error
    assert (second.text, third.text, engine.alone) == ("page 2", "", [2])


def test_an_error_that_every_page_would_meet_ends_the_document() -> None:
    class NoModel(Rows):
        def recognize_stream(self, images: Iterable[PageImage]) -> Iterator[Any]:
            yield 0, text_of(next(iter(images)))
            raise ModelError("no model")

    pages = Pipeline(NoModel(), upright=False).iter_pages(scan(3))
    with pytest.raises(ModelError, match="no model"):
        list(pages)


def test_cancelling_stops_in_the_middle_of_a_page() -> None:
    engine = Rows(2, {1: 3, 2: 1_000_000})
    with pytest.raises(CancelledError, match="after 1 of 4 pages"):
        Pipeline(engine, upright=False).read(scan(4), cancel=lambda: engine.steps > 10)
    assert engine.steps <= 12
    assert engine.closed


def test_an_iterator_that_is_left_ends_the_stream() -> None:
    engine = Rows(2, dict.fromkeys(range(3, 50), 5))
    pages = Pipeline(engine, upright=False).iter_pages(scan(12))
    next(pages)
    assert not engine.closed
    pages.close()  # type: ignore[attr-defined]
    assert engine.closed
    assert len(engine.taken) < 12


def test_two_iterators_of_one_pipeline_take_turns_in_one_thread_and_in_several() -> None:
    pipeline = Pipeline(Rows(2), upright=False)
    document = scan(5)
    expected = [f"page {n}" for n in range(1, 6)]
    pairs = list(zip(pipeline.iter_pages(document), pipeline.iter_pages(document), strict=True))
    assert texts(first for first, _ in pairs) == texts(second for _, second in pairs) == expected
    read: list[list[str]] = []
    threads = [threading.Thread(target=lambda: read.append(texts(pipeline.read(document).pages))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [expected] * 3


def test_a_page_that_cannot_be_drawn_keeps_its_place_or_ends_the_document_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    render: Any = pdf._PdfPage.render

    def failing(self: Any, longest_edge: int) -> Any:
        if self.number == 3:
            raise PageError("cannot be drawn")
        return render(self, longest_edge)

    monkeypatch.setattr(pdf._PdfPage, "render", failing)
    tokens = {1: 9, 2: 20}
    document = Pipeline(Rows(3, tokens), upright=False).read(scan(4))
    assert texts(document.pages) == ["page 1", "page 2", "cannot be drawn", "page 4"]
    pages = Pipeline(Rows(3, tokens), upright=False, on_error="raise").iter_pages(scan(4))
    assert [next(pages).text, next(pages).text] == ["page 1", "page 2"]
    with pytest.raises(PageError, match="cannot be drawn"):
        next(pages)


def test_batches_are_for_those_who_ask_for_them() -> None:
    engine = Rows()
    assert len(Pipeline(engine, upright=False, batch_size=2).read(scan(3)).pages) == 3
    assert (engine.streams, engine.alone) == (0, [1, 2, 3])


def test_workers_draw_ahead_for_one_engine() -> None:
    engine = Rows(2, dict.fromkeys(range(9), 2))
    document = Pipeline(engine, upright=False, workers=3).read(scan(8))
    assert texts(document.pages) == [f"page {n}" for n in range(1, 9)]
    assert engine.streams == 1
    assert sorted(engine.taken) == list(range(1, 9))


def test_seconds_are_those_of_reading_and_not_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("ocr_plugins.pipeline.streaming.time.perf_counter", lambda: now[0])

    class Timed(Rows):
        def read(self, image: PageImage) -> Recognition | OcrError:
            now[0] += image.number
            return text_of(image)

    seen: list[Progress] = []
    for _ in Pipeline(Timed(1), upright=False).iter_pages(scan(3), progress=seen.append):
        now[0] += 100
    assert [progress.seconds for progress in seen] == [1, 2, 3]


class Mirror(StreamingEngine):
    """Reads how wide the ink is, which differs from page to page; the last of what it took is done first."""

    info = Rows.info.__class__(summary="Width of the ink", licence="Apache-2.0", languages="any")

    def recognize_stream(self, images: Iterable[PageImage]) -> Iterator[tuple[int, Recognition | OcrError] | None]:
        for place, page in reversed(list(enumerate(images))):
            box = page.image.convert("L").point(lambda v: 255 * (v < 128)).getbbox()
            yield None
            yield place, Blocks((Block(BlockKind.PARAGRAPH, f"{box}"),) if box else ())


class TestMirror(EngineContract):
    max_cer = None

    def make_engine(self, **options: object) -> Mirror:
        return Mirror(**options)
