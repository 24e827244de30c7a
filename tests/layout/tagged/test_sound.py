"""Which blocks, as the tags of a page make them, are not believed."""

from __future__ import annotations

import pytest

from ocr_plugins.blocks import BBox, Block, BlockKind
from ocr_plugins.layout.tagged.sound import is_all_headings, is_broken, is_misplaced


def block(
    text: str, top: float, *, right: float = 0.9, kind: BlockKind = BlockKind.PARAGRAPH, left: float = 0.1
) -> Block:
    return Block(kind, text, BBox(left, top, right, top + 0.02))


def column(count: int) -> list[Block]:
    return [block("Whole.", 0.05 * i) for i in range(count)]


def swapped(blocks: list[Block], pairs: int) -> list[Block]:
    """The blocks, so many of which stand after the one below them."""
    for i in range(0, 2 * pairs, 2):
        blocks[i], blocks[i + 1] = blocks[i + 1], blocks[i]
    return blocks


@pytest.mark.parametrize(
    ("blocks", "sound"),
    [
        pytest.param([], True, id="nothing"),
        pytest.param(column(8), True, id="from top to bottom"),
        pytest.param(column(8)[::-1], False, id="from bottom to top"),
        pytest.param(column(3)[::-1], True, id="three pairs say nothing"),
        pytest.param([*column(4)[::-1]], False, id="six pairs say something"),
        pytest.param([column(5)[4], *column(4)], False, id="four pairs of ten are a lot"),
        pytest.param([column(10)[9], *column(9)], True, id="nine of 45 pairs are not many"),
        pytest.param([column(8)[7], *column(7)], False, id="seven of 28 pairs are"),
        pytest.param([block("Whole.", 0.5 - 0.05 * i, left=0.1 * i, right=0.1 * i + 0.09) for i in range(8)], True,
                     id="beside one another"),
        pytest.param([block("Whole.", 0.5 - 0.05 * i, kind=BlockKind.FOOTNOTE) for i in range(8)], True, id="notes"),
        pytest.param([Block(BlockKind.PARAGRAPH, "Whole.") for _ in range(8)], True, id="without boxes"),
    ],
)  # fmt: skip
def test_blocks_stand_in_the_order_that_the_tags_give(blocks: list[Block], sound: bool) -> None:
    assert is_misplaced(blocks) != sound


def paragraphs(broken: int, whole: int, *, width: float = 0.8) -> list[Block]:
    """So many that break off and go on in the next, and so many that do not."""
    parts = [block("it breaks off", 0.03 * i, right=0.1 + width) for i in range(broken)]
    return [
        *parts,
        block("here it ends.", 0.03 * broken),
        *(block("Whole.", 0.03 * (broken + 1 + i)) for i in range(whole)),
    ]


@pytest.mark.parametrize(
    ("blocks", "sound"),
    [
        pytest.param(paragraphs(6, 0), False, id="six lines of a paragraph"),
        pytest.param(paragraphs(5, 0), True, id="five lines say nothing"),
        pytest.param(paragraphs(3, 7), True, id="three of ten pairs break off"),
        pytest.param(paragraphs(4, 6), False, id="four of ten"),
        pytest.param(paragraphs(8, 1, width=0.58), False, id="lines that are full"),
        pytest.param(paragraphs(8, 1, width=0.54), True, id="lines that could have gone on"),
        pytest.param([block("Whole.", 0.03 * i) for i in range(9)], True, id="sentences"),
        pytest.param([block("An entry", 0.03 * i) for i in range(9)], True, id="entries without an end"),
    ],
)
def test_paragraphs_do_not_break_off_within_a_sentence(blocks: list[Block], sound: bool) -> None:
    assert is_broken(blocks) != sound


@pytest.mark.parametrize(
    ("kind", "headings", "text", "sound"),
    [
        (BlockKind.HEADING, 340, 280, False),
        (BlockKind.TITLE, 340, 280, False),
        (BlockKind.HEADING, 340, 360, True),
        (BlockKind.HEADING, 300, 280, True),
        (BlockKind.HEADING, 800, 0, False),
    ],
)
def test_headings_are_less_than_half_of_a_page_of_text(kind: BlockKind, headings: int, text: int, sound: bool) -> None:
    assert is_all_headings([block("x" * headings, 0.1, kind=kind), block("x" * text, 0.2)]) != sound
