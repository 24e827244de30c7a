"""Any vision language model on a server: asked for Markdown, understood as such, whatever it puts around the page."""

from __future__ import annotations

from typing import Any

import pytest
from lightonocr_servers import Call, ServedContract, Server, names

from ocr_plugins import Blocks, PageImage, get_engine
from ocr_plugins.blocks import BlockKind
from ocr_plugins.engines.lightonocr.wrapping import unwrapped
from ocr_plugins.errors import EngineError, OptionError
from ocr_plugins.testing import made_page

PAGE = PageImage(made_page(["a page"], size=(420, 300)))


@pytest.fixture
def other(server: Server) -> Server:
    """A server with a model that is not LightOn's."""
    server.models = lambda call: call.answer(names("someone/reader"))
    server.chat = lambda call: call.write("## Title\n\ntext")
    return server


def read(server: Server, **options: Any) -> Blocks | EngineError:
    (result,) = get_engine("vlm-server", base_url=server.address, **options).recognize([PAGE])
    assert isinstance(result, Blocks | EngineError)
    return result


def blocks(server: Server, **options: Any) -> list[tuple[BlockKind, str]]:
    result = read(server, **options)
    assert isinstance(result, Blocks), result
    return [(block.kind, block.text) for block in result.blocks]


def test_the_page_is_asked_for_as_markdown_and_parsed(other: Server) -> None:
    assert blocks(other) == [(BlockKind.HEADING, "Title"), (BlockKind.PARAGRAPH, "text")]
    (call,) = other.calls
    image, instruction = call.content
    assert image["type"] == "image_url"
    assert "reading order, as Markdown" in instruction["text"]
    assert call.body["model"] == "someone/reader"
    assert (call.body["temperature"], call.body["top_p"], call.body["max_tokens"]) == (0.0, 1.0, 4096)


def test_what_is_said_and_how_it_is_sampled_are_options(other: Server) -> None:
    other.chat = lambda call: call.write(f"{call.image.width}")
    options = {"prompt": "Lies das.", "temperature": 0.3, "top_p": 0.5, "max_new_tokens": 99, "longest_edge": 210}
    assert blocks(other, **options) == [(BlockKind.PARAGRAPH, "210")]
    (call,) = other.calls
    assert call.content[1]["text"] == "Lies das."
    assert (call.body["temperature"], call.body["top_p"], call.body["max_tokens"]) == (0.3, 0.5, 99)
    blocks(other, prompt="")
    assert len(other.calls[-1].content) == 1


def test_it_is_told_not_to_think_unless_the_server_does_not_know_that(other: Server) -> None:
    blocks(other)
    assert other.calls[-1].body["chat_template_kwargs"] == {"enable_thinking": False}
    assert other.calls[-1].body["logprobs"] is True

    def strict(call: Call) -> None:
        call.refuse(400, "Unknown parameter") if "chat_template_kwargs" in call.body else call.write("text")

    other.chat = strict
    assert blocks(other) == [(BlockKind.PARAGRAPH, "text")]
    # That costs nothing else.
    assert other.calls[-1].body["logprobs"] is True


def test_a_model_is_named_where_there_are_several(other: Server) -> None:
    other.models = lambda call: call.answer(names("a", "b"))
    assert "serves several models. Choose with model: a, b." in str(read(other))
    blocks(other, model="b")
    assert other.calls[-1].body["model"] == "b"
    other.models = lambda call: call.refuse(404)
    assert "does not tell what it serves: give the name as model." in str(read(other))


def test_another_model_than_the_one_named_is_never_taken(other: Server) -> None:
    other.chat = lambda call: call.refuse(404, "no such model")
    assert "has no model mine. Choose with model: someone/reader." in str(read(other, model="mine"))


def test_it_cannot_be_asked_for_boxes_and_serves_nothing_without_a_name() -> None:
    with pytest.raises(OptionError, match="grounding"):
        get_engine("vlm-server", base_url="http://localhost:1", grounding=True)
    for serve in ("vllm", "run {model} --port {port}"):
        with pytest.raises(OptionError, match="give the hub id or the folder of the model"):
            get_engine("vlm-server", serve=serve)


def test_lightonocr_is_referred_to_its_own_engine() -> None:
    with pytest.raises(OptionError, match="take the engine lightonocr-server"):
        get_engine("vlm-server", base_url="http://localhost:1", model="lightonai/LightOnOCR-2-1B")


def test_a_fence_around_the_page_and_thoughts_before_it_are_no_text(other: Server) -> None:
    other.chat = lambda call: call.write("<think>A page!</think>\n\n```markdown\n## Title\n\ntext\n```\n")
    assert blocks(other) == [(BlockKind.HEADING, "Title"), (BlockKind.PARAGRAPH, "text")]


@pytest.mark.parametrize(
    ("answer", "page"),
    [
        ("```markdown\n# T\n\na\n```", "# T\n\na"),
        ("\n```md\na\n```  \n", "a"),
        ("````markdown\n```\na\n```\n````", "```\na\n```"),
        ("```markdown\na\n\n```python\nb\n```\n\nc\n```", "a\n\n```python\nb\n```\n\nc"),
        ("```markdown\na\n\n```\nb\n```\n\nc\n```", "a\n\n```\nb\n```\n\nc"),
        # Cut off, within code of the page too.
        ("```markdown\na", "a"),
        ("```markdown\na\n```python\nb", "a\n```python\nb"),
        ("```markdown", ""),
        ("<think>it is", ""),
    ],
)
def test_what_goes_round_the_whole_page_is_taken_off(answer: str, page: str) -> None:
    assert unwrapped(answer) == page


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "a",
        "```\ncode\n```",
        "```python\ncode\n```",
        "```markdown\na\n```\n\nb",
        "a\n\n```markdown\nb\n```",
        "```markdown\na\n```\n\n```python\nb\n```",
        "a <think> b </think>",
    ],
)
def test_what_goes_round_a_part_of_it_is_left(answer: str) -> None:
    assert unwrapped(answer) == answer


class TestVlmServerEngine(ServedContract):
    registered = "vlm-server"
