"""Turned text of PDF pages: lines along each character's own direction, apart from those that are level."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from counting import calls
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ocr_plugins import Page, Pipeline
from ocr_plugins.source.textlayer import TextLayer

Draw = Callable[[Canvas], object]
WIDTH, HEIGHT = 595, 842
BODY = [
    "The board met on the third of March to consider the annual report. It noted",
    "that the cost of paper had risen by twelve per cent, and that the lease of",
    "the northern warehouse would end in June. The treasurer proposed to move the",
    "remaining stock to Leeds before the summer. The motion was carried.",
]
ROWS = [
    ["Depot", "Opened", "Staff", "Rent"],
    ["Leeds", "1998", "24", "3,200"],
    ["York", "2004", "17", "2,150"],
    ["Hull", "2011", "9", "1,400"],
]


@pytest.fixture
def read(draw_pdf: Callable[..., bytes]) -> Callable[[Draw], Page]:
    return lambda draw: Pipeline(text="layer").read(draw_pdf(draw)).pages[0]


def write(canvas: Any, x: float, y: float, text: str, size: float = 12, degrees: float = 0) -> None:
    """Draw text that runs ``degrees`` counter-clockwise, as PDFs count."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.rotate(degrees)
    canvas.setFont("Helvetica", size)
    canvas.drawString(0, 0, text)
    canvas.restoreState()


def body(canvas: Any) -> None:
    for i, line in enumerate(BODY):
        write(canvas, 72, 700 - 16 * i, line, 11)


def table(canvas: Any, *, rules: bool) -> None:
    """Four rows from the origin down, 400 points wide."""
    for i, row in enumerate(ROWS):
        for j, text in enumerate(row):
            write(canvas, 100 * j + 6, -24 * i - 17, text, 11)
    if rules:
        for i in range(5):
            canvas.line(0, -24 * i, 400, -24 * i)
            canvas.line(100 * i, 0, 100 * i, -96)


def grid(page: Page) -> list[list[str]]:
    (found,) = (block.table for block in page.blocks if block.table)
    return found.texts()


@pytest.mark.parametrize("degrees", [90, 180, 270, 45, 30, -60])
def test_a_turned_line_is_whole_and_apart_from_the_level_ones(degrees: int, layer: Callable[[Draw], TextLayer]) -> None:
    def draw(canvas: Any) -> None:
        body(canvas)
        write(canvas, 300, 400, "set at an angle of its own", 10, degrees)

    found = layer(draw)
    assert [line.text for line in found.lines] == BODY
    (turned,) = found.turned
    assert turned.line.text == "set at an angle of its own"
    assert turned.degrees == -degrees % 360
    box = turned.line.box.scaled(WIDTH, HEIGHT)
    assert box.left - 9 < 300 < box.right + 9
    assert box.top - 9 < HEIGHT - 400 < box.bottom + 9


@pytest.mark.parametrize("degrees", [30, 60, 120, 150, 210, 240, 300, 330])
def test_the_letters_of_an_oblique_line_stand_on_it(degrees: int, layer: Callable[[Draw], TextLayer]) -> None:
    (turned,) = layer(lambda canvas: write(canvas, 300, 400, "o" * 20, 12, degrees)).turned
    parts = list(turned.parts())
    assert [part.text for part in parts] == ["o"] * 20
    for i, part in enumerate(parts):
        cos, sin = direction(degrees)
        along, above = stringWidth("o", "Helvetica", 12) * (i + 0.5), 3
        box = part.box.scaled(WIDTH, HEIGHT)
        assert box.contains(300 + along * cos - above * sin, HEIGHT - 400 - along * sin - above * cos)
        assert box.width * box.height < 60**2


def direction(degrees: float) -> tuple[float, float]:
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))


def test_the_words_of_a_turned_line_are_told_apart_though_each_is_drawn_alone(
    layer: Callable[[Draw], TextLayer],
) -> None:
    def draw(canvas: Any) -> None:
        for i, word in enumerate(("four", "word", "note", "here")):
            write(canvas, 100 + 18 * i, 100 + 18 * i, word, 10, 45)

    assert [t.line.text for t in layer(draw).turned] == ["four word note here"]


@pytest.mark.parametrize(("slope", "turned"), [(8, 0), (25, 1)])
def test_text_that_lies_a_little_askew_is_level(slope: float, turned: int, layer: Callable[[Draw], TextLayer]) -> None:
    assert len(layer(lambda canvas: write(canvas, 72, 300, "a scan lies askew", 12, slope)).turned) == turned


def test_text_in_a_turned_drawing_is_turned(layer: Callable[[Draw], TextLayer]) -> None:
    def draw(canvas: Any) -> None:
        canvas.beginForm("stamp")
        write(canvas, 0, 0, "stamped sideways", 12)
        canvas.endForm()
        canvas.translate(40, 200)
        canvas.rotate(90)
        canvas.doForm("stamp")

    assert [(t.line.text, t.degrees) for t in layer(draw).turned] == [("stamped sideways", 270)]


@pytest.mark.parametrize(("x", "degrees"), [(30, 90), (570, 270), (570, 90)])
def test_a_note_up_the_margin_is_furniture(x: float, degrees: int, read: Callable[[Draw], Page]) -> None:
    def draw(canvas: Any) -> None:
        body(canvas)
        write(canvas, x, 500, "arXiv:1706.03762v7  [cs.CL]  2 Aug 2023", 16, degrees)

    page = read(draw)
    assert page.text == " ".join(BODY)
    assert "arXiv:1706.03762v7 [cs.CL] 2 Aug 2023" in page.to_markdown(furniture=True)


