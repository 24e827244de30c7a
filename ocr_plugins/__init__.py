"""Scanned documents into RAG applications: any OCR engine, layout-aware Markdown.

>>> import ocr_plugins
>>> document = ocr_plugins.read("scan.pdf")  # doctest: +SKIP
>>> print(document.markdown)  # doctest: +SKIP
"""

from ocr_plugins.blocks import BBox, Block, BlockKind, Cell, Font, Region, Table, TextLine, Word
from ocr_plugins.chunks import Passage, Place
from ocr_plugins.citation import cite
from ocr_plugins.comparison import Comparison, compare
from ocr_plugins.document import OcrDocument, Page, PageWarning, WarningCode
from ocr_plugins.engine import (
    Blocks,
    EngineInfo,
    EngineOptions,
    LayoutDetector,
    LineDetector,
    LineRecognizer,
    Lines,
    LineText,
    Markdown,
    OcrEngine,
    PageImage,
    Quad,
    Recognition,
    StreamingEngine,
    WordSpan,
)
from ocr_plugins.engines.lines import LineEngine
from ocr_plugins.errors import (
    CancelledError,
    CorruptSourceError,
    EncryptedPdfError,
    EngineError,
    MissingDependencyError,
    ModelError,
    OcrError,
    OptionError,
    PageError,
    PageLimitError,
    PageSelectionError,
    SourceError,
    SourceNotFoundError,
    UnknownEngineError,
    UnsupportedSourceError,
)
from ocr_plugins.pipeline.pipeline import Pipeline, Progress
from ocr_plugins.pipeline.quick import read
from ocr_plugins.plugins import get_engine, hookimpl, list_engines
from ocr_plugins.source.page import SUFFIXES

__all__ = [
    "SUFFIXES",
    "BBox",
    "Block",
    "BlockKind",
    "Blocks",
    "CancelledError",
    "Cell",
    "Comparison",
    "CorruptSourceError",
    "EncryptedPdfError",
    "EngineError",
    "EngineInfo",
    "EngineOptions",
    "Font",
    "LayoutDetector",
    "LineDetector",
    "LineEngine",
    "LineRecognizer",
    "LineText",
    "Lines",
    "Markdown",
    "MissingDependencyError",
    "ModelError",
    "OcrDocument",
    "OcrEngine",
    "OcrError",
    "OptionError",
    "Page",
    "PageError",
    "PageImage",
    "PageLimitError",
    "PageSelectionError",
    "PageWarning",
    "Passage",
    "Pipeline",
    "Place",
    "Progress",
    "Quad",
    "Recognition",
    "Region",
    "SourceError",
    "SourceNotFoundError",
    "StreamingEngine",
    "Table",
    "TextLine",
    "UnknownEngineError",
    "UnsupportedSourceError",
    "WarningCode",
    "Word",
    "WordSpan",
    "cite",
    "compare",
    "get_engine",
    "hookimpl",
    "list_engines",
    "read",
]
