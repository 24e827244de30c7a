"""LightOnOCR through a server: one on this machine that answers as it is told, and a real one with a real model."""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import io
import json
import logging
import os
import pickle
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest
from PIL import Image

from ocr_plugins.document import Page
from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.engines.lightonocr.server import ServerBackend, api_url
from ocr_plugins.errors import EngineError, MissingDependencyError, OptionError
from ocr_plugins.markdown.parse import parse_markdown
from ocr_plugins.pipeline.pipeline import Pipeline, Progress
from ocr_plugins.plugins import get_engine

KEY = "sk-very-secret-0123456789"
MODEL = "lightonai/LightOnOCR-2-1B"


class Call:
    """A request as the server sees it, and what it may answer."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self._handler = handler
        self.path = handler.path
        self.headers = handler.headers
        self.body: dict[str, Any] = json.loads(
            handler.rfile.read(int(handler.headers.get("content-length", 0))) or "{}"
        )

    @property
    def content(self) -> list[dict[str, Any]]:
        (message,) = self.body["messages"]
        assert message["role"] == "user"
        return list(message["content"])

    @property
    def image(self) -> Image.Image:
        url = self.content[0]["image_url"]["url"]
        kind, _, data = url.partition(",")
        assert kind == "data:image/png;base64"
        return Image.open(io.BytesIO(base64.b64decode(data, validate=True)))

    @property
    def number(self) -> int:
        """Of a page made by :func:`page`."""
        return int(np.asarray(self.image)[0, 0, 0])

    def answer(self, body: bytes | str, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        self._handler.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(data)), **headers}.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()
        self._handler.wfile.write(data)

    def refuse(self, status: int, message: str = "no", **headers: str) -> None:
        self.answer(json.dumps({"error": {"message": message}}), status, **headers)

    def begin(self) -> None:
        self._handler.send_response(200)
        self._handler.send_header("content-type", "text/event-stream; charset=utf-8")
        self._handler.end_headers()

    def send(self, data: bytes | str) -> None:
        self._handler.wfile.write(data.encode() if isinstance(data, str) else data)
        self._handler.wfile.flush()

    def write(self, *texts: str, reason: str | None = "stop") -> None:
        """A whole stream of these pieces of text."""
        self.begin()
        for text in texts:
            self.send(event(text))
        if reason:
            self.send(event("", reason))
            self.send("data: [DONE]\n\n")


def event(text: str, reason: str | None = None) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    return f"data: {json.dumps({'object': 'chat.completion.chunk', 'choices': [choice]}, ensure_ascii=False)}\n\n"


def reads_number(call: Call) -> None:
    call.write("page ", str(call.number))


class Server:
    """An HTTP server on the loopback interface; ``chat`` answers for completions, ``models`` for the list of models."""

    def __init__(self) -> None:
        self.chat: Callable[[Call], None] = reads_number
        self.models: Callable[[Call], None] = lambda call: call.answer(names(MODEL))
        self.calls: list[Call] = []
        self.under_way = self.most_under_way = 0
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server._answer(self, "models")

            def do_POST(self) -> None:
                server._answer(self, "chat")

            def log_message(self, *args: object) -> None:
                """Nothing on stderr."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def _answer(self, handler: BaseHTTPRequestHandler, what: str) -> None:
        call = Call(handler)
        assert call.path == {"models": "/v1/models", "chat": "/v1/chat/completions"}[what]
        with self._lock:
            if what == "chat":
                self.calls.append(call)
                self.under_way += 1
                self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            (self.chat if what == "chat" else self.models)(call)
        except ConnectionError:
            """The client has gone, as some tests want."""
        finally:
            with self._lock:
                self.under_way -= what == "chat"

    def in_turn(self, *answers: Callable[[Call], None]) -> None:
        """Answer the first request with the first, and so on; the last one answers all others."""
        left = list(answers)

        def chat(call: Call) -> None:
            with self._lock:
                answer = left.pop(0) if len(left) > 1 else left[0]
            answer(call)

        self.chat = chat

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def names(*models: str) -> str:
    return json.dumps({"object": "list", "data": [{"id": name, "object": "model"} for name in models]})


def page(number: int = 0, size: tuple[int, int] = (60, 80)) -> Image.Image:
    return Image.new("RGB", size, (number, 255, 255))


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocr_plugins.engines.lightonocr.server.BACKOFF", 0.05)


