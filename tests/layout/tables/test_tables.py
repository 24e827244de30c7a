"""Tables on made geometry: each kind of table, and that no text is lost or doubled in any."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ocr_plugins.blocks import BBox, Block, BlockKind, Cell, Region, Table, TextLine
from ocr_plugins.document import OcrDocument, Page
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.tables import aligned
from ocr_plugins.layout.tables.edges import text_edges
from ocr_plugins.layout.tables.grid import find_grids

SIZE = (600.0, 800.0)
PITCH, HEIGHT = 0.02, 0.0135
CHARACTER = 0.0085


def at(text: str, left: float, top: float) -> TextLine:
    return TextLine(text, BBox(left, top, left + len(text) * CHARACTER, top + HEIGHT), 0.99)


def across(y: float, left: float = 0.1, right: float = 0.9) -> BBox:
    return BBox(left, y, right, y + 0.001)


def down(x: float, top: float, bottom: float) -> BBox:
    return BBox(x, top, x + 0.001, bottom)


def table_of(lines: list[TextLine], rulings: list[BBox], *, region: BBox | None = None) -> Table:
    """The one table of a page; every word of it is in it once."""
    regions = [Region(BlockKind.TABLE, region, 0.9)] if region else []
    (block,) = assemble(lines, regions, rulings, SIZE)
    assert block.table is not None
    words = [word for item in lines for word in item.text.replace("|", " ").split()]
    assert sorted(" ".join(c.text for c in block.table.cells).split()) == sorted(words)
    return block.table


def spans(table: Table) -> dict[str, tuple[int, int]]:
    return {c.text: (c.row_span, c.column_span) for c in table.cells if c.row_span > 1 or c.column_span > 1}


# A grid of four rows and three columns.
YS, XS = (0.1, 0.15, 0.2, 0.25, 0.3), (0.1, 0.35, 0.6, 0.9)
FRAME = [*(across(y) for y in YS), *(down(x, 0.1, 0.3) for x in XS)]
NAMES = [[f"{row}{column}" for column in "abc"] for row in "1234"]


def filled(names: list[list[str]], ys: tuple[float, ...] = YS) -> list[TextLine]:
    return [
        at(text, x + 0.02, y + 0.015)
        for row, y in zip(names, ys, strict=False)
        for text, x in zip(row, XS, strict=False)
        if text
    ]


def test_a_ruled_grid_is_a_table_as_it_is_ruled() -> None:
    table = table_of(filled(NAMES), FRAME)
    assert table.texts() == NAMES
    assert not table.has_spans
    assert {c.text for c in table.cells if c.header} == set(NAMES[0])


def test_cells_span_where_segments_of_ruling_lines_are_missing() -> None:
    rulings = [
        *(across(y) for y in (0.1, 0.15, 0.25, 0.3)),
        across(0.2, 0.35),  # the first column is one cell over the second and third row
        *(down(x, 0.1, 0.3) for x in (0.1, 0.35, 0.9)),
        down(0.6, 0.15, 0.3),  # the first row has one cell over the last two columns
    ]
    names = [["1a", "1b", ""], ["2a", "2b", "2c"], ["", "3b", "3c"], ["4a", "4b", "4c"]]
    table = table_of(filled(names), rulings)
    assert table.texts() == names
    assert spans(table) == {"1b": (1, 2), "2a": (2, 1)}
    assert {c.text for c in table.cells if c.header} == {"1a", "1b", "2a", "2b", "2c"}


def test_an_open_frame_has_outer_columns_all_the_same() -> None:
    rulings = [*(across(y) for y in YS), *(down(x, 0.1, 0.3) for x in XS[1:-1])]
    assert table_of(filled(NAMES), rulings).texts() == NAMES


def test_a_cell_of_several_lines_is_one_cell_though_its_neighbours_have_one() -> None:
    lines = [*filled([["1a", "1b", "1c"]]), *filled([["2a", "", "2c"], ["3a", "3b", "3c"]], (0.165, 0.25))]
    lines += [at("first", 0.37, 0.152), at("second", 0.37, 0.172), at("third", 0.37, 0.192)]
    rulings = [*(across(y) for y in (0.1, 0.15, 0.25, 0.3)), *(down(x, 0.1, 0.3) for x in XS)]
    assert table_of(lines, rulings).texts()[1] == ["2a", "first second third", "2c"]


def test_empty_cells_stay_empty() -> None:
    names = [["1a", "1b", "1c"], ["2a", "", "2c"], ["", "3b", ""], ["4a", "", ""]]
    assert table_of(filled(names), FRAME).texts() == names


@pytest.mark.parametrize("text", ["alpha beta", "alpha|beta", "alpha | beta"])
def test_a_line_read_over_a_ruling_line_is_cut_there(text: str) -> None:
    names = [["1a", "1b", "1c"], ["", "", "2c"], *NAMES[2:]]
    half = len(text) / 2 * CHARACTER
    lines = [*filled(names), at(text, 0.35 - half, 0.165)]
    assert table_of(lines, FRAME).texts()[1] == ["alpha", "beta", "2c"]


def test_a_word_is_never_cut() -> None:
    lines = [*filled([NAMES[0], ["", "", "2c"], *NAMES[2:]]), at("inseparable", 0.3, 0.165)]
    assert "inseparable" in [c.text for c in table_of(lines, FRAME).cells]


def test_a_form_has_rows_cut_in_different_ways() -> None:
    rulings = [
        *(across(y) for y in (0.1, 0.15, 0.2, 0.25)),
        *(down(x, 0.1, 0.25) for x in (0.1, 0.9)),
        down(0.5, 0.15, 0.2),
        down(0.3, 0.2, 0.25),
    ]
    lines = [at("Claim", 0.12, 0.115), at("Name: Ada", 0.12, 0.165), at("Born: 1815", 0.52, 0.165)]
    lines += [at("Sum", 0.12, 0.215), at("20.00", 0.32, 0.215)]
    table = table_of(lines, rulings)
    assert [c.text for c in table.cells] == ["Claim", "Name: Ada", "Born: 1815", "Sum", "20.00"]
    assert [c.row for c in table.cells] == [0, 1, 1, 2, 2]


def rows_at(rows: list[list[str]], top: float, lefts: tuple[float, ...] = (0.12, 0.42, 0.72)) -> list[TextLine]:
    return [
        at(text, left, top + i * PITCH)
        for i, row in enumerate(rows)
        for text, left in zip(row, lefts, strict=True)
        if text
    ]


BODY = [["Ada", "1", "2.5"], ["Bob", "3", "4.5"], ["Eve", "5", "6.5"]]


def test_three_rules_leave_the_rows_between_them_apart() -> None:
    head = [["Name", "Count", "Price"]]
    lines = [*rows_at(head, 0.11), *rows_at(BODY, 0.14)]
    rulings = [across(0.1), across(0.132), across(0.21)]
    table = table_of(lines, rulings, region=BBox(0.1, 0.1, 0.9, 0.21))
    assert table.texts() == head + BODY
    assert table_of(lines, rulings) == table


def test_a_rule_below_a_header_says_what_it_spans() -> None:
    lines = [at("Both", 0.52, 0.11), *rows_at([["Name", "Count", "Price"], *BODY], 0.14)]
    rulings = [across(0.1), across(0.13, 0.4, 0.8), across(0.22)]
    table = table_of(lines, rulings, region=BBox(0.1, 0.1, 0.9, 0.22))
    assert spans(table) == {"Both": (1, 2)}
    assert {c.text for c in table.cells if c.header} == {"Both", "Name", "Count", "Price"}
    assert table.texts()[0] == ["", "Both", ""]


def test_a_wide_header_that_reaches_over_no_other_text_spans_nothing() -> None:
    lines = rows_at([["Name", "A long head of it", "Price"], *BODY], 0.11)
    table = table_of(lines, [], region=BBox(0.1, 0.1, 0.9, 0.22))
    assert not table.has_spans
    assert table.texts()[0] == ["Name", "A long head of it", "Price"]


def test_a_line_that_continues_a_cell_without_rules_joins_it() -> None:
    lines = [*rows_at([["Name", "Remark", "Price"]], 0.1), *rows_at([["Ada", "first", "2.5"]], 0.13)]
    lines += [at("second", 0.42, 0.146), *rows_at([["Bob", "third", "4.5"]], 0.176)]
    table = table_of(lines, [], region=BBox(0.1, 0.1, 0.9, 0.2))
    assert table.texts()[1] == ["Ada", "first second", "2.5"]


def test_a_sum_below_the_last_column_is_in_the_table_and_a_line_far_above_it_is_not() -> None:
    lines = [at("Invoice", 0.12, 0.1), at("3 May 2020", 0.72, 0.1)]
    lines += rows_at([["Item", "Count", "Price"], *BODY, ["", "", "9.5"]], 0.15)
    blocks = assemble(lines, size=SIZE)
    (table,) = [b.table for b in blocks if b.table]
    assert table.texts() == [["Item", "Count", "Price"], *BODY, ["", "", "9.5"]]
    assert "Invoice" in blocks[0].text


def test_underlines_and_a_single_frame_are_no_grid() -> None:
    box = [across(0.1), across(0.3), down(0.1, 0.1, 0.3), down(0.9, 0.1, 0.3)]
    assert find_grids([r.scaled(*SIZE) for r in box], 10) == []
    assert find_grids([across(y).scaled(*SIZE) for y in YS], 10) == []


def test_frames_beside_one_another_that_do_not_touch_are_no_grid() -> None:
    def frame(left: float, right: float) -> list[BBox]:
        return [across(0.1, left, right), across(0.3, left, right), down(left, 0.1, 0.3), down(right, 0.1, 0.3)]

    rulings = [r.scaled(*SIZE) for r in (*frame(0.1, 0.4), *frame(0.415, 0.7))]
    assert find_grids(rulings, 10) == []


def test_a_region_with_a_single_line_is_no_table() -> None:
    lines = [at(text, 0.1 + 0.2 * i, 0.2) for i, text in enumerate(("one", "two", "three"))]
    blocks = assemble(lines, [Region(BlockKind.TABLE, BBox(0.08, 0.19, 0.9, 0.23), 0.9)], size=SIZE)
    assert [b.kind for b in blocks] == [BlockKind.PARAGRAPH]


def test_cell_boxes_are_relative_to_the_page() -> None:
    for cell in table_of(filled(NAMES), FRAME).cells:
        assert cell.box is not None
        assert cell.box.right <= 1
        assert cell.box.bottom <= 1


def page(number: int, rows: list[list[str]], *, shift: float = 0.0, header: bool = True) -> Page:
    """A page of one table, and a number below it."""
    cells = tuple(
        Cell(i, j, text, header=header and i == 0, box=BBox(0.1 + j * 0.3 + shift, 0.1, 0.2 + j * 0.3 + shift, 0.2))
        for i, row in enumerate(rows)
        for j, text in enumerate(row)
    )
    table = Block(BlockKind.TABLE, table=Table(len(rows), len(rows[0]), cells))
    return Page(number, blocks=(table, Block(BlockKind.PAGE_NUMBER, str(number))))


HEAD = ["Name", "Count"]


def joined(*pages: Page, furniture: bool = False) -> str:
    return OcrDocument("x", pages).to_markdown(join_tables=True, furniture=furniture)


def test_a_table_that_goes_on_over_a_page_end_is_joined_on_demand_without_its_repeated_header() -> None:
    pages = page(1, [HEAD, ["Ada", "1"]]), page(2, [["NAME", "Count"], ["Bob", "2"]]), page(3, [HEAD, ["Eve", "3"]])
    whole = "| Name | Count |\n| --- | --- |\n| Ada | 1 |\n| Bob | 2 |\n| Eve | 3 |"
    assert joined(*pages) == whole
    assert joined(*pages, furniture=True).startswith(whole)
    assert OcrDocument("x", pages).to_markdown().count("---") == 6


@pytest.mark.parametrize(
    ("head", "header", "tables"),
    [
        pytest.param("Bank of Carrow", True, 1, id="a running head"),
        pytest.param("Bank of Carrow", False, 2, id="no header that repeats"),
        pytest.param("a line as long as no running head is " * 4, True, 2, id="text"),
    ],
)
def test_a_running_head_may_stand_above_a_table_that_repeats_its_header(head: str, header: bool, tables: int) -> None:
    line = TextLine(head, BBox(0.1, 0.02, 0.4, 0.04))
    first = page(1, [HEAD, ["Ada", "1"]])
    second = page(2, [HEAD, ["Bob", "2"]] if header else [["Bob", "2"], ["Eve", "3"]])
    above = Block(BlockKind.PARAGRAPH, head, line.box, lines=(line,))
    markdown = joined(first, second.replace_blocks([above, *second.blocks]))
    assert markdown.count("| --- | --- |") == tables
    assert head.strip() in markdown


def test_a_table_that_goes_on_without_a_header_keeps_its_first_row() -> None:
    assert joined(page(1, [HEAD, ["Ada", "1"]]), page(2, [["Bob", "2"]])).endswith("| Ada | 1 |\n| Bob | 2 |")


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(page(2, [["Bob", "2", "x"], ["Eve", "3", "y"]]), id="more columns"),
        pytest.param(page(2, [["Bob", "2"], ["Eve", "3"]], shift=0.15), id="columns elsewhere"),
        pytest.param(page(3, [HEAD, ["Bob", "2"]]), id="a page between"),
        pytest.param(
            Page(2, blocks=(Block(BlockKind.PARAGRAPH, "Text."), *page(2, [HEAD, ["Bob", "2"]]).blocks)),
            id="text between",
        ),
    ],
)
def test_other_tables_stay_two(second: Page) -> None:
    assert joined(page(1, [HEAD, ["Ada", "1"]]), second).count("| --- | ---") == 2


@pytest.mark.slow
@pytest.mark.parametrize("text", ["12345", "1234567890 " * 4], ids=["a table", "no table"])
def test_of_thousands_of_aligned_lines_each_is_looked_at_a_few_times(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    def counted(line: Sequence[Row]) -> list[tuple[float, int]]:
        nonlocal looks
        looks += 1
        return text_edges(line)

    monkeypatch.setattr(aligned, "text_edges", counted)
    lines = [
        TextLine(text, BBox(0.05 + 0.3 * column, row / 1100, 0.3 + 0.3 * column, (row + 0.8) / 1100))
        for row in range(1000)
        for column in range(3)
    ]
    blocks = assemble(lines, (), (), (600.0, 16_000.0))
    assert 1000 <= looks < 1000 * (aligned.MOST_BEYOND + 2)
    assert "".join(block.text for block in blocks).split() == 3000 * text.split()


@pytest.mark.slow
def test_no_word_among_thousands_of_ruling_lines_is_lost() -> None:
    grid = [across(i / 600, 0, 1) for i in range(600)] + [down(i / 400, 0, 1) for i in range(400)]
    lines = [TextLine(f"w{i}", BBox(x := i * 0.37 % 0.98, i / 3000, x + 0.002, i / 3000 + 0.001)) for i in range(2900)]
    blocks = assemble(lines, (), grid, (2400.0, 3400.0))
    assert sorted(" ".join(block.text for block in blocks).split()) == sorted(line.text for line in lines)


def test_thousands_of_loose_ruling_lines_are_no_grid() -> None:
    rulings = [across(i * 0.618 % 1, i / 4000, i / 4000 + 0.01) for i in range(4000)]
    assert find_grids([r.scaled(*SIZE) for r in rulings], 1.0) == []
