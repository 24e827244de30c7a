"""Page furniture: told by its place on the page, by its type and by repetition."""

from __future__ import annotations

import pytest
from layout_lines import SIZE, column, line, prose

from ocr_plugins.blocks import BBox, Block, BlockKind, Font, Region, TextLine
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.furniture import RunningText, in_place, is_page_number, is_running_line
from ocr_plugins.layout.rows import LEADING, Row


def block(text: str, top: float, bottom: float) -> Block:
    return Block(BlockKind.PARAGRAPH, text, BBox(0.1, top, 0.5, bottom))


def repeats(text: str, top: float = 0.02, bottom: float = 0.04, *, pages_between: int = 0) -> bool:
    """Whether a text that stands on two pages is furniture."""
    running = RunningText()
    for texts in ([block(text, top, bottom)], *[[]] * pages_between, [block(text, top, bottom)]):
        running.observe(texts)
    return running.settle(block(text, top, bottom)).kind.is_furniture


@pytest.mark.parametrize(
    ("top", "bottom", "at_edge"), [(0.1, 0.11, True), (0.12, 0.13, False), (0.88, 0.89, False), (0.91, 0.92, True)]
)
def test_page_numbers_and_what_repeats_stand_at_the_edge(top: float, bottom: float, at_edge: bool) -> None:
    assert is_page_number(block("17", top, bottom)) == at_edge
    assert repeats("Annual report", top, bottom) == at_edge


@pytest.mark.parametrize(
    ("text", "enough"), [("ab 1", False), ("abc 1", True), ("ab " * 38, True), ("ab " * 42, False)]
)
def test_what_repeats_is_a_line_with_some_letters(text: str, enough: bool) -> None:
    assert repeats(text) == enough


@pytest.mark.parametrize(("between", "remembered"), [(150, True), (250, False)])
def test_what_repeats_is_remembered_for_some_hundred_pages(between: int, remembered: bool) -> None:
    assert repeats("Annual report", pages_between=between) == remembered


def runs(*, middle: float = 0.03, gap: float = 3.0, number: str = "12") -> bool:
    """Whether a line with a number behind a gap, in heights of the line, is a running head or foot."""
    height = 0.01
    pieces = [("Annual report", 0.1, 0.5), (number, 0.5 + gap * height, 0.9)]
    lines = tuple(TextLine(t, BBox(a, middle - height / 2, b, middle + height / 2)) for t, a, b in pieces)
    return is_running_line(Block(BlockKind.PARAGRAPH, "", BBox.around(x.box for x in lines), lines=lines))


@pytest.mark.parametrize(("middle", "at_edge"), [(0.07, True), (0.09, False), (0.91, False), (0.93, True)])
def test_a_running_line_stands_at_the_very_edge(middle: float, at_edge: bool) -> None:
    assert runs(middle=middle) == at_edge


@pytest.mark.parametrize(("gap", "apart"), [(1.7, False), (2.3, True)])
def test_the_number_of_a_running_line_stands_apart(gap: float, apart: bool) -> None:
    assert runs(gap=gap) == apart


@pytest.mark.parametrize(("number", "of_page"), [("1234", True), ("12345", False), ("3", True), ("III", False)])
def test_the_number_of_a_running_line_is_that_of_a_page(number: str, of_page: bool) -> None:
    assert runs(number=number) == of_page


@pytest.mark.parametrize(
    ("edge", "size", "bold", "furniture"),
    [
        (0.10, 1.0, False, True),
        (0.14, 1.0, False, False),
        (0.08, 1.05, False, True),
        (0.08, 1.2, False, False),
        (0.08, 0.8, True, False),
        (0.04, 1.3, False, True),
        (0.04, 1.5, False, False),
        (0.06, 1.2, False, False),
        (0.04, 0.9, True, True),
        (0.04, 1.0, True, False),
    ],
)
def test_what_a_detector_calls_a_page_header_stands_at_the_edge_in_plain_type(
    edge: float, size: float, bold: bool, furniture: bool
) -> None:
    for top in (edge * 1000, (1 - edge) * 1000 - 10):
        box = BBox(100, top, 300, top + 10)
        row = Row(
            (TextLine("A running head", box, font=Font(size * 10 / LEADING, bold)),), box, 0, BlockKind.PAGE_HEADER
        )
        assert in_place(row, 10, 1000).kind.is_furniture == furniture