def backend(server: Server, **options: Any) -> ServerBackend:
    return ServerBackend(base_url=server.address, **{"model": MODEL, "timeout": 100.0, **options})


def read_one(server: Server, **options: Any) -> Attempt:
    (result,) = backend(server, **options).generate([page()], temperature=0.2)
    assert isinstance(result, Attempt), result
    return result


def error_of_one(server: Server, **options: Any) -> str:
    (result,) = backend(server, **options).generate([page()], temperature=0.2)
    assert type(result) is EngineError, result
    return str(result)


class TestRequests:
    def test_pages_come_back_in_order_whatever_the_order_of_the_answers(self, server: Server) -> None:
        def later_ones_first(call: Call) -> None:
            time.sleep(0.2 - 0.02 * call.number)
            reads_number(call)

        server.chat = later_ones_first
        results = backend(server).generate([page(i) for i in range(10)], temperature=0.2)
        assert results == [Attempt(f"page {i}", finished=True) for i in range(10)]

    def test_no_pages_ask_nothing(self) -> None:
        assert ServerBackend(base_url="http://127.0.0.1:9", model=MODEL).generate([], temperature=0.2) == []

    def test_the_image_alone_is_the_prompt(self, server: Server) -> None:
        backend(server, top_p=0.9, max_tokens=4096).generate([page()], temperature=0.2)
        (call,) = server.calls
        assert [part["type"] for part in call.content] == ["image_url"]
        assert {name: value for name, value in call.body.items() if name != "messages"} == {
            "model": MODEL,
            "temperature": 0.2,
            "top_p": 0.9,
            "max_tokens": 4096,
            "stream": True,
        }

    def test_a_prompt_follows_the_image(self, server: Server) -> None:
        read_one(server, prompt="grounding")
        assert server.calls[0].content[1:] == [{"type": "text", "text": "grounding"}]

    def test_seed_and_template_arguments_are_sent_if_given(self, server: Server) -> None:
        read_one(server, seed=7, template_arguments={"enable_thinking": False})
        assert server.calls[0].body["seed"] == 7
        assert server.calls[0].body["chat_template_kwargs"] == {"enable_thinking": False}

    @pytest.mark.parametrize(
        ("size", "sent"),
        [
            ((600, 800), (600, 800)),
            ((2000, 3080), (1000, 1540)),
            ((20_000, 200), (1540, 15)),
            ((3000, 1), (1540, 1)),
            ((1, 1), (1, 1)),
        ],
    )
    def test_large_pages_are_reduced_and_none_is_enlarged(
        self, server: Server, size: tuple[int, int], sent: tuple[int, int]
    ) -> None:
        backend(server).generate([page(size=size)], temperature=0.2)
        assert server.calls[0].image.size == sent

    def test_the_pixels_arrive_as_they_are(self, server: Server) -> None:
        image = Image.effect_noise((90, 70), 80).convert("RGB")
        backend(server).generate([image], temperature=0.2)
        assert server.calls[0].image.tobytes() == image.tobytes()

    def test_the_page_is_left_as_it_was(self, server: Server) -> None:
        image = page()
        before = dict(vars(image))
        backend(server).generate([image], temperature=0.2)
        assert vars(image) == before

    def test_as_many_pages_are_under_way_as_allowed_and_no_more(self, server: Server) -> None:
        three = threading.Barrier(3, timeout=60)

        def together(call: Call) -> None:
            three.wait()
            reads_number(call)

        server.chat = together
        results = backend(server, concurrency=3).generate([page(i) for i in range(12)], temperature=0.2)
        assert [r.text for r in results if isinstance(r, Attempt)] == [f"page {i}" for i in range(12)]
        assert server.most_under_way == 3


