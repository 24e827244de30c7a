"""Ctrl-C comes out of code that loses it."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator, Sequence

import pytest

from ocr_plugins import Lines, OcrEngine, PageImage, Pipeline
from ocr_plugins.runtime.interrupt import never_swallowed, raise_if_interrupted
from ocr_plugins.testing import made_page


@pytest.fixture(autouse=True)
def default_handler() -> Iterator[None]:
    """Python's own, also where the tests run in the background, and it again at the end of each."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.signal(signal.SIGINT, before) is signal.default_int_handler


def swallow() -> None:
    """What a library does with a bare ``except``."""
    with contextlib.suppress(BaseException):
        signal.raise_signal(signal.SIGINT)


def test_an_interruption_that_was_swallowed_comes_out_at_the_end() -> None:
    @never_swallowed()
    def work() -> None:
        swallow()
        done.append("the rest")

    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["the rest"]


def test_it_comes_out_of_each_of_two_that_are_nested() -> None:
    @never_swallowed()
    def work() -> None:
        with pytest.raises(KeyboardInterrupt):
            never_swallowed()(swallow)()

    with pytest.raises(KeyboardInterrupt):
        work()


def test_it_goes_before_the_error_that_a_library_made_of_it() -> None:
    @never_swallowed()
    def work() -> None:
        swallow()
        raise ValueError("of the library")

    with pytest.raises(KeyboardInterrupt):
        work()


def test_it_is_raised_where_an_error_would_be_passed_over() -> None:
    @never_swallowed()
    def work() -> None:
        swallow()
        raise_if_interrupted(ValueError("of the library"))
        done.append("the next page")

    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == []


def test_an_error_that_came_of_an_interruption_is_one() -> None:
    error = ValueError("of the library")
    error.__context__ = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        raise_if_interrupted(error)
    raise_if_interrupted(ValueError("of its own"))


def test_a_handler_of_the_application_that_raises_nothing_is_obeyed() -> None:
    asked: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: asked.append(number))
    with never_swallowed():
        signal.raise_signal(signal.SIGINT)
    assert asked == [signal.SIGINT]
    signal.signal(signal.SIGINT, before)


def test_another_thread_leaves_the_handler_alone() -> None:
    handlers: list[object] = []

    def work() -> None:
        with never_swallowed():
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert handlers == [signal.default_int_handler]


class Swallows(OcrEngine):
    """Loses the interruption on the first page, and reads all."""

    def recognize(self, images: Sequence[PageImage]) -> list[Lines]:
        if images[0].number == 1:
            swallow()
        return [Lines() for _ in images]


def test_no_engine_swallows_it() -> None:
    pipeline = Pipeline(Swallows(), upright=False, layout=None)
    with pytest.raises(KeyboardInterrupt):
        pipeline.read(made_page(["ink"]))
    with pytest.raises(KeyboardInterrupt):
        next(pipeline.iter_pages(made_page(["ink"])))