def test_a_watermark_across_the_text_is_furniture(read: Callable[[Draw], Page]) -> None:
    def draw(canvas: Any) -> None:
        write(canvas, 150, 500, "DRAFT COPY", 70, 45)
        body(canvas)

    page = read(draw)
    assert page.text == " ".join(BODY)
    assert "DRAFT COPY" in page.to_markdown(furniture=True)


def test_a_page_of_nothing_but_a_watermark_has_its_text(read: Callable[[Draw], Page]) -> None:
    assert read(lambda canvas: write(canvas, 150, 300, "INTENTIONALLY BLANK", 30, 45)).text == "INTENTIONALLY BLANK"


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_of_turned_text_is_read_as_if_it_were_upright(
    degrees: int, layer: Callable[[Draw], TextLayer], read: Callable[[Draw], Page]
) -> None:
    def draw(canvas: Any) -> None:
        canvas.translate(300, 420)
        canvas.rotate(degrees)
        canvas.translate(-270, -750 + 200)
        body(canvas)
        write(canvas, 72, 600, "A second paragraph.", 11)

    assert layer(draw).distrust is None
    page = read(draw)
    assert [block.text for block in page.blocks] == [" ".join(BODY), "A second paragraph."]
    boxes = [block.box for block in page.blocks if block.box]
    assert (boxes[0].height > boxes[0].width) == (degrees != 180)
    first, second = (box.center for box in boxes)
    assert {90: second[0] > first[0], 180: second[1] < first[1], 270: second[0] < first[0]}[degrees]


def test_a_page_of_oblique_text_is_distrusted(layer: Callable[[Draw], TextLayer]) -> None:
    assert (
        layer(lambda canvas: write(canvas, 100, 100, "text that is not level", 12, 40)).distrust
        == "the text is oblique"
    )


@pytest.mark.parametrize("rules", [True, False])
@pytest.mark.parametrize("degrees", [90, 270])
@pytest.mark.parametrize("text", [True, False])
def test_a_table_set_sideways_is_read_as_the_table_it_is(
    rules: bool, degrees: int, text: bool, read: Callable[[Draw], Page]
) -> None:
    def draw(canvas: Any) -> None:
        if text:
            body(canvas)
            write(canvas, 72, 100, "A paragraph that stands below it, for the page goes on to its end.", 11)
        write(canvas, 290, 30, "12", 10)
        canvas.translate(*((250, 150) if degrees == 90 else (400, 550)))
        canvas.rotate(degrees)
        table(canvas, rules=rules)

    page = read(draw)
    assert grid(page) == ROWS
    assert page.text.startswith(BODY[0] if text else "Depot")
    assert page.text.endswith("to its end." if text else "1,400")
    (box,) = (block.box for block in page.blocks if block.table and block.box)
    assert box.height * HEIGHT > 300
    assert box.width * WIDTH < 120


def test_turned_heads_of_columns_belong_to_their_cells(read: Callable[[Draw], Page]) -> None:
    def draw(canvas: Any) -> None:
        body(canvas)
        canvas.translate(72, 500)
        for i, y in enumerate((80, 0, -24, -48, -72)):
            canvas.line(0, y, 400, y)
            canvas.line(100 * i, 80, 100 * i, -72)
        for j, head in enumerate(ROWS[0]):
            write(canvas, 100 * j + 50, 10, f"{head} a year", 11, 90)
        for i, row in enumerate(ROWS[1:]):
            for j, text in enumerate(row):
                write(canvas, 100 * j + 6, -24 * i - 17, text, 11)

    page = read(draw)
    assert grid(page) == [[f"{head} a year" for head in ROWS[0]], *ROWS[1:]]
    assert page.text.count("a year") == 4


def test_letters_below_one_another_in_the_margin_are_a_line_of_their_own(read: Callable[[Draw], Page]) -> None:
    def draw(canvas: Any) -> None:
        body(canvas)
        for i, letter in enumerate("ANNUAL REPORT"):
            write(canvas, 570, 700 - 16 * i, letter.strip(), 11)

    page = read(draw)
    assert page.text == " ".join(BODY)
    assert "ANNUAL REPORT" in page.to_markdown(furniture=True)


def test_a_column_of_letters_is_a_column_of_its_table(read: Callable[[Draw], Page]) -> None:
    rows = [
        ["Grade", "Least", "Most"],
        *([letter, str(90 - 10 * i), str(99 - 10 * i)] for i, letter in enumerate("ABCDE")),
    ]

    def draw(canvas: Any) -> None:
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                write(canvas, 72 + 100 * j, 500 - 18 * i, text, 11)

    assert grid(read(draw)) == rows


def test_text_at_every_angle_on_one_page_is_read_in_time_that_grows_with_it(draw_pdf: Callable[..., bytes]) -> None:
    def labels(count: int) -> Draw:
        def draw(canvas: Any) -> None:
            body(canvas)
            for i in range(count):
                write(canvas, 40 + 25 * (i % 20), 30 + 8 * (i // 20), f"n{i}", 4, i)

        return draw

    few, many = (draw_pdf(labels(count)) for count in (150, 1500))
    pipeline = Pipeline(text="layer")
    text = pipeline.read(many).to_markdown(furniture=True)
    assert all(f"n{i}" in text for i in range(1500))
    assert calls(lambda: pipeline.read(many)) < 15 * calls(lambda: pipeline.read(few))