class TestAnswers:
    def test_an_answer_cut_off_at_the_token_limit_is_not_finished(self, server: Server) -> None:
        server.chat = lambda call: call.write("half a page", reason="length")
        assert read_one(server) == Attempt("half a page", finished=False)

    def test_a_blank_page_gives_an_empty_text(self, server: Server) -> None:
        server.chat = lambda call: call.write()
        assert read_one(server) == Attempt("", finished=True)

    def test_a_stream_may_end_without_its_usual_last_line(self, server: Server) -> None:
        def chat(call: Call) -> None:
            call.begin()
            call.send(event("text") + event("", "stop"))

        server.chat = chat
        assert read_one(server) == Attempt("text", finished=True)

    def test_comments_counts_of_tokens_and_roles_are_not_text(self, server: Server) -> None:
        def chat(call: Call) -> None:
            call.begin()
            call.send(": still here\r\n\r\n")
            call.send('data: {"choices": [{"index": 0, "delta": {"role": "assistant", "content": null}}]}\r\n\r\n')
            call.send(event("text"))
            call.send('data: {"choices": [], "usage": {"total_tokens": 9}}\n\n')
            call.send('data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n')

        server.chat = chat
        assert read_one(server) == Attempt("text", finished=True)

    def test_text_arrives_whole_however_the_stream_is_cut_into_pieces(self, server: Server) -> None:
        text = "Größe\u2028 漢字 \x85 end"

        def chat(call: Call) -> None:
            call.begin()
            data = (event(text) + event("", "stop")).encode()
            for start in range(0, len(data), 5):
                call.send(data[start : start + 5])
                time.sleep(0.002)

        server.chat = chat
        assert read_one(server).text == text

    @pytest.mark.parametrize("unit", [".", " .", "<td></td>", " The same sentence, over and over again."])
    def test_a_page_that_goes_round_is_stopped_at_once_and_the_server_is_freed(self, server: Server, unit: str) -> None:
        gone = threading.Event()

        def chat(call: Call) -> None:
            if call.number != 1:
                reads_number(call)
                return
            call.begin()
            call.send(event("Contents"))
            try:
                for _ in range(2000):
                    call.send(event(unit))
                while True:
                    call.send(": patience\n\n")
                    time.sleep(0.01)
            except ConnectionError:
                gone.set()

        server.chat = chat
        results = backend(server).generate([page(i) for i in range(3)], temperature=0.2)
        assert results == [
            Attempt("page 0", finished=True),
            Attempt(f"Contents{unit}", finished=False),
            Attempt("page 2", finished=True),
        ]
        assert gone.wait(60)

    def test_dot_leaders_and_empty_rows_are_no_loops(self, server: Server) -> None:
        text = "Chapter 1 " + "." * 300 + " 7\n" + "<tr><td></td><td></td><td></td></tr>" * 20 + "</table>\nEnd"
        server.chat = lambda call: call.write(*text)
        assert read_one(server) == Attempt(text, finished=True)

    def test_repetitions_may_be_wanted(self, server: Server) -> None:
        server.chat = lambda call: call.write("a" * 3000, reason="length")
        assert read_one(server, stop_repeats=False) == Attempt("a" * 3000, finished=False)
        assert read_one(server) == Attempt("a", finished=False)


class TestFailuresThatPass:
    def test_the_server_is_given_the_time_it_asks_for(self, server: Server) -> None:
        server.in_turn(lambda call: call.refuse(429, "busy", retry_after="0.4"), reads_number)
        began = time.perf_counter()
        assert read_one(server).text == "page 0"
        assert time.perf_counter() - began > 0.4

    def test_a_time_may_be_given_as_a_date(self, server: Server) -> None:
        date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 2))
        server.in_turn(lambda call: call.refuse(503, "busy", retry_after=date), reads_number)
        began = time.perf_counter()
        assert read_one(server).text == "page 0"
        assert time.perf_counter() - began > 0.8

    def test_nobody_waits_for_an_hour(self, server: Server) -> None:
        server.chat = lambda call: call.refuse(429, "busy", retry_after="3600")
        assert "429: busy" in error_of_one(server)
        assert len(server.calls) == 1

    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
    def test_overload_and_failures_are_tried_again(self, server: Server, status: int) -> None:
        server.in_turn(*[lambda call: call.refuse(status)] * 2, reads_number)
        assert read_one(server).text == "page 0"
        assert len(server.calls) == 3

    def test_but_not_for_ever(self, server: Server) -> None:
        server.chat = lambda call: call.refuse(500, "out of memory")
        assert error_of_one(server, retries=2) == (
            f"The server at {server.address}/v1 failed (500: out of memory): see its log."
        )
        assert len(server.calls) == 3

    def test_an_overloaded_server_needs_fewer_pages_at_once(self, server: Server) -> None:
        server.chat = lambda call: call.refuse(429)
        assert "lower concurrency (64)" in error_of_one(server, retries=1)

    def test_a_connection_cut_in_the_middle_is_made_again(self, server: Server) -> None:
        server.in_turn(lambda call: call.write("half a", reason=None), reads_number)
        assert read_one(server) == Attempt("page 0", finished=True)

    def test_a_page_that_takes_too_long_is_tried_once_more(self, server: Server) -> None:
        def endless(call: Call) -> None:
            call.begin()
            while True:
                call.send(": patience\n\n")
                time.sleep(0.05)

        server.chat = endless
        message = error_of_one(server, timeout=1.0, served_model_name=MODEL)
        assert message.startswith(f"The server at {server.address}/v1 was not done after 1 s. Raise timeout")
        assert len(server.calls) == 2


