"""Documents come one by one, interleaved, from an event loop, and no further than they are asked for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import Document
from llama_index.readers.ocr_plugins import OcrPluginsReader
from llama_index_fakes import FAKE, Fake, Gated, Noted, within

from ocr_plugins import PageImage, Pipeline
from ocr_plugins.engine import Recognition
from ocr_plugins.testing import made_page, made_pdf


def test_of_the_blocking_methods_only_the_lazy_one_is_implemented() -> None:
    assert OcrPluginsReader.lazy_load_data is not BaseReader.lazy_load_data
    assert OcrPluginsReader.load_data is BaseReader.load_data


def test_loading_that_is_left_half_way_reads_no_further_and_can_begin_anew(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(made_pdf([made_page([str(n)], size=(300, 300)) for n in range(9)]))
    engine = Noted()
    reader = OcrPluginsReader(engine=engine, batch_size=1)
    for document in reader.lazy_load_data(path):
        assert document.metadata["page"] == 1
        break
    assert engine.seen == [1, 2]
    assert [d.metadata["page"] for d in reader.lazy_load_data(path)] == list(range(1, 10))


def test_interleaved_iterators_do_not_deadlock(scan: Path) -> None:
    reader = OcrPluginsReader(engine=FAKE)
    begun_here = iter(reader.lazy_load_data(scan))
    first = next(begun_here)
    pairs = within(60, lambda: list(zip(begun_here, reader.lazy_load_data(scan), strict=False)))
    assert first.metadata["page"] == 1
    assert [(a.metadata["page"], b.metadata["page"]) for a, b in pairs] == [(2, 1), (3, 2)]


def test_two_readers_of_one_pipeline_may_be_interleaved(scan: Path) -> None:
    pipeline = Pipeline(FAKE)
    readers = [OcrPluginsReader(pipeline=pipeline) for _ in range(2)]
    pairs = within(60, lambda: list(zip(*(reader.lazy_load_data(scan) for reader in readers), strict=True)))
    assert [a for a, _ in pairs] == [b for _, b in pairs] == OcrPluginsReader(engine=FAKE).load_data(scan)


@pytest.mark.parametrize("method", ["alazy_load_data", "aload_data"])
def test_the_event_loop_is_free_while_a_file_is_read(scan: Path, method: str) -> None:
    async def load() -> list[Document]:
        loop = asyncio.get_running_loop()

        class NeedsTheLoop(Fake):
            def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
                loop_ran = threading.Event()
                loop.call_soon_threadsafe(loop_ran.set)
                if not loop_ran.wait(10):
                    raise RuntimeError("the event loop is blocked")
                return super().recognize(images)

        reader = OcrPluginsReader(engine=NeedsTheLoop())
        return list(await getattr(reader, method)(scan, extra_info={"case": 7}))

    documents = asyncio.run(load())
    assert [d.text for d in documents] == [d.text for d in OcrPluginsReader(engine=FAKE).load_data(scan)]
    assert [(d.metadata["case"], d.metadata.get("ocr_error")) for d in documents] == [(7, None)] * 3


@pytest.mark.parametrize("mode", ["page", "document"])
@pytest.mark.parametrize("method", ["alazy_load_data", "aload_data"])
def test_a_task_that_loads_can_be_cancelled_and_reading_ends_after_the_batch_under_way(
    scan: Path, method: str, mode: Any
) -> None:
    engine = Gated()
    reader = OcrPluginsReader(engine=engine, batch_size=1, mode=mode)

    async def cancel_while_reading() -> None:
        task = asyncio.create_task(getattr(reader, method)(scan))
        assert await asyncio.to_thread(engine.waits.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # What follows waits for the threads of the loop.
        engine.gate.set()

    asyncio.run(cancel_while_reading())
    assert engine.seen == [1]
    assert not engine.waited_in_vain
