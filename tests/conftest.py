"""Fixtures for several test modules."""

from __future__ import annotations

import importlib.util
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

Draw = Callable[[Canvas], object]

# How a test module that needs torch says so; the checkpoints are made with torch, by modules here.
_NEEDS_TORCH = re.compile(
    r'^(?:import |from |(?:\w+ = )?pytest\.importorskip\(")(?:torch|transformers|\w+_checkpoints)\b', re.MULTILINE
)


def _needs_torch(path: Path) -> bool:
    return path.suffix == ".py" and _NEEDS_TORCH.search(path.read_text(encoding="utf-8")) is not None


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Without torch, the tests of models are no tests: ``make test-models`` installs it."""
    missing = importlib.util.find_spec("torch") is None and collection_path.is_file()
    return True if missing and _needs_torch(collection_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs torch as ``models``, so that no new module can forget to.

    Some train a small model first, which takes minutes where the machine is busy.
    """
    for item in items:
        if _needs_torch(item.path):
            item.add_marker("models")
            item.add_marker(pytest.mark.timeout(600))


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
