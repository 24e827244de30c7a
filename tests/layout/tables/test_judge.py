"""Which grids of ruling lines are tables, and which are frames, slides and charts."""

from __future__ import annotations

import pytest
from made_geometry import UNIT, across, down, piece

from ocr_plugins.blocks import BBox, TextLine, Word
from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.tables.grid import Grid, find_grids
from ocr_plugins.layout.tables.judge import is_table_grid


def grid_of(xs: list[float], ys: list[float]) -> Grid:
    (grid,) = find_grids([across(y, xs[0], xs[-1]) for y in ys] + [down(x, ys[0], ys[-1]) for x in xs], UNIT)
    return grid


XS, YS = [0.0, 100.0, 200.0, 300.0], [0.0, 20.0, 40.0, 60.0, 80.0]
CELLS = [piece("cell", x + 5, y + 5) for y in YS[:-1] for x in XS[:-1]]


def is_table(rows: list[Row], xs: list[float] = XS, ys: list[float] = YS) -> bool:
    return is_table_grid(grid_of(xs, ys), rows, UNIT)


def test_a_grid_with_text_in_its_cells_is_a_table() -> None:
    assert is_table(CELLS)


@pytest.mark.parametrize(("crossing", "found"), [(2, True), (4, False)])
def test_lines_of_text_do_not_run_across_its_rules(crossing: int, found: bool) -> None:
    slide = [piece("uninterruptedword" * 3, 5, 5 + 20 * i, 250) for i in range(crossing)]
    assert is_table([*slide, *CELLS]) == found


@pytest.mark.parametrize(("over", "found"), [(4, True), (9, False)])
def test_a_line_that_hardly_reaches_over_a_rule_does_not_cross_it(over: float, found: bool) -> None:
    assert is_table([*CELLS, *(piece("uninterruptedword", 50, y + 5, 100 + over) for y in YS[:-1])]) == found


@pytest.mark.parametrize(("characters", "found"), [(0.7, True), (1.5, False)])
def test_the_gap_at_a_rule_may_be_a_character_off(characters: float, found: bool) -> None:
    left = 100 - 5 * (len("before ") + characters)
    assert is_table([*CELLS, *(piece("before afterwards", left, y + 5) for y in YS[:-1])]) == found


def words(*extents: tuple[float, float]) -> Row:
    """A line that was read over the rules, whose words have their places."""
    found = tuple(Word("w", BBox(left, 5, right, 15)) for left, right in extents)
    box = BBox(extents[0][0], 5, extents[-1][1], 15)
    return Row((TextLine(" ".join("w" for _ in extents), box, words=found),), box)


@pytest.mark.parametrize(
    ("row", "found"),
    [(words((5, 90), (110, 190), (210, 290)), True), (words((5, 130), (140, 230), (240, 290)), False)],
    ids=["a rule between its words", "rules through its words"],
)
def test_a_line_that_was_read_over_a_rule_crosses_it_where_a_word_does(row: Row, found: bool) -> None:
    rows = [Row(row.lines, BBox(row.box.left, y + 5, row.box.right, y + 15)) for y in YS[:-1]]
    assert is_table([*CELLS[:3], *rows]) == found


@pytest.mark.parametrize(("labels", "found"), [(7, False), (10, True)])
def test_the_grid_of_a_chart_has_words_in_few_of_its_cells(labels: int, found: bool) -> None:
    xs, ys = [60.0 * i for i in range(6)], [30.0 * i for i in range(6)]
    # From the second row and column on, side by side.
    spots = [(x, y) for y in ys[1:-1] for x in xs[1:-1]]
    assert is_table([piece("n", x + 5, y + 5) for x, y in spots[:labels]], xs, ys) == found


@pytest.mark.parametrize(("heads", "found"), [(3, False), (5, True)])
def test_a_form_with_a_filled_head_and_empty_cells_is_a_table(heads: int, found: bool) -> None:
    xs, ys = [60.0 * i for i in range(6)], [30.0 * i for i in range(11)]
    head = [piece("day", x + 5, 5) for x in xs[:heads]]
    assert is_table([*head, *(piece("1", x + 5, 35) for x in xs[:2])], xs, ys) == found


@pytest.mark.parametrize(
    ("gap", "found"), [(20, False), (10, True)], ids=["bars and what is between them", "double rules"]
)
def test_columns_without_text_are_between_the_bars_of_a_chart(gap: float, found: bool) -> None:
    xs = [x for k in range(4) for x in (100.0 * k, 100.0 * k + 100 - gap)]
    rows = [piece("12", x + 5, y + 5) for y in YS[:-1] for x in xs[::2]]
    assert is_table(rows, xs) == found


def test_a_frame_around_two_columns_with_a_heading_is_none() -> None:
    heading = [piece("What to know", 5, 5, 90)]
    body = [piece("text", x + 5, 25 + 12 * i) for x in (0, 150) for i in range(8)]
    rulings = [across(y, 0, 300) for y in (0, 20, 130)] + [down(x, 0, 130) for x in (0, 300)] + [down(150, 20, 130)]
    (grid,) = find_grids(rulings, UNIT)
    assert not is_table_grid(grid, [*heading, *body], UNIT)


@pytest.mark.parametrize(("lines", "found"), [(15, True), (30, False)])
def test_long_running_text_in_frames_is_articles(lines: int, found: bool) -> None:
    text = "the cost of paper had risen by twelve"
    xs, ys = [0.0, 200.0, 400.0], [0.0, 20 + 12.0 * lines, 40 + 24.0 * lines]
    rows = [piece(text, x + 5, y + 5 + 12 * i) for x in xs[:-1] for y in ys[:-1] for i in range(lines)]
    assert is_table(rows, xs, ys) == found


@pytest.mark.parametrize(("rows", "found"), [(15, True), (5, False)])
def test_a_table_may_have_a_long_text_in_one_cell(rows: int, found: bool) -> None:
    xs, ys = [0.0, 200.0, 400.0], [0.0, *(300.0 + 20 * i for i in range(rows + 1))]
    text = [piece("the cost of paper had risen by twelve", 205, 5 + 12 * i) for i in range(24)]
    short = [piece("cell", x + 5, y + 5) for x in xs[:-1] for y in ys[1:-1]]
    assert is_table([piece("Notes", 5, 5), *text, *short], xs, ys) == found
