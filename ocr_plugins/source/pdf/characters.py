"""The characters of a PDF page, with what PDFium knows of each, and what is the same for a text object's.

A page has thousands, and most of the time that it takes goes here: each call into PDFium is made for all characters in
a row, and places are reckoned in arrays.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c

from ocr_plugins.blocks import BBox, Font
from ocr_plugins.source.pdf.frames import Frame, frame_of
from ocr_plugins.source.pdf.objects import PageObject, PageTransform, address
from ocr_plugins.source.pdf.overprint import may_repeat
from ocr_plugins.source.pdf.strokes import stroke
from ocr_plugins.source.textlayer import UNMARKED

# The flag of a font descriptor.
FIXED_PITCH = 1
# Points; smaller type is a grey line, or nothing.
TINY = 1.0


def _plain(function: Any, result: Any, *arguments: Any) -> Any:
    """A function of PDFium that takes addresses as numbers, without objects made for them, and is too short to wait."""
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_OF_CHARACTER = (ctypes.c_void_p, ctypes.c_int)
_get_unicode = _plain(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint, *_OF_CHARACTER)
_has_error = _plain(pdfium_c.FPDFText_HasUnicodeMapError, ctypes.c_int, *_OF_CHARACTER)
_get_object = _plain(pdfium_c.FPDFText_GetTextObject, ctypes.c_void_p, *_OF_CHARACTER)
_get_box = _plain(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int, *_OF_CHARACTER, ctypes.c_void_p)


def read_characters(
    text_page: Any, objects: TextObjects
) -> Iterator[tuple[str, TextObject | None, BBox | None, bool, bool]]:
    """The characters of PDFium's text page.

    Yields:
        The character; what it has in common with the others of its text object, None for white ones; its box in points
        of the page as displayed, None where PDFium has none; whether PDFium has no letter for it; and whether the same
        character stands so near that it may be drawn twice.
    """
    page = address(text_page)
    found = list(_decoded(list(map(_get_unicode, repeat(page), range(pdfium_c.FPDFText_CountChars(text_page))))))
    inked = [(i, char) for i, char in found if not char.isspace()]
    indices = [i for i, _ in inked]
    rects = (pdfium_c.FS_RECTF * len(inked))()
    places = range(ctypes.addressof(rects), ctypes.addressof(rects) + ctypes.sizeof(rects), ctypes.sizeof(rects._type_))
    has_box = list(map(_get_box, repeat(page), indices, places))
    left, top, right, bottom = np.frombuffer(rects, np.float32).reshape(-1, 4).astype(np.float64).T
    # A broken file may have places that are no numbers.
    with np.errstate(invalid="ignore", over="ignore"):
        corners = objects.to_page.corners(left, bottom, right, top)
        near = may_repeat([char for _, char in inked], *corners[:2])
    known = zip(
        map(_get_object, repeat(page), indices),
        map(_has_error, repeat(page), indices),
        has_box,
        map(BBox, *(values.tolist() for values in corners)),
        near,
        strict=True,
    )
    of = objects.of
    for i, char in found:
        if char.isspace():
            yield char, None, None, False, False
            continue
        key, error, placed, box, beside = next(known)
        undecoded = error == 1 or (not " " < char < "\ue000" and _is_undecoded(char))
        yield char, of(text_page, i, key), box if placed else None, undecoded, beside


def _decoded(codes: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Index and character; PDFium gives those beyond 16 bits, such as mathematical italics, in two halves."""
    high = 0
    for i, unit in enumerate(codes):
        if 0xD800 <= unit < 0xDC00:
            high = unit
            continue
        code = unit
        if high and 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        yield i, chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _is_undecoded(char: str) -> bool:
    # PDFium marks a hyphen at a line end with U+0002.
    return char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or (char < " " and char != "\u0002")


# How names of fonts tell it: in words, in a part at their end, and as TeX abbreviates it. What comes before a plus sign
# tells a subset.
_SUBSET = re.compile(r"^[a-z]{6}\+")
_BOLD = re.compile(
    r"bold|black|heavy|[-,.](?:demi|medi(?!um)|(?:bd|b|bi|bdit)$)|[a-z]bd(?:it)?$|^(?:cm|ec|sf)(?:ss)?bx"
)
_ITALIC = re.compile(r"ital|obli|slant|[-,.](?:it|i|bi|bdit)$|[a-z](?:bd|rg)it$|^(?:cm|ec|sf)(?:ti|sl|bxti)")
# Of 100 to 900 as PDFium tells it from the thickness of stems; Computer Modern is 345 to 415 and in bold 545 to 585.
BOLD_WEIGHT = 500
# The thickness of strokes of bold type in ems; that of 81 faces of ordinary type is below 0.086, that of publishers'
# bold ones that say so nowhere 0.096 and 0.103. It is measured on so many letters among the first of a text object.
BOLD_STROKE = 0.09
LETTERS, LOOKED_AT = 4, 12


