"""Rows that no ruling line tells apart, within the rows that ruling lines do."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from made_geometry import UNIT, across, down, piece

from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.tables.bands import split_bands, split_spans
from ocr_plugins.layout.tables.grid import Grid, find_grids

XS = (0.0, 100.0, 200.0, 300.0)


def grid_of(*ys: float, xs: Sequence[float] = XS) -> Grid:
    (grid,) = find_grids([across(y, xs[0], xs[-1]) for y in ys] + [down(x, ys[0], ys[-1]) for x in xs], UNIT)
    return grid


def cell(column: int, top: float, *lines: str) -> list[Row]:
    """The lines of a cell, one below the other."""
    return [piece(text, XS[column] + 5, top + 12 * i) for i, text in enumerate(lines)]


HEAD = [*cell(0, 4, "Month"), *cell(1, 4, "Passengers"), *cell(2, 4, "Load")]
LAST = [*cell(0, 76, "Sum"), *cell(1, 76, "3"), *cell(2, 76, "4")]
NAMES, DATES = ("Miller", "Porter", "Young"), ("05/03", "05/24", "06/11")


def rows_of(*cells: Sequence[Row]) -> int:
    """Rows of a grid with a header and a last row, and these cells between them."""
    grid = grid_of(0, 18, 72, 90)
    return len(split_bands(grid, [*HEAD, *(r for some in cells for r in some), *LAST]).ys) - 1


@pytest.mark.parametrize(
    ("cells", "rows"),
    [
        pytest.param([NAMES, ("653", "686", "667"), ("74.9", "77.7", "81.2")], 5, id="figures beside names"),
        pytest.param([NAMES, DATES], 5, id="dates beside names"),
        pytest.param([NAMES, ("London", "Leeds", "York")], 3, id="names alone are a cell of several lines"),
        pytest.param([NAMES[:2], ("0113 49", "0114 50")], 3, id="a name and a city beside two numbers"),
        pytest.param([("2019", "2020"), ("1.5", "2.5")], 4, id="two lines of figures"),
        pytest.param([("North",), ("653", "686", "667"), ("1", "2", "3")], 5, id="a cell beside all of the rows"),
        pytest.param([("1", "2", "3"), ("This text goes on", "over the whole of", "three long lines")], 3, id="prose"),
        pytest.param([("Spanner A",) * 3, ("1", "2", "3")], 5, id="there was room for the next word"),
        pytest.param([("Spanner AB",) * 3, ("1", "2", "3")], 3, id="there was none"),
        pytest.param([("A line of its own", "Nut", "Bolt", "Rod"), ("1", "2", "3", "4")], 3, id="one of three goes on"),
    ],
)
def test_several_aligned_figures_are_rows(cells: list[tuple[str, ...]], rows: int) -> None:
    assert rows_of(*(cell(k, 22, *lines) for k, lines in enumerate(cells))) == rows


def test_a_line_without_figures_goes_on_with_the_row_above_it() -> None:
    texts = [*cell(0, 22, "1", "", "2", "3")[:1], *cell(0, 46, "2"), *cell(0, 58, "3")]
    grid = grid_of(0, 18, 72, 90)
    rows = [*HEAD, *texts, *cell(1, 22, "Washer of brass,", "large", "Nut", "Bolt"), *LAST]
    rows += [*cell(2, 22, "0.9"), *cell(2, 46, "1.2"), *cell(2, 58, "4.5")]
    cut = split_bands(grid, rows)
    assert [round(y) for y in cut.ys] == [0, 18, 45, 57, 72, 90]


def test_a_cell_with_fewer_texts_spans_the_new_rows() -> None:
    grid = grid_of(0, 18, 72, 90)
    rows = [*HEAD, *cell(0, 22, "North"), *cell(1, 22, "1", "2", "3"), *cell(2, 22, "4", "5", "6"), *LAST]
    cut = split_bands(grid, rows)
    assert [(c.row, c.row_span) for c in cut.cells if c.column == 0] == [(0, 1), (1, 3), (4, 1)]


@pytest.mark.parametrize(
    ("columns", "rows"), [((NAMES, ("Leeds", "York", "Hull")), 4), ((NAMES, ("Leeds", "York")), 2)]
)
def test_below_a_header_alone_names_are_rows_where_every_column_has_them(
    columns: tuple[tuple[str, ...], ...], rows: int
) -> None:
    texts = [row for k, lines in enumerate(columns) for row in cell(k, 22, *lines)]
    assert len(split_bands(grid_of(0, 18, 72), [*HEAD, *texts]).ys) - 1 == rows


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        pytest.param([(5, 40), (105, 140), (205, 240)], 3, id="a text in each column"),
        pytest.param([(5, 40)], 1, id="one text"),
        pytest.param([(5, 40), (205, 240)], 1, id="not in most columns"),
        pytest.param([(5, 140), (205, 240), (105, 130)], 1, id="a text that reaches into the next column"),
    ],
)
def test_a_header_without_rules_is_cut_at_the_columns_below_it(head: list[tuple[float, float]], columns: int) -> None:
    rulings = [across(y, 0, 300) for y in (0, 20, 40, 60)] + [down(x, 20, 60) for x in XS] + [down(0, 0, 60)]
    (grid,) = find_grids([*rulings, down(300, 0, 60)], UNIT)
    rows = [piece("head", left, 5, right) for left, right in head]
    assert sum(c.row == 0 for c in split_spans(grid, rows).cells) == columns


def test_running_text_that_is_broken_far_from_the_edge_of_its_cell_is_one_cell() -> None:
    wide = (0.0, 400.0, 800.0)
    text = (
        "This module introduces the learner",
        "to the importance and principles of",
        "the development of good products",
    )
    rows = [piece(line, x + 5, 22 + 12 * i) for x in wide[:-1] for i, line in enumerate(text)]
    head = [piece("Module", x + 5, 4) for x in wide[:-1]]
    assert len(split_bands(grid_of(0, 18, 72, xs=wide), [*head, *rows]).ys) == 3
