"""Rows without ruling lines above and below a grid, as the white ones of a shaded table."""

from __future__ import annotations

import pytest
from made_geometry import across, down, piece

from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.tables.beyond import with_rows_beyond
from ocr_plugins.layout.tables.grid import Grid, find_grids

LEFTS = (5.0, 105.0, 205.0)


@pytest.fixture
def grid() -> Grid:
    """Two rows, 15 high, of three columns."""
    (found,) = find_grids(
        [across(y, 0, 300) for y in (100, 115, 130)] + [down(x, 100, 130) for x in range(0, 301, 100)], 10
    )
    return found


def line(top: float, lefts: tuple[float, ...] = LEFTS, width: float = 60) -> list[Row]:
    return [piece("cell", left, top, left + width) for left in lefts]


def test_lines_in_the_columns_of_a_grid_are_rows_of_it(grid: Grid) -> None:
    longer = with_rows_beyond(grid, [*line(87), *line(132), *line(147), *line(300)])
    assert (longer.box.top, longer.box.bottom) == pytest.approx((84, 162), abs=4)
    assert len(longer.ys) == 1 + 5
    assert [(cell.row, cell.column) for cell in longer.cells] == [(i, k) for i in range(5) for k in range(3)]


@pytest.mark.parametrize(
    ("beyond", "rows"),
    [
        pytest.param(line(132), 3, id="a row"),
        pytest.param(line(132, LEFTS[:2]), 3, id="a row with an empty cell"),
        pytest.param(line(132, LEFTS[:1]), 2, id="one piece alone"),
        pytest.param(line(132, (5, 60, 205), 30), 2, id="two pieces in one column"),
        pytest.param(line(132, (5, 150, 250), 60), 2, id="text that runs across"),
        pytest.param(line(132, (5, 305), 60), 2, id="text beside the grid"),
        pytest.param(line(139), 3, id="nearly the next row"),
        pytest.param(line(146), 2, id="farther than the next row"),
    ],
)
def test_a_row_beyond_is_near_and_has_a_piece_in_several_columns(grid: Grid, beyond: list[Row], rows: int) -> None:
    assert len(with_rows_beyond(grid, beyond).ys) == 1 + rows
