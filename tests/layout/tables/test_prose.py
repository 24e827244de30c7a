"""Columns of running text, which stand side by side as those of a table do."""

from __future__ import annotations

import pytest
from made_geometry import piece

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.tables.prose import is_prose, prose_lines

LINE = "that the lease of the northern warehouse"


def lines(count: int, text: str = LINE, lefts: tuple[float, ...] = (0, 250), pitch: float = 12) -> list[list[Row]]:
    """Lines of the same text in columns, the ends of the lines ragged."""
    return [[piece(text, x, pitch * i, x + 200 - 17 * (i % 3)) for x in lefts] for i in range(count)]


@pytest.mark.parametrize(
    ("page", "prose"),
    [
        pytest.param(lines(4), 4, id="two columns"),
        pytest.param(lines(2), 0, id="two lines"),
        pytest.param(lines(4, lefts=(0,)), 0, id="one column"),
        pytest.param(lines(4, "that the lease of"), 0, id="short texts"),
        pytest.param(lines(4, "12 345 678 901 234 567 890 abc def ghi"), 0, id="figures"),
        pytest.param(lines(4, "lot of 12 345 kg at 67 890 each and"), 0, id="half of it figures"),
        pytest.param(lines(4, "That the lease of the northern warehouse"), 0, id="each with a capital"),
        pytest.param(lines(4, "The lease of the northern ware-"), 4, id="hyphens"),
        pytest.param(lines(4, pitch=30), 0, id="far from one another"),
    ],
)
def test_text_goes_on_in_the_next_line(page: list[list[Row]], prose: int) -> None:
    assert len(prose_lines(page)) == prose


@pytest.mark.parametrize(("ragged", "prose"), [(0, 4), (4, 4), (7, 0)])
def test_justified_text_goes_on_whatever_it_begins_with(ragged: float, prose: int) -> None:
    ends = [200 + ragged * (i % 2) for i in range(4)]
    page = [
        [piece("Old Boilers Burn A Third More", x, 12 * i, x + end) for x in (0, 250)] for i, end in enumerate(ends)
    ]
    assert len(prose_lines(page)) == prose


@pytest.mark.parametrize(("indent", "prose"), [(4, 4), (7, 0)])
def test_the_lines_of_a_column_begin_below_one_another(indent: float, prose: int) -> None:
    assert len(prose_lines([[piece(LINE, x + indent * (i % 2), 12 * i) for x in (0, 250)] for i in range(4)])) == prose


def test_a_place_is_prose_where_lines_are_as_wide_as_it_or_stand_in_columns() -> None:
    column = [row for line in lines(6, lefts=(0,)) for row in line]
    assert is_prose(column, BBox(0, 0, 300, 80))
    assert not is_prose(column, BBox(0, 0, 600, 80))
    assert is_prose([row for line in lines(6) for row in line], BBox(0, 0, 600, 80))
    assert not is_prose([piece("cell", x, 12 * i) for i in range(6) for x in (0, 100)], BBox(0, 0, 150, 80))


def test_a_place_with_more_cells_than_prose_is_none() -> None:
    text = [row for line in lines(4, lefts=(0,)) for row in line]
    cells = [piece("a cell with a few words", x, 60 + 12 * i) for i in range(6) for x in (0, 150)]
    assert is_prose([*text, *cells[:4]], BBox(0, 0, 300, 140))
    assert not is_prose([*text, *cells], BBox(0, 0, 300, 140))


@pytest.mark.parametrize("offset", [0, 3, 6, 9])
def test_the_lines_of_columns_need_not_be_level_with_one_another(offset: float) -> None:
    rows = [piece(LINE, x, 12 * i + offset * (x > 0), x + 200 - 17 * (i % 3)) for i in range(6) for x in (0, 250, 500)]
    assert is_prose(rows, BBox(0, 0, 800, 90))
    assert len(prose_lines([[row] for row in rows])) == len(rows)


def test_text_does_not_go_on_past_a_line_between() -> None:
    columns = [[piece(LINE, x, 12 * i), piece("12.50", x, 12 * i + 6)] for i in range(4) for x in (0, 250)]
    assert not prose_lines([piece for pieces in columns for piece in [pieces]])
