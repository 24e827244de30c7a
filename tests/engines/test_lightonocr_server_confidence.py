"""LightOnOCR on a server: how sure the model was, and what is asked for that not every server understands."""

from __future__ import annotations

import math

import pytest
from attempts import once
from lightonocr_servers import Call, Server, backend, error_of_one, event, names, page, read_one, reads_number

from ocr_plugins import Blocks, PageImage, get_engine
from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.testing import made_page


def refusing(*fields: str) -> object:
    """A server that does not know these fields."""

    def chat(call: Call) -> None:
        unknown = [field for field in fields if field in call.body]
        call.refuse(422, f"unsupported fields: {unknown}") if unknown else reads_number(call)

    return chat


def test_the_confidence_of_a_page_is_the_mean_of_what_the_server_tells_of_its_tokens(server: Server) -> None:
    def chat(call: Call) -> None:
        call.begin()
        for word, logprob in (("a ", -0.1), ("page", -0.5), ("", float("nan"))):
            call.send(event(word, logprob=logprob))
        call.send(event("", "stop", logprob=-0.3))

    server.chat = chat
    assert read_one(server).logprob == pytest.approx(-0.3)
    engine = get_engine("lightonocr-server", base_url=server.address)
    (read,) = engine.recognize([PageImage(made_page(["a page"]))])
    assert isinstance(read, Blocks)
    assert [block.confidence for block in read.blocks] == [pytest.approx(math.exp(-0.3))]


def test_what_only_repeats_adds_no_confidence(server: Server) -> None:
    def chat(call: Call) -> None:
        call.begin()
        call.send(event("Who ", logprob=-2.0))
        for _ in range(2000):
            call.send(event(".", logprob=0.0))

    server.chat = chat
    read = read_one(server, retries=())
    assert (read.text, read.finished) == ("Who .", False)
    assert read.logprob == pytest.approx(-1.0)


def test_a_server_that_tells_nothing_gives_no_confidence(server: Server) -> None:
    assert read_one(server).logprob is None
    assert read_one(server).confidence is None


def test_a_server_that_refuses_to_tell_is_asked_again_without_and_from_then_on(server: Server) -> None:
    server.chat = refusing("logprobs")  # type: ignore[assignment]
    reader = backend(server, concurrency=1)
    read = once(reader.read, [page(i) for i in range(3)], 0.2)
    assert [a.text for a in read if isinstance(a, Attempt)] == ["page 0", "page 1", "page 2"]
    assert [call.body.get("logprobs") for call in server.calls] == [True, None, None, None]


def test_a_model_of_an_unknown_name_is_told_not_to_think(server: Server) -> None:
    server.models = lambda call: call.answer(names("scans"))
    read_one(server, model="someone/scans")
    assert server.calls[-1].body["chat_template_kwargs"] == {"enable_thinking": False}
    server.models = lambda call: call.answer(names("lightonai/LightOnOCR-2-1B"))
    read_one(server)
    assert "chat_template_kwargs" not in server.calls[-1].body


def test_a_server_that_cannot_be_told_reads_all_the_same(server: Server) -> None:
    server.models = lambda call: call.answer(names("scans"))
    server.chat = refusing("chat_template_kwargs")  # type: ignore[assignment]
    assert read_one(server, model="someone/scans").text == "page 0"


def test_what_a_server_refuses_for_another_reason_is_said(server: Server) -> None:
    server.chat = lambda call: call.refuse(400, "too many tokens")
    assert "refuses the page (400: too many tokens)" in error_of_one(server)
    assert len(server.calls) == 2
