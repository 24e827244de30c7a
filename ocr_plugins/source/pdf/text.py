"""The text layer of a PDF page: lines with fonts, ruling lines, and whether the text can be trusted."""

from __future__ import annotations

import ctypes
import re
import statistics
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pypdfium2.raw as pdfium_c

from ocr_plugins.blocks import BBox, Font, TextLine
from ocr_plugins.source.pdf.forms import form_fields
from ocr_plugins.source.pdf.hidden import hidden_text
from ocr_plugins.source.pdf.links import find_anchors, read_links
from ocr_plugins.source.pdf.objects import PageObject, PageTransform, address, page_objects
from ocr_plugins.source.pdf.rules import find_rules
from ocr_plugins.source.pdf.structure import read_structure
from ocr_plugins.source.pdf.walls import Walls
from ocr_plugins.source.textlayer import UNMARKED, Fragment, Tagged, TextLayer, names_headings

# A gap of this many font sizes cuts a line in two: word spaces of justified text stay below it.
PIECE_GAP = 1.1
# Signs that text is a layer under a scan, or cannot be decoded; shares of the page's area or of its characters.
SCAN_COVER = 0.6
# With images over this share of the page, hidden text is what an OCR program read in them.
SCAN_TEXT_COVER = 0.3
FEW_CHARACTERS = 12
MAX_UNDECODED = 0.08
MAX_INVISIBLE = 0.5
MAX_TURNED = 0.5
# Of the letters, at least so many are vowels in any language written with Latin ones.
MIN_VOWELS, ENOUGH_LETTERS, VOWELS = 0.2, 200, frozenset("aeiouyæøœı")
# Words, not abbreviations and codes.
_WORD = re.compile(r"[^\W\d_][a-zà-öø-ÿ]{2,}")
# Points; smaller type is a grey line, or nothing.
TINY = 1.0
# Letters closer than this many font sizes are one letter drawn twice; half the width of an ``i``, the narrowest letter.
OVERPRINT = 0.12
# Points: and no farther apart than this; the grid in which they are looked for.
MAX_SHIFT, CELL = 2.0, 6.0


@dataclass(slots=True)
class _Piece:
    """Characters that stand next to each other on one baseline; spaces have no box."""

    text: list[str] = field(default_factory=list)
    boxes: list[BBox] = field(default_factory=list)
    fonts: list[Font] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)

    def line(self) -> TextLine | None:
        text = "".join(self.text).strip()
        if not text or not self.boxes:
            return None
        return TextLine(text, BBox.around(self.boxes), font=self._font())

    def _font(self) -> Font:
        first = self.fonts[0]
        if all(font is first for font in self.fonts):
            return first
        return Font(
            round(statistics.median(f.size for f in self.fonts), 2),
            sum(f.bold for f in self.fonts) * 2 > len(self.fonts),
            sum(f.italic for f in self.fonts) * 2 > len(self.fonts),
        )

    def apart(self, walls: Walls) -> Iterator[_Piece]:
        """The piece, or its parts in the cells between ruling lines."""
        starts = walls.cuts(self.boxes)
        if not starts:
            yield self
            return
        part, i = _Piece(), 0
        for char in self.text:
            if char != " ":
                if i in starts:
                    yield part
                    part = _Piece()
                part.boxes.append(self.boxes[i])
                part.fonts.append(self.fonts[i])
                part.marks.append(self.marks[i])
                i += 1
            part.text.append(char)
        yield part

    def cut(self) -> Iterator[tuple[int, _Piece]]:
        """The piece as parts under one mark; a space belongs to what is before it."""
        if len(set(self.marks)) == 1:
            yield self.marks[0], self
            return
        part, mark, i = _Piece(), UNMARKED, 0
        for char in self.text:
            if char == " ":
                part.text.append(char)
                continue
            if part.boxes and self.marks[i] != mark:
                yield mark, part
                part = _Piece()
            mark = self.marks[i]
            part.text.append(char)
            part.boxes.append(self.boxes[i])
            part.fonts.append(self.fonts[i])
            i += 1
        if part.boxes:
            yield mark, part


