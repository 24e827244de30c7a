"""The one-liner: :func:`read`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Literal

from ocr_plugins.document import OcrDocument
from ocr_plugins.engine import LayoutDetector, OcrEngine
from ocr_plugins.pipeline.pipeline import OnProgress, Pipeline, TextPolicy
from ocr_plugins.source.open import PageSelection, SourceInput

__all__ = ["read"]


def read(
    source: SourceInput,
    *,
    pages: PageSelection = None,
    password: str | None = None,
    name: str | None = None,
    progress: OnProgress = None,
    cancel: Callable[[], bool] | None = None,
    engine: str | OcrEngine = "rapidocr",
    engine_options: Mapping[str, Any] | None = None,
    text: TextPolicy = "auto",
    layout: str | LayoutDetector | None = "auto",
    upright: bool = True,
    on_error: Literal["keep", "raise"] = "keep",
    batch_size: int | None = None,
    workers: int = 1,
    images: str | os.PathLike[str] | None = None,
    **options: Any,
) -> OcrDocument:
    """Read a document: ``ocr_plugins.read("scan.pdf").markdown``.

    The pipeline of the last call is kept, so that reading file after file loads the models once.

    Args:
        source, pages, password, name, progress, cancel: See :meth:`Pipeline.iter_pages`.
        engine, text, layout, upright, on_error, batch_size, workers, images: See :class:`Pipeline`.
        engine_options: Options of the engine, also those that are called as one of these arguments.
        **options: The same, for short: ``detection_edge=1600``. An unknown one is an error.

    Raises:
        SourceError: The document cannot be opened.
        UnknownEngineError, MissingDependencyError, OptionError: See :func:`~ocr_plugins.plugins.get_engine`.
        TypeError: ``source`` or ``pages`` is of a type that is not taken.
    """
    pipeline = _kept(
        engine=engine,
        engine_options={**(engine_options or {}), **options},
        text=text,
        layout=layout,
        upright=upright,
        on_error=on_error,
        batch_size=batch_size,
        workers=workers,
        images=images,
    )
    return pipeline.read(source, pages=pages, password=password, name=name, progress=progress, cancel=cancel)


_last: list[tuple[dict[str, Any], Pipeline]] = []


def _kept(**arguments: Any) -> Pipeline:
    """The pipeline of the last call if it was made with the same arguments."""
    known, pipeline = _last[0] if _last else (None, None)
    if pipeline is None or known != arguments:
        pipeline = Pipeline(**arguments)
        _last[:] = [(arguments, pipeline)]
    return pipeline
