"""The default engine: PP-OCRv6 small from the ``rapidocr`` wheel, on the CPU, offline.

The models and their pre- and post-processing constants are RapidOCR's (https://github.com/RapidAI/RapidOCR,
Apache-2.0). The models run here, rather than through ``RapidOCR()``, to read the lines of several pages in batches of
similar width, without padding them much, to compute few of the recogniser's 18,710 classes, and without its classifier
of upside-down lines, which garbles good ones: the pipeline turns whole pages instead.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ocr_plugins.engines.lines import LineEngine, LineEngineOptions
from ocr_plugins.engines.rapidocr.detector import DetectorOptions, RapidOcrDetector
from ocr_plugins.engines.rapidocr.models import INFO
from ocr_plugins.engines.rapidocr.recognizer import RapidOcrRecognizer, RecognizerOptions

__all__ = ["RapidOcrDetector", "RapidOcrEngine", "RapidOcrOptions", "RapidOcrRecognizer"]


class RapidOcrOptions(DetectorOptions, RecognizerOptions, LineEngineOptions):
    """Options of the engine."""

    min_confidence: float = Field(0.5, ge=0, le=1, description="lines below it are left out")


class RapidOcrEngine(LineEngine):
    """Detector and recogniser together, the engine ``rapidocr``; its options are :class:`RapidOcrOptions`."""

    Options = RapidOcrOptions
    info = INFO
    options: RapidOcrOptions

    def __init__(self, **options: Any) -> None:
        given = RapidOcrOptions.parse(type(self).__name__, options).model_dump()
        super().__init__(
            RapidOcrDetector(**{k: given[k] for k in DetectorOptions.model_fields}),
            RapidOcrRecognizer(**{k: given[k] for k in RecognizerOptions.model_fields}),
            **options,
        )
