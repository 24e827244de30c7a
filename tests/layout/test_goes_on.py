"""What is broken off at the end of a column or page and goes on, and what only seems to."""

from __future__ import annotations

import pytest

from ocr_plugins.blocks import BBox, Block, BlockKind, Font, TextLine
from ocr_plugins.document import Page
from ocr_plugins.layout.paragraphs import goes_on, mark_continued, split_paragraphs
from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.settle import Settler

# A character is a hundredth of the page wide.
CHARACTER = 0.01
FULL = "The road was built long ago and it leads to"
OTHER = "Marlow, where the council met for some years"


def text(
    *lines: str,
    set_in: float = 0.0,
    short: float = 0.0,
    size: float = 10.0,
    bold: bool = False,
    kind: BlockKind = BlockKind.PARAGRAPH,
    marker: str | None = None,
) -> Block:
    """A block of lines one below the other, the first ``set_in`` and the last ``short``, in characters."""
    made = []
    for i, words in enumerate(lines):
        left = 0.1 + (set_in * CHARACTER if i == 0 else 0)
        right = 0.1 + len(FULL) * CHARACTER - (short * CHARACTER if i == len(lines) - 1 else 0)
        made.append(TextLine(words, BBox(left, 0.1 + i * 0.02, right, 0.115 + i * 0.02), None, Font(size, bold)))
    box = BBox.around(line.box for line in made)
    return Block(kind, " ".join(lines), box, marker=marker, lines=tuple(made))


@pytest.mark.parametrize(
    ("last", "first", "goes"),
    [
        pytest.param(text(FULL, FULL), text(OTHER, OTHER), True, id="a name"),
        pytest.param(text(FULL, FULL), text("1925; the end was near and nobody knew", OTHER), True, id="a year"),
        pytest.param(text(FULL, FULL + "."), text(OTHER, OTHER), False, id="the sentence ends"),
        pytest.param(text(FULL, FULL, short=6), text(OTHER, OTHER), True, id="no room for the first word"),
        pytest.param(text(FULL, FULL, short=9), text(OTHER, OTHER), False, id="the first word had room"),
        pytest.param(text(FULL, FULL, short=12), text("and on", OTHER), True, id="a small letter, whatever the room"),
        pytest.param(text(FULL, FULL), text(OTHER, OTHER, set_in=2), False, id="a first line set in"),
        pytest.param(text(FULL, FULL), text(OTHER, OTHER, set_in=1), True, id="a first line hardly set in"),
        pytest.param(text(FULL, FULL), text(OTHER, OTHER, size=12), False, id="larger type"),
        pytest.param(text(FULL, FULL), text(OTHER, OTHER, size=10.5), True, id="about the same type"),
        pytest.param(text(FULL, FULL), text(OTHER, OTHER, bold=True), False, id="bold type"),
        pytest.param(text(FULL), text(OTHER, OTHER), False, id="a label"),
        pytest.param(text(FULL, kind=BlockKind.LIST_ITEM, marker="–"), text(OTHER), True, id="an item"),
        pytest.param(text(FULL, FULL, kind=BlockKind.HEADING), text(OTHER), False, id="a heading"),
        pytest.param(text(FULL, FULL), text(OTHER, kind=BlockKind.CAPTION), False, id="a caption"),
    ],
)
def test_an_open_sentence_goes_on_where_its_line_was_full(last: Block, first: Block, goes: bool) -> None:
    assert goes_on(last, first) == goes


def test_an_item_goes_on_as_an_item_of_its_depth() -> None:
    item = text(FULL, kind=BlockKind.LIST_ITEM, marker="–")
    (_, (rest,)) = mark_continued([[item], [text(OTHER)]])
    assert (rest.kind, rest.marker, rest.continues) == (BlockKind.LIST_ITEM, None, True)


def entry(marker: str, left: float, level: int) -> Block:
    box = BBox(left, 0.1, 0.5, 0.115)
    return Block(BlockKind.LIST_ITEM, "Words.", box, marker=marker, level=level, lines=(TextLine("Words.", box),))


def settled(*pages: tuple[Block, ...]) -> list[list[int]]:
    settler = Settler()
    made = [Page(number, "", 600, 800, blocks) for number, blocks in enumerate(pages, 1)]
    for page in made:
        settler.observe(page)
    return [[block.level for block in settler.settle(page).blocks] for page in made]


def test_a_list_goes_on_over_the_page_end() -> None:
    first = (text(FULL, FULL + "."), entry("1.", 0.1, 0), entry("a)", 0.15, 1))
    assert settled(first, (entry("b)", 0.15, 0), entry("2.", 0.1, 0), entry("a)", 0.15, 1))) == [[0, 0, 1], [1, 0, 1]]


def test_a_list_behind_text_is_another() -> None:
    first = (entry("1.", 0.1, 0), entry("a)", 0.15, 1))
    assert settled(first, (text(FULL, FULL + "."), entry("b)", 0.15, 0))) == [[0, 1], [0, 0]]


# All measures below are in points; the type is 10 high and a line 400 wide.
def row(words: str, top: float, left: float = 0.0, right: float = 400.0) -> Row:
    box = BBox(left, top, right, top + 10)
    return Row((TextLine(words, box, None, Font(8.3)),), box)


def parts(*rows: Row) -> list[int]:
    return [len(paragraph) for paragraph in split_paragraphs(rows, 10.0)]


@pytest.mark.parametrize("speaker", ["MR. KELLER:", "THE COURT:", "Q.", "A."])
def test_a_speech_begins_anew_and_goes_on_to_the_left_of_its_first_line(speaker: str) -> None:
    speech = [row(f"{speaker} You knew. It was in the year", 13, 30), row("Nothing was known of it at that time.", 26)]
    assert parts(row("and so it went on from one day to another.", 0), *speech, *[
        row(r.text, r.box.top + 26, r.box.left) for r in speech
    ]) == [1, 2, 2]  # fmt: skip


def test_an_answer_ends_where_its_last_line_does() -> None:
    answer = [row("A. You knew. It was in the year of the", 13, 30), row("flood.", 26, right=60)]
    assert parts(row("and so it went on.", 0), *answer, row("Nothing was known of it at that time.", 39)) == [1, 2, 1]


@pytest.mark.parametrize(
    ("before", "words", "lines"),
    [
        pytest.param("and the house was sold for the price.", "M. Byrne knew it well and", [3], id="an initial"),
        pytest.param("and the house was sold for it, d.", "h. for a third of what it", [3], id="an abbreviation"),
        pytest.param("and the house was sold for the price.", "1. Byrne knew it well and", [1, 2], id="a number"),
    ],
)
def test_what_looks_like_a_marker_at_the_begin_of_a_line(before: str, words: str, lines: list[int]) -> None:
    assert parts(row(before, 0), row(words, 13), row("he said so whenever it was told.", 26)) == lines


@pytest.mark.parametrize(("right", "lines"), [(400.0, [2]), (300.0, [1, 1])])
def test_a_full_line_goes_on_over_the_edge_of_a_region(right: float, lines: list[int]) -> None:
    first, second = row("and the house was sold at", 0, right=right), row("Marlow, where it stands to this day", 13)
    assert [len(p) for p in split_paragraphs([first, Row(second.lines, second.box, region=1)], 10.0)] == lines
