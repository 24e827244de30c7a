"""The contract of every engine, run on this one, and what is peculiar to it."""

from __future__ import annotations

import pytest

pytest.importorskip("tesserocr", reason="pip install -e examples/plugin-tesseract")

from ocr_plugins_tesseract import TesseractEngine

from ocr_plugins import OcrEngine
from ocr_plugins.testing import EngineContract


class TestTesseract(EngineContract):
    def make_engine(self, **options: object) -> OcrEngine:
        return TesseractEngine(**options)
