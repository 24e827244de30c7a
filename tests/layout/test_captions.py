"""Captions are read together with the figure or table that they stand next to, and nothing else moves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest

from ocr_plugins import BBox, Block, BlockKind, Font, Region, TextLine
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.captions import bind_captions

UNIT = 10.0


def text(words: str, top: float, left: float = 100, width: float = 200, kind: BlockKind = BlockKind.PARAGRAPH) -> Block:
    """A block of one line, 10 units high."""
    return Block(kind, words, BBox(left, top, left + width, top + UNIT))


def figure(top: float, left: float = 100, width: float = 200, kind: BlockKind = BlockKind.FIGURE) -> Block:
    """A figure 100 units high."""
    return Block(kind, box=BBox(left, top, left + width, top + 100))


def table(top: float, left: float = 100, width: float = 200) -> Block:
    return figure(top, left, width, BlockKind.TABLE)


def caption(words: str, top: float, left: float = 100, width: float = 200) -> Block:
    return text(words, top, left, width, BlockKind.CAPTION)


def order(blocks: Sequence[Block]) -> list[str]:
    """The texts in order, figures and tables by their kind, captions marked."""
    bound = bind_captions(blocks, UNIT)
    return [("*" if b.kind == BlockKind.CAPTION else "") + (b.text or b.kind.value) for b in bound]


def test_a_caption_below_follows_its_figure_though_text_intervenes() -> None:
    page = [text("a", 80), figure(100), text("b", 100, 400), text("c", 120, 400), caption("What it shows", 205)]
    assert order(page) == ["a", "figure", "*What it shows", "b", "c"]


def test_a_caption_above_precedes_its_table_though_text_intervenes() -> None:
    page = [caption("What it tells", 80), text("a", 80, 400), text("b", 100, 400), table(95), text("c", 210)]
    assert order(page) == ["a", "b", "*What it tells", "table", "c"]


def test_captions_in_place_stay_there() -> None:
    page = [caption("Table 1", 85), table(100), text("a", 215), figure(300), caption("Figure 1", 405), text("b", 420)]
    assert bind_captions(page, UNIT) == page


@pytest.mark.parametrize(
    "label",
    [
        "Figure 3: A kite",
        "Fig. 2. A kite",
        "FIG. 2",
        "Fig 4 \u2013 A kite",
        "Figure A.1 The kite",
        "Abb. 7: Ein Drachen",
        "Abbildung 12 Ein Drachen",
        "Table 1",
        "TABLE IV. Kites",
        "Table 7-26. Kites",
        "Tableau 2 : Les cerfs-volants",
        "Tab. 3 Drachen",
        "Scheme 1. Synthesis",
        "Chart 2: Sales",
        "Plate II",
        "Figure 1 \u201cA kite\u201d",
        "Figure 2 \u00c9volution",
    ],
)
@pytest.mark.parametrize("kind", [BlockKind.PARAGRAPH, BlockKind.HEADING])
def test_text_with_a_label_next_to_a_figure_or_table_is_a_caption(label: str, kind: BlockKind) -> None:
    for thing in (figure(100), table(100)):
        assert order([thing, text("a", 100, 400), text(label, 210, kind=kind)])[1] == f"*{label}"


@pytest.mark.parametrize(
    "words",
    [
        "Figure 3 shows a kite",
        "Table 2 and the next one",
        "Fig. 2, which is red",
        "Figures of kites",
        "Tables are of wood",
        "Table of contents",
        "Photo I took there",
        "Charter 1: kites",
        "A figure. 3",
    ],
)
def test_a_sentence_about_a_figure_is_none(words: str) -> None:
    page = [figure(100), text("a", 100, 400), text(words, 210)]
    assert bind_captions(page, UNIT) == page


@pytest.mark.parametrize(
    "place",
    [
        text("Figure 1: far below", 235),
        text("Figure 1: far above", 60),
        text("Figure 1: in another column", 210, 320),
        text("Figure 1: beside it", 150, 320),
        text("Figure 1: mostly beside it", 210, 210, 200),
    ],
)
def test_what_stands_elsewhere_is_no_caption(place: Block) -> None:
    page = [figure(100), text("a", 100, 600), place]
    assert bind_captions(page, UNIT) == page


@pytest.mark.parametrize("place", [text("Figure 1: below", 225), text("Figure 1: half below it", 210, 190)])
def test_a_caption_stands_near_below_a_good_part_of_its_figure(place: Block) -> None:
    assert order([figure(100), text("a", 100, 600), place]) == ["figure", f"*{place.text}", "a"]


def test_nothing_jumps_over_a_line_between() -> None:
    page = [figure(100), text("Photo: the author", 205), text("Figure 2: of what follows", 218)]
    assert bind_captions(page, UNIT) == page


def test_a_label_chooses_between_a_table_and_a_figure() -> None:
    page = [figure(100), text("a", 0, 400), text("Table 1: below", 205), text("b", 20, 400), table(220)]
    assert order(page) == ["figure", "a", "b", "*Table 1: below", "table"]
    page[2] = text("Figure 1: above", 205)
    assert order(page) == ["figure", "*Figure 1: above", "a", "b", "table"]


def test_of_two_figures_the_nearer_one_is_meant() -> None:
    page = [figure(100), figure(225), text("a", 0, 400), caption("closer to the second", 212)]
    assert order(page) == ["figure", "*closer to the second", "figure", "a"]


def test_the_parts_of_a_figure_are_not_parted_by_the_caption_below() -> None:
    page = [figure(100, 100, 90), figure(100, 210, 90), text("a", 100, 400), text("Figure 1: (a) and (b)", 205)]
    assert order(page) == ["figure", "figure", "*Figure 1: (a) and (b)", "a"]


def test_every_block_is_kept_once_whatever_their_order() -> None:
    page = [text("a", 80), figure(100), caption("A", 205), text("Table 1", 300), table(315), Block(BlockKind.PARAGRAPH)]
    for blocks in permutations(page):
        bound = bind_captions(blocks, UNIT)
        assert sorted((b.text, b.box is None) for b in bound) == sorted((b.text, b.box is None) for b in page)
        texts = [b.text or b.kind.value for b in bound]
        assert texts[texts.index("figure") + 1] == "A"
        assert texts[texts.index("table") - 1] == "Table 1"


def test_a_caption_under_a_figure_over_two_columns_is_not_read_within_them() -> None:
    def column(word: str, left: float) -> list[TextLine]:
        return [line(f"{word} words that fill a line of this column {i}", left, 0.4 + i * 0.02) for i in range(9)]

    def line(words: str, left: float, top: float) -> TextLine:
        return TextLine(words, BBox(left, top, left + 0.4, top + 0.014), 0.9, Font(10))

    lines = [*column("left", 0.06), line("Fig. 2. Under its right half", 0.54, 0.37), *column("right", 0.54)]
    blocks = assemble(lines, [Region(BlockKind.FIGURE, BBox(0.06, 0.1, 0.94, 0.36), 0.9)], size=(595.0, 842.0))
    found = [(b.kind, b.text.split(" ")[0]) for b in blocks]
    assert found == [
        (BlockKind.FIGURE, ""),
        (BlockKind.CAPTION, "Fig."),
        (BlockKind.PARAGRAPH, "left"),
        (BlockKind.PARAGRAPH, "right"),
    ]
