"""What of a page is shown, and when a reader is told to doubt it; values that stand above satisfy these protocols."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from ocr_plugins.blocks import BBox, Block, TextLine, Word
from ocr_plugins.text import counted

# Below it a word is marked: of PP-OCR's words with less, most are wrong. From the second on, hardly any is.
DOUBTFUL, SURE = 0.7, 0.9


class SeenWarning(Protocol):
    """As :class:`~ocr_plugins.document.PageWarning`."""

    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def box(self) -> BBox | None: ...


class SeenPage(Protocol):
    """As :class:`~ocr_plugins.document.Page`."""

    @property
    def number(self) -> int: ...
    @property
    def label(self) -> str | None: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    @property
    def blocks(self) -> tuple[Block, ...]: ...
    @property
    def engine(self) -> str | None: ...
    @property
    def rotation(self) -> int: ...
    @property
    def skew(self) -> float: ...
    @property
    def total_pages(self) -> int | None: ...
    @property
    def truncated(self) -> bool: ...
    @property
    def error(self) -> str | None: ...
    @property
    def hidden(self) -> tuple[TextLine, ...]: ...
    @property
    def warnings(self) -> tuple[SeenWarning, ...]: ...
    @property
    def confidence(self) -> float | None: ...
    @property
    def text(self) -> str: ...


class SeenDocument(Protocol):
    """As :class:`~ocr_plugins.document.OcrDocument`."""

    @property
    def source(self) -> str: ...
    @property
    def pages(self) -> tuple[SeenPage, ...]: ...
    @property
    def total_pages(self) -> int | None: ...
    @property
    def confidence(self) -> float | None: ...


def trust(confidence: float | None) -> str:
    """In one word how far a confidence can be trusted: ``low``, ``fair``, ``good``, or ``unknown``."""
    if confidence is None:
        return "unknown"
    return "low" if confidence < DOUBTFUL else "fair" if confidence < SURE else "good"


def read_words(lines: Iterable[TextLine]) -> list[Word]:
    """The words of lines in order; where the engine does not tell them, each has the box and confidence of its line."""
    return [
        word
        for line in lines
        for word in line.words or [Word(text, line.box, line.confidence) for text in line.text.split()]
    ]


def doubtful(word: Word) -> bool:
    return word.confidence is not None and word.confidence < DOUBTFUL


def page_facts(page: SeenPage) -> list[str]:
    """What is to be known of a page, in short: who read it, how well, and what is wrong."""
    facts = [page.engine or "", *_confidence(page.confidence)]
    facts += ["cut off"] * page.truncated
    facts += [counted(len(page.warnings), "warning")] * bool(page.warnings)
    return [fact for fact in facts if fact]


def document_facts(document: SeenDocument) -> list[str]:
    """What is to be known of a document, in short."""
    count, total = len(document.pages), document.total_pages
    facts = [f"{count} of {counted(total, 'page')}" if total and total != count else counted(count, "page")]
    facts += [", ".join(dict.fromkeys(page.engine for page in document.pages if page.engine))]
    facts += _confidence(document.confidence)
    warnings, errors = sum(len(p.warnings) for p in document.pages), sum(p.error is not None for p in document.pages)
    facts += [counted(warnings, "warning")] * bool(warnings) + [counted(errors, "error")] * bool(errors)
    return [fact for fact in facts if fact]


def _confidence(value: float | None) -> list[str]:
    return [] if value is None else [f"confidence {value:.2f}"]
