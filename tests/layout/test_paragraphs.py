"""Paragraphs: where one ends, each measure just enough and just too little."""

from __future__ import annotations

from dataclasses import replace

import pytest
from layout_lines import PITCH, SIZE, column, line, prose, texts

from ocr_plugins.blocks import BBox, Block, BlockKind, Font, Region, TextLine
from ocr_plugins.document import Page
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.paragraphs import mark_continued, split_paragraphs, split_sides
from ocr_plugins.layout.rows import LEADING, Row, join_rows

# All measures below are in heights of the running text; lines are 40 wide and stand 1.3 apart.
UNIT, WIDTH, STEP = 10.0, 40.0, 1.3


def row(
    text: str, top: float = 0.0, *, left: float = 0.0, width: float = WIDTH, height: float = 1.0, bold: bool = False
) -> Row:
    box = BBox(left, top, left + width, top + height).scaled(UNIT, UNIT)
    return Row((TextLine(text, box, None, Font(box.height / LEADING, bold)),), box)


def body(number: int, top: float = 0.0, *, width: float = WIDTH) -> list[Row]:
    """Full lines of which none ends a sentence."""
    return [row("and on it goes to the end of", top + i * STEP, width=width) for i in range(number)]


def sizes(*rows: Row) -> list[int]:
    """How many rows each paragraph has."""
    return [len(paragraph) for paragraph in split_paragraphs(rows, UNIT)]


@pytest.mark.parametrize(("pitch", "parted"), [(1.6, [4]), (1.9, [3, 1])])
def test_a_row_farther_down_starts_a_paragraph(pitch: float, parted: list[int]) -> None:
    assert sizes(*body(3), *body(1, 2 * STEP + pitch)) == parted


@pytest.mark.parametrize(("pitch", "parted"), [(2.5, [2]), (3.5, [1, 1])])
def test_two_rows_alone_stand_in_any_pitch_that_running_text_has(pitch: float, parted: list[int]) -> None:
    assert sizes(*body(1), *body(1, pitch)) == parted


@pytest.mark.parametrize(("pitch", "parted"), [(3.6, [2, 3]), (4.2, [1, 1, 3])])
def test_rows_of_large_type_stand_farther_apart(pitch: float, parted: list[int]) -> None:
    title = [row("A sentence.", height=3), row("Another one", pitch, height=3)]
    assert sizes(*title, *body(3, pitch + 9)) == parted


@pytest.mark.parametrize(("pitch", "parted"), [(4.4, [2, 3]), (4.6, [1, 1, 3])])
def test_the_rows_of_a_title_stand_still_farther_apart(pitch: float, parted: list[int]) -> None:
    assert sizes(row("A title", height=3), row("Of two rows", pitch, height=3), *body(3, pitch + 9)) == parted


@pytest.mark.parametrize(
    ("second", "one"),
    [
        (row("Of two rows", 4.3, height=3.06), True),
        (row("1 infection", 4.3, height=3), True),
        (replace(row("Of two rows", 4.3, height=3), kind=BlockKind.HEADING, region=7), True),
        (row("Of two rows", 4.3, height=3.15), False),
        (row("1.1 Of another", 4.3, height=3), False),
        (row("2 Of another", 4.3, height=3), False),
        (row("A. Of another", 4.3, height=3), False),
        (row("Of two rows", 4.3, height=3, bold=True), False),
        (row("Of two rows", 4.3, left=WIDTH + 1, height=3), False),
    ],
)
def test_a_title_goes_on_in_the_same_style_alone_and_a_number_begins_another(second: Row, one: bool) -> None:
    assert (sizes(row("A title", height=3), second, *body(3, 13))[0] == 2) == one


@pytest.mark.parametrize(("height", "one"), [(3.2, True), (3.4, False)])
def test_the_measured_sizes_of_a_title_differ_by_more(height: float, one: bool) -> None:
    title = [measured(row("A title", height=3)), measured(row("Of two rows", 4.3, height=height))]
    assert (sizes(*title, *body(3, 13))[0] == 2) == one


def measured(known: Row) -> Row:
    return replace(known, lines=tuple(replace(line, confidence=0.9) for line in known.lines))


@pytest.mark.parametrize(("height", "parted"), [(1.3, [2]), (1.5, [1, 1])])
def test_a_row_in_another_size_starts_a_paragraph(height: float, parted: list[int]) -> None:
    assert sizes(*body(1), row("But this is another", STEP, height=height)) == parted
    assert sizes(*body(1), row("which is the same", STEP, height=height)) == [2]


