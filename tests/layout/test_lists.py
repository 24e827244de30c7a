"""List items and how deep they are nested."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from counting import calls
from layout_lines import HEIGHT, PITCH, SIZE, cells, line

from ocr_plugins.blocks import BBox, Block, BlockKind, TextLine
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.lists import join_items, nest, nest_columns
from ocr_plugins.layout.rows import Row


@pytest.mark.parametrize(("step", "level"), [(0.5, 0), (0.9, 1)])
def test_an_item_is_nested_if_it_is_set_in_by_most_of_a_line_height(step: float, level: int) -> None:
    items = [Block(BlockKind.LIST_ITEM, "x", BBox(left, 0, 20, 1)) for left in (0, step, 0)]
    assert [item.level for item in nest(items, 1.0)] == [0, level, 0]


@pytest.mark.parametrize(("step", "level"), [(0.2, 0), (0.3, 1)])
def test_an_item_with_a_marker_of_another_kind_is_nested_if_it_is_set_in_by_little(step: float, level: int) -> None:
    items = [
        Block(BlockKind.LIST_ITEM, "x", BBox(left, 0, 20, 1), marker=marker)
        for left, marker in ((0, "1."), (step, "a)"), (0, "2."))
    ]
    assert [item.level for item in nest(items, 1.0)] == [0, level, 0]


def item(marker: str, left: float, level: int = 0) -> Block:
    return Block(BlockKind.LIST_ITEM, "x", BBox(left, 0, left + 9, 1), marker=marker, level=level)


TEXT = Block(BlockKind.PARAGRAPH, "x", BBox(0, 0, 20, 1))
HEAD = Block(BlockKind.PAGE_HEADER, "x", BBox(0, 0, 20, 1))


@pytest.mark.parametrize(
    ("column", "levels"),
    [
        pytest.param([item("b)", 33), item("2.", 30)], [1, 0], id="set off by the width of a column"),
        pytest.param([HEAD, item("b)", 33)], [0, 1], id="behind furniture"),
        pytest.param([item("2.", 30), item("a)", 33)], [0, 1], id="as deep as the last one of its kind"),
        pytest.param([item("–", 36), replace(TEXT, box=BBox(30, 0, 50, 1))], [2, 0], id="another kind, by its place"),
        pytest.param([replace(TEXT, box=BBox(30, 0, 50, 1)), item("b)", 33)], [0, 0], id="text ends a list"),
    ],
)
def test_a_list_goes_on_at_the_head_of_the_next_column(column: list[Block], levels: list[int]) -> None:
    first = [TEXT, item("1.", 0), item("a)", 3)]
    assert [block.level for block in nest_columns([first, column], 1.0)[1]] == levels


def test_dashes_are_of_one_kind_however_they_were_read() -> None:
    assert [b.level for b in nest([item("-", 0), item("–", 0.5), item("—", 0.1)], 1.0)] == [0, 0, 0]


def test_items_that_are_set_in_are_nested() -> None:
    items = [("1. One", 0.1), ("a) Deeper", 0.13), ("b) Deeper too", 0.13), ("• Deepest", 0.16), ("2. Two", 0.1)]
    blocks = assemble([line(text, left, 0.1 + i * PITCH) for i, (text, left) in enumerate(items)], size=SIZE)
    assert [(b.kind, b.level) for b in blocks] == [(BlockKind.LIST_ITEM, level) for level in (0, 1, 1, 2, 0)]


def items(lines: list[TextLine]) -> list[tuple[str | None, str]]:
    return [(b.marker, b.text) for b in assemble(lines, size=SIZE) if b.kind == BlockKind.LIST_ITEM]


ENTRIES = [("1 Introduction", "1"), ("1.1 Purpose of this manual", "2"), ("A Technical data", "102"), ("Index", "iv")]


@pytest.mark.parametrize("dots", ["....................", ". . . . . . . . . .", "…………", " ……… "])
def test_contents_with_dot_leaders_are_a_list_with_page_numbers(dots: str) -> None:
    lines = [line(f"{text} {dots} {n}", 0.1, 0.2 + i * PITCH, width=0.8) for i, (text, n) in enumerate(ENTRIES)]
    assert items(lines) == [(None, f"{text} {n}") for text, n in ENTRIES]


def test_contents_are_a_list_where_an_engine_reads_a_few_of_the_dots() -> None:
    texts = ["1 Introduction .", "1.1 Purpose of this manual ...", "A Technical data", "Index ."]
    lines = [line(text, 0.1, 0.2 + i * PITCH) for i, text in enumerate(texts)]
    lines += [line(n, 0.87, 0.2 + i * PITCH) for i, (_, n) in enumerate(ENTRIES) if i != 1]
    numbers = ["1", "", "102", "iv"]
    assert items(lines) == [(None, f"{text} {n}".strip()) for (text, _), n in zip(ENTRIES, numbers, strict=True)]


def test_a_sum_of_money_behind_dots_is_no_entry() -> None:
    assert not items([line("Paper ............ 12.50", 0.1, 0.2 + i * PITCH, width=0.8) for i in range(4)])


@pytest.mark.parametrize("gap", [0.04, 0.09])
def test_bullets_apart_from_their_text_make_a_list_and_no_table(gap: float) -> None:
    texts = ["A result", "Some doubts", "Delays", "More cost"]
    lines = [line(text, 0.1085 + gap, 0.2 + i * PITCH) for i, text in enumerate(texts)]
    lines += [line("o", 0.1, 0.2 + i * PITCH) for i in range(4)]
    assert items(lines) == [("o", text) for text in texts]


@pytest.mark.parametrize(("white", "near"), [(3.0, True), (5.0, False)])
def test_a_bullet_is_joined_to_a_text_that_is_near(white: float, near: bool) -> None:
    height = HEIGHT * SIZE[1]
    places = [("o", 0.0), ("text", 5 + white * height)]
    boxes = [(text, BBox(x, 15.0 * i, x + 5, 15.0 * i + height)) for i in range(2) for text, x in places]
    rows = join_items([Row((TextLine(text, box),), box) for text, box in boxes], height)
    assert (len(rows) == 2) == near


def test_strokes_in_the_cells_of_a_table_are_no_bullets() -> None:
    rows = [["Place", "Old", "New", "Note"], *([f"Town {i}", "-", "-", "none"] for i in range(4))]
    blocks = assemble(cells(rows, [0.1, 0.3, 0.4, 0.5]), size=SIZE)
    assert [b.kind for b in blocks] == [BlockKind.TABLE]
    assert blocks[0].table
    assert blocks[0].table.columns == 4


@pytest.mark.parametrize(("shift", "aligned"), [(0.3, True), (0.8, False)])
def test_the_bullets_of_a_list_are_aligned(shift: float, aligned: bool) -> None:
    apart = shift * HEIGHT * SIZE[1] / SIZE[0]
    lines = [line("o", 0.1, 0.2), line("o", 0.1 + apart, 0.2 + PITCH)]
    lines += [line(text, 0.15, 0.2 + i * PITCH) for i, text in enumerate(("First", "Second"))]
    assert bool(join_items([Row((item,), item.box.scaled(*SIZE)) for item in lines], HEIGHT * SIZE[1])[0].pieces) == (
        aligned
    )


@pytest.mark.parametrize(("white", "one"), [(1.7, True), (2.3, False)])
def test_much_white_ends_a_table_of_contents(white: float, one: bool) -> None:
    texts = ["Introduction .", "Purpose .", "Technical data", "Index ."]
    step = (1 + white) * HEIGHT
    lines = [line(text, 0.1, 0.2 + i * step) for i, text in enumerate(texts)]
    assert bool(items(lines)) == one


def test_two_lines_that_end_with_a_dot_are_no_table_of_contents() -> None:
    assert not items([line(text, 0.1, 0.2 + i * PITCH) for i, text in enumerate(("Introduction .", "Purpose ."))])


@pytest.mark.parametrize(("white", "first"), [(6.5, False), (9.0, True)])
def test_a_bullet_has_nothing_before_it(white: float, first: bool) -> None:
    left = 0.2 + white * HEIGHT * SIZE[1] / SIZE[0]
    lines = [line("o", left, 0.2 + i * PITCH) for i in range(2)]
    lines += [line("First", left + 0.05, 0.2 + i * PITCH) for i in range(2)]
    lines += [line("Before", 0.1, 0.2 + i * PITCH, width=0.1) for i in range(2)]
    rows = join_items([Row((item,), item.box.scaled(*SIZE)) for item in lines], HEIGHT * SIZE[1])
    assert (len(rows) == 4) == first


def test_a_bullet_that_the_pixels_told_as_well_stands_once() -> None:
    lines = [line("■", 0.1, 0.2, width=0.01), line("• An item of a list", 0.1, 0.2, width=0.4)]
    assert items(lines) == [("•", "An item of a list")]


def test_the_work_for_bullets_grows_with_their_number() -> None:
    """Twice as many, on twice as many lines, as in a table of marks."""

    def page(lines: int) -> list[Row]:
        pieces = [(text, left, 20.0 * i) for i in range(lines) for text, left in (("•", 0.0), ("An item", 20.0))]
        boxes = [BBox(left, top, left + 8.0 * len(text), top + 10) for text, left, top in pieces]
        return [Row((TextLine(text, box),), box) for (text, _, _), box in zip(pieces, boxes, strict=True)]

    few, many = (calls(partial(join_items, page(lines), 10.0)) for lines in (200, 400))
    assert many < 2.5 * few
