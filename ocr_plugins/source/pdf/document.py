"""PDF pages through PDFium.

PDFium is not thread-safe, not even across documents: every call is made under one lock of the process, which is never
held while other code runs. Its handles stay in this room.
"""

from __future__ import annotations

import atexit
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ocr_plugins.errors import CorruptSourceError, EncryptedPdfError, PageError
from ocr_plugins.runtime.leaving import leave
from ocr_plugins.source.page import MAX_EDGE, MAX_PIXELS, MIN_EDGE, Source, SourcePage
from ocr_plugins.source.pdf.forms import has_fields
from ocr_plugins.source.pdf.structure import read_structure
from ocr_plugins.source.pdf.text import read_text_layer
from ocr_plugins.source.textlayer import TextLayer, headings_in

if TYPE_CHECKING:
    from PIL.Image import Image

_LOCK = threading.RLock()
# What was registered last is called first: before pypdfium2's own hook, which takes PDFium down.
atexit.register(leave)
# Pages from the first one that tell whether the tags of a document name its headings.
TAG_PAGES = 12
# Headings a page, on average, of a document whose tags name all of them.
PER_PAGE = 0.5
# In place of the revision of how a PDF is encrypted.
NOT_ENCRYPTED = -1


class PdfSource(Source):
    """An open PDF; form fields are filled in as a viewer shows them.

    Attributes:
        is_xfa: Its pages are to be replaced by what its XFA form draws, which PDFium does not.
    """

    unit = "pt"

    def __init__(self, data: bytes, name: str, password: str | None) -> None:
        self.name = name
        self._names_headings: bool | None = None
        with _LOCK:
            try:
                self._pdf = pdfium.PdfDocument(data, password=password)
                kind = self._pdf.get_formtype()
                self.is_xfa = kind == pdfium_c.FORMTYPE_XFA_FULL
                if kind != pdfium_c.FORMTYPE_NONE:
                    self._pdf.init_forms()
                self.total_pages = len(self._pdf)
                self.encrypted = pdfium_c.FPDF_GetSecurityHandlerRevision(self._pdf) != NOT_ENCRYPTED
            except pdfium.PdfiumError as e:
                raise _open_error(e, name, password) from None
        if self.total_pages == 0:
            self.close()
            raise CorruptSourceError(f"{name} is a PDF without pages, or its page tree is damaged.")

    def page(self, number: int) -> SourcePage:
        return _PdfPage(self, self._pdf, number, self.name)

    def names_headings(self) -> bool:
        """Whether tags name headings, and not a title alone, on the first pages; the caller holds the lock."""
        if self._names_headings is None:
            pages = range(min(self.total_pages, TAG_PAGES))
            self._names_headings = sum(_headings_on(self._pdf, i) for i in pages) >= max(1, PER_PAGE * len(pages))
        return self._names_headings

    def close(self) -> None:
        with _LOCK:
            self._pdf.close()


def _headings_on(pdf: pdfium.PdfDocument, index: int) -> int:
    try:
        page = pdf[index]
    except pdfium.PdfiumError:
        return 0
    try:
        return headings_in(read_structure(page))
    finally:
        page.close()


def _open_error(error: pdfium.PdfiumError, name: str, password: str | None) -> Exception:
    if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
        what = "is encrypted" if password is None else "is encrypted, and the password is wrong"
        return EncryptedPdfError(f"{name} {what}: give one with password=… (command line: --password).")
    if error.err_code == pdfium_c.FPDF_ERR_SECURITY:
        return EncryptedPdfError(f"{name} is encrypted in a way that PDFium cannot read: save it decrypted first.")
    return CorruptSourceError(f"{name} is a damaged PDF: {error}")


class _PdfPage(SourcePage):
    def __init__(self, source: PdfSource, pdf: pdfium.PdfDocument, number: int, name: str) -> None:
        self._source = source
        self._pdf = pdf
        self.number = number
        self._name = name

    @property
    def label(self) -> str | None:  # type: ignore[override]
        with _LOCK:
            return self._pdf.get_page_label(self.number - 1) or None

    @property
    def size(self) -> tuple[float, float]:
        width, height = self._told_size()
        if not width or not height:
            with self._open() as page:
                width, height = page.get_size()
        return max(width, 1.0), max(height, 1.0)

    def _told_size(self) -> tuple[float, float]:
        """In points, 0 where it is not told: without what is on the page, which takes time to open."""
        with _LOCK:
            try:
                width, height = self._pdf.get_page_size(self.number - 1)
            except pdfium.PdfiumError:
                return 0, 0
        return width, height

    def render(self, longest_edge: int) -> Image:
        edge = min(max(longest_edge, MIN_EDGE), MAX_EDGE)
        with self._open() as page:
            width, height = page.get_size()
            scale = min(edge / max(width, height, 1.0), math.sqrt(MAX_PIXELS / max(1.0, width * height)))
            bitmap = page.render(scale=scale, rev_byteorder=True)
            try:
                image: Image = bitmap.to_pil().convert("RGB")
            finally:
                # Not left to the garbage collector, which would call PDFium without the lock.
                bitmap.close()
        return image

    def text_layer(self) -> TextLayer:
        with self._open() as page:
            layer = read_text_layer(page, self.number - 1)
            if self._source.is_xfa and not has_fields(page):
                layer = replace(layer, xfa=True)
            if layer.tagged and not layer.tagged.headings:
                # A page without a heading is common in a document that names its headings.
                layer = replace(layer, tagged=replace(layer.tagged, headings=self._source.names_headings()))
            return layer

    @contextmanager
    def _open(self) -> Iterator[Any]:
        with _LOCK:
            try:
                page = self._pdf[self.number - 1]
                try:
                    if not all(page.get_size()):
                        # Its CropBox lies outside of its MediaBox, which viewers then show.
                        page.set_cropbox(*page.get_mediabox())
                    yield page
                finally:
                    page.close()
            except (pdfium.PdfiumError, ValueError, MemoryError, OSError) as e:
                raise PageError(f"{self._name}, page {self.number}: {e}") from e
