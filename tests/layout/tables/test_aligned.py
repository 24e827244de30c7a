"""Stretches of aligned cells that no ruling line and no region tells from text."""

from __future__ import annotations

from itertools import accumulate

import pytest
from made_geometry import UNIT, piece

from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.tables.aligned import split_aligned

TWO, THREE = (0.0, 100.0), (0.0, 100.0, 200.0)


def cells(lefts: tuple[float, ...], tops: list[float], text: str = "cell", width: float = 60) -> list[Row]:
    return [piece(text, left, top, left + width) for top in tops for left in lefts]


def tops(count: int, pitch: float = 15, start: float = 0) -> list[float]:
    return [start + pitch * i for i in range(count)]


def stretches(rows: list[Row]) -> list[tuple[bool, int]]:
    """Whether each stretch is aligned, and how many lines it has."""
    return [(aligned, len({piece.box.top for piece in pieces})) for aligned, pieces in split_aligned(rows, UNIT)]


@pytest.mark.parametrize(
    ("lefts", "count", "aligned"),
    [(THREE, 2, False), (THREE, 3, True), (TWO, 3, False), (TWO, 4, True), ((0.0,), 9, False)],
)
def test_cells_stand_below_one_another_on_several_lines(lefts: tuple[float, ...], count: int, aligned: bool) -> None:
    assert stretches(cells(lefts, tops(count))) == [(aligned, count)]


@pytest.mark.parametrize(
    ("lefts", "characters", "aligned"), [(THREE, 38, True), (THREE, 42, False), (TWO, 24, True), (TWO, 27, False)]
)
def test_cells_are_short_on_average(lefts: tuple[float, ...], characters: int, aligned: bool) -> None:
    assert stretches(cells(lefts, tops(6), "7" * characters)) == [(aligned, 6)]


@pytest.mark.parametrize(("white", "aligned"), [(8, False), (10, True)])
def test_cells_have_white_between_them(white: float, aligned: bool) -> None:
    assert stretches(cells(THREE, tops(6), width=100 - white)) == [(aligned, 6)]


@pytest.mark.parametrize(("white", "aligned"), [(24, True), (26, False)])
def test_lines_of_cells_are_not_far_from_one_another(white: float, aligned: bool) -> None:
    assert stretches(cells(THREE, tops(6, UNIT + white))) == [(aligned, 6)]


def test_text_above_and_below_is_no_part_of_it() -> None:
    above, below = cells((0,), tops(2), width=300), cells((0,), tops(2, start=90), width=300)
    assert stretches([*above, *cells(THREE, tops(4, start=30)), *below]) == [(False, 2), (True, 4), (False, 2)]


def test_a_line_of_a_single_cell_may_stand_between_others_but_not_two() -> None:
    lines = cells(THREE, [0, 15, 45, 60])
    assert stretches([*lines, *cells((0,), [30])]) == [(True, 5)]
    assert stretches([*cells(THREE, [0, 15, 30, 75, 90, 105]), *cells((0,), [45, 60])]) == [
        (True, 3),
        (False, 2),
        (True, 3),
    ]


def test_most_lines_have_several_cells() -> None:
    # Single cells on every other line after the first: of ten lines six have several, of twelve seven.
    several, single = [0, *range(1, 16, 2)], range(2, 16, 2)
    rows = [*cells(THREE, [15.0 * i for i in several]), *cells((0,), [15.0 * i for i in single])]
    assert stretches(rows)[0] == (True, 10)


@pytest.mark.parametrize(("lines", "whole"), [(50, True), (70, False)])
def test_a_line_of_much_text_is_in_a_table_that_soon_has_enough_short_ones(lines: int, whole: bool) -> None:
    # With so many lines below it the average is that of a table.
    long = "x" * (40 * lines - lines + 1)
    rows = [*cells(THREE, [0], long), *cells(THREE, tops(119, start=15), "x")]
    assert stretches(rows) == ([(True, 120)] if whole else [(False, 1), (True, 119)])


