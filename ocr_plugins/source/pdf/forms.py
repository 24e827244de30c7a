"""Filled form fields of a PDF page, which are no part of its text."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c

from ocr_plugins.blocks import BBox, Font, TextLine
from ocr_plugins.source.pdf.annotations import each_annotation, is_unseen
from ocr_plugins.source.pdf.hidden import Trace
from ocr_plugins.source.pdf.objects import PageTransform

_TEXT = (pdfium_c.FPDF_FORMFIELD_TEXTFIELD, pdfium_c.FPDF_FORMFIELD_COMBOBOX)
_TICKS = (pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON)
# Points: of type whose size nobody knows, and of the frame that a field may have.
USUAL_SIZE, BORDER = 10.0, 2.0
# Points: a field that is higher may have its text anywhere.
ONE_LINE = 24.0
# Of a field of one line, its type; of a size, from one line to the next.
TYPE, PITCH = 0.75, 1.2
# Entries of a list that are asked for whether they are selected.
MAX_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class Tick:
    """A check box or radio button, in points."""

    box: BBox
    checked: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """What a page's form fields say, boxes in points.

    Attributes:
        fields: The lines of each that is filled in.
        ticks: The boxes and buttons.
        hidden: Lines that leave no trace when the page is drawn.
    """

    fields: tuple[tuple[TextLine, ...], ...] = ()
    ticks: tuple[Tick, ...] = ()
    hidden: tuple[TextLine, ...] = ()


def form_answers(page: Any, to_page: PageTransform) -> Answers:
    """The fields of a page that its reader can see; the caller holds the PDFium lock."""
    form = page.formenv
    if form is None:
        return Answers()
    fields: list[tuple[TextLine, ...]] = []
    ticks: list[Tick] = []
    for annotation in each_annotation(page):
        kind = pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation)
        box = _box(annotation, to_page)
        if box is None or is_unseen(annotation) or _is_off(box, page):
            continue
        if kind in _TICKS:
            ticks.append(Tick(box, bool(pdfium_c.FPDFAnnot_IsChecked(form, annotation))))
        elif kind in _TEXT or kind == pdfium_c.FPDF_FORMFIELD_LISTBOX:
            value = _selected(form, annotation) if kind not in _TEXT else _value(form, annotation)
            texts = [text for line in value.splitlines() if (text := " ".join(line.split()))]
            if texts:
                drawn = _drawn(annotation, to_page, box) if len(texts) > 1 or box.height > ONE_LINE else []
                fields.append(tuple(_lines(texts, box, drawn)))
    trace = Trace(page) if fields else None
    seen = [trace is None or any(trace.varies(_inner(line.box)) for line in field) for field in fields]
    return Answers(
        tuple(itertools.compress(fields, seen)),
        tuple(ticks),
        tuple(line for field, visible in zip(fields, seen, strict=True) for line in field if not visible),
    )


def has_fields(page: Any) -> bool:
    """Whether a page has any field of a form."""
    return any(pdfium_c.FPDFAnnot_GetSubtype(a) == pdfium_c.FPDF_ANNOT_WIDGET for a in each_annotation(page))


def _box(annotation: Any, to_page: PageTransform) -> BBox | None:
    rect = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFAnnot_GetRect(annotation, rect):
        return None
    return to_page.box(rect.left, rect.bottom, rect.right, rect.top)


def _is_off(box: BBox, page: Any) -> bool:
    width, height = page.get_size()
    return box.right <= 0 or box.bottom <= 0 or box.left >= width or box.top >= height


def _value(form: Any, annotation: Any) -> str:
    if pdfium_c.FPDFAnnot_GetFormFieldFlags(form, annotation) & pdfium_c.FPDF_FORMFLAG_TEXT_PASSWORD:
        return ""
    return _string(lambda buffer, size: pdfium_c.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))


def _selected(form: Any, annotation: Any) -> str:
    """The selected entries of a list, one a line."""
    count = min(pdfium_c.FPDFAnnot_GetOptionCount(form, annotation), MAX_ENTRIES)
    chosen = [i for i in range(count) if pdfium_c.FPDFAnnot_IsOptionSelected(form, annotation, i)]

    def label(i: int) -> str:
        return _string(lambda buffer, size: pdfium_c.FPDFAnnot_GetOptionLabel(form, annotation, i, buffer, size))

    return "\n".join(label(i) for i in chosen)


def _string(read: Callable[[Any, int], int]) -> str:
    size = read(None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    read(buffer, size)
    return bytes(buffer)[:size].decode("utf-16-le", "replace").rstrip("\0")


def _drawn(annotation: Any, to_page: PageTransform, box: BBox) -> list[BBox]:
    """Where the lines of text of a field's appearance stand, as far as it can be told."""
    rect = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFAnnot_GetRect(annotation, rect):
        return []
    found = []
    for i in range(pdfium_c.FPDFAnnot_GetObjectCount(annotation)):
        raw = pdfium_c.FPDFAnnot_GetObject(annotation, i)
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not raw or pdfium_c.FPDFPageObj_GetType(raw) != pdfium_c.FPDF_PAGEOBJ_TEXT:
            continue
        if pdfium_c.FPDFPageObj_GetBounds(raw, left, bottom, right, top):
            # An appearance has its origin at the lower left corner of its annotation, or where the page has its own.
            places = [
                to_page.box(x + left.value, y + bottom.value, x + right.value, y + top.value)
                for x, y in ((rect.left, rect.bottom), (0.0, 0.0))
            ]
            found += [place for place in places if box.contains(*place.center)][:1]
    return found


def _lines(texts: Sequence[str], box: BBox, drawn: Sequence[BBox]) -> Iterator[TextLine]:
    """The lines of a field where they are drawn, or from its top on where nobody knows."""
    size = min(box.height * TYPE, USUAL_SIZE)
    if len(texts) == 1:
        yield TextLine(texts[0], BBox.around(drawn) if drawn else box, font=Font(size))
        return
    if len(drawn) == len(texts):
        for text, place in zip(texts, drawn, strict=True):
            yield TextLine(text, BBox(box.left, place.top, box.right, place.bottom), font=Font(size))
        return
    pitch = min(PITCH * size, box.height / len(texts))
    for i, text in enumerate(texts):
        top = box.top + i * pitch
        yield TextLine(text, BBox(box.left, top, box.right, top + pitch), font=Font(min(size, pitch)))


def _inner(box: BBox) -> BBox:
    """The box without its frame."""
    x, y = min(BORDER, box.width / 4), min(BORDER, box.height / 4)
    return BBox(box.left + x, box.top + y, box.right - x, box.bottom - y)
