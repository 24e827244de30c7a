"""The document model: geometry, confidence, texts, and JSON without loss."""

from __future__ import annotations

import dataclasses
import json
import pickle
import random

import pytest
from pydantic import ValidationError

from ocr_plugins import BBox, Block, BlockKind, Cell, Font, OcrDocument, Page, Table, TextLine
from ocr_plugins.blocks import mean_confidence

RANDOM = random.Random(7)


def random_box() -> BBox:
    left, top = RANDOM.random(), RANDOM.random()
    return BBox(left, top, left + RANDOM.random() * (1 - left), top + RANDOM.random() * (1 - top))


def everything() -> OcrDocument:
    """A document in which every field of every type is set to something unusual, and once left at its default."""
    line = TextLine(
        'quotes " \\ \n \t, “curly”, é, 漢, 😀, \x00', random_box(), 0.1 + 0.2, Font(10.123456789, True, True)
    )
    cells = (
        Cell(0, 0, "a | b", row_span=2, column_span=3, header=True, box=random_box()),
        Cell(2, 1, ""),
    )
    blocks = [
        Block(kind, f"text of {kind}", random_box(), RANDOM.random(), level, f"{level}.", (line,), markdown="*x*")
        for level, kind in enumerate(BlockKind)
    ]
    blocks += [Block(BlockKind.TABLE, "a\tb", table=Table(3, 3, cells)), Block(BlockKind.PARAGRAPH, continues=True)]
    page = Page(
        3, "iii", 595.276, 841.89, tuple(blocks), "engine", 270, -1.25, total_pages=9, truncated=True, error=None
    )
    return OcrDocument("näme.pdf", (page, Page(4, error="it is damaged"), Page(5)), 9)


@pytest.mark.parametrize("indent", [None, 2])
def test_json_keeps_everything(indent: int | None) -> None:
    document = everything()
    assert OcrDocument.from_json(document.to_json(indent=indent)) == document
    assert OcrDocument.from_json(document.to_json(indent=indent).encode()) == document


def test_json_keeps_every_bit_of_a_float() -> None:
    for _ in range(1000):
        page = Page(1, blocks=(Block(BlockKind.PARAGRAPH, "x", random_box(), RANDOM.random()),))
        document = OcrDocument("x", (page,))
        assert OcrDocument.from_json(document.to_json()) == document


def test_json_tells_an_unknown_confidence_from_zero() -> None:
    blocks = (Block(BlockKind.PARAGRAPH, "a", confidence=None), Block(BlockKind.PARAGRAPH, "b", confidence=0.0))
    document = OcrDocument("x", (Page(1, blocks=blocks),))
    again = OcrDocument.from_json(document.to_json()).pages[0].blocks
    assert [b.confidence for b in again] == [None, 0.0]
    assert [b["confidence"] for b in json.loads(document.to_json())["pages"][0]["blocks"]] == [None, 0.0]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[]",
        '{"source": "x", "pages": [], "version": 2}',
        '{"source": "x", "pages": [{"number": 1, "blocks": [{"kind": "poem"}]}]}',
    ],
)
def test_json_of_something_else_is_refused(data: str) -> None:
    with pytest.raises(ValidationError):
        OcrDocument.from_json(data)


def test_values_are_frozen_hashable_and_picklable() -> None:
    document = everything()
    assert pickle.loads(pickle.dumps(document)) == document
    assert document in {OcrDocument.from_json(document.to_json())}
    with pytest.raises(dataclasses.FrozenInstanceError):
        document.pages[0].blocks[0].text = "other"  # type: ignore[misc]


def test_box_measures() -> None:
    box = BBox(0.25, 0.5, 0.75, 0.75)
    assert (box.width, box.height, box.area, box.center) == (0.5, 0.25, 0.125, (0.5, 0.625))
    assert box.scaled(4, 8) == BBox(1, 4, 3, 6)
    assert box.contains(0.25, 0.5)
    assert box.contains(0.75, 0.75)
    assert not box.contains(0.76, 0.6)
    assert not box.contains(0.5, 0.49)


def test_box_around() -> None:
    assert BBox.around([BBox(0.25, 0.5, 0.5, 0.75), BBox(0.125, 0.625, 0.375, 1)]) == BBox(0.125, 0.5, 0.5, 1)


