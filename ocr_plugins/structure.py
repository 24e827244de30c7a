"""The structure tree of a tagged PDF page, read with PDFium."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium_c

from ocr_plugins.layout.tags import Element

# Trees of real documents are a dozen levels deep.
MAX_DEPTH = 64


def read_structure(page: Any) -> tuple[Element, ...]:
    """The structure elements of a ``pypdfium2.PdfPage``, none where it has none; the caller holds the PDFium lock."""
    tree = pdfium_c.FPDF_StructTree_GetForPage(page)
    if not tree:
        return ()
    try:
        children = (
            pdfium_c.FPDF_StructTree_GetChildAtIndex(tree, i)
            for i in range(pdfium_c.FPDF_StructTree_CountChildren(tree))
        )
        return tuple(_element(child, 0) for child in children if child)
    finally:
        pdfium_c.FPDF_StructTree_Close(tree)


def _element(raw: Any, depth: int) -> Element:
    kind = _string(pdfium_c.FPDF_StructElement_GetType, raw)
    children: list[Element | int | None] = []
    for i in range(pdfium_c.FPDF_StructElement_CountChildren(raw) if depth < MAX_DEPTH else 0):
        mark = pdfium_c.FPDF_StructElement_GetChildMarkedContentID(raw, i)
        child = None if mark >= 0 else pdfium_c.FPDF_StructElement_GetChildAtIndex(raw, i)
        if mark >= 0:
            children.append(mark)
        elif child:
            children.append(_element(child, depth + 1))
        elif kind == "TR":
            # Elsewhere it tells nothing, here it is an empty cell.
            children.append(None)
    is_cell = kind in ("TH", "TD")
    return Element(
        kind,
        tuple(children),
        style=_string(pdfium_c.FPDF_StructElement_GetRawType, raw) if kind == "P" else kind,
        alt=_string(pdfium_c.FPDF_StructElement_GetAltText, raw) if kind == "Figure" else "",
        row_span=_number(raw, b"RowSpan") if is_cell else 1,
        column_span=_number(raw, b"ColSpan") if is_cell else 1,
    )


def _string(function: Callable[..., int], raw: Any) -> str:
    size = function(raw, None, 0)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    function(raw, buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _number(raw: Any, name: bytes) -> int:
    """A number among the attributes of an element, 1 where it has none of that name."""
    value = ctypes.c_float()
    for i in range(pdfium_c.FPDF_StructElement_GetAttributeCount(raw)):
        attribute = pdfium_c.FPDF_StructElement_GetAttributeAtIndex(raw, i)
        found = pdfium_c.FPDF_StructElement_Attr_GetValue(attribute, name) if attribute else None
        if found and pdfium_c.FPDF_StructElement_Attr_GetNumberValue(found, value) and 1 <= value.value < 1000:
            return int(value.value)
    return 1
