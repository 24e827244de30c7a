"""Pages read by several workers at once: the same result, in order, as by one."""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image

from ocr_plugins import Block, BlockKind, Blocks, OcrEngine, PageImage, Pipeline, Progress
from ocr_plugins.errors import OptionError, PageError
from ocr_plugins.pipeline.parallel import in_order
from ocr_plugins.testing import made_page, made_pdf


class Slow(OcrEngine):
    """Reads ``page N``. Page 1 takes longest, page 3 may be made to fail, the first two may be made to meet."""

    running = most = 0
    seen: list[int] = []  # noqa: RUF012 - of all instances, emptied before each test
    engines: set[int] = set()  # noqa: RUF012
    broken = waits = False
    meeting = threading.Barrier(2)
    lock = threading.Lock()

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        cls = type(self)
        with cls.lock:
            cls.running += 1
            cls.most = max(cls.most, cls.running)
            cls.engines.add(id(self))
            cls.seen += [page.number for page in images]
            early = len(cls.seen) <= 2
        if cls.waits and early:
            cls.meeting.wait(30)
        time.sleep(0.1 if images[0].number == 1 else 0.02)
        with cls.lock:
            cls.running -= 1
        if cls.broken and images[0].number == 3:
            raise RuntimeError("broken")
        return [Blocks((Block(BlockKind.PARAGRAPH, f"page {page.number}"),)) for page in images]


@pytest.fixture(autouse=True)
def nothing_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("running", 0), ("most", 0), ("seen", []), ("engines", set()), ("broken", False)):
        monkeypatch.setattr(Slow, name, value)
    monkeypatch.setattr(Slow, "waits", False)
    monkeypatch.setattr(Slow, "meeting", threading.Barrier(2))


def scan(pages: int) -> bytes:
    return made_pdf([made_page([f"page {n}"], size=(400, 300)) for n in range(1, pages + 1)])


def test_pages_come_in_order_from_engines_of_their_own() -> None:
    Slow.waits = True
    document = Pipeline(Slow(), workers=3).read(scan(9))
    assert [page.text for page in document.pages] == [f"page {n}" for n in range(1, 10)]
    assert 1 < Slow.most <= 3
    assert 1 < len(Slow.engines) <= 3


def test_one_worker_reads_in_the_callers_thread() -> None:
    Pipeline(Slow()).read(scan(3))
    assert (Slow.most, len(Slow.engines)) == (1, 1)


def test_progress_counts_in_order() -> None:
    seen: list[Progress] = []
    threads: set[int] = set()

    def note(progress: Progress) -> None:
        seen.append(progress)
        threads.add(threading.get_ident())

    Pipeline(Slow(), workers=2).read(scan(4), progress=note)
    assert [(p.page, p.done, p.total) for p in seen] == [(1, 1, 4), (2, 2, 4), (3, 3, 4), (4, 4, 4)]
    assert seen[0].seconds >= 0.1
    assert threads == {threading.get_ident()}


def test_a_page_that_fails_keeps_its_place() -> None:
    Slow.broken = True
    document = Pipeline(Slow(), workers=2).read(scan(5))
    assert [page.error for page in document.pages] == [None, None, "RuntimeError: broken", None, None]


def test_what_was_read_before_an_error_comes_first() -> None:
    Slow.broken = True
    pages = Pipeline(Slow(), workers=2, on_error="raise").iter_pages(scan(5))
    assert [next(pages).number, next(pages).number] == [1, 2]
    with pytest.raises(PageError, match="Page 3"):
        next(pages)
    assert Slow.running == 0


def test_a_stream_that_is_left_reads_little_further() -> None:
    pages = Pipeline(Slow(), workers=2).iter_pages(scan(20))
    next(pages)
    pages.close()  # type: ignore[attr-defined]
    read = len(Slow.seen)
    assert read <= 8
    time.sleep(0.1)
    assert (len(Slow.seen), Slow.running) == (read, 0)


def test_frames_of_one_image_file_are_not_mixed_up(tmp_path: Any) -> None:
    frames = [Image.new("RGB", (100 + 10 * n, 60), "white") for n in range(12)]
    for frame in frames:
        frame.putpixel((50, 30), (0, 0, 0))
    path = tmp_path / "frames.tif"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    document = Pipeline(Slow(), workers=4, upright=False).read(path)
    assert [round(page.width) for page in document.pages] == [100 + 10 * n for n in range(12)]
    assert [page.error for page in document.pages] == [None] * 12


def test_an_unpickled_pipeline_has_as_many_workers() -> None:
    pipeline = Pipeline(Slow(), workers=2)
    pipeline.read(scan(4))
    again = pickle.loads(pickle.dumps(pipeline))
    Slow.engines.clear()
    assert len(again.read(scan(4)).pages) == 4
    assert len(Slow.engines) == 2


def test_workers_share_the_cores() -> None:
    pytest.importorskip("rapidocr")
    cores = os.cpu_count() or 1
    for options, threads in ((None, max(1, cores // 2)), ({"threads": 3}, 3)):
        engine: Any = Pipeline("rapidocr", engine_options=options, workers=2)._crew.first.engine
        assert engine.options.threads == engine.recognizer.options.threads == threads


def test_no_worker_is_an_error() -> None:
    with pytest.raises(OptionError, match="workers=0"):
        Pipeline(Slow(), workers=0)


def test_jobs_wait_for_whoever_asks_for_results() -> None:
    begun: list[int] = []
    results = in_order([begun.append, begun.append], range(100))
    assert begun == []
    next(results)
    time.sleep(0.05)
    assert len(begun) <= 4
    results.close()