@pytest.mark.parametrize(("height", "parted"), [(1.15, [2]), (1.3, [1, 1])])
def test_what_the_detector_calls_headings_differs_in_size_by_less(height: float, parted: list[int]) -> None:
    rows = [*body(1), row("But this is another", STEP, height=height)]
    assert sizes(*(replace(r, kind=BlockKind.HEADING) for r in rows)) == parted


@pytest.mark.parametrize(("height", "parted"), [(1.05, [2]), (1.2, [1, 1])])
def test_bold_words_in_a_full_line_differ_in_size_by_less(height: float, parted: list[int]) -> None:
    assert sizes(*body(1), row("But this is bold", STEP, height=height, bold=True)) == parted


@pytest.mark.parametrize(("short", "parted"), [(0.1, [2]), (0.2, [1, 1])])
def test_a_bold_line_is_no_heading_where_it_is_full(short: float, parted: list[int]) -> None:
    bold = row("Bold words open it and", width=(1 - short) * WIDTH, bold=True)
    assert sizes(bold, row("Donaudampfschifffahrtsgesellschaften then run", STEP)) == parted


@pytest.mark.parametrize(("height", "parted"), [(1.05, [1, 1]), (1.2, [2])])
def test_the_rows_of_a_title_are_broken_by_sense(height: float, parted: list[int]) -> None:
    title = [row("A large title", 0, width=20, height=height), row("On two rows", STEP, width=20, height=height)]
    assert sizes(*title, *body(3, 8)) == [*parted, 3]


@pytest.mark.parametrize(("step", "parted"), [(0.6, [4]), (1.0, [2, 2])])
def test_a_first_line_is_set_in(step: float, parted: list[int]) -> None:
    first = row("Another begins and goes on to the end", 2 * STEP, left=step, width=WIDTH - step)
    assert sizes(*body(2), first, *body(1, 3 * STEP)) == parted


@pytest.mark.parametrize(("back", "parted"), [(0.4, [3]), (0.6, [1, 2])])
def test_after_a_first_line_that_is_set_in_the_next_one_comes_back(back: float, parted: list[int]) -> None:
    above, below = body(1), row("its second line", 2 * STEP, left=1 - back, width=WIDTH)
    assert sizes(*above, row("Another begins and goes on to", STEP, left=1, width=WIDTH), below) == parted


@pytest.mark.parametrize(("free", "parted"), [(0.3, [2]), (0.4, [1, 1])])
def test_a_line_that_ends_no_sentence_may_end_before_a_word_that_had_room(free: float, parted: list[int]) -> None:
    assert sizes(row("No sentence ends here", width=(1 - free) * WIDTH), row("On it goes, though, to", STEP)) == parted


@pytest.mark.parametrize(("free", "parted"), [(6.3, [2]), (6.7, [1, 1])])
def test_a_paragraph_ends_with_a_sentence_if_the_next_word_had_room_behind_it(free: float, parted: list[int]) -> None:
    following = row("Four" + " and" * 9, STEP)
    assert following.box.width / len(following.text) == UNIT
    assert sizes(row("A sentence ends here.", width=WIDTH - free), following) == parted


@pytest.mark.parametrize(("number", "parted"), [(5, [2, 1, 1, 1, 1]), (6, [6, 1])])
def test_several_rows_tell_how_wide_the_column_is(number: int, parted: list[int]) -> None:
    rows = [row("Rows of verse begin with capitals", i * STEP, width=WIDTH * (1 - i % 2 * 0.2)) for i in range(number)]
    rows[1] = row("but one of them with a small letter", STEP, width=WIDTH * 0.8)
    assert sizes(*rows, row("17 March 1852", 20, left=80, width=16)) == parted


def beside(first: str, second: str, gap: float) -> Row:
    """Two pieces on one row, so far apart."""
    (joined,) = join_rows([row(first, width=10), row(second, left=10 + gap, width=10)])
    return joined


@pytest.mark.parametrize(("gap", "parts"), [(9, 1), (11, 2)])
def test_a_title_and_the_date_at_the_other_side_are_two(gap: float, parts: int) -> None:
    assert len(split_sides([beside("Annual report", "March 1852", gap)], UNIT)) == parts


@pytest.mark.parametrize(("off", "parted"), [(0.5, [2]), (-0.5, [2]), (0.9, [1, 1])])
def test_text_hangs_under_the_text_beside_its_label(off: float, parted: list[int]) -> None:
    rows = [beside("monday", "A concert", 10), row("Ada plays", STEP, left=20 + off, width=9)]
    assert sizes(*rows, *body(1, 9)) == [*parted, 1]


