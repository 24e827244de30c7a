"""Documents come one by one: lazily, interleaved, from an event loop, and no further than they are asked for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.document_loaders import BaseBlobParser, BaseLoader
from langchain_core.documents import Document
from langchain_fakes import FAKE, Fake, Gated, Noted, within
from langchain_ocr_plugins import OcrBlobParser, OcrPluginsLoader

from ocr_plugins import PageImage, Pipeline
from ocr_plugins.engine import Recognition
from ocr_plugins.errors import SourceNotFoundError
from ocr_plugins.testing import made_page, made_pdf


def join_readers() -> None:
    """Wait for the threads in which documents are loaded for an event loop."""
    for thread in threading.enumerate():
        if thread.name.startswith("langchain-ocr-plugins"):
            thread.join(60)
            assert not thread.is_alive()


def test_only_the_lazy_methods_are_implemented() -> None:
    assert OcrPluginsLoader.lazy_load is not BaseLoader.lazy_load
    assert OcrPluginsLoader.load is BaseLoader.load
    assert OcrPluginsLoader.aload is BaseLoader.aload
    assert OcrBlobParser.parse is BaseBlobParser.parse


def test_a_file_is_opened_only_when_its_turn_comes(scan: Path, tmp_path: Path) -> None:
    documents = OcrPluginsLoader([scan, tmp_path / "none.pdf"], engine=FAKE, on_error="raise").lazy_load()
    assert [next(documents).metadata["page"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(SourceNotFoundError):
        next(documents)


def test_loading_that_is_left_half_way_reads_no_further_and_can_begin_anew(tmp_path: Path) -> None:
    (tmp_path / "long.pdf").write_bytes(made_pdf([made_page([str(n)], size=(300, 300)) for n in range(9)]))
    engine = Noted()
    loader = OcrPluginsLoader(tmp_path, engine=engine, batch_size=1)
    for document in loader.lazy_load():
        assert document.metadata["page"] == 0
        break
    assert engine.seen == [1, 2]
    assert [d.metadata["page"] for d in loader.lazy_load()] == list(range(9))


def test_interleaved_iterators_do_not_deadlock(scan: Path) -> None:
    loader = OcrPluginsLoader(scan, engine=FAKE)
    begun_here = loader.lazy_load()
    first = next(begun_here)
    pairs = within(60, lambda: list(zip(begun_here, loader.lazy_load(), strict=False)))
    assert first.metadata["page"] == 0
    assert [(a.metadata["page"], b.metadata["page"]) for a, b in pairs] == [(1, 0), (2, 1)]


def test_two_loaders_of_one_pipeline_may_be_interleaved(scan: Path, folder: Path) -> None:
    pipeline = Pipeline(FAKE)
    loaders = [OcrPluginsLoader(path, pipeline=pipeline) for path in (scan, folder)]
    pairs = within(60, lambda: list(zip(*(loader.lazy_load() for loader in loaders), strict=True)))
    assert [a for a, _ in pairs] == OcrPluginsLoader(scan, engine=FAKE).load()
    assert [b for _, b in pairs] == OcrPluginsLoader(folder, engine=FAKE).load()


@pytest.mark.parametrize("workers", [1, 2])
def test_alazy_load_gives_the_same_and_leaves_the_event_loop_free(scan: Path, workers: int) -> None:
    async def load() -> list[Document]:
        loop = asyncio.get_running_loop()

        class NeedsTheLoop(Fake):
            def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
                loop_ran = threading.Event()
                loop.call_soon_threadsafe(loop_ran.set)
                if not loop_ran.wait(10):
                    raise RuntimeError("the event loop is blocked")
                return super().recognize(images)

        loader = OcrPluginsLoader(scan, engine=NeedsTheLoop(), workers=workers)
        return [document async for document in loader.alazy_load()]

    documents = asyncio.run(load())
    assert [d.page_content for d in documents] == [d.page_content for d in OcrPluginsLoader(scan, engine=FAKE).load()]
    assert not any("ocr_error" in d.metadata for d in documents)


@pytest.mark.parametrize("mode", ["page", "document"])
def test_a_task_that_loads_can_be_cancelled_and_reading_ends_after_the_batch_under_way(scan: Path, mode: Any) -> None:
    engine = Gated()

    async def cancel_while_reading() -> None:
        task = asyncio.create_task(OcrPluginsLoader(scan, engine=engine, batch_size=1, mode=mode).aload())
        assert await asyncio.to_thread(engine.waits.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_while_reading())
    engine.gate.set()
    join_readers()
    assert engine.seen == [1]
    assert not engine.waited_in_vain


def test_an_async_for_that_is_left_does_not_wait_for_the_pages_under_way(tmp_path: Path) -> None:
    (tmp_path / "long.pdf").write_bytes(made_pdf([made_page([str(n)], size=(300, 300)) for n in range(9)]))
    engine = Gated(free=2)
    loader = OcrPluginsLoader(tmp_path, engine=engine, batch_size=1, workers=2)

    async def leave_at_the_first() -> None:
        async for document in loader.alazy_load():
            assert document.metadata["page"] == 0
            assert await asyncio.to_thread(engine.waits.wait, 60)
            break

    asyncio.run(leave_at_the_first())
    engine.gate.set()
    join_readers()
    assert len(engine.seen) < 9
    assert not engine.waited_in_vain


def test_what_goes_wrong_while_loading_is_raised_where_it_is_awaited(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError):
        asyncio.run(OcrPluginsLoader(tmp_path / "none.pdf", engine=FAKE).aload())
