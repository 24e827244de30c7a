"""The text layer of a PDF page: lines with fonts, ruling lines, and whether the text can be trusted."""

from __future__ import annotations

import ctypes
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium_c

from ocr_plugins.document import BBox, Font, TextLine

# A gap of this many font sizes cuts a line in two: word spaces of justified text stay below it.
PIECE_GAP = 1.1
# Signs that text is a layer under a scan, or cannot be decoded; shares of the page's area or of its characters.
SCAN_COVER = 0.6
FEW_CHARACTERS = 12
MAX_UNDECODED = 0.08
MAX_INVISIBLE = 0.5
MAX_TURNED = 0.5
MAX_RULINGS = 4000
# Letters closer than this many font sizes are one letter drawn twice; half the width of an ``i``, the narrowest letter.
OVERPRINT = 0.12
# Points; the grid in which they are looked for.
CELL = 2.0


@dataclass(frozen=True, slots=True)
class TextLayer:
    """A page's own text.

    Attributes:
        lines: In the order of the content stream, boxes in 0..1 of the page as displayed.
        rulings: Thin rectangles and lines, in 0..1.
        figures: Images, in 0..1.
        distrust: Why the page should be OCRed instead, None where the text is sound.
    """

    lines: tuple[TextLine, ...] = ()
    rulings: tuple[BBox, ...] = ()
    figures: tuple[BBox, ...] = ()
    distrust: str | None = None


@dataclass(slots=True)
class _Piece:
    """Characters that stand next to each other on one baseline."""

    text: list[str] = field(default_factory=list)
    boxes: list[BBox] = field(default_factory=list)
    fonts: list[Font] = field(default_factory=list)

    def line(self) -> TextLine | None:
        text = "".join(self.text).strip()
        if not text or not self.boxes:
            return None
        sizes = [f.size for f in self.fonts]
        return TextLine(
            text,
            BBox.around(self.boxes),
            font=Font(
                round(statistics.median(sizes), 2),
                sum(f.bold for f in self.fonts) * 2 > len(self.fonts),
                sum(f.italic for f in self.fonts) * 2 > len(self.fonts),
            ),
        )


def read_text_layer(page: Any) -> TextLayer:
    """Read the text of a ``pypdfium2.PdfPage``, filled form fields included; the caller holds the PDFium lock."""
    to_page = _Transform(page)
    text_page = page.get_textpage()
    try:
        pieces, counts = _pieces(text_page.raw, to_page)
    finally:
        text_page.close()
    rulings, figures, drawn = _graphics(page, to_page)
    width, height = page.get_size()
    lines = tuple(
        TextLine(line.text, line.box.scaled(1 / width, 1 / height).clipped(), font=line.font)
        for line in (*(piece.line() for piece in pieces), *_form_fields(page, to_page))
        if line
    )
    scaled = [tuple(b.scaled(1 / width, 1 / height).clipped() for b in boxes) for boxes in (rulings, figures)]
    return TextLayer(lines, scaled[0], scaled[1], _distrust(counts, scaled[1], drawn))


@dataclass(slots=True)
class _Counts:
    visible: int = 0
    invisible: int = 0
    undecoded: int = 0
    turned: int = 0


def _distrust(counts: _Counts, figures: Sequence[BBox], drawn: bool) -> str | None:
    total = counts.visible + counts.invisible
    cover = min(1.0, sum(f.area for f in figures))
    if total and counts.undecoded > MAX_UNDECODED * total:
        return "characters without a Unicode mapping"
    if counts.invisible > MAX_INVISIBLE * total:
        return "invisible text, as OCR programs write it"
    if counts.turned > MAX_TURNED * total:
        return "the text is turned"
    if total < FEW_CHARACTERS and drawn:
        return "hardly any text beside images or drawings"
    if cover > SCAN_COVER:
        return "an image covers the page"
    return None


class _Transform:
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
        xs = [self.a * x + self.c * y + self.e for x, y in ((left, bottom), (right, top))]
        ys = [self.b * x + self.d * y + self.f for x, y in ((left, bottom), (right, top))]
        return BBox(min(xs), min(ys), max(xs), max(ys))


def _pieces(text_page: Any, to_page: _Transform) -> tuple[list[_Piece], _Counts]:
    """Cut the characters into pieces: at line ends, at wide gaps, and where the text jumps."""
    counts, fonts = _Counts(), _Fonts(to_page)
    pieces = [_Piece()]
    overprint = _Overprint()
    rect = pdfium_c.FS_RECTF()
    for i, char in _characters(text_page):
        if char in "\r\n":
            pieces.append(_Piece())
            continue
        if char.isspace():
            if pieces[-1].text:
                pieces[-1].text.append(" ")
            continue
        font, invisible, turned = fonts.of(text_page, i)
        undecoded = pdfium_c.FPDFText_HasUnicodeMapError(text_page, i) == 1 or _is_undecoded(char)
        counts.undecoded += undecoded
        counts.turned += turned
        if invisible:
            counts.invisible += 1
        else:
            counts.visible += 1
        if not pdfium_c.FPDFText_GetLooseCharBox(text_page, i, rect):
            continue
        box = to_page.box(rect.left, rect.bottom, rect.right, rect.top)
        if overprint.repeats(char, box, font.size):
            continue
        if pieces[-1].boxes and _jumps(pieces[-1].boxes[-1], box, font.size):
            pieces.append(_Piece())
        pieces[-1].text.append("-" if char == "\u0002" else char)
        pieces[-1].boxes.append(box)
        pieces[-1].fonts.append(font)
    return pieces, counts


