"""What a page or a document says about itself, as flat scalars: vector stores reject lists, dicts and None.

A value that is not known is left out, so that a filter on the key finds only documents that have it.
"""

from __future__ import annotations

from ocr_plugins import OcrDocument, Page

Scalar = str | int | float | bool

EXCLUDED = ("source", "page", "total_pages", "ocr_engine", "ocr_confidence", "ocr_truncated", "ocr_error")
"""Keys that neither the embedding model nor the LLM is shown.

``file_name`` and ``page_label`` are left to say where a passage comes from; the others only take room.
"""


def page_metadata(page: Page) -> dict[str, Scalar]:
    """Metadata of one page; ``page`` counts from 1."""
    return _known(
        page=page.number,
        page_label=page.label or str(page.number),
        total_pages=page.total_pages,
        ocr_engine=page.engine,
        ocr_confidence=_rounded(page.confidence),
        ocr_truncated=page.truncated or None,
        ocr_error=page.error,
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
    )


def _known(**values: Scalar | None) -> dict[str, Scalar]:
    return {key: value for key, value in values.items() if value is not None}


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, 3)
