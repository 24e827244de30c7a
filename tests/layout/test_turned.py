"""Turned text among the blocks of a page: what is read, where, and what is set aside."""

from __future__ import annotations

import pytest
from layout_lines import SIZE, column, prose

from ocr_plugins.blocks import BBox, Block, BlockKind, Font, TextLine
from ocr_plugins.layout.turned import layer_blocks, turned_box
from ocr_plugins.source.textlayer import TextLayer, TurnedLine

BODY = tuple(column(prose("body", 6), 0.15, 0.2))


def turned(
    text: str, left: float, top: float, *, degrees: int = 90, size: float = 9.0, height: float = 0.2
) -> TurnedLine:
    box = BBox(left, top, left + size / SIZE[0], top + height)
    return TurnedLine(TextLine(text, box, font=Font(size)), degrees)


def blocks_of(*lines: TurnedLine, body: tuple[TextLine, ...] = BODY) -> tuple[Block, ...]:
    return layer_blocks(TextLayer(body, turned=lines), SIZE)


def kind_of(line: TurnedLine) -> BlockKind:
    (found,) = (block for block in blocks_of(line) if block.text == line.line.text)
    return found.kind


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_box_that_is_turned_there_and_back_is_the_same(degrees: int) -> None:
    box = BBox(0.125, 0.25, 0.375, 0.75)
    assert turned_box(turned_box(box, degrees), -degrees) == box


def test_what_is_read_downwards_at_the_right_edge_is_the_first_line_of_the_turned_page() -> None:
    assert turned_box(BBox(0.75, 0.125, 1.0, 0.5), 90) == BBox(0.125, 0.0, 0.5, 0.25)


@pytest.mark.parametrize(
    ("left", "kind"),
    [
        (0.03, BlockKind.PAGE_HEADER),
        (0.06, BlockKind.PAGE_HEADER),
        (0.1, BlockKind.PARAGRAPH),
        (0.88, BlockKind.PARAGRAPH),
        (0.92, BlockKind.PAGE_HEADER),
    ],
)
def test_a_note_at_the_edge_of_the_page_is_furniture(left: float, kind: BlockKind) -> None:
    assert kind_of(turned("Downloaded from the library", left, 0.2)) == kind


def test_a_note_at_the_lower_edge_is_a_footer() -> None:
    assert kind_of(turned("Downloaded from the library", 0.03, 0.6)) == BlockKind.PAGE_FOOTER


@pytest.mark.parametrize(("size", "kind"), [(11, BlockKind.PARAGRAPH), (16, BlockKind.PAGE_FOOTER)])
def test_an_oblique_line_is_a_watermark_where_it_is_large(size: float, kind: BlockKind) -> None:
    assert kind_of(turned("DRAFT", 0.5, 0.6, degrees=315, size=size)) == kind


@pytest.mark.parametrize(("top", "kind"), [(0.5, BlockKind.PARAGRAPH), (0.15, BlockKind.PAGE_HEADER)])
def test_an_oblique_line_is_a_watermark_where_it_is_drawn_over_text(top: float, kind: BlockKind) -> None:
    wide = TextLine("DRAFT", BBox(0.2, top, 0.8, top + 0.2), font=Font(9))
    assert kind_of(TurnedLine(wide, 315)) == kind


def test_turned_text_follows_what_is_above_it_and_parts_no_paragraph() -> None:
    below = tuple(column(prose("below", 4), 0.15, 0.7))
    blocks = blocks_of(turned("Height of the tide in metres", 0.3, 0.4), body=BODY + below)
    assert [b.text[:5] for b in blocks] == ["body ", "Heigh", "below"]


def test_oblique_labels_in_a_row_are_one_paragraph() -> None:
    labels = [
        turned(text, 0.2 + 0.1 * i, 0.5, degrees=60, height=0.05) for i, text in enumerate(("May", "June", "July"))
    ]
    assert [b.text for b in blocks_of(*labels)][1:] == ["May June July"]


@pytest.mark.parametrize(("count", "among"), [(150, True), (250, False)])
def test_very_many_labels_stand_behind_the_text(count: int, among: bool) -> None:
    labels = [turned(f"n{i}", 0.1 + 0.002 * i, 0.05, degrees=50 + i % 2, height=0.01) for i in range(count)]
    assert blocks_of(*labels)[0].text.startswith("n") == among


@pytest.mark.parametrize(("lines", "read_turned"), [(2, False), (5, True)])
def test_a_page_is_turned_the_way_most_of_its_text_runs(lines: int, read_turned: bool) -> None:
    """What is level is then a note at the edge of the turned page."""
    sideways = [
        turned(line.text, 0.5 - 0.018 * i, 0.1, height=0.6) for i, line in enumerate(column(prose("side", lines), 0, 0))
    ]
    level = column(prose("level", 3), 0.1, 0.02)
    blocks = blocks_of(*sideways, body=tuple(level))
    kinds = {block.text.split()[0]: block.kind for block in blocks}
    assert (kinds["level"] != BlockKind.PARAGRAPH) == read_turned
    assert kinds["side"] == BlockKind.PARAGRAPH
