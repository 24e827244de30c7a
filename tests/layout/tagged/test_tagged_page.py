"""How the blocks of a tagged page are made from the text that its tags name."""

from __future__ import annotations

from dataclasses import replace

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


def test_words_in_a_figure_are_text() -> None:
    tree = (Element("Figure", (0,), alt="A risk matrix"),)
    words = text(0, "High risk of rain", 100), text(0, "Low risk of rain", 160)
    blocks = tagged_blocks(Tagged(tree, words, {0: BBox(0, 0, 1, 1)}), (), SIZE)
    assert blocks is not None
    assert [(b.kind, b.text) for b in blocks] == [
        (BlockKind.FIGURE, "A risk matrix"),
        (BlockKind.PARAGRAPH, "High risk of rain"),
        (BlockKind.PARAGRAPH, "Low risk of rain"),
    ]


def test_figures_and_signs_in_a_figure_are_its_labels() -> None:
    assert kinds_of("Figure P", text(0, "0 10 20 m", 100), text(1, "a word", 200)) == [
        BlockKind.FIGURE,
        BlockKind.PARAGRAPH,
    ]


def test_what_an_author_wrote_in_a_figure_keeps_its_tags() -> None:
    tree = (Element("Figure", (Element("H2", (0,)), Element("P", (1,)))),)
    found = tagged_blocks(Tagged(tree, (text(0, "Risks", 100), text(1, "They are few.", 120)), {}), (), SIZE)
    assert found is not None
    assert [b.kind for b in found] == [BlockKind.HEADING, BlockKind.PARAGRAPH]


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


@pytest.mark.parametrize(
    ("top", "left", "words", "is_text"),
    [
        (300, 60, "a line amid the text", True),
        (30, 60, "a head", False),
        (780, 60, "a foot", False),
        (300, 60, "12", False),
        (300, -40, "beside", False),
        (400, 60, "upon it", False),
    ],
)
def test_words_marked_as_no_content_are_text_where_they_stand_amid_it(
    top: float, left: float, words: str, is_text: bool
) -> None:
    artifact = text(ARTIFACT, words, top, left, left + 70)
    blocks = blocks_of("P P P", text(0, "x" * 100, 100), text(1, "y" * 100, 400), text(2, "z" * 100, 700), artifact)
    assert blocks is not None
    assert [b.kind == BlockKind.PARAGRAPH for b in blocks if b.text == words] == [is_text]


def test_words_marked_as_no_content_that_stand_elsewhere_too_repeat_what_is_there() -> None:
    body = text(0, "Ships Limited, the old", 100), text(1, "harbour", 400), text(2, "z" * 100, 700)
    for words, kind in (("the old harbour", BlockKind.PAGE_HEADER), ("the new harbour", BlockKind.PARAGRAPH)):
        blocks = blocks_of("P P P", *body, text(ARTIFACT, words, 300, 60, 130))
        assert [b.kind for b in blocks or () if b.text == words] == [kind]


def fonts(*fragments: Fragment, size: float = 10, bold: bool = False, mono: bool = False) -> tuple[Fragment, ...]:
    return tuple(replace(f, font=Font(size, bold, mono=mono)) for f in fragments)


@pytest.mark.parametrize(("sisters", "kind"), [(2, BlockKind.HEADING), (1, BlockKind.PARAGRAPH)])
def test_a_paragraph_in_the_type_of_several_headings_is_one(sisters: int, kind: BlockKind) -> None:
    heads = [text(i, f"Heading {'ABC'[i]}", 100 + 200 * i) for i in range(3)]
    body = [text(3 + i, f"{'x' * 200} ends {i}.", 150 + 200 * i) for i in range(3)]
    kinds = [*["H2"] * sisters, *["P"] * (6 - sisters)]
    tree = tuple(Element(kinds[mark], (mark,)) for i in range(3) for mark in (i, 3 + i))
    blocks = tagged_blocks(Tagged(tree, (*fonts(*heads, bold=True), *body), {}), (), SIZE)
    assert blocks is not None
    assert [b.kind for b in blocks if b.text == "Heading C"] == [kind]
    assert all(b.level == 2 for b in blocks if b.kind == BlockKind.HEADING)


def test_a_heading_above_its_text_under_one_tag_stands_by_itself() -> None:
    head = fonts(text(0, "Before you begin", 100, right=200), bold=True)
    blocks = blocks_of("P", *head, text(0, "Read all of it and", 114), text(0, "then begin.", 128))
    assert blocks is not None
    assert [b.text for b in blocks] == ["Before you begin", "Read all of it and then begin."]