def cut_after_the_headers(call: Call) -> None:
    call.begin()


def half_json(call: Call) -> None:
    call.begin()
    call.send('data: {"choices": [{"delta": {"cont\n\n')


def endless_line(call: Call) -> None:
    call.begin()
    while True:
        call.send("x" * 100_000)


def streamed(data: str) -> Callable[[Call], None]:
    def chat(call: Call) -> None:
        call.begin()
        call.send(f"data: {data}\n\n")

    return chat


class TestFailures:
    @pytest.mark.parametrize(
        ("chat", "message"),
        [
            (cut_after_the_headers, "broke off: nothing came after 0 characters. See the server's log."),
            (lambda call: call.write("abc", reason=None), "broke off: nothing came after 3 characters"),
            (half_json, "broke off: an event of the stream is not JSON"),
            (endless_line, "broke off: an event of the stream is too long"),
            (streamed('{"choices": []}'), "nothing came after 0 characters"),
            (streamed('{"choices": [{}]}'), "nothing came after 0 characters"),
            (streamed('{"choices": null}'), "no part of a chat completion"),
            (streamed('{"choices": [7]}'), "no part of a chat completion"),
            (streamed("[]"), "no part of a chat completion"),
            (streamed("[" * 100_000), "not JSON"),
            (streamed('{"choices": [{"delta": {}, "finish_reason": "abort"}]}'), "the server gave up on it"),
            (streamed('{"error": {"message": "CUDA out of memory"}}'), "broke off: CUDA out of memory"),
            (streamed('{"error": "CUDA out of memory"}'), "broke off: CUDA out of memory"),
            (lambda call: call.answer("<html>Welcome to nginx!</html>", kind="text/html"), "answered with text/html"),
            (lambda call: call.answer('{"choices": []}'), "answered with application/json"),
            (lambda call: call.answer("", kind=""), "answered with something instead of a stream"),
            (lambda call: call.answer("<h1>Bad\n Gateway</h1>", 502, "text/html"), "failed (502: Bad Gateway)"),
            (lambda call: call.refuse(400, "the context is 4096 tokens"), "refuses the page (400: the context is 4096"),
            (
                lambda call: call.answer('{"detail": [{"msg": "wrong"}]}', 422),
                "refuses the page (422: [{'msg': 'wrong'}])",
            ),
            (lambda call: call.answer("", 418), "refuses the page (418)."),
        ],
    )
    def test_a_bad_answer_is_an_error_that_says_so(
        self, server: Server, chat: Callable[[Call], None], message: str
    ) -> None:
        server.chat = chat
        found = error_of_one(server, retries=1)
        assert message in found
        assert f"{server.address}/v1" in found
        assert len(found) < 400

    def test_the_error_of_one_page_does_not_touch_the_others(self, server: Server) -> None:
        server.chat = lambda call: call.refuse(400, "too large") if call.number == 1 else reads_number(call)
        results = backend(server).generate([page(i) for i in range(3)], temperature=0.2)
        assert [type(r) for r in results] == [Attempt, EngineError, Attempt]

    def test_a_server_that_is_down_is_named_with_how_to_start_one(self) -> None:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{s.getsockname()[1]}"
        results = ServerBackend(base_url=address, model=MODEL).generate([page(), page()], temperature=0.2)
        for result in results:
            assert type(result) is EngineError
            assert str(result).startswith(f"No server answers at {address}/v1 (")
            assert f"start one: vllm serve {MODEL} " in str(result)

    def test_a_server_that_goes_down_leaves_the_pages_read_so_far(self, server: Server) -> None:
        def chat(call: Call) -> None:
            if call.number == 2:
                server.close()
            reads_number(call)

        server.chat = chat
        pages = [page(i) for i in range(6)]
        results = backend(server, concurrency=1).generate(pages, temperature=0.2)
        server.close = lambda: None  # type: ignore[method-assign]
        assert results[:2] == [Attempt("page 0", finished=True), Attempt("page 1", finished=True)]
        assert all("No server answers" in str(r) for r in results[3:])

    def test_a_redirect_is_not_followed(self, server: Server) -> None:
        other = Server()
        try:
            server.chat = lambda call: call.answer("", 307, location=f"{other.address}/v1/chat/completions")
            message = error_of_one(server)
            assert f"redirects to {other.address}/v1/chat/completions. Redirects are not followed" in message
            assert other.calls == []
        finally:
            other.close()

    def test_openai_may_be_missing(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "openai", None)
        with pytest.raises(MissingDependencyError, match=r"pip install 'ocr-plugins\[server\]'"):
            backend(server).generate([page()], temperature=0.2)


