"""LightOnOCR on a server: what goes wrong is told with the remedy, and costs one page at most."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from lightonocr_servers import MODEL, Call, Server, error_of_one, names, read_all, read_one, reads_number, streamed

from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.errors import EngineError, MissingDependencyError

pytestmark = pytest.mark.usefixtures("waits")


def endless_line(call: Call) -> None:
    call.begin()
    while True:
        call.send("x" * 100_000)


def data(text: str) -> Callable[[Call], None]:
    return streamed(f"data: {text}\n\n")


@pytest.mark.parametrize(
    ("chat", "message"),
    [
        (streamed(), "broke off: nothing came after 0 characters. See its log."),
        (lambda call: call.write("abc", reason=None), "broke off: nothing came after 3 characters"),
        (data('{"choices": [{"delta": {"cont'), "broke off: an event of the stream is not JSON"),
        (endless_line, "broke off: an event of the stream is too long"),
        (data('{"choices": []}'), "nothing came after 0 characters"),
        (data('{"choices": [{}]}'), "nothing came after 0 characters"),
        (data('{"choices": null}'), "no part of a chat completion"),
        (data('{"choices": [7]}'), "no part of a chat completion"),
        (data("[]"), "no part of a chat completion"),
        (data("[" * 100_000), "not JSON"),
        (data('{"choices": [{"delta": {}, "finish_reason": "abort"}]}'), "the server gave up on it"),
        (data('{"error": {"message": "CUDA out of memory"}}'), "broke off: CUDA out of memory"),
        (data('{"error": "CUDA out of memory"}'), "broke off: CUDA out of memory"),
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
def test_a_bad_answer_is_an_error_that_says_so(server: Server, chat: Callable[[Call], None], message: str) -> None:
    server.chat = chat
    found = error_of_one(server)
    assert message in found
    assert f"{server.address}/v1" in found
    assert len(found) < 400


def test_the_error_of_one_page_does_not_touch_the_others(server: Server) -> None:
    server.chat = lambda call: call.refuse(400, "too large") if call.number == 1 else reads_number(call)
    assert [type(result) for result in read_all(server, 3)] == [Attempt, EngineError, Attempt]


def test_a_server_that_is_down_is_named_with_how_to_start_one(server: Server) -> None:
    server.close()
    results = read_all(server, 2)
    server.close = lambda: None  # type: ignore[method-assign]
    for result in results:
        assert type(result) is EngineError
        assert str(result).startswith(f"No server answers at {server.address}/v1 (")
        assert f"start one: vllm serve {MODEL} " in str(result)


def test_a_server_that_goes_down_leaves_the_pages_read_so_far(server: Server) -> None:
    def chat(call: Call) -> None:
        if call.number == 2:
            server.close()
        reads_number(call)

    server.chat = chat
    results = read_all(server, 6, concurrency=1)
    server.close = lambda: None  # type: ignore[method-assign]
    assert results[:2] == [Attempt("page 0", finished=True), Attempt("page 1", finished=True)]
    assert all("No server answers" in str(r) for r in results[3:])


def test_a_redirect_is_not_followed(server: Server) -> None:
    other = Server()
    try:
        server.chat = lambda call: call.answer("", 307, location=f"{other.address}/v1/chat/completions")
        message = error_of_one(server)
        assert f"redirects to {other.address}/v1/chat/completions. Redirects are not followed" in message
        assert other.calls == []
    finally:
        other.close()


def test_openai_may_be_missing(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'ocr-plugins\[server\]'"):
        read_one(server)


@pytest.mark.parametrize(
    ("served", "asked"),
    [
        ([MODEL], MODEL),
        (["my-ocr"], "my-ocr"),
        (["other", MODEL], MODEL),
        ([], MODEL),
    ],
)
def test_the_name_is_asked_from_the_server(server: Server, served: list[str], asked: str) -> None:
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
def test_a_server_that_does_not_tell_is_asked_for_the_model(server: Server, models: Callable[[Call], None]) -> None:
    server.models = models
    read_one(server)
    assert server.calls[0].body["model"] == MODEL


def test_the_only_one_is_not_taken_if_it_is_asked_differently(server: Server) -> None:
    server.models = lambda call: call.answer(names("lightonai/LightOnOCR-3-1B"))
    message = f"serves lightonai/LightOnOCR-3-1B, not {MODEL}: give its name as model."
    assert error_of_one(server).endswith(message)
    assert server.calls == []
    read_one(server, model="lightonai/LightOnOCR-3-1B")


def test_of_several_one_must_be_chosen(server: Server) -> None:
    server.models = lambda call: call.answer(names("a", "b"))
    assert error_of_one(server).endswith("Choose with served_model_name: a, b.")
    assert server.calls == []
    read_one(server, served_model_name="b")
    assert server.calls[0].body["model"] == "b"


def test_an_unknown_model_is_answered_with_the_known_ones(server: Server) -> None:
    server.chat = lambda call: call.refuse(404, "The model does not exist.")
    message = error_of_one(server, served_model_name="typo")
    assert f"has no model typo. Choose with served_model_name: {MODEL}." in message


def test_a_wrong_path_is_recognised(server: Server) -> None:
    server.models = server.chat = lambda call: call.answer('{"detail": "Not Found"}', 404)
    assert "(Not Found): base_url usually ends in /v1" in error_of_one(server)
