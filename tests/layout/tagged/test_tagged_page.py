"""How the blocks of a tagged page are made from the text that its tags name."""

from __future__ import annotations

import pytest

from ocr_plugins.blocks import BBox, Block, BlockKind, Font, TextLine
from ocr_plugins.layout.tagged.page import tagged_blocks
from ocr_plugins.source.textlayer import ARTIFACT, UNMARKED, Element, Fragment, Tagged

SIZE = (600.0, 800.0)


def text(mark: int, words: str, top: float, left: float = 60, right: float = 540) -> Fragment:
    """A line of text, in points from the top left."""
    box = BBox(left, top, right, top + 12).scaled(1 / SIZE[0], 1 / SIZE[1])
    return Fragment(round(top * 1000 + left), mark, words, box, Font(10))


def blocks_of(kinds: str, *fragments: Fragment) -> tuple[Block, ...] | None:
    """The blocks where each mark from 0 on has a tag of its own, of the kinds given."""
    tree = tuple(Element(kind, (mark,)) for mark, kind in enumerate(kinds.split()))
    return tagged_blocks(Tagged(tree, fragments, {}), (), SIZE)


def kinds_of(kinds: str, *fragments: Fragment) -> list[BlockKind]:
    blocks = blocks_of(kinds, *fragments)
    assert blocks is not None
    return [block.kind for block in blocks]


@pytest.mark.parametrize(("named", "followed"), [(82, True), (78, False)])
def test_tags_are_followed_where_they_name_most_of_the_text(named: int, followed: bool) -> None:
    blocks = blocks_of("P", text(0, "x" * named, 100), text(UNMARKED, "y" * (100 - named), 300))
    assert (blocks is not None) == followed


@pytest.mark.parametrize(("artifacts", "kind"), [(38, BlockKind.PAGE_HEADER), (42, BlockKind.PARAGRAPH)])
def test_what_is_marked_as_no_content_is_furniture_unless_it_is_much_of_the_page(
    artifacts: int, kind: BlockKind
) -> None:
    kinds = kinds_of("P", text(ARTIFACT, "y" * artifacts, 30), text(0, "x" * (100 - artifacts), 400))
    assert kinds == [kind, BlockKind.PARAGRAPH]


@pytest.mark.parametrize(("lines", "blocks"), [(29, 1), (31, 2)])
def test_a_paragraph_of_very_many_lines_is_cut_where_geometry_sees_two(lines: int, blocks: int) -> None:
    rows = [text(0, f"line {i} of a page that is under a single tag", 60 + 14 * i + 40 * (i > 9)) for i in range(lines)]
    assert kinds_of("P", *rows) == [BlockKind.PARAGRAPH] * blocks


@pytest.mark.parametrize(("characters", "kind"), [(390, BlockKind.HEADING), (410, BlockKind.PARAGRAPH)])
def test_a_very_long_heading_is_none(characters: int, kind: BlockKind) -> None:
    assert kinds_of("H2", text(0, "x" * characters, 100)) == [kind]


@pytest.mark.parametrize(("characters", "kind"), [(390, BlockKind.FIGURE), (410, BlockKind.PARAGRAPH)])
def test_a_figure_full_of_text_is_text(characters: int, kind: BlockKind) -> None:
    assert kinds_of("Figure", text(0, "x" * characters, 100)) == [kind]


@pytest.mark.parametrize(("overlap", "joined"), [(5, "wo- man"), (7, "woman")], ids=["one line", "two lines"])
def test_pieces_of_a_line_hardly_overlap(overlap: float, joined: str) -> None:
    blocks = blocks_of("P", text(0, "wo-", 100, 60, 80), text(0, "man", 100, 80 - overlap, 100))
    assert blocks is not None
    assert blocks[0].text == joined


@pytest.mark.parametrize(("distance", "order"), [(48, ["above", "left", "new"]), (96, ["above", "new", "left"])])
def test_text_without_a_tag_follows_what_is_left_of_it_unless_that_is_far(distance: float, order: list[str]) -> None:
    # What is above ends 16 points higher, a fiftieth of the page.
    above, left = text(0, "above", 100, 300, 400), text(1, "left", 128, 60, 300 - distance)
    blocks = blocks_of("P P P", above, left, text(2, "x" * 60, 700), text(UNMARKED, "new", 128, 300, 400))
    assert blocks is not None
    assert [block.text for block in blocks][:3] == order


@pytest.mark.parametrize("mark", [UNMARKED, 1])
def test_feet_that_no_tag_names_are_furniture_and_those_that_one_names_are_not(mark: int) -> None:
    body = [text(0, "a line of the text that goes on and", 100 + 14 * i) for i in range(20)]
    foot = [text(mark, "Revision: 3.1", 750, 60, 150), text(mark, "22 August 2020", 750, 440, 540)]
    kinds = kinds_of("P P", *body, *foot)
    assert kinds == [BlockKind.PARAGRAPH, BlockKind.PAGE_FOOTER if mark == UNMARKED else BlockKind.PARAGRAPH]


def test_each_answer_of_a_form_follows_its_label() -> None:
    def answer(words: str, top: float) -> TextLine:
        return TextLine(words, BBox(200, top, 400, top + 14).scaled(1 / SIZE[0], 1 / SIZE[1]), font=Font(10))

    labels = [text(i, words, 100 + 20 * i, 60, 120) for i, words in enumerate(("Name:", "Street:", "Remarks:"))]
    answers = ((answer("Ada", 99),), (answer("4 Elm Road", 119),), (answer("None", 139), answer("so far", 153)))
    tree = tuple(Element("P", (mark,)) for mark in range(3))
    blocks = tagged_blocks(Tagged(tree, tuple(labels), {}, answers=answers), (), SIZE)
    assert blocks is not None
    assert [b.text for b in blocks] == ["Name:", "Ada", "Street:", "4 Elm Road", "Remarks:", "None so far"]


@pytest.mark.parametrize("count", [3, 600])
def test_no_answer_is_lost_however_many_there_are(count: int) -> None:
    tops = [100 + i for i in range(count)]
    answers = tuple(
        (TextLine(f"answer {top}", BBox(0.5, top / 800, 0.9, (top + 1) / 800), font=Font(1)),) for top in tops
    )
    blocks = tagged_blocks(Tagged((Element("P", (0,)),), (text(0, "Name:", 80),), {}, answers=answers), (), SIZE)
    assert blocks is not None
    assert all(f"answer {top}" in "\n".join(b.text for b in blocks) for top in tops)