def read_text_layer(page: Any) -> TextLayer:
    """Read the text of a ``pypdfium2.PdfPage``, filled form fields included; the caller holds the PDFium lock."""
    to_page = PageTransform(page)
    objects = page_objects(page, to_page)
    text_objects = _TextObjects(to_page, objects, hidden_text(page, objects))
    text_page = page.get_textpage()
    try:
        pieces, concealed, counts = _pieces(text_page.raw, text_objects)
    finally:
        text_page.close()
    width, height = page.get_size()

    def relative(box: BBox) -> BBox:
        return BBox(box.left / width, box.top / height, box.right / width, box.bottom / height).clipped()

    def lines_of(some: Sequence[_Piece]) -> tuple[TextLine, ...]:
        return tuple(replace(line, box=relative(line.box)) for piece in some if (line := piece.line()))

    form_lines = tuple(replace(line, box=relative(line.box)) for line in form_fields(page, to_page))
    figures = tuple(relative(obj.box) for obj in objects if obj.kind == pdfium_c.FPDF_PAGEOBJ_IMAGE)
    drawn = pdfium_c.FPDFPage_GetAnnotCount(page) > 0 or any(o.kind != pdfium_c.FPDF_PAGEOBJ_TEXT for o in objects)
    if counts.mostly_invisible and _cover(figures) > SCAN_TEXT_COVER:
        pieces, concealed = pieces + concealed, []
    rules = find_rules(objects, to_page)
    walls = Walls(rules)
    pieces = [part for piece in pieces if piece.boxes for part in piece.apart(walls)]
    lines = lines_of(pieces)
    links = read_links(page, to_page)
    return TextLayer(
        lines + form_lines,
        tuple(relative(rule) for rule in rules),
        figures,
        _distrust(counts, lines, figures, drawn),
        _tagged(page, pieces, objects, relative, form_lines),
        tuple(replace(a, box=relative(a.box)) for p in pieces if links for a in find_anchors(p.text, p.boxes, links)),
        lines_of(concealed),
    )


@dataclass(slots=True)
class _Counts:
    visible: int = 0
    invisible: int = 0
    undecoded: int = 0
    turned: int = 0

    @property
    def mostly_invisible(self) -> bool:
        return self.invisible > MAX_INVISIBLE * (self.visible + self.invisible)


def _distrust(counts: _Counts, lines: Sequence[TextLine], figures: Sequence[BBox], drawn: bool) -> str | None:
    total = counts.visible + counts.invisible
    if total and counts.undecoded > MAX_UNDECODED * total:
        return "characters without a Unicode mapping"
    if counts.mostly_invisible and (drawn or counts.visible < FEW_CHARACTERS):
        return "invisible text, as OCR programs write it"
    if counts.turned > MAX_TURNED * total:
        return "the text is turned"
    if _is_gibberish(" ".join(line.text for line in lines)):
        return "the letters make no words"
    if counts.visible < FEW_CHARACTERS and drawn:
        return "hardly any text beside images or drawings"
    if _cover(figures) > SCAN_COVER:
        return "an image covers the page"
    return None


def _cover(figures: Sequence[BBox]) -> float:
    return min(1.0, sum(f.area for f in figures))


def _is_gibberish(text: str) -> bool:
    """Whether a font gives wrong letters for what it shows: no language writes with so few vowels."""
    letters = "".join(_WORD.findall(text)).casefold()
    if sum(map(letters.count, "aeiou")) >= MIN_VOWELS * len(letters):
        return False
    latin = [unicodedata.normalize("NFD", c)[0] for c in letters if "LATIN" in unicodedata.name(c, "")]
    return len(latin) >= ENOUGH_LETTERS and sum(c in VOWELS for c in latin) < MIN_VOWELS * len(latin)


