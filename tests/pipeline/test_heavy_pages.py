"""Pages of very much: each is read with a bounded effort, and the result says what it is."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from counting import calls
from PIL import Image, ImageDraw
from reportlab.pdfbase.pdfmetrics import stringWidth

from ocr_plugins import BBox, Lines, OcrEngine, Page, PageImage, Pipeline, TextLine, WarningCode
from ocr_plugins.pixels.tiles import MOST_PARTS, OVERLAP

DrawPdf = Callable[..., bytes]

WIDTH, HEIGHT = 595, 842
BODY = "The board met on the third of March to consider the annual report."


class Reads(OcrEngine):
    """Gives the same lines for every whole page, and nothing for a part of one."""

    def __init__(self, *lines: TextLine) -> None:
        super().__init__()
        self.lines = lines

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return [Lines(self.lines if max(page.size) == self.info.longest_edge else ()) for page in images]


def read(data: bytes, *lines: TextLine, text: Any = "auto") -> Page:
    (page,) = Pipeline(Reads(*lines), text=text).read(data).pages
    assert page.error is None
    return page


def codes(page: Page) -> list[WarningCode]:
    return [warning.code for warning in page.warnings]


def one_path(segments: int) -> Callable[[Any], None]:
    def draw(canvas: Any) -> None:
        canvas.drawString(72, 800, BODY)
        path = canvas.beginPath()
        path.moveTo(50, 50)
        for i in range(segments):
            path.lineTo(50 + i * 37 % 500, 50 + i * 91 % 700)
        canvas.drawPath(path)

    return draw


@pytest.mark.slow
def test_a_path_of_200_000_segments_is_a_drawing_beside_the_text(draw_pdf: DrawPdf) -> None:
    few, many = draw_pdf(one_path(25_000)), draw_pdf(one_path(200_000))
    page = read(many)
    assert page.text == BODY
    assert not any(block.table for block in page.blocks)
    assert codes(page) == []
    assert calls(lambda: read(many)) < 1.5 * calls(lambda: read(few))


class ReadsBars(OcrEngine):
    """Takes each bar for a line that says how many pixels it is wide."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[tuple[int, int]] = []

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        self.sizes += [page.size for page in images]
        return [Lines(tuple(self.bars(page))) for page in images]

    def bars(self, page: PageImage) -> Iterator[TextLine]:
        width, height = page.size
        widths = (page.grey < 128).sum(axis=1)
        edges = [0, *(np.flatnonzero(np.diff(widths)) + 1).tolist(), height]
        for top, bottom in pairwise(edges):
            if widths[top]:
                box = BBox(20 / width, top / height, (20 + int(widths[top])) / width, bottom / height)
                yield TextLine(f"bar{widths[top]}", box, 0.9)


def test_an_image_of_400_by_60_000_pixels_is_read_in_parts_each_line_once() -> None:
    image = Image.new("L", (400, 60_000), "white")
    draw = ImageDraw.Draw(image)
    widths = [100 + i % 200 for i in range(600)]
    for i, width in enumerate(widths):
        draw.rectangle((20, 100 * i + 40, 19 + width, 100 * i + 69), "black")
    file = io.BytesIO()
    image.save(file, "PNG")
    engine = ReadsBars()
    (page,) = Pipeline(engine, layout=None, upright=False).read(file.getvalue()).pages
    assert page.error is None
    assert page.text.split() == [f"bar{width}" for width in widths]
    tops = [line.box.top for block in page.blocks for line in block.lines]
    assert tops == pytest.approx([(100 * i + 40) / 60_000 for i in range(600)], abs=1e-4)
    edge = engine.info.longest_edge
    assert max(height for _, height in engine.sizes) <= edge
    assert sum(width * height for width, height in engine.sizes) < (1 + 2 * OVERLAP) * 400 * 60_000
    assert len(engine.sizes) <= 60_000 / (edge / MOST_PARTS)


SHOWN, CIPHER = "Report of the Treasurer", "Sfqpsu pg uif Usfbtvsfs"


def stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)


def file_of(objects: Sequence[bytes]) -> bytes:
    numbered = (b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, 1))
    return b"%PDF-1.7\n" + b"".join(numbered) + b"trailer<</Root 1 0 R>>\n"


def fifty_fonts(sound_lines: int) -> bytes:
    """A page of lines in fonts of their own that give the next letter of the alphabet for each, below sound lines."""
    content, fonts, objects = [], [], [b""] * 5
    for i in range(50):
        bad = i > 0
        fonts.append(b"/F%d %d 0 R" % (i, len(objects) + 1))
        unicode = b"/ToUnicode %d 0 R" % (len(objects) + 2) if bad else b""
        objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar 32/LastChar 31%s>>" % unicode)
        if bad:
            ranges = b"3 beginbfrange <20><20><0020> <41><59><0042> <61><79><0062> endbfrange"
            objects.append(stream(b"begincmap 1 begincodespacerange <00><ff> endcodespacerange %s endcmap" % ranges))
            content.append(b"/F%d 10 Tf 1 0 0 1 72 %d Tm (%s) Tj" % (i, 690 - 13 * i, SHOWN.encode()))
    sound = [b"/F0 10 Tf 1 0 0 1 72 %d Tm (%s) Tj" % (820 - 12 * i, BODY.encode()) for i in range(sound_lines)]
    objects[:5] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 5 0 R>>",
        stream(b"BT " + b" ".join(sound + content) + b" ET"),
        b"<</Font<<%s>>>>" % b" ".join(fonts),
    ]
    return file_of(objects)


