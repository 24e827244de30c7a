"""Lines that run down the page: columns of Chinese and Japanese, words set sideways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from ocr_plugins import BBox, Block, Lines, OcrEngine, PageImage, Pipeline, TextLine
from ocr_plugins.pipeline.blocks import certainty
from ocr_plugins.testing import made_page, made_pdf


class Columns(OcrEngine):
    """Reads four columns, the leftmost first, a title over them where there is one."""

    def __init__(self, *others: TextLine) -> None:
        super().__init__()
        self.others = others

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        texts = ["私は四番目の行です。", "私は三番目の行であり", "私は二番目の行であり", "私は一番目の行であり"]
        boxes = [BBox(0.5 + 0.08 * i, 0.2, 0.54 + 0.08 * i, 0.6) for i in range(4)]
        columns = [TextLine(text, box, 0.9) for text, box in zip(texts, boxes, strict=True)]
        return [Lines((*self.others, *columns)) for _ in images]


def blocks(*others: TextLine) -> Sequence[Block]:
    scan = made_pdf([made_page(["a"], size=(900, 1200))])
    (page,) = Pipeline(Columns(*others), upright=False, layout=None).read(scan).pages
    return page.blocks


def test_columns_that_run_down_go_from_right_to_left_and_are_one_paragraph() -> None:
    (block,) = blocks()
    assert block.text == "私は一番目の行であり私は二番目の行であり私は三番目の行であり私は四番目の行です。"
    assert block.box is not None
    assert (round(block.box.left, 2), round(block.box.right, 2)) == (0.5, 0.78)


def test_a_level_line_over_the_columns_comes_first() -> None:
    first, *_ = blocks(
        TextLine("章", BBox(0.5, 0.1, 0.52, 0.12), 0.9), TextLine("第一章", BBox(0.5, 0.13, 0.6, 0.15), 0.9)
    )
    assert "章" in first.text


@pytest.mark.slow
def test_a_line_set_sideways_is_read() -> None:
    pytest.importorskip("rapidocr")
    line = made_page(["Height above the sea"], size=(700, 100), margin=20, font_size=40)
    page = made_page(["The weather of the summer was", "warm, and that of the winter cold."], size=(1000, 1200))
    page.paste(line.transpose(Image.Transpose.ROTATE_270), (300, 400))
    (read,) = Pipeline(upright=False).read(made_pdf([page])).pages
    assert "Height above the sea" in read.text
    assert "warm, and that of the winter cold." in read.text


def test_a_page_is_rather_turned_than_read_sideways() -> None:
    level, down = (TextLine("some words", box, 0.9) for box in (BBox(0.1, 0.1, 0.5, 0.15), BBox(0.1, 0.1, 0.15, 0.5)))
    size = 1000, 1000
    assert certainty(Lines((down,)), size) < certainty(Lines((level,)), size)
    assert certainty(Lines((down,)), size) > certainty(Lines((replace(level, confidence=0.5),)), size)
