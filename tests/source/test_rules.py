"""Which of the drawings of a PDF page are ruling lines, and where these cut text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from ocr_plugins import BBox
from ocr_plugins.source.pdf.walls import Walls
from ocr_plugins.source.textlayer import TextLayer

WIDTH, HEIGHT = 595, 842
BLUE, GREY, WHITE = (0.1, 0.2, 0.6), (0.9, 0.9, 0.9), (1.0, 1.0, 1.0)

Place = tuple[float, float, float, float]
Draw = Callable[[Canvas], object]


@pytest.fixture
def rules(layer: Callable[[Draw], TextLayer]) -> Callable[[Draw], set[Place]]:
    """Left, top, right and bottom of the rules of a page, in whole points; y counts from its top."""

    def found(draw: Draw) -> set[Place]:
        boxes = [r.scaled(WIDTH, HEIGHT) for r in layer(draw).rulings]
        return {(round(b.left), round(b.top), round(b.right), round(b.bottom)) for b in boxes}

    return found


def fill(
    canvas: Canvas, colour: tuple[float, float, float], left: float, top: float, right: float, bottom: float
) -> None:
    canvas.setFillColorRGB(*colour)
    canvas.rect(left, HEIGHT - bottom, right - left, bottom - top, stroke=0, fill=1)


def sides(left: float, top: float, right: float, bottom: float) -> set[Place]:
    return {
        (left, top, right, top),
        (left, bottom, right, bottom),
        (left, top, left, bottom),
        (right, top, right, bottom),
    }


def test_the_four_sides_of_a_frame_are_thin_strokes(rules: Callable[[Draw], set[Place]]) -> None:
    assert rules(lambda c: c.rect(100, HEIGHT - 300, 200, 100)) == sides(100, 200, 300, 300)


def test_a_large_fill_has_no_ruling_lines(rules: Callable[[Draw], set[Place]]) -> None:
    assert rules(lambda c: fill(c, BLUE, 100, 200, 300, 300)) == set()


@pytest.mark.parametrize(("thickness", "is_rule"), [(1, True), (2.5, True), (4, False)])
def test_a_thin_fill_is_a_rule(rules: Callable[[Draw], set[Place]], thickness: float, is_rule: bool) -> None:
    assert bool(rules(lambda c: fill(c, BLUE, 100, 200, 300, 200 + thickness))) == is_rule


@pytest.mark.parametrize(("length", "is_rule"), [(6, False), (12, True)])
def test_a_rule_is_longer_than_a_dash(rules: Callable[[Draw], set[Place]], length: float, is_rule: bool) -> None:
    assert bool(rules(lambda c: c.line(100, 500, 100 + length, 500))) == is_rule


def test_a_thick_stroke_is_no_rule_and_slanted_ones_are_none(rules: Callable[[Draw], set[Place]]) -> None:
    def page(canvas: Canvas) -> None:
        canvas.line(100, 100, 300, 300)
        canvas.setLineWidth(12)
        canvas.line(100, 500, 300, 500)

    assert rules(page) == set()


def test_each_stroke_of_a_path_is_a_rule_of_its_own(rules: Callable[[Draw], set[Place]]) -> None:
    def page(canvas: Canvas) -> None:
        path = canvas.beginPath()
        for y in (200, 220, 240):
            path.moveTo(100, HEIGHT - y)
            path.lineTo(300, HEIGHT - y)
        canvas.drawPath(path)

    assert rules(page) == {(100, y, 300, y) for y in (200, 220, 240)}


def test_of_very_many_rules_the_first_ones_are_enough(layer: Callable[[Draw], TextLayer]) -> None:
    def page(canvas: Canvas) -> None:
        path = canvas.beginPath()
        for i in range(5000):
            path.moveTo(100, 100 + i / 10)
            path.lineTo(300, 100 + i / 10)
        canvas.drawPath(path)

    assert len(layer(page).rulings) == 4000


@pytest.mark.parametrize(("segments", "looked_at"), [(15_000, True), (25_000, False)])
def test_what_is_drawn_above_a_drawing_of_very_many_strokes_is_not_looked_at(
    rules: Callable[[Draw], set[Place]], segments: int, looked_at: bool
) -> None:
    def page(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.moveTo(0, 0)
        for i in range(segments):
            path.lineTo(100 + 50 * (i % 2), 100 + i / 100)
        canvas.drawPath(path)
        canvas.line(100, 500, 300, 500)

    assert bool(rules(page)) == looked_at


@pytest.mark.parametrize(
    ("rows", "edges"),
    [
        pytest.param([(BLUE, 0, 20), (GREY, 20, 40), (BLUE, 40, 60)], {0, 20, 40, 60}, id="colours that alternate"),
        pytest.param([(GREY, 0, 20), (GREY, 40, 60), (GREY, 80, 100)], {0, 20, 40, 60, 80, 100}, id="white between"),
        pytest.param([(GREY, 0, 20), (GREY, 20, 40), (GREY, 40, 60)], set(), id="one colour, as behind code"),
        pytest.param([(GREY, 0, 20), (GREY, 90, 110)], set(), id="bars far apart"),
        pytest.param([(BLUE, 0, 105), (GREY, 105, 300)], set(), id="higher than rows are"),
        pytest.param([(WHITE, 0, 20), (WHITE, 40, 60)], set(), id="white on white"),
    ],
)
def test_rows_of_a_shaded_table_have_edges(
    rules: Callable[[Draw], set[Place]], rows: list[tuple[tuple[float, float, float], float, float]], edges: set[float]
) -> None:
    def page(canvas: Canvas) -> None:
        for colour, top, bottom in rows:
            fill(canvas, colour, 100, 200 + top, 400, 200 + bottom)

    assert {top - 200 for _, top, _, bottom in rules(page) if top == bottom} == edges


def test_backgrounds_of_lines_with_other_ends_are_no_rows(rules: Callable[[Draw], set[Place]]) -> None:
    def page(canvas: Canvas) -> None:
        for i, width in enumerate((300, 280, 310)):
            fill(canvas, GREY, 100, 200 + 20 * i, 100 + width, 213 + 20 * i)

    assert rules(page) == set()


@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize("columns", [2, 5])
def test_cells_that_are_shaded_one_by_one_have_all_their_sides(
    rules: Callable[[Draw], set[Place]], columns: int, gap: int
) -> None:
    def page(canvas: Canvas) -> None:
        fill(canvas, (0.99, 0.95, 0.9), 50, 100, 550, 700)
        for i in range(3):
            for k in range(columns):
                colour = GREY if i % 2 else BLUE
                fill(canvas, colour, 100 + 60 * k, 200 + 20 * i, 160 + 60 * k - gap, 220 + 20 * i)

    found = rules(page)
    assert sides(100, 200, 160 - gap, 220) <= found
    assert not found & sides(50, 100, 550, 700)


def test_four_panels_of_a_slide_are_told_from_cells_by_the_text_alone(rules: Callable[[Draw], set[Place]]) -> None:
    def page(canvas: Canvas) -> None:
        for i, (left, colour) in enumerate(((0, BLUE), (300, (0.2, 0.5, 0.9)))):
            fill(canvas, colour, left, 0, left + 295 + 5 * (1 - i), 105)
            fill(canvas, WHITE, left, 105, left + 295, 405)

    assert rules(page) == set()


def test_text_is_cut_where_a_rule_runs_through_its_white(layer: Callable[[Draw], TextLayer]) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Courier", 10)
        canvas.drawString(100, 500, "6.25 12.5")
        canvas.drawString(100, 480, "a wordlike one")
        canvas.line(127, 470, 127, 520)

    assert [line.text for line in layer(page).lines] == ["6.25", "12.5", "a wordlike one"]


@pytest.mark.parametrize(
    ("wall", "cuts"),
    [
        pytest.param(BBox(24, 0, 24, 20), [2], id="in the white"),
        pytest.param(BBox(15, 0, 15, 20), [], id="through a letter"),
        pytest.param(BBox(24, 12, 24, 40), [], id="below the line"),
        pytest.param(BBox(0, 5, 60, 5), [], id="a rule that runs across"),
    ],
)
def test_a_wall_stands_between_two_characters(wall: BBox, cuts: list[int]) -> None:
    boxes = [BBox(x, 0, x + 10, 10) for x in (0, 10, 28, 38)]
    assert Walls([wall]).cuts(boxes) == cuts


@pytest.mark.parametrize(("white", "cut"), [(0.9, False), (2.0, True)])
def test_letters_of_one_word_are_not_cut(white: float, cut: bool) -> None:
    boxes = [BBox(0, 0, 10, 10), BBox(10 + white, 0, 20 + white, 10)]
    assert bool(Walls([BBox(10 + white / 2, 0, 10 + white / 2, 10)]).cuts(boxes)) == cut


@pytest.mark.parametrize(("over", "cut"), [(0.3, True), (0.8, False)])
def test_a_wall_reaches_a_little_over_a_letter(over: float, cut: bool) -> None:
    boxes = [BBox(x, 0, x + 10, 10) for x in (0, 10, 22, 32)]
    for x in (20 - over, 22 + over):
        assert bool(Walls([BBox(x, 0, x, 10)]).cuts(boxes)) == cut
