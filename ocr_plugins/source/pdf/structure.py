"""The structure tree of a tagged PDF page, read with PDFium."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2.raw as pdfium_c

from ocr_plugins.source.textlayer import Element

# Trees of real documents are a dozen levels deep.
MAX_DEPTH = 64


def read_structure(page: Any) -> tuple[Element, ...]:
    """The structure elements of a ``pypdfium2.PdfPage``, none where it has none; the caller holds the PDFium lock."""
    tree = pdfium_c.FPDF_StructTree_GetForPage(page)
    if not tree:
        return ()
    try:
        reader = _Reader()
        children = (
            pdfium_c.FPDF_StructTree_GetChildAtIndex(tree, i)
            for i in range(pdfium_c.FPDF_StructTree_CountChildren(tree))
        )
        return tuple(element for child in children if child and (element := reader.element(child, 0)))
    finally:
        pdfium_c.FPDF_StructTree_Close(tree)


class _Reader:
    """Takes each element and each mark once: a damaged tree may name them again and again."""

    def __init__(self) -> None:
        self._elements: set[int] = set()
        self._marks: set[int] = set()

    def element(self, raw: Any, depth: int) -> Element | None:
        key = ctypes.addressof(raw.contents)
        if key in self._elements or depth > MAX_DEPTH:
            return None
        self._elements.add(key)
        kind = _string(pdfium_c.FPDF_StructElement_GetType, raw)
        is_cell = kind in ("TH", "TD")
        return Element(
            kind,
            tuple(self._children(raw, kind, depth)),
            style=_string(pdfium_c.FPDF_StructElement_GetRawType, raw) if kind == "P" else kind,
            alt=_string(pdfium_c.FPDF_StructElement_GetAltText, raw) if kind == "Figure" else "",
            row_span=_number(raw, b"RowSpan") if is_cell else 1,
            column_span=_number(raw, b"ColSpan") if is_cell else 1,
        )

    def _children(self, raw: Any, kind: str, depth: int) -> Iterator[Element | int | None]:
        for i in range(pdfium_c.FPDF_StructElement_CountChildren(raw)):
            mark = pdfium_c.FPDF_StructElement_GetChildMarkedContentID(raw, i)
            if mark >= 0:
                if mark not in self._marks:
                    self._marks.add(mark)
                    yield mark
                continue
            child = pdfium_c.FPDF_StructElement_GetChildAtIndex(raw, i)
            element = self.element(child, depth + 1) if child else None
            # What is not there tells nothing, but in a row of a table it is an empty cell.
            if element or kind == "TR":
                yield element


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
