"""What an engine gives is checked: what breaks the contract is the error of its page, and of no other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ocr_plugins import (
    BBox,
    Block,
    BlockKind,
    Blocks,
    Cell,
    EngineError,
    Lines,
    Markdown,
    OcrEngine,
    PageError,
    PageImage,
    Pipeline,
    Table,
    TextLine,
    Word,
)
from ocr_plugins.pipeline.blocks import certainty
from ocr_plugins.testing import made_page, made_pdf

BOX = BBox(0.1, 0.1, 0.9, 0.2)
LINE = TextLine("good", BOX, 0.9)


def scan(pages: int) -> bytes:
    return made_pdf([made_page([f"page {n}"], size=(400, 300)) for n in range(1, pages + 1)])


class Gives(OcrEngine):
    """Gives ``second`` for page 2 and a good line for every other page; counts its calls."""

    def __init__(self, second: Any = None) -> None:
        super().__init__()
        self.second = second
        self.calls = 0

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        self.calls += 1
        return [self.second if page.number == 2 else Lines((LINE,)) for page in images]


def block(**values: Any) -> Blocks:
    return Blocks((Block(**{"kind": BlockKind.PARAGRAPH, "text": "x"} | values),))


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (Lines((TextLine("x", None),)), "lines[0].box is None: it must be a BBox in 0..1 of the page."),  # type: ignore[arg-type]
        (Lines((LINE, TextLine("x", BOX, 98))), "lines[1].confidence is 98: it must be a float in 0..1"),
        (Lines((TextLine("x", BOX, float("nan")),)), "lines[0].confidence is nan"),
        (Lines((TextLine("x", BOX, True),)), "lines[0].confidence is True"),
        (Lines((TextLine("x", BBox(10, 10, 90, 20)),)), "lines[0].box is BBox(left=10, "),
        (Lines((TextLine("x", BBox(0.9, 0.1, 0.2, 0.2)),)), "must be left of its right and above its bottom"),
        (Lines((TextLine(7, BOX),)), "lines[0].text is 7: it must be a string."),  # type: ignore[arg-type]
        (Lines((TextLine("x", BOX, words=(Word("x", BBox(0, 0, 2, 1)),)),)), "lines[0].words[0].box is BBox"),
        (Lines(("x",)), "lines[0] is 'x': it must be TextLine."),  # type: ignore[arg-type]
        (Lines("xy"), "lines is 'xy': it must be a tuple of TextLine."),  # type: ignore[arg-type]
        (Lines((LINE,), truncated=1), "truncated is 1: it must be True or False."),  # type: ignore[arg-type]
        (block(kind="paragraph!"), "blocks[0].kind is 'paragraph!'"),
        (block(confidence=-0.1), "blocks[0].confidence is -0.1"),
        (block(box=BBox(0, 0, 1.5, 1)), "blocks[0].box is BBox"),
        (block(lines=(TextLine("x", BOX, 98),)), "blocks[0].lines[0].confidence is 98"),
        (block(markdown=b"x"), "blocks[0].markdown is b'x'"),
        (block(level=-1), "blocks[0].level is -1: it must be a whole number, 0 or more"),
        (block(marker=3), "blocks[0].marker is 3"),
        (block(table="a|b"), "blocks[0].table is 'a|b'"),
        (block(table=Table(1, 1, (Cell(0, 1, "x"),))), "cells[0] lies outside of its 1 rows and 1 columns"),
        (block(table=Table(1, 1, (Cell(0, 0, "x", box=BBox(0, 0, float("nan"), 1)),))), "cells[0].box is BBox"),
        (Markdown(None), "text is None: it must be a string."),  # type: ignore[arg-type]
        (Markdown("x", 98), "confidence is 98"),
        ("text", "Gives gave str, not Lines, Markdown or Blocks."),
        (None, "Gives gave NoneType, not Lines, Markdown or Blocks."),
    ],
)
def test_a_result_that_breaks_the_contract_is_the_error_of_its_page(result: Any, message: str) -> None:
    engine = Gives(result)
    document = Pipeline(engine, layout=None, upright=False, batch_size=3).read(scan(3))
    assert document.errors.keys() == {2}
    assert message in document.errors[2]
    assert "Gives" in document.errors[2]
    assert [page.text for page in document.pages] == ["good", "", "good"]
    assert engine.calls == 1
    with pytest.raises(EngineError, match="Gives"):
        Pipeline(Gives(result), layout=None, upright=False, on_error="raise").read(scan(3))


@pytest.mark.parametrize("result", [Lines((TextLine("x", BBox(-1e-9, 0, 1 + 1e-9, 1), 1),)), Lines([LINE])])  # type: ignore[arg-type]
def test_what_rounding_and_taste_bring_is_taken(result: Any) -> None:
    assert Pipeline(Gives(result), layout=None, upright=False).read(scan(2)).errors == {}


@pytest.mark.parametrize("fault", [PageError("blank film"), EngineError("out of ideas")])
def test_an_error_in_a_pages_place_is_the_error_of_that_page_and_costs_no_second_call(fault: Exception) -> None:
    engine = Gives(fault)
    document = Pipeline(engine, layout=None, upright=False, batch_size=4).read(scan(4))
    assert document.errors == {2: str(fault)}
    assert engine.calls == 1


class GivesAll(OcrEngine):
    """Gives what it was made with for a batch, whatever is in it."""

    def __init__(self, results: Any) -> None:
        super().__init__()
        self.results = results

    def recognize(self, _images: Sequence[PageImage]) -> Any:
        return self.results


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ((Lines() for _ in range(2)), "GivesAll gave <generator object"),
        ([Lines()] * 3, "GivesAll gave 3 results for 1 page"),
        (Lines(), "GivesAll gave Lines(lines=(), truncated=False) for 1 page"),
        (None, "GivesAll gave None for 1 page"),
    ],
)
def test_a_batch_that_is_no_list_of_results_is_the_error_of_its_pages(results: Any, message: str) -> None:
    document = Pipeline(GivesAll(results), layout=None, upright=False, batch_size=2).read(scan(2))
    assert document.errors.keys() == {1, 2}
    assert all(message in error for error in document.errors.values())


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (Lines((TextLine("upside", BOX, 0.5),)), Lines((TextLine("upright", BOX, 0.9),))),
        (block(text="upside", confidence=0.5), block(text="upright", confidence=0.9)),
        (Markdown("upside", 0.5), Markdown("upright", 0.9)),
        (Markdown("", 1.0), Markdown("upright", 0.9)),
    ],
)
def test_of_two_ways_to_turn_a_page_the_surer_reading_counts(worse: Any, better: Any) -> None:
    assert certainty(worse, (1000, 1000)) < certainty(better, (1000, 1000))