@pytest.mark.parametrize(("step", "parted"), [(0.5, [1, 1]), (0.9, [2]), (3.0, [2]), (4.0, [1, 1])])
def test_text_under_a_list_item_is_set_in_as_far_as_a_marker_is_wide(step: float, parted: list[int]) -> None:
    item = row("1. A short item", width=15)
    assert sizes(item, row("Its second line", STEP, left=step, width=15), *body(1, 9)) == [*parted, 1]


@pytest.mark.parametrize(("off", "parted"), [(0.35, [3]), (0.65, [2, 1])])
def test_the_lines_under_a_list_item_are_aligned(off: float, parted: list[int]) -> None:
    rows = [row("1. A short item", width=15), row("Its second line", STEP, left=2, width=15)]
    assert sizes(*rows, row("Its third line", 2 * STEP, left=2 + off, width=15), *body(1, 9)) == [*parted, 1]


@pytest.mark.parametrize(("characters", "continues"), [(50, False), (70, True)])
def test_a_label_does_not_go_on_in_the_next_column(characters: int, continues: bool) -> None:
    last = Block(BlockKind.PARAGRAPH, ("and so on " * 9)[:characters].strip())
    assert mark_continued([[last], [Block(BlockKind.PARAGRAPH, "it goes on")]])[1][0].continues == continues


def test_a_title_and_the_date_at_the_other_side_are_two_blocks_and_a_sum_belongs_to_its_label() -> None:
    lines = [line("Invoice Forty", 0.1, 0.2), line("January 8, 2020", 0.75, 0.2)]
    assert texts(assemble(lines, size=SIZE)) == ["Invoice Forty", "January 8, 2020"]
    lines = [line("Sum total", 0.1, 0.2), line("845.00", 0.75, 0.2)]
    assert texts(assemble(lines, size=SIZE)) == ["Sum total 845.00"]


def test_a_wider_pitch_starts_a_paragraph() -> None:
    first, second = column(prose("first", 3), 0.1, 0.1, width=0.8), column(prose("second", 3), 0.1, 0.19, width=0.8)
    blocks = assemble([*first, *second], size=SIZE)
    assert [b.text.split()[0] for b in blocks] == ["first", "second"]


def test_an_indented_first_line_starts_a_paragraph() -> None:
    rows = column(prose("one", 3), 0.1, 0.1, width=0.8)
    rows += [line("Two begins set in and goes on to the end of", 0.14, 0.1 + 3 * PITCH, width=0.76)]
    rows += column(["its second line and", "its third line."], 0.1, 0.1 + 4 * PITCH, width=0.8)
    blocks = assemble(rows, size=SIZE)
    assert [b.text.split()[0] for b in blocks] == ["one", "Two"]


@pytest.mark.parametrize(
    ("last", "indent", "parted"),
    [
        ("and here it ends for good.", 0.7, [2, 2]),
        ("and here it ends for good.", 0.5, [4]),
        ("and goes on for Jones and", 0.9, [2, 2]),
        ("and goes on for Jones and", 0.7, [4]),
    ],
)
def test_a_first_line_is_set_in_by_less_behind_the_end_of_a_sentence(
    last: str, indent: float, parted: list[int]
) -> None:
    first = row("Two begins set in and goes on to the", 2 * STEP, left=indent, width=WIDTH - indent)
    assert sizes(*body(1), row(last, STEP), first, *body(1, 3 * STEP)) == parted


def test_list_items_run_over_lines_and_keep_their_markers() -> None:
    rows = [
        line("1. The first item, which goes on and on to", 0.1, 0.1, width=0.8),
        line("a second line", 0.13, 0.1 + PITCH),
        line("2. The second item", 0.1, 0.1 + 2 * PITCH),
    ]
    blocks = assemble(rows, size=SIZE)
    assert [(b.kind, b.marker, b.text) for b in blocks] == [
        (BlockKind.LIST_ITEM, "1.", "The first item, which goes on and on to a second line"),
        (BlockKind.LIST_ITEM, "2.", "The second item"),
    ]


def test_text_that_hangs_under_the_text_of_its_item_belongs_to_it() -> None:
    rows = [
        *(line("- monday -", 0.1, 0.1), line("A concert at nine", 0.3, 0.1), line("Ada plays", 0.3, 0.1 + PITCH)),
        *(line("- friday -", 0.1, 0.15), line("Another one", 0.3, 0.15), line("Bob sings", 0.3, 0.15 + PITCH)),
    ]
    assert texts(assemble(rows, size=SIZE)) == [
        "monday - A concert at nine Ada plays",
        "friday - Another one Bob sings",
    ]


