"""Text of a PDF page that its reader cannot see: what leaves no trace when the page is drawn.

It is in the text layer all the same, and it is how instructions are smuggled to the models that read documents.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from ocr_plugins.blocks import BBox
from ocr_plugins.source.pdf.objects import PageObject, address

# Of 255: paler than this in all colours, or as opaque as this at most, text is looked at closely.
PALE, OPAQUE = 200, 60
# Of 255, by which a reader tells text from what is behind it.
CONTRAST = 16
# Between the colours of a text and of a surface behind it.
SAME_COLOR = 40
MIN_SURFACE = 4.0
MAX_SURFACES = 3000
# Texts that are compared with all surfaces at once.
CHUNK = 128
# Pixels of the longer edge: strokes of small type still cover most of a pixel.
RENDER_EDGE, MAX_PIXELS = 1200, 12_000_000
# Pixels per point; with fewer, type that can be read on paper leaves no trace either.
MIN_SCALE = 0.5
_Color = tuple[int, int, int]


def hidden_text(page: Any, objects: Sequence[PageObject]) -> frozenset[int]:
    """The addresses of the text objects of a page that cannot be seen.

    Invisible or off the page, they are known at once. Where the colour, a layer or something drawn over or under the
    text gives reason, the page is drawn with and without it.
    """
    width, height = page.get_size()
    gone: set[int] = set()
    suspects: list[PageObject] = []
    surfaces = _surfaces(objects)
    colors: list[tuple[int, PageObject, _Color]] = []
    for order, obj in enumerate(objects):
        if obj.kind != pdfium_c.FPDF_PAGEOBJ_TEXT:
            continue
        mode = pdfium_c.FPDFTextObj_GetTextRenderMode(obj.raw)
        if mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE or _is_off(obj.box, width, height):
            gone.add(address(obj.raw))
            continue
        stroked = mode in (pdfium_c.FPDF_TEXTRENDERMODE_STROKE, pdfium_c.FPDF_TEXTRENDERMODE_STROKE_CLIP)
        *color, opacity = _color(obj.raw, pdfium_c.FPDFPageObj_GetStrokeColor if stroked else _FILL)
        clip = mode == pdfium_c.FPDF_TEXTRENDERMODE_CLIP
        if clip or obj.optional or opacity <= OPAQUE or min(color) >= PALE:
            suspects.append(obj)
        elif surfaces:
            colors.append((order, obj, (color[0], color[1], color[2])))
    suspects += _over_or_under(colors, surfaces)
    return frozenset(gone | {address(obj.raw) for obj in _without_trace(page, suspects)})


_FILL = pdfium_c.FPDFPageObj_GetFillColor


def _color(raw: Any, function: Any) -> tuple[int, int, int, int]:
    """Red, green, blue and opacity, 0..255; black where PDFium cannot tell."""
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    return (r.value, g.value, b.value, a.value) if function(raw, r, g, b, a) else (0, 0, 0, 255)


def _is_off(box: BBox, width: float, height: float) -> bool:
    return box.right <= 0 or box.bottom <= 0 or box.left >= width or box.top >= height


def _surfaces(objects: Sequence[PageObject]) -> list[tuple[int, BBox, _Color | None]]:
    """Filled areas and images, with their place in the order of drawing; no colour where there is not one alone."""
    found: list[tuple[int, BBox, _Color | None]] = []
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    for order, obj in enumerate(objects):
        if obj.kind == pdfium_c.FPDF_PAGEOBJ_TEXT or min(obj.box.width, obj.box.height) < MIN_SURFACE:
            continue
        if obj.kind != pdfium_c.FPDF_PAGEOBJ_PATH:
            found.append((order, obj.box, None))
        elif pdfium_c.FPDFPath_GetDrawMode(obj.raw, mode, stroke) and mode.value != pdfium_c.FPDF_FILLMODE_NONE:
            r, g, b, _ = _color(obj.raw, _FILL)
            found.append((order, obj.box, (r, g, b)))
        if len(found) >= MAX_SURFACES:
            break
    return found


def _over_or_under(
    texts: Sequence[tuple[int, PageObject, _Color]], surfaces: Sequence[tuple[int, BBox, _Color | None]]
) -> list[PageObject]:
    """The texts that something is drawn over, or that stand on a surface of their own colour."""
    if not texts or not surfaces:
        return []
    left, top, right, bottom = np.array([(b.left, b.top, b.right, b.bottom) for _, b, _ in surfaces]).T
    orders = np.array([order for order, _, _ in surfaces])
    # Far from any colour.
    fills = np.array([color or (-999, -999, -999) for _, _, color in surfaces])
    found = []
    for start in range(0, len(texts), CHUNK):
        some = texts[start : start + CHUNK]
        x, y = (values[:, None] for values in np.array([obj.box.center for _, obj, _ in some]).T)
        around = (left <= x) & (top <= y) & (right >= x) & (bottom >= y)
        later = orders > np.array([order for order, _, _ in some])[:, None]
        same = np.abs(fills - np.array([color for _, _, color in some])[:, None]).max(axis=2) < SAME_COLOR
        found += [some[int(i)][1] for i in np.flatnonzero((around & (later | same)).any(axis=1))]
    return found


def _without_trace(page: Any, suspects: Sequence[PageObject]) -> list[PageObject]:
    """The objects that do not change the picture of the page."""
    if not suspects:
        return []
    scale = _scale(page)
    if scale < MIN_SCALE:
        return []
    shown = _render(page, scale)
    for obj in suspects:
        pdfium_c.FPDFPageObj_SetIsActive(obj.raw, False)
    try:
        without = _render(page, scale)
    finally:
        for obj in suspects:
            pdfium_c.FPDFPageObj_SetIsActive(obj.raw, True)

    def leaves_a_trace(box: BBox) -> bool:
        left, top = max(0, int(box.left * scale) - 1), max(0, int(box.top * scale) - 1)
        place = slice(top, int(box.bottom * scale) + 2), slice(left, int(box.right * scale) + 2)
        a, b = shown[place], without[place]
        return bool((np.maximum(a, b) - np.minimum(a, b) > CONTRAST).any())

    return [obj for obj in suspects if not leaves_a_trace(obj.box)]


class Trace:
    """The picture of a page, asked whether anything is written at a place."""

    def __init__(self, page: Any) -> None:
        self._scale = _scale(page)
        self._shown = _render(page, self._scale) if self._scale >= MIN_SCALE else None

    def varies(self, box: BBox) -> bool:
        """Whether a box, in points, is not of one colour; it is taken to vary where the page is too large to draw."""
        if self._shown is None:
            return True
        left, top = max(0, math.ceil(box.left * self._scale)), max(0, math.ceil(box.top * self._scale))
        place = self._shown[top : int(box.bottom * self._scale), left : int(box.right * self._scale)]
        return place.size > 0 and bool((place.max(axis=(0, 1)) - place.min(axis=(0, 1)) > CONTRAST).any())


def _scale(page: Any) -> float:
    """Pixels per point in which a page is drawn: a large drawing is drawn larger, as far as memory goes."""
    width, height = page.get_size()
    area = max(width * height, 1.0)
    scale: float = max(RENDER_EDGE / max(width, height, 1.0), min(1.0, (MAX_PIXELS / area) ** 0.5))
    return scale


def _render(page: Any, scale: float) -> npt.NDArray[np.uint8]:
    bitmap = page.render(scale=scale)
    try:
        return np.array(bitmap.to_numpy()[:, :, :3])
    finally:
        bitmap.close()