@pytest.mark.parametrize(("first", "found"), [(22, [(True, 6)]), (26, [(False, 1), (True, 5)])])
def test_a_line_that_stands_apart_from_the_rows_is_none_of_them(first: float, found: list[tuple[bool, int]]) -> None:
    assert stretches([*cells(THREE, [0]), *cells(THREE, tops(5, 12, start=first))]) == found


@pytest.mark.parametrize(
    ("pitch", "off", "closes"),
    [
        pytest.param(17, 0, True, id="right below the last column"),
        pytest.param(19, 0, False, id="farther than the rows are"),
        pytest.param(17, 4, True, id="its end hardly elsewhere"),
        pytest.param(17, 6, False, id="its end elsewhere"),
    ],
)
def test_a_lone_sum_below_the_last_column_is_a_row(pitch: float, off: float, closes: bool) -> None:
    last = 15.0 * 4
    total = piece("12", 240 + off, last + pitch, 260 + off)
    assert stretches([*cells(THREE, tops(5)), total]) == ([(True, 6)] if closes else [(True, 5), (False, 1)])


def test_a_lone_line_below_the_first_column_is_text() -> None:
    assert stretches([*cells(THREE, tops(5)), piece("Text", 0, 75, 60)]) == [(True, 5), (False, 1)]


def test_every_piece_is_in_one_stretch_in_its_order() -> None:
    steps = accumulate([0, 15, 15, 40, 15, 15, 15, 60, 15])
    rows = [piece(f"{i}{left:.0f}", left, top, left + 60) for i, top in enumerate(steps) for left in THREE[: 1 + i % 3]]
    assert [p for _, pieces in split_aligned(rows, UNIT) for p in pieces] == rows


@pytest.mark.parametrize(
    ("marker", "is_table"), [("\u2022", False), ("o", False), ("2.", False), ("(a)", False), ("4", True), ("yes", True)]
)
def test_a_list_with_its_markers_is_none(marker: str, is_table: bool) -> None:
    items = [p for top in tops(5) for p in (piece(marker, 0, top), piece("an item", 40, top))]
    assert stretches(items) == [(is_table, 5)]


def test_numbered_rows_of_more_columns_are_a_table() -> None:
    rows = [p for top in tops(5) for p in (piece("2.", 0, top), piece("an item", 40, top), piece("7", 150, top))]
    assert stretches(rows) == [(True, 5)]


def test_a_table_ends_where_columns_of_text_begin() -> None:
    text = "that the lease of the north"
    prose = [piece(text, left, top, left + 140) for top in tops(6, 12, start=65) for left in (0.0, 160.0)]
    assert stretches([*cells(THREE, tops(4)), *prose]) == [(True, 4), (False, 6)]


@pytest.mark.parametrize(
    ("lefts", "aligned"),
    [
        pytest.param([120, 220, 170, 270], False, id="a value behind each bar"),
        pytest.param([220, 220, 220, 220], True, id="a column of values"),
    ],
)
def test_labels_of_a_chart_are_none(lefts: list[float], aligned: bool) -> None:
    labels = [p for top, x in zip(tops(4), lefts, strict=True) for p in (piece("North", 0, top), piece("34", x, top))]
    assert any(found for found, _ in stretches(labels)) == aligned


@pytest.mark.parametrize(("marked", "columns"), [(5, 1), (8, 3)])
def test_lists_side_by_side_are_a_stretch_each_and_a_table_with_numbered_rows_is_one(marked: int, columns: int) -> None:
    """Of twelve cells in three columns, five or eight begin with a marker."""
    texts = ["• item"] * marked + ["cell"] * (12 - marked)
    rows = [piece(text, THREE[i // 4], 15 * (i % 4), THREE[i // 4] + 60) for i, text in enumerate(texts)]
    found = split_aligned(rows, UNIT)
    assert [aligned for aligned, _ in found] == [columns == 1] * columns
    if columns > 1:
        assert [piece.box.left for _, column in found for piece in column] == [0.0] * 4 + [100.0] * 4 + [200.0] * 4
