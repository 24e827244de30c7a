"""Where tables are looked for: in regions, grids of ruling lines, and between rules of one length."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from made_geometry import UNIT, across, down, piece

from ocr_plugins.blocks import BBox, BlockKind, Region
from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.tables.find import FoundTable, find_tables

LEFTS = (5.0, 105.0, 205.0)


def lines(count: int, top: float, text: str = "cell", lefts: tuple[float, ...] = LEFTS) -> list[Row]:
    return [piece(text, left, top + 15 * i, left + 60) for i in range(count) for left in lefts]


def region(box: BBox, kind: BlockKind = BlockKind.TABLE) -> Region:
    return Region(kind, box, 0.9)


def grid(ys: tuple[float, ...], xs: tuple[float, ...] = (0, 100, 200, 300)) -> list[BBox]:
    return [across(y, xs[0], xs[-1]) for y in ys] + [down(x, ys[0], ys[-1]) for x in xs]


def found(rows: list[Row], rulings: Sequence[BBox] = (), *regions: Region) -> list[FoundTable]:
    return find_tables(rows, regions, rulings, UNIT)


def test_a_region_says_where_a_table_is_and_other_kinds_of_it_do_not() -> None:
    rows = lines(4, 0)
    box = BBox(0, 0, 300, 60)
    (table,) = found(rows, (), region(box))
    assert (table.box, list(table.rows)) == (box, rows)
    assert found(rows, (), region(box, BlockKind.FIGURE)) == found(rows) == []


def test_a_table_holds_the_pieces_that_are_mostly_in_it_and_is_as_large_as_they_are() -> None:
    rows, more = lines(4, 0), lines(1, 55)
    (table,) = found([*rows, *more], (), region(BBox(0, 0, 300, 61)))
    assert list(table.rows) == [*rows, *more]
    assert table.box == BBox(0, 0, 300, 65)
    (table,) = found([*rows, *more], (), region(BBox(0, 0, 300, 59)))
    assert list(table.rows) == rows


def test_a_grid_and_the_regions_that_lie_in_it_are_one_table() -> None:
    rows, ruled = lines(4, 5), grid((0, 17, 32, 47, 62))
    inside, around, elsewhere = BBox(0, 0, 300, 30), BBox(-10, -10, 310, 80), BBox(0, 200, 300, 260)
    for box in (inside, around):
        (table,) = found(rows, ruled, region(box))
        assert table.table.texts() == [["cell"] * 3] * 4
    assert len(found([*rows, *lines(4, 200)], ruled, region(elsewhere))) == 2


def test_of_two_places_the_larger_one_takes_the_text() -> None:
    rows = lines(6, 0)
    small, large = region(BBox(0, 0, 300, 45)), region(BBox(0, 0, 300, 90))
    assert [len(t.rows) for t in found(rows, (), small, large)] == [18]


@pytest.mark.parametrize(("inside", "ruled"), [(18, True), (16, False)], ids=["nine of ten", "eight of ten"])
def test_a_grid_that_holds_nearly_all_of_the_text_is_the_table(inside: int, ruled: bool) -> None:
    # The grid has two columns; white would make three.
    xs, lefts = (0.0, 100.0, 300.0), (5.0, 105.0, 205.0, 255.0)
    rows = [piece("cell", left, 5 + 15 * i, left + 40) for i in range(5) for left in lefts]
    beside = [piece("cell", 310, r.box.top, 350) for r in rows[inside:]]
    (table,) = found([*rows[:inside], *beside], grid((0, 17, 32, 47, 62, 77), xs), region(BBox(0, 0, 400, 80)))
    assert (table.table.columns == 2) == ruled


@pytest.mark.parametrize(
    ("ys", "rows"),
    [
        pytest.param((0, 17, 62), 4, id="a header and a frame of three rows"),
        pytest.param((0, 17, 47), 2, id="a header and a frame of two rows"),
        pytest.param((0, 17, 107, 122), 3, id="another row below them"),
    ],
)
def test_white_cuts_rows_that_stand_in_one_of_a_few_frames(ys: tuple[float, ...], rows: int) -> None:
    cells = [piece("cell", left, 4 + 15 * i) for i in range(int(ys[-1] // 15)) for left in LEFTS]
    (table,) = found(cells, grid(ys))
    assert table.table.rows == rows


def between(ys: tuple[float, ...], length: float = 300, shift: float = 0) -> list[BBox]:
    """Rules below one another, the last one shifted."""
    return [*(across(y, 0, length) for y in ys[:-1]), across(ys[-1], shift, length + shift)]


HEADED = [*lines(1, 5), *lines(3, 25)]


@pytest.mark.parametrize(
    ("rules", "is_table"),
    [
        pytest.param(between((0, 20, 70)), True, id="three rules"),
        pytest.param(between((0, 70)), False, id="two rules"),
        pytest.param(between((0, 8, 70)), False, id="two rules, one of them double"),
        pytest.param(between((0, 12, 70)), True, id="a rule through the header"),
        pytest.param(between((0, 20, 70), shift=8), True, id="ends that differ by less than a line"),
        pytest.param(between((0, 20, 70), shift=12), False, id="ends that differ by more"),
        pytest.param(between((0, 20, 70, 72), shift=12), True, id="another rule with other ends"),
    ],
)
def test_three_rules_of_one_length_have_a_table_between_them(rules: list[BBox], is_table: bool) -> None:
    assert bool(found(HEADED, rules)) == is_table


@pytest.mark.parametrize(("length", "is_table"), [(75, False), (85, True)])
def test_short_rules_are_none_of_a_table(length: float, is_table: bool) -> None:
    rows = [piece("x", left, top, left + 15) for top in (5.0, 25.0, 40.0, 55.0) for left in (0.0, 30.0, 60.0)]
    assert bool(found(rows, between((0, 20, 70), length))) == is_table


@pytest.mark.parametrize(
    ("rows", "is_table"),
    [
        pytest.param(lines(2, 25), False, id="two lines"),
        pytest.param(lines(3, 25), True, id="three lines"),
        pytest.param(lines(3, 25, "x" * 24), True, id="short texts"),
        pytest.param(lines(3, 25, "x" * 27), False, id="long texts"),
        pytest.param([piece("x", x, 25 + 15 * i, x + 97) for i in range(3) for x in LEFTS], False, id="little white"),
        pytest.param([piece("x", x, 25 + 15 * i, x + 94) for i in range(3) for x in LEFTS], True, id="enough white"),
    ],
)
def test_what_stands_between_rules_is_tabular(rows: list[Row], is_table: bool) -> None:
    assert bool(found(rows, between((0, 20, 170)))) == is_table


@pytest.mark.parametrize(
    ("width", "single", "is_table"),
    [
        pytest.param(80, 4, True, id="cells of several lines"),
        pytest.param(160, 4, True, id="lines over two columns"),
        pytest.param(225, 1, True, id="a line over nearly all"),
        pytest.param(225, 4, False, id="running text"),
    ],
)
def test_lines_in_one_piece_are_cells_unless_they_are_as_wide_as_the_rules(
    width: float, single: int, is_table: bool
) -> None:
    text = [piece("text", 5, 5 + 15.0 * i, 5 + width) for i in range(10 - single, 10)]
    assert bool(found([*lines(10 - single, 5), *text], between((0, 20, 160)))) == is_table


def test_text_between_two_tables_of_one_width_is_of_none_of_them() -> None:
    text = [piece("running text", 5, top, 295) for top in (75.0, 90.0, 105.0)]
    rules = between((0, 20, 70, 125, 145, 195))
    first, second = found([*HEADED, *text, *lines(1, 130), *lines(3, 150)], rules)
    assert [table.table.rows for table in (first, second)] == [4, 4]
    assert (first.box.bottom, second.box.top) == (70, 125)


@pytest.mark.parametrize(("bottom", "tables"), [(88, 1), (100, 2)])
def test_a_line_alone_between_two_rules_is_the_title_of_a_group_of_rows(bottom: float, tables: int) -> None:
    rows = [*HEADED, piece("Group", 5, 75, 60), *lines(3, bottom + 5)]
    assert len(found(rows, between((0, 20, 70, bottom, bottom + 50)))) == tables


@pytest.mark.parametrize(
    ("top", "left", "right", "rows"),
    [
        pytest.param(-10, 105, 165, 5, id="above"),
        pytest.param(-25, 105, 165, 4, id="farther above than rows are"),
        pytest.param(-10, 40, 165, 5, id="a head over two columns"),
    ],
)
def test_a_white_row_before_the_first_rule_is_of_the_table(top: float, left: float, right: float, rows: int) -> None:
    head = [piece("head", 5, top, 35), piece("head", left, top, right), piece("head", 205, top, 265)]
    (table,) = found([*head, *lines(4, 5)], [across(y, 0, 300) for y in (3, 17, 32, 47, 62)])
    assert table.table.rows == rows


def test_running_text_in_a_region_of_the_detector_is_no_table() -> None:
    text = "that the lease of the northern warehouse"
    rows = [piece(text, left, 12 * i) for i in range(6) for left in (0, 250)]
    assert found(rows, (), region(BBox(0, 0, 460, 80))) == []


def test_text_across_the_rules_of_a_slide_is_no_table() -> None:
    rows = [piece("Anuninterruptedlineoftextacrossit", 20, 20 + 15 * i, 280) for i in range(4)]
    assert found(rows, grid((0, 40, 90), (0, 150, 300))) == []


def test_rules_of_a_table_that_is_found_already_do_not_make_a_second_one() -> None:
    assert len(found(HEADED, between((0, 20, 70)), region(BBox(0, 0, 300, 70)))) == 1