class TestModelNames:
    @pytest.mark.parametrize(
        ("served", "asked"),
        [
            ([MODEL], MODEL),
            (["my-ocr"], "my-ocr"),
            (["other", MODEL], MODEL),
            ([], MODEL),
        ],
    )
    def test_the_name_is_asked_from_the_server(self, server: Server, served: list[str], asked: str) -> None:
        server.models = lambda call: call.answer(names(*served))
        read_one(server)
        assert server.calls[0].body["model"] == asked

    @pytest.mark.parametrize(
        "models",
        [
            lambda call: call.refuse(404),
            lambda call: call.answer("Internal Server Error", 500, "text/plain"),
            lambda call: call.answer("<html></html>", kind="text/html"),
            lambda call: call.answer("", 307, location="http://example.org/models"),
            lambda call: call.answer("{"),
            lambda call: call.answer('{"data": [1, {"id": 2}]}'),
        ],
    )
    def test_a_server_that_does_not_tell_is_asked_for_the_model(
        self, server: Server, models: Callable[[Call], None]
    ) -> None:
        server.models = models
        read_one(server)
        assert server.calls[0].body["model"] == MODEL

    def test_the_only_one_is_not_taken_if_it_is_asked_differently(self, server: Server) -> None:
        server.models = lambda call: call.answer(names("lightonai/LightOnOCR-3-1B"))
        message = f"serves lightonai/LightOnOCR-3-1B, not {MODEL}: give its name as model."
        assert error_of_one(server).endswith(message)
        assert server.calls == []
        read_one(server, model="lightonai/LightOnOCR-3-1B")

    def test_of_several_one_must_be_chosen(self, server: Server) -> None:
        server.models = lambda call: call.answer(names("a", "b"))
        assert error_of_one(server).endswith("Choose with served_model_name: a, b.")
        assert server.calls == []
        read_one(server, served_model_name="b")
        assert server.calls[0].body["model"] == "b"

    def test_an_unknown_model_is_answered_with_the_known_ones(self, server: Server) -> None:
        server.chat = lambda call: call.refuse(404, "The model does not exist.")
        message = error_of_one(server, served_model_name="typo")
        assert f"has no model typo. Choose with served_model_name: {MODEL}." in message

    def test_a_wrong_path_is_recognised(self, server: Server) -> None:
        server.models = server.chat = lambda call: call.answer('{"detail": "Not Found"}', 404)
        assert "(Not Found): base_url usually ends in /v1" in error_of_one(server)


