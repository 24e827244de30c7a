"""The layout stage on made geometry: lines and regions in, blocks in reading order out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocr_plugins.blocks import BBox, Block, BlockKind, Font, Region, TextLine
from ocr_plugins.document import Page
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.furniture import is_page_number
from ocr_plugins.text import join_lines, split_marker

SIZE = (600.0, 800.0)
PITCH = 0.018
HEIGHT = 0.0135


def line(
    text: str, left: float, top: float, *, width: float | None = None, size: float = 9.0, bold: bool = False
) -> TextLine:
    """A line as wide as its text, on a page of 600 × 800."""
    right = left + (width if width is not None else len(text) * 0.0085 * size / 9)
    return TextLine(text, BBox(left, top, right, top + HEIGHT * size / 9), 0.99, Font(size, bold))


def column(texts: list[str], left: float, top: float, *, width: float | None = None) -> list[TextLine]:
    return [line(text, left, top + i * PITCH, width=width) for i, text in enumerate(texts)]


def prose(name: str, lines: int) -> list[str]:
    """Lines of running text that say where they belong: full, but for the last."""
    return [*(f"{name} line {i} goes on without an end and" for i in range(lines - 1)), f"{name} ends here."]


def texts(blocks: tuple[Block, ...], kind: BlockKind | None = None) -> list[str]:
    return [b.text for b in blocks if kind is None or b.kind == kind]


def test_two_columns_are_read_one_after_the_other_below_a_title_that_spans_them() -> None:
    title = line("A title over both of the columns", 0.3, 0.06, size=16, bold=True)
    left = column(prose("left", 8), 0.06, 0.15, width=0.41)
    right = column(prose("right", 8), 0.52, 0.15, width=0.41)
    blocks = assemble([*right, title, *left], size=SIZE)
    assert [b.kind for b in blocks] == [BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.PARAGRAPH]
    assert [b.text.split()[0] for b in blocks] == ["A", "left", "right"]


def test_text_that_runs_over_the_full_width_again_comes_after_both_columns() -> None:
    left = column(prose("left", 6), 0.06, 0.10, width=0.41)
    right = column(prose("right", 6), 0.52, 0.10, width=0.41)
    wide = column(prose("wide", 4), 0.06, 0.30, width=0.87)
    words = [b.text.split()[0] for b in assemble([*wide, *right, *left], size=SIZE)]
    assert words == ["left", "right", "wide"]


def test_three_columns() -> None:
    columns = [column(prose(name, 7), x, 0.1, width=0.26) for name, x in (("a", 0.05), ("b", 0.36), ("c", 0.67))]
    words = [b.text.split()[0] for b in assemble([x for c in reversed(columns) for x in c], size=SIZE)]
    assert words == ["a", "b", "c"]


def test_addresses_at_both_sides_of_a_page_are_read_side_after_side() -> None:
    left = column(["Ada Lovelace", "12 Saint James Square", "London"], 0.1, 0.2)
    right = column(["Analytical Engines", "Dorset Street", "Marylebone"], 0.6, 0.209)
    wide = column(prose("letter", 4), 0.1, 0.4, width=0.8)
    text = " ".join(texts(assemble([*wide, *right, *left], size=SIZE)))
    order = ["Ada", "London", "Analytical", "Marylebone", "letter"]
    assert [text.index(word) for word in order] == sorted(text.index(word) for word in order)


def test_a_title_and_the_date_at_the_other_side_are_two_blocks_and_a_sum_belongs_to_its_label() -> None:
    lines = [line("Invoice Forty", 0.1, 0.2), line("January 8, 2020", 0.75, 0.2)]
    assert texts(assemble(lines, size=SIZE)) == ["Invoice Forty", "January 8, 2020"]
    lines = [line("Sum total", 0.1, 0.2), line("845.00", 0.75, 0.2)]
    assert texts(assemble(lines, size=SIZE)) == ["Sum total 845.00"]


def note(texts: list[str], top: float, left: float = 0.06) -> list[TextLine]:
    return [line(text, left, top + i * 0.012, size=7) for i, text in enumerate(texts)]


def test_a_footnote_is_read_after_both_columns_and_before_what_stands_below_them() -> None:
    left = column(prose("left", 20), 0.06, 0.30, width=0.41)
    right = column(prose("right", 22), 0.52, 0.30, width=0.41)
    below = [
        line("A licence runs below it over the width of the page, in its own type.", 0.06, 0.9, width=0.87, size=8)
    ]
    blocks = assemble([*left, *right, *note(["* A mark begins this note"], 0.67), *below], size=SIZE)
    assert [b.text.split()[0] for b in blocks] == ["left", "right", "*", "A"]
    assert blocks[2].kind == BlockKind.FOOTNOTE


def test_small_type_is_a_footnote_by_its_mark_or_the_rule_above_it() -> None:
    body = column(prose("body", 30), 0.1, 0.1, width=0.8)
    rule = BBox(0.1, 0.664, 0.3, 0.665)
    for text, rules, kind in (
        ("1 Compare the first part.", (), BlockKind.FOOTNOTE),
        ("Compare the first part.", (rule,), BlockKind.FOOTNOTE),
        ("Compare the first part.", (), BlockKind.PARAGRAPH),
    ):
        assert assemble([*body, *note([text], 0.67, 0.1)], rulings=rules, size=SIZE)[-1].kind == kind


def test_labels_with_values_beside_them_are_read_row_by_row() -> None:
    lines = [*column(["Total", "Cash", "Change"], 0.1, 0.2), *column(["12.50", "20.00", "7.50"], 0.8, 0.2)]
    text = " ".join(texts(assemble(lines, size=SIZE)))
    assert text.index("Total") < text.index("12.50") < text.index("Cash") < text.index("20.00") < text.index("Change")


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
    ("lines", "joined"),
    [
        (["a docu-", "ment"], "a document"),
        (["the Anglo-", "Saxon"], "the Anglo-Saxon"),
        (["pages 12-", "14"], "pages 12-14"),
        (["a self-", "made man"], "a self-made man"),
        (["it was -", "and is"], "it was - and is"),
        (["one", "two"], "one two"),
        (["soft\u00ad", "ly"], "softly"),
    ],
)
def test_words_hyphenated_at_a_line_end_are_made_whole_with_care(lines: list[str], joined: str) -> None:
    assert join_lines(lines) == joined


@pytest.mark.parametrize("text", ["• item", "- item", "3. item", "(a) item", "iv) item", "B. item"])
def test_list_markers(text: str) -> None:
    split = split_marker(text)
    assert split is not None
    assert split[1] == "item"


@pytest.mark.parametrize("text", ["3.1 Results", "1984 was a year", "-", "Anna", "e.g. this", "-5 degrees"])
def test_what_is_no_list_marker(text: str) -> None:
    assert split_marker(text) is None


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


def test_items_that_are_set_in_are_nested() -> None:
    items = [("1. One", 0.1), ("a) Deeper", 0.13), ("b) Deeper too", 0.13), ("• Deepest", 0.16), ("2. Two", 0.1)]
    blocks = assemble([line(text, left, 0.1 + i * PITCH) for i, (text, left) in enumerate(items)], size=SIZE)
    assert [(b.kind, b.level) for b in blocks] == [(BlockKind.LIST_ITEM, level) for level in (0, 1, 1, 2, 0)]


def test_text_that_hangs_under_the_text_of_its_item_belongs_to_it() -> None:
    rows = [
        *(line("- monday -", 0.1, 0.1), line("A concert at nine", 0.3, 0.1), line("Ada plays", 0.3, 0.1 + PITCH)),
        *(line("- friday -", 0.1, 0.15), line("Another one", 0.3, 0.15), line("Bob sings", 0.3, 0.15 + PITCH)),
    ]
    assert texts(assemble(rows, size=SIZE)) == [
        "monday - A concert at nine Ada plays",
        "friday - Another one Bob sings",
    ]


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


def test_a_line_in_capitals_is_a_heading_unless_the_page_is_full_of_them() -> None:
    body = column(prose("body", 5), 0.1, 0.15, width=0.8)
    capitals = line("THE STORY OF A PAGE", 0.1, 0.05)
    assert texts(assemble([capitals, *body], size=SIZE), BlockKind.HEADING) == ["THE STORY OF A PAGE"]
    shouted = [replace(x, text=x.text.upper()) for x in body]
    assert not texts(assemble([capitals, *shouted], size=SIZE), BlockKind.HEADING)


@pytest.mark.parametrize("text", ["Date of birth:", "Telephone: ()", "Amount:$"])
def test_the_label_of_a_field_is_no_heading(text: str) -> None:
    body = column(prose("body", 5), 0.1, 0.15, width=0.8)
    assert not texts(assemble([line(text, 0.1, 0.05, bold=True), *body], size=SIZE), BlockKind.HEADING)


def test_a_bold_line_at_the_top_of_a_page_is_a_heading_and_no_running_head() -> None:
    top = line("Section 2 Services", 0.1, 0.03, bold=True, size=11)
    blocks = assemble([top, *column(prose("body", 6), 0.1, 0.1, width=0.8)], furnished([top]), size=SIZE)
    assert blocks[0].kind == BlockKind.HEADING


def test_larger_or_bold_short_lines_are_headings_and_sentences_are_not() -> None:
    rows = [
        line("Large", 0.1, 0.05, size=16),
        *column(prose("body", 4), 0.1, 0.12, width=0.8),
        line("Bold", 0.1, 0.22, bold=True),
        *column(prose("more", 4), 0.1, 0.25, width=0.8),
    ]
    blocks = assemble(rows, size=SIZE)
    assert texts(blocks, BlockKind.HEADING) == ["Large", "Bold"]
    assert len(texts(blocks, BlockKind.PARAGRAPH)) == 2


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


def cells(rows: list[list[str]], lefts: list[float], top: float = 0.3) -> list[TextLine]:
    return [
        line(text, left, top + i * PITCH * 1.3)
        for i, row in enumerate(rows)
        for text, left in zip(row, lefts, strict=True)
        if text
    ]


GRID = [["Item", "Quantity", "Price"], ["Kite", "2", "20.00"], ["Flyer", "", "40.00"], ["Gift", "1", "0.00"]]


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


def furnished(lines: list[TextLine]) -> list[Region]:
    """Regions that call every line a page header, as a detector does on sparse pages."""
    return [Region(BlockKind.PAGE_HEADER, item.box, 0.9) for item in lines]


def test_a_page_header_is_told_from_the_text_by_region_and_place() -> None:
    head, body = line("A running head", 0.4, 0.03), column(prose("body", 6), 0.1, 0.1, width=0.8)
    blocks = assemble([head, *body], furnished([head]), size=SIZE)
    assert [b.kind for b in blocks] == [BlockKind.PAGE_HEADER, BlockKind.PARAGRAPH]


def test_a_line_at_the_edge_with_a_page_number_at_its_end_is_furniture() -> None:
    body = column(prose("body", 6), 0.1, 0.2, width=0.8)
    for top, kind in ((0.04, BlockKind.PAGE_HEADER), (0.95, BlockKind.PAGE_FOOTER)):
        running = [line("How to make a document", 0.1, top), line("12", 0.87, top)]
        kinds = [b.kind for b in assemble([*running, *body], size=SIZE)]
        assert sorted(kinds) == sorted([kind, BlockKind.PARAGRAPH])
    inside = [line("How to make a document", 0.1, 0.5), line("12", 0.87, 0.5)]
    assert {b.kind for b in assemble([*inside, *body], size=SIZE)} == {BlockKind.PARAGRAPH}


def test_the_last_line_of_a_paragraph_is_no_page_footer() -> None:
    body = column(prose("body", 6)[:-1], 0.1, 0.2, width=0.8)
    for text, kind in (("and ends.", BlockKind.PARAGRAPH), ("Printed in London", BlockKind.PAGE_FOOTER)):
        last = line(text, 0.1, 0.96)
        region = Region(BlockKind.PAGE_FOOTER, last.box, 0.9)
        assert assemble([*body, last], [region], size=SIZE)[-1].kind == kind


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


def test_a_letter_after_an_open_bracket_is_no_marker() -> None:
    assert split_marker("(z. B. in words)") is None
    assert split_marker("(a) in words") == ("(a)", "in words")


def test_an_italic_line_that_the_detector_calls_a_heading_is_one() -> None:
    text = "Fixing of the upper nut"
    italic = replace(line(text, 0.1, 0.1), font=Font(9.0, italic=True))
    below = column(prose("below", 4), 0.1, 0.1 + PITCH, width=0.8)
    region = Region(BlockKind.HEADING, BBox(0.09, 0.095, 0.5, 0.115), 0.9)
    assert texts(assemble([italic, *below], [region], size=SIZE), BlockKind.HEADING) == [text]
    assert texts(assemble([italic, *below], size=SIZE), BlockKind.HEADING) == []
