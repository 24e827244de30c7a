"""The text layer of a PDF page: lines with fonts, ruling lines, and whether the text can be trusted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2.raw as pdfium_c

from ocr_plugins.blocks import BBox, TextLine
from ocr_plugins.source.pdf.accents import with_accents
from ocr_plugins.source.pdf.annotations import annotation_page
from ocr_plugins.source.pdf.characters import TextObject, TextObjects, read_characters
from ocr_plugins.source.pdf.columns import with_columns
from ocr_plugins.source.pdf.faces import with_wrong_letters
from ocr_plugins.source.pdf.forms import form_answers
from ocr_plugins.source.pdf.frames import Frame
from ocr_plugins.source.pdf.hidden import hidden_text
from ocr_plugins.source.pdf.links import read_links
from ocr_plugins.source.pdf.objects import PageObject, PageTransform, is_detailed, page_objects
from ocr_plugins.source.pdf.overprint import Overprint
from ocr_plugins.source.pdf.pieces import Piece
from ocr_plugins.source.pdf.rules import find_rules
from ocr_plugins.source.pdf.scripts import find_scripts, with_scripts
from ocr_plugins.source.pdf.structure import read_structure
from ocr_plugins.source.pdf.ticks import with_ticks
from ocr_plugins.source.pdf.walls import Walls
from ocr_plugins.source.pdf.white import at_columns
from ocr_plugins.source.textlayer import (
    WRONG_LETTERS,
    Fragment,
    Tagged,
    TextLayer,
    TurnedLine,
    headings_in,
)

# A gap of this many font sizes cuts a line in two: word spaces of justified text stay below it.
PIECE_GAP = 1.1
# And of this many one between two words of turned text, in which PDFium does not always tell.
WORD_GAP = 0.2
# Signs that text is a layer under a scan, or cannot be decoded; shares of the page's area or of its characters.
SCAN_COVER = 0.6
# A smaller share is a signet, in which nobody looks for text.
PICTURE_COVER = 0.01
# With images over this share of the page, hidden text is what an OCR program read in them.
SCAN_TEXT_COVER = 0.3
FEW_CHARACTERS = 12
MAX_UNDECODED = 0.08
MAX_INVISIBLE = 0.5
MAX_OBLIQUE = 0.5
# With more of its text in wrong letters, the page is read as a whole.
MAX_DOUBTFUL = 0.5


def read_text_layer(page: Any, index: int) -> TextLayer:
    """Read the text of a ``pypdfium2.PdfPage``, forms and written annotations included.

    The caller holds the PDFium lock.

    Args:
        page: The page.
        index: Its place in the document, counted from 0.
    """
    to_page = PageTransform(page)
    objects = page_objects(page, to_page)
    pieces, concealed, counts = _pieces_of(page, to_page, objects)
    width, height = page.get_size()

    def relative(box: BBox) -> BBox:
        return BBox(box.left / width, box.top / height, box.right / width, box.bottom / height).clipped()

    def placed(some: Iterable[TextLine]) -> tuple[TextLine, ...]:
        return tuple(replace(line, box=relative(line.box)) for line in some)

    figures = tuple(relative(obj.box) for obj in objects if obj.kind == pdfium_c.FPDF_PAGEOBJ_IMAGE)
    drawn = pdfium_c.FPDFPage_GetAnnotCount(page) > 0 or any(o.kind != pdfium_c.FPDF_PAGEOBJ_TEXT for o in objects)
    if counts.mostly_invisible and _cover(figures) > SCAN_TEXT_COVER:
        pieces, concealed = pieces + concealed, []
    answers, rules = form_answers(page, to_page), find_rules(objects, to_page)
    walls = Walls(rules)
    pieces, written = at_columns(list(_in_cells(with_scripts(with_accents(pieces)), walls))), list[Piece]()
    scripts = tuple(replace(script, box=relative(script.box)) for script in find_scripts(pieces))
    with annotation_page(page, index) as drawing:
        if drawing:
            drawn_over, unseen, _ = _pieces_of(drawing, to_page, page_objects(drawing, to_page))
            written = list(_in_cells(drawn_over, walls))
            pieces, concealed = pieces + written, concealed + unseen
    doubtful = with_wrong_letters(pieces)
    pieces = with_ticks(pieces, answers.ticks, rules)
    lines, turned = placed(_lines(p for p in pieces if not p.frame)), _turned_lines(pieces, relative)
    fields = tuple(map(placed, answers.fields))
    apart = {id(piece) for piece in written if not piece.frame}
    own, notes = [p for p in pieces if id(p) not in apart], placed(_lines(p for p in pieces if id(p) in apart))
    links = read_links(page, to_page)
    counts.visible += sum(len(line.text) for field in fields for line in field)
    illegible = _illegible(counts, doubtful, drawn)
    return TextLayer(
        tuple(itertools.chain(lines, *fields)),
        tuple(map(relative, rules)),
        figures,
        illegible or _distrust(counts, figures, drawn),
        _tagged(page, own, objects, relative, (*fields, *((line,) for line in notes))),
        tuple(replace(a, box=relative(a.box)) for piece in pieces if links for a in piece.anchors(links)),
        scripts,
        placed((*_lines(concealed), *answers.hidden)),
        _cover(figures) > PICTURE_COVER or is_detailed(objects),
        turned,
        doubtful=frozenset(placed(_lines(doubtful))),
        legible=illegible in (None, WRONG_LETTERS),
    )


def _pieces_of(
    page: Any, to_page: PageTransform, objects: Sequence[PageObject]
) -> tuple[list[Piece], list[Piece], _Counts]:
    text_objects = TextObjects(to_page, objects, hidden_text(page, objects))
    text_page = page.get_textpage()
    try:
        seen, hidden, counts = _pieces(text_page.raw, text_objects)
    finally:
        text_page.close()
    return with_columns(seen), hidden, counts


def _in_cells(pieces: Iterable[Piece], walls: Walls) -> Iterator[Piece]:
    return (part for piece in pieces if piece.boxes for part in piece.apart(walls))


def _lines(pieces: Iterable[Piece]) -> Iterator[TextLine]:
    return (line for piece in pieces if (line := piece.line()))


def _turned_lines(pieces: Sequence[Piece], relative: Callable[[BBox], BBox]) -> tuple[TurnedLine, ...]:
    return tuple(
        TurnedLine(replace(line, box=relative(line.box)), piece.frame.degrees)
        for piece in pieces
        if piece.frame and (line := piece.line())
    )


@dataclass(slots=True)
class _Counts:
    visible: int = 0
    invisible: int = 0
    undecoded: int = 0
    oblique: int = 0

    @property
    def mostly_invisible(self) -> bool:
        return self.invisible > MAX_INVISIBLE * (self.visible + self.invisible)


def _illegible(counts: _Counts, doubtful: Sequence[Piece], drawn: bool) -> str | None:
    total = counts.visible + counts.invisible
    if total and counts.undecoded > MAX_UNDECODED * total:
        return "characters without a Unicode mapping"
    if counts.mostly_invisible and (drawn or counts.visible < FEW_CHARACTERS):
        return "invisible text, as OCR programs write it"
    if sum(len(piece.boxes) for piece in doubtful) > MAX_DOUBTFUL * total:
        return WRONG_LETTERS
    return None


def _distrust(counts: _Counts, figures: Sequence[BBox], drawn: bool) -> str | None:
    if counts.oblique > MAX_OBLIQUE * (counts.visible + counts.invisible):
        return "the text is oblique"
    if counts.visible < FEW_CHARACTERS and drawn:
        return "hardly any text beside images or drawings"
    if _cover(figures) > SCAN_COVER:
        return "an image covers the page"
    return None


def _cover(figures: Sequence[BBox]) -> float:
    return min(1.0, sum(f.area for f in figures))


def _pieces(text_page: Any, objects: TextObjects) -> tuple[list[Piece], list[Piece], _Counts]:
    """Cut the characters into pieces: at line ends, at wide gaps, and where the text jumps.

    Returns:
        The pieces that can be seen, the others, and how many characters are of which sort.
    """
    counts = _Counts()
    seen, hidden = [Piece()], [Piece()]
    pieces = seen
    overprint = Overprint()
    last: TextObject | None = None
    for char, obj, box, undecoded, beside in read_characters(text_page, objects):
        if obj is None:
            if char in "\r\n":
                _end_line(seen)
                _end_line(hidden)
            elif pieces[-1].text:
                pieces[-1].text.append(" ")
            continue
        font, frame = obj.font, obj.frame
        size = font.size
        if undecoded:
            counts.undecoded += 1
        if frame and frame.oblique:
            counts.oblique += 1
        if obj.hidden:
            counts.invisible += 1
            pieces = hidden
        else:
            counts.visible += 1
            pieces = seen
        if box is None:
            continue
        place = frame.character(box, size) if frame else box
        boxes = pieces[-1].boxes
        # The letters of a ligature, such as ff, have one box.
        in_ligature = last is obj and bool(boxes) and boxes[-1].left == place.left and boxes[-1] == place
        last = obj
        if beside and not in_ligature and overprint.repeats(char, box, size):
            continue
        piece = _piece_for(pieces, place, size, frame)
        piece.text.append("-" if char == "\u0002" else char)
        piece.boxes.append(place)
        piece.fonts.append(font)
        piece.marks.append(obj.mark)
        piece.faces.append(obj.face)
    return seen, hidden, counts


def _end_line(pieces: list[Piece]) -> None:
    # Where a turned line ends, its places tell better.
    if not pieces[-1].frame:
        pieces.append(Piece())


def _piece_for(pieces: list[Piece], place: BBox, size: float, frame: Frame | None) -> Piece:
    """The piece that a character goes on with, or begins."""
    piece = pieces[-1]
    if piece.boxes and (piece.frame is not frame or _jumps(piece.boxes[-1], place, size)):
        piece = Piece()
        pieces.append(piece)
    elif frame and piece.boxes and piece.text[-1] != " " and place.left - piece.boxes[-1].right > WORD_GAP * size:
        piece.text.append(" ")
    piece.frame = frame
    return piece


def _jumps(last: BBox, box: BBox, size: float) -> bool:
    gap = box.left - last.right
    if gap > PIECE_GAP * size or gap < -2 * size:
        return True
    if last.top == box.top and last.bottom == box.bottom:
        return box.bottom <= box.top
    common = (last.bottom if last.bottom < box.bottom else box.bottom) - (last.top if last.top > box.top else box.top)
    return common <= 0.3 * min(last.height, box.height)


def _tagged(
    page: Any,
    pieces: Sequence[Piece],
    objects: Sequence[PageObject],
    relative: Callable[[BBox], BBox],
    answers: tuple[tuple[TextLine, ...], ...],
) -> Tagged | None:
    if not any(mark >= 0 for piece in pieces for mark in piece.marks):
        return None
    tree = read_structure(page)
    if not tree:
        return None
    fragments: list[Fragment] = []
    turned: list[TurnedLine] = []
    for number, piece in enumerate(pieces):
        for mark, part in piece.cut():
            line = part.line()
            if line and line.font:
                if piece.frame and mark < 0:
                    turned += _turned_lines([part], relative)
                else:
                    fragments.append(Fragment(number, mark, "".join(part.text), relative(line.box), line.font))
    drawings: dict[int, list[BBox]] = {}
    for obj in objects:
        if obj.kind != pdfium_c.FPDF_PAGEOBJ_TEXT:
            drawings.setdefault(obj.mark, []).append(relative(obj.box))
    around = {mark: BBox.around(boxes) for mark, boxes in drawings.items()}
    images = tuple((o.mark, relative(o.box)) for o in objects if o.kind == pdfium_c.FPDF_PAGEOBJ_IMAGE)
    return Tagged(tree, tuple(fragments), around, images, answers, headings_in(tree) > 0, tuple(turned))
