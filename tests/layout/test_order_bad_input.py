"""Reading order of pages that nobody would set: bounded work, and an order that a person would defend."""

from __future__ import annotations

import random
from typing import Any

import pytest
from layout_lines import SIZE, column, line, prose

from ocr_plugins.blocks import BBox, TextLine
from ocr_plugins.layout import order
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.order import Item, reading_order


def read(lines: list[TextLine]) -> str:
    return " ".join(block.text for block in assemble(lines, size=SIZE))


def grid(columns: int, rows: int, width: float, characters: int) -> list[Item]:
    """Ragged columns beside one another, ten points high lines with three between them."""
    ragged = random.Random(1)
    return [
        Item(BBox(x, 13 * i, x + width * ragged.uniform(0.7, 1), 13 * i + 10), characters, characters)
        for x in (c * (width + 10) for c in range(columns))
        for i in range(rows)
    ]


def test_a_page_without_lines_has_no_blocks() -> None:
    assert assemble([], size=SIZE) == ()
    assert reading_order([], 10) == []


def test_a_page_of_one_line_is_one_block() -> None:
    assert [block.text for block in assemble([line("alone", 0.4, 0.5)], size=SIZE)] == ["alone"]


def test_a_newspaper_is_read_column_by_column_and_few_cuts_are_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[int] = []
    score = order._score

    def counted(*args: Any) -> float:
        weighed.append(1)
        return score(*args)

    monkeypatch.setattr(order, "_score", counted)
    columns, rows = 6, 200
    assert reading_order(grid(columns, rows, 100, 20), 10) == [
        list(range(c * rows, (c + 1) * rows)) for c in range(columns)
    ]
    assert len(weighed) < 20 * columns


def test_columns_of_three_characters_are_a_table_read_row_by_row() -> None:
    columns, rows = 20, 10
    (read,) = reading_order(grid(columns, rows, 15, 3), 10)
    assert read[:columns] == list(range(0, columns * rows, rows))


def test_scattered_words_are_all_read_once() -> None:
    somewhere = random.Random(2)
    items = [
        Item(BBox(x, y, x + somewhere.uniform(3, 60), y + 5), 10, 10)
        for x, y in ((somewhere.uniform(0, 500), somewhere.uniform(0, 700)) for _ in range(300))
    ]
    assert sorted(i for group in reading_order(items, 5) for i in group) == list(range(300))


@pytest.mark.parametrize("bold", [True, False])
@pytest.mark.parametrize("size", [6.0, 14.0])
def test_two_columns_in_one_type_are_read_one_after_the_other(size: float, bold: bool) -> None:
    left, right = prose("left", 12), prose("right", 12)
    lines = [
        line(text, x, 0.2 + i * 0.024, width=0.38, size=size, bold=bold)
        for x, side in ((0.1, left), (0.54, right))
        for i, text in enumerate(side)
    ]
    random.Random(3).shuffle(lines)
    words = read(lines).split()
    assert words == " ".join([*left, *right]).split()


def test_columns_of_three_scripts_are_read_one_after_the_other() -> None:
    scripts = [
        ["latin letters go on and on"] * 9,
        ["русские буквы идут дальше"] * 9,
        ["한국어 글자 는 계속 이어 집니다"] * 9,
    ]
    lines = [
        text for x, side in zip((0.05, 0.38, 0.7), scripts, strict=True) for text in column(side, x, 0.2, width=0.26)
    ]
    assert read(lines).split() == " ".join(text for side in scripts for text in side).split()
