"""Cells between columns of white: what goes into one, and what spans several."""

from __future__ import annotations

import pytest
from made_geometry import UNIT, across, down, piece

from ocr_plugins.blocks import BBox, Table
from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.tables.cells import build_table

LEFTS = (0.0, 100.0, 200.0, 300.0, 400.0)
BOX = BBox(0, 0, 460, 200)


def body(count: int = 5, top: float = 20) -> list[Row]:
    """Lines of five cells, each 60 wide."""
    return [piece(f"{i}{'abcde'[j]}", x, top + 20 * i, x + 60) for i in range(count) for j, x in enumerate(LEFTS)]


def table_of(rows: list[Row], *rulings: BBox, box: BBox = BOX) -> Table | None:
    lying, standing = [r for r in rulings if r.width], [r for r in rulings if not r.width]
    return build_table(rows, box, lying, standing, UNIT)


def head_span(head: Row, *rulings: BBox) -> tuple[int, int]:
    """The column and the number of columns of a header above the body."""
    table = table_of([head, *body()], *rulings)
    assert table is not None
    (cell,) = (c for c in table.cells if c.text == head.text)
    return cell.column, cell.column_span


def test_each_piece_is_in_the_cell_of_its_row_and_column() -> None:
    table = table_of(body())
    assert table is not None
    assert table.texts() == [[f"{i}{j}" for j in "abcde"] for i in range(5)]
    assert table.cells[6].box == BBox(100, 40, 160, 50)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([piece("a", 0, 0), piece("b", 100, 20)], False),
        ([piece("a", 0, 0), piece("b", 100, 20), piece("c", 0, 40)], True),
        ([piece("a", 0, 0), piece("b", 100, 0), piece("c", 200, 0)], False),
        ([piece("a", 0, 0), piece("b", 0, 20), piece("c", 0, 40)], False),
    ],
    ids=["two pieces", "three pieces", "one row", "one column"],
)
def test_a_table_has_two_rows_two_columns_and_three_pieces(rows: list[Row], found: bool) -> None:
    assert (table_of(rows) is not None) == found


@pytest.mark.parametrize(("right", "columns"), [(104, (0, 1)), (106, (0, 2)), (204, (0, 2)), (206, (0, 3))], ids=str)
def test_a_piece_spans_the_columns_over_whose_text_it_reaches(right: float, columns: tuple[int, int]) -> None:
    assert head_span(piece("head", 0, 0, right)) == columns


@pytest.mark.parametrize(("right", "span"), [(84, 2), (86, 1)])
def test_a_piece_that_hardly_reaches_over_the_edge_of_its_column_is_text_of_it(right: float, span: int) -> None:
    # The edge is in the middle of the white, at 80; the header begins before it.
    head = piece("head", 76, 0, 160)
    assert head_span(head) == (1, 1)
    table = table_of([head, piece("loose", 0, 220, right), *body(10)])
    assert table is not None
    assert table.cells[0].column_span == span


def test_a_short_text_in_the_next_column_is_spanned_once_half_of_it_is_covered() -> None:
    rows = [piece(f"{i}", x, 20.0 + 20 * i, x + 6) for i in range(5) for x in (0, 100)]
    for right, span in ((102, 1), (104, 2)):
        table = table_of([piece("head", 0, 0, right), *rows])
        assert table is not None
        assert table.cells[0].column_span == span


def test_a_piece_spans_no_column_that_has_a_cell_of_its_own() -> None:
    table = table_of([piece("wide", 0, 0, 250), piece("own", 202, 0, 260), *body()])
    assert table is not None
    assert [(c.text, c.column, c.column_span) for c in table.cells[:2]] == [("wide", 0, 2), ("own", 2, 1)]


