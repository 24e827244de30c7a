"""What is drawn on a PDF page, with places on the page as displayed, inside of form XObjects too."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from ocr_plugins.blocks import BBox
from ocr_plugins.source.textlayer import ARTIFACT, UNMARKED

# Form XObjects that hold one another: real ones are a few levels deep.
MAX_DEPTH = 8
MAX_OBJECTS = 50_000
# Segments of paths: a letter has about twenty, a frame five.
DETAILED = 400

Floats = npt.NDArray[np.float64]
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class PageTransform:
    """From PDF user space to points on the page as displayed, origin at its top left."""

    def __init__(self, page: Any) -> None:
        width, height = page.get_size()
        steps = 100_000
        x, y = ctypes.c_int(), ctypes.c_int()

        def device(px: float, py: float) -> tuple[float, float]:
            pdfium_c.FPDF_PageToDevice(page, 0, 0, steps, steps, 0, px, py, x, y)
            return x.value * width / steps, y.value * height / steps

        self.e, self.f = device(0, 0)
        (ax, ay), (bx, by) = device(1000, 0), device(0, 1000)
        self.a, self.b = (ax - self.e) / 1000, (ay - self.f) / 1000
        self.c, self.d = (bx - self.e) / 1000, (by - self.f) / 1000

    def direction(self, x: float, y: float) -> tuple[float, float]:
        """A direction in user space as one on the page: to the right, and down."""
        return self.a * x + self.c * y, self.b * x + self.d * y

    def box(self, left: float, bottom: float, right: float, top: float) -> BBox:
        x0, x1 = self.a * left + self.c * bottom + self.e, self.a * right + self.c * top + self.e
        y0, y1 = self.b * left + self.d * bottom + self.f, self.b * right + self.d * top + self.f
        if x0 > x1:
            x0, x1 = x1, x0
        return BBox(x0, y0, x1, y1) if y0 < y1 else BBox(x0, y1, x1, y0)

    def corners(self, left: Floats, bottom: Floats, right: Floats, top: Floats) -> tuple[Floats, ...]:
        """Left, top, right and bottom of many boxes on the page."""
        x0, x1 = self.a * left + self.c * bottom + self.e, self.a * right + self.c * top + self.e
        y0, y1 = self.b * left + self.d * bottom + self.f, self.b * right + self.d * top + self.f
        return np.minimum(x0, x1), np.minimum(y0, y1), np.maximum(x0, x1), np.maximum(y0, y1)


@dataclass(frozen=True, slots=True)
class PageObject:
    """A text, path, image or shading of a page; in the order in which they are drawn.

    Attributes:
        raw: PDFium's handle, valid while the page is open.
        kind: One of ``FPDF_PAGEOBJ_…``.
        box: In points of the page as displayed.
        mark: The number of its marked content, ``UNMARKED`` or ``ARTIFACT``. Numbers inside of a form XObject are of
            its own; what it draws has the number under which it is drawn.
        optional: It is part of a layer that can be switched off.
        matrix: From the form XObject that it lies in to the page's user space.
    """

    raw: Any
    kind: int
    box: BBox
    mark: int
    optional: bool = False
    matrix: Matrix = _IDENTITY


def address(raw: Any) -> int:
    """What tells one page object from another."""
    return ctypes.addressof(raw.contents)


def page_objects(page: Any, to_page: PageTransform) -> list[PageObject]:
    """All that is drawn on a page; form XObjects are looked into and are not listed."""
    found: list[PageObject] = []
    for i in range(pdfium_c.FPDFPage_CountObjects(page)):
        if len(found) > MAX_OBJECTS:
            break
        raw = pdfium_c.FPDFPage_GetObject(page, i)
        found.extend(_objects(raw, to_page, _IDENTITY, *_mark(raw), 0))
    return found


def _objects(
    raw: Any, to_page: PageTransform, matrix: Matrix, mark: int, optional: bool, depth: int
) -> Iterator[PageObject]:
    kind = pdfium_c.FPDFPageObj_GetType(raw)
    if kind != pdfium_c.FPDF_PAGEOBJ_FORM:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if pdfium_c.FPDFPageObj_GetBounds(raw, left, bottom, right, top):
            corners = (left.value, bottom.value, right.value, top.value)
            box = to_page.box(*(corners if matrix is _IDENTITY else _bounds(matrix, *corners)))
            yield PageObject(raw, kind, box, mark, optional, matrix)
        return
    own = pdfium_c.FS_MATRIX()
    if depth >= MAX_DEPTH or not pdfium_c.FPDFPageObj_GetMatrix(raw, own):
        return
    inner = times((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
    for i in range(pdfium_c.FPDFFormObj_CountObjects(raw)):
        child = pdfium_c.FPDFFormObj_GetObject(raw, i)
        if child:
            own_mark, own_optional = _mark(child)
            kept = ARTIFACT if own_mark == ARTIFACT else mark
            yield from _objects(child, to_page, inner, kept, optional or own_optional, depth + 1)


def _mark(raw: Any) -> tuple[int, bool]:
    mark = pdfium_c.FPDFPageObj_GetMarkedContentID(raw)
    count = pdfium_c.FPDFPageObj_CountMarks(raw)
    if mark >= 0 and count <= 1:
        return mark, False
    names = {_mark_name(pdfium_c.FPDFPageObj_GetMark(raw, i)) for i in range(max(0, count))}
    if mark < 0:
        mark = ARTIFACT if "Artifact" in names else UNMARKED
    return mark, "OC" in names


def _mark_name(raw: Any) -> str:
    buffer, size = (ctypes.c_ushort * 16)(), ctypes.c_ulong()
    pdfium_c.FPDFPageObjMark_GetName(raw, buffer, 32, size)
    return bytes(buffer).decode("utf-16-le", "replace").split("\0", 1)[0] if size.value <= 32 else ""


def times(inner: Matrix, outer: Matrix) -> Matrix:
    """What first does as ``inner`` and then as ``outer`` does."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _bounds(matrix: Matrix, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
    a, b, c, d, e, f = matrix
    points = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def is_detailed(objects: Sequence[PageObject]) -> bool:
    """Whether what is drawn has as many lines and curves as the outlines of a few words."""
    segments = 0
    for obj in objects:
        if obj.kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            segments += pdfium_c.FPDFPath_CountSegments(obj.raw)
            if segments > DETAILED:
                return True
    return False
