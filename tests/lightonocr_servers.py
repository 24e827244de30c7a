"""A server with OpenAI's chat API on this machine that answers as a test tells it."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import numpy as np
import pytest
from attempts import once
from PIL import Image

from ocr_plugins import OcrEngine, get_engine
from ocr_plugins.engines.lightonocr import LightOnOcrServerEngine
from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.engines.lightonocr.server import ServerBackend
from ocr_plugins.errors import EngineError, OcrError
from ocr_plugins.testing import EngineContract

MODEL = "lightonai/LightOnOCR-2-1B"


class Call:
    """A request as the server sees it, and what it may answer."""

    def __init__(self, handler: BaseHTTPRequestHandler, logprob: float | None = None) -> None:
        self.logprob = logprob
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
            self.send(event(text, logprob=self.logprob if self.body.get("logprobs") else None))
        if reason:
            self.send(event("", reason))
            self.send("data: [DONE]\n\n")


def event(text: str, reason: str | None = None, logprob: float | None = None) -> str:
    choice: dict[str, Any] = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    if logprob is not None:
        choice["logprobs"] = {"content": [{"token": text, "logprob": logprob, "bytes": None, "top_logprobs": []}]}
    return f"data: {json.dumps({'object': 'chat.completion.chunk', 'choices': [choice]}, ensure_ascii=False)}\n\n"


def reads_number(call: Call) -> None:
    call.write("page ", str(call.number))


class Server:
    """An HTTP server on the loopback interface; ``chat`` answers for completions, ``models`` for the list of models.

    ``logprob`` is what it tells of every piece of text, if that is asked for.
    """

    def __init__(self) -> None:
        self.chat: Callable[[Call], None] = reads_number
        self.models: Callable[[Call], None] = lambda call: call.answer(names(MODEL))
        self.calls: list[Call] = []
        self.logprob: float | None = None
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
        call = Call(handler, self.logprob)
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


def backend(server: Server, **options: Any) -> ServerBackend:
    return LightOnOcrServerEngine(base_url=server.address, **{"timeout": 100.0, **options})._backend


def read_all(server: Server, count: int, **options: Any) -> list[Attempt | OcrError]:
    """What is read on pages that are numbered from 0."""
    return once(backend(server, **options).read, [page(i) for i in range(count)], 0.2)


def read_one(server: Server, **options: Any) -> Attempt:
    (result,) = read_all(server, 1, **options)
    assert isinstance(result, Attempt), result
    return result


def error_of_one(server: Server, **options: Any) -> str:
    (result,) = read_all(server, 1, **options)
    assert type(result) is EngineError, result
    return str(result)


def streamed(*parts: str) -> Callable[[Call], None]:
    """Answers with a stream of this, as it is."""

    def chat(call: Call) -> None:
        call.begin()
        for part in parts:
            call.send(part)

    return chat


def patiently(call: Call, gone: threading.Event) -> None:
    """Go on with a stream that says nothing, until the client has gone."""
    try:
        while not gone.wait(0.02):
            call.send(": patience\n\n")
    except ConnectionError:
        gone.set()


class ServedContract(EngineContract):
    """The contract for an engine that asks a server, here one that knows its pages by their pixels."""

    registered: ClassVar[str]
    known: dict[bytes, str]
    address: str

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _server(cls) -> Iterator[None]:
        server, cls.known = Server(), {}
        server.logprob = -0.1
        server.chat = lambda call: call.write(cls.known[call.image.tobytes()])
        cls.address = server.address
        yield
        server.close()

    def make_engine(self, **options: object) -> OcrEngine:
        return get_engine(self.registered, base_url=self.address, **options)

    def make_page(self, lines: Sequence[str]) -> Image.Image:
        image = super().make_page(lines)
        self.known[image.tobytes()] = "\n\n".join(lines)
        return image
