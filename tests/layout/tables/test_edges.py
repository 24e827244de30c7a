"""Where columns and rows end: at ruling lines, and in the white between pieces of text."""

from __future__ import annotations

import pytest
from made_geometry import UNIT, across, down, piece

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.tables.edges import column_edges, row_edges, white_columns


def lines(*extents: tuple[float, float], count: int = 5, pitch: float = 20) -> list[Row]:
    """Lines with pieces of text in the same places."""
    return [piece("text", left, pitch * i, right) for i in range(count) for left, right in extents]


WHOLE = lines((0, 200))


@pytest.mark.parametrize(("gap", "columns"), [(4, []), (5, [42.5])])
def test_pieces_as_close_as_words_are_one(gap: float, columns: list[float]) -> None:
    assert white_columns(lines((0, 40), (40 + gap, 100)), UNIT) == columns


@pytest.mark.parametrize(("width", "columns"), [(18, []), (22, [51])])
def test_a_column_of_white_is_as_wide_as_it_was_asked_for(width: float, columns: list[float]) -> None:
    assert white_columns(lines((0, 40), (40 + width, 100)), UNIT, gap=2.0) == columns


@pytest.mark.parametrize(("crossing", "columns"), [(2, [50]), (3, [])])
def test_hardly_any_line_reaches_over_a_column_of_white(crossing: int, columns: list[float]) -> None:
    heads = [piece("a long head", 0, -20 * (i + 1), 100) for i in range(crossing)]
    assert white_columns(heads + lines((0, 40), (60, 100), count=10 - crossing), UNIT) == columns


@pytest.mark.parametrize(
    ("ruling", "inner"),
    [
        pytest.param(down(100, 0, 22), [100], id="two lines long"),
        pytest.param(down(100, 0, 18), [], id="short"),
        pytest.param(down(4, 0, 90), [], id="at the left end of the text"),
        pytest.param(down(6, 0, 90), [6], id="clear of the left end"),
        pytest.param(down(196, 0, 90), [], id="at the right end of the text"),
        pytest.param(down(194, 0, 90), [194], id="clear of the right end"),
    ],
)
def test_long_ruling_lines_within_the_text_are_edges_of_columns(ruling: BBox, inner: list[float]) -> None:
    assert column_edges(WHOLE, [ruling], UNIT) == [-10, *inner, 210]


@pytest.mark.parametrize(("apart", "inner"), [(3, [101.5]), (5, [100, 105])])
def test_a_double_ruling_line_is_one_edge(apart: float, inner: list[float]) -> None:
    assert column_edges(WHOLE, [down(100, 0, 90), down(100 + apart, 0, 90)], UNIT)[1:-1] == inner
    rulings = [across(y, 0, 200) for y in (15, 35, 55, 75, 75 + apart)]
    assert len(row_edges(lines((0, 200), count=6), rulings, UNIT)) == 5 + len(inner)


@pytest.mark.parametrize(("white", "inner"), [(118, [100]), (122, [100, 122])])
def test_white_far_from_a_lone_ruling_line_is_an_edge_too(white: float, inner: list[float]) -> None:
    assert column_edges(lines((0, white - 5), (white + 5, 200)), [down(100, 0, 90)], UNIT)[1:-1] == inner


def test_white_beside_several_ruling_lines_is_none() -> None:
    rulings = [down(40, 0, 90), down(80, 0, 90)]
    assert column_edges(lines((0, 110), (130, 200)), rulings, UNIT)[1:-1] == [40, 80]


# The middle between two lines is at 15, 35 … from the top.
@pytest.mark.parametrize(
    ("count", "rulings", "inner"),
    [
        pytest.param(3, [across(13, 0, 200), across(33, 0, 200)], [13, 33], id="each row ruled"),
        pytest.param(2, [across(13, 0, 200)], [15], id="a single line"),
        pytest.param(3, [across(13, 0, 200), across(33, 0, 28)], [15, 35], id="a short one"),
        pytest.param(3, [across(13, 0, 32), across(33, 0, 32)], [13, 33], id="long enough"),
        pytest.param(3, [across(3, 0, 200), across(33, 0, 200)], [15, 35], id="at the top of the text"),
        pytest.param(3, [across(4, 0, 200), across(33, 0, 200)], [4, 33], id="clear of the top"),
        pytest.param(3, [across(13, 0, 200), across(47, 0, 200)], [15, 35], id="at the foot of the text"),
        pytest.param(11, [across(13 + 20 * i, 0, 200) for i in range(5)], [13, 33, 53, 73, 93], id="half of the rows"),
        pytest.param(
            11, [across(13 + 20 * i, 0, 200) for i in range(4)], [15.0 + 20 * i for i in range(10)], id="a few rows"
        ),
    ],
)
def test_rows_end_at_ruling_lines_where_there_are_enough_and_else_between_the_lines_of_text(
    count: int, rulings: list[BBox], inner: list[float]
) -> None:
    assert row_edges(lines((0, 200), count=count), rulings, UNIT)[1:-1] == inner


@pytest.mark.parametrize(
    ("top", "edges"),
    [(55, [15, 35]), (57, [15, 35, 53.5])],
    ids=["closer than rows", "as far as rows"],
)
def test_a_line_close_below_another_without_a_first_column_continues_it(top: float, edges: list[float]) -> None:
    rows = [*lines((0, 40), (60, 100), count=3), piece("more", 60, top, 100)]
    assert row_edges(rows, [], UNIT)[1:-1] == edges


def test_a_ruling_line_tells_close_lines_apart() -> None:
    rows = [*lines((0, 40), (60, 100), count=3), piece("more", 60, 54, 100)]
    assert row_edges(rows, [], UNIT)[1:-1] == [15, 35]
    assert row_edges(rows, [across(52, 0, 100)], UNIT)[1:-1] == [15, 35, 52]


def test_lines_without_a_first_column_continue_nothing_where_most_are_like_that() -> None:
    rows = [piece("text", 0, 0, 40), *(piece("text", 60, 12.0 * i, 100) for i in range(6))]
    assert len(row_edges(rows, [], UNIT)) == 7


@pytest.mark.parametrize(
    ("first", "rows"), [([(0, 40), (60, 100)], 5), ([(60, 100)], 4)], ids=["a full row", "a line of the header"]
)
def test_full_rows_before_the_first_ruling_line_are_rows(first: list[tuple[float, float]], rows: int) -> None:
    text = [*lines(*first, count=1), *lines((0, 40), (60, 100), count=5)[2:]]
    assert len(row_edges(text, [across(y, 0, 100) for y in (35, 55, 75)], UNIT)) - 1 == rows
