"""Text that annotations of a PDF page show: typed answers, stamps, signatures."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_UNSEEN = pdfium_c.FPDF_ANNOT_FLAG_INVISIBLE | pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
# Notes that pop up, links and marks over text have none of their own; form fields are read by their values.
_WRITTEN = (pdfium_c.FPDF_ANNOT_FREETEXT, pdfium_c.FPDF_ANNOT_STAMP, pdfium_c.FPDF_ANNOT_WATERMARK)


def each_annotation(page: Any) -> Iterator[Any]:
    """The annotations of a page, each open until the next one is asked for."""
    for i in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, i)
        if annotation:
            try:
                yield annotation
            finally:
                pdfium_c.FPDFPage_CloseAnnot(annotation)


def is_unseen(annotation: Any) -> bool:
    """Whether an annotation is switched off on a screen."""
    return bool(pdfium_c.FPDFAnnot_GetFlags(annotation) & _UNSEEN)


@contextmanager
def annotation_page(page: Any, index: int) -> Iterator[Any | None]:
    """A page that shows nothing but what the annotations of another one have written; None where there are none.

    PDFium reads text of pages alone: the annotations become a page's content, in a document of its own. The caller
    holds the PDFium lock.

    Args:
        page: A ``pypdfium2.PdfPage``.
        index: Its place in the document, counted from 0.
    """
    if not any(_is_written(annotation) for annotation in each_annotation(page)):
        yield None
        return
    copy = pdfium.PdfDocument.new()
    try:
        copy.import_pages(page.pdf, [index])
        content = copy[0]
        try:
            _leave_annotations(content)
        finally:
            content.close()
        content = copy[0]
        try:
            yield content
        finally:
            content.close()
    finally:
        copy.close()


def _is_written(annotation: Any) -> bool:
    kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
    return (kind in _WRITTEN or _is_signature(annotation)) and not is_unseen(annotation)


def _is_signature(annotation: Any) -> bool:
    buffer = (ctypes.c_ushort * 4)()
    size = pdfium_c.FPDFAnnot_GetStringValue(annotation, b"FT", buffer, ctypes.sizeof(buffer))
    return size == ctypes.sizeof(buffer) and bytes(buffer).decode("utf-16-le") == "Sig\0"


def _leave_annotations(page: Any) -> None:
    """Make the written annotations of a page all of its content."""
    for i in reversed(range(pdfium_c.FPDFPage_CountObjects(page))):
        raw = pdfium_c.FPDFPage_GetObject(page, i)
        if pdfium_c.FPDFPage_RemoveObject(page, raw):
            pdfium_c.FPDFPageObj_Destroy(raw)
    pdfium_c.FPDFPage_GenerateContent(page)
    for i in reversed(range(pdfium_c.FPDFPage_GetAnnotCount(page))):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, i)
        written = bool(annotation) and _is_written(annotation)
        pdfium_c.FPDFPage_CloseAnnot(annotation)
        if not written:
            pdfium_c.FPDFPage_RemoveAnnot(page, i)
    pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY)
