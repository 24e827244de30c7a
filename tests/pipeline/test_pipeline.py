"""The pipeline: streaming, batches, errors in place, text policy, and what the whole document decides."""

from __future__ import annotations

import gc
import io
import logging
import pickle
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from ocr_plugins import (
    Block,
    BlockKind,
    Blocks,
    Lines,
    Markdown,
    OcrEngine,
    Page,
    PageImage,
    Pipeline,
    Progress,
)
from ocr_plugins.engine import EngineInfo
from ocr_plugins.errors import (
    CorruptSourceError,
    EngineError,
    ModelError,
    PageError,
    PageSelectionError,
)
from ocr_plugins.testing import FakeEngine, made_page, made_pdf

SIZE = (400, 300)


def scan(pages: int) -> bytes:
    """A PDF of small scanned pages, each with its number."""
    return made_pdf([made_page([f"page {n}"], size=SIZE) for n in range(1, pages + 1)])


class Recorder(OcrEngine):
    """Keeps what it was called with; reads ``page N``."""

    info = EngineInfo("Records", confidence=False, longest_edge=333)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.batches: list[list[int]] = []
        self.images: list[weakref.ref[Image.Image]] = []
        self.sizes: list[tuple[int, int]] = []
        self.modes: set[str] = set()
        self.sources: set[str] = set()
        self.closed = 0

    @property
    def seen(self) -> list[int]:
        return [number for batch in self.batches for number in batch]

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        self.batches.append([page.number for page in images])
        for page in images:
            self.images.append(weakref.ref(page.image))
            self.sizes.append(page.size)
            self.modes.add(page.image.mode)
            self.sources.add(page.source)
        return [self.read(page) for page in images]

    def read(self, page: PageImage) -> Any:
        return Blocks((Block(BlockKind.PARAGRAPH, f"page {page.number}"),))

    def close(self) -> None:
        self.closed += 1


def texts(pages: Sequence[Page]) -> list[str]:
    return [page.text for page in pages]


def test_pages_come_with_what_is_known_of_them() -> None:
    document = Pipeline(Recorder()).read(scan(3), pages="2-3", name="letter.pdf")
    assert (document.source, document.total_pages) == ("letter.pdf", 3)
    assert [(p.number, p.total_pages, p.engine, p.error) for p in document.pages] == [
        (2, 3, "Recorder", None),
        (3, 3, "Recorder", None),
    ]
    assert [(round(p.width), round(p.height), p.rotation, p.skew) for p in document.pages] == [(192, 144, 0, 0.0)] * 2
    assert texts(document.pages) == ["page 2", "page 3"]


def test_an_engine_sees_rgb_pages_at_the_edge_it_asks_for() -> None:
    engine = Recorder()
    Pipeline(engine).read(scan(1), name="a.pdf")
    png = io.BytesIO()
    made_page(["x"], size=(1000, 500)).convert("1").save(png, "PNG")
    Pipeline(engine).read(png.getvalue())
    png = io.BytesIO()
    made_page(["x"], size=(200, 100), margin=20).save(png, "PNG")
    Pipeline(engine).read(png.getvalue())
    assert engine.sizes == [(333, 250), (333, 167), (200, 100)]
    assert engine.modes == {"RGB"}
    assert engine.sources == {"a.pdf", "<bytes>"}


def test_nothing_is_read_before_it_is_asked_for() -> None:
    engine = Recorder()
    pages = Pipeline(engine).iter_pages(scan(9))
    assert engine.seen == []
    assert next(pages).number == 1
    assert engine.seen == [1, 2]
    for number in range(2, 10):
        assert next(pages).number == number
        assert len(engine.seen) <= number + 2
    assert list(pages) == []


def test_a_stream_that_is_left_reads_no_further() -> None:
    engine = Recorder()
    pages = Pipeline(engine).iter_pages(scan(9))
    next(pages)
    assert isinstance(pages, Iterator)
    pages.close()  # type: ignore[attr-defined]
    assert engine.seen == [1, 2]


@pytest.mark.slow
@pytest.mark.parametrize("batch_size", [1, 4])
def test_memory_holds_no_more_than_a_batch(batch_size: int) -> None:
    engine = Recorder()
    alive = []
    for _ in Pipeline(engine, batch_size=batch_size).iter_pages(scan(16)):
        gc.collect()
        alive.append(sum(image() is not None for image in engine.images))
    assert len(engine.images) == 16
    assert max(alive) <= batch_size


def test_two_streams_of_one_pipeline_can_be_read_in_turn() -> None:
    pipeline = Pipeline(Recorder())
    data = scan(4)
    pairs = list(zip(pipeline.iter_pages(data), pipeline.iter_pages(data), strict=True))
    assert [(a.text, b.text) for a, b in pairs] == [(f"page {n}", f"page {n}") for n in range(1, 5)]


