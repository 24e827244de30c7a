"""What a page or a document says about itself, as flat scalars for a framework's documents.

Vector stores reject lists, dicts and None: a value that is not known is left out, so that a filter on the key finds
only documents that have it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ocr_plugins.document import OcrDocument, Page, PageWarning

__all__ = ["Scalar", "document_metadata", "page_metadata"]

Scalar = str | int | float | bool


def page_metadata(page: Page) -> dict[str, Scalar]:
    """Metadata of one page: ``page`` (from 1), ``page_label``, ``total_pages`` and what begins with ``ocr_``."""
    return _known(
        page=page.number,
        page_label=page.label or str(page.number),
        total_pages=page.total_pages,
        ocr_engine=page.engine,
        ocr_confidence=_rounded(page.confidence),
        ocr_truncated=page.truncated or None,
        ocr_error=page.error,
        ocr_warnings=_codes(page.warnings),
    )


def document_metadata(document: OcrDocument) -> dict[str, Scalar]:
    """Metadata of a whole file. Where several engines read it, they are named in the order of first use."""
    engines = dict.fromkeys(page.engine for page in document.pages if page.engine)
    errors = [f"page {number}: {error}" for number, error in document.errors.items()]
    return _known(
        total_pages=document.total_pages,
        ocr_engine=", ".join(engines) or None,
        ocr_confidence=_rounded(document.confidence),
        ocr_truncated=any(page.truncated for page in document.pages) or None,
        ocr_error="; ".join(errors) or None,
        ocr_warnings=_codes(warning for page in document.pages for warning in page.warnings),
    )


def _codes(warnings: Iterable[PageWarning]) -> str | None:
    """Each code once, joined by commas."""
    return ",".join(dict.fromkeys(warning.code for warning in warnings)) or None


def _known(**values: Scalar | None) -> dict[str, Scalar]:
    return {key: value for key, value in values.items() if value is not None}


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, 3)
