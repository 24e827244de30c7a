"""Bold type that neither the name of its font nor its weight tells: the outlines of its letters do."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ocr_plugins import Pipeline
from ocr_plugins.blocks import BlockKind
from ocr_plugins.source.pdf import characters

FONTS = Path(reportlab.__file__).parent / "fonts"
TEXT = "The harbour was closed for the whole of that winter, and no ship left it before"


def page(file: str, name: bytes) -> bytes:
    """A page of Helvetica with a line above in a font of reportlab's whose name and weight say nothing."""
    font = (FONTS / file).read_bytes().replace(name, b"X" * len(name))
    pdfmetrics.registerFont(TTFont(file, BytesIO(font)))
    out = BytesIO()
    canvas = Canvas(out, pageCompression=0)
    canvas.setFont(file, 10)
    canvas.drawString(72, 740, "Samples and methods")
    canvas.setFont("Helvetica", 10)
    for i in range(8):
        canvas.drawString(72, 726 - 12 * i, TEXT)
    canvas.save()
    return re.sub(rb"(?<=/StemV )\d+", lambda m: b"0" * len(m[0]), out.getvalue())


def headings(data: bytes) -> list[str]:
    blocks = Pipeline(text="layer").read(data).pages[0].blocks
    return [block.text for block in blocks if block.kind == BlockKind.HEADING]


@pytest.fixture
def bold() -> bytes:
    return page("VeraBd.ttf", b"BitstreamVeraSans-Bold")


def test_bold_type_without_a_name_is_told_by_its_strokes(bold: bytes) -> None:
    assert headings(bold) == ["Samples and methods"]
    assert headings(page("Vera.ttf", b"BitstreamVeraSans-Roman")) == []


@pytest.mark.parametrize(("factor", "found"), [(0.5, 0), (1.0, 1), (2.0, 0)])
def test_strokes_of_bold_type_are_so_thick(
    bold: bytes, monkeypatch: pytest.MonkeyPatch, factor: float, found: int
) -> None:
    monkeypatch.setattr(characters, "BOLD_STROKE", factor * characters.BOLD_STROKE)
    ordinary = page("Vera.ttf", b"BitstreamVeraSans-Roman")
    assert len(headings(bold)) + len(headings(ordinary)) == found
