"""LightOnOCR on a server: what is asked, and what the answers become."""

from __future__ import annotations

import threading

import pytest
from attempts import once
from lightonocr_servers import (
    MODEL,
    Call,
    Server,
    backend,
    event,
    page,
    patiently,
    read_all,
    read_one,
    reads_number,
    streamed,
)
from PIL import Image

from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.engines.lightonocr.stream import read_answer


def test_pages_come_back_in_order_whatever_the_order_of_the_answers(server: Server) -> None:
    answered = [threading.Event() for _ in range(11)]
    answered[10].set()

    def last_ones_first(call: Call) -> None:
        answered[call.number + 1].wait()
        reads_number(call)
        answered[call.number].set()

    server.chat = last_ones_first
    assert read_all(server, 10) == [Attempt(f"page {i}", finished=True) for i in range(10)]


def test_no_pages_ask_nothing(server: Server) -> None:
    server.models = lambda call: call.refuse(500)
    assert read_all(server, 0) == []


def test_the_image_alone_is_the_prompt(server: Server) -> None:
    read_one(server)
    (call,) = server.calls
    assert [part["type"] for part in call.content] == ["image_url"]
    assert {name: value for name, value in call.body.items() if name != "messages"} == {
        "model": MODEL,
        "temperature": 0.2,
        "top_p": 0.9,
        "max_tokens": 4096,
        "stream": True,
        "logprobs": True,
    }


def test_a_prompt_follows_the_image(server: Server) -> None:
    server.models = lambda call: call.refuse(404)
    read_one(server, model="lightonai/LightOnOCR-3-1B", grounding=True)
    assert server.calls[0].content[1:] == [{"type": "text", "text": "grounding"}]


def test_what_options_and_family_say_is_sent(server: Server) -> None:
    server.models = lambda call: call.refuse(404)
    read_one(server, model="lightonai/LightOnOCR-3-4B", seed=7, top_p=0.5, max_new_tokens=99)
    body = server.calls[0].body
    assert (body["seed"], body["top_p"], body["max_tokens"]) == (7, 0.5, 99)
    assert body["chat_template_kwargs"] == {"enable_thinking": False}


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
    server: Server, size: tuple[int, int], sent: tuple[int, int]
) -> None:
    once(backend(server).read, [page(size=size)], 0.2)
    assert server.calls[0].image.size == sent


def test_the_pixels_arrive_as_they_are(server: Server) -> None:
    image = Image.effect_noise((90, 70), 80).convert("RGB")
    once(backend(server).read, [image], 0.2)
    assert server.calls[0].image.tobytes() == image.tobytes()


def test_the_page_is_left_as_it_was(server: Server) -> None:
    image = page()
    before = dict(vars(image))
    once(backend(server).read, [image], 0.2)
    assert vars(image) == before


def test_as_many_pages_are_under_way_as_allowed_and_no_more(server: Server) -> None:
    three = threading.Barrier(3, timeout=60)

    def together(call: Call) -> None:
        three.wait()
        reads_number(call)

    server.chat = together
    results = read_all(server, 12, concurrency=3)
    assert [r.text for r in results if isinstance(r, Attempt)] == [f"page {i}" for i in range(12)]
    assert server.most_under_way == 3


def test_an_answer_cut_off_at_the_token_limit_is_not_finished(server: Server) -> None:
    server.chat = lambda call: call.write("half a page", reason="length")
    assert read_one(server) == Attempt("half a page", finished=False)


def test_a_blank_page_gives_an_empty_text(server: Server) -> None:
    server.chat = lambda call: call.write()
    assert read_one(server) == Attempt("", finished=True)


def test_a_stream_may_end_without_its_usual_last_line(server: Server) -> None:
    server.chat = streamed(event("text") + event("", "stop"))
    assert read_one(server) == Attempt("text", finished=True)


def test_comments_counts_of_tokens_and_roles_are_not_text(server: Server) -> None:
    server.chat = streamed(
        ": still here\r\n\r\n",
        'data: {"choices": [{"index": 0, "delta": {"role": "assistant", "content": null}}]}\r\n\r\n',
        event("text"),
        'data: {"choices": [], "usage": {"total_tokens": 9}}\n\n',
        'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n',
    )
    assert read_one(server) == Attempt("text", finished=True)


def test_text_arrives_whole_however_the_stream_is_cut_into_pieces(server: Server) -> None:
    text = "Größe\u2028 漢字 \x85 end"

    def chat(call: Call) -> None:
        call.begin()
        data = (event(text) + event("", "stop")).encode()
        for start in range(0, len(data), 5):
            call.send(data[start : start + 5])

    server.chat = chat
    assert read_one(server).text == text
    data = (event(text) + event("", "stop")).encode()
    assert read_answer(bytes([byte]) for byte in data).text == text


@pytest.mark.parametrize("unit", [".", " .", "<td></td>", " The same sentence, over and over again."])
def test_a_page_that_goes_round_is_stopped_at_once_and_the_server_is_freed(server: Server, unit: str) -> None:
    gone = threading.Event()

    def chat(call: Call) -> None:
        if call.number != 1:
            reads_number(call)
            return
        call.begin()
        call.send(event("Contents") + event(unit) * 2000)
        patiently(call, gone)

    server.chat = chat
    assert read_all(server, 3) == [
        Attempt("page 0", finished=True),
        Attempt(f"Contents{unit}", finished=False),
        Attempt("page 2", finished=True),
    ]
    assert gone.wait(60)


def test_dot_leaders_and_empty_rows_are_no_loops(server: Server) -> None:
    text = "Chapter 1 " + "." * 300 + " 7\n" + "<tr><td></td><td></td><td></td></tr>" * 20 + "</table>\nEnd"
    server.chat = lambda call: call.write(*text)
    assert read_one(server) == Attempt(text, finished=True)


def test_repetitions_may_be_wanted(server: Server) -> None:
    server.chat = lambda call: call.write("a" * 3000, reason="length")
    assert read_one(server, stop_repeats=False) == Attempt("a" * 3000, finished=False)
    assert read_one(server) == Attempt("a", finished=False)
