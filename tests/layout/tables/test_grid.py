"""Grids: which ruling lines make one, and where its cells are open to one another."""

from __future__ import annotations

import pytest
from made_geometry import UNIT, across, down

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.tables.grid import Grid, find_grids, merge_close

YS, XS = (0.0, 30.0, 60.0, 90.0), (0.0, 100.0, 200.0)


def ruled(ys: tuple[float, ...] = YS, xs: tuple[float, ...] = XS) -> list[BBox]:
    return [across(y, xs[0], xs[-1]) for y in ys] + [down(x, ys[0], ys[-1]) for x in xs]


def grid_of(rulings: list[BBox]) -> Grid:
    (grid,) = find_grids(rulings, UNIT)
    return grid


def spans(grid: Grid) -> dict[tuple[int, int], tuple[int, int]]:
    return {(c.row, c.column): (c.row_span, c.column_span) for c in grid.cells if (c.row_span, c.column_span) != (1, 1)}


def test_ruling_lines_that_cross_make_a_grid_of_the_cells_between_them() -> None:
    grid = grid_of(ruled())
    assert (grid.xs, grid.ys) == (XS, YS)
    assert [(c.row, c.column) for c in grid.cells] == [(i, j) for i in range(3) for j in range(2)]
    assert grid.cells[3].box == BBox(100, 30, 200, 60)
    assert grid.box == BBox(0, 0, 200, 90)
    assert grid.bands() == [[0, 1], [2, 3], [4, 5]]


@pytest.mark.parametrize(
    ("rulings", "is_grid"),
    [
        pytest.param(ruled((0, 30, 60), (0, 100)), True, id="a divided frame"),
        pytest.param(ruled((0, 60), (0, 100)), False, id="a frame"),
        pytest.param(ruled(YS, (0,)), False, id="one line down"),
        pytest.param(ruled((0,), XS), False, id="one line across"),
        pytest.param([across(y, 0, 200) for y in YS], False, id="no line down"),
        pytest.param(ruled((0, 12, 25)), True, id="two lines of text high"),
        pytest.param(ruled((0, 8, 16)), False, id="too flat for text in two rows"),
    ],
)
def test_a_grid_has_lines_both_ways_and_room_for_text(rulings: list[BBox], is_grid: bool) -> None:
    assert bool(find_grids(rulings, UNIT)) == is_grid


@pytest.mark.parametrize(("gap", "left"), [(4, 0), (6, 6)])
def test_lines_touch_where_they_are_closer_than_half_a_line_of_text(gap: float, left: float) -> None:
    rulings = [*(across(y, gap, 200) for y in YS), *(down(x, 0, 90) for x in XS)]
    assert grid_of(rulings).xs == (left, 100, 200)


@pytest.mark.parametrize(("apart", "rows"), [(3, 3), (5, 4)])
def test_a_double_line_is_one(apart: float, rows: int) -> None:
    assert len(grid_of(ruled((0, 30, 60, 60 + apart, 90))).ys) - 1 == rows


def test_close_values_become_their_mean_though_the_ends_of_the_row_are_far_apart() -> None:
    assert merge_close([9, 1, 3, 5], 2) == [3, 9]


@pytest.mark.parametrize(("beyond", "columns"), [(18, 2), (22, 3)])
def test_a_frame_is_open_where_lines_go_on_beyond_it(beyond: float, columns: int) -> None:
    rulings = [*(across(y, 0, 200 + beyond) for y in YS), *(down(x, 0, 90) for x in XS)]
    assert len(grid_of(rulings).xs) - 1 == columns
    turned = [BBox(r.top, r.left, r.bottom, r.right) for r in rulings]
    assert len(grid_of(turned).ys) - 1 == columns


@pytest.mark.parametrize(("share", "open_cells"), [(0.65, {}), (0.55, {(1, 0): (1, 2)})])
def test_a_side_of_a_cell_is_closed_where_most_of_it_is_ruled(
    share: float, open_cells: dict[tuple[int, int], tuple[int, int]]
) -> None:
    middle = [down(100, 0, 30), down(100, 30, 30 + share * 30), down(100, 60, 90)]
    assert spans(grid_of([*ruled(xs=(0, 200)), *middle])) == open_cells


def test_a_line_in_pieces_closes_a_side_as_a_whole_one_does() -> None:
    pieces = [down(100, 0, 12), down(100, 8, 18), down(100, 60, 90), down(100, 30, 45), down(100, 35, 60)]
    assert spans(grid_of([*ruled(xs=(0, 200)), *pieces])) == {}


def test_a_line_that_wavers_is_one_all_the_way_and_another_close_by_is_not_it() -> None:
    wavering = [
        down(x, y, y + 30) for x, y in zip((93.0, 96.5, 100.0, 103.5, 107.0), (0, 30, 60, 90, 120), strict=True)
    ]
    assert spans(grid_of([*ruled((0, 30, 60, 90, 120, 150), (0, 200)), *wavering])) == {}
    two = [down(100, 0, 30), down(109, 30, 60), down(100, 60, 90)]
    assert spans(grid_of([*ruled(xs=(0, 200)), *two])) == {(0, 1): (1, 2), (1, 0): (1, 2), (2, 1): (1, 2)}


def test_a_cell_grows_down_only_where_it_stays_a_rectangle() -> None:
    # The line below the first row ends in the middle; below, the columns are apart.
    rulings = [across(0, 0, 200), across(30, 100, 200), across(60, 0, 200), down(0, 0, 60), down(200, 0, 60)]
    assert spans(grid_of([*rulings, down(100, 0, 60)])) == {(0, 0): (2, 1)}
    assert spans(grid_of([*rulings, down(100, 30, 60)])) == {(0, 0): (1, 2)}
