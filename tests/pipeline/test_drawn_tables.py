"""What is drawn on a page of a PDF, and which of it is a table."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from ocr_plugins import Pipeline
from ocr_plugins.blocks import BlockKind

HEIGHT = 842
PROSE = (
    "This year the school has instituted a share table during meal time",
    "in the cafeteria. Students can donate unwanted and unopened food",
    "items to the share table, from which other students can openly",
    "choose if they would like additional food. This helps ensure",
)
Colour = tuple[float, float, float]


@pytest.fixture
def tables(draw_pdf: Callable[..., bytes]) -> Callable[[Callable[[Canvas], object]], list[list[list[str]]]]:
    """The texts of the tables on a page drawn by a function."""

    def found(draw: Callable[[Canvas], object]) -> list[list[list[str]]]:
        with Pipeline(text="layer") as pipeline:
            (page,) = pipeline.read(draw_pdf(draw)).pages
        return [b.table.texts() for b in page.blocks if b.kind == BlockKind.TABLE and b.table is not None]

    return found


Tables = Callable[[Callable[[Canvas], object]], list[list[list[str]]]]


def fill(canvas: Canvas, colour: Colour, left: float, top: float, right: float, bottom: float) -> None:
    canvas.setFillColorRGB(*colour)
    canvas.rect(left, HEIGHT - bottom, right - left, bottom - top, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)


def text(canvas: Canvas, left: float, top: float, *lines: str, size: float = 10, font: str = "Helvetica") -> None:
    canvas.setFont(font, size)
    for i, line in enumerate(lines):
        canvas.drawString(left, HEIGHT - top - size * (1 + 1.2 * i), line)


@pytest.mark.parametrize("font", ["Helvetica", "Times-Roman"])
@pytest.mark.parametrize("panels", [2, 3])
def test_text_on_the_panels_of_a_slide_is_no_table(tables: Tables, panels: int, font: str) -> None:
    def slide(canvas: Canvas) -> None:
        for k in range(panels):
            for top, bottom, shade in ((0, 100, 0.5), (100, 400, 0.9)):
                fill(canvas, (0.2, 0.4 + 0.1 * k, shade), 595 / panels * k, top, 595 / panels * (k + 1), bottom)
        text(canvas, 60, 40, "General meeting", size=20, font=font)
        text(canvas, 60, 150, *PROSE, size=14, font=font)

    assert tables(slide) == []


@pytest.mark.parametrize("gap", [12, 30])
@pytest.mark.parametrize("is_filled", [True, False])
def test_cards_side_by_side_are_none(tables: Tables, is_filled: bool, gap: float) -> None:
    def cards(canvas: Canvas) -> None:
        for k in range(3):
            left = 40 + (160 + gap) * k
            canvas.setFillColorRGB(0.9, 0.95, 1)
            canvas.rect(left, HEIGHT - 260, 160, 160, stroke=not is_filled, fill=is_filled)
            canvas.setFillColorRGB(0, 0, 0)
            text(canvas, left + 8, 110, f"{k + 1}. Insulate the roof", size=12)
            text(canvas, left + 8, 140, *(line[:28] for line in PROSE), size=9)

    assert tables(cards) == []


@pytest.mark.parametrize("values", [(40, 45, 50, 55, 60), (90, 20, 70, 30, 50, 10, 80)])
def test_the_bars_and_the_axes_of_a_chart_are_none(tables: Tables, values: tuple[int, ...]) -> None:
    def chart(canvas: Canvas) -> None:
        for t in range(0, 101, 20):
            canvas.line(100, 400 + t, 500, 400 + t)
            text(canvas, 70, HEIGHT - 404 - t, str(t * 1000), size=8)
        for k, value in enumerate(values):
            canvas.rect(110 + 50 * k, 400, 30, value, stroke=1, fill=1)
            text(canvas, 115 + 50 * k, HEIGHT - 385, str(2010 + k), size=8)
        text(canvas, 70, 500, "The chart shows that the number of downloads has grown since the first release.")

    assert tables(chart) == []


@pytest.mark.parametrize(("header", "stripe"), [((0.1, 0.2, 0.5), (0.9, 0.9, 0.95)), ((0.8, 0.3, 0.1), (0.9, 1, 0.9))])
@pytest.mark.parametrize("columns", [3, 5])
@pytest.mark.parametrize("size", [8, 11])
def test_a_table_that_is_shaded_without_rules_is_one(
    tables: Tables, columns: int, size: float, header: Colour, stripe: Colour
) -> None:
    rows = [["Region", *(f"Q{k}" for k in range(1, columns))]]
    rows += [[f"District {i}", *(f"{i}{k}.5" for k in range(1, columns))] for i in range(1, 7)]

    def page(canvas: Canvas) -> None:
        high = 2 * size
        for i, row in enumerate(rows):
            if i % 2 == 0:
                fill(canvas, stripe if i else header, 60, 100 + high * i, 540, 100 + high * (i + 1))
            for k, cell in enumerate(row):
                text(canvas, 66 + 95 * k, 100 + high * (i + 0.25), cell, size=size)

    assert tables(page) == [rows]


def test_a_table_ends_where_its_columns_end_and_figures_stay_apart(tables: Tables) -> None:
    rows = [
        ["Strain", "MIC", "MBC", "Ratio"],
        *([f"EC-{i}", f"{6.25 * i:.2f}", f"{12.5 * i:.1f}", "2.0"] for i in range(1, 7)),
    ]

    def page(canvas: Canvas) -> None:
        for i, row in enumerate(rows):
            for cell, right in zip(row, (120, 285, 314, 420), strict=True):
                canvas.setFont("Helvetica", 10)
                canvas.drawRightString(right, HEIGHT - 110 - 13 * i, cell)
        for left in (60, 310):
            text(canvas, left, 110 + 13 * len(rows), *(line[:44] for line in PROSE * 3))

    assert tables(page) == [rows]


def test_rules_between_groups_leave_their_rows_apart_and_prose_in_cells_whole(tables: Tables) -> None:
    def page(canvas: Canvas) -> None:
        for y in (100, 120, 160, 180):
            canvas.line(60, HEIGHT - y, 400, HEIGHT - y)
        for x in (60, 160, 280, 400):
            canvas.line(x, HEIGHT - 100, x, HEIGHT - 180)
        for k, cells in enumerate(
            (
                ("Month", "April", "May", "June", "Sum"),
                ("Guests", "65", "68", "66", "199"),
                ("%", "74.9", "77.7", "81.2", "77.9"),
            )
        ):
            for cell, top in zip(cells, (104, 122, 134, 146, 164), strict=True):
                text(canvas, 65 + 110 * k, top, cell, size=9)
        for y in (300, 380, 460):
            canvas.line(60, HEIGHT - y, 510, HEIGHT - y)
        for x in (60, 285, 510):
            canvas.line(x, HEIGHT - 300, x, HEIGHT - 460)
        for x, y in ((65, 305), (290, 305), (65, 385), (290, 385)):
            text(canvas, x, y, "Module", *(line[:44] for line in PROSE))

    groups, modules = tables(page)
    assert groups[1:4] == [["April", "65", "74.9"], ["May", "68", "77.7"], ["June", "66", "81.2"]]
    assert [len(row) for row in modules] == [2, 2]
    assert "instituted a share in the cafeteria" in modules[0][0]