def _pieces(text_page: Any, objects: _TextObjects) -> tuple[list[_Piece], list[_Piece], _Counts]:
    """Cut the characters into pieces: at line ends, at wide gaps, and where the text jumps.

    Returns:
        The pieces that can be seen, the others, and how many characters are of which sort.
    """
    counts = _Counts()
    seen, hidden = [_Piece()], [_Piece()]
    pieces = seen
    overprint = _Overprint()
    rect = pdfium_c.FS_RECTF()
    # This loop is most of the time that a page takes.
    has_error, get_box = pdfium_c.FPDFText_HasUnicodeMapError, pdfium_c.FPDFText_GetLooseCharBox
    object_of, to_box = objects.of, objects.to_page.box
    last: _TextObject | None = None
    for i, char in _characters(text_page):
        if char in "\r\n":
            seen.append(_Piece())
            hidden.append(_Piece())
            continue
        if char.isspace():
            if pieces[-1].text:
                pieces[-1].text.append(" ")
            continue
        obj = object_of(text_page, i)
        if has_error(text_page, i) == 1 or _is_undecoded(char):
            counts.undecoded += 1
        if obj.turned:
            counts.turned += 1
        if obj.hidden:
            counts.invisible += 1
            pieces = hidden
        else:
            counts.visible += 1
            pieces = seen
        if not get_box(text_page, i, rect):
            continue
        box = to_box(rect.left, rect.bottom, rect.right, rect.top)
        size = obj.font.size
        piece = pieces[-1]
        # The letters of a ligature, such as ff, have one box.
        in_ligature = last is obj and bool(piece.boxes) and piece.boxes[-1] == box
        last = obj
        if not in_ligature and overprint.repeats(char, box, size):
            continue
        if piece.boxes and _jumps(piece.boxes[-1], box, size):
            piece = _Piece()
            pieces.append(piece)
        piece.text.append("-" if char == "\u0002" else char)
        piece.boxes.append(box)
        piece.fonts.append(obj.font)
        piece.marks.append(obj.mark)
    return seen, hidden, counts


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
        self._places: dict[tuple[str, int, int], list[tuple[float, float]]] = {}

    def repeats(self, char: str, box: BBox, size: float) -> bool:
        """Whether the same character stands here already; if not, it does from now on."""
        near = min(OVERPRINT * size, MAX_SHIFT)
        left, top = box.left, box.top
        places = self._places
        first, last = int((top - near) // CELL), int((top + near) // CELL)
        for i in range(int((left - near) // CELL), int((left + near) // CELL) + 1):
            for j in (first, last) if first != last else (first,):
                for x, y in places.get((char, i, j), ()):
                    if abs(x - left) < near and abs(y - top) < near:
                        return True
        places.setdefault((char, int(left // CELL), int(top // CELL)), []).append((left, top))
        return False


def _is_undecoded(char: str) -> bool:
    # PDFium marks a hyphen at a line end with U+0002.
    return char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or (char < " " and char != "\u0002")


def _jumps(last: BBox, box: BBox, size: float) -> bool:
    gap = box.left - last.right
    if gap > PIECE_GAP * size or gap < -2 * size:
        return True
    common = (last.bottom if last.bottom < box.bottom else box.bottom) - (last.top if last.top > box.top else box.top)
    return common <= 0.3 * min(last.height, box.height)


@dataclass(frozen=True, slots=True)
class _TextObject:
    font: Font
    hidden: bool = False
    turned: bool = False
    mark: int = UNMARKED


class _TextObjects:
    """What is the same for all characters of a text object, asked for once."""

    def __init__(self, to_page: PageTransform, objects: Sequence[PageObject], hidden: frozenset[int]) -> None:
        self.to_page = to_page
        self._objects = {address(o.raw): o for o in objects if o.kind == pdfium_c.FPDF_PAGEOBJ_TEXT}
        self._hidden = hidden
        self._known: dict[int, _TextObject] = {}

    def of(self, text_page: Any, index: int) -> _TextObject:
        raw = pdfium_c.FPDFText_GetTextObject(text_page, index)
        key = address(raw) if raw else 0
        if key not in self._known:
            self._known[key] = self._read(text_page, index, raw)
        return self._known[key]

    def _read(self, text_page: Any, index: int, raw: Any) -> _TextObject:
        size = abs(pdfium_c.FPDFText_GetFontSize(text_page, index)) or 1.0
        if not raw:
            return _TextObject(Font(size))
        matrix, turned = pdfium_c.FS_MATRIX(), False
        if pdfium_c.FPDFPageObj_GetMatrix(raw, matrix):
            size *= max(abs(matrix.d), abs(matrix.b)) or 1.0
            right, down = self.to_page.direction(matrix.a, matrix.b)
            turned = right < abs(down)
        obj = self._objects.get(address(raw))
        tiny = size < TINY and obj is not None and obj.box.height < TINY
        name = _font_name(pdfium_c.FPDFTextObj_GetFont(raw))
        bold = any(s in name for s in ("bold", "black", "heavy")) or name.endswith(("-bd", ",b"))
        font = Font(round(size, 2), bold, "italic" in name or "oblique" in name)
        return _TextObject(font, tiny or address(raw) in self._hidden, turned, obj.mark if obj else UNMARKED)


def _font_name(font: Any) -> str:
    if not font:
        return ""
    size = pdfium_c.FPDFFont_GetBaseFontName(font, None, 0)
    if not size:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium_c.FPDFFont_GetBaseFontName(font, buffer, size)
    return buffer.value.decode("utf-8", "replace").lower()


def _tagged(
    page: Any,
    pieces: Sequence[_Piece],
    objects: Sequence[PageObject],
    relative: Callable[[BBox], BBox],
    form_lines: tuple[TextLine, ...],
) -> Tagged | None:
    if not any(mark >= 0 for piece in pieces for mark in piece.marks):
        return None
    tree = read_structure(page)
    if not tree:
        return None
    fragments = []
    for number, piece in enumerate(pieces):
        for mark, part in piece.cut():
            line = part.line()
            if line and line.font:
                fragments.append(Fragment(number, mark, "".join(part.text), relative(line.box), line.font))
    drawings: dict[int, list[BBox]] = {}
    for obj in objects:
        if obj.kind != pdfium_c.FPDF_PAGEOBJ_TEXT:
            drawings.setdefault(obj.mark, []).append(relative(obj.box))
    around = {mark: BBox.around(boxes) for mark, boxes in drawings.items()}
    images = tuple((o.mark, relative(o.box)) for o in objects if o.kind == pdfium_c.FPDF_PAGEOBJ_IMAGE)
    return Tagged(tree, tuple(fragments), around, images, form_lines, names_headings(tree))
