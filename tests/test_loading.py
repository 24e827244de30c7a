"""What a framework's loader makes of a file: parts of it with metadata and ids, by the mode."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ocr_plugins import BBox, Block, BlockKind, Blocks, OcrDocument, PageImage, Pipeline
from ocr_plugins.engine import Recognition
from ocr_plugins.errors import OptionError, PageError
from ocr_plugins.loading import Loading, Part
from ocr_plugins.testing import FakeEngine, made_page, made_pdf

SCAN = made_pdf([made_page([f"page {n}"], size=(300, 300)) for n in (1, 2, 3)])
PASSAGES: dict[str, Callable[[OcrDocument], Any]] = {
    "section": OcrDocument.sections,
    "chunk": OcrDocument.chunks,
    "block": OcrDocument.passages,
}


class Pages(FakeEngine):
    """Says that every page has a heading and a sentence; of one page the sentence may be another one."""

    def __init__(self, *, changed: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.changed = changed

    def blocks(self, page: int) -> tuple[Block, ...]:
        text = "This is new." if page == self.changed else f"It is told on sheet {page}."
        return (
            Block(BlockKind.HEADING, f"Part {page}", box=BBox(0.1, 0.1, 0.5, 0.2), level=1),
            Block(BlockKind.PARAGRAPH, text, box=BBox(0.1, 0.3, 0.9, 0.5)),
        )

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        super().recognize(images)  # which fails on demand
        return [Blocks(self.blocks(image.number)) for image in images]


class Figures(Pages):
    """Says that the second page has nothing but a figure."""

    def blocks(self, page: int) -> tuple[Block, ...]:
        return (Block(BlockKind.FIGURE, box=BBox(0.1, 0.1, 0.9, 0.9)),) if page == 2 else super().blocks(page)


def parts(mode: Any, engine: FakeEngine | None = None, *, place: str = "here", **options: Any) -> list[Part]:
    call = {name: options.pop(name) for name in ("pages", "skip", "name") if name in options}
    return list(Loading(mode, **options).parts(Pipeline(engine or Pages()), SCAN, place, **call))


@pytest.mark.parametrize("mode", PASSAGES)
def test_passages_come_in_their_order_with_their_text(mode: str) -> None:
    passages = PASSAGES[mode](Pipeline(Pages()).read(SCAN))
    assert [part.text for part in parts(mode)] == [passage.text for passage in passages]
    assert [part.metadata["page"] for part in parts(mode)] == [passage.page for passage in passages]


def test_max_tokens_and_tokenizer_make_the_chunks() -> None:
    def words(text: str) -> int:
        return len(text.split())

    made = parts("chunk", max_tokens=5, tokenizer=words)
    assert len(made) > len(parts("chunk"))
    assert all(words(part.text) <= 5 for part in made)


@pytest.mark.parametrize("mode", PASSAGES)
@pytest.mark.parametrize("failed", [1, 2, 3])
@pytest.mark.parametrize("pages", ["1-3", [3, 1, 2]])
def test_a_page_that_failed_is_empty_in_its_place_among_passages(mode: str, failed: int, pages: Any) -> None:
    made = parts(mode, Pages(fail_on=failed), pages=pages)
    order = [1, 2, 3] if pages == "1-3" else pages
    assert list(dict.fromkeys(part.metadata["page"] for part in made)) == order
    (empty,) = [part for part in made if not part.text]
    assert empty.metadata["page"] == failed
    assert "made to fail" in str(empty.metadata["ocr_error"])
    assert empty.metadata["total_pages"] == 3
    assert not {"boxes", "kind"} & empty.metadata.keys()


@pytest.mark.parametrize("mode", PASSAGES)
def test_a_page_that_failed_is_left_out_on_request_and_the_log_says_so(
    mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    made = parts(mode, Pages(fail_on=2), skip=True, name="letter.pdf")
    assert {part.metadata["page"] for part in made} == {1, 3}
    assert "letter.pdf, page 2 is left out: RuntimeError: made to fail on page 2" in caplog.messages


def test_a_page_that_fails_is_raised_where_the_pipeline_does() -> None:
    with pytest.raises(PageError):
        list(Loading("chunk").parts(Pipeline(Pages(fail_on=2), on_error="raise"), SCAN, "here"))


@pytest.mark.parametrize("mode", ["chunk", "block"])
def test_no_passage_is_empty_and_the_log_names_the_pages_without_one(
    mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ocr_plugins.loading")
    made = parts(mode, Figures(), name="letter.pdf")
    assert {part.metadata["page"] for part in made} == {1, 3}
    assert all(part.text for part in made)
    assert any(m.startswith("letter.pdf, page 2 is in no passage: it has no text") for m in caplog.messages)


@pytest.mark.parametrize("mode", ["page", *PASSAGES])
def test_a_changed_page_changes_its_own_ids_alone(mode: str) -> None:
    def ids(engine: FakeEngine, place: str = "here") -> dict[str, Any]:
        return {part.id: part.metadata["page"] for part in parts(mode, engine, place=place)}

    first = ids(Pages())
    assert ids(Pages()) == first
    changed = ids(Pages(changed=2))
    assert {first[id_] for id_ in first.keys() - changed.keys()} == ({2} if mode != "page" else set())
    assert {changed[id_] for id_ in changed.keys() - first.keys()} == ({2} if mode != "page" else set())
    assert not first.keys() & ids(Pages(), "there").keys()


@pytest.mark.parametrize(
    ("mode", "option"),
    [
        ("page", {"join_tables": True}),
        ("chunk", {"join_tables": True}),
        ("page", {"page_breaks": True}),
        ("section", {"furniture": True}),
        ("block", {"figures": False}),
        ("section", {"max_tokens": 100}),
        ("page", {"tokenizer": len}),
        ("chunk", {"max_tokens": 0}),
        ("chunk", {"tokenizer": "cl100k_base"}),
        ("single", {}),
    ],
)
def test_what_is_wrong_or_has_no_effect_is_refused_and_named(mode: Any, option: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match=f"^{next(iter(option), 'mode')}"):
        Loading(mode, **option)
