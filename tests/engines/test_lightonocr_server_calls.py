"""LightOnOCR on a server keeps the contract of engines, in threads, notebooks and when it is interrupted."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from attempts import once
from lightonocr_servers import Call, ServedContract, Server, backend, page, read_all, read_one

from ocr_plugins import PageImage, Pipeline, get_engine
from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.runtime.threads import in_threads
from ocr_plugins.testing import made_page

TESTS = Path(__file__).parents[1]
INTERRUPTED = """
import signal, sys, threading
from lightonocr_servers import Server, patiently, read_one

server, begun, gone = Server(), threading.Event(), threading.Event()

def streams(call):
    call.begin()
    begun.set()
    patiently(call, gone)

def is_silent(call):
    begun.set()
    threading.Event().wait()

def is_busy(call):
    begun.set()
    call.refuse(429, retry_after="100")

def press_ctrl_c():
    begun.wait()
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

server.chat = {f.__name__: f for f in (streams, is_silent, is_busy)}[sys.argv[1]]
# Processes in the background are started with Ctrl-C ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Thread(target=press_ctrl_c).start()
try:
    read_one(server)
except KeyboardInterrupt:
    print("interrupted")
if server.chat is streams:
    gone.wait()
    print("freed")
server.close()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "said"),
    [("streams", "interrupted freed"), ("is_silent", "interrupted"), ("is_busy", "interrupted")],
)
def test_ctrl_c_ends_the_requests_and_the_process(answer: str, said: str) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
    command = [sys.executable, "-c", INTERRUPTED, answer]
    # Whoever waits for the server does so for 100 s.
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=90)
    assert done.stdout.split() == said.split(), done.stderr
    assert done.returncode == 0, done.stderr


def test_it_works_where_an_event_loop_is_running(server: Server) -> None:
    async def in_a_notebook() -> str:
        return read_one(server).text

    assert asyncio.run(in_a_notebook()) == "page 0"


def test_it_works_from_several_threads(server: Server) -> None:
    used = backend(server)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda i: once(used.read, [page(i)], 0.2)[0], range(12)))
    assert results == [Attempt(f"page {i}", finished=True) for i in range(12)]


def test_more_pages_than_threads_are_read_in_order(server: Server) -> None:
    assert read_all(server, 9, concurrency=2) == [Attempt(f"page {i}", finished=True) for i in range(9)]


def test_what_fails_in_a_thread_fails_the_call() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_threads(lambda divisor: 1 / divisor, iter([1, 0, 2]), 2))


def test_a_page_that_fails_is_asked_for_once_and_the_others_too(server: Server, waits: list[float]) -> None:
    images = [made_page([f"page {i}"], size=(420 + 28 * i, 308)) for i in range(4)]

    def chat(call: Call) -> None:
        number = (call.image.width - 420) // 28
        call.refuse(400, "too large") if number == 1 else call.write(f"page {number}")

    server.chat = chat
    engine = get_engine("lightonocr-server", base_url=server.address, concurrency=1)
    results = engine.recognize([PageImage(image) for image in images])
    assert [getattr(result, "blocks", None) is None for result in results] == [False, True, False, False]
    assert len(server.calls) == 4
    file = io.BytesIO()
    images[0].save(file, "TIFF", save_all=True, append_images=images[1:])
    document = Pipeline(engine, upright=False).read(file.getvalue())
    assert list(document.errors) == [2]
    assert len(server.calls) == 8


class TestServerEngine(ServedContract):
    registered = "lightonocr-server"
