"""Jobs done by several threads at once, with the results in the order of the jobs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


def in_order(workers: Sequence[Callable[[Job], Result]], jobs: Iterable[Job]) -> Generator[Result]:
    """What the workers make of the jobs; each does one job at a time, in some thread, a single one in the caller's.

    At most two jobs per worker are under way or done before they are asked for: one slow job does not hold up the
    others, and memory is bounded. A job's exception is raised in its place. Closing the generator waits for the jobs
    that are under way and begins no other.
    """
    if len(workers) == 1:
        yield from map(workers[0], jobs)
        return
    idle: SimpleQueue[Callable[[Job], Result]] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def do(job: Job) -> Result:
        worker = idle.get()
        try:
            return worker(job)
        finally:
            idle.put(worker)

    yield from ahead(do, jobs, len(workers))


def ahead(do: Callable[[Job], Result], jobs: Iterable[Job], threads: int) -> Generator[Result]:
    """What ``do`` makes of the jobs in so many threads, in order; bounds, exceptions and closing as :func:`in_order`.

    The first jobs begin when the first result is asked for.
    """
    pending: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="ocr-plugins")
    try:
        for job in jobs:
            pending.append(pool.submit(do, job))
            if len(pending) == 2 * threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
