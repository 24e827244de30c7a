"""Ctrl-C through libraries that lose it.

A library loses a KeyboardInterrupt with a bare ``except``, or with clean-up code that fails in its turn and raises
something else (omegaconf's does, while rapidocr loads). So what the handler of the signal raised is remembered.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

__all__ = ["never_swallowed", "raise_if_interrupted"]


class _Remembering:
    """A handler of SIGINT that calls another and remembers what that raised."""

    def __init__(self, handler: Callable[[int, FrameType | None], object]) -> None:
        self.handler = handler
        self.raised: BaseException | None = None

    def __call__(self, number: int, frame: FrameType | None) -> None:
        try:
            self.handler(number, frame)
        except BaseException as e:
            self.raised = e
            raise


@contextlib.contextmanager
def never_swallowed() -> Iterator[None]:
    """Raise at the end what the handler of SIGINT raised in between, whatever became of it; may be nested.

    For code without ``yield``, as the handler is another one meanwhile. It does nothing in threads other than the main
    one, which signals do not reach, and where Python does not handle the signal.

    Raises:
        KeyboardInterrupt: There was one.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    handler = before if isinstance(before, _Remembering) else _Remembering(before)
    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if handler.raised is not None:
            raise handler.raised


def raise_if_interrupted(error: BaseException) -> None:
    """Raise what was lost, to be called first wherever an ``except Exception`` would go on.

    Raises:
        KeyboardInterrupt: There was one in the current :func:`never_swallowed`, or ``error`` came of one.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is threading.main_thread() and isinstance(handler, _Remembering) and handler.raised:
        raise handler.raised
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
