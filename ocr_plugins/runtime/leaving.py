"""No thread is inside a native library when the interpreter ends.

A thread that reads while the main thread leaves (a daemon thread, or any other after a second Ctrl-C) would come back
from the library into an interpreter that is no more, and the process would end with an abort or a segmentation fault
instead of its own exit code. So threads say where they work, the interpreter waits for them at its end, and there they
stay at the next such place.
"""

from __future__ import annotations

import atexit
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["leave", "working"]

# How long the end waits: for a page of a slow engine, which has no such place within, not for ever.
MOST_SECONDS = 10.0

_changed = threading.Condition()
_depths: Counter[int] = Counter()
_leaving = False


@contextmanager
def working() -> Iterator[None]:
    """Around what calls native libraries; within one another, the inner ones are places to stay at."""
    me = threading.get_ident()
    with _changed:
        while _leaving and threading.current_thread() is not threading.main_thread():
            _depths.pop(me, None)
            _changed.notify_all()
            _changed.wait()
        _depths[me] += 1
    try:
        yield
    finally:
        with _changed:
            _depths[me] -= 1
            if not _depths[me]:
                del _depths[me]
            _changed.notify_all()


def leave() -> None:
    """Wait until no other thread is at work: at exit, and before the libraries take themselves down."""
    global _leaving  # noqa: PLW0603
    me = threading.get_ident()
    with _changed:
        _leaving = True
        _changed.wait_for(lambda: not _depths.keys() - {me}, MOST_SECONDS)


atexit.register(leave)
