"""Superscripts and subscripts in a PDF's text: smaller characters above or below the base line of their line."""

from __future__ import annotations

import ctypes
import itertools
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import pypdfium2.raw as pdfium_c

from ocr_plugins.blocks import BBox, Font
from ocr_plugins.source.pdf.links import context
from ocr_plugins.source.pdf.pieces import Piece
from ocr_plugins.source.textlayer import Script

# Of the size of their line: TeX's smallest are half as large, HTML's 0.83. What is smaller belongs to a drop cap.
SMALLEST, LARGEST = 0.45, 0.86
# Of that size, from the line's base line up or down to theirs: TeX and word processors raise by 0.33 to 0.45 and lower
# by 0.10 to 0.20; what stands on the line is off by less than 0.02, in another font by up to 0.07.
RAISED, LOWERED = 0.2, 0.085
# Characters. "1,2,3,4" is shorter, and so is the name of a gene; what is longer is a text.
LONGEST = 12
# Of the height of a character's box what is below its base line, where the font does not tell.
DESCENT = 0.22
# Of the size of a line, between its characters and a script that belongs to them, a word space being a quarter; and
# between the number of a note and its text.
TOUCHING, SPACE = 0.15, 0.5
_FRACTION = ("/", "\u2044", "\u2215")
_NOTE_MARKS = frozenset("*∗†‡§¶#")


def with_scripts(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces that have characters, each joined with the superscripts and subscripts that touch it.

    The caller holds the PDFium lock.

    Args:
        pieces: In the order of the page, which is open; those that are joined are changed.
    """
    descents: dict[int, float] = {}
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.boxes:
            continue
        last = joined[-1] if joined else None
        if last is None or last.fonts[-1].size == piece.fonts[0].size:
            joined.append(piece)
            continue
        mark = piece.fonts[0].size > last.fonts[-1].size and piece.text[0].isalnum() and _is_mark(last)
        if not _belong(last, piece, SPACE if mark else TOUCHING, descents):
            joined.append(piece)
            continue
        if mark and last.text[-1] != " ":
            last.text.append(" ")
        last.extend(piece)
    return joined


def _belong(first: Piece, second: Piece, most: float, descents: dict[int, float]) -> bool:
    """Whether one of two characters is a script of the other and at ``most`` so far, in sizes of the line."""
    if first.frame is not second.frame or (first.text[-1] == " " and most < SPACE):
        return False
    boxes, fonts = (first.boxes[-1], second.boxes[0]), (first.fonts[-1], second.fonts[0])
    size = max(font.size for font in fonts)
    if not -TOUCHING * size < boxes[1].left - boxes[0].right < most * size:
        return False
    faces = (first.faces[-1], second.faces[0])
    lines = [_base_line(box, face, descents) for box, face in zip(boxes, faces, strict=True)]
    script = int(fonts[1].size < size)
    return _tag(fonts[script].size / size, (lines[1 - script] - lines[script]) / size) is not None


def _is_mark(piece: Piece) -> bool:
    """Whether its last word is a script alone, as the number before a note is."""
    letters = sum(1 for _ in itertools.takewhile(lambda char: char != " ", reversed(piece.text)))
    size = piece.fonts[-1].size
    return all(font.size == size for font in piece.fonts[-letters:])


def find_scripts(pieces: Sequence[Piece]) -> Iterator[Script]:
    """The raised and lowered characters of pieces, boxes in points of the page; the caller holds the PDFium lock.

    Args:
        pieces: In the order of the page, which is open.
    """
    descents: dict[int, float] = {}
    for piece, following in zip(pieces, [*pieces[1:], Piece()], strict=False):
        if any(font is not piece.fonts[0] for font in piece.fonts) and not (piece.frame and piece.frame.oblique):
            yield from _scripts_of(piece, "".join(following.text), descents)


def _scripts_of(piece: Piece, following: str, descents: dict[int, float]) -> Iterator[Script]:
    size = _size_of_line(piece.fonts)
    lines = [_base_line(box, face, descents) for box, face in zip(piece.boxes, piece.faces, strict=True)]
    line = statistics.median(y for y, font in zip(lines, piece.fonts, strict=True) if font.size == size)
    tags = [_tag(font.size / size, (line - y) / size) for font, y in zip(piece.fonts, lines, strict=True)]
    at = [i for i, char in enumerate(piece.text) if char != " "]
    starts = list(itertools.accumulate(map(len, piece.text), initial=0))
    text = "".join(piece.text)
    for tag, group in itertools.groupby(range(len(tags)), key=tags.__getitem__):
        run = list(group)
        first, last = starts[at[run[0]]], starts[at[run[-1]] + 1]
        parted = text[:first].endswith(_FRACTION) or (text[last:] or following).startswith(_FRACTION)
        if tag and not parted and _is_script(text[first:last]):
            box = piece.on_page(BBox.around(piece.boxes[i] for i in run))
            before, after = context(text, first, last)
            yield Script(tag, before, text[first:last], after, box)


def _size_of_line(fonts: Sequence[Font]) -> float:
    """The size that most of its characters have; the larger one of two."""
    sizes = Counter(font.size for font in fonts)
    return max(sizes, key=lambda size: (sizes[size], size))


def _tag(size: float, rise: float) -> Literal["sup", "sub"] | None:
    """What characters of a size and rise are, both in sizes of their line."""
    if not SMALLEST <= size <= LARGEST:
        return None
    return "sup" if rise >= RAISED else "sub" if -rise >= LOWERED else None


def _is_script(text: str) -> bool:
    return len(text) <= LONGEST and any(char.isalnum() or char in _NOTE_MARKS for char in text)


def _base_line(box: BBox, face: int, descents: dict[int, float]) -> float:
    return box.bottom - _descent(face, descents) * box.height


def _descent(face: int, known: dict[int, float]) -> float:
    """The share of the boxes of a font's characters that is below the base line."""
    if face not in known:
        up, down = ctypes.c_float(), ctypes.c_float()
        font = ctypes.cast(face, pdfium_c.FPDF_FONT)
        told = face and pdfium_c.FPDFFont_GetAscent(font, 1.0, up) and pdfium_c.FPDFFont_GetDescent(font, 1.0, down)
        height = up.value - down.value
        known[face] = -down.value / height if told and height else DESCENT
    return known[face]