@dataclass(frozen=True, slots=True)
class TextObject:
    font: Font
    hidden: bool = False
    frame: Frame | None = None
    mark: int = UNMARKED
    face: int = 0


class TextObjects:
    """What is the same for all characters of a text object, asked for once."""

    def __init__(self, to_page: PageTransform, objects: Sequence[PageObject], hidden: frozenset[int]) -> None:
        self.to_page = to_page
        self._objects = {address(o.raw): o for o in objects if o.kind == pdfium_c.FPDF_PAGEOBJ_TEXT}
        self._hidden = hidden
        self._known: dict[int | None, TextObject] = {}
        self._looks: dict[int, tuple[bool, bool, bool]] = {}

    def of(self, text_page: Any, index: int, key: int | None) -> TextObject:
        """That of the character at an index; ``key`` is the object's address, None where the character has none."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._read(text_page, index)
        return known

    def _read(self, text_page: Any, index: int) -> TextObject:
        raw = pdfium_c.FPDFText_GetTextObject(text_page, index)
        size = abs(pdfium_c.FPDFText_GetFontSize(text_page, index)) or 1.0
        if not raw:
            return TextObject(Font(size))
        matrix, frame = pdfium_c.FS_MATRIX(), None
        # On the page, that is with those of the form XObjects that the text is in.
        if pdfium_c.FPDFText_GetMatrix(text_page, index, matrix):
            size *= max(abs(matrix.d), abs(matrix.b)) or 1.0
            frame = frame_of(*self.to_page.direction(matrix.a, matrix.b))
        obj = self._objects.get(address(raw))
        tiny = size < TINY and obj is not None and obj.box.height < TINY
        face = pdfium_c.FPDFTextObj_GetFont(raw)
        key = address(face) if face else 0
        if key not in self._looks:
            self._looks[key] = _look(face, self._letters(text_page, index, raw))
        hidden, mark = tiny or address(raw) in self._hidden, obj.mark if obj else UNMARKED
        return TextObject(Font(round(size, 2), *self._looks[key]), hidden, frame, mark, key)

    def _letters(self, text_page: Any, index: int, raw: Any) -> str:
        """Some letters of a text object, the first of which is the character at an index."""
        letters = ""
        for i in range(index, min(index + LOOKED_AT, pdfium_c.FPDFText_CountChars(text_page))):
            if address(pdfium_c.FPDFText_GetTextObject(text_page, i) or raw) != address(raw):
                break
            letter = chr(pdfium_c.FPDFText_GetUnicode(text_page, i))
            letters += letter if letter.isalpha() and letter not in letters else ""
        return letters[:LETTERS]


def _look(face: Any, letters: str) -> tuple[bool, bool, bool]:
    """Whether a font is bold, italic and monospaced.

    Args:
        face: Of a text object.
        letters: Of the font; their outlines tell where neither its name nor its weight does.
    """
    name = _font_name(face)
    weight = pdfium_c.FPDFFont_GetWeight(face) if face else 0
    bold, italic = style_of(name)
    thick = not (bold or weight) and bool(face) and stroke(face, letters) > BOLD_STROKE
    return bold or thick or weight > BOLD_WEIGHT, italic, _is_monospaced(face, name)


def style_of(name: str) -> tuple[bool, bool]:
    """Whether a font is bold and italic by its name in small letters, as ``nimbusromno9l-mediital`` and ``cmbx12``."""
    name = _SUBSET.sub("", name)
    return _BOLD.search(name) is not None, _ITALIC.search(name) is not None


def _is_monospaced(font: Any, name: str) -> bool:
    flagged = bool(font) and pdfium_c.FPDFFont_GetFlags(font) > 0 and pdfium_c.FPDFFont_GetFlags(font) & FIXED_PITCH
    return bool(flagged) or any(s in name for s in ("courier", "mono", "consol", "menlo", "typewriter", "cmtt"))


def _font_name(font: Any) -> str:
    if not font:
        return ""
    size = pdfium_c.FPDFFont_GetBaseFontName(font, None, 0)
    if not size:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium_c.FPDFFont_GetBaseFontName(font, buffer, size)
    return buffer.value.decode("utf-8", "replace").lower()