def _characters(text_page: Any) -> Iterator[tuple[int, str]]:
    """Index and character; PDFium gives those beyond 16 bits, such as mathematical italics, in two halves."""
    high = 0
    for i in range(pdfium_c.FPDFText_CountChars(text_page)):
        code = pdfium_c.FPDFText_GetUnicode(text_page, i)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if high and 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        yield i, chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


class _Overprint:
    """Tells the letters that are drawn twice, a little apart, to look bold."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, int, int], list[BBox]] = {}

    def repeats(self, char: str, box: BBox, size: float) -> bool:
        """Whether the same character stands here already; if not, it does from now on."""
        near = min(OVERPRINT * size, CELL)
        column, row = int(box.left // CELL), int(box.top // CELL)
        for i in (column - 1, column, column + 1):
            for j in (row - 1, row, row + 1):
                for other in self._places.get((char, i, j), ()):
                    if abs(other.left - box.left) < near and abs(other.top - box.top) < near:
                        return True
        self._places.setdefault((char, column, row), []).append(box)
        return False


def _is_undecoded(char: str) -> bool:
    # PDFium marks a hyphen at a line end with U+0002.
    return char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or (char < " " and char != "\u0002")


def _jumps(last: BBox, box: BBox, size: float) -> bool:
    gap = box.left - last.right
    same_line = last.overlap_y(box) > 0.3 * min(last.height, box.height)
    return not same_line or gap > PIECE_GAP * size or gap < -2 * size


class _Fonts:
    """Font, invisibility and direction of a character, asked for once per text object."""

    def __init__(self, to_page: _Transform) -> None:
        self._to_page = to_page
        self._known: dict[int, tuple[Font, bool, bool]] = {}

    def of(self, text_page: Any, index: int) -> tuple[Font, bool, bool]:
        obj = pdfium_c.FPDFText_GetTextObject(text_page, index)
        key = ctypes.addressof(obj.contents) if obj else 0
        if key not in self._known:
            self._known[key] = self._read(text_page, index, obj)
        return self._known[key]

    def _read(self, text_page: Any, index: int, obj: Any) -> tuple[Font, bool, bool]:
        size = abs(pdfium_c.FPDFText_GetFontSize(text_page, index)) or 1.0
        if not obj:
            return Font(size), False, False
        matrix, turned = pdfium_c.FS_MATRIX(), False
        if pdfium_c.FPDFPageObj_GetMatrix(obj, matrix):
            size *= max(abs(matrix.d), abs(matrix.b)) or 1.0
            right, down = self._to_page.direction(matrix.a, matrix.b)
            turned = right < abs(down)
        invisible = pdfium_c.FPDFTextObj_GetTextRenderMode(obj) == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
        name = _font_name(pdfium_c.FPDFTextObj_GetFont(obj))
        bold = any(s in name for s in ("bold", "black", "heavy")) or name.endswith(("-bd", ",b"))
        return Font(size, bold, "italic" in name or "oblique" in name), invisible, turned


def _font_name(font: Any) -> str:
    if not font:
        return ""
    size = pdfium_c.FPDFFont_GetBaseFontName(font, None, 0)
    if not size:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium_c.FPDFFont_GetBaseFontName(font, buffer, size)
    return buffer.value.decode("utf-8", "replace").lower()


def _form_fields(page: Any, to_page: _Transform) -> Iterator[TextLine]:
    """The values of filled text and choice fields, which are no part of the page's text."""
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


def _graphics(page: Any, to_page: _Transform) -> tuple[list[BBox], list[BBox], bool]:
    """Ruling lines, images, and whether there is anything but text on the page."""
    rulings: list[BBox] = []
    figures: list[BBox] = []
    drawn = pdfium_c.FPDFPage_GetAnnotCount(page) > 0
    for i in range(pdfium_c.FPDFPage_CountObjects(page)):
        obj = pdfium_c.FPDFPage_GetObject(page, i)
        kind = pdfium_c.FPDFPageObj_GetType(obj)
        drawn = drawn or kind != pdfium_c.FPDF_PAGEOBJ_TEXT
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not pdfium_c.FPDFPageObj_GetBounds(obj, left, bottom, right, top):
            continue
        box = to_page.box(left.value, bottom.value, right.value, top.value)
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            figures.append(box)
        elif kind == pdfium_c.FPDF_PAGEOBJ_PATH and len(rulings) < MAX_RULINGS:
            if min(box.width, box.height) <= 3 and max(box.width, box.height) >= 8:
                rulings.append(box)
            elif box.width > 8 and box.height > 8:
                rulings.extend(_edges(box))
    return rulings, figures, drawn


def _edges(box: BBox) -> Iterator[BBox]:
    """The four sides of a rectangle, such as a cell's frame."""
    yield BBox(box.left, box.top, box.right, box.top)
    yield BBox(box.left, box.bottom, box.right, box.bottom)
    yield BBox(box.left, box.top, box.left, box.bottom)
    yield BBox(box.right, box.top, box.right, box.bottom)