def test_pieces_of_a_line_that_were_tagged_in_disorder_stand_in_its_order() -> None:
    pieces = [Fragment(0, mark, words, box, Font(10)) for mark, words, box in (
        (0, "T", BBox(0.1, 0.1, 0.12, 0.12)),
        (1, "reatment ", BBox(0.12, 0.1, 0.3, 0.12)),
        (2, "ends", BBox(0.3, 0.1, 0.4, 0.12)),
    )]  # fmt: skip
    blocks = tagged_blocks(Tagged((Element("P", (1, 2, 0)),), tuple(pieces), {}), (), SIZE)
    assert blocks is not None
    assert [b.text for b in blocks] == ["Treatment ends"]


def test_pieces_of_a_line_that_runs_to_the_left_are_joined_without_white() -> None:
    end, start = BBox(0.1, 0.1, 0.12, 0.12), BBox(0.12, 0.1, 0.3, 0.12)
    pieces = Fragment(0, 0, "العمل", start, Font(10)), Fragment(0, 1, ".", end, Font(10))
    blocks = tagged_blocks(Tagged((Element("P", (0, 1)),), pieces, {}), (), SIZE)
    assert blocks is not None
    assert [b.text for b in blocks] == ["العمل."]


def test_lines_of_code_under_tags_of_their_own_are_one_piece_of_code() -> None:
    code = fonts(text(0, "def f(x):", 100, 60, 114), text(1, "return x + 1", 114, 84, 156), mono=True)
    blocks = blocks_of("P P P", *code, text(2, "And so on.", 200))
    assert blocks is not None
    assert [(b.kind, b.text) for b in blocks] == [
        (BlockKind.CODE, "def f(x):\n    return x + 1"),
        (BlockKind.PARAGRAPH, "And so on."),
    ]


def test_prose_in_the_type_of_a_typewriter_keeps_its_paragraphs() -> None:
    prose = fonts(text(0, "The first thing.", 100), text(1, "The second thing.", 114), mono=True)
    assert kinds_of("P P", *prose) == [BlockKind.PARAGRAPH, BlockKind.PARAGRAPH]


def test_dots_that_lead_to_a_page_number_are_no_text() -> None:
    blocks = blocks_of("P", text(0, "1.2 Cost and benefit . . . . . . . . 12", 100))
    assert blocks is not None
    assert [b.text for b in blocks] == ["1.2 Cost and benefit 12"]


def test_a_marker_that_was_tagged_apart_comes_to_its_item() -> None:
    first, second = text(0, "It ends here.", 100), text(1, "2.", 120, 60, 70)
    tree = (Element("P", (0, 1)), Element("P", (2,)))
    found = tagged_blocks(Tagged(tree, (first, second, text(2, "The next one.", 120, 80)), {}), (), SIZE)
    assert found is not None
    assert [(b.kind, b.marker, b.text) for b in found] == [
        (BlockKind.PARAGRAPH, None, "It ends here."),
        (BlockKind.LIST_ITEM, "2.", "The next one."),
    ]


def test_items_that_the_author_did_not_nest_are_nested_by_their_place() -> None:
    blocks = blocks_of("LI LI LI", *(text(i, "• item", 100 + 20 * i, 60 + 20 * (i % 2)) for i in range(3)))
    assert blocks is not None
    assert [b.level for b in blocks] == [0, 1, 0]


def test_tags_in_a_wild_order_keep_what_they_say_of_each_block() -> None:
    tree = tuple(Element("H2" if mark == 0 else "P", (mark,)) for mark in range(7))[::-1]
    words = tuple(text(mark, f"Whole sentence {mark}.", 100 + 60 * mark) for mark in range(7))
    blocks = tagged_blocks(Tagged(tree, words, {}), (), SIZE)
    assert blocks is not None
    assert [b.text for b in blocks] == [f.text for f in words]
    assert [b.kind for b in blocks] == [BlockKind.HEADING, *[BlockKind.PARAGRAPH] * 6]


@pytest.mark.parametrize("kind", ["H2", "Caption"])
def test_a_paragraph_within_a_heading_is_its_text(kind: str) -> None:
    found = tagged_blocks(Tagged((Element(kind, (Element("P", (0,)),)),), (text(0, "Risks", 100),), {}), (), SIZE)
    assert found is not None
    assert [b.kind for b in found] == [BlockKind.HEADING if kind == "H2" else BlockKind.CAPTION]
