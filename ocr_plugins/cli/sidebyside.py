"""Jobs done by several processes at once, none of which outlives this one or takes it along."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, Generic, TypeVar

from ocr_plugins.errors import OcrError

__all__ = ["Died", "side_by_side"]

Job = TypeVar("Job")
Result = TypeVar("Result")

# Seconds that a process has for leaving by itself, when there is nothing left to do and when it is told to drop what it
# does; then it is killed.
GRACE, SHORT_GRACE = 10.0, 1.0


@dataclass(frozen=True, slots=True)
class Died:
    """In place of a result: the process has ended over its job."""

    exit_code: int | None

    @property
    def reason(self) -> str:
        how = f"was killed by signal {-self.exit_code}" if self.exit_code and self.exit_code < 0 else "ended"
        return f"the process that read it {how}: out of memory? Try it again with fewer --jobs."


def side_by_side(
    do: Callable[[Job, Callable[..., None]], Result],
    jobs: Iterator[Job],
    processes: int,
    advance: Callable[..., object],
) -> Generator[tuple[Job, Result | Died]]:
    """What is made of the jobs, in the order in which they are done; a job is taken when there is a process for it.

    Closing the generator, and an exception, Ctrl-C too, end the processes at once.

    Args:
        do: Makes a result of a job in a process of its own, of which this is a copy: it is pickled. It may call its
            second argument with what is to be told meanwhile.
        jobs: They are pickled, and so are the results.
        processes: How many at once, one at least.
        advance: Called here, with the job and what was told.

    Raises:
        OcrError, KeyboardInterrupt: ``do`` has raised it.
    """
    context = multiprocessing.get_context("spawn")
    idle: list[_Process[Job]] = []
    busy: list[_Process[Job]] = []
    try:
        while True:
            while len(busy) < processes and (job := next(jobs, None)) is not None:
                busy.append(idle.pop() if idle else _Process(context, do))
                busy[-1].give(job)
            if not busy:
                break
            for process in _ready(busy):
                said = process.hear()
                if isinstance(said, _Told):
                    advance(process.job, *said.what)
                elif isinstance(said, logging.LogRecord):
                    logging.getLogger(said.name).handle(said)
                else:
                    busy.remove(process)
                    idle += [process] * (not isinstance(said, Died))
                    yield process.job, _result(said)
        _part(idle, GRACE)
    finally:
        for process in (*idle, *busy):
            process.drop()
        _part([*idle, *busy], SHORT_GRACE)


def _ready(processes: Sequence[_Process[Job]]) -> list[_Process[Job]]:
    """Those that have something to say; waits for one."""
    ready = wait([process.connection for process in processes])
    return [process for process in processes if process.connection in ready]


def _part(processes: Sequence[_Process[Job]], grace: float) -> None:
    """Close the connections, all before any is waited for, and see the processes end."""
    for process in processes:
        process.connection.close()
    for process in processes:
        process.end(grace)


def _result(said: Any) -> Any:
    if isinstance(said, _Raised):
        raise said.error
    return said


@dataclass(frozen=True, slots=True)
class _Told:
    what: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


class _Process(Generic[Job]):
    """A process and its end of the pipe."""

    job: Job

    def __init__(self, context: SpawnContext, do: Callable[[Job, Callable[..., None]], Any]) -> None:
        self.connection, theirs = context.Pipe()
        levels = logging.getLogger().level, logging.getLogger("ocr_plugins").level
        self._process: SpawnProcess = context.Process(target=_work, args=(theirs, do, *levels), name="ocr-plugins-job")
        with _unheard_interrupts():
            self._process.start()
        # Theirs alone, so that the pipe ends with them.
        theirs.close()

    def give(self, job: Job) -> None:
        self.job = job
        # One that has died is noticed when it is heard.
        with contextlib.suppress(OSError):
            self.connection.send(job)

    def hear(self) -> Any:
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            self.end(SHORT_GRACE)
            return Died(self._process.exitcode)

    def drop(self) -> None:
        """Tell it to drop what it does; it cleans up after itself if it can."""
        if self._process.is_alive():
            self._process.terminate()

    def end(self, grace: float) -> None:
        """Wait for it so many seconds, and not for ever."""
        self._process.join(grace)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self.connection.close()


@contextlib.contextmanager
def _unheard_interrupts() -> Iterator[None]:
    """Ctrl-C in a terminal is for this process, not for those that are begun meanwhile, which inherit the mask."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Sends(logging.Handler):
    """Gives the log to the process that this one works for."""

    def __init__(self, send: Callable[[object], None]) -> None:
        super().__init__()
        self._send = send
        self._prepare = logging.handlers.QueueHandler(None).prepare  # type: ignore[arg-type]

    def emit(self, record: logging.LogRecord) -> None:
        self._send(self._prepare(record))


def _work(connection: Connection, do: Callable[[Any, Callable[..., None]], Any], root: int, ours: int) -> None:
    """In the other process: do jobs until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    lock = threading.Lock()

    def send(said: object) -> None:
        with lock:
            connection.send(said)

    logging.basicConfig(level=root, handlers=[_Sends(send)])
    logging.getLogger("ocr_plugins").setLevel(ours)
    # The pipe ends when whoever has the other end has no more jobs, or is no more.
    with contextlib.suppress(EOFError, OSError):
        while True:
            job = connection.recv()
            result: Any
            try:
                result = do(job, lambda *what: send(_Told(what)))
            except OcrError as e:
                # Not itself: an exception of a plugin may be one that cannot be sent.
                result = _Raised(OcrError(str(e)))
            except KeyboardInterrupt:
                result = _Raised(KeyboardInterrupt())
            send(result)