def test_a_box_is_clipped_to_the_page() -> None:
    assert BBox(-0.5, 0.25, 1.5, 2).clipped() == BBox(0, 0.25, 1, 1)
    assert BBox(0.25, 0.25, 0.5, 0.5).clipped() == BBox(0.25, 0.25, 0.5, 0.5)
    outside = BBox(1.5, -2, 2, -1).clipped()
    assert outside.area == 0
    assert 0 <= outside.left <= outside.right <= 1
    assert 0 <= outside.top <= outside.bottom <= 1


def test_box_overlap() -> None:
    box = BBox(0, 0, 0.5, 0.5)
    assert box.overlap_x(BBox(0.25, 0.9, 1, 1)) == 0.25
    assert box.overlap_y(BBox(0.9, 0.375, 1, 1)) == 0.125
    assert box.overlap_x(BBox(0.5, 0, 1, 1)) == box.overlap_y(BBox(0, 0.75, 1, 1)) == 0
    assert box.share_in(BBox(0.25, 0, 1, 1)) == 0.5
    assert BBox(0.25, 0, 1, 1).share_in(box) == pytest.approx(1 / 6)
    assert BBox(0.25, 0.25, 0.25, 0.5).share_in(box) == 0


def test_the_mean_confidence_weighs_text_by_its_length() -> None:
    assert mean_confidence([(1.0, 30), (0.5, 10)]) == 0.875
    assert mean_confidence([(1.0, 30), (None, 10)]) == 1.0
    assert mean_confidence([(0.25, 0), (0.75, 1)]) == 0.5
    assert mean_confidence([(None, 3)]) is None
    assert mean_confidence([]) is None


def test_the_text_of_a_table_has_a_line_for_each_row_and_a_tab_between_cells() -> None:
    assert Table.from_rows([["Name", "Count", "Price"], ["", "3"], ["Ada"]]).text == "Name\tCount\tPrice\n\t3\nAda"


def test_confidence_of_page_and_document() -> None:
    good = Page(1, blocks=(Block(BlockKind.PARAGRAPH, "x" * 30, confidence=1.0),))
    poor = Page(2, blocks=(Block(BlockKind.PARAGRAPH, "x" * 10, confidence=0.5), Block(BlockKind.FIGURE)))
    assert (good.confidence, poor.confidence, Page(3).confidence) == (1.0, 0.5, None)
    assert OcrDocument("x", (good, poor, Page(3))).confidence == 0.875
    assert OcrDocument("x", (Page(3),)).confidence is None


def test_text_leaves_furniture_out() -> None:
    blocks = [Block(kind, kind.value) for kind in BlockKind]
    page = Page(1, blocks=tuple(blocks))
    furniture = {"page_header", "page_footer", "page_number"}
    assert set(page.text.split("\n\n")) == {k.value for k in BlockKind} - furniture
    assert {k for k in BlockKind if k.is_furniture} == furniture
    assert OcrDocument("x", (page, Page(2), page)).text == f"{page.text}\n\n{page.text}"


def test_markdown_leaves_furniture_out_unless_asked_for() -> None:
    page = Page(1, blocks=(Block(BlockKind.PAGE_HEADER, "head"), Block(BlockKind.PARAGRAPH, "body")))
    document = OcrDocument("x", (page,))
    assert page.markdown == document.markdown == "body"
    assert page.to_markdown(furniture=True) == document.to_markdown(furniture=True) == "head\n\nbody"


def test_an_error_never_becomes_text() -> None:
    document = OcrDocument("x", (Page(1, error="it is damaged"), Page(2)))
    assert document.errors == {1: "it is damaged"}
    assert document.text == document.markdown == ""


def test_a_table_from_rows() -> None:
    table = Table.from_rows([["a", "b", "c"], ["1", "", "3"], ["x"]])
    assert (table.rows, table.columns, table.has_spans) == (3, 3, False)
    assert table.texts() == [["a", "b", "c"], ["1", "", "3"], ["x", "", ""]]
    assert [c.text for c in table.cells if c.header] == ["a", "b", "c"]
    assert Table.from_rows([]) == Table(0, 0)
    assert not any(c.header for c in Table.from_rows([["a"]], header_rows=0).cells)


def test_a_spanning_cell_stands_at_its_top_left() -> None:
    table = Table(2, 3, (Cell(0, 0, "wide", column_span=2), Cell(0, 2, "tall", row_span=2), Cell(1, 1, "x")))
    assert table.has_spans
    assert table.texts() == [["wide", "", "tall"], ["", "x", ""]]
