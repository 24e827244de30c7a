"""Which filled rectangles are rows and cells of a shaded table; lengths in points."""

from __future__ import annotations

import pytest

from ocr_plugins import BBox
from ocr_plugins.source.pdf.rules import Fill, shaded_edges

COLOURS = (26, 51, 153), (230, 230, 230)


def stripes(*, height: float = 20, white: float = 0, off: float = 0) -> list[Fill]:
    """Three rows of colours that alternate, with white between them, each ending farther right."""
    tops = [(height + white) * i for i in range(3)]
    return [(BBox(100, y, 400 + off * i, y + height), COLOURS[i % 2]) for i, y in enumerate(tops)]


def cells(columns: int, rows: int, *, side: float = 12, white: float = 0) -> list[Fill]:
    """Cells whose columns have colours that alternate."""
    places = [(side * k, side * i, k % 2) for k in range(columns) for i in range(rows)]
    return [(BBox(x, y, x + side - white, y + side - white), COLOURS[odd]) for x, y, odd in places]


@pytest.mark.parametrize(
    ("fills", "found"),
    [
        pytest.param(stripes(height=60), True, id="as high as rows are"),
        pytest.param(stripes(height=90), False, id="higher"),
        pytest.param(stripes(white=40), True, id="two rows of paper between"),
        pytest.param(stripes(white=60), False, id="three"),
        pytest.param(stripes(off=1.5), True, id="the same ends, nearly"),
        pytest.param(stripes(off=3), False, id="other ends"),
    ],
)
def test_rows_have_the_same_ends_and_little_between_them(fills: list[Fill], found: bool) -> None:
    assert bool(shaded_edges(fills)) == found


@pytest.mark.parametrize(
    ("fills", "found"),
    [
        pytest.param(cells(2, 2), True, id="four"),
        pytest.param([(BBox(0, 0, 24, 12), COLOURS[0]), *cells(2, 2)[1::2]], False, id="three"),
        pytest.param(cells(4, 4, white=1), True, id="an eighth of white"),
        pytest.param(cells(4, 4, white=1.5), False, id="more"),
        pytest.param(cells(17, 32), True, id="hundreds"),
        pytest.param(cells(50, 28), False, id="a picture of very many"),
    ],
)
def test_several_cells_leave_little_white_between_them(fills: list[Fill], found: bool) -> None:
    assert bool(shaded_edges(fills)) == found