def furnished(lines: list[TextLine]) -> list[Region]:
    """Regions that call every line a page header, as a detector does on sparse pages."""
    return [Region(BlockKind.PAGE_HEADER, item.box, 0.9) for item in lines]


def test_a_bold_line_at_the_top_of_a_page_is_a_heading_and_no_running_head() -> None:
    top = line("Section 2 Services", 0.1, 0.03, bold=True, size=11)
    blocks = assemble([top, *column(prose("body", 6), 0.1, 0.1, width=0.8)], furnished([top]), size=SIZE)
    assert blocks[0].kind == BlockKind.HEADING


def test_a_page_header_is_told_from_the_text_by_region_and_place() -> None:
    head, body = line("A running head", 0.4, 0.03), column(prose("body", 6), 0.1, 0.1, width=0.8)
    blocks = assemble([head, *body], furnished([head]), size=SIZE)
    assert [b.kind for b in blocks] == [BlockKind.PAGE_HEADER, BlockKind.PARAGRAPH]


def test_a_line_at_the_edge_with_a_page_number_at_its_end_is_furniture() -> None:
    body = column(prose("body", 6), 0.1, 0.2, width=0.8)
    for top, kind in ((0.04, BlockKind.PAGE_HEADER), (0.95, BlockKind.PAGE_FOOTER)):
        running = [line("How to make a document", 0.1, top), line("12", 0.87, top)]
        kinds = [b.kind for b in assemble([*running, *body], size=SIZE)]
        assert sorted(kinds) == sorted([kind, BlockKind.PAGE_NUMBER, BlockKind.PARAGRAPH])
    inside = [line("How to make a document", 0.1, 0.5), line("12", 0.87, 0.5)]
    assert {b.kind for b in assemble([*inside, *body], size=SIZE)} == {BlockKind.PARAGRAPH}


def test_the_last_line_of_a_paragraph_is_no_page_footer() -> None:
    body = column(prose("body", 6)[:-1], 0.1, 0.2, width=0.8)
    for text, kind in (("and ends.", BlockKind.PARAGRAPH), ("Printed in London", BlockKind.PAGE_FOOTER)):
        last = line(text, 0.1, 0.96)
        region = Region(BlockKind.PAGE_FOOTER, last.box, 0.9)
        assert assemble([*body, last], [region], size=SIZE)[-1].kind == kind


def test_a_page_of_nothing_but_furniture_is_a_page_of_text() -> None:
    lines = [line("Only line", 0.1, 0.03)]
    assert [b.kind for b in assemble(lines, furnished(lines), size=SIZE)] == [BlockKind.PARAGRAPH]


def test_what_stands_between_text_is_no_furniture() -> None:
    first, second = line("A line", 0.1, 0.02), line("another one", 0.1, 0.08)
    body = column(prose("body", 6), 0.1, 0.2, width=0.8)
    blocks = assemble([first, second, *body], furnished([second]), size=SIZE)
    assert not any(b.kind.is_furniture for b in blocks)


@pytest.mark.parametrize("text", ["7", "- 7 -", "Page 3 of 12", "xiv", "3/12"])
def test_page_numbers_stand_at_an_edge(text: str) -> None:
    block = Block(BlockKind.PARAGRAPH, text, BBox(0.45, 0.95, 0.55, 0.97))
    assert is_page_number(block)
    assert not is_page_number(Block(BlockKind.PARAGRAPH, text, BBox(0.45, 0.5, 0.55, 0.52)))


def test_what_repeats_within_the_text_is_text() -> None:
    first, second = ([block("A list", 0.05, 0.06), block(f"P.O. Box {n}", 0.1, 0.11)] for n in (1071, 1706))
    running = RunningText()
    for page in (first, second):
        running.observe(page)
    assert [b.kind.is_furniture for b in running.settled(first)] == [True, True]
    assert [b.kind.is_furniture for b in running.settled([block("Orders", 0.05, 0.06), *first[1:]])] == [False, True]
    below = block("The text goes on", 0.08, 0.09)
    assert not any(b.kind.is_furniture for b in running.settled([block("Orders", 0.05, 0.06), second[1], below])[:1])


