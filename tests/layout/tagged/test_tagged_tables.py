"""Tables by the author's tags: where the cells are, and what is no table."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ocr_plugins.blocks import BBox, Table
from ocr_plugins.layout.tagged.drafts import find_drafts
from ocr_plugins.layout.tagged.tables import tagged_table
from ocr_plugins.source.textlayer import Element

# A cell: its text, and where it stands across the page.
Made = tuple[str, float]


def table_of(*rows: Sequence[Made | None], spans: tuple[int, int] = (1, 1)) -> Table | None:
    """The table of rows of cells; the first cell has the spans. A cell of no text is an empty one."""
    made = [cell for row in rows for cell in row if cell]
    numbers = iter(range(len(made)))
    first = True
    elements = []
    for row in rows:
        cells: list[Element | None] = []
        for cell in row:
            row_span, column_span = spans if first else (1, 1)
            first = False
            mark = (next(numbers),) if cell else ()
            cells.append(Element("TD", mark, row_span=row_span, column_span=column_span) if cell else None)
        elements.append(Element("TR", tuple(cells)))

    def read(marks: Sequence[int]) -> tuple[str, BBox | None]:
        (mark,) = marks
        text, left = made[mark]
        return text, BBox(left, 0, left + 0.1, 0.1)

    return tagged_table(Element("Table", tuple(elements)), read)


def texts(*rows: Sequence[Made | None], spans: tuple[int, int] = (1, 1)) -> list[list[str]] | None:
    table = table_of(*rows, spans=spans)
    return None if table is None else table.texts()


A, B, C = ("a", 0.1), ("b", 0.3), ("c", 0.5)


def test_the_first_row_is_the_header_where_no_cell_is_said_to_be_one() -> None:
    table = table_of([A, B], [A, B])
    assert table is not None
    assert [c.header for c in table.cells] == [True, True, False, False]


def test_cells_follow_one_another_around_those_that_span_rows() -> None:
    assert texts([A, B, C], [B, C], spans=(2, 1)) == [["a", "b", "c"], ["", "b", "c"]]
    assert texts([A, C], [A, B, C], spans=(1, 2)) == [["a", "", "c"], ["a", "b", "c"]]


@pytest.mark.parametrize("spans", [(9, 1), (10**9, 1)])
def test_a_span_ends_with_the_table(spans: tuple[int, int]) -> None:
    table = table_of([A, B], [B], spans=spans)
    assert table is not None
    assert table.cells[0].row_span == 2


def test_cells_stand_in_the_columns_of_the_fullest_rows_where_the_spans_are_wrong() -> None:
    assert texts([A, B, C], [C], [A, B], spans=(1, 7)) == [["a", "b", "c"], ["", "", "c"], ["a", "b", ""]]


def test_a_row_has_room_for_all_of_its_cells() -> None:
    assert texts([A, B, C], [C, ("d", 0.9)]) == [["a", "b", "c"], ["", "c", "d"]]


@pytest.mark.parametrize(("columns", "is_table"), [(55, True), (65, False)])
def test_no_table_has_more_columns_than_fit_on_paper(columns: int, is_table: bool) -> None:
    row = [(str(i), i / 100) for i in range(columns)]
    assert (table_of(row, row) is not None) == is_table


@pytest.mark.parametrize(("span", "is_table"), [(55, True), (65, False)])
def test_a_wrong_span_does_not_make_it_wider(span: int, is_table: bool) -> None:
    table = table_of([A, B], [A] * (span + 1), spans=(1, span))
    assert (table is not None) == is_table


@pytest.mark.parametrize(
    ("rows", "is_table"),
    [
        pytest.param([[A], [A], [A]], False, id="one column"),
        pytest.param([[A, B]], False, id="two texts side by side"),
        pytest.param([[A, B, C]], True, id="three in a row"),
        pytest.param([[A, B], [A, B]], True, id="two by two"),
        pytest.param([[None, None], [None, None]], False, id="no text"),
        pytest.param([[("x" * 550, 0.1), ("x" * 550, 0.5)]] * 2, False, id="four long texts"),
        pytest.param([[("x" * 450, 0.1), ("x" * 450, 0.5)]] * 2, True, id="four texts that are not so long"),
        pytest.param([[("x" * 550, 0.1), ("x" * 550, 0.5)]] * 3, True, id="six long texts"),
        pytest.param([[("x" * 550, 0.1), ("x" * 550, 0.4), ("x" * 550, 0.7)]], False, id="three long texts"),
    ],
)
def test_a_table_is_more_than_a_few_texts_side_by_side(rows: list[list[Made | None]], is_table: bool) -> None:
    assert (table_of(*rows) is not None) == is_table


@pytest.mark.parametrize(("rows", "is_table"), [(2, False), (3, True)])
def test_headings_in_a_table_say_that_it_arranges_the_page_unless_it_has_a_few_rows(rows: int, is_table: bool) -> None:
    cells = (Element("TD", (0,)), Element("TD", (1,)))
    headed = Element("TR", (Element("TD", (Element("H2", (2,)),)),))
    tree = Element("Table", (headed, *(Element("TR", cells) for _ in range(rows))))
    assert any(draft.table for draft in find_drafts([tree])) == is_table


def test_a_table_with_a_table_in_it_arranges_the_page() -> None:
    inner = Element("Table", (Element("TR", (Element("TD", (0,)), Element("TD", (1,)))),) * 4)
    outer = Element("Table", (Element("TR", (Element("TD", (inner,)), Element("TD", (2,)))),) * 4)
    assert outer not in [draft.table for draft in find_drafts([outer])]
