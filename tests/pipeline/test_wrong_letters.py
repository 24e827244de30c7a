"""Text of a font that gives other letters than it shows is read from the picture, and never lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ocr_plugins import BBox, Lines, OcrEngine, Page, PageImage, Pipeline, TextLine
from ocr_plugins.pipeline.worker import EMPTIER

DrawPdf = Callable[[Callable[[Any], None]], bytes]

CIPHER, SHOWN = "Sfqpsu pg uif Usfbtvsfs", "Report of the Treasurer"
BODY = "The board met on the third of March to consider the annual report."
HEADING_BOX, BODY_BOX = BBox(0.11, 0.10, 0.6, 0.14), BBox(0.11, 0.152, 0.7, 0.176)


class Reads(OcrEngine):
    """Gives the same lines for every image."""

    def __init__(self, *lines: TextLine) -> None:
        super().__init__()
        self.lines = lines

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return [Lines(self.lines) for _ in images]


def heading(canvas: Any) -> None:
    """A heading in wrong letters over a sound paragraph."""
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawString(72, 742, CIPHER)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 700, BODY)


def read(data: bytes, *lines: TextLine, text: Any = "auto") -> Page:
    (page,) = Pipeline(Reads(*lines), text=text).read(data).pages
    return page


def test_the_lines_of_that_font_are_read_and_the_others_kept(draw_pdf: DrawPdf) -> None:
    page = read(draw_pdf(heading), TextLine(SHOWN, HEADING_BOX, 0.9), TextLine("other words", BODY_BOX, 0.9))
    assert page.text.split("\n\n") == [SHOWN, BODY]
    (warning,) = page.warnings
    assert warning.code == "text-layer-distrusted"
    assert "used in part" in warning.message
    assert "the letters of a font make no words" in warning.message


def test_they_are_kept_where_the_engine_reads_nothing_there(draw_pdf: DrawPdf) -> None:
    page = read(draw_pdf(heading))
    assert page.text.split("\n\n") == [CIPHER, BODY]
    assert [warning.code for warning in page.warnings] == ["text-layer-distrusted"]


def test_without_an_engine_they_are_kept_and_told_of(draw_pdf: DrawPdf) -> None:
    (page,) = Pipeline(text="layer").read(draw_pdf(heading)).pages
    assert page.text.split("\n\n") == [CIPHER, BODY]
    assert "is used all the same" in page.warnings[0].message


def oblique(canvas: Any) -> None:
    """Legible text that runs at an angle, and so is not sound."""
    canvas.rotate(30)
    for i in range(4):
        canvas.drawString(300, 200 + 20 * i, BODY)


@pytest.mark.parametrize(("share", "engine"), [(EMPTIER * 0.9, "text-layer"), (EMPTIER * 1.1, "Reads")])
def test_text_that_is_not_sound_is_better_than_much_less(draw_pdf: DrawPdf, share: float, engine: str) -> None:
    words = "w" * round(share * 4 * len(BODY))
    page = read(draw_pdf(oblique), TextLine(words, BBox(0.1, 0.1, 0.9, 0.13), 0.9))
    assert page.engine == engine
    assert "text-layer-distrusted" in [warning.code for warning in page.warnings]