def test_a_title_that_running_heads_repeat_stays_where_it_stands_first() -> None:
    for text, first in (("The Northern Lease", False), ("78 The Northern Lease", True)):
        title = Block(BlockKind.HEADING, text, BBox(0.1, 0.05, 0.5, 0.07))
        pages = [[title, block("Text", 0.2, 0.3)] for _ in range(3)]
        running = RunningText()
        for page in pages:
            running.observe(page)
        assert [running.settled(page)[0].kind.is_furniture for page in pages] == [first, True, True]


@pytest.mark.parametrize(("text", "kind"), [("* Minutes", BlockKind.FOOTNOTE), ("* 7 *", BlockKind.PAGE_NUMBER)])
def test_a_note_that_a_detector_takes_for_a_page_footer_is_a_note(text: str, kind: BlockKind) -> None:
    foot = line(text, 0.1, 0.93, size=7)
    body = column(prose("body", 30), 0.1, 0.1, width=0.8)
    blocks = assemble([*body, foot], [Region(BlockKind.PAGE_FOOTER, foot.box, 0.9)], size=SIZE)
    assert blocks[-1].kind == kind


def sized(text: str, top: float, size: float = 10.0, *, lines: int = 1) -> Block:
    boxes = [BBox(0.1, top + 0.02 * i, 0.5, top + 0.02 * i + 0.015) for i in range(lines)]
    made = tuple(TextLine(text, box, None, Font(size, False)) for box in boxes)
    return Block(BlockKind.PARAGRAPH, text, BBox.around(boxes), lines=made)


def kinds_of_second_page(head: Block, *, start: float = 0.1) -> list[BlockKind]:
    """Of the second of two pages, whose first has no head and begins at 0.1."""
    first, second = [sized("One begins here", 0.1, lines=5)], [head, sized("Two goes on", start, lines=5)]
    running = RunningText()
    for page in (first, second):
        running.observe(page)
    assert [block.kind for block in running.settled(first)] == [BlockKind.PARAGRAPH]
    return [block.kind for block in running.settled(second)]


def test_a_small_line_above_where_the_text_of_the_other_page_begins_is_a_running_head() -> None:
    assert kinds_of_second_page(sized("Bank of Kelso", 0.05, 8.5)) == [BlockKind.PAGE_HEADER, BlockKind.PARAGRAPH]


@pytest.mark.parametrize(("size", "small"), [(9.1, True), (9.3, False)])
def test_a_running_head_that_does_not_repeat_is_set_in_smaller_type(size: float, small: bool) -> None:
    assert kinds_of_second_page(sized("Bank of Kelso", 0.05, size))[0].is_furniture == small


@pytest.mark.parametrize(("start", "same"), [(0.105, True), (0.107, False)])
def test_the_text_below_a_running_head_begins_where_it_does_on_other_pages(start: float, same: bool) -> None:
    assert kinds_of_second_page(sized("Bank of Kelso", 0.05, 8.5), start=start)[0].is_furniture == same


def test_the_type_of_a_table_does_not_tell_how_small_a_running_head_is() -> None:
    head, text = sized("Bank of Kelso", 0.05, 8.5), sized("Two goes on", 0.3, lines=2)
    table = Block(BlockKind.TABLE, "figures", BBox(0.1, 0.1, 0.5, 0.2), lines=sized("12", 0.1, 9.0, lines=30).lines)
    running = RunningText()
    for page in ([sized("One begins here", 0.1)], [head, table, text]):
        running.observe(page)
    assert running.settled([head, table, text])[0].kind == BlockKind.PAGE_HEADER


def test_an_address_of_the_web_below_another_column_does_not_end_its_sentence() -> None:
    region = Region(BlockKind.PAGE_FOOTER, BBox(0.1, 0.93, 0.3, 0.96), 0.9)
    text = [*column(prose("text", 8), 0.5, 0.3), line("and it goes on", 0.5, 0.3 + 8 * 0.018)]
    blocks = assemble([*text, line("www.kelso.example", 0.1, 0.94)], [region], size=SIZE)
    assert [block.kind for block in blocks if "kelso" in block.text] == [BlockKind.PAGE_FOOTER]