def shown_lines() -> list[TextLine]:
    return [line_at(SHOWN, 690 - 13 * i) for i in range(1, 50)]


def line_at(text: str, y: float) -> TextLine:
    right = 72 + stringWidth(text, "Helvetica", 10)
    return TextLine(text, BBox(72 / WIDTH, (HEIGHT - y - 9) / HEIGHT, right / WIDTH, (HEIGHT - y + 2) / HEIGHT), 0.9)


@pytest.mark.parametrize("sound_lines", [1, 10])
def test_of_fifty_fonts_49_are_read_from_the_picture_and_the_sound_one_is_kept(sound_lines: int) -> None:
    sound = [line_at(BODY, 820 - 12 * i) for i in range(sound_lines)]
    page = read(fifty_fonts(sound_lines), *sound, *shown_lines())
    text = page.to_markdown(furniture=True)
    assert (text.count(BODY), text.count(SHOWN)) == (sound_lines, 49)
    assert CIPHER not in text
    assert codes(page) == ["text-layer-distrusted"]


def test_what_is_read_where_the_sound_font_stands_is_not_taken() -> None:
    page = read(fifty_fonts(30), *(line_at("other words", 820 - 12 * i) for i in range(10)), *shown_lines())
    assert "other words" not in page.text
    assert page.text.count(BODY) == 30


@pytest.mark.parametrize("text", ["auto", "layer"])
def test_of_fifty_fonts_nothing_is_lost_where_nothing_is_read(text: str) -> None:
    page = read(fifty_fonts(1), text=text)
    assert (page.text.count(BODY), page.text.count(CIPHER)) == (1, 49)
    assert codes(page) == ["text-layer-distrusted"]


def form(pages: int) -> list[Callable[[Any], None]]:
    def page(number: int) -> Callable[[Any], None]:
        def draw(canvas: Any) -> None:
            canvas.drawString(72, 703, "Name of the applicant:")
            canvas.acroForm.textfield(name=f"n{number}", value=f"Ada {number}", x=200, y=700, width=200, height=20)

        return draw

    return [page(number) for number in range(pages)]


@pytest.mark.slow
def test_each_of_500_pages_of_a_form_has_its_own_answer(draw_pdf: DrawPdf) -> None:
    pages = Pipeline(Reads()).read(draw_pdf(*form(500))).pages
    assert [page.text for page in pages] == [f"Name of the applicant: Ada {number}" for number in range(500)]
    assert {(page.engine, page.warnings) for page in pages} == {("text-layer", ())}


def fields(count: int) -> bytes:
    """A page of fields of 5 by 7 points, in type of 3 that comes near their frames."""
    rows = [(5 + 5.8 * (i % 100), 5 + 8 * (i // 100)) for i in range(count)]
    numbers = b" ".join(b"%d 0 R" % (6 + 2 * i) for i in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[%s]/DR<</Font<</F 5 0 R>>>>/DA(/F 3 Tf 0 g)>>>>" % numbers,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots[%s]>>" % numbers,
        stream(b""),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for i, (x, y) in enumerate(rows):
        entries = b"/Type/Annot/Subtype/Widget/FT/Tx/T(f%d)/V(%d)/F 4/Rect[%f %f %f %f]" % (
            i,
            i,
            x,
            y,
            x + 5.5,
            y + 7.5,
        )
        objects.append(b"<<%s/AP<</N %d 0 R>>>>" % (entries, 7 + 2 * i))
        shown = b"0.2 w 0.1 0.1 5.3 7.3 re S BT /F 2 Tf 0.4 0.6 Td (%d) Tj ET" % i
        box = b"/Type/XObject/Subtype/Form/BBox[0 0 5.5 7.5]/Resources<</Font<</F 5 0 R>>>>"
        objects.append(b"<<%s/Length %d>>\nstream\n%s\nendstream" % (box, len(shown), shown))
    return file_of(objects)


@pytest.mark.slow
def test_the_answers_of_10_000_fields_are_all_read_and_none_is_said_to_be_hidden() -> None:
    page = read(fields(10_000))
    assert sorted(map(int, page.text.split())) == list(range(10_000))
    assert (page.engine, page.hidden, codes(page)) == ("text-layer", (), [])


@pytest.mark.slow
def test_fields_take_an_effort_that_grows_with_them() -> None:
    few, many = fields(500), fields(2000)
    assert calls(lambda: read(many)) < 6 * calls(lambda: read(few))


def test_lines_at_every_angle_are_each_whole(draw_pdf: DrawPdf) -> None:
    texts = [f"This line has an angle of {degrees}" for degrees in range(0, 360, 5)]

    def star(canvas: Any) -> None:
        for number, text in enumerate(texts):
            canvas.saveState()
            canvas.translate(WIDTH / 2, HEIGHT / 2)
            canvas.rotate(5 * number)
            canvas.setFont("Helvetica", 9)
            canvas.drawString(110, 0, text)
            canvas.restoreState()

    page = read(draw_pdf(star))
    words = [word for block in page.blocks for word in block.text.split(" This ")]
    assert sorted("This " + word.removeprefix("This ") for word in words) == sorted(texts)
    assert codes(page) == ["text-layer-distrusted"]
    assert "the text is oblique" in page.warnings[0].message
