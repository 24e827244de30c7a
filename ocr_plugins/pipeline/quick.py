"""The one-liner: :func:`read`."""

from __future__ import annotations

import os
from typing import Any

from ocr_plugins.document import OcrDocument
from ocr_plugins.engine import OcrEngine
from ocr_plugins.pipeline.pipeline import Pipeline, TextPolicy
from ocr_plugins.source.open import SourceInput

__all__ = ["read"]


def read(
    source: SourceInput,
    *,
    engine: str | OcrEngine = "rapidocr",
    text: TextPolicy = "auto",
    pages: str | None = None,
    password: str | None = None,
    images: str | os.PathLike[str] | None = None,
    **engine_options: Any,
) -> OcrDocument:
    """Read a document: ``ocr_plugins.read("scan.pdf").markdown``.

    The pipeline of the last call is kept, so that reading file after file loads the models once.

    Args:
        source: A path, bytes or a binary file object: PDF, PNG, JPEG, TIFF, WebP, BMP or GIF.
        engine: The name of a registered engine, or an instance.
        text: ``auto``, ``ocr`` or ``layer``, see :class:`Pipeline`.
        pages: Such as ``1-3,7``, counted from 1; all by default.
        password: For an encrypted PDF.
        images: A folder for the pictures of figures, see :class:`Pipeline`.
        **engine_options: Options of the engine, such as ``detection_edge=1600``; an unknown one is an error.

    Raises:
        SourceError: The document cannot be opened.
        UnknownEngineError, MissingDependencyError, OptionError: See :func:`~ocr_plugins.plugins.get_engine`.
    """
    pipeline = _last_pipeline(engine, text, images, engine_options)
    return pipeline.read(source, pages=pages, password=password)


_last: list[tuple[tuple[Any, ...], Pipeline]] = []


def _last_pipeline(
    engine: str | OcrEngine, text: TextPolicy, images: str | os.PathLike[str] | None, options: dict[str, Any]
) -> Pipeline:
    key = (engine, text, images, options)
    known, pipeline = _last[0] if _last else (None, None)
    if pipeline is None or known != key:
        pipeline = Pipeline(engine, engine_options=options, text=text, images=images)
        _last[:] = [(key, pipeline)]
    return pipeline
