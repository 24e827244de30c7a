"""Filled form fields of a PDF page, which are no part of its text."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as pdfium_c

from ocr_plugins.blocks import Font, TextLine
from ocr_plugins.source.pdf.objects import PageTransform


def form_fields(page: Any, to_page: PageTransform) -> Iterator[TextLine]:
    """The values of filled text and choice fields, boxes in points; the caller holds the PDFium lock."""
    form = page.formenv
    if form is None:
        return
    rect = pdfium_c.FS_RECTF()
    for i in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, i)
        try:
            kind = pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation)
            if kind not in (pdfium_c.FPDF_FORMFIELD_TEXTFIELD, pdfium_c.FPDF_FORMFIELD_COMBOBOX):
                continue
            if not pdfium_c.FPDFAnnot_GetRect(annotation, rect):
                continue
            size = pdfium_c.FPDFAnnot_GetFormFieldValue(form, annotation, None, 0)
            buffer = (ctypes.c_ushort * (size // 2 + 1))()
            pdfium_c.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size)
            text = bytes(buffer)[:size].decode("utf-16-le", "replace").rstrip("\0").strip()
            if text:
                box = to_page.box(rect.left, rect.bottom, rect.right, rect.top)
                yield TextLine(" ".join(text.split()), box, font=Font(min(box.height * 0.75, 10.0)))
        finally:
            pdfium_c.FPDFPage_CloseAnnot(annotation)
