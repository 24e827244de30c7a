"""LightOnOCR on a server: what may pass by itself is asked for again, after as long as the server says."""

from __future__ import annotations

import threading
import time

import pytest
from lightonocr_servers import MODEL, Call, Server, error_of_one, patiently, read_one, reads_number

from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.engines.lightonocr.server import RETRIES


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
def test_overload_and_failures_are_tried_again_after_longer_and_longer(
    server: Server, waits: list[float], status: int
) -> None:
    server.in_turn(*[lambda call: call.refuse(status)] * 2, reads_number)
    assert read_one(server).text == "page 0"
    assert len(server.calls) == 3
    assert 0 < waits[0] < waits[1] < 2


def test_but_not_for_ever(server: Server, waits: list[float]) -> None:
    server.chat = lambda call: call.refuse(500, "out of memory")
    assert error_of_one(server) == f"The server at {server.address}/v1 failed (500: out of memory): see its log."
    assert len(server.calls) == 1 + len(waits) == 1 + RETRIES


def test_an_overloaded_server_needs_fewer_pages_at_once(server: Server, waits: list[float]) -> None:
    server.chat = lambda call: call.refuse(429)
    assert "lower concurrency (64)" in error_of_one(server)


def test_the_server_is_given_the_time_it_asks_for(server: Server, waits: list[float]) -> None:
    in_a_minute = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 60))
    server.in_turn(
        lambda call: call.refuse(429, "busy", retry_after="40.5"),
        lambda call: call.refuse(503, "busy", retry_after=in_a_minute),
        reads_number,
    )
    assert read_one(server).text == "page 0"
    assert waits[0] == 40.5
    assert 10 < waits[1] <= 60


def test_nobody_waits_for_an_hour(server: Server, waits: list[float]) -> None:
    server.chat = lambda call: call.refuse(429, "busy", retry_after="3600")
    assert "429: busy" in error_of_one(server)
    assert sum(waits) < 100


def test_a_connection_cut_in_the_middle_is_made_again(server: Server, waits: list[float]) -> None:
    server.in_turn(lambda call: call.write("half a", reason=None), reads_number)
    assert read_one(server) == Attempt("page 0", finished=True)


def test_a_page_that_takes_too_long_is_tried_once_more(server: Server, waits: list[float]) -> None:
    gone = [threading.Event(), threading.Event()]

    def endless(call: Call) -> None:
        call.begin()
        patiently(call, gone[len(server.calls) - 1])

    server.chat = endless
    message = error_of_one(server, timeout=1.0, served_model_name=MODEL)
    assert message.startswith(f"The server at {server.address}/v1 was not done after 1 s. Raise timeout")
    assert len(server.calls) == 2
    assert all(each.wait(60) for each in gone), "the server is freed"


@pytest.mark.slow
@pytest.mark.parametrize("begins", [False, True])
def test_a_silent_server_is_given_up(server: Server, waits: list[float], begins: bool) -> None:
    done = threading.Event()

    def silent(call: Call) -> None:
        if begins:
            call.begin()
        done.wait()

    server.chat = silent
    message = error_of_one(server, timeout=0.5, served_model_name=MODEL)
    done.set()
    assert "was not done after 0.5 s" in message