class TestKeys:
    def test_the_key_comes_from_the_environment(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OCR_KEY", KEY)
        read_one(server, api_key_env="OCR_KEY")
        assert server.calls[0].headers["authorization"] == f"Bearer {KEY}"

    def test_openai_s_key_is_not_sent_over_http_unless_it_is_named(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        read_one(server)
        assert KEY not in str(server.calls[0].headers)
        read_one(server, api_key_env="OPENAI_API_KEY")
        assert KEY in str(server.calls[1].headers)
        assert ServerBackend(base_url="https://example.org", model=MODEL)._key == KEY

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_wrong_key_is_told_by_the_name_of_its_variable(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, status: int
    ) -> None:
        monkeypatch.setenv("OCR_KEY", KEY)
        server.chat = lambda call: call.refuse(status, f"Incorrect API key provided: {KEY}")
        message = error_of_one(server, api_key_env="OCR_KEY")
        assert f"does not accept the key in $OCR_KEY ({status}: Incorrect API key provided: …)." in message
        assert len(server.calls) == 1

    def test_a_key_in_place_of_its_variable_s_name_is_refused_and_not_repeated(self, server: Server) -> None:
        with pytest.raises(OptionError, match="not the key") as caught:
            backend(server, api_key_env=KEY)
        assert KEY not in str(caught.value)

    def test_a_missing_key_is_asked_for(self, server: Server) -> None:
        server.models = server.chat = lambda call: call.refuse(401, "Unauthorized")
        assert "wants a key (401: Unauthorized): put it into OCR_KEY." in error_of_one(server, api_key_env="OCR_KEY")
        assert "put it into an environment variable, and the variable's name into api_key_env" in error_of_one(server)

    def test_the_key_is_nowhere_to_be_found(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setenv("OCR_KEY", KEY)
        caplog.set_level(logging.DEBUG)
        server.in_turn(reads_number, lambda call: call.refuse(400, f"Bearer {KEY}"))
        used = backend(server, api_key_env="OCR_KEY")
        read, failed = (used.generate([page()], temperature=0.2)[0] for _ in range(2))
        assert isinstance(failed, EngineError)
        assert failed.__cause__ is None
        assert failed.__context__ is None
        for text in (repr(used), str(used), repr(read), repr(failed), caplog.text):
            assert KEY not in text
        assert KEY.encode() not in pickle.dumps((used, read, failed))


class TestAddresses:
    @pytest.mark.parametrize(
        ("given", "used"),
        [
            ("http://localhost:8000", "http://localhost:8000/v1"),
            ("http://localhost:8000/", "http://localhost:8000/v1"),
            ("http://localhost:8000/v1", "http://localhost:8000/v1"),
            (" http://localhost:8000/v1/ ", "http://localhost:8000/v1"),
            ("http://localhost:8000/v1/chat/completions", "http://localhost:8000/v1"),
            ("https://ocr.example.org/vllm/v1", "https://ocr.example.org/vllm/v1"),
            ("http://[::1]:8000", "http://[::1]:8000/v1"),
        ],
    )
    def test_what_people_give_is_mended(self, given: str, used: str) -> None:
        assert api_url(given) == used
        assert ServerBackend(base_url=given, model=MODEL).base_url == used

    @pytest.mark.parametrize(
        "given",
        [
            "",
            "http://local host/v1",
            "http://local\x00host/v1",
            "localhost:8000",
            "ftp://host/v1",
            "http://",
            "http://host:port/v1",
            "http://[::1",
            "file:///etc",
        ],
    )
    def test_what_is_no_address_is_refused(self, given: str) -> None:
        with pytest.raises(OptionError, match="such as http://localhost:8000/v1"):
            ServerBackend(base_url=given, model=MODEL)

    @pytest.mark.parametrize("given", [f"http://me:{KEY}@host/v1", f"http://{KEY}@host", f"http://host/v1?key={KEY}"])
    def test_a_key_in_the_address_is_refused_and_not_repeated(self, given: str) -> None:
        with pytest.raises(OptionError, match="give the address alone") as caught:
            ServerBackend(base_url=given, model=MODEL)
        assert KEY not in str(caught.value)


class TestCallers:
    def test_it_works_where_an_event_loop_is_running(self, server: Server) -> None:
        async def in_a_notebook() -> str:
            return read_one(server).text

        assert asyncio.run(in_a_notebook()) == "page 0"

    def test_it_works_from_several_threads(self, server: Server) -> None:
        used = backend(server)
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(lambda i: used.generate([page(i)], temperature=0.2)[0], range(12)))
        assert results == [Attempt(f"page {i}", finished=True) for i in range(12)]

    def test_it_can_be_pickled(self, server: Server) -> None:
        used = pickle.loads(pickle.dumps(backend(server, prompt="grounding")))
        assert used == backend(server, prompt="grounding")
        assert used.generate([page(3)], temperature=0.2) == [Attempt("page 3", finished=True)]

    @pytest.mark.parametrize("in_event_loop", [False, True])
    def test_ctrl_c_ends_the_requests(
        self, server: Server, in_event_loop: bool, request: pytest.FixtureRequest
    ) -> None:
        if "PRESS_CTRL_C" not in os.environ:
            # In a process of its own: an interrupt may hit whatever the libraries of other tests are doing here.
            test = request.node.nodeid.partition("::")[2]
            command = [sys.executable, "-m", "pytest", "-q", f"{Path(__file__)}::{test}", "-p", "no:cacheprovider"]
            environment = os.environ | {"PRESS_CTRL_C": "1"}
            done = subprocess.run(
                command, cwd=request.config.rootpath, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
            return
        asked, gone = threading.Event(), threading.Event()

        def endless(call: Call) -> None:
            asked.set()
            call.begin()
            try:
                while True:
                    call.send(": patience\n\n")
                    time.sleep(0.02)
            except ConnectionError:
                gone.set()

        def press() -> None:
            asked.wait(60)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

        async def in_a_notebook() -> None:
            read_one(server)

        def read() -> None:
            # Unlike asyncio.run, notebooks do not keep the interrupt for themselves.
            loop.run_until_complete(in_a_notebook()) if in_event_loop else read_one(server)

        server.chat = endless
        loop = asyncio.new_event_loop()
        # Processes in the background are started with Ctrl-C ignored.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        finger = threading.Thread(target=press)
        finger.start()
        try:
            with pytest.raises(KeyboardInterrupt):
                read()
        finally:
            finger.join()
            signal.signal(signal.SIGINT, before)
            loop.close()
        assert gone.wait(60)


CHECKPOINT = Path(__file__).parents[1] / "data" / "lightonocr-tiny"
EXAMPLE = Path(__file__).parents[2] / "examples" / "train_lightonocr.py"
# ``transformers serve``, which ends with its standard input, so that it does not outlive tests that are killed.
SERVE_UNTIL_THE_TESTS_END = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(1)), daemon=True).start()
from transformers.cli.transformers import main
main()
"""


class RealServer:
    """``transformers serve`` in a process of its own, on the loopback interface, without the network."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "server.log"
        self._environment = {**os.environ, "HF_HOME": str(folder), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
        self.start()

    def start(self) -> None:
        """Start it, on a new port."""
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = str(s.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        serve = ["serve", str(CHECKPOINT), "--device", "cpu", "--host", "127.0.0.1", "--port", port]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", SERVE_UNTIL_THE_TESTS_END, *serve],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
            )
        for _ in range(900):
            assert self._process.poll() is None, self._log.read_text()
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        self.kill()
        pytest.fail(f"it is not up after 90 s: {self._log.read_text()}")

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def answer(self, call: Call) -> None:
        """Pass a request on, as a gateway does."""
        request = urllib.request.Request(f"{self.address}{call.path}", json.dumps(call.body).encode())
        request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=200) as response:
            call.begin()
            for line in response:
                call.send(line)


def pipeline(server: RealServer, **options: Any) -> Pipeline:
    served = get_engine(
        "lightonocr", backend="server", base_url=server.address, model=str(CHECKPOINT), temperature=0.0, timeout=200.0
    )
    return Pipeline(served, upright=False, batch_size=2, **options)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    if not CHECKPOINT.is_dir():
        pytest.skip(f"the checkpoint {CHECKPOINT.name} is not in this checkout")
    pytest.importorskip("fastapi", reason="transformers serve needs fastapi and uvicorn")
    pytest.importorskip("uvicorn", reason="transformers serve needs fastapi and uvicorn")
    made = RealServer(tmp_path_factory.mktemp("server"))
    yield made
    made.kill()


@pytest.fixture(scope="module")
def known() -> list[tuple[Image.Image, str]]:
    """Pages of the kind that the checkpoint has learned, with their Markdown."""
    spec = importlib.util.spec_from_file_location("train_lightonocr", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    return [example.make_page(random.Random(f"page {i}")) for i in range(6)]


@pytest.fixture(scope="module")
def document(known: list[tuple[Image.Image, str]]) -> bytes:
    file = io.BytesIO()
    first, *others = (image for image, _ in known)
    first.save(file, "TIFF", save_all=True, append_images=others)
    return file.getvalue()


def read_well(texts: Sequence[str], truth: Sequence[str]) -> bool:
    """Each text is nearer to its page's than to any other page's, and nearly all characters are right."""
    own = [jiwer.cer(true, text) for true, text in zip(truth, texts, strict=True)]
    others = [min(jiwer.cer(t, text) for t in truth if t != true) for true, text in zip(truth, texts, strict=True)]
    return all(a < b for a, b in zip(own, others, strict=True)) and sum(own) / len(own) <= 0.1


@pytest.mark.slow
@pytest.mark.timeout(600)
class TestServedForReal:
    def test_pages_are_read(self, real: RealServer, known: list[tuple[Image.Image, str]]) -> None:
        used = ServerBackend(base_url=real.address, model=str(CHECKPOINT), timeout=200.0)
        results = used.generate([image for image, _ in known], temperature=0.0)
        assert all(isinstance(r, Attempt) and r.finished for r in results)
        assert read_well([r.text for r in results if isinstance(r, Attempt)], [text for _, text in known])

    def test_an_answer_ends_at_the_token_limit(self, real: RealServer, known: list[tuple[Image.Image, str]]) -> None:
        used = ServerBackend(base_url=real.address, model=str(CHECKPOINT), timeout=200.0, max_tokens=3)
        (cut,) = used.generate([known[0][0]], temperature=0.0)
        assert isinstance(cut, Attempt)
        assert not cut.finished
        assert 0 < len(cut.text) < len(known[0][1]) / 2

    def test_a_server_killed_half_way_costs_the_rest_which_another_reads(
        self, real: RealServer, document: bytes, known: list[tuple[Image.Image, str]]
    ) -> None:
        def kill(progress: Progress) -> None:
            if progress.page == 2:
                real.kill()

        with pipeline(real, progress=kill) as reading:
            first = reading.read(document)
        assert [page.number for page in first.pages] == [1, 2, 3, 4, 5, 6]
        assert list(first.errors) == [3, 4, 5, 6]
        assert all(f"No server answers at {real.address}/v1" in error for error in first.errors.values())
        assert [page.text for page in first.pages[2:]] == [""] * 4
        real.start()
        with pipeline(real) as reading:
            second = reading.read(document, pages="3-6")
        assert second.errors == {}
        expected = [Page(1, blocks=parse_markdown(text)).text for _, text in known]
        assert read_well([page.text for page in (*first.pages[:2], *second.pages)], expected)

    def test_a_wrong_key_is_refused_and_the_right_one_reads(
        self,
        server: Server,
        real: RealServer,
        known: list[tuple[Image.Image, str]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """``transformers serve`` takes every key, so a gateway before it asks for one."""

        def gateway(call: Call) -> None:
            right = call.headers["authorization"] == f"Bearer {KEY}"
            real.answer(call) if right else call.refuse(401, "Incorrect API key provided")

        server.chat = gateway
        used = ServerBackend(
            base_url=server.address, model=str(CHECKPOINT), served_model_name=str(CHECKPOINT), api_key_env="OCR_KEY"
        )
        images = [image for image, _ in known[:3]]
        monkeypatch.setenv("OCR_KEY", "wrong")
        assert ["does not accept the key in $OCR_KEY" in str(r) for r in used.generate(images, temperature=0.0)] == [
            True
        ] * 3
        monkeypatch.setenv("OCR_KEY", KEY)
        results = used.generate(images, temperature=0.0)
        assert read_well([r.text for r in results if isinstance(r, Attempt)], [text for _, text in known[:3]])

    def test_overload_is_waited_out(
        self, server: Server, real: RealServer, known: list[tuple[Image.Image, str]]
    ) -> None:
        refused = []

        def gateway(call: Call) -> None:
            if server.under_way > 2:
                refused.append(call)
                call.refuse(429, "Too many requests", retry_after="0.3")
            else:
                real.answer(call)

        server.chat = gateway
        used = ServerBackend(
            base_url=server.address, model="any", served_model_name=str(CHECKPOINT), concurrency=6, retries=100
        )
        results = used.generate([image for image, _ in known], temperature=0.0)
        assert read_well([r.text for r in results if isinstance(r, Attempt)], [text for _, text in known])
        assert refused
        assert server.most_under_way <= 6