def test_a_stream_that_waits_holds_nothing_that_another_thread_needs() -> None:
    pipeline = Pipeline(Recorder())
    waiting = pipeline.iter_pages(scan(4))
    next(waiting)
    with ThreadPoolExecutor(1) as pool:
        assert len(pool.submit(pipeline.read, scan(4)).result(timeout=60).pages) == 4
        # A stream may also go on in another thread, as in LangChain's alazy_load.
        assert pool.submit(next, waiting).result(timeout=60).number == 2
    assert [page.number for page in waiting] == [3, 4]


class Exclusive(Recorder):
    """Finds out when it is called while it is at work."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.busy = threading.Lock()

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        if not self.busy.acquire(blocking=False):
            raise RuntimeError("called by two threads at once")
        time.sleep(0.01)
        try:
            return super().recognize(images)
        finally:
            self.busy.release()


def test_threads_share_a_pipeline_and_the_engine_is_called_by_one_at_a_time() -> None:
    # Not set upright, which threads do one at a time as well.
    pipeline = Pipeline(Exclusive(), upright=False)
    expected = [f"page {n}" for n in range(1, 6)]
    with ThreadPoolExecutor(4) as pool:
        documents = list(pool.map(lambda _: pipeline.read(scan(5)), range(8)))
    assert [document.errors for document in documents] == [{}] * 8
    assert all(texts(document.pages) == expected for document in documents)


@pytest.mark.slow
def test_pipelines_in_threads_do_not_disturb_one_another() -> None:
    data = made_pdf([made_page([f"Page number {n}"], size=SIZE, margin=60) for n in (1, 2)])

    def read(_: int) -> tuple[list[str], dict[int, str]]:
        with Pipeline(text="ocr") as pipeline:
            document = pipeline.read(data)
        return texts(document.pages), document.errors

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(read, range(2)))
    assert results == [(["Page number 1", "Page number 2"], {})] * 2


@pytest.mark.slow
def test_progress_is_reported_after_every_page() -> None:
    reported: list[Progress] = []
    pipeline = Pipeline(FakeEngine(fail_on=5), batch_size=2)
    pipeline.read(scan(6), pages="2,4-6", name="letter.pdf", progress=reported.append)
    assert [(p.page, p.done, p.total) for p in reported] == [(2, 1, 4), (4, 2, 4), (5, 3, 4), (6, 4, 4)]
    assert {p.source for p in reported} == {"letter.pdf"}
    assert [p.error and "made to fail" in p.error for p in reported] == [None, None, True, None]
    assert all(p.seconds > 0 for p in reported)


def test_progress_comes_before_the_page() -> None:
    reported: list[Progress] = []
    for page in Pipeline(Recorder()).iter_pages(scan(3), progress=reported.append):
        assert page.number in [p.page for p in reported]


@pytest.mark.slow
@pytest.mark.parametrize("batch_size", [1, 3, 10])
def test_a_page_that_fails_keeps_its_place(batch_size: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "ocr_plugins"):
        document = Pipeline(FakeEngine(fail_on=2), batch_size=batch_size).read(scan(4), name="letter.pdf")
    assert [p.number for p in document.pages] == [1, 2, 3, 4]
    assert document.errors == {2: "RuntimeError: made to fail on page 2"}
    assert [bool(p.blocks) for p in document.pages] == [True, False, True, True]
    assert "made to fail" not in document.text + document.markdown
    assert caplog.messages == ["letter.pdf, page 2: RuntimeError: made to fail on page 2"]


def test_a_damaged_page_keeps_its_place(draw_pdf: Callable[..., bytes]) -> None:
    good = draw_pdf(*(lambda canvas, n=n: canvas.drawString(100, 700, f"This is page {n}") for n in (1, 2, 3)))
    second = good.index(b"/Type /Page\n", good.index(b"/Type /Page\n") + 1)
    damaged = good[:second] + b"/Type /Nope\n" + good[second + 12 :]
    document = Pipeline(Recorder()).read(damaged, name="damaged.pdf")
    assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
    assert texts(document.pages)[0] == "This is page 1"
    assert texts(document.pages)[2] == "This is page 3"
    assert document.pages[1].error is not None
    assert "damaged.pdf, page 2" in document.pages[1].error


def test_a_page_that_is_too_large_keeps_its_place() -> None:
    frames = [Image.new("1", size, 1) for size in (SIZE, (14_000, 14_000))] + [made_page(["x"], size=SIZE).convert("1")]
    file = io.BytesIO()
    frames[0].save(file, "TIFF", compression="group4", save_all=True, append_images=frames[1:])
    document = Pipeline(Recorder()).read(file.getvalue(), name="huge.tif")
    assert document.errors.keys() == {2}
    assert "89,000,000 pixels" in document.errors[2]
    assert texts(document.pages) == ["", "", "page 3"]


@pytest.mark.slow
def test_an_error_can_be_raised_instead() -> None:
    pages = Pipeline(FakeEngine(fail_on=3), on_error="raise").iter_pages(scan(4))
    got: list[int] = []
    with pytest.raises(PageError, match=r"Page 3: RuntimeError: made to fail on page 3") as caught:
        got.extend(page.number for page in pages)
    assert isinstance(caught.value.__cause__, RuntimeError)
    with pytest.raises(PageError, match="Page 3"):
        Pipeline(FakeEngine(fail_on=3), on_error="raise", batch_size=4).read(scan(4))


def test_what_was_read_before_an_error_is_not_lost() -> None:
    pages = Pipeline(FakeEngine(fail_on=3), on_error="raise").iter_pages(scan(4))
    assert [next(pages).number, next(pages).number] == [1, 2]
    with pytest.raises(PageError, match="Page 3"):
        next(pages)


class FailsInBatches(Recorder):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        results = super().recognize(images)
        if len(images) > 1:
            raise MemoryError("too many pages at once")
        return results


def test_a_batch_that_fails_is_read_page_by_page() -> None:
    engine = FailsInBatches()
    document = Pipeline(engine, batch_size=3).read(scan(4))
    assert texts(document.pages) == [f"page {n}" for n in range(1, 5)]
    assert engine.batches == [[1, 2, 3], [1], [2], [3], [4]]


class LosesResults(Recorder):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return super().recognize(images)[1:]


def test_an_engine_that_loses_results_is_found_out() -> None:
    document = Pipeline(LosesResults(), batch_size=2).read(scan(2))
    assert document.errors == dict.fromkeys((1, 2), "LosesResults gave 0 results for 1 page.")
    with pytest.raises(EngineError, match="0 results for 1 page"):
        Pipeline(LosesResults(), on_error="raise").read(scan(1))


class GivesText(Recorder):
    def read(self, _page: PageImage) -> Any:
        return "page"


def test_an_engine_that_gives_something_else_is_found_out() -> None:
    document = Pipeline(GivesText()).read(scan(1))
    assert document.pages[0].error == "GivesText gave str, not Lines, Markdown or Blocks."


class HasNoModel(Recorder):
    def read(self, _page: PageImage) -> Any:
        raise ModelError("the model is gone: reinstall it")


def test_what_no_page_can_do_without_stops_the_document() -> None:
    with pytest.raises(ModelError, match="model is gone"):
        Pipeline(HasNoModel()).read(scan(2))


class Truncates(Recorder):
    def read(self, page: PageImage) -> Any:
        return Markdown("half a sen", 0.5, truncated=page.number == 2)


def test_a_truncated_page_says_so() -> None:
    document = Pipeline(Truncates()).read(scan(3))
    assert [page.truncated for page in document.pages] == [False, True, False]
    assert document.confidence == 0.5


@pytest.mark.parametrize(
    ("batch_size", "batches"), [(None, [[1], [2], [3], [4], [5]]), (2, [[1, 2], [3, 4], [5]]), (9, [[1, 2, 3, 4, 5]])]
)
def test_pages_come_in_batches(batch_size: int | None, batches: list[list[int]]) -> None:
    engine = Recorder()
    Pipeline(engine, batch_size=batch_size).read(scan(5))
    assert engine.batches == batches


class LikesThree(Recorder):
    info = EngineInfo(batch_size=3)


def test_the_engine_says_how_many_pages_it_likes() -> None:
    engine = LikesThree()
    Pipeline(engine).read(scan(5))
    assert engine.batches == [[1, 2, 3], [4, 5]]


class FindsNothing(Recorder):
    def read(self, _page: PageImage) -> Any:
        return Lines()


def test_a_page_on_which_nothing_is_read_is_empty() -> None:
    (page,) = Pipeline(FindsNothing()).read(scan(1)).pages
    assert (page.blocks, page.error, page.engine) == ((), None, "FindsNothing")


def test_an_unpickled_pipeline_reads_the_same() -> None:
    pipeline = Pipeline(FakeEngine(texts=("a", "b"), output="blocks"), text="ocr", batch_size=2, on_error="raise")
    pipeline.read(scan(1))
    again = pickle.loads(pickle.dumps(pipeline))
    assert again.read(scan(3)) == pipeline.read(scan(3))
    by_name = pickle.loads(pickle.dumps(Pipeline("rapidocr", engine_options={"min_confidence": 0.25})))
    assert by_name.engine_name == "rapidocr"


def test_a_closed_pipeline_can_be_used_again() -> None:
    engine = Recorder()
    with Pipeline(engine) as pipeline:
        pipeline.read(scan(1))
    assert engine.closed == 1
    assert texts(pipeline.read(scan(1)).pages) == ["page 1"]


def test_a_source_that_cannot_be_opened_is_an_error_of_the_whole() -> None:
    pipeline = Pipeline(Recorder())
    with pytest.raises(CorruptSourceError, match="0 bytes"):
        pipeline.read(b"")
    with pytest.raises(CorruptSourceError, match="0 bytes"):
        next(pipeline.iter_pages(b""))
    with pytest.raises(PageSelectionError, match=r"letter\.pdf has 2 pages"):
        pipeline.read(scan(2), pages="7", name="letter.pdf")