def test_a_sentence_that_runs_on_is_not_cut_where_the_type_measures_smaller() -> None:
    rows = [
        line("It soon became too conspicuous and too dan-", 0.1, 0.1, width=0.8, size=13),
        line("gerous for use, and was given up.", 0.1, 0.1 + PITCH, width=0.8, size=9),
    ]
    assert [b.text.split()[7] for b in assemble(rows, size=SIZE)] == ["dangerous"]


def test_a_full_line_with_bold_words_is_no_heading() -> None:
    rows = column(prose("body", 4), 0.1, 0.1, width=0.8)
    rows[0] = line("Bold words open this paragraph that", 0.1, 0.1, width=0.8, bold=True)
    assert not texts(assemble(rows, size=SIZE), BlockKind.HEADING)


def broken(left: list[TextLine], right: list[TextLine], regions: list[Region]) -> Page:
    return Page(1, blocks=assemble([*left, *right], regions, size=SIZE))


def test_a_paragraph_goes_on_at_the_head_of_the_next_column_and_behind_a_figure() -> None:
    left = column([*prose("left", 8)[:-1], "its last line breaks off with the words that"], 0.06, 0.1, width=0.41)
    right = column(["go on over here", *prose("right", 7)], 0.52, 0.1, width=0.41)
    figure = Region(BlockKind.FIGURE, BBox(0.06, 0.3, 0.47, 0.5), 0.95)
    page = broken(left, right, [figure])
    assert "with the words that go on over here" in page.markdown
    assert page.markdown.count("figure") == 1
    finished = column(prose("left", 8), 0.06, 0.1, width=0.41)
    assert not any(b.continues for b in broken(finished, right, [figure]).blocks)


def test_a_line_taken_for_bold_within_a_paragraph_is_no_heading_where_the_foot_is_wider_than_the_text() -> None:
    full = [f"Line {i} of the running text that is full to its end" for i in range(10)]
    lines = [line(t, 0.1, 0.1 + i * PITCH, width=0.6, bold=i == 5) for i, t in enumerate(full)]
    foot = [line("The title of the book", 0.1, 0.6), line("3", 0.9, 0.6)]
    blocks = assemble([*lines, *foot], size=SIZE)
    assert (blocks[0].kind, blocks[0].text) == (BlockKind.PARAGRAPH, " ".join(full))


def test_a_line_under_the_text_of_a_list_item_belongs_to_it() -> None:
    item = line("1. A short first line", 0.1, 0.1)
    rest = line("Under its text", 0.13, 0.1 + PITCH)
    following = line("2. Another item", 0.1, 0.1 + 2 * PITCH)
    wide = column(prose("below", 4), 0.1, 0.3, width=0.8)
    blocks = assemble([item, rest, following, *wide], size=SIZE)
    assert texts(blocks, BlockKind.LIST_ITEM) == ["A short first line Under its text", "Another item"]


def lines_of(texts: list[str], widths: list[float], *, top: float = 0.0) -> list[list[bool]]:
    """Of each paragraph, whether its lines are broken on purpose."""
    rows = [row(text, top + i * STEP, width=WIDTH * w) for i, (text, w) in enumerate(zip(texts, widths, strict=True))]
    return [[r.broken for r in paragraph] for paragraph in split_paragraphs(rows, UNIT)]


ADDRESS = ["Jane Miller", "14 Northumberland Avenue", "Leeds", "England"]


@pytest.mark.parametrize("number", [3, 4])
def test_a_few_short_lines_of_which_none_runs_on_are_broken_on_purpose(number: int) -> None:
    broken = lines_of(ADDRESS[:number], [0.4, 1.0, 0.4, 0.4][:number])
    assert (broken == [[True] * number]) == (number == 4)


def test_lines_that_run_on_or_are_full_are_no_lines_of_an_address() -> None:
    assert lines_of([*ADDRESS[:3], "and environs"], [0.4, 1.0, 0.4, 0.4])[-1][-1] is False
    assert lines_of(ADDRESS, [0.9, 1.0, 0.9, 0.4])[-1][-1] is False
    assert lines_of(["NORTHERN", "LEASE", "OF THE", "LAND"], [0.4, 1.0, 0.4, 0.4])[-1][-1] is False


def test_lines_broken_on_purpose_stay_lines() -> None:
    address = [line(text, 0.1, 0.1 + i * PITCH) for i, text in enumerate(ADDRESS)]
    (block,) = assemble(address, size=SIZE)
    assert block.text == "\n".join(ADDRESS)
    assert block.markdown == "<br>".join(ADDRESS)
