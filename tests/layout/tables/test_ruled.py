"""Ruled tables: text goes into the cells of a grid, cut where it was read over a ruling line."""

from __future__ import annotations

import pytest
from made_geometry import UNIT, across, down, piece

from ocr_plugins.blocks import Cell, Table
from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.tables.grid import find_grids
from ocr_plugins.layout.tables.ruled import compact, ruled_table

# A grid of two rows and two columns, which meet at 100.
RULINGS = [*(across(y, 0, 200) for y in (0, 30, 60)), *(down(x, 0, 60) for x in (0, 100, 200))]
ALL = [piece("1a", 10, 10), piece("1b", 150, 10), piece("2a", 10, 40), piece("2b", 150, 40)]


def table_of(rows: list[Row]) -> Table | None:
    (grid,) = find_grids(RULINGS, UNIT)
    return ruled_table(rows, grid, UNIT)


def texts(rows: list[Row]) -> list[list[str]] | None:
    table = table_of(rows)
    return None if table is None else table.texts()


def first_row(item: Row) -> list[str]:
    """What the first row of the table is where one piece of text stands in it."""
    found = texts([item, *ALL[2:]])
    assert found is not None
    return found[0]


def test_text_goes_to_the_cell_that_it_stands_in() -> None:
    assert texts(ALL) == [["1a", "1b"], ["2a", "2b"]]
    assert texts([*ALL, piece("more", 10, 21)]) == [["1a more", "1b"], ["2a", "2b"]]


@pytest.mark.parametrize("rows", [ALL[:2], ALL[::2], []], ids=["one row", "one column", "nothing"])
def test_text_in_one_row_or_one_column_makes_no_table(rows: list[Row]) -> None:
    assert table_of(rows) is None


@pytest.mark.parametrize(("left", "cells"), [(5, ["alphabetic x", ""]), (7, ["alphabetic", "x"])])
def test_text_belongs_to_a_cell_too_that_it_reaches_well_into(left: float, cells: list[str]) -> None:
    assert first_row(piece("alphabetic x", left, 10, 100 + left)) == cells


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("abcdefg hijklmnopqrs", ["abcdefg", "hijklmnopqrs"]),
        ("abcdef ghijklmnopqrs", ["abcdef ghijklmnopqrs", ""]),
        ("abcdefghijklm nopqrs", ["abcdefghijklm", "nopqrs"]),
        ("abcdefghijklmn opqrs", ["abcdefghijklmn opqrs", ""]),
    ],
)
def test_it_is_cut_between_words_and_only_near_the_ruling_line(text: str, cells: list[str]) -> None:
    # The line is at its tenth character.
    assert first_row(piece(text, 50, 10, 150)) == cells


@pytest.mark.parametrize("between", [" ", "|", " | ", "¦"])
def test_a_ruling_line_that_was_read_as_a_character_is_left_out(between: str) -> None:
    assert first_row(piece(f"alpha{between}gamma", 50, 10, 150)) == ["alpha", "gamma"]


def test_rows_and_columns_in_which_no_cell_begins_are_left_out_and_spans_shrink() -> None:
    table = compact([Cell(1, 0, "a", 2, 3), Cell(1, 3, "b"), Cell(4, 1, "c", 1, 2)])
    assert table == Table(2, 3, (Cell(0, 0, "a", 1, 2, header=True), Cell(0, 2, "b", header=True), Cell(1, 1, "c")))


@pytest.mark.parametrize(
    ("first", "headers"),
    [
        pytest.param([Cell(0, 0, "a"), Cell(0, 1, "b"), Cell(0, 2, "c")], 1, id="single cells"),
        pytest.param([Cell(0, 0, "a"), Cell(0, 1, "b", 1, 2)], 2, id="one over two columns"),
        pytest.param([Cell(0, 0, "a", 2), Cell(0, 1, "b"), Cell(0, 2, "c")], 2, id="one over two rows"),
        pytest.param([Cell(0, 0, "a", 1, 3)], 1, id="a title over all columns"),
        pytest.param([Cell(0, 0, "a", 3), Cell(0, 1, "b"), Cell(0, 2, "c")], 2, id="one over all rows"),
    ],
)
def test_a_header_has_two_rows_where_its_cells_say_so_but_is_never_all(first: list[Cell], headers: int) -> None:
    cells = [*first, *(Cell(i, j, "x") for i in (1, 2) for j in (1, 2)), Cell(1, 0, "x")]
    table = compact(cells)
    assert table is not None
    assert {c.row for c in table.cells if c.header} == set(range(headers))
