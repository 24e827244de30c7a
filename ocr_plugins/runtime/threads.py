"""One job for each of many items, by threads that nobody has to wait for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TypeVar

__all__ = ["in_threads"]

Item = TypeVar("Item")
Result = TypeVar("Result")

# Seconds of waiting after which whoever waits may give up.
BREATH = 0.5


def in_threads(do: Callable[[Item], Result], items: Iterator[Item], threads: int) -> Generator[Result | None]:
    """What ``do`` makes of each item, as soon as it is there, by so many threads at most; the first of its exceptions.

    An item is taken when there is a thread for it. None is yielded when nothing was done for :data:`BREATH`.

    Unlike those of an executor the threads do not keep the process from ending: after Ctrl-C nobody is to wait for one
    that waits for a server.
    """
    todo: SimpleQueue[Item | None] = SimpleQueue()
    done: SimpleQueue[Future[Result]] = SimpleQueue()

    def work() -> None:
        while (item := todo.get()) is not None:
            future: Future[Result] = Future()
            try:
                future.set_result(do(item))
            except BaseException as e:
                future.set_exception(e)
            done.put(future)

    started = under_way = 0
    coming: Item | None = None
    try:
        while True:
            if under_way < threads and (coming := next(items, None)) is not None:
                todo.put(coming)
                under_way += 1
                if started < under_way:
                    threading.Thread(target=work, name="ocr-plugins-server", daemon=True).start()
                    started += 1
            elif not under_way:
                return
            try:
                # As long as there is room, another page is looked for before waiting.
                future = done.get(timeout=0 if under_way < threads and coming is not None else BREATH)
            except Empty:
                yield None
            else:
                under_way -= 1
                yield future.result()
    finally:
        for _ in range(started):
            todo.put(None)