@pytest.mark.parametrize(("x", "columns"), [(72, (1, 1)), (68, (0, 2))])
def test_a_ruling_line_at_the_edge_of_a_column_closes_it(x: float, columns: tuple[int, int]) -> None:
    # The edge is in the middle of the white, at 80.
    assert head_span(piece("head", 30, 0, 140), down(x, -1, 11)) == columns
    assert head_span(piece("head", 30, 0, 140), down(x, -8, 4)) == (0, 2)


@pytest.mark.parametrize(
    ("y", "columns"),
    [(6.5, (1, 1)), (7, (0, 3)), (17, (0, 3)), (19, (1, 1))],
    ids=["through the header", "at its foot", "close below it", "far below it"],
)
def test_a_ruling_line_right_below_a_header_binds_the_columns_that_it_reaches_over(
    y: float, columns: tuple[int, int]
) -> None:
    assert head_span(piece("head", 110, 0, 150), across(y, 0, 260)) == columns


@pytest.mark.parametrize(("right", "columns"), [(231, (0, 3)), (229, (0, 2)), (380, (0, 4)), (395, (1, 1))], ids=str)
def test_it_binds_columns_that_are_mostly_over_it_unless_it_is_nearly_as_wide_as_the_table(
    right: float, columns: tuple[int, int]
) -> None:
    assert head_span(piece("head", 110, 0, 150), across(12, 0, right)) == columns


def test_a_ruling_line_beside_a_header_binds_nothing() -> None:
    assert head_span(piece("head", 110, 0, 150), across(12, 200, 460)) == (1, 1)


@pytest.mark.parametrize(("bottom", "rows"), [(69, 4), (71, 3)])
def test_a_ruling_line_near_the_table_cuts_it_though_it_is_outside(bottom: float, rows: int) -> None:
    # The line below the second row is beside the place of the table, which holds the first ones alone.
    lines = body(4, top=0)
    rulings = across(26, 0, 460), across(46, 0, 460)
    table = table_of(lines, *rulings, box=BBox(0, 0, 460, bottom - 34))
    assert table is not None
    assert table.rows == rows


def test_a_ruling_line_that_lies_mostly_beside_the_table_is_none_of_its() -> None:
    table = table_of(body(3, top=0), across(13, 0, 460), across(33, 300, 1000))
    assert table is not None
    assert table.rows == 3


@pytest.mark.parametrize(("count", "goes_on"), [(4, True), (2, False)])
def test_a_row_goes_on_below_several_of_its_cells_where_enough_rows_are_farther_apart(
    count: int, goes_on: bool
) -> None:
    tops = [(26.0 * i, 26.0 * i + 11) for i in range(count)]
    rows = [piece(t, x, y) for y, _ in tops for t, x in (("name", 0), ("unit", 100), ("1.00", 200))]
    rows += [piece(t, x, y) for _, y in tops for t, x in (("more", 0), ("also", 100))]
    table = table_of(rows)
    assert table is not None
    assert (table.texts() == [["name more", "unit also", "1.00"]] * count) == goes_on


def test_a_rule_below_one_of_several_cells_binds_nothing() -> None:
    rows = [piece("cell", x, 15.0 * i, x + 40) for i in range(4) for x in (0.0, 60.0, 120.0, 180.0)]
    table = build_table(rows, BBox(0, 0, 240, 60), (across(12, 60, 220),), (), UNIT)
    assert table is not None
    assert table.texts() == [["cell"] * 4] * 4


@pytest.mark.parametrize(("titles", "span"), [(1, 3), (2, 3), (5, 1)])
def test_a_text_alone_in_its_row_titles_the_rows_below_it(titles: int, span: int) -> None:
    rows: list[Row] = []
    for i in range(7):
        y = 20.0 * len({row.box.top for row in rows})
        rows += [piece(f"name {i}", 0, y, 40), *(piece("1.0", x, y, x + 20) for x in (60.0, 120.0))]
        rows += [piece("Group", 0, y + 20, 40)] if i < titles else []
    table = table_of(rows)
    assert table is not None
    assert {cell.column_span for cell in table.cells if cell.text == "Group"} == {span}
