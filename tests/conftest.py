"""Fixtures for several test modules."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

Draw = Callable[[Canvas], object]


@pytest.fixture
def data() -> Path:
    """The folder of real files."""
    return Path(__file__).parent / "data"


@pytest.fixture
def draw_pdf() -> Callable[..., bytes]:
    """Makes a born-digital PDF: a function per page, each given a canvas of 595 × 842 points to draw on."""

    def draw(*pages: Draw, size: tuple[float, float] = (595, 842), encrypt: object = None) -> bytes:
        file = io.BytesIO()
        canvas = Canvas(file, pagesize=size, encrypt=encrypt)
        for page in pages:
            page(canvas)
            canvas.showPage()
        canvas.save()
        return file.getvalue()

    return draw
