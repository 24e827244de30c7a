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
# Points: of type whose size nobody knows, and of the frame that a field may have where that is not known either.
USUAL_SIZE, BORDER = 10.0, 2.0
# Points: a field that is higher may have its text anywhere.
ONE_LINE = 24.0
# Of a field of one line, its type; of a size, from one line to the next.
TYPE, PITCH = 0.75, 1.2
# Entries of a list that are asked for whether they are selected.
MAX_ENTRIES = 1000
# Texts and paths of an answer that are looked at: those of a page of small type.
MAX_DRAWN = 1000


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
    places: list[list[BBox]] = []
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
                drawn, frame = _appearance(annotation, to_page, box)
                inner = [d for d in drawn if box.contains(*d.center)]
                lines = tuple(_lines(texts, box, inner if len(texts) > 1 or box.height > ONE_LINE else []))
                fields.append(lines)
                places.append(
                    [_common(_grown(d, BORDER), _grown(box, -frame)) for d in drawn]
                    or [_grown(line.box, -BORDER) for line in lines]
                )
    trace = Trace(page) if fields else None
    seen = [trace is None or any(map(trace.varies, written)) for written in places]
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


def _appearance(annotation: Any, to_page: PageTransform, box: BBox) -> tuple[list[BBox], float]:
    """Where the lines of text of a field are drawn, as far as it can be told, and how thick its frame is, in points."""
    rect = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFAnnot_GetRect(annotation, rect):
        return [], 0.0
    found: list[BBox] = []
    frame = 0.0
    left, bottom, right, top, width = (ctypes.c_float() for _ in range(5))
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    for i in range(min(pdfium_c.FPDFAnnot_GetObjectCount(annotation), MAX_DRAWN)):
        raw = pdfium_c.FPDFAnnot_GetObject(annotation, i)
        kind = pdfium_c.FPDFPageObj_GetType(raw) if raw else pdfium_c.FPDF_PAGEOBJ_UNKNOWN
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            pdfium_c.FPDFPath_GetDrawMode(raw, fill, stroke)
            if stroke.value and pdfium_c.FPDFPageObj_GetStrokeWidth(raw, width):
                frame = max(frame, width.value)
        elif kind == pdfium_c.FPDF_PAGEOBJ_TEXT and pdfium_c.FPDFPageObj_GetBounds(raw, left, bottom, right, top):
            # An appearance has its origin at the lower left corner of its annotation, or where the page has its own.
            places = [
                to_page.box(x + left.value, y + bottom.value, x + right.value, y + top.value)
                for x, y in ((rect.left, rect.bottom), (0.0, 0.0))
            ]
            place = max(places, key=lambda place: _common(place, box).area)
            found += [place] if _common(place, box).area else []
    return found, frame


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


def _grown(box: BBox, margin: float) -> BBox:
    """The box with a margin around it, or without one inside of it, of a quarter of it at most."""
    x, y = max(margin, -box.width / 4), max(margin, -box.height / 4)
    return BBox(box.left - x, box.top - y, box.right + x, box.bottom + y)


def _common(a: BBox, b: BBox) -> BBox:
    """What is in both of two boxes; one without an area where nothing is."""
    left, top = max(a.left, b.left), max(a.top, b.top)
    return BBox(left, top, max(left, min(a.right, b.right)), max(top, min(a.bottom, b.bottom)))
