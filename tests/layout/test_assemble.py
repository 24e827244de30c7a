"""The layout stage as a whole: lines, regions and ruling lines in, blocks in reading order out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from layout_lines import GRID, HEIGHT, PITCH, SIZE, cells, column, line, prose, texts

from ocr_plugins.blocks import BBox, BlockKind, Region, TextLine
from ocr_plugins.layout.assemble import assemble


def are_figure(
    *rows: TextLine, others: int = 100, confidence: float = 0.7, height: float = 0.2, top: float = 0.1
) -> bool:
    """Whether a region over the whole width of the page, with rows in it and others on the page, stays a figure."""
    below = [TextLine("x" * 10, BBox(0, 0.99, 1, 1.0)) for _ in range(others // 10)]
    region = Region(BlockKind.FIGURE, BBox(0, top, 1, top + height), confidence)
    return any(b.kind == BlockKind.FIGURE for b in assemble([*rows, *below], [region], size=(1000, 1000)))


def text(characters: int, *, top: float = 0.11, height: float = 0.01, width: float = 0.1) -> TextLine:
    return TextLine("x" * characters, BBox(0.1, top, 0.1 + width, top + height))


@pytest.mark.parametrize(("width", "figure"), [(0.9, True), (1.5, False)])
def test_a_figure_has_little_ink_of_text(width: float, figure: bool) -> None:
    rows = [text(5, top=0.11 + i * 0.03, width=width / 3, height=0.024) for i in range(3)]
    assert are_figure(*rows) == figure


@pytest.mark.parametrize(("characters", "figure"), [(80, True), (120, False)])
def test_a_figure_has_less_than_half_of_the_text(characters: int, figure: bool) -> None:
    assert are_figure(text(characters)) == figure


@pytest.mark.parametrize(
    ("confidence", "characters", "figure"), [(0.95, 20, True), (0.85, 20, False), (0.95, 30, False)]
)
def test_what_is_surely_a_figure_may_be_full_of_labels(confidence: float, characters: int, figure: bool) -> None:
    full = text(characters, width=0.8, height=0.1)
    assert are_figure(full, confidence=confidence) == figure


@pytest.mark.parametrize(("height", "figure"), [(0.4, True), (0.5, False)])
def test_a_figure_as_large_as_half_of_the_page_has_no_text_in_it(height: float, figure: bool) -> None:
    assert are_figure(text(5), height=height) == figure
    assert are_figure(height=height)


@pytest.mark.parametrize(("inside", "belongs"), [(0.4, False), (0.6, True)])
def test_a_line_belongs_to_the_region_that_holds_most_of_it(inside: float, belongs: bool) -> None:
    label = TextLine("label", BBox(0.5 - inside * 0.1, 0.2, 0.5 + (1 - inside) * 0.1, 0.21))
    region = Region(BlockKind.FIGURE, BBox(0.1, 0.1, 0.5, 0.3), 0.7)
    blocks = assemble([label, *column(prose("body", 4), 0.1, 0.5)], [region], size=SIZE)
    assert [b.text for b in blocks if b.kind == BlockKind.FIGURE] == ["label" if belongs else ""]


@pytest.mark.parametrize(("beside", "blocks"), [(0.4, 3), (0.6, 2)])
def test_text_runs_around_a_figure_that_stands_beside_a_line(beside: float, blocks: int) -> None:
    top = 0.1 + HEIGHT * (1 - beside)
    rows = column(["A report creeps in that", "dangerous men are on"], 0.1, 0.1, width=0.3)
    figure = Region(BlockKind.FIGURE, BBox(0.42, top, 0.9, 0.1 + HEIGHT), 0.9)
    assert len(assemble(rows, [figure], size=SIZE)) == blocks


def test_lines_that_fall_by_most_of_their_box_do_not_reach_into_the_next() -> None:
    places = [("one", 0.12, 0.2), ("two", 0.11, 0.216), ("three", 0.1, 0.232)]
    rows = [TextLine(word, BBox(left, top, 0.9, top + 0.06), slope=0.045) for word, left, top in places]
    (block,) = assemble(rows, size=SIZE)
    assert block.text == "one two three"


def test_a_line_whose_slope_is_as_large_as_its_box_still_lies_somewhere() -> None:
    steep = replace(text(5, top=0.2, height=0.05), slope=0.05)
    region = Region(BlockKind.FIGURE, BBox(0.05, 0.15, 0.5, 0.3), 0.9)
    blocks = assemble([steep, *column(prose("body", 4), 0.1, 0.5)], [region], size=SIZE)
    assert [b.text for b in blocks if b.kind == BlockKind.FIGURE] == ["xxxxx"]


def test_lines_of_a_curled_page_do_not_mix() -> None:
    fall, pitch = 0.02, PITCH
    rows = [
        replace(
            line(f"row {i} of a page that hangs to the right and goes on", 0.1, 0.1 + i * pitch, width=0.8),
            box=BBox(0.1, 0.1 + i * pitch, 0.9, 0.1 + i * pitch + HEIGHT + fall),
            slope=fall,
        )
        for i in range(6)
    ]
    text = " ".join(texts(assemble(list(reversed(rows)), size=SIZE)))
    assert [int(word) for word in text.split() if word.isdigit()] == list(range(6))


def test_aligned_short_pieces_are_a_table_without_any_region() -> None:
    above, below = column(prose("above", 4), 0.1, 0.15, width=0.8), column(prose("below", 4), 0.1, 0.5, width=0.8)
    blocks = assemble([*above, *cells(GRID, [0.1, 0.4, 0.7]), *below], size=SIZE)
    assert [b.kind for b in blocks] == [BlockKind.PARAGRAPH, BlockKind.TABLE, BlockKind.PARAGRAPH]
    assert blocks[1].table is not None
    assert blocks[1].table.texts() == GRID
    assert all(c.header == (c.row == 0) for c in blocks[1].table.cells)


def test_ruling_lines_make_a_grid_with_cells_of_several_lines() -> None:
    lines = [
        *cells([["Name", "Remark"]], [0.12, 0.42], top=0.21),
        *cells([["Ada", "first line"], ["", "second line"]], [0.12, 0.42], top=0.26),
        *cells([["Bob", "short"]], [0.12, 0.42], top=0.33),
    ]
    across = [BBox(0.1, y, 0.8, y + 0.001) for y in (0.2, 0.25, 0.32, 0.37)]
    down = [BBox(x, 0.2, x + 0.001, 0.37) for x in (0.1, 0.4, 0.8)]
    (block,) = assemble(lines, rulings=[*across, *down], size=SIZE)
    assert block.table is not None
    assert block.table.texts() == [["Name", "Remark"], ["Ada", "first line second line"], ["Bob", "short"]]


def test_a_piece_over_two_columns_spans_them() -> None:
    rows = [["", "", ""], ["Kite", "2", "20.00"], ["Flyer", "5", "40.00"], ["Star", "7", "9.00"], ["Gift", "1", "0.00"]]
    lines = [line("A header over both of these two", 0.4, 0.3, width=0.36), *cells(rows, [0.1, 0.4, 0.7])]
    region = Region(BlockKind.TABLE, BBox(0.08, 0.29, 0.8, 0.45), 0.9)
    (block,) = assemble(lines, [region], size=SIZE)
    assert block.table is not None
    assert [(c.column, c.column_span) for c in block.table.cells if c.row == 0] == [(1, 2)]


def test_every_word_of_a_table_is_in_it_once() -> None:
    (block,) = assemble(cells(GRID, [0.1, 0.4, 0.7]), size=SIZE)
    assert sorted(block.text.split()) == sorted(word for row in GRID for word in row if word)


def test_a_figure_keeps_its_place_and_the_text_in_it_is_not_in_the_running_text() -> None:
    figure = Region(BlockKind.FIGURE, BBox(0.1, 0.25, 0.9, 0.55), 0.9)
    above, below = column(prose("above", 4), 0.1, 0.1, width=0.8), column(prose("below", 4), 0.1, 0.6, width=0.8)
    blocks = assemble([*below, line("axis", 0.5, 0.5), *above], [figure], size=SIZE)
    assert [b.kind for b in blocks] == [BlockKind.PARAGRAPH, BlockKind.FIGURE, BlockKind.PARAGRAPH]
    assert blocks[1].text == "axis"


def test_text_that_runs_around_a_figure_is_not_cut_by_it() -> None:
    rows = [
        line("A report creeps into the camp and it is said that dan-", 0.1, 0.1, width=0.8),
        *column(["gerous men are on", "their way to us."], 0.1, 0.1 + PITCH, width=0.3),
    ]
    figure = Region(BlockKind.FIGURE, BBox(0.5, 0.115, 0.9, 0.2), 0.9)
    blocks = assemble(rows, [figure], size=SIZE)
    assert sorted(b.kind for b in blocks) == [BlockKind.FIGURE, BlockKind.PARAGRAPH]
    (text,) = texts(blocks, BlockKind.PARAGRAPH)
    assert text.endswith("said that dangerous men are on their way to us.")


def test_a_figure_full_of_text_is_text() -> None:
    rows = column(prose("letter", 12), 0.1, 0.1, width=0.8)
    blocks = assemble(rows, [Region(BlockKind.FIGURE, BBox(0.08, 0.08, 0.92, 0.34), 0.9)], size=SIZE)
    assert {b.kind for b in blocks} == {BlockKind.PARAGRAPH}
    assert " ".join(texts(blocks)).count("letter") == 12


def test_a_page_with_text_on_it_that_is_taken_for_a_figure_is_text() -> None:
    rows = [*column(prose("body", 5), 0.1, 0.1, width=0.8), line("Respectfully yours,", 0.5, 0.3)]
    blocks = assemble(rows, [Region(BlockKind.FIGURE, BBox(0.01, 0.25, 0.99, 1.0), 0.7)], size=SIZE)
    assert texts(blocks)[-1] == "Respectfully yours,"
    assert not texts(blocks, BlockKind.FIGURE)


def test_the_words_in_a_chart_are_neither_text_nor_a_table() -> None:
    body = column(prose("body", 20), 0.1, 0.1, width=0.8)
    labels = cells(GRID, [0.2, 0.4, 0.6], top=0.5)
    for confidence, kind in ((0.95, BlockKind.FIGURE), (0.6, BlockKind.TABLE)):
        figure = Region(BlockKind.FIGURE, BBox(0.195, 0.497, 0.65, 0.59), confidence)
        blocks = assemble([*body, *labels], [figure], size=SIZE)
        assert [b.kind for b in blocks] == [BlockKind.PARAGRAPH, kind]


def test_no_line_is_lost_and_boxes_stay_on_the_page() -> None:
    lines = [
        *column(prose("left", 8), 0.06, 0.15, width=0.41),
        *column(prose("right", 8), 0.52, 0.15, width=0.41),
        *cells(GRID, [0.1, 0.4, 0.7], top=0.6),
        line("12", 0.5, 0.96),
    ]
    blocks = assemble(lines, size=SIZE)
    assert sorted(x.text for b in blocks for x in b.lines) == sorted(x.text for x in lines)
    for block in blocks:
        assert block.box is not None
        assert 0 <= block.box.left <= block.box.right <= 1
        assert 0 <= block.box.top <= block.box.bottom <= 1


def test_an_empty_page_has_no_blocks() -> None:
    assert assemble([], size=SIZE) == ()
